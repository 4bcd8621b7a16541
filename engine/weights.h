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

G_END_DECLS
