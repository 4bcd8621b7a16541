/* learn-page.h: the course: its map, its pages and its tasks
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "app/learner.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define APP_TYPE_LEARN_PAGE (app_learn_page_get_type ())
G_DECLARE_FINAL_TYPE (AppLearnPage, app_learn_page, APP, LEARN_PAGE, GtkWidget)

GtkWidget  *app_learn_page_new           (void);

/* Once, before the page is first shown; then it reads the course. */
void        app_learn_page_set_learner   (AppLearnPage *self,
                                          AppLearner   *learner);

G_END_DECLS
