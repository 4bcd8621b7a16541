/* watchdog.h: whether the main loop keeps running
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Where the environment has EPOCH_WATCHDOG, measures from now on how long the
 * main loop stays away from its sources.  A line with the figures goes to
 * stderr when the program ends, and on SIGUSR1, after which it begins anew. */
typedef struct _AppWatchdog AppWatchdog;

/* NULL where nobody asked for it. */
AppWatchdog  *app_watchdog_new   (void) G_GNUC_WARN_UNUSED_RESULT;
void          app_watchdog_free  (AppWatchdog  *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AppWatchdog, app_watchdog_free)

G_END_DECLS
