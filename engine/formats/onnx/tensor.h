/* tensor.h: the numbers of an ONNX file
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "engine/formats/onnx/onnx.pb-c.h"
#include "engine/tensor.h"

G_BEGIN_DECLS

/* What ONNX calls the types of elements. */
typedef enum
{
  NN_ONNX_FLOAT    = 1,
  NN_ONNX_UINT8    = 2,
  NN_ONNX_INT8     = 3,
  NN_ONNX_INT16    = 5,
  NN_ONNX_INT32    = 6,
  NN_ONNX_INT64    = 7,
  NN_ONNX_BOOL     = 9,
  NN_ONNX_FLOAT16  = 10,
  NN_ONNX_DOUBLE   = 11,
  NN_ONNX_BFLOAT16 = 16,
} NnOnnxType;

/* FALSE when we have no such dtype. */
gboolean   nn_onnx_type_to_dtype  (int                      type,
                                   NnDtype                 *dtype);
int        nn_onnx_type_of_dtype  (NnDtype                  dtype);

/* A contiguous tensor with the numbers of @proto.  Shape, type and the number of
 * bytes are checked.  Numbers in other files are looked for in @folder, which
 * may be NULL for nowhere; @name stands in messages. */
NnTensor  *nn_onnx_tensor_read    (const NnOnnx__Tensor    *proto,
                                   const char              *name,
                                   const char              *folder,
                                   GError                 **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
