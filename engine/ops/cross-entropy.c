/* cross-entropy.c: the surprise about the right class
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "engine/op-loss.h"
#include "engine/op-scalar.h"

#include <glib/gi18n-lib.h>

#define MOST_PIXELS 64          /* neighbours whose classes are walked together */
#define LANES       16          /* of one vector, so that the compiler makes one */

static inline float
largest_of (const float *x,
            gint64       count)
{
  float lane[LANES];
  float top = -HUGE_VALF;
  gint64 i = 0;

  for (int k = 0; k < LANES; k++)
    lane[k] = -HUGE_VALF;
  for (; i + LANES <= count; i += LANES)
    for (int k = 0; k < LANES; k++)
      lane[k] = x[i + k] > lane[k] ? x[i + k] : lane[k];
  for (int k = 0; k < LANES; k++)
    top = lane[k] > top ? lane[k] : top;
  for (; i < count; i++)
    top = x[i] > top ? x[i] : top;

  return top;
}

static inline float
sum_of_powers (const float *x,
               gint64       count,
               float        top)
{
  float lane[LANES] = { 0 };
  float sum = 0;
  gint64 i = 0;

  for (; i + LANES <= count; i += LANES)
    for (int k = 0; k < LANES; k++)
      lane[k] += nn_expf (x[i + k] - top);
  for (int k = 0; k < LANES; k++)
    sum += lane[k];
  for (; i < count; i++)
    sum += nn_expf (x[i] - top);

  return sum;
}

/* Cross-entropy: with p = softmax (x), the surprise -log p[label].
 *
 * What e^x is divided by to get p is kept for the gradient as two numbers, the
 * largest score and the logarithm of the sum of what remains; one number would
 * lose digits where scores are large.  So p itself takes no memory, which for
 * the words of a language would be as much as all scores again.
 *
 * Label smoothing ε gives every class a share ε / classes of the answer (Szegedy
 * et al., 2016).  The focus γ multiplies the surprise by (1 - p)^γ (Lin et al.,
 * 2017). */

typedef struct
{
  NnLabelRun  run;
  float      *top;              /* of each item */
  float      *log_sum;
  float       smoothing;
  float       gamma;
  float       weight_sum;
} Entropy;

static float
sum_weights (const NnLabelRun *self)
{
  double sum = 0;

  if (self->n_weights == 1)
    return (float) self->labels.classes * self->weights[0];
  for (gint64 i = 0; i < self->n_weights; i++)
    sum += self->weights[i];
  return (float) sum;
}

static Entropy
entropy_of (const NnLabelRun *run,
            float            *norm)
{
  return (Entropy) {
    *run, norm, norm + run->labels.items, (float) nn_call_number (run->call, "label-smoothing"),
    (float) nn_call_number (run->call, "gamma"), sum_weights (run)
  };
}

/* Σ w_c (log Σ e^x - x_c), the surprise about all classes. */
static float
surprise_about_all (const Entropy *self,
                    const float   *x,
                    float          top,
                    float          log_sum)
{
  gint64 stride = self->run.labels.stride;
  double sum = 0;

  for (gint64 i = 0; i < self->run.labels.classes; i++)
    sum += (double) nn_label_weight (&self->run, i) * (top - x[i * stride] + log_sum);
  return (float) sum;
}

static void
entropy_item (const Entropy *self,
              gint64         item)
{
  const NnLabelRun *run = &self->run;
  const float *x = (const float *) run->call->in[0].data + nn_labels_start (&run->labels, item);
  float top = self->top[item];
  float log_sum = self->log_sum[item];
  float surprise;

  if (!nn_label_is_good (run, item))
    {
      run->losses[item] = nn_label_no_loss (run, item);
      return;
    }

  surprise = log_sum + (top - x[run->label[item] * run->labels.stride]);
  run->losses[item] = (1 - self->smoothing) * nn_label_weight (run, run->label[item]) * surprise;
  if (self->gamma > 0)
    run->losses[item] *= powf (MAX (-expm1f (-surprise), 0), self->gamma);
  if (self->smoothing > 0)
    run->losses[item] += self->smoothing / (float) run->labels.classes
                         * surprise_about_all (self, x, top, log_sum);
}

static NN_CLONES void
entropy_rows (const Entropy *self,
              gint64         first,
              gint64         last)
{
  gint64 n = self->run.labels.classes;

  for (gint64 item = first; item < last; item++)
    {
      const float *x = (const float *) self->run.call->in[0].data + item * n;

      self->top[item] = largest_of (x, n);
      self->log_sum[item] = logf (sum_of_powers (x, n, self->top[item]));
    }
}

/* How many of the items behind @first, before @last, are its neighbours in
 * memory, as far as they are walked together. */
static gint64
count_neighbours (const NnLabels *labels,
                  gint64          first,
                  gint64          last)
{
  gint64 behind = labels->stride - first % labels->stride;

  return MIN (MIN (behind, last - first), MOST_PIXELS);
}

static NN_CLONES void
entropy_pixels (const Entropy *self,
                gint64         first,
                gint64         last)
{
  const NnLabels *labels = &self->run.labels;

  while (first < last)
    {
      const float *x = (const float *) self->run.call->in[0].data
                       + nn_labels_start (labels, first);
      gint64 n = count_neighbours (labels, first, last);
      float top[MOST_PIXELS];
      float sum[MOST_PIXELS] = { 0 };

      for (gint64 k = 0; k < n; k++)
        top[k] = -HUGE_VALF;
      for (gint64 i = 0; i < labels->classes; i++)
        for (gint64 k = 0; k < n; k++)
          top[k] = x[i * labels->stride + k] > top[k] ? x[i * labels->stride + k] : top[k];
      for (gint64 i = 0; i < labels->classes; i++)
        for (gint64 k = 0; k < n; k++)
          sum[k] += nn_expf (x[i * labels->stride + k] - top[k]);
      for (gint64 k = 0; k < n; k++)
        {
          self->top[first + k] = top[k];
          self->log_sum[first + k] = logf (sum[k]);
        }
      first += n;
    }
}

static void
entropy_losses (void   *data,
                gint64  first,
                gint64  last)
{
  const NnLabelRun *run = data;
  Entropy self = entropy_of (run, run->call->out[2].data);

  if (run->labels.stride == 1)
    entropy_rows (&self, first, last);
  else
    entropy_pixels (&self, first, last);
  for (gint64 item = first; item < last; item++)
    entropy_item (&self, item);
}

static void
entropy_run (NnCall *call)
{
  nn_loss_run (call, entropy_losses, nn_call_number (call, "plain-mean") == 0);
}

/* With q the answer after smoothing, dx = Σ w q · p - w q: what p is multiplied
 * by goes to @scale, and what is taken away at the label is returned. */
static inline float
entropy_slope (const Entropy *self,
               const float   *x,
               gint64         item,
               float         *scale)
{
  const NnLabelRun *run = &self->run;
  float surprise, at_label;

  if (!nn_label_is_good (run, item))
    {
      *scale = 0;
      return 0;
    }

  at_label = (1 - self->smoothing) * nn_label_weight (run, run->label[item]);
  if (self->gamma > 0)
    {
      float p, miss;

      surprise = self->log_sum[item] + (self->top[item]
                                        - x[run->label[item] * run->labels.stride]);
      p = nn_expf (-surprise);
      miss = MAX (-expm1f (-surprise), 1e-30f);
      at_label *= powf (miss, self->gamma)
                  + self->gamma * p * powf (miss, self->gamma - 1) * surprise;
    }
  *scale = at_label + self->smoothing / (float) run->labels.classes * self->weight_sum;
  return at_label;
}

static NN_CLONES void
entropy_slope_rows (const Entropy *self,
                    gint64         first,
                    gint64         last)
{
  const NnLabelRun *run = &self->run;
  float dy = *(const float *) run->call->in[3].data;
  float share = self->smoothing / (float) run->labels.classes * dy;
  gint64 n = run->labels.classes;

  for (gint64 item = first; item < last; item++)
    {
      const float *x = (const float *) run->call->in[0].data + item * n;
      float *dx = (float *) run->call->out[0].data + item * n;
      float top = self->top[item];
      float log_sum = self->log_sum[item];
      float scale;
      float at_label = entropy_slope (self, x, item, &scale) * dy;
      float factor = scale * dy;

      NN_IVDEP
      for (gint64 i = 0; i < n; i++)
        dx[i] = nn_expf (x[i] - top - log_sum) * factor;
      if (scale == 0)
        continue;
      for (gint64 i = 0; share != 0 && i < n; i++)
        dx[i] -= share * nn_label_weight (run, i);
      dx[run->label[item]] -= at_label;
    }
}

static NN_CLONES void
entropy_slope_pixels (const Entropy *self,
                      gint64         first,
                      gint64         last)
{
  const NnLabelRun *run = &self->run;
  const NnLabels *labels = &run->labels;
  float dy = *(const float *) run->call->in[3].data;
  float share = self->smoothing / (float) labels->classes * dy;

  while (first < last)
    {
      gint64 start = nn_labels_start (labels, first);
      gint64 n = count_neighbours (labels, first, last);
      const float *x = (const float *) run->call->in[0].data + start;
      float *dx = (float *) run->call->out[0].data + start;
      float factor[MOST_PIXELS], at_label[MOST_PIXELS], rest[MOST_PIXELS];

      for (gint64 k = 0; k < n; k++)
        {
          at_label[k] = entropy_slope (self, x + k, first + k, &factor[k]) * dy;
          rest[k] = factor[k] != 0 ? share : 0;
          factor[k] *= dy;
        }
      for (gint64 i = 0; i < labels->classes; i++)
        {
          float weight = nn_label_weight (run, i);

          NN_IVDEP
          for (gint64 k = 0; k < n; k++)
            dx[i * labels->stride + k] = nn_expf (x[i * labels->stride + k] - self->top[first + k]
                                                  - self->log_sum[first + k]) * factor[k]
                                         - rest[k] * weight;
        }
      for (gint64 k = 0; k < n; k++)
        if (factor[k] != 0)
          dx[run->label[first + k] * labels->stride + k] -= at_label[k];
      first += n;
    }
}

static void
entropy_slopes (void   *data,
                gint64  first,
                gint64  last)
{
  const NnLabelRun *run = data;
  Entropy self = entropy_of (run, run->call->in[4].data);

  if (run->labels.stride == 1)
    entropy_slope_rows (&self, first, last);
  else
    entropy_slope_pixels (&self, first, last);
}

static void
entropy_slope_run (NnCall *call)
{
  nn_loss_run_slopes (call, entropy_slopes);
}


static void
entropy_gradient (NnBuild *build)
{
  nn_loss_build_slope (build, "label-cross-entropy-gradient", nn_build_out (build, "norm"));
}

static gboolean
entropy_infer (NnCall  *call,
               GError **error)
{
  NnShape norm = { 2, { 2 } };

  if (!nn_loss_infer_labels (call, error))
    return FALSE;

  norm.size[1] = nn_loss_labels (call).items;
  nn_call_set_out (call, 2, NN_FLOAT32, &norm);
  return TRUE;
}

/* Answers are labels, or a probability for each class. */
static gboolean
cross_entropy_infer (NnCall  *call,
                     GError **error)
{
  if (call->in[1].dtype == NN_INT64)
    return nn_loss_infer_labels (call, error);

  if (call->in[0].shape.rank >= 2 && !nn_loss_check_numbers (call, error))
    return FALSE;
  if (call->in[0].shape.rank < 2)
    return nn_loss_check_labels (call, error);
  if (nn_call_value (call, "class-weights")->count == 0)
    return nn_call_refuse (call, error,
                           _("weights can only be “balanced” where the answers are classes, and "
                             "here they are probabilities."));

  nn_loss_set_scalar (call);
  return TRUE;
}

static void
expand_labels (NnBuild *build,
               double   smoothing,
               double   gamma,
               gboolean plain_mean)
{
  static const char *const kept[] = {
    "reduction", "class-axis", "ignore-index", "class-weights"
  };

  for (gsize i = 0; i < G_N_ELEMENTS (kept); i++)
    nn_build_set_value (build, kept[i], nn_call_value (nn_build_call (build), kept[i]));
  nn_build_set (build, "label-smoothing", smoothing);
  nn_build_set (build, "gamma", gamma);
  nn_build_set (build, "plain-mean", plain_mean);
  nn_build_result (build, "y",
                   nn_build_op (build, "label-cross-entropy", nn_build_in (build, "x"),
                                nn_build_in (build, "target"), NN_BUILD_END));
}

/* @x with each class multiplied by its weight. */
static NnValue *
weigh (NnBuild *build,
       NnValue *x)
{
  const NnCall *call = nn_build_call (build);
  const NnAttrValue *weights = nn_call_value (call, "class-weights");
  int axis = nn_loss_class_axis (call);
  NnShape shape = { x->shape.rank - axis, { weights->count } };
  NnValue *list;

  if (weights->count == 1)
    return nn_build_scale (build, x, weights->number[0], 0);

  for (int i = 1; i < shape.rank; i++)
    shape.size[i] = 1;
  nn_build_set_value (build, "values", weights);
  list = nn_build_op (build, "number-list", NN_BUILD_END);
  return nn_build_op (build, "mul", x, nn_build_reshape (build, list, &shape), NN_BUILD_END);
}

/* -Σ w q log p over the classes, where q is the answer after smoothing. */
static void
expand_probabilities (NnBuild *build,
                      double   smoothing)
{
  const NnCall *call = nn_build_call (build);
  NnLabels labels = nn_loss_labels (call);
  NnValue *q = nn_build_scale (build, nn_build_in (build, "target"), 1 - smoothing,
                               smoothing / (double) MAX (labels.classes, 1));
  gboolean sums = nn_call_number (call, "reduction") != 0;
  NnValue *log_p;

  nn_build_set (build, "axis", nn_loss_class_axis (call));
  log_p = nn_build_op (build, "log-softmax", nn_build_in (build, "x"), NN_BUILD_END);
  nn_build_result (build, "y",
                   nn_loss_build_terms (build, "surprise", log_p, weigh (build, q), 0, 0,
                                        sums ? 1 : 1 / (double) MAX (labels.items, 1)));
}

static void
cross_entropy_expand (NnBuild *build)
{
  double smoothing = nn_call_number (nn_build_call (build), "label-smoothing");

  if (nn_build_in (build, "target")->dtype == NN_INT64)
    expand_labels (build, smoothing, 0, FALSE);
  else
    expand_probabilities (build, smoothing);
}

static void
focal_expand (NnBuild *build)
{
  expand_labels (build, 0, nn_call_number (nn_build_call (build), "gamma"), TRUE);
}

static void
number_list_run (NnCall *call)
{
  const NnAttrValue *values = nn_call_value (call, "values");
  float *y = call->out[0].data;

  for (int i = 0; i < values->count; i++)
    y[i] = (float) values->number[i];
}

static gboolean
number_list_infer (NnCall  *call,
                   GError **error)
{
  NnShape shape = { 1, { nn_call_value (call, "values")->count } };

  nn_call_set_out (call, 0, NN_FLOAT32, &shape);
  return TRUE;
}

static const NnPort label_ports[] = {
  { "x", N_("Scores") },
  { "target", N_("Right classes"), NN_PORT_INPUT, NN_INT64 },
  { "y", N_("Loss"), NN_PORT_OUTPUT },
  { NULL }
};

/* Classes, or as many numbers as there are scores. */
static const NnPort cross_entropy_ports[] = {
  { "x", N_("Scores") },
  { "target", N_("Right classes"), NN_PORT_INPUT, NN_INT64, .also = 1u << NN_FLOAT32 },
  { "y", N_("Loss"), NN_PORT_OUTPUT },
  { NULL }
};

static const NnPort entropy_ports[] = {
  { "x", N_("Scores") },
  { "target", N_("Right classes"), NN_PORT_INPUT, NN_INT64 },
  { "y", N_("Loss"), NN_PORT_OUTPUT },
  { "weights", N_("Weights of the classes"), NN_PORT_HIDDEN },
  { "norm", N_("Largest score and logarithm of the sum"), NN_PORT_HIDDEN },
  { NULL }
};

static const NnPort slope_ports[] = {
  { "x", N_("Scores") },
  { "target", N_("Right classes"), NN_PORT_INPUT, NN_INT64 },
  { "weights", N_("Weights of the classes") },
  { "dy", N_("Gradient by the loss") },
  { "norm", N_("Largest score and logarithm of the sum") },
  { "dx", N_("Gradient by the scores"), NN_PORT_OUTPUT },
  { NULL }
};

static const NnPort only_output[] = {
  { "y", N_("Output"), NN_PORT_OUTPUT },
  { NULL }
};

#define SMOOTHING                                                             \
  { "label-smoothing", N_("Label smoothing"), NN_ATTR_FLOAT, 0, 0, 1, .torch = "label_smoothing" }

#define GAMMA(initial)                                                        \
  { "gamma", N_("Focus on hard ones"), NN_ATTR_FLOAT, initial, 0, 20 }

static const NnAttr cross_entropy_attrs[] = {
  NN_LOSS_LABEL_ATTRS,
  SMOOTHING,
  { NULL }
};

static const NnAttr focal_attrs[] = {
  NN_LOSS_LABEL_ATTRS,
  GAMMA (2),
  { NULL }
};

static const NnAttr entropy_attrs[] = {
  NN_LOSS_LABEL_ATTRS,
  SMOOTHING,
  GAMMA (0),
  { "plain-mean", N_("Mean without weights"), NN_ATTR_BOOL, 0, 0, 1 },
  { NULL }
};

static const NnAttr list_attrs[] = {
  { "values", N_("Values"), NN_ATTR_FLOATS, 0, -1e30, 1e30 },
  { NULL }
};

/* Every way through the kernels: few and many classes, neighbours, more of them
 * than are walked together, the other axis, weights, and what is ignored. */
static const NnSample label_samples[] = {
  { .in = { { 2, { 3, 5 } }, { 1, { 3 } } }, .classes = 5, .dtype = NN_INT64 },
  { .in = { { 2, { 2, 67 } }, { 1, { 2 } } }, .classes = 67, .dtype = NN_INT64,
    .attrs = "reduction=sum" },
  { .in = { { 4, { 2, 3, 4, 5 } }, { 3, { 2, 4, 5 } } }, .classes = 3, .dtype = NN_INT64,
    .attrs = "class-weights=0.5,2,1" },
  { .in = { { 3, { 2, 3, 70 } }, { 2, { 2, 70 } } }, .classes = 3, .dtype = NN_INT64,
    .attrs = "ignore-index=1" },
  { .in = { { 3, { 2, 6, 5 } }, { 2, { 2, 6 } } }, .classes = 5, .dtype = NN_INT64,
    .attrs = "class-axis=last class-weights=balanced" },
  { .in = { { 2, { 0, 5 } }, { 1, { 0 } } }, .classes = 5, .dtype = NN_INT64 },
  { .in[0].rank = 0 }
};

static const NnSample entropy_samples[] = {
  { .in = { { 2, { 3, 5 } }, { 1, { 3 } } }, .classes = 5, .attrs = "label-smoothing=0.2" },
  { .in = { { 2, { 4, 21 } }, { 1, { 4 } } }, .classes = 21, .attrs = "gamma=2" },
  { .in = { { 4, { 2, 3, 4, 5 } }, { 3, { 2, 4, 5 } } }, .classes = 3,
    .attrs = "class-weights=0.5,2,1 label-smoothing=0.1" },
  { .in = { { 2, { 0, 5 } }, { 1, { 0 } } }, .classes = 5 },
  { .in[0].rank = 0 }
};

static const NnSample slope_samples[] = {
  { .in = { { 2, { 3, 5 } }, { 1, { 3 } }, { 1, { 1 } }, { 0 }, { 2, { 2, 3 } } }, .classes = 5 },
  { .in = { { 4, { 2, 3, 4, 5 } }, { 3, { 2, 4, 5 } }, { 1, { 1 } }, { 0 }, { 2, { 2, 40 } } },
    .classes = 3 },
  { .in = { { 2, { 0, 5 } }, { 1, { 0 } }, { 1, { 1 } }, { 0 }, { 2, { 2, 0 } } }, .classes = 5 },
  { .in[0].rank = 0 }
};

#define LABEL_LOSS                                                            \
  .lesson   = "11",                                                           \
  .category = NN_CATEGORY_LOSS,                                               \
  .role     = NN_ROLE_LOSS,                                                   \
  .predicts = NN_PREDICTS_CLASS_SCORES,                                       \
  .samples  = label_samples

const NnOp nn_ops_cross_entropy[] = {
  {
    .name = "cross-entropy", .title = N_("Cross-Entropy"),
    .summary = N_("The mean surprise about the right class; takes scores, not probabilities."),
    .ports = cross_entropy_ports, .attrs = cross_entropy_attrs, .infer = cross_entropy_infer,
    .expand = cross_entropy_expand,
    .torch = "torch.nn.CrossEntropyLoss",
    LABEL_LOSS,
  },
  {
    .name = "focal", .title = N_("Focal Loss"),
    .summary = N_("Cross-entropy that cares less for items which are right already."),
    .ports = label_ports, .attrs = focal_attrs, .infer = nn_loss_infer_labels,
    .expand = focal_expand,
    LABEL_LOSS,
  },
  {
    .name = "label-cross-entropy", .title = N_("Cross-entropy of labels"),
    .summary = N_("The surprise about labels, with smoothing and focus."),
    .category = NN_CATEGORY_INTERNAL, .ports = entropy_ports, .attrs = entropy_attrs,
    .infer = entropy_infer, .gradient = entropy_gradient, .samples = entropy_samples,
    .cpu = (const NnKernel[]) {
      { "loop", NN_LAYOUT_ROWS, NULL, nn_loss_prepare, entropy_run }, { NULL }
    },
  },
  {
    .name = "label-cross-entropy-gradient", .title = N_("Slope of cross-entropy"),
    .summary = N_("Sends a gradient back through a cross-entropy of labels."),
    .category = NN_CATEGORY_INTERNAL, .flags = NN_OP_IN_PLACE, .ports = slope_ports,
    .attrs = entropy_attrs, .infer = nn_infer_same, .samples = slope_samples,
    .cpu = (const NnKernel[]) { { "loop", NN_LAYOUT_ROWS, .run = entropy_slope_run }, { NULL } },
  },
  {
    .name = "number-list", .title = N_("List of numbers"),
    .summary = N_("Makes a vector of the numbers that are written down."),
    .category = NN_CATEGORY_INTERNAL, .ports = only_output, .attrs = list_attrs,
    .infer = number_list_infer,
    .cpu = (const NnKernel[]) { { "loop", NN_LAYOUT_ANY, .run = number_list_run }, { NULL } },
  },
  { NULL }
};
