/* fit-bar.c: says when the network does not suit the data, and makes it
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "app/fit-bar.h"

#include "app/core/fit.h"

#include <glib/gi18n.h>

struct _AppFitBar
{
  GtkWidget    parent_instance;

  AppDocument *document;        /* owned, or NULL */
  gboolean     has_samples;
  NnForm       form;

  GtkWidget   *bar;
  GtkWidget   *label;
  GtkWidget   *button;
};

G_DEFINE_FINAL_TYPE (AppFitBar, app_fit_bar, GTK_TYPE_WIDGET)

static void
show_words (AppFitBar  *self,
            const char *words,
            gboolean    can_fit)
{
  if (words != NULL)
    gtk_label_set_text (GTK_LABEL (self->label), words);
  gtk_widget_set_visible (self->button, can_fit);

  /* An info bar that is only not revealed would still be read aloud. */
  gtk_widget_set_visible (GTK_WIDGET (self), words != NULL);
}

static void
update (AppFitBar *self)
{
  g_autofree char *words = NULL;

  if (self->document != NULL && self->has_samples)
    words = app_fit_explain (app_document_get_project (self->document)->graph, &self->form);
  show_words (self, words, TRUE);
}

static void
fit_cb (AppFitBar *self)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *words = NULL;

  app_document_begin (self->document, _("Fit Network to Data"), NULL);
  app_fit_apply (app_document_get_project (self->document)->graph, &self->form, &error);
  app_document_end (self->document);
  if (error == NULL)
    return;

  /* Until the network or the data changes the next time. */
  words = g_strdup_printf (_("Input and output of the network fit the data now, but not what lies "
                             "between. %s"), error->message);
  show_words (self, words, FALSE);
}

static void
app_fit_bar_dispose (GObject *object)
{
  AppFitBar *self = APP_FIT_BAR (object);

  g_clear_pointer (&self->bar, gtk_widget_unparent);
  if (self->document != NULL)
    g_signal_handlers_disconnect_by_data (self->document, self);
  g_clear_object (&self->document);

  G_OBJECT_CLASS (app_fit_bar_parent_class)->dispose (object);
}

static void
app_fit_bar_class_init (AppFitBarClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = app_fit_bar_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
}

static void
app_fit_bar_init (AppFitBar *self)
{
  self->bar = gtk_info_bar_new ();
  gtk_widget_set_parent (self->bar, GTK_WIDGET (self));
  self->label = gtk_label_new (NULL);
  gtk_label_set_wrap (GTK_LABEL (self->label), TRUE);
  gtk_label_set_xalign (GTK_LABEL (self->label), 0);
  gtk_widget_set_hexpand (self->label, TRUE);
  gtk_info_bar_add_child (GTK_INFO_BAR (self->bar), self->label);

  /* A button that the bar makes itself has a mnemonic, and is named twice. */
  self->button = gtk_button_new_with_label (_("Fit Network to Data"));
  gtk_widget_set_valign (self->button, GTK_ALIGN_CENTER);
  g_signal_connect_object (self->button, "clicked", G_CALLBACK (fit_cb), self, G_CONNECT_SWAPPED);
  gtk_info_bar_add_action_widget (GTK_INFO_BAR (self->bar), self->button, GTK_RESPONSE_APPLY);
  show_words (self, NULL, TRUE);
}

GtkWidget *
app_fit_bar_new (void)
{
  return g_object_new (APP_TYPE_FIT_BAR, NULL);
}

void
app_fit_bar_set_document (AppFitBar   *self,
                          AppDocument *document)
{
  if (self->document != NULL)
    g_signal_handlers_disconnect_by_data (self->document, self);
  g_set_object (&self->document, document);
  g_signal_connect_object (document, "graph-changed", G_CALLBACK (update), self,
                           G_CONNECT_SWAPPED);
  update (self);
}

void
app_fit_bar_set_samples (AppFitBar  *self,
                         AppSamples *samples)
{
  self->has_samples = samples != NULL;
  if (samples != NULL)
    self->form = *app_samples_get_form (samples);
  update (self);
}
