/* characters.c: each character is a token
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "datasets/tokenizer.h"

#include <glib/gi18n-lib.h>

static void
split (const DsVocabulary *vocabulary,
       const char         *text,
       DsPieces           *pieces)
{
  for (const char *c = text; *c != '\0'; )
    {
      const char *next = g_utf8_next_char (c);
      gsize spelled = pieces->spelling->len;

      g_string_append_len (pieces->spelling, c, next - c);
      ds_pieces_end (pieces, spelled, c - text, next - text);
      c = next;
    }
}

static void
append (GString    *text,
        const char *token)
{
  g_string_append (text, token);
}

const DsTokenizer ds_tokenizer_characters = {
  .name    = "characters",
  .title   = N_("Characters"),
  .summary = N_("Each character is a token: a small vocabulary and long rows."),
  .split   = split,
  .append  = append,
};
