/* new-window.c: choosing a template for a new project
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "app/new-window.h"

#include "app/core/fit.h"
#include "app/core/samples.h"
#include "datasets/generator.h"
#include "engine/template.h"

#include <glib/gi18n.h>

struct _AppNewWindow
{
  AdwWindow   parent_instance;

  AppWindow  *parent_window;    /* borrowed: this window is modal over it */
  GtkWidget  *data_row;         /* AdwComboRow: the built-in sets */
  GPtrArray  *template_rows;    /* AdwActionRow, borrowed */
};

G_DEFINE_FINAL_TYPE (AppNewWindow, app_new_window, ADW_TYPE_WINDOW)

static const DsGenerator *
chosen_generator (AppNewWindow *self)
{
  return ds_generator_nth (adw_combo_row_get_selected (ADW_COMBO_ROW (self->data_row)));
}

static void
open_in_window (AppNewWindow *self,
                AppProject   *project)
{
  AppDocument *document = app_window_get_document (self->parent_window);
  AppWindow *window = self->parent_window;

  if (document != NULL
      && (app_document_get_modified (document)
          || app_session_get_state (app_window_get_session (window)) != APP_SESSION_IDLE))
    {
      window = app_window_new (APP_APPLICATION (
                                 gtk_window_get_application (GTK_WINDOW (window))));
      gtk_window_present (GTK_WINDOW (window));
    }
  app_window_set_document (window, app_document_new (project, NULL));
  app_window_show_page (window, "build");
}

static void
row_activated_cb (AppNewWindow *self,
                  AdwActionRow *row)
{
  const NnTemplate *template = g_object_get_data (G_OBJECT (row), "template");
  const DsGenerator *generator = chosen_generator (self);
  AppProject *project = app_project_new ();
  g_autoptr (GError) error = NULL;
  NnGraph *graph = NULL;
  NnForm form;

  project->data.kind = APP_DATA_DRAWN;
  project->data.name = g_strdup (generator->name);
  if (app_drawn_get_form (&project->data, &form, &error))
    graph = app_fit_build (template, &form, &error);
  if (graph == NULL)
    {
      app_project_free (project);
      app_window_show_error (self->parent_window, _("The Template Does Not Fit the Data"), error);
      return;
    }

  nn_graph_unref (project->graph);
  project->graph = graph;
  open_in_window (self, project);
  gtk_window_close (GTK_WINDOW (self));
}

/* A template that the data does not fit cannot be chosen, and says why. */
static void
update_templates (AppNewWindow *self)
{
  g_autoptr (AppProject) project = app_project_new ();
  g_autoptr (GError) no_form = NULL;
  NnForm form;

  project->data.kind = APP_DATA_DRAWN;
  project->data.name = g_strdup (chosen_generator (self)->name);
  app_drawn_get_form (&project->data, &form, &no_form);
  for (guint i = 0; i < self->template_rows->len; i++)
    {
      GtkWidget *row = g_ptr_array_index (self->template_rows, i);
      const NnTemplate *template = g_object_get_data (G_OBJECT (row), "template");
      g_autoptr (GError) error = NULL;
      g_autoptr (NnGraph) graph = NULL;

      if (no_form == NULL)
        graph = app_fit_build (template, &form, &error);

      gtk_widget_set_sensitive (row, graph != NULL);
      adw_action_row_set_subtitle (ADW_ACTION_ROW (row),
                                   graph != NULL ? _(template->summary)
                                                 : _("The chosen data does not fit."));
      gtk_widget_set_tooltip_text (row, graph != NULL ? NULL
                                        : no_form != NULL ? no_form->message : error->message);
    }
}

static GtkWidget *
make_data_row (AppNewWindow *self)
{
  g_autoptr (GtkStringList) names = gtk_string_list_new (NULL);
  const DsGenerator *generator;

  for (guint i = 0; (generator = ds_generator_nth (i)) != NULL; i++)
    gtk_string_list_append (names, _(generator->title));

  self->data_row = adw_combo_row_new ();
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->data_row), _("Data"));
  adw_action_row_set_subtitle (ADW_ACTION_ROW (self->data_row),
                               _("Your own can be chosen on the Data page."));
  adw_combo_row_set_model (ADW_COMBO_ROW (self->data_row), G_LIST_MODEL (names));
  return self->data_row;
}

static GtkWidget *
make_template_group (AppNewWindow *self)
{
  GtkWidget *group = adw_preferences_group_new ();
  const NnTemplate *template;

  adw_preferences_group_set_title (ADW_PREFERENCES_GROUP (group), _("Network"));
  for (guint i = 0; (template = nn_template_get (i)) != NULL; i++)
    {
      GtkWidget *row;

      if (template->is_bench)
        continue;
      row = adw_action_row_new ();
      adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), _(template->title));
      adw_action_row_add_suffix (ADW_ACTION_ROW (row),
                                 gtk_image_new_from_icon_name ("go-next-symbolic"));
      gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), TRUE);
      g_object_set_data (G_OBJECT (row), "template", (gpointer) template);
      g_signal_connect_object (row, "activated", G_CALLBACK (row_activated_cb), self,
                               G_CONNECT_SWAPPED);
      adw_preferences_group_add (ADW_PREFERENCES_GROUP (group), row);
      g_ptr_array_add (self->template_rows, row);
    }

  return group;
}

static void
app_new_window_finalize (GObject *object)
{
  g_ptr_array_unref (APP_NEW_WINDOW (object)->template_rows);
  G_OBJECT_CLASS (app_new_window_parent_class)->finalize (object);
}

static void
app_new_window_class_init (AppNewWindowClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = app_new_window_finalize;
  gtk_widget_class_add_binding_action (GTK_WIDGET_CLASS (klass), GDK_KEY_Escape, 0, "window.close",
                                       NULL);
}

static void
app_new_window_init (AppNewWindow *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *page = adw_preferences_page_new ();
  GtkWidget *group = adw_preferences_group_new ();

  self->template_rows = g_ptr_array_new ();
  gtk_box_append (GTK_BOX (box), adw_header_bar_new ());
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (group), make_data_row (self));
  adw_preferences_page_add (ADW_PREFERENCES_PAGE (page), ADW_PREFERENCES_GROUP (group));
  adw_preferences_page_add (ADW_PREFERENCES_PAGE (page),
                            ADW_PREFERENCES_GROUP (make_template_group (self)));
  update_templates (self);
  g_signal_connect_object (self->data_row, "notify::selected", G_CALLBACK (update_templates), self,
                           G_CONNECT_SWAPPED);
  gtk_widget_set_vexpand (page, TRUE);
  gtk_box_append (GTK_BOX (box), page);
  adw_window_set_content (ADW_WINDOW (self), box);
  gtk_window_set_title (GTK_WINDOW (self), _("New Project"));
  gtk_window_set_default_size (GTK_WINDOW (self), 520, 560);
}

GtkWidget *
app_new_window_new (AppWindow *parent)
{
  AppNewWindow *self = g_object_new (APP_TYPE_NEW_WINDOW,
                                     "transient-for", parent,
                                     "modal", TRUE,
                                     NULL);

  self->parent_window = parent;
  return GTK_WIDGET (self);
}
