/* read-shape.c: operators of ONNX that move numbers about
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "engine/formats/onnx/constant.h"
#include "engine/formats/onnx/tensor.h"
#include "engine/formats/onnx/value.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <string.h>

static gboolean
read_identity (NnOnnxReader  *self,
               GError       **error)
{
  const NnOnnxValue *x = nn_onnx_in_value (self, 0, error);

  if (x != NULL)
    nn_onnx_set (self, 0, x);
  return x != NULL;
}

/* Our layers drop something while they train; what stays of one in a file is
 * nothing. */
static gboolean
read_dropout (NnOnnxReader  *self,
              GError       **error)
{
  nn_onnx_attr_find (self, "ratio");
  nn_onnx_attr_find (self, "seed");
  nn_onnx_attr_find (self, "is_test");
  if (nn_onnx_wants (self, 1))
    return nn_onnx_refuse (self, error, _("something reads which numbers it drops."));

  return read_identity (self, error);
}

/* Numbers that are computed are real, of one precision. */
static gboolean
read_cast (NnOnnxReader  *self,
           GError       **error)
{
  const NnOnnxValue *x = nn_onnx_in_value (self, 0, error);
  gint64 to = nn_onnx_attr_int (self, "to", 0);
  NnDtype dtype;

  nn_onnx_attr_find (self, "saturate");
  if (x == NULL)
    return FALSE;
  if (to < 0 || to > 64 || !nn_onnx_type_to_dtype ((int) to, &dtype)
      || (dtype != x->dtype && (x->dtype != NN_FLOAT32 || (dtype != NN_FLOAT64
                                                           && dtype != NN_FLOAT16
                                                           && dtype != NN_BFLOAT16))))
    return nn_onnx_refuse (self, error, _("layers of ours compute with real numbers only, so "
                                          "they cannot become others."));

  nn_onnx_set (self, 0, x);
  return TRUE;
}

static gboolean
set_reshaped (NnOnnxReader       *self,
              const NnOnnxValue  *x,
              int                 rank,
              const gint64       *sizes,
              GError            **error)
{
  NnOnnxValue y = *x;

  if (!nn_onnx_value_reshape (self, &y, rank, sizes, error))
    return FALSE;

  nn_onnx_set (self, 0, &y);
  return TRUE;
}

/* The product of the sizes of axes @first to @last - 1; FALSE with an error when
 * it is too large. */
static gboolean
span (NnOnnxReader       *self,
      const NnOnnxValue  *x,
      int                 first,
      int                 last,
      gint64             *product,
      GError            **error)
{
  *product = 1;
  for (int i = first; i < last; i++)
    if (__builtin_mul_overflow (*product, nn_onnx_value_size (self, x, i), product))
      return nn_onnx_refuse_mixed (self, error);

  return TRUE;
}

static gboolean
read_flatten (NnOnnxReader  *self,
              GError       **error)
{
  const NnOnnxValue *x = nn_onnx_in_value (self, 0, error);
  gint64 axis = nn_onnx_attr_int (self, "axis", 1);
  gint64 sizes[2];

  if (x == NULL)
    return FALSE;
  if (axis < -x->rank || axis > x->rank)
    return nn_onnx_refuse (self, error, _("there is no axis %" PRId64 " among %d."), axis,
                           x->rank);

  axis = axis < 0 ? axis + x->rank : axis;
  return span (self, x, 0, (int) axis, &sizes[0], error)
         && span (self, x, (int) axis, x->rank, &sizes[1], error)
         && set_reshaped (self, x, 2, sizes, error);
}

static gboolean
read_reshape (NnOnnxReader  *self,
              GError       **error)
{
  const NnOnnxValue *x = nn_onnx_in_value (self, 0, error);
  gint64 sizes[NN_MAX_RANK];
  int rank = x != NULL ? nn_onnx_in_ints (self, 1, sizes, error) : -2;
  gboolean keep_zeros = nn_onnx_attr_int (self, "allowzero", 0) != 0;
  gint64 known = 1;
  gint64 total;
  int open = -1;

  if (rank == -1)
    return nn_onnx_refuse (self, error, _("it has no shape."));
  if (rank < 0 || !span (self, x, 0, x->rank, &total, error))
    return FALSE;

  for (int i = 0; i < rank; i++)
    {
      if (sizes[i] == 0 && !keep_zeros && i < x->rank)
        sizes[i] = nn_onnx_value_size (self, x, i);
      if (sizes[i] == -1 && open < 0)
        open = i;
      else if (sizes[i] < 1 || __builtin_mul_overflow (known, sizes[i], &known))
        return nn_onnx_refuse (self, error, _("a size is not positive, or too large."));
    }

  /* A batch written as -1 beside a number that was it when the file was made. */
  if (open >= 0)
    sizes[open] = MAX (total / known, 1);
  if (open >= 0 ? total % known != 0 : total != known)
    return nn_onnx_refuse (self, error, _("the number of elements must not change."));

  return set_reshaped (self, x, rank, sizes, error);
}

static gboolean
read_transpose (NnOnnxReader  *self,
                GError       **error)
{
  const NnOnnxValue *x = nn_onnx_in_value (self, 0, error);
  gint64 order[NN_MAX_RANK];
  int count = nn_onnx_attr_ints (self, "perm", order);
  NnOnnxValue y;
  guint used = 0;

  if (x == NULL)
    return FALSE;

  for (int i = 0; i < x->rank; i++)
    {
      if (count < 0)
        order[i] = x->rank - 1 - i;
      if ((count >= 0 && count != x->rank) || order[i] < 0 || order[i] >= x->rank
          || used >> order[i] & 1)
        return nn_onnx_refuse (self, error, _("each axis must be named once."));
      used |= 1u << order[i];
    }

  y = *x;
  nn_onnx_value_permute (&y, x->rank, order);
  nn_onnx_set (self, 0, &y);
  return TRUE;
}

/* Axes in an attribute up to opset 12 and in input 1 since: how many, -1 for none,
 * -2 with an error. */
static int
read_axes (NnOnnxReader  *self,
           int            rank,
           gint64         axes[NN_MAX_RANK],
           GError       **error)
{
  int count = nn_onnx_attr_ints (self, "axes", axes);

  if (count < 0)
    count = nn_onnx_in_ints (self, 1, axes, error);
  for (int i = 0; i < count; i++)
    {
      axes[i] = nn_onnx_axis (self, axes[i], rank, error);
      if (axes[i] < 0)
        return -2;
    }

  return count;
}

static gboolean
read_squeeze (NnOnnxReader  *self,
              GError       **error)
{
  const NnOnnxValue *x = nn_onnx_in_value (self, 0, error);
  gint64 axes[NN_MAX_RANK];
  int count = x != NULL ? read_axes (self, x->rank, axes, error) : -2;
  NnOnnxValue y;

  if (count == -2)
    return FALSE;

  y = *x;
  for (int i = x->rank - 1; i >= 0; i--)
    {
      gboolean is_one = nn_onnx_value_size (self, x, i) == 1;
      gboolean is_named = FALSE;

      for (int k = 0; k < count; k++)
        is_named = is_named || axes[k] == i;
      if (is_named && !is_one)
        return nn_onnx_refuse (self, error, _("only axes of size 1 can be taken away."));
      if (is_named || (count < 0 && is_one))
        nn_onnx_value_remove (&y, i);
    }
  nn_onnx_set (self, 0, &y);
  return TRUE;
}

static gboolean
read_unsqueeze (NnOnnxReader  *self,
                GError       **error)
{
  const NnOnnxValue *x = nn_onnx_in_value (self, 0, error);
  gint64 axes[NN_MAX_RANK];
  NnOnnxValue y;
  int count = nn_onnx_attr_ints (self, "axes", axes);
  guint fresh = 0;

  if (x == NULL || (count < 0 && (count = nn_onnx_in_ints (self, 1, axes, error)) == -2))
    return FALSE;
  if (count < 1 || x->rank + count > NN_MAX_RANK)
    return nn_onnx_refuse (self, error, _("there are more than %d axes."), NN_MAX_RANK);

  for (int i = 0; i < count; i++)
    {
      int axis = nn_onnx_axis (self, axes[i], x->rank + count, error);

      if (axis < 0)
        return FALSE;
      if (fresh >> axis & 1)
        return nn_onnx_refuse (self, error, _("each axis must be named once."));
      fresh |= 1u << axis;
    }
  y = *x;
  for (int i = 0; i < x->rank + count; i++)
    if (fresh >> i & 1)
      nn_onnx_value_insert (&y, i);
  nn_onnx_set (self, 0, &y);
  return TRUE;
}

/* Gives axis @axis one stored axis of its own, and tells which. */
static gboolean
isolate (NnOnnxReader  *self,
         NnOnnxValue   *x,
         int            axis,
         int           *stored,
         GError       **error)
{
  if (x->begin[axis + 1] - x->begin[axis] != 1 && !nn_onnx_value_plain (self, x, error))
    return FALSE;
  if (x->begin[axis + 1] - x->begin[axis] != 1 || x->axis[x->begin[axis]] == 0)
    return nn_onnx_refuse_mixed (self, error);

  *stored = x->axis[x->begin[axis]];
  return TRUE;
}

/* A part of @x along one axis; @x becomes it. */
static gboolean
cut (NnOnnxReader  *self,
     NnOnnxValue   *x,
     int            axis,
     gint64         start,
     gint64         count,
     gint64         step,
     GError       **error)
{
  NnOnnxCall call;
  NnOnnxValue out[NN_MAX_OUT];
  int stored = 0;

  if (start == 0 && step == 1 && count == nn_onnx_value_size (self, x, axis))
    return TRUE;
  if (!isolate (self, x, axis, &stored, error) || !nn_onnx_value_solid (self, x, error))
    return FALSE;
  if (count < 1)
    return nn_onnx_refuse (self, error, _("nothing is left of axis %d."), axis);

  nn_onnx_call_init (&call, "slice");
  call.in[0] = x;
  call.n_in = 1;
  nn_onnx_call_set (&call, "axes", stored);
  nn_onnx_call_set (&call, "start", (double) start);
  nn_onnx_call_set (&call, "end", (double) (start + (count - 1) * step + 1));
  nn_onnx_call_set (&call, "step", (double) step);
  if (!nn_onnx_call_run (self, &call, out, error))
    return FALSE;
  nn_onnx_value_see_as (&out[0], x);
  *x = out[0];
  return TRUE;
}

/* The numbers of a Slice up to opset 9 are attributes; those of later ones are
 * inputs. */
static int
slice_numbers (NnOnnxReader  *self,
               guint          input,
               const char    *attribute,
               gint64         numbers[NN_MAX_RANK],
               GError       **error)
{
  int count = nn_onnx_attr_ints (self, attribute, numbers);

  return count >= 0 ? count : nn_onnx_in_ints (self, input, numbers, error);
}

int
nn_onnx_slices (NnOnnxReader       *self,
                const NnOnnxValue  *x,
                NnOnnxSlice         slices[NN_MAX_RANK],
                GError            **error)
{
  gint64 starts[NN_MAX_RANK], ends[NN_MAX_RANK], axes[NN_MAX_RANK], steps[NN_MAX_RANK];
  int count = slice_numbers (self, 1, "starts", starts, error);
  int n_ends = slice_numbers (self, 2, "ends", ends, error);
  int n_axes = slice_numbers (self, 3, "axes", axes, error);
  int n_steps = nn_onnx_in_ints (self, 4, steps, error);

  if (count == -2 || n_ends == -2 || n_axes == -2 || n_steps == -2)
    return -1;
  if (count < 0 || n_ends != count || (n_axes != -1 && n_axes != count)
      || (n_steps != -1 && n_steps != count) || count > x->rank)
    {
      nn_onnx_refuse (self, error, _("its lists of starts, ends, axes and steps differ in "
                                     "length."));
      return -1;
    }

  for (int i = 0; i < count; i++)
    {
      int axis = nn_onnx_axis (self, n_axes < 0 ? i : axes[i], x->rank, error);
      gint64 step = n_steps < 0 ? 1 : steps[i];
      gint64 size = axis < 0 ? 0 : nn_onnx_value_size (self, x, axis);
      gint64 start = starts[i];
      gint64 end = ends[i];

      if (axis < 0)
        return -1;
      if (step == 0 || step < -G_MAXINT32 || step > G_MAXINT32)
        {
          nn_onnx_refuse (self, error, _("a step is 0 or too large."));
          return -1;
        }
      start = CLAMP (start < 0 ? start + size : start, 0, step > 0 ? size : size - 1);
      end = CLAMP (end < 0 ? end + size : end, step > 0 ? 0 : -1, size);
      slices[i] = (NnOnnxSlice) {
        axis, start, step,
        MAX (step > 0 ? (end - start + step - 1) / step : (end - start + step + 1) / step, 0)
      };
    }

  return count;
}

static gboolean
read_slice (NnOnnxReader  *self,
            GError       **error)
{
  const NnOnnxValue *x = nn_onnx_in_value (self, 0, error);
  NnOnnxSlice slices[NN_MAX_RANK];
  int count = x != NULL ? nn_onnx_slices (self, x, slices, error) : -1;
  NnOnnxValue y;

  if (count < 0)
    return FALSE;

  y = *x;
  for (int i = 0; i < count; i++)
    {
      if (slices[i].step < 1 && slices[i].count > 1)
        return nn_onnx_refuse (self, error, _("it turns an axis round, which Epoch has no layer "
                                              "for."));
      if (!cut (self, &y, slices[i].axis, slices[i].start, slices[i].count,
                MAX (slices[i].step, 1), error))
        return FALSE;
    }
  nn_onnx_set (self, 0, &y);
  return TRUE;
}

static gboolean
read_split (NnOnnxReader  *self,
            GError       **error)
{
  const NnOnnxValue *x = nn_onnx_in_value (self, 0, error);
  gint64 sizes[NN_MAX_RANK];
  int n_parts = (int) MIN (self->node->n_output, G_MAXINT);
  int count = nn_onnx_attr_ints (self, "split", sizes);
  gint64 start = 0;
  gint64 size, even;
  int axis;

  nn_onnx_attr_find (self, "num_outputs");
  if (x == NULL || (count < 0 && (count = nn_onnx_in_ints (self, 1, sizes, error)) == -2))
    return FALSE;
  axis = nn_onnx_axis (self, nn_onnx_attr_int (self, "axis", 0), x->rank, error);
  if (axis < 0)
    return FALSE;

  size = nn_onnx_value_size (self, x, axis);
  even = (size + n_parts - 1) / n_parts;
  for (int i = 0; i < n_parts; i++)
    {
      gint64 part = count < 0 ? MIN (even, size - start) : i < count ? sizes[i] : -1;
      NnOnnxValue y = *x;

      if (part < 1 || part > size - start)
        return nn_onnx_refuse (self, error, _("its parts do not add up to the size of axis %d."),
                               axis);
      if (nn_onnx_wants (self, (guint) i))
        {
          if (!cut (self, &y, axis, start, part, 1, error))
            return FALSE;
          nn_onnx_set (self, (guint) i, &y);
        }
      start += part;
    }

  return TRUE;
}

/* One place along an axis: with a single number the axis goes. */
static gboolean
read_gather (NnOnnxReader  *self,
             GError       **error)
{
  const NnOnnxValue *x = nn_onnx_in_value (self, 0, error);
  NnTensor *index = x != NULL ? nn_onnx_in_constant (self, 1, error) : NULL;
  int axis = index == NULL ? -1
             : nn_onnx_axis (self, nn_onnx_attr_int (self, "axis", 0), x->rank, error);
  NnOnnxValue y;
  gint64 place, size;

  if (axis < 0)
    return FALSE;
  if (nn_tensor_get_count (index) != 1 || nn_tensor_get_dtype (index) != NN_INT64
      || nn_tensor_get_shape (index)->rank > 1)
    return nn_onnx_refuse (self, error, _("it picks several places, which Epoch has no layer "
                                          "for."));

  y = *x;
  size = nn_onnx_value_size (self, x, axis);
  place = nn_onnx_constant_get_int (index, 0);
  place = place < 0 ? place + size : place;
  if (place < 0 || place >= size)
    return nn_onnx_refuse (self, error, _("there is no place %" PRId64 " among %"
                                          PRId64 "."), place, size);
  if (!cut (self, &y, axis, place, 1, 1, error))
    return FALSE;
  if (nn_tensor_get_shape (index)->rank == 0)
    nn_onnx_value_remove (&y, axis);
  nn_onnx_set (self, 0, &y);
  return TRUE;
}

/* The parts as values whose stored axes agree. */
static gboolean
read_parts (NnOnnxReader  *self,
            NnOnnxValue   *parts,
            guint          n_parts,
            GError       **error)
{
  guint first = 0;

  while (first < n_parts && (nn_onnx_in (self, first) == NULL
                             || nn_onnx_in (self, first)->constant != NULL))
    first++;
  if (first == n_parts)
    return nn_onnx_in_value (self, 0, error) != NULL;

  parts[first] = *nn_onnx_in (self, first);
  for (guint i = 0; i < n_parts; i++)
    {
      const NnOnnxValue *x = nn_onnx_in (self, i);

      if (x != NULL && x->constant != NULL)
        {
          if (!nn_onnx_value_repeat (self, i, &parts[first], x->rank - 1, &parts[i], error))
            return FALSE;
          continue;
        }
      if (x == NULL)
        return nn_onnx_in_value (self, i, error) != NULL;
      if (i != first)
        parts[i] = *x;
      if (!nn_onnx_value_plain (self, &parts[i], error)
          || !nn_onnx_value_solid (self, &parts[i], error))
        return FALSE;
      if (parts[i].rank != parts[first].rank || parts[i].stored.rank != parts[first].stored.rank
          || memcmp (parts[i].axis, parts[first].axis, sizeof (int) * (gsize) parts[i].rank) != 0)
        return nn_onnx_refuse_mixed (self, error);
    }

  return TRUE;
}

/* More than a layer of ours takes are joined in portions. */
static gboolean
join (NnOnnxReader  *self,
      NnOnnxValue   *parts,
      guint          n_parts,
      int            stored,
      NnOnnxValue   *y,
      GError       **error)
{
  *y = parts[0];
  for (guint done = 1; done < n_parts;)
    {
      NnOnnxCall call;
      NnOnnxValue out[NN_MAX_OUT];
      NnOnnxValue before = *y;

      nn_onnx_call_init (&call, "concat");
      call.in[call.n_in++] = &before;
      while (call.n_in < NN_MAX_IN && done < n_parts)
        call.in[call.n_in++] = &parts[done++];
      nn_onnx_call_set (&call, "axis", stored);
      if (!nn_onnx_call_run (self, &call, out, error))
        return FALSE;
      nn_onnx_value_see_as (&out[0], y);
      *y = out[0];
    }

  return TRUE;
}

static gboolean
read_concat (NnOnnxReader  *self,
             GError       **error)
{
  guint n_parts = nn_onnx_count_in (self);
  g_autofree NnOnnxValue *parts = g_new0 (NnOnnxValue, n_parts + 1);
  gint64 attr = nn_onnx_attr_int (self, "axis", 0);
  NnOnnxValue y;
  int stored = 0;
  int axis;

  if (n_parts == 0)
    return nn_onnx_refuse (self, error, _("it has no input."));
  if (!read_parts (self, parts, n_parts, error))
    return FALSE;
  axis = nn_onnx_axis (self, attr, parts[0].rank, error);
  if (axis < 0 || !isolate (self, &parts[0], axis, &stored, error)
      || !join (self, parts, n_parts, stored, &y, error))
    return FALSE;

  nn_onnx_set (self, 0, &y);
  return TRUE;
}

/* Zeros around; the first half of the numbers is in front of each axis. */
static gboolean
read_pad (NnOnnxReader  *self,
          GError       **error)
{
  const NnOnnxValue *x = nn_onnx_in_value (self, 0, error);
  const NnOnnx__Attribute *old = nn_onnx_attr_find (self, "pads");
  NnTensor *pads = x == NULL || old != NULL ? NULL : nn_onnx_in_constant (self, 1, error);
  gint64 amount[2 * NN_MAX_RANK];
  double fill = nn_onnx_attr_float (self, "value", 0);
  NnOnnxValue y;
  int count = pads != NULL ? nn_onnx_constant_ints (pads, amount, 2 * NN_MAX_RANK) : -1;

  if (x == NULL || (old == NULL && pads == NULL))
    return FALSE;
  if (!nn_onnx_attr_is (self, "mode", "constant", TRUE) || nn_onnx_in (self, 3) != NULL)
    return nn_onnx_refuse (self, error, _("Epoch pads with zeros, along all axes."));
  if (nn_onnx_in (self, 2) != NULL
      && (nn_onnx_in_constant (self, 2, error) == NULL
          || !nn_onnx_constant_number (nn_onnx_in_constant (self, 2, error), &fill)))
    return FALSE;
  for (gsize i = 0; old != NULL && i < old->n_ints && i < 2 * NN_MAX_RANK; i++)
    amount[count = (int) i] = old->ints[i];
  count += old != NULL;
  if (count != 2 * x->rank || fill != 0)
    return nn_onnx_refuse (self, error, _("Epoch pads with zeros, along all axes."));

  y = *x;
  for (int i = 0; i < x->rank; i++)
    if (amount[i] != 0 || amount[i + x->rank] != 0)
      {
        int stored = 0;

        if (!isolate (self, &y, i, &stored, error)
            || !nn_onnx_value_pad (self, &y, stored, amount[i], amount[i + x->rank], error))
          return FALSE;
      }
  nn_onnx_set (self, 0, &y);
  return TRUE;
}

/* Stretches nothing that depends on the input, or by a product with ones. */
static gboolean
read_expand (NnOnnxReader  *self,
             GError       **error)
{
  const NnOnnxValue *x = nn_onnx_in_value (self, 0, error);
  gint64 sizes[NN_MAX_RANK];
  int rank = x != NULL ? nn_onnx_in_ints (self, 1, sizes, error) : -2;
  NnOnnxValue y;

  if (rank == -2)
    return FALSE;

  y = *x;
  while (y.rank < rank)
    nn_onnx_value_insert (&y, 0);
  for (int i = 0; i < rank; i++)
    {
      gint64 size = nn_onnx_value_size (self, &y, y.rank - rank + i);

      if (sizes[i] != 1 && sizes[i] != size)
        return nn_onnx_refuse (self, error, _("it repeats what depends on the input, which Epoch "
                                              "has no layer for."));
    }
  nn_onnx_set (self, 0, &y);
  return TRUE;
}

const NnOnnxRow nn_onnx_shape_rows[] = {
  { "Cast", 6, read_cast },
  { "Concat", 4, read_concat },
  { "Dropout", 1, read_dropout },
  { "Expand", 8, read_expand },
  { "Flatten", 1, read_flatten },
  { "Gather", 1, read_gather },
  { "Identity", 1, read_identity },
  { "Pad", 2, read_pad },
  { "Reshape", 5, read_reshape },
  { "Slice", 1, read_slice },
  { "Split", 2, read_split },
  { "Squeeze", 1, read_squeeze },
  { "Transpose", 1, read_transpose },
  { "Unsqueeze", 1, read_unsqueeze },
  { NULL }
};
