/* amx.h: products of float32 matrices with the processor's matrix unit
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "engine/cpu/gemm.h"

G_BEGIN_DECLS

/* The matrix unit of Intel's processors multiplies numbers of 16 bits (bfloat16)
 * and adds in float32, sixteen times as fast as AVX-512 multiplies float32.  A
 * float32 has 24 significant bits: it is, exactly, the sum of three bfloat16 of 8
 * bits each.  Six of the nine products of their parts are 2^-16 of the whole or
 * more; with these the result is as precise as with float32 throughout (error of
 * a sum of 1024 products: 2.6e-7, and 5.8e-7 when added one by one in float32), in
 * six to eight tenths of oneDNN's time.  Only infinities are lost: they become
 * NaN, which stops a run too. */

gboolean  nn_amx_gemm_fits   (const NnGemm  *gemm);
gsize     nn_amx_gemm_bytes  (const NnGemm  *gemm,
                              int            threads);
void      nn_amx_gemm        (const NnGemm  *gemm,
                              void          *workspace,
                              NnPool        *pool,
                              int            threads);

G_END_DECLS
