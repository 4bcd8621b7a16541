/* evaluation.c: how good a trained network is on a part of its data
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "app/core/evaluation.h"

#include "engine/error.h"
#include "engine/file.h"

#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <math.h>

#define FILE_LIMIT (64 << 20)

static const struct
{
  const char *name;
  const char *title;
  DsPart      part;
} parts[NN_N_PARTS] = {
  [NN_PART_TRAIN]      = { "train", N_("Training data"), DS_PART_TRAIN },
  [NN_PART_VALIDATION] = { "validation", N_("Validation data"), DS_PART_VALIDATION },
  [NN_PART_TEST]       = { "test", N_("Test data"), DS_PART_TEST },
};

const char *
app_part_name (NnPart part)
{
  return parts[part].name;
}

const char *
app_part_title (NnPart part)
{
  return _(parts[part].title);
}

gboolean
app_part_find (const char  *name,
               NnPart      *part,
               GError     **error)
{
  for (int i = 0; i < NN_N_PARTS; i++)
    if (g_str_equal (parts[i].name, name))
      {
        *part = (NnPart) i;
        return TRUE;
      }

  g_set_error (error, NN_ERROR, NN_ERROR_UNSUPPORTED, _("The data has no part “%s”."), name);
  return FALSE;
}

/* Names, if the data has as many classes as the task. */
static char **
dup_classes (AppSamples   *samples,
             const NnTask *task)
{
  DsDataset *dataset = app_samples_get_dataset (samples);
  guint count = ds_dataset_get_n_classes (dataset);
  char **names;

  if (count == 0 || count != task->classes)
    return NULL;

  names = g_new0 (char *, count + 1);
  for (guint i = 0; i < count; i++)
    names[i] = g_strdup (ds_dataset_get_class_name (dataset, i));
  return names;
}

/* The evaluation goes through a part in the order in which it is divided. */
static GArray *
dup_guesses (NnMetrics  *metrics,
             AppSamples *samples,
             NnPart      part)
{
  gint64 n_guesses;
  const gint32 *pairs = nn_metrics_get_guesses (metrics, &n_guesses);
  guint32 count;
  const guint32 *items = ds_split_get (app_samples_get_split (samples), parts[part].part, &count);
  GArray *guesses;

  if (pairs == NULL || n_guesses != count)
    return NULL;

  guesses = g_array_sized_new (FALSE, FALSE, sizeof (AppGuess), count);
  for (guint32 i = 0; i < count; i++)
    {
      AppGuess guess = { items[i], pairs[2 * i], pairs[2 * i + 1] };

      g_array_append_val (guesses, guess);
    }
  return guesses;
}

AppEvaluation *
app_evaluation_new (NnNetwork   *network,
                    AppSamples  *samples,
                    NnPart       part,
                    gint64       batch,
                    const int   *cancelled,
                    int         *n_done,
                    GError     **error)
{
  const NnFeed *feed = app_samples_get_feed (samples, app_graph_wants_numbers (
                                               nn_network_get_graph (network)));
  g_autoptr (NnMetrics) metrics = NULL;
  NnEvaluation evaluation = { NULL, cancelled, n_done };
  AppEvaluation *self;
  NnScore score;
  NnTask task;

  if (feed->n_samples[part] == 0)
    {
      g_set_error (error, NN_ERROR, NN_ERROR_FILE, _("The data has no part “%s”."),
                   parts[part].name);
      return NULL;
    }
  if (!nn_network_check_feed (network, feed, error)
      || !nn_network_get_task (network, &task, error))
    return NULL;

  evaluation.metrics = metrics = nn_metrics_new (&task);
  nn_metrics_keep_guesses (metrics);
  if (!nn_network_evaluate (network, feed, part, batch, &evaluation, &score, error))
    return NULL;

  self = g_new0 (AppEvaluation, 1);
  self->part = g_strdup (parts[part].name);
  self->score = score;
  self->classes = dup_classes (samples, &task);
  self->findings = nn_metrics_finish (metrics);
  self->guesses = dup_guesses (metrics, samples, part);
  return self;
}

void
app_evaluation_free (AppEvaluation *self)
{
  g_free (self->part);
  g_strfreev (self->classes);
  g_clear_pointer (&self->findings, nn_findings_free);
  g_clear_pointer (&self->guesses, g_array_unref);
  g_free (self);
}

char *
app_evaluation_dup_class (const AppEvaluation *self,
                          gint64               class)
{
  if (self->classes != NULL && class < g_strv_length (self->classes))
    return g_strdup (self->classes[class]);

  return g_strdup_printf ("%" G_GINT64_FORMAT, class);
}

char *
app_measure_print (const NnMeasure *measure)
{
  if (!isfinite (measure->value))
    return g_strdup ("–");
  if (measure->is_share)
    /* Translators: a share in percent. */
    return g_strdup_printf (_("%.2f %%"), 100 * measure->value);
  return g_strdup_printf ("%.4g", measure->value);
}

static gboolean
is_column_of_counts (const NnTable *table,
                     gint64         column)
{
  double largest = 0;

  for (gint64 i = 0; i < table->n_rows; i++)
    {
      double value = table->values[i * table->n_columns + column];

      if (value != floor (value))
        return FALSE;
      largest = MAX (largest, value);
    }

  return largest > 1;
}

char *
app_table_print (const NnTable *table,
                 gint64         row,
                 gint64         column)
{
  double value = table->values[row * table->n_columns + column];

  if (!isfinite (value))
    return g_strdup ("–");
  return g_strdup_printf (is_column_of_counts (table, column) ? "%.0f" : "%.3f", value);
}

void
app_evaluation_write (const AppEvaluation *self,
                      NnJsonWriter        *writer)
{
  nn_json_writer_add_string (writer, "part", self->part);
  nn_json_writer_add_integer (writer, "samples", self->score.n_samples);
  nn_json_writer_add_double (writer, "loss", self->score.loss);
  nn_json_writer_add_double (writer, "accuracy", self->score.accuracy);
  if (self->classes != NULL)
    {
      nn_json_writer_begin_array (writer, "classes");
      for (int i = 0; self->classes[i] != NULL; i++)
        nn_json_writer_add_string (writer, NULL, self->classes[i]);
      nn_json_writer_end_array (writer);
    }
  nn_findings_write (self->findings, writer);
}

/* NaN where the number is missing or null. */
static gboolean
read_number (const NnJson  *json,
             const char    *key,
             double        *number,
             GError       **error)
{
  const NnJson *value = nn_json_find (json, key);

  *number = NAN;
  return value == NULL || nn_json_get_type (value) == NN_JSON_NULL
         || nn_json_as_double (value, -G_MAXDOUBLE, G_MAXDOUBLE, number, error);
}

static gboolean
read_classes (AppEvaluation  *self,
              const NnJson   *array,
              GError        **error)
{
  guint i = 0;

  if (nn_json_as_array (array, error) == NULL)
    return FALSE;

  self->classes = g_new0 (char *, nn_json_get_length (array) + 1);
  for (const NnJson *item = nn_json_first (array); item != NULL; item = nn_json_next (item))
    {
      const char *name = nn_json_as_string (item, error);

      if (name == NULL)
        return FALSE;
      self->classes[i++] = g_strdup (name);
    }

  return TRUE;
}

AppEvaluation *
app_evaluation_read (const NnJson  *json,
                     GError       **error)
{
  g_autoptr (AppEvaluation) self = g_new0 (AppEvaluation, 1);
  const char *part = nn_json_get_string (json, "part", error);
  const NnJson *classes = nn_json_find (json, "classes");
  NnPart known;

  if (part == NULL || !app_part_find (part, &known, error)
      || !nn_json_get_integer (json, "samples", 0, G_MAXINT64, &self->score.n_samples, error)
      || !read_number (json, "loss", &self->score.loss, error)
      || !read_number (json, "accuracy", &self->score.accuracy, error)
      || (classes != NULL && !read_classes (self, classes, error)))
    return NULL;

  self->part = g_strdup (part);
  self->findings = nn_findings_read (json, error);
  return self->findings != NULL ? g_steal_pointer (&self) : NULL;
}

static char *
path_of (const char *folder,
         const char *part)
{
  g_autofree char *name = g_strdup_printf ("evaluation-%s.json", part);

  return g_build_filename (folder, name, NULL);
}

gboolean
app_evaluation_save (const AppEvaluation  *self,
                     const char           *folder,
                     GError              **error)
{
  g_autoptr (NnJsonWriter) writer = nn_json_writer_new (TRUE);
  g_autofree char *path = path_of (folder, self->part);
  g_autofree char *text = NULL;
  gsize length;

  nn_json_writer_begin_object (writer, NULL);
  app_evaluation_write (self, writer);
  nn_json_writer_end_object (writer);
  text = nn_json_writer_finish (writer, &length);
  return nn_file_write (path, text, length, error);
}

AppEvaluation *
app_evaluation_load (const char  *folder,
                     NnPart       part,
                     GError     **error)
{
  g_autofree char *path = path_of (folder, parts[part].name);
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (NnJson) json = NULL;
  const char *text;
  gsize size;

  if (!g_file_test (path, G_FILE_TEST_EXISTS) || (bytes = nn_file_map (path, error)) == NULL)
    return NULL;

  text = g_bytes_get_data (bytes, &size);
  json = nn_json_parse (text != NULL ? text : "", size, FILE_LIMIT, path, error);
  return json != NULL ? app_evaluation_read (json, error) : NULL;
}

void
app_evaluation_forget (const char *folder)
{
  for (int i = 0; i < NN_N_PARTS; i++)
    {
      g_autofree char *path = path_of (folder, parts[i].name);

      g_unlink (path);
    }
}
