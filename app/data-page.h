/* data-page.h: the data set: which, what is in it, how it is divided
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "app/document.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define APP_TYPE_DATA_PAGE (app_data_page_get_type ())
G_DECLARE_FINAL_TYPE (AppDataPage, app_data_page, APP, DATA_PAGE, GtkWidget)

GtkWidget  *app_data_page_new           (void);

/* Opens the document's data when the page is looked at. */
void        app_data_page_set_document  (AppDataPage   *self,
                                         AppDocument  *document);

G_END_DECLS
