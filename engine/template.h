/* template.h: networks to start from
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "engine/graph.h"

G_BEGIN_DECLS

/* A network that fits itself to the samples and classes of the data. */
typedef struct
{
  const char *name;             /* "cnn": unique, never renamed */
  const char *title;            /* N_() */
  const char *summary;          /* N_(): one sentence with a full stop */

  /* Layers in the order of the data's way, one a line, from behind the input to
   * in front of the loss: "conv-2d channels=6 kernel=5".  "$classes" stands for
   * the number of classes. */
  const char *layers;
  const char *loss;             /* an op; NULL for "cross-entropy" */

  /* What it is made for when there is no data to fit: shape of a sample ended
   * by 0, and the number of classes. */
  gint64      item[4];
  gint64      n_classes;
  gboolean    is_bench;         /* for measurements only: not offered to people */
  int         bench_batch;      /* samples in a batch when measured, 0 for never */
} NnTemplate;

/* All of them; NULL behind the last one. */
const NnTemplate  *nn_template_get    (guint              index);
const NnTemplate  *nn_template_find   (const char        *name);

/* The template's graph for samples of @item and @n_classes classes, or, for a
 * loss that compares numbers, of @n_classes numbers as answer; laid out
 * from left to right.  An error tells what does not fit, such as vectors for a
 * convolution. */
NnGraph           *nn_template_build  (const NnTemplate  *self,
                                       const NnShape     *item,
                                       gint64             n_classes,
                                       GError           **error) G_GNUC_WARN_UNUSED_RESULT;

/* The same for what the template was made for. */
NnShape            nn_template_item   (const NnTemplate  *self);

G_END_DECLS
