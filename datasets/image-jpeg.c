/* image-jpeg.c: JPEG files to planes of bytes
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "datasets/image-private.h"

#include "datasets/error.h"

#include <glib/gi18n-lib.h>
#include <glib/gprintf.h>       /* brings the <stdio.h> that libjpeg's header needs */
#include <jerror.h>
#include <jpeglib.h>
#include <setjmp.h>

/* libjpeg reports errors by a call that must not return.  All that has to be
 * given back lies in one Decoding on the heap, so that nothing depends on what
 * a jump leaves of local variables. */

#define MAX_SCANS 200           /* a file of a few KB can ask for thousands */

typedef struct
{
  struct jpeg_error_mgr          errors;        /* first, so libjpeg's pointer is ours */
  struct jpeg_progress_mgr       progress;
  struct jpeg_decompress_struct  info;
  jmp_buf                        escape;
  const DsImageFile             *file;
  DsImage                        image;
  guint8                        *row;
  GError                        *error;
} Decoding;

static void
set_damaged (Decoding   *self,
             const char *message)
{
  g_set_error (&self->error, DS_ERROR, DS_ERROR_FORMAT,
               /* Translators: the last is the message of a library, in English. */
               _("“%s” is a damaged JPEG image: %s."), self->file->name, message);
}

static void
error_exit_cb (j_common_ptr info)
{
  Decoding *self = (Decoding *) info->err;
  char message[JMSG_LENGTH_MAX];

  self->errors.format_message (info, message);
  set_damaged (self, message);
  longjmp (self->escape, 1);
}

static gboolean
is_harmless (int warning)
{
  return warning == JWRN_EXTRANEOUS_DATA || warning == JWRN_NOT_SEQUENTIAL ||
         warning == JWRN_TOO_MUCH_DATA || warning == JWRN_ADOBE_XFORM ||
         warning == JWRN_BOGUS_ICC;
}

/* libjpeg would go on after a warning and make up the pixels that are missing;
 * such an image teaches a network nonsense. */
static void
emit_message_cb (j_common_ptr info,
                 int          level)
{
  if (level < 0 && !is_harmless (info->err->msg_code))
    error_exit_cb (info);
}

static void
progress_cb (j_common_ptr info)
{
  Decoding *self = (Decoding *) info->err;

  if (((j_decompress_ptr) info)->input_scan_number > MAX_SCANS)
    {
      set_damaged (self, _("it has too many scans"));
      longjmp (self->escape, 1);
    }
}

static int
read_orientation (Decoding *self)
{
  int orientation = 1;

  for (jpeg_saved_marker_ptr marker = self->info.marker_list;
       marker != NULL && orientation == 1;
       marker = marker->next)
    orientation = ds_exif_orientation (marker->data, marker->data_length);

  return orientation;
}

/* The decoder can leave out detail while it decodes, by powers of two. */
static void
choose_scale (Decoding *self,
              int       orientation)
{
  gboolean swapped = orientation > 4;
  guint height = swapped ? self->file->enough_width : self->file->enough_height;
  guint width = swapped ? self->file->enough_height : self->file->enough_width;

  self->info.scale_num = 1;
  self->info.scale_denom = 1;
  while (height > 0 && width > 0 && self->info.scale_denom < 8 &&
         self->info.image_height / (self->info.scale_denom * 2) >= height &&
         self->info.image_width / (self->info.scale_denom * 2) >= width)
    self->info.scale_denom *= 2;
}

static void
choose_colours (Decoding *self)
{
  if (self->info.jpeg_color_space == JCS_GRAYSCALE)
    self->info.out_color_space = JCS_GRAYSCALE;
  else if (self->info.jpeg_color_space == JCS_CMYK || self->info.jpeg_color_space == JCS_YCCK)
    self->info.out_color_space = JCS_CMYK;
  else
    self->info.out_color_space = JCS_RGB;
}

/* Ink to light, in place: each pixel's first three bytes become RGB and the
 * fourth full opacity.  Adobe's programs store ink inverted. */
static void
convert_ink (guint8   *row,
             int       width,
             gboolean  inverted)
{
  for (guint8 *pixel = row; pixel < row + (gsize) width * 4; pixel += 4)
    {
      int black = inverted ? pixel[3] : 255 - pixel[3];

      for (int c = 0; c < 3; c++)
        pixel[c] = ((inverted ? pixel[c] : 255 - pixel[c]) * black + 127) / 255;
      pixel[3] = 255;
    }
}

static gboolean
decode_rows (Decoding *self)
{
  struct jpeg_decompress_struct *info = &self->info;

  jpeg_start_decompress (info);
  if (!ds_image_allocate (&self->image, info->output_components == 1 ? 1 : 3,
                          info->output_height, info->output_width, self->file->name,
                          &self->error))
    return FALSE;

  self->row = g_malloc ((gsize) info->output_width * info->output_components);
  while (info->output_scanline < info->output_height)
    {
      int y = info->output_scanline;

      jpeg_read_scanlines (info, &self->row, 1);
      if (info->out_color_space == JCS_CMYK)
        convert_ink (self->row, info->output_width, info->saw_Adobe_marker);
      ds_image_set_row (&self->image, y, self->row, info->output_components);
    }

  jpeg_finish_decompress (info);
  self->image.full_height = info->image_height;
  self->image.full_width = info->image_width;
  return TRUE;
}

static gboolean
decode (Decoding *self)
{
  struct jpeg_decompress_struct *info = &self->info;
  int orientation;

  jpeg_create_decompress (info);
  info->progress = &self->progress;
  jpeg_mem_src (info, self->file->bytes, self->file->n_bytes);
  jpeg_save_markers (info, JPEG_APP0 + 1, 0xffff);
  jpeg_read_header (info, TRUE);
  if (!ds_image_allows (self->file, info->image_width, info->image_height, &self->error))
    return FALSE;

  orientation = read_orientation (self);
  choose_scale (self, orientation);
  choose_colours (self);

  return decode_rows (self) &&
         ds_image_turn (&self->image, orientation, self->file->name, &self->error);
}

gboolean
ds_image_decode_jpeg (const DsImageFile *file,
                      DsImage           *image,
                      GError           **error)
{
  g_autofree Decoding *self = g_new0 (Decoding, 1);
  gboolean ok;

  self->file = file;
  self->info.err = jpeg_std_error (&self->errors);
  self->errors.error_exit = error_exit_cb;
  self->errors.emit_message = emit_message_cb;
  self->progress.progress_monitor = progress_cb;

  if (setjmp (self->escape) == 0)
    ok = decode (self);
  else
    ok = FALSE;

  jpeg_destroy_decompress (&self->info);
  g_free (self->row);
  if (ok)
    *image = self->image;
  else
    {
      ds_image_clear (&self->image);
      g_propagate_error (error, self->error);
    }

  return ok;
}
