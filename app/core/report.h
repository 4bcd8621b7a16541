/* report.h: a run on one page
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Writes one HTML file that needs nothing else: scores, settings, the network
 * layer by layer, and the curves.  @folder is that of the run. */
gboolean  app_report_write  (const char  *folder,
                             const char  *path,
                             GError     **error);

G_END_DECLS
