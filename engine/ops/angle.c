/* angle.c: functions of angles, of hyperbolas and of the bell curve
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "engine/build.h"
#include "engine/op-scalar.h"

#include <glib/gi18n-lib.h>

/* Each is an expression, and a slope in terms of its neighbours. */

NN_UNARY (sin, sinf (x))
NN_UNARY (cos, cosf (x))
NN_UNARY (tan, tanf (x))
NN_UNARY (asin, asinf (x))
NN_UNARY (acos, acosf (x))
NN_UNARY (atan, atanf (x))
NN_UNARY (sinh, sinhf (x))
NN_UNARY (cosh, coshf (x))
NN_UNARY (asinh, asinhf (x))
NN_UNARY (acosh, acoshf (x))
NN_UNARY (atanh, atanhf (x))
NN_UNARY (erf, erff (x))
NN_UNARY (erfc, erfcf (x))

/* @factor x² + @offset */
static NnValue *
parabola (NnBuild *build,
          NnValue *x,
          double   factor,
          double   offset)
{
  return nn_build_scale (build, nn_build_one (build, "square", x), factor, offset);
}

/* @factor e^(-x²) */
static NnValue *
bell (NnBuild *build,
      double   factor)
{
  NnValue *square = parabola (build, nn_build_in (build, "x"), -1, 0);

  return nn_build_scale (build, nn_build_one (build, "exp", square), factor, 0);
}

static void
sin_gradient (NnBuild *build)
{
  nn_build_slope_times (build, nn_build_one (build, "cos", nn_build_in (build, "x")));
}

static void
cos_gradient (NnBuild *build)
{
  NnValue *sine = nn_build_one (build, "sin", nn_build_in (build, "x"));

  nn_build_slope_times (build, nn_build_one (build, "neg", sine));
}

static void
tan_gradient (NnBuild *build)
{
  nn_build_slope_times (build, parabola (build, nn_build_out (build, "y"), 1, 1));
}

static void
asin_gradient (NnBuild *build)
{
  NnValue *x = nn_build_in (build, "x");

  nn_build_slope_times (build, nn_build_one (build, "rsqrt", parabola (build, x, -1, 1)));
}

static void
acos_gradient (NnBuild *build)
{
  NnValue *slope = nn_build_one (build, "rsqrt", parabola (build, nn_build_in (build, "x"), -1, 1));

  nn_build_slope_times (build, nn_build_one (build, "neg", slope));
}

static void
atan_gradient (NnBuild *build)
{
  nn_build_slope_over (build, parabola (build, nn_build_in (build, "x"), 1, 1));
}

static void
sinh_gradient (NnBuild *build)
{
  nn_build_slope_times (build, nn_build_one (build, "cosh", nn_build_in (build, "x")));
}

static void
cosh_gradient (NnBuild *build)
{
  nn_build_slope_times (build, nn_build_one (build, "sinh", nn_build_in (build, "x")));
}

static void
asinh_gradient (NnBuild *build)
{
  NnValue *x = nn_build_in (build, "x");

  nn_build_slope_times (build, nn_build_one (build, "rsqrt", parabola (build, x, 1, 1)));
}

static void
acosh_gradient (NnBuild *build)
{
  NnValue *x = nn_build_in (build, "x");

  nn_build_slope_times (build, nn_build_one (build, "rsqrt", parabola (build, x, 1, -1)));
}

static void
atanh_gradient (NnBuild *build)
{
  nn_build_slope_over (build, parabola (build, nn_build_in (build, "x"), -1, 1));
}

static void
erf_gradient (NnBuild *build)
{
  nn_build_slope_times (build, bell (build, 2 / sqrt (G_PI)));
}

static void
erfc_gradient (NnBuild *build)
{
  nn_build_slope_times (build, bell (build, -2 / sqrt (G_PI)));
}

/* In terms of what ONNX knows. */
static void
erfc_expand (NnBuild *build)
{
  NnValue *erf = nn_build_one (build, "erf", nn_build_in (build, "x"));

  nn_build_result (build, "y", nn_build_scale (build, erf, -1, 1));
}

static const NnPort one_input[] = {
  { "x", N_("Input") },
  { "y", N_("Output"), NN_PORT_OUTPUT },
  { NULL }
};

#define BETWEEN(from, to)                                                     \
  { .in = { { 1, { 1 } } }, .low = from, .high = to },                        \
  { .in = { { 2, { 0, 5 } } }, .low = from, .high = to },                     \
  { .in = { { 3, { 2, 3, 67 } } }, .low = from, .high = to },                 \
  { .in[0].rank = 0 }

/* Away from places where a function has an end. */
static const NnSample single[] = { BETWEEN (-2, 2) };
static const NnSample inside[] = { BETWEEN (0.1f, 0.9f) };
static const NnSample above_one[] = { BETWEEN (1.3f, 3) };


#define FUNCTION(op, drawer)                                                  \
  .category = NN_CATEGORY_##drawer,                                           \
  .flags    = NN_OP_IN_PLACE,                                                 \
  .ports    = one_input,                                                      \
  .infer    = nn_infer_same,                                                  \
  .cpu      = (const NnKernel[]) { { "loop", NN_LAYOUT_ANY, .run = op##_run }, { NULL } }

const NnOp nn_ops_angle[] = {
  {
    .name = "sin", .title = N_("Sine"),
    .summary = N_("Takes the sine of each angle, in radians."),
    .gradient = sin_gradient, .samples = single,
    .onnx = "Sin", .onnx_since = 7, .torch = "torch.sin",
    FUNCTION (sin, FUNCTION),
  },
  {
    .name = "cos", .title = N_("Cosine"),
    .summary = N_("Takes the cosine of each angle, in radians."),
    .gradient = cos_gradient, .samples = single,
    .onnx = "Cos", .onnx_since = 7, .torch = "torch.cos",
    FUNCTION (cos, FUNCTION),
  },
  {
    .name = "tan", .title = N_("Tangent"),
    .summary = N_("Takes the tangent of each angle, in radians."),
    .gradient = tan_gradient, .samples = inside,
    .onnx = "Tan", .onnx_since = 7, .torch = "torch.tan",
    FUNCTION (tan, INTERNAL),
  },
  {
    .name = "asin", .title = N_("Arc Sine"),
    .summary = N_("The angle whose sine is given."),
    .gradient = asin_gradient, .samples = inside,
    .onnx = "Asin", .onnx_since = 7, .torch = "torch.asin",
    FUNCTION (asin, INTERNAL),
  },
  {
    .name = "acos", .title = N_("Arc Cosine"),
    .summary = N_("The angle whose cosine is given."),
    .gradient = acos_gradient, .samples = inside,
    .onnx = "Acos", .onnx_since = 7, .torch = "torch.acos",
    FUNCTION (acos, INTERNAL),
  },
  {
    .name = "atan", .title = N_("Arc Tangent"),
    .summary = N_("The angle whose tangent is given."),
    .gradient = atan_gradient, .samples = single,
    .onnx = "Atan", .onnx_since = 7, .torch = "torch.atan",
    FUNCTION (atan, INTERNAL),
  },
  {
    .name = "sinh", .title = N_("Hyperbolic Sine"),
    .summary = N_("Half the difference of e to the x and e to the minus x."),
    .gradient = sinh_gradient, .samples = single,
    .onnx = "Sinh", .onnx_since = 9, .torch = "torch.sinh",
    FUNCTION (sinh, INTERNAL),
  },
  {
    .name = "cosh", .title = N_("Hyperbolic Cosine"),
    .summary = N_("Half the sum of e to the x and e to the minus x."),
    .gradient = cosh_gradient, .samples = single,
    .onnx = "Cosh", .onnx_since = 9, .torch = "torch.cosh",
    FUNCTION (cosh, INTERNAL),
  },
  {
    .name = "asinh", .title = N_("Inverse Hyperbolic Sine"),
    .summary = N_("The number whose hyperbolic sine is given."),
    .gradient = asinh_gradient, .samples = single,
    .onnx = "Asinh", .onnx_since = 9, .torch = "torch.asinh",
    FUNCTION (asinh, INTERNAL),
  },
  {
    .name = "acosh", .title = N_("Inverse Hyperbolic Cosine"),
    .summary = N_("The number whose hyperbolic cosine is given."),
    .gradient = acosh_gradient, .samples = above_one,
    .onnx = "Acosh", .onnx_since = 9, .torch = "torch.acosh",
    FUNCTION (acosh, INTERNAL),
  },
  {
    .name = "atanh", .title = N_("Inverse Hyperbolic Tangent"),
    .summary = N_("The number whose hyperbolic tangent is given."),
    .gradient = atanh_gradient, .samples = inside,
    .onnx = "Atanh", .onnx_since = 9, .torch = "torch.atanh",
    FUNCTION (atanh, INTERNAL),
  },
  {
    .name = "erf", .title = N_("Error Function"),
    .summary = N_("Twice the share of a normal distribution between zero and √2 x."),
    .gradient = erf_gradient, .samples = single,
    .onnx = "Erf", .onnx_since = 9, .torch = "torch.erf",
    FUNCTION (erf, INTERNAL),
  },
  {
    .name = "erfc", .title = N_("Error Function Complement"),
    .summary = N_("One minus the error function, without losing digits."),
    .gradient = erfc_gradient, .samples = single,
    .expand = erfc_expand, .torch = "torch.erfc",
    FUNCTION (erfc, INTERNAL),
  },
  { NULL }
};
