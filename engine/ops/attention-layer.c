/* attention-layer.c: attention with weights to learn
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "engine/build.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>

/* Three ways to compare what is looked for with what is there:
 *
 *   multi-head       (Q q) · (K k) / √d for each head (Vaswani et al. 2017)
 *   multiplicative   q · (W k)                        (Luong, Pham, Manning 2015)
 *   additive         v · tanh (Q q + K k)             (Bahdanau, Cho, Bengio 2014)
 *
 * Without a key linked a sequence looks at itself, and without values the keys are
 * mixed.  Besides the mixture there are the weights, for pictures; where nobody
 * reads them they are not computed. */

static NnValue *
key_of (NnBuild *build)
{
  NnValue *key = nn_build_in (build, "key");

  return key != NULL ? key : nn_build_in (build, "query");
}

static NnValue *
value_of (NnBuild *build)
{
  NnValue *value = nn_build_in (build, "value");

  return value != NULL ? value : key_of (build);
}

/* The part of the input projection from row @first on, which makes @x into
 * queries, keys or values. */
static NnValue *
project (NnBuild *build,
         NnValue *x,
         NnValue *weight,
         NnValue *bias,
         gint64   first,
         gint64   rows)
{
  if (rows < weight->shape.size[0])
    weight = nn_build_slice (build, weight, 0, first, first + rows);
  if (bias != NULL && rows < bias->shape.size[0])
    bias = nn_build_slice (build, bias, 0, first, first + rows);

  nn_build_set (build, "features", rows);
  nn_build_set (build, "bias", bias != NULL);
  return nn_build_op (build, "linear", x, weight, bias, NN_BUILD_END);
}

static void
set_attention (NnBuild *build)
{
  const NnCall *call = nn_build_call (build);

  nn_build_set (build, "heads", nn_call_number (call, "heads"));
  nn_build_set (build, "causal", nn_call_number (call, "causal"));
  if (build->program->training)
    nn_build_set (build, "dropout", nn_call_number (call, "dropout"));
}

/* One of the three parts of each row. */
static NnValue *
third_of (NnBuild *build,
          NnValue *qkv,
          int      index)
{
  gint64 d = qkv->shape.size[2] / 3;

  return nn_build_slice (build, qkv, 2, index * d, (index + 1) * d);
}

/* The mean over the heads. */
static NnValue *
mean_weights (NnBuild *build,
              NnValue *q,
              NnValue *k)
{
  const NnCall *call = nn_build_call (build);
  NnValue *weights;

  nn_build_set (build, "heads", nn_call_number (call, "heads"));
  nn_build_set (build, "causal", nn_call_number (call, "causal"));
  weights = nn_build_op (build, "attention-weights", q, k, nn_build_in (build, "mask"),
                         nn_build_in (build, "padding"), NN_BUILD_END);
  nn_build_set (build, "axes", 1);
  return nn_build_op (build, "mean", weights, NN_BUILD_END);
}

static void
multi_head_expand (NnBuild *build)
{
  const NnCall *call = nn_build_call (build);
  NnValue *x = nn_build_in (build, "query");
  NnValue *mask = nn_build_in (build, "mask");
  NnValue *padding = nn_build_in (build, "padding");
  gint64 d = x->shape.size[2];
  gboolean has_bias = nn_call_number (call, "bias") != 0;
  NnShape wide = NN_SHAPE (3 * d, d);
  NnShape square = NN_SHAPE (d, d);
  NnShape three = NN_SHAPE (3 * d);
  NnShape row = NN_SHAPE (d);
  NnValue *weight = nn_build_own (build, NN_VALUE_PARAMETER, "in-proj-weight", &wide,
                                  "fan-in", d);
  NnValue *bias = has_bias ? nn_build_own (build, NN_VALUE_PARAMETER, "in-proj-bias", &three,
                                           "zeros", d) : NULL;
  NnValue *out_weight = nn_build_own (build, NN_VALUE_PARAMETER, "out-proj.weight", &square,
                                      "fan-in", d);
  NnValue *out_bias = has_bias ? nn_build_own (build, NN_VALUE_PARAMETER, "out-proj.bias", &row,
                                               "zeros", d) : NULL;
  NnValue *q, *k, *y;

  if (nn_build_in (build, "key") == NULL && nn_build_in (build, "value") == NULL)
    {
      NnValue *qkv = project (build, x, weight, bias, 0, 3 * d);

      q = third_of (build, qkv, 0);
      k = third_of (build, qkv, 1);
      set_attention (build);
      y = nn_build_op (build, "self-attention", qkv, mask, padding, NN_BUILD_END);
    }
  else
    {
      NnValue *v = project (build, value_of (build), weight, bias, 2 * d, d);

      q = project (build, x, weight, bias, 0, d);
      k = project (build, key_of (build), weight, bias, d, d);
      set_attention (build);
      y = nn_build_op (build, "scaled-dot-product-attention", q, k, v, mask, padding,
                       NN_BUILD_END);
    }

  nn_build_result (build, "weights", mean_weights (build, q, k));
  nn_build_result (build, "y", project (build, y, out_weight, out_bias, 0, d));
}

/* Queries one behind the other, also when there is only one. */
static NnValue *
query_rows (NnBuild *build)
{
  NnValue *q = nn_build_in (build, "query");
  NnShape shape = NN_SHAPE (q->shape.size[0], 1, q->shape.size[q->shape.rank - 1]);

  return q->shape.rank == 3 ? q : nn_build_reshape (build, q, &shape);
}

static void
set_results (NnBuild *build,
             NnValue *weights,
             NnValue *y)
{
  const NnCall *call = nn_build_call (build);

  nn_build_result (build, "weights", nn_build_reshape (build, weights, &call->out[1].shape));
  nn_build_result (build, "y", nn_build_reshape (build, y, &call->out[0].shape));
}

static void
multiplicative_expand (NnBuild *build)
{
  NnValue *k = nn_build_in (build, "key");
  NnValue *padding = nn_build_in (build, "padding");
  NnValue *q = query_rows (build);
  NnValue *weights;

  nn_build_part (build, "query");
  nn_build_set (build, "features", k->shape.size[2]);
  nn_build_set (build, "bias", FALSE);
  q = nn_build_op (build, "linear", q, NN_BUILD_END);

  nn_build_set (build, "scale", 1);
  weights = nn_build_op (build, "attention-weights", q, k, NULL, padding, NN_BUILD_END);
  nn_build_set (build, "scale", 1);
  set_results (build, weights,
               nn_build_op (build, "scaled-dot-product-attention", q, k, value_of (build), NULL,
                            padding, NN_BUILD_END));
}

/* @x times weights of its own, with an axis of size 1 put in at @axis. */
static NnValue *
compared (NnBuild    *build,
          NnValue    *x,
          const char *part,
          int         axis)
{
  NnShape shape = { 4, { x->shape.size[0] } };

  nn_build_part (build, part);
  nn_build_set (build, "features", nn_call_number (nn_build_call (build), "hidden"));
  nn_build_set (build, "bias", FALSE);
  x = nn_build_op (build, "linear", x, NN_BUILD_END);

  shape.size[axis] = 1;
  shape.size[3 - axis] = x->shape.size[1];
  shape.size[3] = x->shape.size[2];
  return nn_build_reshape (build, x, &shape);
}

static void
additive_expand (NnBuild *build)
{
  NnValue *k = nn_build_in (build, "key");
  NnValue *q = query_rows (build);
  NnValue *padding = nn_build_in (build, "padding");
  NnShape pairs = NN_SHAPE (q->shape.size[0], q->shape.size[1], k->shape.size[1]);
  NnValue *scores = nn_build_op (build, "add", compared (build, q, "query", 2),
                                 compared (build, k, "key", 1), NN_BUILD_END);

  scores = nn_build_op (build, "tanh", scores, NN_BUILD_END);
  nn_build_part (build, "score");
  nn_build_set (build, "features", 1);
  nn_build_set (build, "bias", FALSE);
  scores = nn_build_reshape (build, nn_build_op (build, "linear", scores, NN_BUILD_END), &pairs);
  if (padding != NULL)
    {
      NnValue *bias = nn_build_op (build, "attention-bias", q, k, NULL, padding, NN_BUILD_END);

      scores = nn_build_op (build, "add", scores, nn_build_reshape (build, bias, &pairs),
                            NN_BUILD_END);
    }

  nn_build_set (build, "axis", 2);
  scores = nn_build_op (build, "softmax", scores, NN_BUILD_END);
  set_results (build, scores,
               nn_build_op (build, "matmul", scores, value_of (build), NN_BUILD_END));
}

/* FALSE with a message unless what is linked to @port is a sequence for each
 * sample, of as many steps as the operand @like, which may be NULL. */
static gboolean
check_sequence (NnCall        *call,
                const char    *port,
                const NnShape *like,
                GError       **error)
{
  int index = nn_op_find_in (call->op, port);
  const NnShape *shape = &call->in[index].shape;
  g_autofree char *sample = nn_call_print (call, index);
  g_autofree char *first = nn_call_print (call, 0);
  g_autofree char *other = NULL;
  NnShape item;

  if (shape->rank != 3 || shape->size[1] < 1)
    return nn_call_refuse (call, error,
                           _("a sample has the shape %s, but must be a sequence: "
                             "steps×features."), sample);
  if (shape->size[0] != call->in[0].shape.size[0])
    return nn_call_refuse (call, error,
                           _("%" PRId64 " samples of one and %" PRId64 " of the other input do "
                             "not belong together."), call->in[0].shape.size[0], shape->size[0]);
  if (like == NULL || like->size[1] == shape->size[1])
    return TRUE;

  item = nn_shape_item (like);
  other = nn_shape_print (&item);
  return nn_call_refuse (call, error,
                         _("keys of %s and values of %s do not belong together: there must be as "
                           "many of both."), other, sample);
}

static gboolean
check_padding (NnCall        *call,
               const NnShape *keys,
               GError       **error)
{
  const NnView *padding = &call->in[nn_op_find_in (call->op, "padding")];
  NnShape wanted = NN_SHAPE (keys->size[0], keys->size[1]);

  if (padding->shape.rank <= 0
      || (nn_shape_equal (&padding->shape, &wanted) && nn_dtype_size (padding->dtype) == 1))
    return TRUE;

  return nn_call_refuse (call, error,
                         _("the padding must have one mark for each step of the keys. Link a "
                           "padding mask of the same sentences."));
}

static const NnShape *
keys_of (const NnCall *call)
{
  return &call->in[call->in[1].shape.rank > 0 ? 1 : 0].shape;
}

static gboolean
multi_head_infer (NnCall  *call,
                  GError **error)
{
  const NnShape *q = &call->in[0].shape;
  const NnShape *k = keys_of (call);
  const NnShape *v = call->in[2].shape.rank > 0 ? &call->in[2].shape : k;
  const NnView *mask = &call->in[3];
  gint64 heads = (gint64) nn_call_number (call, "heads");
  NnShape weights;

  if (!check_sequence (call, "query", NULL, error)
      || (k != q && !check_sequence (call, "key", NULL, error))
      || (v != k && !check_sequence (call, "value", k, error))
      || !check_padding (call, k, error))
    return FALSE;
  if (k->size[2] != q->size[2] || v->size[2] != q->size[2])
    return nn_call_refuse (call, error,
                           _("%" PRId64 " features of queries, %" PRId64 " of keys and %" PRId64
                             " of values must be equal."), q->size[2], k->size[2], v->size[2]);
  if (q->size[2] % heads != 0)
    return nn_call_refuse (call, error,
                           _("%" PRId64 " features cannot be divided into %d heads of equal size."),
                           q->size[2], (int) heads);

  weights = NN_SHAPE (q->size[0], q->size[1], k->size[1]);
  if (mask->shape.rank > 0)
    {
      NnShape all = NN_SHAPE (q->size[0], heads, q->size[1], k->size[1]);
      NnShape result;

      if (!nn_shape_broadcast (&mask->shape, mask->shape.rank == 4 ? &all : &weights, &result)
          || !nn_shape_equal (&result, mask->shape.rank == 4 ? &all : &weights)
          || mask->shape.rank < 2)
        {
          g_autofree char *found = nn_shape_print (&mask->shape);
          g_autofree char *wanted = nn_shape_print (&weights);

          return nn_call_refuse (call, error,
                                 _("a mask of %s does not fit weights of %s: counted from the "
                                   "last axis, sizes must be equal or 1."), found, wanted);
        }
    }

  nn_call_set_out (call, 0, NN_FLOAT32, q);
  nn_call_set_out (call, 1, NN_FLOAT32, &weights);
  return TRUE;
}

/* One query for each sample gives one mixture; a sequence of them a sequence. */
static gboolean
compare_infer (NnCall  *call,
               GError **error)
{
  const NnShape *q = &call->in[0].shape;
  const NnShape *k = &call->in[1].shape;
  const NnShape *v = call->in[2].shape.rank > 0 ? &call->in[2].shape : k;
  NnShape weights = *q;
  NnShape y = *q;

  if (q->rank < 2 || q->rank > 3)
    {
      g_autofree char *sample = nn_call_print (call, 0);

      return nn_call_refuse (call, error,
                             _("a query has the shape %s, but must be a row of features or a "
                               "sequence of them."), sample);
    }
  if (!check_sequence (call, "key", NULL, error)
      || (v != k && !check_sequence (call, "value", k, error))
      || !check_padding (call, k, error))
    return FALSE;

  y.size[y.rank - 1] = v->size[2];
  weights.size[weights.rank - 1] = k->size[1];
  nn_call_set_out (call, 0, NN_FLOAT32, &y);
  nn_call_set_out (call, 1, NN_FLOAT32, &weights);
  return TRUE;
}

#define PORT_PADDING { "padding", N_("Padding"), NN_PORT_OPTIONAL, NN_BOOL }
#define PORT_VALUE { "value", N_("Values"), NN_PORT_OPTIONAL }
#define PORTS_OUT                                                             \
  { "y", N_("Output"), NN_PORT_OUTPUT }, { "weights", N_("Weights"), NN_PORT_OUTPUT }

static const NnPort multi_head_ports[] = {
  { "query", N_("Queries") },
  { "key", N_("Keys"), NN_PORT_OPTIONAL },
  PORT_VALUE,
  { "mask", N_("Mask"), NN_PORT_OPTIONAL, NN_BOOL, .also = 1u << NN_FLOAT32 },
  PORT_PADDING,
  PORTS_OUT,
  { NULL }
};

static const NnPort compare_ports[] = {
  { "query", N_("Query") },
  { "key", N_("Keys") },
  PORT_VALUE,
  PORT_PADDING,
  PORTS_OUT,
  { NULL }
};

static const NnAttr multi_head_attrs[] = {
  { "heads", N_("Heads"), NN_ATTR_INT, 4, 1, 1024, .torch = "num_heads" },
  { "dropout", N_("Share of weights to drop"), NN_ATTR_FLOAT, 0, 0, 1, .torch = "dropout" },
  { "bias", N_("Add a bias"), NN_ATTR_BOOL, 1, 0, 1, .torch = "bias" },
  { "causal", N_("Only what came before"), NN_ATTR_BOOL, 0, 0, 1, .torch = "is_causal" },
  { NULL }
};

static const NnAttr additive_attrs[] = {
  { "hidden", N_("Units that compare"), NN_ATTR_INT, 32, 1, 65536 },
  { NULL }
};

#define NONE { -1 }

static const NnSample multi_head_samples[] = {
  { .in = { { 3, { 2, 3, 8 } }, NONE, NONE, NONE, NONE }, .attrs = "causal=true" },
  { .in = { { 3, { 2, 3, 6 } }, { 3, { 2, 5, 6 } }, NONE, NONE, { 2, { 2, 5 } } },
    .attrs = "heads=2 bias=false", .dtype = NN_BOOL },
  { .in = { { 3, { 2, 2, 6 } }, { 3, { 2, 5, 6 } }, { 3, { 2, 5, 6 } }, { 2, { 2, 5 } }, NONE },
    .attrs = "heads=1", .dtype = NN_BOOL },
  { .in = { { 3, { 0, 3, 8 } }, NONE, NONE, NONE, NONE } },
  { .in[0].rank = 0 }
};

static const NnSample compare_samples[] = {
  { .in = { { 3, { 2, 3, 4 } }, { 3, { 2, 5, 6 } }, { 3, { 2, 5, 7 } }, NONE } },
  { .in = { { 2, { 2, 4 } }, { 3, { 2, 5, 6 } }, NONE, { 2, { 2, 5 } } }, .dtype = NN_BOOL },
  { .in = { { 2, { 0, 4 } }, { 3, { 0, 5, 6 } }, NONE, NONE } },
  { .in[0].rank = 0 }
};

const NnOp nn_ops_attention_layer[] = {
  {
    .name = "multi-head-attention", .title = N_("Multi-Head Attention"),
    .summary = N_("Lets each step of a sequence gather what it needs from all steps, in several "
                  "ways at once."),
    .lesson = "24", .category = NN_CATEGORY_ATTENTION,
    .ports = multi_head_ports, .attrs = multi_head_attrs, .infer = multi_head_infer,
    .expand = multi_head_expand, .samples = multi_head_samples,
    .torch = "torch.nn.MultiheadAttention",
  },
  {
    .name = "multiplicative-attention", .title = N_("Multiplicative Attention"),
    .summary = N_("Mixes the values by a learned product of query and keys."),
    .lesson = "22", .category = NN_CATEGORY_ATTENTION,
    .ports = compare_ports, .infer = compare_infer, .expand = multiplicative_expand,
    .samples = compare_samples,
  },
  {
    .name = "additive-attention", .title = N_("Additive Attention"),
    .summary = N_("Mixes the values by what a small network says about query and keys."),
    .lesson = "22", .category = NN_CATEGORY_ATTENTION,
    .ports = compare_ports, .attrs = additive_attrs, .infer = compare_infer,
    .expand = additive_expand, .samples = compare_samples,
  },
  { NULL }
};
