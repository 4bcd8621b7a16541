/* ready.h: whether a project can be trained, before anything is started
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "app/core/project.h"

G_BEGIN_DECLS

/* FALSE with the first reason why training @self would fail at once, and the
 * node that it is about.  Nothing is opened, decoded or allocated for it, so
 * the shapes and classes of files are left to the training itself. */
gboolean  app_project_check_ready  (const AppProject  *self,
                                    GError           **error);

G_END_DECLS
