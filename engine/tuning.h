/* tuning.h: how the parameters of one node are trained
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "engine/initialiser.h"
#include "engine/op.h"

G_BEGIN_DECLS

/* The numbers of a tuning, in the order of nn_tuning_attrs. */
enum {
  NN_TUNING_FROZEN,             /* 1: keeps the weights it starts from */
  NN_TUNING_RATE,               /* what the learning rate is multiplied by */
  NN_TUNING_DECAY,              /* the same for the weight decay */
  NN_N_TUNINGS,
};

/* A plain value without gaps: equal tunings are equal bytes.  A frozen node has
 * no gradients; running state, as of batch normalisation, moves all the same. */
typedef struct
{
  double number[NN_N_TUNINGS];
  NnInit init[NN_MAX_IN];       /* of each operand; used where that is a parameter */
} NnTuning;

extern const NnAttr nn_tuning_attrs[];

/* In the place of an initialiser's name: the layer's own. */
#define NN_TUNING_DEFAULT "default"

NnTuning       nn_tuning_initial    (void);
gboolean       nn_tuning_is_initial (const NnTuning  *self);

/* One setting by its key: a name of nn_tuning_attrs, "start.weight" for the
 * initialiser of a parameter by name ("default" for the layer's own), or
 * "start.weight.gain" for a setting of that.  An error leaves @self alone. */
gboolean       nn_tuning_set        (NnTuning        *self,
                                     const NnOp      *op,
                                     const char      *key,
                                     const char      *text,
                                     GError         **error);

gboolean       nn_tuning_has        (const NnTuning  *self,
                                     const NnOp      *op,
                                     const char      *key);

/* What nn_tuning_set() reads back; @key exists.  (transfer full) */
char          *nn_tuning_get        (const NnTuning  *self,
                                     const NnOp      *op,
                                     const char      *key) G_GNUC_WARN_UNUSED_RESULT;

/* All keys that it has as it is, in the order in which people are shown them.
 * (transfer full) */
char         **nn_tuning_list       (const NnTuning  *self,
                                     const NnOp      *op) G_GNUC_WARN_UNUSED_RESULT;

/* The attribute behind @key, or NULL where it chooses an initialiser. */
const NnAttr  *nn_tuning_find_attr  (const NnTuning  *self,
                                     const NnOp      *op,
                                     const char      *key);

G_END_DECLS
