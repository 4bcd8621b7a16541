/* vec.h: vectors as wide as the processor that this file is compiled for
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include <glib.h>
#include <string.h>

/* PANEL columns of a product are kept in registers at a time, for ROWS rows:
 * that leaves a few registers for the factors. */
#if defined (__AVX512F__)
#define LANES 16
#define ROWS  12
#elif defined (__AVX__)
#define LANES 8
#define ROWS  6
#else
#define LANES 4
#define ROWS  6
#endif
#define VECS  2
#define PANEL (VECS * LANES)

typedef float Vec __attribute__ ((vector_size (4 * LANES)));

static inline Vec
load (const float *from)
{
  Vec value;

  memcpy (&value, from, sizeof value);
  return value;
}

static inline void
store (float *to,
       Vec    value)
{
  memcpy (to, &value, sizeof value);
}

/* One number in all lanes; taking nothing away is no instruction. */
static inline Vec
splat (float value)
{
  return value - (Vec) { 0 };
}

typedef gint32 Mask __attribute__ ((vector_size (4 * LANES)));

static inline Vec
relu (Vec value)
{
  return (Vec) ((Mask) value & (value > 0));
}

/* In front of a loop with few, constant steps: registers have no index. */
#define UNROLL _Pragma ("GCC unroll 16")
