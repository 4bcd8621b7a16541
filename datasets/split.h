/* split.h: which items to train on, to tune with and to judge by
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "datasets/dataset.h"

G_BEGIN_DECLS

typedef struct
{
  double   validation;          /* shares from 0 to 1 of the items that the data … */
  double   test;                /* … leaves undecided; the rest is for training */
  guint64  seed;
  gboolean stratify;            /* each class in the same proportion in every part */
} DsSplitOptions;

/* Every item of a data set in exactly one of the three parts.  A test or
 * validation part that the data came with stays what it is, and its share is
 * not asked for: a given test part means that @validation is a share of the
 * training part.  Atomically reference-counted; immutable. */
typedef struct _DsSplit DsSplit;

/* Depends on the labels, the parts and @options only.  DS_ERROR_UNSUPPORTED if
 * the shares leave nothing to train on. */
DsSplit       *ds_split_new   (DsDataset             *dataset,
                               const DsSplitOptions  *options,
                               GError               **error) G_GNUC_WARN_UNUSED_RESULT;
DsSplit       *ds_split_ref   (DsSplit               *self) G_GNUC_WARN_UNUSED_RESULT;
void           ds_split_unref (DsSplit               *self);

/* The items of DS_PART_TRAIN, DS_PART_VALIDATION or DS_PART_TEST, ascending. */
const guint32 *ds_split_get   (DsSplit               *self,
                               DsPart                 part,
                               guint32               *count);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (DsSplit, ds_split_unref)

G_END_DECLS
