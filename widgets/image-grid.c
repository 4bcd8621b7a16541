/* image-grid.c: thumbnails with captions, as many as there are
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "widgets/image-grid.h"

#include "widgets/image-cell.h"
#include "widgets/image-model.h"

#include <glib/gi18n.h>

/**
 * UiImageGrid:
 *
 * Shows the pictures of a [iface@UiImageSource] in a grid that fills its width.
 *
 * Pictures are loaded when they come near the visible part and forgotten when
 * they leave it.  Small ones are enlarged by a whole factor, without blurring.
 *
 * ## Signals
 *
 * `notify::selected` when another picture is selected, and
 * [signal@UiImageGrid::activate] for a double click or Enter.
 *
 * ## CSS nodes
 *
 * `imagegrid` with a scrolled `gridview`, whose children hold `imagecell`
 * nodes; or with a dim label while there is nothing to show.
 *
 * ## Accessibility
 *
 * A picture is named by its caption and its number, "7, sample 1203".
 */

#define DEFAULT_SIDE 84         /* three times 28 */
#define MIN_SIDE 16
#define MAX_SIDE 512

/* GTK keeps 30 rows of this many cells alive. */
#define MAX_COLUMNS 16

struct _UiImageGrid
{
  GtkWidget           parent_instance;

  UiImageSource      *source;   /* (nullable) */
  int                 side;
  char               *empty_text;
  GtkWidget          *stack;
  GtkWidget          *view;
  GtkWidget          *empty;
  GtkSingleSelection *selection;
};

G_DEFINE_FINAL_TYPE (UiImageGrid, ui_image_grid, GTK_TYPE_WIDGET)

enum {
  PROP_0,
  PROP_SOURCE,
  PROP_SIDE,
  PROP_SELECTED,
  PROP_EMPTY_TEXT,
  N_PROPS,
};

enum {
  ACTIVATE,
  N_SIGNALS,
};

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

static void
setup_cb (UiImageGrid *self,
          GtkListItem *item)
{
  gtk_list_item_set_child (item, ui_image_cell_new (self->side));
}

static void
bind_cb (UiImageGrid *self,
         GtkListItem *item)
{
  ui_image_cell_bind (UI_IMAGE_CELL (gtk_list_item_get_child (item)), self->source,
                      ui_image_item_get_index (gtk_list_item_get_item (item)));
}

static void
unbind_cb (UiImageGrid *self,
           GtkListItem *item)
{
  ui_image_cell_unbind (UI_IMAGE_CELL (gtk_list_item_get_child (item)));
}

/* Another factory makes the view build all its cells anew. */
static void
renew_factory (UiImageGrid *self)
{
  g_autoptr (GtkListItemFactory) factory = gtk_signal_list_item_factory_new ();

  g_signal_connect_swapped (factory, "setup", G_CALLBACK (setup_cb), self);
  g_signal_connect_swapped (factory, "bind", G_CALLBACK (bind_cb), self);
  g_signal_connect_swapped (factory, "unbind", G_CALLBACK (unbind_cb), self);
  gtk_grid_view_set_factory (GTK_GRID_VIEW (self->view), factory);
}

static void
update_page (UiImageGrid *self)
{
  gboolean is_empty = self->source == NULL || ui_image_source_get_count (self->source) == 0;

  gtk_label_set_text (GTK_LABEL (self->empty), self->empty_text != NULL ? self->empty_text
                                                                        : _("No pictures"));
  gtk_stack_set_visible_child_name (GTK_STACK (self->stack), is_empty ? "empty" : "grid");
}

static void
selected_cb (UiImageGrid *self)
{
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SELECTED]);
}

static void
activate_cb (UiImageGrid *self,
             guint        position)
{
  g_signal_emit (self, signals[ACTIVATE], 0, position);
}

UiImageSource *
ui_image_grid_get_source (UiImageGrid *self)
{
  g_return_val_if_fail (UI_IS_IMAGE_GRID (self), NULL);

  return self->source;
}

void
ui_image_grid_set_source (UiImageGrid   *self,
                          UiImageSource *source)
{
  g_autoptr (UiImageModel) model = NULL;

  g_return_if_fail (UI_IS_IMAGE_GRID (self));

  if (self->source == source)
    return;

  /* The cells of the old source go before it does. */
  gtk_single_selection_set_model (self->selection, NULL);
  if (self->source != NULL)
    g_signal_handlers_disconnect_by_func (self->source, update_page, self);
  g_set_object (&self->source, source);
  if (source != NULL)
    {
      model = ui_image_model_new (source);
      g_signal_connect_object (source, "changed", G_CALLBACK (update_page), self,
                               G_CONNECT_SWAPPED);
      gtk_single_selection_set_model (self->selection, G_LIST_MODEL (model));
    }

  update_page (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SOURCE]);
}

int
ui_image_grid_get_side (UiImageGrid *self)
{
  g_return_val_if_fail (UI_IS_IMAGE_GRID (self), 0);

  return self->side;
}

void
ui_image_grid_set_side (UiImageGrid *self,
                        int          side)
{
  g_return_if_fail (UI_IS_IMAGE_GRID (self));

  side = CLAMP (side, MIN_SIDE, MAX_SIDE);
  if (self->side == side)
    return;

  self->side = side;
  renew_factory (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SIDE]);
}

guint
ui_image_grid_get_selected (UiImageGrid *self)
{
  g_return_val_if_fail (UI_IS_IMAGE_GRID (self), GTK_INVALID_LIST_POSITION);

  return gtk_single_selection_get_selected (self->selection);
}

void
ui_image_grid_set_selected (UiImageGrid *self,
                            guint        index)
{
  g_return_if_fail (UI_IS_IMAGE_GRID (self));

  gtk_single_selection_set_selected (self->selection, index);
}

const char *
ui_image_grid_get_empty_text (UiImageGrid *self)
{
  g_return_val_if_fail (UI_IS_IMAGE_GRID (self), NULL);

  return self->empty_text;
}

void
ui_image_grid_set_empty_text (UiImageGrid *self,
                              const char  *text)
{
  char *copy;

  g_return_if_fail (UI_IS_IMAGE_GRID (self));

  if (g_strcmp0 (self->empty_text, text) == 0)
    return;

  copy = g_strdup (text);
  g_free (self->empty_text);
  self->empty_text = copy;
  update_page (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_EMPTY_TEXT]);
}

static void
ui_image_grid_get_property (GObject    *object,
                            guint       id,
                            GValue     *value,
                            GParamSpec *pspec)
{
  UiImageGrid *self = UI_IMAGE_GRID (object);

  switch (id)
    {
    case PROP_SOURCE:
      g_value_set_object (value, self->source);
      break;
    case PROP_SIDE:
      g_value_set_int (value, self->side);
      break;
    case PROP_SELECTED:
      g_value_set_uint (value, ui_image_grid_get_selected (self));
      break;
    case PROP_EMPTY_TEXT:
      g_value_set_string (value, self->empty_text);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
ui_image_grid_set_property (GObject      *object,
                            guint         id,
                            const GValue *value,
                            GParamSpec   *pspec)
{
  UiImageGrid *self = UI_IMAGE_GRID (object);

  switch (id)
    {
    case PROP_SOURCE:
      ui_image_grid_set_source (self, g_value_get_object (value));
      break;
    case PROP_SIDE:
      ui_image_grid_set_side (self, g_value_get_int (value));
      break;
    case PROP_SELECTED:
      ui_image_grid_set_selected (self, g_value_get_uint (value));
      break;
    case PROP_EMPTY_TEXT:
      ui_image_grid_set_empty_text (self, g_value_get_string (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
ui_image_grid_dispose (GObject *object)
{
  UiImageGrid *self = UI_IMAGE_GRID (object);

  g_clear_pointer (&self->stack, gtk_widget_unparent);
  g_clear_object (&self->selection);
  g_clear_object (&self->source);
  G_OBJECT_CLASS (ui_image_grid_parent_class)->dispose (object);
}

static void
ui_image_grid_finalize (GObject *object)
{
  UiImageGrid *self = UI_IMAGE_GRID (object);

  g_free (self->empty_text);
  G_OBJECT_CLASS (ui_image_grid_parent_class)->finalize (object);
}

static void
ui_image_grid_class_init (UiImageGridClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  GParamFlags flags = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->get_property = ui_image_grid_get_property;
  object_class->set_property = ui_image_grid_set_property;
  object_class->dispose = ui_image_grid_dispose;
  object_class->finalize = ui_image_grid_finalize;

  properties[PROP_SOURCE] = g_param_spec_object ("source", NULL, NULL,
                                                 UI_TYPE_IMAGE_SOURCE, flags);
  properties[PROP_SIDE] = g_param_spec_int ("side", NULL, NULL,
                                            MIN_SIDE, MAX_SIDE, DEFAULT_SIDE, flags);
  properties[PROP_SELECTED] = g_param_spec_uint ("selected", NULL, NULL, 0, G_MAXUINT,
                                                 GTK_INVALID_LIST_POSITION, flags);
  properties[PROP_EMPTY_TEXT] = g_param_spec_string ("empty-text", NULL, NULL, NULL, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  /**
   * UiImageGrid::activate:
   * @index: the number of the picture
   *
   * A picture was double-clicked, or Enter was pressed on it.
   */
  signals[ACTIVATE] = g_signal_new ("activate", UI_TYPE_IMAGE_GRID, G_SIGNAL_RUN_LAST,
                                    0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_UINT);

  gtk_widget_class_set_css_name (widget_class, "imagegrid");
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
}

static void
ui_image_grid_init (UiImageGrid *self)
{
  GtkWidget *scrolled = gtk_scrolled_window_new ();

  self->side = DEFAULT_SIDE;
  self->selection = gtk_single_selection_new (NULL);
  gtk_single_selection_set_autoselect (self->selection, FALSE);
  gtk_single_selection_set_can_unselect (self->selection, TRUE);
  g_signal_connect_object (self->selection, "notify::selected", G_CALLBACK (selected_cb), self,
                           G_CONNECT_SWAPPED);

  self->view = gtk_grid_view_new (GTK_SELECTION_MODEL (g_object_ref (self->selection)), NULL);
  gtk_grid_view_set_max_columns (GTK_GRID_VIEW (self->view), MAX_COLUMNS);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->view),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, _("Pictures"), -1);
  g_signal_connect_swapped (self->view, "activate", G_CALLBACK (activate_cb), self);
  renew_factory (self);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scrolled), self->view);

  self->empty = gtk_label_new (NULL);
  gtk_label_set_wrap (GTK_LABEL (self->empty), TRUE);
  gtk_label_set_justify (GTK_LABEL (self->empty), GTK_JUSTIFY_CENTER);
  gtk_widget_add_css_class (self->empty, "dim-label");

  self->stack = gtk_stack_new ();
  gtk_stack_add_named (GTK_STACK (self->stack), scrolled, "grid");
  gtk_stack_add_named (GTK_STACK (self->stack), self->empty, "empty");
  gtk_widget_set_parent (self->stack, GTK_WIDGET (self));
  update_page (self);
}

GtkWidget *
ui_image_grid_new (UiImageSource *source)
{
  return g_object_new (UI_TYPE_IMAGE_GRID, "source", source, NULL);
}
