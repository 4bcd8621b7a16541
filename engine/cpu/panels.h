/* panels.h: products with a matrix that is packed once and used often
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "engine/op.h"

G_BEGIN_DECLS

/* A library packs its operands anew for each product.  Where the same weights
 * meet a few rows at every time step, and where a product is too small to be
 * worth a call, the columns of the right-hand matrix are packed here once, in
 * panels of 32: a panel holds 32 numbers for each row of the matrix, one row
 * behind the other, and zeros where the matrix has no more columns. */

#define NN_PANEL      32        /* columns of a panel */
#define NN_PANEL_ROWS 12        /* rows of a product that registers hold, at most */

/* The number of panels for @n columns, and of floats for all of them. */
static inline gint64
nn_panels_count (gint64 n)
{
  return (n + NN_PANEL - 1) / NN_PANEL;
}

static inline gsize
nn_panels_size (gint64 k,
                gint64 n)
{
  return (gsize) (nn_panels_count (n) * k * NN_PANEL);
}

/* Packs panels @first to @last - 1 of the @k × @n matrix @b, whose neighbours
 * lie @step_k and @step_n floats apart. */
void  nn_panels_pack     (float        *panels,
                          const float  *b,
                          gint64        step_k,
                          gint64        step_n,
                          gint64        k,
                          gint64        n,
                          gint64        first,
                          gint64        last);

/* c = a · panel, or c += a · panel, for @rows rows that lie @lda floats apart, of @k
 * numbers that lie @step_a apart.  The rows of c lie @ldc apart and take @columns
 * numbers each. */
void  nn_panel_multiply  (gint64        rows,
                          gint64        k,
                          const float  *a,
                          gint64        lda,
                          gint64        step_a,
                          const float  *panel,
                          float        *c,
                          gint64        ldc,
                          gint64        columns,
                          gboolean      add);

/* Into how many rows at a time @rows are best divided. */
static inline gint64
nn_panel_rows (gint64 rows)
{
  gint64 blocks = (rows + NN_PANEL_ROWS - 1) / NN_PANEL_ROWS;

  return blocks > 0 ? (rows + blocks - 1) / blocks : 1;
}

G_END_DECLS
