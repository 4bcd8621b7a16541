/* cell-panel.h: which samples are behind a cell of the confusion matrix
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "app/session.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define APP_TYPE_CELL_PANEL (app_cell_panel_get_type ())
G_DECLARE_FINAL_TYPE (AppCellPanel, app_cell_panel, APP, CELL_PANEL, GtkWidget)

GtkWidget *app_cell_panel_new (AppSession   *session);

/* Shows the samples of class @truth in @part that are taken for @guess, when the
 * worker has told them. */
void       app_cell_panel_ask (AppCellPanel *self,
                               NnPart        part,
                               gint64        truth,
                               gint64        guess);

G_END_DECLS
