/* random.h: random numbers that depend on nothing but their address
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Philox 4x32-10 (Salmon, Moraes, Dror, Shaw: Parallel Random Numbers: As
 * Easy as 1, 2, 3; SC 2011).  A number is a function of its key and counter:
 * there is no hidden state to save, to share between threads or to lose, and
 * every device computes the same.
 *
 * The engine's addresses are (seed; stream, step, index): who draws, when,
 * and for which element. */

/* Four numbers of 32 bits, evenly spread. */
void     nn_philox          (guint64  key,
                             guint64  high,
                             guint64  low,
                             guint32  out[4]);

/* Shuffles and other one-off uses: a stream that is read in order. */
typedef struct
{
  guint64 key;                  /* the seed */
  guint64 stream;               /* who draws */
  guint64 next;                 /* counter of the next block */
  guint32 block[4];
  int     used;                 /* numbers of @block already handed out */
} NnRandom;

void     nn_random_init     (NnRandom *self,
                             guint64   seed,
                             guint64   stream);
guint32  nn_random_bits     (NnRandom *self);

/* From 0 inclusive to 1 exclusive, in steps of 2^-24. */
float    nn_random_uniform  (NnRandom *self);

/* Mean 0, variance 1 (Box and Muller, 1958). */
float    nn_random_normal   (NnRandom *self);

/* From 0 to @limit - 1, without the bias of a plain remainder. */
guint32  nn_random_below    (NnRandom *self,
                             guint32   limit);

/* A permutation of 0 … @count - 1 (Fisher and Yates). */
void     nn_random_shuffle  (NnRandom *self,
                             guint32  *order,
                             guint32   count);

/* A stream number from a name, the same on every machine (FNV-1a). */
guint64  nn_random_stream   (const char *name);

/* The 24 high bits as a number from 0 inclusive to 1 exclusive. */
static inline float
nn_uniform_from_bits (guint32 bits)
{
  return (float) (bits >> 8) * 0x1p-24f;
}

G_END_DECLS
