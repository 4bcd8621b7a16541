/* image-source.c: where the pictures of an image grid come from
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "widgets/image-source.h"

G_DEFINE_INTERFACE (UiImageSource, ui_image_source, G_TYPE_OBJECT)

enum {
  CHANGED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static guint
get_number_by_index (UiImageSource *self,
                     guint          index)
{
  return index;
}

/* Loads at once and answers from the main loop. */
static void
load_async_by_load (UiImageSource       *self,
                    guint                index,
                    GCancellable        *cancellable,
                    GAsyncReadyCallback  callback,
                    gpointer             data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, data);
  g_autoptr (GError) error = NULL;
  UiImage *image;

  g_task_set_source_tag (task, load_async_by_load);
  image = UI_IMAGE_SOURCE_GET_IFACE (self)->load (self, index, &error);
  if (image != NULL)
    g_task_return_pointer (task, image, (GDestroyNotify) ui_image_unref);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

static UiImage *
load_finish_by_load (UiImageSource  *self,
                     GAsyncResult   *result,
                     GError        **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
ui_image_source_default_init (UiImageSourceInterface *iface)
{
  iface->get_number = get_number_by_index;
  iface->load_async = load_async_by_load;
  iface->load_finish = load_finish_by_load;

  /**
   * UiImageSource::changed:
   *
   * The pictures, or their number, are others than before.
   */
  signals[CHANGED] = g_signal_new ("changed", UI_TYPE_IMAGE_SOURCE, G_SIGNAL_RUN_LAST,
                                   0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

guint
ui_image_source_get_count (UiImageSource *self)
{
  g_return_val_if_fail (UI_IS_IMAGE_SOURCE (self), 0);

  return UI_IMAGE_SOURCE_GET_IFACE (self)->get_count (self);
}

guint
ui_image_source_get_number (UiImageSource *self,
                            guint          index)
{
  g_return_val_if_fail (UI_IS_IMAGE_SOURCE (self), 0);

  return UI_IMAGE_SOURCE_GET_IFACE (self)->get_number (self, index);
}

void
ui_image_source_load_async (UiImageSource       *self,
                            guint                index,
                            GCancellable        *cancellable,
                            GAsyncReadyCallback  callback,
                            gpointer             data)
{
  g_return_if_fail (UI_IS_IMAGE_SOURCE (self));

  UI_IMAGE_SOURCE_GET_IFACE (self)->load_async (self, index, cancellable, callback, data);
}

UiImage *
ui_image_source_load_finish (UiImageSource  *self,
                             GAsyncResult   *result,
                             GError        **error)
{
  g_return_val_if_fail (UI_IS_IMAGE_SOURCE (self), NULL);

  return UI_IMAGE_SOURCE_GET_IFACE (self)->load_finish (self, result, error);
}

void
ui_image_source_changed (UiImageSource *self)
{
  g_return_if_fail (UI_IS_IMAGE_SOURCE (self));

  g_signal_emit (self, signals[CHANGED], 0);
}
