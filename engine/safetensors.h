/* safetensors.h: named tensors in a file that other programs read, too
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "engine/tensor.h"

G_BEGIN_DECLS

/* One tensor of a file, read or to be written; contiguous, last axis fastest. */
typedef struct
{
  const char *name;
  NnDtype     dtype;
  NnShape     shape;
  const void *data;
} NnSafetensor;

/* A file that has been read: immutable, atomically reference-counted. */
typedef struct _NnSafetensors NnSafetensors;

/* Saves @tensors as nn_file_writer_commit() does, in the order and with the
 * bytes of the reference library.  @metadata, which may be NULL, alternates
 * keys and values and ends with NULL.  What could not be read back, such as
 * two tensors of one name, is not written. */
gboolean             nn_safetensors_write        (const char           *path,
                                                  const NnSafetensor   *tensors,
                                                  gsize                 n_tensors,
                                                  const char *const    *metadata,
                                                  GError              **error);

/* The same, in memory. */
GBytes              *nn_safetensors_pack         (const NnSafetensor   *tensors,
                                                  gsize                 n_tensors,
                                                  const char *const    *metadata,
                                                  GError              **error)
                                                  G_GNUC_WARN_UNUSED_RESULT;

/* Maps the file and checks the whole header; the numbers are not read before
 * somebody looks at them, and may be anything. */
NnSafetensors       *nn_safetensors_open         (const char           *path,
                                                  GError              **error)
                                                  G_GNUC_WARN_UNUSED_RESULT;

/* The same for bytes from elsewhere, which @source names in messages. */
NnSafetensors       *nn_safetensors_parse        (GBytes               *bytes,
                                                  const char           *source,
                                                  GError              **error)
                                                  G_GNUC_WARN_UNUSED_RESULT;

NnSafetensors       *nn_safetensors_ref          (NnSafetensors        *self)
                                                  G_GNUC_WARN_UNUSED_RESULT;
void                 nn_safetensors_unref        (NnSafetensors        *self);

/* In the order of the file.  Names, shapes and data live as long as @self. */
gsize                nn_safetensors_get_count    (NnSafetensors        *self);
const NnSafetensor  *nn_safetensors_get          (NnSafetensors        *self,
                                                  gsize                 index);

/* NULL when there is no tensor @name. */
const NnSafetensor  *nn_safetensors_find         (NnSafetensors        *self,
                                                  const char           *name);

/* NULL when the file does not say. */
const char          *nn_safetensors_get_metadata (NnSafetensors        *self,
                                                  const char           *key);

/* @tensor, which is one of @self, without a copy: for reading only, alive
 * without @self.  Only a file that does not align its numbers is copied, which
 * fails with NN_ERROR_MEMORY.  (transfer full) */
NnTensor            *nn_safetensors_view         (NnSafetensors        *self,
                                                  const NnSafetensor   *tensor,
                                                  GError              **error)
                                                  G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (NnSafetensors, nn_safetensors_unref)

G_END_DECLS
