/* activation.c: element-wise non-linearities
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "engine/build.h"
#include "engine/op-scalar.h"

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
NN_UNARY (gelu, 0.5f * x * (1 + nn_erff (x * 0.70710678f)))
NN_BINARY (gelu_gradient, x, dy,
           (0.5f * (1 + nn_erff (x * 0.70710678f))
            + x * 0.39894228f * nn_expf (-0.5f * x * x)) * dy)

NN_UNARY (silu, x * nn_sigmoidf (x))
NN_BINARY (silu_gradient, x, dy,
           nn_sigmoidf (x) * (1 + x * (1 - nn_sigmoidf (x))) * dy)

NN_UNARY (softplus, nn_softplusf (x))
NN_BINARY (softplus_gradient, x, dy, nn_sigmoidf (x) * dy)

static void
silu_expand (NnBuild *build)
{
  NnValue *x = nn_build_in (build, "x");

  nn_build_result (build, "y",
                   nn_build_op (build, "mul",
                                x, nn_build_op (build, "sigmoid", x, NN_BUILD_END),
                                NN_BUILD_END));
}

/* The gradient op has the name of the op with "-gradient" behind, and takes
 * what its slope is written with. */
static void
gradient_with (NnBuild *build,
               NnValue *x_or_y)
{
  const NnCall *call = nn_build_call (build);
  g_autofree char *name = g_strconcat (call->op->name, "-gradient", NULL);

  for (int i = 0; call->op->attrs != NULL && call->op->attrs[i].name != NULL; i++)
    nn_build_set_value (build, call->op->attrs[i].name, &call->attr[i]);
  nn_build_gradient (build, "x",
                     nn_build_op (build, name, x_or_y, nn_build_slope (build, "y"), NN_BUILD_END));
}

static void
gradient_with_x (NnBuild *build)
{
  gradient_with (build, nn_build_in (build, "x"));
}

static void
gradient_with_y (NnBuild *build)
{
  gradient_with (build, nn_build_out (build, "y"));
}

static const NnPort one_input[] = {
  { "x", N_("Input") },
  { "y", N_("Output"), NN_PORT_OUTPUT },
  { NULL }
};

static const NnPort x_or_y_and_slope[] = {
  { "at", N_("Where the slope is taken") },
  { "dy", N_("Gradient by the output") },
  { "dx", N_("Gradient by the input"), NN_PORT_OUTPUT },
  { NULL }
};

static const NnAttr leaky_relu_attrs[] = {
  { "slope", N_("Slope below zero"), NN_ATTR_FLOAT, 0.01, 0, 1,
    .onnx = "alpha", .torch = "negative_slope" },
  { NULL }
};

/* One number, an ordinary batch, an empty batch, and more than one vector. */
static const NnSample any_shape[] = {
  { .in = { { 1, { 1 } } } },
  { .in = { { 2, { 3, 5 } } } },
  { .in = { { 2, { 0, 5 } } } },
  { .in = { { 3, { 2, 3, 67 } } } },
  { .in = { { 4, { 2, 3, 4, 5 } } } },
  { .in[0].rank = 0 }
};

static const NnSample any_shape_twice[] = {
  { .in = { { 1, { 1 } }, { 1, { 1 } } } },
  { .in = { { 2, { 0, 5 } }, { 2, { 0, 5 } } } },
  { .in = { { 3, { 2, 3, 67 } }, { 3, { 2, 3, 67 } } } },
  { .in[0].rank = 0 }
};

#define KERNEL(op)                                                            \
  .cpu = (const NnKernel[]) { { "loop", NN_LAYOUT_ANY, .run = op##_run }, { NULL } }

#define ACTIVATION(op)                                                        \
  .lesson   = "09",                                                           \
  .category = NN_CATEGORY_ACTIVATION,                                         \
  .flags    = NN_OP_IN_PLACE,                                                 \
  .ports    = one_input,                                                      \
  .infer    = nn_infer_same,                                                  \
  .samples  = any_shape,                                                      \
  KERNEL (op)

#define SLOPE(op)                                                             \
  .title    = N_("Slope of an activation"),                                   \
  .summary  = N_("Sends a gradient back through an activation."),             \
  .category = NN_CATEGORY_INTERNAL,                                           \
  .flags    = NN_OP_IN_PLACE,                                                 \
  .ports    = x_or_y_and_slope,                                               \
  .infer    = nn_infer_same,                                                  \
  .samples  = any_shape_twice,                                                \
  KERNEL (op##_gradient)

const NnOp nn_ops_activation[] = {
  {
    .name     = "relu",
    .title    = N_("ReLU"),
    .summary  = N_("Keeps what is above zero and replaces the rest by zero."),
    .gradient = gradient_with_y,
    .onnx     = "Relu", .onnx_since = 6,
    .torch    = "torch.nn.ReLU",
    ACTIVATION (relu),
  },
  {
    .name     = "leaky-relu",
    .title    = N_("Leaky ReLU"),
    .summary  = N_("Lets a little through below zero, so no unit dies."),
    .attrs    = leaky_relu_attrs,
    .gradient = gradient_with_x,
    .onnx     = "LeakyRelu", .onnx_since = 6,
    .torch    = "torch.nn.LeakyReLU",
    ACTIVATION (leaky_relu),
  },
  {
    .name     = "sigmoid",
    .title    = N_("Sigmoid"),
    .summary  = N_("Squeezes any number into the range from zero to one."),
    .gradient = gradient_with_y,
    .onnx     = "Sigmoid", .onnx_since = 6,
    .torch    = "torch.nn.Sigmoid",
    ACTIVATION (sigmoid),
  },
  {
    .name     = "tanh",
    .title    = N_("Tanh"),
    .summary  = N_("Squeezes any number into the range from minus one to one."),
    .gradient = gradient_with_y,
    .onnx     = "Tanh", .onnx_since = 6,
    .torch    = "torch.nn.Tanh",
    ACTIVATION (tanh),
  },
  {
    .name     = "gelu",
    .title    = N_("GELU"),
    .summary  = N_("Weighs each number by the share of a normal distribution that lies below it."),
    .gradient = gradient_with_x,
    .onnx     = "Gelu", .onnx_since = 20,
    .torch    = "torch.nn.GELU",
    ACTIVATION (gelu),
  },
  {
    .name     = "silu",
    .title    = N_("SiLU"),
    .summary  = N_("Weighs each number by its own sigmoid; also called Swish."),
    .expand   = silu_expand,
    .gradient = gradient_with_x,
    .torch    = "torch.nn.SiLU",
    ACTIVATION (silu),
  },
  {
    .name     = "softplus",
    .title    = N_("Softplus"),
    .summary  = N_("A ReLU with a rounded corner: the logarithm of one plus e to the x."),
    .gradient = gradient_with_x,
    .onnx     = "Softplus", .onnx_since = 1,
    .torch    = "torch.nn.Softplus",
    ACTIVATION (softplus),
  },
  { .name = "relu-gradient", SLOPE (relu) },
  { .name = "leaky-relu-gradient", .attrs = leaky_relu_attrs, SLOPE (leaky_relu) },
  { .name = "sigmoid-gradient", SLOPE (sigmoid) },
  { .name = "tanh-gradient", SLOPE (tanh) },
  { .name = "gelu-gradient", SLOPE (gelu) },
  { .name = "silu-gradient", SLOPE (silu) },
  { .name = "softplus-gradient", SLOPE (softplus) },
  { NULL }
};
