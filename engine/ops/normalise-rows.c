/* normalise-rows.c: mean 0 and variance 1 within one sample
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "engine/build.h"
#include "engine/cpu/normalise.h"

#include <float.h>
#include <glib/gi18n-lib.h>
#include <inttypes.h>

/* Layer, group and instance normalisation and RMS normalisation share one loop over rows: see
 * engine/cpu/normalise.h.  They differ in what a row is, and in which weight belongs to which
 * number.
 *
 * Ba, Kiros, Hinton: Layer Normalization, 2016.  Ulyanov, Vedaldi, Lempitsky: Instance
 * Normalization, 2016.  Wu, He: Group Normalization, 2018.  Zhang, Sennrich: Root Mean
 * Square Layer Normalization, 2019. */

static gboolean
is_rms (const NnCall *call)
{
  return g_str_has_prefix (call->op->name, "rms-norm");
}

static NnNormalise
rows_of (const NnCall *call)
{
  const NnShape *x = &call->in[0].shape;
  NnNormalise self = {
    .x = call->in[0].data, .weight = call->in[1].data, .run = 1, .period = 1,
    .centred = !is_rms (call), .epsilon = (float) nn_call_number (call, "epsilon"),
  };

  if (g_str_has_prefix (call->op->name, "group-norm"))
    {
      self.period = (gint64) nn_call_number (call, "groups");
      self.rows = x->size[0] * self.period;
      self.weights = x->size[1] / self.period;
      self.run = nn_shape_span (x, 2, x->rank);
      self.n = self.weights * self.run;
    }
  else
    {
      int first = x->rank - (int) nn_call_number (call, "axes");

      self.rows = nn_shape_span (x, 0, first);
      self.n = self.weights = nn_shape_span (x, first, x->rank);
    }
  return self;
}

static void
forward_run (NnCall *call)
{
  NnNormalise self = rows_of (call);

  self.bias = call->in[2].data;
  self.y = call->out[0].data;
  self.means = call->out[1].data;
  self.inverses = call->out[2].data;
  nn_normalise_rows (call, &self);
}

static gboolean
gradient_prepare (NnCall  *call,
                  GError **error)
{
  NnNormalise self = rows_of (call);

  call->workspace_bytes = nn_normalise_workspace (&self);
  return TRUE;
}

static void
gradient_run (NnCall *call)
{
  NnNormalise self = rows_of (call);

  self.means = call->in[2].data;
  self.inverses = call->in[3].data;
  self.dy = call->in[4].data;
  self.dx = call->out[0].data;
  self.dweight = call->out[1].data;
  self.dbias = call->out[2].data;
  nn_normalise_slope (call, &self);
}

/* Fills in the weights and biases of shape @owned, those that there are, and the results. */
static void
set_shapes (NnCall        *call,
            const NnShape *owned,
            gint64         rows)
{
  gboolean affine = nn_call_number (call, "affine") != 0;
  NnShape none = { -1 };
  NnShape row = NN_SHAPE (rows);

  nn_call_set_in (call, 1, NN_FLOAT32, affine ? owned : &none);
  if (nn_op_find_in (call->op, "bias") >= 0)
    nn_call_set_in (call, 2, NN_FLOAT32,
                    affine && nn_call_number (call, "bias") != 0 ? owned : &none);
  nn_call_set_out (call, 0, NN_FLOAT32, &call->in[0].shape);
  if (call->n_out > 1)
    {
      nn_call_set_out (call, 1, NN_FLOAT32, &row);
      nn_call_set_out (call, 2, NN_FLOAT32, &row);
    }
}

static gboolean
layer_norm_infer (NnCall  *call,
                  GError **error)
{
  const NnShape *x = &call->in[0].shape;
  int axes = (int) nn_call_number (call, "axes");
  NnShape owned = { axes };

  if (axes >= x->rank)
    {
      g_autofree char *text = nn_call_print (call, 0);

      return nn_call_refuse (call, error,
                             _("a sample has the shape %s, so its last %d axes cannot be "
                               "normalised."), text, axes);
    }

  for (int i = 0; i < axes; i++)
    owned.size[i] = x->size[x->rank - axes + i];
  set_shapes (call, &owned, nn_shape_span (x, 0, x->rank - axes));
  return TRUE;
}

static gboolean
group_norm_infer (NnCall  *call,
                  GError **error)
{
  const NnShape *x = &call->in[0].shape;
  gint64 groups = (gint64) nn_call_number (call, "groups");
  NnShape owned;

  if (x->rank < 2)
    return nn_call_want_rank (call, 0, 2, error);
  if (x->size[1] % groups != 0)
    return nn_call_refuse (call, error,
                           _("%" PRId64 " channels cannot be divided into %" PRId64 " groups."),
                           x->size[1], groups);

  owned = NN_SHAPE (x->size[1]);
  set_shapes (call, &owned, x->size[0] * groups);
  return TRUE;
}

static gboolean
instance_norm_infer (NnCall  *call,
                     GError **error)
{
  const NnShape *x = &call->in[0].shape;
  NnShape owned;

  if (x->rank < 3)
    return nn_call_want_rank (call, 0, 3, error);

  owned = NN_SHAPE (x->size[1]);
  set_shapes (call, &owned, x->size[0] * x->size[1]);
  return TRUE;
}

static gboolean
gradient_infer (NnCall  *call,
                GError **error)
{
  NnShape none = NN_SHAPE (0);
  const NnShape *weight = call->in[1].shape.rank > 0 ? &call->in[1].shape : &none;

  nn_call_set_out (call, 0, NN_FLOAT32, &call->in[0].shape);
  nn_call_set_out (call, 1, NN_FLOAT32, weight);
  nn_call_set_out (call, 2, NN_FLOAT32, weight);
  return TRUE;
}

static void
rows_gradient (NnBuild *build)
{
  static const char *const names[] = { "axes", "groups", "epsilon" };
  const NnCall *call = nn_build_call (build);
  g_autofree char *name = g_strconcat (call->op->name, "-gradient", NULL);
  NnValue *dx;

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    if (nn_attrs_find (call->op->attrs, names[i]) >= 0)
      nn_build_set_value (build, names[i], nn_call_value (call, names[i]));
  dx = nn_build_op (build, name, nn_build_in (build, "x"), nn_build_in (build, "weight"),
                    nn_build_out (build, "mean"), nn_build_out (build, "inverse"),
                    nn_build_slope (build, "y"), NN_BUILD_END);
  nn_build_gradient (build, "x", dx);
  if (nn_build_in (build, "weight") != NULL)
    nn_build_gradient (build, "weight", nn_build_sibling (dx, 1));
  if (nn_op_find_in (call->op, "bias") >= 0 && nn_build_in (build, "bias") != NULL)
    nn_build_gradient (build, "bias", nn_build_sibling (dx, 2));
}

static NnValue *
mean_of_last (NnBuild *build,
              NnValue *value,
              int      n_axes)
{
  gint64 axes[NN_MAX_RANK];

  for (int i = 0; i < n_axes; i++)
    axes[i] = value->shape.rank - n_axes + i;
  nn_build_set_list (build, "axes", n_axes, axes);
  nn_build_set (build, "keep", TRUE);
  return nn_build_op (build, "mean", value, NN_BUILD_END);
}

static NnValue *
normalise_last (NnBuild  *build,
                NnValue  *x,
                int       n_axes,
                gboolean  centred)
{
  double epsilon = nn_call_number (nn_build_call (build), "epsilon");
  NnValue *var;

  if (centred)
    x = nn_build_op (build, "sub", x, mean_of_last (build, x, n_axes), NN_BUILD_END);
  var = mean_of_last (build, nn_build_op (build, "square", x, NN_BUILD_END), n_axes);
  return nn_build_op (build, "div", x,
                      nn_build_op (build, "sqrt", nn_build_scale (build, var, 1, epsilon),
                                   NN_BUILD_END), NN_BUILD_END);
}

/* @y · weight + bias, those that there are, in the shape that @like says. */
static void
finish_affine (NnBuild       *build,
               NnValue       *y,
               const NnShape *like)
{
  gboolean has_bias = nn_op_find_in (nn_build_call (build)->op, "bias") >= 0;
  NnValue *weight = nn_build_in (build, "weight");
  NnValue *bias = has_bias ? nn_build_in (build, "bias") : NULL;

  if (weight != NULL)
    y = nn_build_op (build, "mul", y, nn_build_reshape (build, weight, like), NN_BUILD_END);
  if (bias != NULL)
    y = nn_build_op (build, "add", y, nn_build_reshape (build, bias, like), NN_BUILD_END);
  nn_build_result (build, "y", y);
}

static void
layer_norm_expand (NnBuild *build)
{
  const NnCall *call = nn_build_call (build);
  int axes = (int) nn_call_number (call, "axes");
  NnValue *y = normalise_last (build, nn_build_in (build, "x"), axes, !is_rms (call));

  finish_affine (build, y, &call->in[1].shape);
}

static void
group_norm_expand (NnBuild *build)
{
  NnValue *x = nn_build_in (build, "x");
  gint64 groups = (gint64) nn_call_number (nn_build_call (build), "groups");
  NnShape split = NN_SHAPE (x->shape.size[0], groups, x->shape.size[1] / groups,
                            nn_shape_span (&x->shape, 2, x->shape.rank));
  NnShape channels = { x->shape.rank };
  NnValue *y = normalise_last (build, nn_build_reshape (build, x, &split), 2, TRUE);

  for (int i = 0; i < channels.rank; i++)
    channels.size[i] = i == 1 ? x->shape.size[1] : 1;
  finish_affine (build, nn_build_reshape (build, y, &x->shape), &channels);
}

/* Groups of one channel. */
static void
instance_norm_expand (NnBuild *build)
{
  const NnCall *call = nn_build_call (build);
  NnValue *weight = nn_build_in (build, "weight");
  NnValue *bias = nn_build_in (build, "bias");

  nn_build_set (build, "groups", call->in[0].shape.size[1]);
  nn_build_set (build, "affine", weight != NULL);
  nn_build_set (build, "bias", bias != NULL);
  nn_build_set_value (build, "epsilon", nn_call_value (call, "epsilon"));
  nn_build_result (build, "y", nn_build_op (build, "group-norm", nn_build_in (build, "x"), weight,
                                            bias, NN_BUILD_END));
}

/* Local response normalisation (Krizhevsky, Sutskever and Hinton, 2012):
 *
 *   y = x / (k + α · mean of x² over neighbouring channels)^β */
static gboolean
response_infer (NnCall  *call,
                GError **error)
{
  if (call->in[0].shape.rank < 3)
    return nn_call_want_rank (call, 0, 3, error);
  return nn_infer_same (call, error);
}

static void
response_expand (NnBuild *build)
{
  const NnCall *call = nn_build_call (build);
  gint64 size = (gint64) nn_call_number (call, "size");
  NnValue *x = nn_build_in (build, "x");
  NnShape image = NN_SHAPE (x->shape.size[0], 1, x->shape.size[1],
                            nn_shape_span (&x->shape, 2, x->shape.rank));
  NnValue *y = nn_build_op (build, "square", x, NN_BUILD_END);

  y = nn_build_reshape (build, y, &image);
  nn_build_set_list (build, "kernel", 2, (gint64[]) { size, 1 });
  nn_build_set (build, "stride", 1);
  nn_build_set_list (build, "padding", 4, (gint64[]) { size / 2, 0, (size - 1) / 2, 0 });
  y = nn_build_op (build, "average-pool-2d", y, NN_BUILD_END);
  y = nn_build_reshape (build, y, &x->shape);

  y = nn_build_scale (build, y, nn_call_number (call, "alpha"), nn_call_number (call, "k"));
  y = nn_build_op (build, "log", y, NN_BUILD_END);
  y = nn_build_op (build, "exp", nn_build_scale (build, y, -nn_call_number (call, "beta"), 0),
                   NN_BUILD_END);
  nn_build_result (build, "y", nn_build_op (build, "mul", x, y, NN_BUILD_END));
}

static const NnPort one_input[] = {
  { "x", N_("Input") },
  { "y", N_("Output"), NN_PORT_OUTPUT },
  { NULL }
};

#define INPUT_AND_WEIGHT                                                      \
  { "x", N_("Input") },                                                       \
  { "weight", N_("Scale"), NN_PORT_PARAMETER, NN_FLOAT32, "ones" }

#define SHIFT { "bias", N_("Shift"), NN_PORT_PARAMETER, NN_FLOAT32, "zeros" }

#define OUTPUT { "y", N_("Output"), NN_PORT_OUTPUT }

#define MOMENTS                                                               \
  { "mean", N_("Mean of a row"), NN_PORT_HIDDEN },                            \
  { "inverse", N_("One over the deviation"), NN_PORT_HIDDEN }

static const NnPort ports[] = { INPUT_AND_WEIGHT, SHIFT, OUTPUT, MOMENTS, { NULL } };
static const NnPort rms_ports[] = { INPUT_AND_WEIGHT, OUTPUT, MOMENTS, { NULL } };
static const NnPort instance_ports[] = { INPUT_AND_WEIGHT, SHIFT, OUTPUT, { NULL } };

static const NnPort gradient_ports[] = {
  { "x", N_("Input") },
  { "weight", N_("Scale"), NN_PORT_OPTIONAL },
  { "mean", N_("Mean of a row") },
  { "inverse", N_("One over the deviation") },
  { "dy", N_("Gradient by the output") },
  { "dx", N_("Gradient by the input"), NN_PORT_OUTPUT },
  { "dweight", N_("Gradient by the scale"), NN_PORT_HIDDEN },
  { "dbias", N_("Gradient by the shift"), NN_PORT_HIDDEN },
  { NULL }
};

#define AXES { "axes", N_("How many of the last axes"), NN_ATTR_INT, 1, 1, NN_MAX_RANK - 1 }

#define GROUPS                                                                \
  { "groups", N_("Groups"), NN_ATTR_INT, 1, 1, 65536, .onnx = "num_groups", .torch = "num_groups" }

#define EPSILON(number)                                                       \
  { "epsilon", N_("Added to the variance"), NN_ATTR_FLOAT, number, 1e-12, 1,  \
    .onnx = "epsilon", .torch = "eps" }

#define SCALE(initial)                                                        \
  { "affine", N_("Learn a scale"), NN_ATTR_BOOL, initial, 0, 1, .torch = "affine" }

#define ELEMENT_SCALE                                                         \
  { "affine", N_("Learn a scale"), NN_ATTR_BOOL, 1, 0, 1, .torch = "elementwise_affine" }

#define BIAS { "bias", N_("Learn a shift"), NN_ATTR_BOOL, 1, 0, 1, .torch = "bias" }

static const NnAttr layer_attrs[] = { AXES, EPSILON (1e-5), ELEMENT_SCALE, BIAS, { NULL } };
static const NnAttr rms_attrs[] = { AXES, EPSILON (FLT_EPSILON), ELEMENT_SCALE, { NULL } };
static const NnAttr group_attrs[] = { GROUPS, EPSILON (1e-5), SCALE (1), BIAS, { NULL } };
static const NnAttr instance_attrs[] = { EPSILON (1e-5), SCALE (0), BIAS, { NULL } };
static const NnAttr rows_slope_attrs[] = { AXES, EPSILON (1e-5), { NULL } };
static const NnAttr group_slope_attrs[] = { GROUPS, EPSILON (1e-5), { NULL } };

static const NnAttr response_attrs[] = {
  { "size", N_("Channels"), NN_ATTR_INT, 5, 1, 254, .onnx = "size", .torch = "size" },
  { "alpha", N_("Weight of the mean"), NN_ATTR_FLOAT, 1e-4, 0, 1e6,
    .onnx = "alpha", .torch = "alpha" },
  { "beta", N_("Exponent"), NN_ATTR_FLOAT, 0.75, 0, 100, .onnx = "beta", .torch = "beta" },
  { "k", N_("Offset"), NN_ATTR_FLOAT, 1, 0, 1e6, .onnx = "bias", .torch = "k" },
  { NULL }
};

#define X(...) .in = { { __VA_ARGS__ } }
#define END { .in[0].rank = 0 }

static const NnSample layer_samples[] = {
  { X (2, { 5, 7 }) },
  { X (3, { 2, 3, 67 }), .attrs = "bias=false" },
  { X (4, { 3, 2, 3, 5 }), .attrs = "axes=3" },
  { X (4, { 2, 3, 4, 17 }), .attrs = "axes=2 affine=false" },
  { X (2, { 37, 16 }) },
  { X (2, { 0, 5 }) },
  END
};

static const NnSample rms_samples[] = {
  { X (2, { 5, 7 }) },
  { X (3, { 2, 3, 67 }), .attrs = "affine=false" },
  { X (4, { 3, 2, 3, 5 }), .attrs = "axes=3" },
  { X (2, { 0, 5 }) },
  END
};

static const NnSample group_samples[] = {
  { X (4, { 2, 6, 3, 5 }), .attrs = "groups=2" },
  { X (3, { 3, 4, 17 }), .attrs = "groups=4" },
  { X (2, { 5, 12 }), .attrs = "groups=3 bias=false" },
  { X (4, { 2, 4, 3, 3 }), .attrs = "groups=2 affine=false" },
  { X (4, { 0, 6, 3, 5 }), .attrs = "groups=2" },
  END
};

static const NnSample instance_samples[] = {
  { X (4, { 2, 3, 4, 5 }) },
  { X (3, { 2, 3, 17 }), .attrs = "affine=true" },
  { X (5, { 1, 2, 2, 3, 3 }), .attrs = "affine=true bias=false" },
  { X (4, { 0, 3, 4, 5 }) },
  END
};

static const NnSample response_samples[] = {
  { X (4, { 2, 7, 3, 4 }), .attrs = "size=3 alpha=0.5" },
  { X (3, { 2, 17, 5 }), .attrs = "size=4 alpha=1 beta=0.5 k=2" },
  { X (4, { 0, 7, 3, 4 }) },
  END
};

#define ROWS_KERNEL                                                           \
  .cpu = (const NnKernel[]) { { "loop", NN_LAYOUT_ROWS, .run = forward_run }, { NULL } }

#define NORMALISATION                                                         \
  .lesson = "24",                                                             \
  .category = NN_CATEGORY_NORMALISATION

#define SLOPE                                                                 \
  .summary = N_("Sends a gradient back through a normalisation."),            \
  .category = NN_CATEGORY_INTERNAL,                                           \
  .ports = gradient_ports,                                                    \
  .infer = gradient_infer,                                                    \
  .cpu = (const NnKernel[]) {                                                 \
    { "loop", NN_LAYOUT_ROWS, NULL, gradient_prepare, gradient_run }, { NULL } \
  }

const NnOp nn_ops_normalise_rows[] = {
  {
    .name = "layer-norm", .title = N_("Layer Normalisation"),
    .summary = N_("Brings the numbers of each place to mean zero and variance one."),
    NORMALISATION, .ports = ports, .attrs = layer_attrs, .infer = layer_norm_infer,
    .expand = layer_norm_expand, .gradient = rows_gradient, .samples = layer_samples,
    .onnx = "LayerNormalization", .onnx_since = 17, .torch = "torch.nn.LayerNorm",
    ROWS_KERNEL,
  },
  {
    .name = "rms-norm", .title = N_("RMS Normalisation"),
    .summary = N_("Divides the numbers of each place by their root mean square."),
    NORMALISATION, .ports = rms_ports, .attrs = rms_attrs, .infer = layer_norm_infer,
    .expand = layer_norm_expand, .gradient = rows_gradient, .samples = rms_samples,
    .torch = "torch.nn.RMSNorm",
    ROWS_KERNEL,
  },
  {
    .name = "group-norm", .title = N_("Group Normalisation"),
    .summary = N_("Brings each group of channels of a sample to mean zero and variance one."),
    NORMALISATION, .ports = ports, .attrs = group_attrs, .infer = group_norm_infer,
    .expand = group_norm_expand, .gradient = rows_gradient, .samples = group_samples,
    .torch = "torch.nn.GroupNorm",
    ROWS_KERNEL,
  },
  {
    .name = "instance-norm", .title = N_("Instance Normalisation"),
    .summary = N_("Brings each channel of a sample to mean zero and variance one."),
    NORMALISATION, .ports = instance_ports, .attrs = instance_attrs,
    .infer = instance_norm_infer, .expand = instance_norm_expand, .samples = instance_samples,
    .torch = "torch.nn.InstanceNorm2d",
  },
  {
    .name = "local-response-norm", .title = N_("Local Response Normalisation"),
    .summary = N_("Divides each number by what neighbouring channels hold at its place."),
    .lesson = "17", .category = NN_CATEGORY_NORMALISATION,
    .ports = one_input, .attrs = response_attrs, .infer = response_infer,
    .expand = response_expand, .samples = response_samples,
    .torch = "torch.nn.LocalResponseNorm",
  },
  {
    .name = "layer-norm-gradient", .title = N_("Slope of layer normalisation"),
    .attrs = rows_slope_attrs,
    SLOPE,
  },
  {
    .name = "rms-norm-gradient", .title = N_("Slope of RMS normalisation"),
    .attrs = rows_slope_attrs,
    SLOPE,
  },
  {
    .name = "group-norm-gradient", .title = N_("Slope of group normalisation"),
    .attrs = group_slope_attrs,
    SLOPE,
  },
  { NULL }
};
