/* strided.h: the one loop that moves numbers about
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "engine/op.h"

G_BEGIN_DECLS

/* Every op that moves numbers and changes none walks a box of positions, with
 * strides that say how far the next number lies along each axis on both sides.
 * Strides count elements; they may be zero where numbers are read again, and
 * negative where they are read backwards. */
typedef struct
{
  const void *from;
  void       *to;
  gsize       bytes;            /* of one element: 1, 2, 4 or 8 */
  NnShape     shape;
  gint64      from_stride[NN_MAX_RANK];
  gint64      to_stride[NN_MAX_RANK];
} NnStrided;

/* From the first operand of @call to its first result, whose positions @shape
 * are walked in order; the caller fills @from_stride. */
void   nn_strided_init    (NnStrided     *self,
                           const NnCall  *call,
                           const NnShape *shape);

/* Starts the reading side, or the writing side, @elements further on. */
void   nn_strided_skip    (NnStrided     *self,
                           gint64         elements);
void   nn_strided_skip_to (NnStrided     *self,
                           gint64         elements);

/* Zeros all over the first result of @call. */
void   nn_strided_clear   (const NnCall  *call);

/* Copies, shared among the threads of @call. */
void   nn_strided_copy    (NnStrided     *self,
                           const NnCall  *call);

G_END_DECLS
