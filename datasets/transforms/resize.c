/* resize.c: another number of pixels for the same picture
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "datasets/transform.h"

#include <glib/gi18n-lib.h>

/* An output pixel is the mean of the input under a box around its centre.  The
 * box is as wide as the output pixel when shrinking, which counts every input
 * pixel by the area it gives; and one input pixel wide when enlarging, which
 * is the same as bilinear interpolation between pixel centres.  One rule
 * serves both, each axis for itself, and beyond the edge the last pixel goes
 * on. */

enum {
  HEIGHT,
  WIDTH,
};

typedef struct
{
  double begin, end;            /* in input pixels; may lie beyond the edges */
  gint64 first, last;           /* the pixels it touches, @last included */
} Box;

static Box
box_around (gint64 position,
            gint64 from,
            gint64 to)
{
  double scale = (double) from / to;
  double centre = (position + 0.5) * scale;
  double half = MAX (scale, 1.0) / 2;
  Box box = { centre - half, centre + half };

  box.first = CLAMP ((gint64) box.begin, 0, from - 1);
  box.last = CLAMP ((gint64) box.end, box.first, from - 1);
  return box;
}

/* The share of @box that lies in @pixel of @size. */
static float
share (const Box *box,
       gint64     pixel,
       gint64     size)
{
  double begin = pixel == 0 ? box->begin : MAX (box->begin, pixel);
  double end = pixel == size - 1 ? box->end : MIN (box->end, pixel + 1);

  return (float) (MAX (end - begin, 0) / (box->end - box->begin));
}

/* Adds @weight times @in, resized along the row, to @out. */
static void
add_row (const float *in,
         gint64       from,
         float       *out,
         gint64       to,
         float        weight)
{
  for (gint64 x = 0; x < to; x++)
    {
      Box box = box_around (x, from, to);
      float sum = 0;

      for (gint64 i = box.first; i <= box.last; i++)
        sum += share (&box, i, from) * in[i];
      out[x] += weight * sum;
    }
}

static void
resize_infer (const DsTransformStep *step,
              const NnShape         *in,
              NnShape               *out)
{
  *out = NN_SHAPE (in->size[0],
                   (gint64) ds_transform_step_number (step, HEIGHT),
                   (gint64) ds_transform_step_number (step, WIDTH));
}

static void
resize_apply (const DsTransformStep *step,
              const NnShape         *shape,
              NnRandom              *random,
              const float           *in,
              float                 *out)
{
  gint64 height = shape->size[1];
  gint64 width = shape->size[2];
  NnShape to;

  resize_infer (step, shape, &to);
  for (gint64 c = 0; c < to.size[0]; c++, in += height * width)
    for (gint64 y = 0; y < to.size[1]; y++, out += to.size[2])
      {
        Box box = box_around (y, height, to.size[1]);

        for (gint64 x = 0; x < to.size[2]; x++)
          out[x] = 0;
        for (gint64 i = box.first; i <= box.last; i++)
          add_row (in + i * width, width, out, to.size[2], share (&box, i, height));
      }
}

static const DsAttr resize_attrs[] = {
  [HEIGHT] = { "height", N_("Height"), DS_ATTR_INTEGER, 32, 1, 4096 },
  [WIDTH]  = { "width", N_("Width"), DS_ATTR_INTEGER, 32, 1, 4096 },
  { NULL }
};

const DsTransform ds_transforms_resize[] = {
  {
    .name    = "resize",
    .title   = N_("Resize"),
    .summary = N_("Brings pictures to a given size, by area when shrinking and "
                  "bilinear when enlarging."),
    .attrs   = resize_attrs,
    .images  = TRUE,
    .infer   = resize_infer,
    .apply   = resize_apply,
  },
  { NULL }
};
