/* cell-samples.h: the samples behind a cell of a confusion matrix
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "app/core/frame.h"
#include "engine/tensor.h"

G_BEGIN_DECLS

/* Samples of the class @truth that were taken for @guess. */
typedef struct
{
  char    *part;
  gint64   truth;
  gint64   guess;
  gint64   count;               /* of all of them; perhaps not all were sent */
  NnDtype  dtype;
  NnShape  shape;               /* of each */
  guint    n_items;             /* that were sent */
  guint32 *items;               /* their numbers in the data set */
  GBytes  *data;                /* as they are stored, one after the other */
} AppCellSamples;

/* The frame may come from anybody: types, ranges and sizes are checked. */
AppCellSamples *app_cell_samples_read (const AppFrame  *frame,
                                       GError         **error) G_GNUC_WARN_UNUSED_RESULT;
void            app_cell_samples_free (AppCellSamples  *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AppCellSamples, app_cell_samples_free)

G_END_DECLS
