/* worker-questions.c: what the worker answers about a network
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "app/core/worker-private.h"

#include "app/core/trained.h"
#include "engine/checkpoint.h"
#include "engine/error.h"

#include <glib/gi18n.h>
#include <string.h>

static void
send_event (AppWorker  *self,
            const char *name)
{
  g_autoptr (NnJsonWriter) writer = _app_worker_begin_event (name);

  _app_worker_send (self, writer, NULL);
}

gboolean
_app_worker_open (AppWorker       *self,
                  const AppFrame  *frame,
                  GError         **error)
{
  const char *path = nn_json_get_string (frame->header, "path", error);
  g_autoptr (AppProject) project = NULL;
  g_autoptr (NnNetwork) network = NULL;
  g_autoptr (AppSamples) samples = NULL;

  if (path == NULL)
    return FALSE;
  if (_app_worker_is_training (self))
    {
      g_set_error_literal (error, NN_ERROR, NN_ERROR_UNSUPPORTED, _("A training is under way."));
      return FALSE;
    }

  network = app_trained_open (path, &project, error);
  if (network == NULL
      || (samples = app_samples_open (&project->data, project->vocabulary, NULL, NULL, NULL,
                                      error)) == NULL
      || !app_samples_check_graph (samples, project->graph, error))
    return FALSE;

  _app_worker_close (self);
  self->network = g_steal_pointer (&network);
  self->samples = g_steal_pointer (&samples);
  self->project = g_steal_pointer (&project);
  self->folder = app_run_is_folder (path) ? g_strdup (path) : NULL;
  send_event (self, "opened");
  return TRUE;
}

NnNetwork *
_app_worker_get_network (AppWorker    *self,
                         AppSamples  **samples,
                         GError      **error)
{
  if (self->evaluating != NULL)
    {
      g_set_error_literal (error, NN_ERROR, NN_ERROR_UNSUPPORTED,
                           _("The network is being evaluated. Stop that first, or wait."));
      return NULL;
    }
  if (self->network != NULL)
    {
      *samples = self->samples;
      return self->network;
    }
  if (self->job != NULL && self->is_paused)
    {
      *samples = app_job_get_samples (self->job);
      return app_job_get_network (self->job);
    }

  g_set_error_literal (error, NN_ERROR, NN_ERROR_UNSUPPORTED,
                       self->job != NULL || self->opening != NULL
                       ? _("The network is being trained. Pause the training first.")
                       : _("No network is open."));
  return NULL;
}

gboolean
_app_worker_load (AppWorker       *self,
                  const AppFrame  *frame,
                  GError         **error)
{
  const char *path = nn_json_get_string (frame->header, "path", error);
  AppSamples *samples;
  NnNetwork *network;

  if (path == NULL)
    return FALSE;
  /* Not into a training that goes on afterwards: it would no longer be itself. */
  if (_app_worker_is_training (self))
    {
      g_set_error_literal (error, NN_ERROR, NN_ERROR_UNSUPPORTED, _("A training is under way."));
      return FALSE;
    }
  network = _app_worker_get_network (self, &samples, error);
  if (network == NULL || !nn_model_read (nn_network_get_model (network), path, error))
    return FALSE;

  g_clear_pointer (&self->evaluation, app_evaluation_free);
  send_event (self, "loaded");
  return TRUE;
}

gboolean
_app_worker_predict (AppWorker       *self,
                     const AppFrame  *frame,
                     GError         **error)
{
  g_autoptr (NnJsonWriter) writer = NULL;
  g_autoptr (GBytes) payload = NULL;
  AppSamples *samples;
  NnNetwork *network = _app_worker_get_network (self, &samples, error);
  const NnRunnable *run;
  gsize size;
  const void *sample = g_bytes_get_data (frame->payload, &size);

  if (network == NULL || (run = nn_network_get (network, NN_MODE_PREDICT, 1, error)) == NULL)
    return FALSE;
  if (size != (gsize) nn_shape_count (&run->values.input->shape) * sizeof (float))
    {
      g_set_error (error, NN_ERROR, NN_ERROR_SHAPE,
                   _("A sample has %d numbers, and %d bytes came."),
                   (int) nn_shape_count (&run->values.input->shape), (int) size);
      return FALSE;
    }

  memcpy (nn_plan_get_data (run->plan, run->values.input), sample, size);
  nn_plan_run (run->plan, 0, 0);
  payload = g_bytes_new (nn_plan_get_data (run->plan, run->values.prediction),
                         (gsize) nn_shape_count (&run->values.prediction->shape) * sizeof (float));
  writer = _app_worker_begin_event ("prediction");
  _app_worker_send (self, writer, payload);
  return TRUE;
}

/* Runs one sample through a plan that keeps the result of the node. */
gboolean
_app_worker_values (AppWorker       *self,
                    const AppFrame  *frame,
                    GError         **error)
{
  g_autoptr (NnJsonWriter) writer = NULL;
  g_autoptr (NnPlan) plan = NULL;
  g_autoptr (GBytes) payload = NULL;
  AppSamples *samples;
  NnNetwork *network = _app_worker_get_network (self, &samples, error);
  NnLowered lowered;
  NnValue *value;
  gint64 node, sample;

  if (network == NULL
      || !nn_json_get_integer (frame->header, "node", 1, G_MAXINT32, &node, error)
      || !nn_json_get_integer (frame->header, "sample", 0,
                               ds_dataset_get_n_items (app_samples_get_dataset (samples)) - 1,
                               &sample, error)
      || !nn_lower (nn_network_get_graph (network), nn_network_get_device (network),
                    NN_MODE_PREDICT, 1, &lowered, error))
    return FALSE;

  value = nn_lowered_find_node (&lowered, (guint) node);
  if (value == NULL)
    {
      nn_program_free (lowered.program);
      g_set_error (error, NN_ERROR, NN_ERROR_UNSUPPORTED,
                   _("The node %d computes nothing on the way to the prediction."), (int) node);
      return FALSE;
    }
  value->keep = TRUE;
  plan = nn_plan_new (lowered.program, nn_network_get_model (network), NULL, error);
  if (plan == NULL)
    return FALSE;

  app_samples_read (samples, (guint32) sample, nn_plan_get_data (plan, lowered.input));
  nn_plan_run (plan, 0, 0);

  payload = g_bytes_new (nn_plan_get_data (plan, value),
                         (gsize) nn_shape_count (&value->shape) * sizeof (float));
  writer = _app_worker_begin_event ("values");
  nn_json_writer_add_integer (writer, "node", node);
  nn_json_writer_begin_array (writer, "shape");
  for (int i = 1; i < value->shape.rank; i++)
    nn_json_writer_add_integer (writer, NULL, value->shape.size[i]);
  nn_json_writer_end_array (writer);
  _app_worker_send (self, writer, payload);
  return TRUE;
}
