/* options.c: how data is to be read, and how much of it is still safe
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "datasets/options.h"

#define KIB ((guint64) 1 << 10)
#define MIB ((guint64) 1 << 20)
#define GIB ((guint64) 1 << 30)

const DsLimits ds_default_limits = {
  .entries         = 2000000,
  .entry_bytes     = 32 * GIB,
  .total_bytes     = 2 * GIB,
  .ratio           = 20,
  .path_bytes      = 1 * KIB,
  .component_bytes = 255,
  .depth           = 32,
  .text_bytes      = 512 * MIB,
  .image_bytes     = 256 * MIB,
  .image_pixels    = 64 * MIB,
};
