/* image-source.h: where the pictures of an image grid come from
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "widgets/image.h"

#include <gio/gio.h>

G_BEGIN_DECLS

#define UI_TYPE_IMAGE_SOURCE (ui_image_source_get_type ())
G_DECLARE_INTERFACE (UiImageSource, ui_image_source, UI, IMAGE_SOURCE, GObject)

/* A source implements get_count and either load, when a picture takes less
 * than a millisecond, or the asynchronous pair.  One that shows a selection
 * of pictures implements get_number, too. */
struct _UiImageSourceInterface
{
  GTypeInterface parent_iface;

  guint    (*get_count)   (UiImageSource        *self);
  guint    (*get_number)  (UiImageSource        *self,
                           guint                 index);
  UiImage *(*load)        (UiImageSource        *self,
                           guint                 index,
                           GError              **error);
  void     (*load_async)  (UiImageSource        *self,
                           guint                 index,
                           GCancellable         *cancellable,
                           GAsyncReadyCallback   callback,
                           gpointer              data);
  UiImage *(*load_finish) (UiImageSource        *self,
                           GAsyncResult         *result,
                           GError              **error);
};

guint     ui_image_source_get_count   (UiImageSource        *self);

/* What people call picture @index by; usually @index itself. */
guint     ui_image_source_get_number  (UiImageSource        *self,
                                       guint                 index);

/* Picture @index, which a cell asks for when it comes into view and cancels
 * when it leaves.  The callback runs in the main loop, never before this
 * function has returned. */
void      ui_image_source_load_async  (UiImageSource        *self,
                                       guint                 index,
                                       GCancellable         *cancellable,
                                       GAsyncReadyCallback   callback,
                                       gpointer              data);
UiImage  *ui_image_source_load_finish (UiImageSource        *self,
                                       GAsyncResult         *result,
                                       GError              **error) G_GNUC_WARN_UNUSED_RESULT;

/* To be called by a source whose pictures, or their number, have changed. */
void      ui_image_source_changed     (UiImageSource        *self);

G_END_DECLS
