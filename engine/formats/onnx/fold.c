/* fold.c: computes what an ONNX file leaves to be computed though it is known
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "engine/formats/onnx/fold.h"

#include "engine/formats/onnx/constant.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

/* Exporters write out how the shape of a result follows from that of the input.
 * The arithmetic here is that of NumPy on numbers of any rank; what depends on
 * the batch is a multiple of NN_ONNX_BATCH. */

typedef double (*Real)  (double a, double b);
typedef gint64 (*Whole) (gint64 a, gint64 b);

typedef struct
{
  const char *name;
  int         n_in;
  Real        real;             /* NULL: not for real numbers */
  Whole       whole;            /* NULL: not for whole ones */
  gboolean    is_truth;         /* the result is true or false */
} Elementwise;

static double add_real (double a, double b) { return a + b; }
static double sub_real (double a, double b) { return a - b; }
static double mul_real (double a, double b) { return a * b; }
static double div_real (double a, double b) { return a / b; }
static double max_real (double a, double b) { return MAX (a, b); }
static double min_real (double a, double b) { return MIN (a, b); }
static double equal_real (double a, double b) { return a == b; }
static double less_real (double a, double b) { return a < b; }
static double greater_real (double a, double b) { return a > b; }
static double negative_real (double a, double b) { return -a; }
static double abs_real (double a, double b) { return fabs (a); }
static double sqrt_real (double a, double b) { return sqrt (a); }
static double exp_real (double a, double b) { return exp (a); }
static double log_real (double a, double b) { return log (a); }
static double floor_real (double a, double b) { return floor (a); }
static double ceil_real (double a, double b) { return ceil (a); }
static double round_real (double a, double b) { return rint (a); }
static double inverse_real (double a, double b) { return 1 / a; }
static double sin_real (double a, double b) { return sin (a); }
static double cos_real (double a, double b) { return cos (a); }
static double sign_real (double a, double b) { return (a > 0) - (a < 0); }

/* Overflow wraps around, as in NumPy: what comes of it is refused elsewhere. */
static gint64
add_whole (gint64 a,
           gint64 b)
{
  return (gint64) ((guint64) a + (guint64) b);
}

static gint64
sub_whole (gint64 a,
           gint64 b)
{
  return (gint64) ((guint64) a - (guint64) b);
}

static gint64
mul_whole (gint64 a,
           gint64 b)
{
  return (gint64) ((guint64) a * (guint64) b);
}

static gint64
div_whole (gint64 a,
           gint64 b)
{
  return b == 0 || (a == G_MININT64 && b == -1) ? 0 : a / b;
}

/* The sign is that of the divisor. */
static gint64
mod_whole (gint64 a,
           gint64 b)
{
  gint64 rest = b == 0 || b == -1 ? 0 : a % b;

  return rest != 0 && (rest < 0) != (b < 0) ? rest + b : rest;
}

static gint64
pow_whole (gint64 a,
           gint64 b)
{
  gint64 result = 1;

  for (gint64 i = 0; i < MIN (b, 64); i++)
    result = mul_whole (result, a);
  return result;
}

static gint64 max_whole (gint64 a, gint64 b) { return MAX (a, b); }
static gint64 min_whole (gint64 a, gint64 b) { return MIN (a, b); }
static gint64 equal_whole (gint64 a, gint64 b) { return a == b; }
static gint64 less_whole (gint64 a, gint64 b) { return a < b; }
static gint64 greater_whole (gint64 a, gint64 b) { return a > b; }
static gint64 less_equal_whole (gint64 a, gint64 b) { return a <= b; }
static gint64 greater_equal_whole (gint64 a, gint64 b) { return a >= b; }
static gint64 negative_whole (gint64 a, gint64 b) { return sub_whole (0, a); }
static gint64 abs_whole (gint64 a, gint64 b) { return a < 0 ? sub_whole (0, a) : a; }
static gint64 and_whole (gint64 a, gint64 b) { return a && b; }
static gint64 or_whole (gint64 a, gint64 b) { return a || b; }
static gint64 not_whole (gint64 a, gint64 b) { return !a; }

static const Elementwise elementwise[] = {
  { "Add", 2, add_real, add_whole },
  { "Sub", 2, sub_real, sub_whole },
  { "Mul", 2, mul_real, mul_whole },
  { "Div", 2, div_real, div_whole },
  { "Mod", 2, NULL, mod_whole },
  { "Pow", 2, pow, pow_whole },
  { "Max", 2, max_real, max_whole },
  { "Min", 2, min_real, min_whole },
  { "Equal", 2, equal_real, equal_whole, TRUE },
  { "Less", 2, less_real, less_whole, TRUE },
  { "Greater", 2, greater_real, greater_whole, TRUE },
  { "LessOrEqual", 2, NULL, less_equal_whole, TRUE },
  { "GreaterOrEqual", 2, NULL, greater_equal_whole, TRUE },
  { "And", 2, NULL, and_whole, TRUE },
  { "Or", 2, NULL, or_whole, TRUE },
  { "Not", 1, NULL, not_whole, TRUE },
  { "Neg", 1, negative_real, negative_whole },
  { "Abs", 1, abs_real, abs_whole },
  { "Sqrt", 1, sqrt_real },
  { "Exp", 1, exp_real },
  { "Log", 1, log_real },
  { "Floor", 1, floor_real },
  { "Ceil", 1, ceil_real },
  { "Round", 1, round_real },
  { "Reciprocal", 1, inverse_real },
  { "Sin", 1, sin_real },
  { "Cos", 1, cos_real },
  { "Sign", 1, sign_real },
};

/* A tensor that is counted against what folding may take, or NULL. */
NnTensor *
nn_onnx_fold_new (NnOnnxReader   *self,
                  NnDtype         dtype,
                  const NnShape  *shape,
                  GError        **error)
{
  gint64 count;

  if (!nn_shape_check_count (shape, nn_dtype_size (dtype), &count)
      || (gsize) count * nn_dtype_size (dtype) > self->bytes)
    {
      nn_onnx_refuse (self, error, _("what it computes from known numbers would be too large."));
      return NULL;
    }

  self->bytes -= (gsize) count * nn_dtype_size (dtype);
  return nn_tensor_new (dtype, shape, error);
}

void
nn_onnx_fold_put (NnTensor *to,
                  gint64    place,
                  double    real,
                  gint64    whole)
{
  switch (nn_tensor_get_dtype (to))
    {
    case NN_FLOAT32:
      ((float *) nn_tensor_get_data (to))[place] = (float) real;
      break;
    case NN_INT64:
      ((gint64 *) nn_tensor_get_data (to))[place] = whole;
      break;
    case NN_BOOL:
      ((guint8 *) nn_tensor_get_data (to))[place] = whole != 0;
      break;
    case NN_FLOAT64:
    case NN_BFLOAT16:
    case NN_FLOAT16:
    case NN_INT8:
    case NN_INT16:
    case NN_INT32:
    case NN_UINT8:
    case NN_N_DTYPES:
    default:
      g_assert_not_reached ();
    }
}

/* The input @index of the node, one number for each axis that only repeats, and
 * what all of them are broadcast to.  FALSE with an error when they do not fit. */
static gboolean
broadcast (NnOnnxReader  *self,
           int            n_in,
           NnTensor      *small[3],
           NnShape       *small_shape,
           NnShape       *full_shape,
           GError       **error)
{
  *small_shape = *full_shape = (NnShape) { 0 };
  for (int i = 0; i < n_in; i++)
    {
      NnTensor *constant = nn_onnx_in_constant (self, (guint) i, error);

      if (constant == NULL)
        return FALSE;
      small[i] = nn_onnx_constant_shrink (constant);
      if (!nn_shape_broadcast (small_shape, nn_tensor_get_shape (small[i]), small_shape)
          || !nn_shape_broadcast (full_shape, nn_tensor_get_shape (constant), full_shape)
          || !nn_shape_check_count (full_shape, sizeof (gint64), NULL))
        return nn_onnx_refuse (self, error, _("sizes that are broadcast must be equal or 1."));
    }

  for (int i = 0; i < n_in; i++)
    {
      NnTensor *stretched = nn_onnx_constant_stretch (small[i], small_shape);

      nn_tensor_unref (small[i]);
      small[i] = stretched;
    }
  return TRUE;
}

static void
clear_all (NnTensor *tensors[3])
{
  for (int i = 0; i < 3; i++)
    g_clear_pointer (&tensors[i], nn_tensor_unref);
}

/* Sets the first result to @result, stretched to @shape.  Takes @result. */
static void
set_stretched (NnOnnxReader  *self,
               NnTensor      *result,
               const NnShape *shape)
{
  nn_onnx_set_constant (self, 0, nn_onnx_constant_stretch (result, shape));
  nn_tensor_unref (result);
}

static gboolean
fold_elementwise (NnOnnxReader       *self,
                  const Elementwise  *op,
                  GError            **error)
{
  NnTensor *in[3] = { NULL };
  NnShape small, full;
  NnTensor *result = NULL;
  gboolean is_real;

  if (broadcast (self, op->n_in, in, &small, &full, error))
    {
      is_real = nn_tensor_get_dtype (in[0]) == NN_FLOAT32;
      if (is_real ? op->real != NULL
                  : op->whole != NULL && (in[1] == NULL
                                          || nn_tensor_get_dtype (in[1]) != NN_FLOAT32))
        result = nn_onnx_fold_new (self, op->is_truth ? NN_BOOL : nn_tensor_get_dtype (in[0]),
                                   &small, error);
      for (gint64 i = 0; result != NULL && i < nn_tensor_get_count (result); i++)
        if (is_real)
          {
            double real = op->real (nn_onnx_constant_get (in[0], i),
                                    op->n_in > 1 ? nn_onnx_constant_get (in[1], i) : 0);

            nn_onnx_fold_put (result, i, real, real != 0);
          }
        else
          nn_onnx_fold_put (result, i, 0,
                            op->whole (nn_onnx_constant_get_int (in[0], i), op->n_in > 1
                                       ? nn_onnx_constant_get_int (in[1], i) : 0));
    }
  clear_all (in);
  if (result == NULL)
    return FALSE;

  set_stretched (self, result, &full);
  return TRUE;
}

gboolean
nn_onnx_fold_where (NnOnnxReader  *self,
                    GError       **error)
{
  NnTensor *in[3] = { NULL };
  NnShape small, full;
  NnTensor *result = NULL;

  if (broadcast (self, 3, in, &small, &full, error)
      && nn_tensor_get_dtype (in[1]) == nn_tensor_get_dtype (in[2])
      && nn_tensor_get_dtype (in[0]) == NN_BOOL)
    result = nn_onnx_fold_new (self, nn_tensor_get_dtype (in[1]), &small, error);
  for (gint64 i = 0; result != NULL && i < nn_tensor_get_count (result); i++)
    {
      NnTensor *from = nn_onnx_constant_get_int (in[0], i) != 0 ? in[1] : in[2];

      if (nn_tensor_get_dtype (from) == NN_FLOAT32)
        nn_onnx_fold_put (result, i, nn_onnx_constant_get (from, i), 0);
      else
        nn_onnx_fold_put (result, i, 0, nn_onnx_constant_get_int (from, i));
    }
  clear_all (in);
  if (result == NULL)
    return FALSE;

  set_stretched (self, result, &full);
  return TRUE;
}

gboolean
nn_onnx_fold_elementwise (NnOnnxReader  *self,
                          GError       **error)
{
  for (gsize i = 0; i < G_N_ELEMENTS (elementwise); i++)
    if (g_str_equal (elementwise[i].name, self->node->op_type)
        && (int) nn_onnx_count_in (self) == elementwise[i].n_in)
      return fold_elementwise (self, &elementwise[i], error);

  return FALSE;
}
