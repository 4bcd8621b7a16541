/* draw-lines.c: a chart of curves: its ranges, its curves and its marks
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "widgets/draw-private.h"

#include <glib/gi18n.h>
#include <math.h>

#define CURVE_WIDTH 1.8
#define RAW_WIDTH 1.0
#define RAW_ALPHA 0.32          /* of the trace under a smoothed curve */
#define MARK_RADIUS 4.5

/* Beyond this the product of a range and a pixel may be infinite. */
#define MAX_VALUE 1e300

/* The two ends of an axis that the chart fixes. */
static void
apply_fixed_ends (const UiAxis *axis,
                  double       *low,
                  double       *high)
{
  gboolean is_log = axis->ruler == UI_RULER_LOG;

  if (isfinite (axis->low) && !(is_log && axis->low <= 0))
    *low = axis->low;
  if (isfinite (axis->high) && !(is_log && axis->high <= 0))
    *high = axis->high;
}

/* Makes room around a single value and keeps the numbers in bounds. */
static void
widen (const UiAxis *axis,
       double       *low,
       double       *high)
{
  *low = CLAMP (*low, -MAX_VALUE, MAX_VALUE);
  *high = CLAMP (*high, -MAX_VALUE, MAX_VALUE);
  if (*low > *high)
    *high = *low;

  /* Ends closer than the numbers can tell apart count as one. */
  if (*high - *low > 1e-12 * MAX (fabs (*low), fabs (*high)))
    return;

  if (axis->ruler == UI_RULER_LOG)
    {
      *low /= 2;
      *high *= 2;
    }
  else
    {
      double room = *low == 0 ? 1 : fabs (*low) / 2;

      *low -= room;
      *high += room;
    }
}

/* FALSE when no visible series has a point that the x axis can show. */
static gboolean
find_x_range (UiDraw *draw,
              double *low,
              double *high)
{
  const UiAxis *axis = &draw->chart->axes[UI_AXIS_X];

  if (!ui_chart_get_x_span (draw->chart, low, high))
    return FALSE;

  apply_fixed_ends (axis, low, high);
  widen (axis, low, high);
  return TRUE;
}

/* FALSE when no visible point has a value that the y axis can show. */
static gboolean
find_y_range (UiDraw *draw,
              double *low,
              double *high)
{
  const UiAxis *axis = &draw->chart->axes[UI_AXIS_Y];
  const UiMapping *x = &draw->plot->axes[UI_AXIS_X];
  GArray *lines = draw->chart->lines.lines;
  UiExtent all;

  ui_extent_init (&all);
  for (guint i = 0; i < lines->len; i++)
    {
      const UiLine *line = &g_array_index (lines, UiLine, i);
      UiExtent extent;

      if (line->is_hidden)
        continue;
      ui_series_measure (line->series, ui_series_find (line->series, x->low),
                         ui_series_find (line->series, nextafter (x->high, INFINITY)), &extent);
      ui_extent_merge (&all, &extent);
    }

  *low = axis->ruler == UI_RULER_LOG ? all.above_zero : all.min;
  *high = all.max;
  if (!(*low <= *high))
    return FALSE;

  widen (axis, low, high);
  ui_ruler_round_out (axis->ruler, low, high, ui_draw_count_ticks (draw, UI_AXIS_Y));
  apply_fixed_ends (axis, low, high);
  widen (axis, low, high);
  return TRUE;
}

static void
set_mapping (UiMapping    *mapping,
             const UiAxis *axis,
             double        low,
             double        high)
{
  mapping->low = low;
  mapping->high = high;
  mapping->is_log = axis->ruler == UI_RULER_LOG;
}

/* Finds ranges and room, and draws the axes.  FALSE when there is nothing that
 * could be shown between them; then a sentence says so. */
static gboolean
draw_frame (UiDraw *draw)
{
  UiPlot *plot = draw->plot;
  const UiAxis *axes = draw->chart->axes;
  UiMapping *x = &plot->axes[UI_AXIS_X];
  UiMapping *y = &plot->axes[UI_AXIS_Y];
  g_autoptr (GArray) x_ticks = NULL;
  g_autoptr (GArray) y_ticks = NULL;
  double low;
  double high;

  if (!find_x_range (draw, &low, &high))
    {
      ui_draw_empty (draw);
      return FALSE;
    }
  set_mapping (x, &axes[UI_AXIS_X], low, high);

  ui_draw_reserve_x_axis (draw);
  if (!find_y_range (draw, &low, &high))
    {
      ui_draw_sentence (draw, axes[UI_AXIS_Y].ruler == UI_RULER_LOG
                              ? _("A logarithmic axis shows only values above zero")
                              : _("No values in this range"));
      return FALSE;
    }
  set_mapping (y, &axes[UI_AXIS_Y], low, high);

  y_ticks = ui_draw_make_ticks (draw, UI_AXIS_Y, y->low, y->high);
  ui_draw_reserve_y_axis (draw, y_ticks);
  ui_draw_snap (draw);
  if (plot->width < 1 || plot->height < 1)
    {
      plot->is_empty = TRUE;
      return FALSE;
    }

  x->start = plot->x;
  x->length = plot->width;
  y->start = plot->y + plot->height;
  y->length = -plot->height;
  x_ticks = ui_draw_make_ticks (draw, UI_AXIS_X, x->low, x->high);
  ui_draw_y_axis (draw, y_ticks);
  ui_draw_x_axis (draw, x_ticks, FALSE);
  return TRUE;
}

static void
draw_line (UiDraw *draw,
           guint   index)
{
  const UiLine *line = ui_chart_get_line (draw->chart, index);
  UiColour colour = ui_theme_get_colour (draw->theme, &line->style);
  UiSeries *shown;

  if (line->is_hidden)
    return;

  shown = ui_chart_get_shown (draw->chart, index);
  if (shown != line->series)
    ui_draw_curve (draw, line->series, &colour, RAW_ALPHA, RAW_WIDTH, UI_DASH_SOLID);
  ui_draw_curve (draw, shown, &colour, 1, CURVE_WIDTH, line->style.dash);
  ui_draw_markers (draw, shown, line->style.marker, &colour, index);
}

/* The label of a mark, beside its hairline and on the side with more room. */
static void
draw_mark_label (UiDraw       *draw,
                 const UiMark *mark,
                 double        x)
{
  const UiPlot *plot = draw->plot;
  gboolean goes_left = x > plot->x + plot->width / 2;
  double gap = draw->line / 2;
  double room = goes_left ? x - plot->x - gap : plot->x + plot->width - x - gap;

  if (mark->label == NULL || room < 3 * draw->line || plot->height < 3 * draw->line)
    return;

  ui_draw_text (draw, UI_TEXT_DIM, mark->label, room,
                goes_left ? x - gap : x + gap, plot->y + 1, goes_left ? 1 : 0, 0);
}

static void
draw_mark (UiDraw       *draw,
           const UiMark *mark)
{
  const UiPlot *plot = draw->plot;
  const UiLine *line = ui_chart_get_line (draw->chart, mark->line);
  UiColour colour = ui_theme_get_colour (draw->theme, &line->style);
  UiColour back = draw->theme->background;
  double x = ui_mapping_to_pixel (&plot->axes[UI_AXIS_X], mark->x);
  double y;
  gsize index;

  if (line->is_hidden || !(x >= plot->x && x <= plot->x + plot->width)
      || !ui_series_find_nearest (line->series, mark->x, &index))
    return;

  ui_draw_set_colour (draw, &draw->theme->foreground, 0.4);
  ui_draw_set_dash (draw->cr, UI_DASH_DOTS);
  ui_draw_hairline (draw, x, plot->y, x, plot->y + plot->height);
  ui_draw_set_dash (draw->cr, UI_DASH_SOLID);
  draw_mark_label (draw, mark, x);

  y = ui_mapping_to_pixel (&plot->axes[UI_AXIS_Y], ui_series_get_y (line->series, index));
  if (!(y >= plot->y && y <= plot->y + plot->height))
    return;

  back.alpha = 1;
  cairo_arc (draw->cr, x, y, MARK_RADIUS, 0, 2 * G_PI);
  ui_draw_set_colour (draw, &back, 1);
  cairo_fill_preserve (draw->cr);
  ui_draw_set_colour (draw, &colour, 1);
  cairo_set_line_width (draw->cr, 2);
  cairo_stroke (draw->cr);
}

void
ui_draw_lines (UiDraw *draw)
{
  UiLines *lines = &draw->chart->lines;
  const UiPlot *plot = draw->plot;

  ui_draw_legend (draw);
  if (!draw_frame (draw))
    return;

  /* A curve may lie on the edge of the plot, with half its width outside. */
  cairo_save (draw->cr);
  cairo_rectangle (draw->cr, plot->x - MARK_RADIUS, plot->y - 2 * CURVE_WIDTH,
                   plot->width + 2 * MARK_RADIUS, plot->height + 4 * CURVE_WIDTH);
  cairo_clip (draw->cr);
  for (guint i = 0; i < lines->lines->len; i++)
    draw_line (draw, i);
  cairo_restore (draw->cr);

  for (guint i = 0; i < lines->marks->len; i++)
    draw_mark (draw, &g_array_index (lines->marks, UiMark, i));
}
