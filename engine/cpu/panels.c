/* panels.c: products with a matrix that is packed once and used often
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "engine/cpu/panels.h"

#include "engine/cpu/clones.h"
#include "engine/cpu/vec.h"

#include <string.h>

/* The heart of a product: a block of some rows and the 32 columns of a panel is
 * kept in registers while k goes by.  With 11 or 12 rows it runs at nine tenths
 * of what the processor can do (216 GFLOP/s of 243 on one core of a Xeon with
 * AVX-512); half as many already do as well where the panel comes from L2. */

/* @rows is a number known to the compiler, so that all the sums are registers. */
static inline __attribute__ ((always_inline)) void
multiply_block (const int     rows,
                gint64        k,
                const float  *a,
                gint64        lda,
                gint64        step_a,
                const float  *b,
                float        *c,
                gint64        ldc,
                gboolean      add)
{
  NnVec sum[NN_PANEL_ROWS][2];

#pragma GCC unroll 14
  for (int i = 0; i < rows; i++)
    {
      sum[i][0] = add ? nn_vec_load (c + i * ldc) : (NnVec) { 0 };
      sum[i][1] = add ? nn_vec_load (c + i * ldc + NN_VEC) : (NnVec) { 0 };
    }

  for (gint64 l = 0; l < k; l++, b += NN_PANEL)
    {
      NnVec left = nn_vec_load (b);
      NnVec right = nn_vec_load (b + NN_VEC);

#pragma GCC unroll 14
      for (int i = 0; i < rows; i++)
        {
          float factor = a[i * lda + l * step_a];

          sum[i][0] += factor * left;
          sum[i][1] += factor * right;
        }
    }

#pragma GCC unroll 14
  for (int i = 0; i < rows; i++)
    {
      nn_vec_store (c + i * ldc, sum[i][0]);
      nn_vec_store (c + i * ldc + NN_VEC, sum[i][1]);
    }
}

static NN_CLONES void
multiply_rows (gint64        rows,
               gint64        k,
               const float  *a,
               gint64        lda,
               gint64        step_a,
               const float  *b,
               float        *c,
               gint64        ldc,
               gboolean      add)
{
  switch (rows)
    {
    case 1: multiply_block (1, k, a, lda, step_a, b, c, ldc, add); break;
    case 2: multiply_block (2, k, a, lda, step_a, b, c, ldc, add); break;
    case 3: multiply_block (3, k, a, lda, step_a, b, c, ldc, add); break;
    case 4: multiply_block (4, k, a, lda, step_a, b, c, ldc, add); break;
    case 5: multiply_block (5, k, a, lda, step_a, b, c, ldc, add); break;
    case 6: multiply_block (6, k, a, lda, step_a, b, c, ldc, add); break;
    case 7: multiply_block (7, k, a, lda, step_a, b, c, ldc, add); break;
    case 8: multiply_block (8, k, a, lda, step_a, b, c, ldc, add); break;
    case 9: multiply_block (9, k, a, lda, step_a, b, c, ldc, add); break;
    case 10: multiply_block (10, k, a, lda, step_a, b, c, ldc, add); break;
    case 11: multiply_block (11, k, a, lda, step_a, b, c, ldc, add); break;
    case 12: multiply_block (12, k, a, lda, step_a, b, c, ldc, add); break;
    case 13: multiply_block (13, k, a, lda, step_a, b, c, ldc, add); break;
    case 14: multiply_block (14, k, a, lda, step_a, b, c, ldc, add); break;
    default: g_assert_not_reached ();
    }
}

/* AVX-512 has 32 registers of 16 numbers; the 16 registers of AVX2 hold three
 * rows of 32 and what they are multiplied with. */
static gint64
most_rows (void)
{
#if defined (__x86_64__)
  return __builtin_cpu_supports ("avx512f") ? NN_PANEL_ROWS : 3;
#else
  return 3;
#endif
}

gint64
nn_panel_rows (gint64 rows)
{
  gint64 most = most_rows ();
  gint64 blocks = (rows + most - 1) / most;

  return blocks > 0 ? (rows + blocks - 1) / blocks : 1;
}

static void
multiply_part (gint64        rows,
               gint64        k,
               const float  *a,
               gint64        lda,
               gint64        step_a,
               const float  *panel,
               float        *c,
               gint64        ldc,
               gint64        columns,
               gboolean      add)
{
  float whole[NN_PANEL_ROWS * NN_PANEL];

  multiply_rows (rows, k, a, lda, step_a, panel, whole, NN_PANEL, FALSE);
  for (gint64 i = 0; i < rows; i++)
    for (gint64 j = 0; j < columns; j++)
      c[i * ldc + j] = whole[i * NN_PANEL + j] + (add ? c[i * ldc + j] : 0);
}

void
nn_panel_multiply (gint64        rows,
                   gint64        k,
                   const float  *a,
                   gint64        lda,
                   gint64        step_a,
                   const float  *panel,
                   float        *c,
                   gint64        ldc,
                   gint64        columns,
                   gboolean      add)
{
  gint64 step = nn_panel_rows (rows);

  for (gint64 i = 0; i < rows; i += step, a += step * lda, c += step * ldc)
    {
      gint64 n = MIN (step, rows - i);

      if (columns == NN_PANEL)
        multiply_rows (n, k, a, lda, step_a, panel, c, ldc, add);
      else
        multiply_part (n, k, a, lda, step_a, panel, c, ldc, columns, add);
    }
}

/* A panel of columns that lie in rows of their own. */
static NN_CLONES void
turn_panel (float        *panel,
            const float  *from,
            gint64        step_n,
            gint64        k,
            gint64        columns)
{
  gint64 whole = k / NN_VEC * NN_VEC;
  gint64 j = 0;

  for (; j + NN_VEC <= columns; j += NN_VEC)
    for (gint64 l = 0; l < whole; l += NN_VEC)
      nn_vec_transpose (panel + l * NN_PANEL + j, NN_PANEL, from + j * step_n + l, step_n);

  for (gint64 i = 0; i < columns; i++)
    for (gint64 l = i < j ? whole : 0; l < k; l++)
      panel[l * NN_PANEL + i] = from[i * step_n + l];
}

void
nn_panels_pack (float        *panels,
                const float  *b,
                gint64        step_k,
                gint64        step_n,
                gint64        k,
                gint64        n,
                gint64        first,
                gint64        last)
{
  for (gint64 p = first; p < last; p++)
    {
      float *panel = panels + p * k * NN_PANEL;
      const float *from = b + p * NN_PANEL * step_n;
      gint64 columns = MIN (NN_PANEL, n - p * NN_PANEL);

      if (columns < NN_PANEL)
        memset (panel, 0, (gsize) (k * NN_PANEL) * sizeof (float));

      if (step_n == 1)
        for (gint64 l = 0; l < k; l++)
          memcpy (panel + l * NN_PANEL, from + l * step_k, (gsize) columns * sizeof (float));
      else if (step_k == 1)
        turn_panel (panel, from, step_n, k, columns);
      else
        for (gint64 l = 0; l < k; l++)
          for (gint64 j = 0; j < columns; j++)
            panel[l * NN_PANEL + j] = from[l * step_k + j * step_n];
    }
}
