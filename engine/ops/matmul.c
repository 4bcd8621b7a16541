/* matmul.c: products of matrices, and the fully connected layer
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "engine/build.h"
#include "engine/cpu/amx.h"
#include "engine/cpu/dnn.h"
#include "engine/cpu/gemm.h"

#include <glib/gi18n-lib.h>

/* linear: y = x Wᵀ + b, one row per item.  The plan may fold a ReLU that follows
 * into the same kernel: "activation" is for it alone and has no title. */

static NnGemm
gemm_of_linear (const NnCall *call)
{
  const NnShape *x = &call->in[0].shape;

  return (NnGemm) {
    .batch = 1,
    .m = nn_shape_span (x, 0, x->rank - 1),
    .n = call->in[1].shape.size[0],
    .k = x->size[x->rank - 1],
    .transpose_b = TRUE,
    .a = call->in[0].data,
    .b = call->in[1].data,
    .bias = call->in[2].data,
    .c = call->out[0].data,
    .has_bias = nn_call_number (call, "bias") != 0,
    .relu = nn_call_number (call, "activation") != 0,
  };
}

static NnGemm
gemm_of_matmul (const NnCall *call)
{
  const NnShape *y = &call->out[0].shape;
  gboolean transpose_a = nn_call_number (call, "transpose-a") != 0;
  const NnShape *a = &call->in[0].shape;

  return (NnGemm) {
    .batch = nn_shape_span (y, 0, y->rank - 2),
    .m = y->size[y->rank - 2],
    .n = y->size[y->rank - 1],
    .k = a->size[a->rank - (transpose_a ? 2 : 1)],
    .transpose_a = transpose_a,
    .transpose_b = nn_call_number (call, "transpose-b") != 0,
    .a = call->in[0].data,
    .b = call->in[1].data,
    .c = call->out[0].data,
  };
}

static NnGemm
gemm_of (const NnCall *call)
{
  return g_str_equal (call->op->name, "linear") ? gemm_of_linear (call) : gemm_of_matmul (call);
}

static gboolean
small_fits (const NnCall *call)
{
  NnGemm gemm = gemm_of (call);

  return nn_gemm_small_fits (&gemm);
}

static gboolean
small_prepare (NnCall  *call,
               GError **error)
{
  NnGemm gemm = gemm_of (call);

  call->workspace_bytes = nn_gemm_small_bytes (&gemm);
  return TRUE;
}

static void
small_run (NnCall *call)
{
  NnGemm gemm = gemm_of (call);

  nn_gemm_small (&gemm, call->workspace);
}

static gboolean
amx_fits (const NnCall *call)
{
  NnGemm gemm = gemm_of (call);

  return nn_amx_gemm_fits (&gemm);
}

static gboolean
amx_prepare (NnCall  *call,
             GError **error)
{
  NnGemm gemm = gemm_of (call);

  call->workspace_bytes = nn_amx_gemm_bytes (&gemm, call->threads);
  return TRUE;
}

static void
amx_run (NnCall *call)
{
  NnGemm gemm = gemm_of (call);

  nn_amx_gemm (&gemm, call->workspace, call->pool, call->threads);
}

static gboolean
dnn_fits (const NnCall *call)
{
  return nn_dnn_is_built () && nn_shape_count (&call->out[0].shape) > 0;
}

static gboolean
dnn_prepare (NnCall  *call,
             GError **error)
{
  NnGemm gemm = gemm_of (call);

  return nn_dnn_gemm_prepare (call, &gemm, NN_FLOAT32, error);
}

static gboolean
bfloat16_fits (const NnCall *call)
{
  return dnn_fits (call) && nn_dnn_bfloat16_speed () != NN_DNN_SLOW;
}

static gboolean
bfloat16_prepare (NnCall  *call,
                  GError **error)
{
  NnGemm gemm = gemm_of (call);

  return nn_dnn_gemm_prepare (call, &gemm, NN_BFLOAT16, error);
}

static void
dnn_run (NnCall *call)
{
  NnGemm gemm = gemm_of (call);

  nn_dnn_gemm (call, &gemm);
}

static gboolean
blas_fits (const NnCall *call)
{
  return nn_gemm_blas_fits () && nn_shape_count (&call->out[0].shape) > 0;
}

static void
blas_run (NnCall *call)
{
  NnGemm gemm = gemm_of (call);

  nn_gemm_blas (&gemm, call->pool, call->threads);
}

static void
loop_run (NnCall *call)
{
  NnGemm gemm = gemm_of (call);

  nn_gemm_loop (&gemm);
}

static gint64
gemm_work (const NnCall *call)
{
  NnGemm gemm = gemm_of (call);

  return gemm.batch * gemm.m * gemm.n * gemm.k;
}

static const NnKernel kernels[] = {
  { "onednn-bf16", NN_LAYOUT_ROWS, bfloat16_fits, bfloat16_prepare, dnn_run, nn_dnn_release,
    .precision = NN_BFLOAT16, .slack = 8000 },
  { "small", NN_LAYOUT_ROWS, small_fits, small_prepare, small_run },
  { "amx", NN_LAYOUT_ROWS, amx_fits, amx_prepare, amx_run },
  { "onednn", NN_LAYOUT_ROWS, dnn_fits, dnn_prepare, dnn_run, nn_dnn_release },
  { "openblas", NN_LAYOUT_ROWS, blas_fits, NULL, blas_run },
  { "loop", NN_LAYOUT_ROWS, NULL, NULL, loop_run },
  { NULL }
};

static gboolean
linear_infer (NnCall  *call,
              GError **error)
{
  NnShape y = call->in[0].shape;
  gint64 features = (gint64) nn_call_number (call, "features");
  NnShape weight;
  NnShape bias = NN_SHAPE (features);

  if (y.rank < 2)
    return nn_call_want_rank (call, 0, 2, error);

  weight = NN_SHAPE (features, y.size[y.rank - 1]);
  if (nn_call_number (call, "bias") == 0)
    bias.rank = -1;
  y.size[y.rank - 1] = features;
  nn_call_set_in (call, 1, NN_FLOAT32, &weight);
  nn_call_set_in (call, 2, NN_FLOAT32, &bias);
  nn_call_set_out (call, 0, NN_FLOAT32, &y);
  return TRUE;
}

static NnValue *
as_matrix (NnBuild *build,
           NnValue *value)
{
  const NnShape *shape = &value->shape;
  NnShape matrix = NN_SHAPE (nn_shape_span (shape, 0, shape->rank - 1),
                             shape->size[shape->rank - 1]);

  return nn_build_reshape (build, value, &matrix);
}

static void
linear_expand (NnBuild *build)
{
  const NnCall *call = nn_build_call (build);
  NnValue *x = as_matrix (build, nn_build_in (build, "x"));
  NnValue *y;

  nn_build_set (build, "transpose-b", TRUE);
  y = nn_build_op (build, "gemm", x, nn_build_in (build, "weight"), NN_BUILD_END);
  if (nn_build_in (build, "bias") != NULL)
    y = nn_build_op (build, "add", y, nn_build_in (build, "bias"), NN_BUILD_END);
  nn_build_result (build, "y", nn_build_reshape (build, y, &call->out[0].shape));
}

/* dx = dy W, dW = dyᵀ x, db = Σ dy */
static void
linear_gradient (NnBuild *build)
{
  NnValue *dy = as_matrix (build, nn_build_slope (build, "y"));
  NnValue *x = nn_build_in (build, "x");

  if (nn_build_wants (build, "x"))
    nn_build_gradient (build, "x",
                       nn_build_reshape (build, nn_build_op (build, "gemm", dy,
                                                             nn_build_in (build, "weight"),
                                                             NN_BUILD_END), &x->shape));
  if (nn_build_wants (build, "weight"))
    {
      NnValue *rows = as_matrix (build, x);

      nn_build_set (build, "transpose-a", TRUE);
      nn_build_gradient (build, "weight", nn_build_op (build, "gemm", dy, rows, NN_BUILD_END));
    }
  if (nn_build_wants (build, "bias"))
    {
      nn_build_set (build, "axes", 0);
      nn_build_gradient (build, "bias", nn_build_op (build, "sum", dy, NN_BUILD_END));
    }
}

static const NnPort linear_ports[] = {
  { "x", N_("Input") },
  { "weight", N_("Weights"), NN_PORT_PARAMETER, NN_FLOAT32, "fan-in" },
  { "bias", N_("Bias"), NN_PORT_PARAMETER, NN_FLOAT32, "fan-in" },
  { "y", N_("Output"), NN_PORT_OUTPUT },
  { NULL }
};

static const char *const activations[] = { "none", "relu", NULL };

static const NnAttr linear_attrs[] = {
  { "features", N_("Outputs"), NN_ATTR_INT, 10, 1, 1000000, .torch = "out_features" },
  { "bias", N_("Add a bias"), NN_ATTR_BOOL, 1, 0, 1, .torch = "bias" },
  { "activation", NULL, NN_ATTR_CHOICE, 0, .words = activations },
  { NULL }
};

static const NnSample linear_samples[] = {
  { .in = { { 2, { 3, 5 } } }, .attrs = "features=4" },
  { .in = { { 2, { 37, 67 } } }, .attrs = "features=35" },
  { .in = { { 2, { 97, 290 } } }, .attrs = "features=130", .low = -0.3f, .high = 0.3f },
  { .in = { { 2, { 3, 5 } } }, .attrs = "features=2 bias=false" },
  { .in = { { 3, { 2, 3, 5 } } }, .attrs = "features=4" },
  { .in = { { 2, { 0, 5 } } }, .attrs = "features=4" },
  { .in[0].rank = 0 }
};

static gboolean
matmul_infer (NnCall  *call,
              GError **error)
{
  const NnShape *a = &call->in[0].shape;
  const NnShape *b = &call->in[1].shape;
  int ta = nn_call_number (call, "transpose-a") != 0;
  int tb = nn_call_number (call, "transpose-b") != 0;
  gboolean fits = a->rank >= 2 && a->rank == b->rank;
  NnShape shape = *a;

  for (int i = 0; fits && i < a->rank - 2; i++)
    fits = a->size[i] == b->size[i];
  fits = fits && a->size[a->rank - 1 - ta] == b->size[b->rank - 2 + tb];
  if (!fits)
    {
      g_autofree char *first = nn_call_print (call, 0);
      g_autofree char *second = nn_call_print (call, 1);

      return nn_call_refuse (call, error,
                             _("%s and %s cannot be multiplied: the rows of the first must be as "
                               "long as the columns of the second."), first, second);
    }

  shape.size[a->rank - 2] = a->size[a->rank - 2 + ta];
  shape.size[a->rank - 1] = b->size[b->rank - 1 - tb];
  nn_call_set_out (call, 0, NN_FLOAT32, &shape);
  return TRUE;
}

static NnValue *
product (NnBuild  *build,
         NnValue  *a,
         gboolean  transpose_a,
         NnValue  *b,
         gboolean  transpose_b)
{
  nn_build_set (build, "transpose-a", transpose_a);
  nn_build_set (build, "transpose-b", transpose_b);
  return nn_build_op (build, "gemm", a, b, NN_BUILD_END);
}

/* y = a b, so da = dy bᵀ and db = aᵀ dy; operands that are stored transposed
 * get their gradient transposed, too. */
static void
matmul_gradient (NnBuild *build)
{
  const NnCall *call = nn_build_call (build);
  gboolean ta = nn_call_number (call, "transpose-a") != 0;
  gboolean tb = nn_call_number (call, "transpose-b") != 0;
  NnValue *a = nn_build_in (build, "a");
  NnValue *b = nn_build_in (build, "b");
  NnValue *dy = nn_build_slope (build, "y");

  if (nn_build_wants (build, "a"))
    nn_build_gradient (build, "a", ta ? product (build, b, tb, dy, TRUE)
                                      : product (build, dy, FALSE, b, !tb));
  if (nn_build_wants (build, "b"))
    nn_build_gradient (build, "b", tb ? product (build, dy, TRUE, a, ta)
                                      : product (build, a, !ta, dy, FALSE));
}

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

static const NnSample matmul_samples[] = {
  { .in = { { 2, { 3, 5 } }, { 2, { 5, 4 } } } },
  { .in = { { 2, { 5, 3 } }, { 2, { 5, 4 } } }, .attrs = "transpose-a=true" },
  { .in = { { 2, { 3, 5 } }, { 2, { 4, 5 } } }, .attrs = "transpose-b=true" },
  { .in = { { 3, { 2, 5, 3 } }, { 3, { 2, 4, 5 } } },
    .attrs = "transpose-a=true transpose-b=true" },
  { .in = { { 2, { 37, 67 } }, { 2, { 67, 35 } } } },
  { .in = { { 3, { 2, 290, 97 } }, { 3, { 2, 290, 130 } } }, .attrs = "transpose-a=true",
    .low = -0.3f, .high = 0.3f },
  { .in = { { 2, { 128, 100 } }, { 2, { 100, 1060 } } }, .low = -0.3f, .high = 0.3f },
  { .in = { { 2, { 0, 5 } }, { 2, { 5, 4 } } } },
  { .in[0].rank = 0 }
};

const NnOp nn_ops_matmul[] = {
  {
    .name = "linear", .title = N_("Linear"),
    .summary = N_("Every output is a weighted sum of all inputs."),
    .lesson = "14", .category = NN_CATEGORY_LAYER,
    .ports = linear_ports, .attrs = linear_attrs, .infer = linear_infer,
    .expand = linear_expand, .gradient = linear_gradient, .work = gemm_work,
    .samples = linear_samples, .torch = "torch.nn.Linear", .cpu = kernels,
  },
  {
    .name = "gemm", .title = N_("Product of equally many matrices"),
    .summary = N_("Multiplies matrices that lie one behind the other, pair by pair."),
    .category = NN_CATEGORY_INTERNAL,
    .ports = matmul_ports, .attrs = matmul_attrs, .infer = matmul_infer,
    .gradient = matmul_gradient, .work = gemm_work, .samples = matmul_samples,
    .onnx = "MatMul", .onnx_since = 13, .cpu = kernels,
  },
  { NULL }
};
