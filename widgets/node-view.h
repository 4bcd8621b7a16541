/* node-view.h: one node in the graph editor
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "widgets/port-view.h"
#include "widgets/wire.h"

G_BEGIN_DECLS

#define UI_TYPE_NODE_VIEW (ui_node_view_get_type ())
G_DECLARE_FINAL_TYPE (UiNodeView, ui_node_view, UI, NODE_VIEW, GtkWidget)

/* How far the widget reaches beyond its card to the left and right. */
#define UI_NODE_VIEW_OVERHANG (UI_PORT_VIEW_SIZE / 2)

GtkWidget  *ui_node_view_new             (guint              id);
guint       ui_node_view_get_id          (UiNodeView        *self);
const char *ui_node_view_get_title       (UiNodeView        *self);

/* Shows what @node says.  Ports that are still there keep their widgets, and
 * with them the keyboard focus. */
void        ui_node_view_update          (UiNodeView        *self,
                                          const UiGraphNode *node);

/* In words: what the node receives from and feeds. */
void        ui_node_view_set_connections (UiNodeView        *self,
                                          const char        *connections);

void        ui_node_view_set_selected    (UiNodeView        *self,
                                          gboolean           selected);
gboolean    ui_node_view_get_selected    (UiNodeView        *self);

/* The card's top left corner on the sheet. */
void        ui_node_view_set_place       (UiNodeView        *self,
                                          double             x,
                                          double             y);
UiPoint     ui_node_view_get_place       (UiNodeView        *self);

/* The card with the error text under it, on the sheet. */
UiRect      ui_node_view_get_rect        (UiNodeView        *self);

guint       ui_node_view_get_n_ports     (UiNodeView        *self,
                                          UiPortDirection    direction);

/* (nullable) (transfer none): NULL when there is no such port. */
UiPortView *ui_node_view_get_port        (UiNodeView        *self,
                                          UiPortDirection    direction,
                                          guint              index);

/* The centre of the port's dot, from the card's top left corner.  Known once
 * the view has been allocated. */
UiPoint     ui_node_view_get_anchor      (UiNodeView        *self,
                                          UiPortDirection    direction,
                                          guint              index);

/* What a card looks like from so far away that nobody could read it, with its
 * top left corner at the origin. */
void        ui_node_view_snapshot_far    (UiNodeView        *self,
                                          GtkSnapshot       *snapshot,
                                          const GdkRGBA     *accent);

G_END_DECLS
