/* trained.c: a network with the weights of a project or run
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "app/core/trained.h"

#include "app/core/run.h"
#include "engine/checkpoint.h"
#include "engine/error.h"

#include <glib/gi18n.h>
#include <string.h>

/* The weights that the run ended with; those of the best validation, or of the
 * newest checkpoint, while it has not ended. */
static char *
find_weights (const char *folder)
{
  g_autofree char *checkpoints = g_build_filename (folder, "checkpoints", NULL);
  char *path = g_build_filename (folder, "weights.safetensors", NULL);
  g_autoptr (GDir) dir = NULL;
  g_autofree char *newest = NULL;
  const char *name;

  if (g_file_test (path, G_FILE_TEST_IS_REGULAR))
    return path;
  g_free (path);
  path = g_build_filename (checkpoints, "best.safetensors", NULL);
  if (g_file_test (path, G_FILE_TEST_IS_REGULAR))
    return path;
  g_free (path);

  /* Steps are written with leading zeros, so names sort as numbers do. */
  dir = g_dir_open (checkpoints, 0, NULL);
  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    if (g_str_has_suffix (name, ".safetensors") && g_strcmp0 (name, newest) > 0)
      {
        g_free (newest);
        newest = g_strdup (name);
      }

  return newest != NULL ? g_build_filename (checkpoints, newest, NULL) : NULL;
}

static gboolean
read_run_weights (NnModel     *model,
                  const char  *folder,
                  GError     **error)
{
  g_autofree char *weights = find_weights (folder);

  if (weights == NULL)
    {
      g_set_error (error, NN_ERROR, NN_ERROR_FILE,
                   _("The run “%s” has no weights yet. Train it for at least a moment."), folder);
      return FALSE;
    }

  return nn_model_read (model, weights, error);
}

NnNetwork *
app_trained_new_network (const AppProject  *project,
                         GError           **error)
{
  g_autoptr (NnDevice) device = nn_device_open (project->device, project->threads, error);

  return device == NULL ? NULL : nn_network_new (project->graph, device, error);
}

NnNetwork *
app_trained_open_project (const AppProject  *project,
                          const char        *source,
                          GError           **error)
{
  g_autoptr (NnNetwork) network = app_trained_new_network (project, error);

  return network != NULL
         && nn_model_read_bytes (nn_network_get_model (network), project->weights, source, error)
    ? g_steal_pointer (&network) : NULL;
}

NnNetwork *
app_trained_open (const char   *path,
                  AppProject  **project,
                  GError      **error)
{
  gboolean is_run = app_run_is_folder (path);
  g_autoptr (AppProject) read = is_run ? app_run_read_project (path, error)
                                       : app_project_read (path, error);
  g_autoptr (NnNetwork) network = NULL;

  if (read == NULL)
    return NULL;

  if (!is_run && read->weights == NULL)
    {
      g_set_error (error, NN_ERROR, NN_ERROR_FILE,
                   _("The network in “%s” has not been trained. Run “epoch-cli train %s” first."),
                   path, path);
      return NULL;
    }

  network = is_run ? app_trained_new_network (read, error)
                   : app_trained_open_project (read, path, error);
  if (network == NULL
      || (is_run && !read_run_weights (nn_network_get_model (network), path, error)))
    return NULL;

  *project = g_steal_pointer (&read);
  return g_steal_pointer (&network);
}

char *
app_trained_title (const char *path)
{
  char *title = g_filename_display_basename (path);

  if (g_str_has_suffix (title, ".epoch"))
    title[strlen (title) - strlen (".epoch")] = '\0';

  return title;
}
