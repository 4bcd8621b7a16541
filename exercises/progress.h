/* progress.h: what this learner has done
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "exercises/verdict.h"

G_BEGIN_DECLS

typedef enum
{
  EX_TASK_UNTOUCHED,
  EX_TASK_TRIED,
  EX_TASK_GIVEN_UP,             /* the reference was opened before passing */
  EX_TASK_PASSED,               /* stays so, whatever is tried afterwards */
} ExTaskState;

typedef struct
{
  ExTaskState  state;
  guint        attempts;        /* answers that could be judged */
  ExOutcome    best;            /* of the attempts; FAIL without any */
  guint        hints;           /* opened so far */
  double       seconds;         /* spent on the task */
  gint64       when;            /* last change, seconds since 1970 */
  char        *answer;          /* the last one, or NULL when it is not short text */
} ExRecord;

/* Kept in one small file in a folder that the caller chooses. */
typedef struct _ExProgress ExProgress;

/* Without a file this is a learner who begins.  A damaged file is renamed to
 * “progress.ini.damaged”, with a number when there is one already; what can
 * be read of it counts, and ex_progress_get_warning() says so.  Fails when
 * the file cannot be read or moved, or is a newer Epoch's: going on would
 * overwrite it. */
ExProgress     *ex_progress_load        (const char        *folder,
                                         GError           **error) G_GNUC_WARN_UNUSED_RESULT;
void            ex_progress_free        (ExProgress        *self);
const char     *ex_progress_get_warning (const ExProgress  *self);

/* Replaces the file as a whole or leaves it as it was.  Waits for the disk. */
gboolean        ex_progress_save        (const ExProgress  *self,
                                         GError           **error);

/* NULL when the task is untouched. */
const ExRecord *ex_progress_find        (const ExProgress  *self,
                                         const char        *task);

/* @seconds since the last record of this task.  A verdict of ERROR keeps the
 * answer and costs no attempt. */
void            ex_progress_add_verdict (ExProgress        *self,
                                         const char        *task,
                                         const char        *answer,
                                         ExOutcome          outcome,
                                         double             seconds);
void            ex_progress_add_hint    (ExProgress        *self,
                                         const char        *task);
void            ex_progress_give_up     (ExProgress        *self,
                                         const char        *task);
void            ex_progress_reset       (ExProgress        *self,
                                         const char        *task);

/* Where to go on: the lesson and page that were open last, or NULL. */
void            ex_progress_set_place   (ExProgress        *self,
                                         const char        *lesson,
                                         const char        *page);
const char     *ex_progress_get_lesson  (const ExProgress  *self);
const char     *ex_progress_get_page    (const ExProgress  *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ExProgress, ex_progress_free)

G_END_DECLS
