/* image-png.c: PNG files to planes of bytes
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "datasets/image-private.h"

#include "datasets/error.h"

#include <glib/gi18n-lib.h>
#include <png.h>
#include <setjmp.h>
#include <string.h>

/* As in image-jpeg.c: what a jump must not lose lies in one Decoding on the
 * heap. */

#define MAX_SIDE 1000000
#define MAX_CHUNKS 1000
#define MAX_CHUNK_BYTES (8 << 20)

typedef struct
{
  png_structp        png;
  png_infop          info;
  const DsImageFile *file;
  gboolean           ids;       /* what pixels stand for, not how they look */
  gsize              at;        /* bytes of the file that are read */
  DsImage            image;
  guint8            *pixels;    /* all rows as libpng delivers them */
  guint8           **rows;
  GError            *error;
} Decoding;

static void
error_cb (png_structp png,
          const char *message)
{
  Decoding *self = png_get_error_ptr (png);

  if (self->error == NULL)
    g_set_error (&self->error, DS_ERROR, DS_ERROR_FORMAT,
                 /* Translators: the last is the message of a library, in English. */
                 _("“%s” is a damaged PNG image: %s."), self->file->name, message);
  png_longjmp (png, 1);
}

/* Warnings are about colour profiles and the like, which we do not use. */
static void
warning_cb (png_structp png,
            const char *message)
{
}

static void
read_cb (png_structp png,
         guint8     *out,
         gsize       n_bytes)
{
  Decoding *self = png_get_io_ptr (png);

  if (n_bytes > self->file->n_bytes - self->at)
    png_error (png, _("it is cut off"));

  memcpy (out, self->file->bytes + self->at, n_bytes);
  self->at += n_bytes;
}

/* Whatever the file has, 8-bit grey or RGB comes out, perhaps with alpha. */
static void
simplify (Decoding *self)
{
  int type = png_get_color_type (self->png, self->info);
  int depth = png_get_bit_depth (self->png, self->info);

  if (type == PNG_COLOR_TYPE_PALETTE)
    png_set_palette_to_rgb (self->png);
  if (type == PNG_COLOR_TYPE_GRAY && depth < 8)
    png_set_expand_gray_1_2_4_to_8 (self->png);
  if (png_get_valid (self->png, self->info, PNG_INFO_tRNS) != 0)
    png_set_tRNS_to_alpha (self->png);
  if (depth == 16)
    png_set_scale_16 (self->png);

  png_set_interlace_handling (self->png);
  png_read_update_info (self->png, self->info);
}

/* One byte a pixel, as the file has it. */
static gboolean
keep_ids (Decoding *self)
{
  int type = png_get_color_type (self->png, self->info);
  int depth = png_get_bit_depth (self->png, self->info);

  if ((type & PNG_COLOR_MASK_COLOR) != 0 && type != PNG_COLOR_TYPE_PALETTE)
    {
      g_set_error (&self->error, DS_ERROR, DS_ERROR_UNSUPPORTED,
                   _("The mask “%s” is in full colour. Save it with a palette or in grey, so that "
                     "each pixel is the number of its class."), self->file->name);
      return FALSE;
    }
  if (depth == 16)
    {
      g_set_error (&self->error, DS_ERROR, DS_ERROR_UNSUPPORTED,
                   _("The mask “%s” has 16 bits for each pixel, and at most 8 are possible."),
                   self->file->name);
      return FALSE;
    }

  if (depth < 8)
    png_set_packing (self->png);
  png_set_strip_alpha (self->png);
  png_set_interlace_handling (self->png);
  png_read_update_info (self->png, self->info);
  return TRUE;
}

static gboolean
decode_rows (Decoding *self)
{
  int width = png_get_image_width (self->png, self->info);
  int height = png_get_image_height (self->png, self->info);
  int n_samples = png_get_channels (self->png, self->info);
  gsize row_bytes = png_get_rowbytes (self->png, self->info);

  if (!ds_image_allocate (&self->image, n_samples < 3 ? 1 : 3, height, width, self->file->name,
                          &self->error))
    return FALSE;

  self->pixels = g_try_malloc_n (height, row_bytes);
  self->rows = g_try_new (guint8 *, height);
  if (self->pixels == NULL || self->rows == NULL)
    {
      ds_image_set_no_memory (&self->image, self->file->name, &self->error);
      return FALSE;
    }

  for (int y = 0; y < height; y++)
    self->rows[y] = self->pixels + y * row_bytes;
  png_read_image (self->png, self->rows);
  png_read_end (self->png, NULL);

  for (int y = 0; y < height; y++)
    ds_image_set_row (&self->image, y, self->rows[y], n_samples);
  return TRUE;
}

static gboolean
decode (Decoding *self)
{
  png_set_read_fn (self->png, self, read_cb);
  png_set_user_limits (self->png, MAX_SIDE, MAX_SIDE);
  png_set_chunk_cache_max (self->png, MAX_CHUNKS);
  png_set_chunk_malloc_max (self->png, MAX_CHUNK_BYTES);
  png_read_info (self->png, self->info);
  if (!ds_image_allows (self->file, png_get_image_width (self->png, self->info),
                        png_get_image_height (self->png, self->info), &self->error))
    return FALSE;

  if (!self->ids)
    simplify (self);
  else if (!keep_ids (self))
    return FALSE;
  return decode_rows (self);
}

static gboolean
decode_file (const DsImageFile *file,
             gboolean           ids,
             DsImage           *image,
             gboolean          *has_palette,
             GError           **error)
{
  g_autofree Decoding *self = g_new0 (Decoding, 1);
  gboolean ok;

  self->file = file;
  self->ids = ids;
  self->png = png_create_read_struct (PNG_LIBPNG_VER_STRING, self, error_cb, warning_cb);
  self->info = png_create_info_struct (self->png);

  if (setjmp (png_jmpbuf (self->png)) == 0)
    ok = decode (self);
  else
    ok = FALSE;

  if (ok && has_palette != NULL)
    *has_palette = png_get_color_type (self->png, self->info) == PNG_COLOR_TYPE_PALETTE;

  png_destroy_read_struct (&self->png, &self->info, NULL);
  g_free (self->pixels);
  g_free (self->rows);
  if (ok)
    *image = self->image;
  else
    {
      ds_image_clear (&self->image);
      g_propagate_error (error, self->error);
    }

  return ok;
}

gboolean
ds_image_decode_png (const DsImageFile *file,
                     DsImage           *image,
                     GError           **error)
{
  return decode_file (file, FALSE, image, NULL, error);
}

gboolean
ds_image_decode_png_ids (const DsImageFile *file,
                         DsImage           *image,
                         gboolean          *has_palette,
                         GError           **error)
{
  return decode_file (file, TRUE, image, has_palette, error);
}
