/* lint-text.c: whether two texts are built alike
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "exercises/lint-text.h"
#include "exercises/text.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* The formulas, links and cells of @block in an order of their own, as one
 * text that can be compared and shown. */
static char *
print_fixed_spans (const ExMarkdown *text,
                   const ExBlock    *block)
{
  g_autoptr (GPtrArray) found = g_ptr_array_new_with_free_func (g_free);
  guint n_spans;
  const ExSpan *spans = ex_markdown_get_spans (text, block, &n_spans);

  for (guint i = 0; i < n_spans; i++)
    if (spans[i].kind == EX_SPAN_FORMULA)
      g_ptr_array_add (found, g_strdup_printf ("$%s$", spans[i].text));
    else if (spans[i].kind == EX_SPAN_LINK)
      g_ptr_array_add (found, g_strdup (spans[i].target));
    else if (spans[i].kind == EX_SPAN_CELL)
      g_ptr_array_add (found, g_strdup ("|"));

  g_ptr_array_sort (found, ex_text_compare);
  g_ptr_array_add (found, NULL);
  return g_strjoinv (" ", (char **) found->pdata);
}

/* What a translation does not change in the text of a block. */
static gboolean
has_same_text (const ExBlock *a,
               const ExBlock *b)
{
  switch (a->kind)
    {
    case EX_BLOCK_FORMULA:
    case EX_BLOCK_IMAGE:
      return strcmp (a->text, b->text) == 0;

    case EX_BLOCK_CODE:
      return strcmp (a->info, b->info) == 0;

    case EX_BLOCK_HEADING:
    case EX_BLOCK_PARAGRAPH:
    case EX_BLOCK_ITEM:
    case EX_BLOCK_ROW:
    default:
      return TRUE;
    }
}

static char *
find_block_difference (const ExMarkdown *a,
                       const ExBlock    *block,
                       const ExMarkdown *b,
                       const ExBlock    *other)
{
  g_autofree char *spans = NULL;
  g_autofree char *other_spans = NULL;

  if (block->kind != other->kind || block->level != other->level
      || block->number != other->number || block->quoted != other->quoted)
    return g_strdup_printf (_("line %u of one and line %u of the other begin "
                              "different kinds of block."),
                            block->line, other->line);
  if (!has_same_text (block, other))
    return g_strdup_printf (_("“%s” on line %u and “%s” on line %u."),
                            block->text, block->line, other->text, other->line);

  spans = print_fixed_spans (a, block);
  other_spans = print_fixed_spans (b, other);
  if (strcmp (spans, other_spans) != 0)
    return g_strdup_printf (_("“%s” on line %u and “%s” on line %u."),
                            spans, block->line, other_spans, other->line);
  return NULL;
}

char *
ex_markdown_find_difference (const ExMarkdown *a,
                             const ExMarkdown *b)
{
  guint n;
  guint n_other;
  const ExBlock *blocks = ex_markdown_get_blocks (a, &n);
  const ExBlock *others = ex_markdown_get_blocks (b, &n_other);

  for (guint i = 0; i < n && i < n_other; i++)
    {
      char *difference = find_block_difference (a, &blocks[i], b, &others[i]);

      if (difference != NULL)
        return difference;
    }

  if (n != n_other)
    return g_strdup_printf (_("one has %u blocks, the other %u."), n, n_other);
  return NULL;
}
