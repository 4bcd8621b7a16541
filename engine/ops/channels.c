/* channels.c: numbers that belong to a whole channel
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "engine/build.h"
#include "engine/op-scalar.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>

/* A bias has one number for each channel, a gate one for each channel of each
 * sample.  General arithmetic would stretch them over the pixels, in rows; these loops
 * serve both layouts. */

typedef struct
{
  const float *x;
  const float *second;          /* one number a channel, or another x */
  float       *y;
  gint64       c, inner;        /* channels, pixels */
  gint64       stride;          /* of @second between samples */
  gboolean     last;            /* channels are neighbours */
} Channels;

static Channels
channels_of (const NnCall *call)
{
  const NnShape *x = &call->in[0].shape;
  Channels self = {
    call->in[0].data, call->in[1].data, call->out[0].data, x->size[1],
    nn_shape_span (x, 2, x->rank),
  };

  self.stride = call->in[1].shape.rank == 1 ? 0 : self.c;
  self.last = self.inner == 1 || call->in[0].layout == NN_LAYOUT_CHANNELS_LAST;
  return self;
}

/* One run is a pixel with channels last, else the pixels of one channel.  They go over
 * the samples in order, so @range may begin in the middle of one. */
static void
for_each_run (NnCall   *call,
              Channels *self,
              NnRange   range)
{
  gint64 width = self->last ? self->c : self->inner;
  gint64 count = nn_shape_count (&call->in[0].shape) / MAX (width, 1);

  nn_pool_for (call->pool, call->threads, count, NN_SCALAR_GRAIN / MAX (width, 1), range, self);
}

/* Where in @second the numbers of @run begin. */
static inline const float *
second_of (const Channels *self,
           gint64          run)
{
  if (self->last)
    return self->second + run / self->inner * self->stride;
  return self->second + run / self->c * self->stride + run % self->c;
}

static NN_CLONES void
add_runs (void   *data,
          gint64  first,
          gint64  last)
{
  const Channels *self = data;
  gint64 width = self->last ? self->c : self->inner;

  for (gint64 run = first; run < last; run++)
    {
      const float *x = self->x + run * width;
      const float *b = second_of (self, run);
      float *y = self->y + run * width;

      if (self->last)
        {
          NN_IVDEP
          for (gint64 i = 0; i < width; i++)
            y[i] = x[i] + b[i];
        }
      else
        {
          NN_IVDEP
          for (gint64 i = 0; i < width; i++)
            y[i] = x[i] + *b;
        }
    }
}

static NN_CLONES void
scale_runs (void   *data,
            gint64  first,
            gint64  last)
{
  const Channels *self = data;
  gint64 width = self->last ? self->c : self->inner;

  for (gint64 run = first; run < last; run++)
    {
      const float *x = self->x + run * width;
      const float *s = second_of (self, run);
      float *y = self->y + run * width;

      if (self->last)
        {
          NN_IVDEP
          for (gint64 i = 0; i < width; i++)
            y[i] = x[i] * s[i];
        }
      else
        {
          NN_IVDEP
          for (gint64 i = 0; i < width; i++)
            y[i] = x[i] * *s;
        }
    }
}

#define LANES 16

/* Σ x · dy over the pixels; tasks are samples with channels last, else channels. */
static NN_CLONES void
product_sums (void   *data,
              gint64  first,
              gint64  last)
{
  const Channels *self = data;

  for (gint64 task = first; task < last; task++)
    {
      gint64 count = self->last ? self->c * self->inner : self->inner;
      const float *x = self->x + task * count;
      const float *dy = self->second + task * count;

      if (self->last)
        {
          float *sum = self->y + task * self->c;

          memset (sum, 0, (gsize) self->c * sizeof (float));
          for (gint64 p = 0; p < self->inner; p++, x += self->c, dy += self->c)
            {
              NN_IVDEP
              for (gint64 i = 0; i < self->c; i++)
                sum[i] += x[i] * dy[i];
            }
        }
      else
        {
          float lane[LANES] = { 0 };
          float sum = 0;
          gint64 p;

          for (p = 0; p + LANES <= count; p += LANES)
            for (int k = 0; k < LANES; k++)
              lane[k] += x[p + k] * dy[p + k];
          for (; p < count; p++)
            sum += x[p] * dy[p];
          for (int k = 0; k < LANES; k++)
            sum += lane[k];
          self->y[task] = sum;
        }
    }
}

static void
add_bias_run (NnCall *call)
{
  Channels self = channels_of (call);

  for_each_run (call, &self, add_runs);
}

static void
scale_run (NnCall *call)
{
  Channels self = channels_of (call);

  for_each_run (call, &self, scale_runs);
}

static void
products_run (NnCall *call)
{
  Channels self = channels_of (call);
  gint64 b = call->in[0].shape.size[0];
  gint64 work = self.inner * (self.last ? self.c : 1);

  nn_pool_for (call->pool, call->threads, self.last ? b : b * self.c,
               NN_SCALAR_GRAIN / MAX (work, 1), product_sums, &self);
}

static gboolean
products_infer (NnCall  *call,
                GError **error)
{
  const NnShape *x = &call->in[0].shape;
  NnShape sums = NN_SHAPE (x->size[0], x->size[1]);

  nn_call_set_out (call, 0, NN_FLOAT32, &sums);
  return TRUE;
}

/* @value, one number a channel, in a shape that x can be broadcast with. */
static NnValue *
stretchable (NnBuild *build,
             NnValue *value)
{
  NnShape shape = nn_build_in (build, "x")->shape;

  shape.size[0] = value->shape.rank == 1 ? 1 : shape.size[0];
  for (int i = 2; i < shape.rank; i++)
    shape.size[i] = 1;
  return nn_build_reshape (build, value, &shape);
}

static void
add_bias_expand (NnBuild *build)
{
  NnValue *bias = stretchable (build, nn_build_in (build, "bias"));

  nn_build_result (build, "y", nn_build_op (build, "add", nn_build_in (build, "x"), bias,
                                            NN_BUILD_END));
}

static void
scale_expand (NnBuild *build)
{
  NnValue *scale = stretchable (build, nn_build_in (build, "scale"));

  nn_build_result (build, "y", nn_build_op (build, "mul", nn_build_in (build, "x"), scale,
                                            NN_BUILD_END));
}

static void
add_bias_gradient (NnBuild *build)
{
  NnValue *dy = nn_build_slope (build, "y");
  gint64 axes[NN_MAX_RANK] = { 0 };
  int rank = dy->shape.rank;

  nn_build_gradient (build, "x", dy);
  for (int i = 2; i < rank; i++)
    axes[i - 1] = i;
  nn_build_set_list (build, "axes", rank - 1, axes);
  nn_build_gradient (build, "bias", nn_build_op (build, "sum", dy, NN_BUILD_END));
}

static void
scale_gradient (NnBuild *build)
{
  NnValue *dy = nn_build_slope (build, "y");

  if (nn_build_wants (build, "x"))
    nn_build_gradient (build, "x", nn_build_op (build, "scale-channels", dy,
                                                nn_build_in (build, "scale"), NN_BUILD_END));
  if (nn_build_wants (build, "scale"))
    nn_build_gradient (build, "scale", nn_build_op (build, "channel-products",
                                                    nn_build_in (build, "x"), dy, NN_BUILD_END));
}

static void
products_gradient (NnBuild *build)
{
  NnValue *slope = nn_build_slope (build, "sums");
  NnValue *a = nn_build_in (build, "a");
  NnValue *b = nn_build_in (build, "b");

  if (nn_build_wants (build, "a"))
    nn_build_gradient (build, "a", nn_build_op (build, "scale-channels", b, slope, NN_BUILD_END));
  if (nn_build_wants (build, "b"))
    nn_build_gradient (build, "b", nn_build_op (build, "scale-channels", a, slope, NN_BUILD_END));
}

/* Squeeze-and-excitation (Hu, Shen and Sun, 2018): what a channel holds on average
 * decides, through two small layers, how much of it passes. */

static gint64
reduced_channels (const NnCall *call)
{
  gint64 wanted = (gint64) nn_call_number (call, "reduced");

  return wanted > 0 ? wanted : MAX (call->in[0].shape.size[1] / 4, 1);
}

static gboolean
squeeze_infer (NnCall  *call,
               GError **error)
{
  return nn_call_want_rank (call, 0, 4, error) && nn_infer_same (call, error);
}

static NnValue *
build_part (NnBuild    *build,
            const char *part,
            NnValue    *x,
            gint64      channels)
{
  nn_build_part (build, part);
  nn_build_set (build, "channels", channels);
  nn_build_set (build, "kernel", 1);
  return nn_build_op (build, "conv-2d", x, NULL, NULL, NN_BUILD_END);
}

static void
squeeze_expand (NnBuild *build)
{
  const NnCall *call = nn_build_call (build);
  const char *activation = nn_attr_word (&call->op->attrs[1], &call->attr[1]);
  const char *gate = nn_attr_word (&call->op->attrs[2], &call->attr[2]);
  NnValue *x = nn_build_in (build, "x");
  NnShape scale = NN_SHAPE (x->shape.size[0], x->shape.size[1]);
  NnValue *s = nn_build_op (build, "global-average-pool-2d", x, NN_BUILD_END);

  s = build_part (build, "fc1", s, reduced_channels (call));
  s = nn_build_op (build, activation, s, NN_BUILD_END);
  s = build_part (build, "fc2", s, x->shape.size[1]);
  s = nn_build_op (build, gate, s, NN_BUILD_END);
  s = nn_build_reshape (build, s, &scale);
  nn_build_result (build, "y", nn_build_op (build, "scale-channels", x, s, NN_BUILD_END));
}

/* Channels and pixels change places without any arithmetic: one axis is split, parts are
 * put in another order, and joined again. */

static gboolean
shuffle_infer (NnCall  *call,
               GError **error)
{
  const NnShape *x = &call->in[0].shape;
  gint64 groups = (gint64) nn_call_number (call, "groups");

  if (x->rank < 3)
    return nn_call_want_rank (call, 0, 3, error);
  if (x->size[1] % groups != 0)
    return nn_call_refuse (call, error,
                           _("%" PRId64 " channels cannot be divided into %" PRId64 " groups."),
                           x->size[1], groups);
  return nn_infer_same (call, error);
}

static gint64
factor_of (const NnCall *call)
{
  return (gint64) nn_call_number (call, "factor");
}

static gboolean
pixel_shuffle_infer (NnCall  *call,
                     GError **error)
{
  NnShape y = call->in[0].shape;
  gint64 r = factor_of (call);

  if (!nn_call_want_rank (call, 0, 4, error))
    return FALSE;
  if (y.size[1] % (r * r) != 0)
    return nn_call_refuse (call, error,
                           _("%" PRId64 " channels cannot be shared out to %" PRId64 "×%" PRId64
                             " pixels each."), y.size[1], r, r);
  y.size[1] /= r * r;
  y.size[2] *= r;
  y.size[3] *= r;
  nn_call_set_out (call, 0, NN_FLOAT32, &y);
  return TRUE;
}

static gboolean
pixel_unshuffle_infer (NnCall  *call,
                       GError **error)
{
  NnShape y = call->in[0].shape;
  gint64 r = factor_of (call);

  if (!nn_call_want_rank (call, 0, 4, error))
    return FALSE;
  if (y.size[2] % r != 0 || y.size[3] % r != 0)
    return nn_call_refuse (call, error,
                           _("an image of %" PRId64 "×%" PRId64 " cannot be divided into squares "
                             "of %" PRId64 "×%" PRId64 "."), y.size[2], y.size[3], r, r);
  y.size[1] *= r * r;
  y.size[2] /= r;
  y.size[3] /= r;
  nn_call_set_out (call, 0, NN_FLOAT32, &y);
  return TRUE;
}

static void
reorder (NnBuild       *build,
         const NnShape *split,
         const gint64  *axes)
{
  NnValue *x = nn_build_reshape (build, nn_build_in (build, "x"), split);

  nn_build_set_list (build, "axes", split->rank, axes);
  x = nn_build_op (build, "permute", x, NN_BUILD_END);
  nn_build_result (build, "y", nn_build_reshape (build, x, &nn_build_call (build)->out[0].shape));
}

static void
shuffle_expand (NnBuild *build)
{
  const NnShape *x = &nn_build_in (build, "x")->shape;
  gint64 groups = (gint64) nn_call_number (nn_build_call (build), "groups");
  NnShape split = NN_SHAPE (x->size[0], groups, x->size[1] / groups, nn_shape_span (x, 2, x->rank));

  reorder (build, &split, (gint64[]) { 0, 2, 1, 3 });
}

static void
pixel_shuffle_expand (NnBuild *build)
{
  const NnShape *x = &nn_build_in (build, "x")->shape;
  gint64 r = factor_of (nn_build_call (build));
  NnShape split = NN_SHAPE (x->size[0], x->size[1] / (r * r), r, r, x->size[2], x->size[3]);

  reorder (build, &split, (gint64[]) { 0, 1, 4, 2, 5, 3 });
}

static void
pixel_unshuffle_expand (NnBuild *build)
{
  const NnShape *x = &nn_build_in (build, "x")->shape;
  gint64 r = factor_of (nn_build_call (build));
  NnShape split = NN_SHAPE (x->size[0], x->size[1], x->size[2] / r, r, x->size[3] / r, r);

  reorder (build, &split, (gint64[]) { 0, 1, 3, 5, 2, 4 });
}

static const NnPort one_input[] = {
  { "x", N_("Input") },
  { "y", N_("Output"), NN_PORT_OUTPUT },
  { NULL }
};

static const NnPort bias_ports[] = {
  { "x", N_("Input") },
  { "bias", N_("Bias") },
  { "y", N_("Output"), NN_PORT_OUTPUT },
  { NULL }
};

static const NnPort scale_ports[] = {
  { "x", N_("Input") },
  { "scale", N_("Factors") },
  { "y", N_("Output"), NN_PORT_OUTPUT },
  { NULL }
};

static const NnPort products_ports[] = {
  { "a", N_("First input") },
  { "b", N_("Second input") },
  { "sums", N_("Sum of each channel"), NN_PORT_OUTPUT },
  { NULL }
};

static const char *const activations[] = { "relu", "silu", "gelu", NULL };
static const char *const gates[] = { "sigmoid", "hard-sigmoid", NULL };

static const NnAttr squeeze_attrs[] = {
  { "reduced", N_("Channels between (0: a quarter)"), NN_ATTR_INT, 0, 0, 65536,
    .torch = "squeeze_channels" },
  { "activation", N_("Activation"), NN_ATTR_CHOICE, 0, .words = activations,
    .torch = "activation" },
  { "gate", N_("Gate"), NN_ATTR_CHOICE, 0, .words = gates, .torch = "scale_activation" },
  { NULL }
};

static const NnAttr shuffle_attrs[] = {
  { "groups", N_("Groups"), NN_ATTR_INT, 2, 1, 65536, .torch = "groups" },
  { NULL }
};

static const NnAttr pixel_shuffle_attrs[] = {
  { "factor", N_("Factor"), NN_ATTR_INT, 2, 1, 1024, .torch = "upscale_factor" },
  { NULL }
};

static const NnAttr pixel_unshuffle_attrs[] = {
  { "factor", N_("Factor"), NN_ATTR_INT, 2, 1, 1024, .torch = "downscale_factor" },
  { NULL }
};

#define X(...) { __VA_ARGS__ }
#define END { .in[0].rank = 0 }

static const NnSample bias_samples[] = {
  { .in = { X (4, { 2, 3, 4, 5 }), X (1, { 3 }) } },
  { .in = { X (3, { 2, 17, 35 }), X (1, { 17 }) } },
  { .in = { X (2, { 5, 3 }), X (1, { 3 }) } },
  { .in = { X (4, { 0, 3, 4, 5 }), X (1, { 3 }) } },
  END
};

static const NnSample scale_samples[] = {
  { .in = { X (4, { 2, 3, 4, 5 }), X (2, { 2, 3 }) } },
  { .in = { X (3, { 2, 17, 35 }), X (2, { 2, 17 }) } },
  { .in = { X (2, { 5, 3 }), X (2, { 5, 3 }) } },
  { .in = { X (4, { 0, 3, 4, 5 }), X (2, { 0, 3 }) } },
  END
};

static const NnSample products_samples[] = {
  { .in = { X (4, { 2, 3, 4, 5 }), X (4, { 2, 3, 4, 5 }) } },
  { .in = { X (3, { 2, 17, 35 }), X (3, { 2, 17, 35 }) } },
  { .in = { X (3, { 0, 3, 4 }), X (3, { 0, 3, 4 }) } },
  END
};

static const NnSample squeeze_samples[] = {
  { .in = { X (4, { 2, 8, 3, 4 }) } },
  { .in = { X (4, { 3, 5, 4, 3 }) }, .attrs = "reduced=3 activation=silu" },
  { .in = { X (4, { 2, 17, 2, 2 }) }, .attrs = "activation=gelu gate=hard-sigmoid" },
  { .in = { X (4, { 0, 8, 3, 4 }) } },
  END
};

static const NnSample shuffle_samples[] = {
  { .in = { X (4, { 2, 6, 3, 4 }) } },
  { .in = { X (3, { 2, 6, 17 }) }, .attrs = "groups=3" },
  { .in = { X (4, { 0, 6, 3, 4 }) } },
  END
};

static const NnSample pixel_shuffle_samples[] = {
  { .in = { X (4, { 2, 8, 3, 4 }) } },
  { .in = { X (4, { 1, 9, 2, 17 }) }, .attrs = "factor=3" },
  { .in = { X (4, { 0, 8, 3, 4 }) } },
  END
};

static const NnSample pixel_unshuffle_samples[] = {
  { .in = { X (4, { 2, 2, 6, 4 }) } },
  { .in = { X (4, { 1, 1, 6, 51 }) }, .attrs = "factor=3" },
  { .in = { X (4, { 0, 2, 6, 4 }) } },
  END
};

#define LOOP(name)                                                            \
  .cpu = (const NnKernel[]) { { "loop", NN_LAYOUT_ANY, .run = name }, { NULL } }

const NnOp nn_ops_channels[] = {
  {
    .name = "squeeze-excite", .title = N_("Squeeze and Excitation"),
    .summary = N_("Lets the mean of each channel decide how much of each channel passes."),
    .lesson = "18", .category = NN_CATEGORY_CONVOLUTION,
    .ports = one_input, .attrs = squeeze_attrs, .infer = squeeze_infer,
    .expand = squeeze_expand, .samples = squeeze_samples,
    .torch = "torchvision.ops.SqueezeExcitation",
  },
  {
    .name = "channel-shuffle", .title = N_("Channel Shuffle"),
    .summary = N_("Deals the channels of each group out to all groups."),
    .lesson = "10", .category = NN_CATEGORY_SHAPE,
    .ports = one_input, .attrs = shuffle_attrs, .infer = shuffle_infer,
    .expand = shuffle_expand, .samples = shuffle_samples, .torch = "torch.nn.ChannelShuffle",
  },
  {
    .name = "pixel-shuffle", .title = N_("Pixel Shuffle"),
    .summary = N_("Makes an image larger by turning groups of channels into squares of pixels."),
    .lesson = "19", .category = NN_CATEGORY_SHAPE,
    .ports = one_input, .attrs = pixel_shuffle_attrs, .infer = pixel_shuffle_infer,
    .expand = pixel_shuffle_expand, .samples = pixel_shuffle_samples,
    .torch = "torch.nn.PixelShuffle",
  },
  {
    .name = "pixel-unshuffle", .title = N_("Pixel Unshuffle"),
    .summary = N_("Makes an image smaller by turning squares of pixels into channels."),
    .lesson = "19", .category = NN_CATEGORY_SHAPE,
    .ports = one_input, .attrs = pixel_unshuffle_attrs, .infer = pixel_unshuffle_infer,
    .expand = pixel_unshuffle_expand, .samples = pixel_unshuffle_samples,
    .torch = "torch.nn.PixelUnshuffle",
  },
  {
    .name = "add-bias", .title = N_("Bias of a Channel"),
    .summary = N_("Adds one number to each channel."),
    .category = NN_CATEGORY_INTERNAL, .flags = NN_OP_IN_PLACE,
    .ports = bias_ports, .infer = nn_infer_same, .expand = add_bias_expand,
    .gradient = add_bias_gradient, .samples = bias_samples,
    LOOP (add_bias_run),
  },
  {
    .name = "scale-channels", .title = N_("Factor of a Channel"),
    .summary = N_("Multiplies each channel of each sample by a number of its own."),
    .category = NN_CATEGORY_INTERNAL, .flags = NN_OP_IN_PLACE,
    .ports = scale_ports, .infer = nn_infer_same, .expand = scale_expand,
    .gradient = scale_gradient, .samples = scale_samples,
    LOOP (scale_run),
  },
  {
    .name = "channel-products", .title = N_("Products of Channels"),
    .summary = N_("Multiplies two inputs and adds up each channel of each sample."),
    .category = NN_CATEGORY_INTERNAL,
    .ports = products_ports, .infer = products_infer, .gradient = products_gradient,
    .samples = products_samples,
    LOOP (products_run),
  },
  { NULL }
};
