/* bench.c: epoch-cli bench
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "app/cli/verb.h"

#include "app/core/bench.h"

#include <glib/gi18n.h>

static int
list (void)
{
  const NnTemplate *network;
  const char *space = "";

  for (guint i = 0; (network = nn_template_get (i)) != NULL; i++)
    if (network->bench_batch > 0)
      {
        g_print ("%s%s", space, network->name);
        space = " ";
      }
  g_print ("\n");
  return APP_EXIT_DONE;
}

static void
print_json (const NnTemplate *network,
            NnDevice         *device,
            NnPrecision       precision,
            gboolean          infer,
            const AppBench   *bench)
{
  g_autoptr (NnJsonWriter) writer = nn_json_writer_new (FALSE);

  nn_json_writer_begin_object (writer, NULL);
  nn_json_writer_add_string (writer, "net", network->name);
  nn_json_writer_add_integer (writer, "batch", bench->batch);
  nn_json_writer_add_string (writer, "dtype", nn_precision_name (precision));
  nn_json_writer_add_string (writer, "device", nn_device_get_name (device));
  nn_json_writer_add_integer (writer, "threads", nn_device_get_threads (device));
  nn_json_writer_add_bool (writer, "infer", infer);
  nn_json_writer_add_string (writer, "engine", "epoch " EPOCH_VERSION);
  nn_json_writer_add_integer (writer, "parameters", bench->parameters);
  nn_json_writer_add_double (writer, "step_us", bench->step_us);
  nn_json_writer_add_double (writer, "p10_us", bench->p10_us);
  nn_json_writer_add_double (writer, "p90_us", bench->p90_us);
  nn_json_writer_add_integer (writer, "steps", bench->steps);
  nn_json_writer_add_double (writer, "per_second", (double) bench->batch / bench->step_us * 1e6);
  if (infer)
    nn_json_writer_add_null (writer, "loss");
  else
    nn_json_writer_add_double (writer, "loss", bench->loss);
  nn_json_writer_add_double (writer, "peak_mib", bench->peak_mib);
  nn_json_writer_end_object (writer);
  app_verb_print (writer);
}

static int
run (int    argc,
     char **argv)
{
  gboolean do_list = FALSE;
  gboolean infer = FALSE;
  gboolean json = FALSE;
  gboolean profile = FALSE;
  g_autofree char *net = NULL;
  g_autofree char *device_name = g_strdup ("auto");
  g_autofree char *dtype = g_strdup ("fp32");
  int batch = 0;
  int threads = 0;
  double seconds = 3;
  const GOptionEntry entries[] = {
    { "list", 0, 0, G_OPTION_ARG_NONE, &do_list, N_("List the networks"), NULL },
    { "net", 0, 0, G_OPTION_ARG_STRING, &net, N_("The network to train"), N_("NAME") },
    { "batch", 0, 0, G_OPTION_ARG_INT, &batch, N_("Samples in a batch"), "N" },
    { "dtype", 0, 0, G_OPTION_ARG_STRING, &dtype, N_("Type of the numbers"),
      "fp32|bf16|auto" },
    { "device", 0, 0, G_OPTION_ARG_STRING, &device_name, N_("Where to compute"), N_("DEVICE") },
    { "threads", 0, 0, G_OPTION_ARG_INT, &threads, N_("How many threads compute"), "N" },
    { "seconds", 0, 0, G_OPTION_ARG_DOUBLE, &seconds, N_("How long to measure"), "S" },
    { "infer", 0, 0, G_OPTION_ARG_NONE, &infer, N_("Measure predictions, not training"), NULL },
    { "profile", 0, 0, G_OPTION_ARG_NONE, &profile, N_("Show what each part of a step costs"),
      NULL },
    { "json", 0, 0, G_OPTION_ARG_NONE, &json, N_("Print one line of JSON"), NULL },
    { NULL }
  };
  g_autoptr (NnDevice) device = NULL;
  g_autoptr (GError) error = NULL;
  const NnTemplate *network;
  NnPrecision precision;
  AppBench bench;
  int code;

  if (!app_verb_parse (&app_verb_bench, entries, &argc, &argv, &code))
    return code;
  if (do_list)
    return list ();

  network = net != NULL ? nn_template_find (net) : NULL;
  if (network == NULL || network->bench_batch == 0)
    return app_verb_misuse (&app_verb_bench, _("--net takes one of the names that --list shows."));
  if (!nn_precision_find (dtype, &precision))
    return app_verb_misuse (&app_verb_bench,
                            _("“%s” cannot be measured; --dtype takes “fp32”, “bf16” or “auto”."),
                            dtype);
  if (batch < 0 || seconds < 0 || threads < 0)
    return app_verb_misuse (&app_verb_bench, _("Numbers must not be negative."));

  device = nn_device_open (device_name, threads, &error);
  if (device == NULL)
    return app_verb_fail (error);

  if (profile)
    {
      g_autofree char *text = app_bench_profile (network, device, batch, precision, &error);

      if (text == NULL)
        return app_verb_fail (error);
      g_print ("%s", text);
      return APP_EXIT_DONE;
    }

  if (!app_bench (network, device, batch, precision, infer, seconds, &bench, &error))
    return app_verb_fail (error);
  if (json)
    print_json (network, device, precision, infer, &bench);
  else
    g_print (_("%s: %.1f µs a step of %d samples (%.1f to %.1f), %.0f samples a second\n"),
             network->name, bench.step_us, (int) bench.batch, bench.p10_us, bench.p90_us,
             (double) bench.batch / bench.step_us * 1e6);

  return APP_EXIT_DONE;
}

const AppVerb app_verb_bench = {
  "bench", "", N_("Measures how long a training step takes."), run
};
