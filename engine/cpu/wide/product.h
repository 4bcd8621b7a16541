/* product.h: products of small matrices that stay in registers
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "engine/cpu/wide/vec.h"

/* c = a b, or c += a b with @add, for @rows rows and @vecs vectors of columns.
 * Element (i, l) of a lies at a[i · row + l · step]; b is a panel, whose rows of
 * PANEL numbers lie behind each other; rows of c are @c_row apart.  Inlined with
 * constant @rows and @vecs, so that the sums are registers. */
static inline __attribute__ ((always_inline)) void
block (int          rows,
       int          vecs,
       gint64       k,
       const float *a,
       gint64       row,
       gint64       step,
       const float *b,
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
        factor[j] = load (b + l * PANEL + j * LANES);
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

/* The same for any number of rows; the constants make one copy of block() for
 * each case. */
static inline __attribute__ ((always_inline)) void
rows_of_blocks (int          vecs,
                gint64       m,
                gint64       k,
                const float *a,
                gint64       row,
                gint64       step,
                const float *b,
                float       *c,
                gint64       c_row,
                gboolean     add)
{
  gint64 i = 0;

  for (; i + ROWS <= m; i += ROWS)
    block (ROWS, vecs, k, a + i * row, row, step, b, c + i * c_row, c_row, add);
  for (; i + 4 <= m; i += 4)
    block (4, vecs, k, a + i * row, row, step, b, c + i * c_row, c_row, add);
  for (; i < m; i++)
    block (1, vecs, k, a + i * row, row, step, b, c + i * c_row, c_row, add);
}

/* m × k times one panel. */
static inline void
panel_product (int          vecs,
               gint64       m,
               gint64       k,
               const float *a,
               gint64       row,
               gint64       step,
               const float *b,
               float       *c,
               gint64       c_row,
               gboolean     add)
{
  if (vecs == VECS)
    rows_of_blocks (VECS, m, k, a, row, step, b, c, c_row, add);
  else
    rows_of_blocks (1, m, k, a, row, step, b, c, c_row, add);
}
