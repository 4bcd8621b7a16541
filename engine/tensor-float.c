/* tensor-float.c: numbers of any type as float32
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "engine/tensor.h"

#include <math.h>
#include <string.h>

/* IEEE 754 binary16: a sign, 5 bits of exponent, 10 of fraction. */
static float
from_half (guint16 half)
{
  guint exponent = half >> 10 & 0x1f;
  guint fraction = half & 0x3ff;
  float value;

  if (exponent == 0x1f)
    value = fraction != 0 ? NAN : INFINITY;
  else if (exponent == 0)
    value = ldexpf ((float) fraction, -24);
  else
    value = ldexpf ((float) (fraction | 0x400), (int) exponent - 25);

  return half & 0x8000 ? -value : value;
}

/* The upper half of a float32. */
static float
from_bfloat (guint16 half)
{
  guint32 bits = (guint32) half << 16;
  float value;

  memcpy (&value, &bits, sizeof value);
  return value;
}

static float
get_float (NnDtype     dtype,
           const void *data,
           gint64      i)
{
  switch (dtype)
    {
    case NN_FLOAT32:
      return ((const float *) data)[i];
    case NN_FLOAT64:
      return (float) ((const double *) data)[i];
    case NN_BFLOAT16:
      return from_bfloat (((const guint16 *) data)[i]);
    case NN_FLOAT16:
      return from_half (((const guint16 *) data)[i]);
    case NN_INT8:
      return ((const gint8 *) data)[i];
    case NN_INT16:
      return ((const gint16 *) data)[i];
    case NN_INT32:
      return (float) ((const gint32 *) data)[i];
    case NN_INT64:
      return (float) ((const gint64 *) data)[i];
    case NN_UINT8:
      return ((const guint8 *) data)[i];
    case NN_BOOL:
      return ((const guint8 *) data)[i] != 0;
    case NN_N_DTYPES:
    default:
      g_assert_not_reached ();
    }
}

NnTensor *
nn_tensor_to_float32 (NnTensor  *self,
                      GError   **error)
{
  NnDtype dtype = nn_tensor_get_dtype (self);
  g_autoptr (NnTensor) rows = nn_tensor_is_contiguous (self) && dtype != NN_FLOAT32
    ? nn_tensor_ref (self) : nn_tensor_dup (self, error);
  NnTensor *copy;
  float *to;

  if (rows == NULL || dtype == NN_FLOAT32)
    return g_steal_pointer (&rows);

  copy = nn_tensor_new (NN_FLOAT32, nn_tensor_get_shape (self), error);
  if (copy == NULL)
    return NULL;

  to = nn_tensor_get_data (copy);
  for (gint64 i = 0; i < nn_tensor_get_count (rows); i++)
    to[i] = get_float (dtype, nn_tensor_get_data (rows), i);

  return copy;
}
