/* fold-shape.c: computes shapes, and rearranges numbers that are known
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "engine/formats/onnx/constant.h"
#include "engine/formats/onnx/fold.h"
#include "engine/formats/onnx/tensor.h"
#include "engine/formats/onnx/value.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <math.h>
#include <string.h>

#define MAX_RANGE 65536

/* A view of the first input.  FALSE with an error when that is not known. */
static gboolean
set_view (NnOnnxReader  *self,
          const NnShape *shape,
          const gint64  *strides,
          gint64         offset,
          guint          output,
          GError       **error)
{
  NnTensor *x = nn_onnx_in_constant (self, 0, error);

  if (x == NULL)
    return FALSE;

  nn_onnx_set_constant (self, output, nn_tensor_view (x, shape, strides, offset));
  return TRUE;
}

static gboolean
fold_constant (NnOnnxReader  *self,
               GError       **error)
{
  const NnOnnx__Attribute *value = nn_onnx_attr_find (self, "value");
  const NnOnnx__Attribute *number = nn_onnx_attr_find (self, "value_float");
  const NnOnnx__Attribute *whole = nn_onnx_attr_find (self, "value_int");
  const NnOnnx__Attribute *numbers = nn_onnx_attr_find (self, "value_floats");
  const NnOnnx__Attribute *wholes = nn_onnx_attr_find (self, "value_ints");
  NnShape shape = { 0 };
  NnTensor *tensor = NULL;

  if (value != NULL && value->t != NULL)
    {
      tensor = nn_onnx_tensor_read (value->t, self->node->output[0], self->folder, error);
      if (tensor == NULL)
        return FALSE;
      tensor = nn_onnx_constant_normalise (tensor, error);
    }
  else if (number != NULL || whole != NULL)
    {
      tensor = nn_onnx_fold_new (self, number != NULL ? NN_FLOAT32 : NN_INT64, &shape, error);
      if (tensor != NULL)
        nn_onnx_fold_put (tensor, 0, number != NULL ? (double) number->f : 0,
                          whole != NULL ? whole->i : 0);
    }
  else if (numbers != NULL || wholes != NULL)
    {
      shape = NN_SHAPE ((gint64) (numbers != NULL ? numbers->n_floats : wholes->n_ints));
      tensor = nn_onnx_fold_new (self, numbers != NULL ? NN_FLOAT32 : NN_INT64, &shape, error);
      for (gint64 i = 0; tensor != NULL && i < shape.size[0]; i++)
        nn_onnx_fold_put (tensor, i, numbers != NULL ? (double) numbers->floats[i] : 0,
                          wholes != NULL ? wholes->ints[i] : 0);
    }
  else
    return nn_onnx_refuse (self, error, _("it has no numbers that Epoch can read."));

  if (tensor == NULL)
    return FALSE;
  nn_onnx_set_constant (self, 0, tensor);
  return TRUE;
}

static gboolean
fold_shape (NnOnnxReader  *self,
            GError       **error)
{
  const NnOnnxValue *x = nn_onnx_in (self, 0);
  gint64 start = nn_onnx_attr_int (self, "start", 0);
  gint64 end = nn_onnx_attr_int (self, "end", G_MAXINT64);
  gint64 sizes[NN_MAX_RANK];
  int count = 0;

  if (x == NULL)
    return nn_onnx_refuse (self, error, _("it has no input."));

  start = CLAMP (start < 0 ? start + x->rank : start, 0, x->rank);
  end = CLAMP (end < 0 ? end + x->rank : end, 0, x->rank);
  for (gint64 i = start; i < end; i++)
    sizes[count++] = nn_onnx_value_size (self, x, (int) i);
  nn_onnx_set_constant (self, 0, nn_onnx_constant_from_ints (count, sizes));
  return TRUE;
}

static gboolean
fold_size (NnOnnxReader  *self,
           GError       **error)
{
  const NnOnnxValue *x = nn_onnx_in (self, 0);
  NnShape scalar = { 0 };
  gint64 size = 1;
  NnTensor *result;

  if (x == NULL)
    return nn_onnx_refuse (self, error, _("it has no input."));

  for (int i = 0; i < x->rank; i++)
    if (__builtin_mul_overflow (size, nn_onnx_value_size (self, x, i), &size))
      return nn_onnx_refuse (self, error, _("what it computes from known numbers would be too "
                                            "large."));
  result = nn_onnx_fold_new (self, NN_INT64, &scalar, error);
  if (result == NULL)
    return FALSE;
  nn_onnx_fold_put (result, 0, 0, size);
  nn_onnx_set_constant (self, 0, result);
  return TRUE;
}

static gboolean
fold_identity (NnOnnxReader  *self,
               GError       **error)
{
  NnTensor *x = nn_onnx_in_constant (self, 0, error);

  if (x == NULL)
    return FALSE;
  nn_onnx_set_constant (self, 0, nn_tensor_ref (x));
  return TRUE;
}

static gboolean
fold_cast (NnOnnxReader  *self,
           GError       **error)
{
  NnTensor *x = nn_onnx_in_constant (self, 0, error);
  g_autoptr (NnTensor) small = NULL;
  NnTensor *result;
  NnDtype dtype;

  if (x == NULL)
    return FALSE;
  if (!nn_onnx_type_to_dtype ((int) CLAMP (nn_onnx_attr_int (self, "to", 0), 0, 64), &dtype))
    return nn_onnx_refuse (self, error, _("Epoch does not know the type that it makes."));

  dtype = dtype == NN_BOOL ? NN_BOOL
          : dtype == NN_FLOAT32 || dtype == NN_FLOAT64 || dtype == NN_FLOAT16
            || dtype == NN_BFLOAT16 ? NN_FLOAT32 : NN_INT64;
  if (dtype == nn_tensor_get_dtype (x))
    return fold_identity (self, error);

  small = nn_onnx_constant_shrink (x);
  result = nn_onnx_fold_new (self, dtype, nn_tensor_get_shape (small), error);
  if (result == NULL)
    return FALSE;
  for (gint64 i = 0; i < nn_tensor_get_count (small); i++)
    {
      double real = nn_onnx_constant_get (small, i);

      nn_onnx_fold_put (result, i, real,
                        dtype == NN_BOOL ? real != 0
                        : nn_tensor_get_dtype (small) != NN_FLOAT32
                        ? nn_onnx_constant_get_int (small, i)
                        : isnan (real) ? 0 : (gint64) CLAMP (real, -9e18, 9e18));
    }
  nn_onnx_set_constant (self, 0, nn_onnx_constant_stretch (result, nn_tensor_get_shape (x)));
  nn_tensor_unref (result);
  return TRUE;
}

static gboolean
fold_transpose (NnOnnxReader  *self,
                GError       **error)
{
  NnTensor *x = nn_onnx_in_constant (self, 0, error);
  gint64 order[NN_MAX_RANK];
  int count = nn_onnx_attr_ints (self, "perm", order);
  gint64 strides[NN_MAX_RANK];
  guint used = 0;
  NnShape shape;

  if (x == NULL)
    return FALSE;

  shape = *nn_tensor_get_shape (x);
  for (int i = 0; i < shape.rank && count < 0; i++)
    order[i] = shape.rank - 1 - i;
  for (int i = 0; i < shape.rank; i++)
    {
      if ((count >= 0 && count != shape.rank) || order[i] < 0 || order[i] >= shape.rank
          || used >> order[i] & 1)
        return nn_onnx_refuse (self, error, _("each axis must be named once."));
      used |= 1u << order[i];
      shape.size[i] = nn_tensor_get_shape (x)->size[order[i]];
      strides[i] = nn_tensor_get_strides (x)[order[i]];
    }

  return set_view (self, &shape, strides, 0, 0, error);
}

/* In its new shape: a copy unless the numbers lie in a row already. */
static gboolean
set_reshaped (NnOnnxReader  *self,
              NnTensor      *x,
              const NnShape *shape,
              GError       **error)
{
  g_autoptr (NnTensor) rows = NULL;
  gint64 strides[NN_MAX_RANK];

  if (nn_tensor_is_contiguous (x))
    rows = nn_tensor_ref (x);
  else
    {
      g_autoptr (NnTensor) counted = nn_onnx_fold_new (self, nn_tensor_get_dtype (x),
                                                       nn_tensor_get_shape (x), error);

      if (counted == NULL || (rows = nn_tensor_dup (x, error)) == NULL)
        return FALSE;
    }

  nn_shape_strides (shape, strides);
  nn_onnx_set_constant (self, 0, nn_tensor_view (rows, shape, strides, 0));
  return TRUE;
}

static gboolean
fold_reshape (NnOnnxReader  *self,
              GError       **error)
{
  NnTensor *x = nn_onnx_in_constant (self, 0, error);
  gint64 sizes[NN_MAX_RANK];
  int rank = x != NULL ? nn_onnx_in_ints (self, 1, sizes, error) : -2;
  gboolean keep_zeros = nn_onnx_attr_int (self, "allowzero", 0) != 0;
  NnShape shape;
  gint64 known = 1;
  int open = -1;

  if (rank < 0)
    return FALSE;

  for (int i = 0; i < rank; i++)
    {
      if (sizes[i] == 0 && !keep_zeros && i < nn_tensor_get_shape (x)->rank)
        sizes[i] = nn_tensor_get_shape (x)->size[i];
      if (sizes[i] == -1)
        open = i;
      else if (sizes[i] < 0 || __builtin_mul_overflow (known, sizes[i], &known))
        return nn_onnx_refuse (self, error, _("a size is negative or too large."));
    }
  if (open >= 0)
    sizes[open] = known > 0 ? nn_tensor_get_count (x) / known : 0;

  shape = nn_shape_new (rank, sizes);
  if (!nn_shape_check_count (&shape, sizeof (gint64), &known)
      || known != nn_tensor_get_count (x))
    return nn_onnx_refuse (self, error, _("the number of elements must not change."));
  return set_reshaped (self, x, &shape, error);
}

static gboolean
fold_flatten (NnOnnxReader  *self,
              GError       **error)
{
  NnTensor *x = nn_onnx_in_constant (self, 0, error);
  gint64 axis = nn_onnx_attr_int (self, "axis", 1);
  const NnShape *from = x != NULL ? nn_tensor_get_shape (x) : NULL;
  NnShape shape = { 2 };

  if (x == NULL)
    return FALSE;
  if (axis < -from->rank || axis > from->rank)
    return nn_onnx_refuse (self, error, _("there is no axis %" PRId64 " among %d."), axis,
                           from->rank);

  axis = axis < 0 ? axis + from->rank : axis;
  shape.size[0] = nn_shape_span (from, 0, (int) axis);
  shape.size[1] = nn_shape_span (from, (int) axis, from->rank);
  return set_reshaped (self, x, &shape, error);
}

/* All numbers of a list together, as sizes of a shape are multiplied. */
static gboolean
fold_reduce (NnOnnxReader  *self,
             GError       **error)
{
  NnTensor *x = nn_onnx_in_constant (self, 0, error);
  gboolean keep = nn_onnx_attr_int (self, "keepdims", 1) != 0;
  gboolean is_product = g_str_equal (self->node->op_type, "ReduceProd");
  NnShape shape = { keep ? 1 : 0, { 1 } };
  gint64 total = is_product ? 1 : 0;
  NnTensor *result;

  if (x == NULL || nn_tensor_get_shape (x)->rank != 1 || nn_tensor_get_dtype (x) != NN_INT64)
    return FALSE;

  for (gint64 i = 0; i < nn_tensor_get_count (x); i++)
    if (is_product ? __builtin_mul_overflow (total, nn_onnx_constant_get_int (x, i), &total)
                   : __builtin_add_overflow (total, nn_onnx_constant_get_int (x, i), &total))
      return nn_onnx_refuse (self, error, _("what it computes from known numbers would be too "
                                            "large."));
  result = nn_onnx_fold_new (self, NN_INT64, &shape, error);
  if (result == NULL)
    return FALSE;
  nn_onnx_fold_put (result, 0, 0, total);
  nn_onnx_set_constant (self, 0, result);
  return TRUE;
}

static gboolean
fold_squeeze (NnOnnxReader  *self,
              GError       **error)
{
  NnTensor *x = nn_onnx_in_constant (self, 0, error);
  gint64 axes[NN_MAX_RANK];
  gint64 strides[NN_MAX_RANK];
  int count = nn_onnx_attr_ints (self, "axes", axes);
  NnShape shape = { 0 };
  guint gone = 0;

  if (x == NULL || (count < 0 && (count = nn_onnx_in_ints (self, 1, axes, error)) == -2))
    return FALSE;

  for (int i = 0; i < count; i++)
    {
      int axis = nn_onnx_axis (self, axes[i], nn_tensor_get_shape (x)->rank, error);

      if (axis < 0)
        return FALSE;
      gone |= 1u << axis;
    }
  for (int i = 0; i < nn_tensor_get_shape (x)->rank; i++)
    {
      gint64 size = nn_tensor_get_shape (x)->size[i];

      if (count < 0 ? size == 1 : gone >> i & 1)
        {
          if (size != 1)
            return nn_onnx_refuse (self, error, _("only axes of size 1 can be taken away."));
          continue;
        }
      strides[shape.rank] = nn_tensor_get_strides (x)[i];
      shape.size[shape.rank++] = size;
    }

  return set_view (self, &shape, strides, 0, 0, error);
}

static gboolean
fold_unsqueeze (NnOnnxReader  *self,
                GError       **error)
{
  NnTensor *x = nn_onnx_in_constant (self, 0, error);
  gint64 axes[NN_MAX_RANK];
  gint64 strides[NN_MAX_RANK] = { 0 };
  int count = nn_onnx_attr_ints (self, "axes", axes);
  NnShape shape = { 0 };
  guint fresh = 0;
  int from = 0;

  if (x == NULL || (count < 0 && (count = nn_onnx_in_ints (self, 1, axes, error)) == -2))
    return FALSE;

  shape.rank = nn_tensor_get_shape (x)->rank + MAX (count, 0);
  if (shape.rank > NN_MAX_RANK)
    return nn_onnx_refuse (self, error, _("there are more than %d axes."), NN_MAX_RANK);
  for (int i = 0; i < count; i++)
    {
      int axis = nn_onnx_axis (self, axes[i], shape.rank, error);

      if (axis < 0)
        return FALSE;
      if (fresh >> axis & 1)
        return nn_onnx_refuse (self, error, _("each axis must be named once."));
      fresh |= 1u << axis;
    }
  for (int i = 0; i < shape.rank; i++)
    {
      shape.size[i] = 1;
      if (!(fresh >> i & 1))
        {
          shape.size[i] = nn_tensor_get_shape (x)->size[from];
          strides[i] = nn_tensor_get_strides (x)[from++];
        }
    }

  return set_view (self, &shape, strides, 0, 0, error);
}

static gboolean
fold_slice (NnOnnxReader  *self,
            GError       **error)
{
  NnTensor *x = nn_onnx_in_constant (self, 0, error);
  NnOnnxSlice slices[NN_MAX_RANK];
  gint64 strides[NN_MAX_RANK];
  gint64 offset = 0;
  NnShape shape;
  int count;

  if (x == NULL)
    return FALSE;

  shape = *nn_tensor_get_shape (x);
  memcpy (strides, nn_tensor_get_strides (x), sizeof strides);
  count = nn_onnx_slices (self, nn_onnx_in (self, 0), slices, error);
  for (int i = 0; i < count; i++)
    {
      int axis = slices[i].axis;

      offset += slices[i].count > 0 ? slices[i].start * strides[axis] : 0;
      strides[axis] *= slices[i].step;
      shape.size[axis] = slices[i].count;
    }

  return count >= 0 && set_view (self, &shape, strides, offset, 0, error);
}

/* Joins @parts along @axis; all other sizes are equal.  An axis that only repeats
 * in all of them goes on to do so. */
static gboolean
set_joined (NnOnnxReader  *self,
            NnTensor     **parts,
            int            n_parts,
            int            axis,
            GError       **error)
{
  NnShape shape = *nn_tensor_get_shape (parts[0]);
  NnShape small;
  g_autoptr (NnTensor) result = NULL;
  gint64 start = 0;

  shape.size[axis] = 0;
  for (int i = 0; i < n_parts; i++)
    shape.size[axis] += nn_tensor_get_shape (parts[i])->size[axis];
  small = shape;
  for (int k = 0; k < shape.rank; k++)
    {
      gboolean repeats = k != axis;

      for (int i = 0; i < n_parts; i++)
        repeats = repeats && nn_tensor_get_strides (parts[i])[k] == 0;
      if (repeats && small.size[k] > 1)
        small.size[k] = 1;
    }

  result = nn_onnx_fold_new (self, nn_tensor_get_dtype (parts[0]), &small, error);
  if (result == NULL)
    return FALSE;
  for (int i = 0; i < n_parts; i++)
    {
      NnShape part = small;
      gint64 inner = nn_shape_span (&small, axis + 1, small.rank);
      gint64 size = nn_tensor_get_shape (parts[i])->size[axis];
      g_autoptr (NnTensor) view = NULL;

      part.size[axis] = size;
      view = nn_tensor_view (parts[i], &part, nn_tensor_get_strides (parts[i]), 0);
      for (gint64 k = 0; k < nn_shape_count (&part); k++)
        {
          gint64 place = (k / (size * inner) * small.size[axis] + start) * inner
                         + k % (size * inner);

          if (nn_tensor_get_dtype (view) == NN_FLOAT32)
            nn_onnx_fold_put (result, place, nn_onnx_constant_get (view, k), 0);
          else
            nn_onnx_fold_put (result, place, 0, nn_onnx_constant_get_int (view, k));
        }
      start += size;
    }

  nn_onnx_set_constant (self, 0, nn_onnx_constant_stretch (result, &shape));
  return TRUE;
}

static gboolean
fold_concat (NnOnnxReader  *self,
             GError       **error)
{
  guint n_parts = nn_onnx_count_in (self);
  g_autofree NnTensor **parts = g_new0 (NnTensor *, n_parts + 1);
  gint64 total = 0;
  int axis = -1;

  for (guint i = 0; i < n_parts; i++)
    {
      NnShape shape, first;

      parts[i] = nn_onnx_in_constant (self, i, error);
      if (parts[i] == NULL)
        return FALSE;
      shape = *nn_tensor_get_shape (parts[i]);
      first = *nn_tensor_get_shape (parts[0]);
      if (i == 0)
        axis = nn_onnx_axis (self, nn_onnx_attr_int (self, "axis", 0), shape.rank, error);
      if (axis < 0)
        return FALSE;
      if (shape.rank == first.rank && !__builtin_add_overflow (total, shape.size[axis], &total))
        shape.size[axis] = first.size[axis];
      if (!nn_shape_equal (&shape, &first)
          || nn_tensor_get_dtype (parts[i]) != nn_tensor_get_dtype (parts[0]))
        return nn_onnx_refuse (self, error, _("what it joins differs in more than one size."));
    }
  if (n_parts == 0)
    return nn_onnx_refuse (self, error, _("it has no input."));

  return set_joined (self, parts, (int) n_parts, axis, error);
}

static gboolean
fold_gather (NnOnnxReader  *self,
             GError       **error)
{
  NnTensor *x = nn_onnx_in_constant (self, 0, error);
  NnTensor *index = x != NULL ? nn_onnx_in_constant (self, 1, error) : NULL;
  NnShape shape;
  gint64 strides[NN_MAX_RANK];
  gint64 size, n_index;
  int axis, rank;
  g_autoptr (GPtrArray) parts = g_ptr_array_new_with_free_func ((GDestroyNotify) nn_tensor_unref);

  if (index == NULL)
    return FALSE;

  shape = *nn_tensor_get_shape (x);
  rank = nn_tensor_get_shape (index)->rank;
  axis = nn_onnx_axis (self, nn_onnx_attr_int (self, "axis", 0), shape.rank, error);
  if (axis < 0)
    return FALSE;
  n_index = nn_tensor_get_count (index);
  if (nn_tensor_get_dtype (index) != NN_INT64 || rank > 1 || n_index > MAX_RANGE || n_index == 0)
    return nn_onnx_refuse (self, error, _("it takes a list of whole numbers as second input."));

  size = shape.size[axis];
  memcpy (strides, nn_tensor_get_strides (x), sizeof strides);
  shape.size[axis] = 1;
  for (gint64 i = 0; i < n_index; i++)
    {
      gint64 place = nn_onnx_constant_get_int (index, i);

      if (place < -size || place >= size)
        return nn_onnx_refuse (self, error, _("there is no place %" PRId64 " among %"
                                              PRId64 "."), place, size);
      place = place < 0 ? place + size : place;
      g_ptr_array_add (parts, nn_tensor_view (x, &shape, strides, place * strides[axis]));
    }

  if (rank == 1)
    return set_joined (self, (NnTensor **) parts->pdata, (int) parts->len, axis, error);

  for (int i = axis; i + 1 < shape.rank; i++)
    {
      shape.size[i] = shape.size[i + 1];
      strides[i] = strides[i + 1];
    }
  shape.rank--;
  nn_onnx_set_constant (self, 0, nn_tensor_view (g_ptr_array_index (parts, 0), &shape, strides, 0));
  return TRUE;
}

/* The sizes in input @index as a shape, or FALSE with an error. */
static gboolean
read_sizes (NnOnnxReader  *self,
            guint          index,
            NnShape       *shape,
            GError       **error)
{
  gint64 sizes[NN_MAX_RANK];
  int rank = nn_onnx_in_ints (self, index, sizes, error);

  if (rank == -2)
    return FALSE;
  if (rank >= 0)
    *shape = nn_shape_new (rank, sizes);
  if (rank < 0 || !nn_shape_check_count (shape, sizeof (gint64), NULL))
    return nn_onnx_refuse (self, error, _("a size is negative or too large."));
  return TRUE;
}

static gboolean
fold_expand (NnOnnxReader  *self,
             GError       **error)
{
  NnTensor *x = nn_onnx_in_constant (self, 0, error);
  NnShape shape;

  if (x == NULL || !read_sizes (self, 1, &shape, error))
    return FALSE;
  if (!nn_shape_broadcast (nn_tensor_get_shape (x), &shape, &shape)
      || !nn_shape_check_count (&shape, sizeof (gint64), NULL))
    return nn_onnx_refuse (self, error, _("sizes that are broadcast must be equal or 1."));

  nn_onnx_set_constant (self, 0, nn_onnx_constant_stretch (x, &shape));
  return TRUE;
}

static gboolean
fold_constant_of_shape (NnOnnxReader  *self,
                        GError       **error)
{
  const NnOnnx__Attribute *value = nn_onnx_attr_find (self, "value");
  NnShape shape;
  NnShape scalar = { 0 };
  g_autoptr (NnTensor) number = NULL;
  g_autoptr (NnTensor) one = NULL;
  gint64 strides[NN_MAX_RANK] = { 0 };

  if (!read_sizes (self, 0, &shape, error))
    return FALSE;

  if (value != NULL && value->t != NULL)
    number = nn_onnx_tensor_read (value->t, self->node->output[0], self->folder, error);
  else
    number = nn_onnx_fold_new (self, NN_FLOAT32, &scalar, error);
  if (number == NULL)
    return FALSE;
  number = nn_onnx_constant_normalise (g_steal_pointer (&number), error);
  if (number == NULL)
    return FALSE;
  if (nn_tensor_get_count (number) != 1)
    return nn_onnx_refuse (self, error, _("its value must be one number."));

  one = nn_tensor_view (number, &scalar, strides, 0);
  nn_onnx_set_constant (self, 0, nn_onnx_constant_stretch (one, &shape));
  return TRUE;
}

static gboolean
fold_range (NnOnnxReader  *self,
            GError       **error)
{
  double limit[3];
  gint64 count;
  NnShape shape;
  NnTensor *result;
  gboolean is_whole = TRUE;

  for (guint i = 0; i < 3; i++)
    {
      NnTensor *x = nn_onnx_in_constant (self, i, error);

      if (x == NULL)
        return FALSE;
      if (!nn_onnx_constant_number (x, &limit[i]))
        return nn_onnx_refuse (self, error, _("its inputs must be one number each."));
      is_whole = is_whole && nn_tensor_get_dtype (x) == NN_INT64;
    }

  /* Written so that what is no number is refused, too. */
  if (!(limit[2] != 0 && fabs ((limit[1] - limit[0]) / limit[2]) <= MAX_RANGE))
    return nn_onnx_refuse (self, error, _("what it computes from known numbers would be too "
                                          "large."));
  count = (gint64) MAX (ceil ((limit[1] - limit[0]) / limit[2]), 0);
  shape = NN_SHAPE (count);
  result = nn_onnx_fold_new (self, is_whole ? NN_INT64 : NN_FLOAT32, &shape, error);
  if (result == NULL)
    return FALSE;
  for (gint64 i = 0; i < count; i++)
    {
      double number = limit[0] + (double) i * limit[2];

      nn_onnx_fold_put (result, i, number, is_whole ? (gint64) number : 0);
    }
  nn_onnx_set_constant (self, 0, result);
  return TRUE;
}

static const struct
{
  const char *name;
  gboolean  (*fold) (NnOnnxReader  *self,
                     GError       **error);
  gboolean    any_input;        /* its size is enough */
} rows[] = {
  { "Cast", fold_cast },
  { "Concat", fold_concat },
  { "Constant", fold_constant },
  { "ConstantOfShape", fold_constant_of_shape },
  { "Expand", fold_expand },
  { "Flatten", fold_flatten },
  { "Gather", fold_gather },
  { "Identity", fold_identity },
  { "Range", fold_range },
  { "ReduceProd", fold_reduce },
  { "ReduceSum", fold_reduce },
  { "Reshape", fold_reshape },
  { "Shape", fold_shape, TRUE },
  { "Size", fold_size, TRUE },
  { "Slice", fold_slice },
  { "Squeeze", fold_squeeze },
  { "Transpose", fold_transpose },
  { "Unsqueeze", fold_unsqueeze },
  { "Where", nn_onnx_fold_where },
};

static gboolean
all_known (NnOnnxReader *self)
{
  for (guint i = 0; i < nn_onnx_count_in (self); i++)
    {
      const NnOnnxValue *value = nn_onnx_in (self, i);

      if (self->node->input[i][0] != '\0' && (value == NULL || value->constant == NULL))
        return FALSE;
    }

  return TRUE;
}

gboolean
nn_onnx_fold (NnOnnxReader  *self,
              GError       **error)
{
  const char *domain = self->node->domain != NULL ? self->node->domain : "";

  if (self->node->op_type == NULL || self->node->n_output == 0
      || (domain[0] != '\0' && !g_str_equal (domain, "ai.onnx")))
    return FALSE;

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    if (g_str_equal (rows[i].name, self->node->op_type))
      {
        if (rows[i].any_input ? nn_onnx_in (self, 0) == NULL : !all_known (self))
          return FALSE;
        return rows[i].fold (self, error);
      }

  return all_known (self) && nn_onnx_fold_elementwise (self, error);
}
