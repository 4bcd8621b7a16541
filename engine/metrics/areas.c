/* areas.c: how well predicted areas overlap with the right ones
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "engine/metric.h"

#include <glib/gi18n-lib.h>
#include <math.h>

/* Over all pixels of all samples together, for each class: intersection over
 * union, and the Dice coefficient 2 |A ∩ B| / (|A| + |B|).  A class that is in
 * neither has no value, and no part in the means. */

typedef struct
{
  gint64  classes;
  gint64 *both;                 /* of each class */
  gint64 *sum;                  /* |A| + |B| */
} Areas;

/* Pixels have at least two axes, and a mask of one class also that of channels. */
static gboolean
has_areas (const NnTask *task)
{
  return task->classes > 0 && task->answer.rank >= 2 && task->items > 1;
}

static void *
areas_new (const NnTask *task)
{
  Areas *self = g_new0 (Areas, 1);

  self->classes = task->classes;
  self->both = g_new0 (gint64, task->classes);
  self->sum = g_new0 (gint64, task->classes);
  return self;
}

static void
areas_free (void *state)
{
  Areas *self = state;

  g_free (self->both);
  g_free (self->sum);
  g_free (self);
}

static void
areas_add (void           *state,
           const NnJudged *batch)
{
  Areas *self = state;

  for (gint64 i = 0; i < batch->n_items; i++)
    if (batch->truth[i] >= 0)
      {
        self->sum[batch->truth[i]]++;
        self->sum[batch->guess[i]]++;
        self->both[batch->truth[i]] += batch->truth[i] == batch->guess[i];
      }
}

static double
iou_of (const Areas *self,
        gint64       class)
{
  double both = (double) self->both[class];

  return self->sum[class] > 0 ? both / ((double) self->sum[class] - both) : NAN;
}

static double
dice_of (const Areas *self,
         gint64       class)
{
  return self->sum[class] > 0 ? 2 * (double) self->both[class] / (double) self->sum[class] : NAN;
}

/* From class @first on. */
static double
mean_of (const Areas *self,
         double     (*value) (const Areas *self,
                              gint64       class),
         gint64       first)
{
  double sum = 0;
  int count = 0;

  for (gint64 i = first; i < self->classes; i++)
    if (self->sum[i] > 0)
      {
        sum += value (self, i);
        count++;
      }

  return count > 0 ? sum / count : NAN;
}

static void
areas_finish (void       *state,
              NnFindings *findings)
{
  const char *columns[] = { N_("IoU"), N_("Dice"), NULL };
  const Areas *self = state;
  g_autofree double *values = g_new (double, 2 * self->classes);

  nn_findings_add_share (findings, "miou", N_("Mean IoU"), mean_of (self, iou_of, 0));
  nn_findings_add_share (findings, "miou-foreground", N_("Mean IoU without the background"),
                         mean_of (self, iou_of, 1));
  nn_findings_add_share (findings, "dice", N_("Mean Dice"), mean_of (self, dice_of, 0));
  nn_findings_add_share (findings, "dice-foreground", N_("Mean Dice without the background"),
                         mean_of (self, dice_of, 1));

  for (gint64 i = 0; i < self->classes; i++)
    {
      values[2 * i] = iou_of (self, i);
      values[2 * i + 1] = dice_of (self, i);
    }
  nn_findings_add_table (findings, "areas", N_("Areas"), self->classes, 2, columns, values);
}

const NnMetric nn_metrics_areas[] = {
  {
    .name = "areas", .title = N_("IoU and Dice"),
    .summary = N_("How well the predicted areas of each class overlap with the right ones."),
    .lesson = "20", .fits = has_areas, .begin = areas_new, .add = areas_add,
    .finish = areas_finish, .free = areas_free,
  },
  { NULL }
};
