/* function.c: roots, powers, logarithms and other functions of one number
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "engine/build.h"
#include "engine/op-scalar.h"

#include <float.h>
#include <glib/gi18n-lib.h>

/* A function here is an expression and, mostly, a slope that is written with
 * other ops: its gradient can then be differentiated once more.  Only where a
 * loop of its own says it better is there a gradient op. */

static inline float
logitf (float x)
{
  return logf (x / (1 - x));
}

NN_UNARY (scale, x * a0 + a1)
NN_UNARY (neg, -x)
NN_UNARY (abs, fabsf (x))
NN_UNARY (sign, (x > 0) - (x < 0))
NN_UNARY (floor, floorf (x))
NN_UNARY (ceil, ceilf (x))
NN_UNARY (round, rintf (x))
NN_UNARY (trunc, truncf (x))
NN_UNARY (frac, x - truncf (x))
NN_UNARY (exp, nn_expf (x))
NN_UNARY (expm1, expm1f (x))
NN_UNARY (log, logf (x))
NN_UNARY (log1p, log1pf (x))
NN_UNARY (log2, log2f (x))
NN_UNARY (log10, log10f (x))
NN_UNARY (sqrt, sqrtf (x))
NN_UNARY (rsqrt, 1 / sqrtf (x))
NN_UNARY (root, sqrtf (x))
NN_UNARY (square, x * x)
NN_UNARY (reciprocal, 1 / x)
NN_UNARY (power, powf (x, a0))
NN_UNARY (logit, a0 > 0 ? logitf (fminf (fmaxf (x, a0), 1 - a0)) : logitf (x))
NN_UNARY (clamp, x < a0 ? a0 : x > a1 ? a1 : x)
NN_UNARY (nan_to_num, isnan (x) ? a0 : isfinite (x) ? x : x > 0 ? a1
                      : (float) call->attr[2].number[0])

NN_BINARY (abs_gradient, x, dy, x > 0 ? dy : x < 0 ? -dy : 0)
NN_BINARY (root_gradient, y, dy, y > 0 ? 0.5f * dy / y : 0)
NN_BINARY (logit_gradient, x, dy, a0 > 0 && (x < a0 || x > 1 - a0) ? 0 : dy / (x * (1 - x)))
NN_BINARY (clamp_gradient, x, dy, x >= a0 && x <= a1 ? dy : 0)
NN_BINARY (nan_to_num_gradient, x, dy, isfinite (x) ? dy : 0)

/* dx = dy · @factor, a number */
static void
slope_scaled (NnBuild *build,
              double   factor)
{
  nn_build_gradient (build, "x", nn_build_scale (build, nn_build_slope (build, "y"), factor, 0));
}

/* What steps has no slope in between. */
static void
flat_gradient (NnBuild *build)
{
  nn_build_gradient (build, "x", nn_build_fill (build, &nn_build_in (build, "x")->shape, 0));
}

static void
scale_gradient (NnBuild *build)
{
  slope_scaled (build, nn_call_number (nn_build_call (build), "factor"));
}

static void
neg_gradient (NnBuild *build)
{
  slope_scaled (build, -1);
}

static void
pass_gradient (NnBuild *build)
{
  nn_build_gradient (build, "x", nn_build_slope (build, "y"));
}

static void
exp_gradient (NnBuild *build)
{
  nn_build_slope_times (build, nn_build_out (build, "y"));
}

static void
expm1_gradient (NnBuild *build)
{
  nn_build_slope_times (build, nn_build_scale (build, nn_build_out (build, "y"), 1, 1));
}

static void
log_gradient (NnBuild *build)
{
  nn_build_slope_over (build, nn_build_in (build, "x"));
}

static void
log1p_gradient (NnBuild *build)
{
  nn_build_slope_over (build, nn_build_scale (build, nn_build_in (build, "x"), 1, 1));
}

static void
log2_gradient (NnBuild *build)
{
  nn_build_slope_over (build, nn_build_scale (build, nn_build_in (build, "x"), G_LN2, 0));
}

static void
log10_gradient (NnBuild *build)
{
  nn_build_slope_over (build, nn_build_scale (build, nn_build_in (build, "x"), G_LN10, 0));
}

static void
sqrt_gradient (NnBuild *build)
{
  nn_build_slope_over (build, nn_build_scale (build, nn_build_out (build, "y"), 2, 0));
}

/* dx = -dy y³ / 2 */
static void
rsqrt_gradient (NnBuild *build)
{
  NnValue *y = nn_build_out (build, "y");
  NnValue *cube = nn_build_two (build, "mul", y, nn_build_one (build, "square", y));

  nn_build_slope_times (build, nn_build_scale (build, cube, -0.5, 0));
}

static void
square_gradient (NnBuild *build)
{
  nn_build_slope_times (build, nn_build_scale (build, nn_build_in (build, "x"), 2, 0));
}

static void
reciprocal_gradient (NnBuild *build)
{
  NnValue *square = nn_build_one (build, "square", nn_build_out (build, "y"));

  nn_build_slope_times (build, nn_build_scale (build, square, -1, 0));
}

/* dx = dy · p x^(p - 1) */
static void
power_gradient (NnBuild *build)
{
  double p = nn_call_number (nn_build_call (build), "exponent");
  NnValue *lower;

  if (p == 0)
    {
      flat_gradient (build);
      return;
    }
  nn_build_set (build, "exponent", p - 1);
  lower = nn_build_one (build, "power", nn_build_in (build, "x"));
  nn_build_slope_times (build, nn_build_scale (build, lower, p, 0));
}

/* The gradient op has the name of the op with "-gradient" behind. */
static void
own_gradient_at (NnBuild *build,
                 NnValue *at)
{
  const NnCall *call = nn_build_call (build);
  g_autofree char *name = g_strconcat (call->op->name, "-gradient", NULL);

  for (int i = 0; call->op->attrs != NULL && call->op->attrs[i].name != NULL; i++)
    nn_build_set_value (build, call->op->attrs[i].name, &call->attr[i]);
  nn_build_gradient (build, "x", nn_build_two (build, name, at, nn_build_slope (build, "y")));
}

static void
own_gradient (NnBuild *build)
{
  own_gradient_at (build, nn_build_in (build, "x"));
}

static void
root_gradient (NnBuild *build)
{
  own_gradient_at (build, nn_build_out (build, "y"));
}

/* The same in terms of functions that ONNX knows. */

static void
trunc_expand (NnBuild *build)
{
  NnValue *x = nn_build_in (build, "x");
  NnValue *whole = nn_build_one (build, "floor", nn_build_one (build, "abs", x));

  nn_build_result (build, "y", nn_build_two (build, "mul", nn_build_one (build, "sign", x), whole));
}

static void
frac_expand (NnBuild *build)
{
  NnValue *x = nn_build_in (build, "x");

  nn_build_result (build, "y", nn_build_two (build, "sub", x, nn_build_one (build, "trunc", x)));
}

static void
expm1_expand (NnBuild *build)
{
  NnValue *x = nn_build_in (build, "x");

  nn_build_result (build, "y", nn_build_scale (build, nn_build_one (build, "exp", x), 1, -1));
}

static void
log1p_expand (NnBuild *build)
{
  NnValue *x = nn_build_in (build, "x");

  nn_build_result (build, "y", nn_build_one (build, "log", nn_build_scale (build, x, 1, 1)));
}

static void
log2_expand (NnBuild *build)
{
  NnValue *log = nn_build_one (build, "log", nn_build_in (build, "x"));

  nn_build_result (build, "y", nn_build_scale (build, log, 1 / G_LN2, 0));
}

static void
log10_expand (NnBuild *build)
{
  NnValue *log = nn_build_one (build, "log", nn_build_in (build, "x"));

  nn_build_result (build, "y", nn_build_scale (build, log, 1 / G_LN10, 0));
}

static void
rsqrt_expand (NnBuild *build)
{
  NnValue *x = nn_build_in (build, "x");

  nn_build_result (build, "y", nn_build_one (build, "reciprocal", nn_build_one (build, "sqrt", x)));
}

static void
square_expand (NnBuild *build)
{
  NnValue *x = nn_build_in (build, "x");

  nn_build_result (build, "y", nn_build_two (build, "mul", x, x));
}

static const NnPort one_input[] = {
  { "x", N_("Input") },
  { "y", N_("Output"), NN_PORT_OUTPUT },
  { NULL }
};

static const NnPort at_and_slope[] = {
  { "at", N_("Where the slope is taken") },
  { "dy", N_("Gradient by the output") },
  { "dx", N_("Gradient by the input"), NN_PORT_OUTPUT },
  { NULL }
};

static const NnAttr scale_attrs[] = {
  { "factor", N_("Factor"), NN_ATTR_FLOAT, 1, -1e30, 1e30 },
  { "offset", N_("Offset"), NN_ATTR_FLOAT, 0, -1e30, 1e30 },
  { NULL }
};

static const NnAttr power_attrs[] = {
  { "exponent", N_("Exponent"), NN_ATTR_FLOAT, 2, -1e30, 1e30, .torch = "exponent" },
  { NULL }
};

static const NnAttr logit_attrs[] = {
  { "eps", N_("Distance kept from 0 and 1"), NN_ATTR_FLOAT, 0, 0, 0.5, .torch = "eps" },
  { NULL }
};

static const NnAttr clamp_attrs[] = {
  { "min", N_("Lower end"), NN_ATTR_FLOAT, 0, -FLT_MAX, FLT_MAX, .torch = "min" },
  { "max", N_("Upper end"), NN_ATTR_FLOAT, 1, -FLT_MAX, FLT_MAX, .torch = "max" },
  { NULL }
};

static const NnAttr nan_to_num_attrs[] = {
  { "nan", N_("In place of no number"), NN_ATTR_FLOAT, 0, -FLT_MAX, FLT_MAX, .torch = "nan" },
  { "posinf", N_("In place of infinity"), NN_ATTR_FLOAT, FLT_MAX, -FLT_MAX, FLT_MAX,
    .torch = "posinf" },
  { "neginf", N_("In place of minus infinity"), NN_ATTR_FLOAT, -FLT_MAX, -FLT_MAX, FLT_MAX,
    .torch = "neginf" },
  { NULL }
};

#define BETWEEN(from, to)                                                     \
  { .in = { { 1, { 1 } } }, .low = from, .high = to },                        \
  { .in = { { 2, { 0, 5 } } }, .low = from, .high = to },                     \
  { .in = { { 3, { 2, 3, 67 } } }, .low = from, .high = to },                 \
  { .in[0].rank = 0 }

/* Away from places where a function has an end, a corner or a step. */
static const NnSample single[] = { BETWEEN (-2, 2) };
static const NnSample positive[] = { BETWEEN (0.5f, 2) };
static const NnSample inside[] = { BETWEEN (0.1f, 0.9f) };
static const NnSample around[] = { BETWEEN (0.6f, 1.4f) };

static const NnSample scaled[] = {
  { .in = { { 2, { 3, 5 } } }, .attrs = "factor=-2.5 offset=0.75" },
  { .in = { { 1, { 67 } } } },
  { .in[0].rank = 0 }
};

static const NnSample powers[] = {
  { .in = { { 2, { 3, 5 } } } },
  { .in = { { 1, { 67 } } }, .attrs = "exponent=-1.5", .low = 0.5f, .high = 2 },
  { .in = { { 2, { 0, 5 } } }, .attrs = "exponent=0" },
  { .in[0].rank = 0 }
};

static const NnSample clamped[] = {
  { .in = { { 2, { 3, 5 } } }, .attrs = "min=-3 max=3" },
  { .in = { { 1, { 67 } } }, .attrs = "min=0.3 max=0.4", .low = 0.5f, .high = 2 },
  { .in = { { 2, { 0, 5 } } } },
  { .in[0].rank = 0 }
};

static const NnSample pairs[] = {
  { .in = { { 1, { 1 } }, { 1, { 1 } } } },
  { .in = { { 2, { 0, 5 } }, { 2, { 0, 5 } } } },
  { .in = { { 3, { 2, 3, 67 } }, { 3, { 2, 3, 67 } } } },
  { .in[0].rank = 0 }
};

#define LOOP(op)                                                              \
  .cpu = (const NnKernel[]) { { "loop", NN_LAYOUT_ANY, .run = op##_run }, { NULL } }

#define FUNCTION(op, drawer)                                                  \
  .category = NN_CATEGORY_##drawer,                                           \
  .flags    = NN_OP_IN_PLACE,                                                 \
  .ports    = one_input,                                                      \
  .infer    = nn_infer_same,                                                  \
  LOOP (op)

#define SLOPE(op)                                                             \
  .title    = N_("Slope of a function"),                                      \
  .summary  = N_("Sends a gradient back through a function of one number."),  \
  .category = NN_CATEGORY_INTERNAL,                                           \
  .flags    = NN_OP_IN_PLACE,                                                 \
  .ports    = at_and_slope,                                                   \
  .infer    = nn_infer_same,                                                  \
  .samples  = pairs,                                                          \
  LOOP (op##_gradient)

const NnOp nn_ops_function[] = {
  {
    .name = "scale", .title = N_("Scale"),
    .summary = N_("Multiplies by a fixed factor and adds a fixed offset."),
    .gradient = scale_gradient, .samples = scaled, .attrs = scale_attrs,
    FUNCTION (scale, MATHS),
  },
  {
    .name = "neg", .title = N_("Negative"),
    .summary = N_("Changes the sign of each number."),
    .gradient = neg_gradient, .samples = single,
    .onnx = "Neg", .onnx_since = 6, .torch = "torch.neg",
    FUNCTION (neg, FUNCTION),
  },
  {
    .name = "abs", .title = N_("Absolute Value"),
    .summary = N_("Drops the sign of each number."),
    .gradient = own_gradient, .samples = positive,
    .onnx = "Abs", .onnx_since = 6, .torch = "torch.abs",
    FUNCTION (abs, FUNCTION),
  },
  {
    .name = "sign", .title = N_("Sign"),
    .summary = N_("Minus one below zero, one above, and zero at zero."),
    .gradient = flat_gradient, .samples = single,
    .onnx = "Sign", .onnx_since = 9, .torch = "torch.sign",
    FUNCTION (sign, INTERNAL),
  },
  {
    .name = "floor", .title = N_("Round Down"),
    .summary = N_("Takes the next whole number below."),
    .gradient = flat_gradient, .samples = inside,
    .onnx = "Floor", .onnx_since = 6, .torch = "torch.floor",
    FUNCTION (floor, INTERNAL),
  },
  {
    .name = "ceil", .title = N_("Round Up"),
    .summary = N_("Takes the next whole number above."),
    .gradient = flat_gradient, .samples = inside,
    .onnx = "Ceil", .onnx_since = 6, .torch = "torch.ceil",
    FUNCTION (ceil, INTERNAL),
  },
  {
    .name = "round", .title = N_("Round"),
    .summary = N_("Takes the nearest whole number, and the even one when two are as near."),
    .gradient = flat_gradient, .samples = around,
    .onnx = "Round", .onnx_since = 11, .torch = "torch.round",
    FUNCTION (round, FUNCTION),
  },
  {
    .name = "trunc", .title = N_("Cut Decimals"),
    .summary = N_("Drops what stands behind the decimal point."),
    .gradient = flat_gradient, .samples = inside,
    .expand = trunc_expand, .torch = "torch.trunc",
    FUNCTION (trunc, INTERNAL),
  },
  {
    .name = "frac", .title = N_("Decimals"),
    .summary = N_("Keeps what stands behind the decimal point."),
    .gradient = pass_gradient, .samples = inside,
    .expand = frac_expand, .torch = "torch.frac",
    FUNCTION (frac, INTERNAL),
  },
  {
    .name = "exp", .title = N_("Exponential"),
    .summary = N_("Raises e to the power of each number."),
    .gradient = exp_gradient, .samples = single,
    .onnx = "Exp", .onnx_since = 6, .torch = "torch.exp",
    FUNCTION (exp, FUNCTION),
  },
  {
    .name = "expm1", .title = N_("Exponential Minus One"),
    .summary = N_("e to the power of each number, less one, without losing digits near zero."),
    .gradient = expm1_gradient, .samples = single,
    .expand = expm1_expand, .torch = "torch.expm1",
    FUNCTION (expm1, INTERNAL),
  },
  {
    .name = "log", .title = N_("Logarithm"),
    .summary = N_("Takes the natural logarithm of each number."),
    .gradient = log_gradient, .samples = positive,
    .onnx = "Log", .onnx_since = 6, .torch = "torch.log",
    FUNCTION (log, FUNCTION),
  },
  {
    .name = "log1p", .title = N_("Logarithm of One Plus"),
    .summary = N_("The logarithm of one plus each number, without losing digits near zero."),
    .gradient = log1p_gradient, .samples = positive,
    .expand = log1p_expand, .torch = "torch.log1p",
    FUNCTION (log1p, INTERNAL),
  },
  {
    .name = "log2", .title = N_("Binary Logarithm"),
    .summary = N_("Takes the logarithm to base two of each number."),
    .gradient = log2_gradient, .samples = positive,
    .expand = log2_expand, .torch = "torch.log2",
    FUNCTION (log2, INTERNAL),
  },
  {
    .name = "log10", .title = N_("Decimal Logarithm"),
    .summary = N_("Takes the logarithm to base ten of each number."),
    .gradient = log10_gradient, .samples = positive,
    .expand = log10_expand, .torch = "torch.log10",
    FUNCTION (log10, INTERNAL),
  },
  {
    .name = "sqrt", .title = N_("Square Root"),
    .summary = N_("Takes the square root of each number."),
    .gradient = sqrt_gradient, .samples = positive,
    .onnx = "Sqrt", .onnx_since = 6, .torch = "torch.sqrt",
    FUNCTION (sqrt, FUNCTION),
  },
  {
    .name = "rsqrt", .title = N_("Reciprocal Square Root"),
    .summary = N_("Takes one over the square root of each number."),
    .gradient = rsqrt_gradient, .samples = positive,
    .expand = rsqrt_expand, .torch = "torch.rsqrt",
    FUNCTION (rsqrt, INTERNAL),
  },
  {
    .name = "root", .title = N_("Length"),
    .summary = N_("The square root of a sum of squares; its slope at zero is taken to be zero."),
    .gradient = root_gradient, .samples = positive,
    FUNCTION (root, INTERNAL),
  },
  {
    .name = "square", .title = N_("Square"),
    .summary = N_("Multiplies each number by itself."),
    .gradient = square_gradient, .samples = single,
    .expand = square_expand, .torch = "torch.square",
    FUNCTION (square, FUNCTION),
  },
  {
    .name = "reciprocal", .title = N_("Reciprocal"),
    .summary = N_("Takes one over each number."),
    .gradient = reciprocal_gradient, .samples = positive,
    .onnx = "Reciprocal", .onnx_since = 6, .torch = "torch.reciprocal",
    FUNCTION (reciprocal, FUNCTION),
  },
  {
    .name = "power", .title = N_("Power"),
    .summary = N_("Raises each number to a fixed power."),
    .gradient = power_gradient, .samples = powers, .attrs = power_attrs,
    .torch = "torch.pow",
    FUNCTION (power, FUNCTION),
  },
  {
    .name = "logit", .title = N_("Logit"),
    .summary = N_("The logarithm of the odds: the inverse of the sigmoid."),
    .gradient = own_gradient, .samples = inside, .attrs = logit_attrs,
    .torch = "torch.logit",
    FUNCTION (logit, INTERNAL),
  },
  {
    .name = "clamp", .title = N_("Clamp"),
    .summary = N_("Moves what lies outside of a range onto its ends."),
    .gradient = own_gradient, .samples = clamped, .attrs = clamp_attrs,
    .torch = "torch.clamp",
    FUNCTION (clamp, FUNCTION),
  },
  {
    .name = "nan-to-num", .title = N_("Replace Bad Numbers"),
    .summary = N_("Replaces what is no number, or infinite, by numbers of your choice."),
    .gradient = own_gradient, .samples = single, .attrs = nan_to_num_attrs,
    .torch = "torch.nan_to_num",
    FUNCTION (nan_to_num, INTERNAL),
  },
  { .name = "abs-gradient", SLOPE (abs) },
  { .name = "root-gradient", SLOPE (root) },
  { .name = "logit-gradient", .attrs = logit_attrs, SLOPE (logit) },
  { .name = "clamp-gradient", .attrs = clamp_attrs, SLOPE (clamp) },
  { .name = "nan-to-num-gradient", .attrs = nan_to_num_attrs, SLOPE (nan_to_num) },
  { NULL }
};
