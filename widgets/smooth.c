/* smooth.c: an exponentially smoothed copy of a series that keeps up with it
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "widgets/smooth.h"

#include <math.h>

/* s_n = w s_(n-1) + (1 - w) y_n, shown as s_n / (1 - w^n).  The division takes
 * away the pull towards s_0 = 0, so the curve starts at its first value.  This
 * is what TensorBoard draws, and people compare. */

/* At 1 the average would never leave its start. */
#define MAX_WEIGHT 0.999

struct _UiSmooth
{
  UiSeries *result;             /* owned; NULL before the first update */
  double    weight;
  double    average;
  double    bias;               /* weight to the power of the values seen */
  gsize     n_points;           /* of the source, gaps included */
  guint64   generation;
};

UiSmooth *
ui_smooth_new (void)
{
  return g_new0 (UiSmooth, 1);
}

void
ui_smooth_free (UiSmooth *self)
{
  g_clear_pointer (&self->result, ui_series_unref);
  g_free (self);
}

static void
smooth_restart (UiSmooth *self,
                UiSeries *source,
                double    weight)
{
  g_clear_pointer (&self->result, ui_series_unref);
  self->result = ui_series_new (ui_series_get_name (source));
  self->weight = weight;
  self->average = 0;
  self->bias = 1;
  self->n_points = 0;
  self->generation = ui_series_get_generation (source);
}

UiSeries *
ui_smooth_update (UiSmooth *self,
                  UiSeries *source,
                  double    weight)
{
  gsize length = ui_series_get_length (source);

  weight = CLAMP (weight, 0, MAX_WEIGHT);
  if (self->result == NULL || self->weight != weight
      || self->generation != ui_series_get_generation (source))
    smooth_restart (self, source, weight);

  for (; self->n_points < length; self->n_points++)
    {
      double y = ui_series_get_y (source, self->n_points);

      if (isfinite (y))
        {
          self->average = weight * self->average + (1 - weight) * y;
          self->bias *= weight;
          y = self->average / (1 - self->bias);
        }
      ui_series_append (self->result, ui_series_get_x (source, self->n_points), y);
    }

  return self->result;
}
