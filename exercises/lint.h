/* lint.h: what is wrong with a lesson that can be read
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "exercises/course.h"

G_BEGIN_DECLS

/* Everything an author should repair in the lesson in @folder, one sentence
 * each, naming the file: it cannot be read, a language is missing or built
 * differently, a task does not pass its own reference answer or passes a
 * wrong one, a link leads nowhere, a page is too long.  Links to lessons are
 * looked up in @course, unless that is NULL.
 * (transfer full) (element-type utf8) */
GPtrArray  *ex_lesson_lint (const char      *folder,
                            const ExCourse  *course) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
