/* wire.c: the curve between two ports
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "widgets/wire.h"

#include <math.h>

/* How far the handles reach out of the ports.  The lower limit keeps the ends
 * level with their ports, the upper one keeps long wires from bulging. */
#define HANDLE_MIN 24.0
#define HANDLE_MAX 140.0

/* Cards whose ports are this far apart lie in different rows. */
#define ROW_HEIGHT 64.0

/* Pieces for hit tests.  Even a wire across a 4000-pixel canvas bends so
 * gently that 48 chords for each curve stay within a pixel of it. */
#define N_CHORDS 48

gboolean
ui_rect_contains (const UiRect  *rect,
                  const UiPoint *point)
{
  return point->x >= rect->x && point->x <= rect->x + rect->width
         && point->y >= rect->y && point->y <= rect->y + rect->height;
}

gboolean
ui_rect_intersects (const UiRect *a,
                    const UiRect *b)
{
  return a->x <= b->x + b->width && b->x <= a->x + a->width
         && a->y <= b->y + b->height && b->y <= a->y + a->height;
}

UiRect
ui_rect_join (const UiRect *a,
              const UiRect *b)
{
  double left = MIN (a->x, b->x);
  double top = MIN (a->y, b->y);

  return (UiRect) {
    left, top,
    MAX (a->x + a->width, b->x + b->width) - left,
    MAX (a->y + a->height, b->y + b->height) - top,
  };
}

UiRect
ui_rect_span (const UiPoint *a,
              const UiPoint *b)
{
  return (UiRect) { MIN (a->x, b->x), MIN (a->y, b->y), fabs (a->x - b->x), fabs (a->y - b->y) };
}

UiRect
ui_rect_grow (const UiRect *rect,
              double        margin)
{
  return (UiRect) {
    rect->x - margin, rect->y - margin,
    rect->width + 2 * margin, rect->height + 2 * margin,
  };
}

/* Out to the right, back half way between the rows, and in from the left. */
static UiWire
wire_around (UiPoint from,
             UiPoint to)
{
  double middle = (from.y + to.y) / 2;
  double reach = CLAMP (fabs (to.y - from.y) / 2, HANDLE_MIN, HANDLE_MAX / 3);
  double third = (to.x - from.x) / 3;

  return (UiWire) {
    .n_curves = 3,
    .p = {
      from,
      { from.x + reach, from.y }, { from.x + reach, middle }, { from.x, middle },
      { from.x + third, middle }, { to.x - third, middle }, { to.x, middle },
      { to.x - reach, middle }, { to.x - reach, to.y }, to,
    },
  };
}

UiWire
ui_wire_between (UiPoint from,
                 UiPoint to)
{
  double across = fabs (to.x - from.x);
  double down = fabs (to.y - from.y);
  double reach = to.x >= from.x ? across / 2 : MAX (across, down) / 2;

  if (to.x < from.x && down >= ROW_HEIGHT)
    return wire_around (from, to);

  reach = CLAMP (reach, HANDLE_MIN, HANDLE_MAX);
  return (UiWire) {
    .n_curves = 1,
    .p = { from, { from.x + reach, from.y }, { to.x - reach, to.y }, to },
  };
}

gboolean
ui_wire_equal (const UiWire *a,
               const UiWire *b)
{
  if (a->n_curves != b->n_curves)
    return FALSE;

  for (guint i = 0; i <= 3 * a->n_curves; i++)
    if (a->p[i].x != b->p[i].x || a->p[i].y != b->p[i].y)
      return FALSE;

  return TRUE;
}

static double
bezier (const double p[4],
        double       t)
{
  double s = 1 - t;

  return s * s * s * p[0] + 3 * s * s * t * p[1] + 3 * s * t * t * p[2] + t * t * t * p[3];
}

UiPoint
ui_wire_point (const UiWire *wire,
               double        t)
{
  guint curve = MIN ((guint) (t * wire->n_curves), wire->n_curves - 1);
  const UiPoint *p = &wire->p[3 * curve];

  t = t * wire->n_curves - curve;
  return (UiPoint) {
    bezier ((double[]) { p[0].x, p[1].x, p[2].x, p[3].x }, t),
    bezier ((double[]) { p[0].y, p[1].y, p[2].y, p[3].y }, t),
  };
}

/* The extremes along one axis lie at the ends or where the derivative
 *   a t² + b t + c
 * is zero. */
static void
bezier_range (const double  p[4],
              double       *low,
              double       *high)
{
  double a = p[3] - 3 * p[2] + 3 * p[1] - p[0];
  double b = 2 * (p[2] - 2 * p[1] + p[0]);
  double c = p[1] - p[0];
  double roots[2] = { 0, 0 };

  if (fabs (a) > 1e-9)
    {
      double square = b * b - 4 * a * c;

      if (square >= 0)
        {
          roots[0] = (-b + sqrt (square)) / (2 * a);
          roots[1] = (-b - sqrt (square)) / (2 * a);
        }
    }
  else if (fabs (b) > 1e-9)
    {
      roots[0] = -c / b;
    }

  *low = MIN (p[0], p[3]);
  *high = MAX (p[0], p[3]);
  for (int i = 0; i < 2; i++)
    if (roots[i] > 0 && roots[i] < 1)
      {
        double value = bezier (p, roots[i]);

        *low = MIN (*low, value);
        *high = MAX (*high, value);
      }
}

UiRect
ui_wire_bounds (const UiWire *wire)
{
  UiRect all = { wire->p[0].x, wire->p[0].y, 0, 0 };

  for (guint i = 0; i < wire->n_curves; i++)
    {
      const UiPoint *p = &wire->p[3 * i];
      double left, right, top, bottom;
      UiRect rect;

      bezier_range ((double[]) { p[0].x, p[1].x, p[2].x, p[3].x }, &left, &right);
      bezier_range ((double[]) { p[0].y, p[1].y, p[2].y, p[3].y }, &top, &bottom);
      rect = (UiRect) { left, top, right - left, bottom - top };
      all = ui_rect_join (&all, &rect);
    }

  return all;
}

static double
chord_distance (const UiPoint *a,
                const UiPoint *b,
                const UiPoint *point)
{
  double dx = b->x - a->x;
  double dy = b->y - a->y;
  double length = dx * dx + dy * dy;
  double t = 0;

  if (length > 0)
    t = CLAMP (((point->x - a->x) * dx + (point->y - a->y) * dy) / length, 0, 1);
  return hypot (a->x + t * dx - point->x, a->y + t * dy - point->y);
}

double
ui_wire_distance (const UiWire  *wire,
                  const UiPoint *point)
{
  UiPoint last = wire->p[0];
  double best = INFINITY;

  for (guint i = 1; i <= N_CHORDS * wire->n_curves; i++)
    {
      UiPoint next = ui_wire_point (wire, (double) i / (N_CHORDS * wire->n_curves));

      best = MIN (best, chord_distance (&last, &next, point));
      last = next;
    }

  return best;
}
