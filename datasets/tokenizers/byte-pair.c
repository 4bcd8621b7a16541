/* byte-pair.c: bytes that are joined to ever longer tokens
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "datasets/tokenizer.h"

#include "datasets/vocabulary.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* The tokenizer of GPT-2 (Radford et al. 2019), RoBERTa and BART.  A text is
 * cut into words with the blank before them, numbers, signs and endings such
 * as 's.  Each is taken as bytes, and each byte as a character that can be
 * seen: itself where it can, and one from 256 on where it cannot.  Then the
 * two neighbours that the vocabulary joins earliest become one, until there
 * are none.
 *
 * A vocabulary file has a line for each joining, and the tokens are numbered
 * as there, behind the 256 bytes.  GPT-2 has no padding: ours puts the special
 * tokens in front, so that every id of GPT-2 is N_SPECIAL less than here.  A
 * token is kept as its line, “Ġ the”, which tells what it is made of. */

#define N_BYTES      256
#define LONGEST_WORD 1024       /* bytes; longer ones are cut */
#define TEXT_END     "<|endoftext|>"

static const char * const special[] = { "<pad>", "<unk>", "<bos>", "<eos>" };

static gboolean
is_seen (int byte)
{
  return (byte >= '!' && byte <= '~') || (byte >= 0xA1 && byte <= 0xAC) || byte >= 0xAE;
}

/* The unseen bytes are 0 to 32, 127 to 160, and 173. */
static gunichar
character_of (int byte)
{
  if (is_seen (byte))
    return byte;
  if (byte <= 32)
    return N_BYTES + byte;
  if (byte <= 160)
    return N_BYTES + 33 + byte - 127;
  return N_BYTES + 67;
}

/* The byte that @c stands for, or -1. */
static int
byte_of (gunichar c)
{
  int place = (int) c - N_BYTES;

  if (c < N_BYTES)
    return is_seen ((int) c) ? (int) c : -1;
  if (place <= 32)
    return place;
  if (place < 67)
    return place - 33 + 127;
  return place == 67 ? 173 : -1;
}

static gboolean
is_gap (gunichar c)
{
  GUnicodeType type = g_unichar_type (c);

  return (c >= 9 && c <= 13) || c == 0x85 || type == G_UNICODE_SPACE_SEPARATOR
         || type == G_UNICODE_LINE_SEPARATOR || type == G_UNICODE_PARAGRAPH_SEPARATOR;
}

static gboolean
is_number (gunichar c)
{
  GUnicodeType type = g_unichar_type (c);

  return type == G_UNICODE_DECIMAL_NUMBER || type == G_UNICODE_LETTER_NUMBER
         || type == G_UNICODE_OTHER_NUMBER;
}

static gboolean
is_sign (gunichar c)
{
  return !is_gap (c) && !g_unichar_isalpha (c) && !is_number (c);
}

static const char *
skip (const char *c,
      gboolean  (*is_kind) (gunichar c))
{
  while (*c != '\0' && is_kind (g_utf8_get_char (c)))
    c = g_utf8_next_char (c);

  return c;
}

/* The end of the word that begins at @c; GPT-2's pattern is
 * 's|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+ */
static const char *
word_end (const char *c)
{
  static const char * const endings[] = { "'s", "'t", "'re", "'ve", "'m", "'ll", "'d" };
  gboolean (* const kinds[]) (gunichar c) = { g_unichar_isalpha, is_number, is_sign };
  const char *behind = *c == ' ' ? c + 1 : c;
  const char *gap;

  for (gsize i = 0; i < G_N_ELEMENTS (endings); i++)
    if (g_str_has_prefix (c, endings[i]))
      return c + strlen (endings[i]);

  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (skip (behind, kinds[i]) > behind)
      return skip (behind, kinds[i]);

  /* The last blank belongs to the word behind it. */
  gap = skip (c, is_gap);
  if (*gap != '\0' && g_utf8_prev_char (gap) > c)
    return g_utf8_prev_char (gap);
  return gap;
}

/* A part of a word: bytes of its spelling, and of the text. */
typedef struct
{
  gsize from;
  gsize to;
  gsize begin;
  gsize end;
} Part;

/* Spells the bytes of a word; each is a part.  */
static void
spell_bytes (const char *text,
             const char *word,
             const char *end,
             GString    *spelling,
             GArray     *parts)
{
  g_string_truncate (spelling, 0);
  g_array_set_size (parts, 0);
  for (const char *c = word; c < end; c++)
    {
      Part part = { spelling->len, 0, c - text, c - text + 1 };

      g_string_append_unichar (spelling, character_of ((guint8) *c));
      part.to = spelling->len;
      g_array_append_val (parts, part);
    }
}

/* The place of the two neighbours that are joined earliest, or -1. */
static int
find_earliest (const DsVocabulary *vocabulary,
               const char         *spelling,
               GArray             *parts)
{
  gint32 earliest = G_MAXINT32;
  int place = -1;

  for (guint i = 0; i + 1 < parts->len; i++)
    {
      const Part *left = &g_array_index (parts, Part, i);
      const Part *right = left + 1;
      gint32 joined = ds_vocabulary_join (vocabulary, spelling + left->from, left->to - left->from,
                                          spelling + right->from, right->to - right->from);

      if (joined >= 0 && joined < earliest)
        {
          earliest = joined;
          place = (int) i;
        }
    }

  return place;
}

/* Joining takes time that grows with the square of a word's length. */
static const char *
whole_end (const char *word,
           const char *end)
{
  if (end - word > LONGEST_WORD)
    for (end = word + LONGEST_WORD; (*end & 0xC0) == 0x80; )
      end--;

  return end;
}

static void
split (const DsVocabulary *vocabulary,
       const char         *text,
       DsPieces           *pieces)
{
  g_autoptr (GString) spelling = g_string_new (NULL);
  g_autoptr (GArray) parts = g_array_new (FALSE, FALSE, sizeof (Part));
  const char *end;

  for (const char *word = text; *word != '\0'; word = end)
    {
      int place;

      end = whole_end (word, word_end (word));
      spell_bytes (text, word, end, spelling, parts);
      while ((place = find_earliest (vocabulary, spelling->str, parts)) >= 0)
        {
          Part *left = &g_array_index (parts, Part, place);

          left->to = left[1].to;
          left->end = left[1].end;
          g_array_remove_index (parts, (guint) place + 1);
        }

      for (guint i = 0; i < parts->len; i++)
        {
          const Part *part = &g_array_index (parts, Part, i);
          gsize spelled = pieces->spelling->len;

          g_string_append_len (pieces->spelling, spelling->str + part->from,
                               part->to - part->from);
          ds_pieces_end (pieces, spelled, part->begin, part->end);
        }
    }
}

static void
append (GString    *text,
        const char *token)
{
  for (const char *c = token; *c != '\0'; c = g_utf8_next_char (c))
    {
      int byte = byte_of (g_utf8_get_char (c));

      if (byte >= 0)
        g_string_append_c (text, (char) byte);
    }
}

static void
add_byte (GPtrArray *tokens,
          int        byte)
{
  char character[6 + 1] = "";

  g_unichar_to_utf8 (character_of (byte), character);
  g_ptr_array_add (tokens, g_strdup (character));
}

static void
read_tokens (char      **lines,
             GPtrArray  *tokens)
{
  for (gsize i = 0; i < G_N_ELEMENTS (special); i++)
    g_ptr_array_add (tokens, g_strdup (special[i]));

  /* The bytes that can be seen come first. */
  for (int i = 0; i < 2 * N_BYTES; i++)
    if (is_seen (i % N_BYTES) == (i < N_BYTES))
      add_byte (tokens, i % N_BYTES);

  for (int i = 0; lines[i] != NULL; i++)
    if (lines[i][0] != '\0' && !g_str_has_prefix (lines[i], "#version"))
      g_ptr_array_add (tokens, g_strdup (lines[i]));
  g_ptr_array_add (tokens, g_strdup (TEXT_END));
}

const DsTokenizer ds_tokenizer_byte_pair = {
  .name    = "byte-pair",
  .title   = N_("Byte pairs (GPT-2)"),
  .summary = N_("Bytes, joined as the vocabulary of GPT-2 or BART says, a file “vocab.bpe”; "
                "nothing is unknown."),
  .file    = "vocab.bpe",
  .joins   = TRUE,
  .split   = split,
  .append  = append,
  .read    = read_tokens,
};
