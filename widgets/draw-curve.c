/* draw-curve.c: one curve, from at most two points for each column of pixels
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "widgets/draw-private.h"

#include <math.h>

/* Cairo's time for a stroke grows with how far the line travels up and down:
 * 2000 wild points take 75 ms as a stroke and less than one as a box for each
 * column of pixels.  A curve is stroked as long as that takes some 4 ms, because
 * it looks better; one that crosses the plot more often becomes boxes. */
#define MAX_CROSSINGS 40

/* A column whose extremes are closer than this is one point of the line. */
#define MIN_TURN 0.2

static const double dashes[UI_N_DASHES][4] = {
  [UI_DASH_LONG] = { 7, 4, 7, 4 },
  [UI_DASH_DOTS] = { 2, 3, 2, 3 },
  [UI_DASH_MIXED] = { 9, 3, 2, 3 },
};

typedef struct
{
  UiDraw   *draw;
  UiSeries *series;
  double    width;              /* of the line */
  UiDash    dash;
  gsize     n_columns;
} Curve;

/* A point in pixels; not finite for a gap. */
typedef struct
{
  double x;
  double y;
} Point;

/* What a column of pixels shows; top is below bottom where it is empty. */
typedef struct
{
  double top;
  double bottom;
} Span;

void
ui_draw_set_dash (cairo_t *cr,
                  UiDash   dash)
{
  if (dash == UI_DASH_SOLID)
    cairo_set_dash (cr, NULL, 0, 0);
  else
    cairo_set_dash (cr, dashes[dash], 4, 0);
  cairo_set_line_cap (cr, dash == UI_DASH_SOLID ? CAIRO_LINE_CAP_ROUND : CAIRO_LINE_CAP_BUTT);
  cairo_set_line_join (cr, CAIRO_LINE_JOIN_ROUND);
}

/* Whether the pattern has ink at @x. */
static gboolean
is_dash_on (UiDash dash,
            double x)
{
  const double *pattern = dashes[dash];

  if (dash == UI_DASH_SOLID)
    return TRUE;

  x = fmod (x, pattern[0] + pattern[1] + pattern[2] + pattern[3]);
  return x < pattern[0]
         || (x >= pattern[0] + pattern[1] && x < pattern[0] + pattern[1] + pattern[2]);
}

/* Cuts the segment to the part of it between @low and @high along one axis,
 * @a to @b there and @c to @d along the other.  FALSE when nothing is left. */
static gboolean
cut (double *a,
     double *b,
     double *c,
     double *d,
     double  low,
     double  high)
{
  double slope = *b != *a ? (*d - *c) / (*b - *a) : 0;
  double start = CLAMP (*a, low, high);
  double end = CLAMP (*b, low, high);

  if (MAX (*a, *b) < low || MIN (*a, *b) > high)
    return FALSE;

  *d = *c + slope * (end - *a);
  *c = *c + slope * (start - *a);
  *a = start;
  *b = end;
  return TRUE;
}

/* Cuts a segment to the plot and a margin.  Cairo's coordinates end at eight
 * million, and a deep zoom puts the neighbours of the visible points far
 * beyond. */
static gboolean
cut_to_plot (Curve *curve,
             Point *a,
             Point *b)
{
  const UiPlot *plot = curve->draw->plot;
  double margin = 2 * curve->width;

  return cut (&a->x, &b->x, &a->y, &b->y, plot->x - margin, plot->x + plot->width + margin)
         && cut (&a->y, &b->y, &a->x, &b->x, plot->y - margin, plot->y + plot->height + margin);
}

static gboolean
is_point (const Point *point)
{
  return isfinite (point->x) && isfinite (point->y);
}

/* A point between two gaps has no segment, and would be lost without a dot. */
static void
draw_dots (Curve       *curve,
           const Point *points,
           gsize        n_points)
{
  cairo_t *cr = curve->draw->cr;

  for (gsize i = 0; i < n_points; i++)
    {
      Point point = points[i];
      Point copy = point;

      if (!is_point (&point) || (i > 0 && is_point (&points[i - 1]))
          || (i + 1 < n_points && is_point (&points[i + 1])) || !cut_to_plot (curve, &point, &copy))
        continue;
      cairo_new_sub_path (cr);
      cairo_arc (cr, point.x, point.y, curve->width, 0, 2 * G_PI);
    }

  cairo_fill (cr);
}

static void
stroke_points (Curve       *curve,
               const Point *points,
               gsize        n_points)
{
  cairo_t *cr = curve->draw->cr;

  for (gsize i = 1; i < n_points; i++)
    {
      Point a = points[i - 1];
      Point b = points[i];

      if (!is_point (&a) || !is_point (&b) || !cut_to_plot (curve, &a, &b))
        {
          cairo_new_sub_path (cr);
          continue;
        }
      if (a.x != points[i - 1].x || a.y != points[i - 1].y || !cairo_has_current_point (cr))
        cairo_move_to (cr, a.x, a.y);
      cairo_line_to (cr, b.x, b.y);
    }

  cairo_stroke (cr);
}

static Span *
make_spans (Curve *curve)
{
  Span *spans = g_new (Span, curve->n_columns);

  for (gsize i = 0; i < curve->n_columns; i++)
    spans[i] = (Span) { INFINITY, -INFINITY };

  return spans;
}

static void
span_add (Span   *span,
          double  y)
{
  span->top = MIN (span->top, y);
  span->bottom = MAX (span->bottom, y);
}

/* Adds to @spans what each column sees of the segment from @a to @b. */
static void
add_segment (Curve *curve,
             Span  *spans,
             Point  a,
             Point  b)
{
  const UiPlot *plot = curve->draw->plot;
  double per_pixel = curve->n_columns / plot->width;
  double slope;
  gsize first;
  gsize last;

  if (!is_point (&a) || !is_point (&b) || !cut_to_plot (curve, &a, &b))
    return;

  slope = b.x > a.x ? (b.y - a.y) / (b.x - a.x) : 0;
  first = (gsize) CLAMP ((a.x - plot->x) * per_pixel, 0, curve->n_columns - 1);
  last = (gsize) CLAMP ((b.x - plot->x) * per_pixel, 0, curve->n_columns - 1);
  for (gsize i = first; i <= last; i++)
    {
      double left = MAX (a.x, plot->x + i / per_pixel);
      double right = MIN (b.x, plot->x + (i + 1) / per_pixel);

      span_add (&spans[i], i == first ? a.y : a.y + slope * (left - a.x));
      span_add (&spans[i], i == last ? b.y : a.y + slope * (right - a.x));
    }
}

/* Draws a curve as one box a column. */
static void
fill_spans (Curve      *curve,
            const Span *spans)
{
  cairo_t *cr = curve->draw->cr;
  const UiPlot *plot = curve->draw->plot;
  double column_width = plot->width / curve->n_columns;

  /* On a bitmap, filling boxes singly is five times faster than together.
   * In a vector file one path is smaller, and shows no seams. */
  gboolean is_bitmap = cairo_surface_get_type (cairo_get_target (cr)) == CAIRO_SURFACE_TYPE_IMAGE;

  for (gsize i = 0; i < curve->n_columns; i++)
    {
      if (spans[i].top > spans[i].bottom || !is_dash_on (curve->dash, i * column_width))
        continue;
      cairo_rectangle (cr, plot->x + i * column_width, spans[i].top - curve->width / 2,
                       column_width, spans[i].bottom - spans[i].top + curve->width);
      if (is_bitmap)
        cairo_fill (cr);
    }

  cairo_fill (cr);
}

/* Few points: the polygon through all of them, interrupted by gaps. */
static void
draw_points (Curve *curve,
             gsize  start,
             gsize  end)
{
  UiPlot *plot = curve->draw->plot;
  gsize n_points = end - start;
  g_autofree Point *points = g_new (Point, n_points);
  g_autofree Span *spans = NULL;
  double travel = 0;

  for (gsize i = 0; i < n_points; i++)
    {
      points[i].x = ui_mapping_to_pixel (&plot->axes[UI_AXIS_X],
                                         ui_series_get_x (curve->series, start + i));
      points[i].y = ui_mapping_to_pixel (&plot->axes[UI_AXIS_Y],
                                         ui_series_get_y (curve->series, start + i));
      if (i > 0 && is_point (&points[i]) && is_point (&points[i - 1]))
        travel += MIN (fabs (points[i].y - points[i - 1].y), plot->height);
    }

  plot->n_points += n_points;
  draw_dots (curve, points, n_points);
  if (travel <= MAX_CROSSINGS * plot->height)
    {
      stroke_points (curve, points, n_points);
      return;
    }

  spans = make_spans (curve);
  for (gsize i = 1; i < n_points; i++)
    add_segment (curve, spans, points[i - 1], points[i]);
  fill_spans (curve, spans);
}

/* The pixels that the points of a column cover. */
static Span
column_span (Curve          *curve,
             const UiColumn *column)
{
  const UiPlot *plot = curve->draw->plot;
  const UiMapping *axis = &plot->axes[UI_AXIS_Y];
  double min = axis->is_log ? column->extent.above_zero : column->extent.min;
  double first = plot->y - 2 * curve->width;
  double last = plot->y + plot->height + 2 * curve->width;
  Span span = { INFINITY, -INFINITY };

  if (column->extent.max >= min)
    {
      span_add (&span, CLAMP (ui_mapping_to_pixel (axis, column->extent.max), first, last));
      span_add (&span, CLAMP (ui_mapping_to_pixel (axis, min), first, last));
    }

  return span;
}

/* Draws a line through the extremes of each column, the nearer first. */
static void
stroke_columns (Curve          *curve,
                const UiColumn *columns,
                const Span     *spans)
{
  cairo_t *cr = curve->draw->cr;
  UiPlot *plot = curve->draw->plot;
  double column_width = plot->width / curve->n_columns;
  double before = NAN;

  for (gsize i = 0; i < curve->n_columns; i++)
    {
      double x = plot->x + (i + 0.5) * column_width;
      const Span *span = &spans[i];

      if (columns[i].start == columns[i].end)
        continue;
      if (!isfinite (before) || !isfinite (columns[i].first))
        cairo_new_sub_path (cr);
      if (span->top <= span->bottom)
        {
          gboolean goes_down = !isfinite (before)
                               || fabs (before - span->top) < fabs (before - span->bottom);

          cairo_line_to (cr, x, goes_down ? span->top : span->bottom);
          if (span->bottom - span->top > MIN_TURN)
            cairo_line_to (cr, x, goes_down ? span->bottom : span->top);
        }
      before = ui_mapping_to_pixel (&plot->axes[UI_AXIS_Y], columns[i].last);
    }

  cairo_stroke (cr);
}

/* Makes each span reach back to where the column before it ended. */
static void
join_spans (Curve          *curve,
            const UiColumn *columns,
            Span           *spans)
{
  const UiPlot *plot = curve->draw->plot;
  double before = NAN;

  for (gsize i = 0; i < curve->n_columns; i++)
    {
      if (columns[i].start == columns[i].end)
        continue;
      if (isfinite (before) && isfinite (columns[i].first) && spans[i].top <= spans[i].bottom)
        span_add (&spans[i], CLAMP (before, plot->y, plot->y + plot->height));
      before = ui_mapping_to_pixel (&plot->axes[UI_AXIS_Y], columns[i].last);
    }
}

/* Many points: what the pyramid says about each column. */
static void
draw_columns (Curve *curve)
{
  UiPlot *plot = curve->draw->plot;
  const UiMapping *axis = &plot->axes[UI_AXIS_X];
  g_autofree double *edges = g_new (double, curve->n_columns + 1);
  g_autofree UiColumn *columns = g_new (UiColumn, curve->n_columns);
  g_autofree Span *spans = g_new (Span, curve->n_columns);
  double travel = 0;

  for (gsize i = 0; i < curve->n_columns; i++)
    edges[i] = ui_mapping_to_value (axis, plot->x + plot->width * i / curve->n_columns);
  edges[0] = axis->low;
  edges[curve->n_columns] = nextafter (axis->high, INFINITY);
  ui_series_measure_columns (curve->series, edges, curve->n_columns, columns);

  for (gsize i = 0; i < curve->n_columns; i++)
    {
      spans[i] = column_span (curve, &columns[i]);
      if (spans[i].top <= spans[i].bottom)
        travel += spans[i].bottom - spans[i].top;
    }

  plot->n_points += 2 * curve->n_columns;
  if (travel <= MAX_CROSSINGS * plot->height)
    {
      stroke_columns (curve, columns, spans);
      return;
    }

  join_spans (curve, columns, spans);
  fill_spans (curve, spans);
}

void
ui_draw_curve (UiDraw         *draw,
               UiSeries       *series,
               const UiColour *colour,
               double          alpha,
               double          width,
               UiDash          dash)
{
  const UiMapping *axis = &draw->plot->axes[UI_AXIS_X];
  gsize n_columns = MAX (1, (gsize) ceil (draw->plot->width * draw->theme->scale));
  Curve curve = { draw, series, width, dash, n_columns };
  gsize start = ui_series_find (series, axis->low);
  gsize end = ui_series_find (series, nextafter (axis->high, INFINITY));

  ui_draw_set_colour (draw, colour, alpha);
  cairo_set_line_width (draw->cr, width);
  ui_draw_set_dash (draw->cr, dash);

  /* The neighbours outside tell where the line leaves the plot. */
  if (end - start <= 2 * n_columns)
    draw_points (&curve, start > 0 ? start - 1 : 0,
                 MIN (end + 1, ui_series_get_length (series)));
  else
    draw_columns (&curve);
}
