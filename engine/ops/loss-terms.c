/* loss-terms.c: what losses of single numbers add up
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "engine/op-loss.h"
#include "engine/op-scalar.h"

#include <glib/gi18n-lib.h>

/* Losses that compare each prediction x with the right number t in its place are
 * one op, the sum of terms.  A new one is an expression for the term and its two
 * slopes, a word, and a record in loss.c. */

#define BLOCK      4096         /* terms summed in one go, whoever does it */
#define GROUP      64           /* terms computed before they are added up */
#define LN_2_PI    1.8378770664f

typedef struct
{
  double  (*sum)     (const float *x,
                      const float *t,
                      float        a,
                      float        b,
                      gint64       count);
  void    (*slope_x) (const float *x,
                      const float *t,
                      float        a,
                      float        b,
                      float        factor,
                      float       *dx,
                      gint64       count);
  void    (*slope_t) (const float *x,
                      const float *t,
                      float        a,
                      float        b,
                      float        factor,
                      float       *dx,
                      gint64       count);
} Term;

#define SLOPE_LOOP(name, slope)                                               \
  static NN_CLONES void                                                       \
  name (const float *px,                                                      \
        const float *pt,                                                      \
        float        a,                                                       \
        float        b,                                                       \
        float        factor,                                                  \
        float       *dx,                                                      \
        gint64       count)                                                   \
  {                                                                           \
    NN_IVDEP                                                                  \
    for (gint64 i = 0; i < count; i++)                                        \
      {                                                                       \
        float x = px[i];                                                      \
        float t = pt[i];                                                      \
                                                                              \
        (void) x;                                                             \
        (void) t;                                                             \
        dx[i] = factor * (slope);                                             \
      }                                                                       \
  }

/* A term and its slopes by x and by t: expressions in x, t and the numbers a
 * and b.  The terms of a group are vectors; what adds them has enough digits. */
#define TERM(name, value, by_x, by_t)                                         \
  static NN_CLONES double                                                     \
  name##_sum (const float *px,                                                \
              const float *pt,                                                \
              float        a,                                                 \
              float        b,                                                 \
              gint64       count)                                             \
  {                                                                           \
    float term[GROUP];                                                        \
    double sum = 0;                                                           \
                                                                              \
    for (gint64 first = 0; first < count; first += GROUP)                     \
      {                                                                       \
        gint64 n = MIN (GROUP, count - first);                                \
        double group = 0;                                                     \
                                                                              \
        for (gint64 i = 0; i < n; i++)                                        \
          {                                                                   \
            float x = px[first + i];                                          \
            float t = pt[first + i];                                          \
                                                                              \
            term[i] = (value);                                                \
          }                                                                   \
        for (gint64 i = 0; i < n; i++)                                        \
          group += term[i];                                                   \
        sum += group;                                                         \
      }                                                                       \
                                                                              \
    return sum;                                                               \
  }                                                                           \
                                                                              \
  SLOPE_LOOP (name##_slope_x, by_x)                                           \
  SLOPE_LOOP (name##_slope_t, by_t)

static inline float
sign (float x)
{
  return x > 0 ? 1.0f : x < 0 ? -1.0f : 0.0f;
}

static inline float
clip (float x,
      float limit)
{
  return x > limit ? limit : x < -limit ? -limit : x;
}

static inline float
smooth_term (float distance,
             float beta)
{
  return distance < beta ? distance * distance / (2 * beta) : distance - beta / 2;
}

static inline float
smooth_slope (float difference,
              float beta)
{
  return fabsf (difference) < beta ? difference / beta : sign (difference);
}

static inline float
huber_term (float distance,
            float delta)
{
  return distance <= delta ? distance * distance / 2 : delta * (distance - delta / 2);
}

/* log p, but never below what PyTorch allows a probability of zero to cost. */
static inline float
cost (float p)
{
  float y = logf (p);

  return y > -100 ? y : -100;
}

static inline float
cost_of_rest (float p)
{
  float y = log1pf (-p);

  return y > -100 ? y : -100;
}

/* t log t, which is 0 at 0. */
static inline float
t_log_t (float t)
{
  return t > 0 ? t * logf (t) : 0;
}

/* Stirling's series for log t!, as far as PyTorch takes it. */
static inline float
stirling (float t)
{
  return t > 1 ? t * logf (t) - t + 0.5f * (LN_2_PI + logf (t)) : 0;
}

static inline float
stirling_slope (float t)
{
  return t > 1 ? logf (t) + 0.5f / t : 0;
}

/* The focal loss of Lin et al., 2017: with m = 1 - p for the right answer,
 * α_t m^γ times the binary cross-entropy. */
static inline float
focal_balance (float t,
               float alpha)
{
  return alpha >= 0 ? alpha * t + (1 - alpha) * (1 - t) : 1;
}

static inline float
focal_miss (float x,
            float t)
{
  return t * nn_sigmoidf (-x) + (1 - t) * nn_sigmoidf (x);
}

static inline float
focal_surprise (float x,
                float t)
{
  return (1 - t) * x + nn_softplusf (-x);
}

/* γ m^(γ-1), finite also where m is 0. */
static inline float
focal_bend (float miss,
            float gamma)
{
  return gamma * powf (miss > 1e-30f ? miss : 1e-30f, gamma - 1);
}

static inline float
focal_by_x (float x,
            float t,
            float gamma,
            float alpha)
{
  float p = nn_sigmoidf (x);
  float q = nn_sigmoidf (-x);
  float m = focal_miss (x, t);

  return focal_balance (t, alpha)
         * (((1 - t) * p - t * q) * powf (m, gamma)
            + focal_surprise (x, t) * focal_bend (m, gamma) * (1 - 2 * t) * p * q);
}

static inline float
focal_by_t (float x,
            float t,
            float gamma,
            float alpha)
{
  float m = focal_miss (x, t);
  float by_balance = alpha >= 0 ? 2 * alpha - 1 : 0;

  return by_balance * focal_surprise (x, t) * powf (m, gamma)
         + focal_balance (t, alpha)
           * (-x * powf (m, gamma)
              + focal_surprise (x, t) * focal_bend (m, gamma)
                * (nn_sigmoidf (-x) - nn_sigmoidf (x)));
}

TERM (squared, (x - t) * (x - t), 2 * (x - t), 2 * (t - x))
TERM (absolute, fabsf (x - t), sign (x - t), sign (t - x))
TERM (smooth, smooth_term (fabsf (x - t), a), smooth_slope (x - t, a), smooth_slope (t - x, a))
TERM (huber, huber_term (fabsf (x - t), a), clip (x - t, a), clip (t - x, a))

/* -a t log σ(x) - (1 - t) log (1 - σ(x)), where log σ(x) = -softplus (-x) */
TERM (binary,
      (1 - t) * x + (1 + (a - 1) * t) * nn_softplusf (-x),
      (1 - t) - (1 + (a - 1) * t) * nn_sigmoidf (-x),
      (a - 1) * nn_softplusf (-x) - x)

TERM (binary_share,
      -t * cost (x) - (1 - t) * cost_of_rest (x),
      (x - t) / fmaxf (x * (1 - x), 1e-12f),
      cost_of_rest (x) - cost (x))

TERM (focal,
      focal_balance (t, b) * focal_surprise (x, t) * powf (focal_miss (x, t), a),
      focal_by_x (x, t, a, b),
      focal_by_t (x, t, a, b))

/* The right answer is on the one side of zero or on the other. */
TERM (hinge,
      fmaxf (t > 0 ? a - x : a + x, 0),
      t > 0 ? (a - x > 0 ? -1.0f : 0.0f) : (a + x > 0 ? 1.0f : 0.0f),
      0)

TERM (cosine,
      t > 0 ? 1 - x : fmaxf (x - a, 0),
      t > 0 ? -1.0f : x - a > 0 ? 1.0f : 0.0f,
      0)

/* Probabilities t against log-probabilities x, and against logarithms t. */
TERM (divergence, t_log_t (t) - t * x, -t, (t > 0 ? logf (t) + 1 : 0) - x)
TERM (log_divergence, nn_expf (t) * (t - x), -nn_expf (t), nn_expf (t) * (t - x + 1))
TERM (surprise, -t * x, -t, -x)

/* The numbers of events t against the logarithm of their rate, or the rate. */
TERM (log_rate,
      nn_expf (x) - t * x + b * stirling (t),
      nn_expf (x) - t,
      b * stirling_slope (t) - x)
TERM (rate,
      x - t * logf (x + a) + b * stirling (t),
      1 - t / (x + a),
      b * stirling_slope (t) - logf (x + a))

static const char *const kinds[] = {
  "squared", "absolute", "smooth", "huber", "binary", "binary-share", "focal", "hinge", "cosine",
  "divergence", "log-divergence", "surprise", "log-rate", "rate", NULL
};

#define ROW(name) { name##_sum, name##_slope_x, name##_slope_t }

/* In the order of @kinds. */
static const Term terms[] = {
  ROW (squared), ROW (absolute), ROW (smooth), ROW (huber), ROW (binary), ROW (binary_share),
  ROW (focal), ROW (hinge), ROW (cosine), ROW (divergence), ROW (log_divergence), ROW (surprise),
  ROW (log_rate), ROW (rate),
};

G_STATIC_ASSERT (G_N_ELEMENTS (kinds) == G_N_ELEMENTS (terms) + 1);

typedef struct
{
  const NnCall *call;
  Term          term;
  float         a, b;
  float         factor;
  gint64        count;
} Sum;

static Sum
sum_of (const NnCall *call)
{
  return (Sum) {
    call, terms[(int) nn_call_number (call, "kind")], (float) nn_call_number (call, "a"),
    (float) nn_call_number (call, "b"), (float) nn_call_number (call, "factor"),
    nn_shape_count (&call->in[0].shape)
  };
}

static void
sum_blocks (void   *data,
            gint64  first,
            gint64  last)
{
  const Sum *self = data;
  double *sums = self->call->workspace;

  for (gint64 block = first; block < last; block++)
    {
      gint64 at = block * BLOCK;

      sums[block] = self->term.sum ((const float *) self->call->in[0].data + at,
                                    (const float *) self->call->in[1].data + at, self->a, self->b,
                                    MIN (BLOCK, self->count - at));
    }
}

static gint64
count_blocks (gint64 count)
{
  return (count + BLOCK - 1) / BLOCK;
}

static void
sum_of_terms_run (NnCall *call)
{
  Sum self = sum_of (call);
  const double *sums = call->workspace;
  double sum = 0;

  nn_pool_for (call->pool, call->threads, count_blocks (self.count), 2, sum_blocks, &self);
  for (gint64 block = 0; block < count_blocks (self.count); block++)
    sum += sums[block];
  *(float *) call->out[0].data = (float) (sum * nn_call_number (call, "factor"));
}

static gboolean
sum_of_terms_prepare (NnCall  *call,
                      GError **error)
{
  call->workspace_bytes = (gsize) count_blocks (nn_shape_count (&call->in[0].shape))
                          * sizeof (double);
  return TRUE;
}

static void
slope_range (void   *data,
             gint64  first,
             gint64  last)
{
  const Sum *self = data;
  const NnCall *call = self->call;
  gboolean by_target = nn_call_number (call, "by") != 0;

  (by_target ? self->term.slope_t : self->term.slope_x)
    ((const float *) call->in[0].data + first, (const float *) call->in[1].data + first,
     self->a, self->b, self->factor * *(const float *) call->in[2].data,
     (float *) call->out[0].data + first, last - first);
}

static void
slope_of_terms_run (NnCall *call)
{
  Sum self = sum_of (call);

  nn_pool_for (call->pool, call->threads, self.count, NN_SCALAR_GRAIN / 2, slope_range, &self);
}

static gboolean
scalar_infer (NnCall  *call,
              GError **error)
{
  nn_loss_set_scalar (call);
  return TRUE;
}

static void
slope_by (NnBuild    *build,
          const char *name,
          gboolean    by_target)
{
  const NnCall *call = nn_build_call (build);

  if (!nn_build_wants (build, name))
    return;

  for (int i = 0; call->op->attrs[i].name != NULL; i++)
    nn_build_set_value (build, call->op->attrs[i].name, &call->attr[i]);
  nn_build_set (build, "by", by_target);
  nn_build_gradient (build, name,
                     nn_build_op (build, "slope-of-terms", nn_build_in (build, "x"),
                                  nn_build_in (build, "target"), nn_build_slope (build, "y"),
                                  NN_BUILD_END));
}

static void
sum_of_terms_gradient (NnBuild *build)
{
  slope_by (build, "x", FALSE);
  slope_by (build, "target", TRUE);
}

static const NnPort terms_ports[] = {
  { "x", N_("Predictions") },
  { "target", N_("Right numbers") },
  { "y", N_("Sum"), NN_PORT_OUTPUT },
  { NULL }
};

static const NnPort slope_ports[] = {
  { "x", N_("Predictions") },
  { "target", N_("Right numbers") },
  { "dy", N_("Gradient by the loss") },
  { "dx", N_("Gradient by the predictions"), NN_PORT_OUTPUT },
  { NULL }
};

#define TERMS_ATTRS                                                           \
  { "kind", N_("Kind"), NN_ATTR_CHOICE, 0, .words = kinds },                  \
  { "a", N_("First number"), NN_ATTR_FLOAT, 0, -1e30, 1e30 },                 \
  { "b", N_("Second number"), NN_ATTR_FLOAT, 0, -1e30, 1e30 },                \
  { "factor", N_("Factor"), NN_ATTR_FLOAT, 1, -1e30, 1e30 }

static const NnAttr terms_attrs[] = {
  TERMS_ATTRS,
  { NULL }
};

static const char *const sides[] = { "x", "target", NULL };

static const NnAttr slope_attrs[] = {
  TERMS_ATTRS,
  { "by", N_("Slope by"), NN_ATTR_CHOICE, 0, .words = sides },
  { NULL }
};

static const NnSample terms_samples[] = {
  { .in = { { 2, { 3, 4 } }, { 2, { 3, 4 } } }, .attrs = "kind=cosine a=0.25" },
  { .in = { { 2, { 2, 67 } }, { 2, { 2, 67 } } }, .attrs = "kind=surprise factor=0.5" },
  { .in = { { 2, { 3, 3001 } }, { 2, { 3, 3001 } } }, .attrs = "factor=0.0001" },
  { .in = { { 2, { 0, 5 } }, { 2, { 0, 5 } } } },
  { .in[0].rank = 0 }
};

static const NnSample slope_samples[] = {
  { .in = { { 2, { 3, 4 } }, { 2, { 3, 4 } }, { 0 } }, .attrs = "by=target" },
  { .in = { { 2, { 2, 67 } }, { 2, { 2, 67 } }, { 0 } } },
  { .in = { { 2, { 0, 5 } }, { 2, { 0, 5 } }, { 0 } } },
  { .in[0].rank = 0 }
};

const NnOp nn_ops_loss_terms[] = {
  {
    .name = "sum-of-terms", .title = N_("Sum of terms"),
    .summary = N_("Adds up one term for each pair of numbers, and scales the sum."),
    .category = NN_CATEGORY_INTERNAL, .ports = terms_ports, .attrs = terms_attrs,
    .infer = scalar_infer, .gradient = sum_of_terms_gradient, .samples = terms_samples,
    .cpu = (const NnKernel[]) {
      { "loop", NN_LAYOUT_ANY, NULL, sum_of_terms_prepare, sum_of_terms_run }, { NULL }
    },
  },
  {
    .name = "slope-of-terms", .title = N_("Slope of terms"),
    .summary = N_("Sends a gradient back through a sum of terms."),
    .category = NN_CATEGORY_INTERNAL, .flags = NN_OP_IN_PLACE, .ports = slope_ports,
    .attrs = slope_attrs, .infer = nn_infer_same, .samples = slope_samples,
    .cpu = (const NnKernel[]) { { "loop", NN_LAYOUT_ANY, .run = slope_of_terms_run }, { NULL } },
  },
  { NULL }
};
