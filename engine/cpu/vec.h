/* vec.h: sixteen numbers at a time
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Vectors of the compiler's own, for loops that it does not make vectors of by
 * itself: sums and maxima, whose order it must not change, and blocks that have
 * to stay in registers.  Where a processor's vectors are shorter the compiler
 * takes several.  They may start at any float. */

#define NN_VEC 16

/* Always inlined: a function of its own would be built for other registers than
 * the clones that call it (see clones.h).  The compiler's note that such a
 * function could not be called from elsewhere is without point then. */
#define NN_VEC_INLINE static inline __attribute__ ((always_inline))
#pragma GCC diagnostic ignored "-Wpsabi"

typedef float  NnVec     __attribute__ ((vector_size (64), aligned (4), may_alias));
typedef gint32 NnVecMask __attribute__ ((vector_size (64), aligned (4), may_alias));

NN_VEC_INLINE NnVec
nn_vec_load (const float *x)
{
  return *(const NnVec *) x;
}

NN_VEC_INLINE void
nn_vec_store (float *x,
              NnVec  v)
{
  *(NnVec *) x = v;
}

NN_VEC_INLINE NnVec
nn_vec_max (NnVec a,
            NnVec b)
{
  NnVecMask larger = a > b;

  return (NnVec) (((NnVecMask) a & larger) | ((NnVecMask) b & ~larger));
}

NN_VEC_INLINE float
nn_vec_top (NnVec v)
{
  float top = v[0];

  for (int i = 1; i < NN_VEC; i++)
    top = v[i] > top ? v[i] : top;
  return top;
}

/* In halves, as the vectors of any width would add. */
NN_VEC_INLINE float
nn_vec_sum (NnVec v)
{
  float x[NN_VEC];

  __builtin_memcpy (x, &v, sizeof x);
  for (int half = NN_VEC / 2; half > 0; half /= 2)
    for (int i = 0; i < half; i++)
      x[i] += x[i + half];
  return x[0];
}

/* The sum of @n numbers; 64 sums run side by side. */
NN_VEC_INLINE float
nn_vec_sum_row (const float *x,
                gint64       n)
{
  NnVec sum[4] = { { 0 } };
  float rest = 0;
  gint64 i = 0;

  for (; i + 4 * NN_VEC <= n; i += 4 * NN_VEC)
    for (int k = 0; k < 4; k++)
      sum[k] += nn_vec_load (x + i + k * NN_VEC);
  for (; i + NN_VEC <= n; i += NN_VEC)
    sum[0] += nn_vec_load (x + i);
  for (; i < n; i++)
    rest += x[i];
  return nn_vec_sum ((sum[0] + sum[1]) + (sum[2] + sum[3])) + rest;
}

G_END_DECLS
