/* fold.h: computes what an ONNX file leaves to be computed though it is known
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "engine/formats/onnx/reader.h"

G_BEGIN_DECLS

/* Each sets the results of the node being read.  FALSE without an error when the
 * operator or the types are others. */
gboolean   nn_onnx_fold_elementwise (NnOnnxReader   *self,
                                     GError        **error);
gboolean   nn_onnx_fold_where       (NnOnnxReader   *self,
                                     GError        **error);

/* A tensor that counts against what folding may take, or NULL with an error.
 * (transfer full) */
NnTensor  *nn_onnx_fold_new         (NnOnnxReader   *self,
                                     NnDtype         dtype,
                                     const NnShape  *shape,
                                     GError        **error) G_GNUC_WARN_UNUSED_RESULT;

/* Writes one element of a contiguous tensor, from the number of its kind. */
void       nn_onnx_fold_put         (NnTensor       *to,
                                     gint64          place,
                                     double          real,
                                     gint64          whole);

G_END_DECLS
