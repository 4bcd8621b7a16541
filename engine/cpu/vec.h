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

/* Turns a block of 16 rows, @step floats apart, into 16 rows of columns, @to_step
 * apart. */
NN_VEC_INLINE void
nn_vec_transpose (float       *to,
                  gint64       to_step,
                  const float *from,
                  gint64       step)
{
  NnVec a[NN_VEC];
  NnVec b[NN_VEC];

  /* Four times, rows i and i + 8 are merged like the halves of a pack of cards:
   * an element's place, row and column written one behind the other as eight
   * bits, turns by one bit each time. */
#pragma GCC unroll 16
  for (int i = 0; i < NN_VEC; i++)
    a[i] = nn_vec_load (from + i * step);
#pragma GCC unroll 4
  for (int round = 0; round < 4; round++)
    {
#pragma GCC unroll 8
      for (int i = 0; i < NN_VEC / 2; i++)
        {
          b[2 * i] = __builtin_shufflevector (a[i], a[i + 8], 0, 16, 1, 17, 2, 18, 3, 19,
                                              4, 20, 5, 21, 6, 22, 7, 23);
          b[2 * i + 1] = __builtin_shufflevector (a[i], a[i + 8], 8, 24, 9, 25, 10, 26, 11, 27,
                                                  12, 28, 13, 29, 14, 30, 15, 31);
        }
#pragma GCC unroll 16
      for (int i = 0; i < NN_VEC; i++)
        a[i] = b[i];
    }
#pragma GCC unroll 16
  for (int i = 0; i < NN_VEC; i++)
    nn_vec_store (to + i * to_step, a[i]);
}

G_END_DECLS
