/* prose.h: a paragraph with emphasis, links and formulas in its lines
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "exercises/markdown.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define APP_TYPE_PROSE (app_prose_get_type ())
G_DECLARE_FINAL_TYPE (AppProse, app_prose, APP, PROSE, GtkWidget)

/* A link that is activated calls the action "lesson.open" with its target,
 * which some widget around has to offer.  The text can be selected, and what is
 * copied of a formula is its TeX. */
GtkWidget  *app_prose_new             (const ExSpan  *spans,
                                       guint          n_spans);

/* For text in a button, which has to be pressed and not selected. */
void        app_prose_set_selectable  (AppProse      *self,
                                       gboolean       selectable);
void        app_prose_set_align       (AppProse      *self,
                                       ExAlign        align);

/* Has a plain label show Chinese characters in their Chinese form, whatever the
 * language of the system is; texts of lessons may differ from it. */
void        app_prose_mark_language   (GtkLabel      *label);

G_END_DECLS
