/* chart.h: the plain description of a chart
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "widgets/ruler.h"
#include "widgets/series.h"
#include "widgets/smooth.h"

G_BEGIN_DECLS

typedef struct
{
  double red;
  double green;
  double blue;
  double alpha;
} UiColour;

typedef enum
{
  UI_DASH_SOLID,
  UI_DASH_LONG,
  UI_DASH_DOTS,
  UI_DASH_MIXED,
} UiDash;

#define UI_N_DASHES 4

typedef enum
{
  UI_MARKER_NONE,
  UI_MARKER_CIRCLE,
  UI_MARKER_SQUARE,
  UI_MARKER_TRIANGLE,
  UI_MARKER_DIAMOND,
} UiMarker;

#define UI_N_MARKERS 5
#define UI_N_COLOURS 8
#define UI_COLOUR_OWN -1

typedef struct
{
  int      palette;             /* an entry of the theme's palette, or UI_COLOUR_OWN */
  UiColour own;
  UiDash   dash;
  UiMarker marker;
} UiLineStyle;

typedef struct
{
  UiSeries    *series;
  UiSmooth    *smooth;
  UiLineStyle  style;
  gboolean     is_hidden;
  gboolean     is_exact;        /* smoothing leaves this line alone */
} UiLine;

/* A point that stands out and is never lost to thinning: the best epoch. */
typedef struct
{
  guint   line;
  double  x;
  char   *label;
} UiMark;

typedef struct
{
  char        *title;
  UiRulerKind  ruler;
  double       low;             /* NAN: as the data want it; so is high */
  double       high;
} UiAxis;

typedef enum
{
  UI_AXIS_X,
  UI_AXIS_Y,
} UiAxisIndex;

typedef struct
{
  GArray   *lines;              /* UiLine */
  GArray   *marks;              /* UiMark */
  double    smoothing;          /* 0 to 1 */
  gboolean  has_legend;
} UiLines;

typedef struct
{
  GPtrArray *labels;
  GArray    *values;            /* double */
  int        palette;
} UiBars;

typedef struct
{
  gsize      n_rows;
  gsize      n_columns;
  GPtrArray *row_labels;
  GPtrArray *column_labels;
  double    *values;            /* row by row */
} UiMatrix;

typedef enum
{
  UI_CHART_LINES,
  UI_CHART_BARS,
  UI_CHART_MATRIX,
} UiChartKind;

/* Reference-counted, for one thread.  The fields are there to be read; the
 * functions below change them and tell the watchers. */
typedef struct
{
  grefcount    n_refs;
  UiChartKind  kind;
  char        *title;
  char        *empty_text;      /* NULL for a general sentence */
  UiAxis       axes[2];         /* by UiAxisIndex */
  UiLines      lines;           /* of these three, the one that kind names */
  UiBars       bars;
  UiMatrix     matrix;
  guint64      stamp;
  GArray      *watches;
  guint        last_watch;
} UiChart;

typedef void (*UiChartWatch) (UiChart  *chart,
                              gpointer  data);

/* One line at the place a reader points to. */
typedef struct
{
  guint  line;
  gsize  index;                 /* of the nearest point */
  double x;
  double y;
  double smoothed;              /* equal to y without smoothing */
} UiReading;

UiChart     *ui_chart_new            (UiChartKind        kind,
                                      const char        *title) G_GNUC_WARN_UNUSED_RESULT;
UiChart     *ui_chart_ref            (UiChart           *self);
void         ui_chart_unref          (UiChart           *self);

void         ui_chart_set_title      (UiChart           *self,
                                      const char        *title);
void         ui_chart_set_empty_text (UiChart           *self,
                                      const char        *text);
void         ui_chart_set_axis       (UiChart           *self,
                                      UiAxisIndex        axis,
                                      const char        *title,
                                      UiRulerKind        ruler);
void         ui_chart_set_ruler      (UiChart           *self,
                                      UiAxisIndex        axis,
                                      UiRulerKind        ruler);

/* NAN for either end leaves that end to the data. */
void         ui_chart_set_range      (UiChart           *self,
                                      UiAxisIndex        axis,
                                      double             low,
                                      double             high);

/* The style of the nth line, so that the first twenty differ in more than
 * colour from each other. */
UiLineStyle  ui_line_style_nth       (guint              n);

/* The index of the new line.  @style may be NULL for the next style. */
guint        ui_chart_add_line       (UiChart           *self,
                                      UiSeries          *series,
                                      const UiLineStyle *style);
void         ui_chart_remove_line    (UiChart           *self,
                                      guint              line);
const UiLine *ui_chart_get_line      (UiChart           *self,
                                      guint              line);
void         ui_chart_set_line_style (UiChart           *self,
                                      guint              line,
                                      const UiLineStyle *style);
void         ui_chart_set_line_hidden (UiChart           *self,
                                       guint              line,
                                       gboolean           is_hidden);

/* Smoothing is for a value each step.  A value each epoch is no noise, and a
 * mark on it should lie on the curve: such a line is exact. */
void         ui_chart_set_line_exact (UiChart           *self,
                                      guint              line,
                                      gboolean           is_exact);

/* What stands on top of the raw trace: the series itself without smoothing. */
UiSeries    *ui_chart_get_shown      (UiChart           *self,
                                      guint              line);
void         ui_chart_set_smoothing  (UiChart           *self,
                                      double             smoothing);
void         ui_chart_set_legend     (UiChart           *self,
                                      gboolean           has_legend);
void         ui_chart_add_mark       (UiChart           *self,
                                      guint              line,
                                      double             x,
                                      const char        *label);
void         ui_chart_clear_marks    (UiChart           *self);

/* Copies @labels and @values. */
void         ui_chart_set_bars       (UiChart           *self,
                                      const char *const *labels,
                                      const double      *values,
                                      gsize              n_bars);

/* Copies @n_rows × @n_columns values and the labels, which may be NULL. */
void         ui_chart_set_matrix     (UiChart           *self,
                                      gsize              n_rows,
                                      gsize              n_columns,
                                      const double      *values,
                                      const char *const *row_labels,
                                      const char *const *column_labels);

/* One of the labels of bars or cells; "" for one that was not given. */
const char  *ui_labels_get           (GPtrArray         *labels,
                                      gsize              index);

/* To be called once after a batch of points went into the chart's series. */
void         ui_chart_changed        (UiChart           *self);

/* @watch is called on every change until the id is removed. */
guint        ui_chart_add_watch      (UiChart           *self,
                                      UiChartWatch       watch,
                                      gpointer           data);
void         ui_chart_remove_watch   (UiChart           *self,
                                      guint              id);

/* The x of all visible lines that is nearest to @x goes to @nearest, and the
 * point of each line nearest to that, as UiReading, to @readings.  FALSE, with
 * both left alone, when there are no points.  (transfer full) for @readings. */
gboolean     ui_chart_read           (UiChart           *self,
                                      double             x,
                                      double            *nearest,
                                      GArray           **readings);

/* The first and the last x of the visible lines, above zero only where the
 * axis is logarithmic; FALSE when there is none. */
gboolean     ui_chart_get_x_span     (UiChart           *self,
                                      double            *first,
                                      double            *last);

/* One sentence about the newest state, for those who do not see the picture.
 * (transfer full) */
char        *ui_chart_describe       (UiChart           *self) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (UiChart, ui_chart_unref)

G_END_DECLS
