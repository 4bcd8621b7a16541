/* cache-file.h: where things lie in a cache file, for its reader and its writer
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "engine/shape.h"

G_BEGIN_DECLS

/* The file is a header, the items one behind the other from a page boundary,
 * their labels (gint32), their parts (guint8), and a GVariant with the texts.
 * It is read on the machine that wrote it, so numbers are as that machine has
 * them; @order tells a file from another kind of machine. */

#define DS_CACHE_MAGIC    "EpochDS"
#define DS_CACHE_ORDER    0x01020304u
#define DS_CACHE_VERSION  1
#define DS_CACHE_ITEMS_AT 4096
#define DS_CACHE_TEXTS    "(sssasasas)" /* title, format, reason, classes, warnings, names */

typedef struct
{
  char    magic[8];
  guint32 order;
  guint32 version;
  char    dtype[16];
  gint64  rank;
  gint64  size[NN_MAX_RANK];
  guint64 n_items;
  guint64 texts_bytes;
  guint8  digest[32];           /* SHA-256 of all before it here and all behind the items */
} DsCacheHeader;

typedef struct
{
  guint64 item_bytes;
  guint64 labels_at;
  guint64 parts_at;
  guint64 texts_at;
  guint64 file_bytes;
} DsCacheLayout;

/* FALSE if the header's numbers do not fit together. */
gboolean  ds_cache_layout      (const DsCacheHeader *header,
                                DsCacheLayout       *layout);

/* The digest for @header, whose labels, parts and texts are @tables. */
void      ds_cache_digest      (const DsCacheHeader *header,
                                const guint8        *tables,
                                gsize                n_bytes,
                                guint8               digest[32]);

/* The cache's file for @key.  (transfer full) */
char     *ds_cache_path        (const char          *folder,
                                const char          *key) G_GNUC_WARN_UNUSED_RESULT;

/* A new file beside it, locked for as long as it is open, whose name is in
 * @path (transfer full).  -1 with @error set. */
int       ds_cache_new_partial (const char          *folder,
                                const char          *key,
                                char               **path,
                                GError             **error);

/* Removes what writers that died have left in @folder.  TRUE if a living one
 * is at work on @key. */
gboolean  ds_cache_sweep       (const char          *folder,
                                const char          *key);

/* Removes the caches of @folder that were not opened for longest until the rest
 * takes at most @n_bytes; that of @key stays in any case.  Who has one open may
 * go on reading it. */
void      ds_cache_limit       (const char          *folder,
                                const char          *key,
                                guint64              n_bytes);

G_END_DECLS
