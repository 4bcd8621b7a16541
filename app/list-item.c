/* list-item.c: an item of a list in a page, behind its bullet or number
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "app/list-item.h"

#define INDENTATION 24          /* of each level, in pixels */

/* The marker stands on the baseline of the first line, which a formula may have
 * pushed down.  A GtkBox that aligns baselines rounds twice and complains.
 *
 * CSS node: “list-item” with the nodes of the marker and of the text. */
struct _AppListItem
{
  GtkWidget  parent_instance;

  GtkWidget *marker;
  GtkWidget *text;
  int        start;             /* where the text begins */
};

G_DEFINE_FINAL_TYPE (AppListItem, app_list_item, GTK_TYPE_WIDGET)

static GtkSizeRequestMode
app_list_item_get_request_mode (GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

static void
app_list_item_measure (GtkWidget      *widget,
                       GtkOrientation  orientation,
                       int             for_size,
                       int            *minimum,
                       int            *natural,
                       int            *minimum_baseline,
                       int            *natural_baseline)
{
  AppListItem *self = APP_LIST_ITEM (widget);

  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    {
      gtk_widget_measure (self->text, orientation, -1, minimum, natural, NULL, NULL);
      *minimum += self->start;
      *natural += self->start;
    }
  else
    {
      gtk_widget_measure (self->text, orientation,
                          for_size < 0 ? -1 : MAX (0, for_size - self->start),
                          minimum, natural, NULL, NULL);
    }
}

static void
app_list_item_size_allocate (GtkWidget *widget,
                             int        width,
                             int        height,
                             int        baseline)
{
  AppListItem *self = APP_LIST_ITEM (widget);
  int text_width = MAX (0, width - self->start);
  int text_baseline, marker_baseline, marker_width, marker_height;

  gtk_widget_measure (self->text, GTK_ORIENTATION_VERTICAL, text_width, NULL, NULL,
                      NULL, &text_baseline);
  gtk_widget_measure (self->marker, GTK_ORIENTATION_HORIZONTAL, -1, NULL, &marker_width,
                      NULL, NULL);
  gtk_widget_measure (self->marker, GTK_ORIENTATION_VERTICAL, -1, NULL, &marker_height,
                      NULL, &marker_baseline);
  gtk_widget_size_allocate (self->text, &(GtkAllocation) { self->start, 0, text_width, height },
                            -1);
  gtk_widget_size_allocate (self->marker,
                            &(GtkAllocation) { self->start - INDENTATION,
                                               MAX (0, text_baseline - marker_baseline),
                                               MAX (marker_width, INDENTATION), marker_height },
                            -1);
}

static void
app_list_item_dispose (GObject *object)
{
  AppListItem *self = APP_LIST_ITEM (object);

  g_clear_pointer (&self->marker, gtk_widget_unparent);
  g_clear_pointer (&self->text, gtk_widget_unparent);

  G_OBJECT_CLASS (app_list_item_parent_class)->dispose (object);
}

static void
app_list_item_class_init (AppListItemClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = app_list_item_dispose;
  widget_class->get_request_mode = app_list_item_get_request_mode;
  widget_class->measure = app_list_item_measure;
  widget_class->size_allocate = app_list_item_size_allocate;
  gtk_widget_class_set_css_name (widget_class, "list-item");
}

static void
app_list_item_init (AppListItem *self)
{
}

GtkWidget *
app_list_item_new (guint      number,
                   guint      level,
                   GtkWidget *text)
{
  AppListItem *self = g_object_new (APP_TYPE_LIST_ITEM, NULL);
  g_autofree char *words = g_strdup_printf ("%u.", number);

  self->start = MAX (level, 1) * INDENTATION;
  self->marker = gtk_label_new (number > 0 ? words : "•");
  gtk_label_set_xalign (GTK_LABEL (self->marker), 0);
  gtk_widget_add_css_class (self->marker, "list-marker");
  gtk_widget_add_css_class (self->marker, "quiet");
  gtk_widget_set_parent (self->marker, GTK_WIDGET (self));
  self->text = text;
  gtk_widget_set_parent (self->text, GTK_WIDGET (self));
  return GTK_WIDGET (self);
}
