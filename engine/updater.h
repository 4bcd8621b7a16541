/* updater.h: from the gradients of a batch to other weights
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "engine/checkpoint.h"
#include "engine/device.h"
#include "engine/training.h"

G_BEGIN_DECLS

/* All that happens between a backward pass and the next forward pass: gradients
 * are summed over the batches of a window and clipped, the schedule says how
 * far to go, the optimiser goes there with each group of parameters, and the
 * running mean of the weights follows.
 *
 * A group is a run of parameters with the same factors; frozen ones are in
 * none. */
typedef struct _NnUpdater NnUpdater;

/* @model and @device must outlive it.  NN_ERROR_MEMORY says what there was no
 * memory for. */
NnUpdater       *nn_updater_new          (NnModel           *model,
                                          NnDevice          *device,
                                          const NnTraining  *training,
                                          guint64            batches_per_epoch,
                                          GError           **error) G_GNUC_WARN_UNUSED_RESULT;
void             nn_updater_free         (NnUpdater         *self);

/* What a checkpoint holds beside the model: moments, the sum of an unfinished
 * window, the running mean. */
const NnBuffer  *nn_updater_get_buffers  (NnUpdater         *self,
                                          int               *n_buffers);

/* The loss of the batch under way at the weights as they are now, with its
 * gradients in the model. */
typedef double (*NnEvaluate) (void *data);

/* After the backward pass of a batch of @count samples, while @position is
 * still in front of it; writes what the optimiser remembers there.  @loss and
 * @evaluate are for optimisers that look several times.  Returns the learning
 * rate. */
double           nn_updater_learn        (NnUpdater         *self,
                                          NnPosition        *position,
                                          gint64             count,
                                          double             loss,
                                          NnEvaluate         evaluate,
                                          void              *data);

/* Lets the running mean and the weights change places.  FALSE when there is
 * none, or none yet at @position. */
gboolean         nn_updater_swap_average (NnUpdater         *self,
                                          const NnPosition  *position);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (NnUpdater, nn_updater_free)

G_END_DECLS
