/* property-list.h: the settings of one thing, one below the other
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "widgets/property.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define UI_TYPE_PROPERTY_LIST (ui_property_list_get_type ())
G_DECLARE_FINAL_TYPE (UiPropertyList, ui_property_list, UI, PROPERTY_LIST, GtkWidget)

/* @model holds UiProperty, and may be NULL.  The rows follow the values and
 * errors of their properties; the user's edits are only reported, by
 * `changed`, with the name and the new value as strings. */
GtkWidget  *ui_property_list_new        (GListModel     *model);
void        ui_property_list_set_model  (UiPropertyList *self,
                                         GListModel     *model);
GListModel *ui_property_list_get_model  (UiPropertyList *self);

/* Puts the keyboard into the control of the property called @name.  FALSE when
 * there is none. */
gboolean    ui_property_list_focus_name (UiPropertyList *self,
                                         const char     *name);

G_END_DECLS
