/* pack.c: matrices in bfloat16, in the order that tile instructions want
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "engine/cpu/pool.h"
#include "engine/cpu/wide/table.h"
#include "engine/cpu/wide/vec.h"

/* A matrix of k × n is cut into blocks of 32 × 64, those of the first 64 columns
 * first.  In a block two rows are interleaved: [row / 2][column][row % 2].  What
 * lies outside is zero.  oneDNN calls this BA16a64b2a; its own reordering costs
 * three times what the product takes. */

#define BLOCK_K 32
#define BLOCK_N 64
#define PAIRS   (BLOCK_K / 2)

typedef struct
{
  const float *from;            /* element (k, n) at from[k · k_step + n · n_step] */
  gint64       k_step, n_step;
  gint64       k, n;
  guint32     *to;              /* two numbers each */
} Packing;

typedef guint32 Bits __attribute__ ((vector_size (4 * LANES)));

/* To the nearest, and of two equally near to the even one; in the upper half. */
static inline Bits
rounded (Vec value)
{
  Bits bits = (Bits) value;

  return bits + 0x7fff + ((bits >> 16) & 1);
}

static inline Bits
pair_up (Vec even,
         Vec odd)
{
  return (rounded (even) >> 16) | (rounded (odd) & 0xffff0000);
}

static inline void
store_bits (guint32 *to,
            Bits     value)
{
  memcpy (to, &value, sizeof value);
}

#if LANES == 16
#define LOW(a, b)  \
  __builtin_shufflevector (a, b, 0, 16, 1, 17, 2, 18, 3, 19, \
                           4, 20, 5, 21, 6, 22, 7, 23)
#define HIGH(a, b) \
  __builtin_shufflevector (a, b, 8, 24, 9, 25, 10, 26, 11, 27, \
                           12, 28, 13, 29, 14, 30, 15, 31)
#define EVEN(a, b) \
  __builtin_shufflevector (a, b, 0, 2, 4, 6, 8, 10, 12, 14, \
                           16, 18, 20, 22, 24, 26, 28, 30)
#define ODD(a, b)  \
  __builtin_shufflevector (a, b, 1, 3, 5, 7, 9, 11, 13, 15, \
                           17, 19, 21, 23, 25, 27, 29, 31)
#define ROUNDS 4
#elif LANES == 8
#define LOW(a, b)  __builtin_shufflevector (a, b, 0, 8, 1, 9, 2, 10, 3, 11)
#define HIGH(a, b) __builtin_shufflevector (a, b, 4, 12, 5, 13, 6, 14, 7, 15)
#define EVEN(a, b) __builtin_shufflevector (a, b, 0, 2, 4, 6, 8, 10, 12, 14)
#define ODD(a, b)  __builtin_shufflevector (a, b, 1, 3, 5, 7, 9, 11, 13, 15)
#define ROUNDS 3
#else
#define LOW(a, b)  __builtin_shufflevector (a, b, 0, 4, 1, 5)
#define HIGH(a, b) __builtin_shufflevector (a, b, 2, 6, 3, 7)
#define EVEN(a, b) __builtin_shufflevector (a, b, 0, 2, 4, 6)
#define ODD(a, b)  __builtin_shufflevector (a, b, 1, 3, 5, 7)
#define ROUNDS 2
#endif

/* Dealing the rows like two halves of a pack of cards, often enough, makes
 * columns of them. */
static inline void
transpose (Bits rows[LANES])
{
  Bits dealt[LANES];

  UNROLL
  for (int round = 0; round < ROUNDS; round++)
    {
      UNROLL
      for (int i = 0; i < LANES / 2; i++)
        {
          dealt[2 * i] = LOW (rows[i], rows[i + LANES / 2]);
          dealt[2 * i + 1] = HIGH (rows[i], rows[i + LANES / 2]);
        }
      UNROLL
      for (int i = 0; i < LANES; i++)
        rows[i] = dealt[i];
    }
}

/* Columns lie behind each other in memory: LANES of them and LANES pairs of rows
 * at a time. */
static void
pack_columns (const Packing *self,
              gint64         k,
              gint64         n,
              guint32       *to)
{
  for (gint64 column = 0; column < BLOCK_N; column += LANES)
    for (int pair = 0; pair < PAIRS; pair += LANES)
      {
        Bits rows[LANES];

        for (int i = 0; i < LANES; i++)
          {
            const float *from = self->from + (k + 2 * pair) + (n + column + i) * self->n_step;
            Vec first = load (from);
            Vec second = load (from + LANES);

            rows[i] = pair_up (EVEN (first, second), ODD (first, second));
          }
        transpose (rows);
        for (int i = 0; i < LANES; i++)
          store_bits (to + (pair + i) * BLOCK_N + column, rows[i]);
      }
}

/* Rows lie behind each other. */
static void
pack_rows (const Packing *self,
           gint64         k,
           gint64         n,
           guint32       *to)
{
  for (int pair = 0; pair < PAIRS; pair++)
    for (gint64 column = 0; column < BLOCK_N; column += LANES)
      {
        const float *from = self->from + (k + 2 * pair) * self->k_step + n + column;

        store_bits (to + pair * BLOCK_N + column, pair_up (load (from),
                                                           load (from + self->k_step)));
      }
}

/* A block at the edge goes through a square of its own. */
static void
pack_edge (const Packing *self,
           gint64         k,
           gint64         n,
           guint32       *to)
{
  float square[BLOCK_K * BLOCK_N] = { 0 };
  Packing edge = { square, BLOCK_N, 1 };

  for (gint64 row = 0; row < MIN (BLOCK_K, self->k - k); row++)
    for (gint64 column = 0; column < MIN (BLOCK_N, self->n - n); column++)
      square[row * BLOCK_N + column]
        = self->from[(k + row) * self->k_step + (n + column) * self->n_step];
  pack_rows (&edge, 0, 0, to);
}

static void
pack_blocks (void   *data,
             gint64  first,
             gint64  last)
{
  const Packing *self = data;
  gint64 per_column = (self->k + BLOCK_K - 1) / BLOCK_K;

  for (gint64 block = first; block < last; block++)
    {
      gint64 k = block % per_column * BLOCK_K;
      gint64 n = block / per_column * BLOCK_N;
      guint32 *to = self->to + block * PAIRS * BLOCK_N;

      if (k + BLOCK_K > self->k || n + BLOCK_N > self->n)
        pack_edge (self, k, n, to);
      else if (self->n_step == 1)
        pack_rows (self, k, n, to);
      else
        pack_columns (self, k, n, to);
    }
}

void
WIDE (pack_bfloat16) (const float *from,
                      gint64       k_step,
                      gint64       n_step,
                      gint64       k,
                      gint64       n,
                      void        *to,
                      NnPool      *pool,
                      int          threads)
{
  Packing self = { from, k_step, n_step, k, n, to };
  gint64 n_blocks = (k + BLOCK_K - 1) / BLOCK_K * ((n + BLOCK_N - 1) / BLOCK_N);

  nn_pool_for (pool, threads, n_blocks, 4, pack_blocks, &self);
}
