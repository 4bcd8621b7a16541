/* data-preview.c: the first items of a data set, on the command line
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "app/cli/data-views.h"

#include "app/cli/verb.h"

#include <glib/gi18n.h>

#define SHOWN_ITEMS  5
#define SHOWN_COLUMNS 64

/* Images as letters, dark to light; the first channel says enough. */
static void
print_image (const float   *values,
             const NnShape *shape)
{
  static const char shades[] = " .:-=+*#%@";
  gint64 step = (shape->size[2] + SHOWN_COLUMNS - 1) / SHOWN_COLUMNS;

  for (gint64 row = 0; row < shape->size[1]; row += step)
    {
      for (gint64 column = 0; column < shape->size[2]; column += step)
        {
          float value = CLAMP (values[row * shape->size[2] + column], 0, 1);
          char shade = shades[(int) (value * (float) (sizeof shades - 2) + 0.5f)];

          g_print ("%c%c", shade, shade);
        }
      g_print ("\n");
    }
}

/* Classes as digits and letters, a point for none. */
static void
print_map (const guint8  *map,
           const NnShape *shape)
{
  static const char signs[] = "0123456789abcdefghijklmnopqrstuvwxyz";
  gint64 step = (shape->size[1] + SHOWN_COLUMNS - 1) / SHOWN_COLUMNS;

  for (gint64 row = 0; row < shape->size[0]; row += step)
    {
      for (gint64 column = 0; column < shape->size[1]; column += step)
        {
          guint8 class_of_pixel = map[row * shape->size[1] + column];
          char sign = class_of_pixel < sizeof signs - 1 ? signs[class_of_pixel] : '.';

          g_print ("%c%c", sign, sign);
        }
      g_print ("\n");
    }
}

static void
print_tokens (DsVocabulary *vocabulary,
              const gint32 *row,
              gsize         n)
{
  while (n > 0 && row[n - 1] == DS_PADDING)
    n--;
  g_print ("  ");
  for (gsize i = 0; i < n; i++)
    g_print ("%s[%s]", i > 0 ? " " : "", ds_vocabulary_get_token (vocabulary, row[i]));
  g_print ("\n");
}

static void
write_ids (NnJsonWriter *writer,
           const char   *key,
           const gint32 *ids,
           gsize         n)
{
  nn_json_writer_begin_array (writer, key);
  for (gsize i = 0; i < n; i++)
    nn_json_writer_add_integer (writer, NULL, ids[i]);
  nn_json_writer_end_array (writer);
}

static void
print_numbers (const float *values,
               gint64       count)
{
  for (gint64 k = 0; k < count; k++)
    g_print ("%s%g", k > 0 ? " " : "  ", values[k]);
  g_print ("\n");
}

static void
write_numbers (NnJsonWriter *writer,
               const char   *key,
               const float  *values,
               gint64        count)
{
  nn_json_writer_begin_array (writer, key);
  for (gint64 k = 0; k < count; k++)
    nn_json_writer_add_double (writer, NULL, values[k]);
  nn_json_writer_end_array (writer);
}

/* What is given: an image, numbers, or a text with its tokens. */
static void
show_item (DsDataset    *dataset,
           guint32       i,
           NnJsonWriter *writer)
{
  const NnShape *shape = ds_dataset_get_shape (dataset);
  gint64 count = nn_shape_count (shape);
  DsVocabulary *vocabulary = ds_dataset_get_vocabulary (dataset);

  if (vocabulary != NULL)
    {
      g_autofree char *text = ds_dataset_dup_text (dataset, i);
      const gint32 *row = ds_dataset_peek_item (dataset, i);

      if (writer != NULL)
        {
          nn_json_writer_add_string (writer, "text", text);
          write_ids (writer, "values", row, (gsize) count);
        }
      else
        {
          g_print ("  %s\n", text);
          print_tokens (vocabulary, row, (gsize) count);
        }
    }
  else
    {
      g_autofree float *values = g_new (float, count);

      ds_dataset_read_item (dataset, i, values);
      if (writer != NULL)
        write_numbers (writer, "values", values, count);
      else if (shape->rank == 3)
        print_image (values, shape);
      else
        print_numbers (values, count);
    }
}

/* The answer, unless it is the class, which the headline has. */
static void
show_answer (DsDataset    *dataset,
             guint32       i,
             NnJsonWriter *writer)
{
  const DsField *answer = ds_dataset_get_answer (dataset);
  gint64 count = nn_shape_count (&answer->shape);
  const void *data = ds_dataset_peek_answer (dataset, i);

  if (answer->kind == DS_FIELD_CLASSES && writer == NULL)
    print_map (data, &answer->shape);
  else if (answer->kind == DS_FIELD_TOKENS && writer == NULL)
    {
      g_autofree char *text = ds_dataset_dup_answer_text (dataset, i);

      g_print ("  → %s\n", text);
      print_tokens (ds_dataset_get_vocabulary (dataset), data, (gsize) count);
    }
  else if (answer->kind == DS_FIELD_TOKENS)
    write_ids (writer, "answer", data, (gsize) count);
  else if (answer->kind == DS_FIELD_NUMBERS && writer == NULL)
    print_numbers (data, count);
  else if (answer->kind == DS_FIELD_NUMBERS)
    write_numbers (writer, "answer", data, count);
}

void
app_data_print_preview (DsDataset *dataset,
                        gboolean   json)
{
  g_autoptr (NnJsonWriter) writer = nn_json_writer_new (FALSE);

  nn_json_writer_begin_array (writer, NULL);
  for (guint32 i = 0; i < MIN (SHOWN_ITEMS, ds_dataset_get_n_items (dataset)); i++)
    {
      if (json)
        {
          nn_json_writer_begin_object (writer, NULL);
          nn_json_writer_add_integer (writer, "label", ds_dataset_get_label (dataset, i));
        }
      else
        g_print ("%u: %s\n", i, app_data_class_of (dataset, i));

      show_item (dataset, i, json ? writer : NULL);
      show_answer (dataset, i, json ? writer : NULL);
      if (json)
        nn_json_writer_end_object (writer);
      else
        g_print ("\n");
    }
  nn_json_writer_end_array (writer);
  if (json)
    app_verb_print (writer);
}
