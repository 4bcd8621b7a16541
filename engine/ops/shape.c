/* shape.c: the same numbers seen through other axes
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "engine/build.h"
#include "engine/cpu/strided.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <string.h>

/* Most ops here keep the order of the numbers in memory: they expand into
 * reshape-to, which costs nothing because the plan lets it lie on the bytes of
 * its input.  Only permute moves numbers. */

static void
copy_run (NnCall *call)
{
  /* The plan lets y lie on x's bytes, so there is mostly nothing to do. */
  if (call->out[0].data != call->in[0].data)
    memcpy (call->out[0].data, call->in[0].data,
            (gsize) nn_shape_count (&call->out[0].shape) * nn_dtype_size (call->out[0].dtype));
}

/* The axes in their new order, counted from the front; FALSE unless each is
 * named once. */
static gboolean
read_order (const NnCall *call,
            int           order[NN_MAX_RANK])
{
  const NnAttrValue *axes = nn_call_value (call, "axes");
  int rank = call->in[0].shape.rank;
  guint seen = 0;

  if (axes->count != rank)
    return FALSE;
  for (int i = 0; i < rank; i++)
    {
      order[i] = nn_axis_from (axes->number[i], rank);
      if (order[i] < 0 || seen >> order[i] & 1)
        return FALSE;
      seen |= 1u << order[i];
    }

  return TRUE;
}

static void
permute_run (NnCall *call)
{
  gint64 strides[NN_MAX_RANK];
  int order[NN_MAX_RANK];
  NnStrided self;

  nn_strided_init (&self, call, &call->out[0].shape);
  nn_shape_strides (&call->in[0].shape, strides);
  read_order (call, order);
  for (int i = 0; i < call->in[0].shape.rank; i++)
    self.from_stride[i] = strides[order[i]];
  nn_strided_copy (&self, call);
}

static gboolean
reshape_to_infer (NnCall  *call,
                  GError **error)
{
  NnShape shape = nn_call_get_shape (call, "shape");

  if (nn_shape_count (&shape) != nn_shape_count (&call->in[0].shape))
    return nn_call_refuse (call, error, _("the number of elements must not change."));

  nn_call_set_out (call, 0, call->in[0].dtype, &shape);
  return TRUE;
}

/* Fills in the size that is -1, if there is one, so that @shape has @count
 * numbers; FALSE when it cannot. */
static gboolean
fill_open_size (NnShape *shape,
                gint64   count)
{
  gint64 known = 1;
  int open = -1;

  for (int i = 0; i < shape->rank; i++)
    if (shape->size[i] != -1)
      known *= shape->size[i];
    else if (open >= 0)
      return FALSE;
    else
      open = i;

  if (open < 0)
    return known == count;
  if (known == 0 || count % known != 0)
    return FALSE;
  shape->size[open] = count / known;
  return TRUE;
}

/* The attribute says what one sample shall look like; -1 stands for whatever
 * is left. */
static gboolean
reshape_infer (NnCall  *call,
               GError **error)
{
  NnShape wanted = nn_call_get_shape (call, "shape");
  NnShape item = wanted;
  NnShape given;
  NnShape shape;

  if (call->in[0].shape.rank < 1)
    return nn_call_want_rank (call, 0, 2, error);
  if (item.rank >= NN_MAX_RANK)
    return nn_call_refuse (call, error, _("a shape has at most %d axes."), NN_MAX_RANK - 1);

  given = nn_shape_item (&call->in[0].shape);
  if (!fill_open_size (&item, nn_shape_count (&given)))
    {
      g_autofree char *from = nn_shape_print (&given);
      g_autofree char *to = nn_shape_print (&wanted);

      return nn_call_refuse (call, error,
                             _("a sample of %s has %" PRId64 " numbers, which %s cannot hold; "
                               "at most one size may be -1."),
                             from, nn_shape_count (&given), to);
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
flatten_axes_infer (NnCall  *call,
                    GError **error)
{
  const NnShape *x = &call->in[0].shape;
  int start = nn_call_get_axis (call, "start", x->rank);
  int end = nn_call_get_axis (call, "end", x->rank);
  NnShape shape = { 0 };

  if (!nn_call_want_axis (call, 0, "start", error) || !nn_call_want_axis (call, 0, "end", error))
    return FALSE;
  if (start > end)
    return nn_call_refuse (call, error, _("the first axis, %d, lies behind the last, %d."), start,
                           end);

  for (int i = 0; i < x->rank; i++)
    if (i <= start || i > end)
      shape.size[shape.rank++] = x->size[i];
    else
      shape.size[shape.rank - 1] *= x->size[i];
  nn_call_set_out (call, 0, call->in[0].dtype, &shape);
  return TRUE;
}

static gboolean
unflatten_infer (NnCall  *call,
                 GError **error)
{
  const NnShape *x = &call->in[0].shape;
  int axis = nn_call_get_axis (call, "axis", x->rank);
  NnShape sizes = nn_call_get_shape (call, "sizes");
  NnShape shape = { x->rank - 1 + sizes.rank };

  if (!nn_call_want_axis (call, 0, "axis", error))
    return FALSE;
  if (shape.rank > NN_MAX_RANK)
    return nn_call_refuse (call, error, _("a shape has at most %d axes."), NN_MAX_RANK - 1);
  if (!fill_open_size (&sizes, x->size[axis]))
    {
      g_autofree char *text = nn_shape_print (&sizes);

      return nn_call_refuse (call, error,
                             _("axis %d has %" PRId64 " positions, which %s cannot hold; at most "
                               "one size may be -1."), axis, x->size[axis], text);
    }

  for (int i = 0; i < axis; i++)
    shape.size[i] = x->size[i];
  for (int i = 0; i < sizes.rank; i++)
    shape.size[axis + i] = sizes.size[i];
  for (int i = axis + 1; i < x->rank; i++)
    shape.size[i - 1 + sizes.rank] = x->size[i];
  nn_call_set_out (call, 0, call->in[0].dtype, &shape);
  return TRUE;
}

/* As in PyTorch, an axis that has more than one position stays. */
static gboolean
squeeze_infer (NnCall  *call,
               GError **error)
{
  const NnAttrValue *axes = nn_call_value (call, "axes");
  const NnShape *x = &call->in[0].shape;
  NnShape shape = { 0 };
  guint gone = 0;

  for (int k = 0; k < axes->count; k++)
    {
      int axis = nn_axis_from (axes->number[k], x->rank);

      if (axis < 0)
        return nn_call_refuse (call, error, _("there is no axis %d."), (int) axes->number[k]);
      gone |= 1u << axis;
    }
  for (int i = 0; i < x->rank; i++)
    if (!(gone >> i & 1) || x->size[i] != 1)
      shape.size[shape.rank++] = x->size[i];
  nn_call_set_out (call, 0, call->in[0].dtype, &shape);
  return TRUE;
}

static gboolean
unsqueeze_infer (NnCall  *call,
                 GError **error)
{
  NnShape shape = call->in[0].shape;
  int axis = nn_call_get_axis (call, "axis", shape.rank + 1);

  if (axis < 0)
    return nn_call_want_axis (call, 0, "axis", error);
  if (shape.rank == NN_MAX_RANK)
    return nn_call_refuse (call, error, _("a shape has at most %d axes."), NN_MAX_RANK - 1);

  for (int i = shape.rank; i > axis; i--)
    shape.size[i] = shape.size[i - 1];
  shape.size[axis] = 1;
  shape.rank++;
  nn_call_set_out (call, 0, call->in[0].dtype, &shape);
  return TRUE;
}

static gboolean
permute_infer (NnCall  *call,
               GError **error)
{
  const NnShape *x = &call->in[0].shape;
  NnShape shape = { x->rank };
  int order[NN_MAX_RANK];

  if (!read_order (call, order))
    return nn_call_refuse (call, error, _("each of the %d axes, batch included, must be named "
                                          "once."), x->rank);

  for (int i = 0; i < x->rank; i++)
    shape.size[i] = x->size[order[i]];
  nn_call_set_out (call, 0, call->in[0].dtype, &shape);
  return TRUE;
}

/* The order of the axes after @from has moved to @to, others closing ranks, or
 * after the two were exchanged. */
static void
order_after (int      rank,
             int      from,
             int      to,
             gboolean exchange,
             gint64   order[NN_MAX_RANK])
{
  for (int i = 0; i < rank; i++)
    order[i] = i;
  if (exchange)
    {
      order[from] = to;
      order[to] = from;
      return;
    }

  for (int i = from; i < to; i++)
    order[i] = i + 1;
  for (int i = from; i > to; i--)
    order[i] = i - 1;
  order[to] = from;
}

static gboolean
infer_order (NnCall     *call,
             const char *from,
             const char *to,
             gboolean    exchange,
             GError    **error)
{
  const NnShape *x = &call->in[0].shape;
  NnShape shape = { x->rank };
  gint64 order[NN_MAX_RANK];

  if (!nn_call_want_axis (call, 0, from, error) || !nn_call_want_axis (call, 0, to, error))
    return FALSE;

  order_after (x->rank, nn_call_get_axis (call, from, x->rank),
               nn_call_get_axis (call, to, x->rank), exchange, order);
  for (int i = 0; i < x->rank; i++)
    shape.size[i] = x->size[order[i]];
  nn_call_set_out (call, 0, call->in[0].dtype, &shape);
  return TRUE;
}

static gboolean
transpose_infer (NnCall  *call,
                 GError **error)
{
  return infer_order (call, "first", "second", TRUE, error);
}

static gboolean
movedim_infer (NnCall  *call,
               GError **error)
{
  return infer_order (call, "from", "to", FALSE, error);
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

/* A value of its own over the same bytes. */
static void
identity_expand (NnBuild *build)
{
  const NnShape *shape = &nn_build_call (build)->out[0].shape;

  nn_build_set_list (build, "shape", shape->rank, shape->size);
  nn_build_result (build, "y", nn_build_op (build, "reshape-to", nn_build_in (build, "x"),
                                            NN_BUILD_END));
}

/* Axes of size one can go anywhere without a number being moved. */
static void
expand_order (NnBuild    *build,
              const char *from,
              const char *to,
              gboolean    exchange)
{
  const NnCall *call = nn_build_call (build);
  const NnShape *x = &call->in[0].shape;
  gint64 order[NN_MAX_RANK];
  gint64 last = -1;
  gboolean moves = FALSE;

  order_after (x->rank, nn_call_get_axis (call, from, x->rank),
               nn_call_get_axis (call, to, x->rank), exchange, order);
  for (int i = 0; i < x->rank; i++)
    if (x->size[order[i]] != 1)
      {
        moves |= order[i] < last;
        last = order[i];
      }
  if (!moves)
    {
      reshape_expand (build);
      return;
    }

  nn_build_set_list (build, "axes", x->rank, order);
  nn_build_result (build, "y", nn_build_op (build, "permute", nn_build_in (build, "x"),
                                            NN_BUILD_END));
}

static void
transpose_expand (NnBuild *build)
{
  expand_order (build, "first", "second", TRUE);
}

static void
movedim_expand (NnBuild *build)
{
  expand_order (build, "from", "to", FALSE);
}

static void
permute_gradient (NnBuild *build)
{
  const NnCall *call = nn_build_call (build);
  int rank = call->in[0].shape.rank;
  gint64 back[NN_MAX_RANK];
  int order[NN_MAX_RANK];

  read_order (call, order);
  for (int i = 0; i < rank; i++)
    back[order[i]] = i;
  nn_build_set_list (build, "axes", rank, back);
  nn_build_gradient (build, "x", nn_build_op (build, "permute", nn_build_slope (build, "y"),
                                              NN_BUILD_END));
}

static const NnPort one_input[] = {
  { "x", N_("Input"), .also = NN_ALSO_ANY },
  { "y", N_("Output"), NN_PORT_OUTPUT },
  { NULL }
};

static const char *const scalar_word[] = { "scalar", NULL };

#define AXIS(name, title, initial, ...)                                       \
  { name, title, NN_ATTR_INT, initial, -NN_MAX_RANK, NN_MAX_RANK - 1, __VA_ARGS__ }

static const NnAttr reshape_attrs[] = {
  { "shape", N_("Shape of one sample"), NN_ATTR_INTS, -1, -1, 1e9 },
  { NULL }
};

static const NnAttr full_shape_attrs[] = {
  { "shape", N_("Shape"), NN_ATTR_INTS, 1, 0, 1e15, .words = scalar_word },
  { NULL }
};

static const NnAttr flatten_axes_attrs[] = {
  AXIS ("start", N_("First axis"), 1, .torch = "start_dim"),
  AXIS ("end", N_("Last axis"), -1, .torch = "end_dim"),
  { NULL }
};

static const NnAttr unflatten_attrs[] = {
  AXIS ("axis", N_("Axis"), 1, .torch = "dim"),
  { "sizes", N_("Sizes"), NN_ATTR_INTS, -1, -1, 1e9, .torch = "unflattened_size" },
  { NULL }
};

static const NnAttr squeeze_attrs[] = {
  { "axes", N_("Axes"), NN_ATTR_INTS, 1, -NN_MAX_RANK, NN_MAX_RANK - 1, .torch = "dim" },
  { NULL }
};

static const NnAttr unsqueeze_attrs[] = {
  AXIS ("axis", N_("Axis"), 1, .onnx = "axes", .torch = "dim"),
  { NULL }
};

static const NnAttr permute_attrs[] = {
  { "axes", N_("Order of the axes"), NN_ATTR_INTS, 0, -NN_MAX_RANK, NN_MAX_RANK - 1,
    .onnx = "perm", .torch = "dims" },
  { NULL }
};

static const NnAttr transpose_attrs[] = {
  AXIS ("first", N_("First axis"), 1, .torch = "dim0"),
  AXIS ("second", N_("Second axis"), 2, .torch = "dim1"),
  { NULL }
};

static const NnAttr movedim_attrs[] = {
  AXIS ("from", N_("Axis"), 1, .torch = "source"),
  AXIS ("to", N_("New place"), -1, .torch = "destination"),
  { NULL }
};

#define X(...) .in = { __VA_ARGS__ }
#define END { .in[0].rank = 0 }

static const NnSample any_samples[] = {
  { X ({ 4, { 2, 3, 4, 5 } }) }, { X ({ 2, { 0, 5 } }) }, { X ({ 1, { 7 } }) },
  { X ({ 2, { 3, 5 } }), .dtype = NN_INT64, .classes = 9 }, END
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

static const NnSample flatten_axes_samples[] = {
  { X ({ 4, { 2, 3, 4, 5 } }), .attrs = "start=1 end=2" },
  { X ({ 3, { 2, 3, 7 } }), .attrs = "start=-2" },
  { X ({ 2, { 0, 5 } }), .attrs = "start=0" },
  END
};

static const NnSample unflatten_samples[] = {
  { X ({ 2, { 2, 12 } }), .attrs = "sizes=3,4" },
  { X ({ 3, { 2, 33, 5 } }), .attrs = "axis=-2 sizes=-1,11" },
  { X ({ 2, { 0, 6 } }), .attrs = "sizes=2,-1" },
  END
};

static const NnSample squeeze_samples[] = {
  { X ({ 3, { 2, 1, 5 } }) },
  { X ({ 4, { 2, 1, 33, 1 } }), .attrs = "axes=1,2,-1" },
  { X ({ 2, { 0, 1 } }), .attrs = "axes=-1" },
  END
};

static const NnSample unsqueeze_samples[] = {
  { X ({ 2, { 2, 5 } }) },
  { X ({ 3, { 2, 3, 7 } }), .attrs = "axis=-1" },
  { X ({ 2, { 0, 5 } }), .attrs = "axis=0" },
  END
};

static const NnSample permute_samples[] = {
  { X ({ 2, { 5, 3 } }), .attrs = "axes=1,0" },
  { X ({ 4, { 2, 3, 4, 33 } }), .attrs = "axes=0,2,3,1" },
  { X ({ 4, { 2, 35, 3, 37 } }), .attrs = "axes=0,-1,2,1" },
  { X ({ 3, { 0, 2, 3 } }), .attrs = "axes=2,0,1" },
  { X ({ 2, { 5, 3 } }), .attrs = "axes=1,0", .dtype = NN_BOOL },
  { X ({ 2, { 5, 3 } }), .attrs = "axes=1,0", .dtype = NN_INT64, .classes = 9 },
  END
};

static const NnSample transpose_samples[] = {
  { X ({ 3, { 2, 5, 3 } }) },
  { X ({ 4, { 2, 3, 4, 33 } }), .attrs = "first=-1 second=1" },
  { X ({ 3, { 2, 1, 3 } }) },
  { X ({ 3, { 0, 2, 3 } }) },
  END
};

static const NnSample movedim_samples[] = {
  { X ({ 4, { 2, 5, 3, 4 } }) },
  { X ({ 4, { 2, 5, 3, 33 } }), .attrs = "from=-1 to=1" },
  { X ({ 3, { 0, 2, 3 } }) },
  END
};

#define ROWS_KERNEL(name)                                                     \
  .cpu = (const NnKernel[]) { { "copy", NN_LAYOUT_ROWS, .run = name }, { NULL } }

#define SHAPE(lesson_number, infer_function, expand_function)                 \
  .lesson = lesson_number, .category = NN_CATEGORY_SHAPE, .ports = one_input, \
  .infer = infer_function, .expand = expand_function

const NnOp nn_ops_shape[] = {
  {
    .name = "flatten", .title = N_("Flatten"),
    .summary = N_("Puts all numbers of a sample into one row."),
    .samples = any_samples,
    .onnx = "Flatten", .onnx_since = 1, .torch = "torch.nn.Flatten",
    SHAPE ("14", flatten_infer, reshape_expand),
  },
  {
    .name = "reshape", .title = N_("Reshape"),
    .summary = N_("Arranges the numbers of a sample in another shape, in the same order."),
    .attrs = reshape_attrs, .samples = reshape_samples,
    SHAPE ("05", reshape_infer, reshape_expand),
  },
  {
    .name = "flatten-axes", .title = N_("Flatten Axes"),
    .summary = N_("Joins neighbouring axes into one."),
    .attrs = flatten_axes_attrs, .samples = flatten_axes_samples, .torch = "torch.flatten",
    SHAPE ("05", flatten_axes_infer, reshape_expand),
  },
  {
    .name = "unflatten", .title = N_("Unflatten"),
    .summary = N_("Cuts one axis into several, in the same order."),
    .attrs = unflatten_attrs, .samples = unflatten_samples, .torch = "torch.nn.Unflatten",
    SHAPE ("05", unflatten_infer, reshape_expand),
  },
  {
    .name = "squeeze", .title = N_("Squeeze"),
    .summary = N_("Drops axes of size one; others stay."),
    .attrs = squeeze_attrs, .samples = squeeze_samples, .torch = "torch.squeeze",
    SHAPE ("04", squeeze_infer, reshape_expand),
  },
  {
    .name = "unsqueeze", .title = N_("Unsqueeze"),
    .summary = N_("Adds an axis of size one."),
    .attrs = unsqueeze_attrs, .samples = unsqueeze_samples,
    .onnx = "Unsqueeze", .onnx_since = 13, .torch = "torch.unsqueeze",
    SHAPE ("04", unsqueeze_infer, reshape_expand),
  },
  {
    .name = "transpose", .title = N_("Transpose"),
    .summary = N_("Exchanges two axes."),
    .attrs = transpose_attrs, .samples = transpose_samples, .torch = "torch.transpose",
    SHAPE ("04", transpose_infer, transpose_expand),
  },
  {
    .name = "permute", .title = N_("Permute"),
    .summary = N_("Puts the axes in another order."),
    .lesson = "04", .category = NN_CATEGORY_SHAPE, .ports = one_input, .attrs = permute_attrs,
    .infer = permute_infer, .gradient = permute_gradient, .samples = permute_samples,
    .onnx = "Transpose", .onnx_since = 1, .torch = "torch.permute",
    ROWS_KERNEL (permute_run),
  },
  {
    .name = "movedim", .title = N_("Move an Axis"),
    .summary = N_("Takes an axis out and puts it in at another place."),
    .attrs = movedim_attrs, .samples = movedim_samples, .torch = "torch.movedim",
    .category = NN_CATEGORY_INTERNAL, .ports = one_input,
    .infer = movedim_infer, .expand = movedim_expand,
  },
  {
    .name = "identity", .title = N_("Identity"),
    .summary = N_("Hands its input on as it is."),
    .samples = any_samples,
    .onnx = "Identity", .onnx_since = 1, .torch = "torch.nn.Identity",
    SHAPE (NULL, nn_infer_same, identity_expand),
  },
  {
    .name = "detach", .title = N_("Detach"),
    .summary = N_("Hands its input on, but lets no gradient back."),
    .lesson = "12", .category = NN_CATEGORY_SHAPE, .flags = NN_OP_VIEW, .ports = one_input,
    .infer = nn_infer_same, .samples = any_samples,
    .onnx = "Identity", .onnx_since = 1, .torch = "torch.detach",
    .cpu = (const NnKernel[]) { { "copy", NN_LAYOUT_ANY, .run = copy_run }, { NULL } },
  },
  {
    .name = "reshape-to", .title = N_("Reshape of a batch"),
    .summary = N_("Gives the whole batch another shape."),
    .category = NN_CATEGORY_INTERNAL, .flags = NN_OP_VIEW, .ports = one_input,
    .attrs = full_shape_attrs, .infer = reshape_to_infer, .gradient = reshape_gradient,
    .samples = reshape_to_samples, .onnx = "Reshape", .onnx_since = 5, .torch = "torch.reshape",
    ROWS_KERNEL (copy_run),
  },
  { NULL }
};
