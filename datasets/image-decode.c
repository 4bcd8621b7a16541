/* image-decode.c: JPEG and PNG files to planes of bytes
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "datasets/image-private.h"

#include "datasets/error.h"

#include <glib/gi18n-lib.h>
#include <string.h>

static const guint8 jpeg_magic[] = { 0xff, 0xd8, 0xff };
static const guint8 png_magic[] = { 0x89, 'P', 'N', 'G', 0x0d, 0x0a, 0x1a, 0x0a };

void
ds_image_clear (DsImage *image)
{
  g_clear_pointer (&image->pixels, g_free);
}

DsImageKind
ds_image_sniff (const guint8 *bytes,
                gsize         n_bytes)
{
  if (n_bytes >= sizeof jpeg_magic && memcmp (bytes, jpeg_magic, sizeof jpeg_magic) == 0)
    return DS_IMAGE_JPEG;
  if (n_bytes >= sizeof png_magic && memcmp (bytes, png_magic, sizeof png_magic) == 0)
    return DS_IMAGE_PNG;

  return DS_IMAGE_NONE;
}

gboolean
ds_image_allows (const DsImageFile *file,
                 guint64            width,
                 guint64            height,
                 GError           **error)
{
  guint64 n_pixels;

  if (width > 0 && height > 0 && g_uint64_checked_mul (&n_pixels, width, height) &&
      n_pixels <= file->limit_pixels)
    return TRUE;

  g_set_error (error, DS_ERROR, DS_ERROR_LIMIT,
               _("“%s” claims to be an image of %llu×%llu pixels; at most %llu pixels are "
                 "allowed. Make it smaller, or remove it."), file->name,
               (unsigned long long) width, (unsigned long long) height,
               (unsigned long long) file->limit_pixels);
  return FALSE;
}

void
ds_image_set_no_memory (const DsImage  *image,
                        const char     *name,
                        GError        **error)
{
  g_set_error (error, DS_ERROR, DS_ERROR_MEMORY,
               _("“%s”: there is not enough memory for its %d×%d pixels."),
               name, image->width, image->height);
}

gboolean
ds_image_allocate (DsImage     *image,
                   int          channels,
                   int          height,
                   int          width,
                   const char  *name,
                   GError     **error)
{
  gsize bytes = (gsize) channels * height * width;

  *image = (DsImage) { channels, height, width, height, width, g_try_malloc (bytes) };
  if (image->pixels == NULL)
    ds_image_set_no_memory (image, name, error);
  return image->pixels != NULL;
}

/* Lays a sample of opacity @alpha on white. */
static guint8
flatten (int sample,
         int alpha)
{
  return (sample * alpha + 255 * (255 - alpha) + 127) / 255;
}

void
ds_image_set_row (DsImage      *image,
                  int           y,
                  const guint8 *row,
                  int           n_samples)
{
  gsize plane = (gsize) image->height * image->width;
  gboolean has_alpha = n_samples % 2 == 0;

  for (int c = 0; c < image->channels; c++)
    {
      guint8 *out = image->pixels + c * plane + (gsize) y * image->width;
      const guint8 *in = row + c;
      const guint8 *alpha = row + n_samples - 1;

      if (has_alpha)
        for (int x = 0; x < image->width; x++)
          out[x] = flatten (in[x * n_samples], alpha[x * n_samples]);
      else
        for (int x = 0; x < image->width; x++)
          out[x] = in[x * n_samples];
    }
}

gboolean
ds_image_decode (const guint8 *bytes,
                 gsize         n_bytes,
                 guint64       limit_pixels,
                 int           enough_height,
                 int           enough_width,
                 const char   *name,
                 DsImage      *image,
                 GError      **error)
{
  DsImageFile file = { bytes, n_bytes, limit_pixels, enough_height, enough_width, name };

  switch (ds_image_sniff (bytes, n_bytes))
    {
    case DS_IMAGE_JPEG:
      return ds_image_decode_jpeg (&file, image, error);
    case DS_IMAGE_PNG:
      return ds_image_decode_png (&file, image, error);
    case DS_IMAGE_NONE:
    default:
      g_set_error (error, DS_ERROR, DS_ERROR_FORMAT,
                   _("“%s” is neither a JPEG nor a PNG image."), name);
      return FALSE;
    }
}

gboolean
ds_image_decode_mask (const guint8 *bytes,
                      gsize         n_bytes,
                      guint64       limit_pixels,
                      const char   *name,
                      DsImage      *image,
                      gboolean     *has_palette,
                      GError      **error)
{
  DsImageFile file = { bytes, n_bytes, limit_pixels, 0, 0, name };

  if (ds_image_sniff (bytes, n_bytes) == DS_IMAGE_PNG)
    return ds_image_decode_png_ids (&file, image, has_palette, error);

  g_set_error (error, DS_ERROR, DS_ERROR_FORMAT,
               _("“%s” is no PNG image, so its pixels cannot be classes."), name);
  return FALSE;
}

gboolean
ds_image_is_grey (const DsImage *image)
{
  gsize plane = (gsize) image->height * image->width;

  return image->channels == 1 ||
         (memcmp (image->pixels, image->pixels + plane, plane) == 0 &&
          memcmp (image->pixels, image->pixels + 2 * plane, plane) == 0);
}
