/* train-page.h: settings of the training, its buttons and its curves
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "app/document.h"
#include "app/session.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define APP_TYPE_TRAIN_PAGE (app_train_page_get_type ())
G_DECLARE_FINAL_TYPE (AppTrainPage, app_train_page, APP, TRAIN_PAGE, GtkWidget)

GtkWidget  *app_train_page_new           (AppSession   *session);

/* (nullable): a window without a project shows an empty page. */
void        app_train_page_set_document  (AppTrainPage   *self,
                                         AppDocument  *document);

G_END_DECLS
