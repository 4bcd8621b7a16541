/* plateau.c: a learning rate that falls when the loss no longer does
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "engine/schedule.h"

#include <glib/gi18n-lib.h>
#include <math.h>

enum {
  FACTOR,
  PATIENCE,
  THRESHOLD,
  MODE,
  COOLDOWN,
  MINIMUM,
};

enum {
  MODE_RELATIVE,
  MODE_ABSOLUTE,
};

/* A fall that is smaller than this is left out, as in PyTorch. */
#define SMALLEST_FALL 1e-8

static double
plateau_rate (const NnAttrValue     *attr,
              const NnSchedulePoint *point)
{
  return point->state->rate;
}

static gboolean
is_better (const NnAttrValue *attr,
           double             loss,
           double             best)
{
  double threshold = attr[THRESHOLD].number[0];

  return loss < (attr[MODE].number[0] == MODE_RELATIVE ? best * (1 - threshold)
                                                       : best - threshold);
}

static void
plateau_watch (const NnAttrValue *attr,
               double             loss,
               NnScheduleState   *state)
{
  if (is_better (attr, loss, state->best))
    {
      state->best = loss;
      state->bad_epochs = 0;
    }
  else
    state->bad_epochs++;

  if (state->cooldown > 0)
    {
      state->cooldown--;
      state->bad_epochs = 0;
    }

  if (state->bad_epochs > attr[PATIENCE].number[0])
    {
      double rate = MAX (state->rate * attr[FACTOR].number[0], attr[MINIMUM].number[0]);

      if (state->rate - rate > SMALLEST_FALL)
        state->rate = rate;
      state->cooldown = attr[COOLDOWN].number[0];
      state->bad_epochs = 0;
    }
}

static const char *const modes[] = { "relative", "absolute", NULL };

static const NnAttr plateau_attrs[] = {
  [FACTOR]    = { "factor", N_("Factor"), NN_ATTR_FLOAT, 0.1, 0, 0.9999, .torch = "factor" },
  [PATIENCE]  = { "patience", N_("Epochs to wait"), NN_ATTR_INT, 10, 0, 100000,
                  .torch = "patience" },
  [THRESHOLD] = { "threshold", N_("Least improvement"), NN_ATTR_FLOAT, 1e-4, 0, 1000,
                  .torch = "threshold" },
  [MODE]      = { "mode", N_("Improvement is"), NN_ATTR_CHOICE, MODE_RELATIVE, 0, 1, modes,
                  .torch = "threshold_mode" },
  [COOLDOWN]  = { "cooldown", N_("Epochs of rest behind a fall"), NN_ATTR_INT, 0, 0, 100000,
                  .torch = "cooldown" },
  [MINIMUM]   = { "minimum", N_("Smallest learning rate"), NN_ATTR_FLOAT, 0, 0, 10,
                  .torch = "min_lr" },
  { NULL }
};

const NnScheduleKind nn_schedules_plateau[] = {
  {
    .name    = "plateau",
    .title   = N_("On Plateau"),
    .summary = N_("Multiplies the learning rate by a factor when the validation loss has not "
                  "improved for some epochs."),
    .attrs   = plateau_attrs,
    .torch   = "torch.optim.lr_scheduler.ReduceLROnPlateau",
    .rate    = plateau_rate,
    .watch   = plateau_watch,
  },
  { NULL }
};
