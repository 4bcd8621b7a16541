/* run-list.h: the runs of a project, to be compared, renamed and removed
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "app/overlay.h"
#include "app/session.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define APP_TYPE_RUN_LIST (app_run_list_get_type ())
G_DECLARE_FINAL_TYPE (AppRunList, app_run_list, APP, RUN_LIST, GtkWidget)

/* For a popover.  Signals: "changed", when other runs are to be drawn, or in
 * other colours. */
GtkWidget        *app_run_list_new           (AppSession *session);

/* Lists the runs there are now. */
void              app_run_list_refresh       (AppRunList *self);

/* Compares with nothing any more. */
void              app_run_list_clear         (AppRunList *self);

/* AppOverlay, in the order in which they were chosen.  (transfer none) */
const GPtrArray  *app_run_list_get_overlays  (AppRunList *self);

G_END_DECLS
