/* window-exchange.c: networks and weights from and for other programs
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "app/core/import.h"
#include "app/core/trained.h"
#include "app/window-private.h"

#include <glib/gi18n.h>

/* One way of taking a file, in a thread: a network has to be made for it. */
typedef struct
{
  AppDocument *document;        /* that takes the weights */
  AppProject  *project;         /* as the document has it */
  char        *path;
  NnMatchBy    by;
  gboolean     partial;

  /* What comes of it */
  AppProject  *made;            /* of a file with a whole network */
  GBytes      *weights;
  NnMatch     *match;
  NnImport    *import;
} Import;

static Import *
import_new (AppDocument *document,
            const char  *path,
            NnMatchBy    by,
            gboolean     partial)
{
  Import *self = g_new0 (Import, 1);

  self->document = g_object_ref (document);
  self->project = app_project_dup (app_document_get_project (document));
  self->path = g_strdup (path);
  self->by = by;
  self->partial = partial;

  return self;
}

static void
import_free (Import *self)
{
  g_clear_pointer (&self->made, app_project_free);
  g_clear_pointer (&self->weights, g_bytes_unref);
  g_clear_pointer (&self->match, nn_match_free);
  g_clear_pointer (&self->import, nn_import_free);
  app_project_free (self->project);
  g_object_unref (self->document);
  g_free (self->path);
  g_free (self);
}

static void
import_thread (GTask        *task,
               gpointer      source,
               gpointer      data,
               GCancellable *cancellable)
{
  Import *self = data;
  GError *error = NULL;

  self->import = nn_import_read (self->path, &nn_limits_usual, &error);
  if (self->import != NULL && self->import->graph != NULL)
    self->made = app_import_network (self->import, &error);
  else if (self->import != NULL)
    self->weights = app_import_weights (self->project, self->import, self->by, self->partial,
                                        &self->match, &error);

  if (error != NULL)
    g_task_return_error (task, error);
  else
    g_task_return_boolean (task, TRUE);
}

static void start_import (AppWindow *self,
                          Import    *import);

static void
misfit_response_cb (AdwMessageDialog *dialog,
                    const char       *response,
                    AppWindow        *self)
{
  const char *path = g_object_get_data (G_OBJECT (dialog), "path");
  AppDocument *document = app_window_get_document (self);

  if (g_str_equal (response, "order"))
    start_import (self, import_new (document, path, NN_MATCH_ORDER, FALSE));
  else if (g_str_equal (response, "partial"))
    start_import (self, import_new (document, path, NN_MATCH_NAMES, TRUE));
}

/* Nothing has been changed yet; perhaps there is another way. */
static void
show_misfit (AppWindow    *self,
             const Import *import)
{
  GtkWidget *dialog = adw_message_dialog_new (GTK_WINDOW (self),
                                              _("The Weights Do Not Fit the Network"), NULL);
  g_autofree char *text = app_import_describe (import->match);

  adw_message_dialog_set_body (ADW_MESSAGE_DIALOG (dialog), text);
  adw_message_dialog_add_response (ADW_MESSAGE_DIALOG (dialog), "close", _("_Close"));
  if (import->match->order_fits)
    adw_message_dialog_add_response (ADW_MESSAGE_DIALOG (dialog), "order",
                                     _("Go by _Order and Shape"));
  if (import->match->n_fitting > 0)
    adw_message_dialog_add_response (ADW_MESSAGE_DIALOG (dialog), "partial",
                                     _("_Take What Fits"));
  adw_message_dialog_set_default_response (ADW_MESSAGE_DIALOG (dialog), "close");
  adw_message_dialog_set_close_response (ADW_MESSAGE_DIALOG (dialog), "close");
  g_object_set_data_full (G_OBJECT (dialog), "path", g_strdup (import->path), g_free);
  g_signal_connect_object (dialog, "response", G_CALLBACK (misfit_response_cb), self, 0);
  gtk_window_present (GTK_WINDOW (dialog));
}

/* A toast when all is as expected, and a dialog when there is more to say. */
static void
show_success (AppWindow    *self,
              const Import *import)
{
  g_autofree char *name = g_filename_display_basename (import->path);
  g_autofree char *fitting = app_import_describe (import->match);
  g_autofree char *text = NULL;
  GtkWidget *dialog;

  if (nn_match_is_complete (import->match) && import->match->unexpected->len == 0
      && import->import->notes == NULL)
    {
      text = g_strdup_printf (_("The network has the weights of “%s” now."), name);
      app_window_toast (self, text);
      return;
    }

  text = import->import->notes == NULL ? g_steal_pointer (&fitting)
                                       : g_strconcat (fitting, "\n", import->import->notes, NULL);
  dialog = adw_message_dialog_new (GTK_WINDOW (self), _("The Weights Are in the Network"), text);
  adw_message_dialog_add_response (ADW_MESSAGE_DIALOG (dialog), "close", _("_Close"));
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
show_network (AppWindow *self,
              Import    *import)
{
  AppWindow *window = _app_window_for_opening (self);
  AppDocument *document = app_document_new (g_steal_pointer (&import->made), NULL);

  app_document_set_modified (document, TRUE);
  app_window_set_document (window, document);
  app_window_show_page (window, "build");
  if (import->import->notes != NULL)
    app_window_toast (window, import->import->notes);
}

static void
imported_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      data)
{
  AppWindow *self = APP_WINDOW (source);
  Import *import = g_task_get_task_data (G_TASK (result));
  g_autoptr (GError) error = NULL;
  gboolean is_done = g_task_propagate_boolean (G_TASK (result), &error);

  /* The window is gone, or shows something else by now. */
  if (!gtk_widget_get_realized (GTK_WIDGET (self))
      || app_window_get_document (self) != import->document)
    return;

  if (!is_done && import->match != NULL)
    show_misfit (self, import);
  else if (!is_done)
    app_window_show_error (self, _("The File Could Not Be Imported"), error);
  else if (import->made != NULL)
    show_network (self, import);
  else
    {
      app_document_set_learned (import->document, import->weights,
                                app_document_get_project (import->document)->vocabulary);
      show_success (self, import);
    }
}

/* (transfer full) of @import */
static void
start_import (AppWindow *self,
              Import    *import)
{
  g_autoptr (GTask) task = g_task_new (self, NULL, imported_cb, NULL);

  g_task_set_source_tag (task, start_import);
  g_task_set_task_data (task, import, (GDestroyNotify) import_free);
  g_task_run_in_thread (task, import_thread);
}

static void
import_response_cb (GtkNativeDialog *dialog,
                    int              response,
                    AppWindow       *self)
{
  if (response == GTK_RESPONSE_ACCEPT)
    {
      g_autoptr (GFile) file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (dialog));
      g_autofree char *path = g_file_get_path (file);

      if (path != NULL)
        start_import (self, import_new (app_window_get_document (self), path, NN_MATCH_NAMES,
                                        FALSE));
    }
  g_object_unref (dialog);
}

static void
add_suffixes (GtkFileFilter  *filter,
              const NnFormat *format)
{
  for (int i = 0; format->suffixes[i] != NULL; i++)
    gtk_file_filter_add_suffix (filter, format->suffixes[i]);
}

void
_app_window_import_cb (GSimpleAction *action,
                       GVariant      *parameter,
                       gpointer       window)
{
  /* Nobody else owns the dialog: its response lets go of it. */
  GtkFileChooserNative *dialog = gtk_file_chooser_native_new (_("Import Network or Weights"),
                                                              window,
                                                              GTK_FILE_CHOOSER_ACTION_OPEN,
                                                              _("_Import"), NULL);
  g_autoptr (GtkFileFilter) known = gtk_file_filter_new ();
  g_autoptr (GtkFileFilter) all = gtk_file_filter_new ();

  gtk_file_filter_set_name (known, _("Networks and Weights"));
  for (int i = 0; nn_formats[i] != NULL; i++)
    if (nn_formats[i]->read != NULL)
      add_suffixes (known, nn_formats[i]);
  gtk_file_filter_set_name (all, _("All Files"));
  gtk_file_filter_add_pattern (all, "*");
  gtk_file_chooser_add_filter (GTK_FILE_CHOOSER (dialog), known);
  gtk_file_chooser_add_filter (GTK_FILE_CHOOSER (dialog), all);
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (dialog), TRUE);
  g_signal_connect (dialog, "response", G_CALLBACK (import_response_cb), window);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (dialog));
}

GMenuModel *
_app_window_make_export_menu (void)
{
  GMenu *menu = g_menu_new ();

  for (int i = 0; nn_formats[i] != NULL; i++)
    if (nn_formats[i]->write != NULL)
      {
        g_autofree char *label = g_strdup_printf ("%s…", _(nn_formats[i]->title));
        g_autoptr (GMenuItem) item = g_menu_item_new (label, NULL);

        g_menu_item_set_action_and_target (item, "win.export", "s", nn_formats[i]->name);
        g_menu_append_item (menu, item);
      }

  return G_MENU_MODEL (menu);
}

/* A file on its way out. */
typedef struct
{
  const NnFormat *format;
  AppProject     *project;
  char           *title;
  char           *path;
} Export;

static void
export_free (Export *self)
{
  app_project_free (self->project);
  g_free (self->title);
  g_free (self->path);
  g_free (self);
}

static void
export_thread (GTask        *task,
               gpointer      source,
               gpointer      data,
               GCancellable *cancellable)
{
  Export *self = data;
  GError *error = NULL;
  g_autoptr (NnNetwork) network = app_trained_open_project (self->project, self->title, &error);
  const NnExport what = { network, self->title };

  if (network != NULL && self->format->write (&what, self->path, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
exported_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      data)
{
  AppWindow *self = APP_WINDOW (source);
  Export *export = g_task_get_task_data (G_TASK (result));
  g_autofree char *name = g_filename_display_basename (export->path);
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;

  if (!gtk_widget_get_realized (GTK_WIDGET (self)))
    return;

  if (!g_task_propagate_boolean (G_TASK (result), &error))
    {
      app_window_show_error (self, _("The Network Could Not Be Exported"), error);
      return;
    }

  text = g_strdup_printf (_("“%s” was exported"), name);
  app_window_toast (self, text);
}

static void
export_response_cb (GtkNativeDialog *dialog,
                    int              response,
                    AppWindow       *self)
{
  const NnFormat *format = g_object_get_data (G_OBJECT (dialog), "format");
  g_autoptr (GFile) file = NULL;
  g_autofree char *path = NULL;

  if (response == GTK_RESPONSE_ACCEPT)
    {
      file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (dialog));
      path = g_file_get_path (file);
    }
  if (path != NULL)
    {
      AppDocument *document = app_window_get_document (self);
      g_autoptr (GTask) task = g_task_new (self, NULL, exported_cb, NULL);
      Export *export = g_new0 (Export, 1);

      export->format = format;
      export->project = app_project_dup (app_document_get_project (document));
      export->title = app_trained_title (app_document_get_title (document));
      export->path = g_steal_pointer (&path);
      g_task_set_source_tag (task, export_response_cb);
      g_task_set_task_data (task, export, (GDestroyNotify) export_free);
      g_task_run_in_thread (task, export_thread);
    }
  g_object_unref (dialog);
}

void
_app_window_export_cb (GSimpleAction *action,
                       GVariant      *parameter,
                       gpointer       window)
{
  const NnFormat *format = nn_format_find (g_variant_get_string (parameter, NULL));
  const char *title = app_document_get_title (app_window_get_document (window));
  GtkFileChooserNative *dialog;
  g_autoptr (GtkFileFilter) filter = gtk_file_filter_new ();
  g_autofree char *stem = app_trained_title (title);
  g_autofree char *name = NULL;

  if (format == NULL || format->write == NULL)
    return;

  dialog = gtk_file_chooser_native_new (_("Export Network"), window, GTK_FILE_CHOOSER_ACTION_SAVE,
                                        _("_Export"), NULL);
  name = g_strconcat (stem, ".", format->suffixes[0], NULL);
  gtk_file_filter_set_name (filter, _(format->title));
  add_suffixes (filter, format);
  gtk_file_chooser_add_filter (GTK_FILE_CHOOSER (dialog), filter);
  gtk_file_chooser_set_current_name (GTK_FILE_CHOOSER (dialog), name);
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (dialog), TRUE);
  g_object_set_data (G_OBJECT (dialog), "format", (gpointer) format);
  g_signal_connect (dialog, "response", G_CALLBACK (export_response_cb), window);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (dialog));
}
