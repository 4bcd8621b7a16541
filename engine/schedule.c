/* schedule.c: how the learning rate changes during a training
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "engine/schedule.h"

#include "engine/schedule-table.h"

const NnScheduleKind *
nn_schedule_kind_get (guint index)
{
  for (int i = 0; nn_schedule_families[i] != NULL; i++)
    for (const NnScheduleKind *kind = nn_schedule_families[i]; kind->name != NULL; kind++)
      if (index-- == 0)
        return kind;

  return NULL;
}

const NnScheduleKind *
nn_schedule_kind_find (const char *name)
{
  const NnScheduleKind *kind;

  for (guint i = 0; (kind = nn_schedule_kind_get (i)) != NULL; i++)
    if (g_str_equal (kind->name, name))
      return kind;

  return NULL;
}

NnSchedule
nn_schedule_initial (const NnScheduleKind *kind,
                     double                base)
{
  NnSchedule self = { .kind = kind, .base = base };

  nn_attrs_initial (kind->attrs, self.attr);
  return self;
}

double
nn_schedule_rate (const NnSchedule *self,
                  guint64           step,
                  guint64           steps_per_epoch,
                  guint64           total_steps)
{
  guint64 at = MIN (step, total_steps);
  double progress = total_steps > 0 ? (double) at / (double) total_steps : 0;
  guint64 epoch = steps_per_epoch > 0 ? at / steps_per_epoch : 0;
  double rate = self->kind->rate (self->attr, self->base, epoch, progress);

  if (step < self->warmup_steps)
    rate *= ((double) step + 1) / ((double) self->warmup_steps + 1);

  return rate;
}
