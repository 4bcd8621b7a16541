/* template.c: networks to start from
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "engine/template.h"

#include "engine/arrange.h"
#include "engine/error.h"
#include "engine/lower.h"

#include <glib/gi18n-lib.h>
#include <string.h>

const NnTemplate *
nn_template_find (const char *name)
{
  const NnTemplate *self;

  for (guint i = 0; (self = nn_template_get (i)) != NULL; i++)
    if (g_str_equal (self->name, name))
      return self;

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

  if (index < 0)
    g_error ("%s has no setting %s", op->name, name);
  if (!nn_attr_parse (&op->attrs[index], g_str_equal (text, "$classes") ? classes : text, &value,
                      &error)
      || !nn_graph_set_attr (graph, id, name, &value, &error))
    g_error ("%s %s=%s: %s", op->name, name, text, error->message);
}

/* Those of @words that are settings: "kernel=5". */
static void
set_texts (NnGraph            *graph,
           guint               id,
           const char *const  *words,
           gint64              n_classes)
{
  for (int i = 0; words[i] != NULL; i++)
    if (strchr (words[i], '=') != NULL)
      {
        g_auto (GStrv) pair = g_strsplit (words[i], "=", 2);

        set_text (graph, id, pair[0], pair[1], n_classes);
      }
}

static void
join (NnGraph *graph,
      guint    from,
      int      out,
      guint    to,
      int      in)
{
  g_autoptr (GError) error = NULL;

  if (!nn_graph_connect (graph, &(NnLink) { from, out, to, in }, &error))
    g_error ("%s", error->message);
}

/* Links operand @in of @to with what @word names; @before is the node of the
 * line before. */
static void
join_word (NnGraph    *graph,
           const char *word,
           guint       before,
           guint       to,
           int         in)
{
  g_auto (GStrv) pair = g_strsplit (word, "#", 2);
  const NnNode *node = nn_graph_find_node (graph, pair[0]);
  int out = pair[1] != NULL ? (int) g_ascii_strtoll (pair[1], NULL, 10) : 0;

  if (g_str_equal (word, "-"))
    return;
  if (node == NULL && !g_str_equal (pair[0], "."))
    g_error ("no layer is called %s", pair[0]);
  join (graph, node != NULL ? node->id : before, out, to, in);
}

/* A node for one line of the description. */
static guint
add_layer (NnGraph    *graph,
           const char *line,
           guint       before,
           gint64      n_classes)
{
  g_auto (GStrv) all = g_strsplit (line, " ", -1);
  const char *const *words = (const char *const *) all;
  g_autofree char *name = NULL;
  const NnOp *op;
  guint id;
  int n_operands = 0;

  if (g_str_has_suffix (words[0], ":"))
    {
      name = g_strndup (words[0], strlen (words[0]) - 1);
      words++;
    }
  op = nn_op_find (words[0]);
  if (op == NULL)
    g_error ("there is no layer %s", words[0]);

  id = nn_graph_add_node (graph, op, 0, name);
  set_texts (graph, id, words + 1, n_classes);
  for (int i = 1; words[i] != NULL; i++)
    if (strchr (words[i], '=') == NULL)
      {
        /* All operands of a MANY port are links to the same one. */
        const NnPort *port = nn_op_get_in (op, n_operands);

        join_word (graph, words[i], before, id,
                   port != NULL && port->kind == NN_PORT_MANY ? nn_op_count_in (op) - 1
                                                              : n_operands);
        n_operands++;
      }
  if (n_operands == 0 && nn_op_count_in (op) > 0)
    join (graph, before, 0, id, 0);

  return id;
}

static NnAttrValue
shape_value (const NnShape *shape)
{
  NnAttrValue value = { shape->rank };

  for (int i = 0; i < shape->rank; i++)
    value.number[i] = shape->size[i];
  return value;
}

/* The loss and what it compares with, behind node @from. */
static void
add_loss (NnGraph          *graph,
          const NnTemplate *self,
          guint             from,
          gint64            n_classes)
{
  g_auto (GStrv) words = g_strsplit (self->loss != NULL ? self->loss : "cross-entropy", " ", -1);
  g_auto (GStrv) settings = g_strsplit (self->target != NULL ? self->target : "", " ", -1);
  const NnOp *op = nn_op_find (words[0]);
  guint loss = nn_graph_add_node (graph, op, 0, "loss");
  guint target = nn_graph_add_node (graph, nn_op_find ("target"), 0, "target");

  set_texts (graph, loss, (const char *const *) words + 1, n_classes);
  if (self->target == NULL && nn_op_get_in (op, 1)->dtype == NN_FLOAT32)
    {
      set_text (graph, target, "kind", "numbers", n_classes);
      set_text (graph, target, "shape", "$classes", n_classes);
    }
  set_texts (graph, target, (const char *const *) settings, n_classes);
  join (graph, from, 0, loss, 0);
  join (graph, target, 0, loss, 1);
}

/* FALSE with what is wrong with the first node that cannot work. */
static gboolean
check (NnGraph          *graph,
       const NnTemplate *self,
       const NnShape    *item,
       GError          **error)
{
  g_autoptr (GArray) reports = nn_graph_report (graph);

  for (guint i = 0; i < reports->len; i++)
    {
      const NnNodeReport *report = &g_array_index (reports, NnNodeReport, i);

      if (report->error != NULL)
        {
          g_autofree char *text = nn_shape_print (item);

          g_set_error (error, NN_ERROR, NN_ERROR_SHAPE,
                       _("The template “%s” does not fit samples of %s. %s"),
                       _(self->title), text, report->error->message);
          return FALSE;
        }
    }

  return TRUE;
}

NnGraph *
nn_template_build (const NnTemplate  *self,
                   const NnShape     *item,
                   gint64             n_classes,
                   GError           **error)
{
  g_autoptr (NnGraph) graph = nn_graph_new ();
  g_autoptr (GString) text = g_string_new (self->layers);
  g_auto (GStrv) lines = NULL;
  g_auto (GStrv) settings = g_strsplit (self->input != NULL ? self->input : "", " ", -1);
  NnAttrValue shape = shape_value (item);
  guint input = nn_graph_add_node (graph, nn_op_find ("input"), 0, "input");
  guint from = input;

  if (!nn_graph_set_attr (graph, input, "shape", &shape, error))
    return NULL;
  set_texts (graph, input, (const char *const *) settings, n_classes);

  if (self->write != NULL)
    self->write (self, text);
  lines = g_strsplit (text->str, "\n", -1);
  for (int i = 0; lines[i] != NULL; i++)
    {
      /* Samples that are vectors already need no flattening. */
      if (lines[i][0] == '\0' || (item->rank == 1 && g_str_equal (lines[i], "flatten")))
        continue;
      from = add_layer (graph, lines[i], from, n_classes);
    }
  add_loss (graph, self, from, n_classes);
  nn_graph_arrange (graph);

  return check (graph, self, item, error) ? g_steal_pointer (&graph) : NULL;
}
