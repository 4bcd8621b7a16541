/* worker.h: trains and answers for a window in another process
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "app/core/frame.h"

G_BEGIN_DECLS

/* What the window can ask for, as the member "do" of a frame's header, with the
 * other members and the payload each takes:
 *
 *   train       folder, project (path), resume, and, if it shall pause after one
 *               step, paused; payload: project.json
 *   pause, continue, step, stop
 *   open        path: a project or a run, for what follows
 *   load        path: a checkpoint, into the network that is open
 *   evaluate    part: "train", "validation" or "test"; "stop" ends it early
 *   samples     part, truth, guess: those whose class was taken for that one
 *   predict     payload: one sample as float32
 *   values      node (id), sample (index in the data)
 *
 * and what comes back, as "event":
 *
 *   reading     done, total: the data is being decoded
 *   started     step, total, parameters, per-epoch numbers of samples
 *   points      points: [tag, step, value] …, step, total, seconds, samples
 *   state       state: "running", "paused"
 *   ended       the members of run.json, folder, and when it failed error, node,
 *               and code (of NN_ERROR, or -1)
 *   opened, loaded
 *   evaluating  done, total: samples
 *   score       the members of an evaluation: see evaluation.h
 *   evaluation-stopped
 *   samples     part, truth, guess, count, items (of those sent), dtype, shape;
 *               payload: the items as they are stored
 *   prediction  payload: float32 scores
 *   values      node, shape; payload: float32
 *   error       message, node: the request could not be done
 *
 * Requests about a network while it trains are refused, unless it is paused. */
typedef struct _AppWorker AppWorker;

/* FALSE when the other side is gone. */
typedef gboolean (*AppSend) (GBytes *bytes,
                             void   *data);

AppWorker  *app_worker_new          (AppSend         send,
                                     void           *data) G_GNUC_WARN_UNUSED_RESULT;

/* Stops what is under way and saves it. */
void        app_worker_free         (AppWorker      *self);

void        app_worker_handle       (AppWorker      *self,
                                     const AppFrame *frame);

/* How long the caller may wait for the next frame before app_worker_work() has
 * something to do: -1 for ever. */
gint64      app_worker_get_wait_us  (AppWorker      *self);

/* Passes on what training has to tell.  FALSE when nobody listens any more. */
gboolean    app_worker_work         (AppWorker      *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AppWorker, app_worker_free)

G_END_DECLS
