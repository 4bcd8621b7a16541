/* constant.c: parameters that all start from the same number
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "engine/initialiser.h"

#include <glib/gi18n-lib.h>

static gboolean
fill (NnStart *start,
      double   value)
{
  gint64 count = nn_shape_count (&start->shape);

  for (gint64 i = 0; i < count; i++)
    start->data[i] = (float) value;
  return TRUE;
}

static gboolean
zeros_fill (NnStart  *start,
            GError  **error)
{
  return fill (start, 0);
}

static gboolean
ones_fill (NnStart  *start,
           GError  **error)
{
  return fill (start, 1);
}

static gboolean
quarter_fill (NnStart  *start,
              GError  **error)
{
  return fill (start, 0.25);
}

enum {
  VALUE,
};

static gboolean
constant_fill (NnStart  *start,
               GError  **error)
{
  return fill (start, start->number[VALUE]);
}

/* PyTorch gives it no default. */
static const NnAttr constant_attrs[] = {
  [VALUE] = { "value", N_("Value"), NN_ATTR_FLOAT, 0.1, -1e6, 1e6, .torch = "val" },
  { NULL }
};

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
  {
    .name    = "constant",
    .title   = N_("Constant"),
    .summary = N_("Starts every number from the one you choose."),
    .attrs   = constant_attrs,
    .torch   = "torch.nn.init.constant_",
    .fill    = constant_fill,
  },
  {
    .name    = "quarter",
    .title   = N_("A Quarter"),
    .summary = N_("Starts every number from 0.25, as PReLU does."),
    .fill    = quarter_fill,
  },
  { NULL }
};
