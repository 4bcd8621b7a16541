/* zip.h: several files in one, as NumPy and PyTorch pack them
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "engine/file-limits.h"

G_BEGIN_DECLS

/* An archive in memory whose directory has been checked: no two entries of one
 * name, none that lies inside another, none that claims to unpack to more than
 * its method can. */
typedef struct _NnZip NnZip;

/* @source names the archive in messages. */
NnZip       *nn_zip_open       (GBytes          *bytes,
                                const char      *source,
                                const NnLimits  *limits,
                                GError         **error) G_GNUC_WARN_UNUSED_RESULT;
void         nn_zip_free       (NnZip           *self);

/* In the order of the directory. */
guint        nn_zip_get_count  (NnZip           *self);
const char  *nn_zip_get_name   (NnZip           *self,
                                guint            index);

/* FALSE when there is no entry @name. */
gboolean     nn_zip_find       (NnZip           *self,
                                const char      *name,
                                guint           *index);

/* What the entry holds, in the archive's own memory unless it is compressed.
 * (transfer full) */
GBytes      *nn_zip_extract    (NnZip           *self,
                                guint            index,
                                GError         **error) G_GNUC_WARN_UNUSED_RESULT;

/* A file to pack: @body behind @head, either of which may be empty. */
typedef struct
{
  const char *name;
  const void *head;
  gsize       head_bytes;
  const void *body;
  gsize       body_bytes;
} NnZipPart;

/* Saves @parts as nn_file_writer_commit() does, without compression, each at a
 * multiple of 64 bytes so that a reader may map it.  Equal contents give equal
 * files. */
gboolean     nn_zip_write      (const char       *path,
                                const NnZipPart  *parts,
                                gsize             n_parts,
                                GError          **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (NnZip, nn_zip_free)

G_END_DECLS
