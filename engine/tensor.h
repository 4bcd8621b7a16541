/* tensor.h: numbers in memory, seen through a shape and strides
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "engine/shape.h"

G_BEGIN_DECLS

typedef enum
{
  NN_FLOAT32,
  NN_FLOAT64,
  NN_BFLOAT16,
  NN_FLOAT16,
  NN_INT8,
  NN_INT16,
  NN_INT32,
  NN_INT64,
  NN_UINT8,
  NN_BOOL,
  NN_N_DTYPES,
} NnDtype;

typedef struct _NnStorage NnStorage;
typedef struct _NnTensor NnTensor;

const char *nn_dtype_name     (NnDtype     dtype);      /* "float32" */
gsize       nn_dtype_size     (NnDtype     dtype);      /* bytes an element */

/* TRUE with @dtype set when @name is one of ours. */
gboolean    nn_dtype_find     (const char *name,
                               NnDtype    *dtype);

/* A tensor is a view of reference-counted storage: shape and strides belong to
 * the tensor, the bytes to everybody who looks at them.  Reference counts are
 * atomic; the bytes are not guarded, so whoever writes must be alone.
 *
 * New storage is filled with zeros and aligned to 64 bytes.  NULL with
 * NN_ERROR_MEMORY names the bytes that could not be had. */
NnTensor   *nn_tensor_new        (NnDtype         dtype,
                                  const NnShape  *shape,
                                  GError        **error) G_GNUC_WARN_UNUSED_RESULT;

/* A tensor over @bytes that somebody else owns: @free_func (@owner) is called
 * when the last view goes.  (transfer full) of @owner */
NnTensor   *nn_tensor_new_around (NnDtype         dtype,
                                  const NnShape  *shape,
                                  void           *bytes,
                                  GDestroyNotify  free_func,
                                  void           *owner) G_GNUC_WARN_UNUSED_RESULT;

/* The numbers at @start of @bytes, which has enough of them: for reading only.
 * Numbers that are not aligned are copied, which fails with NN_ERROR_MEMORY. */
NnTensor   *nn_tensor_new_in     (NnDtype         dtype,
                                  const NnShape  *shape,
                                  GBytes         *bytes,
                                  gsize           start,
                                  GError        **error) G_GNUC_WARN_UNUSED_RESULT;

/* Another shape over the same bytes.  Strides are in elements; the caller
 * answers for their staying inside the storage. */
NnTensor   *nn_tensor_view       (NnTensor       *self,
                                  const NnShape  *shape,
                                  const gint64   *strides,
                                  gint64          offset) G_GNUC_WARN_UNUSED_RESULT;

/* A contiguous copy. */
NnTensor   *nn_tensor_dup        (NnTensor       *self,
                                  GError        **error) G_GNUC_WARN_UNUSED_RESULT;

/* A contiguous copy as float32, each number rounded to the nearest. */
NnTensor   *nn_tensor_to_float32 (NnTensor       *self,
                                  GError        **error) G_GNUC_WARN_UNUSED_RESULT;

NnTensor   *nn_tensor_ref        (NnTensor       *self) G_GNUC_WARN_UNUSED_RESULT;
void        nn_tensor_unref      (NnTensor       *self);

NnDtype         nn_tensor_get_dtype     (NnTensor *self);
const NnShape  *nn_tensor_get_shape     (NnTensor *self);
const gint64   *nn_tensor_get_strides   (NnTensor *self);
gboolean        nn_tensor_is_contiguous (NnTensor *self);
gint64          nn_tensor_get_count     (NnTensor *self);

/* The bytes that the shape takes when contiguous. */
gsize           nn_tensor_get_bytes     (NnTensor *self);

/* The first element.  For contiguous tensors the rest follows. */
void           *nn_tensor_get_data      (NnTensor *self);

/* How many tensors are alive; tests end with zero. */
int             nn_tensor_count_alive   (void);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (NnTensor, nn_tensor_unref)

G_END_DECLS
