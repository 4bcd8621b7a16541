/* run.c: the folder that a training leaves behind
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "app/core/run.h"

#include "engine/error.h"
#include "engine/file.h"

#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <math.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#define DAY_SECONDS       (24 * 60 * 60)
#define RUN_DEPTH         3     /* of folders in a run's folder, with itself */
#define VOCABULARY_BYTES (64 << 20)
#define INFO_BYTES        (1 << 20)
#define CHECKPOINT_PREFIX "step-"

typedef enum
{
  FIELD_TEXT,
  FIELD_INT,
  FIELD_UINT32,
  FIELD_UINT64,
  FIELD_INT64,
  FIELD_DOUBLE,
} FieldType;

/* Once, for both ways; the keys are those of "train --json". */
static const struct
{
  const char *key;
  FieldType   type;
  gsize       offset;
} fields[] = {
  { "state", FIELD_TEXT, G_STRUCT_OFFSET (AppRunInfo, state) },
  { "project", FIELD_TEXT, G_STRUCT_OFFSET (AppRunInfo, project) },
  { "message", FIELD_TEXT, G_STRUCT_OFFSET (AppRunInfo, message) },
  { "version", FIELD_TEXT, G_STRUCT_OFFSET (AppRunInfo, version) },
  { "epochs", FIELD_UINT32, G_STRUCT_OFFSET (AppRunInfo, epochs) },
  { "steps", FIELD_UINT64, G_STRUCT_OFFSET (AppRunInfo, steps) },
  { "total_steps", FIELD_UINT64, G_STRUCT_OFFSET (AppRunInfo, total_steps) },
  { "train_loss", FIELD_DOUBLE, G_STRUCT_OFFSET (AppRunInfo, train_loss) },
  { "train_accuracy", FIELD_DOUBLE, G_STRUCT_OFFSET (AppRunInfo, train_accuracy) },
  { "validation_loss", FIELD_DOUBLE, G_STRUCT_OFFSET (AppRunInfo, validation_loss) },
  { "validation_accuracy", FIELD_DOUBLE, G_STRUCT_OFFSET (AppRunInfo, validation_accuracy) },
  { "test_loss", FIELD_DOUBLE, G_STRUCT_OFFSET (AppRunInfo, test_loss) },
  { "test_accuracy", FIELD_DOUBLE, G_STRUCT_OFFSET (AppRunInfo, test_accuracy) },
  { "seconds", FIELD_DOUBLE, G_STRUCT_OFFSET (AppRunInfo, seconds) },
  { "per_second", FIELD_DOUBLE, G_STRUCT_OFFSET (AppRunInfo, per_second) },
  { "waited_seconds", FIELD_DOUBLE, G_STRUCT_OFFSET (AppRunInfo, waited_seconds) },
  { "device", FIELD_TEXT, G_STRUCT_OFFSET (AppRunInfo, device) },
  { "threads", FIELD_INT, G_STRUCT_OFFSET (AppRunInfo, threads) },
  { "seed", FIELD_UINT64, G_STRUCT_OFFSET (AppRunInfo, seed) },
  { "parameters", FIELD_INT64, G_STRUCT_OFFSET (AppRunInfo, parameters) },
  { "digest", FIELD_TEXT, G_STRUCT_OFFSET (AppRunInfo, digest) },
};

void
app_run_info_clear (AppRunInfo *self)
{
  for (gsize i = 0; i < G_N_ELEMENTS (fields); i++)
    if (fields[i].type == FIELD_TEXT)
      g_free (G_STRUCT_MEMBER (char *, self, fields[i].offset));
  memset (self, 0, sizeof *self);
}

static char *
runs_folder (const char *project_path)
{
  g_autofree char *stem = g_str_has_suffix (project_path, ".epoch")
                          ? g_strndup (project_path, strlen (project_path) - strlen (".epoch"))
                          : g_strdup (project_path);

  return g_strconcat (stem, ".runs", NULL);
}

static int
compare_numbers (const void *a,
                 const void *b)
{
  const guint64 *first = a;
  const guint64 *second = b;

  return *first < *second ? -1 : *first > *second;
}

/* The numbers of the runs in @folder, in order. */
static GArray *
list_numbers (const char *folder)
{
  GArray *numbers = g_array_new (FALSE, FALSE, sizeof (guint64));
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;
  guint64 number;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    if (g_ascii_string_to_unsigned (name, 10, 1, G_MAXUINT32, &number, NULL))
      g_array_append_val (numbers, number);

  g_array_sort (numbers, compare_numbers);
  return numbers;
}

/* The highest number of a run beside the project, 0 for none. */
static guint64
last_number (const char *folder)
{
  g_autoptr (GArray) numbers = list_numbers (folder);

  return numbers->len > 0 ? g_array_index (numbers, guint64, numbers->len - 1) : 0;
}

static char *
numbered_folder (const char *folder,
                 guint64     number)
{
  g_autofree char *name = g_strdup_printf ("%03" G_GUINT64_FORMAT, number);

  return g_build_filename (folder, name, NULL);
}

char *
app_run_next_folder (const char *project_path)
{
  g_autofree char *folder = runs_folder (project_path);

  return numbered_folder (folder, last_number (folder) + 1);
}

char *
app_run_last_folder (const char *project_path)
{
  g_autofree char *folder = runs_folder (project_path);
  guint64 last = last_number (folder);

  return last > 0 ? numbered_folder (folder, last) : NULL;
}

void
app_run_list_folders (const char *project_path,
                      GPtrArray  *folders)
{
  g_autofree char *folder = runs_folder (project_path);
  g_autoptr (GArray) numbers = list_numbers (folder);

  for (guint i = 0; i < numbers->len; i++)
    g_ptr_array_add (folders, numbered_folder (folder, g_array_index (numbers, guint64, i)));
}

typedef struct
{
  char   *path;
  time_t  time;
} OldRun;

static void
old_run_clear (void *data)
{
  g_free (((OldRun *) data)->path);
}

static int
compare_newest_first (gconstpointer a,
                      gconstpointer b)
{
  time_t first = ((const OldRun *) a)->time;
  time_t second = ((const OldRun *) b)->time;

  return (second > first) - (second < first);
}

/* A run's folder has files, and folders of files; links are never followed. */
static void
remove_tree (const char *path,
             int         depth)
{
  g_autoptr (GDir) dir = NULL;
  const char *name;

  if (g_unlink (path) == 0 || depth == 0)
    return;

  dir = g_dir_open (path, 0, NULL);
  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *inner = g_build_filename (path, name, NULL);

      remove_tree (inner, depth - 1);
    }
  g_rmdir (path);
}

void
app_run_prune (const char *folder,
               guint       n_kept)
{
  g_autoptr (GArray) runs = g_array_new (FALSE, FALSE, sizeof (OldRun));
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  g_array_set_clear_func (runs, old_run_clear);
  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);
      GStatBuf info;

      if (app_run_is_folder (path) && g_lstat (path, &info) == 0 && S_ISDIR (info.st_mode))
        {
          OldRun run = { g_steal_pointer (&path), info.st_mtime };

          g_array_append_val (runs, run);
        }
    }

  g_array_sort (runs, compare_newest_first);
  for (guint i = n_kept; i < runs->len; i++)
    {
      const OldRun *run = &g_array_index (runs, OldRun, i);

      if (time (NULL) - run->time > DAY_SECONDS)
        remove_tree (run->path, RUN_DEPTH);
    }
}

static char *
info_path (const char *folder)
{
  return g_build_filename (folder, "run.json", NULL);
}

gboolean
app_run_is_folder (const char *path)
{
  g_autofree char *info = info_path (path);

  return g_file_test (info, G_FILE_TEST_IS_REGULAR);
}

void
app_run_info_write (const AppRunInfo *self,
                    NnJsonWriter     *writer)
{
  for (gsize i = 0; i < G_N_ELEMENTS (fields); i++)
    {
      const void *field = G_STRUCT_MEMBER_P (self, fields[i].offset);
      const char *key = fields[i].key;

      switch (fields[i].type)
        {
        case FIELD_TEXT:
          if (*(char *const *) field != NULL)
            nn_json_writer_add_string (writer, key, *(char *const *) field);
          else
            nn_json_writer_add_null (writer, key);
          break;
        case FIELD_INT:
          nn_json_writer_add_integer (writer, key, *(const int *) field);
          break;
        case FIELD_UINT32:
          nn_json_writer_add_integer (writer, key, *(const guint32 *) field);
          break;
        case FIELD_UINT64:
          nn_json_writer_add_unsigned (writer, key, *(const guint64 *) field);
          break;
        case FIELD_INT64:
          nn_json_writer_add_integer (writer, key, *(const gint64 *) field);
          break;
        case FIELD_DOUBLE:
        default:
          nn_json_writer_add_double (writer, key, *(const double *) field);
        }
    }
}

gboolean
app_run_write_info (const char        *folder,
                    const AppRunInfo  *info,
                    GError           **error)
{
  g_autoptr (NnJsonWriter) writer = nn_json_writer_new (TRUE);
  g_autofree char *path = info_path (folder);
  g_autofree char *text = NULL;
  gsize length;

  nn_json_writer_begin_object (writer, NULL);
  app_run_info_write (info, writer);
  nn_json_writer_end_object (writer);
  text = nn_json_writer_finish (writer, &length);

  return nn_file_write (path, text, length, error);
}

static gboolean
read_field (AppRunInfo    *info,
            gsize          index,
            const NnJson  *json,
            GError       **error)
{
  const NnJson *member = nn_json_find (json, fields[index].key);
  const char *key = fields[index].key;
  void *field = G_STRUCT_MEMBER_P (info, fields[index].offset);
  gboolean is_null = member == NULL || nn_json_get_type (member) == NN_JSON_NULL;
  gint64 number;
  const char *text;

  switch (fields[index].type)
    {
    case FIELD_TEXT:
      text = is_null ? NULL : nn_json_get_string (json, key, error);
      *(char **) field = g_strdup (text);
      return is_null || text != NULL;
    case FIELD_INT:
      if (!nn_json_get_integer (json, key, 0, G_MAXINT32, &number, error))
        return FALSE;
      *(int *) field = (int) number;
      return TRUE;
    case FIELD_UINT32:
      if (!nn_json_get_integer (json, key, 0, G_MAXUINT32, &number, error))
        return FALSE;
      *(guint32 *) field = (guint32) number;
      return TRUE;
    case FIELD_UINT64:
      return nn_json_get_unsigned (json, key, G_MAXUINT64, field, error);
    case FIELD_INT64:
      return nn_json_get_integer (json, key, 0, G_MAXINT64, field, error);
    case FIELD_DOUBLE:
    default:
      *(double *) field = NAN;
      return is_null || nn_json_get_double (json, key, -G_MAXDOUBLE, G_MAXDOUBLE, field, error);
    }
}

gboolean
app_run_info_read (AppRunInfo    *self,
                   const NnJson  *json,
                   GError       **error)
{
  memset (self, 0, sizeof *self);
  for (gsize i = 0; i < G_N_ELEMENTS (fields); i++)
    if (!read_field (self, i, json, error))
      return FALSE;

  return TRUE;
}

gboolean
app_run_read_info (const char  *folder,
                   AppRunInfo  *info,
                   GError     **error)
{
  g_autofree char *path = info_path (folder);
  g_autofree char *text = NULL;
  g_autoptr (NnJson) json = NULL;
  gsize length;

  memset (info, 0, sizeof *info);
  text = nn_file_read (path, INFO_BYTES, &length, error);
  if (text == NULL)
    return FALSE;
  json = nn_json_parse (text, length, INFO_BYTES, path, error);
  if (json == NULL || nn_json_as_object (json, error) == NULL)
    return FALSE;

  if (app_run_info_read (info, json, error))
    return TRUE;

  app_run_info_clear (info);
  return FALSE;
}

gboolean
app_run_find_checkpoint (const char *folder,
                         guint64    *step)
{
  g_autofree char *path = g_build_filename (folder, "checkpoints", NULL);
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  gboolean found = FALSE;
  const char *name;
  guint64 number;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *digits = NULL;

      if (!g_str_has_prefix (name, CHECKPOINT_PREFIX) || !g_str_has_suffix (name, ".safetensors"))
        continue;
      digits = g_strndup (name + strlen (CHECKPOINT_PREFIX), strcspn (name, ".")
                                                             - strlen (CHECKPOINT_PREFIX));
      if (g_ascii_string_to_unsigned (digits, 10, 0, G_MAXUINT64, &number, NULL)
          && (!found || number > *step))
        {
          *step = number;
          found = TRUE;
        }
    }

  return found;
}

static char *
vocabulary_path (const char *folder)
{
  return g_build_filename (folder, "vocabulary.txt", NULL);
}

GBytes *
app_run_read_vocabulary (const char *folder)
{
  g_autofree char *path = vocabulary_path (folder);
  gsize length;
  char *text = nn_file_read (path, VOCABULARY_BYTES, &length, NULL);

  return text != NULL ? g_bytes_new_take (text, length) : NULL;
}

gboolean
app_run_write_vocabulary (const char  *folder,
                          GBytes      *vocabulary,
                          GError     **error)
{
  g_autofree char *path = vocabulary_path (folder);
  gsize length;
  const void *text = g_bytes_get_data (vocabulary, &length);

  return nn_file_write (path, text, length, error);
}

AppProject *
app_run_read_project (const char  *folder,
                      GError     **error)
{
  g_autofree char *path = g_build_filename (folder, "project.json", NULL);
  g_autofree char *text = NULL;
  AppProject *project;
  gsize length;

  text = nn_file_read (path, INFO_BYTES * 16, &length, error);
  if (text == NULL)
    return NULL;

  project = app_project_from_json (text, length, path, error);
  if (project != NULL)
    {
      g_autoptr (GBytes) vocabulary = app_run_read_vocabulary (folder);

      app_project_set_learned (project, NULL, vocabulary);
    }
  return project;
}
