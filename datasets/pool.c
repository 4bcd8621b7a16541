/* pool.c: the same work on many jobs, by as many threads as there are processors
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "datasets/pool.h"

#define QUEUED_PER_THREAD 8

struct _DsPool
{
  DsPoolFunc   work;
  void        *data;
  GThreadPool *threads;
  GMutex       mutex;
  GCond        changed;
  guint        n_waiting;       /* pushed and not done */
  guint        max_waiting;
};

static void
work_cb (void *job,
         void *data)
{
  DsPool *self = data;

  self->work (job, self->data);

  g_mutex_lock (&self->mutex);
  self->n_waiting--;
  g_cond_signal (&self->changed);
  g_mutex_unlock (&self->mutex);
}

DsPool *
ds_pool_new (DsPoolFunc  work,
             void       *data)
{
  DsPool *self = g_new0 (DsPool, 1);
  int n_threads = g_get_num_processors ();

  self->work = work;
  self->data = data;
  self->max_waiting = n_threads * QUEUED_PER_THREAD;
  g_mutex_init (&self->mutex);
  g_cond_init (&self->changed);
  /* Threads that are shared are started as they are needed, which cannot fail. */
  self->threads = g_thread_pool_new (work_cb, self, n_threads, FALSE, NULL);

  return self;
}

void
ds_pool_push (DsPool *self,
              void   *job)
{
  g_mutex_lock (&self->mutex);
  while (self->n_waiting >= self->max_waiting)
    g_cond_wait (&self->changed, &self->mutex);
  self->n_waiting++;
  g_mutex_unlock (&self->mutex);

  g_thread_pool_push (self->threads, job, NULL);
}

void
ds_pool_free (DsPool *self)
{
  g_thread_pool_free (self->threads, FALSE, TRUE);
  g_cond_clear (&self->changed);
  g_mutex_clear (&self->mutex);
  g_free (self);
}
