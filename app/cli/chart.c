/* chart.c: epoch-cli chart
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "app/cli/verb.h"

#include "app/core/curves.h"
#include "app/core/run.h"
#include "engine/error.h"
#include "widgets/chart-export.h"

#include <glib/gi18n.h>

static gboolean
write_chart (const char      *folder,
             AppCurve         curve,
             UiExportFormat   format,
             const char      *output,
             GError         **error)
{
  g_autoptr (AppCurves) curves = app_curves_new ();

  if (!app_run_is_folder (folder))
    {
      g_set_error (error, NN_ERROR, NN_ERROR_FILE,
                   _("“%s” is no run: it has no “run.json”."), folder);
      return FALSE;
    }
  if (!app_curves_read (curves, folder, error))
    return FALSE;
  if (!app_curves_has (curves, curve))
    {
      g_set_error (error, NN_ERROR, NN_ERROR_FILE, _("The run “%s” has no curve “%s” yet."), folder,
                   app_curve_get_name (curve));
      return FALSE;
    }

  return ui_chart_export (app_curves_get_chart (curves, curve), output, format, NULL, error);
}

static int
run (int    argc,
     char **argv)
{
  g_autofree char *to = NULL;
  g_autofree char *output = NULL;
  g_autofree char *name = g_strdup ("loss");
  const GOptionEntry entries[] = {
    { "to", 0, 0, G_OPTION_ARG_STRING, &to, N_("Format: svg, pdf, png or csv"), N_("FORMAT") },
    { "curve", 0, 0, G_OPTION_ARG_STRING, &name, N_("Curve: loss, accuracy or rate"), N_("NAME") },
    { "output", 'o', 0, G_OPTION_ARG_FILENAME, &output, N_("The file to write"), N_("FILE") },
    { NULL }
  };
  g_autoptr (GError) error = NULL;
  UiExportFormat format;
  AppCurve curve;
  int code;

  if (!app_verb_parse (&app_verb_chart, entries, &argc, &argv, &code))
    return code;
  if (argc != 2 || output == NULL)
    return app_verb_misuse (&app_verb_chart, _("Name one run, --to and -o."));
  if (to == NULL || !ui_export_format_from_name (to, &format))
    return app_verb_misuse (&app_verb_chart, _("--to takes “svg”, “pdf”, “png” or “csv”."));
  if (!app_curve_find (name, &curve))
    return app_verb_misuse (&app_verb_chart, _("--curve takes “loss”, “accuracy” or “rate”."));

  return write_chart (argv[1], curve, format, output, &error) ? APP_EXIT_DONE
                                                              : app_verb_fail (error);
}

const AppVerb app_verb_chart = {
  "chart", N_("RUN"), N_("Draws a curve of a run into a file."), run
};
