/* points.h: a training so small that tests can do hundreds of them
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "engine/trainer.h"

G_BEGIN_DECLS

#define TEST_TRAIN      90
#define TEST_VALIDATION 40
#define TEST_BATCH      16      /* leaves a smaller last batch */

/* Points in a ring of two classes, small enough for a thousand steps a second. */
typedef struct
{
  float     x[TEST_TRAIN + TEST_VALIDATION][2];
  gint64    label[TEST_TRAIN + TEST_VALIDATION];
  float     batch_x[TEST_TRAIN][2];
  gint64    batch_label[TEST_TRAIN];
  guint32   order[TEST_TRAIN + TEST_VALIDATION];
  gint64    position, end, size;
  float     poison;             /* what the samples of the third batch are scaled by */
  int       n_batches;
} Points;

/* Batch normalisation, dropout and two linear layers. */
extern const char test_layers[];

/* The feed reads @self, which must outlive it. */
NnFeed      test_points_init    (Points            *self);

NnNetwork  *test_make_network   (NnDevice          *device,
                                 const char        *layers) G_GNUC_WARN_UNUSED_RESULT;
NnTraining  test_make_training  (guint32            epochs);

char       *test_make_folder    (void) G_GNUC_WARN_UNUSED_RESULT;
void        test_remove_folder  (const char        *folder);

/* One process's part of a training of test_layers: its digest, and what it
 * told, "step:loss …", behind what is in @told, which may be NULL. */
char       *test_train          (NnDevice          *device,
                                 const NnTraining  *training,
                                 const char        *folder,
                                 gboolean           resume,
                                 GString           *told) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
