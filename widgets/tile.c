/* tile.c: the small square that stands for a kind of node
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "widgets/tile.h"

GtkWidget *
ui_tile_new (void)
{
  GtkWidget *tile = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);

  gtk_widget_set_valign (tile, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (tile, "node-tile");

  /* Its content expands inside it, and only there. */
  gtk_widget_set_hexpand (tile, FALSE);
  return tile;
}

/* Everywhere the title stands beside it, so nobody needs to hear of it. */
void
ui_tile_set (GtkWidget  *tile,
             const char *icon_name,
             const char *title)
{
  g_autofree char *letter = g_strndup (title, g_utf8_next_char (title) - title);
  GtkWidget *old = gtk_widget_get_first_child (tile);
  GtkWidget *content = g_object_new (icon_name != NULL ? GTK_TYPE_IMAGE : GTK_TYPE_LABEL,
                                     "accessible-role", GTK_ACCESSIBLE_ROLE_PRESENTATION,
                                     "hexpand", TRUE,
                                     NULL);

  if (icon_name != NULL)
    gtk_image_set_from_icon_name (GTK_IMAGE (content), icon_name);
  else
    gtk_label_set_text (GTK_LABEL (content), *title != '\0' ? letter : "");

  if (old != NULL)
    gtk_box_remove (GTK_BOX (tile), old);
  gtk_box_append (GTK_BOX (tile), content);
}
