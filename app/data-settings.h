/* data-settings.h: the column that chooses data and divides it
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "app/core/samples.h"
#include "app/document.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define APP_TYPE_DATA_SETTINGS (app_data_settings_get_type ())
G_DECLARE_FINAL_TYPE (AppDataSettings, app_data_settings, APP, DATA_SETTINGS, GtkWidget)

/* How the data is divided is edited in the document at once.  Which data there
 * is, is only asked for, because it has to be opened first.
 *
 * Signals: "generator-chosen" (the name of a DsGenerator), "folder-wanted",
 * "file-wanted". */
GtkWidget  *app_data_settings_new           (void);
void        app_data_settings_set_document  (AppDataSettings *self,
                                             AppDocument     *document);

/* What is open now; NULL while nothing is.  Not kept. */
void        app_data_settings_set_samples   (AppDataSettings *self,
                                             AppSamples      *samples);

G_END_DECLS
