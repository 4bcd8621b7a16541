/* train-charts.h: the curves of a run, and what can be done with them
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "app/session.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define APP_TYPE_TRAIN_CHARTS (app_train_charts_get_type ())
G_DECLARE_FINAL_TYPE (AppTrainCharts, app_train_charts, APP, TRAIN_CHARTS, GtkWidget)

/* Loss and accuracy of the session's run beside each other, or one above the
 * other where it is narrow, with smoothing and logarithmic axes for both, and
 * with other runs to compare with. */
GtkWidget       *app_train_charts_new           (AppSession     *session);

/* The session may have other curves than before: smoothing, axes and the runs
 * to compare with go over to them. */
void             app_train_charts_update        (AppTrainCharts *self);

/* Compares with nothing any more: the project is another one. */
void             app_train_charts_reset         (AppTrainCharts *self);

/* FALSE while there is nothing to export. */
void             app_train_charts_set_exportable (AppTrainCharts *self,
                                                  gboolean        exportable);

G_END_DECLS
