/* markdown-view.c: a page or a short text of a lesson
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "app/markdown-view.h"

#include "app/formula.h"
#include "app/lesson-image.h"
#include "app/list-item.h"
#include "app/prose.h"
#include "app/wide-block.h"

#include <glib/gi18n.h>
#include <string.h>

/* CSS node: “markdown”, with a child for each block; their classes are the
 * headings’ own, “table”, “table-head”, “code-block”,
 * “formula-block” and “quote”. */
struct _AppMarkdownView
{
  GtkWidget   parent_instance;

  const char *folder;           /* only while the blocks are made */
  GtkWidget  *into;             /* where the next block goes: a quote, or NULL */
  GtkWidget  *table;            /* GtkGrid that takes the next row, or NULL */
  int         n_rows;
};

G_DEFINE_FINAL_TYPE (AppMarkdownView, app_markdown_view, GTK_TYPE_WIDGET)

static void
add_block (AppMarkdownView *self,
           GtkWidget       *widget)
{
  if (self->into != NULL)
    gtk_box_append (GTK_BOX (self->into), widget);
  else
    gtk_widget_set_parent (widget, GTK_WIDGET (self));
}

static void
add_heading (AppMarkdownView *self,
             const ExBlock   *block,
             const ExSpan    *spans,
             guint            n_spans)
{
  static const char * const classes[] = { "title-1", "title-3", "title-4", "heading" };
  guint level = CLAMP (block->level, 1, G_N_ELEMENTS (classes));
  GtkWidget *heading = app_prose_new (spans, n_spans);

  gtk_widget_add_css_class (heading, classes[level - 1]);
  gtk_widget_add_css_class (heading, "lesson-heading");
  add_block (self, heading);
}

static void
add_wide (AppMarkdownView *self,
          GtkWidget       *child,
          const char      *css_class,
          const char      *name)
{
  GtkWidget *block = app_wide_block_new (child, name);

  gtk_widget_add_css_class (block, css_class);
  add_block (self, block);
}

static void
add_code (AppMarkdownView *self,
          const ExBlock   *block)
{
  GtkWidget *label = gtk_label_new (block->text);

  gtk_label_set_selectable (GTK_LABEL (label), TRUE);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_widget_add_css_class (label, "monospace");
  add_wide (self, label, "code-block", _("Code"));
}

static void
add_cell (AppMarkdownView *self,
          const ExSpan    *spans,
          guint            n_spans,
          ExAlign          align,
          int              column,
          gboolean         is_head)
{
  GtkWidget *cell = app_prose_new (spans, n_spans);

  app_prose_set_align (APP_PROSE (cell), align);
  gtk_widget_add_css_class (cell, is_head ? "table-head" : "table-cell");
  gtk_grid_attach (GTK_GRID (self->table), cell, column, self->n_rows, 1, 1);
}

/* A row of the table that the block before has begun, or of a new one. */
static void
add_row (AppMarkdownView *self,
         const ExBlock   *block,
         const ExSpan    *spans,
         guint            n_spans)
{
  int column = 0;

  if (self->table == NULL)
    {
      self->table = gtk_grid_new ();
      self->n_rows = 0;
      gtk_widget_set_halign (self->table, GTK_ALIGN_START);
      gtk_widget_add_css_class (self->table, "table");
      add_block (self, self->table);
    }

  for (guint i = 0; i < n_spans; column++)
    {
      guint first = i + 1;

      for (i = first; i < n_spans && spans[i].kind != EX_SPAN_CELL; i++)
        ;
      add_cell (self, spans + first, i - first, spans[first - 1].align, column,
                block->level == 1);
    }
  self->n_rows++;
}

static void
begin_quote (AppMarkdownView *self)
{
  GtkWidget *quote = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);

  gtk_widget_add_css_class (quote, "quote");
  self->into = NULL;
  add_block (self, quote);
  self->into = quote;
}

static void
add (AppMarkdownView  *self,
     const ExMarkdown *text,
     const ExBlock    *block)
{
  guint n_spans;
  const ExSpan *spans = ex_markdown_get_spans (text, block, &n_spans);

  if (block->quoted && self->into == NULL)
    begin_quote (self);
  else if (!block->quoted)
    self->into = NULL;
  if (block->kind != EX_BLOCK_ROW)
    self->table = NULL;

  switch (block->kind)
    {
    case EX_BLOCK_HEADING:
      add_heading (self, block, spans, n_spans);
      break;

    case EX_BLOCK_ITEM:
      add_block (self, app_list_item_new (block->number, block->level,
                                          app_prose_new (spans, n_spans)));
      break;

    case EX_BLOCK_ROW:
      add_row (self, block, spans, n_spans);
      break;

    case EX_BLOCK_CODE:
      add_code (self, block);
      break;

    case EX_BLOCK_FORMULA:
      add_wide (self, app_formula_new (block->text), "formula-block", _("Formula"));
      break;

    case EX_BLOCK_IMAGE:
      add_block (self, app_lesson_image_new (self->folder, block->text, block->info));
      break;

    case EX_BLOCK_PARAGRAPH:
    default:
      add_block (self, app_prose_new (spans, n_spans));
      break;
    }
}

static void
app_markdown_view_dispose (GObject *object)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (object))) != NULL)
    gtk_widget_unparent (child);

  G_OBJECT_CLASS (app_markdown_view_parent_class)->dispose (object);
}

static void
app_markdown_view_class_init (AppMarkdownViewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = app_markdown_view_dispose;
  gtk_widget_class_set_css_name (widget_class, "markdown");
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BOX_LAYOUT);
}

static void
app_markdown_view_init (AppMarkdownView *self)
{
  GtkLayoutManager *layout = gtk_widget_get_layout_manager (GTK_WIDGET (self));

  gtk_orientable_set_orientation (GTK_ORIENTABLE (layout), GTK_ORIENTATION_VERTICAL);
}

GtkWidget *
app_markdown_view_new (const ExMarkdown *text,
                       const char       *folder)
{
  AppMarkdownView *self = g_object_new (APP_TYPE_MARKDOWN_VIEW, NULL);
  guint n_blocks;
  const ExBlock *blocks = ex_markdown_get_blocks (text, &n_blocks);

  self->folder = folder;
  for (guint i = 0; i < n_blocks; i++)
    add (self, text, &blocks[i]);
  self->folder = NULL;
  return GTK_WIDGET (self);
}

/* Texts of tasks are checked by the lint, but a teacher may not have run it. */
static ExMarkdown *
parse (const char *text)
{
  return ex_markdown_parse (text, strlen (text), "", NULL);
}

static GtkWidget *
plain_new (const char *text)
{
  const ExSpan span = { .kind = EX_SPAN_TEXT, .text = text };

  return app_prose_new (&span, 1);
}

GtkWidget *
app_markdown_view_new_from_text (const char *text,
                                 const char *folder)
{
  g_autoptr (ExMarkdown) markdown = parse (text);

  return markdown != NULL ? app_markdown_view_new (markdown, folder) : plain_new (text);
}

GtkWidget *
app_markdown_line_new (const char *text)
{
  g_autoptr (ExMarkdown) markdown = parse (text);
  guint n_blocks = 0;
  guint n_spans;
  const ExBlock *blocks = markdown != NULL ? ex_markdown_get_blocks (markdown, &n_blocks) : NULL;
  const ExSpan *spans;
  GtkWidget *line;

  if (n_blocks == 0)
    {
      line = plain_new (text);
    }
  else
    {
      spans = ex_markdown_get_spans (markdown, &blocks[0], &n_spans);
      line = n_spans > 0 ? app_prose_new (spans, n_spans) : plain_new (blocks[0].text);
    }
  app_prose_set_selectable (APP_PROSE (line), FALSE);
  return line;
}

char *
app_markdown_dup_words (const char *text)
{
  g_autoptr (ExMarkdown) markdown = parse (text);
  GString *words = g_string_new (NULL);
  guint n_blocks = 0;
  const ExBlock *blocks = markdown != NULL ? ex_markdown_get_blocks (markdown, &n_blocks) : NULL;

  for (guint i = 0; i < n_blocks; i++)
    {
      guint n_spans;
      const ExSpan *spans = ex_markdown_get_spans (markdown, &blocks[i], &n_spans);

      if (i > 0)
        g_string_append_c (words, ' ');
      if (blocks[i].text != NULL)
        g_string_append (words, blocks[i].text);
      for (guint j = 0; j < n_spans; j++)
        g_string_append (words, spans[j].text);
    }
  return g_string_free (words, FALSE);
}
