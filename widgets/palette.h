/* palette.h: drawers of things to drag onto a graph
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "widgets/palette-item.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define UI_TYPE_PALETTE (ui_palette_get_type ())
G_DECLARE_FINAL_TYPE (UiPalette, ui_palette, UI, PALETTE, GtkWidget)

/* @model holds UiPaletteItem, items of one category next to each other.  It
 * may be NULL. */
GtkWidget  *ui_palette_new          (GListModel *model);
void        ui_palette_set_model    (UiPalette  *self,
                                     GListModel *model);
GListModel *ui_palette_get_model    (UiPalette  *self);

void        ui_palette_set_search   (UiPalette  *self,
                                     const char *search);
const char *ui_palette_get_search   (UiPalette  *self);

/* Puts the keyboard into the search entry. */
void        ui_palette_start_search (UiPalette  *self);

G_END_DECLS
