/* optimiser.h: how a gradient changes the weights
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "engine/attribute.h"
#include "engine/op.h"

G_BEGIN_DECLS

#define NN_MAX_MOMENTS 3        /* of a record that updates number by number */
#define NN_MAX_MEMORY  8        /* single numbers that an optimiser remembers */

/* A β of 1 would never move and divide by zero; this is the largest that
 * training with float32 can tell from it. */
#define NN_LARGEST_BETA 0.9999999

/* One step over flat buffers of the same length.  Zeros in the moments and in
 * the memory are the start of a training. */
typedef struct
{
  float        *w;                      /* weights: read and written */
  const float  *g;                      /* gradient of the loss by each weight */
  float        *moment[NN_MAX_MOMENTS]; /* as many as the settings want */
  double       *memory;                 /* NN_MAX_MEMORY; NULL where begin() is */
  double        rate;                   /* learning rate of this step */
  double        gradient_factor;        /* what g is multiplied by: 1 unless it is clipped */
  guint64       step;                   /* from 1 */
  NnAttrValue   attr[NN_MAX_ATTRS];     /* in the order of the record */
} NnUpdate;

/* One step of an optimiser that looks at the loss in several places. */
typedef struct
{
  gint64        count;
  float        *w;                      /* weights: read and written */
  float        *g;                      /* gradient at w; evaluate() writes it */
  float *const *moment;                 /* as many as the settings want */
  float *const *work;                   /* as many as the record says; contents undefined */
  double       *memory;                 /* NN_MAX_MEMORY */
  double        rate;
  double        loss;                   /* at w, as g is */
  NnAttrValue   attr[NN_MAX_ATTRS];

  double      (*evaluate) (void *data); /* the loss at w as it is now */
  void         *data;
} NnSearch;

/* One optimiser.  Formulas and initial settings are PyTorch's. */
typedef struct
{
  const char    *name;          /* "adam": unique, saved, never renamed */
  const char    *title;         /* N_() */
  const char    *summary;       /* N_(): one sentence with a full stop */
  const NnAttr  *attrs;         /* ended by a NULL name */
  int            n_moments;     /* buffers as long as the weights */
  int            n_work;        /* the same for search(), forgotten after each step */
  double         rate;          /* a learning rate to start from */
  const char    *torch;         /* class name, or NULL if it has none */

  /* What no single setting can tell; NULL when they all go together. */
  gboolean     (*check)         (const NnAttrValue *attr,
                                 GError           **error);

  /* How many moments these settings want; NULL when it is always n_moments. */
  int          (*count_moments) (const NnAttrValue *attr);

  /* What changes once a step and not with each number: the memory.  May be
   * NULL. */
  void         (*begin)         (const NnUpdate    *update);

  /* Updates elements @first to @last - 1.  The result does not depend on how
   * a buffer is divided into ranges, so threads may share the work. */
  void         (*update)        (const NnUpdate    *update,
                                 gint64             first,
                                 gint64             last);

  /* For optimisers that see a parameter as a whole: how many floats of
   * workspace one of @shape wants, and 0 for those that go through update().
   * @update points to the parameter alone.  NULL for none. */
  gint64       (*count_room)    (const NnShape     *shape);
  void         (*update_whole)  (const NnUpdate    *update,
                                 const NnShape     *shape,
                                 float             *room,
                                 NnPool            *pool,
                                 int                threads);

  /* In the place of update(), for optimisers that ask for the loss. */
  void         (*search)        (NnSearch          *search);
} NnOptimiser;

/* All of them, one after the other; NULL behind the last one. */
const NnOptimiser  *nn_optimiser_get   (guint               index);

/* The one called @name, or NULL. */
const NnOptimiser  *nn_optimiser_find  (const char         *name);

/* Each setting by itself, and all of them together. */
gboolean            nn_optimiser_check (const NnOptimiser  *self,
                                        const NnAttrValue   attr[NN_MAX_ATTRS],
                                        GError            **error);

/* Buffers as long as the weights that it remembers with these settings. */
int                 nn_optimiser_count_moments (const NnOptimiser *self,
                                                const NnAttrValue  attr[NN_MAX_ATTRS]);

/* The setting that schedules may move, momentum or β1, or -1 for none. */
int                 nn_optimiser_find_momentum (const NnOptimiser *self);

G_END_DECLS
