/* vocabulary.c: the tokens that a network knows, and their numbers
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "datasets/vocabulary-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* What the special tokens are called: by us, and by BERT. */
static const char * const special[][2] = {
  { "<pad>", "[PAD]" },
  { "<unk>", "[UNK]" },
  { "<bos>", "[CLS]" },
  { "<eos>", "[SEP]" },
};

enum {
  PADDING,
  UNKNOWN,
  BEGIN,
  END,
  N_SPECIAL,
};

struct _DsVocabulary
{
  gatomicrefcount    ref_count;
  const DsTokenizer *tokenizer;
  GPtrArray         *tokens;
  GHashTable        *ids;       /* spelling → id + 1 */
  GHashTable        *joined;    /* “left right” → id + 1; empty where nothing is joined */
  gint32             special[N_SPECIAL];
  gboolean           keeps_case;
  DsLengths          lengths;
};

/* A capital in front of a letter: “The”.  Single capitals and names of special
 * tokens are in vocabularies that know no case, too. */
static gboolean
shows_case (const char *token)
{
  return g_ascii_isupper (token[0]) && g_ascii_isalpha (token[1]);
}

/* “Ġ the” is the token Ġthe and tells what it is joined from. */
static char *
spell (const char *token)
{
  const char *gap = strchr (token, ' ');

  return gap != NULL && gap > token && gap[1] != '\0' ? g_strdup_printf ("%.*s%s",
                                                                         (int) (gap - token),
                                                                         token, gap + 1) : NULL;
}

/* Published vocabularies have tokens twice; the last one counts, as for BERT. */
static void
add_token (DsVocabulary *self,
           guint         id)
{
  const char *token = self->tokens->pdata[id];
  void *number = GUINT_TO_POINTER (id + 1);
  char *joined = self->tokenizer->joins ? spell (token) : NULL;

  self->keeps_case = self->keeps_case || shows_case (token);
  if (joined != NULL)
    g_hash_table_insert (self->joined, g_strdup (token), number);
  g_hash_table_insert (self->ids, joined != NULL ? joined : g_strdup (token), number);
}

static gboolean
find_special (DsVocabulary  *self,
              const char    *name,
              GError       **error)
{
  for (int i = 0; i < N_SPECIAL; i++)
    {
      self->special[i] = ds_vocabulary_find (self, special[i][0]);
      if (self->special[i] < 0)
        self->special[i] = ds_vocabulary_find (self, special[i][1]);
      if (self->special[i] < 0)
        {
          g_set_error (error, DS_ERROR, DS_ERROR_FORMAT,
                       _("“%s” lacks the token “%s”, so it is no vocabulary for “%s”."), name,
                       special[i][self->tokenizer->bounds], _(self->tokenizer->title));
          return FALSE;
        }
    }

  if (self->special[PADDING] == DS_PADDING)
    return TRUE;

  g_set_error (error, DS_ERROR, DS_ERROR_UNSUPPORTED,
               _("“%s” has “%s” as token %d. Networks take token %d for padding: put it first."),
               name, ds_vocabulary_get_token (self, self->special[PADDING]),
               self->special[PADDING], DS_PADDING);
  return FALSE;
}

DsVocabulary *
ds_vocabulary_new (const DsTokenizer  *tokenizer,
                   GPtrArray          *tokens,
                   const char         *name,
                   GError            **error)
{
  g_autoptr (DsVocabulary) self = g_new0 (DsVocabulary, 1);

  g_atomic_ref_count_init (&self->ref_count);
  self->tokenizer = tokenizer;
  self->tokens = tokens;
  self->ids = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->joined = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  for (guint i = 0; i < tokens->len; i++)
    add_token (self, i);

  return find_special (self, name, error) ? g_steal_pointer (&self) : NULL;
}

DsVocabulary *
ds_vocabulary_ref (DsVocabulary *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
ds_vocabulary_unref (DsVocabulary *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;

  g_hash_table_unref (self->joined);
  g_hash_table_unref (self->ids);
  g_ptr_array_unref (self->tokens);
  g_free (self);
}

typedef struct
{
  const char *token;
  guint64     count;
} Counted;

static int
compare_counted (const void *a,
                 const void *b)
{
  const Counted *first = a;
  const Counted *second = b;

  if (first->count != second->count)
    return first->count > second->count ? -1 : 1;
  return strcmp (first->token, second->token);
}

DsVocabulary *
ds_vocabulary_new_counted (const DsTokenizer *tokenizer,
                           GHashTable        *counts,
                           guint              size,
                           guint              min_count)
{
  g_autoptr (GArray) all = g_array_new (FALSE, FALSE, sizeof (Counted));
  GPtrArray *tokens = g_ptr_array_new_with_free_func (g_free);
  DsVocabulary *self;
  GHashTableIter iter;
  void *token;
  void *count;

  for (int i = 0; i < N_SPECIAL; i++)
    g_ptr_array_add (tokens, g_strdup (special[i][0]));

  g_hash_table_iter_init (&iter, counts);
  while (g_hash_table_iter_next (&iter, &token, &count))
    {
      Counted counted = { token, *(const guint64 *) count };
      gboolean is_special = FALSE;

      for (int i = 0; i < N_SPECIAL; i++)
        is_special = is_special || strcmp (special[i][0], token) == 0;
      if (!is_special && counted.count >= min_count)
        g_array_append_val (all, counted);
    }

  g_array_sort (all, compare_counted);
  if (size == 0 || size > DS_MAX_TOKENS)
    size = DS_MAX_TOKENS;
  for (guint i = 0; i < all->len && tokens->len < size; i++)
    g_ptr_array_add (tokens, g_strdup (g_array_index (all, Counted, i).token));

  self = ds_vocabulary_new (tokenizer, tokens, tokenizer->name, NULL);
  g_assert (self != NULL);
  return self;
}

const DsTokenizer *
ds_vocabulary_get_tokenizer (const DsVocabulary *self)
{
  return self->tokenizer;
}

guint
ds_vocabulary_get_size (const DsVocabulary *self)
{
  return self->tokens->len;
}

const char *
ds_vocabulary_get_token (const DsVocabulary *self,
                         gint32              id)
{
  g_assert (id >= 0 && (guint) id < self->tokens->len);
  return self->tokens->pdata[id];
}

gint32
ds_vocabulary_find (const DsVocabulary *self,
                    const char         *token)
{
  return (gint32) GPOINTER_TO_UINT (g_hash_table_lookup (self->ids, token)) - 1;
}

gint32
ds_vocabulary_get_unknown (const DsVocabulary *self)
{
  return self->special[UNKNOWN];
}

gint32
ds_vocabulary_get_begin (const DsVocabulary *self)
{
  return self->special[BEGIN];
}

gint32
ds_vocabulary_get_end (const DsVocabulary *self)
{
  return self->special[END];
}

gboolean
ds_vocabulary_keeps_case (const DsVocabulary *self)
{
  return self->keeps_case;
}

gint32
ds_vocabulary_join (const DsVocabulary *self,
                    const char         *left,
                    gsize               n_left,
                    const char         *right,
                    gsize               n_right)
{
  char line[256];

  if (n_left + n_right + 2 > sizeof line)
    return -1;

  memcpy (line, left, n_left);
  line[n_left] = ' ';
  memcpy (line + n_left + 1, right, n_right);
  line[n_left + 1 + n_right] = '\0';
  return (gint32) GPOINTER_TO_UINT (g_hash_table_lookup (self->joined, line)) - 1;
}

void
ds_vocabulary_set_lengths (DsVocabulary    *self,
                           const DsLengths *lengths)
{
  self->lengths = *lengths;
}

DsLengths
ds_vocabulary_get_lengths (const DsVocabulary *self)
{
  return self->lengths;
}

/* A text that spells a special token out is not that token. */
gint32
ds_vocabulary_look_up (const DsVocabulary *self,
                       DsPieces           *pieces,
                       guint               index)
{
  gint32 id = ds_vocabulary_find (self, ds_pieces_spell (pieces, index));

  return id < 0 || id == self->special[PADDING] || id == self->special[BEGIN]
         || id == self->special[END] ? self->special[UNKNOWN] : id;
}

static void
cut (const DsVocabulary *self,
     const char         *text,
     DsPieces           *pieces)
{
  ds_pieces_reset (pieces);
  if (g_utf8_validate (text, -1, NULL))
    self->tokenizer->split (self, text, pieces);
  else
    {
      g_autofree char *valid = g_utf8_make_valid (text, -1);

      self->tokenizer->split (self, valid, pieces);
    }
}

DsTokenCount
ds_vocabulary_encode (const DsVocabulary *self,
                      const char         *text,
                      gboolean            is_answer,
                      gint32             *row,
                      guint               length,
                      DsPieces           *pieces)
{
  gboolean begins = self->tokenizer->bounds && !is_answer;
  gboolean ends = self->tokenizer->bounds || is_answer;
  DsTokenCount count = { 0 };
  guint used = 0;

  cut (self, text, pieces);
  count.n_tokens = pieces->list->len + begins + ends;

  if (begins && used < length)
    row[used++] = self->special[BEGIN];
  for (guint i = 0; i < pieces->list->len; i++)
    {
      gint32 id = ds_vocabulary_look_up (self, pieces, i);

      count.n_unknown += id == self->special[UNKNOWN];
      if (used + ends < length)
        row[used++] = id;
    }
  if (ends && used < length)
    row[used++] = self->special[END];
  if (used == 0 && length > 0)
    row[used++] = self->special[UNKNOWN];       /* a row of length 0 would be no text */
  while (used < length)
    row[used++] = DS_PADDING;

  return count;
}

void
ds_vocabulary_widen (const DsVocabulary *self,
                     const gint32       *ids,
                     gsize               count,
                     gint64             *out)
{
  for (gsize i = 0; i < count; i++)
    out[i] = ids[i] >= 0 && (guint) ids[i] < self->tokens->len ? ids[i] : self->special[UNKNOWN];
}

char *
ds_vocabulary_decode (const DsVocabulary *self,
                      const gint32       *ids,
                      gsize               n)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (gsize i = 0; i < n && ids[i] != self->special[END]; i++)
    {
      const char *token;
      g_autofree char *joined = NULL;

      if (ids[i] < 0 || (guint) ids[i] >= self->tokens->len || ids[i] == DS_PADDING
          || ids[i] == self->special[BEGIN])
        continue;

      token = self->tokens->pdata[ids[i]];
      if (self->tokenizer->joins)
        joined = spell (token);
      self->tokenizer->append (text, joined != NULL ? joined : token);
    }

  return g_utf8_make_valid (text->str, (gssize) text->len);
}
