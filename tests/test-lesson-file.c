/* test-lesson-file.c: how lessons are written, and what is said about mistakes in them
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "engine/error.h"
#include "exercises/checks/choice.h"
#include "exercises/error.h"
#include "exercises/lint.h"

#include <glib/gstdio.h>
#include <string.h>

static const char lesson_ini[] =
  "[lesson]\n"
  "title=A lesson\n"
  "title[zh_CN]=一课\n"
  "summary=About something.\n"
  "summary[zh_CN]=讲点什么。\n"
  "needs=06\n"
  "order=3\n";

static const char page_en[] = "# Title\n\nSee $x$ and [the task](task:reference).\n";
static const char page_zh[] = "# 标题\n\n看 $x$，再做[这道题](task:reference)。\n";

static const char task_ini[] =
  "# A comment\n"
  "[task]\n"
  "kind=choice\n"
  "mode=single\n"
  "title=Which?\n"
  "title[zh_CN]=哪一个？\n"
  "question=First line with $\\frac{1}{N}$\n"
  "    second line\n"
  "\n"
  "      indented\n"
  "question[zh_CN]=第一行 $\\frac{1}{N}$\n"
  "    第二行\n"
  "\n"
  "      缩进\n"
  "right=b\n"
  "hint1=One\n"
  "hint1[zh_CN]=一\n"
  "hint2=Two\n"
  "hint2[zh_CN]=二\n"
  "explanation=Because.\n"
  "explanation[zh_CN]=因为。\n"
  "\n"
  "[option a]\n"
  "text=A = 1\n"
  "text[zh_CN]=甲 = 1\n"
  "message=Not A.\n"
  "message[zh_CN]=不是甲。\n"
  "[option b]\n"
  "text=B\n"
  "text[zh_CN]=乙\n";

/* A folder of lessons with one lesson in it, “07-sample”. */
typedef struct
{
  char *root;
  char *lesson;
} Place;

static void
write_file (const char *folder,
            const char *name,
            const char *text)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);

  g_assert_true (g_file_set_contents (path, text, -1, NULL));
}

static void
remove_folder (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);

      if (g_file_test (path, G_FILE_TEST_IS_DIR))
        remove_folder (path);
      else
        g_assert_cmpint (g_remove (path), ==, 0);
    }
  g_assert_cmpint (g_rmdir (folder), ==, 0);
}

static void
set_up (Place         *place,
        gconstpointer  data)
{
  place->root = g_dir_make_tmp ("epoch-lesson-XXXXXX", NULL);
  place->lesson = g_build_filename (place->root, "07-sample", NULL);
  g_assert_cmpint (g_mkdir (place->lesson, 0700), ==, 0);
  write_file (place->lesson, "lesson.ini", lesson_ini);
  write_file (place->lesson, "01-page.en.md", page_en);
  write_file (place->lesson, "01-page.zh_CN.md", page_zh);
  write_file (place->lesson, "task-reference.ini", task_ini);
}

static void
tear_down (Place         *place,
           gconstpointer  data)
{
  remove_folder (place->root);
  g_free (place->lesson);
  g_free (place->root);
}

/* @text with the first @from in it replaced by @to.  (transfer full) */
static char *
change (const char *text,
        const char *from,
        const char *to)
{
  GString *changed = g_string_new (text);

  g_assert_cmpuint (g_string_replace (changed, from, to, 1), ==, 1);
  return g_string_free (changed, FALSE);
}

static ExTask *
parse_task (const char  *text,
            const char  *language,
            GError     **error)
{
  return ex_task_parse (text, strlen (text), "07", "reference", "task.ini", language, error);
}

static void
test_task (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ExTask) english = parse_task (task_ini, "en", &error);
  g_autoptr (ExTask) chinese = parse_task (task_ini, "zh_CN.UTF-8", &error);
  g_autoptr (ExTask) taiwan = parse_task (task_ini, "zh_TW", &error);
  g_autoptr (ExTask) german = parse_task (task_ini, "de_DE.UTF-8", &error);
  g_autoptr (ExTask) plain = parse_task (task_ini, NULL, &error);
  const ExOption *option;

  g_assert_no_error (error);
  g_assert_cmpstr (english->id, ==, "07/reference");
  g_assert_cmpstr (english->question, ==,
                   "First line with $\\frac{1}{N}$\nsecond line\n\n  indented");
  g_assert_cmpstr (chinese->question, ==, "第一行 $\\frac{1}{N}$\n第二行\n\n  缩进");
  g_assert_cmpuint (g_strv_length (english->hints), ==, 2);
  g_assert_cmpstr (chinese->hints[1], ==, "二");
  g_assert_cmpstr (english->reference, ==, "b");
  option = g_ptr_array_index (ex_task_get_choice (english)->options, 0);
  g_assert_cmpstr (option->text, ==, "A = 1");

  g_assert_cmpuint (english->untranslated->len, ==, 0);
  g_assert_cmpuint (chinese->untranslated->len, ==, 0);
  g_assert_cmpstr (taiwan->title, ==, "哪一个？");
  g_assert_cmpuint (taiwan->untranslated->len, ==, 0);
  g_assert_cmpstr (german->title, ==, "Which?");
  g_assert_cmpuint (german->untranslated->len, ==, 8);
  g_assert_cmpstr (plain->title, ==, "Which?");
}

/* Every message names the file, and the line where one is at fault. */
static void
test_task_errors (void)
{
  static const struct { const char *from, *to, *words; } cases[] = {
    { "kind=choice", "kind=wonder", "line 3: this Epoch knows no tasks of the kind “wonder”" },
    { "kind=choice\n", "", "[task] has no “kind”" },
    { "kind=choice", "kind=", "[task] has no “kind”" },
    { "title=Which?\n", "", "[task] has no “title”" },
    { "explanation=Because.\n", "", "[task] has no “explanation”" },
    { "mode=single", "mode=double", "line 4: “double” is no way to choose" },
    { "right=b", "right=x", "line 15: “x” is none of the options; they are a, b." },
    { "right=b", "right=a b", "line 15: Choose one option" },
    { "right=b\n", "", "[task] has no “right”" },
    { "right=b", "rihgt=b", "[task] has no “right”" },
    { "hint1=One", "hnit1=One", "line 16: the key “hnit1” means nothing in [task]" },
    { "hint1=One\nhint1[zh_CN]=一\n", "", "line 16: the key “hint2” means nothing" },
    { "text=B\n", "", "line 28: [option b] has no “text”" },
    { "message=Not A.\n", "", "line 26: the key “message” means nothing in [option a]" },
    { "[option b]", "[optoin b]", "at least two groups" },
    { "[option b]", "[option a]", "line 28: this group has been there already, on line 23" },
    { "[option b]", "[option B]", "line 28: a group is written" },
    { "[option b]", "[option b", "line 28: the group “[option b” has no closing bracket" },
    { "[option b]", "[b]", "at least two groups" },
    { "hint2=Two", "hint1=Two", "line 18: “hint1” has been there already, on line 16" },
    { "hint2=Two", "hint2 Two", "line 18: this is neither" },
    { "hint2=Two", "hint_2=Two", "line 18: “hint_2” is not a key" },
    { "hint2=Two", "order=many", "line 18: “many” is not a number from 0 to 1000" },
    { "hint2=Two", "order=nan", "line 18: “nan” is not a number" },
    { "[task]", "kind=choice", "line 2: a group such as “[task]” has to come before" },
    { "[task]\n", "[task]\n  more\n", "line 3: this line begins with spaces" },
    { "[task]", "[wonder]", "has no group “[task]”" },
    { "Because", "Bec\xFF", "line 20: this is not UTF-8" },
    { "text=B\n", "text=B\n[mistake x]\nmessage=M\n", "[mistake x] has no “answer”" },
    { "text=B\n", "text=B\n[mistake x]\nanswer=a\n", "[mistake x] has no “message”" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = change (task_ini, cases[i].from, cases[i].to);
      g_autoptr (GError) error = NULL;

      g_assert_null (parse_task (text, "en", &error));
      g_assert_error (error, EX_ERROR, EX_ERROR_LESSON);
      g_test_message ("%s", error->message);
      g_assert_nonnull (strstr (error->message, "task.ini"));
      g_assert_nonnull (strstr (error->message, cases[i].words));
    }
}

static void
try_task (const char *data,
          gsize       size)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ExTask) task = ex_task_parse (data, size, "07", "a", "task.ini", "zh_CN", &error);

  g_assert_true ((task == NULL) == (error != NULL));
  if (task != NULL)
    {
      g_autoptr (ExVerdict) verdict = ex_task_check_text (task, task->reference);

      g_assert_cmpint (verdict->outcome, ==, EX_OUTCOME_PASS);
    }
}

/* Every truncation, and every byte replaced by each that means something. */
static void
test_task_damage (void)
{
  static const char marks[] = "[]=# \n\tab9\\\xE6\xFF";
  gsize size = strlen (task_ini);
  g_autofree char *text = g_strdup (task_ini);

  for (gsize i = 0; i < size; i++)
    {
      g_autofree char *cut = g_memdup2 (text, i > 0 ? i : 1);
      char good = text[i];

      try_task (cut, i);
      for (gsize j = 0; j < sizeof marks; j++)
        {
          text[i] = marks[j];
          try_task (text, size);
        }
      text[i] = good;
    }
}

static void
test_limits (Place         *place,
            gconstpointer  data)
{
  g_autoptr (GString) many = g_string_new ("[task]\n");
  g_autofree char *large = g_strnfill (300 * 1024, 'x');
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < 5000; i++)
    g_string_append_printf (many, "key%u=1\n", i);
  g_assert_null (parse_task (many->str, "en", &error));
  g_assert_nonnull (strstr (error->message, "4096"));
  g_clear_error (&error);

  g_assert_null (parse_task (large, "en", &error));
  g_assert_error (error, EX_ERROR, EX_ERROR_LESSON);
  g_clear_error (&error);

  write_file (place->lesson, "lesson.ini", large);
  g_assert_null (ex_lesson_read (place->lesson, "en", &error));
  g_assert_error (error, NN_ERROR, NN_ERROR_FILE);
}

static void
test_lesson (Place         *place,
             gconstpointer  data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ExLesson) lesson = ex_lesson_read (place->lesson, "zh_CN", &error);
  g_autoptr (ExLesson) german = ex_lesson_read (place->lesson, "de", NULL);
  const ExPage *page;

  g_assert_no_error (error);
  g_assert_cmpstr (lesson->id, ==, "07");
  g_assert_cmpstr (lesson->title, ==, "一课");
  g_assert_cmpstr (lesson->needs[0], ==, "06");
  g_assert_cmpfloat (lesson->order, ==, 3);
  g_assert_cmpuint (lesson->pages->len, ==, 1);
  page = g_ptr_array_index (lesson->pages, 0);
  g_assert_cmpstr (page->name, ==, "01-page");
  g_assert_cmpstr (page->file, ==, "01-page.zh_CN.md");
  g_assert_cmpuint (lesson->untranslated->len, ==, 0);
  g_assert_cmpuint (german->untranslated->len, ==, 2 + 1 + 8);
  g_assert_nonnull (ex_lesson_find_task (lesson, "reference"));
  g_assert_nonnull (ex_lesson_find_task (lesson, "07/reference"));
  g_assert_null (ex_lesson_find_task (lesson, "08/reference"));
}

static void
check_refused (Place      *place,
               const char *words)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (ex_lesson_read (place->lesson, "en", &error));
  g_test_message ("%s", error->message);
  g_assert_nonnull (strstr (error->message, "07-sample"));
  g_assert_nonnull (strstr (error->message, words));
}

static void
remove_file (Place      *place,
             const char *name)
{
  g_autofree char *path = g_build_filename (place->lesson, name, NULL);

  g_assert_cmpint (g_remove (path), ==, 0);
}

static void
test_lesson_errors (Place         *place,
                    gconstpointer  data)
{
  g_autoptr (GError) error = NULL;

  write_file (place->lesson, "02-more.md", "# More");
  check_refused (place, "“07-sample/02-more.md” is not named like a page");
  remove_file (place, "02-more.md");

  write_file (place->lesson, "02-more.zh_CN.md", "# 更多");
  check_refused (place, "without its English text “02-more.en.md”");
  remove_file (place, "02-more.zh_CN.md");

  write_file (place->lesson, "tsak-a.ini", task_ini);
  check_refused (place, "“07-sample/tsak-a.ini” is neither");
  remove_file (place, "tsak-a.ini");

  write_file (place->lesson, "task-A.ini", task_ini);
  check_refused (place, "“07-sample/task-A.ini” is neither");
  remove_file (place, "task-A.ini");

  write_file (place->lesson, "01-page.en.md", "# T\n\n```\n");
  check_refused (place, "“07-sample/01-page.en.md”, line 3");

  remove_file (place, "01-page.en.md");
  remove_file (place, "01-page.zh_CN.md");
  check_refused (place, "has no page");

  remove_file (place, "lesson.ini");
  check_refused (place, "lesson.ini");

  g_assert_null (ex_lesson_read (place->root, "en", &error));
  g_assert_error (error, EX_ERROR, EX_ERROR_LESSON);
}

static void
test_names (void)
{
  static const char * const good[] = { "/a/11-loss", "x1-b", "11-a-b/" };
  static const char * const bad[] = { "11", "-a", "11-", "11_a", "A-b", "11-ä", "/" };

  for (guint i = 0; i < G_N_ELEMENTS (good); i++)
    {
      g_autofree char *id = ex_lesson_dup_id (good[i]);

      g_assert_nonnull (id);
    }
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autofree char *id = ex_lesson_dup_id (bad[i]);

      g_assert_null (id);
    }
}

/* The course puts several folders together, and damage stays in its chapter. */
static void
test_course (Place         *place,
             gconstpointer  data)
{
  g_autofree char *own = g_build_filename (place->root, "own", NULL);
  g_autofree char *copy = g_build_filename (own, "07-mine", NULL);
  g_autofree char *bad = g_build_filename (own, "b2-bad", NULL);
  g_autofree char *nowhere = g_build_filename (place->root, "nowhere", NULL);
  g_autoptr (ExCourse) course = NULL;
  g_autoptr (ExProgress) progress = NULL;
  const ExChapter *chapter;
  GPtrArray *chapters;

  g_assert_cmpint (g_mkdir (own, 0700), ==, 0);
  g_assert_cmpint (g_mkdir (copy, 0700), ==, 0);
  g_assert_cmpint (g_mkdir (bad, 0700), ==, 0);
  write_file (copy, "lesson.ini", lesson_ini);
  write_file (copy, "01-a.en.md", "# Mine");
  write_file (place->root, "course.ini",
              "[part one]\ntitle=One\n"
              "[chapter 06]\npart=one\ntitle=Six\nsummary=S.\n"
              "[chapter 07]\npart=one\ntitle=Seven\nsummary=S.\n");

  course = ex_course_load ((const char *[]) { nowhere, place->root, own, NULL }, "en");
  chapters = ex_course_get_chapters (course);
  g_assert_cmpuint (chapters->len, ==, 3);
  g_assert_cmpuint (ex_course_get_warnings (course)->len, ==, 1);
  g_assert_nonnull (strstr (g_ptr_array_index (ex_course_get_warnings (course), 0), "07-mine"));

  chapter = g_ptr_array_index (chapters, 0);
  g_assert_cmpint (ex_chapter_get_state (chapter, NULL), ==, EX_CHAPTER_PLANNED);
  chapter = g_ptr_array_index (chapters, 2);
  g_assert_cmpstr (chapter->id, ==, "b2");
  g_assert_cmpint (ex_chapter_get_state (chapter, NULL), ==, EX_CHAPTER_DAMAGED);
  g_assert_nonnull (chapter->error);

  chapter = ex_course_find_chapter (course, "07");
  g_assert_cmpstr (chapter->title, ==, "A lesson");
  g_assert_cmpstr (chapter->part, ==, "One");
  progress = ex_progress_load (nowhere, NULL);
  g_assert_cmpint (ex_chapter_get_state (chapter, progress), ==, EX_CHAPTER_NEW);
  ex_progress_add_verdict (progress, "07/reference", "a", EX_OUTCOME_FAIL, 1);
  g_assert_cmpint (ex_chapter_get_state (chapter, progress), ==, EX_CHAPTER_STARTED);
  ex_progress_add_verdict (progress, "07/reference", "b", EX_OUTCOME_PASS, 1);
  g_assert_cmpint (ex_chapter_get_state (chapter, progress), ==, EX_CHAPTER_DONE);

  write_file (place->root, "course.ini", "[chapter 06]\npart=none\ntitle=Six\nsummary=S.\n");
  g_clear_pointer (&course, ex_course_free);
  course = ex_course_load ((const char *[]) { place->root, NULL }, "en");
  g_assert_cmpuint (ex_course_get_warnings (course)->len, ==, 1);
  g_assert_cmpuint (ex_course_get_chapters (course)->len, ==, 1);
}

static void
test_needs (Place         *place,
            gconstpointer  data)
{
  g_autofree char *before = g_build_filename (place->root, "06-before", NULL);
  g_autoptr (ExCourse) course = NULL;
  g_autoptr (ExProgress) progress = ex_progress_load (place->root, NULL);
  const ExChapter *chapter;

  g_assert_cmpint (g_mkdir (before, 0700), ==, 0);
  write_file (before, "lesson.ini", "[lesson]\ntitle=T\nsummary=S.\n");
  write_file (before, "01-page.en.md", "# T");
  write_file (before, "task-a.ini", task_ini);
  course = ex_course_load ((const char *[]) { place->root, NULL }, "en");
  chapter = ex_course_find_chapter (course, "07");

  g_assert_cmpstr (ex_course_find_missing (course, chapter, NULL), ==, "06");
  ex_progress_add_verdict (progress, "06/a", "b", EX_OUTCOME_PASS, 1);
  g_assert_null (ex_course_find_missing (course, chapter, progress));
}

static void
check_problem (Place      *place,
               const char *words)
{
  g_autoptr (ExCourse) course = ex_course_load ((const char *[]) { place->root, NULL }, "en");
  g_autoptr (GPtrArray) problems = ex_lesson_lint (place->lesson, course);
  guint n_found = 0;

  for (guint i = 0; i < problems->len; i++)
    {
      g_test_message ("%s", (const char *) g_ptr_array_index (problems, i));
      n_found += strstr (g_ptr_array_index (problems, i), words) != NULL;
    }
  g_assert_cmpuint (n_found, >=, 1);
}

/* Writes @name with @from replaced, looks for the problem, and puts it back. */
static void
check_change (Place      *place,
              const char *name,
              const char *text,
              const char *from,
              const char *to,
              const char *words)
{
  g_autofree char *changed = change (text, from, to);

  write_file (place->lesson, name, changed);
  check_problem (place, words);
  write_file (place->lesson, name, text);
}

static void
test_lint (Place         *place,
           gconstpointer  data)
{
  static const char task[] = "task-reference.ini";
  g_autoptr (GPtrArray) problems = ex_lesson_lint (place->lesson, NULL);
  g_autoptr (GString) text = g_string_new (page_en);

  g_assert_cmpuint (problems->len, ==, 0);
  check_problem (place, "builds on the lesson 06");

  check_change (place, "01-page.zh_CN.md", page_zh, "$x$", "$y$",
                "“$x$ task:reference” on line 3");
  check_change (place, "01-page.zh_CN.md", page_zh, "# 标", "## 标", "different kinds of block");
  check_change (place, "01-page.zh_CN.md", page_zh, "# 标题", "", "different kinds of block");
  check_change (place, "01-page.en.md", page_en, "# Title\n\n", "",
                "does not begin with a heading");
  check_change (place, "01-page.en.md", page_en, "task:reference", "task:wonder", "to no task");
  check_change (place, "01-page.en.md", page_en, "task:reference", "lesson:77", "to no lesson");
  check_change (place, "01-page.en.md", page_en, "See", "![x](y.png)\n\nSee", "“y.png” is not in");
  check_change (place, "lesson.ini", lesson_ini, "title[zh_CN]=一课\n", "", "Not translated");
  check_change (place, task, task_ini, "hint1[zh_CN]=一\n", "", "Not translated");
  check_change (place, task, task_ini, "不是甲", "不是 $甲$", "built differently");
  check_change (place, task, task_ini, "message=Not A.\nmessage[zh_CN]=不是甲。\n", "",
                "the wrong option “a” has no message");
  check_change (place, task, task_ini, "Because.", "[a](b)", "leads to “b”");
  check_change (place, task, task_ini, "text[zh_CN]=乙\n",
                "text[zh_CN]=乙\n[mistake m]\nanswer=b\nmessage=M\nmessage[zh_CN]=M\n",
                "is not refused (pass)");
  check_change (place, task, task_ini, "text[zh_CN]=乙\n",
                "text[zh_CN]=乙\n[mistake m]\nanswer=a\nmessage=M\nmessage[zh_CN]=M\n",
                "does not get the message of “m”");
  check_change (place, task, task_ini, "text[zh_CN]=乙\n",
                "text[zh_CN]=乙\n[mistake a]\nanswer=a\nmessage=M\nmessage[zh_CN]=M\n",
                "does not get the message of “a”");
  check_change (place, task, task_ini, "text[zh_CN]=乙\n",
                "text[zh_CN]=乙\n[mistake m]\nanswer=q\nmessage=M\nmessage[zh_CN]=M\n",
                "“q” is not refused (error)");

  for (guint i = 0; i < 2000; i++)
    g_string_append (text, " word");
  write_file (place->lesson, "01-page.en.md", text->str);
  check_problem (place, "has 2005 words");
}

static void
test_lint_number (Place         *place,
                  gconstpointer  data)
{
  static const char number[] =
    "[task]\nkind=number\ntitle=T\ntitle[zh_CN]=题\nquestion=Q\nquestion[zh_CN]=问\n"
    "hint1=H\nhint1[zh_CN]=提\nexplanation=E\nexplanation[zh_CN]=解\nvalue=1.25\nabsolute=0.1\n";
  g_autofree char *near = g_strconcat (number, "[mistake m]\nanswer=1.3\nmessage=M\n", NULL);
  g_autofree char *told = g_strconcat (number, "[mistake m]\nanswer=2\nmessage=Is $1.2$.\n", NULL);

  write_file (place->lesson, "task-reference.ini", number);
  check_problem (place, "knows no mistake");
  write_file (place->lesson, "task-reference.ini", near);
  check_problem (place, "the wrong answer “1.3” is not refused (pass)");
  write_file (place->lesson, "task-reference.ini", told);
  check_problem (place, "gives the answer away");
}

static void
test_folders (void)
{
  g_auto (GStrv) folders = NULL;
  g_autoptr (ExCourse) course = NULL;

  g_setenv ("EPOCH_LESSONS", "/one:/two:", TRUE);
  folders = ex_course_dup_folders ();
  g_unsetenv ("EPOCH_LESSONS");
  g_assert_cmpuint (g_strv_length (folders), ==, 4);
  g_assert_cmpstr (folders[0], ==, "/one");
  g_assert_cmpstr (folders[1], ==, "/two");
  g_assert_true (g_str_has_prefix (folders[2], g_get_user_data_dir ()));

  /* This test is run where it was built, so the shipped lessons are found. */
  course = ex_course_load ((const char * const *) folders + 3, "en");
  g_assert_nonnull (ex_course_find_task (course, "11/reference"));
}

static void
add (const char *path,
     void      (*test) (Place *, gconstpointer))
{
  g_test_add (path, Place, NULL, set_up, test, tear_down);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/lesson-file/task", test_task);
  g_test_add_func ("/lesson-file/task-errors", test_task_errors);
  g_test_add_func ("/lesson-file/task-damage", test_task_damage);
  g_test_add_func ("/lesson-file/names", test_names);
  g_test_add_func ("/lesson-file/folders", test_folders);
  add ("/lesson-file/limits", test_limits);
  add ("/lesson-file/lesson", test_lesson);
  add ("/lesson-file/lesson-errors", test_lesson_errors);
  add ("/lesson-file/course", test_course);
  add ("/lesson-file/needs", test_needs);
  add ("/lesson-file/lint", test_lint);
  add ("/lesson-file/lint-number", test_lint_number);
  return g_test_run ();
}
