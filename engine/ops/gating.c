/* gating.c: non-linearities that need more than one number
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "engine/build.h"
#include "engine/op-scalar.h"
#include "engine/random.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>

/* A weight, chance, a partner, or all neighbours decide what passes here. */

/* Numbers evenly spread from "low" to "high", one for each of the input. */
static void
uniform_range (void   *data,
               gint64  first,
               gint64  last)
{
  const NnCall *call = data;
  guint64 key = call->clock->seed ^ (call->stream * 0x9E3779B97F4A7C15u);
  float low = (float) nn_call_number (call, "low");
  float high = (float) nn_call_number (call, "high");
  float *y = call->out[0].data;
  gint64 count = nn_shape_count (&call->out[0].shape);

  for (gint64 block = first; block < last; block++)
    {
      guint32 bits[4];

      nn_philox (key, call->clock->step, (guint64) block, bits);
      for (gint64 i = 0; i < 4 && block * 4 + i < count; i++)
        y[block * 4 + i] = low + (high - low) * nn_uniform_from_bits (bits[i]);
    }
}

static void
uniform_run (NnCall *call)
{
  nn_pool_for (call->pool, call->threads, (nn_shape_count (&call->out[0].shape) + 3) / 4,
               NN_SCALAR_GRAIN / 64, uniform_range, call);
}

/* @x where it is above zero; where it is below, @slope times it. */
static NnValue *
build_bent (NnBuild *build,
            NnValue *x,
            NnValue *slope)
{
  NnValue *above = nn_build_op (build, "relu", x, NN_BUILD_END);
  NnValue *below = nn_build_op (build, "sub", x, above, NN_BUILD_END);

  return nn_build_op (build, "add", above,
                      nn_build_op (build, "mul", below, slope, NN_BUILD_END), NN_BUILD_END);
}

static gboolean
prelu_infer (NnCall  *call,
             GError **error)
{
  const NnShape *x = &call->in[0].shape;
  gboolean per_channel = nn_call_number (call, "per-channel") != 0;
  NnShape weight;

  if (per_channel && x->rank < 2)
    return nn_call_want_rank (call, 0, 2, error);

  weight = NN_SHAPE (per_channel ? x->size[1] : 1);
  nn_call_set_in (call, 1, NN_FLOAT32, &weight);
  return nn_infer_same (call, error);
}

static void
prelu_expand (NnBuild *build)
{
  NnValue *x = nn_build_in (build, "x");
  NnValue *weight = nn_build_in (build, "weight");
  NnShape shape = { x->shape.rank };

  for (int i = 0; i < shape.rank; i++)
    shape.size[i] = i == 1 ? weight->shape.size[0] : 1;
  nn_build_result (build, "y", build_bent (build, x, nn_build_reshape (build, weight, &shape)));
}

static gboolean
rrelu_infer (NnCall  *call,
             GError **error)
{
  double low = nn_call_number (call, "lower");
  double high = nn_call_number (call, "upper");

  if (low > high)
    return nn_call_refuse (call, error,
                           _("the smallest slope is %g and may not be above the largest, %g."),
                           low, high);
  return nn_infer_same (call, error);
}

static void
rrelu_expand (NnBuild *build)
{
  const NnCall *call = nn_build_call (build);
  NnValue *x = nn_build_in (build, "x");

  nn_build_set (build, "low", nn_call_number (call, "lower"));
  nn_build_set (build, "high", nn_call_number (call, "upper"));
  nn_build_set_list (build, "shape", x->shape.rank, x->shape.size);
  nn_build_result (build, "y", build_bent (build, x, nn_build_op (build, "uniform",
                                                                  NN_BUILD_END)));
}

/* The mean of all slopes. */
static void
rrelu_inference (NnBuild *build)
{
  const NnCall *call = nn_build_call (build);

  nn_build_set (build, "slope", (nn_call_number (call, "lower")
                                 + nn_call_number (call, "upper")) / 2);
  nn_build_result (build, "y", nn_build_op (build, "leaky-relu", nn_build_in (build, "x"),
                                            NN_BUILD_END));
}

static gboolean
glu_infer (NnCall  *call,
           GError **error)
{
  NnShape y = call->in[0].shape;
  int axis;

  if (!nn_call_want_axis (call, 0, "axis", error))
    return FALSE;

  axis = nn_call_get_axis (call, "axis", y.rank);
  if (y.size[axis] % 2 != 0)
    return nn_call_refuse (call, error,
                           _("axis %d has %" PRId64 " places, which have no halves."), axis,
                           y.size[axis]);

  y.size[axis] /= 2;
  nn_call_set_out (call, 0, NN_FLOAT32, &y);
  return TRUE;
}

/* Half @which of x along the axis: the other one is cut off. */
static NnValue *
build_half (NnBuild *build,
            int      axis,
            int      which)
{
  NnValue *x = nn_build_in (build, "x");
  gint64 half = x->shape.size[axis] / 2;

  nn_build_set (build, "axes", axis);
  nn_build_set (build, "start", (double) (which * half));
  nn_build_set (build, "end", (double) ((which + 1) * half));
  return nn_build_op (build, "slice", x, NN_BUILD_END);
}

static void
glu_expand (NnBuild *build)
{
  int axis = nn_call_get_axis (nn_build_call (build), "axis", nn_build_in (build, "x")->shape.rank);
  NnValue *gate = nn_build_op (build, "sigmoid", build_half (build, axis, 1), NN_BUILD_END);

  nn_build_result (build, "y", nn_build_op (build, "mul", build_half (build, axis, 0), gate,
                                            NN_BUILD_END));
}

static gboolean
softmin_infer (NnCall  *call,
               GError **error)
{
  return nn_call_want_axis (call, 0, "axis", error) && nn_infer_same (call, error);
}

static void
softmin_expand (NnBuild *build)
{
  NnValue *turned = nn_build_scale (build, nn_build_in (build, "x"), -1, 0);

  nn_build_set_value (build, "axis", nn_call_value (nn_build_call (build), "axis"));
  nn_build_result (build, "y", nn_build_op (build, "softmax", turned, NN_BUILD_END));
}

static gboolean
softmax_2d_infer (NnCall  *call,
                  GError **error)
{
  return nn_call_want_rank (call, 0, 4, error) && nn_infer_same (call, error);
}

static void
softmax_2d_expand (NnBuild *build)
{
  nn_build_set (build, "axis", 1);
  nn_build_result (build, "y", nn_build_op (build, "softmax", nn_build_in (build, "x"),
                                            NN_BUILD_END));
}

static gboolean
uniform_infer (NnCall  *call,
               GError **error)
{
  const NnAttrValue *value = nn_call_value (call, "shape");
  NnShape shape = { value->count };

  for (int i = 0; i < value->count; i++)
    shape.size[i] = (gint64) value->number[i];
  nn_call_set_out (call, 0, NN_FLOAT32, &shape);
  return TRUE;
}

static const NnPort one_input[] = {
  { "x", N_("Input") },
  { "y", N_("Output"), NN_PORT_OUTPUT },
  { NULL }
};

static const NnPort prelu_ports[] = {
  { "x", N_("Input") },
  { "weight", N_("Slope below zero"), NN_PORT_PARAMETER, NN_FLOAT32, "quarter" },
  { "y", N_("Output"), NN_PORT_OUTPUT },
  { NULL }
};

static const NnPort only_output[] = {
  { "y", N_("Output"), NN_PORT_OUTPUT },
  { NULL }
};

static const NnAttr prelu_attrs[] = {
  { "per-channel", N_("A slope for each channel"), NN_ATTR_BOOL, 0, 0, 1 },
  { NULL }
};

static const NnAttr rrelu_attrs[] = {
  { "lower", N_("Smallest slope"), NN_ATTR_FLOAT, 0.125, 0, 1, .torch = "lower" },
  { "upper", N_("Largest slope"), NN_ATTR_FLOAT, 1.0 / 3, 0, 1, .torch = "upper" },
  { NULL }
};

#define AXIS(initial)                                                         \
  { "axis", N_("Axis"), NN_ATTR_INT, initial, -NN_MAX_RANK, NN_MAX_RANK - 1, .torch = "dim" }

static const NnAttr glu_attrs[] = { AXIS (-1), { NULL } };
static const NnAttr softmin_attrs[] = { AXIS (1), { NULL } };

static const char *const scalar_word[] = { "scalar", NULL };

static const NnAttr uniform_attrs[] = {
  { "low", N_("Smallest number"), NN_ATTR_FLOAT, 0, -1e30, 1e30 },
  { "high", N_("Largest number"), NN_ATTR_FLOAT, 1, -1e30, 1e30 },
  { "shape", N_("Shape"), NN_ATTR_INTS, 1, 0, 1e9, .words = scalar_word },
  { NULL }
};

#define X(...) .in = { { __VA_ARGS__ } }
#define END { .in[0].rank = 0 }

static const NnSample bent_samples[] = {
  { X (1, { 1 }) }, { X (2, { 3, 5 }) }, { X (2, { 0, 5 }) }, { X (4, { 2, 3, 4, 5 }) }, END
};

static const NnSample prelu_samples[] = {
  { X (2, { 3, 5 }) },
  { X (4, { 2, 3, 4, 5 }), .attrs = "per-channel=true" },
  { X (3, { 2, 17, 3 }), .attrs = "per-channel=true" },
  { X (2, { 0, 5 }) },
  END
};

static const NnSample glu_samples[] = {
  { X (2, { 3, 8 }) },
  { X (4, { 2, 6, 3, 5 }), .attrs = "axis=1" },
  { X (3, { 2, 3, 34 }) },
  { X (2, { 0, 6 }) },
  END
};

static const NnSample softmin_samples[] = {
  { X (2, { 3, 5 }) }, { X (3, { 2, 3, 17 }), .attrs = "axis=-1" }, { X (2, { 0, 5 }) }, END
};

static const NnSample softmax_2d_samples[] = {
  { X (4, { 2, 3, 4, 5 }) }, { X (4, { 0, 3, 4, 5 }) }, END
};

#define RARE                                                                  \
  .lesson = "09",                                                             \
  .category = NN_CATEGORY_RARE_ACTIVATION,                                    \
  .ports = one_input

const NnOp nn_ops_gating[] = {
  {
    .name = "prelu", .title = N_("PReLU"),
    .summary = N_("A leaky ReLU that learns its slope below zero."),
    .lesson = "09", .category = NN_CATEGORY_ACTIVATION,
    .ports = prelu_ports, .attrs = prelu_attrs, .infer = prelu_infer, .expand = prelu_expand,
    .samples = prelu_samples, .torch = "torch.nn.PReLU",
  },
  {
    .name = "glu", .title = N_("GLU"),
    .summary = N_("Lets one half of the numbers decide how much of the other half passes."),
    RARE, .attrs = glu_attrs, .infer = glu_infer, .expand = glu_expand,
    .samples = glu_samples, .torch = "torch.nn.GLU",
  },
  {
    .name = "rrelu", .title = N_("RReLU"),
    .summary = N_("A leaky ReLU whose slope below zero is drawn anew for each number."),
    RARE, .attrs = rrelu_attrs, .infer = rrelu_infer, .expand = rrelu_expand,
    .inference = rrelu_inference, .samples = bent_samples, .torch = "torch.nn.RReLU",
  },
  {
    .name = "softmin", .title = N_("Softmin"),
    .summary = N_("Turns scores into probabilities, where the smallest score gets the most."),
    RARE, .attrs = softmin_attrs, .infer = softmin_infer, .expand = softmin_expand,
    .samples = softmin_samples, .torch = "torch.nn.Softmin",
  },
  {
    .name = "softmax-2d", .title = N_("Softmax 2D"),
    .summary = N_("Turns the channels of each pixel into probabilities."),
    RARE, .infer = softmax_2d_infer, .expand = softmax_2d_expand,
    .samples = softmax_2d_samples, .torch = "torch.nn.Softmax2d",
  },
  {
    .name = "uniform", .title = N_("Uniform Noise"),
    .summary = N_("Draws numbers that are evenly spread over a range."),
    .category = NN_CATEGORY_INTERNAL, .flags = NN_OP_RANDOM,
    .ports = only_output, .attrs = uniform_attrs, .infer = uniform_infer,
    .cpu = (const NnKernel[]) { { "philox", NN_LAYOUT_ROWS, .run = uniform_run }, { NULL } },
  },
  { NULL }
};
