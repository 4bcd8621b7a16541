/* learner.c: the course and what this person has done in it
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "app/learner.h"

#include "exercises/lint.h"

#include <glib/gi18n.h>
#include <string.h>

struct _AppLearner
{
  GObject      parent_instance;

  GSettings   *settings;        /* owned */
  char        *language;
  ExCourse    *course;          /* owned, or NULL */
  ExProgress  *progress;        /* owned, or NULL */
  gboolean     is_kept;         /* whether progress may be saved */
  GPtrArray   *problems;        /* text */
  char        *notice;
  gboolean     is_loading;
  gboolean     load_again;      /* what is being read is out of date already */
  guint        save_id;
};

G_DEFINE_FINAL_TYPE (AppLearner, app_learner, G_TYPE_OBJECT)

enum { COURSE_CHANGED, PROGRESS_CHANGED, NOTICE_CHANGED, N_SIGNALS };

static guint signals[N_SIGNALS];

/* What a thread reads, and out of what. */
typedef struct
{
  char       **own;             /* folders that the user has added */
  char       **folders;         /* these and the usual ones */
  char        *language;
  char        *progress_folder; /* NULL when progress has been read already */

  ExCourse    *course;
  ExProgress  *progress;
  GError      *error;           /* why progress cannot be read */
  GPtrArray   *problems;
} Reading;

static void
reading_free (gpointer data)
{
  Reading *reading = data;

  g_strfreev (reading->own);
  g_strfreev (reading->folders);
  g_free (reading->language);
  g_free (reading->progress_folder);
  g_clear_pointer (&reading->course, ex_course_free);
  g_clear_pointer (&reading->progress, ex_progress_free);
  g_clear_error (&reading->error);
  g_clear_pointer (&reading->problems, g_ptr_array_unref);
  g_free (reading);
}

static gboolean
lies_in (const char  *path,
         char       **folders)
{
  for (guint i = 0; folders[i] != NULL; i++)
    if (g_str_has_prefix (path, folders[i]) && path[strlen (folders[i])] == G_DIR_SEPARATOR)
      return TRUE;

  return FALSE;
}

/* Only lessons that the user has added are judged: those that come with the
 * program have been when it was built. */
static void
find_problems (Reading *reading)
{
  GPtrArray *chapters = ex_course_get_chapters (reading->course);
  GPtrArray *warnings = ex_course_get_warnings (reading->course);

  reading->problems = g_ptr_array_new_with_free_func (g_free);
  for (guint i = 0; i < warnings->len; i++)
    g_ptr_array_add (reading->problems, g_strdup (g_ptr_array_index (warnings, i)));
  for (guint i = 0; reading->own[i] != NULL; i++)
    if (!g_file_test (reading->own[i], G_FILE_TEST_IS_DIR))
      g_ptr_array_add (reading->problems,
                       g_strdup_printf (_("The folder “%s” with your lessons is not there."),
                                        reading->own[i]));

  for (guint i = 0; i < chapters->len; i++)
    {
      const ExChapter *chapter = g_ptr_array_index (chapters, i);

      if (chapter->error != NULL)
        g_ptr_array_add (reading->problems, g_strdup (chapter->error->message));
      else if (chapter->lesson != NULL && lies_in (chapter->lesson->folder, reading->own))
        g_ptr_array_extend_and_steal (reading->problems,
                                      ex_lesson_lint (chapter->lesson->folder, reading->course));
    }
}

static void
read_in_thread (GTask        *task,
                gpointer      learner,
                gpointer      data,
                GCancellable *cancellable)
{
  Reading *reading = data;

  if (reading->progress_folder != NULL)
    reading->progress = ex_progress_load (reading->progress_folder, &reading->error);
  reading->course = ex_course_load ((const char * const *) reading->folders, reading->language);
  find_problems (reading);
  g_task_return_boolean (task, TRUE);
}

static void
set_notice (AppLearner *self,
            const char *notice)
{
  if (g_strcmp0 (self->notice, notice) == 0)
    return;

  g_free (self->notice);
  self->notice = g_strdup (notice);
  g_signal_emit (self, signals[NOTICE_CHANGED], 0);
}

/* Without a record that can be read there is one that lasts as long as the
 * program: the course is of use all the same. */
static void
take_progress (AppLearner *self,
               Reading    *reading)
{
  self->is_kept = reading->progress != NULL;
  if (self->is_kept)
    {
      self->progress = g_steal_pointer (&reading->progress);
      set_notice (self, ex_progress_get_warning (self->progress));
    }
  else
    {
      g_autofree char *empty = g_build_filename (reading->progress_folder, "not-kept", NULL);
      g_autofree char *notice = g_strdup_printf (_("Your progress is not kept. %s"),
                                                 reading->error->message);

      self->progress = ex_progress_load (empty, NULL);
      set_notice (self, notice);
    }
}

static void start_reading (AppLearner *self);

static void
read_cb (GObject      *object,
         GAsyncResult *result,
         gpointer      user_data)
{
  AppLearner *self = APP_LEARNER (object);
  Reading *reading = g_task_get_task_data (G_TASK (result));
  g_autoptr (ExCourse) before = NULL;

  self->is_loading = FALSE;
  if (reading->progress_folder != NULL)
    take_progress (self, reading);
  if (self->load_again)
    {
      start_reading (self);
      return;
    }

  before = g_steal_pointer (&self->course);
  self->course = g_steal_pointer (&reading->course);
  g_ptr_array_unref (self->problems);
  self->problems = g_steal_pointer (&reading->problems);
  g_signal_emit (self, signals[COURSE_CHANGED], 0);
}

static char **
join_folders (char **own)
{
  g_auto (GStrv) usual = ex_course_dup_folders ();
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  g_strv_builder_addv (builder, (const char **) own);
  g_strv_builder_addv (builder, (const char **) usual);
  return g_strv_builder_end (builder);
}

static void
start_reading (AppLearner *self)
{
  g_autoptr (GTask) task = NULL;
  Reading *reading;

  self->load_again = self->is_loading;
  if (self->is_loading)
    return;

  self->is_loading = TRUE;
  reading = g_new0 (Reading, 1);
  reading->own = app_learner_dup_folders (self);
  reading->folders = join_folders (reading->own);
  reading->language = g_strdup (self->language);
  if (self->progress == NULL)
    reading->progress_folder = g_build_filename (g_get_user_data_dir (), "epoch", "progress", NULL);

  task = g_task_new (self, NULL, read_cb, NULL);
  g_task_set_task_data (task, reading, reading_free);
  g_task_run_in_thread (task, read_in_thread);
}

void
app_learner_load (AppLearner *self)
{
  if (self->course == NULL && !self->is_loading)
    start_reading (self);
}

const ExCourse *
app_learner_get_course (AppLearner *self)
{
  return self->course;
}

const ExProgress *
app_learner_get_progress (AppLearner *self)
{
  return self->progress;
}

GPtrArray *
app_learner_get_problems (AppLearner *self)
{
  return self->problems;
}

const char *
app_learner_get_notice (AppLearner *self)
{
  return self->notice;
}

const char *
app_learner_get_language (AppLearner *self)
{
  return self->language;
}

void
app_learner_set_language (AppLearner *self,
                          const char *language)
{
  if (g_str_equal (self->language, language))
    return;

  g_free (self->language);
  self->language = g_strdup (language);
  g_settings_set_string (self->settings, "lesson-language", language);
  start_reading (self);
}

char **
app_learner_dup_folders (AppLearner *self)
{
  return g_settings_get_strv (self->settings, "lesson-folders");
}

static void
set_folders (AppLearner   *self,
             GStrvBuilder *builder)
{
  g_auto (GStrv) folders = g_strv_builder_end (builder);

  g_settings_set_strv (self->settings, "lesson-folders", (const char * const *) folders);
  start_reading (self);
}

void
app_learner_add_folder (AppLearner *self,
                        const char *path)
{
  g_auto (GStrv) folders = app_learner_dup_folders (self);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  g_strv_builder_addv (builder, (const char **) folders);
  if (!g_strv_contains ((const char * const *) folders, path))
    g_strv_builder_add (builder, path);
  set_folders (self, builder);
}

void
app_learner_remove_folder (AppLearner *self,
                           const char *path)
{
  g_auto (GStrv) folders = app_learner_dup_folders (self);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  for (guint i = 0; folders[i] != NULL; i++)
    if (!g_str_equal (folders[i], path))
      g_strv_builder_add (builder, folders[i]);
  set_folders (self, builder);
}

static void
save (AppLearner *self)
{
  g_autoptr (GError) error = NULL;

  if (!self->is_kept)
    return;

  if (ex_progress_save (self->progress, &error))
    {
      set_notice (self, ex_progress_get_warning (self->progress));
    }
  else
    {
      g_autofree char *notice = g_strdup_printf (_("Your progress cannot be saved. %s"),
                                                 error->message);

      set_notice (self, notice);
    }
}

static gboolean
save_cb (gpointer data)
{
  AppLearner *self = data;

  self->save_id = 0;
  save (self);
  return G_SOURCE_REMOVE;
}

/* The file has a few hundred bytes; what has changed is shown first and written
 * right afterwards. */
static void
progress_changed (AppLearner *self,
                  const char *task)
{
  if (self->save_id == 0)
    self->save_id = g_idle_add_full (G_PRIORITY_LOW, save_cb, self, NULL);
  g_signal_emit (self, signals[PROGRESS_CHANGED], 0, task);
}

void
app_learner_add_verdict (AppLearner *self,
                         const char *task,
                         const char *answer,
                         ExOutcome   outcome,
                         double      seconds)
{
  ex_progress_add_verdict (self->progress, task, answer, outcome, seconds);
  progress_changed (self, task);
}

void
app_learner_add_hint (AppLearner *self,
                      const char *task)
{
  ex_progress_add_hint (self->progress, task);
  progress_changed (self, task);
}

void
app_learner_give_up (AppLearner *self,
                     const char *task)
{
  ex_progress_give_up (self->progress, task);
  progress_changed (self, task);
}

void
app_learner_reset (AppLearner *self,
                   const char *task)
{
  ex_progress_reset (self->progress, task);
  progress_changed (self, task);
}

void
app_learner_set_place (AppLearner *self,
                       const char *lesson,
                       const char *page)
{
  if (g_strcmp0 (ex_progress_get_lesson (self->progress), lesson) == 0
      && g_strcmp0 (ex_progress_get_page (self->progress), page) == 0)
    return;

  ex_progress_set_place (self->progress, lesson, page);
  progress_changed (self, "");
}

static void
app_learner_dispose (GObject *object)
{
  AppLearner *self = APP_LEARNER (object);

  if (self->save_id != 0)
    {
      g_clear_handle_id (&self->save_id, g_source_remove);
      save (self);
    }
  g_clear_object (&self->settings);

  G_OBJECT_CLASS (app_learner_parent_class)->dispose (object);
}

static void
app_learner_finalize (GObject *object)
{
  AppLearner *self = APP_LEARNER (object);

  g_clear_pointer (&self->course, ex_course_free);
  g_clear_pointer (&self->progress, ex_progress_free);
  g_ptr_array_unref (self->problems);
  g_free (self->language);
  g_free (self->notice);

  G_OBJECT_CLASS (app_learner_parent_class)->finalize (object);
}

static void
app_learner_class_init (AppLearnerClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = app_learner_dispose;
  object_class->finalize = app_learner_finalize;

  signals[COURSE_CHANGED] = g_signal_new ("course-changed", APP_TYPE_LEARNER, G_SIGNAL_RUN_LAST,
                                          0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[PROGRESS_CHANGED] = g_signal_new ("progress-changed", APP_TYPE_LEARNER,
                                            G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                            G_TYPE_NONE, 1, G_TYPE_STRING);
  signals[NOTICE_CHANGED] = g_signal_new ("notice-changed", APP_TYPE_LEARNER, G_SIGNAL_RUN_LAST,
                                          0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
app_learner_init (AppLearner *self)
{
  self->problems = g_ptr_array_new_with_free_func (g_free);
}

/* Lessons exist in two languages; Chinese of any region reads the Chinese. */
static const char *
choose_language (GSettings *settings)
{
  g_autofree char *chosen = g_settings_get_string (settings, "lesson-language");
  const char *first = g_get_language_names ()[0];

  if (!g_str_equal (chosen, "system"))
    return g_str_equal (chosen, "zh_CN") ? "zh_CN" : "en";
  return g_str_has_prefix (first, "zh") ? "zh_CN" : "en";
}

AppLearner *
app_learner_new (GSettings *settings)
{
  AppLearner *self = g_object_new (APP_TYPE_LEARNER, NULL);

  self->settings = g_object_ref (settings);
  self->language = g_strdup (choose_language (settings));
  return self;
}
