/* schedule.c: how the learning rate changes during a training
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "engine/schedule.h"

#include "engine/schedule-table.h"

#include <math.h>

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

gboolean
nn_schedule_check (const NnSchedule  *self,
                   GError           **error)
{
  const NnAttr *attrs = self->kind->attrs;

  for (int i = 0; attrs != NULL && attrs[i].name != NULL; i++)
    if (!nn_attr_check (&attrs[i], &self->attr[i], error))
      return FALSE;

  return TRUE;
}

NnScheduleState
nn_schedule_begin (const NnSchedule *self)
{
  return (NnScheduleState) { .rate = self->base, .best = HUGE_VAL };
}

static NnSchedulePoint
point_at (const NnSchedule      *self,
          const NnScheduleTime  *time,
          const NnScheduleState *state)
{
  guint64 step = MIN (time->step, time->total_steps);
  NnSchedulePoint point = {
    .base = self->base,
    .step = step,
    .total_steps = time->total_steps,
    .state = state,
  };

  if (time->total_steps > 0)
    point.progress = (double) step / (double) time->total_steps;
  if (time->steps_per_epoch > 0)
    {
      point.epoch = step / time->steps_per_epoch;
      point.epochs = (double) step / (double) time->steps_per_epoch;
    }
  return point;
}

double
nn_schedule_rate (const NnSchedule      *self,
                  const NnScheduleTime  *time,
                  const NnScheduleState *state)
{
  NnSchedulePoint point = point_at (self, time, state);
  double rate = self->kind->rate (self->attr, &point);

  if (time->step < self->warmup_steps)
    rate *= ((double) time->step + 1) / ((double) self->warmup_steps + 1);

  return rate;
}

double
nn_schedule_momentum (const NnSchedule      *self,
                      const NnScheduleTime  *time,
                      const NnScheduleState *state)
{
  NnSchedulePoint point = point_at (self, time, state);

  return self->kind->momentum != NULL ? self->kind->momentum (self->attr, &point) : NAN;
}

void
nn_schedule_watch (const NnSchedule *self,
                   double            loss,
                   NnScheduleState  *state)
{
  if (self->kind->watch != NULL)
    self->kind->watch (self->attr, loss, state);
}
