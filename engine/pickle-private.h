/* pickle-private.h: the values of a pickle while they are made
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "engine/pickle.h"

G_BEGIN_DECLS

struct _NnPickle
{
  GPtrArray     *blocks;        /* of values */
  guint          n_values;
  guint          n_items;       /* of all values together */
  guint          most;          /* of either */
  GStringChunk  *texts;
  NnPickleValue *root;
};

NnPickle       *nn_pickle_new        (guint           most);

/* NULL and FALSE when there are as many as there may be. */
NnPickleValue  *nn_pickle_new_value  (NnPickle       *self,
                                      NnPickleType    type);
gboolean        nn_pickle_add_item   (NnPickle       *self,
                                      NnPickleValue  *value,
                                      NnPickleValue  *item);

G_END_DECLS
