/* table.h: what the files of this folder hand to engine/cpu/wide.h
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "engine/cpu/wide.h"

/* Each name exists once for each width: WIDE (f) is f_avx512, say. */
#define WIDE_JOIN(name, level)  name##_##level
#define WIDE_OF(name, level)    WIDE_JOIN (name, level)
#define WIDE(name)              WIDE_OF (name, NN_WIDE_LEVEL)

gsize WIDE (winograd_bytes) (const NnConv *conv,
                             NnConvPass    pass,
                             int           threads);
void  WIDE (winograd)       (const NnConv *conv,
                             NnConvPass    pass,
                             const float  *first,
                             const float  *second,
                             const float  *bias,
                             float        *out,
                             float        *out_bias,
                             void         *workspace,
                             NnPool       *pool,
                             int           threads);

gsize WIDE (taps_bytes)     (const NnConv *conv,
                             NnConvPass    pass,
                             int           threads);
void  WIDE (taps)           (const NnConv *conv,
                             NnConvPass    pass,
                             const float  *first,
                             const float  *second,
                             const float  *bias,
                             float        *out,
                             float        *out_bias,
                             void         *workspace,
                             NnPool       *pool,
                             int           threads);

void  WIDE (pack_bfloat16)  (const float  *from,
                             gint64        k_step,
                             gint64        n_step,
                             gint64        k,
                             gint64        n,
                             void         *to,
                             NnPool       *pool,
                             int           threads);
void  WIDE (panels_pack)    (float        *panels,
                             const float  *b,
                             gint64        step_k,
                             gint64        step_n,
                             gint64        k,
                             gint64        n,
                             gint64        first,
                             gint64        last);
void  WIDE (panel_multiply) (gint64        rows,
                             gint64        k,
                             const float  *a,
                             gint64        lda,
                             gint64        step_a,
                             const float  *panel,
                             float        *c,
                             gint64        ldc,
                             gint64        columns,
                             gboolean      add);
