/* normalise.h: mean 0 and variance 1 for each row
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "engine/op.h"

G_BEGIN_DECLS

/* Rows of numbers that lie one behind the other become
 *
 *   y = (x - mean) · inverse · weight + bias,   inverse = 1 / √(var + ε)
 *
 * with the mean and variance of each row, or with 0 for the mean.  A row is made of runs
 * that share a weight and a bias, and these begin anew after some rows: single numbers
 * in layer normalisation, the pixels of a channel in the others. */
typedef struct
{
  gint64       rows;
  gint64       n;               /* numbers of a row */
  gint64       weights;         /* of a row: runs that share one */
  gint64       run;             /* numbers of a run */
  gint64       period;          /* rows with weights of their own */
  gboolean     centred;         /* the mean is taken away */
  float        epsilon;

  const float *x;
  const float *weight;          /* NULL: 1 */
  const float *bias;            /* NULL: 0 */
  float       *y;
  float       *means;           /* of each row; the gradient reads what forward wrote */
  float       *inverses;

  const float *dy;              /* gradient only */
  float       *dx;
  float       *dweight;
  float       *dbias;
} NnNormalise;

void    nn_normalise_rows       (NnCall            *call,
                                 NnNormalise       *self);

/* Fills dx and, where there are weights, dweight and dbias; wants as many bytes of
 * workspace as the other one says. */
void    nn_normalise_slope      (NnCall            *call,
                                 NnNormalise       *self);
gsize   nn_normalise_workspace  (const NnNormalise *self);

G_END_DECLS
