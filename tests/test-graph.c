/* test-graph.c: drawing a network, saving it, and what is said about it
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "engine/error.h"
#include "engine/graph-file.h"
#include "engine/lower.h"
#include "engine/random.h"
#include "engine/template.h"

#include <string.h>

static char *
to_json (NnGraph *graph)
{
  g_autoptr (NnJsonWriter) writer = nn_json_writer_new (TRUE);

  nn_graph_write (graph, writer, NULL);
  return nn_json_writer_finish (writer, NULL);
}

static NnGraph *
from_json (const char  *text,
           GError     **error)
{
  g_autoptr (NnJson) json = nn_json_parse (text, strlen (text), 1 << 20, "test.json", error);

  return json != NULL ? nn_graph_read (json, error) : NULL;
}

/* Every op that a person can place is saved under its name, with every setting
 * changed, and comes back equal. */
static void
test_round_trip (void)
{
  g_autoptr (NnGraph) graph = nn_graph_new ();
  g_autoptr (NnGraph) again = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;
  g_autofree char *text_again = NULL;
  guint n_ops = 0;

  for (const NnOp *const *op = nn_ops_all (); *op != NULL; op++)
    {
      guint id;

      if ((*op)->category == NN_CATEGORY_INTERNAL)
        continue;
      id = nn_graph_add_node (graph, *op, 0, NULL);
      nn_graph_move_node (graph, id, 10.5 * id, -3);
      n_ops++;
      for (const NnAttr *attr = (*op)->attrs; attr != NULL && attr->name != NULL; attr++)
        {
          NnAttrValue value = nn_attr_initial (attr);

          if (attr->title == NULL)
            continue;
          if (attr->type == NN_ATTR_INTS && attr->words != NULL)
            value = (NnAttrValue) { 0, { g_strv_length ((char **) attr->words) - 1 } };
          else if (attr->type == NN_ATTR_FLOATS)
            value = (NnAttrValue) { 2, { attr->max / 4, attr->max } };
          else if (attr->type == NN_ATTR_INTS)
            value = (NnAttrValue) { 2, { MAX (attr->min, 1), attr->max } };
          else if (attr->words != NULL)
            value.number[0] = 1;
          else
            value.number[0] = attr->type == NN_ATTR_FLOAT ? attr->min + (attr->max - attr->min) / 3
                                                          : attr->max;
          nn_graph_set_attr (graph, id, attr->name, &value, &error);
          g_assert_no_error (error);
        }
    }
  g_assert_cmpuint (n_ops, >=, 35);

  text = to_json (graph);
  again = from_json (text, &error);
  g_assert_no_error (error);
  text_again = to_json (again);
  g_assert_cmpstr (text, ==, text_again);
  for (guint i = 0; i < nn_graph_get_n_nodes (graph); i++)
    g_assert_cmpmem (nn_graph_get_nth (graph, i), sizeof (NnNode),
                     nn_graph_get_nth (again, i), sizeof (NnNode));
}

/* How layers are trained comes back from the file, every initialiser with every
 * setting changed, and is not there when nobody has touched it. */
static void
test_tuning (void)
{
  const NnOp *op = nn_op_find ("linear");
  const NnInitialiser *initialiser;

  for (guint i = 0; (initialiser = nn_initialiser_get (i)) != NULL; i++)
    {
      g_autoptr (NnGraph) graph = nn_graph_new ();
      guint id = nn_graph_add_node (graph, op, 0, NULL);
      g_autofree char *before = to_json (graph);
      g_autofree char *text = NULL;
      g_autoptr (NnGraph) again = NULL;
      g_autoptr (GError) error = NULL;
      NnTuning tuning = nn_tuning_initial ();

      g_assert_true (nn_tuning_set (&tuning, op, "rate-factor", "0.25", &error));
      g_assert_true (nn_tuning_set (&tuning, op, "start.weight", initialiser->name, &error));
      for (const NnAttr *attr = initialiser->attrs; attr != NULL && attr->name != NULL; attr++)
        {
          g_autofree char *key = g_strconcat ("start.weight.", attr->name, NULL);
          NnAttrValue value = { 1, { attr->max } };
          g_autofree char *number = nn_attr_print (attr, &value);
          g_autofree char *back = NULL;

          g_assert_true (nn_tuning_set (&tuning, op, key, number, &error));
          back = nn_tuning_get (&tuning, op, key);
          g_assert_cmpstr (number, ==, back);
        }
      g_assert_no_error (error);
      g_assert_false (nn_tuning_is_initial (&tuning));
      nn_graph_set_tuning (graph, id, &tuning);

      text = to_json (graph);
      again = from_json (text, &error);
      g_assert_no_error (error);
      g_assert_cmpmem (nn_graph_get_node (again, id), sizeof (NnNode),
                       nn_graph_get_node (graph, id), sizeof (NnNode));
      g_assert_null (strstr (before, "training"));
      g_assert_nonnull (strstr (text, "training"));
    }
}

static void
test_templates (void)
{
  const NnTemplate *template;

  for (guint i = 0; (template = nn_template_get (i)) != NULL; i++)
    {
      NnShape item = nn_template_item (template);
      g_autoptr (GError) error = NULL;
      g_autoptr (NnGraph) graph = nn_template_build (template, &item, template->n_classes, &error);
      g_autofree char *text = NULL;
      g_autoptr (NnGraph) again = NULL;

      g_assert_no_error (error);
      text = to_json (graph);
      again = from_json (text, &error);
      g_assert_no_error (error);
      g_assert_cmpuint (nn_graph_get_n_links (again), ==, nn_graph_get_n_links (graph));
    }

  {
    NnShape vector = NN_SHAPE (2);
    g_autoptr (GError) error = NULL;

    g_assert_null (nn_template_build (nn_template_find ("lenet"), &vector, 2, &error));
    g_assert_error (error, NN_ERROR, NN_ERROR_SHAPE);
    g_assert_nonnull (strstr (error->message, "conv1"));
  }
}

static void
refuse_link (NnGraph    *graph,
             NnLink      link,
             const char *words)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (nn_graph_connect (graph, &link, &error));
  g_assert_error (error, NN_ERROR, NN_ERROR_SHAPE);
  g_assert_nonnull (strstr (error->message, words));
}

static void
test_links (void)
{
  g_autoptr (NnGraph) graph = nn_graph_new ();
  guint a = nn_graph_add_node (graph, nn_op_find ("relu"), 0, NULL);
  guint b = nn_graph_add_node (graph, nn_op_find ("add"), 0, NULL);
  guint c = nn_graph_add_node (graph, nn_op_find ("concat"), 0, NULL);
  g_autofree guint *order = NULL;

  g_assert_true (nn_graph_connect (graph, &(NnLink) { a, 0, b, 0 }, NULL));
  g_assert_true (nn_graph_connect (graph, &(NnLink) { b, 0, c, 0 }, NULL));
  g_assert_true (nn_graph_connect (graph, &(NnLink) { a, 0, c, 0 }, NULL));
  refuse_link (graph, (NnLink) { c, 0, a, 0 }, "circle");
  refuse_link (graph, (NnLink) { a, 0, a, 0 }, "itself");
  refuse_link (graph, (NnLink) { a, 0, b, 0 }, "already");
  refuse_link (graph, (NnLink) { a, 1, b, 1 }, "output");
  refuse_link (graph, (NnLink) { a, 0, b, 2 }, "input");
  refuse_link (graph, (NnLink) { a, 0, 77, 0 }, "exist");
  refuse_link (graph, (NnLink) { a, -1, b, 1 }, "output");

  order = nn_graph_sort (graph);
  g_assert_cmpuint (order[0], ==, a);
  g_assert_cmpuint (order[2], ==, c);

  nn_graph_remove_node (graph, a);
  g_assert_cmpuint (nn_graph_get_n_links (graph), ==, 1);
}

static void
test_names (void)
{
  static const char *const bad[] = { "", "a.b", "a/b", "a\\b", "a\"b", "a\nb" };
  g_autoptr (NnGraph) graph = nn_graph_new ();
  guint a = nn_graph_add_node (graph, nn_op_find ("conv-2d"), 0, NULL);
  guint b = nn_graph_add_node (graph, nn_op_find ("conv-2d"), 0, NULL);

  g_assert_cmpstr (nn_graph_get_node (graph, a)->name, ==, "conv1");
  g_assert_cmpstr (nn_graph_get_node (graph, b)->name, ==, "conv2");
  g_assert_true (nn_graph_rename_node (graph, a, "卷积", NULL));
  g_assert_false (nn_graph_rename_node (graph, b, "卷积", NULL));
  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    g_assert_false (nn_graph_rename_node (graph, b, bad[i], NULL));
}

static NnNodeReport *
find_report (GArray     *reports,
             NnGraph    *graph,
             const char *name)
{
  for (guint i = 0; i < reports->len; i++)
    if (g_array_index (reports, NnNodeReport, i).node == nn_graph_find_node (graph, name)->id)
      return &g_array_index (reports, NnNodeReport, i);

  g_assert_not_reached ();
}

/* Shapes and counts that the inspector shows; an error stays with its node. */
static void
test_report (void)
{
  const NnTemplate *template = nn_template_find ("lenet");
  NnShape item = nn_template_item (template);
  g_autoptr (NnGraph) graph = nn_template_build (template, &item, 10, NULL);
  g_autoptr (GArray) reports = nn_graph_report (graph);
  NnNodeReport *conv = find_report (reports, graph, "conv2");
  g_autofree char *shape = nn_shape_print (&conv->shape);
  NnAttrValue kernel = { 1, { 30 } };

  g_assert_cmpstr (shape, ==, "16×10×10");
  g_assert_cmpint (conv->parameters, ==, 16 * 6 * 25 + 16);
  g_assert_cmpint (conv->work, ==, 16 * 100 * 6 * 25);

  nn_graph_set_attr (graph, conv->node, "kernel", &kernel, NULL);
  g_array_unref (reports);
  reports = nn_graph_report (graph);
  conv = find_report (reports, graph, "conv2");
  g_assert_error (conv->error, NN_ERROR, NN_ERROR_SHAPE);
  g_assert_cmpstr (conv->error->message, ==,
                   "Convolution 2D “conv2”: a 30×30 kernel does not fit a 14×14 input. Lower the "
                   "kernel size or add padding.");
  g_assert_cmpuint (nn_error_get_node (conv->error), ==, conv->node);
  g_assert_no_error (find_report (reports, graph, "relu2")->error);
  g_assert_false (find_report (reports, graph, "relu2")->has_shape);
}

/* What is wrong with a graph as a whole, by name and with the node. */
static void
test_cannot_work (void)
{
  static const struct
  {
    const char *json;           /* nodes as op:name, links as from>to.input */
    const char *words;
  } cases[] = {
    { "relu:r", "“r”: nothing is linked to “Input”" },
    { "input:i input:j", "another" },
    { "input:i", "no loss" },
    { "input:i cross-entropy:l i>l.0", "nothing is linked to “Right classes”" },
    { "input:i target:t cross-entropy:l t>l.0 t>l.1", "the scores of a sample" },
    { "input:i target:t mean-squared-error:l i>l.0 t>l.1", "answers must be numbers" },
    { "input:i target:t conv-2d:c cross-entropy:l i>c.0 c>l.0 t>l.1", "must be an image" },
    { "input:i target:t linear:f cross-entropy:l cross-entropy:m i>f.0 f>l.0 t>l.1 f>m.0 t>m.1",
      "“m”: a network has only one" },
    { "", "no input" },
  };
  g_autoptr (NnDevice) device = nn_cpu_device_new (1);

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (NnGraph) graph = nn_graph_new ();
      g_auto (GStrv) words = g_strsplit (cases[i].json, " ", -1);
      g_autoptr (GError) error = NULL;
      NnLowered lowered;

      for (int k = 0; words[k] != NULL && words[k][0] != '\0'; k++)
        {
          g_auto (GStrv) node = g_strsplit (words[k], ":", 2);
          g_auto (GStrv) link = g_strsplit_set (words[k], ">.", 3);

          if (node[1] != NULL)
            nn_graph_add_node (graph, nn_op_find (node[0]), 0, node[1]);
          else
            {
              NnLink made = { nn_graph_find_node (graph, link[0])->id, 0,
                              nn_graph_find_node (graph, link[1])->id, atoi (link[2]) };

              nn_graph_connect (graph, &made, &error);
              g_assert_no_error (error);
            }
        }
      g_assert_false (nn_lower (graph, device, NN_MODE_TRAIN, 4, &lowered, &error));
      if (strstr (error->message, cases[i].words) == NULL)
        {
          g_test_message ("case %d: “%s” lacks “%s”", (int) i, error->message, cases[i].words);
          g_test_fail ();
        }
    }
}

/* A linear layer whose way of training is @training. */
#define TUNED(training)                                                       \
  "{\"nodes\":[{\"id\":1,\"op\":\"linear\",\"name\":\"w\",\"x\":0,\"y\":0," \
  "\"settings\":{},\"training\":" training "}],\"links\":[]}"

static void
test_refused_files (void)
{
  static const struct
  {
    const char *text;
    const char *words;
  } cases[] = {
    { "[]", "object" },
    { "{}", "nodes" },
    { "{\"nodes\":[{}],\"links\":[]}", "id" },
    { "{\"nodes\":[{\"id\":1,\"op\":\"warp\",\"name\":\"w\",\"x\":0,\"y\":0,\"settings\":{}}],"
      "\"links\":[]}", "“warp”" },
    { "{\"nodes\":[{\"id\":1,\"op\":\"relu-gradient\",\"name\":\"w\",\"x\":0,\"y\":0,"
      "\"settings\":{}}],\"links\":[]}", "“relu-gradient”" },
    { "{\"nodes\":[{\"id\":1,\"op\":\"relu\",\"name\":\"w\",\"x\":0,\"y\":0,"
      "\"settings\":{\"speed\":1}}],\"links\":[]}", "“speed”" },
    { "{\"nodes\":[{\"id\":1,\"op\":\"linear\",\"name\":\"w\",\"x\":0,\"y\":0,"
      "\"settings\":{\"features\":0}}],\"links\":[]}", "between 1 and" },
    { "{\"nodes\":[{\"id\":1,\"op\":\"linear\",\"name\":\"w\",\"x\":0,\"y\":0,"
      "\"settings\":{\"features\":1.5}}],\"links\":[]}", "whole number" },
    { "{\"nodes\":[{\"id\":1,\"op\":\"linear\",\"name\":\"w\",\"x\":0,\"y\":0,"
      "\"settings\":{\"activation\":\"relu\"}}],\"links\":[]}", "“activation”" },
    { "{\"nodes\":[{\"id\":1,\"op\":\"relu\",\"name\":\"w\",\"x\":1e300,\"y\":0,"
      "\"settings\":{}}],\"links\":[]}", "x" },
    { "{\"nodes\":[{\"id\":1,\"op\":\"relu\",\"name\":\"w\",\"x\":0,\"y\":0,\"settings\":{}},"
      "{\"id\":1,\"op\":\"relu\",\"name\":\"v\",\"x\":0,\"y\":0,\"settings\":{}}],\"links\":[]}",
      "number 1" },
    { "{\"nodes\":[{\"id\":1,\"op\":\"relu\",\"name\":\"w\",\"x\":0,\"y\":0,\"settings\":{}},"
      "{\"id\":2,\"op\":\"relu\",\"name\":\"w\",\"x\":0,\"y\":0,\"settings\":{}}],\"links\":[]}",
      "called “w”" },
    { TUNED ("7"), "training" },
    { TUNED ("{\"settings\":{\"frozen\":2},\"start\":{}}"), "between 0 and 1" },
    { TUNED ("{\"settings\":{\"speed\":2},\"start\":{}}"), "“speed”" },
    { TUNED ("{\"settings\":{\"rate-factor\":-1},\"start\":{}}"), "between 0 and" },
    { TUNED ("{\"settings\":{}}"), "start" },
    { TUNED ("{\"settings\":{},\"start\":{\"x\":{\"initialiser\":\"eye\",\"settings\":{}}}}"),
      "“start.x”" },
    { TUNED ("{\"settings\":{},\"start\":{\"weight\":{\"initialiser\":\"magic\","
             "\"settings\":{}}}}"), "“magic”" },
    { TUNED ("{\"settings\":{},\"start\":{\"weight\":{\"initialiser\":\"normal\","
             "\"settings\":{\"deviation\":-1}}}}"), "between 0 and" },
    { TUNED ("{\"settings\":{},\"start\":{\"weight\":[]}}"), "weight" },
    { "{\"nodes\":[],\"links\":[[1,0,2]]}", "four numbers" },
    { "{\"nodes\":[],\"links\":[[1,0,2,0,9]]}", "four numbers" },
    { "{\"nodes\":[],\"links\":[[1,0,2,0]]}", "exist" },
    { "{\"nodes\":[{\"id\":1,\"op\":\"relu\",\"name\":\"w\",\"x\":0,\"y\":0,\"settings\":{}}],"
      "\"links\":[[1,0,1,0]]}", "itself" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (from_json (cases[i].text, &error));
      if (strstr (error->message, cases[i].words) == NULL)
        {
          g_test_message ("case %d: “%s” lacks “%s”", (int) i, error->message, cases[i].words);
          g_test_fail ();
        }
    }
}

/* A graph or a reason, and never both. */
static void
read_hostile (const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (NnGraph) graph = from_json (text, &error);

  g_assert_true ((graph == NULL) == (error != NULL));
}

/* No byte of a file, changed or missing, does more harm than an error. */
static void
test_damaged_files (void)
{
  const NnTemplate *template = nn_template_find ("perceptron-2d");
  NnShape item = nn_template_item (template);
  g_autoptr (NnGraph) graph = nn_template_build (template, &item, 2, NULL);
  g_autofree char *text = to_json (graph);
  gsize size = strlen (text);

  for (gsize i = 0; i < size; i++)
    {
      char kept = text[i];

      text[i] = (char) ((kept * 7 + 13) % 95 + 32);
      read_hostile (text);
      text[i] = '\0';
      read_hostile (text);
      text[i] = kept;
    }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/graph/round-trip", test_round_trip);
  g_test_add_func ("/graph/tuning", test_tuning);
  g_test_add_func ("/graph/templates", test_templates);
  g_test_add_func ("/graph/links", test_links);
  g_test_add_func ("/graph/names", test_names);
  g_test_add_func ("/graph/report", test_report);
  g_test_add_func ("/graph/cannot-work", test_cannot_work);
  g_test_add_func ("/graph/refused-files", test_refused_files);
  g_test_add_func ("/graph/damaged-files", test_damaged_files);
  return g_test_run ();
}
