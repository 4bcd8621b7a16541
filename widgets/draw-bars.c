/* draw-bars.c: a chart of horizontal bars, which leaves room for long labels
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "widgets/draw-private.h"

#include <math.h>

#define BAR_PART 0.68           /* of a row; the rest is air */
#define LABEL_PART 0.4          /* of the width, at most */
#define ROUNDING 8              /* the axis ends within an eighth of the longest bar */

static double
bar_value (UiDraw *draw,
           guint   bar)
{
  return g_array_index (draw->chart->bars.values, double, bar);
}

/* Bars start at zero, so zero is always in the range. */
static void
find_range (UiDraw *draw,
            double *low,
            double *high)
{
  const UiAxis *axis = &draw->chart->axes[UI_AXIS_X];

  *low = 0;
  *high = 0;
  for (guint i = 0; i < draw->chart->bars.values->len; i++)
    if (isfinite (bar_value (draw, i)))
      {
        *low = MIN (*low, bar_value (draw, i));
        *high = MAX (*high, bar_value (draw, i));
      }

  if (*low == *high)
    *high = 1;
  ui_ruler_round_out (axis->ruler, low, high, ROUNDING);
  if (isfinite (axis->low))
    *low = MIN (axis->low, 0);
  if (isfinite (axis->high) && axis->high > *low)
    *high = axis->high;
}

/* How many rows share one label, so that labels do not touch. */
static guint
label_stride (UiDraw *draw)
{
  double pitch = draw->plot->height / draw->chart->bars.values->len;

  return MAX (1, (guint) ceil (1.05 * draw->line / pitch));
}

/* The width of the labels' column; 0 when there is no room for one. */
static double
measure_labels (UiDraw *draw)
{
  if (draw->plot->width < 10 * draw->line || draw->plot->height < draw->line)
    return 0;

  return ui_draw_widest_label (draw, draw->chart->bars.labels, label_stride (draw),
                               draw->plot->width * LABEL_PART);
}

/* The number at the end of a bar, with all its digits when it is whole. */
static char *
print_value (double value)
{
  return ui_ruler_format (value, value == floor (value) && fabs (value) < 1e15 ? 15 : 4);
}

static double
measure_values (UiDraw *draw)
{
  double widest = 0;

  if (label_stride (draw) > 1 || draw->plot->width < 14 * draw->line)
    return 0;

  for (guint i = 0; i < draw->chart->bars.values->len; i++)
    {
      g_autofree char *text = print_value (bar_value (draw, i));
      double width;

      ui_draw_measure_text (draw, UI_TEXT_DIM, text, 0, &width, NULL);
      widest = MAX (widest, width);
    }

  return ceil (widest) + draw->line / 2;
}

static void
draw_labels (UiDraw *draw,
             double  label_width)
{
  const UiPlot *plot = draw->plot;
  GPtrArray *labels = draw->chart->bars.labels;
  guint stride = label_stride (draw);

  for (guint i = 0; label_width > 0 && i < labels->len; i += stride)
    ui_draw_text (draw, UI_TEXT_NORMAL, g_ptr_array_index (labels, i), label_width,
                  plot->x - draw->line / 2,
                  ui_mapping_to_pixel (&plot->axes[UI_AXIS_Y], i + 0.5), 1, 0.5);
}

/* More bars than rows of pixels would only paint over each other, so each row
 * of device pixels shows the largest of its bars. */
static void
draw_crowded_bars (UiDraw *draw)
{
  UiPlot *plot = draw->plot;
  const UiMapping *axis = &plot->axes[UI_AXIS_X];
  gsize n_rows = MAX (1, (gsize) floor (plot->height * draw->theme->scale));
  guint n_bars = draw->chart->bars.values->len;
  double zero = ui_mapping_to_pixel (axis, 0);

  for (gsize row = 0; row < n_rows; row++)
    {
      guint64 end = (guint64) n_bars * (row + 1) / n_rows;
      double largest = 0;

      for (guint64 i = (guint64) n_bars * row / n_rows; i < end; i++)
        if (fabs (bar_value (draw, i)) > fabs (largest) && isfinite (bar_value (draw, i)))
          largest = bar_value (draw, i);

      cairo_rectangle (draw->cr, zero, plot->y + plot->height * row / n_rows,
                       ui_mapping_to_pixel (axis, largest) - zero, plot->height / n_rows);
      plot->n_points += 2;
    }

  cairo_fill (draw->cr);
}

static void
draw_bars (UiDraw *draw)
{
  UiPlot *plot = draw->plot;
  const UiMapping *axis = &plot->axes[UI_AXIS_X];
  guint n_bars = draw->chart->bars.values->len;
  double pitch = plot->height / n_bars;
  double zero = ui_mapping_to_pixel (axis, 0);

  for (guint i = 0; i < n_bars; i++)
    {
      if (!isfinite (bar_value (draw, i)))
        continue;
      cairo_rectangle (draw->cr, zero, plot->y + (i + (1 - BAR_PART) / 2) * pitch,
                       ui_mapping_to_pixel (axis, bar_value (draw, i)) - zero, BAR_PART * pitch);
      plot->n_points += 2;
    }

  cairo_fill (draw->cr);
}

static void
draw_values (UiDraw *draw)
{
  const UiPlot *plot = draw->plot;

  for (guint i = 0; i < draw->chart->bars.values->len; i++)
    {
      double value = bar_value (draw, i);
      g_autofree char *text = print_value (value);
      double end = ui_mapping_to_pixel (&plot->axes[UI_AXIS_X], fmax (value, 0));

      ui_draw_text (draw, UI_TEXT_DIM, text, 0, MIN (end, plot->x + plot->width) + draw->line / 3,
                    ui_mapping_to_pixel (&plot->axes[UI_AXIS_Y], i + 0.5), 0, 0.5);
    }
}

void
ui_draw_bars (UiDraw *draw)
{
  UiPlot *plot = draw->plot;
  const UiBars *bars = &draw->chart->bars;
  UiColour colour = draw->theme->palette[(guint) bars->palette % UI_N_COLOURS];
  UiMapping *x = &plot->axes[UI_AXIS_X];
  UiMapping *y = &plot->axes[UI_AXIS_Y];
  g_autoptr (GArray) ticks = NULL;
  double label_width;
  double value_width;
  double low;
  double high;

  if (bars->values->len == 0)
    {
      ui_draw_empty (draw);
      return;
    }

  ui_draw_reserve_x_axis (draw);
  if (plot->width < 1 || plot->height < 1)
    {
      plot->is_empty = TRUE;
      return;
    }

  label_width = measure_labels (draw);
  value_width = measure_values (draw);
  plot->x += label_width > 0 ? label_width + draw->line / 2 : 0;
  plot->width -= plot->x - draw->padding + value_width;
  ui_draw_snap (draw);
  if (plot->width < 1 || plot->height < 1)
    {
      plot->is_empty = TRUE;
      return;
    }

  find_range (draw, &low, &high);
  *x = (UiMapping) { low, high, plot->x, plot->width, FALSE };
  *y = (UiMapping) { 0, bars->values->len, plot->y, plot->height, FALSE };
  ticks = ui_draw_make_ticks (draw, UI_AXIS_X, low, high);
  ui_draw_x_axis (draw, ticks, TRUE);
  ui_draw_set_colour (draw, &draw->theme->foreground, 0.4);
  ui_draw_hairline (draw, ui_mapping_to_pixel (x, 0), plot->y,
                    ui_mapping_to_pixel (x, 0), plot->y + plot->height);

  cairo_save (draw->cr);
  cairo_rectangle (draw->cr, plot->x, plot->y, plot->width, plot->height);
  cairo_clip (draw->cr);
  ui_draw_set_colour (draw, &colour, 1);
  if (bars->values->len > plot->height * draw->theme->scale)
    draw_crowded_bars (draw);
  else
    draw_bars (draw);
  cairo_restore (draw->cr);

  draw_labels (draw, label_width);
  if (value_width > 0)
    draw_values (draw);
}
