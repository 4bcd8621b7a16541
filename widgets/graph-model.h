/* graph-model.h: what the graph editor shows and edits
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef enum
{
  UI_PORT_INPUT,
  UI_PORT_OUTPUT,
} UiPortDirection;

typedef struct
{
  const char *title;            /* "Input" */
  const char *detail;           /* (nullable): what passes through, as "3×28×28" */
  gboolean    many;             /* takes any number of links; outputs always do */
} UiGraphPort;

/* One node as the model sees it.  Everything belongs to the model and is valid
 * until the model changes. */
typedef struct
{
  guint              id;        /* never 0, never used again after a removal */
  const char        *title;     /* "Conv 2d 1" */
  const char        *subtitle;  /* (nullable): "8×26×26" */
  const char        *category;  /* (nullable): the CSS class is "category-" and this word */
  const char        *icon_name; /* (nullable) */
  const char        *error;     /* (nullable): what is wrong, in a sentence */
  double             x;         /* of the card's left edge */
  double             y;         /* of the card's top edge */
  guint              n_inputs;
  guint              n_outputs;
  const UiGraphPort *inputs;
  const UiGraphPort *outputs;
} UiGraphNode;

/* A link is its two ends: the output @from_port of @from feeds the input
 * @to_port of @to.  Ports count from 0. */
typedef struct
{
  guint from;
  guint from_port;
  guint to;
  guint to_port;
} UiGraphLink;

typedef struct
{
  guint  id;
  double x;
  double y;
} UiGraphPlace;

#define UI_TYPE_GRAPH_LINK (ui_graph_link_get_type ())
GType        ui_graph_link_get_type (void);
UiGraphLink *ui_graph_link_copy     (const UiGraphLink *link) G_GNUC_WARN_UNUSED_RESULT;
gboolean     ui_graph_link_equal    (const UiGraphLink *a,
                                     const UiGraphLink *b);

#define UI_TYPE_GRAPH_MODEL (ui_graph_model_get_type ())
G_DECLARE_INTERFACE (UiGraphModel, ui_graph_model, UI, GRAPH_MODEL, GObject)

/* The model owns the truth and its history.  An edit either happens whole,
 * with the signals that tell of it, or fails with a reason in words and leaves
 * everything as it was.  Signals may be emitted before an edit returns. */
struct _UiGraphModelInterface
{
  GTypeInterface      g_iface;

  /* (transfer full): ids in the order nodes were made. */
  GArray            *(*list_nodes)   (UiGraphModel        *self);
  const UiGraphNode *(*get_node)     (UiGraphModel        *self,
                                      guint                id);
  /* (transfer full): UiGraphLink values. */
  GArray            *(*list_links)   (UiGraphModel        *self);

  gboolean           (*can_connect)  (UiGraphModel        *self,
                                      const UiGraphLink   *link,
                                      GError             **error);
  gboolean           (*connect)      (UiGraphModel        *self,
                                      const UiGraphLink   *link,
                                      GError             **error);
  gboolean           (*disconnect)   (UiGraphModel        *self,
                                      const UiGraphLink   *link,
                                      GError             **error);
  guint              (*add_node)     (UiGraphModel        *self,
                                      const char          *kind,
                                      double               x,
                                      double               y,
                                      GError             **error);
  gboolean           (*remove_nodes) (UiGraphModel        *self,
                                      const guint         *ids,
                                      guint                n_ids,
                                      GError             **error);
  void               (*move_nodes)   (UiGraphModel        *self,
                                      const UiGraphPlace  *places,
                                      guint                n_places);

  void               (*begin_action) (UiGraphModel        *self,
                                      const char          *name);
  void               (*end_action)   (UiGraphModel        *self);
};

GArray            *ui_graph_model_list_nodes   (UiGraphModel        *self)
                                                G_GNUC_WARN_UNUSED_RESULT;
GArray            *ui_graph_model_list_links   (UiGraphModel        *self)
                                                G_GNUC_WARN_UNUSED_RESULT;

/* NULL when there is no such node. */
const UiGraphNode *ui_graph_model_get_node     (UiGraphModel        *self,
                                                guint                id);

/* A dry run of ui_graph_model_connect(): cheap enough for every port each time
 * a drag begins.  An input that takes one link and has one is no obstacle. */
gboolean           ui_graph_model_can_connect  (UiGraphModel        *self,
                                                const UiGraphLink   *link,
                                                GError             **error);

/* An input that takes one link gives up the link it had. */
gboolean           ui_graph_model_connect      (UiGraphModel        *self,
                                                const UiGraphLink   *link,
                                                GError             **error);
gboolean           ui_graph_model_disconnect   (UiGraphModel        *self,
                                                const UiGraphLink   *link,
                                                GError             **error);

/* @kind is the name of a palette item.  0 when it fails. */
guint              ui_graph_model_add_node     (UiGraphModel        *self,
                                                const char          *kind,
                                                double               x,
                                                double               y,
                                                GError             **error);

/* Takes the nodes' links away with them. */
gboolean           ui_graph_model_remove_nodes (UiGraphModel        *self,
                                                const guint         *ids,
                                                guint                n_ids,
                                                GError             **error);
void               ui_graph_model_move_nodes   (UiGraphModel        *self,
                                                const UiGraphPlace  *places,
                                                guint                n_places);

/* Everything between these two is one step of the history, called @name
 * ("Delete Conv 2d 1").  Pairs may be nested; the outermost one counts.  An
 * action in which nothing changed leaves no step. */
void               ui_graph_model_begin_action (UiGraphModel        *self,
                                                const char          *name);
void               ui_graph_model_end_action   (UiGraphModel        *self);

/* For implementations: tell the editor. */
void               ui_graph_model_node_added   (UiGraphModel        *self,
                                                guint                id);
void               ui_graph_model_node_removed (UiGraphModel        *self,
                                                guint                id);
void               ui_graph_model_node_changed (UiGraphModel        *self,
                                                guint                id);
void               ui_graph_model_node_moved   (UiGraphModel        *self,
                                                guint                id);
void               ui_graph_model_link_added   (UiGraphModel        *self,
                                                const UiGraphLink   *link);
void               ui_graph_model_link_removed (UiGraphModel        *self,
                                                const UiGraphLink   *link);
void               ui_graph_model_changed      (UiGraphModel        *self);

G_END_DECLS
