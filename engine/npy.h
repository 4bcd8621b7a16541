/* npy.h: one tensor as NumPy saves it, or many of them
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "engine/file-limits.h"
#include "engine/tensor.h"

G_BEGIN_DECLS

/* Whether @bytes begin as NumPy's files do. */
gboolean   nn_npy_fits    (GBytes          *bytes);

/* The tensor in @bytes, which @source names in messages; versions 1.0 to 3.0,
 * any order of axes and of bytes.  Where the numbers lie as they should, the
 * tensor looks into @bytes. */
NnTensor  *nn_npy_parse   (GBytes          *bytes,
                           const char      *source,
                           const NnLimits  *limits,
                           GError         **error) G_GNUC_WARN_UNUSED_RESULT;

/* What stands in front of the numbers of a tensor.  NumPy has no bfloat16, so
 * these numbers have to be written as float32.  (transfer full) */
GString   *nn_npy_header  (NnDtype          dtype,
                           const NnShape   *shape) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
