/* export.h: a network of ours as an ONNX file
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "engine/format.h"

G_BEGIN_DECLS

/* The batches that the network is written out for: see writer.h. */
#define NN_ONNX_WRITE_BATCH_A 2
#define NN_ONNX_WRITE_BATCH_B 3

/* Numbers beyond this lie in a file of their own; a message must stay below
 * 2 GiB. */
#define NN_ONNX_INLINE_BYTES ((gsize) 3 << 29)

/* The write() of the format's record, with the limit as an argument for tests. */
gboolean  nn_onnx_export  (const NnExport  *what,
                           const char      *path,
                           gsize            inline_bytes,
                           GError         **error);

/* Whether @bytes, read again with @folder beside them, gives what @what gives on
 * a batch.  The message names the first node that differs. */
gboolean  nn_onnx_verify  (const NnExport  *what,
                           GBytes          *bytes,
                           const char      *source,
                           const char      *folder,
                           GError         **error);

G_END_DECLS
