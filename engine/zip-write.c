/* zip-write.c: packs files without compressing them
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "engine/error.h"
#include "engine/file.h"
#include "engine/zip.h"

#include <glib/gi18n-lib.h>
#include <string.h>
#include <zlib.h>

/* A number that is too large for its field goes into the 64-bit extension;
 * small archives do without it, so that any program reads them. */

#define ALIGN             64
#define LOCAL_BYTES       30
#define LOCAL_MARK        0x04034b50
#define CENTRAL_MARK      0x02014b50
#define END_MARK          0x06054b50
#define END_64_MARK       0x06064b50
#define LOCATOR_MARK      0x07064b50
#define EXTRA_64          0x0001
#define EXTRA_ROOM        0x4246        /* only takes room; PyTorch uses the same */
#define EXTRA_HEAD        4             /* id and length of an extra field */
#define VERSION           20            /* of the format that a reader has to know */
#define VERSION_64        45
#define UTF8_NAMES        (1 << 11)
#define DATE              0x0021        /* 1 January 1980, the first there is */

typedef struct
{
  guint64 start;
  guint64 bytes;
  guint32 crc;
} Place;

static void
put (GByteArray *record,
     guint       n_bytes,
     guint64     value)
{
  guint64 little = GUINT64_TO_LE (value);

  g_byte_array_append (record, (const guint8 *) &little, n_bytes);
}

/* The numbers of @values that do not fit 32 bits. */
static void
put_extra_64 (GByteArray    *record,
              const guint64 *values,
              int            n_values)
{
  guint n_large = 0;

  for (int i = 0; i < n_values; i++)
    n_large += values[i] >= G_MAXUINT32;
  if (n_large == 0)
    return;

  put (record, 2, EXTRA_64);
  put (record, 2, 8 * n_large);
  for (int i = 0; i < n_values; i++)
    if (values[i] >= G_MAXUINT32)
      put (record, 8, values[i]);
}

/* What a header says about @part, in front of an entry and in the directory. */
static void
put_facts (GByteArray      *record,
           const NnZipPart *part,
           const Place     *place,
           guint            extra_bytes)
{
  put (record, 2, place->bytes < G_MAXUINT32 ? VERSION : VERSION_64);
  put (record, 2, UTF8_NAMES);
  put (record, 2, 0);           /* stored */
  put (record, 2, 0);           /* at midnight */
  put (record, 2, DATE);
  put (record, 4, place->crc);
  put (record, 4, MIN (place->bytes, G_MAXUINT32));
  put (record, 4, MIN (place->bytes, G_MAXUINT32));
  put (record, 2, strlen (part->name));
  put (record, 2, extra_bytes);
}

/* What stands in front of an entry, and ends at a multiple of ALIGN. */
static void
put_local (GByteArray      *record,
           const NnZipPart *part,
           const Place     *place)
{
  const guint64 sizes[] = { place->bytes, place->bytes };
  g_autoptr (GByteArray) extra = g_byte_array_new ();
  guint64 end;
  guint room;

  put_extra_64 (extra, sizes, G_N_ELEMENTS (sizes));
  end = place->start + LOCAL_BYTES + strlen (part->name) + extra->len + EXTRA_HEAD;
  room = (guint) (-end % ALIGN);
  put (extra, 2, EXTRA_ROOM);
  put (extra, 2, room);
  g_byte_array_set_size (extra, extra->len + room);
  memset (extra->data + extra->len - room, 0, room);

  put (record, 4, LOCAL_MARK);
  put_facts (record, part, place, extra->len);
  g_byte_array_append (record, (const guint8 *) part->name, (guint) strlen (part->name));
  g_byte_array_append (record, extra->data, extra->len);
}

static void
put_central (GByteArray      *record,
             const NnZipPart *part,
             const Place     *place)
{
  const guint64 numbers[] = { place->bytes, place->bytes, place->start };
  g_autoptr (GByteArray) extra = g_byte_array_new ();

  put_extra_64 (extra, numbers, G_N_ELEMENTS (numbers));
  put (record, 4, CENTRAL_MARK);
  put (record, 2, VERSION_64);
  put_facts (record, part, place, extra->len);
  put (record, 2, 0);           /* no comment */
  put (record, 2, 0);           /* on the first disk */
  put (record, 2, 0);
  put (record, 4, 0);
  put (record, 4, MIN (place->start, G_MAXUINT32));
  g_byte_array_append (record, (const guint8 *) part->name, (guint) strlen (part->name));
  g_byte_array_append (record, extra->data, extra->len);
}

/* The end of an archive whose directory of @size bytes begins at @start. */
static void
put_end (GByteArray *record,
         guint64     start,
         guint64     size,
         guint64     count)
{
  if (start >= G_MAXUINT32 || size >= G_MAXUINT32 || count >= G_MAXUINT16)
    {
      put (record, 4, END_64_MARK);
      put (record, 8, 44);      /* bytes that follow */
      put (record, 2, VERSION_64);
      put (record, 2, VERSION_64);
      put (record, 8, 0);       /* the only disk */
      put (record, 8, count);
      put (record, 8, count);
      put (record, 8, size);
      put (record, 8, start);
      put (record, 4, LOCATOR_MARK);
      put (record, 4, 0);
      put (record, 8, start + size);
      put (record, 4, 1);
    }

  put (record, 4, END_MARK);
  put (record, 4, 0);
  put (record, 2, MIN (count, G_MAXUINT16));
  put (record, 2, MIN (count, G_MAXUINT16));
  put (record, 4, MIN (size, G_MAXUINT32));
  put (record, 4, MIN (start, G_MAXUINT32));
  put (record, 2, 0);
}

static gboolean
write_part (NnFileWriter     *writer,
            const NnZipPart  *part,
            Place            *place,
            guint64          *at,
            GError          **error)
{
  g_autoptr (GByteArray) local = g_byte_array_new ();

  place->start = *at;
  place->bytes = (guint64) part->head_bytes + part->body_bytes;
  place->crc = (guint32) crc32_z (crc32_z (0, part->head, part->head_bytes), part->body,
                                  part->body_bytes);
  put_local (local, part, place);
  *at += local->len + place->bytes;

  return nn_file_writer_write (writer, local->data, local->len, error)
         && nn_file_writer_write (writer, part->head, part->head_bytes, error)
         && nn_file_writer_write (writer, part->body, part->body_bytes, error);
}

/* What no reader would find its way in. */
static gboolean
check_names (const char       *path,
             const NnZipPart  *parts,
             gsize             n_parts,
             GError          **error)
{
  g_autoptr (GHashTable) names = g_hash_table_new (g_str_hash, g_str_equal);

  for (gsize i = 0; i < n_parts; i++)
    if (strlen (parts[i].name) > G_MAXUINT16 || !g_hash_table_add (names, (char *) parts[i].name))
      {
        g_set_error (error, NN_ERROR, NN_ERROR_FILE,
                     _("“%s” cannot be packed: “%.100s” is there twice, or too long for a name."),
                     path, parts[i].name);
        return FALSE;
      }

  return TRUE;
}

gboolean
nn_zip_write (const char       *path,
              const NnZipPart  *parts,
              gsize             n_parts,
              GError          **error)
{
  g_autoptr (GByteArray) directory = g_byte_array_new ();
  g_autoptr (NnFileWriter) writer = NULL;
  guint64 expected = 0;
  guint64 at = 0;
  guint directory_bytes;

  for (gsize i = 0; i < n_parts; i++)
    expected += (guint64) parts[i].head_bytes + parts[i].body_bytes;
  if (!check_names (path, parts, n_parts, error)
      || (writer = nn_file_writer_new (path, expected, error)) == NULL)
    return FALSE;

  for (gsize i = 0; i < n_parts; i++)
    {
      Place place;

      if (!write_part (writer, &parts[i], &place, &at, error))
        return FALSE;
      put_central (directory, &parts[i], &place);
    }

  directory_bytes = directory->len;
  put_end (directory, at, directory_bytes, n_parts);
  return nn_file_writer_write (writer, directory->data, directory->len, error)
         && nn_file_writer_commit (writer, error);
}
