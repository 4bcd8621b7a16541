/* strided.c: the one loop that moves numbers about
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "engine/cpu/strided.h"

#include "engine/op-scalar.h"

/* Positions of one side of a tile: small enough that both sides of a turned
 * tile stay in the nearest cache. */
#define TILE 32

void
nn_strided_init (NnStrided     *self,
                 const NnCall  *call,
                 const NnShape *shape)
{
  *self = (NnStrided) {
    .from = call->in[0].data,
    .to = call->out[0].data,
    .bytes = nn_dtype_size (call->out[0].dtype),
    .shape = *shape,
  };
  nn_shape_strides (shape, self->to_stride);
}

void
nn_strided_skip (NnStrided *self,
                 gint64     elements)
{
  self->from = (const char *) self->from + elements * (gint64) self->bytes;
}

void
nn_strided_skip_to (NnStrided *self,
                    gint64     elements)
{
  self->to = (char *) self->to + elements * (gint64) self->bytes;
}

static void
clear_range (void   *data,
             gint64  first,
             gint64  last)
{
  memset ((char *) data + first, 0, (gsize) (last - first));
}

void
nn_strided_clear (const NnCall *call)
{
  nn_pool_for (call->pool, call->threads,
               nn_shape_count (&call->out[0].shape)
               * (gint64) nn_dtype_size (call->out[0].dtype),
               NN_SCALAR_GRAIN * 8, clear_range, call->out[0].data);
}

#define COPY_RUN(type)                                                        \
  {                                                                           \
    const type *from = x;                                                     \
    type *to = y;                                                             \
                                                                              \
    for (gint64 i = 0; i < count; i++)                                        \
      to[i * to_stride] = from[i * from_stride];                              \
    return;                                                                   \
  }

static inline void
copy_run (const void *x,
          gint64      from_stride,
          void       *y,
          gint64      to_stride,
          gint64      count,
          gsize       bytes)
{
  if (from_stride == 1 && to_stride == 1)
    {
      memcpy (y, x, (gsize) count * bytes);
      return;
    }

  switch (bytes)
    {
    case 1:
      COPY_RUN (guint8)
    case 2:
      COPY_RUN (guint16)
    case 4:
      COPY_RUN (guint32)
    default:
      COPY_RUN (guint64)
    }
}

/* Leaves out axes of size one, and joins neighbours that lie like one axis on
 * both sides. */
static void
join_axes (NnStrided *self)
{
  int n = 0;

  for (int i = 0; i < self->shape.rank; i++)
    {
      gint64 size = self->shape.size[i];

      if (size == 1)
        continue;
      if (n > 0 && self->from_stride[n - 1] == size * self->from_stride[i]
          && self->to_stride[n - 1] == size * self->to_stride[i])
        {
          n--;
          size *= self->shape.size[n];
        }
      self->shape.size[n] = size;
      self->from_stride[n] = self->from_stride[i];
      self->to_stride[n] = self->to_stride[i];
      n++;
    }
  if (n == 0)
    {
      self->shape.size[0] = self->from_stride[0] = self->to_stride[0] = 1;
      n = 1;
    }
  self->shape.rank = n;
}

/* Brings the axis along which the reading side has its neighbours in front of
 * the last, so that the two of them can be walked in tiles. */
static gboolean
turn (NnStrided *self)
{
  int inner = self->shape.rank - 1;

  if (self->from_stride[inner] == 1 || self->from_stride[inner] == 0)
    return FALSE;

  for (int i = inner - 1; i >= 0; i--)
    if (self->from_stride[i] == 1)
      {
        gint64 size = self->shape.size[i];
        gint64 to_stride = self->to_stride[i];

        for (int k = i; k < inner - 1; k++)
          {
            self->shape.size[k] = self->shape.size[k + 1];
            self->from_stride[k] = self->from_stride[k + 1];
            self->to_stride[k] = self->to_stride[k + 1];
          }
        self->shape.size[inner - 1] = size;
        self->from_stride[inner - 1] = 1;
        self->to_stride[inner - 1] = to_stride;
        return TRUE;
      }

  return FALSE;
}

/* Where both sides begin for the @index-th position of the outer @n axes. */
static inline void
find_places (const NnStrided *self,
             int              n,
             gint64           index,
             gint64          *from,
             gint64          *to)
{
  *from = 0;
  *to = 0;
  for (int i = n - 1; i >= 0; i--)
    {
      gint64 at = index % self->shape.size[i];

      index /= self->shape.size[i];
      *from += at * self->from_stride[i];
      *to += at * self->to_stride[i];
    }
}

static NN_CLONES void
copy_rows (void   *data,
           gint64  first,
           gint64  last)
{
  const NnStrided *self = data;
  int inner = self->shape.rank - 1;

  for (gint64 row = first; row < last; row++)
    {
      gint64 from, to;

      find_places (self, inner, row, &from, &to);
      copy_run ((const char *) self->from + from * (gint64) self->bytes, self->from_stride[inner],
                (char *) self->to + to * (gint64) self->bytes, self->to_stride[inner],
                self->shape.size[inner], self->bytes);
    }
}

/* One task is a strip of TILE rows; its tiles lie side by side. */
static NN_CLONES void
copy_tiles (void   *data,
            gint64  first,
            gint64  last)
{
  const NnStrided *self = data;
  int inner = self->shape.rank - 1;
  gint64 rows = self->shape.size[inner - 1];
  gint64 columns = self->shape.size[inner];
  gint64 strips = (rows + TILE - 1) / TILE;

  for (gint64 task = first; task < last; task++)
    {
      gint64 begin = task % strips * TILE;
      gint64 end = MIN (begin + TILE, rows);
      gint64 from, to;

      find_places (self, inner - 1, task / strips, &from, &to);
      for (gint64 column = 0; column < columns; column += TILE)
        for (gint64 row = begin; row < end; row++)
          {
            gint64 x = from + row + column * self->from_stride[inner];
            gint64 y = to + row * self->to_stride[inner - 1] + column * self->to_stride[inner];

            copy_run ((const char *) self->from + x * (gint64) self->bytes,
                      self->from_stride[inner],
                      (char *) self->to + y * (gint64) self->bytes, self->to_stride[inner],
                      MIN (TILE, columns - column), self->bytes);
          }
    }
}

void
nn_strided_copy (NnStrided    *self,
                 const NnCall *call)
{
  gint64 count = nn_shape_count (&self->shape);
  int inner;

  if (count == 0)
    return;

  join_axes (self);
  inner = self->shape.rank - 1;
  if (turn (self))
    {
      gint64 strips = (self->shape.size[inner - 1] + TILE - 1) / TILE;
      gint64 tasks = nn_shape_span (&self->shape, 0, inner - 1) * strips;

      nn_pool_for (call->pool, call->threads, tasks, NN_SCALAR_GRAIN * tasks / count, copy_tiles,
                   self);
    }
  else
    nn_pool_for (call->pool, call->threads, nn_shape_span (&self->shape, 0, inner),
                 NN_SCALAR_GRAIN / self->shape.size[inner], copy_rows, self);
}
