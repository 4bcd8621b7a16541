/* data-images.c: the samples of a data set that pass a filter, as pictures
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "app/data-images.h"

#include <glib/gi18n.h>
#include <string.h>

/* A thumbnail of more bytes than this is made in a thread: 64 KiB are copied
 * and shrunk in about a quarter of a millisecond, when they lie in memory. */
#define LARGE_BYTES (64 * 1024)

/* Nothing that is shown as a thumbnail has more pixels on a side. */
#define THUMBNAIL_SIDE 256

struct _AppDataImages
{
  GObject    parent_instance;

  DsDataset *dataset;           /* owned, like all that follows */
  guint8    *parts;             /* DsPart of each item, as it is divided */
  guint32   *items;             /* that pass, ascending */
  guint      n_items;
  gboolean   overlay;           /* masks over pictures */
};

void
app_data_class_colour (guint  label,
                       guint8 rgb[3])
{
  /* From GNOME's palette, neighbours far apart. */
  static const guint8 colours[][3] = {
    { 0x35, 0x84, 0xE4 }, { 0xFF, 0x78, 0x00 }, { 0x33, 0xD1, 0x7A }, { 0x91, 0x41, 0xAC },
    { 0xF6, 0xD3, 0x2D }, { 0xE0, 0x1B, 0x24 }, { 0x98, 0x6A, 0x44 }, { 0x21, 0x90, 0xA4 },
  };

  memcpy (rgb, colours[label % G_N_ELEMENTS (colours)], 3);
}

gboolean
app_shape_is_picture (const NnShape *shape)
{
  return shape->rank == 3 && (shape->size[0] == 1 || shape->size[0] == 3)
         && shape->size[1] > 0 && shape->size[2] > 0;
}

gboolean
app_data_has_pictures (DsDataset *dataset)
{
  return app_shape_is_picture (ds_dataset_get_shape (dataset));
}

/* Planes of channels, one after the other, as pixels. */
static GBytes *
make_pixels (const NnShape *shape,
             NnDtype        dtype,
             const void    *data)
{
  gsize n_channels = (gsize) shape->size[0];
  gsize n_pixels = (gsize) (shape->size[1] * shape->size[2]);
  const guint8 *bytes = data;
  const float *numbers = data;
  guint8 *pixels = g_malloc (n_pixels * n_channels);

  for (gsize c = 0; c < n_channels; c++)
    for (gsize i = 0; i < n_pixels; i++)
      {
        gsize from = c * n_pixels + i;

        pixels[i * n_channels + c] = dtype == NN_UINT8
                                     ? bytes[from]
                                     : (guint8) (CLAMP (numbers[from], 0, 1) * 255 + 0.5f);
      }

  return g_bytes_new_take (pixels, n_pixels * n_channels);
}

UiImage *
app_picture_new (const NnShape *shape,
                 NnDtype        dtype,
                 const void    *data,
                 const char    *caption)
{
  g_autoptr (GBytes) pixels = make_pixels (shape, dtype, data);

  return ui_image_new ((int) shape->size[2], (int) shape->size[1], (int) shape->size[0], pixels,
                       caption, NULL);
}

static gboolean
has_masks (DsDataset *dataset)
{
  return ds_dataset_get_answer (dataset)->kind == DS_FIELD_CLASSES;
}

/* Half of the colour of each pixel's class over @pixels of the picture.  The first
 * class, mostly the ground, is left as it is; white is for no class. */
static GBytes *
lay_mask (DsDataset *dataset,
          guint32    item,
          GBytes    *pixels)
{
  const NnShape *shape = ds_dataset_get_shape (dataset);
  gsize n_channels = (gsize) shape->size[0];
  gsize n_pixels = (gsize) (shape->size[1] * shape->size[2]);
  const guint8 *map = ds_dataset_peek_answer (dataset, item);
  const guint8 *under = g_bytes_get_data (pixels, NULL);
  guint8 *mixed = g_malloc (n_pixels * 3);

  for (gsize i = 0; i < n_pixels; i++)
    {
      guint8 rgb[3] = { 255, 255, 255 };

      if (map[i] < ds_dataset_get_n_classes (dataset))
        app_data_class_colour (map[i], rgb);
      for (gsize c = 0; c < 3; c++)
        {
          guint8 value = under[i * n_channels + (n_channels == 3 ? c : 0)];

          mixed[i * 3 + c] = map[i] == 0 ? value : (guint8) ((value + rgb[c]) / 2);
        }
    }

  return g_bytes_new_take (mixed, n_pixels * 3);
}

static UiImage *
make_image (DsDataset  *dataset,
            guint32     item,
            gboolean    overlay,
            const char *caption)
{
  const NnShape *shape = ds_dataset_get_shape (dataset);
  const void *data = ds_dataset_peek_item (dataset, item);
  g_autoptr (GBytes) pixels = NULL;
  g_autoptr (GBytes) mixed = NULL;

  if (!overlay || !has_masks (dataset))
    return app_picture_new (shape, ds_dataset_get_dtype (dataset), data, caption);

  pixels = make_pixels (shape, ds_dataset_get_dtype (dataset), data);
  mixed = lay_mask (dataset, item, pixels);
  return ui_image_new ((int) shape->size[2], (int) shape->size[1], 3, mixed, caption, NULL);
}

/* One thumbnail under way. */
typedef struct
{
  DsDataset *dataset;
  guint32    item;
  gboolean   overlay;
  char      *caption;
} Thumbnail;

static void
thumbnail_free (Thumbnail *thumbnail)
{
  ds_dataset_unref (thumbnail->dataset);
  g_free (thumbnail->caption);
  g_free (thumbnail);
}

static void
shrink_in_thread (GTask        *task,
                  gpointer      source,
                  gpointer      data,
                  GCancellable *cancellable)
{
  Thumbnail *thumbnail = data;
  g_autoptr (UiImage) whole = NULL;
  g_autoptr (GBytes) pixels = NULL;
  int width;
  int height;

  if (g_task_return_error_if_cancelled (task))
    return;

  whole = make_image (thumbnail->dataset, thumbnail->item, thumbnail->overlay, NULL);
  pixels = ui_image_fit (whole, THUMBNAIL_SIDE, &width, &height);
  g_task_return_pointer (task, ui_image_new (width, height, 4, pixels, thumbnail->caption, NULL),
                         (GDestroyNotify) ui_image_unref);
}

static guint
app_data_images_count (UiImageSource *source)
{
  return APP_DATA_IMAGES (source)->n_items;
}

static guint
app_data_images_number (UiImageSource *source,
                        guint          index)
{
  return APP_DATA_IMAGES (source)->items[index];
}

static void
app_data_images_load_async (UiImageSource       *source,
                            guint                index,
                            GCancellable        *cancellable,
                            GAsyncReadyCallback  callback,
                            gpointer             data)
{
  AppDataImages *self = APP_DATA_IMAGES (source);
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, data);
  guint32 item = self->items[index];
  g_autofree char *label = app_data_images_dup_answer (self, item);
  /* Translators: below a picture: its class and its number, "cat · #1203". */
  g_autofree char *caption = g_strdup_printf (_("%s · #%u"), label, item);

  g_task_set_source_tag (task, app_data_images_load_async);
  if (nn_shape_count (ds_dataset_get_shape (self->dataset)) > LARGE_BYTES)
    {
      Thumbnail *thumbnail = g_new (Thumbnail, 1);

      *thumbnail = (Thumbnail) { ds_dataset_ref (self->dataset), item, self->overlay,
                                 g_steal_pointer (&caption) };
      g_task_set_task_data (task, thumbnail, (GDestroyNotify) thumbnail_free);
      g_task_run_in_thread (task, shrink_in_thread);
    }
  else
    g_task_return_pointer (task, make_image (self->dataset, item, self->overlay, caption),
                           (GDestroyNotify) ui_image_unref);
}

static UiImage *
app_data_images_load_finish (UiImageSource  *source,
                             GAsyncResult   *result,
                             GError        **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
image_source_init (UiImageSourceInterface *iface)
{
  iface->get_count = app_data_images_count;
  iface->get_number = app_data_images_number;
  iface->load_async = app_data_images_load_async;
  iface->load_finish = app_data_images_load_finish;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (AppDataImages, app_data_images, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (UI_TYPE_IMAGE_SOURCE, image_source_init))

/* Frees plain memory only: the thread of a thumbnail may be the last that
 * knows this source. */
static void
app_data_images_finalize (GObject *object)
{
  AppDataImages *self = APP_DATA_IMAGES (object);

  g_free (self->items);
  g_free (self->parts);
  ds_dataset_unref (self->dataset);

  G_OBJECT_CLASS (app_data_images_parent_class)->finalize (object);
}

static void
app_data_images_class_init (AppDataImagesClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = app_data_images_finalize;
}

static void
app_data_images_init (AppDataImages *self)
{
}

void
app_data_images_set_filter (AppDataImages *self,
                            int            label,
                            DsPart         part)
{
  guint32 n = ds_dataset_get_n_items (self->dataset);

  self->n_items = 0;
  for (guint32 i = 0; i < n; i++)
    if ((label == APP_ANY_LABEL || ds_dataset_get_label (self->dataset, i) == label)
        && (part == DS_N_PARTS || self->parts[i] == part))
      self->items[self->n_items++] = i;
  ui_image_source_changed (UI_IMAGE_SOURCE (self));
}

AppDataImages *
app_data_images_new (DsDataset *dataset,
                     DsSplit   *split)
{
  AppDataImages *self = g_object_new (APP_TYPE_DATA_IMAGES, NULL);
  guint32 n = ds_dataset_get_n_items (dataset);

  self->dataset = ds_dataset_ref (dataset);
  self->overlay = TRUE;
  self->parts = g_new0 (guint8, n);
  self->items = g_new (guint32, n);
  for (int part = DS_PART_TRAIN; part < DS_N_PARTS; part++)
    {
      guint32 count;
      const guint32 *items = ds_split_get (split, (DsPart) part, &count);

      for (guint32 i = 0; i < count; i++)
        self->parts[items[i]] = (guint8) part;
    }
  app_data_images_set_filter (self, APP_ANY_LABEL, DS_N_PARTS);

  return self;
}

DsDataset *
app_data_images_get_dataset (AppDataImages *self)
{
  return self->dataset;
}

guint
app_data_images_get_count (AppDataImages *self)
{
  return self->n_items;
}

guint32
app_data_images_get_item (AppDataImages *self,
                          guint          position)
{
  g_assert (position < self->n_items);
  return self->items[position];
}

gboolean
app_data_images_find (AppDataImages *self,
                      guint32        item,
                      guint         *position)
{
  guint low = 0;
  guint high = self->n_items;

  while (low < high)
    {
      guint middle = low + (high - low) / 2;

      if (self->items[middle] < item)
        low = middle + 1;
      else
        high = middle;
    }
  if (low == self->n_items || self->items[low] != item)
    return FALSE;

  *position = low;
  return TRUE;
}

DsPart
app_data_images_get_part (AppDataImages *self,
                          guint32        item)
{
  return (DsPart) self->parts[item];
}

char *
app_data_images_dup_label (AppDataImages *self,
                           guint32        item)
{
  int label = ds_dataset_get_label (self->dataset, item);

  return g_strdup (label >= 0 ? ds_dataset_get_class_name (self->dataset, (guint) label)
                              : _("No class"));
}

UiImage *
app_data_images_load (AppDataImages *self,
                      guint32        item)
{
  return make_image (self->dataset, item, self->overlay, NULL);
}

/* The class with most pixels besides the first, which is mostly the ground. */
static char *
describe_mask (AppDataImages *self,
               guint32        item)
{
  const guint8 *map = ds_dataset_peek_answer (self->dataset, item);
  gsize n_pixels = ds_field_bytes (ds_dataset_get_answer (self->dataset));
  gsize counts[256] = { 0 };
  guint largest = 0;

  for (gsize i = 0; i < n_pixels; i++)
    counts[map[i]]++;
  for (guint i = 1; i < ds_dataset_get_n_classes (self->dataset); i++)
    if (counts[i] > 0 && (largest == 0 || counts[i] > counts[largest]))
      largest = i;

  /* Translators: a class, and its share of the pixels. */
  return g_strdup_printf (_("%s: %.0f %%"), ds_dataset_get_class_name (self->dataset, largest),
                          100.0 * (double) counts[largest] / (double) n_pixels);
}

char *
app_data_images_dup_answer (AppDataImages *self,
                            guint32        item)
{
  const DsField *answer = ds_dataset_get_answer (self->dataset);
  const float *numbers = ds_dataset_peek_answer (self->dataset, item);

  switch (answer->kind)
    {
    case DS_FIELD_TEXT:
    case DS_FIELD_TOKENS:
      return ds_dataset_dup_answer_text (self->dataset, item);
    case DS_FIELD_CLASSES:
      return describe_mask (self, item);
    case DS_FIELD_NUMBERS:
      return g_strdup_printf (nn_shape_count (&answer->shape) > 1 ? "%g …" : "%g", numbers[0]);
    case DS_FIELD_CLASS:
    case DS_N_FIELD_KINDS:
    default:
      return app_data_images_dup_label (self, item);
    }
}

void
app_data_images_set_overlay (AppDataImages *self,
                             gboolean       overlay)
{
  if (self->overlay == overlay)
    return;

  self->overlay = overlay;
  ui_image_source_changed (UI_IMAGE_SOURCE (self));
}

gboolean
app_data_images_get_overlay (AppDataImages *self)
{
  return self->overlay;
}
