/* sample-input.h: one sample from a picture, a text or typed numbers
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "datasets/dataset.h"
#include "datasets/transform.h"

G_BEGIN_DECLS

/* Fills @out, which has room for one sample of @dataset as @transforms leave
 * it: float32, or int64 for tokens.  @text is the path of a JPEG or PNG when
 * samples are images (it is resized to their shape); a text or the path of a
 * file with one when they are tokens; and otherwise as many numbers as a sample
 * has, separated by commas. */
gboolean  app_sample_read  (const char       *text,
                            DsDataset        *dataset,
                            DsTransformList  *transforms,
                            void             *out,
                            GError          **error);

G_END_DECLS
