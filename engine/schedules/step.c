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
step_rate (const NnAttrValue     *attr,
           const NnSchedulePoint *point)
{
  guint64 falls = point->epoch / (guint64) attr[EPOCHS].number[0];

  return point->base * pow (attr[FACTOR].number[0], (double) falls);
}

static double
multi_step_rate (const NnAttrValue     *attr,
                 const NnSchedulePoint *point)
{
  double falls = 0;

  for (int i = 0; i < attr[EPOCHS].count; i++)
    falls += (double) point->epoch >= attr[EPOCHS].number[i];
  return point->base * pow (attr[FACTOR].number[0], falls);
}

enum {
  EXPONENTIAL_FACTOR,
};

static double
exponential_rate (const NnAttrValue     *attr,
                  const NnSchedulePoint *point)
{
  return point->base * pow (attr[EXPONENTIAL_FACTOR].number[0], (double) point->epoch);
}

static const NnAttr step_attrs[] = {
  [EPOCHS] = { "epochs", N_("Epochs between two steps"), NN_ATTR_INT, 30, 1, 100000,
               .torch = "step_size" },
  [FACTOR] = { "factor", N_("Factor"), NN_ATTR_FLOAT, 0.1, 0, 1, .torch = "gamma" },
  { NULL }
};

static const NnAttr multi_step_attrs[] = {
  [EPOCHS] = { "epochs", N_("Epochs behind which it falls"), NN_ATTR_INTS, 30, 1, 100000,
               .torch = "milestones" },
  [FACTOR] = { "factor", N_("Factor"), NN_ATTR_FLOAT, 0.1, 0, 1, .torch = "gamma" },
  { NULL }
};

/* PyTorch gives gamma no default. */
static const NnAttr exponential_attrs[] = {
  [EXPONENTIAL_FACTOR] = { "factor", N_("Factor"), NN_ATTR_FLOAT, 0.9, 0, 1, .torch = "gamma" },
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
  {
    .name    = "multi-step",
    .title   = N_("Steps at Chosen Epochs"),
    .summary = N_("Multiplies the learning rate by a factor behind each of the epochs named."),
    .attrs   = multi_step_attrs,
    .torch   = "torch.optim.lr_scheduler.MultiStepLR",
    .rate    = multi_step_rate,
  },
  {
    .name    = "exponential",
    .title   = N_("Exponential"),
    .summary = N_("Multiplies the learning rate by a factor behind every epoch."),
    .attrs   = exponential_attrs,
    .torch   = "torch.optim.lr_scheduler.ExponentialLR",
    .rate    = exponential_rate,
  },
  { NULL }
};
