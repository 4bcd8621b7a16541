/* classes.c: right and wrong classes, counted
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "engine/metric.h"

#include <glib/gi18n-lib.h>
#include <math.h>

/* With h_c the hits of a class, g_c how often it was guessed and t_c how often it
 * was right: precision h / g, recall h / t, F1 2 h / (g + t), each 0 where it
 * would be 0 / 0.  Means over the classes leave out those that are neither in the
 * answers nor among the guesses. */

#define MOST_CONFUSED 512       /* classes of a table that people can look at */

typedef struct
{
  gint64  classes;
  gint64  counted;
  gint64 *hits;                 /* of each class */
  gint64 *guesses;
  gint64 *truths;
  gint64 *pairs;                /* truth by guess, or NULL */
} Counts;

static gboolean
has_classes (const NnTask *task)
{
  return task->classes > 0;
}

static gboolean
has_few_classes (const NnTask *task)
{
  return task->classes > 0 && task->classes <= MOST_CONFUSED;
}

static void *
counts_new (const NnTask *task)
{
  Counts *self = g_new0 (Counts, 1);

  self->classes = task->classes;
  self->hits = g_new0 (gint64, task->classes);
  self->guesses = g_new0 (gint64, task->classes);
  self->truths = g_new0 (gint64, task->classes);
  return self;
}

static void *
confusion_new (const NnTask *task)
{
  Counts *self = counts_new (task);

  self->pairs = g_new0 (gint64, task->classes * task->classes);
  return self;
}

static void
counts_free (void *state)
{
  Counts *self = state;

  g_free (self->hits);
  g_free (self->guesses);
  g_free (self->truths);
  g_free (self->pairs);
  g_free (self);
}

static void
counts_add (void           *state,
            const NnJudged *batch)
{
  Counts *self = state;

  for (gint64 i = 0; i < batch->n_items; i++)
    {
      gint32 truth = batch->truth[i];
      gint32 guess = batch->guess[i];

      if (truth < 0)
        continue;
      self->counted++;
      self->truths[truth]++;
      self->guesses[guess]++;
      self->hits[truth] += truth == guess;
      if (self->pairs != NULL)
        self->pairs[truth * self->classes + guess]++;
    }
}

static double
quotient (double above,
          double below)
{
  return below > 0 ? above / below : 0;
}

static double
sum_of (const Counts *self,
        const gint64 *counts)
{
  double sum = 0;

  for (gint64 i = 0; i < self->classes; i++)
    sum += (double) counts[i];
  return sum;
}

static void
accuracy_finish (void       *state,
                 NnFindings *findings)
{
  const Counts *self = state;
  double right = sum_of (self, self->hits);

  nn_findings_add_share (findings, "accuracy", N_("Accuracy"),
                         self->counted > 0 ? right / (double) self->counted : NAN);
}

typedef enum
{
  PRECISION,
  RECALL,
  F1,
  N_SCORES,
} Score;

static double
score_of (const Counts *self,
          gint64        class,
          Score         score)
{
  double hits = (double) self->hits[class];
  double guesses = (double) self->guesses[class];
  double truths = (double) self->truths[class];

  switch (score)
    {
    case PRECISION:
      return quotient (hits, guesses);
    case RECALL:
      return quotient (hits, truths);
    case F1:
    case N_SCORES:
    default:
      return quotient (2 * hits, guesses + truths);
    }
}

/* Over all classes alike, or by how often each of them is right. */
static double
mean_score (const Counts *self,
            Score         score,
            gboolean      weighted)
{
  double sum = 0;
  double weights = 0;

  for (gint64 i = 0; i < self->classes; i++)
    {
      double weight = weighted ? (double) self->truths[i]
                               : self->truths[i] + self->guesses[i] > 0;

      sum += weight * score_of (self, i, score);
      weights += weight;
    }

  return self->counted > 0 ? quotient (sum, weights) : NAN;
}

static void
add_means (const Counts *self,
           NnFindings   *findings)
{
  static const struct
  {
    const char *name;
    const char *macro, *micro, *weighted;
  } scores[N_SCORES] = {
    [PRECISION] = { "precision", N_("Precision, mean of classes"), N_("Precision, all items"),
                    N_("Precision, weighted by class") },
    [RECALL]    = { "recall", N_("Recall, mean of classes"), N_("Recall, all items"),
                    N_("Recall, weighted by class") },
    [F1]        = { "f1", N_("F1, mean of classes"), N_("F1, all items"),
                    N_("F1, weighted by class") },
  };
  double all = self->counted > 0 ? sum_of (self, self->hits) / (double) self->counted : NAN;

  for (int i = 0; i < N_SCORES; i++)
    {
      g_autofree char *macro = g_strconcat (scores[i].name, "-macro", NULL);
      g_autofree char *micro = g_strconcat (scores[i].name, "-micro", NULL);
      g_autofree char *weighted = g_strconcat (scores[i].name, "-weighted", NULL);

      nn_findings_add_share (findings, macro, scores[i].macro,
                             mean_score (self, (Score) i, FALSE));
      nn_findings_add_share (findings, micro, scores[i].micro, all);
      nn_findings_add_share (findings, weighted, scores[i].weighted,
                             mean_score (self, (Score) i, TRUE));
    }
}

static void
add_class_table (const Counts *self,
                 NnFindings   *findings)
{
  const char *columns[] = { N_("Precision"), N_("Recall"), N_("F1"), N_("Items"), NULL };
  g_autofree double *values = g_new (double, self->classes * (N_SCORES + 1));

  for (gint64 i = 0; i < self->classes; i++)
    {
      for (int k = 0; k < N_SCORES; k++)
        values[i * (N_SCORES + 1) + k] = score_of (self, i, (Score) k);
      values[i * (N_SCORES + 1) + N_SCORES] = (double) self->truths[i];
    }
  nn_findings_add_table (findings, "classes", N_("Classes"), self->classes, N_SCORES + 1, columns,
                         values);
}

static void
class_scores_finish (void       *state,
                     NnFindings *findings)
{
  add_means (state, findings);
  add_class_table (state, findings);
}

/* Of a yes; what is said of a no is its mirror image. */
static void
yes_scores_finish (void       *state,
                   NnFindings *findings)
{
  const Counts *self = state;
  gboolean any = self->counted > 0;

  nn_findings_add_share (findings, "precision", N_("Precision"),
                         any ? score_of (self, 1, PRECISION) : NAN);
  nn_findings_add_share (findings, "recall", N_("Recall"), any ? score_of (self, 1, RECALL) : NAN);
  nn_findings_add_share (findings, "f1", N_("F1"), any ? score_of (self, 1, F1) : NAN);
  add_class_table (self, findings);
}

static void
confusion_finish (void       *state,
                  NnFindings *findings)
{
  const Counts *self = state;
  gint64 count = self->classes * self->classes;
  g_autofree double *values = g_new (double, count);

  for (gint64 i = 0; i < count; i++)
    values[i] = (double) self->pairs[i];
  nn_findings_add_table (findings, "confusion", N_("Confusion Matrix"), self->classes,
                         self->classes, NULL, values);
}

static gboolean
is_classes (const NnTask *task)
{
  return task->kind == NN_TASK_CLASSES && task->classes <= MOST_CONFUSED;
}

static gboolean
is_yes_no (const NnTask *task)
{
  return task->kind == NN_TASK_YES_NO;
}

#define COUNTS                                                                \
  .lesson = "18",                                                             \
  .add    = counts_add,                                                       \
  .free   = counts_free

const NnMetric nn_metrics_classes[] = {
  {
    .name = "accuracy", .title = N_("Accuracy"),
    .summary = N_("The share of samples, pixels or tokens whose class is right."),
    .fits = has_classes, .begin = counts_new, .finish = accuracy_finish,
    COUNTS,
  },
  {
    .name = "class-scores", .title = N_("Precision, Recall and F1 of Classes"),
    .summary = N_("How much of what was guessed is right, and how much of what is right was "
                  "found."),
    .fits = is_classes, .begin = counts_new, .finish = class_scores_finish,
    COUNTS,
  },
  {
    .name = "yes-scores", .title = N_("Precision, Recall and F1"),
    .summary = N_("How much of the guessed yes is right, and how much of the right yes was found."),
    .fits = is_yes_no, .begin = counts_new, .finish = yes_scores_finish,
    COUNTS,
  },
  {
    .name = "confusion", .title = N_("Confusion Matrix"),
    .summary = N_("How often each class was taken for each other one."),
    .fits = has_few_classes, .begin = confusion_new, .finish = confusion_finish,
    COUNTS,
  },
  { NULL }
};
