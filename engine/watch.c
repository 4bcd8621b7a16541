/* watch.c: the number of the validation that decides which weights are best
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "engine/watch.h"

#include "engine/error.h"

#include <glib/gi18n-lib.h>

const char *const nn_watch_words[] = {
  "loss", "accuracy", "top-5", "precision", "recall", "f1", "precision-macro", "recall-macro",
  "f1-macro", "f1-weighted", "roc-auc", "average-precision", "miou", "miou-foreground", "dice",
  "dice-foreground", "mae", "rmse", "r2", "perplexity", "exact-match", NULL
};

static const char *
get_word (const NnTraining *training)
{
  return nn_watch_words[(int) nn_training_get_option (training, NN_OPTION_WATCH)];
}

static gboolean
watches_loss (const NnTraining *training)
{
  return nn_training_get_option (training, NN_OPTION_WATCH) == 0;
}

/* Those of the words that are measured. */
static char *
list_words (const NnFindings *findings)
{
  GString *list = g_string_new (nn_watch_words[0]);

  for (int i = 1; nn_watch_words[i] != NULL; i++)
    if (nn_findings_find (findings, nn_watch_words[i]) != NULL)
      g_string_append_printf (list, ", %s", nn_watch_words[i]);

  return g_string_free (list, FALSE);
}

gboolean
nn_watch_check (NnNetwork         *network,
                const NnTraining  *training,
                GError           **error)
{
  g_autoptr (NnMetrics) metrics = NULL;
  g_autoptr (NnFindings) findings = NULL;
  g_autofree char *words = NULL;
  NnTask task;

  if (watches_loss (training))
    return TRUE;
  if (!nn_network_get_task (network, &task, error))
    return FALSE;

  /* Without a batch there are no values, but all names. */
  metrics = nn_metrics_new (&task);
  findings = nn_metrics_finish (metrics);
  if (nn_findings_find (findings, get_word (training)) != NULL)
    return TRUE;

  words = list_words (findings);
  g_set_error (error, NN_ERROR, NN_ERROR_ATTRIBUTE,
               _("“%s” cannot be watched with the loss of this network. It can be one of: %s."),
               get_word (training), words);
  return FALSE;
}

gboolean
nn_watch_validate (NnNetwork         *network,
                   const NnFeed      *feed,
                   const NnTraining  *training,
                   NnScore           *score,
                   double            *cost,
                   GError           **error)
{
  g_autoptr (NnMetrics) metrics = NULL;
  g_autoptr (NnFindings) findings = NULL;
  NnEvaluation evaluation = { NULL };
  const NnMeasure *measure;
  NnTask task;

  if (!watches_loss (training))
    {
      if (!nn_network_get_task (network, &task, error))
        return FALSE;
      evaluation.metrics = metrics = nn_metrics_new (&task);
    }
  if (!nn_network_evaluate (network, feed, NN_PART_VALIDATION, training->batch, &evaluation, score,
                            error))
    return FALSE;

  *cost = score->loss;
  if (metrics == NULL)
    return TRUE;

  findings = nn_metrics_finish (metrics);
  measure = nn_findings_find (findings, get_word (training));
  g_assert (measure != NULL);
  *cost = measure->better == NN_BETTER_HIGHER ? -measure->value : measure->value;
  return TRUE;
}
