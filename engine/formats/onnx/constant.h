/* constant.h: numbers of an ONNX file that are known while it is read
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "engine/tensor.h"

G_BEGIN_DECLS

/* They have one of three dtypes: NN_FLOAT32 for real numbers, NN_INT64 for whole
 * ones and NN_BOOL.  An axis that repeats the same numbers has the stride 0, so
 * it may be as long as the batch that nobody knows. */

/* @tensor with one of the three dtypes.  (transfer full) both ways */
NnTensor  *nn_onnx_constant_normalise (NnTensor       *tensor,
                                       GError        **error) G_GNUC_WARN_UNUSED_RESULT;

/* (transfer full) */
NnTensor  *nn_onnx_constant_from_ints (int             count,
                                       const gint64   *numbers) G_GNUC_WARN_UNUSED_RESULT;

/* The numbers of a list, or the one of a scalar: how many there are, or -1 when
 * @tensor holds something else or more than @max. */
int        nn_onnx_constant_ints      (NnTensor       *tensor,
                                       gint64         *numbers,
                                       int             max);

/* TRUE with the number in @number if there is only one. */
gboolean   nn_onnx_constant_number    (NnTensor       *tensor,
                                       double         *number);

/* The element at @place, in the order of the axes. */
double     nn_onnx_constant_get       (NnTensor       *tensor,
                                       gint64          place);
gint64     nn_onnx_constant_get_int   (NnTensor       *tensor,
                                       gint64          place);

/* A copy with the axes of @tensor that only repeat cut down to 1, for reading
 * what is there.  (transfer full) */
NnTensor  *nn_onnx_constant_shrink    (NnTensor       *tensor) G_GNUC_WARN_UNUSED_RESULT;

/* The same without the batch: an axis of at least @batch becomes 1. */
NnTensor  *nn_onnx_constant_without_batch (NnTensor       *tensor,
                                           gint64          batch) G_GNUC_WARN_UNUSED_RESULT;

/* Axes of size 1 stretched to @shape, which @tensor must fit.  (transfer full) */
NnTensor  *nn_onnx_constant_stretch   (NnTensor       *tensor,
                                       const NnShape  *shape) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
