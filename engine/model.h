/* model.h: what a network has learned
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "engine/initialiser.h"
#include "engine/program.h"
#include "engine/tuning.h"

G_BEGIN_DECLS

/* All parameters lie in one flat buffer, their gradients in a second one of the
 * same form, and running state in a third: the optimiser is then one loop, and
 * a checkpoint a few writes.  Plans of different batch sizes share a model. */

typedef struct
{
  char                *name;    /* "conv1.weight" */
  NnShape              shape;
  guint                node;    /* graph node that owns it */
  gboolean             is_state;        /* running state: not trained */
  NnInit               init;    /* what it starts from */
  gint64               fan_in;  /* inputs of one output of its layer */
  gint64               blank_row;       /* starts as zeros; -1 for none */
  gint64               offset;  /* in its flat buffer, in floats */
  gboolean             is_frozen;       /* a parameter that keeps its numbers */
  double               rate_factor;     /* of the learning rate */
  double               decay_factor;    /* of the weight decay */
} NnModelEntry;

typedef struct _NnModel NnModel;

/* The parameters and state of @program, in its order, all zero. */
NnModel             *nn_model_new              (NnProgram     *program,
                                                GError       **error) G_GNUC_WARN_UNUSED_RESULT;
NnModel             *nn_model_ref              (NnModel       *self) G_GNUC_WARN_UNUSED_RESULT;
void                 nn_model_unref            (NnModel       *self);

guint                nn_model_get_n_entries    (NnModel       *self);
const NnModelEntry  *nn_model_get_entry        (NnModel       *self,
                                                guint          index);
const NnModelEntry  *nn_model_find             (NnModel       *self,
                                                const char    *name);

/* Flat buffers, 64-byte aligned; entries start at multiples of 16 floats and
 * the gaps between them stay zero. */
float               *nn_model_get_parameters   (NnModel       *self);
float               *nn_model_get_gradients    (NnModel       *self);
float               *nn_model_get_state        (NnModel       *self);
gint64               nn_model_get_flat_size    (NnModel       *self);
gint64               nn_model_get_state_size   (NnModel       *self);
float               *nn_model_get_data         (NnModel            *self,
                                                const NnModelEntry *entry);

/* How many numbers are trained; gaps do not count. */
gint64               nn_model_count_parameters (NnModel       *self);

/* How entry @index, operand @in of its node (-1: of a part of it), is trained
 * and started.  FALSE with a message when the initialiser does not suit it. */
gboolean             nn_model_tune             (NnModel         *self,
                                                guint            index,
                                                const NnTuning  *tuning,
                                                int              in,
                                                GError         **error);

/* Starts every entry as its port or its tuning says, from (seed, name): the
 * same network starts the same everywhere.  FALSE for want of memory. */
gboolean             nn_model_initialise       (NnModel         *self,
                                                guint64          seed,
                                                GError         **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (NnModel, nn_model_unref)

G_END_DECLS
