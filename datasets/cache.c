/* cache.c: decoded items in a file that is mapped into memory
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "datasets/cache.h"

#include "datasets/error.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <utime.h>

/* All prepared data of a user: ImageNet in the size of CIFAR, ten times. */
#define MAX_BYTES (16ull << 30)

#define WAIT_MICROSECONDS (50 * 1000)

/* Each part of the key ends with its zero byte, so "ab", "c" and "a", "bc"
 * differ. */
static void
add_text (GChecksum  *checksum,
          const char *text)
{
  g_checksum_update (checksum, (const guint8 *) text, strlen (text) + 1);
}

static void
add_number (GChecksum *checksum,
            gint64     number)
{
  g_autofree char *text = g_strdup_printf ("%" G_GINT64_FORMAT, number);

  add_text (checksum, text);
}

static GChecksum *
key_begin (void)
{
  GChecksum *checksum = g_checksum_new (G_CHECKSUM_SHA256);

  add_number (checksum, DS_CACHE_VERSION);
  add_text (checksum, EPOCH_VERSION);
  return checksum;
}

char *
ds_cache_key_for_path (const char       *path,
                       DsContainer      *container,
                       const DsOptions  *options,
                       GError          **error)
{
  g_autoptr (GChecksum) checksum = key_begin ();
  g_autofree char *canonical = g_canonicalize_filename (path, NULL);
  struct stat status;

  if (stat (path, &status) < 0)
    {
      g_autofree char *shown = ds_printable (path);

      g_set_error (error, DS_ERROR, DS_ERROR_FILE,
                   _("“%s” cannot be opened: %s. Check the name and that the disk is there."),
                   shown, g_strerror (errno));
      return NULL;
    }

  add_text (checksum, canonical);
  if (container == NULL)
    {
      add_number (checksum, status.st_size);
      add_number (checksum, status.st_mtim.tv_sec);
      add_number (checksum, status.st_mtim.tv_nsec);
    }
  for (guint i = 0; container != NULL && i < ds_container_get_n_members (container); i++)
    {
      add_text (checksum, ds_container_get_name (container, i));
      add_number (checksum, ds_container_get_bytes (container, i));
      add_number (checksum, ds_container_get_changed (container, i));
    }

  add_text (checksum, options->format != NULL ? options->format : "");
  add_number (checksum, options->height);
  add_number (checksum, options->width);
  add_number (checksum, options->channels);
  add_text (checksum, options->answer != NULL ? options->answer : "");

  return g_strdup (g_checksum_get_string (checksum));
}

char *
ds_cache_key_for_drawn (const char *name,
                        guint64     seed,
                        guint32     n_items)
{
  g_autoptr (GChecksum) checksum = key_begin ();

  add_text (checksum, name);
  add_number (checksum, (gint64) seed);
  add_number (checksum, n_items);

  return g_strdup (g_checksum_get_string (checksum));
}

char *
ds_cache_key_for_made (const char *key,
                       const char *how)
{
  g_autoptr (GChecksum) checksum = key_begin ();

  add_text (checksum, key);
  add_text (checksum, how);

  return g_strdup (g_checksum_get_string (checksum));
}

/* Checks everything but the items themselves, whose bytes may all be right. */
static gboolean
check_file (const guint8  *bytes,
            gsize          size,
            DsCacheHeader *header,
            DsCacheLayout *layout)
{
  guint8 digest[32];

  if (size < DS_CACHE_ITEMS_AT)
    return FALSE;

  memcpy (header, bytes, sizeof *header);
  if (memcmp (header->magic, DS_CACHE_MAGIC, sizeof header->magic) != 0 ||
      header->order != DS_CACHE_ORDER || header->version != DS_CACHE_VERSION ||
      !ds_cache_layout (header, layout) || layout->file_bytes != size)
    return FALSE;

  ds_cache_digest (header, bytes + layout->spans_at, size - layout->spans_at, digest);
  return memcmp (header->digest, digest, sizeof digest) == 0;
}

static DsCache *
cache_new (const char          *key,
           GMappedFile         *map,
           const DsCacheHeader *header,
           const DsCacheLayout *layout)
{
  DsCache *self = g_new0 (DsCache, 1);
  const guint8 *bytes = (const guint8 *) g_mapped_file_get_contents (map);

  g_atomic_ref_count_init (&self->ref_count);
  self->key = g_strdup (key);
  self->map = g_mapped_file_ref (map);
  self->n_items = header->n_items;
  self->item = layout->item;
  self->answer = layout->answer;
  self->item_bytes = layout->record_bytes;
  self->answer_at = layout->answer_at;
  self->items = bytes + DS_CACHE_ITEMS_AT;
  self->heap_bytes = header->heap_bytes;
  self->spans = (const DsCacheSpan *) (bytes + layout->spans_at);
  self->labels = (const gint32 *) (bytes + layout->labels_at);
  self->parts = bytes + layout->parts_at;

  self->texts = g_variant_ref_sink (
    g_variant_new_from_data (G_VARIANT_TYPE (DS_CACHE_TEXTS), bytes + layout->texts_at,
                             header->texts_bytes, FALSE,
                             (GDestroyNotify) g_mapped_file_unref, g_mapped_file_ref (map)));
  g_variant_get (self->texts, "(&s&s&s^a&s^a&s@as&s)", &self->title, &self->format,
                 &self->reason, &self->class_names, &self->warnings, &self->names,
                 &self->vocabulary);
  self->n_classes = g_strv_length ((char **) self->class_names);

  return self;
}

/* Readers index with these without looking again. */
static gboolean
check_tables (DsCache *self)
{
  gsize n_names = g_variant_n_children (self->names);

  if (n_names != 0 && n_names != self->n_items)
    return FALSE;

  for (guint32 i = 0; i < self->n_items; i++)
    if (self->labels[i] < -1 || self->labels[i] >= (int) self->n_classes ||
        self->parts[i] >= DS_N_PARTS)
      return FALSE;

  for (guint32 i = 0; i < self->n_items && self->item.kind == DS_FIELD_TEXT; i++)
    if ((self->answer.kind != DS_FIELD_TEXT &&
         self->spans[i].n_answer != ds_field_bytes (&self->answer)) ||
        self->spans[i].begin > self->heap_bytes ||
        (guint64) self->spans[i].n_text + self->spans[i].n_answer >
        self->heap_bytes - self->spans[i].begin)
      return FALSE;

  return TRUE;
}

DsCache *
ds_cache_open (const char  *folder,
               const char  *key,
               GError     **error)
{
  g_autofree char *path = ds_cache_path (folder, key);
  g_autofree char *shown = ds_printable (path);
  g_autoptr (GError) cause = NULL;
  g_autoptr (GMappedFile) map = g_mapped_file_new (path, FALSE, &cause);
  g_autoptr (DsCache) self = NULL;
  DsCacheHeader header;
  DsCacheLayout layout;

  if (map == NULL)
    {
      g_set_error (error, DS_ERROR, DS_ERROR_FILE,
                   _("The prepared data “%s” cannot be opened: %s."), shown, cause->message);
      return NULL;
    }

  if (check_file ((const guint8 *) g_mapped_file_get_contents (map), g_mapped_file_get_length (map),
                  &header, &layout))
    self = cache_new (key, map, &header, &layout);

  /* The time of change tells which caches are in use: see ds_cache_limit(). */
  if (self != NULL)
    utime (path, NULL);

  if (self == NULL || !check_tables (self))
    {
      g_set_error (error, DS_ERROR, DS_ERROR_FORMAT,
                   _("The prepared data “%s” is damaged. Open the data set again to have it "
                     "made anew."), shown);
      return NULL;
    }

  return g_steal_pointer (&self);
}

DsCache *
ds_cache_ref (DsCache *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
ds_cache_unref (DsCache *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;

  g_free (self->key);
  g_free (self->class_names);
  g_free (self->warnings);
  g_variant_unref (self->names);
  g_variant_unref (self->texts);
  g_mapped_file_unref (self->map);
  g_free (self);
}

/* Sixty thousand names cost 0.2 s to unpack, so each is looked up when asked
 * for; the text itself lies in the map. */
const char *
ds_cache_get_name (DsCache *self,
                   guint32  index)
{
  const char *name;

  if (g_variant_n_children (self->names) == 0)
    return NULL;

  g_variant_get_child (self->names, index, "&s", &name);
  return name[0] != '\0' ? name : NULL;
}

/* Waits for a writer of the same cache.  FALSE if cancelled meanwhile. */
static gboolean
wait_for_others (const char    *folder,
                 const char    *key,
                 GCancellable  *cancellable,
                 GError       **error)
{
  while (ds_cache_sweep (folder, key))
    {
      if (ds_error_cancelled (cancellable, error))
        return FALSE;
      g_usleep (WAIT_MICROSECONDS);
    }

  return TRUE;
}

DsCache *
ds_cache_fill (const char      *folder,
               const char      *key,
               DsSource        *source,
               DsProgressFunc   progress,
               void            *data,
               GCancellable    *cancellable,
               GError         **error)
{
  g_autoptr (DsCacheWriter) writer = NULL;
  DsCache *self;

  g_mkdir_with_parents (folder, 0700);
  if (!wait_for_others (folder, key, cancellable, error))
    return NULL;

  self = ds_cache_open (folder, key, NULL);
  if (self != NULL)
    return self;

  writer = ds_cache_writer_new (folder, key, source, progress, data, cancellable, error);
  if (writer == NULL ||
      !ds_source_fill (source, writer, cancellable, error) ||
      !ds_cache_writer_finish (writer, error))
    return NULL;

  ds_cache_limit (folder, key, MAX_BYTES);
  return ds_cache_open (folder, key, error);
}
