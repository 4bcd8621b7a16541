/* session.c: the training of a window's project, in a worker process
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "app/session.h"

#include "app/core/ready.h"
#include "app/core/worker-event.h"
#include "app/session-private.h"
#include "engine/error.h"
#include "engine/file.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>

/* Drawing two charts takes a processor that trains.  On two cores without a
 * graphics card the welcome project trained with 1,100 samples/s while all was
 * drawn 60 times a second, and with 5,800 at 20 times; 7,500 without a window. */
#define CHANGED_MS 50
#define KEPT_RUNS  20           /* of projects that were never saved */

enum {
  CHANGED,
  ENDED,
  WORKER_DIED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (AppSession, app_session, G_TYPE_OBJECT)

static void
drop_worker (AppSession *self)
{
  if (self->worker == NULL)
    return;

  g_signal_handlers_disconnect_by_data (self->worker, self);
  app_worker_client_close (self->worker);
  g_clear_object (&self->worker);
  self->is_open = FALSE;
}

static void
app_session_dispose (GObject *object)
{
  AppSession *self = APP_SESSION (object);

  drop_worker (self);
  g_cancellable_cancel (self->loading);
  g_clear_object (&self->loading);
  g_clear_object (&self->document);
  g_clear_handle_id (&self->changed_id, g_source_remove);

  G_OBJECT_CLASS (app_session_parent_class)->dispose (object);
}

static void
app_session_finalize (GObject *object)
{
  AppSession *self = APP_SESSION (object);

  g_clear_pointer (&self->curves, app_curves_free);
  g_clear_pointer (&self->project, app_project_free);
  _app_session_forget_evaluations (self);
  app_run_info_clear (&self->result);
  g_ptr_array_unref (self->unsaved);
  g_free (self->folder);
  g_free (self->error);
  g_free (self->warning);

  G_OBJECT_CLASS (app_session_parent_class)->finalize (object);
}

static void
app_session_class_init (AppSessionClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = app_session_dispose;
  G_OBJECT_CLASS (klass)->finalize = app_session_finalize;

  signals[CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                   NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[ENDED] = g_signal_new ("ended", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                 NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[WORKER_DIED] = g_signal_new ("worker-died", G_TYPE_FROM_CLASS (klass),
                                       G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                       G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
app_session_init (AppSession *self)
{
  self->curves = app_curves_new ();
  self->unsaved = g_ptr_array_new_with_free_func (g_free);
}

AppSession *
app_session_new (void)
{
  return g_object_new (APP_TYPE_SESSION, NULL);
}

void
_app_session_flush_changes (AppSession *self)
{
  g_clear_handle_id (&self->changed_id, g_source_remove);
  if (self->has_points)
    app_curves_changed (self->curves);
  self->has_points = FALSE;
  g_signal_emit (self, signals[CHANGED], 0);
}

static gboolean
changed_cb (gpointer data)
{
  g_autoptr (AppSession) self = g_object_ref (data);

  self->changed_id = 0;
  _app_session_flush_changes (self);
  return G_SOURCE_REMOVE;
}

void
_app_session_change_soon (AppSession *self)
{
  if (self->changed_id == 0)
    self->changed_id = g_timeout_add (CHANGED_MS, changed_cb, self);
}

static void
set_state (AppSession      *self,
           AppSessionState  state)
{
  if (self->state == state)
    return;

  /* What was waited for is no measure of what comes. */
  app_pace_clear (&self->pace);
  self->state = state;
  _app_session_change_soon (self);
}

void
_app_session_clear_outcome (AppSession *self)
{
  app_run_info_clear (&self->result);
  self->has_result = FALSE;
  _app_session_forget_evaluations (self);
  g_clear_pointer (&self->error, g_free);
  self->error_node = 0;
  self->has_diverged = FALSE;
  g_clear_pointer (&self->warning, g_free);
  self->can_resume = FALSE;
}

void
_app_session_look_for_checkpoint (AppSession *self)
{
  gboolean is_done = self->has_result && g_strcmp0 (self->result.state, "done") == 0;

  self->can_resume = self->folder != NULL && self->project != NULL && !is_done
                     && !self->has_diverged
                     && app_run_find_checkpoint (self->folder, &self->checkpoint);
}

static void
fail (AppSession   *self,
      const GError *error)
{
  g_free (self->error);
  self->error = g_strdup (error->message);
  self->error_node = nn_error_get_node (error);
  set_state (self, APP_SESSION_IDLE);
  _app_session_flush_changes (self);
  g_signal_emit (self, signals[ENDED], 0);
}

/* The weights of a training that went well or was stopped belong to the project. */
static void
take_weights (AppSession *self)
{
  g_autofree char *path = g_build_filename (self->folder, "weights.safetensors", NULL);
  g_autoptr (GBytes) vocabulary = app_run_read_vocabulary (self->folder);
  g_autoptr (GBytes) weights = NULL;
  g_autoptr (GError) error = NULL;

  weights = nn_file_map (path, &error);
  if (weights != NULL)
    app_document_set_learned (self->document, weights, vocabulary);
  else
    self->error = g_strdup (error->message);
}

static void
end_training (AppSession     *self,
              AppWorkerEvent *event)
{
  _app_session_clear_outcome (self);
  self->result = event->info;
  event->info = (AppRunInfo) { 0 };
  self->has_result = self->result.state != NULL;
  self->error = g_steal_pointer (&event->message);
  self->error_node = event->node;
  self->has_diverged = self->error != NULL && event->code == NN_ERROR_NUMBER;

  /* A training that was stopped while its data was read has learned nothing. */
  if (self->error == NULL && self->result.steps > 0)
    {
      self->step = self->result.steps;
      self->is_open = TRUE;
      self->evaluation_stamp++;
      self->evaluations[NN_PART_TEST] = app_evaluation_load (self->folder, NN_PART_TEST, NULL);
      take_weights (self);
    }
  else if (self->error == NULL)
    {
      self->has_result = FALSE;
    }
  _app_session_look_for_checkpoint (self);
  set_state (self, APP_SESSION_IDLE);
  _app_session_flush_changes (self);
  g_signal_emit (self, signals[ENDED], 0);
}

static gboolean
add_point (const char  *tag,
           guint64      step,
           double       value,
           void        *data,
           GError     **error)
{
  AppSession *self = data;

  app_curves_add (self->curves, tag, step, value);
  return TRUE;
}

static gboolean
take_points (AppSession            *self,
             const AppWorkerEvent  *event,
             const AppFrame        *frame,
             GError               **error)
{
  self->step = event->step;
  self->total = event->total_steps;
  if (self->state == APP_SESSION_RUNNING)
    app_pace_add (&self->pace, g_get_monotonic_time (), event->step, event->n_samples);
  self->has_points = TRUE;
  return app_worker_event_for_points (frame, add_point, self, error);
}

static void
start_running (AppSession     *self,
               AppWorkerEvent *event)
{
  self->step = event->step;
  self->total = event->total_steps;
  g_free (self->warning);
  self->warning = g_steal_pointer (&event->message);
  app_curves_truncate (self->curves, event->step);
  if (self->state != APP_SESSION_STOPPING)
    set_state (self, APP_SESSION_RUNNING);
}

/* Nothing was done of what was asked. */
static void
take_refusal (AppSession     *self,
              AppWorkerEvent *event)
{
  /* After a request that could not be done, those that build on it fail, too. */
  if (!self->is_evaluating && !self->is_asking && self->state != APP_SESSION_READING)
    return;

  g_free (self->error);
  self->error = g_steal_pointer (&event->message);
  self->error_node = event->node;
  _app_session_end_evaluating (self);
  self->is_open = FALSE;
  if (self->state == APP_SESSION_READING)
    {
      set_state (self, APP_SESSION_IDLE);
      g_signal_emit (self, signals[ENDED], 0);
    }
}

static void
frame_cb (AppSession      *self,
          AppFrame        *frame,
          AppWorkerClient *worker)
{
  g_auto (AppWorkerEvent) event = { 0 };
  g_autoptr (GError) error = NULL;

  if (!app_worker_event_read (&event, frame, &error))
    {
      app_worker_client_reject (worker, error->message);
      return;
    }

  switch (event.kind)
    {
    case APP_EVENT_READING:
      self->reading = event.share;
      break;
    case APP_EVENT_STARTED:
      start_running (self, &event);
      break;
    case APP_EVENT_POINTS:
      if (!take_points (self, &event, frame, &error))
        app_worker_client_reject (worker, error->message);
      break;
    case APP_EVENT_STATE:
      if (self->state == APP_SESSION_RUNNING || self->state == APP_SESSION_PAUSED)
        set_state (self, event.is_paused ? APP_SESSION_PAUSED : APP_SESSION_RUNNING);
      break;
    case APP_EVENT_ENDED:
      if (self->state != APP_SESSION_IDLE)
        end_training (self, &event);
      break;
    case APP_EVENT_EVALUATING:
    case APP_EVENT_SCORE:
    case APP_EVENT_EVALUATION_STOPPED:
    case APP_EVENT_SAMPLES:
      _app_session_take_evaluation (self, &event);
      break;
    case APP_EVENT_ERROR:
      take_refusal (self, &event);
      break;
    case APP_EVENT_OTHER:
    default:
      break;
    }
  _app_session_change_soon (self);
}

static void
died_cb (AppSession *self,
         const char *message)
{
  gboolean was_busy = self->state != APP_SESSION_IDLE || self->is_evaluating;

  g_clear_object (&self->worker);
  self->is_open = FALSE;
  _app_session_end_evaluating (self);
  if (self->state != APP_SESSION_IDLE)
    _app_session_look_for_checkpoint (self);
  set_state (self, APP_SESSION_IDLE);
  _app_session_flush_changes (self);
  if (was_busy)
    g_signal_emit (self, signals[WORKER_DIED], 0, message);
}

AppWorkerClient *
_app_session_need_worker (AppSession *self)
{
  g_autoptr (GError) error = NULL;

  if (self->worker != NULL)
    return self->worker;

  self->worker = app_worker_client_new (NULL, &error);
  if (self->worker == NULL)
    {
      fail (self, error);
      return NULL;
    }

  g_signal_connect_object (self->worker, "frame", G_CALLBACK (frame_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->worker, "died", G_CALLBACK (died_cb), self, G_CONNECT_SWAPPED);
  return self->worker;
}

NnJsonWriter *
_app_session_begin_request (const char *name)
{
  NnJsonWriter *writer = nn_json_writer_new (FALSE);

  nn_json_writer_begin_object (writer, NULL);
  nn_json_writer_add_string (writer, "do", name);
  return writer;
}

void
_app_session_send_request (AppSession *self,
                           const char *name)
{
  g_autoptr (NnJsonWriter) writer = _app_session_begin_request (name);

  if (self->worker != NULL)
    app_worker_client_send (self->worker, writer, NULL);
}

/* Beside a saved project, as the command line does it; the runs of an unsaved
 * one have a place of their own.  (transfer full) */
static char *
new_folder (const char  *project_path,
            GError     **error)
{
  g_autofree char *runs = NULL;
  g_autofree char *template = NULL;
  g_autoptr (GDateTime) now = NULL;
  g_autofree char *name = NULL;

  if (project_path != NULL)
    return app_run_next_folder (project_path);

  runs = g_build_filename (g_get_user_state_dir (), "epoch", "runs", NULL);
  app_run_prune (runs, KEPT_RUNS);
  now = g_date_time_new_now_local ();
  name = g_date_time_format (now, "%Y-%m-%d-%H%M%S-XXXXXX");
  template = g_build_filename (runs, name, NULL);
  if (g_mkdir_with_parents (runs, 0700) == 0 && g_mkdtemp (template) != NULL)
    return g_steal_pointer (&template);

  g_set_error (error, NN_ERROR, NN_ERROR_FILE, _("The folder “%s” cannot be made: %s."), runs,
               g_strerror (errno));
  return NULL;
}

static void
send_train (AppSession *self,
            gboolean    resume,
            gboolean    paused)
{
  g_autoptr (NnJsonWriter) writer = _app_session_begin_request ("train");
  g_autoptr (GBytes) payload = NULL;
  const char *path = app_document_get_path (self->document);
  gsize length;
  char *text = app_project_to_json (self->project, &length);

  payload = g_bytes_new_take (text, length);
  nn_json_writer_add_string (writer, "folder", self->folder);
  if (path != NULL)
    nn_json_writer_add_string (writer, "project", path);
  nn_json_writer_add_bool (writer, "resume", resume);
  nn_json_writer_add_bool (writer, "paused", paused);
  app_worker_client_send (self->worker, writer, payload);
}

/* A new run in a folder of its own. */
static gboolean
begin_run (AppSession   *self,
           AppDocument  *document,
           GError      **error)
{
  const AppProject *project = app_document_get_project (document);
  g_autofree char *folder = NULL;

  if (!app_project_check_ready (project, error)
      || (folder = new_folder (app_document_get_path (document), error)) == NULL)
    return FALSE;

  g_free (self->folder);
  self->folder = g_steal_pointer (&folder);
  if (app_document_get_path (document) == NULL)
    g_ptr_array_add (self->unsaved, g_strdup (self->folder));
  g_clear_pointer (&self->project, app_project_free);
  self->project = app_project_dup (project);
  app_project_set_learned (self->project, NULL, NULL);
  g_set_object (&self->document, document);
  app_curves_clear (self->curves);
  self->step = self->total = 0;
  return TRUE;
}

static void
start (AppSession  *self,
       AppDocument *document,
       gboolean     resume,
       gboolean     paused)
{
  g_autoptr (GError) error = NULL;

  if (self->state != APP_SESSION_IDLE || self->is_evaluating)
    return;

  g_cancellable_cancel (self->loading);
  resume = resume && self->can_resume;
  _app_session_clear_outcome (self);
  if (!resume && !begin_run (self, document, &error))
    {
      fail (self, error);
      return;
    }
  if (_app_session_need_worker (self) == NULL)
    return;

  self->reading = 0;
  self->is_open = FALSE;
  send_train (self, resume, paused);
  set_state (self, APP_SESSION_READING);
  _app_session_flush_changes (self);
}

void
app_session_start (AppSession  *self,
                   AppDocument *document,
                   gboolean     resume)
{
  start (self, document, resume, FALSE);
}

void
app_session_pause (AppSession *self)
{
  if (self->state == APP_SESSION_RUNNING)
    _app_session_send_request (self, "pause");
}

void
app_session_continue (AppSession *self)
{
  if (self->state == APP_SESSION_PAUSED)
    _app_session_send_request (self, "continue");
}

void
app_session_step (AppSession  *self,
                  AppDocument *document)
{
  if (self->state == APP_SESSION_IDLE)
    start (self, document, FALSE, TRUE);
  else if (self->state == APP_SESSION_PAUSED)
    _app_session_send_request (self, "step");
}

void
app_session_stop (AppSession *self)
{
  if (self->state == APP_SESSION_IDLE || self->state == APP_SESSION_STOPPING)
    return;

  _app_session_send_request (self, "stop");
  set_state (self, APP_SESSION_STOPPING);
}

void
app_session_close (AppSession *self)
{
  drop_worker (self);
  _app_session_end_evaluating (self);
  set_state (self, APP_SESSION_IDLE);
}
