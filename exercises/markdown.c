/* markdown.c: the small Markdown in which lessons are written
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "exercises/markdown.h"

#include "engine/file.h"
#include "exercises/markdown-spans.h"
#include "exercises/text.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define PAGE_MAX_BYTES    (128 * 1024)
#define PAGE_MAX_BLOCKS   4000
#define PAGE_MAX_SPANS    40000
#define TABLE_MAX_COLUMNS 12
#define LIST_MAX_LEVEL    3

struct _ExMarkdown
{
  GStringChunk *strings;
  GArray       *blocks;         /* ExBlock */
  GArray       *spans;          /* ExSpan */
};

/* What lines are gathered for. */
typedef enum
{
  GATHER_NOTHING,
  GATHER_TEXT,                  /* a paragraph or list item */
  GATHER_CODE,                  /* until the closing fence */
  GATHER_FORMULA,               /* until the closing dollars */
} Gather;

typedef struct
{
  ExMarkdown *page;
  const char *name;
  guint       line;
  gboolean    quoted;           /* the line before was in a quotation */
  Gather      gather;
  ExBlock     block;            /* the one being gathered */
  GString    *text;             /* its lines so far */
  guint       n_rows;           /* lines of the table being read */
  guint       n_columns;
  ExAlign     align[TABLE_MAX_COLUMNS];
} Parser;

void
ex_markdown_free (ExMarkdown *self)
{
  g_string_chunk_free (self->strings);
  g_array_unref (self->blocks);
  g_array_unref (self->spans);
  g_free (self);
}

static ExBlock
start_block (Parser      *parser,
             ExBlockKind  kind,
             guint        level)
{
  ExBlock block = { kind };

  block.line = parser->line;
  block.quoted = parser->quoted;
  block.level = level;
  block.text = "";
  block.info = "";
  return block;
}

static const char *
keep (Parser     *parser,
      const char *text)
{
  return g_string_chunk_insert (parser->page->strings, text);
}

/* Adds @block with the spans of @text, or without any for NULL. */
static gboolean
add_block (Parser      *parser,
           ExBlock      block,
           const char  *text,
           GError     **error)
{
  ExMarkdown *page = parser->page;
  g_autoptr (GError) cause = NULL;

  block.first_span = page->spans->len;
  if (text != NULL
      && !ex_spans_parse (text, block.kind == EX_BLOCK_ROW, page->strings, page->spans, &cause))
    return ex_text_set_error (parser->name, block.line, error, "%s", cause->message);

  block.n_spans = page->spans->len - block.first_span;
  g_array_append_val (page->blocks, block);
  if (page->blocks->len > PAGE_MAX_BLOCKS || page->spans->len > PAGE_MAX_SPANS)
    return ex_text_set_error (parser->name, block.line, error,
                              _("a page has at most %d blocks and %d pieces of text."),
                              PAGE_MAX_BLOCKS, PAGE_MAX_SPANS);
  return TRUE;
}

/* Ends whatever the lines so far belong to. */
static gboolean
finish_block (Parser  *parser,
              GError **error)
{
  Gather gather = parser->gather;

  if (parser->n_rows == 1)
    return ex_text_set_error (parser->name, parser->line - 1, error,
                              _("a table needs a line such as “|---|---|” under its head."));

  parser->gather = GATHER_NOTHING;
  parser->n_rows = 0;
  if (gather == GATHER_NOTHING)
    return TRUE;
  if (gather == GATHER_TEXT)
    return add_block (parser, parser->block, parser->text->str, error);

  parser->block.text = keep (parser, parser->text->str);
  return add_block (parser, parser->block, NULL, error);
}

static gboolean
begin_gather (Parser   *parser,
              Gather    gather,
              ExBlock   block,
              GError  **error)
{
  if (!finish_block (parser, error))
    return FALSE;

  parser->gather = gather;
  parser->block = block;
  g_string_truncate (parser->text, 0);
  return TRUE;
}

static void
gather_line (Parser     *parser,
             const char *text)
{
  if (parser->text->len > 0)
    g_string_append_c (parser->text, '\n');
  g_string_append (parser->text, text);
}

/* Code and formulas take every line until the one that ends them. */
static gboolean
take_verbatim (Parser  *parser,
               char    *text,
               GError **error)
{
  gsize size;

  if (parser->gather == GATHER_CODE)
    {
      if (strcmp (g_strchomp (text), "```") == 0)
        return finish_block (parser, error);
      if (parser->text->len > 0 || parser->line > parser->block.line + 1)
        g_string_append_c (parser->text, '\n');
      g_string_append (parser->text, text);
      return TRUE;
    }

  g_strstrip (text);
  size = strlen (text);
  if (size < 2 || strcmp (text + size - 2, "$$") != 0)
    {
      gather_line (parser, text);
      return TRUE;
    }

  text[size - 2] = '\0';
  if (*g_strchomp (text) != '\0')
    gather_line (parser, text);
  return finish_block (parser, error);
}

static gboolean
begin_formula (Parser  *parser,
               char    *text,
               GError **error)
{
  ExBlock block = start_block (parser, EX_BLOCK_FORMULA, 0);

  if (!begin_gather (parser, GATHER_FORMULA, block, error))
    return FALSE;

  text = g_strstrip (text + 2);
  return *text == '\0' || take_verbatim (parser, text, error);
}

/* “![what it shows](file.png)”, alone on its line. */
static gboolean
take_image (Parser  *parser,
            char    *text,
            GError **error)
{
  ExBlock block = start_block (parser, EX_BLOCK_IMAGE, 0);
  char *file = strstr (text, "](");
  gsize size = strlen (text);

  if (file == NULL || text[size - 1] != ')')
    return ex_text_set_error (parser->name, parser->line, error,
                              _("an image is written “![what it shows](file.png)”, "
                                "alone on its line."));

  text[size - 1] = '\0';
  *file = '\0';
  file += 2;
  if (strchr (file, '/') != NULL || strchr (file, '\\') != NULL || *file == '.'
      || !(g_str_has_suffix (file, ".png") || g_str_has_suffix (file, ".jpg")
           || g_str_has_suffix (file, ".svg")))
    return ex_text_set_error (parser->name, parser->line, error,
                              _("the image “%s” has to be a .png, .jpg or .svg file "
                                "in the folder of the lesson."),
                              file);

  block.text = keep (parser, file);
  block.info = keep (parser, text + 2);
  return finish_block (parser, error) && add_block (parser, block, NULL, error);
}

/* Takes “|---|:---:|---:|” apart; FALSE when @text is something else. */
static gboolean
parse_alignment (Parser     *parser,
                 const char *text)
{
  g_auto (GStrv) cells = g_strsplit (text, "|", TABLE_MAX_COLUMNS + 1);
  guint n = 0;

  for (; cells[n] != NULL; n++)
    {
      char *cell = g_strstrip (cells[n]);
      gsize size = strlen (cell);
      gboolean left = *cell == ':';
      gboolean right = size > 1 && cell[size - 1] == ':';

      if (size == 0 || n == TABLE_MAX_COLUMNS
          || strspn (cell + left, "-") != size - left - right || size == (gsize) left + right)
        return FALSE;
      parser->align[n] = !right ? EX_ALIGN_START : left ? EX_ALIGN_CENTRE : EX_ALIGN_END;
    }

  return n == parser->n_columns;
}

/* Gives the cells of the newest row their alignment; returns their number. */
static guint
align_row (Parser *parser)
{
  GArray *spans = parser->page->spans;
  const ExBlock *row = &g_array_index (parser->page->blocks, ExBlock,
                                       parser->page->blocks->len - 1);
  guint n = 0;

  for (guint i = 0; i < row->n_spans; i++)
    {
      ExSpan *span = &g_array_index (spans, ExSpan, row->first_span + i);

      if (span->kind != EX_SPAN_CELL)
        continue;
      if (n < TABLE_MAX_COLUMNS)
        span->align = parser->align[n];
      n++;
    }

  return n;
}

static gboolean
take_row (Parser  *parser,
          char    *text,
          GError **error)
{
  gsize size = strlen (text);
  guint n_rows = parser->n_rows;
  guint n_columns;

  if (n_rows == 0 && !finish_block (parser, error))
    return FALSE;
  if (size > 1 && text[size - 1] == '|' && text[size - 2] != '\\')
    text[size - 1] = '\0';
  text++;

  parser->n_rows = n_rows + 1;
  if (n_rows == 1)
    {
      if (!parse_alignment (parser, text))
        return ex_text_set_error (parser->name, parser->line, error,
                                  _("the second line of a table has to be like “|---|---|”, "
                                    "with the %u columns of the first."),
                                  parser->n_columns);
      align_row (parser);
      return TRUE;
    }

  if (n_rows == 0)
    memset (parser->align, 0, sizeof parser->align);
  if (!add_block (parser, start_block (parser, EX_BLOCK_ROW, n_rows == 0 ? 1 : 2),
                  g_strchomp (text), error))
    return FALSE;

  n_columns = align_row (parser);
  if (n_rows == 0)
    parser->n_columns = n_columns;
  if (n_columns > TABLE_MAX_COLUMNS || n_columns != parser->n_columns)
    return ex_text_set_error (parser->name, parser->line, error,
                              _("this row has %u cells; the table has %u columns, "
                                "and may have %d."),
                              n_columns, parser->n_columns, TABLE_MAX_COLUMNS);
  return TRUE;
}

static gboolean
take_heading (Parser  *parser,
              char    *text,
              guint    level,
              GError **error)
{
  return finish_block (parser, error)
         && add_block (parser, start_block (parser, EX_BLOCK_HEADING, level),
                       g_strstrip (text + level), error);
}

/* The length of the mark that makes @text a list item, 0 for none. */
static gsize
item_mark (const char *text,
           guint      *number)
{
  gsize digits = strspn (text, "0123456789");

  *number = 0;
  if ((*text == '-' || *text == '*') && text[1] == ' ')
    return 2;
  if (digits == 0 || digits > 3 || text[digits] != '.' || text[digits + 1] != ' ')
    return 0;

  *number = g_ascii_strtoull (text, NULL, 10);
  return digits + 2;
}

/* Paragraphs and list items, which go on over several lines. */
static gboolean
take_text (Parser  *parser,
           char    *text,
           GError **error)
{
  guint indent = strspn (text, " ");
  guint number;
  gsize mark;

  text += indent;
  mark = item_mark (text, &number);
  if (mark > 0)
    {
      ExBlock item = start_block (parser, EX_BLOCK_ITEM,
                                  MIN (indent / 2 + 1, LIST_MAX_LEVEL));

      item.number = number;
      if (!begin_gather (parser, GATHER_TEXT, item, error))
        return FALSE;
    }
  else if (parser->gather == GATHER_NOTHING)
    {
      ExBlock paragraph = start_block (parser, EX_BLOCK_PARAGRAPH, 0);

      if (!begin_gather (parser, GATHER_TEXT, paragraph, error))
        return FALSE;
    }

  gather_line (parser, g_strchug (text + mark));
  return TRUE;
}

static gboolean
take_line (Parser  *parser,
           char    *text,
           GError **error)
{
  gboolean quoted = FALSE;
  guint level;

  if (parser->gather == GATHER_CODE || parser->gather == GATHER_FORMULA)
    return take_verbatim (parser, text, error);

  g_strchomp (text);
  if (*text == '>')
    {
      quoted = TRUE;
      text += text[1] == ' ' ? 2 : 1;
    }
  if (quoted != parser->quoted || *text == '\0')
    {
      if (!finish_block (parser, error))
        return FALSE;
      parser->quoted = quoted;
    }
  if (*text == '\0')
    return TRUE;

  level = strspn (text, "#");
  if (level >= 1 && level <= 4 && text[level] == ' ')
    return take_heading (parser, text, level, error);
  if (g_str_has_prefix (text, "```"))
    {
      ExBlock code = start_block (parser, EX_BLOCK_CODE, 0);

      code.info = keep (parser, g_strstrip (text + 3));
      return begin_gather (parser, GATHER_CODE, code, error);
    }
  if (g_str_has_prefix (text, "$$"))
    return begin_formula (parser, text, error);
  if (g_str_has_prefix (text, "!["))
    return take_image (parser, text, error);
  if (*text == '|')
    return take_row (parser, text, error);
  if (parser->n_rows > 0 && !finish_block (parser, error))
    return FALSE;
  return take_text (parser, text, error);
}

static gboolean
parse_lines (Parser  *parser,
             char    *text,
             GError **error)
{
  for (char *line = text, *next; line != NULL; line = next)
    {
      next = strchr (line, '\n');
      if (next != NULL)
        *next++ = '\0';
      parser->line++;
      if (!take_line (parser, line, error))
        return FALSE;
    }

  if (parser->gather == GATHER_CODE)
    return ex_text_set_error (parser->name, parser->block.line, error,
                              _("the code that begins here is never closed with “```”."));
  if (parser->gather == GATHER_FORMULA)
    return ex_text_set_error (parser->name, parser->block.line, error,
                              _("the formula that begins here is never closed with “$$”."));

  parser->line++;
  return finish_block (parser, error);
}

ExMarkdown *
ex_markdown_parse (const char  *data,
                   gsize        size,
                   const char  *name,
                   GError     **error)
{
  g_autoptr (ExMarkdown) self = g_new0 (ExMarkdown, 1);
  g_autoptr (GString) gathered = g_string_new (NULL);
  g_autofree char *text = NULL;
  Parser parser = { self, name };

  self->strings = g_string_chunk_new (4096);
  self->blocks = g_array_new (FALSE, FALSE, sizeof (ExBlock));
  self->spans = g_array_new (FALSE, FALSE, sizeof (ExSpan));
  parser.text = gathered;

  if (size > PAGE_MAX_BYTES)
    {
      ex_text_set_error (name, 1, error, _("a page has at most %d bytes."), PAGE_MAX_BYTES);
      return NULL;
    }
  text = ex_text_clean (data, size, name, error);
  if (text == NULL || !parse_lines (&parser, text, error))
    return NULL;

  return g_steal_pointer (&self);
}

ExMarkdown *
ex_markdown_read (const char  *path,
                  const char  *name,
                  GError     **error)
{
  g_autofree char *data = NULL;
  gsize size;

  data = nn_file_read (path, PAGE_MAX_BYTES, &size, error);
  if (data == NULL)
    return NULL;

  return ex_markdown_parse (data, size, name, error);
}

const ExBlock *
ex_markdown_get_blocks (const ExMarkdown *self,
                        guint            *n_blocks)
{
  *n_blocks = self->blocks->len;
  return (const ExBlock *) (gpointer) self->blocks->data;
}

const ExSpan *
ex_markdown_get_spans (const ExMarkdown *self,
                       const ExBlock    *block,
                       guint            *n_spans)
{
  *n_spans = block->n_spans;
  return block->n_spans > 0 ? &g_array_index (self->spans, ExSpan, block->first_span) : NULL;
}
