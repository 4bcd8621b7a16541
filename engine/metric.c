/* metric.c: how good predictions are, batch by batch
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "engine/metric.h"

#include "engine/metric-table.h"

#include <math.h>

struct _NnMetrics
{
  NnTask     task;
  GPtrArray *metrics;           /* NnMetric that fit */
  GPtrArray *states;            /* of each of them */
  gint64     room;              /* items that the arrays below hold */
  gint32    *truth;
  gint32    *guess;
  float     *row;
  GArray    *guesses;           /* pairs of gint32, or NULL */
};

const NnMetric *
nn_metric_get (guint index)
{
  for (int i = 0; nn_metric_families[i] != NULL; i++)
    for (const NnMetric *self = nn_metric_families[i]; self->name != NULL; self++)
      if (index-- == 0)
        return self;

  return NULL;
}

static NnTaskKind
kind_of (NnPredicts predicts)
{
  switch (predicts)
    {
    case NN_PREDICTS_CLASS_SCORES:
    case NN_PREDICTS_CLASS_LOGARITHMS:
      return NN_TASK_CLASSES;
    case NN_PREDICTS_YES_SCORES:
    case NN_PREDICTS_YES_PROBABILITIES:
      return NN_TASK_YES_NO;
    case NN_PREDICTS_NUMBERS:
      return NN_TASK_NUMBERS;
    case NN_PREDICTS_PLACES:
      break;
    }

  return NN_TASK_NOTHING;
}

NnTask
nn_task_new (NnPredicts     predicts,
             const NnShape *prediction,
             const NnShape *target,
             NnDtype        target_dtype,
             int            class_axis,
             gint64         ignored)
{
  NnTask self = {
    kind_of (predicts), predicts, target_dtype, { 0 }, nn_shape_count (prediction), 0, 1, ignored
  };

  if (self.kind == NN_TASK_CLASSES && class_axis - 1 < prediction->rank)
    {
      self.classes = prediction->size[class_axis - 1];
      self.stride = nn_shape_span (prediction, class_axis, prediction->rank);
      self.items /= MAX (self.classes, 1);
    }
  else if (self.kind == NN_TASK_YES_NO)
    self.classes = 2;
  for (int i = 0; i < prediction->rank; i++)
    if (self.kind != NN_TASK_CLASSES || i != class_axis - 1)
      self.answer.size[self.answer.rank++] = prediction->size[i];

  /* Answers that are not one for each prediction cannot be compared with them. */
  if ((self.kind == NN_TASK_CLASSES && self.classes < 2)
      || (target_dtype == NN_FLOAT32 && !nn_shape_equal (prediction, target))
      || (target_dtype != NN_FLOAT32 && (self.kind != NN_TASK_CLASSES
                                         || nn_shape_count (target) != self.items)))
    self.kind = NN_TASK_NOTHING;
  return self;
}

static inline gint64
start_of (const NnTask *self,
          gint64        item)
{
  return item / self->stride * self->stride * self->classes + item % self->stride;
}

const float *
nn_judged_scores (const NnJudged *self,
                  gint64          item)
{
  const NnTask *task = self->task;
  const float *x = self->x + start_of (task, item);

  if (task->stride == 1)
    return x;
  for (gint64 i = 0; i < task->classes; i++)
    self->row[i] = x[i * task->stride];
  return self->row;
}

double
nn_judged_log_share (const NnJudged *self,
                     const float    *scores,
                     gint64          class)
{
  double top = scores[0];
  double sum = 0;

  if (self->task->predicts == NN_PREDICTS_CLASS_LOGARITHMS)
    return scores[class];

  for (gint64 i = 1; i < self->task->classes; i++)
    top = MAX (top, scores[i]);
  for (gint64 i = 0; i < self->task->classes; i++)
    sum += exp (scores[i] - top);
  return scores[class] - top - log (sum);
}

NnMetrics *
nn_metrics_new (const NnTask *task)
{
  NnMetrics *self = g_new0 (NnMetrics, 1);
  const NnMetric *metric;

  self->task = *task;
  self->metrics = g_ptr_array_new ();
  self->states = g_ptr_array_new ();
  self->row = g_new (float, (gsize) task->classes + 1);
  for (guint i = 0; (metric = nn_metric_get (i)) != NULL; i++)
    if (task->kind != NN_TASK_NOTHING && metric->fits (task))
      {
        g_ptr_array_add (self->metrics, (gpointer) metric);
        g_ptr_array_add (self->states, metric->begin (task));
      }

  return self;
}

void
nn_metrics_free (NnMetrics *self)
{
  for (guint i = 0; i < self->metrics->len; i++)
    ((const NnMetric *) g_ptr_array_index (self->metrics, i))
      ->free (g_ptr_array_index (self->states, i));
  g_ptr_array_unref (self->metrics);
  g_ptr_array_unref (self->states);
  g_clear_pointer (&self->guesses, g_array_unref);
  g_free (self->truth);
  g_free (self->guess);
  g_free (self->row);
  g_free (self);
}

void
nn_metrics_keep_guesses (NnMetrics *self)
{
  if (self->task.classes > 0 && self->task.items == 1 && self->guesses == NULL)
    self->guesses = g_array_new (FALSE, FALSE, 2 * sizeof (gint32));
}

/* The class with the highest number, the first of equal ones. */
static gint32
best_of (const NnTask *task,
         const float  *x)
{
  gint32 best = 0;

  for (gint32 i = 1; i < task->classes; i++)
    if (x[i * task->stride] > x[best * task->stride])
      best = i;
  return best;
}

/* A label outside of the classes does not count either: training has refused
 * such data. */
static void
judge_classes (NnMetrics   *self,
               gint64       n_items,
               const float *x,
               const void  *target)
{
  const NnTask *task = &self->task;
  gboolean has_labels = task->target_dtype == NN_INT64;

  for (gint64 item = 0; item < n_items; item++)
    {
      gint64 at = start_of (task, item);
      gint64 label = has_labels ? ((const gint64 *) target)[item]
                                : best_of (task, (const float *) target + at);

      self->guess[item] = best_of (task, x + at);
      self->truth[item] = label >= 0 && label < task->classes
                          && !(has_labels && label == task->ignored) ? (gint32) label : -1;
    }
}

/* Answers may be shares, such as smoothed ones: yes is from one half on. */
static void
judge_yes_no (NnMetrics   *self,
              gint64       n_items,
              const float *x,
              const float *target)
{
  float limit = self->task.predicts == NN_PREDICTS_YES_PROBABILITIES ? 0.5f : 0;

  for (gint64 item = 0; item < n_items; item++)
    {
      self->guess[item] = x[item] > limit;
      self->truth[item] = target[item] >= 0.5f;
    }
}

static void
keep_guesses (NnMetrics *self,
              gint64     n_samples)
{
  for (gint64 i = 0; i < n_samples; i++)
    {
      gint32 pair[] = { self->truth[i], self->guess[i] };

      g_array_append_vals (self->guesses, pair, 1);
    }
}

void
nn_metrics_add (NnMetrics   *self,
                gint64       n_samples,
                const float *prediction,
                const void  *target)
{
  const NnTask *task = &self->task;
  NnJudged batch = { task, n_samples, n_samples * task->items };

  if (task->kind == NN_TASK_NOTHING || n_samples == 0)
    return;

  if (batch.n_items > self->room)
    {
      self->room = batch.n_items;
      self->truth = g_renew (gint32, self->truth, self->room);
      self->guess = g_renew (gint32, self->guess, self->room);
    }
  if (task->kind == NN_TASK_CLASSES)
    judge_classes (self, batch.n_items, prediction, target);
  else if (task->kind == NN_TASK_YES_NO)
    judge_yes_no (self, batch.n_items, prediction, target);
  if (self->guesses != NULL)
    keep_guesses (self, n_samples);

  batch.truth = self->truth;
  batch.guess = self->guess;
  batch.x = prediction;
  batch.t = target;
  batch.row = self->row;
  for (guint i = 0; i < self->metrics->len; i++)
    ((const NnMetric *) g_ptr_array_index (self->metrics, i))
      ->add (g_ptr_array_index (self->states, i), &batch);
}

NnFindings *
nn_metrics_finish (NnMetrics *self)
{
  NnFindings *findings = nn_findings_new ();

  for (guint i = 0; i < self->metrics->len; i++)
    ((const NnMetric *) g_ptr_array_index (self->metrics, i))
      ->finish (g_ptr_array_index (self->states, i), findings);

  return findings;
}

const gint32 *
nn_metrics_get_guesses (NnMetrics *self,
                        gint64    *n_samples)
{
  *n_samples = self->guesses != NULL ? self->guesses->len : 0;
  return self->guesses != NULL ? (const gint32 *) self->guesses->data : NULL;
}
