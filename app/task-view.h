/* task-view.h: a task of a lesson: its question, an answer, a verdict
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "app/learner.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define APP_TYPE_TASK_VIEW (app_task_view_get_type ())
G_DECLARE_FINAL_TYPE (AppTaskView, app_task_view, APP, TASK_VIEW, GtkWidget)

/* @task has to outlive the widget; images of its texts are in @folder. */
GtkWidget    *app_task_view_new       (AppLearner   *learner,
                                       const ExTask *task,
                                       const char   *folder);
const ExTask *app_task_view_get_task  (AppTaskView  *self);

G_END_DECLS
