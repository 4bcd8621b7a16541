/* curves.h: the numbers of a run as charts
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "engine/trainer.h"
#include "widgets/chart.h"

G_BEGIN_DECLS

typedef enum
{
  APP_CURVE_LOSS,
  APP_CURVE_ACCURACY,
  APP_CURVE_RATE,
  APP_N_CURVES,
} AppCurve;

/* One chart for each of the above, with a line for training and one for
 * validation where there are both.  The window fills them while a run goes on,
 * the command line from its folder: the pictures are the same. */
typedef struct _AppCurves AppCurves;

AppCurves   *app_curves_new         (void) G_GNUC_WARN_UNUSED_RESULT;
void         app_curves_free        (AppCurves         *self);

/* "loss", "accuracy", "rate": file names and options of the command line. */
const char  *app_curve_get_name     (AppCurve           curve);
gboolean     app_curve_find         (const char        *name,
                                     AppCurve          *curve);

/* (transfer none) */
UiChart     *app_curves_get_chart   (AppCurves         *self,
                                     AppCurve           curve);

/* A point under its tag in the run's log; unknown tags are passed over.  Tell
 * the watchers with app_curves_changed() after each batch of points. */
void         app_curves_add         (AppCurves         *self,
                                     const char        *tag,
                                     guint64            step,
                                     double             value);
void         app_curves_changed     (AppCurves         *self);
void         app_curves_clear       (AppCurves         *self);

/* Drops what lies beyond @step, so that a run that goes on from there draws on. */
void         app_curves_truncate    (AppCurves         *self,
                                     guint64            step);

/* What a trainer's message adds to the log: calls @func for each point. */
typedef gboolean (*AppPointFunc)    (const char        *tag,
                                     guint64            step,
                                     double             value,
                                     void              *data,
                                     GError           **error);
gboolean     app_curves_for_progress (const NnProgress  *progress,
                                      AppPointFunc       func,
                                      void              *data,
                                      GError           **error);

/* All points of the run in @folder. */
gboolean     app_curves_read        (AppCurves         *self,
                                     const char        *folder,
                                     GError           **error);

/* Draws the curves of @other, a run called @title, over those of @self; @other is
 * kept as far as it is needed for that. */
void         app_curves_overlay     (AppCurves         *self,
                                     AppCurves         *other,
                                     const char        *title,
                                     const UiColour    *colour);
void         app_curves_clear_overlays (AppCurves      *self);

/* A picture that is worth drawing has a point. */
gboolean     app_curves_has         (AppCurves         *self,
                                     AppCurve           curve);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AppCurves, app_curves_free)

G_END_DECLS
