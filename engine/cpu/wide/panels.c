/* panels.c: products with a matrix that is packed once and used often
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "engine/cpu/panels.h"

#include "engine/cpu/wide/product.h"
#include "engine/cpu/wide/table.h"

/* With 11 or 12 rows a block runs at 216 GFLOP/s on one core of a Xeon with
 * AVX-512, with 8 rows at 204 and with one at 62. */
static void
multiply_whole (gint64        rows,
                gint64        k,
                const float  *a,
                gint64        lda,
                gint64        step_a,
                const float  *panel,
                float        *c,
                gint64        ldc,
                gboolean      add)
{
  for (gint64 j = 0; j < NN_PANEL; j += PANEL)
    panel_product (VECS, rows, k, a, lda, step_a, panel + j, NN_PANEL, c + j, ldc, add);
}

void
WIDE (panel_multiply) (gint64        rows,
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

  if (columns == NN_PANEL)
    {
      multiply_whole (rows, k, a, lda, step_a, panel, c, ldc, add);
      return;
    }

  for (gint64 at = 0; at < rows; at += NN_PANEL_ROWS)
    {
      gint64 n = MIN (NN_PANEL_ROWS, rows - at);

      multiply_whole (n, k, a + at * lda, lda, step_a, panel, whole, NN_PANEL, FALSE);
      for (gint64 i = 0; i < n; i++)
        for (gint64 j = 0; j < columns; j++)
          c[(at + i) * ldc + j] = whole[i * NN_PANEL + j] + (add ? c[(at + i) * ldc + j] : 0);
    }
}

/* Turns a block of 16 rows, @step floats apart, into 16 rows of columns, NN_PANEL
 * apart. */
static void
turn_block (float       *to,
            const float *from,
            gint64       step)
{
  typedef float Row __attribute__ ((vector_size (64), aligned (4), may_alias));
  Row a[16];
  Row b[16];

  for (int i = 0; i < 16; i++)
    a[i] = *(const Row *) (from + i * step);

  /* Four times, rows i and i + 8 are merged like the halves of a pack of cards:
   * an element's place, row and column written one behind the other as eight
   * bits, turns by one bit each time. */
  UNROLL
  for (int round = 0; round < 4; round++)
    {
      UNROLL
      for (int i = 0; i < 8; i++)
        {
          b[2 * i] = __builtin_shufflevector (a[i], a[i + 8], 0, 16, 1, 17, 2, 18, 3, 19,
                                              4, 20, 5, 21, 6, 22, 7, 23);
          b[2 * i + 1] = __builtin_shufflevector (a[i], a[i + 8], 8, 24, 9, 25, 10, 26, 11, 27,
                                                  12, 28, 13, 29, 14, 30, 15, 31);
        }
      UNROLL
      for (int i = 0; i < 16; i++)
        a[i] = b[i];
    }

  for (int i = 0; i < 16; i++)
    *(Row *) (to + i * NN_PANEL) = a[i];
}

/* A panel of columns that lie in rows of their own. */
static void
turn_panel (float        *panel,
            const float  *from,
            gint64        step_n,
            gint64        k,
            gint64        columns)
{
  gint64 whole = k / 16 * 16;
  gint64 j = 0;

  for (; j + 16 <= columns; j += 16)
    for (gint64 l = 0; l < whole; l += 16)
      turn_block (panel + l * NN_PANEL + j, from + j * step_n + l, step_n);

  for (gint64 i = 0; i < columns; i++)
    for (gint64 l = i < j ? whole : 0; l < k; l++)
      panel[l * NN_PANEL + i] = from[i * step_n + l];
}

void
WIDE (panels_pack) (float        *panels,
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
