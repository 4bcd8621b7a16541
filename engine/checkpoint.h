/* checkpoint.h: a training on disk, complete enough to go on bit by bit
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "engine/model.h"
#include "engine/optimiser.h"
#include "engine/schedule.h"

G_BEGIN_DECLS

/* Where a training stands, besides the numbers of the model. */
typedef struct
{
  guint64  seed;
  guint64  step;                /* steps done */
  guint32  epoch;               /* whole epochs done */
  gint64   position;            /* samples done of the epoch under way */

  /* Sums since the last sample of the curve, and since the epoch began. */
  double   sample_loss, sample_correct;
  gint64   sample_count;
  double   epoch_loss, epoch_correct;
  gint64   epoch_count;

  /* The last whole epoch, for reports. */
  double   train_loss, train_accuracy;
  double   validation_loss, validation_accuracy;

  double   best_loss;           /* cost of the best validation: see watch.h; infinite before */
  guint32  best_epoch;
  gboolean finished;            /* the training has come to its end */

  double          memory[NN_MAX_MEMORY];        /* of the optimiser */
  NnScheduleState schedule;
} NnPosition;

/* Numbers that a training keeps beside the model, flat as its parameters. */
typedef struct
{
  const char *name;             /* "optimiser.0" */
  float      *data;
} NnBuffer;

/* Parameters under their own names, buffers as "optimiser.0.conv1.weight", the
 * position as metadata. */
gboolean   nn_checkpoint_write   (const char         *path,
                                  NnModel            *model,
                                  const NnBuffer     *buffers,
                                  int                 n_buffers,
                                  const NnPosition   *position,
                                  GError            **error);

/* All or nothing: an error leaves model, buffers and position alone.  Shapes,
 * names and the digest of the numbers must agree.  What older checkpoints do not
 * have of the position stays as it is. */
gboolean   nn_checkpoint_read    (const char         *path,
                                  NnModel            *model,
                                  const NnBuffer     *buffers,
                                  int                 n_buffers,
                                  NnPosition         *position,
                                  GError            **error);

/* Only the model's numbers, from a checkpoint or any safetensors file that has
 * them under our names.  All or nothing. */
gboolean   nn_model_read         (NnModel            *model,
                                  const char         *path,
                                  GError            **error);
gboolean   nn_model_read_bytes   (NnModel            *model,
                                  GBytes             *bytes,
                                  const char         *source,
                                  GError            **error);
gboolean   nn_model_write        (NnModel            *model,
                                  const char         *path,
                                  GError            **error);

/* What nn_model_write() writes.  (transfer full) */
GBytes    *nn_model_pack         (NnModel            *model,
                                  GError            **error) G_GNUC_WARN_UNUSED_RESULT;

/* SHA-256 in hexadecimal over parameters, state and buffers without the gaps.
 * (transfer full) */
char      *nn_checkpoint_digest  (NnModel            *model,
                                  const NnBuffer     *buffers,
                                  int                 n_buffers) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
