/* package.c: several files in one, as a ZIP archive
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "app/core/package.h"

#include "engine/error.h"
#include "engine/file.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <glib/gi18n.h>
#include <string.h>

#define CHUNK (1 << 20)
#define MOST_ENTRIES 64

typedef struct
{
  NnFileWriter *writer;
  GError       *error;          /* what the disk said */
} Sink;

static la_ssize_t
sink_write (struct archive *archive,
            void           *data,
            const void     *bytes,
            size_t          size)
{
  Sink *sink = data;

  if (nn_file_writer_write (sink->writer, bytes, size, sink->error == NULL ? &sink->error : NULL))
    return (la_ssize_t) size;

  archive_set_error (archive, EIO, "write");
  return -1;
}

static int
write_entries (struct archive         *archive,
               const AppPackageEntry  *entries,
               gsize                   n_entries)
{
  for (gsize i = 0; i < n_entries; i++)
    {
      struct archive_entry *entry = archive_entry_new ();
      gsize size;
      const void *bytes = g_bytes_get_data (entries[i].bytes, &size);
      int status;

      archive_entry_set_pathname (entry, entries[i].name);
      archive_entry_set_size (entry, (la_int64_t) size);
      archive_entry_set_filetype (entry, AE_IFREG);
      archive_entry_set_perm (entry, 0644);
      archive_entry_set_mtime (entry, 0, 0);
      status = archive_write_header (archive, entry);
      archive_entry_free (entry);
      if (status != ARCHIVE_OK || archive_write_data (archive, bytes, size) != (la_ssize_t) size)
        return ARCHIVE_FATAL;
    }

  return archive_write_close (archive);
}

gboolean
app_package_write (const char             *path,
                   const AppPackageEntry  *entries,
                   gsize                   n_entries,
                   GError                **error)
{
  Sink sink = { NULL, NULL };
  struct archive *archive;
  guint64 expected = 0;
  int status;
  gboolean ok;

  for (gsize i = 0; i < n_entries; i++)
    expected += g_bytes_get_size (entries[i].bytes);
  sink.writer = nn_file_writer_new (path, expected, error);
  if (sink.writer == NULL)
    return FALSE;

  archive = archive_write_new ();
  archive_write_set_format_zip (archive);
  archive_write_add_filter_none (archive);
  archive_write_set_bytes_in_last_block (archive, 1);
  status = archive_write_open2 (archive, &sink, NULL, sink_write, NULL, NULL);
  if (status == ARCHIVE_OK)
    status = write_entries (archive, entries, n_entries);

  if (sink.error != NULL)
    g_propagate_error (error, g_steal_pointer (&sink.error));
  else if (status != ARCHIVE_OK)
    g_set_error (error, NN_ERROR, NN_ERROR_FILE, _("“%s” could not be packed: %s."), path,
                 archive_error_string (archive));
  ok = status == ARCHIVE_OK && nn_file_writer_commit (sink.writer, error);

  archive_write_free (archive);
  nn_file_writer_free (sink.writer);
  return ok;
}

static gboolean
is_plain_name (const char *name)
{
  if (name == NULL || name[0] == '\0' || strlen (name) > 255 || !g_utf8_validate (name, -1, NULL))
    return FALSE;

  return name[0] != '/' && strstr (name, "..") == NULL;
}

/* The bytes of the entry that @archive stands at. */
static GBytes *
read_entry (struct archive *archive,
            const char     *path,
            gsize          *left,
            GError        **error)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  g_autofree guint8 *chunk = g_malloc (CHUNK);
  la_ssize_t size;

  while ((size = archive_read_data (archive, chunk, CHUNK)) > 0)
    {
      if ((gsize) size > *left)
        {
          g_set_error (error, NN_ERROR, NN_ERROR_FILE,
                       _("“%s” unpacks to more than is safe. It is damaged, or made to do harm."),
                       path);
          return NULL;
        }
      *left -= (gsize) size;
      g_byte_array_append (bytes, chunk, (guint) size);
    }
  if (size < 0)
    {
      g_set_error (error, NN_ERROR, NN_ERROR_FILE, _("“%s” is damaged: %s."), path,
                   archive_error_string (archive));
      return NULL;
    }

  return g_byte_array_free_to_bytes (g_steal_pointer (&bytes));
}

static gboolean
read_entries (struct archive *archive,
              const char     *path,
              gsize           limit_bytes,
              GHashTable     *entries,
              GError        **error)
{
  struct archive_entry *entry;
  gsize left = limit_bytes;
  int status;

  while ((status = archive_read_next_header (archive, &entry)) == ARCHIVE_OK)
    {
      const char *name = archive_entry_pathname_utf8 (entry);
      GBytes *bytes;

      if (archive_entry_filetype (entry) != AE_IFREG || !is_plain_name (name))
        continue;
      if (g_hash_table_size (entries) >= MOST_ENTRIES || g_hash_table_contains (entries, name))
        {
          g_set_error (error, NN_ERROR, NN_ERROR_FILE,
                       _("“%s” has too many parts, or two of one name."), path);
          return FALSE;
        }
      {
        g_autofree char *key = g_strdup (name);

        bytes = read_entry (archive, path, &left, error);
        if (bytes == NULL)
          return FALSE;
        g_hash_table_insert (entries, g_steal_pointer (&key), bytes);
      }
    }

  if (status == ARCHIVE_EOF)
    return TRUE;
  g_set_error (error, NN_ERROR, NN_ERROR_FILE, _("“%s” is no project, or damaged: %s."), path,
               archive_error_string (archive));
  return FALSE;
}

GHashTable *
app_package_read (const char  *path,
                  gsize        limit_bytes,
                  GError     **error)
{
  g_autoptr (GHashTable) entries = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
                                                          (GDestroyNotify) g_bytes_unref);
  g_autoptr (GBytes) file = nn_file_map (path, error);
  struct archive *archive;
  gboolean ok;

  if (file == NULL)
    return NULL;

  archive = archive_read_new ();
  archive_read_support_format_zip (archive);
  if (archive_read_open_memory (archive, g_bytes_get_data (file, NULL), g_bytes_get_size (file))
      != ARCHIVE_OK)
    {
      g_set_error (error, NN_ERROR, NN_ERROR_FILE, _("“%s” is no project, or damaged: %s."), path,
                   archive_error_string (archive));
      archive_read_free (archive);
      return NULL;
    }
  ok = read_entries (archive, path, limit_bytes, entries, error);
  archive_read_free (archive);

  return ok ? g_steal_pointer (&entries) : NULL;
}
