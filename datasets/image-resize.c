/* image-resize.c: images of one size from images of any
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "datasets/image-decode.h"

#include <math.h>
#include <string.h>

/* Along each axis an output pixel is a weighted sum of neighbouring input
 * pixels: of all it covers where the image shrinks, of the two nearest where
 * it grows. */
typedef struct
{
  int    first;
  int    n;
  float *weights;
} Tap;

typedef struct
{
  Tap   *taps;                  /* one for each output pixel */
  float *weights;               /* those of all taps */
} Axis;

static void
axis_clear (Axis *axis)
{
  g_free (axis->taps);
  g_free (axis->weights);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Axis, axis_clear)

static void
cover_area (Tap    *tap,
            double  begin,
            double  end,
            int     from)
{
  tap->first = (int) begin;
  tap->n = MIN ((int) ceil (end), from) - tap->first;
  for (int i = 0; i < tap->n; i++)
    {
      double left = MAX (begin, tap->first + i);
      double right = MIN (end, tap->first + i + 1);

      tap->weights[i] = (right - left) / (end - begin);
    }
}

static void
mix_neighbours (Tap    *tap,
                double  centre,
                int     from)
{
  int left = (int) floor (centre);
  float fraction = centre - left;

  tap->first = CLAMP (left, 0, MAX (from - 2, 0));
  tap->n = MIN (from, 2);
  if (left < 0)
    fraction = 0;
  else if (left > from - 2)
    fraction = tap->n - 1;
  tap->weights[0] = 1 - fraction;
  tap->weights[tap->n - 1] = tap->n == 2 ? fraction : 1;
}

static void
axis_init (Axis *axis,
           int   from,
           int   to)
{
  double scale = (double) from / to;
  int max_taps = (int) ceil (scale) + 2;

  axis->taps = g_new (Tap, to);
  axis->weights = g_new (float, (gsize) to * max_taps);
  for (int i = 0; i < to; i++)
    {
      axis->taps[i].weights = axis->weights + (gsize) i * max_taps;
      if (scale > 1)
        cover_area (&axis->taps[i], i * scale, (i + 1) * scale, from);
      else
        mix_neighbours (&axis->taps[i], (i + 0.5) * scale - 0.5, from);
    }
}

/* One row of the output from the rows of @plane under it: first down, then
 * along, so that only one row of intermediate numbers is needed. */
static void
resize_row (const guint8 *plane,
            int           plane_width,
            const Tap    *down,
            const Axis   *along,
            float        *sums,
            guint8       *out,
            int           width)
{
  memset (sums, 0, plane_width * sizeof *sums);
  for (int i = 0; i < down->n; i++)
    {
      const guint8 *row = plane + (gsize) (down->first + i) * plane_width;

      for (int x = 0; x < plane_width; x++)
        sums[x] += down->weights[i] * row[x];
    }

  for (int x = 0; x < width; x++)
    {
      const Tap *tap = &along->taps[x];
      float sum = 0;

      for (int i = 0; i < tap->n; i++)
        sum += tap->weights[i] * sums[tap->first + i];
      out[x] = (guint8) CLAMP (sum + 0.5f, 0, 255);
    }
}

static void
resize_planes (const DsImage *image,
               int            channels,
               int            height,
               int            width,
               guint8        *out)
{
  g_auto (Axis) down = { NULL };
  g_auto (Axis) along = { NULL };
  g_autofree float *sums = g_new (float, image->width);

  axis_init (&down, image->height, height);
  axis_init (&along, image->width, width);
  for (int c = 0; c < channels; c++)
    for (int y = 0; y < height; y++)
      resize_row (image->pixels + (gsize) c * image->height * image->width, image->width,
                  &down.taps[y], &along, sums, out + ((gsize) c * height + y) * width, width);
}

/* The brightness that eyes see in a colour (ITU-R BT.601). */
static void
to_grey (const guint8 *planes,
         gsize         plane,
         guint8       *out)
{
  for (gsize i = 0; i < plane; i++)
    out[i] = (299 * planes[i] + 587 * planes[plane + i] + 114 * planes[2 * plane + i] + 500) /
             1000;
}

void
ds_image_resize (const DsImage *image,
                 int            channels,
                 int            height,
                 int            width,
                 guint8        *out)
{
  gsize plane = (gsize) height * width;
  g_autofree guint8 *colours = NULL;
  guint8 *planes = out;

  if (channels < image->channels)
    planes = colours = g_malloc (plane * image->channels);

  if (image->height == height && image->width == width)
    memcpy (planes, image->pixels, plane * image->channels);
  else
    resize_planes (image, image->channels, height, width, planes);

  if (channels < image->channels)
    to_grey (planes, plane, out);
  for (int c = image->channels; c < channels; c++)
    memcpy (out + c * plane, out, plane);
}
