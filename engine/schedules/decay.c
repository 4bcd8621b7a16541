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
cosine_rate (const NnAttrValue     *attr,
             const NnSchedulePoint *point)
{
  double minimum = attr[MINIMUM].number[0];

  return minimum + (point->base - minimum) * (1 + cos (G_PI * point->progress)) / 2;
}

static double
linear_rate (const NnAttrValue     *attr,
             const NnSchedulePoint *point)
{
  return point->base + (attr[MINIMUM].number[0] - point->base) * point->progress;
}

enum {
  POWER,
};

static double
polynomial_rate (const NnAttrValue     *attr,
                 const NnSchedulePoint *point)
{
  return point->base * pow (1 - point->progress, attr[POWER].number[0]);
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

static const NnAttr polynomial_attrs[] = {
  [POWER] = { "power", N_("Power"), NN_ATTR_FLOAT, 1, 0, 100, .torch = "power" },
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
  {
    .name    = "polynomial",
    .title   = N_("Polynomial"),
    .summary = N_("Falls with each step to 0 at the end, along a power of what is left."),
    .attrs   = polynomial_attrs,
    .torch   = "torch.optim.lr_scheduler.PolynomialLR",
    .rate    = polynomial_rate,
  },
  { NULL }
};
