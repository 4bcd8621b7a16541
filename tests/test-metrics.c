/* test-metrics.c: walks the metrics, and holds them against scikit-learn’s formulas
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "engine/error.h"
#include "engine/metric.h"
#include "engine/random.h"
#include "engine/safetensors.h"
#include "engine/watch.h"

#include <math.h>
#include <string.h>

#define TOLERANCE   1e-6
#define MIN_METRICS 9           /* the table as it is: raise it with every new metric */

static NnSafetensors *file;
static NnJson *cases;

/* The words of tests/oracle/metrics.py. */
static NnPredicts
predicts_of (const char *word)
{
  static const char *const words[] = {
    [NN_PREDICTS_NUMBERS]           = "numbers",
    [NN_PREDICTS_CLASS_SCORES]      = "class-scores",
    [NN_PREDICTS_CLASS_LOGARITHMS]  = "class-logarithms",
    [NN_PREDICTS_YES_SCORES]        = "yes-scores",
    [NN_PREDICTS_YES_PROBABILITIES] = "yes-probabilities",
  };
  int i = 0;

  while (!g_str_equal (words[i], word))
    i++;
  return (NnPredicts) i;
}

typedef struct
{
  NnTask              task;
  const NnSafetensor *x, *t;
  const NnJson       *expected;
} Case;

static Case
case_of (const NnJson *json,
         int           index)
{
  g_autofree char *x_name = g_strdup_printf ("%d.x", index);
  g_autofree char *t_name = g_strdup_printf ("%d.t", index);
  Case self = { .x = nn_safetensors_find (file, x_name), .t = nn_safetensors_find (file, t_name) };
  NnShape x = nn_shape_item (&self.x->shape);
  NnShape t = nn_shape_item (&self.t->shape);
  gint64 axis, ignored;

  g_assert_true (nn_json_get_integer (json, "axis", 1, NN_MAX_RANK, &axis, NULL));
  g_assert_true (nn_json_get_integer (json, "ignored", -100, 1000, &ignored, NULL));
  self.expected = nn_json_get_object (json, "expected", NULL);
  self.task = nn_task_new (predicts_of (nn_json_get_string (json, "predicts", NULL)), &x, &t,
                           self.t->dtype, (int) axis, ignored);
  return self;
}

/* @batch samples at a time. */
static NnFindings *
judge (const Case *self,
       gint64      batch)
{
  g_autoptr (NnMetrics) metrics = nn_metrics_new (&self->task);
  gint64 n_samples = self->x->shape.size[0];
  gint64 x_size = nn_shape_count (&self->x->shape) / n_samples * (gint64) sizeof (float);
  gint64 t_size = nn_shape_count (&self->t->shape) / n_samples
                  * (gint64) nn_dtype_size (self->t->dtype);

  for (gint64 at = 0; at < n_samples; at += batch)
    nn_metrics_add (metrics, MIN (batch, n_samples - at),
                    (const float *) ((const char *) self->x->data + at * x_size),
                    (const char *) self->t->data + at * t_size);
  return nn_metrics_finish (metrics);
}

static void
check_number (const char *name,
              double      found,
              double      expected)
{
  if (!(fabs (found - expected) <= TOLERANCE * MAX (1, fabs (expected))))
    {
      g_test_message ("%s is %.9g, should be %.9g", name, found, expected);
      g_test_fail ();
    }
}

static void
check_table (NnFindings   *findings,
             const NnJson *expected)
{
  const char *name = nn_json_get_key (expected) + strlen ("table ");
  const NnTable *table = nn_findings_find_table (findings, name);
  const NnJson *item = nn_json_first (expected);

  g_assert_nonnull (table);
  g_assert_cmpint (table->n_rows * table->n_columns, ==, nn_json_get_length (expected));
  for (gint64 i = 0; item != NULL; item = nn_json_next (item), i++)
    {
      double value;

      g_assert_true (nn_json_as_double (item, -1e30, 1e30, &value, NULL));
      check_number (name, table->values[i], value);
    }
}

/* Everything expected is found, nothing else is, and all are right. */
static void
check_findings (NnFindings   *findings,
                const NnJson *expected)
{
  guint n_measures = 0;

  for (const NnJson *item = nn_json_first (expected); item != NULL; item = nn_json_next (item))
    if (nn_json_get_type (item) == NN_JSON_ARRAY)
      check_table (findings, item);
    else
      {
        const NnMeasure *measure = nn_findings_find (findings, nn_json_get_key (item));
        double value;

        if (measure == NULL)
          g_error ("%s is missing", nn_json_get_key (item));
        g_assert_true (nn_json_as_double (item, -1e30, 1e30, &value, NULL));
        check_number (measure->name, measure->value, value);
        n_measures++;
      }
  g_assert_cmpuint (findings->measures->len, ==, n_measures);
}

static void
test_recorded (gconstpointer data)
{
  static const gint64 batches[] = { 1, 3, 1000 };
  int index = GPOINTER_TO_INT (data);
  const NnJson *json = nn_json_first (cases);
  Case self;

  for (int i = 0; i < index; i++)
    json = nn_json_next (json);
  self = case_of (json, index);
  g_assert_cmpint (self.task.kind, !=, NN_TASK_NOTHING);
  for (gsize i = 0; i < G_N_ELEMENTS (batches); i++)
    {
      g_autoptr (NnFindings) findings = judge (&self, batches[i]);

      check_findings (findings, self.expected);
    }
}

/* What is written reads back as the same text. */
static void
test_written (void)
{
  int index = 0;

  for (const NnJson *json = nn_json_first (cases); json != NULL; json = nn_json_next (json))
    {
      Case self = case_of (json, index++);
      g_autoptr (NnFindings) findings = judge (&self, 7);
      g_autoptr (NnFindings) again = NULL;
      g_autoptr (NnJsonWriter) writer = nn_json_writer_new (TRUE);
      g_autoptr (NnJson) tree = NULL;
      g_autoptr (GError) error = NULL;
      g_autofree char *text = NULL;
      g_autofree char *text_again = NULL;
      gsize length;

      nn_json_writer_begin_object (writer, NULL);
      nn_findings_write (findings, writer);
      nn_json_writer_end_object (writer);
      text = nn_json_writer_finish (writer, &length);
      tree = nn_json_parse (text, length, 1 << 24, "findings", &error);
      g_assert_no_error (error);
      again = nn_findings_read (tree, &error);
      g_assert_no_error (error);

      nn_json_writer_begin_object (writer, NULL);
      nn_findings_write (again, writer);
      nn_json_writer_end_object (writer);
      text_again = nn_json_writer_finish (writer, NULL);
      g_assert_cmpstr (text, ==, text_again);
    }
}

static void
test_bad_text (void)
{
  static const char *const texts[] = {
    "{}",
    "{\"measures\":[{\"name\":\"a\"}],\"tables\":[],\"curves\":[],\"notes\":[]}",
    "{\"measures\":[],\"tables\":[{\"name\":\"a\",\"title\":\"b\",\"rows\":2,\"values\":[1]}],"
    "\"curves\":[],\"notes\":[]}",
    "{\"measures\":[],\"tables\":[{\"name\":\"a\",\"title\":\"b\",\"rows\":-2,\"values\":[]}],"
    "\"curves\":[],\"notes\":[]}",
    "{\"measures\":[],\"tables\":[],\"curves\":[{\"name\":\"a\",\"title\":\"b\",\"x-title\":\"x\","
    "\"y-title\":\"y\",\"class\":0,\"area\":1,\"x\":[1,2],\"y\":[1]}],\"notes\":[]}",
    "{\"measures\":[],\"tables\":[],\"curves\":[],\"notes\":[7]}",
    "{\"measures\":[{\"name\":\"a\",\"title\":\"\",\"value\":1,"
    "\"higher-is-better\":true,\"share\":true}],"
    "\"tables\":[],\"curves\":[],\"notes\":[]}",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (NnJson) tree = nn_json_parse (texts[i], strlen (texts[i]), 4096, "bad", &error);
      g_autoptr (NnFindings) findings = NULL;

      g_assert_no_error (error);
      findings = nn_findings_read (tree, &error);
      g_assert_null (findings);
      g_assert_nonnull (error);
    }
}

/* Each record is whole; each bids for something; without data it says nothing,
 * and does not fail. */
static void
test_records (void)
{
  const NnMetric *metric;
  guint count = 0;

  for (; (metric = nn_metric_get (count)) != NULL; count++)
    {
      gboolean bids = FALSE;
      int index = 0;

      g_assert_nonnull (metric->title);
      g_assert_true (g_str_has_suffix (metric->summary, "."));
      for (guint i = 0; i < count; i++)
        g_assert_cmpstr (nn_metric_get (i)->name, !=, metric->name);
      for (const NnJson *json = nn_json_first (cases); json != NULL; json = nn_json_next (json))
        {
          Case self = case_of (json, index++);
          g_autoptr (NnFindings) findings = nn_findings_new ();
          void *state;

          if (!metric->fits (&self.task))
            continue;
          bids = TRUE;
          state = metric->begin (&self.task);
          metric->finish (state, findings);
          metric->free (state);
          for (guint i = 0; i < findings->measures->len; i++)
            g_assert_true (isnan (g_array_index (findings->measures, NnMeasure, i).value));
          g_assert_cmpuint (findings->curves->len, ==, 0);
        }
      g_assert_true (bids);
    }
  g_assert_cmpuint (count, >=, MIN_METRICS);
}

/* Whatever can be watched is found in some task. */
static void
test_watch_words (void)
{
  for (int i = 1; nn_watch_words[i] != NULL; i++)
    {
      gboolean is_measured = FALSE;
      int index = 0;

      for (const NnJson *json = nn_json_first (cases); json != NULL; json = nn_json_next (json))
        {
          Case self = case_of (json, index++);
          g_autoptr (NnFindings) findings = judge (&self, 1000);

          is_measured = is_measured || nn_findings_find (findings, nn_watch_words[i]) != NULL;
        }
      if (!is_measured)
        g_error ("nothing measures %s", nn_watch_words[i]);
    }
}

static void
test_walked_all (void)
{
  g_autofree char *folder = g_test_build_filename (G_TEST_DIST, "..", "engine", "metrics", NULL);
  g_autofree char *list_path = g_build_filename (folder, "meson.build", NULL);
  g_autofree char *list = NULL;
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  g_assert_nonnull (dir);
  g_assert_true (g_file_get_contents (list_path, &list, NULL, NULL));
  while ((name = g_dir_read_name (dir)) != NULL)
    if (g_str_has_suffix (name, ".c"))
      {
        g_autofree char *family = g_strndup (name, strlen (name) - 2);
        g_autofree char *word = g_strdup_printf ("'%s'", family);

        g_assert_nonnull (strstr (list, word));
      }
}

/* More scores than are kept exactly: the bins must say nearly the same. */
static void
test_bins (void)
{
  const gint64 n_samples = 2200000;
  NnShape one = { 1, { 1 } };
  NnTask task = nn_task_new (NN_PREDICTS_YES_SCORES, &one, &one, NN_FLOAT32, 1, -100);
  g_autofree float *x = g_new (float, n_samples);
  g_autofree float *t = g_new (float, n_samples);
  double area[2];
  NnRandom random;

  nn_random_init (&random, 7, 7);
  for (gint64 i = 0; i < n_samples; i++)
    {
      t[i] = nn_random_uniform (&random) < 0.3f;
      x[i] = nn_random_normal (&random) * 2 + t[i];
    }
  for (int k = 0; k < 2; k++)
    {
      g_autoptr (NnMetrics) metrics = nn_metrics_new (&task);
      g_autoptr (NnFindings) findings = NULL;

      nn_metrics_add (metrics, k == 0 ? n_samples : n_samples / 2, x, t);
      findings = nn_metrics_finish (metrics);
      area[k] = nn_findings_find (findings, "roc-auc")->value;
      g_assert_cmpuint (findings->notes->len, ==, k == 0 ? 1 : 0);
      for (guint i = 0; i < findings->curves->len; i++)
        g_assert_cmpuint (((NnCurve *) g_ptr_array_index (findings->curves, i))->n_points, <=,
                          200);
    }
  g_assert_cmpfloat_with_epsilon (area[0], area[1], 2e-3);
}

static void
test_guesses (void)
{
  static const float x[] = { 1, 2, 3, 3, 2, 1, 0, 5, 0 };
  static const gint64 t[] = { 2, 1, -100 };
  NnShape scores = { 1, { 3 } };
  NnShape none = { 0 };
  NnTask task = nn_task_new (NN_PREDICTS_CLASS_SCORES, &scores, &none, NN_INT64, 1, -100);
  g_autoptr (NnMetrics) metrics = nn_metrics_new (&task);
  static const gint32 expected[] = { 2, 2, 1, 0, -1, 1 };
  const gint32 *guesses;
  gint64 count;

  nn_metrics_keep_guesses (metrics);
  nn_metrics_add (metrics, 1, x, t);
  nn_metrics_add (metrics, 2, x + 3, t + 1);
  guesses = nn_metrics_get_guesses (metrics, &count);
  g_assert_cmpint (count, ==, 3);
  g_assert_cmpmem (guesses, sizeof expected, expected, sizeof expected);
}

/* Nothing to judge is no mistake. */
static void
test_nothing (void)
{
  NnShape three = { 1, { 3 } };
  NnShape four = { 1, { 4 } };
  NnTask places = nn_task_new (NN_PREDICTS_PLACES, &three, &three, NN_FLOAT32, 1, -100);
  NnTask unlike = nn_task_new (NN_PREDICTS_NUMBERS, &three, &four, NN_FLOAT32, 1, -100);
  NnTask labels = nn_task_new (NN_PREDICTS_CLASS_SCORES, &three, &four, NN_INT64, 1, -100);

  g_assert_cmpint (places.kind, ==, NN_TASK_NOTHING);
  g_assert_cmpint (unlike.kind, ==, NN_TASK_NOTHING);
  g_assert_cmpint (labels.kind, ==, NN_TASK_NOTHING);
}

int
main (int   argc,
      char *argv[])
{
  g_autofree char *path = NULL;
  g_autoptr (GError) error = NULL;
  const char *text;
  int result;

  g_test_init (&argc, &argv, NULL);
  path = g_test_build_filename (G_TEST_DIST, "oracle", "metrics.safetensors", NULL);
  file = nn_safetensors_open (path, &error);
  g_assert_no_error (error);
  text = nn_safetensors_get_metadata (file, "cases");
  cases = nn_json_parse (text, strlen (text), 1 << 22, "cases", &error);
  g_assert_no_error (error);

  g_test_add_func ("/metrics/records", test_records);
  g_test_add_func ("/metrics/walked-all", test_walked_all);
  g_test_add_func ("/metrics/watch-words", test_watch_words);
  for (guint i = 0; i < nn_json_get_length (cases); i++)
    {
      g_autofree char *name = g_strdup_printf ("/metrics/recorded/%u", i);

      g_test_add_data_func (name, GUINT_TO_POINTER (i), test_recorded);
    }
  g_test_add_func ("/metrics/written", test_written);
  g_test_add_func ("/metrics/bad-text", test_bad_text);
  g_test_add_func ("/metrics/bins", test_bins);
  g_test_add_func ("/metrics/guesses", test_guesses);
  g_test_add_func ("/metrics/nothing", test_nothing);

  result = g_test_run ();
  nn_json_unref (cases);
  nn_safetensors_unref (file);
  return result;
}
