/* markdown.h: the small Markdown in which lessons are written
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What authors may write is listed in exercises/lessons/README.md.  A page
 * becomes a flat array of blocks, and each block a run of spans, so whoever
 * shows one needs two loops and no recursion. */
typedef enum
{
  EX_BLOCK_HEADING,             /* level 1 to 4 */
  EX_BLOCK_PARAGRAPH,
  EX_BLOCK_ITEM,                /* level 1 to 3; number, or 0 for a bullet */
  EX_BLOCK_ROW,                 /* of a table; level 1 is its head, 2 the rest */
  EX_BLOCK_CODE,                /* text is the code, info its language or "" */
  EX_BLOCK_FORMULA,             /* text is the TeX, to stand on its own */
  EX_BLOCK_IMAGE,               /* text is the file, info what it shows */
} ExBlockKind;

typedef struct
{
  ExBlockKind  kind;
  guint        line;            /* where it begins in the file, from 1 */
  gboolean     quoted;
  guint        level;
  guint        number;
  const char  *text;
  const char  *info;
  guint        first_span;
  guint        n_spans;
} ExBlock;

typedef enum
{
  EX_SPAN_TEXT,
  EX_SPAN_CODE,
  EX_SPAN_FORMULA,              /* text is TeX */
  EX_SPAN_LINK,                 /* target is “task:NAME” or “lesson:NN” */
  EX_SPAN_BREAK,                /* a new line inside the block */
  EX_SPAN_CELL,                 /* what follows is the next cell of the row */
} ExSpanKind;

typedef enum
{
  EX_STYLE_PLAIN    = 0,
  EX_STYLE_EMPHASIS = 1 << 0,
  EX_STYLE_STRONG   = 1 << 1,
} ExStyle;

typedef enum
{
  EX_ALIGN_START,
  EX_ALIGN_CENTRE,
  EX_ALIGN_END,
} ExAlign;

typedef struct
{
  ExSpanKind  kind;
  ExStyle     style;
  ExAlign     align;            /* of a cell */
  const char *text;             /* "" for a break and a cell */
  const char *target;
} ExSpan;

typedef struct _ExMarkdown ExMarkdown;

/* Fails on what would otherwise look wrong without a reason: a code block or
 * formula without end, a table with uneven rows, an image outside the
 * lesson's folder, and on anything too large. */
ExMarkdown    *ex_markdown_parse      (const char        *data,
                                       gsize              size,
                                       const char        *name,
                                       GError           **error) G_GNUC_WARN_UNUSED_RESULT;
ExMarkdown    *ex_markdown_read       (const char        *path,
                                       const char        *name,
                                       GError           **error) G_GNUC_WARN_UNUSED_RESULT;
void           ex_markdown_free       (ExMarkdown        *self);

/* Both arrays may be NULL when they are empty. */
const ExBlock *ex_markdown_get_blocks (const ExMarkdown  *self,
                                       guint             *n_blocks);
const ExSpan  *ex_markdown_get_spans  (const ExMarkdown  *self,
                                       const ExBlock     *block,
                                       guint             *n_spans);

/* Words as a reader counts them: each Chinese character is one, and so is
 * each run of other letters and digits.  Code and formulas do not count. */
guint          ex_markdown_count_words (const ExMarkdown *self);

/* Markup for a GtkLabel, escaped.  Formulas show their TeX; whoever can draw
 * them puts the label's text together span by span instead.
 * (transfer full) */
char          *ex_spans_to_markup     (const ExSpan      *spans,
                                       guint              n_spans) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ExMarkdown, ex_markdown_free)

G_END_DECLS
