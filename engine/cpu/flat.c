/* flat.c: whole buffers of parameters and gradients, as vectors
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "engine/cpu/flat.h"

#include "engine/cpu/clones.h"

/* Numbers below which one thread does all. */
#define GRAIN 65536

typedef struct
{
  float       *y;
  const float *x;
  float        keep;
  float        factor;
  float        limit;
} Work;

NN_CLONES static void
mix_range (void   *data,
           gint64  first,
           gint64  last)
{
  const Work *work = data;
  float *restrict y = work->y;
  const float *restrict x = work->x;

  if (work->keep == 0)
    for (gint64 i = first; i < last; i++)
      y[i] = work->factor * x[i];
  else
    for (gint64 i = first; i < last; i++)
      y[i] = work->keep * y[i] + work->factor * x[i];
}

void
nn_flat_mix (NnPool      *pool,
             int          threads,
             float       *y,
             const float *x,
             double       keep,
             double       factor,
             gint64       count)
{
  Work work = { .y = y, .x = x, .keep = (float) keep, .factor = (float) factor };

  nn_pool_for (pool, threads, count, GRAIN, mix_range, &work);
}

NN_CLONES static void
clamp_range (void   *data,
             gint64  first,
             gint64  last)
{
  const Work *work = data;
  float *restrict y = work->y;

  for (gint64 i = first; i < last; i++)
    {
      float scaled = work->factor * y[i];
      float below = scaled < work->limit ? scaled : work->limit;

      y[i] = below > -work->limit ? below : -work->limit;
    }
}

void
nn_flat_clamp (NnPool *pool,
               int     threads,
               float  *x,
               double  factor,
               double  limit,
               gint64  count)
{
  Work work = { .y = x, .factor = (float) factor, .limit = (float) limit };

  nn_pool_for (pool, threads, count, GRAIN, clamp_range, &work);
}

#define LANES 8

NN_CLONES double
nn_flat_sum_squares (const float *x,
                     gint64       count)
{
  double lane[LANES] = { 0 };
  double sum = 0;
  gint64 whole = count / LANES * LANES;

  for (gint64 i = 0; i < whole; i += LANES)
    for (int k = 0; k < LANES; k++)
      lane[k] += (double) x[i + k] * x[i + k];
  for (gint64 i = whole; i < count; i++)
    sum += (double) x[i] * x[i];
  for (int k = 0; k < LANES; k++)
    sum += lane[k];
  return sum;
}
