/* draw-axes.c: ticks, grid lines and titles of the two axes
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "widgets/draw-private.h"

#include <math.h>

/* All distances are in lines of small text, so that they follow the font. */
#define GAP 0.4                 /* between a label and its axis */
#define LINES_PER_Y_TICK 2.8
#define LINES_PER_X_TICK 5.0

static gboolean
has_x_labels (UiDraw *draw)
{
  return draw->height >= 5 * draw->line && draw->width >= 6 * draw->line;
}

static gboolean
has_y_labels (UiDraw *draw)
{
  return draw->width >= 8 * draw->line && draw->height >= 2.5 * draw->line;
}

gboolean
ui_draw_has_axis_title (UiDraw      *draw,
                        UiAxisIndex  axis)
{
  return draw->chart->axes[axis].title != NULL
         && draw->height >= 11 * draw->line && draw->width >= 16 * draw->line;
}

/* The ticks an axis has room for. */
int
ui_draw_count_ticks (UiDraw      *draw,
                     UiAxisIndex  axis)
{
  double ticks = axis == UI_AXIS_X ? draw->plot->width / draw->line / LINES_PER_X_TICK
                                   : draw->plot->height / draw->line / LINES_PER_Y_TICK;

  return CLAMP ((int) ticks, 2, axis == UI_AXIS_X ? 12 : 8);
}

GArray *
ui_draw_make_ticks (UiDraw      *draw,
                    UiAxisIndex  axis,
                    double       low,
                    double       high)
{
  return ui_ruler_ticks (draw->chart->axes[axis].ruler, low, high,
                         ui_draw_count_ticks (draw, axis));
}

/* Takes the room for labels and title of the x axis from the plot's bottom. */
void
ui_draw_reserve_x_axis (UiDraw *draw)
{
  if (has_x_labels (draw))
    draw->plot->height -= (1 + GAP) * draw->line;
  if (ui_draw_has_axis_title (draw, UI_AXIS_X))
    draw->plot->height -= (1 + GAP) * draw->line;
}

/* Moves the plot's edges inwards to device pixels, so that a
 * column of a curve is a column of pixels, and lines are sharp. */
void
ui_draw_snap (UiDraw *draw)
{
  UiPlot *plot = draw->plot;
  double scale = draw->theme->scale;
  double right = floor ((plot->x + plot->width) * scale) / scale;
  double bottom = floor ((plot->y + plot->height) * scale) / scale;

  plot->x = ceil (plot->x * scale) / scale;
  plot->y = ceil (plot->y * scale) / scale;
  plot->width = right - plot->x;
  plot->height = bottom - plot->y;
}

static double
widest_tick (UiDraw *draw,
             GArray *ticks)
{
  double widest = 0;

  for (guint i = 0; i < ticks->len; i++)
    {
      const UiTick *tick = &g_array_index (ticks, UiTick, i);
      double width;

      if (tick->label == NULL)
        continue;
      ui_draw_measure_text (draw, UI_TEXT_DIM, tick->label, 0, &width, NULL);
      widest = MAX (widest, width);
    }

  return widest;
}

/* Takes the room for @ticks and the title of the y axis from the plot's left. */
void
ui_draw_reserve_y_axis (UiDraw *draw,
                        GArray *ticks)
{
  double room = 0;

  if (has_y_labels (draw))
    room += ceil (widest_tick (draw, ticks)) + GAP * draw->line;
  if (ui_draw_has_axis_title (draw, UI_AXIS_Y))
    room += (1 + GAP) * draw->line;
  draw->plot->x += room;
  draw->plot->width -= room;
}

/* The width of the widest of every @stride-th label, each cut to @limit unless
 * that is not positive. */
double
ui_draw_widest_label (UiDraw    *draw,
                      GPtrArray *labels,
                      guint      stride,
                      double     limit)
{
  double widest = 0;

  for (guint i = 0; i < labels->len; i += stride)
    {
      double width;

      ui_draw_measure_text (draw, UI_TEXT_NORMAL, g_ptr_array_index (labels, i), limit,
                            &width, NULL);
      widest = MAX (widest, width);
    }

  return ceil (widest);
}

static void
draw_x_labels (UiDraw *draw,
               GArray *ticks)
{
  const UiPlot *plot = draw->plot;
  double y = plot->y + plot->height + GAP * draw->line;
  double free_from = 0;

  for (guint i = 0; i < ticks->len; i++)
    {
      const UiTick *tick = &g_array_index (ticks, UiTick, i);
      double width;
      double left;

      if (tick->label == NULL)
        continue;

      /* A label near an end moves inwards rather than being cut. */
      ui_draw_measure_text (draw, UI_TEXT_DIM, tick->label, 0, &width, NULL);
      left = ui_mapping_to_pixel (&plot->axes[UI_AXIS_X], tick->value) - width / 2;
      left = CLAMP (left, 0, MAX (0, draw->width - draw->padding / 2 - width));
      if (left < free_from)
        continue;

      ui_draw_text (draw, UI_TEXT_DIM, tick->label, 0, left, y, 0, 0);
      free_from = left + width + draw->line / 2;
    }
}

void
ui_draw_x_axis (UiDraw   *draw,
                GArray   *ticks,
                gboolean  has_grid)
{
  const UiPlot *plot = draw->plot;
  double bottom = plot->y + plot->height;

  ui_draw_set_colour (draw, &draw->theme->grid, 1);
  for (guint i = 0; i < ticks->len; i++)
    {
      const UiTick *tick = &g_array_index (ticks, UiTick, i);
      double x = ui_mapping_to_pixel (&plot->axes[UI_AXIS_X], tick->value);
      double tail = tick->label != NULL ? 4 : 2;

      ui_draw_hairline (draw, x, has_grid ? plot->y : bottom, x, has_grid ? bottom : bottom + tail);
    }

  if (has_x_labels (draw))
    draw_x_labels (draw, ticks);
  if (ui_draw_has_axis_title (draw, UI_AXIS_X))
    ui_draw_text (draw, UI_TEXT_DIM, draw->chart->axes[UI_AXIS_X].title, plot->width,
                  plot->x + plot->width / 2, draw->height - draw->padding, 0.5, 1);
}

void
ui_draw_y_axis (UiDraw *draw,
                GArray *ticks)
{
  const UiPlot *plot = draw->plot;

  for (guint i = 0; i < ticks->len; i++)
    {
      const UiTick *tick = &g_array_index (ticks, UiTick, i);
      double y = ui_mapping_to_pixel (&plot->axes[UI_AXIS_Y], tick->value);

      ui_draw_set_colour (draw, &draw->theme->grid, tick->label != NULL ? 1 : 0.5);
      ui_draw_hairline (draw, plot->x, y, plot->x + plot->width, y);
      if (tick->label != NULL && has_y_labels (draw))
        ui_draw_text (draw, UI_TEXT_DIM, tick->label, 0, plot->x - GAP * draw->line, y, 1, 0.5);
    }

  if (ui_draw_has_axis_title (draw, UI_AXIS_Y))
    ui_draw_text_upwards (draw, UI_TEXT_DIM, draw->chart->axes[UI_AXIS_Y].title, plot->height,
                          draw->padding, plot->y + plot->height / 2, 0.5, 0);
}
