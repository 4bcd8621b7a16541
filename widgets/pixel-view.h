/* pixel-view.h: one small picture, enlarged, whose pixels can be pointed to
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "widgets/image.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define UI_TYPE_PIXEL_VIEW (ui_pixel_view_get_type ())
G_DECLARE_FINAL_TYPE (UiPixelView, ui_pixel_view, UI, PIXEL_VIEW, GtkWidget)

GtkWidget  *ui_pixel_view_new        (void);

/* @image may be NULL; the view takes its own reference. */
void        ui_pixel_view_set_image  (UiPixelView *self,
                                      UiImage     *image);

/* The pixel under the pointer, or where the arrow keys have gone; FALSE when
 * there is none. */
gboolean    ui_pixel_view_get_pixel  (UiPixelView *self,
                                      int         *x,
                                      int         *y);

G_END_DECLS
