/* step.c: learning rates that fall at the end of an epoch
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "engine/schedule.h"

#include <glib/gi18n-lib.h>
#include <math.h>

enum {
  EPOCHS,
  FACTOR,
};

static double
step_rate (const NnAttrValue *attr,
           double             base,
           guint64            epoch,
           double             progress)
{
  guint64 falls = epoch / (guint64) attr[EPOCHS].number[0];

  return base * pow (attr[FACTOR].number[0], (double) falls);
}

static const NnAttr step_attrs[] = {
  [EPOCHS] = { "epochs", N_("Epochs between two steps"), NN_ATTR_INT, 30, 1, 100000,
               .torch = "step_size" },
  [FACTOR] = { "factor", N_("Factor"), NN_ATTR_FLOAT, 0.1, 0, 1, .torch = "gamma" },
  { NULL }
};

const NnScheduleKind nn_schedules_step[] = {
  {
    .name    = "step",
    .title   = N_("Steps"),
    .summary = N_("Multiplies the learning rate by a factor every few epochs."),
    .attrs   = step_attrs,
    .torch   = "torch.optim.lr_scheduler.StepLR",
    .rate    = step_rate,
  },
  { NULL }
};
