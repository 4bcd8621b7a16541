/* trainer.h: learning, step by step
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "engine/control.h"
#include "engine/network.h"
#include "engine/training.h"

G_BEGIN_DECLS

/* What a trainer tells, in the order in which it happens.  The steps that
 * SAMPLE messages fall on depend on the training alone, so the curve of a
 * resumed run is the same. */
typedef enum
{
  NN_PROGRESS_SAMPLE,           /* loss and accuracy since the last one of these */
  NN_PROGRESS_EPOCH,            /* an epoch is over: all scores */
  NN_PROGRESS_CHECKPOINT,       /* @path has been written */
  NN_PROGRESS_STATE,            /* running, paused, or ended */
} NnProgressKind;

typedef enum
{
  NN_STATE_RUNNING,
  NN_STATE_PAUSED,
  NN_STATE_STOPPED,             /* on demand, before the end */
  NN_STATE_DONE,
  NN_STATE_FAILED,
} NnTrainerState;

typedef struct
{
  NnProgressKind  kind;
  NnTrainerState  state;
  guint64         step;         /* batches done */
  guint64         total_steps;
  guint32         epoch;        /* epochs done */
  double          rate;         /* learning rate of the last step */
  double          seconds;      /* of computing in this process */
  guint64         n_steps;      /* done in this process */
  guint64         n_samples;    /* trained in this process */
  NnScore         train;
  NnScore         validation;   /* EPOCH; n_samples 0 where there is no such part */
  gboolean        is_best;      /* EPOCH: best validation so far */
  char           *path;
} NnProgress;

void        nn_progress_free         (NnProgress     *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (NnProgress, nn_progress_free)

typedef struct _NnTrainer NnTrainer;

/* Starts the weights of @network from the seed.  @feed and @network must
 * outlive the trainer.  @folder, which may be NULL, gets checkpoints; @queue,
 * which may be NULL, gets NnProgress messages. */
NnTrainer  *nn_trainer_new           (NnNetwork        *network,
                                      const NnFeed     *feed,
                                      const NnTraining *training,
                                      const char       *folder,
                                      GAsyncQueue      *queue,
                                      GError          **error) G_GNUC_WARN_UNUSED_RESULT;
void        nn_trainer_free          (NnTrainer        *self);

/* Goes on from the newest good checkpoint in the folder.  FALSE without an
 * error when there is none: then nothing has changed.  @warning, to be freed,
 * says what was passed over. */
gboolean    nn_trainer_resume        (NnTrainer        *self,
                                      char            **warning,
                                      GError          **error);

/* Trains until the end, a stop, or a failure; runs in the caller's thread.  In
 * every case the network holds usable weights and a checkpoint is written. */
gboolean    nn_trainer_run           (NnTrainer        *self,
                                      GError          **error);

/* Safe from any thread. */
void        nn_trainer_command       (NnTrainer        *self,
                                      NnCommand         command);

guint64     nn_trainer_get_step      (NnTrainer        *self);
guint64     nn_trainer_get_total     (NnTrainer        *self);
guint32     nn_trainer_get_epoch     (NnTrainer        *self);
double      nn_trainer_get_seconds   (NnTrainer        *self);
guint64     nn_trainer_get_samples   (NnTrainer        *self);

/* Scores of the last whole epoch. */
NnScore     nn_trainer_get_train     (NnTrainer        *self);
NnScore     nn_trainer_get_validation (NnTrainer       *self);

/* SHA-256 over parameters, state and what else the training keeps, as they stand after the last
 * step: equal digests mean equal trainings.  (transfer full) */
char       *nn_trainer_get_digest    (NnTrainer        *self) G_GNUC_WARN_UNUSED_RESULT;

/* Puts the weights of the best validation into the network, if they were kept
 * and are not the last ones.  TRUE when something changed. */
gboolean    nn_trainer_use_best      (NnTrainer        *self);

/* Puts the running mean of the weights into the network, where there is one and
 * the best weights are not in use.  TRUE when something changed. */
gboolean    nn_trainer_use_average   (NnTrainer        *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (NnTrainer, nn_trainer_free)

G_END_DECLS
