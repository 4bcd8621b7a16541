/* broadcast.c: one expression over operands of different shapes
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "engine/cpu/broadcast.h"

typedef struct
{
  const NnCall *call;
  NnRunFunc     function;
  NnShape       shape;          /* of the result, neighbouring axes joined */
  gint64        stride[NN_MAX_BROADCAST][NN_MAX_RANK];
  gint64        bytes[NN_MAX_BROADCAST];
} Broadcast;

/* Strides of @from seen through the axes of @to: 0 where it is stretched. */
static void
stretched_strides (const NnShape *from,
                   const NnShape *to,
                   gint64         strides[NN_MAX_RANK])
{
  gint64 own[NN_MAX_RANK];
  int lead = to->rank - from->rank;

  nn_shape_strides (from, own);
  for (int i = 0; i < to->rank; i++)
    strides[i] = i < lead || from->size[i - lead] == 1 ? 0 : own[i - lead];
}

/* Whether axis @i goes on where the @n-th of the joined ones ends. */
static gboolean
continues (const Broadcast *self,
           int              n,
           int              i,
           gint64           size)
{
  if (n < 0)
    return FALSE;
  for (int k = 0; k < self->call->n_in; k++)
    if (self->stride[k][n] != size * self->stride[k][i])
      return FALSE;

  return TRUE;
}

static void
join_axes (Broadcast *self)
{
  int n = 0;

  for (int i = 0; i < self->shape.rank; i++)
    {
      gint64 size = self->shape.size[i];

      if (size == 1)
        continue;
      if (continues (self, n - 1, i, size))
        {
          n--;
          size *= self->shape.size[n];
        }
      self->shape.size[n] = size;
      for (int k = 0; k < self->call->n_in; k++)
        self->stride[k][n] = self->stride[k][i];
      n++;
    }
  if (n == 0)
    {
      self->shape.size[0] = 1;
      n = 1;
    }
  self->shape.rank = n;
}

static void
broadcast_rows (void   *data,
                gint64  first,
                gint64  last)
{
  const Broadcast *self = data;
  const NnCall *call = self->call;
  int inner = self->shape.rank - 1;
  gint64 count = self->shape.size[inner];
  gint64 bytes_y = (gint64) nn_dtype_size (call->out[0].dtype);

  for (gint64 row = first; row < last; row++)
    {
      gint64 rest = row;
      gint64 at[NN_MAX_BROADCAST] = { 0 };
      NnRun run = { .y = (char *) call->out[0].data + row * count * bytes_y, .count = count };

      for (int i = inner - 1; i >= 0; i--)
        {
          for (int k = 0; k < call->n_in; k++)
            at[k] += rest % self->shape.size[i] * self->stride[k][i];
          rest /= self->shape.size[i];
        }
      for (int k = 0; k < call->n_in; k++)
        {
          run.x[k] = (const char *) call->in[k].data + at[k] * self->bytes[k];
          run.stride[k] = self->stride[k][inner];
        }
      self->function (&run);
    }
}

/* One long row, cut at any place. */
static void
broadcast_part (void   *data,
                gint64  first,
                gint64  last)
{
  const Broadcast *self = data;
  const NnCall *call = self->call;
  NnRun run = { .count = last - first };

  run.y = (char *) call->out[0].data + first * (gint64) nn_dtype_size (call->out[0].dtype);
  for (int k = 0; k < call->n_in; k++)
    {
      run.stride[k] = self->stride[k][0];
      run.x[k] = (const char *) call->in[k].data + first * run.stride[k] * self->bytes[k];
    }
  self->function (&run);
}

void
nn_broadcast (const NnCall *call,
              NnRunFunc     function)
{
  Broadcast self = { call, function, call->out[0].shape };

  g_assert (call->n_in <= NN_MAX_BROADCAST);
  if (nn_shape_count (&self.shape) == 0)
    return;

  for (int k = 0; k < call->n_in; k++)
    {
      stretched_strides (&call->in[k].shape, &self.shape, self.stride[k]);
      self.bytes[k] = (gint64) nn_dtype_size (call->in[k].dtype);
    }
  join_axes (&self);

  if (self.shape.rank == 1)
    nn_pool_for (call->pool, call->threads, self.shape.size[0], NN_SCALAR_GRAIN, broadcast_part,
                 &self);
  else
    nn_pool_for (call->pool, call->threads, nn_shape_span (&self.shape, 0, self.shape.rank - 1),
                 NN_SCALAR_GRAIN / self.shape.size[self.shape.rank - 1], broadcast_rows, &self);
}
