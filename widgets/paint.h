/* paint.h: what widgets share that draw themselves with Cairo
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "widgets/draw.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* The font of @widget, enlarged where the user asked for larger text.
 * (transfer full) */
PangoFontDescription *ui_paint_dup_font   (GtkWidget                  *widget)
                                           G_GNUC_WARN_UNUSED_RESULT;

/* Fills @theme from the style of @widget.  The background is clear, so that the
 * card or page behind shows.  @font is borrowed. */
void                  ui_paint_get_theme  (GtkWidget                  *widget,
                                           const PangoFontDescription *font,
                                           UiTheme                    *theme);

/* A surface as large as @widget and as fine as its screen.  (transfer full) */
cairo_surface_t      *ui_paint_surface    (GtkWidget                  *widget)
                                           G_GNUC_WARN_UNUSED_RESULT;

/* (transfer full) of @surface and of the result, which is NULL when drawing ran
 * out of memory. */
GdkTexture           *ui_paint_texture    (cairo_surface_t            *surface)
                                           G_GNUC_WARN_UNUSED_RESULT;

/* Themes know nothing of our nodes, so these show by themselves where the keys
 * go. */
void                  ui_paint_focus      (GtkWidget                  *widget,
                                           GtkSnapshot                *snapshot);

G_END_DECLS
