/* softmax.c: numbers into probabilities
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "engine/build.h"
#include "engine/op-scalar.h"

#include <glib/gi18n-lib.h>

/* y_i = e^(x_i) / Σ e^(x_k) along one axis.  The largest x is taken away first,
 * which changes nothing but keeps e^x from overflowing. */

typedef struct
{
  const NnCall *call;
  gint64        classes;
  gint64        inner;          /* distance between neighbours along the axis */
} Axis;

static Axis
axis_of (const NnCall *call)
{
  const NnShape *shape = &call->in[0].shape;
  int axis = nn_call_get_axis (call, "axis", shape->rank);

  return (Axis) { call, shape->size[axis], nn_shape_span (shape, axis + 1, shape->rank) };
}

static void
for_each_row (NnCall  *call,
              NnRange  range)
{
  Axis self = axis_of (call);
  gint64 rows = nn_shape_count (&call->in[0].shape) / MAX (self.classes, 1);

  nn_pool_for (call->pool, call->threads, rows, NN_SCALAR_GRAIN / 8 / MAX (self.classes, 1), range,
               &self);
}

static inline gint64
row_start (const Axis *self,
           gint64      row)
{
  return row / self->inner * self->inner * self->classes + row % self->inner;
}

static NN_CLONES void
softmax_rows (void   *data,
              gint64  first,
              gint64  last)
{
  const Axis *self = data;
  gint64 n = self->classes;
  gint64 s = self->inner;

  for (gint64 row = first; row < last; row++)
    {
      const float *x = (const float *) self->call->in[0].data + row_start (self, row);
      float *y = (float *) self->call->out[0].data + row_start (self, row);
      float top = -HUGE_VALF;
      float sum = 0;

      for (gint64 i = 0; i < n; i++)
        top = x[i * s] > top ? x[i * s] : top;
      for (gint64 i = 0; i < n; i++)
        y[i * s] = nn_expf (x[i * s] - top);
      for (gint64 i = 0; i < n; i++)
        sum += y[i * s];
      for (gint64 i = 0; i < n; i++)
        y[i * s] *= 1 / sum;
    }
}

static NN_CLONES void
log_softmax_rows (void   *data,
                  gint64  first,
                  gint64  last)
{
  const Axis *self = data;
  gint64 n = self->classes;
  gint64 s = self->inner;

  for (gint64 row = first; row < last; row++)
    {
      const float *x = (const float *) self->call->in[0].data + row_start (self, row);
      float *y = (float *) self->call->out[0].data + row_start (self, row);
      float top = -HUGE_VALF;
      float sum = 0;

      for (gint64 i = 0; i < n; i++)
        top = x[i * s] > top ? x[i * s] : top;
      for (gint64 i = 0; i < n; i++)
        sum += nn_expf (x[i * s] - top);
      sum = logf (sum) + top;
      for (gint64 i = 0; i < n; i++)
        y[i * s] = x[i * s] - sum;
    }
}

/* dx = y (dy - Σ y dy) */
static NN_CLONES void
softmax_gradient_rows (void   *data,
                       gint64  first,
                       gint64  last)
{
  const Axis *self = data;
  gint64 n = self->classes;
  gint64 s = self->inner;

  for (gint64 row = first; row < last; row++)
    {
      gint64 at = row_start (self, row);
      const float *y = (const float *) self->call->in[0].data + at;
      const float *dy = (const float *) self->call->in[1].data + at;
      float *dx = (float *) self->call->out[0].data + at;
      float sum = 0;

      for (gint64 i = 0; i < n; i++)
        sum += y[i * s] * dy[i * s];
      for (gint64 i = 0; i < n; i++)
        dx[i * s] = y[i * s] * (dy[i * s] - sum);
    }
}

/* dx = dy - e^y Σ dy */
static NN_CLONES void
log_softmax_gradient_rows (void   *data,
                           gint64  first,
                           gint64  last)
{
  const Axis *self = data;
  gint64 n = self->classes;
  gint64 s = self->inner;

  for (gint64 row = first; row < last; row++)
    {
      gint64 at = row_start (self, row);
      const float *y = (const float *) self->call->in[0].data + at;
      const float *dy = (const float *) self->call->in[1].data + at;
      float *dx = (float *) self->call->out[0].data + at;
      float sum = 0;

      for (gint64 i = 0; i < n; i++)
        sum += dy[i * s];
      for (gint64 i = 0; i < n; i++)
        dx[i * s] = dy[i * s] - nn_expf (y[i * s]) * sum;
    }
}

static void
softmax_run (NnCall *call)
{
  for_each_row (call, softmax_rows);
}

static void
log_softmax_run (NnCall *call)
{
  for_each_row (call, log_softmax_rows);
}

static void
softmax_gradient_run (NnCall *call)
{
  for_each_row (call, softmax_gradient_rows);
}

static void
log_softmax_gradient_run (NnCall *call)
{
  for_each_row (call, log_softmax_gradient_rows);
}

static gboolean
softmax_infer (NnCall  *call,
               GError **error)
{
  if (!nn_call_want_axis (call, 0, "axis", error))
    return FALSE;
  return nn_infer_same (call, error);
}

static NnValue *
largest (NnBuild *build)
{
  nn_build_set (build, "axes", nn_call_number (nn_build_call (build), "axis"));
  nn_build_set (build, "keep", TRUE);
  return nn_build_op (build, "max", nn_build_in (build, "x"), NN_BUILD_END);
}

static NnValue *
sum_along (NnBuild *build,
           NnValue *value)
{
  nn_build_set (build, "axes", nn_call_number (nn_build_call (build), "axis"));
  nn_build_set (build, "keep", TRUE);
  return nn_build_op (build, "sum", value, NN_BUILD_END);
}

static void
softmax_expand (NnBuild *build)
{
  NnValue *shifted = nn_build_op (build, "sub", nn_build_in (build, "x"), largest (build),
                                  NN_BUILD_END);
  NnValue *power = nn_build_op (build, "exp", shifted, NN_BUILD_END);

  nn_build_result (build, "y", nn_build_op (build, "div", power, sum_along (build, power),
                                            NN_BUILD_END));
}

static void
log_softmax_expand (NnBuild *build)
{
  NnValue *shifted = nn_build_op (build, "sub", nn_build_in (build, "x"), largest (build),
                                  NN_BUILD_END);
  NnValue *power = nn_build_op (build, "exp", shifted, NN_BUILD_END);
  NnValue *log_sum = nn_build_op (build, "log", sum_along (build, power), NN_BUILD_END);

  nn_build_result (build, "y", nn_build_op (build, "sub", shifted, log_sum, NN_BUILD_END));
}

static void
gradient_by (NnBuild    *build,
             const char *op)
{
  nn_build_set (build, "axis", nn_call_number (nn_build_call (build), "axis"));
  nn_build_gradient (build, "x", nn_build_op (build, op, nn_build_out (build, "y"),
                                              nn_build_slope (build, "y"), NN_BUILD_END));
}

static void
softmax_gradient (NnBuild *build)
{
  gradient_by (build, "softmax-gradient");
}

static void
log_softmax_gradient (NnBuild *build)
{
  gradient_by (build, "log-softmax-gradient");
}

static const NnPort one_input[] = {
  { "x", N_("Input") },
  { "y", N_("Output"), NN_PORT_OUTPUT },
  { NULL }
};

static const NnPort y_and_slope[] = {
  { "y", N_("Output") },
  { "dy", N_("Gradient by the output") },
  { "dx", N_("Gradient by the input"), NN_PORT_OUTPUT },
  { NULL }
};

static const NnAttr attrs[] = {
  { "axis", N_("Axis"), NN_ATTR_INT, 1, -NN_MAX_RANK, NN_MAX_RANK - 1,
    .onnx = "axis", .torch = "dim" },
  { NULL }
};

static const NnSample samples[] = {
  { .in = { { 2, { 3, 5 } } } },
  { .in = { { 2, { 2, 67 } } } },
  { .in = { { 4, { 2, 3, 4, 5 } } } },
  { .in = { { 3, { 2, 3, 7 } } }, .attrs = "axis=-1" },
  { .in = { { 2, { 0, 5 } } } },
  { .in[0].rank = 0 }
};

static const NnSample pairs[] = {
  { .in = { { 2, { 3, 5 } }, { 2, { 3, 5 } } } },
  { .in = { { 4, { 2, 3, 4, 5 } }, { 4, { 2, 3, 4, 5 } } } },
  { .in = { { 2, { 0, 5 } }, { 2, { 0, 5 } } } },
  { .in[0].rank = 0 }
};

#define ROWS_KERNEL(name)                                                     \
  .cpu = (const NnKernel[]) { { "loop", NN_LAYOUT_ROWS, .run = name }, { NULL } }

#define PROBABILITIES                                                         \
  .lesson   = "11",                                                           \
  .category = NN_CATEGORY_ACTIVATION,                                         \
  .ports    = one_input,                                                      \
  .attrs    = attrs,                                                          \
  .infer    = softmax_infer,                                                  \
  .samples  = samples

#define SLOPE                                                                 \
  .title    = N_("Slope of softmax"),                                         \
  .summary  = N_("Sends a gradient back through a softmax."),                 \
  .category = NN_CATEGORY_INTERNAL,                                           \
  .flags    = NN_OP_IN_PLACE,                                                 \
  .ports    = y_and_slope,                                                    \
  .attrs    = attrs,                                                          \
  .infer    = nn_infer_same,                                                  \
  .samples  = pairs

const NnOp nn_ops_softmax[] = {
  {
    .name = "softmax", .title = N_("Softmax"),
    .summary = N_("Turns scores into probabilities that add up to one."),
    .expand = softmax_expand, .gradient = softmax_gradient,
    .onnx = "Softmax", .onnx_since = 13, .torch = "torch.nn.Softmax",
    PROBABILITIES,
    ROWS_KERNEL (softmax_run),
  },
  {
    .name = "log-softmax", .title = N_("Log-Softmax"),
    .summary = N_("The logarithm of softmax, computed without losing digits."),
    .expand = log_softmax_expand, .gradient = log_softmax_gradient,
    .onnx = "LogSoftmax", .onnx_since = 13, .torch = "torch.nn.LogSoftmax",
    PROBABILITIES,
    ROWS_KERNEL (log_softmax_run),
  },
  { .name = "softmax-gradient", SLOPE, ROWS_KERNEL (softmax_gradient_run) },
  { .name = "log-softmax-gradient", SLOPE, ROWS_KERNEL (log_softmax_gradient_run) },
  { NULL }
};
