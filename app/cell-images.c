/* cell-images.c: the samples behind a cell of a confusion matrix, as pictures
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "app/cell-images.h"

#include "app/data-images.h"

struct _AppCellImages
{
  GObject   parent_instance;

  NnShape   shape;
  NnDtype   dtype;
  guint     n_items;
  guint32  *items;              /* numbers in the data set */
  GBytes   *data;
};

static guint
app_cell_images_count (UiImageSource *source)
{
  return APP_CELL_IMAGES (source)->n_items;
}

static guint
app_cell_images_number (UiImageSource *source,
                        guint          index)
{
  return APP_CELL_IMAGES (source)->items[index];
}

static UiImage *
app_cell_images_load (UiImageSource  *source,
                      guint           index,
                      GError        **error)
{
  AppCellImages *self = APP_CELL_IMAGES (source);
  gsize bytes = (gsize) nn_shape_count (&self->shape) * nn_dtype_size (self->dtype);
  const guint8 *data = g_bytes_get_data (self->data, NULL);
  g_autofree char *caption = g_strdup_printf ("#%u", self->items[index]);

  return app_picture_new (&self->shape, self->dtype, data + index * bytes, caption);
}

static void
image_source_init (UiImageSourceInterface *iface)
{
  iface->get_count = app_cell_images_count;
  iface->get_number = app_cell_images_number;
  iface->load = app_cell_images_load;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (AppCellImages, app_cell_images, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (UI_TYPE_IMAGE_SOURCE, image_source_init))

static void
app_cell_images_finalize (GObject *object)
{
  AppCellImages *self = APP_CELL_IMAGES (object);

  g_free (self->items);
  g_bytes_unref (self->data);

  G_OBJECT_CLASS (app_cell_images_parent_class)->finalize (object);
}

static void
app_cell_images_class_init (AppCellImagesClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = app_cell_images_finalize;
}

static void
app_cell_images_init (AppCellImages *self)
{
}

AppCellImages *
app_cell_images_new (const AppCellSamples *samples)
{
  AppCellImages *self = g_object_new (APP_TYPE_CELL_IMAGES, NULL);

  self->shape = samples->shape;
  self->dtype = samples->dtype;
  self->n_items = samples->n_items;
  self->items = g_memdup2 (samples->items, samples->n_items * sizeof (guint32));
  self->data = g_bytes_ref (samples->data);
  return self;
}
