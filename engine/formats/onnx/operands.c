/* operands.c: puts two values together that an ONNX node reads
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "engine/formats/onnx/constant.h"
#include "engine/formats/onnx/value.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* Larger than what networks keep as numbers to be broadcast. */
#define MAX_REPEATED (1 << 24)

NnTensor *
nn_onnx_copy (NnOnnxReader  *reader,
              NnTensor      *tensor,
              GError       **error)
{
  g_autoptr (NnTensor) small = nn_onnx_constant_shrink (tensor);

  /* What only repeats costs nothing in the file. */
  if (nn_tensor_get_count (small) != nn_tensor_get_count (tensor)
      && nn_tensor_get_count (tensor) > MAX_REPEATED)
    {
      nn_onnx_refuse (reader, error, _("what it computes from known numbers would be too large."));
      return NULL;
    }

  return nn_tensor_is_contiguous (tensor) ? nn_tensor_ref (tensor) : nn_tensor_dup (tensor, error);
}

static gboolean
is_same_view (const NnOnnxValue *a,
              const NnOnnxValue *b)
{
  return a->rank == b->rank && nn_shape_equal (&a->stored, &b->stored)
         && memcmp (a->begin, b->begin, sizeof (int) * (gsize) (a->rank + 1)) == 0
         && memcmp (a->axis, b->axis, sizeof (int) * (gsize) a->begin[a->rank]) == 0;
}

/* What is in one axis with the batch, before and behind it. */
static void
batch_pattern (const NnOnnxValue *self,
               int                axis,
               gint64             size[2])
{
  int side = 0;

  size[0] = size[1] = 1;
  for (int i = self->begin[axis]; i < self->begin[axis + 1]; i++)
    if (self->axis[i] == 0)
      side = 1;
    else
      size[side] = self->stored.size[self->axis[i]];
}

/* The batch stands in the same axis of both, or is put there. */
static gboolean
align_batch (NnOnnxReader  *reader,
             NnOnnxValue   *a,
             NnOnnxValue   *b,
             int            n_free,
             GError       **error)
{
  int batch_a = nn_onnx_value_batch (a);
  int batch_b = nn_onnx_value_batch (b);
  int batch = MAX (batch_a, batch_b);
  gint64 pattern_a[2], pattern_b[2];

  if (batch_a != batch_b && batch_a >= 0 && batch_b >= 0)
    return nn_onnx_refuse_mixed (reader, error);
  if (batch < 0)
    return TRUE;
  if (batch >= a->rank - n_free)
    return nn_onnx_refuse_mixed (reader, error);

  if (batch_a != batch_b)
    {
      NnOnnxValue *hidden = batch_a < 0 ? a : b;

      if (nn_onnx_value_size (reader, hidden, batch) != 1)
        return nn_onnx_refuse_mixed (reader, error);
      nn_onnx_value_show_batch (hidden, batch);
    }

  batch_pattern (a, batch, pattern_a);
  batch_pattern (b, batch, pattern_b);
  if (pattern_a[0] != pattern_b[0] || pattern_a[1] != pattern_b[1])
    return nn_onnx_refuse_mixed (reader, error);
  return TRUE;
}

gboolean
nn_onnx_value_align (NnOnnxReader  *reader,
                     NnOnnxValue   *a,
                     NnOnnxValue   *b,
                     int            n_free,
                     GError       **error)
{
  while (a->rank < b->rank)
    nn_onnx_value_insert (a, 0);
  while (b->rank < a->rank)
    nn_onnx_value_insert (b, 0);

  if (n_free == 0 && is_same_view (a, b))
    return nn_onnx_value_solid (reader, a, error) && nn_onnx_value_solid (reader, b, error);

  return nn_onnx_value_plain (reader, a, error)
         && nn_onnx_value_plain (reader, b, error)
         && align_batch (reader, a, b, n_free, error)
         && nn_onnx_value_solid (reader, a, error)
         && nn_onnx_value_solid (reader, b, error);
}

static gint64
constant_size (NnTensor *constant,
               int       rank,
               int       axis)
{
  const NnShape *shape = nn_tensor_get_shape (constant);

  return axis < rank - shape->rank ? 1 : shape->size[axis - rank + shape->rank];
}

/* @constant with the stored axes of @self behind the batch, as far as it has
 * them.  (transfer full) */
static NnTensor *
store_constant (NnOnnxReader       *reader,
                const NnOnnxValue  *self,
                NnTensor           *constant,
                GError            **error)
{
  NnShape file = { 0 };         /* in the file's order, divided as stored */
  NnShape ours = { MAX (self->stored.rank - 1, 1), { 1, 1, 1, 1, 1, 1, 1, 1 } };
  gint64 from[NN_MAX_RANK];
  gint64 to[NN_MAX_RANK] = { 0 };
  int axis[NN_MAX_RANK];
  int lead = 0;
  g_autoptr (NnTensor) solid = nn_onnx_copy (reader, constant, error);
  g_autoptr (NnTensor) view = NULL;

  if (solid == NULL)
    return NULL;

  for (int i = 0; i < self->rank; i++)
    for (int k = self->begin[i]; k < self->begin[i + 1]; k++)
      if (self->axis[k] != 0 && constant_size (constant, self->rank, i) > 1)
        {
          gboolean is_whole = self->begin[i + 1] - self->begin[i] == 1;

          axis[file.rank] = self->axis[k] - 1;
          file.size[file.rank++] = is_whole ? constant_size (constant, self->rank, i)
                                            : self->stored.size[self->axis[k]];
        }
  nn_shape_strides (&file, from);
  for (int i = 0; i < file.rank; i++)
    {
      ours.size[axis[i]] = file.size[i];
      to[axis[i]] = from[i];
    }

  while (lead + 1 < ours.rank && ours.size[lead] == 1)
    lead++;
  ours = nn_shape_new (ours.rank - lead, ours.size + lead);
  view = nn_tensor_view (solid, &ours, to + lead, 0);
  return nn_onnx_copy (reader, view, error);
}

/* Whether @constant, without the batch if it had one, can be broadcast with @self;
 * @widens tells that it stretches @self. */
static gboolean
check_pair (NnOnnxReader  *reader,
            NnOnnxValue   *self,
            NnTensor      *constant,
            gboolean      *widens,
            GError       **error)
{
  *widens = FALSE;
  for (int i = 0; i < self->rank; i++)
    {
      gint64 size = constant_size (constant, self->rank, i);
      gint64 ours = nn_onnx_value_size (reader, self, i);

      if (size > 1 && i == nn_onnx_value_batch (self))
        return nn_onnx_refuse_mixed (reader, error);
      if (size > 1 && ours == 1)
        *widens = TRUE;
      else if (size != 1 && size != ours)
        return nn_onnx_refuse (reader, error, _("sizes that are broadcast must be equal or 1."));
    }

  return TRUE;
}

/* A node that gives the numbers of @item, which has the shape of one sample, for
 * each sample of @like, or once for NULL.  Input @input is where they came from. */
static gboolean
add_source (NnOnnxReader       *reader,
            guint               input,
            NnTensor           *item,
            const NnOnnxValue  *like,
            NnOnnxValue        *node,
            GError            **error)
{
  const NnShape *shape = nn_tensor_get_shape (item);
  NnOnnxCall call;
  NnOnnxValue out[NN_MAX_OUT];
  gboolean is_done;

  nn_onnx_call_init (&call, nn_onnx_in_is_weight (reader, input) ? "parameter" : "buffer");
  call.is_helper = TRUE;
  call.name = reader->node->input[input];
  call.in[0] = like;
  call.n_in = like != NULL ? 1 : 0;
  nn_onnx_call_set_list (&call, "shape", shape->rank, shape->size);
  nn_onnx_call_weight (&call, "value", nn_tensor_ref (item));
  is_done = nn_onnx_call_run (reader, &call, out, error);
  nn_onnx_call_clear (&call);
  if (is_done)
    *node = out[0];
  return is_done;
}

gboolean
nn_onnx_value_pair (NnOnnxReader  *reader,
                    NnOnnxValue   *self,
                    guint          input,
                    NnOnnxValue   *node,
                    GError       **error)
{
  NnTensor *constant = nn_onnx_in_constant (reader, input, error);
  g_autoptr (NnTensor) item = NULL;
  g_autoptr (NnTensor) stored = NULL;
  gboolean widens;

  if (constant == NULL)
    return FALSE;

  item = nn_onnx_constant_without_batch (constant, NN_ONNX_BATCH);
  while (self->rank < nn_tensor_get_shape (item)->rank)
    nn_onnx_value_insert (self, 0);
  if (!check_pair (reader, self, item, &widens, error)
      || (widens && !nn_onnx_value_plain (reader, self, error))
      || !nn_onnx_value_solid (reader, self, error)
      || (stored = store_constant (reader, self, item, error)) == NULL)
    return FALSE;

  return add_source (reader, input, stored, NULL, node, error);
}

gboolean
nn_onnx_value_repeat (NnOnnxReader  *reader,
                      guint          input,
                      NnOnnxValue   *like,
                      int            n_free,
                      NnOnnxValue   *node,
                      GError       **error)
{
  NnTensor *constant = nn_onnx_in_constant (reader, input, error);
  g_autoptr (NnTensor) item = NULL;
  g_autoptr (NnTensor) stretched = NULL;
  g_autoptr (NnTensor) stored = NULL;
  NnShape shape;
  int rank, lead;

  if (constant == NULL || !nn_onnx_value_plain (reader, like, error)
      || !nn_onnx_value_solid (reader, like, error))
    return FALSE;

  /* The batch is the first axis of both, or the file does not know of it. */
  item = nn_onnx_constant_without_batch (constant, NN_ONNX_BATCH);
  lead = nn_onnx_value_batch (like) == 0 ? 1 : 0;
  rank = nn_tensor_get_shape (item)->rank;
  if (nn_onnx_value_batch (like) > 0 || (lead == 1 && like->begin[1] != 1) || rank > like->rank
      || n_free > rank || (lead == 1 && constant_size (item, like->rank, 0) != 1))
    return nn_onnx_refuse_mixed (reader, error);

  shape = (NnShape) { like->rank - lead };
  for (int i = lead; i < like->rank; i++)
    {
      gint64 size = constant_size (item, like->rank, i);

      shape.size[i - lead] = size == 1 && i < like->rank - n_free
                             ? nn_onnx_value_size (reader, like, i) : size;
    }
  if (rank > shape.rank)
    {
      NnShape sample = nn_shape_item (nn_tensor_get_shape (item));
      NnTensor *view = nn_tensor_view (item, &sample, nn_tensor_get_strides (item) + 1, 0);

      nn_tensor_unref (item);
      item = view;
    }
  stretched = nn_onnx_constant_stretch (item, &shape);
  stored = nn_onnx_copy (reader, stretched, error);
  if (stored == NULL || !add_source (reader, input, stored, like, node, error))
    return FALSE;

  nn_onnx_value_see_as (node, like);
  return TRUE;
}

gboolean
nn_onnx_value_pad (NnOnnxReader  *reader,
                   NnOnnxValue   *self,
                   int            stored,
                   gint64         before,
                   gint64         behind,
                   GError       **error)
{
  NnOnnxCall call;
  NnOnnxValue out[NN_MAX_OUT];
  gint64 first[NN_MAX_RANK] = { before };
  gint64 last[NN_MAX_RANK] = { behind };

  nn_onnx_call_init (&call, "pad");
  call.is_helper = TRUE;
  call.in[0] = self;
  call.n_in = 1;
  nn_onnx_call_set_list (&call, "before", self->stored.rank - stored, first);
  nn_onnx_call_set_list (&call, "behind", self->stored.rank - stored, last);
  if (!nn_onnx_value_solid (reader, self, error)
      || !nn_onnx_call_run (reader, &call, out, error))
    return FALSE;

  nn_onnx_value_see_as (&out[0], self);
  *self = out[0];
  return TRUE;
}
