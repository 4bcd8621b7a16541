/* loss.c: how wrong a network is, as one number
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "engine/build.h"
#include "engine/op-scalar.h"

#include <glib/gi18n-lib.h>

/* Losses are means over the batch, as in PyTorch, so the learning rate does not
 * have to follow the batch size. */

typedef struct
{
  const NnCall *call;
  gint64        classes;
  gint64        inner;          /* pixels behind the class axis, 1 without any */
  gint64        items;          /* labels */
} Labels;

static Labels
labels_of (const NnCall *call,
           int           scores)
{
  const NnShape *x = &call->in[scores].shape;

  return (Labels) {
    call, x->size[1], nn_shape_span (x, 2, x->rank), x->size[0] * nn_shape_span (x, 2, x->rank)
  };
}

static inline gint64
score_start (const Labels *self,
             gint64        item)
{
  return item / self->inner * self->inner * self->classes + item % self->inner;
}

/* p = softmax (x).  The loss of one item, -log p[label], is left in the
 * workspace; a label outside of the classes makes it NaN, which stops the run
 * with a message. */
static NN_CLONES void
cross_entropy_items (void   *data,
                     gint64  first,
                     gint64  last)
{
  const Labels *self = data;
  const gint64 *label = self->call->in[1].data;
  float *losses = self->call->workspace;
  gint64 n = self->classes;
  gint64 s = self->inner;

  for (gint64 item = first; item < last; item++)
    {
      const float *x = (const float *) self->call->in[0].data + score_start (self, item);
      float *p = (float *) self->call->out[1].data + score_start (self, item);
      float top = -HUGE_VALF;
      float sum = 0;

      for (gint64 i = 0; i < n; i++)
        top = x[i * s] > top ? x[i * s] : top;
      for (gint64 i = 0; i < n; i++)
        p[i * s] = nn_expf (x[i * s] - top);
      for (gint64 i = 0; i < n; i++)
        sum += p[i * s];
      for (gint64 i = 0; i < n; i++)
        p[i * s] *= 1 / sum;

      losses[item] = label[item] >= 0 && label[item] < n
                     ? logf (sum) + top - x[label[item] * s] : NAN;
    }
}

static void
cross_entropy_run (NnCall *call)
{
  Labels self = labels_of (call, 0);
  const float *losses = call->workspace;
  double sum = 0;

  nn_pool_for (call->pool, call->threads, self.items,
               NN_SCALAR_GRAIN / 8 / MAX (self.classes, 1), cross_entropy_items, &self);
  for (gint64 i = 0; i < self.items; i++)
    sum += losses[i];
  *(float *) call->out[0].data = self.items > 0 ? (float) (sum / self.items) : 0;
}

static gboolean
cross_entropy_prepare (NnCall  *call,
                       GError **error)
{
  call->workspace_bytes = (gsize) labels_of (call, 0).items * sizeof (float);
  return TRUE;
}

/* dx = (p - [label]) dloss / items */
static NN_CLONES void
cross_entropy_gradient_items (void   *data,
                              gint64  first,
                              gint64  last)
{
  const Labels *self = data;
  const gint64 *label = self->call->in[1].data;
  float factor = *(const float *) self->call->in[2].data / (float) self->items;
  gint64 n = self->classes;
  gint64 s = self->inner;

  for (gint64 item = first; item < last; item++)
    {
      gint64 at = score_start (self, item);
      const float *p = (const float *) self->call->in[0].data + at;
      float *dx = (float *) self->call->out[0].data + at;

      for (gint64 i = 0; i < n; i++)
        dx[i * s] = p[i * s] * factor;
      if (label[item] >= 0 && label[item] < n)
        dx[label[item] * s] -= factor;
    }
}

static void
cross_entropy_gradient_run (NnCall *call)
{
  Labels self = labels_of (call, 0);

  nn_pool_for (call->pool, call->threads, self.items,
               NN_SCALAR_GRAIN / MAX (self.classes, 1), cross_entropy_gradient_items, &self);
}

/* How many items have their label's score on top; the first of equal ones. */
static void
count_correct_run (NnCall *call)
{
  Labels self = labels_of (call, 0);
  const gint64 *label = call->in[1].data;
  gint64 correct = 0;

  for (gint64 item = 0; item < self.items; item++)
    {
      const float *x = (const float *) call->in[0].data + score_start (&self, item);
      gint64 best = 0;

      for (gint64 i = 1; i < self.classes; i++)
        if (x[i * self.inner] > x[best * self.inner])
          best = i;
      correct += best == label[item];
    }
  *(float *) call->out[0].data = (float) correct;
}

/* Scores b × classes × …, labels b × …. */
static gboolean
check_labels (NnCall  *call,
              int      scores,
              int      labels,
              GError **error)
{
  const NnShape *x = &call->in[scores].shape;
  const NnShape *t = &call->in[labels].shape;
  g_autofree char *scores_text = nn_call_print (call, scores);
  g_autofree char *labels_text = nn_call_print (call, labels);
  NnShape wanted = { x->rank - 1, { x->size[0] } };

  if (x->rank < 2)
    return nn_call_refuse (call, error, _("the scores of a sample have the shape %s, but must "
                                          "have an axis of classes."), scores_text);
  if (call->in[labels].dtype != NN_INT64)
    return nn_call_refuse (call, error,
                           _("the answers must be classes: set “Answers are” of the target to "
                             "“class”."));

  for (int i = 2; i < x->rank; i++)
    wanted.size[i - 1] = x->size[i];
  if (!nn_shape_equal (&wanted, t))
    return nn_call_refuse (call, error,
                           _("scores of %s and answers of %s do not belong together: a sample "
                             "must have one score for each class."), scores_text, labels_text);

  return TRUE;
}

static gboolean
cross_entropy_infer (NnCall  *call,
                     GError **error)
{
  NnShape scalar = { 0 };

  if (!check_labels (call, 0, 1, error))
    return FALSE;

  nn_call_set_out (call, 0, NN_FLOAT32, &scalar);
  nn_call_set_out (call, 1, NN_FLOAT32, &call->in[0].shape);
  return TRUE;
}

static gboolean
count_correct_infer (NnCall  *call,
                     GError **error)
{
  NnShape scalar = { 0 };

  if (!check_labels (call, 0, 1, error))
    return FALSE;

  nn_call_set_out (call, 0, NN_FLOAT32, &scalar);
  return TRUE;
}

/* Losses that compare numbers with numbers. */
static gboolean
numbers_infer (NnCall  *call,
               GError **error)
{
  NnShape scalar = { 0 };

  if (call->in[1].dtype != NN_FLOAT32)
    return nn_call_refuse (call, error,
                           _("the answers must be numbers: set “Answers are” of the target to "
                             "“numbers”."));

  if (!nn_shape_equal (&call->in[0].shape, &call->in[1].shape))
    {
      g_autofree char *x = nn_call_print (call, 0);
      g_autofree char *t = nn_call_print (call, 1);

      return nn_call_refuse (call, error,
                             _("predictions of %s and answers of %s must have the same shape."),
                             x, t);
    }

  nn_call_set_out (call, 0, NN_FLOAT32, &scalar);
  return TRUE;
}

static void
cross_entropy_gradient (NnBuild *build)
{
  NnValue *p = nn_build_out (build, "p");

  nn_build_gradient (build, "x",
                     nn_build_op (build, "cross-entropy-gradient", p, nn_build_in (build, "target"),
                                  nn_build_slope (build, "y"), NN_BUILD_END));
}

static NnValue *
mean_of_all (NnBuild *build,
             NnValue *value)
{
  nn_build_set_value (build, "axes", &(NnAttrValue) { 0, { 0 } });
  return nn_build_op (build, "mean", value, NN_BUILD_END);
}

/* mean (x - t)² */
static void
mean_squared_expand (NnBuild *build)
{
  NnValue *difference = nn_build_op (build, "sub", nn_build_in (build, "x"),
                                     nn_build_in (build, "target"), NN_BUILD_END);

  nn_build_result (build, "y",
                   mean_of_all (build, nn_build_op (build, "square", difference, NN_BUILD_END)));
}

/* -t log σ(x) - (1 - t) log (1 - σ(x)) = softplus (x) - t x */
static void
binary_cross_entropy_expand (NnBuild *build)
{
  NnValue *x = nn_build_in (build, "x");
  NnValue *soft = nn_build_op (build, "softplus", x, NN_BUILD_END);
  NnValue *chosen = nn_build_op (build, "mul", nn_build_in (build, "target"), x, NN_BUILD_END);

  nn_build_result (build, "y",
                   mean_of_all (build, nn_build_op (build, "sub", soft, chosen, NN_BUILD_END)));
}

static const NnPort cross_entropy_ports[] = {
  { "x", N_("Scores") },
  { "target", N_("Right classes"), NN_PORT_INPUT, NN_INT64 },
  { "y", N_("Loss"), NN_PORT_OUTPUT },
  { "p", N_("Probabilities"), NN_PORT_HIDDEN },
  { NULL }
};

static const NnPort cross_entropy_gradient_ports[] = {
  { "p", N_("Probabilities") },
  { "target", N_("Right classes"), NN_PORT_INPUT, NN_INT64 },
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

static const NnPort numbers_ports[] = {
  { "x", N_("Predictions") },
  { "target", N_("Right numbers") },
  { "y", N_("Loss"), NN_PORT_OUTPUT },
  { NULL }
};

static const NnSample label_samples[] = {
  { .in = { { 2, { 3, 5 } }, { 1, { 3 } } }, .classes = 5 },
  { .in = { { 2, { 1, 67 } }, { 1, { 1 } } }, .classes = 67 },
  { .in = { { 4, { 2, 3, 4, 5 } }, { 3, { 2, 4, 5 } } }, .classes = 3 },
  { .in = { { 2, { 0, 5 } }, { 1, { 0 } } }, .classes = 5 },
  { .in[0].rank = 0 }
};

static const NnSample gradient_samples[] = {
  { .in = { { 2, { 3, 5 } }, { 1, { 3 } }, { 0 } }, .classes = 5 },
  { .in = { { 4, { 2, 3, 4, 5 } }, { 3, { 2, 4, 5 } }, { 0 } }, .classes = 3 },
  { .in = { { 2, { 0, 5 } }, { 1, { 0 } }, { 0 } }, .classes = 5 },
  { .in[0].rank = 0 }
};

static const NnSample number_samples[] = {
  { .in = { { 2, { 3, 1 } }, { 2, { 3, 1 } } } },
  { .in = { { 2, { 2, 67 } }, { 2, { 2, 67 } } } },
  { .in = { { 2, { 0, 5 } }, { 2, { 0, 5 } } } },
  { .in[0].rank = 0 }
};

const NnOp nn_ops_loss[] = {
  {
    .name = "cross-entropy", .title = N_("Cross-Entropy"),
    .summary = N_("The mean surprise about the right class; takes scores, not probabilities."),
    .lesson = "11", .category = NN_CATEGORY_LOSS, .role = NN_ROLE_LOSS,
    .ports = cross_entropy_ports, .infer = cross_entropy_infer,
    .gradient = cross_entropy_gradient, .samples = label_samples,
    .onnx = "SoftmaxCrossEntropyLoss", .onnx_since = 12, .torch = "torch.nn.CrossEntropyLoss",
    .cpu = (const NnKernel[]) {
      { "loop", NN_LAYOUT_ROWS, NULL, cross_entropy_prepare, cross_entropy_run }, { NULL }
    },
  },
  {
    .name = "mean-squared-error", .title = N_("Mean Squared Error"),
    .summary = N_("The mean of the squared differences."),
    .lesson = "11", .category = NN_CATEGORY_LOSS, .role = NN_ROLE_LOSS,
    .ports = numbers_ports, .infer = numbers_infer, .expand = mean_squared_expand,
    .samples = number_samples, .torch = "torch.nn.MSELoss",
  },
  {
    .name = "binary-cross-entropy", .title = N_("Binary Cross-Entropy"),
    .summary = N_("The mean surprise about yes or no; takes scores, not probabilities."),
    .lesson = "11", .category = NN_CATEGORY_LOSS, .role = NN_ROLE_LOSS,
    .ports = numbers_ports, .infer = numbers_infer, .expand = binary_cross_entropy_expand,
    .samples = number_samples, .torch = "torch.nn.BCEWithLogitsLoss",
  },
  {
    .name = "cross-entropy-gradient", .title = N_("Slope of cross-entropy"),
    .summary = N_("Sends a gradient back through a cross-entropy."),
    .category = NN_CATEGORY_INTERNAL, .flags = NN_OP_IN_PLACE,
    .ports = cross_entropy_gradient_ports, .infer = nn_infer_same, .samples = gradient_samples,
    .cpu = (const NnKernel[]) {
      { "loop", NN_LAYOUT_ROWS, .run = cross_entropy_gradient_run }, { NULL }
    },
  },
  {
    .name = "count-correct", .title = N_("Right Answers"),
    .summary = N_("Counts the items whose right class has the highest score."),
    .category = NN_CATEGORY_INTERNAL,
    .ports = count_ports, .infer = count_correct_infer, .samples = label_samples,
    .cpu = (const NnKernel[]) {
      { "loop", NN_LAYOUT_ROWS, .run = count_correct_run }, { NULL }
    },
  },
  { NULL }
};
