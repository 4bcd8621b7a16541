/* data-texts.h: the texts of a data set, one below the other
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "app/data-images.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define APP_TYPE_DATA_TEXTS (app_data_texts_get_type ())
G_DECLARE_FINAL_TYPE (AppDataTexts, app_data_texts, APP, DATA_TEXTS, GtkWidget)

/* Says with “notify::selected” that another text is selected. */
GtkWidget  *app_data_texts_new          (void);

/* @images are the samples that pass a filter, or NULL. */
void        app_data_texts_set_samples  (AppDataTexts   *self,
                                         AppDataImages  *images);

/* The position of the selected text, or GTK_INVALID_LIST_POSITION. */
guint       app_data_texts_get_selected (AppDataTexts   *self);
void        app_data_texts_set_selected (AppDataTexts   *self,
                                         guint           position);

G_END_DECLS
