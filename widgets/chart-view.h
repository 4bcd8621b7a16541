/* chart-view.h: a chart in a window, to be read and zoomed
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "widgets/chart.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define UI_TYPE_CHART_VIEW (ui_chart_view_get_type ())
G_DECLARE_FINAL_TYPE (UiChartView, ui_chart_view, UI, CHART_VIEW, GtkWidget)

/* @chart may be NULL; the view takes its own reference.
 *
 * Signals: "cell-activated" (row, column) of a matrix. */
GtkWidget *ui_chart_view_new           (UiChart     *chart);
UiChart   *ui_chart_view_get_chart     (UiChartView *self);
void       ui_chart_view_set_chart     (UiChartView *self,
                                        UiChart     *chart);
gboolean   ui_chart_view_get_log_y     (UiChartView *self);
void       ui_chart_view_set_log_y     (UiChartView *self,
                                        gboolean     log_y);
double     ui_chart_view_get_smoothing (UiChartView *self);
void       ui_chart_view_set_smoothing (UiChartView *self,
                                        double       smoothing);
void       ui_chart_view_reset_zoom    (UiChartView *self);

/* What the cursor reads, in words.  (transfer full) (nullable): NULL without a
 * cursor. */
char      *ui_chart_view_dup_reading   (UiChartView *self) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
