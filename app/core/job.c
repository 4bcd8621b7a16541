/* job.c: one training from the opened data to the written run
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "app/core/job.h"

#include "app/core/curves.h"
#include "app/core/evaluation.h"
#include "app/core/run-log.h"
#include "engine/checkpoint.h"
#include "engine/error.h"
#include "engine/file.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <math.h>

struct _AppJob
{
  char        *folder;
  char        *project_path;
  NnTraining   training;
  NnDevice    *device;
  AppSamples  *samples;
  NnNetwork   *network;
  GAsyncQueue *queue;
  NnTrainer   *trainer;
  AppRunLog   *log;
  GThread     *thread;
  GError      *error;           /* of the thread, or of the log */
  gboolean     ended;           /* the thread has sent its last message */
  NnTrainerState state;
};

static gboolean
make_folders (const char  *folder,
              GError     **error)
{
  g_autofree char *checkpoints = g_build_filename (folder, "checkpoints", NULL);

  if (g_mkdir_with_parents (checkpoints, 0755) == 0)
    return TRUE;

  g_set_error (error, NN_ERROR, NN_ERROR_FILE, _("The folder “%s” cannot be made: %s."),
               checkpoints, g_strerror (errno));
  return FALSE;
}

static gboolean
write_project (AppJob            *self,
               const AppProject  *project,
               GError           **error)
{
  g_autofree char *path = g_build_filename (self->folder, "project.json", NULL);
  g_autoptr (GBytes) vocabulary = app_samples_dup_vocabulary (self->samples);
  g_autofree char *text = NULL;
  gsize length;

  text = app_project_to_json (project, &length);
  return nn_file_write (path, text, length, error)
         && (vocabulary == NULL || app_run_write_vocabulary (self->folder, vocabulary, error));
}

static void
fill_info (AppJob     *self,
           const char *state,
           AppRunInfo *info)
{
  NnScore train = nn_trainer_get_train (self->trainer);
  NnScore validation = nn_trainer_get_validation (self->trainer);

  info->state = g_strdup (state);
  info->project = g_strdup (self->project_path);
  info->version = g_strdup (EPOCH_VERSION);
  info->device = g_strdup (nn_device_get_name (self->device));
  info->threads = nn_device_get_threads (self->device);
  info->seed = self->training.seed;
  info->epochs = nn_trainer_get_epoch (self->trainer);
  info->steps = nn_trainer_get_step (self->trainer);
  info->total_steps = nn_trainer_get_total (self->trainer);
  info->parameters = nn_model_count_parameters (nn_network_get_model (self->network));
  info->seconds = nn_trainer_get_seconds (self->trainer);
  info->per_second = info->seconds > 0
                     ? (double) nn_trainer_get_samples (self->trainer) / info->seconds : 0;
  info->waited_seconds = (double) app_samples_get_stall_ns (self->samples) / 1e9;
  info->train_loss = train.loss;
  info->train_accuracy = train.accuracy;
  info->validation_loss = validation.loss;
  info->validation_accuracy = validation.accuracy;
  info->test_loss = info->test_accuracy = NAN;
}

/* Makes a trainer on a fresh or resumed run. */
static gboolean
prepare (AppJob               *self,
         const AppProject     *project,
         const AppJobOptions  *options,
         char                **warning,
         GError              **error)
{
  g_autofree char *checkpoints = g_build_filename (self->folder, "checkpoints", NULL);
  const NnFeed *feed = app_samples_get_feed (self->samples,
                                             app_graph_wants_numbers (project->graph));
  g_autoptr (GError) resume_error = NULL;

  if (!app_samples_check_graph (self->samples, project->graph, error)
      || (self->network = nn_network_new (project->graph, self->device, error)) == NULL
      || (self->trainer = nn_trainer_new (self->network, feed, &self->training, checkpoints,
                                          self->queue, error)) == NULL)
    return FALSE;

  if (options->resume && !nn_trainer_resume (self->trainer, warning, &resume_error)
      && resume_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&resume_error));
      return FALSE;
    }

  return TRUE;
}

AppJob *
app_job_new (const AppProject     *project,
             const AppJobOptions  *options,
             DsProgressFunc        progress,
             void                 *data,
             GCancellable         *cancellable,
             char                **warning,
             GError              **error)
{
  g_autoptr (AppJob) self = g_new0 (AppJob, 1);
  g_autoptr (GBytes) vocabulary = NULL;

  *warning = NULL;
  self->folder = g_strdup (options->folder);
  self->project_path = g_strdup (options->project_path);
  self->training = project->training;
  self->training.stop_at_step = options->stop_at_step;
  self->queue = g_async_queue_new_full ((GDestroyNotify) nn_progress_free);
  self->device = nn_device_open (project->device, project->threads, error);
  if (self->device == NULL)
    return NULL;

  /* A run goes on with the tokens that it began with. */
  if (options->resume)
    vocabulary = app_run_read_vocabulary (self->folder);
  self->samples = app_samples_open (&project->data, vocabulary, progress, data, cancellable,
                                    error);
  if (self->samples == NULL
      || !prepare (self, project, options, warning, error)
      || !make_folders (self->folder, error)
      || !write_project (self, project, error))
    return NULL;

  app_evaluation_forget (self->folder);
  return g_steal_pointer (&self);
}

void
app_job_free (AppJob *self)
{
  if (self->thread != NULL)
    {
      nn_trainer_command (self->trainer, NN_COMMAND_STOP);
      g_thread_join (self->thread);
    }
  g_clear_pointer (&self->log, app_run_log_free);
  g_clear_pointer (&self->trainer, nn_trainer_free);
  g_clear_pointer (&self->network, nn_network_free);
  g_clear_pointer (&self->samples, app_samples_free);
  g_clear_pointer (&self->device, nn_device_unref);
  g_clear_pointer (&self->queue, g_async_queue_unref);
  g_clear_error (&self->error);
  g_free (self->project_path);
  g_free (self->folder);
  g_free (self);
}

static void *
train_thread (void *data)
{
  AppJob *self = data;
  GError *error = NULL;

  nn_trainer_run (self->trainer, &error);
  return error;
}

gboolean
app_job_start (AppJob  *self,
               GError **error)
{
  g_autofree char *path = g_build_filename (self->folder, "events.bin", NULL);
  AppRunInfo info = { 0 };
  gboolean ok;

  self->log = app_run_log_open (path, nn_trainer_get_step (self->trainer), error);
  if (self->log == NULL)
    return FALSE;

  fill_info (self, "running", &info);
  ok = app_run_write_info (self->folder, &info, error);
  app_run_info_clear (&info);
  if (!ok)
    return FALSE;

  self->thread = g_thread_new ("train", train_thread, self);
  return TRUE;
}

static gboolean
log_point (const char  *tag,
           guint64      step,
           double       value,
           void        *data,
           GError     **error)
{
  AppJob *self = data;

  return app_run_log_add (self->log, step, g_get_real_time (), tag, value, error);
}

static gboolean
log_progress (AppJob            *self,
              const NnProgress  *progress,
              GError           **error)
{
  if (!app_curves_for_progress (progress, log_point, self, error))
    return FALSE;

  /* A checkpoint must not know more than the log: what it covers is written. */
  return progress->kind == NN_PROGRESS_SAMPLE || app_run_log_flush (self->log, error);
}

NnProgress *
app_job_next (AppJob  *self,
              guint64  timeout_us)
{
  NnProgress *progress;

  if (self->ended)
    return NULL;
  progress = g_async_queue_timeout_pop (self->queue, timeout_us);
  if (progress == NULL)
    {
      app_run_log_flush (self->log, NULL);
      return NULL;
    }

  /* A log that cannot be written ends the training; the first reason counts. */
  if (!log_progress (self, progress, self->error == NULL ? &self->error : NULL))
    nn_trainer_command (self->trainer, NN_COMMAND_STOP);

  if (progress->kind == NN_PROGRESS_STATE && progress->state != NN_STATE_RUNNING
      && progress->state != NN_STATE_PAUSED)
    {
      self->ended = TRUE;
      self->state = progress->state;
    }
  return progress;
}

void
app_job_command (AppJob    *self,
                 NnCommand  command)
{
  nn_trainer_command (self->trainer, command);
}

static gboolean
score_test (AppJob      *self,
            AppRunInfo  *info,
            GError     **error)
{
  const NnFeed *feed = app_samples_get_feed (self->samples,
                                             app_graph_wants_numbers (
                                               nn_network_get_graph (self->network)));
  g_autoptr (AppEvaluation) evaluation = NULL;

  if (feed->n_samples[NN_PART_TEST] == 0)
    return TRUE;
  evaluation = app_evaluation_new (self->network, self->samples, NN_PART_TEST,
                                   self->training.batch, NULL, NULL, error);
  if (evaluation == NULL || !app_evaluation_save (evaluation, self->folder, error))
    return FALSE;

  info->test_loss = evaluation->score.loss;
  info->test_accuracy = evaluation->score.accuracy;
  return TRUE;
}

static char *
weights_path (AppJob *self)
{
  return g_build_filename (self->folder, "weights.safetensors", NULL);
}

gboolean
app_job_finish (AppJob      *self,
                AppRunInfo  *info,
                GError     **error)
{
  static const char *const states[] = {
    [NN_STATE_RUNNING] = "running",
    [NN_STATE_PAUSED]  = "running",
    [NN_STATE_STOPPED] = "stopped",
    [NN_STATE_DONE]    = "done",
    [NN_STATE_FAILED]  = "failed",
  };
  g_autofree char *weights = weights_path (self);
  GError *failure = g_thread_join (g_steal_pointer (&self->thread));

  /* What the trainer has said and nobody has asked for yet. */
  while (!self->ended)
    {
      g_autoptr (NnProgress) progress = app_job_next (self, 0);

      if (progress == NULL)
        break;
    }

  if (self->error == NULL)
    self->error = failure;
  else
    g_clear_error (&failure);

  fill_info (self, states[self->state], info);
  info->digest = nn_trainer_get_digest (self->trainer);
  if (self->error == NULL && self->state == NN_STATE_DONE)
    {
      if (!nn_trainer_use_best (self->trainer))
        nn_trainer_use_average (self->trainer);
      score_test (self, info, &self->error);
    }
  else
    nn_trainer_use_average (self->trainer);
  if (self->error == NULL)
    nn_model_write (nn_network_get_model (self->network), weights, &self->error);

  if (self->error != NULL)
    {
      g_free (info->state);
      info->state = g_strdup ("failed");
      info->message = g_strdup (self->error->message);
    }
  app_run_write_info (self->folder, info, self->error == NULL ? &self->error : NULL);
  if (self->error == NULL)
    return TRUE;

  g_propagate_error (error, g_steal_pointer (&self->error));
  return FALSE;
}

GBytes *
app_job_map_weights (AppJob  *self,
                     GError **error)
{
  g_autofree char *path = weights_path (self);

  return nn_file_map (path, error);
}

AppSamples *
app_job_get_samples (AppJob *self)
{
  return self->samples;
}

NnNetwork *
app_job_get_network (AppJob *self)
{
  return self->network;
}

const char *
app_job_get_folder (AppJob *self)
{
  return self->folder;
}

guint64
app_job_get_step (AppJob *self)
{
  return nn_trainer_get_step (self->trainer);
}

guint64
app_job_get_total (AppJob *self)
{
  return nn_trainer_get_total (self->trainer);
}
