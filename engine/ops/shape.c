/* shape.c: the same numbers in another arrangement
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "engine/build.h"
#include "engine/op-scalar.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>

/* Every op here moves numbers and changes none, so one loop serves most of
 * them: walk the output in order, with strides that say where in the input the
 * next number lies. */

typedef struct
{
  const void *from;
  void       *to;
  gboolean    bytes;            /* elements of one byte, not of four */
  NnShape     shape;            /* of the output */
  gint64      strides[NN_MAX_RANK];     /* of the input, along the output's axes */
} Gather;

static NN_CLONES void
gather_rows (void   *data,
             gint64  first,
             gint64  last)
{
  const Gather *self = data;
  int inner = self->shape.rank - 1;
  gint64 count = self->shape.size[inner];
  gint64 stride = self->strides[inner];

  for (gint64 row = first; row < last; row++)
    {
      gint64 at = 0;
      gint64 rest = row;

      for (int i = inner - 1; i >= 0; i--)
        {
          at += rest % self->shape.size[i] * self->strides[i];
          rest /= self->shape.size[i];
        }
      if (self->bytes)
        for (gint64 i = 0; i < count; i++)
          ((guint8 *) self->to)[row * count + i] = ((const guint8 *) self->from)[at + i * stride];
      else
        for (gint64 i = 0; i < count; i++)
          ((float *) self->to)[row * count + i] = ((const float *) self->from)[at + i * stride];
    }
}

static void
gather (NnCall *call,
        Gather *self)
{
  gint64 inner;

  if (self->shape.rank == 0)
    {
      memcpy (self->to, self->from, self->bytes ? 1 : sizeof (float));
      return;
    }
  inner = self->shape.size[self->shape.rank - 1];
  nn_pool_for (call->pool, call->threads, nn_shape_span (&self->shape, 0, self->shape.rank - 1),
               NN_SCALAR_GRAIN / MAX (inner, 1), gather_rows, self);
}

static void
copy_run (NnCall *call)
{
  /* The plan lets y lie on x's bytes, so there is mostly nothing to do. */
  if (call->out[0].data != call->in[0].data)
    memcpy (call->out[0].data, call->in[0].data,
            (gsize) nn_shape_count (&call->out[0].shape) * nn_dtype_size (call->out[0].dtype));
}

static void
permute_run (NnCall *call)
{
  const NnAttrValue *axes = nn_call_value (call, "axes");
  Gather self = { call->in[0].data, call->out[0].data, FALSE, call->out[0].shape };
  gint64 strides[NN_MAX_RANK];

  nn_shape_strides (&call->in[0].shape, strides);
  for (int i = 0; i < axes->count; i++)
    self.strides[i] = strides[(int) axes->number[i]];
  gather (call, &self);
}

static void
expand_run (NnCall *call)
{
  const NnShape *from = &call->in[0].shape;
  Gather self = { call->in[0].data, call->out[0].data, FALSE, call->out[0].shape };
  gint64 strides[NN_MAX_RANK];
  int lead = self.shape.rank - from->rank;

  nn_shape_strides (from, strides);
  for (int i = lead; i < self.shape.rank; i++)
    self.strides[i] = from->size[i - lead] == 1 ? 0 : strides[i - lead];
  gather (call, &self);
}

static void
slice_run (NnCall *call)
{
  int axis = (int) nn_call_number (call, "axis");
  Gather self = { call->in[0].data, call->out[0].data, FALSE, call->out[0].shape };

  nn_shape_strides (&call->in[0].shape, self.strides);
  self.from = (const float *) self.from
              + (gint64) nn_call_number (call, "start") * self.strides[axis];
  gather (call, &self);
}

/* Copies operand after operand: each is a run of numbers in every outer row. */
static void
concat_run (NnCall *call)
{
  int axis = (int) nn_call_number (call, "axis");
  const NnShape *shape = &call->out[0].shape;
  gint64 outer = nn_shape_span (shape, 0, axis);
  gint64 row = nn_shape_span (shape, axis, shape->rank);
  gint64 at = 0;

  for (int k = 0; k < call->n_in; k++)
    {
      const NnShape *part = &call->in[k].shape;
      gint64 run = nn_shape_span (part, axis, part->rank);

      for (gint64 i = 0; i < outer; i++)
        memcpy ((float *) call->out[0].data + i * row + at,
                (const float *) call->in[k].data + i * run, (gsize) run * sizeof (float));
      at += run;
    }
}

static void
pad_run (NnCall *call)
{
  int axis = (int) nn_call_number (call, "axis");
  const NnShape *from = &call->in[0].shape;
  const NnShape *to = &call->out[0].shape;
  gint64 outer = nn_shape_span (to, 0, axis);
  gint64 row = nn_shape_span (to, axis, to->rank);
  gint64 run = nn_shape_span (from, axis, from->rank);
  gint64 before = (gint64) nn_call_number (call, "before") * nn_shape_span (to, axis + 1, to->rank);
  float *y = call->out[0].data;

  memset (y, 0, (gsize) nn_shape_count (to) * sizeof (float));
  for (gint64 i = 0; i < outer; i++)
    memcpy (y + i * row + before, (const float *) call->in[0].data + i * run,
            (gsize) run * sizeof (float));
}

/* Between rows and channels-last: both sides have the same shape. */
static void
relayout_run (NnCall *call)
{
  const NnShape *shape = &call->out[0].shape;
  gint64 c = shape->size[1];
  gint64 pixels = shape->size[2] * shape->size[3];
  Gather self = { call->in[0].data, call->out[0].data,
                  nn_dtype_size (call->in[0].dtype) == 1 };

  if (call->in[0].layout == call->out[0].layout || c == 1 || pixels == 1)
    {
      copy_run (call);
      return;
    }

  if (call->out[0].layout == NN_LAYOUT_CHANNELS_LAST)
    {
      self.shape = NN_SHAPE (shape->size[0], pixels, c);
      self.strides[0] = c * pixels;
      self.strides[1] = 1;
      self.strides[2] = pixels;
    }
  else
    {
      self.shape = NN_SHAPE (shape->size[0], c, pixels);
      self.strides[0] = c * pixels;
      self.strides[1] = 1;
      self.strides[2] = c;
    }
  gather (call, &self);
}

static NnShape
shape_of_attr (const NnAttrValue *value)
{
  NnShape shape = { value->count };

  for (int i = 0; i < value->count; i++)
    shape.size[i] = (gint64) value->number[i];
  return shape;
}

static gboolean
reshape_to_infer (NnCall  *call,
                  GError **error)
{
  NnShape shape = shape_of_attr (nn_call_value (call, "shape"));

  if (nn_shape_count (&shape) != nn_shape_count (&call->in[0].shape))
    return nn_call_refuse (call, error, _("the number of elements must not change."));

  nn_call_set_out (call, 0, call->in[0].dtype, &shape);
  return TRUE;
}

/* The attribute says what one sample shall look like; -1 stands for whatever
 * is left. */
static gboolean
reshape_infer (NnCall  *call,
               GError **error)
{
  NnShape item = shape_of_attr (nn_call_value (call, "shape"));
  NnShape given;
  NnShape shape;
  gint64 known = 1;
  gint64 count;
  int open = -1;

  if (call->in[0].shape.rank < 1)
    return nn_call_want_rank (call, 0, 2, error);
  if (item.rank >= NN_MAX_RANK)
    return nn_call_refuse (call, error, _("a shape has at most %d axes."), NN_MAX_RANK - 1);

  given = nn_shape_item (&call->in[0].shape);
  count = nn_shape_count (&given);
  for (int i = 0; i < item.rank; i++)
    {
      if (item.size[i] == -1 && open >= 0)
        return nn_call_refuse (call, error, _("only one size may be -1."));
      if (item.size[i] == -1)
        open = i;
      else
        known *= item.size[i];
    }
  if (open >= 0 && known > 0)
    item.size[open] = count / known;

  if (known == 0 || nn_shape_count (&item) != count)
    {
      g_autofree char *from = nn_shape_print (&given);
      g_autofree char *to = NULL;

      if (open >= 0)
        item.size[open] = -1;
      to = nn_shape_print (&item);
      return nn_call_refuse (call, error,
                             _("a sample of %s has %" PRId64 " numbers, which %s "
                               "cannot hold."), from, count, to);
    }

  shape = nn_shape_batch (&item, call->in[0].shape.size[0]);
  nn_call_set_out (call, 0, call->in[0].dtype, &shape);
  return TRUE;
}

static gboolean
flatten_infer (NnCall  *call,
               GError **error)
{
  const NnShape *x = &call->in[0].shape;
  NnShape shape = { 2 };

  if (x->rank < 1)
    return nn_call_want_rank (call, 0, 2, error);

  shape.size[0] = x->size[0];
  shape.size[1] = nn_shape_span (x, 1, x->rank);
  nn_call_set_out (call, 0, call->in[0].dtype, &shape);
  return TRUE;
}

static gboolean
permute_infer (NnCall  *call,
               GError **error)
{
  const NnAttrValue *axes = nn_call_value (call, "axes");
  const NnShape *x = &call->in[0].shape;
  NnShape shape = { x->rank };
  guint seen = 0;

  for (int i = 0; i < axes->count; i++)
    if (axes->number[i] < x->rank)
      seen |= 1u << (int) axes->number[i];
  if (axes->count != x->rank || seen != (1u << x->rank) - 1)
    return nn_call_refuse (call, error, _("each axis must be named once."));

  for (int i = 0; i < x->rank; i++)
    shape.size[i] = x->size[(int) axes->number[i]];
  nn_call_set_out (call, 0, call->in[0].dtype, &shape);
  return TRUE;
}

static gboolean
expand_to_infer (NnCall  *call,
                 GError **error)
{
  NnShape to = shape_of_attr (nn_call_value (call, "shape"));
  NnShape shape;

  if (!nn_shape_broadcast (&call->in[0].shape, &to, &shape) || !nn_shape_equal (&shape, &to))
    return nn_call_refuse (call, error, _("only axes of size 1 can be stretched."));

  nn_call_set_out (call, 0, call->in[0].dtype, &to);
  return TRUE;
}

static gboolean
slice_infer (NnCall  *call,
             GError **error)
{
  int axis = (int) nn_call_number (call, "axis");
  gint64 start = (gint64) nn_call_number (call, "start");
  gint64 end = (gint64) nn_call_number (call, "end");
  NnShape shape = call->in[0].shape;

  if (axis >= shape.rank || start > end || end > shape.size[axis])
    {
      g_autofree char *text = nn_shape_print (&shape);

      return nn_call_refuse (call, error,
                             _("there is nothing from %" PRId64 " to %" PRId64
                               " along axis %d of %s."), start, end, axis, text);
    }

  shape.size[axis] = end - start;
  nn_call_set_out (call, 0, call->in[0].dtype, &shape);
  return TRUE;
}

static gboolean
pad_infer (NnCall  *call,
           GError **error)
{
  int axis = (int) nn_call_number (call, "axis");
  NnShape shape = call->in[0].shape;

  if (axis >= shape.rank)
    return nn_call_refuse (call, error, _("there is no axis %d."), axis);

  shape.size[axis] += (gint64) (nn_call_number (call, "before") + nn_call_number (call, "after"));
  nn_call_set_out (call, 0, call->in[0].dtype, &shape);
  return TRUE;
}

static gboolean
concat_infer (NnCall  *call,
              GError **error)
{
  int axis = (int) nn_call_number (call, "axis");
  NnShape shape = call->in[0].shape;

  if (axis >= shape.rank)
    {
      g_autofree char *text = nn_call_print (call, 0);

      return nn_call_refuse (call, error, _("a sample has the shape %s, so there is no axis %d."),
                             text, axis);
    }

  for (int k = 1; k < call->n_in; k++)
    {
      NnShape other = call->in[k].shape;
      gint64 size = axis < other.rank ? other.size[axis] : 0;

      if (axis < other.rank)
        other.size[axis] = shape.size[axis];
      if (!nn_shape_equal (&other, &shape))
        {
          g_autofree char *first = nn_call_print (call, 0);
          g_autofree char *second = nn_call_print (call, k);

          return nn_call_refuse (call, error,
                                 _("the shapes %s and %s may differ along axis %d only."),
                                 first, second, axis);
        }
      shape.size[axis] += size;
    }

  nn_call_set_out (call, 0, call->in[0].dtype, &shape);
  return TRUE;
}

static void
reshape_expand (NnBuild *build)
{
  nn_build_result (build, "y", nn_build_reshape (build, nn_build_in (build, "x"),
                                                 &nn_build_call (build)->out[0].shape));
}

static void
reshape_gradient (NnBuild *build)
{
  nn_build_gradient (build, "x", nn_build_reshape (build, nn_build_slope (build, "y"),
                                                   &nn_build_in (build, "x")->shape));
}

static void
permute_gradient (NnBuild *build)
{
  const NnAttrValue *axes = nn_call_value (nn_build_call (build), "axes");
  gint64 back[NN_MAX_RANK];

  for (int i = 0; i < axes->count; i++)
    back[(int) axes->number[i]] = i;
  nn_build_set_list (build, "axes", axes->count, back);
  nn_build_gradient (build, "x", nn_build_op (build, "permute", nn_build_slope (build, "y"),
                                              NN_BUILD_END));
}

static void
expand_to_gradient (NnBuild *build)
{
  nn_build_gradient (build, "x", nn_build_sum_to (build, nn_build_slope (build, "y"),
                                                  &nn_build_in (build, "x")->shape));
}

static void
slice_gradient (NnBuild *build)
{
  const NnCall *call = nn_build_call (build);
  double axis = nn_call_number (call, "axis");

  nn_build_set (build, "axis", axis);
  nn_build_set (build, "before", nn_call_number (call, "start"));
  nn_build_set (build, "after",
                call->in[0].shape.size[(int) axis] - nn_call_number (call, "end"));
  nn_build_gradient (build, "x", nn_build_op (build, "pad", nn_build_slope (build, "y"),
                                              NN_BUILD_END));
}

static void
pad_gradient (NnBuild *build)
{
  const NnCall *call = nn_build_call (build);
  int axis = (int) nn_call_number (call, "axis");
  double before = nn_call_number (call, "before");

  nn_build_set (build, "axis", axis);
  nn_build_set (build, "start", before);
  nn_build_set (build, "end", before + call->in[0].shape.size[axis]);
  nn_build_gradient (build, "x", nn_build_op (build, "slice", nn_build_slope (build, "y"),
                                              NN_BUILD_END));
}

/* Each operand gets back its own run. */
static void
concat_gradient (NnBuild *build)
{
  const NnInstr *instr = build->instr;
  int axis = (int) nn_call_number (&instr->call, "axis");
  gint64 at = 0;

  for (int k = 0; k < instr->call.n_in; k++)
    {
      gint64 size = instr->in[k]->shape.size[axis];

      nn_build_set (build, "axis", axis);
      nn_build_set (build, "start", at);
      nn_build_set (build, "end", at + size);
      build->slope[k] = nn_build_op (build, "slice", nn_build_slope (build, "y"), NN_BUILD_END);
      at += size;
    }
}

static const NnPort one_input[] = {
  { "x", N_("Input") },
  { "y", N_("Output"), NN_PORT_OUTPUT },
  { NULL }
};

static const NnPort many_inputs[] = {
  { "x", N_("Inputs"), NN_PORT_MANY },
  { "y", N_("Output"), NN_PORT_OUTPUT },
  { NULL }
};

static const char *const scalar_word[] = { "scalar", NULL };

static const NnAttr reshape_attrs[] = {
  { "shape", N_("Shape of one sample"), NN_ATTR_INTS, -1, -1, 1e9 },
  { NULL }
};

static const NnAttr full_shape_attrs[] = {
  { "shape", N_("Shape"), NN_ATTR_INTS, 1, 0, 1e15, .words = scalar_word },
  { NULL }
};

static const NnAttr permute_attrs[] = {
  { "axes", N_("Order of the axes"), NN_ATTR_INTS, 0, 0, NN_MAX_RANK - 1 },
  { NULL }
};

static const NnAttr concat_attrs[] = {
  { "axis", N_("Axis"), NN_ATTR_INT, 1, 1, NN_MAX_RANK - 1, .onnx = "axis", .torch = "dim" },
  { NULL }
};

static const NnAttr slice_attrs[] = {
  { "axis", N_("Axis"), NN_ATTR_INT, 1, 0, NN_MAX_RANK - 1 },
  { "start", N_("From"), NN_ATTR_INT, 0, 0, 1e9 },
  { "end", N_("To"), NN_ATTR_INT, 1, 0, 1e9 },
  { NULL }
};

static const NnAttr pad_attrs[] = {
  { "axis", N_("Axis"), NN_ATTR_INT, 1, 0, NN_MAX_RANK - 1 },
  { "before", N_("Zeros before"), NN_ATTR_INT, 0, 0, 1e9 },
  { "after", N_("Zeros behind"), NN_ATTR_INT, 0, 0, 1e9 },
  { NULL }
};

#define X(...) .in = { __VA_ARGS__ }
#define END { .in[0].rank = 0 }

static const NnSample flatten_samples[] = {
  { X ({ 4, { 2, 3, 4, 5 } }) }, { X ({ 2, { 0, 5 } }) }, { X ({ 1, { 7 } }) }, END
};

static const NnSample reshape_samples[] = {
  { X ({ 2, { 2, 12 } }), .attrs = "shape=3,4" },
  { X ({ 4, { 3, 2, 5, 7 } }), .attrs = "shape=7,-1" },
  { X ({ 2, { 0, 6 } }), .attrs = "shape=2,3" },
  END
};

static const NnSample reshape_to_samples[] = {
  { X ({ 2, { 2, 12 } }), .attrs = "shape=4,6" },
  { X ({ 1, { 1 } }), .attrs = "shape=scalar" },
  { X ({ 2, { 0, 6 } }), .attrs = "shape=0,2,3" },
  END
};

static const NnSample permute_samples[] = {
  { X ({ 2, { 5, 3 } }), .attrs = "axes=1,0" },
  { X ({ 4, { 2, 3, 4, 33 } }), .attrs = "axes=0,2,3,1" },
  { X ({ 3, { 0, 2, 3 } }), .attrs = "axes=2,0,1" },
  END
};

static const NnSample expand_samples[] = {
  { X ({ 1, { 5 } }), .attrs = "shape=3,5" },
  { X ({ 3, { 2, 1, 3 } }), .attrs = "shape=2,37,3" },
  { X ({ 2, { 0, 1 } }), .attrs = "shape=0,4" },
  END
};

static const NnSample slice_samples[] = {
  { X ({ 2, { 3, 9 } }), .attrs = "axis=1 start=2 end=7" },
  { X ({ 4, { 2, 5, 3, 35 } }), .attrs = "axis=1 start=1 end=3" },
  { X ({ 2, { 0, 6 } }), .attrs = "axis=1 start=0 end=2" },
  END
};

static const NnSample pad_samples[] = {
  { X ({ 2, { 3, 4 } }), .attrs = "axis=1 before=2 after=1" },
  { X ({ 3, { 2, 5, 33 } }), .attrs = "axis=0 before=1 after=0" },
  { X ({ 2, { 0, 6 } }), .attrs = "axis=1 before=1 after=1" },
  END
};

static const NnSample concat_samples[] = {
  { X ({ 2, { 3, 4 } }, { 2, { 3, 1 } }) },
  { X ({ 4, { 2, 3, 5, 7 } }, { 4, { 2, 2, 5, 7 } }, { 4, { 2, 1, 5, 7 } }) },
  { X ({ 3, { 2, 4, 33 } }, { 3, { 2, 4, 2 } }), .attrs = "axis=2" },
  { X ({ 2, { 0, 6 } }, { 2, { 0, 1 } }) },
  END
};

#define ROWS_KERNEL(name)                                                     \
  .cpu = (const NnKernel[]) { { "copy", NN_LAYOUT_ROWS, .run = name }, { NULL } }

const NnOp nn_ops_shape[] = {
  {
    .name = "flatten", .title = N_("Flatten"),
    .summary = N_("Puts all numbers of a sample into one row."),
    .lesson = "14", .category = NN_CATEGORY_SHAPE, .ports = one_input,
    .infer = flatten_infer, .expand = reshape_expand, .samples = flatten_samples,
    .onnx = "Flatten", .onnx_since = 1, .torch = "torch.nn.Flatten",
  },
  {
    .name = "reshape", .title = N_("Reshape"),
    .summary = N_("Arranges the numbers of a sample in another shape, in the same order."),
    .lesson = "05", .category = NN_CATEGORY_SHAPE, .ports = one_input, .attrs = reshape_attrs,
    .infer = reshape_infer, .expand = reshape_expand, .samples = reshape_samples,
    .torch = "torch.nn.Unflatten",
  },
  {
    .name = "concat", .title = N_("Concatenate"),
    .summary = N_("Puts inputs side by side along one axis."),
    .lesson = "05", .category = NN_CATEGORY_SHAPE, .ports = many_inputs, .attrs = concat_attrs,
    .infer = concat_infer, .gradient = concat_gradient, .samples = concat_samples,
    .onnx = "Concat", .onnx_since = 4, .torch = "torch.cat",
    ROWS_KERNEL (concat_run),
  },
  {
    .name = "reshape-to", .title = N_("Reshape of a batch"),
    .summary = N_("Gives the whole batch another shape."),
    .category = NN_CATEGORY_INTERNAL, .flags = NN_OP_VIEW, .ports = one_input,
    .attrs = full_shape_attrs, .infer = reshape_to_infer, .gradient = reshape_gradient,
    .samples = reshape_to_samples, .onnx = "Reshape", .onnx_since = 5,
    ROWS_KERNEL (copy_run),
  },
  {
    .name = "permute", .title = N_("Permute"),
    .summary = N_("Puts the axes in another order."),
    .category = NN_CATEGORY_INTERNAL, .ports = one_input, .attrs = permute_attrs,
    .infer = permute_infer, .gradient = permute_gradient, .samples = permute_samples,
    .onnx = "Transpose", .onnx_since = 1, .torch = "torch.permute",
    ROWS_KERNEL (permute_run),
  },
  {
    .name = "expand-to", .title = N_("Expand"),
    .summary = N_("Repeats axes of size one without asking for more numbers."),
    .category = NN_CATEGORY_INTERNAL, .ports = one_input, .attrs = full_shape_attrs,
    .infer = expand_to_infer, .gradient = expand_to_gradient, .samples = expand_samples,
    .onnx = "Expand", .onnx_since = 8,
    ROWS_KERNEL (expand_run),
  },
  {
    .name = "slice", .title = N_("Slice"),
    .summary = N_("Takes a run of positions along one axis."),
    .category = NN_CATEGORY_INTERNAL, .ports = one_input, .attrs = slice_attrs,
    .infer = slice_infer, .gradient = slice_gradient, .samples = slice_samples,
    ROWS_KERNEL (slice_run),
  },
  {
    .name = "pad", .title = N_("Pad"),
    .summary = N_("Puts zeros in front of and behind one axis."),
    .category = NN_CATEGORY_INTERNAL, .ports = one_input, .attrs = pad_attrs,
    .infer = pad_infer, .gradient = pad_gradient, .samples = pad_samples,
    ROWS_KERNEL (pad_run),
  },
  {
    .name = "relayout", .title = N_("Change of Layout"),
    .summary = N_("Moves channels behind the pixels, or back in front of them."),
    .category = NN_CATEGORY_INTERNAL, .ports = one_input, .infer = nn_infer_same,
    .cpu = (const NnKernel[]) {
      { "copy", NN_LAYOUT_ANY, .run = relayout_run }, { NULL }
    },
  },
  { NULL }
};
