/* readout.h: the values of a chart at a cursor
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "widgets/draw.h"

G_BEGIN_DECLS

/* Where a reader points to, in the values of the axes.  Curves are read at x,
 * bars at the bar that holds y, a matrix at the cell that holds both. */
typedef struct
{
  double x;
  double y;
} UiCursor;

typedef struct _UiReadout UiReadout;

/* What @chart says at @cursor, which moves to the nearest point, bar or cell.
 * (transfer full) (nullable): NULL when there is nothing to read. */
UiReadout *ui_readout_new   (UiChart       *chart,
                             UiCursor      *cursor) G_GNUC_WARN_UNUSED_RESULT;
void       ui_readout_free  (UiReadout     *self);

/* "step 900, training loss 0.2134, validation loss 0.2508" (transfer full) */
char      *ui_readout_print (UiReadout     *self) G_GNUC_WARN_UNUSED_RESULT;

/* Draws it over the chart as ui_draw_chart() has drawn it at @width, @height:
 * the place, and the values in a box beside it. */
void       ui_readout_draw  (UiReadout     *self,
                             cairo_t       *cr,
                             const UiTheme *theme,
                             double         width,
                             double         height,
                             const UiPlot  *plot);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (UiReadout, ui_readout_free)

G_END_DECLS
