/* join.c: several tensors into one, and one into several
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "engine/build.h"
#include "engine/cpu/strided.h"
#include "engine/op-scalar.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>

/* Results of a split: their ports are there whether or not there are so many
 * parts. */
#define PARTS 4

/* A port cannot be made while a person wires, so a node that cuts has as many
 * results as there are ports: those behind the last part are empty.  For more
 * parts there is narrow. */

/* Copies the box of @part into, or out of, a whole that is longer along @axis:
 * there it begins at position @at. */
static void
copy_part (const NnCall  *call,
           const NnShape *part,
           int            axis,
           const void    *from,
           gint64         from_row,
           void          *to,
           gint64         to_row,
           gsize          bytes)
{
  gint64 outer = nn_shape_span (part, 0, axis);
  gint64 run = nn_shape_span (part, axis, part->rank);
  NnStrided self = { from, to, bytes, NN_SHAPE (outer, run), { from_row, 1 }, { to_row, 1 } };

  nn_strided_copy (&self, call);
}

static void
concat_run (NnCall *call)
{
  const NnShape *shape = &call->out[0].shape;
  int axis = nn_call_get_axis (call, "axis", shape->rank);
  gint64 row = nn_shape_span (shape, axis, shape->rank);
  gsize bytes = nn_dtype_size (call->out[0].dtype);
  gint64 at = 0;

  for (int k = 0; k < call->n_in; k++)
    {
      const NnShape *part = &call->in[k].shape;
      gint64 run = nn_shape_span (part, axis, part->rank);

      copy_part (call, part, axis, call->in[k].data, run,
                 (char *) call->out[0].data + at * (gint64) bytes, row, bytes);
      at += run;
    }
}

static void
split_run (NnCall *call)
{
  const NnShape *shape = &call->in[0].shape;
  int axis = nn_call_get_axis (call, "axis", shape->rank);
  gint64 row = nn_shape_span (shape, axis, shape->rank);
  gsize bytes = nn_dtype_size (call->in[0].dtype);
  gint64 at = 0;

  for (int k = 0; k < call->n_out; k++)
    {
      const NnShape *part = &call->out[k].shape;
      gint64 run = nn_shape_span (part, axis, part->rank);

      copy_part (call, part, axis, (const char *) call->in[0].data + at * (gint64) bytes, row,
                 call->out[k].data, run, bytes);
      at += run;
    }
}

/* Between rows and channels-last: both sides have the same shape. */
static void
relayout_run (NnCall *call)
{
  const NnShape *shape = &call->out[0].shape;
  gboolean last = call->out[0].layout == NN_LAYOUT_CHANNELS_LAST;
  gint64 c = shape->size[1];
  gint64 pixels = shape->size[2] * shape->size[3];
  NnShape box = last ? NN_SHAPE (shape->size[0], pixels, c) : NN_SHAPE (shape->size[0], c, pixels);
  NnStrided self;

  nn_strided_init (&self, call, &box);
  nn_shape_strides (&box, self.from_stride);
  if (call->in[0].layout != call->out[0].layout)
    {
      self.from_stride[1] = 1;
      self.from_stride[2] = box.size[1];
    }
  nn_strided_copy (&self, call);
}

static gboolean
concat_infer (NnCall  *call,
              GError **error)
{
  NnShape shape = call->in[0].shape;
  int axis = nn_call_get_axis (call, "axis", shape.rank);

  if (!nn_call_want_axis (call, 0, "axis", error))
    return FALSE;

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
      if (call->in[k].dtype != call->in[0].dtype)
        return nn_call_refuse (call, error, _("all inputs must have the same kind of numbers."));
      shape.size[axis] += size;
    }

  nn_call_set_out (call, 0, call->in[0].dtype, &shape);
  return TRUE;
}

static gboolean
stack_infer (NnCall  *call,
             GError **error)
{
  NnShape shape = call->in[0].shape;
  int axis = nn_call_get_axis (call, "axis", shape.rank + 1);

  if (axis < 0)
    return nn_call_want_axis (call, 0, "axis", error);
  if (shape.rank == NN_MAX_RANK)
    return nn_call_refuse (call, error, _("a shape has at most %d axes."), NN_MAX_RANK - 1);
  for (int k = 1; k < call->n_in; k++)
    {
      if (!nn_shape_equal (&call->in[k].shape, &shape))
        {
          g_autofree char *first = nn_call_print (call, 0);
          g_autofree char *second = nn_call_print (call, k);

          return nn_call_refuse (call, error, _("the shapes %s and %s must be equal."), first,
                                 second);
        }
      if (call->in[k].dtype != call->in[0].dtype)
        return nn_call_refuse (call, error, _("all inputs must have the same kind of numbers."));
    }

  for (int i = shape.rank; i > axis; i--)
    shape.size[i] = shape.size[i - 1];
  shape.size[axis] = call->n_in;
  shape.rank++;
  nn_call_set_out (call, 0, call->in[0].dtype, &shape);
  return TRUE;
}

/* Fills the results with the parts along the axis whose sizes are in @sizes. */
static gboolean
infer_parts (NnCall        *call,
             int            n_parts,
             const gint64  *sizes,
             GError       **error)
{
  NnShape shape = call->in[0].shape;
  int axis = nn_call_get_axis (call, "axis", shape.rank);

  if (n_parts > PARTS)
    return nn_call_refuse (call, error,
                           _("this makes %d parts, and a node has %d outputs: make the parts "
                             "larger, or take each with a “Slice”."), n_parts, PARTS);

  for (int k = 0; k < PARTS; k++)
    {
      shape.size[axis] = k < n_parts ? sizes[k] : 0;
      nn_call_set_out (call, k, call->in[0].dtype, &shape);
    }
  return TRUE;
}

static gboolean
split_infer (NnCall  *call,
             GError **error)
{
  const NnAttrValue *wanted = nn_call_value (call, "sizes");
  gint64 sizes[NN_MAX_ATTR_NUMBERS];
  int n_parts = wanted->count;
  gint64 size, sum = 0;

  if (!nn_call_want_axis (call, 0, "axis", error))
    return FALSE;

  size = call->in[0].shape.size[nn_call_get_axis (call, "axis", call->in[0].shape.rank)];
  if (n_parts == 1)
    {
      gint64 part = (gint64) wanted->number[0];

      n_parts = (int) CLAMP ((size + part - 1) / part, 1, G_MAXINT);
      for (int k = 0; k < MIN (n_parts, PARTS); k++)
        sizes[k] = MIN (part, size - k * part);
      return infer_parts (call, n_parts, sizes, error);
    }

  for (int k = 0; k < n_parts; k++)
    {
      sizes[k] = (gint64) wanted->number[k];
      sum += sizes[k];
    }
  if (sum != size)
    return nn_call_refuse (call, error,
                           _("the parts have %" PRId64 " positions together, but the axis has %"
                             PRId64 "."), sum, size);
  return infer_parts (call, n_parts, sizes, error);
}

/* As torch.chunk: equal parts but for the last, which may be smaller, and fewer
 * of them where the axis is too short. */
static gboolean
chunk_infer (NnCall  *call,
             GError **error)
{
  gint64 chunks = (gint64) nn_call_number (call, "chunks");
  gint64 sizes[PARTS];
  gint64 size, part;

  if (!nn_call_want_axis (call, 0, "axis", error))
    return FALSE;

  size = call->in[0].shape.size[nn_call_get_axis (call, "axis", call->in[0].shape.rank)];
  part = MAX ((size + chunks - 1) / chunks, 1);
  for (int k = 0; k < chunks; k++)
    sizes[k] = CLAMP (size - k * part, 0, part);
  return infer_parts (call, (int) chunks, sizes, error);
}

static void
stack_expand (NnBuild *build)
{
  const NnInstr *instr = build->instr;
  NnShape single = instr->call.out[0].shape;
  int axis = nn_call_get_axis (&instr->call, "axis", single.rank);
  NnValue *in[NN_MAX_IN];

  single.size[axis] = 1;
  for (int k = 0; k < instr->call.n_in; k++)
    in[k] = nn_build_reshape (build, instr->in[k], &single);
  nn_build_set (build, "axis", axis);
  nn_build_result (build, "y", nn_build_op_array (build, "concat", in, instr->call.n_in));
}

static NnValue *
slice_part (NnBuild *build,
            NnValue *value,
            int      axis,
            gint64   start,
            gint64   size)
{
  nn_build_set (build, "axes", axis);
  nn_build_set (build, "start", (double) start);
  nn_build_set (build, "end", (double) (start + size));
  return nn_build_op (build, "slice", value, NN_BUILD_END);
}

/* Each operand gets back its own run. */
static void
concat_gradient (NnBuild *build)
{
  const NnInstr *instr = build->instr;
  int axis = nn_call_get_axis (&instr->call, "axis", instr->call.out[0].shape.rank);
  gint64 at = 0;

  for (int k = 0; k < instr->call.n_in; k++)
    {
      gint64 size = instr->in[k]->shape.size[axis];

      if (instr->in[k]->wants_gradient)
        build->slope[k] = slice_part (build, nn_build_slope (build, "y"), axis, at, size);
      at += size;
    }
}

/* The gradients of the parts, put side by side; zeros where there is none. */
static void
split_gradient (NnBuild *build)
{
  const NnInstr *instr = build->instr;
  NnValue *in[PARTS];

  for (int k = 0; k < PARTS; k++)
    in[k] = instr->out[k]->gradient != NULL ? instr->out[k]->gradient
                                            : nn_build_fill (build, &instr->out[k]->shape, 0);
  nn_build_set_value (build, "axis", nn_call_value (&instr->call, "axis"));
  nn_build_gradient (build, "x", nn_build_op_array (build, "concat", in, PARTS));
}

static const NnPort any_input[] = {
  { "x", N_("Input"), .also = NN_ALSO_ANY },
  { "y", N_("Output"), NN_PORT_OUTPUT },
  { NULL }
};

static const NnPort many_inputs[] = {
  { "x", N_("Inputs"), NN_PORT_MANY, .also = NN_ALSO_ANY },
  { "y", N_("Output"), NN_PORT_OUTPUT },
  { NULL }
};

static const NnPort parts[] = {
  { "x", N_("Input"), .also = NN_ALSO_ANY },
  { "y1", N_("First part"), NN_PORT_OUTPUT },
  { "y2", N_("Second part"), NN_PORT_OUTPUT },
  { "y3", N_("Third part"), NN_PORT_OUTPUT },
  { "y4", N_("Fourth part"), NN_PORT_OUTPUT },
  { NULL }
};

#define AXIS(...)                                                             \
  { "axis", N_("Axis"), NN_ATTR_INT, 1, -NN_MAX_RANK, NN_MAX_RANK - 1, .torch = "dim", __VA_ARGS__ }

static const NnAttr concat_attrs[] = { AXIS (.onnx = "axis"), { NULL } };

static const NnAttr split_attrs[] = {
  AXIS (),
  { "sizes", N_("Sizes of the parts"), NN_ATTR_INTS, 1, 1, 1e9, .torch = "split_size_or_sections" },
  { NULL }
};

static const NnAttr chunk_attrs[] = {
  AXIS (),
  { "chunks", N_("Parts"), NN_ATTR_INT, 2, 1, PARTS, .torch = "chunks" },
  { NULL }
};

#define X(...) .in = { __VA_ARGS__ }
#define END { .in[0].rank = 0 }

static const NnSample concat_samples[] = {
  { X ({ 2, { 3, 4 } }, { 2, { 3, 1 } }) },
  { X ({ 4, { 2, 3, 5, 7 } }, { 4, { 2, 2, 5, 7 } }, { 4, { 2, 1, 5, 7 } }) },
  { X ({ 3, { 2, 4, 33 } }, { 3, { 2, 4, 2 } }), .attrs = "axis=-1" },
  { X ({ 2, { 0, 6 } }, { 2, { 0, 1 } }) },
  { X ({ 2, { 3, 4 } }, { 2, { 3, 1 } }), .dtype = NN_INT64, .classes = 9 },
  END
};

static const NnSample stack_samples[] = {
  { X ({ 2, { 3, 4 } }, { 2, { 3, 4 } }) },
  { X ({ 3, { 2, 4, 33 } }, { 3, { 2, 4, 33 } }, { 3, { 2, 4, 33 } }), .attrs = "axis=-1" },
  { X ({ 2, { 0, 6 } }, { 2, { 0, 6 } }), .attrs = "axis=0" },
  END
};

static const NnSample split_samples[] = {
  { X ({ 2, { 3, 7 } }), .attrs = "sizes=2" },
  { X ({ 3, { 2, 3, 35 } }), .attrs = "axis=-1 sizes=17,18" },
  { X ({ 2, { 0, 6 } }), .attrs = "sizes=1,5" },
  { X ({ 2, { 3, 4 } }), .attrs = "sizes=2", .dtype = NN_INT64, .classes = 9 },
  END
};

static const NnSample chunk_samples[] = {
  { X ({ 2, { 3, 7 } }) },
  { X ({ 4, { 2, 8, 3, 35 } }), .attrs = "chunks=3" },
  { X ({ 2, { 3, 5 } }), .attrs = "chunks=4" },
  { X ({ 2, { 0, 6 } }), .attrs = "chunks=4" },
  END
};

#define COPY(function)                                                        \
  .cpu = (const NnKernel[]) { { "copy", NN_LAYOUT_ROWS, .run = function }, { NULL } }

const NnOp nn_ops_join[] = {
  {
    .name = "concat", .title = N_("Concatenate"),
    .summary = N_("Puts inputs side by side along one axis."),
    .lesson = "05", .category = NN_CATEGORY_SHAPE, .ports = many_inputs, .attrs = concat_attrs,
    .infer = concat_infer, .gradient = concat_gradient, .samples = concat_samples,
    .onnx = "Concat", .onnx_since = 4, .torch = "torch.cat", COPY (concat_run),
  },
  {
    .name = "stack", .title = N_("Stack"),
    .summary = N_("Puts inputs of one shape side by side along a new axis."),
    .lesson = "05", .category = NN_CATEGORY_SHAPE, .ports = many_inputs, .attrs = concat_attrs,
    .infer = stack_infer, .expand = stack_expand, .samples = stack_samples,
    .torch = "torch.stack",
  },
  {
    .name = "split", .title = N_("Split"),
    .summary = N_("Cuts an axis into up to four parts of the sizes given, or of one size."),
    .lesson = "05", .category = NN_CATEGORY_SHAPE, .ports = parts, .attrs = split_attrs,
    .infer = split_infer, .gradient = split_gradient, .samples = split_samples,
    .torch = "torch.split", COPY (split_run),
  },
  {
    .name = "chunk", .title = N_("Chunk"),
    .summary = N_("Cuts an axis into two, three or four equal parts; the last may be smaller."),
    .lesson = "05", .category = NN_CATEGORY_SHAPE, .ports = parts, .attrs = chunk_attrs,
    .infer = chunk_infer, .gradient = split_gradient, .samples = chunk_samples,
    .torch = "torch.chunk", COPY (split_run),
  },
  {
    .name = "relayout", .title = N_("Change of Layout"),
    .summary = N_("Moves channels behind the pixels, or back in front of them."),
    .category = NN_CATEGORY_INTERNAL, .ports = any_input, .infer = nn_infer_same,
    .cpu = (const NnKernel[]) {
      { "copy", NN_LAYOUT_ANY, .run = relayout_run }, { NULL }
    },
  },
  { NULL }
};
