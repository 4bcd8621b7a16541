/* fit.c: whether a network's ends suit the data, and making them
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "app/core/fit.h"

#include "engine/lower.h"

#include <glib/gi18n.h>

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

/* The linear layer whose outputs are the scores that @loss compares with
 * classes, or NULL.  A graph has no circles, so the way up ends. */
static const NnNode *
find_scores (NnGraph      *graph,
             const NnNode *loss)
{
  const NnNode *target = read_by (graph, loss, 1);
  const NnNode *node = read_by (graph, loss, 0);

  if (target == NULL || target->op->role != NN_ROLE_TARGET
      || get_value (target, "kind")->number[0] != 0)
    return NULL;

  while (node != NULL && keeps_features (node))
    node = read_by (graph, node, 0);
  return node != NULL && g_str_equal (node->op->name, "linear") ? node : NULL;
}

/* An end that does not suit: an input, or a layer of scores. */
typedef struct
{
  const NnNode *node;
  gboolean      is_input;
} Misfit;

static GArray *
find_misfits (NnGraph       *graph,
              const NnShape *shape,
              guint          n_classes)
{
  GArray *misfits = g_array_new (FALSE, FALSE, sizeof (Misfit));
  NnAttrValue wanted = value_of_shape (shape);

  for (guint i = 0; i < nn_graph_get_n_nodes (graph); i++)
    {
      const NnNode *node = nn_graph_get_nth (graph, i);

      if (node->op->role == NN_ROLE_INPUT && !nn_attr_equal (get_value (node, "shape"), &wanted))
        g_array_append_val (misfits, ((Misfit) { node, TRUE }));
      else if (node->op->role == NN_ROLE_LOSS && n_classes > 0)
        {
          const NnNode *scores = find_scores (graph, node);

          if (scores != NULL && get_value (scores, "features")->number[0] != n_classes)
            g_array_append_val (misfits, ((Misfit) { scores, FALSE }));
        }
    }

  return misfits;
}

char *
app_fit_explain (NnGraph       *graph,
                 const NnShape *shape,
                 guint          n_classes)
{
  g_autoptr (GArray) misfits = find_misfits (graph, shape, n_classes);
  g_autoptr (GString) words = g_string_new (NULL);
  g_autofree char *samples = nn_shape_print (shape);

  if (misfits->len == 0)
    return NULL;

  for (guint i = 0; i < misfits->len; i++)
    {
      const Misfit *misfit = &g_array_index (misfits, Misfit, i);
      const NnNode *node = misfit->node;
      const NnAttrValue *value = get_value (node, misfit->is_input ? "shape" : "features");

      if (i > 0)
        g_string_append_c (words, '\n');
      if (misfit->is_input)
        {
          NnShape is = { value->count };
          g_autofree char *text = NULL;

          for (int k = 0; k < is.rank; k++)
            is.size[k] = (gint64) value->number[k];
          text = nn_shape_print (&is);
          g_string_append_printf (words, _("Samples have the shape %s, but “%s” expects %s."),
                                  samples, node->name, text);
        }
      else
        g_string_append_printf (words, _("The data has %u classes, but “%s” has %d outputs."),
                                n_classes, node->name, (int) value->number[0]);
    }

  return g_string_free (g_steal_pointer (&words), FALSE);
}

gboolean
app_fit_apply (NnGraph        *graph,
               const NnShape  *shape,
               guint           n_classes,
               GError        **error)
{
  g_autoptr (GArray) misfits = find_misfits (graph, shape, n_classes);
  g_autoptr (GArray) reports = NULL;
  NnAttrValue wanted = value_of_shape (shape);
  NnAttrValue features = { 1, { n_classes } };

  for (guint i = 0; i < misfits->len; i++)
    {
      const Misfit *misfit = &g_array_index (misfits, Misfit, i);

      if (!nn_graph_set_attr (graph, misfit->node->id, misfit->is_input ? "shape" : "features",
                              misfit->is_input ? &wanted : &features, error))
        return FALSE;
    }

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
