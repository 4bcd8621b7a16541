/* chart.c: the plain description of a chart
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "widgets/chart.h"

#include <math.h>
#include <string.h>

typedef struct
{
  guint        id;
  UiChartWatch watch;
  gpointer     data;
} Watch;

static void
clear_line (gpointer data)
{
  UiLine *line = data;

  ui_series_unref (line->series);
  ui_smooth_free (line->smooth);
}

static void
clear_mark (gpointer data)
{
  UiMark *mark = data;

  g_free (mark->label);
}

UiChart *
ui_chart_new (UiChartKind  kind,
              const char  *title)
{
  UiChart *self = g_new0 (UiChart, 1);

  g_ref_count_init (&self->n_refs);
  self->kind = kind;
  self->title = g_strdup (title);
  for (int i = 0; i < 2; i++)
    self->axes[i].low = self->axes[i].high = NAN;

  self->lines.lines = g_array_new (FALSE, FALSE, sizeof (UiLine));
  self->lines.marks = g_array_new (FALSE, FALSE, sizeof (UiMark));
  self->lines.has_legend = TRUE;
  g_array_set_clear_func (self->lines.lines, clear_line);
  g_array_set_clear_func (self->lines.marks, clear_mark);
  self->bars.labels = g_ptr_array_new_with_free_func (g_free);
  self->bars.values = g_array_new (FALSE, FALSE, sizeof (double));
  self->matrix.row_labels = g_ptr_array_new_with_free_func (g_free);
  self->matrix.column_labels = g_ptr_array_new_with_free_func (g_free);
  self->watches = g_array_new (FALSE, FALSE, sizeof (Watch));

  return self;
}

UiChart *
ui_chart_ref (UiChart *self)
{
  g_ref_count_inc (&self->n_refs);
  return self;
}

void
ui_chart_unref (UiChart *self)
{
  if (!g_ref_count_dec (&self->n_refs))
    return;

  g_array_unref (self->watches);
  g_ptr_array_unref (self->matrix.column_labels);
  g_ptr_array_unref (self->matrix.row_labels);
  g_free (self->matrix.values);
  g_array_unref (self->bars.values);
  g_ptr_array_unref (self->bars.labels);
  g_array_unref (self->lines.marks);
  g_array_unref (self->lines.lines);
  for (int i = 0; i < 2; i++)
    g_free (self->axes[i].title);
  g_free (self->empty_text);
  g_free (self->title);
  g_free (self);
}

void
ui_chart_changed (UiChart *self)
{
  self->stamp++;

  /* Backwards, so that a watch may remove itself. */
  for (guint i = self->watches->len; i > 0; i--)
    {
      Watch watch = g_array_index (self->watches, Watch, i - 1);

      watch.watch (self, watch.data);
    }
}

guint
ui_chart_add_watch (UiChart      *self,
                    UiChartWatch  watch,
                    gpointer      data)
{
  Watch entry = { ++self->last_watch, watch, data };

  g_array_append_val (self->watches, entry);
  return entry.id;
}

void
ui_chart_remove_watch (UiChart *self,
                       guint    id)
{
  for (guint i = 0; i < self->watches->len; i++)
    if (g_array_index (self->watches, Watch, i).id == id)
      {
        g_array_remove_index (self->watches, i);
        return;
      }
}

static void
set_text (UiChart     *self,
          char       **place,
          const char  *text)
{
  char *copy;

  if (g_strcmp0 (*place, text) == 0)
    return;

  copy = g_strdup (text);
  g_free (*place);
  *place = copy;
  ui_chart_changed (self);
}

void
ui_chart_set_title (UiChart    *self,
                    const char *title)
{
  set_text (self, &self->title, title);
}

void
ui_chart_set_empty_text (UiChart    *self,
                         const char *text)
{
  set_text (self, &self->empty_text, text);
}

void
ui_chart_set_axis (UiChart     *self,
                   UiAxisIndex  axis,
                   const char  *title,
                   UiRulerKind  ruler)
{
  set_text (self, &self->axes[axis].title, title);
  ui_chart_set_ruler (self, axis, ruler);
}

void
ui_chart_set_ruler (UiChart     *self,
                    UiAxisIndex  axis,
                    UiRulerKind  ruler)
{
  if (self->axes[axis].ruler == ruler)
    return;

  self->axes[axis].ruler = ruler;
  ui_chart_changed (self);
}

/* NAN is equal to itself here. */
static gboolean
is_same_end (double a,
             double b)
{
  return a == b || (isnan (a) && isnan (b));
}

void
ui_chart_set_range (UiChart     *self,
                    UiAxisIndex  axis,
                    double       low,
                    double       high)
{
  UiAxis *place = &self->axes[axis];

  if (is_same_end (place->low, low) && is_same_end (place->high, high))
    return;

  place->low = low;
  place->high = high;
  ui_chart_changed (self);
}

UiLineStyle
ui_line_style_nth (guint n)
{
  UiLineStyle style = {
    .palette = n % UI_N_COLOURS,
    .dash = n % UI_N_DASHES,
    .marker = n % UI_N_MARKERS,
  };

  return style;
}

guint
ui_chart_add_line (UiChart           *self,
                   UiSeries          *series,
                   const UiLineStyle *style)
{
  guint index = self->lines.lines->len;
  UiLine line = {
    .series = ui_series_ref (series),
    .smooth = ui_smooth_new (),
    .style = style != NULL ? *style : ui_line_style_nth (index),
  };

  g_array_append_val (self->lines.lines, line);
  ui_chart_changed (self);
  return index;
}

static UiLine *
chart_line (UiChart *self,
            guint    line)
{
  g_assert (line < self->lines.lines->len);
  return &g_array_index (self->lines.lines, UiLine, line);
}

void
ui_chart_remove_line (UiChart *self,
                      guint    line)
{
  g_assert (line < self->lines.lines->len);

  g_array_remove_index (self->lines.lines, line);
  for (guint i = self->lines.marks->len; i > 0; i--)
    {
      UiMark *mark = &g_array_index (self->lines.marks, UiMark, i - 1);

      if (mark->line == line)
        g_array_remove_index (self->lines.marks, i - 1);
      else if (mark->line > line)
        mark->line--;
    }
  ui_chart_changed (self);
}

const UiLine *
ui_chart_get_line (UiChart *self,
                   guint    line)
{
  return chart_line (self, line);
}

void
ui_chart_set_line_style (UiChart           *self,
                         guint              line,
                         const UiLineStyle *style)
{
  chart_line (self, line)->style = *style;
  ui_chart_changed (self);
}

void
ui_chart_set_line_hidden (UiChart  *self,
                          guint     line,
                          gboolean  is_hidden)
{
  UiLine *place = chart_line (self, line);

  if (place->is_hidden == is_hidden)
    return;

  place->is_hidden = is_hidden;
  ui_chart_changed (self);
}

void
ui_chart_set_line_exact (UiChart  *self,
                         guint     line,
                         gboolean  is_exact)
{
  UiLine *place = chart_line (self, line);

  if (place->is_exact == is_exact)
    return;

  place->is_exact = is_exact;
  ui_chart_changed (self);
}

UiSeries *
ui_chart_get_shown (UiChart *self,
                    guint    line)
{
  UiLine *place = chart_line (self, line);

  if (self->lines.smoothing == 0 || place->is_exact)
    return place->series;

  return ui_smooth_update (place->smooth, place->series, self->lines.smoothing);
}

void
ui_chart_set_smoothing (UiChart *self,
                        double   smoothing)
{
  smoothing = CLAMP (smoothing, 0, 1);
  if (self->lines.smoothing == smoothing)
    return;

  self->lines.smoothing = smoothing;
  ui_chart_changed (self);
}

void
ui_chart_set_legend (UiChart  *self,
                     gboolean  has_legend)
{
  if (self->lines.has_legend == has_legend)
    return;

  self->lines.has_legend = has_legend;
  ui_chart_changed (self);
}

void
ui_chart_add_mark (UiChart    *self,
                   guint       line,
                   double      x,
                   const char *label)
{
  UiMark mark = { line, x, g_strdup (label) };

  g_assert (line < self->lines.lines->len);
  g_array_append_val (self->lines.marks, mark);
  ui_chart_changed (self);
}

void
ui_chart_clear_marks (UiChart *self)
{
  if (self->lines.marks->len == 0)
    return;

  g_array_set_size (self->lines.marks, 0);
  ui_chart_changed (self);
}

/* Replaces what @place holds by copies of @n labels; NULL leaves it empty. */
static void
set_labels (GPtrArray         *place,
            const char *const *labels,
            gsize              n)
{
  g_ptr_array_set_size (place, 0);
  for (gsize i = 0; labels != NULL && i < n; i++)
    g_ptr_array_add (place, g_strdup (labels[i]));
}

void
ui_chart_set_bars (UiChart           *self,
                   const char *const *labels,
                   const double      *values,
                   gsize              n_bars)
{
  set_labels (self->bars.labels, labels, n_bars);
  g_array_set_size (self->bars.values, 0);
  if (n_bars > 0)
    g_array_append_vals (self->bars.values, values, n_bars);
  ui_chart_changed (self);
}

void
ui_chart_set_matrix (UiChart           *self,
                     gsize              n_rows,
                     gsize              n_columns,
                     const double      *values,
                     const char *const *row_labels,
                     const char *const *column_labels)
{
  UiMatrix *matrix = &self->matrix;
  gsize n_values;

  if (!g_size_checked_mul (&n_values, n_rows, n_columns))
    g_assert_not_reached ();

  g_free (matrix->values);
  matrix->values = g_new (double, n_values);
  if (n_values > 0)
    memcpy (matrix->values, values, n_values * sizeof (double));
  matrix->n_rows = n_rows;
  matrix->n_columns = n_columns;
  set_labels (matrix->row_labels, row_labels, n_rows);
  set_labels (matrix->column_labels, column_labels, n_columns);
  ui_chart_changed (self);
}

const char *
ui_labels_get (GPtrArray *labels,
               gsize      index)
{
  return index < labels->len ? g_ptr_array_index (labels, index) : "";
}
