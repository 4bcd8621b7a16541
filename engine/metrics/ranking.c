/* ranking.c: whether what is meant more firmly is right more often
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "engine/metric.h"

#include <glib/gi18n-lib.h>
#include <math.h>

/* Every threshold on the score of a class divides the items into yes and no.  The
 * ROC curve shows the share of the right ones found against that of the wrong
 * ones; the other curve shows precision against recall.  Of several classes each
 * is held against all others.
 *
 * The scores are kept up to a limit, and from there on counted in bins.  Either
 * way they are log-odds, log p / (1 - p), which are as fine near 0 and 1 as in
 * between. */

#define MOST_CLASSES 100
#define MOST_SCORES  2097152    /* of all classes together */
#define N_BINS       8192
#define MOST_ODDS    16.0       /* beyond it lies one bin at either end */

typedef struct
{
  float  odds;
  gint32 is_right;
} Scored;

typedef struct
{
  guint64 right, wrong;
} Bin;

typedef struct
{
  gint64   n_curves;
  gint64   n_kept;
  GArray **scored;              /* Scored, of each curve; NULL once there are bins */
  Bin     *bins;                /* of each curve, highest odds first; or NULL */
} Ranking;

/* One threshold: how many lie at it or above. */
typedef struct
{
  double right, wrong;
} Step;

static gboolean
can_rank (const NnTask *task)
{
  return task->kind == NN_TASK_YES_NO
         || (task->kind == NN_TASK_CLASSES && task->classes <= MOST_CLASSES
             && task->answer.rank < 2);
}

static void *
ranking_new (const NnTask *task)
{
  Ranking *self = g_new0 (Ranking, 1);

  self->n_curves = task->kind == NN_TASK_YES_NO ? 1 : task->classes;
  self->scored = g_new0 (GArray *, self->n_curves);
  for (gint64 i = 0; i < self->n_curves; i++)
    self->scored[i] = g_array_new (FALSE, FALSE, sizeof (Scored));
  return self;
}

static void
free_scored (Ranking *self)
{
  for (gint64 i = 0; self->scored != NULL && i < self->n_curves; i++)
    g_array_unref (self->scored[i]);
  g_clear_pointer (&self->scored, g_free);
}

static void
ranking_free (void *state)
{
  Ranking *self = state;

  free_scored (self);
  g_free (self->bins);
  g_free (self);
}

static void
count_in_bin (Ranking *self,
              gint64   curve,
              Scored   scored)
{
  double share = (MOST_ODDS - scored.odds) / (2 * MOST_ODDS);
  int index = share >= 1 ? N_BINS - 1 : share > 0 ? (int) (share * N_BINS) : 0;
  Bin *bin = &self->bins[curve * N_BINS + index];

  bin->right += scored.is_right != 0;
  bin->wrong += scored.is_right == 0;
}

static void
change_to_bins (Ranking *self)
{
  self->bins = g_new0 (Bin, self->n_curves * N_BINS);
  for (gint64 i = 0; i < self->n_curves; i++)
    for (guint k = 0; k < self->scored[i]->len; k++)
      count_in_bin (self, i, g_array_index (self->scored[i], Scored, k));
  free_scored (self);
}

static void
add_score (Ranking *self,
           gint64   curve,
           double   odds,
           gboolean is_right)
{
  Scored scored = { (float) odds, is_right };

  if (self->bins == NULL && self->n_kept == MOST_SCORES)
    change_to_bins (self);
  if (self->bins != NULL)
    {
      count_in_bin (self, curve, scored);
      return;
    }
  g_array_append_val (self->scored[curve], scored);
  self->n_kept++;
}

static void
add_classes (Ranking        *self,
             const NnJudged *batch,
             gint64          item)
{
  const float *x = nn_judged_scores (batch, item);
  double norm = x[0] - nn_judged_log_share (batch, x, 0);

  for (gint64 i = 0; i < self->n_curves; i++)
    {
      double log_p = MIN (x[i] - norm, -1e-15);

      add_score (self, i, log_p - log (-expm1 (log_p)), batch->truth[item] == i);
    }
}

static void
ranking_add (void           *state,
             const NnJudged *batch)
{
  Ranking *self = state;

  for (gint64 item = 0; item < batch->n_items; item++)
    {
      double x = batch->x[item];

      if (batch->truth[item] < 0)
        continue;
      if (batch->task->kind == NN_TASK_CLASSES)
        add_classes (self, batch, item);
      else if (batch->task->predicts == NN_PREDICTS_YES_PROBABILITIES)
        add_score (self, 0, log (x) - log1p (-x), batch->truth[item]);
      else
        add_score (self, 0, x, batch->truth[item]);
    }
}

static int
compare_scored (gconstpointer a,
                gconstpointer b)
{
  float x = ((const Scored *) a)->odds;
  float y = ((const Scored *) b)->odds;

  return (x < y) - (x > y);
}

/* All thresholds of a curve, the highest first, behind one above all scores. */
static GArray *
list_steps (Ranking *self,
            gint64   curve)
{
  GArray *steps = g_array_new (FALSE, TRUE, sizeof (Step));
  GArray *scored = self->bins == NULL ? self->scored[curve] : NULL;
  guint count = scored != NULL ? scored->len : N_BINS;
  Step step = { 0, 0 };

  g_array_append_val (steps, step);
  if (scored != NULL)
    g_array_sort (scored, compare_scored);
  for (guint i = 0; i < count; i++)
    {
      gboolean is_new = TRUE;

      if (scored != NULL)
        {
          const Scored *one = &g_array_index (scored, Scored, i);

          step.right += one->is_right != 0;
          step.wrong += one->is_right == 0;
          is_new = i + 1 == count || one[1].odds != one->odds;
        }
      else
        {
          const Bin *bin = &self->bins[curve * N_BINS + i];

          step.right += (double) bin->right;
          step.wrong += (double) bin->wrong;
          is_new = bin->right + bin->wrong > 0;
        }
      if (is_new)
        g_array_append_val (steps, step);
    }

  return steps;
}

/* The area under the ROC curve, by trapezes. */
static double
roc_area (const GArray *steps,
          double       *x,
          double       *y)
{
  const Step *step = (const Step *) steps->data;
  Step all = step[steps->len - 1];
  double area = 0;

  for (guint i = 0; i < steps->len; i++)
    {
      x[i] = step[i].wrong / all.wrong;
      y[i] = step[i].right / all.right;
      if (i > 0)
        area += (x[i] - x[i - 1]) * (y[i] + y[i - 1]) / 2;
    }

  return area;
}

/* The average precision: each gain in recall times the precision there. */
static double
average_precision (const GArray *steps,
                   double       *x,
                   double       *y)
{
  const Step *step = (const Step *) steps->data;
  double all = step[steps->len - 1].right;
  double sum = 0;

  x[0] = 0;
  y[0] = 1;
  for (guint i = 1; i < steps->len; i++)
    {
      x[i] = step[i].right / all;
      y[i] = step[i].right / (step[i].right + step[i].wrong);
      sum += (x[i] - x[i - 1]) * y[i];
    }

  return sum;
}

typedef struct
{
  double roc;
  double precision;
  int    count;
} Areas;

/* A class that is always right, or never, has no curve. */
static void
finish_curve (Ranking    *self,
              gint64      curve,
              NnFindings *findings,
              Areas      *areas)
{
  g_autoptr (GArray) steps = list_steps (self, curve);
  const Step *last = &g_array_index (steps, Step, steps->len - 1);
  g_autofree double *x = g_new (double, steps->len);
  g_autofree double *y = g_new (double, steps->len);
  gint64 class = self->n_curves == 1 ? 1 : curve;
  double area;

  if (last->right == 0 || last->wrong == 0)
    return;

  area = roc_area (steps, x, y);
  nn_findings_add_curve (findings, "roc", N_("ROC curve"), N_("Share of the wrong ones taken"),
                         N_("Share of the right ones found"), class, area, x, y, steps->len);
  areas->roc += area;
  area = average_precision (steps, x, y);
  nn_findings_add_curve (findings, "precision-recall", N_("Precision and recall"), N_("Recall"),
                         N_("Precision"), class, area, x, y, steps->len);
  areas->precision += area;
  areas->count++;
}

static void
ranking_finish (void       *state,
                NnFindings *findings)
{
  Ranking *self = state;
  Areas areas = { 0 };

  for (gint64 i = 0; i < self->n_curves; i++)
    finish_curve (self, i, findings, &areas);
  nn_findings_add_share (findings, "roc-auc", N_("Area under the ROC curve"),
                         areas.count > 0 ? areas.roc / areas.count : NAN);
  nn_findings_add_share (findings, "average-precision", N_("Average precision"),
                         areas.count > 0 ? areas.precision / areas.count : NAN);
  if (self->bins != NULL)
    {
      g_autofree char *note
        = g_strdup_printf (_("There are more than %d scores: the curves are drawn from %d bins."),
                           MOST_SCORES, N_BINS);

      nn_findings_add_note (findings, note);
    }
}

const NnMetric nn_metrics_ranking[] = {
  {
    .name = "ranking", .title = N_("ROC and Precision–Recall Curves"),
    .summary = N_("How well the scores put the right ones first, whatever the threshold."),
    .lesson = "18", .fits = can_rank, .begin = ranking_new, .add = ranking_add,
    .finish = ranking_finish, .free = ranking_free,
  },
  { NULL }
};
