/* inspector.h: the settings of the selected node
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "app/graph-adapter.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define APP_TYPE_INSPECTOR (app_inspector_get_type ())
G_DECLARE_FINAL_TYPE (AppInspector, app_inspector, APP, INSPECTOR, GtkWidget)

GtkWidget  *app_inspector_new        (void);
void        app_inspector_set_graph  (AppInspector    *self,
                                      AppDocument     *document,
                                      AppGraphAdapter *adapter);

/* 0 shows what the whole network amounts to. */
void        app_inspector_set_node   (AppInspector    *self,
                                      guint            id);

G_END_DECLS
