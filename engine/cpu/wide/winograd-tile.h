/* winograd-tile.h: the transformations of one tile, F(4×4, 3×3)
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "engine/cpu/wide/job.h"

/* The matrices are those of Lavin and Gray, see winograd.c: points 0, ±1, ±2 and
 * infinity.  Vectors hold neighbouring channels. */

#define POSITIONS 36
#define TILE      4
#define WINDOW    6

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
static inline void
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
static inline void
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
static inline void
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
static inline void
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
static inline void
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
