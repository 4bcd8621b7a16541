/* feed.h: where batches come from
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum
{
  NN_PART_TRAIN,
  NN_PART_VALIDATION,
  NN_PART_TEST,
  NN_N_PARTS,
} NnPart;

/* One batch; the memory is the feed's until the next call. */
typedef struct
{
  gint64  count;                /* samples, 0 behind the last batch */
  void   *input;                /* float32, sample after sample, in rows */
  void   *target;               /* int64 classes or float32 numbers */
} NnBatch;

/* The engine reads data through this, and knows nothing of files.  The order of
 * a part is a function of (seed, epoch) for training and fixed for the others. */
typedef struct
{
  gint64    n_samples[NN_N_PARTS];
  gint64    n_classes;          /* 0 when the answers are numbers */
  void     *data;

  /* Starts @part at sample @position of its order. */
  gboolean (*begin) (void     *data,
                     NnPart    part,
                     guint64   seed,
                     guint32   epoch,
                     gint64    position,
                     gint64    batch,
                     GError  **error);
  gboolean (*next)  (void     *data,
                     NnBatch  *batch,
                     GError  **error);
} NnFeed;

G_END_DECLS
