/* image-private.h: what the decoders share
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "datasets/image-decode.h"

G_BEGIN_DECLS

/* The arguments of ds_image_decode() on their way. */
typedef struct
{
  const guint8 *bytes;
  gsize         n_bytes;
  guint64       limit_pixels;
  int           enough_height;
  int           enough_width;
  const char   *name;
} DsImageFile;

/* FALSE with @error set if a header claims too many pixels. */
gboolean  ds_image_allows      (const DsImageFile *file,
                                guint64            width,
                                guint64            height,
                                GError           **error);

/* Gives @image its sizes and memory; FALSE with @error set if there is none. */
gboolean  ds_image_allocate    (DsImage           *image,
                                int                channels,
                                int                height,
                                int                width,
                                const char        *name,
                                GError           **error);

void      ds_image_set_no_memory (const DsImage   *image,
                                  const char      *name,
                                  GError         **error);

/* Spreads one row of pixels with @n_samples bytes each over the planes: grey,
 * grey and alpha, RGB, or RGB and alpha. */
void      ds_image_set_row     (DsImage           *image,
                                int                y,
                                const guint8      *row,
                                int                n_samples);

/* Both write @image only when they succeed. */
gboolean  ds_image_decode_jpeg (const DsImageFile *file,
                                DsImage           *image,
                                GError           **error);
gboolean  ds_image_decode_png  (const DsImageFile *file,
                                DsImage           *image,
                                GError           **error);

/* Of a PNG, what its pixels stand for instead of how they look. */
gboolean  ds_image_decode_png_ids (const DsImageFile *file,
                                   DsImage           *image,
                                   gboolean          *has_palette,
                                   GError           **error);

/* How the camera was held: 1 to 8 as EXIF counts, 1 (upright) when @bytes, the
 * content of a JPEG's APP1 marker, do not say. */
int       ds_exif_orientation  (const guint8      *bytes,
                                gsize              n_bytes);

/* Turns @image upright. */
gboolean  ds_image_turn        (DsImage           *image,
                                int                orientation,
                                const char        *name,
                                GError           **error);

G_END_DECLS
