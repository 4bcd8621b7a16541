/* constant.c: parameters that all start from the same number
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "engine/initialiser.h"

#include <glib/gi18n-lib.h>

static void
fill (NnStart *start,
      float    value)
{
  gint64 count = nn_shape_count (&start->shape);

  for (gint64 i = 0; i < count; i++)
    start->data[i] = value;
}

static void
zeros_fill (NnStart *start)
{
  fill (start, 0);
}

static void
ones_fill (NnStart *start)
{
  fill (start, 1);
}

const NnInitialiser nn_initialisers_constant[] = {
  {
    .name    = "zeros",
    .title   = N_("Zeros"),
    .summary = N_("Starts every number from 0."),
    .torch   = "torch.nn.init.zeros_",
    .fill    = zeros_fill,
  },
  {
    .name    = "ones",
    .title   = N_("Ones"),
    .summary = N_("Starts every number from 1."),
    .torch   = "torch.nn.init.ones_",
    .fill    = ones_fill,
  },
  { NULL }
};
