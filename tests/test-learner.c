/* test-learner.c: the course is read, and what a learner does is kept
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "app/learner.h"

#include <glib/gstdio.h>
#include <string.h>

/* GLib gives each case empty folders of its own, and removes them. */
static char *
progress_path (void)
{
  return g_build_filename (g_get_user_data_dir (), "epoch", "progress", "progress.ini", NULL);
}

static GSettings *
make_settings (void)
{
  g_autofree char *folder = g_test_build_filename (G_TEST_BUILT, "..", "app", "data", NULL);
  g_autoptr (GSettingsSchemaSource) source = NULL;
  g_autoptr (GSettingsSchema) schema = NULL;
  GSettings *settings;

  source = g_settings_schema_source_new_from_directory (folder, NULL, TRUE, NULL);
  g_assert_nonnull (source);
  schema = g_settings_schema_source_lookup (source, EPOCH_APP_ID, FALSE);
  settings = g_settings_new_full (schema, NULL, NULL);
  g_settings_reset (settings, "lesson-folders");
  g_settings_set_string (settings, "lesson-language", "en");
  return settings;
}

static void
changed_cb (AppLearner *learner,
            gboolean   *changed)
{
  *changed = TRUE;
}

static void
wait_for_course (AppLearner *learner)
{
  gboolean changed = FALSE;
  gulong id = g_signal_connect (learner, "course-changed", G_CALLBACK (changed_cb), &changed);

  while (!changed)
    g_main_context_iteration (NULL, TRUE);
  g_signal_handler_disconnect (learner, id);
}

/* The last reference goes; the thread that has read may hold its own a little
 * longer. */
static void
release (AppLearner *learner)
{
  gpointer alive = learner;

  g_object_add_weak_pointer (G_OBJECT (learner), &alive);
  g_object_unref (learner);
  for (int i = 0; alive != NULL && i < 2000; i++)
    {
      g_main_context_iteration (NULL, FALSE);
      g_usleep (1000);
    }
  g_assert_null (alive);
}

static AppLearner *
make_learner (GSettings *settings)
{
  AppLearner *learner = app_learner_new (settings);

  g_assert_null (app_learner_get_course (learner));
  app_learner_load (learner);
  app_learner_load (learner);
  wait_for_course (learner);
  g_assert_nonnull (app_learner_get_course (learner));
  return learner;
}

static void
write_text (const char *folder,
            const char *name,
            const char *text)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  g_file_set_contents (path, text, -1, &error);
  g_assert_no_error (error);
}

static void
test_kept (void)
{
  g_autoptr (GSettings) settings = make_settings ();
  g_autofree char *path = progress_path ();
  AppLearner *learner = make_learner (settings);
  const ExRecord *record;

  app_learner_set_place (learner, "11", "01-measuring-error");
  app_learner_add_verdict (learner, "11/reference", "a", EX_OUTCOME_FAIL, 3);
  app_learner_add_hint (learner, "11/reference");
  app_learner_give_up (learner, "11/cross-entropy");
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_true (g_file_test (path, G_FILE_TEST_EXISTS));

  /* What is pending when the program ends is written as well. */
  app_learner_add_verdict (learner, "11/reference", "c", EX_OUTCOME_PASS, 4);
  app_learner_reset (learner, "11/cross-entropy");
  release (learner);

  learner = make_learner (settings);
  record = ex_progress_find (app_learner_get_progress (learner), "11/reference");
  g_assert_nonnull (record);
  g_assert_cmpint (record->state, ==, EX_TASK_PASSED);
  g_assert_cmpuint (record->attempts, ==, 2);
  g_assert_cmpuint (record->hints, ==, 1);
  g_assert_cmpstr (record->answer, ==, "c");
  g_assert_null (ex_progress_find (app_learner_get_progress (learner), "11/cross-entropy"));
  g_assert_cmpstr (ex_progress_get_page (app_learner_get_progress (learner)), ==,
                   "01-measuring-error");
  g_assert_null (app_learner_get_notice (learner));
  release (learner);
}

static void
test_language (void)
{
  g_autoptr (GSettings) settings = make_settings ();
  AppLearner *learner = make_learner (settings);
  const ExChapter *chapter = ex_course_find_chapter (app_learner_get_course (learner), "11");

  g_assert_cmpstr (chapter->title, ==, "Loss functions");

  /* Changed twice while it is still being read, it ends with the last. */
  app_learner_set_language (learner, "zh_CN");
  app_learner_set_language (learner, "en");
  app_learner_set_language (learner, "zh_CN");
  wait_for_course (learner);
  chapter = ex_course_find_chapter (app_learner_get_course (learner), "11");
  g_assert_true (g_str_has_prefix (chapter->title, "损失函数"));
  release (learner);

  learner = app_learner_new (settings);
  g_assert_cmpstr (app_learner_get_language (learner), ==, "zh_CN");
  release (learner);
}

/* A teacher's folder: its lesson is in the course, and what is wrong with it
 * is told. */
static void
test_folder (void)
{
  g_autoptr (GSettings) settings = make_settings ();
  g_autofree char *folder = g_build_filename (g_get_user_cache_dir (), "lessons", NULL);
  g_autofree char *lesson = g_build_filename (folder, "t1-own", NULL);
  AppLearner *learner = make_learner (settings);
  gboolean is_told = FALSE;
  GPtrArray *problems;

  g_assert_cmpuint (app_learner_get_problems (learner)->len, ==, 0);
  write_text (lesson, "lesson.ini", "[lesson]\ntitle=Own\nsummary=Of a teacher.\n");
  write_text (lesson, "01-page.en.md", "# Own\n\nSee [there](lesson:99).\n");
  app_learner_add_folder (learner, folder);
  app_learner_add_folder (learner, folder);
  wait_for_course (learner);

  g_assert_nonnull (ex_course_find_chapter (app_learner_get_course (learner), "t1"));
  problems = app_learner_get_problems (learner);
  for (guint i = 0; i < problems->len; i++)
    is_told |= strstr (g_ptr_array_index (problems, i), "lesson:99") != NULL;
  g_assert_true (is_told);
  {
    g_auto (GStrv) folders = app_learner_dup_folders (learner);

    g_assert_cmpuint (g_strv_length (folders), ==, 1);
  }

  app_learner_remove_folder (learner, folder);
  wait_for_course (learner);
  g_assert_null (ex_course_find_chapter (app_learner_get_course (learner), "t1"));
  g_assert_cmpuint (app_learner_get_problems (learner)->len, ==, 0);

  /* One that has gone away is told, too. */
  app_learner_add_folder (learner, "/nowhere/at/all");
  wait_for_course (learner);
  g_assert_cmpuint (app_learner_get_problems (learner)->len, ==, 1);
  app_learner_remove_folder (learner, "/nowhere/at/all");
  wait_for_course (learner);
  release (learner);
}

/* The record of a newer program is neither read nor overwritten; the course can
 * be used all the same. */
static void
test_newer (void)
{
  static const char newer[] = "[progress]\nversion=99\n";
  g_autoptr (GSettings) settings = make_settings ();
  g_autofree char *path = progress_path ();
  g_autofree char *folder = g_path_get_dirname (path);
  g_autofree char *text = NULL;
  AppLearner *learner;

  write_text (folder, "progress.ini", newer);
  learner = make_learner (settings);
  g_assert_nonnull (app_learner_get_notice (learner));
  app_learner_add_verdict (learner, "11/reference", "c", EX_OUTCOME_PASS, 4);
  g_assert_cmpint (ex_progress_find (app_learner_get_progress (learner), "11/reference")->state,
                   ==, EX_TASK_PASSED);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  release (learner);

  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  g_assert_cmpstr (text, ==, newer);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);

  g_test_add_func ("/learner/kept", test_kept);
  g_test_add_func ("/learner/language", test_language);
  g_test_add_func ("/learner/folder", test_folder);
  g_test_add_func ("/learner/newer", test_newer);

  return g_test_run ();
}
