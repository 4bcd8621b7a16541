/* test-session.c: trains in a worker, and goes on after it was killed
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "app/session.h"
#include "datasets/generator.h"
#include "engine/template.h"
#include "tests/data-support.h"

#include <math.h>
#include <signal.h>
#include <string.h>

#define PATIENCE_S 40

static gboolean
give_up_cb (gpointer data)
{
  g_error ("nothing came within %d seconds", PATIENCE_S);
  return G_SOURCE_REMOVE;
}

/* Runs the main loop until the session is in @state. */
static void
wait_state (AppSession      *session,
            AppSessionState  state)
{
  guint timeout = g_timeout_add_seconds (PATIENCE_S, give_up_cb, NULL);

  while (app_session_get_state (session) != state)
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (timeout);
}

static void
wait_evaluated (AppSession *session)
{
  guint timeout = g_timeout_add_seconds (PATIENCE_S, give_up_cb, NULL);

  while (app_session_get_evaluating (session))
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (timeout);
}

/* Small enough for a moment, and deterministic. */
static AppDocument *
make_document (void)
{
  AppProject *project = app_project_new ();
  const DsGenerator *moons = ds_generator_find ("moons");
  g_autoptr (GError) error = NULL;

  project->data.kind = APP_DATA_DRAWN;
  project->data.name = g_strdup (moons->name);
  project->data.count = 600;
  project->training.epochs = 20;
  project->training.batch = 4;
  project->threads = 1;
  nn_graph_unref (project->graph);
  project->graph = nn_template_build (nn_template_find ("perceptron-2d"), &moons->item,
                                      moons->n_classes, &error);
  g_assert_no_error (error);
  return app_document_new (project, NULL);
}

static void
count_cb (AppSession *session,
          guint      *count)
{
  *count += 1;
}

static void
died_cb (AppSession *session,
         const char *message,
         GString    *words)
{
  g_string_append (words, message);
}

/* The digest of a training that nothing disturbs. */
static char *
train_through (AppDocument *document)
{
  g_autoptr (AppSession) session = app_session_new ();
  guint n_ended = 0;
  const AppRunInfo *result;
  char *digest;

  g_signal_connect (session, "ended", G_CALLBACK (count_cb), &n_ended);
  app_session_start (session, document, FALSE);
  g_assert_cmpint (app_session_get_state (session), ==, APP_SESSION_READING);
  wait_state (session, APP_SESSION_IDLE);

  g_assert_cmpuint (n_ended, ==, 1);
  g_assert_cmpstr (app_session_get_error (session), ==, NULL);
  result = app_session_get_result (session);
  g_assert_nonnull (result);
  g_assert_cmpstr (result->state, ==, "done");
  g_assert_cmpfloat (result->test_accuracy, >, 0.7);
  g_assert_cmpuint (app_session_get_step (session), ==, app_session_get_total (session));
  g_assert_cmpuint (app_session_get_epochs (session), ==, 20);
  g_assert_true (app_curves_has (app_session_get_curves (session), APP_CURVE_LOSS));
  g_assert_false (app_session_can_resume (session));
  g_assert_nonnull (app_document_get_project (document)->weights);

  digest = g_strdup (result->digest);
  app_session_close (session);
  return digest;
}

static gsize
count_points (AppSession *session)
{
  UiChart *chart = app_curves_get_chart (app_session_get_curves (session), APP_CURVE_LOSS);

  return ui_series_get_length (ui_chart_get_line (chart, 0)->series);
}

/* Steps, stops, goes on, loses its worker, goes on: and the weights are to the
 * last bit those of a training that was never disturbed. */
static void
test_survives (void)
{
  g_autoptr (AppDocument) document = make_document ();
  g_autofree char *expected = train_through (document);
  g_autoptr (AppSession) session = app_session_new ();
  g_autoptr (GString) words = g_string_new (NULL);
  g_autofree char *folder = NULL;
  guint64 total;

  g_signal_connect (session, "worker-died", G_CALLBACK (died_cb), words);

  /* One step, and then another. */
  app_session_step (session, document);
  wait_state (session, APP_SESSION_PAUSED);
  g_assert_cmpuint (app_session_get_step (session), ==, 1);
  total = app_session_get_total (session);
  app_session_step (session, document);
  while (app_session_get_step (session) < 2)
    g_main_context_iteration (NULL, TRUE);
  wait_state (session, APP_SESSION_PAUSED);
  g_assert_cmpuint (app_session_get_step (session), ==, 2);

  app_session_stop (session);
  wait_state (session, APP_SESSION_IDLE);
  g_assert_cmpstr (app_session_get_result (session)->state, ==, "stopped");
  g_assert_true (app_session_can_resume (session));
  g_assert_cmpuint (app_session_get_checkpoint (session), ==, 2);
  folder = g_strdup (app_session_get_folder (session));

  /* It goes on in the same run, and then its worker is killed. */
  app_session_start (session, document, TRUE);
  wait_state (session, APP_SESSION_RUNNING);
  app_session_pause (session);
  wait_state (session, APP_SESSION_PAUSED);
  kill (app_session_get_worker_pid (session), SIGKILL);
  wait_state (session, APP_SESSION_IDLE);
  g_assert_nonnull (strstr (words->str, "killed"));
  g_assert_cmpint (app_session_get_worker_pid (session), ==, 0);
  g_assert_true (app_session_can_resume (session));

  app_session_start (session, document, TRUE);
  wait_state (session, APP_SESSION_RUNNING);
  wait_state (session, APP_SESSION_IDLE);
  g_assert_cmpstr (app_session_get_folder (session), ==, folder);
  g_assert_cmpstr (app_session_get_result (session)->state, ==, "done");
  g_assert_cmpuint (app_session_get_step (session), ==, total);
  g_assert_cmpstr (app_session_get_result (session)->digest, ==, expected);

  /* No step was told twice. */
  g_assert_cmpuint (count_points (session), ==, total);
  app_session_close (session);
}

static void
check_cells (AppSession *session)
{
  const AppEvaluation *evaluation = app_session_get_evaluation (session, NN_PART_TEST);
  const NnTable *table = nn_findings_find_table (evaluation->findings, "confusion");
  gint64 count = 0;

  g_assert_nonnull (table);
  for (gint64 cell = 0; cell < table->n_rows * table->n_columns; cell++)
    {
      app_session_ask_samples (session, NN_PART_TEST, cell / table->n_columns,
                               cell % table->n_columns);
      g_assert_true (app_session_get_asking (session));
      while (app_session_get_asking (session))
        g_main_context_iteration (NULL, TRUE);
      g_assert_cmpfloat ((double) app_session_get_samples (session)->count, ==,
                         table->values[cell]);
      count += app_session_get_samples (session)->count;
    }
  g_assert_cmpint (count, ==, evaluation->score.n_samples);
}

/* A run that was stopped has no test score until somebody asks. */
static void
test_evaluate (void)
{
  g_autoptr (AppDocument) document = make_document ();
  g_autoptr (AppSession) session = app_session_new ();
  AppRunInfo stored;
  g_autoptr (GError) error = NULL;

  app_session_step (session, document);
  wait_state (session, APP_SESSION_PAUSED);
  app_session_stop (session);
  wait_state (session, APP_SESSION_IDLE);
  g_assert_true (isnan (app_session_get_result (session)->test_accuracy));

  g_assert_null (app_session_get_evaluation (session, NN_PART_TEST));
  app_session_evaluate (session, NN_PART_TEST);
  g_assert_true (app_session_get_evaluating (session));
  wait_evaluated (session);
  g_assert_cmpstr (app_session_get_error (session), ==, NULL);
  g_assert_true (isfinite (app_session_get_result (session)->test_accuracy));

  g_assert_true (app_run_read_info (app_session_get_folder (session), &stored, &error));
  g_assert_cmpfloat (stored.test_accuracy, ==,
                     app_session_get_result (session)->test_accuracy);
  app_run_info_clear (&stored);

  /* The samples of all cells are those of the part. */
  check_cells (session);

  /* A worker that has never heard of the run is asked the same. */
  kill (app_session_get_worker_pid (session), SIGKILL);
  while (app_session_get_worker_pid (session) != 0)
    g_main_context_iteration (NULL, TRUE);
  app_session_evaluate (session, NN_PART_TEST);
  wait_evaluated (session);
  g_assert_cmpstr (app_session_get_error (session), ==, NULL);
  app_session_close (session);
}

/* What cannot work is said at once, without a worker. */
static void
test_not_ready (void)
{
  g_autoptr (AppDocument) document = app_document_new (app_project_new (), NULL);
  g_autoptr (AppSession) session = app_session_new ();
  guint n_ended = 0;

  g_signal_connect (session, "ended", G_CALLBACK (count_cb), &n_ended);
  app_session_start (session, document, FALSE);
  g_assert_cmpuint (n_ended, ==, 1);
  g_assert_cmpint (app_session_get_state (session), ==, APP_SESSION_IDLE);
  g_assert_nonnull (app_session_get_error (session));
  g_assert_null (app_session_get_result (session));
  g_assert_cmpint (app_session_get_worker_pid (session), ==, 0);
}

/* A window that is closed leaves a run that was stopped, not a torn one. */
static void
test_close (void)
{
  g_autoptr (AppDocument) document = make_document ();
  g_autoptr (AppSession) session = app_session_new ();
  AppRunInfo stored = { 0 };
  g_autofree char *folder = NULL;
  int pid;

  app_session_step (session, document);
  wait_state (session, APP_SESSION_PAUSED);
  folder = g_strdup (app_session_get_folder (session));
  pid = app_session_get_worker_pid (session);
  app_session_close (session);
  while (kill (pid, 0) == 0)
    g_main_context_iteration (NULL, FALSE);

  g_assert_true (app_run_read_info (folder, &stored, NULL));
  g_assert_cmpstr (stored.state, ==, "stopped");
  g_assert_cmpuint (stored.steps, ==, 1);
  app_run_info_clear (&stored);
}

/* A saved project shows its last run when it is opened again. */
static void
test_last_run (void)
{
  g_autofree char *place = test_folder_new ();
  g_autofree char *path = test_path (place, "moons.epoch");
  g_autoptr (AppDocument) document = make_document ();
  g_autoptr (AppSession) first = app_session_new ();
  g_autoptr (AppSession) second = app_session_new ();
  g_autoptr (GError) error = NULL;
  guint timeout = g_timeout_add_seconds (PATIENCE_S, give_up_cb, NULL);

  g_assert_true (app_document_save (document, path, &error));
  app_session_step (first, document);
  wait_state (first, APP_SESSION_PAUSED);
  app_session_stop (first);
  wait_state (first, APP_SESSION_IDLE);
  g_assert_true (g_str_has_suffix (app_session_get_folder (first), "moons.runs/001"));

  app_session_show_last_run (second, document);
  while (app_session_get_result (second) == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpstr (app_session_get_folder (second), ==, app_session_get_folder (first));
  g_assert_cmpuint (app_session_get_step (second), ==, 1);
  g_assert_true (app_session_can_resume (second));
  g_assert_cmpuint (count_points (second), ==, 1);

  app_session_close (first);
  app_session_close (second);
  g_source_remove (timeout);
  test_folder_free (g_steal_pointer (&place));
}

int
main (int   argc,
      char *argv[])
{
  g_autofree char *built = g_path_get_dirname (g_getenv ("G_TEST_BUILDDIR"));
  g_autofree char *programs = g_strconcat (built, ":", g_getenv ("PATH"), NULL);
  char *home = test_folder_new ();
  int status;

  /* The worker, and a place for runs and data. */
  g_setenv ("PATH", programs, TRUE);
  g_setenv ("XDG_STATE_HOME", home, TRUE);
  g_setenv ("XDG_CACHE_HOME", home, TRUE);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/session/survives", test_survives);
  g_test_add_func ("/session/evaluate", test_evaluate);
  g_test_add_func ("/session/not-ready", test_not_ready);
  g_test_add_func ("/session/close", test_close);
  g_test_add_func ("/session/last-run", test_last_run);
  status = g_test_run ();

  test_folder_free (home);
  return status;
}
