/* shapes.c: pictures of shapes, with the class of each pixel
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "datasets/generator.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#define SIDE        64
#define MOST_SHAPES 3
#define NOISE       10.0        /* deviation of a pixel, of 255 */

enum {
  GROUND,
  DISC,
  SQUARE,
  TRIANGLE,
  N_KINDS,
};

typedef struct
{
  int    kind;
  double x;
  double y;
  double radius;                /* from the centre to the corners */
  double angle;
  double colour[3];
} Figure;

/* How far a place lies outside the side whose middle lies at @angle from the
 * centre, in shares of the radius. */
static double
beyond_side (double x,
             double y,
             double angle,
             double distance)
{
  return x * cos (angle) + y * sin (angle) - distance;
}

static gboolean
covers (const Figure *figure,
        int           column,
        int           row)
{
  double x = (column + 0.5 - figure->x) / figure->radius;
  double y = (row + 0.5 - figure->y) / figure->radius;
  int n_sides = figure->kind == TRIANGLE ? 3 : 4;

  if (figure->kind == DISC)
    return x * x + y * y <= 1;

  for (int i = 0; i < n_sides; i++)
    if (beyond_side (x, y, figure->angle + 2 * G_PI * i / n_sides, cos (G_PI / n_sides)) > 0)
      return FALSE;

  return TRUE;
}

static Figure
invent (NnRandom *random)
{
  Figure figure = { DISC + (int) nn_random_below (random, N_KINDS - DISC) };

  figure.radius = 9 + 9 * nn_random_uniform (random);
  figure.x = figure.radius + (SIDE - 2 * figure.radius) * nn_random_uniform (random);
  figure.y = figure.radius + (SIDE - 2 * figure.radius) * nn_random_uniform (random);
  figure.angle = 2 * G_PI * nn_random_uniform (random);
  for (int c = 0; c < 3; c++)
    figure.colour[c] = 90 + 150 * nn_random_uniform (random);
  return figure;
}

/* A dark ground that brightens to one side, with up to three shapes; a later
 * one hides those before. */
static void
draw_shapes (guint64  seed,
             guint32  index,
             void    *item,
             guint8  *map)
{
  guint8 *image = item;
  Figure figures[MOST_SHAPES];
  NnRandom random;
  double slope;
  int n_figures;
  int label;

  ds_generator_begin ("shapes", 1, seed, index, &random, &label);
  n_figures = 1 + (int) nn_random_below (&random, MOST_SHAPES);
  for (int i = 0; i < n_figures; i++)
    figures[i] = invent (&random);
  slope = nn_random_uniform (&random);

  for (int row = 0; row < SIDE; row++)
    for (int column = 0; column < SIDE; column++)
      {
        const Figure *top = NULL;
        double ground = 20 + 50 * (slope * row + (1 - slope) * column) / SIDE;

        for (int i = 0; i < n_figures; i++)
          if (covers (&figures[i], column, row))
            top = &figures[i];

        map[row * SIDE + column] = (guint8) (top != NULL ? top->kind : GROUND);
        for (int c = 0; c < 3; c++)
          {
            double value = top != NULL ? top->colour[c] : ground;

            value += NOISE * nn_random_normal (&random);
            image[(c * SIDE + row) * SIDE + column] = (guint8) CLAMP (value, 0, 255);
          }
      }
}

static const char * const kind_names[] = {
  [GROUND]   = N_("Ground"),
  [DISC]     = N_("Disc"),
  [SQUARE]   = N_("Square"),
  [TRIANGLE] = N_("Triangle"),
};

const DsGenerator ds_generators_shapes[] = {
  {
    .name          = "shapes",
    .title         = N_("Shapes with masks"),
    .summary       = N_("Colour pictures of discs, squares and triangles; each pixel has a class."),
    .item          = { 3, { 3, SIDE, SIDE } },
    .dtype         = NN_UINT8,
    .n_classes     = N_KINDS,
    .class_names   = kind_names,
    .default_count = 500,
    .test_share    = 0.2,
    .draw_map      = draw_shapes,
  },
  { NULL }
};
