/* move.c: runs of numbers taken out, turned round and shifted
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
slice_gradient_run (NnCall *call)
{
  const NnShape *full = &call->out[0].shape;
  Cut cuts[NN_MAX_RANK];
  gint64 strides[NN_MAX_RANK];
  NnStrided self;

  nn_strided_clear (call);
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
  NnShape shape = nn_call_get_shape (call, "shape");

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
static const NnAttr slice_attrs[] = { CUTS, { NULL } };
static const NnAttr slice_gradient_attrs[] = { CUTS, FULL_SHAPE, { NULL } };
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
  { NULL }
};
