/* worker-event.h: what the worker tells, checked
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "app/core/cell-samples.h"
#include "app/core/curves.h"
#include "app/core/evaluation.h"
#include "app/core/frame.h"
#include "app/core/run.h"

G_BEGIN_DECLS

typedef enum
{
  APP_EVENT_READING,
  APP_EVENT_STARTED,
  APP_EVENT_POINTS,
  APP_EVENT_STATE,
  APP_EVENT_ENDED,
  APP_EVENT_EVALUATING,
  APP_EVENT_SCORE,
  APP_EVENT_EVALUATION_STOPPED,
  APP_EVENT_SAMPLES,
  APP_EVENT_ERROR,
  APP_EVENT_OTHER,              /* nothing about a training */
} AppEventKind;

/* The members that a kind does not have are zero. */
typedef struct
{
  AppEventKind  kind;
  double        share;          /* READING, EVALUATING: 0 to 1 */
  guint64       step;           /* STARTED, POINTS: steps done */
  guint64       total_steps;    /* STARTED, POINTS: at least 1 */
  guint64       n_samples;      /* POINTS: trained in this process */
  gboolean      is_paused;      /* STATE */
  AppRunInfo    info;           /* ENDED */
  AppEvaluation  *evaluation;   /* SCORE */
  AppCellSamples *samples;      /* SAMPLES */
  char         *message;        /* STARTED: a warning; ENDED, ERROR: what failed; or NULL */
  guint         node;           /* ENDED, ERROR: that it is about, or 0 */
  int           code;           /* ENDED: of NN_ERROR, or -1 */
} AppWorkerEvent;

/* The frame may come from anybody: types and ranges are checked.  Clear @self
 * also after a failure. */
gboolean  app_worker_event_read       (AppWorkerEvent   *self,
                                       const AppFrame   *frame,
                                       GError          **error);
void      app_worker_event_clear      (AppWorkerEvent   *self);

/* Calls @func for each point of a POINTS event.  Those in front of one that is
 * no point have been told then. */
gboolean  app_worker_event_for_points (const AppFrame   *frame,
                                       AppPointFunc      func,
                                       void             *data,
                                       GError          **error);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (AppWorkerEvent, app_worker_event_clear)

G_END_DECLS
