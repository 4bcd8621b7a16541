/* report.c: a run on one page
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "app/core/report.h"

#include "app/core/curves.h"
#include "app/core/evaluation-charts.h"
#include "app/core/run.h"
#include "engine/file.h"
#include "engine/lower.h"
#include "widgets/chart-export.h"

#include <glib/gi18n.h>
#include <math.h>

static const char style[] =
  "body{font-family:sans-serif;max-width:50em;margin:2em auto;padding:0 1em;color:#222;"
  "background:#fff}"
  "h1{margin-bottom:0}p.sub{color:#666;margin-top:.2em}"
  "table{border-collapse:collapse;width:100%;margin:1em 0}"
  "th,td{text-align:left;padding:.3em .6em;border-bottom:1px solid #ddd}"
  ".n{text-align:right!important;font-variant-numeric:tabular-nums}"
  "img{width:100%;height:auto}"
  "@media(prefers-color-scheme:dark){body{background:#222;color:#eee}p.sub{color:#aaa}"
  "th,td{border-color:#444}img{background:#fff;border-radius:8px}}";

static void
add_row (GString    *html,
         const char *name,
         const char *value)
{
  g_autofree char *left = g_markup_escape_text (name, -1);
  g_autofree char *right = g_markup_escape_text (value, -1);

  g_string_append_printf (html, "<tr><td>%s</td><td class=\"n\">%s</td></tr>\n", left, right);
}

static void
add_number (GString    *html,
            const char *name,
            double      number,
            const char *format)
{
  char text[G_ASCII_DTOSTR_BUF_SIZE];

  if (!isfinite (number))
    return;
  g_ascii_formatd (text, sizeof text, format, number);
  add_row (html, name, text);
}

static void
add_heading (GString    *html,
             const char *title)
{
  g_autofree char *text = g_markup_escape_text (title, -1);

  g_string_append_printf (html, "<h2>%s</h2>\n<table>\n", text);
}

static void
add_scores (GString          *html,
            const AppRunInfo *info)
{
  add_heading (html, _("Result"));
  add_number (html, _("Test accuracy"), info->test_accuracy, "%.4f");
  add_number (html, _("Test loss"), info->test_loss, "%.4f");
  add_number (html, _("Validation accuracy"), info->validation_accuracy, "%.4f");
  add_number (html, _("Validation loss"), info->validation_loss, "%.4f");
  add_number (html, _("Training accuracy"), info->train_accuracy, "%.4f");
  add_number (html, _("Training loss"), info->train_loss, "%.4f");
  add_number (html, _("Seconds"), info->seconds, "%.1f");
  add_number (html, _("Samples per second"), info->per_second, "%.0f");
  add_row (html, _("Digest"), info->digest != NULL ? info->digest : "–");
  g_string_append (html, "</table>\n");
}

static void
add_attrs (GString           *html,
           const NnAttr      *attrs,
           const NnAttrValue  values[NN_MAX_ATTRS])
{
  for (int i = 0; attrs != NULL && attrs[i].name != NULL; i++)
    if (attrs[i].title != NULL)
      {
        g_autofree char *text = nn_attr_print (&attrs[i], &values[i]);

        add_row (html, _(attrs[i].title), text);
      }
}

/* Only what somebody has set. */
static void
add_options (GString          *html,
             const NnTraining *training)
{
  for (int i = 0; i < NN_N_OPTIONS; i++)
    if (nn_training_get_option (training, i) != nn_training_attrs[i].initial)
      {
        g_autofree char *text = nn_attr_print (&nn_training_attrs[i], &training->option[i]);

        add_row (html, _(nn_training_attrs[i].title), text);
      }
}

/* "conv1: frozen=true, start.weight=eye" for layers that are trained their own
 * way. */
static void
add_tunings (GString *html,
             NnGraph *graph)
{
  for (guint i = 0; i < nn_graph_get_n_nodes (graph); i++)
    {
      const NnNode *node = nn_graph_get_nth (graph, i);
      g_auto (GStrv) keys = nn_tuning_list (&node->tuning, node->op);
      g_autoptr (GString) words = g_string_new (NULL);

      if (nn_tuning_is_initial (&node->tuning))
        continue;
      for (int k = 0; keys[k] != NULL; k++)
        {
          g_autofree char *text = nn_tuning_get (&node->tuning, node->op, keys[k]);

          g_string_append_printf (words, "%s%s=%s", k > 0 ? ", " : "", keys[k], text);
        }
      add_row (html, node->name, words->str);
    }
}

static void
add_settings (GString          *html,
              const AppProject *project,
              const AppRunInfo *info)
{
  const NnTraining *training = &project->training;

  add_heading (html, _("Settings"));
  add_row (html, _("Data"), project->data.name != NULL ? project->data.name : "–");
  add_number (html, _("Epochs"), training->epochs, "%.0f");
  add_number (html, _("Batch size"), (double) training->batch, "%.0f");
  add_row (html, _("Optimiser"), _(training->optimiser->title));
  add_attrs (html, training->optimiser->attrs, training->optimiser_attr);
  add_number (html, _("Learning rate"), training->schedule.base, "%g");
  add_row (html, _("Schedule"), _(training->schedule.kind->title));
  add_number (html, _("Warm-up steps"), (double) training->schedule.warmup_steps, "%.0f");
  add_attrs (html, training->schedule.kind->attrs, training->schedule.attr);
  add_options (html, training);
  add_tunings (html, project->graph);
  add_number (html, _("Seed"), (double) training->seed, "%.0f");
  add_row (html, _("Device"), info->device);
  add_number (html, _("Threads"), info->threads, "%.0f");
  g_string_append (html, "</table>\n");
}

static void
add_network (GString          *html,
             const AppProject *project)
{
  g_autoptr (GArray) reports = nn_graph_report (project->graph);

  add_heading (html, _("Network"));
  g_string_append_printf (html, "<tr><th>%s</th><th>%s</th><th>%s</th><th>%s</th></tr>\n",
                          _("Name"), _("Layer"), _("Output"), _("Parameters"));
  for (guint i = 0; i < reports->len; i++)
    {
      const NnNodeReport *report = &g_array_index (reports, NnNodeReport, i);
      const NnNode *node = nn_graph_get_node (project->graph, report->node);
      g_autofree char *shape = report->has_shape ? nn_shape_print (&report->shape) : g_strdup ("–");
      g_autofree char *name = g_markup_escape_text (node->name, -1);

      g_string_append_printf (html, "<tr><td>%s</td><td>%s</td><td class=\"n\">%s</td>"
                              "<td class=\"n\">%" G_GINT64_FORMAT "</td></tr>\n",
                              name, _(node->op->title), shape, report->parameters);
    }
  g_string_append (html, "</table>\n");
}

static gboolean
add_chart (GString  *html,
           UiChart  *chart,
           GError  **error)
{
  g_autoptr (GBytes) svg = ui_chart_render (chart, UI_EXPORT_SVG, NULL, error);
  g_autofree char *encoded = NULL;
  g_autofree char *label = NULL;
  g_autofree char *escaped = NULL;
  gsize size;

  if (svg == NULL)
    return FALSE;

  encoded = g_base64_encode (g_bytes_get_data (svg, &size), g_bytes_get_size (svg));
  label = ui_chart_describe (chart);
  escaped = g_markup_escape_text (label, -1);
  g_string_append_printf (html, "<p><img alt=\"%s\" src=\"data:image/svg+xml;base64,%s\"></p>\n",
                          escaped, encoded);
  return TRUE;
}

static gboolean
add_curves (GString     *html,
            const char  *folder,
            GError     **error)
{
  g_autoptr (AppCurves) curves = app_curves_new ();

  if (!app_curves_read (curves, folder, error))
    return FALSE;

  for (int i = 0; i < APP_N_CURVES; i++)
    if (app_curves_has (curves, (AppCurve) i)
        && !add_chart (html, app_curves_get_chart (curves, (AppCurve) i), error))
      return FALSE;

  return TRUE;
}

/* A row for each class; the confusion matrix is a picture. */
static void
add_class_table (GString             *html,
                 const AppEvaluation *evaluation,
                 const NnTable       *table)
{
  g_autofree char *title = g_markup_escape_text (_(table->title), -1);

  g_string_append_printf (html, "<table>\n<tr><th>%s</th>", title);
  for (gint64 k = 0; k < table->n_columns; k++)
    {
      g_autofree char *column = g_markup_escape_text (_(table->columns[k]), -1);

      g_string_append_printf (html, "<th class=\"n\">%s</th>", column);
    }
  g_string_append (html, "</tr>\n");

  for (gint64 i = 0; i < table->n_rows; i++)
    {
      g_autofree char *name = app_evaluation_dup_class (evaluation, i);
      g_autofree char *escaped = g_markup_escape_text (name, -1);

      g_string_append_printf (html, "<tr><td>%s</td>", escaped);
      for (gint64 k = 0; k < table->n_columns; k++)
        {
          g_autofree char *text = app_table_print (table, i, k);

          g_string_append_printf (html, "<td class=\"n\">%s</td>", text);
        }
      g_string_append (html, "</tr>\n");
    }
  g_string_append (html, "</table>\n");
}

static void
add_measures (GString             *html,
              const AppEvaluation *evaluation,
              NnPart               part)
{
  /* Translators: a heading; %s is a part of the data. */
  g_autofree char *title = g_strdup_printf (_("Evaluation: %s"), app_part_title (part));
  const NnFindings *findings = evaluation->findings;

  add_heading (html, title);
  for (guint i = 0; i < findings->measures->len; i++)
    {
      const NnMeasure *measure = &g_array_index (findings->measures, NnMeasure, i);
      g_autofree char *text = app_measure_print (measure);

      add_row (html, _(measure->title), text);
    }
  g_string_append (html, "</table>\n");
}

/* What was found of the best part that was judged. */
static gboolean
add_evaluation (GString     *html,
                const char  *folder,
                GError     **error)
{
  g_autoptr (AppEvaluation) evaluation = NULL;
  g_autoptr (UiChart) matrix = NULL;
  g_autoptr (UiChart) roc = NULL;
  g_autoptr (UiChart) precision = NULL;
  int part = NN_N_PARTS;

  while (evaluation == NULL && --part >= 0)
    evaluation = app_evaluation_load (folder, (NnPart) part, NULL);
  if (evaluation == NULL)
    return TRUE;

  add_measures (html, evaluation, (NnPart) part);
  for (guint i = 0; i < evaluation->findings->tables->len; i++)
    {
      const NnTable *table = g_ptr_array_index (evaluation->findings->tables, i);

      if (table->columns != NULL)
        add_class_table (html, evaluation, table);
    }
  matrix = app_evaluation_make_matrix (evaluation);
  roc = app_evaluation_make_curves (evaluation, "roc");
  precision = app_evaluation_make_curves (evaluation, "precision-recall");
  return (matrix == NULL || add_chart (html, matrix, error))
         && (roc == NULL || add_chart (html, roc, error))
         && (precision == NULL || add_chart (html, precision, error));
}

gboolean
app_report_write (const char  *folder,
                  const char  *path,
                  GError     **error)
{
  g_autoptr (AppProject) project = app_run_read_project (folder, error);
  g_autoptr (GString) html = g_string_new (NULL);
  g_autofree char *name = NULL;
  g_autofree char *title = NULL;
  AppRunInfo info;

  if (project == NULL || !app_run_read_info (folder, &info, error))
    return FALSE;

  name = info.project != NULL ? g_path_get_basename (info.project) : g_path_get_basename (folder);
  title = g_markup_escape_text (name, -1);
  g_string_append_printf (html, "<!DOCTYPE html>\n<html>\n<head>\n<meta charset=\"utf-8\">\n"
                          "<title>%s</title>\n<style>%s</style>\n</head>\n<body>\n<h1>%s</h1>\n",
                          title, style, title);
  {
    g_autofree char *line = g_strdup_printf (_("%d of %d steps, %d epochs, Epoch %s"),
                                             (int) info.steps, (int) info.total_steps,
                                             (int) info.epochs, info.version);
    g_autofree char *escaped = g_markup_escape_text (line, -1);

    g_string_append_printf (html, "<p class=\"sub\">%s</p>\n", escaped);
  }
  add_scores (html, &info);
  if (!add_curves (html, folder, error) || !add_evaluation (html, folder, error))
    {
      app_run_info_clear (&info);
      return FALSE;
    }
  add_network (html, project);
  add_settings (html, project, &info);
  g_string_append (html, "</body>\n</html>\n");
  app_run_info_clear (&info);

  return nn_file_write (path, html->str, html->len, error);
}
