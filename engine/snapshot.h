/* snapshot.h: the numbers of a model as they were
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "engine/model.h"

G_BEGIN_DECLS

/* A copy of parameters and state that can be taken again and again. */
typedef struct _NnSnapshot NnSnapshot;

/* @model must outlive it.  NN_ERROR_MEMORY when there is no room for a copy. */
NnSnapshot  *nn_snapshot_new       (NnModel     *model,
                                    GError     **error) G_GNUC_WARN_UNUSED_RESULT;
void         nn_snapshot_free      (NnSnapshot  *self);

void         nn_snapshot_take      (NnSnapshot  *self);
void         nn_snapshot_put_back  (NnSnapshot  *self);

G_END_DECLS
