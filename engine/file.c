/* file.c: files that are either the old ones or the new ones, never half
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "engine/file.h"

#include "engine/error.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

/* The bytes go to a hidden file beside the target, which is flushed and then
 * renamed over it: renaming is the one step that a file system promises to do
 * wholly or not at all.  The hidden name tells who writes, so that the next
 * start can tell an orphan from a file that somebody is busy with. */

#define TEMPORARY_FORMAT   ".epoch-%08x-%d-%08x.part" /* system, process, random */
#define MAX_LINKS          40   /* as the kernel allows */
#define MAX_NAME_ATTEMPTS  100
#define WRITE_CHUNK_BYTES  ((gsize) 256 << 20)
#define ORPHAN_AGE_SECONDS (24 * 60 * 60)
#define SPARE_BYTES        (1 << 20)    /* left on the disk for everybody else */

struct _NnFileWriter
{
  char *shown;                  /* as the caller named it, for messages */
  char *target;                 /* with links resolved */
  char *folder;
  char *temporary;              /* NULL once it has become the target */
  int   fd;                     /* -1 once closed */
};

static const char *
get_remedy (int code)
{
  switch (code)
    {
    case ENOSPC:
    case EDQUOT:
      return _("Free some space, or choose another disk.");
    case EFBIG:
      return _("Choose a place that allows larger files.");
    case EACCES:
    case EPERM:
    case EROFS:
      return _("Choose a place that you are allowed to use.");
    case ENOENT:
    case ENOTDIR:
      return _("Check the name and the folder.");
    case EISDIR:
      return _("Choose a file instead of a folder.");
    case ENAMETOOLONG:
      return _("Choose a shorter name.");
    case ELOOP:
      return _("Repair the symbolic links.");
    case EMFILE:
    case ENFILE:
      return _("Close other files or programs.");
    default:
      return _("Check the disk, or choose another one.");
    }
}

static void
set_write_error (const char  *path,
                 int          code,
                 GError     **error)
{
  g_autofree char *name = g_filename_display_name (path);

  g_set_error (error, NN_ERROR, NN_ERROR_FILE, _("“%s” cannot be saved: %s. %s"),
               name, g_strerror (code), get_remedy (code));
}

static void
set_read_error (const char  *path,
                int          code,
                GError     **error)
{
  g_autofree char *name = g_filename_display_name (path);

  g_set_error (error, NN_ERROR, NN_ERROR_FILE, _("“%s” cannot be read: %s. %s"),
               name, g_strerror (code), get_remedy (code));
}

/* Where @path leads after all symbolic links, even if nothing is there yet.
 * NULL with errno set when they go in circles.  (transfer full) */
static char *
follow_links (const char *path)
{
  g_autofree char *at = g_strdup (path);

  for (int i = 0; i < MAX_LINKS; i++)
    {
      g_autofree char *link = g_file_read_link (at, NULL);
      g_autofree char *folder = NULL;

      if (link == NULL)
        return g_steal_pointer (&at);

      folder = g_path_get_dirname (at);
      g_free (at);
      at = g_path_is_absolute (link) ? g_strdup (link) : g_build_filename (folder, link, NULL);
    }

  errno = ELOOP;
  return NULL;
}

/* What process numbers mean: they are counted anew at each start of the
 * system, and in each container. */
static guint
get_system_mark (void)
{
  g_autofree char *boot = NULL;
  g_autofree char *text = NULL;
  struct stat space = { 0 };

  g_file_get_contents ("/proc/sys/kernel/random/boot_id", &boot, NULL, NULL);
  if (stat ("/proc/self/ns/pid", &space) != 0)
    space.st_ino = 0;
  text = g_strdup_printf ("%s %" G_GUINT64_FORMAT " %s", g_get_host_name (),
                          (guint64) space.st_ino, boot != NULL ? boot : "");

  return g_str_hash (text);
}

static gboolean
create_temporary (NnFileWriter *self)
{
  guint mark = get_system_mark ();

  for (int i = 0; i < MAX_NAME_ATTEMPTS; i++)
    {
      g_autofree char *name = g_strdup_printf (TEMPORARY_FORMAT, mark, (int) getpid (),
                                               g_random_int ());
      g_autofree char *path = g_build_filename (self->folder, name, NULL);

      self->fd = open (path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
      if (self->fd >= 0)
        {
          self->temporary = g_steal_pointer (&path);
          return TRUE;
        }
      if (errno != EEXIST && errno != EINTR)
        return FALSE;
    }

  return FALSE;
}

/* What an old file asks of the new one, and whether it may be replaced. */
static gboolean
take_over_old (NnFileWriter *self)
{
  struct stat old;

  if (stat (self->target, &old) != 0)
    return errno == ENOENT;

  if (!S_ISREG (old.st_mode))
    {
      errno = S_ISDIR (old.st_mode) ? EISDIR : EPERM;
      return FALSE;
    }
  if (access (self->target, W_OK) != 0)
    return FALSE;

  /* The owner first, because changing it clears bits of the mode.  Only those
   * who may give files away can keep it. */
  if (fchown (self->fd, old.st_uid, old.st_gid) != 0)
    g_debug ("%s changes hands: %s", self->target, g_strerror (errno));
  return fchmod (self->fd, old.st_mode & 07777) == 0;
}

static gboolean
check_space (NnFileWriter  *self,
             guint64        expected_bytes,
             GError       **error)
{
  g_autofree char *name = NULL;
  g_autofree char *need = NULL;
  g_autofree char *have = NULL;
  struct statvfs disk;
  guint64 available;

  if (fstatvfs (self->fd, &disk) != 0)
    return TRUE;

  available = (guint64) disk.f_bavail * disk.f_frsize;
  if (available >= SPARE_BYTES && expected_bytes <= available - SPARE_BYTES)
    return TRUE;

  name = g_filename_display_name (self->shown);
  need = g_format_size_full (expected_bytes, G_FORMAT_SIZE_IEC_UNITS);
  have = g_format_size_full (available, G_FORMAT_SIZE_IEC_UNITS);
  g_set_error (error, NN_ERROR, NN_ERROR_FILE,
               _("“%s” cannot be saved: it needs %s, and %s are free. %s"),
               name, need, have, get_remedy (ENOSPC));
  return FALSE;
}

NnFileWriter *
nn_file_writer_new (const char  *path,
                    guint64      expected_bytes,
                    GError     **error)
{
  g_autoptr (NnFileWriter) self = g_new0 (NnFileWriter, 1);

  self->fd = -1;
  self->shown = g_strdup (path);
  self->target = follow_links (path);
  if (self->target != NULL)
    self->folder = g_path_get_dirname (self->target);

  if (self->target == NULL || !create_temporary (self) || !take_over_old (self))
    {
      set_write_error (path, errno, error);
      return NULL;
    }
  if (!check_space (self, expected_bytes, error))
    return NULL;

  return g_steal_pointer (&self);
}

gboolean
nn_file_writer_write (NnFileWriter  *self,
                      const void    *bytes,
                      gsize          size,
                      GError       **error)
{
  const char *at = bytes;

  g_assert (self->fd >= 0);
  while (size > 0)
    {
      gssize written = write (self->fd, at, MIN (size, WRITE_CHUNK_BYTES));

      if (written < 0 && errno == EINTR)
        continue;
      if (written < 0)
        {
          set_write_error (self->shown, errno, error);
          return FALSE;
        }
      at += written;
      size -= (gsize) written;
    }

  return TRUE;
}

/* Makes a new name in @path last through a power cut.  Some file systems
 * cannot be asked for it. */
static gboolean
flush_folder (const char *path)
{
  int fd = open (path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  gboolean flushed;
  int code;

  if (fd < 0)
    return errno == EACCES;

  flushed = fsync (fd) == 0 || errno == EINVAL || errno == ENOTSUP;
  code = errno;
  close (fd);
  errno = code;

  return flushed;
}

gboolean
nn_file_writer_commit (NnFileWriter  *self,
                       GError       **error)
{
  gboolean flushed;

  g_assert (self->fd >= 0);
  flushed = fsync (self->fd) == 0;
  if (flushed)
    flushed = g_close (g_steal_fd (&self->fd), NULL);

  if (!flushed || rename (self->temporary, self->target) != 0)
    {
      set_write_error (self->shown, errno, error);
      return FALSE;
    }

  g_clear_pointer (&self->temporary, g_free);
  if (!flush_folder (self->folder))
    {
      set_write_error (self->shown, errno, error);
      return FALSE;
    }

  return TRUE;
}

void
nn_file_writer_free (NnFileWriter *self)
{
  if (self->fd >= 0)
    close (self->fd);
  if (self->temporary != NULL)
    unlink (self->temporary);
  g_free (self->temporary);
  g_free (self->folder);
  g_free (self->target);
  g_free (self->shown);
  g_free (self);
}

gboolean
nn_file_write (const char  *path,
               const void  *bytes,
               gsize        size,
               GError     **error)
{
  g_autoptr (NnFileWriter) writer = nn_file_writer_new (path, size, error);

  return writer != NULL
         && nn_file_writer_write (writer, bytes, size, error)
         && nn_file_writer_commit (writer, error);
}

static gboolean
is_orphan (const char *folder,
           const char *name,
           guint       mark)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autofree char *expected = NULL;
  struct stat info;
  guint writer_mark;
  guint number;
  int pid;

  /* Printing what was read shows whether the whole name is one of ours. */
  if (sscanf (name, TEMPORARY_FORMAT, &writer_mark, &pid, &number) != 3)
    return FALSE;
  expected = g_strdup_printf (TEMPORARY_FORMAT, writer_mark, pid, number);
  if (!g_str_equal (name, expected) || pid <= 0)
    return FALSE;
  if (lstat (path, &info) != 0 || !S_ISREG (info.st_mode))
    return FALSE;

  if (writer_mark == mark && kill (pid, 0) != 0 && errno == ESRCH)
    return TRUE;
  return g_get_real_time () / G_USEC_PER_SEC - info.st_mtime > ORPHAN_AGE_SECONDS;
}

guint
nn_file_remove_orphans (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  guint mark = get_system_mark ();
  guint removed = 0;
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    if (is_orphan (folder, name, mark))
      {
        g_autofree char *path = g_build_filename (folder, name, NULL);

        removed += unlink (path) == 0;
      }

  return removed;
}

/* Opens a regular file; a pipe or a device would block or never end.  Returns
 * -1 with @error set. */
static int
open_regular (const char   *path,
              struct stat  *info,
              GError      **error)
{
  int fd = open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

  if (fd < 0 || fstat (fd, info) != 0)
    set_read_error (path, errno, error);
  else if (S_ISDIR (info->st_mode))
    set_read_error (path, EISDIR, error);
  else if (!S_ISREG (info->st_mode))
    set_read_error (path, EPERM, error);
  else
    return fd;

  if (fd >= 0)
    close (fd);
  return -1;
}

static void
set_size_error (const char  *path,
                gsize        limit_bytes,
                GError     **error)
{
  g_autofree char *name = g_filename_display_name (path);
  g_autofree char *limit = g_format_size_full (limit_bytes, G_FORMAT_SIZE_IEC_UNITS);

  g_set_error (error, NN_ERROR, NN_ERROR_FILE,
               _("“%s” is larger than the %s that are accepted here."), name, limit);
}

/* Reads until the end, which may lie elsewhere than when @text was allocated. */
static gboolean
read_to_end (int          fd,
             const char  *path,
             GByteArray  *text,
             gsize        limit_bytes,
             GError     **error)
{
  guint8 piece[16384];

  while (TRUE)
    {
      gssize n_read = read (fd, piece, sizeof piece);

      if (n_read == 0)
        return TRUE;
      if (n_read < 0 && errno == EINTR)
        continue;
      if (n_read < 0)
        {
          set_read_error (path, errno, error);
          return FALSE;
        }
      if ((gsize) n_read > limit_bytes - text->len)
        {
          set_size_error (path, limit_bytes, error);
          return FALSE;
        }
      g_byte_array_append (text, piece, (guint) n_read);
    }
}

char *
nn_file_read (const char  *path,
              gsize        limit_bytes,
              gsize       *size,
              GError     **error)
{
  g_autoptr (GByteArray) text = NULL;
  struct stat info;
  int fd = open_regular (path, &info, error);
  gboolean complete = FALSE;

  if (fd < 0)
    return NULL;

  /* GByteArray counts in 32 bits, less what doubling needs. */
  limit_bytes = MIN (limit_bytes, G_MAXINT32);
  if ((guint64) info.st_size > limit_bytes)
    set_size_error (path, limit_bytes, error);
  else
    {
      text = g_byte_array_sized_new ((guint) info.st_size + 1);
      complete = read_to_end (fd, path, text, limit_bytes, error);
    }
  close (fd);
  if (!complete)
    return NULL;

  if (size != NULL)
    *size = text->len;
  g_byte_array_append (text, (const guint8 *) "", 1);
  return (char *) g_byte_array_free (g_steal_pointer (&text), FALSE);
}

GBytes *
nn_file_map (const char  *path,
             GError     **error)
{
  GMappedFile *map;
  GBytes *bytes;
  struct stat info;
  int fd = open_regular (path, &info, error);

  if (fd < 0)
    return NULL;

  map = g_mapped_file_new_from_fd (fd, FALSE, NULL);
  if (map == NULL)
    set_read_error (path, errno, error);
  close (fd);
  if (map == NULL)
    return NULL;

  bytes = g_mapped_file_get_bytes (map);
  g_mapped_file_unref (map);
  return bytes;
}
