/* session-read.c: what the session knows of the run that is shown
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "app/session-private.h"

#include "app/core/last-run.h"

#include <math.h>
#include <string.h>

static void
read_thread (GTask        *task,
             gpointer      source,
             gpointer      path,
             GCancellable *cancellable)
{
  g_task_return_pointer (task, app_last_run_read (path), (GDestroyNotify) app_last_run_free);
}

static void
read_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      data)
{
  AppSession *self = APP_SESSION (source);
  g_autoptr (AppLastRun) run = g_task_propagate_pointer (G_TASK (result), NULL);

  /* Something else has happened meanwhile, or there is no run. */
  if (run == NULL || self->state != APP_SESSION_IDLE)
    return;

  _app_session_clear_outcome (self);
  g_clear_pointer (&self->curves, app_curves_free);
  self->curves = g_steal_pointer (&run->curves);
  g_clear_pointer (&self->project, app_project_free);
  self->project = g_steal_pointer (&run->project);
  g_free (self->folder);
  self->folder = g_steal_pointer (&run->folder);
  self->result = run->info;
  run->info = (AppRunInfo) { 0 };

  memcpy (self->evaluations, run->evaluations, sizeof self->evaluations);
  self->evaluation_stamp++;
  memset (run->evaluations, 0, sizeof run->evaluations);

  /* One that still “runs” was interrupted, and has no result. */
  self->has_result = self->result.state != NULL && !g_str_equal (self->result.state, "running");
  self->step = self->result.steps;
  self->total = self->result.total_steps;
  self->error = g_strdup (self->result.message);
  self->is_open = FALSE;
  _app_session_look_for_checkpoint (self);
  _app_session_flush_changes (self);
}

/* As if nothing had ever been trained. */
static void
show_nothing (AppSession *self)
{
  g_cancellable_cancel (self->loading);
  g_clear_object (&self->loading);
  _app_session_clear_outcome (self);
  app_curves_clear (self->curves);
  g_clear_pointer (&self->project, app_project_free);
  g_clear_pointer (&self->folder, g_free);
  self->step = self->total = 0;
  _app_session_flush_changes (self);
}

void
app_session_forget_run (AppSession *self,
                        const char *folder)
{
  guint index;

  if (g_ptr_array_find_with_equal_func (self->unsaved, folder, g_str_equal, &index))
    g_ptr_array_remove_index (self->unsaved, index);
  if (self->state == APP_SESSION_IDLE && g_strcmp0 (folder, self->folder) == 0)
    show_nothing (self);
}

void
app_session_show_last_run (AppSession  *self,
                           AppDocument *document)
{
  const char *path = app_document_get_path (document);
  g_autoptr (GTask) task = NULL;

  if (self->state != APP_SESSION_IDLE)
    return;

  if (g_set_object (&self->document, document))
    g_ptr_array_set_size (self->unsaved, 0);
  show_nothing (self);
  if (path == NULL)
    return;

  self->loading = g_cancellable_new ();
  task = g_task_new (self, self->loading, read_cb, NULL);
  g_task_set_source_tag (task, app_session_show_last_run);
  g_task_set_task_data (task, g_strdup (path), g_free);
  g_task_run_in_thread (task, read_thread);
}

AppSessionState
app_session_get_state (AppSession *self)
{
  return self->state;
}

AppCurves *
app_session_get_curves (AppSession *self)
{
  return self->curves;
}

guint64
app_session_get_step (AppSession *self)
{
  return self->step;
}

guint64
app_session_get_total (AppSession *self)
{
  return self->total;
}

guint
app_session_get_epochs (AppSession *self)
{
  return self->project != NULL ? self->project->training.epochs : 0;
}

guint
app_session_get_epoch (AppSession *self)
{
  guint epochs = app_session_get_epochs (self);
  guint64 steps_per_epoch = epochs > 0 ? self->total / epochs : 0;

  if (steps_per_epoch == 0)
    return 0;

  return (guint) MIN (self->step / steps_per_epoch + 1, epochs);
}

double
app_session_get_per_second (AppSession *self)
{
  return app_pace_get_per_second (&self->pace);
}

double
app_session_get_seconds_left (AppSession *self)
{
  if (self->total <= self->step)
    return NAN;

  return app_pace_get_seconds_left (&self->pace, self->total - self->step);
}

double
app_session_get_reading (AppSession *self)
{
  return self->reading;
}

const AppRunInfo *
app_session_get_result (AppSession *self)
{
  return self->has_result ? &self->result : NULL;
}

const char *
app_session_get_error (AppSession *self)
{
  return self->error;
}

guint
app_session_get_error_node (AppSession *self)
{
  return self->error_node;
}

gboolean
app_session_has_diverged (AppSession *self)
{
  return self->has_diverged;
}

const char *
app_session_get_warning (AppSession *self)
{
  return self->warning;
}

char **
app_session_dup_folders (AppSession *self)
{
  const char *path = self->document != NULL ? app_document_get_path (self->document) : NULL;
  g_autoptr (GPtrArray) folders = g_ptr_array_new ();

  for (guint i = 0; i < self->unsaved->len; i++)
    g_ptr_array_add (folders, g_strdup (g_ptr_array_index (self->unsaved, i)));
  if (path != NULL)
    app_run_list_folders (path, folders);
  g_ptr_array_add (folders, NULL);
  return (char **) g_ptr_array_free (g_steal_pointer (&folders), FALSE);
}

const char *
app_session_get_folder (AppSession *self)
{
  return self->folder;
}

gboolean
app_session_can_resume (AppSession *self)
{
  return self->state == APP_SESSION_IDLE && self->can_resume;
}

guint64
app_session_get_checkpoint (AppSession *self)
{
  return self->checkpoint;
}

int
app_session_get_worker_pid (AppSession *self)
{
  return self->worker != NULL ? app_worker_client_get_pid (self->worker) : 0;
}
