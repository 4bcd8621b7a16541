/* pool.c: the one set of threads that computes
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "engine/cpu/pool.h"

#include <sched.h>
#include <stdlib.h>
#include <unistd.h>

/* libgomp's interface, declared here so that every compiler can use it: an
 * OpenMP pragma would bring in the compiler's own runtime, a second pool. */
void GOMP_parallel       (void     (*function) (void *),
                          void      *data,
                          unsigned   threads,
                          unsigned   flags);
int  omp_get_thread_num  (void);
int  omp_get_num_threads (void);
void omp_set_num_threads (int        threads);
void omp_set_dynamic     (int        on);

/* About 50 µs on the processors we measured: longer than any gap inside a
 * training step, shorter than a time slice that another program could use. */
#define SPIN_COUNT "20000"

struct _NnPool
{
  int threads;
};

typedef struct
{
  gint64   count;
  gint64   part;                /* elements of each part but the last */
  NnRange  range;
  void    *data;
} Work;

NnPool *
nn_pool_new (int threads)
{
  NnPool *self = g_new0 (NnPool, 1);
  cpu_set_t set;

  if (threads <= 0)
    threads = sched_getaffinity (0, sizeof set, &set) == 0 ? CPU_COUNT (&set) : 1;
  self->threads = MAX (threads, 1);

  /* libgomp may otherwise use fewer threads on a busy machine, and another
   * number of threads means other sums. */
  omp_set_dynamic (0);
  nn_pool_limit (self->threads);

  return self;
}

void
nn_pool_free (NnPool *self)
{
  g_free (self);
}

int
nn_pool_get_threads (NnPool *self)
{
  return self->threads;
}

void
nn_pool_limit (int threads)
{
  omp_set_num_threads (threads);
}

static void
run_part (void *data)
{
  Work *work = data;
  int n_threads = omp_get_num_threads ();

  /* libgomp can give fewer threads than asked for when it cannot start them. */
  for (gint64 i = omp_get_thread_num (); i * work->part < work->count; i += n_threads)
    work->range (work->data, i * work->part, MIN ((i + 1) * work->part, work->count));
}

void
nn_pool_for (NnPool  *self,
             int      threads,
             gint64   count,
             gint64   grain,
             NnRange  range,
             void    *data)
{
  Work work = { count, 0, range, data };
  gint64 parts = MIN (MIN (threads, self->threads), count / MAX (grain, 1));

  if (count <= 0)
    return;

  if (parts <= 1)
    {
      range (data, 0, count);
      return;
    }

  work.part = (count + parts - 1) / parts;
  GOMP_parallel (run_part, &work, (unsigned) parts, 0);
}

void
nn_pool_prepare_process (char **argv)
{
  if (getenv ("GOMP_SPINCOUNT") != NULL || getenv ("OMP_WAIT_POLICY") != NULL)
    return;

  g_setenv ("GOMP_SPINCOUNT", SPIN_COUNT, TRUE);
  execv ("/proc/self/exe", argv);
  /* Without /proc the program simply goes on with the library's own setting. */
}
