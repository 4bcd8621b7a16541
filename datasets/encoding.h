/* encoding.h: a data set of texts as rows of tokens
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "datasets/dataset.h"
#include "datasets/vocabulary.h"

G_BEGIN_DECLS

/* What the user decides about texts.  Zeros: as the texts suggest. */
typedef struct
{
  const DsTokenizer *tokenizer; /* NULL: words, or characters where there are no blanks */
  char              *file;      /* vocabulary file of a tokenizer that needs one, or NULL */
  guint              size;      /* the most tokens of a vocabulary that is counted, 0 for all */
  guint              min_count; /* how often a token has to occur */
  guint              length;    /* of a row */
} DsTextOptions;

/* The texts of @texts, and their answers if these are texts as well, as rows of
 * tokens of one length: a data set like any other, which is kept in
 * @cache_folder and remembers its texts.  The vocabulary is counted, and the
 * length chosen, from the @n_training items that are trained on, so that
 * nothing is known of the others.  A length of 0 becomes one that 95 % of the
 * texts fit into; that of answers becomes one that all fit into.
 * @progress and @cancellable may be NULL. */
DsDataset  *ds_dataset_tokenize       (DsDataset            *texts,
                                       const DsTextOptions  *options,
                                       const guint32        *training,
                                       guint32               n_training,
                                       const char           *cache_folder,
                                       DsProgressFunc        progress,
                                       void                 *data,
                                       GCancellable         *cancellable,
                                       GError              **error) G_GNUC_WARN_UNUSED_RESULT;

/* The same with a vocabulary that exists, that of a trained network. */
DsDataset  *ds_dataset_tokenize_with  (DsDataset            *texts,
                                       DsVocabulary         *vocabulary,
                                       const char           *cache_folder,
                                       DsProgressFunc        progress,
                                       void                 *data,
                                       GCancellable         *cancellable,
                                       GError              **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
