/* run-reader.c: follows the numbers of a training while they are written
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "app/core/run-reader.h"

#include "app/core/run-log.h"
#include "app/core/run-slot.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct _AppRunReader
{
  char      *path;
  int        fd;                /* -1 until there is a file */
  goffset    at;                /* 0 until the header has been checked */
  GPtrArray *names;             /* of GString, by number; NULL for unknown ones */
  guint64    n_damaged;
};

AppRunReader *
app_run_reader_new (const char *path)
{
  AppRunReader *self = g_new0 (AppRunReader, 1);

  self->path = g_strdup (path);
  self->fd = -1;
  self->names = g_ptr_array_new ();

  return self;
}

static void
forget_names (AppRunReader *self)
{
  for (guint i = 0; i < self->names->len; i++)
    if (self->names->pdata[i] != NULL)
      g_string_free (self->names->pdata[i], TRUE);
  g_ptr_array_set_size (self->names, 0);
}

static void
close_file (AppRunReader *self)
{
  if (self->fd >= 0)
    close (self->fd);
  self->fd = -1;
  self->at = 0;
  self->n_damaged = 0;
  forget_names (self);
}

void
app_run_reader_free (AppRunReader *self)
{
  close_file (self);
  g_ptr_array_unref (self->names);
  g_free (self->path);
  g_free (self);
}

guint64
app_run_reader_get_damaged (AppRunReader *self)
{
  return self->n_damaged;
}

/* Pieces are gathered with their final NUL, which tells that all are there. */
static gboolean
is_complete (const GString *name)
{
  return name->len > 0 && name->str[name->len - 1] == '\0';
}

guint
app_run_reader_count_tags (AppRunReader *self)
{
  return self->names->len;
}

const char *
app_run_reader_get_tag (AppRunReader *self,
                        guint         tag)
{
  const GString *name = tag < self->names->len ? self->names->pdata[tag] : NULL;

  return name != NULL && is_complete (name) ? name->str : NULL;
}

/* FALSE when the piece does not fit what came before. */
static gboolean
take_piece (AppRunReader     *self,
            const AppRunSlot *slot)
{
  guint number = slot->tag & 0xffffff;
  guint place = app_run_slot_get_place (slot);
  gsize length = strnlen (slot->piece, APP_RUN_PIECE_BYTES);
  GString *name;

  if (number >= APP_RUN_LOG_MAX_TAGS || place > APP_RUN_LOG_LONGEST_TAG / APP_RUN_PIECE_BYTES + 1)
    return FALSE;

  if (number >= self->names->len)
    g_ptr_array_set_size (self->names, (int) number + 1);
  name = self->names->pdata[number];
  if (name == NULL)
    name = self->names->pdata[number] = g_string_new (NULL);

  if (is_complete (name) || place != name->len / APP_RUN_PIECE_BYTES + 1)
    return FALSE;

  g_string_append_len (name, slot->piece, (gssize) MIN (length + 1, APP_RUN_PIECE_BYTES));
  if (is_complete (name) && !g_utf8_validate (name->str, -1, NULL))
    {
      g_string_truncate (name, 0);
      return FALSE;
    }

  return TRUE;
}

static gboolean
take_slot (AppRunReader     *self,
           const AppRunSlot *slot,
           GArray           *records)
{
  AppRunRecord record = { slot->step, slot->time_us, slot->value, slot->tag };

  if (slot->checksum != app_run_slot_sum_up (slot))
    return FALSE;
  if (app_run_slot_get_place (slot) != 0)
    return take_piece (self, slot);
  if (app_run_reader_get_tag (self, slot->tag) == NULL)
    return FALSE;

  g_array_append_val (records, record);
  return TRUE;
}

/* Whether @self->path still names the file that is open, or none at all: a
 * deleted file can be read to its end. */
static gboolean
is_current (AppRunReader *self)
{
  struct stat opened;
  struct stat named;

  if (fstat (self->fd, &opened) != 0 || opened.st_size < self->at)
    return FALSE;
  if (stat (self->path, &named) != 0)
    return TRUE;

  return named.st_ino == opened.st_ino && named.st_dev == opened.st_dev;
}

/* Opens the file if there is one. */
static gboolean
open_file (AppRunReader  *self,
           GError       **error)
{
  struct stat info;

  self->fd = open (self->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (self->fd < 0 && errno == ENOENT)
    return TRUE;

  if (self->fd < 0 || fstat (self->fd, &info) != 0)
    app_run_set_error (self->path, g_strerror (errno), error);
  else if (!S_ISREG (info.st_mode))
    app_run_set_error (self->path, _("this is another kind of file."), error);
  else
    return TRUE;

  close_file (self);
  return FALSE;
}

/* Whether @self->fd is a file with a header, both as far as they are there. */
static gboolean
check_header (AppRunReader  *self,
              GError       **error)
{
  gboolean is_there;

  if (self->fd < 0 || self->at > 0)
    return TRUE;
  if (!app_run_header_read (self->fd, self->path, &is_there, error))
    return FALSE;

  self->at = is_there ? sizeof (AppRunHeader) : 0;
  return TRUE;
}

gboolean
app_run_reader_read (AppRunReader  *self,
                     GArray        *records,
                     guint          most,
                     gboolean      *restarted,
                     GError       **error)
{
  guint before = records->len;
  AppRunSlot slots[APP_RUN_READ_SLOTS];

  *restarted = self->fd >= 0 && !is_current (self);
  if (*restarted)
    close_file (self);
  if ((self->fd < 0 && !open_file (self, error)) || !check_header (self, error))
    return FALSE;

  while (self->at > 0 && records->len - before < most)
    {
      guint want = MIN (most - (records->len - before), APP_RUN_READ_SLOTS);
      int n_slots = app_run_slots_read (self->fd, self->path, self->at, slots, want, error);

      if (n_slots < 0)
        return FALSE;
      if (n_slots == 0)
        break;

      for (int i = 0; i < n_slots; i++)
        self->n_damaged += !take_slot (self, &slots[i], records);
      self->at += n_slots * (goffset) sizeof (AppRunSlot);
    }

  return TRUE;
}
