/* shape.h: the extent of a tensor along each axis
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define NN_MAX_RANK 8

/* A plain value: copy it, compare it with nn_shape_equal().  Rank 0 is a
 * scalar with one element; an axis of size 0 makes the tensor empty. */
typedef struct
{
  int    rank;
  gint64 size[NN_MAX_RANK];
} NnShape;

#define NN_SHAPE(...)                                                         \
  nn_shape_new ((int) (sizeof ((gint64[]) { __VA_ARGS__ }) / sizeof (gint64)), \
                (gint64[]) { __VA_ARGS__ })

NnShape   nn_shape_new       (int            rank,
                              const gint64  *size);
gboolean  nn_shape_equal     (const NnShape *a,
                              const NnShape *b);

/* The number of elements.  Shapes inside the engine are small enough for the
 * product; those from a file go through nn_shape_check_count() first. */
gint64    nn_shape_count     (const NnShape *shape);

/* FALSE when a size is negative or the number of bytes overflows gint64;
 * otherwise the number of elements is in @count, which may be NULL. */
gboolean  nn_shape_check_count (const NnShape *shape,
                                gsize          element_bytes,
                                gint64        *count);

/* NumPy's rule: align at the last axis, a size of 1 stretches.  FALSE leaves
 * @out alone. */
gboolean  nn_shape_broadcast (const NnShape *a,
                              const NnShape *b,
                              NnShape       *out);

/* Distance in elements between neighbours along each axis, last axis fastest. */
void      nn_shape_strides   (const NnShape *shape,
                              gint64         strides[NN_MAX_RANK]);

/* The product of the sizes of axes @first to @last - 1. */
gint64    nn_shape_span      (const NnShape *shape,
                              int            first,
                              int            last);

/* The shape without its first axis: what one item of a batch looks like. */
NnShape   nn_shape_item      (const NnShape *shape);

/* @item with a batch axis of size @batch put in front. */
NnShape   nn_shape_batch     (const NnShape *item,
                              gint64         batch);

/* "32×3×28×28"; "scalar" for rank 0.  (transfer full) */
char     *nn_shape_print     (const NnShape *shape) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
