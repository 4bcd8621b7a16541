/* wide-block.h: something in a page that may be wider than the page
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define APP_TYPE_WIDE_BLOCK (app_wide_block_get_type ())
G_DECLARE_FINAL_TYPE (AppWideBlock, app_wide_block, APP, WIDE_BLOCK, GtkWidget)

/* Scrolls to the sides when @child does not fit; @name is what a screen reader
 * calls it then. */
GtkWidget *app_wide_block_new (GtkWidget  *child,
                               const char *name);

G_END_DECLS
