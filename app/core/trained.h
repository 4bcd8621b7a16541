/* trained.h: a network with the weights of a project or run
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "app/core/project.h"
#include "engine/network.h"

G_BEGIN_DECLS

/* Opens @path, a project or the folder of a run, with its best weights.  The
 * project it belongs to is in @project.  An error says what is missing. */
NnNetwork  *app_trained_open          (const char        *path,
                                       AppProject       **project,
                                       GError           **error) G_GNUC_WARN_UNUSED_RESULT;

/* The network of @project with its weights, which it must have; @source names it
 * in messages. */
NnNetwork  *app_trained_open_project  (const AppProject  *project,
                                       const char        *source,
                                       GError           **error) G_GNUC_WARN_UNUSED_RESULT;

/* The network of @project, with zeros for weights. */
NnNetwork  *app_trained_new_network   (const AppProject  *project,
                                       GError           **error) G_GNUC_WARN_UNUSED_RESULT;

/* What the network of @path is called in a file for others: the name of the
 * project or run, without its suffix.  (transfer full) */
char       *app_trained_title         (const char        *path) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
