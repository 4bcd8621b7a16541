/* graph-adapter.c: a document's network as the graph editor sees it
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "app/graph-adapter.h"

#include "engine/error.h"
#include "widgets/palette-item.h"

#include <glib/gi18n.h>
#include <string.h>

/* What the editor is shown of one node, kept so that a change can be told from
 * none. */
typedef struct
{
  UiGraphNode node;             /* its strings lie in the fields below */
  char       *title;
  char       *subtitle;
  char       *error;
  UiGraphPort ports[NN_MAX_IN + NN_MAX_OUT];
} Shown;

struct _AppGraphAdapter
{
  GObject      parent_instance;

  AppDocument *document;        /* owned */
  GArray      *reports;         /* NnNodeReport, in the graph's order */
  GHashTable  *shown;           /* id → Shown, owned */
  guint        marked;          /* node with an error from outside, or 0 */
  char        *mark;
};

static void graph_model_iface_init (UiGraphModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (AppGraphAdapter, app_graph_adapter, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (UI_TYPE_GRAPH_MODEL, graph_model_iface_init))

static NnGraph *
graph_of (AppGraphAdapter *self)
{
  return app_document_get_project (self->document)->graph;
}

static void
shown_free (Shown *shown)
{
  g_free (shown->title);
  g_free (shown->subtitle);
  g_free (shown->error);
  g_free (shown);
}

const NnNodeReport *
app_graph_adapter_get_report (AppGraphAdapter *self,
                              guint            id)
{
  for (guint i = 0; i < self->reports->len; i++)
    if (g_array_index (self->reports, NnNodeReport, i).node == id)
      return &g_array_index (self->reports, NnNodeReport, i);

  return NULL;
}

gint64
app_graph_adapter_get_parameters (AppGraphAdapter *self)
{
  gint64 sum = 0;

  for (guint i = 0; i < self->reports->len; i++)
    sum += g_array_index (self->reports, NnNodeReport, i).parameters;
  return sum;
}

gint64
app_graph_adapter_get_work (AppGraphAdapter *self)
{
  gint64 sum = 0;

  for (guint i = 0; i < self->reports->len; i++)
    sum += g_array_index (self->reports, NnNodeReport, i).work;
  return sum;
}

const char *
app_category_icon (NnCategory category)
{
  static const char *const icons[NN_N_CATEGORIES] = {
    [NN_CATEGORY_DATA]          = "app-data-symbolic",
    [NN_CATEGORY_LAYER]         = "app-layer-symbolic",
    [NN_CATEGORY_CONVOLUTION]   = "app-convolution-symbolic",
    [NN_CATEGORY_SIGNAL]        = "app-convolution-symbolic",
    [NN_CATEGORY_VOLUME]        = "app-convolution-symbolic",
    [NN_CATEGORY_ACTIVATION]    = "app-activation-symbolic",
    [NN_CATEGORY_RARE_ACTIVATION] = "app-activation-symbolic",
    [NN_CATEGORY_NORMALISATION] = "app-normalisation-symbolic",
    [NN_CATEGORY_SEQUENCE]      = "app-sequence-symbolic",
    [NN_CATEGORY_ATTENTION]     = "app-attention-symbolic",
    [NN_CATEGORY_SHAPE]         = "app-shape-symbolic",
    [NN_CATEGORY_CHOICE]        = "app-maths-symbolic",
    [NN_CATEGORY_MATHS]         = "app-maths-symbolic",
    [NN_CATEGORY_FUNCTION]      = "app-maths-symbolic",
    [NN_CATEGORY_STATISTICS]    = "app-maths-symbolic",
    [NN_CATEGORY_LOSS]          = "app-loss-symbolic",
  };

  return icons[category];
}

/* Ports that can be linked come first among the operands. */
static void
show_ports (Shown        *shown,
            const NnOp   *op,
            const char   *detail)
{
  guint n = 0;

  for (int i = 0; i < nn_op_count_in (op); i++)
    {
      const NnPort *port = nn_op_get_in (op, i);

      if (port->kind == NN_PORT_PARAMETER || port->kind == NN_PORT_STATE)
        break;
      shown->ports[n++] = (UiGraphPort) { _(port->title), NULL, port->kind == NN_PORT_MANY };
    }
  shown->node.inputs = shown->ports;
  shown->node.n_inputs = n;

  shown->node.outputs = shown->ports + n;
  for (int i = 0; i < nn_op_count_out (op); i++)
    {
      const NnPort *port = nn_op_get_out (op, i);

      if (port->kind == NN_PORT_OUTPUT)
        {
          shown->ports[n++] = (UiGraphPort) { _(port->title), detail, TRUE };
          shown->node.n_outputs++;
        }
    }
}

static Shown *
show_node (AppGraphAdapter *self,
           const NnNode    *node)
{
  const NnNodeReport *report = app_graph_adapter_get_report (self, node->id);
  Shown *shown = g_new0 (Shown, 1);

  shown->title = g_strdup (node->name);
  shown->subtitle = report->has_shape ? nn_shape_print (&report->shape) : NULL;
  if (report->error != NULL)
    shown->error = g_strdup (report->error->message);
  else if (self->marked == node->id)
    shown->error = g_strdup (self->mark);

  shown->node.id = node->id;
  shown->node.title = shown->title;
  shown->node.subtitle = shown->subtitle;
  shown->node.error = shown->error;
  shown->node.category = nn_category_name (node->op->category);
  shown->node.icon_name = app_category_icon (node->op->category);
  shown->node.x = node->x;
  shown->node.y = node->y;
  show_ports (shown, node->op, shown->subtitle);

  return shown;
}

/* Everything about @a and @b but the place. */
static gboolean
look_alike (const Shown *a,
            const Shown *b)
{
  return g_strcmp0 (a->title, b->title) == 0 && g_strcmp0 (a->subtitle, b->subtitle) == 0
         && g_strcmp0 (a->error, b->error) == 0;
}

static void
refresh_reports (AppGraphAdapter *self)
{
  g_clear_pointer (&self->reports, g_array_unref);
  self->reports = nn_graph_report (graph_of (self));
}

/* Shows the node anew and tells the editor what is different. */
static void
refresh_node (AppGraphAdapter *self,
              const NnNode    *node)
{
  Shown *old = g_hash_table_lookup (self->shown, GUINT_TO_POINTER (node->id));
  Shown *new = show_node (self, node);
  gboolean is_new = old == NULL;
  gboolean has_changed = old != NULL && !look_alike (old, new);
  gboolean has_moved = old != NULL && (old->node.x != new->node.x || old->node.y != new->node.y);

  g_hash_table_insert (self->shown, GUINT_TO_POINTER (node->id), new);
  if (is_new)
    ui_graph_model_node_added (UI_GRAPH_MODEL (self), node->id);
  if (has_changed)
    ui_graph_model_node_changed (UI_GRAPH_MODEL (self), node->id);
  if (has_moved)
    ui_graph_model_node_moved (UI_GRAPH_MODEL (self), node->id);
}

static UiGraphLink
to_ui (const NnLink *link)
{
  return (UiGraphLink) { link->from, (guint) link->out, link->to, (guint) link->in };
}

static NnLink
from_ui (const UiGraphLink *link)
{
  return (NnLink) { link->from, (int) link->from_port, link->to, (int) link->to_port };
}

static gboolean
has_link (NnGraph      *graph,
          const NnLink *link)
{
  for (guint i = 0; i < nn_graph_get_n_links (graph); i++)
    {
      NnLink other = nn_graph_get_link (graph, i);

      if (memcmp (&other, link, sizeof other) == 0)
        return TRUE;
    }

  return FALSE;
}

/* Links of @graph that @other lacks. */
static void
tell_links (AppGraphAdapter *self,
            NnGraph         *graph,
            NnGraph         *other,
            void           (*tell) (UiGraphModel      *model,
                                    const UiGraphLink *link))
{
  for (guint i = 0; i < nn_graph_get_n_links (graph); i++)
    {
      NnLink link = nn_graph_get_link (graph, i);
      UiGraphLink shown = to_ui (&link);

      if (!has_link (other, &link))
        tell (UI_GRAPH_MODEL (self), &shown);
    }
}

static void
graph_changed_cb (AppGraphAdapter *self,
                  NnGraph         *before)
{
  NnGraph *graph = graph_of (self);

  self->marked = 0;
  refresh_reports (self);
  tell_links (self, before, graph, ui_graph_model_link_removed);
  for (guint i = 0; i < nn_graph_get_n_nodes (before); i++)
    {
      guint id = nn_graph_get_nth (before, i)->id;

      if (nn_graph_get_node (graph, id) == NULL)
        {
          g_hash_table_remove (self->shown, GUINT_TO_POINTER (id));
          ui_graph_model_node_removed (UI_GRAPH_MODEL (self), id);
        }
    }
  for (guint i = 0; i < nn_graph_get_n_nodes (graph); i++)
    refresh_node (self, nn_graph_get_nth (graph, i));
  tell_links (self, graph, before, ui_graph_model_link_added);
  ui_graph_model_changed (UI_GRAPH_MODEL (self));
}

void
app_graph_adapter_mark (AppGraphAdapter *self,
                        guint            id,
                        const char      *message)
{
  guint before = self->marked;

  self->marked = message != NULL ? id : 0;
  g_free (self->mark);
  self->mark = g_strdup (message);
  for (guint i = 0; i < nn_graph_get_n_nodes (graph_of (self)); i++)
    {
      const NnNode *node = nn_graph_get_nth (graph_of (self), i);

      if (node->id == id || node->id == before)
        refresh_node (self, node);
    }
}

static GArray *
adapter_list_nodes (UiGraphModel *model)
{
  AppGraphAdapter *self = APP_GRAPH_ADAPTER (model);
  GArray *ids = g_array_new (FALSE, FALSE, sizeof (guint));

  for (guint i = 0; i < nn_graph_get_n_nodes (graph_of (self)); i++)
    g_array_append_val (ids, nn_graph_get_nth (graph_of (self), i)->id);
  return ids;
}

static const UiGraphNode *
adapter_get_node (UiGraphModel *model,
                  guint         id)
{
  AppGraphAdapter *self = APP_GRAPH_ADAPTER (model);
  Shown *shown = g_hash_table_lookup (self->shown, GUINT_TO_POINTER (id));

  return shown != NULL ? &shown->node : NULL;
}

static GArray *
adapter_list_links (UiGraphModel *model)
{
  AppGraphAdapter *self = APP_GRAPH_ADAPTER (model);
  GArray *links = g_array_new (FALSE, FALSE, sizeof (UiGraphLink));

  for (guint i = 0; i < nn_graph_get_n_links (graph_of (self)); i++)
    {
      NnLink link = nn_graph_get_link (graph_of (self), i);
      UiGraphLink shown = to_ui (&link);

      g_array_append_val (links, shown);
    }
  return links;
}

/* The link that stands in the way of @link at an input which takes one. */
static gboolean
find_occupant (NnGraph      *graph,
               const NnLink *link,
               NnLink       *occupant)
{
  const NnNode *to = nn_graph_get_node (graph, link->to);
  const NnPort *port = to != NULL ? nn_op_get_in (to->op, link->in) : NULL;

  if (port == NULL || port->kind == NN_PORT_MANY)
    return FALSE;

  for (guint i = 0; i < nn_graph_get_n_links (graph); i++)
    {
      NnLink other = nn_graph_get_link (graph, i);

      if (other.to == link->to && other.in == link->in
          && memcmp (&other, link, sizeof other) != 0)
        {
          *occupant = other;
          return TRUE;
        }
    }

  return FALSE;
}

static gboolean
adapter_can_connect (UiGraphModel       *model,
                     const UiGraphLink  *link,
                     GError            **error)
{
  AppGraphAdapter *self = APP_GRAPH_ADAPTER (model);
  g_autoptr (NnGraph) trial = NULL;
  NnLink wanted = from_ui (link);
  NnLink occupant;

  if (!find_occupant (graph_of (self), &wanted, &occupant))
    return nn_graph_can_connect (graph_of (self), &wanted, error);

  trial = nn_graph_dup (graph_of (self));
  nn_graph_disconnect (trial, &occupant);
  return nn_graph_can_connect (trial, &wanted, error);
}

static gboolean
adapter_connect (UiGraphModel       *model,
                 const UiGraphLink  *link,
                 GError            **error)
{
  AppGraphAdapter *self = APP_GRAPH_ADAPTER (model);
  NnLink wanted = from_ui (link);
  NnLink occupant;

  if (!adapter_can_connect (model, link, error))
    return FALSE;

  app_document_begin (self->document, _("Link"), NULL);
  if (find_occupant (graph_of (self), &wanted, &occupant))
    nn_graph_disconnect (graph_of (self), &occupant);
  nn_graph_connect (graph_of (self), &wanted, NULL);
  app_document_end (self->document);
  return TRUE;
}

static gboolean
adapter_disconnect (UiGraphModel       *model,
                    const UiGraphLink  *link,
                    GError            **error)
{
  AppGraphAdapter *self = APP_GRAPH_ADAPTER (model);
  NnLink unwanted = from_ui (link);

  app_document_begin (self->document, _("Unlink"), NULL);
  nn_graph_disconnect (graph_of (self), &unwanted);
  app_document_end (self->document);
  return TRUE;
}

static guint
adapter_add_node (UiGraphModel  *model,
                  const char    *kind,
                  double         x,
                  double         y,
                  GError       **error)
{
  AppGraphAdapter *self = APP_GRAPH_ADAPTER (model);
  const NnOp *op = nn_op_find (kind);
  g_autofree char *name = NULL;
  guint id;

  if (op == NULL || op->category == NN_CATEGORY_INTERNAL)
    {
      g_set_error (error, NN_ERROR, NN_ERROR_UNSUPPORTED, _("There is no layer “%s”."), kind);
      return 0;
    }

  /* Translators: what undo takes back; a layer's title. */
  name = g_strdup_printf (_("Add %s"), _(op->title));
  app_document_begin (self->document, name, NULL);
  id = nn_graph_add_node (graph_of (self), op, 0, NULL);
  nn_graph_move_node (graph_of (self), id, x, y);
  app_document_end (self->document);
  return id;
}

static gboolean
adapter_remove_nodes (UiGraphModel  *model,
                      const guint   *ids,
                      guint          n_ids,
                      GError       **error)
{
  AppGraphAdapter *self = APP_GRAPH_ADAPTER (model);
  const NnNode *first = n_ids > 0 ? nn_graph_get_node (graph_of (self), ids[0]) : NULL;
  g_autofree char *name = NULL;

  if (first == NULL)
    return TRUE;

  name = n_ids == 1 ? g_strdup_printf (_("Delete %s"), first->name)
                    : g_strdup_printf (ngettext ("Delete %u Node", "Delete %u Nodes", n_ids),
                                       n_ids);
  app_document_begin (self->document, name, NULL);
  for (guint i = 0; i < n_ids; i++)
    nn_graph_remove_node (graph_of (self), ids[i]);
  app_document_end (self->document);
  return TRUE;
}

static void
adapter_move_nodes (UiGraphModel       *model,
                    const UiGraphPlace *places,
                    guint               n_places)
{
  AppGraphAdapter *self = APP_GRAPH_ADAPTER (model);

  app_document_begin (self->document, ngettext ("Move Node", "Move Nodes", n_places), "move");
  for (guint i = 0; i < n_places; i++)
    if (nn_graph_get_node (graph_of (self), places[i].id) != NULL)
      nn_graph_move_node (graph_of (self), places[i].id, places[i].x, places[i].y);
  app_document_end (self->document);
}

static void
adapter_begin_action (UiGraphModel *model,
                      const char   *name)
{
  app_document_begin (APP_GRAPH_ADAPTER (model)->document, name, NULL);
}

static void
adapter_end_action (UiGraphModel *model)
{
  app_document_end (APP_GRAPH_ADAPTER (model)->document);
}

static void
graph_model_iface_init (UiGraphModelInterface *iface)
{
  iface->list_nodes = adapter_list_nodes;
  iface->get_node = adapter_get_node;
  iface->list_links = adapter_list_links;
  iface->can_connect = adapter_can_connect;
  iface->connect = adapter_connect;
  iface->disconnect = adapter_disconnect;
  iface->add_node = adapter_add_node;
  iface->remove_nodes = adapter_remove_nodes;
  iface->move_nodes = adapter_move_nodes;
  iface->begin_action = adapter_begin_action;
  iface->end_action = adapter_end_action;
}

static void
app_graph_adapter_dispose (GObject *object)
{
  AppGraphAdapter *self = APP_GRAPH_ADAPTER (object);

  g_clear_object (&self->document);
  g_clear_pointer (&self->reports, g_array_unref);
  g_clear_pointer (&self->shown, g_hash_table_unref);
  g_clear_pointer (&self->mark, g_free);

  G_OBJECT_CLASS (app_graph_adapter_parent_class)->dispose (object);
}

static void
app_graph_adapter_class_init (AppGraphAdapterClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = app_graph_adapter_dispose;
}

static void
app_graph_adapter_init (AppGraphAdapter *self)
{
  self->shown = g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify) shown_free);
}

AppGraphAdapter *
app_graph_adapter_new (AppDocument *document)
{
  AppGraphAdapter *self = g_object_new (APP_TYPE_GRAPH_ADAPTER, NULL);

  self->document = g_object_ref (document);
  refresh_reports (self);
  for (guint i = 0; i < nn_graph_get_n_nodes (graph_of (self)); i++)
    {
      const NnNode *node = nn_graph_get_nth (graph_of (self), i);

      g_hash_table_insert (self->shown, GUINT_TO_POINTER (node->id), show_node (self, node));
    }
  g_signal_connect_object (document, "graph-changed", G_CALLBACK (graph_changed_cb), self,
                           G_CONNECT_SWAPPED);

  return self;
}

GListModel *
app_palette_items_new (void)
{
  GListStore *store = g_list_store_new (UI_TYPE_PALETTE_ITEM);

  for (int category = 0; category < NN_CATEGORY_INTERNAL; category++)
    for (const NnOp *const *op = nn_ops_all (); *op != NULL; op++)
      if ((int) (*op)->category == category)
        {
          g_autoptr (UiPaletteItem) item = ui_palette_item_new (
            (*op)->name, _((*op)->title), _((*op)->summary), nn_category_name (category),
            nn_category_title (category), app_category_icon (category));

          g_list_store_append (store, item);
        }

  return G_LIST_MODEL (store);
}
