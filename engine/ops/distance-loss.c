/* distance-loss.c: whether things lie near to each other that should
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "engine/op-loss.h"

#include <glib/gi18n-lib.h>

/* Both compare vectors that a network has made of several inputs, one vector for
 * each sample. */

#define EPSILON 1e-12           /* as PyTorch adds it to squared lengths */
#define NUDGE   1e-6            /* as it adds it to differences */

/* FALSE with a message unless operands 0 to @n_vectors are alike. */
static gboolean
check_vectors (const NnCall  *call,
               int            n_vectors,
               GError       **error)
{
  if (!nn_call_want_rank (call, 0, 2, error))
    return FALSE;

  for (int i = 1; i < n_vectors; i++)
    if (!nn_shape_equal (&call->in[0].shape, &call->in[i].shape))
      {
        g_autofree char *first = nn_call_print (call, 0);
        g_autofree char *other = nn_call_print (call, i);

        return nn_call_refuse (call, error, _("vectors of %s and %s cannot be compared: they must "
                                              "have the same shape."), first, other);
      }

  return TRUE;
}

static gboolean
cosine_infer (NnCall  *call,
              GError **error)
{
  nn_loss_set_scalar (call);
  if (!check_vectors (call, 2, error))
    return FALSE;
  if (call->in[2].dtype != NN_FLOAT32
      || nn_shape_count (&call->in[2].shape) != call->in[0].shape.size[0])
    return nn_call_refuse (call, error,
                           _("the answers must be one number for each sample: 1 for vectors that "
                             "belong together, -1 for others."));
  return TRUE;
}

static gboolean
triplet_infer (NnCall  *call,
               GError **error)
{
  nn_loss_set_scalar (call);
  return check_vectors (call, 3, error);
}

static NnValue *
sum_vectors (NnBuild *build,
             NnValue *x)
{
  nn_build_set (build, "axes", 1);
  return nn_build_op (build, "sum", x, NN_BUILD_END);
}

static NnValue *
square_length (NnBuild *build,
               NnValue *x)
{
  return nn_build_scale (build,
                         sum_vectors (build, nn_build_op (build, "square", x, NN_BUILD_END)),
                         1, EPSILON);
}

/* 1 - cos for vectors that belong together, max (0, cos - margin) for others. */
static void
cosine_expand (NnBuild *build)
{
  const NnCall *call = nn_build_call (build);
  NnValue *a = nn_build_in (build, "a");
  NnValue *b = nn_build_in (build, "b");
  NnValue *product = sum_vectors (build, nn_build_op (build, "mul", a, b, NN_BUILD_END));
  NnValue *lengths = nn_build_op (build, "mul", square_length (build, a),
                                  square_length (build, b), NN_BUILD_END);
  NnValue *cosine = nn_build_op (build, "div", product,
                                 nn_build_op (build, "sqrt", lengths, NN_BUILD_END),
                                 NN_BUILD_END);
  NnValue *target = nn_build_reshape (build, nn_build_in (build, "target"), &cosine->shape);
  double count = nn_call_number (call, "reduction") != 0 ? 1
                 : (double) nn_shape_count (&cosine->shape);

  nn_build_result (build, "y",
                   nn_loss_build_terms (build, "cosine", cosine, target,
                                        nn_call_number (call, "margin"), 0, 1 / MAX (count, 1)));
}

static NnValue *
distance (NnBuild *build,
          NnValue *a,
          NnValue *b)
{
  NnValue *difference = nn_build_scale (build, nn_build_op (build, "sub", a, b, NN_BUILD_END),
                                        1, NUDGE);
  NnValue *square = sum_vectors (build, nn_build_op (build, "square", difference, NN_BUILD_END));

  return nn_build_op (build, "sqrt", square, NN_BUILD_END);
}

/* max (0, |anchor - positive| - |anchor - negative| + margin) */
static void
triplet_expand (NnBuild *build)
{
  const NnCall *call = nn_build_call (build);
  NnValue *positive = nn_build_in (build, "positive");
  NnValue *negative = nn_build_in (build, "negative");
  NnValue *near = distance (build, nn_build_in (build, "anchor"), positive);
  NnValue *far = distance (build, nn_build_in (build, "anchor"), negative);
  NnValue *lack;

  if (nn_call_number (call, "swap") != 0)
    far = nn_build_op (build, "minimum", far, distance (build, positive, negative), NN_BUILD_END);
  lack = nn_build_scale (build, nn_build_op (build, "sub", near, far, NN_BUILD_END), 1,
                         nn_call_number (call, "margin"));
  lack = nn_build_op (build, "relu", lack, NN_BUILD_END);
  nn_build_set_list (build, "axes", 0, NULL);
  nn_build_result (build, "y", nn_build_op (build, nn_call_number (call, "reduction") != 0
                                                   ? "sum" : "mean", lack, NN_BUILD_END));
}

static const NnPort cosine_ports[] = {
  { "a", N_("First vectors") },
  { "b", N_("Second vectors") },
  { "target", N_("Whether they belong together") },
  { "y", N_("Loss"), NN_PORT_OUTPUT },
  { NULL }
};

static const NnPort triplet_ports[] = {
  { "anchor", N_("Anchors") },
  { "positive", N_("Of the same kind") },
  { "negative", N_("Of another kind") },
  { "y", N_("Loss"), NN_PORT_OUTPUT },
  { NULL }
};

static const NnAttr cosine_attrs[] = {
  NN_LOSS_REDUCTION,
  { "margin", N_("Margin"), NN_ATTR_FLOAT, 0, -1, 1, .torch = "margin" },
  { NULL }
};

static const NnAttr triplet_attrs[] = {
  NN_LOSS_REDUCTION,
  { "margin", N_("Margin"), NN_ATTR_FLOAT, 1, 0, 1e6, .torch = "margin" },
  { "swap", N_("Also from the positive"), NN_ATTR_BOOL, 0, 0, 1, .torch = "swap" },
  { NULL }
};

static const NnSample cosine_samples[] = {
  { .in = { { 2, { 3, 5 } }, { 2, { 3, 5 } }, { 2, { 3, 1 } } } },
  { .in = { { 2, { 4, 19 } }, { 2, { 4, 19 } }, { 1, { 4 } } }, .attrs = "margin=0.25" },
  { .in = { { 2, { 0, 5 } }, { 2, { 0, 5 } }, { 2, { 0, 1 } } } },
  { .in[0].rank = 0 }
};

static const NnSample triplet_samples[] = {
  { .in = { { 2, { 3, 5 } }, { 2, { 3, 5 } }, { 2, { 3, 5 } } } },
  { .in = { { 2, { 4, 19 } }, { 2, { 4, 19 } }, { 2, { 4, 19 } } }, .attrs = "margin=3 swap=true" },
  { .in = { { 2, { 0, 5 } }, { 2, { 0, 5 } }, { 2, { 0, 5 } } } },
  { .in[0].rank = 0 }
};

const NnOp nn_ops_distance_loss[] = {
  {
    .name = "cosine-embedding", .title = N_("Cosine Embedding Loss"),
    .summary = N_("Turns vectors that belong together into one direction, and others apart."),
    .lesson = "11", .category = NN_CATEGORY_LOSS, .role = NN_ROLE_LOSS,
    .predicts = NN_PREDICTS_PLACES, .ports = cosine_ports, .attrs = cosine_attrs,
    .infer = cosine_infer, .expand = cosine_expand, .samples = cosine_samples,
    .torch = "torch.nn.CosineEmbeddingLoss",
  },
  {
    .name = "triplet-margin", .title = N_("Triplet Loss"),
    .summary = N_("Wants anchors nearer to their own kind than to another, by a margin."),
    .lesson = "11", .category = NN_CATEGORY_LOSS, .role = NN_ROLE_LOSS,
    .predicts = NN_PREDICTS_PLACES, .ports = triplet_ports, .attrs = triplet_attrs,
    .infer = triplet_infer, .expand = triplet_expand, .samples = triplet_samples,
    .torch = "torch.nn.TripletMarginLoss",
  },
  { NULL }
};
