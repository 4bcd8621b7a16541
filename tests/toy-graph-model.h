/* toy-graph-model.h: a graph of toy layers, to try the graph editor with
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "widgets/graph-model.h"

G_BEGIN_DECLS

#define TOY_TYPE_GRAPH_MODEL (toy_graph_model_get_type ())
G_DECLARE_FINAL_TYPE (ToyGraphModel, toy_graph_model, TOY, GRAPH_MODEL, GObject)

ToyGraphModel *toy_graph_model_new          (void) G_GNUC_WARN_UNUSED_RESULT;

/* "data → conv → relu → flatten → linear → loss", with their links; its ids
 * are 1 to 6 in this order. */
ToyGraphModel *toy_graph_model_new_sample   (void) G_GNUC_WARN_UNUSED_RESULT;

/* A list store of UiPaletteItem, one for each kind. */
GListModel    *toy_graph_model_list_kinds   (void) G_GNUC_WARN_UNUSED_RESULT;

/* These are no part of the history. */
void           toy_graph_model_set_subtitle (ToyGraphModel *self,
                                             guint          id,
                                             const char    *subtitle);
void           toy_graph_model_set_error    (ToyGraphModel *self,
                                             guint          id,
                                             const char    *error);

/* How many steps can be undone, and the name of the last, or NULL. */
guint          toy_graph_model_get_depth    (ToyGraphModel *self);
const char    *toy_graph_model_get_undo     (ToyGraphModel *self);
void           toy_graph_model_undo         (ToyGraphModel *self);
void           toy_graph_model_redo         (ToyGraphModel *self);

G_END_DECLS
