/* loss.c: how wrong predicted numbers are, as one number
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "engine/op-loss.h"

#include <glib/gi18n-lib.h>

/* Losses are means, as in PyTorch, so the learning rate does not have to follow
 * the batch size.  Those in this file are sums of terms: see loss-terms.c. */

static gboolean
numbers_infer (NnCall  *call,
               GError **error)
{
  nn_loss_set_scalar (call);
  return nn_loss_check_numbers (call, error);
}

/* The loss is the mean, or the sum, of terms of @kind. */
static void
expand_to_terms (NnBuild    *build,
                 const char *kind,
                 double      a,
                 double      b)
{
  const NnCall *call = nn_build_call (build);
  const char *reduction = nn_attr_word (&call->op->attrs[0], &call->attr[0]);
  NnValue *x = nn_build_in (build, "x");
  double count = (double) nn_shape_count (&x->shape);

  if (g_str_equal (reduction, "sum"))
    count = 1;
  else if (g_str_equal (reduction, "batchmean"))
    count = x->shape.rank > 0 ? (double) x->shape.size[0] : 1;

  nn_build_result (build, "y", nn_loss_build_terms (build, kind, x, nn_build_in (build, "target"),
                                                    a, b, 1 / MAX (count, 1)));
}

static double
number_of (NnBuild    *build,
           const char *attr)
{
  return nn_call_number (nn_build_call (build), attr);
}

static void
squared_expand (NnBuild *build)
{
  expand_to_terms (build, "squared", 0, 0);
}

static void
absolute_expand (NnBuild *build)
{
  expand_to_terms (build, "absolute", 0, 0);
}

static void
smooth_expand (NnBuild *build)
{
  expand_to_terms (build, "smooth", number_of (build, "beta"), 0);
}

static void
huber_expand (NnBuild *build)
{
  expand_to_terms (build, "huber", number_of (build, "delta"), 0);
}

static void
binary_expand (NnBuild *build)
{
  expand_to_terms (build, "binary", number_of (build, "positive-weight"), 0);
}

static void
binary_share_expand (NnBuild *build)
{
  expand_to_terms (build, "binary-share", 0, 0);
}

static void
focal_expand (NnBuild *build)
{
  expand_to_terms (build, "focal", number_of (build, "gamma"), number_of (build, "alpha"));
}

static void
hinge_expand (NnBuild *build)
{
  expand_to_terms (build, "hinge", number_of (build, "margin"), 0);
}

static void
divergence_expand (NnBuild *build)
{
  expand_to_terms (build, number_of (build, "log-target") != 0 ? "log-divergence" : "divergence",
                   0, 0);
}

static void
poisson_expand (NnBuild *build)
{
  gboolean is_log = number_of (build, "log-input") != 0;

  expand_to_terms (build, is_log ? "log-rate" : "rate", number_of (build, "epsilon"),
                   number_of (build, "full"));
}

static const NnPort numbers_ports[] = {
  { "x", N_("Predictions") },
  { "target", N_("Right numbers") },
  { "y", N_("Loss"), NN_PORT_OUTPUT },
  { NULL }
};

static const char *const divergence_reductions[] = { "batchmean", "mean", "sum", NULL };

static const NnAttr plain_attrs[] = {
  NN_LOSS_REDUCTION,
  { NULL }
};

static const NnAttr smooth_attrs[] = {
  NN_LOSS_REDUCTION,
  { "beta", N_("Where the square ends"), NN_ATTR_FLOAT, 1, 0, 1e6, .torch = "beta" },
  { NULL }
};

static const NnAttr huber_attrs[] = {
  NN_LOSS_REDUCTION,
  { "delta", N_("Where the square ends"), NN_ATTR_FLOAT, 1, 1e-6, 1e6, .torch = "delta" },
  { NULL }
};

static const NnAttr binary_attrs[] = {
  NN_LOSS_REDUCTION,
  { "positive-weight", N_("Weight of a yes"), NN_ATTR_FLOAT, 1, 0, 1e6, .torch = "pos_weight" },
  { NULL }
};

static const NnAttr focal_attrs[] = {
  NN_LOSS_REDUCTION,
  { "gamma", N_("Focus on hard ones"), NN_ATTR_FLOAT, 2, 0, 20 },
  { "alpha", N_("Weight of a yes (-1: none)"), NN_ATTR_FLOAT, 0.25, -1, 1 },
  { NULL }
};

static const NnAttr hinge_attrs[] = {
  NN_LOSS_REDUCTION,
  { "margin", N_("Margin"), NN_ATTR_FLOAT, 1, -1e6, 1e6 },
  { NULL }
};

static const NnAttr divergence_attrs[] = {
  { "reduction", N_("Losses are joined by"), NN_ATTR_CHOICE, 0, .words = divergence_reductions,
    .torch = "reduction" },
  { "log-target", N_("Answers are logarithms"), NN_ATTR_BOOL, 0, 0, 1, .torch = "log_target" },
  { NULL }
};

static const NnAttr poisson_attrs[] = {
  NN_LOSS_REDUCTION,
  { "log-input", N_("Predictions are logarithms"), NN_ATTR_BOOL, 1, 0, 1, .torch = "log_input" },
  { "full", N_("With the constant part"), NN_ATTR_BOOL, 0, 0, 1, .torch = "full" },
  { "epsilon", N_("Kept away from zero by"), NN_ATTR_FLOAT, 1e-8, 0, 1, .torch = "eps" },
  { NULL }
};

static const NnSample number_samples[] = {
  { .in = { { 2, { 3, 1 } }, { 2, { 3, 1 } } } },
  { .in = { { 2, { 2, 67 } }, { 2, { 2, 67 } } }, .attrs = "reduction=sum" },
  { .in = { { 2, { 0, 5 } }, { 2, { 0, 5 } } } },
  { .in[0].rank = 0 }
};

/* Few, so that none lies in the corner. */
static const NnSample corner_samples[] = {
  { .in = { { 2, { 3, 1 } }, { 2, { 3, 1 } } } },
  { .in = { { 2, { 2, 19 } }, { 2, { 2, 19 } } }, .attrs = "reduction=sum" },
  { .in = { { 2, { 0, 5 } }, { 2, { 0, 5 } } } },
  { .in[0].rank = 0 }
};

static const NnSample smooth_samples[] = {
  { .in = { { 2, { 3, 1 } }, { 2, { 3, 1 } } } },
  { .in = { { 2, { 2, 67 } }, { 2, { 2, 67 } } }, .attrs = "beta=2.5" },
  { .in = { { 2, { 2, 3 } }, { 2, { 2, 3 } } }, .attrs = "beta=0" },
  { .in = { { 2, { 0, 5 } }, { 2, { 0, 5 } } } },
  { .in[0].rank = 0 }
};

static const NnSample share_samples[] = {
  { .in = { { 2, { 3, 1 } }, { 2, { 3, 1 } } }, .low = 0.1f, .high = 0.9f },
  { .in = { { 2, { 2, 67 } }, { 2, { 2, 67 } } }, .low = 0.1f, .high = 0.9f },
  { .in = { { 2, { 0, 5 } }, { 2, { 0, 5 } } }, .low = 0.1f, .high = 0.9f },
  { .in[0].rank = 0 }
};

static const NnSample divergence_samples[] = {
  { .in = { { 2, { 3, 4 } }, { 2, { 3, 4 } } }, .low = 0.1f, .high = 0.9f },
  { .in = { { 2, { 3, 4 } }, { 2, { 3, 4 } } }, .attrs = "log-target=true reduction=mean" },
  { .in = { { 2, { 0, 5 } }, { 2, { 0, 5 } } }, .low = 0.1f, .high = 0.9f },
  { .in[0].rank = 0 }
};

static const NnSample poisson_samples[] = {
  { .in = { { 2, { 3, 4 } }, { 2, { 3, 4 } } }, .attrs = "full=true", .low = 1.2f, .high = 3 },
  { .in = { { 2, { 3, 4 } }, { 2, { 3, 4 } } }, .attrs = "log-input=false", .low = 0.5f,
    .high = 3 },
  { .in = { { 2, { 0, 5 } }, { 2, { 0, 5 } } } },
  { .in[0].rank = 0 }
};

#define NUMBERS_LOSS                                                          \
  .lesson   = "11",                                                           \
  .category = NN_CATEGORY_LOSS,                                               \
  .role     = NN_ROLE_LOSS,                                                   \
  .ports    = numbers_ports,                                                  \
  .infer    = numbers_infer

const NnOp nn_ops_loss[] = {
  {
    .name = "mean-squared-error", .title = N_("Mean Squared Error"),
    .summary = N_("The mean of the squared differences."),
    .attrs = plain_attrs, .expand = squared_expand, .samples = number_samples,
    .torch = "torch.nn.MSELoss",
    NUMBERS_LOSS,
  },
  {
    .name = "mean-absolute-error", .title = N_("Mean Absolute Error"),
    .summary = N_("The mean of the differences without their signs; outliers count less."),
    .attrs = plain_attrs, .expand = absolute_expand, .samples = corner_samples,
    .torch = "torch.nn.L1Loss",
    NUMBERS_LOSS,
  },
  {
    .name = "smooth-l1", .title = N_("Smooth L1"),
    .summary = N_("The absolute error with a round bottom: a square near zero, divided by where "
                  "it ends."),
    .attrs = smooth_attrs, .expand = smooth_expand, .samples = smooth_samples,
    .torch = "torch.nn.SmoothL1Loss",
    NUMBERS_LOSS,
  },
  {
    .name = "huber", .title = N_("Huber Loss"),
    .summary = N_("Squared errors up to a distance, and straight lines beyond it."),
    .attrs = huber_attrs, .expand = huber_expand, .samples = number_samples,
    .torch = "torch.nn.HuberLoss",
    NUMBERS_LOSS,
  },
  {
    .name = "binary-cross-entropy", .title = N_("Binary Cross-Entropy"),
    .summary = N_("The mean surprise about yes or no; takes scores, not probabilities."),
    .attrs = binary_attrs, .expand = binary_expand, .samples = number_samples,
    .predicts = NN_PREDICTS_YES_SCORES, .torch = "torch.nn.BCEWithLogitsLoss",
    NUMBERS_LOSS,
  },
  {
    .name = "binary-cross-entropy-of-probabilities",
    .title = N_("Binary Cross-Entropy of Probabilities"),
    .summary = N_("The mean surprise about yes or no; takes what a sigmoid gives."),
    .attrs = plain_attrs, .expand = binary_share_expand, .samples = share_samples,
    .predicts = NN_PREDICTS_YES_PROBABILITIES, .torch = "torch.nn.BCELoss",
    NUMBERS_LOSS,
  },
  {
    .name = "binary-focal", .title = N_("Binary Focal Loss"),
    .summary = N_("Binary cross-entropy of scores that cares less for what is right already."),
    .attrs = focal_attrs, .expand = focal_expand, .samples = share_samples,
    .predicts = NN_PREDICTS_YES_SCORES,
    NUMBERS_LOSS,
  },
  {
    .name = "hinge", .title = N_("Hinge Loss"),
    .summary = N_("Wants scores beyond a margin: above zero where the answer is 1, and below "
                  "where it is 0 or -1."),
    .attrs = hinge_attrs, .expand = hinge_expand, .samples = number_samples,
    .predicts = NN_PREDICTS_YES_SCORES,
    NUMBERS_LOSS,
  },
  {
    .name = "kl-divergence", .title = N_("Kullback-Leibler Divergence"),
    .summary = N_("How far predicted log-probabilities are from the right probabilities."),
    .attrs = divergence_attrs, .expand = divergence_expand, .samples = divergence_samples,
    .predicts = NN_PREDICTS_CLASS_LOGARITHMS, .torch = "torch.nn.KLDivLoss",
    NUMBERS_LOSS,
  },
  {
    .name = "poisson-nll", .title = N_("Poisson Loss"),
    .summary = N_("For counts of events: the surprise about them when their rate is predicted."),
    .attrs = poisson_attrs, .expand = poisson_expand, .samples = poisson_samples,
    .torch = "torch.nn.PoissonNLLLoss",
    NUMBERS_LOSS,
  },
  { NULL }
};
