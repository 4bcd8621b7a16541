/* cell-images.h: the samples behind a cell of a confusion matrix, as pictures
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "app/core/cell-samples.h"
#include "widgets/image-source.h"

G_BEGIN_DECLS

#define APP_TYPE_CELL_IMAGES (app_cell_images_get_type ())
G_DECLARE_FINAL_TYPE (AppCellImages, app_cell_images, APP, CELL_IMAGES, GObject)

/* Implements UiImageSource.  @samples, which are pictures, need not outlive it. */
AppCellImages *app_cell_images_new (const AppCellSamples *samples) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
