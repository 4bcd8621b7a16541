/* scan.h: whether the bytes of an ONNX file are worth unpacking
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "engine/format.h"

G_BEGIN_DECLS

/* Walks over every field without allocating anything: FALSE with a message when
 * a field does not end, has a wire type that its number forbids, or when there
 * is more of something than @limits allow.  What passes can be unpacked in
 * memory proportional to the file. */
gboolean  nn_onnx_scan  (const guint8    *bytes,
                         gsize            size,
                         const char      *source,
                         const NnLimits  *limits,
                         GError         **error);

G_END_DECLS
