/* pool-nd.c: pooling of signals and volumes, to a given size, and of everything
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "engine/window.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>

/* All of them are written with the two poolings of images.  A signal is an image of
 * height 1.  Largest numbers and means can be taken axis by axis: a volume is pooled
 * as the images of its slices first, then along its depth, where a whole slice counts
 * as the width of an image. */

static gboolean
takes_largest (const NnCall *call)
{
  return strstr (call->op->name, "max") != NULL;
}

static const char *
image_op (const NnCall *call)
{
  return takes_largest (call) ? "max-pool-2d" : "average-pool-2d";
}

static NnValue *
reshape (NnBuild *build,
         NnValue *value,
         gint64   b,
         gint64   c,
         gint64   h,
         gint64   w)
{
  NnShape shape = NN_SHAPE (b, c, h, w);

  return nn_build_reshape (build, value, &shape);
}

/* Hands the attribute @name on to the next op where both have it. */
static void
pass_on (NnBuild    *build,
         const char *name)
{
  const NnCall *call = nn_build_call (build);

  if (nn_attrs_find (call->op->attrs, name) >= 0)
    nn_build_set_value (build, name, nn_call_value (call, name));
}

/* The next op slides as the windows @h and @w say; NULL is an axis left alone. */
static void
set_windows (NnBuild        *build,
             const NnWindow *h,
             const NnWindow *w)
{
  static const NnWindow one = { 1, 1, 1, 1, 1, 0, 0 };

  h = h != NULL ? h : &one;
  w = w != NULL ? w : &one;
  nn_build_set_list (build, "kernel", 2, (gint64[]) { h->kernel, w->kernel });
  nn_build_set_list (build, "stride", 2, (gint64[]) { h->stride, w->stride });
  nn_build_set_list (build, "padding", 4,
                     (gint64[]) { h->before, w->before, h->behind, w->behind });
  pass_on (build, "ceil-mode");
  pass_on (build, "count-include-pad");
  if (takes_largest (nn_build_call (build)))
    nn_build_set_list (build, "dilation", 2, (gint64[]) { h->dilation, w->dilation });
}

static gboolean
check_places (const NnCall  *call,
              gint64         places,
              GError       **error)
{
  const int most = 254;         /* that max-pool-2d can tell apart */

  if (!takes_largest (call) || places <= most)
    return TRUE;
  return nn_call_refuse (call, error, _("a window may have at most %d places."), most);
}

static gboolean
pool_infer (NnCall  *call,
            int      n_axes,
            GError **error)
{
  NnWindow windows[NN_WINDOW_AXES];
  NnShape y = call->in[0].shape;

  if (!nn_call_want_rank (call, 0, n_axes + 2, error)
      || !nn_window_read (call, &call->in[0].shape, n_axes, windows, error))
    return FALSE;
  for (int i = 0; i < n_axes; i++)
    {
      if (MAX (windows[i].before, windows[i].behind) > windows[i].kernel / 2)
        return nn_call_refuse (call, error, _("the padding may be at most half of the window."));
      y.size[i + 2] = windows[i].out;
    }
  if (n_axes > 1 && !check_places (call, windows[n_axes - 2].kernel * windows[n_axes - 1].kernel,
                                   error))
    return FALSE;

  nn_call_set_out (call, 0, NN_FLOAT32, &y);
  return TRUE;
}

static gboolean
pool_1d_infer (NnCall  *call,
               GError **error)
{
  return pool_infer (call, 1, error);
}

static gboolean
pool_2d_infer (NnCall  *call,
               GError **error)
{
  return pool_infer (call, 2, error);
}

static gboolean
pool_3d_infer (NnCall  *call,
               GError **error)
{
  return pool_infer (call, 3, error);
}

static void
pool_1d_expand (NnBuild *build)
{
  const NnCall *call = nn_build_call (build);
  NnValue *x = nn_build_in (build, "x");
  NnWindow windows[NN_WINDOW_AXES];

  nn_window_read (call, &x->shape, 1, windows, NULL);
  x = reshape (build, x, x->shape.size[0], x->shape.size[1], 1, x->shape.size[2]);
  set_windows (build, NULL, &windows[0]);
  x = nn_build_op (build, image_op (call), x, NN_BUILD_END);
  nn_build_result (build, "y", nn_build_reshape (build, x, &call->out[0].shape));
}

static void
pool_3d_expand (NnBuild *build)
{
  const NnCall *call = nn_build_call (build);
  const NnShape *y = &call->out[0].shape;
  NnValue *x = nn_build_in (build, "x");
  gint64 b = x->shape.size[0];
  gint64 c = x->shape.size[1];
  gint64 d = x->shape.size[2];
  NnWindow windows[NN_WINDOW_AXES];

  nn_window_read (call, &x->shape, 3, windows, NULL);
  x = reshape (build, x, b, c * d, x->shape.size[3], x->shape.size[4]);
  set_windows (build, &windows[1], &windows[2]);
  x = nn_build_op (build, image_op (call), x, NN_BUILD_END);
  x = reshape (build, x, b, c, d, y->size[3] * y->size[4]);
  set_windows (build, &windows[0], NULL);
  x = nn_build_op (build, image_op (call), x, NN_BUILD_END);
  nn_build_result (build, "y", nn_build_reshape (build, x, y));
}

/* Adaptive pooling: the sizes of the result are given, 0 stands for the input's. */

static gint64
wanted_size (const NnCall *call,
             int           axis)
{
  gint64 size = nn_window_number (call, "size", axis);

  return size > 0 ? size : call->in[0].shape.size[axis + 2];
}

/* Windows of one size side by side are ordinary pooling, with its faster loops. */
static void
set_adaptive (NnBuild *build,
              gint64   h,
              gint64   w,
              gint64   ho,
              gint64   wo)
{
  if (h % ho == 0 && w % wo == 0 && h / ho * (w / wo) < 255)
    nn_build_set_list (build, "kernel", 2, (gint64[]) { h / ho, w / wo });
  else
    nn_build_set_list (build, "windows", 2, (gint64[]) { ho, wo });
}

static gboolean
adaptive_infer (NnCall  *call,
                int      n_axes,
                GError **error)
{
  NnShape y = call->in[0].shape;
  gint64 places = 1;
  gint64 windows = 1;

  if (!nn_call_want_rank (call, 0, n_axes + 2, error)
      || !nn_window_check (call, "size", n_axes, error))
    return FALSE;

  for (int i = 0; i < n_axes; i++)
    {
      gint64 size = y.size[i + 2];
      gint64 wanted = wanted_size (call, i);

      if (size == 0)
        return nn_call_refuse (call, error, _("axis %d of the input has no places."), i + 2);
      places *= (size + wanted - 1) / wanted + (size % wanted != 0);
      windows *= wanted;
      y.size[i + 2] = wanted;
    }
  if (windows > 1 && !check_places (call, places, error))
    return FALSE;

  nn_call_set_out (call, 0, NN_FLOAT32, &y);
  return TRUE;
}

static gboolean
adaptive_1d_infer (NnCall  *call,
                   GError **error)
{
  return adaptive_infer (call, 1, error);
}

static gboolean
adaptive_2d_infer (NnCall  *call,
                   GError **error)
{
  return adaptive_infer (call, 2, error);
}

static gboolean
adaptive_3d_infer (NnCall  *call,
                   GError **error)
{
  return adaptive_infer (call, 3, error);
}

/* One number for all of each channel. */
static NnValue *
build_global (NnBuild *build)
{
  NnValue *x = nn_build_in (build, "x");
  gint64 axes[NN_MAX_RANK];
  int rank = x->shape.rank;

  for (int i = 2; i < rank; i++)
    axes[i - 2] = i;
  nn_build_set_list (build, "axes", rank - 2, axes);
  nn_build_set (build, "keep", TRUE);
  return nn_build_op (build, takes_largest (nn_build_call (build)) ? "max" : "mean", x,
                      NN_BUILD_END);
}

static void
adaptive_expand (NnBuild *build)
{
  const NnCall *call = nn_build_call (build);
  const NnShape *y = &call->out[0].shape;
  NnValue *x = nn_build_in (build, "x");
  gint64 b = x->shape.size[0];
  gint64 c = x->shape.size[1];
  int n_axes = x->shape.rank - 2;
  gint64 depth = n_axes == 3 ? x->shape.size[2] : 1;
  gint64 h = n_axes > 1 ? x->shape.size[n_axes] : 1;
  gint64 w = x->shape.size[n_axes + 1];
  gint64 ho = n_axes > 1 ? y->size[n_axes] : 1;
  gint64 wo = y->size[n_axes + 1];

  if (nn_shape_span (y, 2, y->rank) == 1)
    {
      nn_build_result (build, "y", build_global (build));
      return;
    }

  x = reshape (build, x, b, c * depth, h, w);
  set_adaptive (build, h, w, ho, wo);
  x = nn_build_op (build, image_op (call), x, NN_BUILD_END);
  if (n_axes == 3)
    {
      x = reshape (build, x, b, c, depth, ho * wo);
      set_adaptive (build, depth, ho * wo, y->size[2], ho * wo);
      x = nn_build_op (build, image_op (call), x, NN_BUILD_END);
    }
  nn_build_result (build, "y", nn_build_reshape (build, x, y));
}

/* Global pooling. */

static gboolean
global_infer (NnCall  *call,
              int      n_axes,
              GError **error)
{
  NnShape y = call->in[0].shape;

  if (!nn_call_want_rank (call, 0, n_axes + 2, error))
    return FALSE;

  for (int i = 0; i < n_axes; i++)
    y.size[i + 2] = 1;
  nn_call_set_out (call, 0, NN_FLOAT32, &y);
  return TRUE;
}

static gboolean
global_1d_infer (NnCall  *call,
                 GError **error)
{
  return global_infer (call, 1, error);
}

static gboolean
global_2d_infer (NnCall  *call,
                 GError **error)
{
  return global_infer (call, 2, error);
}

static gboolean
global_3d_infer (NnCall  *call,
                 GError **error)
{
  return global_infer (call, 3, error);
}

static void
global_expand (NnBuild *build)
{
  nn_build_result (build, "y", build_global (build));
}

/* Power-average pooling, y = (Σ x^p)^(1/p), of order 1 or 2: the sum, or the length.  As
 * in PyTorch it is a mean times the places of a whole window. */
static void
lp_expand (NnBuild *build)
{
  const NnCall *call = nn_build_call (build);
  gboolean squares = nn_call_number (call, "norm") == 2;
  NnValue *x = nn_build_in (build, "x");
  int n_axes = x->shape.rank - 2;
  NnWindow windows[NN_WINDOW_AXES];
  gint64 places;

  nn_window_read (call, &x->shape, n_axes, windows, NULL);
  places = windows[0].kernel * (n_axes > 1 ? windows[1].kernel : 1);
  if (squares)
    x = nn_build_op (build, "square", x, NN_BUILD_END);
  x = reshape (build, x, x->shape.size[0], x->shape.size[1], n_axes > 1 ? x->shape.size[2] : 1,
               x->shape.size[n_axes + 1]);
  set_windows (build, n_axes > 1 ? &windows[0] : NULL, &windows[n_axes - 1]);
  x = nn_build_scale (build, nn_build_op (build, "average-pool-2d", x, NN_BUILD_END), places, 0);
  if (squares)
    x = nn_build_op (build, "sqrt", x, NN_BUILD_END);
  nn_build_result (build, "y", nn_build_reshape (build, x, &call->out[0].shape));
}


static const NnPort ports[] = {
  { "x", N_("Input") },
  { "y", N_("Output"), NN_PORT_OUTPUT },
  { NULL }
};

#define WINDOW                                                                \
  { "kernel", N_("Window"), NN_ATTR_INTS, 2, 1, 254,                          \
    .onnx = "kernel_shape", .torch = "kernel_size" },                         \
  { "stride", N_("Stride (0: as the window)"), NN_ATTR_INTS, 0, 0, 1024,      \
    .onnx = "strides", .torch = "stride" }

#define PADDING                                                               \
  { "padding", N_("Padding"), NN_ATTR_INTS, 0, 0, 127, .words = nn_window_paddings, \
    .onnx = "pads", .torch = "padding" }

#define CEIL_MODE                                                             \
  { "ceil-mode", N_("Also windows that hang over"), NN_ATTR_BOOL, 0, 0, 1,    \
    .onnx = "ceil_mode", .torch = "ceil_mode" }

static const NnAttr max_attrs[] = {
  WINDOW,
  PADDING,
  CEIL_MODE,
  { "dilation", N_("Dilation"), NN_ATTR_INTS, 1, 1, 1024,
    .onnx = "dilations", .torch = "dilation" },
  { NULL }
};

static const NnAttr average_attrs[] = {
  WINDOW,
  PADDING,
  CEIL_MODE,
  { "count-include-pad", N_("Count the padding"), NN_ATTR_BOOL, 1, 0, 1,
    .onnx = "count_include_pad", .torch = "count_include_pad" },
  { NULL }
};

static const NnAttr lp_attrs[] = {
  WINDOW,
  CEIL_MODE,
  { "norm", N_("Order"), NN_ATTR_INT, 2, 1, 2, .onnx = "p", .torch = "norm_type" },
  { NULL }
};

static const NnAttr adaptive_attrs[] = {
  { "size", N_("Size of the result (0: as the input)"), NN_ATTR_INTS, 1, 0, 65536,
    .torch = "output_size" },
  { NULL }
};

#define X(...) .in = { { __VA_ARGS__ } }
#define END { .in[0].rank = 0 }

static const NnSample samples_1d[] = {
  { X (3, { 2, 3, 9 }) },
  { X (3, { 2, 17, 11 }), .attrs = "kernel=3 stride=2 padding=1 ceil-mode=true" },
  { X (3, { 2, 3, 10 }), .attrs = "kernel=3 stride=1 padding=0,1" },
  { X (3, { 0, 3, 9 }) },
  END
};

static const NnSample samples_3d[] = {
  { X (5, { 2, 2, 4, 4, 6 }) },
  { X (5, { 1, 2, 5, 4, 3 }), .attrs = "kernel=2,3,2 stride=2,1,1 padding=1 ceil-mode=true" },
  { X (5, { 0, 2, 4, 4, 6 }) },
  END
};

static const NnSample lp_1d_samples[] = {
  { X (3, { 2, 3, 9 }) },
  { X (3, { 2, 3, 17 }), .attrs = "kernel=3 stride=2 norm=1" },
  { X (3, { 0, 3, 9 }) },
  END
};

static const NnSample lp_2d_samples[] = {
  { X (4, { 2, 3, 4, 6 }) },
  { X (4, { 2, 3, 5, 17 }), .attrs = "kernel=2,3 stride=2 norm=1 ceil-mode=true" },
  { X (4, { 0, 3, 4, 4 }) },
  END
};

static const NnSample adaptive_1d_samples[] = {
  { X (3, { 2, 3, 8 }), .attrs = "size=4" },
  { X (3, { 2, 17, 7 }), .attrs = "size=3" },
  { X (3, { 2, 3, 5 }) },
  { X (3, { 0, 3, 7 }), .attrs = "size=3" },
  END
};

static const NnSample adaptive_2d_samples[] = {
  { X (4, { 2, 3, 6, 4 }), .attrs = "size=3,2" },
  { X (4, { 2, 17, 7, 5 }), .attrs = "size=3" },
  { X (4, { 2, 3, 2, 3 }), .attrs = "size=4,0" },
  { X (4, { 2, 3, 5, 4 }) },
  { X (4, { 0, 3, 7, 5 }), .attrs = "size=3" },
  END
};

static const NnSample adaptive_3d_samples[] = {
  { X (5, { 2, 2, 4, 6, 4 }), .attrs = "size=2,3,2" },
  { X (5, { 1, 2, 5, 3, 4 }), .attrs = "size=3,0,2" },
  { X (5, { 1, 2, 3, 2, 2 }) },
  { X (5, { 0, 2, 4, 6, 4 }), .attrs = "size=2" },
  END
};

static const NnSample global_1d_samples[] = {
  { X (3, { 2, 3, 17 }) }, { X (3, { 0, 3, 5 }) }, END
};

static const NnSample global_2d_samples[] = {
  { X (4, { 2, 3, 6, 6 }) }, { X (4, { 2, 3, 3, 2 }) }, { X (4, { 0, 3, 6, 6 }) }, END
};

static const NnSample global_3d_samples[] = {
  { X (5, { 2, 3, 3, 4, 5 }) }, { X (5, { 0, 3, 2, 2, 2 }) }, END
};

const NnOp nn_ops_pool_nd[] = {
  {
    .name = "adaptive-max-pool-2d", .title = N_("Adaptive Max Pooling 2D"),
    .summary = N_("Keeps the largest number of as many windows as are asked for."),
    .lesson = "09", .category = NN_CATEGORY_CONVOLUTION, .ports = ports, .attrs = adaptive_attrs,
    .infer = adaptive_2d_infer, .expand = adaptive_expand, .samples = adaptive_2d_samples,
    .torch = "torch.nn.AdaptiveMaxPool2d",
  },
  {
    .name = "adaptive-average-pool-2d", .title = N_("Adaptive Average Pooling 2D"),
    .summary = N_("Keeps the mean of as many windows as are asked for."),
    .lesson = "17", .category = NN_CATEGORY_CONVOLUTION, .ports = ports, .attrs = adaptive_attrs,
    .infer = adaptive_2d_infer, .expand = adaptive_expand, .samples = adaptive_2d_samples,
    .torch = "torch.nn.AdaptiveAvgPool2d",
  },
  {
    .name = "global-max-pool-2d", .title = N_("Global Max Pooling 2D"),
    .summary = N_("Keeps the largest number of each whole channel."),
    .lesson = "10", .category = NN_CATEGORY_CONVOLUTION, .ports = ports,
    .infer = global_2d_infer, .expand = global_expand, .samples = global_2d_samples,
    .onnx = "GlobalMaxPool", .onnx_since = 1, .torch = "torch.nn.AdaptiveMaxPool2d",
  },
  {
    .name = "global-average-pool-2d", .title = N_("Global Average Pooling 2D"),
    .summary = N_("Keeps the mean of each whole channel."),
    .lesson = "10", .category = NN_CATEGORY_CONVOLUTION, .ports = ports,
    .infer = global_2d_infer, .expand = global_expand, .samples = global_2d_samples,
    .onnx = "GlobalAveragePool", .onnx_since = 1, .torch = "torch.nn.AdaptiveAvgPool2d",
  },
  {
    .name = "lp-pool-2d", .title = N_("Power-Average Pooling 2D"),
    .summary = N_("Keeps the length of the numbers in each window, taken as a vector."),
    .lesson = "09", .category = NN_CATEGORY_CONVOLUTION, .ports = ports, .attrs = lp_attrs,
    .infer = pool_2d_infer, .expand = lp_expand, .samples = lp_2d_samples,
    .torch = "torch.nn.LPPool2d",
  },
  {
    .name = "max-pool-1d", .title = N_("Max Pooling 1D"),
    .summary = N_("Keeps the largest number of each window."),
    .lesson = "09", .category = NN_CATEGORY_SIGNAL, .ports = ports, .attrs = max_attrs,
    .infer = pool_1d_infer, .expand = pool_1d_expand, .samples = samples_1d,
    .torch = "torch.nn.MaxPool1d",
  },
  {
    .name = "average-pool-1d", .title = N_("Average Pooling 1D"),
    .summary = N_("Keeps the mean of each window."),
    .lesson = "09", .category = NN_CATEGORY_SIGNAL, .ports = ports, .attrs = average_attrs,
    .infer = pool_1d_infer, .expand = pool_1d_expand, .samples = samples_1d,
    .torch = "torch.nn.AvgPool1d",
  },
  {
    .name = "adaptive-max-pool-1d", .title = N_("Adaptive Max Pooling 1D"),
    .summary = N_("Keeps the largest number of as many windows as are asked for."),
    .lesson = "09", .category = NN_CATEGORY_SIGNAL, .ports = ports, .attrs = adaptive_attrs,
    .infer = adaptive_1d_infer, .expand = adaptive_expand, .samples = adaptive_1d_samples,
    .torch = "torch.nn.AdaptiveMaxPool1d",
  },
  {
    .name = "adaptive-average-pool-1d", .title = N_("Adaptive Average Pooling 1D"),
    .summary = N_("Keeps the mean of as many windows as are asked for."),
    .lesson = "17", .category = NN_CATEGORY_SIGNAL, .ports = ports, .attrs = adaptive_attrs,
    .infer = adaptive_1d_infer, .expand = adaptive_expand, .samples = adaptive_1d_samples,
    .torch = "torch.nn.AdaptiveAvgPool1d",
  },
  {
    .name = "global-max-pool-1d", .title = N_("Global Max Pooling 1D"),
    .summary = N_("Keeps the largest number of each whole channel."),
    .lesson = "10", .category = NN_CATEGORY_SIGNAL, .ports = ports,
    .infer = global_1d_infer, .expand = global_expand, .samples = global_1d_samples,
    .onnx = "GlobalMaxPool", .onnx_since = 1, .torch = "torch.nn.AdaptiveMaxPool1d",
  },
  {
    .name = "global-average-pool-1d", .title = N_("Global Average Pooling 1D"),
    .summary = N_("Keeps the mean of each whole channel."),
    .lesson = "10", .category = NN_CATEGORY_SIGNAL, .ports = ports,
    .infer = global_1d_infer, .expand = global_expand, .samples = global_1d_samples,
    .onnx = "GlobalAveragePool", .onnx_since = 1, .torch = "torch.nn.AdaptiveAvgPool1d",
  },
  {
    .name = "lp-pool-1d", .title = N_("Power-Average Pooling 1D"),
    .summary = N_("Keeps the length of the numbers in each window, taken as a vector."),
    .lesson = "09", .category = NN_CATEGORY_SIGNAL, .ports = ports, .attrs = lp_attrs,
    .infer = pool_1d_infer, .expand = lp_expand, .samples = lp_1d_samples,
    .torch = "torch.nn.LPPool1d",
  },
  {
    .name = "max-pool-3d", .title = N_("Max Pooling 3D"),
    .summary = N_("Keeps the largest number of each window."),
    .lesson = "09", .category = NN_CATEGORY_VOLUME, .ports = ports, .attrs = max_attrs,
    .infer = pool_3d_infer, .expand = pool_3d_expand, .samples = samples_3d,
    .torch = "torch.nn.MaxPool3d",
  },
  {
    .name = "average-pool-3d", .title = N_("Average Pooling 3D"),
    .summary = N_("Keeps the mean of each window."),
    .lesson = "09", .category = NN_CATEGORY_VOLUME, .ports = ports, .attrs = average_attrs,
    .infer = pool_3d_infer, .expand = pool_3d_expand, .samples = samples_3d,
    .torch = "torch.nn.AvgPool3d",
  },
  {
    .name = "adaptive-max-pool-3d", .title = N_("Adaptive Max Pooling 3D"),
    .summary = N_("Keeps the largest number of as many windows as are asked for."),
    .lesson = "09", .category = NN_CATEGORY_VOLUME, .ports = ports, .attrs = adaptive_attrs,
    .infer = adaptive_3d_infer, .expand = adaptive_expand, .samples = adaptive_3d_samples,
    .torch = "torch.nn.AdaptiveMaxPool3d",
  },
  {
    .name = "adaptive-average-pool-3d", .title = N_("Adaptive Average Pooling 3D"),
    .summary = N_("Keeps the mean of as many windows as are asked for."),
    .lesson = "17", .category = NN_CATEGORY_VOLUME, .ports = ports, .attrs = adaptive_attrs,
    .infer = adaptive_3d_infer, .expand = adaptive_expand, .samples = adaptive_3d_samples,
    .torch = "torch.nn.AdaptiveAvgPool3d",
  },
  {
    .name = "global-max-pool-3d", .title = N_("Global Max Pooling 3D"),
    .summary = N_("Keeps the largest number of each whole channel."),
    .lesson = "10", .category = NN_CATEGORY_VOLUME, .ports = ports,
    .infer = global_3d_infer, .expand = global_expand, .samples = global_3d_samples,
    .onnx = "GlobalMaxPool", .onnx_since = 1, .torch = "torch.nn.AdaptiveMaxPool3d",
  },
  {
    .name = "global-average-pool-3d", .title = N_("Global Average Pooling 3D"),
    .summary = N_("Keeps the mean of each whole channel."),
    .lesson = "10", .category = NN_CATEGORY_VOLUME, .ports = ports,
    .infer = global_3d_infer, .expand = global_expand, .samples = global_3d_samples,
    .onnx = "GlobalAveragePool", .onnx_since = 1, .torch = "torch.nn.AdaptiveAvgPool3d",
  },
  { NULL }
};
