/* data-browser.h: the samples, the classes and the warnings of open data
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "app/core/samples.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define APP_TYPE_DATA_BROWSER (app_data_browser_get_type ())
G_DECLARE_FINAL_TYPE (AppDataBrowser, app_data_browser, APP, DATA_BROWSER, GtkWidget)

GtkWidget  *app_data_browser_new          (void);

/* Keeps what it needs of @samples, not them.  Filters and selection stay when
 * the same data set is only divided otherwise.  NULL empties the browser. */
void        app_data_browser_set_samples  (AppDataBrowser *self,
                                           AppSamples     *samples);

G_END_DECLS
