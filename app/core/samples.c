/* samples.c: a project's data, opened, divided and fed to the engine
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "app/core/samples.h"

#include "datasets/error.h"
#include "datasets/loader.h"

#include <glib/gi18n.h>
#include <string.h>

struct _AppSamples
{
  DsDataset       *dataset;
  DsSplit         *split;
  DsTransformList *transforms;
  NnFeed           feed;
  gboolean         numbers;     /* answers as float32 */
  float           *answers;     /* of one batch, for numbers */
  gint64           batch;

  DsLoader        *loader;      /* of the part under way */
  NnPart           part;
  gint64           left;        /* samples of this epoch still to come */
  guint64          stall_ns;    /* of loaders that are gone */
};

static const DsPart parts[NN_N_PARTS] = {
  [NN_PART_TRAIN]      = DS_PART_TRAIN,
  [NN_PART_VALIDATION] = DS_PART_VALIDATION,
  [NN_PART_TEST]       = DS_PART_TEST,
};

char *
app_samples_cache_folder (void)
{
  return g_build_filename (g_get_user_cache_dir (), "epoch", "data", NULL);
}

static void
drop_loader (AppSamples *self)
{
  if (self->loader == NULL)
    return;

  self->stall_ns += ds_loader_get_stall_ns (self->loader);
  g_clear_pointer (&self->loader, ds_loader_free);
}

/* A loader for @part that stands at @position samples into @epoch.  The one of
 * the training part goes on through the epochs and keeps ahead of them. */
static gboolean
feed_begin (void     *data,
            NnPart    part,
            guint64   seed,
            guint32   epoch,
            gint64    position,
            gint64    batch,
            GError  **error)
{
  AppSamples *self = data;
  DsLoaderOptions options = { 0 };
  guint64 start;

  options.indices = ds_split_get (self->split, parts[part], &options.n_indices);
  self->left = options.n_indices - position;
  start = ((options.n_indices + (guint64) batch - 1) / (guint64) batch) * epoch
          + (guint64) position / (guint64) batch;

  if (self->loader != NULL && part == NN_PART_TRAIN && self->part == part && self->batch == batch
      && ds_loader_get_position (self->loader) == start)
    return TRUE;

  drop_loader (self);
  self->part = part;
  self->batch = batch;
  g_free (self->answers);
  self->answers = g_new0 (float, batch);

  options.batch = (guint32) batch;
  options.shuffle = part == NN_PART_TRAIN;
  options.training = part == NN_PART_TRAIN;
  options.seed = seed;
  options.transforms = self->transforms;
  options.start = start;
  options.n_epochs = part == NN_PART_TRAIN ? 0 : 1;
  if (options.n_indices == 0)
    return TRUE;

  self->loader = ds_loader_new (self->dataset, &options, error);
  return self->loader != NULL;
}

static gboolean
feed_next (void     *data,
           NnBatch  *batch,
           GError  **error)
{
  AppSamples *self = data;
  const DsBatch *next;

  *batch = (NnBatch) { 0 };
  if (self->left <= 0)
    return TRUE;

  next = ds_loader_next (self->loader, error);
  if (next == NULL)
    return FALSE;

  self->left -= next->n;
  batch->count = next->n;
  batch->input = next->tokens != NULL ? (void *) next->tokens : next->items;
  batch->target = next->numbers != NULL ? (void *) next->numbers : next->labels;
  if (self->numbers && self->feed.form.answer == NN_ANSWER_CLASS)
    {
      for (guint32 i = 0; i < next->n; i++)
        self->answers[i] = (float) next->labels[i];
      batch->target = self->answers;
    }

  return TRUE;
}

static DsDataset *
open_dataset (const AppDataRef  *ref,
              DsProgressFunc     progress,
              void              *data,
              GCancellable      *cancellable,
              GError           **error)
{
  g_autofree char *folder = app_samples_cache_folder ();
  DsOptions options = { .answer = ref->answer };
  const DsGenerator *generator;

  switch (ref->kind)
    {
    case APP_DATA_PATH:
      return ds_dataset_open (ref->name, &options, folder, progress, data, cancellable, error);

    case APP_DATA_DRAWN:
      generator = ds_generator_find (ref->name);
      if (generator != NULL)
        return ds_dataset_open_drawn (generator, ref->seed, ref->count, folder, progress, data,
                                      cancellable, error);
      g_set_error (error, DS_ERROR, DS_ERROR_UNSUPPORTED,
                   _("There is no built-in data set “%s” in this version."), ref->name);
      return NULL;

    case APP_DATA_NONE:
    default:
      g_set_error_literal (error, DS_ERROR, DS_ERROR_UNSUPPORTED,
                           _("The project has no data. Choose a data set first."));
      return NULL;
    }
}

/* Texts as rows of tokens; other items as they are.  (transfer full) */
static DsDataset *
tokenize (DsDataset         *dataset,
          DsSplit           *split,
          const AppDataRef  *ref,
          GBytes            *vocabulary,
          DsProgressFunc     progress,
          void              *data,
          GCancellable      *cancellable,
          GError           **error)
{
  g_autofree char *folder = app_samples_cache_folder ();
  g_autoptr (DsVocabulary) known = NULL;
  const guint32 *training;
  guint32 n_training;
  const char *text;
  gsize n_bytes;

  if (ds_dataset_get_item (dataset)->kind != DS_FIELD_TEXT)
    return ds_dataset_ref (dataset);

  if (vocabulary == NULL)
    {
      training = ds_split_get (split, DS_PART_TRAIN, &n_training);
      return ds_dataset_tokenize (dataset, &ref->text, training, n_training, folder, progress,
                                  data, cancellable, error);
    }

  text = g_bytes_get_data (vocabulary, &n_bytes);
  known = ds_vocabulary_parse (text != NULL ? text : "", n_bytes, "vocabulary.txt", error);
  return known != NULL ? ds_dataset_tokenize_with (dataset, known, folder, progress, data,
                                                   cancellable, error) : NULL;
}

/* The form of what @transforms make of items and answers; a text has none. */
static NnForm
form_of (DsDataset       *dataset,
         DsTransformList *transforms)
{
  const DsField *answer = ds_dataset_get_answer (dataset);
  DsVocabulary *vocabulary = ds_dataset_get_vocabulary (dataset);
  NnForm form = {
    .input_dtype = vocabulary != NULL ? NN_INT64 : NN_FLOAT32,
    .input = *ds_dataset_get_shape (dataset),
    .answer = app_answer_of (answer->kind),
    .target = answer->shape,
    .n_classes = ds_dataset_get_n_classes (dataset),
  };

  if (vocabulary != NULL)
    {
      form.n_tokens = ds_vocabulary_get_size (vocabulary);
      form.padding = DS_PADDING;
      form.unknown = ds_vocabulary_get_unknown (vocabulary);
      form.begin = ds_vocabulary_get_begin (vocabulary);
      form.end = ds_vocabulary_get_end (vocabulary);
    }
  else
    ds_transform_list_get_shape (transforms, &form.input, &form.input);

  if (form.answer == NN_ANSWER_CLASSES)
    form.target = nn_shape_item (&form.input);
  else if (form.answer == NN_ANSWER_TOKENS)
    form.n_classes = form.n_tokens;
  return form;
}

AppSamples *
app_samples_new (DsDataset         *dataset,
                 const AppDataRef  *ref,
                 GBytes            *vocabulary,
                 DsProgressFunc     progress,
                 void              *data,
                 GCancellable      *cancellable,
                 GError           **error)
{
  DsSplitOptions options = { ref->validation, ref->test, ref->seed, TRUE };
  DsDataset *texts = ds_dataset_get_texts (dataset);
  g_autoptr (DsSplit) split = NULL;
  g_autoptr (DsDataset) ready = NULL;
  AppSamples *self;

  if (texts != NULL)
    dataset = texts;
  if ((ds_dataset_get_item (dataset)->kind == DS_FIELD_NUMBERS
       && !ds_transform_list_check (ref->transforms, ds_dataset_get_shape (dataset), error))
      || (split = ds_split_new (dataset, &options, error)) == NULL
      || (ready = tokenize (dataset, split, ref, vocabulary, progress, data, cancellable,
                            error)) == NULL)
    return NULL;

  self = g_new0 (AppSamples, 1);
  self->dataset = g_steal_pointer (&ready);
  self->split = g_steal_pointer (&split);
  self->transforms = ds_transform_list_ref (ref->transforms);
  self->feed.data = self;
  self->feed.begin = feed_begin;
  self->feed.next = feed_next;
  self->feed.form = form_of (self->dataset, self->transforms);
  for (int i = 0; i < NN_N_PARTS; i++)
    {
      guint32 count;

      ds_split_get (self->split, parts[i], &count);
      self->feed.n_samples[i] = count;
    }

  return self;
}

AppSamples *
app_samples_open (const AppDataRef  *ref,
                  GBytes            *vocabulary,
                  DsProgressFunc     progress,
                  void              *data,
                  GCancellable      *cancellable,
                  GError           **error)
{
  g_autoptr (DsDataset) dataset = open_dataset (ref, progress, data, cancellable, error);

  return dataset != NULL ? app_samples_new (dataset, ref, vocabulary, progress, data, cancellable,
                                            error) : NULL;
}

gboolean
app_drawn_get_form (const AppDataRef  *ref,
                    NnForm            *form,
                    GError           **error)
{
  const DsGenerator *generator = ds_generator_find (ref->name);

  if (generator == NULL || generator->write != NULL)
    {
      g_autoptr (AppSamples) samples = app_samples_open (ref, NULL, NULL, NULL, NULL, error);

      if (samples != NULL)
        *form = *app_samples_get_form (samples);
      return samples != NULL;
    }

  if (!ds_transform_list_check (ref->transforms, &generator->item, error))
    return FALSE;

  *form = (NnForm) {
    .input_dtype = NN_FLOAT32,
    .answer = generator->draw_map != NULL ? NN_ANSWER_CLASSES : NN_ANSWER_CLASS,
    .n_classes = generator->n_classes,
  };
  ds_transform_list_get_shape (ref->transforms, &generator->item, &form->input);
  if (form->answer == NN_ANSWER_CLASSES)
    form->target = nn_shape_item (&form->input);
  return TRUE;
}

void
app_samples_free (AppSamples *self)
{
  drop_loader (self);
  g_free (self->answers);
  ds_transform_list_unref (self->transforms);
  ds_split_unref (self->split);
  ds_dataset_unref (self->dataset);
  g_free (self);
}

DsDataset *
app_samples_get_dataset (AppSamples *self)
{
  return self->dataset;
}

DsSplit *
app_samples_get_split (AppSamples *self)
{
  return self->split;
}

const NnShape *
app_samples_get_shape (AppSamples *self)
{
  return &self->feed.form.input;
}

const NnForm *
app_samples_get_form (AppSamples *self)
{
  return &self->feed.form;
}

void
app_samples_read (AppSamples *self,
                  guint32     index,
                  void       *out)
{
  const NnShape *shape = ds_dataset_get_shape (self->dataset);
  const void *item = ds_dataset_peek_item (self->dataset, index);
  g_autofree void *scratch = NULL;

  if (ds_dataset_get_vocabulary (self->dataset) != NULL)
    {
      ds_vocabulary_widen (ds_dataset_get_vocabulary (self->dataset), item,
                           (gsize) nn_shape_count (shape), out);
      return;
    }

  scratch = g_malloc (ds_transform_list_get_scratch (self->transforms, shape) + 1);
  ds_transform_list_apply (self->transforms, item, ds_dataset_get_dtype (self->dataset), shape,
                           FALSE, 0, 0, index, out, scratch);
}

GBytes *
app_samples_dup_vocabulary (AppSamples *self)
{
  DsVocabulary *vocabulary = ds_dataset_get_vocabulary (self->dataset);
  char *text;

  if (vocabulary == NULL)
    return NULL;

  text = ds_vocabulary_print (vocabulary);
  return g_bytes_new_take (text, strlen (text));
}

const NnFeed *
app_samples_get_feed (AppSamples *self,
                      gboolean    answers_are_numbers)
{
  self->numbers = answers_are_numbers;
  return &self->feed;
}

gboolean
app_samples_check_graph (AppSamples  *self,
                         NnGraph     *graph,
                         GError     **error)
{
  return app_graph_check_form (graph, &self->feed.form, error);
}

guint64
app_samples_get_stall_ns (AppSamples *self)
{
  return self->stall_ns + (self->loader != NULL ? ds_loader_get_stall_ns (self->loader) : 0);
}

void
app_samples_cancel (AppSamples *self)
{
  if (self->loader != NULL)
    ds_loader_cancel (self->loader);
}
