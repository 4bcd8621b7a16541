/* reveal.h: scrolling to what has just appeared
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Scrolls the view around @widget as little as is needed to see all of it, or
 * its top when it is too high; as soon as it has its place. */
void app_reveal (GtkWidget *widget);

G_END_DECLS
