/* build-page.h: the canvas, the palette and the settings of a node
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "app/document.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define APP_TYPE_BUILD_PAGE (app_build_page_get_type ())
G_DECLARE_FINAL_TYPE (AppBuildPage, app_build_page, APP, BUILD_PAGE, GtkWidget)

GtkWidget  *app_build_page_new           (void);

/* (nullable): a window without a project shows an empty page. */
void        app_build_page_set_document  (AppBuildPage   *self,
                                         AppDocument  *document);

/* Puts the keyboard into the palette's search entry. */
void        app_build_page_start_search  (AppBuildPage  *self);

/* Shows an error of the training on its node; NULL takes it away. */
void        app_build_page_mark_node     (AppBuildPage  *self,
                                          guint          id,
                                          const char    *message);

G_END_DECLS
