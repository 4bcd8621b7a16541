/* product.h: products of small matrices that stay in registers
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "engine/cpu/wide/vec.h"

/* c = a b, or c += a b with @add, for @rows rows and @vecs vectors of columns.
 * Element (i, l) of a lies at a[i · row + l · step]; rows of b and of c are
 * @b_row and @c_row apart, PANEL for those that lie in panels.  Inlined with
 * constant @rows and @vecs, so that the sums are registers. */
static inline __attribute__ ((always_inline)) void
block (int          rows,
       int          vecs,
       gint64       k,
       const float *a,
       gint64       row,
       gint64       step,
       const float *b,
       gint64       b_row,
       float       *c,
       gint64       c_row,
       gboolean     add)
{
  Vec sum[ROWS][VECS];

  UNROLL
  for (int i = 0; i < rows; i++)
    UNROLL
    for (int j = 0; j < vecs; j++)
      sum[i][j] = add ? load (c + i * c_row + j * LANES) : (Vec) { 0 };

  for (gint64 l = 0; l < k; l++)
    {
      Vec factor[VECS];

      UNROLL
      for (int j = 0; j < vecs; j++)
        factor[j] = load (b + l * b_row + j * LANES);
      UNROLL
      for (int i = 0; i < rows; i++)
        {
          Vec left = splat (a[i * row + l * step]);

          UNROLL
          for (int j = 0; j < vecs; j++)
            sum[i][j] += left * factor[j];
        }
    }

  UNROLL
  for (int i = 0; i < rows; i++)
    UNROLL
    for (int j = 0; j < vecs; j++)
      store (c + i * c_row + j * LANES, sum[i][j]);
}

#define CASE(n)                                                               \
  case n:                                                                     \
    block (n, vecs, k, a, row, step, b, b_row, c, c_row, add);                \
    break

/* The same for any number of rows, in blocks of about the same size: a last
 * block of one row would wait for each of its sums. */
static inline __attribute__ ((always_inline)) void
rows_of_blocks (int          vecs,
                gint64       m,
                gint64       k,
                const float *a,
                gint64       row,
                gint64       step,
                const float *b,
                gint64       b_row,
                float       *c,
                gint64       c_row,
                gboolean     add)
{
  for (gint64 left = (m + ROWS - 1) / ROWS; left > 0; left--)
    {
      gint64 rows = (m + left - 1) / left;

      switch (rows)
        {
        CASE (1);
        CASE (2);
        CASE (3);
        CASE (4);
        CASE (5);
        CASE (6);
#if ROWS > 6
        CASE (7);
        CASE (8);
        CASE (9);
        CASE (10);
        CASE (11);
        CASE (12);
#endif
        }
      a += rows * row;
      c += rows * c_row;
      m -= rows;
    }
}

#undef CASE

/* m × k times one panel. */
static void
panel_product (int          vecs,
               gint64       m,
               gint64       k,
               const float *a,
               gint64       row,
               gint64       step,
               const float *b,
               gint64       b_row,
               float       *c,
               gint64       c_row,
               gboolean     add)
{
  if (vecs == VECS)
    rows_of_blocks (VECS, m, k, a, row, step, b, b_row, c, c_row, add);
  else
    rows_of_blocks (1, m, k, a, row, step, b, b_row, c, c_row, add);
}
