/* port-view.c: one port of a node in the graph editor
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "widgets/port-view.h"

/**
 * UiPortView:
 *
 * A dot at the edge of a card that links begin and end at.
 *
 * It takes no pointer events of its own: the editor around it follows the
 * pointer, because a drag may begin at one port and end at another.
 *
 * ## CSS nodes
 *
 * `graph-port` with one child `dot`.  The port carries the class `input` or
 * `output`; `linked`; and while a link is drawn `compatible`, `incompatible`
 * or `target`.
 *
 * ## Accessibility
 *
 * The role is `button`, with the actions `port.connect` and `port.disconnect`.
 */
struct _UiPortView
{
  GtkWidget        parent_instance;

  GtkWidget       *dot;
  guint            node;
  UiPortDirection  direction;
  guint            index;
  char            *name;
  char            *description;
  UiPortLight      light;
};

G_DEFINE_FINAL_TYPE (UiPortView, ui_port_view, GTK_TYPE_WIDGET)

static const char *light_classes[] = { NULL, "compatible", "incompatible", "target" };

/* The port's actions are the editor's, with the port as their parameter. */
static void
forward_action (GtkWidget  *widget,
                const char *action,
                GVariant   *parameter)
{
  UiPortView *self = UI_PORT_VIEW (widget);

  gtk_widget_activate_action (widget,
                              g_str_equal (action, "port.connect") ? "graph.link" : "graph.unlink",
                              "(ubu)", self->node, self->direction == UI_PORT_OUTPUT, self->index);
}

static void
ui_port_view_dispose (GObject *object)
{
  UiPortView *self = UI_PORT_VIEW (object);

  g_clear_pointer (&self->dot, gtk_widget_unparent);
  G_OBJECT_CLASS (ui_port_view_parent_class)->dispose (object);
}

static void
ui_port_view_finalize (GObject *object)
{
  UiPortView *self = UI_PORT_VIEW (object);

  g_free (self->name);
  g_free (self->description);
  G_OBJECT_CLASS (ui_port_view_parent_class)->finalize (object);
}

static void
ui_port_view_class_init (UiPortViewClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  const guint connect_keys[] = { GDK_KEY_Return, GDK_KEY_KP_Enter, GDK_KEY_ISO_Enter };
  const guint disconnect_keys[] = { GDK_KEY_Delete, GDK_KEY_KP_Delete, GDK_KEY_BackSpace };

  object_class->dispose = ui_port_view_dispose;
  object_class->finalize = ui_port_view_finalize;

  gtk_widget_class_set_css_name (widget_class, "graph-port");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_BUTTON);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);

  gtk_widget_class_install_action (widget_class, "port.connect", NULL, forward_action);
  gtk_widget_class_install_action (widget_class, "port.disconnect", NULL, forward_action);
  for (guint i = 0; i < G_N_ELEMENTS (connect_keys); i++)
    gtk_widget_class_add_binding_action (widget_class, connect_keys[i], 0, "port.connect", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_l, GDK_CONTROL_MASK,
                                       "port.connect", NULL);
  for (guint i = 0; i < G_N_ELEMENTS (disconnect_keys); i++)
    gtk_widget_class_add_binding_action (widget_class, disconnect_keys[i], 0,
                                         "port.disconnect", NULL);
}

static void
ui_port_view_init (UiPortView *self)
{
  self->dot = g_object_new (GTK_TYPE_BOX,
                            "css-name", "dot",
                            "accessible-role", GTK_ACCESSIBLE_ROLE_PRESENTATION,
                            "halign", GTK_ALIGN_CENTER,
                            "valign", GTK_ALIGN_CENTER,
                            NULL);
  gtk_widget_set_parent (self->dot, GTK_WIDGET (self));
  gtk_widget_set_size_request (GTK_WIDGET (self), UI_PORT_VIEW_SIZE, UI_PORT_VIEW_SIZE);
  gtk_widget_set_focusable (GTK_WIDGET (self), TRUE);
}

GtkWidget *
ui_port_view_new (guint           node,
                  UiPortDirection direction,
                  guint           index)
{
  UiPortView *self = g_object_new (UI_TYPE_PORT_VIEW, NULL);

  self->node = node;
  self->direction = direction;
  self->index = index;
  gtk_widget_add_css_class (GTK_WIDGET (self),
                            direction == UI_PORT_INPUT ? "input" : "output");
  return GTK_WIDGET (self);
}

guint
ui_port_view_get_node (UiPortView *self)
{
  return self->node;
}

UiPortDirection
ui_port_view_get_direction (UiPortView *self)
{
  return self->direction;
}

guint
ui_port_view_get_index (UiPortView *self)
{
  return self->index;
}

static void
update_tooltip (UiPortView *self)
{
  g_autofree char *text = NULL;

  if (self->description != NULL)
    text = g_strdup_printf ("%s\n%s", self->name, self->description);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self), text != NULL ? text : self->name);
}

void
ui_port_view_set_name (UiPortView *self,
                       const char *name)
{
  if (g_strcmp0 (self->name, name) == 0)
    return;

  g_free (self->name);
  self->name = g_strdup (name);
  update_tooltip (self);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, name,
                                  -1);
}

const char *
ui_port_view_get_name (UiPortView *self)
{
  return self->name;
}

void
ui_port_view_set_description (UiPortView *self,
                              const char *description)
{
  if (g_strcmp0 (self->description, description) == 0)
    return;

  g_free (self->description);
  self->description = g_strdup (description);
  update_tooltip (self);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self),
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, description,
                                  -1);
}

void
ui_port_view_set_linked (UiPortView *self,
                         gboolean    linked)
{
  if (linked)
    gtk_widget_add_css_class (GTK_WIDGET (self), "linked");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self), "linked");
}

void
ui_port_view_set_light (UiPortView  *self,
                        UiPortLight  light)
{
  if (self->light == light)
    return;

  if (light_classes[self->light] != NULL)
    gtk_widget_remove_css_class (GTK_WIDGET (self), light_classes[self->light]);
  self->light = light;
  if (light_classes[light] != NULL)
    gtk_widget_add_css_class (GTK_WIDGET (self), light_classes[light]);
}

gboolean
ui_port_view_make_link (UiPortView  *self,
                        UiPortView  *other,
                        UiGraphLink *link)
{
  UiPortView *from = self->direction == UI_PORT_OUTPUT ? self : other;
  UiPortView *to = from == self ? other : self;

  if (from->direction == to->direction)
    return FALSE;

  *link = (UiGraphLink) { from->node, from->index, to->node, to->index };
  return TRUE;
}
