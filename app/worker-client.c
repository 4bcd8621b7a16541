/* worker-client.c: the window's end of the line to its worker
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "app/worker-client.h"

#include "app/core/language.h"

#include <gio/gunixoutputstream.h>
#include <glib-unix.h>
#include <glib/gi18n.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#define CHUNK         65536
#define KEPT_WORDS    8192      /* bytes of stderr kept for the message */
#define NICE          5         /* how far the worker stands back behind the window */
#define LAST_WORDS_MS 1000      /* for pipes that somebody else holds open */
#define FAREWELL_MS   5000      /* for saving after the window is closed */

struct _AppWorkerClient
{
  GObject         parent_instance;

  GSubprocess    *process;
  GOutputStream  *to_worker;
  GQueue          to_send;      /* GBytes, owned; the first one is on its way */
  AppFrameReader *reader;
  GString        *words;        /* of stderr */
  char           *complaint;    /* why it was ended by us, or NULL */
  guint           n_open;       /* of stdout, stderr and the process itself */
  guint           timeout;      /* of last words or of the farewell */
  gboolean        is_closing;
  gboolean        has_died;
  gboolean        holds;        /* the application */
};

enum {
  FRAME,
  DIED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (AppWorkerClient, app_worker_client, G_TYPE_OBJECT)

static void
let_application_go (AppWorkerClient *self)
{
  if (self->holds)
    g_application_release (g_application_get_default ());
  self->holds = FALSE;
}

static void
app_worker_client_finalize (GObject *object)
{
  AppWorkerClient *self = APP_WORKER_CLIENT (object);

  let_application_go (self);
  g_clear_handle_id (&self->timeout, g_source_remove);
  g_queue_clear_full (&self->to_send, (GDestroyNotify) g_bytes_unref);
  g_clear_pointer (&self->reader, app_frame_reader_free);
  g_string_free (self->words, TRUE);
  g_clear_object (&self->process);
  g_free (self->complaint);

  G_OBJECT_CLASS (app_worker_client_parent_class)->finalize (object);
}

static void
app_worker_client_class_init (AppWorkerClientClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = app_worker_client_finalize;

  signals[FRAME] = g_signal_new ("frame", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                 NULL, NULL, G_TYPE_NONE, 1, G_TYPE_POINTER);
  signals[DIED] = g_signal_new ("died", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);

  /* Writing to a worker that is gone is an error, and not the end of the window. */
  signal (SIGPIPE, SIG_IGN);
}

static void
app_worker_client_init (AppWorkerClient *self)
{
  self->reader = app_frame_reader_new ();
  self->words = g_string_new (NULL);
  g_queue_init (&self->to_send);
}

/* The last line that the worker wrote to stderr, fit to be shown; or NULL. */
static char *
last_words (AppWorkerClient *self)
{
  g_autofree char *valid = g_utf8_make_valid (self->words->str, (gssize) self->words->len);
  const char *line;

  g_strchomp (valid);
  line = strrchr (valid, '\n');
  line = line != NULL ? line + 1 : valid;
  return *line != '\0' ? nn_json_quote (line) : NULL;
}

/* Why the process is no more. */
static char *
explain_end (AppWorkerClient *self)
{
  if (self->complaint != NULL)
    /* Translators: %s is a sentence that says what is wrong with the message. */
    return g_strdup_printf (_("The training process was ended, because it sent what is no "
                              "message: %s"), self->complaint);
  if (!g_subprocess_get_if_signaled (self->process))
    return g_strdup_printf (_("The training process ended by itself with the status %d."),
                            g_subprocess_get_exit_status (self->process));
  if (g_subprocess_get_term_sig (self->process) == SIGKILL)
    return g_strdup (_("The training process was killed, as the system does when memory runs "
                       "out."));

  /* Translators: %s is the system's name of a signal, such as “Segmentation fault”. */
  return g_strdup_printf (_("The training process was ended by a signal: %s."),
                          g_strsignal (g_subprocess_get_term_sig (self->process)));
}

static void
tell_death (AppWorkerClient *self)
{
  g_autofree char *end = NULL;
  g_autofree char *words = NULL;
  g_autofree char *message = NULL;

  g_clear_handle_id (&self->timeout, g_source_remove);
  if (self->has_died)
    return;

  self->has_died = TRUE;
  let_application_go (self);
  if (self->is_closing)
    return;

  end = explain_end (self);
  words = last_words (self);
  if (words != NULL)
    /* Translators: a sentence, then what the process wrote last, in quotes. */
    message = g_strdup_printf (_("%s Its last words were %s."), end, words);
  g_signal_emit (self, signals[DIED], 0, message != NULL ? message : end);
}

static gboolean
last_words_cb (gpointer data)
{
  AppWorkerClient *self = data;

  self->timeout = 0;
  tell_death (self);
  return G_SOURCE_REMOVE;
}

/* One of the three ways to hear of the worker is closed. */
static void
close_one (AppWorkerClient *self)
{
  if (--self->n_open == 0)
    tell_death (self);
}

static void
exited_cb (GObject      *process,
           GAsyncResult *result,
           gpointer      data)
{
  g_autoptr (AppWorkerClient) self = data;

  g_subprocess_wait_finish (G_SUBPROCESS (process), result, NULL);

  /* What it said at the end may still lie in the pipes. */
  g_clear_handle_id (&self->timeout, g_source_remove);
  if (self->n_open > 1)
    self->timeout = g_timeout_add (LAST_WORDS_MS, last_words_cb, self);
  close_one (self);
}

void
app_worker_client_reject (AppWorkerClient *self,
                          const char      *cause)
{
  if (self->complaint == NULL)
    self->complaint = g_strdup (cause);
  g_subprocess_force_exit (self->process);
}

static void
take_frames (AppWorkerClient *self,
             GBytes          *bytes)
{
  g_autoptr (GError) error = NULL;
  AppFrame *frame;

  if (self->complaint != NULL || self->is_closing || self->has_died)
    return;

  app_frame_reader_push (self->reader, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  while (!self->is_closing && self->complaint == NULL
         && (frame = app_frame_reader_pop (self->reader, &error)) != NULL)
    {
      g_signal_emit (self, signals[FRAME], 0, frame);
      app_frame_free (frame);
    }
  if (error != NULL)
    app_worker_client_reject (self, error->message);
}

static void
read_cb (GObject      *stream,
         GAsyncResult *result,
         gpointer      data)
{
  g_autoptr (AppWorkerClient) self = data;
  g_autoptr (GBytes) bytes = g_input_stream_read_bytes_finish (G_INPUT_STREAM (stream), result,
                                                               NULL);

  if (bytes == NULL || g_bytes_get_size (bytes) == 0)
    {
      close_one (self);
      return;
    }

  take_frames (self, bytes);
  g_input_stream_read_bytes_async (G_INPUT_STREAM (stream), CHUNK, G_PRIORITY_DEFAULT, NULL,
                                   read_cb, g_object_ref (self));
}

static void
words_cb (GObject      *stream,
          GAsyncResult *result,
          gpointer      data)
{
  g_autoptr (AppWorkerClient) self = data;
  g_autoptr (GBytes) bytes = g_input_stream_read_bytes_finish (G_INPUT_STREAM (stream), result,
                                                               NULL);

  if (bytes == NULL || g_bytes_get_size (bytes) == 0)
    {
      close_one (self);
      return;
    }

  g_string_append_len (self->words, g_bytes_get_data (bytes, NULL),
                       (gssize) g_bytes_get_size (bytes));
  if (self->words->len > KEPT_WORDS)
    g_string_erase (self->words, 0, (gssize) (self->words->len - KEPT_WORDS));
  g_input_stream_read_bytes_async (G_INPUT_STREAM (stream), KEPT_WORDS, G_PRIORITY_DEFAULT, NULL,
                                   words_cb, g_object_ref (self));
}

/* Runs in the child between fork and exec, where little is allowed. */
static void
stand_back (gpointer data)
{
  int unused G_GNUC_UNUSED = nice (NICE);
}

static GSubprocess *
spawn (const char *const  *argv,
       GError            **error)
{
  GSubprocessFlags flags = G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE
                           | G_SUBPROCESS_FLAGS_STDERR_PIPE;
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (flags);
  g_autofree char *folder = app_program_folder ();
  g_autofree char *program = g_build_filename (folder, "epoch-cli", NULL);
  const char *usual[] = { program, "serve", NULL };

  /* Not beside this program: then where programs are found. */
  if (!g_file_test (program, G_FILE_TEST_IS_EXECUTABLE))
    usual[0] = "epoch-cli";

  g_subprocess_launcher_set_child_setup (launcher, stand_back, NULL, NULL);
  return g_subprocess_launcher_spawnv (launcher, argv != NULL ? argv : usual, error);
}

AppWorkerClient *
app_worker_client_new (const char *const  *argv,
                       GError            **error)
{
  g_autoptr (AppWorkerClient) self = g_object_new (APP_TYPE_WORKER_CLIENT, NULL);
  g_autoptr (GError) cause = NULL;

  self->process = spawn (argv, &cause);
  if (self->process == NULL)
    {
      g_set_error (error, cause->domain, cause->code,
                   _("The training process could not be started: %s. Is Epoch installed "
                     "completely?"), cause->message);
      return NULL;
    }

  /* The stream asks whether the pipe takes something, and then writes all it
   * has: only a pipe that does not block keeps the main loop running. */
  self->to_worker = g_subprocess_get_stdin_pipe (self->process);
  g_unix_set_fd_nonblocking (g_unix_output_stream_get_fd (G_UNIX_OUTPUT_STREAM (self->to_worker)),
                             TRUE, NULL);

  self->n_open = 3;
  g_input_stream_read_bytes_async (g_subprocess_get_stdout_pipe (self->process), CHUNK,
                                   G_PRIORITY_DEFAULT, NULL, read_cb, g_object_ref (self));
  g_input_stream_read_bytes_async (g_subprocess_get_stderr_pipe (self->process), KEPT_WORDS,
                                   G_PRIORITY_DEFAULT, NULL, words_cb, g_object_ref (self));
  g_subprocess_wait_async (self->process, NULL, exited_cb, g_object_ref (self));
  return g_steal_pointer (&self);
}

static void send_next (AppWorkerClient *self);

static void
sent_cb (GObject      *stream,
         GAsyncResult *result,
         gpointer      data)
{
  g_autoptr (AppWorkerClient) self = data;

  /* A worker that does not listen any more is about to be reported as dead. */
  if (!g_output_stream_write_all_finish (G_OUTPUT_STREAM (stream), result, NULL, NULL))
    g_queue_clear_full (&self->to_send, (GDestroyNotify) g_bytes_unref);
  else
    g_bytes_unref (g_queue_pop_head (&self->to_send));
  send_next (self);
}

static void
send_next (AppWorkerClient *self)
{
  GBytes *bytes = g_queue_peek_head (&self->to_send);

  if (bytes != NULL)
    g_output_stream_write_all_async (self->to_worker, g_bytes_get_data (bytes, NULL),
                                     g_bytes_get_size (bytes), G_PRIORITY_DEFAULT, NULL, sent_cb,
                                     g_object_ref (self));
  else if (self->is_closing)
    g_output_stream_close_async (self->to_worker, G_PRIORITY_DEFAULT, NULL, NULL, NULL);
}

void
app_worker_client_send (AppWorkerClient *self,
                        NnJsonWriter    *writer,
                        GBytes          *payload)
{
  gboolean is_idle = g_queue_is_empty (&self->to_send);

  if (self->is_closing || self->has_died)
    return;

  nn_json_writer_end_object (writer);
  g_queue_push_tail (&self->to_send, app_frame_pack (writer, payload));
  if (is_idle)
    send_next (self);
}

/* Whatever the worker still does, it does alone. */
static gboolean
farewell_cb (gpointer data)
{
  AppWorkerClient *self = data;

  self->timeout = 0;
  let_application_go (self);
  return G_SOURCE_REMOVE;
}

void
app_worker_client_close (AppWorkerClient *self)
{
  if (self->is_closing || self->has_died)
    return;

  self->is_closing = TRUE;
  if (g_application_get_default () != NULL)
    {
      g_application_hold (g_application_get_default ());
      self->holds = TRUE;
      g_clear_handle_id (&self->timeout, g_source_remove);
      self->timeout = g_timeout_add (FAREWELL_MS, farewell_cb, self);
    }
  if (g_queue_is_empty (&self->to_send))
    send_next (self);
}

int
app_worker_client_get_pid (AppWorkerClient *self)
{
  const char *identifier = g_subprocess_get_identifier (self->process);
  guint64 pid;

  return identifier != NULL && g_ascii_string_to_unsigned (identifier, 10, 1, G_MAXINT, &pid, NULL)
         ? (int) pid : 0;
}
