/* image.c: a small picture with a caption, as bytes
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "widgets/image.h"

/* Averaging looks at this many pixels in each direction for one that it makes;
 * more would cost time and change nothing that can be seen. */
#define MAX_SAMPLES 8

struct _UiImage
{
  gatomicrefcount  n_refs;
  int              width;
  int              height;
  int              n_channels;
  GBytes          *pixels;
  char            *caption;
  char            *badge;
};

UiImage *
ui_image_new (int         width,
              int         height,
              int         n_channels,
              GBytes     *pixels,
              const char *caption,
              const char *badge)
{
  UiImage *self;
  gsize n_bytes;

  if (width < 1 || height < 1 || n_channels < 1 || n_channels > 4
      || !g_size_checked_mul (&n_bytes, width, height)
      || !g_size_checked_mul (&n_bytes, n_bytes, n_channels)
      || n_bytes != g_bytes_get_size (pixels))
    return NULL;

  self = g_new0 (UiImage, 1);
  g_atomic_ref_count_init (&self->n_refs);
  self->width = width;
  self->height = height;
  self->n_channels = n_channels;
  self->pixels = g_bytes_ref (pixels);
  self->caption = g_strdup (caption);
  self->badge = g_strdup (badge);
  return self;
}

UiImage *
ui_image_ref (UiImage *self)
{
  g_atomic_ref_count_inc (&self->n_refs);
  return self;
}

void
ui_image_unref (UiImage *self)
{
  if (!g_atomic_ref_count_dec (&self->n_refs))
    return;

  g_bytes_unref (self->pixels);
  g_free (self->caption);
  g_free (self->badge);
  g_free (self);
}

int
ui_image_get_width (UiImage *self)
{
  return self->width;
}

int
ui_image_get_height (UiImage *self)
{
  return self->height;
}

const char *
ui_image_get_caption (UiImage *self)
{
  return self->caption;
}

const char *
ui_image_get_badge (UiImage *self)
{
  return self->badge;
}

/* Adds one pixel, as RGBA, to @sum. */
static void
add_pixel (UiImage *self,
           gsize    x,
           gsize    y,
           guint    sum[4])
{
  const guint8 *pixels = g_bytes_get_data (self->pixels, NULL);
  const guint8 *pixel = pixels + (y * self->width + x) * self->n_channels;
  gboolean is_grey = self->n_channels < 3;

  sum[0] += pixel[0];
  sum[1] += pixel[is_grey ? 0 : 1];
  sum[2] += pixel[is_grey ? 0 : 2];
  sum[3] += self->n_channels % 2 == 0 ? pixel[self->n_channels - 1] : 255;
}

/* The average of the pixels from (@x0, @y0) up to but without (@x1, @y1). */
static void
average (UiImage *self,
         gsize    x0,
         gsize    y0,
         gsize    x1,
         gsize    y1,
         guint8   result[4])
{
  gsize step_x = (x1 - x0 + MAX_SAMPLES - 1) / MAX_SAMPLES;
  gsize step_y = (y1 - y0 + MAX_SAMPLES - 1) / MAX_SAMPLES;
  guint sum[4] = { 0 };
  guint n = 0;

  for (gsize y = y0; y < y1; y += step_y)
    for (gsize x = x0; x < x1; x += step_x, n++)
      add_pixel (self, x, y, sum);

  for (int i = 0; i < 4; i++)
    result[i] = (sum[i] + n / 2) / n;
}

GBytes *
ui_image_fit (UiImage *self,
              int      side,
              int     *width,
              int     *height)
{
  int longest = MAX (self->width, self->height);
  int factor = side / longest;
  guint8 *result;

  if (factor >= 1)
    {
      *width = self->width * factor;
      *height = self->height * factor;
    }
  else
    {
      *width = MAX (1, (gint64) self->width * side / longest);
      *height = MAX (1, (gint64) self->height * side / longest);
    }

  result = g_malloc ((gsize) *width * *height * 4);
  for (int y = 0; y < *height; y++)
    for (int x = 0; x < *width; x++)
      {
        gsize x0 = (gint64) x * self->width / *width;
        gsize y0 = (gint64) y * self->height / *height;
        gsize x1 = (gint64) (x + 1) * self->width / *width;
        gsize y1 = (gint64) (y + 1) * self->height / *height;

        average (self, x0, y0, MAX (x1, x0 + 1), MAX (y1, y0 + 1),
                 result + ((gsize) y * *width + x) * 4);
      }

  return g_bytes_new_take (result, (gsize) *width * *height * 4);
}
