/* palette.c: drawers of things to drag onto a graph
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "widgets/palette.h"

#include "widgets/tile.h"

#include <glib/gi18n.h>

/**
 * UiPalette:
 *
 * A search entry above a list with a heading for each category.
 *
 * Items can be dragged out: the content is a [class@UiPaletteItem].  A double
 * click or Enter emits `item-activated` instead.  Typing anywhere searches;
 * Enter in the entry takes the first item that is left.
 *
 * ## CSS nodes
 *
 * `palette` with `.palette-search`, `.palette-header` and `.palette-empty`;
 * each row carries the class of its category.
 */
struct _UiPalette
{
  GtkWidget           parent_instance;

  GListModel         *model;    /* owned, nullable */
  GtkFilterListModel *filtered;
  GtkFilter          *filter;   /* owned by @filtered */
  GtkWidget          *box;
  GtkWidget          *entry;
  GtkWidget          *list;
};

G_DEFINE_FINAL_TYPE (UiPalette, ui_palette, GTK_TYPE_WIDGET)

enum {
  PROP_0,
  PROP_MODEL,
  PROP_SEARCH,
  N_PROPS,
};

static GParamSpec *properties[N_PROPS];

enum {
  ITEM_ACTIVATED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static UiPaletteItem *
get_row_item (GtkListBoxRow *row)
{
  return g_object_get_data (G_OBJECT (row), "palette-item");
}

static GtkWidget *
make_content (UiPaletteItem *item)
{
  const char *title = ui_palette_item_get_title (item);
  g_autofree char *css_class = g_strconcat ("category-", ui_palette_item_get_category (item), NULL);
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 10);
  GtkWidget *tile = ui_tile_new ();
  GtkWidget *label = gtk_label_new (title);

  ui_tile_set (tile, ui_palette_item_get_icon_name (item), title);
  gtk_widget_add_css_class (box, css_class);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_box_append (GTK_BOX (box), tile);
  gtk_box_append (GTK_BOX (box), label);
  return box;
}

static GtkWidget *
create_row (gpointer object,
            gpointer user_data)
{
  UiPaletteItem *item = object;
  const char *summary = ui_palette_item_get_summary (item);
  GtkWidget *row = gtk_list_box_row_new ();

  g_object_set_data_full (G_OBJECT (row), "palette-item", g_object_ref (item), g_object_unref);
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), make_content (item));
  gtk_widget_set_tooltip_text (row, summary);
  gtk_accessible_update_property (GTK_ACCESSIBLE (row),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, ui_palette_item_get_title (item),
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, summary ? summary : "",
                                  -1);
  return row;
}

static void
update_header (GtkListBoxRow *row,
               GtkListBoxRow *before,
               gpointer       user_data)
{
  const char *title = ui_palette_item_get_category_title (get_row_item (row));
  GtkWidget *header = NULL;

  if (before == NULL
      || g_strcmp0 (title, ui_palette_item_get_category_title (get_row_item (before))) != 0)
    {
      header = gtk_label_new (title);
      gtk_label_set_xalign (GTK_LABEL (header), 0);
      gtk_widget_add_css_class (header, "palette-header");
    }
  gtk_list_box_row_set_header (row, header);
}

static gboolean
matches_cb (gpointer item,
            gpointer user_data)
{
  return ui_palette_item_matches (item, ui_palette_get_search (user_data));
}

/* What Enter takes: better one of that name than one that only mentions it. */
static GtkListBoxRow *
get_best_row (UiPalette *self)
{
  const char *search = ui_palette_get_search (self);
  GtkListBoxRow *row;

  for (int i = 0; (row = gtk_list_box_get_row_at_index (GTK_LIST_BOX (self->list), i)) != NULL; i++)
    if (ui_palette_item_is_called (get_row_item (row), search))
      return row;

  return gtk_list_box_get_row_at_index (GTK_LIST_BOX (self->list), 0);
}

static void
search_changed_cb (UiPalette *self)
{
  gtk_filter_changed (self->filter, GTK_FILTER_CHANGE_DIFFERENT);
  gtk_list_box_select_row (GTK_LIST_BOX (self->list), *ui_palette_get_search (self) != '\0'
                                                      ? get_best_row (self) : NULL);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SEARCH]);
}

static void
emit_activated (UiPalette     *self,
                GtkListBoxRow *row)
{
  g_signal_emit (self, signals[ITEM_ACTIVATED], 0, get_row_item (row));
}

static void
entry_activate_cb (UiPalette *self)
{
  GtkListBoxRow *best = get_best_row (self);

  if (best != NULL)
    emit_activated (self, best);
}

static gboolean
entry_key_cb (UiPalette       *self,
              guint            keyval,
              guint            keycode,
              GdkModifierType  state)
{
  GtkListBoxRow *best = get_best_row (self);

  if ((keyval != GDK_KEY_Down && keyval != GDK_KEY_KP_Down) || best == NULL)
    return GDK_EVENT_PROPAGATE;

  gtk_widget_grab_focus (GTK_WIDGET (best));
  return GDK_EVENT_STOP;
}

static GdkContentProvider *
prepare_cb (UiPalette *self,
            double     x,
            double     y)
{
  GtkListBoxRow *row = gtk_list_box_get_row_at_y (GTK_LIST_BOX (self->list), (int) y);

  if (row == NULL)
    return NULL;

  return gdk_content_provider_new_typed (UI_TYPE_PALETTE_ITEM, get_row_item (row));
}

static void
drag_begin_cb (UiPalette     *self,
               GdkDrag       *drag,
               GtkDragSource *source)
{
  GdkContentProvider *content = gdk_drag_get_content (drag);
  g_auto (GValue) value = G_VALUE_INIT;
  GtkWidget *icon;

  g_value_init (&value, UI_TYPE_PALETTE_ITEM);
  if (!gdk_content_provider_get_value (content, &value, NULL))
    return;

  icon = make_content (g_value_get_object (&value));
  gtk_widget_add_css_class (icon, "palette-drag-icon");
  gtk_drag_icon_set_child (GTK_DRAG_ICON (gtk_drag_icon_get_for_drag (drag)), icon);
  gdk_drag_set_hotspot (drag, 20, 20);
}

static void
ui_palette_get_property (GObject    *object,
                         guint       prop_id,
                         GValue     *value,
                         GParamSpec *pspec)
{
  UiPalette *self = UI_PALETTE (object);

  switch (prop_id)
    {
    case PROP_MODEL:
      g_value_set_object (value, self->model);
      break;
    case PROP_SEARCH:
      g_value_set_string (value, ui_palette_get_search (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
ui_palette_set_property (GObject      *object,
                         guint         prop_id,
                         const GValue *value,
                         GParamSpec   *pspec)
{
  UiPalette *self = UI_PALETTE (object);

  switch (prop_id)
    {
    case PROP_MODEL:
      ui_palette_set_model (self, g_value_get_object (value));
      break;
    case PROP_SEARCH:
      ui_palette_set_search (self, g_value_get_string (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
ui_palette_dispose (GObject *object)
{
  UiPalette *self = UI_PALETTE (object);

  g_clear_pointer (&self->box, gtk_widget_unparent);
  g_clear_object (&self->filtered);
  g_clear_object (&self->model);
  G_OBJECT_CLASS (ui_palette_parent_class)->dispose (object);
}

static void
ui_palette_class_init (UiPaletteClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = ui_palette_get_property;
  object_class->set_property = ui_palette_set_property;
  object_class->dispose = ui_palette_dispose;

  properties[PROP_MODEL] = g_param_spec_object ("model", NULL, NULL, G_TYPE_LIST_MODEL,
                                                G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS
                                                | G_PARAM_EXPLICIT_NOTIFY);
  properties[PROP_SEARCH] = g_param_spec_string ("search", NULL, NULL, "",
                                                 G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS
                                                 | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  signals[ITEM_ACTIVATED] = g_signal_new ("item-activated", UI_TYPE_PALETTE,
                                          G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                          G_TYPE_NONE, 1, UI_TYPE_PALETTE_ITEM);

  gtk_widget_class_set_css_name (widget_class, "palette");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
}

static void
build_entry (UiPalette *self)
{
  GtkEventController *keys = gtk_event_controller_key_new ();

  self->entry = gtk_search_entry_new ();
  g_object_set (self->entry, "placeholder-text", _("Search"), NULL);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->entry),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, _("Search the Palette"),
                                  -1);
  gtk_widget_add_css_class (self->entry, "palette-search");
  gtk_search_entry_set_key_capture_widget (GTK_SEARCH_ENTRY (self->entry), GTK_WIDGET (self));
  g_signal_connect_swapped (self->entry, "changed", G_CALLBACK (search_changed_cb), self);
  g_signal_connect_swapped (self->entry, "activate", G_CALLBACK (entry_activate_cb), self);
  g_signal_connect_swapped (keys, "key-pressed", G_CALLBACK (entry_key_cb), self);
  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  gtk_widget_add_controller (self->entry, keys);
}

static void
build_list (UiPalette *self)
{
  GtkWidget *empty = gtk_label_new (_("No Results"));
  GtkDragSource *source = gtk_drag_source_new ();

  gtk_widget_add_css_class (empty, "palette-empty");
  self->list = gtk_list_box_new ();
  gtk_list_box_set_activate_on_single_click (GTK_LIST_BOX (self->list), FALSE);
  gtk_list_box_set_header_func (GTK_LIST_BOX (self->list), update_header, NULL, NULL);
  gtk_list_box_set_placeholder (GTK_LIST_BOX (self->list), empty);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->list),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, _("Palette"),
                                  -1);
  g_signal_connect_swapped (self->list, "row-activated", G_CALLBACK (emit_activated), self);

  gtk_drag_source_set_actions (source, GDK_ACTION_COPY);
  g_signal_connect_swapped (source, "prepare", G_CALLBACK (prepare_cb), self);
  g_signal_connect_swapped (source, "drag-begin", G_CALLBACK (drag_begin_cb), self);
  gtk_widget_add_controller (self->list, GTK_EVENT_CONTROLLER (source));
}

static void
ui_palette_init (UiPalette *self)
{
  GtkWidget *scrolled = gtk_scrolled_window_new ();

  self->filter = GTK_FILTER (gtk_custom_filter_new (matches_cb, self, NULL));
  self->filtered = gtk_filter_list_model_new (NULL, self->filter);
  build_entry (self);
  build_list (self);
  gtk_list_box_bind_model (GTK_LIST_BOX (self->list), G_LIST_MODEL (self->filtered),
                           create_row, NULL, NULL);

  g_object_set (scrolled,
                "hscrollbar-policy", GTK_POLICY_NEVER,
                "vexpand", TRUE,
                "focusable", FALSE,
                "child", self->list,
                NULL);
  self->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  gtk_box_append (GTK_BOX (self->box), self->entry);
  gtk_box_append (GTK_BOX (self->box), scrolled);
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));
}

GtkWidget *
ui_palette_new (GListModel *model)
{
  return g_object_new (UI_TYPE_PALETTE, "model", model, NULL);
}

void
ui_palette_set_model (UiPalette  *self,
                      GListModel *model)
{
  g_return_if_fail (UI_IS_PALETTE (self));

  if (!g_set_object (&self->model, model))
    return;

  gtk_filter_list_model_set_model (self->filtered, model);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_MODEL]);
}

GListModel *
ui_palette_get_model (UiPalette *self)
{
  g_return_val_if_fail (UI_IS_PALETTE (self), NULL);

  return self->model;
}

void
ui_palette_set_search (UiPalette  *self,
                       const char *search)
{
  g_return_if_fail (UI_IS_PALETTE (self));

  gtk_editable_set_text (GTK_EDITABLE (self->entry), search != NULL ? search : "");
}

const char *
ui_palette_get_search (UiPalette *self)
{
  g_return_val_if_fail (UI_IS_PALETTE (self), "");

  return gtk_editable_get_text (GTK_EDITABLE (self->entry));
}

void
ui_palette_start_search (UiPalette *self)
{
  g_return_if_fail (UI_IS_PALETTE (self));

  gtk_widget_grab_focus (self->entry);
  gtk_editable_select_region (GTK_EDITABLE (self->entry), 0, -1);
}
