/* image.h: a small picture with a caption, as bytes
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Never changes; references may be counted in any thread. */
typedef struct _UiImage UiImage;

/* @pixels are rows of @width pixels of @n_channels bytes without padding: grey,
 * grey and alpha, RGB or RGBA.  @caption and @badge, a word for the corner, may
 * be NULL.  NULL when the sizes do not agree with the number of bytes. */
UiImage    *ui_image_new         (int          width,
                                  int          height,
                                  int          n_channels,
                                  GBytes      *pixels,
                                  const char  *caption,
                                  const char  *badge) G_GNUC_WARN_UNUSED_RESULT;
UiImage    *ui_image_ref         (UiImage     *self);
void        ui_image_unref       (UiImage     *self);
int         ui_image_get_width   (UiImage     *self);
int         ui_image_get_height  (UiImage     *self);
const char *ui_image_get_caption (UiImage     *self);
const char *ui_image_get_badge   (UiImage     *self);

/* The picture as RGBA, at most @side pixels wide and high.  A small one is
 * enlarged by a whole factor with its pixels kept sharp, a large one is
 * averaged down.  (transfer full) */
GBytes     *ui_image_fit         (UiImage     *self,
                                  int          side,
                                  int         *width,
                                  int         *height) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (UiImage, ui_image_unref)

G_END_DECLS
