/* data.c: epoch-cli data
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "app/cli/data-views.h"
#include "app/cli/verb.h"

#include "app/core/samples.h"

#include <glib/gi18n.h>
#include <string.h>

/* "length=20" and the like, as the settings of a project's data. */
static gboolean
apply_settings (AppProject  *project,
                char       **settings,
                GError     **error)
{
  for (; settings != NULL && *settings != NULL; settings++)
    {
      g_auto (GStrv) parts = g_strsplit (*settings, "=", 2);
      g_autofree char *key = g_strconcat ("data.", parts[0], NULL);

      if (!app_project_set (project, key, parts[1] != NULL ? parts[1] : "", error))
        return FALSE;
    }

  return TRUE;
}

/* A path, or the name of a built-in set; texts are cut as in a project with
 * @settings that is divided as usual. */
static DsDataset *
open_data (const char  *name,
           char       **settings,
           GError     **error)
{
  g_autofree char *folder = app_samples_cache_folder ();
  const DsGenerator *generator = ds_generator_find (name);
  g_autoptr (AppProject) project = app_project_new ();
  g_autoptr (DsDataset) dataset = NULL;
  g_autoptr (AppSamples) samples = NULL;
  DsOptions options = { NULL };

  if (!apply_settings (project, settings, error))
    return NULL;

  options.answer = project->data.answer;
  if (generator != NULL && !g_file_test (name, G_FILE_TEST_EXISTS))
    dataset = ds_dataset_open_drawn (generator, 1, 0, folder, NULL, NULL, NULL, error);
  else
    dataset = ds_dataset_open (name, &options, folder, NULL, NULL, NULL, error);
  if (dataset == NULL || ds_dataset_get_item (dataset)->kind != DS_FIELD_TEXT)
    return g_steal_pointer (&dataset);

  samples = app_samples_new (dataset, &project->data, NULL, NULL, NULL, NULL, error);
  return samples != NULL ? ds_dataset_ref (app_samples_get_dataset (samples)) : NULL;
}

static void
print_list (DsDataset *dataset,
            gboolean   json)
{
  g_autoptr (NnJsonWriter) writer = nn_json_writer_new (FALSE);

  nn_json_writer_begin_array (writer, NULL);
  for (guint32 i = 0; i < ds_dataset_get_n_items (dataset); i++)
    {
      int label = ds_dataset_get_label (dataset, i);
      const char *class_name = app_data_class_of (dataset, i);
      const char *name = ds_dataset_get_name (dataset, i);
      const char *part = app_data_part_names[ds_dataset_get_part (dataset, i)];

      if (json)
        {
          nn_json_writer_begin_object (writer, NULL);
          nn_json_writer_add_integer (writer, "item", i);
          nn_json_writer_add_integer (writer, "label", label);
          nn_json_writer_add_string (writer, "part", part);
          if (name != NULL)
            nn_json_writer_add_string (writer, "name", name);
          nn_json_writer_end_object (writer);
        }
      else
        g_print ("%u\t%s\t%s\t%s\n", i, class_name, _(part),
                 name != NULL ? name : "");
    }
  nn_json_writer_end_array (writer);
  if (json)
    app_verb_print (writer);
}

static const struct
{
  const char *name;
  void      (*print) (DsDataset *dataset,
                      gboolean   json);
} views[] = {
  { "info", app_data_print_info },
  { "list", print_list },
  { "preview", app_data_print_preview },
};

static int
run (int    argc,
     char **argv)
{
  gboolean json = FALSE;
  g_auto (GStrv) settings = NULL;
  const GOptionEntry entries[] = {
    { "set", 0, 0, G_OPTION_ARG_STRING_ARRAY, &settings,
      N_("The column “answer” of a table, or how texts are cut: tokenizer, vocabulary, tokens, "
         "min-count, length"), N_("KEY=VALUE") },
    { "json", 0, 0, G_OPTION_ARG_NONE, &json, N_("Print one line of JSON"), NULL },
    { NULL }
  };
  g_autoptr (GError) error = NULL;
  g_autoptr (DsDataset) dataset = NULL;
  int code;

  if (!app_verb_parse (&app_verb_data, entries, &argc, &argv, &code))
    return code;
  if (argc == 3)
    for (gsize i = 0; i < G_N_ELEMENTS (views); i++)
      if (g_str_equal (views[i].name, argv[1]))
        {
          dataset = open_data (argv[2], settings, &error);
          if (dataset == NULL)
            return app_verb_fail (error);
          views[i].print (dataset, json);
          return APP_EXIT_DONE;
        }

  return app_verb_misuse (&app_verb_data,
                          _("Write “info”, “list” or “preview”, and a path or a built-in set."));
}

const AppVerb app_verb_data = {
  "data", N_("info|list|preview PATH"), N_("Shows what a data set contains."), run
};
