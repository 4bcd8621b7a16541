/* dropout.c: forgetting at random, so that nothing relies on one unit
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "engine/build.h"
#include "engine/cpu/philox.h"
#include "engine/op-scalar.h"

#include <glib/gi18n-lib.h>

/* What each element draws depends on its address alone (see engine/cpu/philox.h):
 * the key is the seed mixed with the call's stream, the high counter is the
 * training step, and NN_DRAW elements share a group.  Elements count with
 * channels last, whatever the layout: the plan's choice must not change what is
 * dropped. */

typedef struct
{
  const NnCall *call;
  guint64       key;
  guint32       limit;          /* bits below this drop the element */
  float         factor;         /* 1 / (1 - rate), for those that stay */
  gint64        count;
  guint8       *mask;           /* channels last */
} Dropout;

static NN_CLONES void
draw_groups (void   *data,
             gint64  first,
             gint64  last)
{
  const Dropout *self = data;

  for (gint64 group = first; group < last; group++)
    {
      guint8 keep[NN_DRAW];

      nn_draw_keep (self->key, self->call->clock->step, (guint64) group, self->limit, keep);
      memcpy (self->mask + group * NN_DRAW, keep,
              (gsize) MIN (NN_DRAW, self->count - group * NN_DRAW));
    }
}

static NN_CLONES void
apply_range (void   *data,
             gint64  first,
             gint64  last)
{
  const Dropout *self = data;
  const float *x = self->call->in[0].data;
  const guint8 *mask = self->call->out[1].data;
  float *y = self->call->out[0].data;

  NN_IVDEP
  for (gint64 i = first; i < last; i++)
    y[i] = mask[i] ? x[i] * self->factor : 0;
}

/* Whether elements lie in another order than they count. */
static gboolean
lies_in_rows (const NnCall *call)
{
  const NnShape *shape = &call->in[0].shape;

  return shape->rank == 4 && call->in[0].layout == NN_LAYOUT_ROWS
         && shape->size[1] > 1 && shape->size[2] * shape->size[3] > 1;
}

static void
turn_mask (const NnCall *call,
           const guint8 *from,
           guint8       *to)
{
  const NnShape *shape = &call->in[0].shape;
  gint64 c = shape->size[1];
  gint64 pixels = shape->size[2] * shape->size[3];

  for (gint64 b = 0; b < shape->size[0]; b++, from += c * pixels, to += c * pixels)
    for (gint64 i = 0; i < c; i++)
      for (gint64 p = 0; p < pixels; p++)
        to[i * pixels + p] = from[p * c + i];
}

static float
factor_of (const NnCall *call)
{
  double rate = nn_call_number (call, "rate");

  return rate < 1 ? (float) (1 / (1 - rate)) : 0;
}

static void
dropout_run (NnCall *call)
{
  Dropout self = {
    .call = call,
    .key = call->clock->seed ^ (call->stream * 0x9E3779B97F4A7C15u),
    .limit = (guint32) (nn_call_number (call, "rate") * 65536 + 0.5),
    .factor = factor_of (call),
    .count = nn_shape_count (&call->out[0].shape),
    .mask = lies_in_rows (call) ? call->workspace : call->out[1].data,
  };

  nn_pool_for (call->pool, call->threads, (self.count + NN_DRAW - 1) / NN_DRAW,
               NN_SCALAR_GRAIN / 4 / NN_DRAW, draw_groups, &self);
  if (lies_in_rows (call))
    turn_mask (call, self.mask, call->out[1].data);
  nn_pool_for (call->pool, call->threads, self.count, NN_SCALAR_GRAIN, apply_range, &self);
}

static gboolean
dropout_prepare (NnCall  *call,
                 GError **error)
{
  call->workspace_bytes = lies_in_rows (call) ? (gsize) nn_shape_count (&call->in[0].shape) : 0;
  return TRUE;
}

static NN_CLONES void
gradient_range (void   *data,
                gint64  first,
                gint64  last)
{
  const NnCall *call = data;
  const float *dy = call->in[0].data;
  const guint8 *mask = call->in[1].data;
  float *dx = call->out[0].data;
  float factor = factor_of (call);

  NN_IVDEP
  for (gint64 i = first; i < last; i++)
    dx[i] = mask[i] ? dy[i] * factor : 0;
}

static void
gradient_run (NnCall *call)
{
  nn_pool_for (call->pool, call->threads, nn_shape_count (&call->out[0].shape), NN_SCALAR_GRAIN,
               gradient_range, call);
}

static gboolean
dropout_infer (NnCall  *call,
               GError **error)
{
  nn_call_set_out (call, 0, NN_FLOAT32, &call->in[0].shape);
  nn_call_set_out (call, 1, NN_UINT8, &call->in[0].shape);
  return TRUE;
}

static void
dropout_gradient (NnBuild *build)
{
  nn_build_set (build, "rate", nn_call_number (nn_build_call (build), "rate"));
  nn_build_gradient (build, "x",
                     nn_build_op (build, "dropout-gradient", nn_build_slope (build, "y"),
                                  nn_build_out (build, "mask"), NN_BUILD_END));
}

static void
dropout_inference (NnBuild *build)
{
  nn_build_result (build, "y", nn_build_in (build, "x"));
}

/* Whole channels, or whole samples, are dropped by a mask of one number each: ones that
 * went through dropout are 0 or the factor that makes up for the others. */
static NnValue *
build_mask (NnBuild       *build,
            const NnShape *shape)
{
  NnValue *ones = nn_build_fill (build, shape, 1);

  nn_build_set (build, "rate", nn_call_number (nn_build_call (build), "rate"));
  return nn_build_op (build, "dropout", ones, NN_BUILD_END);
}

static gboolean
channels_infer (NnCall  *call,
                GError **error)
{
  if (call->in[0].shape.rank < 3)
    return nn_call_want_rank (call, 0, 3, error);
  return nn_infer_same (call, error);
}

static void
channels_expand (NnBuild *build)
{
  NnValue *x = nn_build_in (build, "x");
  NnShape channels = NN_SHAPE (x->shape.size[0], x->shape.size[1]);

  nn_build_result (build, "y", nn_build_op (build, "scale-channels", x,
                                            build_mask (build, &channels), NN_BUILD_END));
}

static gboolean
depth_infer (NnCall  *call,
             GError **error)
{
  if (call->in[0].shape.rank < 2)
    return nn_call_want_rank (call, 0, 2, error);
  return nn_infer_same (call, error);
}

/* Stochastic depth (Huang, Sun et al., 2016). */
static void
depth_expand (NnBuild *build)
{
  gboolean by_sample = nn_call_number (nn_build_call (build), "mode") == 0;
  NnValue *x = nn_build_in (build, "x");
  NnShape one = NN_SHAPE (by_sample ? x->shape.size[0] : 1, 1);
  NnValue *mask = build_mask (build, &one);

  nn_build_set_list (build, "shape", 2, x->shape.size);
  mask = nn_build_op (build, "expand-to", mask, NN_BUILD_END);
  nn_build_result (build, "y", nn_build_op (build, "scale-channels", x, mask, NN_BUILD_END));
}

/* What is dropped becomes the floor of SELU, s = -α · scale, and a line brings mean and
 * variance back (Klambauer et al., 2017).  With m 1 for what stays and 0 for the rest,
 *
 *   y = a (x m + s (1 - m)) + b,   a = 1 / √((1 - p) (1 + p s²)),   b = -a s p. */
static void
alpha_expand (NnBuild *build)
{
  const double floor_of_selu = -1.7580993408473766;
  double rate = nn_call_number (nn_build_call (build), "rate");
  double s = floor_of_selu;
  double a = rate < 1 ? 1 / sqrt ((1 - rate) * (1 + rate * s * s)) : 0;
  NnValue *x = nn_build_in (build, "x");
  NnValue *mask = build_mask (build, &x->shape);
  NnValue *stays = nn_build_scale (build, mask, a * (1 - rate), 0);
  NnValue *rest = nn_build_scale (build, mask, -a * s * (1 - rate), a * s * (1 - rate));

  stays = nn_build_op (build, "mul", x, stays, NN_BUILD_END);
  nn_build_result (build, "y", nn_build_op (build, "add", stays, rest, NN_BUILD_END));
}

static const NnPort plain_ports[] = {
  { "x", N_("Input") },
  { "y", N_("Output"), NN_PORT_OUTPUT },
  { NULL }
};

static const NnPort ports[] = {
  { "x", N_("Input") },
  { "y", N_("Output"), NN_PORT_OUTPUT },
  { "mask", N_("What stayed"), NN_PORT_HIDDEN, NN_UINT8 },
  { NULL }
};

static const NnPort gradient_ports[] = {
  { "dy", N_("Gradient by the output") },
  { "mask", N_("What stayed"), NN_PORT_INPUT, NN_UINT8 },
  { "dx", N_("Gradient by the input"), NN_PORT_OUTPUT },
  { NULL }
};

static const NnAttr attrs[] = {
  { "rate", N_("Share to drop"), NN_ATTR_FLOAT, 0.5, 0, 1, .onnx = "ratio", .torch = "p" },
  { NULL }
};

/* Dropping everything would leave no variance to bring back. */
static const NnAttr alpha_attrs[] = {
  { "rate", N_("Share to drop"), NN_ATTR_FLOAT, 0.5, 0, 0.999, .torch = "p" },
  { NULL }
};

static const char *const modes[] = { "row", "batch", NULL };

static const NnAttr depth_attrs[] = {
  { "rate", N_("Share to drop"), NN_ATTR_FLOAT, 0.2, 0, 1, .torch = "p" },
  { "mode", N_("Dropped together"), NN_ATTR_CHOICE, 0, .words = modes, .torch = "mode" },
  { NULL }
};

static const NnSample channels_samples[] = {
  { .in = { { 4, { 2, 5, 3, 4 } } } },
  { .in = { { 3, { 3, 4, 17 } } }, .attrs = "rate=0.2" },
  { .in = { { 5, { 2, 3, 2, 2, 2 } } }, .attrs = "rate=0" },
  { .in = { { 4, { 0, 5, 3, 4 } } } },
  { .in[0].rank = 0 }
};

static const NnSample depth_samples[] = {
  { .in = { { 4, { 6, 3, 2, 2 } } } },
  { .in = { { 2, { 5, 17 } } }, .attrs = "rate=0.5" },
  { .in = { { 3, { 4, 3, 2 } } }, .attrs = "rate=0.5 mode=batch" },
  { .in = { { 2, { 0, 5 } } } },
  { .in[0].rank = 0 }
};

static const NnSample alpha_samples[] = {
  { .in = { { 2, { 3, 5 } } } },
  { .in = { { 2, { 7, 67 } } }, .attrs = "rate=0.2" },
  { .in = { { 4, { 2, 3, 2, 5 } } }, .attrs = "rate=0" },
  { .in = { { 2, { 0, 5 } } } },
  { .in[0].rank = 0 }
};

static const NnSample samples[] = {
  { .in = { { 2, { 3, 5 } } } },
  { .in = { { 2, { 7, 67 } } }, .attrs = "rate=0.2" },
  { .in = { { 4, { 2, 3, 9, 5 } } }, .attrs = "rate=0" },
  { .in = { { 2, { 0, 5 } } } },
  { .in[0].rank = 0 }
};

static const NnSample gradient_samples[] = {
  { .in = { { 2, { 3, 5 } }, { 2, { 3, 5 } } }, .classes = 2 },
  { .in = { { 2, { 0, 5 } }, { 2, { 0, 5 } } }, .classes = 2 },
  { .in[0].rank = 0 }
};

const NnOp nn_ops_dropout[] = {
  {
    .name = "dropout", .title = N_("Dropout"),
    .summary = N_("In training, sets a random share of the numbers to zero."),
    .lesson = "14", .category = NN_CATEGORY_NORMALISATION,
    .flags = NN_OP_RANDOM | NN_OP_IN_PLACE,
    .ports = ports, .attrs = attrs, .infer = dropout_infer,
    .gradient = dropout_gradient, .inference = dropout_inference, .samples = samples,
    .onnx = "Dropout", .onnx_since = 12, .torch = "torch.nn.Dropout",
    .cpu = (const NnKernel[]) {
      { "philox", NN_LAYOUT_ANY, NULL, dropout_prepare, dropout_run }, { NULL }
    },
  },
  {
    .name = "dropout-channels", .title = N_("Dropout of Channels"),
    .summary = N_("In training, sets a random share of the channels of each sample to zero."),
    .lesson = "14", .category = NN_CATEGORY_NORMALISATION,
    .ports = plain_ports, .attrs = attrs, .infer = channels_infer, .expand = channels_expand,
    .inference = dropout_inference, .samples = channels_samples, .torch = "torch.nn.Dropout2d",
  },
  {
    .name = "alpha-dropout", .title = N_("Alpha Dropout"),
    .summary = N_("Dropout for networks with SELU: mean and variance stay as they are."),
    .lesson = "14", .category = NN_CATEGORY_NORMALISATION,
    .ports = plain_ports, .attrs = alpha_attrs, .infer = nn_infer_same, .expand = alpha_expand,
    .inference = dropout_inference, .samples = alpha_samples, .torch = "torch.nn.AlphaDropout",
  },
  {
    .name = "stochastic-depth", .title = N_("Stochastic Depth"),
    .summary = N_("In training, sets a random share of the samples to zero, before they are added "
                  "to what went around."),
    .lesson = "18", .category = NN_CATEGORY_NORMALISATION,
    .ports = plain_ports, .attrs = depth_attrs, .infer = depth_infer, .expand = depth_expand,
    .inference = dropout_inference, .samples = depth_samples,
    .torch = "torchvision.ops.StochasticDepth",
  },
  {
    .name = "dropout-gradient", .title = N_("Slope of dropout"),
    .summary = N_("Sends gradients back through what stayed."),
    .category = NN_CATEGORY_INTERNAL, .flags = NN_OP_IN_PLACE,
    .ports = gradient_ports, .attrs = attrs, .infer = nn_infer_same, .samples = gradient_samples,
    .cpu = (const NnKernel[]) { { "loop", NN_LAYOUT_ANY, .run = gradient_run }, { NULL } },
  },
  { NULL }
};
