/* test-worker-event.c: what the worker tells is understood, or refused
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "app/core/worker-event.h"
#include "engine/error.h"

#include <math.h>
#include <string.h>

/* A frame with this header and no payload, as it comes through a pipe. */
static AppFrame *
make_frame (const char *header)
{
  g_autoptr (AppFrameReader) reader = app_frame_reader_new ();
  g_autoptr (GError) error = NULL;
  guint32 lengths[2] = { GUINT32_TO_LE ((guint32) strlen (header)), 0 };
  AppFrame *frame;

  app_frame_reader_push (reader, lengths, sizeof lengths);
  app_frame_reader_push (reader, header, strlen (header));
  frame = app_frame_reader_pop (reader, &error);
  g_assert_no_error (error);
  g_assert_nonnull (frame);
  return frame;
}

static void
read_event (const char     *header,
            AppWorkerEvent *event)
{
  g_autoptr (AppFrame) frame = make_frame (header);
  g_autoptr (GError) error = NULL;

  g_assert_true (app_worker_event_read (event, frame, &error));
  g_assert_no_error (error);
}

static void
test_kinds (void)
{
  g_auto (AppWorkerEvent) reading = { 0 };
  g_auto (AppWorkerEvent) started = { 0 };
  g_auto (AppWorkerEvent) paused = { 0 };
  g_auto (AppWorkerEvent) evaluating = { 0 };
  g_auto (AppWorkerEvent) score = { 0 };
  g_auto (AppWorkerEvent) stopped = { 0 };
  g_auto (AppWorkerEvent) samples = { 0 };
  g_auto (AppWorkerEvent) failed = { 0 };
  g_auto (AppWorkerEvent) other = { 0 };

  read_event ("{\"event\":\"reading\",\"done\":43,\"total\":100}", &reading);
  g_assert_cmpint (reading.kind, ==, APP_EVENT_READING);
  g_assert_cmpfloat (reading.share, ==, 0.43);

  read_event ("{\"event\":\"started\",\"step\":7,\"total\":70,\"folder\":\"/x\",\"samples\":9,"
              "\"warning\":\"one was passed over\"}", &started);
  g_assert_cmpint (started.kind, ==, APP_EVENT_STARTED);
  g_assert_cmpuint (started.step, ==, 7);
  g_assert_cmpuint (started.total_steps, ==, 70);
  g_assert_cmpstr (started.message, ==, "one was passed over");

  read_event ("{\"event\":\"state\",\"state\":\"paused\"}", &paused);
  g_assert_true (paused.is_paused);

  read_event ("{\"event\":\"evaluating\",\"done\":1,\"total\":4}", &evaluating);
  g_assert_cmpint (evaluating.kind, ==, APP_EVENT_EVALUATING);
  g_assert_cmpfloat (evaluating.share, ==, 0.25);

  read_event ("{\"event\":\"score\",\"part\":\"test\",\"samples\":9,\"loss\":0.5,\"accuracy\":null,"
              "\"measures\":[],\"tables\":[],\"curves\":[],\"notes\":[\"so\"]}", &score);
  g_assert_cmpfloat (score.evaluation->score.loss, ==, 0.5);
  g_assert_true (isnan (score.evaluation->score.accuracy));
  g_assert_cmpuint (score.evaluation->findings->notes->len, ==, 1);

  read_event ("{\"event\":\"evaluation-stopped\"}", &stopped);
  g_assert_cmpint (stopped.kind, ==, APP_EVENT_EVALUATION_STOPPED);

  read_event ("{\"event\":\"samples\",\"part\":\"test\",\"truth\":1,\"guess\":0,\"count\":3,"
              "\"items\":[],\"shape\":[1,2],\"dtype\":\"uint8\"}", &samples);
  g_assert_cmpint (samples.samples->count, ==, 3);

  read_event ("{\"event\":\"error\",\"message\":\"no\",\"node\":3}", &failed);
  g_assert_cmpint (failed.kind, ==, APP_EVENT_ERROR);
  g_assert_cmpstr (failed.message, ==, "no");
  g_assert_cmpuint (failed.node, ==, 3);

  read_event ("{\"event\":\"from a newer version\"}", &other);
  g_assert_cmpint (other.kind, ==, APP_EVENT_OTHER);
}

/* The result of a run goes through JSON and back. */
static void
test_ended (void)
{
  g_autoptr (NnJsonWriter) writer = nn_json_writer_new (FALSE);
  g_auto (AppWorkerEvent) event = { 0 };
  g_autofree char *text = NULL;
  AppRunInfo info = { .steps = 12, .total_steps = 40, .epochs = 1, .threads = 2, .seed = 99 };

  info.state = g_strdup ("failed");
  info.test_loss = info.test_accuracy = NAN;
  info.train_loss = 0.25;
  nn_json_writer_begin_object (writer, NULL);
  nn_json_writer_add_string (writer, "event", "ended");
  app_run_info_write (&info, writer);
  nn_json_writer_add_string (writer, "error", "It ran away.");
  nn_json_writer_add_integer (writer, "node", 5);
  nn_json_writer_add_integer (writer, "code", NN_ERROR_NUMBER);
  nn_json_writer_end_object (writer);
  text = nn_json_writer_finish (writer, NULL);
  app_run_info_clear (&info);

  read_event (text, &event);
  g_assert_cmpint (event.kind, ==, APP_EVENT_ENDED);
  g_assert_cmpstr (event.info.state, ==, "failed");
  g_assert_cmpuint (event.info.steps, ==, 12);
  g_assert_cmpuint (event.info.seed, ==, 99);
  g_assert_cmpfloat (event.info.train_loss, ==, 0.25);
  g_assert_true (isnan (event.info.test_accuracy));
  g_assert_cmpstr (event.message, ==, "It ran away.");
  g_assert_cmpuint (event.node, ==, 5);
  g_assert_cmpint (event.code, ==, NN_ERROR_NUMBER);
}

static gboolean
count_point (const char  *tag,
             guint64      step,
             double       value,
             void        *data,
             GError     **error)
{
  g_autoptr (GString) point = g_string_new (NULL);

  g_string_printf (point, "%s %" G_GUINT64_FORMAT " %g;", tag, step, value);
  g_string_append (data, point->str);
  return TRUE;
}

static void
test_points (void)
{
  g_autoptr (AppFrame) frame = make_frame (
    "{\"event\":\"points\",\"points\":[[\"loss/train\",3,0.5],[\"rate\",3,0.001]],\"step\":3,"
    "\"total\":9,\"epoch\":0,\"seconds\":1.5,\"steps\":3,\"samples\":96}");
  g_auto (AppWorkerEvent) event = { 0 };
  g_autoptr (GString) points = g_string_new (NULL);
  g_autoptr (GError) error = NULL;

  g_assert_true (app_worker_event_read (&event, frame, &error));
  g_assert_cmpuint (event.n_samples, ==, 96);
  g_assert_true (app_worker_event_for_points (frame, count_point, points, &error));
  g_assert_cmpstr (points->str, ==, "loss/train 3 0.5;rate 3 0.001;");
}

/* Each is refused with a message, and nothing else happens. */
static void
test_hostile (void)
{
  static const char *const headers[] = {
    "{}",
    "{\"event\":7}",
    "{\"event\":\"reading\",\"done\":-1,\"total\":2}",
    "{\"event\":\"reading\",\"done\":1}",
    "{\"event\":\"started\",\"step\":\"7\",\"total\":70}",
    "{\"event\":\"started\",\"step\":18446744073709551615,\"total\":70}",
    "{\"event\":\"started\",\"step\":1,\"total\":2,\"warning\":[]}",
    "{\"event\":\"points\",\"step\":1,\"total\":2,\"samples\":3}",
    "{\"event\":\"points\",\"step\":1,\"total\":2,\"samples\":3,\"points\":{}}",
    "{\"event\":\"state\"}",
    "{\"event\":\"ended\"}",
    "{\"event\":\"ended\",\"state\":\"done\",\"epochs\":-1}",
    "{\"event\":\"evaluating\",\"done\":1}",
    "{\"event\":\"score\",\"loss\":\"low\"}",
    "{\"event\":\"score\",\"part\":\"all\",\"samples\":1}",
    "{\"event\":\"score\",\"part\":\"test\",\"samples\":-1}",
    "{\"event\":\"score\",\"part\":\"test\",\"samples\":1,\"measures\":[]}",
    "{\"event\":\"score\",\"part\":\"test\",\"samples\":1,\"classes\":[1]}",
    "{\"event\":\"samples\",\"part\":\"test\",\"truth\":1}",
    "{\"event\":\"samples\",\"part\":\"test\",\"truth\":1,\"guess\":0,\"count\":3,"
    "\"items\":[7],\"shape\":[1,2],\"dtype\":\"uint8\"}",
    "{\"event\":\"samples\",\"part\":\"test\",\"truth\":1,\"guess\":0,\"count\":3,"
    "\"items\":[],\"shape\":[1,2,3,4,5,6,7,8,9,10],\"dtype\":\"uint8\"}",
    "{\"event\":\"samples\",\"part\":\"test\",\"truth\":1,\"guess\":0,\"count\":3,"
    "\"items\":[],\"shape\":[],\"dtype\":\"word\"}",
    "{\"event\":\"error\"}",
    "{\"event\":\"error\",\"message\":\"x\",\"node\":-4}",
    "{\"event\":\"error\",\"message\":null}",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (headers); i++)
    {
      g_autoptr (AppFrame) frame = make_frame (headers[i]);
      g_auto (AppWorkerEvent) event = { 0 };
      g_autoptr (GError) error = NULL;

      g_test_message ("%s", headers[i]);
      g_assert_false (app_worker_event_read (&event, frame, &error));
      g_assert_nonnull (error);
      g_assert_cmpstr (error->message, !=, "");
    }
}

static void
test_hostile_points (void)
{
  static const char *const points[] = {
    "[7]",
    "[[]]",
    "[[\"loss/train\",1]]",
    "[[\"loss/train\",1,2,3]]",
    "[[1,1,2]]",
    "[[\"loss/train\",-1,2]]",
    "[[\"loss/train\",1.5,2]]",
    "[[\"loss/train\",1,\"2\"]]",
    "[[\"loss/train\",1,null]]",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (points); i++)
    {
      g_autofree char *header = g_strdup_printf ("{\"event\":\"points\",\"points\":%s}", points[i]);
      g_autoptr (AppFrame) frame = make_frame (header);
      g_autoptr (GString) told = g_string_new (NULL);
      g_autoptr (GError) error = NULL;

      g_test_message ("%s", points[i]);
      g_assert_false (app_worker_event_for_points (frame, count_point, told, &error));
      g_assert_nonnull (error);
      g_assert_cmpstr (told->str, ==, "");
    }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/worker-event/kinds", test_kinds);
  g_test_add_func ("/worker-event/ended", test_ended);
  g_test_add_func ("/worker-event/points", test_points);
  g_test_add_func ("/worker-event/hostile", test_hostile);
  g_test_add_func ("/worker-event/hostile-points", test_hostile_points);

  return g_test_run ();
}
