/* arithmetic.c: sums, products and other functions of two numbers
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "engine/build.h"
#include "engine/cpu/broadcast.h"

#include <glib/gi18n-lib.h>

/* Two operands of different shapes are broadcast: the smaller one is read again
 * along the axes it lacks.  The gradient then sums over those axes. */

/* Defines op_run for decimal numbers. */
#define ARITHMETIC(op, value)                                                 \
  NN_RUN (op##_floats, float, float, value)                                   \
                                                                              \
  static void                                                                 \
  op##_run (NnCall *call)                                                     \
  {                                                                           \
    nn_broadcast (call, op##_floats);                                         \
  }

/* Defines op_run for decimal and whole numbers. */
#define ARITHMETIC_WHOLE(op, value, whole)                                    \
  NN_RUN (op##_floats, float, float, value)                                   \
  NN_RUN (op##_whole, gint64, gint64, whole)                                  \
                                                                              \
  static void                                                                 \
  op##_run (NnCall *call)                                                     \
  {                                                                           \
    nn_broadcast (call, call->out[0].dtype == NN_INT64 ? op##_whole : op##_floats); \
  }

/* Whole numbers wrap around, as they do in PyTorch; a division by zero gives
 * zero there, because a kernel must not fail. */
#define WRAP(sign) ((gint64) ((guint64) a sign (guint64) b))

static inline gint64
floor_divide (gint64 a,
              gint64 b)
{
  if (b == 0)
    return 0;
  if (b == -1)
    return (gint64) (0 - (guint64) a);
  return a / b - (a % b != 0 && (a < 0) != (b < 0));
}

static inline gint64
whole_remainder (gint64 a,
                 gint64 b)
{
  gint64 rest = b == 0 || b == -1 ? 0 : a % b;

  return rest != 0 && (rest < 0) != (b < 0) ? rest + b : rest;
}

/* The remainder has the sign of the divisor. */
static inline float
remainder_of (float a,
              float b)
{
  float rest = fmodf (a, b);

  return rest != 0 && (rest < 0) != (b < 0) ? rest + b : rest;
}

/* log (e^a + e^b) without overflow. */
static inline float
log_add_exp (float a,
             float b)
{
  return a == b ? a + 0.69314718f : (a > b ? a : b) + log1pf (nn_expf (-fabsf (a - b)));
}

ARITHMETIC_WHOLE (add, a + b, WRAP (+))
ARITHMETIC_WHOLE (sub, a - b, WRAP (-))
ARITHMETIC_WHOLE (mul, a * b, WRAP (*))
ARITHMETIC (div, a / b)
ARITHMETIC_WHOLE (maximum, a > b || a != a ? a : b, a > b ? a : b)
ARITHMETIC_WHOLE (minimum, a < b || a != a ? a : b, a < b ? a : b)
ARITHMETIC (compare, a > b ? 1.0f : a < b ? 0.0f : 0.5f)
ARITHMETIC (pow, powf (a, b))
ARITHMETIC (pow_slope_base, b == 0 ? 0 : b * powf (a, b - 1))
ARITHMETIC (pow_slope_exponent, a == 0 && b >= 0 ? 0 : powf (a, b) * logf (a))
ARITHMETIC (atan2, atan2f (a, b))
ARITHMETIC (hypot, hypotf (a, b))
ARITHMETIC (logaddexp, log_add_exp (a, b))
ARITHMETIC (fmod, fmodf (a, b))
ARITHMETIC_WHOLE (remainder, remainder_of (a, b), whole_remainder (a, b))
ARITHMETIC_WHOLE (floor_divide, floorf (a / b), floor_divide (a, b))

static gboolean
same_shape (const NnCall *call)
{
  return nn_shape_equal (&call->in[0].shape, &call->in[1].shape);
}

static gboolean
lerp_infer (NnCall  *call,
            GError **error)
{
  NnShape shape;

  if (!nn_infer_broadcast (call, error))
    return FALSE;
  if (nn_shape_broadcast (&call->out[0].shape, &call->in[2].shape, &shape))
    {
      nn_call_set_out (call, 0, NN_FLOAT32, &shape);
      return TRUE;
    }
  return nn_call_refuse (call, error, _("the shape of the weight does not fit to the inputs."));
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

/* Gives both operands dy times what their letters stand for. */
static void
share_times (NnBuild *build,
             NnValue *a_factor,
             NnValue *b_factor)
{
  NnValue *dy = nn_build_slope (build, "y");

  if (nn_build_wants (build, "a"))
    share (build, "a", nn_build_two (build, "mul", dy, a_factor));
  if (nn_build_wants (build, "b"))
    share (build, "b", nn_build_two (build, "mul", dy, b_factor));
}

static void
pow_gradient (NnBuild *build)
{
  NnValue *a = nn_build_in (build, "a");
  NnValue *b = nn_build_in (build, "b");

  share_times (build, nn_build_two (build, "pow-slope-base", a, b),
               nn_build_two (build, "pow-slope-exponent", a, b));
}

/* y = atan (a / b): dy/da = b / (a² + b²), dy/db = -a / (a² + b²). */
static void
atan2_gradient (NnBuild *build)
{
  NnValue *a = nn_build_in (build, "a");
  NnValue *b = nn_build_in (build, "b");
  NnValue *length = nn_build_two (build, "add", nn_build_one (build, "square", a),
                                  nn_build_one (build, "square", b));

  share_times (build, nn_build_two (build, "div", b, length),
               nn_build_scale (build, nn_build_two (build, "div", a, length), -1, 0));
}

static void
hypot_gradient (NnBuild *build)
{
  NnValue *y = nn_build_out (build, "y");

  share_times (build, nn_build_two (build, "div", nn_build_in (build, "a"), y),
               nn_build_two (build, "div", nn_build_in (build, "b"), y));
}

static void
logaddexp_gradient (NnBuild *build)
{
  NnValue *difference = nn_build_two (build, "sub", nn_build_in (build, "a"),
                                      nn_build_in (build, "b"));
  NnValue *part = nn_build_one (build, "sigmoid", difference);

  share_times (build, part, nn_build_scale (build, part, -1, 1));
}

/* a = whole b + rest: the rest follows a, and falls by @whole as b grows. */
static void
rest_gradient (NnBuild    *build,
               const char *rounding)
{
  NnValue *quotient = nn_build_two (build, "div", nn_build_in (build, "a"),
                                    nn_build_in (build, "b"));
  NnValue *whole = nn_build_one (build, rounding, quotient);
  NnValue *dy = nn_build_slope (build, "y");

  if (nn_build_wants (build, "a"))
    share (build, "a", dy);
  if (nn_build_wants (build, "b"))
    share (build, "b", nn_build_scale (build, nn_build_two (build, "mul", dy, whole), -1, 0));
}

static void
fmod_gradient (NnBuild *build)
{
  rest_gradient (build, "trunc");
}

static void
remainder_gradient (NnBuild *build)
{
  rest_gradient (build, "floor");
}

static void
floor_divide_gradient (NnBuild *build)
{
  nn_build_gradient (build, "a", nn_build_fill (build, &nn_build_in (build, "a")->shape, 0));
  nn_build_gradient (build, "b", nn_build_fill (build, &nn_build_in (build, "b")->shape, 0));
}

static void
hypot_expand (NnBuild *build)
{
  NnValue *sum = nn_build_two (build, "add",
                               nn_build_one (build, "square", nn_build_in (build, "a")),
                               nn_build_one (build, "square", nn_build_in (build, "b")));

  nn_build_result (build, "y", nn_build_one (build, "sqrt", sum));
}

static void
logaddexp_expand (NnBuild *build)
{
  NnValue *a = nn_build_in (build, "a");
  NnValue *b = nn_build_in (build, "b");
  NnValue *distance = nn_build_one (build, "abs", nn_build_two (build, "sub", a, b));
  NnValue *rest = nn_build_one (build, "softplus", nn_build_scale (build, distance, -1, 0));

  nn_build_result (build, "y", nn_build_two (build, "add", nn_build_two (build, "maximum", a, b),
                                             rest));
}

static void
lerp_expand (NnBuild *build)
{
  NnValue *a = nn_build_in (build, "a");
  NnValue *way = nn_build_two (build, "mul", nn_build_in (build, "weight"),
                               nn_build_two (build, "sub", nn_build_in (build, "b"), a));

  nn_build_result (build, "y", nn_build_two (build, "add", a, way));
}

static const NnPort two_inputs[] = {
  { "a", N_("First input") },
  { "b", N_("Second input") },
  { "y", N_("Output"), NN_PORT_OUTPUT },
  { NULL }
};

static const NnPort two_numbers[] = {
  { "a", N_("First input"), .also = NN_ALSO_WHOLE },
  { "b", N_("Second input"), .also = NN_ALSO_WHOLE },
  { "y", N_("Output"), NN_PORT_OUTPUT },
  { NULL }
};

static const NnPort lerp_ports[] = {
  { "a", N_("First input") },
  { "b", N_("Second input") },
  { "weight", N_("Weight of the second") },
  { "y", N_("Output"), NN_PORT_OUTPUT },
  { NULL }
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

static const NnSample number_pairs[] = {
  { .in = { { 1, { 1 } }, { 1, { 1 } } } },
  { .in = { { 2, { 0, 5 } }, { 1, { 5 } } } },
  { .in = { { 3, { 2, 3, 67 } }, { 3, { 2, 3, 67 } } } },
  { .in = { { 3, { 2, 3, 5 } }, { 1, { 5 } } } },
  { .in = { { 3, { 2, 3, 5 } }, { 3, { 2, 1, 5 } } } },
  { .in = { { 4, { 2, 3, 2, 5 } }, { 3, { 3, 1, 1 } } } },
  { .in = { { 2, { 1, 7 } }, { 2, { 4, 1 } } } },
  { .in = { { 2, { 3, 7 } }, { 1, { 7 } } }, .dtype = NN_INT64, .classes = 9 },
  { .in = { { 1, { 67 } }, { 1, { 67 } } }, .dtype = NN_INT64, .classes = 9 },
  { .in[0].rank = 0 }
};

static const NnSample positive_pairs[] = {
  { .in = { { 1, { 1 } }, { 1, { 1 } } }, .low = 0.5f, .high = 2 },
  { .in = { { 2, { 0, 5 } }, { 1, { 5 } } }, .low = 0.5f, .high = 2 },
  { .in = { { 3, { 2, 3, 33 } }, { 3, { 2, 1, 33 } } }, .low = 0.5f, .high = 2 },
  { .in = { { 2, { 3, 5 } }, { 2, { 3, 1 } } }, .low = 0.5f, .high = 2 },
  { .in[0].rank = 0 }
};

/* The first is smaller than the second, and no multiple of it is near. */
static const NnSample rest_pairs[] = {
  { .in = { { 1, { 1 } }, { 1, { 1 } } }, .low = 0.7f, .high = 0.9f },
  { .in = { { 2, { 0, 5 } }, { 1, { 5 } } }, .low = 0.5f, .high = 2 },
  { .in = { { 2, { 2, 3 } }, { 1, { 3 } } }, .low = 0.7f, .high = 0.9f,
    .dtype = NN_INT64, .classes = 9 },
  { .in[0].rank = 0 }
};

static const NnSample triples[] = {
  { .in = { { 2, { 3, 5 } }, { 2, { 3, 5 } }, { 2, { 3, 5 } } } },
  { .in = { { 2, { 3, 67 } }, { 1, { 67 } }, { 2, { 3, 1 } } } },
  { .in = { { 2, { 0, 5 } }, { 2, { 0, 5 } }, { 1, { 1 } } } },
  { .in[0].rank = 0 }
};

#define TWO(op, op_ports, op_samples)                                         \
  .category = NN_CATEGORY_MATHS,                                              \
  .gradient = op##_gradient,                                                  \
  .samples  = op_samples,                                                     \
  RUN (op, op_ports)

#define RARE(op, op_ports, op_samples)                                        \
  .category = NN_CATEGORY_INTERNAL,                                           \
  .gradient = op##_gradient,                                                  \
  .samples  = op_samples,                                                     \
  RUN (op, op_ports)

#define RUN(op, op_ports)                                                     \
  .ports    = op_ports,                                                       \
  .infer    = nn_infer_broadcast,                                             \
  .cpu      = (const NnKernel[]) {                                            \
    { "loop", NN_LAYOUT_ANY, .fits = same_shape, .run = op##_run },           \
    { "broadcast", NN_LAYOUT_ROWS, .run = op##_run },                         \
    { NULL }                                                                  \
  }

const NnOp nn_ops_arithmetic[] = {
  {
    .name = "add", .title = N_("Add"),
    .summary = N_("Adds two inputs, element by element."),
    .lesson = "17", .onnx = "Add", .onnx_since = 7, .torch = "torch.add",
    TWO (add, two_numbers, number_pairs),
  },
  {
    .name = "sub", .title = N_("Subtract"),
    .summary = N_("Takes the second input away from the first."),
    .onnx = "Sub", .onnx_since = 7, .torch = "torch.sub",
    TWO (sub, two_numbers, number_pairs),
  },
  {
    .name = "mul", .title = N_("Multiply"),
    .summary = N_("Multiplies two inputs, element by element."),
    .onnx = "Mul", .onnx_since = 7, .torch = "torch.mul",
    TWO (mul, two_numbers, number_pairs),
  },
  {
    .name = "div", .title = N_("Divide"),
    .summary = N_("Divides the first input by the second."),
    .onnx = "Div", .onnx_since = 7, .torch = "torch.div",
    TWO (div, two_inputs, positive_pairs),
  },
  {
    .name = "maximum", .title = N_("Maximum of Two"),
    .summary = N_("Takes the larger of two inputs, element by element."),
    .onnx = "Max", .onnx_since = 8, .torch = "torch.maximum",
    TWO (maximum, two_numbers, number_pairs),
  },
  {
    .name = "minimum", .title = N_("Minimum of Two"),
    .summary = N_("Takes the smaller of two inputs, element by element."),
    .onnx = "Min", .onnx_since = 8, .torch = "torch.minimum",
    TWO (minimum, two_numbers, number_pairs),
  },
  {
    .name = "pow", .title = N_("Power of Two Inputs"),
    .summary = N_("Raises the first input to the power of the second."),
    .onnx = "Pow", .onnx_since = 7, .torch = "torch.pow",
    RARE (pow, two_inputs, positive_pairs),
  },
  {
    .name = "atan2", .title = N_("Angle of a Point"),
    .summary = N_("The angle of the point as high as the first input and as far as the second."),
    .torch = "torch.atan2",
    RARE (atan2, two_inputs, positive_pairs),
  },
  {
    .name = "hypot", .title = N_("Length of a Diagonal"),
    .summary = N_("The root of the sum of two squares."),
    .expand = hypot_expand, .torch = "torch.hypot",
    RARE (hypot, two_inputs, positive_pairs),
  },
  {
    .name = "logaddexp", .title = N_("Sum of Exponentials"),
    .summary = N_("The logarithm of the sum of two exponentials, without overflow."),
    .expand = logaddexp_expand, .torch = "torch.logaddexp",
    RARE (logaddexp, two_inputs, pairs),
  },
  {
    .name = "fmod", .title = N_("Rest with the Sign of the First"),
    .summary = N_("What a division leaves, with the sign of the first input."),
    .torch = "torch.fmod",
    RARE (fmod, two_inputs, rest_pairs),
  },
  {
    .name = "remainder", .title = N_("Rest"),
    .summary = N_("What a division leaves, with the sign of the divisor."),
    .torch = "torch.remainder",
    RARE (remainder, two_numbers, rest_pairs),
  },
  {
    .name = "floor-divide", .title = N_("Whole Quotient"),
    .summary = N_("How often the second input goes into the first, rounded down."),
    .torch = "torch.floor_divide",
    RARE (floor_divide, two_numbers, rest_pairs),
  },
  {
    .name = "lerp", .title = N_("Mix"),
    .summary = N_("Goes from the first input towards the second, as far as the weight says."),
    .category = NN_CATEGORY_INTERNAL, .ports = lerp_ports, .infer = lerp_infer,
    .expand = lerp_expand, .samples = triples, .torch = "torch.lerp",
  },
  {
    .name = "compare", .title = N_("Compare"),
    .summary = N_("One where the first input is larger, zero where it is smaller, else a half."),
    .category = NN_CATEGORY_INTERNAL, .samples = pairs, RUN (compare, two_inputs),
  },
  {
    .name = "pow-slope-base", .title = N_("Slope of a power"),
    .summary = N_("How fast a power grows with its base."),
    .category = NN_CATEGORY_INTERNAL, .samples = positive_pairs, RUN (pow_slope_base, two_inputs),
  },
  {
    .name = "pow-slope-exponent", .title = N_("Slope of a power"),
    .summary = N_("How fast a power grows with its exponent."),
    .category = NN_CATEGORY_INTERNAL, .samples = positive_pairs,
    RUN (pow_slope_exponent, two_inputs),
  },
  { NULL }
};
