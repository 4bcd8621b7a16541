/* predict-arrays.h: predictions for arrays, in files that NumPy reads
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "engine/network.h"

G_BEGIN_DECLS

/* Reads the tensors of @input (.npy, .npz, .safetensors), each one sample or a
 * batch of them exactly as the network takes them, and writes what @network makes
 * of each to @output, an .npz file, under the same name. */
gboolean  app_predict_arrays  (NnNetwork   *network,
                               const char  *input,
                               const char  *output,
                               GError     **error);

G_END_DECLS
