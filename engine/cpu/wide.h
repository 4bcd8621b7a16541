/* wide.h: kernels that are compiled once for each width of vectors
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "engine/cpu/dnn.h"

G_BEGIN_DECLS

typedef void (*NnWideConv) (const NnConv *conv,
                            NnConvPass    pass,
                            const float  *first,
                            const float  *second,
                            const float  *bias,
                            float        *out,
                            float        *out_bias,
                            void         *workspace,
                            NnPool       *pool,
                            int           threads);

/* The files in engine/cpu/wide are compiled several times: for AVX-512, for
 * AVX2 and for any processor.  Each time they fill one of these tables, and the
 * program takes the widest that it can run.  They count on vectors of a fixed
 * width and registers of a fixed number, which a loop that the compiler turns
 * into vectors (see clones.h) does not. */
typedef struct
{
  const char *name;             /* "avx512" */

  /* Convolutions of 3×3 with a stride of 1, in channels-last: see winograd.c and
   * taps.c.  Operands are those of @pass. */
  gsize     (*winograd_bytes) (const NnConv  *conv,
                               NnConvPass     pass,
                               int            threads);
  NnWideConv  winograd;
  gsize     (*taps_bytes)     (const NnConv  *conv,
                               NnConvPass     pass,
                               int            threads);
  NnWideConv  taps;

  /* Rounds a matrix of @k × @n, whose element (i, j) is at from[i · k_step + j ·
   * n_step], into blocks for tile instructions: see pack.c.  One step is 1. */
  void      (*pack_bfloat16)  (const float   *from,
                               gint64         k_step,
                               gint64         n_step,
                               gint64         k,
                               gint64         n,
                               void          *to,
                               NnPool        *pool,
                               int            threads);

  /* nn_panels_pack() and nn_panel_multiply(). */
  void      (*panels_pack)    (float         *panels,
                               const float   *b,
                               gint64         step_k,
                               gint64         step_n,
                               gint64         k,
                               gint64         n,
                               gint64         first,
                               gint64         last);
  void      (*panel_multiply) (gint64         rows,
                               gint64         k,
                               const float   *a,
                               gint64         lda,
                               gint64         step_a,
                               const float   *panel,
                               float         *c,
                               gint64         ldc,
                               gint64         columns,
                               gboolean       add);
} NnWide;

const NnWide *nn_wide_get          (void);

/* Whether these kernels can do @conv, and do it faster than others. */
gboolean      nn_wide_winograd_fits (const NnConv *conv);
gboolean      nn_wide_taps_fits     (const NnConv *conv);

G_END_DECLS
