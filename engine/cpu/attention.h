/* attention.h: every position looks at all others
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "engine/op.h"

G_BEGIN_DECLS

/* For each item and head: y = softmax (q kᵀ · scale + mask) v.  Operands lie
 * wherever they are, in one row for each position and head, so that the layers in
 * front and behind need no copies.  Scores are made for a few queries at a time and never stored:
 * the gradient computes them once more, as in FlashAttention (Dao et al. 2022),
 * from the logarithm of the sum that each softmax divides by. */

/* One operand; distances are counted in floats. */
typedef struct
{
  float  *data;
  gint64  item, head, row;      /* from one item, head, position to the next */
} NnHeads;

typedef struct
{
  gint64         b, heads;
  gint64         t, s;          /* queries, keys */
  gint64         d, dv;         /* numbers of a key and of a value, for one head */
  float          scale;
  gboolean       causal;        /* key j only for queries i ≥ j */
  NnHeads        q, k, v;

  /* What is left out or added: float numbers that are added to the scores, or
   * bytes that are 0 for pairs to leave out.  Steps are 0 along broadcast axes. */
  const void    *mask;          /* or NULL */
  gboolean       mask_is_bytes;
  gint64         mask_step[4];  /* item, head, query, key */
  const guint8  *padding;       /* b × s, 1 for keys to leave out, or NULL */

  double         rate;          /* of scores' weights to drop */
  guint64        key;           /* of the random numbers for it */
  guint64        step;

  NnHeads        y;
  float         *norm;          /* b × heads × t */
  float         *workspace;     /* nn_attention_size() floats */
} NnAttention;

typedef struct
{
  NnAttention    forward;       /* norm is read */
  NnHeads        dy;
  NnHeads        dq, dk, dv;    /* written */
  float         *workspace;
} NnAttentionBack;

gsize  nn_attention_size          (const NnAttention     *self,
                                   int                    threads);
void   nn_attention_forward       (const NnAttention     *self,
                                   NnPool                *pool,
                                   int                    threads);

gsize  nn_attention_back_size     (const NnAttention     *self,
                                   int                    threads);
void   nn_attention_backward      (const NnAttentionBack *self,
                                   NnPool                *pool,
                                   int                    threads);

/* The mask, the padding and what is to come as one tensor b × heads × t × s of
 * numbers to add. */
void   nn_attention_bias          (const NnAttention     *self,
                                   float                 *bias);

G_END_DECLS
