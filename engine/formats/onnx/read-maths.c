/* read-maths.c: operators of ONNX that compute element by element, or fold axes
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "engine/formats/onnx/constant.h"
#include "engine/formats/onnx/value.h"

#include <float.h>
#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <string.h>

/* Ours for the operators of ONNX that take two numbers. */
static const struct
{
  const char *onnx;
  const char *op;
} pairs[] = {
  { "Add", "add" },
  { "Sub", "sub" },
  { "Mul", "mul" },
  { "Div", "div" },
  { "Max", "maximum" },
  { "Min", "minimum" },
  { "Sum", "add" },
};

/* The numbers of input @input, if that is one real number. */
static gboolean
is_number (NnOnnxReader *self,
           guint         input,
           double       *number)
{
  const NnOnnxValue *value = nn_onnx_in (self, input);

  return value != NULL && value->constant != NULL
         && nn_onnx_constant_number (value->constant, number);
}

/* factor · x + offset as @y. */
static gboolean
scale (NnOnnxReader       *self,
       const NnOnnxValue  *x,
       double              factor,
       double              offset,
       NnOnnxValue        *y,
       GError            **error)
{
  NnOnnxValue stored = *x;
  NnOnnxValue out[NN_MAX_OUT];
  NnOnnxCall call;

  nn_onnx_call_init (&call, "scale");
  nn_onnx_call_set (&call, "factor", factor);
  nn_onnx_call_set (&call, "offset", offset);
  if (!nn_onnx_value_apply (self, &call, &stored, out, error))
    return FALSE;

  *y = out[0];
  return TRUE;
}

/* Whether @op with the number @number is a change of scale. */
static gboolean
scales (const char *op,
        double      number,
        gboolean    is_first)
{
  return g_str_equal (op, "add") || g_str_equal (op, "sub") || g_str_equal (op, "mul")
         || (g_str_equal (op, "div") && !is_first && number != 0);
}

/* @x, one of the inputs, with the number in the other. */
static gboolean
scale_by (NnOnnxReader       *self,
          const char         *op,
          const NnOnnxValue  *x,
          double              number,
          gboolean            is_first,
          NnOnnxValue        *y,
          GError            **error)
{
  if (g_str_equal (op, "add"))
    return scale (self, x, 1, number, y, error);
  if (g_str_equal (op, "sub"))
    return scale (self, x, is_first ? -1 : 1, is_first ? number : -number, y, error);
  return scale (self, x, g_str_equal (op, "mul") ? number : 1 / number, 0, y, error);
}

/* Both inputs as nodes that our broadcasting fits together. */
static gboolean
pair_inputs (NnOnnxReader  *self,
             guint          first,
             guint          second,
             NnOnnxValue   *a,
             NnOnnxValue   *b,
             GError       **error)
{
  const NnOnnxValue *in_a = nn_onnx_in (self, first);
  const NnOnnxValue *in_b = nn_onnx_in (self, second);

  if (in_a == NULL || in_b == NULL || (in_a->constant != NULL && in_b->constant != NULL))
    return nn_onnx_in_value (self, in_a == NULL || in_a->constant != NULL ? first : second,
                             error) != NULL;

  *a = *in_a;
  *b = *in_b;
  if (in_b->constant != NULL)
    return nn_onnx_value_pair (self, a, second, b, error);
  if (in_a->constant != NULL)
    return nn_onnx_value_pair (self, b, first, a, error);
  return nn_onnx_value_align (self, a, b, 0, error);
}

/* The view of a result of @op on @a and @b is that of the one that is not a
 * constant. */
static gboolean
call_pair (NnOnnxReader       *self,
           const char         *op,
           const NnOnnxValue  *a,
           const NnOnnxValue  *b,
           const NnOnnxValue  *like,
           NnOnnxValue        *y,
           GError            **error)
{
  NnOnnxCall call;
  NnOnnxValue out[NN_MAX_OUT];

  nn_onnx_call_init (&call, op);
  call.in[0] = a;
  call.in[1] = b;
  call.n_in = 2;
  if (!nn_onnx_call_run (self, &call, out, error))
    return FALSE;

  nn_onnx_value_see_as (&out[0], like);
  *y = out[0];
  return TRUE;
}

/* @op on two inputs as @y: a change of scale where one of them is a number. */
static gboolean
read_two (NnOnnxReader  *self,
          const char    *op,
          NnOnnxValue   *y,
          GError       **error)
{
  NnOnnxValue a, b;
  double number;

  for (guint i = 0; i < 2; i++)
    {
      const NnOnnxValue *x = nn_onnx_in (self, 1 - i);

      if (is_number (self, i, &number) && x != NULL && x->constant == NULL
          && x->rank >= nn_onnx_in (self, i)->rank && scales (op, number, i == 0))
        return scale_by (self, op, x, number, i == 0, y, error);
    }

  return pair_inputs (self, 0, 1, &a, &b, error)
         && call_pair (self, op, &a, &b, nn_onnx_in (self, 0)->constant != NULL ? &b : &a, y,
                       error);
}

static gboolean
read_pair (NnOnnxReader  *self,
           GError       **error)
{
  const char *op = NULL;
  guint n_in = nn_onnx_count_in (self);
  NnOnnxValue y;

  for (gsize i = 0; i < G_N_ELEMENTS (pairs); i++)
    if (g_str_equal (pairs[i].onnx, self->node->op_type))
      op = pairs[i].op;

  if (n_in == 1)
    {
      const NnOnnxValue *x = nn_onnx_in_value (self, 0, error);

      if (x != NULL)
        nn_onnx_set (self, 0, x);
      return x != NULL;
    }
  if (!read_two (self, op, &y, error))
    return FALSE;

  /* Some take any number of inputs. */
  for (guint i = 2; i < n_in; i++)
    {
      const NnOnnxValue *x = nn_onnx_in (self, i);
      NnOnnxValue a = y;
      NnOnnxValue b;

      if (x == NULL)
        return nn_onnx_in_value (self, i, error) != NULL;
      b = *x;
      if (!(x->constant != NULL ? nn_onnx_value_pair (self, &a, i, &b, error)
                                : nn_onnx_value_align (self, &a, &b, 0, error))
          || !call_pair (self, op, &a, &b, &a, &y, error))
        return FALSE;
    }
  nn_onnx_set (self, 0, &y);
  return TRUE;
}

static gboolean
read_neg (NnOnnxReader  *self,
          GError       **error)
{
  const NnOnnxValue *x = nn_onnx_in_value (self, 0, error);
  NnOnnxValue y;

  return x != NULL && scale (self, x, -1, 0, &y, error);
}

/* An op of ours with one input and no settings on the first input. */
static gboolean
read_with (NnOnnxReader  *self,
           const char    *op,
           GError       **error)
{
  const NnOnnxValue *x = nn_onnx_in_value (self, 0, error);
  NnOnnxValue stored;
  NnOnnxValue out[NN_MAX_OUT];
  NnOnnxCall call;

  if (x == NULL)
    return FALSE;

  stored = *x;
  nn_onnx_call_init (&call, op);
  return nn_onnx_value_apply (self, &call, &stored, out, error);
}

static gboolean
read_pow (NnOnnxReader  *self,
          GError       **error)
{
  double exponent;

  if (!is_number (self, 1, &exponent) || (exponent != 2 && exponent != 0.5 && exponent != 1))
    return nn_onnx_refuse (self, error, _("Epoch reads it with the exponents 0.5, 1 and 2."));
  if (exponent == 1)
    {
      const NnOnnxValue *x = nn_onnx_in_value (self, 0, error);

      if (x != NULL)
        nn_onnx_set (self, 0, x);
      return x != NULL;
    }

  return read_with (self, exponent == 2 ? "square" : "sqrt", error);
}

/* Ends in attributes up to opset 10, in inputs since; one that is left out is far. */
static gboolean
read_clip (NnOnnxReader  *self,
           GError       **error)
{
  const NnOnnxValue *x = nn_onnx_in_value (self, 0, error);
  double low = nn_onnx_attr_float (self, "min", -FLT_MAX);
  double high = nn_onnx_attr_float (self, "max", FLT_MAX);
  NnOnnxValue stored;
  NnOnnxValue out[NN_MAX_OUT];
  NnOnnxCall call;

  if (x == NULL)
    return FALSE;
  if ((nn_onnx_in (self, 1) != NULL && !is_number (self, 1, &low))
      || (nn_onnx_in (self, 2) != NULL && !is_number (self, 2, &high)))
    return nn_onnx_refuse (self, error, _("its ends must be numbers of the file."));

  stored = *x;
  nn_onnx_call_init (&call, "clamp");
  nn_onnx_call_set (&call, "min", CLAMP (low, -FLT_MAX, FLT_MAX));
  nn_onnx_call_set (&call, "max", CLAMP (high, -FLT_MAX, FLT_MAX));
  return nn_onnx_value_apply (self, &call, &stored, out, error);
}

/* Written by us for x · sigmoid (x). */
static gboolean
read_swish (NnOnnxReader  *self,
            GError       **error)
{
  if (nn_onnx_attr_float (self, "alpha", 1) != 1)
    return nn_onnx_refuse (self, error, _("Epoch reads it with an alpha of 1."));

  return read_with (self, "silu", error);
}

static gboolean
read_gelu (NnOnnxReader  *self,
           GError       **error)
{
  if (!nn_onnx_attr_is (self, "approximate", "none", TRUE))
    return nn_onnx_refuse (self, error, _("Epoch reads it without approximation."));

  return read_with (self, "gelu", error);
}

/* Up to opset 12 an axis divided the shape in two halves; for the last axis that
 * means the same. */
static gboolean
read_softmax (NnOnnxReader  *self,
              GError       **error)
{
  const NnOnnxValue *x = nn_onnx_in_value (self, 0, error);
  gboolean is_log = g_str_equal (self->node->op_type, "LogSoftmax");
  NnOnnxValue stored;
  NnOnnxValue out[NN_MAX_OUT];
  NnOnnxCall call;
  int axis;

  if (x == NULL)
    return FALSE;
  axis = nn_onnx_axis (self, nn_onnx_attr_int (self, "axis", self->opset < 13 ? 1 : -1), x->rank,
                       error);
  if (axis < 0)
    return FALSE;
  if (self->opset < 13 && axis != x->rank - 1)
    return nn_onnx_refuse (self, error, _("in opset %" PRId64 " it means something else "
                                          "than today."), self->opset);

  stored = *x;
  if ((stored.begin[axis + 1] - stored.begin[axis] != 1)
      && !nn_onnx_value_plain (self, &stored, error))
    return FALSE;
  if (stored.begin[axis + 1] - stored.begin[axis] != 1 || stored.axis[stored.begin[axis]] == 0)
    return nn_onnx_refuse_mixed (self, error);
  nn_onnx_call_init (&call, is_log ? "log-softmax" : "softmax");
  nn_onnx_call_set (&call, "axis", stored.axis[stored.begin[axis]]);
  return nn_onnx_value_apply (self, &call, &stored, out, error);
}

/* The axes to fold: in an attribute, in an input of later opsets, or all. */
static int
folded_axes (NnOnnxReader       *self,
             const NnOnnxValue  *x,
             gint64              axes[NN_MAX_RANK],
             GError            **error)
{
  int count = nn_onnx_attr_ints (self, "axes", axes);
  gboolean is_noop = nn_onnx_attr_int (self, "noop_with_empty_axes", 0) != 0;

  if (count < 0)
    count = nn_onnx_in_ints (self, 1, axes, error);
  if (count == -2)
    return -1;
  if (count < 1 && is_noop)
    return 0;
  if (count < 1)
    for (count = 0; count < x->rank; count++)
      axes[count] = count;

  for (int i = 0; i < count; i++)
    {
      axes[i] = nn_onnx_axis (self, axes[i], x->rank, error);
      if (axes[i] < 0)
        return -1;
    }

  return count;
}

static const struct
{
  const char *onnx;
  const char *op;
} foldings[] = {
  { "ReduceMax", "max" },
  { "ReduceMean", "mean" },
  { "ReduceSum", "sum" },
};

static gboolean
read_reduce (NnOnnxReader  *self,
             GError       **error)
{
  const NnOnnxValue *x = nn_onnx_in_value (self, 0, error);
  gboolean keep = nn_onnx_attr_int (self, "keepdims", 1) != 0;
  const char *op = NULL;
  gint64 axes[NN_MAX_RANK];
  gint64 stored[NN_MAX_RANK];
  int n_stored = 0;
  guint seen = 0;
  int count = x != NULL ? folded_axes (self, x, axes, error) : -1;
  NnOnnxValue y;
  NnOnnxCall call;
  NnOnnxValue out[NN_MAX_OUT];

  if (count < 0)
    return FALSE;

  y = *x;
  if (count == 0)
    {
      nn_onnx_set (self, 0, x);
      return TRUE;
    }
  for (gsize i = 0; i < G_N_ELEMENTS (foldings); i++)
    if (g_str_equal (foldings[i].onnx, self->node->op_type))
      op = foldings[i].op;

  for (int i = 0; i < count; i++)
    for (int k = y.begin[axes[i]]; k < y.begin[axes[i] + 1]; k++)
      {
        if (y.axis[k] == 0)
          return nn_onnx_refuse (self, error, _("it folds the batch, and a layer of ours treats "
                                                "each sample alone."));
        if (!(seen >> y.axis[k] & 1))
          stored[n_stored++] = y.axis[k];
        seen |= 1u << y.axis[k];
      }

  /* Folded axes stay as axes of size 1, so that the view keeps its form. */
  if (n_stored > 0)
    {
      nn_onnx_call_init (&call, op);
      nn_onnx_call_set_list (&call, "axes", n_stored, stored);
      nn_onnx_call_set (&call, "keep", TRUE);
      call.in[0] = &y;
      call.n_in = 1;
      if (!nn_onnx_value_solid (self, &y, error) || !nn_onnx_call_run (self, &call, out, error))
        return FALSE;
      nn_onnx_value_see_as (&out[0], &y);
      y = out[0];
    }
  if (!keep)
    for (int i = y.rank - 1; i >= 0; i--)
      for (int k = 0; k < count; k++)
        if (axes[k] == i)
          {
            nn_onnx_value_remove (&y, i);
            break;
          }
  nn_onnx_set (self, 0, &y);
  return TRUE;
}

gboolean
nn_onnx_read_product (NnOnnxReader  *self,
                      NnOnnxValue   *a,
                      NnOnnxValue   *b,
                      GError       **error)
{
  gboolean is_row = a->rank == 1;
  gboolean is_column = b->rank == 1;
  NnOnnxValue y;

  if (is_row)
    nn_onnx_value_insert (a, 0);
  if (is_column)
    nn_onnx_value_insert (b, 1);
  if (!nn_onnx_value_align (self, a, b, 2, error)
      || !call_pair (self, "matmul", a, b, a, &y, error))
    return FALSE;

  if (is_column)
    nn_onnx_value_remove (&y, y.rank - 1);
  if (is_row)
    nn_onnx_value_remove (&y, y.rank - (is_column ? 1 : 2));
  nn_onnx_set (self, 0, &y);
  return TRUE;
}

const NnOnnxRow nn_onnx_maths_rows[] = {
  { "Add", 7, read_pair },
  { "Clip", 6, read_clip },
  { "Div", 7, read_pair },
  { "Gelu", 20, read_gelu },
  { "LogSoftmax", 1, read_softmax },
  { "Max", 8, read_pair },
  { "Min", 8, read_pair },
  { "Mul", 7, read_pair },
  { "Neg", 6, read_neg },
  { "Pow", 7, read_pow },
  { "ReduceMax", 1, read_reduce },
  { "ReduceMean", 1, read_reduce },
  { "ReduceSum", 1, read_reduce },
  { "Softmax", 1, read_softmax },
  { "Sub", 7, read_pair },
  { "Sum", 8, read_pair },
  { "Swish", 24, read_swish },
  { NULL }
};
