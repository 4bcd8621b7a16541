/* graph-editor-keys.c: what the keyboard does in the graph editor
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "widgets/graph-editor-private.h"

#include "widgets/graph-place.h"

/* Pixels for an arrow key when it moves the view. */
#define PAN_STEP 40.0

/* Grid steps for an arrow key with Shift. */
#define LONG_STEP 5

#define ZOOM_STEP 1.25

/* (nullable): the node that has the focus or holds the port that has it. */
static UiNodeView *
focused_node (UiGraphEditor *self)
{
  GtkWidget *child = gtk_widget_get_focus_child (GTK_WIDGET (self->sheet));

  return child != NULL ? UI_NODE_VIEW (child) : NULL;
}

static void
focus_node (UiGraphEditor *self,
            UiNodeView    *view)
{
  UiRect rect = ui_node_view_get_rect (view);

  ui_graph_editor_reveal (self, &rect);
  gtk_widget_grab_focus (GTK_WIDGET (view));
}

/* Arrow keys move what is selected, or else the node with the focus, or else
 * the view. */
static gboolean
arrow_cb (GtkWidget *widget,
          GVariant  *arguments,
          gpointer   user_data)
{
  UiGraphEditor *self = UI_GRAPH_EDITOR (widget);
  g_autoptr (GArray) selected = ui_graph_sheet_list_selected (self->sheet);
  UiNodeView *view = focused_node (self);
  int dx, dy, steps;

  g_variant_get (arguments, "(iii)", &dx, &dy, &steps);
  if (selected->len == 0 && view != NULL)
    ui_graph_sheet_select_node (self->sheet, ui_node_view_get_id (view), TRUE);
  if (selected->len > 0 || view != NULL)
    ui_graph_editor_move_by (self, dx * steps * UI_GRAPH_GRID, dy * steps * UI_GRAPH_GRID, NULL);
  else
    ui_graph_editor_pan_by (self, -dx * steps * PAN_STEP, -dy * steps * PAN_STEP);
  return TRUE;
}

/* Ctrl and an arrow key go to the next card there and select nothing. */
static gboolean
go_cb (GtkWidget *widget,
       GVariant  *arguments,
       gpointer   user_data)
{
  UiGraphEditor *self = UI_GRAPH_EDITOR (widget);
  g_autoptr (GArray) ids = ui_graph_sheet_list_in_order (self->sheet);
  g_autofree UiPoint *points = g_new (UiPoint, ids->len);
  UiNodeView *current = focused_node (self);
  guint start = 0;
  int dx, dy, next;

  if (ids->len == 0)
    return FALSE;

  g_variant_get (arguments, "(ii)", &dx, &dy);
  for (guint i = 0; i < ids->len; i++)
    {
      UiNodeView *view = ui_graph_sheet_get_view (self->sheet, g_array_index (ids, guint, i));

      points[i] = ui_node_view_get_place (view);
      if (view == current)
        start = i;
    }

  next = current != NULL ? ui_graph_neighbour (points, ids->len, start, dx, dy) : 0;
  if (next >= 0)
    focus_node (self, ui_graph_sheet_get_view (self->sheet, g_array_index (ids, guint, next)));
  return TRUE;
}

static gboolean
toggle_cb (GtkWidget *widget,
           GVariant  *arguments,
           gpointer   user_data)
{
  UiGraphEditor *self = UI_GRAPH_EDITOR (widget);
  UiNodeView *view = focused_node (self);

  if (view == NULL)
    return FALSE;

  ui_graph_sheet_select_node (self->sheet, ui_node_view_get_id (view),
                              !ui_node_view_get_selected (view));
  return TRUE;
}

static gboolean
zoom_cb (GtkWidget *widget,
         GVariant  *arguments,
         gpointer   user_data)
{
  ui_graph_editor_zoom_by (UI_GRAPH_EDITOR (widget), g_variant_get_double (arguments));
  return TRUE;
}

/* Alt with Down and Up walk through the ports of a node and back to it. */
static gboolean
port_cb (GtkWidget *widget,
         GVariant  *arguments,
         gpointer   user_data)
{
  const UiPortDirection directions[] = { UI_PORT_INPUT, UI_PORT_OUTPUT };
  UiGraphEditor *self = UI_GRAPH_EDITOR (widget);
  UiNodeView *view = focused_node (self);
  g_autoptr (GPtrArray) stops = g_ptr_array_new ();
  guint current = 0;

  if (view == NULL)
    return FALSE;

  g_ptr_array_add (stops, view);
  for (guint d = 0; d < G_N_ELEMENTS (directions); d++)
    for (guint i = 0; i < ui_node_view_get_n_ports (view, directions[d]); i++)
      g_ptr_array_add (stops, ui_node_view_get_port (view, directions[d], i));

  for (guint i = 0; i < stops->len; i++)
    if (gtk_widget_has_focus (g_ptr_array_index (stops, i)))
      current = i;
  current = (current + stops->len + g_variant_get_int32 (arguments)) % stops->len;
  gtk_widget_grab_focus (g_ptr_array_index (stops, current));
  return TRUE;
}

/* Ctrl+L on a node stands for its first output, or else its first input. */
static gboolean
link_cb (GtkWidget *widget,
         GVariant  *arguments,
         gpointer   user_data)
{
  UiGraphEditor *self = UI_GRAPH_EDITOR (widget);
  UiNodeView *view = focused_node (self);
  UiPortView *port = NULL;

  if (view != NULL)
    port = ui_node_view_get_port (view, UI_PORT_OUTPUT, 0);
  if (view != NULL && port == NULL)
    port = ui_node_view_get_port (view, UI_PORT_INPUT, 0);
  if (port == NULL)
    return FALSE;

  ui_graph_editor_begin_link (self, port, UI_GESTURE_LINK_KEYS);
  return TRUE;
}

/* Tab selects the node it goes to, as in a list, but leaves a selection of
 * several alone.  Coming from outside it selects nothing: that also happens by
 * itself, when a window opens. */
gboolean
ui_graph_editor_tab (UiGraphEditor    *self,
                     GtkDirectionType  direction)
{
  gboolean inside = gtk_widget_get_focus_child (GTK_WIDGET (self)) != NULL
                    || gtk_widget_has_focus (GTK_WIDGET (self));
  g_autoptr (GArray) selected = ui_graph_sheet_list_selected (self->sheet);
  UiNodeView *view;
  guint id;

  if (!inside && selected->len == 1)
    view = ui_graph_sheet_get_view (self->sheet, g_array_index (selected, guint, 0));
  else if (gtk_widget_child_focus (GTK_WIDGET (self->sheet), direction))
    view = focused_node (self);
  else
    return FALSE;

  id = ui_node_view_get_id (view);
  focus_node (self, view);
  if (inside && selected->len <= 1)
    ui_graph_editor_select (self, &id, 1);
  return TRUE;
}

static gboolean
escape (UiGraphEditor *self)
{
  g_autoptr (GArray) selected = ui_graph_sheet_list_selected (self->sheet);
  g_autoptr (GArray) links = ui_graph_sheet_list_selected_links (self->sheet);
  GArray *base = self->band_base;

  if (self->gesture == UI_GESTURE_BAND)
    {
      ui_graph_editor_select (self, (guint *) base->data, base->len);
      ui_graph_editor_cancel (self);
    }
  else if (self->gesture != UI_GESTURE_NONE)
    {
      ui_graph_editor_cancel (self);
    }
  else if (gtk_widget_get_visible (self->bubble))
    {
      ui_graph_editor_hush (self);
    }
  else if (selected->len > 0 || links->len > 0)
    {
      ui_graph_sheet_unselect_all (self->sheet);
    }
  else
    {
      return GDK_EVENT_PROPAGATE;
    }

  return GDK_EVENT_STOP;
}

static gboolean
key_pressed_cb (UiGraphEditor   *self,
                guint            keyval,
                guint            keycode,
                GdkModifierType  state)
{
  if (self->gesture == UI_GESTURE_LINK_KEYS)
    return ui_graph_editor_link_key (self, keyval, state);
  if (keyval == GDK_KEY_Escape)
    return escape (self);

  if (keyval == GDK_KEY_space && (state & gtk_accelerator_get_default_mod_mask ()) == 0)
    {
      self->space_down = TRUE;
      if (self->gesture == UI_GESTURE_NONE)
        gtk_widget_set_cursor_from_name (GTK_WIDGET (self), "grab");
      return GDK_EVENT_STOP;
    }

  return GDK_EVENT_PROPAGATE;
}

static void
key_released_cb (UiGraphEditor   *self,
                 guint            keyval,
                 guint            keycode,
                 GdkModifierType  state)
{
  if (keyval != GDK_KEY_space)
    return;

  self->space_down = FALSE;
  if (self->gesture == UI_GESTURE_NONE)
    gtk_widget_set_cursor_from_name (GTK_WIDGET (self), NULL);
}

/* The release of the space bar may go to another window. */
static void
focus_left_cb (UiGraphEditor *self)
{
  key_released_cb (self, GDK_KEY_space, 0, 0);
}

void
ui_graph_editor_add_keys (UiGraphEditor *self)
{
  GtkEventController *keys = gtk_event_controller_key_new ();
  GtkEventController *focus = gtk_event_controller_focus_new ();

  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect_swapped (keys, "key-pressed", G_CALLBACK (key_pressed_cb), self);
  g_signal_connect_swapped (keys, "key-released", G_CALLBACK (key_released_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), keys);

  g_signal_connect_swapped (focus, "leave", G_CALLBACK (focus_left_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), focus);
}

static void
bind_arrow (GtkWidgetClass *widget_class,
            guint           keyval,
            int             dx,
            int             dy)
{
  gtk_widget_class_add_binding (widget_class, keyval, 0, arrow_cb, "(iii)", dx, dy, 1);
  gtk_widget_class_add_binding (widget_class, keyval, GDK_SHIFT_MASK, arrow_cb,
                                "(iii)", dx, dy, LONG_STEP);
  gtk_widget_class_add_binding (widget_class, keyval, GDK_CONTROL_MASK, go_cb, "(ii)", dx, dy);
}

static void
bind_zoom (GtkWidgetClass *widget_class,
           guint           keyval,
           double          factor)
{
  gtk_widget_class_add_binding (widget_class, keyval, GDK_CONTROL_MASK, zoom_cb, "d", factor);
}

void
ui_graph_editor_bind_keys (GtkWidgetClass *widget_class)
{
  const guint delete_keys[] = { GDK_KEY_Delete, GDK_KEY_KP_Delete, GDK_KEY_BackSpace };

  bind_arrow (widget_class, GDK_KEY_Left, -1, 0);
  bind_arrow (widget_class, GDK_KEY_KP_Left, -1, 0);
  bind_arrow (widget_class, GDK_KEY_Right, 1, 0);
  bind_arrow (widget_class, GDK_KEY_KP_Right, 1, 0);
  bind_arrow (widget_class, GDK_KEY_Up, 0, -1);
  bind_arrow (widget_class, GDK_KEY_KP_Up, 0, -1);
  bind_arrow (widget_class, GDK_KEY_Down, 0, 1);
  bind_arrow (widget_class, GDK_KEY_KP_Down, 0, 1);

  gtk_widget_class_add_binding (widget_class, GDK_KEY_Down, GDK_ALT_MASK, port_cb, "i", 1);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_Up, GDK_ALT_MASK, port_cb, "i", -1);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_space, GDK_CONTROL_MASK, toggle_cb, NULL);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_l, GDK_CONTROL_MASK, link_cb, NULL);

  bind_zoom (widget_class, GDK_KEY_plus, ZOOM_STEP);
  bind_zoom (widget_class, GDK_KEY_equal, ZOOM_STEP);
  bind_zoom (widget_class, GDK_KEY_KP_Add, ZOOM_STEP);
  bind_zoom (widget_class, GDK_KEY_minus, 1 / ZOOM_STEP);
  bind_zoom (widget_class, GDK_KEY_KP_Subtract, 1 / ZOOM_STEP);

  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_0, GDK_CONTROL_MASK,
                                       "graph.zoom-reset", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_KP_0, GDK_CONTROL_MASK,
                                       "graph.zoom-reset", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_f, 0, "graph.fit", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_a, GDK_CONTROL_MASK,
                                       "graph.select-all", NULL);
  for (guint i = 0; i < G_N_ELEMENTS (delete_keys); i++)
    gtk_widget_class_add_binding_action (widget_class, delete_keys[i], 0,
                                         "graph.delete-selection", NULL);
}
