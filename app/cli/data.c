/* data.c: epoch-cli data
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "app/cli/verb.h"

#include "app/core/samples.h"
#include "datasets/format.h"

#include <glib/gi18n.h>
#include <string.h>

#define SHOWN_ITEMS 5

/* A path, or the name of a built-in set. */
static DsDataset *
open_data (const char  *name,
           GError     **error)
{
  g_autofree char *folder = app_samples_cache_folder ();
  const DsGenerator *generator = ds_generator_find (name);

  if (generator != NULL && !g_file_test (name, G_FILE_TEST_EXISTS))
    return ds_dataset_open_drawn (generator, 1, 0, folder, NULL, NULL, NULL, error);
  return ds_dataset_open (name, NULL, folder, NULL, NULL, NULL, error);
}

static const char *const part_names[DS_N_PARTS] = {
  N_("undecided"), N_("train"), N_("validation"), N_("test")
};

static guint32
count_part (DsDataset *dataset,
            DsPart     part)
{
  guint32 count = 0;

  for (guint32 i = 0; i < ds_dataset_get_n_items (dataset); i++)
    count += ds_dataset_get_part (dataset, i) == part;
  return count;
}

static void
info_json (DsDataset *dataset)
{
  g_autoptr (NnJsonWriter) writer = nn_json_writer_new (FALSE);
  const NnShape *shape = ds_dataset_get_shape (dataset);
  const char *const *warnings = ds_dataset_get_warnings (dataset);

  nn_json_writer_begin_object (writer, NULL);
  nn_json_writer_add_string (writer, "title", ds_dataset_get_title (dataset));
  nn_json_writer_add_string (writer, "format", ds_dataset_get_format (dataset));
  nn_json_writer_add_string (writer, "reason", ds_dataset_get_reason (dataset));
  nn_json_writer_add_integer (writer, "items", ds_dataset_get_n_items (dataset));
  nn_json_writer_add_string (writer, "dtype", nn_dtype_name (ds_dataset_get_dtype (dataset)));
  nn_json_writer_begin_array (writer, "shape");
  for (int i = 0; i < shape->rank; i++)
    nn_json_writer_add_integer (writer, NULL, shape->size[i]);
  nn_json_writer_end_array (writer);
  nn_json_writer_begin_object (writer, "parts");
  for (int part = 0; part < DS_N_PARTS; part++)
    nn_json_writer_add_integer (writer, part_names[part], count_part (dataset, (DsPart) part));
  nn_json_writer_end_object (writer);
  nn_json_writer_begin_array (writer, "classes");
  for (guint i = 0; i < ds_dataset_get_n_classes (dataset); i++)
    {
      nn_json_writer_begin_object (writer, NULL);
      nn_json_writer_add_string (writer, "name", ds_dataset_get_class_name (dataset, i));
      nn_json_writer_add_integer (writer, "items",
                                  ds_dataset_get_class_count (dataset, i, DS_N_PARTS));
      nn_json_writer_end_object (writer);
    }
  nn_json_writer_end_array (writer);
  nn_json_writer_begin_array (writer, "warnings");
  for (int i = 0; warnings[i] != NULL; i++)
    nn_json_writer_add_string (writer, NULL, warnings[i]);
  nn_json_writer_end_array (writer);
  nn_json_writer_end_object (writer);
  app_verb_print (writer);
}

static void
info_words (DsDataset *dataset)
{
  g_autofree char *shape = nn_shape_print (ds_dataset_get_shape (dataset));
  const DsFormat *format = ds_format_find (ds_dataset_get_format (dataset));
  const char *const *warnings = ds_dataset_get_warnings (dataset);

  g_print ("%s\n", ds_dataset_get_title (dataset));
  g_print (_("Format: %s. %s\n"),
           format != NULL ? _(format->title) : ds_dataset_get_format (dataset),
           ds_dataset_get_reason (dataset));
  g_print (_("Items: %u of %s, %s\n"), ds_dataset_get_n_items (dataset), shape,
           nn_dtype_name (ds_dataset_get_dtype (dataset)));
  for (int part = 0; part < DS_N_PARTS; part++)
    if (count_part (dataset, (DsPart) part) > 0)
      g_print ("  %-12s %u\n", _(part_names[part]), count_part (dataset, (DsPart) part));
  g_print (_("Classes: %u\n"), ds_dataset_get_n_classes (dataset));
  for (guint i = 0; i < ds_dataset_get_n_classes (dataset); i++)
    g_print ("  %-12s %u\n", ds_dataset_get_class_name (dataset, i),
             ds_dataset_get_class_count (dataset, i, DS_N_PARTS));
  for (int i = 0; warnings[i] != NULL; i++)
    g_print (_("Warning: %s\n"), warnings[i]);
}

static void
print_info (DsDataset *dataset,
            gboolean   json)
{
  if (json)
    info_json (dataset);
  else
    info_words (dataset);
}

/* A dash for an item without a class. */
static const char *
class_of (DsDataset *dataset,
          guint32    index)
{
  int label = ds_dataset_get_label (dataset, index);

  return label >= 0 ? ds_dataset_get_class_name (dataset, (guint) label) : "–";
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
      const char *class_name = class_of (dataset, i);
      const char *name = ds_dataset_get_name (dataset, i);
      const char *part = part_names[ds_dataset_get_part (dataset, i)];

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

/* Images as letters, dark to light; the first channel says enough. */
static void
preview_image (const float   *values,
               const NnShape *shape)
{
  static const char shades[] = " .:-=+*#%@";

  for (gint64 row = 0; row < shape->size[1]; row++)
    {
      for (gint64 column = 0; column < shape->size[2]; column++)
        {
          float value = CLAMP (values[row * shape->size[2] + column], 0, 1);
          char shade = shades[(int) (value * (float) (sizeof shades - 2) + 0.5f)];

          g_print ("%c%c", shade, shade);
        }
      g_print ("\n");
    }
}

static void
print_preview (DsDataset *dataset,
               gboolean   json)
{
  const NnShape *shape = ds_dataset_get_shape (dataset);
  gint64 count = nn_shape_count (shape);
  g_autofree float *values = g_new (float, count);
  g_autoptr (NnJsonWriter) writer = nn_json_writer_new (FALSE);

  nn_json_writer_begin_array (writer, NULL);
  for (guint32 i = 0; i < MIN (SHOWN_ITEMS, ds_dataset_get_n_items (dataset)); i++)
    {
      int label = ds_dataset_get_label (dataset, i);

      ds_dataset_read_item (dataset, i, values);
      if (json)
        {
          nn_json_writer_begin_object (writer, NULL);
          nn_json_writer_add_integer (writer, "label", label);
          nn_json_writer_begin_array (writer, "values");
          for (gint64 k = 0; k < count; k++)
            nn_json_writer_add_double (writer, NULL, values[k]);
          nn_json_writer_end_array (writer);
          nn_json_writer_end_object (writer);
          continue;
        }
      g_print ("%u: %s\n", i, class_of (dataset, i));
      if (shape->rank == 3)
        preview_image (values, shape);
      else
        for (gint64 k = 0; k < count; k++)
          g_print ("%s%g", k > 0 ? " " : "  ", values[k]);
      g_print ("\n");
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
  { "info", print_info },
  { "list", print_list },
  { "preview", print_preview },
};

static int
run (int    argc,
     char **argv)
{
  gboolean json = FALSE;
  const GOptionEntry entries[] = {
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
          dataset = open_data (argv[2], &error);
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
