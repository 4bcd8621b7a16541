/* data-info.c: what a data set is and has, on the command line
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "app/cli/data-views.h"

#include "app/cli/verb.h"
#include "app/core/data-facts.h"
#include "app/core/form.h"
#include "datasets/format.h"

#include <glib/gi18n.h>

#define BAR_WIDTH 40

const char * const app_data_part_names[DS_N_PARTS] = {
  N_("undecided"), N_("train"), N_("validation"), N_("test")
};

const char *
app_data_class_of (DsDataset *dataset,
                   guint32    index)
{
  int label = ds_dataset_get_label (dataset, index);

  return label >= 0 ? ds_dataset_get_class_name (dataset, (guint) label) : "–";
}

static guint32
count_part (DsDataset *dataset,
            DsPart     part)
{
  guint32 count = 0;

  for (guint32 i = 0; i < ds_dataset_get_n_items (dataset); i++)
    count += ds_dataset_get_part (dataset, i) == part;
  return count;
}

static gboolean
has_maps (DsDataset *dataset)
{
  return ds_dataset_get_answer (dataset)->kind == DS_FIELD_CLASSES;
}

static void
write_field (NnJsonWriter  *writer,
             const char    *key,
             const DsField *field)
{
  nn_json_writer_begin_object (writer, key);
  nn_json_writer_add_string (writer, "kind", ds_field_kind_name (field->kind));
  nn_json_writer_begin_array (writer, "shape");
  for (int i = 0; i < field->shape.rank; i++)
    nn_json_writer_add_integer (writer, NULL, field->shape.size[i]);
  nn_json_writer_end_array (writer);
  nn_json_writer_end_object (writer);
}

static void
write_text (NnJsonWriter *writer,
            DsDataset    *dataset)
{
  DsVocabulary *vocabulary = ds_dataset_get_vocabulary (dataset);
  AppTextFacts facts;

  app_text_facts_measure (dataset, &facts);
  nn_json_writer_begin_object (writer, "text");
  nn_json_writer_add_string (writer, "tokenizer", ds_vocabulary_get_tokenizer (vocabulary)->name);
  nn_json_writer_add_integer (writer, "tokens", facts.n_tokens);
  nn_json_writer_add_integer (writer, "length", facts.row);
  nn_json_writer_add_double (writer, "mean-length", facts.mean);
  nn_json_writer_add_integer (writer, "longest", facts.longest);
  nn_json_writer_add_double (writer, "cut", facts.cut);
  nn_json_writer_add_double (writer, "unknown", facts.unknown);
  nn_json_writer_end_object (writer);
}

static void
write_classes (NnJsonWriter *writer,
               DsDataset    *dataset)
{
  g_autofree double *shares = has_maps (dataset) ? app_pixel_shares (dataset) : NULL;

  nn_json_writer_begin_array (writer, "classes");
  for (guint i = 0; i < ds_dataset_get_n_classes (dataset); i++)
    {
      nn_json_writer_begin_object (writer, NULL);
      nn_json_writer_add_string (writer, "name", ds_dataset_get_class_name (dataset, i));
      if (shares != NULL)
        nn_json_writer_add_double (writer, "pixels", shares[i]);
      else
        nn_json_writer_add_integer (writer, "items",
                                    ds_dataset_get_class_count (dataset, i, DS_N_PARTS));
      nn_json_writer_end_object (writer);
    }
  nn_json_writer_end_array (writer);
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
  write_field (writer, "item", ds_dataset_get_item (dataset));
  write_field (writer, "answer", ds_dataset_get_answer (dataset));
  if (ds_dataset_get_vocabulary (dataset) != NULL)
    write_text (writer, dataset);
  nn_json_writer_begin_object (writer, "parts");
  for (int part = 0; part < DS_N_PARTS; part++)
    nn_json_writer_add_integer (writer, app_data_part_names[part],
                                count_part (dataset, (DsPart) part));
  nn_json_writer_end_object (writer);
  write_classes (writer, dataset);
  nn_json_writer_begin_array (writer, "warnings");
  for (int i = 0; warnings[i] != NULL; i++)
    nn_json_writer_add_string (writer, NULL, warnings[i]);
  nn_json_writer_end_array (writer);
  nn_json_writer_end_object (writer);
  app_verb_print (writer);
}

static void
print_text (DsDataset *dataset)
{
  DsVocabulary *vocabulary = ds_dataset_get_vocabulary (dataset);
  AppTextFacts facts;
  guint most = 1;

  app_text_facts_measure (dataset, &facts);
  g_print (_("Tokens: %s; %u in the vocabulary, %.2f %% of the texts unknown\n"),
           _(ds_vocabulary_get_tokenizer (vocabulary)->title), facts.n_tokens,
           facts.unknown * 100);
  g_print (_("Length: %.1f tokens on average, %u at most; rows of %u cut %.1f %% of the texts\n"),
           facts.mean, facts.longest, facts.row, facts.cut * 100);
  for (int i = 0; i < APP_N_LENGTHS; i++)
    most = MAX (most, facts.lengths[i]);
  for (guint i = 0; i < APP_N_LENGTHS; i++)
    {
      g_autofree char *range = app_text_facts_range (&facts, i);
      g_autofree char *bar = g_strnfill (facts.lengths[i] * BAR_WIDTH / most, '#');

      g_print ("  %10s %6u %s\n", range, facts.lengths[i], bar);
    }
}

static void
print_classes (DsDataset *dataset)
{
  guint n_classes = ds_dataset_get_n_classes (dataset);
  g_autofree double *shares = has_maps (dataset) ? app_pixel_shares (dataset) : NULL;

  g_print (_("Classes: %u\n"), n_classes);
  for (guint i = 0; i < n_classes; i++)
    if (shares != NULL)
      g_print (_("  %-12s %.2f %% of the pixels\n"), ds_dataset_get_class_name (dataset, i),
               shares[i] * 100);
    else
      g_print ("  %-12s %u\n", ds_dataset_get_class_name (dataset, i),
               ds_dataset_get_class_count (dataset, i, DS_N_PARTS));
  if (shares != NULL && shares[n_classes] > 0)
    g_print (_("  %-12s %.2f %% of the pixels\n"), _("none"), shares[n_classes] * 100);
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
  g_print (_("Answers: %s\n"),
           app_answer_title (app_answer_of (ds_dataset_get_answer (dataset)->kind)));
  for (int part = 0; part < DS_N_PARTS; part++)
    if (count_part (dataset, (DsPart) part) > 0)
      g_print ("  %-12s %u\n", _(app_data_part_names[part]), count_part (dataset, (DsPart) part));
  if (ds_dataset_get_vocabulary (dataset) != NULL)
    print_text (dataset);
  if (ds_dataset_get_n_classes (dataset) > 0)
    print_classes (dataset);
  for (int i = 0; warnings[i] != NULL; i++)
    g_print (_("Warning: %s\n"), warnings[i]);
}

void
app_data_print_info (DsDataset *dataset,
                     gboolean   json)
{
  if (json)
    info_json (dataset);
  else
    info_words (dataset);
}
