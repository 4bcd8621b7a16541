/* notice.h: a card that says what is wrong and what can be done
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define APP_TYPE_NOTICE (app_notice_get_type ())
G_DECLARE_FINAL_TYPE (AppNotice, app_notice, APP, NOTICE, GtkWidget)

/* Hidden until there is something to say. */
GtkWidget  *app_notice_new      (void);

/* NULL for @heading hides it.  What was added before goes. */
void        app_notice_set      (AppNotice  *self,
                                 const char *heading,
                                 const char *text);

/* A button for @action, whose target, which may be NULL, is sunk. */
void        app_notice_add      (AppNotice  *self,
                                 const char *label,
                                 const char *action,
                                 GVariant   *target);

G_END_DECLS
