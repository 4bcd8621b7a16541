/* run.h: the folder that a training leaves behind
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "app/core/project.h"
#include "engine/json-writer.h"

G_BEGIN_DECLS

/* run.json says what was trained and how it stands, events.bin holds the curves,
 * checkpoints/ the weights, project.json the project as it was.  The window and
 * the command line write and read the same. */

typedef struct
{
  char    *state;               /* "running", "stopped", "done", "failed" */
  char    *project;             /* path of the .epoch file */
  char    *message;             /* why it failed, or NULL */
  char    *version;             /* of the program */
  char    *device;
  char    *digest;              /* or NULL while it runs */
  int      threads;
  guint64  seed;
  guint32  epochs;              /* done */
  guint64  steps;               /* done */
  guint64  total_steps;
  gint64   parameters;
  double   seconds;
  double   per_second;          /* samples */
  double   waited_seconds;      /* for data */
  double   train_loss, train_accuracy;
  double   validation_loss, validation_accuracy;
  double   test_loss, test_accuracy;    /* NaN where there is none */
} AppRunInfo;

void       app_run_info_clear     (AppRunInfo        *self);

/* Folder of the next run of the project at @path: "NAME.runs/001" beside it. */
char      *app_run_next_folder    (const char        *project_path) G_GNUC_WARN_UNUSED_RESULT;

/* Folder of its last run, or NULL. */
char      *app_run_last_folder    (const char        *project_path) G_GNUC_WARN_UNUSED_RESULT;

/* Adds the folders of all of them, oldest first, as strings to @folders. */
void       app_run_list_folders   (const char        *project_path,
                                   GPtrArray         *folders);

/* Removes all but the @n_kept newest of the runs in @folder, and none that was
 * written to within the last day: a window may be training into it. */
void       app_run_prune           (const char        *folder,
                                    guint              n_kept);

/* @path is a run's folder if there is a run.json in it. */
gboolean   app_run_is_folder      (const char        *path);

gboolean   app_run_write_info     (const char        *folder,
                                   const AppRunInfo  *info,
                                   GError           **error);
gboolean   app_run_read_info      (const char        *folder,
                                   AppRunInfo        *info,
                                   GError           **error);

/* The same from a JSON object of a stranger.  Clear @self also after a failure. */
gboolean   app_run_info_read      (AppRunInfo        *self,
                                   const NnJson      *json,
                                   GError           **error);

/* Whether there is a checkpoint to go on from, and the step of the newest one. */
gboolean   app_run_find_checkpoint (const char       *folder,
                                    guint64          *step);

/* The project as the run was started with it, without weights but with the
 * vocabulary of its texts. */
AppProject *app_run_read_project  (const char        *folder,
                                   GError           **error) G_GNUC_WARN_UNUSED_RESULT;

/* The vocabulary that the texts of the run were cut with; NULL if it has none.
 * (transfer full) */
GBytes     *app_run_read_vocabulary (const char      *folder) G_GNUC_WARN_UNUSED_RESULT;
gboolean    app_run_write_vocabulary (const char     *folder,
                                      GBytes         *vocabulary,
                                      GError        **error);

/* One value under @key of an object: what "train --json" prints, and run.json
 * has.  NaN becomes null. */
void       app_run_info_write     (const AppRunInfo  *self,
                                   NnJsonWriter      *writer);

G_END_DECLS
