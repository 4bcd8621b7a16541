/* random.c: random numbers of a size that one chooses
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "engine/error.h"
#include "engine/initialiser.h"

#include <glib/gi18n-lib.h>
#include <math.h>

enum {
  LOW,
  HIGH,
};

static gboolean
check_bounds (double   low,
              double   high,
              GError **error)
{
  if (low < high)
    return TRUE;

  g_set_error (error, NN_ERROR, NN_ERROR_ATTRIBUTE,
               _("The numbers are to start between %g and %g; the first must be the smaller one."),
               low, high);
  return FALSE;
}

static gboolean
uniform_check (const double   *number,
               const NnShape  *shape,
               GError        **error)
{
  return check_bounds (number[LOW], number[HIGH], error);
}

static gboolean
uniform_fill (NnStart  *start,
              GError  **error)
{
  gint64 count = nn_shape_count (&start->shape);
  float low = (float) start->number[LOW];
  float width = (float) (start->number[HIGH] - start->number[LOW]);

  for (gint64 i = 0; i < count; i++)
    start->data[i] = low + width * nn_random_uniform (&start->random);
  return TRUE;
}

enum {
  MEAN,
  DEVIATION,
  CUT_LOW,
  CUT_HIGH,
};

static gboolean
normal_fill (NnStart  *start,
             GError  **error)
{
  gint64 count = nn_shape_count (&start->shape);
  float mean = (float) start->number[MEAN];
  float deviation = (float) start->number[DEVIATION];

  for (gint64 i = 0; i < count; i++)
    start->data[i] = mean + deviation * nn_random_normal (&start->random);
  return TRUE;
}

static gboolean
truncated_check (const double   *number,
                 const NnShape  *shape,
                 GError        **error)
{
  return check_bounds (number[CUT_LOW], number[CUT_HIGH], error);
}

/* Farther out there is no normal number in a thousand million. */
#define TAIL 6

/* Even numbers between the bounds, each kept as often as the normal curve is
 * high there: that works for any bounds, with about five tries for the widest. */
static gboolean
truncated_fill (NnStart  *start,
                GError  **error)
{
  const double *number = start->number;
  gint64 count = nn_shape_count (&start->shape);
  double deviation = MAX (number[DEVIATION], 1e-30);
  double low = CLAMP ((number[CUT_LOW] - number[MEAN]) / deviation, -TAIL, TAIL);
  double high = CLAMP ((number[CUT_HIGH] - number[MEAN]) / deviation, -TAIL, TAIL);
  double nearest = low > 0 ? low : high < 0 ? high : 0;

  for (gint64 i = 0; i < count; i++)
    {
      double z;

      do
        z = low + (high - low) * nn_random_uniform (&start->random);
      while (nn_random_uniform (&start->random) > exp ((nearest * nearest - z * z) / 2));
      start->data[i] = (float) CLAMP (number[MEAN] + deviation * z, number[CUT_LOW],
                                      number[CUT_HIGH]);
    }

  return TRUE;
}

static const NnAttr uniform_attrs[] = {
  [LOW]  = { "low", N_("From"), NN_ATTR_FLOAT, 0, -1e6, 1e6, .torch = "a" },
  [HIGH] = { "high", N_("To"), NN_ATTR_FLOAT, 1, -1e6, 1e6, .torch = "b" },
  { NULL }
};

#define BELL                                                                  \
  [MEAN]      = { "mean", N_("Mean"), NN_ATTR_FLOAT, 0, -1e6, 1e6,            \
                  .torch = "mean" },                                          \
  [DEVIATION] = { "deviation", N_("Standard deviation"), NN_ATTR_FLOAT,       \
                  1, 0, 1e6, .torch = "std" }

static const NnAttr normal_attrs[] = {
  BELL,
  { NULL }
};

static const NnAttr truncated_attrs[] = {
  BELL,
  [CUT_LOW]   = { "low", N_("From"), NN_ATTR_FLOAT, -2, -1e6, 1e6, .torch = "a" },
  [CUT_HIGH]  = { "high", N_("To"), NN_ATTR_FLOAT, 2, -1e6, 1e6, .torch = "b" },
  { NULL }
};

const NnInitialiser nn_initialisers_random[] = {
  {
    .name    = "uniform",
    .title   = N_("Uniform"),
    .summary = N_("Spreads the numbers evenly between two bounds."),
    .attrs   = uniform_attrs,
    .torch   = "torch.nn.init.uniform_",
    .check   = uniform_check,
    .fill    = uniform_fill,
  },
  {
    .name    = "normal",
    .title   = N_("Normal"),
    .summary = N_("Spreads the numbers along a bell curve."),
    .attrs   = normal_attrs,
    .torch   = "torch.nn.init.normal_",
    .fill    = normal_fill,
  },
  {
    .name    = "truncated-normal",
    .title   = N_("Truncated Normal"),
    .summary = N_("Spreads the numbers along a bell curve without its tails."),
    .attrs   = truncated_attrs,
    .torch   = "torch.nn.init.trunc_normal_",
    .check   = truncated_check,
    .fill    = truncated_fill,
  },
  { NULL }
};
