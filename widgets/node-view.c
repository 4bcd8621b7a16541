/* node-view.c: one node in the graph editor
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "widgets/node-view.h"

#include "widgets/tile.h"

#include <glib/gi18n.h>

#define N_DIRECTIONS 2

/* The frame around a selected or wrong node seen from far away. */
#define FAR_FRAME 10

/**
 * UiNodeView:
 *
 * A card with a title, a subtitle and ports at its left and right edge.
 *
 * A side with one port has it beside the title.  A side with several gives
 * each a row of its own with the port's title in it.
 *
 * ## CSS nodes
 *
 * `graph-node` with a child `box.node-card`, which holds `box.node-tile` for
 * the icon, `label.node-title` and `label.node-subtitle`; with one
 * [class@UiPortView] a port; and with a `label.node-error` below the card.
 * The node carries the class of its category, and `error` when it is wrong.
 *
 * ## Accessibility
 *
 * The role is `group`, with the actions `node.activate` and `node.delete`.
 * The description tells the shape, the links and the error.
 */
struct _UiNodeView
{
  GtkWidget  parent_instance;

  GtkWidget *card;
  GtkWidget *header;
  GtkWidget *tile;
  GtkWidget *title;
  GtkWidget *subtitle;
  GtkWidget *warning;
  GtkWidget *rows;              /* port titles, one column a direction */
  GtkWidget *error;
  GPtrArray *ports[N_DIRECTIONS];       /* UiPortView; the widget tree owns them */
  GPtrArray *labels[N_DIRECTIONS];      /* their titles in @rows; empty for a lone port */

  guint      id;
  char      *category_class;
  char      *connections;
  UiPoint    place;
  int        width;             /* of the card, as last allocated */
  int        height;            /* of the card with the error text */
};

G_DEFINE_FINAL_TYPE (UiNodeView, ui_node_view, GTK_TYPE_WIDGET)

static void
forward_action (GtkWidget  *widget,
                const char *action,
                GVariant   *parameter)
{
  UiNodeView *self = UI_NODE_VIEW (widget);

  gtk_widget_activate_action (widget,
                              g_str_equal (action, "node.delete")
                              ? "graph.remove-node" : "graph.activate-node",
                              "u", self->id);
}

typedef struct
{
  int card_width;
  int card_height;
  int error_height;
} Size;

static Size
natural_size (UiNodeView *self)
{
  Size size = { 0 };

  gtk_widget_measure (self->card, GTK_ORIENTATION_HORIZONTAL, -1, NULL, &size.card_width,
                      NULL, NULL);
  gtk_widget_measure (self->card, GTK_ORIENTATION_VERTICAL, size.card_width, NULL,
                      &size.card_height, NULL, NULL);
  if (gtk_widget_get_visible (self->error))
    gtk_widget_measure (self->error, GTK_ORIENTATION_VERTICAL, size.card_width, NULL,
                        &size.error_height, NULL, NULL);
  return size;
}

static void
ui_node_view_measure (GtkWidget      *widget,
                      GtkOrientation  orientation,
                      int             for_size,
                      int            *minimum,
                      int            *natural,
                      int            *minimum_baseline,
                      int            *natural_baseline)
{
  Size size = natural_size (UI_NODE_VIEW (widget));

  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    *natural = size.card_width + 2 * UI_NODE_VIEW_OVERHANG;
  else
    *natural = size.card_height + size.error_height;
  *minimum = *natural;
}

static UiPoint
port_centre (UiNodeView      *self,
             UiPortDirection  direction,
             guint            index)
{
  UiPoint centre = { direction == UI_PORT_INPUT ? 0 : self->width, 0 };
  GtkWidget *beside = self->header;
  graphene_rect_t bounds;

  if (index < self->labels[direction]->len)
    beside = g_ptr_array_index (self->labels[direction], index);
  if (gtk_widget_compute_bounds (beside, self->card, &bounds))
    centre.y = (int) (bounds.origin.y + bounds.size.height / 2);
  return centre;
}

static void
ui_node_view_size_allocate (GtkWidget *widget,
                            int        width,
                            int        height,
                            int        baseline)
{
  UiNodeView *self = UI_NODE_VIEW (widget);
  Size size = natural_size (self);
  GtkAllocation area = { UI_NODE_VIEW_OVERHANG, 0, size.card_width, size.card_height };

  self->width = size.card_width;
  self->height = size.card_height + size.error_height;
  gtk_widget_size_allocate (self->card, &area, -1);
  area.y = size.card_height;
  area.height = size.error_height;
  if (gtk_widget_get_visible (self->error))
    gtk_widget_size_allocate (self->error, &area, -1);

  for (int direction = 0; direction < N_DIRECTIONS; direction++)
    for (guint i = 0; i < self->ports[direction]->len; i++)
      {
        UiPoint centre = port_centre (self, direction, i);

        area = (GtkAllocation) {
          UI_NODE_VIEW_OVERHANG + (int) centre.x - UI_PORT_VIEW_SIZE / 2,
          (int) centre.y - UI_PORT_VIEW_SIZE / 2,
          UI_PORT_VIEW_SIZE, UI_PORT_VIEW_SIZE,
        };
        gtk_widget_size_allocate (g_ptr_array_index (self->ports[direction], i), &area, -1);
      }
}

/* The strips left and right of the card belong to its ports only. */
static gboolean
ui_node_view_contains (GtkWidget *widget,
                       double     x,
                       double     y)
{
  UiNodeView *self = UI_NODE_VIEW (widget);

  return x >= UI_NODE_VIEW_OVERHANG && x < UI_NODE_VIEW_OVERHANG + self->width
         && y >= 0 && y < self->height;
}

static void
ui_node_view_dispose (GObject *object)
{
  UiNodeView *self = UI_NODE_VIEW (object);
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_widget_unparent (child);
  for (int direction = 0; direction < N_DIRECTIONS; direction++)
    {
      g_clear_pointer (&self->ports[direction], g_ptr_array_unref);
      g_clear_pointer (&self->labels[direction], g_ptr_array_unref);
    }

  G_OBJECT_CLASS (ui_node_view_parent_class)->dispose (object);
}

static void
ui_node_view_finalize (GObject *object)
{
  UiNodeView *self = UI_NODE_VIEW (object);

  g_free (self->category_class);
  g_free (self->connections);
  G_OBJECT_CLASS (ui_node_view_parent_class)->finalize (object);
}

static void
ui_node_view_class_init (UiNodeViewClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  const guint activate_keys[] = { GDK_KEY_Return, GDK_KEY_KP_Enter, GDK_KEY_ISO_Enter };

  object_class->dispose = ui_node_view_dispose;
  object_class->finalize = ui_node_view_finalize;
  widget_class->measure = ui_node_view_measure;
  widget_class->size_allocate = ui_node_view_size_allocate;
  widget_class->contains = ui_node_view_contains;

  gtk_widget_class_set_css_name (widget_class, "graph-node");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
  gtk_widget_class_install_action (widget_class, "node.activate", NULL, forward_action);
  gtk_widget_class_install_action (widget_class, "node.delete", NULL, forward_action);
  for (guint i = 0; i < G_N_ELEMENTS (activate_keys); i++)
    gtk_widget_class_add_binding_action (widget_class, activate_keys[i], 0,
                                         "node.activate", NULL);
}

static GtkWidget *
make_label (const char *css_class,
            GtkWidget  *box)
{
  GtkWidget *label = g_object_new (GTK_TYPE_LABEL,
                                   "xalign", 0.0,
                                   "ellipsize", PANGO_ELLIPSIZE_END,
                                   "max-width-chars", 20,
                                   NULL);

  gtk_widget_add_css_class (label, css_class);
  gtk_box_append (GTK_BOX (box), label);
  return label;
}

static void
build_header (UiNodeView *self)
{
  GtkWidget *texts = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);

  self->header = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 10);
  self->tile = ui_tile_new ();
  gtk_widget_add_css_class (self->header, "node-header");

  g_object_set (texts, "valign", GTK_ALIGN_CENTER, "hexpand", TRUE, NULL);
  self->title = make_label ("node-title", texts);
  self->subtitle = make_label ("node-subtitle", texts);

  self->warning = gtk_image_new_from_icon_name ("dialog-warning-symbolic");
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->warning),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, _("Error"),
                                  -1);
  gtk_widget_add_css_class (self->warning, "node-warning");

  gtk_box_append (GTK_BOX (self->header), self->tile);
  gtk_box_append (GTK_BOX (self->header), texts);
  gtk_box_append (GTK_BOX (self->header), self->warning);
}

static void
ui_node_view_init (UiNodeView *self)
{
  build_header (self);

  self->rows = gtk_grid_new ();
  gtk_grid_set_column_spacing (GTK_GRID (self->rows), 16);
  gtk_widget_add_css_class (self->rows, "node-rows");

  self->card = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  gtk_widget_add_css_class (self->card, "node-card");
  gtk_box_append (GTK_BOX (self->card), self->header);
  gtk_box_append (GTK_BOX (self->card), self->rows);
  gtk_widget_set_parent (self->card, GTK_WIDGET (self));

  self->error = g_object_new (GTK_TYPE_LABEL,
                              "xalign", 0.0,
                              "wrap", TRUE,
                              "wrap-mode", PANGO_WRAP_WORD_CHAR,
                              "width-chars", 0,
                              "max-width-chars", 0,
                              NULL);
  gtk_widget_add_css_class (self->error, "node-error");
  gtk_widget_set_parent (self->error, GTK_WIDGET (self));

  for (int direction = 0; direction < N_DIRECTIONS; direction++)
    {
      self->ports[direction] = g_ptr_array_new ();
      self->labels[direction] = g_ptr_array_new ();
    }
  gtk_widget_set_focusable (GTK_WIDGET (self), TRUE);
}

GtkWidget *
ui_node_view_new (guint id)
{
  UiNodeView *self = g_object_new (UI_TYPE_NODE_VIEW, NULL);

  self->id = id;
  return GTK_WIDGET (self);
}

guint
ui_node_view_get_id (UiNodeView *self)
{
  return self->id;
}

const char *
ui_node_view_get_title (UiNodeView *self)
{
  return gtk_label_get_text (GTK_LABEL (self->title));
}

static void
update_description (UiNodeView *self)
{
  GtkWidget *widgets[] = { self->subtitle, self->error };
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (widgets); i++)
    if (gtk_widget_get_visible (widgets[i]))
      g_string_append_printf (text, "%s\n", gtk_label_get_text (GTK_LABEL (widgets[i])));
  if (self->connections != NULL)
    g_string_append (text, self->connections);

  gtk_accessible_update_property (GTK_ACCESSIBLE (self),
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, text->str,
                                  -1);
}

static void
set_optional_text (GtkWidget  *label,
                   const char *text)
{
  gtk_label_set_text (GTK_LABEL (label), text != NULL ? text : "");
  gtk_widget_set_visible (label, text != NULL && *text != '\0');
}

static void
update_category (UiNodeView *self,
                 const char *category)
{
  g_autofree char *css_class = category ? g_strconcat ("category-", category, NULL) : NULL;

  if (g_strcmp0 (css_class, self->category_class) == 0)
    return;

  if (self->category_class != NULL)
    gtk_widget_remove_css_class (GTK_WIDGET (self), self->category_class);
  if (css_class != NULL)
    gtk_widget_add_css_class (GTK_WIDGET (self), css_class);
  g_free (self->category_class);
  self->category_class = g_steal_pointer (&css_class);
}

static void
update_error (UiNodeView *self,
              const char *error)
{
  set_optional_text (self->error, error);
  gtk_widget_set_visible (self->warning, error != NULL);
  gtk_widget_set_tooltip_text (self->card, error);
  if (error != NULL)
    gtk_widget_add_css_class (GTK_WIDGET (self), "error");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self), "error");
}

static void
add_row_label (UiNodeView      *self,
               UiPortDirection  direction,
               const char      *title)
{
  GtkWidget *label = g_object_new (GTK_TYPE_LABEL,
                                   "label", title,
                                   "ellipsize", PANGO_ELLIPSIZE_END,
                                   "max-width-chars", 14,
                                   "xalign", direction == UI_PORT_INPUT ? 0.0 : 1.0,
                                   "hexpand", TRUE,
                                   NULL);

  gtk_grid_attach (GTK_GRID (self->rows), label,
                   direction, (int) self->labels[direction]->len, 1, 1);
  g_ptr_array_add (self->labels[direction], label);
}

/* Labels carry no state, so they are simply made anew; ports may have the
 * focus, so those that stay are kept. */
static void
update_ports (UiNodeView        *self,
              UiPortDirection    direction,
              const UiGraphPort *ports,
              guint              n_ports)
{
  GPtrArray *views = self->ports[direction];
  GPtrArray *labels = self->labels[direction];

  while (labels->len > 0)
    gtk_grid_remove (GTK_GRID (self->rows), g_ptr_array_steal_index (labels, labels->len - 1));
  while (views->len > n_ports)
    gtk_widget_unparent (g_ptr_array_steal_index (views, views->len - 1));
  while (views->len < n_ports)
    {
      GtkWidget *view = ui_port_view_new (self->id, direction, views->len);

      gtk_widget_set_parent (view, GTK_WIDGET (self));
      g_ptr_array_add (views, view);
    }

  for (guint i = 0; i < n_ports; i++)
    {
      /* Translators: the name of a port, as in "Conv 2d 1 input Weights". */
      g_autofree char *name = g_strdup_printf (direction == UI_PORT_INPUT
                                               ? _("%s input %s") : _("%s output %s"),
                                               ui_node_view_get_title (self), ports[i].title);

      ui_port_view_set_name (g_ptr_array_index (views, i), name);
      if (n_ports > 1)
        add_row_label (self, direction, ports[i].title);
    }
}

void
ui_node_view_update (UiNodeView        *self,
                     const UiGraphNode *node)
{
  gtk_label_set_text (GTK_LABEL (self->title), node->title);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, node->title,
                                  -1);
  set_optional_text (self->subtitle, node->subtitle);
  ui_tile_set (self->tile, node->icon_name, node->title);
  update_category (self, node->category);
  update_error (self, node->error);
  update_ports (self, UI_PORT_INPUT, node->inputs, node->n_inputs);
  update_ports (self, UI_PORT_OUTPUT, node->outputs, node->n_outputs);
  gtk_widget_set_visible (self->rows, node->n_inputs > 1 || node->n_outputs > 1);
  update_description (self);
}

void
ui_node_view_set_connections (UiNodeView *self,
                              const char *connections)
{
  if (g_strcmp0 (self->connections, connections) == 0)
    return;

  g_free (self->connections);
  self->connections = g_strdup (connections);
  update_description (self);
}

void
ui_node_view_set_selected (UiNodeView *self,
                           gboolean    selected)
{
  if (selected)
    gtk_widget_set_state_flags (GTK_WIDGET (self), GTK_STATE_FLAG_SELECTED, FALSE);
  else
    gtk_widget_unset_state_flags (GTK_WIDGET (self), GTK_STATE_FLAG_SELECTED);
  gtk_accessible_update_state (GTK_ACCESSIBLE (self),
                               GTK_ACCESSIBLE_STATE_SELECTED, selected,
                               -1);
}

gboolean
ui_node_view_get_selected (UiNodeView *self)
{
  return (gtk_widget_get_state_flags (GTK_WIDGET (self)) & GTK_STATE_FLAG_SELECTED) != 0;
}

void
ui_node_view_set_place (UiNodeView *self,
                        double      x,
                        double      y)
{
  self->place = (UiPoint) { x, y };
}

UiPoint
ui_node_view_get_place (UiNodeView *self)
{
  return self->place;
}

UiRect
ui_node_view_get_rect (UiNodeView *self)
{
  Size size = natural_size (self);

  return (UiRect) {
    self->place.x, self->place.y, size.card_width, size.card_height + size.error_height,
  };
}

guint
ui_node_view_get_n_ports (UiNodeView      *self,
                          UiPortDirection  direction)
{
  return self->ports[direction]->len;
}

UiPortView *
ui_node_view_get_port (UiNodeView      *self,
                       UiPortDirection  direction,
                       guint            index)
{
  if (index >= self->ports[direction]->len)
    return NULL;

  return g_ptr_array_index (self->ports[direction], index);
}

UiPoint
ui_node_view_get_anchor (UiNodeView      *self,
                         UiPortDirection  direction,
                         guint            index)
{
  return port_centre (self, direction, index);
}

/* A block in the colour of the category, with a frame when it is selected or
 * wrong: 500 of these take a tenth of the time of 500 cards. */
void
ui_node_view_snapshot_far (UiNodeView    *self,
                           GtkSnapshot   *snapshot,
                           const GdkRGBA *accent)
{
  gboolean wrong = gtk_widget_get_visible (self->warning);
  graphene_rect_t rect = GRAPHENE_RECT_INIT (0, 0, self->width, self->height);
  GdkRGBA color;

  if (ui_node_view_get_selected (self) || wrong)
    {
      graphene_rect_t frame = rect;

      gtk_style_context_get_color (gtk_widget_get_style_context (self->warning), &color);
      graphene_rect_inset (&frame, -FAR_FRAME, -FAR_FRAME);
      gtk_snapshot_append_color (snapshot, wrong ? &color : accent, &frame);
    }

  gtk_style_context_get_color (gtk_widget_get_style_context (self->tile), &color);
  gtk_snapshot_append_color (snapshot, &color, &rect);
}
