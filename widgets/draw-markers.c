/* draw-markers.c: the small shapes on a curve that tell it apart without colour
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "widgets/draw-private.h"

#include <math.h>

/* Between two markers on a curve with many points, and between the first
 * markers of two curves, so that they do not hide each other. */
#define MARKER_DISTANCE 96
#define MARKER_SHIFT 22
#define MARKER_RADIUS 3.5

void
ui_draw_marker (cairo_t  *cr,
                UiMarker  marker,
                double    x,
                double    y,
                double    radius)
{
  cairo_new_path (cr);
  switch (marker)
    {
    case UI_MARKER_CIRCLE:
      cairo_arc (cr, x, y, radius, 0, 2 * G_PI);
      break;
    case UI_MARKER_SQUARE:
      cairo_rectangle (cr, x - 0.88 * radius, y - 0.88 * radius, 1.76 * radius, 1.76 * radius);
      break;
    case UI_MARKER_TRIANGLE:
      cairo_move_to (cr, x, y - 1.2 * radius);
      cairo_line_to (cr, x + 1.1 * radius, y + 0.8 * radius);
      cairo_line_to (cr, x - 1.1 * radius, y + 0.8 * radius);
      break;
    case UI_MARKER_DIAMOND:
      cairo_move_to (cr, x, y - 1.3 * radius);
      cairo_line_to (cr, x + 1.3 * radius, y);
      cairo_line_to (cr, x, y + 1.3 * radius);
      cairo_line_to (cr, x - 1.3 * radius, y);
      break;
    case UI_MARKER_NONE:
    default:
      return;
    }

  cairo_close_path (cr);
  cairo_fill (cr);
}

static void
draw_marker_at (UiDraw   *draw,
                UiSeries *series,
                UiMarker  marker,
                gsize     index)
{
  const UiPlot *plot = draw->plot;
  double x = ui_mapping_to_pixel (&plot->axes[UI_AXIS_X], ui_series_get_x (series, index));
  double y = ui_mapping_to_pixel (&plot->axes[UI_AXIS_Y], ui_series_get_y (series, index));

  if (x >= plot->x && x <= plot->x + plot->width && y >= plot->y && y <= plot->y + plot->height)
    ui_draw_marker (draw->cr, marker, x, y, MARKER_RADIUS);
}

/* Marks every point of a series with few, and otherwise some of them, shifted
 * by the number of the @line. */
void
ui_draw_markers (UiDraw         *draw,
                 UiSeries       *series,
                 UiMarker        marker,
                 const UiColour *colour,
                 guint           line)
{
  const UiPlot *plot = draw->plot;
  const UiMapping *axis = &plot->axes[UI_AXIS_X];
  gsize start = ui_series_find (series, axis->low);
  gsize end = ui_series_find (series, nextafter (axis->high, INFINITY));

  if (marker == UI_MARKER_NONE)
    return;

  ui_draw_set_colour (draw, colour, 1);
  if ((end - start) * 6 * MARKER_RADIUS < plot->width)
    {
      for (gsize i = start; i < end; i++)
        draw_marker_at (draw, series, marker, i);
      return;
    }

  for (double x = MARKER_DISTANCE / 4 + line * MARKER_SHIFT % MARKER_DISTANCE;
       x < plot->width; x += MARKER_DISTANCE)
    {
      gsize index;

      if (ui_series_find_nearest (series, ui_mapping_to_value (axis, plot->x + x), &index))
        draw_marker_at (draw, series, marker, index);
    }
}
