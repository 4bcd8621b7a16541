/* arena.h: memory that plans share, one at a time
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "engine/device.h"

G_BEGIN_DECLS

/* A network has plans for training and for evaluating, for whole batches and for
 * the last one, but runs one of them at a time: what a pass leaves in the arena
 * is there until the next pass of any plan. */
typedef struct _NnArena NnArena;

NnArena  *nn_arena_new      (NnDevice  *device) G_GNUC_WARN_UNUSED_RESULT;
NnArena  *nn_arena_ref      (NnArena   *self) G_GNUC_WARN_UNUSED_RESULT;
void      nn_arena_unref    (NnArena   *self);

/* Makes room for @bytes.  What lay there is gone when it had to grow; when there
 * is not enough memory, FALSE, the old room is still there. */
gboolean  nn_arena_reserve  (NnArena   *self,
                             gsize      bytes);

/* Where the room begins now: changes when it grows. */
char     *nn_arena_get_base (NnArena   *self);
gsize     nn_arena_get_size (NnArena   *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (NnArena, nn_arena_unref)

G_END_DECLS
