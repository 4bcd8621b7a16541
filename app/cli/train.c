/* train.c: epoch-cli train
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "app/cli/progress-line.h"
#include "app/cli/verb.h"
#include "app/core/job.h"
#include "engine/error.h"

#include <glib/gi18n.h>
#include <signal.h>
#include <unistd.h>

#define POLL_US 100000

static volatile sig_atomic_t interrupted;

static void
interrupt_cb (int signal_number)
{
  interrupted = 1;
}

/* The options of the verb; what was not given is NULL or -1. */
typedef struct
{
  int       epochs;
  int       batch;
  double    rate;
  char     *seed;
  char     *device;
  int       threads;
  char    **settings;
  char     *run;
  gboolean  resume;
  gint64    stop_after;
  gboolean  json;
} Options;

static void
options_clear (Options *self)
{
  g_free (self->seed);
  g_free (self->device);
  g_strfreev (self->settings);
  g_free (self->run);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Options, options_clear)

static gboolean
set_number (AppProject  *project,
            const char  *key,
            double       number,
            gboolean     given,
            GError     **error)
{
  char text[G_ASCII_DTOSTR_BUF_SIZE];

  g_ascii_dtostr (text, sizeof text, number);
  return !given || app_project_set (project, key, text, error);
}

static gboolean
apply_options (AppProject     *project,
               const Options  *options,
               GError        **error)
{
  if (!set_number (project, "epochs", options->epochs, options->epochs >= 0, error)
      || !set_number (project, "batch", options->batch, options->batch >= 0, error)
      || !set_number (project, "threads", options->threads, options->threads >= 0, error)
      || (options->seed != NULL && !app_project_set (project, "seed", options->seed, error))
      || (options->device != NULL && !app_project_set (project, "device", options->device, error)))
    return FALSE;

  for (int i = 0; options->settings != NULL && options->settings[i] != NULL; i++)
    {
      g_auto (GStrv) pair = g_strsplit (options->settings[i], "=", 2);

      if (g_str_equal (options->settings[i], "list"))
        continue;
      if (pair[0] == NULL || pair[1] == NULL)
        {
          g_set_error (error, NN_ERROR, NN_ERROR_ATTRIBUTE,
                       _("“%s” is no setting; write --set KEY=VALUE."), options->settings[i]);
          return FALSE;
        }
      if (!app_project_set (project, pair[0], pair[1], error))
        return FALSE;
    }

  /* Behind the optimiser, whose choice does not touch the rate. */
  return set_number (project, "rate", options->rate, options->rate >= 0, error);
}

/* Where the run goes, and the project it is of.  A run that is resumed goes on
 * with the project it was started with. */
static AppProject *
open_project (const char  *path,
              Options     *options,
              char       **folder,
              GError     **error)
{
  AppProject *project = NULL;

  *folder = g_strdup (options->run);
  if (*folder == NULL && options->resume)
    *folder = app_run_last_folder (path);
  if (*folder == NULL)
    *folder = app_run_next_folder (path);

  if (options->resume && app_run_is_folder (*folder))
    project = app_run_read_project (*folder, error);
  else
    {
      if (options->resume)
        g_printerr (_("There is nothing to resume in “%s”; starting from the beginning.\n"),
                    *folder);
      options->resume = FALSE;
      project = app_project_read (path, error);
    }

  if (project != NULL && !apply_options (project, options, error))
    g_clear_pointer (&project, app_project_free);
  return project;
}

/* A run that starts anew in a folder that has one would mix the two. */
static gboolean
check_folder (const char     *folder,
              const Options  *options,
              GError        **error)
{
  if (options->resume || !app_run_is_folder (folder))
    return TRUE;

  g_set_error (error, NN_ERROR, NN_ERROR_FILE,
               _("“%s” holds a run already. Go on with it by --resume, or choose another folder."),
               folder);
  return FALSE;
}

/* Prints what happens until the training has ended. */
static void
follow (AppJob          *job,
        AppProgressLine *line)
{
  gboolean stopping = FALSE;

  for (;;)
    {
      g_autoptr (NnProgress) progress = app_job_next (job, POLL_US);

      if (interrupted && !stopping)
        {
          app_job_command (job, NN_COMMAND_STOP);
          stopping = TRUE;
        }
      if (progress == NULL)
        continue;

      app_progress_line_update (line, progress);
      if (progress->kind == NN_PROGRESS_STATE && progress->state != NN_STATE_RUNNING
          && progress->state != NN_STATE_PAUSED)
        return;
    }
}

static gboolean
save_weights (AppJob      *job,
              const char  *path,
              GError     **error)
{
  g_autoptr (AppProject) project = app_project_read (path, error);
  g_autoptr (GBytes) weights = project != NULL ? app_job_map_weights (job, error) : NULL;
  g_autoptr (GBytes) vocabulary = app_samples_dup_vocabulary (app_job_get_samples (job));

  if (weights == NULL)
    return FALSE;

  app_project_set_learned (project, weights, vocabulary);
  return app_project_write (project, path, error);
}

static void
print_result (const AppRunInfo *info,
              const char       *folder,
              gboolean          json)
{
  if (json)
    {
      g_autoptr (NnJsonWriter) writer = nn_json_writer_new (FALSE);

      nn_json_writer_begin_object (writer, NULL);
      app_run_info_write (info, writer);
      nn_json_writer_add_string (writer, "run", folder);
      nn_json_writer_end_object (writer);
      app_verb_print (writer);
      return;
    }

  if (info->test_accuracy == info->test_accuracy)
    g_print (_("Test accuracy %.2f %%, loss %.4f\n"), info->test_accuracy * 100, info->test_loss);
  else if (info->test_loss == info->test_loss)
    g_print (_("Test loss %.4f\n"), info->test_loss);
  g_print (_("Run: %s\n"), folder);
}

/* KEY=VALUE, what it means, and the words there are to choose from, a line each:
 * all that --set knows here. */
static void
list_settings (const AppProject *project)
{
  g_auto (GStrv) keys = app_project_list_keys (project);

  for (int i = 0; keys[i] != NULL; i++)
    {
      const NnAttr *attr = app_project_find_attr (project, keys[i]);
      g_autofree char *value = app_project_get (project, keys[i]);
      g_autofree char *pair = g_strdup_printf ("%s=%s", keys[i], value);
      g_auto (GStrv) words = app_project_list_words (project, keys[i]);
      g_autofree char *choices = words != NULL ? g_strjoinv (", ", words) : NULL;

      g_print ("%-44s  %s%s%s%s\n", pair, attr != NULL ? _(attr->title) : "",
               choices != NULL ? " (" : "", choices != NULL ? choices : "",
               choices != NULL ? ")" : "");
    }
}

static gboolean
wants_list (const Options *options)
{
  return options->settings != NULL
         && g_strv_contains ((const char *const *) options->settings, "list");
}

static int
train (const char *path,
       Options    *options)
{
  g_autofree char *folder = NULL;
  g_autofree char *warning = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (AppProject) project = open_project (path, options, &folder, &error);
  g_autoptr (AppJob) job = NULL;
  g_autoptr (AppProgressLine) line = app_progress_line_new ();
  AppJobOptions job_options = { folder, path, options->resume, (guint64) options->stop_after };
  AppRunInfo info = { 0 };
  gboolean stopped;
  gboolean ok;

  if (project != NULL && wants_list (options))
    {
      list_settings (project);
      return APP_EXIT_DONE;
    }
  if (project == NULL || !check_folder (folder, options, &error))
    return app_verb_fail (error);

  job = app_job_new (project, &job_options, app_progress_line_decoding, line, NULL, &warning,
                     &error);
  app_progress_line_end (line);
  if (warning != NULL)
    g_printerr ("%s\n", warning);
  if (job == NULL || !app_job_start (job, &error))
    return app_verb_fail (error);

  follow (job, line);
  app_progress_line_end (line);
  ok = app_job_finish (job, &info, &error);
  stopped = ok && g_str_equal (info.state, "stopped");
  ok = ok && save_weights (job, path, &error);

  print_result (&info, folder, options->json);
  app_run_info_clear (&info);
  if (!ok)
    return app_verb_fail (error);
  if (stopped && interrupted)
    {
      g_printerr (_("Stopped. Go on with: epoch-cli train %s --resume --run %s\n"), path, folder);
      return APP_EXIT_INTERRUPTED;
    }

  return APP_EXIT_DONE;
}

static int
run (int    argc,
     char **argv)
{
  g_auto (Options) options = { .epochs = -1, .batch = -1, .rate = -1, .threads = -1 };
  const GOptionEntry entries[] = {
    { "epochs", 0, 0, G_OPTION_ARG_INT, &options.epochs, N_("How often to go through the data"),
      "N" },
    { "batch", 0, 0, G_OPTION_ARG_INT, &options.batch, N_("Samples in a batch"), "N" },
    { "lr", 0, 0, G_OPTION_ARG_DOUBLE, &options.rate, N_("Learning rate"), "R" },
    { "seed", 0, 0, G_OPTION_ARG_STRING, &options.seed, N_("Where random numbers start"), "N" },
    { "device", 0, 0, G_OPTION_ARG_STRING, &options.device, N_("Where to compute"), N_("DEVICE") },
    { "threads", 0, 0, G_OPTION_ARG_INT, &options.threads, N_("How many threads compute"), "N" },
    { "set", 0, 0, G_OPTION_ARG_STRING_ARRAY, &options.settings,
      N_("Another setting; “list” lists them"), N_("KEY=VALUE") },
    { "run", 0, 0, G_OPTION_ARG_FILENAME, &options.run, N_("Folder of the run"), N_("FOLDER") },
    { "resume", 0, 0, G_OPTION_ARG_NONE, &options.resume, N_("Go on where a run was stopped"),
      NULL },
    { "stop-after-steps", 0, 0, G_OPTION_ARG_INT64, &options.stop_after,
      N_("Stop after the step of this number"), "N" },
    { "json", 0, 0, G_OPTION_ARG_NONE, &options.json, N_("Print one line of JSON"), NULL },
    { NULL }
  };
  struct sigaction action = { .sa_handler = interrupt_cb };
  int code;

  if (!app_verb_parse (&app_verb_train, entries, &argc, &argv, &code))
    return code;
  if (argc != 2)
    return app_verb_misuse (&app_verb_train, _("Name one project."));
  if (options.stop_after < 0)
    return app_verb_misuse (&app_verb_train, _("Numbers must not be negative."));

  sigaction (SIGINT, &action, NULL);
  sigaction (SIGTERM, &action, NULL);
  return train (argv[1], &options);
}

const AppVerb app_verb_train = {
  "train", N_("PROJECT"), N_("Trains a project and writes a run."), run
};
