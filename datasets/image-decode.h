/* image-decode.h: JPEG and PNG files to planes of bytes
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum
{
  DS_IMAGE_NONE,
  DS_IMAGE_JPEG,
  DS_IMAGE_PNG,
} DsImageKind;

/* Channels × height × width, one plane behind the other. */
typedef struct
{
  int     channels;             /* 1 for grey, 3 for red, green, blue */
  int     height;
  int     width;
  int     full_height;          /* in the file, if it was decoded at a smaller size */
  int     full_width;
  guint8 *pixels;               /* owned */
} DsImage;

void        ds_image_clear   (DsImage          *image);

/* What the first bytes say; names and endings play no part. */
DsImageKind ds_image_sniff   (const guint8     *bytes,
                              gsize             n_bytes);

/* Decodes a whole file.  Palettes, 16-bit samples and CMYK become 8-bit grey or
 * RGB, transparency lies on white, and photographs are turned upright as their
 * camera noted.  @limit_pixels is held against the header before any memory is
 * asked for.  A JPEG may come out smaller, but not below @enough_height by
 * @enough_width, which is faster; 0 for the full size.
 *
 * FALSE with @error set, naming @name, and @image untouched. */
gboolean    ds_image_decode  (const guint8     *bytes,
                              gsize             n_bytes,
                              guint64           limit_pixels,
                              int               enough_height,
                              int               enough_width,
                              const char       *name,
                              DsImage          *image,
                              GError          **error);

/* Decodes a PNG whose pixels are numbers of classes: the places in its palette,
 * or its levels of grey, neither scaled; @has_palette tells which.  Masks in
 * colour are refused. */
gboolean    ds_image_decode_mask (const guint8   *bytes,
                                  gsize           n_bytes,
                                  guint64         limit_pixels,
                                  const char     *name,
                                  DsImage        *image,
                                  gboolean       *has_palette,
                                  GError        **error);

/* TRUE if no pixel has a colour, even if there are three channels. */
gboolean    ds_image_is_grey (const DsImage    *image);

/* Scales to @height × @width: averages over areas where it shrinks, mixes
 * neighbours where it grows.  @out has room for @channels planes, 1 or 3. */
void        ds_image_resize  (const DsImage    *image,
                              int               channels,
                              int               height,
                              int               width,
                              guint8           *out);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (DsImage, ds_image_clear)

G_END_DECLS
