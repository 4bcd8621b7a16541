/* wide-block.c: something in a page that may be wider than the page
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "app/wide-block.h"

/* CSS node: “wide-block”. */
struct _AppWideBlock
{
  GtkWidget  parent_instance;

  GtkWidget *scroller;
};

G_DEFINE_FINAL_TYPE (AppWideBlock, app_wide_block, GTK_TYPE_WIDGET)

/* Tab stops only where the keys have something to scroll.  A scrolled window
 * by itself would stop it each time. */
static gboolean
app_wide_block_focus (GtkWidget        *widget,
                      GtkDirectionType  direction)
{
  GtkScrolledWindow *scroller = GTK_SCROLLED_WINDOW (APP_WIDE_BLOCK (widget)->scroller);
  GtkAdjustment *adjustment = gtk_scrolled_window_get_hadjustment (scroller);

  if (gtk_adjustment_get_upper (adjustment) <= gtk_adjustment_get_page_size (adjustment))
    return FALSE;

  return GTK_WIDGET_CLASS (app_wide_block_parent_class)->focus (widget, direction);
}

static void
app_wide_block_dispose (GObject *object)
{
  g_clear_pointer (&APP_WIDE_BLOCK (object)->scroller, gtk_widget_unparent);

  G_OBJECT_CLASS (app_wide_block_parent_class)->dispose (object);
}

static void
app_wide_block_class_init (AppWideBlockClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = app_wide_block_dispose;
  widget_class->focus = app_wide_block_focus;
  gtk_widget_class_set_css_name (widget_class, "wide-block");
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
}

/* A scrolled window takes the mouse wheel even where it cannot scroll, and the
 * page would stand still at each formula under the pointer. */
static void
leave_wheel_to_page (GtkWidget *scroller)
{
  g_autoptr (GListModel) controllers = gtk_widget_observe_controllers (scroller);

  for (guint i = 0; i < g_list_model_get_n_items (controllers); i++)
    {
      g_autoptr (GtkEventController) controller = g_list_model_get_item (controllers, i);

      if (GTK_IS_EVENT_CONTROLLER_SCROLL (controller))
        gtk_event_controller_scroll_set_flags (GTK_EVENT_CONTROLLER_SCROLL (controller),
                                               GTK_EVENT_CONTROLLER_SCROLL_HORIZONTAL);
    }
}

static void
app_wide_block_init (AppWideBlock *self)
{
  self->scroller = gtk_scrolled_window_new ();
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (self->scroller), GTK_POLICY_AUTOMATIC,
                                  GTK_POLICY_NEVER);
  gtk_scrolled_window_set_propagate_natural_height (GTK_SCROLLED_WINDOW (self->scroller), TRUE);
  leave_wheel_to_page (self->scroller);
  gtk_widget_set_parent (self->scroller, GTK_WIDGET (self));
}

GtkWidget *
app_wide_block_new (GtkWidget  *child,
                    const char *name)
{
  AppWideBlock *self = g_object_new (APP_TYPE_WIDE_BLOCK, NULL);

  gtk_accessible_update_property (GTK_ACCESSIBLE (self->scroller), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  name, -1);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (self->scroller), child);
  return GTK_WIDGET (self);
}
