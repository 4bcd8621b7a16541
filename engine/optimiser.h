/* optimiser.h: how a gradient changes the weights
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "engine/attribute.h"

G_BEGIN_DECLS

#define NN_MAX_MOMENTS 3

/* One step over flat buffers of the same length.  Zeros in the moments are the
 * start of a training. */
typedef struct
{
  float        *w;                      /* weights: read and written */
  const float  *g;                      /* gradient of the loss by each weight */
  float        *moment[NN_MAX_MOMENTS]; /* as many as the record has */
  double        rate;                   /* learning rate of this step */
  double        gradient_factor;        /* what g is multiplied by: 1 unless it is clipped */
  guint64       step;                   /* from 1 */
  NnAttrValue   attr[NN_MAX_ATTRS];     /* in the order of the record */
} NnUpdate;

/* One optimiser.  Formulas and initial settings are PyTorch's. */
typedef struct
{
  const char    *name;          /* "adam": unique, saved, never renamed */
  const char    *title;         /* N_() */
  const char    *summary;       /* N_(): one sentence with a full stop */
  const NnAttr  *attrs;         /* ended by a NULL name */
  int            n_moments;     /* buffers as long as the weights */
  double         rate;          /* a learning rate to start from */
  const char    *torch;         /* class name */

  /* What no single setting can tell; NULL when they all go together. */
  gboolean     (*check)         (const NnAttrValue *attr,
                                 GError           **error);

  /* Updates elements @first to @last - 1.  The result does not depend on how
   * a buffer is divided into ranges, so threads may share the work. */
  void         (*update)        (const NnUpdate    *update,
                                 gint64             first,
                                 gint64             last);
} NnOptimiser;

/* All of them, one after the other; NULL behind the last one. */
const NnOptimiser  *nn_optimiser_get   (guint               index);

/* The one called @name, or NULL. */
const NnOptimiser  *nn_optimiser_find  (const char         *name);

/* Each setting by itself, and all of them together. */
gboolean            nn_optimiser_check (const NnOptimiser  *self,
                                        const NnAttrValue   attr[NN_MAX_ATTRS],
                                        GError            **error);

G_END_DECLS
