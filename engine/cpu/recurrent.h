/* recurrent.h: the steps of recurrent layers
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "engine/op.h"

G_BEGIN_DECLS

/* One direction of one layer goes through a sequence: at each step the state of
 * the step before is multiplied with the recurrent weights, and what comes from
 * the inputs, which is ready for all steps, is added.  Tensors are batch × time ×
 * numbers; behind the length of an item its state stays and y is zero, which is
 * what PyTorch's packed sequences do.
 *
 * The weights are packed once a call (see panels.h).  Where they stay in a core's
 * cache, each thread takes some items through all steps; larger ones are divided
 * among the threads instead, which then meet after every step. */

typedef enum
{
  NN_CELL_TANH,                 /* plain recurrence: one gate */
  NN_CELL_RELU,
  NN_CELL_GRU,                  /* r z n */
  NN_CELL_LSTM,                 /* i f g o */
} NnCell;

int  nn_cell_gates (NnCell cell);

typedef struct
{
  NnCell        cell;
  gboolean      reverse;
  gint64        b, t, h;        /* items, steps, units */
  const gint64 *lengths;        /* of items, or NULL: all steps */
  const float  *weight;         /* gates·h × h */
  const float  *bias;           /* gates·h, or NULL */
  const float  *h0, *c0;        /* b × h, or NULL for zeros */

  const float  *p;              /* b × t × gates·h: from the inputs */
  float        *gates;          /* the same shape: as the cell used them; may lie over p */
  float        *q;              /* b × t × h, GRU: what r was multiplied with */
  float        *cells;          /* b × t × h, LSTM */
  float        *states;         /* b × t × h: the state before each step */
  float        *y;              /* b × t × h */
  float        *last_h;         /* b × h */
  float        *last_c;         /* b × h, LSTM */

  float        *workspace;      /* nn_steps_size() floats */
} NnSteps;

/* The way back.  What forward made is read; @dh and @dc begin as the slopes by
 * the last states and end as those by the first. */
typedef struct
{
  NnSteps       steps;
  const float  *dy;             /* b × t × h, or NULL */
  float        *dp;             /* slope by p; may lie over the gates */
  float        *dq;             /* b × t × gates·h, GRU: slope by what the weights give */
  float        *dh;             /* b × h */
  float        *dc;             /* b × h, LSTM */
} NnStepsBack;

gsize  nn_steps_size     (const NnSteps     *self);
void   nn_steps_forward  (const NnSteps     *self,
                          NnPool            *pool,
                          int                threads);
void   nn_steps_backward (const NnStepsBack *self,
                          NnPool            *pool,
                          int                threads);

G_END_DECLS
