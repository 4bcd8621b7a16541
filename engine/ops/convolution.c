/* convolution.c: the same weights at every place of an image
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "engine/cpu/dnn.h"
#include "engine/cpu/pool.h"
#include "engine/cpu/wide.h"
#include "engine/window.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* y[b, o, p] = bias[o] + Σ x[b, i, p · stride + k · dilation - padding] weight[o, i, k]
 *
 * Forward and both gradients share their attributes.  Two have no title: they
 * are not for people.  "activation" is a ReLU that the plan folds in, "size"
 * tells the input gradient how large the input was. */

static NnConv
make_conv (const NnCall   *call,
           const NnShape  *x,
           const NnWindow  windows[2])
{
  return (NnConv) {
    .b = x->size[0], .ci = x->size[1],
    .h = windows[0].in, .w = windows[1].in, .ho = windows[0].out, .wo = windows[1].out,
    .co = (gint64) nn_call_number (call, "channels"),
    .kh = windows[0].kernel, .kw = windows[1].kernel,
    .sh = windows[0].stride, .sw = windows[1].stride,
    .dh = windows[0].dilation, .dw = windows[1].dilation,
    .top = windows[0].before, .bottom = windows[0].behind,
    .left = windows[1].before, .right = windows[1].behind,
    .groups = (gint64) nn_call_number (call, "groups"),
    .bias = nn_call_number (call, "bias") != 0,
    .relu = nn_call_number (call, "activation") != 0,
  };
}

/* The input's shape, from the operand that tells it. */
static NnShape
input_shape (const NnCall *call)
{
  const NnAttrValue *size = nn_call_value (call, "size");

  if (g_str_equal (call->op->name, "conv-2d-input-gradient"))
    return NN_SHAPE (call->in[1].shape.size[0],
                     call->in[0].shape.size[1] * (gint64) nn_call_number (call, "groups"),
                     (gint64) size->number[0], (gint64) size->number[1]);
  return call->in[0].shape;
}

static NnConv
conv_of_call (const NnCall *call)
{
  NnShape x = input_shape (call);
  NnWindow windows[NN_WINDOW_AXES];

  nn_window_read (call, &x, 2, windows, NULL);
  return make_conv (call, &x, windows);
}

/* Calls @visit for every product in the sums, with the offsets of its three
 * numbers in rows. */
typedef void (*Visit) (void   *data,
                       gint64  x,
                       gint64  weight,
                       gint64  y);

static void
for_each_product (const NnConv *v,
                  Visit         visit,
                  void         *data)
{
  gint64 ci_group = v->ci / v->groups;
  gint64 co_group = v->co / v->groups;

  for (gint64 b = 0; b < v->b; b++)
    for (gint64 o = 0; o < v->co; o++)
      for (gint64 p = 0; p < v->ho * v->wo; p++)
        for (gint64 i = 0; i < ci_group; i++)
          for (gint64 k = 0; k < v->kh * v->kw; k++)
            {
              gint64 row = p / v->wo * v->sh + k / v->kw * v->dh - v->top;
              gint64 column = p % v->wo * v->sw + k % v->kw * v->dw - v->left;
              gint64 channel = o / co_group * ci_group + i;

              if (row >= 0 && row < v->h && column >= 0 && column < v->w)
                visit (data, ((b * v->ci + channel) * v->h + row) * v->w + column,
                       (o * ci_group + i) * v->kh * v->kw + k, (b * v->co + o) * v->ho * v->wo + p);
            }
}

typedef struct
{
  const float *first;
  const float *second;
  float       *out;
} Operands;

static void
visit_forward (void   *data,
               gint64  x,
               gint64  weight,
               gint64  y)
{
  Operands *self = data;

  self->out[y] += self->first[x] * self->second[weight];
}

static void
visit_input_gradient (void   *data,
                      gint64  x,
                      gint64  weight,
                      gint64  y)
{
  Operands *self = data;

  self->out[x] += self->first[weight] * self->second[y];
}

static void
visit_weight_gradient (void   *data,
                       gint64  x,
                       gint64  weight,
                       gint64  y)
{
  Operands *self = data;

  self->out[weight] += self->first[x] * self->second[y];
}

/* The plain loops that the fast kernels are tested against. */
static void
loop_run (NnCall *call)
{
  NnConv conv = conv_of_call (call);
  Operands self = { call->in[0].data, call->in[1].data, call->out[0].data };
  const float *bias = call->in[2].data;
  gint64 pixels = conv.ho * conv.wo;

  for (gint64 i = 0; i < conv.b * conv.co * pixels; i++)
    self.out[i] = conv.bias ? bias[i / pixels % conv.co] : 0;
  for_each_product (&conv, visit_forward, &self);
  for (gint64 i = 0; conv.relu && i < conv.b * conv.co * pixels; i++)
    self.out[i] = self.out[i] > 0 ? self.out[i] : 0;
}

static void
input_gradient_loop_run (NnCall *call)
{
  NnConv conv = conv_of_call (call);
  Operands self = { call->in[0].data, call->in[1].data, call->out[0].data };

  memset (self.out, 0, (gsize) nn_shape_count (&call->out[0].shape) * sizeof (float));
  for_each_product (&conv, visit_input_gradient, &self);
}

static void
weight_gradient_loop_run (NnCall *call)
{
  NnConv conv = conv_of_call (call);
  Operands self = { call->in[0].data, call->in[1].data, call->out[0].data };
  float *dbias = call->out[1].data;
  gint64 pixels = conv.ho * conv.wo;

  memset (self.out, 0, (gsize) nn_shape_count (&call->out[0].shape) * sizeof (float));
  for_each_product (&conv, visit_weight_gradient, &self);

  for (gint64 o = 0; conv.bias && o < conv.co; o++)
    {
      double sum = 0;

      for (gint64 b = 0; b < conv.b; b++)
        for (gint64 p = 0; p < pixels; p++)
          sum += self.second[(b * conv.co + o) * pixels + p];
      dbias[o] = (float) sum;
    }
}

static gboolean
dnn_fits (const NnCall *call)
{
  return nn_dnn_is_built () && nn_shape_count (&call->in[0].shape) > 0
         && nn_shape_count (&call->in[1].shape) > 0;
}

static NnConvPass
pass_of (const NnCall *call)
{
  if (g_str_equal (call->op->name, "conv-2d-input-gradient"))
    return NN_CONV_INPUT_GRADIENT;
  if (g_str_equal (call->op->name, "conv-2d-weight-gradient"))
    return NN_CONV_WEIGHT_GRADIENT;
  return NN_CONV_FORWARD;
}

static gboolean
dnn_prepare (NnCall  *call,
             GError **error)
{
  NnConv conv = conv_of_call (call);

  return nn_dnn_conv_prepare (call, &conv, pass_of (call), NN_FLOAT32, error);
}

static void
dnn_run (NnCall *call)
{
  NnConvPass pass = pass_of (call);

  nn_dnn_conv (call, pass, call->in[0].data, call->in[1].data,
               pass == NN_CONV_FORWARD ? call->in[2].data : NULL, call->out[0].data,
               pass == NN_CONV_WEIGHT_GRADIENT ? call->out[1].data : NULL);
}

/* Without tiles the Winograd form is as fast and more exact.  Weights are rounded
 * and reordered at every step, which pays when each meets pixels enough: measured
 * on maps from 32×32 with 64 channels to 2×2 with 512; kernels of 1×1 never pay. */
static gboolean
bfloat16_fits (const NnCall *call)
{
  NnConv conv = conv_of_call (call);
  gint64 pixels = conv.b * conv.ho * conv.wo;

  return dnn_fits (call) && nn_dnn_bfloat16_speed () == NN_DNN_TILES && conv.groups == 1
         && conv.kh * conv.kw > 1
         && conv.ci >= 16 && conv.co >= 16
         && pixels * 300 >= conv.ci * conv.co * conv.kh * conv.kw;
}

static gboolean
bfloat16_prepare (NnCall  *call,
                  GError **error)
{
  NnConv conv = conv_of_call (call);

  return nn_dnn_conv_prepare (call, &conv, pass_of (call), NN_BFLOAT16, error);
}

static gboolean
winograd_fits (const NnCall *call)
{
  NnConv conv = conv_of_call (call);

  return nn_wide_winograd_fits (&conv);
}

static gboolean
taps_fits (const NnCall *call)
{
  NnConv conv = conv_of_call (call);

  return nn_wide_taps_fits (&conv);
}

static gboolean
winograd_prepare (NnCall  *call,
                  GError **error)
{
  NnConv conv = conv_of_call (call);

  call->workspace_bytes = nn_wide_get ()->winograd_bytes (&conv, pass_of (call), call->threads);
  return TRUE;
}

static gboolean
taps_prepare (NnCall  *call,
              GError **error)
{
  NnConv conv = conv_of_call (call);

  call->workspace_bytes = nn_wide_get ()->taps_bytes (&conv, pass_of (call), call->threads);
  return TRUE;
}

static void
run_wide (NnCall     *call,
          NnWideConv  run)
{
  NnConv conv = conv_of_call (call);
  NnConvPass pass = pass_of (call);

  run (&conv, pass, call->in[0].data, call->in[1].data,
       pass == NN_CONV_FORWARD ? call->in[2].data : NULL, call->out[0].data,
       pass == NN_CONV_WEIGHT_GRADIENT && conv.bias ? call->out[1].data : NULL, call->workspace,
       call->pool, call->threads);
}

static void
winograd_run (NnCall *call)
{
  run_wide (call, nn_wide_get ()->winograd);
}

static void
taps_run (NnCall *call)
{
  run_wide (call, nn_wide_get ()->taps);
}

static gint64
conv_work (const NnCall *call)
{
  NnConv v = conv_of_call (call);

  return v.b * v.co * v.ho * v.wo * v.ci / v.groups * v.kh * v.kw;
}

static gboolean
conv_infer (NnCall  *call,
            GError **error)
{
  NnWindow windows[NN_WINDOW_AXES];
  NnShape weight, bias, y;
  NnConv conv;

  if (!nn_call_want_rank (call, 0, 4, error)
      || !nn_window_read (call, &call->in[0].shape, 2, windows, error))
    return FALSE;

  conv = make_conv (call, &call->in[0].shape, windows);
  if (!nn_window_check_groups (call, conv.ci, conv.co, conv.groups, error))
    return FALSE;

  weight = NN_SHAPE (conv.co, conv.ci / conv.groups, conv.kh, conv.kw);
  bias = NN_SHAPE (conv.co);
  if (!conv.bias)
    bias.rank = -1;
  y = NN_SHAPE (conv.b, conv.co, conv.ho, conv.wo);
  nn_call_set_in (call, 1, NN_FLOAT32, &weight);
  nn_call_set_in (call, 2, NN_FLOAT32, &bias);
  nn_call_set_out (call, 0, NN_FLOAT32, &y);
  return TRUE;
}

static gboolean
input_gradient_infer (NnCall  *call,
                      GError **error)
{
  NnShape x;

  if (!nn_call_want_rank (call, 0, 4, error) || !nn_call_want_rank (call, 1, 4, error))
    return FALSE;

  x = input_shape (call);
  nn_call_set_out (call, 0, NN_FLOAT32, &x);
  return TRUE;
}

static gboolean
weight_gradient_infer (NnCall  *call,
                       GError **error)
{
  NnConv conv;
  NnShape weight, bias;

  if (!nn_call_want_rank (call, 0, 4, error) || !nn_call_want_rank (call, 1, 4, error))
    return FALSE;

  conv = conv_of_call (call);
  weight = NN_SHAPE (conv.co, conv.ci / conv.groups, conv.kh, conv.kw);
  bias = NN_SHAPE (conv.bias ? conv.co : 0);
  nn_call_set_out (call, 0, NN_FLOAT32, &weight);
  nn_call_set_out (call, 1, NN_FLOAT32, &bias);
  return TRUE;
}

/* Hands the attributes on to a gradient op. */
static void
set_attrs (NnBuild *build)
{
  static const char *const names[] = {
    "channels", "kernel", "stride", "padding", "dilation", "groups", "bias"
  };
  const NnCall *call = nn_build_call (build);

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    nn_build_set_value (build, names[i], nn_call_value (call, names[i]));
}

/* Kernels pad with zeros only. */
static gboolean
conv_expands (const NnCall *call)
{
  return nn_call_number (call, "padding-mode") != 0;
}

static void
conv_expand (NnBuild *build)
{
  NnValue *x = nn_build_in (build, "x");
  NnWindow windows[NN_WINDOW_AXES];

  nn_window_read (nn_build_call (build), &x->shape, 2, windows, NULL);
  x = nn_window_pad (build, x, 2, windows);
  set_attrs (build);
  nn_build_set (build, "padding", 0);
  nn_build_result (build, "y", nn_build_op (build, "conv-2d", x, nn_build_in (build, "weight"),
                                            nn_build_in (build, "bias"), NN_BUILD_END));
}

static NnValue *
build_input_gradient (NnBuild       *build,
                      const NnShape *x,
                      NnValue       *weight,
                      NnValue       *dy)
{
  set_attrs (build);
  nn_build_set_list (build, "size", 2, x->size + 2);
  return nn_build_op (build, "conv-2d-input-gradient", weight, dy, NN_BUILD_END);
}

static void
conv_gradient (NnBuild *build)
{
  NnValue *x = nn_build_in (build, "x");
  NnValue *weight = nn_build_in (build, "weight");
  NnValue *dy = nn_build_slope (build, "y");

  if (nn_build_wants (build, "x"))
    nn_build_gradient (build, "x", build_input_gradient (build, &x->shape, weight, dy));
  if (nn_build_wants (build, "weight") || nn_build_wants (build, "bias"))
    {
      NnValue *dweight;

      set_attrs (build);
      dweight = nn_build_op (build, "conv-2d-weight-gradient", x, dy, NN_BUILD_END);
      nn_build_gradient (build, "weight", dweight);
      if (nn_build_in (build, "bias") != NULL)
        nn_build_gradient (build, "bias", nn_build_sibling (dweight, 1));
    }
}

/* dx is linear in the weights and in dy, so its gradients are the two others. */
static void
input_gradient_gradient (NnBuild *build)
{
  NnValue *slope = nn_build_slope (build, "dx");

  if (nn_build_wants (build, "weight"))
    {
      set_attrs (build);
      nn_build_set (build, "bias", FALSE);
      nn_build_gradient (build, "weight",
                         nn_build_op (build, "conv-2d-weight-gradient", slope,
                                      nn_build_in (build, "dy"), NN_BUILD_END));
    }
  if (nn_build_wants (build, "dy"))
    {
      set_attrs (build);
      nn_build_set (build, "bias", FALSE);
      nn_build_gradient (build, "dy",
                         nn_build_op (build, "conv-2d", slope, nn_build_in (build, "weight"),
                                      NULL, NN_BUILD_END));
    }
}

/* dweight is linear in x and in dy; dbias is the sum of dy. */
static void
weight_gradient_gradient (NnBuild *build)
{
  NnValue *x = nn_build_in (build, "x");
  NnValue *dy = nn_build_in (build, "dy");
  NnValue *slope = nn_build_slope (build, "dweight");
  NnValue *bias_slope = nn_build_slope (build, "dbias");
  NnValue *sum = NULL;

  if (nn_build_wants (build, "x") && slope != NULL)
    nn_build_gradient (build, "x", build_input_gradient (build, &x->shape, slope, dy));
  if (!nn_build_wants (build, "dy"))
    return;

  if (slope != NULL)
    {
      set_attrs (build);
      nn_build_set (build, "bias", bias_slope != NULL);
      sum = nn_build_op (build, "conv-2d", x, slope, bias_slope, NN_BUILD_END);
    }
  else if (bias_slope != NULL)
    {
      NnShape row = NN_SHAPE (1, bias_slope->shape.size[0], 1, 1);

      nn_build_set_list (build, "shape", 4, dy->shape.size);
      sum = nn_build_op (build, "expand-to", nn_build_reshape (build, bias_slope, &row),
                         NN_BUILD_END);
    }
  nn_build_gradient (build, "dy", sum);
}

static const NnPort ports[] = {
  { "x", N_("Input") },
  { "weight", N_("Weights"), NN_PORT_PARAMETER, NN_FLOAT32, "fan-in", .rows = TRUE },
  { "bias", N_("Bias"), NN_PORT_PARAMETER, NN_FLOAT32, "fan-in" },
  { "y", N_("Output"), NN_PORT_OUTPUT },
  { NULL }
};

static const NnPort input_gradient_ports[] = {
  { "weight", N_("Weights"), .rows = TRUE },
  { "dy", N_("Gradient by the output") },
  { "dx", N_("Gradient by the input"), NN_PORT_OUTPUT },
  { NULL }
};

static const NnPort weight_gradient_ports[] = {
  { "x", N_("Input") },
  { "dy", N_("Gradient by the output") },
  { "dweight", N_("Gradient by the weights"), NN_PORT_OUTPUT, .rows = TRUE },
  { "dbias", N_("Gradient by the bias"), NN_PORT_HIDDEN },
  { NULL }
};

static const char *const activations[] = { "none", "relu", NULL };

static const NnAttr attrs[] = {
  { "channels", N_("Output channels"), NN_ATTR_INT, 16, 1, 65536, .torch = "out_channels" },
  { "kernel", N_("Kernel size"), NN_ATTR_INTS, 3, 1, 1024,
    .onnx = "kernel_shape", .torch = "kernel_size" },
  { "stride", N_("Stride"), NN_ATTR_INTS, 1, 1, 1024, .onnx = "strides", .torch = "stride" },
  { "padding", N_("Padding"), NN_ATTR_INTS, 0, 0, 1024, .words = nn_window_paddings,
    .onnx = "pads", .torch = "padding" },
  { "dilation", N_("Dilation"), NN_ATTR_INTS, 1, 1, 1024,
    .onnx = "dilations", .torch = "dilation" },
  { "groups", N_("Groups"), NN_ATTR_INT, 1, 1, 65536, .onnx = "group", .torch = "groups" },
  { "bias", N_("Add a bias"), NN_ATTR_BOOL, 1, 0, 1, .torch = "bias" },
  { "padding-mode", N_("Padding with"), NN_ATTR_CHOICE, 0, .words = nn_window_modes,
    .torch = "padding_mode" },
  { "activation", NULL, NN_ATTR_CHOICE, 0, .words = activations },
  { "size", NULL, NN_ATTR_INTS, 1, 1, 1e6 },
  { NULL }
};

static const NnSample samples[] = {
  { .in = { { 4, { 2, 1, 7, 7 } } }, .attrs = "channels=3" },
  { .in = { { 4, { 2, 3, 9, 8 } } }, .attrs = "channels=5 kernel=3,5 stride=2,1 padding=1,2" },
  { .in = { { 4, { 1, 16, 8, 8 } } }, .attrs = "channels=17 padding=same" },
  { .in = { { 4, { 2, 4, 9, 9 } } }, .attrs = "channels=6 groups=2 dilation=2 bias=false" },
  { .in = { { 4, { 2, 4, 6, 6 } } }, .attrs = "channels=4 groups=4 kernel=2 padding=same" },
  { .in = { { 4, { 3, 33, 1, 1 } } }, .attrs = "channels=7 kernel=1" },
  { .in = { { 4, { 2, 16, 9, 10 } } }, .attrs = "channels=48 padding=1",
    .low = -0.5f, .high = 0.5f },
  { .in = { { 4, { 3, 48, 7, 6 } } }, .attrs = "channels=16 padding=0,2",
    .low = -0.5f, .high = 0.5f },
  { .in = { { 4, { 2, 144, 5, 5 } } }, .attrs = "channels=128 padding=same",
    .low = -0.5f, .high = 0.5f },
  { .in = { { 4, { 3, 80, 2, 2 } } }, .attrs = "channels=48 padding=1" },
  { .in = { { 4, { 2, 16, 2, 1 } } }, .attrs = "channels=16 padding=1" },
  { .in = { { 4, { 2, 3, 7, 6 } } }, .attrs = "channels=4 padding=0,1,2,1" },
  { .in = { { 4, { 2, 3, 8, 7 } } }, .attrs = "channels=4 stride=2 padding=same-upper" },
  { .in = { { 4, { 2, 3, 6, 5 } } }, .attrs = "channels=4 padding=1,2 padding-mode=reflect" },
  { .in = { { 4, { 0, 3, 8, 8 } } }, .attrs = "channels=4" },
  { .in[0].rank = 0 }
};

static const NnSample input_gradient_samples[] = {
  { .in = { { 4, { 3, 1, 3, 3 } }, { 4, { 2, 3, 5, 5 } } }, .attrs = "channels=3 size=7,7" },
  { .in = { { 4, { 5, 3, 3, 5 } }, { 4, { 2, 5, 5, 8 } } },
    .attrs = "channels=5 kernel=3,5 stride=2,1 padding=1,2 size=9,8" },
  { .in = { { 4, { 6, 2, 3, 3 } }, { 4, { 2, 6, 5, 5 } } },
    .attrs = "channels=6 groups=2 dilation=2 size=9,9" },
  { .in = { { 4, { 48, 16, 3, 3 } }, { 4, { 2, 48, 9, 10 } } },
    .attrs = "channels=48 padding=1 size=9,10", .low = -0.5f, .high = 0.5f },
  { .in = { { 4, { 16, 48, 3, 3 } }, { 4, { 3, 16, 5, 8 } } },
    .attrs = "channels=16 padding=0,2 size=7,6", .low = -0.5f, .high = 0.5f },
  { .in = { { 4, { 128, 144, 3, 3 } }, { 4, { 2, 128, 5, 5 } } },
    .attrs = "channels=128 padding=same size=5,5", .low = -0.5f, .high = 0.5f },
  { .in = { { 4, { 48, 80, 3, 3 } }, { 4, { 3, 48, 2, 2 } } },
    .attrs = "channels=48 padding=1 size=2,2" },
  { .in[0].rank = 0 }
};

static const NnSample weight_gradient_samples[] = {
  { .in = { { 4, { 2, 1, 7, 7 } }, { 4, { 2, 3, 5, 5 } } }, .attrs = "channels=3" },
  { .in = { { 4, { 2, 3, 9, 8 } }, { 4, { 2, 5, 5, 8 } } },
    .attrs = "channels=5 kernel=3,5 stride=2,1 padding=1,2" },
  { .in = { { 4, { 2, 4, 9, 9 } }, { 4, { 2, 6, 5, 5 } } },
    .attrs = "channels=6 groups=2 dilation=2 bias=false" },
  { .in = { { 4, { 2, 16, 9, 10 } }, { 4, { 2, 48, 9, 10 } } }, .attrs = "channels=48 padding=1",
    .low = -0.5f, .high = 0.5f },
  { .in = { { 4, { 3, 48, 7, 6 } }, { 4, { 3, 16, 5, 8 } } }, .attrs = "channels=16 padding=0,2",
    .low = -0.5f, .high = 0.5f },
  { .in = { { 4, { 2, 144, 5, 5 } }, { 4, { 2, 128, 5, 5 } } },
    .attrs = "channels=128 padding=same", .low = -0.5f, .high = 0.5f },
  { .in = { { 4, { 3, 80, 2, 2 } }, { 4, { 3, 48, 2, 2 } } }, .attrs = "channels=48 padding=1" },
  { .in = { { 4, { 2, 16, 2, 1 } }, { 4, { 2, 16, 2, 1 } } }, .attrs = "channels=16 padding=1" },
  { .in[0].rank = 0 }
};

/* All three passes have the same kernels but for the plain loop. */
#define KERNELS(loop)                                                                              \
  .cpu = (const NnKernel[]) {                                                                      \
    { "onednn-bf16", NN_LAYOUT_CHANNELS_LAST, bfloat16_fits, bfloat16_prepare, dnn_run,            \
      nn_dnn_release, .precision = NN_BFLOAT16, .slack = 8000 },                                   \
    { "taps", NN_LAYOUT_CHANNELS_LAST, taps_fits, taps_prepare, taps_run },                        \
    { "winograd", NN_LAYOUT_CHANNELS_LAST, winograd_fits, winograd_prepare, winograd_run,          \
      .slack = 4 },                                                                                \
    { "onednn-last", NN_LAYOUT_CHANNELS_LAST, dnn_fits, dnn_prepare, dnn_run, nn_dnn_release },    \
    { "onednn-rows", NN_LAYOUT_ROWS, dnn_fits, dnn_prepare, dnn_run, nn_dnn_release },             \
    { "loop", NN_LAYOUT_ROWS, .run = loop },                                                       \
    { NULL }                                                                                       \
  }

const NnOp nn_ops_convolution[] = {
  {
    .name = "conv-2d", .title = N_("Convolution 2D"),
    .summary = N_("Slides small filters over an image, the same weights at every place."),
    .lesson = "09", .category = NN_CATEGORY_CONVOLUTION,
    .ports = ports, .attrs = attrs, .infer = conv_infer,
    .expand = conv_expand, .expands = conv_expands, .gradient = conv_gradient,
    .work = conv_work, .samples = samples,
    .onnx = "Conv", .onnx_since = 1, .torch = "torch.nn.Conv2d",
    KERNELS (loop_run),
  },
  {
    .name = "conv-2d-input-gradient", .title = N_("Input gradient of a convolution"),
    .summary = N_("Sends a gradient back through a convolution to its input."),
    .category = NN_CATEGORY_INTERNAL,
    .ports = input_gradient_ports, .attrs = attrs, .infer = input_gradient_infer,
    .gradient = input_gradient_gradient, .work = conv_work, .samples = input_gradient_samples,
    KERNELS (input_gradient_loop_run),
  },
  {
    .name = "conv-2d-weight-gradient", .title = N_("Weight gradient of a convolution"),
    .summary = N_("Sums what each weight of a convolution has to answer for."),
    .category = NN_CATEGORY_INTERNAL,
    .ports = weight_gradient_ports, .attrs = attrs, .infer = weight_gradient_infer,
    .gradient = weight_gradient_gradient, .work = conv_work, .samples = weight_gradient_samples,
    KERNELS (weight_gradient_loop_run),
  },
  { NULL }
};
