/* loader.h: batches of a data set, prepared before they are needed
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "datasets/dataset.h"
#include "datasets/transform.h"

G_BEGIN_DECLS

typedef struct
{
  const guint32   *indices;     /* the items to go through, copied; NULL for all */
  guint32          n_indices;
  guint32          batch;       /* items in a batch, at least 1 */
  gboolean         shuffle;     /* another order in every epoch */
  gboolean         drop_last;   /* leave out a last batch that is not full */
  gboolean         training;    /* random transforms are at work */
  guint64          seed;        /* of order and transforms */
  DsTransformList *transforms;  /* referenced; NULL: uint8 becomes 0 to 1 */
  guint64          start;       /* position of the first batch */
  guint32          n_epochs;    /* the end, counted from position 0; 0 for none */
  guint            n_ahead;     /* batches kept ready; 0 for 3 */
  guint            n_threads;   /* 0 for 1 */
} DsLoaderOptions;

/* What one call of next() delivers; valid until the following call. */
typedef struct
{
  float    *items;              /* @n items of ds_loader_get_shape(), 64-byte aligned … */
  gint64   *tokens;             /* … or these, if they are tokens */
  gint64   *labels;             /* classes, class maps or tokens of the answers … */
  float    *numbers;            /* … or these, if they are numbers */
  guint32  *indices;            /* in the data set */
  guint32   n;
  guint32   epoch;
  guint64   position;           /* batches before this one, over all epochs */
  gboolean  ends_epoch;
} DsBatch;

/* Threads of its own fill a ring of batches, in memory that is allocated once.
 *
 * The batch at a position is a function of data set and options only: not of
 * the number of threads, nor of where the loader was started.  So one integer,
 * saved with a model, is enough to go on as if nothing had happened. */
typedef struct _DsLoader DsLoader;

/* DS_ERROR_MEMORY if the ring cannot be had, DS_ERROR_UNSUPPORTED if there is
 * not one batch in an epoch. */
DsLoader      *ds_loader_new           (DsDataset              *dataset,
                                        const DsLoaderOptions  *options,
                                        GError                **error)
                                        G_GNUC_WARN_UNUSED_RESULT;

/* Waits for its threads.  Not while another thread is in next(). */
void           ds_loader_free          (DsLoader               *self);

/* The next batch, as soon as it is ready.  NULL at the end of the last epoch
 * (@error unset) or after cancel() (DS_ERROR_CANCELLED).  One thread at a time. */
const DsBatch *ds_loader_next          (DsLoader               *self,
                                        GError                **error);

/* Any thread, any time: next() returns, now and from now on. */
void           ds_loader_cancel        (DsLoader               *self);

/* Of one item as it leaves the transforms, and of its answer: rank 0 for a
 * class.  A class that is not known is -1, that of a pixel DS_IGNORED_CLASS. */
const NnShape *ds_loader_get_shape     (DsLoader               *self);
const NnShape *ds_loader_get_answer_shape (DsLoader            *self);
guint32        ds_loader_get_n_batches (DsLoader               *self);      /* in an epoch */

/* The position of the batch that next() will deliver: what a checkpoint
 * saves and @start takes. */
guint64        ds_loader_get_position  (DsLoader               *self);

/* Nanoseconds that next() has spent waiting: time lost to loading. */
guint64        ds_loader_get_stall_ns  (DsLoader               *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (DsLoader, ds_loader_free)

G_END_DECLS
