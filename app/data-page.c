/* data-page.c: the data set: which, what is in it, how it is divided
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "app/data-page.h"

#include <adwaita.h>
#include <glib/gi18n.h>

struct _AppDataPage
{
  GtkWidget    parent_instance;

  AppDocument *document;        /* owned, or NULL */
};

G_DEFINE_FINAL_TYPE (AppDataPage, app_data_page, GTK_TYPE_WIDGET)

static void
app_data_page_dispose (GObject *object)
{
  AppDataPage *self = APP_DATA_PAGE (object);
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_widget_unparent (child);
  g_clear_object (&self->document);

  G_OBJECT_CLASS (app_data_page_parent_class)->dispose (object);
}

static void
app_data_page_class_init (AppDataPageClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = app_data_page_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
}

static void
app_data_page_init (AppDataPage *self)
{
}

GtkWidget *
app_data_page_new (void)
{
  return g_object_new (APP_TYPE_DATA_PAGE, NULL);
}

void
app_data_page_set_document (AppDataPage *self,
                            AppDocument *document)
{
  g_set_object (&self->document, document);
}
