/* embedding.c: vectors for words, and for their places in a sentence
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "engine/build.h"
#include "engine/cpu/rows.h"
#include "engine/op-scalar.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>

/* An embedding is a table with a row of weights for each word of a vocabulary.
 * The row of the padding id stays as it is: it starts as zeros and gets no
 * gradient. */

static void
embedding_run (NnCall *call)
{
  nn_rows_take (call, &call->in[1], &call->in[0], 0);
}

static gboolean
embedding_gradient_prepare (NnCall  *call,
                            GError **error)
{
  call->workspace_bytes = nn_rows_add_bytes (nn_shape_count (&call->in[1].shape),
                                             call->out[0].shape.size[0]);
  return TRUE;
}

static void
embedding_gradient_run (NnCall *call)
{
  nn_rows_add (call, 0, (gint64) nn_call_number (call, "padding"));
}

/* Sines and cosines of wavelengths from 2π to 10000 · 2π, two for each frequency
 * (Vaswani et al.: Attention Is All You Need; 2017, section 3.5). */
static float
sinusoid (gint64 position,
          gint64 feature,
          gint64 features)
{
  double rate = pow (10000, -(double) (feature / 2 * 2) / (double) features);

  return (float) (feature % 2 == 0 ? sin ((double) position * rate)
                                   : cos ((double) position * rate));
}

static void
fill_sinusoids (float  *y,
                gint64  length,
                gint64  features)
{
  for (gint64 t = 0; t < length; t++)
    for (gint64 i = 0; i < features; i++)
      y[t * features + i] = sinusoid (t, i, features);
}

static void
sinusoids_run (NnCall *call)
{
  const NnShape *shape = &call->out[0].shape;

  fill_sinusoids (call->out[0].data, shape->size[0], shape->size[1]);
}

/* The table is made once: a sine takes longer than all else here. */
static gboolean
sinusoidal_prepare (NnCall  *call,
                    GError **error)
{
  const NnShape *x = &call->in[0].shape;
  gint64 length = x->size[x->rank - 2];
  gint64 features = x->size[x->rank - 1];

  call->state = g_new (float, MAX (length * features, 1));
  fill_sinusoids (call->state, length, features);
  return TRUE;
}

static void
sinusoidal_release (NnCall *call)
{
  g_clear_pointer (&call->state, g_free);
}

static NN_CLONES void
sinusoidal_rows (void   *data,
                 gint64  first,
                 gint64  last)
{
  const NnCall *call = data;
  const NnShape *shape = &call->in[0].shape;
  gint64 length = shape->size[shape->rank - 2];
  gint64 features = shape->size[shape->rank - 1];

  for (gint64 row = first; row < last; row++)
    {
      const float *x = (const float *) call->in[0].data + row * features;
      const float *place = (const float *) call->state + row % length * features;
      float *y = (float *) call->out[0].data + row * features;

      NN_IVDEP
      for (gint64 i = 0; i < features; i++)
        y[i] = x[i] + place[i];
    }
}

static void
sinusoidal_run (NnCall *call)
{
  const NnShape *x = &call->in[0].shape;

  nn_pool_for (call->pool, call->threads, nn_shape_span (x, 0, x->rank - 1),
               NN_SCALAR_GRAIN / MAX (x->size[x->rank - 1], 1), sinusoidal_rows, call);
}

static gboolean
check_padding (const NnCall  *call,
               GError       **error)
{
  gint64 entries = (gint64) nn_call_number (call, "entries");
  gint64 padding = (gint64) nn_call_number (call, "padding");

  if (padding < entries)
    return TRUE;
  return nn_call_refuse (call, error, _("the padding id is %" PRId64 ", but the last one is %"
                                        PRId64 "."), padding, entries - 1);
}

static void
set_table (NnCall *call)
{
  NnShape weight = NN_SHAPE ((gint64) nn_call_number (call, "entries"),
                             (gint64) nn_call_number (call, "features"));

  nn_call_set_in (call, 1, NN_FLOAT32, &weight);
}

static gboolean
embedding_infer (NnCall  *call,
                 GError **error)
{
  NnShape shape = call->in[0].shape;

  if (!check_padding (call, error))
    return FALSE;
  if (shape.rank == NN_MAX_RANK)
    return nn_call_refuse (call, error, _("a shape has at most %d axes."), NN_MAX_RANK - 1);

  shape.size[shape.rank++] = (gint64) nn_call_number (call, "features");
  set_table (call);
  nn_call_set_out (call, 0, NN_FLOAT32, &shape);
  return TRUE;
}

static gboolean
embedding_bag_infer (NnCall  *call,
                     GError **error)
{
  NnShape shape = call->in[0].shape;

  if (!check_padding (call, error) || !nn_call_want_rank (call, 0, 2, error))
    return FALSE;
  shape.size[1] = (gint64) nn_call_number (call, "features");
  set_table (call);
  nn_call_set_out (call, 0, NN_FLOAT32, &shape);
  return TRUE;
}

static gboolean
embedding_gradient_infer (NnCall  *call,
                          GError **error)
{
  NnShape shape = call->in[0].shape;

  shape = NN_SHAPE ((gint64) nn_call_number (call, "entries"), shape.size[shape.rank - 1]);
  nn_call_set_out (call, 0, NN_FLOAT32, &shape);
  return TRUE;
}

static gboolean
positions_infer (NnCall  *call,
                 GError **error)
{
  const NnShape *x = &call->in[0].shape;

  if (x->rank < 2)
    return nn_call_want_rank (call, 0, 3, error);
  return nn_infer_same (call, error);
}

static gboolean
learned_infer (NnCall  *call,
               GError **error)
{
  const NnShape *x = &call->in[0].shape;
  gint64 length = (gint64) nn_call_number (call, "length");
  NnShape weight;

  if (!positions_infer (call, error))
    return FALSE;
  if (x->size[x->rank - 2] > length)
    return nn_call_refuse (call, error,
                           _("a sample has %" PRId64 " places, but vectors are learned for %"
                             PRId64 ". Raise “Places”."), x->size[x->rank - 2], length);

  weight = NN_SHAPE (length, x->size[x->rank - 1]);
  nn_call_set_in (call, 1, NN_FLOAT32, &weight);
  return TRUE;
}

static gboolean
sinusoids_infer (NnCall  *call,
                 GError **error)
{
  NnShape shape = NN_SHAPE ((gint64) nn_call_number (call, "length"),
                            (gint64) nn_call_number (call, "features"));

  nn_call_set_out (call, 0, NN_FLOAT32, &shape);
  return TRUE;
}

static void
embedding_expand (NnBuild *build)
{
  nn_build_set (build, "axis", 0);
  nn_build_result (build, "y", nn_build_two (build, "index-select", nn_build_in (build, "weight"),
                                             nn_build_in (build, "ids")));
}

static void
embedding_gradient (NnBuild *build)
{
  const NnCall *call = nn_build_call (build);

  if (!nn_build_wants (build, "weight"))
    return;
  nn_build_set_value (build, "entries", nn_call_value (call, "entries"));
  nn_build_set_value (build, "padding", nn_call_value (call, "padding"));
  nn_build_gradient (build, "weight", nn_build_two (build, "embedding-gradient",
                                                    nn_build_slope (build, "y"),
                                                    nn_build_in (build, "ids")));
}

/* One where an id is not that of the padding: a column for each sentence. */
static NnValue *
is_word (NnBuild *build)
{
  NnValue *ids = nn_build_in (build, "ids");
  NnShape column = NN_SHAPE (ids->shape.size[0], ids->shape.size[1], 1);
  NnValue *padding = nn_build_fill (build, &(NnShape) { 0 },
                                    nn_call_number (nn_build_call (build), "padding"));
  NnValue *words;

  nn_build_set (build, "dtype", 1);
  padding = nn_build_one (build, "cast", padding);
  words = nn_build_one (build, "cast", nn_build_two (build, "not-equal", ids, padding));
  return nn_build_reshape (build, words, &column);
}

static NnValue *
sum_places (NnBuild *build,
            NnValue *x)
{
  nn_build_set (build, "axes", 1);
  return nn_build_one (build, "sum", x);
}

/* The mean over the words; a sentence of padding alone gives zeros. */
static void
embedding_bag_expand (NnBuild *build)
{
  const NnCall *call = nn_build_call (build);
  NnValue *words = is_word (build);
  NnValue *vectors, *count;

  for (const NnAttr *attr = call->op->attrs; attr->name != NULL; attr++)
    nn_build_set_value (build, attr->name, nn_call_value (call, attr->name));
  vectors = nn_build_two (build, "embedding", nn_build_in (build, "ids"),
                          nn_build_in (build, "weight"));
  vectors = sum_places (build, nn_build_two (build, "mul", vectors, words));
  count = nn_build_two (build, "maximum", sum_places (build, words),
                        nn_build_fill (build, &(NnShape) { 0 }, 1));
  nn_build_result (build, "y", nn_build_two (build, "div", vectors, count));
}

static void
sinusoidal_expand (NnBuild *build)
{
  NnValue *x = nn_build_in (build, "x");
  NnValue *places;

  nn_build_set (build, "length", (double) x->shape.size[x->shape.rank - 2]);
  nn_build_set (build, "features", (double) x->shape.size[x->shape.rank - 1]);
  places = nn_build_op (build, "sinusoids", NN_BUILD_END);
  nn_build_result (build, "y", nn_build_two (build, "add", x, places));
}

static void
sinusoidal_gradient (NnBuild *build)
{
  nn_build_gradient (build, "x", nn_build_slope (build, "y"));
}

static void
learned_expand (NnBuild *build)
{
  NnValue *x = nn_build_in (build, "x");
  NnValue *weight = nn_build_in (build, "weight");

  nn_build_set (build, "axis", 0);
  nn_build_set (build, "length", (double) x->shape.size[x->shape.rank - 2]);
  weight = nn_build_one (build, "narrow", weight);
  nn_build_result (build, "y", nn_build_two (build, "add", x, weight));
}

static const NnPort embedding_ports[] = {
  { "ids", N_("Ids"), NN_PORT_INPUT, NN_INT64 },
  { "weight", N_("Vectors"), NN_PORT_PARAMETER, NN_FLOAT32, "normal", .blank = "padding" },
  { "y", N_("Output"), NN_PORT_OUTPUT },
  { NULL }
};

static const NnPort embedding_gradient_ports[] = {
  { "dy", N_("Gradient by the output") },
  { "ids", N_("Ids"), NN_PORT_INPUT, NN_INT64 },
  { "dweight", N_("Gradient by the vectors"), NN_PORT_OUTPUT },
  { NULL }
};

static const NnPort one_input[] = {
  { "x", N_("Input") },
  { "y", N_("Output"), NN_PORT_OUTPUT },
  { NULL }
};

static const NnPort learned_ports[] = {
  { "x", N_("Input") },
  { "weight", N_("Vectors"), NN_PORT_PARAMETER, NN_FLOAT32, "normal" },
  { "y", N_("Output"), NN_PORT_OUTPUT },
  { NULL }
};

static const NnPort only_output[] = {
  { "y", N_("Output"), NN_PORT_OUTPUT },
  { NULL }
};

#define ENTRIES                                                               \
  { "entries", N_("Words"), NN_ATTR_INT, 10000, 1, 1e9, .torch = "num_embeddings" }
#define PADDING                                                               \
  { "padding", N_("Padding id, or -1"), NN_ATTR_INT, -1, -1, 1e9, .torch = "padding_idx" }

static const NnAttr embedding_attrs[] = {
  ENTRIES,
  { "features", N_("Numbers for each"), NN_ATTR_INT, 64, 1, 1e6, .torch = "embedding_dim" },
  PADDING,
  { NULL }
};

static const NnAttr embedding_gradient_attrs[] = { ENTRIES, PADDING, { NULL } };

static const NnAttr learned_attrs[] = {
  { "length", N_("Places"), NN_ATTR_INT, 512, 1, 1e9 },
  { NULL }
};

static const NnAttr sinusoids_attrs[] = {
  { "length", N_("Places"), NN_ATTR_INT, 1, 0, 1e9 },
  { "features", N_("Numbers for each"), NN_ATTR_INT, 1, 0, 1e6 },
  { NULL }
};

#define END { .in[0].rank = 0 }

/* The padding id does not occur: its row has no gradient, which differences see. */
static const NnSample embedding_samples[] = {
  { .in = { { 2, { 3, 5 } } }, .attrs = "entries=9 features=4", .classes = 9 },
  { .in = { { 2, { 4, 35 } } }, .attrs = "entries=17 features=33 padding=16", .classes = 16 },
  { .in = { { 1, { 7 } } }, .attrs = "entries=9 features=4", .classes = 9 },
  { .in = { { 2, { 0, 5 } } }, .attrs = "entries=9 features=4", .classes = 9 },
  END
};

static const NnSample embedding_bag_samples[] = {
  { .in = { { 2, { 3, 5 } } }, .attrs = "entries=9 features=4", .classes = 9 },
  { .in = { { 2, { 4, 35 } } }, .attrs = "entries=7 features=33 padding=2", .classes = 7 },
  { .in = { { 2, { 0, 5 } } }, .attrs = "entries=9 features=4", .classes = 9 },
  END
};

static const NnSample embedding_gradient_samples[] = {
  { .in = { { 3, { 3, 5, 4 } }, { 2, { 3, 5 } } }, .attrs = "entries=9", .classes = 9 },
  { .in = { { 2, { 67, 35 } }, { 1, { 67 } } }, .attrs = "entries=5 padding=2", .classes = 5 },
  { .in = { { 2, { 0, 4 } }, { 1, { 0 } } }, .attrs = "entries=9", .classes = 9 },
  END
};

static const NnSample positions_samples[] = {
  { .in = { { 3, { 2, 5, 6 } } } },
  { .in = { { 4, { 2, 3, 35, 7 } } } },
  { .in = { { 3, { 0, 5, 6 } } } },
  END
};

static const NnSample learned_samples[] = {
  { .in = { { 3, { 2, 5, 6 } } }, .attrs = "length=5" },
  { .in = { { 3, { 2, 17, 35 } } }, .attrs = "length=20" },
  { .in = { { 3, { 0, 5, 6 } } }, .attrs = "length=9" },
  END
};

const NnOp nn_ops_embedding[] = {
  {
    .name = "embedding", .title = N_("Embedding"),
    .summary = N_("Looks up a vector, which is learned, for each word id."),
    .lesson = "22", .category = NN_CATEGORY_LAYER, .ports = embedding_ports,
    .attrs = embedding_attrs, .infer = embedding_infer, .expand = embedding_expand,
    .gradient = embedding_gradient, .samples = embedding_samples, .torch = "torch.nn.Embedding",
    .cpu = (const NnKernel[]) { { "rows", NN_LAYOUT_ROWS, .run = embedding_run }, { NULL } },
  },
  {
    .name = "embedding-bag", .title = N_("Mean of Embeddings"),
    .summary = N_("Averages the vectors of all words of a sentence."),
    .lesson = "22", .category = NN_CATEGORY_LAYER, .ports = embedding_ports,
    .attrs = embedding_attrs, .infer = embedding_bag_infer, .expand = embedding_bag_expand,
    .samples = embedding_bag_samples, .torch = "torch.nn.EmbeddingBag",
  },
  {
    .name = "embedding-gradient", .title = N_("Slope of an embedding"),
    .summary = N_("Adds up the gradients of the vector of each word, in their order."),
    .category = NN_CATEGORY_INTERNAL, .ports = embedding_gradient_ports,
    .attrs = embedding_gradient_attrs, .infer = embedding_gradient_infer,
    .samples = embedding_gradient_samples,
    .cpu = (const NnKernel[]) {
      { "rows", NN_LAYOUT_ROWS, NULL, embedding_gradient_prepare, embedding_gradient_run },
      { NULL }
    },
  },
  {
    .name = "learned-positions", .title = N_("Learned Positions"),
    .summary = N_("Adds a vector, which is learned, to each place of a sequence."),
    .lesson = "24", .category = NN_CATEGORY_LAYER, .ports = learned_ports,
    .attrs = learned_attrs, .infer = learned_infer, .expand = learned_expand,
    .samples = learned_samples,
  },
  {
    .name = "sinusoidal-positions", .title = N_("Sinusoidal Positions"),
    .summary = N_("Adds sines and cosines, which tell each place of a sequence from others."),
    .lesson = "24", .category = NN_CATEGORY_LAYER, .flags = NN_OP_IN_PLACE, .ports = one_input,
    .infer = positions_infer, .expand = sinusoidal_expand, .gradient = sinusoidal_gradient,
    .samples = positions_samples,
    .cpu = (const NnKernel[]) {
      { "loop", NN_LAYOUT_ROWS, NULL, sinusoidal_prepare, sinusoidal_run, sinusoidal_release },
      { NULL }
    },
  },
  {
    .name = "sinusoids", .title = N_("Table of Positions"),
    .summary = N_("The sines and cosines that sinusoidal positions add."),
    .category = NN_CATEGORY_INTERNAL, .ports = only_output, .attrs = sinusoids_attrs,
    .infer = sinusoids_infer,
    .cpu = (const NnKernel[]) { { "loop", NN_LAYOUT_ANY, .run = sinusoids_run }, { NULL } },
  },
  { NULL }
};
