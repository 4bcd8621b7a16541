/* container.h: a folder, a file or an archive, seen as a list of files
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "datasets/options.h"
#include "datasets/stream.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/* A list of regular files that lie in a folder, in an archive (ZIP; tar plain
 * or packed with gzip, xz or zstd), or alone.  It is opened read-only and
 * listed once; nothing is unpacked to the disk.  Files that are gzip are
 * inflated as they are read, wherever they lie.
 *
 * Entries that are no regular files or have unsafe names are left out with a
 * warning.  What one archive may inflate to is bounded (DsLimits).
 *
 * Immutable once opened, so every function may be called from any thread. */
typedef struct _DsContainer DsContainer;

typedef enum
{
  DS_CONTAINER_FOLDER,
  DS_CONTAINER_FILE,
  DS_CONTAINER_ARCHIVE,
} DsContainerKind;

#define DS_HEAD_BYTES 64        /* enough to recognise a file by its content */

/* Called for each file with its bytes; it need not read them all.  FALSE ends
 * the walk, which fails if @error is set as well and has done its work if not. */
typedef gboolean (*DsMemberFunc) (DsContainer  *container,
                                  guint         index,
                                  DsStream     *stream,
                                  void         *data,
                                  GError      **error);

/* @limits may be NULL.  Fails if there is not one usable file. */
DsContainer    *ds_container_open          (const char       *path,
                                            const DsLimits   *limits,
                                            GCancellable     *cancellable,
                                            GError          **error) G_GNUC_WARN_UNUSED_RESULT;
DsContainer    *ds_container_ref           (DsContainer      *self) G_GNUC_WARN_UNUSED_RESULT;
void            ds_container_unref         (DsContainer      *self);

DsContainerKind ds_container_get_kind      (DsContainer      *self);
const char     *ds_container_get_path      (DsContainer      *self);

/* The path as messages have it: always UTF-8. */
const char     *ds_container_get_shown     (DsContainer      *self);
const DsLimits *ds_container_get_limits    (DsContainer      *self);

/* The last part of the path, for people: UTF-8, without ".tar.gz" and the
 * like. */
const char     *ds_container_get_title     (DsContainer      *self);

/* What was left out, one sentence each. */
GPtrArray      *ds_container_get_warnings  (DsContainer      *self);

/* Files are in the order of the archive, or sorted by name in a folder. */
guint           ds_container_get_n_members (DsContainer      *self);

/* "train/cat/7.png": relative, UTF-8, with slashes. */
const char     *ds_container_get_name      (DsContainer      *self,
                                            guint             index);

/* The size as the folder or archive tells it: of a gzip file, packed. */
guint64         ds_container_get_bytes     (DsContainer      *self,
                                            guint             index);

/* Last change of a file in a folder, in nanoseconds since 1970; otherwise 0. */
gint64          ds_container_get_changed   (DsContainer      *self,
                                            guint             index);

/* What messages call the file: the container's path and the name in it.
 * (transfer full) */
char           *ds_container_describe      (DsContainer      *self,
                                            guint             index) G_GNUC_WARN_UNUSED_RESULT;

gboolean        ds_container_find          (DsContainer      *self,
                                            const char       *name,
                                            guint            *index);

/* The first bytes (inflated if they are gzip), up to DS_HEAD_BYTES of them; 0
 * for an empty or unreadable file.  @packed (nullable) tells whether it is
 * gzip, and so whether its inflated size is unknown.  Cheap for archives,
 * which keep the heads; opens the file in a folder. */
gsize           ds_container_peek          (DsContainer      *self,
                                            guint             index,
                                            guint8            head[DS_HEAD_BYTES],
                                            gboolean         *packed);

/* Calls @func for each file of which @wanted is TRUE, or for all when @wanted
 * is NULL, in order and in one pass: for a packed archive the only fast way.
 * A file that cannot be opened is met as a stream whose reads fail. */
gboolean        ds_container_walk          (DsContainer      *self,
                                            const gboolean   *wanted,
                                            DsMemberFunc      func,
                                            void             *data,
                                            GCancellable     *cancellable,
                                            GError          **error);

/* All bytes of one file, at most @limit.  Random access in folders and ZIP
 * archives; in a packed tar everything before it is read too.
 * (transfer full) */
GBytes         *ds_container_read          (DsContainer      *self,
                                            guint             index,
                                            gsize             limit,
                                            GCancellable     *cancellable,
                                            GError          **error) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (DsContainer, ds_container_unref)

G_END_DECLS
