/* verdict.h: what a check has found out about an answer
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum
{
  EX_OUTCOME_PASS,
  EX_OUTCOME_FAIL,              /* judged, and not right; nothing at all is not right either */
  EX_OUTCOME_ERROR,             /* cannot be judged: not in the notation asked for */
  EX_OUTCOME_STOPPED,           /* took too long, or somebody stopped it */
} ExOutcome;

/* “pass”, “fail”, “error”, “stopped”: for files and for programs. */
const char *ex_outcome_get_name (ExOutcome         outcome);
gboolean    ex_outcome_parse    (const char       *name,
                                 ExOutcome        *outcome);

/* A fact beside the message, such as how an answer was read. */
typedef struct
{
  char *key;                    /* “read-as”: for programs */
  char *value;
} ExDetail;

typedef struct
{
  ExOutcome  outcome;
  char      *message;           /* Markdown; never gives the right answer away */
  char      *mistake;           /* id of the known mistake, or NULL */
  GPtrArray *details;           /* ExDetail */
} ExVerdict;

ExVerdict  *ex_verdict_new        (ExOutcome   outcome,
                                   const char *format,
                                   ...) G_GNUC_PRINTF (2, 3) G_GNUC_WARN_UNUSED_RESULT;
void        ex_verdict_free       (ExVerdict  *self);
void        ex_verdict_add_detail (ExVerdict  *self,
                                   const char *key,
                                   const char *value);

/* Turns a failure into that of a known mistake. */
void        ex_verdict_set_mistake (ExVerdict  *self,
                                    const char *id,
                                    const char *message);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ExVerdict, ex_verdict_free)

G_END_DECLS
