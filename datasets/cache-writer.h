/* cache-writer.h: where a source puts its items
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "datasets/source.h"

G_BEGIN_DECLS

/* Told how far the work is: from any thread, but one call at a time. */
typedef void (*DsProgressFunc) (guint32  n_done,
                                guint32  n_items,
                                void    *data);

/* Reserves room on the disk for all items of @source at once, so a full disk
 * shows before the work and not after it.  @progress and @cancellable may be
 * NULL. */
DsCacheWriter *ds_cache_writer_new        (const char       *folder,
                                           const char       *key,
                                           DsSource         *source,
                                           DsProgressFunc    progress,
                                           void             *data,
                                           GCancellable     *cancellable,
                                           GError          **error) G_GNUC_WARN_UNUSED_RESULT;

/* Removes what was written unless it has been finished. */
void           ds_cache_writer_free       (DsCacheWriter    *self);

/* Any thread, each index once.  A failure is kept for finish(). */
void           ds_cache_writer_put        (DsCacheWriter    *self,
                                           guint32           index,
                                           const void       *item,
                                           const DsItem     *about);

/* Any thread.  The item is left out; the sentence becomes a warning. */
void           ds_cache_writer_damaged    (DsCacheWriter    *self,
                                           guint32           index,
                                           const char       *sentence);

/* Any thread.  A sentence about the items as a whole. */
void           ds_cache_writer_warn       (DsCacheWriter    *self,
                                           const char       *format,
                                           ...) G_GNUC_PRINTF (2, 3);

/* TRUE once writing on makes no sense: it failed or was cancelled. */
gboolean       ds_cache_writer_is_stopped (DsCacheWriter    *self);

/* Makes the cache of what was put.  FALSE with the first error that happened,
 * or when no item is left. */
gboolean       ds_cache_writer_finish     (DsCacheWriter    *self,
                                           GError          **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (DsCacheWriter, ds_cache_writer_free)

G_END_DECLS
