/* training-settings.h: how the network is trained, one setting below the other
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "app/document.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define APP_TYPE_TRAINING_SETTINGS (app_training_settings_get_type ())
G_DECLARE_FINAL_TYPE (AppTrainingSettings, app_training_settings, APP, TRAINING_SETTINGS, GtkWidget)

/* Follows the document, and writes what the user changes into it, each change a
 * step of its history. */
GtkWidget  *app_training_settings_new           (void);
void        app_training_settings_set_document  (AppTrainingSettings *self,
                                                 AppDocument         *document);

/* While a network is trained nothing can be changed, and a line says so. */
void        app_training_settings_set_editable  (AppTrainingSettings *self,
                                                 gboolean             editable);

/* Makes the learning rate @factor times what it is. */
void        app_training_settings_scale_rate    (AppTrainingSettings *self,
                                                 double               factor);

G_END_DECLS
