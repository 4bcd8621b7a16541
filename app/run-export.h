/* run-export.h: charts of a run as files
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "app/session.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* A menu of the actions "export.chart", with the name of a curve and that of a
 * format, and "export.all".  (transfer full) */
GMenuModel  *app_run_export_menu  (void) G_GNUC_WARN_UNUSED_RESULT;

/* Asks where to write what @session shows, with @overlays of AppOverlay, writes
 * it in a thread, and tells the window of @widget how that went.  Without a
 * @curve all charts go into a folder, in all formats. */
void         app_run_export_ask   (GtkWidget       *widget,
                                   AppSession      *session,
                                   const GPtrArray *overlays,
                                   const char      *curve,
                                   const char      *format);

G_END_DECLS
