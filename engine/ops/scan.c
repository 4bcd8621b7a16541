/* scan.c: sums, products and extremes of all numbers so far
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "engine/build.h"
#include "engine/cpu/lines.h"

#include <glib/gi18n-lib.h>

/* Walks each line along an axis once, forwards or backwards.  Sums are carried
 * in double precision, because what has been lost at the front is missing all
 * the way. */

/* y = @next for each number in turn; @next sees the number as x and what was
 * carried so far as sum, which starts as @start, and is carried on. */
#define SCAN(name, type, carried, start, next)                                \
  static void                                                                 \
  name (void   *data,                                                         \
        gint64  first,                                                        \
        gint64  last)                                                         \
  {                                                                           \
    const NnLines *self = data;                                               \
    int reverse = nn_attrs_find (self->call->op->attrs, "reverse");           \
    gboolean back = reverse >= 0 && self->call->attr[reverse].number[0] != 0; \
    gint64 s = back ? -self->inner : self->inner;                             \
    gint64 begin = back ? (self->n - 1) * self->inner : 0;                    \
                                                                              \
    for (gint64 line = first; line < last; line++)                            \
      {                                                                       \
        gint64 at = nn_line_start (self, line) + begin;                       \
        const type *px = (const type *) self->call->in[0].data + at;          \
        type *py = (type *) self->call->out[0].data + at;                     \
        carried sum = start;                                                  \
                                                                              \
        for (gint64 i = 0; i < self->n; i++)                                  \
          {                                                                   \
            type x = px[i * s];                                               \
                                                                              \
            sum = next;                                                       \
            py[i * s] = (type) sum;                                           \
          }                                                                   \
      }                                                                       \
  }

SCAN (cumsum_floats, float, double, 0, sum + x)
SCAN (cumsum_whole, gint64, guint64, 0, sum + (guint64) x)
SCAN (cumprod_lines, float, double, 1, sum * x)

/* log (e^sum + e^x), from the larger of the two so that nothing overflows. */
static inline double
log_add_exp (double sum,
             double x)
{
  if (sum == x)
    return x + G_LN2;
  return sum > x ? sum + log1p (exp (x - sum)) : x + log1p (exp (sum - x));
}

SCAN (logcumsumexp_lines, float, double, -HUGE_VAL, log_add_exp (sum, x))

/* The largest or smallest so far and where it is: the last of equal ones, and
 * from there on no number where there was none. */
static void
extreme_lines (void   *data,
               gint64  first,
               gint64  last)
{
  const NnLines *self = data;
  gboolean largest = g_str_equal (self->call->op->name, "cummax");
  gint64 s = self->inner;

  for (gint64 line = first; line < last; line++)
    {
      gint64 at = nn_line_start (self, line);
      const float *x = (const float *) self->call->in[0].data + at;
      float *y = (float *) self->call->out[0].data + at;
      gint64 *place = (gint64 *) self->call->out[1].data + at;
      gint64 best = 0;

      for (gint64 i = 0; i < self->n; i++)
        {
          float top = x[best * s];

          if (x[i * s] != x[i * s] || (top == top && (largest ? x[i * s] >= top
                                                              : x[i * s] <= top)))
            best = i;
          y[i * s] = x[best * s];
          place[i * s] = best;
        }
    }
}

/* dx_i = Σ_{j ≥ i} dy_j Π_{k ≤ j, k ≠ i} x_k.  Without zeros in x that is the sum of
 * dy_j y_j divided by x_i.  Behind the first zero all y are zero, and only the
 * zero itself has a slope from there: that of the product without it, which ends
 * at the second zero. */
static void
cumprod_gradient_lines (void   *data,
                        gint64  first,
                        gint64  last)
{
  const NnLines *self = data;
  gint64 n = self->n;
  gint64 s = self->inner;

  for (gint64 line = first; line < last; line++)
    {
      gint64 at = nn_line_start (self, line);
      const float *x = (const float *) self->call->in[0].data + at;
      const float *y = (const float *) self->call->in[1].data + at;
      const float *dy = (const float *) self->call->in[2].data + at;
      float *dx = (float *) self->call->out[0].data + at;
      double product = 1;
      double sum = 0;
      gint64 zero = 0;

      while (zero < n && x[zero * s] != 0)
        product *= x[zero++ * s];
      for (gint64 i = zero + 1; i < n; i++)
        dx[i * s] = 0;

      if (zero < n)
        {
          sum = product * dy[zero * s];
          for (gint64 i = zero + 1; i < n && product != 0; i++)
            {
              product *= x[i * s];
              sum += product * dy[i * s];
            }
          dx[zero * s] = (float) sum;
        }

      sum = 0;
      for (gint64 i = zero - 1; i >= 0; i--)
        {
          sum += (double) dy[i * s] * y[i * s];
          dx[i * s] = (float) (sum / x[i * s]);
        }
    }
}

/* dx_i = Σ_{j ≥ i} dy_j e^(x_i - y_j).  The powers are built up step by step from
 * y_i ≤ y_j, so that none is above one. */
static void
logcumsumexp_gradient_lines (void   *data,
                             gint64  first,
                             gint64  last)
{
  const NnLines *self = data;
  gint64 s = self->inner;

  for (gint64 line = first; line < last; line++)
    {
      gint64 at = nn_line_start (self, line);
      const float *x = (const float *) self->call->in[0].data + at;
      const float *y = (const float *) self->call->in[1].data + at;
      const float *dy = (const float *) self->call->in[2].data + at;
      float *dx = (float *) self->call->out[0].data + at;
      double sum = 0;

      for (gint64 i = self->n - 1; i >= 0; i--)
        {
          if (i + 1 < self->n)
            sum *= exp ((double) y[i * s] - y[(i + 1) * s]);
          sum += dy[i * s];
          dx[i * s] = (float) (sum * exp ((double) x[i * s] - y[i * s]));
        }
    }
}

/* y_i = the product of the whole line but for x_i: what stands in front of it
 * times what comes behind, so that zeros do no harm. */
static void
others_lines (void   *data,
              gint64  first,
              gint64  last)
{
  const NnLines *self = data;
  gint64 s = self->inner;

  for (gint64 line = first; line < last; line++)
    {
      const float *x = (const float *) self->call->in[0].data + nn_line_start (self, line);
      float *y = (float *) self->call->out[0].data + nn_line_start (self, line);
      float product = 1;

      for (gint64 i = 0; i < self->n; i++)
        {
          y[i * s] = product;
          product *= x[i * s];
        }
      product = 1;
      for (gint64 i = self->n - 1; i >= 0; i--)
        {
          y[i * s] *= product;
          product *= x[i * s];
        }
    }
}

static void
scan (NnCall  *call,
      gint64   cost,
      NnRange  range)
{
  NnLines self = nn_lines_of (call, 0);

  nn_lines_for (&self, cost, range);
}

static void
cumsum_run (NnCall *call)
{
  scan (call, 4, call->in[0].dtype == NN_INT64 ? cumsum_whole : cumsum_floats);
}

static void
cumprod_run (NnCall *call)
{
  scan (call, 4, cumprod_lines);
}

static void
logcumsumexp_run (NnCall *call)
{
  scan (call, 64, logcumsumexp_lines);
}

static void
extreme_run (NnCall *call)
{
  scan (call, 4, extreme_lines);
}

static void
cumprod_gradient_run (NnCall *call)
{
  scan (call, 8, cumprod_gradient_lines);
}

static void
logcumsumexp_gradient_run (NnCall *call)
{
  scan (call, 64, logcumsumexp_gradient_lines);
}

static void
others_run (NnCall *call)
{
  scan (call, 4, others_lines);
}

static gboolean
scan_infer (NnCall  *call,
            GError **error)
{
  if (!nn_call_want_axis (call, 0, "axis", error))
    return FALSE;
  return nn_infer_same (call, error);
}

static gboolean
extreme_infer (NnCall  *call,
               GError **error)
{
  if (!scan_infer (call, error))
    return FALSE;
  nn_call_set_out (call, 1, NN_INT64, &call->in[0].shape);
  return TRUE;
}

/* Each number is in all sums from its place on: those are a sum from behind. */
static void
cumsum_gradient (NnBuild *build)
{
  const NnCall *call = nn_build_call (build);

  nn_build_set_value (build, "axis", nn_call_value (call, "axis"));
  nn_build_set (build, "reverse", nn_call_number (call, "reverse") == 0);
  nn_build_gradient (build, "x", nn_build_one (build, "cumsum", nn_build_slope (build, "y")));
}

/* The gradient op has the name of the op with "-gradient" behind. */
static void
gradient_with_all (NnBuild *build)
{
  const NnCall *call = nn_build_call (build);
  g_autofree char *name = g_strconcat (call->op->name, "-gradient", NULL);

  nn_build_set_value (build, "axis", nn_call_value (call, "axis"));
  nn_build_gradient (build, "x", nn_build_op (build, name, nn_build_in (build, "x"),
                                              nn_build_out (build, "y"),
                                              nn_build_slope (build, "y"), NN_BUILD_END));
}

static void
extreme_gradient (NnBuild *build)
{
  NnValue *zeros;

  if (nn_build_slope (build, "values") == NULL)
    return;
  zeros = nn_build_fill (build, &nn_build_in (build, "x")->shape, 0);
  nn_build_set_value (build, "axis", nn_call_value (nn_build_call (build), "axis"));
  nn_build_gradient (build, "x", nn_build_op (build, "scatter-add", zeros,
                                              nn_build_out (build, "indices"),
                                              nn_build_slope (build, "values"), NN_BUILD_END));
}

static const NnPort one_input[] = {
  { "x", N_("Input") },
  { "y", N_("Output"), NN_PORT_OUTPUT },
  { NULL }
};

static const NnPort number_input[] = {
  { "x", N_("Input"), .also = NN_ALSO_WHOLE },
  { "y", N_("Output"), NN_PORT_OUTPUT },
  { NULL }
};

static const NnPort extreme_ports[] = {
  { "x", N_("Input") },
  { "values", N_("Numbers"), NN_PORT_OUTPUT },
  { "indices", N_("Where they are"), NN_PORT_OUTPUT, NN_INT64 },
  { NULL }
};

static const NnPort gradient_ports[] = {
  { "x", N_("Input") },
  { "y", N_("Output") },
  { "dy", N_("Gradient by the output") },
  { "dx", N_("Gradient by the input"), NN_PORT_OUTPUT },
  { NULL }
};

#define AXIS                                                                  \
  { "axis", N_("Axis"), NN_ATTR_INT, 1, -NN_MAX_RANK, NN_MAX_RANK - 1,        \
    .onnx = "axis", .torch = "dim" }

static const NnAttr axis_attrs[] = { AXIS, { NULL } };

static const NnAttr cumsum_attrs[] = {
  AXIS,
  { "reverse", N_("From behind"), NN_ATTR_BOOL, 0, 0, 1, .onnx = "reverse" },
  { NULL }
};

#define END { .in[0].rank = 0 }

static const NnSample samples[] = {
  { .in = { { 2, { 3, 5 } } } },
  { .in = { { 3, { 2, 5, 3 } } }, .attrs = "axis=-1" },
  { .in = { { 3, { 2, 4, 35 } } } },
  { .in = { { 2, { 0, 5 } } } },
  END
};

static const NnSample cumsum_samples[] = {
  { .in = { { 2, { 3, 5 } } } },
  { .in = { { 3, { 2, 5, 35 } } }, .attrs = "axis=-1 reverse=true" },
  { .in = { { 3, { 2, 5, 35 } } }, .attrs = "axis=0" },
  { .in = { { 2, { 0, 5 } } } },
  { .in = { { 2, { 3, 5 } } }, .dtype = NN_INT64, .classes = 9 },
  END
};

static const NnSample gradient_samples[] = {
  { .in = { { 2, { 3, 5 } }, { 2, { 3, 5 } }, { 2, { 3, 5 } } } },
  { .in = { { 3, { 2, 4, 35 } }, { 3, { 2, 4, 35 } }, { 3, { 2, 4, 35 } } } },
  { .in = { { 2, { 0, 5 } }, { 2, { 0, 5 } }, { 2, { 0, 5 } } } },
  END
};

#define SCAN_OP(op)                                                           \
  .category = NN_CATEGORY_INTERNAL,                                           \
  .cpu = (const NnKernel[]) { { "loop", NN_LAYOUT_ROWS, .run = op##_run }, { NULL } }

#define SLOPE(op)                                                             \
  .title = N_("Slope of a running result"),                                   \
  .summary = N_("Sends a gradient back through a running product or sum."),   \
  .ports = gradient_ports, .attrs = axis_attrs, .infer = scan_infer,          \
  .samples = gradient_samples, SCAN_OP (op##_gradient)

const NnOp nn_ops_scan[] = {
  {
    .name = "cumsum", .title = N_("Running Sum"),
    .summary = N_("Adds up, at each place of an axis, all numbers so far."),
    .ports = number_input, .attrs = cumsum_attrs, .infer = scan_infer,
    .gradient = cumsum_gradient, .samples = cumsum_samples,
    .onnx = "CumSum", .onnx_since = 11, .torch = "torch.cumsum", SCAN_OP (cumsum),
  },
  {
    .name = "cumprod", .title = N_("Running Product"),
    .summary = N_("Multiplies, at each place of an axis, all numbers so far."),
    .ports = one_input, .attrs = axis_attrs, .infer = scan_infer,
    .gradient = gradient_with_all, .samples = samples,
    .torch = "torch.cumprod", SCAN_OP (cumprod),
  },
  {
    .name = "cummax", .title = N_("Running Maximum"),
    .summary = N_("Takes, at each place of an axis, the largest number so far."),
    .ports = extreme_ports, .attrs = axis_attrs, .infer = extreme_infer,
    .gradient = extreme_gradient, .samples = samples,
    .torch = "torch.cummax", SCAN_OP (extreme),
  },
  {
    .name = "cummin", .title = N_("Running Minimum"),
    .summary = N_("Takes, at each place of an axis, the smallest number so far."),
    .ports = extreme_ports, .attrs = axis_attrs, .infer = extreme_infer,
    .gradient = extreme_gradient, .samples = samples,
    .torch = "torch.cummin", SCAN_OP (extreme),
  },
  {
    .name = "logcumsumexp", .title = N_("Running Sum of Exponentials"),
    .summary = N_("The logarithm of a running sum of exponentials, without overflow."),
    .ports = one_input, .attrs = axis_attrs, .infer = scan_infer,
    .gradient = gradient_with_all, .samples = samples,
    .torch = "torch.logcumsumexp", SCAN_OP (logcumsumexp),
  },
  {
    .name = "product-of-others", .title = N_("Slope of a product"),
    .summary = N_("Multiplies, for each number of a line, all others of it."),
    .ports = one_input, .attrs = axis_attrs, .infer = scan_infer, .samples = samples,
    SCAN_OP (others),
  },
  { .name = "cumprod-gradient", SLOPE (cumprod) },
  { .name = "logcumsumexp-gradient", SLOPE (logcumsumexp) },
  { NULL }
};
