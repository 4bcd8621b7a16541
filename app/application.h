/* application.h: Epoch as one program on the desktop
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "app/learner.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define APP_TYPE_APPLICATION (app_application_get_type ())
G_DECLARE_FINAL_TYPE (AppApplication, app_application, APP, APPLICATION, AdwApplication)

AppApplication  *app_application_new           (void) G_GNUC_WARN_UNUSED_RESULT;

/* Of the program, shared by all its windows. */
GSettings       *app_application_get_settings  (AppApplication *self);
AppLearner      *app_application_get_learner   (AppApplication *self);

G_END_DECLS
