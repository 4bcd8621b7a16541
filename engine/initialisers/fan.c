/* fan.c: random numbers whose size follows how many inputs and outputs a layer has
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "engine/initialiser.h"

#include <glib/gi18n-lib.h>
#include <math.h>

/* Numbers keep their size on the way through the layers when the weights are
 * about 1 / √fan, where the fan is how many numbers are added up (Glorot, Bengio:
 * Understanding the difficulty of training deep feedforward neural networks; 2010,
 * with the mean of both directions; He and others: Delving Deep into Rectifiers;
 * 2015, with a gain for the activation that follows). */

/* Even within ±@bound. */
static gboolean
fill_even (NnStart *start,
           float    bound)
{
  gint64 count = nn_shape_count (&start->shape);

  for (gint64 i = 0; i < count; i++)
    start->data[i] = (2 * nn_random_uniform (&start->random) - 1) * bound;
  return TRUE;
}

static gboolean
fill_normal (NnStart *start,
             float    deviation)
{
  gint64 count = nn_shape_count (&start->shape);

  for (gint64 i = 0; i < count; i++)
    start->data[i] = nn_random_normal (&start->random) * deviation;
  return TRUE;
}

/* What PyTorch's own layers start from, weights and biases alike: even within
 * ±1/√(inputs of one output). */
static gboolean
fan_in_fill (NnStart  *start,
             GError  **error)
{
  return fill_even (start, 1 / sqrtf ((float) MAX (start->fan_in, 1)));
}

enum {
  XAVIER_GAIN,
};

static double
xavier_deviation (const NnStart *start)
{
  gint64 fan_in, fan_out;

  nn_shape_fans (&start->shape, &fan_in, &fan_out);
  return start->number[XAVIER_GAIN] * sqrt (2.0 / (double) MAX (fan_in + fan_out, 1));
}

static gboolean
xavier_uniform_fill (NnStart  *start,
                     GError  **error)
{
  return fill_even (start, (float) (sqrt (3) * xavier_deviation (start)));
}

static gboolean
xavier_normal_fill (NnStart  *start,
                    GError  **error)
{
  return fill_normal (start, (float) xavier_deviation (start));
}

enum {
  KAIMING_MODE,
  KAIMING_NONLINEARITY,
  KAIMING_SLOPE,
};

enum {
  NONLINEARITY_LEAKY_RELU,
  NONLINEARITY_RELU,
  NONLINEARITY_TANH,
  NONLINEARITY_SELU,
  NONLINEARITY_SIGMOID,
  NONLINEARITY_LINEAR,
};

static const char *const modes[] = { "fan-in", "fan-out", NULL };

static const char *const nonlinearities[] = {
  "leaky-relu", "relu", "tanh", "selu", "sigmoid", "linear", NULL
};

/* torch.nn.init.calculate_gain() */
static double
gain_of (const double *number)
{
  switch ((int) number[KAIMING_NONLINEARITY])
    {
    case NONLINEARITY_LEAKY_RELU:
      return sqrt (2 / (1 + number[KAIMING_SLOPE] * number[KAIMING_SLOPE]));
    case NONLINEARITY_RELU:
      return sqrt (2);
    case NONLINEARITY_TANH:
      return 5.0 / 3;
    case NONLINEARITY_SELU:
      return 0.75;
    default:
      return 1;
    }
}

static double
kaiming_deviation (const NnStart *start)
{
  gint64 fans[2];

  nn_shape_fans (&start->shape, &fans[0], &fans[1]);
  return gain_of (start->number)
         / sqrt ((double) MAX (fans[(int) start->number[KAIMING_MODE]], 1));
}

static gboolean
kaiming_uniform_fill (NnStart  *start,
                      GError  **error)
{
  return fill_even (start, (float) (sqrt (3) * kaiming_deviation (start)));
}

static gboolean
kaiming_normal_fill (NnStart  *start,
                     GError  **error)
{
  return fill_normal (start, (float) kaiming_deviation (start));
}

static const NnAttr xavier_attrs[] = {
  [XAVIER_GAIN] = { "gain", N_("Gain"), NN_ATTR_FLOAT, 1, 0, 1000, .torch = "gain" },
  { NULL }
};

static const NnAttr kaiming_attrs[] = {
  [KAIMING_MODE]         = { "mode", N_("Keep the size of"), NN_ATTR_CHOICE, 0, 0, 1, modes,
                             .torch = "mode" },
  [KAIMING_NONLINEARITY] = { "nonlinearity", N_("Activation behind it"), NN_ATTR_CHOICE,
                             NONLINEARITY_LEAKY_RELU, 0, NONLINEARITY_LINEAR, nonlinearities,
                             .torch = "nonlinearity" },
  [KAIMING_SLOPE]        = { "slope", N_("Slope of the leaky ReLU"), NN_ATTR_FLOAT, 0, 0, 100,
                             .torch = "a" },
  { NULL }
};

const NnInitialiser nn_initialisers_fan[] = {
  {
    .name    = "fan-in",
    .title   = N_("By Inputs"),
    .summary = N_("Spreads the numbers evenly, the narrower the more inputs an output has."),
    .fill    = fan_in_fill,
  },
  {
    .name    = "xavier-uniform",
    .title   = N_("Xavier Uniform"),
    .summary = N_("Evenly spread numbers that keep forward and backward passes about equally "
                  "large."),
    .attrs   = xavier_attrs,
    .torch   = "torch.nn.init.xavier_uniform_",
    .fill    = xavier_uniform_fill,
  },
  {
    .name    = "xavier-normal",
    .title   = N_("Xavier Normal"),
    .summary = N_("Normal numbers that keep forward and backward passes about equally large."),
    .attrs   = xavier_attrs,
    .torch   = "torch.nn.init.xavier_normal_",
    .fill    = xavier_normal_fill,
  },
  {
    .name    = "kaiming-uniform",
    .title   = N_("Kaiming Uniform"),
    .summary = N_("Evenly spread numbers that keep one direction equally large behind ReLU and "
                  "the like."),
    .attrs   = kaiming_attrs,
    .torch   = "torch.nn.init.kaiming_uniform_",
    .fill    = kaiming_uniform_fill,
  },
  {
    .name    = "kaiming-normal",
    .title   = N_("Kaiming Normal"),
    .summary = N_("Normal numbers that keep one direction equally large behind ReLU and the like."),
    .attrs   = kaiming_attrs,
    .torch   = "torch.nn.init.kaiming_normal_",
    .fill    = kaiming_normal_fill,
  },
  { NULL }
};
