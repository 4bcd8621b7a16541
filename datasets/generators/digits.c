/* digits.c: pictures of digits, written with a pen or set in type
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "datasets/generator.h"
#include "datasets/generators/digit-shape.h"

#include <cairo.h>
#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

/* 28×28 pictures like MNIST's, white on black, that need no download.  A digit
 * is a shape (three in four from the pen of digit-strokes.c, the others from a
 * typeface of this machine), posed, bent, painted by Cairo, blurred and
 * sprinkled with noise.  Cairo rounds positions to 1/256 of a pixel and all that
 * follows is integer, so a written digit is the same on every machine, but for
 * a grey level or two where a rounding falls the other way (19 of 12,000 items
 * between builds with and without fused multiply-add).  Which items are set in
 * type is the same wherever there is a font. */

#define SIDE    28
#define PIXELS  (SIDE * SIDE)

/* Where the shape's points go: one affine map, and two waves that bend it. */
typedef struct
{
  double xx, xy, yx, yy, x0, y0;
  double amplitude[2];          /* in heights of the digit, along x and y */
  double frequency[2][2];       /* radians a height */
  double phase[2];
} Pose;

static double
between (NnRandom *random,
         double    low,
         double    high)
{
  return low + (high - low) * nn_random_uniform (random);
}

static void
draw_pose (Pose     *self,
           NnRandom *random)
{
  double height = between (random, 16, 22);
  double width = height * between (random, 0.8, 1.15);
  double angle = between (random, -15, 15) * G_PI / 180;
  double slant = between (random, -0.15, 0.3);

  /* Slant first, then scale, then turn. */
  self->xx = cos (angle) * width;
  self->xy = -cos (angle) * width * slant - sin (angle) * height;
  self->yx = sin (angle) * width;
  self->yy = -sin (angle) * width * slant + cos (angle) * height;
  self->x0 = SIDE / 2.0 + between (random, -2.6, 2.6);
  self->y0 = SIDE / 2.0 + between (random, -2.2, 2.2);

  for (int i = 0; i < 2; i++)
    {
      self->amplitude[i] = between (random, 0, 0.05);
      self->frequency[i][0] = between (random, -6, 6);
      self->frequency[i][1] = between (random, -6, 6);
      self->phase[i] = between (random, 0, 2 * G_PI);
    }
}

static void
pose_point (const Pose         *self,
            const DsDigitPoint *point,
            double             *x,
            double             *y)
{
  double bent[2] = { point->x, point->y };

  for (int i = 0; i < 2; i++)
    bent[i] += self->amplitude[i] * sin (self->frequency[i][0] * point->x
                                         + self->frequency[i][1] * point->y
                                         + self->phase[i]);

  *x = self->xx * bent[0] + self->xy * bent[1] + self->x0;
  *y = self->yx * bent[0] + self->yy * bent[1] + self->y0;
}

static void
trace (cairo_t            *cr,
       const DsDigitShape *shape,
       const Pose         *pose)
{
  int i = 0;

  for (int line = 0; line < shape->n_lines; line++)
    {
      cairo_new_sub_path (cr);
      for (; i < shape->ends[line]; i++)
        {
          double x;
          double y;

          pose_point (pose, &shape->points[i], &x, &y);
          cairo_line_to (cr, x, y);
        }
    }
}

/* Ink into @pixels, which is a whole A8 surface: Cairo's rows of 28 bytes have
 * no padding. */
static void
paint (const DsDigitShape *shape,
       NnRandom           *random,
       guint8             *pixels)
{
  cairo_surface_t *surface = cairo_image_surface_create_for_data (pixels, CAIRO_FORMAT_A8,
                                                                  SIDE, SIDE, SIDE);
  cairo_t *cr = cairo_create (surface);
  Pose pose;

  draw_pose (&pose, random);
  trace (cr, shape, &pose);

  /* Both kinds of line get a round pen; on type it makes the face bolder. */
  cairo_set_line_cap (cr, CAIRO_LINE_CAP_ROUND);
  cairo_set_line_join (cr, CAIRO_LINE_JOIN_ROUND);
  if (shape->filled)
    {
      cairo_fill_preserve (cr);
      cairo_set_line_width (cr, between (random, 0.1, 1.0));
    }
  else
    {
      cairo_set_line_width (cr, between (random, 1.3, 3.4));
    }
  cairo_stroke (cr);

  cairo_destroy (cr);
  cairo_surface_finish (surface);
  cairo_surface_destroy (surface);
}

/* One pass of a [side, 256 - 2 side, side] / 256 filter along each axis. */
static void
blur (guint8 *pixels,
      int     side)
{
  guint8 rows[PIXELS];

  for (int i = 0; i < PIXELS; i++)
    {
      int left = i % SIDE > 0 ? pixels[i - 1] : 0;
      int right = i % SIDE < SIDE - 1 ? pixels[i + 1] : 0;

      rows[i] = (guint8) ((side * (left + right) + (256 - 2 * side) * pixels[i] + 128) >> 8);
    }

  for (int i = 0; i < PIXELS; i++)
    {
      int above = i >= SIDE ? rows[i - SIDE] : 0;
      int below = i < PIXELS - SIDE ? rows[i + SIDE] : 0;

      pixels[i] = (guint8) ((side * (above + below) + (256 - 2 * side) * rows[i] + 128) >> 8);
    }
}

/* Weakens the ink to some share of 256, and moves every pixel a little. */
static void
expose (guint8   *pixels,
        NnRandom *random)
{
  int strength = 176 + (int) nn_random_below (random, 81);
  int noise = (int) nn_random_below (random, 40);

  for (int i = 0; i < PIXELS; i += 4)
    {
      guint32 bits = nn_random_bits (random);

      for (int j = i; j < i + 4; j++, bits >>= 8)
        {
          int shift = ((int) (bits & 255) - 128) * noise / 128;

          pixels[j] = (guint8) CLAMP (pixels[j] * strength / 256 + shift, 0, 255);
        }
    }
}

static void
draw_digit (guint64  seed,
            guint32  index,
            void    *item,
            int     *label)
{
  guint32 aligned[PIXELS / 4] = { 0 };
  guint8 *pixels = (guint8 *) aligned;
  DsDigitShape written;
  const DsDigitShape *shape = &written;
  NnRandom random;
  gboolean in_type;

  ds_generator_begin ("digits", 10, seed, index, &random, label);

  in_type = nn_random_below (&random, 4) == 0;
  if (in_type && ds_digit_count_faces () > 0)
    shape = ds_digit_peek_face (nn_random_below (&random, ds_digit_count_faces ()), *label);
  else
    ds_digit_write (*label, &random, &written);

  paint (shape, &random, pixels);
  blur (pixels, nn_random_below (&random, 64));
  expose (pixels, &random);
  memcpy (item, pixels, PIXELS);
}

static const char * const digit_names[] = {
  "0", "1", "2", "3", "4", "5", "6", "7", "8", "9",
};

const DsGenerator ds_generators_digits[] = {
  {
    .name          = "digits",
    .title         = N_("Digits"),
    .summary       = N_("Pictures of the digits 0 to 9 as a hand would write them, "
                        "28 by 28 pixels, white on black."),
    .item          = { 3, { 1, SIDE, SIDE } },
    .dtype         = NN_UINT8,
    .n_classes     = 10,
    .class_names   = digit_names,
    .default_count = 12000,
    .test_share    = 1.0 / 6,
    .draw          = draw_digit,
  },
  { NULL }
};
