/* gemm.h: products of matrices, four ways
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "engine/op.h"

G_BEGIN_DECLS

/* c = relu (op (a) op (b) + bias) for @batch matrices that lie one behind the
 * other: op (a) is m × k, op (b) is k × n, c is m × n, all rows without gaps.
 * Transposed operands are stored the other way round. */
typedef struct
{
  gint64       batch;
  gint64       m, n, k;
  gboolean     transpose_a, transpose_b;
  const float *a;
  const float *b;
  const float *bias;            /* n numbers, or NULL */
  float       *c;
  gboolean     has_bias;        /* known before @bias is */
  gboolean     relu;
} NnGemm;

/* Own loops for products so small that a library call costs more. */
gboolean  nn_gemm_small_fits     (const NnGemm  *gemm);
gsize     nn_gemm_small_bytes    (const NnGemm  *gemm);
void      nn_gemm_small          (const NnGemm  *gemm,
                                  float         *workspace);

/* OpenBLAS on one thread for each part of the rows. */
gboolean  nn_gemm_blas_fits      (void);
void      nn_gemm_blas           (const NnGemm  *gemm,
                                  NnPool        *pool,
                                  int            threads);

/* The plain loops that the others are tested against. */
void      nn_gemm_loop           (const NnGemm  *gemm);

/* oneDNN; see engine/cpu/dnn.h for the rest of it, and for @precision. */
gboolean  nn_dnn_gemm_prepare    (NnCall        *call,
                                  const NnGemm  *gemm,
                                  NnDtype        precision,
                                  GError       **error);
void      nn_dnn_gemm            (NnCall        *call,
                                  const NnGemm  *gemm);

G_END_DECLS
