/* image-layout.h: classes and parts from the folders that images lie in
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "datasets/source.h"

G_BEGIN_DECLS

typedef struct
{
  guint  member;                /* of the container */
  int    label;
  DsPart part;
} DsPlacedImage;

typedef struct
{
  GArray    *images;            /* of DsPlacedImage, sorted by name */
  GPtrArray *classes;           /* sorted names */
} DsImageLayout;

void      ds_image_layout_clear (DsImageLayout  *self);

/* @images are members of @container; the layout is folder/class/…/image or
 * folder/part/class/…/image, where the folder may be any number of them.  What
 * fits neither is left out with a warning.  FALSE with @error set unless there
 * are two classes. */
gboolean  ds_image_layout_find  (DsImageLayout  *self,
                                 DsContainer    *container,
                                 GArray         *images,
                                 GPtrArray      *warnings,
                                 GError        **error);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (DsImageLayout, ds_image_layout_clear)

G_END_DECLS
