/* lower.c: from the graph a person drew to the program that computes it
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "engine/lower.h"

#include "engine/build.h"
#include "engine/error.h"
#include "engine/op-loss.h"

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
  GHashTable *values;           /* node id → its results, NnValue *[NN_MAX_OUT] */
  NnLowered  *out;
} Lowering;

/* What comes through @link; NULL when the node in front could not be written. */
static NnValue *
value_of (Lowering     *self,
          const NnLink *link)
{
  NnValue **results = g_hash_table_lookup (self->values, GUINT_TO_POINTER (link->from));

  return results != NULL ? results[link->out] : NULL;
}

static void
keep_results (Lowering       *self,
              guint           node,
              NnValue *const *results,
              int             n_results)
{
  NnValue **copy = g_new0 (NnValue *, NN_MAX_OUT);

  memcpy (copy, results, sizeof *copy * (gsize) n_results);
  g_hash_table_insert (self->values, GUINT_TO_POINTER (node), copy);
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

/* Writes @node out.  Input and target become values that are bound from
 * outside; the others are calls. */
static gboolean
call_node (Lowering       *self,
           const NnNode   *node,
           NnValue *const *in,
           int             n_in,
           NnValue        *out[NN_MAX_OUT],
           GError        **error)
{
  NnCall call = { .op = node->op, .name = node->name };

  self->out->program->frozen = node->tuning.number[NN_TUNING_FROZEN] != 0;
  if (node->op->role != NN_ROLE_INPUT && node->op->role != NN_ROLE_TARGET)
    return nn_program_call (self->out->program, node->op, node->attr, in, n_in, node->name,
                            node->id, out, error);

  memcpy (call.attr, node->attr, sizeof call.attr);
  if (!node->op->infer (&call, error))
    {
      nn_error_set_node (error != NULL ? *error : NULL, node->id);
      return FALSE;
    }

  call.out[0].shape.size[0] = self->batch;
  out[0] = nn_program_add_value (self->out->program, NN_VALUE_INPUT, call.out[0].dtype,
                                 &call.out[0].shape, node->name);
  out[0]->node = node->id;
  return TRUE;
}

/* The operands of @node, from the results of those in front of it; @n_in is -1
 * when one of those could not be written. */
static gboolean
find_operands (Lowering      *self,
               const NnNode  *node,
               NnValue       *in[NN_MAX_IN],
               int           *n_in,
               GError       **error)
{
  NnLink links[NN_MAX_IN];
  gboolean linked[NN_MAX_IN];

  *n_in = find_links (self->graph, node, links, linked);
  for (int i = 0; i < NN_MAX_IN; i++)
    {
      in[i] = linked[i] ? value_of (self, &links[i]) : NULL;
      if (linked[i] && in[i] == NULL)
        *n_in = -1;
    }

  return check_links (node, linked, error);
}

/* Where the outside world holds the result of @node, if there is one such
 * place only. */
static NnValue **
special_place (Lowering     *self,
               const NnNode *node)
{
  switch (node->op->role)
    {
    case NN_ROLE_INPUT:
      return &self->out->input;
    case NN_ROLE_TARGET:
      return &self->out->target;
    case NN_ROLE_LOSS:
      return &self->out->loss;
    case NN_ROLE_NONE:
    case NN_ROLE_TEACHER:
      break;
    }

  return NULL;
}

static gboolean
lower_node (Lowering      *self,
            const NnNode  *node,
            GError       **error)
{
  NnValue **place = special_place (self, node);
  gboolean is_end = node->op->role == NN_ROLE_LOSS && self->mode == NN_MODE_PREDICT;
  NnValue *in[NN_MAX_IN];
  NnValue *out[NN_MAX_OUT] = { NULL };
  int n_in;

  if (place != NULL && *place != NULL)
    return refuse_second (node, error);

  /* Predicting stops in front of the loss, whatever else that lacks. */
  if (!find_operands (self, node, in, &n_in, is_end ? NULL : error) && !is_end)
    return FALSE;
  if (node->op->role == NN_ROLE_LOSS && in[0] != NULL)
    self->out->prediction = in[0];
  if (is_end || n_in < 0)
    return TRUE;                /* it hangs on the target, which predicting does without */

  if (!call_node (self, node, in, n_in, out, error))
    return FALSE;
  keep_results (self, node->id, out, nn_op_count_out (node->op));
  if (place != NULL)
    *place = out[0];
  else if (self->out->loss == NULL)
    self->out->prediction = out[0];

  return TRUE;
}

/* Adds what training and evaluation want to know besides the loss.  Labels are
 * read as the loss reads them. */
static gboolean
add_metrics (Lowering  *self,
             GError   **error)
{
  NnLowered *out = self->out;
  const NnOp *count = nn_op_find ("count-correct");
  const NnNode *loss = nn_graph_get_node (self->graph, out->loss->node);
  NnAttrValue values[NN_MAX_ATTRS];
  NnValue *results[NN_MAX_OUT];
  NnValue *in[] = { out->prediction, out->target };

  out->loss->keep = TRUE;
  if (out->target == NULL || out->target->dtype != NN_INT64)
    return TRUE;

  for (int i = 0; count->attrs[i].name != NULL; i++)
    {
      int same = nn_attrs_find (loss->op->attrs, count->attrs[i].name);

      values[i] = same >= 0 ? loss->attr[same] : nn_attr_initial (&count->attrs[i]);
    }
  if (!nn_program_call (out->program, count, values, in, 2, NULL, 0, results, error))
    return FALSE;
  out->correct = results[0];
  out->correct->keep = TRUE;
  return TRUE;
}

static gboolean
has_teacher (NnGraph *graph)
{
  for (guint i = 0; i < nn_graph_get_n_nodes (graph); i++)
    if (nn_graph_get_nth (graph, i)->op->role == NN_ROLE_TEACHER)
      return TRUE;

  return FALSE;
}

/* Does @node matter in this mode: does the target's side of the graph count?
 * Predicting, a network that has been shown the right answers is shown what it
 * has written so far in their place. */
static gboolean
is_wanted (Lowering     *self,
           const NnNode *node)
{
  return self->mode != NN_MODE_PREDICT || node->op->role != NN_ROLE_TARGET
         || has_teacher (self->graph);
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
  g_autoptr (GHashTable) values = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  Lowering self = { graph, mode, batch, values, lowered };

  *lowered = (NnLowered) { .program = nn_program_new (device, mode == NN_MODE_TRAIN) };
  for (guint i = 0; i < nn_graph_get_n_nodes (graph); i++)
    {
      const NnNode *node = nn_graph_get_node (graph, order[i]);

      if (is_wanted (&self, node) && !lower_node (&self, node, error))
        {
          g_clear_pointer (&lowered->program, nn_program_free);
          return FALSE;
        }
    }

  if (!check_whole (&self, error)
      || (mode != NN_MODE_PREDICT && !add_metrics (&self, error)))
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
  gint64 scores = lowered->correct != NULL
                  ? nn_loss_labels (&lowered->correct->maker->call).classes : -1;

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

/* Fills the shape, cost and error of @node, which is written out behind those in
 * front of it. */
static void
report_node (Lowering     *self,
             const NnNode *node,
             NnNodeReport *report)
{
  NnProgram *program = self->out->program;
  guint n_values = program->values->len;
  guint n_instrs = program->instrs->len;
  NnValue *in[NN_MAX_IN] = { NULL };
  NnValue *out[NN_MAX_OUT] = { NULL };
  int n_in;

  if (!find_operands (self, node, in, &n_in, &report->error) || n_in < 0)
    return;
  if (!call_node (self, node, in, n_in, out, &report->error))
    return;
  keep_results (self, node->id, out, nn_op_count_out (node->op));

  for (guint i = n_values; i < program->values->len; i++)
    {
      const NnValue *value = g_ptr_array_index (program->values, i);

      if (value->kind == NN_VALUE_PARAMETER)
        report->parameters += nn_shape_count (&value->shape);
    }
  for (guint i = n_instrs; i < program->instrs->len; i++)
    {
      const NnInstr *instr = g_ptr_array_index (program->instrs, i);

      if (instr->call.op->work != NULL)
        report->work += instr->call.op->work (&instr->call);
    }

  report->has_shape = TRUE;
  report->shape = out[0]->shape;
  if (report->shape.rank > 0)
    report->shape = nn_shape_item (&out[0]->shape);
}

GArray *
nn_graph_report (NnGraph *graph)
{
  guint n_nodes = nn_graph_get_n_nodes (graph);
  GArray *reports = g_array_new (FALSE, TRUE, sizeof (NnNodeReport));
  g_autoptr (GHashTable) values = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  g_autoptr (GHashTable) places = g_hash_table_new (NULL, NULL);
  g_autoptr (NnProgram) program = nn_program_new (NULL, TRUE);
  g_autofree guint *order = nn_graph_sort (graph);
  NnLowered lowered = { .program = program };
  Lowering self = { graph, NN_MODE_TRAIN, 1, values, &lowered };

  g_array_set_size (reports, n_nodes);
  g_array_set_clear_func (reports, (GDestroyNotify) node_report_clear);
  for (guint i = 0; i < n_nodes; i++)
    {
      NnNodeReport *report = &g_array_index (reports, NnNodeReport, i);

      report->node = nn_graph_get_nth (graph, i)->id;
      g_hash_table_insert (places, GUINT_TO_POINTER (report->node), report);
    }
  for (guint i = 0; i < n_nodes; i++)
    report_node (&self, nn_graph_get_node (graph, order[i]),
                 g_hash_table_lookup (places, GUINT_TO_POINTER (order[i])));

  return reports;
}
