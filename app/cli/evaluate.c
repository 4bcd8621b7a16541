/* evaluate.c: epoch-cli evaluate
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "app/cli/verb.h"

#include "app/core/samples.h"
#include "app/core/trained.h"
#include "engine/error.h"

#include <glib/gi18n.h>
#include <math.h>

static const char *const part_names[NN_N_PARTS] = { N_("train"), N_("validation"), N_("test") };

static int
evaluate (const char *path,
          NnPart      part,
          gboolean    json)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (AppProject) project = NULL;
  g_autoptr (NnNetwork) network = app_trained_open (path, &project, &error);
  g_autoptr (AppSamples) samples = NULL;
  const NnFeed *feed;
  NnScore score;

  if (network == NULL
      || (samples = app_samples_open (&project->data, NULL, NULL, NULL, &error)) == NULL
      || !app_samples_check_graph (samples, project->graph, &error))
    return app_verb_fail (error);

  feed = app_samples_get_feed (samples, app_graph_wants_numbers (project->graph));
  if (feed->n_samples[part] == 0)
    {
      g_set_error (&error, NN_ERROR, NN_ERROR_FILE, _("The data has no part “%s”."),
                   _(part_names[part]));
      return app_verb_fail (error);
    }
  if (!nn_network_check_feed (network, feed, &error)
      || !nn_network_evaluate (network, feed, part, project->training.batch, NULL, &score, &error))
    return app_verb_fail (error);

  if (json)
    {
      g_autoptr (NnJsonWriter) writer = nn_json_writer_new (FALSE);

      nn_json_writer_begin_object (writer, NULL);
      nn_json_writer_add_string (writer, "split", part_names[part]);
      nn_json_writer_add_integer (writer, "samples", score.n_samples);
      nn_json_writer_add_double (writer, "loss", score.loss);
      nn_json_writer_add_double (writer, "accuracy", score.accuracy);
      nn_json_writer_end_object (writer);
      app_verb_print (writer);
      return APP_EXIT_DONE;
    }

  if (isfinite (score.accuracy))
    g_print (_("%s: %d samples, loss %.4f, accuracy %.2f %%\n"), _(part_names[part]),
             (int) score.n_samples, score.loss, score.accuracy * 100);
  else
    g_print (_("%s: %d samples, loss %.4f\n"), _(part_names[part]), (int) score.n_samples,
             score.loss);
  return APP_EXIT_DONE;
}

static int
run (int    argc,
     char **argv)
{
  g_autofree char *split = g_strdup ("test");
  gboolean json = FALSE;
  const GOptionEntry entries[] = {
    { "split", 0, 0, G_OPTION_ARG_STRING, &split, N_("Part of the data: train, validation or test"),
      N_("PART") },
    { "json", 0, 0, G_OPTION_ARG_NONE, &json, N_("Print one line of JSON"), NULL },
    { NULL }
  };
  int code;

  if (!app_verb_parse (&app_verb_evaluate, entries, &argc, &argv, &code))
    return code;
  if (argc != 2)
    return app_verb_misuse (&app_verb_evaluate, _("Name one project or run."));
  for (int part = 0; part < NN_N_PARTS; part++)
    if (g_str_equal (split, part_names[part]))
      return evaluate (argv[1], (NnPart) part, json);

  return app_verb_misuse (&app_verb_evaluate,
                          _("--split takes “train”, “validation” or “test”, not “%s”."), split);
}

const AppVerb app_verb_evaluate = {
  "evaluate", N_("PROJECT|RUN"), N_("Scores a trained network on a part of its data."), run
};
