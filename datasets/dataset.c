/* dataset.c: labelled items, ready to be looked at and trained on
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "datasets/dataset.h"

#include "datasets/drawn.h"

#include <string.h>

struct _DsDataset
{
  gatomicrefcount  ref_count;
  DsCache         *cache;
  DsDataset       *texts;               /* that the tokens were made from, or NULL */
  DsVocabulary    *vocabulary;          /* of the tokens, or NULL */
  guint32         *class_counts;        /* n_classes for each part */
};

DsDataset *
ds_dataset_new (DsCache *cache)
{
  DsDataset *self = g_new0 (DsDataset, 1);

  g_atomic_ref_count_init (&self->ref_count);
  self->cache = cache;
  self->class_counts = g_new0 (guint32, (gsize) MAX (cache->n_classes, 1) * DS_N_PARTS);
  for (guint32 i = 0; i < cache->n_items; i++)
    if (cache->labels[i] >= 0)
      self->class_counts[cache->parts[i] * cache->n_classes + cache->labels[i]]++;

  return self;
}

DsDataset *
ds_dataset_new_tokens (DsCache      *cache,
                       DsDataset    *texts,
                       DsVocabulary *vocabulary)
{
  DsDataset *self = ds_dataset_new (cache);

  self->texts = ds_dataset_ref (texts);
  self->vocabulary = ds_vocabulary_ref (vocabulary);
  return self;
}

/* The data at @path as a source.  A folder has been listed for its key, and is
 * not listed again. */
static DsSource *
open_source (const char       *path,
             DsContainer      *container,
             const DsOptions  *options,
             GCancellable     *cancellable,
             GError          **error)
{
  if (container != NULL)
    return ds_source_open_container (container, options, cancellable, error);

  return ds_source_open (path, options, cancellable, error);
}

DsDataset *
ds_dataset_open (const char       *path,
                 const DsOptions  *options,
                 const char       *cache_folder,
                 DsProgressFunc    progress,
                 void             *data,
                 GCancellable     *cancellable,
                 GError          **error)
{
  static const DsOptions as_it_is = { 0 };
  g_autoptr (DsContainer) container = NULL;
  g_autoptr (DsSource) source = NULL;
  g_autofree char *key = NULL;
  DsCache *cache;

  if (options == NULL)
    options = &as_it_is;

  if (g_file_test (path, G_FILE_TEST_IS_DIR))
    {
      container = ds_container_open (path, options->limits, cancellable, error);
      if (container == NULL)
        return NULL;
    }

  key = ds_cache_key_for_path (path, container, options, error);
  if (key == NULL)
    return NULL;

  cache = ds_cache_open (cache_folder, key, NULL);
  if (cache != NULL)
    return ds_dataset_new (cache);

  source = open_source (path, container, options, cancellable, error);
  if (source == NULL)
    return NULL;

  cache = ds_cache_fill (cache_folder, key, source, progress, data, cancellable, error);
  return cache != NULL ? ds_dataset_new (cache) : NULL;
}

DsDataset *
ds_dataset_open_drawn (const DsGenerator  *generator,
                       guint64             seed,
                       guint32             n_items,
                       const char         *cache_folder,
                       DsProgressFunc      progress,
                       void               *data,
                       GCancellable       *cancellable,
                       GError            **error)
{
  g_autoptr (DsSource) source = ds_drawn_new (generator, seed, n_items);
  g_autofree char *key = ds_cache_key_for_drawn (generator->name, seed,
                                                 ds_source_get_n_items (source));
  DsCache *cache = ds_cache_fill (cache_folder, key, source, progress, data, cancellable, error);

  return cache != NULL ? ds_dataset_new (cache) : NULL;
}

DsDataset *
ds_dataset_ref (DsDataset *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
ds_dataset_unref (DsDataset *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;

  g_clear_pointer (&self->texts, ds_dataset_unref);
  g_clear_pointer (&self->vocabulary, ds_vocabulary_unref);
  g_free (self->class_counts);
  ds_cache_unref (self->cache);
  g_free (self);
}

const char *
ds_dataset_get_title (DsDataset *self)
{
  return self->cache->title;
}

const char *
ds_dataset_get_key (DsDataset *self)
{
  return self->cache->key;
}

const char *
ds_dataset_get_format (DsDataset *self)
{
  return self->cache->format;
}

const char *
ds_dataset_get_reason (DsDataset *self)
{
  return self->cache->reason;
}

const char * const *
ds_dataset_get_warnings (DsDataset *self)
{
  return self->cache->warnings;
}

guint32
ds_dataset_get_n_items (DsDataset *self)
{
  return self->cache->n_items;
}

const NnShape *
ds_dataset_get_shape (DsDataset *self)
{
  return &self->cache->item.shape;
}

NnDtype
ds_dataset_get_dtype (DsDataset *self)
{
  return self->cache->item.dtype;
}

const DsField *
ds_dataset_get_item (DsDataset *self)
{
  return &self->cache->item;
}

const DsField *
ds_dataset_get_answer (DsDataset *self)
{
  return &self->cache->answer;
}

DsVocabulary *
ds_dataset_get_vocabulary (DsDataset *self)
{
  return self->vocabulary;
}

DsDataset *
ds_dataset_get_texts (DsDataset *self)
{
  return self->texts;
}

guint
ds_dataset_get_n_classes (DsDataset *self)
{
  return self->cache->n_classes;
}

const char *
ds_dataset_get_class_name (DsDataset *self,
                           guint      index)
{
  g_assert (index < self->cache->n_classes);
  return self->cache->class_names[index];
}

guint32
ds_dataset_get_class_count (DsDataset *self,
                            guint      label,
                            DsPart     part)
{
  guint32 count = 0;

  g_assert (label < self->cache->n_classes);
  for (int i = 0; i < DS_N_PARTS; i++)
    if (part == DS_N_PARTS || (DsPart) i == part)
      count += self->class_counts[i * self->cache->n_classes + label];

  return count;
}

int
ds_dataset_get_label (DsDataset *self,
                      guint32    index)
{
  g_assert (index < self->cache->n_items);
  return self->cache->labels[index];
}

DsPart
ds_dataset_get_part (DsDataset *self,
                     guint32    index)
{
  g_assert (index < self->cache->n_items);
  return self->cache->parts[index];
}

const char *
ds_dataset_get_name (DsDataset *self,
                     guint32    index)
{
  g_assert (index < self->cache->n_items);
  return ds_cache_get_name (self->cache, index);
}

const void *
ds_dataset_peek_item (DsDataset *self,
                      guint32    index)
{
  g_assert (index < self->cache->n_items);
  return self->cache->items + (gsize) index * self->cache->item_bytes;
}

/* Where text @index lies, with its answer behind it. */
static const char *
peek_text (DsDataset          *self,
           guint32             index,
           const DsCacheSpan **span)
{
  g_assert (self->cache->item.kind == DS_FIELD_TEXT && index < self->cache->n_items);
  *span = &self->cache->spans[index];
  return (const char *) self->cache->items + (*span)->begin;
}

const void *
ds_dataset_peek_answer (DsDataset *self,
                        guint32    index)
{
  const DsCacheSpan *span;
  const char *text;

  if (self->cache->item.kind != DS_FIELD_TEXT)
    return (const guint8 *) ds_dataset_peek_item (self, index) + self->cache->answer_at;

  text = peek_text (self, index, &span);
  return text + span->n_text;
}

char *
ds_dataset_dup_text (DsDataset *self,
                     guint32    index)
{
  const DsCacheSpan *span;
  const char *text;

  if (self->texts != NULL)
    return ds_dataset_dup_text (self->texts, index);

  text = peek_text (self, index, &span);
  return g_utf8_make_valid (text, span->n_text);
}

char *
ds_dataset_dup_answer_text (DsDataset *self,
                            guint32    index)
{
  const DsCacheSpan *span;
  const char *text;

  if (self->texts != NULL)
    return ds_dataset_dup_answer_text (self->texts, index);

  text = peek_text (self, index, &span);
  return g_utf8_make_valid (text + span->n_text, span->n_answer);
}

void
ds_dataset_read_item (DsDataset *self,
                      guint32    index,
                      float     *out)
{
  ds_dataset_convert (ds_dataset_peek_item (self, index), self->cache->item.dtype,
                      nn_shape_count (&self->cache->item.shape), out);
}

void
ds_dataset_convert (const void *in,
                    NnDtype     from,
                    gsize       count,
                    float      *out)
{
  const guint8 *bytes = in;

  if (from == NN_FLOAT32)
    memcpy (out, in, count * sizeof *out);
  else
    for (gsize i = 0; i < count; i++)
      out[i] = bytes[i] / 255.0f;
}
