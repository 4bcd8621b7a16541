/* evaluation-charts.h: an evaluation as pictures
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "app/core/evaluation.h"
#include "widgets/chart.h"

G_BEGIN_DECLS

/* The confusion matrix as a heat map, with the names of the classes; NULL when
 * there is none. */
UiChart *app_evaluation_make_matrix (const AppEvaluation *self) G_GNUC_WARN_UNUSED_RESULT;

/* The curves called @name ("roc", "precision-recall") in one chart; NULL without any. */
UiChart *app_evaluation_make_curves (const AppEvaluation *self,
                                     const char          *name) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
