/* philox.h: random bits for many elements at a time
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include <glib.h>
#include <string.h>

G_BEGIN_DECLS

/* Each element has its own 16 random bits, found from its address alone (see
 * engine/random.h).  Sixteen Philox blocks are computed side by side, one in each
 * lane of a vector; they serve NN_DRAW elements. */

#define NN_DRAW_LANES 16
#define NN_DRAW (NN_DRAW_LANES * 8)

/* Vectors of the compiler's own: it would unroll loops over the lanes before it
 * thought of making vectors of them, which is three times slower. */
typedef guint32 NnDrawLanes __attribute__ ((vector_size (NN_DRAW_LANES * sizeof (guint32))));
typedef guint64 NnDrawWide __attribute__ ((vector_size (NN_DRAW_LANES * sizeof (guint64))));

static inline void
nn_philox_lanes (guint64 key,
                 guint64 high,
                 guint64 low,
                 guint32 out[4][NN_DRAW_LANES])
{
  NnDrawWide counter = { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15 };
  NnDrawLanes c0, c1, c2, c3;
  guint32 k0 = (guint32) key;
  guint32 k1 = (guint32) (key >> 32);

  counter += low;
  c0 = __builtin_convertvector (counter, NnDrawLanes);
  c1 = __builtin_convertvector (counter >> 32, NnDrawLanes);
  c2 = (NnDrawLanes) { 0 } + (guint32) high;
  c3 = (NnDrawLanes) { 0 } + (guint32) (high >> 32);

  for (int round = 0; round < 10; round++)
    {
      NnDrawWide p0 = __builtin_convertvector (c0, NnDrawWide) * 0xD2511F53u;
      NnDrawWide p1 = __builtin_convertvector (c2, NnDrawWide) * 0xCD9E8D57u;

      c0 = __builtin_convertvector (p1 >> 32, NnDrawLanes) ^ c1 ^ k0;
      c1 = __builtin_convertvector (p1, NnDrawLanes);
      c2 = __builtin_convertvector (p0 >> 32, NnDrawLanes) ^ c3 ^ k1;
      c3 = __builtin_convertvector (p0, NnDrawLanes);
      k0 += 0x9E3779B9u;
      k1 += 0xBB67AE85u;
    }

  memcpy (out[0], &c0, sizeof c0);
  memcpy (out[1], &c1, sizeof c1);
  memcpy (out[2], &c2, sizeof c2);
  memcpy (out[3], &c3, sizeof c3);
}

/* Whether each of NN_DRAW elements, those of group @group, stays when of 65536
 * on average @limit go. */
static inline void
nn_draw_keep (guint64 key,
              guint64 step,
              guint64 group,
              guint32 limit,
              guint8  keep[NN_DRAW])
{
  guint32 bits[4][NN_DRAW_LANES];

  nn_philox_lanes (key, step, group * NN_DRAW_LANES, bits);
  for (int word = 0; word < 4; word++)
    for (int i = 0; i < NN_DRAW_LANES; i++)
      {
        keep[word * 2 * NN_DRAW_LANES + i] = (bits[word][i] & 0xffff) >= limit;
        keep[(word * 2 + 1) * NN_DRAW_LANES + i] = bits[word][i] >> 16 >= limit;
      }
}

G_END_DECLS
