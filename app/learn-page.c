/* learn-page.c: the course: its map, its pages and its tasks
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "app/learn-page.h"

#include <adwaita.h>
#include <glib/gi18n.h>

struct _AppLearnPage
{
  GtkWidget parent_instance;
};

G_DEFINE_FINAL_TYPE (AppLearnPage, app_learn_page, GTK_TYPE_WIDGET)

static void
app_learn_page_dispose (GObject *object)
{
  AppLearnPage *self = APP_LEARN_PAGE (object);
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_widget_unparent (child);

  G_OBJECT_CLASS (app_learn_page_parent_class)->dispose (object);
}

static void
app_learn_page_class_init (AppLearnPageClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = app_learn_page_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
}

static void
app_learn_page_init (AppLearnPage *self)
{
}

GtkWidget *
app_learn_page_new (void)
{
  return g_object_new (APP_TYPE_LEARN_PAGE, NULL);
}
