/* property-list.c: the settings of one thing, one below the other
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "widgets/property-list.h"

#include "widgets/property-row.h"

/**
 * UiPropertyList:
 *
 * Made to stand in a sidebar: it works from 260 pixels of width on.
 *
 * ## CSS nodes
 *
 * `property-list` with one `property-row` a property.
 */
struct _UiPropertyList
{
  GtkWidget   parent_instance;

  GListModel *model;            /* owned, nullable */
};

G_DEFINE_FINAL_TYPE (UiPropertyList, ui_property_list, GTK_TYPE_WIDGET)

enum {
  PROP_0,
  PROP_MODEL,
  N_PROPS,
};

static GParamSpec *properties[N_PROPS];

enum {
  CHANGED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static void
row_changed_cb (UiPropertyList *self,
                const char     *value,
                UiPropertyRow  *row)
{
  g_signal_emit (self, signals[CHANGED], 0,
                 ui_property_get_name (ui_property_row_get_property (row)), value);
}

static GtkWidget *
get_row (UiPropertyList *self,
         guint           position)
{
  GtkWidget *row = gtk_widget_get_first_child (GTK_WIDGET (self));

  while (row != NULL && position-- > 0)
    row = gtk_widget_get_next_sibling (row);
  return row;
}

static void
items_changed_cb (UiPropertyList *self,
                  guint           position,
                  guint           removed,
                  guint           added)
{
  GtkWidget *next = get_row (self, position);

  for (guint i = 0; i < removed; i++)
    {
      GtkWidget *row = next;

      next = gtk_widget_get_next_sibling (row);
      gtk_widget_unparent (row);
    }
  for (guint i = 0; i < added; i++)
    {
      g_autoptr (UiProperty) property = g_list_model_get_item (self->model, position + i);
      GtkWidget *row = ui_property_row_new (property);

      g_signal_connect_swapped (row, "changed", G_CALLBACK (row_changed_cb), self);
      gtk_widget_insert_before (row, GTK_WIDGET (self), next);
    }
}

static void
ui_property_list_get_property (GObject    *object,
                               guint       prop_id,
                               GValue     *value,
                               GParamSpec *pspec)
{
  UiPropertyList *self = UI_PROPERTY_LIST (object);

  switch (prop_id)
    {
    case PROP_MODEL:
      g_value_set_object (value, self->model);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
ui_property_list_set_property (GObject      *object,
                               guint         prop_id,
                               const GValue *value,
                               GParamSpec   *pspec)
{
  UiPropertyList *self = UI_PROPERTY_LIST (object);

  switch (prop_id)
    {
    case PROP_MODEL:
      ui_property_list_set_model (self, g_value_get_object (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
ui_property_list_dispose (GObject *object)
{
  ui_property_list_set_model (UI_PROPERTY_LIST (object), NULL);
  G_OBJECT_CLASS (ui_property_list_parent_class)->dispose (object);
}

static void
ui_property_list_class_init (UiPropertyListClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = ui_property_list_get_property;
  object_class->set_property = ui_property_list_set_property;
  object_class->dispose = ui_property_list_dispose;

  properties[PROP_MODEL] = g_param_spec_object ("model", NULL, NULL, G_TYPE_LIST_MODEL,
                                                G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS
                                                | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  signals[CHANGED] = g_signal_new ("changed", UI_TYPE_PROPERTY_LIST, G_SIGNAL_RUN_LAST,
                                   0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_STRING);

  gtk_widget_class_set_css_name (widget_class, "property-list");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BOX_LAYOUT);
}

static void
ui_property_list_init (UiPropertyList *self)
{
  GtkLayoutManager *layout = gtk_widget_get_layout_manager (GTK_WIDGET (self));

  gtk_orientable_set_orientation (GTK_ORIENTABLE (layout), GTK_ORIENTATION_VERTICAL);
}

GtkWidget *
ui_property_list_new (GListModel *model)
{
  return g_object_new (UI_TYPE_PROPERTY_LIST, "model", model, NULL);
}

void
ui_property_list_set_model (UiPropertyList *self,
                            GListModel     *model)
{
  GtkWidget *row;

  g_return_if_fail (UI_IS_PROPERTY_LIST (self));

  if (model == self->model)
    return;

  if (self->model != NULL)
    g_signal_handlers_disconnect_by_data (self->model, self);
  while ((row = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_widget_unparent (row);

  g_set_object (&self->model, model);
  if (model != NULL)
    {
      g_signal_connect_swapped (model, "items-changed", G_CALLBACK (items_changed_cb), self);
      items_changed_cb (self, 0, 0, g_list_model_get_n_items (model));
    }
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_MODEL]);
}

GListModel *
ui_property_list_get_model (UiPropertyList *self)
{
  g_return_val_if_fail (UI_IS_PROPERTY_LIST (self), NULL);

  return self->model;
}

gboolean
ui_property_list_focus_name (UiPropertyList *self,
                             const char     *name)
{
  g_return_val_if_fail (UI_IS_PROPERTY_LIST (self), FALSE);

  for (GtkWidget *row = gtk_widget_get_first_child (GTK_WIDGET (self));
       row != NULL;
       row = gtk_widget_get_next_sibling (row))
    {
      UiProperty *property = ui_property_row_get_property (UI_PROPERTY_ROW (row));

      if (g_str_equal (ui_property_get_name (property), name))
        return gtk_widget_grab_focus (ui_property_row_get_control (UI_PROPERTY_ROW (row)));
    }

  return FALSE;
}
