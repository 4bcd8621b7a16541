/* fit.h: whether a network's ends suit the data, and making them
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "engine/graph.h"

G_BEGIN_DECLS

/* The ends are the inputs, which take samples of @shape, and the linear layer
 * in front of a loss that compares classes, which has an output for each of
 * @n_classes; 0 stands for data without classes.  What lies between is the
 * user's. */

/* What does not suit, a sentence a line; NULL when all does.  (transfer full) */
char      *app_fit_explain  (NnGraph        *graph,
                             const NnShape  *shape,
                             guint           n_classes) G_GNUC_WARN_UNUSED_RESULT;

/* Makes both ends suit.  FALSE with the first error that the layers between
 * then have; the ends suit all the same. */
gboolean   app_fit_apply    (NnGraph        *graph,
                             const NnShape  *shape,
                             guint           n_classes,
                             GError        **error);

G_END_DECLS
