/* train-page.c: settings of the training, its buttons and its curves
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "app/train-page.h"

#include <adwaita.h>
#include <glib/gi18n.h>

struct _AppTrainPage
{
  GtkWidget    parent_instance;

  AppSession  *session;         /* owned */
  AppDocument *document;        /* owned, or NULL */
};

G_DEFINE_FINAL_TYPE (AppTrainPage, app_train_page, GTK_TYPE_WIDGET)

static void
app_train_page_dispose (GObject *object)
{
  AppTrainPage *self = APP_TRAIN_PAGE (object);
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_widget_unparent (child);
  g_clear_object (&self->document);
  g_clear_object (&self->session);

  G_OBJECT_CLASS (app_train_page_parent_class)->dispose (object);
}

static void
app_train_page_class_init (AppTrainPageClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = app_train_page_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
}

static void
app_train_page_init (AppTrainPage *self)
{
}

GtkWidget *
app_train_page_new (AppSession *session)
{
  AppTrainPage *self = g_object_new (APP_TYPE_TRAIN_PAGE, NULL);

  self->session = g_object_ref (session);
  return GTK_WIDGET (self);
}

void
app_train_page_set_document (AppTrainPage *self,
                            AppDocument *document)
{
  g_set_object (&self->document, document);
}
