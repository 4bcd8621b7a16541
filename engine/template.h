/* template.h: networks to start from
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "engine/graph.h"

G_BEGIN_DECLS

#define NN_MAX_TEMPLATE_SETTINGS 8

typedef struct _NnTemplate NnTemplate;

/* A network that fits itself to the samples and classes of the data. */
struct _NnTemplate
{
  const char *name;             /* "cnn": unique, never renamed */
  const char *title;            /* N_() */
  const char *summary;          /* N_(): one sentence with a full stop */

  /* Layers, one a line, from behind the input to in front of the loss:
   *
   *   skip: conv-2d channels=6 kernel=5
   *   relu
   *   add . skip
   *
   * A name may come first; then the op, its settings, and what it reads: names,
   * with "#1" behind for a second result, "." for the line before and "-" for
   * nothing.  A line that names nothing reads the one before; the first reads
   * "input".  "$classes" stands for the number of classes. */
  const char *layers;

  /* Writes such lines instead, for families that differ in numbers only. */
  void      (*write) (const NnTemplate *self,
                      GString          *layers);
  double      setting[NN_MAX_TEMPLATE_SETTINGS];

  const char *input;            /* settings of the input besides its shape, or NULL */
  const char *target;           /* settings of the target; NULL for what the loss takes */
  const char *loss;             /* op and settings; NULL for "cross-entropy" */

  /* What it is made for when there is no data to fit: shape of a sample ended
   * by 0, and the number of classes. */
  gint64      item[4];
  gint64      n_classes;

  gboolean    is_bench;         /* for measurements only: not offered to people */
  int         bench_batch;      /* samples in a batch when measured, 0 for never */
  const char *optimiser;        /* and settings, for measurements; NULL for "sgd" */
};

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
