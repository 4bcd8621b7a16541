/* job.h: what a convolution of 3×3 works on
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "engine/cpu/pool.h"
#include "engine/cpu/wide/product.h"
#include "engine/cpu/wide/table.h"

/* The gradient by the input is the convolution of dy with weights that are
 * turned around and swap inputs and outputs: for it, "input" and "results" below
 * are dy and dx. */
typedef struct
{
  gint64       b, h, w, c;      /* input, channels last */
  gint64       ho, wo, o;       /* results */
  gint64       top, left;
  const float *x;
  float       *y;
  const float *weight;          /* of output o, input c, tap k: [o o_step + c c_step + k] */
  gint64       o_step, c_step;
  gboolean     turned;          /* taps in reverse */
  const float *bias;
  gboolean     relu;

  const float *dy;              /* weight gradient: results are read */
  float       *dweight;
  float       *dbias;

  gint64       n_panels;        /* of outputs */
  NnPool      *pool;
  int          slots;           /* threads, each with work memory of its own */
  float       *own;             /* of slot 0 */
  gint64       own_floats;

  /* winograd.c */
  gint64       tiles_x, tiles;
  gint64       chunk;           /* tiles at a time */
  gint64       first_tile, n_tiles;     /* deep: those at hand */
  float       *shared;
} Job;

static inline void
job_init (Job          *self,
          const NnConv *conv,
          NnConvPass    pass,
          NnPool       *pool,
          int           threads)
{
  gboolean back = pass == NN_CONV_INPUT_GRADIENT;

  *self = (Job) {
    .b = conv->b,
    .h = back ? conv->ho : conv->h, .w = back ? conv->wo : conv->w,
    .c = back ? conv->co : conv->ci,
    .ho = back ? conv->h : conv->ho, .wo = back ? conv->w : conv->wo,
    .o = back ? conv->ci : conv->co,
    .top = back ? 2 - conv->top : conv->top, .left = back ? 2 - conv->left : conv->left,
    .o_step = back ? 9 : conv->ci * 9, .c_step = back ? conv->ci * 9 : 9,
    .turned = back,
    .relu = conv->relu && pass == NN_CONV_FORWARD,
    .pool = pool, .slots = threads,
  };
  self->n_panels = (self->o + PANEL - 1) / PANEL;
}

static inline void
job_bind (Job         *self,
          NnConvPass   pass,
          const float *first,
          const float *second,
          const float *bias,
          float       *out,
          float       *out_bias)
{
  self->x = pass == NN_CONV_INPUT_GRADIENT ? second : first;
  self->weight = pass == NN_CONV_INPUT_GRADIENT ? first : second;
  self->bias = bias;
  self->y = out;
  self->dy = second;
  self->dweight = out;
  self->dbias = out_bias;
}

/* Vectors of outputs in @panel: the last one may be half empty. */
static inline int
vecs_of (const Job *self,
         gint64     panel)
{
  return self->o - panel * PANEL >= PANEL ? VECS : 1;
}

/* Calls @part once for each slot; what a slot does comes from its number alone,
 * so results do not depend on which thread runs it. */
static inline void
run_slots (Job     *self,
           NnRange  part)
{
  nn_pool_for (self->pool, self->slots, self->slots, 1, part, self);
}

static inline void
share_of (const Job *self,
          gint64     slot,
          gint64     count,
          gint64    *first,
          gint64    *last)
{
  *first = count * slot / self->slots;
  *last = count * (slot + 1) / self->slots;
}

static inline float *
own_of (const Job *self,
        gint64     slot)
{
  return self->own + slot * self->own_floats;
}
