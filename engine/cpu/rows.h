/* rows.h: rows of a table taken, and added to, by number
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "engine/op.h"

G_BEGIN_DECLS

/* The place that @index means in an axis of @size, counting from behind when it
 * is negative; -1 when there is none. */
static inline gint64
nn_index_within (gint64 index,
                 gint64 size)
{
  if (index < 0)
    index += size;
  return index >= 0 && index < size ? index : -1;
}

/* The first result of @call becomes the rows of @table along @axis that @index
 * names.  A row that does not exist is no number. */
void    nn_rows_take      (NnCall       *call,
                           const NnView *table,
                           const NnView *index,
                           int           axis);

/* The other way round: the first result of @call becomes zeros, to which the
 * rows of the first operand are added where the second says, but for @skip.
 * Needs a workspace. */
void    nn_rows_add       (NnCall       *call,
                           int           axis,
                           gint64        skip);
gsize   nn_rows_add_bytes (gint64        n_index,
                           gint64        size);

G_END_DECLS
