/* npz.h: many tensors in one file, as NumPy packs them
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "engine/format.h"

G_BEGIN_DECLS

/* Saves @tensors (NnNamedTensor) as nn_file_writer_commit() does.  NumPy has no
 * bfloat16, so these become float32. */
gboolean   nn_npz_write   (const char      *path,
                           GPtrArray       *tensors,
                           GError         **error);

G_END_DECLS
