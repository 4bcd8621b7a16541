/* graph-adapter.h: a document's network as the graph editor sees it
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "app/document.h"
#include "engine/lower.h"
#include "widgets/graph-model.h"

G_BEGIN_DECLS

#define APP_TYPE_GRAPH_ADAPTER (app_graph_adapter_get_type ())
G_DECLARE_FINAL_TYPE (AppGraphAdapter, app_graph_adapter, APP, GRAPH_ADAPTER, GObject)

/* Implements UiGraphModel.  Shapes and errors of all nodes are found anew after
 * each change, and the editor hears of those that differ. */
AppGraphAdapter     *app_graph_adapter_new          (AppDocument     *document)
                                                     G_GNUC_WARN_UNUSED_RESULT;

/* NULL when there is no such node. */
const NnNodeReport  *app_graph_adapter_get_report   (AppGraphAdapter *self,
                                                     guint            id);

/* Over all nodes. */
gint64               app_graph_adapter_get_parameters (AppGraphAdapter *self);
gint64               app_graph_adapter_get_work       (AppGraphAdapter *self);

/* An error from outside, such as a failed training, shown on the node until the
 * graph changes; NULL takes it away. */
void                 app_graph_adapter_mark         (AppGraphAdapter *self,
                                                     guint            id,
                                                     const char      *message);

/* What can be put on the canvas: UiPaletteItem from the op records.
 * (transfer full) */
GListModel          *app_palette_items_new          (void) G_GNUC_WARN_UNUSED_RESULT;

/* The icon of a category, for nodes and palette. */
const char          *app_category_icon              (NnCategory       category);

G_END_DECLS
