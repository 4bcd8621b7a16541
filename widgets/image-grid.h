/* image-grid.h: thumbnails with captions, as many as there are
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "widgets/image-source.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define UI_TYPE_IMAGE_GRID (ui_image_grid_get_type ())
G_DECLARE_FINAL_TYPE (UiImageGrid, ui_image_grid, UI, IMAGE_GRID, GtkWidget)

/* @source may be NULL; the grid takes its own reference. */
GtkWidget     *ui_image_grid_new            (UiImageSource *source);
UiImageSource *ui_image_grid_get_source     (UiImageGrid   *self);
void           ui_image_grid_set_source     (UiImageGrid   *self,
                                             UiImageSource *source);

/* The sides of the square for a picture, in pixels. */
int            ui_image_grid_get_side       (UiImageGrid   *self);
void           ui_image_grid_set_side       (UiImageGrid   *self,
                                             int            side);

/* The number of the selected picture, or GTK_INVALID_LIST_POSITION. */
guint          ui_image_grid_get_selected   (UiImageGrid   *self);
void           ui_image_grid_set_selected   (UiImageGrid   *self,
                                             guint          index);

/* What stands there when the source is empty; NULL for a general sentence. */
const char    *ui_image_grid_get_empty_text (UiImageGrid   *self);
void           ui_image_grid_set_empty_text (UiImageGrid   *self,
                                             const char    *text);

G_END_DECLS
