/* value.c: what nodes of our graph compute, with the axes that an ONNX file sees
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "engine/formats/onnx/value.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define MAX_PIECES (3 * NN_MAX_RANK)

gboolean
nn_onnx_refuse_mixed (NnOnnxReader  *reader,
                      GError       **error)
{
  return nn_onnx_refuse (reader, error, _("it mixes the batch with other axes, and a layer of "
                                          "ours treats each sample alone."));
}

void
nn_onnx_value_free (NnOnnxValue *value)
{
  g_clear_pointer (&value->constant, nn_tensor_unref);
  g_free (value);
}

/* One axis of the file for each of ours. */
static void
see_rows (NnOnnxValue *self)
{
  self->rank = self->stored.rank;
  for (int i = 0; i < self->rank; i++)
    {
      self->begin[i] = i;
      self->axis[i] = i;
    }
  self->begin[self->rank] = self->rank;
}

void
nn_onnx_value_init (NnOnnxValue *self,
                    guint        node,
                    int          out,
                    NnValue     *result)
{
  *self = (NnOnnxValue) {
    .node = node, .out = out, .result = result, .dtype = result->dtype, .stored = result->shape
  };
  see_rows (self);
}

gint64
nn_onnx_value_size (NnOnnxReader      *reader,
                    const NnOnnxValue *self,
                    int                axis)
{
  gint64 size = 1;

  if (self->constant != NULL)
    return nn_tensor_get_shape (self->constant)->size[axis];

  for (int i = self->begin[axis]; i < self->begin[axis + 1]; i++)
    size *= self->axis[i] == 0 ? reader->batch : self->stored.size[self->axis[i]];

  return size;
}

int
nn_onnx_value_batch (const NnOnnxValue *self)
{
  for (int i = 0; i < self->rank; i++)
    for (int k = self->begin[i]; k < self->begin[i + 1]; k++)
      if (self->axis[k] == 0)
        return i;

  return -1;
}

void
nn_onnx_value_permute (NnOnnxValue  *self,
                       int           rank,
                       const gint64 *axes)
{
  NnOnnxValue from = *self;
  int n = 0;

  for (int i = 0; i < rank; i++)
    {
      self->begin[i] = n;
      for (int k = axes[i] < 0 ? 0 : from.begin[axes[i]];
           k < (axes[i] < 0 ? 0 : from.begin[axes[i] + 1]); k++)
        self->axis[n++] = from.axis[k];
    }
  self->begin[rank] = n;
  self->rank = rank;
}

void
nn_onnx_value_insert (NnOnnxValue *self,
                      int          axis)
{
  gint64 axes[NN_MAX_RANK];

  g_assert (self->rank < NN_MAX_RANK);
  for (int i = 0; i <= self->rank; i++)
    axes[i] = i == axis ? -1 : i - (i > axis);
  nn_onnx_value_permute (self, self->rank + 1, axes);
}

void
nn_onnx_value_remove (NnOnnxValue *self,
                      int          axis)
{
  gint64 axes[NN_MAX_RANK];

  for (int i = 0; i + 1 < self->rank; i++)
    axes[i] = i + (i >= axis);
  nn_onnx_value_permute (self, self->rank - 1, axes);
}

void
nn_onnx_value_see_as (NnOnnxValue       *self,
                      const NnOnnxValue *like)
{
  g_assert (self->stored.rank == like->stored.rank);
  self->rank = like->rank;
  memcpy (self->begin, like->begin, sizeof self->begin);
  memcpy (self->axis, like->axis, sizeof self->axis);
}

gboolean
nn_onnx_value_solid (NnOnnxReader  *reader,
                     NnOnnxValue   *self,
                     GError       **error)
{
  NnOnnxCall call;
  NnOnnxValue out[NN_MAX_OUT];
  gint64 sizes[NN_MAX_RANK];

  if (nn_shape_equal (&self->stored, &self->result->shape))
    return TRUE;

  nn_onnx_call_init (&call, self->stored.rank == 2 ? "flatten" : "reshape");
  call.is_helper = TRUE;
  call.in[0] = self;
  call.n_in = 1;
  memcpy (sizes, self->stored.size + 1, sizeof (gint64) * (NN_MAX_RANK - 1));
  if (self->stored.rank != 2)
    nn_onnx_call_set_list (&call, "shape", self->stored.rank - 1, sizes);
  if (!nn_onnx_call_run (reader, &call, out, error))
    return FALSE;

  self->node = out[0].node;
  self->out = out[0].out;
  self->result = out[0].result;
  return TRUE;
}

gboolean
nn_onnx_value_apply (NnOnnxReader  *reader,
                     NnOnnxCall    *self,
                     NnOnnxValue   *x,
                     NnOnnxValue    out[NN_MAX_OUT],
                     GError       **error)
{
  gboolean is_done;

  self->in[0] = x;
  self->n_in = MAX (self->n_in, 1);
  is_done = nn_onnx_value_solid (reader, x, error) && nn_onnx_call_run (reader, self, out, error);
  nn_onnx_call_clear (self);
  if (!is_done)
    return FALSE;

  nn_onnx_value_see_as (&out[0], x);
  nn_onnx_set (reader, 0, &out[0]);
  return TRUE;
}

/* A piece of a stored axis, all of it or a factor of its size. */
typedef struct
{
  int    axis;
  gint64 size;
  int    group;                 /* axis of the file it goes into */
} Piece;

/* Divides the numbers of @self, in the file's order, anew.  FALSE when an axis
 * would have to hold parts of two that do not divide evenly. */
static gboolean
divide (NnOnnxReader *reader,
        NnOnnxValue  *self,
        int           rank,
        const gint64 *sizes,
        Piece         pieces[MAX_PIECES],
        int          *n_pieces)
{
  int next = 0;
  gint64 rest = 1;              /* of the axis that the last piece came from */
  int n_axes = self->begin[self->rank];

  *n_pieces = 0;
  for (int i = 0; i < rank; i++)
    {
      gint64 need = sizes[i];

      while (need != 1)
        {
          int axis;
          gint64 take;

          while (rest == 1 && next < n_axes)
            {
              axis = self->axis[next++];
              rest = axis == 0 ? reader->batch : self->stored.size[axis];
            }
          axis = next > 0 ? self->axis[next - 1] : 0;
          if (rest < 2 || need < 2 || *n_pieces == MAX_PIECES)
            return FALSE;
          if (axis == 0 ? need % rest == 0 : need % rest == 0 || rest % need == 0)
            take = MIN (need, rest);
          else
            return FALSE;
          pieces[(*n_pieces)++] = (Piece) { axis, take, i };
          need /= take;
          rest /= take;
        }
    }

  for (; next < n_axes && rest == 1; next++)
    rest = self->axis[next] == 0 ? reader->batch : self->stored.size[self->axis[next]];
  return rest == 1;
}

/* Stores @self as @pieces say, which changes nothing in memory. */
static gboolean
store_pieces (NnOnnxValue *self,
              int          rank,
              const Piece *pieces,
              int          n_pieces)
{
  NnShape stored = { 1, { 1 } };
  int place[MAX_PIECES];

  for (int axis = 0; axis < self->stored.rank; axis++)
    for (int i = 0; i < n_pieces; i++)
      if (pieces[i].axis == axis)
        {
          place[i] = axis == 0 ? 0 : stored.rank;
          if (axis > 0 && stored.rank == NN_MAX_RANK)
            return FALSE;
          if (axis > 0)
            stored.size[stored.rank++] = pieces[i].size;
        }

  self->stored = stored;
  self->rank = rank;
  for (int i = 0, n = 0; i <= rank; i++)
    {
      self->begin[i] = n;
      for (int k = 0; k < n_pieces; k++)
        if (pieces[k].group == i)
          self->axis[n++] = place[k];
    }

  /* A result of ours has an axis besides the batch. */
  if (self->stored.rank == 1)
    {
      self->stored.rank = 2;
      self->stored.size[1] = 1;
    }
  return TRUE;
}

/* Divides what is stored in the file's order, whatever the sizes are. */
static gboolean
regroup (NnOnnxReader  *reader,
         NnOnnxValue   *self,
         int            rank,
         const gint64  *sizes,
         GError       **error)
{
  int batch = nn_onnx_value_batch (self);
  NnShape stored = { 1, { 1 } };
  int n = 0;

  if (batch > 0 || (batch == 0 && (self->axis[0] != 0 || sizes[0] % reader->batch != 0)))
    return nn_onnx_refuse_mixed (reader, error);

  for (int i = 0; i < rank; i++)
    {
      gint64 size = i == 0 && batch == 0 ? sizes[0] / reader->batch : sizes[i];

      self->begin[i] = n;
      if (i == 0 && batch == 0)
        self->axis[n++] = 0;
      if (size == 1)
        continue;
      if (stored.rank == NN_MAX_RANK)
        return nn_onnx_refuse (reader, error, _("there are more than %d axes."), NN_MAX_RANK);
      self->axis[n++] = stored.rank;
      stored.size[stored.rank++] = size;
    }
  self->begin[rank] = n;
  self->rank = rank;
  self->stored = stored;
  return TRUE;
}

gboolean
nn_onnx_value_reshape (NnOnnxReader  *reader,
                       NnOnnxValue   *self,
                       int            rank,
                       const gint64  *sizes,
                       GError       **error)
{
  Piece pieces[MAX_PIECES];
  int n_pieces;

  if (divide (reader, self, rank, sizes, pieces, &n_pieces)
      && store_pieces (self, rank, pieces, n_pieces))
    return TRUE;

  return nn_onnx_value_plain (reader, self, error)
         && regroup (reader, self, rank, sizes, error);
}

/* Orders the stored axes as the file sees them, behind the batch. */
static gboolean
order_axes (NnOnnxReader  *reader,
            NnOnnxValue   *self,
            GError       **error)
{
  gint64 order[NN_MAX_RANK] = { 0 };
  gboolean used[NN_MAX_RANK] = { TRUE };
  gboolean in_order = TRUE;
  int n = 1;
  NnOnnxCall call;
  NnOnnxValue out[NN_MAX_OUT];
  int place[NN_MAX_RANK] = { 0 };

  for (int i = 0; i < self->begin[self->rank]; i++)
    if (self->axis[i] != 0)
      {
        order[n++] = self->axis[i];
        used[self->axis[i]] = TRUE;
      }
  for (int i = 1; i < self->stored.rank; i++)
    if (!used[i])
      order[n++] = i;
  for (int i = 1, last = 0; i < n; i++)
    if (self->stored.size[order[i]] > 1)
      {
        in_order = in_order && order[i] > last;
        last = (int) order[i];
      }

  if (!in_order)
    {
      if (!nn_onnx_value_solid (reader, self, error))
        return FALSE;
      nn_onnx_call_init (&call, "permute");
      call.is_helper = TRUE;
      call.in[0] = self;
      call.n_in = 1;
      nn_onnx_call_set_list (&call, "axes", n, order);
      if (!nn_onnx_call_run (reader, &call, out, error))
        return FALSE;
      self->node = out[0].node;
      self->out = out[0].out;
      self->result = out[0].result;
    }

  /* Axes of size 1 may lie anywhere, so they count as ordered, too. */
  for (int i = 0; i < n; i++)
    place[order[i]] = i;
  for (int i = 0; i < self->begin[self->rank]; i++)
    self->axis[i] = place[self->axis[i]];
  for (int i = 0; i < n; i++)
    out[0].stored.size[i] = self->stored.size[order[i]];
  memcpy (self->stored.size, out[0].stored.size, sizeof (gint64) * (gsize) n);
  return TRUE;
}

/* One stored axis for each run of them that is not the batch, and one of size 1
 * where the file has an axis and we have none. */
static gboolean
merge_axes (NnOnnxReader  *reader,
            NnOnnxValue   *self,
            GError       **error)
{
  NnOnnxValue from = *self;
  NnShape stored = { 1, { 1 } };
  int n = 0;

  for (int i = 0; i < from.rank; i++)
    {
      gboolean open = FALSE;
      gboolean is_empty = TRUE;

      self->begin[i] = n;
      for (int k = from.begin[i]; k <= from.begin[i + 1]; k++)
        {
          gboolean is_last = k == from.begin[i + 1];

          if (!is_last && from.axis[k] == 0)
            {
              self->axis[n++] = 0;
              open = is_empty = FALSE;
            }
          else if (!is_last && open)
            stored.size[stored.rank - 1] *= from.stored.size[from.axis[k]];
          else if (!is_last || is_empty)
            {
              if (stored.rank == NN_MAX_RANK || n == NN_MAX_RANK)
                return nn_onnx_refuse (reader, error, _("there are more than %d axes."),
                                       NN_MAX_RANK);
              self->axis[n++] = stored.rank;
              stored.size[stored.rank++] = is_last ? 1 : from.stored.size[from.axis[k]];
              open = TRUE;
              is_empty = FALSE;
            }
        }
    }
  self->begin[from.rank] = n;

  if (stored.rank == 1)
    stored = NN_SHAPE (1, 1);
  self->stored = stored;
  return TRUE;
}

gboolean
nn_onnx_value_plain (NnOnnxReader  *reader,
                     NnOnnxValue   *self,
                     GError       **error)
{
  return order_axes (reader, self, error) && merge_axes (reader, self, error);
}

/* Takes the stored axis @axis, of size 1 and soon in no axis of the file, away,
 * unless it is the only one besides the batch. */
static void
drop_stored (NnOnnxValue *self,
             int          axis)
{
  if (self->stored.rank == 2)
    return;

  for (int i = axis; i + 1 < self->stored.rank; i++)
    self->stored.size[i] = self->stored.size[i + 1];
  self->stored.rank--;
  for (int i = 0; i < self->begin[self->rank]; i++)
    if (self->axis[i] > axis)
      self->axis[i]--;
}

void
nn_onnx_value_show_batch (NnOnnxValue *self,
                          int          axis)
{
  drop_stored (self, self->axis[self->begin[axis]]);
  self->axis[self->begin[axis]] = 0;
}

gboolean
nn_onnx_value_rows (NnOnnxReader  *reader,
                    NnOnnxValue   *self,
                    GError       **error)
{
  if (!nn_onnx_value_plain (reader, self, error))
    return FALSE;

  if (nn_onnx_value_batch (self) < 0 && self->rank > 1
      && nn_onnx_value_size (reader, self, 0) == 1)
    nn_onnx_value_show_batch (self, 0);
  if (nn_onnx_value_batch (self) != 0 || self->begin[1] != 1)
    return nn_onnx_refuse (reader, error,
                           _("the batch is not the first axis, as layers of ours want it."));

  /* A list of single numbers keeps the axis that ours have. */
  return nn_onnx_value_solid (reader, self, error);
}

gboolean
nn_onnx_value_last (NnOnnxReader  *reader,
                    NnOnnxValue   *self,
                    GError       **error)
{
  int first = self->rank > 0 ? self->begin[self->rank - 1] : 0;
  int n = self->begin[self->rank] - first;

  if ((n != 1 || self->axis[first] == 0 || self->axis[first] != self->stored.rank - 1)
      && !nn_onnx_value_plain (reader, self, error))
    return FALSE;

  first = self->rank > 0 ? self->begin[self->rank - 1] : 0;
  if (self->rank == 0 || self->axis[first] != self->stored.rank - 1)
    return nn_onnx_refuse_mixed (reader, error);

  return nn_onnx_value_solid (reader, self, error);
}
