/* graph-place.h: where cards go, and in which order they are visited
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "widgets/graph-model.h"
#include "widgets/wire.h"

G_BEGIN_DECLS

/* The place for a card of the size of @wish that is nearest to @wish and
 * keeps @gap free to each of the @n_taken cards; @gap is also the step in
 * which places are tried. */
UiPoint  ui_graph_find_place (const UiRect       *taken,
                              guint               n_taken,
                              const UiRect       *wish,
                              double              gap);

/* The order in which data flows; where it leaves a choice, left comes before
 * right and top before bottom.  Returns indices into @nodes.  (transfer full) */
GArray  *ui_graph_order      (const UiGraphPlace *nodes,
                              guint               n_nodes,
                              const UiGraphLink  *links,
                              guint               n_links) G_GNUC_WARN_UNUSED_RESULT;

/* The index of the point that an arrow key means: nearest to @points[@start]
 * in the direction (@dx, @dy), or -1 when nothing lies there. */
int      ui_graph_neighbour  (const UiPoint      *points,
                              guint               n_points,
                              guint               start,
                              int                 dx,
                              int                 dy);

G_END_DECLS
