/* graph-editor-input.c: what the pointer does in the graph editor
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "widgets/graph-editor-private.h"

#include <math.h>

/* All gestures live on the editor and none on its nodes: a gesture's offsets
 * are relative to its widget, and a node moves under the pointer.  A press only
 * notes what it hit; what the gesture is, its first movement decides. */

/* How near to a wire a click counts as on it, in pixels of the window. */
#define WIRE_REACH 8.0

typedef struct
{
  UiPortView *port;
  UiNodeView *node;
} Hit;

static Hit
hit_test (UiGraphEditor *self,
          UiPoint        point)
{
  GtkWidget *widget = gtk_widget_pick (GTK_WIDGET (self), point.x, point.y, GTK_PICK_DEFAULT);
  Hit hit = { NULL, NULL };

  for (; widget != NULL && widget != GTK_WIDGET (self); widget = gtk_widget_get_parent (widget))
    {
      if (UI_IS_PORT_VIEW (widget))
        hit.port = UI_PORT_VIEW (widget);
      else if (UI_IS_NODE_VIEW (widget))
        hit.node = UI_NODE_VIEW (widget);
    }

  return hit;
}

static void
set_cursor (UiGraphEditor *self,
            const char    *name)
{
  gtk_widget_set_cursor_from_name (GTK_WIDGET (self), name);
}

static void
press_on_node (UiGraphEditor *self,
               UiNodeView    *node,
               gboolean       extend)
{
  guint id = ui_node_view_get_id (node);

  self->press_node = id;
  self->press_kept = !extend && ui_node_view_get_selected (node);
  gtk_widget_grab_focus (GTK_WIDGET (node));
  if (extend)
    ui_graph_sheet_select_node (self->sheet, id, !ui_node_view_get_selected (node));
  else if (!self->press_kept)
    ui_graph_editor_select (self, &id, 1);
}

static void
press_on_background (UiGraphEditor *self,
                     gboolean       extend)
{
  UiPoint point = ui_graph_editor_to_model (self, self->press);
  const UiGraphLink *link = ui_graph_sheet_hit_link (self->sheet, &point,
                                                     WIRE_REACH / self->zoom);

  gtk_widget_grab_focus (GTK_WIDGET (self));
  if (!extend)
    ui_graph_sheet_unselect_all (self->sheet);
  if (link != NULL)
    ui_graph_sheet_select_link (self->sheet, link,
                                !ui_graph_sheet_is_link_selected (self->sheet, link));
}

static void
drag_begin_cb (UiGraphEditor  *self,
               double          x,
               double          y,
               GtkGestureDrag *drag)
{
  guint button = gtk_gesture_single_get_current_button (GTK_GESTURE_SINGLE (drag));
  GdkModifierType state;
  gboolean extend;
  Hit hit;

  state = gtk_event_controller_get_current_event_state (GTK_EVENT_CONTROLLER (drag));
  extend = (state & (GDK_CONTROL_MASK | GDK_SHIFT_MASK)) != 0;

  ui_graph_editor_cancel (self);
  ui_graph_editor_hush (self);
  self->keep_fit = FALSE;
  self->press = (UiPoint) { x, y };
  self->press_origin = self->origin;
  self->press_node = 0;
  self->press_kept = FALSE;
  if (button == GDK_BUTTON_MIDDLE || (button == GDK_BUTTON_PRIMARY && self->space_down))
    {
      self->gesture = UI_GESTURE_PAN;
      set_cursor (self, "grabbing");
      return;
    }
  if (button != GDK_BUTTON_PRIMARY)
    {
      gtk_gesture_set_state (GTK_GESTURE (drag), GTK_EVENT_SEQUENCE_DENIED);
      return;
    }

  self->gesture = UI_GESTURE_PENDING;
  hit = hit_test (self, self->press);
  g_set_weak_pointer (&self->link_start, hit.port);
  if (hit.port != NULL)
    gtk_widget_grab_focus (GTK_WIDGET (hit.port));
  else if (hit.node != NULL)
    press_on_node (self, hit.node, extend);
  else
    press_on_background (self, extend);
}

/* The pointer has moved far enough to mean it. */
static void
start_gesture (UiGraphEditor *self)
{
  if (self->link_start != NULL)
    {
      ui_graph_editor_begin_link (self, self->link_start, UI_GESTURE_LINK);
    }
  else if (self->press_node != 0)
    {
      self->gesture = UI_GESTURE_MOVE;
      ui_graph_sheet_select_node (self->sheet, self->press_node, TRUE);
    }
  else
    {
      self->gesture = UI_GESTURE_BAND;
      self->band_base = ui_graph_sheet_list_selected (self->sheet);
    }
}

/* The first node stays on the grid, the others keep their distance to it. */
static UiPoint
snapped_offset (UiGraphEditor *self)
{
  UiNodeView *view = ui_graph_sheet_get_view (self->sheet, self->press_node);
  UiPoint place;

  if (view == NULL)
    return (UiPoint) { 0, 0 };

  place = ui_node_view_get_place (view);
  return (UiPoint) {
    round ((place.x + (self->pointer.x - self->press.x) / self->zoom) / UI_GRAPH_GRID)
    * UI_GRAPH_GRID - place.x,
    round ((place.y + (self->pointer.y - self->press.y) / self->zoom) / UI_GRAPH_GRID)
    * UI_GRAPH_GRID - place.y,
  };
}

/* A lone node without links that lies on a wire would go into it. */
static const UiGraphLink *
link_below_dragged (UiGraphEditor *self,
                    UiPoint        offset)
{
  g_autoptr (GArray) selected = ui_graph_sheet_list_selected (self->sheet);
  UiNodeView *view = ui_graph_sheet_get_view (self->sheet, self->press_node);
  UiRect rect;

  if (view == NULL || selected->len != 1
      || ui_graph_sheet_has_links (self->sheet, self->press_node))
    return NULL;

  rect = ui_node_view_get_rect (view);
  return ui_graph_editor_link_below (self, (UiPoint) { rect.x + offset.x + rect.width / 2,
                                                       rect.y + offset.y + rect.height / 2 });
}

static void
drag_update_cb (UiGraphEditor  *self,
                double          dx,
                double          dy,
                GtkGestureDrag *drag)
{
  UiPoint start, end, offset;
  Hit hit;

  self->pointer = (UiPoint) { self->press.x + dx, self->press.y + dy };
  if (self->gesture == UI_GESTURE_PENDING
      && gtk_drag_check_threshold (GTK_WIDGET (self), 0, 0, (int) dx, (int) dy))
    {
      gtk_gesture_set_state (GTK_GESTURE (drag), GTK_EVENT_SEQUENCE_CLAIMED);
      start_gesture (self);
    }

  switch (self->gesture)
    {
    case UI_GESTURE_PAN:
      ui_graph_editor_pan_by (self,
                              self->press_origin.x + dx - self->origin.x,
                              self->press_origin.y + dy - self->origin.y);
      break;

    case UI_GESTURE_BAND:
      start = ui_graph_editor_to_model (self, self->press);
      end = ui_graph_editor_to_model (self, self->pointer);
      self->band = ui_rect_span (&start, &end);
      ui_graph_sheet_select_rect (self->sheet, &self->band, self->band_base);
      gtk_widget_queue_draw (GTK_WIDGET (self));
      break;

    case UI_GESTURE_MOVE:
      offset = snapped_offset (self);
      ui_graph_sheet_set_drag_offset (self->sheet, offset.x, offset.y);
      ui_graph_sheet_light_link (self->sheet, link_below_dragged (self, offset));
      break;

    case UI_GESTURE_LINK:
      hit = hit_test (self, self->pointer);
      ui_graph_editor_drag_link (self, hit.port, hit.node);
      break;

    case UI_GESTURE_NONE:
    case UI_GESTURE_PENDING:
    case UI_GESTURE_LINK_KEYS:
    default:
      break;
    }
}

static void
finish_move (UiGraphEditor *self)
{
  UiPoint offset = snapped_offset (self);
  const UiGraphLink *below = link_below_dragged (self, offset);
  UiGraphLink link = below != NULL ? *below : (UiGraphLink) { 0 };

  ui_graph_editor_cancel (self);
  ui_graph_editor_move_by (self, offset.x, offset.y, below != NULL ? &link : NULL);
}

static void
drag_end_cb (UiGraphEditor  *self,
             double          dx,
             double          dy,
             GtkGestureDrag *drag)
{
  switch (self->gesture)
    {
    case UI_GESTURE_PENDING:
      if (self->press_kept)
        ui_graph_editor_select (self, &self->press_node, 1);
      break;

    case UI_GESTURE_MOVE:
      finish_move (self);
      break;

    case UI_GESTURE_LINK:
      ui_graph_editor_drop_link (self);
      return;

    case UI_GESTURE_NONE:
    case UI_GESTURE_PAN:
    case UI_GESTURE_BAND:
    case UI_GESTURE_LINK_KEYS:
    default:
      break;
    }

  ui_graph_editor_cancel (self);
}

/* Ends the gesture and leaves everything as it was before. */
void
ui_graph_editor_cancel (UiGraphEditor *self)
{
  /* GTK cancels gestures when a widget goes in the middle of one. */
  if (self->sheet == NULL)
    return;

  if (self->gesture == UI_GESTURE_LINK || self->gesture == UI_GESTURE_LINK_KEYS)
    ui_graph_editor_end_link (self);
  if (self->gesture == UI_GESTURE_BAND)
    gtk_widget_queue_draw (GTK_WIDGET (self));

  self->gesture = UI_GESTURE_NONE;
  g_clear_weak_pointer (&self->link_start);
  g_clear_pointer (&self->band_base, g_array_unref);
  ui_graph_sheet_set_drag_offset (self->sheet, 0, 0);
  ui_graph_sheet_light_link (self->sheet, NULL);
  set_cursor (self, self->space_down ? "grab" : NULL);
}

/* At the release: listeners move the focus, and the press of a drag takes it. */
static void
released_cb (UiGraphEditor *self,
             int            n_press,
             double         x,
             double         y)
{
  Hit hit = hit_test (self, (UiPoint) { x, y });

  if (n_press != 2 || hit.port != NULL || self->space_down)
    return;

  if (hit.node != NULL)
    gtk_widget_activate_action (GTK_WIDGET (hit.node), "node.activate", NULL);
  else
    g_signal_emit_by_name (self, "background-activated", x, y);
}

static void
motion_cb (UiGraphEditor *self,
           double         x,
           double         y)
{
  self->pointer = (UiPoint) { x, y };
}

void
ui_graph_editor_add_input (UiGraphEditor *self)
{
  GtkEventController *motion = gtk_event_controller_motion_new ();
  GtkGesture *drag = gtk_gesture_drag_new ();
  GtkGesture *click = gtk_gesture_click_new ();

  gtk_gesture_single_set_button (GTK_GESTURE_SINGLE (drag), 0);
  g_signal_connect_swapped (drag, "drag-begin", G_CALLBACK (drag_begin_cb), self);
  g_signal_connect_swapped (drag, "drag-update", G_CALLBACK (drag_update_cb), self);
  g_signal_connect_swapped (drag, "drag-end", G_CALLBACK (drag_end_cb), self);
  g_signal_connect_swapped (drag, "cancel", G_CALLBACK (ui_graph_editor_cancel), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (drag));

  g_signal_connect_swapped (click, "released", G_CALLBACK (released_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (click));

  g_signal_connect_swapped (motion, "motion", G_CALLBACK (motion_cb), self);
  g_signal_connect_swapped (motion, "enter", G_CALLBACK (motion_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), motion);
}
