/* container-private.h: what container.c shares with the kinds of containers
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "datasets/container.h"

#include <sys/stat.h>

G_BEGIN_DECLS

typedef enum
{
  DS_PACKING_NONE,              /* not an archive */
  DS_PACKING_ZIP,
  DS_PACKING_TAR,
  DS_PACKING_TAR_GZIP,
  DS_PACKING_XZ,                /* what is inside shows when it is opened */
  DS_PACKING_ZSTD,
} DsPacking;

typedef struct
{
  char    *name;
  guint64  bytes;
  gint64   changed;             /* in a folder */
  guint    entry;               /* in an archive: its place among all entries */
  guint8   n_head;              /* in an archive: valid bytes of its head */
  guint8   packed;              /* in an archive: it is gzip */
} DsMember;

struct _DsContainer
{
  gatomicrefcount  ref_count;
  DsContainerKind  kind;
  DsPacking        packing;
  char            *path;
  char            *shown;       /* the path for messages: always UTF-8 */
  char            *title;
  DsLimits         limits;
  guint64          bytes;       /* of the file or archive on disk */
  gint64           changed;
  GArray          *members;     /* of DsMember */
  GByteArray      *heads;       /* in an archive: DS_HEAD_BYTES for each member */
  GHashTable      *by_name;     /* case-folded name → index + 1 */
  GPtrArray       *warnings;
};

/* The last change in nanoseconds since 1970. */
static inline gint64
ds_changed_ns (const struct stat *status)
{
  return status->st_mtim.tv_sec * G_GINT64_CONSTANT (1000000000) + status->st_mtim.tv_nsec;
}

static inline DsMember *
ds_container_member (DsContainer *self,
                     guint        index)
{
  return &g_array_index (self->members, DsMember, index);
}

/* Adds a file called @raw unless its name breaks a rule or is taken, in which
 * case there is a warning and NULL. */
DsMember  *ds_container_add       (DsContainer     *self,
                                   const char      *raw);

/* Warns that @raw is left out; @why is the second half of the sentence. */
void       ds_container_refuse    (DsContainer     *self,
                                   const char      *raw,
                                   const char      *why);

/* FALSE with DS_ERROR_LIMIT set if @n_entries are too many. */
gboolean   ds_container_allows    (DsContainer     *self,
                                   guint            n_entries,
                                   GError         **error);

/* container-folder.c: also single files, as a folder with one of them. */
gboolean   ds_folder_list         (DsContainer     *self,
                                   GCancellable    *cancellable,
                                   GError         **error);
DsStream  *ds_folder_open_member  (DsContainer     *self,
                                   guint            index);

/* container-archive.c */
gboolean   ds_archive_detect      (DsContainer     *self,
                                   GError         **error);
gboolean   ds_archive_list        (DsContainer     *self,
                                   GCancellable    *cancellable,
                                   GError         **error);
gboolean   ds_archive_walk        (DsContainer     *self,
                                   const gboolean  *wanted,
                                   DsMemberFunc     func,
                                   void            *data,
                                   GCancellable    *cancellable,
                                   GError         **error);

G_END_DECLS
