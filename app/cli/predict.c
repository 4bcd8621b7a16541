/* predict.c: epoch-cli predict
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "app/cli/predict-arrays.h"
#include "app/cli/verb.h"

#include "app/core/sample-input.h"
#include "app/core/samples.h"
#include "app/core/trained.h"
#include "engine/error.h"

#include <glib/gi18n.h>
#include <math.h>

#define SHOWN_CLASSES 3

/* Scores into probabilities. */
static void
softmax (float  *p,
         gint64  count)
{
  float top = p[0];
  double sum = 0;

  for (gint64 i = 1; i < count; i++)
    top = MAX (top, p[i]);
  for (gint64 i = 0; i < count; i++)
    sum += p[i] = expf (p[i] - top);
  for (gint64 i = 0; i < count; i++)
    p[i] = (float) (p[i] / sum);
}

static const char *
class_name (DsDataset *dataset,
            gint64     index)
{
  return index < ds_dataset_get_n_classes (dataset)
         ? ds_dataset_get_class_name (dataset, (guint) index) : "?";
}

static gint64
best_of (const float *p,
         gint64       count)
{
  gint64 best = 0;

  for (gint64 i = 1; i < count; i++)
    if (p[i] > p[best])
      best = i;

  return best;
}

static void
print_words (const char *input,
             DsDataset  *dataset,
             float      *p,
             gint64      count)
{
  g_print ("%s:", input);
  for (int k = 0; k < SHOWN_CLASSES && k < count; k++)
    {
      gint64 best = best_of (p, count);

      g_print (" %s %.1f %%%s", class_name (dataset, best), p[best] * 100,
               k + 1 < SHOWN_CLASSES && k + 1 < count ? "," : "");
      p[best] = -1;
    }
  g_print ("\n");
}

static void
write_json (NnJsonWriter *writer,
            const char   *input,
            DsDataset    *dataset,
            const float  *values,
            gint64        count,
            gboolean      classes)
{
  nn_json_writer_begin_object (writer, NULL);
  nn_json_writer_add_string (writer, "input", input);
  if (classes)
    {
      nn_json_writer_add_integer (writer, "class", best_of (values, count));
      nn_json_writer_add_string (writer, "label", class_name (dataset, best_of (values, count)));
    }
  nn_json_writer_begin_array (writer, classes ? "probabilities" : "values");
  for (gint64 i = 0; i < count; i++)
    nn_json_writer_add_double (writer, NULL, values[i]);
  nn_json_writer_end_array (writer);
  nn_json_writer_end_object (writer);
}

/* The share of pixels in which each class has the highest score; scores lie in a
 * plane for each class.  (transfer full) */
static float *
count_pixels (const float *scores,
              gint64       n_classes,
              gint64       n_pixels)
{
  float *shares = g_new0 (float, n_classes);

  for (gint64 p = 0; p < n_pixels; p++)
    {
      gint64 best = 0;

      for (gint64 c = 1; c < n_classes; c++)
        if (scores[c * n_pixels + p] > scores[best * n_pixels + p])
          best = c;
      shares[best] += 1.0f / (float) n_pixels;
    }

  return shares;
}

/* What the network says, as numbers to be shown: probabilities of classes, their
 * shares of the pixels, or the numbers as they are. */
static float *
read_prediction (const NnRunnable *run,
                 NnAnswer          answer,
                 gint64           *count)
{
  const NnShape *shape = &run->values.prediction->shape;
  const float *scores = nn_plan_get_data (run->plan, run->values.prediction);
  float *y;

  *count = nn_shape_count (shape);
  if (answer == NN_ANSWER_CLASSES && shape->rank > 2)
    {
      gint64 n_pixels = nn_shape_span (shape, 2, shape->rank);

      *count = shape->size[1];
      return count_pixels (scores, *count, n_pixels);
    }

  y = g_memdup2 (scores, (gsize) *count * sizeof (float));
  if (answer == NN_ANSWER_CLASS)
    softmax (y, *count);
  return y;
}

/* The answer that the network was made for. */
static gboolean
find_answer (NnGraph     *graph,
             AppSamples  *samples,
             NnAnswer    *answer,
             GError     **error)
{
  *answer = app_graph_wants_numbers (graph) ? NN_ANSWER_NUMBERS
                                            : app_samples_get_form (samples)->answer;
  if (*answer != NN_ANSWER_TOKENS)
    return TRUE;

  g_set_error_literal (error, NN_ERROR, NN_ERROR_UNSUPPORTED,
                       _("The network answers with a text, which has to be made token by token; "
                         "this is not possible here."));
  return FALSE;
}

static int
predict (const char  *path,
         char       **inputs,
         gboolean     json)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (AppProject) project = NULL;
  g_autoptr (NnNetwork) network = app_trained_open (path, &project, &error);
  g_autoptr (AppSamples) samples = NULL;
  g_autoptr (NnJsonWriter) writer = nn_json_writer_new (FALSE);
  const NnRunnable *run;
  DsDataset *dataset;
  NnAnswer answer;
  gboolean classes;

  if (network == NULL
      || (samples = app_samples_open (&project->data, project->vocabulary, NULL, NULL, NULL,
                                      &error)) == NULL
      || !app_samples_check_graph (samples, project->graph, &error)
      || !find_answer (project->graph, samples, &answer, &error)
      || (run = nn_network_get (network, NN_MODE_PREDICT, 1, &error)) == NULL)
    return app_verb_fail (error);

  dataset = app_samples_get_dataset (samples);
  classes = answer != NN_ANSWER_NUMBERS;
  nn_json_writer_begin_array (writer, NULL);
  for (int i = 0; inputs[i] != NULL; i++)
    {
      gint64 count;
      g_autofree float *y = NULL;

      if (!app_sample_read (inputs[i], dataset, project->data.transforms,
                            nn_plan_get_data (run->plan, run->values.input), &error))
        return app_verb_fail (error);
      nn_plan_run (run->plan, 0, 0);
      y = read_prediction (run, answer, &count);

      if (json)
        write_json (writer, inputs[i], dataset, y, count, classes);
      else if (classes)
        print_words (inputs[i], dataset, y, count);
      else
        g_print ("%s: %g\n", inputs[i], y[0]);
    }
  nn_json_writer_end_array (writer);
  if (json)
    app_verb_print (writer);

  return APP_EXIT_DONE;
}

static int
predict_arrays (const char *path,
                const char *input,
                const char *output)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (AppProject) project = NULL;
  g_autoptr (NnNetwork) network = app_trained_open (path, &project, &error);

  return network != NULL && app_predict_arrays (network, input, output, &error)
         ? APP_EXIT_DONE : app_verb_fail (error);
}

static int
run (int    argc,
     char **argv)
{
  g_autofree char *output = NULL;
  gboolean json = FALSE;
  const GOptionEntry entries[] = {
    { "output", 'o', 0, G_OPTION_ARG_FILENAME, &output,
      N_("For arrays: the .npz file to write"), N_("FILE") },
    { "json", 0, 0, G_OPTION_ARG_NONE, &json, N_("Print one line of JSON"), NULL },
    { NULL }
  };
  int code;

  if (!app_verb_parse (&app_verb_predict, entries, &argc, &argv, &code))
    return code;
  if (argc < 3)
    return app_verb_misuse (&app_verb_predict,
                            _("Name a project or run and at least one picture, text, or row of "
                              "numbers."));

  if (output != NULL && argc != 3)
    return app_verb_misuse (&app_verb_predict, _("-o takes one file of arrays as input."));

  return output != NULL ? predict_arrays (argv[1], argv[2], output)
                        : predict (argv[1], argv + 2, json);
}

const AppVerb app_verb_predict = {
  "predict", N_("PROJECT|RUN INPUT…"),
  N_("Asks a trained network about pictures, texts or numbers."), run
};
