/* task.c: one question of a lesson, and what is known about answers to it
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "exercises/task.h"

#include "exercises/check.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define MAX_HINTS 9

static void
mistake_free (gpointer data)
{
  ExMistake *mistake = data;

  g_free (mistake->id);
  g_free (mistake->answer);
  g_free (mistake->message);
  g_free (mistake);
}

void
ex_task_free (ExTask *self)
{
  if (self->parameters != NULL)
    self->check->free (self->parameters);
  g_free (self->id);
  g_free (self->name);
  g_free (self->title);
  g_free (self->question);
  g_strfreev (self->hints);
  g_free (self->explanation);
  g_free (self->reference);
  g_ptr_array_unref (self->mistakes);
  g_clear_pointer (&self->untranslated, g_ptr_array_unref);
  g_free (self);
}

void
ex_task_add_mistake (ExTask     *self,
                     const char *id,
                     const char *answer,
                     const char *message)
{
  ExMistake *mistake = g_new0 (ExMistake, 1);

  mistake->id = g_strdup (id);
  mistake->answer = g_strdup (answer);
  mistake->message = g_strdup (message);
  g_ptr_array_add (self->mistakes, mistake);
}

/* “hint1”, “hint2” and so on, up to the first that is not there; one behind a
 * gap is left for ex_key_file_finish() to find. */
static void
read_hints (ExTask     *self,
            ExKeyGroup *group)
{
  g_autoptr (GStrvBuilder) hints = g_strv_builder_new ();

  for (guint i = 1; i <= MAX_HINTS; i++)
    {
      g_autofree char *key = g_strdup_printf ("hint%u", i);
      const char *hint = ex_key_group_find_text (group, key);

      if (hint == NULL)
        break;
      g_strv_builder_add (hints, hint);
    }

  self->hints = g_strv_builder_end (hints);
}

static gboolean
read_texts (ExTask      *self,
            ExKeyGroup  *group,
            GError     **error)
{
  const char *title = ex_key_group_get_text (group, "title", error);
  const char *question = title != NULL ? ex_key_group_get_text (group, "question", error) : NULL;

  if (question == NULL)
    return FALSE;

  self->title = g_strdup (title);
  self->question = g_strdup (question);
  self->explanation = g_strdup (ex_key_group_get_text (group, "explanation", error));
  if (self->explanation == NULL)
    return FALSE;

  read_hints (self, group);
  return ex_key_group_read_number (group, "order", 0, 1000, &self->order, error);
}

static gboolean
read_kind (ExTask      *self,
           ExKeyGroup  *group,
           GError     **error)
{
  const char *name = ex_key_group_get (group, "kind", error);

  if (name == NULL)
    return FALSE;

  self->check = ex_check_find (name);
  if (self->check == NULL)
    ex_key_group_set_error (group, "kind", error,
                            _("this Epoch knows no tasks of the kind “%s”."), name);
  return self->check != NULL;
}

static gboolean
read_mistakes (ExTask     *self,
               ExKeyFile  *file,
               GError    **error)
{
  ExKeyGroup *group = NULL;

  while ((group = ex_key_file_next (file, "mistake", group)) != NULL)
    {
      const char *answer = ex_key_group_get (group, "answer", error);
      const char *message;

      if (answer == NULL)
        return FALSE;
      message = ex_key_group_get_text (group, "message", error);
      if (message == NULL)
        return FALSE;
      ex_task_add_mistake (self, ex_key_group_get_id (group), answer, message);
    }

  return TRUE;
}

static ExTask *
task_load (ExKeyFile   *file,
           const char  *lesson,
           const char  *name,
           GError     **error)
{
  g_autoptr (ExTask) self = g_new0 (ExTask, 1);
  ExKeyGroup *group = ex_key_file_get (file, "task", error);

  self->id = g_strdup_printf ("%s/%s", lesson, name);
  self->name = g_strdup (name);
  self->mistakes = g_ptr_array_new_with_free_func (mistake_free);
  if (group == NULL || !read_kind (self, group, error) || !read_texts (self, group, error))
    return NULL;

  self->parameters = self->check->parse (self, file, error);
  if (self->parameters == NULL || !read_mistakes (self, file, error)
      || !ex_key_file_finish (file, error))
    return NULL;

  self->untranslated = g_ptr_array_ref (ex_key_file_get_untranslated (file));
  return g_steal_pointer (&self);
}

ExTask *
ex_task_parse (const char  *data,
               gsize        size,
               const char  *lesson,
               const char  *name,
               const char  *file,
               const char  *language,
               GError     **error)
{
  g_autoptr (ExKeyFile) settings = ex_key_file_parse (data, size, file, language, error);

  return settings != NULL ? task_load (settings, lesson, name, error) : NULL;
}

ExTask *
ex_task_read (const char  *path,
              const char  *lesson,
              const char  *name,
              const char  *file,
              const char  *language,
              GError     **error)
{
  g_autoptr (ExKeyFile) settings = ex_key_file_read (path, file, language, error);

  return settings != NULL ? task_load (settings, lesson, name, error) : NULL;
}

char *
ex_task_dup_guide (const ExTask *self)
{
  return self->check->guide (self);
}

/* A failure that the check could not explain may be a mistake the author
 * knows. */
static void
find_mistake (const ExTask *self,
              GBytes       *answer,
              ExVerdict    *verdict)
{
  ExVerdict *fault = NULL;
  g_autofree char *text = ex_answer_dup_text (answer, &fault);

  if (text == NULL)
    {
      ex_verdict_free (fault);
      return;
    }

  for (guint i = 0; i < self->mistakes->len; i++)
    {
      const ExMistake *mistake = g_ptr_array_index (self->mistakes, i);

      if (self->check->same (self, text, mistake->answer))
        {
          ex_verdict_set_mistake (verdict, mistake->id, mistake->message);
          return;
        }
    }
}

ExVerdict *
ex_task_check (const ExTask *self,
               GBytes       *answer,
               GCancellable *cancellable)
{
  ExVerdict *verdict;

  if (g_cancellable_is_cancelled (cancellable))
    return ex_verdict_new (EX_OUTCOME_STOPPED, "%s", _("The check was stopped."));

  verdict = self->check->judge (self, answer, cancellable);
  if (verdict->outcome == EX_OUTCOME_FAIL && verdict->mistake == NULL
      && self->check->same != NULL)
    find_mistake (self, answer, verdict);
  return verdict;
}

ExVerdict *
ex_task_check_text (const ExTask *self,
                    const char   *answer)
{
  g_autoptr (GBytes) bytes = g_bytes_new (answer, strlen (answer));

  return ex_task_check (self, bytes, NULL);
}
