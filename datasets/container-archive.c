/* container-archive.c: the regular files in a ZIP or tar archive
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "datasets/container-private.h"

#include "datasets/error.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <string.h>
#include <unistd.h>

/* libarchive reads, but only what is switched on here: most of its trouble
 * lies in formats that no data set comes in.  ZIP is read through its list of
 * contents, so files are skipped by seeking; tar is one stream of bytes. */

#define BLOCK_BYTES (64 * 1024)
#define TAR_BLOCK 512

/* One way through the archive from its start. */
typedef struct
{
  DsContainer    *container;
  struct archive *archive;
  int             fd;           /* of a ZIP archive, otherwise -1 */
  DsStream       *stream;       /* of a tar archive, otherwise NULL */
  guint8         *block;
  GError         *cause;        /* why @stream broke off, or NULL */
  guint           n_entries;    /* read so far */
  guint64         total_left;   /* bytes it may still inflate to */
} Pass;

static void
pass_clear (Pass *pass)
{
  g_clear_pointer (&pass->archive, archive_read_free);
  g_clear_pointer (&pass->stream, ds_stream_free);
  g_clear_pointer (&pass->block, g_free);
  g_clear_error (&pass->cause);
  if (pass->fd >= 0)
    close (pass->fd);
  pass->fd = -1;
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Pass, pass_clear)

/* The checksum in a tar header, which spells eight spaces where it stands
 * itself: the only mark that every tar since 1979 has. */
static gboolean
is_tar_header (const guint8 *block)
{
  guint sum = 8 * ' ';
  guint written = 0;
  int i = 148;

  for (int j = 0; j < TAR_BLOCK; j++)
    if (j < 148 || j >= 156)
      sum += block[j];

  while (i < 156 && block[i] == ' ')
    i++;
  for (; i < 156 && block[i] >= '0' && block[i] <= '7'; i++)
    written = written * 8 + (block[i] - '0');

  return block[0] != '\0' && written == sum;
}

/* What people try and we do not read, so that they learn what to do instead. */
static const struct
{
  const char *magic;
  const char *name;
} refused[] = {
  { "Rar!\x1a\x07", "RAR" },
  { "7z\xbc\xaf\x27\x1c", "7-Zip" },
  { "BZh", "bzip2" },
};

static gboolean
starts_with (const guint8 *block,
             gsize         size,
             const char   *magic,
             gsize         magic_bytes)
{
  return size >= magic_bytes && memcmp (block, magic, magic_bytes) == 0;
}

gboolean
ds_archive_detect (DsContainer  *self,
                   GError      **error)
{
  g_autoptr (DsStream) stream = ds_folder_open_member (self, 0);
  guint8 block[TAR_BLOCK];
  gssize n = ds_stream_read (stream, block, sizeof block, error);

  if (n < 0)
    return FALSE;

  if (n == TAR_BLOCK && is_tar_header (block))
    self->packing = ds_stream_is_packed (stream) ? DS_PACKING_TAR_GZIP : DS_PACKING_TAR;
  else if (ds_stream_is_packed (stream))
    self->packing = DS_PACKING_NONE;
  else if (starts_with (block, n, "PK\x03\x04", 4) || starts_with (block, n, "PK\x05\x06", 4))
    self->packing = DS_PACKING_ZIP;
  else if (starts_with (block, n, "\xfd" "7zXZ\0", 6))
    self->packing = DS_PACKING_XZ;
  else if (starts_with (block, n, "\x28\xb5\x2f\xfd", 4))
    self->packing = DS_PACKING_ZSTD;

  for (gsize i = 0; i < G_N_ELEMENTS (refused); i++)
    if (starts_with (block, n, refused[i].magic, strlen (refused[i].magic)))
      {
        g_set_error (error, DS_ERROR, DS_ERROR_UNSUPPORTED,
                     _("“%s” is packed with %s, which is not read. Unpack it and open the "
                       "folder, or pack it as ZIP or tar.gz."), self->shown, refused[i].name);
        return FALSE;
      }

  return TRUE;
}

static gssize
read_stream_cb (struct archive  *archive,
                void            *data,
                const void     **buffer)
{
  Pass *pass = data;
  gssize n = ds_stream_read (pass->stream, pass->block, BLOCK_BYTES,
                             pass->cause == NULL ? &pass->cause : NULL);

  *buffer = pass->block;
  if (n < 0)
    archive_set_error (archive, EIO, "%s", pass->cause->message);
  return n;
}

static void
set_damaged (Pass    *pass,
             GError **error)
{
  const char *why = archive_error_string (pass->archive);

  if (pass->cause != NULL)
    g_propagate_error (error, g_steal_pointer (&pass->cause));
  else if (pass->n_entries == 0 && archive_format (pass->archive) == 0)
    g_set_error (error, DS_ERROR, DS_ERROR_FORMAT,
                 pass->container->packing == DS_PACKING_ZIP
                 ? _("“%s” is a damaged ZIP archive: the list of contents at its end is missing. "
                     "Copy or download it again.")
                 : _("“%s” is damaged, or not a packed tar archive. Unpack it yourself, or copy "
                     "or download it again."),
                 pass->container->shown);
  else
    g_set_error (error, DS_ERROR, DS_ERROR_FORMAT,
                 /* Translators: the last is the message of a library, in English. */
                 _("“%s” is damaged after %u entries: %s. Copy or download it again."),
                 pass->container->shown, pass->n_entries, why != NULL ? why : "?");
}

/* Opens the file again; it must be the one that was listed. */
static int
open_unchanged (DsContainer  *self,
                GError      **error)
{
  int fd = open (self->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  struct stat status;

  if (fd < 0)
    {
      g_set_error (error, DS_ERROR, DS_ERROR_FILE, _("“%s” cannot be opened: %s."),
                   self->shown, g_strerror (errno));
      return -1;
    }

  if (fstat (fd, &status) < 0 || !S_ISREG (status.st_mode) ||
      (guint64) status.st_size != self->bytes || ds_changed_ns (&status) != self->changed)
    {
      g_set_error (error, DS_ERROR, DS_ERROR_FILE,
                   _("“%s” has changed while it was being read. Try again."), self->shown);
      close (fd);
      return -1;
    }

  return fd;
}

static gboolean
pass_begin (Pass         *pass,
            DsContainer  *self,
            GError      **error)
{
  int fd = open_unchanged (self, error);
  int status;

  *pass = (Pass) { .container = self, .fd = -1 };
  if (fd < 0)
    return FALSE;

  pass->archive = archive_read_new ();
  pass->total_left = MAX (self->limits.total_bytes, self->limits.ratio * self->bytes);
  if (self->packing == DS_PACKING_ZIP)
    {
      pass->fd = fd;
      archive_read_support_format_zip_seekable (pass->archive);
      status = archive_read_open_fd (pass->archive, fd, BLOCK_BYTES);
    }
  else
    {
      pass->stream = ds_stream_new_fd (self->shown, fd);
      pass->block = g_malloc (BLOCK_BYTES);
      archive_read_support_format_tar (pass->archive);
      /* A libarchive without the library would run a program of that name. */
      if (self->packing == DS_PACKING_XZ)
        status = archive_read_support_filter_xz (pass->archive);
      else if (self->packing == DS_PACKING_ZSTD)
        status = archive_read_support_filter_zstd (pass->archive);
      else
        status = ARCHIVE_OK;
      if (status == ARCHIVE_OK)
        status = archive_read_open (pass->archive, pass, NULL, read_stream_cb, NULL);
    }

  if (status == ARCHIVE_OK)
    return TRUE;

  set_damaged (pass, error);
  return FALSE;
}

/* Moves to the next entry.  NULL at the end, or with @error set. */
static struct archive_entry *
pass_next (Pass          *pass,
           GCancellable  *cancellable,
           GError       **error)
{
  struct archive_entry *entry = NULL;
  int status;

  if (ds_error_cancelled (cancellable, error))
    return NULL;

  status = archive_read_next_header (pass->archive, &entry);
  if (status == ARCHIVE_EOF)
    return NULL;
  /* A warning is about an owner or a name that does not fit our locale. */
  if (status < ARCHIVE_WARN)
    {
      set_damaged (pass, error);
      return NULL;
    }

  pass->n_entries++;
  return entry;
}

static gssize
read_entry (void     *source,
            void     *buffer,
            gsize     size,
            GError  **error)
{
  Pass *pass = source;
  gssize n = archive_read_data (pass->archive, buffer, size);
  const char *why;

  if (n >= 0)
    return n;

  why = archive_error_string (pass->archive);
  g_set_error_literal (error, DS_ERROR, DS_ERROR_FORMAT, why != NULL ? why : "?");
  return -1;
}

static DsStream *
pass_open_member (Pass  *pass,
                  guint  index)
{
  g_autofree char *name = ds_container_describe (pass->container, index);
  DsStream *stream = ds_stream_new (name, read_entry, pass, NULL);

  ds_stream_set_limit (stream, pass->container->limits.entry_bytes, &pass->total_left);
  return stream;
}

/* The name as UTF-8, or as the bytes that are there when they are none. */
static const char *
entry_name (struct archive_entry *entry)
{
  const char *raw = archive_entry_pathname (entry);
  const char *utf8;

  if (raw != NULL && g_utf8_validate (raw, -1, NULL))
    return raw;

  utf8 = archive_entry_pathname_utf8 (entry);
  if (utf8 != NULL)
    return utf8;

  return raw != NULL ? raw : "";
}

/* Why the entry must not be used, or NULL. */
static const char *
refusal (struct archive_entry *entry)
{
  if (archive_entry_hardlink (entry) != NULL)
    return _("it is a hard link");
  if (archive_entry_filetype (entry) == AE_IFLNK)
    return _("it is a link");
  if (archive_entry_filetype (entry) == AE_IFIFO)
    return _("it is a FIFO");
  if (archive_entry_filetype (entry) != AE_IFREG)
    return _("it is a device");
  if ((archive_entry_perm (entry) & (S_ISUID | S_ISGID)) != 0)
    return _("it asks to run with the rights of its owner");
  if (archive_entry_is_encrypted (entry))
    return _("it is encrypted");

  return NULL;
}

/* What the entries say they hold counts before a byte of it is inflated. */
static gboolean
allow_size (DsContainer           *self,
            struct archive_entry  *entry,
            guint64               *declared_left,
            GError               **error)
{
  guint64 bytes = MAX (archive_entry_size (entry), 0);
  g_autofree char *shown = NULL;

  if (bytes <= self->limits.entry_bytes && bytes <= *declared_left)
    {
      *declared_left -= bytes;
      return TRUE;
    }

  shown = ds_printable (entry_name (entry));
  g_set_error (error, DS_ERROR, DS_ERROR_LIMIT,
               _("“%s” is %llu bytes long, but with “%s” it would inflate to more than is safe. "
                 "If you trust it, unpack it yourself and open the folder."),
               self->shown, (unsigned long long) self->bytes, shown);
  return FALSE;
}

/* The head is read now, because going back would mean starting again. */
static void
add_entry (Pass                 *pass,
           struct archive_entry *entry)
{
  DsContainer *self = pass->container;
  DsMember *member = ds_container_add (self, entry_name (entry));
  g_autoptr (DsStream) stream = NULL;
  guint8 head[DS_HEAD_BYTES] = { 0 };
  gssize n;

  if (member == NULL)
    return;

  stream = pass_open_member (pass, self->members->len - 1);
  n = ds_stream_read (stream, head, sizeof head, NULL);
  member->bytes = MAX (archive_entry_size (entry), 0);
  member->entry = pass->n_entries;
  member->n_head = MAX (n, 0);
  member->packed = ds_stream_is_packed (stream);
  g_byte_array_append (self->heads, head, sizeof head);
}

gboolean
ds_archive_list (DsContainer   *self,
                 GCancellable  *cancellable,
                 GError       **error)
{
  g_auto (Pass) pass = { .fd = -1 };
  struct archive_entry *entry;
  GError *cause = NULL;
  guint64 declared_left;

  if (!pass_begin (&pass, self, error))
    return FALSE;

  declared_left = pass.total_left;
  while ((entry = pass_next (&pass, cancellable, &cause)) != NULL)
    {
      const char *why;

      if (!ds_container_allows (self, pass.n_entries, error) ||
          !allow_size (self, entry, &declared_left, error))
        return FALSE;

      if (archive_entry_filetype (entry) == AE_IFDIR)
        continue;

      why = refusal (entry);
      if (why != NULL)
        ds_container_refuse (self, entry_name (entry), why);
      else
        add_entry (&pass, entry);
    }

  if (cause == NULL)
    return TRUE;

  g_propagate_error (error, cause);
  return FALSE;
}

gboolean
ds_archive_walk (DsContainer     *self,
                 const gboolean  *wanted,
                 DsMemberFunc     func,
                 void            *data,
                 GCancellable    *cancellable,
                 GError         **error)
{
  g_auto (Pass) pass = { .fd = -1 };
  guint last = self->members->len;
  GError *cause = NULL;
  guint next = 0;

  while (wanted != NULL && last > 0 && !wanted[last - 1])
    last--;
  if (last == 0)
    return TRUE;
  if (!pass_begin (&pass, self, error))
    return FALSE;

  while (next < last && pass_next (&pass, cancellable, &cause) != NULL)
    {
      g_autoptr (DsStream) stream = NULL;
      guint index = next;

      if (ds_container_member (self, index)->entry != pass.n_entries)
        continue;
      next++;
      if (wanted != NULL && !wanted[index])
        continue;

      stream = pass_open_member (&pass, index);
      if (func (self, index, stream, data, &cause))
        continue;
      if (cause == NULL)
        return TRUE;
      break;
    }

  if (cause == NULL && next < last)
    g_set_error (&cause, DS_ERROR, DS_ERROR_FILE,
                 _("“%s” has changed while it was being read. Try again."), self->shown);
  if (cause == NULL)
    return TRUE;

  g_propagate_error (error, cause);
  return FALSE;
}
