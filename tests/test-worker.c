/* test-worker.c: the worker's protocol, and frames from a stranger
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "app/core/cell-samples.h"
#include "app/core/evaluation.h"
#include "app/core/frame.h"
#include "app/core/project.h"
#include "app/core/worker.h"
#include "engine/error.h"
#include "engine/random.h"
#include "engine/template.h"

#include <glib/gstdio.h>
#include <string.h>

static GBytes *
make_frame (const char *members,
            GBytes     *payload)
{
  g_autofree char *text = g_strdup_printf ("{%s}", members);
  g_autoptr (NnJson) json = nn_json_parse (text, strlen (text), 4096, "test", NULL);
  g_autoptr (NnJsonWriter) writer = nn_json_writer_new (FALSE);

  g_assert_nonnull (json);
  nn_json_writer_add_json (writer, NULL, json);
  return app_frame_pack (writer, payload);
}

/* Whole frames come out, however the bytes are cut. */
static void
test_pieces (void)
{
  g_autoptr (GBytes) payload = g_bytes_new ("\0\1\2\3", 4);
  g_autoptr (GBytes) first = make_frame ("\"do\":\"step\"", NULL);
  g_autoptr (GBytes) second = make_frame ("\"do\":\"predict\"", payload);
  g_autoptr (GByteArray) both = g_byte_array_new ();

  g_byte_array_append (both, g_bytes_get_data (first, NULL), (guint) g_bytes_get_size (first));
  g_byte_array_append (both, g_bytes_get_data (second, NULL), (guint) g_bytes_get_size (second));

  for (guint piece = 1; piece < both->len; piece++)
    {
      g_autoptr (AppFrameReader) reader = app_frame_reader_new ();
      g_autoptr (GError) error = NULL;
      guint n_frames = 0;

      for (guint at = 0; at < both->len; at += piece)
        {
          AppFrame *frame;

          app_frame_reader_push (reader, both->data + at, MIN (piece, both->len - at));
          while ((frame = app_frame_reader_pop (reader, &error)) != NULL)
            {
              g_assert_cmpstr (nn_json_get_string (frame->header, "do", NULL), ==,
                               n_frames == 0 ? "step" : "predict");
              g_assert_cmpuint (g_bytes_get_size (frame->payload), ==, n_frames == 0 ? 0 : 4);
              n_frames++;
              app_frame_free (frame);
            }
          g_assert_no_error (error);
        }
      g_assert_cmpuint (n_frames, ==, 2);
      g_assert_false (app_frame_reader_is_mid_frame (reader));
    }
}

static void
test_hostile_frames (void)
{
  static const struct
  {
    const char *bytes;
    gsize       size;
  } cases[] = {
    { "\xff\xff\xff\xff\0\0\0\0", 8 },
    { "\0\0\0\0\xff\xff\xff\xff", 8 },
    { "\2\0\0\0\0\0\0\0[]", 10 },
    { "\2\0\0\0\0\0\0\0{{", 10 },
    { "\0\0\0\0\0\0\0\0", 8 },
    { "\4\0\0\0\0\0\0\0null", 12 },
  };
  NnRandom random;

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (AppFrameReader) reader = app_frame_reader_new ();
      g_autoptr (GError) error = NULL;

      app_frame_reader_push (reader, cases[i].bytes, cases[i].size);
      g_assert_null (app_frame_reader_pop (reader, &error));
      g_assert_nonnull (error);
    }

  nn_random_init (&random, 1, 1);
  for (int round = 0; round < 2000; round++)
    {
      g_autoptr (AppFrameReader) reader = app_frame_reader_new ();
      guint8 noise[64];
      AppFrame *frame;

      for (gsize i = 0; i < sizeof noise; i++)
        noise[i] = (guint8) nn_random_below (&random, i < 8 && i % 4 > 0 ? 1 : 256);
      app_frame_reader_push (reader, noise, sizeof noise);
      while ((frame = app_frame_reader_pop (reader, NULL)) != NULL)
        app_frame_free (frame);
    }
}

/* A worker and what it has sent. */
typedef struct
{
  AppWorker      *worker;
  AppFrameReader *reader;
  GPtrArray      *events;       /* AppFrame, owned */
  char           *folder;
} Bench;

static gboolean
send_cb (GBytes *bytes,
         void   *data)
{
  Bench *self = data;
  AppFrame *frame;

  app_frame_reader_push (self->reader, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  while ((frame = app_frame_reader_pop (self->reader, NULL)) != NULL)
    g_ptr_array_add (self->events, frame);
  return TRUE;
}

static void
bench_init (Bench *self)
{
  self->reader = app_frame_reader_new ();
  self->events = g_ptr_array_new_with_free_func ((GDestroyNotify) app_frame_free);
  self->folder = g_dir_make_tmp ("epoch-test-XXXXXX", NULL);
  self->worker = app_worker_new (send_cb, self);
}

static void
remove_all (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *inner = g_build_filename (path, name, NULL);

      remove_all (inner);
    }
  g_remove (path);
}

static void
bench_clear (Bench *self)
{
  app_worker_free (self->worker);
  app_frame_reader_free (self->reader);
  g_ptr_array_unref (self->events);
  remove_all (self->folder);
  g_free (self->folder);
}

static void
ask (Bench      *self,
     const char *members,
     GBytes     *payload)
{
  g_autoptr (GBytes) bytes = make_frame (members, payload);
  g_autoptr (AppFrameReader) reader = app_frame_reader_new ();
  g_autoptr (AppFrame) frame = NULL;

  app_frame_reader_push (reader, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  frame = app_frame_reader_pop (reader, NULL);
  app_worker_handle (self->worker, frame);
}

/* The first event called @name or @other, working until it comes; taken from the
 * list. */
static AppFrame *
wait_for_either (Bench      *self,
                 const char *name,
                 const char *other)
{
  for (int round = 0; round < 4000; round++)
    {
      for (guint i = 0; i < self->events->len; i++)
        {
          AppFrame *frame = g_ptr_array_index (self->events, i);

          const char *event = nn_json_get_string (frame->header, "event", NULL);

          if (g_str_equal (event, name) || g_str_equal (event, other))
            return g_ptr_array_steal_index (self->events, i);
        }
      app_worker_work (self->worker);
      g_usleep (2000);
    }

  g_error ("no event “%s” came", name);
}

static AppFrame *
wait_for (Bench      *self,
          const char *name)
{
  return wait_for_either (self, name, name);
}

static void
expect_error (Bench      *self,
              const char *members,
              GBytes     *payload,
              const char *words)
{
  g_autoptr (AppFrame) frame = NULL;
  const char *message;

  ask (self, members, payload);
  frame = wait_for (self, "error");
  message = nn_json_get_string (frame->header, "message", NULL);
  if (strstr (message, words) == NULL)
    {
      g_test_message ("%s: “%s” lacks “%s”", members, message, words);
      g_test_fail ();
    }
}

static GBytes *
make_project (const char *epochs)
{
  g_autoptr (AppProject) project = app_project_new ();
  const NnTemplate *template = nn_template_find ("perceptron-2d");
  NnShape item = nn_template_item (template);
  gsize length;
  char *text;

  nn_graph_unref (project->graph);
  project->graph = nn_template_build (template, &item, 2, NULL);
  project->data.kind = APP_DATA_DRAWN;
  project->data.name = g_strdup ("moons");
  app_project_set (project, "epochs", epochs, NULL);
  text = app_project_to_json (project, &length);
  return g_bytes_new_take (text, length);
}

static void
start (Bench      *self,
       const char *epochs,
       gboolean    resume)
{
  g_autoptr (GBytes) project = make_project (epochs);
  g_autofree char *members = g_strdup_printf ("\"do\":\"train\",\"folder\":\"%s/run\","
                                              "\"resume\":%s", self->folder,
                                              resume ? "true" : "false");
  g_autoptr (AppFrame) started = NULL;

  ask (self, members, project);
  started = wait_for (self, "started");
  g_assert_nonnull (nn_json_find (started->header, "total"));
}

/* Every cell of the matrix has as many samples as it says, of its own. */
static void
check_samples (Bench          *bench,
               const AppFrame *score)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (AppEvaluation) evaluation = app_evaluation_read (score->header, &error);
  const NnTable *table;

  g_assert_no_error (error);
  table = nn_findings_find_table (evaluation->findings, "confusion");
  g_assert_nonnull (table);
  g_assert_cmpint (table->n_rows, ==, 2);
  for (int cell = 0; cell < 4; cell++)
    {
      g_autofree char *members
        = g_strdup_printf ("\"do\":\"samples\",\"part\":\"test\",\"truth\":%d,\"guess\":%d",
                           cell / 2, cell % 2);
      g_autoptr (AppFrame) frame = NULL;
      g_autoptr (AppCellSamples) samples = NULL;

      ask (bench, members, NULL);
      frame = wait_for (bench, "samples");
      samples = app_cell_samples_read (frame, &error);
      g_assert_no_error (error);
      g_assert_cmpint (samples->truth, ==, cell / 2);
      g_assert_cmpint (samples->guess, ==, cell % 2);
      g_assert_cmpfloat ((double) samples->count, ==, table->values[cell]);
      g_assert_cmpint (samples->n_items, ==, MIN (samples->count, 500));
    }
}

/* It can be stopped, and what else is asked meanwhile is refused. */
static void
test_stop_evaluating (void)
{
  Bench bench;
  g_autoptr (AppFrame) ended = NULL;
  g_autoptr (AppFrame) stopped = NULL;
  g_autoptr (AppFrame) score = NULL;
  g_autoptr (AppFrame) samples = NULL;

  bench_init (&bench);
  start (&bench, "1", FALSE);
  ended = wait_for (&bench, "ended");

  /* Nothing is passed on before the worker works, so that it is still busy. */
  ask (&bench, "\"do\":\"evaluate\",\"part\":\"train\"", NULL);
  expect_error (&bench, "\"do\":\"evaluate\",\"part\":\"train\"", NULL, "being evaluated");
  ask (&bench, "\"do\":\"stop\"", NULL);
  stopped = wait_for_either (&bench, "evaluation-stopped", "score");

  /* Asked for samples of a part that was never judged, it judges first. */
  ask (&bench, "\"do\":\"samples\",\"part\":\"validation\",\"truth\":0,\"guess\":0", NULL);
  score = wait_for (&bench, "score");
  samples = wait_for (&bench, "samples");
  g_assert_cmpstr (nn_json_get_string (samples->header, "part", NULL), ==, "validation");
  bench_clear (&bench);
}

static void
test_training (void)
{
  Bench bench;
  g_autoptr (AppFrame) ended = NULL;
  g_autoptr (AppFrame) points = NULL;
  g_autoptr (AppFrame) score = NULL;
  g_autoptr (AppFrame) prediction = NULL;
  g_autoptr (AppFrame) values = NULL;
  g_autoptr (AppFrame) loaded = NULL;
  const float sample[] = { 0.25f, -0.5f };
  g_autoptr (GBytes) payload = g_bytes_new (sample, sizeof sample);
  g_autofree char *load = NULL;
  const float *scores, *again;
  double accuracy;

  bench_init (&bench);
  start (&bench, "10", FALSE);
  ended = wait_for (&bench, "ended");
  g_assert_cmpstr (nn_json_get_string (ended->header, "state", NULL), ==, "done");
  points = wait_for (&bench, "points");
  g_assert_cmpuint (nn_json_get_length (nn_json_find (points->header, "points")), >, 0);

  ask (&bench, "\"do\":\"evaluate\",\"part\":\"test\"", NULL);
  score = wait_for (&bench, "score");
  g_assert_true (nn_json_get_double (score->header, "accuracy", 0, 1, &accuracy, NULL));
  g_assert_cmpfloat (accuracy, >, 0.5);

  check_samples (&bench, score);

  ask (&bench, "\"do\":\"predict\"", payload);
  prediction = wait_for (&bench, "prediction");
  g_assert_cmpuint (g_bytes_get_size (prediction->payload), ==, 2 * sizeof (float));

  /* The last linear layer's values of the first sample are its scores. */
  ask (&bench, "\"do\":\"values\",\"node\":6,\"sample\":0", NULL);
  values = wait_for (&bench, "values");
  g_assert_cmpuint (g_bytes_get_size (values->payload), ==, 2 * sizeof (float));

  load = g_strdup_printf ("\"do\":\"load\",\"path\":\"%s/run/weights.safetensors\"", bench.folder);
  ask (&bench, load, NULL);
  loaded = wait_for (&bench, "loaded");
  scores = g_bytes_get_data (prediction->payload, NULL);
  {
    g_autoptr (AppFrame) second = NULL;

    ask (&bench, "\"do\":\"predict\"", payload);
    second = wait_for (&bench, "prediction");
    again = g_bytes_get_data (second->payload, NULL);
    g_assert_cmpmem (scores, 8, again, 8);
  }

  expect_error (&bench, "\"do\":\"predict\"", NULL, "2 numbers");
  expect_error (&bench, "\"do\":\"values\",\"node\":99,\"sample\":0", NULL, "node 99");
  expect_error (&bench, "\"do\":\"values\",\"node\":6,\"sample\":-1", NULL, "sample");
  expect_error (&bench, "\"do\":\"evaluate\",\"part\":\"all\"", NULL, "“all”");
  expect_error (&bench, "\"do\":\"load\",\"path\":\"/nowhere\"", NULL, "/nowhere");
  bench_clear (&bench);
}

static void
test_commands (void)
{
  Bench bench;
  g_autoptr (AppFrame) state = NULL;
  g_autoptr (AppFrame) ended = NULL;
  g_autoptr (AppFrame) resumed = NULL;

  bench_init (&bench);
  start (&bench, "100000", FALSE);
  expect_error (&bench, "\"do\":\"evaluate\",\"part\":\"test\"", NULL, "under way");
  ask (&bench, "\"do\":\"pause\"", NULL);
  for (;;)
    {
      g_autoptr (AppFrame) frame = wait_for (&bench, "state");

      if (g_str_equal (nn_json_get_string (frame->header, "state", NULL), "paused"))
        break;
    }
  {
    const float sample[] = { 0, 0 };
    g_autoptr (GBytes) payload = g_bytes_new (sample, sizeof sample);
    g_autoptr (AppFrame) prediction = NULL;

    ask (&bench, "\"do\":\"predict\"", payload);
    prediction = wait_for (&bench, "prediction");
  }
  ask (&bench, "\"do\":\"step\"", NULL);
  state = wait_for (&bench, "state");
  g_assert_cmpstr (nn_json_get_string (state->header, "state", NULL), ==, "paused");
  ask (&bench, "\"do\":\"continue\"", NULL);
  ask (&bench, "\"do\":\"stop\"", NULL);
  ended = wait_for (&bench, "ended");
  g_assert_cmpstr (nn_json_get_string (ended->header, "state", NULL), ==, "stopped");

  start (&bench, "100000", TRUE);
  ask (&bench, "\"do\":\"stop\"", NULL);
  resumed = wait_for (&bench, "ended");
  g_assert_cmpstr (nn_json_get_string (resumed->header, "state", NULL), ==, "stopped");
  bench_clear (&bench);
}

static void
test_refusals (void)
{
  Bench bench;
  g_autoptr (GBytes) nonsense = g_bytes_new ("{}", 2);
  g_autoptr (AppFrame) ended = NULL;
  g_autofree char *train = NULL;
  g_autoptr (GBytes) project = make_project ("1");

  bench_init (&bench);
  expect_error (&bench, "", NULL, "do");
  expect_error (&bench, "\"do\":5", NULL, "do");
  expect_error (&bench, "\"do\":\"dance\"", NULL, "dance");
  expect_error (&bench, "\"do\":\"predict\"", NULL, "No network");
  expect_error (&bench, "\"do\":\"open\"", NULL, "path");
  expect_error (&bench, "\"do\":\"open\",\"path\":\"/nowhere.epoch\"", NULL, "/nowhere.epoch");
  expect_error (&bench, "\"do\":\"train\"", NULL, "folder");
  expect_error (&bench, "\"do\":\"train\",\"folder\":\"/tmp\",\"resume\":false", nonsense,
                "format");
  ask (&bench, "\"do\":\"stop\"", NULL);        /* nothing runs: no mistake */

  /* A folder that cannot be made ends the training before it begins. */
  train = g_strdup ("\"do\":\"train\",\"folder\":\"/proc/nowhere\",\"resume\":false");
  ask (&bench, train, project);
  ended = wait_for (&bench, "ended");
  g_assert_nonnull (strstr (nn_json_get_string (ended->header, "error", NULL), "/proc/nowhere"));
  bench_clear (&bench);
}

int
main (int   argc,
      char *argv[])
{
  g_autofree char *cache = g_dir_make_tmp ("epoch-test-XXXXXX", NULL);
  int result;

  g_setenv ("XDG_CACHE_HOME", cache, TRUE);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/worker/pieces", test_pieces);
  g_test_add_func ("/worker/hostile-frames", test_hostile_frames);
  g_test_add_func ("/worker/training", test_training);
  g_test_add_func ("/worker/stop-evaluating", test_stop_evaluating);
  g_test_add_func ("/worker/commands", test_commands);
  g_test_add_func ("/worker/refusals", test_refusals);
  result = g_test_run ();
  remove_all (cache);
  return result;
}
