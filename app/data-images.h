/* data-images.h: the samples of a data set that pass a filter, as pictures
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "datasets/split.h"
#include "widgets/image-source.h"

G_BEGIN_DECLS

#define APP_ANY_LABEL -2        /* -1 is for samples without one */

#define APP_TYPE_DATA_IMAGES (app_data_images_get_type ())
G_DECLARE_FINAL_TYPE (AppDataImages, app_data_images, APP, DATA_IMAGES, GObject)

/* Implements UiImageSource.  An item is a number in the data set, a position
 * one among those that pass.  In the beginning all pass. */
AppDataImages  *app_data_images_new           (DsDataset      *dataset,
                                               DsSplit        *split) G_GNUC_WARN_UNUSED_RESULT;

/* @label may be APP_ANY_LABEL and @part DS_N_PARTS. */
void            app_data_images_set_filter    (AppDataImages  *self,
                                               int             label,
                                               DsPart          part);

DsDataset      *app_data_images_get_dataset   (AppDataImages  *self);
guint           app_data_images_get_count     (AppDataImages  *self);
guint32         app_data_images_get_item      (AppDataImages  *self,
                                               guint           position);

/* FALSE when @item does not pass. */
gboolean        app_data_images_find          (AppDataImages  *self,
                                               guint32         item,
                                               guint          *position);

/* The part that the division has put @item into. */
DsPart          app_data_images_get_part      (AppDataImages  *self,
                                               guint32         item);

/* The class of @item for people.  (transfer full) */
char           *app_data_images_dup_label     (AppDataImages  *self,
                                               guint32         item) G_GNUC_WARN_UNUSED_RESULT;

/* The answer of @item for people: its class, its numbers, or the beginning of its
 * text.  (transfer full) */
char           *app_data_images_dup_answer    (AppDataImages  *self,
                                               guint32         item) G_GNUC_WARN_UNUSED_RESULT;

/* Whether masks, where there are some, lie over the pictures as colours; they do
 * in the beginning. */
void            app_data_images_set_overlay   (AppDataImages  *self,
                                               gboolean        overlay);
gboolean        app_data_images_get_overlay   (AppDataImages  *self);

/* The colour of class @label in masks. */
void            app_data_class_colour         (guint           label,
                                               guint8          rgb[3]);

/* Whether numbers of that shape are a grey or coloured picture, and the picture
 * that they are.  (transfer full) */
gboolean        app_shape_is_picture          (const NnShape  *shape);
UiImage        *app_picture_new               (const NnShape  *shape,
                                               NnDtype         dtype,
                                               const void     *data,
                                               const char     *caption) G_GNUC_WARN_UNUSED_RESULT;

/* Whether samples of @dataset are grey or coloured pictures. */
gboolean        app_data_has_pictures         (DsDataset      *dataset);

/* @item in its own size, for data that has pictures.  (transfer full) */
UiImage        *app_data_images_load          (AppDataImages  *self,
                                               guint32         item) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
