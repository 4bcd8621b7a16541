/* evaluation-charts.c: an evaluation as pictures
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "app/core/evaluation-charts.h"

#include <glib/gi18n.h>

/* More lines than this in one chart cannot be told apart. */
#define MOST_LINES 20

static char **
dup_labels (const AppEvaluation *self,
            gint64               count)
{
  char **labels = g_new0 (char *, count + 1);

  for (gint64 i = 0; i < count; i++)
    labels[i] = app_evaluation_dup_class (self, i);
  return labels;
}

UiChart *
app_evaluation_make_matrix (const AppEvaluation *self)
{
  const NnTable *table = nn_findings_find_table (self->findings, "confusion");
  g_auto (GStrv) labels = NULL;
  UiChart *chart;

  if (table == NULL)
    return NULL;

  labels = dup_labels (self, table->n_rows);
  chart = ui_chart_new (UI_CHART_MATRIX, _(table->title));
  ui_chart_set_axis (chart, UI_AXIS_X, _("Predicted class"), UI_RULER_WHOLE);
  ui_chart_set_axis (chart, UI_AXIS_Y, _("Actual class"), UI_RULER_WHOLE);
  ui_chart_set_matrix (chart, (gsize) table->n_rows, (gsize) table->n_columns, table->values,
                       (const char *const *) labels, (const char *const *) labels);
  return chart;
}

static void
add_line (const AppEvaluation *self,
          UiChart             *chart,
          const NnCurve       *curve)
{
  g_autofree char *name = app_evaluation_dup_class (self, curve->class);
  /* Translators: below a curve: a class, and the area under its curve. */
  g_autofree char *title = g_strdup_printf (_("%s (area %.3f)"), name, curve->area);
  g_autoptr (UiSeries) series = ui_series_new (title);
  guint line;

  for (guint i = 0; i < curve->n_points; i++)
    ui_series_append (series, curve->x[i], curve->y[i]);
  line = ui_chart_add_line (chart, series, NULL);
  ui_chart_set_line_exact (chart, line, TRUE);
}

UiChart *
app_evaluation_make_curves (const AppEvaluation *self,
                            const char          *name)
{
  UiChart *chart = NULL;
  guint n_lines = 0;

  for (guint i = 0; i < self->findings->curves->len && n_lines < MOST_LINES; i++)
    {
      const NnCurve *curve = g_ptr_array_index (self->findings->curves, i);

      if (!g_str_equal (curve->name, name))
        continue;
      if (chart == NULL)
        {
          chart = ui_chart_new (UI_CHART_LINES, _(curve->title));
          ui_chart_set_axis (chart, UI_AXIS_X, _(curve->x_title), UI_RULER_LINEAR);
          ui_chart_set_axis (chart, UI_AXIS_Y, _(curve->y_title), UI_RULER_LINEAR);
          ui_chart_set_range (chart, UI_AXIS_Y, 0, 1);
          ui_chart_set_legend (chart, TRUE);
        }
      add_line (self, chart, curve);
      n_lines++;
    }

  return chart;
}
