/* trainer.c: learning, step by step
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "engine/trainer.h"

#include "engine/checkpoint.h"
#include "engine/checkpoints.h"
#include "engine/error.h"
#include "engine/snapshot.h"
#include "engine/updater.h"
#include "engine/watch.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <math.h>
#include <string.h>

/* Everything that a step depends on is in the model, the updater’s buffers and the
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
  NnUpdater     *updater;
  float         *state_before;  /* running state in front of the step */
  NnSnapshot    *best;          /* of the best validation */
  gboolean       has_best;
  gboolean       uses_best;     /* the model holds them now */
  gboolean       uses_average;  /* or the running mean */
  NnSnapshot    *last;          /* the last weights, while the best are in use */
  gint64         last_save;     /* monotonic time, µs */
  guint64        saved_step;
  gboolean       has_saved;
  double         seconds;
  guint64        n_steps;
  guint64        n_samples;

  NnControl     *control;
};

void
nn_progress_free (NnProgress *self)
{
  g_free (self->path);
  g_free (self);
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
  if (!nn_training_check (training, error)
      || !nn_network_check_feed (network, feed, error)
      || !nn_watch_check (network, training, error))
    return NULL;

  self = g_new0 (NnTrainer, 1);
  self->control = nn_control_new ();
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
  self->position.schedule = nn_schedule_begin (&training->schedule);
  self->position.train_loss = self->position.validation_loss = NAN;
  self->position.train_accuracy = self->position.validation_accuracy = NAN;

  self->state_before = g_malloc0 (state_bytes (self) + 1);

  if ((self->best = nn_snapshot_new (self->model, error)) == NULL
      || (self->last = nn_snapshot_new (self->model, error)) == NULL
      || (self->updater = nn_updater_new (self->model, nn_network_get_device (network),
                                          &self->training, self->steps_per_epoch, error)) == NULL
      || !nn_model_initialise (self->model, training->seed, error))
    {
      nn_trainer_free (self);
      return NULL;
    }

  return self;
}

void
nn_trainer_free (NnTrainer *self)
{
  g_clear_pointer (&self->updater, nn_updater_free);
  g_free (self->state_before);
  g_clear_pointer (&self->best, nn_snapshot_free);
  g_clear_pointer (&self->last, nn_snapshot_free);
  nn_model_unref (self->model);
  g_clear_pointer (&self->queue, g_async_queue_unref);
  g_free (self->folder);
  nn_control_free (self->control);
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

static gboolean
save (NnTrainer  *self,
      GError    **error)
{
  g_autofree char *path = NULL;
  NnProgress *progress;
  const NnBuffer *buffers;
  int n_buffers;

  if (self->folder == NULL)
    return TRUE;

  path = nn_checkpoint_path (self->folder, self->position.step);
  buffers = nn_updater_get_buffers (self->updater, &n_buffers);
  if (!nn_checkpoint_write (path, self->model, buffers, n_buffers, &self->position, error))
    return FALSE;

  self->last_save = g_get_monotonic_time ();
  self->saved_step = self->position.step;
  self->has_saved = TRUE;
  nn_checkpoints_prune (self->folder, KEPT_CHECKPOINTS);

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
  const NnBuffer *buffers;
  int n_buffers;

  *warning = NULL;
  if (self->folder == NULL)
    return FALSE;

  buffers = nn_updater_get_buffers (self->updater, &n_buffers);
  steps = nn_checkpoints_list (self->folder);
  for (guint i = 0; i < steps->len; i++)
    {
      g_autofree char *path = nn_checkpoint_path (self->folder, g_array_index (steps, guint64, i));
      g_autofree char *best = best_path (self);
      g_autoptr (GError) bad = NULL;
      NnPosition position = self->position;

      if (!nn_checkpoint_read (path, self->model, buffers, n_buffers, &position, &bad))
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
      nn_snapshot_take (self->last);
      if (position.best_epoch > 0 && nn_model_read (self->model, best, NULL))
        {
          nn_snapshot_take (self->best);
          self->has_best = TRUE;
        }
      nn_snapshot_put_back (self->last);
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

/* One more pass over a batch for an optimiser that wants to know. */
typedef struct
{
  NnTrainer        *trainer;
  const NnRunnable *run;
  double            loss;       /* the last one */
} Look;

static double
pass (NnTrainer        *self,
      const NnRunnable *run)
{
  nn_plan_run (run->plan, self->training.seed, self->position.step);
  return *(float *) nn_plan_get_data (run->plan, run->values.loss);
}

/* Running state moves once in a step, however often the batch is looked at. */
static double
look_again (void *data)
{
  Look *look = data;

  memcpy (nn_model_get_state (look->trainer->model), look->trainer->state_before,
          state_bytes (look->trainer));
  look->loss = pass (look->trainer, look->run);
  return look->loss;
}

/* What a search has found; the weights in front of it, and an error, when it
 * went where there are no numbers. */
static gboolean
learn (NnTrainer        *self,
       const NnRunnable *run,
       gint64            count,
       double            loss,
       double           *rate,
       GError          **error)
{
  Look look = { self, run, loss };
  gboolean searches = self->training.optimiser->search != NULL;

  if (searches)
    nn_snapshot_take (self->last);
  *rate = nn_updater_learn (self->updater, &self->position, count, loss, look_again, &look);
  if (isfinite (look.loss))
    return TRUE;

  report_bad_number (self, run, error);
  nn_snapshot_put_back (self->last);
  memcpy (nn_model_get_state (self->model), self->state_before, state_bytes (self));
  return FALSE;
}

/* Forward, backward, update.  @done is set behind the last batch of the epoch. */
static gboolean
train_step (NnTrainer  *self,
            gboolean   *done,
            GError    **error)
{
  const NnRunnable *run;
  NnBatch batch;
  double loss, rate;

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
  loss = pass (self, run);
  if (!isfinite (loss)
      || (self->position.step % GRADIENT_CHECK == 0 && !gradients_are_finite (self)))
    {
      report_bad_number (self, run, error);
      return FALSE;
    }

  if (!learn (self, run, batch.count, loss, &rate, error))
    return FALSE;

  count_step (self, run, batch.count, loss);
  tell_sample (self, rate);
  return TRUE;
}

static gboolean
keep_best (NnTrainer  *self,
           GError    **error)
{
  g_autofree char *path = NULL;

  nn_snapshot_take (self->best);
  self->has_best = TRUE;
  if (self->folder == NULL)
    return TRUE;

  path = best_path (self);
  return nn_model_write (self->model, path, error);
}

/* Scores of the validation, with the weights that the training is for, and the
 * best ones put aside. */
static gboolean
validate (NnTrainer  *self,
          NnScore    *score,
          gboolean   *is_best,
          GError    **error)
{
  NnPosition *p = &self->position;
  double cost;

  *is_best = FALSE;
  if (self->feed->n_samples[NN_PART_VALIDATION] == 0)
    return TRUE;
  if (!nn_watch_validate (self->network, self->feed, &self->training, score, &cost, error))
    return FALSE;

  *is_best = cost < p->best_loss;
  if (!*is_best)
    return TRUE;

  p->best_loss = cost;
  p->best_epoch = p->epoch + 1;
  return keep_best (self, error);
}

/* Scores, and the start of the next epoch. */
static gboolean
end_epoch (NnTrainer  *self,
           GError    **error)
{
  NnPosition *p = &self->position;
  NnScore validation = { 0, NAN, NAN };
  NnProgress *progress;
  gboolean is_best;
  gboolean swapped = nn_updater_swap_average (self->updater, p);
  gboolean ok = validate (self, &validation, &is_best, error);

  if (swapped)
    nn_updater_swap_average (self->updater, p);
  if (!ok)
    return FALSE;

  p->epoch++;
  p->position = 0;
  p->train_loss = part_of (p->epoch_loss, p->epoch_count);
  p->train_accuracy = part_of (p->epoch_correct, p->epoch_count);
  p->validation_loss = validation.loss;
  p->validation_accuracy = validation.accuracy;
  nn_schedule_watch (&self->training.schedule,
                     validation.n_samples > 0 ? validation.loss : p->train_loss, &p->schedule);

  progress = new_progress (self, NN_PROGRESS_EPOCH, NN_STATE_RUNNING);
  progress->train = (NnScore) { p->epoch_count, p->train_loss, p->train_accuracy };
  progress->validation = validation;
  progress->is_best = is_best;
  tell (self, progress);

  p->epoch_loss = p->epoch_correct = 0;
  p->epoch_count = 0;
  return TRUE;
}

/* Told between batches when the training pauses and goes on. */
static void
pause_cb (void     *data,
          gboolean  paused)
{
  tell_state (data, paused ? NN_STATE_PAUSED : NN_STATE_RUNNING);
}

void
nn_trainer_command (NnTrainer *self,
                    NnCommand  command)
{
  nn_control_command (self->control, command);
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

      if (nn_control_obey (self->control, pause_cb, self)
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
  int n_buffers;
  const NnBuffer *buffers = nn_updater_get_buffers (self->updater, &n_buffers);
  char *digest;

  /* The digest is of the last step, also while other weights are in use. */
  if (self->uses_best)
    nn_snapshot_put_back (self->last);
  else if (self->uses_average)
    nn_updater_swap_average (self->updater, &self->position);
  digest = nn_checkpoint_digest (self->model, buffers, n_buffers);
  if (self->uses_best)
    nn_snapshot_put_back (self->best);
  else if (self->uses_average)
    nn_updater_swap_average (self->updater, &self->position);

  return digest;
}

gboolean
nn_trainer_use_best (NnTrainer *self)
{
  if (!self->training.keep_best || !self->has_best || self->uses_best || self->uses_average
      || self->position.best_epoch == self->position.epoch)
    return FALSE;

  nn_snapshot_take (self->last);
  nn_snapshot_put_back (self->best);
  self->uses_best = TRUE;
  return TRUE;
}

gboolean
nn_trainer_use_average (NnTrainer *self)
{
  if (self->uses_best || self->uses_average
      || !nn_updater_swap_average (self->updater, &self->position))
    return FALSE;

  self->uses_average = TRUE;
  return TRUE;
}
