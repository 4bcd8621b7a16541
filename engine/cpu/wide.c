/* wide.c: choosing the kernels that fit this processor
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "engine/cpu/wide.h"

extern const NnWide nn_wide_base;
#ifdef NN_WIDE_LEVELS
extern const NnWide nn_wide_avx2;
extern const NnWide nn_wide_avx512;
#endif

const NnWide *
nn_wide_get (void)
{
#ifdef NN_WIDE_LEVELS
  if (__builtin_cpu_supports ("avx512f") && __builtin_cpu_supports ("avx512bw")
      && __builtin_cpu_supports ("avx512dq") && __builtin_cpu_supports ("avx512vl"))
    return &nn_wide_avx512;
  if (__builtin_cpu_supports ("avx2") && __builtin_cpu_supports ("fma")
      && __builtin_cpu_supports ("bmi2"))
    return &nn_wide_avx2;
#endif

  return &nn_wide_base;
}

/* Channels come in whole vectors of the widest kind. */
static gboolean
is_plain_3x3 (const NnConv *conv)
{
  return conv->kh == 3 && conv->kw == 3 && conv->sh == 1 && conv->sw == 1
         && conv->dh == 1 && conv->dw == 1 && conv->groups == 1
         && conv->ci % 16 == 0 && conv->co % 16 == 0
         && MAX (conv->top, conv->left) <= 2 && MAX (conv->bottom, conv->right) <= 2
         && conv->b > 0;
}

/* Below three rows or columns most of a tile would be waste. */
gboolean
nn_wide_winograd_fits (const NnConv *conv)
{
  return is_plain_3x3 (conv) && MIN (conv->ho, conv->wo) >= 3 && MIN (conv->h, conv->w) >= 3;
}

gboolean
nn_wide_taps_fits (const NnConv *conv)
{
  return is_plain_3x3 (conv) && MAX (conv->ho, conv->wo) <= 2 && MAX (conv->h, conv->w) <= 2;
}
