/* markdown-text.c: what can be made of a page that has been read
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "exercises/markdown.h"

static guint
count_words (const char *text)
{
  gboolean inside = FALSE;
  guint n = 0;

  for (; *text != '\0'; text = g_utf8_next_char (text))
    {
      gunichar c = g_utf8_get_char (text);
      gboolean letter = g_unichar_isalnum (c);
      gboolean wide = letter && g_unichar_iswide (c);

      if (wide || (letter && !inside))
        n++;
      inside = letter && !wide;
    }

  return n;
}

guint
ex_markdown_count_words (const ExMarkdown *self)
{
  guint n_blocks;
  const ExBlock *blocks = ex_markdown_get_blocks (self, &n_blocks);
  guint n = 0;

  for (guint i = 0; i < n_blocks; i++)
    {
      guint n_spans;
      const ExSpan *spans = ex_markdown_get_spans (self, &blocks[i], &n_spans);

      for (guint j = 0; j < n_spans; j++)
        if (spans[j].kind == EX_SPAN_TEXT || spans[j].kind == EX_SPAN_LINK)
          n += count_words (spans[j].text);
    }

  return n;
}

static void
append_span (GString      *markup,
             const ExSpan *span)
{
  g_autofree char *text = g_markup_escape_text (span->text, -1);
  g_autofree char *target = NULL;

  switch (span->kind)
    {
    case EX_SPAN_CODE:
    case EX_SPAN_FORMULA:
      g_string_append_printf (markup, "<tt>%s</tt>", text);
      break;

    case EX_SPAN_LINK:
      target = g_markup_escape_text (span->target, -1);
      g_string_append_printf (markup, "<a href=\"%s\">%s</a>", target, text);
      break;

    case EX_SPAN_BREAK:
      g_string_append_c (markup, '\n');
      break;

    case EX_SPAN_CELL:
      g_string_append_c (markup, '\t');
      break;

    case EX_SPAN_TEXT:
    default:
      g_string_append (markup, text);
      break;
    }
}

char *
ex_spans_to_markup (const ExSpan *spans,
                    guint         n_spans)
{
  GString *markup = g_string_new (NULL);

  for (guint i = 0; i < n_spans; i++)
    {
      ExStyle style = spans[i].style;

      if (style & EX_STYLE_STRONG)
        g_string_append (markup, "<b>");
      if (style & EX_STYLE_EMPHASIS)
        g_string_append (markup, "<i>");
      append_span (markup, &spans[i]);
      if (style & EX_STYLE_EMPHASIS)
        g_string_append (markup, "</i>");
      if (style & EX_STYLE_STRONG)
        g_string_append (markup, "</b>");
    }

  return g_string_free (markup, FALSE);
}
