/* draw.h: a chart on a cairo_t
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "widgets/chart.h"

#include <cairo.h>
#include <pango/pango.h>

G_BEGIN_DECLS

typedef struct
{
  UiColour                    foreground;
  UiColour                    background; /* alpha 0: whatever is there shows through */
  UiColour                    grid;
  UiColour                    palette[UI_N_COLOURS];
  double                      scale;      /* device pixels per unit, for columns that fit them */
  const PangoFontDescription *font;       /* (nullable) Sans 10 */
} UiTheme;

/* From values to pixels: @low is drawn at @start, @high at @start + @length. */
typedef struct
{
  double   low;
  double   high;
  double   start;
  double   length;              /* negative upwards */
  gboolean is_log;
} UiMapping;

/* What a drawing looks like inside, for whoever points into it.  For bars the
 * y axis counts bars and for a matrix both axes count cells, from the top left. */
typedef struct
{
  double    x;
  double    y;
  double    width;
  double    height;
  UiMapping axes[2];            /* by UiAxisIndex */
  gsize     n_points;           /* that went into the curves */
  gboolean  is_empty;           /* there was nothing to draw: the mappings mean nothing */
} UiPlot;

void     ui_theme_init        (UiTheme         *self,
                               gboolean         is_dark);

/* NAN for a value at or below zero on a logarithmic axis. */
double   ui_mapping_to_pixel  (const UiMapping *self,
                               double           value);
double   ui_mapping_to_value  (const UiMapping *self,
                               double           pixel);

/* Draws @chart from the origin of @cr.  Every size is allowed: what does not
 * fit is left out, the curve last.  @plot may be NULL. */
void     ui_draw_chart        (cairo_t         *cr,
                               UiChart         *chart,
                               const UiTheme   *theme,
                               double           width,
                               double           height,
                               UiPlot          *plot);

/* The colour of a line under a theme. */
UiColour ui_theme_get_colour  (const UiTheme     *self,
                               const UiLineStyle *style);

/* A marker of radius @radius around (@x, @y), filled with the source of @cr. */
void     ui_draw_marker       (cairo_t         *cr,
                               UiMarker         marker,
                               double           x,
                               double           y,
                               double           radius);

G_END_DECLS
