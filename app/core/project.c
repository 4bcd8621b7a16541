/* project.c: a network, its data, and how to train it
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "app/core/project.h"

#include "app/core/package.h"
#include "app/core/project-private.h"
#include "engine/error.h"
#include "engine/graph-file.h"

#include <glib/gi18n.h>
#include <string.h>

#define FORMAT        "epoch-project"
#define VERSION       1
#define JSON_BYTES    (16 << 20)
#define PACKAGE_BYTES ((gsize) 8 << 30)

NnTraining
app_training_initial (void)
{
  NnTraining training = {
    .epochs = 5,
    .batch = 64,
    .seed = 1,
    .optimiser = nn_optimiser_find ("adam"),
    .schedule = nn_schedule_initial (nn_schedule_kind_find ("constant"), 0.001),
    .keep_best = TRUE,
  };

  nn_attrs_initial (training.optimiser->attrs, training.optimiser_attr);
  nn_attrs_initial (nn_training_attrs, training.option);
  return training;
}

/* The size is what people take for reviews; rarer words are met too seldom to be
 * learned. */
DsTextOptions
app_text_initial (void)
{
  return (DsTextOptions) { .size = 20000, .min_count = 1 };
}

static gboolean
text_equal (const DsTextOptions *a,
            const DsTextOptions *b)
{
  return a->tokenizer == b->tokenizer && g_strcmp0 (a->file, b->file) == 0 && a->size == b->size
         && a->min_count == b->min_count && a->length == b->length;
}

gboolean
app_data_ref_same_items (const AppDataRef *a,
                         const AppDataRef *b)
{
  return a->kind == b->kind && g_strcmp0 (a->name, b->name) == 0
         && g_strcmp0 (a->answer, b->answer) == 0
         && (a->kind != APP_DATA_DRAWN || (a->seed == b->seed && a->count == b->count));
}

gboolean
app_data_ref_equal (const AppDataRef *a,
                    const AppDataRef *b)
{
  return a->kind == b->kind && g_strcmp0 (a->name, b->name) == 0
         && g_strcmp0 (a->answer, b->answer) == 0 && a->seed == b->seed
         && a->count == b->count && a->validation == b->validation && a->test == b->test
         && a->transforms == b->transforms && text_equal (&a->text, &b->text);
}

void
app_data_ref_copy (AppDataRef       *self,
                   const AppDataRef *from)
{
  *self = *from;
  self->name = g_strdup (from->name);
  self->answer = g_strdup (from->answer);
  self->text.file = g_strdup (from->text.file);
  self->transforms = ds_transform_list_ref (from->transforms);
}

void
app_data_ref_clear (AppDataRef *self)
{
  g_clear_pointer (&self->name, g_free);
  g_clear_pointer (&self->answer, g_free);
  g_clear_pointer (&self->text.file, g_free);
  g_clear_pointer (&self->transforms, ds_transform_list_unref);
}

AppProject *
app_project_new (void)
{
  AppProject *self = g_new0 (AppProject, 1);

  self->graph = nn_graph_new ();
  self->data.seed = 1;
  self->data.validation = 0.1;
  self->data.test = 0.2;
  self->data.transforms = ds_transform_list_new ();
  self->data.text = app_text_initial ();
  self->training = app_training_initial ();
  self->device = g_strdup ("auto");

  return self;
}

AppProject *
app_project_dup (const AppProject *self)
{
  AppProject *copy = g_memdup2 (self, sizeof *self);

  copy->graph = nn_graph_dup (self->graph);
  app_data_ref_copy (&copy->data, &self->data);
  copy->device = g_strdup (self->device);
  copy->weights = copy->vocabulary = NULL;
  app_project_set_learned (copy, self->weights, self->vocabulary);

  return copy;
}

void
app_project_free (AppProject *self)
{
  nn_graph_unref (self->graph);
  app_data_ref_clear (&self->data);
  g_free (self->device);
  g_clear_pointer (&self->weights, g_bytes_unref);
  g_clear_pointer (&self->vocabulary, g_bytes_unref);
  g_free (self);
}

void
app_project_set_learned (AppProject *self,
                         GBytes     *weights,
                         GBytes     *vocabulary)
{
  if (weights != NULL)
    g_bytes_ref (weights);
  if (vocabulary != NULL)
    g_bytes_ref (vocabulary);
  g_clear_pointer (&self->weights, g_bytes_unref);
  g_clear_pointer (&self->vocabulary, g_bytes_unref);
  self->weights = weights;
  self->vocabulary = vocabulary;
}

static const char *const data_kinds[] = { "none", "drawn", "path" };

static void
write_transforms (DsTransformList *list,
                  NnJsonWriter    *writer)
{
  nn_json_writer_begin_array (writer, "transforms");
  for (guint i = 0; i < ds_transform_list_get_length (list); i++)
    {
      const DsTransform *transform = ds_transform_list_peek (list, i);

      nn_json_writer_begin_object (writer, NULL);
      nn_json_writer_add_string (writer, "name", transform->name);
      for (const DsAttr *attr = transform->attrs; attr != NULL && attr->name != NULL; attr++)
        {
          int count;
          const double *numbers = ds_transform_list_get_numbers (list, i, attr->name, &count);

          nn_json_writer_begin_array (writer, attr->name);
          for (int k = 0; k < count; k++)
            nn_json_writer_add_double (writer, NULL, numbers[k]);
          nn_json_writer_end_array (writer);
        }
      nn_json_writer_end_object (writer);
    }
  nn_json_writer_end_array (writer);
}

static void
write_text (const DsTextOptions *text,
            NnJsonWriter        *writer)
{
  nn_json_writer_begin_object (writer, "text");
  nn_json_writer_add_string (writer, "tokenizer",
                             text->tokenizer != NULL ? text->tokenizer->name : APP_AUTOMATIC);
  if (text->file != NULL)
    nn_json_writer_add_string (writer, "vocabulary", text->file);
  nn_json_writer_add_integer (writer, "tokens", text->size);
  nn_json_writer_add_integer (writer, "min-count", text->min_count);
  nn_json_writer_add_integer (writer, "length", text->length);
  nn_json_writer_end_object (writer);
}

static void
write_data (const AppDataRef *data,
            NnJsonWriter     *writer)
{
  nn_json_writer_begin_object (writer, "data");
  nn_json_writer_add_string (writer, "kind", data_kinds[data->kind]);
  if (data->kind != APP_DATA_NONE)
    nn_json_writer_add_string (writer, "name", data->name);
  if (data->answer != NULL)
    nn_json_writer_add_string (writer, "answer", data->answer);
  nn_json_writer_add_unsigned (writer, "seed", data->seed);
  nn_json_writer_add_integer (writer, "count", data->count);
  nn_json_writer_add_double (writer, "validation", data->validation);
  nn_json_writer_add_double (writer, "test", data->test);
  write_transforms (data->transforms, writer);
  write_text (&data->text, writer);
  nn_json_writer_end_object (writer);
}

static void
write_training (const AppProject *self,
                NnJsonWriter     *writer)
{
  const NnTraining *training = &self->training;
  const NnSchedule *schedule = &training->schedule;

  nn_json_writer_begin_object (writer, "training");
  nn_json_writer_add_integer (writer, "epochs", training->epochs);
  nn_json_writer_add_integer (writer, "batch", training->batch);
  nn_json_writer_add_unsigned (writer, "seed", training->seed);
  nn_json_writer_add_integer (writer, "patience", training->patience);
  nn_json_writer_add_bool (writer, "keep-best", training->keep_best);
  nn_json_writer_add_string (writer, "device", self->device);
  nn_json_writer_add_integer (writer, "threads", self->threads);
  nn_json_writer_add_string (writer, "optimiser", training->optimiser->name);
  nn_attrs_write (training->optimiser->attrs, training->optimiser_attr, writer,
                  "optimiser-settings");
  nn_json_writer_add_double (writer, "rate", schedule->base);
  nn_json_writer_add_string (writer, "schedule", schedule->kind->name);
  nn_json_writer_add_unsigned (writer, "warm-up", schedule->warmup_steps);
  nn_attrs_write (schedule->kind->attrs, schedule->attr, writer, "schedule-settings");
  nn_attrs_write (nn_training_attrs, training->option, writer, "options");
  nn_json_writer_end_object (writer);
}

char *
app_project_to_json (const AppProject *self,
                     gsize            *length)
{
  g_autoptr (NnJsonWriter) writer = nn_json_writer_new (TRUE);

  nn_json_writer_begin_object (writer, NULL);
  nn_json_writer_add_string (writer, "format", FORMAT);
  nn_json_writer_add_integer (writer, "version", VERSION);
  nn_graph_write (self->graph, writer, "graph");
  write_data (&self->data, writer);
  write_training (self, writer);
  nn_json_writer_end_object (writer);

  return nn_json_writer_finish (writer, length);
}

gboolean
app_refuse_name (const char  *what,
                 const char  *name,
                 GError     **error)
{
  g_autofree char *quoted = nn_json_quote (name);

  g_set_error (error, NN_ERROR, NN_ERROR_UNSUPPORTED,
               _("There is no %s %s in this version."), what, quoted);
  return FALSE;
}

static gboolean
read_transform (DsTransformList  *list,
                const NnJson     *json,
                GError          **error)
{
  g_autoptr (GArray) settings = g_array_new (TRUE, TRUE, sizeof (DsTransformSetting));
  g_autoptr (GPtrArray) blocks = g_ptr_array_new_with_free_func (g_free);
  const char *name = nn_json_get_string (json, "name", error);

  if (name == NULL)
    return FALSE;

  for (const NnJson *member = nn_json_first (json); member != NULL; member = nn_json_next (member))
    {
      DsTransformSetting setting = { nn_json_get_key (member), NULL, 0 };
      double *numbers;

      if (g_str_equal (setting.name, "name"))
        continue;
      if (nn_json_as_array (member, error) == NULL)
        return FALSE;
      numbers = g_new0 (double, nn_json_get_length (member) + 1);
      g_ptr_array_add (blocks, numbers);
      for (const NnJson *item = nn_json_first (member); item != NULL; item = nn_json_next (item))
        if (!nn_json_as_double (item, -G_MAXDOUBLE, G_MAXDOUBLE, &numbers[setting.count++], error))
          return FALSE;
      setting.numbers = numbers;
      g_array_append_val (settings, setting);
    }

  return ds_transform_list_append (list, name, (const DsTransformSetting *) settings->data, error);
}

/* What may be missing.  (transfer full) of @value, which becomes NULL then */
static gboolean
read_optional (const NnJson  *json,
               const char    *key,
               char         **value,
               GError       **error)
{
  const char *text;

  g_clear_pointer (value, g_free);
  if (nn_json_find (json, key) == NULL)
    return TRUE;

  text = nn_json_get_string (json, key, error);
  *value = g_strdup (text);
  return text != NULL;
}

gboolean
app_find_tokenizer (const char         *name,
                    const DsTokenizer **tokenizer,
                    GError            **error)
{
  const DsTokenizer *found = ds_tokenizer_find (name);

  if (found == NULL && !g_str_equal (name, APP_AUTOMATIC))
    return app_refuse_name (_("tokenizer"), name, error);

  *tokenizer = found;
  return TRUE;
}

/* Projects from before there were texts have no such settings. */
static gboolean
read_text (DsTextOptions  *text,
           const NnJson   *json,
           GError        **error)
{
  const char *tokenizer;
  gint64 size, min_count, length;

  if (json == NULL)
    return TRUE;

  if (nn_json_as_object (json, error) == NULL
      || (tokenizer = nn_json_get_string (json, "tokenizer", error)) == NULL
      || !nn_json_get_integer (json, "tokens", 0, DS_MAX_TOKENS, &size, error)
      || !nn_json_get_integer (json, "min-count", 0, G_MAXINT32, &min_count, error)
      || !nn_json_get_integer (json, "length", 0, DS_MAX_LENGTH, &length, error))
    return FALSE;

  if (!app_find_tokenizer (tokenizer, &text->tokenizer, error)
      || !read_optional (json, "vocabulary", &text->file, error))
    return FALSE;

  text->size = (guint) size;
  text->min_count = (guint) min_count;
  text->length = (guint) length;
  return TRUE;
}

static gboolean
read_data (AppDataRef    *data,
           const NnJson  *json,
           GError       **error)
{
  const NnJson *transforms;
  const char *kind;
  gint64 count;

  if ((kind = nn_json_get_string (json, "kind", error)) == NULL
      || !nn_json_get_unsigned (json, "seed", G_MAXUINT64, &data->seed, error)
      || !nn_json_get_integer (json, "count", 0, G_MAXINT32, &count, error)
      || !nn_json_get_double (json, "validation", 0, 1, &data->validation, error)
      || !nn_json_get_double (json, "test", 0, 1, &data->test, error)
      || (transforms = nn_json_get_array (json, "transforms", error)) == NULL
      || !read_optional (json, "answer", &data->answer, error)
      || !read_text (&data->text, nn_json_find (json, "text"), error))
    return FALSE;

  data->count = (guint32) count;
  for (gsize i = 0; i < G_N_ELEMENTS (data_kinds); i++)
    if (g_str_equal (kind, data_kinds[i]))
      {
        const char *name = NULL;

        data->kind = (AppDataKind) i;
        if (data->kind != APP_DATA_NONE
            && (name = nn_json_get_string (json, "name", error)) == NULL)
          return FALSE;
        g_free (data->name);
        data->name = g_strdup (name);

        for (const NnJson *item = nn_json_first (transforms); item != NULL;
             item = nn_json_next (item))
          if (!read_transform (data->transforms, item, error))
            return FALSE;
        return TRUE;
      }

  return app_refuse_name (_("kind of data"), kind, error);
}

/* Names of optimiser and schedule with their settings. */
static gboolean
read_records (NnTraining    *training,
              const NnJson  *json,
              GError       **error)
{
  const NnJson *optimiser_settings, *schedule_settings;
  const char *optimiser, *schedule;
  const NnScheduleKind *kind;
  double rate;
  guint64 warmup;

  if ((optimiser = nn_json_get_string (json, "optimiser", error)) == NULL
      || (optimiser_settings = nn_json_get_object (json, "optimiser-settings", error)) == NULL
      || !nn_json_get_double (json, "rate", 0, APP_MOST_RATE, &rate, error)
      || (schedule = nn_json_get_string (json, "schedule", error)) == NULL
      || !nn_json_get_unsigned (json, "warm-up", G_MAXINT64, &warmup, error)
      || (schedule_settings = nn_json_get_object (json, "schedule-settings", error)) == NULL)
    return FALSE;

  training->optimiser = nn_optimiser_find (optimiser);
  if (training->optimiser == NULL)
    return app_refuse_name (_("optimiser"), optimiser, error);
  kind = nn_schedule_kind_find (schedule);
  if (kind == NULL)
    return app_refuse_name (_("schedule"), schedule, error);

  nn_attrs_initial (training->optimiser->attrs, training->optimiser_attr);
  training->schedule = nn_schedule_initial (kind, rate);
  training->schedule.warmup_steps = warmup;
  return nn_attrs_read (training->optimiser->attrs, _(training->optimiser->title),
                        optimiser_settings, training->optimiser_attr, error)
         && nn_attrs_read (kind->attrs, _(kind->title), schedule_settings,
                           training->schedule.attr, error);
}

/* Older files have none. */
static gboolean
read_options (NnTraining    *training,
              const NnJson  *json,
              GError       **error)
{
  const NnJson *options = nn_json_find (json, "options");

  nn_attrs_initial (nn_training_attrs, training->option);
  return options == NULL
         || (nn_json_as_object (options, error) != NULL
             && nn_attrs_read (nn_training_attrs, _("The training"), options, training->option,
                               error));
}

static gboolean
read_training (AppProject    *self,
               const NnJson  *json,
               GError       **error)
{
  NnTraining *training = &self->training;
  const char *device;
  gint64 epochs, patience, threads;

  if (!nn_json_get_integer (json, "epochs", 1, APP_MOST_EPOCHS, &epochs, error)
      || !nn_json_get_integer (json, "batch", 1, APP_MOST_BATCH, &training->batch, error)
      || !nn_json_get_unsigned (json, "seed", G_MAXUINT64, &training->seed, error)
      || !nn_json_get_integer (json, "patience", 0, APP_MOST_EPOCHS, &patience, error)
      || !nn_json_get_bool (json, "keep-best", &training->keep_best, error)
      || (device = nn_json_get_string (json, "device", error)) == NULL
      || !nn_json_get_integer (json, "threads", 0, APP_MOST_THREADS, &threads, error)
      || !read_records (training, json, error)
      || !read_options (training, json, error))
    return FALSE;

  training->epochs = (guint32) epochs;
  training->patience = (guint32) patience;
  self->threads = (int) threads;
  g_free (self->device);
  self->device = g_strdup (device);
  return TRUE;
}

static gboolean
check_version (const NnJson  *json,
               const char    *source,
               GError       **error)
{
  const char *format;
  gint64 version;

  if ((format = nn_json_get_string (json, "format", error)) == NULL
      || !nn_json_get_integer (json, "version", 1, G_MAXINT32, &version, error))
    return FALSE;

  if (!g_str_equal (format, FORMAT))
    {
      g_set_error (error, NN_ERROR, NN_ERROR_FILE, _("“%s” is no project of Epoch."), source);
      return FALSE;
    }
  if (version > VERSION)
    {
      g_set_error (error, NN_ERROR, NN_ERROR_UNSUPPORTED,
                   _("“%s” was saved by a newer version of Epoch (format %d; this one reads up to "
                     "%d). Update Epoch to open it."), source, (int) version, VERSION);
      return FALSE;
    }

  return TRUE;
}

AppProject *
app_project_from_json (const char  *text,
                       gsize        length,
                       const char  *source,
                       GError     **error)
{
  g_autoptr (NnJson) json = nn_json_parse (text, length, JSON_BYTES, source, error);
  g_autoptr (AppProject) self = app_project_new ();
  const NnJson *graph, *data, *training;
  NnGraph *read;

  if (json == NULL
      || nn_json_as_object (json, error) == NULL
      || !check_version (json, source, error)
      || (graph = nn_json_get_object (json, "graph", error)) == NULL
      || (data = nn_json_get_object (json, "data", error)) == NULL
      || (training = nn_json_get_object (json, "training", error)) == NULL
      || !read_data (&self->data, data, error)
      || !read_training (self, training, error)
      || (read = nn_graph_read (graph, error)) == NULL)
    return NULL;

  nn_graph_unref (self->graph);
  self->graph = read;
  return g_steal_pointer (&self);
}

AppProject *
app_project_read (const char  *path,
                  GError     **error)
{
  g_autoptr (GHashTable) entries = app_package_read (path, PACKAGE_BYTES, error);
  AppProject *self;
  GBytes *json;
  const char *text;
  gsize length;

  if (entries == NULL)
    return NULL;

  json = g_hash_table_lookup (entries, "project.json");
  if (json == NULL)
    {
      g_set_error (error, NN_ERROR, NN_ERROR_FILE,
                   _("“%s” is no project of Epoch: it has no “project.json”."), path);
      return NULL;
    }

  text = g_bytes_get_data (json, &length);
  self = app_project_from_json (text != NULL ? text : "", length, path, error);
  if (self == NULL)
    {
      g_prefix_error (error, _("“%s”: "), path);
      return NULL;
    }

  app_project_set_learned (self, g_hash_table_lookup (entries, "weights.safetensors"),
                           g_hash_table_lookup (entries, "vocabulary.txt"));
  return self;
}

gboolean
app_project_write (const AppProject  *self,
                   const char        *path,
                   GError           **error)
{
  gsize length;
  char *text = app_project_to_json (self, &length);
  g_autoptr (GBytes) json = g_bytes_new_take (text, length);
  AppPackageEntry entries[3] = { { "project.json", json } };
  gsize n_entries = 1;

  if (self->weights != NULL)
    entries[n_entries++] = (AppPackageEntry) { "weights.safetensors", self->weights };
  if (self->vocabulary != NULL)
    entries[n_entries++] = (AppPackageEntry) { "vocabulary.txt", self->vocabulary };

  return app_package_write (path, entries, n_entries, error);
}
