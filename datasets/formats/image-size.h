/* image-size.h: the one size of all images of a data set
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "datasets/container.h"

G_BEGIN_DECLS

typedef struct
{
  int channels;
  int height;
  int width;
} DsImageSize;

/* FALSE with @error set if @options ask for an impossible one. */
gboolean  ds_image_size_check  (const DsOptions  *options,
                                GError          **error);

/* All items of a data set have one shape, so a sample of @images, which are
 * members of @container, decides about size and colour before the first is
 * decoded for good.  FALSE with the first one's damage if none of the sample
 * can be read. */
gboolean  ds_image_size_decide (DsImageSize      *self,
                                DsContainer      *container,
                                GArray           *images,
                                const DsOptions  *options,
                                GCancellable     *cancellable,
                                GError          **error);

G_END_DECLS
