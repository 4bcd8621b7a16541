/* run-log.c: the numbers of a training, appended one by one
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "app/core/run-log.h"

#include "app/core/run-reader.h"
#include "app/core/run-slot.h"
#include "engine/error.h"
#include "engine/file.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define GATHERED_SLOTS 128      /* before they are written */

struct _AppRunLog
{
  char       *path;
  int         fd;
  goffset     end;              /* of what is written */
  GArray     *gathered;         /* of AppRunSlot, not written yet */
  GTree      *tags;             /* name → number */
  guint       n_tags;           /* numbers in use */
};

/* Reads all that @reader gives, and tells whether a record is about a step
 * after @last_step. */
static gboolean
scan (AppRunReader  *reader,
      guint64        last_step,
      gboolean      *has_later,
      GError       **error)
{
  g_autoptr (GArray) records = g_array_new (FALSE, FALSE, sizeof (AppRunRecord));
  gboolean restarted;

  *has_later = FALSE;
  do
    {
      g_array_set_size (records, 0);
      if (!app_run_reader_read (reader, records, APP_RUN_READ_SLOTS, &restarted, error))
        return FALSE;
      for (guint i = 0; i < records->len; i++)
        *has_later |= g_array_index (records, AppRunRecord, i).step > last_step;
    }
  while (records->len == APP_RUN_READ_SLOTS);

  return TRUE;
}

static gboolean
is_kept (const AppRunSlot *slot,
         guint64           last_step)
{
  if (slot->checksum != app_run_slot_sum_up (slot))
    return FALSE;

  return app_run_slot_get_place (slot) != 0 || slot->step <= last_step;
}

/* Replaces the file by one without the steps after @last_step: a reader that
 * has the old one open notices that, which it could not if it were cut. */
static gboolean
rewrite (const char  *path,
         int          fd,
         guint64      last_step,
         GError     **error)
{
  g_autoptr (NnFileWriter) writer = nn_file_writer_new (path, 0, error);
  goffset at = sizeof app_run_header;
  AppRunSlot slots[APP_RUN_READ_SLOTS];
  int n_slots;

  if (writer == NULL
      || !nn_file_writer_write (writer, &app_run_header, sizeof app_run_header, error))
    return FALSE;

  while ((n_slots = app_run_slots_read (fd, path, at, slots, APP_RUN_READ_SLOTS, error)) > 0)
    {
      gsize n_kept = 0;

      for (int i = 0; i < n_slots; i++)
        if (is_kept (&slots[i], last_step))
          slots[n_kept++] = slots[i];
      if (!nn_file_writer_write (writer, slots, n_kept * sizeof (AppRunSlot), error))
        return FALSE;
      at += n_slots * (goffset) sizeof (AppRunSlot);
    }

  return n_slots == 0 && nn_file_writer_commit (writer, error);
}

/* Whether @path is still the name of the file @fd. */
static gboolean
is_named (int         fd,
          const char *path)
{
  struct stat opened;
  struct stat named;

  return fstat (fd, &opened) == 0 && stat (path, &named) == 0
         && named.st_ino == opened.st_ino && named.st_dev == opened.st_dev;
}

/* Opens @path for this process alone.  Returns -1 with @error set. */
static int
open_locked (const char  *path,
             GError     **error)
{
  int fd = open (path, O_RDWR | O_CREAT | O_CLOEXEC | O_NONBLOCK, 0666);

  gboolean is_locked = fd >= 0 && flock (fd, LOCK_EX | LOCK_NB) == 0;

  /* Whoever held the lock before may have replaced the file. */
  if (is_locked && is_named (fd, path))
    return fd;

  if (is_locked || errno == EWOULDBLOCK)
    app_run_set_error (path, _("another process is training this run."), error);
  else
    app_run_set_error (path, g_strerror (errno), error);
  if (fd >= 0)
    close (fd);
  return -1;
}

/* Finds the end of what is whole and cuts off the rest. */
static gboolean
find_end (AppRunLog  *self,
          GError    **error)
{
  struct stat info;

  if (fstat (self->fd, &info) == 0)
    {
      self->end = info.st_size - info.st_size % (goffset) sizeof (AppRunSlot);
      if (ftruncate (self->fd, self->end) == 0)
        return TRUE;
    }

  app_run_set_error (self->path, g_strerror (errno), error);
  return FALSE;
}

/* Numbers of tags go on where @reader has found the last one. */
static void
take_over_tags (AppRunLog    *self,
                AppRunReader *reader)
{
  self->n_tags = app_run_reader_count_tags (reader);
  for (guint i = 0; i < self->n_tags; i++)
    {
      const char *name = app_run_reader_get_tag (reader, i);

      if (name != NULL)
        g_tree_insert (self->tags, g_strdup (name), GUINT_TO_POINTER (i));
    }
}

/* All of @bytes at @at, or FALSE with errno set. */
static gboolean
write_at (int         fd,
          goffset     at,
          const void *bytes,
          gsize       size)
{
  const char *from = bytes;

  while (size > 0)
    {
      gssize written = pwrite (fd, from, size, at);

      if (written < 0 && errno == EINTR)
        continue;
      if (written < 0)
        return FALSE;
      from += written;
      at += written;
      size -= (gsize) written;
    }

  return TRUE;
}

/* Takes over what an earlier process has written. */
static gboolean
go_on (AppRunLog  *self,
       guint64     last_step,
       GError    **error)
{
  g_autoptr (AppRunReader) reader = app_run_reader_new (self->path);
  gboolean has_later;

  if (!scan (reader, last_step, &has_later, error))
    return FALSE;
  take_over_tags (self, reader);

  if (has_later)
    {
      int fd = rewrite (self->path, self->fd, last_step, error) ? open_locked (self->path, error)
                                                                : -1;

      if (fd < 0)
        return FALSE;
      close (self->fd);
      self->fd = fd;
    }

  return find_end (self, error);
}

static gboolean
begin (AppRunLog  *self,
       GError    **error)
{
  if (!write_at (self->fd, 0, &app_run_header, sizeof app_run_header))
    {
      app_run_set_error (self->path, g_strerror (errno), error);
      return FALSE;
    }

  self->end = sizeof app_run_header;
  return TRUE;
}

static int
compare_names (const void *a,
               const void *b,
               void       *data)
{
  return strcmp (a, b);
}

AppRunLog *
app_run_log_open (const char  *path,
                  guint64      last_step,
                  GError     **error)
{
  g_autoptr (AppRunLog) self = g_new0 (AppRunLog, 1);
  gboolean has_begun;

  self->path = g_strdup (path);
  self->gathered = g_array_sized_new (FALSE, FALSE, sizeof (AppRunSlot), GATHERED_SLOTS);
  self->tags = g_tree_new_full (compare_names, NULL, g_free, NULL);
  self->fd = open_locked (path, error);

  if (self->fd < 0
      || !app_run_header_read (self->fd, path, &has_begun, error)
      || !(has_begun ? go_on (self, last_step, error) : begin (self, error)))
    return NULL;

  return g_steal_pointer (&self);
}

void
app_run_log_free (AppRunLog *self)
{
  if (self->fd >= 0)
    {
      app_run_log_flush (self, NULL);
      close (self->fd);
    }
  g_tree_unref (self->tags);
  g_array_unref (self->gathered);
  g_free (self->path);
  g_free (self);
}

gboolean
app_run_log_flush (AppRunLog  *self,
                   GError    **error)
{
  gsize size = self->gathered->len * sizeof (AppRunSlot);

  if (!write_at (self->fd, self->end, self->gathered->data, size))
    {
      app_run_set_error (self->path, g_strerror (errno), error);
      return FALSE;
    }

  self->end += (goffset) size;
  g_array_set_size (self->gathered, 0);
  return TRUE;
}

static void
gather (AppRunLog  *self,
        AppRunSlot  slot)
{
  slot.checksum = app_run_slot_sum_up (&slot);
  g_array_append_val (self->gathered, slot);
}

/* The number of @tag, whose name is gathered when it is new. */
static gboolean
intern (AppRunLog   *self,
        const char  *tag,
        guint32     *number,
        GError     **error)
{
  gsize length = strlen (tag);
  gpointer known;

  if (g_tree_lookup_extended (self->tags, tag, NULL, &known))
    {
      *number = GPOINTER_TO_UINT (known);
      return TRUE;
    }

  if (length == 0 || length > APP_RUN_LOG_LONGEST_TAG || !g_utf8_validate (tag, -1, NULL)
      || self->n_tags == APP_RUN_LOG_MAX_TAGS)
    {
      g_set_error (error, NN_ERROR, NN_ERROR_FILE,
                   _("A curve needs a name of 1 to %d bytes, and a run has at most %d curves."),
                   APP_RUN_LOG_LONGEST_TAG, APP_RUN_LOG_MAX_TAGS);
      return FALSE;
    }

  *number = self->n_tags++;
  for (gsize at = 0; at <= length; at += APP_RUN_PIECE_BYTES)
    {
      AppRunSlot slot = { .tag = *number | (guint32) (at / APP_RUN_PIECE_BYTES + 1) << 24 };

      memcpy (slot.piece, tag + at, MIN (length - at, APP_RUN_PIECE_BYTES));
      gather (self, slot);
    }
  g_tree_insert (self->tags, g_strdup (tag), GUINT_TO_POINTER (*number));
  return TRUE;
}

gboolean
app_run_log_add (AppRunLog   *self,
                 guint64      step,
                 gint64       time_us,
                 const char  *tag,
                 double       value,
                 GError     **error)
{
  AppRunSlot slot = { .step = step, .time_us = time_us, .value = value };

  if (self->gathered->len >= GATHERED_SLOTS && !app_run_log_flush (self, error))
    return FALSE;
  if (!intern (self, tag, &slot.tag, error))
    return FALSE;

  gather (self, slot);
  return TRUE;
}
