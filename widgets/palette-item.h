/* palette-item.h: something that can be dragged out of a palette
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

#define UI_TYPE_PALETTE_ITEM (ui_palette_item_get_type ())
G_DECLARE_FINAL_TYPE (UiPaletteItem, ui_palette_item, UI, PALETTE_ITEM, GObject)

/* @name is what a graph model knows the kind by; @category_title heads the
 * drawer, and @category is the word of the CSS class, as in UiGraphNode.
 * @summary and @icon_name may be NULL. */
UiPaletteItem *ui_palette_item_new                (const char    *name,
                                                   const char    *title,
                                                   const char    *summary,
                                                   const char    *category,
                                                   const char    *category_title,
                                                   const char    *icon_name)
                                                   G_GNUC_WARN_UNUSED_RESULT;

const char    *ui_palette_item_get_name           (UiPaletteItem *self);
const char    *ui_palette_item_get_title          (UiPaletteItem *self);
const char    *ui_palette_item_get_summary        (UiPaletteItem *self);
const char    *ui_palette_item_get_category       (UiPaletteItem *self);
const char    *ui_palette_item_get_category_title (UiPaletteItem *self);
const char    *ui_palette_item_get_icon_name      (UiPaletteItem *self);

/* Whether the item says @search anywhere about itself, in capitals or not. */
gboolean       ui_palette_item_matches            (UiPaletteItem *self,
                                                   const char    *search);

/* Whether its title or name does. */
gboolean       ui_palette_item_is_called          (UiPaletteItem *self,
                                                   const char    *search);

G_END_DECLS
