/* reveal.c: scrolling to what has just appeared
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "app/reveal.h"

#define MARGIN 18               /* pixels left above and below */

static void
reveal_now (GtkWidget *widget)
{
  GtkWidget *view = gtk_widget_get_ancestor (widget, GTK_TYPE_VIEWPORT);
  GtkWidget *content = view != NULL ? gtk_viewport_get_child (GTK_VIEWPORT (view)) : NULL;
  graphene_rect_t bounds;

  if (content != NULL && gtk_widget_compute_bounds (widget, content, &bounds))
    gtk_adjustment_clamp_page (gtk_scrollable_get_vadjustment (GTK_SCROLLABLE (view)),
                               bounds.origin.y - MARGIN,
                               bounds.origin.y + bounds.size.height + MARGIN);
}

/* Layout comes after the ticks of a frame, so the second tick sees the first
 * layout. */
static gboolean
tick_cb (GtkWidget     *widget,
         GdkFrameClock *clock,
         gpointer       n_ticks)
{
  guint *n = n_ticks;

  if (++*n < 2)
    return G_SOURCE_CONTINUE;

  reveal_now (widget);
  return G_SOURCE_REMOVE;
}

void
app_reveal (GtkWidget *widget)
{
  gtk_widget_add_tick_callback (widget, tick_cb, g_new0 (guint, 1), g_free);
}
