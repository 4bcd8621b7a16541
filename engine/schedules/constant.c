/* constant.c: one learning rate from beginning to end
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "engine/schedule.h"

#include <glib/gi18n-lib.h>

static double
constant_rate (const NnAttrValue     *attr,
               const NnSchedulePoint *point)
{
  return point->base;
}

const NnScheduleKind nn_schedules_constant[] = {
  {
    .name    = "constant",
    .title   = N_("Constant"),
    .summary = N_("Keeps the learning rate as it is."),
    .rate    = constant_rate,
  },
  { NULL }
};
