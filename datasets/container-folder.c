/* container-folder.c: the regular files below a folder
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "datasets/container-private.h"

#include "datasets/error.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <string.h>
#include <unistd.h>

static int
compare_names (const void *a,
               const void *b)
{
  return strcmp (*(const char * const *) a, *(const char * const *) b);
}

/* The sorted names in the folder @relative below the root.  (transfer full) */
static GPtrArray *
list_folder (DsContainer  *self,
             const char   *relative,
             GError      **error)
{
  g_autofree char *path = g_build_filename (self->path, relative, NULL);
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  DIR *folder = opendir (path);
  struct dirent *entry;

  if (folder == NULL)
    {
      g_autofree char *shown = ds_printable (path);

      g_set_error (error, DS_ERROR, DS_ERROR_FILE,
                   _("The folder “%s” cannot be read: %s. Check its permissions."),
                   shown, g_strerror (errno));
      return NULL;
    }

  while ((entry = readdir (folder)) != NULL)
    if (strcmp (entry->d_name, ".") != 0 && strcmp (entry->d_name, "..") != 0)
      g_ptr_array_add (names, relative[0] == '\0'
                              ? g_strdup (entry->d_name)
                              : g_strconcat (relative, "/", entry->d_name, NULL));
  closedir (folder);
  g_ptr_array_sort (names, compare_names);

  return g_steal_pointer (&names);
}

static const char *
describe_mode (mode_t mode)
{
  if (S_ISLNK (mode))
    return _("it is a link");
  if (S_ISFIFO (mode))
    return _("it is a FIFO");
  if (S_ISSOCK (mode))
    return _("it is a socket");
  return _("it is a device");
}

/* Adds @name when it is a file, and queues it in @folders when it is one. */
static void
add_entry (DsContainer *self,
           const char  *name,
           GQueue      *folders)
{
  g_autofree char *path = g_build_filename (self->path, name, NULL);
  struct stat status;
  DsMember *member;

  if (lstat (path, &status) < 0)
    {
      ds_container_refuse (self, name, g_strerror (errno));
      return;
    }

  if (S_ISDIR (status.st_mode))
    {
      g_queue_push_tail (folders, g_strdup (name));
      return;
    }

  if (!S_ISREG (status.st_mode))
    {
      ds_container_refuse (self, name, describe_mode (status.st_mode));
      return;
    }

  member = ds_container_add (self, name);
  if (member != NULL)
    {
      member->bytes = status.st_size;
      member->changed = ds_changed_ns (&status);
    }
}

static guint
count_slashes (const char *name)
{
  guint n = 0;

  for (const char *c = name; *c != '\0'; c++)
    n += *c == '/';

  return n;
}

static int
compare_members (const void *a,
                 const void *b)
{
  return strcmp (((const DsMember *) a)->name, ((const DsMember *) b)->name);
}

/* Sorted by the whole name, as if the folder had been packed in order. */
static void
sort_members (DsContainer *self)
{
  g_array_sort (self->members, compare_members);
  g_hash_table_remove_all (self->by_name);
  for (guint i = 0; i < self->members->len; i++)
    g_hash_table_insert (self->by_name,
                         g_utf8_casefold (ds_container_member (self, i)->name, -1),
                         GUINT_TO_POINTER (i + 1));
}

/* Folders wait in a queue, so depth costs no stack. */
gboolean
ds_folder_list (DsContainer   *self,
                GCancellable  *cancellable,
                GError       **error)
{
  g_autoptr (GQueue) folders = g_queue_new ();
  guint n_entries = 0;
  gboolean ok = TRUE;

  self->kind = DS_CONTAINER_FOLDER;
  g_queue_push_tail (folders, g_strdup (""));
  while (ok && !g_queue_is_empty (folders))
    {
      g_autofree char *folder = g_queue_pop_head (folders);
      g_autoptr (GError) cause = NULL;
      g_autoptr (GPtrArray) names = NULL;

      if (count_slashes (folder) + 1 >= self->limits.depth)
        {
          ds_container_refuse (self, folder, _("it lies in too many folders inside each other"));
          continue;
        }

      names = list_folder (self, folder, &cause);
      if (names == NULL && folder[0] == '\0')
        {
          g_propagate_error (error, g_steal_pointer (&cause));
          ok = FALSE;
        }
      else if (names == NULL)
        ds_warn (self->warnings, "%s", cause->message);

      for (guint i = 0; ok && names != NULL && i < names->len; i++)
        {
          ok = ds_container_allows (self, ++n_entries, error) &&
               !ds_error_cancelled (cancellable, error);
          if (ok)
            add_entry (self, names->pdata[i], folders);
        }
    }

  g_queue_clear_full (folders, g_free);
  sort_members (self);
  return ok;
}

/* The entry was a regular file when it was listed; O_NOFOLLOW and O_NONBLOCK
 * keep us safe from what may have taken its place since. */
DsStream *
ds_folder_open_member (DsContainer *self,
                       guint        index)
{
  g_autofree char *shown = ds_container_describe (self, index);
  g_autofree char *path = self->kind == DS_CONTAINER_FILE
                          ? g_strdup (self->path)
                          : g_build_filename (self->path, ds_container_get_name (self, index),
                                              NULL);
  int no_follow = self->kind == DS_CONTAINER_FILE ? 0 : O_NOFOLLOW;
  int fd = open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY | no_follow);
  struct stat status;
  DsStream *stream;

  if (fd < 0 || fstat (fd, &status) < 0 || !S_ISREG (status.st_mode))
    {
      const char *why = fd < 0 ? g_strerror (errno) : _("it is no ordinary file any more");
      GError *failure = g_error_new (DS_ERROR, DS_ERROR_FILE,
                                     _("“%s” cannot be opened: %s."), shown, why);

      if (fd >= 0)
        close (fd);
      return ds_stream_new_failed (shown, failure);
    }

  stream = ds_stream_new_fd (shown, fd);
  ds_stream_set_limit (stream,
                       MIN (self->limits.entry_bytes,
                            MAX (self->limits.total_bytes,
                                 (guint64) self->limits.ratio * status.st_size)),
                       NULL);
  return stream;
}
