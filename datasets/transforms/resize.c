/* resize.c: another number of pixels for the same picture
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "datasets/transform.h"

#include <glib/gi18n-lib.h>
#include <string.h>

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

/* The input pixels under one box, along one axis, and what each counts. */
typedef struct
{
  gint64 first, last;           /* @last included */
  float  head, middle, tail;    /* of the first, those between, and the last if another */
} Box;

/* Columns whose boxes are computed together, to be used for every row. */
#define BLOCK 64

static Box
box_around (gint64 position,
            gint64 from,
            gint64 to)
{
  double scale = (double) from / to;
  double width = MAX (scale, 1.0);
  double begin = (position + 0.5) * scale - width / 2;
  double end = begin + width;
  Box box = { CLAMP ((gint64) begin, 0, from - 1) };

  box.last = CLAMP ((gint64) end, box.first, from - 1);
  box.head = (float) ((MIN (end, box.first + 1) - begin) / width);
  box.middle = (float) (1 / width);
  box.tail = (float) ((end - box.last) / width);

  if (box.first == box.last)
    {
      box.head = 1;
      box.tail = 0;
    }

  return box;
}

/* Adds @weight times @in, resized along the row, to @out. */
static void
add_row (const float *in,
         const Box   *boxes,
         gint64       count,
         float        weight,
         float       *out)
{
  for (gint64 x = 0; x < count; x++)
    {
      const Box *box = &boxes[x];
      float sum = 0;

      for (gint64 i = box->first + 1; i < box->last; i++)
        sum += in[i];
      out[x] += weight * (box->head * in[box->first] + box->middle * sum
                          + box->tail * in[box->last]);
    }
}

/* One plane's rows into a block of @count columns of @out. */
static void
resize_block (const float   *in,
              const NnShape *from,
              const Box     *boxes,
              gint64         count,
              float         *out,
              const NnShape *to)
{
  gint64 width = from->size[2];

  for (gint64 y = 0; y < to->size[1]; y++, out += to->size[2])
    {
      Box rows = box_around (y, from->size[1], to->size[1]);

      memset (out, 0, count * sizeof *out);
      add_row (in + rows.first * width, boxes, count, rows.head, out);
      for (gint64 i = rows.first + 1; i < rows.last; i++)
        add_row (in + i * width, boxes, count, rows.middle, out);
      if (rows.last > rows.first)
        add_row (in + rows.last * width, boxes, count, rows.tail, out);
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
  gint64 plane_in = shape->size[1] * shape->size[2];
  gint64 plane_out;
  NnShape to;

  resize_infer (step, shape, &to);
  plane_out = to.size[1] * to.size[2];

  for (gint64 left = 0; left < to.size[2]; left += BLOCK)
    {
      gint64 count = MIN (BLOCK, to.size[2] - left);
      Box boxes[BLOCK];

      for (gint64 x = 0; x < count; x++)
        boxes[x] = box_around (left + x, shape->size[2], to.size[2]);
      for (gint64 c = 0; c < to.size[0]; c++)
        resize_block (in + c * plane_in, shape, boxes, count, out + c * plane_out + left, &to);
    }
}

/* Classes cannot be mixed, so each pixel takes that under its centre. */
static void
resize_apply_map (const DsTransformStep *step,
                  const NnShape         *shape,
                  NnRandom              *random,
                  const float           *in,
                  float                 *out)
{
  NnShape to;

  resize_infer (step, shape, &to);
  for (gint64 y = 0; y < to.size[1]; y++)
    {
      gint64 row = (2 * y + 1) * shape->size[1] / (2 * to.size[1]);

      for (gint64 x = 0; x < to.size[2]; x++)
        *out++ = in[row * shape->size[2] + (2 * x + 1) * shape->size[2] / (2 * to.size[2])];
    }
}

static const DsAttr resize_attrs[] = {
  [HEIGHT] = { "height", N_("Height"), DS_ATTR_INTEGER, 32, 1, 4096 },
  [WIDTH]  = { "width", N_("Width"), DS_ATTR_INTEGER, 32, 1, 4096 },
  { NULL }
};

const DsTransform ds_transforms_resize[] = {
  {
    .name      = "resize",
    .title     = N_("Resize"),
    .summary   = N_("Brings pictures to a given size, by area when shrinking and "
                    "bilinear when enlarging."),
    .attrs     = resize_attrs,
    .images    = TRUE,
    .infer     = resize_infer,
    .apply     = resize_apply,
    .apply_map = resize_apply_map,
  },
  { NULL }
};
