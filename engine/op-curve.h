/* op-curve.h: what the records of all activations share
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "engine/build.h"
#include "engine/op-scalar.h"

G_BEGIN_DECLS

/* An activation y = f(x) of each number alone has an op of its own for the slope:
 * its name with "-gradient" behind, its attributes, and two operands, x or y,
 * whichever f' is written with, and dy.  These write the gradient with it. */
void   nn_curve_gradient_with_x  (NnBuild *build);
void   nn_curve_gradient_with_y  (NnBuild *build);

/* The gradient of such a slope where f has no curvature: only dy matters. */
void   nn_curve_flat_gradient    (NnBuild *build);

/* expand(): y = x · @gate. */
void   nn_curve_expand_gate      (NnBuild *build,
                                  NnValue *gate);

extern const NnPort   nn_curve_ports[];
extern const NnPort   nn_curve_slope_ports[];
extern const NnSample nn_curve_samples[];
extern const NnSample nn_curve_wide_samples[];  /* far out, and between corners */
extern const NnSample nn_curve_slope_samples[];
extern const NnSample nn_curve_flat_samples[];  /* between corners */

#define NN_CURVE(op)                                                          \
  .lesson   = "09",                                                           \
  .flags    = NN_OP_IN_PLACE,                                                 \
  .ports    = nn_curve_ports,                                                 \
  .infer    = nn_infer_same,                                                  \
  .cpu      = (const NnKernel[]) { { "loop", NN_LAYOUT_ANY, .run = op##_run }, { NULL } }

#define NN_CURVE_ANY_SLOPE(op)                                                \
  .title    = N_("Slope of an activation"),                                   \
  .summary  = N_("Sends a gradient back through an activation."),             \
  .category = NN_CATEGORY_INTERNAL,                                           \
  .flags    = NN_OP_IN_PLACE,                                                 \
  .ports    = nn_curve_slope_ports,                                           \
  .infer    = nn_infer_same,                                                  \
  .cpu      = (const NnKernel[]) {                                            \
    { "loop", NN_LAYOUT_ANY, .run = op##_gradient_run }, { NULL }             \
  }

#define NN_CURVE_SLOPE(op)                                                    \
  .samples  = nn_curve_slope_samples,                                         \
  NN_CURVE_ANY_SLOPE (op)

#define NN_CURVE_FLAT_SLOPE(op)                                               \
  .samples  = nn_curve_flat_samples,                                          \
  .gradient = nn_curve_flat_gradient,                                         \
  NN_CURVE_ANY_SLOPE (op)

G_END_DECLS
