/* test-answer.c: each way to answer gives and takes answers as checks write them
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "app/answer.h"
#include "app/markdown-view.h"

#include <string.h>

#define COMMON "[task]\ntitle=A task\nquestion=Which?\nhint1=Think.\nexplanation=So.\n"

static const char single[] =
  COMMON "kind=choice\nmode=single\nright=b\n"
  "[option a]\ntext=One\nmessage=No.\n[option b]\ntext=$x^2$ of *it*\n";

static const char multiple[] =
  COMMON "kind=choice\nmode=multiple\nright=a c\n"
  "[option a]\ntext=One\n[option b]\ntext=Two\nmessage=No.\n[option c]\ntext=Three\n";

/* Written down in the right order, as authors do. */
static const char ordering[] =
  COMMON "kind=choice\nmode=ordering\nright=a b c d\n"
  "[option a]\ntext=One\n[option b]\ntext=Two\n[option c]\ntext=Three\n[option d]\ntext=Four\n";

static const char matching[] =
  COMMON "kind=choice\nmode=matching\nright=a:2 b:1\n"
  "[option a]\ntext=One\n[option b]\ntext=Two\n"
  "[partner 1]\ntext=Uno\n[partner 2]\ntext=Dos\n[partner 3]\ntext=Tres\n";

static const char number[] =
  COMMON "kind=number\nvalue=2.5\nunit=ms\n[mistake one]\nanswer=1\nmessage=No.\n";

typedef struct
{
  const char *name;
  const char *text;
  const char *start;            /* the answer before anything is done; NULL: none, "?": any */
  const char *words;            /* what the right answer is called, in part */
} Case;

static const Case cases[] = {
  { "single", single, NULL, "- $x^2$ of *it*\n" },
  { "multiple", multiple, NULL, "- One\n- Three\n" },
  { "ordering", ordering, "?", "1. One\n2. Two\n3. Three\n4. Four\n" },
  { "matching", matching, NULL, "- One → Dos\n- Two → Uno\n" },
  { "number", number, NULL, "`2.5` ms" },
};

static ExTask *
parse (const Case *test)
{
  g_autoptr (GError) error = NULL;
  ExTask *task = ex_task_parse (test->text, strlen (test->text), "x1", test->name, "file", "en",
                                &error);

  g_assert_no_error (error);
  return task;
}

static void
count_cb (AppAnswer *answer,
          guint     *n)
{
  (*n)++;
}

static ExOutcome
judge (const ExTask *task,
       AppAnswer    *answer)
{
  g_autofree char *text = app_answer_dup_text (answer);
  g_autoptr (ExVerdict) verdict = ex_task_check_text (task, text != NULL ? text : "");

  return verdict->outcome;
}

static void
test_round_trip (gconstpointer data)
{
  const Case *test = data;
  g_autoptr (ExTask) task = parse (test);
  GtkWidget *widget = g_object_ref_sink (app_answer_new (task));
  AppAnswer *answer = APP_ANSWER (widget);
  g_autofree char *start = app_answer_dup_text (answer);
  g_autofree char *given = NULL;
  g_autofree char *again = NULL;
  g_autofree char *words = app_answer_describe (task, task->reference);
  guint n_changes = 0;

  g_signal_connect (answer, "changed", G_CALLBACK (count_cb), &n_changes);
  if (g_strcmp0 (test->start, "?") != 0)
    g_assert_cmpstr (start, ==, test->start);
  g_assert_cmpint (judge (task, answer), !=, EX_OUTCOME_PASS);

  app_answer_set_text (answer, task->reference);
  given = app_answer_dup_text (answer);
  g_assert_cmpstr (given, ==, task->reference);
  g_assert_cmpint (judge (task, answer), ==, EX_OUTCOME_PASS);
  g_assert_cmpuint (n_changes, >, 0);
  g_assert_cmpstr (words, ==, test->words);

  app_answer_set_text (answer, NULL);
  again = app_answer_dup_text (answer);
  g_assert_cmpstr (again, ==, start);
  g_assert_finalize_object (widget);
}

/* Whatever stands in the file of progress, there is a way on from it. */
static void
test_nonsense (gconstpointer data)
{
  static const char * const nonsense[] = {
    "", " ", "z", "a a a", "a:9 b:", ":", "a:2", "c b", "`", "1e999", "a,b c  d e", "\xe6\x8d\x9f",
  };
  const Case *test = data;
  g_autoptr (ExTask) task = parse (test);
  GtkWidget *widget = g_object_ref_sink (app_answer_new (task));

  for (gsize i = 0; i < G_N_ELEMENTS (nonsense); i++)
    {
      g_autofree char *words = app_answer_describe (task, nonsense[i]);
      g_autoptr (ExMarkdown) markdown = ex_markdown_parse (words, strlen (words), "", NULL);

      g_assert_nonnull (markdown);
      app_answer_set_text (APP_ANSWER (widget), nonsense[i]);
      app_answer_set_text (APP_ANSWER (widget), task->reference);
      g_assert_cmpint (judge (task, APP_ANSWER (widget)), ==, EX_OUTCOME_PASS);
    }
  g_assert_finalize_object (widget);
}

/* Every kind of block, at every width, in a window and out of it. */
static void
test_markdown (void)
{
  static const char page[] =
    "# Title\n\nPlain, *slanted*, **bold**, `code`, $a+b+c+d+e+f+g+h=\\frac{1}{2}$ "
    "and $\\nope$, [there](task:x).\n\n> quoted\n\n- one\n  - two\n\n1. first\n\n"
    "| a | b |\n|:--|--:|\n| $1$ | 2 |\n\n```\ncode\n```\n\n$$\\sum_i x_i$$\n\n"
    "![A picture](gone.png)\n\n公式*强调* $x$。\n";
  GtkWidget *view = app_markdown_view_new_from_text (page, "/nowhere");
  GtkWidget *window = gtk_window_new ();
  g_autofree char *words = app_markdown_dup_words ("The *loss* `L` is $x$");
  int minimum, natural;

  gtk_window_set_child (GTK_WINDOW (window), view);
  gtk_window_present (GTK_WINDOW (window));
  for (int i = 0; i < 20; i++)
    g_main_context_iteration (NULL, FALSE);

  gtk_widget_measure (view, GTK_ORIENTATION_HORIZONTAL, -1, &minimum, &natural, NULL, NULL);
  g_assert_cmpint (minimum, >, 0);
  g_assert_cmpint (minimum, <, 330);
  for (int width = minimum; width < 1000; width += 97)
    {
      gtk_widget_measure (view, GTK_ORIENTATION_VERTICAL, width, &minimum, &natural, NULL, NULL);
      g_assert_cmpint (minimum, >, 200);
    }
  g_assert_cmpstr (words, ==, "The loss L is x");

  g_object_add_weak_pointer (G_OBJECT (view), (gpointer *) &view);
  gtk_window_destroy (GTK_WINDOW (window));
  for (int i = 0; view != NULL && i < 2000; i++)
    {
      g_main_context_iteration (NULL, FALSE);
      g_usleep (1000);
    }
  g_assert_null (view);
}

int
main (int   argc,
      char *argv[])
{
  gtk_test_init (&argc, &argv, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *round_trip = g_strdup_printf ("/answer/round-trip/%s", cases[i].name);
      g_autofree char *nonsense = g_strdup_printf ("/answer/nonsense/%s", cases[i].name);

      g_test_add_data_func (round_trip, &cases[i], test_round_trip);
      g_test_add_data_func (nonsense, &cases[i], test_nonsense);
    }
  g_test_add_func ("/answer/markdown", test_markdown);

  return g_test_run ();
}
