/* activation.c: element-wise non-linearities
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "engine/op-curve.h"

#include <glib/gi18n-lib.h>

/* An activation bends the straight line that a stack of linear layers would
 * otherwise be.  All of them keep the shape and act on each number alone, so a
 * new one is an expression, its slope, and two records at the end of this file.
 * A slope is written with y where that saves keeping x. */

NN_UNARY (relu, x > 0 ? x : 0)
NN_BINARY (relu_gradient, y, dy, y > 0 ? dy : 0)

NN_UNARY (leaky_relu, x > 0 ? x : a0 * x)
NN_BINARY (leaky_relu_gradient, x, dy, x > 0 ? dy : a0 * dy)

NN_UNARY (sigmoid, nn_sigmoidf (x))
NN_BINARY (sigmoid_gradient, y, dy, y * (1 - y) * dy)

NN_UNARY (tanh, nn_tanhf (x))
NN_BINARY (tanh_gradient, y, dy, (1 - y * y) * dy)

/* Φ(x) is the normal distribution; its slope is e^(-x²/2) / √(2π). */
NN_UNARY (gelu_exact, 0.5f * x * (1 + nn_erff (x * 0.70710678f)))
NN_BINARY (gelu_exact_gradient, x, dy,
           (0.5f * (1 + nn_erff (x * 0.70710678f))
            + x * 0.39894228f * nn_expf (-0.5f * x * x)) * dy)

/* The same with Φ(x) ≈ (1 + tanh u) / 2, u = √(2/π) (x + 0.044715 x³). */
static inline float
gelu_bend (float x)
{
  return nn_tanhf (0.79788456f * (x + 0.044715f * x * x * x));
}

NN_UNARY (gelu_tanh, 0.5f * x * (1 + gelu_bend (x)))
NN_BINARY (gelu_tanh_gradient, x, dy,
           (0.5f * (1 + gelu_bend (x))
            + 0.5f * x * (1 - gelu_bend (x) * gelu_bend (x))
              * (0.79788456f + 0.10703222f * x * x)) * dy)

NN_UNARY (silu, x * nn_sigmoidf (x))
NN_BINARY (silu_gradient, x, dy,
           nn_sigmoidf (x) * (1 + x * (1 - nn_sigmoidf (x))) * dy)

NN_UNARY (softplus, nn_softplusf (x))
NN_BINARY (softplus_gradient, x, dy, nn_sigmoidf (x) * dy)

NN_UNARY (elu, x > 0 ? x : a0 * (nn_expf (x) - 1))
NN_BINARY (elu_gradient, x, dy, x > 0 ? dy : a0 * nn_expf (x) * dy)

/* The two numbers keep mean 0 and variance 1 (Klambauer et al., 2017). */
#define SELU_SCALE 1.05070099f
#define SELU_ALPHA 1.67326324f

NN_UNARY (selu, SELU_SCALE * (x > 0 ? x : SELU_ALPHA * (nn_expf (x) - 1)))
NN_BINARY (selu_gradient, x, dy, SELU_SCALE * (x > 0 ? 1 : SELU_ALPHA * nn_expf (x)) * dy)

NN_UNARY (relu6, x < 0 ? 0 : x > 6 ? 6 : x)
NN_BINARY (relu6_gradient, y, dy, y > 0 && y < 6 ? dy : 0)

static inline float
hard_gate (float x)
{
  return x < -3 ? 0 : x > 3 ? 1 : x * (1.0f / 6) + 0.5f;
}

NN_UNARY (hard_swish, x * hard_gate (x))
NN_BINARY (hard_swish_gradient, x, dy, x <= -3 ? 0 : x >= 3 ? dy : (x * (1.0f / 3) + 0.5f) * dy)

/* tanh (log (1 + e^x)) = (e² + 2e) / (e² + 2e + 2) with e = e^x, which is 1 long
 * before e² overflows. */
static inline float
mish_gate (float x)
{
  float e = nn_expf (x < 20 ? x : 20);
  float n = e * (e + 2);

  return n / (n + 2);
}

NN_UNARY (mish, x * mish_gate (x))
NN_BINARY (mish_gradient, x, dy,
           (mish_gate (x)
            + x * (1 - mish_gate (x) * mish_gate (x)) * nn_sigmoidf (x)) * dy)

static gboolean
is_tanh_form (const NnCall *call)
{
  return nn_call_number (call, "approximate") != 0;
}

static void
gelu_run (NnCall *call)
{
  if (is_tanh_form (call))
    gelu_tanh_run (call);
  else
    gelu_exact_run (call);
}

static void
gelu_gradient_run (NnCall *call)
{
  if (is_tanh_form (call))
    gelu_tanh_gradient_run (call);
  else
    gelu_exact_gradient_run (call);
}

static void
silu_expand (NnBuild *build)
{
  nn_curve_expand_gate (build, nn_build_op (build, "sigmoid", nn_build_in (build, "x"),
                                            NN_BUILD_END));
}

static void
mish_expand (NnBuild *build)
{
  NnValue *softplus = nn_build_op (build, "softplus", nn_build_in (build, "x"), NN_BUILD_END);

  nn_curve_expand_gate (build, nn_build_op (build, "tanh", softplus, NN_BUILD_END));
}

static void
hard_swish_expand (NnBuild *build)
{
  nn_curve_expand_gate (build, nn_build_op (build, "hard-sigmoid", nn_build_in (build, "x"),
                                            NN_BUILD_END));
}

static void
relu6_expand (NnBuild *build)
{
  nn_build_set (build, "low", 0);
  nn_build_set (build, "high", 6);
  nn_build_result (build, "y", nn_build_op (build, "hard-tanh", nn_build_in (build, "x"),
                                            NN_BUILD_END));
}

static const NnAttr leaky_relu_attrs[] = {
  { "slope", N_("Slope below zero"), NN_ATTR_FLOAT, 0.01, 0, 1,
    .onnx = "alpha", .torch = "negative_slope" },
  { NULL }
};

static const char *const gelu_forms[] = { "none", "tanh", NULL };

static const NnAttr gelu_attrs[] = {
  { "approximate", N_("Approximation"), NN_ATTR_CHOICE, 0, .words = gelu_forms,
    .onnx = "approximate", .torch = "approximate" },
  { NULL }
};

static const NnAttr elu_attrs[] = {
  { "alpha", N_("Depth below zero"), NN_ATTR_FLOAT, 1, 1e-3, 1000,
    .onnx = "alpha", .torch = "alpha" },
  { NULL }
};

static const NnSample gelu_samples[] = {
  { .in = { { 3, { 2, 3, 67 } } } },
  { .in = { { 3, { 2, 3, 67 } } }, .attrs = "approximate=tanh" },
  { .in = { { 2, { 0, 5 } } }, .attrs = "approximate=tanh" },
  { .in[0].rank = 0 }
};

#define ACTIVATION(op)                                                        \
  .category = NN_CATEGORY_ACTIVATION,                                         \
  NN_CURVE (op)

const NnOp nn_ops_activation[] = {
  {
    .name     = "relu",
    .title    = N_("ReLU"),
    .summary  = N_("Keeps what is above zero and replaces the rest by zero."),
    .gradient = nn_curve_gradient_with_y,
    .samples  = nn_curve_samples,
    .onnx     = "Relu", .onnx_since = 6,
    .torch    = "torch.nn.ReLU",
    ACTIVATION (relu),
  },
  {
    .name     = "leaky-relu",
    .title    = N_("Leaky ReLU"),
    .summary  = N_("Lets a little through below zero, so no unit dies."),
    .attrs    = leaky_relu_attrs,
    .gradient = nn_curve_gradient_with_x,
    .samples  = nn_curve_samples,
    .onnx     = "LeakyRelu", .onnx_since = 6,
    .torch    = "torch.nn.LeakyReLU",
    ACTIVATION (leaky_relu),
  },
  {
    .name     = "sigmoid",
    .title    = N_("Sigmoid"),
    .summary  = N_("Squeezes any number into the range from zero to one."),
    .gradient = nn_curve_gradient_with_y,
    .samples  = nn_curve_samples,
    .onnx     = "Sigmoid", .onnx_since = 6,
    .torch    = "torch.nn.Sigmoid",
    ACTIVATION (sigmoid),
  },
  {
    .name     = "tanh",
    .title    = N_("Tanh"),
    .summary  = N_("Squeezes any number into the range from minus one to one."),
    .gradient = nn_curve_gradient_with_y,
    .samples  = nn_curve_samples,
    .onnx     = "Tanh", .onnx_since = 6,
    .torch    = "torch.nn.Tanh",
    ACTIVATION (tanh),
  },
  {
    .name     = "gelu",
    .title    = N_("GELU"),
    .summary  = N_("Weighs each number by the share of a normal distribution that lies below it."),
    .attrs    = gelu_attrs,
    .gradient = nn_curve_gradient_with_x,
    .onnx     = "Gelu", .onnx_since = 20,
    .torch    = "torch.nn.GELU",
    .samples  = gelu_samples,
    ACTIVATION (gelu),
  },
  {
    .name     = "silu",
    .title    = N_("SiLU"),
    .summary  = N_("Weighs each number by its own sigmoid; also called Swish."),
    .expand   = silu_expand,
    .gradient = nn_curve_gradient_with_x,
    .samples  = nn_curve_samples,
    .torch    = "torch.nn.SiLU",
    ACTIVATION (silu),
  },
  {
    .name     = "softplus",
    .title    = N_("Softplus"),
    .summary  = N_("A ReLU with a rounded corner: the logarithm of one plus e to the x."),
    .gradient = nn_curve_gradient_with_x,
    .samples  = nn_curve_samples,
    .onnx     = "Softplus", .onnx_since = 1,
    .torch    = "torch.nn.Softplus",
    ACTIVATION (softplus),
  },
  {
    .name     = "elu",
    .title    = N_("ELU"),
    .summary  = N_("Bends smoothly towards a floor below zero."),
    .attrs    = elu_attrs,
    .gradient = nn_curve_gradient_with_x,
    .samples  = nn_curve_samples,
    .onnx     = "Elu", .onnx_since = 6,
    .torch    = "torch.nn.ELU",
    ACTIVATION (elu),
  },
  {
    .name     = "selu",
    .title    = N_("SELU"),
    .summary  = N_("An ELU scaled so that deep networks keep mean zero and variance one."),
    .gradient = nn_curve_gradient_with_x,
    .samples  = nn_curve_samples,
    .onnx     = "Selu", .onnx_since = 6,
    .torch    = "torch.nn.SELU",
    ACTIVATION (selu),
  },
  {
    .name     = "relu6",
    .title    = N_("ReLU6"),
    .summary  = N_("A ReLU that lets nothing above six through."),
    .expand   = relu6_expand,
    .gradient = nn_curve_gradient_with_y,
    .samples  = nn_curve_wide_samples,
    .torch    = "torch.nn.ReLU6",
    ACTIVATION (relu6),
  },
  {
    .name     = "hard-swish",
    .title    = N_("Hard Swish"),
    .summary  = N_("Weighs each number by its hard sigmoid: SiLU made of straight lines."),
    .expand   = hard_swish_expand,
    .gradient = nn_curve_gradient_with_x,
    .samples  = nn_curve_wide_samples,
    .onnx     = "HardSwish", .onnx_since = 14,
    .torch    = "torch.nn.Hardswish",
    ACTIVATION (hard_swish),
  },
  {
    .name     = "mish",
    .title    = N_("Mish"),
    .summary  = N_("Weighs each number by the tanh of its softplus."),
    .expand   = mish_expand,
    .gradient = nn_curve_gradient_with_x,
    .samples  = nn_curve_samples,
    .onnx     = "Mish", .onnx_since = 18,
    .torch    = "torch.nn.Mish",
    ACTIVATION (mish),
  },
  { .name = "relu-gradient", NN_CURVE_FLAT_SLOPE (relu) },
  { .name = "leaky-relu-gradient", .attrs = leaky_relu_attrs, NN_CURVE_FLAT_SLOPE (leaky_relu) },
  { .name = "sigmoid-gradient", NN_CURVE_SLOPE (sigmoid) },
  { .name = "tanh-gradient", NN_CURVE_SLOPE (tanh) },
  { .name = "gelu-gradient", .attrs = gelu_attrs, NN_CURVE_SLOPE (gelu) },
  { .name = "silu-gradient", NN_CURVE_SLOPE (silu) },
  { .name = "softplus-gradient", NN_CURVE_SLOPE (softplus) },
  { .name = "elu-gradient", .attrs = elu_attrs, NN_CURVE_SLOPE (elu) },
  { .name = "selu-gradient", NN_CURVE_SLOPE (selu) },
  { .name = "relu6-gradient", NN_CURVE_FLAT_SLOPE (relu6) },
  { .name = "hard-swish-gradient", NN_CURVE_SLOPE (hard_swish) },
  { .name = "mish-gradient", NN_CURVE_SLOPE (mish) },
  { NULL }
};
