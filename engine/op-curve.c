/* op-curve.c: what the records of all activations share
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "engine/op-curve.h"

#include <glib/gi18n-lib.h>

/* Hands the attributes of the call on to the next op, which has the same. */
static void
set_attrs (NnBuild *build)
{
  const NnCall *call = nn_build_call (build);

  for (int i = 0; call->op->attrs != NULL && call->op->attrs[i].name != NULL; i++)
    nn_build_set_value (build, call->op->attrs[i].name, &call->attr[i]);
}

static void
gradient_with (NnBuild *build,
               NnValue *x_or_y)
{
  g_autofree char *name = g_strconcat (nn_build_call (build)->op->name, "-gradient", NULL);

  set_attrs (build);
  nn_build_gradient (build, "x",
                     nn_build_op (build, name, x_or_y, nn_build_slope (build, "y"), NN_BUILD_END));
}

void
nn_curve_gradient_with_x (NnBuild *build)
{
  gradient_with (build, nn_build_in (build, "x"));
}

void
nn_curve_gradient_with_y (NnBuild *build)
{
  gradient_with (build, nn_build_out (build, "y"));
}

void
nn_curve_flat_gradient (NnBuild *build)
{
  NnValue *at = nn_build_in (build, "at");

  set_attrs (build);
  nn_build_gradient (build, "dy",
                     nn_build_op (build, nn_build_call (build)->op->name,
                                  at, nn_build_slope (build, "dx"),
                                  NN_BUILD_END));
  if (nn_build_wants (build, "at"))
    nn_build_gradient (build, "at", nn_build_fill (build, &at->shape, 0));
}

void
nn_curve_expand_gate (NnBuild *build,
                      NnValue *gate)
{
  nn_build_result (build, "y", nn_build_op (build, "mul", nn_build_in (build, "x"), gate,
                                            NN_BUILD_END));
}

const NnPort nn_curve_ports[] = {
  { "x", N_("Input") },
  { "y", N_("Output"), NN_PORT_OUTPUT },
  { NULL }
};

const NnPort nn_curve_slope_ports[] = {
  { "at", N_("Where the slope is taken") },
  { "dy", N_("Gradient by the output") },
  { "dx", N_("Gradient by the input"), NN_PORT_OUTPUT },
  { NULL }
};

/* One number, an ordinary batch, an empty batch, and more than one vector. */
const NnSample nn_curve_samples[] = {
  { .in = { { 1, { 1 } } } },
  { .in = { { 2, { 3, 5 } } } },
  { .in = { { 2, { 0, 5 } } } },
  { .in = { { 3, { 2, 3, 67 } } } },
  { .in = { { 4, { 2, 3, 4, 5 } } } },
  { .in[0].rank = 0 }
};

const NnSample nn_curve_wide_samples[] = {
  { .in = { { 1, { 1 } } }, .low = 0.6f, .high = 0.9f },
  { .in = { { 2, { 0, 5 } } } },
  { .in = { { 2, { 3, 7 } } }, .low = -9, .high = 9 },
  { .in = { { 3, { 2, 3, 67 } } }, .low = 0.6f, .high = 0.9f },
  { .in[0].rank = 0 }
};

const NnSample nn_curve_slope_samples[] = {
  { .in = { { 1, { 1 } }, { 1, { 1 } } } },
  { .in = { { 2, { 0, 5 } }, { 2, { 0, 5 } } } },
  { .in = { { 3, { 2, 3, 67 } }, { 3, { 2, 3, 67 } } } },
  { .in[0].rank = 0 }
};

const NnSample nn_curve_flat_samples[] = {
  { .in = { { 1, { 1 } }, { 1, { 1 } } }, .low = 0.6f, .high = 0.9f },
  { .in = { { 2, { 0, 5 } }, { 2, { 0, 5 } } } },
  { .in = { { 3, { 2, 3, 67 } }, { 3, { 2, 3, 67 } } }, .low = 0.6f, .high = 0.9f },
  { .in[0].rank = 0 }
};
