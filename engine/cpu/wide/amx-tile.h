/* amx-tile.h: blocks of a product in the registers of the matrix unit
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A tile is 16 rows of 64 bytes.  Operands are packed in groups of 16 rows (of the
 * left) or columns (of the right) and 32 numbers along k, as three tiles: the high,
 * middle and low bits of each number.  Two numbers that share 32 bits are 16 apart
 * along k, in both operands, which saves a permutation. */
#define NN_AMX_SIDE   16
#define NN_AMX_DEPTH  32
#define NN_AMX_GROUP  (3 * NN_AMX_SIDE * NN_AMX_DEPTH)  /* 16-bit numbers of a group */
#define NN_AMX_BLOCK  (2 * NN_AMX_SIDE)                 /* rows and columns of a block */

/* Before and behind the use of the unit, in each thread. */
void  nn_amx_begin  (void);
void  nn_amx_end    (void);

/* Packs @count rows or columns and @depth numbers along k of @from, and zeros
 * beyond.  Neighbours along k are next to each other when @along_k, and @step apart
 * the other way; or the reverse. */
void  nn_amx_pack   (guint16      *to,
                     const float  *from,
                     gint64        step,
                     gboolean      along_k,
                     gboolean      is_left,
                     gint64        count,
                     gint64        depth);

/* c = a b, or c += a b, for 32 × 32 numbers of c, whose rows are @ldc apart, and
 * @n_groups of two groups each of @a and @b. */
void  nn_amx_block  (const guint16 *a,
                     const guint16 *b,
                     gint64         n_groups,
                     float         *c,
                     gint64         ldc,
                     gboolean       add);

G_END_DECLS
