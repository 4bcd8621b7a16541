/* constant.c: numbers of an ONNX file that are known while it is read
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "engine/formats/onnx/constant.h"

#include <string.h>

static gint64
to_int (NnDtype     dtype,
        const void *data,
        gint64      i)
{
  switch (dtype)
    {
    case NN_INT8:
      return ((const gint8 *) data)[i];
    case NN_INT16:
      return ((const gint16 *) data)[i];
    case NN_INT32:
      return ((const gint32 *) data)[i];
    case NN_UINT8:
      return ((const guint8 *) data)[i];
    case NN_FLOAT32:
    case NN_FLOAT64:
    case NN_BFLOAT16:
    case NN_FLOAT16:
    case NN_INT64:
    case NN_BOOL:
    case NN_N_DTYPES:
    default:
      g_assert_not_reached ();
    }
}

NnTensor *
nn_onnx_constant_normalise (NnTensor  *tensor,
                            GError   **error)
{
  NnDtype dtype = nn_tensor_get_dtype (tensor);
  gboolean is_real = dtype == NN_FLOAT64 || dtype == NN_FLOAT16 || dtype == NN_BFLOAT16;
  g_autoptr (NnTensor) from = tensor;
  NnTensor *result;

  if (dtype == NN_FLOAT32 || dtype == NN_INT64 || dtype == NN_BOOL)
    return g_steal_pointer (&from);

  if (is_real)
    return nn_tensor_to_float32 (from, error);

  result = nn_tensor_new (NN_INT64, nn_tensor_get_shape (from), error);
  for (gint64 i = 0; result != NULL && i < nn_tensor_get_count (from); i++)
    ((gint64 *) nn_tensor_get_data (result))[i] = to_int (dtype, nn_tensor_get_data (from), i);

  return result;
}

NnTensor *
nn_onnx_constant_from_ints (int           count,
                            const gint64 *numbers)
{
  NnShape shape = NN_SHAPE (count);
  NnTensor *tensor = nn_tensor_new (NN_INT64, &shape, NULL);

  g_assert (tensor != NULL);
  if (count > 0)
    memcpy (nn_tensor_get_data (tensor), numbers, sizeof (gint64) * (gsize) count);
  return tensor;
}

/* Where the element at @place lies. */
static gint64
offset_of (NnTensor *tensor,
           gint64    place)
{
  const NnShape *shape = nn_tensor_get_shape (tensor);
  const gint64 *strides = nn_tensor_get_strides (tensor);
  gint64 offset = 0;

  for (int i = shape->rank - 1; i >= 0; i--)
    {
      offset += place % shape->size[i] * strides[i];
      place /= shape->size[i];
    }

  return offset;
}

gint64
nn_onnx_constant_get_int (NnTensor *tensor,
                          gint64    place)
{
  gint64 offset = offset_of (tensor, place);

  if (nn_tensor_get_dtype (tensor) == NN_BOOL)
    return ((const guint8 *) nn_tensor_get_data (tensor))[offset] != 0;

  g_assert (nn_tensor_get_dtype (tensor) == NN_INT64);
  return ((const gint64 *) nn_tensor_get_data (tensor))[offset];
}

double
nn_onnx_constant_get (NnTensor *tensor,
                      gint64    place)
{
  if (nn_tensor_get_dtype (tensor) == NN_FLOAT32)
    return (double) ((const float *) nn_tensor_get_data (tensor))[offset_of (tensor, place)];

  return (double) nn_onnx_constant_get_int (tensor, place);
}

int
nn_onnx_constant_ints (NnTensor *tensor,
                       gint64   *numbers,
                       int       max)
{
  gint64 count = nn_tensor_get_count (tensor);

  if (nn_tensor_get_dtype (tensor) != NN_INT64 || nn_tensor_get_shape (tensor)->rank > 1
      || count > max)
    return -1;

  for (gint64 i = 0; i < count; i++)
    numbers[i] = nn_onnx_constant_get_int (tensor, i);
  return (int) count;
}

gboolean
nn_onnx_constant_number (NnTensor *tensor,
                         double   *number)
{
  if (nn_tensor_get_count (tensor) != 1)
    return FALSE;

  *number = nn_onnx_constant_get (tensor, 0);
  return TRUE;
}

NnTensor *
nn_onnx_constant_shrink (NnTensor *tensor)
{
  NnShape shape = *nn_tensor_get_shape (tensor);
  const gint64 *strides = nn_tensor_get_strides (tensor);

  for (int i = 0; i < shape.rank; i++)
    if (strides[i] == 0 && shape.size[i] > 1)
      shape.size[i] = 1;

  return nn_tensor_view (tensor, &shape, strides, 0);
}

NnTensor *
nn_onnx_constant_without_batch (NnTensor *tensor,
                                gint64    batch)
{
  NnShape shape = *nn_tensor_get_shape (tensor);

  for (int i = 0; i < shape.rank; i++)
    if (shape.size[i] >= batch)
      shape.size[i] = 1;

  return nn_tensor_view (tensor, &shape, nn_tensor_get_strides (tensor), 0);
}

NnTensor *
nn_onnx_constant_stretch (NnTensor      *tensor,
                          const NnShape *shape)
{
  const NnShape *from = nn_tensor_get_shape (tensor);
  int lead = shape->rank - from->rank;
  gint64 strides[NN_MAX_RANK] = { 0 };

  for (int i = 0; i < from->rank; i++)
    if (from->size[i] == shape->size[i + lead])
      strides[i + lead] = nn_tensor_get_strides (tensor)[i];
    else
      g_assert (from->size[i] == 1);

  return nn_tensor_view (tensor, shape, strides, 0);
}
