/* drawn.h: a generator's items as a source
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "datasets/generator.h"
#include "datasets/source.h"

G_BEGIN_DECLS

/* The first @n_items items of @generator, 0 for as many as it suggests.  The
 * last of them, in the share that the generator keeps for it, are the test
 * part. */
DsSource *ds_drawn_new (const DsGenerator *generator,
                        guint64            seed,
                        guint32            n_items) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
