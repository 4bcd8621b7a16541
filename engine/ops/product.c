/* product.c: products of vectors and of matrices of any rank, and distances
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "engine/build.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>

/* Everything here is written with "gemm", the product of equally many matrices
 * that lie one behind the other, or with element-wise products and sums. */

/* What numpy and PyTorch understand by a product: the last two axes are matrices
 * and the others are broadcast; a vector is a row on the left and a column on
 * the right, whose axis is gone afterwards. */
typedef struct
{
  NnShape a, b;                 /* as matrices */
  NnShape batch;
  gint64  m, n;
  gboolean fits;
} Product;

static Product
product_of (const NnCall *call)
{
  const NnShape *a = &call->in[0].shape;
  const NnShape *b = &call->in[1].shape;
  gboolean ta = nn_call_number (call, "transpose-a") != 0;
  gboolean tb = nn_call_number (call, "transpose-b") != 0;
  Product self = { *a, *b };
  NnShape batch_a, batch_b;

  if (a->rank < 1 || b->rank < 1 || (a->rank == 1 && ta) || (b->rank == 1 && tb))
    return self;
  if (a->rank == 1)
    self.a = NN_SHAPE (1, a->size[0]);
  if (b->rank == 1)
    self.b = NN_SHAPE (b->size[0], 1);

  batch_a = nn_shape_new (self.a.rank - 2, self.a.size);
  batch_b = nn_shape_new (self.b.rank - 2, self.b.size);
  self.m = self.a.size[self.a.rank - 2 + ta];
  self.n = self.b.size[self.b.rank - 1 - tb];
  self.fits = nn_shape_broadcast (&batch_a, &batch_b, &self.batch)
              && self.a.size[self.a.rank - 1 - ta] == self.b.size[self.b.rank - 2 + tb];
  return self;
}

static gboolean
matmul_infer (NnCall  *call,
              GError **error)
{
  Product product = product_of (call);
  NnShape shape = product.batch;

  if (!product.fits)
    {
      g_autofree char *first = nn_call_print (call, 0);
      g_autofree char *second = nn_call_print (call, 1);

      return nn_call_refuse (call, error,
                             _("%s and %s cannot be multiplied: the rows of the first must be as "
                               "long as the columns of the second."), first, second);
    }

  if (call->in[0].shape.rank > 1)
    shape.size[shape.rank++] = product.m;
  if (call->in[1].shape.rank > 1)
    shape.size[shape.rank++] = product.n;
  nn_call_set_out (call, 0, NN_FLOAT32, &shape);
  return TRUE;
}

/* @matrix, stretched to as many as there are in @batch. */
static NnValue *
with_batch (NnBuild       *build,
            NnValue       *matrix,
            const NnShape *batch)
{
  NnShape shape = *batch;

  shape.size[shape.rank++] = matrix->shape.size[matrix->shape.rank - 2];
  shape.size[shape.rank++] = matrix->shape.size[matrix->shape.rank - 1];
  if (nn_shape_count (&shape) == nn_shape_count (&matrix->shape))
    return nn_build_reshape (build, matrix, &shape);
  nn_build_set_list (build, "shape", shape.rank, shape.size);
  return nn_build_one (build, "expand-to", matrix);
}

static void
matmul_expand (NnBuild *build)
{
  const NnCall *call = nn_build_call (build);
  Product product = product_of (call);
  NnValue *a = nn_build_reshape (build, nn_build_in (build, "a"), &product.a);
  NnValue *b = nn_build_reshape (build, nn_build_in (build, "b"), &product.b);
  gboolean ta = nn_call_number (call, "transpose-a") != 0;

  /* One matrix on the right serves all rows on the left at once. */
  if (b->shape.rank == 2 && !ta)
    {
      NnShape rows = NN_SHAPE (nn_shape_span (&a->shape, 0, a->shape.rank - 1),
                               a->shape.size[a->shape.rank - 1]);

      a = nn_build_reshape (build, a, &rows);
    }
  else
    {
      a = with_batch (build, a, &product.batch);
      b = with_batch (build, b, &product.batch);
    }

  nn_build_set (build, "transpose-a", ta);
  nn_build_set_value (build, "transpose-b", nn_call_value (call, "transpose-b"));
  nn_build_result (build, "y", nn_build_reshape (build, nn_build_two (build, "gemm", a, b),
                                                 &call->out[0].shape));
}

static gboolean
bmm_infer (NnCall  *call,
           GError **error)
{
  const NnShape *a = &call->in[0].shape;
  const NnShape *b = &call->in[1].shape;
  NnShape shape;

  if (!nn_call_want_rank (call, 0, 3, error) || !nn_call_want_rank (call, 1, 3, error))
    return FALSE;
  if (a->size[0] != b->size[0] || a->size[2] != b->size[1])
    {
      g_autofree char *first = nn_shape_print (a);
      g_autofree char *second = nn_shape_print (b);

      return nn_call_refuse (call, error,
                             _("%s and %s cannot be multiplied: there must be as many matrices, "
                               "and the rows of the first must be as long as the columns of the "
                               "second."), first, second);
    }

  shape = NN_SHAPE (a->size[0], a->size[1], b->size[2]);
  nn_call_set_out (call, 0, NN_FLOAT32, &shape);
  return TRUE;
}

static void
bmm_expand (NnBuild *build)
{
  nn_build_result (build, "y", nn_build_two (build, "gemm", nn_build_in (build, "a"),
                                             nn_build_in (build, "b")));
}

static gboolean
addmm_infer (NnCall  *call,
             GError **error)
{
  const NnShape *a = &call->in[1].shape;
  const NnShape *b = &call->in[2].shape;
  NnShape shape, whole;

  if (a->rank != 2 || b->rank != 2 || a->size[1] != b->size[0])
    {
      g_autofree char *first = nn_shape_print (a);
      g_autofree char *second = nn_shape_print (b);

      return nn_call_refuse (call, error,
                             _("%s and %s cannot be multiplied: both must be matrices, and the "
                               "rows of the first as long as the columns of the second."),
                             first, second);
    }

  shape = NN_SHAPE (a->size[0], b->size[1]);
  if (!nn_shape_broadcast (&call->in[0].shape, &shape, &whole) || !nn_shape_equal (&whole, &shape))
    {
      g_autofree char *text = nn_shape_print (&call->in[0].shape);
      g_autofree char *wanted = nn_shape_print (&shape);

      return nn_call_refuse (call, error, _("%s cannot be added to a product of the shape %s."),
                             text, wanted);
    }
  nn_call_set_out (call, 0, NN_FLOAT32, &shape);
  return TRUE;
}

static void
addmm_expand (NnBuild *build)
{
  const NnCall *call = nn_build_call (build);
  NnValue *product = nn_build_two (build, "gemm", nn_build_in (build, "a"),
                                   nn_build_in (build, "b"));
  NnValue *x = nn_build_scale (build, nn_build_in (build, "x"), nn_call_number (call, "beta"), 0);

  product = nn_build_scale (build, product, nn_call_number (call, "alpha"), 0);
  nn_build_result (build, "y", nn_build_two (build, "add", product, x));
}

/* The result of folding axis @axis of what the two inputs are stretched to. */
static gboolean
infer_fold (NnCall   *call,
            double    number,
            gboolean  keep,
            GError  **error)
{
  NnShape shape, folded = { 0 };
  int axis;

  if (!nn_infer_broadcast (call, error))
    return FALSE;

  shape = call->out[0].shape;
  axis = nn_axis_from (number, shape.rank);
  if (axis < 0)
    return nn_call_refuse (call, error, _("there is no axis %d."), (int) number);
  for (int i = 0; i < shape.rank; i++)
    if (i != axis)
      folded.size[folded.rank++] = shape.size[i];
    else if (keep)
      folded.size[folded.rank++] = 1;
  nn_call_set_out (call, 0, NN_FLOAT32, &folded);
  return TRUE;
}

static gboolean
dot_infer (NnCall  *call,
           GError **error)
{
  return infer_fold (call, -1, FALSE, error);
}

static gboolean
cosine_infer (NnCall  *call,
              GError **error)
{
  return infer_fold (call, nn_call_number (call, "axis"), FALSE, error);
}

static gboolean
distance_infer (NnCall  *call,
                GError **error)
{
  return infer_fold (call, -1, nn_call_number (call, "keep") != 0, error);
}

static NnValue *
sum_along (NnBuild *build,
           NnValue *x,
           double   axis)
{
  nn_build_set (build, "axes", axis);
  return nn_build_one (build, "sum", x);
}

static void
dot_expand (NnBuild *build)
{
  NnValue *product = nn_build_two (build, "mul", nn_build_in (build, "a"),
                                   nn_build_in (build, "b"));

  nn_build_result (build, "y", sum_along (build, product, -1));
}

/* A vector divided by its length, which counts as no smaller than eps. */
static NnValue *
direction (NnBuild *build,
           NnValue *x,
           double   axis)
{
  nn_build_set (build, "axis", axis);
  nn_build_set_value (build, "eps", nn_call_value (nn_build_call (build), "eps"));
  return nn_build_one (build, "normalise", x);
}

/* The axis counts in the stretched shape, and from behind it is the same one in
 * both inputs. */
static void
cosine_expand (NnBuild *build)
{
  const NnCall *call = nn_build_call (build);
  NnValue *a = nn_build_in (build, "a");
  NnValue *b = nn_build_in (build, "b");
  int rank = MAX (a->shape.rank, b->shape.rank);
  double axis = nn_axis_from (nn_call_number (call, "axis"), rank) - rank;
  NnValue *product = nn_build_two (build, "mul", direction (build, a, axis),
                                   direction (build, b, axis));

  nn_build_result (build, "y", sum_along (build, product, axis));
}

static void
distance_expand (NnBuild *build)
{
  const NnCall *call = nn_build_call (build);
  NnValue *difference = nn_build_two (build, "sub", nn_build_in (build, "a"),
                                      nn_build_in (build, "b"));

  difference = nn_build_scale (build, difference, 1, nn_call_number (call, "eps"));
  nn_build_set (build, "axes", -1);
  nn_build_set_value (build, "p", nn_call_value (call, "p"));
  nn_build_set_value (build, "keep", nn_call_value (call, "keep"));
  nn_build_result (build, "y", nn_build_one (build, "norm", difference));
}

static gboolean
outer_infer (NnCall  *call,
             GError **error)
{
  const NnShape *a = &call->in[0].shape;
  const NnShape *b = &call->in[1].shape;
  NnShape shape = *a;
  gboolean fits = a->rank >= 1 && a->rank == b->rank && a->rank < NN_MAX_RANK;

  for (int i = 0; fits && i < a->rank - 1; i++)
    fits = a->size[i] == b->size[i];
  if (!fits)
    return nn_call_refuse (call, error, _("the inputs may differ in the length of their last axis "
                                          "only."));

  shape.size[shape.rank++] = b->size[b->rank - 1];
  nn_call_set_out (call, 0, NN_FLOAT32, &shape);
  return TRUE;
}

static void
outer_expand (NnBuild *build)
{
  NnValue *a = nn_build_in (build, "a");
  NnValue *b = nn_build_in (build, "b");
  NnShape column = a->shape;
  NnShape row = b->shape;

  column.size[column.rank++] = 1;
  row.size[row.rank] = row.size[row.rank - 1];
  row.size[row.rank - 1] = 1;
  row.rank++;
  nn_build_result (build, "y", nn_build_two (build, "mul", nn_build_reshape (build, a, &column),
                                             nn_build_reshape (build, b, &row)));
}

static gboolean
cross_infer (NnCall  *call,
             GError **error)
{
  const NnShape *a = &call->in[0].shape;
  int axis = nn_call_get_axis (call, "axis", a->rank);

  if (!nn_call_want_axis (call, 0, "axis", error))
    return FALSE;
  if (a->size[axis] != 3 || !nn_shape_equal (a, &call->in[1].shape))
    return nn_call_refuse (call, error, _("both inputs must have one shape, with 3 numbers along "
                                          "the axis."));
  return nn_infer_same (call, error);
}

static NnValue *
rolled (NnBuild *build,
        NnValue *x,
        double   places)
{
  nn_build_set_value (build, "axes", nn_call_value (nn_build_call (build), "axis"));
  nn_build_set (build, "shifts", places);
  return nn_build_one (build, "roll", x);
}

/* y_i = a_(i+1) b_(i+2) - a_(i+2) b_(i+1), counted in a circle. */
static void
cross_expand (NnBuild *build)
{
  NnValue *a = nn_build_in (build, "a");
  NnValue *b = nn_build_in (build, "b");
  NnValue *first = nn_build_two (build, "mul", rolled (build, a, -1), rolled (build, b, -2));
  NnValue *second = nn_build_two (build, "mul", rolled (build, a, -2), rolled (build, b, -1));

  nn_build_result (build, "y", nn_build_two (build, "sub", first, second));
}

static gboolean
trace_infer (NnCall  *call,
             GError **error)
{
  NnShape shape = call->in[0].shape;

  if (shape.rank < 2)
    return nn_call_want_rank (call, 0, 2, error);
  shape.rank -= 2;
  nn_call_set_out (call, 0, NN_FLOAT32, &shape);
  return TRUE;
}

static void
trace_expand (NnBuild *build)
{
  NnValue *diagonal = nn_build_one (build, "diagonal", nn_build_in (build, "x"));

  nn_build_result (build, "y", sum_along (build, diagonal, -1));
}

static gboolean
bilinear_infer (NnCall  *call,
                GError **error)
{
  const NnShape *a = &call->in[0].shape;
  const NnShape *b = &call->in[1].shape;
  NnShape shape = *a;
  gboolean fits = a->rank >= 2 && a->rank == b->rank;

  for (int i = 0; fits && i < a->rank - 1; i++)
    fits = a->size[i] == b->size[i];
  if (!fits)
    return nn_call_refuse (call, error, _("the inputs may differ in the length of their last axis "
                                          "only."));

  shape.size[shape.rank - 1] = (gint64) nn_call_number (call, "features");
  nn_call_set_out (call, 0, NN_FLOAT32, &shape);
  return TRUE;
}

/* So that shapes can be written where they are needed. */
static NnValue *
shaped (NnBuild *build,
        NnValue *x,
        NnShape  shape)
{
  return nn_build_reshape (build, x, &shape);
}

static NnValue *
own (NnBuild    *build,
     const char *name,
     NnShape     shape,
     gint64      fan_in)
{
  return nn_build_own (build, NN_VALUE_PARAMETER, name, &shape, "fan-in", fan_in);
}

/* y_o = aᵀ W_o b + bias_o, for all rows at once: first aᵀ W for all outputs, then
 * times b.  The weights start by the inputs of a alone, as in PyTorch. */
static void
bilinear_expand (NnBuild *build)
{
  const NnCall *call = nn_build_call (build);
  const NnShape *a = &call->in[0].shape;
  gint64 rows = nn_shape_span (a, 0, a->rank - 1);
  gint64 o = (gint64) nn_call_number (call, "features");
  gint64 n_a = a->size[a->rank - 1];
  gint64 n_b = call->in[1].shape.size[a->rank - 1];
  NnValue *weight = own (build, "weight", NN_SHAPE (o, n_a, n_b), n_a);
  NnValue *y;

  nn_build_set_list (build, "axes", 3, (gint64[]) { 1, 0, 2 });
  weight = nn_build_one (build, "permute", weight);
  y = nn_build_two (build, "gemm", shaped (build, nn_build_in (build, "a"), NN_SHAPE (rows, n_a)),
                    shaped (build, weight, NN_SHAPE (n_a, o * n_b)));
  y = nn_build_two (build, "gemm", shaped (build, y, NN_SHAPE (rows, o, n_b)),
                    shaped (build, nn_build_in (build, "b"), NN_SHAPE (rows, n_b, 1)));
  y = shaped (build, y, NN_SHAPE (rows, o));
  if (nn_call_number (call, "bias") != 0)
    y = nn_build_two (build, "add", y, own (build, "bias", NN_SHAPE (o), n_a));
  nn_build_result (build, "y", nn_build_reshape (build, y, &call->out[0].shape));
}

static const NnPort two_inputs[] = {
  { "a", N_("First input") },
  { "b", N_("Second input") },
  { "y", N_("Output"), NN_PORT_OUTPUT },
  { NULL }
};

static const NnPort one_input[] = {
  { "x", N_("Input") },
  { "y", N_("Output"), NN_PORT_OUTPUT },
  { NULL }
};

static const NnPort addmm_ports[] = {
  { "x", N_("Input") },
  { "a", N_("First matrix") },
  { "b", N_("Second matrix") },
  { "y", N_("Output"), NN_PORT_OUTPUT },
  { NULL }
};

static const NnPort matmul_ports[] = {
  { "a", N_("First matrix") },
  { "b", N_("Second matrix") },
  { "y", N_("Product"), NN_PORT_OUTPUT },
  { NULL }
};

static const NnAttr matmul_attrs[] = {
  { "transpose-a", N_("Transpose the first"), NN_ATTR_BOOL, 0, 0, 1 },
  { "transpose-b", N_("Transpose the second"), NN_ATTR_BOOL, 0, 0, 1 },
  { NULL }
};

static const NnAttr addmm_attrs[] = {
  { "beta", N_("Factor of the input"), NN_ATTR_FLOAT, 1, -1e30, 1e30, .torch = "beta" },
  { "alpha", N_("Factor of the product"), NN_ATTR_FLOAT, 1, -1e30, 1e30, .torch = "alpha" },
  { NULL }
};

static const NnAttr cosine_attrs[] = {
  { "axis", N_("Axis"), NN_ATTR_INT, 1, -NN_MAX_RANK, NN_MAX_RANK - 1, .torch = "dim" },
  { "eps", N_("Smallest length"), NN_ATTR_FLOAT, 1e-8, 0, 1, .torch = "eps" },
  { NULL }
};

static const NnAttr distance_attrs[] = {
  { "p", N_("Power"), NN_ATTR_FLOAT, 2, 0, 1e9, .torch = "p" },
  { "eps", N_("Added to each difference"), NN_ATTR_FLOAT, 1e-6, 0, 1, .torch = "eps" },
  { "keep", N_("Keep folded axes"), NN_ATTR_BOOL, 0, 0, 1, .torch = "keepdim" },
  { NULL }
};

static const NnAttr cross_attrs[] = {
  { "axis", N_("Axis"), NN_ATTR_INT, -1, -NN_MAX_RANK, NN_MAX_RANK - 1, .torch = "dim" },
  { NULL }
};

static const NnAttr bilinear_attrs[] = {
  { "features", N_("Outputs"), NN_ATTR_INT, 10, 1, 1000000, .torch = "out_features" },
  { "bias", N_("Add a bias"), NN_ATTR_BOOL, 1, 0, 1, .torch = "bias" },
  { NULL }
};

#define END { .in[0].rank = 0 }

static const NnSample matmul_samples[] = {
  { .in = { { 2, { 3, 5 } }, { 2, { 5, 4 } } } },
  { .in = { { 2, { 5, 3 } }, { 2, { 5, 4 } } }, .attrs = "transpose-a=true" },
  { .in = { { 3, { 2, 5, 3 } }, { 3, { 2, 4, 5 } } },
    .attrs = "transpose-a=true transpose-b=true" },
  { .in = { { 4, { 2, 3, 37, 5 } }, { 2, { 5, 4 } } } },
  { .in = { { 4, { 2, 1, 3, 5 } }, { 3, { 3, 5, 4 } } } },
  { .in = { { 1, { 5 } }, { 3, { 2, 5, 4 } } } },
  { .in = { { 3, { 2, 3, 5 } }, { 1, { 5 } } } },
  { .in = { { 1, { 5 } }, { 1, { 5 } } } },
  { .in = { { 2, { 0, 5 } }, { 2, { 5, 4 } } } },
  END
};

static const NnSample bmm_samples[] = {
  { .in = { { 3, { 2, 3, 5 } }, { 3, { 2, 5, 4 } } } },
  { .in = { { 3, { 0, 3, 5 } }, { 3, { 0, 5, 4 } } } },
  END
};

static const NnSample addmm_samples[] = {
  { .in = { { 1, { 4 } }, { 2, { 3, 5 } }, { 2, { 5, 4 } } }, .attrs = "alpha=2 beta=-0.5" },
  { .in = { { 2, { 3, 35 } }, { 2, { 3, 5 } }, { 2, { 5, 35 } } } },
  { .in = { { 1, { 4 } }, { 2, { 0, 5 } }, { 2, { 5, 4 } } } },
  END
};

static const NnSample dot_samples[] = {
  { .in = { { 2, { 3, 5 } }, { 2, { 3, 5 } } } },
  { .in = { { 3, { 2, 3, 35 } }, { 1, { 35 } } } },
  { .in = { { 2, { 0, 5 } }, { 2, { 0, 5 } } } },
  END
};

static const NnSample outer_samples[] = {
  { .in = { { 1, { 5 } }, { 1, { 3 } } } },
  { .in = { { 2, { 3, 5 } }, { 2, { 3, 35 } } } },
  { .in = { { 2, { 0, 5 } }, { 2, { 0, 3 } } } },
  END
};

static const NnSample cosine_samples[] = {
  { .in = { { 2, { 3, 5 } }, { 2, { 3, 5 } } } },
  { .in = { { 3, { 2, 4, 35 } }, { 2, { 1, 35 } } }, .attrs = "axis=-1" },
  { .in = { { 2, { 0, 5 } }, { 2, { 0, 5 } } } },
  END
};

static const NnSample distance_samples[] = {
  { .in = { { 2, { 3, 5 } }, { 2, { 3, 5 } } } },
  { .in = { { 3, { 2, 3, 35 } }, { 3, { 2, 3, 35 } } }, .attrs = "p=1 keep=true" },
  { .in = { { 2, { 0, 5 } }, { 2, { 0, 5 } } } },
  END
};

static const NnSample cross_samples[] = {
  { .in = { { 2, { 5, 3 } }, { 2, { 5, 3 } } } },
  { .in = { { 3, { 2, 3, 35 } }, { 3, { 2, 3, 35 } } }, .attrs = "axis=1" },
  { .in = { { 2, { 0, 3 } }, { 2, { 0, 3 } } } },
  END
};

static const NnSample trace_samples[] = {
  { .in = { { 2, { 5, 5 } } } },
  { .in = { { 3, { 2, 3, 35 } } } },
  { .in = { { 3, { 0, 3, 3 } } } },
  END
};

static const NnSample bilinear_samples[] = {
  { .in = { { 2, { 3, 5 } }, { 2, { 3, 4 } } }, .attrs = "features=2" },
  { .in = { { 3, { 2, 3, 5 } }, { 3, { 2, 3, 7 } } }, .attrs = "features=17 bias=false" },
  { .in = { { 2, { 0, 5 } }, { 2, { 0, 4 } } } },
  END
};

const NnOp nn_ops_product[] = {
  {
    .name = "matmul", .title = N_("Matrix Product"),
    .summary = N_("Multiplies rows of the first input with columns of the second."),
    .lesson = "04", .category = NN_CATEGORY_MATHS, .ports = matmul_ports, .attrs = matmul_attrs,
    .infer = matmul_infer, .expand = matmul_expand, .samples = matmul_samples,
    .onnx = "MatMul", .onnx_since = 13, .torch = "torch.matmul",
  },
  {
    .name = "bmm", .title = N_("Batch of Products"),
    .summary = N_("Multiplies two equally long rows of matrices, pair by pair."),
    .category = NN_CATEGORY_INTERNAL, .ports = matmul_ports,
    .infer = bmm_infer, .expand = bmm_expand, .samples = bmm_samples,
    .onnx = "MatMul", .onnx_since = 13, .torch = "torch.bmm",
  },
  {
    .name = "addmm", .title = N_("Product and Sum"),
    .summary = N_("Adds a product of two matrices to an input, both times a factor."),
    .category = NN_CATEGORY_INTERNAL, .ports = addmm_ports, .attrs = addmm_attrs,
    .infer = addmm_infer, .expand = addmm_expand, .samples = addmm_samples,
    .torch = "torch.addmm",
  },
  {
    .name = "dot", .title = N_("Dot Product"),
    .summary = N_("Multiplies vectors number by number and adds up."),
    .category = NN_CATEGORY_MATHS, .ports = two_inputs,
    .infer = dot_infer, .expand = dot_expand, .samples = dot_samples,
    .torch = "torch.linalg.vecdot",
  },
  {
    .name = "outer", .title = N_("Outer Product"),
    .summary = N_("Multiplies each number of one vector with each of the other."),
    .category = NN_CATEGORY_INTERNAL, .ports = two_inputs,
    .infer = outer_infer, .expand = outer_expand, .samples = outer_samples,
  },
  {
    .name = "cross", .title = N_("Cross Product"),
    .summary = N_("The vector at right angles to two others in space."),
    .category = NN_CATEGORY_INTERNAL, .ports = two_inputs, .attrs = cross_attrs,
    .infer = cross_infer, .expand = cross_expand, .samples = cross_samples,
    .torch = "torch.linalg.cross",
  },
  {
    .name = "trace", .title = N_("Trace"),
    .summary = N_("Adds up the diagonal of a matrix."),
    .category = NN_CATEGORY_INTERNAL, .ports = one_input,
    .infer = trace_infer, .expand = trace_expand, .samples = trace_samples,
  },
  {
    .name = "cosine-similarity", .title = N_("Cosine Similarity"),
    .summary = N_("One where vectors point the same way, minus one where they are opposite."),
    .lesson = "22", .category = NN_CATEGORY_MATHS, .ports = two_inputs, .attrs = cosine_attrs,
    .infer = cosine_infer, .expand = cosine_expand, .samples = cosine_samples,
    .torch = "torch.nn.CosineSimilarity",
  },
  {
    .name = "pairwise-distance", .title = N_("Distance"),
    .summary = N_("How far vectors are from each other."),
    .category = NN_CATEGORY_MATHS, .ports = two_inputs, .attrs = distance_attrs,
    .infer = distance_infer, .expand = distance_expand, .samples = distance_samples,
    .torch = "torch.nn.PairwiseDistance",
  },
  {
    .name = "bilinear", .title = N_("Bilinear"),
    .summary = N_("Every output is a weighted sum of all products of two inputs."),
    .category = NN_CATEGORY_LAYER, .ports = two_inputs, .attrs = bilinear_attrs,
    .infer = bilinear_infer, .expand = bilinear_expand, .samples = bilinear_samples,
    .torch = "torch.nn.Bilinear",
  },
  { NULL }
};
