/* write-ops.c: calls of ours that ONNX puts in another form
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "engine/formats/onnx/writer.h"

#include "engine/window.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

/* The numbers of @attr; one stands for all @count. */
static void
spread (const NnCall *call,
        const char   *attr,
        int           count,
        gint64       *numbers)
{
  const NnAttrValue *value = nn_call_value (call, attr);

  for (int i = 0; i < count; i++)
    numbers[i] = (gint64) value->number[value->count > 1 ? i : 0];
}

static gboolean
write_linear (NnOnnxWriter  *self,
              GError       **error)
{
  const char *x = nn_onnx_write_in (self, 0);
  const char *weight = nn_onnx_write_in (self, 1);
  const char *bias = nn_onnx_write_in (self, 2);
  const char *y = nn_onnx_write_out (self, 0);
  const char *turned, *product;
  NnOnnx__Node *node;

  if (self->instr->in[0]->shape.rank == 2)
    {
      node = nn_onnx_write_node (self, "Gemm", y, x, weight, bias[0] != '\0' ? bias : NULL, NULL);
      nn_onnx_write_int (self, node, "transB", 1);
      return TRUE;
    }

  turned = nn_onnx_write_step (self);
  node = nn_onnx_write_node (self, "Transpose", turned, weight, NULL);
  nn_onnx_write_ints (self, node, "perm", 2, (gint64[]) { 1, 0 });
  product = bias[0] != '\0' ? nn_onnx_write_step (self) : y;
  nn_onnx_write_node (self, "MatMul", product, x, turned, NULL);
  if (bias[0] != '\0')
    nn_onnx_write_node (self, "Add", y, product, bias, NULL);
  return TRUE;
}

/* @name with its last two axes exchanged. */
static const char *
turn (NnOnnxWriter *self,
      const char   *name,
      int           rank)
{
  const char *turned = nn_onnx_write_step (self);
  NnOnnx__Node *node = nn_onnx_write_node (self, "Transpose", turned, name, NULL);
  gint64 order[NN_MAX_RANK];

  for (int i = 0; i < rank; i++)
    order[i] = i < rank - 2 ? i : 2 * rank - 3 - i;
  nn_onnx_write_ints (self, node, "perm", rank, order);
  return turned;
}

static gboolean
write_matmul (NnOnnxWriter  *self,
              GError       **error)
{
  const NnCall *call = &self->instr->call;
  const char *a = nn_onnx_write_in (self, 0);
  const char *b = nn_onnx_write_in (self, 1);

  if (nn_call_number (call, "transpose-a") != 0)
    a = turn (self, a, call->in[0].shape.rank);
  if (nn_call_number (call, "transpose-b") != 0)
    b = turn (self, b, call->in[1].shape.rank);
  nn_onnx_write_node (self, "MatMul", nn_onnx_write_out (self, 0), a, b, NULL);
  return TRUE;
}

/* How the windows of a convolution or pooling slide.  That they fit has been
 * checked, so reading them again cannot fail. */
static void
write_window (NnOnnxWriter *self,
              NnOnnx__Node *node)
{
  const NnCall *call = &self->instr->call;
  int n = call->in[0].shape.rank - 2;
  NnWindow windows[NN_WINDOW_AXES];
  gint64 kernel[NN_WINDOW_AXES], stride[NN_WINDOW_AXES], dilation[NN_WINDOW_AXES];
  gint64 pads[2 * NN_WINDOW_AXES];

  nn_window_read (call, &call->in[0].shape, n, windows, NULL);
  for (int i = 0; i < n; i++)
    {
      kernel[i] = windows[i].kernel;
      stride[i] = windows[i].stride;
      dilation[i] = windows[i].dilation;
      pads[i] = windows[i].before;
      pads[n + i] = windows[i].behind;
    }

  nn_onnx_write_ints (self, node, "kernel_shape", n, kernel);
  nn_onnx_write_ints (self, node, "strides", n, stride);
  nn_onnx_write_ints (self, node, "pads", 2 * n, pads);
  if (nn_attrs_find (call->op->attrs, "dilation") >= 0)
    nn_onnx_write_ints (self, node, "dilations", n, dilation);
}

static gboolean
write_convolution (NnOnnxWriter  *self,
                   GError       **error)
{
  const char *bias = nn_onnx_write_in (self, 2);
  NnOnnx__Node *node = nn_onnx_write_node (self, "Conv", nn_onnx_write_out (self, 0),
                                           nn_onnx_write_in (self, 0), nn_onnx_write_in (self, 1),
                                           bias[0] != '\0' ? bias : NULL, NULL);

  write_window (self, node);
  nn_onnx_write_int (self, node, "group",
                     (gint64) nn_call_number (&self->instr->call, "groups"));
  return TRUE;
}

static gboolean
write_pool (NnOnnxWriter  *self,
            GError       **error)
{
  const NnCall *call = &self->instr->call;
  const NnAttr *windows = &call->op->attrs[nn_attrs_find (call->op->attrs, "windows")];
  NnAttrValue usual = nn_attr_initial (windows);
  gboolean is_max = g_str_has_prefix (call->op->name, "max");
  NnOnnx__Node *node;

  /* ONNX knows no windows of different sizes side by side. */
  if (!nn_attr_equal (nn_call_value (call, "windows"), &usual))
    return nn_onnx_write_refuse (self, error, _("ONNX has nothing like it."));

  node = nn_onnx_write_node (self, is_max ? "MaxPool" : "AveragePool",
                             nn_onnx_write_out (self, 0), nn_onnx_write_in (self, 0), NULL);
  write_window (self, node);
  nn_onnx_write_int (self, node, "ceil_mode", nn_call_number (call, "ceil-mode") != 0);
  if (!is_max)
    nn_onnx_write_int (self, node, "count_include_pad",
                       nn_call_number (call, "count-include-pad") != 0);
  return TRUE;
}

static gboolean
write_batch_norm (NnOnnxWriter  *self,
                  GError       **error)
{
  const NnCall *call = &self->instr->call;
  NnOnnx__Node *node = nn_onnx_write_node (self, "BatchNormalization", nn_onnx_write_out (self, 0),
                                           nn_onnx_write_in (self, 0), nn_onnx_write_in (self, 1),
                                           nn_onnx_write_in (self, 2), nn_onnx_write_in (self, 3),
                                           nn_onnx_write_in (self, 4), NULL);

  nn_onnx_write_float (self, node, "epsilon", nn_call_number (call, "epsilon"));
  return TRUE;
}

/* Sizes of the result; of those that follow from the batch there is one. */
static gboolean
write_reshape (NnOnnxWriter  *self,
               GError       **error)
{
  const NnAttrValue *shape = nn_call_value (&self->instr->call, "shape");
  const NnAttrValue *other = nn_call_value (&self->other->call, "shape");
  gint64 sizes[NN_MAX_RANK];

  for (int i = 0; i < shape->count; i++)
    sizes[i] = shape->number[i] == other->number[i] ? (gint64) shape->number[i] : -1;
  nn_onnx_write_node (self, "Reshape", nn_onnx_write_out (self, 0), nn_onnx_write_in (self, 0),
                      nn_onnx_write_list (self, shape->count, sizes), NULL);
  return TRUE;
}

static const char *
shape_of_attr (NnOnnxWriter *self)
{
  const NnAttrValue *shape = nn_call_value (&self->instr->call, "shape");
  const NnAttrValue *other = nn_call_value (&self->other->call, "shape");

  return nn_onnx_write_sizes (self, shape->count, shape->number, other->number);
}

static gboolean
write_expand (NnOnnxWriter  *self,
              GError       **error)
{
  const char *sizes = shape_of_attr (self);

  nn_onnx_write_node (self, "Expand", nn_onnx_write_out (self, 0), nn_onnx_write_in (self, 0),
                      sizes, NULL);
  return TRUE;
}

static gboolean
write_fill (NnOnnxWriter  *self,
            GError       **error)
{
  const char *number = nn_onnx_write_number (self, nn_call_number (&self->instr->call, "value"));
  const char *sizes = shape_of_attr (self);

  nn_onnx_write_node (self, "Expand", nn_onnx_write_out (self, 0), number, sizes, NULL);
  return TRUE;
}

static gboolean
write_permute (NnOnnxWriter  *self,
               GError       **error)
{
  const NnAttrValue *axes = nn_call_value (&self->instr->call, "axes");
  NnOnnx__Node *node = nn_onnx_write_node (self, "Transpose", nn_onnx_write_out (self, 0),
                                           nn_onnx_write_in (self, 0), NULL);
  gint64 order[NN_MAX_RANK];

  for (int i = 0; i < axes->count; i++)
    order[i] = (gint64) axes->number[i];
  nn_onnx_write_ints (self, node, "perm", axes->count, order);
  return TRUE;
}

/* The numbers of @attr for each of @count axes. */
static const char *
list_of_attr (NnOnnxWriter *self,
              const char   *attr,
              int           count)
{
  gint64 numbers[NN_MAX_RANK];

  spread (&self->instr->call, attr, count, numbers);
  return nn_onnx_write_list (self, count, numbers);
}

static gboolean
write_slice (NnOnnxWriter  *self,
             GError       **error)
{
  int count = MAX (nn_call_value (&self->instr->call, "axes")->count, 1);
  static const char *const cuts[] = { "start", "end" };

  for (gsize i = 0; i < G_N_ELEMENTS (cuts); i++)
    if (!nn_attr_equal (nn_call_value (&self->instr->call, cuts[i]),
                        nn_call_value (&self->other->call, cuts[i])))
      return nn_onnx_write_refuse (self, error, _("it cuts the batch, which ONNX files of ours "
                                                  "leave open."));

  nn_onnx_write_node (self, "Slice", nn_onnx_write_out (self, 0), nn_onnx_write_in (self, 0),
                      list_of_attr (self, "start", count), list_of_attr (self, "end", count),
                      list_of_attr (self, "axes", count), list_of_attr (self, "step", count),
                      NULL);
  return TRUE;
}

static gboolean
write_pad (NnOnnxWriter  *self,
           GError       **error)
{
  static const char *const modes[] = { "constant", "reflect", "edge" };
  const NnCall *call = &self->instr->call;
  const NnAttrValue *before = nn_call_value (call, "before");
  const NnAttrValue *behind = nn_call_value (call, "behind");
  gsize mode = (gsize) nn_call_number (call, "mode");
  int rank = call->in[0].shape.rank;
  gint64 pads[2 * NN_MAX_RANK] = { 0 };
  NnOnnx__Node *node;

  if (mode >= G_N_ELEMENTS (modes))
    return nn_onnx_write_refuse (self, error, _("ONNX has nothing like it."));

  /* Ours are of the last axes. */
  for (int i = 0; i < before->count; i++)
    pads[rank - before->count + i] = (gint64) before->number[i];
  for (int i = 0; i < behind->count; i++)
    pads[2 * rank - behind->count + i] = (gint64) behind->number[i];

  node = nn_onnx_write_node (self, "Pad", nn_onnx_write_out (self, 0), nn_onnx_write_in (self, 0),
                             nn_onnx_write_list (self, 2 * rank, pads),
                             nn_onnx_write_number (self, nn_call_number (call, "value")), NULL);
  nn_onnx_write_text (self, node, "mode", modes[mode]);
  return TRUE;
}

/* Up to opset 17 only the sum takes its axes as an input. */
static gboolean
write_reduction (NnOnnxWriter  *self,
                 GError       **error)
{
  const NnCall *call = &self->instr->call;
  const NnAttrValue *value = nn_call_value (call, "axes");
  gboolean is_sum = g_str_equal (call->op->name, "sum");
  gint64 axes[NN_MAX_RANK];
  int count = value->count;
  NnOnnx__Node *node;

  for (int i = 0; i < count; i++)
    axes[i] = (gint64) value->number[i];
  if (count == 0)
    for (count = 0; count < call->in[0].shape.rank; count++)
      axes[count] = count;

  node = nn_onnx_write_node (self, call->op->onnx, nn_onnx_write_out (self, 0),
                             nn_onnx_write_in (self, 0),
                             is_sum ? nn_onnx_write_list (self, count, axes) : NULL, NULL);
  if (!is_sum)
    nn_onnx_write_ints (self, node, "axes", count, axes);
  nn_onnx_write_int (self, node, "keepdims", nn_call_number (call, "keep") != 0);
  return TRUE;
}

static gboolean
write_scale (NnOnnxWriter  *self,
             GError       **error)
{
  const NnCall *call = &self->instr->call;
  double factor = nn_call_number (call, "factor");
  double offset = nn_call_number (call, "offset");
  const char *x = nn_onnx_write_in (self, 0);
  const char *product = offset != 0 ? nn_onnx_write_step (self) : nn_onnx_write_out (self, 0);

  if (factor == 1 && offset != 0)
    product = x;
  else
    nn_onnx_write_node (self, "Mul", product, x, nn_onnx_write_number (self, factor), NULL);
  if (offset != 0)
    nn_onnx_write_node (self, "Add", nn_onnx_write_out (self, 0), product,
                        nn_onnx_write_number (self, offset), NULL);
  return TRUE;
}

static gboolean
write_square (NnOnnxWriter  *self,
              GError       **error)
{
  nn_onnx_write_node (self, "Mul", nn_onnx_write_out (self, 0), nn_onnx_write_in (self, 0),
                      nn_onnx_write_in (self, 0), NULL);
  return TRUE;
}

/* ½ x (1 + erf (x / √2)); the operator of this name came with opset 20. */
static gboolean
write_gelu (NnOnnxWriter  *self,
            GError       **error)
{
  const char *x = nn_onnx_write_in (self, 0);
  const char *share = nn_onnx_write_step (self);
  const char *sum = nn_onnx_write_step (self);
  const char *product = nn_onnx_write_step (self);

  if (nn_call_number (&self->instr->call, "approximate") != 0)
    {
      const char *square = nn_onnx_write_step (self);
      const char *cube = nn_onnx_write_step (self);
      const char *part = nn_onnx_write_step (self);
      const char *inner = nn_onnx_write_step (self);
      const char *scaled = nn_onnx_write_step (self);

      nn_onnx_write_node (self, "Mul", square, x, x, NULL);
      nn_onnx_write_node (self, "Mul", cube, square, x, NULL);
      nn_onnx_write_node (self, "Mul", part, cube, nn_onnx_write_number (self, 0.044715), NULL);
      nn_onnx_write_node (self, "Add", inner, x, part, NULL);
      nn_onnx_write_node (self, "Mul", scaled, inner,
                          nn_onnx_write_number (self, sqrt (2 / G_PI)), NULL);
      nn_onnx_write_node (self, "Tanh", share, scaled, NULL);
    }
  else
    {
      const char *quotient = nn_onnx_write_step (self);

      nn_onnx_write_node (self, "Div", quotient, x, nn_onnx_write_number (self, G_SQRT2), NULL);
      nn_onnx_write_node (self, "Erf", share, quotient, NULL);
    }
  nn_onnx_write_node (self, "Add", sum, share, nn_onnx_write_number (self, 1), NULL);
  nn_onnx_write_node (self, "Mul", product, x, sum, NULL);
  nn_onnx_write_node (self, "Mul", nn_onnx_write_out (self, 0), product,
                      nn_onnx_write_number (self, 0.5), NULL);
  return TRUE;
}

static gboolean
write_silu (NnOnnxWriter  *self,
            GError       **error)
{
  const char *x = nn_onnx_write_in (self, 0);
  const char *gate = nn_onnx_write_step (self);

  nn_onnx_write_node (self, "Sigmoid", gate, x, NULL);
  nn_onnx_write_node (self, "Mul", nn_onnx_write_out (self, 0), x, gate, NULL);
  return TRUE;
}

static const NnOnnxWriteRow rows[] = {
  { "average-pool-2d", write_pool },
  { "batch-norm-inference", write_batch_norm },
  { "conv-2d", write_convolution },
  { "expand-to", write_expand },
  { "fill", write_fill },
  { "gelu", write_gelu },
  { "linear", write_linear },
  { "matmul", write_matmul },
  { "max", write_reduction },
  { "max-pool-2d", write_pool },
  { "mean", write_reduction },
  { "pad", write_pad },
  { "permute", write_permute },
  { "reshape-to", write_reshape },
  { "scale", write_scale },
  { "silu", write_silu },
  { "slice", write_slice },
  { "square", write_square },
  { "sum", write_reduction },
};

const NnOnnxWriteRow *
nn_onnx_write_row_find (const char *op)
{
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    if (g_str_equal (rows[i].op, op))
      return &rows[i];

  return NULL;
}
