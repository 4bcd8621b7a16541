/* lint.c: what is wrong with a lesson that can be read
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "exercises/lint.h"

#include "exercises/checks/choice.h"
#include "exercises/checks/number.h"
#include "exercises/lint-text.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* The lesson is read once in each of the two languages that all lessons have,
 * and the two are compared piece by piece.  Their files are the same, so the
 * n-th task, hint or option of one is that of the other. */

#define PAGE_MAX_WORDS     1500
#define GIVEAWAY_MIN_BYTES 3

typedef struct
{
  const ExLesson *lesson;       /* the English one */
  const ExCourse *course;
  GPtrArray      *problems;
} Linter;

static void G_GNUC_PRINTF (2, 3)
add_problem (Linter     *linter,
             const char *format,
             ...)
{
  va_list args;

  va_start (args, format);
  g_ptr_array_add (linter->problems, g_strdup_vprintf (format, args));
  va_end (args);
}

static void
lint_link (Linter     *linter,
           const char *name,
           const char *target)
{
  const char *id = strchr (target, ':') + 1;

  if (g_str_has_prefix (target, "task:"))
    {
      if (ex_lesson_find_task (linter->lesson, id) == NULL
          && (linter->course == NULL || ex_course_find_task (linter->course, id) == NULL))
        add_problem (linter, _("“%s”: the link “%s” leads to no task."), name, target);
    }
  else if (linter->course != NULL && ex_course_find_chapter (linter->course, id) == NULL)
    {
      add_problem (linter, _("“%s”: the link “%s” leads to no lesson."), name, target);
    }
}

static void
lint_image (Linter     *linter,
            const char *name,
            const char *file)
{
  g_autofree char *path = g_build_filename (linter->lesson->folder, file, NULL);

  if (!g_file_test (path, G_FILE_TEST_IS_REGULAR))
    add_problem (linter, _("“%s”: the image “%s” is not in the folder."), name, file);
}

/* Links and images of one text. */
static void
lint_references (Linter           *linter,
                 const char       *name,
                 const ExMarkdown *text)
{
  guint n_blocks;
  const ExBlock *blocks = ex_markdown_get_blocks (text, &n_blocks);

  for (guint i = 0; i < n_blocks; i++)
    {
      guint n_spans;
      const ExSpan *spans = ex_markdown_get_spans (text, &blocks[i], &n_spans);

      if (blocks[i].kind == EX_BLOCK_IMAGE)
        lint_image (linter, name, blocks[i].text);
      for (guint j = 0; j < n_spans; j++)
        if (spans[j].kind == EX_SPAN_LINK)
          lint_link (linter, name, spans[j].target);
    }
}

static void
lint_pair (Linter           *linter,
           const char       *name,
           const ExMarkdown *english,
           const ExMarkdown *chinese)
{
  g_autofree char *difference = ex_markdown_find_difference (english, chinese);

  lint_references (linter, name, english);
  lint_references (linter, name, chinese);
  if (difference != NULL)
    add_problem (linter, _("“%s”: the two languages are built differently: %s"),
                 name, difference);
}

static void
lint_page (Linter       *linter,
           const ExPage *page)
{
  guint n_words = ex_markdown_count_words (page->text);
  guint n_blocks;
  const ExBlock *blocks = ex_markdown_get_blocks (page->text, &n_blocks);

  if (n_words > PAGE_MAX_WORDS)
    add_problem (linter, _("“%s” has %u words; a page has at most %d. Make two of it."),
                 page->file, n_words, PAGE_MAX_WORDS);
  if (n_blocks == 0 || blocks[0].kind != EX_BLOCK_HEADING || blocks[0].level != 1)
    add_problem (linter, _("“%s” does not begin with a heading “# …”."), page->file);
}

static void
lint_pages (Linter         *linter,
            const ExLesson *chinese)
{
  for (guint i = 0; i < linter->lesson->pages->len; i++)
    {
      const ExPage *page = g_ptr_array_index (linter->lesson->pages, i);
      const ExPage *other = g_ptr_array_index (chinese->pages, i);

      lint_page (linter, page);
      lint_page (linter, other);
      lint_pair (linter, page->file, page->text, other->text);
    }
}

/* One of the short texts of a task, in both languages. */
static void
lint_texts (Linter       *linter,
            const ExTask *task,
            const char   *english,
            const char   *chinese)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ExMarkdown) first = NULL;
  g_autoptr (ExMarkdown) second = NULL;

  first = ex_markdown_parse (english, strlen (english), task->id, &error);
  second = first != NULL ? ex_markdown_parse (chinese, strlen (chinese), task->id, &error) : NULL;
  if (second == NULL)
    add_problem (linter, "%s", error->message);
  else
    lint_pair (linter, task->id, first, second);
}

static void
lint_options (Linter       *linter,
              const ExTask *task,
              GPtrArray    *english,
              GPtrArray    *chinese)
{
  for (guint i = 0; i < english->len; i++)
    {
      const ExOption *option = g_ptr_array_index (english, i);
      const ExOption *other = g_ptr_array_index (chinese, i);

      lint_texts (linter, task, option->text, other->text);
    }
}

/* What a learner can choose wrongly must say why it is wrong. */
static void
lint_choice (Linter         *linter,
             const ExTask   *task,
             const ExChoice *choice)
{
  if (choice->mode != EX_CHOICE_SINGLE && choice->mode != EX_CHOICE_MULTIPLE)
    return;

  for (guint i = 0; i < choice->options->len; i++)
    {
      const ExOption *option = g_ptr_array_index (choice->options, i);
      gboolean right = g_strv_contains ((const char * const *) choice->right, option->id);

      if (!right && option->message == NULL)
        add_problem (linter, _("“%s”: the wrong option “%s” has no message."),
                     task->id, option->id);
      if (right && option->message != NULL)
        add_problem (linter, _("“%s”: the message of the right option “%s” is never shown."),
                     task->id, option->id);
    }
}

static void
lint_task_texts (Linter       *linter,
                 const ExTask *task,
                 const ExTask *chinese)
{
  const ExChoice *choice = ex_task_get_choice (task);

  if (task->hints[0] == NULL)
    add_problem (linter, _("“%s” has no hint."), task->id);

  lint_texts (linter, task, task->title, chinese->title);
  lint_texts (linter, task, task->question, chinese->question);
  lint_texts (linter, task, task->explanation, chinese->explanation);
  for (guint i = 0; task->hints[i] != NULL; i++)
    lint_texts (linter, task, task->hints[i], chinese->hints[i]);
  for (guint i = 0; i < task->mistakes->len; i++)
    {
      const ExMistake *mistake = g_ptr_array_index (task->mistakes, i);
      const ExMistake *other = g_ptr_array_index (chinese->mistakes, i);

      lint_texts (linter, task, mistake->message, other->message);
    }

  if (choice != NULL)
    {
      lint_options (linter, task, choice->options, ex_task_get_choice (chinese)->options);
      lint_options (linter, task, choice->partners, ex_task_get_choice (chinese)->partners);
      lint_choice (linter, task, choice);
    }
  if (ex_task_get_number (task) != NULL && task->mistakes->len == 0)
    add_problem (linter, _("“%s” knows no mistake; add “[mistake …]” for the usual ones."),
                 task->id);
}

/* Whether a learner could copy the answer out of @text. */
static gboolean
gives_away (const ExTask *task,
            const char   *text)
{
  g_auto (GStrv) words = NULL;

  if (ex_task_get_number (task) == NULL)
    return strlen (task->reference) >= GIVEAWAY_MIN_BYTES
           && strstr (text, task->reference) != NULL;

  words = g_strsplit_set (text, " \n$=:;()", -1);
  for (guint i = 0; words[i] != NULL; i++)
    {
      g_autoptr (ExVerdict) verdict = ex_task_check_text (task, words[i]);

      if (verdict->outcome == EX_OUTCOME_PASS)
        return TRUE;
    }

  return FALSE;
}

static void
lint_mistake (Linter          *linter,
              const ExTask    *task,
              const ExMistake *mistake)
{
  g_autoptr (ExVerdict) verdict = ex_task_check_text (task, mistake->answer);

  if (verdict->outcome != EX_OUTCOME_FAIL)
    add_problem (linter, _("“%s”: the wrong answer “%s” is not refused (%s)."),
                 task->id, mistake->answer, ex_outcome_get_name (verdict->outcome));
  else if (g_strcmp0 (verdict->mistake, mistake->id) != 0
           || strcmp (verdict->message, mistake->message) != 0)
    add_problem (linter, _("“%s”: the wrong answer “%s” does not get the message of “%s”."),
                 task->id, mistake->answer, mistake->id);
  else if (gives_away (task, mistake->message))
    add_problem (linter, _("“%s”: the message of “%s” gives the answer away."),
                 task->id, mistake->id);
}

/* The task proves itself: only the reference answer passes. */
static void
lint_answers (Linter       *linter,
              const ExTask *task)
{
  g_autoptr (ExVerdict) nothing = ex_task_check_text (task, "");
  g_autoptr (ExVerdict) right = ex_task_check_text (task, task->reference);

  if (nothing->outcome == EX_OUTCOME_PASS)
    add_problem (linter, _("“%s” passes without an answer."), task->id);
  if (right->outcome != EX_OUTCOME_PASS)
    add_problem (linter, _("“%s” does not pass with its own answer: %s"),
                 task->id, right->message);

  for (guint i = 0; i < task->mistakes->len; i++)
    lint_mistake (linter, task, g_ptr_array_index (task->mistakes, i));
  for (guint i = 0; task->hints[i] != NULL; i++)
    if (gives_away (task, task->hints[i]))
      add_problem (linter, _("“%s”: hint %u gives the answer away."), task->id, i + 1);
}

static void
lint_tasks (Linter         *linter,
            const ExLesson *chinese)
{
  for (guint i = 0; i < linter->lesson->tasks->len; i++)
    {
      const ExTask *task = g_ptr_array_index (linter->lesson->tasks, i);
      const ExTask *other = g_ptr_array_index (chinese->tasks, i);

      lint_task_texts (linter, task, other);
      lint_answers (linter, task);
      lint_answers (linter, other);
    }
}

static void
lint_needs (Linter *linter)
{
  const ExLesson *lesson = linter->lesson;

  for (guint i = 0; linter->course != NULL && lesson->needs[i] != NULL; i++)
    if (ex_course_find_chapter (linter->course, lesson->needs[i]) == NULL)
      add_problem (linter, _("“%s” builds on the lesson %s, which is not there."),
                   lesson->id, lesson->needs[i]);
}

GPtrArray *
ex_lesson_lint (const char     *folder,
                const ExCourse *course)
{
  GPtrArray *problems = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GError) error = NULL;
  g_autoptr (ExLesson) english = ex_lesson_read (folder, "en", &error);
  g_autoptr (ExLesson) chinese = NULL;
  Linter linter = { english, course, problems };

  if (english != NULL)
    chinese = ex_lesson_read (folder, "zh_CN", &error);
  if (chinese == NULL)
    {
      add_problem (&linter, "%s", error->message);
      return problems;
    }

  for (guint i = 0; i < chinese->untranslated->len; i++)
    add_problem (&linter, _("Not translated: %s"),
                 (const char *) g_ptr_array_index (chinese->untranslated, i));

  lint_needs (&linter);
  lint_pages (&linter, chinese);
  lint_tasks (&linter, chinese);
  return problems;
}
