/* transformer.c: the layers of Transformers
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "engine/build.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>

/* A layer is attention and a small network for each step, each with what came in
 * added to it and normalised (Vaswani et al., 2017); "norm-first" normalises what
 * goes into each instead (Xiong et al., On Layer Normalization in the Transformer
 * Architecture, 2020).  Parameters have the names of torch.nn's layers of the
 * same name: "self-attn.in-proj-weight", "linear1.weight", "norm2.bias". */

static gboolean
norm_first (NnBuild *build)
{
  return nn_call_number (nn_build_call (build), "norm-first") != 0;
}

static NnValue *
normalise (NnBuild    *build,
           NnValue    *x,
           NnValue    *residual,
           const char *name)
{
  g_autofree char *weight_name = g_strconcat (name, ".weight", NULL);
  g_autofree char *bias_name = g_strconcat (name, ".bias", NULL);
  gint64 d = x->shape.size[2];
  NnShape row = NN_SHAPE (d);
  NnValue *weight = nn_build_own (build, NN_VALUE_PARAMETER, weight_name, &row, "ones", d);
  NnValue *bias = nn_build_own (build, NN_VALUE_PARAMETER, bias_name, &row, "zeros", d);

  nn_build_set (build, "epsilon", nn_call_number (nn_build_call (build), "epsilon"));
  return nn_build_op (build, "residual-norm", x, residual, weight, bias, NN_BUILD_END);
}

static NnValue *
drop (NnBuild *build,
      NnValue *x)
{
  double rate = nn_call_number (nn_build_call (build), "dropout");

  if (rate == 0)
    return x;

  nn_build_set (build, "rate", rate);
  return nn_build_op (build, "dropout", x, NN_BUILD_END);
}

static NnValue *
attend (NnBuild    *build,
        const char *part,
        NnValue    *x,
        NnValue    *memory,
        NnValue    *mask,
        NnValue    *padding,
        gboolean    causal)
{
  const NnCall *call = nn_build_call (build);

  nn_build_part (build, part);
  nn_build_set (build, "heads", nn_call_number (call, "heads"));
  nn_build_set (build, "dropout", nn_call_number (call, "dropout"));
  nn_build_set (build, "causal", causal);
  return drop (build, nn_build_op (build, "multi-head-attention", x, memory, NULL, mask, padding,
                                   NN_BUILD_END));
}

static NnValue *
feed_forward (NnBuild *build,
              NnValue *x)
{
  const NnCall *call = nn_build_call (build);
  gint64 d = x->shape.size[2];

  nn_build_part (build, "linear1");
  nn_build_set (build, "features", nn_call_number (call, "hidden"));
  x = nn_build_op (build, "linear", x, NN_BUILD_END);
  x = drop (build, nn_build_op (build, nn_call_number (call, "activation") != 0 ? "gelu" : "relu",
                                x, NN_BUILD_END));
  nn_build_part (build, "linear2");
  nn_build_set (build, "features", d);
  return drop (build, nn_build_op (build, "linear", x, NN_BUILD_END));
}

/* A stretch of the way through a layer: @x is what goes into the next part, and
 * with "norm-first" @rest, not normalised, is what will be added behind it. */
typedef struct
{
  NnValue *x;
  NnValue *rest;
} Way;

static Way
enter (NnBuild *build,
       NnValue *x)
{
  return norm_first (build) ? (Way) { normalise (build, x, NULL, "norm1"), x }
                            : (Way) { x, x };
}

/* Behind a part that gave @y; @norm is the norm of this part, @next that of the
 * next one. */
static Way
pass (NnBuild    *build,
      Way         way,
      NnValue    *y,
      const char *norm,
      const char *next)
{
  if (!norm_first (build))
    {
      y = normalise (build, y, way.rest, norm);
      return (Way) { y, y };
    }

  y = normalise (build, y, way.rest, next);
  return (Way) { y, nn_build_sibling (y, 1) };
}

static NnValue *
leave (NnBuild    *build,
       Way         way,
       NnValue    *y,
       const char *norm)
{
  return norm_first (build) ? nn_build_op (build, "add", way.rest, y, NN_BUILD_END)
                            : normalise (build, y, way.rest, norm);
}

static void
encoder_layer_expand (NnBuild *build)
{
  gboolean causal = nn_call_number (nn_build_call (build), "causal") != 0;
  Way way = enter (build, nn_build_in (build, "x"));
  NnValue *y = attend (build, "self-attn", way.x, NULL, nn_build_in (build, "mask"),
                       nn_build_in (build, "padding"), causal);

  way = pass (build, way, y, "norm1", "norm2");
  nn_build_result (build, "y", leave (build, way, feed_forward (build, way.x), "norm2"));
}

static void
decoder_layer_expand (NnBuild *build)
{
  gboolean causal = nn_call_number (nn_build_call (build), "causal") != 0;
  Way way = enter (build, nn_build_in (build, "x"));
  NnValue *y = attend (build, "self-attn", way.x, NULL, nn_build_in (build, "mask"),
                       nn_build_in (build, "padding"), causal);

  way = pass (build, way, y, "norm1", "norm2");
  y = attend (build, "multihead-attn", way.x, nn_build_in (build, "memory"), NULL,
              nn_build_in (build, "memory-padding"), FALSE);
  way = pass (build, way, y, "norm2", "norm3");
  nn_build_result (build, "y", leave (build, way, feed_forward (build, way.x), "norm3"));
}

/* A stack of layers with the same settings. */
static void
stack_expand (NnBuild    *build,
              const char *layer)
{
  const NnCall *call = nn_build_call (build);
  const NnAttr *attrs = nn_op_find (layer)->attrs;
  NnValue *in[NN_MAX_IN];
  int n_in = nn_op_count_in (call->op);

  for (int i = 0; i < n_in; i++)
    in[i] = nn_build_in (build, nn_op_get_in (call->op, i)->name);
  for (int k = 0; k < (int) nn_call_number (call, "layers"); k++)
    {
      g_autofree char *part = g_strdup_printf ("layers.%d", k);

      for (int i = 0; attrs[i].name != NULL; i++)
        nn_build_set_value (build, attrs[i].name, nn_call_value (call, attrs[i].name));
      nn_build_part (build, part);
      in[0] = nn_build_op_array (build, layer, in, n_in);
    }

  nn_build_result (build, "y", nn_call_number (call, "final-norm") != 0
                               ? normalise (build, in[0], NULL, "norm") : in[0]);
}

static void
encoder_expand (NnBuild *build)
{
  stack_expand (build, "transformer-encoder-layer");
}

static void
decoder_expand (NnBuild *build)
{
  stack_expand (build, "transformer-decoder-layer");
}

/* The multi-head attention within says what else is wrong, but by another name. */
static gboolean
check_padding (NnCall      *call,
               const char  *port,
               int          sequence,
               GError     **error)
{
  int index = nn_op_find_in (call->op, port);
  const NnShape *x = &call->in[sequence].shape;
  NnShape wanted = NN_SHAPE (x->size[0], x->size[1]);

  if (index < 0 || call->in[index].shape.rank <= 0
      || (nn_shape_equal (&call->in[index].shape, &wanted)
          && nn_dtype_size (call->in[index].dtype) == 1))
    return TRUE;

  return nn_call_refuse (call, error,
                         _("the padding must have one mark for each step of its sequence. Link a "
                           "padding mask of the same sentences."));
}

static gboolean
check_mask (NnCall  *call,
            GError **error)
{
  const NnShape *x = &call->in[0].shape;
  const NnShape *mask = &call->in[nn_op_find_in (call->op, "mask")].shape;
  NnShape scores = NN_SHAPE (x->size[0], (gint64) nn_call_number (call, "heads"), x->size[1],
                             x->size[1]);
  NnShape weights = NN_SHAPE (x->size[0], x->size[1], x->size[1]);
  const NnShape *wanted = mask->rank == 4 ? &scores : &weights;
  NnShape result;

  if (mask->rank <= 0
      || (mask->rank >= 2 && nn_shape_broadcast (mask, wanted, &result)
          && nn_shape_equal (&result, wanted)))
    return TRUE;

  return nn_call_refuse (call, error,
                         _("the mask must say for each pair of %" PRId64 " steps whether one may "
                           "look at the other."), x->size[1]);
}

static gboolean
infer (NnCall  *call,
       GError **error)
{
  const NnShape *x = &call->in[0].shape;
  int memory = nn_op_find_in (call->op, "memory");
  gint64 heads = (gint64) nn_call_number (call, "heads");

  if (x->rank != 3 || x->size[1] < 1)
    {
      g_autofree char *sample = nn_call_print (call, 0);

      return nn_call_refuse (call, error,
                             _("a sample has the shape %s, but must be a sequence: "
                               "steps×features."), sample);
    }
  if (x->size[2] % heads != 0)
    return nn_call_refuse (call, error,
                           _("%" PRId64 " features cannot be divided into %d heads of equal size."),
                           x->size[2], (int) heads);
  if (memory >= 0)
    {
      const NnShape *m = &call->in[memory].shape;

      if (m->rank != 3 || m->size[1] < 1 || m->size[0] != x->size[0] || m->size[2] != x->size[2])
        {
          g_autofree char *first = nn_call_print (call, 0);
          g_autofree char *second = nn_call_print (call, memory);

          return nn_call_refuse (call, error,
                                 _("a sequence of %s and a memory of %s must have the same number "
                                   "of features."), first, second);
        }
    }
  if (!check_mask (call, error) || !check_padding (call, "padding", 0, error)
      || !check_padding (call, "memory-padding", memory, error))
    return FALSE;

  return nn_infer_same (call, error);
}

#define PORT_X { "x", N_("Sequence") }
#define PORT_MASK { "mask", N_("Mask"), NN_PORT_OPTIONAL, NN_BOOL, .also = 1u << NN_FLOAT32 }
#define PORT_PADDING { "padding", N_("Padding"), NN_PORT_OPTIONAL, NN_BOOL }
#define PORT_Y { "y", N_("Output"), NN_PORT_OUTPUT }

static const NnPort encoder_ports[] = {
  PORT_X, PORT_MASK, PORT_PADDING, PORT_Y,
  { NULL }
};

static const NnPort decoder_ports[] = {
  PORT_X,
  { "memory", N_("What the encoder made") },
  PORT_MASK, PORT_PADDING,
  { "memory-padding", N_("Padding of the memory"), NN_PORT_OPTIONAL, NN_BOOL },
  PORT_Y,
  { NULL }
};

static const char *const activations[] = { "relu", "gelu", NULL };

#define ATTRS(is_causal)                                                      \
  { "heads", N_("Heads"), NN_ATTR_INT, 4, 1, 1024, .torch = "nhead" },        \
  { "hidden", N_("Hidden units"), NN_ATTR_INT, 2048, 1, 1000000,              \
    .torch = "dim_feedforward" },                                             \
  { "dropout", N_("Share to drop"), NN_ATTR_FLOAT, 0.1, 0, 1, .torch = "dropout" }, \
  { "activation", N_("Activation"), NN_ATTR_CHOICE, 0, .words = activations,  \
    .torch = "activation" },                                                  \
  { "norm-first", N_("Normalise first"), NN_ATTR_BOOL, 0, 0, 1, .torch = "norm_first" }, \
  { "epsilon", N_("Added to the variance"), NN_ATTR_FLOAT, 1e-5, 1e-12, 1,    \
    .torch = "layer_norm_eps" },                                              \
  { "causal", N_("Only what came before"), NN_ATTR_BOOL, is_causal, 0, 1 }

#define STACK_ATTRS                                                           \
  { "layers", N_("Layers"), NN_ATTR_INT, 2, 1, 64, .torch = "num_layers" },   \
  { "final-norm", N_("Normalise at the end"), NN_ATTR_BOOL, 0, 0, 1 }

static const NnAttr encoder_layer_attrs[] = { ATTRS (0), { NULL } };
static const NnAttr decoder_layer_attrs[] = { ATTRS (1), { NULL } };
static const NnAttr encoder_attrs[] = { STACK_ATTRS, ATTRS (0), { NULL } };
static const NnAttr decoder_attrs[] = { STACK_ATTRS, ATTRS (1), { NULL } };

#define NONE { -1 }

static const NnSample encoder_samples[] = {
  { .in = { { 3, { 2, 3, 8 } }, NONE, NONE }, .attrs = "hidden=12 dropout=0 activation=gelu" },
  { .in = { { 3, { 2, 5, 6 } }, NONE, { 2, { 2, 5 } } },
    .attrs = "heads=2 hidden=7 dropout=0.3 norm-first=true activation=gelu", .dtype = NN_BOOL },
  { .in = { { 3, { 0, 3, 8 } }, NONE, NONE }, .attrs = "hidden=12" },
  { .in[0].rank = 0 }
};

static const NnSample decoder_samples[] = {
  { .in = { { 3, { 2, 3, 8 } }, { 3, { 2, 4, 8 } }, NONE, NONE, NONE },
    .attrs = "hidden=12 dropout=0 activation=gelu" },
  { .in = { { 3, { 2, 5, 6 } }, { 3, { 2, 3, 6 } }, NONE, NONE, { 2, { 2, 3 } } },
    .attrs = "heads=2 hidden=7 dropout=0.2 norm-first=true activation=gelu", .dtype = NN_BOOL },
  { .in = { { 3, { 0, 3, 8 } }, { 3, { 0, 3, 8 } }, NONE, NONE, NONE }, .attrs = "hidden=12" },
  { .in[0].rank = 0 }
};

#define LAYER                                                                 \
  .lesson = "24", .category = NN_CATEGORY_ATTENTION, .infer = infer

const NnOp nn_ops_transformer[] = {
  {
    .name = "transformer-encoder-layer", .title = N_("Encoder Layer"), LAYER,
    .summary = N_("Attention within a sequence, then a small network for each step."),
    .ports = encoder_ports, .attrs = encoder_layer_attrs, .expand = encoder_layer_expand,
    .samples = encoder_samples, .torch = "torch.nn.TransformerEncoderLayer",
  },
  {
    .name = "transformer-decoder-layer", .title = N_("Decoder Layer"), LAYER,
    .summary = N_("As an encoder layer, and between the two, attention to what an encoder made."),
    .ports = decoder_ports, .attrs = decoder_layer_attrs, .expand = decoder_layer_expand,
    .samples = decoder_samples, .torch = "torch.nn.TransformerDecoderLayer",
  },
  {
    .name = "transformer-encoder", .title = N_("Transformer Encoder"), LAYER,
    .summary = N_("Reads a sequence with a stack of encoder layers."),
    .ports = encoder_ports, .attrs = encoder_attrs, .expand = encoder_expand,
    .samples = encoder_samples, .torch = "torch.nn.TransformerEncoder",
  },
  {
    .name = "transformer-decoder", .title = N_("Transformer Decoder"), LAYER,
    .summary = N_("Writes a sequence with a stack of decoder layers."),
    .ports = decoder_ports, .attrs = decoder_attrs, .expand = decoder_expand,
    .samples = decoder_samples, .torch = "torch.nn.TransformerDecoder",
  },
  { NULL }
};
