/* test-worker-client.c: strange workers cannot harm the window
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "app/worker-client.h"

#include <glib/gstdio.h>
#include <string.h>

#define PATIENCE_S 20

typedef struct
{
  GMainLoop       *loop;
  AppWorkerClient *client;
  GString         *told;        /* the "event" of each frame, then the last words */
  guint            timeout;
} Fixture;

static gboolean
give_up_cb (gpointer data)
{
  g_error ("nothing came within %d seconds", PATIENCE_S);
  return G_SOURCE_REMOVE;
}

static void
set_up (Fixture    *fixture,
        const void *data)
{
  fixture->loop = g_main_loop_new (NULL, FALSE);
  fixture->told = g_string_new (NULL);
  fixture->timeout = g_timeout_add_seconds (PATIENCE_S, give_up_cb, NULL);
}

static void
tear_down (Fixture    *fixture,
           const void *data)
{
  g_source_remove (fixture->timeout);
  g_clear_object (&fixture->client);
  g_string_free (fixture->told, TRUE);
  g_main_loop_unref (fixture->loop);
}

static void
frame_cb (Fixture  *fixture,
          AppFrame *frame)
{
  const char *event = nn_json_get_string (frame->header, "event", NULL);

  g_string_append_printf (fixture->told, "[%s]", event != NULL ? event : "?");
}

static void
died_cb (Fixture    *fixture,
         const char *message)
{
  g_string_append (fixture->told, message);
  g_main_loop_quit (fixture->loop);
}

/* Starts the shell script as a worker. */
static void
start (Fixture    *fixture,
       const char *script)
{
  const char *const argv[] = { "/bin/sh", "-c", script, NULL };
  g_autoptr (GError) error = NULL;

  fixture->client = app_worker_client_new (argv, &error);
  g_assert_no_error (error);
  g_signal_connect_swapped (fixture->client, "frame", G_CALLBACK (frame_cb), fixture);
  g_signal_connect_swapped (fixture->client, "died", G_CALLBACK (died_cb), fixture);
}

static void
assert_told (Fixture    *fixture,
             const char *words)
{
  g_test_message ("%s", fixture->told->str);
  g_assert_nonnull (strstr (fixture->told->str, words));
}

static void
test_exit (Fixture    *fixture,
           const void *data)
{
  start (fixture, "echo first >&2; echo 'out of luck' >&2; exit 3");
  g_main_loop_run (fixture->loop);
  assert_told (fixture, "the status 3");
  assert_told (fixture, "“out of luck”");
  g_assert_null (strstr (fixture->told->str, "first"));
  g_assert_cmpint (app_worker_client_get_pid (fixture->client), ==, 0);
}

static void
test_signals (Fixture    *fixture,
              const void *data)
{
  start (fixture, "kill -9 $$");
  g_main_loop_run (fixture->loop);
  assert_told (fixture, "was killed");
  g_string_truncate (fixture->told, 0);
  g_clear_object (&fixture->client);

  start (fixture, "kill -SEGV $$");
  g_main_loop_run (fixture->loop);
  assert_told (fixture, "Segmentation fault");
}

/* What was told before the end is heard before it. */
static void
test_frames (Fixture    *fixture,
             const void *data)
{
  start (fixture, "printf '\\017\\000\\000\\000\\000\\000\\000\\000{\"event\":\"one\"}';"
                  "printf '\\017\\000\\000\\000\\002\\000\\000\\000{\"event\":\"two\"}xx'");
  g_main_loop_run (fixture->loop);
  g_assert_true (g_str_has_prefix (fixture->told->str, "[one][two]"));
}

static void
test_garbage (Fixture    *fixture,
              const void *data)
{
  /* Lengths far above the limit, JSON that is none, a header that is no object. */
  static const char *const scripts[] = {
    "printf '\\377\\377\\377\\377\\000\\000\\000\\000'; sleep 100",
    "printf '\\004\\000\\000\\000\\000\\000\\000\\000oops'; sleep 100",
    "printf '\\002\\000\\000\\000\\000\\000\\000\\000[]'; sleep 100",
    "cat /dev/zero",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (scripts); i++)
    {
      start (fixture, scripts[i]);
      g_main_loop_run (fixture->loop);
      assert_told (fixture, "what is no message");
      g_string_truncate (fixture->told, 0);
      g_clear_object (&fixture->client);
    }
}

static void
test_reject (Fixture    *fixture,
             const void *data)
{
  start (fixture, "sleep 100");
  g_assert_cmpint (app_worker_client_get_pid (fixture->client), >, 0);
  app_worker_client_reject (fixture->client, "a step of −1");
  g_main_loop_run (fixture->loop);
  assert_told (fixture, "a step of −1");
}

/* Much more than a pipe holds, to a worker that only begins to read when all
 * has been sent: who waited for it would wait for ever. */
static void
test_slow_reader (Fixture    *fixture,
                  const void *data)
{
  g_autoptr (GBytes) payload = g_bytes_new_take (g_malloc0 (8 << 20), 8 << 20);
  g_autofree char *path = NULL;
  g_autofree char *script = NULL;
  g_autofree char *quoted = NULL;
  int fd = g_file_open_tmp ("epoch-gate-XXXXXX", &path, NULL);

  /* The worker waits until the file, its gate, is gone. */
  g_assert_cmpint (fd, >=, 0);
  g_close (fd, NULL);
  quoted = g_shell_quote (path);
  script = g_strdup_printf ("while test -e %s; do sleep 0.02; done; "
                            "test $(wc -c) -gt 16777216 && exit 7", quoted);
  start (fixture, script);
  for (int i = 0; i < 2; i++)
    {
      g_autoptr (NnJsonWriter) writer = nn_json_writer_new (FALSE);

      nn_json_writer_begin_object (writer, NULL);
      app_worker_client_send (fixture->client, writer, payload);
    }
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_cmpint (g_unlink (path), ==, 0);
  app_worker_client_close (fixture->client);
  while (app_worker_client_get_pid (fixture->client) != 0)
    g_main_context_iteration (NULL, TRUE);

  /* Who was told to end does not die. */
  g_assert_cmpstr (fixture->told->str, ==, "");
}

/* Sending to one that is gone is no end of the program. */
static void
test_deaf (Fixture    *fixture,
           const void *data)
{
  g_autoptr (GBytes) payload = g_bytes_new_take (g_malloc0 (1 << 20), 1 << 20);

  start (fixture, "exec 0<&-; sleep 0.2; exit 4");
  for (int i = 0; i < 20; i++)
    {
      g_autoptr (NnJsonWriter) writer = nn_json_writer_new (FALSE);

      nn_json_writer_begin_object (writer, NULL);
      app_worker_client_send (fixture->client, writer, payload);
    }
  g_main_loop_run (fixture->loop);
  assert_told (fixture, "the status 4");
}

static void
test_missing (void)
{
  const char *const argv[] = { "/no/such/worker", NULL };
  g_autoptr (GError) error = NULL;

  g_assert_null (app_worker_client_new (argv, &error));
  g_assert_nonnull (error);
  g_assert_nonnull (strstr (error->message, "/no/such/worker"));
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/worker-client/exit", Fixture, NULL, set_up, test_exit, tear_down);
  g_test_add ("/worker-client/signals", Fixture, NULL, set_up, test_signals, tear_down);
  g_test_add ("/worker-client/frames", Fixture, NULL, set_up, test_frames, tear_down);
  g_test_add ("/worker-client/garbage", Fixture, NULL, set_up, test_garbage, tear_down);
  g_test_add ("/worker-client/reject", Fixture, NULL, set_up, test_reject, tear_down);
  g_test_add ("/worker-client/slow-reader", Fixture, NULL, set_up, test_slow_reader, tear_down);
  g_test_add ("/worker-client/deaf", Fixture, NULL, set_up, test_deaf, tear_down);
  g_test_add_func ("/worker-client/missing", test_missing);

  return g_test_run ();
}
