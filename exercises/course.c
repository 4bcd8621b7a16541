/* course.c: the map of all chapters, those to come included
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "exercises/course.h"

#include "exercises/key-file.h"
#include "exercises/text.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define MAX_LESSONS 1000

struct _ExCourse
{
  GPtrArray *chapters;          /* ExChapter */
  GPtrArray *warnings;          /* text */
};

static void
chapter_free (gpointer data)
{
  ExChapter *chapter = data;

  g_free (chapter->id);
  g_free (chapter->title);
  g_free (chapter->summary);
  g_free (chapter->part);
  g_clear_pointer (&chapter->lesson, ex_lesson_free);
  g_clear_error (&chapter->error);
  g_free (chapter);
}

void
ex_course_free (ExCourse *self)
{
  g_ptr_array_unref (self->chapters);
  g_ptr_array_unref (self->warnings);
  g_free (self);
}

/* A program that is run where it was built must not need installing, and one
 * that is installed must not look into the folder it was once built in. */
static gboolean
is_installed (void)
{
  g_autofree char *program = g_file_read_link ("/proc/self/exe", NULL);

  return program == NULL || !g_str_has_prefix (program, EX_BUILD_FOLDER G_DIR_SEPARATOR_S);
}

char **
ex_course_dup_folders (void)
{
  g_autoptr (GStrvBuilder) folders = g_strv_builder_new ();
  const char *extra = g_getenv ("EPOCH_LESSONS");
  g_auto (GStrv) extras = g_strsplit (extra != NULL ? extra : "", G_SEARCHPATH_SEPARATOR_S, -1);
  g_autofree char *own = g_build_filename (g_get_user_data_dir (), "epoch", "lessons", NULL);

  for (guint i = 0; extras[i] != NULL; i++)
    if (*extras[i] != '\0')
      g_strv_builder_add (folders, extras[i]);

  g_strv_builder_add (folders, own);
  g_strv_builder_add (folders, is_installed () ? EPOCH_DATA_DIR "/lessons" : EX_SOURCE_LESSONS);
  return g_strv_builder_end (folders);
}

static ExChapter *
find_chapter (const ExCourse *self,
              const char     *id)
{
  for (guint i = 0; i < self->chapters->len; i++)
    {
      ExChapter *chapter = g_ptr_array_index (self->chapters, i);

      if (strcmp (chapter->id, id) == 0)
        return chapter;
    }

  return NULL;
}

static void G_GNUC_PRINTF (2, 3)
add_warning (ExCourse   *self,
             const char *format,
             ...)
{
  va_list args;

  va_start (args, format);
  g_ptr_array_add (self->warnings, g_strdup_vprintf (format, args));
  va_end (args);
}

/* The titles of “[part …]” by their ids. */
static GHashTable *
read_parts (ExKeyFile  *file,
            GError    **error)
{
  g_autoptr (GHashTable) parts = g_hash_table_new (g_str_hash, g_str_equal);
  ExKeyGroup *group = NULL;

  while ((group = ex_key_file_next (file, "part", group)) != NULL)
    {
      const char *title = ex_key_group_get_text (group, "title", error);

      if (title == NULL)
        return NULL;
      g_hash_table_insert (parts, (gpointer) ex_key_group_get_id (group), (gpointer) title);
    }

  return g_steal_pointer (&parts);
}

static gboolean
read_chapter (ExCourse    *self,
              ExKeyGroup  *group,
              GHashTable  *parts,
              GError     **error)
{
  const char *title = ex_key_group_get_text (group, "title", error);
  const char *summary = title != NULL ? ex_key_group_get_text (group, "summary", error) : NULL;
  const char *part = summary != NULL ? ex_key_group_get (group, "part", error) : NULL;
  ExChapter *chapter;

  if (part == NULL)
    return FALSE;
  if (!g_hash_table_contains (parts, part))
    {
      ex_key_group_set_error (group, "part", error, _("there is no group “[part %s]”."), part);
      return FALSE;
    }
  if (find_chapter (self, ex_key_group_get_id (group)) != NULL)
    return TRUE;

  chapter = g_new0 (ExChapter, 1);
  chapter->id = g_strdup (ex_key_group_get_id (group));
  chapter->title = g_strdup (title);
  chapter->summary = g_strdup (summary);
  chapter->part = g_strdup (g_hash_table_lookup (parts, part));
  g_ptr_array_add (self->chapters, chapter);
  return TRUE;
}

/* The list of chapters in @folder, which need not be there. */
static gboolean
read_list (ExCourse    *self,
           const char  *folder,
           const char  *language,
           GError     **error)
{
  g_autofree char *path = g_build_filename (folder, "course.ini", NULL);
  g_autoptr (GHashTable) parts = NULL;
  g_autoptr (ExKeyFile) file = NULL;
  ExKeyGroup *group = NULL;

  if (!g_file_test (path, G_FILE_TEST_EXISTS))
    return TRUE;

  file = ex_key_file_read (path, "course.ini", language, error);
  parts = file != NULL ? read_parts (file, error) : NULL;
  if (parts == NULL)
    return FALSE;

  while ((group = ex_key_file_next (file, "chapter", group)) != NULL)
    if (!read_chapter (self, group, parts, error))
      return FALSE;

  return ex_key_file_finish (file, error);
}

/* Reads the lesson in @folder into its chapter, or into one of its own in
 * @unlisted. */
static void
add_lesson (ExCourse   *self,
            const char *folder,
            const char *language,
            GPtrArray  *unlisted)
{
  g_autofree char *id = ex_lesson_dup_id (folder);
  ExChapter *chapter = find_chapter (self, id);

  for (guint i = 0; chapter == NULL && i < unlisted->len; i++)
    {
      ExChapter *other = g_ptr_array_index (unlisted, i);

      if (strcmp (other->id, id) == 0)
        chapter = other;
    }

  if (chapter != NULL && (chapter->lesson != NULL || chapter->error != NULL))
    {
      add_warning (self, _("The lesson in “%s” is left out: there is another with the number %s."),
                   folder, id);
      return;
    }
  if (chapter == NULL)
    {
      chapter = g_new0 (ExChapter, 1);
      chapter->id = g_strdup (id);
      g_ptr_array_add (unlisted, chapter);
    }

  chapter->lesson = ex_lesson_read (folder, language, &chapter->error);
  if (chapter->lesson != NULL)
    {
      g_free (chapter->title);
      chapter->title = g_strdup (chapter->lesson->title);
      g_free (chapter->summary);
      chapter->summary = g_strdup (chapter->lesson->summary);
    }
  else if (chapter->title == NULL)
    {
      chapter->title = g_path_get_basename (folder);
      chapter->summary = g_strdup (chapter->error->message);
    }
}

static void
add_lessons (ExCourse   *self,
             const char *folder,
             const char *language,
             GPtrArray  *unlisted)
{
  g_autoptr (GPtrArray) paths = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  /* Most learners have no lessons of their own, so a folder that is not
   * there is nothing to speak of. */
  if (dir == NULL)
    return;

  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);
      g_autofree char *id = ex_lesson_dup_id (path);

      if (id == NULL || !g_file_test (path, G_FILE_TEST_IS_DIR))
        continue;
      if (paths->len == MAX_LESSONS)
        {
          add_warning (self, _("“%s” has more than %d lessons; the others are left out."),
                       folder, MAX_LESSONS);
          break;
        }
      g_ptr_array_add (paths, g_steal_pointer (&path));
    }

  g_ptr_array_sort (paths, ex_text_compare);
  for (guint i = 0; i < paths->len; i++)
    add_lesson (self, g_ptr_array_index (paths, i), language, unlisted);
}

static int
compare_chapters (gconstpointer a,
                  gconstpointer b)
{
  const ExChapter *first = *(const ExChapter * const *) a;
  const ExChapter *second = *(const ExChapter * const *) b;
  double first_order = first->lesson != NULL ? first->lesson->order : 0;
  double second_order = second->lesson != NULL ? second->lesson->order : 0;

  if (first_order != second_order)
    return first_order < second_order ? -1 : 1;
  return strcmp (first->id, second->id);
}

ExCourse *
ex_course_load (const char * const *folders,
                const char         *language)
{
  ExCourse *self = g_new0 (ExCourse, 1);
  g_autoptr (GPtrArray) unlisted = g_ptr_array_new ();

  self->chapters = g_ptr_array_new_with_free_func (chapter_free);
  self->warnings = g_ptr_array_new_with_free_func (g_free);
  for (guint i = 0; folders[i] != NULL; i++)
    {
      g_autoptr (GError) error = NULL;

      if (!read_list (self, folders[i], language, &error))
        add_warning (self, "%s", error->message);
    }
  for (guint i = 0; folders[i] != NULL; i++)
    add_lessons (self, folders[i], language, unlisted);

  g_ptr_array_sort (unlisted, compare_chapters);
  for (guint i = 0; i < unlisted->len; i++)
    g_ptr_array_add (self->chapters, g_ptr_array_index (unlisted, i));
  return self;
}

GPtrArray *
ex_course_get_chapters (const ExCourse *self)
{
  return self->chapters;
}

GPtrArray *
ex_course_get_warnings (const ExCourse *self)
{
  return self->warnings;
}

const ExChapter *
ex_course_find_chapter (const ExCourse *self,
                        const char     *id)
{
  return find_chapter (self, id);
}

const ExTask *
ex_course_find_task (const ExCourse *self,
                     const char     *id)
{
  g_auto (GStrv) parts = g_strsplit (id, "/", 2);
  const ExChapter *chapter = parts[0] != NULL ? find_chapter (self, parts[0]) : NULL;

  if (chapter == NULL || chapter->lesson == NULL)
    return NULL;

  return ex_lesson_find_task (chapter->lesson, id);
}

ExChapterState
ex_chapter_get_state (const ExChapter  *self,
                      const ExProgress *progress)
{
  gboolean started;
  guint n_passed = 0;

  if (self->error != NULL)
    return EX_CHAPTER_DAMAGED;
  if (self->lesson == NULL)
    return EX_CHAPTER_PLANNED;
  if (progress == NULL)
    return EX_CHAPTER_NEW;

  started = g_strcmp0 (ex_progress_get_lesson (progress), self->id) == 0;
  for (guint i = 0; i < self->lesson->tasks->len; i++)
    {
      const ExTask *task = g_ptr_array_index (self->lesson->tasks, i);
      const ExRecord *record = ex_progress_find (progress, task->id);

      started |= record != NULL;
      n_passed += record != NULL && record->state == EX_TASK_PASSED;
    }

  if (n_passed > 0 && n_passed == self->lesson->tasks->len)
    return EX_CHAPTER_DONE;
  return started ? EX_CHAPTER_STARTED : EX_CHAPTER_NEW;
}

const char *
ex_course_find_missing (const ExCourse   *self,
                        const ExChapter  *chapter,
                        const ExProgress *progress)
{
  if (chapter->lesson == NULL)
    return NULL;

  for (guint i = 0; chapter->lesson->needs[i] != NULL; i++)
    {
      const ExChapter *before = find_chapter (self, chapter->lesson->needs[i]);

      if (before != NULL && before->lesson != NULL
          && ex_chapter_get_state (before, progress) != EX_CHAPTER_DONE)
        return before->id;
    }

  return NULL;
}
