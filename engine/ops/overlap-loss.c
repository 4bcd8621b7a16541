/* overlap-loss.c: how little predicted areas overlap with the right ones
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "engine/op-loss.h"

#include <glib/gi18n-lib.h>

/* The Dice coefficient of two sets is 2 |A ∩ B| / (|A| + |B|).  With shares p
 * from 0 to 1 in place of the one set it has a slope (Milletari et al., 2016):
 *
 *   loss = 1 - (2 Σ p t + s) / (Σ p + Σ t + s)
 *
 * for each sample, or for each class of each sample, and the mean of these.  The
 * number s keeps the quotient whole where both are empty. */

/* A mask for each class: one where the label is that class, zero elsewhere and
 * where the label does not count, and NaN for what is no class. */
static void
label_masks_run (NnCall *call)
{
  gint64 classes = (gint64) nn_call_number (call, "classes");
  gint64 ignored = (gint64) nn_call_number (call, "ignore-index");
  gboolean last = nn_call_number (call, "class-axis") != 0;
  const NnShape *shape = &call->in[0].shape;
  gint64 stride = last ? 1 : nn_shape_span (shape, 1, shape->rank);
  const gint64 *label = call->in[0].data;
  float *y = call->out[0].data;

  for (gint64 i = 0; i < nn_shape_count (&call->out[0].shape); i++)
    y[i] = 0;
  for (gint64 item = 0; item < nn_shape_count (shape); item++)
    {
      float *mask = y + item / stride * stride * classes + item % stride;

      if (label[item] >= 0 && label[item] < classes && label[item] != ignored)
        mask[label[item] * stride] = 1;
      else if (label[item] != ignored)
        mask[0] = NAN;
    }
}

static gboolean
label_masks_infer (NnCall  *call,
                   GError **error)
{
  const NnShape *labels = &call->in[0].shape;
  int axis = nn_call_number (call, "class-axis") != 0 ? labels->rank : MIN (1, labels->rank);
  NnShape shape = { labels->rank + 1, { 0 } };

  if (shape.rank > NN_MAX_RANK)
    return nn_call_refuse (call, error, _("labels have at most %d axes."), NN_MAX_RANK - 1);

  for (int i = 0, k = 0; i < shape.rank; i++)
    shape.size[i] = i == axis ? (gint64) nn_call_number (call, "classes") : labels->size[k++];
  nn_call_set_out (call, 0, NN_FLOAT32, &shape);
  return TRUE;
}

static gboolean
dice_infer (NnCall  *call,
            GError **error)
{
  nn_loss_set_scalar (call);
  if (!nn_loss_check_numbers (call, error))
    return FALSE;
  if (call->in[0].shape.rank < 2)
    return nn_call_refuse (call, error, _("a sample must have at least one axis to sum over."));
  return TRUE;
}

static gboolean
class_dice_infer (NnCall  *call,
                  GError **error)
{
  nn_loss_set_scalar (call);
  if (!nn_loss_check_labels (call, error))
    return FALSE;
  if (nn_call_number (call, "background") == 0 && nn_loss_labels (call).classes < 2)
    return nn_call_refuse (call, error, _("without the background there is no class left."));
  return TRUE;
}

static NnValue *
sum_over (NnBuild *build,
          NnValue *x,
          gint64   axis,
          gboolean keep)
{
  nn_build_set_list (build, "axes", 1, &axis);
  nn_build_set (build, "keep", keep);
  return nn_build_op (build, "sum", x, NN_BUILD_END);
}

/* The loss of shares @p and masks @t, both summed over @axis. */
static void
build_loss (NnBuild *build,
            NnValue *p,
            NnValue *t,
            gint64   axis)
{
  double smooth = nn_call_number (nn_build_call (build), "smooth");
  NnValue *both = sum_over (build, nn_build_op (build, "mul", p, t, NN_BUILD_END), axis, FALSE);
  NnValue *all = sum_over (build, nn_build_op (build, "add", p, t, NN_BUILD_END), axis, FALSE);
  NnValue *dice = nn_build_op (build, "div", nn_build_scale (build, both, 2, smooth),
                               nn_build_scale (build, all, 1, smooth), NN_BUILD_END);
  gboolean sums = nn_call_number (nn_build_call (build), "reduction") != 0;

  NnValue *losses = nn_build_scale (build, dice, -1, 1);

  nn_build_set_list (build, "axes", 0, NULL);
  nn_build_result (build, "y", nn_build_op (build, sums ? "sum" : "mean", losses, NN_BUILD_END));
}

static void
dice_expand (NnBuild *build)
{
  NnValue *p = nn_build_in (build, "x");
  NnShape flat = { 2, { p->shape.size[0], nn_shape_span (&p->shape, 1, p->shape.rank) } };

  if (nn_call_number (nn_build_call (build), "predictions") == 0)
    p = nn_build_op (build, "sigmoid", p, NN_BUILD_END);
  build_loss (build, nn_build_reshape (build, p, &flat),
              nn_build_reshape (build, nn_build_in (build, "target"), &flat), 1);
}

/* All pixels or tokens on one axis, the classes on the other. */
static NnShape
joined_shape (const NnCall *call)
{
  NnLabels labels = nn_loss_labels (call);
  gint64 b = call->in[0].shape.size[0];
  gint64 items = nn_shape_span (&call->in[1].shape, 1, call->in[1].shape.rank);

  if (nn_loss_class_axis (call) == 1)
    return (NnShape) { 3, { b, labels.classes, items } };
  return (NnShape) { 3, { b, items, labels.classes } };
}

static void
class_dice_expand (NnBuild *build)
{
  const NnCall *call = nn_build_call (build);
  NnShape shape = joined_shape (call);
  int class_axis = nn_loss_class_axis (call) == 1 ? 1 : 2;
  NnValue *p = nn_build_reshape (build, nn_build_in (build, "x"), &shape);
  NnValue *masks;

  nn_build_set (build, "classes", (double) nn_loss_labels (call).classes);
  nn_build_set_value (build, "class-axis", nn_call_value (call, "class-axis"));
  nn_build_set_value (build, "ignore-index", nn_call_value (call, "ignore-index"));
  masks = nn_build_reshape (build, nn_build_op (build, "label-masks", nn_build_in (build, "target"),
                                                NN_BUILD_END), &shape);
  if (nn_call_number (call, "predictions") == 0)
    {
      nn_build_set (build, "axis", class_axis);
      p = nn_build_op (build, "softmax", p, NN_BUILD_END);
    }

  /* What does not count has no mask at all, and no share either. */
  p = nn_build_op (build, "mul", p, sum_over (build, masks, class_axis, TRUE), NN_BUILD_END);
  if (nn_call_number (call, "background") == 0)
    {
      NnValue **both[] = { &p, &masks };

      for (int i = 0; i < 2; i++)
        {
          nn_build_set (build, "axis", class_axis);
          nn_build_set (build, "start", 1);
          nn_build_set (build, "length", (double) shape.size[class_axis] - 1);
          *both[i] = nn_build_op (build, "narrow", *both[i], NN_BUILD_END);
        }
    }
  build_loss (build, p, masks, 3 - class_axis);
}

static const NnPort number_ports[] = {
  { "x", N_("Predictions") },
  { "target", N_("Right masks") },
  { "y", N_("Loss"), NN_PORT_OUTPUT },
  { NULL }
};

static const NnPort label_ports[] = {
  { "x", N_("Scores") },
  { "target", N_("Right classes"), NN_PORT_INPUT, NN_INT64 },
  { "y", N_("Loss"), NN_PORT_OUTPUT },
  { NULL }
};

static const NnPort mask_ports[] = {
  { "target", N_("Right classes"), NN_PORT_INPUT, NN_INT64 },
  { "y", N_("Masks"), NN_PORT_OUTPUT },
  { NULL }
};

static const char *const predictions[] = { "scores", "probabilities", NULL };

#define DICE_ATTRS                                                            \
  NN_LOSS_REDUCTION,                                                          \
  { "predictions", N_("Predictions are"), NN_ATTR_CHOICE, 0, .words = predictions }, \
  { "smooth", N_("Added above and below"), NN_ATTR_FLOAT, 1, 1e-7, 1e6 }

static const NnAttr dice_attrs[] = {
  DICE_ATTRS,
  { NULL }
};

static const NnAttr class_dice_attrs[] = {
  DICE_ATTRS,
  NN_LOSS_CLASS_AXIS,
  NN_LOSS_IGNORE_INDEX,
  { "background", N_("Class 0 counts, too"), NN_ATTR_BOOL, 1, 0, 1 },
  { NULL }
};

static const NnAttr mask_attrs[] = {
  { "classes", N_("Classes"), NN_ATTR_INT, 1, 1, 1e9 },
  NN_LOSS_CLASS_AXIS,
  NN_LOSS_IGNORE_INDEX,
  { NULL }
};

static const NnSample number_samples[] = {
  { .in = { { 2, { 3, 5 } }, { 2, { 3, 5 } } } },
  { .in = { { 4, { 2, 1, 4, 7 } }, { 4, { 2, 1, 4, 7 } } }, .low = 0.1f, .high = 0.9f,
    .attrs = "predictions=probabilities reduction=sum" },
  { .in = { { 2, { 0, 5 } }, { 2, { 0, 5 } } } },
  { .in[0].rank = 0 }
};

static const NnSample label_samples[] = {
  { .in = { { 4, { 2, 3, 4, 5 } }, { 3, { 2, 4, 5 } } }, .classes = 3 },
  { .in = { { 3, { 2, 17, 3 } }, { 2, { 2, 17 } } }, .classes = 3,
    .attrs = "class-axis=last background=false ignore-index=2" },
  { .in = { { 2, { 3, 5 } }, { 1, { 3 } } }, .classes = 5 },
  { .in = { { 2, { 0, 5 } }, { 1, { 0 } } }, .classes = 5 },
  { .in[0].rank = 0 }
};

static const NnSample mask_samples[] = {
  { .in = { { 3, { 2, 4, 5 } } }, .classes = 3, .attrs = "classes=3" },
  { .in = { { 2, { 2, 17 } } }, .classes = 3, .attrs = "classes=3 class-axis=last ignore-index=1" },
  { .in = { { 1, { 0 } } }, .classes = 3, .attrs = "classes=3" },
  { .in[0].rank = 0 }
};

#define OVERLAP                                                               \
  .lesson   = "20",                                                           \
  .category = NN_CATEGORY_LOSS,                                               \
  .role     = NN_ROLE_LOSS

const NnOp nn_ops_overlap_loss[] = {
  {
    .name = "dice", .title = N_("Dice Loss"),
    .summary = N_("How little a predicted mask overlaps with the right one."),
    .predicts = NN_PREDICTS_YES_SCORES, .ports = number_ports, .attrs = dice_attrs,
    .infer = dice_infer, .expand = dice_expand, .samples = number_samples,
    OVERLAP,
  },
  {
    .name = "class-dice", .title = N_("Dice Loss of Classes"),
    .summary = N_("How little the predicted areas of the classes overlap with the right ones."),
    .predicts = NN_PREDICTS_CLASS_SCORES, .ports = label_ports, .attrs = class_dice_attrs,
    .infer = class_dice_infer, .expand = class_dice_expand, .samples = label_samples,
    OVERLAP,
  },
  {
    .name = "label-masks", .title = N_("Masks of labels"),
    .summary = N_("Makes a mask of zeros and ones for each class."),
    .category = NN_CATEGORY_INTERNAL, .ports = mask_ports, .attrs = mask_attrs,
    .infer = label_masks_infer, .samples = mask_samples,
    .cpu = (const NnKernel[]) { { "loop", NN_LAYOUT_ROWS, .run = label_masks_run }, { NULL } },
  },
  { NULL }
};
