/* table.c: all kernels of one width
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "engine/cpu/wide/table.h"

extern const NnWide WIDE (nn_wide);

const NnWide WIDE (nn_wide) = {
  .name           = G_STRINGIFY (NN_WIDE_LEVEL),
  .winograd_bytes = WIDE (winograd_bytes),
  .winograd       = WIDE (winograd),
  .taps_bytes     = WIDE (taps_bytes),
  .taps           = WIDE (taps),
  .pack_bfloat16  = WIDE (pack_bfloat16),
  .panels_pack    = WIDE (panels_pack),
  .panel_multiply = WIDE (panel_multiply),
};
