/* export.c: epoch-cli export
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "app/cli/verb.h"

#include "app/core/report.h"
#include "app/core/run.h"
#include "app/core/trained.h"
#include "engine/checkpoint.h"
#include "engine/error.h"

#include <glib/gi18n.h>

static gboolean
export_safetensors (const char  *path,
                    const char  *output,
                    GError     **error)
{
  g_autoptr (AppProject) project = NULL;
  g_autoptr (NnNetwork) network = app_trained_open (path, &project, error);

  return network != NULL && nn_model_write (nn_network_get_model (network), output, error);
}

/* Of a run, or of a project's last run. */
static gboolean
export_report (const char  *path,
               const char  *output,
               GError     **error)
{
  g_autofree char *last = app_run_is_folder (path) ? g_strdup (path) : app_run_last_folder (path);

  if (last != NULL)
    return app_report_write (last, output, error);

  g_set_error (error, NN_ERROR, NN_ERROR_FILE,
               _("“%s” has no run to report on. Run “epoch-cli train %s” first."), path, path);
  return FALSE;
}

/* One way out each. */
static const struct
{
  const char *name;
  gboolean  (*write) (const char  *path,
                      const char  *output,
                      GError     **error);
} ways[] = {
  { "safetensors", export_safetensors },
  { "report", export_report },
};

static int
run (int    argc,
     char **argv)
{
  g_autofree char *to = NULL;
  g_autofree char *output = NULL;
  const GOptionEntry entries[] = {
    { "to", 0, 0, G_OPTION_ARG_STRING, &to, N_("What to write: safetensors or report"),
      N_("KIND") },
    { "output", 'o', 0, G_OPTION_ARG_FILENAME, &output, N_("The file to write"), N_("FILE") },
    { NULL }
  };
  g_autoptr (GError) error = NULL;
  int code;

  if (!app_verb_parse (&app_verb_export, entries, &argc, &argv, &code))
    return code;
  if (argc != 2 || to == NULL || output == NULL)
    return app_verb_misuse (&app_verb_export, _("Name one project or run, --to and -o."));

  for (gsize i = 0; i < G_N_ELEMENTS (ways); i++)
    if (g_str_equal (ways[i].name, to))
      return ways[i].write (argv[1], output, &error) ? APP_EXIT_DONE : app_verb_fail (error);

  return app_verb_misuse (&app_verb_export,
                          _("“%s” cannot be written; --to takes “safetensors” or “report”."), to);
}

const AppVerb app_verb_export = {
  "export", N_("PROJECT|RUN"), N_("Writes the weights or a report for others."), run
};
