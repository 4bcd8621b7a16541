/* test-trainer.c: training comes out the same however it is interrupted
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "engine/checkpoint.h"
#include "engine/error.h"
#include "engine/random.h"
#include "engine/template.h"
#include "engine/trainer.h"

#include <glib/gstdio.h>
#include <math.h>
#include <string.h>

#define N_TRAIN      90
#define N_VALIDATION 40
#define BATCH        16         /* leaves a smaller last batch */

static NnDevice *device;

/* Points in a ring of two classes, small enough for a thousand steps a second. */
typedef struct
{
  float     x[N_TRAIN + N_VALIDATION][2];
  gint64    label[N_TRAIN + N_VALIDATION];
  float     batch_x[BATCH][2];
  gint64    batch_label[BATCH];
  guint32   order[N_TRAIN + N_VALIDATION];
  gint64    position, end, size;
  float     poison;             /* what the samples of the third batch are scaled by */
  int       n_batches;
} Points;

static gboolean
points_begin (void     *data,
              NnPart    part,
              guint64   seed,
              guint32   epoch,
              gint64    position,
              gint64    batch,
              GError  **error)
{
  Points *self = data;
  NnRandom random;

  nn_random_init (&random, seed, epoch);
  nn_random_shuffle (&random, self->order, N_TRAIN);
  for (guint32 i = N_TRAIN; i < N_TRAIN + N_VALIDATION; i++)
    self->order[i] = i;
  self->position = part == NN_PART_TRAIN ? position : N_TRAIN;
  self->end = part == NN_PART_TRAIN ? N_TRAIN : N_TRAIN + N_VALIDATION;
  self->size = batch;
  return TRUE;
}

static gboolean
points_next (void     *data,
             NnBatch  *batch,
             GError  **error)
{
  Points *self = data;

  batch->count = MIN (self->size, self->end - self->position);
  self->n_batches++;
  for (gint64 i = 0; i < batch->count; i++)
    {
      guint32 at = self->order[self->position + i];
      float factor = self->poison != 0 && self->n_batches == 3 ? self->poison : 1;

      self->batch_x[i][0] = self->x[at][0] * factor;
      self->batch_x[i][1] = self->x[at][1] * factor;
      self->batch_label[i] = self->label[at];
    }
  self->position += batch->count;
  batch->input = self->batch_x;
  batch->target = self->batch_label;
  return TRUE;
}

static NnFeed
points_init (Points *self)
{
  NnRandom random;

  memset (self, 0, sizeof *self);
  nn_random_init (&random, 5, 1);
  for (int i = 0; i < N_TRAIN + N_VALIDATION; i++)
    {
      self->label[i] = i % 2;
      self->x[i][0] = nn_random_normal (&random) * 0.3f + (i % 2 ? 0.7f : -0.7f);
      self->x[i][1] = nn_random_normal (&random) * 0.3f;
    }

  return (NnFeed) {
    .n_samples = { N_TRAIN, N_VALIDATION, 0 }, .n_classes = 2, .data = self,
    .begin = points_begin, .next = points_next,
  };
}

static NnNetwork *
make_network (const char *layers)
{
  NnTemplate template = { "test", "Test", "A test.", layers };
  NnShape item = NN_SHAPE (2);
  g_autoptr (GError) error = NULL;
  g_autoptr (NnGraph) graph = nn_template_build (&template, &item, 2, &error);
  NnNetwork *network;

  g_assert_no_error (error);
  network = nn_network_new (graph, device, &error);
  g_assert_no_error (error);
  return network;
}

static const char layers[] =
  "linear features=12\nbatch-norm\nrelu\ndropout rate=0.3\nlinear features=2";

static NnTraining
make_training (guint32 epochs)
{
  NnTraining training = {
    .epochs = epochs, .batch = BATCH, .seed = 9,
    .optimiser = nn_optimiser_find ("adam"),
    .schedule = nn_schedule_initial (nn_schedule_kind_find ("cosine"), 0.01),
    .keep_best = TRUE,
  };

  nn_attrs_initial (training.optimiser->attrs, training.optimiser_attr);
  training.schedule.warmup_steps = 5;
  return training;
}

static char *
make_folder (void)
{
  return g_dir_make_tmp ("epoch-test-XXXXXX", NULL);
}

static void
remove_folder (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);

      g_unlink (path);
    }
  g_rmdir (folder);
}

/* One process's part of a training: its digest, and what it told. */
static char *
train (const NnTraining *training,
       const char       *folder,
       gboolean          resume,
       GString          *told)
{
  Points points;
  NnFeed feed = points_init (&points);
  g_autoptr (NnNetwork) network = make_network (layers);
  g_autoptr (GError) error = NULL;
  g_autofree char *warning = NULL;
  GAsyncQueue *queue = g_async_queue_new_full ((GDestroyNotify) nn_progress_free);
  NnTrainer *trainer = nn_trainer_new (network, &feed, training, folder, queue, &error);
  NnProgress *progress;
  char *digest;

  g_assert_no_error (error);
  if (resume)
    g_assert_true (nn_trainer_resume (trainer, &warning, &error));
  g_assert_no_error (error);
  nn_trainer_run (trainer, &error);
  g_assert_no_error (error);
  digest = nn_trainer_get_digest (trainer);

  while ((progress = g_async_queue_try_pop (queue)) != NULL)
    {
      if (told != NULL && progress->kind == NN_PROGRESS_SAMPLE)
        g_string_append_printf (told, "%" G_GUINT64_FORMAT ":%.9g ", progress->step,
                                progress->train.loss);
      nn_progress_free (progress);
    }
  nn_trainer_free (trainer);
  g_async_queue_unref (queue);
  return digest;
}

static void
test_same_twice (void)
{
  NnTraining training = make_training (4);
  g_autoptr (GString) told_first = g_string_new (NULL);
  g_autoptr (GString) told_second = g_string_new (NULL);
  g_autofree char *first = train (&training, NULL, FALSE, told_first);
  g_autofree char *second = train (&training, NULL, FALSE, told_second);
  g_autofree char *other = NULL;

  g_assert_cmpstr (first, ==, second);
  g_assert_cmpstr (told_first->str, ==, told_second->str);
  g_assert_cmpuint (strlen (first), ==, 64);

  training.seed++;
  other = train (&training, NULL, FALSE, NULL);
  g_assert_cmpstr (first, !=, other);
}

/* Stopped after each of several steps, in the middle and at the end of epochs:
 * weights, and the curve, are those of the training that went through. */
static void
test_resume (void)
{
  const guint64 stops[] = { 1, 4, 6, 7, 13, 23 };
  NnTraining training = make_training (4);
  g_autoptr (GString) told = g_string_new (NULL);
  g_autofree char *whole = train (&training, NULL, FALSE, told);

  for (gsize i = 0; i < G_N_ELEMENTS (stops); i++)
    {
      g_autofree char *folder = make_folder ();
      g_autoptr (GString) both = g_string_new (NULL);
      g_autofree char *half = NULL;
      g_autofree char *digest = NULL;

      training.stop_at_step = stops[i];
      half = train (&training, folder, FALSE, both);
      training.stop_at_step = 0;
      digest = train (&training, folder, TRUE, both);
      g_assert_cmpstr (digest, ==, whole);
      g_assert_cmpstr (both->str, ==, told->str);
      remove_folder (folder);
    }
}

/* The newest checkpoint is damaged: the one before it serves. */
static void
test_damaged_checkpoint (void)
{
  NnTraining training = make_training (3);
  g_autofree char *whole = train (&training, NULL, FALSE, NULL);
  g_autofree char *folder = make_folder ();
  g_autofree char *digest = NULL;
  g_autofree char *bytes = NULL;
  g_autofree char *path = NULL;
  g_autofree char *warning = NULL;
  gsize size;

  for (int stop = 5; stop <= 10; stop += 5)
    {
      g_autofree char *part = NULL;

      training.stop_at_step = (guint64) stop;
      part = train (&training, folder, stop > 5, NULL);
    }
  path = g_build_filename (folder, "step-0000000010.safetensors", NULL);
  g_assert_true (g_file_get_contents (path, &bytes, &size, NULL));
  bytes[size - 7] ^= 0x20;
  g_assert_true (g_file_set_contents (path, bytes, (gssize) size, NULL));

  training.stop_at_step = 0;
  {
    Points points;
    NnFeed feed = points_init (&points);
    g_autoptr (NnNetwork) network = make_network (layers);
    g_autoptr (GError) error = NULL;
    g_autoptr (NnTrainer) trainer = nn_trainer_new (network, &feed, &training, folder, NULL,
                                                    &error);

    g_assert_true (nn_trainer_resume (trainer, &warning, &error));
    g_assert_cmpuint (nn_trainer_get_step (trainer), ==, 5);
    g_assert_nonnull (strstr (warning, "damaged"));
    nn_trainer_run (trainer, &error);
    g_assert_no_error (error);
    digest = nn_trainer_get_digest (trainer);
  }
  g_assert_cmpstr (digest, ==, whole);
  remove_folder (folder);
}

static void
test_foreign_checkpoint (void)
{
  NnTraining training = make_training (1);
  g_autofree char *folder = make_folder ();
  g_autofree char *digest = train (&training, folder, FALSE, NULL);
  Points points;
  NnFeed feed = points_init (&points);
  g_autoptr (NnNetwork) network = make_network ("linear features=3\nlinear features=2");
  g_autoptr (GError) error = NULL;
  g_autofree char *warning = NULL;
  g_autoptr (NnTrainer) trainer = nn_trainer_new (network, &feed, &training, folder, NULL, &error);

  g_assert_nonnull (digest);
  g_assert_false (nn_trainer_resume (trainer, &warning, &error));
  g_assert_error (error, NN_ERROR, NN_ERROR_FILE);
  g_assert_nonnull (strstr (error->message, "linear1.weight"));
  remove_folder (folder);
}

/* It learns, and the best weights are put back when asked for. */
static void
test_learns (void)
{
  NnTraining training = make_training (12);
  Points points;
  NnFeed feed = points_init (&points);
  g_autoptr (NnNetwork) network = make_network (layers);
  g_autoptr (GError) error = NULL;
  g_autoptr (NnTrainer) trainer = nn_trainer_new (network, &feed, &training, NULL, NULL, &error);
  NnScore last, best;

  nn_trainer_run (trainer, &error);
  g_assert_no_error (error);
  last = nn_trainer_get_validation (trainer);
  g_assert_cmpfloat (last.accuracy, >, 0.9);

  nn_trainer_use_best (trainer);
  g_assert_true (nn_network_evaluate (network, &feed, NN_PART_VALIDATION, BATCH, NULL, &best,
                                      &error));
  g_assert_cmpfloat (best.loss, <=, last.loss);
}

/* A validation that cannot get better ends the training after the patience. */
static void
test_early_stopping (void)
{
  NnTraining training = make_training (50);
  Points points;
  NnFeed feed = points_init (&points);
  g_autoptr (NnNetwork) network = make_network (layers);
  g_autoptr (GError) error = NULL;
  g_autoptr (NnTrainer) trainer = NULL;

  training.patience = 3;
  training.schedule = nn_schedule_initial (nn_schedule_kind_find ("constant"), 0);
  training.schedule.base = 0;
  trainer = nn_trainer_new (network, &feed, &training, NULL, NULL, &error);
  nn_trainer_run (trainer, &error);
  g_assert_no_error (error);

  /* With a rate of 0 only the running averages move, so the end comes soon. */
  g_assert_cmpuint (nn_trainer_get_epoch (trainer), <, 50);
}

static void
test_bad_number (void)
{
  NnTraining training = make_training (2);
  Points points;
  NnFeed feed = points_init (&points);
  g_autoptr (NnNetwork) network = make_network ("linear features=4\nexp\nlinear features=2");
  g_autoptr (GError) error = NULL;
  g_autofree char *folder = make_folder ();
  g_autoptr (NnTrainer) trainer = nn_trainer_new (network, &feed, &training, folder, NULL, &error);
  const float *weights = nn_model_get_parameters (nn_network_get_model (network));

  points.poison = 1e30f;
  g_assert_false (nn_trainer_run (trainer, &error));
  g_assert_error (error, NN_ERROR, NN_ERROR_NUMBER);
  g_assert_nonnull (strstr (error->message, "“exp1”"));
  g_assert_nonnull (strstr (error->message, "step 3"));
  g_assert_cmpstr (nn_graph_get_node (nn_network_get_graph (network),
                                      nn_error_get_node (error))->name, ==, "exp1");
  g_assert_cmpuint (nn_trainer_get_step (trainer), ==, 2);
  for (gint64 i = 0; i < nn_model_get_flat_size (nn_network_get_model (network)); i++)
    g_assert_true (isfinite (weights[i]));
  remove_folder (folder);
}

typedef struct
{
  NnTrainer   *trainer;
  GAsyncQueue *queue;
} Commander;

/* Waits for the message that says @state. */
static guint64
wait_for (GAsyncQueue    *queue,
          NnTrainerState  state)
{
  for (;;)
    {
      g_autoptr (NnProgress) progress = g_async_queue_timeout_pop (queue, 20 * G_USEC_PER_SEC);

      g_assert_nonnull (progress);
      if (progress->kind == NN_PROGRESS_STATE && progress->state == state)
        return progress->step;
    }
}

static void *
run_thread (void *trainer)
{
  g_autoptr (GError) error = NULL;

  nn_trainer_run (trainer, &error);
  g_assert_no_error (error);
  return NULL;
}

static void
test_commands (void)
{
  NnTraining training = make_training (100000);
  Points points;
  NnFeed feed = points_init (&points);
  g_autoptr (NnNetwork) network = make_network (layers);
  g_autoptr (GError) error = NULL;
  GAsyncQueue *queue = g_async_queue_new_full ((GDestroyNotify) nn_progress_free);
  NnTrainer *trainer = nn_trainer_new (network, &feed, &training, NULL, queue, &error);
  GThread *thread = g_thread_new ("train", run_thread, trainer);
  guint64 step;

  nn_trainer_command (trainer, NN_COMMAND_PAUSE);
  step = wait_for (queue, NN_STATE_PAUSED);
  nn_trainer_command (trainer, NN_COMMAND_STEP);
  g_assert_cmpuint (wait_for (queue, NN_STATE_PAUSED), ==, step + 1);
  nn_trainer_command (trainer, NN_COMMAND_RUN);
  wait_for (queue, NN_STATE_RUNNING);
  nn_trainer_command (trainer, NN_COMMAND_STOP);
  wait_for (queue, NN_STATE_STOPPED);

  g_thread_join (thread);
  nn_trainer_free (trainer);
  g_async_queue_unref (queue);
}

static void
test_too_many_classes (void)
{
  NnTraining training = make_training (1);
  Points points;
  NnFeed feed = points_init (&points);
  g_autoptr (NnNetwork) network = make_network (layers);
  g_autoptr (GError) error = NULL;

  feed.n_classes = 5;
  g_assert_null (nn_trainer_new (network, &feed, &training, NULL, NULL, &error));
  g_assert_error (error, NN_ERROR, NN_ERROR_SHAPE);
  g_assert_nonnull (strstr (error->message, "5 classes"));
}

int
main (int   argc,
      char *argv[])
{
  int result;

  g_test_init (&argc, &argv, NULL);
  device = nn_cpu_device_new (2);
  g_test_add_func ("/trainer/same-twice", test_same_twice);
  g_test_add_func ("/trainer/resume", test_resume);
  g_test_add_func ("/trainer/damaged-checkpoint", test_damaged_checkpoint);
  g_test_add_func ("/trainer/foreign-checkpoint", test_foreign_checkpoint);
  g_test_add_func ("/trainer/learns", test_learns);
  g_test_add_func ("/trainer/early-stopping", test_early_stopping);
  g_test_add_func ("/trainer/bad-number", test_bad_number);
  g_test_add_func ("/trainer/commands", test_commands);
  g_test_add_func ("/trainer/too-many-classes", test_too_many_classes);

  result = g_test_run ();
  nn_device_unref (device);
  g_assert_cmpint (nn_tensor_count_alive (), ==, 0);
  return result;
}
