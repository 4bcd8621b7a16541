/* points.c: a training so small that tests can do hundreds of them
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "tests/points.h"

#include "engine/random.h"
#include "engine/template.h"

#include <glib/gstdio.h>
#include <string.h>

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
  nn_random_shuffle (&random, self->order, TEST_TRAIN);
  for (guint32 i = TEST_TRAIN; i < TEST_TRAIN + TEST_VALIDATION; i++)
    self->order[i] = i;
  self->position = part == NN_PART_TRAIN ? position : TEST_TRAIN;
  self->end = part == NN_PART_TRAIN ? TEST_TRAIN : TEST_TRAIN + TEST_VALIDATION;
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

NnFeed
test_points_init (Points *self)
{
  NnRandom random;

  memset (self, 0, sizeof *self);
  nn_random_init (&random, 5, 1);
  for (int i = 0; i < TEST_TRAIN + TEST_VALIDATION; i++)
    {
      self->label[i] = i % 2;
      self->x[i][0] = nn_random_normal (&random) * 0.3f + (i % 2 ? 0.7f : -0.7f);
      self->x[i][1] = nn_random_normal (&random) * 0.3f;
    }

  return (NnFeed) {
    .n_samples = { TEST_TRAIN, TEST_VALIDATION, 0 }, .form.n_classes = 2, .data = self,
    .begin = points_begin, .next = points_next,
  };
}

NnNetwork *
test_make_network (NnDevice   *device,
                   const char *layers)
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

const char test_layers[] =
  "linear features=12\nbatch-norm\nrelu\ndropout rate=0.3\nlinear features=2";

NnTraining
test_make_training (guint32 epochs)
{
  NnTraining training = {
    .epochs = epochs, .batch = TEST_BATCH, .seed = 9,
    .optimiser = nn_optimiser_find ("adam"),
    .schedule = nn_schedule_initial (nn_schedule_kind_find ("cosine"), 0.01),
    .keep_best = TRUE,
  };

  nn_attrs_initial (training.optimiser->attrs, training.optimiser_attr);
  nn_attrs_initial (nn_training_attrs, training.option);
  training.schedule.warmup_steps = 5;
  return training;
}

char *
test_make_folder (void)
{
  return g_dir_make_tmp ("epoch-test-XXXXXX", NULL);
}

void
test_remove_folder (const char *folder)
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

char *
test_train (NnDevice         *device,
            const NnTraining *training,
            const char       *folder,
            gboolean          resume,
            GString          *told)
{
  Points points;
  NnFeed feed = test_points_init (&points);
  g_autoptr (NnNetwork) network = test_make_network (device, test_layers);
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
