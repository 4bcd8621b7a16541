/* recurrent.c: the steps of recurrent layers
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "engine/cpu/recurrent.h"

#include "engine/cpu/panels.h"
#include "engine/cpu/pool.h"
#include "engine/cpu/recurrent-cells.h"

#include <string.h>

/* Weights of this size stay in the cache of one core, beside what flows by. */
#define CACHED_BYTES (1 << 20)

/* A thread takes at least so many items through all steps. */
#define MIN_ITEMS 4

int
nn_cell_gates (NnCell cell)
{
  return cell == NN_CELL_LSTM ? 4 : cell == NN_CELL_GRU ? 3 : 1;
}

/* Forward has a set of panels for each gate, so that a panel of every gate
 * belongs to the same 32 units; the bias follows, zeros where there is none.
 * The way back has one set, for the transposed weights. */
gsize
nn_steps_size (const NnSteps *self)
{
  gint64 gates = nn_cell_gates (self->cell);

  return MAX ((gsize) gates * nn_panels_size (self->h, self->h) + (gsize) (gates * self->h),
              nn_panels_size (gates * self->h, self->h)) + NN_PANEL;
}

/* Where the step number @step of @self reads and writes. */
static gint64
time_of (const NnSteps *self,
         gint64         step)
{
  return self->reverse ? self->t - 1 - step : step;
}

static gboolean
is_over (const NnSteps *self,
         gint64         item,
         gint64         time)
{
  return self->lengths != NULL && time >= self->lengths[item];
}

/* A range of the work: some steps of some items and of some panels of units. */
typedef struct
{
  const NnSteps     *steps;
  const NnStepsBack *back;
  gint64             first_step, last_step;
} Part;

static void
pack_forward (void   *data,
              gint64  first,
              gint64  last)
{
  const NnSteps *self = ((const Part *) data)->steps;
  gint64 n_panels = nn_panels_count (self->h);

  for (gint64 i = first; i < last; i++)
    {
      gint64 gate = i / n_panels;

      nn_panels_pack (self->workspace + (gsize) gate * nn_panels_size (self->h, self->h),
                      self->weight + gate * self->h * self->h, 1, self->h, self->h, self->h,
                      i % n_panels, i % n_panels + 1);
    }
}

static const float *
bias_of (const NnSteps *self)
{
  return self->workspace
         + (gsize) nn_cell_gates (self->cell) * nn_panels_size (self->h, self->h);
}

/* One step of items @item … and of the units of @panel: products, then the
 * cell, while the numbers are in the cache. */
static void
step_forward (const NnSteps *self,
              gint64         step,
              gint64         item,
              gint64         items,
              gint64         panel)
{
  int gates = nn_cell_gates (self->cell);
  gint64 time = time_of (self, step);
  gint64 unit = panel * NN_PANEL;
  float z[4 * NN_PANEL_ROWS * NN_PANEL];
  NnCellForward at = {
    .h = self->h, .units = MIN (NN_PANEL, self->h - unit), .z_gate = items * NN_PANEL,
    .bias = bias_of (self) + unit,
  };

  for (int gate = 0; gate < gates; gate++)
    nn_panel_multiply (items, self->h, self->states + (item * self->t + time) * self->h,
                       self->t * self->h, 1,
                       self->workspace + (gsize) gate * nn_panels_size (self->h, self->h)
                       + panel * self->h * NN_PANEL,
                       z + gate * at.z_gate, NN_PANEL, NN_PANEL, FALSE);

  for (gint64 i = 0; i < items; i++)
    {
      gint64 row = (item + i) * self->t + time;
      gint64 next = (item + i) * self->t + time_of (self, step + 1);
      gint64 before = (item + i) * self->t + time_of (self, step - 1);
      gint64 begin = (item + i) * self->h + unit;

      at.z = z + i * NN_PANEL;
      at.p = self->p + row * gates * self->h + unit;
      at.gates = self->gates + row * gates * self->h + unit;
      at.state = self->states + row * self->h + unit;
      at.y = self->y + row * self->h + unit;
      at.next = step + 1 < self->t ? self->states + next * self->h + unit : self->last_h + begin;
      if (self->cell == NN_CELL_GRU)
        at.q = self->q + row * self->h + unit;
      if (self->cell == NN_CELL_LSTM)
        {
          at.c = self->cells + row * self->h + unit;
          at.c_before = step > 0 ? self->cells + before * self->h + unit
                                 : self->c0 != NULL ? self->c0 + begin : NULL;
        }

      if (is_over (self, item + i, time))
        nn_cell_rest (self->cell, &at);
      else
        nn_cell_forward (self->cell, &at);
    }
}

static void
forward_items (void   *data,
               gint64  first,
               gint64  last)
{
  const Part *part = data;
  gint64 rows = nn_panel_rows (last - first);

  for (gint64 step = part->first_step; step < part->last_step; step++)
    for (gint64 item = first; item < last; item += rows)
      for (gint64 panel = 0; panel < nn_panels_count (part->steps->h); panel++)
        step_forward (part->steps, step, item, MIN (rows, last - item), panel);
}

static void
forward_units (void   *data,
               gint64  first,
               gint64  last)
{
  const Part *part = data;
  gint64 rows = nn_panel_rows (part->steps->b);

  for (gint64 panel = first; panel < last; panel++)
    for (gint64 item = 0; item < part->steps->b; item += rows)
      step_forward (part->steps, part->first_step, item, MIN (rows, part->steps->b - item), panel);
}

/* Whether threads share the items; otherwise they share the units, and panel
 * after panel of the weights meets all items while it is in the cache. */
static gboolean
shares_items (const NnSteps *self,
              int            threads)
{
  gsize bytes = sizeof (float) * (gsize) (nn_cell_gates (self->cell) * self->h * self->h);

  return bytes <= CACHED_BYTES && (threads == 1 || self->b >= MIN_ITEMS * threads);
}

void
nn_steps_forward (const NnSteps *self,
                  NnPool        *pool,
                  int            threads)
{
  int gates = nn_cell_gates (self->cell);
  gint64 n_panels = nn_panels_count (self->h);
  gsize bytes = (gsize) self->h * sizeof (float);
  Part part = { self, NULL, 0, self->t };

  if (self->b == 0)
    return;

  nn_pool_for (pool, threads, gates * n_panels, 1, pack_forward, &part);
  if (self->bias != NULL)
    memcpy ((float *) bias_of (self), self->bias, (gsize) gates * bytes);
  else
    memset ((float *) bias_of (self), 0, (gsize) gates * bytes);
  for (gint64 i = 0; i < self->b; i++)
    {
      float *state = self->states + (i * self->t + time_of (self, 0)) * self->h;

      if (self->h0 != NULL)
        memcpy (state, self->h0 + i * self->h, bytes);
      else
        memset (state, 0, bytes);
    }

  if (shares_items (self, threads))
    nn_pool_for (pool, threads, self->b, MIN_ITEMS, forward_items, &part);
  else
    for (; part.first_step < self->t; part.first_step++)
      nn_pool_for (pool, threads, n_panels, 1, forward_units, &part);

  if (self->cell == NN_CELL_LSTM)
    for (gint64 i = 0; i < self->b; i++)
      memcpy (self->last_c + i * self->h,
              self->cells + (i * self->t + time_of (self, self->t - 1)) * self->h, bytes);
}

static void
pack_backward (void   *data,
               gint64  first,
               gint64  last)
{
  const NnSteps *self = ((const Part *) data)->steps;

  nn_panels_pack (self->workspace, self->weight, self->h, 1,
                  nn_cell_gates (self->cell) * self->h, self->h, first, last);
}

/* The slope by the state in front of step @step, which is what the products with
 * the weights of that step give back. */
static void
state_backward (const NnStepsBack *self,
                gint64             step,
                gint64             item,
                gint64             items,
                gint64             panel)
{
  const NnSteps *steps = &self->steps;
  gint64 k = nn_cell_gates (steps->cell) * steps->h;
  const float *slope = steps->cell == NN_CELL_GRU ? self->dq : self->dp;

  nn_panel_multiply (items, k, slope + (item * steps->t + time_of (steps, step)) * k,
                     steps->t * k, 1, steps->workspace + panel * k * NN_PANEL,
                     self->dh + item * steps->h + panel * NN_PANEL, steps->h,
                     MIN (NN_PANEL, steps->h - panel * NN_PANEL), TRUE);
}

static void
cell_backward (const NnStepsBack *self,
               gint64             step,
               gint64             item,
               gint64             items,
               gint64             panel)
{
  const NnSteps *steps = &self->steps;
  int gates = nn_cell_gates (steps->cell);
  gint64 time = time_of (steps, step);
  gint64 unit = panel * NN_PANEL;
  NnCellBackward at = { .h = steps->h, .units = MIN (NN_PANEL, steps->h - unit) };

  for (gint64 i = item; i < item + items; i++)
    {
      gint64 row = i * steps->t + time;
      gint64 before = i * steps->t + time_of (steps, step - 1);
      gint64 begin = i * steps->h + unit;

      at.dy = self->dy != NULL ? self->dy + row * steps->h + unit : NULL;
      at.gates = steps->gates + row * gates * steps->h + unit;
      at.state = steps->states + row * steps->h + unit;
      at.dp = self->dp + row * gates * steps->h + unit;
      at.dh = self->dh + begin;
      if (steps->cell == NN_CELL_GRU)
        {
          at.q = steps->q + row * steps->h + unit;
          at.dq = self->dq + row * gates * steps->h + unit;
        }
      if (steps->cell == NN_CELL_LSTM)
        {
          at.dc = self->dc + begin;
          at.c = steps->cells + row * steps->h + unit;
          at.c_before = step > 0 ? steps->cells + before * steps->h + unit
                                 : steps->c0 != NULL ? steps->c0 + begin : NULL;
        }

      if (is_over (steps, i, time))
        nn_cell_rest_backward (steps->cell, &at);
      else
        nn_cell_backward (steps->cell, &at);
    }
}

static void
backward_items (void   *data,
                gint64  first,
                gint64  last)
{
  const Part *part = data;
  const NnSteps *steps = part->steps;
  gint64 rows = nn_panel_rows (last - first);

  for (gint64 step = steps->t - 1; step >= 0; step--)
    for (gint64 item = first; item < last; item += rows)
      {
        gint64 items = MIN (rows, last - item);

        for (gint64 panel = 0; panel < nn_panels_count (steps->h); panel++)
          cell_backward (part->back, step, item, items, panel);
        for (gint64 panel = 0; panel < nn_panels_count (steps->h); panel++)
          state_backward (part->back, step, item, items, panel);
      }
}

/* Between two meetings of the threads: the products of the step behind, which
 * read the slopes of all units, and then the cells, each thread for its units. */
static void
backward_units (void   *data,
                gint64  first,
                gint64  last)
{
  const Part *part = data;
  const NnSteps *steps = part->steps;
  gint64 step = part->first_step;
  gint64 rows = nn_panel_rows (steps->b);

  for (gint64 panel = first; panel < last; panel++)
    for (gint64 item = 0; item < steps->b; item += rows)
      {
        gint64 items = MIN (rows, steps->b - item);

        if (step + 1 < steps->t)
          state_backward (part->back, step + 1, item, items, panel);
        if (step >= 0)
          cell_backward (part->back, step, item, items, panel);
      }
}

void
nn_steps_backward (const NnStepsBack *self,
                   NnPool            *pool,
                   int                threads)
{
  const NnSteps *steps = &self->steps;
  gint64 n_panels = nn_panels_count (steps->h);
  Part part = { steps, self };

  if (steps->b == 0)
    return;

  nn_pool_for (pool, threads, n_panels, 1, pack_backward, &part);
  if (shares_items (steps, threads))
    nn_pool_for (pool, threads, steps->b, MIN_ITEMS, backward_items, &part);
  else
    for (part.first_step = steps->t - 1; part.first_step >= -1; part.first_step--)
      nn_pool_for (pool, threads, n_panels, 1, backward_units, &part);
}
