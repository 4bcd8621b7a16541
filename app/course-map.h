/* course-map.h: the chapters of the course and how far one has come
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "app/learner.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define APP_TYPE_COURSE_MAP (app_course_map_get_type ())
G_DECLARE_FINAL_TYPE (AppCourseMap, app_course_map, APP, COURSE_MAP, GtkWidget)

/* A chapter that is activated calls the action "lesson.open" with
 * “lesson:NN”; the menu calls "lesson.add-folder" and "lesson.remove-folder".
 * A widget around has to offer them. */
GtkWidget *app_course_map_new      (AppLearner   *learner);

/* Marks the chapter that is open, or none. */
void       app_course_map_select   (AppCourseMap *self,
                                    const char   *lesson);

G_END_DECLS
