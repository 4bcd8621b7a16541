/* overlay.h: a run that is drawn over another one
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "app/core/curves.h"

G_BEGIN_DECLS

typedef struct
{
  char      *folder;
  char      *title;
  UiColour   colour;
  AppCurves *curves;            /* NULL until they are read */
} AppOverlay;

void  app_overlay_free  (AppOverlay  *self);

G_END_DECLS
