/* check.h: the kinds of task, one record each
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "exercises/key-file.h"
#include "exercises/task.h"

G_BEGIN_DECLS

/* One record is the whole truth about a kind: how its tasks are written, what
 * the learner is told about answering, and what an answer is worth.  A new
 * kind `foo` is checks/foo.c with a record `ex_check_foo` and one word in
 * checks/meson.build; tests/test-checks.c finds it there. */
struct _ExCheck
{
  const char  *name;            /* “choice”: the value of “kind=”; never renamed */
  const char  *title;           /* N_(): above the question */
  const char  *summary;         /* N_(): one sentence for authors, with a full stop */

  /* Reads the keys of this kind, sets task->reference and may add mistakes.
   * Returns what judge() needs, or NULL with @error set. */
  gpointer   (*parse)  (ExTask        *task,
                        ExKeyFile     *file,
                        GError       **error);
  void       (*free)   (gpointer       parameters);

  /* (transfer full) */
  char      *(*guide)  (const ExTask  *task);
  ExVerdict *(*judge)  (const ExTask  *task,
                        GBytes        *answer,
                        GCancellable  *cancellable);

  /* Whether a failed @answer is the known wrong one @known.  NULL where
   * judge() finds the mistake by itself. */
  gboolean   (*same)   (const ExTask  *task,
                        const char    *answer,
                        const char    *known);

  /* A task that is as short as it may be, for the tests: group lines as in a
   * file, without what every task has. */
  const char  *sample;
};

/* All of them, ended by NULL. */
const ExCheck * const *ex_check_list (void);

/* NULL when there is no such kind. */
const ExCheck         *ex_check_find (const char   *name);

/* The answer as text, for kinds that are answered by a few words; NULL, with
 * a verdict in @verdict, when it is not text or too long. */
char                  *ex_answer_dup_text (GBytes     *answer,
                                           ExVerdict **verdict);

G_END_DECLS
