/* winograd.c: 3×3 convolutions with a quarter of the multiplications
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "engine/cpu/pool.h"
#include "engine/cpu/wide/product.h"
#include "engine/cpu/wide.h"

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

#define POSITIONS 36
#define TILE      4
#define WINDOW    6

/* Floats that the tiles of one thread may take, and how many channels of a
 * panel's weights are transformed at a time: together they fill half of an L2
 * cache of one or two MiB. */
#define TILE_FLOATS   (192 * 1024)
#define DEEP_CHANNELS 64
#define DEEP_TILES    96

/* Transformed weights above this size do not stay in a cache. */
#define FEW_WEIGHTS (128 * 128)

/* Rows in the work memory are a little longer than they need to be, or else
 * equal columns of many rows would compete for the same cache lines. */
#define PAD 16

typedef struct
{
  gint64       b, h, w, c;      /* input, channels last */
  gint64       ho, wo, o;       /* results */
  gint64       top, left;
  gint64       tiles_x, tiles;
  gint64       n_panels;
  const float *x;
  float       *y;
  const float *weight;          /* of output o, input c, tap k: [o o_step + c c_step + k] */
  gint64       o_step, c_step;
  gboolean     turned;          /* taps in reverse */
  const float *bias;
  gboolean     relu;

  const float *dy;              /* weight gradient: results are read */
  float       *dweight;
  float       *dbias;

  int          slots;           /* threads, each with work memory of its own */
  gint64       chunk;           /* tiles at a time */
  gint64       first_tile, n_tiles;     /* deep: those at hand */
  float       *shared;
  float       *own;             /* of slot 0 */
  gint64       own_floats;
  NnPool      *pool;
} Job;

static void
job_init (Job          *self,
          const NnConv *conv,
          NnConvPass    pass)
{
  gboolean back = pass == NN_CONV_INPUT_GRADIENT;

  memset (self, 0, sizeof *self);
  self->b = conv->b;
  self->h = back ? conv->ho : conv->h;
  self->w = back ? conv->wo : conv->w;
  self->c = back ? conv->co : conv->ci;
  self->ho = back ? conv->h : conv->ho;
  self->wo = back ? conv->w : conv->wo;
  self->o = back ? conv->ci : conv->co;
  self->top = back ? 2 - conv->top : conv->top;
  self->left = back ? 2 - conv->left : conv->left;
  self->o_step = back ? 9 : conv->ci * 9;
  self->c_step = back ? conv->ci * 9 : 9;
  self->turned = back;
  self->relu = conv->relu && pass == NN_CONV_FORWARD;
  self->tiles_x = (self->wo + TILE - 1) / TILE;
  self->tiles = self->b * self->tiles_x * ((self->ho + TILE - 1) / TILE);
  self->n_panels = (self->o + PANEL - 1) / PANEL;
}

static inline int
vecs_of (const Job *self,
         gint64     panel)
{
  return self->o - panel * PANEL >= PANEL ? VECS : 1;
}

/* One axis of each transformation; @from and @to step through a tile. */

static inline void
input_axis (Vec       *to,
            int        to_step,
            const Vec *from,
            int        from_step)
{
  Vec d0 = from[0], d1 = from[from_step], d2 = from[2 * from_step];
  Vec d3 = from[3 * from_step], d4 = from[4 * from_step], d5 = from[5 * from_step];
  Vec even = d4 - 4 * d2, odd = d3 - 4 * d1;
  Vec near = d4 - d2, far = 2 * (d3 - d1);

  to[0] = 4 * d0 - 5 * d2 + d4;
  to[to_step] = even + odd;
  to[2 * to_step] = even - odd;
  to[3 * to_step] = near + far;
  to[4 * to_step] = near - far;
  to[5 * to_step] = 4 * d1 - 5 * d3 + d5;
}

static inline void
output_axis (Vec       *to,
             int        to_step,
             const Vec *from,
             int        from_step)
{
  Vec m1 = from[from_step], m2 = from[2 * from_step];
  Vec m3 = from[3 * from_step], m4 = from[4 * from_step];
  Vec s = m1 + m2, d = m1 - m2, t = m3 + m4, e = m3 - m4;

  to[0] = from[0] + s + t;
  to[to_step] = d + 2 * e;
  to[2 * to_step] = s + 4 * t;
  to[3 * to_step] = d + 8 * e + from[5 * from_step];
}

static inline void
slope_axis (Vec       *to,
            int        to_step,
            const Vec *from,
            int        from_step)
{
  Vec y0 = from[0], y1 = from[from_step], y2 = from[2 * from_step], y3 = from[3 * from_step];
  Vec even = y0 + y2, odd = y1 + y3;
  Vec even4 = y0 + 4 * y2, odd8 = 2 * y1 + 8 * y3;

  to[0] = y0;
  to[to_step] = even + odd;
  to[2 * to_step] = even - odd;
  to[3 * to_step] = even4 + odd8;
  to[4 * to_step] = even4 - odd8;
  to[5 * to_step] = y3;
}

static inline void
weight_axis (Vec       *to,
             int        to_step,
             const Vec *from,
             int        from_step)
{
  Vec g0 = from[0], g1 = from[from_step], g2 = from[2 * from_step];
  Vec outer = (g0 + g2) * (-1.0f / 6), inner = g1 * (1.0f / 6);
  Vec far = g0 * (1.0f / 24) + g2 * (1.0f / 6), middle = g1 * (1.0f / 12);

  to[0] = g0 * 0.25f;
  to[to_step] = outer - inner;
  to[2 * to_step] = outer + inner;
  to[3 * to_step] = far + middle;
  to[4 * to_step] = far - middle;
  to[5 * to_step] = g2;
}

static inline void
weight_slope_axis (Vec       *to,
                   int        to_step,
                   const Vec *from,
                   int        from_step)
{
  Vec s = from[from_step] + from[2 * from_step], d = from[2 * from_step] - from[from_step];
  Vec t = from[3 * from_step] + from[4 * from_step];
  Vec e = from[3 * from_step] - from[4 * from_step];

  to[0] = from[0] * 0.25f - s * (1.0f / 6) + t * (1.0f / 24);
  to[to_step] = d * (1.0f / 6) + e * (1.0f / 12);
  to[2 * to_step] = (t - s) * (1.0f / 6) + from[5 * from_step];
}

/* Image, row and column of the first result of tile @tile. */
static inline void
place_of (const Job *self,
          gint64     tile,
          gint64    *image,
          gint64    *row,
          gint64    *column)
{
  gint64 per_image = self->tiles / self->b;

  *image = tile / per_image;
  *row = tile % per_image / self->tiles_x * TILE;
  *column = tile % self->tiles_x * TILE;
}

/* Bᵀ x B of one tile: @to of position p is at p · @p_step. */
static void
input_tile (const Job *self,
            gint64     tile,
            float     *to,
            gint64     p_step)
{
  gint64 image, row, column;
  gint64 y0, x0;
  gboolean whole;

  place_of (self, tile, &image, &row, &column);
  y0 = row - self->top;
  x0 = column - self->left;
  whole = y0 >= 0 && x0 >= 0 && y0 + WINDOW <= self->h && x0 + WINDOW <= self->w;

  for (gint64 c = 0; c < self->c; c += LANES)
    {
      const float *x = self->x + ((image * self->h + y0) * self->w + x0) * self->c + c;
      Vec window[WINDOW * WINDOW];
      Vec half[WINDOW * WINDOW];

      for (int i = 0; i < WINDOW; i++)
        for (int j = 0; j < WINDOW; j++)
          window[i * WINDOW + j]
            = whole || (y0 + i >= 0 && y0 + i < self->h && x0 + j >= 0 && x0 + j < self->w)
              ? load (x + (i * self->w + j) * self->c) : (Vec) { 0 };

      for (int j = 0; j < WINDOW; j++)
        input_axis (half + j, WINDOW, window + j, WINDOW);
      for (int i = 0; i < WINDOW; i++)
        input_axis (window + i * WINDOW, 1, half + i * WINDOW, 1);
      for (int p = 0; p < POSITIONS; p++)
        store (to + p * p_step + c, window[p]);
    }
}

/* Aᵀ m A of one tile and the panel's channels, with bias and ReLU. */
static void
output_tile (const Job   *self,
             gint64       tile,
             gint64       panel,
             const float *from,
             gint64       p_step)
{
  gint64 image, row, column;
  gint64 rows, columns;

  place_of (self, tile, &image, &row, &column);
  rows = MIN (TILE, self->ho - row);
  columns = MIN (TILE, self->wo - column);

  for (int v = 0; v < vecs_of (self, panel); v++)
    {
      gint64 o = panel * PANEL + v * LANES;
      float *y = self->y + ((image * self->ho + row) * self->wo + column) * self->o + o;
      Vec bias = self->bias != NULL ? load (self->bias + o) : (Vec) { 0 };
      Vec window[POSITIONS];
      Vec half[TILE * WINDOW];

      for (int p = 0; p < POSITIONS; p++)
        window[p] = load (from + p * p_step + v * LANES);
      for (int j = 0; j < WINDOW; j++)
        output_axis (half + j, WINDOW, window + j, WINDOW);
      for (int i = 0; i < TILE; i++)
        output_axis (window + i * TILE, 1, half + i * WINDOW, 1);

      for (int i = 0; i < rows; i++)
        for (int j = 0; j < columns; j++)
          {
            Vec value = window[i * TILE + j] + bias;

            if (self->relu)
              value = relu (value);
            store (y + (i * self->wo + j) * self->o, value);
          }
    }
}

/* A dy Aᵀ of one tile, written into panels: panel q of position p is at
 * p · @p_step + q · @panel_step.  Adds dy up in @dbias. */
static void
slope_tile (const Job *self,
            gint64     tile,
            float     *to,
            gint64     p_step,
            gint64     panel_step,
            float     *dbias)
{
  gint64 image, row, column;
  gint64 rows, columns;

  place_of (self, tile, &image, &row, &column);
  rows = MIN (TILE, self->ho - row);
  columns = MIN (TILE, self->wo - column);

  for (gint64 o = 0; o < self->o; o += LANES)
    {
      const float *dy = self->dy + ((image * self->ho + row) * self->wo + column) * self->o + o;
      float *at = to + o / PANEL * panel_step + o % PANEL;
      Vec window[POSITIONS];
      Vec half[TILE * WINDOW];
      Vec sum = load (dbias + o);

      for (int i = 0; i < TILE; i++)
        for (int j = 0; j < TILE; j++)
          {
            window[i * TILE + j] = i < rows && j < columns
                                   ? load (dy + (i * self->wo + j) * self->o) : (Vec) { 0 };
            sum += window[i * TILE + j];
          }
      store (dbias + o, sum);

      for (int i = 0; i < TILE; i++)
        slope_axis (half + i * WINDOW, 1, window + i * TILE, 1);
      for (int j = 0; j < WINDOW; j++)
        slope_axis (window + j, WINDOW, half + j, WINDOW);
      for (int p = 0; p < POSITIONS; p++)
        store (at + p * p_step, window[p]);
    }
}

/* G g Gᵀ for input channel @c and the outputs of @panel: position p is at
 * p · @p_step. */
static void
weight_panel (const Job *self,
              gint64     panel,
              gint64     c,
              float     *to,
              gint64     p_step)
{
  for (int v = 0; v < vecs_of (self, panel); v++)
    {
      const float *from = self->weight + (panel * PANEL + v * LANES) * self->o_step
                          + c * self->c_step;
      float taps[9][LANES];
      Vec g[9];
      Vec half[WINDOW * 3];
      Vec u[POSITIONS];

      for (int lane = 0; lane < LANES; lane++)
        for (int k = 0; k < 9; k++)
          taps[self->turned ? 8 - k : k][lane] = from[lane * self->o_step + k];
      for (int k = 0; k < 9; k++)
        g[k] = load (taps[k]);
      for (int j = 0; j < 3; j++)
        weight_axis (half + j, 3, g + j, 3);
      for (int i = 0; i < WINDOW; i++)
        weight_axis (u + i * WINDOW, 1, half + i * 3, 1);
      for (int p = 0; p < POSITIONS; p++)
        store (to + p * p_step + v * LANES, u[p]);
    }
}

/* Gᵀ u G for one input channel and the outputs of @panel; @add to what is in
 * dweight. */
static void
weight_slope_panel (const Job   *self,
                    gint64       panel,
                    gint64       c,
                    const float *from,
                    gint64       p_step,
                    gboolean     add)
{
  for (int v = 0; v < vecs_of (self, panel); v++)
    {
      float *to = self->dweight + (panel * PANEL + v * LANES) * self->o_step + c * self->c_step;
      Vec u[POSITIONS];
      Vec half[3 * WINDOW];
      Vec g[9];
      float taps[9][LANES];

      for (int p = 0; p < POSITIONS; p++)
        u[p] = load (from + p * p_step + v * LANES);
      for (int j = 0; j < WINDOW; j++)
        weight_slope_axis (half + j, WINDOW, u + j, WINDOW);
      for (int i = 0; i < 3; i++)
        weight_slope_axis (g + i * 3, 1, half + i * WINDOW, 1);
      for (int k = 0; k < 9; k++)
        store (taps[k], g[k]);
      for (int lane = 0; lane < LANES; lane++)
        for (int k = 0; k < 9; k++)
          to[lane * self->o_step + k] = taps[k][lane] + (add ? to[lane * self->o_step + k] : 0);
    }
}

/* Calls @part once for each slot; the part of @count that is a slot's comes from
 * its number alone, so results do not depend on which thread runs it. */
static void
run_slots (Job     *self,
           NnRange  part)
{
  nn_pool_for (self->pool, self->slots, self->slots, 1, part, self);
}

static void
share_of (const Job *self,
          gint64     slot,
          gint64     count,
          gint64    *first,
          gint64    *last)
{
  *first = count * slot / self->slots;
  *last = count * (slot + 1) / self->slots;
}

static float *
own_of (const Job *self,
        gint64     slot)
{
  return self->own + slot * self->own_floats;
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
                               self->shared + (p * self->n_panels + panel) * self->c * PANEL,
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

/* Deep: panels of results, for all tiles at hand. */
static void
convolve_panels (void   *data,
                 gint64  slot,
                 gint64  end)
{
  const Job *self = data;
  gint64 row_v = self->c + PAD;
  gint64 first, last;

  for (; slot < end; slot++)
    {
      float *u = own_of (self, slot);
      float *m = u + POSITIONS * DEEP_CHANNELS * PANEL;

      share_of (self, slot, self->n_panels, &first, &last);
      for (gint64 panel = first; panel < last; panel++)
        {
          for (gint64 c = 0; c < self->c; c += DEEP_CHANNELS)
            {
              gint64 count = MIN (DEEP_CHANNELS, self->c - c);

              for (gint64 i = 0; i < count; i++)
                weight_panel (self, panel, c + i, u + i * PANEL, DEEP_CHANNELS * PANEL);
              for (int p = 0; p < POSITIONS; p++)
                panel_product (vecs_of (self, panel), self->n_tiles, count,
                               self->shared + p * self->chunk * row_v + c, row_v, 1,
                               u + p * DEEP_CHANNELS * PANEL,
                               m + p * self->chunk * PANEL, PANEL, c > 0);
            }
          for (gint64 t = 0; t < self->n_tiles; t++)
            output_tile (self, self->first_tile + t, panel, m + t * PANEL, self->chunk * PANEL);
        }
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
              panel_product (vecs_of (self, panel), self->c, count, v + p * self->chunk * row_v,
                             1, row_v, d + (p * self->n_panels + panel) * self->chunk * PANEL,
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
                             d + (p * self->n_panels + panel) * self->chunk * PANEL,
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
      self->chunk = MIN (self->tiles, DEEP_TILES);
      self->own_floats = POSITIONS * DEEP_CHANNELS * PANEL
                         + (sums ? bias_floats (self) : POSITIONS * self->chunk * PANEL);
      return POSITIONS * self->chunk * (sums ? row : row_v);
    }

  self->chunk = CLAMP (TILE_FLOATS / POSITIONS / row / ROWS, 1, 8) * ROWS;
  self->chunk = MIN (self->chunk, (self->tiles + self->slots - 1) / self->slots);
  self->own_floats = POSITIONS * self->chunk * row + (sums ? weights + bias_floats (self) : 0);
  return sums ? 0 : weights;
}

static gsize
winograd_bytes (const NnConv *conv,
                NnConvPass    pass,
                int           threads)
{
  gboolean deep;
  gint64 shared;
  Job self;

  job_init (&self, conv, pass);
  self.slots = threads;
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

static void
winograd (const NnConv *conv,
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

  job_init (&self, conv, pass);
  self.slots = threads;
  self.pool = pool;
  self.shared = workspace;
  self.own = self.shared + divide (&self, pass, &deep);
  self.x = pass == NN_CONV_INPUT_GRADIENT ? second : first;
  self.weight = pass == NN_CONV_INPUT_GRADIENT ? first : second;
  self.bias = bias;
  self.y = out;
  self.dy = second;
  self.dweight = out;
  self.dbias = out_bias;

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

const NnWide NN_WIDE_TABLE = {
  .name           = NN_WIDE_NAME,
  .winograd_bytes = winograd_bytes,
  .winograd       = winograd,
};
