/* answer-private.h: the ways to answer, one record each
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "app/answer.h"

#include "exercises/checks/choice.h"

G_BEGIN_DECLS

typedef struct
{
  const char *check;            /* name of the ExCheck */
  int         mode;             /* ExChoiceMode of a choice; -1 for other checks */

  void      (*make)     (AppAnswer    *self);
  char     *(*dup_text) (AppAnswer    *self);
  void      (*set_text) (AppAnswer    *self,
                         const char   *text);
  char     *(*describe) (const ExTask *task,
                         const char   *text);
} AppAnswerKind;

extern const AppAnswerKind app_answer_single;
extern const AppAnswerKind app_answer_multiple;
extern const AppAnswerKind app_answer_matching;
extern const AppAnswerKind app_answer_ordering;
extern const AppAnswerKind app_answer_number;

struct _AppAnswer
{
  GtkWidget            parent_instance;

  const ExTask        *task;    /* borrowed */
  const AppAnswerKind *kind;    /* NULL when this program has no way for it */
  GPtrArray           *controls; /* borrowed widgets, by the order of the options */
};

/* For the kinds: to be called after each change, and on Enter. */
void            _app_answer_changed    (AppAnswer   *self);
void            _app_answer_submit     (AppAnswer   *self);
void            _app_answer_add        (AppAnswer   *self,
                                        GtkWidget   *child);

/* The words of an answer by ids.  (transfer full) */
char          **_app_answer_split      (const char  *text);
const ExOption *_app_answer_find       (GPtrArray   *options,
                                        const char  *id);

/* Appends the text of @option as an item of a list: "- " or "1. ". */
void            _app_answer_append     (GString        *markdown,
                                        const char     *mark,
                                        const ExOption *option);

G_END_DECLS
