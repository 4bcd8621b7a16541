/* decay.c: learning rates that fall a little at each step, to the end of the training
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "engine/schedule.h"

#include <glib/gi18n-lib.h>
#include <math.h>

enum {
  MINIMUM,
};

/* Half a cosine wave (Loshchilov, Hutter: SGDR; ICLR 2017, without restarts). */
static double
cosine_rate (const NnAttrValue *attr,
             double             base,
             guint64            epoch,
             double             progress)
{
  double minimum = attr[MINIMUM].number[0];

  return minimum + (base - minimum) * (1 + cos (G_PI * progress)) / 2;
}

static double
linear_rate (const NnAttrValue *attr,
             double             base,
             guint64            epoch,
             double             progress)
{
  return base + (attr[MINIMUM].number[0] - base) * progress;
}

static const NnAttr cosine_attrs[] = {
  [MINIMUM] = { "minimum", N_("Learning rate at the end"), NN_ATTR_FLOAT, 0, 0, 10,
                .torch = "eta_min" },
  { NULL }
};

/* PyTorch's end_factor is relative to the start, so it has no keyword here. */
static const NnAttr linear_attrs[] = {
  [MINIMUM] = { "minimum", N_("Learning rate at the end"), NN_ATTR_FLOAT, 0, 0, 10 },
  { NULL }
};

const NnScheduleKind nn_schedules_decay[] = {
  {
    .name    = "cosine",
    .title   = N_("Cosine"),
    .summary = N_("Falls slowly, then fast, then slowly again to the rate at the end."),
    .attrs   = cosine_attrs,
    .torch   = "torch.optim.lr_scheduler.CosineAnnealingLR",
    .rate    = cosine_rate,
  },
  {
    .name    = "linear",
    .title   = N_("Linear Decay"),
    .summary = N_("Falls on a straight line to the rate at the end."),
    .attrs   = linear_attrs,
    .torch   = "torch.optim.lr_scheduler.LinearLR",
    .rate    = linear_rate,
  },
  { NULL }
};
