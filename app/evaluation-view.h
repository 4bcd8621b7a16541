/* evaluation-view.h: how good the last run is, part by part
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "app/session.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define APP_TYPE_EVALUATION_VIEW (app_evaluation_view_get_type ())
G_DECLARE_FINAL_TYPE (AppEvaluationView, app_evaluation_view, APP, EVALUATION_VIEW, GtkWidget)

/* Numbers, the confusion matrix with the samples behind its cells, what is known
 * of each class, and curves.  The worker finds them out when the button is
 * pressed. */
GtkWidget *app_evaluation_view_new (AppSession *session);

G_END_DECLS
