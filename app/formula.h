/* formula.h: a formula that stands on its own
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define APP_TYPE_FORMULA (app_formula_get_type ())
G_DECLARE_FINAL_TYPE (AppFormula, app_formula, APP, FORMULA, GtkWidget)

/* In the size of the text around, in the middle of the room it gets.  Shows
 * @tex as it is when it has something in it that we do not draw. */
GtkWidget *app_formula_new (const char *tex);

G_END_DECLS
