/* check.c: looking up kinds of task, and what their checks share
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "exercises/check.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define ANSWER_MAX_BYTES (16 * 1024)

const ExCheck *
ex_check_find (const char *name)
{
  for (const ExCheck * const *check = ex_check_list (); *check != NULL; check++)
    if (strcmp ((*check)->name, name) == 0)
      return *check;

  return NULL;
}

char *
ex_answer_dup_text (GBytes     *answer,
                    ExVerdict **verdict)
{
  gsize size;
  const char *data = g_bytes_get_data (answer, &size);
  char *text;

  if (size > ANSWER_MAX_BYTES)
    {
      *verdict = ex_verdict_new (EX_OUTCOME_ERROR,
                                 _("The answer has %zu bytes; at most %d are read."),
                                 size, ANSWER_MAX_BYTES);
      return NULL;
    }
  if (size > 0 && !g_utf8_validate_len (data, size, NULL))
    {
      *verdict = ex_verdict_new (EX_OUTCOME_ERROR, "%s", _("The answer is not UTF-8 text."));
      return NULL;
    }

  text = g_strndup (size > 0 ? data : "", size);
  if (*g_strstrip (text) == '\0')
    {
      g_free (text);
      *verdict = ex_verdict_new (EX_OUTCOME_FAIL, "%s", _("There is no answer yet."));
      return NULL;
    }

  return text;
}
