/* trainer.c: learning, step by step
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "engine/trainer.h"

#include "engine/checkpoint.h"
#include "engine/error.h"

#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <inttypes.h>
#include <math.h>
#include <string.h>

/* Everything that a step depends on is in the model, the moments and the
 * position: random numbers and the order of the data are functions of seed,
 * step and epoch.  So a checkpoint is these three, and a training that goes on
 * from one is the training that was never stopped. */

#define SAMPLES_PER_EPOCH 200   /* points of the curve; long epochs have no more */
#define GRADIENT_CHECK    10    /* steps between looks at all gradients */
#define KEPT_CHECKPOINTS  3
#define SAVE_SECONDS      20    /* between checkpoints within an epoch */
#define EPOCH_SAVE_SECONDS 2    /* between checkpoints at the end of epochs */

struct _NnTrainer
{
  NnNetwork     *network;       /* borrowed */
  const NnFeed  *feed;          /* borrowed */
  NnTraining     training;
  char          *folder;        /* of checkpoints, or NULL */
  GAsyncQueue   *queue;         /* of NnProgress, or NULL */
  NnModel       *model;         /* of @network */
  NnPosition     position;
  guint64        steps_per_epoch;
  float         *moments[NN_MAX_MOMENTS];       /* flat as the parameters */
  float         *state_before;  /* running state in front of the step */
  float         *best;          /* parameters, then state, of the best validation */
  gboolean       has_best;
  gboolean       uses_best;     /* the model holds them now */
  float         *last;          /* the last weights, while the best are in use */
  gint64         last_save;     /* monotonic time, µs */
  guint64        saved_step;
  gboolean       has_saved;
  double         seconds;
  guint64        n_steps;
  guint64        n_samples;

  GMutex         mutex;         /* guards @command */
  GCond          cond;
  NnCommand      command;
  int            wants_attention;       /* atomic: something but RUN was asked for */
};

void
nn_progress_free (NnProgress *self)
{
  g_free (self->path);
  g_free (self);
}

static gsize
flat_bytes (NnTrainer *self)
{
  return (gsize) nn_model_get_flat_size (self->model) * sizeof (float);
}

static gsize
state_bytes (NnTrainer *self)
{
  return (gsize) nn_model_get_state_size (self->model) * sizeof (float);
}

NnTrainer *
nn_trainer_new (NnNetwork         *network,
                const NnFeed      *feed,
                const NnTraining  *training,
                const char        *folder,
                GAsyncQueue       *queue,
                GError           **error)
{
  NnTrainer *self;
  gint64 n_train = feed->n_samples[NN_PART_TRAIN];

  if (n_train <= 0)
    {
      g_set_error_literal (error, NN_ERROR, NN_ERROR_FILE,
                           _("There are no samples to train with."));
      return NULL;
    }
  if (!nn_optimiser_check (training->optimiser, training->optimiser_attr, error)
      || !nn_network_check_feed (network, feed, error))
    return NULL;

  self = g_new0 (NnTrainer, 1);
  g_mutex_init (&self->mutex);
  g_cond_init (&self->cond);
  self->network = network;
  self->feed = feed;
  self->training = *training;
  self->training.batch = CLAMP (training->batch, 1, n_train);
  self->folder = g_strdup (folder);
  self->queue = queue != NULL ? g_async_queue_ref (queue) : NULL;
  self->model = nn_model_ref (nn_network_get_model (network));
  self->steps_per_epoch = (guint64) ((n_train + self->training.batch - 1) / self->training.batch);
  self->position.seed = training->seed;
  self->position.best_loss = HUGE_VAL;
  self->position.train_loss = self->position.validation_loss = NAN;
  self->position.train_accuracy = self->position.validation_accuracy = NAN;

  self->state_before = g_try_malloc0 (state_bytes (self) + 1);
  self->best = g_try_malloc0 (flat_bytes (self) + state_bytes (self) + 1);
  self->last = g_try_malloc0 (flat_bytes (self) + state_bytes (self) + 1);
  for (int i = 0; i < training->optimiser->n_moments; i++)
    self->moments[i] = g_try_malloc0 (flat_bytes (self) + 1);
  if (self->state_before == NULL || self->best == NULL || self->last == NULL
      || (training->optimiser->n_moments > 0
          && self->moments[training->optimiser->n_moments - 1] == NULL))
    {
      g_set_error (error, NN_ERROR, NN_ERROR_MEMORY,
                   _("There is no memory for the optimiser’s %d numbers per weight."),
                   training->optimiser->n_moments);
      nn_trainer_free (self);
      return NULL;
    }

  nn_model_initialise (self->model, training->seed);
  return self;
}

void
nn_trainer_free (NnTrainer *self)
{
  for (int i = 0; i < NN_MAX_MOMENTS; i++)
    g_free (self->moments[i]);
  g_free (self->state_before);
  g_free (self->best);
  g_free (self->last);
  nn_model_unref (self->model);
  g_clear_pointer (&self->queue, g_async_queue_unref);
  g_free (self->folder);
  g_mutex_clear (&self->mutex);
  g_cond_clear (&self->cond);
  g_free (self);
}

static double
part_of (double sum,
         gint64 count)
{
  return count > 0 ? sum / (double) count : NAN;
}

static NnProgress *
new_progress (NnTrainer      *self,
              NnProgressKind  kind,
              NnTrainerState  state)
{
  NnProgress *progress = g_new0 (NnProgress, 1);

  progress->kind = kind;
  progress->state = state;
  progress->step = self->position.step;
  progress->total_steps = nn_trainer_get_total (self);
  progress->epoch = self->position.epoch;
  progress->seconds = self->seconds;
  progress->n_steps = self->n_steps;
  progress->n_samples = self->n_samples;

  return progress;
}

static void
tell (NnTrainer  *self,
      NnProgress *progress)
{
  if (self->queue != NULL)
    g_async_queue_push (self->queue, progress);
  else
    nn_progress_free (progress);
}

static void
tell_state (NnTrainer      *self,
            NnTrainerState  state)
{
  tell (self, new_progress (self, NN_PROGRESS_STATE, state));
}

/* The model's parameters and state, to and from one block. */
static void
copy_out (NnTrainer *self,
          float     *block)
{
  memcpy (block, nn_model_get_parameters (self->model), flat_bytes (self));
  memcpy (block + nn_model_get_flat_size (self->model), nn_model_get_state (self->model),
          state_bytes (self));
}

static void
copy_in (NnTrainer   *self,
         const float *block)
{
  memcpy (nn_model_get_parameters (self->model), block, flat_bytes (self));
  memcpy (nn_model_get_state (self->model), block + nn_model_get_flat_size (self->model),
          state_bytes (self));
}

static char *
checkpoint_path (NnTrainer *self,
                 guint64    step)
{
  g_autofree char *name = g_strdup_printf ("step-%010" G_GUINT64_FORMAT ".safetensors", step);

  return g_build_filename (self->folder, name, NULL);
}

/* Steps of the checkpoints in the folder, newest first. */
static GArray *
list_checkpoints (NnTrainer *self)
{
  GArray *steps = g_array_new (FALSE, FALSE, sizeof (guint64));
  g_autoptr (GDir) dir = g_dir_open (self->folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *digits = NULL;
      guint64 step;
      guint at = 0;

      if (!g_str_has_prefix (name, "step-") || !g_str_has_suffix (name, ".safetensors"))
        continue;
      digits = g_strndup (name + 5, strlen (name) - 5 - strlen (".safetensors"));
      if (!g_ascii_string_to_unsigned (digits, 10, 0, G_MAXUINT64, &step, NULL))
        continue;
      while (at < steps->len && g_array_index (steps, guint64, at) > step)
        at++;
      g_array_insert_val (steps, at, step);
    }

  return steps;
}

static void
remove_old_checkpoints (NnTrainer *self)
{
  g_autoptr (GArray) steps = list_checkpoints (self);

  for (guint i = KEPT_CHECKPOINTS; i < steps->len; i++)
    {
      g_autofree char *path = checkpoint_path (self, g_array_index (steps, guint64, i));

      g_unlink (path);
    }
}

static gboolean
save (NnTrainer  *self,
      GError    **error)
{
  g_autofree char *path = NULL;
  NnProgress *progress;

  if (self->folder == NULL)
    return TRUE;

  path = checkpoint_path (self, self->position.step);
  if (!nn_checkpoint_write (path, self->model, self->moments, self->training.optimiser->n_moments,
                            &self->position, error))
    return FALSE;

  self->last_save = g_get_monotonic_time ();
  self->saved_step = self->position.step;
  self->has_saved = TRUE;
  remove_old_checkpoints (self);

  progress = new_progress (self, NN_PROGRESS_CHECKPOINT, NN_STATE_RUNNING);
  progress->path = g_steal_pointer (&path);
  tell (self, progress);
  return TRUE;
}

static gboolean
save_when_due (NnTrainer  *self,
               int         seconds,
               GError    **error)
{
  if (g_get_monotonic_time () - self->last_save < (gint64) seconds * G_USEC_PER_SEC)
    return TRUE;

  return save (self, error);
}

static char *
best_path (NnTrainer *self)
{
  return g_build_filename (self->folder, "best.safetensors", NULL);
}

gboolean
nn_trainer_resume (NnTrainer  *self,
                   char      **warning,
                   GError    **error)
{
  g_autoptr (GArray) steps = NULL;
  g_autoptr (GString) passed = g_string_new (NULL);

  *warning = NULL;
  if (self->folder == NULL)
    return FALSE;

  steps = list_checkpoints (self);
  for (guint i = 0; i < steps->len; i++)
    {
      g_autofree char *path = checkpoint_path (self, g_array_index (steps, guint64, i));
      g_autofree char *best = best_path (self);
      g_autoptr (GError) bad = NULL;
      NnPosition position;

      if (!nn_checkpoint_read (path, self->model, self->moments,
                               self->training.optimiser->n_moments, &position, &bad))
        {
          g_string_append_printf (passed, "%s%s", passed->len > 0 ? "\n" : "", bad->message);
          continue;
        }
      if (position.seed != self->training.seed)
        {
          g_set_error (error, NN_ERROR, NN_ERROR_FILE,
                       _("“%s” was trained with the seed %" PRIu64 ", not %"
                         PRIu64 "."), path, position.seed, self->training.seed);
          return FALSE;
        }

      self->position = position;
      self->saved_step = position.step;
      self->has_saved = TRUE;
      if (passed->len > 0)
        *warning = g_string_free (g_steal_pointer (&passed), FALSE);

      /* The best weights are read through the model and put aside. */
      copy_out (self, self->last);
      if (position.best_epoch > 0 && nn_model_read (self->model, best, NULL))
        {
          copy_out (self, self->best);
          self->has_best = TRUE;
        }
      copy_in (self, self->last);
      return TRUE;
    }

  if (steps->len > 0)
    g_set_error (error, NN_ERROR, NN_ERROR_FILE,
                 _("None of the %u checkpoints in “%s” can be used:\n%s"),
                 steps->len, self->folder, passed->str);
  return FALSE;
}

static gboolean
gradients_are_finite (NnTrainer *self)
{
  const float *g = nn_model_get_gradients (self->model);
  gint64 count = nn_model_get_flat_size (self->model);
  float sum = 0;

  /* An infinite or undefined summand makes the sum so, too. */
  for (gint64 i = 0; i < count; i++)
    sum += g[i] * 0;
  return sum == 0;
}

/* Names the layer where the numbers of the last pass went wrong.  The weights
 * are still those in front of the step. */
static void
report_bad_number (NnTrainer         *self,
                   const NnRunnable  *run,
                   GError           **error)
{
  g_autofree char *where = NULL;
  const char *op = NULL;
  guint node = 0;

  if (!nn_plan_find_bad (run->plan, self->training.seed, self->position.step, &node, &op))
    op = "loss";
  where = nn_network_describe_node (self->network, node);
  memcpy (nn_model_get_state (self->model), self->state_before, state_bytes (self));

  g_set_error (error, NN_ERROR, NN_ERROR_NUMBER,
               _("Training stopped in step %" PRIu64 ": %s gave a number that is infinite "
                 "or none (in “%s”). The weights in front of this step are kept. A lower learning "
                 "rate helps most often; otherwise look for such numbers in the data."),
               self->position.step + 1, where, op);
  nn_error_set_node (error != NULL ? *error : NULL, node);
}

static void
count_step (NnTrainer        *self,
            const NnRunnable *run,
            gint64            count,
            double            loss)
{
  NnPosition *p = &self->position;
  double correct = run->values.correct != NULL
                   ? *(float *) nn_plan_get_data (run->plan, run->values.correct) : NAN;

  p->step++;
  p->position += count;
  p->sample_loss += loss * (double) count;
  p->sample_correct += correct;
  p->sample_count += count;
  p->epoch_loss += loss * (double) count;
  p->epoch_correct += correct;
  p->epoch_count += count;
  self->n_steps++;
  self->n_samples += (guint64) count;
}

static void
tell_sample (NnTrainer *self,
             double     rate)
{
  NnPosition *p = &self->position;
  guint64 interval = MAX (self->steps_per_epoch / SAMPLES_PER_EPOCH, 1);
  NnProgress *progress;

  if (p->step % interval != 0)
    return;

  progress = new_progress (self, NN_PROGRESS_SAMPLE, NN_STATE_RUNNING);
  progress->rate = rate;
  progress->train = (NnScore) {
    p->sample_count, part_of (p->sample_loss, p->sample_count),
    part_of (p->sample_correct, p->sample_count)
  };
  tell (self, progress);
  p->sample_loss = p->sample_correct = 0;
  p->sample_count = 0;
}

/* Forward, backward, update.  @done is set behind the last batch of the epoch. */
static gboolean
train_step (NnTrainer  *self,
            gboolean   *done,
            GError    **error)
{
  const NnRunnable *run;
  NnUpdate update = { 0 };
  NnBatch batch;
  double loss;

  if (!self->feed->next (self->feed->data, &batch, error))
    return FALSE;
  *done = batch.count == 0;
  if (*done)
    return TRUE;

  run = nn_network_get (self->network, NN_MODE_TRAIN, batch.count, error);
  if (run == NULL)
    return FALSE;
  nn_plan_bind (run->plan, run->values.input, batch.input);
  if (run->values.target != NULL)
    nn_plan_bind (run->plan, run->values.target, batch.target);
  memcpy (self->state_before, nn_model_get_state (self->model), state_bytes (self));
  nn_plan_run (run->plan, self->training.seed, self->position.step);

  loss = *(float *) nn_plan_get_data (run->plan, run->values.loss);
  if (!isfinite (loss)
      || (self->position.step % GRADIENT_CHECK == 0 && !gradients_are_finite (self)))
    {
      report_bad_number (self, run, error);
      return FALSE;
    }

  update.w = nn_model_get_parameters (self->model);
  update.g = nn_model_get_gradients (self->model);
  memcpy (update.moment, self->moments, sizeof update.moment);
  memcpy (update.attr, self->training.optimiser_attr, sizeof update.attr);
  update.rate = nn_schedule_rate (&self->training.schedule, self->position.step,
                                  self->steps_per_epoch, nn_trainer_get_total (self));
  update.gradient_factor = 1;
  update.step = self->position.step + 1;
  {
    NnDevice *device = nn_network_get_device (self->network);

    device->klass->update (device, self->training.optimiser, &update,
                           nn_model_get_flat_size (self->model));
  }

  count_step (self, run, batch.count, loss);
  tell_sample (self, update.rate);
  return TRUE;
}

static gboolean
keep_best (NnTrainer  *self,
           GError    **error)
{
  g_autofree char *path = NULL;

  copy_out (self, self->best);
  self->has_best = TRUE;
  if (self->folder == NULL)
    return TRUE;

  path = best_path (self);
  return nn_model_write (self->model, path, error);
}

/* Scores, best weights, and the start of the next epoch. */
static gboolean
end_epoch (NnTrainer  *self,
           GError    **error)
{
  NnPosition *p = &self->position;
  NnScore validation = { 0, NAN, NAN };
  NnProgress *progress;
  gboolean is_best;

  if (self->feed->n_samples[NN_PART_VALIDATION] > 0
      && !nn_network_evaluate (self->network, self->feed, NN_PART_VALIDATION, self->training.batch,
                               NULL, &validation, error))
    return FALSE;

  p->epoch++;
  p->position = 0;
  p->train_loss = part_of (p->epoch_loss, p->epoch_count);
  p->train_accuracy = part_of (p->epoch_correct, p->epoch_count);
  p->validation_loss = validation.loss;
  p->validation_accuracy = validation.accuracy;
  is_best = validation.n_samples > 0 && validation.loss < p->best_loss;
  if (is_best)
    {
      p->best_loss = validation.loss;
      p->best_epoch = p->epoch;
      if (!keep_best (self, error))
        return FALSE;
    }

  progress = new_progress (self, NN_PROGRESS_EPOCH, NN_STATE_RUNNING);
  progress->train = (NnScore) { p->epoch_count, p->train_loss, p->train_accuracy };
  progress->validation = validation;
  progress->is_best = is_best;
  tell (self, progress);

  p->epoch_loss = p->epoch_correct = 0;
  p->epoch_count = 0;
  return TRUE;
}

/* Waits while paused.  TRUE to stop. */
static gboolean
obey (NnTrainer *self)
{
  gboolean stop;

  if (!g_atomic_int_get (&self->wants_attention))
    return FALSE;

  g_mutex_lock (&self->mutex);
  if (self->command == NN_COMMAND_PAUSE)
    {
      g_mutex_unlock (&self->mutex);
      tell_state (self, NN_STATE_PAUSED);
      g_mutex_lock (&self->mutex);
      while (self->command == NN_COMMAND_PAUSE)
        g_cond_wait (&self->cond, &self->mutex);
      if (self->command == NN_COMMAND_RUN)
        {
          g_mutex_unlock (&self->mutex);
          tell_state (self, NN_STATE_RUNNING);
          g_mutex_lock (&self->mutex);
        }
    }
  stop = self->command == NN_COMMAND_STOP;
  if (self->command == NN_COMMAND_STEP)
    self->command = NN_COMMAND_PAUSE;
  else if (self->command == NN_COMMAND_RUN)
    g_atomic_int_set (&self->wants_attention, 0);
  g_mutex_unlock (&self->mutex);

  return stop;
}

void
nn_trainer_command (NnTrainer *self,
                    NnCommand  command)
{
  g_mutex_lock (&self->mutex);

  /* A stop is final. */
  if (self->command != NN_COMMAND_STOP)
    self->command = command;
  g_atomic_int_set (&self->wants_attention, 1);
  g_cond_signal (&self->cond);
  g_mutex_unlock (&self->mutex);
}

static gboolean
is_over (NnTrainer *self)
{
  const NnPosition *p = &self->position;

  if (p->epoch >= self->training.epochs)
    return TRUE;

  return self->training.patience > 0 && p->position == 0 && p->best_epoch > 0
         && p->epoch - p->best_epoch >= self->training.patience;
}

/* One epoch, or what is left of it; TRUE in @stopped when somebody asked. */
static gboolean
run_epoch (NnTrainer  *self,
           gboolean   *stopped,
           GError    **error)
{
  gboolean done = FALSE;

  if (!self->feed->begin (self->feed->data, NN_PART_TRAIN, self->training.seed,
                          self->position.epoch, self->position.position, self->training.batch,
                          error))
    return FALSE;

  while (!done)
    {
      gint64 start;

      if (obey (self)
          || (self->training.stop_at_step > 0
              && self->position.step >= self->training.stop_at_step))
        {
          *stopped = TRUE;
          return TRUE;
        }

      start = g_get_monotonic_time ();
      if (!train_step (self, &done, error))
        return FALSE;
      self->seconds += (double) (g_get_monotonic_time () - start) / G_USEC_PER_SEC;
      if (!done && !save_when_due (self, SAVE_SECONDS, error))
        return FALSE;
    }

  return end_epoch (self, error) && save_when_due (self, EPOCH_SAVE_SECONDS, error);
}

gboolean
nn_trainer_run (NnTrainer  *self,
                GError    **error)
{
  gboolean stopped = FALSE;
  gboolean ok = TRUE;

  self->last_save = g_get_monotonic_time ();
  tell_state (self, NN_STATE_RUNNING);
  while (ok && !stopped && !is_over (self))
    ok = run_epoch (self, &stopped, error);

  self->position.finished = ok && !stopped;

  /* After a failure the position is that of the last good step.  If saving is
   * what failed, trying again would only hide why. */
  if (ok)
    ok = save (self, error);
  else if (!self->has_saved || self->saved_step != self->position.step)
    save (self, NULL);

  tell_state (self, !ok ? NN_STATE_FAILED : stopped ? NN_STATE_STOPPED : NN_STATE_DONE);
  return ok;
}

guint64
nn_trainer_get_step (NnTrainer *self)
{
  return self->position.step;
}

guint64
nn_trainer_get_total (NnTrainer *self)
{
  return self->steps_per_epoch * self->training.epochs;
}

guint32
nn_trainer_get_epoch (NnTrainer *self)
{
  return self->position.epoch;
}

double
nn_trainer_get_seconds (NnTrainer *self)
{
  return self->seconds;
}

guint64
nn_trainer_get_samples (NnTrainer *self)
{
  return self->n_samples;
}

NnScore
nn_trainer_get_train (NnTrainer *self)
{
  return (NnScore) {
    self->feed->n_samples[NN_PART_TRAIN], self->position.train_loss, self->position.train_accuracy
  };
}

NnScore
nn_trainer_get_validation (NnTrainer *self)
{
  return (NnScore) {
    self->feed->n_samples[NN_PART_VALIDATION], self->position.validation_loss,
    self->position.validation_accuracy
  };
}

char *
nn_trainer_get_digest (NnTrainer *self)
{
  char *digest;

  if (!self->uses_best)
    return nn_checkpoint_digest (self->model, self->moments, self->training.optimiser->n_moments);

  /* The digest is of the last step, also while the best weights are in use. */
  copy_in (self, self->last);
  digest = nn_checkpoint_digest (self->model, self->moments, self->training.optimiser->n_moments);
  copy_in (self, self->best);
  return digest;
}

gboolean
nn_trainer_use_best (NnTrainer *self)
{
  if (!self->training.keep_best || !self->has_best || self->uses_best
      || self->position.best_epoch == self->position.epoch)
    return FALSE;

  copy_out (self, self->last);
  copy_in (self, self->best);
  self->uses_best = TRUE;
  return TRUE;
}
