/* serve.c: epoch-cli serve, the worker behind the window
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "app/cli/verb.h"

#include "app/core/frame.h"
#include "app/core/worker.h"
#include "engine/error.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <signal.h>
#include <unistd.h>

#define CHUNK 65536

/* Frames come on stdin and go to stdout, so that the same worker runs behind
 * "ssh HOST".  A thread reads, because the worker has work to do meanwhile; the
 * queue ends with a frame that says so. */

static void *
read_thread (void *data)
{
  GAsyncQueue *queue = data;
  g_autoptr (AppFrameReader) reader = app_frame_reader_new ();
  g_autofree guint8 *chunk = g_malloc (CHUNK);
  g_autoptr (GError) error = NULL;

  for (;;)
    {
      gssize size = read (STDIN_FILENO, chunk, CHUNK);
      AppFrame *frame;

      if (size < 0 && errno == EINTR)
        continue;
      if (size <= 0)
        break;

      app_frame_reader_push (reader, chunk, (gsize) size);
      while ((frame = app_frame_reader_pop (reader, &error)) != NULL)
        g_async_queue_push (queue, frame);
      if (error != NULL)
        {
          g_printerr ("epoch-cli serve: %s\n", error->message);
          break;
        }
    }

  /* A frame without a header ends the worker. */
  g_async_queue_push (queue, g_new0 (AppFrame, 1));
  return NULL;
}

static gboolean
send_bytes (GBytes *bytes,
            void   *data)
{
  gsize left;
  const guint8 *at = g_bytes_get_data (bytes, &left);

  while (left > 0)
    {
      gssize written = write (STDOUT_FILENO, at, left);

      if (written < 0 && errno == EINTR)
        continue;
      if (written <= 0)
        return FALSE;
      at += written;
      left -= (gsize) written;
    }

  return TRUE;
}

static int
run (int    argc,
     char **argv)
{
  const GOptionEntry entries[] = { { NULL } };
  GAsyncQueue *queue;
  AppWorker *worker;
  gboolean goes_on = TRUE;
  int code;

  if (!app_verb_parse (&app_verb_serve, entries, &argc, &argv, &code))
    return code;

  /* A window that is gone must not take the training with it before that is
   * saved. */
  signal (SIGPIPE, SIG_IGN);
  queue = g_async_queue_new_full ((GDestroyNotify) app_frame_free);
  worker = app_worker_new (send_bytes, NULL);
  g_thread_unref (g_thread_new ("read", read_thread, queue));

  while (goes_on)
    {
      gint64 wait = app_worker_get_wait_us (worker);
      g_autoptr (AppFrame) frame = wait < 0 ? g_async_queue_pop (queue)
                                            : g_async_queue_timeout_pop (queue, (guint64) wait);

      if (frame != NULL && frame->header == NULL)
        goes_on = FALSE;
      else if (frame != NULL)
        app_worker_handle (worker, frame);
      if (goes_on)
        goes_on = app_worker_work (worker);
    }

  /* What is under way is stopped and saved.  The reading thread may still hang
   * in read(); it ends with the process. */
  app_worker_free (worker);
  return APP_EXIT_DONE;
}

const AppVerb app_verb_serve = {
  "serve", "", N_("Works for the window, over stdin and stdout."), run
};
