/* graph-editor-link.c: drawing a link from port to port
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "widgets/graph-editor-private.h"

#include "widgets/graph-place.h"

#include <glib/gi18n.h>

/* With the pointer the link follows it and every port shows beforehand whether
 * it would take the link.  With the keyboard the same link jumps among the
 * ports that would, and the focus with it, so a screen reader says each name.
 * Either way the model is asked, never a rule of our own. */

static gboolean
can_link (UiGraphEditor  *self,
          UiPortView     *port,
          UiGraphLink    *link,
          GError        **error)
{
  if (!ui_port_view_make_link (self->link_start, port, link))
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
                           ui_port_view_get_direction (port) == UI_PORT_INPUT
                           ? _("An input connects to an output, not to another input.")
                           : _("An output connects to an input, not to another output."));
      return FALSE;
    }

  return ui_graph_model_can_connect (self->model, link, error);
}

/* (transfer container) */
static GPtrArray *
list_candidates (UiGraphEditor *self)
{
  g_autoptr (GPtrArray) ports = ui_graph_sheet_list_ports (self->sheet);
  GPtrArray *candidates = g_ptr_array_new ();
  UiGraphLink link;

  for (guint i = 0; i < ports->len; i++)
    if (can_link (self, g_ptr_array_index (ports, i), &link, NULL))
      g_ptr_array_add (candidates, g_ptr_array_index (ports, i));
  return candidates;
}

static void
light_ports (UiGraphEditor *self)
{
  g_autoptr (GPtrArray) ports = ui_graph_sheet_list_ports (self->sheet);
  UiGraphLink link;

  for (guint i = 0; i < ports->len; i++)
    {
      UiPortView *port = g_ptr_array_index (ports, i);
      UiPortLight light = UI_PORT_LIGHT_NONE;

      if (self->link_start != NULL && port != self->link_start)
        light = can_link (self, port, &link, NULL)
                ? UI_PORT_LIGHT_COMPATIBLE : UI_PORT_LIGHT_INCOMPATIBLE;
      ui_port_view_set_light (port, light);
    }
}

static void
show_link (UiGraphEditor *self,
           UiPoint        loose_end,
           UiWirePreview  preview)
{
  UiPoint start = ui_graph_sheet_get_port_centre (self->sheet, self->link_start);
  UiPoint end = self->link_end != NULL
                ? ui_graph_sheet_get_port_centre (self->sheet, self->link_end) : loose_end;
  UiWire wire = ui_port_view_get_direction (self->link_start) == UI_PORT_OUTPUT
                ? ui_wire_between (start, end) : ui_wire_between (end, start);

  ui_graph_sheet_show_preview (self->sheet, &wire, preview);
}

static void
set_link_end (UiGraphEditor *self,
              UiPortView    *port)
{
  if (self->link_end == port)
    return;

  if (self->link_end != NULL)
    ui_port_view_set_light (self->link_end, UI_PORT_LIGHT_COMPATIBLE);
  g_set_weak_pointer (&self->link_end, port);
  if (port != NULL)
    ui_port_view_set_light (port, UI_PORT_LIGHT_TARGET);
}

/* The middle of the port in the widget. */
static UiPoint
port_point (UiGraphEditor *self,
            UiPortView    *port)
{
  return ui_graph_editor_to_widget (self, ui_graph_sheet_get_port_centre (self->sheet, port));
}

static void
choose (UiGraphEditor *self,
        UiPortView    *port)
{
  UiNodeView *node = ui_graph_sheet_get_view (self->sheet, ui_port_view_get_node (port));
  UiRect rect = ui_node_view_get_rect (node);
  g_autofree char *text = NULL;

  set_link_end (self, port);
  ui_graph_editor_reveal (self, &rect);
  gtk_widget_grab_focus (GTK_WIDGET (port));
  show_link (self, (UiPoint) { 0, 0 }, UI_WIRE_PREVIEW_TARGET);

  /* Translators: shown while a link is made with the keyboard; the names of
   * the two ports. */
  text = g_strdup_printf (_("%s → %s\nArrow keys choose, Enter connects, Escape cancels."),
                          ui_port_view_get_name (self->link_start),
                          ui_port_view_get_name (port));
  ui_graph_editor_say (self, text, port_point (self, port), FALSE, FALSE);
}

/* The candidate that is nearest on the screen. */
static UiPortView *
find_nearest (UiGraphEditor *self,
              GPtrArray     *candidates)
{
  UiPoint start = ui_graph_sheet_get_port_centre (self->sheet, self->link_start);
  UiPortView *best = NULL;
  double best_distance = G_MAXDOUBLE;

  for (guint i = 0; i < candidates->len; i++)
    {
      UiPortView *port = g_ptr_array_index (candidates, i);
      UiPoint centre = ui_graph_sheet_get_port_centre (self->sheet, port);
      double dx = centre.x - start.x;
      double dy = centre.y - start.y;

      if (dx * dx + dy * dy < best_distance)
        {
          best_distance = dx * dx + dy * dy;
          best = port;
        }
    }

  return best;
}

static void
begin_with_keys (UiGraphEditor *self)
{
  g_autoptr (GPtrArray) candidates = list_candidates (self);
  g_autofree char *text = NULL;
  UiPoint place;

  if (candidates->len > 0)
    {
      choose (self, find_nearest (self, candidates));
      return;
    }

  place = port_point (self, self->link_start);
  text = g_strdup_printf (_("Nothing here can be connected to %s."),
                          ui_port_view_get_name (self->link_start));
  ui_graph_editor_cancel (self);
  ui_graph_editor_say (self, text, place, TRUE, TRUE);
}

void
ui_graph_editor_begin_link (UiGraphEditor *self,
                            UiPortView    *start,
                            UiGesture      gesture)
{
  self->gesture = gesture;
  g_set_weak_pointer (&self->link_start, start);
  ui_graph_editor_hush (self);
  light_ports (self);
  if (gesture == UI_GESTURE_LINK_KEYS)
    begin_with_keys (self);
}

/* Over a card counts as over the first of its ports that would do; when none
 * does, the first that goes the right way says why. */
static UiPortView *
find_port_of (UiGraphEditor *self,
              UiNodeView    *node)
{
  UiPortDirection direction = ui_port_view_get_direction (self->link_start) == UI_PORT_INPUT
                              ? UI_PORT_OUTPUT : UI_PORT_INPUT;
  UiGraphLink link;

  for (guint i = 0; i < ui_node_view_get_n_ports (node, direction); i++)
    {
      UiPortView *port = ui_node_view_get_port (node, direction, i);

      if (can_link (self, port, &link, NULL))
        return port;
    }

  return ui_node_view_get_port (node, direction, 0);
}

void
ui_graph_editor_drag_link (UiGraphEditor *self,
                           UiPortView    *port,
                           UiNodeView    *node)
{
  UiPoint loose_end = ui_graph_editor_to_model (self, self->pointer);
  g_autoptr (GError) error = NULL;
  UiGraphLink link;

  if (self->link_start == NULL)
    return;

  if (port == NULL && node != NULL
      && ui_node_view_get_id (node) != ui_port_view_get_node (self->link_start))
    port = find_port_of (self, node);

  if (port == NULL || port == self->link_start)
    {
      set_link_end (self, NULL);
      ui_graph_editor_hush (self);
      show_link (self, loose_end, UI_WIRE_PREVIEW);
    }
  else if (can_link (self, port, &link, &error))
    {
      set_link_end (self, port);
      ui_graph_editor_hush (self);
      show_link (self, loose_end, UI_WIRE_PREVIEW_TARGET);
    }
  else
    {
      set_link_end (self, NULL);
      ui_graph_editor_say (self, error->message, self->pointer, TRUE, FALSE);
      show_link (self, loose_end, UI_WIRE_PREVIEW_REFUSED);
    }
}

/* A refusal outlives the gesture, so that it can be read to its end. */
void
ui_graph_editor_drop_link (UiGraphEditor *self)
{
  g_autofree char *refusal = NULL;
  g_autoptr (GError) error = NULL;
  UiPoint place = self->pointer;
  gboolean complete = self->link_start != NULL && self->link_end != NULL;
  UiGraphLink link;

  if (complete)
    {
      place = port_point (self, self->link_end);
      ui_port_view_make_link (self->link_start, self->link_end, &link);
    }
  else if (gtk_widget_get_visible (self->bubble))
    {
      refusal = g_strdup (gtk_label_get_text (GTK_LABEL (self->bubble)));
    }

  ui_graph_editor_cancel (self);
  if (complete && !ui_graph_editor_connect (self, &link, &error))
    refusal = g_strdup (error->message);
  if (refusal != NULL)
    ui_graph_editor_say (self, refusal, place, TRUE, TRUE);
}

void
ui_graph_editor_end_link (UiGraphEditor *self)
{
  if (self->gesture == UI_GESTURE_LINK_KEYS && self->link_start != NULL)
    gtk_widget_grab_focus (GTK_WIDGET (self->link_start));

  g_clear_weak_pointer (&self->link_start);
  g_clear_weak_pointer (&self->link_end);
  light_ports (self);
  ui_graph_sheet_hide_preview (self->sheet);
  ui_graph_editor_hush (self);
}

static int
find_index (GPtrArray  *ports,
            UiPortView *port)
{
  guint index;

  return g_ptr_array_find (ports, port, &index) ? (int) index : 0;
}

static void
choose_by_step (UiGraphEditor *self,
                int            step)
{
  g_autoptr (GPtrArray) candidates = list_candidates (self);
  int n = candidates->len;

  if (n > 0)
    choose (self, g_ptr_array_index (candidates,
                                     (find_index (candidates, self->link_end) + step + n) % n));
}

static void
choose_by_direction (UiGraphEditor *self,
                     int            dx,
                     int            dy)
{
  g_autoptr (GPtrArray) candidates = list_candidates (self);
  g_autofree UiPoint *points = g_new (UiPoint, candidates->len);
  int next;

  for (guint i = 0; i < candidates->len; i++)
    points[i] = ui_graph_sheet_get_port_centre (self->sheet, g_ptr_array_index (candidates, i));
  if (candidates->len == 0)
    return;

  next = ui_graph_neighbour (points, candidates->len, find_index (candidates, self->link_end),
                             dx, dy);
  if (next >= 0)
    choose (self, g_ptr_array_index (candidates, next));
}

/* While a link is made with the keyboard, every key belongs to it. */
gboolean
ui_graph_editor_link_key (UiGraphEditor   *self,
                          guint            keyval,
                          GdkModifierType  state)
{
  /* The model may have lost the port meanwhile. */
  if (self->link_start == NULL)
    {
      ui_graph_editor_cancel (self);
      return GDK_EVENT_PROPAGATE;
    }

  switch (keyval)
    {
    case GDK_KEY_Left:
    case GDK_KEY_KP_Left:
      choose_by_direction (self, -1, 0);
      break;
    case GDK_KEY_Right:
    case GDK_KEY_KP_Right:
      choose_by_direction (self, 1, 0);
      break;
    case GDK_KEY_Up:
    case GDK_KEY_KP_Up:
      choose_by_direction (self, 0, -1);
      break;
    case GDK_KEY_Down:
    case GDK_KEY_KP_Down:
      choose_by_direction (self, 0, 1);
      break;
    case GDK_KEY_Tab:
    case GDK_KEY_KP_Tab:
      choose_by_step (self, 1);
      break;
    case GDK_KEY_ISO_Left_Tab:
      choose_by_step (self, -1);
      break;
    case GDK_KEY_Return:
    case GDK_KEY_KP_Enter:
    case GDK_KEY_ISO_Enter:
      ui_graph_editor_drop_link (self);
      break;
    case GDK_KEY_Escape:
      ui_graph_editor_cancel (self);
      break;
    default:
      return GDK_EVENT_PROPAGATE;
    }

  return GDK_EVENT_STOP;
}
