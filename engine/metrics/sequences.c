/* sequences.c: surprise, near misses, and sequences that are right as a whole
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "engine/metric.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#define TOP 5                   /* near enough, as contests of pictures count */

typedef struct
{
  double sum;
  gint64 count;
} Mean;

static void *
mean_new (const NnTask *task)
{
  return g_new0 (Mean, 1);
}

static double
mean_of (const Mean *self)
{
  return self->count > 0 ? self->sum / (double) self->count : NAN;
}

static gboolean
has_many_classes (const NnTask *task)
{
  return task->kind == NN_TASK_CLASSES && task->classes > TOP;
}

/* Of equal scores those in front are counted first, as when sorting. */
static void
top_add (void           *state,
         const NnJudged *batch)
{
  Mean *self = state;

  for (gint64 item = 0; item < batch->n_items; item++)
    {
      gint32 truth = batch->truth[item];
      const float *x;
      int better = 0;

      if (truth < 0)
        continue;
      x = nn_judged_scores (batch, item);
      for (gint64 i = 0; i < batch->task->classes; i++)
        better += x[i] > x[truth] || (x[i] == x[truth] && i < truth);
      self->sum += better < TOP;
      self->count++;
    }
}

static void
top_finish (void       *state,
            NnFindings *findings)
{
  nn_findings_add_share (findings, "top-5", N_("Among the five best"), mean_of (state));
}

static gboolean
has_tokens (const NnTask *task)
{
  return task->kind == NN_TASK_CLASSES && task->answer.rank == 1;
}

static void
perplexity_add (void           *state,
                const NnJudged *batch)
{
  Mean *self = state;

  for (gint64 item = 0; item < batch->n_items; item++)
    if (batch->truth[item] >= 0)
      {
        self->sum -= nn_judged_log_share (batch, nn_judged_scores (batch, item),
                                          batch->truth[item]);
        self->count++;
      }
}

static void
perplexity_finish (void       *state,
                   NnFindings *findings)
{
  nn_findings_add_number (findings, "perplexity", N_("Perplexity"), exp (mean_of (state)),
                          NN_BETTER_LOWER);
}

static void
exact_add (void           *state,
           const NnJudged *batch)
{
  Mean *self = state;
  gint64 length = batch->task->items;

  for (gint64 sample = 0; sample < batch->n_samples; sample++)
    {
      gboolean is_right = TRUE;

      for (gint64 i = sample * length; i < (sample + 1) * length; i++)
        is_right = is_right && (batch->truth[i] < 0 || batch->truth[i] == batch->guess[i]);
      self->sum += is_right;
      self->count++;
    }
}

static void
exact_finish (void       *state,
              NnFindings *findings)
{
  nn_findings_add_share (findings, "exact-match", N_("Exact sequences"), mean_of (state));
}

const NnMetric nn_metrics_sequences[] = {
  {
    .name = "top-5", .title = N_("Among the Five Best"),
    .summary = N_("How often the right class has one of the five highest scores."),
    .lesson = "17", .fits = has_many_classes, .begin = mean_new, .add = top_add,
    .finish = top_finish, .free = g_free,
  },
  {
    .name = "perplexity", .title = N_("Perplexity"),
    .summary = N_("Among how many equal words the network seems to choose: e to the mean "
                  "surprise."),
    .lesson = "22", .fits = has_tokens, .begin = mean_new, .add = perplexity_add,
    .finish = perplexity_finish, .free = g_free,
  },
  {
    .name = "exact-match", .title = N_("Exact Sequences"),
    .summary = N_("The share of sequences in which every token that counts is right."),
    .lesson = "24", .fits = has_tokens, .begin = mean_new, .add = exact_add,
    .finish = exact_finish, .free = g_free,
  },
  { NULL }
};
