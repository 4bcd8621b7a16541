/* dnn.c: the engine's only view of oneDNN
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "engine/cpu/dnn.h"

#include "engine/cpu/gemm.h"
#include "engine/cpu/pool.h"
#include "engine/error.h"

#include <glib/gi18n-lib.h>

#ifdef HAVE_DNNL

#include <oneapi/dnnl/dnnl.h>

/* A prepared call is a primitive, the memory objects that its operands are
 * hung into, and, for convolutions, the weights once more in the order that the
 * primitive likes best.  Everything it needs while running lies in the plan's
 * workspace. */

#define MAX_ARGS 8
#define ALIGN(n) (((n) + 63) / 64 * 64)

/* Version 3 hides descriptors behind pointers and makes primitives without the
 * operation descriptors of version 2. */
#if DNNL_VERSION_MAJOR >= 3
typedef const_dnnl_memory_desc_t DescPtr;
typedef dnnl_memory_desc_t Desc;
#define DESC(d) (d)
#else
typedef const dnnl_memory_desc_t *DescPtr;
typedef dnnl_memory_desc_t Desc;
#define DESC(d) (&(d))
#endif

typedef struct
{
  dnnl_stream_t     stream;
  dnnl_primitive_t  primitive;
  int               n_args;
  dnnl_exec_arg_t   args[MAX_ARGS];
  dnnl_memory_t     scratch;
  gsize             scratch_bytes;

  /* Convolutions: weights (or their gradient) in the primitive's own order. */
  dnnl_primitive_t  reorder;    /* NULL when the order is ours */
  dnnl_memory_t     plain;
  dnnl_memory_t     packed;
  gsize             packed_bytes;
} Dnn;

static dnnl_engine_t
get_engine (void)
{
  static dnnl_engine_t engine;
  static gsize once;

  if (g_once_init_enter (&once))
    {
      dnnl_engine_create (&engine, dnnl_cpu, 0);
      g_once_init_leave (&once, 1);
    }

  return engine;
}

gboolean
nn_dnn_is_built (void)
{
  return TRUE;
}

const char *
nn_dnn_version (void)
{
  static char text[32];
  static gsize once;

  if (g_once_init_enter (&once))
    {
      const dnnl_version_t *version = dnnl_version ();

      g_snprintf (text, sizeof text, "%d.%d.%d", version->major, version->minor, version->patch);
      g_once_init_leave (&once, 1);
    }

  return text;
}

static gboolean
check (const NnCall   *call,
       dnnl_status_t   status,
       GError        **error)
{
  if (status == dnnl_success)
    return TRUE;

  g_set_error (error, NN_ERROR, status == dnnl_out_of_memory ? NN_ERROR_MEMORY : NN_ERROR_DEVICE,
               _("oneDNN refused %s “%s” (status %d)."),
               _(call->op->title), call->name != NULL ? call->name : "", (int) status);
  return FALSE;
}

static Desc
make_desc (int           rank,
           const gint64 *dims,
           const gint64 *strides)
{
  dnnl_dims_t d;
  dnnl_dims_t s;
  Desc desc;

  for (int i = 0; i < rank; i++)
    {
      d[i] = dims[i];
      s[i] = strides != NULL ? strides[i] : 0;
    }

#if DNNL_VERSION_MAJOR >= 3
  if (strides != NULL)
    dnnl_memory_desc_create_with_strides (&desc, rank, d, dnnl_f32, s);
  else
    dnnl_memory_desc_create_with_tag (&desc, rank, d, dnnl_f32, dnnl_format_tag_any);
#else
  if (strides != NULL)
    dnnl_memory_desc_init_by_strides (&desc, rank, d, dnnl_f32, s);
  else
    dnnl_memory_desc_init_by_tag (&desc, rank, d, dnnl_f32, dnnl_format_tag_any);
#endif

  return desc;
}

static void
free_desc (Desc *desc)
{
#if DNNL_VERSION_MAJOR >= 3
  dnnl_memory_desc_destroy (*desc);
#endif
}

static Desc
make_rows (int           rank,
           const gint64 *dims)
{
  NnShape shape = nn_shape_new (rank, dims);
  gint64 strides[NN_MAX_RANK];

  nn_shape_strides (&shape, strides);
  /* The library wants strides it can believe, even of axes with nothing. */
  for (int i = 0; i < rank; i++)
    strides[i] = MAX (strides[i], 1);
  return make_desc (rank, dims, strides);
}

static Desc
make_image (NnLayout layout,
            gint64   b,
            gint64   c,
            gint64   h,
            gint64   w)
{
  gint64 dims[] = { b, c, h, w };
  gint64 strides[] = { c * h * w, 1, w * c, c };

  return layout == NN_LAYOUT_CHANNELS_LAST ? make_desc (4, dims, strides) : make_rows (4, dims);
}

static void
add_arg (Dnn     *self,
         int      arg,
         DescPtr  desc)
{
  dnnl_memory_t memory = NULL;

  g_assert (self->n_args < MAX_ARGS);
  dnnl_memory_create (&memory, desc, get_engine (), DNNL_MEMORY_NONE);
  self->args[self->n_args++] = (dnnl_exec_arg_t) { arg, memory };
}

static void
hang (dnnl_memory_t  memory,
      const void    *data)
{
  dnnl_memory_set_data_handle (memory, (void *) data);
}

static void
hang_arg (Dnn        *self,
          int         arg,
          const void *data)
{
  for (int i = 0; i < self->n_args; i++)
    if (self->args[i].arg == arg)
      hang (self->args[i].memory, data);
}

static dnnl_primitive_attr_t
make_attr (gboolean relu)
{
  dnnl_primitive_attr_t attr;
  dnnl_post_ops_t post_ops;

  dnnl_primitive_attr_create (&attr);
  dnnl_primitive_attr_set_scratchpad_mode (attr, dnnl_scratchpad_mode_user);
  if (relu)
    {
      dnnl_post_ops_create (&post_ops);
#if DNNL_VERSION_MAJOR >= 3
      dnnl_post_ops_append_eltwise (post_ops, dnnl_eltwise_relu, 0, 0);
#else
      dnnl_post_ops_append_eltwise (post_ops, 1, dnnl_eltwise_relu, 0, 0);
#endif
      dnnl_primitive_attr_set_post_ops (attr, post_ops);
      dnnl_post_ops_destroy (post_ops);
    }

  return attr;
}

/* Takes @pd: makes the primitive, its scratch memory and its stream. */
static gboolean
adopt (NnCall                 *call,
       Dnn                    *self,
       dnnl_primitive_desc_t   pd,
       GError                **error)
{
  DescPtr scratch = dnnl_primitive_desc_query_md (pd, dnnl_query_scratchpad_md, 0);
  gboolean ok;

  self->scratch_bytes = dnnl_memory_desc_get_size (scratch);
  if (self->scratch_bytes > 0)
    {
      add_arg (self, DNNL_ARG_SCRATCHPAD, scratch);
      self->scratch = self->args[self->n_args - 1].memory;
    }
  ok = check (call, dnnl_primitive_create (&self->primitive, pd), error)
       && check (call, dnnl_stream_create (&self->stream, get_engine (),
                                           dnnl_stream_default_flags), error);
  dnnl_primitive_desc_destroy (pd);

  call->workspace_bytes = ALIGN (self->scratch_bytes) + ALIGN (self->packed_bytes);
  return ok;
}

static void
execute (NnCall *call)
{
  Dnn *self = call->state;

  nn_pool_limit (call->threads);
  if (self->scratch != NULL)
    hang (self->scratch, call->workspace);
  dnnl_primitive_execute (self->primitive, self->stream, self->n_args, self->args);
  dnnl_stream_wait (self->stream);
}

void
nn_dnn_release (NnCall *call)
{
  Dnn *self = call->state;

  if (self == NULL)
    return;

  for (int i = 0; i < self->n_args; i++)
    if (self->args[i].memory != self->packed)
      dnnl_memory_destroy (self->args[i].memory);
  dnnl_memory_destroy (self->plain);
  dnnl_memory_destroy (self->packed);
  dnnl_primitive_destroy (self->reorder);
  dnnl_primitive_destroy (self->primitive);
  dnnl_stream_destroy (self->stream);
  g_free (self);
  call->state = NULL;
}

gboolean
nn_dnn_gemm_prepare (NnCall        *call,
                     const NnGemm  *gemm,
                     GError       **error)
{
  Dnn *self = g_new0 (Dnn, 1);
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
  Desc a = make_desc (rank, a_dims + skip, a_strides + skip);
  Desc b = make_desc (rank, b_dims + skip, b_strides + skip);
  Desc c = make_rows (rank, c_dims + skip);
  Desc bias = make_rows (rank, bias_dims + skip);
  DescPtr bias_ptr = gemm->has_bias ? DESC (bias) : NULL;
  dnnl_primitive_attr_t attr = make_attr (gemm->relu);
  dnnl_primitive_desc_t pd;
  dnnl_status_t status;

  call->state = self;
  nn_pool_limit (call->threads);

#if DNNL_VERSION_MAJOR >= 3
  status = dnnl_matmul_primitive_desc_create (&pd, get_engine (), a, b, bias_ptr, c, attr);
#else
  {
    dnnl_matmul_desc_t op;

    status = dnnl_matmul_desc_init (&op, &a, &b, bias_ptr, &c);
    if (status == dnnl_success)
      status = dnnl_primitive_desc_create (&pd, &op, attr, get_engine (), NULL);
  }
#endif

  if (status == dnnl_success)
    {
      add_arg (self, DNNL_ARG_SRC, DESC (a));
      add_arg (self, DNNL_ARG_WEIGHTS, DESC (b));
      add_arg (self, DNNL_ARG_DST, DESC (c));
      if (gemm->has_bias)
        add_arg (self, DNNL_ARG_BIAS, DESC (bias));
    }
  dnnl_primitive_attr_destroy (attr);
  free_desc (&a);
  free_desc (&b);
  free_desc (&c);
  free_desc (&bias);

  return check (call, status, error) && adopt (call, self, pd, error);
}

void
nn_dnn_gemm (NnCall       *call,
             const NnGemm *gemm)
{
  Dnn *self = call->state;

  hang (self->args[0].memory, gemm->a);
  hang (self->args[1].memory, gemm->b);
  hang (self->args[2].memory, gemm->c);
  if (gemm->has_bias)
    hang (self->args[3].memory, gemm->bias);
  execute (call);
}

/* What the three passes of a convolution have in common. */
typedef struct
{
  Desc         x, y, bias;
  Desc         weight;          /* in any order: the primitive chooses */
  Desc         plain;           /* in our order */
  dnnl_dims_t  strides, dilates, before, behind;
} ConvDescs;

static void
conv_descs_init (ConvDescs    *self,
                 const NnConv *conv,
                 NnLayout      layout)
{
  gint64 grouped[] = { conv->groups, conv->co / conv->groups, conv->ci / conv->groups,
                       conv->kh, conv->kw };
  int rank = conv->groups > 1 ? 5 : 4;
  gint64 *dims = grouped + (5 - rank);

  if (conv->groups == 1)
    dims[0] = conv->co;
  self->x = make_image (layout, conv->b, conv->ci, conv->h, conv->w);
  self->y = make_image (layout, conv->b, conv->co, conv->ho, conv->wo);
  self->bias = make_rows (1, &conv->co);
  self->weight = make_desc (rank, dims, NULL);
  self->plain = make_rows (rank, dims);

  self->strides[0] = conv->sh;
  self->strides[1] = conv->sw;
  self->dilates[0] = conv->dh - 1;
  self->dilates[1] = conv->dw - 1;
  self->before[0] = conv->top;
  self->before[1] = conv->left;
  self->behind[0] = conv->bottom;
  self->behind[1] = conv->right;
}

static void
conv_descs_clear (ConvDescs *self)
{
  free_desc (&self->x);
  free_desc (&self->y);
  free_desc (&self->bias);
  free_desc (&self->weight);
  free_desc (&self->plain);
}

static dnnl_status_t
conv_forward_desc (dnnl_primitive_desc_t *pd,
                   ConvDescs             *d,
                   gboolean               bias,
                   gboolean               relu)
{
  dnnl_primitive_attr_t attr = make_attr (relu);
  DescPtr bias_ptr = bias ? DESC (d->bias) : NULL;
  dnnl_status_t status;

#if DNNL_VERSION_MAJOR >= 3
  status = dnnl_convolution_forward_primitive_desc_create (
    pd, get_engine (), dnnl_forward_training, dnnl_convolution_direct, d->x, d->weight, bias_ptr,
    d->y, d->strides, d->dilates, d->before, d->behind, attr);
#else
  dnnl_convolution_desc_t op;

  status = dnnl_dilated_convolution_forward_desc_init (
    &op, dnnl_forward_training, dnnl_convolution_direct, &d->x, &d->weight, bias_ptr, &d->y,
    d->strides, d->dilates, d->before, d->behind);
  if (status == dnnl_success)
    status = dnnl_primitive_desc_create (pd, &op, attr, get_engine (), NULL);
#endif

  dnnl_primitive_attr_destroy (attr);
  return status;
}

static dnnl_status_t
conv_input_gradient_desc (dnnl_primitive_desc_t *pd,
                          ConvDescs             *d,
                          dnnl_primitive_desc_t  hint)
{
  dnnl_primitive_attr_t attr = make_attr (FALSE);
  dnnl_status_t status;

#if DNNL_VERSION_MAJOR >= 3
  status = dnnl_convolution_backward_data_primitive_desc_create (
    pd, get_engine (), dnnl_convolution_direct, d->x, d->weight, d->y, d->strides, d->dilates,
    d->before, d->behind, hint, attr);
#else
  dnnl_convolution_desc_t op;

  status = dnnl_dilated_convolution_backward_data_desc_init (
    &op, dnnl_convolution_direct, &d->x, &d->weight, &d->y, d->strides, d->dilates, d->before,
    d->behind);
  if (status == dnnl_success)
    status = dnnl_primitive_desc_create (pd, &op, attr, get_engine (), hint);
#endif

  dnnl_primitive_attr_destroy (attr);
  return status;
}

static dnnl_status_t
conv_weight_gradient_desc (dnnl_primitive_desc_t *pd,
                           ConvDescs             *d,
                           gboolean               bias,
                           dnnl_primitive_desc_t  hint)
{
  dnnl_primitive_attr_t attr = make_attr (FALSE);
  DescPtr bias_ptr = bias ? DESC (d->bias) : NULL;
  dnnl_status_t status;

#if DNNL_VERSION_MAJOR >= 3
  status = dnnl_convolution_backward_weights_primitive_desc_create (
    pd, get_engine (), dnnl_convolution_direct, d->x, d->weight, bias_ptr, d->y, d->strides,
    d->dilates, d->before, d->behind, hint, attr);
#else
  dnnl_convolution_desc_t op;

  status = dnnl_dilated_convolution_backward_weights_desc_init (
    &op, dnnl_convolution_direct, &d->x, &d->weight, bias_ptr, &d->y, d->strides, d->dilates,
    d->before, d->behind);
  if (status == dnnl_success)
    status = dnnl_primitive_desc_create (pd, &op, attr, get_engine (), hint);
#endif

  dnnl_primitive_attr_destroy (attr);
  return status;
}

/* Hangs the weights in: as they are, or reordered from or to our order. */
static gboolean
add_weights (NnCall     *call,
             Dnn        *self,
             ConvDescs  *d,
             DescPtr     wanted,
             int         arg,
             GError    **error)
{
  gboolean gradient = arg == DNNL_ARG_DIFF_WEIGHTS;
  dnnl_primitive_desc_t pd;
  gboolean ok;

  if (dnnl_memory_desc_equal (DESC (d->plain), wanted))
    {
      add_arg (self, arg, DESC (d->plain));
      return TRUE;
    }

  self->packed_bytes = dnnl_memory_desc_get_size (wanted);
  add_arg (self, arg, wanted);
  self->packed = self->args[self->n_args - 1].memory;
  dnnl_memory_create (&self->plain, DESC (d->plain), get_engine (), DNNL_MEMORY_NONE);
  if (!check (call, dnnl_reorder_primitive_desc_create (
                      &pd, gradient ? wanted : DESC (d->plain), get_engine (),
                      gradient ? DESC (d->plain) : wanted, get_engine (), NULL), error))
    return FALSE;
  ok = check (call, dnnl_primitive_create (&self->reorder, pd), error);
  dnnl_primitive_desc_destroy (pd);

  return ok;
}

gboolean
nn_dnn_conv_prepare (NnCall        *call,
                     const NnConv  *conv,
                     NnConvPass     pass,
                     GError       **error)
{
  NnLayout layout = pass == NN_CONV_INPUT_GRADIENT ? call->in[1].layout : call->in[0].layout;
  Dnn *self = g_new0 (Dnn, 1);
  dnnl_primitive_desc_t forward = NULL;
  dnnl_primitive_desc_t pd = NULL;
  dnnl_status_t status;
  ConvDescs d;
  gboolean ok;

  call->state = self;
  nn_pool_limit (call->threads);
  conv_descs_init (&d, conv, layout);

  status = conv_forward_desc (&forward, &d, conv->bias, conv->relu && pass == NN_CONV_FORWARD);
  if (pass == NN_CONV_FORWARD)
    pd = forward;
  else if (status == dnnl_success && pass == NN_CONV_INPUT_GRADIENT)
    status = conv_input_gradient_desc (&pd, &d, forward);
  else if (status == dnnl_success)
    status = conv_weight_gradient_desc (&pd, &d, conv->bias, forward);

  ok = check (call, status, error);
  if (ok && pass == NN_CONV_FORWARD)
    {
      add_arg (self, DNNL_ARG_SRC, DESC (d.x));
      ok = add_weights (call, self, &d, dnnl_primitive_desc_query_md (pd, dnnl_query_weights_md, 0),
                        DNNL_ARG_WEIGHTS, error);
      if (conv->bias)
        add_arg (self, DNNL_ARG_BIAS, DESC (d.bias));
      add_arg (self, DNNL_ARG_DST, DESC (d.y));
    }
  else if (ok && pass == NN_CONV_INPUT_GRADIENT)
    {
      ok = add_weights (call, self, &d, dnnl_primitive_desc_query_md (pd, dnnl_query_weights_md, 0),
                        DNNL_ARG_WEIGHTS, error);
      add_arg (self, DNNL_ARG_DIFF_DST, DESC (d.y));
      add_arg (self, DNNL_ARG_DIFF_SRC, DESC (d.x));
    }
  else if (ok)
    {
      add_arg (self, DNNL_ARG_SRC, DESC (d.x));
      add_arg (self, DNNL_ARG_DIFF_DST, DESC (d.y));
      ok = add_weights (call, self, &d,
                        dnnl_primitive_desc_query_md (pd, dnnl_query_diff_weights_md, 0),
                        DNNL_ARG_DIFF_WEIGHTS, error);
      if (conv->bias)
        add_arg (self, DNNL_ARG_DIFF_BIAS, DESC (d.bias));
    }

  conv_descs_clear (&d);
  if (forward != NULL && forward != pd)
    dnnl_primitive_desc_destroy (forward);

  return ok && adopt (call, self, pd, error);
}

static void
reorder (NnCall        *call,
         dnnl_memory_t  from,
         dnnl_memory_t  to)
{
  Dnn *self = call->state;
  dnnl_exec_arg_t args[] = { { DNNL_ARG_FROM, from }, { DNNL_ARG_TO, to } };

  nn_pool_limit (call->threads);
  dnnl_primitive_execute (self->reorder, self->stream, 2, args);
  dnnl_stream_wait (self->stream);
}

static void
hang_packed (NnCall *call)
{
  Dnn *self = call->state;

  hang (self->packed, (char *) call->workspace + ALIGN (self->scratch_bytes));
}

void
nn_dnn_conv (NnCall      *call,
             const float *first,
             const float *second,
             const float *bias,
             float       *out,
             float       *out_bias)
{
  Dnn *self = call->state;

  if (self->args[0].arg == DNNL_ARG_SRC && self->args[1].arg == DNNL_ARG_DIFF_DST)
    {
      hang_arg (self, DNNL_ARG_SRC, first);
      hang_arg (self, DNNL_ARG_DIFF_DST, second);
      hang_arg (self, DNNL_ARG_DIFF_BIAS, out_bias);
      if (self->reorder != NULL)
        {
          hang (self->plain, out);
          hang_packed (call);
        }
      else
        hang_arg (self, DNNL_ARG_DIFF_WEIGHTS, out);
      execute (call);
      if (self->reorder != NULL)
        reorder (call, self->packed, self->plain);
      return;
    }

  /* Forward takes x before the weights, the input gradient behind them. */
  if (self->args[0].arg == DNNL_ARG_SRC)
    {
      const float *x = first;

      hang_arg (self, DNNL_ARG_SRC, x);
      hang_arg (self, DNNL_ARG_BIAS, bias);
      hang_arg (self, DNNL_ARG_DST, out);
      first = second;
    }
  else
    {
      hang_arg (self, DNNL_ARG_DIFF_DST, second);
      hang_arg (self, DNNL_ARG_DIFF_SRC, out);
    }

  if (self->reorder != NULL)
    {
      hang (self->plain, first);
      hang_packed (call);
      reorder (call, self->plain, self->packed);
    }
  else
    hang_arg (self, DNNL_ARG_WEIGHTS, first);
  execute (call);
}

#else

gboolean
nn_dnn_is_built (void)
{
  return FALSE;
}

const char *
nn_dnn_version (void)
{
  return NULL;
}

gboolean
nn_dnn_gemm_prepare (NnCall        *call,
                     const NnGemm  *gemm,
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

gboolean
nn_dnn_conv_prepare (NnCall        *call,
                     const NnConv  *conv,
                     NnConvPass     pass,
                     GError       **error)
{
  g_assert_not_reached ();
}

void
nn_dnn_conv (NnCall      *call,
             const float *first,
             const float *second,
             const float *bias,
             float       *out,
             float       *out_bias)
{
  g_assert_not_reached ();
}

void
nn_dnn_release (NnCall *call)
{
}

#endif
