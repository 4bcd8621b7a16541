/* initialiser.h: the numbers that parameters start from
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "engine/attribute.h"
#include "engine/random.h"
#include "engine/shape.h"

G_BEGIN_DECLS

/* What there is to know about the tensor that gets its first numbers. */
typedef struct
{
  float              *data;     /* in rows, to be written */
  NnShape             shape;
  gint64              fan_in;   /* inputs of one output of the layer it belongs to */
  const NnAttrValue  *attr;     /* in the order of the record */
  NnRandom            random;   /* its own stream */
} NnStart;

/* One way to start.  Formulas and initial settings are those of torch.nn.init. */
typedef struct
{
  const char    *name;          /* "zeros": unique, saved, never renamed */
  const char    *title;         /* N_() */
  const char    *summary;       /* N_(): one sentence with a full stop */
  const NnAttr  *attrs;         /* ended by a NULL name, or NULL for none */
  const char    *torch;         /* name of the function, or NULL if it has none */

  void         (*fill)          (NnStart *start);
} NnInitialiser;

/* All of them, one after the other; NULL behind the last one. */
const NnInitialiser  *nn_initialiser_get  (guint       index);

/* The one called @name, or NULL. */
const NnInitialiser  *nn_initialiser_find (const char *name);

G_END_DECLS
