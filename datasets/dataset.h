/* dataset.h: labelled items, ready to be looked at and trained on
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "datasets/cache.h"
#include "datasets/generator.h"
#include "datasets/vocabulary.h"

G_BEGIN_DECLS

/* Atomically reference-counted; immutable, so any thread may read. */
typedef struct _DsDataset DsDataset;

/* Opens the folder, file or archive at @path in the format that fits best.
 * The first time its items are decoded into a file in @cache_folder; after that
 * they are there at once.  @options, @progress and @cancellable may be NULL. */
DsDataset     *ds_dataset_open            (const char        *path,
                                           const DsOptions   *options,
                                           const char        *cache_folder,
                                           DsProgressFunc     progress,
                                           void              *data,
                                           GCancellable      *cancellable,
                                           GError           **error) G_GNUC_WARN_UNUSED_RESULT;

/* The same for a set that the program draws; @n_items 0 for the usual number. */
DsDataset     *ds_dataset_open_drawn      (const DsGenerator *generator,
                                           guint64            seed,
                                           guint32            n_items,
                                           const char        *cache_folder,
                                           DsProgressFunc     progress,
                                           void              *data,
                                           GCancellable      *cancellable,
                                           GError           **error) G_GNUC_WARN_UNUSED_RESULT;

/* (transfer full) of @cache */
DsDataset     *ds_dataset_new             (DsCache           *cache) G_GNUC_WARN_UNUSED_RESULT;

/* The same for tokens, with the data set of texts that they were made from:
 * see datasets/encoding.h. */
DsDataset     *ds_dataset_new_tokens      (DsCache           *cache,
                                           DsDataset         *texts,
                                           DsVocabulary      *vocabulary)
                                           G_GNUC_WARN_UNUSED_RESULT;
DsDataset     *ds_dataset_ref             (DsDataset         *self) G_GNUC_WARN_UNUSED_RESULT;
void           ds_dataset_unref           (DsDataset         *self);

const char    *ds_dataset_get_title       (DsDataset         *self);

/* What the data set is called in the cache; others are made from it. */
const char    *ds_dataset_get_key         (DsDataset         *self);

/* The name of the DsFormat or DsGenerator, and a sentence that says why. */
const char    *ds_dataset_get_format      (DsDataset         *self);
const char    *ds_dataset_get_reason      (DsDataset         *self);

/* What is wrong with the data, one sentence each; NULL-terminated. */
const char * const *
               ds_dataset_get_warnings    (DsDataset         *self);

guint32        ds_dataset_get_n_items     (DsDataset         *self);
const NnShape *ds_dataset_get_shape       (DsDataset         *self);
NnDtype        ds_dataset_get_dtype       (DsDataset         *self);

/* What items and answers are; shape and dtype are those of the item. */
const DsField *ds_dataset_get_item        (DsDataset         *self);
const DsField *ds_dataset_get_answer      (DsDataset         *self);

/* Of a data set of tokens: their vocabulary, and the texts that they were made
 * from; otherwise NULL. */
DsVocabulary  *ds_dataset_get_vocabulary  (DsDataset         *self);
DsDataset     *ds_dataset_get_texts       (DsDataset         *self);

guint          ds_dataset_get_n_classes   (DsDataset         *self);
const char    *ds_dataset_get_class_name  (DsDataset         *self,
                                           guint              index);

/* Items of class @label in @part, or in all parts for DS_N_PARTS. */
guint32        ds_dataset_get_class_count (DsDataset         *self,
                                           guint              label,
                                           DsPart             part);

/* -1 for an item without one. */
int            ds_dataset_get_label       (DsDataset         *self,
                                           guint32            index);
DsPart         ds_dataset_get_part        (DsDataset         *self,
                                           guint32            index);

/* The file that the item came from, or NULL. */
const char    *ds_dataset_get_name        (DsDataset         *self,
                                           guint32            index);

/* The item's numbers as they are stored: get_shape() of get_dtype(). */
const void    *ds_dataset_peek_item       (DsDataset         *self,
                                           guint32            index);

/* The answer as it is stored: see get_answer().  Of a text's answer the
 * numbers may lie at any address. */
const void    *ds_dataset_peek_answer     (DsDataset         *self,
                                           guint32            index);

/* The item, or its answer, as valid UTF-8, of texts and of what was made from
 * them.  (transfer full) */
char          *ds_dataset_dup_text        (DsDataset         *self,
                                           guint32            index) G_GNUC_WARN_UNUSED_RESULT;
char          *ds_dataset_dup_answer_text (DsDataset         *self,
                                           guint32            index) G_GNUC_WARN_UNUSED_RESULT;

/* The item as numbers to compute with: uint8 becomes 0 to 1. */
void           ds_dataset_read_item       (DsDataset         *self,
                                           guint32            index,
                                           float             *out);

/* How read_item() converts @count numbers. */
void           ds_dataset_convert         (const void        *in,
                                           NnDtype            from,
                                           gsize              count,
                                           float             *out);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (DsDataset, ds_dataset_unref)

G_END_DECLS
