/* line-search.h: how far to go along a direction
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "engine/optimiser.h"

G_BEGIN_DECLS

#define NN_LINE_SEARCH_WORK 4   /* buffers of NnSearch.work that it uses */

/* The same sum, in the same order, at every call. */
double  nn_dot          (const float  *a,
                         const float  *b,
                         gint64        count);

/* Moves w along @direction to where the strong Wolfe conditions hold, or to the
 * best place that @most evaluations find, and returns how far that was.  @slope
 * is that of the loss along @direction, and below 0.  Loss and gradient of
 * @search are then those at the new w.  @evaluations is counted up. */
double  nn_line_search  (NnSearch     *search,
                         const float  *direction,
                         double        length,
                         double        slope,
                         int           most,
                         double        tolerance,
                         int          *evaluations);

G_END_DECLS
