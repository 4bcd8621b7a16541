/* matmul.c: products of matrices
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "engine/build.h"
#include "engine/cpu/dnn.h"
#include "engine/cpu/gemm.h"

#include <glib/gi18n-lib.h>

static NnGemm
gemm_of (const NnCall *call)
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
dnn_fits (const NnCall *call)
{
  return nn_dnn_is_built () && nn_shape_count (&call->out[0].shape) > 0;
}

static gboolean
dnn_prepare (NnCall  *call,
             GError **error)
{
  NnGemm gemm = gemm_of (call);

  return nn_dnn_gemm_prepare (call, &gemm, error);
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
matmul_work (const NnCall *call)
{
  NnGemm gemm = gemm_of (call);

  return gemm.batch * gemm.m * gemm.n * gemm.k;
}

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
  return nn_build_op (build, "matmul", a, b, NN_BUILD_END);
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

static const NnPort ports[] = {
  { "a", N_("First matrix") },
  { "b", N_("Second matrix") },
  { "y", N_("Product"), NN_PORT_OUTPUT },
  { NULL }
};

static const NnAttr attrs[] = {
  { "transpose-a", N_("Transpose the first"), NN_ATTR_BOOL, 0, 0, 1 },
  { "transpose-b", N_("Transpose the second"), NN_ATTR_BOOL, 0, 0, 1 },
  { NULL }
};

static const NnSample samples[] = {
  { .in = { { 2, { 3, 5 } }, { 2, { 5, 4 } } } },
  { .in = { { 2, { 5, 3 } }, { 2, { 5, 4 } } }, .attrs = "transpose-a=true" },
  { .in = { { 2, { 3, 5 } }, { 2, { 4, 5 } } }, .attrs = "transpose-b=true" },
  { .in = { { 3, { 2, 5, 3 } }, { 3, { 2, 4, 5 } } },
    .attrs = "transpose-a=true transpose-b=true" },
  { .in = { { 2, { 37, 67 } }, { 2, { 67, 35 } } } },
  { .in = { { 2, { 0, 5 } }, { 2, { 5, 4 } } } },
  { .in[0].rank = 0 }
};

const NnOp nn_ops_matmul[] = {
  {
    .name = "matmul", .title = N_("Matrix Product"),
    .summary = N_("Multiplies rows of the first matrix with columns of the second."),
    .lesson = "04", .category = NN_CATEGORY_MATHS,
    .ports = ports, .attrs = attrs, .infer = matmul_infer, .gradient = matmul_gradient,
    .work = matmul_work, .samples = samples,
    .onnx = "MatMul", .onnx_since = 13, .torch = "torch.matmul",
    .cpu = (const NnKernel[]) {
      { "small", NN_LAYOUT_ROWS, small_fits, small_prepare, small_run },
      { "onednn", NN_LAYOUT_ROWS, dnn_fits, dnn_prepare, dnn_run, nn_dnn_release },
      { "openblas", NN_LAYOUT_ROWS, blas_fits, NULL, blas_run },
      { "loop", NN_LAYOUT_ROWS, NULL, NULL, loop_run },
      { NULL }
    },
  },
  { NULL }
};
