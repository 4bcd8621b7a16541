/* digit-strokes.c: digits written with a pen, from a few hands
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "datasets/generators/digit-shape.h"

/* A digit is the way of a pen: points in hundredths of its height, x to the
 * right and y downwards.  The pen passes them on a smooth curve (Catmull and
 * Rom, 1974), except where it turns sharply or is set down anew.  Each item
 * moves every point a little, so no two are alike. */

typedef enum
{
  END,                          /* of the digit */
  DOWN,                         /* the pen is set down */
  THROUGH,                      /* the curve runs smoothly through */
  CORNER,                       /* the curve turns sharply */
} PenKind;

typedef struct
{
  gint8   x, y;
  PenKind kind;
} PenPoint;

#define MAX_PEN_POINTS  20
#define MAX_HANDS       4
#define STEPS           7       /* straight pieces between two points */
#define UNSTEADINESS    0.024   /* deviation of a point, in heights */

static const PenPoint hands[10][MAX_HANDS][MAX_PEN_POINTS] = {
  {
    { { 5, -48, DOWN }, { -20, -38, THROUGH }, { -31, 0, THROUGH }, { -20, 38, THROUGH },
      { 3, 49, THROUGH }, { 24, 36, THROUGH }, { 32, 0, THROUGH }, { 21, -37, THROUGH },
      { 0, -49, THROUGH } },
    { { 12, -44, DOWN }, { -12, -42, THROUGH }, { -26, -6, THROUGH }, { -18, 36, THROUGH },
      { 4, 48, THROUGH }, { 22, 25, THROUGH }, { 25, -12, THROUGH }, { 13, -42, THROUGH },
      { -3, -46, THROUGH } },
    { { -3, -47, DOWN }, { 22, -34, THROUGH }, { 34, 2, THROUGH }, { 18, 41, THROUGH },
      { -10, 47, THROUGH }, { -32, 18, THROUGH }, { -30, -20, THROUGH }, { -10, -46, THROUGH },
      { 8, -44, THROUGH } },
  },
  {
    { { 2, -50, DOWN }, { 0, 0, THROUGH }, { -2, 50, THROUGH } },
    { { -20, -26, DOWN }, { -8, -36, THROUGH }, { 4, -50, CORNER }, { 4, 0, THROUGH },
      { 3, 50, THROUGH } },
    { { -18, -30, DOWN }, { 2, -50, CORNER }, { 2, 50, THROUGH }, { -20, 50, DOWN },
      { 24, 49, THROUGH } },
    { { 14, -50, DOWN }, { 2, 2, THROUGH }, { -12, 50, THROUGH } },
  },
  {
    { { -27, -28, DOWN }, { -10, -48, THROUGH }, { 15, -45, THROUGH }, { 23, -24, THROUGH },
      { 8, 5, THROUGH }, { -29, 48, CORNER }, { 0, 46, THROUGH }, { 31, 47, THROUGH } },
    { { -26, -30, DOWN }, { -4, -49, THROUGH }, { 20, -38, THROUGH }, { 17, -10, THROUGH },
      { -5, 25, THROUGH }, { -24, 45, THROUGH }, { -28, 34, THROUGH }, { -12, 33, THROUGH },
      { 8, 45, THROUGH }, { 32, 40, THROUGH } },
    { { -22, -40, DOWN }, { 6, -50, THROUGH }, { 26, -30, THROUGH }, { 10, 2, THROUGH },
      { -26, 46, CORNER }, { 30, 38, THROUGH } },
  },
  {
    { { -24, -38, DOWN }, { 0, -50, THROUGH }, { 22, -35, THROUGH }, { 14, -11, THROUGH },
      { -6, -2, CORNER }, { 18, 7, THROUGH }, { 26, 28, THROUGH }, { 6, 49, THROUGH },
      { -26, 38, THROUGH } },
    { { -24, -48, DOWN }, { 24, -48, CORNER }, { -4, -10, CORNER }, { 18, 2, THROUGH },
      { 26, 24, THROUGH }, { 8, 48, THROUGH }, { -26, 40, THROUGH } },
    { { -20, -44, DOWN }, { 8, -48, THROUGH }, { 18, -28, THROUGH }, { 0, -6, THROUGH },
      { -7, -4, THROUGH }, { 6, -5, THROUGH }, { 24, 14, THROUGH }, { 12, 44, THROUGH },
      { -10, 48, THROUGH }, { -24, 36, THROUGH } },
  },
  {
    { { -18, -48, DOWN }, { -24, -12, THROUGH }, { -26, 8, CORNER }, { 30, 5, THROUGH },
      { 16, -34, DOWN }, { 13, 50, THROUGH } },
    { { 16, 50, DOWN }, { 16, -50, CORNER }, { -29, 17, CORNER }, { 32, 18, THROUGH } },
    { { -8, -50, DOWN }, { -29, 12, CORNER }, { 32, 9, THROUGH }, { 14, -18, DOWN },
      { 9, 50, THROUGH } },
    { { -22, -42, DOWN }, { -26, -12, THROUGH }, { -12, 6, THROUGH }, { 14, -4, THROUGH },
      { 24, -44, CORNER }, { 20, 4, THROUGH }, { 12, 50, THROUGH } },
  },
  {
    { { 24, -48, DOWN }, { -15, -48, CORNER }, { -19, -8, CORNER }, { 4, -14, THROUGH },
      { 26, 8, THROUGH }, { 18, 40, THROUGH }, { -6, 49, THROUGH }, { -26, 38, THROUGH } },
    { { -16, -46, DOWN }, { -20, -6, CORNER }, { 6, -13, THROUGH }, { 26, 10, THROUGH },
      { 14, 42, THROUGH }, { -25, 43, THROUGH }, { -17, -47, DOWN }, { 27, -49, THROUGH } },
    { { 28, -50, DOWN }, { -8, -46, CORNER }, { -18, -12, CORNER }, { 10, -6, THROUGH },
      { 20, 18, THROUGH }, { 2, 44, THROUGH }, { -28, 46, THROUGH } },
  },
  {
    { { 18, -46, DOWN }, { -8, -30, THROUGH }, { -26, 8, THROUGH }, { -20, 40, THROUGH },
      { 4, 49, THROUGH }, { 24, 30, THROUGH }, { 14, 5, THROUGH }, { -8, 5, THROUGH },
      { -23, 24, THROUGH } },
    { { 6, -50, DOWN }, { -14, -14, THROUGH }, { -23, 24, THROUGH }, { -4, 49, THROUGH },
      { 20, 36, THROUGH }, { 18, 10, THROUGH }, { -4, 6, THROUGH }, { -20, 26, THROUGH } },
    { { -8, -50, DOWN }, { -23, -10, THROUGH }, { -24, 30, THROUGH }, { 0, 48, THROUGH },
      { 26, 36, THROUGH }, { 22, 14, THROUGH }, { 0, 12, THROUGH }, { -22, 34, THROUGH } },
  },
  {
    { { -26, -46, DOWN }, { 26, -46, CORNER }, { 6, 0, THROUGH }, { -6, 50, THROUGH } },
    { { -27, -45, DOWN }, { 26, -47, CORNER }, { 8, 0, THROUGH }, { -8, 50, THROUGH },
      { -14, 2, DOWN }, { 24, -2, THROUGH } },
    { { -27, -32, DOWN }, { -25, -48, CORNER }, { 27, -46, CORNER }, { 2, 8, THROUGH },
      { -4, 50, THROUGH } },
    { { -28, -42, DOWN }, { -4, -44, THROUGH }, { 28, -50, CORNER }, { -12, 50, THROUGH } },
  },
  {
    { { 18, -38, DOWN }, { 0, -49, THROUGH }, { -20, -34, THROUGH }, { -8, -10, THROUGH },
      { 15, 8, THROUGH }, { 23, 31, THROUGH }, { 0, 49, THROUGH }, { -23, 32, THROUGH },
      { -12, 7, THROUGH }, { 12, -12, THROUGH }, { 21, -34, THROUGH } },
    { { 2, -3, DOWN }, { -18, -22, THROUGH }, { -12, -44, THROUGH }, { 8, -48, THROUGH },
      { 20, -28, THROUGH }, { 6, -5, THROUGH }, { -18, 14, THROUGH }, { -20, 38, THROUGH },
      { 2, 49, THROUGH }, { 23, 34, THROUGH }, { 17, 10, THROUGH }, { -2, -4, THROUGH } },
    { { 0, -4, DOWN }, { -17, -25, THROUGH }, { 0, -49, THROUGH }, { 17, -25, THROUGH },
      { 1, -3, THROUGH }, { 1, -2, DOWN }, { -23, 22, THROUGH }, { 0, 49, THROUGH },
      { 23, 22, THROUGH }, { -2, -3, THROUGH } },
  },
  {
    { { 22, -30, DOWN }, { 2, -49, THROUGH }, { -22, -32, THROUGH }, { -14, -7, THROUGH },
      { 10, -9, THROUGH }, { 23, -36, CORNER }, { 21, 2, THROUGH }, { 16, 50, THROUGH } },
    { { 20, -40, DOWN }, { 0, -49, THROUGH }, { -23, -28, THROUGH }, { -8, -4, THROUGH },
      { 16, -14, THROUGH }, { 22, -38, CORNER }, { 22, 8, THROUGH }, { 8, 45, THROUGH },
      { -18, 43, THROUGH } },
    { { 14, -44, DOWN }, { -10, -46, THROUGH }, { -20, -22, THROUGH }, { -2, -5, THROUGH },
      { 18, -20, THROUGH }, { 16, -44, THROUGH }, { 12, -44, THROUGH }, { 14, 0, THROUGH },
      { 4, 50, THROUGH } },
  },
};

static int
count_hands (int digit)
{
  int count = 0;

  while (count < MAX_HANDS && hands[digit][count][0].kind != END)
    count++;

  return count;
}

static DsDigitPoint
direction (const DsDigitPoint *from,
           const DsDigitPoint *to,
           float               share)
{
  return (DsDigitPoint) { share * (to->x - from->x), share * (to->y - from->y) };
}

/* The cubic with the given ends and directions, @t from 0 to 1 (Hermite). */
static DsDigitPoint
on_curve (const DsDigitPoint *start,
          const DsDigitPoint *end,
          DsDigitPoint        leaving,
          DsDigitPoint        arriving,
          float               t)
{
  float s = 1 - t;
  float a = s * s * (1 + 2 * t);
  float b = t * t * (1 + 2 * s);
  float c = t * s * s;
  float d = -t * t * s;

  return (DsDigitPoint) {
    a * start->x + b * end->x + c * leaving.x + d * arriving.x,
    a * start->y + b * end->y + c * leaving.y + d * arriving.y
  };
}

/* Appends the piece of curve that ends in @way[@i].  Where it meets another
 * piece smoothly it is parallel to the chord of the neighbours, elsewhere to
 * its own. */
static void
add_piece (DsDigitShape       *shape,
           const PenPoint     *pen,
           const DsDigitPoint *way,
           int                 i)
{
  const DsDigitPoint *start = &way[i - 1];
  const DsDigitPoint *end = &way[i];
  DsDigitPoint leaving = direction (start, end, 1);
  DsDigitPoint arriving = leaving;

  if (pen[i - 1].kind == THROUGH)
    leaving = direction (&way[i - 2], end, 0.5f);
  if (pen[i].kind == THROUGH && (pen[i + 1].kind == THROUGH || pen[i + 1].kind == CORNER))
    arriving = direction (start, &way[i + 1], 0.5f);

  for (int step = 1; step <= STEPS; step++)
    ds_digit_shape_line_to (shape, on_curve (start, end, leaving, arriving, (float) step / STEPS));
}

void
ds_digit_write (int           digit,
                NnRandom     *random,
                DsDigitShape *shape)
{
  const PenPoint *pen = hands[digit][nn_random_below (random, count_hands (digit))];
  DsDigitPoint way[MAX_PEN_POINTS];

  G_STATIC_ASSERT (MAX_PEN_POINTS * STEPS <= DS_DIGIT_MAX_POINTS);

  for (int i = 0; pen[i].kind != END; i++)
    {
      way[i].x = pen[i].x * 0.01f + (float) UNSTEADINESS * nn_random_normal (random);
      way[i].y = pen[i].y * 0.01f + (float) UNSTEADINESS * nn_random_normal (random);
    }

  shape->filled = FALSE;
  shape->n_lines = 0;
  for (int i = 0; pen[i].kind != END; i++)
    {
      if (pen[i].kind == DOWN)
        ds_digit_shape_move_to (shape, way[i]);
      else
        add_piece (shape, pen, way, i);
    }
}
