/* checks/choice.h: what the options of a choice are
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "exercises/task.h"

G_BEGIN_DECLS

/* How the answer is written; options are named by their ids. */
typedef enum
{
  EX_CHOICE_SINGLE,             /* “b” */
  EX_CHOICE_MULTIPLE,           /* “a c”, in any order */
  EX_CHOICE_ORDERING,           /* “c a b”: all of them */
  EX_CHOICE_MATCHING,           /* “a:2 b:1”: every option with its partner */
} ExChoiceMode;

typedef struct
{
  char *id;
  char *text;                   /* Markdown */
  char *message;                /* what to say to whoever chooses it, or NULL */
} ExOption;

typedef struct
{
  ExChoiceMode  mode;
  GPtrArray    *options;        /* ExOption, as the author wrote them */
  GPtrArray    *partners;       /* ExOption; empty unless matching */
  char        **right;          /* words of the right answer, sorted unless ordering */
} ExChoice;

/* NULL when @task is of another kind. */
const ExChoice *ex_task_get_choice (const ExTask *task);

G_END_DECLS
