/* graph-sheet-private.h: what the files of the graph sheet share
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "widgets/graph-sheet.h"

G_BEGIN_DECLS

struct _UiGraphSheet
{
  GtkWidget      parent_instance;

  UiGraphModel  *model;         /* owned, nullable */
  GHashTable    *views;         /* id → UiNodeView; the widget tree owns them */
  UiWires     *wires;
  UiRect         visible;
  double         zoom;
  UiPoint        drag_offset;
  UiWire         preview;
  UiWirePreview  preview_kind;
  gboolean       has_preview;
  guint          describe_id;   /* an idle source that renews the descriptions */
};

/* (nullable): the view of an end of a link. */
UiPortView *ui_graph_sheet_get_port          (UiGraphSheet      *self,
                                              guint              id,
                                              UiPortDirection    direction,
                                              guint              index);

/* The index of @link's wire, or -1. */
int         ui_graph_sheet_find_wire         (UiGraphSheet      *self,
                                              const UiGraphLink *link);

/* Shows the selection and tells the listeners. */
void        ui_graph_sheet_selection_changed (UiGraphSheet      *self);

/* graph-sheet-describe.c: says in words, for every node and port, what it is
 * connected to. */
void        ui_graph_sheet_describe          (UiGraphSheet      *self);


G_END_DECLS
