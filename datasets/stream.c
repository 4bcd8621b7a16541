/* stream.c: the bytes of one file in order, inflated when they are gzip
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "datasets/stream.h"

#include "datasets/error.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <string.h>
#include <unistd.h>

/* Whether a stream is compressed is told by its first bytes, never by its
 * name.  zlib (behind GZlibDecompressor) verifies gzip's checksum, which
 * libarchive 3.6 does not. */

#define PACKED_BYTES (64 * 1024)

static const guint8 gzip_magic[] = { 0x1f, 0x8b, 0x08 };

struct _DsStream
{
  char           *name;
  DsReadFunc      read;
  void           *source;
  GDestroyNotify  free_func;
  GError         *failure;      /* what every read answers, or NULL */

  guint64         limit;        /* bytes it may deliver */
  guint64        *total_left;   /* shared budget, or NULL */
  guint64         position;     /* bytes delivered */

  gboolean        started;
  guint8          magic[sizeof gzip_magic];
  gsize           n_magic;      /* bytes read ahead … */
  gsize           magic_used;   /* … and how many of them are handed out */

  GConverter     *inflater;     /* NULL for a plain file */
  guint8         *packed;
  gsize           packed_at;
  gsize           packed_end;
  gboolean        ended;        /* the last gzip member is complete */
};

DsStream *
ds_stream_new (const char     *name,
               DsReadFunc      read,
               void           *source,
               GDestroyNotify  free_func)
{
  DsStream *self = g_new0 (DsStream, 1);

  self->name = g_strdup (name);
  self->read = read;
  self->source = source;
  self->free_func = free_func;
  self->limit = G_MAXUINT64;

  return self;
}

DsStream *
ds_stream_new_failed (const char *name,
                      GError     *error)
{
  DsStream *self = ds_stream_new (name, NULL, NULL, NULL);

  self->failure = error;
  return self;
}

static gssize
read_fd (void    *source,
         void    *buffer,
         gsize    size,
         GError **error)
{
  int fd = GPOINTER_TO_INT (source);
  gssize n;

  do
    n = read (fd, buffer, size);
  while (n < 0 && errno == EINTR);

  if (n < 0)
    g_set_error_literal (error, DS_ERROR, DS_ERROR_FILE, g_strerror (errno));
  return n;
}

static void
close_fd (void *source)
{
  close (GPOINTER_TO_INT (source));
}

DsStream *
ds_stream_new_fd (const char *name,
                  int         fd)
{
  return ds_stream_new (name, read_fd, GINT_TO_POINTER (fd), close_fd);
}

void
ds_stream_free (DsStream *self)
{
  if (self->free_func != NULL)
    self->free_func (self->source);
  g_clear_object (&self->inflater);
  g_clear_error (&self->failure);
  g_free (self->packed);
  g_free (self->name);
  g_free (self);
}

void
ds_stream_set_limit (DsStream *self,
                     guint64   limit,
                     guint64  *total_left)
{
  self->limit = limit;
  self->total_left = total_left;
}

const char *
ds_stream_get_name (DsStream *self)
{
  return self->name;
}

guint64
ds_stream_get_position (DsStream *self)
{
  return self->position;
}

gboolean
ds_stream_is_packed (DsStream *self)
{
  return self->inflater != NULL;
}

static gssize
read_source (DsStream  *self,
             void      *buffer,
             gsize      size,
             GError   **error)
{
  g_autoptr (GError) cause = NULL;
  gssize n = self->read (self->source, buffer, size, &cause);

  if (n < 0)
    g_set_error (error, cause->domain, cause->code,
                 /* Translators: a file, and what the system or a library says about it. */
                 _("“%s” cannot be read: %s. Copy or download it again."),
                 self->name, cause->message);
  return n;
}

/* Looks at the first bytes to learn whether the rest must be inflated. */
static gboolean
start (DsStream  *self,
       GError   **error)
{
  gssize n;

  if (self->failure != NULL)
    {
      g_propagate_error (error, g_error_copy (self->failure));
      return FALSE;
    }

  if (self->started)
    return TRUE;

  while (self->n_magic < sizeof gzip_magic)
    {
      n = read_source (self, self->magic + self->n_magic, sizeof gzip_magic - self->n_magic, error);
      if (n < 0)
        return FALSE;
      if (n == 0)
        break;
      self->n_magic += n;
    }

  self->started = TRUE;
  if (self->n_magic == sizeof gzip_magic && memcmp (self->magic, gzip_magic, self->n_magic) == 0)
    {
      self->inflater = G_CONVERTER (g_zlib_decompressor_new (G_ZLIB_COMPRESSOR_FORMAT_GZIP));
      self->packed = g_malloc (PACKED_BYTES);
      memcpy (self->packed, self->magic, self->n_magic);
      self->packed_end = self->n_magic;
    }

  return TRUE;
}

static gssize
read_plain (DsStream  *self,
            guint8    *buffer,
            gsize      size,
            GError   **error)
{
  gsize n = MIN (size, self->n_magic - self->magic_used);

  if (n == 0)
    return read_source (self, buffer, size, error);

  memcpy (buffer, self->magic + self->magic_used, n);
  self->magic_used += n;
  return n;
}

/* Makes at least @wanted packed bytes available unless the source ends. */
static gboolean
refill (DsStream  *self,
        gsize      wanted,
        GError   **error)
{
  gsize have = self->packed_end - self->packed_at;

  if (have >= wanted)
    return TRUE;

  memmove (self->packed, self->packed + self->packed_at, have);
  self->packed_at = 0;
  self->packed_end = have;

  while (self->packed_end < wanted)
    {
      gssize n = read_source (self, self->packed + self->packed_end,
                              PACKED_BYTES - self->packed_end, error);

      if (n < 0)
        return FALSE;
      if (n == 0)
        break;
      self->packed_end += n;
    }

  return TRUE;
}

/* gzip files may be joined end to end; what follows the last one and is not
 * gzip is padding, as for gunzip. */
static gboolean
begin_next_member (DsStream  *self,
                   GError   **error)
{
  if (!refill (self, sizeof gzip_magic, error))
    return FALSE;

  if (self->packed_end - self->packed_at >= sizeof gzip_magic &&
      memcmp (self->packed + self->packed_at, gzip_magic, sizeof gzip_magic) == 0)
    g_converter_reset (self->inflater);
  else
    self->ended = TRUE;

  return TRUE;
}

static gssize
read_packed (DsStream  *self,
             guint8    *buffer,
             gsize      size,
             GError   **error)
{
  gsize used = 0;
  gsize made = 0;

  while (made == 0 && !self->ended)
    {
      g_autoptr (GError) cause = NULL;
      GConverterResult result;

      if (!refill (self, 1, error))
        return -1;
      if (self->packed_at == self->packed_end)
        {
          g_set_error (error, DS_ERROR, DS_ERROR_FORMAT,
                       _("“%s” is cut off: its gzip data ends after %llu inflated bytes. Copy or "
                         "download it again."),
                       self->name, (unsigned long long) self->position);
          return -1;
        }

      result = g_converter_convert (self->inflater,
                                    self->packed + self->packed_at,
                                    self->packed_end - self->packed_at,
                                    buffer, size, G_CONVERTER_NO_FLAGS,
                                    &used, &made, &cause);
      if (result == G_CONVERTER_ERROR)
        {
          g_set_error (error, DS_ERROR, DS_ERROR_FORMAT,
                       _("“%s” is damaged: its gzip data is wrong after %llu inflated bytes (%s). "
                         "Copy or download it again."),
                       self->name, (unsigned long long) self->position, cause->message);
          return -1;
        }

      self->packed_at += used;
      if (result == G_CONVERTER_FINISHED && !begin_next_member (self, error))
        return -1;
    }

  return made;
}

/* Counts bytes before anybody sees them, so a bomb stops at the limit. */
static gboolean
spend (DsStream  *self,
       gsize      n,
       GError   **error)
{
  guint64 left = self->limit - self->position;

  if (self->total_left != NULL)
    left = MIN (left, *self->total_left);

  if (n > left)
    {
      g_set_error (error, DS_ERROR, DS_ERROR_LIMIT,
                   _("“%s” inflates to more than the %llu bytes that are still allowed. If you "
                     "trust it, unpack it yourself and open the folder."),
                   self->name, (unsigned long long) (self->position + left));
      return FALSE;
    }

  self->position += n;
  if (self->total_left != NULL)
    *self->total_left -= n;
  return TRUE;
}

gssize
ds_stream_read (DsStream  *self,
                void      *buffer,
                gsize      size,
                GError   **error)
{
  guint8 *bytes = buffer;
  gsize done = 0;

  if (!start (self, error))
    return -1;

  while (done < size)
    {
      gssize n = self->inflater != NULL
                 ? read_packed (self, bytes + done, size - done, error)
                 : read_plain (self, bytes + done, size - done, error);

      if (n < 0)
        return -1;
      if (n == 0)
        break;
      if (!spend (self, n, error))
        return -1;
      done += n;
    }

  return done;
}

gboolean
ds_stream_read_exactly (DsStream  *self,
                        void      *buffer,
                        gsize      size,
                        GError   **error)
{
  guint64 begin = self->position;
  gssize n = ds_stream_read (self, buffer, size, error);

  if (n < 0)
    return FALSE;
  if ((gsize) n == size)
    return TRUE;

  g_set_error (error, DS_ERROR, DS_ERROR_FORMAT,
               _("“%s” is cut off: it ends at byte %llu, where at least %llu are needed. Copy or "
                 "download it again."),
               self->name, (unsigned long long) self->position,
               (unsigned long long) (begin + size));
  return FALSE;
}

gboolean
ds_stream_expect_end (DsStream  *self,
                      GError   **error)
{
  guint64 end = self->position;
  guint8 byte;
  gssize n = ds_stream_read (self, &byte, 1, error);

  if (n > 0)
    g_set_error (error, DS_ERROR, DS_ERROR_FORMAT,
                 _("“%s” is too long: it should end at byte %llu, as its header says. Copy or "
                   "download it again."), self->name, (unsigned long long) end);
  return n == 0;
}

GBytes *
ds_stream_read_all (DsStream  *self,
                    gsize      limit,
                    GError   **error)
{
  g_autofree guint8 *bytes = NULL;
  gsize room = 16 * 1024;
  gsize used = 0;
  gssize n;

  do
    {
      guint8 *larger;

      room = MIN (room * 2, limit + 1);
      larger = g_try_realloc (bytes, room);
      if (larger == NULL)
        {
          g_set_error (error, DS_ERROR, DS_ERROR_MEMORY,
                       _("“%s”: there is not enough memory for more than %zu bytes of it."),
                       self->name, used);
          return NULL;
        }

      bytes = larger;
      n = ds_stream_read (self, bytes + used, room - used, error);
      if (n < 0)
        return NULL;

      used += n;
      if (used > limit)
        {
          g_set_error (error, DS_ERROR, DS_ERROR_LIMIT,
                       _("“%s” is longer than the %zu bytes allowed for it."),
                       self->name, limit);
          return NULL;
        }
    }
  while (used == room);

  return g_bytes_new_take (g_steal_pointer (&bytes), used);
}
