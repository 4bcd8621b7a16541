/* stream.h: the bytes of one file in order, inflated when they are gzip
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _DsStream DsStream;

/* Up to @size bytes of @source; 0 at its end, -1 with @error set. */
typedef gssize (*DsReadFunc) (void    *source,
                              void    *buffer,
                              gsize    size,
                              GError **error);

/* @name is what messages call the file.  (transfer full) of @source, which
 * @free_func (nullable) frees. */
DsStream   *ds_stream_new          (const char      *name,
                                    DsReadFunc       read,
                                    void            *source,
                                    GDestroyNotify   free_func) G_GNUC_WARN_UNUSED_RESULT;

/* A stream whose every read fails with @error: a file that cannot be opened is
 * met by the same code as one that breaks off.  (transfer full) of @error */
DsStream   *ds_stream_new_failed   (const char      *name,
                                    GError          *error) G_GNUC_WARN_UNUSED_RESULT;

/* Reads the file behind @fd.  (transfer full) of @fd */
DsStream   *ds_stream_new_fd       (const char      *name,
                                    int              fd) G_GNUC_WARN_UNUSED_RESULT;
void        ds_stream_free         (DsStream        *self);

/* Lets the stream deliver @limit bytes; one more is DS_ERROR_LIMIT.  @total_left
 * (nullable, borrowed) is counted down by what all streams that share it
 * deliver. */
void        ds_stream_set_limit    (DsStream        *self,
                                    guint64          limit,
                                    guint64         *total_left);

const char *ds_stream_get_name     (DsStream        *self);
guint64     ds_stream_get_position (DsStream        *self);

/* Whether the bytes are being inflated; known after the first read. */
gboolean    ds_stream_is_packed    (DsStream        *self);

/* Fills @buffer unless the end comes first.  The bytes read, or -1. */
gssize      ds_stream_read         (DsStream        *self,
                                    void            *buffer,
                                    gsize            size,
                                    GError         **error);

/* As ds_stream_read(), but an early end is an error too. */
gboolean    ds_stream_read_exactly (DsStream        *self,
                                    void            *buffer,
                                    gsize            size,
                                    GError         **error);

/* FALSE with @error set unless the end has been reached. */
gboolean    ds_stream_expect_end   (DsStream        *self,
                                    GError         **error);

/* The rest, which must not exceed @limit bytes.  (transfer full) */
GBytes     *ds_stream_read_all     (DsStream        *self,
                                    gsize            limit,
                                    GError         **error) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (DsStream, ds_stream_free)

G_END_DECLS
