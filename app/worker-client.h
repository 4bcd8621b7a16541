/* worker-client.h: the window's end of the line to its worker
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "app/core/frame.h"

#include <gio/gio.h>

G_BEGIN_DECLS

#define APP_TYPE_WORKER_CLIENT (app_worker_client_get_type ())
G_DECLARE_FINAL_TYPE (AppWorkerClient, app_worker_client, APP, WORKER_CLIENT, GObject)

/* A running worker.  Nothing here waits: frames go out and come in while the
 * main loop runs.
 *
 * Signals:
 *   frame (AppFrame *)   the worker tells something; the frame is borrowed
 *   died (string)        it is gone, or what it sends makes no sense and it has
 *                        been ended; why, in words.  The last signal. */

/* @argv is the program with its arguments; NULL for the worker that belongs to
 * this program. */
AppWorkerClient  *app_worker_client_new      (const char *const  *argv,
                                              GError            **error)
                                              G_GNUC_WARN_UNUSED_RESULT;

/* Sends the frame that @writer holds, whose top object is still open; @payload
 * may be NULL.  A worker that is gone does not hear it. */
void              app_worker_client_send     (AppWorkerClient    *self,
                                              NnJsonWriter       *writer,
                                              GBytes             *payload);

/* What it sends makes no sense: ends it, and "died" says so with @cause. */
void              app_worker_client_reject   (AppWorkerClient    *self,
                                              const char         *cause);

/* Nothing more will be sent: a worker that hears this saves and ends.  Until
 * then the application stays, but not for long. */
void              app_worker_client_close    (AppWorkerClient    *self);

/* 0 once it has ended. */
int               app_worker_client_get_pid  (AppWorkerClient    *self);

G_END_DECLS
