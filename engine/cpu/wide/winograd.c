/* winograd.c: 3×3 convolutions with a quarter of the multiplications
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "engine/cpu/wide/winograd-tile.h"

/* Lavin, Gray: Fast Algorithms for Convolutional Neural Networks (2015), with
 * tiles of 4×4 results out of 6×6 inputs, F(4×4, 3×3):
 *
 *   y = Aᵀ [Σ_c (G g Gᵀ) ⊙ (Bᵀ x B)] A
 *
 * For each of the 36 positions in a tile, the sum over channels is a product of
 * matrices: tiles × channels times channels × outputs.  The gradient by the
 * input is the same thing with weights turned around.  That by the weights is
 * Gᵀ [Σ_tiles (Bᵀ x B) ⊙ (A dy Aᵀ)] G, the sum over tiles again a product.
 *
 * Where weights are few, transformed ones are kept, and each thread takes some
 * tiles at a time from inputs to results within its cache.  Where they are many
 * (deep), transformed inputs are kept, and each thread takes a panel of outputs
 * at a time, whose transformed weights never leave the cache. */

/* Floats that the tiles of one thread may take: half of an L2 cache of one or
 * two MiB. */
#define TILE_FLOATS (192 * 1024)

/* Deep: results of so many panels and tiles, and weights of so many channels,
 * are in the cache at a time. */
#define DEEP_PANELS   4
#define DEEP_CHANNELS 32
#define DEEP_TILES    64

/* Transformed weights above this size do not stay in a cache. */
#define FEW_WEIGHTS (128 * 128)

/* Rows in the work memory are a little longer than they need to be, or else
 * equal columns of many rows would compete for the same cache lines. */
#define PAD 16

static void
count_tiles (Job *self)
{
  self->tiles_x = (self->wo + TILE - 1) / TILE;
  self->tiles = self->b * self->tiles_x * ((self->ho + TILE - 1) / TILE);
}

/* All transformed weights, in panels: [p][panel][c][PANEL]. */
static void
transform_weights (void   *data,
                   gint64  slot,
                   gint64  end)
{
  const Job *self = data;
  gint64 p_step = self->n_panels * self->c * PANEL;
  gint64 first, last;

  for (; slot < end; slot++)
    {
      share_of (self, slot, self->n_panels, &first, &last);
      for (gint64 panel = first; panel < last; panel++)
        for (gint64 c = 0; c < self->c; c++)
          weight_panel (self, panel, c, self->shared + (panel * self->c + c) * PANEL, p_step);
    }
}

/* A few tiles from inputs to results. */
static void
convolve_tiles (void   *data,
                gint64  slot,
                gint64  end)
{
  const Job *self = data;
  gint64 row_v = self->c + PAD;
  gint64 row_m = PANEL;
  gint64 first, last;

  for (; slot < end; slot++)
    {
      float *v = own_of (self, slot);
      float *m = v + POSITIONS * self->chunk * row_v;

      share_of (self, slot, self->tiles, &first, &last);
      for (gint64 tile = first; tile < last; tile += self->chunk)
        {
          gint64 count = MIN (self->chunk, last - tile);

          for (gint64 t = 0; t < count; t++)
            input_tile (self, tile + t, v + t * row_v, self->chunk * row_v);
          for (gint64 panel = 0; panel < self->n_panels; panel++)
            {
              for (int p = 0; p < POSITIONS; p++)
                panel_product (vecs_of (self, panel), count, self->c,
                               v + p * self->chunk * row_v, row_v, 1,
                               self->shared + (p * self->n_panels + panel) * self->c * PANEL, PANEL,
                               m + p * self->chunk * row_m, row_m, FALSE);
              for (gint64 t = 0; t < count; t++)
                output_tile (self, tile + t, panel, m + t * row_m, self->chunk * row_m);
            }
        }
    }
}

/* Deep: inputs of all tiles at hand, [p][tile][c]. */
static void
transform_inputs (void   *data,
                  gint64  slot,
                  gint64  end)
{
  const Job *self = data;
  gint64 row_v = self->c + PAD;
  gint64 first, last;

  for (; slot < end; slot++)
    {
      share_of (self, slot, self->n_tiles, &first, &last);
      for (gint64 t = first; t < last; t++)
        input_tile (self, self->first_tile + t, self->shared + t * row_v, self->chunk * row_v);
    }
}

/* Deep: panels @first to @last - 1 of results, for all tiles at hand; @u and @m
 * are work memory. */
static void
convolve_group (const Job *self,
                gint64     first,
                gint64     last,
                float     *u,
                float     *m)
{
  gint64 row_v = self->c + PAD;
  gint64 panel_u = POSITIONS * DEEP_CHANNELS * PANEL;
  gint64 panel_m = POSITIONS * self->chunk * PANEL;

  for (gint64 c = 0; c < self->c; c += DEEP_CHANNELS)
    {
      gint64 count = MIN (DEEP_CHANNELS, self->c - c);

      for (gint64 panel = first; panel < last; panel++)
        for (gint64 i = 0; i < count; i++)
          weight_panel (self, panel, c + i, u + (panel - first) * panel_u + i * PANEL,
                        DEEP_CHANNELS * PANEL);
      for (int p = 0; p < POSITIONS; p++)
        for (gint64 panel = first; panel < last; panel++)
          panel_product (vecs_of (self, panel), self->n_tiles, count,
                         self->shared + p * self->chunk * row_v + c, row_v, 1,
                         u + (panel - first) * panel_u + p * DEEP_CHANNELS * PANEL, PANEL,
                         m + (panel - first) * panel_m + p * self->chunk * PANEL, PANEL, c > 0);
    }

  for (gint64 panel = first; panel < last; panel++)
    for (gint64 t = 0; t < self->n_tiles; t++)
      output_tile (self, self->first_tile + t, panel,
                   m + (panel - first) * panel_m + t * PANEL, self->chunk * PANEL);
}

static void
convolve_panels (void   *data,
                 gint64  slot,
                 gint64  end)
{
  const Job *self = data;
  gint64 first, last;

  for (; slot < end; slot++)
    {
      float *u = own_of (self, slot);

      share_of (self, slot, self->n_panels, &first, &last);
      for (gint64 panel = first; panel < last; panel += DEEP_PANELS)
        convolve_group (self, panel, MIN (panel + DEEP_PANELS, last), u,
                        u + DEEP_PANELS * POSITIONS * DEEP_CHANNELS * PANEL);
    }
}

/* Floats of a slot's sums of dy, in front of whatever else it owns. */
static gint64
bias_floats (const Job *self)
{
  return (self->o + PAD - 1) / PAD * PAD;
}

/* A few tiles at a time into the slot's own sums, [p][panel][c][PANEL]. */
static void
sum_tiles (void   *data,
           gint64  slot,
           gint64  end)
{
  const Job *self = data;
  gint64 row_v = self->c + PAD;
  gint64 first, last;

  for (; slot < end; slot++)
    {
      float *dbias = own_of (self, slot);
      float *du = dbias + bias_floats (self);
      float *v = du + POSITIONS * self->n_panels * self->c * PANEL;
      float *d = v + POSITIONS * self->chunk * row_v;

      memset (dbias, 0, (gsize) self->o * sizeof (float));
      share_of (self, slot, self->tiles, &first, &last);
      if (first == last)
        memset (du, 0, (gsize) (POSITIONS * self->n_panels * self->c * PANEL) * sizeof (float));
      for (gint64 tile = first; tile < last; tile += self->chunk)
        {
          gint64 count = MIN (self->chunk, last - tile);

          for (gint64 t = 0; t < count; t++)
            {
              input_tile (self, tile + t, v + t * row_v, self->chunk * row_v);
              slope_tile (self, tile + t, d + t * PANEL, self->n_panels * self->chunk * PANEL,
                          self->chunk * PANEL, dbias);
            }
          for (int p = 0; p < POSITIONS; p++)
            for (gint64 panel = 0; panel < self->n_panels; panel++)
              panel_product (vecs_of (self, panel), self->c, count,
                             v + p * self->chunk * row_v, 1, row_v,
                             d + (p * self->n_panels + panel) * self->chunk * PANEL, PANEL,
                             du + (p * self->n_panels + panel) * self->c * PANEL, PANEL,
                             tile > first);
        }
    }
}

/* Adds the sums of all slots up in the first, and takes the weights from them. */
static void
finish_weights (void   *data,
                gint64  slot,
                gint64  end)
{
  const Job *self = data;
  float *du = own_of (self, 0) + bias_floats (self);
  gint64 p_step = self->n_panels * self->c * PANEL;
  gint64 first, last;

  for (; slot < end; slot++)
    {
      share_of (self, slot, self->n_panels * self->c, &first, &last);
      for (gint64 at = first; at < last; at++)
        {
          for (int s = 1; s < self->slots; s++)
            for (int p = 0; p < POSITIONS; p++)
              for (int v = 0; v < VECS; v++)
                {
                  float *sum = du + p * p_step + at * PANEL + v * LANES;

                  store (sum, load (sum) + load (sum + s * self->own_floats));
                }
          weight_slope_panel (self, at / self->c, at % self->c, du + at * PANEL, p_step, FALSE);
        }
    }
}

/* Deep: inputs and slopes of all tiles at hand, [p][tile][c] and
 * [p][panel][tile][PANEL]. */
static void
transform_both (void   *data,
                gint64  slot,
                gint64  end)
{
  const Job *self = data;
  gint64 row_v = self->c + PAD;
  float *d = self->shared + POSITIONS * self->chunk * row_v;
  gint64 first, last;

  transform_inputs (data, slot, end);
  for (; slot < end; slot++)
    {
      float *dbias = own_of (self, slot);

      if (self->first_tile == 0)
        memset (dbias, 0, (gsize) self->o * sizeof (float));
      share_of (self, slot, self->n_tiles, &first, &last);
      for (gint64 t = first; t < last; t++)
        slope_tile (self, self->first_tile + t, d + t * PANEL,
                    self->n_panels * self->chunk * PANEL, self->chunk * PANEL, dbias);
    }
}

/* Deep: a few channels of one panel at a time, from sums to weights. */
static void
sum_panels (void   *data,
            gint64  slot,
            gint64  end)
{
  const Job *self = data;
  gint64 row_v = self->c + PAD;
  const float *d = self->shared + POSITIONS * self->chunk * row_v;
  gint64 first, last;

  for (; slot < end; slot++)
    {
      float *du = own_of (self, slot) + bias_floats (self);

      share_of (self, slot, self->n_panels, &first, &last);
      for (gint64 panel = first; panel < last; panel++)
        for (gint64 c = 0; c < self->c; c += DEEP_CHANNELS)
          {
            gint64 count = MIN (DEEP_CHANNELS, self->c - c);

            for (int p = 0; p < POSITIONS; p++)
              panel_product (vecs_of (self, panel), count, self->n_tiles,
                             self->shared + p * self->chunk * row_v + c, 1, row_v,
                             d + (p * self->n_panels + panel) * self->chunk * PANEL, PANEL,
                             du + p * DEEP_CHANNELS * PANEL, PANEL, FALSE);
            for (gint64 i = 0; i < count; i++)
              weight_slope_panel (self, panel, c + i, du + i * PANEL, DEEP_CHANNELS * PANEL,
                                  self->first_tile > 0);
          }
    }
}

/* How the work is divided, and what memory that takes: all of it is @self->shared
 * and then what each slot owns.  Returns the floats of the shared part. */
static gint64
divide (Job       *self,
        NnConvPass pass,
        gboolean  *deep)
{
  gboolean sums = pass == NN_CONV_WEIGHT_GRADIENT;
  gint64 row_v = self->c + PAD;
  gint64 weights = POSITIONS * self->n_panels * self->c * PANEL;
  gint64 row = sums ? row_v + self->n_panels * PANEL : row_v + PANEL;

  *deep = self->c * self->o > FEW_WEIGHTS;
  if (*deep)
    {
      gint64 n_chunks = (self->tiles + DEEP_TILES - 1) / DEEP_TILES;

      self->chunk = (self->tiles + n_chunks - 1) / n_chunks;
      self->own_floats = sums ? bias_floats (self) + POSITIONS * DEEP_CHANNELS * PANEL
                              : DEEP_PANELS * POSITIONS * (DEEP_CHANNELS + self->chunk) * PANEL;
      return POSITIONS * self->chunk * (sums ? row : row_v);
    }

  self->chunk = CLAMP (TILE_FLOATS / POSITIONS / row / ROWS, 1, 8) * ROWS;
  self->chunk = MIN (self->chunk, (self->tiles + self->slots - 1) / self->slots);
  self->own_floats = POSITIONS * self->chunk * row + (sums ? weights + bias_floats (self) : 0);
  return sums ? 0 : weights;
}

gsize
WIDE (winograd_bytes) (const NnConv *conv,
                       NnConvPass    pass,
                       int           threads)
{
  gboolean deep;
  gint64 shared;
  Job self;

  job_init (&self, conv, pass, NULL, threads);
  count_tiles (&self);
  shared = divide (&self, pass, &deep);
  return (gsize) (shared + threads * self.own_floats) * sizeof (float);
}

static void
sum_bias (const Job *self)
{
  for (gint64 o = 0; o < self->o; o++)
    {
      float sum = 0;

      for (int slot = 0; slot < self->slots; slot++)
        sum += own_of (self, slot)[o];
      self->dbias[o] = sum;
    }
}

static void
run_deep (Job       *self,
          NnConvPass pass)
{
  for (self->first_tile = 0; self->first_tile < self->tiles; self->first_tile += self->chunk)
    {
      self->n_tiles = MIN (self->chunk, self->tiles - self->first_tile);
      run_slots (self, pass == NN_CONV_WEIGHT_GRADIENT ? transform_both : transform_inputs);
      run_slots (self, pass == NN_CONV_WEIGHT_GRADIENT ? sum_panels : convolve_panels);
    }
}

void
WIDE (winograd) (const NnConv *conv,
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
  gboolean deep;
  Job self;

  job_init (&self, conv, pass, pool, threads);
  job_bind (&self, pass, first, second, bias, out, out_bias);
  count_tiles (&self);
  self.shared = workspace;
  self.own = self.shared + divide (&self, pass, &deep);

  if (deep)
    run_deep (&self, pass);
  else if (pass == NN_CONV_WEIGHT_GRADIENT)
    {
      run_slots (&self, sum_tiles);
      run_slots (&self, finish_weights);
    }
  else
    {
      run_slots (&self, transform_weights);
      run_slots (&self, convolve_tiles);
    }

  if (pass == NN_CONV_WEIGHT_GRADIENT && out_bias != NULL)
    sum_bias (&self);
}

