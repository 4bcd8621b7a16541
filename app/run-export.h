/* run-export.h: charts of a run as files
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "app/session.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* The menu, whose actions are of the group "export". */
GMenuModel    *app_run_export_menu     (void) G_GNUC_WARN_UNUSED_RESULT;

/* Puts the group on @widget.  Asks where to write what @session shows, writes
 * it in a thread, and tells the window of @widget how that went. */
void           app_run_export_install  (GtkWidget  *widget,
                                        AppSession *session);

/* While there is nothing to export. */
void           app_run_export_enable   (GtkWidget  *widget,
                                        gboolean    enabled);

G_END_DECLS
