/* move.c: numbers taken apart, repeated and put together again
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "engine/build.h"
#include "engine/cpu/strided.h"
#include "engine/op-scalar.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>

/* slice walks any regular selection of positions, backwards too; select, narrow,
 * flip and roll are slices.  Its gradient puts the numbers back where they came
 * from, between zeros. */

/* What is taken along one axis: @count positions from @start on. */
typedef struct
{
  gint64 start, step, count;
} Cut;

/* As Python reads start:end:step: negative places count from behind, and what
 * lies outside is cut off. */
static Cut
cut_axis (gint64 start,
          gint64 end,
          gint64 step,
          gint64 size)
{
  gint64 low = step > 0 ? 0 : -1;
  gint64 high = step > 0 ? size : size - 1;
  gint64 count;

  start = CLAMP (start < 0 ? start + size : start, low, high);
  end = CLAMP (end < 0 ? end + size : end, low, high);
  count = step > 0 ? (end - start + step - 1) / step : (start - end - step - 1) / -step;

  return (Cut) { start, step, MAX (count, 0) };
}

/* The cuts of all axes of @shape; FALSE when the lists do not fit together. */
static gboolean
read_cuts (const NnCall  *call,
           const NnShape *shape,
           Cut            cuts[NN_MAX_RANK])
{
  const NnAttrValue *axes = nn_call_value (call, "axes");
  const NnAttrValue *start = nn_call_value (call, "start");
  const NnAttrValue *end = nn_call_value (call, "end");
  const NnAttrValue *step = nn_call_value (call, "step");

  for (int i = 0; i < shape->rank; i++)
    cuts[i] = (Cut) { 0, 1, shape->size[i] };
  for (int k = 0; k < axes->count; k++)
    {
      int axis = nn_axis_from (axes->number[k], shape->rank);

      /* One step serves for all axes. */
      if (axis < 0 || k >= start->count || k >= end->count || (k >= step->count && step->count > 1)
          || step->number[MIN (k, step->count - 1)] == 0)
        return FALSE;
      cuts[axis] = cut_axis ((gint64) start->number[k], (gint64) end->number[k],
                             (gint64) step->number[MIN (k, step->count - 1)], shape->size[axis]);
    }

  return start->count == axes->count && end->count == axes->count;
}

static void
slice_run (NnCall *call)
{
  Cut cuts[NN_MAX_RANK];
  gint64 strides[NN_MAX_RANK];
  NnStrided self;

  if (nn_shape_count (&call->out[0].shape) == 0)
    return;
  read_cuts (call, &call->in[0].shape, cuts);
  nn_shape_strides (&call->in[0].shape, strides);
  nn_strided_init (&self, call, &call->out[0].shape);
  for (int i = 0; i < self.shape.rank; i++)
    {
      self.from_stride[i] = cuts[i].step * strides[i];
      nn_strided_skip (&self, cuts[i].start * strides[i]);
    }
  nn_strided_copy (&self, call);
}

static void
clear_range (void   *data,
             gint64  first,
             gint64  last)
{
  memset ((char *) data + first, 0, (gsize) (last - first));
}

/* Zeros all over the first result. */
static void
clear (NnCall *call)
{
  nn_pool_for (call->pool, call->threads,
               nn_shape_count (&call->out[0].shape)
               * (gint64) nn_dtype_size (call->out[0].dtype),
               NN_SCALAR_GRAIN * 8, clear_range, call->out[0].data);
}

static void
slice_gradient_run (NnCall *call)
{
  const NnShape *full = &call->out[0].shape;
  Cut cuts[NN_MAX_RANK];
  gint64 strides[NN_MAX_RANK];
  NnStrided self;

  clear (call);
  if (nn_shape_count (&call->in[0].shape) == 0)
    return;
  read_cuts (call, full, cuts);
  nn_shape_strides (full, strides);
  nn_strided_init (&self, call, &call->in[0].shape);
  nn_shape_strides (&call->in[0].shape, self.from_stride);
  for (int i = 0; i < full->rank; i++)
    {
      self.to_stride[i] = cuts[i].step * strides[i];
      nn_strided_skip_to (&self, cuts[i].start * strides[i]);
    }
  nn_strided_copy (&self, call);
}

/* Steps through the two axes of a diagonal; the others stay. */
typedef struct
{
  int    axis1, axis2;
  gint64 start1, start2;        /* where it begins */
  gint64 length;
} Diagonal;

static Diagonal
diagonal_of (const NnCall  *call,
             const NnShape *shape)
{
  Diagonal self = {
    nn_call_get_axis (call, "axis1", shape->rank), nn_call_get_axis (call, "axis2", shape->rank)
  };
  gint64 offset = (gint64) nn_call_number (call, "offset");

  if (self.axis1 < 0 || self.axis2 < 0)
    return self;
  self.start1 = MAX (-offset, 0);
  self.start2 = MAX (offset, 0);
  self.length = MAX (MIN (shape->size[self.axis1] - self.start1,
                          shape->size[self.axis2] - self.start2), 0);
  return self;
}

/* Where the numbers of the diagonal of @shape lie, for the axes of the result;
 * the first of them in @first. */
static void
diagonal_strides (const Diagonal *self,
                  const NnShape  *shape,
                  gint64          result[NN_MAX_RANK],
                  gint64         *first)
{
  gint64 strides[NN_MAX_RANK];
  int n = 0;

  nn_shape_strides (shape, strides);
  for (int i = 0; i < shape->rank; i++)
    if (i != self->axis1 && i != self->axis2)
      result[n++] = strides[i];
  result[n] = strides[self->axis1] + strides[self->axis2];
  *first = self->start1 * strides[self->axis1] + self->start2 * strides[self->axis2];
}

static void
diagonal_run (NnCall *call)
{
  Diagonal diagonal = diagonal_of (call, &call->in[0].shape);
  NnStrided self;
  gint64 first;

  nn_strided_init (&self, call, &call->out[0].shape);
  diagonal_strides (&diagonal, &call->in[0].shape, self.from_stride, &first);
  nn_strided_skip (&self, first);
  nn_strided_copy (&self, call);
}

static void
diagonal_gradient_run (NnCall *call)
{
  Diagonal diagonal = diagonal_of (call, &call->out[0].shape);
  NnStrided self;
  gint64 first;

  clear (call);
  nn_strided_init (&self, call, &call->in[0].shape);
  nn_shape_strides (&call->in[0].shape, self.from_stride);
  diagonal_strides (&diagonal, &call->out[0].shape, self.to_stride, &first);
  nn_strided_skip_to (&self, first);
  nn_strided_copy (&self, call);
}

static void
expand_run (NnCall *call)
{
  const NnShape *from = &call->in[0].shape;
  gint64 strides[NN_MAX_RANK];
  NnStrided self;
  int lead;

  nn_strided_init (&self, call, &call->out[0].shape);
  lead = self.shape.rank - from->rank;
  nn_shape_strides (from, strides);
  for (int i = lead; i < self.shape.rank; i++)
    self.from_stride[i] = from->size[i - lead] == 1 ? 0 : strides[i - lead];
  nn_strided_copy (&self, call);
}

static gboolean
slice_infer (NnCall  *call,
             GError **error)
{
  NnShape shape = call->in[0].shape;
  Cut cuts[NN_MAX_RANK];

  if (!read_cuts (call, &shape, cuts))
    {
      g_autofree char *text = nn_call_print (call, 0);

      return nn_call_refuse (call, error,
                             _("a sample has the shape %s: “Axes”, “From” and “To” must name "
                               "as many of its axes and places, and no step may be 0."), text);
    }

  for (int i = 0; i < shape.rank; i++)
    shape.size[i] = cuts[i].count;
  nn_call_set_out (call, 0, call->in[0].dtype, &shape);
  return TRUE;
}

/* The attribute "shape" says what is put together again. */
static gboolean
full_shape_infer (NnCall  *call,
                  GError **error)
{
  const NnAttrValue *value = nn_call_value (call, "shape");
  NnShape shape = { value->count };

  for (int i = 0; i < value->count; i++)
    shape.size[i] = (gint64) value->number[i];
  nn_call_set_out (call, 0, call->in[0].dtype, &shape);
  return TRUE;
}

static gboolean
narrow_infer (NnCall  *call,
              GError **error)
{
  NnShape shape = call->in[0].shape;
  int axis = nn_call_get_axis (call, "axis", shape.rank);
  gint64 start = (gint64) nn_call_number (call, "start");
  gint64 length = (gint64) nn_call_number (call, "length");

  if (!nn_call_want_axis (call, 0, "axis", error))
    return FALSE;
  if (start < 0)
    start += shape.size[axis];
  if (start < 0 || start + length > shape.size[axis])
    return nn_call_refuse (call, error,
                           _("there are no %" PRId64 " positions from %" PRId64 " on: axis %d "
                             "has %" PRId64 "."), length, start, axis, shape.size[axis]);

  shape.size[axis] = length;
  nn_call_set_out (call, 0, call->in[0].dtype, &shape);
  return TRUE;
}

static gboolean
select_infer (NnCall  *call,
              GError **error)
{
  const NnShape *x = &call->in[0].shape;
  int axis = nn_call_get_axis (call, "axis", x->rank);
  gint64 index = (gint64) nn_call_number (call, "index");
  NnShape shape = { 0 };

  if (!nn_call_want_axis (call, 0, "axis", error))
    return FALSE;
  if (index >= x->size[axis] || index < -x->size[axis])
    return nn_call_refuse (call, error,
                           _("there is no position %" PRId64 ": axis %d has %" PRId64 "."),
                           index, axis, x->size[axis]);

  for (int i = 0; i < x->rank; i++)
    if (i != axis)
      shape.size[shape.rank++] = x->size[i];
  nn_call_set_out (call, 0, call->in[0].dtype, &shape);
  return TRUE;
}

static gboolean
diagonal_infer (NnCall  *call,
                GError **error)
{
  const NnShape *x = &call->in[0].shape;
  Diagonal self = diagonal_of (call, x);
  NnShape shape = { 0 };

  if (!nn_call_want_axis (call, 0, "axis1", error) || !nn_call_want_axis (call, 0, "axis2", error))
    return FALSE;
  if (self.axis1 == self.axis2)
    return nn_call_refuse (call, error, _("a diagonal goes through two different axes."));

  for (int i = 0; i < x->rank; i++)
    if (i != self.axis1 && i != self.axis2)
      shape.size[shape.rank++] = x->size[i];
  shape.size[shape.rank++] = self.length;
  nn_call_set_out (call, 0, call->in[0].dtype, &shape);
  return TRUE;
}

static gboolean
flip_infer (NnCall  *call,
            GError **error)
{
  const NnAttrValue *axes = nn_call_value (call, "axes");

  for (int i = 0; i < axes->count; i++)
    if (nn_axis_from (axes->number[i], call->in[0].shape.rank) < 0)
      return nn_call_refuse (call, error, _("there is no axis %d."), (int) axes->number[i]);
  return nn_infer_same (call, error);
}

static gboolean
roll_infer (NnCall  *call,
            GError **error)
{
  const NnAttrValue *axes = nn_call_value (call, "axes");

  if (nn_call_value (call, "shifts")->count != axes->count)
    return nn_call_refuse (call, error, _("each axis takes one number of places."));
  return flip_infer (call, error);
}

static gboolean
rot90_infer (NnCall  *call,
             GError **error)
{
  const NnAttrValue *axes = nn_call_value (call, "axes");
  NnShape shape = call->in[0].shape;
  int first = nn_axis_from (axes->number[0], shape.rank);
  int second = nn_axis_from (axes->number[1], shape.rank);

  if (axes->count != 2 || first == second || first < 0 || second < 0)
    return nn_call_refuse (call, error, _("a quarter turn takes two different axes."));
  if ((gint64) nn_call_number (call, "times") % 2 != 0)
    {
      shape.size[first] = call->in[0].shape.size[second];
      shape.size[second] = call->in[0].shape.size[first];
    }
  nn_call_set_out (call, 0, call->in[0].dtype, &shape);
  return TRUE;
}

static gboolean
expand_to_infer (NnCall  *call,
                 GError **error)
{
  NnShape to;
  NnShape shape;

  if (!full_shape_infer (call, error))
    return FALSE;
  to = call->out[0].shape;
  if (!nn_shape_broadcast (&call->in[0].shape, &to, &shape) || !nn_shape_equal (&shape, &to))
    return nn_call_refuse (call, error, _("only axes of size 1 can be stretched."));
  return TRUE;
}

/* The list counts from the last axis; -1 keeps what is there. */
static gboolean
expand_infer (NnCall  *call,
              GError **error)
{
  const NnAttrValue *value = nn_call_value (call, "shape");
  const NnShape *x = &call->in[0].shape;
  NnShape shape = { MAX (value->count, x->rank) };

  for (int i = 0; i < shape.rank; i++)
    {
      int own = i - (shape.rank - x->rank);
      int given = i - (shape.rank - value->count);
      gint64 wanted = given >= 0 ? (gint64) value->number[given] : -1;

      shape.size[i] = wanted >= 0 ? wanted : own >= 0 ? x->size[own] : -1;
      if (shape.size[i] < 0 || (own >= 0 && x->size[own] != 1 && shape.size[i] != x->size[own]))
        {
          g_autofree char *text = nn_call_print (call, 0);

          return nn_call_refuse (call, error,
                                 _("a sample has the shape %s: only axes of size 1 can be "
                                   "stretched, and -1 keeps an axis that is there."), text);
        }
    }
  nn_call_set_out (call, 0, call->in[0].dtype, &shape);
  return TRUE;
}

static gboolean
tile_infer (NnCall  *call,
            GError **error)
{
  const NnAttrValue *times = nn_call_value (call, "times");
  const NnShape *x = &call->in[0].shape;
  NnShape shape = { MAX (times->count, x->rank) };

  for (int i = 0; i < shape.rank; i++)
    {
      int own = i - (shape.rank - x->rank);
      int given = i - (shape.rank - times->count);

      shape.size[i] = (own >= 0 ? x->size[own] : 1)
                      * (given >= 0 ? (gint64) times->number[given] : 1);
    }
  nn_call_set_out (call, 0, call->in[0].dtype, &shape);
  return TRUE;
}

static gboolean
repeat_interleave_infer (NnCall  *call,
                         GError **error)
{
  NnShape shape = call->in[0].shape;

  if (!nn_call_want_axis (call, 0, "axis", error))
    return FALSE;
  shape.size[nn_call_get_axis (call, "axis", shape.rank)] *= (gint64) nn_call_number (call,
                                                                                      "times");
  nn_call_set_out (call, 0, call->in[0].dtype, &shape);
  return TRUE;
}

/* One axis of @x between @start and @end, every @step-th. */
static NnValue *
slice_axis (NnBuild *build,
            NnValue *x,
            int      axis,
            double   start,
            double   end,
            double   step)
{
  nn_build_set (build, "axes", axis);
  nn_build_set (build, "start", start);
  nn_build_set (build, "end", end);
  nn_build_set (build, "step", step);
  return nn_build_op (build, "slice", x, NN_BUILD_END);
}

static void
narrow_expand (NnBuild *build)
{
  const NnCall *call = nn_build_call (build);
  const NnShape *x = &call->in[0].shape;
  int axis = nn_call_get_axis (call, "axis", x->rank);
  double start = nn_call_number (call, "start");

  start += start < 0 ? (double) x->size[axis] : 0;
  nn_build_result (build, "y", slice_axis (build, nn_build_in (build, "x"), axis, start,
                                           start + nn_call_number (call, "length"), 1));
}

static void
select_expand (NnBuild *build)
{
  const NnCall *call = nn_build_call (build);
  const NnShape *x = &call->in[0].shape;
  int axis = nn_call_get_axis (call, "axis", x->rank);
  double index = nn_call_number (call, "index");
  NnValue *kept;

  index += index < 0 ? (double) x->size[axis] : 0;
  kept = slice_axis (build, nn_build_in (build, "x"), axis, index, index + 1, 1);
  nn_build_result (build, "y", nn_build_reshape (build, kept, &call->out[0].shape));
}

static NnValue *
flipped (NnBuild *build,
         NnValue *x,
         int      axis)
{
  return slice_axis (build, x, axis, -1, -1e9, -1);
}

static void
flip_expand (NnBuild *build)
{
  const NnCall *call = nn_build_call (build);
  const NnAttrValue *axes = nn_call_value (call, "axes");
  gint64 start[NN_MAX_RANK], end[NN_MAX_RANK];

  for (int i = 0; i < axes->count; i++)
    {
      start[i] = -1;
      end[i] = -1000000000;
    }
  nn_build_set_value (build, "axes", axes);
  nn_build_set_list (build, "start", axes->count, start);
  nn_build_set_list (build, "end", axes->count, end);
  nn_build_set (build, "step", -1);
  nn_build_result (build, "y", nn_build_op (build, "slice", nn_build_in (build, "x"),
                                            NN_BUILD_END));
}

/* The last numbers go in front of the others, axis after axis. */
static void
roll_expand (NnBuild *build)
{
  const NnCall *call = nn_build_call (build);
  const NnAttrValue *axes = nn_call_value (call, "axes");
  const NnAttrValue *shifts = nn_call_value (call, "shifts");
  NnValue *y = nn_build_in (build, "x");

  for (int i = 0; i < axes->count; i++)
    {
      int axis = nn_axis_from (axes->number[i], y->shape.rank);
      gint64 size = y->shape.size[axis];
      gint64 shift = size > 0 ? (gint64) shifts->number[i] % size : 0;
      NnValue *behind, *front;

      shift += shift < 0 ? size : 0;
      if (shift == 0)
        continue;
      front = slice_axis (build, y, axis, (double) (size - shift), (double) size, 1);
      behind = slice_axis (build, y, axis, 0, (double) (size - shift), 1);
      nn_build_set (build, "axis", axis);
      y = nn_build_op (build, "concat", front, behind, NN_BUILD_END);
    }

  nn_build_result (build, "y", y);
}

/* A quarter turn is a flip and an exchange of the axes; half a turn two flips. */
static void
rot90_expand (NnBuild *build)
{
  const NnCall *call = nn_build_call (build);
  const NnAttrValue *axes = nn_call_value (call, "axes");
  NnValue *y = nn_build_in (build, "x");
  int first = nn_axis_from (axes->number[0], y->shape.rank);
  int second = nn_axis_from (axes->number[1], y->shape.rank);
  int times = ((int) nn_call_number (call, "times") % 4 + 4) % 4;

  if (times == 2 || times == 3)
    y = flipped (build, y, first);
  if (times == 1 || times == 2)
    y = flipped (build, y, second);
  if (times % 2 != 0)
    {
      nn_build_set (build, "first", first);
      nn_build_set (build, "second", second);
      y = nn_build_op (build, "transpose", y, NN_BUILD_END);
    }
  nn_build_result (build, "y", y);
}

static NnValue *
stretched (NnBuild       *build,
           NnValue       *x,
           const NnShape *shape)
{
  if (nn_shape_equal (&x->shape, shape))
    return x;
  nn_build_set_list (build, "shape", shape->rank, shape->size);
  return nn_build_op (build, "expand-to", x, NN_BUILD_END);
}

static void
expand_expand (NnBuild *build)
{
  nn_build_result (build, "y", stretched (build, nn_build_in (build, "x"),
                                          &nn_build_call (build)->out[0].shape));
}

/* Writes each number, or each run of numbers, along @axis @times over. */
static NnValue *
repeat_axis (NnBuild  *build,
             NnValue  *x,
             int       axis,
             gint64    times,
             gboolean  runs)
{
  NnShape result = x->shape;
  gint64 before = nn_shape_span (&result, 0, axis);
  gint64 size = result.size[axis];
  gint64 behind = nn_shape_span (&result, axis + 1, result.rank);
  NnShape single = runs ? NN_SHAPE (before, 1, size, behind) : NN_SHAPE (before, size, 1, behind);
  NnShape several = single;

  if (times == 1)
    return x;
  several.size[runs ? 1 : 2] = times;
  result.size[axis] *= times;
  x = stretched (build, nn_build_reshape (build, x, &single), &several);
  return nn_build_reshape (build, x, &result);
}

static void
tile_expand (NnBuild *build)
{
  const NnCall *call = nn_build_call (build);
  const NnAttrValue *times = nn_call_value (call, "times");
  NnValue *y = nn_build_in (build, "x");
  NnShape shape = { call->out[0].shape.rank };
  int lead = shape.rank - y->shape.rank;

  for (int i = 0; i < shape.rank; i++)
    shape.size[i] = i < lead ? 1 : y->shape.size[i - lead];
  y = nn_build_reshape (build, y, &shape);
  for (int i = 0; i < times->count; i++)
    y = repeat_axis (build, y, shape.rank - times->count + i, (gint64) times->number[i], TRUE);
  nn_build_result (build, "y", y);
}

static void
repeat_interleave_expand (NnBuild *build)
{
  const NnCall *call = nn_build_call (build);

  nn_build_result (build, "y",
                   repeat_axis (build, nn_build_in (build, "x"),
                                nn_call_get_axis (call, "axis", call->in[0].shape.rank),
                                (gint64) nn_call_number (call, "times"), FALSE));
}

/* Hands the attributes on to the op @name, whose result has the shape @full
 * when that is given. */
static NnValue *
same_cut (NnBuild       *build,
          const char    *name,
          NnValue       *value,
          const NnShape *full)
{
  const NnCall *call = nn_build_call (build);

  for (const NnAttr *attr = call->op->attrs; attr->name != NULL; attr++)
    if (!g_str_equal (attr->name, "shape"))
      nn_build_set_value (build, attr->name, nn_call_value (call, attr->name));
  if (full != NULL)
    nn_build_set_list (build, "shape", full->rank, full->size);
  return nn_build_op (build, name, value, NN_BUILD_END);
}

static void
slice_gradient (NnBuild *build)
{
  nn_build_gradient (build, "x", same_cut (build, "slice-gradient", nn_build_slope (build, "y"),
                                           &nn_build_in (build, "x")->shape));
}

static void
slice_gradient_gradient (NnBuild *build)
{
  nn_build_gradient (build, "x", same_cut (build, "slice", nn_build_slope (build, "y"), NULL));
}

static void
diagonal_gradient (NnBuild *build)
{
  nn_build_gradient (build, "x", same_cut (build, "diagonal-gradient", nn_build_slope (build, "y"),
                                           &nn_build_in (build, "x")->shape));
}

static void
diagonal_gradient_gradient (NnBuild *build)
{
  nn_build_gradient (build, "x", same_cut (build, "diagonal", nn_build_slope (build, "y"), NULL));
}

static void
expand_to_gradient (NnBuild *build)
{
  nn_build_gradient (build, "x", nn_build_sum_to (build, nn_build_slope (build, "y"),
                                                  &nn_build_in (build, "x")->shape));
}

static const NnPort one_input[] = {
  { "x", N_("Input"), .also = NN_ALSO_ANY },
  { "y", N_("Output"), NN_PORT_OUTPUT },
  { NULL }
};

static const char *const scalar_word[] = { "scalar", NULL };

#define AXIS(name, title, initial, ...)                                       \
  { name, title, NN_ATTR_INT, initial, -NN_MAX_RANK, NN_MAX_RANK - 1, __VA_ARGS__ }
#define AXES(...)                                                             \
  { "axes", N_("Axes"), NN_ATTR_INTS, 1, -NN_MAX_RANK, NN_MAX_RANK - 1, __VA_ARGS__ }
#define FULL_SHAPE                                                            \
  { "shape", N_("Shape"), NN_ATTR_INTS, 1, 0, 1e15, .words = scalar_word }
#define CUTS                                                                  \
  AXES (.onnx = "axes"),                                                      \
  { "start", N_("From"), NN_ATTR_INTS, 0, -1e9, 1e9, .onnx = "starts" },      \
  { "end", N_("To, not included"), NN_ATTR_INTS, 1e9, -1e9, 1e9, .onnx = "ends" }, \
  { "step", N_("Step"), NN_ATTR_INTS, 1, -1e9, 1e9, .onnx = "steps" }
#define DIAGONAL                                                              \
  { "offset", N_("Offset"), NN_ATTR_INT, 0, -1e9, 1e9, .torch = "offset" },   \
  AXIS ("axis1", N_("First axis"), -2, .torch = "dim1"),                      \
  AXIS ("axis2", N_("Second axis"), -1, .torch = "dim2")

static const NnAttr slice_attrs[] = { CUTS, { NULL } };
static const NnAttr slice_gradient_attrs[] = { CUTS, FULL_SHAPE, { NULL } };
static const NnAttr diagonal_attrs[] = { DIAGONAL, { NULL } };
static const NnAttr diagonal_gradient_attrs[] = { DIAGONAL, FULL_SHAPE, { NULL } };
static const NnAttr full_shape_attrs[] = { FULL_SHAPE, { NULL } };
static const NnAttr flip_attrs[] = { AXES (.torch = "dims"), { NULL } };

static const NnAttr narrow_attrs[] = {
  AXIS ("axis", N_("Axis"), 1, .torch = "dim"),
  { "start", N_("From"), NN_ATTR_INT, 0, -1e9, 1e9, .torch = "start" },
  { "length", N_("Length"), NN_ATTR_INT, 1, 0, 1e9, .torch = "length" },
  { NULL }
};

static const NnAttr select_attrs[] = {
  AXIS ("axis", N_("Axis"), 1, .torch = "dim"),
  { "index", N_("Position"), NN_ATTR_INT, 0, -1e9, 1e9, .torch = "index" },
  { NULL }
};

static const NnAttr roll_attrs[] = {
  AXES (.torch = "dims"),
  { "shifts", N_("Places"), NN_ATTR_INTS, 1, -1e9, 1e9, .torch = "shifts" },
  { NULL }
};

static const NnAttr rot90_attrs[] = {
  { "times", N_("Quarter turns"), NN_ATTR_INT, 1, -1e9, 1e9, .torch = "k" },
  AXES (.torch = "dims"),
  { NULL }
};

static const NnAttr expand_attrs[] = {
  { "shape", N_("Shape, from the last axis"), NN_ATTR_INTS, -1, -1, 1e9 },
  { NULL }
};

static const NnAttr tile_attrs[] = {
  { "times", N_("Times, from the last axis"), NN_ATTR_INTS, 1, 0, 1e9, .torch = "dims" },
  { NULL }
};

static const NnAttr repeat_interleave_attrs[] = {
  AXIS ("axis", N_("Axis"), 1, .torch = "dim"),
  { "times", N_("Times"), NN_ATTR_INT, 2, 0, 1e9, .torch = "repeats" },
  { NULL }
};

#define X(...) .in = { { __VA_ARGS__ } }
#define END { .in[0].rank = 0 }

static const NnSample slice_samples[] = {
  { X (2, { 3, 9 }), .attrs = "axes=1 start=2 end=7" },
  { X (4, { 2, 5, 3, 35 }), .attrs = "axes=1,-1 start=1,-3 end=9,-30 step=2,-4" },
  { X (3, { 2, 5, 33 }), .attrs = "axes=0 start=-1 end=1000" },
  { X (2, { 3, 6 }), .attrs = "axes=1 start=4 end=2" },
  { X (2, { 0, 6 }), .attrs = "axes=1 start=0 end=2" },
  { X (2, { 3, 9 }), .attrs = "axes=1 start=2 end=7 step=3", .dtype = NN_INT64, .classes = 9 },
  { X (2, { 3, 9 }), .attrs = "axes=1 start=8 end=0 step=-3", .dtype = NN_BOOL },
  END
};

static const NnSample slice_gradient_samples[] = {
  { X (2, { 3, 5 }), .attrs = "axes=1 start=2 end=7 shape=3,9" },
  { X (2, { 2, 3 }), .attrs = "axes=1 start=-1 end=-9 step=-3 shape=2,8" },
  { X (2, { 0, 2 }), .attrs = "axes=1 start=0 end=2 shape=0,6" },
  END
};

static const NnSample diagonal_samples[] = {
  { X (3, { 2, 4, 4 }) },
  { X (4, { 2, 3, 5, 37 }), .attrs = "offset=-1 axis1=1 axis2=-1" },
  { X (3, { 0, 3, 3 }), .attrs = "offset=1" },
  { X (2, { 3, 3 }), .attrs = "offset=7" },
  END
};

static const NnSample diagonal_gradient_samples[] = {
  { X (2, { 2, 4 }), .attrs = "shape=2,4,4" },
  { X (3, { 2, 5, 2 }), .attrs = "offset=-1 axis1=1 axis2=-1 shape=2,3,5,37" },
  END
};

static const NnSample narrow_samples[] = {
  { X (2, { 3, 9 }), .attrs = "start=2 length=3" },
  { X (3, { 2, 5, 33 }), .attrs = "axis=-1 start=-20 length=17" },
  { X (2, { 0, 5 }), .attrs = "length=5" },
  END
};

static const NnSample select_samples[] = {
  { X (2, { 3, 9 }) },
  { X (3, { 2, 5, 33 }), .attrs = "axis=-1 index=-2" },
  { X (2, { 0, 5 }), .attrs = "index=3" },
  END
};

static const NnSample flip_samples[] = {
  { X (2, { 3, 9 }) },
  { X (3, { 2, 5, 33 }), .attrs = "axes=-1,0" },
  { X (2, { 0, 5 }) },
  END
};

static const NnSample roll_samples[] = {
  { X (2, { 3, 9 }), .attrs = "shifts=2" },
  { X (3, { 2, 5, 33 }), .attrs = "axes=-1,1 shifts=-40,5" },
  { X (2, { 0, 5 }) },
  END
};

static const NnSample rot90_samples[] = {
  { X (3, { 2, 4, 5 }), .attrs = "axes=1,2" },
  { X (3, { 2, 5, 33 }), .attrs = "times=-1 axes=-1,1" },
  { X (3, { 2, 5, 3 }), .attrs = "times=2 axes=1,2" },
  { X (3, { 2, 5, 3 }), .attrs = "times=4 axes=1,2" },
  { X (3, { 0, 5, 3 }), .attrs = "axes=1,2" },
  END
};

static const NnSample expand_samples[] = {
  { X (3, { 2, 1, 3 }), .attrs = "shape=4,-1" },
  { X (2, { 5, 1 }), .attrs = "shape=3,-1,37" },
  { X (2, { 0, 1 }), .attrs = "shape=4" },
  END
};

static const NnSample expand_to_samples[] = {
  { X (1, { 5 }), .attrs = "shape=3,5" },
  { X (3, { 2, 1, 3 }), .attrs = "shape=2,37,3" },
  { X (2, { 0, 1 }), .attrs = "shape=0,4" },
  END
};

static const NnSample tile_samples[] = {
  { X (2, { 2, 3 }), .attrs = "times=2" },
  { X (3, { 2, 3, 17 }), .attrs = "times=3,1,2" },
  { X (1, { 3 }), .attrs = "times=2,3" },
  { X (2, { 0, 3 }), .attrs = "times=2" },
  END
};

static const NnSample repeat_interleave_samples[] = {
  { X (2, { 2, 3 }) },
  { X (3, { 2, 3, 17 }), .attrs = "axis=-1 times=3" },
  { X (2, { 0, 3 }) },
  END
};

#define COPY(function)                                                        \
  .cpu = (const NnKernel[]) { { "copy", NN_LAYOUT_ROWS, .run = function }, { NULL } }

#define MOVE(op, drawer)                                                      \
  .category = drawer, .ports = one_input, .samples = op##_samples,            \
  .attrs = op##_attrs, .infer = op##_infer

const NnOp nn_ops_move[] = {
  {
    .name = "slice", .title = N_("Slice"),
    .summary = N_("Takes every step-th position of a run along each of the chosen axes."),
    .lesson = "03", .gradient = slice_gradient, .onnx = "Slice", .onnx_since = 10,
    MOVE (slice, NN_CATEGORY_SHAPE), COPY (slice_run),
  },
  {
    .name = "slice-gradient", .title = N_("Slope of a slice"),
    .summary = N_("Puts a gradient back where a slice was taken, between zeros."),
    .category = NN_CATEGORY_INTERNAL, .ports = one_input, .attrs = slice_gradient_attrs,
    .infer = full_shape_infer, .gradient = slice_gradient_gradient,
    .samples = slice_gradient_samples, COPY (slice_gradient_run),
  },
  {
    .name = "narrow", .title = N_("Narrow"),
    .summary = N_("Takes some neighbouring positions of one axis."),
    .expand = narrow_expand, .torch = "torch.narrow", MOVE (narrow, NN_CATEGORY_INTERNAL),
  },
  {
    .name = "select", .title = N_("Select"),
    .summary = N_("Takes one position of an axis, which is gone then."),
    .lesson = "05", .expand = select_expand, .torch = "torch.select",
    MOVE (select, NN_CATEGORY_SHAPE),
  },
  {
    .name = "diagonal", .title = N_("Diagonal"),
    .summary = N_("Takes the numbers whose places along two axes are equal."),
    .gradient = diagonal_gradient, .torch = "torch.diagonal",
    MOVE (diagonal, NN_CATEGORY_INTERNAL), COPY (diagonal_run),
  },
  {
    .name = "diagonal-gradient", .title = N_("Slope of a diagonal"),
    .summary = N_("Puts a gradient back onto a diagonal, between zeros."),
    .category = NN_CATEGORY_INTERNAL, .ports = one_input, .attrs = diagonal_gradient_attrs,
    .infer = full_shape_infer, .gradient = diagonal_gradient_gradient,
    .samples = diagonal_gradient_samples, COPY (diagonal_gradient_run),
  },
  {
    .name = "flip", .title = N_("Flip"),
    .summary = N_("Reads the chosen axes backwards."),
    .expand = flip_expand, .torch = "torch.flip", MOVE (flip, NN_CATEGORY_SHAPE),
  },
  {
    .name = "roll", .title = N_("Roll"),
    .summary = N_("Shifts numbers along axes; what falls out at the end comes in at the front."),
    .expand = roll_expand, .torch = "torch.roll", MOVE (roll, NN_CATEGORY_INTERNAL),
  },
  {
    .name = "rot90", .title = N_("Quarter Turn"),
    .summary = N_("Turns the plane of two axes by 90 degrees, as often as wanted."),
    .expand = rot90_expand, .torch = "torch.rot90", MOVE (rot90, NN_CATEGORY_INTERNAL),
  },
  {
    .name = "expand", .title = N_("Expand"),
    .summary = N_("Stretches axes of size one by reading them again and again."),
    .lesson = "05", .expand = expand_expand, .torch = "torch.Tensor.expand",
    MOVE (expand, NN_CATEGORY_SHAPE),
  },
  {
    .name = "expand-to", .title = N_("Expand"),
    .summary = N_("Repeats axes of size one without asking for more numbers."),
    .gradient = expand_to_gradient, .onnx = "Expand", .onnx_since = 8,
    .category = NN_CATEGORY_INTERNAL, .ports = one_input, .attrs = full_shape_attrs,
    .infer = expand_to_infer, .samples = expand_to_samples, COPY (expand_run),
  },
  {
    .name = "tile", .title = N_("Tile"),
    .summary = N_("Writes the whole tensor several times, one behind the other."),
    .expand = tile_expand, .torch = "torch.tile", MOVE (tile, NN_CATEGORY_SHAPE),
  },
  {
    .name = "repeat-interleave", .title = N_("Repeat Numbers"),
    .summary = N_("Writes each position of an axis several times in a row."),
    .expand = repeat_interleave_expand, .torch = "torch.repeat_interleave",
    MOVE (repeat_interleave, NN_CATEGORY_INTERNAL),
  },
  { NULL }
};
