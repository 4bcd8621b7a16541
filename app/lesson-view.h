/* lesson-view.h: a page of a lesson, and its tasks behind the last one
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "app/learner.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define APP_TYPE_LESSON_VIEW (app_lesson_view_get_type ())
G_DECLARE_FINAL_TYPE (AppLessonView, app_lesson_view, APP, LESSON_VIEW, GtkWidget)

/* What leads elsewhere calls the action "lesson.open", which a widget around
 * offers, with a target as in lessons (“task:reference”, “lesson:12”) or
 * “page:12/01-words”. */
GtkWidget  *app_lesson_view_new        (AppLearner      *learner);

/* Shows the page called @page, or the first one; with @task the page that has
 * the tasks, and that task.  NULL for @chapter empties the view, which has to
 * happen before its course is gone. */
void        app_lesson_view_show       (AppLessonView   *self,
                                        const ExChapter *chapter,
                                        const char      *page,
                                        const char      *task);

/* Of the page that is shown, or NULL. */
const char *app_lesson_view_get_page   (AppLessonView   *self);

G_END_DECLS
