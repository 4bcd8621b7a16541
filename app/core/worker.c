/* worker.c: trains and answers for a window in another process
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "app/core/worker.h"

#include "app/core/curves.h"
#include "app/core/worker-private.h"
#include "engine/error.h"

#include <glib/gi18n.h>

#define POLL_US       20000     /* while training: how often the window hears */
#define MOST_MESSAGES 4096      /* of the trainer in one round */

void
_app_worker_send (AppWorker    *self,
                  NnJsonWriter *writer,
                  GBytes       *payload)
{
  g_autoptr (GBytes) bytes = NULL;

  nn_json_writer_end_object (writer);
  bytes = app_frame_pack (writer, payload);
  self->is_connected = self->is_connected && self->send (bytes, self->data);
}

NnJsonWriter *
_app_worker_begin_event (const char *name)
{
  NnJsonWriter *writer = nn_json_writer_new (FALSE);

  nn_json_writer_begin_object (writer, NULL);
  nn_json_writer_add_string (writer, "event", name);
  return writer;
}

void
_app_worker_send_error (AppWorker    *self,
                        const GError *error)
{
  g_autoptr (NnJsonWriter) writer = _app_worker_begin_event ("error");

  nn_json_writer_add_string (writer, "message", error->message);
  nn_json_writer_add_integer (writer, "node", nn_error_get_node (error));
  _app_worker_send (self, writer, NULL);
}

gboolean
_app_worker_is_training (AppWorker *self)
{
  return self->opening != NULL || (self->job != NULL && self->network == NULL);
}

AppWorker *
app_worker_new (AppSend  send,
                void    *data)
{
  AppWorker *self = g_new0 (AppWorker, 1);

  self->send = send;
  self->data = data;
  self->is_connected = TRUE;
  return self;
}

void
_app_worker_close (AppWorker *self)
{
  _app_worker_drop_evaluation (self);
  if (self->opening != NULL)
    {
      AppJob *job;

      g_cancellable_cancel (self->cancellable);
      job = g_thread_join (g_steal_pointer (&self->opening));
      g_clear_pointer (&job, app_job_free);
    }
  if (self->job != NULL)
    {
      g_clear_pointer (&self->job, app_job_free);
    }
  else
    {
      g_clear_pointer (&self->samples, app_samples_free);
      g_clear_pointer (&self->network, nn_network_free);
    }
  self->samples = NULL;
  self->network = NULL;
  self->is_paused = FALSE;
  g_clear_object (&self->cancellable);
  g_clear_error (&self->open_error);
  g_clear_pointer (&self->warning, g_free);
  g_clear_pointer (&self->project, app_project_free);
  g_clear_pointer (&self->folder, g_free);
  g_clear_pointer (&self->project_path, g_free);
}

static gboolean
is_last (const NnProgress *progress)
{
  return progress->kind == NN_PROGRESS_STATE && progress->state != NN_STATE_RUNNING
         && progress->state != NN_STATE_PAUSED;
}

void
app_worker_free (AppWorker *self)
{
  if (self->job != NULL && self->network == NULL)
    {
      g_autoptr (GError) error = NULL;
      AppRunInfo info = { 0 };
      gboolean ended = FALSE;

      /* All that was learned goes into the run's log before it is closed. */
      app_job_command (self->job, NN_COMMAND_STOP);
      while (!ended)
        {
          g_autoptr (NnProgress) progress = app_job_next (self->job, POLL_US);

          ended = progress != NULL && is_last (progress);
        }
      app_job_finish (self->job, &info, &error);
      app_run_info_clear (&info);
    }
  _app_worker_close (self);
  g_free (self);
}

static void
reading_cb (guint32  n_done,
            guint32  n_items,
            void    *data)
{
  AppWorker *self = data;

  g_atomic_int_set (&self->n_to_read, (int) n_items);
  g_atomic_int_set (&self->n_read, (int) n_done);
}

static void *
open_thread (void *data)
{
  AppWorker *self = data;
  AppJobOptions options = { self->folder, self->project_path, self->resume, 0 };
  AppJob *job = app_job_new (self->project, &options, reading_cb, self, self->cancellable,
                             &self->warning, &self->open_error);

  g_atomic_int_set (&self->opened, 1);
  return job;
}

static gboolean
do_train (AppWorker       *self,
          const AppFrame  *frame,
          GError         **error)
{
  const char *folder = nn_json_get_string (frame->header, "folder", error);
  const NnJson *path = nn_json_find (frame->header, "project");
  gboolean resume;
  gboolean paused = FALSE;
  AppProject *project;
  gsize size;
  const char *text = g_bytes_get_data (frame->payload, &size);

  if (folder == NULL
      || !nn_json_get_bool (frame->header, "resume", &resume, error)
      || (nn_json_find (frame->header, "paused") != NULL
          && !nn_json_get_bool (frame->header, "paused", &paused, error)))
    return FALSE;
  if (_app_worker_is_training (self))
    {
      g_set_error_literal (error, NN_ERROR, NN_ERROR_UNSUPPORTED, _("A training is under way."));
      return FALSE;
    }
  project = app_project_from_json (text != NULL ? text : "", size, "project.json", error);
  if (project == NULL)
    return FALSE;

  _app_worker_close (self);
  self->project = project;
  self->folder = g_strdup (folder);
  self->project_path = g_strdup (path != NULL ? nn_json_as_string (path, NULL) : NULL);
  self->resume = resume;
  self->paused = paused;
  self->cancellable = g_cancellable_new ();
  self->opened = self->n_read = self->n_to_read = 0;
  self->opening = g_thread_new ("open", open_thread, self);
  return TRUE;
}

static gboolean
do_command (AppWorker       *self,
            const AppFrame  *frame,
            GError         **error)
{
  static const struct
  {
    const char *name;
    NnCommand   command;
  } commands[] = {
    { "pause", NN_COMMAND_PAUSE },
    { "continue", NN_COMMAND_RUN },
    { "step", NN_COMMAND_STEP },
    { "stop", NN_COMMAND_STOP },
  };
  const char *name = nn_json_get_string (frame->header, "do", NULL);

  if (self->opening != NULL && g_str_equal (name, "stop"))
    {
      g_cancellable_cancel (self->cancellable);
      return TRUE;
    }

  if (self->evaluating != NULL && g_str_equal (name, "stop"))
    {
      g_atomic_int_set (&self->wants_stop, 1);
      return TRUE;
    }

  /* Between two trainings there is nothing to command; that is no mistake of
   * the window, whose button may just have been pressed too late. */
  for (gsize i = 0; self->job != NULL && self->network == NULL && i < G_N_ELEMENTS (commands); i++)
    if (g_str_equal (commands[i].name, name))
      app_job_command (self->job, commands[i].command);
  return TRUE;
}

static const struct
{
  const char *name;
  gboolean  (*handle) (AppWorker       *self,
                       const AppFrame  *frame,
                       GError         **error);
} requests[] = {
  { "train", do_train },
  { "pause", do_command },
  { "continue", do_command },
  { "step", do_command },
  { "stop", do_command },
  { "open", _app_worker_open },
  { "load", _app_worker_load },
  { "evaluate", _app_worker_evaluate },
  { "samples", _app_worker_samples },
  { "predict", _app_worker_predict },
  { "values", _app_worker_values },
};

void
app_worker_handle (AppWorker      *self,
                   const AppFrame *frame)
{
  g_autoptr (GError) error = NULL;
  const char *name = nn_json_get_string (frame->header, "do", &error);

  if (name == NULL)
    {
      _app_worker_send_error (self, error);
      return;
    }

  for (gsize i = 0; i < G_N_ELEMENTS (requests); i++)
    if (g_str_equal (requests[i].name, name))
      {
        if (!requests[i].handle (self, frame, &error))
          _app_worker_send_error (self, error);
        return;
      }

  g_set_error (&error, NN_ERROR, NN_ERROR_UNSUPPORTED, _("The worker cannot “%s”."), name);
  _app_worker_send_error (self, error);
}

gint64
app_worker_get_wait_us (AppWorker *self)
{
  return _app_worker_is_training (self) || self->evaluating != NULL ? POLL_US : -1;
}

static void
send_ended (AppWorker        *self,
            const AppRunInfo *info,
            const GError     *error)
{
  g_autoptr (NnJsonWriter) writer = _app_worker_begin_event ("ended");

  app_run_info_write (info, writer);
  nn_json_writer_add_string (writer, "folder", self->folder);
  if (error != NULL)
    {
      nn_json_writer_add_string (writer, "error", error->message);
      nn_json_writer_add_integer (writer, "node", nn_error_get_node (error));
      nn_json_writer_add_integer (writer, "code", error->domain == NN_ERROR ? error->code : -1);
    }
  _app_worker_send (self, writer, NULL);
}

/* The opening thread is done: start, or tell why not. */
static void
end_opening (AppWorker *self)
{
  g_autoptr (NnJsonWriter) writer = NULL;
  g_autoptr (GError) error = NULL;
  AppSamples *samples;

  self->job = g_thread_join (g_steal_pointer (&self->opening));
  error = g_steal_pointer (&self->open_error);
  if (self->job != NULL && self->paused)
    app_job_command (self->job, NN_COMMAND_STEP);
  if (self->job == NULL || !app_job_start (self->job, &error))
    {
      AppRunInfo info = { 0 };
      gboolean stopped = g_cancellable_is_cancelled (self->cancellable);

      info.state = g_strdup (stopped ? "stopped" : "failed");
      g_clear_pointer (&self->job, app_job_free);
      send_ended (self, &info, stopped ? NULL : error);
      app_run_info_clear (&info);
      return;
    }

  samples = app_job_get_samples (self->job);
  writer = _app_worker_begin_event ("started");
  nn_json_writer_add_unsigned (writer, "step", app_job_get_step (self->job));
  nn_json_writer_add_unsigned (writer, "total", app_job_get_total (self->job));
  nn_json_writer_add_string (writer, "folder", self->folder);
  if (self->warning != NULL)
    nn_json_writer_add_string (writer, "warning", self->warning);
  nn_json_writer_add_integer (writer, "samples",
                              app_samples_get_feed (samples, app_graph_wants_numbers (
                                                      self->project->graph))
                              ->n_samples[NN_PART_TRAIN]);
  _app_worker_send (self, writer, NULL);
}

static gboolean
add_point (const char  *tag,
           guint64      step,
           double       value,
           void        *data,
           GError     **error)
{
  NnJsonWriter *writer = data;

  nn_json_writer_begin_array (writer, NULL);
  nn_json_writer_add_string (writer, NULL, tag);
  nn_json_writer_add_unsigned (writer, NULL, step);
  nn_json_writer_add_double (writer, NULL, value);
  nn_json_writer_end_array (writer);
  return TRUE;
}

static void
send_state (AppWorker *self)
{
  g_autoptr (NnJsonWriter) writer = _app_worker_begin_event ("state");

  nn_json_writer_add_string (writer, "state", self->is_paused ? "paused" : "running");
  _app_worker_send (self, writer, NULL);
}

/* Once the trainer has ended, the network stays open for questions. */
static void
end_training (AppWorker *self)
{
  g_autoptr (GError) error = NULL;
  AppRunInfo info = { 0 };

  app_job_finish (self->job, &info, &error);
  self->network = app_job_get_network (self->job);
  self->samples = app_job_get_samples (self->job);
  send_ended (self, &info, error);
  app_run_info_clear (&info);
}

/* All messages of the trainer that have come, in as few frames as possible: the
 * points, and then the state they lead to. */
static void
pass_on (AppWorker *self)
{
  g_autoptr (NnJsonWriter) writer = _app_worker_begin_event ("points");
  g_autoptr (NnProgress) last = NULL;
  gboolean ended = FALSE;
  gboolean has_state = FALSE;

  nn_json_writer_begin_array (writer, "points");
  for (int i = 0; i < MOST_MESSAGES && !ended; i++)
    {
      NnProgress *progress = app_job_next (self->job, 0);

      if (progress == NULL)
        break;
      app_curves_for_progress (progress, add_point, writer, NULL);
      if (progress->kind == NN_PROGRESS_STATE)
        {
          ended = is_last (progress);
          has_state = !ended;
          self->is_paused = progress->state == NN_STATE_PAUSED;
        }
      g_clear_pointer (&last, nn_progress_free);
      last = progress;
    }
  nn_json_writer_end_array (writer);

  if (last != NULL)
    {
      nn_json_writer_add_unsigned (writer, "step", last->step);
      nn_json_writer_add_unsigned (writer, "total", last->total_steps);
      nn_json_writer_add_integer (writer, "epoch", last->epoch);
      nn_json_writer_add_double (writer, "seconds", last->seconds);
      nn_json_writer_add_unsigned (writer, "steps", last->n_steps);
      nn_json_writer_add_unsigned (writer, "samples", last->n_samples);
      _app_worker_send (self, writer, NULL);
    }
  if (has_state)
    send_state (self);
  if (ended)
    end_training (self);
}

gboolean
app_worker_work (AppWorker *self)
{
  if (self->opening != NULL)
    {
      g_autoptr (NnJsonWriter) writer = _app_worker_begin_event ("reading");

      if (g_atomic_int_get (&self->opened))
        end_opening (self);
      else if (g_atomic_int_get (&self->n_to_read) > 0)
        {
          nn_json_writer_add_integer (writer, "done", g_atomic_int_get (&self->n_read));
          nn_json_writer_add_integer (writer, "total", g_atomic_int_get (&self->n_to_read));
          _app_worker_send (self, writer, NULL);
        }
    }
  else if (self->job != NULL && self->network == NULL)
    pass_on (self);
  else if (self->evaluating != NULL)
    _app_worker_watch_evaluation (self);

  return self->is_connected;
}
