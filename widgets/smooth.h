/* smooth.h: an exponentially smoothed copy of a series that keeps up with it
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "widgets/series.h"

G_BEGIN_DECLS

typedef struct _UiSmooth UiSmooth;

UiSmooth *ui_smooth_new    (void) G_GNUC_WARN_UNUSED_RESULT;
void      ui_smooth_free   (UiSmooth *self);

/* The smoothed copy of @source, brought up to date: only points that arrived
 * since the last call are computed, unless @weight (0 to 1) or the past of
 * @source has changed.  (transfer none) */
UiSeries *ui_smooth_update (UiSmooth *self,
                            UiSeries *source,
                            double    weight);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (UiSmooth, ui_smooth_free)

G_END_DECLS
