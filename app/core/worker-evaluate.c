/* worker-evaluate.c: how good the network is, while the worker listens on
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "app/core/worker-private.h"

#include "engine/error.h"

#include <glib/gi18n.h>

/* Samples of one question that are sent, and their bytes. */
#define MOST_SAMPLES      500
#define MOST_SAMPLE_BYTES (32 << 20)

static void *
evaluate_thread (void *data)
{
  AppWorker *self = data;
  AppEvaluation *evaluation = app_evaluation_new (self->network, self->samples, self->part,
                                                  self->project->training.batch,
                                                  &self->wants_stop, &self->n_evaluated,
                                                  &self->evaluate_error);

  g_atomic_int_set (&self->is_evaluated, 1);
  return evaluation;
}

/* FALSE where a network cannot be judged now. */
static gboolean
check_free (AppWorker  *self,
            GError    **error)
{
  AppSamples *samples;

  /* The feed of a paused training stands in the middle of an epoch. */
  if (_app_worker_is_training (self))
    {
      g_set_error_literal (error, NN_ERROR, NN_ERROR_UNSUPPORTED, _("A training is under way."));
      return FALSE;
    }

  return _app_worker_get_network (self, &samples, error) != NULL;
}

static void
begin (AppWorker *self)
{
  const NnFeed *feed = app_samples_get_feed (self->samples, app_graph_wants_numbers (
                                               nn_network_get_graph (self->network)));

  self->is_evaluated = self->wants_stop = self->n_evaluated = self->n_told = 0;
  self->n_to_evaluate = MAX (feed->n_samples[self->part], 1);
  self->evaluating = g_thread_new ("evaluate", evaluate_thread, self);
}

static gboolean
read_part (AppWorker       *self,
           const AppFrame  *frame,
           GError         **error)
{
  const char *name = nn_json_get_string (frame->header, "part", error);

  return name != NULL && app_part_find (name, &self->part, error);
}

gboolean
_app_worker_evaluate (AppWorker       *self,
                      const AppFrame  *frame,
                      GError         **error)
{
  if (!check_free (self, error) || !read_part (self, frame, error))
    return FALSE;

  self->wants_samples = FALSE;
  begin (self);
  return TRUE;
}

/* Names, answers, and the items themselves as they are stored. */
static void
send_samples (AppWorker *self)
{
  DsDataset *dataset = app_samples_get_dataset (self->samples);
  const NnShape *shape = ds_dataset_get_shape (dataset);
  NnDtype dtype = ds_dataset_get_dtype (dataset);
  gsize item_bytes = (gsize) nn_shape_count (shape) * nn_dtype_size (dtype);
  guint most = (guint) MIN (MOST_SAMPLES, MOST_SAMPLE_BYTES / MAX (item_bytes, 1));
  g_autoptr (NnJsonWriter) writer = _app_worker_begin_event ("samples");
  g_autoptr (GByteArray) items = g_byte_array_new ();
  g_autoptr (GBytes) payload = NULL;
  const GArray *guesses = self->evaluation->guesses;
  guint n_sent = 0;
  gint64 n_all = 0;

  nn_json_writer_add_string (writer, "part", self->evaluation->part);
  nn_json_writer_add_integer (writer, "truth", self->truth);
  nn_json_writer_add_integer (writer, "guess", self->guess);
  nn_json_writer_add_string (writer, "dtype", nn_dtype_name (dtype));
  nn_json_writer_begin_array (writer, "shape");
  for (int i = 0; i < shape->rank; i++)
    nn_json_writer_add_integer (writer, NULL, shape->size[i]);
  nn_json_writer_end_array (writer);

  nn_json_writer_begin_array (writer, "items");
  for (guint i = 0; guesses != NULL && i < guesses->len; i++)
    {
      const AppGuess *guess = &g_array_index (guesses, AppGuess, i);

      if (guess->truth != self->truth || guess->guess != self->guess)
        continue;
      n_all++;
      if (n_sent == most)
        continue;
      nn_json_writer_add_integer (writer, NULL, guess->item);
      g_byte_array_append (items, ds_dataset_peek_item (dataset, guess->item), (guint) item_bytes);
      n_sent++;
    }
  nn_json_writer_end_array (writer);
  nn_json_writer_add_integer (writer, "count", n_all);
  payload = g_byte_array_free_to_bytes (g_steal_pointer (&items));
  _app_worker_send (self, writer, payload);
}

/* Which samples of a class were taken for which.  Without an evaluation of the
 * part there has to be one first. */
gboolean
_app_worker_samples (AppWorker       *self,
                     const AppFrame  *frame,
                     GError         **error)
{
  gint64 truth, guess;

  if (!check_free (self, error) || !read_part (self, frame, error)
      || !nn_json_get_integer (frame->header, "truth", 0, G_MAXINT32, &truth, error)
      || !nn_json_get_integer (frame->header, "guess", 0, G_MAXINT32, &guess, error))
    return FALSE;

  self->truth = (gint32) truth;
  self->guess = (gint32) guess;
  if (self->evaluation != NULL
      && g_str_equal (self->evaluation->part, app_part_name (self->part)))
    {
      send_samples (self);
      return TRUE;
    }

  self->wants_samples = TRUE;
  begin (self);
  return TRUE;
}

/* The findings belong to the run, also when they are asked for later, and so
 * does the score of the test part. */
static void
keep_evaluation (AppWorker *self)
{
  const AppEvaluation *evaluation = self->evaluation;
  g_autoptr (GError) error = NULL;
  AppRunInfo info = { 0 };

  if (self->folder == NULL)
    return;

  if (!app_evaluation_save (evaluation, self->folder, &error))
    {
      _app_worker_send_error (self, error);
      return;
    }
  if (self->part != NN_PART_TEST || !app_run_read_info (self->folder, &info, NULL))
    return;
  info.test_loss = evaluation->score.loss;
  info.test_accuracy = evaluation->score.accuracy;
  if (!app_run_write_info (self->folder, &info, &error))
    _app_worker_send_error (self, error);
  app_run_info_clear (&info);
}

static void
end_evaluation (AppWorker *self)
{
  AppEvaluation *evaluation = g_thread_join (g_steal_pointer (&self->evaluating));
  g_autoptr (GError) error = g_steal_pointer (&self->evaluate_error);
  g_autoptr (NnJsonWriter) writer = NULL;

  if (evaluation == NULL)
    {
      if (g_error_matches (error, NN_ERROR, NN_ERROR_CANCELLED))
        {
          writer = _app_worker_begin_event ("evaluation-stopped");
          _app_worker_send (self, writer, NULL);
        }
      else
        {
          _app_worker_send_error (self, error);
        }
      return;
    }

  g_clear_pointer (&self->evaluation, app_evaluation_free);
  self->evaluation = evaluation;
  keep_evaluation (self);
  writer = _app_worker_begin_event ("score");
  app_evaluation_write (evaluation, writer);
  _app_worker_send (self, writer, NULL);
  if (self->wants_samples)
    send_samples (self);
}

void
_app_worker_watch_evaluation (AppWorker *self)
{
  int n_evaluated = g_atomic_int_get (&self->n_evaluated);

  if (g_atomic_int_get (&self->is_evaluated))
    {
      end_evaluation (self);
    }
  else if (n_evaluated != self->n_told)
    {
      g_autoptr (NnJsonWriter) writer = _app_worker_begin_event ("evaluating");

      self->n_told = n_evaluated;
      nn_json_writer_add_integer (writer, "done", n_evaluated);
      nn_json_writer_add_integer (writer, "total", self->n_to_evaluate);
      _app_worker_send (self, writer, NULL);
    }
}

void
_app_worker_drop_evaluation (AppWorker *self)
{
  AppEvaluation *evaluation;

  if (self->evaluating != NULL)
    {
      g_atomic_int_set (&self->wants_stop, 1);
      evaluation = g_thread_join (g_steal_pointer (&self->evaluating));
      g_clear_pointer (&evaluation, app_evaluation_free);
    }
  g_clear_error (&self->evaluate_error);
  g_clear_pointer (&self->evaluation, app_evaluation_free);
}
