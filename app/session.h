/* session.h: the training of a window's project, in a worker process
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "app/core/cell-samples.h"
#include "app/core/curves.h"
#include "app/core/evaluation.h"
#include "app/core/run.h"
#include "app/document.h"

G_BEGIN_DECLS

typedef enum
{
  APP_SESSION_IDLE,             /* nothing has been trained yet, or it has ended */
  APP_SESSION_READING,          /* the worker decodes the data */
  APP_SESSION_RUNNING,
  APP_SESSION_PAUSED,
  APP_SESSION_STOPPING,
} AppSessionState;

#define APP_TYPE_SESSION (app_session_get_type ())
G_DECLARE_FINAL_TYPE (AppSession, app_session, APP, SESSION, GObject)

/* Owns the worker and what it tells.  The worker is started when it is first
 * needed; when it dies, "worker-died" is emitted with a sentence, and the next
 * start uses a new one.
 *
 * Signals: "changed" (state or any of the numbers below, at most 20 times a
 * second), "ended" (a training is over or could not begin; see
 * app_session_get_result and app_session_get_error), "worker-died" (string). */
AppSession       *app_session_new           (void) G_GNUC_WARN_UNUSED_RESULT;

/* Shows the last run of the document's project, if it is saved and has one.
 * Reading goes on in a thread; "changed" tells when it is done. */
void              app_session_show_last_run (AppSession   *self,
                                             AppDocument  *document);

/* Trains the document's project as it is now.  @resume goes on with the last
 * run of this session, as it was started, instead of beginning anew. */
void              app_session_start         (AppSession   *self,
                                             AppDocument  *document,
                                             gboolean      resume);
void              app_session_pause         (AppSession   *self);
void              app_session_continue      (AppSession   *self);

/* One batch, then a pause; an idle session starts for it. */
void              app_session_step          (AppSession   *self,
                                             AppDocument  *document);
void              app_session_stop          (AppSession   *self);

/* Judges @part with the weights that the last run ended with.  The score of the
 * test part also goes into the result. */
void              app_session_evaluate      (AppSession   *self,
                                             NnPart        part);
void              app_session_stop_evaluating (AppSession *self);

/* Which samples of class @truth are taken for @guess.  Where @part has not been
 * judged by this worker yet, that is done first. */
void              app_session_ask_samples   (AppSession   *self,
                                             NnPart        part,
                                             gint64        truth,
                                             gint64        guess);

/* Asks the worker to save and end; the application stays for that, but not for
 * long. */
void              app_session_close         (AppSession   *self);

AppSessionState   app_session_get_state     (AppSession   *self);
gboolean          app_session_get_evaluating (AppSession  *self);
double            app_session_get_evaluated (AppSession   *self);       /* 0 to 1 */

/* Of the last run, or NULL. */
const AppEvaluation *app_session_get_evaluation (AppSession *self,
                                                 NnPart      part);

/* Whether the answer is to come yet, and the last one, or NULL. */
gboolean          app_session_get_asking    (AppSession   *self);
const AppCellSamples *app_session_get_samples (AppSession *self);

/* Change with every evaluation, and with every answer, that comes or goes. */
guint             app_session_get_evaluation_stamp (AppSession *self);
guint             app_session_get_samples_stamp (AppSession *self);

/* Another one after app_session_show_last_run(). */
AppCurves        *app_session_get_curves    (AppSession   *self);
guint64           app_session_get_step      (AppSession   *self);
guint64           app_session_get_total     (AppSession   *self);       /* 0: unknown */
guint             app_session_get_epoch     (AppSession   *self);       /* under way, from 1 */
guint             app_session_get_epochs    (AppSession   *self);       /* of the training */
double            app_session_get_per_second (AppSession  *self);       /* samples; 0: unknown */
double            app_session_get_seconds_left (AppSession *self);      /* NaN: unknown */
double            app_session_get_reading   (AppSession   *self);       /* 0 to 1 */

/* Of the last training that ended, or NULL. */
const AppRunInfo *app_session_get_result    (AppSession   *self);

/* Why the last training failed or could not begin, or what was passed over;
 * each NULL when there is nothing to say. */
const char       *app_session_get_error     (AppSession   *self);
guint             app_session_get_error_node (AppSession  *self);       /* or 0 */
gboolean          app_session_has_diverged  (AppSession   *self);       /* a number became none */
const char       *app_session_get_warning   (AppSession   *self);

/* Folders of all runs of the project, oldest first; of an unsaved one, those of
 * this session.  (transfer full) */
char            **app_session_dup_folders   (AppSession   *self) G_GNUC_WARN_UNUSED_RESULT;

/* The run in @folder is gone: it is not shown any more. */
void              app_session_forget_run    (AppSession   *self,
                                             const char   *folder);

/* Folder of the last run, or NULL; whether it can be gone on with, and the step
 * of the newest checkpoint then. */
const char       *app_session_get_folder    (AppSession   *self);
gboolean          app_session_can_resume    (AppSession   *self);
guint64           app_session_get_checkpoint (AppSession  *self);

/* For tests: the worker's process, 0 when there is none. */
int               app_session_get_worker_pid (AppSession  *self);

G_END_DECLS
