/* export.c: epoch-cli export
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "app/cli/verb.h"

#include "app/core/report.h"
#include "app/core/run.h"
#include "app/core/trained.h"
#include "engine/error.h"
#include "engine/format.h"

#include <glib/gi18n.h>

#define REPORT "report"

static int
list_formats (void)
{
  for (int i = 0; nn_formats[i] != NULL; i++)
    if (nn_formats[i]->write != NULL)
      g_print ("%-14s %s\n", nn_formats[i]->name, _(nn_formats[i]->summary));
  g_print ("%-14s %s\n", REPORT, _("A run on one page, for a browser."));
  return APP_EXIT_DONE;
}

static gboolean
export_network (const NnFormat  *format,
                const char      *path,
                const char      *output,
                GError         **error)
{
  g_autoptr (AppProject) project = NULL;
  g_autoptr (NnNetwork) network = app_trained_open (path, &project, error);
  g_autofree char *title = app_trained_title (path);
  const NnExport what = { network, title };

  return network != NULL && format->write (&what, output, error);
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

static int
run (int    argc,
     char **argv)
{
  g_autofree char *to = NULL;
  g_autofree char *output = NULL;
  const GOptionEntry entries[] = {
    { "to", 0, 0, G_OPTION_ARG_STRING, &to, N_("What to write; “list” lists what there is"),
      N_("KIND") },
    { "output", 'o', 0, G_OPTION_ARG_FILENAME, &output, N_("The file to write"), N_("FILE") },
    { NULL }
  };
  g_autoptr (GError) error = NULL;
  const NnFormat *format;
  gboolean is_done;
  int code;

  if (!app_verb_parse (&app_verb_export, entries, &argc, &argv, &code))
    return code;
  if (g_strcmp0 (to, "list") == 0)
    return list_formats ();
  if (argc != 2 || to == NULL || output == NULL)
    return app_verb_misuse (&app_verb_export, _("Name one project or run, --to and -o."));

  format = nn_format_find (to);
  if (g_str_equal (to, REPORT))
    is_done = export_report (argv[1], output, &error);
  else if (format != NULL && format->write != NULL)
    is_done = export_network (format, argv[1], output, &error);
  else
    return app_verb_misuse (&app_verb_export,
                            _("“%s” cannot be written; --to takes one of the names that "
                              "“--to list” shows."), to);

  return is_done ? APP_EXIT_DONE : app_verb_fail (error);
}

const AppVerb app_verb_export = {
  "export", N_("PROJECT|RUN"), N_("Writes the network, its weights or a report for others."), run
};
