/* word-piece.c: words in the longest pieces that the vocabulary has
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "datasets/tokenizer.h"

#include "datasets/vocabulary.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* The tokenizer of BERT (Devlin et al. 2019): control characters vanish,
 * Chinese characters and punctuation stand alone; a vocabulary without capital
 * letters has words in lower case and without accents.  A word is then cut
 * greedily, from its front, into the longest tokens; those inside a word begin
 * with ##.  A word that cannot be cut to its end is the unknown token. */

#define UNKNOWN      "[UNK]"
#define INSIDE       "##"
#define LONGEST_WORD 100        /* characters */
#define MOST_PARTS   18         /* of one character that is taken apart */

/* One word as the vocabulary has it, and where its characters come from. */
typedef struct
{
  const DsVocabulary *vocabulary;
  DsPieces           *pieces;
  GString            *letters;
  GArray             *begins;   /* gsize: for each byte of @letters, the place in the text */
  GArray             *ends;
  guint               n_letters;
  GString            *piece;    /* memory for looking up */
} Word;

static gboolean
is_chinese (gunichar c)
{
  return (c >= 0x4E00 && c <= 0x9FFF) || (c >= 0x3400 && c <= 0x4DBF)
         || (c >= 0x20000 && c <= 0x2A6DF) || (c >= 0x2A700 && c <= 0x2B73F)
         || (c >= 0x2B740 && c <= 0x2B81F) || (c >= 0x2B820 && c <= 0x2CEAF)
         || (c >= 0xF900 && c <= 0xFAFF) || (c >= 0x2F800 && c <= 0x2FA1F);
}

/* ASCII has signs such as $ and ~ that Unicode counts as symbols; those beyond
 * ASCII, such as €, are no punctuation here. */
static gboolean
is_punctuation (gunichar c)
{
  GUnicodeType type = g_unichar_type (c);

  if (c < 128)
    return g_ascii_ispunct ((char) c);

  return type == G_UNICODE_CONNECT_PUNCTUATION || type == G_UNICODE_DASH_PUNCTUATION
         || type == G_UNICODE_OPEN_PUNCTUATION || type == G_UNICODE_CLOSE_PUNCTUATION
         || type == G_UNICODE_INITIAL_PUNCTUATION || type == G_UNICODE_FINAL_PUNCTUATION
         || type == G_UNICODE_OTHER_PUNCTUATION;
}

static gboolean
is_gap (gunichar c)
{
  return c == ' ' || c == '\t' || c == '\n' || c == '\r'
         || g_unichar_type (c) == G_UNICODE_SPACE_SEPARATOR;
}

static gboolean
vanishes (gunichar c)
{
  GUnicodeType type = g_unichar_type (c);

  return type == G_UNICODE_CONTROL || type == G_UNICODE_FORMAT || type == G_UNICODE_SURROGATE
         || type == G_UNICODE_PRIVATE_USE || type == G_UNICODE_UNASSIGNED || c == 0xFFFD;
}

static void
add_letter (Word     *word,
            gunichar  c,
            gsize     begin,
            gsize     end)
{
  gsize before = word->letters->len;

  g_string_append_unichar (word->letters, c);
  for (gsize i = before; i < word->letters->len; i++)
    {
      g_array_append_val (word->begins, begin);
      g_array_append_val (word->ends, end);
    }
  word->n_letters++;
}

/* Adds @c as the vocabulary would have it. */
static void
add_character (Word     *word,
               gunichar  c,
               gsize     begin,
               gsize     end)
{
  gunichar parts[MOST_PARTS] = { c };
  gsize n = 1;

  if (ds_vocabulary_keeps_case (word->vocabulary) || c < 128)
    {
      add_letter (word, ds_vocabulary_keeps_case (word->vocabulary) ? c : g_unichar_tolower (c),
                  begin, end);
      return;
    }

  n = g_unichar_fully_decompose (g_unichar_tolower (c), FALSE, parts, MOST_PARTS);
  for (gsize i = 0; i < MIN (n, MOST_PARTS); i++)
    if (g_unichar_type (parts[i]) != G_UNICODE_NON_SPACING_MARK)
      add_letter (word, parts[i], begin, end);
}

/* The longest token at byte @from of the word; its end, or 0. */
static gsize
find_longest (Word  *word,
              gsize  from)
{
  const char *letters = word->letters->str;
  gsize to = word->letters->len;

  while (to > from)
    {
      g_string_assign (word->piece, from > 0 ? INSIDE : "");
      g_string_append_len (word->piece, letters + from, to - from);
      if (ds_vocabulary_find (word->vocabulary, word->piece->str) >= 0)
        return to;
      to = g_utf8_prev_char (letters + to) - letters;
    }

  return 0;
}

static void
end_piece (Word       *word,
           const char *spelling,
           gsize       from,
           gsize       to)
{
  gsize spelled = word->pieces->spelling->len;

  g_string_append (word->pieces->spelling, spelling);
  ds_pieces_end (word->pieces, spelled, g_array_index (word->begins, gsize, from),
                 g_array_index (word->ends, gsize, to - 1));
}

static void
end_word (Word *word)
{
  guint n_before = word->pieces->list->len;
  gsize length = word->letters->len;
  gsize from = 0;

  while (from < length)
    {
      gsize to = word->n_letters > LONGEST_WORD ? 0 : find_longest (word, from);

      if (to == 0)
        {
          g_array_set_size (word->pieces->list, n_before);
          end_piece (word, UNKNOWN, 0, length);
          break;
        }
      end_piece (word, word->piece->str, from, to);
      from = to;
    }

  g_string_truncate (word->letters, 0);
  g_array_set_size (word->begins, 0);
  g_array_set_size (word->ends, 0);
  word->n_letters = 0;
}

static void
split (const DsVocabulary *vocabulary,
       const char         *text,
       DsPieces           *pieces)
{
  g_autoptr (GString) letters = g_string_new (NULL);
  g_autoptr (GString) piece = g_string_new (NULL);
  g_autoptr (GArray) begins = g_array_new (FALSE, FALSE, sizeof (gsize));
  g_autoptr (GArray) ends = g_array_new (FALSE, FALSE, sizeof (gsize));
  Word word = { vocabulary, pieces, letters, begins, ends, 0, piece };
  const char *next;

  for (const char *c = text; *c != '\0'; c = next)
    {
      gunichar character = g_utf8_get_char (c);
      gboolean alone = is_chinese (character) || is_punctuation (character);

      next = g_utf8_next_char (c);
      if (is_gap (character))
        end_word (&word);
      else if (!vanishes (character))
        {
          if (alone)
            end_word (&word);
          add_character (&word, character, c - text, next - text);
          if (alone)
            end_word (&word);
        }
    }

  end_word (&word);
}

static void
append (GString    *text,
        const char *token)
{
  if (g_str_has_prefix (token, INSIDE))
    token += strlen (INSIDE);
  else if (text->len > 0)
    g_string_append_c (text, ' ');
  g_string_append (text, token);
}

static void
read_tokens (char      **lines,
             GPtrArray  *tokens)
{
  for (int i = 0; lines[i] != NULL; i++)
    if (lines[i][0] != '\0' || lines[i + 1] != NULL)
      g_ptr_array_add (tokens, g_strdup (lines[i]));
}

const DsTokenizer ds_tokenizer_word_piece = {
  .name    = "word-piece",
  .title   = N_("Word pieces (BERT)"),
  .summary = N_("Words in pieces from the vocabulary of a BERT model, a file “vocab.txt”."),
  .file    = "vocab.txt",
  .bounds  = TRUE,
  .split   = split,
  .append  = append,
  .read    = read_tokens,
};
