/* convolution-nd.c: convolutions of signals and volumes, and transposed ones
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "engine/window.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>

/* All of them are written with the two-dimensional convolution and its gradients,
 * which have the fast kernels.
 *
 * - A signal is an image of height 1.
 * - A volume becomes an image for each place of the window along the depth: the
 *   slices that it shows there count as more input channels.  The order is that of
 *   the weights, so these only change their shape.
 * - A transposed convolution is the input gradient of a convolution: it spreads each
 *   number over a window, where the other one gathers. */

static gint64
channels_of (const NnCall *call)
{
  return (gint64) nn_call_number (call, "channels");
}

static gint64
groups_of (const NnCall *call)
{
  return (gint64) nn_call_number (call, "groups");
}

/* The two-dimensional op that comes next slides as the last axes of @windows do, along
 * an axis of size 1 in front where there is only one. */
static void
set_windows (NnBuild        *build,
             const NnWindow *windows,
             int             n_axes)
{
  static const NnWindow one = { 1, 1, 1, 1, 1, 0, 0 };
  const NnWindow *h = n_axes > 1 ? &windows[n_axes - 2] : &one;
  const NnWindow *w = &windows[n_axes - 1];

  nn_build_set_list (build, "kernel", 2, (gint64[]) { h->kernel, w->kernel });
  nn_build_set_list (build, "stride", 2, (gint64[]) { h->stride, w->stride });
  nn_build_set_list (build, "dilation", 2, (gint64[]) { h->dilation, w->dilation });
  nn_build_set_list (build, "padding", 4,
                     (gint64[]) { h->before, w->before, h->behind, w->behind });
  nn_build_set (build, "groups", groups_of (nn_build_call (build)));
}

static NnValue *
reshape (NnBuild *build,
         NnValue *value,
         gint64   first,
         gint64   second,
         gint64   third,
         gint64   fourth)
{
  NnShape shape = NN_SHAPE (first, second, third, fourth);

  return nn_build_reshape (build, value, &shape);
}

/* b d c h w ↔ b c d h w */
static NnValue *
swap_depth (NnBuild *build,
            NnValue *value)
{
  nn_build_set_list (build, "axes", 5, (gint64[]) { 0, 2, 1, 3, 4 });
  return nn_build_op (build, "permute", value, NN_BUILD_END);
}

static void
set_depth_window (NnBuild        *build,
                  const NnWindow *window)
{
  nn_build_set (build, "axis", 2);
  nn_build_set (build, "to", 1);
  nn_build_set (build, "kernel", window->kernel);
  nn_build_set (build, "stride", window->stride);
  nn_build_set (build, "dilation", window->dilation);
  nn_build_set (build, "before", window->before);
  nn_build_set (build, "behind", window->behind);
}

static gboolean
conv_infer (NnCall  *call,
            int      n_axes,
            GError **error)
{
  const NnShape *x = &call->in[0].shape;
  NnWindow windows[NN_WINDOW_AXES];
  NnShape bias = NN_SHAPE (channels_of (call));
  NnShape weight = { n_axes + 2 };
  NnShape y = { n_axes + 2 };

  if (!nn_call_want_rank (call, 0, n_axes + 2, error)
      || !nn_window_read (call, x, n_axes, windows, error)
      || !nn_window_check_groups (call, x->size[1], channels_of (call), groups_of (call), error))
    return FALSE;

  weight.size[0] = y.size[1] = channels_of (call);
  weight.size[1] = x->size[1] / groups_of (call);
  y.size[0] = x->size[0];
  for (int i = 0; i < n_axes; i++)
    {
      weight.size[i + 2] = windows[i].kernel;
      y.size[i + 2] = windows[i].out;
    }
  if (nn_call_number (call, "bias") == 0)
    bias.rank = -1;
  nn_call_set_in (call, 1, NN_FLOAT32, &weight);
  nn_call_set_in (call, 2, NN_FLOAT32, &bias);
  nn_call_set_out (call, 0, NN_FLOAT32, &y);
  return TRUE;
}

static gboolean
conv_1d_infer (NnCall  *call,
               GError **error)
{
  return conv_infer (call, 1, error);
}

static gboolean
conv_3d_infer (NnCall  *call,
               GError **error)
{
  return conv_infer (call, 3, error);
}

static NnValue *
build_conv_2d (NnBuild        *build,
               const NnWindow *windows,
               int             n_axes,
               NnValue        *x,
               NnValue        *weight)
{
  NnValue *bias = nn_build_in (build, "bias");

  set_windows (build, windows, n_axes);
  nn_build_set (build, "channels", channels_of (nn_build_call (build)));
  nn_build_set (build, "bias", bias != NULL);
  return nn_build_op (build, "conv-2d", x, weight, bias, NN_BUILD_END);
}

static void
conv_1d_expand (NnBuild *build)
{
  const NnCall *call = nn_build_call (build);
  const NnShape *w = &call->in[1].shape;
  NnValue *x = nn_build_in (build, "x");
  NnValue *weight = nn_build_in (build, "weight");
  NnWindow windows[NN_WINDOW_AXES];

  nn_window_read (call, &x->shape, 1, windows, NULL);
  x = nn_window_pad (build, x, 1, windows);
  x = reshape (build, x, x->shape.size[0], x->shape.size[1], 1, x->shape.size[2]);
  weight = reshape (build, weight, w->size[0], w->size[1], 1, w->size[2]);
  nn_build_result (build, "y", nn_build_reshape (build,
                                                 build_conv_2d (build, windows, 1, x, weight),
                                                 &call->out[0].shape));
}

static void
conv_3d_expand (NnBuild *build)
{
  const NnCall *call = nn_build_call (build);
  const NnShape *w = &call->in[1].shape;
  const NnShape *y = &call->out[0].shape;
  NnShape slices = NN_SHAPE (y->size[0], y->size[2], y->size[1], y->size[3], y->size[4]);
  NnValue *x = nn_build_in (build, "x");
  NnValue *weight = nn_build_in (build, "weight");
  NnWindow windows[NN_WINDOW_AXES];

  nn_window_read (call, &x->shape, 3, windows, NULL);
  x = nn_window_pad (build, x, 3, windows);
  set_depth_window (build, &windows[0]);
  x = nn_build_op (build, "windows", x, NN_BUILD_END);
  x = reshape (build, x, x->shape.size[0] * x->shape.size[1],
               x->shape.size[2] * x->shape.size[3], x->shape.size[4], x->shape.size[5]);
  weight = reshape (build, weight, w->size[0], w->size[1] * w->size[2], w->size[3], w->size[4]);
  x = build_conv_2d (build, windows, 3, x, weight);
  nn_build_result (build, "y", swap_depth (build, nn_build_reshape (build, x, &slices)));
}

/* The convolution whose input gradient this call is: its input is our result, but for
 * the @extra places at the end of each axis that no window reaches. */
static gboolean
read_transposed (const NnCall  *call,
                 int            n_axes,
                 NnWindow       windows[NN_WINDOW_AXES],
                 gint64         extra[NN_WINDOW_AXES],
                 GError       **error)
{
  const NnShape *x = &call->in[0].shape;
  NnShape size = *x;

  /* Any input that a window fits will do to read the lists. */
  for (int i = 0; i < n_axes; i++)
    size.size[i + 2] = G_MAXINT32;
  if (!nn_window_check (call, "output-padding", n_axes, error)
      || !nn_window_read (call, &size, n_axes, windows, error))
    return FALSE;

  for (int i = 0; i < n_axes; i++)
    {
      NnWindow *window = &windows[i];
      gint64 more = nn_window_number (call, "output-padding", i);

      if (more >= window->stride && more >= window->dilation)
        return nn_call_refuse (call, error,
                               _("the output padding must be smaller than the stride or the "
                                 "dilation."));
      extra[i] = MAX (more - window->behind, 0);
      window->behind = MAX (window->behind - more, 0);
      window->out = x->size[i + 2];
      window->in = (window->out - 1) * window->stride + window->dilation * (window->kernel - 1) + 1
                   - window->before - window->behind;
      if (window->out < 1 || window->in < 1)
        return nn_call_refuse (call, error,
                               _("nothing would be left of the result. Lower the padding."));
    }

  return TRUE;
}

static gboolean
transposed_infer (NnCall  *call,
                  int      n_axes,
                  GError **error)
{
  const NnShape *x = &call->in[0].shape;
  NnWindow windows[NN_WINDOW_AXES];
  gint64 extra[NN_WINDOW_AXES];
  NnShape bias = NN_SHAPE (channels_of (call));
  NnShape weight = { n_axes + 2 };
  NnShape y = { n_axes + 2 };

  if (!nn_call_want_rank (call, 0, n_axes + 2, error)
      || !read_transposed (call, n_axes, windows, extra, error)
      || !nn_window_check_groups (call, x->size[1], channels_of (call), groups_of (call), error))
    return FALSE;

  weight.size[0] = x->size[1];
  weight.size[1] = channels_of (call) / groups_of (call);
  y.size[0] = x->size[0];
  y.size[1] = channels_of (call);
  for (int i = 0; i < n_axes; i++)
    {
      weight.size[i + 2] = windows[i].kernel;
      y.size[i + 2] = windows[i].in + extra[i];
    }
  if (nn_call_number (call, "bias") == 0)
    bias.rank = -1;
  nn_call_set_in (call, 1, NN_FLOAT32, &weight);
  nn_call_set_in (call, 2, NN_FLOAT32, &bias);
  nn_call_set_out (call, 0, NN_FLOAT32, &y);
  return TRUE;
}

static gboolean
transposed_1d_infer (NnCall  *call,
                     GError **error)
{
  return transposed_infer (call, 1, error);
}

static gboolean
transposed_2d_infer (NnCall  *call,
                     GError **error)
{
  return transposed_infer (call, 2, error);
}

static gboolean
transposed_3d_infer (NnCall  *call,
                     GError **error)
{
  return transposed_infer (call, 3, error);
}

/* Behind the spreading: the places that no window reaches, and the bias. */
static void
finish_transposed (NnBuild      *build,
                   NnValue      *y,
                   int           n_axes,
                   const gint64  extra[NN_WINDOW_AXES])
{
  NnValue *bias = nn_build_in (build, "bias");

  if (!nn_shape_equal (&y->shape, &nn_build_call (build)->out[0].shape))
    {
      nn_build_set_list (build, "behind", n_axes, extra);
      y = nn_build_op (build, "pad", y, NN_BUILD_END);
    }
  if (bias != NULL)
    y = nn_build_op (build, "add-bias", y, bias, NN_BUILD_END);
  nn_build_result (build, "y", y);
}

static NnValue *
spread (NnBuild        *build,
        const NnWindow *windows,
        int             n_axes,
        NnValue        *x,
        NnValue        *weight)
{
  set_windows (build, windows, n_axes);
  nn_build_set (build, "channels", x->shape.size[1]);
  nn_build_set (build, "bias", FALSE);
  nn_build_set_list (build, "size", 2, (gint64[]) { n_axes > 1 ? windows[n_axes - 2].in : 1,
                                                    windows[n_axes - 1].in });
  return nn_build_op (build, "conv-2d-input-gradient", weight, x, NN_BUILD_END);
}

static void
transposed_1d_expand (NnBuild *build)
{
  const NnCall *call = nn_build_call (build);
  const NnShape *w = &call->in[1].shape;
  NnValue *x = nn_build_in (build, "x");
  NnValue *weight = nn_build_in (build, "weight");
  NnWindow windows[NN_WINDOW_AXES];
  gint64 extra[NN_WINDOW_AXES];
  NnShape y;

  read_transposed (call, 1, windows, extra, NULL);
  x = reshape (build, x, x->shape.size[0], x->shape.size[1], 1, x->shape.size[2]);
  weight = reshape (build, weight, w->size[0], w->size[1], 1, w->size[2]);
  x = spread (build, windows, 1, x, weight);
  y = NN_SHAPE (x->shape.size[0], x->shape.size[1], x->shape.size[3]);
  finish_transposed (build, nn_build_reshape (build, x, &y), 1, extra);
}

static void
transposed_2d_expand (NnBuild *build)
{
  NnWindow windows[NN_WINDOW_AXES];
  gint64 extra[NN_WINDOW_AXES];

  read_transposed (nn_build_call (build), 2, windows, extra, NULL);
  finish_transposed (build, spread (build, windows, 2, nn_build_in (build, "x"),
                                    nn_build_in (build, "weight")), 2, extra);
}

/* Spreads each slice over the images of its window, then adds the slices up. */
static void
transposed_3d_expand (NnBuild *build)
{
  const NnCall *call = nn_build_call (build);
  const NnShape *w = &call->in[1].shape;
  NnValue *x = swap_depth (build, nn_build_in (build, "x"));
  NnValue *weight = nn_build_in (build, "weight");
  gint64 b = x->shape.size[0];
  gint64 d = x->shape.size[1];
  NnWindow windows[NN_WINDOW_AXES];
  gint64 extra[NN_WINDOW_AXES];
  NnShape slices;

  read_transposed (call, 3, windows, extra, NULL);
  x = reshape (build, x, b * d, x->shape.size[2], x->shape.size[3], x->shape.size[4]);
  weight = reshape (build, weight, w->size[0], w->size[1] * w->size[2], w->size[3], w->size[4]);
  x = spread (build, windows, 3, x, weight);
  slices = NN_SHAPE (b, d, channels_of (call), w->size[2], x->shape.size[2], x->shape.size[3]);
  x = nn_build_reshape (build, x, &slices);
  set_depth_window (build, &windows[0]);
  nn_build_set (build, "length", windows[0].in);
  finish_transposed (build, nn_build_op (build, "windows-gradient", x, NN_BUILD_END), 3, extra);
}

/* Every weight meets every place of the result, or of the input, once. */
static gint64
conv_work (const NnCall *call)
{
  const NnShape *y = &call->out[0].shape;

  return nn_shape_count (&call->in[1].shape) * y->size[0] * nn_shape_span (y, 2, y->rank);
}

static gint64
transposed_work (const NnCall *call)
{
  const NnShape *x = &call->in[0].shape;

  return nn_shape_count (&call->in[1].shape) * x->size[0] * nn_shape_span (x, 2, x->rank);
}

static const NnPort ports[] = {
  { "x", N_("Input") },
  { "weight", N_("Weights"), NN_PORT_PARAMETER, NN_FLOAT32, "fan-in", .rows = TRUE },
  { "bias", N_("Bias"), NN_PORT_PARAMETER, NN_FLOAT32, "fan-in" },
  { "y", N_("Output"), NN_PORT_OUTPUT },
  { NULL }
};

#define CHANNELS                                                              \
  { "channels", N_("Output channels"), NN_ATTR_INT, 16, 1, 65536, .torch = "out_channels" }

#define KERNEL_AND_STRIDE                                                     \
  { "kernel", N_("Kernel size"), NN_ATTR_INTS, 3, 1, 1024,                    \
    .onnx = "kernel_shape", .torch = "kernel_size" },                         \
  { "stride", N_("Stride"), NN_ATTR_INTS, 1, 1, 1024, .onnx = "strides", .torch = "stride" }

#define DILATION_AND_GROUPS                                                   \
  { "dilation", N_("Dilation"), NN_ATTR_INTS, 1, 1, 1024,                     \
    .onnx = "dilations", .torch = "dilation" },                               \
  { "groups", N_("Groups"), NN_ATTR_INT, 1, 1, 65536, .onnx = "group", .torch = "groups" }, \
  { "bias", N_("Add a bias"), NN_ATTR_BOOL, 1, 0, 1, .torch = "bias" }

static const NnAttr conv_attrs[] = {
  CHANNELS,
  KERNEL_AND_STRIDE,
  { "padding", N_("Padding"), NN_ATTR_INTS, 0, 0, 1024, .words = nn_window_paddings,
    .onnx = "pads", .torch = "padding" },
  DILATION_AND_GROUPS,
  { "padding-mode", N_("Padding with"), NN_ATTR_CHOICE, 0, .words = nn_window_modes,
    .torch = "padding_mode" },
  { NULL }
};

static const NnAttr transposed_attrs[] = {
  CHANNELS,
  KERNEL_AND_STRIDE,
  { "padding", N_("Padding to take away"), NN_ATTR_INTS, 0, 0, 1024,
    .onnx = "pads", .torch = "padding" },
  { "output-padding", N_("Places to add at the end"), NN_ATTR_INTS, 0, 0, 1024,
    .onnx = "output_padding", .torch = "output_padding" },
  DILATION_AND_GROUPS,
  { NULL }
};

#define X(...) .in = { { __VA_ARGS__ } }
#define END { .in[0].rank = 0 }

static const NnSample conv_1d_samples[] = {
  { X (3, { 2, 1, 9 }), .attrs = "channels=3" },
  { X (3, { 2, 4, 17 }), .attrs = "channels=6 kernel=5 stride=2 padding=1,2 groups=2" },
  { X (3, { 2, 3, 8 }), .attrs = "channels=2 padding=same padding-mode=circular bias=false" },
  { X (3, { 0, 3, 8 }), .attrs = "channels=2" },
  END
};

static const NnSample conv_3d_samples[] = {
  { X (5, { 2, 1, 4, 5, 6 }), .attrs = "channels=3" },
  { X (5, { 2, 4, 5, 4, 5 }),
    .attrs = "channels=6 kernel=3,2,1 stride=2,1,2 padding=1,0,2 groups=2" },
  { X (5, { 1, 2, 4, 4, 3 }), .attrs = "channels=2 padding=1 padding-mode=reflect bias=false" },
  { X (5, { 0, 2, 4, 4, 4 }), .attrs = "channels=2" },
  END
};

static const NnSample transposed_1d_samples[] = {
  { X (3, { 2, 2, 5 }), .attrs = "channels=3" },
  { X (3, { 2, 4, 7 }),
    .attrs = "channels=6 kernel=4 stride=3 padding=1 output-padding=2 groups=2" },
  { X (3, { 0, 2, 5 }), .attrs = "channels=3 bias=false" },
  END
};

static const NnSample transposed_2d_samples[] = {
  { X (4, { 2, 2, 4, 5 }), .attrs = "channels=3 kernel=2 stride=2" },
  { X (4, { 2, 4, 3, 4 }),
    .attrs = "channels=6 stride=2 padding=1 output-padding=1 groups=2 dilation=1,2" },
  { X (4, { 1, 17, 3, 2 }), .attrs = "channels=5 kernel=2 stride=3 output-padding=2,1 bias=false" },
  { X (4, { 0, 2, 4, 5 }), .attrs = "channels=3" },
  END
};

static const NnSample transposed_3d_samples[] = {
  { X (5, { 2, 2, 3, 2, 3 }), .attrs = "channels=3 kernel=2 stride=2" },
  { X (5, { 1, 4, 2, 3, 2 }),
    .attrs = "channels=2 kernel=3,2,3 stride=2 padding=1 output-padding=1 groups=2 bias=false" },
  { X (5, { 0, 2, 3, 2, 3 }), .attrs = "channels=3" },
  END
};

#define CONVOLUTION                                                           \
  .lesson = "09",                                                             \
  .ports = ports,                                                             \
  .attrs = conv_attrs,                                                        \
  .work = conv_work,                                                          \
  .onnx = "Conv", .onnx_since = 1

#define TRANSPOSED                                                            \
  .lesson = "19",                                                             \
  .ports = ports,                                                             \
  .attrs = transposed_attrs,                                                  \
  .work = transposed_work,                                                    \
  .onnx = "ConvTranspose", .onnx_since = 1

const NnOp nn_ops_convolution_nd[] = {
  {
    .name = "conv-transpose-2d", .title = N_("Transposed Convolution 2D"),
    .summary = N_("Spreads each number of an image over a window, to make the image larger."),
    .category = NN_CATEGORY_CONVOLUTION,
    .infer = transposed_2d_infer, .expand = transposed_2d_expand,
    .samples = transposed_2d_samples, .torch = "torch.nn.ConvTranspose2d",
    TRANSPOSED,
  },
  {
    .name = "conv-1d", .title = N_("Convolution 1D"),
    .summary = N_("Slides small filters along a signal, the same weights at every place."),
    .category = NN_CATEGORY_SIGNAL,
    .infer = conv_1d_infer, .expand = conv_1d_expand,
    .samples = conv_1d_samples, .torch = "torch.nn.Conv1d",
    CONVOLUTION,
  },
  {
    .name = "conv-transpose-1d", .title = N_("Transposed Convolution 1D"),
    .summary = N_("Spreads each number of a signal over a window, to make the signal longer."),
    .category = NN_CATEGORY_SIGNAL,
    .infer = transposed_1d_infer, .expand = transposed_1d_expand,
    .samples = transposed_1d_samples, .torch = "torch.nn.ConvTranspose1d",
    TRANSPOSED,
  },
  {
    .name = "conv-3d", .title = N_("Convolution 3D"),
    .summary = N_("Slides small filters through a volume, the same weights at every place."),
    .category = NN_CATEGORY_VOLUME,
    .infer = conv_3d_infer, .expand = conv_3d_expand,
    .samples = conv_3d_samples, .torch = "torch.nn.Conv3d",
    CONVOLUTION,
  },
  {
    .name = "conv-transpose-3d", .title = N_("Transposed Convolution 3D"),
    .summary = N_("Spreads each number of a volume over a window, to make the volume larger."),
    .category = NN_CATEGORY_VOLUME,
    .infer = transposed_3d_infer, .expand = transposed_3d_expand,
    .samples = transposed_3d_samples, .torch = "torch.nn.ConvTranspose3d",
    TRANSPOSED,
  },
  { NULL }
};
