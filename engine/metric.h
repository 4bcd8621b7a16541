/* metric.h: how good predictions are, batch by batch
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "engine/findings.h"
#include "engine/op.h"

G_BEGIN_DECLS

typedef enum
{
  NN_TASK_NOTHING,              /* nothing that a metric could judge */
  NN_TASK_CLASSES,              /* scores of classes against the right one */
  NN_TASK_YES_NO,               /* one score against yes or no */
  NN_TASK_NUMBERS,
} NnTaskKind;

/* What there is to judge.  An item is a sample, or a pixel or a token of it. */
typedef struct
{
  NnTaskKind kind;
  NnPredicts predicts;
  NnDtype    target_dtype;
  NnShape    answer;            /* of one sample, without the axis of the classes */
  gint64     items;             /* of one sample */
  gint64     classes;           /* 2 for yes and no, 0 for numbers */
  gint64     stride;            /* between the scores of an item */
  gint64     ignored;           /* label of what does not count */
} NnTask;

/* A batch, item by item. */
typedef struct
{
  const NnTask  *task;
  gint64         n_samples;
  gint64         n_items;
  const gint32  *truth;         /* class; -1: does not count; NULL for numbers */
  const gint32  *guess;
  const float   *x;             /* predictions as they came */
  const float   *t;             /* NUMBERS: right ones */
  float         *row;           /* room for the scores of one item */
} NnJudged;

/* The scores of @item, side by side; valid until the next call. */
const float *nn_judged_scores    (const NnJudged *self,
                                  gint64          item);

/* log p of @class, from the scores of an item and the task's kind of scores. */
double       nn_judged_log_share (const NnJudged *self,
                                  const float    *scores,
                                  gint64          class);

/* One metric.  Formulas are those of scikit-learn, unless the summary says
 * otherwise. */
typedef struct
{
  const char *name;             /* "confusion": unique, never renamed */
  const char *title;            /* N_() */
  const char *summary;          /* N_(): one sentence with a full stop */
  const char *lesson;           /* chapter of the course, or NULL */
  gboolean  (*fits)   (const NnTask   *task);
  void     *(*begin)  (const NnTask   *task);
  void      (*add)    (void           *state,
                       const NnJudged *batch);
  void      (*finish) (void           *state,
                       NnFindings     *findings);
  void      (*free)   (void           *state);
} NnMetric;

/* All of them, one after the other; NULL behind the last one. */
const NnMetric *nn_metric_get        (guint              index);

/* What a loss that @predicts makes of predictions and answers, both of them
 * shapes of one sample; @class_axis counts from the batch. */
NnTask          nn_task_new          (NnPredicts         predicts,
                                      const NnShape     *prediction,
                                      const NnShape     *target,
                                      NnDtype            target_dtype,
                                      int                class_axis,
                                      gint64             ignored);

/* All metrics that fit a task, at work. */
typedef struct _NnMetrics NnMetrics;

NnMetrics      *nn_metrics_new       (const NnTask      *task) G_GNUC_WARN_UNUSED_RESULT;
void            nn_metrics_free      (NnMetrics         *self);

/* Keeps what was right and what was predicted of each sample, where a sample has
 * one item.  To be called before the first batch. */
void            nn_metrics_keep_guesses (NnMetrics      *self);

/* Looks at @n_samples predictions and answers as they lie in memory. */
void            nn_metrics_add       (NnMetrics         *self,
                                      gint64             n_samples,
                                      const float       *prediction,
                                      const void        *target);

/* (transfer full) */
NnFindings     *nn_metrics_finish    (NnMetrics         *self) G_GNUC_WARN_UNUSED_RESULT;

/* Pairs of truth and guess, in the order of the samples; NULL when they were not
 * kept.  (transfer none) */
const gint32   *nn_metrics_get_guesses (NnMetrics       *self,
                                        gint64          *n_samples);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (NnMetrics, nn_metrics_free)

G_END_DECLS
