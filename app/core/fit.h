/* fit.h: whether a network's ends suit the data, and making them
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "engine/feed.h"
#include "engine/graph.h"
#include "engine/template.h"

G_BEGIN_DECLS

/* The ends are the input and an embedding behind it, which take samples and
 * their tokens; the target, which takes the answers; and the layer in front of
 * a loss that compares classes, which has an output for each.  What lies
 * between is the user's. */

/* The network of @template for samples of @form; NULL with the error of what
 * does not suit.  (transfer full) */
NnGraph   *app_fit_build    (const NnTemplate *template,
                             const NnForm     *form,
                             GError          **error) G_GNUC_WARN_UNUSED_RESULT;

/* What does not suit, a sentence a line; NULL when all does.  (transfer full) */
char      *app_fit_explain  (NnGraph        *graph,
                             const NnForm   *form) G_GNUC_WARN_UNUSED_RESULT;

/* Makes the ends suit.  FALSE with the first error that the layers between then
 * have; the ends suit all the same. */
gboolean   app_fit_apply    (NnGraph        *graph,
                             const NnForm   *form,
                             GError        **error);

G_END_DECLS
