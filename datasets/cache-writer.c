/* cache-writer.c: items from any thread into one file
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "datasets/cache-writer.h"

#include "datasets/cache-file.h"
#include "datasets/error.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define PROGRESS_STEPS 200

typedef enum
{
  ITEM_MISSING,
  ITEM_WRITTEN,
  ITEM_DAMAGED,
} ItemState;

typedef struct
{
  guint32  index;
  char    *sentence;
} Damage;

struct _DsCacheWriter
{
  DsSource       *source;
  char           *folder;
  char           *path;         /* the finished cache */
  char           *partial;      /* what is being written; NULL once renamed */
  int             fd;
  const DsField  *item;         /* both are the source's */
  const DsField  *answer;
  guint64         record_bytes; /* of an item with its answer; 0 for texts */
  guint64         answer_at;
  guint32         n_items;
  DsProgressFunc  progress;
  void           *progress_data;
  GCancellable   *cancellable;

  /* Each entry belongs to the thread that puts the item. */
  guint8         *state;
  gint32         *labels;
  guint8         *parts;
  char          **names;        /* NULL-terminated once finished */
  DsCacheSpan    *spans;        /* of texts, otherwise NULL */

  GMutex          mutex;        /* guards the rest */
  GError         *error;        /* the first one */
  GArray         *damages;      /* of Damage */
  GPtrArray      *warnings;
  guint64         heap_bytes;   /* of the texts so far */
  guint32         n_done;
  int             stopped;      /* atomic: @error is set */
};

static void
damage_clear (void *data)
{
  g_free (((Damage *) data)->sentence);
}

/* The system's reason for not writing, with what the user can do about it. */
static void
set_write_error (DsCacheWriter  *self,
                 int             reason,
                 GError        **error)
{
  g_autofree char *shown = ds_printable (self->folder);
  g_autofree char *size = g_format_size (self->record_bytes * self->n_items
                                          + self->heap_bytes);

  g_set_error (error, DS_ERROR, DS_ERROR_FILE,
               _("The prepared data (%s) cannot be written to “%s”: %s. Free some space there, "
                 "or choose another folder."), size, shown, g_strerror (reason));
}

static gboolean
write_at (DsCacheWriter  *self,
          const void     *data,
          gsize           size,
          guint64         at,
          GError        **error)
{
  const guint8 *bytes = data;

  while (size > 0)
    {
      gssize n = pwrite (self->fd, bytes, size, at);

      if (n < 0 && errno == EINTR)
        continue;
      if (n <= 0)
        {
          set_write_error (self, n < 0 ? errno : ENOSPC, error);
          return FALSE;
        }
      bytes += n;
      at += n;
      size -= n;
    }

  return TRUE;
}

static guint64
item_at (DsCacheWriter *self,
         guint32        index)
{
  return DS_CACHE_ITEMS_AT + index * self->record_bytes;
}

static gboolean
reserve (DsCacheWriter  *self,
         GError        **error)
{
  int reason = posix_fallocate (self->fd, 0, item_at (self, self->n_items));

  if (reason != 0)
    set_write_error (self, reason, error);
  return reason == 0;
}

static void
set_no_memory (DsCacheWriter  *self,
               GError        **error)
{
  g_set_error (error, DS_ERROR, DS_ERROR_MEMORY,
               _("There is not enough memory for the labels of %u items."), self->n_items);
}

/* May fail, because a header can claim any number of items. */
static gboolean
allocate_tables (DsCacheWriter  *self,
                 GError        **error)
{
  self->state = g_try_malloc0_n (self->n_items, sizeof *self->state);
  self->labels = g_try_malloc0_n (self->n_items, sizeof *self->labels);
  self->parts = g_try_malloc0_n (self->n_items, sizeof *self->parts);
  self->names = g_try_malloc0_n ((gsize) self->n_items + 1, sizeof *self->names);
  if (self->item->kind == DS_FIELD_TEXT)
    {
      self->spans = g_try_malloc0_n (self->n_items, sizeof *self->spans);
      if (self->spans == NULL)
        {
          set_no_memory (self, error);
          return FALSE;
        }
    }
  if (self->state != NULL && self->labels != NULL && self->parts != NULL && self->names != NULL)
    return TRUE;

  set_no_memory (self, error);
  return FALSE;
}

DsCacheWriter *
ds_cache_writer_new (const char      *folder,
                     const char      *key,
                     DsSource        *source,
                     DsProgressFunc   progress,
                     void            *data,
                     GCancellable    *cancellable,
                     GError         **error)
{
  g_autoptr (DsCacheWriter) self = g_new0 (DsCacheWriter, 1);

  self->source = ds_source_ref (source);
  self->folder = g_strdup (folder);
  self->path = ds_cache_path (folder, key);
  self->n_items = ds_source_get_n_items (source);
  self->item = ds_source_get_item (source);
  self->answer = ds_source_get_answer (source);
  self->progress = progress;
  self->progress_data = data;
  self->cancellable = cancellable != NULL ? g_object_ref (cancellable) : NULL;
  self->warnings = ds_warnings_new ();
  self->damages = g_array_new (FALSE, FALSE, sizeof (Damage));
  g_array_set_clear_func (self->damages, damage_clear);
  g_mutex_init (&self->mutex);

  self->fd = -1;
  if (!ds_cache_record (self->item, self->answer, &self->record_bytes, &self->answer_at))
    {
      set_no_memory (self, error);
      return NULL;
    }

  self->fd = ds_cache_new_partial (folder, key, &self->partial, error);
  if (self->fd < 0 || !allocate_tables (self, error) || !reserve (self, error))
    return NULL;

  return g_steal_pointer (&self);
}

void
ds_cache_writer_free (DsCacheWriter *self)
{
  if (self->partial != NULL)
    g_unlink (self->partial);
  if (self->fd >= 0)
    close (self->fd);

  for (guint32 i = 0; self->names != NULL && i < self->n_items; i++)
    g_free (self->names[i]);
  g_free (self->names);
  g_free (self->spans);
  g_free (self->parts);
  g_free (self->labels);
  g_free (self->state);
  g_ptr_array_unref (self->warnings);
  g_array_unref (self->damages);
  g_clear_error (&self->error);
  g_mutex_clear (&self->mutex);
  g_clear_object (&self->cancellable);
  ds_source_unref (self->source);
  g_free (self->partial);
  g_free (self->path);
  g_free (self->folder);
  g_free (self);
}

/* Keeps the first error.  (transfer full) of @error */
static void
fail (DsCacheWriter *self,
      GError        *error)
{
  g_mutex_lock (&self->mutex);
  if (self->error == NULL)
    self->error = error;
  else
    g_error_free (error);
  g_atomic_int_set (&self->stopped, TRUE);
  g_mutex_unlock (&self->mutex);
}

static void
count_one (DsCacheWriter *self)
{
  guint32 every = MAX (self->n_items / PROGRESS_STEPS, 1);

  g_mutex_lock (&self->mutex);
  self->n_done++;
  if (self->progress != NULL && (self->n_done % every == 0 || self->n_done == self->n_items))
    self->progress (self->n_done, self->n_items, self->progress_data);
  g_mutex_unlock (&self->mutex);
}

/* Texts lie in the order in which they come. */
static gboolean
put_text (DsCacheWriter  *self,
          guint32         index,
          const char     *text,
          const DsItem   *about,
          GError        **error)
{
  gboolean pair = self->answer->kind == DS_FIELD_TEXT;
  gsize n_text = strlen (text);
  gsize n_answer = pair ? strlen (about->answer) : ds_field_bytes (self->answer);
  guint64 at;

  if (n_text > G_MAXUINT32 || n_answer > G_MAXUINT32)
    {
      g_set_error (error, DS_ERROR, DS_ERROR_LIMIT,
                   _("“%s” holds a text of %zu bytes, which is too long for one item."),
                   ds_source_get_title (self->source), MAX (n_text, n_answer));
      return FALSE;
    }

  g_mutex_lock (&self->mutex);
  at = self->heap_bytes;
  self->heap_bytes += n_text + n_answer;
  g_mutex_unlock (&self->mutex);

  self->spans[index] = (DsCacheSpan) { at, (guint32) n_text, (guint32) n_answer };
  return write_at (self, text, n_text, DS_CACHE_ITEMS_AT + at, error) &&
         write_at (self, about->answer, n_answer, DS_CACHE_ITEMS_AT + at + n_text, error);
}

static gboolean
put_record (DsCacheWriter  *self,
            guint32         index,
            const void     *item,
            const DsItem   *about,
            GError        **error)
{
  guint64 at = item_at (self, index);

  if (self->item->kind == DS_FIELD_TEXT)
    return put_text (self, index, item, about, error);

  return write_at (self, item, ds_field_bytes (self->item), at, error) &&
         write_at (self, about->answer, ds_field_bytes (self->answer), at + self->answer_at,
                   error);
}

void
ds_cache_writer_put (DsCacheWriter *self,
                     guint32        index,
                     const void    *item,
                     const DsItem  *about)
{
  GError *error = NULL;

  g_assert (index < self->n_items && self->state[index] == ITEM_MISSING);

  if (!put_record (self, index, item, about, &error))
    {
      fail (self, error);
      return;
    }

  self->state[index] = ITEM_WRITTEN;
  self->labels[index] = about->label;
  self->parts[index] = about->part;
  self->names[index] = g_strdup (about->name);
  count_one (self);
}

void
ds_cache_writer_damaged (DsCacheWriter *self,
                         guint32        index,
                         const char    *sentence)
{
  Damage damage = { index, g_strdup (sentence) };

  g_assert (index < self->n_items && self->state[index] == ITEM_MISSING);

  self->state[index] = ITEM_DAMAGED;
  g_mutex_lock (&self->mutex);
  g_array_append_val (self->damages, damage);
  g_mutex_unlock (&self->mutex);
  count_one (self);
}

void
ds_cache_writer_warn (DsCacheWriter *self,
                      const char    *format,
                      ...)
{
  g_autofree char *sentence = NULL;
  va_list arguments;

  va_start (arguments, format);
  sentence = g_strdup_vprintf (format, arguments);
  va_end (arguments);

  g_mutex_lock (&self->mutex);
  ds_warn (self->warnings, "%s", sentence);
  g_mutex_unlock (&self->mutex);
}

gboolean
ds_cache_writer_is_stopped (DsCacheWriter *self)
{
  GError *error = NULL;

  if (g_atomic_int_get (&self->stopped))
    return TRUE;

  if (!ds_error_cancelled (self->cancellable, &error))
    return FALSE;

  fail (self, error);
  return TRUE;
}

static int
compare_damages (const void *a,
                 const void *b)
{
  guint32 first = ((const Damage *) a)->index;
  guint32 second = ((const Damage *) b)->index;

  return first < second ? -1 : first > second;
}

/* Moves item @from, with all that is known of it, to the free place @to. */
static gboolean
move_item (DsCacheWriter  *self,
           guint32         from,
           guint32         to,
           void           *buffer,
           GError        **error)
{
  gssize n;

  do
    n = pread (self->fd, buffer, self->record_bytes, item_at (self, from));
  while (n < 0 && errno == EINTR);

  if (n != (gssize) self->record_bytes)
    {
      set_write_error (self, n < 0 ? errno : EIO, error);
      return FALSE;
    }

  self->state[to] = self->state[from];
  self->labels[to] = self->labels[from];
  self->parts[to] = self->parts[from];
  self->names[to] = g_steal_pointer (&self->names[from]);
  if (self->spans != NULL)
    self->spans[to] = self->spans[from];
  return write_at (self, buffer, self->record_bytes, item_at (self, to), error);
}

/* Closes the gaps that damaged items have left; the order stays. */
static gboolean
close_gaps (DsCacheWriter  *self,
            guint32        *n_kept,
            GError        **error)
{
  g_autofree void *buffer = NULL;
  guint32 kept = 0;

  for (guint32 i = 0; i < self->n_items; i++)
    {
      if (self->state[i] == ITEM_MISSING)
        {
          g_set_error (error, DS_ERROR, DS_ERROR_FILE,
                       _("“%s” has changed while it was being read. Try again."),
                       ds_source_get_title (self->source));
          return FALSE;
        }
      if (self->state[i] == ITEM_DAMAGED)
        continue;

      if (buffer == NULL && kept != i)
        buffer = g_malloc (MAX (self->record_bytes, 1));
      if (kept != i && !move_item (self, i, kept, buffer, error))
        return FALSE;
      kept++;
    }

  *n_kept = kept;
  return TRUE;
}

/* The source's warnings, then the damaged items in order.  (transfer full) */
static GPtrArray *
collect_warnings (DsCacheWriter *self)
{
  GPtrArray *all = ds_warnings_new ();
  GPtrArray *first = ds_source_get_warnings (self->source);

  for (guint i = 0; i < first->len; i++)
    ds_warn (all, "%s", (const char *) first->pdata[i]);
  for (guint i = 0; i < self->warnings->len; i++)
    ds_warn (all, "%s", (const char *) self->warnings->pdata[i]);

  if (self->damages->len > 0)
    ds_warn (all,
             g_dngettext (GETTEXT_PACKAGE,
                          "%u of %u items is damaged and was left out.",
                          "%u of %u items are damaged and were left out.",
                          self->damages->len),
             self->damages->len, self->n_items);

  g_array_sort (self->damages, compare_damages);
  for (guint i = 0; i < self->damages->len; i++)
    ds_warn (all, "%s", g_array_index (self->damages, Damage, i).sentence);

  return all;
}

/* All texts of the cache; names only if items have them.  (transfer full) */
static GVariant *
make_texts (DsCacheWriter *self,
            guint32        n_kept)
{
  g_autoptr (GPtrArray) warnings = collect_warnings (self);
  GVariantBuilder classes;
  GVariantBuilder names;

  g_variant_builder_init (&classes, G_VARIANT_TYPE ("as"));
  for (guint i = 0; i < ds_source_get_n_classes (self->source); i++)
    g_variant_builder_add (&classes, "s", ds_source_get_class_name (self->source, i));

  g_variant_builder_init (&names, G_VARIANT_TYPE ("as"));
  for (guint32 i = 0; i < n_kept && self->names[0] != NULL; i++)
    g_variant_builder_add (&names, "s", self->names[i] != NULL ? self->names[i] : "");

  return g_variant_ref_sink (
    g_variant_new ("(sss@as@as@ass)",
                   ds_source_get_title (self->source),
                   ds_source_get_format (self->source),
                   ds_source_get_reason (self->source),
                   g_variant_builder_end (&classes),
                   g_variant_new_strv ((const char * const *) warnings->pdata, warnings->len),
                   g_variant_builder_end (&names),
                   ds_source_get_vocabulary (self->source)));
}

/* All behind the items as it lies in the file.  (transfer full) */
static guint8 *
make_tables (DsCacheWriter        *self,
             guint32               n_kept,
             const DsCacheLayout  *layout,
             GVariant             *texts,
             GError              **error)
{
  guint64 begin = layout->spans_at;
  guint8 *tables = g_try_malloc0 (layout->file_bytes - begin);

  if (tables == NULL)
    {
      set_no_memory (self, error);
      return NULL;
    }

  if (self->spans != NULL)
    memcpy (tables, self->spans, n_kept * sizeof *self->spans);
  memcpy (tables + (layout->labels_at - begin), self->labels, n_kept * sizeof *self->labels);
  memcpy (tables + (layout->parts_at - begin), self->parts, n_kept);
  g_variant_store (texts, tables + (layout->texts_at - begin));

  return tables;
}

static gboolean
write_tables (DsCacheWriter  *self,
              guint32         n_kept,
              GError        **error)
{
  g_autoptr (GVariant) texts = make_texts (self, n_kept);
  g_autofree guint8 *tables = NULL;
  DsCacheHeader header = {
    .magic = DS_CACHE_MAGIC,
    .order = DS_CACHE_ORDER,
    .version = DS_CACHE_VERSION,
    .n_items = n_kept,
    .heap_bytes = self->heap_bytes,
    .texts_bytes = g_variant_get_size (texts),
  };
  DsCacheLayout layout;
  gsize n_bytes;

  ds_cache_set_field (&header.item, self->item);
  ds_cache_set_field (&header.answer, self->answer);
  if (!ds_cache_layout (&header, &layout))
    g_assert_not_reached ();

  tables = make_tables (self, n_kept, &layout, texts, error);
  if (tables == NULL)
    return FALSE;

  n_bytes = layout.file_bytes - layout.spans_at;
  ds_cache_digest (&header, tables, n_bytes, header.digest);

  return write_at (self, tables, n_bytes, layout.spans_at, error) &&
         write_at (self, &header, sizeof header, 0, error) &&
         (ftruncate (self->fd, layout.file_bytes) == 0 ||
          (set_write_error (self, errno, error), FALSE));
}

/* Only a whole file gets the name, and the name lasts. */
static gboolean
publish (DsCacheWriter  *self,
         GError        **error)
{
  int folder;

  if (fsync (self->fd) < 0 || rename (self->partial, self->path) < 0)
    {
      set_write_error (self, errno, error);
      return FALSE;
    }

  g_clear_pointer (&self->partial, g_free);
  folder = open (self->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder >= 0)
    {
      fsync (folder);
      close (folder);
    }

  return TRUE;
}

gboolean
ds_cache_writer_finish (DsCacheWriter  *self,
                        GError        **error)
{
  guint32 n_kept = 0;

  if (ds_cache_writer_is_stopped (self))
    {
      g_propagate_error (error, g_error_copy (self->error));
      return FALSE;
    }

  if (!close_gaps (self, &n_kept, error))
    return FALSE;

  if (n_kept == 0)
    {
      g_array_sort (self->damages, compare_damages);
      g_set_error (error, DS_ERROR, DS_ERROR_FORMAT,
                   _("Every item of “%s” is damaged. %s"), ds_source_get_title (self->source),
                   self->damages->len > 0
                   ? g_array_index (self->damages, Damage, 0).sentence : "");
      return FALSE;
    }

  return write_tables (self, n_kept, error) && publish (self, error);
}
