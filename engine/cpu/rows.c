/* rows.c: rows of a table taken, and added to, by number
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "engine/cpu/rows.h"

#include "engine/op-scalar.h"

typedef struct
{
  const char   *table;
  const gint64 *index;
  char         *y;
  gint64        n_index;
  gint64        size;           /* rows of the table */
  gsize         bytes;          /* of a row */
  gboolean      narrow;         /* elements of one byte, which have no value for none */
} Take;

static void
take_rows (void   *data,
           gint64  first,
           gint64  last)
{
  const Take *self = data;

  for (gint64 i = first; i < last; i++)
    {
      gint64 row = nn_index_within (self->index[i % self->n_index], self->size);
      gint64 outer = i / self->n_index;
      char *y = self->y + i * (gint64) self->bytes;

      /* All bits set are NaN for decimal numbers and -1 for whole ones. */
      if (row >= 0)
        memcpy (y, self->table + (outer * self->size + row) * (gint64) self->bytes, self->bytes);
      else
        memset (y, self->narrow ? 0 : 0xff, self->bytes);
    }
}

void
nn_rows_take (NnCall       *call,
              const NnView *table,
              const NnView *index,
              int           axis)
{
  const NnShape *shape = &table->shape;
  gsize element = nn_dtype_size (table->dtype);
  gint64 inner = nn_shape_span (shape, axis + 1, shape->rank);
  Take self = {
    table->data, index->data, call->out[0].data, nn_shape_count (&index->shape),
    shape->size[axis], (gsize) inner * element, element == 1
  };

  nn_pool_for (call->pool, call->threads, nn_shape_span (shape, 0, axis) * self.n_index,
               NN_SCALAR_GRAIN / MAX (inner, 1), take_rows, &self);
}

/* Which indices name each row: @order[@start[row]] to @order[@start[row + 1]].
 * They stand in the order in which they came, so that the sums are the same
 * whoever adds them up. */
typedef struct
{
  const float  *rows;
  float        *y;
  gint32       *start;
  gint32       *order;
  gint64        n_index;
  gint64        size;
  gint64        inner;
  gint64        outer;
} Add;

/* Counting sort; @skip and what does not exist are left out. */
static void
sort_by_row (Add          *self,
             const gint64 *index,
             gint64        skip)
{
  gint32 sum = 0;

  memset (self->start, 0, (gsize) (self->size + 1) * sizeof (gint32));
  for (gint64 i = 0; i < self->n_index; i++)
    {
      gint64 row = nn_index_within (index[i], self->size);

      if (row >= 0 && row != skip)
        self->start[row]++;
    }
  for (gint64 row = 0; row <= self->size; row++)
    {
      gint32 count = self->start[row];

      self->start[row] = sum;
      sum += count;
    }
  for (gint64 i = 0; i < self->n_index; i++)
    {
      gint64 row = nn_index_within (index[i], self->size);

      if (row >= 0 && row != skip)
        self->order[self->start[row]++] = (gint32) i;
    }

  /* Each start has moved to the next one's place. */
  for (gint64 row = self->size; row > 0; row--)
    self->start[row] = self->start[row - 1];
  self->start[0] = 0;
}

static NN_CLONES void
add_row (const Add *self,
         gint64     outer,
         gint64     row)
{
  float *y = self->y + (outer * self->size + row) * self->inner;

  memset (y, 0, (gsize) self->inner * sizeof (float));
  for (gint32 i = self->start[row]; i < self->start[row + 1]; i++)
    {
      const float *x = self->rows + (outer * self->n_index + self->order[i]) * self->inner;

      NN_IVDEP
      for (gint64 k = 0; k < self->inner; k++)
        y[k] += x[k];
    }
}

/* A row counts one for itself and one for each that is added to it, so that
 * threads get equal work where few rows get most of it.  A row belongs to the
 * part in which it begins. */
static void
add_part (void   *data,
          gint64  first,
          gint64  last)
{
  const Add *self = data;
  gint64 low = 0;
  gint64 high = self->size;

  while (low < high)
    {
      gint64 middle = (low + high) / 2;

      if (self->start[middle] + middle < first)
        low = middle + 1;
      else
        high = middle;
    }
  for (gint64 row = low; row < self->size && self->start[row] + row < last; row++)
    for (gint64 outer = 0; outer < self->outer; outer++)
      add_row (self, outer, row);
}

gsize
nn_rows_add_bytes (gint64 n_index,
                   gint64 size)
{
  return (gsize) (size + 1 + n_index) * sizeof (gint32);
}

void
nn_rows_add (NnCall *call,
             int     axis,
             gint64  skip)
{
  const NnShape *shape = &call->out[0].shape;
  Add self = {
    .rows = call->in[0].data,
    .y = call->out[0].data,
    .n_index = nn_shape_count (&call->in[1].shape),
    .size = shape->size[axis],
    .inner = nn_shape_span (shape, axis + 1, shape->rank),
    .outer = nn_shape_span (shape, 0, axis),
  };

  self.start = call->workspace;
  self.order = self.start + self.size + 1;
  sort_by_row (&self, call->in[1].data, skip);
  nn_pool_for (call->pool, call->threads, self.size + self.n_index,
               NN_SCALAR_GRAIN / MAX (self.inner * self.outer, 1), add_part, &self);
}
