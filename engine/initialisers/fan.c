/* fan.c: random numbers whose size follows how many inputs and outputs a layer has
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "engine/initialiser.h"

#include <glib/gi18n-lib.h>
#include <math.h>

/* What PyTorch's own layers start from, weights and biases alike: even within
 * ±1/√(inputs of one output). */
static void
fan_in_fill (NnStart *start)
{
  gint64 count = nn_shape_count (&start->shape);
  float bound = 1 / sqrtf ((float) MAX (start->fan_in, 1));

  for (gint64 i = 0; i < count; i++)
    start->data[i] = (2 * nn_random_uniform (&start->random) - 1) * bound;
}

const NnInitialiser nn_initialisers_fan[] = {
  {
    .name    = "fan-in",
    .title   = N_("By Inputs"),
    .summary = N_("Spreads the numbers evenly, the narrower the more inputs an output has."),
    .fill    = fan_in_fill,
  },
  { NULL }
};
