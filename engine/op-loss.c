/* op-loss.c: what the families of losses share
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "engine/op-loss.h"

#include <glib/gi18n-lib.h>

const char *const nn_loss_reductions[] = { "mean", "sum", NULL };
const char *const nn_loss_class_axes[] = { "first", "last", NULL };
const char *const nn_loss_weight_words[] = { "balanced", NULL };

/* Scores that one thread takes at least. */
#define GRAIN 4096

static gboolean
classes_are_last (const NnCall *call)
{
  return nn_attrs_find (call->op->attrs, "class-axis") >= 0
         && nn_call_number (call, "class-axis") != 0;
}

int
nn_loss_class_axis (const NnCall *call)
{
  return classes_are_last (call) ? call->in[0].shape.rank - 1 : 1;
}

NnLabels
nn_loss_labels (const NnCall *call)
{
  const NnShape *x = &call->in[0].shape;
  int axis = nn_loss_class_axis (call);
  gboolean has_ignored = nn_attrs_find (call->op->attrs, "ignore-index") >= 0;

  return (NnLabels) {
    x->size[axis], MAX (nn_shape_span (x, axis + 1, x->rank), 1),
    nn_shape_span (x, 0, axis) * nn_shape_span (x, axis + 1, x->rank),
    has_ignored ? (gint64) nn_call_number (call, "ignore-index") : NN_IGNORED_LABEL
  };
}

/* The shape of the labels for scores of shape @x with the classes on @axis. */
static NnShape
labels_shape (const NnShape *x,
              int            axis)
{
  NnShape shape = { 0 };

  for (int i = 0; i < x->rank; i++)
    if (i != axis)
      shape.size[shape.rank++] = x->size[i];

  return shape;
}

gboolean
nn_loss_check_labels (const NnCall  *call,
                      GError       **error)
{
  const NnShape *x = &call->in[0].shape;
  int axis = nn_loss_class_axis (call);
  g_autofree char *scores = nn_call_print (call, 0);
  g_autofree char *labels = nn_call_print (call, 1);
  NnShape wanted;

  if (x->rank < 2)
    return nn_call_refuse (call, error, _("the scores of a sample have the shape %s, but must "
                                          "have an axis of classes."), scores);
  if (call->in[1].dtype != NN_INT64)
    return nn_call_refuse (call, error,
                           _("the answers must be classes: set “Answers are” of the target to "
                             "“class”."));

  wanted = labels_shape (x, axis);
  if (nn_shape_equal (&wanted, &call->in[1].shape))
    return TRUE;

  wanted = labels_shape (x, axis == 1 ? x->rank - 1 : 1);
  if (nn_attrs_find (call->op->attrs, "class-axis") >= 0
      && nn_shape_equal (&wanted, &call->in[1].shape))
    return nn_call_refuse (call, error,
                           _("scores of %s and answers of %s belong together if the classes lie "
                             "on the other axis: set “Axis of the classes” to “%s”."),
                           scores, labels, nn_loss_class_axes[axis == 1]);

  return nn_call_refuse (call, error,
                         _("scores of %s and answers of %s do not belong together: a sample "
                           "must have one score for each class."), scores, labels);
}

gboolean
nn_loss_check_numbers (const NnCall  *call,
                       GError       **error)
{
  g_autofree char *x = NULL;
  g_autofree char *t = NULL;

  if (call->in[1].dtype != NN_FLOAT32)
    return nn_call_refuse (call, error,
                           _("the answers must be numbers: set “Answers are” of the target to "
                             "“numbers”."));
  if (nn_shape_equal (&call->in[0].shape, &call->in[1].shape))
    return TRUE;

  x = nn_call_print (call, 0);
  t = nn_call_print (call, 1);
  return nn_call_refuse (call, error,
                         _("predictions of %s and answers of %s must have the same shape."), x, t);
}

void
nn_loss_set_scalar (NnCall *call)
{
  NnShape scalar = { 0 };

  nn_call_set_out (call, 0, NN_FLOAT32, &scalar);
}

NnValue *
nn_loss_build_terms (NnBuild    *build,
                     const char *kind,
                     NnValue    *x,
                     NnValue    *target,
                     double      a,
                     double      b,
                     double      factor)
{
  const NnOp *op = nn_op_find ("sum-of-terms");
  NnAttrValue word;

  if (!nn_attr_parse (&op->attrs[nn_attrs_find (op->attrs, "kind")], kind, &word, NULL))
    g_error ("there are no terms of the kind %s", kind);

  nn_build_set_value (build, "kind", &word);
  nn_build_set (build, "a", a);
  nn_build_set (build, "b", b);
  nn_build_set (build, "factor", factor);
  return nn_build_op (build, "sum-of-terms", x, target, NN_BUILD_END);
}

gboolean
nn_loss_infer_labels (NnCall  *call,
                      GError **error)
{
  int weights = nn_op_find_out (call->op, "weights");
  int given = nn_call_value (call, "class-weights")->count;
  NnShape shape = { 1, { 1 } };
  gint64 classes;

  if (!nn_loss_check_labels (call, error))
    return FALSE;

  classes = nn_loss_labels (call).classes;
  if (given > 1 && given != classes)
    return nn_call_refuse (call, error,
                           _("there are %d weights for %d classes: give one for each, one for "
                             "all, or “balanced”."), given, (int) classes);

  if (given != 1)
    shape.size[0] = classes;
  nn_loss_set_scalar (call);
  if (weights >= 0)
    nn_call_set_out (call, weights, NN_FLOAT32, &shape);
  return TRUE;
}

static NnLabelRun
run_of (NnCall *call,
        NnView *weights)
{
  return (NnLabelRun) {
    call, nn_loss_labels (call), call->in[1].data, weights->data,
    nn_shape_count (&weights->shape), call->workspace
  };
}

/* Counts of classes stand behind the losses in the workspace. */
static gsize
losses_bytes (gint64 items)
{
  return (gsize) (items + items % 2) * sizeof (float);
}

gboolean
nn_loss_prepare (NnCall  *call,
                 GError **error)
{
  NnLabels labels = nn_loss_labels (call);

  call->workspace_bytes = losses_bytes (labels.items);
  if (nn_call_value (call, "class-weights")->count == 0)
    call->workspace_bytes += (gsize) labels.classes * sizeof (double);
  return TRUE;
}

/* Weights by which each class of the batch counts the same, and which are 1 on
 * average over the items. */
static void
balance_weights (NnLabelRun *self)
{
  double *count = (double *) ((char *) self->losses + losses_bytes (self->labels.items));
  double items = 0;
  double present = 0;

  for (gint64 i = 0; i < self->n_weights; i++)
    count[i] = 0;
  for (gint64 item = 0; item < self->labels.items; item++)
    if (nn_label_is_good (self, item))
      count[self->label[item]]++;
  for (gint64 i = 0; i < self->n_weights; i++)
    {
      items += count[i];
      present += count[i] > 0;
    }
  for (gint64 i = 0; i < self->n_weights; i++)
    self->weights[i] = count[i] > 0 ? (float) (items / (present * count[i])) : 0;
}

static void
set_weights (NnLabelRun *self)
{
  const NnAttrValue *value = nn_call_value (self->call, "class-weights");

  if (value->count == 0)
    balance_weights (self);
  else
    for (gint64 i = 0; i < self->n_weights; i++)
      self->weights[i] = (float) value->number[i];
}

static double
find_divisor (const NnLabelRun *self,
              gboolean          by_weights)
{
  double sum = 0;

  for (gint64 item = 0; item < self->labels.items; item++)
    if (nn_label_is_good (self, item))
      sum += by_weights ? (double) nn_label_weight (self, self->label[item]) : 1;

  return sum;
}

void
nn_loss_run (NnCall   *call,
             NnRange   losses,
             gboolean  by_weights)
{
  NnLabelRun self = run_of (call, &call->out[nn_op_find_out (call->op, "weights")]);
  double divisor = 1;
  double sum = 0;

  set_weights (&self);
  nn_pool_for (call->pool, call->threads, self.labels.items,
               GRAIN / MAX (self.labels.classes, 1), losses, &self);
  for (gint64 item = 0; item < self.labels.items; item++)
    sum += self.losses[item];

  /* Where nothing counts the loss is 0, and not the quotient of two zeros. */
  if (nn_call_number (call, "reduction") == 0)
    divisor = find_divisor (&self, by_weights);
  *(float *) call->out[0].data = (float) (sum == 0 ? 0 : sum / divisor);
  for (gint64 i = 0; i < self.n_weights; i++)
    self.weights[i] = divisor > 0 ? (float) (self.weights[i] / divisor) : 0;
}

void
nn_loss_run_slopes (NnCall  *call,
                    NnRange  slopes)
{
  NnLabelRun self = run_of (call, &call->in[2]);

  nn_pool_for (call->pool, call->threads, self.labels.items,
               GRAIN / MAX (self.labels.classes, 1), slopes, &self);
}

void
nn_loss_build_slope (NnBuild    *build,
                     const char *op,
                     NnValue    *kept)
{
  const NnCall *call = nn_build_call (build);
  NnValue *in[] = {
    nn_build_in (build, "x"), nn_build_in (build, "target"), nn_build_out (build, "weights"),
    nn_build_slope (build, "y"), kept
  };

  for (int i = 0; call->op->attrs[i].name != NULL; i++)
    nn_build_set_value (build, call->op->attrs[i].name, &call->attr[i]);
  nn_build_gradient (build, "x", nn_build_op_array (build, op, in, kept != NULL ? 5 : 4));
}
