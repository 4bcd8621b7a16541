/* test-lessons.c: every lesson that is shipped proves itself
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "exercises/lint.h"

#include <glib/gstdio.h>
#include <string.h>

#define N_CHAPTERS 28           /* 25 and three extras */
#define MIN_LESSONS 2

static char *
get_folder (void)
{
  return g_test_build_filename (G_TEST_DIST, "..", "exercises", "lessons", NULL);
}

static ExCourse *
load_course (const char *language)
{
  g_autofree char *folder = get_folder ();

  return ex_course_load ((const char *[]) { folder, NULL }, language);
}

static void
test_lesson (gconstpointer data)
{
  const char *folder = data;
  g_autoptr (ExCourse) course = load_course ("en");
  g_autoptr (GPtrArray) problems = ex_lesson_lint (folder, course);

  for (guint i = 0; i < problems->len; i++)
    g_test_message ("%s", (const char *) g_ptr_array_index (problems, i));
  g_assert_cmpuint (problems->len, ==, 0);
}

/* What a lesson has to be called in the map before it is read is what it
 * calls itself afterwards. */
static void
check_titles (const char *language)
{
  g_autofree char *folder = get_folder ();
  g_autofree char *list = g_build_filename (folder, "course.ini", NULL);
  g_autofree char *copy = g_dir_make_tmp ("epoch-lessons-XXXXXX", NULL);
  g_autofree char *copied = g_build_filename (copy, "course.ini", NULL);
  g_autofree char *text = NULL;
  g_autoptr (ExCourse) course = load_course (language);
  g_autoptr (ExCourse) planned = NULL;
  GPtrArray *chapters = ex_course_get_chapters (course);

  g_assert_true (g_file_get_contents (list, &text, NULL, NULL));
  g_assert_true (g_file_set_contents (copied, text, -1, NULL));
  planned = ex_course_load ((const char *[]) { copy, NULL }, language);
  for (guint i = 0; i < chapters->len; i++)
    {
      const ExChapter *chapter = g_ptr_array_index (chapters, i);
      const ExChapter *before = ex_course_find_chapter (planned, chapter->id);

      g_assert_cmpint (ex_chapter_get_state (before, NULL), ==, EX_CHAPTER_PLANNED);
      g_assert_cmpstr (chapter->title, ==, before->title);
      g_assert_cmpstr (chapter->summary, ==, before->summary);
    }

  g_assert_cmpint (g_remove (copied), ==, 0);
  g_assert_cmpint (g_rmdir (copy), ==, 0);
}

static void
test_titles (void)
{
  check_titles ("en");
  check_titles ("zh_CN.UTF-8");
}

static void
test_map (void)
{
  g_autoptr (ExCourse) course = load_course ("zh_CN");
  g_autoptr (ExCourse) english = load_course ("en");
  GPtrArray *chapters = ex_course_get_chapters (course);
  GPtrArray *warnings = ex_course_get_warnings (course);
  guint n_lessons = 0;

  for (guint i = 0; i < warnings->len; i++)
    g_test_message ("%s", (const char *) g_ptr_array_index (warnings, i));
  g_assert_cmpuint (warnings->len, ==, 0);
  g_assert_cmpuint (chapters->len, ==, N_CHAPTERS);

  for (guint i = 0; i < chapters->len; i++)
    {
      const ExChapter *chapter = g_ptr_array_index (chapters, i);
      const ExChapter *other = ex_course_find_chapter (english, chapter->id);
      ExChapterState state = ex_chapter_get_state (chapter, NULL);

      g_assert_cmpstr (chapter->part, !=, other->part);
      g_assert_cmpstr (chapter->title, !=, other->title);
      g_assert_cmpstr (chapter->summary, !=, other->summary);
      g_assert_cmpint (state, !=, EX_CHAPTER_DAMAGED);
      if (i < 25)
        g_assert_cmpuint (g_ascii_strtoull (chapter->id, NULL, 10), ==, i + 1);
      n_lessons += state == EX_CHAPTER_NEW;
    }

  g_assert_cmpuint (n_lessons, >=, MIN_LESSONS);
}

/* The ids of tasks are what scripts and teachers rely on. */
static void
check_answer (ExCourse   *course,
              const char *id,
              const char *answer,
              ExOutcome   outcome)
{
  const ExTask *task = ex_course_find_task (course, id);
  g_autoptr (ExVerdict) verdict = NULL;

  g_assert_nonnull (task);
  verdict = ex_task_check_text (task, answer);
  g_test_message ("%s “%s”: %s", id, answer, verdict->message);
  g_assert_cmpint (verdict->outcome, ==, outcome);
}

static void
test_references (void)
{
  g_autoptr (ExCourse) course = load_course ("en");

  check_answer (course, "11/reference", "c\n", EX_OUTCOME_PASS);
  check_answer (course, "11/reference", "a", EX_OUTCOME_FAIL);
  check_answer (course, "11/cross-entropy", "1.213", EX_OUTCOME_PASS);
  check_answer (course, "18/reference", "B", EX_OUTCOME_PASS);
  check_answer (course, "18/reference", "c", EX_OUTCOME_FAIL);
  check_answer (course, "18/compound-scaling", "1,92", EX_OUTCOME_PASS);
  g_assert_null (ex_course_find_task (course, "18/none"));
  g_assert_null (ex_course_find_task (course, "01/reference"));
  g_assert_null (ex_course_find_task (course, ""));
}

/* What README.md shows to authors works as it stands. */
static void
test_readme (void)
{
  g_autofree char *folder = get_folder ();
  g_autofree char *path = g_build_filename (folder, "README.md", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (ExMarkdown) readme = ex_markdown_read (path, "README.md", &error);
  guint n_blocks;
  const ExBlock *blocks;
  guint n_tasks = 0;

  g_assert_no_error (error);
  blocks = ex_markdown_get_blocks (readme, &n_blocks);
  for (guint i = 0; i < n_blocks; i++)
    {
      g_autoptr (ExTask) task = NULL;
      g_autoptr (ExVerdict) verdict = NULL;

      if (strcmp (blocks[i].info, "ini") != 0)
        continue;
      task = ex_task_parse (blocks[i].text, strlen (blocks[i].text), "99", "a", "README.md", "en",
                            &error);
      g_assert_no_error (error);
      verdict = ex_task_check_text (task, task->reference);
      g_assert_cmpint (verdict->outcome, ==, EX_OUTCOME_PASS);
      n_tasks++;
    }

  g_assert_cmpuint (n_tasks, ==, 1);
}

static void
add_lessons (GPtrArray *folders)
{
  g_autoptr (ExCourse) course = load_course ("en");
  GPtrArray *chapters = ex_course_get_chapters (course);

  for (guint i = 0; i < chapters->len; i++)
    {
      const ExChapter *chapter = g_ptr_array_index (chapters, i);
      g_autofree char *path = g_strdup_printf ("/lessons/lint/%s", chapter->id);

      if (chapter->lesson == NULL)
        continue;
      g_ptr_array_add (folders, g_strdup (chapter->lesson->folder));
      g_test_add_data_func (path, g_ptr_array_index (folders, folders->len - 1), test_lesson);
    }
}

int
main (int   argc,
      char *argv[])
{
  g_autoptr (GPtrArray) folders = g_ptr_array_new_with_free_func (g_free);

  g_test_init (&argc, &argv, NULL);
  add_lessons (folders);
  g_test_add_func ("/lessons/map", test_map);
  g_test_add_func ("/lessons/titles", test_titles);
  g_test_add_func ("/lessons/references", test_references);
  g_test_add_func ("/lessons/readme", test_readme);
  return g_test_run ();
}
