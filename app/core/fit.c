/* fit.c: whether a network's ends suit the data, and making them
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "app/core/fit.h"

#include "app/core/form.h"
#include "engine/lower.h"

#include <glib/gi18n.h>

/* How many tokens an embedding knows. */
#define EMBEDDED "entries"

static NnAttrValue
value_of_shape (const NnShape *shape)
{
  NnAttrValue value = { shape->rank };

  for (int i = 0; i < shape->rank; i++)
    value.number[i] = (double) shape->size[i];
  return value;
}

static const NnAttrValue *
get_value (const NnNode *node,
           const char   *attr)
{
  return &node->attr[nn_attrs_find (node->op->attrs, attr)];
}

/* The node that input @in of @node reads, or NULL. */
static const NnNode *
read_by (NnGraph      *graph,
         const NnNode *node,
         int           in)
{
  for (guint i = 0; i < nn_graph_get_n_links (graph); i++)
    {
      NnLink link = nn_graph_get_link (graph, i);

      if (link.to == node->id && link.in == in)
        return nn_graph_get_node (graph, link.from);
    }

  return NULL;
}

/* What passes on as many numbers as it gets. */
static gboolean
keeps_features (const NnNode *node)
{
  return node->op->infer == nn_infer_same || node->op->category == NN_CATEGORY_ACTIVATION
         || node->op->category == NN_CATEGORY_NORMALISATION;
}

/* What the outputs of a layer are called, or NULL where it has no such. */
static const char *
outputs_of (const NnNode *node)
{
  static const char * const names[] = { "features", "channels" };

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    if (nn_attrs_find (node->op->attrs, names[i]) >= 0)
      return names[i];

  return NULL;
}

/* The layer whose outputs are the scores that @loss compares with classes, or
 * NULL.  A graph has no circles, so the way up ends. */
static const NnNode *
find_scores (NnGraph      *graph,
             const NnNode *loss)
{
  const NnNode *target = read_by (graph, loss, 1);
  const NnNode *node = read_by (graph, loss, 0);

  if (target == NULL || target->op->role != NN_ROLE_TARGET
      || get_value (target, "kind")->number[0] == NN_ANSWER_NUMBERS)
    return NULL;

  while (node != NULL && keeps_features (node))
    node = read_by (graph, node, 0);
  return node != NULL && outputs_of (node) != NULL ? node : NULL;
}

/* A setting that does not suit, and why. */
typedef struct
{
  guint        node;
  const char  *attr;
  NnAttrValue  wanted;
  char        *words;           /* NULL where an earlier one has said it */
} Misfit;

static void
misfit_clear (void *data)
{
  g_free (((Misfit *) data)->words);
}

/* (transfer full) of @words */
static void
add (GArray            *misfits,
     const NnNode      *node,
     const char        *attr,
     const NnAttrValue *wanted,
     char              *words)
{
  Misfit misfit = { node->id, attr, *wanted, words };

  g_array_append_val (misfits, misfit);
}

static NnAttrValue
number_value (double number)
{
  return (NnAttrValue) { 1, { number } };
}

static NnShape
shape_of_value (const NnAttrValue *value)
{
  NnShape shape = { MIN (value->count, NN_MAX_RANK) };

  for (int i = 0; i < shape.rank; i++)
    shape.size[i] = (gint64) value->number[i];
  return shape;
}

static void
look_at_input (GArray       *misfits,
               const NnNode *node,
               const NnForm *form)
{
  NnAttrValue shape = value_of_shape (&form->input);
  NnAttrValue kind = number_value (form->input_dtype == NN_INT64);

  if (!nn_attr_equal (get_value (node, "kind"), &kind))
    add (misfits, node, "kind", &kind,
         kind.number[0] != 0
         ? g_strdup_printf (_("Samples are texts in tokens, but “%s” expects numbers. An "
                              "embedding has to follow it."), node->name)
         : g_strdup_printf (_("Samples are numbers, but “%s” expects tokens."), node->name));

  if (!nn_attr_equal (get_value (node, "shape"), &shape))
    {
      NnShape expected = shape_of_value (get_value (node, "shape"));
      g_autofree char *is = nn_shape_print (&form->input);
      g_autofree char *wants = nn_shape_print (&expected);

      add (misfits, node, "shape", &shape,
           g_strdup_printf (_("Samples have the shape %s, but “%s” expects %s."), is, node->name,
                            wants));
    }
}

/* A target that asks for numbers gets classes as numbers. */
static void
look_at_target (GArray       *misfits,
                const NnNode *node,
                const NnForm *form)
{
  NnAttrValue shape = value_of_shape (&form->target);
  NnAttrValue kind = number_value (form->answer);
  NnAnswer wants = (NnAnswer) get_value (node, "kind")->number[0];

  if (form->answer == NN_ANSWER_CLASS && wants == NN_ANSWER_NUMBERS)
    return;

  if (wants != form->answer)
    add (misfits, node, "kind", &kind,
         g_strdup_printf (_("The answer to each sample is %s, but “%s” expects %s."),
                          app_answer_title (form->answer), node->name, app_answer_title (wants)));

  if (form->answer != NN_ANSWER_CLASS && !nn_attr_equal (get_value (node, "shape"), &shape))
    {
      NnShape expected = shape_of_value (get_value (node, "shape"));
      g_autofree char *is = nn_shape_print (&form->target);
      g_autofree char *has = nn_shape_print (&expected);

      add (misfits, node, "shape", &shape,
           wants != form->answer ? NULL
           : g_strdup_printf (_("Answers have the shape %s, but “%s” expects %s."), is, node->name,
                              has));
    }
}

static void
look_at_scores (GArray       *misfits,
                NnGraph      *graph,
                const NnNode *loss,
                const NnForm *form)
{
  const NnNode *scores = find_scores (graph, loss);
  NnAttrValue wanted = number_value ((double) form->n_classes);
  const char *attr;

  if (scores == NULL || form->n_classes == 0)
    return;

  attr = outputs_of (scores);
  if (!nn_attr_equal (get_value (scores, attr), &wanted))
    add (misfits, scores, attr, &wanted,
         g_strdup_printf (form->answer == NN_ANSWER_TOKENS
                          ? _("The vocabulary has %d tokens, but “%s” has %d outputs.")
                          : _("The data has %d classes, but “%s” has %d outputs."),
                          (int) form->n_classes, scores->name,
                          (int) get_value (scores, attr)->number[0]));
}

static void
look_at_embedding (GArray       *misfits,
                   const NnNode *node,
                   const NnForm *form)
{
  NnAttrValue wanted = number_value ((double) form->n_tokens);

  if (form->n_tokens > 0 && !nn_attr_equal (get_value (node, EMBEDDED), &wanted))
    add (misfits, node, EMBEDDED, &wanted,
         g_strdup_printf (_("The vocabulary has %d tokens, but “%s” knows %d."),
                          (int) form->n_tokens, node->name,
                          (int) get_value (node, EMBEDDED)->number[0]));
}

/* Whether @node reads tokens and no other numbers, such as places. */
static gboolean
embeds_tokens (NnGraph      *graph,
               const NnNode *node)
{
  const NnNode *source = read_by (graph, node, 0);

  return g_str_equal (node->op->name, "embedding") && source != NULL
         && (source->op->role == NN_ROLE_INPUT || source->op->role == NN_ROLE_TARGET);
}

static GArray *
find_misfits (NnGraph      *graph,
              const NnForm *form)
{
  GArray *misfits = g_array_new (FALSE, FALSE, sizeof (Misfit));

  g_array_set_clear_func (misfits, misfit_clear);
  for (guint i = 0; i < nn_graph_get_n_nodes (graph); i++)
    {
      const NnNode *node = nn_graph_get_nth (graph, i);

      if (node->op->role == NN_ROLE_INPUT)
        look_at_input (misfits, node, form);
      else if (node->op->role == NN_ROLE_TARGET)
        look_at_target (misfits, node, form);
      else if (node->op->role == NN_ROLE_LOSS)
        look_at_scores (misfits, graph, node, form);
      else if (embeds_tokens (graph, node))
        look_at_embedding (misfits, node, form);
    }

  return misfits;
}

char *
app_fit_explain (NnGraph      *graph,
                 const NnForm *form)
{
  g_autoptr (GArray) misfits = find_misfits (graph, form);
  const NnNode *misreader = app_graph_find_misreader (graph, form);
  g_autoptr (GString) words = g_string_new (NULL);

  if (misfits->len == 0 && misreader == NULL)
    return NULL;

  for (guint i = 0; i < misfits->len; i++)
    {
      const Misfit *misfit = &g_array_index (misfits, Misfit, i);

      if (misfit->words != NULL)
        g_string_append_printf (words, "%s%s", words->len > 0 ? "\n" : "", misfit->words);
    }

  if (misreader != NULL)
    {
      g_string_append (words, words->len > 0 ? "\n" : "");
      g_string_append_printf (words, _("“%s” reads tokens, but only an embedding can."),
                              misreader->name);
    }

  return g_string_free (g_steal_pointer (&words), FALSE);
}

gboolean
app_fit_apply (NnGraph       *graph,
               const NnForm  *form,
               GError       **error)
{
  g_autoptr (GArray) misfits = find_misfits (graph, form);
  g_autoptr (GArray) reports = NULL;

  for (guint i = 0; i < misfits->len; i++)
    {
      const Misfit *misfit = &g_array_index (misfits, Misfit, i);

      if (!nn_graph_set_attr (graph, misfit->node, misfit->attr, &misfit->wanted, error))
        return FALSE;
    }

  if (app_graph_find_misreader (graph, form) != NULL)
    return app_graph_check_form (graph, form, error);

  reports = nn_graph_report (graph);
  for (guint i = 0; i < reports->len; i++)
    {
      const NnNodeReport *report = &g_array_index (reports, NnNodeReport, i);

      if (report->error != NULL)
        {
          g_propagate_error (error, g_error_copy (report->error));
          return FALSE;
        }
    }

  return TRUE;
}

NnGraph *
app_fit_build (const NnTemplate  *template,
               const NnForm      *form,
               GError           **error)
{
  gint64 n_answers = form->answer == NN_ANSWER_NUMBERS ? nn_shape_count (&form->target)
                                                       : form->n_classes;
  g_autoptr (NnGraph) graph = nn_template_build (template, &form->input, n_answers, error);

  if (graph == NULL || !app_fit_apply (graph, form, error))
    return NULL;

  return g_steal_pointer (&graph);
}
