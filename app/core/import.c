/* import.c: other people's files become projects
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "app/core/import.h"

#include "app/core/trained.h"
#include "engine/checkpoint.h"
#include "engine/error.h"

#include <glib/gi18n.h>

#define MOST_NAMES 8            /* listed of one kind */

AppProject *
app_import_network (NnImport  *import,
                    GError   **error)
{
  g_autoptr (AppProject) project = app_project_new ();
  g_autoptr (NnMatch) match = NULL;

  g_return_val_if_fail (import->graph != NULL, NULL);

  nn_graph_unref (project->graph);
  project->graph = nn_graph_ref (import->graph);
  project->weights = app_import_weights (project, import, NN_MATCH_NAMES, FALSE, &match, error);

  return project->weights != NULL ? g_steal_pointer (&project) : NULL;
}

/* What the network has before anything is put into it.  Weights of a network
 * that has been changed since do not fit any more, and are as good as none. */
static gboolean
start_model (const AppProject  *project,
             NnModel           *model,
             GError           **error)
{
  return (project->weights != NULL
          && nn_model_read_bytes (model, project->weights, "weights", NULL))
         || nn_model_initialise (model, project->training.seed, error);
}

GBytes *
app_import_weights (AppProject  *project,
                    NnImport    *import,
                    NnMatchBy    by,
                    gboolean     partial,
                    NnMatch    **match,
                    GError     **error)
{
  g_autoptr (NnNetwork) network = app_trained_new_network (project, error);
  NnModel *model;

  *match = NULL;
  if (network == NULL)
    return NULL;

  model = nn_network_get_model (network);
  *match = nn_weights_match (model, import->tensors, by);
  if (!nn_match_is_complete (*match) && (!partial || (*match)->n_fitting == 0))
    {
      g_set_error (error, NN_ERROR, NN_ERROR_FILE,
                   _("The file does not fit the network: of the %u tensors that it needs, %u are "
                     "there in the right shape. Nothing was changed."),
                   (*match)->tensors->len, (*match)->n_fitting);
      return NULL;
    }

  return start_model (project, model, error) && nn_weights_take (model, *match, error)
         ? nn_model_pack (model, error) : NULL;
}

/* "heading: a, b, c" as a line of its own, unless there is nothing. */
static void
list_names (GString    *text,
            const char *heading,
            GPtrArray  *names)
{
  if (names->len == 0)
    return;

  g_string_append_printf (text, "\n%s ", heading);
  for (guint i = 0; i < MIN (names->len, MOST_NAMES); i++)
    g_string_append_printf (text, "%s%s", i > 0 ? _(", ") : "",
                            (const char *) g_ptr_array_index (names, i));
  if (names->len > MOST_NAMES)
    g_string_append_printf (text, ngettext (" and %u more", " and %u more",
                                            names->len - MOST_NAMES),
                            names->len - MOST_NAMES);
}

char *
app_import_describe (const NnMatch *match)
{
  GString *text = g_string_new (NULL);

  g_string_append_printf (text, _("%u of the network’s %u tensors are in the file and fit."),
                          match->n_fitting, match->tensors->len);
  list_names (text, _("Missing:"), match->missing);
  list_names (text, _("Of another shape:"), match->misshapen);
  list_names (text, _("Not used:"), match->unexpected);

  return g_string_free (text, FALSE);
}
