/* arrange.h: where the nodes of a graph stand that nobody has placed
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "engine/graph.h"

G_BEGIN_DECLS

/* Places all nodes in the direction of the data: columns by the longest way
 * from an input, in rows like the lines of a text, branches below each other. */
void  nn_graph_arrange  (NnGraph *self);

G_END_DECLS
