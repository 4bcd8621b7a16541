/* test-trainer.c: training comes out the same however it is interrupted
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "engine/error.h"
#include "engine/watch.h"
#include "tests/points.h"

#include <math.h>
#include <string.h>

static NnDevice *device;

static void
test_same_twice (void)
{
  NnTraining training = test_make_training (4);
  g_autoptr (GString) told_first = g_string_new (NULL);
  g_autoptr (GString) told_second = g_string_new (NULL);
  g_autofree char *first = test_train (device, &training, NULL, FALSE, told_first);
  g_autofree char *second = test_train (device, &training, NULL, FALSE, told_second);
  g_autofree char *other = NULL;

  g_assert_cmpstr (first, ==, second);
  g_assert_cmpstr (told_first->str, ==, told_second->str);
  g_assert_cmpuint (strlen (first), ==, 64);

  training.seed++;
  other = test_train (device, &training, NULL, FALSE, NULL);
  g_assert_cmpstr (first, !=, other);
}

/* Stopped after each of several steps, in the middle and at the end of epochs:
 * weights, and the curve, are those of the training that went through. */
static void
test_resume (void)
{
  const guint64 stops[] = { 1, 4, 6, 7, 13, 23 };
  NnTraining training = test_make_training (4);
  g_autoptr (GString) told = g_string_new (NULL);
  g_autofree char *whole = test_train (device, &training, NULL, FALSE, told);

  for (gsize i = 0; i < G_N_ELEMENTS (stops); i++)
    {
      g_autofree char *folder = test_make_folder ();
      g_autoptr (GString) both = g_string_new (NULL);
      g_autofree char *half = NULL;
      g_autofree char *digest = NULL;

      training.stop_at_step = stops[i];
      half = test_train (device, &training, folder, FALSE, both);
      training.stop_at_step = 0;
      digest = test_train (device, &training, folder, TRUE, both);
      g_assert_cmpstr (digest, ==, whole);
      g_assert_cmpstr (both->str, ==, told->str);
      test_remove_folder (folder);
    }
}

/* The newest checkpoint is damaged: the one before it serves. */
static void
test_damaged_checkpoint (void)
{
  NnTraining training = test_make_training (3);
  g_autofree char *whole = test_train (device, &training, NULL, FALSE, NULL);
  g_autofree char *folder = test_make_folder ();
  g_autofree char *digest = NULL;
  g_autofree char *bytes = NULL;
  g_autofree char *path = NULL;
  g_autofree char *warning = NULL;
  gsize size;

  for (int stop = 5; stop <= 10; stop += 5)
    {
      g_autofree char *part = NULL;

      training.stop_at_step = (guint64) stop;
      part = test_train (device, &training, folder, stop > 5, NULL);
    }
  path = g_build_filename (folder, "step-0000000010.safetensors", NULL);
  g_assert_true (g_file_get_contents (path, &bytes, &size, NULL));
  bytes[size - 7] ^= 0x20;
  g_assert_true (g_file_set_contents (path, bytes, (gssize) size, NULL));

  training.stop_at_step = 0;
  {
    Points points;
    NnFeed feed = test_points_init (&points);
    g_autoptr (NnNetwork) network = test_make_network (device, test_layers);
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
  test_remove_folder (folder);
}

static void
test_foreign_checkpoint (void)
{
  NnTraining training = test_make_training (1);
  g_autofree char *folder = test_make_folder ();
  g_autofree char *digest = test_train (device, &training, folder, FALSE, NULL);
  Points points;
  NnFeed feed = test_points_init (&points);
  g_autoptr (NnNetwork) network = test_make_network (device,
                                                     "linear features=3\nlinear features=2");
  g_autoptr (GError) error = NULL;
  g_autofree char *warning = NULL;
  g_autoptr (NnTrainer) trainer = nn_trainer_new (network, &feed, &training, folder, NULL, &error);

  g_assert_nonnull (digest);
  g_assert_false (nn_trainer_resume (trainer, &warning, &error));
  g_assert_error (error, NN_ERROR, NN_ERROR_FILE);
  g_assert_nonnull (strstr (error->message, "linear1.weight"));
  test_remove_folder (folder);
}

/* It learns, and the best weights are put back when asked for. */
static void
test_learns (void)
{
  NnTraining training = test_make_training (12);
  Points points;
  NnFeed feed = test_points_init (&points);
  g_autoptr (NnNetwork) network = test_make_network (device, test_layers);
  g_autoptr (GError) error = NULL;
  g_autoptr (NnTrainer) trainer = nn_trainer_new (network, &feed, &training, NULL, NULL, &error);
  NnScore last, best;

  nn_trainer_run (trainer, &error);
  g_assert_no_error (error);
  last = nn_trainer_get_validation (trainer);
  g_assert_cmpfloat (last.accuracy, >, 0.9);

  nn_trainer_use_best (trainer);
  g_assert_true (nn_network_evaluate (network, &feed, NN_PART_VALIDATION, TEST_BATCH, NULL, &best,
                                      &error));
  g_assert_cmpfloat (best.loss, <=, last.loss);
}

/* A validation that cannot get better ends the training after the patience. */
static void
test_early_stopping (void)
{
  NnTraining training = test_make_training (50);
  Points points;
  NnFeed feed = test_points_init (&points);
  g_autoptr (NnNetwork) network = test_make_network (device, test_layers);
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

/* Epochs that are told to be the best so far, as bits. */
static guint64
best_epochs (const char *word,
             GError    **error)
{
  NnTraining training = test_make_training (12);
  Points points;
  NnFeed feed = test_points_init (&points);
  g_autoptr (NnNetwork) network = test_make_network (device, test_layers);
  g_autoptr (GAsyncQueue) queue = g_async_queue_new_full ((GDestroyNotify) nn_progress_free);
  g_autoptr (NnTrainer) trainer = NULL;
  NnProgress *progress;
  double best = HUGE_VAL;
  guint64 found = 0;

  while (!g_str_equal (nn_watch_words[(int) training.option[NN_OPTION_WATCH].number[0]], word))
    training.option[NN_OPTION_WATCH].number[0]++;
  trainer = nn_trainer_new (network, &feed, &training, NULL, queue, error);
  if (trainer == NULL)
    return 0;

  nn_trainer_run (trainer, error);
  while ((progress = g_async_queue_try_pop (queue)) != NULL)
    {
      if (progress->kind == NN_PROGRESS_EPOCH)
        {
          double cost = g_str_equal (word, "accuracy") ? -progress->validation.accuracy
                                                       : progress->validation.loss;

          g_assert_cmpint (progress->is_best, ==, cost < best);
          best = MIN (best, cost);
          found |= (guint64) progress->is_best << progress->epoch;
        }
      nn_progress_free (progress);
    }
  return found;
}

/* More accuracy is better and less loss; what does not fit is refused by name. */
static void
test_watch (void)
{
  g_autoptr (GError) error = NULL;
  guint64 by_loss = best_epochs ("loss", &error);
  guint64 by_accuracy = best_epochs ("accuracy", &error);

  g_assert_no_error (error);
  g_assert_cmpuint (by_loss, !=, 0);
  g_assert_cmpuint (by_accuracy, !=, 0);
  g_assert_cmpuint (by_loss, !=, by_accuracy);

  best_epochs ("miou", &error);
  g_assert_error (error, NN_ERROR, NN_ERROR_ATTRIBUTE);
  g_assert_nonnull (strstr (error->message, "“miou”"));
  g_assert_nonnull (strstr (error->message, "loss, accuracy, "));
}

static void
test_bad_number (void)
{
  NnTraining training = test_make_training (2);
  Points points;
  NnFeed feed = test_points_init (&points);
  g_autoptr (NnNetwork) network = test_make_network (device,
                                                     "linear features=4\nexp\nlinear features=2");
  g_autoptr (GError) error = NULL;
  g_autofree char *folder = test_make_folder ();
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
  test_remove_folder (folder);
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
  NnTraining training = test_make_training (100000);
  Points points;
  NnFeed feed = test_points_init (&points);
  g_autoptr (NnNetwork) network = test_make_network (device, test_layers);
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
  NnTraining training = test_make_training (1);
  Points points;
  NnFeed feed = test_points_init (&points);
  g_autoptr (NnNetwork) network = test_make_network (device, test_layers);
  g_autoptr (GError) error = NULL;

  feed.form.n_classes = 5;
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
  g_test_add_func ("/trainer/watch", test_watch);
  g_test_add_func ("/trainer/bad-number", test_bad_number);
  g_test_add_func ("/trainer/commands", test_commands);
  g_test_add_func ("/trainer/too-many-classes", test_too_many_classes);

  result = g_test_run ();
  nn_device_unref (device);
  g_assert_cmpint (nn_tensor_count_alive (), ==, 0);
  return result;
}
