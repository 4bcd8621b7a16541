/* training.h: how a network is to be trained
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "engine/optimiser.h"
#include "engine/schedule.h"

G_BEGIN_DECLS

/* Settings that every optimiser and schedule can have, in the order of
 * nn_training_attrs; each is a single number, and 0 leaves it out. */
enum {
  NN_OPTION_CLIP_NORM,          /* longest gradient of all parameters together */
  NN_OPTION_CLIP_VALUE,         /* largest number of a gradient */
  NN_OPTION_ACCUMULATE,         /* batches whose mean gradient makes one step */
  NN_OPTION_AVERAGE,            /* share of the running mean of weights that stays */
  NN_OPTION_SPARE,              /* 1: no weight decay for vectors */
  NN_OPTION_WATCH,              /* of nn_watch_words: what the best validation is best in */
  NN_N_OPTIONS,
};

extern const NnAttr nn_training_attrs[];

/* How to train; a plain value. */
typedef struct
{
  guint32            epochs;
  gint64             batch;
  guint64            seed;
  const NnOptimiser *optimiser;
  NnAttrValue        optimiser_attr[NN_MAX_ATTRS];
  NnSchedule         schedule;          /* holds the learning rate */
  NnAttrValue        option[NN_MAX_ATTRS];
  guint32            patience;          /* epochs without a better validation; 0: no limit */
  gboolean           keep_best;         /* end with the weights of the best validation */
  guint64            stop_at_step;      /* 0: at the end */
} NnTraining;

/* Each setting by itself, and all of them together. */
gboolean   nn_training_check          (const NnTraining  *self,
                                       GError           **error);

double     nn_training_get_option     (const NnTraining  *self,
                                       int                option);

/* Batches that make one step of the optimiser, at least 1.  A window of that
 * many does not reach into the next epoch: the last one may be shorter. */
guint64    nn_training_get_window     (const NnTraining  *self);

/* Where the schedule stands once @batches have been trained. */
NnScheduleTime nn_training_get_time   (const NnTraining  *self,
                                       guint64            batches,
                                       guint64            batches_per_epoch);

G_END_DECLS
