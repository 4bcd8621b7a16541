/* sample-input.h: one sample from a picture or from typed numbers
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "datasets/transform.h"

G_BEGIN_DECLS

/* Fills @out, which has room for what @transforms make of @shape.  @text is the
 * path of a JPEG or PNG when samples are images (it is resized to @shape), and
 * otherwise as many numbers as a sample has, separated by commas. */
gboolean  app_sample_read  (const char       *text,
                            const NnShape    *shape,
                            DsTransformList  *transforms,
                            float            *out,
                            GError          **error);

G_END_DECLS
