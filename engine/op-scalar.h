/* op-scalar.h: kernels made from one expression
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "engine/cpu/clones.h"
#include "engine/cpu/pool.h"

#include <math.h>
#include <string.h>

G_BEGIN_DECLS

/* Elements below which sharing the work costs more than it saves. */
#define NN_SCALAR_GRAIN 16384

/* The mathematical library works on one number at a time.  These few lines are
 * inlined into the loops instead, so that the compiler makes vectors of them. */

/* e^x to within 2 units in the last place: x = n ln 2 + r, a polynomial in r,
 * and n added to the exponent. */
static inline float
nn_expf (float x)
{
  float limited = x > 88.0f ? 88.0f : x < -87.0f ? -87.0f : x;
  /* Adding and taking away 1.5 · 2^23 rounds to the nearest whole number, which
   * meanwhile lies in the low bits: defined for NaN too, as a cast is not. */
  union { float number; guint32 bits; } rounded = { limited * 1.44269504f + 12582912.0f };
  float n = rounded.number - 12582912.0f;
  float r = limited - n * 0.693359375f + n * 2.12194440e-4f;
  float p = 1.9875691500e-4f;
  union { guint32 bits; float number; } power = { (rounded.bits + 127) << 23 };

  p = p * r + 1.3981999507e-3f;
  p = p * r + 8.3334519073e-3f;
  p = p * r + 4.1665795894e-2f;
  p = p * r + 1.6666665459e-1f;
  p = p * r + 5.0000001201e-1f;
  p = (p * r * r + r + 1.0f) * power.number;

  return x > 88.7f ? HUGE_VALF : x < -87.0f ? 0.0f : p;
}

/* Near 0 the quotient would lose digits, so a short series takes over. */
static inline float
nn_tanhf (float x)
{
  float e = nn_expf (-2.0f * fabsf (x));
  float far = copysignf ((1.0f - e) / (1.0f + e), x);
  float s = x * x;
  float near = x * (1.0f - s * (1.0f / 3 - s * (2.0f / 15 - s * (17.0f / 315))));

  return s < 0.04f ? near : far;
}

/* Abramowitz and Stegun, 7.1.26: absolute error below 1.5e-7. */
static inline float
nn_erff (float x)
{
  float a = fabsf (x);
  float t = 1.0f / (1.0f + 0.3275911f * a);
  float p = ((((1.061405429f * t - 1.453152027f) * t + 1.421413741f) * t
              - 0.284496736f) * t + 0.254829592f) * t;

  return copysignf (1.0f - p * nn_expf (-a * a), x);
}

static inline float
nn_sigmoidf (float x)
{
  return 1.0f / (1.0f + nn_expf (-x));
}

/* log (1 + e^x) without overflow. */
static inline float
nn_softplusf (float x)
{
  return (x > 0 ? x : 0) + log1pf (nn_expf (-fabsf (x)));
}

/* y = value, an expression in x and the first numbers a0, a1 of the first two
 * attributes: defines op_run.  y may lie over x. */
#define NN_UNARY(op, value)                                                   \
  static NN_CLONES void                                                       \
  op##_range (void   *data,                                                   \
              gint64  first,                                                  \
              gint64  last)                                                   \
  {                                                                           \
    const NnCall *call = data;                                                \
    const float *px = call->in[0].data;                                       \
    float *py = call->out[0].data;                                            \
    float a0 = (float) call->attr[0].number[0];                               \
    float a1 = (float) call->attr[1].number[0];                               \
                                                                              \
    (void) a0;                                                                \
    (void) a1;                                                                \
    NN_IVDEP                                                     \
    for (gint64 i = first; i < last; i++)                                     \
      {                                                                       \
        float x = px[i];                                                      \
                                                                              \
        py[i] = (value);                                                      \
      }                                                                       \
  }                                                                           \
                                                                              \
  static void                                                                 \
  op##_run (NnCall *call)                                                     \
  {                                                                           \
    nn_pool_for (call->pool, call->threads, nn_shape_count (&call->out[0].shape), \
                 NN_SCALAR_GRAIN, op##_range, call);                          \
  }

/* out = value, an expression in the first operand, called @first_name, the
 * second, called @second_name, and a0, a1: defines op_run for operands of equal
 * shape. */
#define NN_BINARY(op, first_name, second_name, value)                         \
  static NN_CLONES void                                                       \
  op##_range (void   *data,                                                   \
              gint64  first,                                                  \
              gint64  last)                                                   \
  {                                                                           \
    const NnCall *call = data;                                                \
    const float *pa = call->in[0].data;                                       \
    const float *pb = call->in[1].data;                                       \
    float *py = call->out[0].data;                                            \
    float a0 = (float) call->attr[0].number[0];                               \
    float a1 = (float) call->attr[1].number[0];                               \
                                                                              \
    (void) a0;                                                                \
    (void) a1;                                                                \
    NN_IVDEP                                                     \
    for (gint64 i = first; i < last; i++)                                     \
      {                                                                       \
        float first_name = pa[i];                                             \
        float second_name = pb[i];                                            \
                                                                              \
        py[i] = (value);                                                      \
      }                                                                       \
  }                                                                           \
                                                                              \
  static void                                                                 \
  op##_run (NnCall *call)                                                     \
  {                                                                           \
    nn_pool_for (call->pool, call->threads, nn_shape_count (&call->out[0].shape), \
                 NN_SCALAR_GRAIN, op##_range, call);                          \
  }

G_END_DECLS
