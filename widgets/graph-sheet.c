/* graph-sheet.c: the plane that carries the nodes and wires of the graph editor
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "widgets/graph-sheet-private.h"

#include "widgets/graph-place.h"

/**
 * UiGraphSheet:
 *
 * Its children lie at the model's coordinates, under the one transform that
 * the editor gives the sheet, so panning and zooming touch no child at all.
 *
 * ## CSS nodes
 *
 * `graph-sheet` with one [class@UiNodeView] a node.  Wires take the named
 * colours `ui_wire_color`, `ui_wire_accent_color` and `ui_wire_refused_color`.
 */
G_DEFINE_FINAL_TYPE (UiGraphSheet, ui_graph_sheet, GTK_TYPE_WIDGET)

/* Below this zoom the title of a card is under five pixels high. */
#define FAR_ZOOM 0.3

enum {
  SELECTION_CHANGED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

void
ui_graph_sheet_selection_changed (UiGraphSheet *self)
{
  gtk_widget_queue_draw (GTK_WIDGET (self));
  g_signal_emit (self, signals[SELECTION_CHANGED], 0);
}

UiNodeView *
ui_graph_sheet_get_view (UiGraphSheet *self,
                         guint         id)
{
  return g_hash_table_lookup (self->views, GUINT_TO_POINTER (id));
}

UiPortView *
ui_graph_sheet_get_port (UiGraphSheet    *self,
                         guint            id,
                         UiPortDirection  direction,
                         guint            index)
{
  UiNodeView *view = ui_graph_sheet_get_view (self, id);

  return view != NULL ? ui_node_view_get_port (view, direction, index) : NULL;
}

int
ui_graph_sheet_find_wire (UiGraphSheet      *self,
                          const UiGraphLink *link)
{
  for (guint i = 0; i < ui_wires_get_size (self->wires); i++)
    if (ui_graph_link_equal (ui_wires_get_link (self->wires, i), link))
      return i;

  return -1;
}

static gboolean
describe_cb (gpointer data)
{
  UiGraphSheet *self = data;

  self->describe_id = 0;
  ui_graph_sheet_describe (self);
  return G_SOURCE_REMOVE;
}

/* Removing one node may remove ten links, and each changes two descriptions:
 * they are made once, when the model has come to rest and before the next
 * frame. */
static void
queue_describe (UiGraphSheet *self)
{
  if (self->describe_id == 0)
    self->describe_id = g_idle_add_full (GDK_PRIORITY_REDRAW - 1, describe_cb, self, NULL);
}

static void
node_changed_cb (UiGraphSheet *self,
                 guint         id)
{
  UiNodeView *view = ui_graph_sheet_get_view (self, id);
  const UiGraphNode *node = ui_graph_model_get_node (self->model, id);

  ui_node_view_update (view, node);
  ui_node_view_set_place (view, node->x, node->y);
  queue_describe (self);
  gtk_widget_queue_allocate (GTK_WIDGET (self));
}

static void
node_added_cb (UiGraphSheet *self,
               guint         id)
{
  GtkWidget *view = ui_node_view_new (id);

  g_hash_table_insert (self->views, GUINT_TO_POINTER (id), view);
  node_changed_cb (self, id);
  gtk_widget_set_parent (view, GTK_WIDGET (self));
}

static void
node_removed_cb (UiGraphSheet *self,
                 guint         id)
{
  UiNodeView *view = ui_graph_sheet_get_view (self, id);
  gboolean was_selected = ui_node_view_get_selected (view);

  g_hash_table_remove (self->views, GUINT_TO_POINTER (id));
  gtk_widget_unparent (GTK_WIDGET (view));
  gtk_widget_queue_draw (GTK_WIDGET (self));
  if (was_selected)
    ui_graph_sheet_selection_changed (self);
}

static void
node_moved_cb (UiGraphSheet *self,
               guint         id)
{
  const UiGraphNode *node = ui_graph_model_get_node (self->model, id);

  ui_node_view_set_place (ui_graph_sheet_get_view (self, id), node->x, node->y);
  gtk_widget_queue_allocate (GTK_WIDGET (self));
}

static void
link_added_cb (UiGraphSheet      *self,
               const UiGraphLink *link)
{
  ui_wires_add (self->wires, link);
  queue_describe (self);
  gtk_widget_queue_allocate (GTK_WIDGET (self));
}

static void
link_removed_cb (UiGraphSheet      *self,
                 const UiGraphLink *link)
{
  gboolean was_selected = ui_graph_sheet_is_link_selected (self, link);

  ui_wires_remove (self->wires, link);
  queue_describe (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
  if (was_selected)
    ui_graph_sheet_selection_changed (self);
}

static void
ui_graph_sheet_measure (GtkWidget      *widget,
                        GtkOrientation  orientation,
                        int             for_size,
                        int            *minimum,
                        int            *natural,
                        int            *minimum_baseline,
                        int            *natural_baseline)
{
  *minimum = 0;
  *natural = 0;
}

static UiPoint
shown_place (UiGraphSheet *self,
             UiNodeView   *view)
{
  UiPoint place = ui_node_view_get_place (view);

  if (ui_node_view_get_selected (view))
    {
      place.x += self->drag_offset.x;
      place.y += self->drag_offset.y;
    }
  return place;
}

static void
place_wires (UiGraphSheet *self)
{
  for (guint i = 0; i < ui_wires_get_size (self->wires); i++)
    {
      const UiGraphLink *link = ui_wires_get_link (self->wires, i);
      UiPortView *from = ui_graph_sheet_get_port (self, link->from, UI_PORT_OUTPUT,
                                                  link->from_port);
      UiPortView *to = ui_graph_sheet_get_port (self, link->to, UI_PORT_INPUT, link->to_port);

      if (from != NULL && to != NULL)
        ui_wires_place (self->wires, i,
                        ui_graph_sheet_get_port_centre (self, from),
                        ui_graph_sheet_get_port_centre (self, to));
    }
}

static void
ui_graph_sheet_size_allocate (GtkWidget *widget,
                              int        width,
                              int        height,
                              int        baseline)
{
  UiGraphSheet *self = UI_GRAPH_SHEET (widget);

  for (GtkWidget *child = gtk_widget_get_first_child (widget);
       child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      UiPoint place = shown_place (self, UI_NODE_VIEW (child));
      graphene_point_t origin = GRAPHENE_POINT_INIT (place.x - UI_NODE_VIEW_OVERHANG, place.y);
      GtkRequisition size;

      gtk_widget_get_preferred_size (child, NULL, &size);
      gtk_widget_allocate (child, size.width, size.height, -1,
                           gsk_transform_translate (NULL, &origin));
    }

  place_wires (self);
  gtk_widget_queue_draw (widget);
}

static void
lookup_color (GtkStyleContext *context,
              const char      *name,
              GdkRGBA         *color)
{
  if (!gtk_style_context_lookup_color (context, name, color))
    gtk_style_context_get_color (context, color);
}

static UiWireColors
get_colors (UiGraphSheet *self)
{
  GtkStyleContext *context = gtk_widget_get_style_context (GTK_WIDGET (self));
  UiWireColors colors;

  lookup_color (context, "ui_wire_color", &colors.normal);
  lookup_color (context, "ui_wire_accent_color", &colors.accent);
  lookup_color (context, "ui_wire_refused_color", &colors.refused);
  return colors;
}

static void
snapshot_far (UiGraphSheet  *self,
              UiNodeView    *view,
              GtkSnapshot   *snapshot,
              const GdkRGBA *accent)
{
  UiPoint place = shown_place (self, view);

  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT (place.x, place.y));
  ui_node_view_snapshot_far (view, snapshot, accent);
  gtk_snapshot_restore (snapshot);
}

static void
ui_graph_sheet_snapshot (GtkWidget   *widget,
                         GtkSnapshot *snapshot)
{
  UiGraphSheet *self = UI_GRAPH_SHEET (widget);
  UiWireColors colors = get_colors (self);

  ui_wires_snapshot (self->wires, snapshot, &self->visible, &colors);
  for (GtkWidget *child = gtk_widget_get_first_child (widget);
       child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      UiPoint place = shown_place (self, UI_NODE_VIEW (child));
      UiRect rect = { place.x, place.y,
                      gtk_widget_get_width (child), gtk_widget_get_height (child) };
      UiRect with_shadow = ui_rect_grow (&rect, UI_NODE_VIEW_OVERHANG * 2);

      if (!ui_rect_intersects (&with_shadow, &self->visible))
        continue;
      if (self->zoom < FAR_ZOOM)
        snapshot_far (self, UI_NODE_VIEW (child), snapshot, &colors.accent);
      else
        gtk_widget_snapshot_child (widget, child, snapshot);
    }

  if (self->has_preview)
    ui_wire_snapshot_preview (&self->preview, self->preview_kind, snapshot, &colors);
}

/* The sheet itself is nowhere: only its nodes can be hit. */
static gboolean
ui_graph_sheet_contains (GtkWidget *widget,
                         double     x,
                         double     y)
{
  return FALSE;
}

/* Tab visits the nodes as data flows, whatever order they were made in. */
static gboolean
ui_graph_sheet_focus (GtkWidget        *widget,
                      GtkDirectionType  direction)
{
  UiGraphSheet *self = UI_GRAPH_SHEET (widget);
  GtkWidget *current = gtk_widget_get_focus_child (widget);
  g_autoptr (GArray) order = ui_graph_sheet_list_in_order (self);
  int step = direction == GTK_DIR_TAB_BACKWARD ? -1 : 1;
  int next = step > 0 ? 0 : (int) order->len - 1;
  UiNodeView *view;

  if (direction != GTK_DIR_TAB_FORWARD && direction != GTK_DIR_TAB_BACKWARD)
    return FALSE;

  for (guint i = 0; current != NULL && i < order->len; i++)
    if (g_array_index (order, guint, i) == ui_node_view_get_id (UI_NODE_VIEW (current)))
      next = (int) i + step;

  if (next < 0 || next >= (int) order->len)
    return FALSE;

  view = ui_graph_sheet_get_view (self, g_array_index (order, guint, next));
  return gtk_widget_grab_focus (GTK_WIDGET (view));
}

static void
ui_graph_sheet_dispose (GObject *object)
{
  UiGraphSheet *self = UI_GRAPH_SHEET (object);

  ui_graph_sheet_set_model (self, NULL);
  G_OBJECT_CLASS (ui_graph_sheet_parent_class)->dispose (object);
}

static void
ui_graph_sheet_finalize (GObject *object)
{
  UiGraphSheet *self = UI_GRAPH_SHEET (object);

  g_hash_table_unref (self->views);
  ui_wires_free (self->wires);
  G_OBJECT_CLASS (ui_graph_sheet_parent_class)->finalize (object);
}

static void
ui_graph_sheet_class_init (UiGraphSheetClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = ui_graph_sheet_dispose;
  object_class->finalize = ui_graph_sheet_finalize;
  widget_class->measure = ui_graph_sheet_measure;
  widget_class->size_allocate = ui_graph_sheet_size_allocate;
  widget_class->snapshot = ui_graph_sheet_snapshot;
  widget_class->contains = ui_graph_sheet_contains;
  widget_class->focus = ui_graph_sheet_focus;

  gtk_widget_class_set_css_name (widget_class, "graph-sheet");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);

  signals[SELECTION_CHANGED] = g_signal_new ("selection-changed", UI_TYPE_GRAPH_SHEET,
                                             G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                             G_TYPE_NONE, 0);
}

static void
ui_graph_sheet_init (UiGraphSheet *self)
{
  self->views = g_hash_table_new (NULL, NULL);
  self->wires = ui_wires_new ();
  self->zoom = 1;
}

GtkWidget *
ui_graph_sheet_new (void)
{
  return g_object_new (UI_TYPE_GRAPH_SHEET, NULL);
}

static void
forget_model (UiGraphSheet *self)
{
  GtkWidget *child;

  if (self->model != NULL)
    g_signal_handlers_disconnect_by_data (self->model, self);
  g_clear_object (&self->model);
  g_clear_handle_id (&self->describe_id, g_source_remove);
  g_hash_table_remove_all (self->views);
  ui_wires_clear (self->wires);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_widget_unparent (child);
}

void
ui_graph_sheet_set_model (UiGraphSheet *self,
                          UiGraphModel *model)
{
  g_autoptr (GArray) ids = NULL;
  g_autoptr (GArray) links = NULL;

  forget_model (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
  if (model == NULL)
    return;

  self->model = g_object_ref (model);
  ids = ui_graph_model_list_nodes (model);
  for (guint i = 0; i < ids->len; i++)
    node_added_cb (self, g_array_index (ids, guint, i));
  links = ui_graph_model_list_links (model);
  for (guint i = 0; i < links->len; i++)
    link_added_cb (self, &g_array_index (links, UiGraphLink, i));

  g_signal_connect_swapped (model, "node-added", G_CALLBACK (node_added_cb), self);
  g_signal_connect_swapped (model, "node-removed", G_CALLBACK (node_removed_cb), self);
  g_signal_connect_swapped (model, "node-changed", G_CALLBACK (node_changed_cb), self);
  g_signal_connect_swapped (model, "node-moved", G_CALLBACK (node_moved_cb), self);
  g_signal_connect_swapped (model, "link-added", G_CALLBACK (link_added_cb), self);
  g_signal_connect_swapped (model, "link-removed", G_CALLBACK (link_removed_cb), self);
}

void
ui_graph_sheet_set_viewport (UiGraphSheet *self,
                             const UiRect *visible,
                             double        zoom)
{
  self->visible = *visible;
  self->zoom = zoom;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

GArray *
ui_graph_sheet_list_in_order (UiGraphSheet *self)
{
  g_autoptr (GArray) places = g_array_new (FALSE, FALSE, sizeof (UiGraphPlace));
  g_autoptr (GArray) links = g_array_new (FALSE, FALSE, sizeof (UiGraphLink));
  GArray *order;

  for (GtkWidget *child = gtk_widget_get_first_child (GTK_WIDGET (self));
       child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      UiPoint place = ui_node_view_get_place (UI_NODE_VIEW (child));
      UiGraphPlace node = { ui_node_view_get_id (UI_NODE_VIEW (child)), place.x, place.y };

      g_array_append_val (places, node);
    }
  for (guint i = 0; i < ui_wires_get_size (self->wires); i++)
    g_array_append_vals (links, ui_wires_get_link (self->wires, i), 1);

  order = ui_graph_order ((UiGraphPlace *) places->data, places->len,
                          (UiGraphLink *) links->data, links->len);
  for (guint i = 0; i < order->len; i++)
    {
      guint *entry = &g_array_index (order, guint, i);

      *entry = g_array_index (places, UiGraphPlace, *entry).id;
    }
  return order;
}

GPtrArray *
ui_graph_sheet_list_ports (UiGraphSheet *self)
{
  const UiPortDirection directions[] = { UI_PORT_INPUT, UI_PORT_OUTPUT };
  g_autoptr (GArray) order = ui_graph_sheet_list_in_order (self);
  GPtrArray *ports = g_ptr_array_new ();

  for (guint i = 0; i < order->len; i++)
    {
      UiNodeView *view = ui_graph_sheet_get_view (self, g_array_index (order, guint, i));

      for (guint d = 0; d < G_N_ELEMENTS (directions); d++)
        for (guint k = 0; k < ui_node_view_get_n_ports (view, directions[d]); k++)
          g_ptr_array_add (ports, ui_node_view_get_port (view, directions[d], k));
    }

  return ports;
}

GArray *
ui_graph_sheet_list_rects (UiGraphSheet *self)
{
  GArray *rects = g_array_new (FALSE, FALSE, sizeof (UiRect));

  for (GtkWidget *child = gtk_widget_get_first_child (GTK_WIDGET (self));
       child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      UiRect rect = ui_node_view_get_rect (UI_NODE_VIEW (child));

      g_array_append_val (rects, rect);
    }

  return rects;
}

gboolean
ui_graph_sheet_get_extent (UiGraphSheet *self,
                           UiRect       *extent)
{
  g_autoptr (GArray) rects = ui_graph_sheet_list_rects (self);

  if (rects->len == 0)
    return FALSE;

  *extent = g_array_index (rects, UiRect, 0);
  for (guint i = 1; i < rects->len; i++)
    *extent = ui_rect_join (extent, &g_array_index (rects, UiRect, i));
  return TRUE;
}

UiPoint
ui_graph_sheet_get_port_centre (UiGraphSheet *self,
                                UiPortView   *port)
{
  UiNodeView *view = ui_graph_sheet_get_view (self, ui_port_view_get_node (port));
  UiPoint place = shown_place (self, view);
  UiPoint anchor = ui_node_view_get_anchor (view, ui_port_view_get_direction (port),
                                            ui_port_view_get_index (port));

  return (UiPoint) { place.x + anchor.x, place.y + anchor.y };
}

GArray *
ui_graph_sheet_list_links_at (UiGraphSheet *self,
                              UiPortView   *port)
{
  GArray *links = g_array_new (FALSE, FALSE, sizeof (UiGraphLink));
  gboolean is_input = ui_port_view_get_direction (port) == UI_PORT_INPUT;

  for (guint i = 0; i < ui_wires_get_size (self->wires); i++)
    {
      const UiGraphLink *link = ui_wires_get_link (self->wires, i);

      if ((is_input ? link->to : link->from) == ui_port_view_get_node (port)
          && (is_input ? link->to_port : link->from_port) == ui_port_view_get_index (port))
        g_array_append_vals (links, link, 1);
    }

  return links;
}

gboolean
ui_graph_sheet_has_links (UiGraphSheet *self,
                          guint         id)
{
  for (guint i = 0; i < ui_wires_get_size (self->wires); i++)
    {
      const UiGraphLink *link = ui_wires_get_link (self->wires, i);

      if (link->from == id || link->to == id)
        return TRUE;
    }

  return FALSE;
}

const UiGraphLink *
ui_graph_sheet_hit_link (UiGraphSheet  *self,
                         const UiPoint *point,
                         double         reach)
{
  int index = ui_wires_hit (self->wires, point, reach);

  return index >= 0 ? ui_wires_get_link (self->wires, index) : NULL;
}

void
ui_graph_sheet_light_link (UiGraphSheet      *self,
                           const UiGraphLink *link)
{
  int index = link != NULL ? ui_graph_sheet_find_wire (self, link) : -1;

  if (index == ui_wires_get_lit (self->wires))
    return;

  ui_wires_set_lit (self->wires, index);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

void
ui_graph_sheet_show_preview (UiGraphSheet  *self,
                             const UiWire  *wire,
                             UiWirePreview  preview)
{
  self->preview = *wire;
  self->preview_kind = preview;
  self->has_preview = TRUE;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

void
ui_graph_sheet_hide_preview (UiGraphSheet *self)
{
  self->has_preview = FALSE;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

void
ui_graph_sheet_set_drag_offset (UiGraphSheet *self,
                                double        dx,
                                double        dy)
{
  if (self->drag_offset.x == dx && self->drag_offset.y == dy)
    return;

  self->drag_offset = (UiPoint) { dx, dy };
  gtk_widget_queue_allocate (GTK_WIDGET (self));
}

