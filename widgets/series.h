/* series.h: a growing curve that can be asked for its extent in any range
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A name and points in ascending x.  A y that is not finite is a gap.  Counted
 * references may be dropped from any thread; everything else belongs to one
 * thread at a time. */
typedef struct _UiSeries UiSeries;

/* What lies in a range of points; gaps do not count. */
typedef struct
{
  double min;                   /* above max when there is no value */
  double max;
  double above_zero;            /* the smallest value above zero, or INFINITY */
} UiExtent;

/* The points from start to end - 1, which share a column of pixels. */
typedef struct
{
  gsize    start;
  gsize    end;                 /* equal to start: the column is empty */
  double   first;               /* y of the first and the last point, or a gap */
  double   last;
  UiExtent extent;
} UiColumn;

UiSeries   *ui_series_new            (const char   *name) G_GNUC_WARN_UNUSED_RESULT;
UiSeries   *ui_series_ref            (UiSeries     *self);
void        ui_series_unref          (UiSeries     *self);
const char *ui_series_get_name       (UiSeries     *self);
void        ui_series_set_name       (UiSeries     *self,
                                      const char   *name);

/* FALSE, and the point is not taken, when @x is not finite or lies before the
 * last point. */
gboolean    ui_series_append         (UiSeries     *self,
                                      double        x,
                                      double        y);

/* Drops every point beyond @x, so that a run resumed at step @x draws on. */
void        ui_series_truncate       (UiSeries     *self,
                                      double        x);

gsize       ui_series_get_length     (UiSeries     *self);
double      ui_series_get_x          (UiSeries     *self,
                                      gsize         index);
double      ui_series_get_y          (UiSeries     *self,
                                      gsize         index);

/* A number that grows with every change, and one that grows only when points
 * are dropped: whoever derives data may go on while the second stays. */
guint64     ui_series_get_stamp      (UiSeries     *self);
guint64     ui_series_get_generation (UiSeries     *self);

/* The first point at or beyond @x; the length when there is none. */
gsize       ui_series_find           (UiSeries     *self,
                                      double        x);

/* The point nearest to @x; FALSE for a series without points. */
gboolean    ui_series_find_nearest   (UiSeries     *self,
                                      double        x,
                                      gsize        *index);

/* The extent of the points from @start to @end - 1, in O(log n). */
void        ui_series_measure        (UiSeries     *self,
                                      gsize         start,
                                      gsize         end,
                                      UiExtent     *extent);

/* Fills @columns: column i holds the points with edges[i] <= x < edges[i + 1].
 * @edges has one more element than @columns and ascends.  O(columns · log n). */
void        ui_series_measure_columns (UiSeries     *self,
                                       const double *edges,
                                       gsize         n_columns,
                                       UiColumn     *columns);

/* An extent without values, and the one that covers both. */
void        ui_extent_init           (UiExtent       *self);
void        ui_extent_merge          (UiExtent       *self,
                                      const UiExtent *other);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (UiSeries, ui_series_unref)

G_END_DECLS
