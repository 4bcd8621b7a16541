/* attention.c: every position looks at all others
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "engine/cpu/attention.h"

#include "engine/cpu/panels.h"
#include "engine/cpu/philox.h"
#include "engine/cpu/pool.h"
#include "engine/cpu/vec.h"
#include "engine/op-scalar.h"

/* Queries whose scores are kept at a time on the way back. */
#define BLOCK 64

/* A score that leaves no weight, where a tensor of them is asked for: with
 * infinity, a row of nothing else would have no softmax. */
#define LEFT_OUT -1e30f

/* Scores of a query lie in rows of whole panels. */
static gint64
score_row (const NnAttention *self)
{
  return nn_panels_count (self->s) * NN_PANEL;
}

static gsize
head_size (const NnAttention *self)
{
  return nn_panels_size (self->d, self->s) + nn_panels_size (self->s, self->dv)
         + (gsize) (NN_PANEL_ROWS * score_row (self));
}

static gsize
head_back_size (const NnAttention *self)
{
  return nn_panels_size (self->d, self->s) + nn_panels_size (self->dv, self->s)
         + nn_panels_size (self->s, self->d) + nn_panels_size (BLOCK, self->dv)
         + nn_panels_size (BLOCK, self->d) + (gsize) (2 * BLOCK * score_row (self));
}

static int
count_parts (const NnAttention *self,
             int                threads)
{
  return (int) CLAMP (self->b * self->heads, 1, threads);
}

gsize
nn_attention_size (const NnAttention *self,
                   int                threads)
{
  return (gsize) count_parts (self, threads) * head_size (self);
}

gsize
nn_attention_back_size (const NnAttention *self,
                        int                threads)
{
  return (gsize) count_parts (self, threads) * head_back_size (self);
}

/* One head of one item. */
typedef struct
{
  const NnAttention *all;
  gint64             item, head;
} Head;

static Head
head_of (const NnAttention *self,
         gint64             index)
{
  return (Head) { self, index / self->heads, index % self->heads };
}

/* Where the rows of an operand begin. */
static float *
rows_of (const Head    *self,
         const NnHeads *operand,
         gint64         position)
{
  return operand->data + self->item * operand->item + self->head * operand->head
         + position * operand->row;
}

/* How many keys the queries in front of @end see. */
static gint64
keys_before (const NnAttention *self,
             gint64             end)
{
  return self->causal ? MIN (self->s, end) : self->s;
}

/* From products to scores, for one query; what is left out, and what fills the
 * row up to @width, becomes -∞. */
static inline __attribute__ ((always_inline)) void
finish_scores (const Head *self,
               gint64      query,
               float      *x,
               gint64      width)
{
  const NnAttention *all = self->all;
  gint64 n = keys_before (all, query + 1);
  gint64 at = self->item * all->mask_step[0] + self->head * all->mask_step[1]
              + query * all->mask_step[2];
  gint64 step = all->mask_step[3];

  for (gint64 j = 0; j < n; j++)
    x[j] *= all->scale;
  if (all->mask != NULL && all->mask_is_bytes)
    for (gint64 j = 0; j < n; j++)
      x[j] = ((const guint8 *) all->mask)[at + j * step] ? x[j] : -HUGE_VALF;
  else if (all->mask != NULL)
    for (gint64 j = 0; j < n; j++)
      x[j] += ((const float *) all->mask)[at + j * step];
  if (all->padding != NULL)
    for (gint64 j = 0; j < n; j++)
      x[j] = all->padding[self->item * all->s + j] ? -HUGE_VALF : x[j];
  for (gint64 j = n; j < width; j++)
    x[j] = -HUGE_VALF;
}

/* The factors that dropout multiplies the weights of @query with, in place of
 * the weights or of their slopes. */
static inline __attribute__ ((always_inline)) void
drop_weights (const Head *self,
              gint64      query,
              float      *x,
              gint64      width)
{
  const NnAttention *all = self->all;
  gint64 row = (self->item * all->heads + self->head) * all->t + query;
  gint64 groups = (score_row (all) + NN_DRAW - 1) / NN_DRAW;
  float factor = all->rate < 1 ? (float) (1 / (1 - all->rate)) : 0;
  guint32 limit = (guint32) (all->rate * 65536 + 0.5);

  for (gint64 j = 0; j < width; j += NN_DRAW)
    {
      guint8 keep[NN_DRAW];
      gint64 n = MIN (NN_DRAW, width - j);

      nn_draw_keep (all->key, all->step, (guint64) (row * groups + j / NN_DRAW), limit, keep);
      for (gint64 i = 0; i < n; i++)
        x[j + i] = keep[i] ? x[j + i] * factor : 0;
    }
}

/* x = e^(x - the largest x); the sum of them, 1 and zeros where all is left out,
 * and in @norm what to take away from x to get the logarithm of a weight. */
static inline __attribute__ ((always_inline)) float
soften (float  *x,
        gint64  width,
        float  *norm)
{
  NnVec tops = nn_vec_load (x);
  float top, sum;

  for (gint64 j = NN_VEC; j < width; j += NN_VEC)
    tops = nn_vec_max (nn_vec_load (x + j), tops);
  top = nn_vec_top (tops);
  if (top == -HUGE_VALF)
    {
      memset (x, 0, (gsize) width * sizeof (float));
      *norm = 0;
      return 1;
    }

  for (gint64 j = 0; j < width; j++)
    x[j] = nn_expf (x[j] - top);
  sum = nn_vec_sum_row (x, width);
  *norm = top + logf (sum);
  return sum;
}

static NN_CLONES void
weigh_rows (const Head *self,
            gint64      first,
            gint64      rows,
            float      *scores,
            gint64      width,
            float      *norm,
            float      *inverse)
{
  for (gint64 i = 0; i < rows; i++)
    {
      float *x = scores + i * score_row (self->all);

      finish_scores (self, first + i, x, width);
      inverse[i] = 1 / soften (x, width, &norm[i]);
      if (self->all->rate > 0)
        drop_weights (self, first + i, x, width);
    }
}

static NN_CLONES void
scale_rows (float       *y,
            gint64       row,
            gint64       rows,
            gint64       columns,
            const float *factor)
{
  for (gint64 i = 0; i < rows; i++)
    for (gint64 j = 0; j < columns; j++)
      y[i * row + j] *= factor[i];
}

static void
forward_head (const NnAttention *self,
              gint64             index,
              float             *work)
{
  Head head = head_of (self, index);
  float *keys = work;
  float *values = keys + nn_panels_size (self->d, self->s);
  float *scores = values + nn_panels_size (self->s, self->dv);
  gint64 step = nn_panel_rows (self->t);

  nn_panels_pack (keys, rows_of (&head, &self->k, 0), 1, self->k.row, self->d, self->s, 0,
                  nn_panels_count (self->s));
  nn_panels_pack (values, rows_of (&head, &self->v, 0), self->v.row, 1, self->s, self->dv, 0,
                  nn_panels_count (self->dv));

  for (gint64 i = 0; i < self->t; i += step)
    {
      gint64 rows = MIN (step, self->t - i);
      gint64 seen = keys_before (self, i + rows);
      float *y = rows_of (&head, &self->y, i);
      float inverse[NN_PANEL_ROWS];

      for (gint64 p = 0; p < nn_panels_count (seen); p++)
        nn_panel_multiply (rows, self->d, rows_of (&head, &self->q, i), self->q.row, 1,
                           keys + p * self->d * NN_PANEL, scores + p * NN_PANEL,
                           score_row (self), NN_PANEL, FALSE);
      weigh_rows (&head, i, rows, scores, nn_panels_count (seen) * NN_PANEL,
                  self->norm + index * self->t + i, inverse);
      for (gint64 p = 0; p < nn_panels_count (self->dv); p++)
        nn_panel_multiply (rows, seen, scores, score_row (self), 1,
                           values + p * self->s * NN_PANEL, y + p * NN_PANEL, self->y.row,
                           MIN (NN_PANEL, self->dv - p * NN_PANEL), FALSE);
      scale_rows (y, self->y.row, rows, self->dv, inverse);
    }
}

typedef struct
{
  const NnAttention     *forward;
  const NnAttentionBack *back;
  int                    n_parts;
} Work;

static void
forward_parts (void   *data,
               gint64  first,
               gint64  last)
{
  const Work *work = data;
  const NnAttention *self = work->forward;
  gint64 count = self->b * self->heads;

  for (gint64 part = first; part < last; part++)
    for (gint64 i = part * count / work->n_parts; i < (part + 1) * count / work->n_parts; i++)
      forward_head (self, i, self->workspace + (gsize) part * head_size (self));
}

void
nn_attention_forward (const NnAttention *self,
                      NnPool            *pool,
                      int                threads)
{
  Work work = { self, NULL, count_parts (self, threads) };

  nn_pool_for (pool, threads, work.n_parts, 1, forward_parts, &work);
}

/* Weights once more, and the slopes by the scores: ds = p (dp - Σ dp p) · scale. */
static NN_CLONES void
slope_rows (const Head  *self,
            gint64       first,
            gint64       rows,
            float       *weights,
            float       *slopes,
            gint64       width,
            const float *norm)
{
  const NnAttention *all = self->all;

  for (gint64 i = 0; i < rows; i++)
    {
      float *p = weights + i * score_row (all);
      float *ds = slopes + i * score_row (all);
      NnVec sums = { 0 };
      float sum;

      finish_scores (self, first + i, p, width);
      for (gint64 j = 0; j < width; j++)
        p[j] = nn_expf (p[j] - norm[i]);
      if (all->rate > 0)
        drop_weights (self, first + i, ds, width);
      for (gint64 j = 0; j < width; j += NN_VEC)
        sums += nn_vec_load (p + j) * nn_vec_load (ds + j);
      sum = nn_vec_sum (sums);
      for (gint64 j = 0; j < width; j++)
        ds[j] = p[j] * (ds[j] - sum) * all->scale;
      if (all->rate > 0)
        drop_weights (self, first + i, p, width);
    }
}

static void
clear_rows (const Head    *self,
            const NnHeads *operand,
            gint64         rows,
            gint64         columns)
{
  for (gint64 i = 0; i < rows; i++)
    memset (rows_of (self, operand, i), 0, (gsize) columns * sizeof (float));
}

/* slope (rows × columns) += weightsᵀ · what is packed in @panels, where the weights
 * are those of @n queries. */
static void
add_product (const NnHeads *slope,
             const Head    *head,
             gint64         rows,
             gint64         columns,
             const float   *weights,
             gint64         n,
             const float   *panels)
{
  float *to = rows_of (head, slope, 0);

  for (gint64 p = 0; p < nn_panels_count (columns); p++)
    nn_panel_multiply (rows, n, weights, 1, score_row (head->all), panels + p * n * NN_PANEL,
                       to + p * NN_PANEL, slope->row, MIN (NN_PANEL, columns - p * NN_PANEL),
                       TRUE);
}

static void
backward_head (const NnAttentionBack *self,
               gint64                 index,
               float                 *work)
{
  const NnAttention *all = &self->forward;
  Head head = head_of (all, index);
  gint64 d = all->d;
  gint64 dv = all->dv;
  gint64 row = score_row (all);
  float *keys = work;
  float *values = keys + nn_panels_size (d, all->s);
  float *key_rows = values + nn_panels_size (dv, all->s);
  float *slope_panels = key_rows + nn_panels_size (all->s, d);
  float *query_panels = slope_panels + nn_panels_size (BLOCK, dv);
  float *weights = query_panels + nn_panels_size (BLOCK, d);
  float *slopes = weights + BLOCK * row;
  gint64 n_panels = nn_panels_count (all->s);

  nn_panels_pack (keys, rows_of (&head, &all->k, 0), 1, all->k.row, d, all->s, 0, n_panels);
  nn_panels_pack (values, rows_of (&head, &all->v, 0), 1, all->v.row, dv, all->s, 0, n_panels);
  nn_panels_pack (key_rows, rows_of (&head, &all->k, 0), all->k.row, 1, all->s, d, 0,
                  nn_panels_count (d));
  clear_rows (&head, &self->dk, all->s, d);
  clear_rows (&head, &self->dv, all->s, dv);

  for (gint64 i = 0; i < all->t; i += BLOCK)
    {
      gint64 rows = MIN (BLOCK, all->t - i);
      gint64 seen = keys_before (all, i + rows);
      const float *q = rows_of (&head, &all->q, i);
      const float *dy = rows_of (&head, &self->dy, i);

      nn_panels_pack (query_panels, q, all->q.row, 1, rows, d, 0, nn_panels_count (d));
      nn_panels_pack (slope_panels, dy, self->dy.row, 1, rows, dv, 0, nn_panels_count (dv));
      for (gint64 p = 0; p < nn_panels_count (seen); p++)
        {
          nn_panel_multiply (rows, d, q, all->q.row, 1, keys + p * d * NN_PANEL,
                             weights + p * NN_PANEL, row, NN_PANEL, FALSE);
          nn_panel_multiply (rows, dv, dy, self->dy.row, 1, values + p * dv * NN_PANEL,
                             slopes + p * NN_PANEL, row, NN_PANEL, FALSE);
        }
      slope_rows (&head, i, rows, weights, slopes, nn_panels_count (seen) * NN_PANEL,
                  all->norm + index * all->t + i);

      for (gint64 p = 0; p < nn_panels_count (d); p++)
        nn_panel_multiply (rows, seen, slopes, row, 1, key_rows + p * all->s * NN_PANEL,
                           rows_of (&head, &self->dq, i) + p * NN_PANEL, self->dq.row,
                           MIN (NN_PANEL, d - p * NN_PANEL), FALSE);
      add_product (&self->dk, &head, seen, d, slopes, rows, query_panels);
      add_product (&self->dv, &head, seen, dv, weights, rows, slope_panels);
    }
}

static void
backward_parts (void   *data,
                gint64  first,
                gint64  last)
{
  const Work *work = data;
  const NnAttention *self = work->forward;
  gint64 count = self->b * self->heads;

  for (gint64 part = first; part < last; part++)
    for (gint64 i = part * count / work->n_parts; i < (part + 1) * count / work->n_parts; i++)
      backward_head (work->back, i,
                     work->back->workspace + (gsize) part * head_back_size (self));
}

void
nn_attention_backward (const NnAttentionBack *self,
                       NnPool                *pool,
                       int                    threads)
{
  Work work = { &self->forward, self, count_parts (&self->forward, threads) };

  nn_pool_for (pool, threads, work.n_parts, 1, backward_parts, &work);
}

void
nn_attention_bias (const NnAttention *self,
                   float             *bias)
{
  for (gint64 index = 0; index < self->b * self->heads; index++)
    for (gint64 i = 0; i < self->t; i++, bias += self->s)
      {
        Head head = head_of (self, index);

        memset (bias, 0, (gsize) self->s * sizeof (float));
        finish_scores (&head, i, bias, self->s);
        for (gint64 j = 0; j < self->s; j++)
          bias[j] = MAX (bias[j], LEFT_OUT);
      }
}
