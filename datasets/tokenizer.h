/* tokenizer.h: the record that describes one way of cutting texts into tokens
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _DsVocabulary DsVocabulary;
typedef struct _DsTokenizer DsTokenizer;

/* One token of a text: the bytes that it stands for, and how the vocabulary
 * spells it, which is often not what stands there. */
typedef struct
{
  gsize begin;
  gsize end;
  gsize spelling;               /* a string in the pieces' spelling */
} DsPiece;

/* The tokens of one text; the next text uses the memory again. */
typedef struct
{
  GArray  *list;                /* of DsPiece */
  GString *spelling;            /* strings with zero bytes between them */
} DsPieces;

void            ds_pieces_init     (DsPieces     *self);
void            ds_pieces_clear    (DsPieces     *self);
void            ds_pieces_reset    (DsPieces     *self);
const DsPiece  *ds_pieces_get      (DsPieces     *self,
                                    guint         index);
const char     *ds_pieces_spell    (DsPieces     *self,
                                    guint         index);

/* For tokenizers: append to the spelling of a piece, then end the piece. */
void            ds_pieces_end      (DsPieces     *self,
                                    gsize         spelled_from,
                                    gsize         begin,
                                    gsize         end);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (DsPieces, ds_pieces_clear)

/* The list on the data page, the project file, the command line and the tests
 * read this.  The list is tokenizers/meson.build. */
struct _DsTokenizer
{
  /* What it is called */
  const char   *name;           /* "words": unique, saved, never renamed */
  const char   *title;          /* N_() */
  const char   *summary;        /* N_(): one sentence with a full stop */

  /* What it is like */
  const char   *file;           /* the vocabulary file it needs, "vocab.txt"; NULL to count one */
  gboolean      bounds;         /* puts begin and end around every text */
  gboolean      joins;          /* its tokens “a b” are made of those before them */

  /* What it means.  @text is valid UTF-8; @vocabulary is NULL while one is
   * being counted.  append() writes @token to a text that is put together
   * again; what comes out is made valid UTF-8 afterwards. */
  void        (*split)         (const DsVocabulary  *vocabulary,
                                const char          *text,
                                DsPieces            *pieces);
  void        (*append)        (GString             *text,
                                const char          *token);

  /* The tokens of the lines of a vocabulary file, in the order of their numbers;
   * NULL where @file is. */
  void        (*read)          (char               **lines,
                                GPtrArray           *tokens);
};

/* The record called @name, or NULL; and the record at @position, or NULL
 * behind the last one. */
const DsTokenizer *ds_tokenizer_find (const char *name);
const DsTokenizer *ds_tokenizer_nth  (guint       position);

G_END_DECLS
