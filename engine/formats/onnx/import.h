/* import.h: an ONNX file as a network of ours
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "engine/format.h"

G_BEGIN_DECLS

/* The read() of the format's record. */
NnImport  *nn_onnx_import  (GBytes          *bytes,
                            const char      *source,
                            const char      *folder,
                            const NnLimits  *limits,
                            GError         **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
