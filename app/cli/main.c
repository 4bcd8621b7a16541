/* main.c: epoch-cli, the command line and the worker
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "app/cli/verb.h"

#include "app/core/language.h"
#include "engine/device.h"

#include <glib/gi18n.h>

static const AppVerb *const verbs[] = {
  &app_verb_new,
  &app_verb_train,
  &app_verb_evaluate,
  &app_verb_predict,
  &app_verb_export,
  &app_verb_import,
  &app_verb_chart,
  &app_verb_data,
  &app_verb_bench,
  &app_verb_doctor,
  &app_verb_serve,
};

static void
print_help (void)
{
  g_print (_("Usage: epoch-cli VERB [OPTION…] [ARGUMENT…]\n\n"));
  for (gsize i = 0; i < G_N_ELEMENTS (verbs); i++)
    g_print ("  %-10s %s\n", verbs[i]->name, _(verbs[i]->summary));
  g_print (_("\n“epoch-cli VERB --help” tells more about a verb.\n"));
}

int
main (int   argc,
      char *argv[])
{
  nn_device_prepare_process (argv);
  app_language_init ();

  if (argc < 2)
    {
      print_help ();
      return APP_EXIT_USAGE;
    }
  if (g_str_equal (argv[1], "--help") || g_str_equal (argv[1], "-h"))
    {
      print_help ();
      return APP_EXIT_DONE;
    }
  if (g_str_equal (argv[1], "--version"))
    {
      g_print ("epoch-cli %s\n", EPOCH_VERSION);
      return APP_EXIT_DONE;
    }

  for (gsize i = 0; i < G_N_ELEMENTS (verbs); i++)
    if (g_str_equal (verbs[i]->name, argv[1]))
      return verbs[i]->run (argc - 1, argv + 1);

  g_printerr (_("epoch-cli: there is no verb “%s”; “epoch-cli --help” lists them.\n"), argv[1]);
  return APP_EXIT_USAGE;
}
