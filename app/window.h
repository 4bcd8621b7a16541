/* window.h: one project in a window of four pages
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "app/application.h"
#include "app/document.h"
#include "app/session.h"

G_BEGIN_DECLS

#define APP_TYPE_WINDOW (app_window_get_type ())
G_DECLARE_FINAL_TYPE (AppWindow, app_window, APP, WINDOW, AdwApplicationWindow)

AppWindow    *app_window_new            (AppApplication *application);

/* Generated digits with the convolutional network: the first thing to do is to
 * press Start. */
void          app_window_open_welcome   (AppWindow      *self);
void          app_window_open_file      (AppWindow      *self,
                                         GFile          *file);

/* (transfer full) of @document */
void          app_window_set_document   (AppWindow      *self,
                                         AppDocument    *document);
AppDocument  *app_window_get_document   (AppWindow      *self);
AppSession   *app_window_get_session    (AppWindow      *self);

/* Asks what to do with unsaved work of a crash, if there is any. */
void          app_window_offer_drafts   (AppWindow      *self);

/* "learn", "build", "data" or "train". */
void          app_window_show_page      (AppWindow      *self,
                                         const char     *name);

/* For a moment, and not markup. */
void          app_window_toast          (AppWindow      *self,
                                         const char     *text);

/* Until it is closed or the reason has gone; NULL takes it away. */
void          app_window_set_banner     (AppWindow      *self,
                                         const char     *text);

/* A button in the banner, until that is set anew. */
void          app_window_set_banner_action (AppWindow   *self,
                                         const char     *label,
                                         const char     *action);

/* A dialog that tells what failed and why. */
void          app_window_show_error     (AppWindow      *self,
                                         const char     *heading,
                                         const GError   *error);

G_END_DECLS
