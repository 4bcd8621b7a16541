/* numbers.c: how far predicted numbers are from the right ones
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "engine/metric.h"

#include <glib/gi18n-lib.h>
#include <math.h>

/* The root of the mean squared error, and R² = 1 - Σ (t - x)² / Σ (t - mean of t)²,
 * are those of each of the numbers of a sample, and the mean of these.  Where all
 * answers are equal R² is 1 when each is met, and else 0. */

#define MOST_OUTPUTS 1048576

typedef struct
{
  gint64  outputs;
  gint64  n_samples;
  double  absolute;             /* Σ |t - x| over everything */
  double *start;                /* the first answer, taken away to keep digits */
  double *sum;                  /* Σ (t - start), of each output */
  double *squares;              /* Σ (t - start)² */
  double *errors;               /* Σ (t - x)² */
} Numbers;

static gboolean
is_numbers (const NnTask *task)
{
  return task->kind == NN_TASK_NUMBERS && task->items <= MOST_OUTPUTS;
}

static void *
numbers_new (const NnTask *task)
{
  Numbers *self = g_new0 (Numbers, 1);

  self->outputs = task->items;
  self->start = g_new0 (double, task->items);
  self->sum = g_new0 (double, task->items);
  self->squares = g_new0 (double, task->items);
  self->errors = g_new0 (double, task->items);
  return self;
}

static void
numbers_free (void *state)
{
  Numbers *self = state;

  g_free (self->start);
  g_free (self->sum);
  g_free (self->squares);
  g_free (self->errors);
  g_free (self);
}

static void
numbers_add (void           *state,
             const NnJudged *batch)
{
  Numbers *self = state;

  for (gint64 sample = 0; sample < batch->n_samples; sample++)
    {
      const float *x = batch->x + sample * self->outputs;
      const float *t = batch->t + sample * self->outputs;

      for (gint64 i = 0; i < self->outputs; i++)
        {
          double error = (double) t[i] - x[i];
          double from_start;

          if (self->n_samples == 0)
            self->start[i] = t[i];
          from_start = t[i] - self->start[i];
          self->absolute += fabs (error);
          self->errors[i] += error * error;
          self->sum[i] += from_start;
          self->squares[i] += from_start * from_start;
        }
      self->n_samples++;
    }
}

static double
r2_of (const Numbers *self,
       gint64         output)
{
  double spread = self->squares[output]
                  - self->sum[output] * self->sum[output] / (double) self->n_samples;

  if (spread > 0)
    return 1 - self->errors[output] / spread;
  return self->errors[output] == 0;
}

static void
numbers_finish (void       *state,
                NnFindings *findings)
{
  const Numbers *self = state;
  double count = (double) (self->n_samples * self->outputs);
  double rmse = 0;
  double r2 = 0;

  for (gint64 i = 0; i < self->outputs; i++)
    {
      rmse += sqrt (self->errors[i] / (double) MAX (self->n_samples, 1));
      r2 += self->n_samples >= 2 ? r2_of (self, i) : NAN;
    }
  nn_findings_add_number (findings, "mae", N_("Mean absolute error"),
                          count > 0 ? self->absolute / count : NAN, NN_BETTER_LOWER);
  nn_findings_add_number (findings, "rmse", N_("Root of the mean squared error"),
                          count > 0 ? rmse / (double) self->outputs : NAN, NN_BETTER_LOWER);
  nn_findings_add_number (findings, "r2", N_("R²"), r2 / (double) MAX (self->outputs, 1),
                          NN_BETTER_HIGHER);
}

const NnMetric nn_metrics_numbers[] = {
  {
    .name = "numbers", .title = N_("Errors and R²"),
    .summary = N_("How far predicted numbers are from the right ones, and how much of their "
                  "spread is explained."),
    .lesson = "11", .fits = is_numbers, .begin = numbers_new, .add = numbers_add,
    .finish = numbers_finish, .free = numbers_free,
  },
  { NULL }
};
