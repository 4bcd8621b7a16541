/* torch-file.h: what PyTorch has saved, and where the numbers of it lie
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "engine/pickle.h"
#include "engine/tensor.h"

G_BEGIN_DECLS

/* A file of torch.save(), opened: a description, and numbers that its tensors may
 * share. */
typedef struct _NnTorchFile NnTorchFile;

/* Whether @bytes may be such a file, of the kind since PyTorch 1.6 or before. */
gboolean              nn_torch_file_fits         (GBytes               *bytes);

NnTorchFile          *nn_torch_file_open         (GBytes               *bytes,
                                                  const char           *source,
                                                  const NnLimits       *limits,
                                                  GError              **error)
                                                  G_GNUC_WARN_UNUSED_RESULT;
void                  nn_torch_file_free         (NnTorchFile          *self);

/* Lives as long as @self. */
const NnPickleValue  *nn_torch_file_get_root     (NnTorchFile          *self);

/* Whether @value describes a tensor or a parameter, and the tensor that it
 * describes, which lives without @self. */
gboolean              nn_torch_file_is_tensor    (const NnPickleValue  *value);
NnTensor             *nn_torch_file_make_tensor  (NnTorchFile          *self,
                                                  const NnPickleValue  *value,
                                                  GError              **error)
                                                  G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (NnTorchFile, nn_torch_file_free)

G_END_DECLS
