/* recurrent-cells.h: what happens in the cells of recurrent layers at one step
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "engine/cpu/recurrent.h"

G_BEGIN_DECLS

/* One item at one step, and up to 32 neighbouring units of it.  Gates of the
 * same unit lie h apart in p and gates, and z_gate apart in z. */
typedef struct
{
  gint64        h;              /* units of the layer */
  gint64        units;          /* of them, those to compute */
  gint64        z_gate;
  const float  *z;              /* state times weights */
  const float  *bias;
  const float  *p;
  float        *gates;
  float        *q;              /* GRU */
  float        *c;              /* LSTM */
  const float  *c_before;       /* NULL: zeros */
  const float  *state;          /* before the step */
  float        *next;           /* the state behind it, once for the next step … */
  float        *y;              /* … and once as a result */
} NnCellForward;

typedef struct
{
  gint64        h;
  gint64        units;
  const float  *dy;             /* or NULL */
  const float  *gates;
  const float  *q;
  const float  *c;
  const float  *c_before;
  const float  *state;
  float        *dp;
  float        *dq;
  float        *dh;             /* in: by the state behind the step; out: what does not go
                                 * through the weights */
  float        *dc;
} NnCellBackward;

void  nn_cell_forward       (NnCell                 cell,
                             const NnCellForward   *at);
void  nn_cell_backward      (NnCell                 cell,
                             const NnCellBackward  *at);

/* Behind the end of an item. */
void  nn_cell_rest          (NnCell                 cell,
                             const NnCellForward   *at);
void  nn_cell_rest_backward (NnCell                 cell,
                             const NnCellBackward  *at);

G_END_DECLS
