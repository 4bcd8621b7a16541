/* cache.h: decoded items in a file that is mapped into memory
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "datasets/cache-file.h"
#include "datasets/cache-writer.h"
#include "datasets/container.h"

G_BEGIN_DECLS

/* All items of a data set in one file, each at a fixed distance from the last,
 * mapped read-only: reading one at random costs a memory access, and a set
 * larger than the memory works too.  Atomically reference-counted; immutable,
 * so any thread may read. */
typedef struct
{
  guint32              n_items;
  DsField              item;
  DsField              answer;
  gsize                item_bytes;      /* from one item to the next, with its answer */
  gsize                answer_at;       /* where in them the answer begins */
  const guint8        *items;
  gsize                heap_bytes;      /* of all items, if they are texts */
  const DsCacheSpan   *spans;           /* where each text lies */
  const gint32        *labels;          /* -1 for none */
  const guint8        *parts;           /* DsPart */

  const char          *title;
  const char          *format;          /* name of the DsFormat or DsGenerator */
  const char          *reason;          /* why this format */
  const char         **class_names;     /* NULL-terminated */
  guint                n_classes;
  const char         **warnings;        /* NULL-terminated */
  const char          *vocabulary;      /* for ds_vocabulary_parse(), or empty */
  char                *key;

  gatomicrefcount      ref_count;
  GMappedFile         *map;
  GVariant            *texts;
  GVariant            *names;           /* of the items, or empty: ds_cache_get_name() */
} DsCache;

/* What a cache file is called: SHA-256 over all that decides its content.  Of
 * a single file that is path, size and time of change; a folder's @container
 * (otherwise NULL) tells the same of each file in it.  (transfer full) */
char     *ds_cache_key_for_path   (const char       *path,
                                   DsContainer      *container,
                                   const DsOptions  *options,
                                   GError          **error) G_GNUC_WARN_UNUSED_RESULT;

/* The same for a set that is generated.  (transfer full) */
char     *ds_cache_key_for_drawn  (const char       *name,
                                   guint64           seed,
                                   guint32           n_items) G_GNUC_WARN_UNUSED_RESULT;

/* The same for what is made of the cache called @key, as @how says.
 * (transfer full) */
char     *ds_cache_key_for_made   (const char       *key,
                                   const char       *how) G_GNUC_WARN_UNUSED_RESULT;

/* The cache called @key in @folder.  NULL with @error set if there is none or
 * it is damaged. */
DsCache  *ds_cache_open           (const char       *folder,
                                   const char       *key,
                                   GError          **error) G_GNUC_WARN_UNUSED_RESULT;

/* The cache called @key, which is made from @source first if it is not there
 * or damaged.  While another process is making it, waits for that one.  Leaves
 * nothing behind when it fails.  @progress and @cancellable may be NULL. */
DsCache  *ds_cache_fill           (const char       *folder,
                                   const char       *key,
                                   DsSource         *source,
                                   DsProgressFunc    progress,
                                   void             *data,
                                   GCancellable     *cancellable,
                                   GError          **error) G_GNUC_WARN_UNUSED_RESULT;

DsCache  *ds_cache_ref            (DsCache          *self) G_GNUC_WARN_UNUSED_RESULT;
void      ds_cache_unref          (DsCache          *self);

/* The file that item @index came from, or NULL. */
const char *
          ds_cache_get_name       (DsCache          *self,
                                   guint32           index);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (DsCache, ds_cache_unref)

G_END_DECLS
