/* run-title.h: what people call a run
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The title that was given to the run in @folder, or one made of the folder's
 * name.  (transfer full) */
char      *app_run_get_title  (const char   *folder) G_GNUC_WARN_UNUSED_RESULT;

/* Empty brings back the title made of the name. */
gboolean   app_run_set_title  (const char   *folder,
                               const char   *title,
                               GError      **error);

G_END_DECLS
