/* property-row.h: the control for one property
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "widgets/property.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Private to the property list.  `changed` carries every valid value the user
 * enters, as a string. */
#define UI_TYPE_PROPERTY_ROW (ui_property_row_get_type ())
G_DECLARE_FINAL_TYPE (UiPropertyRow, ui_property_row, UI, PROPERTY_ROW, GtkWidget)

GtkWidget  *ui_property_row_new          (UiProperty    *property);
UiProperty *ui_property_row_get_property (UiPropertyRow *self);

/* The widget that takes the keyboard. */
GtkWidget  *ui_property_row_get_control  (UiPropertyRow *self);

G_END_DECLS
