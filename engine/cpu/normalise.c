/* normalise.c: mean 0 and variance 1 for each row
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "engine/cpu/normalise.h"

#include "engine/op-scalar.h"

#define LANES 16
#define PARTS 16                /* partial sums of the weights' gradients, at most */

/* Where the weights of @row begin. */
static inline gint64
weight_offset (const NnNormalise *self,
               gint64             row)
{
  return row % self->period * self->weights;
}

static inline float
sum_lanes (const float lane[LANES])
{
  float sum[LANES];

  memcpy (sum, lane, sizeof sum);
  for (int width = LANES / 2; width > 0; width /= 2)
    for (int k = 0; k < width; k++)
      sum[k] += sum[k + width];
  return sum[0];
}

static inline float
sum_row (const float *x,
         gint64       n)
{
  float lane[LANES] = { 0 };
  gint64 i;

  for (i = 0; i + LANES <= n; i += LANES)
    for (int k = 0; k < LANES; k++)
      lane[k] += x[i + k];
  for (int k = 0; i < n; i++, k++)
    lane[k] += x[i];
  return sum_lanes (lane);
}

static inline float
sum_squares (const float *x,
             gint64       n,
             float        mean)
{
  float lane[LANES] = { 0 };
  gint64 i;

  for (i = 0; i + LANES <= n; i += LANES)
    for (int k = 0; k < LANES; k++)
      lane[k] += (x[i + k] - mean) * (x[i + k] - mean);
  for (int k = 0; i < n; i++, k++)
    lane[k] += (x[i] - mean) * (x[i] - mean);
  return sum_lanes (lane);
}

/* y = x · scale + shift over the runs of a row. */
static inline void
scale_runs (const NnNormalise *self,
            const float       *x,
            float             *y,
            float              mean,
            float              inverse,
            const float       *weight,
            const float       *bias)
{
  for (gint64 run = 0; run < self->weights; run++, x += self->run, y += self->run)
    {
      float scale = weight != NULL ? weight[run] * inverse : inverse;
      float shift = (bias != NULL ? bias[run] : 0) - mean * scale;

      NN_IVDEP
      for (gint64 i = 0; i < self->run; i++)
        y[i] = x[i] * scale + shift;
    }
}

/* The same where each number has its own weight. */
static inline void
scale_each (const NnNormalise *self,
            const float       *x,
            float             *y,
            float              mean,
            float              inverse,
            const float       *weight,
            const float       *bias)
{
  if (weight != NULL && bias != NULL)
    {
      NN_IVDEP
      for (gint64 i = 0; i < self->n; i++)
        y[i] = (x[i] - mean) * inverse * weight[i] + bias[i];
    }
  else if (weight != NULL)
    {
      NN_IVDEP
      for (gint64 i = 0; i < self->n; i++)
        y[i] = (x[i] - mean) * inverse * weight[i];
    }
  else
    {
      NN_IVDEP
      for (gint64 i = 0; i < self->n; i++)
        y[i] = (x[i] - mean) * inverse;
    }
}

static NN_CLONES void
normalise_rows (void   *data,
                gint64  first,
                gint64  last)
{
  const NnNormalise *self = data;

  for (gint64 row = first; row < last; row++)
    {
      const float *x = self->x + row * self->n;
      float *y = self->y + row * self->n;
      gint64 at = weight_offset (self, row);
      const float *weight = self->weight != NULL ? self->weight + at : NULL;
      const float *bias = self->bias != NULL ? self->bias + at : NULL;
      float mean = self->centred ? sum_row (x, self->n) / (float) self->n : 0;
      float var = sum_squares (x, self->n, mean) / (float) self->n;
      float inverse = 1 / sqrtf (var + self->epsilon);

      self->means[row] = mean;
      self->inverses[row] = inverse;
      if (self->run == 1)
        scale_each (self, x, y, mean, inverse, weight, bias);
      else
        scale_runs (self, x, y, mean, inverse, weight, bias);
    }
}

void
nn_normalise_rows (NnCall      *call,
                   NnNormalise *self)
{
  nn_pool_for (call->pool, call->threads, self->rows, NN_SCALAR_GRAIN / 2 / MAX (self->n, 1),
               normalise_rows, self);
}

/* With x̂ = (x - mean) · inverse and g = dy · weight,
 *
 *   dx = inverse · (g - Σ g / n - x̂ · Σ g x̂ / n),
 *
 * without the middle term where no mean was taken away.  The gradients of weight and
 * bias are Σ dy x̂ and Σ dy over the rows; each part of the rows has sums of its own, which
 * meet in order afterwards. */

/* Σ dy and Σ dy x̂ over neighbours that share a weight. */
G_ALWAYS_INLINE static inline void
sum_slopes (const float *x,
            const float *dy,
            gint64       n,
            float        mean,
            float        inverse,
            float        sums[2])
{
  float first[LANES] = { 0 };
  float second[LANES] = { 0 };
  gint64 i;

  for (i = 0; i + LANES <= n; i += LANES)
    for (int k = 0; k < LANES; k++)
      {
        first[k] += dy[i + k];
        second[k] += dy[i + k] * ((x[i + k] - mean) * inverse);
      }
  for (int k = 0; i < n; i++, k++)
    {
      first[k] += dy[i];
      second[k] += dy[i] * ((x[i] - mean) * inverse);
    }
  sums[0] = sum_lanes (first);
  sums[1] = sum_lanes (second);
}

/* Σ g and Σ g x̂ where each number has its own weight; adds to dweight and dbias. */
static inline void
slope_each (const float *x,
            const float *dy,
            const float *weight,
            gint64       n,
            float        mean,
            float        inverse,
            float       *restrict dweight,
            float       *restrict dbias,
            float        sums[2])
{
  float first[LANES] = { 0 };
  float second[LANES] = { 0 };
  gint64 i;

  for (i = 0; i + LANES <= n; i += LANES)
    for (int k = 0; k < LANES; k++)
      {
        float slope = dy[i + k] * ((x[i + k] - mean) * inverse);

        first[k] += dy[i + k] * weight[i + k];
        second[k] += slope * weight[i + k];
        dweight[i + k] += slope;
        dbias[i + k] += dy[i + k];
      }
  for (int k = 0; i < n; i++, k++)
    {
      float slope = dy[i] * ((x[i] - mean) * inverse);

      first[k] += dy[i] * weight[i];
      second[k] += slope * weight[i];
      dweight[i] += slope;
      dbias[i] += dy[i];
    }
  sums[0] = sum_lanes (first);
  sums[1] = sum_lanes (second);
}

static inline void
slope_runs (const NnNormalise *self,
            const float       *x,
            const float       *dy,
            const float       *weight,
            float              mean,
            float              inverse,
            float             *dweight,
            float             *dbias,
            float              sums[2])
{
  sums[0] = sums[1] = 0;
  for (gint64 run = 0; run < self->weights; run++, x += self->run, dy += self->run)
    {
      float part[2];

      sum_slopes (x, dy, self->run, mean, inverse, part);
      sums[0] += part[0] * weight[run];
      sums[1] += part[1] * weight[run];
      dbias[run] += part[0];
      dweight[run] += part[1];
    }
}

static inline void
slope_row (const NnNormalise *self,
           const float       *x,
           const float       *dy,
           const float       *weight,
           float              mean,
           float              inverse,
           const float        sums[2],
           float             *dx)
{
  float e = inverse * sums[1] / (float) self->n;
  float f = self->centred ? sums[0] / (float) self->n : 0;

  if (weight == NULL)
    {
      NN_IVDEP
      for (gint64 i = 0; i < self->n; i++)
        dx[i] = (dy[i] - f - (x[i] - mean) * e) * inverse;
    }
  else if (self->run == 1)
    {
      NN_IVDEP
      for (gint64 i = 0; i < self->n; i++)
        dx[i] = (dy[i] * weight[i] - f - (x[i] - mean) * e) * inverse;
    }
  else
    for (gint64 run = 0; run < self->weights; run++)
      {
        float a = weight[run];

        NN_IVDEP
        for (gint64 i = run * self->run; i < (run + 1) * self->run; i++)
          dx[i] = (dy[i] * a - f - (x[i] - mean) * e) * inverse;
      }
}

/* A part is some samples, each with all the rows of one period.  Where every number has
 * a weight, adding up the parts costs as much as a row of each. */
static gint64
count_parts (const NnNormalise *self)
{
  return CLAMP (self->rows / self->period / (self->run == 1 ? 4 : 1), 1, PARTS);
}

typedef struct
{
  const NnNormalise *rows;
  float        *sums;           /* of each part: dweight, then dbias */
  gint64        n_parts;
  gint64        n_weights;
} Parts;

static NN_CLONES void
slope_parts (void   *data,
             gint64  first,
             gint64  last)
{
  const Parts *parts = data;
  const NnNormalise *self = parts->rows;
  gint64 samples = self->rows / self->period;
  gint64 n = self->n;

  for (gint64 part = first; part < last; part++)
    {
      float *dweight = parts->sums + part * 2 * parts->n_weights;
      float *dbias = dweight + parts->n_weights;
      gint64 begin = part * samples / parts->n_parts * self->period;
      gint64 end = (part + 1) * samples / parts->n_parts * self->period;

      memset (dweight, 0, (gsize) (2 * parts->n_weights) * sizeof (float));
      for (gint64 row = begin; row < end; row++)
        {
          const float *x = self->x + row * n;
          const float *dy = self->dy + row * n;
          gint64 at = weight_offset (self, row);
          const float *weight = self->weight != NULL ? self->weight + at : NULL;
          float mean = self->means[row];
          float inverse = self->inverses[row];
          float sums[2];

          if (weight == NULL)
            sum_slopes (x, dy, n, mean, inverse, sums);
          else if (self->run == 1)
            slope_each (x, dy, weight, n, mean, inverse, dweight + at, dbias + at, sums);
          else
            slope_runs (self, x, dy, weight, mean, inverse, dweight + at, dbias + at, sums);
          slope_row (self, x, dy, weight, mean, inverse, sums, self->dx + row * n);
        }
    }
}

static NN_CLONES void
join_parts (void   *data,
            gint64  first,
            gint64  last)
{
  const Parts *parts = data;
  gint64 n = parts->n_weights;

  for (gint64 i = first; i < last; i++)
    {
      float dweight = 0;
      float dbias = 0;

      for (gint64 part = 0; part < parts->n_parts; part++)
        {
          dweight += parts->sums[part * 2 * n + i];
          dbias += parts->sums[(part * 2 + 1) * n + i];
        }
      parts->rows->dweight[i] = dweight;
      parts->rows->dbias[i] = dbias;
    }
}

gsize
nn_normalise_workspace (const NnNormalise *self)
{
  return (gsize) (count_parts (self) * 2 * self->weights * self->period) * sizeof (float);
}

void
nn_normalise_slope (NnCall      *call,
                    NnNormalise *self)
{
  Parts parts = { self, call->workspace, count_parts (self), self->weights * self->period };
  gint64 work = self->rows * self->n / parts.n_parts;

  nn_pool_for (call->pool, call->threads, parts.n_parts, NN_SCALAR_GRAIN / 2 / MAX (work, 1),
               slope_parts, &parts);
  if (self->weight != NULL)
    nn_pool_for (call->pool, call->threads, parts.n_weights, NN_SCALAR_GRAIN / 2 / parts.n_parts,
                 join_parts, &parts);
}
