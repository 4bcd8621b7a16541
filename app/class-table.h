/* class-table.h: what an evaluation says of each class, in rows
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "app/core/evaluation.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define APP_TYPE_CLASS_TABLE (app_class_table_get_type ())
G_DECLARE_FINAL_TYPE (AppClassTable, app_class_table, APP, CLASS_TABLE, GtkWidget)

/* Each column sorts the rows when its head is clicked. */
GtkWidget *app_class_table_new (const AppEvaluation *evaluation,
                                const NnTable       *table);

G_END_DECLS
