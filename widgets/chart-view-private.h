/* chart-view-private.h: what the drawing and the input of a chart view share
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "widgets/chart-view.h"
#include "widgets/readout.h"

G_BEGIN_DECLS

struct _UiChartView
{
  GtkWidget   parent_instance;

  UiChart    *chart;            /* (nullable) */
  guint       watch;
  gboolean    log_y;            /* as last notified */
  double      smoothing;

  GdkTexture *picture;          /* the chart as last drawn, or NULL */
  UiPlot      plot;             /* of that drawing */
  guint64     drawn_stamp;
  int         drawn_width;
  int         drawn_height;
  int         drawn_scale;

  gboolean    has_cursor;
  UiCursor    cursor;
  double      pointer_x;
  double      pointer_y;

  double      pinch_scale;      /* of the pinch under way, as far as applied */

  gboolean    has_band;         /* a part of x is being chosen */
  double      band_start;       /* in pixels */
  double      band_end;

  guint       describe_id;      /* source that keeps descriptions apart */
  gboolean    describe_late;    /* there is news for it */
};

/* chart-view.c */
void ui_chart_view_set_cursor   (UiChartView      *self,
                                 const UiCursor   *cursor);
void ui_chart_view_speak        (UiChartView      *self);
void ui_chart_view_activate_cell (UiChartView     *self);

/* chart-view-input.c */
void ui_chart_view_init_input   (UiChartView      *self);
void ui_chart_view_class_init_input (GtkWidgetClass *widget_class);

G_END_DECLS
