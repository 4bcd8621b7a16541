/* weights.h: the numbers of a network under the names that others use
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "engine/format.h"

G_BEGIN_DECLS

/* A number of a network is called "norm1.running-mean" here.  In files for
 * others it has the name that PyTorch gives to the parameters of a module:
 * "norm1.running_mean". */

/* @name as PyTorch writes it.  Ours and PyTorch's own give the same.
 * (transfer full) */
char       *nn_weights_name       (const char  *name) G_GNUC_WARN_UNUSED_RESULT;

/* The numbers of @model in its order under PyTorch's names, no two of one name:
 * float32, contiguous, in the memory of the model.  (transfer container) of
 * NnNamedTensor */
GPtrArray  *nn_weights_list       (NnModel     *model) G_GNUC_WARN_UNUSED_RESULT;

typedef enum
{
  NN_MATCH_NAMES,               /* ours, or PyTorch's */
  NN_MATCH_ORDER,               /* whatever the names: the next one of the same shape */
} NnMatchBy;

/* Which tensors of a file go where in a network. */
typedef struct
{
  GPtrArray *tensors;           /* for each number of the model NnNamedTensor, borrowed, or NULL */
  guint      n_fitting;
  GPtrArray *missing;           /* names that the file lacks */
  GPtrArray *unexpected;        /* names that the network lacks */
  GPtrArray *misshapen;         /* "conv1.weight (8×1×3×3 instead of 4×1×3×3)" */
  gboolean   order_fits;        /* by names it is not complete, and by order it would be */
} NnMatch;

/* @tensors (NnNamedTensor) have to live as long as the result.  If no name fits,
 * what all names begin with is passed over: "module.", "model.".  Counters of
 * batches, which PyTorch adds to normalisations, are neither missed nor
 * unexpected. */
NnMatch    *nn_weights_match      (NnModel      *model,
                                   GPtrArray    *tensors,
                                   NnMatchBy     by) G_GNUC_WARN_UNUSED_RESULT;
void        nn_match_free         (NnMatch      *self);

/* Whether every number of the network gets its tensor. */
gboolean    nn_match_is_complete  (const NnMatch *self);

/* Puts what fits into @model, as float32.  An error leaves the model alone. */
gboolean    nn_weights_take       (NnModel       *model,
                                   const NnMatch *match,
                                   GError       **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (NnMatch, nn_match_free)

G_END_DECLS
