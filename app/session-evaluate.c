/* session-evaluate.c: how good the last run is, asked of the worker
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "app/session-private.h"

/* The worker, with the network of the last run open; NULL when that cannot be. */
static AppWorkerClient *
open_run (AppSession *self)
{
  g_autoptr (NnJsonWriter) open = NULL;

  if (self->state != APP_SESSION_IDLE || !self->has_result || self->is_evaluating
      || self->is_asking || _app_session_need_worker (self) == NULL)
    return NULL;

  if (!self->is_open)
    {
      open = _app_session_begin_request ("open");
      nn_json_writer_add_string (open, "path", self->folder);
      app_worker_client_send (self->worker, open, NULL);
      self->is_open = TRUE;
    }
  g_clear_pointer (&self->error, g_free);
  self->evaluated = 0;
  return self->worker;
}

void
app_session_evaluate (AppSession *self,
                      NnPart      part)
{
  AppWorkerClient *worker = open_run (self);
  g_autoptr (NnJsonWriter) request = NULL;

  if (worker == NULL)
    return;

  request = _app_session_begin_request ("evaluate");
  nn_json_writer_add_string (request, "part", app_part_name (part));
  app_worker_client_send (worker, request, NULL);
  self->is_evaluating = TRUE;
  _app_session_change_soon (self);
}

void
app_session_stop_evaluating (AppSession *self)
{
  if (self->is_evaluating)
    _app_session_send_request (self, "stop");
}

void
app_session_ask_samples (AppSession *self,
                         NnPart      part,
                         gint64      truth,
                         gint64      guess)
{
  AppWorkerClient *worker = open_run (self);
  g_autoptr (NnJsonWriter) request = NULL;

  if (worker == NULL)
    return;

  request = _app_session_begin_request ("samples");
  nn_json_writer_add_string (request, "part", app_part_name (part));
  nn_json_writer_add_integer (request, "truth", truth);
  nn_json_writer_add_integer (request, "guess", guess);
  app_worker_client_send (worker, request, NULL);
  g_clear_pointer (&self->samples, app_cell_samples_free);
  self->samples_stamp++;
  self->is_asking = TRUE;
  _app_session_change_soon (self);
}

static void
take_score (AppSession     *self,
            AppWorkerEvent *event)
{
  const AppEvaluation *evaluation = event->evaluation;
  NnPart part;

  self->is_evaluating = FALSE;
  if (!app_part_find (evaluation->part, &part, NULL))
    return;

  if (part == NN_PART_TEST)
    {
      self->result.test_loss = evaluation->score.loss;
      self->result.test_accuracy = evaluation->score.accuracy;
    }
  g_clear_pointer (&self->evaluations[part], app_evaluation_free);
  self->evaluations[part] = g_steal_pointer (&event->evaluation);
  self->evaluation_stamp++;
}

void
_app_session_take_evaluation (AppSession     *self,
                              AppWorkerEvent *event)
{
  /* What is told of a run that is not shown any more. */
  if (!self->is_evaluating && !self->is_asking)
    return;

  if (event->kind == APP_EVENT_EVALUATING)
    {
      self->is_evaluating = TRUE;
      self->evaluated = event->share;
    }
  else if (event->kind == APP_EVENT_SCORE)
    {
      take_score (self, event);
    }
  else if (event->kind == APP_EVENT_SAMPLES)
    {
      g_clear_pointer (&self->samples, app_cell_samples_free);
      self->samples = g_steal_pointer (&event->samples);
      self->samples_stamp++;
      self->is_asking = FALSE;
    }
  else
    {
      _app_session_end_evaluating (self);
    }
}

void
_app_session_end_evaluating (AppSession *self)
{
  self->is_evaluating = FALSE;
  self->is_asking = FALSE;
}

void
_app_session_forget_evaluations (AppSession *self)
{
  _app_session_end_evaluating (self);
  g_clear_pointer (&self->samples, app_cell_samples_free);
  self->samples_stamp++;
  self->evaluation_stamp++;
  for (int i = 0; i < NN_N_PARTS; i++)
    g_clear_pointer (&self->evaluations[i], app_evaluation_free);
}

gboolean
app_session_get_evaluating (AppSession *self)
{
  return self->is_evaluating;
}

double
app_session_get_evaluated (AppSession *self)
{
  return self->evaluated;
}

const AppEvaluation *
app_session_get_evaluation (AppSession *self,
                            NnPart      part)
{
  return self->evaluations[part];
}

gboolean
app_session_get_asking (AppSession *self)
{
  return self->is_asking;
}

const AppCellSamples *
app_session_get_samples (AppSession *self)
{
  return self->samples;
}

guint
app_session_get_evaluation_stamp (AppSession *self)
{
  return self->evaluation_stamp;
}

guint
app_session_get_samples_stamp (AppSession *self)
{
  return self->samples_stamp;
}
