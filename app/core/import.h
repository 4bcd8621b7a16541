/* import.h: other people's files become projects
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "app/core/project.h"
#include "engine/weights.h"

G_BEGIN_DECLS

/* A project of the whole network that @import has. */
AppProject  *app_import_network   (NnImport    *import,
                                   GError     **error) G_GNUC_WARN_UNUSED_RESULT;

/* How the weights that @import has fit the network of @project, and, when all
 * that the network needs is there, or @partial and anything is, that network with
 * them, packed as a project keeps it.  What a partial import leaves is as it was,
 * or as at the start of a training.  An error is what could not be done; @match
 * may be set all the same, and tells why. */
GBytes      *app_import_weights   (AppProject  *project,
                                   NnImport    *import,
                                   NnMatchBy    by,
                                   gboolean     partial,
                                   NnMatch    **match,
                                   GError     **error) G_GNUC_WARN_UNUSED_RESULT;

/* Lines for people: what fitted, what was missing, of another shape, unexpected.
 * (transfer full) */
char        *app_import_describe  (const NnMatch  *match) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
