/* amx-tile.c: blocks of a product in the registers of the matrix unit
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "engine/cpu/wide/amx-tile.h"

#include <immintrin.h>
#include <string.h>

typedef float  Vec  __attribute__ ((vector_size (64), aligned (4), may_alias));
typedef guint32 Bits __attribute__ ((vector_size (64), aligned (4), may_alias));

/* What the instruction that sets the unit up reads. */
typedef struct
{
  guint8  palette;
  guint8  start_row;
  guint8  reserved[14];
  guint16 row_bytes[16];
  guint8  rows[16];
} TileConfig;

/* A constant: GCC 12 does not know that the instruction reads more than its first
 * bytes, and would leave out the writing of the others. */
static const TileConfig config = {
  .palette   = 1,
  .row_bytes = { 64, 64, 64, 64, 64, 64, 64, 64 },
  .rows      = { 16, 16, 16, 16, 16, 16, 16, 16 },
};

void
nn_amx_begin (void)
{
  _tile_loadconfig (&config);
}

void
nn_amx_end (void)
{
  _tile_release ();
}

/* Rows and columns of a 16 × 16 block change places: four times, rows i and i + 8
 * are merged like the halves of a pack of cards. */
static inline void
turn (Vec          to[NN_AMX_SIDE],
      const float *from,
      gint64       step)
{
  Vec other[NN_AMX_SIDE];

#pragma GCC unroll 16
  for (int i = 0; i < NN_AMX_SIDE; i++)
    to[i] = *(const Vec *) (from + i * step);
#pragma GCC unroll 4
  for (int round = 0; round < 4; round++)
    {
#pragma GCC unroll 8
      for (int i = 0; i < NN_AMX_SIDE / 2; i++)
        {
          other[2 * i] = __builtin_shufflevector (to[i], to[i + 8], 0, 16, 1, 17, 2, 18, 3, 19,
                                                  4, 20, 5, 21, 6, 22, 7, 23);
          other[2 * i + 1] = __builtin_shufflevector (to[i], to[i + 8], 8, 24, 9, 25, 10, 26, 11,
                                                      27, 12, 28, 13, 29, 14, 30, 15, 31);
        }
#pragma GCC unroll 16
      for (int i = 0; i < NN_AMX_SIDE; i++)
        to[i] = other[i];
    }
}

/* Cuts the numbers of two vectors into three parts each, and writes the parts
 * side by side: bits of @first low, of @second high. */
static inline void
split (guint16 *to,
       Vec      first,
       Vec      second)
{
  for (int part = 0; part < 3; part++)
    {
      Bits low = (Bits) first & 0xffff0000;
      Bits high = (Bits) second & 0xffff0000;

      *(Bits *) (to + part * NN_AMX_SIDE * NN_AMX_DEPTH) = (low >> 16) | high;
      first -= (Vec) low;
      second -= (Vec) high;
    }
}

static void
pack_whole (guint16     *to,
            const float *from,
            gint64       step,
            gboolean     along_k,
            gboolean     is_left)
{
  const float *behind = from + (along_k ? NN_AMX_SIDE : NN_AMX_SIDE * step);

  if (along_k == is_left)
    for (int i = 0; i < NN_AMX_SIDE; i++)
      split (to + i * NN_AMX_DEPTH, *(const Vec *) (from + i * step),
             *(const Vec *) (behind + i * step));
  else
    {
      Vec first[NN_AMX_SIDE];
      Vec second[NN_AMX_SIDE];

      turn (first, from, step);
      turn (second, behind, step);
      for (int i = 0; i < NN_AMX_SIDE; i++)
        split (to + i * NN_AMX_DEPTH, first[i], second[i]);
    }
}

void
nn_amx_pack (guint16     *to,
             const float *from,
             gint64       step,
             gboolean     along_k,
             gboolean     is_left,
             gint64       count,
             gint64       depth)
{
  float whole[NN_AMX_SIDE * NN_AMX_DEPTH];
  gint64 width = along_k ? NN_AMX_DEPTH : NN_AMX_SIDE;

  if (count >= NN_AMX_SIDE && depth >= NN_AMX_DEPTH)
    {
      pack_whole (to, from, step, along_k, is_left);
      return;
    }

  memset (whole, 0, sizeof whole);
  for (gint64 i = 0; i < MIN (along_k ? count : depth, along_k ? NN_AMX_SIDE : NN_AMX_DEPTH); i++)
    for (gint64 j = 0; j < MIN (along_k ? depth : count, width); j++)
      whole[i * width + j] = from[i * step + j];
  pack_whole (to, whole, width, along_k, is_left);
}

/* The tiles: sums 0 to 3, left 4 and 5, right 6 and 7. */
#define STRIDE 64
#define PART(operand, part) ((operand) + (part) * NN_AMX_SIDE * NN_AMX_DEPTH)

#define LOAD_LEFT(part)                                                       \
  _tile_loadd (4, PART (a, part), STRIDE);                                    \
  _tile_loadd (5, PART (a + NN_AMX_GROUP, part), STRIDE)

#define LOAD_RIGHT(part)                                                      \
  _tile_loadd (6, PART (b, part), STRIDE);                                    \
  _tile_loadd (7, PART (b + NN_AMX_GROUP, part), STRIDE)

#define MULTIPLY                                                              \
  _tile_dpbf16ps (0, 4, 6);                                                   \
  _tile_dpbf16ps (1, 4, 7);                                                   \
  _tile_dpbf16ps (2, 5, 6);                                                   \
  _tile_dpbf16ps (3, 5, 7)

void
nn_amx_block (const guint16 *a,
              const guint16 *b,
              gint64         n_groups,
              float         *c,
              gint64         ldc,
              gboolean       add)
{
  gsize row = (gsize) ldc * sizeof (float);
  float *below = c + NN_AMX_SIDE * ldc;

  if (add)
    {
      _tile_loadd (0, c, row);
      _tile_loadd (1, c + NN_AMX_SIDE, row);
      _tile_loadd (2, below, row);
      _tile_loadd (3, below + NN_AMX_SIDE, row);
    }
  else
    {
      _tile_zero (0);
      _tile_zero (1);
      _tile_zero (2);
      _tile_zero (3);
    }

  /* All products of parts that together reach down to 2^-16 of the whole. */
  for (gint64 i = 0; i < n_groups; i++, a += 2 * NN_AMX_GROUP, b += 2 * NN_AMX_GROUP)
    {
      LOAD_LEFT (0);
      LOAD_RIGHT (2);
      MULTIPLY;
      LOAD_RIGHT (1);
      MULTIPLY;
      LOAD_RIGHT (0);
      MULTIPLY;
      LOAD_LEFT (2);
      MULTIPLY;
      LOAD_LEFT (1);
      MULTIPLY;
      LOAD_RIGHT (1);
      MULTIPLY;
    }

  _tile_stored (0, c, row);
  _tile_stored (1, c + NN_AMX_SIDE, row);
  _tile_stored (2, below, row);
  _tile_stored (3, below + NN_AMX_SIDE, row);
}
