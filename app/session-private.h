/* session-private.h: what the files of the session share
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "app/core/pace.h"
#include "app/core/worker-event.h"
#include "app/session.h"
#include "app/worker-client.h"

G_BEGIN_DECLS

struct _AppSession
{
  GObject          parent_instance;

  AppWorkerClient *worker;      /* owned, or NULL */
  AppSessionState  state;
  AppDocument     *document;    /* that is trained, or was last; owned, or NULL */
  AppProject      *project;     /* as the run was started, without weights; or NULL */
  char            *folder;      /* of the last run, or NULL */
  GPtrArray       *unsaved;     /* folders of runs while the project was not saved */
  AppCurves       *curves;
  AppPace          pace;
  guint64          step;
  guint64          total;
  double           reading;

  gboolean         has_result;
  AppRunInfo       result;
  char            *error;       /* or NULL */
  guint            error_node;
  gboolean         has_diverged;
  char            *warning;     /* or NULL */
  gboolean         can_resume;
  guint64          checkpoint;

  gboolean         is_open;     /* the worker has the network of the run */
  gboolean         is_evaluating;
  double           evaluated;   /* share of it */
  AppEvaluation   *evaluations[NN_N_PARTS];     /* owned; each may be NULL */
  gboolean         is_asking;   /* for samples */
  AppCellSamples  *samples;     /* that were asked for last, or NULL */
  guint            evaluation_stamp;
  guint            samples_stamp;
  GCancellable    *loading;     /* of app_session_show_last_run() */
  guint            changed_id;
  gboolean         has_points;  /* since the last "changed" */
};

/* Tells of all that has changed, now. */
void  _app_session_flush_changes        (AppSession  *self);

/* Forgets how the last training ended. */
void  _app_session_clear_outcome        (AppSession  *self);

/* Whether the run can be gone on with: to be asked when it has ended, however it
 * did. */
void  _app_session_look_for_checkpoint  (AppSession  *self);

/* Tells of all that has changed, before long. */
void  _app_session_change_soon          (AppSession  *self);

/* A worker to speak to, or NULL and the session has failed. */
AppWorkerClient *_app_session_need_worker (AppSession *self);

NnJsonWriter *_app_session_begin_request (const char *name) G_GNUC_WARN_UNUSED_RESULT;
void          _app_session_send_request  (AppSession *self,
                                          const char *name);

/* See session-evaluate.c: what the worker tells about an evaluation, and the end
 * of all that is known of one. */
void  _app_session_take_evaluation      (AppSession     *self,
                                         AppWorkerEvent *event);
void  _app_session_end_evaluating       (AppSession     *self);
void  _app_session_forget_evaluations   (AppSession     *self);

G_END_DECLS
