/* checks/number.c: a number within a tolerance
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "exercises/checks/number.h"

#include "exercises/check.h"
#include "exercises/number-reader.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

#define VALUE_MAX 1e300

/* What binary fractions cost: 1.2135 is not farther than 0.0005 from 1.2130,
 * but their difference in doubles is. */
#define ROUNDING 1e-12

/* A unit in which the answer may be given as well. */
typedef struct
{
  char   *name;
  double  factor;               /* one of it in the task's own unit */
} Unit;

typedef struct
{
  ExNumber   public;            /* first, so that a pointer to either is one to both */
  GPtrArray *units;             /* Unit */
} Parameters;

static void
unit_free (gpointer data)
{
  Unit *unit = data;

  g_free (unit->name);
  g_free (unit);
}

static void
parameters_free (gpointer data)
{
  Parameters *self = data;

  g_free (self->public.unit);
  g_ptr_array_unref (self->units);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Parameters, parameters_free)

static void
add_unit (Parameters *self,
          const char *name,
          double      factor)
{
  Unit *unit = g_new0 (Unit, 1);

  unit->name = g_strdup (name);
  unit->factor = factor;
  g_ptr_array_add (self->units, unit);
}

/* “units=s:1000 min:60000” beside “unit=ms”. */
static gboolean
read_units (Parameters  *self,
            ExKeyGroup  *group,
            GError     **error)
{
  g_auto (GStrv) words = ex_key_group_dup_words (group, "units");

  if (self->public.unit != NULL)
    add_unit (self, self->public.unit, 1);
  for (guint i = 0; words[i] != NULL; i++)
    {
      char *colon = strrchr (words[i], ':');
      double factor = colon != NULL ? g_ascii_strtod (colon + 1, NULL) : 0;

      if (!(factor > 0) || !isfinite (factor))
        {
          ex_key_group_set_error (group, "units", error,
                                  _("“%s” is not written “unit:factor”."), words[i]);
          return FALSE;
        }
      *colon = '\0';
      add_unit (self, words[i], factor);
    }

  /* A share may always be written in hundredths or thousandths. */
  if (self->public.unit == NULL)
    {
      add_unit (self, "%", 0.01);
      add_unit (self, "‰", 0.001);
    }
  return TRUE;
}

static gpointer
number_parse (ExTask     *task,
              ExKeyFile  *file,
              GError    **error)
{
  g_autoptr (Parameters) self = g_new0 (Parameters, 1);
  ExKeyGroup *group = ex_key_file_get (file, "task", error);
  const char *value;

  self->units = g_ptr_array_new_with_free_func (unit_free);
  value = group != NULL ? ex_key_group_get (group, "value", error) : NULL;
  if (value == NULL
      || !ex_key_group_read_number (group, "value", -VALUE_MAX, VALUE_MAX,
                                    &self->public.value, error)
      || !ex_key_group_read_number (group, "absolute", 0, VALUE_MAX,
                                    &self->public.absolute, error)
      || !ex_key_group_read_number (group, "relative", 0, 1, &self->public.relative, error))
    return NULL;

  self->public.unit = g_strdup (ex_key_group_find (group, "unit"));
  if (!read_units (self, group, error))
    return NULL;

  task->reference = g_strdup (value);
  return g_steal_pointer (&self);
}

static char *
describe_tolerance (const ExNumber *number)
{
  double percent = number->relative * 100;

  if (number->absolute > 0 && number->relative > 0)
    return g_strdup_printf (_("It counts when it is off by at most %g plus %g %% "
                              "of the exact value."),
                            number->absolute, percent);
  if (number->absolute > 0)
    return g_strdup_printf (_("It counts when it is off by at most %g."), number->absolute);
  if (number->relative > 0)
    return g_strdup_printf (_("It counts when it is off by at most %g %% of the exact value."),
                            percent);
  return g_strdup (_("Only the exact value counts."));
}

static char *
number_guide (const ExTask *task)
{
  const ExNumber *number = task->parameters;
  g_autofree char *tolerance = describe_tolerance (number);

  if (number->unit == NULL)
    return g_strdup_printf (_("Answer with a number. %s"), tolerance);
  return g_strdup_printf (_("Answer with a number in %s. %s"), number->unit, tolerance);
}

/* Reads @text into the task's unit. */
static gboolean
read_answer (const Parameters  *self,
             const char        *text,
             double            *value,
             char             **fault)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *unit = NULL;

  if (!ex_number_read (text, value, &unit, &error))
    {
      *fault = g_strdup (error->message);
      return FALSE;
    }
  if (unit == NULL)
    return TRUE;

  for (guint i = 0; i < self->units->len; i++)
    {
      const Unit *known = g_ptr_array_index (self->units, i);

      if (g_ascii_strcasecmp (known->name, unit) == 0)
        {
          *value *= known->factor;
          return TRUE;
        }
    }

  *fault = self->public.unit != NULL
           ? g_strdup_printf (_("“%s” is not understood behind the number; "
                                "the answer is wanted in %s."), unit, self->public.unit)
           : g_strdup_printf (_("“%s” is not understood behind the number; "
                                "the answer has no unit."), unit);
  return FALSE;
}

static gboolean
is_near (const ExNumber *number,
         double          value,
         double          answer)
{
  return fabs (answer - value) <= number->absolute + (number->relative + ROUNDING) * fabs (value);
}

static ExVerdict *
number_judge (const ExTask *task,
              GBytes       *answer,
              GCancellable *cancellable)
{
  const Parameters *self = task->parameters;
  ExVerdict *verdict = NULL;
  g_autofree char *text = ex_answer_dup_text (answer, &verdict);
  g_autofree char *fault = NULL;
  char shown[G_ASCII_DTOSTR_BUF_SIZE];
  double value;

  if (text == NULL)
    return verdict;
  if (!read_answer (self, text, &value, &fault))
    return ex_verdict_new (EX_OUTCOME_ERROR, "%s", fault);

  verdict = is_near (&self->public, self->public.value, value)
            ? ex_verdict_new (EX_OUTCOME_PASS, "%s", _("Right."))
            : ex_verdict_new (EX_OUTCOME_FAIL, "%s", _("This is not the value."));
  ex_verdict_add_detail (verdict, "read-as",
                         g_ascii_formatd (shown, sizeof shown, "%.12g", value));
  return verdict;
}

static gboolean
number_same (const ExTask *task,
             const char   *answer,
             const char   *known)
{
  const Parameters *self = task->parameters;
  g_autofree char *fault = NULL;
  g_autofree char *other_fault = NULL;
  double value;
  double other;

  return read_answer (self, answer, &value, &fault)
         && read_answer (self, known, &other, &other_fault)
         && is_near (&self->public, other, value);
}

const ExCheck ex_check_number = {
  .name    = "number",
  .title   = N_("Number"),
  .summary = N_("A number that may be off by a stated tolerance."),
  .parse   = number_parse,
  .free    = parameters_free,
  .guide   = number_guide,
  .judge   = number_judge,
  .same    = number_same,
  .sample  = "kind=number\n"
             "value=1.25\n"
             "absolute=0.01\n",
};

const ExNumber *
ex_task_get_number (const ExTask *task)
{
  return task->check == &ex_check_number ? task->parameters : NULL;
}
