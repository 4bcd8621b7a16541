/* lower.c: from the graph a person drew to the program that computes it
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "engine/lower.h"

#include "engine/build.h"
#include "engine/error.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <string.h>

/* The links into @node, in operand order; NULL slots of @from are open.  With a
 * MANY port its links fill the operands from there on.  Returns the number of
 * operands. */
static int
find_links (NnGraph      *graph,
            const NnNode *node,
            NnLink        links[NN_MAX_IN],
            gboolean      linked[NN_MAX_IN])
{
  int count = 0;

  memset (linked, 0, sizeof (gboolean) * NN_MAX_IN);
  for (guint i = 0; i < nn_graph_get_n_links (graph); i++)
    {
      NnLink link = nn_graph_get_link (graph, i);
      int at = link.in;

      if (link.to != node->id)
        continue;
      while (at < NN_MAX_IN - 1 && linked[at])
        at++;
      links[at] = link;
      linked[at] = TRUE;
      count = MAX (count, at + 1);
    }

  return count;
}

/* FALSE with a message when an input that must be linked is open. */
static gboolean
check_links (const NnNode    *node,
             const gboolean   linked[NN_MAX_IN],
             GError         **error)
{
  for (int i = 0; i < nn_op_count_in (node->op); i++)
    {
      const NnPort *port = nn_op_get_in (node->op, i);

      if ((port->kind == NN_PORT_INPUT || port->kind == NN_PORT_MANY) && !linked[i])
        {
          g_set_error (error, NN_ERROR, NN_ERROR_SHAPE,
                       /* Translators: title of a layer, its name, title of a port. */
                       _("%s “%s”: nothing is linked to “%s”."),
                       _(node->op->title), node->name, _(port->title));
          nn_error_set_node (error != NULL ? *error : NULL, node->id);
          return FALSE;
        }
    }

  return TRUE;
}

typedef struct
{
  NnGraph    *graph;
  NnMode      mode;
  gint64      batch;
  GHashTable *values;           /* node id → NnValue, the first result */
  NnLowered  *out;
} Lowering;

static NnValue *
value_of (Lowering *self,
          guint     node)
{
  return g_hash_table_lookup (self->values, GUINT_TO_POINTER (node));
}

static gboolean
refuse_second (const NnNode  *node,
               GError       **error)
{
  g_set_error (error, NN_ERROR, NN_ERROR_SHAPE,
               /* Translators: title of a node such as Input or a loss, then its name. */
               _("%s “%s”: a network has only one node of this kind, and there is another."),
               _(node->op->title), node->name);
  nn_error_set_node (error != NULL ? *error : NULL, node->id);
  return FALSE;
}

/* Input and target: values that are bound from outside. */
static gboolean
lower_entry (Lowering      *self,
             const NnNode  *node,
             GError       **error)
{
  gboolean is_input = node->op->role == NN_ROLE_INPUT;
  NnCall call = { .op = node->op, .name = node->name };
  NnValue *value;

  if (is_input && self->out->input != NULL)
    return refuse_second (node, error);
  if (!is_input && self->out->target != NULL)
    return refuse_second (node, error);

  memcpy (call.attr, node->attr, sizeof call.attr);
  if (!node->op->infer (&call, error))
    return FALSE;

  call.out[0].shape.size[0] = self->batch;
  value = nn_program_add_value (self->out->program, NN_VALUE_INPUT, call.out[0].dtype,
                                &call.out[0].shape, node->name);
  value->node = node->id;
  g_hash_table_insert (self->values, GUINT_TO_POINTER (node->id), value);
  if (is_input)
    self->out->input = value;
  else
    self->out->target = value;

  return TRUE;
}

static gboolean
lower_node (Lowering      *self,
            const NnNode  *node,
            GError       **error)
{
  NnLink links[NN_MAX_IN];
  gboolean linked[NN_MAX_IN];
  int n_in = find_links (self->graph, node, links, linked);
  NnValue *in[NN_MAX_IN] = { NULL };
  NnValue *out[NN_MAX_OUT];
  gboolean is_loss = node->op->role == NN_ROLE_LOSS;

  /* Predicting stops in front of the loss. */
  if (is_loss && self->mode == NN_MODE_PREDICT)
    {
      if (linked[0])
        self->out->prediction = value_of (self, links[0].from);
      return TRUE;
    }
  if (is_loss && self->out->loss != NULL)
    return refuse_second (node, error);
  if (!check_links (node, linked, error))
    return FALSE;

  for (int i = 0; i < n_in; i++)
    if (linked[i])
      in[i] = value_of (self, links[i].from);
  if (!nn_program_call (self->out->program, node->op, node->attr, in, n_in, node->name, node->id,
                        out, error))
    return FALSE;
  g_hash_table_insert (self->values, GUINT_TO_POINTER (node->id), out[0]);

  if (is_loss)
    {
      self->out->loss = out[0];
      self->out->prediction = in[0];
    }
  else if (self->out->loss == NULL)
    self->out->prediction = out[0];

  return TRUE;
}

/* Adds what training and evaluation want to know besides the loss. */
static gboolean
add_metrics (NnLowered  *out,
             GError    **error)
{
  NnValue *results[NN_MAX_OUT];
  NnValue *in[] = { out->prediction, out->target };

  out->loss->keep = TRUE;
  if (out->target == NULL || out->target->dtype != NN_INT64)
    return TRUE;

  if (!nn_program_call (out->program, nn_op_find ("count-correct"), NULL, in, 2, NULL, 0, results,
                        error))
    return FALSE;
  out->correct = results[0];
  out->correct->keep = TRUE;
  return TRUE;
}

/* Does @node matter in this mode: does the target's side of the graph count? */
static gboolean
is_wanted (Lowering     *self,
           const NnNode *node)
{
  return self->mode != NN_MODE_PREDICT || node->op->role != NN_ROLE_TARGET;
}

static gboolean
check_whole (Lowering  *self,
             GError   **error)
{
  if (self->out->input == NULL)
    g_set_error_literal (error, NN_ERROR, NN_ERROR_SHAPE,
                         _("The network has no input. Add one from the palette."));
  else if (self->mode != NN_MODE_PREDICT && self->out->loss == NULL)
    g_set_error_literal (error, NN_ERROR, NN_ERROR_SHAPE,
                         _("The network has no loss to train for. Add one from the palette."));
  else if (self->out->prediction == NULL)
    g_set_error_literal (error, NN_ERROR, NN_ERROR_SHAPE,
                         _("The network computes nothing."));
  else
    return TRUE;

  return FALSE;
}

gboolean
nn_lower (NnGraph    *graph,
          NnDevice   *device,
          NnMode      mode,
          gint64      batch,
          NnLowered  *lowered,
          GError    **error)
{
  g_autofree guint *order = nn_graph_sort (graph);
  g_autoptr (GHashTable) values = g_hash_table_new (NULL, NULL);
  Lowering self = { graph, mode, batch, values, lowered };

  *lowered = (NnLowered) { .program = nn_program_new (device, mode == NN_MODE_TRAIN) };
  for (guint i = 0; i < nn_graph_get_n_nodes (graph); i++)
    {
      const NnNode *node = nn_graph_get_node (graph, order[i]);
      gboolean is_entry = node->op->role == NN_ROLE_INPUT || node->op->role == NN_ROLE_TARGET;

      if (is_wanted (&self, node)
          && !(is_entry ? lower_entry (&self, node, error) : lower_node (&self, node, error)))
        {
          g_clear_pointer (&lowered->program, nn_program_free);
          return FALSE;
        }
    }

  if (!check_whole (&self, error)
      || (mode != NN_MODE_PREDICT && !add_metrics (lowered, error)))
    {
      g_clear_pointer (&lowered->program, nn_program_free);
      return FALSE;
    }

  lowered->prediction->keep = TRUE;
  if (mode == NN_MODE_TRAIN)
    nn_program_differentiate (lowered->program, lowered->loss);

  return TRUE;
}

NnValue *
nn_lowered_find_node (NnLowered *lowered,
                      guint      id)
{
  NnValue *found = NULL;

  /* The last value of the node is its result; with an expansion, those before
   * are on the way to it. */
  for (guint i = 0; i < lowered->program->values->len; i++)
    {
      NnValue *value = g_ptr_array_index (lowered->program->values, i);
      gboolean is_result = value->kind == NN_VALUE_INPUT
                           || (value->kind == NN_VALUE_COMPUTED && value->maker_out == 0);

      if (value->node == id && is_result && value->dtype == NN_FLOAT32)
        found = value;
    }

  return found;
}

gboolean
nn_lowered_check_classes (const NnLowered  *lowered,
                          gint64            n_classes,
                          GError          **error)
{
  gint64 scores = lowered->correct != NULL ? lowered->prediction->shape.size[1] : -1;

  if (scores < 0 || n_classes <= scores)
    return TRUE;

  g_set_error (error, NN_ERROR, NN_ERROR_SHAPE,
               _("The data has %" PRId64 " classes, but the network gives %"
                 PRId64 " scores. Set the outputs of its last layer to %"
                 PRId64 "."), n_classes, scores, n_classes);
  nn_error_set_node (error != NULL ? *error : NULL, lowered->prediction->node);
  return FALSE;
}

static void
node_report_clear (NnNodeReport *report)
{
  g_clear_error (&report->error);
}

static NnNodeReport *
report_of (GArray  *reports,
           guint    node)
{
  for (guint i = 0; i < reports->len; i++)
    if (g_array_index (reports, NnNodeReport, i).node == node)
      return &g_array_index (reports, NnNodeReport, i);

  return NULL;
}

/* Fills the shape, cost and error of @node from those in front of it.  @dtypes
 * holds the dtype of each node's result. */
static void
report_node (NnGraph      *graph,
             const NnNode *node,
             GArray       *reports,
             GHashTable   *dtypes)
{
  NnNodeReport *report = report_of (reports, node->id);
  NnCall call = { .op = node->op, .name = node->name };
  NnLink links[NN_MAX_IN];
  gboolean linked[NN_MAX_IN];
  int n_in = find_links (graph, node, links, linked);

  if (!check_links (node, linked, &report->error))
    return;

  memcpy (call.attr, node->attr, sizeof call.attr);
  call.n_in = MAX (n_in, nn_op_count_in (node->op));
  call.n_out = nn_op_count_out (node->op);
  for (int i = 0; i < n_in; i++)
    if (linked[i])
      {
        const NnNodeReport *source = report_of (reports, links[i].from);
        NnShape shape;

        if (!source->has_shape)
          return;
        shape = nn_shape_batch (&source->shape, 1);
        nn_call_set_in (&call, i,
                        (NnDtype) GPOINTER_TO_INT (g_hash_table_lookup (dtypes, GUINT_TO_POINTER (
                                                                          links[i].from))),
                        &shape);
      }

  if (!node->op->infer (&call, &report->error))
    {
      nn_error_set_node (report->error, node->id);
      return;
    }

  for (int i = 0; i < call.n_in; i++)
    if (nn_op_get_in (node->op, i)->kind == NN_PORT_PARAMETER && call.in[i].shape.rank >= 0)
      report->parameters += nn_shape_count (&call.in[i].shape);
  report->work = node->op->work != NULL ? node->op->work (&call) : 0;
  report->has_shape = TRUE;
  report->shape = call.out[0].shape;
  if (report->shape.rank > 0)
    report->shape = nn_shape_item (&call.out[0].shape);
  g_hash_table_insert (dtypes, GUINT_TO_POINTER (node->id), GINT_TO_POINTER (call.out[0].dtype));
}

GArray *
nn_graph_report (NnGraph *graph)
{
  GArray *reports = g_array_new (FALSE, TRUE, sizeof (NnNodeReport));
  g_autoptr (GHashTable) dtypes = g_hash_table_new (NULL, NULL);
  g_autofree guint *order = nn_graph_sort (graph);

  g_array_set_clear_func (reports, (GDestroyNotify) node_report_clear);
  for (guint i = 0; i < nn_graph_get_n_nodes (graph); i++)
    {
      NnNodeReport report = { nn_graph_get_nth (graph, i)->id };

      g_array_append_val (reports, report);
    }
  for (guint i = 0; i < nn_graph_get_n_nodes (graph); i++)
    report_node (graph, nn_graph_get_node (graph, order[i]), reports, dtypes);

  return reports;
}
