/* markdown-view.h: a page or a short text of a lesson
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "exercises/markdown.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define APP_TYPE_MARKDOWN_VIEW (app_markdown_view_get_type ())
G_DECLARE_FINAL_TYPE (AppMarkdownView, app_markdown_view, APP, MARKDOWN_VIEW, GtkWidget)

/* Images are looked for in @folder. */
GtkWidget *app_markdown_view_new           (const ExMarkdown *text,
                                            const char       *folder);

/* Of a text in a task; one that is not Markdown is shown as it is. */
GtkWidget *app_markdown_view_new_from_text (const char       *text,
                                            const char       *folder);

/* The first paragraph of @text alone, for a button or a row of a list, where it
 * cannot be selected. */
GtkWidget *app_markdown_line_new           (const char       *text);

/* All words, for a screen reader.  (transfer full) */
char      *app_markdown_dup_words          (const char       *text) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
