/* pattern.h: layers that exporters write out as several operators
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "engine/formats/onnx/reader.h"

G_BEGIN_DECLS

/* Nodes that stand for several ones of the file. */
typedef struct _NnOnnxPatterns NnOnnxPatterns;

NnOnnxPatterns  *nn_onnx_patterns_new    (void) G_GNUC_WARN_UNUSED_RESULT;
void             nn_onnx_patterns_free   (NnOnnxPatterns  *self);

/* @node itself, or, when it is the last of a pattern, one node that does all of
 * it and belongs to @self. */
NnOnnx__Node    *nn_onnx_patterns_match  (NnOnnxPatterns  *self,
                                          NnOnnxReader    *reader,
                                          NnOnnx__Node    *node);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (NnOnnxPatterns, nn_onnx_patterns_free)

G_END_DECLS
