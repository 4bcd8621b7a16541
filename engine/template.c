/* template.c: networks to start from
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "engine/template.h"

#include "engine/error.h"
#include "engine/lower.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* Distance of nodes on the canvas, and how many stand in a row. */
#define STEP_X 170
#define STEP_Y 110
#define ROW    4

static const NnTemplate templates[] = {
  {
    .name    = "perceptron-2d",
    .title   = N_("Perceptron in the plane"),
    .summary = N_("Divides points of the plane; small enough to follow every number."),
    .layers  = "linear features=16\n"
               "relu\n"
               "linear features=16\n"
               "relu\n"
               "linear features=$classes",
    .item    = { 2 }, .n_classes = 2,
  },
  {
    .name    = "mlp",
    .title   = N_("Multi-layer perceptron"),
    .summary = N_("Two hidden layers that see all pixels at once."),
    .layers  = "flatten\n"
               "linear features=512\n"
               "relu\n"
               "linear features=512\n"
               "relu\n"
               "linear features=$classes",
    .item    = { 784 }, .n_classes = 10, .bench_batch = 64,
  },
  {
    .name    = "lenet",
    .title   = N_("LeNet"),
    .summary = N_("The classic network for digits, with two convolutions."),
    .layers  = "conv-2d channels=6 kernel=5 padding=2\n"
               "relu\n"
               "max-pool-2d\n"
               "conv-2d channels=16 kernel=5\n"
               "relu\n"
               "max-pool-2d\n"
               "flatten\n"
               "linear features=120\n"
               "relu\n"
               "linear features=84\n"
               "relu\n"
               "linear features=$classes",
    .item    = { 1, 28, 28 }, .n_classes = 10, .bench_batch = 64,
  },
  {
    .name    = "cnn",
    .title   = N_("Convolutional network"),
    .summary = N_("Two convolutions with pooling and dropout: a good start for small images."),
    .layers  = "conv-2d channels=32 padding=same\n"
               "relu\n"
               "max-pool-2d\n"
               "conv-2d channels=64 padding=same\n"
               "relu\n"
               "max-pool-2d\n"
               "dropout rate=0.25\n"
               "flatten\n"
               "linear features=128\n"
               "relu\n"
               "dropout rate=0.5\n"
               "linear features=$classes",
    .item    = { 1, 28, 28 }, .n_classes = 10,
  },
  {
    .name    = "tiny-mlp",
    .title   = N_("Tiny perceptron"),
    .summary = N_("A measure of what a step costs besides arithmetic."),
    .layers  = "linear features=16\n"
               "relu\n"
               "linear features=16\n"
               "relu\n"
               "linear features=$classes",
    .item    = { 2 }, .n_classes = 2, .is_bench = TRUE, .bench_batch = 32,
  },
  {
    .name    = "mnist-cnn",
    .title   = N_("Convolutional network for MNIST"),
    .summary = N_("The network of PyTorch’s MNIST example, for comparison."),
    .layers  = "conv-2d channels=32\n"
               "relu\n"
               "conv-2d channels=64\n"
               "relu\n"
               "max-pool-2d\n"
               "dropout rate=0.25\n"
               "flatten\n"
               "linear features=128\n"
               "relu\n"
               "dropout rate=0.5\n"
               "linear features=$classes",
    .item    = { 1, 28, 28 }, .n_classes = 10, .is_bench = TRUE, .bench_batch = 64,
  },
};

const NnTemplate *
nn_template_get (guint index)
{
  return index < G_N_ELEMENTS (templates) ? &templates[index] : NULL;
}

const NnTemplate *
nn_template_find (const char *name)
{
  for (gsize i = 0; i < G_N_ELEMENTS (templates); i++)
    if (g_str_equal (templates[i].name, name))
      return &templates[i];

  return NULL;
}

NnShape
nn_template_item (const NnTemplate *self)
{
  NnShape item = { 0 };

  while (item.rank < (int) G_N_ELEMENTS (self->item) && self->item[item.rank] > 0)
    {
      item.size[item.rank] = self->item[item.rank];
      item.rank++;
    }

  return item;
}

static void
place (NnGraph *graph,
       guint    id,
       int      position)
{
  nn_graph_move_node (graph, id, position % ROW * STEP_X, position / ROW * STEP_Y);
}

static void
set_text (NnGraph    *graph,
          guint       id,
          const char *name,
          const char *text,
          gint64      n_classes)
{
  const NnOp *op = nn_graph_get_node (graph, id)->op;
  int index = nn_attrs_find (op->attrs, name);
  g_autofree char *classes = g_strdup_printf ("%" G_GINT64_FORMAT, n_classes);
  g_autoptr (GError) error = NULL;
  NnAttrValue value;

  g_assert (index >= 0);
  if (!nn_attr_parse (&op->attrs[index], g_str_equal (text, "$classes") ? classes : text, &value,
                      &error)
      || !nn_graph_set_attr (graph, id, name, &value, &error))
    g_error ("%s %s=%s: %s", op->name, name, text, error->message);
}

/* A node for one line of the description. */
static guint
add_layer (NnGraph    *graph,
           const char *line,
           gint64      n_classes)
{
  g_auto (GStrv) words = g_strsplit (line, " ", -1);
  guint id = nn_graph_add_node (graph, nn_op_find (words[0]), 0, NULL);

  for (int i = 1; words[i] != NULL; i++)
    {
      g_auto (GStrv) pair = g_strsplit (words[i], "=", 2);

      set_text (graph, id, pair[0], pair[1], n_classes);
    }

  return id;
}

static void
join (NnGraph *graph,
      guint    from,
      guint    to,
      int      in)
{
  g_autoptr (GError) error = NULL;

  if (!nn_graph_connect (graph, &(NnLink) { from, 0, to, in }, &error))
    g_error ("%s", error->message);
}

static NnAttrValue
shape_value (const NnShape *shape)
{
  NnAttrValue value = { shape->rank };

  for (int i = 0; i < shape->rank; i++)
    value.number[i] = shape->size[i];
  return value;
}

NnGraph *
nn_template_build (const NnTemplate  *self,
                   const NnShape     *item,
                   gint64             n_classes,
                   GError           **error)
{
  g_autoptr (NnGraph) graph = nn_graph_new ();
  g_auto (GStrv) lines = g_strsplit (self->layers, "\n", -1);
  NnAttrValue shape = shape_value (item);
  guint input = nn_graph_add_node (graph, nn_op_find ("input"), 0, "input");
  guint from = input;
  guint target, loss;
  int position = 0;
  g_autoptr (GArray) reports = NULL;

  if (!nn_graph_set_attr (graph, input, "shape", &shape, error))
    return NULL;
  place (graph, input, position++);

  for (int i = 0; lines[i] != NULL; i++)
    {
      guint id;

      /* Samples that are vectors already need no flattening. */
      if (item->rank == 1 && g_str_equal (lines[i], "flatten"))
        continue;
      id = add_layer (graph, lines[i], n_classes);
      join (graph, from, id, 0);
      place (graph, id, position++);
      from = id;
    }

  loss = nn_graph_add_node (graph,
                            nn_op_find (self->loss != NULL ? self->loss : "cross-entropy"), 0,
                            "loss");
  target = nn_graph_add_node (graph, nn_op_find ("target"), 0, "target");
  if (nn_op_get_in (nn_graph_get_node (graph, loss)->op, 1)->dtype == NN_FLOAT32)
    {
      set_text (graph, target, "kind", "numbers", n_classes);
      set_text (graph, target, "shape", "$classes", n_classes);
    }
  join (graph, from, loss, 0);
  join (graph, target, loss, 1);
  place (graph, loss, position);
  nn_graph_move_node (graph, target, (position % ROW - 1) * STEP_X, (position / ROW + 1) * STEP_Y);

  reports = nn_graph_report (graph);
  for (guint i = 0; i < reports->len; i++)
    {
      const NnNodeReport *report = &g_array_index (reports, NnNodeReport, i);

      if (report->error != NULL)
        {
          g_autofree char *text = nn_shape_print (item);

          g_set_error (error, NN_ERROR, NN_ERROR_SHAPE,
                       _("The template “%s” does not fit samples of %s. %s"),
                       _(self->title), text, report->error->message);
          return NULL;
        }
    }

  return g_steal_pointer (&graph);
}
