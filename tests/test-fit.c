/* test-fit.c: the ends of a network follow the data, and nothing else does
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "app/core/fit.h"
#include "engine/error.h"
#include "engine/template.h"

#include <string.h>

static NnGraph *
build (const char    *name,
       const NnShape *item,
       gint64         n_classes)
{
  g_autoptr (GError) error = NULL;
  NnGraph *graph = nn_template_build (nn_template_find (name), item, n_classes, &error);

  g_assert_no_error (error);
  return graph;
}

static NnForm
form_of (const NnShape *shape,
         gint64         n_classes)
{
  return (NnForm) { .input_dtype = NN_FLOAT32, .input = *shape, .n_classes = n_classes };
}

static double
number_of (NnGraph    *graph,
           const char *node,
           const char *attr)
{
  const NnNode *found = nn_graph_find_node (graph, node);

  g_assert_nonnull (found);
  return found->attr[nn_attrs_find (found->op->attrs, attr)].number[0];
}

static void
assert_fits (NnGraph       *graph,
             const NnShape *shape,
             guint          n_classes)
{
  NnForm form = form_of (shape, n_classes);
  g_autofree char *words = app_fit_explain (graph, &form);

  g_assert_null (words);
}

static void
assert_words (NnGraph       *graph,
              const NnShape *shape,
              guint          n_classes,
              const char    *expected)
{
  NnForm form = form_of (shape, n_classes);
  g_autofree char *words = app_fit_explain (graph, &form);

  g_assert_cmpstr (words, ==, expected);
}

static gboolean
apply (NnGraph        *graph,
       const NnShape  *shape,
       gint64          n_classes,
       GError        **error)
{
  NnForm form = form_of (shape, n_classes);

  return app_fit_apply (graph, &form, error);
}

static void
connect (NnGraph *graph,
         guint    from,
         guint    to)
{
  g_autoptr (GError) error = NULL;

  nn_graph_connect (graph, &(NnLink) { from, 0, to, 0 }, &error);
  g_assert_no_error (error);
}

static void
test_both_ends (void)
{
  const NnShape grey = NN_SHAPE (1, 28, 28);
  const NnShape colour = NN_SHAPE (3, 32, 32);
  g_autoptr (NnGraph) graph = build ("cnn", &grey, 10);
  g_autoptr (GError) error = NULL;
  guint n_links = nn_graph_get_n_links (graph);

  assert_fits (graph, &grey, 10);
  assert_words (graph, &colour, 10,
                "Samples have the shape 3×32×32, but “input” expects 1×28×28.");
  assert_words (graph, &grey, 3, "The data has 3 classes, but “linear2” has 10 outputs.");
  assert_words (graph, &colour, 3,
                "Samples have the shape 3×32×32, but “input” expects 1×28×28.\n"
                "The data has 3 classes, but “linear2” has 10 outputs.");

  g_assert_true (apply (graph, &colour, 3, &error));
  g_assert_no_error (error);
  assert_fits (graph, &colour, 3);
  g_assert_cmpfloat (number_of (graph, "linear2", "features"), ==, 3);
  g_assert_cmpfloat (number_of (graph, "linear1", "features"), ==, 128);
  g_assert_cmpuint (nn_graph_get_n_links (graph), ==, n_links);
}

/* A convolution takes no vectors, whatever the input says. */
static void
test_between (void)
{
  const NnShape grey = NN_SHAPE (1, 28, 28);
  const NnShape point = NN_SHAPE (2);
  g_autoptr (NnGraph) graph = build ("cnn", &grey, 10);
  g_autoptr (GError) error = NULL;

  g_assert_false (apply (graph, &point, 2, &error));
  g_assert_error (error, NN_ERROR, NN_ERROR_SHAPE);
  g_assert_nonnull (strstr (error->message, "conv1"));
  assert_fits (graph, &point, 2);
}

/* The scores are found behind what keeps their number. */
static void
test_behind_activation (void)
{
  const NnShape point = NN_SHAPE (2);
  g_autoptr (NnGraph) graph = build ("mlp", &point, 2);
  const NnNode *loss = nn_graph_find_node (graph, "loss");
  guint last = nn_graph_find_node (graph, "linear3")->id;
  guint relu = nn_graph_add_node (graph, nn_op_find ("relu"), 0, NULL);
  guint dropout = nn_graph_add_node (graph, nn_op_find ("dropout"), 0, NULL);
  g_autoptr (GError) error = NULL;

  nn_graph_disconnect (graph, &(NnLink) { last, 0, loss->id, 0 });
  connect (graph, last, relu);
  connect (graph, relu, dropout);
  connect (graph, dropout, loss->id);

  assert_words (graph, &point, 5, "The data has 5 classes, but “linear3” has 2 outputs.");
  g_assert_true (apply (graph, &point, 5, &error));
  g_assert_no_error (error);
  assert_fits (graph, &point, 5);
}

/* Numbers as answers, no classes, or a graph under construction: nothing is
 * asked of the last layer. */
static void
test_no_classes (void)
{
  const NnShape point = NN_SHAPE (2);
  g_autoptr (NnGraph) graph = build ("mlp", &point, 2);
  g_autoptr (NnGraph) empty = nn_graph_new ();
  const NnAttrValue numbers = { 0, { 1 } };
  const NnNode *target = nn_graph_find_node (graph, "target");
  g_autoptr (GError) error = NULL;

  assert_fits (graph, &point, 0);
  assert_fits (empty, &point, 7);
  nn_graph_set_attr (graph, target->id, "kind", &numbers, &error);
  g_assert_no_error (error);
  assert_fits (graph, &point, 7);
  nn_graph_remove_node (graph, target->id);
  assert_fits (graph, &point, 7);
}

static guint
add (NnGraph    *graph,
     const char *op)
{
  return nn_graph_add_node (graph, nn_op_find (op), 0, op);
}

/* Texts: the embedding knows the vocabulary, and stands in front of the rest. */
static void
test_tokens (void)
{
  g_autoptr (NnGraph) graph = nn_graph_new ();
  guint input = add (graph, "input");
  guint linear = add (graph, "linear");
  NnForm form = {
    .input_dtype = NN_INT64, .input = NN_SHAPE (20), .n_classes = 2, .n_tokens = 5000,
  };
  g_autoptr (GError) error = NULL;
  g_autofree char *before = NULL;
  g_autofree char *between = NULL;
  guint embedding;

  connect (graph, input, linear);
  before = app_fit_explain (graph, &form);
  g_assert_nonnull (strstr (before, "“input” expects numbers"));
  g_assert_nonnull (strstr (before, "“linear” reads tokens"));
  g_assert_false (app_fit_apply (graph, &form, &error));
  g_assert_error (error, NN_ERROR, NN_ERROR_SHAPE);
  g_assert_cmpuint (nn_error_get_node (error), ==, linear);

  g_clear_error (&error);
  embedding = add (graph, "embedding");
  nn_graph_disconnect (graph, &(NnLink) { input, 0, linear, 0 });
  connect (graph, input, embedding);
  connect (graph, embedding, linear);
  between = app_fit_explain (graph, &form);
  g_assert_cmpstr (between, ==, "The vocabulary has 5000 tokens, but “embedding” knows 10000.");
  g_assert_true (app_fit_apply (graph, &form, &error));
  g_assert_no_error (error);
  g_assert_cmpfloat (number_of (graph, "embedding", "entries"), ==, 5000);
  g_assert_cmpfloat (number_of (graph, "input", "kind"), ==, 1);
  g_assert_cmpfloat (number_of (graph, "input", "shape"), ==, 20);
}

/* Masks: the target takes a class for each pixel, the last filters are scores. */
static void
test_maps (void)
{
  g_autoptr (NnGraph) graph = nn_graph_new ();
  guint input = add (graph, "input");
  guint conv = add (graph, "conv-2d");
  guint target = add (graph, "target");
  guint loss = add (graph, "cross-entropy");
  const NnAttrValue same = { 1, { 1 } };
  NnForm form = {
    .input = NN_SHAPE (3, 8, 8), .answer = NN_ANSWER_CLASSES, .target = NN_SHAPE (8, 8),
    .n_classes = 4,
  };
  g_autoptr (GError) error = NULL;
  g_autofree char *words = NULL;

  nn_graph_set_attr (graph, conv, "padding", &same, &error);
  g_assert_no_error (error);
  connect (graph, input, conv);
  connect (graph, conv, loss);
  nn_graph_connect (graph, &(NnLink) { target, 0, loss, 1 }, &error);
  g_assert_no_error (error);

  words = app_fit_explain (graph, &form);
  g_assert_nonnull (strstr (words, "a class for each pixel, but “target” expects a class."));
  g_assert_true (app_fit_apply (graph, &form, &error));
  g_assert_no_error (error);
  g_assert_cmpfloat (number_of (graph, "conv-2d", "channels"), ==, 4);
  g_assert_cmpfloat (number_of (graph, "target", "kind"), ==, NN_ANSWER_CLASSES);
  g_assert_null (app_fit_explain (graph, &form));
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/fit/both-ends", test_both_ends);
  g_test_add_func ("/fit/between", test_between);
  g_test_add_func ("/fit/behind-activation", test_behind_activation);
  g_test_add_func ("/fit/no-classes", test_no_classes);
  g_test_add_func ("/fit/tokens", test_tokens);
  g_test_add_func ("/fit/maps", test_maps);

  return g_test_run ();
}
