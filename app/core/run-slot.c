/* run-slot.c: how the record of a run lies in its file
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "app/core/run-slot.h"

#include "engine/error.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <string.h>
#include <unistd.h>

#define VERSION 1

const AppRunHeader app_run_header = { "Epoch run log\n", VERSION, 0 };

guint
app_run_slot_get_place (const AppRunSlot *slot)
{
  return slot->tag >> 24;
}

/* FNV-1a, which notices every change of a single byte. */
guint32
app_run_slot_sum_up (const AppRunSlot *slot)
{
  const guint8 *bytes = (const guint8 *) slot;
  guint32 sum = 2166136261u;

  for (gsize i = sizeof slot->checksum; i < sizeof *slot; i++)
    sum = (sum ^ bytes[i]) * 16777619u;

  return sum;
}

void
app_run_set_error (const char  *path,
                   const char  *cause,
                   GError     **error)
{
  g_autofree char *name = g_filename_display_name (path);

  g_set_error (error, NN_ERROR, NN_ERROR_FILE,
               /* Translators: the file “events.bin” with the curves of a run: sentence. */
               _("The record of the run, “%s”: %s"), name, cause);
}

/* As pread(), but not disturbed by signals. */
static gssize
read_at (int      fd,
         goffset  at,
         void    *bytes,
         gsize    size)
{
  gssize n_bytes;

  do
    n_bytes = pread (fd, bytes, size, at);
  while (n_bytes < 0 && errno == EINTR);

  return n_bytes;
}

int
app_run_slots_read (int          fd,
                    const char  *path,
                    goffset      at,
                    AppRunSlot  *slots,
                    guint        most,
                    GError     **error)
{
  gssize n_bytes = read_at (fd, at, slots, most * sizeof (AppRunSlot));

  if (n_bytes < 0)
    {
      app_run_set_error (path, g_strerror (errno), error);
      return -1;
    }

  return (int) ((gsize) n_bytes / sizeof (AppRunSlot));
}

gboolean
app_run_header_read (int          fd,
                     const char  *path,
                     gboolean    *is_there,
                     GError     **error)
{
  AppRunHeader found = { 0 };
  gssize n_bytes = read_at (fd, 0, &found, sizeof found);
  gsize to_compare = MIN ((gsize) MAX (n_bytes, 0), sizeof found.magic);

  *is_there = n_bytes == sizeof found;
  if (n_bytes < 0)
    app_run_set_error (path, g_strerror (errno), error);
  else if (memcmp (found.magic, app_run_header.magic, to_compare) != 0)
    app_run_set_error (path, _("this is another kind of file."), error);
  else if (*is_there && found.version != VERSION)
    app_run_set_error (path, _("it was written by another version of Epoch."), error);
  else
    return TRUE;

  return FALSE;
}
