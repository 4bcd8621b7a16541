/* create.c: tensors that come from nothing but numbers
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "engine/build.h"
#include "engine/op-scalar.h"

#include <float.h>
#include <glib/gi18n-lib.h>

/* These ops have no operands, or whole numbers only; there is nothing to take a
 * gradient by. */

static const char *const dtype_words[] = { "float32", "int64", NULL };
static const NnDtype dtypes[] = { NN_FLOAT32, NN_INT64 };

static NnDtype
dtype_of (const NnCall *call)
{
  return dtypes[(int) nn_call_number (call, "dtype")];
}

static void
fill_run (NnCall *call)
{
  float value = (float) nn_call_number (call, "value");
  float *y = call->out[0].data;

  for (gint64 i = 0; i < nn_shape_count (&call->out[0].shape); i++)
    y[i] = value;
}

static gboolean
fill_infer (NnCall  *call,
            GError **error)
{
  NnShape shape = nn_call_get_shape (call, "shape");

  nn_call_set_out (call, 0, NN_FLOAT32, &shape);

  return TRUE;
}

static void
constant_expand (NnBuild *build)
{
  NnShape scalar = { 0 };

  nn_build_result (build, "y", nn_build_fill (build, &scalar,
                                              nn_call_number (nn_build_call (build), "value")));
}

static gboolean
constant_infer (NnCall  *call,
                GError **error)
{
  NnShape scalar = { 0 };

  nn_call_set_out (call, 0, NN_FLOAT32, &scalar);
  return TRUE;
}

static void
arange_run (NnCall *call)
{
  double start = nn_call_number (call, "start");
  double step = nn_call_number (call, "step");
  gint64 count = nn_shape_count (&call->out[0].shape);

  for (gint64 i = 0; i < count; i++)
    if (call->out[0].dtype == NN_INT64)
      ((gint64 *) call->out[0].data)[i] = (gint64) (start + (double) i * step);
    else
      ((float *) call->out[0].data)[i] = (float) (start + (double) i * step);
}

static gboolean
arange_infer (NnCall  *call,
              GError **error)
{
  double start = nn_call_number (call, "start");
  double end = nn_call_number (call, "end");
  double step = nn_call_number (call, "step");
  double count = step != 0 ? ceil ((end - start) / step) : -1;
  NnShape shape;

  if (!(count >= 0 && count <= 1e9))
    return nn_call_refuse (call, error, _("steps of %g do not lead from %g to %g."), step, start,
                           end);
  shape = NN_SHAPE ((gint64) count);
  nn_call_set_out (call, 0, dtype_of (call), &shape);
  return TRUE;
}

/* From both ends, so that the second one is met exactly. */
static void
linspace_run (NnCall *call)
{
  double start = nn_call_number (call, "start");
  double end = nn_call_number (call, "end");
  gint64 count = nn_shape_count (&call->out[0].shape);
  double step = (end - start) / (double) MAX (count - 1, 1);
  float *y = call->out[0].data;

  for (gint64 i = 0; i < count; i++)
    y[i] = (float) (i < (count + 1) / 2 ? start + (double) i * step
                                        : end - (double) (count - 1 - i) * step);
}

static gboolean
linspace_infer (NnCall  *call,
                GError **error)
{
  NnShape shape = NN_SHAPE ((gint64) nn_call_number (call, "steps"));

  nn_call_set_out (call, 0, NN_FLOAT32, &shape);
  return TRUE;
}

static void
eye_run (NnCall *call)
{
  const NnShape *shape = &call->out[0].shape;
  float *y = call->out[0].data;

  memset (y, 0, (gsize) nn_shape_count (shape) * sizeof (float));
  for (gint64 i = 0; i < MIN (shape->size[0], shape->size[1]); i++)
    y[i * shape->size[1] + i] = 1;
}

static gboolean
eye_infer (NnCall  *call,
           GError **error)
{
  NnShape shape = NN_SHAPE ((gint64) nn_call_number (call, "rows"),
                            (gint64) nn_call_number (call, "columns"));

  nn_call_set_out (call, 0, NN_FLOAT32, &shape);
  return TRUE;
}

static gboolean
one_hot_infer (NnCall  *call,
               GError **error)
{
  NnShape shape = call->in[0].shape;

  if (shape.rank == NN_MAX_RANK)
    return nn_call_refuse (call, error, _("a shape has at most %d axes."), NN_MAX_RANK - 1);
  shape.size[shape.rank++] = (gint64) nn_call_number (call, "classes");
  nn_call_set_out (call, 0, dtype_of (call), &shape);
  return TRUE;
}

/* Each class number against 0, 1, 2 …: a number outside is equal to none. */
static void
one_hot_expand (NnBuild *build)
{
  const NnCall *call = nn_build_call (build);
  NnShape column = call->out[0].shape;
  NnValue *classes, *x;

  column.size[column.rank - 1] = 1;
  x = nn_build_reshape (build, nn_build_in (build, "x"), &column);
  nn_build_set_value (build, "end", nn_call_value (call, "classes"));
  nn_build_set (build, "dtype", 1);
  classes = nn_build_op (build, "arange", NN_BUILD_END);
  x = nn_build_two (build, "equal", x, classes);
  nn_build_set_value (build, "dtype", nn_call_value (call, "dtype"));
  nn_build_result (build, "y", nn_build_one (build, "cast", x));
}

static const NnPort only_output[] = {
  { "y", N_("Output"), NN_PORT_OUTPUT },
  { NULL }
};

static const NnPort one_hot_ports[] = {
  { "x", N_("Classes"), NN_PORT_INPUT, NN_INT64 },
  { "y", N_("Output"), NN_PORT_OUTPUT },
  { NULL }
};

#define DTYPE(initial)                                                        \
  { "dtype", N_("Kind of numbers"), NN_ATTR_CHOICE, initial, .words = dtype_words, \
    .torch = "dtype" }

static const char *const scalar_word[] = { "scalar", NULL };

static const NnAttr fill_attrs[] = {
  { "value", N_("Value"), NN_ATTR_FLOAT, 0, -FLT_MAX, FLT_MAX },
  { "shape", N_("Shape"), NN_ATTR_INTS, 1, 0, 1e9, .words = scalar_word },
  { NULL }
};

static const NnAttr constant_attrs[] = {
  { "value", N_("Value"), NN_ATTR_FLOAT, 1, -1e30, 1e30 },
  { NULL }
};

static const NnAttr arange_attrs[] = {
  { "start", N_("From"), NN_ATTR_FLOAT, 0, -1e15, 1e15, .torch = "start" },
  { "end", N_("To, not included"), NN_ATTR_FLOAT, 10, -1e15, 1e15, .torch = "end" },
  { "step", N_("Step"), NN_ATTR_FLOAT, 1, -1e15, 1e15, .torch = "step" },
  DTYPE (0),
  { NULL }
};

static const NnAttr linspace_attrs[] = {
  { "start", N_("From"), NN_ATTR_FLOAT, 0, -1e30, 1e30, .torch = "start" },
  { "end", N_("To, included"), NN_ATTR_FLOAT, 1, -1e30, 1e30, .torch = "end" },
  { "steps", N_("How many"), NN_ATTR_INT, 10, 0, 1e9, .torch = "steps" },
  { NULL }
};

static const NnAttr eye_attrs[] = {
  { "rows", N_("Rows"), NN_ATTR_INT, 1, 0, 1e6, .torch = "n" },
  { "columns", N_("Columns"), NN_ATTR_INT, 1, 0, 1e6, .torch = "m" },
  { NULL }
};

static const NnAttr one_hot_attrs[] = {
  { "classes", N_("Classes"), NN_ATTR_INT, 10, 1, 1e9, .torch = "num_classes" },
  DTYPE (0),
  { NULL }
};

static const NnSample one_hot_samples[] = {
  { .in = { { 1, { 3 } } }, .classes = 9 },
  { .in = { { 2, { 3, 35 } } }, .attrs = "classes=3 dtype=int64", .classes = 4 },
  { .in = { { 2, { 0, 5 } } }, .classes = 9 },
  { .in[0].rank = 0 }
};

#define MADE(function)                                                        \
  .category = NN_CATEGORY_INTERNAL, .ports = only_output,                     \
  .cpu = (const NnKernel[]) { { "loop", NN_LAYOUT_ANY, .run = function }, { NULL } }

const NnOp nn_ops_create[] = {
  {
    .name = "constant", .title = N_("Constant"),
    .summary = N_("One fixed number, to calculate or to compare with."),
    .category = NN_CATEGORY_MATHS, .ports = only_output, .attrs = constant_attrs,
    .infer = constant_infer, .expand = constant_expand,
  },
  {
    .name = "fill", .title = N_("Fill"),
    .summary = N_("Makes a tensor whose numbers are all the same."),
    .attrs = fill_attrs, .infer = fill_infer, .torch = "torch.full", MADE (fill_run),
  },
  {
    .name = "arange", .title = N_("Range"),
    .summary = N_("Counts from one number towards another in equal steps."),
    .attrs = arange_attrs, .infer = arange_infer, .torch = "torch.arange", MADE (arange_run),
  },
  {
    .name = "linspace", .title = N_("Even Steps"),
    .summary = N_("Divides the way from one number to another evenly."),
    .attrs = linspace_attrs, .infer = linspace_infer, .torch = "torch.linspace",
    MADE (linspace_run),
  },
  {
    .name = "eye", .title = N_("Unit Matrix"),
    .summary = N_("Ones on the diagonal, zeros elsewhere."),
    .attrs = eye_attrs, .infer = eye_infer, .torch = "torch.eye", MADE (eye_run),
  },
  {
    .name = "one-hot", .title = N_("One-Hot"),
    .summary = N_("Turns a class into a row of zeros with a one at the place of the class."),
    .lesson = "11", .category = NN_CATEGORY_CHOICE, .ports = one_hot_ports,
    .attrs = one_hot_attrs, .infer = one_hot_infer, .expand = one_hot_expand,
    .samples = one_hot_samples, .torch = "torch.nn.functional.one_hot",
  },
  { NULL }
};
