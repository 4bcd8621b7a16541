/* op-loss.h: what the families of losses share
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "engine/build.h"
#include "engine/cpu/pool.h"

#include <math.h>

G_BEGIN_DECLS

/* The label that most data uses for what nobody judges, as in PyTorch. */
#define NN_IGNORED_LABEL (-100)

/* Scores for classes in operand 0 and a label for each item in operand 1.  An
 * item is a sample, a pixel or a token.  The classes lie on the axis behind the
 * batch, or on the last one. */
typedef struct
{
  gint64  classes;
  gint64  stride;               /* between the scores of one item */
  gint64  items;
  gint64  ignored;              /* label of items that do not count */
} NnLabels;

/* Reads the attributes "class-axis" and "ignore-index", where the op has them. */
NnLabels    nn_loss_labels        (const NnCall    *call);

/* Where the scores of @item begin. */
static inline gint64
nn_labels_start (const NnLabels *self,
                 gint64          item)
{
  return item / self->stride * self->stride * self->classes + item % self->stride;
}

/* The axis of the scores that the classes lie on. */
int         nn_loss_class_axis    (const NnCall    *call);

/* FALSE with a message unless scores and labels belong together. */
gboolean    nn_loss_check_labels  (const NnCall    *call,
                                   GError         **error);

/* FALSE with a message unless operands 0 and 1 are numbers of one shape. */
gboolean    nn_loss_check_numbers (const NnCall    *call,
                                   GError         **error);

/* The first result is one number. */
void        nn_loss_set_scalar    (NnCall          *call);

/* Adds "sum-of-terms" of @kind: see ops/loss.c. */
NnValue    *nn_loss_build_terms   (NnBuild         *build,
                                   const char      *kind,
                                   NnValue         *x,
                                   NnValue         *target,
                                   double           a,
                                   double           b,
                                   double           factor);

/* Labels at work.  The loss of each item is left in the workspace: zero for those
 * that do not count, and NaN for a label outside of the classes, which stops the
 * run with a message. */
typedef struct
{
  NnCall       *call;
  NnLabels      labels;
  const gint64 *label;
  float        *weights;        /* of classes */
  gint64        n_weights;      /* 1 when all are equal */
  float        *losses;         /* of items; forward only */
} NnLabelRun;

static inline float
nn_label_weight (const NnLabelRun *self,
                 gint64            class)
{
  return self->weights[self->n_weights > 1 ? class : 0];
}

/* Whether @item counts and has a class. */
static inline gboolean
nn_label_is_good (const NnLabelRun *self,
                  gint64            item)
{
  gint64 label = self->label[item];

  return label != self->labels.ignored && label >= 0 && label < self->labels.classes;
}

/* The loss of an item that is not good. */
static inline float
nn_label_no_loss (const NnLabelRun *self,
                  gint64            item)
{
  return self->label[item] == self->labels.ignored ? 0 : (float) NAN;
}

/* The records of losses with labels: operands x and target, results y and
 * "weights", those of the classes divided by what the sum was divided by: one
 * number for all, or one for each. */
gboolean    nn_loss_infer_labels  (NnCall          *call,
                                   GError         **error);
gboolean    nn_loss_prepare       (NnCall          *call,
                                   GError         **error);

/* Fills the results: @losses computes a range of items, its data being the
 * NnLabelRun.  The mean is by the weights of the items, as in PyTorch, or by
 * their number. */
void        nn_loss_run           (NnCall          *call,
                                   NnRange          losses,
                                   gboolean         by_weights);

/* The same for the op of the gradient, which has x, target and weights first. */
void        nn_loss_run_slopes    (NnCall          *call,
                                   NnRange          slopes);

/* gradient(): appends @op on x, target, weights, @kept (or NULL) and the slope,
 * with the attributes of the loss. */
void        nn_loss_build_slope   (NnBuild         *build,
                                   const char      *op,
                                   NnValue         *kept);

/* Attributes that several losses have; "reduction" is the first of all. */
extern const char *const nn_loss_reductions[];
extern const char *const nn_loss_class_axes[];
extern const char *const nn_loss_weight_words[];

#define NN_LOSS_REDUCTION                                                     \
  { "reduction", N_("Losses are joined by"), NN_ATTR_CHOICE, 0, .words = nn_loss_reductions, \
    .torch = "reduction" }

#define NN_LOSS_CLASS_AXIS                                                    \
  { "class-axis", N_("Axis of the classes"), NN_ATTR_CHOICE, 0, .words = nn_loss_class_axes }

#define NN_LOSS_IGNORE_INDEX                                                  \
  { "ignore-index", N_("Class that does not count"), NN_ATTR_INT, NN_IGNORED_LABEL, -1e9, 1e9, \
    .torch = "ignore_index" }

/* One number for all, one for each class, or what makes each class of a batch
 * count the same. */
#define NN_LOSS_CLASS_WEIGHTS                                                 \
  { "class-weights", N_("Weights of the classes"), NN_ATTR_FLOATS, 1, 0, 1e6, \
    .words = nn_loss_weight_words, .torch = "weight" }

#define NN_LOSS_LABEL_ATTRS                                                   \
  NN_LOSS_REDUCTION, NN_LOSS_CLASS_AXIS, NN_LOSS_IGNORE_INDEX, NN_LOSS_CLASS_WEIGHTS

G_END_DECLS
