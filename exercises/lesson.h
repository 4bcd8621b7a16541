/* lesson.h: a folder of pages and tasks about one subject
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "exercises/markdown.h"
#include "exercises/task.h"

G_BEGIN_DECLS

typedef struct
{
  char       *name;             /* “01-page” */
  char       *file;             /* “01-page.zh_CN.md” */
  ExMarkdown *text;
} ExPage;

/* Read-only once it is loaded.  How the folder is written is described in
 * exercises/lessons/README.md. */
typedef struct
{
  char       *id;               /* “11” of the folder “11-loss-functions” */
  char       *folder;
  char       *title;
  char       *summary;
  char       *icon;             /* icon name, or NULL */
  char      **needs;            /* ids of the lessons that come before */
  double      order;            /* place among lessons the course does not list */
  GPtrArray  *pages;            /* ExPage, in order; never empty */
  GPtrArray  *tasks;            /* ExTask, in order */
  GPtrArray  *untranslated;     /* what lacks the language it was read for */
} ExLesson;

/* @language is a locale name such as “zh_CN”; NULL means English. */
ExLesson     *ex_lesson_read      (const char      *folder,
                                   const char      *language,
                                   GError         **error) G_GNUC_WARN_UNUSED_RESULT;
void          ex_lesson_free      (ExLesson        *self);

/* By the short name “reference” or the id “11/reference”; NULL when there is
 * none. */
const ExTask *ex_lesson_find_task (const ExLesson  *self,
                                   const char      *name);

/* The id in the name of a lesson's folder, or NULL when @folder is not named
 * “ID-words”.  (transfer full) */
char         *ex_lesson_dup_id    (const char      *folder) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ExLesson, ex_lesson_free)

G_END_DECLS
