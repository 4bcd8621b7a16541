/* new-window.h: choosing a template for a new project
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "app/window.h"

G_BEGIN_DECLS

#define APP_TYPE_NEW_WINDOW (app_new_window_get_type ())
G_DECLARE_FINAL_TYPE (AppNewWindow, app_new_window, APP, NEW_WINDOW, AdwWindow)

/* A dialog over @parent, which gets the new project unless it has unsaved work:
 * then a window of its own does. */
GtkWidget  *app_new_window_new  (AppWindow *parent);

G_END_DECLS
