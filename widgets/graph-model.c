/* graph-model.c: what the graph editor shows and edits
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "widgets/graph-model.h"

enum {
  NODE_ADDED,
  NODE_REMOVED,
  NODE_CHANGED,
  NODE_MOVED,
  LINK_ADDED,
  LINK_REMOVED,
  CHANGED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_BOXED_TYPE (UiGraphLink, ui_graph_link, ui_graph_link_copy, g_free)
G_DEFINE_INTERFACE (UiGraphModel, ui_graph_model, G_TYPE_OBJECT)

static guint
add_signal (const char *name,
            GType       argument)
{
  if (argument == G_TYPE_NONE)
    return g_signal_new (name, UI_TYPE_GRAPH_MODEL, G_SIGNAL_RUN_LAST,
                         0, NULL, NULL, NULL, G_TYPE_NONE, 0);

  return g_signal_new (name, UI_TYPE_GRAPH_MODEL, G_SIGNAL_RUN_LAST,
                       0, NULL, NULL, NULL, G_TYPE_NONE, 1, argument);
}

static void
ui_graph_model_default_init (UiGraphModelInterface *iface)
{
  GType link_type = UI_TYPE_GRAPH_LINK | G_SIGNAL_TYPE_STATIC_SCOPE;

  /* A node is announced before the links that end at it, and leaves after
   * them, so a listener never meets a link to a node it does not know. */
  signals[NODE_ADDED] = add_signal ("node-added", G_TYPE_UINT);
  signals[NODE_REMOVED] = add_signal ("node-removed", G_TYPE_UINT);

  /* Anything but the position: texts, ports, the error. */
  signals[NODE_CHANGED] = add_signal ("node-changed", G_TYPE_UINT);
  signals[NODE_MOVED] = add_signal ("node-moved", G_TYPE_UINT);
  signals[LINK_ADDED] = add_signal ("link-added", link_type);
  signals[LINK_REMOVED] = add_signal ("link-removed", link_type);

  /* Once after every edit, undo and redo, however much it changed. */
  signals[CHANGED] = add_signal ("changed", G_TYPE_NONE);
}

UiGraphLink *
ui_graph_link_copy (const UiGraphLink *link)
{
  return g_memdup2 (link, sizeof *link);
}

gboolean
ui_graph_link_equal (const UiGraphLink *a,
                     const UiGraphLink *b)
{
  return a->from == b->from && a->from_port == b->from_port
         && a->to == b->to && a->to_port == b->to_port;
}

GArray *
ui_graph_model_list_nodes (UiGraphModel *self)
{
  return UI_GRAPH_MODEL_GET_IFACE (self)->list_nodes (self);
}

GArray *
ui_graph_model_list_links (UiGraphModel *self)
{
  return UI_GRAPH_MODEL_GET_IFACE (self)->list_links (self);
}

const UiGraphNode *
ui_graph_model_get_node (UiGraphModel *self,
                         guint         id)
{
  return UI_GRAPH_MODEL_GET_IFACE (self)->get_node (self, id);
}

gboolean
ui_graph_model_can_connect (UiGraphModel       *self,
                            const UiGraphLink  *link,
                            GError            **error)
{
  return UI_GRAPH_MODEL_GET_IFACE (self)->can_connect (self, link, error);
}

gboolean
ui_graph_model_connect (UiGraphModel       *self,
                        const UiGraphLink  *link,
                        GError            **error)
{
  return UI_GRAPH_MODEL_GET_IFACE (self)->connect (self, link, error);
}

gboolean
ui_graph_model_disconnect (UiGraphModel       *self,
                           const UiGraphLink  *link,
                           GError            **error)
{
  return UI_GRAPH_MODEL_GET_IFACE (self)->disconnect (self, link, error);
}

guint
ui_graph_model_add_node (UiGraphModel  *self,
                         const char    *kind,
                         double         x,
                         double         y,
                         GError       **error)
{
  return UI_GRAPH_MODEL_GET_IFACE (self)->add_node (self, kind, x, y, error);
}

gboolean
ui_graph_model_remove_nodes (UiGraphModel  *self,
                             const guint   *ids,
                             guint          n_ids,
                             GError       **error)
{
  return UI_GRAPH_MODEL_GET_IFACE (self)->remove_nodes (self, ids, n_ids, error);
}

void
ui_graph_model_move_nodes (UiGraphModel       *self,
                           const UiGraphPlace *places,
                           guint               n_places)
{
  UI_GRAPH_MODEL_GET_IFACE (self)->move_nodes (self, places, n_places);
}

void
ui_graph_model_begin_action (UiGraphModel *self,
                             const char   *name)
{
  UI_GRAPH_MODEL_GET_IFACE (self)->begin_action (self, name);
}

void
ui_graph_model_end_action (UiGraphModel *self)
{
  UI_GRAPH_MODEL_GET_IFACE (self)->end_action (self);
}

void
ui_graph_model_node_added (UiGraphModel *self,
                           guint         id)
{
  g_signal_emit (self, signals[NODE_ADDED], 0, id);
}

void
ui_graph_model_node_removed (UiGraphModel *self,
                             guint         id)
{
  g_signal_emit (self, signals[NODE_REMOVED], 0, id);
}

void
ui_graph_model_node_changed (UiGraphModel *self,
                             guint         id)
{
  g_signal_emit (self, signals[NODE_CHANGED], 0, id);
}

void
ui_graph_model_node_moved (UiGraphModel *self,
                           guint         id)
{
  g_signal_emit (self, signals[NODE_MOVED], 0, id);
}

void
ui_graph_model_link_added (UiGraphModel      *self,
                           const UiGraphLink *link)
{
  g_signal_emit (self, signals[LINK_ADDED], 0, link);
}

void
ui_graph_model_link_removed (UiGraphModel      *self,
                             const UiGraphLink *link)
{
  g_signal_emit (self, signals[LINK_REMOVED], 0, link);
}

void
ui_graph_model_changed (UiGraphModel *self)
{
  g_signal_emit (self, signals[CHANGED], 0);
}
