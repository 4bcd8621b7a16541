/* data-sample.h: one sample, large, with all that is known of it
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "app/data-images.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define APP_TYPE_DATA_SAMPLE (app_data_sample_get_type ())
G_DECLARE_FINAL_TYPE (AppDataSample, app_data_sample, APP, DATA_SAMPLE, GtkWidget)

GtkWidget  *app_data_sample_new    (void);

/* Shows @item of @images; NULL says that nothing is selected. */
void        app_data_sample_show   (AppDataSample *self,
                                    AppDataImages *images,
                                    guint32        item);

/* The name of a part for people. */
const char *app_data_part_title    (DsPart         part);

G_END_DECLS
