/* augmentation.c: harmless changes that make more of a small data set
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "datasets/transform.h"

#include "engine/error.h"

#include <glib/gi18n-lib.h>
#include <string.h>

enum {
  PADDING,
  REFLECT,
  HEIGHT,
  WIDTH,
};

static gint64
padded_size (const DsTransformStep *step,
             gint64                 size)
{
  return size + 2 * (gint64) ds_transform_step_number (step, PADDING);
}

/* What the attribute asks for along an axis of @size: 0 keeps the size. */
static gint64
wanted_extent (const DsTransformStep *step,
               int                    attr,
               gint64                 size)
{
  gint64 wanted = (gint64) ds_transform_step_number (step, attr);

  return wanted == 0 ? size : wanted;
}

static gboolean
random_crop_check (const DsTransformStep *step,
                   const NnShape         *in,
                   GError               **error)
{
  gint64 height = wanted_extent (step, HEIGHT, in->size[1]);
  gint64 width = wanted_extent (step, WIDTH, in->size[2]);
  g_autofree char *text = nn_shape_print (in);

  if (height <= padded_size (step, in->size[1]) && width <= padded_size (step, in->size[2]))
    return TRUE;

  g_set_error (error, NN_ERROR, NN_ERROR_SHAPE,
               _("Random crop: a piece of height %d and width %d does not fit pictures of %s "
                 "with a padding of %g. Make the piece smaller or the padding larger."),
               (int) height, (int) width, text, ds_transform_step_number (step, PADDING));
  return FALSE;
}

static void
random_crop_infer (const DsTransformStep *step,
                   const NnShape         *in,
                   NnShape               *out)
{
  *out = NN_SHAPE (in->size[0],
                   MIN (wanted_extent (step, HEIGHT, in->size[1]),
                        padded_size (step, in->size[1])),
                   MIN (wanted_extent (step, WIDTH, in->size[2]),
                        padded_size (step, in->size[2])));
}

/* Where the crop starts in an axis of @size: -padding at the least. */
static gint64
crop_start (const DsTransformStep *step,
            gint64                 size,
            gint64                 extent,
            NnRandom              *random)
{
  gint64 padding = (gint64) ds_transform_step_number (step, PADDING);
  gint64 room = padded_size (step, size) - extent;
  gint64 moved = random != NULL ? nn_random_below (random, (guint32) room + 1) : room / 2;

  return moved - padding;
}

/* @position mirrored into 0 … @size - 1; the edge itself is not repeated. */
static gint64
mirror (gint64 position,
        gint64 size)
{
  gint64 period = MAX (2 * (size - 1), 1);

  position = ABS (position) % period;
  return position < size ? position : period - position;
}

static void
crop_row (const float *in,
          gint64       width,
          gint64       start,
          gboolean     reflect,
          float        padding,
          float       *out,
          gint64       extent)
{
  gint64 first = CLAMP (-start, 0, extent);
  gint64 last = CLAMP (width - start, first, extent);

  for (gint64 x = 0; x < first; x++)
    out[x] = reflect ? in[mirror (start + x, width)] : padding;
  if (last > first)
    memcpy (out + first, in + start + first, (last - first) * sizeof *out);
  for (gint64 x = last; x < extent; x++)
    out[x] = reflect ? in[mirror (start + x, width)] : padding;
}

static void
crop (const DsTransformStep *step,
      const NnShape         *shape,
      NnRandom              *random,
      float                  padding,
      const float           *in,
      float                 *out)
{
  gboolean reflect = ds_transform_step_number (step, REFLECT) != 0;
  gint64 height = shape->size[1];
  gint64 width = shape->size[2];
  NnShape to;
  gint64 top;
  gint64 left;

  random_crop_infer (step, shape, &to);
  top = crop_start (step, height, to.size[1], random);
  left = crop_start (step, width, to.size[2], random);

  for (gint64 c = 0; c < to.size[0]; c++, in += height * width)
    for (gint64 y = top; y < top + to.size[1]; y++, out += to.size[2])
      {
        if (reflect || (y >= 0 && y < height))
          crop_row (in + mirror (y, height) * width, width, left, reflect, padding, out,
                    to.size[2]);
        else
          for (gint64 x = 0; x < to.size[2]; x++)
            out[x] = padding;
      }
}

static void
random_crop_apply (const DsTransformStep *step,
                   const NnShape         *shape,
                   NnRandom              *random,
                   const float           *in,
                   float                 *out)
{
  crop (step, shape, random, 0, in, out);
}

static void
random_crop_apply_map (const DsTransformStep *step,
                       const NnShape         *shape,
                       NnRandom              *random,
                       const float           *in,
                       float                 *out)
{
  crop (step, shape, random, DS_IGNORED_CLASS, in, out);
}

enum {
  PROBABILITY,
};

static void
flip_row (float  *row,
          gint64  width)
{
  for (gint64 x = 0; x < width - 1 - x; x++)
    {
      float kept = row[x];

      row[x] = row[width - 1 - x];
      row[width - 1 - x] = kept;
    }
}

static void
horizontal_flip_apply (const DsTransformStep *step,
                       const NnShape         *shape,
                       NnRandom              *random,
                       const float           *in,
                       float                 *out)
{
  gint64 width = shape->size[2];
  gint64 n_rows = shape->size[0] * shape->size[1];

  if (random == NULL
      || nn_random_uniform (random) >= ds_transform_step_number (step, PROBABILITY))
    return;

  for (gint64 y = 0; y < n_rows; y++)
    flip_row (out + y * width, width);
}

static const DsAttr random_crop_attrs[] = {
  [PADDING] = { "padding", N_("Padding"), DS_ATTR_INTEGER, 4, 0, 1024 },
  [REFLECT] = { "reflect", N_("Fill the padding by reflection"), DS_ATTR_BOOLEAN, 0, 0, 1 },
  [HEIGHT]  = { "height", N_("Height (0: as before)"), DS_ATTR_INTEGER, 0, 0, 4096 },
  [WIDTH]   = { "width", N_("Width (0: as before)"), DS_ATTR_INTEGER, 0, 0, 4096 },
  { NULL }
};

static const DsAttr horizontal_flip_attrs[] = {
  [PROBABILITY] = { "probability", N_("Probability"), DS_ATTR_FLOAT, 0.5, 0, 1 },
  { NULL }
};

const DsTransform ds_transforms_augmentation[] = {
  {
    .name      = "random-crop",
    .title     = N_("Random crop"),
    .summary   = N_("Pads the picture and cuts a piece out at a random place; "
                    "the middle when not training."),
    .attrs     = random_crop_attrs,
    .random    = TRUE,
    .images    = TRUE,
    .check     = random_crop_check,
    .infer     = random_crop_infer,
    .apply     = random_crop_apply,
    .apply_map = random_crop_apply_map,
  },
  {
    .name      = "horizontal-flip",
    .title     = N_("Horizontal flip"),
    .summary   = N_("Swaps left and right in some of the pictures; none when not training."),
    .attrs     = horizontal_flip_attrs,
    .random    = TRUE,
    .images    = TRUE,
    .in_place  = TRUE,
    .apply     = horizontal_flip_apply,
    .apply_map = horizontal_flip_apply,
  },
  { NULL }
};
