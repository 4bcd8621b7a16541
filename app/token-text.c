/* token-text.c: a text with its tokens made visible
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "app/token-text.h"

#include <glib/gi18n.h>

/* Shares of 65,535; strong enough to be told apart on a light and a dark ground. */
#define LIGHT_SHADE 7000
#define DARK_SHADE  16000
#define ALARM_SHADE 20000
#define PALE        26000

static void
add (PangoAttrList  *list,
     PangoAttribute *attribute,
     gsize           begin,
     gsize           end)
{
  attribute->start_index = (guint) begin;
  attribute->end_index = (guint) end;
  pango_attr_list_insert (list, attribute);
}

static void
shade (PangoAttrList *list,
       const DsPiece *piece,
       gboolean       is_unknown,
       gboolean       is_even)
{
  /* The red and the blue of GNOME's palette. */
  if (is_unknown)
    {
      add (list, pango_attr_background_new (0xC0C0, 0x1C1C, 0x2828), piece->begin, piece->end);
      add (list, pango_attr_background_alpha_new (ALARM_SHADE), piece->begin, piece->end);
      add (list, pango_attr_underline_new (PANGO_UNDERLINE_SINGLE), piece->begin, piece->end);
      return;
    }

  add (list, pango_attr_background_new (0x3535, 0x8484, 0xE4E4), piece->begin, piece->end);
  add (list, pango_attr_background_alpha_new (is_even ? LIGHT_SHADE : DARK_SHADE), piece->begin,
       piece->end);
}

PangoAttrList *
app_token_text_style (const DsVocabulary *vocabulary,
                      const char         *text,
                      guint               length)
{
  PangoAttrList *list = pango_attr_list_new ();
  const DsTokenizer *tokenizer = ds_vocabulary_get_tokenizer (vocabulary);
  guint room = length - MIN (length, tokenizer->bounds ? 2 : 0);
  g_auto (DsPieces) pieces = { NULL };

  ds_pieces_init (&pieces);
  tokenizer->split (vocabulary, text, &pieces);
  for (guint i = 0; i < pieces.list->len; i++)
    {
      const DsPiece *piece = ds_pieces_get (&pieces, i);
      gint32 id = ds_vocabulary_look_up (vocabulary, &pieces, i);

      if (i < room)
        shade (list, piece, id == ds_vocabulary_get_unknown (vocabulary), i % 2 == 0);
      else
        add (list, pango_attr_foreground_alpha_new (PALE), piece->begin, piece->end);
    }

  return list;
}

char *
app_token_text_describe (const gint32 *row,
                         gsize         length)
{
  g_autoptr (GString) text = g_string_new (NULL);
  gsize used = length;

  while (used > 0 && row[used - 1] == DS_PADDING)
    used--;
  for (gsize i = 0; i < used; i++)
    g_string_append_printf (text, "%s%d", i > 0 ? " " : "", row[i]);
  if (used == length)
    return g_string_free (g_steal_pointer (&text), FALSE);

  /* Translators: ids of tokens, then a number: "12 5 873 and 4 of padding". */
  return g_strdup_printf (_("%s and %u of padding"), text->str, (guint) (length - used));
}
