/* run-result.h: how a training ended, in numbers
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "app/core/run.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define APP_TYPE_RUN_RESULT (app_run_result_get_type ())
G_DECLARE_FINAL_TYPE (AppRunResult, app_run_result, APP, RUN_RESULT, GtkWidget)

/* A card with the accuracy on the test data, or a button that finds it out, and
 * the numbers beside it.  Signals: "evaluate", when that button is pressed. */
GtkWidget  *app_run_result_new             (void);
void        app_run_result_set_info        (AppRunResult     *self,
                                            const AppRunInfo *info);
void        app_run_result_set_evaluating  (AppRunResult     *self,
                                            gboolean          evaluating);

/* Puts a number above its title into a GtkFlowBox: together they are one thing to
 * a screen reader.  The line that the number stands in.  (transfer none) */
GtkWidget  *app_number_add                 (GtkWidget        *flow_box,
                                            const char       *title,
                                            const char       *number);

/* "0:35", "1:02:03".  (transfer full) */
char       *app_format_duration            (double            seconds) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
