/* toy.c: points in the plane that a small network learns to tell apart
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "datasets/generator.h"

#include <glib/gi18n-lib.h>
#include <math.h>

/* The classic shapes, from one that a straight line settles to one that needs
 * several hidden layers.  Their measures are fixed: a lesson may say "moons"
 * and mean the same points everywhere.  All lie within about -1 to 1 on both
 * axes; the noise is normal with the deviation written beside each shape. */

static void
add_noise (NnRandom *random,
           double    deviation,
           double    x,
           double    y,
           float    *point)
{
  point[0] = (float) (x + deviation * nn_random_normal (random));
  point[1] = (float) (y + deviation * nn_random_normal (random));
}

/* Three heaps on a triangle around the origin, 0.6 from it; noise 0.16. */
static void
draw_blobs (guint64  seed,
            guint32  index,
            void    *item,
            int     *label)
{
  NnRandom random;
  double angle;

  ds_generator_begin ("blobs", 3, seed, index, &random, label);
  angle = G_PI / 2 + *label * 2 * G_PI / 3;
  add_noise (&random, 0.16, 0.6 * cos (angle), 0.6 * sin (angle), item);
}

/* Radius 0.35 inside 0.8; noise 0.06. */
static void
draw_circles (guint64  seed,
              guint32  index,
              void    *item,
              int     *label)
{
  NnRandom random;
  double radius;
  double angle;

  ds_generator_begin ("circles", 2, seed, index, &random, label);
  radius = *label == 0 ? 0.35 : 0.8;
  angle = 2 * G_PI * nn_random_uniform (&random);
  add_noise (&random, 0.06, radius * cos (angle), radius * sin (angle), item);
}

/* Two half circles of radius 0.6, the lower one moved right by its radius and
 * up by half of it, so that each reaches into the other; noise 0.06. */
static void
draw_moons (guint64  seed,
            guint32  index,
            void    *item,
            int     *label)
{
  NnRandom random;
  double side;
  double angle;

  ds_generator_begin ("moons", 2, seed, index, &random, label);
  side = *label == 0 ? 1 : -1;
  angle = G_PI * nn_random_uniform (&random);
  add_noise (&random, 0.06,
             side * (0.6 * cos (angle) - 0.3),
             side * (0.6 * sin (angle) - 0.15),
             item);
}

/* Two arms of one and a half turns, from radius 0.05 to 0.95; noise 0.025. */
static void
draw_spiral (guint64  seed,
             guint32  index,
             void    *item,
             int     *label)
{
  NnRandom random;
  double way;
  double radius;
  double angle;

  ds_generator_begin ("spiral", 2, seed, index, &random, label);

  /* The root spreads the points evenly along the arm, which grows outwards. */
  way = sqrt (nn_random_uniform (&random));
  radius = 0.05 + 0.9 * way;
  angle = 3 * G_PI * way + *label * G_PI;
  add_noise (&random, 0.025, radius * cos (angle), radius * sin (angle), item);
}

/* Four squares from 0.1 to 0.9 about the axes; those across from each other
 * belong together; noise 0.05. */
static void
draw_xor (guint64  seed,
          guint32  index,
          void    *item,
          int     *label)
{
  NnRandom random;
  double x;
  double y;

  ds_generator_begin ("xor", 2, seed, index, &random, label);
  x = 0.1 + 0.8 * nn_random_uniform (&random);
  y = 0.1 + 0.8 * nn_random_uniform (&random);
  if (nn_random_below (&random, 2) == 1)
    {
      x = -x;
      y = -y;
    }
  add_noise (&random, 0.05, *label == 0 ? x : -x, y, item);
}

static const char * const blob_names[] = { N_("Top"), N_("Left"), N_("Right") };
static const char * const circle_names[] = { N_("Inner"), N_("Outer") };
static const char * const moon_names[] = { N_("Upper"), N_("Lower") };
static const char * const spiral_names[] = { N_("First arm"), N_("Second arm") };
static const char * const xor_names[] = { N_("Same signs"), N_("Opposite signs") };

#define POINTS                                                                \
  .item          = { 1, { 2 } },                                              \
  .dtype         = NN_FLOAT32,                                                \
  .default_count = 1000,                                                      \
  .test_share    = 0.2

const DsGenerator ds_generators_toy[] = {
  {
    .name        = "blobs",
    .title       = N_("Blobs"),
    .summary     = N_("Three heaps of points that straight lines can part."),
    .n_classes   = 3,
    .class_names = blob_names,
    .draw        = draw_blobs,
    POINTS,
  },
  {
    .name        = "circles",
    .title       = N_("Circles"),
    .summary     = N_("A small ring inside a large one; no straight line parts them."),
    .n_classes   = 2,
    .class_names = circle_names,
    .draw        = draw_circles,
    POINTS,
  },
  {
    .name        = "moons",
    .title       = N_("Moons"),
    .summary     = N_("Two half circles that reach into each other."),
    .n_classes   = 2,
    .class_names = moon_names,
    .draw        = draw_moons,
    POINTS,
  },
  {
    .name        = "spiral",
    .title       = N_("Spiral"),
    .summary     = N_("Two arms wound around each other; the hardest of the plane sets."),
    .n_classes   = 2,
    .class_names = spiral_names,
    .draw        = draw_spiral,
    POINTS,
  },
  {
    .name        = "xor",
    .title       = N_("Exclusive or"),
    .summary     = N_("Four squares, those across from each other in one class; "
                      "one hidden layer is enough, none is not."),
    .n_classes   = 2,
    .class_names = xor_names,
    .draw        = draw_xor,
    POINTS,
  },
  { NULL }
};
