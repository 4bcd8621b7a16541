/* verdict.c: what a check has found out about an answer
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "exercises/verdict.h"

#include <string.h>

static const char * const outcome_names[] = {
  [EX_OUTCOME_PASS]    = "pass",
  [EX_OUTCOME_FAIL]    = "fail",
  [EX_OUTCOME_ERROR]   = "error",
  [EX_OUTCOME_STOPPED] = "stopped",
};

const char *
ex_outcome_get_name (ExOutcome outcome)
{
  return outcome_names[outcome];
}

gboolean
ex_outcome_parse (const char *name,
                  ExOutcome  *outcome)
{
  for (guint i = 0; i < G_N_ELEMENTS (outcome_names); i++)
    if (strcmp (outcome_names[i], name) == 0)
      {
        *outcome = i;
        return TRUE;
      }

  return FALSE;
}

static void
detail_free (gpointer data)
{
  ExDetail *detail = data;

  g_free (detail->key);
  g_free (detail->value);
  g_free (detail);
}

ExVerdict *
ex_verdict_new (ExOutcome   outcome,
                const char *format,
                ...)
{
  ExVerdict *self = g_new0 (ExVerdict, 1);
  va_list args;

  self->outcome = outcome;
  va_start (args, format);
  self->message = g_strdup_vprintf (format, args);
  va_end (args);
  self->details = g_ptr_array_new_with_free_func (detail_free);
  return self;
}

void
ex_verdict_free (ExVerdict *self)
{
  g_free (self->message);
  g_free (self->mistake);
  g_ptr_array_unref (self->details);
  g_free (self);
}

void
ex_verdict_add_detail (ExVerdict  *self,
                       const char *key,
                       const char *value)
{
  ExDetail *detail = g_new0 (ExDetail, 1);

  detail->key = g_strdup (key);
  detail->value = g_strdup (value);
  g_ptr_array_add (self->details, detail);
}

void
ex_verdict_set_mistake (ExVerdict  *self,
                        const char *id,
                        const char *message)
{
  g_assert (self->outcome == EX_OUTCOME_FAIL);

  g_free (self->mistake);
  self->mistake = g_strdup (id);
  g_free (self->message);
  self->message = g_strdup (message);
}
