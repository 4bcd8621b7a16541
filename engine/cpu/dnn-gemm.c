/* dnn-gemm.c: products of matrices with oneDNN
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "engine/cpu/gemm.h"

#include "engine/cpu/pool.h"

#ifdef HAVE_DNNL

#include "engine/cpu/dnn-private.h"

/* Descriptors of the operands as they lie in memory, and as the primitive may
 * have them. */
typedef struct
{
  NnDnnDesc a, b, c, bias;
  NnDnnDesc wanted_a, wanted_b;
} Descs;

static void
descs_init (Descs         *self,
            const NnGemm  *gemm,
            NnDtype        precision)
{
  gint64 m = gemm->m;
  gint64 n = gemm->n;
  gint64 k = gemm->k;
  int rank = gemm->batch > 1 ? 3 : 2;
  int skip = 3 - rank;
  gint64 a_dims[] = { gemm->batch, m, k };
  gint64 b_dims[] = { gemm->batch, k, n };
  gint64 c_dims[] = { gemm->batch, m, n };
  gint64 bias_dims[] = { 1, 1, n };
  gint64 a_strides[] = { m * k, gemm->transpose_a ? 1 : k, gemm->transpose_a ? m : 1 };
  gint64 b_strides[] = { k * n, gemm->transpose_b ? 1 : n, gemm->transpose_b ? k : 1 };

  self->a = nn_dnn_desc (rank, a_dims + skip, a_strides + skip, dnnl_f32);
  self->b = nn_dnn_desc (rank, b_dims + skip, b_strides + skip, dnnl_f32);
  self->c = nn_dnn_rows (rank, c_dims + skip, dnnl_f32);
  self->bias = nn_dnn_rows (rank, bias_dims + skip, dnnl_f32);
  if (precision == NN_BFLOAT16)
    {
      self->wanted_a = nn_dnn_rows (rank, a_dims + skip, dnnl_bf16);
      self->wanted_b = nn_dnn_desc (rank, b_dims + skip, NULL, dnnl_bf16);
    }
  else
    {
      self->wanted_a = nn_dnn_desc (rank, a_dims + skip, a_strides + skip, dnnl_f32);
      self->wanted_b = nn_dnn_desc (rank, b_dims + skip, b_strides + skip, dnnl_f32);
    }
}

static void
descs_clear (Descs *self)
{
  nn_dnn_free_desc (&self->a);
  nn_dnn_free_desc (&self->b);
  nn_dnn_free_desc (&self->c);
  nn_dnn_free_desc (&self->bias);
  nn_dnn_free_desc (&self->wanted_a);
  nn_dnn_free_desc (&self->wanted_b);
}

/* The order of pack.c. */
static NnDnnDesc
tile_desc (const NnGemm *gemm)
{
  dnnl_dims_t dims = { gemm->k, gemm->n };
  NnDnnDesc desc;

#if DNNL_VERSION_MAJOR >= 3
  dnnl_memory_desc_create_with_tag (&desc, 2, dims, dnnl_bf16, dnnl_BA16a64b2a);
#else
  dnnl_memory_desc_init_by_tag (&desc, 2, dims, dnnl_bf16, dnnl_BA16a64b2a);
#endif
  return desc;
}

/* Lets our own loops pack b where the primitive wants it in an order they know. */
static void
pack_ourselves (NnDnn        *self,
                const NnGemm *gemm,
                NnDnnDescPtr  wanted)
{
  NnDnnReorder *reorder = &self->reorders[self->n_reorders - 1];
  NnDnnDesc tiles;

  if (gemm->batch > 1)
    return;
  tiles = tile_desc (gemm);
  if (dnnl_memory_desc_equal (NN_DNN_DESC (tiles), wanted))
    {
      reorder->own = TRUE;
      reorder->k = gemm->k;
      reorder->n = gemm->n;
      reorder->k_step = gemm->transpose_b ? 1 : gemm->n;
      reorder->n_step = gemm->transpose_b ? gemm->k : 1;
    }
  nn_dnn_free_desc (&tiles);
}

gboolean
nn_dnn_gemm_prepare (NnCall        *call,
                     const NnGemm  *gemm,
                     NnDtype        precision,
                     GError       **error)
{
  NnDnn *self = g_new0 (NnDnn, 1);
  dnnl_primitive_attr_t attr = nn_dnn_attr (gemm->relu);
  dnnl_primitive_desc_t pd = NULL;
  NnDnnDescPtr bias, weights;
  dnnl_status_t status;
  gboolean ok;
  Descs d;

  call->state = self;
  nn_pool_limit (call->threads);
  descs_init (&d, gemm, precision);
  bias = gemm->has_bias ? NN_DNN_DESC (d.bias) : NULL;

#if DNNL_VERSION_MAJOR >= 3
  status = dnnl_matmul_primitive_desc_create (&pd, nn_dnn_engine (), d.wanted_a, d.wanted_b, bias,
                                              d.c, attr);
#else
  {
    dnnl_matmul_desc_t op;

    status = dnnl_matmul_desc_init (&op, &d.wanted_a, &d.wanted_b, bias, &d.c);
    if (status == dnnl_success)
      status = dnnl_primitive_desc_create (&pd, &op, attr, nn_dnn_engine (), NULL);
  }
#endif

  ok = nn_dnn_check (call, status, error);
  weights = ok ? dnnl_primitive_desc_query_md (pd, dnnl_query_weights_md, 0) : NULL;
  ok = ok
       && nn_dnn_add (call, self, DNNL_ARG_SRC, NN_DNN_DESC (d.a), NN_DNN_DESC (d.wanted_a), FALSE,
                      error)
       && nn_dnn_add (call, self, DNNL_ARG_WEIGHTS, NN_DNN_DESC (d.b), weights, FALSE, error);
  if (ok && precision == NN_BFLOAT16)
    pack_ourselves (self, gemm, weights);
  ok = ok
       && nn_dnn_add (call, self, DNNL_ARG_DST, NN_DNN_DESC (d.c), NN_DNN_DESC (d.c), TRUE, error)
       && (bias == NULL || nn_dnn_add (call, self, DNNL_ARG_BIAS, bias, bias, FALSE, error));
  dnnl_primitive_attr_destroy (attr);
  descs_clear (&d);

  return ok && nn_dnn_adopt (call, self, pd, error);
}

void
nn_dnn_gemm (NnCall       *call,
             const NnGemm *gemm)
{
  NnDnn *self = call->state;

  nn_dnn_hang (self, DNNL_ARG_SRC, gemm->a);
  nn_dnn_hang (self, DNNL_ARG_WEIGHTS, gemm->b);
  nn_dnn_hang (self, DNNL_ARG_DST, gemm->c);
  if (gemm->has_bias)
    nn_dnn_hang (self, DNNL_ARG_BIAS, gemm->bias);
  nn_dnn_execute (call);
}

#else

gboolean
nn_dnn_gemm_prepare (NnCall        *call,
                     const NnGemm  *gemm,
                     NnDtype        precision,
                     GError       **error)
{
  g_assert_not_reached ();
}

void
nn_dnn_gemm (NnCall       *call,
             const NnGemm *gemm)
{
  g_assert_not_reached ();
}

#endif
