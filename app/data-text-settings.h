/* data-text-settings.h: how texts become tokens
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "app/core/samples.h"
#include "app/document.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define APP_TYPE_DATA_TEXT_SETTINGS (app_data_text_settings_get_type ())
G_DECLARE_FINAL_TYPE (AppDataTextSettings, app_data_text_settings, APP, DATA_TEXT_SETTINGS,
                      GtkWidget)

/* Edits the document at once, and shows what comes of it. */
GtkWidget  *app_data_text_settings_new           (void);
void        app_data_text_settings_set_document  (AppDataTextSettings *self,
                                                  AppDocument         *document);

/* What is open now, or NULL: hides itself unless these are texts.  Not kept. */
void        app_data_text_settings_set_samples   (AppDataTextSettings *self,
                                                  AppSamples          *samples);

G_END_DECLS
