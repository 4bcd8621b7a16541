/* image-cell.h: one picture of an image grid
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "widgets/image-source.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define UI_TYPE_IMAGE_CELL (ui_image_cell_get_type ())
G_DECLARE_FINAL_TYPE (UiImageCell, ui_image_cell, UI, IMAGE_CELL, GtkWidget)

GtkWidget *ui_image_cell_new    (int            side);

/* Begins to load picture @index; until it is there the cell is a grey square. */
void       ui_image_cell_bind   (UiImageCell   *self,
                                 UiImageSource *source,
                                 guint          index);
void       ui_image_cell_unbind (UiImageCell   *self);

G_END_DECLS
