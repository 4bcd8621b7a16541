/* vocabulary.h: the tokens that a network knows, and their numbers
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "datasets/error.h"
#include "datasets/tokenizer.h"

G_BEGIN_DECLS

/* A network that has learned from texts is worth nothing without the list of
 * its tokens, so this is saved beside the weights.  Padding is token 0 in every
 * vocabulary.  Atomically reference-counted; immutable, so any thread may
 * read. */

#define DS_PADDING 0

/* More tokens, or longer rows of them, than anybody has memory for. */
#define DS_MAX_TOKENS 4000000
#define DS_MAX_LENGTH 65536

/* How many tokens the rows have that texts and answers become: what does not
 * fit is cut off, and padding fills up. */
typedef struct
{
  guint item;
  guint answer;                 /* 0 when answers are no texts */
} DsLengths;

/* What is known of one text besides its ids. */
typedef struct
{
  guint n_tokens;               /* before anything is cut off */
  guint n_unknown;              /* of them */
} DsTokenCount;

/* The most frequent of @counts (token → pointer to a guint64) that occur
 * @min_count times, at most @size with the four special ones; 0 for no bound.
 * Equally frequent ones are in the order of their bytes. */
DsVocabulary       *ds_vocabulary_new_counted (const DsTokenizer   *tokenizer,
                                               GHashTable          *counts,
                                               guint                size,
                                               guint                min_count)
                                               G_GNUC_WARN_UNUSED_RESULT;

/* The vocabulary file at @path for a tokenizer that needs one. */
DsVocabulary       *ds_vocabulary_read        (const DsTokenizer   *tokenizer,
                                               const char          *path,
                                               GError             **error)
                                               G_GNUC_WARN_UNUSED_RESULT;

/* The same from bytes, which @name names in messages. */
DsVocabulary       *ds_vocabulary_read_bytes  (const DsTokenizer   *tokenizer,
                                               const char          *bytes,
                                               gsize                n_bytes,
                                               const char          *name,
                                               GError             **error)
                                               G_GNUC_WARN_UNUSED_RESULT;

/* Our own form, which has all that is needed, and back. (transfer full) */
char               *ds_vocabulary_print       (DsVocabulary        *self)
                                               G_GNUC_WARN_UNUSED_RESULT;
DsVocabulary       *ds_vocabulary_parse       (const char          *text,
                                               gsize                n_bytes,
                                               const char          *name,
                                               GError             **error)
                                               G_GNUC_WARN_UNUSED_RESULT;

DsVocabulary       *ds_vocabulary_ref         (DsVocabulary        *self)
                                               G_GNUC_WARN_UNUSED_RESULT;
void                ds_vocabulary_unref       (DsVocabulary        *self);

const DsTokenizer  *ds_vocabulary_get_tokenizer (const DsVocabulary *self);
guint               ds_vocabulary_get_size    (const DsVocabulary  *self);
const char         *ds_vocabulary_get_token   (const DsVocabulary  *self,
                                               gint32               id);

/* -1 where there is no such token. */
gint32              ds_vocabulary_find        (const DsVocabulary  *self,
                                               const char          *token);
gint32              ds_vocabulary_get_unknown (const DsVocabulary  *self);
gint32              ds_vocabulary_get_begin   (const DsVocabulary  *self);
gint32              ds_vocabulary_get_end     (const DsVocabulary  *self);

/* Whether upper and lower case are told apart. */
gboolean            ds_vocabulary_keeps_case  (const DsVocabulary  *self);

/* The token that two join to, whose number says how early; -1 for none. */
gint32              ds_vocabulary_join        (const DsVocabulary  *self,
                                               const char          *left,
                                               gsize                n_left,
                                               const char          *right,
                                               gsize                n_right);

/* For its maker, before others see it. */
void                ds_vocabulary_set_lengths (DsVocabulary        *self,
                                               const DsLengths     *lengths);
DsLengths           ds_vocabulary_get_lengths (const DsVocabulary  *self);

/* The id of piece @index. */
gint32              ds_vocabulary_look_up     (const DsVocabulary  *self,
                                               DsPieces            *pieces,
                                               guint                index);

/* Cuts @text, which need not be valid UTF-8, and writes @length ids to @row.
 * An @is_answer ends with the end token, even when it is cut off; other texts
 * have both ends if the tokenizer says so.  @pieces is memory to work in. */
DsTokenCount        ds_vocabulary_encode      (const DsVocabulary  *self,
                                               const char          *text,
                                               gboolean             is_answer,
                                               gint32              *row,
                                               guint                length,
                                               DsPieces            *pieces);

/* @count ids as networks take them.  One that the vocabulary does not have, which
 * would be looked up behind a table, becomes the unknown token. */
void                ds_vocabulary_widen       (const DsVocabulary  *self,
                                               const gint32        *ids,
                                               gsize                count,
                                               gint64              *out);

/* The text of @n ids without special tokens, up to the end token.
 * (transfer full) */
char               *ds_vocabulary_decode      (const DsVocabulary  *self,
                                               const gint32        *ids,
                                               gsize                n)
                                               G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (DsVocabulary, ds_vocabulary_unref)

G_END_DECLS
