/* train-charts.h: the curves of a run, and what can be done with them
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "app/core/curves.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define APP_TYPE_TRAIN_CHARTS (app_train_charts_get_type ())
G_DECLARE_FINAL_TYPE (AppTrainCharts, app_train_charts, APP, TRAIN_CHARTS, GtkWidget)

/* Loss and accuracy beside each other, or one above the other where it is
 * narrow, with smoothing and logarithmic axes for both. */
GtkWidget  *app_train_charts_new         (void);

/* Borrowed, until others are set: smoothing and axes go over to them. */
void        app_train_charts_set_curves  (AppTrainCharts *self,
                                          AppCurves      *curves);

/* A menu of ways out of the window belongs into the row above the charts. */
void        app_train_charts_set_menu    (AppTrainCharts *self,
                                          GMenuModel     *menu);

G_END_DECLS
