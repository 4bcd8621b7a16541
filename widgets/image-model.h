/* image-model.h: the pictures of a source as a list that makes items on demand
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "widgets/image-source.h"

G_BEGIN_DECLS

#define UI_TYPE_IMAGE_ITEM (ui_image_item_get_type ())
G_DECLARE_FINAL_TYPE (UiImageItem, ui_image_item, UI, IMAGE_ITEM, GObject)

/* The place of an item in its source; the picture is asked for by a cell. */
guint          ui_image_item_get_index (UiImageItem   *self);

#define UI_TYPE_IMAGE_MODEL (ui_image_model_get_type ())
G_DECLARE_FINAL_TYPE (UiImageModel, ui_image_model, UI, IMAGE_MODEL, GObject)

UiImageModel  *ui_image_model_new      (UiImageSource *source) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
