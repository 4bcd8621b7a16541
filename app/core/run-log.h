/* run-log.h: the numbers of a training, appended one by one
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define APP_RUN_LOG_LONGEST_TAG 239     /* bytes */
#define APP_RUN_LOG_MAX_TAGS    65536

/* The file events.bin of a run, open for appending.  One process at a time. */
typedef struct _AppRunLog AppRunLog;

/* Creates the file, or goes on where it ends; a torn end is cut off.  What is
 * about steps after @last_step is removed, so that a training which resumes
 * there does not tell it twice; G_MAXUINT64 keeps all. */
AppRunLog   *app_run_log_open    (const char    *path,
                                  guint64        last_step,
                                  GError       **error) G_GNUC_WARN_UNUSED_RESULT;

/* @tag is a name such as "loss/train", not empty and not longer than
 * APP_RUN_LOG_LONGEST_TAG; @time_us is the wall clock as g_get_real_time()
 * tells it; @value may be any number or none.  Records are gathered before
 * they are written, so a failure may be about earlier ones; this one is not
 * kept then. */
gboolean     app_run_log_add     (AppRunLog     *self,
                                  guint64        step,
                                  gint64         time_us,
                                  const char    *tag,
                                  double         value,
                                  GError       **error);

/* Lets the readers see everything so far.  After a failure the records are
 * still there for another attempt. */
gboolean     app_run_log_flush   (AppRunLog     *self,
                                  GError       **error);

/* Flushes, too, but cannot tell whether that went well. */
void         app_run_log_free    (AppRunLog     *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AppRunLog, app_run_log_free)

G_END_DECLS
