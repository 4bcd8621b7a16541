/* network.c: a graph with what it has learned, ready for batches of any size
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "engine/network.h"

#include "engine/error.h"
#include "engine/op-loss.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

struct _NnNetwork
{
  NnGraph   *graph;
  NnDevice  *device;
  NnModel   *model;
  NnArena   *arena;             /* of all plans */
  NnPrecision precision;
  GPtrArray *runnables;         /* NnRunnable, owned */
};

static void
runnable_free (NnRunnable *self)
{
  nn_plan_free (self->plan);
  g_free (self);
}

/* How people want each parameter to start and to be trained. */
static gboolean
tune (NnModel  *model,
      NnGraph  *graph,
      GError  **error)
{
  for (guint i = 0; i < nn_model_get_n_entries (model); i++)
    {
      const NnModelEntry *entry = nn_model_get_entry (model, i);
      const NnNode *node = nn_graph_get_node (graph, entry->node);
      const char *point = strchr (entry->name, '.');
      int in = node != NULL && point != NULL ? nn_op_find_in (node->op, point + 1) : -1;

      if (node == NULL || nn_model_tune (model, i, &node->tuning, in, error))
        continue;
      g_prefix_error (error, _("%s “%s”, start of “%s”: "), _(node->op->title), node->name,
                      _(nn_op_get_in (node->op, in)->title));
      nn_error_set_node (error != NULL ? *error : NULL, node->id);
      return FALSE;
    }

  return TRUE;
}

/* The model has what training owns: with a loss all parameters, and without one
 * those of the way to the prediction. */
static NnModel *
make_model (NnGraph   *graph,
            NnDevice  *device,
            GError   **error)
{
  NnLowered lowered;
  NnModel *model;

  if (!nn_lower (graph, device, NN_MODE_EVALUATE, 1, &lowered, NULL)
      && !nn_lower (graph, device, NN_MODE_PREDICT, 1, &lowered, error))
    return NULL;

  model = nn_model_new (lowered.program, error);
  nn_program_free (lowered.program);
  if (model != NULL && !tune (model, graph, error))
    g_clear_pointer (&model, nn_model_unref);
  return model;
}

NnNetwork *
nn_network_new (NnGraph   *graph,
                NnDevice  *device,
                GError   **error)
{
  NnModel *model = make_model (graph, device, error);
  NnNetwork *self;

  if (model == NULL)
    return NULL;

  self = g_new0 (NnNetwork, 1);
  self->graph = nn_graph_dup (graph);
  self->device = nn_device_ref (device);
  self->model = model;
  self->precision = NN_PRECISION_FLOAT32;
  self->arena = nn_arena_new (device);
  self->runnables = g_ptr_array_new_with_free_func ((GDestroyNotify) runnable_free);

  return self;
}

void
nn_network_free (NnNetwork *self)
{
  g_ptr_array_unref (self->runnables);
  nn_arena_unref (self->arena);
  nn_model_unref (self->model);
  nn_device_unref (self->device);
  nn_graph_unref (self->graph);
  g_free (self);
}

NnGraph *
nn_network_get_graph (NnNetwork *self)
{
  return self->graph;
}

NnDevice *
nn_network_get_device (NnNetwork *self)
{
  return self->device;
}

NnModel *
nn_network_get_model (NnNetwork *self)
{
  return self->model;
}

void
nn_network_set_precision (NnNetwork   *self,
                          NnPrecision  precision)
{
  if (precision == self->precision)
    return;

  self->precision = precision;
  g_ptr_array_set_size (self->runnables, 0);
}

const NnRunnable *
nn_network_get (NnNetwork  *self,
                NnMode      mode,
                gint64      batch,
                GError    **error)
{
  NnRunnable *runnable;
  NnLowered values;
  NnPlan *plan;

  for (guint i = 0; i < self->runnables->len; i++)
    {
      runnable = g_ptr_array_index (self->runnables, i);
      if (runnable->mode == mode && runnable->batch == batch)
        return runnable;
    }

  if (!nn_lower (self->graph, self->device, mode, batch, &values, error))
    return NULL;
  values.program->precision = self->precision;
  plan = nn_plan_new (values.program, self->model, self->arena, error);
  if (plan == NULL)
    return NULL;
  if (!nn_plan_reserve (plan, error))
    {
      nn_plan_free (plan);
      return NULL;
    }

  runnable = g_new0 (NnRunnable, 1);
  runnable->values = values;
  runnable->plan = plan;
  runnable->mode = mode;
  runnable->batch = batch;
  g_ptr_array_add (self->runnables, runnable);

  return runnable;
}

gboolean
nn_network_check_feed (NnNetwork     *self,
                       const NnFeed  *feed,
                       GError       **error)
{
  NnLowered lowered;
  gboolean fits;

  if (!nn_lower (self->graph, self->device, NN_MODE_EVALUATE, 1, &lowered, error))
    return FALSE;

  fits = nn_lowered_check_classes (&lowered, feed->form.n_classes, error);
  nn_program_free (lowered.program);
  return fits;
}

/* A setting of the node, or @otherwise where it has none of that name. */
static double
node_number (const NnNode *node,
             const char   *attr,
             double        otherwise)
{
  int index = nn_attrs_find (node->op->attrs, attr);

  return index >= 0 ? node->attr[index].number[0] : otherwise;
}

gboolean
nn_network_get_task (NnNetwork  *self,
                     NnTask     *task,
                     GError    **error)
{
  NnLowered lowered;
  NnShape prediction, target;
  const NnNode *loss;

  if (!nn_lower (self->graph, self->device, NN_MODE_EVALUATE, 1, &lowered, error))
    return FALSE;

  loss = nn_graph_get_node (self->graph, lowered.loss->node);
  prediction = nn_shape_item (&lowered.prediction->shape);
  target = lowered.target != NULL ? nn_shape_item (&lowered.target->shape) : prediction;
  *task = nn_task_new (lowered.target != NULL ? loss->op->predicts : NN_PREDICTS_PLACES,
                       &prediction, &target,
                       lowered.target != NULL ? lowered.target->dtype : NN_FLOAT32,
                       node_number (loss, "class-axis", 0) != 0 ? prediction.rank : 1,
                       (gint64) node_number (loss, "ignore-index", NN_IGNORED_LABEL));
  nn_program_free (lowered.program);
  return TRUE;
}

static gboolean
check_cancelled (const NnEvaluation  *evaluation,
                 GError             **error)
{
  if (evaluation->cancelled == NULL || !g_atomic_int_get (evaluation->cancelled))
    return TRUE;

  g_set_error_literal (error, NN_ERROR, NN_ERROR_CANCELLED, _("The evaluation was stopped."));
  return FALSE;
}

/* Runs @samples, and adds what they cost and how many are right. */
static gboolean
evaluate_batch (NnNetwork     *self,
                const NnBatch *samples,
                NnMetrics     *metrics,
                double        *loss,
                double        *correct,
                GError       **error)
{
  const NnRunnable *run = nn_network_get (self, NN_MODE_EVALUATE, samples->count, error);

  if (run == NULL)
    return FALSE;

  nn_plan_bind (run->plan, run->values.input, samples->input);
  if (run->values.target != NULL)
    nn_plan_bind (run->plan, run->values.target, samples->target);
  nn_plan_run (run->plan, 0, 0);

  *loss += *(float *) nn_plan_get_data (run->plan, run->values.loss) * (double) samples->count;
  *correct += run->values.correct != NULL
              ? *(float *) nn_plan_get_data (run->plan, run->values.correct) : NAN;
  if (metrics != NULL)
    nn_metrics_add (metrics, samples->count,
                    nn_plan_get_data (run->plan, run->values.prediction), samples->target);
  return TRUE;
}

gboolean
nn_network_evaluate (NnNetwork           *self,
                     const NnFeed        *feed,
                     NnPart               part,
                     gint64               batch,
                     const NnEvaluation  *evaluation,
                     NnScore             *score,
                     GError             **error)
{
  static const NnEvaluation plain = { NULL };
  double loss = 0;
  double correct = 0;
  gint64 n_samples = 0;
  NnBatch samples;

  if (evaluation == NULL)
    evaluation = &plain;
  if (!feed->begin (feed->data, part, 0, 0, 0, batch, error))
    return FALSE;

  for (;;)
    {
      if (!check_cancelled (evaluation, error) || !feed->next (feed->data, &samples, error))
        return FALSE;
      if (samples.count == 0)
        break;
      if (!evaluate_batch (self, &samples, evaluation->metrics, &loss, &correct, error))
        return FALSE;

      n_samples += samples.count;
      if (evaluation->n_done != NULL)
        g_atomic_int_set (evaluation->n_done, (int) MIN (n_samples, G_MAXINT));
    }

  score->n_samples = n_samples;
  score->loss = n_samples > 0 ? loss / (double) n_samples : NAN;
  score->accuracy = n_samples > 0 ? correct / (double) n_samples : NAN;
  return TRUE;
}

char *
nn_network_describe_node (NnNetwork *self,
                          guint      node)
{
  const NnNode *found = nn_graph_get_node (self->graph, node);

  if (found == NULL)
    return g_strdup (_("the loss"));

  /* Translators: name of a layer, then its title. */
  return g_strdup_printf (_("“%s” (%s)"), found->name, _(found->op->title));
}
