/* evaluation.h: how good a trained network is on a part of its data
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "app/core/samples.h"
#include "engine/network.h"

G_BEGIN_DECLS

typedef struct
{
  char       *part;             /* "train", "validation" or "test" */
  NnScore     score;
  char      **classes;          /* names, or NULL */
  NnFindings *findings;
  GArray     *guesses;          /* AppGuess of each sample, or NULL; not in files */
} AppEvaluation;

typedef struct
{
  guint32 item;                 /* of the data set */
  gint32  truth;                /* -1: does not count */
  gint32  guess;
} AppGuess;

/* "train", "validation", "test": as files and the command line have them. */
const char    *app_part_name               (NnPart                part);

/* FALSE with a message when there is no such part. */
gboolean       app_part_find               (const char           *name,
                                            NnPart               *part,
                                            GError              **error);

/* "Training data": translated. */
const char    *app_part_title              (NnPart                part);

/* Judges @part by all metrics that fit.  @cancelled and @n_done, which may be
 * NULL, are those of NnEvaluation. */
AppEvaluation *app_evaluation_new          (NnNetwork            *network,
                                            AppSamples           *samples,
                                            NnPart                part,
                                            gint64                batch,
                                            const int            *cancelled,
                                            int                  *n_done,
                                            GError              **error)
                                            G_GNUC_WARN_UNUSED_RESULT;
void           app_evaluation_free         (AppEvaluation        *self);

/* The name of a class, or its number.  (transfer full) */
char          *app_evaluation_dup_class    (const AppEvaluation  *self,
                                            gint64                class) G_GNUC_WARN_UNUSED_RESULT;

/* A measure as people read it, with the unit.  (transfer full) */
char          *app_measure_print           (const NnMeasure      *measure)
                                            G_GNUC_WARN_UNUSED_RESULT;

/* A value of a table: whole in a column of counts, otherwise with three digits, or
 * "–".  (transfer full) */
char          *app_table_print             (const NnTable        *table,
                                            gint64                row,
                                            gint64                column)
                                            G_GNUC_WARN_UNUSED_RESULT;

/* Members of the object that is open. */
void           app_evaluation_write        (const AppEvaluation  *self,
                                            NnJsonWriter         *writer);

/* From a stranger: checked. */
AppEvaluation *app_evaluation_read         (const NnJson         *json,
                                            GError              **error)
                                            G_GNUC_WARN_UNUSED_RESULT;

/* "evaluation-test.json" in a run's folder.  Loading gives NULL without an error
 * when there is none. */
gboolean       app_evaluation_save         (const AppEvaluation  *self,
                                            const char           *folder,
                                            GError              **error);
AppEvaluation *app_evaluation_load         (const char           *folder,
                                            NnPart                part,
                                            GError              **error)
                                            G_GNUC_WARN_UNUSED_RESULT;

/* Removes what was found of weights that a training is about to change. */
void           app_evaluation_forget       (const char           *folder);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AppEvaluation, app_evaluation_free)

G_END_DECLS
