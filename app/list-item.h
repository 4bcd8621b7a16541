/* list-item.h: an item of a list in a page, behind its bullet or number
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define APP_TYPE_LIST_ITEM (app_list_item_get_type ())
G_DECLARE_FINAL_TYPE (AppListItem, app_list_item, APP, LIST_ITEM, GtkWidget)

/* @number is 0 for a bullet; @level is 1 for the outermost list. */
GtkWidget *app_list_item_new (guint      number,
                              guint      level,
                              GtkWidget *text);

G_END_DECLS
