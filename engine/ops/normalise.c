/* normalise.c: bringing numbers to mean 0 and variance 1
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "engine/build.h"
#include "engine/op-scalar.h"

#include <glib/gi18n-lib.h>

/* Batch normalisation (Ioffe and Szegedy, 2015): per channel,
 *
 *   y = (x - mean) / √(var + ε) · weight + bias
 *
 * with mean and variance of the batch in training, and with their running
 * averages afterwards, if there are any.  Sums are made in a fixed number of parts that meet in
 * order, so they do not depend on the number of threads. */

#define PARTS     16
#define PART_ROWS 32

typedef struct
{
  const NnCall *call;
  const float  *x;
  const float  *dy;             /* gradient only */
  const float  *mean;
  const float  *scale;          /* gradient: 1 / √(var + ε) */
  gint64        b, c, inner;    /* items, channels, pixels */
  gboolean      last;           /* channels are neighbours */
  int           n_sums;
  float        *parts;          /* n_parts × n_sums × c */
  gint64        n_parts;
} Sums;

/* What is summed for each number; one of these at a time. */
typedef enum
{
  SUM_X,
  SUM_DEVIATION,                /* (x - mean)² */
  SUM_SLOPES,                   /* dy, and dy · (x - mean) · scale */
} Term;

static Sums
sums_of (const NnCall  *call,
         const NnShape *x,
         NnLayout       layout)
{
  Sums self = { .call = call, .x = call->in[0].data };

  self.b = x->size[0];
  self.c = x->size[1];
  self.inner = nn_shape_span (x, 2, x->rank);
  self.last = self.inner == 1 || layout == NN_LAYOUT_CHANNELS_LAST;
  self.n_parts = CLAMP ((self.last ? self.b * self.inner : self.b) / (self.last ? PART_ROWS : 1),
                        1, PARTS);
  self.n_sums = 1;
  self.parts = call->workspace;

  return self;
}

/* One part of the rows, channels side by side. */
static inline void
add_rows (const Sums *self,
          gint64      first,
          gint64      last,
          float      *sum,
          Term        term)
{
  gint64 c = self->c;

  for (gint64 row = first; row < last; row++)
    {
      const float *x = self->x + row * c;
      const float *dy = term == SUM_SLOPES ? self->dy + row * c : NULL;

      NN_IVDEP
      for (gint64 i = 0; i < c; i++)
        {
          if (term == SUM_X)
            sum[i] += x[i];
          else if (term == SUM_DEVIATION)
            sum[i] += (x[i] - self->mean[i]) * (x[i] - self->mean[i]);
          else
            {
              sum[i] += dy[i];
              sum[c + i] += dy[i] * (x[i] - self->mean[i]) * self->scale[i];
            }
        }
    }
}

/* The pixels of one item, channel after channel. */
static inline void
add_item (const Sums *self,
          gint64      item,
          float      *sum,
          Term        term)
{
  for (gint64 i = 0; i < self->c; i++)
    {
      const float *x = self->x + (item * self->c + i) * self->inner;
      const float *dy = term == SUM_SLOPES ? self->dy + (item * self->c + i) * self->inner : NULL;
      float first[16] = { 0 };
      float second[16] = { 0 };

      for (gint64 p = 0; p < self->inner; p++)
        {
          if (term == SUM_X)
            first[p % 16] += x[p];
          else if (term == SUM_DEVIATION)
            first[p % 16] += (x[p] - self->mean[i]) * (x[p] - self->mean[i]);
          else
            {
              first[p % 16] += dy[p];
              second[p % 16] += dy[p] * (x[p] - self->mean[i]) * self->scale[i];
            }
        }
      for (int k = 0; k < 16; k++)
        {
          sum[i] += first[k];
          if (term == SUM_SLOPES)
            sum[self->c + i] += second[k];
        }
    }
}

static inline void
sum_parts (const Sums *self,
           gint64      first,
           gint64      last,
           Term        term)
{
  gint64 rows = self->last ? self->b * self->inner : self->b;
  gint64 width = self->n_sums * self->c;

  for (gint64 part = first; part < last; part++)
    {
      float *sum = self->parts + part * width;
      gint64 begin = part * rows / self->n_parts;
      gint64 end = (part + 1) * rows / self->n_parts;

      memset (sum, 0, (gsize) width * sizeof (float));
      if (self->last)
        add_rows (self, begin, end, sum, term);
      else
        for (gint64 item = begin; item < end; item++)
          add_item (self, item, sum, term);
    }
}

static NN_CLONES void
sum_x (void   *data,
       gint64  first,
       gint64  last)
{
  sum_parts (data, first, last, SUM_X);
}

static NN_CLONES void
sum_deviation (void   *data,
               gint64  first,
               gint64  last)
{
  sum_parts (data, first, last, SUM_DEVIATION);
}

static NN_CLONES void
sum_slopes (void   *data,
            gint64  first,
            gint64  last)
{
  sum_parts (data, first, last, SUM_SLOPES);
}

/* Adds the parts up in the first of them. */
static const float *
run_sums (NnCall  *call,
          Sums    *self,
          NnRange  range)
{
  gint64 width = self->n_sums * self->c;
  gint64 work = self->b * self->c * self->inner / self->n_parts;

  nn_pool_for (call->pool, call->threads, self->n_parts, NN_SCALAR_GRAIN / MAX (work, 1), range,
               self);
  for (gint64 part = 1; part < self->n_parts; part++)
    for (gint64 i = 0; i < width; i++)
      self->parts[i] += self->parts[part * width + i];

  return self->parts;
}

/* y = x · scale + shift, per channel. */
typedef struct
{
  const float *x;
  float       *y;
  const float *scale;
  const float *shift;
  gint64       c, inner;
  gboolean     last;
} Affine;

static NN_CLONES void
affine_rows (void   *data,
             gint64  first,
             gint64  last)
{
  const Affine *self = data;

  for (gint64 row = first; row < last; row++)
    {
      if (self->last)
        {
          const float *x = self->x + row * self->c;
          float *y = self->y + row * self->c;

          NN_IVDEP
          for (gint64 i = 0; i < self->c; i++)
            y[i] = x[i] * self->scale[i] + self->shift[i];
        }
      else
        {
          const float *x = self->x + row * self->inner;
          float *y = self->y + row * self->inner;
          float scale = self->scale[row % self->c];
          float shift = self->shift[row % self->c];

          NN_IVDEP
          for (gint64 p = 0; p < self->inner; p++)
            y[p] = x[p] * scale + shift;
        }
    }
}

static void
run_affine (NnCall      *call,
            const Sums  *sums,
            const float *scale,
            const float *shift)
{
  Affine self = {
    call->in[0].data, call->out[0].data, scale, shift, sums->c, sums->inner, sums->last
  };
  gint64 rows = sums->last ? sums->b * sums->inner : sums->b * sums->c;
  gint64 width = sums->last ? sums->c : sums->inner;

  nn_pool_for (call->pool, call->threads, rows, NN_SCALAR_GRAIN / MAX (width, 1), affine_rows,
               &self);
}

static gboolean
train_prepare (NnCall  *call,
               GError **error)
{
  call->workspace_bytes = (gsize) ((PARTS + 2) * call->in[0].shape.size[1]) * sizeof (float);
  return TRUE;
}

/* How much the newest batch counts in the running averages. */
static float
momentum_of (const NnCall *call)
{
  float *batches = call->in[5].data;

  if (batches == NULL)
    return (float) nn_call_number (call, "momentum");
  *batches += 1;
  return 1 / *batches;
}

/* Moves the running average @running towards @newest. */
static inline void
move_average (float *running,
              float  newest,
              float  momentum)
{
  *running += momentum * (newest - *running);
}

static void
train_run (NnCall *call)
{
  Sums self = sums_of (call, &call->in[0].shape, call->in[0].layout);
  const float *weight = call->in[1].data;
  const float *bias = call->in[2].data;
  float *running_mean = call->in[3].data;
  float *running_var = call->in[4].data;
  float *mean = call->out[1].data;
  float *inverse = call->out[2].data;
  float *scale = self.parts + PARTS * self.c;
  float *shift = scale + self.c;
  float epsilon = (float) nn_call_number (call, "epsilon");
  float n = (float) (self.b * self.inner);
  float momentum;
  const float *sum;

  if (n == 0)
    return;

  momentum = momentum_of (call);
  sum = run_sums (call, &self, sum_x);
  for (gint64 i = 0; i < self.c; i++)
    mean[i] = sum[i] / n;

  self.mean = mean;
  sum = run_sums (call, &self, sum_deviation);
  for (gint64 i = 0; i < self.c; i++)
    {
      float var = sum[i] / n;

      inverse[i] = 1 / sqrtf (var + epsilon);
      scale[i] = weight != NULL ? inverse[i] * weight[i] : inverse[i];
      shift[i] = (bias != NULL ? bias[i] : 0) - mean[i] * scale[i];

      /* The running variance is that of a sample, with n - 1. */
      if (running_mean != NULL)
        {
          move_average (&running_mean[i], mean[i], momentum);
          move_average (&running_var[i], var * n / MAX (n - 1, 1), momentum);
        }
    }

  run_affine (call, &self, scale, shift);
}

static gboolean
inference_prepare (NnCall  *call,
                   GError **error)
{
  call->workspace_bytes = (gsize) (2 * call->in[0].shape.size[1]) * sizeof (float);
  return TRUE;
}

static void
inference_run (NnCall *call)
{
  Sums self = sums_of (call, &call->in[0].shape, call->in[0].layout);
  const float *weight = call->in[1].data;
  const float *bias = call->in[2].data;
  const float *mean = call->in[3].data;
  const float *var = call->in[4].data;
  float *scale = call->workspace;
  float *shift = scale + self.c;
  float epsilon = (float) nn_call_number (call, "epsilon");

  for (gint64 i = 0; i < self.c; i++)
    {
      scale[i] = weight[i] / sqrtf (var[i] + epsilon);
      shift[i] = bias[i] - mean[i] * scale[i];
    }
  run_affine (call, &self, scale, shift);
}

/* dx = weight · scale / n · (n dy - Σ dy - x̂ Σ dy x̂), x̂ = (x - mean) · scale,
 * written as dx = (dy - f - (x - mean) · e) · a per channel, where the differences come
 * first because they may be small beside their terms. */
typedef struct
{
  const Sums  *sums;
  const float *a, *e, *f;
  float       *dx;
} Slopes;

static NN_CLONES void
slope_rows (void   *data,
            gint64  first,
            gint64  last)
{
  const Slopes *self = data;
  const Sums *sums = self->sums;

  for (gint64 row = first; row < last; row++)
    {
      gint64 width = sums->last ? sums->c : sums->inner;
      const float *x = sums->x + row * width;
      const float *dy = sums->dy + row * width;
      float *dx = self->dx + row * width;

      if (sums->last)
        {
          NN_IVDEP
          for (gint64 i = 0; i < width; i++)
            dx[i] = (dy[i] - self->f[i] - (x[i] - sums->mean[i]) * self->e[i]) * self->a[i];
        }
      else
        {
          float a = self->a[row % sums->c];
          float e = self->e[row % sums->c];
          float f = self->f[row % sums->c];
          float mean = sums->mean[row % sums->c];

          NN_IVDEP
          for (gint64 p = 0; p < width; p++)
            dx[p] = (dy[p] - f - (x[p] - mean) * e) * a;
        }
    }
}

static gboolean
gradient_prepare (NnCall  *call,
                  GError **error)
{
  call->workspace_bytes = (gsize) ((2 * PARTS + 3) * call->in[0].shape.size[1]) * sizeof (float);
  return TRUE;
}

static void
gradient_run (NnCall *call)
{
  Sums self = sums_of (call, &call->in[0].shape, call->in[0].layout);
  const float *weight = call->in[1].data;
  float *dweight = call->out[1].data;
  float *dbias = call->out[2].data;
  float *a = self.parts + 2 * PARTS * self.c;
  float *e = a + self.c;
  float *f = e + self.c;
  float n = (float) (self.b * self.inner);
  Slopes slopes = { &self, a, e, f, call->out[0].data };
  const float *sum;

  self.mean = call->in[2].data;
  self.scale = call->in[3].data;
  self.dy = call->in[4].data;
  self.n_sums = 2;
  sum = run_sums (call, &self, sum_slopes);

  for (gint64 i = 0; i < self.c; i++)
    {
      float mean_dy = n > 0 ? sum[i] / n : 0;
      float mean_dyx = n > 0 ? sum[self.c + i] / n : 0;

      if (weight != NULL)
        {
          dbias[i] = sum[i];
          dweight[i] = sum[self.c + i];
        }
      a[i] = weight != NULL ? weight[i] * self.scale[i] : self.scale[i];
      e[i] = self.scale[i] * mean_dyx;
      f[i] = mean_dy;
    }

  nn_pool_for (call->pool, call->threads, self.last ? self.b * self.inner : self.b * self.c,
               NN_SCALAR_GRAIN / MAX (self.last ? self.c : self.inner, 1), slope_rows, &slopes);
}

static gboolean
batch_norm_infer (NnCall  *call,
                  GError **error)
{
  const NnShape *x = &call->in[0].shape;
  gboolean affine = nn_call_number (call, "affine") != 0;
  gboolean track = nn_call_number (call, "track") != 0;
  gboolean cumulative = nn_call_number (call, "cumulative") != 0;
  NnShape none = { -1 };
  NnShape one = NN_SHAPE (1);
  NnShape channels;

  if (x->rank < 2)
    return nn_call_want_rank (call, 0, 2, error);

  channels = NN_SHAPE (x->size[1]);
  for (int i = 1; i <= 4; i++)
    nn_call_set_in (call, i, NN_FLOAT32, (i <= 2 ? affine : track) ? &channels : &none);
  nn_call_set_in (call, 5, NN_FLOAT32, track && cumulative ? &one : &none);
  nn_call_set_out (call, 0, NN_FLOAT32, x);
  for (int i = 1; i < call->n_out; i++)
    nn_call_set_out (call, i, NN_FLOAT32, &channels);
  return TRUE;
}

static gboolean
gradient_infer (NnCall  *call,
                GError **error)
{
  NnShape owned = NN_SHAPE (call->in[1].shape.rank > 0 ? call->in[1].shape.size[0] : 0);

  nn_call_set_out (call, 0, NN_FLOAT32, &call->in[0].shape);
  nn_call_set_out (call, 1, NN_FLOAT32, &owned);
  nn_call_set_out (call, 2, NN_FLOAT32, &owned);
  return TRUE;
}

/* One number per channel, ready to be broadcast over x. */
static NnValue *
per_channel (NnBuild *build,
             NnValue *value)
{
  NnShape shape = nn_build_in (build, "x")->shape;

  for (int i = 0; i < shape.rank; i++)
    if (i != 1)
      shape.size[i] = 1;
  return nn_build_reshape (build, value, &shape);
}

static NnValue *
channel_mean (NnBuild *build,
              NnValue *value)
{
  gint64 axes[NN_MAX_RANK] = { 0 };
  int rank = value->shape.rank;

  for (int i = 2; i < rank; i++)
    axes[i - 1] = i;
  nn_build_set_list (build, "axes", rank - 1, axes);
  nn_build_set (build, "keep", TRUE);
  return nn_build_op (build, "mean", value, NN_BUILD_END);
}

/* What the training kernel computes, but for the running averages. */
static void
batch_norm_expand (NnBuild *build)
{
  NnValue *x = nn_build_in (build, "x");
  NnValue *centred = nn_build_op (build, "sub", x, channel_mean (build, x), NN_BUILD_END);
  NnValue *var = channel_mean (build, nn_build_op (build, "square", centred, NN_BUILD_END));
  double epsilon = nn_call_number (nn_build_call (build), "epsilon");
  NnValue *deviation = nn_build_op (build, "sqrt", nn_build_scale (build, var, 1, epsilon),
                                    NN_BUILD_END);
  NnValue *weight = nn_build_in (build, "weight");
  NnValue *bias = nn_build_in (build, "bias");
  NnValue *y = nn_build_op (build, "div", centred, deviation, NN_BUILD_END);

  if (weight != NULL)
    y = nn_build_op (build, "mul", y, per_channel (build, weight), NN_BUILD_END);
  if (bias != NULL)
    y = nn_build_op (build, "add", y, per_channel (build, bias), NN_BUILD_END);
  nn_build_result (build, "y", y);
}

static void
batch_norm_gradient (NnBuild *build)
{
  NnValue *dx = nn_build_op (build, "batch-norm-gradient", nn_build_in (build, "x"),
                             nn_build_in (build, "weight"), nn_build_out (build, "mean"),
                             nn_build_out (build, "inverse"), nn_build_slope (build, "y"),
                             NN_BUILD_END);

  nn_build_gradient (build, "x", dx);
  if (nn_build_in (build, "weight") != NULL)
    {
      nn_build_gradient (build, "weight", nn_build_sibling (dx, 1));
      nn_build_gradient (build, "bias", nn_build_sibling (dx, 2));
    }
}

/* Without running averages the batch is all there is to go by. */
static void
batch_norm_inference (NnBuild *build)
{
  NnValue *mean = nn_build_in (build, "running-mean");
  NnValue *weight = nn_build_in (build, "weight");
  NnValue *bias = nn_build_in (build, "bias");

  if (mean == NULL)
    {
      batch_norm_expand (build);
      return;
    }

  if (weight == NULL)
    {
      weight = nn_build_fill (build, &mean->shape, 1);
      bias = nn_build_fill (build, &mean->shape, 0);
    }
  nn_build_set (build, "epsilon", nn_call_number (nn_build_call (build), "epsilon"));
  nn_build_result (build, "y",
                   nn_build_op (build, "batch-norm-inference", nn_build_in (build, "x"), weight,
                                bias, mean, nn_build_in (build, "running-var"), NN_BUILD_END));
}

static const NnPort ports[] = {
  { "x", N_("Input") },
  { "weight", N_("Scale"), NN_PORT_PARAMETER, NN_FLOAT32, "ones" },
  { "bias", N_("Shift"), NN_PORT_PARAMETER, NN_FLOAT32, "zeros" },
  { "running-mean", N_("Running mean"), NN_PORT_STATE, NN_FLOAT32, "zeros" },
  { "running-var", N_("Running variance"), NN_PORT_STATE, NN_FLOAT32, "ones" },
  { "num-batches-tracked", N_("Batches so far"), NN_PORT_STATE, NN_FLOAT32, "zeros" },
  { "y", N_("Output"), NN_PORT_OUTPUT },
  { "mean", N_("Mean of the batch"), NN_PORT_HIDDEN },
  { "inverse", N_("One over the deviation"), NN_PORT_HIDDEN },
  { NULL }
};

static const NnPort inference_ports[] = {
  { "x", N_("Input") },
  { "weight", N_("Scale") },
  { "bias", N_("Shift") },
  { "mean", N_("Running mean") },
  { "var", N_("Running variance") },
  { "y", N_("Output"), NN_PORT_OUTPUT },
  { NULL }
};

static const NnPort gradient_ports[] = {
  { "x", N_("Input") },
  { "weight", N_("Scale"), NN_PORT_OPTIONAL },
  { "mean", N_("Mean of the batch") },
  { "inverse", N_("One over the deviation") },
  { "dy", N_("Gradient by the output") },
  { "dx", N_("Gradient by the input"), NN_PORT_OUTPUT },
  { "dweight", N_("Gradient by the scale"), NN_PORT_HIDDEN },
  { "dbias", N_("Gradient by the shift"), NN_PORT_HIDDEN },
  { NULL }
};

static const NnAttr attrs[] = {
  { "momentum", N_("Weight of the newest batch"), NN_ATTR_FLOAT, 0.1, 0, 1,
    .onnx = "momentum", .torch = "momentum" },
  { "epsilon", N_("Added to the variance"), NN_ATTR_FLOAT, 1e-5, 1e-12, 1,
    .onnx = "epsilon", .torch = "eps" },
  { "affine", N_("Learn scale and shift"), NN_ATTR_BOOL, 1, 0, 1, .torch = "affine" },
  { "track", N_("Keep running averages"), NN_ATTR_BOOL, 1, 0, 1, .torch = "track_running_stats" },
  { "cumulative", N_("All batches count alike"), NN_ATTR_BOOL, 0, 0, 1 },
  { NULL }
};

static const NnAttr slope_attrs[] = {
  { "epsilon", N_("Added to the variance"), NN_ATTR_FLOAT, 1e-5, 1e-12, 1 },
  { NULL }
};

static const NnSample samples[] = {
  { .in = { { 2, { 5, 3 } } } },
  { .in = { { 4, { 3, 2, 4, 5 } } } },
  { .in = { { 4, { 2, 17, 9, 9 } } } },
  { .in = { { 3, { 4, 3, 7 } } }, .attrs = "affine=false cumulative=true" },
  { .in = { { 3, { 4, 3, 7 } } }, .attrs = "track=false" },
  { .in = { { 2, { 0, 3 } } } },
  { .in[0].rank = 0 }
};

#define CHANNELS { 1, { 3 } }

static const NnSample inference_samples[] = {
  { .in = { { 2, { 5, 3 } }, CHANNELS, CHANNELS, CHANNELS, CHANNELS },
    .low = 0.5f, .high = 2 },
  { .in[0].rank = 0 }
};

const NnOp nn_ops_normalise[] = {
  {
    .name = "batch-norm", .title = N_("Batch Normalisation"),
    .summary = N_("Brings each channel to mean zero and variance one over the batch."),
    .lesson = "17", .category = NN_CATEGORY_NORMALISATION,
    .ports = ports, .attrs = attrs, .infer = batch_norm_infer, .expand = batch_norm_expand,
    .gradient = batch_norm_gradient, .inference = batch_norm_inference, .samples = samples,
    .onnx = "BatchNormalization", .onnx_since = 15, .torch = "torch.nn.BatchNorm2d",
    .cpu = (const NnKernel[]) {
      { "loop", NN_LAYOUT_ANY, NULL, train_prepare, train_run }, { NULL }
    },
  },
  {
    .name = "batch-norm-inference", .title = N_("Batch Normalisation, trained"),
    .summary = N_("Scales and shifts each channel by what training has learned."),
    .category = NN_CATEGORY_INTERNAL, .flags = NN_OP_IN_PLACE,
    .ports = inference_ports, .attrs = slope_attrs, .infer = nn_infer_same,
    .samples = inference_samples,
    .cpu = (const NnKernel[]) {
      { "loop", NN_LAYOUT_ANY, NULL, inference_prepare, inference_run }, { NULL }
    },
  },
  {
    .name = "batch-norm-gradient", .title = N_("Slope of batch normalisation"),
    .summary = N_("Sends a gradient back through a batch normalisation."),
    .category = NN_CATEGORY_INTERNAL,
    .ports = gradient_ports, .attrs = slope_attrs, .infer = gradient_infer,
    .cpu = (const NnKernel[]) {
      { "loop", NN_LAYOUT_ANY, NULL, gradient_prepare, gradient_run }, { NULL }
    },
  },
  { NULL }
};
