/* arithmetic.c: sums, products and functions of single numbers
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "engine/build.h"
#include "engine/op-scalar.h"

#include <glib/gi18n-lib.h>

/* Two operands of different shapes are broadcast: the smaller one is read again
 * along the axes it lacks.  The gradient then sums over those axes. */

/* y[i] for @count neighbours along the last axis; an operand whose stride is 0
 * stays at its first number. */
typedef void (*Row) (const float *a,
                     gint64       stride_a,
                     const float *b,
                     gint64       stride_b,
                     float       *y,
                     gint64       count);

typedef struct
{
  const NnCall *call;
  Row           row;
  gint64        strides_a[NN_MAX_RANK];
  gint64        strides_b[NN_MAX_RANK];
} Broadcast;

/* Strides of @from seen through the axes of @to: 0 where it is stretched. */
static void
stretched_strides (const NnShape *from,
                   const NnShape *to,
                   gint64         strides[NN_MAX_RANK])
{
  gint64 own[NN_MAX_RANK];
  int lead = to->rank - from->rank;

  nn_shape_strides (from, own);
  for (int i = 0; i < to->rank; i++)
    strides[i] = i < lead || from->size[i - lead] == 1 ? 0 : own[i - lead];
}

static void
broadcast_rows (void   *data,
                gint64  first,
                gint64  last)
{
  const Broadcast *self = data;
  const NnShape *shape = &self->call->out[0].shape;
  int inner = shape->rank - 1;
  gint64 count = shape->size[inner];

  for (gint64 row = first; row < last; row++)
    {
      gint64 rest = row;
      gint64 at_a = 0;
      gint64 at_b = 0;

      for (int i = inner - 1; i >= 0; i--)
        {
          at_a += rest % shape->size[i] * self->strides_a[i];
          at_b += rest % shape->size[i] * self->strides_b[i];
          rest /= shape->size[i];
        }
      self->row ((const float *) self->call->in[0].data + at_a, self->strides_a[inner],
                 (const float *) self->call->in[1].data + at_b, self->strides_b[inner],
                 (float *) self->call->out[0].data + row * count, count);
    }
}

static void
broadcast (NnCall *call,
           Row     row)
{
  const NnShape *shape = &call->out[0].shape;
  Broadcast self = { call, row };
  gint64 inner = shape->rank > 0 ? shape->size[shape->rank - 1] : 1;

  if (shape->rank == 0)
    {
      row (call->in[0].data, 0, call->in[1].data, 0, call->out[0].data, 1);
      return;
    }

  stretched_strides (&call->in[0].shape, shape, self.strides_a);
  stretched_strides (&call->in[1].shape, shape, self.strides_b);
  nn_pool_for (call->pool, call->threads, nn_shape_span (shape, 0, shape->rank - 1),
               NN_SCALAR_GRAIN / MAX (inner, 1), broadcast_rows, &self);
}

static gboolean
same_shape (const NnCall *call)
{
  return nn_shape_equal (&call->in[0].shape, &call->in[1].shape);
}

/* Defines the loop over equal shapes and the one that broadcasts. */
#define ARITHMETIC(op, value)                                                 \
  NN_BINARY (op, a, b, value)                                                 \
                                                                              \
  static NN_CLONES void                                                       \
  op##_row (const float *pa,                                                  \
            gint64       stride_a,                                            \
            const float *pb,                                                  \
            gint64       stride_b,                                            \
            float       *py,                                                  \
            gint64       count)                                               \
  {                                                                           \
    if (stride_a == 1 && stride_b == 0)                                       \
      {                                                                       \
        float b = *pb;                                                        \
        NN_IVDEP                                                               \
        for (gint64 i = 0; i < count; i++)                                    \
          {                                                                   \
            float a = pa[i];                                                  \
            py[i] = (value);                                                  \
          }                                                                   \
        return;                                                               \
      }                                                                       \
    NN_IVDEP                                                               \
    for (gint64 i = 0; i < count; i++)                                        \
      {                                                                       \
        float a = pa[i * stride_a];                                           \
        float b = pb[i * stride_b];                                           \
        py[i] = (value);                                                      \
      }                                                                       \
  }                                                                           \
                                                                              \
  static void                                                                 \
  op##_broadcast (NnCall *call)                                               \
  {                                                                           \
    broadcast (call, op##_row);                                               \
  }

ARITHMETIC (add, a + b)
ARITHMETIC (sub, a - b)
ARITHMETIC (mul, a * b)
ARITHMETIC (div, a / b)
ARITHMETIC (maximum, a > b ? a : b)
ARITHMETIC (minimum, a < b ? a : b)
ARITHMETIC (compare, a > b ? 1.0f : a < b ? 0.0f : 0.5f)

NN_UNARY (scale, x * a0 + a1)
NN_UNARY (exp, nn_expf (x))
NN_UNARY (log, logf (x))
NN_UNARY (sqrt, sqrtf (x))
NN_UNARY (abs, fabsf (x))
NN_UNARY (square, x * x)
NN_BINARY (abs_gradient, x, dy, x > 0 ? dy : x < 0 ? -dy : 0)
NN_BINARY (square_gradient, x, dy, 2 * x * dy)

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
  const NnAttrValue *value = nn_call_value (call, "shape");
  NnShape shape = { value->count };

  for (int i = 0; i < value->count; i++)
    shape.size[i] = (gint64) value->number[i];
  nn_call_set_out (call, 0, NN_FLOAT32, &shape);

  return TRUE;
}

/* Gives the operand @name its share, summed to its own shape. */
static void
share (NnBuild    *build,
       const char *name,
       NnValue    *slope)
{
  nn_build_gradient (build, name,
                     nn_build_sum_to (build, slope, &nn_build_in (build, name)->shape));
}

static void
add_gradient (NnBuild *build)
{
  NnValue *dy = nn_build_slope (build, "y");

  if (nn_build_wants (build, "a"))
    share (build, "a", dy);
  if (nn_build_wants (build, "b"))
    share (build, "b", dy);
}

static void
sub_gradient (NnBuild *build)
{
  NnValue *dy = nn_build_slope (build, "y");

  if (nn_build_wants (build, "a"))
    share (build, "a", dy);
  if (nn_build_wants (build, "b"))
    share (build, "b", nn_build_scale (build, dy, -1, 0));
}

static void
mul_gradient (NnBuild *build)
{
  NnValue *dy = nn_build_slope (build, "y");
  NnValue *a = nn_build_in (build, "a");
  NnValue *b = nn_build_in (build, "b");

  if (nn_build_wants (build, "a"))
    share (build, "a", nn_build_op (build, "mul", dy, b, NN_BUILD_END));
  if (nn_build_wants (build, "b"))
    share (build, "b", nn_build_op (build, "mul", dy, a, NN_BUILD_END));
}

/* y = a / b, so dy/da = 1 / b and dy/db = -y / b. */
static void
div_gradient (NnBuild *build)
{
  NnValue *quotient = nn_build_op (build, "div", nn_build_slope (build, "y"),
                                   nn_build_in (build, "b"), NN_BUILD_END);

  if (nn_build_wants (build, "a"))
    share (build, "a", quotient);
  if (nn_build_wants (build, "b"))
    share (build, "b",
           nn_build_scale (build, nn_build_op (build, "mul", quotient,
                                               nn_build_out (build, "y"), NN_BUILD_END), -1, 0));
}

/* The larger (or smaller) operand gets the gradient; equal ones half each. */
static void
extreme_gradient (NnBuild    *build,
                  const char *winner,
                  const char *loser)
{
  NnValue *dy = nn_build_slope (build, "y");
  NnValue *a = nn_build_in (build, winner);
  NnValue *b = nn_build_in (build, loser);

  if (nn_build_wants (build, "a"))
    share (build, "a", nn_build_op (build, "mul", dy,
                                    nn_build_op (build, "compare", a, b, NN_BUILD_END),
                                    NN_BUILD_END));
  if (nn_build_wants (build, "b"))
    share (build, "b", nn_build_op (build, "mul", dy,
                                    nn_build_op (build, "compare", b, a, NN_BUILD_END),
                                    NN_BUILD_END));
}

static void
maximum_gradient (NnBuild *build)
{
  extreme_gradient (build, "a", "b");
}

static void
minimum_gradient (NnBuild *build)
{
  extreme_gradient (build, "b", "a");
}

static void
scale_gradient (NnBuild *build)
{
  nn_build_gradient (build, "x",
                     nn_build_scale (build, nn_build_slope (build, "y"),
                                     nn_call_number (nn_build_call (build), "factor"), 0));
}

static void
exp_gradient (NnBuild *build)
{
  nn_build_gradient (build, "x", nn_build_op (build, "mul", nn_build_slope (build, "y"),
                                              nn_build_out (build, "y"), NN_BUILD_END));
}

static void
log_gradient (NnBuild *build)
{
  nn_build_gradient (build, "x", nn_build_op (build, "div", nn_build_slope (build, "y"),
                                              nn_build_in (build, "x"), NN_BUILD_END));
}

static void
sqrt_gradient (NnBuild *build)
{
  NnValue *half = nn_build_scale (build, nn_build_slope (build, "y"), 0.5, 0);

  nn_build_gradient (build, "x", nn_build_op (build, "div", half, nn_build_out (build, "y"),
                                              NN_BUILD_END));
}

static void
abs_gradient (NnBuild *build)
{
  nn_build_gradient (build, "x", nn_build_op (build, "abs-gradient", nn_build_in (build, "x"),
                                              nn_build_slope (build, "y"), NN_BUILD_END));
}

static void
square_gradient (NnBuild *build)
{
  nn_build_gradient (build, "x", nn_build_op (build, "square-gradient", nn_build_in (build, "x"),
                                              nn_build_slope (build, "y"), NN_BUILD_END));
}

static const NnPort one_input[] = {
  { "x", N_("Input") },
  { "y", N_("Output"), NN_PORT_OUTPUT },
  { NULL }
};

static const NnPort two_inputs[] = {
  { "a", N_("First input") },
  { "b", N_("Second input") },
  { "y", N_("Output"), NN_PORT_OUTPUT },
  { NULL }
};

static const NnPort x_and_slope[] = {
  { "x", N_("Input") },
  { "dy", N_("Gradient by the output") },
  { "dx", N_("Gradient by the input"), NN_PORT_OUTPUT },
  { NULL }
};

static const NnPort only_output[] = {
  { "y", N_("Output"), NN_PORT_OUTPUT },
  { NULL }
};

static const NnAttr scale_attrs[] = {
  { "factor", N_("Factor"), NN_ATTR_FLOAT, 1, -1e30, 1e30 },
  { "offset", N_("Offset"), NN_ATTR_FLOAT, 0, -1e30, 1e30 },
  { NULL }
};

static const char *const scalar_word[] = { "scalar", NULL };

static const NnAttr fill_attrs[] = {
  { "value", N_("Value"), NN_ATTR_FLOAT, 0, -1e30, 1e30 },
  { "shape", N_("Shape"), NN_ATTR_INTS, 1, 0, 1e9, .words = scalar_word },
  { NULL }
};

static const NnSample single[] = {
  { .in = { { 1, { 1 } } } },
  { .in = { { 2, { 0, 5 } } } },
  { .in = { { 3, { 2, 3, 67 } } } },
  { .in[0].rank = 0 }
};

static const NnSample scaled[] = {
  { .in = { { 2, { 3, 5 } } }, .attrs = "factor=-2.5 offset=0.75" },
  { .in = { { 1, { 67 } } } },
  { .in[0].rank = 0 }
};

/* Away from zero, where the functions below have an end or a corner. */
static const NnSample positive[] = {
  { .in = { { 1, { 1 } } }, .low = 0.5f, .high = 2 },
  { .in = { { 2, { 0, 5 } } }, .low = 0.5f, .high = 2 },
  { .in = { { 3, { 2, 3, 67 } } }, .low = 0.5f, .high = 2 },
  { .in[0].rank = 0 }
};

static const NnSample pairs[] = {
  { .in = { { 1, { 1 } }, { 1, { 1 } } } },
  { .in = { { 2, { 0, 5 } }, { 1, { 5 } } } },
  { .in = { { 3, { 2, 3, 67 } }, { 3, { 2, 3, 67 } } } },
  { .in = { { 3, { 2, 3, 5 } }, { 1, { 5 } } } },
  { .in = { { 3, { 2, 3, 5 } }, { 3, { 2, 1, 5 } } } },
  { .in = { { 4, { 2, 3, 2, 5 } }, { 3, { 3, 1, 1 } } } },
  { .in = { { 2, { 1, 7 } }, { 2, { 4, 1 } } } },
  { .in[0].rank = 0 }
};

static const NnSample positive_pairs[] = {
  { .in = { { 1, { 1 } }, { 1, { 1 } } }, .low = 0.5f, .high = 2 },
  { .in = { { 2, { 0, 5 } }, { 1, { 5 } } }, .low = 0.5f, .high = 2 },
  { .in = { { 3, { 2, 3, 33 } }, { 3, { 2, 1, 33 } } }, .low = 0.5f, .high = 2 },
  { .in = { { 2, { 3, 5 } }, { 2, { 3, 1 } } }, .low = 0.5f, .high = 2 },
  { .in[0].rank = 0 }
};

static const NnSample equal_pairs[] = {
  { .in = { { 1, { 1 } }, { 1, { 1 } } } },
  { .in = { { 2, { 0, 5 } }, { 2, { 0, 5 } } } },
  { .in = { { 3, { 2, 3, 67 } }, { 3, { 2, 3, 67 } } } },
  { .in[0].rank = 0 }
};

#define LOOP(op)                                                              \
  .cpu = (const NnKernel[]) { { "loop", NN_LAYOUT_ANY, .run = op##_run }, { NULL } }

#define TWO(op)                                                               \
  .ports   = two_inputs,                                                      \
  .infer   = nn_infer_broadcast,                                              \
  .cpu     = (const NnKernel[]) {                                             \
    { "loop", NN_LAYOUT_ANY, .fits = same_shape, .run = op##_run },           \
    { "broadcast", NN_LAYOUT_ROWS, .run = op##_broadcast },                   \
    { NULL }                                                                  \
  }

#define ONE(op)                                                               \
  .flags   = NN_OP_IN_PLACE,                                                  \
  .ports   = one_input,                                                       \
  .infer   = nn_infer_same,                                                   \
  LOOP (op)

#define SLOPE(op)                                                             \
  .title    = N_("Slope of a function"),                                      \
  .summary  = N_("Sends a gradient back through a function of one number."),  \
  .category = NN_CATEGORY_INTERNAL,                                           \
  .flags    = NN_OP_IN_PLACE,                                                 \
  .ports    = x_and_slope,                                                    \
  .infer    = nn_infer_same,                                                  \
  .samples  = equal_pairs,                                                    \
  LOOP (op##_gradient)

const NnOp nn_ops_arithmetic[] = {
  {
    .name = "add", .title = N_("Add"),
    .summary = N_("Adds two inputs, element by element."),
    .category = NN_CATEGORY_MATHS, .lesson = "17",
    .gradient = add_gradient, .samples = pairs,
    .onnx = "Add", .onnx_since = 7, .torch = "torch.add",
    TWO (add),
  },
  {
    .name = "sub", .title = N_("Subtract"),
    .summary = N_("Takes the second input away from the first."),
    .category = NN_CATEGORY_MATHS,
    .gradient = sub_gradient, .samples = pairs,
    .onnx = "Sub", .onnx_since = 7, .torch = "torch.sub",
    TWO (sub),
  },
  {
    .name = "mul", .title = N_("Multiply"),
    .summary = N_("Multiplies two inputs, element by element."),
    .category = NN_CATEGORY_MATHS,
    .gradient = mul_gradient, .samples = pairs,
    .onnx = "Mul", .onnx_since = 7, .torch = "torch.mul",
    TWO (mul),
  },
  {
    .name = "div", .title = N_("Divide"),
    .summary = N_("Divides the first input by the second."),
    .category = NN_CATEGORY_MATHS,
    .gradient = div_gradient, .samples = positive_pairs,
    .onnx = "Div", .onnx_since = 7, .torch = "torch.div",
    TWO (div),
  },
  {
    .name = "maximum", .title = N_("Maximum of Two"),
    .summary = N_("Takes the larger of two inputs, element by element."),
    .category = NN_CATEGORY_MATHS,
    .gradient = maximum_gradient, .samples = pairs,
    .onnx = "Max", .onnx_since = 8, .torch = "torch.maximum",
    TWO (maximum),
  },
  {
    .name = "minimum", .title = N_("Minimum of Two"),
    .summary = N_("Takes the smaller of two inputs, element by element."),
    .category = NN_CATEGORY_MATHS,
    .gradient = minimum_gradient, .samples = pairs,
    .onnx = "Min", .onnx_since = 8, .torch = "torch.minimum",
    TWO (minimum),
  },
  {
    .name = "compare", .title = N_("Compare"),
    .summary = N_("One where the first input is larger, zero where it is smaller, else a half."),
    .category = NN_CATEGORY_INTERNAL, .samples = pairs,
    TWO (compare),
  },
  {
    .name = "scale", .title = N_("Scale"),
    .summary = N_("Multiplies by a fixed factor and adds a fixed offset."),
    .category = NN_CATEGORY_MATHS, .attrs = scale_attrs,
    .gradient = scale_gradient, .samples = scaled,
    ONE (scale),
  },
  {
    .name = "exp", .title = N_("Exponential"),
    .summary = N_("Raises e to the power of each number."),
    .category = NN_CATEGORY_MATHS,
    .gradient = exp_gradient, .samples = single,
    .onnx = "Exp", .onnx_since = 6, .torch = "torch.exp",
    ONE (exp),
  },
  {
    .name = "log", .title = N_("Logarithm"),
    .summary = N_("Takes the natural logarithm of each number."),
    .category = NN_CATEGORY_MATHS,
    .gradient = log_gradient, .samples = positive,
    .onnx = "Log", .onnx_since = 6, .torch = "torch.log",
    ONE (log),
  },
  {
    .name = "sqrt", .title = N_("Square Root"),
    .summary = N_("Takes the square root of each number."),
    .category = NN_CATEGORY_MATHS,
    .gradient = sqrt_gradient, .samples = positive,
    .onnx = "Sqrt", .onnx_since = 6, .torch = "torch.sqrt",
    ONE (sqrt),
  },
  {
    .name = "abs", .title = N_("Absolute Value"),
    .summary = N_("Drops the sign of each number."),
    .category = NN_CATEGORY_MATHS,
    .gradient = abs_gradient, .samples = positive,
    .onnx = "Abs", .onnx_since = 6, .torch = "torch.abs",
    ONE (abs),
  },
  {
    .name = "square", .title = N_("Square"),
    .summary = N_("Multiplies each number by itself."),
    .category = NN_CATEGORY_MATHS,
    .gradient = square_gradient, .samples = single,
    .torch = "torch.square",
    ONE (square),
  },
  { .name = "abs-gradient", SLOPE (abs) },
  { .name = "square-gradient", SLOPE (square) },
  {
    .name = "fill", .title = N_("Fill"),
    .summary = N_("Makes a tensor whose numbers are all the same."),
    .category = NN_CATEGORY_INTERNAL, .attrs = fill_attrs,
    .ports = only_output, .infer = fill_infer,
    .cpu = (const NnKernel[]) { { "loop", NN_LAYOUT_ANY, .run = fill_run }, { NULL } },
  },
  { NULL }
};
