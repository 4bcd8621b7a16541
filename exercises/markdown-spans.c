/* markdown-spans.c: emphasis, code, formulas and links inside one block
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "exercises/markdown-spans.h"

#include "exercises/error.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* Two passes.  The first cuts the text into tokens: whatever is verbatim is
 * settled there, and runs of asterisks are kept aside.  The second pairs the
 * asterisks, when it is known which of them can close something. */

#define LINK_MAX_BYTES 300
#define RUN_MAX        3        /* longer runs of a mark are plain text */

typedef struct
{
  ExSpan   span;
  guint    stars;               /* length of a run of asterisks, or 0 */
  gboolean opens;
  gboolean closes;
} Token;

typedef struct
{
  const char    *start;
  const char    *at;
  gboolean       cells;
  GStringChunk  *strings;
  GArray        *spans;         /* ExSpan: finished */
  GArray        *tokens;        /* Token: of the cell or block being read */
  GString       *text;          /* plain text read since the newest token, or given out */
  ExStyle        style;         /* of that text while tokens are given out */

  /* No run of this length closes anything from here on.  Without this memory
   * a text of many lone marks would be searched to its end for each. */
  gboolean       no_code[RUN_MAX + 1];
  gboolean       no_formula[RUN_MAX + 1];
} Scanner;

static void
add_token (Scanner    *scanner,
           ExSpanKind  kind,
           const char *text,
           gsize       size,
           const char *target)
{
  Token token = { { kind } };

  token.span.text = g_string_chunk_insert_len (scanner->strings, text, size);
  token.span.target = target;
  g_array_append_val (scanner->tokens, token);
}

static void
end_text (Scanner *scanner)
{
  if (scanner->text->len > 0)
    add_token (scanner, EX_SPAN_TEXT, scanner->text->str, scanner->text->len, NULL);
  g_string_truncate (scanner->text, 0);
}

/* Ends the text being given out. */
static void
emit_text (Scanner *scanner)
{
  ExSpan span = { EX_SPAN_TEXT, scanner->style };

  if (scanner->text->len == 0)
    return;

  span.text = g_string_chunk_insert_len (scanner->strings, scanner->text->str,
                                         scanner->text->len);
  g_array_append_val (scanner->spans, span);
  g_string_truncate (scanner->text, 0);
}

/* Gives out @span in @style; texts of one style that touch become one. */
static void
emit (Scanner *scanner,
      ExSpan   span,
      ExStyle  style)
{
  if (style != scanner->style || span.kind != EX_SPAN_TEXT)
    emit_text (scanner);

  scanner->style = style;
  span.style = style;
  if (span.kind == EX_SPAN_TEXT)
    g_string_append (scanner->text, span.text);
  else
    g_array_append_val (scanner->spans, span);
}

/* What a run of asterisks does to @style; those that do nothing are text. */
static guint
apply_stars (const Token *token,
             gboolean     strong_ahead,
             gboolean     emphasis_ahead,
             ExStyle     *style)
{
  guint left = token->stars;

  if (left > RUN_MAX)
    return left;

  if (token->closes && left >= 2 && (*style & EX_STYLE_STRONG))
    {
      *style &= ~EX_STYLE_STRONG;
      left -= 2;
    }
  if (token->closes && left % 2 == 1 && (*style & EX_STYLE_EMPHASIS))
    {
      *style &= ~EX_STYLE_EMPHASIS;
      left -= 1;
    }
  if (token->opens && left >= 2 && !(*style & EX_STYLE_STRONG) && strong_ahead)
    {
      *style |= EX_STYLE_STRONG;
      left -= 2;
    }
  if (token->opens && left % 2 == 1 && !(*style & EX_STYLE_EMPHASIS) && emphasis_ahead)
    {
      *style |= EX_STYLE_EMPHASIS;
      left -= 1;
    }

  return left;
}

static void
resolve_tokens (Scanner *scanner)
{
  guint last_strong = 0;
  guint last_emphasis = 0;
  ExStyle style = EX_STYLE_PLAIN;

  end_text (scanner);
  for (guint i = 0; i < scanner->tokens->len; i++)
    {
      Token *token = &g_array_index (scanner->tokens, Token, i);

      if (!token->closes || token->stars > RUN_MAX)
        continue;
      if (token->stars >= 2)
        last_strong = i;
      if (token->stars % 2 == 1)
        last_emphasis = i;
    }

  for (guint i = 0; i < scanner->tokens->len; i++)
    {
      Token *token = &g_array_index (scanner->tokens, Token, i);
      guint left;

      if (token->stars == 0)
        {
          emit (scanner, token->span, style);
          continue;
        }

      left = apply_stars (token, last_strong > i, last_emphasis > i, &style);
      if (left > 0)
        {
          ExSpan stars = { EX_SPAN_TEXT };

          stars.text = token->span.text + (token->stars - left);
          emit (scanner, stars, style);
        }
    }

  emit_text (scanner);
  g_array_set_size (scanner->tokens, 0);
}

static guint
run_length (const char *at,
            char        mark)
{
  guint n = 0;

  while (at[n] == mark)
    n++;

  return n;
}

static const char *
find_code_end (const char *from,
               guint       run)
{
  for (const char *at = from; (at = strchr (at, '`')) != NULL;)
    {
      guint n = run_length (at, '`');

      if (n == run)
        return at;
      at += n;
    }

  return NULL;
}

/* A dollar closes a formula when there is no space before it, and one dollar
 * no digit behind it: “from $5 to $9” is about money. */
static const char *
find_formula_end (const char *from,
                  guint       run)
{
  const char *at = from;

  while (*at != '\0')
    {
      guint n = run_length (at, '$');

      if (n == run && !g_ascii_isspace (at[-1]) && (run == 2 || !g_ascii_isdigit (at[1])))
        return at;
      if (n == 0)
        n = *at == '\\' && at[1] != '\0' ? 2 : 1;
      at += n;
    }

  return NULL;
}

/* Code or a formula from here to the run that closes it; when there is none,
 * the marks are text. */
static void
scan_verbatim (Scanner    *scanner,
               char        mark,
               ExSpanKind  kind,
               guint       max_run)
{
  guint run = run_length (scanner->at, mark);
  const char *from = scanner->at + run;
  gboolean *none = kind == EX_SPAN_CODE ? scanner->no_code : scanner->no_formula;
  const char *end = NULL;

  if (run <= max_run && !none[run] && (kind == EX_SPAN_CODE || !g_ascii_isspace (*from)))
    {
      end = kind == EX_SPAN_CODE ? find_code_end (from, run) : find_formula_end (from, run);
      none[run] = end == NULL;
    }
  if (end == NULL || end == from)
    {
      g_string_append_len (scanner->text, scanner->at, run);
      scanner->at = from;
      return;
    }

  end_text (scanner);
  add_token (scanner, kind, from, end - from, NULL);
  scanner->at = end + run;
}

static void
scan_stars (Scanner *scanner)
{
  guint run = run_length (scanner->at, '*');
  const char *next = scanner->at + run;
  Token token = { { EX_SPAN_TEXT } };

  token.opens = *next != '\0' && !g_ascii_isspace (*next);
  token.closes = scanner->at > scanner->start && !g_ascii_isspace (scanner->at[-1]);
  token.stars = run;
  token.span.text = g_string_chunk_insert_len (scanner->strings, scanner->at, run);
  end_text (scanner);
  g_array_append_val (scanner->tokens, token);
  scanner->at = next;
}

/* “[text](target)”.  Addresses in the web are shown and not linked to: what
 * a lesson needs is in it. */
static gboolean
scan_link (Scanner  *scanner,
           GError  **error)
{
  const char *text = scanner->at + 1;
  const char *middle = g_strstr_len (text, LINK_MAX_BYTES, "](");
  const char *close = memchr (text, ']', strnlen (text, LINK_MAX_BYTES));
  const char *target = middle != NULL ? middle + 2 : NULL;
  const char *end;
  g_autofree char *copy = NULL;

  end = target != NULL ? memchr (target, ')', strnlen (target, LINK_MAX_BYTES)) : NULL;
  if (end == NULL || close != middle)
    {
      g_string_append_c (scanner->text, *scanner->at++);
      return TRUE;
    }

  copy = g_strndup (target, end - target);
  if (g_str_has_prefix (copy, "task:") || g_str_has_prefix (copy, "lesson:"))
    {
      end_text (scanner);
      add_token (scanner, EX_SPAN_LINK, text, middle - text,
                 g_string_chunk_insert (scanner->strings, copy));
    }
  else if (g_str_has_prefix (copy, "https://") || g_str_has_prefix (copy, "http://"))
    {
      g_string_append_len (scanner->text, text, middle - text);
      g_string_append_printf (scanner->text, " (%s)", copy);
    }
  else
    {
      g_set_error (error, EX_ERROR, EX_ERROR_LESSON,
                   _("a link leads to “%s”; it has to begin with “task:”, “lesson:” "
                     "or “https://”. Code goes between backquotes."),
                   copy);
      return FALSE;
    }

  scanner->at = end + 1;
  return TRUE;
}

/* Whether lines are joined without a space next to @c, as Chinese ones are. */
static gboolean
joins_closely (gunichar c)
{
  return g_unichar_iswide (c) || (c >= 0x2010 && c <= 0x2027);
}

static void
scan_newline (Scanner *scanner)
{
  gunichar before = ' ';
  gunichar after;

  scanner->at++;
  while (*scanner->at == ' ')
    scanner->at++;
  after = g_utf8_get_char (scanner->at);

  if (scanner->text->len > 0)
    {
      const char *end = scanner->text->str + scanner->text->len;

      before = g_utf8_get_char (g_utf8_prev_char (end));
    }
  if (!joins_closely (before) || !joins_closely (after))
    g_string_append_c (scanner->text, ' ');
}

static void
scan_backslash (Scanner *scanner)
{
  char next = scanner->at[1];

  if (next == '\n')
    {
      end_text (scanner);
      add_token (scanner, EX_SPAN_BREAK, "", 0, NULL);
      scanner->at += 2;
      while (*scanner->at == ' ')
        scanner->at++;
    }
  else if (g_ascii_ispunct (next))
    {
      g_string_append_c (scanner->text, next);
      scanner->at += 2;
    }
  else
    {
      g_string_append_c (scanner->text, *scanner->at++);
    }
}

static void
begin_cell (Scanner *scanner)
{
  ExSpan cell = { EX_SPAN_CELL };

  while (scanner->text->len > 0 && scanner->text->str[scanner->text->len - 1] == ' ')
    g_string_truncate (scanner->text, scanner->text->len - 1);
  resolve_tokens (scanner);
  cell.text = "";
  g_array_append_val (scanner->spans, cell);
  while (*scanner->at == ' ')
    scanner->at++;
}

static gboolean
scan_next (Scanner  *scanner,
           GError  **error)
{
  switch (*scanner->at)
    {
    case '`':
      scan_verbatim (scanner, '`', EX_SPAN_CODE, RUN_MAX);
      return TRUE;

    case '$':
      scan_verbatim (scanner, '$', EX_SPAN_FORMULA, 2);
      return TRUE;

    case '*':
      scan_stars (scanner);
      return TRUE;

    case '[':
      return scan_link (scanner, error);

    case '\n':
      scan_newline (scanner);
      return TRUE;

    case '\\':
      scan_backslash (scanner);
      return TRUE;

    default:
      if (*scanner->at == '|' && scanner->cells)
        {
          scanner->at++;
          begin_cell (scanner);
        }
      else
        {
          g_string_append_c (scanner->text, *scanner->at++);
        }
      return TRUE;
    }
}

gboolean
ex_spans_parse (const char    *text,
                gboolean       cells,
                GStringChunk  *strings,
                GArray        *spans,
                GError       **error)
{
  g_autoptr (GString) plain = g_string_new (NULL);
  g_autoptr (GArray) tokens = g_array_new (FALSE, FALSE, sizeof (Token));
  Scanner scanner = { text, text, cells, strings, spans, tokens, plain, EX_STYLE_PLAIN };

  if (cells)
    begin_cell (&scanner);
  while (*scanner.at != '\0')
    if (!scan_next (&scanner, error))
      return FALSE;

  resolve_tokens (&scanner);
  return TRUE;
}
