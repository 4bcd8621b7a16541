/* read-layers.c: operators of ONNX that are layers with weights or windows
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "engine/formats/onnx/constant.h"
#include "engine/formats/onnx/value.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define MAX_SPACE 3             /* axes of an image or a volume */

/* What convolutions and pools have in common, along each axis. */
typedef struct
{
  int    n_axes;
  gint64 size[MAX_SPACE];       /* of the input */
  gint64 kernel[MAX_SPACE];
  gint64 stride[MAX_SPACE];
  gint64 dilation[MAX_SPACE];
  gint64 before[MAX_SPACE];
  gint64 behind[MAX_SPACE];
} Window;

/* One number for each axis of the window, or @initial for all of them. */
static gboolean
read_numbers (NnOnnxReader  *self,
              const char    *name,
              int            n_axes,
              gint64         initial,
              gint64        *numbers,
              GError       **error)
{
  gint64 found[NN_MAX_RANK];
  int count = nn_onnx_attr_ints (self, name, found);

  if (nn_onnx_attr_find (self, name) == NULL)
    for (count = 0; count < n_axes; count++)
      found[count] = initial;
  if (count != n_axes)
    return nn_onnx_refuse (self, error, _("“%s” must have %d numbers."), name, n_axes);

  for (int i = 0; i < n_axes; i++)
    {
      if (found[i] < 0 || found[i] > 65536)
        return nn_onnx_refuse (self, error, _("“%s” has a number that is negative or too large."),
                               name);
      numbers[i] = found[i];
    }

  return TRUE;
}

/* Padding that is only named: as much as keeps the size, but for the stride. */
static void
pad_same (Window   *window,
          gboolean  more_before)
{
  for (int i = 0; i < window->n_axes; i++)
    {
      gint64 n_out = (window->size[i] + window->stride[i] - 1) / window->stride[i];
      gint64 total = (n_out - 1) * window->stride[i]
                     + (window->kernel[i] - 1) * window->dilation[i] + 1 - window->size[i];

      total = MAX (total, 0);
      window->before[i] = more_before ? total - total / 2 : total / 2;
      window->behind[i] = total - window->before[i];
    }
}

/* @x is in rows.  @kernel is the shape of weights, or NULL. */
static gboolean
read_window (NnOnnxReader       *self,
             const NnOnnxValue  *x,
             const NnShape      *weights,
             Window             *window,
             GError            **error)
{
  gint64 pads[2 * MAX_SPACE];
  int n = window->n_axes = x->rank - 2;

  if (n < 1 || n > MAX_SPACE)
    return nn_onnx_refuse (self, error, _("its input must have 3 to %d axes."), MAX_SPACE + 2);

  for (int i = 0; i < n; i++)
    {
      window->size[i] = nn_onnx_value_size (self, x, i + 2);
      window->kernel[i] = weights != NULL && i + 2 < weights->rank ? weights->size[i + 2] : 0;
    }
  if ((weights == NULL || nn_onnx_attr_find (self, "kernel_shape") != NULL)
      && !read_numbers (self, "kernel_shape", n, 0, window->kernel, error))
    return FALSE;
  if (!read_numbers (self, "strides", n, 1, window->stride, error)
      || !read_numbers (self, "dilations", n, 1, window->dilation, error)
      || !read_numbers (self, "pads", 2 * n, 0, pads, error))
    return FALSE;
  for (int i = 0; i < n; i++)
    if (window->stride[i] < 1 || window->kernel[i] < 1 || window->dilation[i] < 1)
      return nn_onnx_refuse (self, error, _("“%s” has a number that is negative or too large."),
                             "strides");

  memcpy (window->before, pads, sizeof (gint64) * (gsize) n);
  memcpy (window->behind, pads + n, sizeof (gint64) * (gsize) n);
  if (nn_onnx_attr_is (self, "auto_pad", "SAME_UPPER", FALSE))
    pad_same (window, FALSE);
  else if (nn_onnx_attr_is (self, "auto_pad", "SAME_LOWER", FALSE))
    pad_same (window, TRUE);
  else if (!nn_onnx_attr_is (self, "auto_pad", "NOTSET", TRUE)
           && !nn_onnx_attr_is (self, "auto_pad", "VALID", TRUE))
    return nn_onnx_refuse (self, error, _("Epoch does not know its way of padding."));
  return TRUE;
}

static const char *const convolutions[MAX_SPACE] = { "conv-1d", "conv-2d", "conv-3d" };

static const char *const pools[2][MAX_SPACE] = {
  { "average-pool-1d", "average-pool-2d", "average-pool-3d" },
  { "max-pool-1d", "max-pool-2d", "max-pool-3d" },
};

/* The settings of @call that say how its windows slide; averages have no
 * dilation. */
static void
set_window (NnOnnxCall   *call,
            const Window *window)
{
  gint64 padding[2 * MAX_SPACE];

  memcpy (padding, window->before, sizeof (gint64) * (gsize) window->n_axes);
  memcpy (padding + window->n_axes, window->behind, sizeof (gint64) * (gsize) window->n_axes);
  nn_onnx_call_set_list (call, "kernel", window->n_axes, window->kernel);
  nn_onnx_call_set_list (call, "stride", window->n_axes, window->stride);
  nn_onnx_call_set_list (call, "padding", 2 * window->n_axes, padding);
  if (nn_attrs_find (call->op->attrs, "dilation") >= 0)
    nn_onnx_call_set_list (call, "dilation", window->n_axes, window->dilation);
}

/* A contiguous real copy of the constant input @input, or NULL with an error. */
static NnTensor *
copy_weight (NnOnnxReader  *self,
             guint          input,
             GError       **error)
{
  NnTensor *constant = nn_onnx_in_constant (self, input, error);

  if (constant == NULL)
    return NULL;
  if (nn_tensor_get_dtype (constant) != NN_FLOAT32)
    {
      nn_onnx_refuse (self, error, _("its weights must be real numbers."));
      return NULL;
    }

  return nn_onnx_copy (self, constant, error);
}

static gboolean
read_conv (NnOnnxReader  *self,
           GError       **error)
{
  const NnOnnxValue *in = nn_onnx_in_value (self, 0, error);
  g_autoptr (NnTensor) weight = in != NULL ? copy_weight (self, 1, error) : NULL;
  gboolean has_bias = nn_onnx_in (self, 2) != NULL;
  g_autoptr (NnTensor) bias = NULL;
  NnOnnxValue x;
  NnOnnxValue out[NN_MAX_OUT];
  NnOnnxCall call;
  Window window;
  gboolean is_done;

  if (weight == NULL || (has_bias && (bias = copy_weight (self, 2, error)) == NULL))
    return FALSE;

  x = *in;
  if (!nn_onnx_value_rows (self, &x, error)
      || !read_window (self, &x, nn_tensor_get_shape (weight), &window, error))
    return FALSE;

  nn_onnx_call_init (&call, convolutions[window.n_axes - 1]);
  call.in[0] = &x;
  call.n_in = 1;
  nn_onnx_call_set (&call, "channels", (double) nn_tensor_get_shape (weight)->size[0]);
  set_window (&call, &window);
  nn_onnx_call_set (&call, "groups", (double) nn_onnx_attr_int (self, "group", 1));
  nn_onnx_call_set (&call, "bias", has_bias);
  nn_onnx_call_weight (&call, "weight", g_steal_pointer (&weight));
  if (has_bias)
    nn_onnx_call_weight (&call, "bias", g_steal_pointer (&bias));
  is_done = nn_onnx_call_run (self, &call, out, error);
  nn_onnx_call_clear (&call);
  if (is_done)
    nn_onnx_set (self, 0, &out[0]);
  return is_done;
}

static gboolean
read_pool (NnOnnxReader  *self,
           GError       **error)
{
  const NnOnnxValue *in = nn_onnx_in_value (self, 0, error);
  gboolean is_max = g_str_equal (self->node->op_type, "MaxPool");
  gboolean counts_padding = nn_onnx_attr_int (self, "count_include_pad", 0) != 0;
  gboolean is_ceil = nn_onnx_attr_int (self, "ceil_mode", 0) != 0;
  NnOnnxValue x;
  NnOnnxValue out[NN_MAX_OUT];
  NnOnnxCall call;
  Window window;

  if (in == NULL)
    return FALSE;

  x = *in;
  if (!nn_onnx_value_rows (self, &x, error) || !read_window (self, &x, NULL, &window, error))
    return FALSE;

  for (int i = 0; i < window.n_axes; i++)
    if (!is_max && window.dilation[i] != 1)
      return nn_onnx_refuse (self, error, _("Epoch has no pooling with these settings."));
  if (nn_onnx_wants (self, 1) || nn_onnx_attr_int (self, "storage_order", 0) != 0)
    return nn_onnx_refuse (self, error, _("Epoch has no pooling with these settings."));

  nn_onnx_call_init (&call, pools[is_max][window.n_axes - 1]);
  call.in[0] = &x;
  call.n_in = 1;
  set_window (&call, &window);
  nn_onnx_call_set (&call, "ceil-mode", is_ceil);
  if (!is_max)
    nn_onnx_call_set (&call, "count-include-pad", counts_padding);
  if (!nn_onnx_call_run (self, &call, out, error))
    return FALSE;
  nn_onnx_set (self, 0, &out[0]);
  return TRUE;
}

static gboolean
read_global_pool (NnOnnxReader  *self,
                  GError       **error)
{
  const NnOnnxValue *in = nn_onnx_in_value (self, 0, error);
  gboolean is_max = g_str_equal (self->node->op_type, "GlobalMaxPool");
  NnOnnxValue x;
  NnOnnxValue out[NN_MAX_OUT];
  NnOnnxCall call;
  gint64 axes[NN_MAX_RANK];

  if (in == NULL)
    return FALSE;

  x = *in;
  if (!nn_onnx_value_rows (self, &x, error))
    return FALSE;

  if (!is_max && x.rank == 4)
    nn_onnx_call_init (&call, "global-average-pool-2d");
  else
    {
      nn_onnx_call_init (&call, is_max ? "max" : "mean");
      for (int i = 2; i < x.rank; i++)
        axes[i - 2] = i;
      nn_onnx_call_set_list (&call, "axes", x.rank - 2, axes);
      nn_onnx_call_set (&call, "keep", TRUE);
    }
  call.in[0] = &x;
  call.n_in = 1;
  if (!nn_onnx_call_run (self, &call, out, error))
    return FALSE;
  nn_onnx_set (self, 0, &out[0]);
  return TRUE;
}

static gboolean
read_batch_norm (NnOnnxReader  *self,
                 GError       **error)
{
  static const char *const ports[] = { NULL, "weight", "bias", "running-mean", "running-var" };
  const NnOnnxValue *in = nn_onnx_in_value (self, 0, error);
  NnOnnxValue x;
  NnOnnxValue out[NN_MAX_OUT];
  NnOnnxCall call;
  gboolean is_done = TRUE;

  if (in == NULL)
    return FALSE;
  if (nn_onnx_attr_int (self, "training_mode", 0) != 0 || nn_onnx_wants (self, 1)
      || nn_onnx_attr_int (self, "is_test", 1) != 1 || nn_onnx_attr_int (self, "spatial", 1) != 1)
    return nn_onnx_refuse (self, error, _("it is meant for training. Export the model as it "
                                          "predicts."));

  x = *in;
  if (!nn_onnx_value_rows (self, &x, error))
    return FALSE;

  nn_onnx_call_init (&call, "batch-norm");
  call.in[0] = &x;
  call.n_in = 1;
  nn_onnx_call_set (&call, "epsilon", nn_onnx_attr_float (self, "epsilon", 1e-5));

  /* ONNX weighs the old value, as others do not. */
  nn_onnx_call_set (&call, "momentum",
                    CLAMP (1 - nn_onnx_attr_float (self, "momentum", 0.9), 0, 1));
  for (guint i = 1; i < G_N_ELEMENTS (ports) && is_done; i++)
    {
      NnTensor *weight = copy_weight (self, i, error);

      is_done = weight != NULL;
      if (is_done)
        nn_onnx_call_weight (&call, ports[i], weight);
    }
  is_done = is_done && nn_onnx_call_run (self, &call, out, error);
  nn_onnx_call_clear (&call);
  if (is_done)
    nn_onnx_set (self, 0, &out[0]);
  return is_done;
}

/* The constant matrix in @input, or its transpose, times @factor. */
static NnTensor *
copy_matrix (NnOnnxReader  *self,
             guint          input,
             gboolean       transpose,
             double         factor,
             GError       **error)
{
  NnTensor *constant = nn_onnx_in_constant (self, input, error);
  const NnShape *shape = constant != NULL ? nn_tensor_get_shape (constant) : NULL;
  g_autoptr (NnTensor) view = NULL;
  NnTensor *copy;

  if (constant == NULL)
    return NULL;
  if (shape->rank != 2 || nn_tensor_get_dtype (constant) != NN_FLOAT32)
    {
      nn_onnx_refuse (self, error, _("its weights must be a matrix of real numbers."));
      return NULL;
    }

  view = nn_tensor_ref (constant);
  if (transpose)
    {
      NnShape turned = NN_SHAPE (shape->size[1], shape->size[0]);
      gint64 strides[] = { nn_tensor_get_strides (constant)[1],
                           nn_tensor_get_strides (constant)[0] };

      nn_tensor_unref (view);
      view = nn_tensor_view (constant, &turned, strides, 0);
    }
  copy = nn_onnx_copy (self, view, error);
  if (copy != NULL && factor != 1)
    {
      NnTensor *own = nn_tensor_dup (copy, error);

      nn_tensor_unref (copy);
      copy = own;
    }
  for (gint64 i = 0; copy != NULL && factor != 1 && i < nn_tensor_get_count (copy); i++)
    ((float *) nn_tensor_get_data (copy))[i] *= (float) factor;
  return copy;
}

/* The constant input @input, broadcast to @features numbers, times @factor. */
static NnTensor *
copy_bias (NnOnnxReader  *self,
           guint          input,
           gint64         features,
           double         factor,
           GError       **error)
{
  NnTensor *constant = nn_onnx_in_constant (self, input, error);
  NnShape shape = NN_SHAPE (features);
  NnTensor *copy;
  gint64 count;

  if (constant == NULL)
    return NULL;
  count = nn_tensor_get_count (constant);
  if (nn_tensor_get_dtype (constant) != NN_FLOAT32 || (count != features && count != 1)
      || (count > 1 && nn_tensor_get_shape (constant)->size[nn_tensor_get_shape (constant)->rank
                                                            - 1] != count))
    {
      nn_onnx_refuse (self, error, _("what it adds must be one number for each output."));
      return NULL;
    }

  copy = nn_tensor_new (NN_FLOAT32, &shape, error);
  for (gint64 i = 0; copy != NULL && i < features; i++)
    ((float *) nn_tensor_get_data (copy))[i]
      = (float) (nn_onnx_constant_get (constant, count > 1 ? i : 0) * factor);
  return copy;
}

/* A linear layer with the matrix in input 1 and what is added in input 2, or
 * without when that is left out. */
static gboolean
read_linear (NnOnnxReader  *self,
             gboolean       transpose,
             double         factor,
             double         bias_factor,
             GError       **error)
{
  const NnOnnxValue *in = nn_onnx_in_value (self, 0, error);
  NnTensor *weight = in != NULL ? copy_matrix (self, 1, transpose, factor, error) : NULL;
  gboolean has_bias = nn_onnx_in (self, 2) != NULL && bias_factor != 0;
  NnTensor *bias = NULL;
  NnOnnxValue x;
  NnOnnxValue out[NN_MAX_OUT];
  NnOnnxCall call;
  gboolean is_done;

  if (weight == NULL)
    return FALSE;

  nn_onnx_call_init (&call, "linear");
  nn_onnx_call_weight (&call, "weight", weight);
  nn_onnx_call_set (&call, "features", (double) nn_tensor_get_shape (weight)->size[0]);
  nn_onnx_call_set (&call, "bias", has_bias);
  if (has_bias)
    bias = copy_bias (self, 2, nn_tensor_get_shape (weight)->size[0], bias_factor, error);
  if (bias != NULL)
    nn_onnx_call_weight (&call, "bias", bias);

  x = *in;
  call.in[0] = &x;
  call.n_in = 1;
  is_done = (bias != NULL) == has_bias && nn_onnx_value_last (self, &x, error)
            && nn_onnx_call_run (self, &call, out, error);
  nn_onnx_call_clear (&call);
  if (!is_done)
    return FALSE;

  nn_onnx_value_see_as (&out[0], &x);
  nn_onnx_set (self, 0, &out[0]);
  return TRUE;
}

static gboolean
is_constant (NnOnnxReader *self,
             guint         input)
{
  const NnOnnxValue *value = nn_onnx_in (self, input);

  return value != NULL && value->constant != NULL;
}

static gboolean
read_gemm (NnOnnxReader  *self,
           GError       **error)
{
  double alpha = nn_onnx_attr_float (self, "alpha", 1);
  double beta = nn_onnx_attr_float (self, "beta", 1);
  gboolean transpose_a = nn_onnx_attr_int (self, "transA", 0) != 0;
  gboolean transpose_b = nn_onnx_attr_int (self, "transB", 0) != 0;

  if (transpose_a || !is_constant (self, 1) || (nn_onnx_in (self, 2) != NULL
                                                && !is_constant (self, 2)))
    return nn_onnx_refuse (self, error, _("Epoch reads it as a layer: its matrix and what it adds "
                                          "must be numbers of the file."));

  return read_linear (self, !transpose_b, alpha, beta, error);
}

static gboolean
read_matmul (NnOnnxReader  *self,
             GError       **error)
{
  const NnOnnxValue *first = nn_onnx_in (self, 0);
  const NnOnnxValue *second = nn_onnx_in (self, 1);
  NnOnnxValue a, b;

  if (first == NULL || second == NULL)
    return nn_onnx_refuse (self, error, _("it lacks an input."));
  if (first->constant != NULL && second->constant != NULL)
    return nn_onnx_refuse (self, error, _("both of its matrices are numbers of the file."));
  if (first->constant == NULL && second->constant != NULL && second->rank == 2)
    return read_linear (self, TRUE, 1, 1, error);

  a = *first;
  b = *second;
  if (second->constant != NULL && !nn_onnx_value_repeat (self, 1, &a, 2, &b, error))
    return FALSE;
  if (first->constant != NULL && !nn_onnx_value_repeat (self, 0, &b, 2, &a, error))
    return FALSE;
  return nn_onnx_read_product (self, &a, &b, error);
}

const NnOnnxRow nn_onnx_layer_rows[] = {
  { "AveragePool", 1, read_pool },
  { "BatchNormalization", 7, read_batch_norm },
  { "Conv", 1, read_conv },
  { "Gemm", 7, read_gemm },
  { "GlobalAveragePool", 1, read_global_pool },
  { "GlobalMaxPool", 1, read_global_pool },
  { "MatMul", 1, read_matmul },
  { "MaxPool", 1, read_pool },
  { NULL }
};
