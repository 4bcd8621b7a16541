/* course.h: the map of all chapters, those to come included
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "exercises/lesson.h"
#include "exercises/progress.h"

G_BEGIN_DECLS

typedef enum
{
  EX_CHAPTER_PLANNED,           /* has no lesson yet and cannot be opened */
  EX_CHAPTER_DAMAGED,           /* has one that cannot be read */
  EX_CHAPTER_NEW,               /* nothing done yet */
  EX_CHAPTER_STARTED,
  EX_CHAPTER_DONE,              /* every task passed */
} ExChapterState;

typedef struct
{
  char      *id;                /* “11” */
  char      *title;
  char      *summary;
  char      *part;              /* heading in the map, or NULL behind all parts */
  ExLesson  *lesson;            /* NULL unless it can be opened */
  GError    *error;             /* why a lesson that is there cannot be */
} ExChapter;

typedef struct _ExCourse ExCourse;

/* Where this program looks for lessons: the folders of the environment
 * variable EPOCH_LESSONS, separated by colons; the user's own,
 * “lessons” in the user's data folder of Epoch; and the built-in ones, which
 * are the source folder while the program has not been installed.
 * (transfer full) */
char           **ex_course_dup_folders  (void) G_GNUC_WARN_UNUSED_RESULT;

/* Puts together the chapters that the files “course.ini” in @folders list,
 * in their order, and the lessons that nobody lists, behind them.  Of two
 * lessons with the same id the one in the earlier folder counts.  Never
 * fails: what cannot be read is a damaged chapter or a warning. */
ExCourse        *ex_course_load         (const char * const *folders,
                                         const char         *language) G_GNUC_WARN_UNUSED_RESULT;
void             ex_course_free         (ExCourse           *self);

/* (element-type ExChapter) */
GPtrArray       *ex_course_get_chapters (const ExCourse     *self);

/* (element-type utf8) */
GPtrArray       *ex_course_get_warnings (const ExCourse     *self);

/* NULL when there is none. */
const ExChapter *ex_course_find_chapter (const ExCourse     *self,
                                         const char         *id);
const ExTask    *ex_course_find_task    (const ExCourse     *self,
                                         const char         *id);

/* @progress may be NULL. */
ExChapterState   ex_chapter_get_state   (const ExChapter    *self,
                                         const ExProgress   *progress);

/* The id of the first lesson @self builds on that is neither done nor only
 * planned: advice for the learner, not a lock.  NULL when there is none. */
const char      *ex_course_find_missing (const ExCourse     *self,
                                         const ExChapter    *chapter,
                                         const ExProgress   *progress);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ExCourse, ex_course_free)

G_END_DECLS
