/* class-layout.h: classes and parts from the folders that files lie in
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
} DsPlacedItem;

typedef struct
{
  GArray    *items;             /* of DsPlacedItem, sorted by name */
  GPtrArray *classes;           /* sorted names */
} DsClassLayout;

void      ds_class_layout_clear (DsClassLayout  *self);

/* The part that a folder or file is called after, such as "train" or "valid":
 * the first @length bytes of @name. */
DsPart    ds_part_called        (const char     *name,
                                 gsize           length);

/* The part that the folders in the first @length bytes of @name tell, as in
 * "train/images/". */
DsPart    ds_part_around        (const char     *name,
                                 gsize           length);

/* @files are members of @container; the layout is folder/class/…/file or
 * folder/part/class/…/file, where the folder may be any number of them.  What
 * fits neither is left out with a warning.  FALSE with @error set unless there
 * are two classes. */
gboolean  ds_class_layout_find  (DsClassLayout  *self,
                                 DsContainer    *container,
                                 GArray         *files,
                                 GPtrArray      *warnings,
                                 GError        **error);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (DsClassLayout, ds_class_layout_clear)

G_END_DECLS
