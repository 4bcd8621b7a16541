/* cache-file.c: the layout of a cache file, and the folder it lies in
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "datasets/cache-file.h"

#include "datasets/error.h"
#include "engine/tensor.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

/* A cache is written under a name of its own and renamed when it is complete.
 * The writer holds a lock on the file, which ends with the process whatever
 * becomes of it: so a file that can be locked has no writer any more. */

#define PARTIAL ".partial"
#define WHOLE   ".cache"
#define ORPHAN_SECONDS (24 * 60 * 60)
#define ANSWER_ALIGNMENT 8

static gboolean
align (guint64  at,
       guint64  to,
       guint64 *out)
{
  if (!g_uint64_checked_add (out, at, to - 1))
    return FALSE;

  *out -= *out % to;
  return TRUE;
}

void
ds_cache_set_field (DsCacheField  *self,
                    const DsField *field)
{
  memset (self, 0, sizeof *self);
  g_strlcpy (self->kind, ds_field_kind_name (field->kind), sizeof self->kind);
  g_strlcpy (self->dtype, nn_dtype_name (field->dtype), sizeof self->dtype);
  self->rank = field->shape.rank;
  memcpy (self->size, field->shape.size, sizeof self->size);
}

static gboolean
get_field (const DsCacheField *self,
           DsField            *field)
{
  if (self->rank < 0 || self->rank > NN_MAX_RANK ||
      memchr (self->kind, '\0', sizeof self->kind) == NULL ||
      memchr (self->dtype, '\0', sizeof self->dtype) == NULL ||
      !ds_field_kind_find (self->kind, &field->kind) ||
      !nn_dtype_find (self->dtype, &field->dtype))
    return FALSE;

  field->shape.rank = (int) self->rank;
  memcpy (field->shape.size, self->size, sizeof field->shape.size);
  return nn_shape_check_count (&field->shape, nn_dtype_size (field->dtype), NULL);
}

/* Numbers of both have to lie where they can be read at once. */
gboolean
ds_cache_record (const DsField *item,
                 const DsField *answer,
                 guint64       *record_bytes,
                 guint64       *answer_at)
{
  guint64 behind = ds_field_bytes (answer);

  *record_bytes = *answer_at = ds_field_bytes (item);
  if (behind == 0 || item->kind == DS_FIELD_TEXT)
    return TRUE;

  return align (*record_bytes, ANSWER_ALIGNMENT, answer_at) &&
         g_uint64_checked_add (record_bytes, *answer_at, behind) &&
         align (*record_bytes, ANSWER_ALIGNMENT, record_bytes);
}

gboolean
ds_cache_layout (const DsCacheHeader *header,
                 DsCacheLayout       *layout)
{
  guint64 spans;
  guint64 at;

  if (header->n_items > G_MAXUINT32 ||
      !get_field (&header->item, &layout->item) || !get_field (&header->answer, &layout->answer) ||
      !ds_cache_record (&layout->item, &layout->answer, &layout->record_bytes, &layout->answer_at))
    return FALSE;

  spans = layout->item.kind == DS_FIELD_TEXT ? header->n_items * sizeof (DsCacheSpan) : 0;
  return g_uint64_checked_mul (&at, layout->record_bytes, header->n_items) &&
         g_uint64_checked_add (&at, at, header->heap_bytes) &&
         g_uint64_checked_add (&at, at, DS_CACHE_ITEMS_AT) &&
         align (at, 64, &layout->spans_at) &&
         g_uint64_checked_add (&layout->labels_at, layout->spans_at, spans) &&
         g_uint64_checked_add (&layout->parts_at, layout->labels_at,
                               header->n_items * sizeof (gint32)) &&
         g_uint64_checked_add (&at, layout->parts_at, header->n_items) &&
         align (at, 64, &layout->texts_at) &&
         g_uint64_checked_add (&layout->file_bytes, layout->texts_at, header->texts_bytes) &&
         layout->file_bytes <= G_MAXINT64;
}

void
ds_cache_digest (const DsCacheHeader *header,
                 const guint8        *tables,
                 gsize                n_bytes,
                 guint8               digest[32])
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  gsize size = 32;

  g_checksum_update (checksum, (const guint8 *) header, offsetof (DsCacheHeader, digest));
  g_checksum_update (checksum, tables, n_bytes);
  g_checksum_get_digest (checksum, digest, &size);
}

char *
ds_cache_path (const char *folder,
               const char *key)
{
  g_autofree char *name = g_strconcat (key, WHOLE, NULL);

  return g_build_filename (folder, name, NULL);
}

int
ds_cache_new_partial (const char  *folder,
                      const char  *key,
                      char       **path,
                      GError     **error)
{
  g_autofree char *name = g_strconcat (key, "-XXXXXX" PARTIAL, NULL);
  g_autofree char *template = g_build_filename (folder, name, NULL);

  for (;;)
    {
      g_autofree char *candidate = g_strdup (template);
      int fd = g_mkstemp_full (candidate, O_RDWR | O_CLOEXEC, 0600);
      struct stat status;

      if (fd < 0)
        {
          g_autofree char *shown = ds_printable (folder);

          g_set_error (error, DS_ERROR, DS_ERROR_FILE,
                       _("Prepared data cannot be kept in “%s”: %s. Check the folder’s "
                         "permissions, or choose another one."), shown, g_strerror (errno));
          return -1;
        }

      /* Somebody who sweeps may have found the file before it was locked.  A
       * file system without locks lets us go on without one. */
      if ((flock (fd, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK) &&
          fstat (fd, &status) == 0 && status.st_nlink > 0)
        {
          *path = g_steal_pointer (&candidate);
          return fd;
        }

      close (fd);
    }
}

/* TRUE if the file has a writer; removes it if it has none. */
static gboolean
sweep_file (const char *path)
{
  int fd = open (path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
  struct stat status;
  gboolean alive;

  if (fd < 0)
    return FALSE;

  if (flock (fd, LOCK_EX | LOCK_NB) == 0)
    alive = FALSE;
  else if (errno == EWOULDBLOCK || fstat (fd, &status) < 0)
    alive = TRUE;
  else
    alive = time (NULL) - status.st_mtime < ORPHAN_SECONDS;

  if (!alive)
    unlink (path);
  close (fd);
  return alive;
}

gboolean
ds_cache_sweep (const char *folder,
                const char *key)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  gboolean busy = FALSE;
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);

      if (g_str_has_suffix (name, PARTIAL) && sweep_file (path) && g_str_has_prefix (name, key))
        busy = TRUE;
    }

  return busy;
}

typedef struct
{
  char    *path;
  guint64  n_bytes;
  gint64   used;                /* seconds */
} Found;

static void
found_clear (void *data)
{
  g_free (((Found *) data)->path);
}

static int
compare_latest_first (gconstpointer a,
                      gconstpointer b)
{
  gint64 first = ((const Found *) a)->used;
  gint64 second = ((const Found *) b)->used;

  return (second > first) - (second < first);
}

void
ds_cache_limit (const char *folder,
                const char *key,
                guint64     n_bytes)
{
  g_autofree char *kept = ds_cache_path (folder, key);
  g_autoptr (GArray) all = g_array_new (FALSE, FALSE, sizeof (Found));
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  guint64 sum = 0;
  const char *name;

  g_array_set_clear_func (all, found_clear);
  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);
      struct stat status;

      if (!g_str_has_suffix (name, WHOLE) || lstat (path, &status) != 0
          || !S_ISREG (status.st_mode))
        continue;
      if (g_str_equal (path, kept))
        sum += status.st_size;
      else
        {
          Found found = { g_steal_pointer (&path), status.st_size, status.st_mtime };

          g_array_append_val (all, found);
        }
    }

  g_array_sort (all, compare_latest_first);
  for (guint i = 0; i < all->len; i++)
    {
      const Found *found = &g_array_index (all, Found, i);

      sum += found->n_bytes;
      if (sum > n_bytes)
        unlink (found->path);
    }
}
