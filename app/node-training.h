/* node-training.h: how the parameters of the selected node are trained
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "app/document.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define APP_TYPE_NODE_TRAINING (app_node_training_get_type ())
G_DECLARE_FINAL_TYPE (AppNodeTraining, app_node_training, APP, NODE_TRAINING, GtkWidget)

/* An expander with rows for freezing, learning rate, weight decay and the
 * numbers that parameters start from. */
GtkWidget  *app_node_training_new      (void);

/* Shows node @id of @document; 0 shows nothing. */
void        app_node_training_set_node (AppNodeTraining *self,
                                        AppDocument     *document,
                                        guint            id);

/* After the graph has changed. */
void        app_node_training_refresh  (AppNodeTraining *self);

G_END_DECLS
