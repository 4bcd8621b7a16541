/* last-run.c: a run as its folder tells it
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "app/core/last-run.h"

void
app_last_run_free (AppLastRun *self)
{
  g_free (self->folder);
  app_run_info_clear (&self->info);
  g_clear_pointer (&self->project, app_project_free);
  g_clear_pointer (&self->curves, app_curves_free);
  for (int i = 0; i < NN_N_PARTS; i++)
    g_clear_pointer (&self->evaluations[i], app_evaluation_free);
  g_free (self);
}

AppLastRun *
app_last_run_read (const char *path)
{
  g_autoptr (AppLastRun) self = g_new0 (AppLastRun, 1);

  self->folder = app_run_last_folder (path);
  self->curves = app_curves_new ();
  if (self->folder == NULL
      || !app_run_read_info (self->folder, &self->info, NULL)
      || (self->project = app_run_read_project (self->folder, NULL)) == NULL
      || !app_curves_read (self->curves, self->folder, NULL))
    return NULL;

  /* One that is damaged can be made again. */
  for (int i = 0; i < NN_N_PARTS; i++)
    self->evaluations[i] = app_evaluation_load (self->folder, (NnPart) i, NULL);
  return g_steal_pointer (&self);
}
