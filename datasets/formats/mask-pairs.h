/* mask-pairs.h: which mask belongs to which image
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "datasets/source.h"

G_BEGIN_DECLS

/* Members of a container. */
typedef struct
{
  guint  image;
  guint  mask;
  DsPart part;
} DsMaskPair;

/* The images in folders such as "JPEGImages" or "images" with a PNG of the same
 * name in a folder beside it, such as "SegmentationClassPNG" or "masks"; sorted
 * by the image's name.  How many images, @n_lonely (nullable), have no mask.
 * (transfer full): an array of DsMaskPair, perhaps empty */
GArray  *ds_mask_pairs_find (DsContainer *container,
                             guint       *n_lonely) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
