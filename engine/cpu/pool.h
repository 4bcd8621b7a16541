/* pool.h: the one set of threads that computes
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "engine/op.h"

G_BEGIN_DECLS

/* The threads are those of libgomp, because oneDNN uses them, too: a second
 * pool would spin against the first and halve the speed of both.  Idle threads
 * spin as long as GOMP_SPINCOUNT says, then sleep; nn_pool_prepare_process()
 * bounds it. */

/* @threads 0 means one for each processor that the process may use. */
NnPool   *nn_pool_new              (int       threads);
void      nn_pool_free             (NnPool   *self);
int       nn_pool_get_threads      (NnPool   *self);

typedef void (*NnRange) (void   *data,
                         gint64  first,
                         gint64  last);

/* Calls @range for consecutive parts of 0 … @count, at most one for each of
 * @threads, none smaller than @grain (but for the last).  The parts depend on
 * nothing else, so sums come out the same at every run. */
void      nn_pool_for              (NnPool   *self,
                                    int       threads,
                                    gint64    count,
                                    gint64    grain,
                                    NnRange   range,
                                    void     *data);

/* Makes libraries that ask OpenMP for threads use @threads, until the next
 * call. */
void      nn_pool_limit            (int       threads);

/* Restarts the program with bounded spinning when the environment does not say
 * anything about it: libgomp reads it before main().  Returns when there is
 * nothing to do. */
void      nn_pool_prepare_process  (char    **argv);

G_END_DECLS
