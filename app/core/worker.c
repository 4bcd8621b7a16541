/* worker.c: trains and answers for a window in another process
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "app/core/worker.h"

#include "app/core/curves.h"
#include "app/core/job.h"
#include "app/core/trained.h"
#include "engine/checkpoint.h"
#include "engine/error.h"

#include <glib/gi18n.h>
#include <string.h>

#define POLL_US       20000     /* while training: how often the window hears */
#define MOST_MESSAGES 4096      /* of the trainer in one round */

struct _AppWorker
{
  AppSend       send;
  void         *data;
  gboolean      is_connected;

  /* Training.  Opening the data is a thread's work, so that it can be stopped. */
  GThread      *opening;        /* returns AppJob, or NULL with @open_error */
  GCancellable *cancellable;
  GError       *open_error;
  char         *warning;
  AppProject   *project;        /* of the job, or of what was opened */
  char         *folder;
  char         *project_path;
  gboolean      resume;
  int           opened;         /* atomic: the thread is done */
  int           n_read;         /* atomic: items decoded */
  int           n_to_read;
  AppJob       *job;
  gboolean      is_paused;

  /* What was opened without training. */
  NnNetwork    *network;
  AppSamples   *samples;
};

static void
send_frame (AppWorker    *self,
            NnJsonWriter *writer,
            GBytes       *payload)
{
  g_autoptr (GBytes) bytes = NULL;

  nn_json_writer_end_object (writer);
  bytes = app_frame_pack (writer, payload);
  self->is_connected = self->is_connected && self->send (bytes, self->data);
}

static NnJsonWriter *
begin_event (const char *name)
{
  NnJsonWriter *writer = nn_json_writer_new (FALSE);

  nn_json_writer_begin_object (writer, NULL);
  nn_json_writer_add_string (writer, "event", name);
  return writer;
}

static void
send_event (AppWorker  *self,
            const char *name)
{
  g_autoptr (NnJsonWriter) writer = begin_event (name);

  send_frame (self, writer, NULL);
}

static void
send_error (AppWorker    *self,
            const GError *error)
{
  g_autoptr (NnJsonWriter) writer = begin_event ("error");

  nn_json_writer_add_string (writer, "message", error->message);
  nn_json_writer_add_integer (writer, "node", nn_error_get_node (error));
  send_frame (self, writer, NULL);
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

/* A job whose network is open for questions has ended. */
static gboolean
is_training (AppWorker *self)
{
  return self->job != NULL && self->network == NULL;
}

/* Forgets the network that is open, and stops a training. */
static void
close_all (AppWorker *self)
{
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

void
app_worker_free (AppWorker *self)
{
  if (is_training (self))
    {
      g_autoptr (GError) error = NULL;
      AppRunInfo info = { 0 };

      app_job_command (self->job, NN_COMMAND_STOP);
      app_job_finish (self->job, &info, &error);
      app_run_info_clear (&info);
    }
  close_all (self);
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
  AppProject *project;
  gsize size;
  const char *text = g_bytes_get_data (frame->payload, &size);

  if (folder == NULL || !nn_json_get_bool (frame->header, "resume", &resume, error))
    return FALSE;
  if (self->opening != NULL || is_training (self))
    {
      g_set_error_literal (error, NN_ERROR, NN_ERROR_UNSUPPORTED, _("A training is under way."));
      return FALSE;
    }
  project = app_project_from_json (text != NULL ? text : "", size, "project.json", error);
  if (project == NULL)
    return FALSE;

  close_all (self);
  self->project = project;
  self->folder = g_strdup (folder);
  self->project_path = g_strdup (path != NULL ? nn_json_as_string (path, NULL) : NULL);
  self->resume = resume;
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

  /* Between two trainings there is nothing to command; that is no mistake of
   * the window, whose button may just have been pressed too late. */
  for (gsize i = 0; is_training (self) && i < G_N_ELEMENTS (commands); i++)
    if (g_str_equal (commands[i].name, name))
      app_job_command (self->job, commands[i].command);
  return TRUE;
}

static gboolean
do_open (AppWorker       *self,
         const AppFrame  *frame,
         GError         **error)
{
  const char *path = nn_json_get_string (frame->header, "path", error);
  g_autoptr (AppProject) project = NULL;
  g_autoptr (NnNetwork) network = NULL;
  g_autoptr (AppSamples) samples = NULL;

  if (path == NULL)
    return FALSE;
  if (self->opening != NULL || is_training (self))
    {
      g_set_error_literal (error, NN_ERROR, NN_ERROR_UNSUPPORTED, _("A training is under way."));
      return FALSE;
    }

  network = app_trained_open (path, &project, error);
  if (network == NULL
      || (samples = app_samples_open (&project->data, NULL, NULL, NULL, error)) == NULL
      || !app_samples_check_graph (samples, project->graph, error))
    return FALSE;

  close_all (self);
  self->network = g_steal_pointer (&network);
  self->samples = g_steal_pointer (&samples);
  self->project = g_steal_pointer (&project);
  send_event (self, "opened");
  return TRUE;
}

/* The network to ask: one that was opened, has been trained, or is paused. */
static NnNetwork *
get_network (AppWorker    *self,
             AppSamples  **samples,
             GError      **error)
{
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

static gboolean
do_load (AppWorker       *self,
         const AppFrame  *frame,
         GError         **error)
{
  const char *path = nn_json_get_string (frame->header, "path", error);
  AppSamples *samples;
  NnNetwork *network;

  if (path == NULL)
    return FALSE;
  /* Not into a training that goes on afterwards: it would no longer be itself. */
  if (is_training (self))
    {
      g_set_error_literal (error, NN_ERROR, NN_ERROR_UNSUPPORTED, _("A training is under way."));
      return FALSE;
    }
  network = get_network (self, &samples, error);
  if (network == NULL || !nn_model_read (nn_network_get_model (network), path, error))
    return FALSE;

  send_event (self, "loaded");
  return TRUE;
}

static gboolean
do_evaluate (AppWorker       *self,
             const AppFrame  *frame,
             GError         **error)
{
  static const char *const parts[NN_N_PARTS] = { "train", "validation", "test" };
  const char *name = nn_json_get_string (frame->header, "part", error);
  g_autoptr (NnJsonWriter) writer = NULL;
  AppSamples *samples;
  NnNetwork *network;
  const NnFeed *feed;
  NnScore score;
  int part = 0;

  if (name == NULL)
    return FALSE;
  while (part < NN_N_PARTS && !g_str_equal (parts[part], name))
    part++;
  if (part == NN_N_PARTS)
    {
      g_set_error (error, NN_ERROR, NN_ERROR_UNSUPPORTED, _("The data has no part “%s”."), name);
      return FALSE;
    }
  /* The feed of a paused training stands in the middle of an epoch. */
  if (is_training (self))
    {
      g_set_error_literal (error, NN_ERROR, NN_ERROR_UNSUPPORTED, _("A training is under way."));
      return FALSE;
    }
  network = get_network (self, &samples, error);
  if (network == NULL)
    return FALSE;

  feed = app_samples_get_feed (samples, app_graph_wants_numbers (nn_network_get_graph (network)));
  if (!nn_network_evaluate (network, feed, (NnPart) part, self->project->training.batch, NULL,
                            &score, error))
    return FALSE;

  writer = begin_event ("score");
  nn_json_writer_add_string (writer, "part", name);
  nn_json_writer_add_integer (writer, "samples", score.n_samples);
  nn_json_writer_add_double (writer, "loss", score.loss);
  nn_json_writer_add_double (writer, "accuracy", score.accuracy);
  send_frame (self, writer, NULL);
  return TRUE;
}

static gboolean
do_predict (AppWorker       *self,
            const AppFrame  *frame,
            GError         **error)
{
  g_autoptr (NnJsonWriter) writer = NULL;
  g_autoptr (GBytes) payload = NULL;
  AppSamples *samples;
  NnNetwork *network = get_network (self, &samples, error);
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
  writer = begin_event ("prediction");
  send_frame (self, writer, payload);
  return TRUE;
}

/* Runs one sample through a plan that keeps the result of the node. */
static gboolean
do_values (AppWorker       *self,
           const AppFrame  *frame,
           GError         **error)
{
  g_autoptr (NnJsonWriter) writer = NULL;
  g_autoptr (NnPlan) plan = NULL;
  g_autoptr (GBytes) payload = NULL;
  g_autofree void *scratch = NULL;
  AppSamples *samples;
  NnNetwork *network = get_network (self, &samples, error);
  DsDataset *dataset;
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
  plan = nn_plan_new (lowered.program, nn_network_get_model (network), error);
  if (plan == NULL)
    return FALSE;

  dataset = app_samples_get_dataset (samples);
  scratch = g_malloc (ds_transform_list_get_scratch (self->project->data.transforms,
                                                     ds_dataset_get_shape (dataset)) + 1);
  ds_transform_list_apply (self->project->data.transforms,
                           ds_dataset_peek_item (dataset, (guint32) sample),
                           ds_dataset_get_dtype (dataset), ds_dataset_get_shape (dataset), FALSE,
                           0, 0, (guint32) sample, nn_plan_get_data (plan, lowered.input), scratch);
  nn_plan_run (plan, 0, 0);

  payload = g_bytes_new (nn_plan_get_data (plan, value),
                         (gsize) nn_shape_count (&value->shape) * sizeof (float));
  writer = begin_event ("values");
  nn_json_writer_add_integer (writer, "node", node);
  nn_json_writer_begin_array (writer, "shape");
  for (int i = 1; i < value->shape.rank; i++)
    nn_json_writer_add_integer (writer, NULL, value->shape.size[i]);
  nn_json_writer_end_array (writer);
  send_frame (self, writer, payload);
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
  { "open", do_open },
  { "load", do_load },
  { "evaluate", do_evaluate },
  { "predict", do_predict },
  { "values", do_values },
};

void
app_worker_handle (AppWorker      *self,
                   const AppFrame *frame)
{
  g_autoptr (GError) error = NULL;
  const char *name = nn_json_get_string (frame->header, "do", &error);

  if (name == NULL)
    {
      send_error (self, error);
      return;
    }

  for (gsize i = 0; i < G_N_ELEMENTS (requests); i++)
    if (g_str_equal (requests[i].name, name))
      {
        if (!requests[i].handle (self, frame, &error))
          send_error (self, error);
        return;
      }

  g_set_error (&error, NN_ERROR, NN_ERROR_UNSUPPORTED, _("The worker cannot “%s”."), name);
  send_error (self, error);
}

gint64
app_worker_get_wait_us (AppWorker *self)
{
  return self->opening != NULL || is_training (self) ? POLL_US : -1;
}

static void
send_ended (AppWorker        *self,
            const AppRunInfo *info,
            const GError     *error)
{
  g_autoptr (NnJsonWriter) writer = begin_event ("ended");

  app_run_info_write (info, writer);
  nn_json_writer_add_string (writer, "folder", self->folder);
  if (error != NULL)
    {
      nn_json_writer_add_string (writer, "error", error->message);
      nn_json_writer_add_integer (writer, "node", nn_error_get_node (error));
    }
  send_frame (self, writer, NULL);
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
  if (self->job == NULL || !app_job_start (self->job, &error))
    {
      AppRunInfo info = { 0 };

      info.state = g_strdup ("failed");
      g_clear_pointer (&self->job, app_job_free);
      send_ended (self, &info, error);
      app_run_info_clear (&info);
      return;
    }

  samples = app_job_get_samples (self->job);
  writer = begin_event ("started");
  nn_json_writer_add_unsigned (writer, "step", app_job_get_step (self->job));
  nn_json_writer_add_unsigned (writer, "total", app_job_get_total (self->job));
  nn_json_writer_add_string (writer, "folder", self->folder);
  if (self->warning != NULL)
    nn_json_writer_add_string (writer, "warning", self->warning);
  nn_json_writer_add_integer (writer, "samples",
                              app_samples_get_feed (samples, app_graph_wants_numbers (
                                                      self->project->graph))
                              ->n_samples[NN_PART_TRAIN]);
  send_frame (self, writer, NULL);
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
send_state (AppWorker      *self,
            NnTrainerState  state)
{
  g_autoptr (NnJsonWriter) writer = begin_event ("state");

  nn_json_writer_add_string (writer, "state", state == NN_STATE_PAUSED ? "paused" : "running");
  send_frame (self, writer, NULL);
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

/* All messages of the trainer that have come, in as few frames as possible. */
static void
pass_on (AppWorker *self)
{
  g_autoptr (NnJsonWriter) writer = begin_event ("points");
  g_autoptr (NnProgress) last = NULL;
  gboolean ended = FALSE;

  nn_json_writer_begin_array (writer, "points");
  for (int i = 0; i < MOST_MESSAGES && !ended; i++)
    {
      NnProgress *progress = app_job_next (self->job, 0);

      if (progress == NULL)
        break;
      app_curves_for_progress (progress, add_point, writer, NULL);
      if (progress->kind == NN_PROGRESS_STATE)
        {
          ended = progress->state != NN_STATE_RUNNING && progress->state != NN_STATE_PAUSED;
          self->is_paused = progress->state == NN_STATE_PAUSED;
          if (!ended)
            send_state (self, progress->state);
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
      send_frame (self, writer, NULL);
    }
  if (ended)
    end_training (self);
}

gboolean
app_worker_work (AppWorker *self)
{
  if (self->opening != NULL)
    {
      g_autoptr (NnJsonWriter) writer = begin_event ("reading");

      if (g_atomic_int_get (&self->opened))
        end_opening (self);
      else if (g_atomic_int_get (&self->n_to_read) > 0)
        {
          nn_json_writer_add_integer (writer, "done", g_atomic_int_get (&self->n_read));
          nn_json_writer_add_integer (writer, "total", g_atomic_int_get (&self->n_to_read));
          send_frame (self, writer, NULL);
        }
    }
  else if (is_training (self))
    pass_on (self);

  return self->is_connected;
}
