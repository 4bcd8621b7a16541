/* job.h: one training from the opened data to the written run
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "app/core/run.h"
#include "app/core/samples.h"

G_BEGIN_DECLS

/* The command line and the worker both train through this: it owns data,
 * network and trainer, runs the trainer in a thread of its own, and writes the
 * run's folder. */
typedef struct _AppJob AppJob;

typedef struct
{
  const char *folder;           /* of the run; made when missing */
  const char *project_path;     /* for run.json, or NULL */
  gboolean    resume;           /* go on from its checkpoints */
  guint64     stop_at_step;     /* 0: at the end */
} AppJobOptions;

/* Opens everything and starts the weights, or reads them to resume; @progress
 * and @cancellable are about decoding the data.  @warning, to be freed, says
 * what was passed over. */
AppJob           *app_job_new          (const AppProject      *project,
                                        const AppJobOptions   *options,
                                        DsProgressFunc         progress,
                                        void                  *data,
                                        GCancellable          *cancellable,
                                        char                 **warning,
                                        GError               **error) G_GNUC_WARN_UNUSED_RESULT;

/* Stops the training if it runs, and waits for it. */
void              app_job_free         (AppJob                *self);

gboolean          app_job_start        (AppJob                *self,
                                        GError               **error);

/* The next message of the trainer, which is already in the run's log; NULL when
 * none has come within @timeout_us.  After a STATE message that ends the
 * training there are no more.  (transfer full) */
NnProgress       *app_job_next         (AppJob                *self,
                                        guint64                timeout_us)
                                        G_GNUC_WARN_UNUSED_RESULT;

void              app_job_command      (AppJob                *self,
                                        NnCommand              command);

/* Once it has ended: puts the best weights in place and scores the test part
 * (not after a stop), writes the weights, and completes run.json.  FALSE when training or writing
 * failed; @info is filled as far as things are known.  Clear @info. */
gboolean          app_job_finish       (AppJob                *self,
                                        AppRunInfo            *info,
                                        GError               **error);

/* The file weights.safetensors that app_job_finish() has written. */
GBytes           *app_job_map_weights  (AppJob                *self,
                                        GError               **error) G_GNUC_WARN_UNUSED_RESULT;

AppSamples       *app_job_get_samples  (AppJob                *self);
NnNetwork        *app_job_get_network  (AppJob                *self);
const char       *app_job_get_folder   (AppJob                *self);
guint64           app_job_get_step     (AppJob                *self);
guint64           app_job_get_total    (AppJob                *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AppJob, app_job_free)

G_END_DECLS
