/* overlay.c: a run that is drawn over another one
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "app/overlay.h"

void
app_overlay_free (AppOverlay *self)
{
  g_free (self->folder);
  g_free (self->title);
  g_clear_pointer (&self->curves, app_curves_free);
  g_free (self);
}
