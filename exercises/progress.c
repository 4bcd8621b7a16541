/* progress.c: what this learner has done
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "exercises/progress.h"

#include "engine/file.h"
#include "exercises/error.h"
#include "exercises/text.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <math.h>
#include <string.h>

/* “progress.ini” has a group “[progress]”, one “[task ID]” for each task, and
 * “[end]”, by which a file that was cut short is told from a whole one. */

#define FORMAT_VERSION   1
#define FILE_NAME        "progress.ini"
#define FILE_MAX_BYTES   (16 * 1024 * 1024)
#define ANSWER_MAX_BYTES (16 * 1024)
#define MAX_DAMAGED      100
#define TASK_PREFIX      "task "

struct _ExProgress
{
  char       *folder;
  char       *warning;
  char       *lesson;
  char       *page;
  GHashTable *records;          /* id → ExRecord */
};

static const char * const state_names[] = {
  [EX_TASK_UNTOUCHED] = "untouched",
  [EX_TASK_TRIED]     = "tried",
  [EX_TASK_GIVEN_UP]  = "given-up",
  [EX_TASK_PASSED]    = "passed",
};

static void
record_free (gpointer data)
{
  ExRecord *record = data;

  g_free (record->answer);
  g_free (record);
}

static ExRecord *
record_new (void)
{
  ExRecord *record = g_new0 (ExRecord, 1);

  record->best = EX_OUTCOME_FAIL;
  return record;
}

static ExProgress *
progress_new (const char *folder)
{
  ExProgress *self = g_new0 (ExProgress, 1);

  self->folder = g_strdup (folder);
  self->records = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, record_free);
  return self;
}

void
ex_progress_free (ExProgress *self)
{
  g_free (self->folder);
  g_free (self->warning);
  g_free (self->lesson);
  g_free (self->page);
  g_hash_table_unref (self->records);
  g_free (self);
}

/* The functions below read what they can, and return FALSE for whatever
 * ex_progress_save() would not have written. */

static gboolean
read_count (GKeyFile   *file,
            const char *group,
            const char *key,
            guint      *count)
{
  g_autoptr (GError) error = NULL;
  int value = g_key_file_get_integer (file, group, key, &error);

  if (error != NULL || value < 0)
    return FALSE;

  *count = value;
  return TRUE;
}

static gboolean
read_state (GKeyFile   *file,
            const char *group,
            ExRecord   *record)
{
  g_autofree char *name = g_key_file_get_string (file, group, "state", NULL);

  for (guint i = 0; name != NULL && i < G_N_ELEMENTS (state_names); i++)
    if (strcmp (name, state_names[i]) == 0)
      {
        record->state = i;
        return TRUE;
      }

  return FALSE;
}

static gboolean
read_record (GKeyFile   *file,
             const char *group,
             ExRecord   *record)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *best = g_key_file_get_string (file, group, "best", NULL);
  gboolean good = best != NULL && ex_outcome_parse (best, &record->best);
  double seconds;

  good &= read_state (file, group, record);
  good &= read_count (file, group, "attempts", &record->attempts);
  good &= read_count (file, group, "hints", &record->hints);
  record->answer = g_key_file_get_string (file, group, "answer", NULL);

  seconds = g_key_file_get_double (file, group, "seconds", &error);
  if (error == NULL && isfinite (seconds) && seconds >= 0)
    record->seconds = seconds;
  else
    good = FALSE;
  g_clear_error (&error);

  record->when = g_key_file_get_int64 (file, group, "when", &error);
  return good && error == NULL;
}

static gboolean
read_records (ExProgress *self,
              GKeyFile   *file)
{
  g_auto (GStrv) groups = g_key_file_get_groups (file, NULL);
  gboolean good = g_key_file_get_boolean (file, "end", "complete", NULL);

  self->lesson = g_key_file_get_string (file, "progress", "lesson", NULL);
  self->page = g_key_file_get_string (file, "progress", "page", NULL);
  for (guint i = 0; groups[i] != NULL; i++)
    {
      ExRecord *record;

      if (!g_str_has_prefix (groups[i], TASK_PREFIX))
        {
          good &= strcmp (groups[i], "progress") == 0 || strcmp (groups[i], "end") == 0;
          continue;
        }
      record = record_new ();
      good &= read_record (file, groups[i], record);
      g_hash_table_replace (self->records, g_strdup (groups[i] + strlen (TASK_PREFIX)), record);
    }

  return good;
}

/* Moves a damaged file out of the way, to a name that is free. */
static gboolean
set_aside (ExProgress  *self,
           const char  *path,
           GError     **error)
{
  for (guint i = 1; i <= MAX_DAMAGED; i++)
    {
      g_autofree char *to = i == 1 ? g_strconcat (path, ".damaged", NULL)
                                   : g_strdup_printf ("%s.damaged.%u", path, i);

      if (g_file_test (to, G_FILE_TEST_EXISTS))
        continue;
      if (g_rename (path, to) != 0)
        {
          g_set_error (error, EX_ERROR, EX_ERROR_FILE,
                       _("The damaged record of your progress “%s” cannot be renamed "
                         "to “%s”: %s."),
                       path, to, g_strerror (errno));
          return FALSE;
        }
      self->warning = g_strdup_printf (_("The record of your progress was damaged. "
                                         "What could be read of it counts (%u tasks); "
                                         "the file is kept as “%s”."),
                                       g_hash_table_size (self->records), to);
      return TRUE;
    }

  g_set_error (error, EX_ERROR, EX_ERROR_FILE,
               _("The record of your progress “%s” is damaged, and there are %d older "
                 "damaged ones beside it. Remove those that you do not need."),
               path, MAX_DAMAGED);
  return FALSE;
}

/* FALSE when the file is damaged or, with @error set, too new. */
static gboolean
parse_file (ExProgress  *self,
            const char  *data,
            gsize        size,
            GError     **error)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  int version;

  if (!g_utf8_validate_len (data, size, NULL)
      || !g_key_file_load_from_data (file, data, size, G_KEY_FILE_NONE, NULL))
    return FALSE;

  version = g_key_file_get_integer (file, "progress", "version", NULL);
  if (version > FORMAT_VERSION)
    {
      g_set_error (error, EX_ERROR, EX_ERROR_UNSUPPORTED,
                   _("The record of your progress in “%s” is of version %d; "
                     "this Epoch knows version %d. A newer Epoch reads it."),
                   self->folder, version, FORMAT_VERSION);
      return FALSE;
    }

  return read_records (self, file) && version == FORMAT_VERSION;
}

ExProgress *
ex_progress_load (const char  *folder,
                  GError     **error)
{
  g_autoptr (ExProgress) self = progress_new (folder);
  g_autofree char *path = g_build_filename (folder, FILE_NAME, NULL);
  g_autofree char *data = NULL;
  g_autoptr (GError) cause = NULL;
  gsize size;

  if (!g_file_test (path, G_FILE_TEST_EXISTS))
    return g_steal_pointer (&self);

  data = nn_file_read (path, FILE_MAX_BYTES, &size, &cause);
  if (data != NULL && parse_file (self, data, size, &cause))
    return g_steal_pointer (&self);
  if (cause != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&cause));
      return NULL;
    }

  /* Saved at once: a crash now would otherwise cost what was just saved
   * from the damaged file. */
  if (!set_aside (self, path, error) || !ex_progress_save (self, error))
    return NULL;
  return g_steal_pointer (&self);
}

const char *
ex_progress_get_warning (const ExProgress *self)
{
  return self->warning;
}

static void
write_record (GKeyFile       *file,
              const char     *id,
              const ExRecord *record)
{
  g_autofree char *group = g_strconcat (TASK_PREFIX, id, NULL);

  if (record->answer != NULL)
    g_key_file_set_string (file, group, "answer", record->answer);
  g_key_file_set_string (file, group, "state", state_names[record->state]);
  g_key_file_set_integer (file, group, "attempts", record->attempts);
  g_key_file_set_string (file, group, "best", ex_outcome_get_name (record->best));
  g_key_file_set_integer (file, group, "hints", record->hints);
  g_key_file_set_double (file, group, "seconds", record->seconds);
  g_key_file_set_int64 (file, group, "when", record->when);
}

static char *
print_file (const ExProgress *self,
            gsize            *size)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autofree gpointer *ids = NULL;
  guint n;

  g_key_file_set_integer (file, "progress", "version", FORMAT_VERSION);
  if (self->lesson != NULL)
    g_key_file_set_string (file, "progress", "lesson", self->lesson);
  if (self->page != NULL)
    g_key_file_set_string (file, "progress", "page", self->page);

  ids = g_hash_table_get_keys_as_array (self->records, &n);
  qsort (ids, n, sizeof *ids, ex_text_compare);
  for (guint i = 0; i < n; i++)
    write_record (file, ids[i], g_hash_table_lookup (self->records, ids[i]));

  g_key_file_set_boolean (file, "end", "complete", TRUE);
  return g_key_file_to_data (file, size, NULL);
}

gboolean
ex_progress_save (const ExProgress  *self,
                  GError           **error)
{
  g_autofree char *path = g_build_filename (self->folder, FILE_NAME, NULL);
  g_autofree char *text = NULL;
  gsize size;

  if (g_mkdir_with_parents (self->folder, 0700) != 0)
    {
      g_set_error (error, EX_ERROR, EX_ERROR_FILE,
                   _("The folder “%s” for the record of your progress cannot be created: %s."),
                   self->folder, g_strerror (errno));
      return FALSE;
    }

  text = print_file (self, &size);
  return nn_file_write (path, text, size, error);
}

const ExRecord *
ex_progress_find (const ExProgress *self,
                  const char       *task)
{
  return g_hash_table_lookup (self->records, task);
}

static ExRecord *
touch_record (ExProgress *self,
              const char *task)
{
  ExRecord *record = g_hash_table_lookup (self->records, task);

  if (record == NULL)
    {
      record = record_new ();
      g_hash_table_insert (self->records, g_strdup (task), record);
    }
  record->state = MAX (record->state, EX_TASK_TRIED);
  record->when = g_get_real_time () / G_USEC_PER_SEC;
  return record;
}

void
ex_progress_add_verdict (ExProgress *self,
                         const char *task,
                         const char *answer,
                         ExOutcome   outcome,
                         double      seconds)
{
  ExRecord *record = touch_record (self, task);

  g_clear_pointer (&record->answer, g_free);
  if (answer != NULL && strlen (answer) <= ANSWER_MAX_BYTES && g_utf8_validate (answer, -1, NULL))
    record->answer = g_strdup (answer);
  if (isfinite (seconds) && seconds > 0)
    record->seconds += seconds;
  if (outcome == EX_OUTCOME_ERROR)
    return;

  record->attempts++;
  if (outcome == EX_OUTCOME_PASS)
    {
      record->best = EX_OUTCOME_PASS;
      record->state = EX_TASK_PASSED;
    }
}

void
ex_progress_add_hint (ExProgress *self,
                      const char *task)
{
  touch_record (self, task)->hints++;
}

void
ex_progress_give_up (ExProgress *self,
                     const char *task)
{
  ExRecord *record = touch_record (self, task);

  record->state = MAX (record->state, EX_TASK_GIVEN_UP);
}

void
ex_progress_reset (ExProgress *self,
                   const char *task)
{
  g_hash_table_remove (self->records, task);
}

void
ex_progress_set_place (ExProgress *self,
                       const char *lesson,
                       const char *page)
{
  g_free (self->lesson);
  self->lesson = g_strdup (lesson);
  g_free (self->page);
  self->page = g_strdup (page);
}

const char *
ex_progress_get_lesson (const ExProgress *self)
{
  return self->lesson;
}

const char *
ex_progress_get_page (const ExProgress *self)
{
  return self->page;
}
