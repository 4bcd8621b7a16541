/* taps.c: 3×3 convolutions of maps so small that most taps meet padding
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "engine/cpu/wide/job.h"

/* At the end of a deep network maps have 2×2 pixels and many channels.  Of the
 * nine taps four meet a pixel; for each pair of an input and a result pixel the
 * sum is a product of matrices, with the images of the batch as rows.  The rest
 * is never multiplied, and the weights, which are what there is much of, are
 * read once. */

#define TAPS     9
#define CHANNELS 64             /* inputs whose weights are in the cache at a time */

#define OWN_FLOATS (TAPS * CHANNELS * PANEL)

/* The tap through which result pixel @to sees input pixel @from, or -1. */
static inline int
tap_between (const Job *self,
             gint64     to,
             gint64     from)
{
  gint64 row = from / self->w - to / self->wo + self->top;
  gint64 column = from % self->w - to % self->wo + self->left;

  return row >= 0 && row < 3 && column >= 0 && column < 3 ? (int) (row * 3 + column) : -1;
}

/* The weights of @count inputs from @c on, as [tap][input][PANEL]. */
static void
gather (const Job *self,
        gint64     panel,
        gint64     c,
        gint64     count,
        float     *to)
{
  gint64 width = vecs_of (self, panel) * LANES;

  for (gint64 i = 0; i < count; i++)
    for (gint64 lane = 0; lane < width; lane++)
      {
        const float *from = self->weight + (panel * PANEL + lane) * self->o_step
                            + (c + i) * self->c_step;

        for (int k = 0; k < TAPS; k++)
          to[((self->turned ? TAPS - 1 - k : k) * CHANNELS + i) * PANEL + lane] = from[k];
      }
}

static void
finish_panel (const Job *self,
              gint64     panel)
{
  gint64 pixels = self->b * self->ho * self->wo;

  if (self->bias == NULL && !self->relu)
    return;

  for (int v = 0; v < vecs_of (self, panel); v++)
    {
      float *y = self->y + panel * PANEL + v * LANES;
      Vec bias = self->bias != NULL ? load (self->bias + panel * PANEL + v * LANES) : splat (0);

      for (gint64 i = 0; i < pixels; i++)
        {
          Vec value = load (y + i * self->o) + bias;

          store (y + i * self->o, self->relu ? relu (value) : value);
        }
    }
}

/* All results of one panel; @u is work memory. */
static void
convolve_panel (const Job *self,
                gint64     panel,
                float     *u)
{
  gint64 n_in = self->h * self->w;
  gint64 n_out = self->ho * self->wo;

  for (gint64 c = 0; c < self->c; c += CHANNELS)
    {
      gint64 count = MIN (CHANNELS, self->c - c);

      gather (self, panel, c, count, u);
      for (gint64 to = 0; to < n_out; to++)
        {
          gboolean add = c > 0;

          for (gint64 from = 0; from < n_in; from++)
            {
              int tap = tap_between (self, to, from);

              if (tap < 0)
                continue;
              panel_product (vecs_of (self, panel), self->b, count,
                             self->x + from * self->c + c, n_in * self->c, 1,
                             u + tap * CHANNELS * PANEL, PANEL,
                             self->y + to * self->o + panel * PANEL, n_out * self->o, add);
              add = TRUE;
            }
        }
    }
  finish_panel (self, panel);
}

static void
convolve (void   *data,
          gint64  slot,
          gint64  end)
{
  const Job *self = data;
  gint64 first, last;

  for (; slot < end; slot++)
    {
      share_of (self, slot, self->n_panels, &first, &last);
      for (gint64 panel = first; panel < last; panel++)
        convolve_panel (self, panel, own_of (self, slot));
    }
}

/* From [tap][input][PANEL] to where the weights' gradient lies. */
static void
scatter (const Job   *self,
         gint64       panel,
         gint64       c,
         gint64       count,
         const float *from)
{
  gint64 width = vecs_of (self, panel) * LANES;

  for (gint64 lane = 0; lane < width; lane++)
    {
      float *to = self->dweight + (panel * PANEL + lane) * self->o_step + c * self->c_step;

      for (gint64 i = 0; i < count; i++)
        for (int k = 0; k < TAPS; k++)
          to[i * TAPS + k] = from[(k * CHANNELS + i) * PANEL + lane];
    }
}

static void
sum_bias (const Job *self,
          gint64     panel)
{
  gint64 pixels = self->b * self->ho * self->wo;

  for (int v = 0; v < vecs_of (self, panel); v++)
    {
      Vec sum = splat (0);

      for (gint64 i = 0; i < pixels; i++)
        sum += load (self->dy + i * self->o + panel * PANEL + v * LANES);
      store (self->dbias + panel * PANEL + v * LANES, sum);
    }
}

/* The gradient by the weights of one panel; @du is work memory. */
static void
sum_panel (const Job *self,
           gint64     panel,
           float     *du)
{
  gint64 n_in = self->h * self->w;
  gint64 n_out = self->ho * self->wo;

  for (gint64 c = 0; c < self->c; c += CHANNELS)
    {
      gint64 count = MIN (CHANNELS, self->c - c);
      gboolean seen[TAPS] = { FALSE };

      for (gint64 to = 0; to < n_out; to++)
        for (gint64 from = 0; from < n_in; from++)
          {
            int tap = tap_between (self, to, from);

            if (tap < 0)
              continue;
            panel_product (vecs_of (self, panel), count, self->b,
                           self->x + from * self->c + c, 1, n_in * self->c,
                           self->dy + to * self->o + panel * PANEL, n_out * self->o,
                           du + tap * CHANNELS * PANEL, PANEL, seen[tap]);
            seen[tap] = TRUE;
          }
      for (int tap = 0; tap < TAPS; tap++)
        if (!seen[tap])
          memset (du + tap * CHANNELS * PANEL, 0, CHANNELS * PANEL * sizeof (float));
      scatter (self, panel, c, count, du);
    }
}

static void
sum_weights (void   *data,
             gint64  slot,
             gint64  end)
{
  const Job *self = data;
  gint64 first, last;

  for (; slot < end; slot++)
    {
      share_of (self, slot, self->n_panels, &first, &last);
      for (gint64 panel = first; panel < last; panel++)
        {
          sum_panel (self, panel, own_of (self, slot));
          if (self->dbias != NULL)
            sum_bias (self, panel);
        }
    }
}

gsize
WIDE (taps_bytes) (const NnConv *conv,
                   NnConvPass    pass,
                   int           threads)
{
  return (gsize) threads * OWN_FLOATS * sizeof (float);
}

void
WIDE (taps) (const NnConv *conv,
             NnConvPass    pass,
             const float  *first,
             const float  *second,
             const float  *bias,
             float        *out,
             float        *out_bias,
             void         *workspace,
             NnPool       *pool,
             int           threads)
{
  Job self;

  job_init (&self, conv, pass, pool, threads);
  job_bind (&self, pass, first, second, bias, out, out_bias);
  self.own = workspace;
  self.own_floats = OWN_FLOATS;
  run_slots (&self, pass == NN_CONV_WEIGHT_GRADIENT ? sum_weights : convolve);
}
