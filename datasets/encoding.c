/* encoding.c: a data set of texts as rows of tokens
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "datasets/encoding.h"

#include "datasets/cache-writer.h"
#include "datasets/pool.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define TEXTS_PER_JOB  64
#define ENOUGH         0.95     /* of the texts fit into a row … */
#define LONGEST        256      /* … unless they are longer than this */
#define LONGEST_ANSWER 512
#define LOOKED_AT      1000     /* texts, to choose a tokenizer */
#define AUTOMATIC      "auto"

/* ---- Learning the vocabulary and the lengths ---- */

/* Counts of tokens, and of texts by their length. */
typedef struct
{
  GHashTable *tokens;           /* token → guint64 count */
  GArray     *lengths;          /* guint: of each text in tokens */
  guint       longest_answer;
} Census;

static void
census_clear (Census *self)
{
  g_hash_table_unref (self->tokens);
  g_array_unref (self->lengths);
}

static void
count_tokens (Census   *self,
              DsPieces *pieces)
{
  for (guint i = 0; i < pieces->list->len; i++)
    {
      const char *token = ds_pieces_spell (pieces, i);
      guint64 *count = g_hash_table_lookup (self->tokens, token);

      if (count == NULL)
        {
          count = g_new0 (guint64, 1);
          g_hash_table_insert (self->tokens, g_strdup (token), count);
        }
      (*count)++;
    }
}

/* Strings of digits and the like have no blanks, and as words each would be a
 * token of its own. */
static const DsTokenizer *
choose_tokenizer (DsDataset     *texts,
                  const guint32 *training,
                  guint32        n_training)
{
  guint32 n_looked_at = MIN (n_training, LOOKED_AT);
  guint32 n_blank = 0;

  for (guint32 i = 0; i < n_looked_at; i++)
    {
      g_autofree char *text = ds_dataset_dup_text (texts, training[i]);

      n_blank += strchr (text, ' ') != NULL;
    }

  return ds_tokenizer_find (n_blank * 10 >= n_looked_at ? "words" : "characters");
}

static gboolean
take_census (Census            *self,
             DsDataset         *texts,
             const DsTokenizer *tokenizer,
             DsVocabulary      *vocabulary,
             const guint32     *training,
             guint32            n_training,
             GCancellable      *cancellable,
             GError           **error)
{
  gboolean pairs = ds_dataset_get_answer (texts)->kind == DS_FIELD_TEXT;
  g_auto (DsPieces) pieces = { NULL };

  ds_pieces_init (&pieces);
  for (guint32 i = 0; i < n_training; i++)
    {
      g_autofree char *text = ds_dataset_dup_text (texts, training[i]);
      guint length;

      if (i % TEXTS_PER_JOB == 0 && ds_error_cancelled (cancellable, error))
        return FALSE;

      ds_pieces_reset (&pieces);
      tokenizer->split (vocabulary, text, &pieces);
      length = pieces.list->len + (tokenizer->bounds ? 2 : 0);
      g_array_append_val (self->lengths, length);
      if (vocabulary == NULL)
        count_tokens (self, &pieces);

      if (pairs)
        {
          g_autofree char *answer = ds_dataset_dup_answer_text (texts, training[i]);

          ds_pieces_reset (&pieces);
          tokenizer->split (vocabulary, answer, &pieces);
          self->longest_answer = MAX (self->longest_answer, pieces.list->len + 1);
          if (vocabulary == NULL)
            count_tokens (self, &pieces);
        }
    }

  return TRUE;
}

static int
compare_lengths (const void *a,
                 const void *b)
{
  guint first = *(const guint *) a;
  guint second = *(const guint *) b;

  return first < second ? -1 : first > second;
}

/* Every text whose answer is one is read to its end. */
static DsLengths
choose_lengths (Census              *self,
                const DsTextOptions *options,
                gboolean             pairs)
{
  guint n = self->lengths->len;
  guint enough = 1;
  DsLengths lengths;

  g_array_sort (self->lengths, compare_lengths);
  if (n > 0)
    enough = g_array_index (self->lengths, guint,
                            pairs ? n - 1 : MIN ((guint) (ENOUGH * n), n - 1));

  lengths.item = options->length > 0 ? options->length : CLAMP (enough, 1, LONGEST);
  lengths.answer = pairs ? CLAMP (self->longest_answer, 1, LONGEST_ANSWER) : 0;
  return lengths;
}

static DsVocabulary *
learn_vocabulary (DsDataset            *texts,
                  const DsTextOptions  *options,
                  const guint32        *training,
                  guint32               n_training,
                  GCancellable         *cancellable,
                  GError              **error)
{
  const DsTokenizer *tokenizer = options->tokenizer != NULL
                                 ? options->tokenizer
                                 : choose_tokenizer (texts, training, n_training);
  g_autoptr (DsVocabulary) self = NULL;
  Census census = { NULL };
  DsLengths lengths;
  gboolean ok;

  if (tokenizer->file != NULL)
    {
      self = ds_vocabulary_read (tokenizer, options->file != NULL ? options->file : "", error);
      if (self == NULL)
        return NULL;
    }

  census.tokens = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  census.lengths = g_array_new (FALSE, FALSE, sizeof (guint));
  ok = take_census (&census, texts, tokenizer, self, training, n_training, cancellable, error);
  if (ok && self == NULL)
    self = ds_vocabulary_new_counted (tokenizer, census.tokens, options->size,
                                      options->min_count);
  lengths = choose_lengths (&census, options,
                            ds_dataset_get_answer (texts)->kind == DS_FIELD_TEXT);
  census_clear (&census);
  if (!ok)
    return NULL;

  ds_vocabulary_set_lengths (self, &lengths);
  return g_steal_pointer (&self);
}

/* ---- The source of the rows ---- */

typedef struct
{
  DsDataset    *texts;
  DsVocabulary *vocabulary;
} Encoding;

static void
encoding_free (void *data)
{
  Encoding *self = data;

  ds_dataset_unref (self->texts);
  ds_vocabulary_unref (self->vocabulary);
  g_free (self);
}

typedef struct
{
  const Encoding *encoding;
  DsCacheWriter  *writer;
  int             n_cut;        /* atomic: answers that are longer than a row */
} Filling;

static void
encode_item (Filling  *filling,
             guint32   index,
             gint32   *row,
             gint32   *answer,
             DsPieces *pieces)
{
  DsDataset *texts = filling->encoding->texts;
  DsVocabulary *vocabulary = filling->encoding->vocabulary;
  DsLengths lengths = ds_vocabulary_get_lengths (vocabulary);
  g_autofree char *text = ds_dataset_dup_text (texts, index);
  DsItem about = {
    ds_dataset_get_label (texts, index), ds_dataset_get_part (texts, index),
    ds_dataset_get_name (texts, index),
  };

  ds_vocabulary_encode (vocabulary, text, FALSE, row, lengths.item, pieces);
  if (lengths.answer > 0)
    {
      g_autofree char *words = ds_dataset_dup_answer_text (texts, index);

      if (ds_vocabulary_encode (vocabulary, words, TRUE, answer, lengths.answer, pieces).n_tokens
          > lengths.answer)
        g_atomic_int_inc (&filling->n_cut);
      about.answer = answer;
    }
  else
    about.answer = ds_dataset_peek_answer (texts, index);

  ds_cache_writer_put (filling->writer, index, row, &about);
}

/* The job is the first index of a run, plus one so that it is not NULL. */
static void
encode_cb (void *job,
           void *data)
{
  Filling *filling = data;
  DsLengths lengths = ds_vocabulary_get_lengths (filling->encoding->vocabulary);
  guint32 first = GPOINTER_TO_UINT (job) - 1;
  guint32 n = MIN (TEXTS_PER_JOB, ds_dataset_get_n_items (filling->encoding->texts) - first);
  g_autofree gint32 *row = g_new (gint32, lengths.item);
  g_autofree gint32 *answer = g_new (gint32, MAX (lengths.answer, 1));
  g_auto (DsPieces) pieces = { NULL };

  ds_pieces_init (&pieces);
  for (guint32 i = first; i < first + n && !ds_cache_writer_is_stopped (filling->writer); i++)
    encode_item (filling, i, row, answer, &pieces);
}

static gboolean
fill (DsSource       *source,
      void           *data,
      DsCacheWriter  *writer,
      GCancellable   *cancellable,
      GError        **error)
{
  Filling filling = { data, writer };
  guint32 n_items = ds_source_get_n_items (source);
  DsPool *pool = ds_pool_new (encode_cb, &filling);

  for (guint32 first = 0; first < n_items && !ds_cache_writer_is_stopped (writer);
       first += TEXTS_PER_JOB)
    ds_pool_push (pool, GUINT_TO_POINTER (first + 1));
  ds_pool_free (pool);

  if (filling.n_cut > 0)
    ds_cache_writer_warn (writer,
                          g_dngettext (GETTEXT_PACKAGE,
                                       "%d of %u answers is longer than %u tokens and was cut off.",
                                       "%d of %u answers are longer than %u tokens and were cut "
                                       "off.", filling.n_cut),
                          filling.n_cut, n_items,
                          ds_vocabulary_get_lengths (filling.encoding->vocabulary).answer);
  return TRUE;
}

static DsSource *
source_new (DsDataset    *texts,
            DsVocabulary *vocabulary)
{
  const char * const *warnings = ds_dataset_get_warnings (texts);
  DsLengths lengths = ds_vocabulary_get_lengths (vocabulary);
  g_autofree char *printed = ds_vocabulary_print (vocabulary);
  DsField item = ds_field_tokens (lengths.item);
  DsField answer = lengths.answer > 0 ? ds_field_tokens (lengths.answer)
                                      : *ds_dataset_get_answer (texts);
  Encoding *encoding = g_new (Encoding, 1);
  DsSource *self;

  *encoding = (Encoding) { ds_dataset_ref (texts), ds_vocabulary_ref (vocabulary) };
  self = ds_source_new (ds_dataset_get_format (texts), ds_dataset_get_title (texts), &item.shape,
                        NN_FLOAT32, ds_dataset_get_n_items (texts), fill, encoding,
                        encoding_free);
  ds_source_set_item (self, &item);
  ds_source_set_answer (self, &answer);
  ds_source_set_reason (self, ds_dataset_get_reason (texts));
  ds_source_set_vocabulary (self, printed);
  for (guint i = 0; i < ds_dataset_get_n_classes (texts); i++)
    ds_source_add_class (self, ds_dataset_get_class_name (texts, i));
  for (int i = 0; warnings[i] != NULL; i++)
    ds_warn (ds_source_get_warnings (self), "%s", warnings[i]);

  return self;
}

/* What decides the rows, for the name of their cache: all that is chosen, the
 * file of the vocabulary, and the items that are trained on. */
static char *
describe_options (const DsTextOptions *options,
                  const guint32       *training,
                  guint32              n_training)
{
  g_autoptr (GChecksum) items = g_checksum_new (G_CHECKSUM_SHA256);
  g_autofree char *file = options->file != NULL ? g_canonicalize_filename (options->file, NULL)
                                                : g_strdup ("");

  g_checksum_update (items, (const guint8 *) training, (gssize) (n_training * sizeof *training));
  return g_strdup_printf ("%s %u %u %u %s %s",
                          options->tokenizer != NULL ? options->tokenizer->name : AUTOMATIC,
                          options->size, options->min_count, options->length,
                          g_checksum_get_string (items), file);
}

static DsDataset *
fill_rows (DsDataset       *texts,
           DsVocabulary    *vocabulary,
           const char      *key,
           const char      *cache_folder,
           DsProgressFunc   progress,
           void            *data,
           GCancellable    *cancellable,
           GError         **error)
{
  g_autoptr (DsSource) source = source_new (texts, vocabulary);
  DsCache *cache = ds_cache_fill (cache_folder, key, source, progress, data, cancellable, error);

  return cache != NULL ? ds_dataset_new_tokens (cache, texts, vocabulary) : NULL;
}

/* The rows that an earlier run has left, or NULL. */
static DsDataset *
find_rows (DsDataset  *texts,
           const char *key,
           const char *cache_folder)
{
  g_autoptr (DsCache) cache = ds_cache_open (cache_folder, key, NULL);
  g_autoptr (DsVocabulary) vocabulary = NULL;

  if (cache == NULL || cache->n_items != ds_dataset_get_n_items (texts))
    return NULL;

  vocabulary = ds_vocabulary_parse (cache->vocabulary, strlen (cache->vocabulary), key, NULL);
  return vocabulary != NULL
         ? ds_dataset_new_tokens (g_steal_pointer (&cache), texts, vocabulary) : NULL;
}

DsDataset *
ds_dataset_tokenize (DsDataset            *texts,
                     const DsTextOptions  *options,
                     const guint32        *training,
                     guint32               n_training,
                     const char           *cache_folder,
                     DsProgressFunc        progress,
                     void                 *data,
                     GCancellable         *cancellable,
                     GError              **error)
{
  g_autofree char *how = describe_options (options, training, n_training);
  g_autofree char *key = ds_cache_key_for_made (ds_dataset_get_key (texts), how);
  g_autoptr (DsVocabulary) vocabulary = NULL;
  DsDataset *found;

  g_assert (ds_dataset_get_item (texts)->kind == DS_FIELD_TEXT);
  found = find_rows (texts, key, cache_folder);
  if (found != NULL)
    return found;

  vocabulary = learn_vocabulary (texts, options, training, n_training, cancellable, error);
  if (vocabulary == NULL)
    return NULL;

  return fill_rows (texts, vocabulary, key, cache_folder, progress, data, cancellable, error);
}

DsDataset *
ds_dataset_tokenize_with (DsDataset       *texts,
                          DsVocabulary    *vocabulary,
                          const char      *cache_folder,
                          DsProgressFunc   progress,
                          void            *data,
                          GCancellable    *cancellable,
                          GError         **error)
{
  g_autofree char *printed = ds_vocabulary_print (vocabulary);
  g_autofree char *key = ds_cache_key_for_made (ds_dataset_get_key (texts), printed);
  DsDataset *found = find_rows (texts, key, cache_folder);

  if (found != NULL)
    return found;

  return fill_rows (texts, vocabulary, key, cache_folder, progress, data, cancellable, error);
}
