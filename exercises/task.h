/* task.h: one question of a lesson, and what is known about answers to it
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "exercises/verdict.h"

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct _ExCheck ExCheck;

/* A wrong answer that is known to come, and what to say to it. */
typedef struct
{
  char *id;
  char *answer;
  char *message;                /* Markdown */
} ExMistake;

/* Read-only once it is loaded. */
typedef struct
{
  char           *id;           /* “11/reference” */
  char           *name;         /* “reference” */
  char           *title;        /* one line for a list of tasks */
  double          order;
  const ExCheck  *check;        /* the kind of the task */
  gpointer        parameters;   /* belongs to the check */
  char           *question;     /* Markdown, like the texts below */
  char          **hints;        /* from a nudge to nearly the answer */
  char           *explanation;  /* shown after passing or giving up */
  char           *reference;    /* an answer that passes, as a learner writes it */
  GPtrArray      *mistakes;     /* ExMistake */
  GPtrArray      *untranslated; /* what lacks the language it was loaded for */
} ExTask;

/* @lesson and @name make the id; @file is what errors call the text. */
ExTask      *ex_task_parse      (const char     *data,
                                 gsize           size,
                                 const char     *lesson,
                                 const char     *name,
                                 const char     *file,
                                 const char     *language,
                                 GError        **error) G_GNUC_WARN_UNUSED_RESULT;
ExTask      *ex_task_read       (const char     *path,
                                 const char     *lesson,
                                 const char     *name,
                                 const char     *file,
                                 const char     *language,
                                 GError        **error) G_GNUC_WARN_UNUSED_RESULT;
void         ex_task_free       (ExTask         *self);

/* How to answer, in the program's own words: how many options to choose, how
 * far off a number may be.  (transfer full) */
char        *ex_task_dup_guide  (const ExTask   *self) G_GNUC_WARN_UNUSED_RESULT;

/* Judges what a learner has handed in: option ids, a number, later a file's
 * bytes.  Never NULL; whatever goes wrong is a verdict as well, and cancelling
 * gives EX_OUTCOME_STOPPED.  (transfer full) */
ExVerdict   *ex_task_check      (const ExTask   *self,
                                 GBytes         *answer,
                                 GCancellable   *cancellable) G_GNUC_WARN_UNUSED_RESULT;
ExVerdict   *ex_task_check_text (const ExTask   *self,
                                 const char     *answer) G_GNUC_WARN_UNUSED_RESULT;

/* For checks: adds a wrong answer that their own keys describe. */
void         ex_task_add_mistake (ExTask        *self,
                                  const char    *id,
                                  const char    *answer,
                                  const char    *message);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ExTask, ex_task_free)

G_END_DECLS
