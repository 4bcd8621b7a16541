/* graph-sheet.h: the plane that carries the nodes and wires of the graph editor
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "widgets/graph-model.h"
#include "widgets/node-view.h"
#include "widgets/wires.h"

G_BEGIN_DECLS

/* Private to the graph editor.  The sheet mirrors the model and knows what is
 * selected; it neither moves itself nor listens to the user.  All coordinates
 * are the model's. */
#define UI_TYPE_GRAPH_SHEET (ui_graph_sheet_get_type ())
G_DECLARE_FINAL_TYPE (UiGraphSheet, ui_graph_sheet, UI, GRAPH_SHEET, GtkWidget)

GtkWidget    *ui_graph_sheet_new                (void);
void          ui_graph_sheet_set_model          (UiGraphSheet      *self,
                                                 UiGraphModel      *model);

/* The part that can be seen, and how large: what lies outside is not drawn,
 * and what is too small to be read is drawn as a block. */
void          ui_graph_sheet_set_viewport       (UiGraphSheet      *self,
                                                 const UiRect      *visible,
                                                 double             zoom);

UiNodeView   *ui_graph_sheet_get_view           (UiGraphSheet      *self,
                                                 guint              id);

/* (transfer full): every node's id in the order data flows. */
GArray       *ui_graph_sheet_list_in_order      (UiGraphSheet      *self) G_GNUC_WARN_UNUSED_RESULT;

/* (transfer container): every port's view, in the order of the nodes. */
GPtrArray    *ui_graph_sheet_list_ports         (UiGraphSheet      *self) G_GNUC_WARN_UNUSED_RESULT;

/* (transfer full): the rectangles of all cards. */
GArray       *ui_graph_sheet_list_rects         (UiGraphSheet      *self) G_GNUC_WARN_UNUSED_RESULT;

/* FALSE when there is no node. */
gboolean      ui_graph_sheet_get_extent         (UiGraphSheet      *self,
                                                 UiRect            *extent);
UiPoint       ui_graph_sheet_get_port_centre    (UiGraphSheet      *self,
                                                 UiPortView        *port);

/* (transfer full): the links that end at @port. */
GArray       *ui_graph_sheet_list_links_at      (UiGraphSheet      *self,
                                                 UiPortView        *port) G_GNUC_WARN_UNUSED_RESULT;
gboolean      ui_graph_sheet_has_links          (UiGraphSheet      *self,
                                                 guint              id);

/* (nullable): the link whose wire passes within @reach of @point. */
const UiGraphLink *ui_graph_sheet_hit_link      (UiGraphSheet      *self,
                                                 const UiPoint     *point,
                                                 double             reach);

/* @link's wire stands out; NULL for none. */
void          ui_graph_sheet_light_link         (UiGraphSheet      *self,
                                                 const UiGraphLink *link);

void          ui_graph_sheet_show_preview       (UiGraphSheet      *self,
                                                 const UiWire      *wire,
                                                 UiWirePreview      preview);
void          ui_graph_sheet_hide_preview       (UiGraphSheet      *self);

/* Selected nodes are shown this far from where the model has them. */
void          ui_graph_sheet_set_drag_offset    (UiGraphSheet      *self,
                                                 double             dx,
                                                 double             dy);

/* The selection.  The signal `selection-changed` follows every change, once. */
void          ui_graph_sheet_select_node        (UiGraphSheet      *self,
                                                 guint              id,
                                                 gboolean           selected);
void          ui_graph_sheet_select_link        (UiGraphSheet      *self,
                                                 const UiGraphLink *link,
                                                 gboolean           selected);
void          ui_graph_sheet_select_only        (UiGraphSheet      *self,
                                                 const guint       *ids,
                                                 guint              n_ids);
void          ui_graph_sheet_select_all         (UiGraphSheet      *self);
void          ui_graph_sheet_unselect_all       (UiGraphSheet      *self);

/* Whatever @rect touches, and the ids in @base as well. */
void          ui_graph_sheet_select_rect        (UiGraphSheet      *self,
                                                 const UiRect      *rect,
                                                 GArray            *base);
gboolean      ui_graph_sheet_is_link_selected   (UiGraphSheet      *self,
                                                 const UiGraphLink *link);

/* (transfer full) */
GArray       *ui_graph_sheet_list_selected      (UiGraphSheet      *self) G_GNUC_WARN_UNUSED_RESULT;
GArray       *ui_graph_sheet_list_selected_links (UiGraphSheet     *self) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
