/* wire.h: the curve between two ports
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct
{
  double x;
  double y;
} UiPoint;

typedef struct
{
  double x;
  double y;
  double width;
  double height;
} UiRect;

#define UI_WIRE_MAX_CURVES 3

/* Cubic Bézier curves end to end: number i starts at p[3 i] and ends at
 * p[3 i + 3]. */
typedef struct
{
  guint   n_curves;
  UiPoint p[3 * UI_WIRE_MAX_CURVES + 1];
} UiWire;

gboolean ui_rect_contains   (const UiRect  *rect,
                             const UiPoint *point);
gboolean ui_rect_intersects (const UiRect  *a,
                             const UiRect  *b);

/* The smallest rectangle around both. */
UiRect   ui_rect_join       (const UiRect  *a,
                             const UiRect  *b);

/* The rectangle with two opposite corners at @a and @b, in any order. */
UiRect   ui_rect_span       (const UiPoint *a,
                             const UiPoint *b);

/* @rect with @margin more on every side. */
UiRect   ui_rect_grow       (const UiRect  *rect,
                             double         margin);

/* The wire that leaves an output at @from to the right and enters an input at
 * @to from the left.  One that runs back to another row of cards takes the gap
 * between the rows. */
UiWire   ui_wire_between    (UiPoint        from,
                             UiPoint        to);
gboolean ui_wire_equal      (const UiWire  *a,
                             const UiWire  *b);

/* @t from 0 at the output to 1 at the input. */
UiPoint  ui_wire_point      (const UiWire  *wire,
                             double         t);

/* The tightest rectangle around the curve itself, without any line width. */
UiRect   ui_wire_bounds     (const UiWire  *wire);

/* From @point to the nearest point of the curve, to within a pixel. */
double   ui_wire_distance   (const UiWire  *wire,
                             const UiPoint *point);

G_END_DECLS
