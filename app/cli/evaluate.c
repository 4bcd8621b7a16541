/* evaluate.c: epoch-cli evaluate
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "app/cli/verb.h"

#include "app/core/evaluation.h"
#include "app/core/run.h"
#include "app/core/trained.h"

#include <glib/gi18n.h>

#define MEASURE_WIDTH 36        /* places of a terminal */
#define MOST_COLUMNS  20

/* Places that @text takes in a terminal; characters of East Asia take two. */
static int
measure_text (const char *text)
{
  int places = 0;

  for (const char *c = text; *c != '\0'; c = g_utf8_next_char (c))
    places += g_unichar_iswide (g_utf8_get_char (c)) ? 2 : 1;
  return places;
}

/* Text in its column, which stays in line whatever the words are. */
static void
print_padded (const char *text,
              int         width,
              gboolean    is_number)
{
  int gap = MAX (width - measure_text (text), 0);

  if (is_number)
    g_print ("%*s%s", gap, "", text);
  else
    g_print ("%s%*s", text, gap, "");
}

/* The texts of a table, row by row; the first row and column are the heads. */
static GPtrArray *
list_cells (const AppEvaluation *evaluation,
            const NnTable       *table)
{
  GPtrArray *cells = g_ptr_array_new_with_free_func (g_free);

  g_ptr_array_add (cells, g_strdup (table->columns != NULL ? _(table->title)
                                                           : _("Actual \\ predicted")));
  for (gint64 k = 0; k < table->n_columns; k++)
    g_ptr_array_add (cells, table->columns != NULL ? g_strdup (_(table->columns[k]))
                                                   : app_evaluation_dup_class (evaluation, k));
  for (gint64 i = 0; i < table->n_rows; i++)
    {
      g_ptr_array_add (cells, app_evaluation_dup_class (evaluation, i));
      for (gint64 k = 0; k < table->n_columns; k++)
        g_ptr_array_add (cells, app_table_print (table, i, k));
    }

  return cells;
}

static void
print_table (const AppEvaluation *evaluation,
             const NnTable       *table)
{
  g_autoptr (GPtrArray) cells = list_cells (evaluation, table);
  guint n_columns = (guint) table->n_columns + 1;
  int name_width = 0;
  int width = 0;

  for (guint i = 0; i < cells->len; i++)
    {
      int *widest = i % n_columns == 0 ? &name_width : &width;

      *widest = MAX (*widest, measure_text (g_ptr_array_index (cells, i)));
    }
  for (guint i = 0; i < cells->len; i++)
    {
      if (i > 0 && i % n_columns == 0)
        g_print ("\n");
      print_padded (g_ptr_array_index (cells, i), i % n_columns == 0 ? name_width : width + 2,
                    i % n_columns != 0);
    }
  g_print ("\n");
}

/* A matrix of many classes is for --json and the window. */
static void
print_words (const AppEvaluation *evaluation,
             NnPart               part)
{
  const NnFindings *findings = evaluation->findings;

  g_print (_("%s: %d samples, loss %.4f\n"), app_part_title (part),
           (int) evaluation->score.n_samples, evaluation->score.loss);
  for (guint i = 0; i < findings->measures->len; i++)
    {
      const NnMeasure *measure = &g_array_index (findings->measures, NnMeasure, i);
      g_autofree char *text = app_measure_print (measure);

      print_padded (_(measure->title), MEASURE_WIDTH, FALSE);
      g_print ("%s\n", text);
    }
  for (guint i = 0; i < findings->tables->len; i++)
    {
      const NnTable *table = g_ptr_array_index (findings->tables, i);

      if (table->columns != NULL || table->n_columns <= MOST_COLUMNS)
        {
          g_print ("\n");
          print_table (evaluation, table);
        }
    }
  for (guint i = 0; i < findings->notes->len; i++)
    g_print ("\n%s\n", (const char *) g_ptr_array_index (findings->notes, i));
}

static int
evaluate (const char *path,
          NnPart      part,
          gboolean    json)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (AppProject) project = NULL;
  g_autoptr (NnNetwork) network = app_trained_open (path, &project, &error);
  g_autoptr (AppSamples) samples = NULL;
  g_autoptr (AppEvaluation) evaluation = NULL;

  if (network == NULL
      || (samples = app_samples_open (&project->data, project->vocabulary, NULL, NULL, NULL,
                                      &error)) == NULL
      || !app_samples_check_graph (samples, project->graph, &error))
    return app_verb_fail (error);

  evaluation = app_evaluation_new (network, samples, part, project->training.batch, NULL, NULL,
                                   &error);
  if (evaluation == NULL)
    return app_verb_fail (error);

  /* A run's report shows what was found last. */
  if (app_run_is_folder (path) && !app_evaluation_save (evaluation, path, &error))
    return app_verb_fail (error);

  if (json)
    {
      g_autoptr (NnJsonWriter) writer = nn_json_writer_new (FALSE);

      nn_json_writer_begin_object (writer, NULL);
      nn_json_writer_add_string (writer, "split", evaluation->part);
      app_evaluation_write (evaluation, writer);
      nn_json_writer_end_object (writer);
      app_verb_print (writer);
    }
  else
    {
      print_words (evaluation, part);
    }
  return APP_EXIT_DONE;
}

static int
run (int    argc,
     char **argv)
{
  g_autofree char *split = g_strdup ("test");
  gboolean json = FALSE;
  const GOptionEntry entries[] = {
    { "split", 0, 0, G_OPTION_ARG_STRING, &split, N_("Part of the data: train, validation or test"),
      N_("PART") },
    { "json", 0, 0, G_OPTION_ARG_NONE, &json, N_("Print one line of JSON"), NULL },
    { NULL }
  };
  NnPart part;
  int code;

  if (!app_verb_parse (&app_verb_evaluate, entries, &argc, &argv, &code))
    return code;
  if (argc != 2)
    return app_verb_misuse (&app_verb_evaluate, _("Name one project or run."));
  if (app_part_find (split, &part, NULL))
    return evaluate (argv[1], part, json);

  return app_verb_misuse (&app_verb_evaluate,
                          _("--split takes “train”, “validation” or “test”, not “%s”."), split);
}

const AppVerb app_verb_evaluate = {
  "evaluate", N_("PROJECT|RUN"), N_("Scores a trained network on a part of its data."), run
};
