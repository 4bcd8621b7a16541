/* data-facts.h: what is to be known of texts and masks at a glance
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "datasets/dataset.h"

G_BEGIN_DECLS

#define APP_N_LENGTHS 8

/* Measured on items that are spread over the set, all of them if they are few. */
typedef struct
{
  guint   n_looked_at;
  guint   n_tokens;             /* the vocabulary's size */
  guint   row;                  /* tokens of a row */
  double  mean;                 /* length of a text in tokens */
  guint   longest;
  guint   step;                 /* tokens for each bar of … */
  guint   lengths[APP_N_LENGTHS];       /* … the histogram; the last has all longer ones */
  double  cut;                  /* share of texts that are longer than a row */
  double  unknown;              /* share of tokens that the vocabulary does not have */
} AppTextFacts;

/* @dataset is one of tokens. */
void     app_text_facts_measure (DsDataset     *dataset,
                                 AppTextFacts  *facts);

/* "1–16": the lengths that bar @index stands for.  (transfer full) */
char    *app_text_facts_range   (const AppTextFacts *facts,
                                 guint               index) G_GNUC_WARN_UNUSED_RESULT;

/* The share of pixels of each class in a data set of class maps, and behind them
 * that of pixels without one.  (transfer full) */
double  *app_pixel_shares       (DsDataset     *dataset) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
