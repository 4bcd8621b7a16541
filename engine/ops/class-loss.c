/* class-loss.c: losses of single numbers and of margins, and how many are right
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "engine/op-loss.h"
#include "engine/op-scalar.h"

#include <glib/gi18n-lib.h>

/* Negative log-likelihood: the label's number of the log-probabilities x. */
static void
likelihood_losses (void   *data,
                   gint64  first,
                   gint64  last)
{
  const NnLabelRun *self = data;
  const float *x = self->call->in[0].data;

  for (gint64 item = first; item < last; item++)
    if (!nn_label_is_good (self, item))
      self->losses[item] = nn_label_no_loss (self, item);
    else
      self->losses[item] = -nn_label_weight (self, self->label[item])
                           * x[nn_labels_start (&self->labels, item)
                               + self->label[item] * self->labels.stride];
}

static void
likelihood_run (NnCall *call)
{
  nn_loss_run (call, likelihood_losses, TRUE);
}

static void
likelihood_slopes (void   *data,
                   gint64  first,
                   gint64  last)
{
  const NnLabelRun *self = data;
  float dy = *(const float *) self->call->in[3].data;

  for (gint64 item = first; item < last; item++)
    {
      float *dx = (float *) self->call->out[0].data + nn_labels_start (&self->labels, item);

      for (gint64 i = 0; i < self->labels.classes; i++)
        dx[i * self->labels.stride] = 0;
      if (nn_label_is_good (self, item))
        dx[self->label[item] * self->labels.stride]
          = -dy * nn_label_weight (self, self->label[item]);
    }
}

static void
likelihood_slope_run (NnCall *call)
{
  nn_loss_run_slopes (call, likelihood_slopes);
}

/* Multi-class hinge: every other score that comes nearer to the label's than the
 * margin costs what is missing, or its square (Crammer and Singer, 2001). */
static void
margin_losses (void   *data,
               gint64  first,
               gint64  last)
{
  const NnLabelRun *self = data;
  float margin = (float) nn_call_number (self->call, "margin");
  gboolean squares = nn_call_number (self->call, "power") == 2;

  for (gint64 item = first; item < last; item++)
    {
      const float *x = (const float *) self->call->in[0].data
                       + nn_labels_start (&self->labels, item);
      gint64 label = self->label[item];
      double sum = 0;

      if (!nn_label_is_good (self, item))
        {
          self->losses[item] = nn_label_no_loss (self, item);
          continue;
        }
      for (gint64 i = 0; i < self->labels.classes; i++)
        {
          float lack = margin - x[label * self->labels.stride] + x[i * self->labels.stride];

          if (i != label && lack > 0)
            sum += squares ? lack * lack : lack;
        }
      self->losses[item] = (float) (sum * nn_label_weight (self, label)
                                    / (double) self->labels.classes);
    }
}

static void
margin_run (NnCall *call)
{
  nn_loss_run (call, margin_losses, FALSE);
}

static void
margin_slopes (void   *data,
               gint64  first,
               gint64  last)
{
  const NnLabelRun *self = data;
  float dy = *(const float *) self->call->in[3].data;
  float margin = (float) nn_call_number (self->call, "margin");
  gboolean squares = nn_call_number (self->call, "power") == 2;
  gint64 stride = self->labels.stride;

  for (gint64 item = first; item < last; item++)
    {
      gint64 start = nn_labels_start (&self->labels, item);
      const float *x = (const float *) self->call->in[0].data + start;
      float *dx = (float *) self->call->out[0].data + start;
      gint64 label = nn_label_is_good (self, item) ? self->label[item] : -1;
      float factor = label < 0 ? 0 : dy * nn_label_weight (self, label)
                                     / (float) self->labels.classes;
      float right = label < 0 ? 0 : x[label * stride];
      float sum = 0;

      for (gint64 i = 0; i < self->labels.classes; i++)
        {
          float lack = margin - right + x[i * stride];
          float slope = i == label || lack <= 0 ? 0 : squares ? 2 * lack : 1;

          dx[i * stride] = factor * slope;
          sum += factor * slope;
        }
      if (label >= 0)
        dx[label * stride] = -sum;
    }
}

static void
margin_slope_run (NnCall *call)
{
  nn_loss_run_slopes (call, margin_slopes);
}

/* The share of the items that count whose label has the highest score, the first
 * of equal ones, times the samples: for one label a sample that is their number. */
static void
count_correct_run (NnCall *call)
{
  NnLabels labels = nn_loss_labels (call);
  const gint64 *label = call->in[1].data;
  gint64 correct = 0;
  gint64 counted = 0;

  for (gint64 item = 0; item < labels.items; item++)
    {
      const float *x = (const float *) call->in[0].data + nn_labels_start (&labels, item);
      gint64 best = 0;

      if (label[item] == labels.ignored)
        continue;
      for (gint64 i = 1; i < labels.classes; i++)
        if (x[i * labels.stride] > x[best * labels.stride])
          best = i;
      correct += best == label[item];
      counted++;
    }

  *(float *) call->out[0].data = (float) ((double) correct * (double) call->in[0].shape.size[0]
                                          / (double) MAX (counted, 1));
}

static gboolean
count_correct_infer (NnCall  *call,
                     GError **error)
{
  nn_loss_set_scalar (call);
  return nn_loss_check_labels (call, error);
}

static void
likelihood_gradient (NnBuild *build)
{
  nn_loss_build_slope (build, "nll-gradient", NULL);
}

static void
margin_gradient (NnBuild *build)
{
  nn_loss_build_slope (build, "multi-margin-gradient", NULL);
}

static const NnPort label_ports[] = {
  { "x", N_("Scores") },
  { "target", N_("Right classes"), NN_PORT_INPUT, NN_INT64 },
  { "y", N_("Loss"), NN_PORT_OUTPUT },
  { "weights", N_("Weights of the classes"), NN_PORT_HIDDEN },
  { NULL }
};

static const NnPort slope_ports[] = {
  { "x", N_("Scores") },
  { "target", N_("Right classes"), NN_PORT_INPUT, NN_INT64 },
  { "weights", N_("Weights of the classes") },
  { "dy", N_("Gradient by the loss") },
  { "dx", N_("Gradient by the scores"), NN_PORT_OUTPUT },
  { NULL }
};

static const NnPort count_ports[] = {
  { "x", N_("Scores") },
  { "target", N_("Right classes"), NN_PORT_INPUT, NN_INT64 },
  { "y", N_("Number of right answers"), NN_PORT_OUTPUT },
  { NULL }
};

static const NnAttr likelihood_attrs[] = {
  NN_LOSS_LABEL_ATTRS,
  { NULL }
};

static const NnAttr margin_attrs[] = {
  NN_LOSS_LABEL_ATTRS,
  { "margin", N_("Margin"), NN_ATTR_FLOAT, 1, -1e6, 1e6, .torch = "margin" },
  { "power", N_("Power"), NN_ATTR_INT, 1, 1, 2, .torch = "p" },
  { NULL }
};

static const NnAttr count_attrs[] = {
  NN_LOSS_CLASS_AXIS,
  NN_LOSS_IGNORE_INDEX,
  { NULL }
};

static const NnSample label_samples[] = {
  { .in = { { 2, { 3, 5 } }, { 1, { 3 } } }, .classes = 5 },
  { .in = { { 2, { 1, 67 } }, { 1, { 1 } } }, .classes = 67, .attrs = "reduction=sum" },
  { .in = { { 4, { 2, 3, 4, 5 } }, { 3, { 2, 4, 5 } } }, .classes = 3,
    .attrs = "class-weights=0.5,2,1" },
  { .in = { { 3, { 2, 6, 5 } }, { 2, { 2, 6 } } }, .classes = 5,
    .attrs = "class-axis=last class-weights=balanced ignore-index=3" },
  { .in = { { 2, { 0, 5 } }, { 1, { 0 } } }, .classes = 5 },
  { .in[0].rank = 0 }
};

static const NnSample margin_samples[] = {
  { .in = { { 2, { 3, 5 } }, { 1, { 3 } } }, .classes = 5 },
  { .in = { { 2, { 2, 67 } }, { 1, { 2 } } }, .classes = 67, .attrs = "power=2" },
  { .in = { { 4, { 2, 3, 4, 5 } }, { 3, { 2, 4, 5 } } }, .classes = 3,
    .attrs = "class-weights=0.5,2,1 margin=0.5" },
  { .in = { { 2, { 0, 5 } }, { 1, { 0 } } }, .classes = 5 },
  { .in[0].rank = 0 }
};

static const NnSample count_samples[] = {
  { .in = { { 2, { 3, 5 } }, { 1, { 3 } } }, .classes = 5 },
  { .in = { { 3, { 2, 6, 5 } }, { 2, { 2, 6 } } }, .classes = 5,
    .attrs = "class-axis=last ignore-index=0" },
  { .in = { { 4, { 2, 3, 4, 5 } }, { 3, { 2, 4, 5 } } }, .classes = 3 },
  { .in = { { 2, { 0, 5 } }, { 1, { 0 } } }, .classes = 5 },
  { .in[0].rank = 0 }
};

static const NnSample slope_samples[] = {
  { .in = { { 2, { 3, 5 } }, { 1, { 3 } }, { 1, { 1 } }, { 0 } }, .classes = 5 },
  { .in = { { 4, { 2, 3, 4, 5 } }, { 3, { 2, 4, 5 } }, { 1, { 1 } }, { 0 } }, .classes = 3 },
  { .in = { { 2, { 0, 5 } }, { 1, { 0 } }, { 1, { 1 } }, { 0 } }, .classes = 5 },
  { .in[0].rank = 0 }
};

#define KERNEL(op)                                                            \
  .cpu = (const NnKernel[]) {                                                 \
    { "loop", NN_LAYOUT_ROWS, NULL, nn_loss_prepare, op##_run }, { NULL }     \
  }

#define SLOPE(op)                                                             \
  .title    = N_("Slope of a loss"),                                          \
  .summary  = N_("Sends a gradient back through a loss."),                    \
  .category = NN_CATEGORY_INTERNAL,                                           \
  .flags    = NN_OP_IN_PLACE,                                                 \
  .ports    = slope_ports,                                                    \
  .infer    = nn_infer_same,                                                  \
  .samples  = slope_samples,                                                  \
  .cpu = (const NnKernel[]) { { "loop", NN_LAYOUT_ROWS, .run = op##_slope_run }, { NULL } }

#define LABEL_LOSS                                                            \
  .lesson   = "11",                                                           \
  .category = NN_CATEGORY_LOSS,                                               \
  .role     = NN_ROLE_LOSS,                                                   \
  .ports    = label_ports,                                                    \
  .infer    = nn_loss_infer_labels

const NnOp nn_ops_class_loss[] = {
  {
    .name = "nll", .title = N_("Negative Log-Likelihood"),
    .summary = N_("Takes log-probabilities and wants that of the right class near zero."),
    .attrs = likelihood_attrs, .gradient = likelihood_gradient, .samples = label_samples,
    .predicts = NN_PREDICTS_CLASS_LOGARITHMS, .torch = "torch.nn.NLLLoss",
    LABEL_LOSS,
    KERNEL (likelihood),
  },
  {
    .name = "multi-margin", .title = N_("Multi-Class Hinge Loss"),
    .summary = N_("Wants the right class’s score above all others by a margin."),
    .attrs = margin_attrs, .gradient = margin_gradient, .samples = margin_samples,
    .predicts = NN_PREDICTS_CLASS_SCORES, .torch = "torch.nn.MultiMarginLoss",
    LABEL_LOSS,
    KERNEL (margin),
  },
  { .name = "nll-gradient", .attrs = likelihood_attrs, SLOPE (likelihood) },
  { .name = "multi-margin-gradient", .attrs = margin_attrs, SLOPE (margin) },
  {
    .name = "count-correct", .title = N_("Right Answers"),
    .summary = N_("Counts the items whose right class has the highest score."),
    .category = NN_CATEGORY_INTERNAL,
    .ports = count_ports, .attrs = count_attrs, .infer = count_correct_infer,
    .samples = count_samples,
    .cpu = (const NnKernel[]) {
      { "loop", NN_LAYOUT_ROWS, .run = count_correct_run }, { NULL }
    },
  },
  { NULL }
};
