/* torch-write.h: tensors in a file that torch.load() reads
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Saves @tensors (NnNamedTensor, contiguous) as a dictionary, without anything
 * that torch.load (weights_only=True) would refuse. */
gboolean  nn_torch_write  (const char  *path,
                           GPtrArray   *tensors,
                           GError     **error);

G_END_DECLS
