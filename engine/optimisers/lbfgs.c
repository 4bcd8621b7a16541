/* lbfgs.c: a quasi-Newton method that remembers how the gradient changed
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "engine/optimiser.h"
#include "engine/optimisers/line-search.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

/* Newton's method divides the slope by the curvature.  L-BFGS guesses what the
 * curvature does to a vector from the last few pairs of a step s and the change
 * y of the gradient along it (Nocedal, Wright: Numerical Optimization, 2nd ed.,
 * algorithms 7.4 and 7.5).  The course of a step, and what ends it, is PyTorch's:
 * up to so many iterations on one batch, each along the guessed direction for the
 * learning rate or for as far as the line search says. */

enum {
  ITERATIONS,
  EVALUATIONS,
  TOLERANCE_GRADIENT,
  TOLERANCE_CHANGE,
  HISTORY,
  LINE_SEARCH,
};

/* What is remembered beside the moments. */
enum {
  MEMORY_ITERATIONS,            /* done in the whole training */
  MEMORY_PAIRS,                 /* in use */
  MEMORY_OLDEST,                /* where the oldest pair lies in the ring */
  MEMORY_LENGTH,                /* of the last step, along the direction */
  MEMORY_SCALE,                 /* guess of the inverse curvature without pairs */
};

/* Moments: direction, gradient before, then all y, then all s. */
#define DIRECTION 0
#define BEFORE    1
#define PAIRS     2

#define SMALLEST_CURVATURE 1e-10

static int
history_of (const NnSearch *self)
{
  return (int) self->attr[HISTORY].number[0];
}

static int
count_pairs (const NnSearch *self)
{
  return (int) self->memory[MEMORY_PAIRS];
}

/* The buffers of pair @index, counted from the oldest. */
static float *
change_of (const NnSearch *self,
           int             index)
{
  int history = history_of (self);

  return self->moment[PAIRS + ((int) self->memory[MEMORY_OLDEST] + index) % history];
}

static float *
step_of (const NnSearch *self,
         int             index)
{
  int history = history_of (self);

  return self->moment[PAIRS + history + ((int) self->memory[MEMORY_OLDEST] + index) % history];
}

/* Puts the last step and what it did to the gradient into the ring, unless the
 * loss curves the wrong way there. */
static void
remember (NnSearch *self)
{
  int n = count_pairs (self);
  int history = history_of (self);
  float *change = change_of (self, n);
  float *step = step_of (self, n);
  const float *before = self->moment[BEFORE];
  const float *direction = self->moment[DIRECTION];
  float length = (float) self->memory[MEMORY_LENGTH];
  double curvature = 0;
  double size = 0;

  /* A full ring keeps its oldest pair until the new one has been looked at. */
  for (gint64 i = 0; i < self->count; i++)
    {
      float y = self->g[i] - before[i];

      curvature += (double) y * (direction[i] * length);
      size += (double) y * y;
    }
  if (curvature <= SMALLEST_CURVATURE)
    return;

  for (gint64 i = 0; i < self->count; i++)
    {
      change[i] = self->g[i] - before[i];
      step[i] = direction[i] * length;
    }
  if (n < history)
    self->memory[MEMORY_PAIRS]++;
  else
    self->memory[MEMORY_OLDEST] = ((int) self->memory[MEMORY_OLDEST] + 1) % history;
  self->memory[MEMORY_SCALE] = curvature / size;
}

static void
add_scaled (float       *y,
            const float *x,
            double       factor,
            gint64       count)
{
  float f = (float) factor;

  for (gint64 i = 0; i < count; i++)
    y[i] += f * x[i];
}

/* The guessed inverse curvature times the gradient, downhill. */
static void
find_direction (NnSearch *self)
{
  float *d = self->moment[DIRECTION];
  int n = count_pairs (self);
  g_autofree double *share = g_new (double, (gsize) n + 1);
  g_autofree double *inverse = g_new (double, (gsize) n + 1);
  float scale = (float) self->memory[MEMORY_SCALE];

  for (gint64 i = 0; i < self->count; i++)
    d[i] = -self->g[i];
  for (int i = n - 1; i >= 0; i--)
    {
      inverse[i] = 1 / nn_dot (change_of (self, i), step_of (self, i), self->count);
      share[i] = nn_dot (step_of (self, i), d, self->count) * inverse[i];
      add_scaled (d, change_of (self, i), -share[i], self->count);
    }
  for (gint64 i = 0; i < self->count; i++)
    d[i] *= scale;
  for (int i = 0; i < n; i++)
    {
      double back = nn_dot (change_of (self, i), d, self->count) * inverse[i];

      add_scaled (d, step_of (self, i), share[i] - back, self->count);
    }
}

static double
largest (const float *x,
         gint64       count)
{
  float most = 0;

  for (gint64 i = 0; i < count; i++)
    most = MAX (most, fabsf (x[i]));
  return most;
}

static double
first_length (const NnSearch *self)
{
  double sum = 0;

  for (gint64 i = 0; i < self->count; i++)
    sum += fabsf (self->g[i]);
  return MIN (1, 1 / sum) * self->rate;
}

/* One iteration; FALSE when there is nothing left to do.  @evaluations counts
 * how often the loss was asked for. */
static gboolean
iterate (NnSearch *self,
         gboolean  is_last,
         int      *evaluations)
{
  double tolerance = self->attr[TOLERANCE_CHANGE].number[0];
  gboolean is_first = self->memory[MEMORY_ITERATIONS] == 0;
  gsize bytes = (gsize) self->count * sizeof (float);
  int most = (int) self->attr[EVALUATIONS].number[0];
  double loss = self->loss;
  double length, slope;

  if (is_first)
    self->memory[MEMORY_SCALE] = 1;
  else
    remember (self);
  self->memory[MEMORY_ITERATIONS]++;
  find_direction (self);
  memcpy (self->moment[BEFORE], self->g, bytes);
  length = is_first ? first_length (self) : self->rate;
  self->memory[MEMORY_LENGTH] = length;
  slope = nn_dot (self->g, self->moment[DIRECTION], self->count);
  if (slope > -tolerance)
    return FALSE;

  if (self->attr[LINE_SEARCH].number[0] != 0)
    {
      length = nn_line_search (self, self->moment[DIRECTION], length, slope,
                               most - *evaluations, tolerance, evaluations);
      self->memory[MEMORY_LENGTH] = length;
    }
  else
    {
      add_scaled (self->w, self->moment[DIRECTION], length, self->count);
      if (!is_last)
        {
          self->loss = self->evaluate (self->data);
          *evaluations += 1;
        }
    }

  return !is_last && *evaluations < most
         && largest (self->g, self->count) > self->attr[TOLERANCE_GRADIENT].number[0]
         && largest (self->moment[DIRECTION], self->count) * length > tolerance
         && fabs (self->loss - loss) >= tolerance;
}

static void
lbfgs_search (NnSearch *self)
{
  int iterations = (int) self->attr[ITERATIONS].number[0];
  int evaluations = 1;

  if (largest (self->g, self->count) <= self->attr[TOLERANCE_GRADIENT].number[0])
    return;

  for (int i = 0; i < iterations; i++)
    if (!iterate (self, i == iterations - 1, &evaluations))
      return;
}

static int
lbfgs_count_moments (const NnAttrValue *attr)
{
  return PAIRS + 2 * (int) attr[HISTORY].number[0];
}

static const char *const line_searches[] = { "none", "strong-wolfe", NULL };

static const NnAttr lbfgs_attrs[] = {
  [ITERATIONS]         = { "iterations", N_("Iterations for a batch"), NN_ATTR_INT, 20, 1, 1000,
                           .torch = "max_iter" },
  [EVALUATIONS]        = { "evaluations", N_("Most passes for a batch"), NN_ATTR_INT, 25, 1, 10000,
                           .torch = "max_eval" },
  [TOLERANCE_GRADIENT] = { "tolerance-gradient", N_("Gradient that counts as 0"), NN_ATTR_FLOAT,
                           1e-7, 0, 1, .torch = "tolerance_grad" },
  [TOLERANCE_CHANGE]   = { "tolerance-change", N_("Change that counts as 0"), NN_ATTR_FLOAT,
                           1e-9, 0, 1, .torch = "tolerance_change" },
  [HISTORY]            = { "history", N_("Steps remembered"), NN_ATTR_INT, 100, 1, 1000,
                           .torch = "history_size" },
  [LINE_SEARCH]        = { "line-search", N_("Line search"), NN_ATTR_CHOICE, 0, 0, 1,
                           line_searches, .torch = "line_search_fn" },
  { NULL }
};

const NnOptimiser nn_optimisers_lbfgs[] = {
  {
    .name          = "lbfgs",
    .title         = N_("L-BFGS"),
    .summary       = N_("Guesses the curvature from past steps; wants large batches and looks at "
                        "each several times."),
    .attrs         = lbfgs_attrs,
    .n_moments     = PAIRS,
    .n_work        = NN_LINE_SEARCH_WORK,
    .rate          = 1,
    .torch         = "torch.optim.LBFGS",
    .count_moments = lbfgs_count_moments,
    .search        = lbfgs_search,
  },
  { NULL }
};
