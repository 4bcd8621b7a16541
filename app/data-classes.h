/* data-classes.h: how many samples each class has
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "datasets/dataset.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define APP_TYPE_DATA_CLASSES (app_data_classes_get_type ())
G_DECLARE_FINAL_TYPE (AppDataClasses, app_data_classes, APP, DATA_CLASSES, GtkWidget)

GtkWidget  *app_data_classes_new          (void);

/* Does not keep @dataset. */
void        app_data_classes_set_dataset  (AppDataClasses *self,
                                           DsDataset      *dataset);

/* A sentence about classes of very different sizes, or NULL where they are
 * alike.  (transfer full) */
char       *app_data_explain_imbalance    (DsDataset      *dataset) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
