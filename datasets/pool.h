/* pool.h: the same work on many jobs, by as many threads as there are processors
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _DsPool DsPool;

/* Does one job and frees it. */
typedef void (*DsPoolFunc) (void *job,
                            void *data);

DsPool *ds_pool_new  (DsPoolFunc  work,
                      void       *data) G_GNUC_WARN_UNUSED_RESULT;

/* Waits while a few jobs for each thread are queued already, so that a fast
 * reader does not fill the memory.  (transfer full) of @job */
void    ds_pool_push (DsPool     *self,
                      void       *job);

/* Waits for all jobs. */
void    ds_pool_free (DsPool     *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (DsPool, ds_pool_free)

G_END_DECLS
