/* graph-editor.h: a canvas on which a graph is drawn, linked and rearranged
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "widgets/graph-model.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Cards sit on a grid of this many pixels. */
#define UI_GRAPH_GRID 10

#define UI_TYPE_GRAPH_EDITOR (ui_graph_editor_get_type ())
G_DECLARE_FINAL_TYPE (UiGraphEditor, ui_graph_editor, UI, GRAPH_EDITOR, GtkWidget)

GtkWidget    *ui_graph_editor_new                (UiGraphModel  *model);
void          ui_graph_editor_set_model          (UiGraphEditor *self,
                                                  UiGraphModel  *model);
UiGraphModel *ui_graph_editor_get_model          (UiGraphEditor *self);

/* 1 is the size things have elsewhere. */
void          ui_graph_editor_set_zoom           (UiGraphEditor *self,
                                                  double         zoom);
double        ui_graph_editor_get_zoom           (UiGraphEditor *self);
void          ui_graph_editor_zoom_by            (UiGraphEditor *self,
                                                  double         factor);

/* Moves the view by so many pixels of the window. */
void          ui_graph_editor_pan_by             (UiGraphEditor *self,
                                                  double         dx,
                                                  double         dy);

/* Shows the whole graph, never larger than life. */
void          ui_graph_editor_fit                (UiGraphEditor *self);

/* Brings the node into view, selects it and gives it the keyboard focus. */
void          ui_graph_editor_show_node          (UiGraphEditor *self,
                                                  guint          id);

/* (transfer full): guint ids. */
GArray       *ui_graph_editor_list_selected      (UiGraphEditor *self) G_GNUC_WARN_UNUSED_RESULT;

/* (transfer full): UiGraphLink values. */
GArray       *ui_graph_editor_list_selected_links (UiGraphEditor *self) G_GNUC_WARN_UNUSED_RESULT;

/* Selects exactly these nodes and no link. */
void          ui_graph_editor_select             (UiGraphEditor *self,
                                                  const guint   *ids,
                                                  guint          n_ids);
void          ui_graph_editor_select_all         (UiGraphEditor *self);
void          ui_graph_editor_delete_selection   (UiGraphEditor *self);

/* Adds a node of @kind in the middle of the view, or as near to it as there is
 * room, and selects it.  Returns its id, or 0 after having told the user why
 * not. */
guint         ui_graph_editor_insert             (UiGraphEditor *self,
                                                  const char    *kind);

/* The same around (@x, @y) in the widget.  Where a wire passes there, the node
 * goes between its two ends, if the model agrees. */
guint         ui_graph_editor_insert_at          (UiGraphEditor *self,
                                                  const char    *kind,
                                                  double         x,
                                                  double         y);

G_END_DECLS
