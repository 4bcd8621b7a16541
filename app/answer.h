/* answer.h: where a learner answers a task
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "exercises/task.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define APP_TYPE_ANSWER (app_answer_get_type ())
G_DECLARE_FINAL_TYPE (AppAnswer, app_answer, APP, ANSWER, GtkWidget)

/* Options, a number, …, by the kind of @task, which has to outlive the widget.
 *
 * Signals: "changed", and "submitted" when Enter is pressed in it. */
GtkWidget *app_answer_new       (const ExTask *task);

/* As ex_task_check_text() wants it; NULL while there is none.
 * (transfer full) */
char      *app_answer_dup_text  (AppAnswer    *self) G_GNUC_WARN_UNUSED_RESULT;

/* NULL takes the answer away. */
void       app_answer_set_text  (AppAnswer    *self,
                                 const char   *text);

/* What @text means, in Markdown: the options instead of their ids.
 * (transfer full) */
char      *app_answer_describe  (const ExTask *task,
                                 const char   *text) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
