/* window-private.h: what the files of the window share
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "app/window.h"

G_BEGIN_DECLS

/* Actions of the group "win"; see window-actions.c. */
void        _app_window_add_actions     (AppWindow  *self);
void        _app_window_update_actions  (AppWindow  *self);

/* Opening, saving and closing; see window-files.c. */
void        _app_window_new_cb          (GSimpleAction *action,
                                         GVariant      *parameter,
                                         gpointer       window);
void        _app_window_open_cb         (GSimpleAction *action,
                                         GVariant      *parameter,
                                         gpointer       window);
void        _app_window_open_recent_cb  (GSimpleAction *action,
                                         GVariant      *parameter,
                                         gpointer       window);
void        _app_window_save_cb         (GSimpleAction *action,
                                         GVariant      *parameter,
                                         gpointer       window);
void        _app_window_save_as_cb      (GSimpleAction *action,
                                         GVariant      *parameter,
                                         gpointer       window);

/* In this window when it has no work in it, otherwise in a new one. */
AppWindow  *_app_window_for_opening     (AppWindow  *self);

/* Files of other programs; see window-exchange.c. */
void        _app_window_import_cb       (GSimpleAction *action,
                                         GVariant      *parameter,
                                         gpointer       window);
void        _app_window_export_cb       (GSimpleAction *action,
                                         GVariant      *parameter,
                                         gpointer       window);
GMenuModel *_app_window_make_export_menu (void);

/* TRUE when the window has to stay, because the user is being asked. */
gboolean    _app_window_ask_to_close    (AppWindow  *self);

/* The menu of projects opened lately. */
GMenuModel *_app_window_get_recent_menu (AppWindow  *self);
void        _app_window_fill_recent     (AppWindow  *self);

GtkWidget  *_app_window_get_build_page  (AppWindow  *self);
GtkWidget  *_app_window_get_train_page  (AppWindow  *self);
const char *_app_window_get_page        (AppWindow  *self);

/* Writes the draft of the document now. */
void        _app_window_flush_draft     (AppWindow  *self);

G_END_DECLS
