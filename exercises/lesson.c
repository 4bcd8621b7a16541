/* lesson.c: a folder of pages and tasks about one subject
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "exercises/lesson.h"

#include "exercises/error.h"
#include "exercises/key-file.h"
#include "exercises/text.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define MAX_FILES 500

/* What reading a lesson needs besides the lesson itself. */
typedef struct
{
  ExLesson    *lesson;
  const char  *language;
  char        *base;            /* name of the folder, for messages */
  GPtrArray   *names;           /* of the files in it, sorted */
} Reader;

static void
page_free (gpointer data)
{
  ExPage *page = data;

  g_free (page->name);
  g_free (page->file);
  g_clear_pointer (&page->text, ex_markdown_free);
  g_free (page);
}

void
ex_lesson_free (ExLesson *self)
{
  g_free (self->id);
  g_free (self->folder);
  g_free (self->title);
  g_free (self->summary);
  g_free (self->icon);
  g_strfreev (self->needs);
  g_ptr_array_unref (self->pages);
  g_ptr_array_unref (self->tasks);
  g_ptr_array_unref (self->untranslated);
  g_free (self);
}

char *
ex_lesson_dup_id (const char *folder)
{
  g_autofree char *base = g_path_get_basename (folder);
  char *hyphen = strchr (base, '-');

  if (hyphen == NULL || !ex_text_is_id (base))
    return NULL;

  return g_strndup (base, hyphen - base);
}

const ExTask *
ex_lesson_find_task (const ExLesson *self,
                     const char     *name)
{
  for (guint i = 0; i < self->tasks->len; i++)
    {
      const ExTask *task = g_ptr_array_index (self->tasks, i);

      if (strcmp (task->name, name) == 0 || strcmp (task->id, name) == 0)
        return task;
    }

  return NULL;
}

static gboolean
list_files (Reader  *reader,
            GError **error)
{
  const char *folder = reader->lesson->folder;
  g_autoptr (GDir) dir = NULL;
  g_autoptr (GError) cause = NULL;
  const char *name;

  dir = g_dir_open (folder, 0, &cause);
  if (dir == NULL)
    {
      g_set_error_literal (error, EX_ERROR, EX_ERROR_FILE, cause->message);
      return FALSE;
    }

  while ((name = g_dir_read_name (dir)) != NULL)
    {
      if (reader->names->len == MAX_FILES)
        {
          g_set_error (error, EX_ERROR, EX_ERROR_LESSON,
                       _("The lesson “%s” has more than %d files."), reader->base, MAX_FILES);
          return FALSE;
        }
      if (*name != '.')
        g_ptr_array_add (reader->names, g_strdup (name));
    }

  g_ptr_array_sort (reader->names, ex_text_compare);
  return TRUE;
}

static gboolean
has_file (Reader     *reader,
          const char *name)
{
  return g_ptr_array_find_with_equal_func (reader->names, name, g_str_equal, NULL);
}

static void
add_untranslated (Reader    *reader,
                  GPtrArray *more)
{
  for (guint i = 0; i < more->len; i++)
    g_ptr_array_add (reader->lesson->untranslated, g_strdup (g_ptr_array_index (more, i)));
}

static gboolean
read_needs (ExLesson    *self,
            ExKeyGroup  *group,
            GError     **error)
{
  self->needs = ex_key_group_dup_words (group, "needs");
  for (guint i = 0; self->needs[i] != NULL; i++)
    if (!ex_text_is_id (self->needs[i]))
      {
        ex_key_group_set_error (group, "needs", error,
                                _("“%s” is not the number of a lesson."), self->needs[i]);
        return FALSE;
      }

  return TRUE;
}

static gboolean
read_settings (Reader  *reader,
               GError **error)
{
  ExLesson *self = reader->lesson;
  g_autofree char *path = g_build_filename (self->folder, "lesson.ini", NULL);
  g_autofree char *shown = g_build_filename (reader->base, "lesson.ini", NULL);
  g_autoptr (ExKeyFile) file = ex_key_file_read (path, shown, reader->language, error);
  ExKeyGroup *group = file != NULL ? ex_key_file_get (file, "lesson", error) : NULL;
  const char *title = group != NULL ? ex_key_group_get_text (group, "title", error) : NULL;
  const char *summary = title != NULL ? ex_key_group_get_text (group, "summary", error) : NULL;

  if (summary == NULL)
    return FALSE;

  self->title = g_strdup (title);
  self->summary = g_strdup (summary);
  self->icon = g_strdup (ex_key_group_find (group, "icon"));
  if (!read_needs (self, group, error)
      || !ex_key_group_read_number (group, "order", 0, 1000, &self->order, error)
      || !ex_key_file_finish (file, error))
    return FALSE;

  add_untranslated (reader, ex_key_file_get_untranslated (file));
  return TRUE;
}

/* The page @stem in the first language it is there in. */
static gboolean
read_page (Reader      *reader,
           const char  *stem,
           GError     **error)
{
  g_auto (GStrv) languages = ex_text_languages (reader->language);
  g_autofree char *english = g_strdup_printf ("%s.en.md", stem);

  if (!has_file (reader, english))
    {
      g_set_error (error, EX_ERROR, EX_ERROR_LESSON,
                   _("The lesson “%s” has a page “%s” without its English text “%s”."),
                   reader->base, stem, english);
      return FALSE;
    }

  for (guint i = 0; languages[i] != NULL; i++)
    {
      g_autofree char *name = g_strdup_printf ("%s.%s.md", stem, languages[i]);
      g_autofree char *path = g_build_filename (reader->lesson->folder, name, NULL);
      g_autofree char *shown = g_build_filename (reader->base, name, NULL);
      ExPage *page;

      if (!has_file (reader, name))
        continue;
      if (strcmp (languages[i], "en") == 0 && i > 0)
        g_ptr_array_add (reader->lesson->untranslated,
                         g_strdup_printf ("%s/%s.%s.md", reader->base, stem, languages[0]));

      page = g_new0 (ExPage, 1);
      g_ptr_array_add (reader->lesson->pages, page);
      page->name = g_strdup (stem);
      page->file = g_strdup (name);
      page->text = ex_markdown_read (path, shown, error);
      return page->text != NULL;
    }

  return TRUE;
}

static gboolean
read_pages (Reader  *reader,
            GError **error)
{
  g_autofree char *newest = NULL;

  for (guint i = 0; i < reader->names->len; i++)
    {
      const char *name = g_ptr_array_index (reader->names, i);
      g_auto (GStrv) parts = g_strsplit (name, ".", 4);

      if (!g_str_has_suffix (name, ".md"))
        continue;
      if (g_strv_length (parts) != 3 || !ex_text_is_id (parts[0])
          || !g_ascii_isdigit (parts[0][0]))
        {
          g_set_error (error, EX_ERROR, EX_ERROR_LESSON,
                       _("“%s/%s” is not named like a page: “01-words.en.md”."),
                       reader->base, name);
          return FALSE;
        }
      if (g_strcmp0 (newest, parts[0]) == 0)
        continue;
      if (!read_page (reader, parts[0], error))
        return FALSE;
      g_free (newest);
      newest = g_strdup (parts[0]);
    }

  if (reader->lesson->pages->len == 0)
    {
      g_set_error (error, EX_ERROR, EX_ERROR_LESSON,
                   _("The lesson “%s” has no page."), reader->base);
      return FALSE;
    }
  return TRUE;
}

static int
compare_tasks (gconstpointer a,
               gconstpointer b)
{
  const ExTask *first = *(const ExTask * const *) a;
  const ExTask *second = *(const ExTask * const *) b;

  if (first->order != second->order)
    return first->order < second->order ? -1 : 1;
  return strcmp (first->name, second->name);
}

static gboolean
read_tasks (Reader  *reader,
            GError **error)
{
  ExLesson *self = reader->lesson;

  for (guint i = 0; i < reader->names->len; i++)
    {
      const char *file = g_ptr_array_index (reader->names, i);
      g_autofree char *path = g_build_filename (self->folder, file, NULL);
      g_autofree char *shown = g_build_filename (reader->base, file, NULL);
      g_autofree char *name = NULL;
      ExTask *task;

      if (!g_str_has_suffix (file, ".ini") || strcmp (file, "lesson.ini") == 0)
        continue;
      if (g_str_has_prefix (file, "task-"))
        name = g_strndup (file + strlen ("task-"), strlen (file) - strlen ("task-.ini"));
      if (name == NULL || !ex_text_is_id (name))
        {
          g_set_error (error, EX_ERROR, EX_ERROR_LESSON,
                       _("“%s” is neither “lesson.ini” nor named like a task: "
                         "“task-name.ini”, with a–z, 0–9 and hyphens."),
                       shown);
          return FALSE;
        }

      task = ex_task_read (path, self->id, name, shown, reader->language, error);
      if (task == NULL)
        return FALSE;
      g_ptr_array_add (self->tasks, task);
      add_untranslated (reader, task->untranslated);
    }

  g_ptr_array_sort (self->tasks, compare_tasks);
  return TRUE;
}

static void
task_free (gpointer data)
{
  ex_task_free (data);
}

ExLesson *
ex_lesson_read (const char  *folder,
                const char  *language,
                GError     **error)
{
  g_autoptr (ExLesson) self = g_new0 (ExLesson, 1);
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *base = g_path_get_basename (folder);
  g_autofree char *shown = g_filename_display_name (base);
  Reader reader = { self, language, shown, names };

  self->id = ex_lesson_dup_id (folder);
  self->folder = g_strdup (folder);
  self->pages = g_ptr_array_new_with_free_func (page_free);
  self->tasks = g_ptr_array_new_with_free_func (task_free);
  self->untranslated = g_ptr_array_new_with_free_func (g_free);
  if (self->id == NULL)
    {
      g_set_error (error, EX_ERROR, EX_ERROR_LESSON,
                   _("“%s” is not named like a lesson: “11-words”, "
                     "with a–z, 0–9 and hyphens."),
                   shown);
      return NULL;
    }
  if (!list_files (&reader, error) || !read_settings (&reader, error)
      || !read_pages (&reader, error) || !read_tasks (&reader, error))
    return NULL;

  return g_steal_pointer (&self);
}
