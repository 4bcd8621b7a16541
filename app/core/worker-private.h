/* worker-private.h: what the files of the worker share
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "app/core/evaluation.h"
#include "app/core/job.h"
#include "app/core/worker.h"

G_BEGIN_DECLS

struct _AppWorker
{
  AppSend       send;
  void         *data;
  gboolean      is_connected;

  /* Training.  Opening the data is a thread's work, so that it can be stopped. */
  GThread      *opening;        /* returns AppJob, or NULL with @open_error */
  GCancellable *cancellable;
  GError       *open_error;
  char         *warning;
  AppProject   *project;        /* of the job, or of what was opened */
  char         *folder;
  char         *project_path;
  gboolean      resume;
  gboolean      paused;         /* wait for a command after the first step */
  int           opened;         /* atomic: the thread is done */
  int           n_read;         /* atomic: items decoded */
  int           n_to_read;
  AppJob       *job;
  gboolean      is_paused;

  /* What was opened without training. */
  NnNetwork    *network;
  AppSamples   *samples;

  /* An evaluation under way, in a thread: it can be stopped. */
  GThread      *evaluating;     /* returns AppEvaluation, or NULL with @evaluate_error */
  GError       *evaluate_error;
  NnPart        part;
  int           is_evaluated;   /* atomic: the thread is done */
  int           wants_stop;     /* atomic */
  int           n_evaluated;    /* atomic: samples so far */
  int           n_told;         /* of them, in the last event */
  gint64        n_to_evaluate;
  gboolean      wants_samples;  /* it was begun for a question about samples */
  gint32        truth, guess;   /* of that question */
  AppEvaluation *evaluation;    /* the last one, or NULL */
};

/* A frame that tells something: begun, and sent with what was added to it. */
NnJsonWriter *_app_worker_begin_event  (const char       *name) G_GNUC_WARN_UNUSED_RESULT;
void          _app_worker_send         (AppWorker        *self,
                                        NnJsonWriter     *writer,
                                        GBytes           *payload);

void          _app_worker_send_error   (AppWorker        *self,
                                        const GError     *error);

/* Forgets the network that is open, and stops a training. */
void          _app_worker_close        (AppWorker        *self);

/* TRUE while data is being opened for a training, or it goes on. */
gboolean      _app_worker_is_training  (AppWorker        *self);

/* The network to ask: one that was opened, has been trained, or is paused.  Not
 * while it is being evaluated. */
NnNetwork    *_app_worker_get_network  (AppWorker        *self,
                                        AppSamples      **samples,
                                        GError          **error);

/* Tells how far an evaluation is, or its end. */
void          _app_worker_watch_evaluation (AppWorker    *self);

/* Stops it without a word. */
void          _app_worker_drop_evaluation  (AppWorker    *self);

/* Requests about a network; see worker-questions.c and worker-evaluate.c. */
gboolean      _app_worker_open         (AppWorker        *self,
                                        const AppFrame   *frame,
                                        GError          **error);
gboolean      _app_worker_load         (AppWorker        *self,
                                        const AppFrame   *frame,
                                        GError          **error);
gboolean      _app_worker_evaluate     (AppWorker        *self,
                                        const AppFrame   *frame,
                                        GError          **error);
gboolean      _app_worker_samples      (AppWorker        *self,
                                        const AppFrame   *frame,
                                        GError          **error);
gboolean      _app_worker_predict      (AppWorker        *self,
                                        const AppFrame   *frame,
                                        GError          **error);
gboolean      _app_worker_values       (AppWorker        *self,
                                        const AppFrame   *frame,
                                        GError          **error);

G_END_DECLS
