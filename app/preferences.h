/* preferences.h: what a person may set once for all projects
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* A window over @parent; every choice counts at once. */
GtkWidget  *app_preferences_new  (GtkWindow *parent,
                                  GSettings *settings);

G_END_DECLS
