/* residual-norm.c: layer normalisation of a sum
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "engine/build.h"
#include "engine/cpu/clones.h"
#include "engine/cpu/pool.h"
#include "engine/cpu/vec.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

/* s = x + r, y = (s - mean) / √(variance + ε) · weight + bias, over the last axis
 * (Ba, Kiros, Hinton: Layer Normalization, 2016).  Every layer of a Transformer
 * does this twice; as one kernel, each row is in the cache when the next sum over
 * it needs it.  Without r, s is x and has no tensor of its own. */

typedef struct
{
  const NnCall *call;
  gint64        rows, n;
  float         epsilon;
  float        *sums;           /* for each part: the slopes by weight and by bias */
  int           n_parts;
} Norm;

static Norm
norm_of (const NnCall *call)
{
  const NnShape *x = &call->in[0].shape;

  return (Norm) {
    .call = call, .rows = nn_shape_span (x, 0, x->rank - 1), .n = x->size[x->rank - 1],
    .epsilon = (float) nn_call_number (call, "epsilon"), .sums = call->workspace,
  };
}

/* Σ (x - mean)² */
NN_VEC_INLINE float
sum_squares (const float *x,
             gint64       n,
             float        mean)
{
  NnVec sum[2] = { { 0 } };
  float rest = 0;
  gint64 i = 0;

  for (; i + 2 * NN_VEC <= n; i += 2 * NN_VEC)
    for (int k = 0; k < 2; k++)
      {
        NnVec d = nn_vec_load (x + i + k * NN_VEC) - mean;

        sum[k] += d * d;
      }
  for (; i < n; i++)
    rest += (x[i] - mean) * (x[i] - mean);
  return nn_vec_sum (sum[0] + sum[1]) + rest;
}

static NN_CLONES void
forward_rows (void   *data,
              gint64  first,
              gint64  last)
{
  const Norm *self = data;
  const NnCall *call = self->call;
  const float *weight = call->in[2].data;
  const float *bias = call->in[3].data;
  gint64 n = self->n;

  for (gint64 row = first; row < last; row++)
    {
      const float *s = (const float *) call->in[0].data + row * n;
      float *y = (float *) call->out[0].data + row * n;
      float mean, inverse;

      if (call->in[1].data != NULL)
        {
          const float *r = (const float *) call->in[1].data + row * n;
          float *sum = (float *) call->out[1].data + row * n;

          NN_IVDEP
          for (gint64 i = 0; i < n; i++)
            sum[i] = s[i] + r[i];
          s = sum;
        }

      mean = nn_vec_sum_row (s, n) / (float) n;
      inverse = 1 / sqrtf (sum_squares (s, n, mean) / (float) n + self->epsilon);
      NN_IVDEP
      for (gint64 i = 0; i < n; i++)
        y[i] = (s[i] - mean) * inverse * weight[i] + bias[i];
      ((float *) call->out[2].data)[row] = mean;
      ((float *) call->out[3].data)[row] = inverse;
    }
}

static void
forward_run (NnCall *call)
{
  Norm self = norm_of (call);

  nn_pool_for (call->pool, call->threads, self.rows, 16384 / MAX (self.n, 1) + 1, forward_rows,
               &self);
}

/* With x̂ = (s - mean) · inverse and g = weight · dy:
 * ds = inverse (g - Σ g / n - x̂ Σ g x̂ / n) + what comes by s itself. */
NN_VEC_INLINE void
slope_row (const Norm *self,
           gint64      row,
           float      *dweight,
           float      *dbias)
{
  const NnCall *call = self->call;
  gint64 n = self->n;
  const float *s = (const float *) call->in[0].data + row * n;
  const float *weight = call->in[1].data;
  const float *dy = (const float *) call->in[4].data + row * n;
  const float *ds = call->in[5].data != NULL ? (const float *) call->in[5].data + row * n : NULL;
  float *dx = (float *) call->out[0].data + row * n;
  float mean = ((const float *) call->in[2].data)[row];
  float inverse = ((const float *) call->in[3].data)[row];
  NnVec g_sums = { 0 };
  NnVec gx_sums = { 0 };
  float g_sum = 0;
  float gx_sum = 0;
  gint64 i = 0;

  for (; i + NN_VEC <= n; i += NN_VEC)
    {
      NnVec slope = nn_vec_load (dy + i);
      NnVec normal = (nn_vec_load (s + i) - mean) * inverse;
      NnVec g = slope * nn_vec_load (weight + i);

      g_sums += g;
      gx_sums += g * normal;
      nn_vec_store (dweight + i, nn_vec_load (dweight + i) + slope * normal);
      nn_vec_store (dbias + i, nn_vec_load (dbias + i) + slope);
    }
  for (; i < n; i++)
    {
      float normal = (s[i] - mean) * inverse;

      g_sum += dy[i] * weight[i];
      gx_sum += dy[i] * weight[i] * normal;
      dweight[i] += dy[i] * normal;
      dbias[i] += dy[i];
    }
  g_sum = (g_sum + nn_vec_sum (g_sums)) / (float) n;
  gx_sum = (gx_sum + nn_vec_sum (gx_sums)) / (float) n;

  if (ds == NULL)
    {
      NN_IVDEP
      for (i = 0; i < n; i++)
        dx[i] = (dy[i] * weight[i] - g_sum - (s[i] - mean) * inverse * gx_sum) * inverse;
    }
  else
    {
      NN_IVDEP
      for (i = 0; i < n; i++)
        dx[i] = (dy[i] * weight[i] - g_sum - (s[i] - mean) * inverse * gx_sum) * inverse + ds[i];
    }
}

static NN_CLONES void
backward_parts (void   *data,
                gint64  first,
                gint64  last)
{
  const Norm *self = data;

  for (gint64 part = first; part < last; part++)
    {
      float *sums = self->sums + 2 * part * self->n;

      memset (sums, 0, (gsize) (2 * self->n) * sizeof (float));
      for (gint64 row = part * self->rows / self->n_parts;
           row < (part + 1) * self->rows / self->n_parts; row++)
        slope_row (self, row, sums, sums + self->n);
    }
}

static gboolean
backward_prepare (NnCall  *call,
                  GError **error)
{
  Norm self = norm_of (call);

  call->workspace_bytes = (gsize) (2 * call->threads * self.n) * sizeof (float);
  return TRUE;
}

static void
backward_run (NnCall *call)
{
  Norm self = norm_of (call);

  self.n_parts = call->threads;
  nn_pool_for (call->pool, call->threads, self.n_parts, 1, backward_parts, &self);
  for (gint64 part = 1; part < self.n_parts; part++)
    for (gint64 i = 0; i < 2 * self.n; i++)
      self.sums[i] += self.sums[2 * part * self.n + i];
  memcpy (call->out[1].data, self.sums, (gsize) self.n * sizeof (float));
  memcpy (call->out[2].data, self.sums + self.n, (gsize) self.n * sizeof (float));
}

static gint64
work (const NnCall *call)
{
  return 8 * nn_shape_count (&call->in[0].shape);
}

static gboolean
infer (NnCall  *call,
       GError **error)
{
  const NnShape *x = &call->in[0].shape;
  NnShape rows = *x;
  NnShape none = NN_SHAPE (0);

  rows.rank--;
  nn_call_set_out (call, 0, NN_FLOAT32, x);
  nn_call_set_out (call, 1, NN_FLOAT32, call->in[1].shape.rank > 0 ? x : &none);
  nn_call_set_out (call, 2, NN_FLOAT32, &rows);
  nn_call_set_out (call, 3, NN_FLOAT32, &rows);
  return TRUE;
}

static gboolean
gradient_infer (NnCall  *call,
                GError **error)
{
  nn_call_set_out (call, 0, NN_FLOAT32, &call->in[0].shape);
  nn_call_set_out (call, 1, NN_FLOAT32, &call->in[1].shape);
  nn_call_set_out (call, 2, NN_FLOAT32, &call->in[1].shape);
  return TRUE;
}

static void
gradient (NnBuild *build)
{
  NnValue *residual = nn_build_in (build, "residual");
  NnValue *dy = nn_build_slope (build, "y");
  NnValue *ds = residual != NULL ? nn_build_slope (build, "sum") : NULL;
  NnValue *dx;

  /* Where only the sum is used further on. */
  if (dy == NULL)
    {
      nn_build_gradient (build, "x", ds);
      nn_build_gradient (build, "residual", ds);
      return;
    }

  nn_build_set (build, "epsilon", nn_call_number (nn_build_call (build), "epsilon"));
  dx = nn_build_op (build, "residual-norm-gradient",
                    residual != NULL ? nn_build_out (build, "sum") : nn_build_in (build, "x"),
                    nn_build_in (build, "weight"), nn_build_out (build, "mean"),
                    nn_build_out (build, "inverse"), dy, ds, NN_BUILD_END);
  nn_build_gradient (build, "x", dx);
  if (residual != NULL)
    nn_build_gradient (build, "residual", dx);
  nn_build_gradient (build, "weight", nn_build_sibling (dx, 1));
  nn_build_gradient (build, "bias", nn_build_sibling (dx, 2));
}

static const NnPort ports[] = {
  { "x", N_("Input") },
  { "residual", N_("What is added"), NN_PORT_OPTIONAL },
  { "weight", N_("Scale") },
  { "bias", N_("Shift") },
  { "y", N_("Output"), NN_PORT_OUTPUT },
  { "sum", N_("Sum"), NN_PORT_OUTPUT },
  { "mean", N_("Mean of each row"), NN_PORT_HIDDEN },
  { "inverse", N_("One over the deviation"), NN_PORT_HIDDEN },
  { NULL }
};

static const NnPort gradient_ports[] = {
  { "sum", N_("Sum") },
  { "weight", N_("Scale") },
  { "mean", N_("Mean of each row") },
  { "inverse", N_("One over the deviation") },
  { "dy", N_("Gradient by the output") },
  { "dsum", N_("Gradient by the sum"), NN_PORT_OPTIONAL },
  { "dx", N_("Gradient by the input"), NN_PORT_OUTPUT },
  { "dweight", N_("Gradient by the scale"), NN_PORT_OUTPUT },
  { "dbias", N_("Gradient by the shift"), NN_PORT_OUTPUT },
  { NULL }
};

static const NnAttr attrs[] = {
  { "epsilon", N_("Added to the variance"), NN_ATTR_FLOAT, 1e-5, 1e-12, 1, .torch = "eps" },
  { NULL }
};

#define NONE { -1 }

static const NnSample samples[] = {
  { .in = { { 2, { 3, 5 } }, { 2, { 3, 5 } }, { 1, { 5 } }, { 1, { 5 } } } },
  { .in = { { 3, { 2, 3, 37 } }, NONE, { 1, { 37 } }, { 1, { 37 } } } },
  { .in = { { 2, { 0, 5 } }, { 2, { 0, 5 } }, { 1, { 5 } }, { 1, { 5 } } } },
  { .in[0].rank = 0 }
};

static const NnSample gradient_samples[] = {
  { .in = { { 2, { 7, 37 } }, { 1, { 37 } }, { 1, { 7 } }, { 1, { 7 } }, { 2, { 7, 37 } },
            { 2, { 7, 37 } } } },
  { .in[0].rank = 0 }
};

const NnOp nn_ops_residual_norm[] = {
  {
    .name = "residual-norm", .title = N_("Sum and Layer Normalisation"),
    .summary = N_("Adds two inputs and brings each row of the sum to mean zero and variance one."),
    .category = NN_CATEGORY_INTERNAL, .flags = NN_OP_IN_PLACE,
    .ports = ports, .attrs = attrs, .infer = infer, .gradient = gradient, .work = work,
    .samples = samples,
    .cpu = (const NnKernel[]) {
      { "rows", NN_LAYOUT_ROWS, NULL, NULL, forward_run }, { NULL }
    },
  },
  {
    .name = "residual-norm-gradient", .title = N_("Slope of layer normalisation"),
    .summary = N_("Sends a gradient back through a layer normalisation."),
    .category = NN_CATEGORY_INTERNAL,
    .ports = gradient_ports, .attrs = attrs, .infer = gradient_infer, .work = work,
    .samples = gradient_samples,
    .cpu = (const NnKernel[]) {
      { "rows", NN_LAYOUT_ROWS, NULL, backward_prepare, backward_run }, { NULL }
    },
  },
  { NULL }
};
