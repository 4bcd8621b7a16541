/* chart-read.c: what a chart says, in numbers and in words
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "widgets/chart.h"

#include <glib/gi18n.h>
#include <math.h>

/* Digits in a sentence: enough to compare two runs, few enough to hear. */
#define SPOKEN_DIGITS 3

/* The point of all visible lines that is nearest to @x. */
static gboolean
find_nearest_x (UiChart *self,
                double   x,
                double  *nearest)
{
  double best = INFINITY;

  for (guint i = 0; i < self->lines.lines->len; i++)
    {
      const UiLine *line = ui_chart_get_line (self, i);
      gsize index;

      if (line->is_hidden || !ui_series_find_nearest (line->series, x, &index))
        continue;
      if (fabs (ui_series_get_x (line->series, index) - x) < best)
        {
          *nearest = ui_series_get_x (line->series, index);
          best = fabs (*nearest - x);
        }
    }

  return best < INFINITY;
}

gboolean
ui_chart_get_x_span (UiChart *self,
                     double  *first,
                     double  *last)
{
  gboolean is_log = self->axes[UI_AXIS_X].ruler == UI_RULER_LOG;

  *first = INFINITY;
  *last = -INFINITY;
  for (guint i = 0; i < self->lines.lines->len; i++)
    {
      const UiLine *line = ui_chart_get_line (self, i);
      gsize length = ui_series_get_length (line->series);
      gsize start = is_log ? ui_series_find (line->series, G_MINDOUBLE) : 0;

      if (line->is_hidden || start >= length)
        continue;
      *first = MIN (*first, ui_series_get_x (line->series, start));
      *last = MAX (*last, ui_series_get_x (line->series, length - 1));
    }

  return *first <= *last;
}

gboolean
ui_chart_read (UiChart  *self,
               double    x,
               double   *nearest,
               GArray  **readings)
{
  if (!find_nearest_x (self, x, nearest))
    return FALSE;

  *readings = g_array_new (FALSE, FALSE, sizeof (UiReading));
  for (guint i = 0; i < self->lines.lines->len; i++)
    {
      const UiLine *line = ui_chart_get_line (self, i);
      UiReading reading = { .line = i };

      if (line->is_hidden || !ui_series_find_nearest (line->series, *nearest, &reading.index))
        continue;

      reading.x = ui_series_get_x (line->series, reading.index);
      reading.y = ui_series_get_y (line->series, reading.index);
      reading.smoothed = ui_series_get_y (ui_chart_get_shown (self, i), reading.index);
      g_array_append_val (*readings, reading);
    }

  return TRUE;
}

static char *
format_on_axis (const UiAxis *axis,
                double        value)
{
  if (axis->ruler == UI_RULER_TIME)
    return ui_ruler_format_time (value);
  return ui_ruler_format (value, axis->ruler == UI_RULER_WHOLE ? 15 : SPOKEN_DIGITS);
}

static char *
describe_lines (UiChart *self)
{
  g_autoptr (GArray) readings = NULL;
  g_autoptr (GString) values = g_string_new (NULL);
  g_autofree char *place = NULL;
  const UiAxis *axis = &self->axes[UI_AXIS_X];
  double first;
  double x;

  if (!ui_chart_get_x_span (self, &first, &x) || !ui_chart_read (self, x, &x, &readings))
    return g_strdup (_("The chart is empty."));

  for (guint i = 0; i < readings->len; i++)
    {
      const UiReading *reading = &g_array_index (readings, UiReading, i);
      const UiLine *line = ui_chart_get_line (self, reading->line);
      g_autofree char *value = format_on_axis (&self->axes[UI_AXIS_Y], reading->smoothed);

      if (i > 0)
        /* Translators: stands between two curves in a spoken list. */
        g_string_append (values, _(", "));
      g_string_append_printf (values, "%s %s", ui_series_get_name (line->series), value);
    }

  place = format_on_axis (axis, x);
  if (axis->title == NULL)
    /* Translators: "training loss 0.21, validation loss 0.25 at 900" */
    return g_strdup_printf (_("%s at %s"), values->str, place);

  /* Translators: "training loss 0.21, validation loss 0.25 at step 900" */
  return g_strdup_printf (_("%s at %s %s"), values->str, axis->title, place);
}

static char *
describe_bars (UiChart *self)
{
  GArray *values = self->bars.values;
  g_autofree char *least_text = NULL;
  g_autofree char *most_text = NULL;
  guint least = 0;
  guint most = 0;

  if (values->len == 0)
    return g_strdup (_("The chart is empty."));

  for (guint i = 1; i < values->len; i++)
    {
      if (g_array_index (values, double, i) < g_array_index (values, double, least))
        least = i;
      if (g_array_index (values, double, i) > g_array_index (values, double, most))
        most = i;
    }

  least_text = ui_ruler_format (g_array_index (values, double, least), SPOKEN_DIGITS);
  most_text = ui_ruler_format (g_array_index (values, double, most), SPOKEN_DIGITS);
  /* Translators: "10 bars, from 892 (cat) to 1135 (dog)" */
  return g_strdup_printf (ngettext ("%u bar, from %s (%s) to %s (%s)",
                                    "%u bars, from %s (%s) to %s (%s)", values->len),
                          values->len, least_text, ui_labels_get (self->bars.labels, least),
                          most_text, ui_labels_get (self->bars.labels, most));
}

static char *
describe_matrix (UiChart *self)
{
  const UiMatrix *matrix = &self->matrix;
  gsize n_values = matrix->n_rows * matrix->n_columns;
  g_autofree char *min_text = NULL;
  g_autofree char *max_text = NULL;
  double min = INFINITY;
  double max = -INFINITY;

  if (n_values == 0)
    return g_strdup (_("The chart is empty."));

  for (gsize i = 0; i < n_values; i++)
    {
      min = fmin (min, matrix->values[i]);
      max = fmax (max, matrix->values[i]);
    }

  min_text = ui_ruler_format (min, SPOKEN_DIGITS);
  max_text = ui_ruler_format (max, SPOKEN_DIGITS);
  return g_strdup_printf (_("%zu×%zu values from %s to %s"),
                          matrix->n_rows, matrix->n_columns, min_text, max_text);
}

char *
ui_chart_describe (UiChart *self)
{
  switch (self->kind)
    {
    case UI_CHART_LINES:
      return describe_lines (self);
    case UI_CHART_BARS:
      return describe_bars (self);
    case UI_CHART_MATRIX:
      return describe_matrix (self);
    default:
      g_assert_not_reached ();
    }
}
