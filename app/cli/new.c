/* new.c: epoch-cli new
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "app/cli/verb.h"

#include "app/core/fit.h"
#include "app/core/project.h"
#include "app/core/samples.h"
#include "engine/template.h"

#include <glib/gi18n.h>

static int
list_templates (void)
{
  const NnTemplate *template;

  for (guint i = 0; (template = nn_template_get (i)) != NULL; i++)
    if (!template->is_bench)
      g_print ("%-14s %s\n", template->name, _(template->summary));
  return APP_EXIT_DONE;
}

static int
list_generators (void)
{
  const DsGenerator *generator;

  for (guint i = 0; (generator = ds_generator_nth (i)) != NULL; i++)
    g_print ("%-14s %s\n", generator->name, _(generator->summary));
  return APP_EXIT_DONE;
}

static void
choose_data (AppProject *project,
             const char *path,
             const char *builtin)
{
  if (path != NULL)
    {
      project->data.kind = APP_DATA_PATH;
      project->data.name = g_canonicalize_filename (path, NULL);
    }
  else if (builtin != NULL)
    {
      project->data.kind = APP_DATA_DRAWN;
      project->data.name = g_strdup (builtin);
    }
}

static gboolean
apply_settings (AppProject  *project,
                char       **settings,
                GError     **error)
{
  for (; settings != NULL && *settings != NULL; settings++)
    {
      g_auto (GStrv) parts = g_strsplit (*settings, "=", 2);

      if (!app_project_set (project, parts[0], parts[1] != NULL ? parts[1] : "", error))
        return FALSE;
    }

  return TRUE;
}

static int
make (const char  *name,
      const char  *path,
      const char  *builtin,
      char       **settings,
      const char  *output)
{
  g_autoptr (AppProject) project = app_project_new ();
  const NnTemplate *template = nn_template_find (name);
  g_autoptr (GError) error = NULL;
  g_autoptr (AppSamples) samples = NULL;
  NnShape item = nn_template_item (template);
  NnGraph *graph;

  choose_data (project, path, builtin);
  if (!apply_settings (project, settings, &error))
    return app_verb_fail (error);

  if (project->data.kind == APP_DATA_NONE)
    graph = nn_template_build (template, &item, template->n_classes, &error);
  else
    {
      samples = app_samples_open (&project->data, NULL, NULL, NULL, NULL, &error);
      if (samples == NULL)
        return app_verb_fail (error);
      graph = app_fit_build (template, app_samples_get_form (samples), &error);
    }
  if (graph == NULL)
    return app_verb_fail (error);
  nn_graph_unref (project->graph);
  project->graph = graph;

  if (!app_project_write (project, output, &error))
    return app_verb_fail (error);
  return APP_EXIT_DONE;
}

static int
run (int    argc,
     char **argv)
{
  g_autofree char *template = NULL;
  g_autofree char *path = NULL;
  g_autofree char *builtin = NULL;
  g_autofree char *output = NULL;
  g_auto (GStrv) settings = NULL;
  const GOptionEntry entries[] = {
    { "template", 0, 0, G_OPTION_ARG_STRING, &template,
      N_("Network to start from; “list” lists them"), N_("NAME") },
    { "data", 0, 0, G_OPTION_ARG_FILENAME, &path, N_("Folder, file or archive with the data"),
      N_("PATH") },
    { "builtin", 0, 0, G_OPTION_ARG_STRING, &builtin,
      N_("Data set of the program; “list” lists them"), N_("NAME") },
    { "set", 0, 0, G_OPTION_ARG_STRING_ARRAY, &settings, N_("Another setting"),
      N_("KEY=VALUE") },
    { "output", 'o', 0, G_OPTION_ARG_FILENAME, &output, N_("The project to write"), N_("FILE") },
    { NULL }
  };
  const NnTemplate *found;
  int code;

  if (!app_verb_parse (&app_verb_new, entries, &argc, &argv, &code))
    return code;
  if (g_strcmp0 (template, "list") == 0)
    return list_templates ();
  if (g_strcmp0 (builtin, "list") == 0)
    return list_generators ();

  found = template != NULL ? nn_template_find (template) : NULL;
  if (found == NULL || found->is_bench)
    return app_verb_misuse (&app_verb_new,
                            _("--template takes one of the names that “--template list” shows."));
  if (path != NULL && builtin != NULL)
    return app_verb_misuse (&app_verb_new, _("Choose one of --data and --builtin."));
  if (builtin != NULL && ds_generator_find (builtin) == NULL)
    return app_verb_misuse (&app_verb_new,
                            _("--builtin takes one of the names that “--builtin list” shows."));
  if (output == NULL || argc != 1)
    return app_verb_misuse (&app_verb_new, _("Name the project to write with -o."));

  return make (template, path, builtin, settings, output);
}

const AppVerb app_verb_new = {
  "new", "", N_("Makes a project from a template."), run
};
