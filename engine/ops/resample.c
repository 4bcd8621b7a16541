/* resample.c: images and signals in another size
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "engine/op-scalar.h"
#include "engine/window.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>

/* Every way to resample an image can be done axis by axis, and along one axis each
 * number of the result is a weighted sum of a few numbers of the input.  Which ones and
 * with what weights is a table that is made with the plan.
 *
 * Bicubic weights are those of Keys (1981) with a = -0.75, as in PyTorch. */

enum { MODE_NEAREST, MODE_LINEAR, MODE_CUBIC, MODE_NEAREST_EXACT };

#define TAPS 4

typedef struct
{
  gint64 at[TAPS];
  float  weight[TAPS];
} Taps;

typedef struct
{
  const NnCall *call;
  const Taps   *taps;
  int           n_taps;
  gint64        outer;          /* axes in front, as one */
  gint64        in, out;
  gint64        inner;          /* axes behind, as one */
} Resample;

static int
count_taps (int mode)
{
  return mode == MODE_LINEAR ? 2 : mode == MODE_CUBIC ? 4 : 1;
}

static double
cubic_weight (double distance)
{
  const double a = -0.75;
  double d = fabs (distance);

  if (d <= 1)
    return ((a + 2) * d - (a + 3)) * d * d + 1;
  return ((a * d - 5 * a) * d + 8 * a) * d - 4 * a;
}

/* The place in the input that place @i of the output shows, in numbers of the input.  The
 * first and the last show each other with align-corners; else both axes have the same
 * extent, and a number stands at the middle of its share. */
static double
find_source (const NnCall *call,
             gint64        in,
             gint64        out,
             gint64        i)
{
  double scale = nn_call_number (call, "scale");
  double step = scale > 0 ? 1 / scale : (double) in / (double) out;

  if (nn_call_number (call, "align-corners") != 0)
    return out > 1 ? (double) i * (double) (in - 1) / (double) (out - 1) : 0;
  return ((double) i + 0.5) * step - 0.5;
}

static void
fill_taps (const NnCall *call,
           gint64        in,
           gint64        out,
           gint64        i,
           Taps         *taps)
{
  int mode = (int) nn_call_number (call, "mode");
  double source = find_source (call, in, out, i);
  double scale = nn_call_number (call, "scale");
  gint64 first;

  if (mode == MODE_NEAREST || mode == MODE_NEAREST_EXACT)
    {
      /* PyTorch steps in single precision here, which decides where halves fall. */
      float step = scale > 0 ? (float) (1 / scale) : (float) in / (float) out;
      float place = mode == MODE_NEAREST ? (float) i * step : ((float) i + 0.5f) * step;

      taps->at[0] = CLAMP ((gint64) floorf (place), 0, in - 1);
      taps->weight[0] = 1;
      return;
    }

  if (mode == MODE_LINEAR)
    source = MAX (source, 0);
  first = (gint64) floor (source);
  for (int k = 0; k < count_taps (mode); k++)
    {
      gint64 at = mode == MODE_CUBIC ? first - 1 + k : first + k;
      double distance = source - (double) at;

      taps->at[k] = CLAMP (at, 0, in - 1);
      taps->weight[k] = (float) (mode == MODE_CUBIC ? cubic_weight (distance)
                                                    : 1 - fabs (distance));
    }
}

/* @x is the shape of the input, @y that of the output. */
static Resample
resample_of (const NnCall  *call,
             const NnShape *x,
             const NnShape *y)
{
  int axis = (int) nn_call_number (call, "axis");

  return (Resample) {
    call, call->state, count_taps ((int) nn_call_number (call, "mode")),
    nn_shape_span (x, 0, axis), x->size[axis], y->size[axis],
    nn_shape_span (x, axis + 1, x->rank),
  };
}

/* A table for each number of the output's axis. */
static gboolean
prepare (NnCall        *call,
         const NnShape *x,
         const NnShape *y)
{
  Resample self = resample_of (call, x, y);
  Taps *taps = g_new0 (Taps, self.out);

  for (gint64 i = 0; self.in > 0 && i < self.out; i++)
    fill_taps (call, self.in, self.out, i, &taps[i]);
  call->state = taps;
  return TRUE;
}

static void
release (NnCall *call)
{
  g_free (call->state);
}

static inline void
weigh (const float *x,
       const Taps  *taps,
       int          n_taps,
       gint64       inner,
       float       *y)
{
  const float *a = x + taps->at[0] * inner;
  const float *b = x + taps->at[1] * inner;

  if (n_taps == 1)
    {
      memcpy (y, a, (gsize) inner * sizeof (float));
      return;
    }

  NN_IVDEP
  for (gint64 i = 0; i < inner; i++)
    y[i] = a[i] * taps->weight[0] + b[i] * taps->weight[1];
  for (int k = 2; k < n_taps; k++)
    {
      const float *c = x + taps->at[k] * inner;

      NN_IVDEP
      for (gint64 i = 0; i < inner; i++)
        y[i] += c[i] * taps->weight[k];
    }
}

/* The last axis: neighbours in memory are weighed against each other. */
static inline void
weigh_line (const Resample *self,
            const float    *x,
            float          *y)
{
  for (gint64 i = 0; i < self->out; i++)
    {
      float sum = 0;

      for (int k = 0; k < self->n_taps; k++)
        sum += x[self->taps[i].at[k]] * self->taps[i].weight[k];
      y[i] = sum;
    }
}

static NN_CLONES void
resample_rows (void   *data,
               gint64  first,
               gint64  last)
{
  const Resample *self = data;

  for (gint64 row = first; row < last; row++)
    {
      const float *x = (const float *) self->call->in[0].data + row * self->in * self->inner;
      float *y = (float *) self->call->out[0].data + row * self->out * self->inner;

      if (self->inner == 1)
        weigh_line (self, x, y);
      else
        for (gint64 i = 0; i < self->out; i++)
          weigh (x, &self->taps[i], self->n_taps, self->inner, y + i * self->inner);
    }
}

/* dx += what @taps made of it. */
static inline void
spread (const float *dy,
        const Taps  *taps,
        int          n_taps,
        gint64       inner,
        float       *dx)
{
  for (int k = 0; k < n_taps; k++)
    {
      float *to = dx + taps->at[k] * inner;
      float weight = taps->weight[k];

      NN_IVDEP
      for (gint64 i = 0; i < inner; i++)
        to[i] += dy[i] * weight;
    }
}

static inline void
spread_line (const Resample *self,
             const float    *dy,
             float          *dx)
{
  for (gint64 i = 0; i < self->out; i++)
    for (int k = 0; k < self->n_taps; k++)
      dx[self->taps[i].at[k]] += dy[i] * self->taps[i].weight[k];
}

static NN_CLONES void
gradient_rows (void   *data,
               gint64  first,
               gint64  last)
{
  const Resample *self = data;
  gint64 inner = self->inner;

  for (gint64 row = first; row < last; row++)
    {
      const float *dy = (const float *) self->call->in[0].data + row * self->out * inner;
      float *dx = (float *) self->call->out[0].data + row * self->in * inner;

      memset (dx, 0, (gsize) (self->in * inner) * sizeof (float));
      if (inner == 1)
        spread_line (self, dy, dx);
      else
        for (gint64 i = 0; i < self->out; i++)
          spread (dy + i * inner, &self->taps[i], self->n_taps, inner, dx);
    }
}

static void
run (NnCall        *call,
     const NnShape *x,
     const NnShape *y,
     NnRange        range)
{
  Resample self = resample_of (call, x, y);
  gint64 work = self.out * self.inner * self.n_taps;

  nn_pool_for (call->pool, call->threads, self.outer, NN_SCALAR_GRAIN / MAX (work, 1), range,
               &self);
}

static gboolean
resample_prepare (NnCall  *call,
                  GError **error)
{
  return prepare (call, &call->in[0].shape, &call->out[0].shape);
}

static gboolean
gradient_prepare (NnCall  *call,
                  GError **error)
{
  return prepare (call, &call->out[0].shape, &call->in[0].shape);
}

static void
resample_run (NnCall *call)
{
  run (call, &call->in[0].shape, &call->out[0].shape, resample_rows);
}

static void
gradient_run (NnCall *call)
{
  run (call, &call->out[0].shape, &call->in[0].shape, gradient_rows);
}

static gboolean
resample_infer (NnCall  *call,
                GError **error)
{
  NnShape y = call->in[0].shape;

  y.size[(int) nn_call_number (call, "axis")] = (gint64) nn_call_number (call, "length");
  nn_call_set_out (call, 0, NN_FLOAT32, &y);
  return TRUE;
}

/* The slope of @op, which is the other of the two: both are linear. */
static NnValue *
turn_back (NnBuild    *build,
           const char *op,
           NnValue    *slope,
           NnValue    *like)
{
  static const char *const names[] = { "axis", "mode", "align-corners", "scale" };
  const NnCall *call = nn_build_call (build);

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    nn_build_set_value (build, names[i], nn_call_value (call, names[i]));
  nn_build_set (build, "length", like->shape.size[(int) nn_call_number (call, "axis")]);
  return nn_build_op (build, op, slope, NN_BUILD_END);
}

static void
resample_gradient (NnBuild *build)
{
  nn_build_gradient (build, "x", turn_back (build, "resample-gradient",
                                            nn_build_slope (build, "y"),
                                            nn_build_in (build, "x")));
}

static void
gradient_gradient (NnBuild *build)
{
  nn_build_gradient (build, "dy", turn_back (build, "resample", nn_build_slope (build, "dx"),
                                             nn_build_in (build, "dy")));
}

static gint64
new_size (const NnCall *call,
          int           axis,
          gint64        in)
{
  gint64 size = nn_window_number (call, "size", axis);

  return size > 0 ? size : (gint64) floor ((double) in * nn_call_number (call, "scale"));
}

static gboolean
upsample_infer (NnCall  *call,
                int      n_axes,
                GError **error)
{
  NnShape y = call->in[0].shape;

  if (!nn_call_want_rank (call, 0, n_axes + 2, error)
      || !nn_window_check (call, "size", n_axes, error))
    return FALSE;

  for (int i = 0; i < n_axes; i++)
    {
      gint64 in = y.size[i + 2];

      y.size[i + 2] = new_size (call, i, in);
      if (in < 1 || y.size[i + 2] < 1)
        return nn_call_refuse (call, error,
                               _("an axis of %" PRId64 " cannot become one of %" PRId64 "."), in,
                               y.size[i + 2]);
    }
  nn_call_set_out (call, 0, NN_FLOAT32, &y);
  return TRUE;
}

static gboolean
upsample_1d_infer (NnCall  *call,
                   GError **error)
{
  return upsample_infer (call, 1, error);
}

static gboolean
upsample_2d_infer (NnCall  *call,
                   GError **error)
{
  return upsample_infer (call, 2, error);
}

/* The last axis first, while the others are small. */
static void
upsample_expand (NnBuild *build)
{
  const NnCall *call = nn_build_call (build);
  gboolean by_size = nn_window_number (call, "size", 0) > 0;
  NnValue *x = nn_build_in (build, "x");

  for (int axis = x->shape.rank - 1; axis >= 2; axis--)
    {
      nn_build_set (build, "axis", axis);
      nn_build_set (build, "length", call->out[0].shape.size[axis]);
      nn_build_set (build, "scale", by_size ? 0 : nn_call_number (call, "scale"));
      nn_build_set_value (build, "mode", nn_call_value (call, "mode"));
      nn_build_set_value (build, "align-corners", nn_call_value (call, "align-corners"));
      x = nn_build_op (build, "resample", x, NN_BUILD_END);
    }
  nn_build_result (build, "y", x);
}

static const NnPort ports[] = {
  { "x", N_("Input") },
  { "y", N_("Output"), NN_PORT_OUTPUT },
  { NULL }
};

static const NnPort gradient_ports[] = {
  { "dy", N_("Gradient by the output") },
  { "dx", N_("Gradient by the input"), NN_PORT_OUTPUT },
  { NULL }
};

static const char *const signal_modes[] = { "nearest", "linear", NULL };
static const char *const modes[] = { "nearest", "bilinear", "bicubic", "nearest-exact", NULL };

#define UPSAMPLE_ATTRS(words_of_mode)                                         \
  { "scale", N_("Factor"), NN_ATTR_FLOAT, 2, 1e-3, 1024, .torch = "scale_factor" }, \
  { "size", N_("Or size of the result (0: by the factor)"), NN_ATTR_INTS, 0, 0, 65536, \
    .torch = "size" },                                                        \
  { "mode", N_("Method"), NN_ATTR_CHOICE, 0, .words = words_of_mode, .torch = "mode" }, \
  { "align-corners", N_("Corners stay corners"), NN_ATTR_BOOL, 0, 0, 1,       \
    .torch = "align_corners" }

static const NnAttr upsample_1d_attrs[] = { UPSAMPLE_ATTRS (signal_modes), { NULL } };
static const NnAttr upsample_2d_attrs[] = { UPSAMPLE_ATTRS (modes), { NULL } };

static const NnAttr attrs[] = {
  { "axis", N_("Axis"), NN_ATTR_INT, 1, 0, NN_MAX_RANK - 1 },
  { "length", N_("Size of the result"), NN_ATTR_INT, 1, 0, 1e9 },
  { "scale", N_("Factor"), NN_ATTR_FLOAT, 0, 0, 1024 },
  { "mode", N_("Method"), NN_ATTR_CHOICE, 0, .words = modes },
  { "align-corners", N_("Corners stay corners"), NN_ATTR_BOOL, 0, 0, 1 },
  { NULL }
};

static const NnSample upsample_1d_samples[] = {
  { .in = { { 3, { 2, 3, 5 } } } },
  { .in = { { 3, { 2, 3, 17 } } }, .attrs = "size=9 mode=linear" },
  { .in = { { 3, { 0, 3, 5 } } } },
  { .in[0].rank = 0 }
};

static const NnSample upsample_2d_samples[] = {
  { .in = { { 4, { 2, 3, 4, 5 } } } },
  { .in = { { 4, { 2, 3, 4, 5 } } }, .attrs = "scale=1.7 mode=bilinear" },
  { .in = { { 4, { 1, 2, 3, 5 } } }, .attrs = "size=5,3 mode=bilinear align-corners=true" },
  { .in = { { 4, { 1, 2, 4, 17 } } }, .attrs = "mode=bicubic" },
  { .in = { { 4, { 1, 2, 5, 4 } } }, .attrs = "size=7,3 mode=bicubic align-corners=true" },
  { .in = { { 4, { 1, 2, 5, 4 } } }, .attrs = "size=3,9 mode=nearest-exact" },
  { .in = { { 4, { 0, 3, 4, 5 } } } },
  { .in[0].rank = 0 }
};

static const NnSample samples[] = {
  { .in = { { 3, { 2, 5, 33 } } }, .attrs = "axis=1 length=8 mode=bilinear" },
  { .in = { { 2, { 3, 7 } } }, .attrs = "axis=1 length=4 mode=bicubic" },
  { .in = { { 2, { 0, 7 } } }, .attrs = "axis=1 length=14" },
  { .in[0].rank = 0 }
};

static const NnSample gradient_samples[] = {
  { .in = { { 3, { 2, 8, 33 } } }, .attrs = "axis=1 length=5 mode=bilinear" },
  { .in = { { 2, { 3, 4 } } }, .attrs = "axis=1 length=7 mode=bicubic" },
  { .in = { { 2, { 0, 14 } } }, .attrs = "axis=1 length=7" },
  { .in[0].rank = 0 }
};

#define UPSAMPLE                                                              \
  .lesson = "19",                                                             \
  .ports = ports,                                                             \
  .expand = upsample_expand,                                                  \
  .torch = "torch.nn.Upsample"

const NnOp nn_ops_resample[] = {
  {
    .name = "upsample-2d", .title = N_("Resize 2D"),
    .summary = N_("Shows an image in another size, larger or smaller."),
    .category = NN_CATEGORY_CONVOLUTION,
    .attrs = upsample_2d_attrs, .infer = upsample_2d_infer, .samples = upsample_2d_samples,
    UPSAMPLE,
  },
  {
    .name = "upsample-1d", .title = N_("Resize 1D"),
    .summary = N_("Shows a signal in another length, longer or shorter."),
    .category = NN_CATEGORY_SIGNAL,
    .attrs = upsample_1d_attrs, .infer = upsample_1d_infer, .samples = upsample_1d_samples,
    UPSAMPLE,
  },
  {
    .name = "resample", .title = N_("Resize along one axis"),
    .summary = N_("Makes each number along an axis from the nearest few of the input."),
    .category = NN_CATEGORY_INTERNAL,
    .ports = ports, .attrs = attrs, .infer = resample_infer, .gradient = resample_gradient,
    .samples = samples,
    .cpu = (const NnKernel[]) {
      { "table", NN_LAYOUT_ROWS, NULL, resample_prepare, resample_run, release }, { NULL }
    },
  },
  {
    .name = "resample-gradient", .title = N_("Slope of resizing"),
    .summary = N_("Gives each number of the input its share of the gradients it went into."),
    .category = NN_CATEGORY_INTERNAL,
    .ports = gradient_ports, .attrs = attrs, .infer = resample_infer,
    .gradient = gradient_gradient, .samples = gradient_samples,
    .cpu = (const NnKernel[]) {
      { "table", NN_LAYOUT_ROWS, NULL, gradient_prepare, gradient_run, release }, { NULL }
    },
  },
  { NULL }
};
