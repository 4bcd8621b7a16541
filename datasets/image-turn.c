/* image-turn.c: photographs upright, as their camera noted in EXIF
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "datasets/image-private.h"

#include <string.h>

#define TIFF_AT 6               /* behind "Exif" and two zero bytes */
#define ORIENTATION_TAG 0x0112
#define SHORT_TYPE 3
#define ENTRY_BYTES 12

/* EXIF is a TIFF file, in the byte order that its first bytes name. */
typedef struct
{
  const guint8 *bytes;
  gsize         n_bytes;
  gboolean      little_endian;
} Tiff;

/* @n bytes at @at, 2 or 4; 0 behind the end. */
static guint32
tiff_read (const Tiff *tiff,
           gsize       at,
           int         n)
{
  guint32 value = 0;

  if (at > tiff->n_bytes || tiff->n_bytes - at < (gsize) n)
    return 0;

  for (int i = 0; i < n; i++)
    value = value << 8 | tiff->bytes[at + (tiff->little_endian ? n - 1 - i : i)];

  return value;
}

int
ds_exif_orientation (const guint8 *bytes,
                     gsize         n_bytes)
{
  Tiff tiff;
  gsize directory;
  guint32 n_entries;

  if (n_bytes < TIFF_AT + 8 || memcmp (bytes, "Exif\0\0", TIFF_AT) != 0)
    return 1;

  tiff = (Tiff) { bytes + TIFF_AT, n_bytes - TIFF_AT, bytes[TIFF_AT] == 'I' };
  directory = tiff_read (&tiff, 4, 4);
  n_entries = tiff_read (&tiff, directory, 2);
  for (guint32 i = 0; i < n_entries; i++)
    {
      gsize entry = directory + 2 + (gsize) i * ENTRY_BYTES;
      guint32 value = tiff_read (&tiff, entry + 8, 2);

      if (tiff_read (&tiff, entry, 2) == ORIENTATION_TAG &&
          tiff_read (&tiff, entry + 2, 2) == SHORT_TYPE && value >= 1 && value <= 8)
        return value;
    }

  return 1;
}

gboolean
ds_image_turn (DsImage     *image,
               int          orientation,
               const char  *name,
               GError     **error)
{
  /* For orientation 1 to 8: whether the axes change places, and whether the
   * stored image is then walked from the right and from the bottom. */
  static const struct { gboolean swap, from_right, from_bottom; } turns[] = {
    { FALSE, FALSE, FALSE }, { FALSE, TRUE, FALSE }, { FALSE, TRUE, TRUE },
    { FALSE, FALSE, TRUE }, { TRUE, FALSE, FALSE }, { TRUE, FALSE, TRUE },
    { TRUE, TRUE, TRUE }, { TRUE, TRUE, FALSE },
  };
  gboolean swap = turns[orientation - 1].swap;
  DsImage turned;

  if (orientation == 1)
    return TRUE;

  if (!ds_image_allocate (&turned, image->channels, swap ? image->width : image->height,
                          swap ? image->height : image->width, name, error))
    return FALSE;

  for (int c = 0; c < turned.channels; c++)
    for (int y = 0; y < turned.height; y++)
      for (int x = 0; x < turned.width; x++)
        {
          int from_x = swap ? y : x;
          int from_y = swap ? x : y;

          if (turns[orientation - 1].from_right)
            from_x = image->width - 1 - from_x;
          if (turns[orientation - 1].from_bottom)
            from_y = image->height - 1 - from_y;
          turned.pixels[((gsize) c * turned.height + y) * turned.width + x] =
            image->pixels[((gsize) c * image->height + from_y) * image->width + from_x];
        }

  turned.full_height = swap ? image->full_width : image->full_height;
  turned.full_width = swap ? image->full_height : image->full_width;
  ds_image_clear (image);
  *image = turned;
  return TRUE;
}
