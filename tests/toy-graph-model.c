/* toy-graph-model.c: a graph of toy layers, to try the graph editor with
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "tests/toy-graph-model.h"

#include "widgets/palette-item.h"

/* What passes through a port; TYPE_ANY goes with everything. */
typedef enum
{
  TYPE_ANY,
  TYPE_IMAGE,
  TYPE_VECTOR,
  TYPE_LABELS,
} Type;

static const char *type_names[] = { "anything", "images", "vectors", "labels" };

#define MAX_PORTS 3

typedef struct
{
  const char  *name;
  const char  *title;
  const char  *summary;
  const char  *category;
  const char  *category_title;
  const char  *subtitle;
  guint        n_inputs;
  UiGraphPort  inputs[MAX_PORTS];
  Type         input_types[MAX_PORTS];
  guint        n_outputs;
  UiGraphPort  outputs[MAX_PORTS];
  Type         output_types[MAX_PORTS];
} Kind;

static const Kind kinds[] = {
  { "data", "Images", "Pictures and what they show.", "data", "Data", "3×28×28",
    0, { { NULL } }, { TYPE_ANY },
    2, { { "Images", "3×28×28" }, { "Labels", "10" } }, { TYPE_IMAGE, TYPE_LABELS } },
  { "conv", "Conv 2d", "Looks for the same small pattern everywhere.",
    "convolution", "Convolution", "8×26×26",
    1, { { "Input", NULL } }, { TYPE_IMAGE }, 1, { { "Output", "8×26×26" } }, { TYPE_IMAGE } },
  { "pool", "Max Pool 2d", "Keeps the largest of neighbours.",
    "convolution", "Convolution", "8×13×13",
    1, { { "Input", NULL } }, { TYPE_IMAGE }, 1, { { "Output", "8×13×13" } }, { TYPE_IMAGE } },
  { "linear", "Linear", "Weighs every number and adds them up.", "layer", "Layers", "10",
    1, { { "Input", NULL } }, { TYPE_VECTOR }, 1, { { "Output", "10" } }, { TYPE_VECTOR } },
  { "relu", "ReLU", "Keeps what is above zero.", "activation", "Activations", NULL,
    1, { { "Input", NULL } }, { TYPE_ANY }, 1, { { "Output", NULL } }, { TYPE_ANY } },
  { "norm", "Batch Norm", "Centres and scales each channel.",
    "normalisation", "Normalisation", NULL,
    1, { { "Input", NULL } }, { TYPE_ANY }, 1, { { "Output", NULL } }, { TYPE_ANY } },
  { "flatten", "Flatten", "Lays all numbers out in one row.", "shape", "Shape", "5408",
    1, { { "Input", NULL } }, { TYPE_IMAGE }, 1, { { "Output", "5408" } }, { TYPE_VECTOR } },
  { "add", "Add", "Adds two inputs, number by number.", "shape", "Shape", NULL,
    2, { { "First", NULL }, { "Second", NULL } }, { TYPE_ANY, TYPE_ANY },
    1, { { "Sum", NULL } }, { TYPE_ANY } },
  { "concat", "Concatenate", "Puts any number of inputs behind each other.",
    "shape", "Shape", NULL,
    1, { { "Inputs", NULL, TRUE } }, { TYPE_ANY }, 1, { { "Output", NULL } }, { TYPE_ANY } },
  { "loss", "Cross Entropy", "How surprised the model is by the right answers.",
    "loss", "Losses", NULL,
    2, { { "Scores", "10" }, { "Labels", "10" } }, { TYPE_VECTOR, TYPE_LABELS },
    0, { { NULL } }, { TYPE_ANY } },
};

typedef struct
{
  gatomicrefcount  ref_count;
  UiGraphNode      info;
  const Kind      *kind;
} Node;

/* Steps of the history are whole states, which share the nodes that did not
 * change: a node is replaced, never altered, unless it is the only one. */
typedef struct
{
  char      *name;              /* of the edit that came after this state */
  GPtrArray *nodes;             /* Node, in the order of their ids */
  GArray    *links;             /* UiGraphLink */
} State;

struct _ToyGraphModel
{
  GObject    parent_instance;

  State     *now;
  GPtrArray *undo;              /* State */
  GPtrArray *redo;
  State     *before;            /* the state when the outermost action began */
  guint      depth;             /* of nested actions */
  guint      next_id;
};

static void toy_graph_model_iface_init (UiGraphModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (ToyGraphModel, toy_graph_model, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (UI_TYPE_GRAPH_MODEL,
                                                      toy_graph_model_iface_init))

static Node *
node_ref (Node *node)
{
  g_atomic_ref_count_inc (&node->ref_count);
  return node;
}

static void
node_unref (Node *node)
{
  if (!g_atomic_ref_count_dec (&node->ref_count))
    return;

  g_free ((char *) node->info.title);
  g_free ((char *) node->info.subtitle);
  g_free ((char *) node->info.error);
  g_free (node);
}

static Node *
node_new (guint       id,
          const Kind *kind,
          double      x,
          double      y)
{
  Node *node = g_new0 (Node, 1);

  g_atomic_ref_count_init (&node->ref_count);
  node->kind = kind;
  node->info = (UiGraphNode) {
    .id = id,
    .title = g_strdup_printf ("%s %u", kind->title, id),
    .subtitle = g_strdup (kind->subtitle),
    .category = kind->category,
    .x = x,
    .y = y,
    .n_inputs = kind->n_inputs,
    .n_outputs = kind->n_outputs,
    .inputs = kind->inputs,
    .outputs = kind->outputs,
  };
  return node;
}

static Node *
node_dup (const Node *node)
{
  Node *copy = node_new (node->info.id, node->kind, node->info.x, node->info.y);

  g_free ((char *) copy->info.subtitle);
  copy->info.subtitle = g_strdup (node->info.subtitle);
  copy->info.error = g_strdup (node->info.error);
  return copy;
}

static State *
state_new (void)
{
  State *state = g_new0 (State, 1);

  state->nodes = g_ptr_array_new_with_free_func ((GDestroyNotify) node_unref);
  state->links = g_array_new (FALSE, FALSE, sizeof (UiGraphLink));
  return state;
}

static State *
state_dup (State *state)
{
  State *copy = state_new ();

  for (guint i = 0; i < state->nodes->len; i++)
    g_ptr_array_add (copy->nodes, node_ref (g_ptr_array_index (state->nodes, i)));
  g_array_append_vals (copy->links, state->links->data, state->links->len);
  return copy;
}

static void
state_free (State *state)
{
  g_free (state->name);
  g_ptr_array_unref (state->nodes);
  g_array_unref (state->links);
  g_free (state);
}

static int
find_node (State *state,
           guint  id)
{
  for (guint i = 0; i < state->nodes->len; i++)
    if (((Node *) g_ptr_array_index (state->nodes, i))->info.id == id)
      return i;

  return -1;
}

static Node *
get_node (State *state,
          guint  id)
{
  int index = find_node (state, id);

  return index >= 0 ? g_ptr_array_index (state->nodes, index) : NULL;
}

static int
find_link (State             *state,
           const UiGraphLink *link)
{
  for (guint i = 0; i < state->links->len; i++)
    if (ui_graph_link_equal (&g_array_index (state->links, UiGraphLink, i), link))
      return i;

  return -1;
}

static gboolean
states_equal (State *a,
              State *b)
{
  if (a->nodes->len != b->nodes->len || a->links->len != b->links->len)
    return FALSE;

  for (guint i = 0; i < a->nodes->len; i++)
    if (g_ptr_array_index (a->nodes, i) != g_ptr_array_index (b->nodes, i))
      return FALSE;
  for (guint i = 0; i < a->links->len; i++)
    if (find_link (b, &g_array_index (a->links, UiGraphLink, i)) < 0)
      return FALSE;

  return TRUE;
}

/* A node of its own for the present state to alter. */
static Node *
alter_node (ToyGraphModel *self,
            guint          id)
{
  int index = find_node (self->now, id);
  Node *copy;

  g_assert (index >= 0);
  copy = node_dup (g_ptr_array_index (self->now->nodes, index));
  node_unref (g_ptr_array_index (self->now->nodes, index));
  self->now->nodes->pdata[index] = copy;
  return copy;
}

static GArray *
list_nodes (UiGraphModel *model)
{
  State *now = TOY_GRAPH_MODEL (model)->now;
  GArray *ids = g_array_new (FALSE, FALSE, sizeof (guint));

  for (guint i = 0; i < now->nodes->len; i++)
    g_array_append_val (ids, ((Node *) g_ptr_array_index (now->nodes, i))->info.id);
  return ids;
}

static const UiGraphNode *
get_node_info (UiGraphModel *model,
               guint         id)
{
  Node *node = get_node (TOY_GRAPH_MODEL (model)->now, id);

  return node != NULL ? &node->info : NULL;
}

static GArray *
list_links (UiGraphModel *model)
{
  return g_array_copy (TOY_GRAPH_MODEL (model)->now->links);
}

static gboolean
leads_to (State *state,
          guint  from,
          guint  to)
{
  if (from == to)
    return TRUE;

  for (guint i = 0; i < state->links->len; i++)
    {
      const UiGraphLink *link = &g_array_index (state->links, UiGraphLink, i);

      if (link->from == from && leads_to (state, link->to, to))
        return TRUE;
    }

  return FALSE;
}

static gboolean
can_connect (UiGraphModel       *model,
             const UiGraphLink  *link,
             GError            **error)
{
  State *now = TOY_GRAPH_MODEL (model)->now;
  Node *from = get_node (now, link->from);
  Node *to = get_node (now, link->to);
  Type given, wanted;

  g_assert (from != NULL && link->from_port < from->kind->n_outputs);
  g_assert (to != NULL && link->to_port < to->kind->n_inputs);

  given = from->kind->output_types[link->from_port];
  wanted = to->kind->input_types[link->to_port];
  if (find_link (now, link) >= 0)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_EXISTS, "“%s” and “%s” are connected already.",
                 from->info.title, to->info.title);
  else if (leads_to (now, link->to, link->from))
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_WOULD_RECURSE,
                 "“%s” feeds “%s” already: the link would close a cycle.",
                 to->info.title, from->info.title);
  else if (given != wanted && given != TYPE_ANY && wanted != TYPE_ANY)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                 "“%s” takes %s, but “%s” gives %s.", to->info.title, type_names[wanted],
                 from->info.title, type_names[given]);
  else
    return TRUE;

  return FALSE;
}

static void
begin_action (UiGraphModel *model,
              const char   *name)
{
  ToyGraphModel *self = TOY_GRAPH_MODEL (model);

  if (self->depth++ > 0)
    return;

  self->before = state_dup (self->now);
  self->before->name = g_strdup (name);
}

static void
end_action (UiGraphModel *model)
{
  ToyGraphModel *self = TOY_GRAPH_MODEL (model);

  g_assert (self->depth > 0);
  if (--self->depth > 0)
    return;

  if (states_equal (self->before, self->now))
    {
      g_clear_pointer (&self->before, state_free);
      return;
    }

  g_ptr_array_add (self->undo, g_steal_pointer (&self->before));
  g_ptr_array_set_size (self->redo, 0);
  ui_graph_model_changed (model);
}

static void
remove_link (ToyGraphModel *self,
             guint          index)
{
  UiGraphLink link = g_array_index (self->now->links, UiGraphLink, index);

  g_array_remove_index (self->now->links, index);
  ui_graph_model_link_removed (UI_GRAPH_MODEL (self), &link);
}

static gboolean
connect_ports (UiGraphModel       *model,
               const UiGraphLink  *link,
               GError            **error)
{
  ToyGraphModel *self = TOY_GRAPH_MODEL (model);
  Node *to = get_node (self->now, link->to);

  if (!can_connect (model, link, error))
    return FALSE;

  begin_action (model, "Connect");
  if (!to->kind->inputs[link->to_port].many)
    for (guint i = self->now->links->len; i > 0; i--)
      {
        const UiGraphLink *other = &g_array_index (self->now->links, UiGraphLink, i - 1);

        if (other->to == link->to && other->to_port == link->to_port)
          remove_link (self, i - 1);
      }
  g_array_append_vals (self->now->links, link, 1);
  ui_graph_model_link_added (model, link);
  end_action (model);
  return TRUE;
}

static gboolean
disconnect_ports (UiGraphModel       *model,
                  const UiGraphLink  *link,
                  GError            **error)
{
  ToyGraphModel *self = TOY_GRAPH_MODEL (model);
  int index = find_link (self->now, link);

  if (index < 0)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, "There is no such link.");
      return FALSE;
    }

  begin_action (model, "Disconnect");
  remove_link (self, index);
  end_action (model);
  return TRUE;
}

static guint
add_node (UiGraphModel  *model,
          const char    *name,
          double         x,
          double         y,
          GError       **error)
{
  ToyGraphModel *self = TOY_GRAPH_MODEL (model);

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (g_str_equal (kinds[i].name, name))
      {
        guint id = self->next_id++;

        begin_action (model, "Add");
        g_ptr_array_add (self->now->nodes, node_new (id, &kinds[i], x, y));
        ui_graph_model_node_added (model, id);
        end_action (model);
        return id;
      }

  g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, "There is no layer called “%s”.", name);
  return 0;
}

static gboolean
remove_nodes (UiGraphModel  *model,
              const guint   *ids,
              guint          n_ids,
              GError       **error)
{
  ToyGraphModel *self = TOY_GRAPH_MODEL (model);

  begin_action (model, "Delete");
  for (guint k = 0; k < n_ids; k++)
    {
      for (guint i = self->now->links->len; i > 0; i--)
        {
          const UiGraphLink *link = &g_array_index (self->now->links, UiGraphLink, i - 1);

          if (link->from == ids[k] || link->to == ids[k])
            remove_link (self, i - 1);
        }
      g_ptr_array_remove_index (self->now->nodes, find_node (self->now, ids[k]));
      ui_graph_model_node_removed (model, ids[k]);
    }
  end_action (model);
  return TRUE;
}

static void
move_nodes (UiGraphModel       *model,
            const UiGraphPlace *places,
            guint               n_places)
{
  ToyGraphModel *self = TOY_GRAPH_MODEL (model);

  begin_action (model, "Move");
  for (guint i = 0; i < n_places; i++)
    {
      Node *node = get_node (self->now, places[i].id);

      if (node->info.x == places[i].x && node->info.y == places[i].y)
        continue;
      node = alter_node (self, places[i].id);
      node->info.x = places[i].x;
      node->info.y = places[i].y;
      ui_graph_model_node_moved (model, places[i].id);
    }
  end_action (model);
}

static void
toy_graph_model_iface_init (UiGraphModelInterface *iface)
{
  iface->list_nodes = list_nodes;
  iface->get_node = get_node_info;
  iface->list_links = list_links;
  iface->can_connect = can_connect;
  iface->connect = connect_ports;
  iface->disconnect = disconnect_ports;
  iface->add_node = add_node;
  iface->remove_nodes = remove_nodes;
  iface->move_nodes = move_nodes;
  iface->begin_action = begin_action;
  iface->end_action = end_action;
}

static void
toy_graph_model_finalize (GObject *object)
{
  ToyGraphModel *self = TOY_GRAPH_MODEL (object);

  g_assert (self->depth == 0);
  state_free (self->now);
  g_ptr_array_unref (self->undo);
  g_ptr_array_unref (self->redo);
  G_OBJECT_CLASS (toy_graph_model_parent_class)->finalize (object);
}

static void
toy_graph_model_class_init (ToyGraphModelClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = toy_graph_model_finalize;
}

static void
toy_graph_model_init (ToyGraphModel *self)
{
  self->now = state_new ();
  self->undo = g_ptr_array_new_with_free_func ((GDestroyNotify) state_free);
  self->redo = g_ptr_array_new_with_free_func ((GDestroyNotify) state_free);
  self->next_id = 1;
}

ToyGraphModel *
toy_graph_model_new (void)
{
  return g_object_new (TOY_TYPE_GRAPH_MODEL, NULL);
}

ToyGraphModel *
toy_graph_model_new_sample (void)
{
  const char *names[] = { "data", "conv", "relu", "flatten", "linear", "loss" };
  const UiGraphPlace places[] = {
    { 1, 0, 0 }, { 2, 190, 30 }, { 3, 370, 0 }, { 4, 550, 30 }, { 5, 250, 180 }, { 6, 500, 200 },
  };
  ToyGraphModel *self = toy_graph_model_new ();
  UiGraphModel *model = UI_GRAPH_MODEL (self);

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    ui_graph_model_add_node (model, names[i], places[i].x, places[i].y, NULL);
  for (guint i = 1; i < G_N_ELEMENTS (names); i++)
    ui_graph_model_connect (model, &(UiGraphLink) { i, 0, i + 1, 0 }, NULL);
  ui_graph_model_connect (model, &(UiGraphLink) { 1, 1, G_N_ELEMENTS (names), 1 }, NULL);
  g_ptr_array_set_size (self->undo, 0);
  return self;
}

GListModel *
toy_graph_model_list_kinds (void)
{
  GListStore *store = g_list_store_new (UI_TYPE_PALETTE_ITEM);

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      const Kind *kind = &kinds[i];
      g_autoptr (UiPaletteItem) item = ui_palette_item_new (kind->name, kind->title,
                                                            kind->summary, kind->category,
                                                            kind->category_title, NULL);

      g_list_store_append (store, item);
    }

  return G_LIST_MODEL (store);
}

void
toy_graph_model_set_subtitle (ToyGraphModel *self,
                              guint          id,
                              const char    *subtitle)
{
  Node *node = alter_node (self, id);

  g_free ((char *) node->info.subtitle);
  node->info.subtitle = g_strdup (subtitle);
  ui_graph_model_node_changed (UI_GRAPH_MODEL (self), id);
}

void
toy_graph_model_set_error (ToyGraphModel *self,
                           guint          id,
                           const char    *error)
{
  Node *node = alter_node (self, id);

  g_free ((char *) node->info.error);
  node->info.error = g_strdup (error);
  ui_graph_model_node_changed (UI_GRAPH_MODEL (self), id);
}

guint
toy_graph_model_get_depth (ToyGraphModel *self)
{
  return self->undo->len;
}

const char *
toy_graph_model_get_undo (ToyGraphModel *self)
{
  State *last;

  if (self->undo->len == 0)
    return NULL;

  last = g_ptr_array_index (self->undo, self->undo->len - 1);
  return last->name;
}

/* Tells the listeners about every difference between two states, in an order
 * in which no link is ever without its nodes. */
static void
tell (ToyGraphModel *self,
      State         *old)
{
  UiGraphModel *model = UI_GRAPH_MODEL (self);
  State *now = self->now;

  for (guint i = 0; i < old->links->len; i++)
    if (find_link (now, &g_array_index (old->links, UiGraphLink, i)) < 0)
      ui_graph_model_link_removed (model, &g_array_index (old->links, UiGraphLink, i));
  for (guint i = 0; i < old->nodes->len; i++)
    {
      Node *node = g_ptr_array_index (old->nodes, i);

      if (get_node (now, node->info.id) == NULL)
        ui_graph_model_node_removed (model, node->info.id);
    }
  for (guint i = 0; i < now->nodes->len; i++)
    {
      Node *node = g_ptr_array_index (now->nodes, i);
      Node *old_node = get_node (old, node->info.id);

      if (old_node == NULL)
        ui_graph_model_node_added (model, node->info.id);
      else if (old_node != node)
        ui_graph_model_node_changed (model, node->info.id);
    }
  for (guint i = 0; i < now->links->len; i++)
    if (find_link (old, &g_array_index (now->links, UiGraphLink, i)) < 0)
      ui_graph_model_link_added (model, &g_array_index (now->links, UiGraphLink, i));

  ui_graph_model_changed (model);
}

static void
step (ToyGraphModel *self,
      GPtrArray     *from,
      GPtrArray     *to)
{
  State *old = self->now;

  if (from->len == 0)
    return;

  self->now = g_ptr_array_steal_index (from, from->len - 1);
  old->name = g_steal_pointer (&self->now->name);
  g_ptr_array_add (to, old);
  tell (self, old);
}

void
toy_graph_model_undo (ToyGraphModel *self)
{
  step (self, self->undo, self->redo);
}

void
toy_graph_model_redo (ToyGraphModel *self)
{
  step (self, self->redo, self->undo);
}
