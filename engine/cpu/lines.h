/* lines.h: a tensor as lines along one axis
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "engine/op-scalar.h"

G_BEGIN_DECLS

/* Ops that work along one axis treat each line of it alone: @count lines of @n
 * numbers, each @inner elements from the next. */
typedef struct
{
  NnCall *call;
  gint64  n;
  gint64  inner;
  gint64  count;
} NnLines;

/* The lines of operand @index of @call along the axis that the attribute "axis"
 * says. */
static inline NnLines
nn_lines_of (NnCall *call,
             int     index)
{
  const NnShape *shape = &call->in[index].shape;
  int axis = nn_call_get_axis (call, "axis", shape->rank);

  return (NnLines) {
    call, shape->size[axis], nn_shape_span (shape, axis + 1, shape->rank),
    nn_shape_span (shape, 0, axis) * nn_shape_span (shape, axis + 1, shape->rank)
  };
}

/* Where line @line begins in a tensor of that shape. */
static inline gint64
nn_line_start (const NnLines *self,
               gint64         line)
{
  return line / self->inner * self->inner * self->n + line % self->inner;
}

/* Shares the lines among the threads; each number takes @cost times as long as
 * an addition. */
static inline void
nn_lines_for (NnLines *self,
              gint64   cost,
              NnRange  range)
{
  nn_pool_for (self->call->pool, self->call->threads, self->count,
               NN_SCALAR_GRAIN / cost / MAX (self->n, 1), range, self);
}

G_END_DECLS
