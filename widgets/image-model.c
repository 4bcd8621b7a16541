/* image-model.c: the pictures of a source as a list that makes items on demand
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "widgets/image-model.h"

/* An item is its number and nothing else.  A list view asks for the few
 * hundred items around what it shows and drops them again, so a source of a
 * million pictures costs no more than one of a thousand. */

struct _UiImageItem
{
  GObject parent_instance;

  guint   index;
};

G_DEFINE_FINAL_TYPE (UiImageItem, ui_image_item, G_TYPE_OBJECT)

static void
ui_image_item_class_init (UiImageItemClass *klass)
{
}

static void
ui_image_item_init (UiImageItem *self)
{
}

guint
ui_image_item_get_index (UiImageItem *self)
{
  return self->index;
}

struct _UiImageModel
{
  GObject        parent_instance;

  UiImageSource *source;
  guint          n_items;       /* as last announced */
};

static GType
ui_image_model_get_item_type (GListModel *list)
{
  return UI_TYPE_IMAGE_ITEM;
}

static guint
ui_image_model_get_n_items (GListModel *list)
{
  return UI_IMAGE_MODEL (list)->n_items;
}

static gpointer
ui_image_model_get_item (GListModel *list,
                         guint       position)
{
  UiImageItem *item;

  if (position >= UI_IMAGE_MODEL (list)->n_items)
    return NULL;

  item = g_object_new (UI_TYPE_IMAGE_ITEM, NULL);
  item->index = position;
  return item;
}

static void
list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = ui_image_model_get_item_type;
  iface->get_n_items = ui_image_model_get_n_items;
  iface->get_item = ui_image_model_get_item;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (UiImageModel, ui_image_model, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_init))

static void
changed_cb (UiImageModel *self)
{
  guint n_before = self->n_items;

  self->n_items = ui_image_source_get_count (self->source);
  g_list_model_items_changed (G_LIST_MODEL (self), 0, n_before, self->n_items);
}

static void
ui_image_model_dispose (GObject *object)
{
  UiImageModel *self = UI_IMAGE_MODEL (object);

  g_clear_object (&self->source);
  G_OBJECT_CLASS (ui_image_model_parent_class)->dispose (object);
}

static void
ui_image_model_class_init (UiImageModelClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ui_image_model_dispose;
}

static void
ui_image_model_init (UiImageModel *self)
{
}

UiImageModel *
ui_image_model_new (UiImageSource *source)
{
  UiImageModel *self = g_object_new (UI_TYPE_IMAGE_MODEL, NULL);

  self->source = g_object_ref (source);
  self->n_items = ui_image_source_get_count (source);
  g_signal_connect_object (source, "changed", G_CALLBACK (changed_cb), self, G_CONNECT_SWAPPED);
  return self;
}
