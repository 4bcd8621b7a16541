/* fit-bar.h: says when the network does not suit the data, and makes it
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "app/core/samples.h"
#include "app/document.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define APP_TYPE_FIT_BAR (app_fit_bar_get_type ())
G_DECLARE_FINAL_TYPE (AppFitBar, app_fit_bar, APP, FIT_BAR, GtkWidget)

/* Hidden while there is nothing to say. */
GtkWidget  *app_fit_bar_new           (void);
void        app_fit_bar_set_document  (AppFitBar    *self,
                                       AppDocument  *document);

/* What the document's network is held against; NULL for nothing.  Not kept. */
void        app_fit_bar_set_samples   (AppFitBar    *self,
                                       AppSamples   *samples);

G_END_DECLS
