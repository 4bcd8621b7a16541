/* last-run.h: a run as its folder tells it
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "app/core/curves.h"
#include "app/core/evaluation.h"
#include "app/core/run.h"

G_BEGIN_DECLS

typedef struct
{
  char       *folder;
  AppRunInfo  info;
  AppProject *project;          /* as it was trained, without weights */
  AppCurves  *curves;
  AppEvaluation *evaluations[NN_N_PARTS];       /* each may be NULL */
} AppLastRun;

/* The last run of the project at @path, or NULL when it has none that can be
 * read.  Takes as long as its curves are, so that it is for a thread; the
 * result may be handed to another one. */
AppLastRun  *app_last_run_read  (const char  *path) G_GNUC_WARN_UNUSED_RESULT;
void         app_last_run_free  (AppLastRun  *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AppLastRun, app_last_run_free)

G_END_DECLS
