/* words.c: words in lower case, punctuation apart
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "datasets/tokenizer.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* The rules of “basic_english”, which the course uses (torchtext): lower case;
 * ' . , ( ) ! ? are tokens of their own; double quotes vanish; ; : and <br />
 * part words.  In addition each Chinese character is a token, because nothing
 * parts them. */

#define LINE_BREAK "<br />"

static gboolean
is_alone (gunichar c)
{
  return (c < 128 && strchr ("'.,()!?", (int) c) != NULL) || (c >= 0x3001 && c <= 0x3002)
         || (c >= 0x3400 && c <= 0x4DBF) || (c >= 0x4E00 && c <= 0x9FFF)
         || (c >= 0xF900 && c <= 0xFAFF) || (c >= 0x20000 && c <= 0x2FA1F)
         || c == 0xFF0C || c == 0xFF01 || c == 0xFF1F || c == 0xFF1A || c == 0xFF1B;
}

static gboolean
is_gap (gunichar c)
{
  return c == ';' || c == ':' || g_unichar_isspace (c) || g_unichar_iscntrl (c);
}

/* The characters of the word that is being put together. */
typedef struct
{
  DsPieces *pieces;
  gsize     spelled;
  gsize     begin;
  gsize     end;
} Word;

static void
end_word (Word *word)
{
  if (word->pieces->spelling->len > word->spelled)
    ds_pieces_end (word->pieces, word->spelled, word->begin, word->end);
  word->spelled = word->pieces->spelling->len;
}

static void
add_character (Word     *word,
               gunichar  c,
               gsize     begin,
               gsize     end)
{
  if (word->pieces->spelling->len == word->spelled)
    word->begin = begin;
  word->end = end;
  if (c < 128)
    g_string_append_c (word->pieces->spelling, g_ascii_tolower ((char) c));
  else
    g_string_append_unichar (word->pieces->spelling, g_unichar_tolower (c));
}

static void
split (const DsVocabulary *vocabulary,
       const char         *text,
       DsPieces           *pieces)
{
  Word word = { pieces, pieces->spelling->len };
  const char *next;

  for (const char *c = text; *c != '\0'; c = next)
    {
      gunichar character = g_utf8_get_char (c);
      gsize at = c - text;

      next = g_utf8_next_char (c);
      if (character == '<' && strncmp (c, LINE_BREAK, strlen (LINE_BREAK)) == 0)
        {
          end_word (&word);
          next = c + strlen (LINE_BREAK);
        }
      else if (is_gap (character))
        end_word (&word);
      else if (is_alone (character))
        {
          end_word (&word);
          add_character (&word, character, at, next - text);
          end_word (&word);
        }
      else if (character != '"')
        add_character (&word, character, at, next - text);
    }

  end_word (&word);
}

static void
append (GString    *text,
        const char *token)
{
  if (text->len > 0)
    g_string_append_c (text, ' ');
  g_string_append (text, token);
}

const DsTokenizer ds_tokenizer_words = {
  .name    = "words",
  .title   = N_("Words"),
  .summary = N_("Words in lower case, with punctuation and Chinese characters as tokens of their "
                "own."),
  .split   = split,
  .append  = append,
};
