/* file-limits.c: what a stranger's file may take before it is refused
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "engine/file-limits.h"

/* Larger than any network that fits the memory of one machine, and small enough
 * that a description which claims more is a lie. */
const NnLimits nn_limits_usual = {
  .bytes = (gsize) 64 << 30,
  .tensors = 100000,
  .values = 1 << 20,
  .depth = 64,
  .nodes = 10000,
};
