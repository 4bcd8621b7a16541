/* flat.h: whole buffers of parameters and gradients, as vectors
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "engine/cpu/pool.h"

G_BEGIN_DECLS

/* y ← keep · y + factor · x.  With @keep 0 what y held does not matter. */
void    nn_flat_mix          (NnPool       *pool,
                              int           threads,
                              float        *y,
                              const float  *x,
                              double        keep,
                              double        factor,
                              gint64        count);

/* x ← factor · x, cut to ±limit. */
void    nn_flat_clamp        (NnPool       *pool,
                              int           threads,
                              float        *x,
                              double        factor,
                              double        limit,
                              gint64        count);

/* In one order whatever the threads. */
double  nn_flat_sum_squares  (const float  *x,
                              gint64        count);

G_END_DECLS
