/* port-view.h: one port of a node in the graph editor
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "widgets/graph-model.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* The side of the square that takes the pointer; the dot itself is half that. */
#define UI_PORT_VIEW_SIZE 24

/* How a port looks while somebody draws a link. */
typedef enum
{
  UI_PORT_LIGHT_NONE,           /* nobody does */
  UI_PORT_LIGHT_COMPATIBLE,     /* the link could end here */
  UI_PORT_LIGHT_INCOMPATIBLE,   /* it could not */
  UI_PORT_LIGHT_TARGET,         /* it would end here now */
} UiPortLight;

#define UI_TYPE_PORT_VIEW (ui_port_view_get_type ())
G_DECLARE_FINAL_TYPE (UiPortView, ui_port_view, UI, PORT_VIEW, GtkWidget)

GtkWidget       *ui_port_view_new             (guint            node,
                                               UiPortDirection  direction,
                                               guint            index);

guint            ui_port_view_get_node        (UiPortView      *self);
UiPortDirection  ui_port_view_get_direction   (UiPortView      *self);
guint            ui_port_view_get_index       (UiPortView      *self);

/* Both are spoken and make up the tooltip. */
void             ui_port_view_set_name        (UiPortView      *self,
                                               const char      *name);
void             ui_port_view_set_description (UiPortView      *self,
                                               const char      *description);
const char      *ui_port_view_get_name        (UiPortView      *self);
void             ui_port_view_set_linked      (UiPortView      *self,
                                               gboolean         linked);
void             ui_port_view_set_light       (UiPortView      *self,
                                               UiPortLight      light);

/* The link between @self and @other, whichever of them is the output.  FALSE
 * when both go the same way. */
gboolean         ui_port_view_make_link       (UiPortView      *self,
                                               UiPortView      *other,
                                               UiGraphLink     *link);

G_END_DECLS
