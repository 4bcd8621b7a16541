/* graph-editor.c: a canvas on which a graph is drawn, linked and rearranged
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "widgets/graph-editor.h"

#include "widgets/graph-editor-private.h"
#include "widgets/palette-item.h"

#include <glib/gi18n.h>

/* Pixels of the model between the dots of the background. */
#define DOT_DISTANCE (2 * UI_GRAPH_GRID)

/* Dots nearer to each other than this on the screen are noise: every other one
 * goes. */
#define DOT_DISTANCE_MIN 12

/**
 * UiGraphEditor:
 *
 * Shows a [iface@UiGraphModel] and turns gestures and keys into edits of it.
 *
 * The editor keeps no copy of the graph and no history: each gesture asks the
 * model for one action and shows what the model then says has changed.  Its
 * files divide it by concern: the view, the pointer, the keys, links, edits.
 *
 * ## CSS nodes
 *
 * `graph-editor` with a `graph-sheet` and, while there is something to say, a
 * `label.graph-bubble`, which has the class `refusal` where it says no.
 *
 * ## Accessibility
 *
 * The role is `group`.  Nodes and ports are children of their own; what the
 * bubble says has the role `status`.
 */
G_DEFINE_FINAL_TYPE (UiGraphEditor, ui_graph_editor, GTK_TYPE_WIDGET)

enum {
  PROP_0,
  PROP_MODEL,
  PROP_ZOOM,
  N_PROPS,
};

static GParamSpec *properties[N_PROPS];

enum {
  SELECTION_CHANGED,
  NODE_ACTIVATED,
  BACKGROUND_ACTIVATED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static void
selection_changed_cb (UiGraphEditor *self)
{
  g_signal_emit (self, signals[SELECTION_CHANGED], 0);
}

static void
plain_action (GtkWidget  *widget,
              const char *action,
              GVariant   *parameter)
{
  UiGraphEditor *self = UI_GRAPH_EDITOR (widget);

  if (g_str_equal (action, "graph.fit"))
    ui_graph_editor_fit (self);
  else if (g_str_equal (action, "graph.zoom-reset"))
    ui_graph_editor_set_zoom (self, 1);
  else if (g_str_equal (action, "graph.select-all"))
    ui_graph_editor_select_all (self);
  else
    ui_graph_editor_delete_selection (self);
}

static void
node_action (GtkWidget  *widget,
             const char *action,
             GVariant   *parameter)
{
  UiGraphEditor *self = UI_GRAPH_EDITOR (widget);
  guint id = g_variant_get_uint32 (parameter);

  if (ui_graph_sheet_get_view (self->sheet, id) == NULL)
    return;

  if (g_str_equal (action, "graph.activate-node"))
    g_signal_emit (self, signals[NODE_ACTIVATED], 0, id);
  else
    ui_graph_editor_remove (self, &id, 1, NULL, 0);
}

static void
port_action (GtkWidget  *widget,
             const char *action,
             GVariant   *parameter)
{
  UiGraphEditor *self = UI_GRAPH_EDITOR (widget);
  guint id, index;
  gboolean is_output;
  UiNodeView *view;
  UiPortView *port;

  g_variant_get (parameter, "(ubu)", &id, &is_output, &index);
  view = ui_graph_sheet_get_view (self->sheet, id);
  if (view == NULL)
    return;
  port = ui_node_view_get_port (view, is_output ? UI_PORT_OUTPUT : UI_PORT_INPUT, index);
  if (port == NULL)
    return;

  if (g_str_equal (action, "graph.link"))
    ui_graph_editor_begin_link (self, port, UI_GESTURE_LINK_KEYS);
  else
    ui_graph_editor_unlink (self, port);
}

static GdkDragAction
drop_motion_cb (UiGraphEditor *self,
                double         x,
                double         y)
{
  UiPoint point = ui_graph_editor_to_model (self, (UiPoint) { x, y });

  ui_graph_sheet_light_link (self->sheet, ui_graph_editor_link_below (self, point));
  return GDK_ACTION_COPY;
}

static void
drop_leave_cb (UiGraphEditor *self)
{
  ui_graph_sheet_light_link (self->sheet, NULL);
}

static gboolean
drop_cb (UiGraphEditor *self,
         const GValue  *value,
         double         x,
         double         y)
{
  UiPaletteItem *item = g_value_get_object (value);
  guint id;

  if (item == NULL || self->model == NULL)
    return FALSE;

  ui_graph_sheet_light_link (self->sheet, NULL);
  id = ui_graph_editor_insert_at (self, ui_palette_item_get_name (item), x, y);
  if (id == 0)
    return FALSE;

  gtk_widget_grab_focus (GTK_WIDGET (ui_graph_sheet_get_view (self->sheet, id)));
  return TRUE;
}

static void
add_drop_target (UiGraphEditor *self)
{
  GtkDropTarget *target = gtk_drop_target_new (UI_TYPE_PALETTE_ITEM, GDK_ACTION_COPY);

  g_signal_connect_swapped (target, "enter", G_CALLBACK (drop_motion_cb), self);
  g_signal_connect_swapped (target, "motion", G_CALLBACK (drop_motion_cb), self);
  g_signal_connect_swapped (target, "leave", G_CALLBACK (drop_leave_cb), self);
  g_signal_connect_swapped (target, "drop", G_CALLBACK (drop_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (target));
}

static void
ui_graph_editor_measure (GtkWidget      *widget,
                         GtkOrientation  orientation,
                         int             for_size,
                         int            *minimum,
                         int            *natural,
                         int            *minimum_baseline,
                         int            *natural_baseline)
{
  *minimum = 0;
  *natural = orientation == GTK_ORIENTATION_HORIZONTAL ? 640 : 400;
}

static void
ui_graph_editor_size_allocate (GtkWidget *widget,
                               int        width,
                               int        height,
                               int        baseline)
{
  ui_graph_editor_place_sheet (UI_GRAPH_EDITOR (widget));
}

static void
snapshot_dots (UiGraphEditor *self,
               GtkSnapshot   *snapshot)
{
  GtkStyleContext *context = gtk_widget_get_style_context (GTK_WIDGET (self));
  float distance = DOT_DISTANCE * self->zoom;
  float width = gtk_widget_get_width (GTK_WIDGET (self));
  float height = gtk_widget_get_height (GTK_WIDGET (self));
  float x = self->origin.x;
  float y = self->origin.y;
  GdkRGBA color;

  if (!gtk_style_context_lookup_color (context, "ui_graph_dot_color", &color))
    return;
  while (distance < DOT_DISTANCE_MIN)
    distance *= 2;

  gtk_snapshot_push_repeat (snapshot,
                            &GRAPHENE_RECT_INIT (0, 0, width, height),
                            &GRAPHENE_RECT_INIT (x, y, distance, distance));
  gtk_snapshot_append_color (snapshot, &color, &GRAPHENE_RECT_INIT (x, y, 1.5, 1.5));
  gtk_snapshot_pop (snapshot);
}

static void
snapshot_band (UiGraphEditor *self,
               GtkSnapshot   *snapshot)
{
  UiPoint start = ui_graph_editor_to_widget (self, (UiPoint) { self->band.x, self->band.y });
  GtkStyleContext *context = gtk_widget_get_style_context (GTK_WIDGET (self));

  gtk_style_context_save (context);
  gtk_style_context_add_class (context, "rubberband");
  gtk_snapshot_render_background (snapshot, context, start.x, start.y,
                                  self->band.width * self->zoom,
                                  self->band.height * self->zoom);
  gtk_snapshot_render_frame (snapshot, context, start.x, start.y,
                             self->band.width * self->zoom,
                             self->band.height * self->zoom);
  gtk_style_context_restore (context);
}

static void
ui_graph_editor_snapshot (GtkWidget   *widget,
                          GtkSnapshot *snapshot)
{
  UiGraphEditor *self = UI_GRAPH_EDITOR (widget);

  snapshot_dots (self, snapshot);
  gtk_widget_snapshot_child (widget, GTK_WIDGET (self->sheet), snapshot);
  if (self->gesture == UI_GESTURE_BAND)
    snapshot_band (self, snapshot);
  gtk_widget_snapshot_child (widget, self->bubble, snapshot);
}

static gboolean
ui_graph_editor_focus (GtkWidget        *widget,
                       GtkDirectionType  direction)
{
  gboolean inside = gtk_widget_get_focus_child (widget) != NULL;

  if (direction != GTK_DIR_TAB_FORWARD && direction != GTK_DIR_TAB_BACKWARD)
    return FALSE;
  if (ui_graph_editor_tab (UI_GRAPH_EDITOR (widget), direction))
    return TRUE;

  /* An empty canvas takes the focus itself, or its keys could not be used. */
  return !inside && !gtk_widget_has_focus (widget) && gtk_widget_grab_focus (widget);
}

static void
ui_graph_editor_get_property (GObject    *object,
                              guint       prop_id,
                              GValue     *value,
                              GParamSpec *pspec)
{
  UiGraphEditor *self = UI_GRAPH_EDITOR (object);

  switch (prop_id)
    {
    case PROP_MODEL:
      g_value_set_object (value, self->model);
      break;
    case PROP_ZOOM:
      g_value_set_double (value, self->zoom);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
ui_graph_editor_set_property (GObject      *object,
                              guint         prop_id,
                              const GValue *value,
                              GParamSpec   *pspec)
{
  UiGraphEditor *self = UI_GRAPH_EDITOR (object);

  switch (prop_id)
    {
    case PROP_MODEL:
      ui_graph_editor_set_model (self, g_value_get_object (value));
      break;
    case PROP_ZOOM:
      ui_graph_editor_set_zoom (self, g_value_get_double (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
ui_graph_editor_dispose (GObject *object)
{
  UiGraphEditor *self = UI_GRAPH_EDITOR (object);

  g_clear_handle_id (&self->bubble_timeout_id, g_source_remove);
  g_clear_weak_pointer (&self->link_start);
  g_clear_weak_pointer (&self->link_end);
  g_clear_pointer (&self->band_base, g_array_unref);
  g_clear_object (&self->model);
  if (self->sheet != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->sheet, self);
      gtk_widget_unparent (GTK_WIDGET (self->sheet));
      self->sheet = NULL;
    }
  g_clear_pointer (&self->bubble, gtk_widget_unparent);
  G_OBJECT_CLASS (ui_graph_editor_parent_class)->dispose (object);
}

static void
install_actions (GtkWidgetClass *widget_class)
{
  const char *plain[] = {
    "graph.fit", "graph.zoom-reset", "graph.select-all", "graph.delete-selection",
  };

  for (guint i = 0; i < G_N_ELEMENTS (plain); i++)
    gtk_widget_class_install_action (widget_class, plain[i], NULL, plain_action);
  gtk_widget_class_install_action (widget_class, "graph.activate-node", "u", node_action);
  gtk_widget_class_install_action (widget_class, "graph.remove-node", "u", node_action);
  gtk_widget_class_install_action (widget_class, "graph.link", "(ubu)", port_action);
  gtk_widget_class_install_action (widget_class, "graph.unlink", "(ubu)", port_action);
}

static void
ui_graph_editor_class_init (UiGraphEditorClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = ui_graph_editor_get_property;
  object_class->set_property = ui_graph_editor_set_property;
  object_class->dispose = ui_graph_editor_dispose;
  widget_class->measure = ui_graph_editor_measure;
  widget_class->size_allocate = ui_graph_editor_size_allocate;
  widget_class->snapshot = ui_graph_editor_snapshot;
  widget_class->focus = ui_graph_editor_focus;

  properties[PROP_MODEL] = g_param_spec_object ("model", NULL, NULL, UI_TYPE_GRAPH_MODEL,
                                                G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS
                                                | G_PARAM_EXPLICIT_NOTIFY);
  properties[PROP_ZOOM] = g_param_spec_double ("zoom", NULL, NULL, 0, G_MAXDOUBLE, 1,
                                               G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS
                                               | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  signals[SELECTION_CHANGED] = g_signal_new ("selection-changed", UI_TYPE_GRAPH_EDITOR,
                                             G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                             G_TYPE_NONE, 0);

  /* A double click or Enter on a node; its id. */
  signals[NODE_ACTIVATED] = g_signal_new ("node-activated", UI_TYPE_GRAPH_EDITOR,
                                          G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                          G_TYPE_NONE, 1, G_TYPE_UINT);

  /* A double click where there is no node; the place in the widget. */
  signals[BACKGROUND_ACTIVATED] = g_signal_new ("background-activated", UI_TYPE_GRAPH_EDITOR,
                                                G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                                G_TYPE_NONE, 2, G_TYPE_DOUBLE, G_TYPE_DOUBLE);

  gtk_widget_class_set_css_name (widget_class, "graph-editor");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
  install_actions (widget_class);
  ui_graph_editor_bind_keys (widget_class);
}

static void
ui_graph_editor_init (UiGraphEditor *self)
{
  GtkWidget *widget = GTK_WIDGET (self);

  self->zoom = 1;
  self->sheet = UI_GRAPH_SHEET (ui_graph_sheet_new ());
  g_signal_connect_swapped (self->sheet, "selection-changed",
                            G_CALLBACK (selection_changed_cb), self);
  gtk_widget_set_parent (GTK_WIDGET (self->sheet), widget);

  self->bubble = g_object_new (GTK_TYPE_LABEL,
                               "accessible-role", GTK_ACCESSIBLE_ROLE_STATUS,
                               "wrap", TRUE,
                               "max-width-chars", 44,
                               "xalign", 0.0,
                               "visible", FALSE,
                               "can-target", FALSE,
                               NULL);
  gtk_widget_add_css_class (self->bubble, "graph-bubble");
  gtk_widget_set_parent (self->bubble, widget);

  gtk_widget_set_focusable (widget, TRUE);
  gtk_widget_set_overflow (widget, GTK_OVERFLOW_HIDDEN);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, _("Graph"),
                                  -1);
  ui_graph_editor_add_view (self);
  ui_graph_editor_add_input (self);
  ui_graph_editor_add_keys (self);
  add_drop_target (self);
}

GtkWidget *
ui_graph_editor_new (UiGraphModel *model)
{
  return g_object_new (UI_TYPE_GRAPH_EDITOR, "model", model, NULL);
}

void
ui_graph_editor_set_model (UiGraphEditor *self,
                           UiGraphModel  *model)
{
  g_return_if_fail (UI_IS_GRAPH_EDITOR (self));
  g_return_if_fail (model == NULL || UI_IS_GRAPH_MODEL (model));

  if (!g_set_object (&self->model, model))
    return;

  ui_graph_editor_cancel (self);
  ui_graph_editor_hush (self);
  ui_graph_sheet_set_model (self->sheet, model);
  ui_graph_editor_fit (self);
  selection_changed_cb (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_MODEL]);
}

UiGraphModel *
ui_graph_editor_get_model (UiGraphEditor *self)
{
  g_return_val_if_fail (UI_IS_GRAPH_EDITOR (self), NULL);

  return self->model;
}

void
ui_graph_editor_show_node (UiGraphEditor *self,
                           guint          id)
{
  UiNodeView *view;
  UiRect rect;

  g_return_if_fail (UI_IS_GRAPH_EDITOR (self));

  view = ui_graph_sheet_get_view (self->sheet, id);
  if (view == NULL)
    return;

  rect = ui_node_view_get_rect (view);
  ui_graph_editor_reveal (self, &rect);
  ui_graph_editor_select (self, &id, 1);
  gtk_widget_grab_focus (GTK_WIDGET (view));
}

GArray *
ui_graph_editor_list_selected (UiGraphEditor *self)
{
  g_return_val_if_fail (UI_IS_GRAPH_EDITOR (self), NULL);

  return ui_graph_sheet_list_selected (self->sheet);
}

GArray *
ui_graph_editor_list_selected_links (UiGraphEditor *self)
{
  g_return_val_if_fail (UI_IS_GRAPH_EDITOR (self), NULL);

  return ui_graph_sheet_list_selected_links (self->sheet);
}

void
ui_graph_editor_select (UiGraphEditor *self,
                        const guint   *ids,
                        guint          n_ids)
{
  g_return_if_fail (UI_IS_GRAPH_EDITOR (self));

  ui_graph_sheet_select_only (self->sheet, ids, n_ids);
}

void
ui_graph_editor_select_all (UiGraphEditor *self)
{
  g_return_if_fail (UI_IS_GRAPH_EDITOR (self));

  ui_graph_sheet_select_all (self->sheet);
}
