/* statistics.c: what many numbers have in common, as one number
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "engine/build.h"

#include <float.h>
#include <glib/gi18n-lib.h>

/* All of these are written with sums and extremes, so their kernels and their
 * gradients are those of reduce.c. */

/* In the order of the words of "cast". */
enum
{
  TO_FLOAT32,
  TO_INT64,
  TO_BOOL,
};

static NnValue *
cast (NnBuild *build,
      NnValue *x,
      int      to)
{
  nn_build_set (build, "dtype", to);
  return nn_build_one (build, "cast", x);
}

/* @op along the axes of this call; they are kept where @keep says so. */
static NnValue *
fold (NnBuild    *build,
      const char *op,
      NnValue    *x,
      gboolean    keep)
{
  nn_build_set_value (build, "axes", nn_call_value (nn_build_call (build), "axes"));
  nn_build_set (build, "keep", keep);
  return nn_build_one (build, op, x);
}

/* The same with the axes kept as this call says. */
static NnValue *
fold_as_told (NnBuild    *build,
              const char *op,
              NnValue    *x)
{
  return fold (build, op, x, nn_call_number (nn_build_call (build), "keep") != 0);
}

static NnValue *
scalar (NnBuild *build,
        double   number)
{
  return nn_build_fill (build, &(NnShape) { 0 }, number);
}

static gboolean
answer_infer (NnCall  *call,
              GError **error)
{
  if (!nn_infer_folded (call, error))
    return FALSE;
  call->out[0].dtype = NN_BOOL;
  return TRUE;
}

static gboolean
count_infer (NnCall  *call,
             GError **error)
{
  if (!nn_infer_folded (call, error))
    return FALSE;
  call->out[0].dtype = NN_INT64;
  return TRUE;
}

static gboolean
median_infer (NnCall  *call,
              GError **error)
{
  const NnShape *x = &call->in[0].shape;
  int axis = nn_call_get_axis (call, "axis", x->rank);
  NnShape shape = { 0 };

  if (!nn_call_want_axis (call, 0, "axis", error))
    return FALSE;
  if (x->size[axis] == 0)
    return nn_call_refuse (call, error, _("among no numbers there is none to choose."));

  for (int i = 0; i < x->rank; i++)
    if (i != axis)
      shape.size[shape.rank++] = x->size[i];
    else if (nn_call_number (call, "keep") != 0)
      shape.size[shape.rank++] = 1;
  nn_call_set_out (call, 0, NN_FLOAT32, &shape);
  return TRUE;
}

static gboolean
normalise_infer (NnCall  *call,
                 GError **error)
{
  if (!nn_call_want_axis (call, 0, "axis", error))
    return FALSE;
  return nn_infer_same (call, error);
}

/* Σ (x - mean)² / (n - correction) */
static NnValue *
variance (NnBuild *build)
{
  const NnCall *call = nn_build_call (build);
  NnValue *x = nn_build_in (build, "x");
  NnValue *mean = fold (build, "mean", x, TRUE);
  NnValue *distance = nn_build_two (build, "sub", x, mean);
  NnValue *sum = fold_as_told (build, "sum", nn_build_one (build, "square", distance));
  double n = (double) nn_shape_count (&x->shape) / (double) MAX (nn_shape_count (&sum->shape), 1);

  return nn_build_scale (build, sum, 1 / MAX (n - nn_call_number (call, "correction"), 0), 0);
}

static void
var_expand (NnBuild *build)
{
  nn_build_result (build, "y", variance (build));
}

static void
std_expand (NnBuild *build)
{
  nn_build_result (build, "y", nn_build_one (build, "root", variance (build)));
}

enum
{
  NORM_POWER,
  NORM_MAXIMUM,
  NORM_MINIMUM,
};

/* (Σ |x|^p)^(1/p) */
static NnValue *
power_norm (NnBuild *build,
            NnValue *x,
            double   p)
{
  NnValue *sum;

  if (p == 0)
    return fold_as_told (build, "sum", cast (build, nn_build_two (build, "not-equal", x,
                                                                  scalar (build, 0)), TO_FLOAT32));
  if (p == 1)
    return fold_as_told (build, "sum", nn_build_one (build, "abs", x));
  if (p == 2)
    return nn_build_one (build, "root",
                         fold_as_told (build, "sum", nn_build_one (build, "square", x)));

  x = nn_build_one (build, "abs", x);
  nn_build_set (build, "exponent", p);
  sum = fold_as_told (build, "sum", nn_build_one (build, "power", x));
  nn_build_set (build, "exponent", 1 / p);
  return nn_build_one (build, "power", sum);
}

static void
norm_expand (NnBuild *build)
{
  const NnCall *call = nn_build_call (build);
  int kind = (int) nn_call_number (call, "kind");
  NnValue *x = nn_build_in (build, "x");

  if (kind == NORM_POWER)
    nn_build_result (build, "y", power_norm (build, x, nn_call_number (call, "p")));
  else
    nn_build_result (build, "y", fold_as_told (build, kind == NORM_MAXIMUM ? "max" : "min",
                                               nn_build_one (build, "abs", x)));
}

/* The largest number is taken away first, which changes nothing but keeps e^x
 * from overflowing; so no gradient needs to go through it.  Where all numbers
 * are infinite, a finite one does as well. */
static void
logsumexp_expand (NnBuild *build)
{
  NnValue *x = nn_build_in (build, "x");
  NnValue *top = nn_build_one (build, "detach", fold (build, "max", x, TRUE));
  NnValue *sum;

  nn_build_set (build, "min", -FLT_MAX);
  nn_build_set (build, "max", FLT_MAX);
  top = nn_build_one (build, "clamp", top);
  sum = fold_as_told (build, "sum",
                      nn_build_one (build, "exp", nn_build_two (build, "sub", x, top)));
  top = nn_build_reshape (build, top, &sum->shape);
  nn_build_result (build, "y", nn_build_two (build, "add", nn_build_one (build, "log", sum), top));
}

/* A sum of ones is zero only where there was none, however long it is. */
static void
any_expand (NnBuild *build)
{
  NnValue *yes = cast (build, nn_build_in (build, "x"), TO_BOOL);
  NnValue *count = fold_as_told (build, "sum", cast (build, yes, TO_FLOAT32));

  nn_build_result (build, "y", nn_build_two (build, "greater", count, scalar (build, 0)));
}

static void
all_expand (NnBuild *build)
{
  NnValue *yes = cast (build, nn_build_in (build, "x"), TO_BOOL);
  NnValue *no = nn_build_one (build, "logical-not", yes);
  NnValue *count = fold_as_told (build, "sum", cast (build, no, TO_FLOAT32));

  nn_build_result (build, "y", nn_build_two (build, "equal", count, scalar (build, 0)));
}

static void
count_nonzero_expand (NnBuild *build)
{
  NnValue *yes = cast (build, nn_build_in (build, "x"), TO_BOOL);

  nn_build_result (build, "y", fold_as_told (build, "sum", cast (build, yes, TO_INT64)));
}

/* The lower of the two in the middle. */
static void
median_expand (NnBuild *build)
{
  const NnCall *call = nn_build_call (build);
  NnValue *x = nn_build_in (build, "x");
  int axis = nn_call_get_axis (call, "axis", x->shape.rank);

  nn_build_set (build, "axis", axis);
  x = nn_build_one (build, "sort", x);
  nn_build_set (build, "axis", axis);
  nn_build_set (build, "index", (double) ((x->shape.size[axis] - 1) / 2));
  x = nn_build_one (build, "select", x);
  nn_build_result (build, "y", nn_build_reshape (build, x, &call->out[0].shape));
}

static void
normalise_expand (NnBuild *build)
{
  const NnCall *call = nn_build_call (build);
  NnValue *x = nn_build_in (build, "x");
  NnValue *length;

  nn_build_set_value (build, "axes", nn_call_value (call, "axis"));
  nn_build_set_value (build, "p", nn_call_value (call, "p"));
  nn_build_set (build, "keep", TRUE);
  length = nn_build_one (build, "norm", x);
  length = nn_build_two (build, "maximum", length, scalar (build, nn_call_number (call, "eps")));
  nn_build_result (build, "y", nn_build_two (build, "div", x, length));
}

static const NnPort decimal_input[] = {
  { "x", N_("Input") },
  { "y", N_("Output"), NN_PORT_OUTPUT },
  { NULL }
};

#define ANY_NUMBERS (1u << NN_INT64 | 1u << NN_BOOL | 1u << NN_UINT8)

static const NnPort answer_ports[] = {
  { "x", N_("Input"), .also = ANY_NUMBERS },
  { "y", N_("Answer"), NN_PORT_OUTPUT, NN_BOOL },
  { NULL }
};

static const NnPort count_ports[] = {
  { "x", N_("Input"), .also = ANY_NUMBERS },
  { "y", N_("Output"), NN_PORT_OUTPUT, NN_INT64 },
  { NULL }
};

static const char *const all_word[] = { "all", NULL };
static const char *const norm_words[] = { "power", "maximum", "minimum", NULL };

#define AXES                                                                  \
  { "axes", N_("Axes"), NN_ATTR_INTS, 1, -NN_MAX_RANK, NN_MAX_RANK - 1, .words = all_word, \
    .onnx = "axes", .torch = "dim" }
#define AXIS                                                                  \
  { "axis", N_("Axis"), NN_ATTR_INT, 1, -NN_MAX_RANK, NN_MAX_RANK - 1, .torch = "dim" }
#define KEEP                                                                  \
  { "keep", N_("Keep folded axes"), NN_ATTR_BOOL, 0, 0, 1, .onnx = "keepdims", .torch = "keepdim" }

static const NnAttr fold_attrs[] = { AXES, KEEP, { NULL } };
static const NnAttr median_attrs[] = { AXIS, KEEP, { NULL } };

static const NnAttr var_attrs[] = {
  AXES, KEEP,
  { "correction", N_("Less than all"), NN_ATTR_FLOAT, 1, 0, 1e9, .torch = "correction" },
  { NULL }
};

static const NnAttr norm_attrs[] = {
  AXES, KEEP,
  { "kind", N_("Kind"), NN_ATTR_CHOICE, 0, .words = norm_words },
  { "p", N_("Power"), NN_ATTR_FLOAT, 2, 0, 1e9, .torch = "p" },
  { NULL }
};

static const NnAttr normalise_attrs[] = {
  AXIS,
  { "p", N_("Power"), NN_ATTR_FLOAT, 2, 0, 1e9, .torch = "p" },
  { "eps", N_("Smallest length"), NN_ATTR_FLOAT, 1e-12, 0, 1, .torch = "eps" },
  { NULL }
};

#define END { .in[0].rank = 0 }

static const NnSample samples[] = {
  { .in = { { 2, { 3, 5 } } } },
  { .in = { { 3, { 2, 5, 35 } } }, .attrs = "axes=0,-1 keep=true" },
  { .in = { { 3, { 2, 3, 4 } } }, .attrs = "axes=all" },
  { .in = { { 2, { 0, 5 } } } },
  END
};

static const NnSample norm_samples[] = {
  { .in = { { 2, { 3, 5 } } } },
  { .in = { { 3, { 2, 3, 35 } } }, .attrs = "axes=0,-1 keep=true p=1" },
  { .in = { { 2, { 3, 4 } } }, .attrs = "axes=all p=3" },
  { .in = { { 2, { 3, 4 } } }, .attrs = "kind=maximum" },
  { .in = { { 2, { 3, 4 } } }, .attrs = "kind=minimum", .low = 0.5f, .high = 2 },
  { .in = { { 2, { 0, 5 } } } },
  END
};

static const NnSample answer_samples[] = {
  { .in = { { 2, { 3, 5 } } } },
  { .in = { { 2, { 4, 2 } } }, .attrs = "axes=-1 keep=true", .dtype = NN_BOOL },
  { .in = { { 3, { 2, 3, 35 } } }, .attrs = "axes=all", .dtype = NN_INT64, .classes = 2 },
  { .in = { { 2, { 0, 5 } } }, .attrs = "axes=0" },
  END
};

static const NnSample median_samples[] = {
  { .in = { { 2, { 3, 5 } } } },
  { .in = { { 3, { 2, 4, 3 } } }, .attrs = "keep=true" },
  { .in = { { 2, { 35, 2 } } }, .attrs = "axis=0" },
  { .in = { { 2, { 0, 5 } } } },
  END
};

static const NnSample normalise_samples[] = {
  { .in = { { 2, { 3, 5 } } } },
  { .in = { { 3, { 2, 4, 35 } } }, .attrs = "axis=-1 p=1" },
  { .in = { { 2, { 0, 5 } } } },
  END
};

const NnOp nn_ops_statistics[] = {
  {
    .name = "var", .title = N_("Variance"),
    .summary = N_("The mean square of the distances from the mean."),
    .lesson = "02", .category = NN_CATEGORY_STATISTICS, .ports = decimal_input,
    .attrs = var_attrs, .infer = nn_infer_folded, .expand = var_expand, .samples = samples,
    .torch = "torch.var",
  },
  {
    .name = "std", .title = N_("Standard Deviation"),
    .summary = N_("The square root of the variance: a typical distance from the mean."),
    .lesson = "02", .category = NN_CATEGORY_STATISTICS, .ports = decimal_input,
    .attrs = var_attrs, .infer = nn_infer_folded, .expand = std_expand, .samples = samples,
    .torch = "torch.std",
  },
  {
    .name = "norm", .title = N_("Norm"),
    .summary = N_("The length of a vector: with the power two, as a ruler measures it."),
    .category = NN_CATEGORY_STATISTICS, .ports = decimal_input, .attrs = norm_attrs,
    .infer = nn_infer_folded, .expand = norm_expand, .samples = norm_samples,
    .torch = "torch.norm",
  },
  {
    .name = "logsumexp", .title = N_("Log-Sum-Exp"),
    .summary = N_("The logarithm of a sum of exponentials: a smooth maximum."),
    .lesson = "11", .category = NN_CATEGORY_STATISTICS, .ports = decimal_input,
    .attrs = fold_attrs, .infer = nn_infer_folded, .expand = logsumexp_expand, .samples = samples,
    .onnx = "ReduceLogSumExp", .onnx_since = 18, .torch = "torch.logsumexp",
  },
  {
    .name = "median", .title = N_("Median"),
    .summary = N_("The number in the middle of a line; the lower one when there are two."),
    .category = NN_CATEGORY_STATISTICS, .ports = decimal_input, .attrs = median_attrs,
    .infer = median_infer, .expand = median_expand, .samples = median_samples,
    .torch = "torch.median",
  },
  {
    .name = "all", .title = N_("All"),
    .summary = N_("Asks whether all along the chosen axes are yes, or not zero."),
    .category = NN_CATEGORY_INTERNAL, .ports = answer_ports, .attrs = fold_attrs,
    .infer = answer_infer, .expand = all_expand, .samples = answer_samples,
    .torch = "torch.all",
  },
  {
    .name = "any", .title = N_("Any"),
    .summary = N_("Asks whether any along the chosen axes is yes, or not zero."),
    .category = NN_CATEGORY_INTERNAL, .ports = answer_ports, .attrs = fold_attrs,
    .infer = answer_infer, .expand = any_expand, .samples = answer_samples,
    .torch = "torch.any",
  },
  {
    .name = "count-nonzero", .title = N_("Count"),
    .summary = N_("Counts what is yes, or not zero, along the chosen axes."),
    .category = NN_CATEGORY_STATISTICS, .ports = count_ports, .attrs = fold_attrs,
    .infer = count_infer, .expand = count_nonzero_expand, .samples = answer_samples,
    .torch = "torch.count_nonzero",
  },
  {
    .name = "normalise", .title = N_("Normalise"),
    .summary = N_("Divides vectors by their length."),
    .category = NN_CATEGORY_INTERNAL, .ports = decimal_input, .attrs = normalise_attrs,
    .infer = normalise_infer, .expand = normalise_expand, .samples = normalise_samples,
    .torch = "torch.nn.functional.normalize",
  },
  { NULL }
};
