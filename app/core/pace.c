/* pace.c: how fast a training goes, and how long it will take
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "app/core/pace.h"

#include <math.h>
#include <string.h>

/* Marks are at least this far apart, so that all of them span about six
 * seconds. */
#define INTERVAL_US (200 * G_TIME_SPAN_MILLISECOND)

/* Less than this says nothing. */
#define SHORTEST_US (500 * G_TIME_SPAN_MILLISECOND)

void
app_pace_clear (AppPace *self)
{
  self->n_marks = 0;
}

void
app_pace_add (AppPace *self,
              gint64   time_us,
              guint64  step,
              guint64  samples)
{
  guint n = self->n_marks;

  if (n >= 2 && time_us - self->marks[n - 2].time_us < INTERVAL_US)
    n--;                        /* the newest one moves on */
  else if (n == APP_PACE_MARKS)
    {
      memmove (self->marks, self->marks + 1, sizeof self->marks - sizeof self->marks[0]);
      n--;
    }

  self->marks[n].time_us = time_us;
  self->marks[n].step = step;
  self->marks[n].samples = samples;
  self->n_marks = n + 1;
}

/* Seconds from the first mark to the last one, and what was done in them; 0
 * when that is too little. */
static double
measure (AppPace *self,
         double  *steps,
         double  *samples)
{
  guint last = self->n_marks - 1;
  gint64 time_us;

  if (self->n_marks < 2)
    return 0;

  time_us = self->marks[last].time_us - self->marks[0].time_us;
  if (time_us < SHORTEST_US || self->marks[last].step <= self->marks[0].step)
    return 0;

  *steps = (double) (self->marks[last].step - self->marks[0].step);
  *samples = (double) self->marks[last].samples - (double) self->marks[0].samples;
  return (double) time_us / G_USEC_PER_SEC;
}

double
app_pace_get_per_second (AppPace *self)
{
  double steps, samples;
  double seconds = measure (self, &steps, &samples);

  return seconds > 0 ? MAX (samples / seconds, 0) : 0;
}

double
app_pace_get_seconds_left (AppPace *self,
                           guint64  steps_left)
{
  double steps, samples;
  double seconds = measure (self, &steps, &samples);

  return seconds > 0 ? (double) steps_left * seconds / steps : NAN;
}
