/* draw-private.h: what the parts of the chart drawing share
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "widgets/draw.h"

G_BEGIN_DECLS

typedef enum
{
  UI_TEXT_TITLE,
  UI_TEXT_NORMAL,
  UI_TEXT_DIM,
} UiTextStyle;

/* One drawing under way.  The plot rectangle shrinks while titles, legend and
 * axes take their room, and then the data are drawn into what is left. */
typedef struct
{
  cairo_t       *cr;
  UiChart       *chart;
  const UiTheme *theme;
  PangoLayout   *layout;
  double         width;
  double         height;
  double         line;          /* height of a line of small text */
  double         padding;
  UiPlot        *plot;
} UiDraw;

/* draw.c */
void   ui_draw_begin          (UiDraw         *draw,
                               cairo_t        *cr,
                               UiChart        *chart,
                               const UiTheme  *theme,
                               double          width,
                               double          height,
                               UiPlot         *plot);
void   ui_draw_end            (UiDraw         *draw);
void   ui_draw_set_colour     (UiDraw         *draw,
                               const UiColour *colour,
                               double          alpha);
void   ui_draw_measure_text   (UiDraw         *draw,
                               UiTextStyle     style,
                               const char     *text,
                               double          max_width,
                               double         *width,
                               double         *height);

/* Draws @text with the point @align_x, @align_y (0 to 1) of its box at @x, @y,
 * shortened with an ellipsis to @max_width unless that is not positive. */
void   ui_draw_text           (UiDraw         *draw,
                               UiTextStyle     style,
                               const char     *text,
                               double          max_width,
                               double          x,
                               double          y,
                               double          align_x,
                               double          align_y);

/* As ui_draw_text(), turned to read upwards. */
void   ui_draw_text_upwards   (UiDraw         *draw,
                               UiTextStyle     style,
                               const char     *text,
                               double          max_width,
                               double          x,
                               double          y,
                               double          align_x,
                               double          align_y);

/* A hairline that falls on whole device pixels. */
void   ui_draw_hairline       (UiDraw         *draw,
                               double          x0,
                               double          y0,
                               double          x1,
                               double          y1);

/* Instead of data: a sentence in the middle, or the chart's own for no data. */
void   ui_draw_sentence       (UiDraw         *draw,
                               const char     *text);
void   ui_draw_empty          (UiDraw         *draw);

/* draw-axes.c */
gboolean ui_draw_has_axis_title (UiDraw         *draw,
                                 UiAxisIndex     axis);
double ui_draw_widest_label   (UiDraw         *draw,
                               GPtrArray      *labels,
                               guint           stride,
                               double          limit);
void   ui_draw_reserve_x_axis (UiDraw         *draw);
void   ui_draw_reserve_y_axis (UiDraw         *draw,
                               GArray         *ticks);
void   ui_draw_snap           (UiDraw         *draw);
GArray *ui_draw_make_ticks    (UiDraw         *draw,
                               UiAxisIndex     axis,
                               double          low,
                               double          high);
int    ui_draw_count_ticks    (UiDraw         *draw,
                               UiAxisIndex     axis);
void   ui_draw_x_axis         (UiDraw         *draw,
                               GArray         *ticks,
                               gboolean        has_grid);
void   ui_draw_y_axis         (UiDraw         *draw,
                               GArray         *ticks);

/* draw-legend.c */
/* A short piece of a line, from @x on: three long dashes and their gaps. */
#define UI_SAMPLE_WIDTH 29.0
void   ui_draw_sample         (UiDraw         *draw,
                               const UiLine   *line,
                               double          x,
                               double          y);
void   ui_draw_legend         (UiDraw         *draw);

/* draw-curve.c */
void   ui_draw_set_dash       (cairo_t        *cr,
                               UiDash          dash);
void   ui_draw_curve          (UiDraw         *draw,
                               UiSeries       *series,
                               const UiColour *colour,
                               double          alpha,
                               double          width,
                               UiDash          dash);

/* draw-markers.c */
void   ui_draw_markers        (UiDraw         *draw,
                               UiSeries       *series,
                               UiMarker        marker,
                               const UiColour *colour,
                               guint           line);

/* draw-lines.c, draw-bars.c, draw-matrix.c */
void   ui_draw_lines          (UiDraw         *draw);
void   ui_draw_bars           (UiDraw         *draw);
void   ui_draw_matrix         (UiDraw         *draw);

G_END_DECLS
