/* panels.c: products with a matrix that is packed once and used often
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "engine/cpu/panels.h"

#include "engine/cpu/wide.h"

void
nn_panels_pack (float       *panels,
                const float *b,
                gint64       step_k,
                gint64       step_n,
                gint64       k,
                gint64       n,
                gint64       first,
                gint64       last)
{
  nn_wide_get ()->panels_pack (panels, b, step_k, step_n, k, n, first, last);
}

void
nn_panel_multiply (gint64       rows,
                   gint64       k,
                   const float *a,
                   gint64       lda,
                   gint64       step_a,
                   const float *panel,
                   float       *c,
                   gint64       ldc,
                   gint64       columns,
                   gboolean     add)
{
  nn_wide_get ()->panel_multiply (rows, k, a, lda, step_a, panel, c, ldc, columns, add);
}
