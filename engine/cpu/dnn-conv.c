/* dnn-conv.c: convolutions with oneDNN
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "engine/cpu/dnn.h"

#include "engine/cpu/pool.h"

#ifdef HAVE_DNNL

#include "engine/cpu/dnn-private.h"

/* What the three passes of a convolution have in common.  Weights, which the
 * primitive may have in any order, lie in ours in memory. */
typedef struct
{
  NnDnnDesc    x, y, bias;
  NnDnnDesc    wanted_x, wanted_y;      /* the same but for the precision */
  NnDnnDesc    weight, wanted_weight;
  dnnl_dims_t  strides, dilates, before, behind;
} Descs;

static NnDnnDesc
make_image (NnLayout          layout,
            gint64            b,
            gint64            c,
            gint64            h,
            gint64            w,
            dnnl_data_type_t  type)
{
  gint64 dims[] = { b, c, h, w };
  gint64 strides[] = { c * h * w, 1, w * c, c };

  return layout == NN_LAYOUT_CHANNELS_LAST ? nn_dnn_desc (4, dims, strides, type)
                                           : nn_dnn_rows (4, dims, type);
}

static void
descs_init (Descs        *self,
            const NnConv *conv,
            NnConvPass    pass,
            NnLayout      layout,
            NnDtype       precision)
{
  /* Operands are rounded, results never are. */
  dnnl_data_type_t operand = precision == NN_BFLOAT16 ? dnnl_bf16 : dnnl_f32;
  dnnl_data_type_t x = pass == NN_CONV_INPUT_GRADIENT ? dnnl_f32 : operand;
  dnnl_data_type_t y = pass == NN_CONV_FORWARD ? dnnl_f32 : operand;
  dnnl_data_type_t weight = pass == NN_CONV_WEIGHT_GRADIENT ? dnnl_f32 : operand;
  gint64 grouped[] = { conv->groups, conv->co / conv->groups, conv->ci / conv->groups,
                       conv->kh, conv->kw };
  int rank = conv->groups > 1 ? 5 : 4;
  gint64 *dims = grouped + (5 - rank);

  if (conv->groups == 1)
    dims[0] = conv->co;
  self->x = make_image (layout, conv->b, conv->ci, conv->h, conv->w, dnnl_f32);
  self->y = make_image (layout, conv->b, conv->co, conv->ho, conv->wo, dnnl_f32);
  self->wanted_x = make_image (layout, conv->b, conv->ci, conv->h, conv->w, x);
  self->wanted_y = make_image (layout, conv->b, conv->co, conv->ho, conv->wo, y);
  self->bias = nn_dnn_rows (1, &conv->co, dnnl_f32);
  self->weight = nn_dnn_rows (rank, dims, dnnl_f32);
  self->wanted_weight = nn_dnn_desc (rank, dims, NULL, weight);

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
descs_clear (Descs *self)
{
  nn_dnn_free_desc (&self->x);
  nn_dnn_free_desc (&self->y);
  nn_dnn_free_desc (&self->wanted_x);
  nn_dnn_free_desc (&self->wanted_y);
  nn_dnn_free_desc (&self->bias);
  nn_dnn_free_desc (&self->weight);
  nn_dnn_free_desc (&self->wanted_weight);
}

static dnnl_status_t
forward_desc (dnnl_primitive_desc_t *pd,
              Descs                 *d,
              gboolean               bias,
              gboolean               relu)
{
  dnnl_primitive_attr_t attr = nn_dnn_attr (relu);
  NnDnnDescPtr bias_ptr = bias ? NN_DNN_DESC (d->bias) : NULL;
  dnnl_status_t status;

#if DNNL_VERSION_MAJOR >= 3
  status = dnnl_convolution_forward_primitive_desc_create (
    pd, nn_dnn_engine (), dnnl_forward_training, dnnl_convolution_direct, d->wanted_x,
    d->wanted_weight, bias_ptr, d->wanted_y, d->strides, d->dilates, d->before, d->behind, attr);
#else
  dnnl_convolution_desc_t op;

  status = dnnl_dilated_convolution_forward_desc_init (
    &op, dnnl_forward_training, dnnl_convolution_direct, &d->wanted_x, &d->wanted_weight, bias_ptr,
    &d->wanted_y, d->strides, d->dilates, d->before, d->behind);
  if (status == dnnl_success)
    status = dnnl_primitive_desc_create (pd, &op, attr, nn_dnn_engine (), NULL);
#endif

  dnnl_primitive_attr_destroy (attr);
  return status;
}

static dnnl_status_t
input_gradient_desc (dnnl_primitive_desc_t *pd,
                     Descs                 *d,
                     dnnl_primitive_desc_t  hint)
{
  dnnl_primitive_attr_t attr = nn_dnn_attr (FALSE);
  dnnl_status_t status;

#if DNNL_VERSION_MAJOR >= 3
  status = dnnl_convolution_backward_data_primitive_desc_create (
    pd, nn_dnn_engine (), dnnl_convolution_direct, d->wanted_x, d->wanted_weight, d->wanted_y,
    d->strides, d->dilates, d->before, d->behind, hint, attr);
#else
  dnnl_convolution_desc_t op;

  status = dnnl_dilated_convolution_backward_data_desc_init (
    &op, dnnl_convolution_direct, &d->wanted_x, &d->wanted_weight, &d->wanted_y, d->strides,
    d->dilates, d->before, d->behind);
  if (status == dnnl_success)
    status = dnnl_primitive_desc_create (pd, &op, attr, nn_dnn_engine (), hint);
#endif

  dnnl_primitive_attr_destroy (attr);
  return status;
}

static dnnl_status_t
weight_gradient_desc (dnnl_primitive_desc_t *pd,
                      Descs                 *d,
                      gboolean               bias,
                      dnnl_primitive_desc_t  hint)
{
  dnnl_primitive_attr_t attr = nn_dnn_attr (FALSE);
  NnDnnDescPtr bias_ptr = bias ? NN_DNN_DESC (d->bias) : NULL;
  dnnl_status_t status;

#if DNNL_VERSION_MAJOR >= 3
  status = dnnl_convolution_backward_weights_primitive_desc_create (
    pd, nn_dnn_engine (), dnnl_convolution_direct, d->wanted_x, d->wanted_weight, bias_ptr,
    d->wanted_y, d->strides, d->dilates, d->before, d->behind, hint, attr);
#else
  dnnl_convolution_desc_t op;

  status = dnnl_dilated_convolution_backward_weights_desc_init (
    &op, dnnl_convolution_direct, &d->wanted_x, &d->wanted_weight, bias_ptr, &d->wanted_y,
    d->strides, d->dilates, d->before, d->behind);
  if (status == dnnl_success)
    status = dnnl_primitive_desc_create (pd, &op, attr, nn_dnn_engine (), hint);
#endif

  dnnl_primitive_attr_destroy (attr);
  return status;
}

/* Backward passes want to know a forward one that goes with them; it is never
 * run, but it must exist in the same precision. */
static dnnl_status_t
pass_desc (dnnl_primitive_desc_t *pd,
           Descs                 *d,
           const NnConv          *conv,
           NnConvPass             pass,
           NnLayout               layout,
           NnDtype                precision)
{
  dnnl_primitive_desc_t forward = NULL;
  dnnl_status_t status;
  Descs f;

  if (pass == NN_CONV_FORWARD)
    return forward_desc (pd, d, conv->bias, conv->relu);

  descs_init (&f, conv, NN_CONV_FORWARD, layout, precision);
  status = forward_desc (&forward, &f, conv->bias, FALSE);
  descs_clear (&f);
  if (status != dnnl_success)
    return status;

  status = pass == NN_CONV_INPUT_GRADIENT ? input_gradient_desc (pd, d, forward)
                                          : weight_gradient_desc (pd, d, conv->bias, forward);
  dnnl_primitive_desc_destroy (forward);
  return status;
}

gboolean
nn_dnn_conv_prepare (NnCall        *call,
                     const NnConv  *conv,
                     NnConvPass     pass,
                     NnDtype        precision,
                     GError       **error)
{
  static const struct { int x, weight, bias, y; dnnl_query_t weight_md; } args[] = {
    [NN_CONV_FORWARD] = { DNNL_ARG_SRC, DNNL_ARG_WEIGHTS, DNNL_ARG_BIAS, DNNL_ARG_DST,
                          dnnl_query_weights_md },
    [NN_CONV_INPUT_GRADIENT] = { DNNL_ARG_DIFF_SRC, DNNL_ARG_WEIGHTS, 0, DNNL_ARG_DIFF_DST,
                                 dnnl_query_weights_md },
    [NN_CONV_WEIGHT_GRADIENT] = { DNNL_ARG_SRC, DNNL_ARG_DIFF_WEIGHTS, DNNL_ARG_DIFF_BIAS,
                                  DNNL_ARG_DIFF_DST, dnnl_query_diff_weights_md },
  };
  NnLayout layout = pass == NN_CONV_INPUT_GRADIENT ? call->in[1].layout : call->in[0].layout;
  NnDnn *self = g_new0 (NnDnn, 1);
  dnnl_primitive_desc_t pd = NULL;
  Descs d;
  gboolean ok;

  call->state = self;
  nn_pool_limit (call->threads);
  descs_init (&d, conv, pass, layout, precision);

  ok = nn_dnn_check (call, pass_desc (&pd, &d, conv, pass, layout, precision), error)
       && nn_dnn_add (call, self, args[pass].x, NN_DNN_DESC (d.x), NN_DNN_DESC (d.wanted_x),
                      pass == NN_CONV_INPUT_GRADIENT, error)
       && nn_dnn_add (call, self, args[pass].weight, NN_DNN_DESC (d.weight),
                      dnnl_primitive_desc_query_md (pd, args[pass].weight_md, 0),
                      pass == NN_CONV_WEIGHT_GRADIENT, error)
       && nn_dnn_add (call, self, args[pass].y, NN_DNN_DESC (d.y), NN_DNN_DESC (d.wanted_y),
                      pass == NN_CONV_FORWARD, error)
       && (!conv->bias || args[pass].bias == 0
           || nn_dnn_add (call, self, args[pass].bias, NN_DNN_DESC (d.bias), NN_DNN_DESC (d.bias),
                          FALSE, error));
  descs_clear (&d);

  return ok && nn_dnn_adopt (call, self, pd, error);
}

void
nn_dnn_conv (NnCall      *call,
             NnConvPass   pass,
             const float *first,
             const float *second,
             const float *bias,
             float       *out,
             float       *out_bias)
{
  NnDnn *self = call->state;

  switch (pass)
    {
    case NN_CONV_FORWARD:
      nn_dnn_hang (self, DNNL_ARG_SRC, first);
      nn_dnn_hang (self, DNNL_ARG_WEIGHTS, second);
      nn_dnn_hang (self, DNNL_ARG_BIAS, bias);
      nn_dnn_hang (self, DNNL_ARG_DST, out);
      break;
    case NN_CONV_INPUT_GRADIENT:
      nn_dnn_hang (self, DNNL_ARG_WEIGHTS, first);
      nn_dnn_hang (self, DNNL_ARG_DIFF_DST, second);
      nn_dnn_hang (self, DNNL_ARG_DIFF_SRC, out);
      break;
    case NN_CONV_WEIGHT_GRADIENT:
      nn_dnn_hang (self, DNNL_ARG_SRC, first);
      nn_dnn_hang (self, DNNL_ARG_DIFF_DST, second);
      nn_dnn_hang (self, DNNL_ARG_DIFF_WEIGHTS, out);
      nn_dnn_hang (self, DNNL_ARG_DIFF_BIAS, out_bias);
      break;
    }
  nn_dnn_execute (call);
}

#else

gboolean
nn_dnn_conv_prepare (NnCall        *call,
                     const NnConv  *conv,
                     NnConvPass     pass,
                     NnDtype        precision,
                     GError       **error)
{
  g_assert_not_reached ();
}

void
nn_dnn_conv (NnCall      *call,
             NnConvPass   pass,
             const float *first,
             const float *second,
             const float *bias,
             float       *out,
             float       *out_bias)
{
  g_assert_not_reached ();
}

#endif
