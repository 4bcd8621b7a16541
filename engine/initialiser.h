/* initialiser.h: the numbers that parameters start from
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "engine/attribute.h"
#include "engine/random.h"
#include "engine/shape.h"

G_BEGIN_DECLS

#define NN_MAX_INIT_NUMBERS 4   /* settings of one record, each a single number */

/* What there is to know about the tensor that gets its first numbers. */
typedef struct
{
  float         *data;          /* in rows, to be written */
  NnShape        shape;
  gint64         fan_in;        /* inputs of one output of the layer it belongs to */
  const double  *number;        /* settings, in the order of the record */
  NnRandom       random;        /* its own stream */
} NnStart;

/* One way to start.  Formulas and initial settings are those of torch.nn.init. */
typedef struct
{
  const char    *name;          /* "zeros": unique, saved, never renamed */
  const char    *title;         /* N_() */
  const char    *summary;       /* N_(): one sentence with a full stop */
  const NnAttr  *attrs;         /* ended by a NULL name, or NULL for none */
  const char    *torch;         /* name of the function, or NULL if it has none */

  /* What the settings and @shape have to be together; NULL fits all. */
  gboolean     (*check)         (const double   *number,
                                 const NnShape  *shape,
                                 GError        **error);

  /* FALSE only for want of memory. */
  gboolean     (*fill)          (NnStart        *start,
                                 GError        **error);
} NnInitialiser;

/* A record with its settings: a plain value. */
typedef struct
{
  const NnInitialiser *kind;    /* NULL: what the layer's own record says */
  double               number[NN_MAX_INIT_NUMBERS];
} NnInit;

/* All of them, one after the other; NULL behind the last one. */
const NnInitialiser  *nn_initialiser_get  (guint                 index);

/* The one called @name, or NULL. */
const NnInitialiser  *nn_initialiser_find (const char           *name);

/* @kind, which may be NULL, with the settings it starts from. */
NnInit                nn_init_initial     (const NnInitialiser  *kind);

/* Settings as a list of values, for what reads and writes those. */
void                  nn_init_get_values  (const NnInit         *self,
                                           NnAttrValue           values[NN_MAX_ATTRS]);
void                  nn_init_set_values  (NnInit               *self,
                                           const NnAttrValue     values[NN_MAX_ATTRS]);

/* FALSE with a message when it cannot start a tensor of @shape. */
gboolean              nn_init_check       (const NnInit         *self,
                                           const NnShape        *shape,
                                           GError              **error);

/* Inputs of one output and outputs of one input of weights of @shape, as
 * torch.nn.init counts them; a vector counts as one column. */
void                  nn_shape_fans       (const NnShape        *shape,
                                           gint64               *fan_in,
                                           gint64               *fan_out);

G_END_DECLS
