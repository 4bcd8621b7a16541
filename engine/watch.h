/* watch.h: the number of the validation that decides which weights are best
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "engine/network.h"
#include "engine/training.h"

G_BEGIN_DECLS

/* What NN_OPTION_WATCH can be: "loss" or the name of a measure; ended by NULL. */
extern const char *const nn_watch_words[];

/* FALSE with a message that names the others, unless @training watches something
 * that the network's loss lets be judged. */
gboolean   nn_watch_check    (NnNetwork         *network,
                              const NnTraining  *training,
                              GError           **error);

/* Scores the validation part.  @cost gets what is watched, turned round where
 * more is better: less cost is better, and NaN is better than no other. */
gboolean   nn_watch_validate (NnNetwork         *network,
                              const NnFeed      *feed,
                              const NnTraining  *training,
                              NnScore           *score,
                              double            *cost,
                              GError           **error);

G_END_DECLS
