/* cycle.c: learning rates that rise and fall
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "engine/schedule.h"

#include <glib/gi18n-lib.h>
#include <math.h>

enum {
  EPOCHS,
  GROWTH,
  RESTART_MINIMUM,
};

/* Half cosine waves, one after the other (Loshchilov, Hutter: SGDR; ICLR 2017).
 * Waves may grow: the n-th, counted from 0, is growth^n as long as the first. */
static double
restarts_rate (const NnAttrValue     *attr,
               const NnSchedulePoint *point)
{
  double length = attr[EPOCHS].number[0];
  double growth = attr[GROWTH].number[0];
  double minimum = attr[RESTART_MINIMUM].number[0];
  double at = point->epochs;

  if (growth == 1)
    at = fmod (at, length);
  else
    {
      while (at >= length)
        {
          at -= length;
          length *= growth;
        }
    }
  return minimum + (point->base - minimum) * (1 + cos (G_PI * at / length)) / 2;
}

enum {
  RISE,
  SHAPE,
  START_DIVISOR,
  END_DIVISOR,
  THREE_PHASES,
  CYCLE_MOMENTUM,
  LEAST_MOMENTUM,
  MOST_MOMENTUM,
};

enum {
  SHAPE_COSINE,
  SHAPE_LINEAR,
};

/* Which part of the cycle a step lies in, and how far along. */
typedef struct
{
  int    part;                  /* 0 up, 1 down, 2 further down */
  double share;                 /* from 0 to 1 */
} Phase;

static Phase
find_phase (const NnAttrValue     *attr,
            const NnSchedulePoint *point)
{
  double total = (double) point->total_steps;
  double step = MIN ((double) point->step, MAX (total - 1, 0));
  double rise = attr[RISE].number[0] * total;
  gboolean three = attr[THREE_PHASES].number[0] != 0;
  double ends[] = { rise - 1, three ? 2 * rise - 2 : total - 1, total - 1 };
  int last = three ? 2 : 1;
  double start = 0;

  for (int i = 0;; i++)
    {
      if (step <= ends[i] || i == last)
        return (Phase) { i, ends[i] > start ? (step - start) / (ends[i] - start) : 1 };
      start = ends[i];
    }
}

static double
between (const NnAttrValue *attr,
         double             start,
         double             end,
         double             share)
{
  if (attr[SHAPE].number[0] == SHAPE_COSINE)
    return end + (start - end) / 2 * (cos (G_PI * share) + 1);
  return (end - start) * share + start;
}

/* Up to the learning rate that is set and down to far below where it began
 * (Smith, Topin: Super-Convergence; 2018). */
static double
one_cycle_rate (const NnAttrValue     *attr,
                const NnSchedulePoint *point)
{
  Phase phase = find_phase (attr, point);
  double first = point->base / attr[START_DIVISOR].number[0];
  double last = first / attr[END_DIVISOR].number[0];

  if (phase.part == 0)
    return between (attr, first, point->base, phase.share);
  if (phase.part == 2)
    return between (attr, first, last, phase.share);
  return between (attr, point->base, attr[THREE_PHASES].number[0] != 0 ? first : last,
                  phase.share);
}

/* The other way round: least where the learning rate is largest. */
static double
one_cycle_momentum (const NnAttrValue     *attr,
                    const NnSchedulePoint *point)
{
  Phase phase = find_phase (attr, point);
  double least = attr[LEAST_MOMENTUM].number[0];
  double most = attr[MOST_MOMENTUM].number[0];

  if (attr[CYCLE_MOMENTUM].number[0] == 0)
    return NAN;
  if (phase.part == 2)
    return most;
  return phase.part == 0 ? between (attr, most, least, phase.share)
                         : between (attr, least, most, phase.share);
}

static const NnAttr restarts_attrs[] = {
  [EPOCHS]          = { "epochs", N_("Epochs of the first wave"), NN_ATTR_INT, 10, 1, 100000,
                        .torch = "T_0" },
  [GROWTH]          = { "growth", N_("Growth from wave to wave"), NN_ATTR_INT, 1, 1, 100,
                        .torch = "T_mult" },
  [RESTART_MINIMUM] = { "minimum", N_("Smallest learning rate"), NN_ATTR_FLOAT, 0, 0, 10,
                        .torch = "eta_min" },
  { NULL }
};

static const char *const shapes[] = { "cosine", "linear", NULL };

static const NnAttr one_cycle_attrs[] = {
  [RISE]           = { "rise", N_("Share of steps that rise"), NN_ATTR_FLOAT, 0.3, 0, 1,
                       .torch = "pct_start" },
  [SHAPE]          = { "shape", N_("Shape"), NN_ATTR_CHOICE, SHAPE_COSINE, 0, 1, shapes,
                       .torch = "anneal_strategy" },
  [START_DIVISOR]  = { "start-divisor", N_("Start below the peak by"), NN_ATTR_FLOAT, 25, 1, 1e6,
                       .torch = "div_factor" },
  [END_DIVISOR]    = { "end-divisor", N_("End below the start by"), NN_ATTR_FLOAT, 1e4, 1, 1e9,
                       .torch = "final_div_factor" },
  [THREE_PHASES]   = { "three-phases", N_("Fall to the start first"), NN_ATTR_BOOL, 0, 0, 1,
                       .torch = "three_phase" },
  [CYCLE_MOMENTUM] = { "cycle-momentum", N_("Move the momentum, too"), NN_ATTR_BOOL, 1, 0, 1,
                       .torch = "cycle_momentum" },
  [LEAST_MOMENTUM] = { "least-momentum", N_("Least momentum"), NN_ATTR_FLOAT, 0.85, 0, 0.9999,
                       .torch = "base_momentum" },
  [MOST_MOMENTUM]  = { "most-momentum", N_("Most momentum"), NN_ATTR_FLOAT, 0.95, 0, 0.9999,
                       .torch = "max_momentum" },
  { NULL }
};

const NnScheduleKind nn_schedules_cycle[] = {
  {
    .name     = "cosine-restarts",
    .title    = N_("Cosine with Restarts"),
    .summary  = N_("Falls with each step along half a cosine wave, and starts over every few "
                   "epochs."),
    .attrs    = restarts_attrs,
    .torch    = "torch.optim.lr_scheduler.CosineAnnealingWarmRestarts",
    .rate     = restarts_rate,
  },
  {
    .name     = "one-cycle",
    .title    = N_("One Cycle"),
    .summary  = N_("Rises with each step to the learning rate and falls far below it; momentum "
                   "goes the other way."),
    .attrs    = one_cycle_attrs,
    .torch    = "torch.optim.lr_scheduler.OneCycleLR",
    .rate     = one_cycle_rate,
    .momentum = one_cycle_momentum,
  },
  { NULL }
};
