/* rare-activation.c: element-wise non-linearities that few networks use
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "engine/op-curve.h"

#include <glib/gi18n-lib.h>

/* As in activation.c: an expression, its slope, and two records for each. */

NN_UNARY (celu, x > 0 ? x : a0 * (nn_expf (x / a0) - 1))
NN_BINARY (celu_gradient, x, dy, x > 0 ? dy : nn_expf (x / a0) * dy)

NN_UNARY (hard_tanh, x < a0 ? a0 : x > a1 ? a1 : x)
NN_BINARY (hard_tanh_gradient, x, dy, x > a0 && x < a1 ? dy : 0)

NN_UNARY (log_sigmoid, -nn_softplusf (-x))
NN_BINARY (log_sigmoid_gradient, x, dy, nn_sigmoidf (-x) * dy)

NN_UNARY (softsign, x / (1 + fabsf (x)))
NN_BINARY (softsign_gradient, x, dy, dy / ((1 + fabsf (x)) * (1 + fabsf (x))))

NN_UNARY (tanhshrink, x - nn_tanhf (x))
NN_BINARY (tanhshrink_gradient, x, dy, nn_tanhf (x) * nn_tanhf (x) * dy)

NN_UNARY (softshrink, x > a0 ? x - a0 : x < -a0 ? x + a0 : 0)
NN_BINARY (softshrink_gradient, x, dy, fabsf (x) > a0 ? dy : 0)

NN_UNARY (hardshrink, fabsf (x) > a0 ? x : 0)
NN_BINARY (hardshrink_gradient, x, dy, fabsf (x) > a0 ? dy : 0)

NN_UNARY (threshold, x > a0 ? x : a1)
NN_BINARY (threshold_gradient, x, dy, x > a0 ? dy : 0)

NN_UNARY (hard_sigmoid, x < -3 ? 0 : x > 3 ? 1 : x * (1.0f / 6) + 0.5f)
NN_BINARY (hard_sigmoid_gradient, y, dy, y > 0 && y < 1 ? dy * (1.0f / 6) : 0)

static void
hard_sigmoid_expand (NnBuild *build)
{
  NnValue *line = nn_build_scale (build, nn_build_in (build, "x"), 1.0 / 6, 0.5);

  nn_build_set (build, "low", 0);
  nn_build_result (build, "y", nn_build_op (build, "hard-tanh", line, NN_BUILD_END));
}

static void
log_sigmoid_expand (NnBuild *build)
{
  NnValue *turned = nn_build_scale (build, nn_build_in (build, "x"), -1, 0);

  turned = nn_build_op (build, "softplus", turned, NN_BUILD_END);
  nn_build_result (build, "y", nn_build_scale (build, turned, -1, 0));
}

static void
tanhshrink_expand (NnBuild *build)
{
  NnValue *x = nn_build_in (build, "x");

  nn_build_result (build, "y",
                   nn_build_op (build, "sub", x, nn_build_op (build, "tanh", x, NN_BUILD_END),
                                NN_BUILD_END));
}

static const NnAttr celu_attrs[] = {
  { "alpha", N_("Depth below zero"), NN_ATTR_FLOAT, 1, 1e-3, 1000,
    .onnx = "alpha", .torch = "alpha" },
  { NULL }
};

static const NnAttr hard_tanh_attrs[] = {
  { "low", N_("Smallest result"), NN_ATTR_FLOAT, -1, -1e30, 1e30, .torch = "min_val" },
  { "high", N_("Largest result"), NN_ATTR_FLOAT, 1, -1e30, 1e30, .torch = "max_val" },
  { NULL }
};

static const NnAttr shrink_attrs[] = {
  { "lambda", N_("Width of the gap"), NN_ATTR_FLOAT, 0.5, 0, 1e30,
    .onnx = "lambd", .torch = "lambd" },
  { NULL }
};

static const NnAttr threshold_attrs[] = {
  { "threshold", N_("Threshold"), NN_ATTR_FLOAT, 0, -1e30, 1e30, .torch = "threshold" },
  { "value", N_("Value below it"), NN_ATTR_FLOAT, 0, -1e30, 1e30, .torch = "value" },
  { NULL }
};

#define RARE(op)                                                              \
  .category = NN_CATEGORY_RARE_ACTIVATION,                                    \
  NN_CURVE (op)

const NnOp nn_ops_rare_activation[] = {
  {
    .name     = "celu",
    .title    = N_("CELU"),
    .summary  = N_("An ELU whose slope has no jump at zero."),
    .attrs    = celu_attrs,
    .gradient = nn_curve_gradient_with_x,
    .samples  = nn_curve_samples,
    .onnx     = "Celu", .onnx_since = 12,
    .torch    = "torch.nn.CELU",
    RARE (celu),
  },
  {
    .name     = "hard-tanh",
    .title    = N_("Hard Tanh"),
    .summary  = N_("Cuts off what lies outside of a range."),
    .attrs    = hard_tanh_attrs,
    .gradient = nn_curve_gradient_with_x,
    .samples  = nn_curve_wide_samples,
    .torch    = "torch.nn.Hardtanh",
    RARE (hard_tanh),
  },
  {
    .name     = "hard-sigmoid",
    .title    = N_("Hard Sigmoid"),
    .summary  = N_("A sigmoid made of three straight lines."),
    .expand   = hard_sigmoid_expand,
    .gradient = nn_curve_gradient_with_y,
    .samples  = nn_curve_wide_samples,
    .torch    = "torch.nn.Hardsigmoid",
    RARE (hard_sigmoid),
  },
  {
    .name     = "log-sigmoid",
    .title    = N_("Log-Sigmoid"),
    .summary  = N_("The logarithm of sigmoid, computed without losing digits."),
    .expand   = log_sigmoid_expand,
    .gradient = nn_curve_gradient_with_x,
    .samples  = nn_curve_samples,
    .torch    = "torch.nn.LogSigmoid",
    RARE (log_sigmoid),
  },
  {
    .name     = "softsign",
    .title    = N_("Softsign"),
    .summary  = N_("Divides each number by one plus its distance from zero."),
    .gradient = nn_curve_gradient_with_x,
    .samples  = nn_curve_samples,
    .onnx     = "Softsign", .onnx_since = 1,
    .torch    = "torch.nn.Softsign",
    RARE (softsign),
  },
  {
    .name     = "tanhshrink",
    .title    = N_("Tanhshrink"),
    .summary  = N_("What is left of each number without its tanh."),
    .expand   = tanhshrink_expand,
    .gradient = nn_curve_gradient_with_x,
    .samples  = nn_curve_samples,
    .torch    = "torch.nn.Tanhshrink",
    RARE (tanhshrink),
  },
  {
    .name     = "softshrink",
    .title    = N_("Softshrink"),
    .summary  = N_("Brings each number nearer to zero, and small ones to zero."),
    .attrs    = shrink_attrs,
    .gradient = nn_curve_gradient_with_x,
    .samples  = nn_curve_wide_samples,
    .torch    = "torch.nn.Softshrink",
    RARE (softshrink),
  },
  {
    .name     = "hardshrink",
    .title    = N_("Hardshrink"),
    .summary  = N_("Replaces small numbers by zero and keeps the rest."),
    .attrs    = shrink_attrs,
    .gradient = nn_curve_gradient_with_x,
    .samples  = nn_curve_wide_samples,
    .onnx     = "Shrink", .onnx_since = 9,
    .torch    = "torch.nn.Hardshrink",
    RARE (hardshrink),
  },
  {
    .name     = "threshold",
    .title    = N_("Threshold"),
    .summary  = N_("Replaces everything up to a threshold by one value."),
    .attrs    = threshold_attrs,
    .gradient = nn_curve_gradient_with_x,
    .samples  = nn_curve_wide_samples,
    .torch    = "torch.nn.Threshold",
    RARE (threshold),
  },
  { .name = "celu-gradient", .attrs = celu_attrs, NN_CURVE_SLOPE (celu) },
  { .name = "hard-tanh-gradient", .attrs = hard_tanh_attrs, NN_CURVE_FLAT_SLOPE (hard_tanh) },
  { .name = "hard-sigmoid-gradient", NN_CURVE_FLAT_SLOPE (hard_sigmoid) },
  { .name = "log-sigmoid-gradient", NN_CURVE_SLOPE (log_sigmoid) },
  { .name = "softsign-gradient", NN_CURVE_SLOPE (softsign) },
  { .name = "tanhshrink-gradient", NN_CURVE_SLOPE (tanhshrink) },
  { .name = "softshrink-gradient", .attrs = shrink_attrs, NN_CURVE_FLAT_SLOPE (softshrink) },
  { .name = "hardshrink-gradient", .attrs = shrink_attrs, NN_CURVE_FLAT_SLOPE (hardshrink) },
  { .name = "threshold-gradient", .attrs = threshold_attrs, NN_CURVE_FLAT_SLOPE (threshold) },
  { NULL }
};
