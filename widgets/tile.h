/* tile.h: the small square that stands for a kind of node
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* A box with the CSS class "node-tile", in the colour of the category that an
 * ancestor's class names. */
GtkWidget *ui_tile_new (void);

/* Shows the icon, or, when @icon_name is NULL, the first letter of @title. */
void       ui_tile_set (GtkWidget  *tile,
                        const char *icon_name,
                        const char *title);

G_END_DECLS
