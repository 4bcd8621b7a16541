/* zip.c: several files in one, as NumPy and PyTorch pack them
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "engine/zip.h"

#include "engine/error.h"
#include "engine/little-endian.h"

#include <glib/gi18n-lib.h>
#include <stdlib.h>
#include <zlib.h>

/* The format (PKWARE's APPNOTE.TXT, 6.3): entries one after the other, behind
 * them the directory, and at the very end a record that says where it begins.
 * Only the directory is believed; what stands in front of an entry has to agree
 * with it.  Fields that are too small for a number are all ones, and the number
 * is in an extra field or record of the 64-bit extension. */

#define LOCAL_BYTES       30
#define CENTRAL_BYTES     46
#define END_BYTES         22
#define END_64_BYTES      56
#define LOCATOR_BYTES     20
#define LOCAL_MARK        0x04034b50
#define CENTRAL_MARK      0x02014b50
#define END_MARK          0x06054b50
#define END_64_MARK       0x06064b50
#define LOCATOR_MARK      0x07064b50
#define EXTRA_64          0x0001
#define IS_ENCRYPTED      (1 << 0)

#define METHOD_STORED     0
#define METHOD_DEFLATED   8

/* The most that one byte of deflate can stand for, and the least that a stream
 * takes (zlib's Technical Details). */
#define MAX_RATIO         1032

typedef struct
{
  char    *name;
  guint64  start;               /* of what stands in front of it */
  guint64  data;                /* of its bytes */
  guint64  packed_bytes;
  guint64  bytes;
  guint32  crc;
  guint16  method;
} Entry;

struct _NnZip
{
  char       *source;
  GBytes     *bytes;
  GArray     *entries;
  GHashTable *by_name;          /* name: index + 1 */
};

static void
entry_clear (Entry *entry)
{
  g_free (entry->name);
}

void
nn_zip_free (NnZip *self)
{
  g_hash_table_unref (self->by_name);
  g_array_unref (self->entries);
  g_bytes_unref (self->bytes);
  g_free (self->source);
  g_free (self);
}

guint
nn_zip_get_count (NnZip *self)
{
  return self->entries->len;
}

static const Entry *
get_entry (NnZip *self,
           guint  index)
{
  g_assert (index < self->entries->len);
  return &g_array_index (self->entries, Entry, index);
}

const char *
nn_zip_get_name (NnZip *self,
                 guint  index)
{
  return get_entry (self, index)->name;
}

gboolean
nn_zip_find (NnZip      *self,
             const char *name,
             guint      *index)
{
  guint found = GPOINTER_TO_UINT (g_hash_table_lookup (self->by_name, name));

  if (found == 0)
    return FALSE;

  *index = found - 1;
  return TRUE;
}

/* @rule is a sentence about the archive. */
static gboolean
set_error (NnZip       *self,
           NnErrorCode  code,
           const char  *rule,
           GError     **error)
{
  g_set_error (error, NN_ERROR, code,
               /* Translators: file: sentence. */
               _("%s: %s"), self->source, rule);
  return FALSE;
}

/* @rule is a sentence about the entry @name. */
static gboolean
set_entry_error (NnZip       *self,
                 const char  *name,
                 NnErrorCode  code,
                 const char  *rule,
                 GError     **error)
{
  g_set_error (error, NN_ERROR, code,
               /* Translators: archive: entry “name”: sentence. */
               _("%s: entry “%s”: %s"), self->source, name, rule);
  return FALSE;
}

/* Where the directory lies, and how many entries it says it has. */
typedef struct
{
  guint64 start;
  guint64 size;
  guint64 count;
  guint64 end;                  /* where it has to end */
} Directory;

/* The record of the 64-bit extension, which stands right before its locator. */
static gboolean
read_end_64 (const guint8 *data,
             guint64       locator,
             Directory    *directory)
{
  guint64 at = nn_read_u64 (data + locator + 8);
  const guint8 *record;

  if (locator < END_64_BYTES || at > locator - END_64_BYTES)
    return FALSE;

  record = data + at;
  if (nn_read_u32 (record) != END_64_MARK
      || nn_read_u64 (record + 4) != locator - at - 12)
    return FALSE;

  directory->count = nn_read_u64 (record + 32);
  directory->size = nn_read_u64 (record + 40);
  directory->start = nn_read_u64 (record + 48);
  directory->end = at;
  return nn_read_u32 (record + 16) == 0 && nn_read_u32 (record + 20) == 0
         && nn_read_u64 (record + 24) == directory->count;
}

/* The last record is as long as its comment says, to the end of the file. */
static gboolean
find_directory (const guint8 *data,
                gsize         size,
                Directory    *directory)
{
  gsize first = size > END_BYTES + G_MAXUINT16 ? size - END_BYTES - G_MAXUINT16 : 0;
  gsize at;

  if (size < END_BYTES)
    return FALSE;

  for (at = size - END_BYTES; ; at--)
    {
      if (nn_read_u32 (data + at) == END_MARK
          && nn_read_u16 (data + at + 20) == size - END_BYTES - at)
        break;
      if (at == first)
        return FALSE;
    }

  if (at >= LOCATOR_BYTES && nn_read_u32 (data + at - LOCATOR_BYTES) == LOCATOR_MARK)
    {
      if (!read_end_64 (data, at - LOCATOR_BYTES, directory))
        return FALSE;
    }
  else
    {
      directory->count = nn_read_u16 (data + at + 10);
      directory->size = nn_read_u32 (data + at + 12);
      directory->start = nn_read_u32 (data + at + 16);
      directory->end = at;
      if (nn_read_u32 (data + at + 4) != 0 || nn_read_u16 (data + at + 8) != directory->count)
        return FALSE;
    }

  return directory->start <= directory->end
         && directory->size == directory->end - directory->start
         && directory->count <= directory->size / CENTRAL_BYTES;
}

/* Takes the next number of the extra field into @value if its own field was too
 * small for it. */
static gboolean
take_extra (const guint8 **next,
            gsize         *left,
            guint64       *value)
{
  if (*value != G_MAXUINT32)
    return TRUE;
  if (*left < 8)
    return FALSE;

  *value = nn_read_u64 (*next);
  *next += 8;
  *left -= 8;
  return TRUE;
}

static gboolean
read_extra (const guint8 *extra,
            gsize         size,
            Entry        *entry)
{
  while (size >= 4)
    {
      guint16 id = nn_read_u16 (extra);
      gsize field = nn_read_u16 (extra + 2);
      const guint8 *next = extra + 4;

      if (field > size - 4)
        return FALSE;
      extra += 4 + field;
      size -= 4 + field;
      if (id == EXTRA_64)
        return take_extra (&next, &field, &entry->bytes)
               && take_extra (&next, &field, &entry->packed_bytes)
               && take_extra (&next, &field, &entry->start);
    }

  return TRUE;
}

/* The bytes behind what stands in front of @entry, which must be the same. */
static gboolean
check_local (NnZip        *self,
             Entry        *entry,
             const guint8 *data,
             guint64       directory,
             GError      **error)
{
  gsize name_bytes = strlen (entry->name);
  const guint8 *local;

  if (directory < LOCAL_BYTES || entry->start > directory - LOCAL_BYTES)
    return set_entry_error (self, entry->name, NN_ERROR_FILE,
                            _("It lies outside of the archive."), error);

  local = data + entry->start;
  if (nn_read_u32 (local) != LOCAL_MARK
      || nn_read_u16 (local + 8) != entry->method
      || nn_read_u16 (local + 26) != name_bytes
      || name_bytes > directory - entry->start - LOCAL_BYTES
      || memcmp (local + LOCAL_BYTES, entry->name, name_bytes) != 0)
    return set_entry_error (self, entry->name, NN_ERROR_FILE,
                            _("It is not where the archive’s directory says."), error);

  entry->data = entry->start + LOCAL_BYTES + name_bytes + nn_read_u16 (local + 28);
  if (entry->data > directory || entry->packed_bytes > directory - entry->data)
    return set_entry_error (self, entry->name, NN_ERROR_FILE,
                            _("It is longer than the archive has room for it."), error);

  return TRUE;
}

static gboolean
check_method (NnZip        *self,
              const Entry  *entry,
              guint         flags,
              GError      **error)
{
  g_autofree char *rule = NULL;

  if (flags & IS_ENCRYPTED)
    return set_entry_error (self, entry->name, NN_ERROR_UNSUPPORTED, _("It is encrypted."), error);

  if (entry->method != METHOD_STORED && entry->method != METHOD_DEFLATED)
    {
      rule = g_strdup_printf (_("It is compressed by method %u, and only deflate can be read."),
                              entry->method);
      return set_entry_error (self, entry->name, NN_ERROR_UNSUPPORTED, rule, error);
    }

  if (entry->method == METHOD_STORED ? entry->bytes != entry->packed_bytes
                                     : entry->bytes / MAX_RATIO > entry->packed_bytes)
    {
      rule = g_strdup_printf (_("It cannot unpack from %llu to %llu bytes."),
                              (unsigned long long) entry->packed_bytes,
                              (unsigned long long) entry->bytes);
      return set_entry_error (self, entry->name, NN_ERROR_FILE, rule, error);
    }

  return TRUE;
}

/* The entry that @central describes, in @left bytes of directory; *@used is how
 * many of them it took. */
static gboolean
read_entry (NnZip            *self,
            const guint8     *data,
            const Directory  *directory,
            const guint8     *central,
            gsize             left,
            gsize            *used,
            GError          **error)
{
  Entry entry = { NULL };
  gsize name_bytes, extra_bytes;
  const char *name = (const char *) central + CENTRAL_BYTES;

  if (left < CENTRAL_BYTES || nn_read_u32 (central) != CENTRAL_MARK)
    return set_error (self, NN_ERROR_FILE, _("The archive’s directory is damaged."), error);

  name_bytes = nn_read_u16 (central + 28);
  extra_bytes = nn_read_u16 (central + 30);
  *used = CENTRAL_BYTES + name_bytes + extra_bytes + nn_read_u16 (central + 32);
  entry.method = nn_read_u16 (central + 10);
  entry.crc = nn_read_u32 (central + 16);
  entry.packed_bytes = nn_read_u32 (central + 20);
  entry.bytes = nn_read_u32 (central + 24);
  entry.start = nn_read_u32 (central + 42);
  if (*used > left
      || !g_utf8_validate_len (name, name_bytes, NULL)
      || !read_extra (central + CENTRAL_BYTES + name_bytes, extra_bytes, &entry))
    return set_error (self, NN_ERROR_FILE, _("The archive’s directory is damaged."), error);

  entry.name = g_strndup (name, name_bytes);
  g_array_append_val (self->entries, entry);
  if (!g_hash_table_insert (self->by_name, entry.name, GUINT_TO_POINTER (self->entries->len)))
    return set_entry_error (self, entry.name, NN_ERROR_FILE, _("It is there twice."), error);

  return check_method (self, &entry, nn_read_u16 (central + 8), error)
         && check_local (self, &g_array_index (self->entries, Entry, self->entries->len - 1), data,
                         directory->start, error);
}

static int
compare_starts (const void *a,
                const void *b)
{
  const Entry *const *first = a;
  const Entry *const *second = b;

  return ((*first)->start > (*second)->start) - ((*first)->start < (*second)->start);
}

/* Entries that share bytes would unpack a small archive to any size. */
static gboolean
check_places (NnZip           *self,
              const NnLimits  *limits,
              GError         **error)
{
  g_autofree const Entry **sorted = g_new (const Entry *, self->entries->len);
  guint64 end = 0;
  guint64 bytes = 0;

  for (guint i = 0; i < self->entries->len; i++)
    sorted[i] = get_entry (self, i);
  if (self->entries->len > 1)
    qsort (sorted, self->entries->len, sizeof (Entry *), compare_starts);

  for (guint i = 0; i < self->entries->len; i++)
    {
      if (sorted[i]->start < end)
        return set_entry_error (self, sorted[i]->name, NN_ERROR_FILE,
                                _("It begins inside the entry before it."), error);
      end = sorted[i]->data + sorted[i]->packed_bytes;

      /* Neither can be more than the whole file times the ratio of deflate. */
      bytes += sorted[i]->bytes;
    }

  if (bytes > limits->bytes)
    {
      g_autofree char *rule =
        g_strdup_printf (_("It unpacks to %llu bytes, and %zu are the most that is safe."),
                         (unsigned long long) bytes, limits->bytes);

      return set_error (self, NN_ERROR_FILE, rule, error);
    }

  return TRUE;
}

static gboolean
read_directory (NnZip            *self,
                const guint8     *data,
                const Directory  *directory,
                const NnLimits   *limits,
                GError          **error)
{
  const guint8 *central = data + directory->start;
  gsize left = directory->size;

  if (directory->count > limits->tensors)
    {
      g_autofree char *rule =
        g_strdup_printf (_("It has %llu entries, and %u are the most that is safe."),
                         (unsigned long long) directory->count, limits->tensors);

      return set_error (self, NN_ERROR_FILE, rule, error);
    }

  for (guint64 i = 0; i < directory->count; i++)
    {
      gsize used = 0;

      if (!read_entry (self, data, directory, central, left, &used, error))
        return FALSE;
      central += used;
      left -= used;
    }

  if (left != 0)
    return set_error (self, NN_ERROR_FILE, _("The archive’s directory is damaged."), error);

  return check_places (self, limits, error);
}

NnZip *
nn_zip_open (GBytes          *bytes,
             const char      *source,
             const NnLimits  *limits,
             GError         **error)
{
  g_autoptr (NnZip) self = g_new0 (NnZip, 1);
  gsize size;
  const guint8 *data = g_bytes_get_data (bytes, &size);
  Directory directory;

  self->source = g_strdup (source);
  self->bytes = g_bytes_ref (bytes);
  self->entries = g_array_new (FALSE, FALSE, sizeof (Entry));
  g_array_set_clear_func (self->entries, (GDestroyNotify) entry_clear);
  self->by_name = g_hash_table_new (g_str_hash, g_str_equal);

  if (!find_directory (data, size, &directory))
    {
      set_error (self, NN_ERROR_FILE,
                 _("It does not end like a ZIP archive. It may be cut short."), error);
      return NULL;
    }

  return read_directory (self, data, &directory, limits, error) ? g_steal_pointer (&self) : NULL;
}

/* Unpacks @entry to exactly as many bytes as the directory says. */
static GBytes *
inflate_entry (NnZip        *self,
               const Entry  *entry,
               GError      **error)
{
  const guint8 *packed = (const guint8 *) g_bytes_get_data (self->bytes, NULL) + entry->data;
  g_autofree guint8 *unpacked = g_try_malloc (MAX (entry->bytes, 1));
  z_stream stream = { .next_in = (guint8 *) packed, .next_out = unpacked };
  guint64 in = entry->packed_bytes;
  guint64 out = entry->bytes;
  int status = Z_OK;

  if (unpacked == NULL || inflateInit2 (&stream, -MAX_WBITS) != Z_OK)
    {
      set_entry_error (self, entry->name, NN_ERROR_MEMORY, _("There is no memory to unpack it."),
                       error);
      return NULL;
    }

  /* zlib counts in 32 bits, so long entries go piece by piece. */
  while (status == Z_OK)
    {
      if (stream.avail_in == 0)
        {
          stream.avail_in = (uInt) MIN (in, G_MAXINT32);
          in -= stream.avail_in;
        }
      if (stream.avail_out == 0)
        {
          stream.avail_out = (uInt) MIN (out, G_MAXINT32);
          out -= stream.avail_out;
        }
      status = inflate (&stream, Z_NO_FLUSH);
    }
  inflateEnd (&stream);

  if (status != Z_STREAM_END || out != 0 || stream.avail_out != 0 || in != 0
      || stream.avail_in != 0)
    {
      set_entry_error (self, entry->name, NN_ERROR_FILE, _("Its compressed bytes are damaged."),
                       error);
      return NULL;
    }

  return g_bytes_new_take (g_steal_pointer (&unpacked), entry->bytes);
}

GBytes *
nn_zip_extract (NnZip   *self,
                guint    index,
                GError **error)
{
  const Entry *entry = get_entry (self, index);
  g_autoptr (GBytes) bytes = entry->method == METHOD_STORED
    ? g_bytes_new_from_bytes (self->bytes, entry->data, entry->bytes)
    : inflate_entry (self, entry, error);
  gsize size;
  const guint8 *data;

  if (bytes == NULL)
    return NULL;

  /* PyTorch can be told to save without checksums; these are zero then. */
  data = g_bytes_get_data (bytes, &size);
  if (entry->crc != 0 && crc32_z (0, data, size) != entry->crc)
    {
      set_entry_error (self, entry->name, NN_ERROR_FILE,
                       _("Its checksum is wrong. The file is damaged."), error);
      return NULL;
    }

  return g_steal_pointer (&bytes);
}
