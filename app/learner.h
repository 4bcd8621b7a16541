/* learner.h: the course and what this person has done in it
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "exercises/course.h"

#include <gio/gio.h>

G_BEGIN_DECLS

#define APP_TYPE_LEARNER (app_learner_get_type ())
G_DECLARE_FINAL_TYPE (AppLearner, app_learner, APP, LEARNER, GObject)

/* One for the whole program, so that two windows do not overwrite each other's
 * record.  Everything that is recorded is on the disk a moment later.
 *
 * Signals: "course-changed" (another course, to be used instead of the one
 * before, which is gone when the signal has been handled), "progress-changed"
 * (task id, or "" for the place), "notice-changed". */
AppLearner       *app_learner_new             (GSettings    *settings) G_GNUC_WARN_UNUSED_RESULT;

/* Reads the course in the background, once; does nothing afterwards. */
void              app_learner_load            (AppLearner   *self);

/* NULL until it has been read. */
const ExCourse   *app_learner_get_course      (AppLearner   *self);
const ExProgress *app_learner_get_progress    (AppLearner   *self);

/* What is wrong with lessons, a sentence each.  (element-type utf8) */
GPtrArray        *app_learner_get_problems    (AppLearner   *self);

/* Why progress is lost or not kept, or NULL. */
const char       *app_learner_get_notice      (AppLearner   *self);

/* Of the lessons: "en" or "zh_CN".  Changing it reads the course anew. */
const char       *app_learner_get_language    (AppLearner   *self);
void              app_learner_set_language    (AppLearner   *self,
                                               const char   *language);

/* Folders with lessons beside those that come with the program.
 * (transfer full) */
char            **app_learner_dup_folders     (AppLearner   *self) G_GNUC_WARN_UNUSED_RESULT;
void              app_learner_add_folder      (AppLearner   *self,
                                               const char   *path);
void              app_learner_remove_folder   (AppLearner   *self,
                                               const char   *path);

/* These record what the functions of ex_progress_ with the same names do. */
void              app_learner_add_verdict     (AppLearner   *self,
                                               const char   *task,
                                               const char   *answer,
                                               ExOutcome     outcome,
                                               double        seconds);
void              app_learner_add_hint        (AppLearner   *self,
                                               const char   *task);
void              app_learner_give_up         (AppLearner   *self,
                                               const char   *task);
void              app_learner_reset           (AppLearner   *self,
                                               const char   *task);
void              app_learner_set_place       (AppLearner   *self,
                                               const char   *lesson,
                                               const char   *page);

G_END_DECLS
