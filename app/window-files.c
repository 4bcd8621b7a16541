/* window-files.c: opening, saving and closing
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "app/draft.h"
#include "app/new-window.h"
#include "app/window-private.h"

#include <glib/gi18n.h>
#include <string.h>

#define MOST_RECENT 10

static GSettings *
settings_of (AppWindow *self)
{
  GtkApplication *application = gtk_window_get_application (GTK_WINDOW (self));

  return app_application_get_settings (APP_APPLICATION (application));
}

void
_app_window_fill_recent (AppWindow *self)
{
  GMenu *menu = G_MENU (_app_window_get_recent_menu (self));
  g_auto (GStrv) paths = g_settings_get_strv (settings_of (self), "recent-projects");

  g_menu_remove_all (menu);
  for (int i = 0; paths[i] != NULL; i++)
    {
      g_autofree char *name = g_path_get_basename (paths[i]);
      g_autoptr (GMenuItem) item = g_menu_item_new (name, NULL);

      g_menu_item_set_action_and_target (item, "win.open-recent", "s", paths[i]);
      g_menu_append_item (menu, item);
    }
}

/* Puts @path in front, and, when it is gone, takes it out. */
static void
remember (AppWindow  *self,
          const char *path,
          gboolean    is_there)
{
  g_auto (GStrv) old = g_settings_get_strv (settings_of (self), "recent-projects");
  g_autoptr (GPtrArray) new = g_ptr_array_new ();

  if (is_there)
    g_ptr_array_add (new, (gpointer) path);
  for (int i = 0; old[i] != NULL && new->len < MOST_RECENT; i++)
    if (!g_str_equal (old[i], path))
      g_ptr_array_add (new, old[i]);
  g_ptr_array_add (new, NULL);
  g_settings_set_strv (settings_of (self), "recent-projects", (const char *const *) new->pdata);
  _app_window_fill_recent (self);
}

AppWindow *
_app_window_for_opening (AppWindow *self)
{
  AppDocument *document = app_window_get_document (self);
  AppWindow *window;

  if (document == NULL
      || (!app_document_get_modified (document)
          && app_session_get_state (app_window_get_session (self)) == APP_SESSION_IDLE))
    return self;

  window = app_window_new (APP_APPLICATION (gtk_window_get_application (GTK_WINDOW (self))));
  gtk_window_present (GTK_WINDOW (window));
  return window;
}

void
app_window_open_file (AppWindow *self,
                      GFile     *file)
{
  g_autofree char *path = g_file_get_path (file);
  g_autoptr (GError) error = NULL;
  AppProject *project = NULL;
  AppWindow *window;

  if (path == NULL)
    g_set_error (&error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
                 _("Only files of this computer can be opened. Copy the project here first."));
  else
    project = app_project_read (path, &error);
  if (project == NULL)
    {
      if (app_window_get_document (self) == NULL)
        app_window_open_welcome (self);
      if (path != NULL)
        remember (self, path, g_file_test (path, G_FILE_TEST_EXISTS));
      app_window_show_error (self, _("The Project Could Not Be Opened"), error);
      return;
    }

  window = _app_window_for_opening (self);
  app_window_set_document (window, app_document_new (project, path));
  app_window_show_page (window, "build");
  remember (window, path, TRUE);
}

static GtkFileFilter *
make_filter (void)
{
  GtkFileFilter *filter = gtk_file_filter_new ();

  gtk_file_filter_set_name (filter, _("Projects of Epoch"));
  gtk_file_filter_add_pattern (filter, "*.epoch");
  return filter;
}

static void
open_response_cb (GtkNativeDialog *dialog,
                  int              response,
                  AppWindow       *self)
{
  if (response == GTK_RESPONSE_ACCEPT)
    {
      g_autoptr (GFile) file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (dialog));

      app_window_open_file (self, file);
    }
  g_object_unref (dialog);
}

void
_app_window_open_cb (GSimpleAction *action,
                     GVariant      *parameter,
                     gpointer       window)
{
  /* Nobody else owns the dialog: its response lets go of it. */
  GtkFileChooserNative *dialog = gtk_file_chooser_native_new (_("Open Project"), window,
                                                              GTK_FILE_CHOOSER_ACTION_OPEN,
                                                              NULL, NULL);
  g_autoptr (GtkFileFilter) filter = make_filter ();

  gtk_file_chooser_add_filter (GTK_FILE_CHOOSER (dialog), filter);
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (dialog), TRUE);
  g_signal_connect (dialog, "response", G_CALLBACK (open_response_cb), window);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (dialog));
}

void
_app_window_open_recent_cb (GSimpleAction *action,
                            GVariant      *parameter,
                            gpointer       window)
{
  g_autoptr (GFile) file = g_file_new_for_path (g_variant_get_string (parameter, NULL));

  app_window_open_file (window, file);
}

void
_app_window_new_cb (GSimpleAction *action,
                    GVariant      *parameter,
                    gpointer       window)
{
  gtk_window_present (GTK_WINDOW (app_new_window_new (window)));
}

static gboolean
save_to (AppWindow  *self,
         const char *path)
{
  g_autoptr (GError) error = NULL;

  if (!app_document_save (app_window_get_document (self), path, &error))
    {
      app_window_show_error (self, _("The Project Could Not Be Saved"), error);
      return FALSE;
    }

  remember (self, path, TRUE);
  return TRUE;
}

static void
save_response_cb (GtkNativeDialog *dialog,
                  int              response,
                  AppWindow       *self)
{
  gboolean close_after = GPOINTER_TO_INT (g_object_get_data (G_OBJECT (dialog), "close-after"));

  if (response == GTK_RESPONSE_ACCEPT)
    {
      g_autoptr (GFile) file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (dialog));
      g_autofree char *chosen = g_file_get_path (file);
      g_autofree char *path = chosen == NULL || g_str_has_suffix (chosen, ".epoch")
                              ? g_strdup (chosen) : g_strconcat (chosen, ".epoch", NULL);

      if (path != NULL && save_to (self, path) && close_after)
        gtk_window_close (GTK_WINDOW (self));
    }
  g_object_unref (dialog);
}

static void
ask_where_to_save (AppWindow *self,
                   gboolean   close_after)
{
  GtkFileChooserNative *dialog = gtk_file_chooser_native_new (_("Save Project"), GTK_WINDOW (self),
                                                              GTK_FILE_CHOOSER_ACTION_SAVE,
                                                              NULL, NULL);
  g_autoptr (GtkFileFilter) filter = make_filter ();
  const char *path = app_document_get_path (app_window_get_document (self));

  gtk_file_chooser_add_filter (GTK_FILE_CHOOSER (dialog), filter);
  if (path != NULL)
    {
      g_autoptr (GFile) file = g_file_new_for_path (path);

      gtk_file_chooser_set_file (GTK_FILE_CHOOSER (dialog), file, NULL);
    }
  else
    gtk_file_chooser_set_current_name (GTK_FILE_CHOOSER (dialog), _("Network.epoch"));
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (dialog), TRUE);
  g_object_set_data (G_OBJECT (dialog), "close-after", GINT_TO_POINTER (close_after));
  g_signal_connect (dialog, "response", G_CALLBACK (save_response_cb), self);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (dialog));
}

void
_app_window_save_cb (GSimpleAction *action,
                     GVariant      *parameter,
                     gpointer       window)
{
  const char *path = app_document_get_path (app_window_get_document (window));

  if (path == NULL)
    ask_where_to_save (window, FALSE);
  else
    {
      g_autofree char *kept = g_strdup (path);

      save_to (window, kept);
    }
}

void
_app_window_save_as_cb (GSimpleAction *action,
                        GVariant      *parameter,
                        gpointer       window)
{
  ask_where_to_save (window, FALSE);
}

static void
restore (AppWindow       *self,
         const AppOrphan *orphan)
{
  g_autoptr (GError) error = NULL;
  AppDocument *document = app_orphan_restore (orphan, &error);

  if (document == NULL)
    {
      app_window_show_error (self, _("The Work Could Not Be Restored"), error);
      return;
    }

  /* Only when the work is safe in a draft of this process may the old one go. */
  app_window_set_document (self, document);
  _app_window_flush_draft (self);
  app_orphan_discard (orphan);
  app_window_show_page (self, "build");
  app_window_toast (self, _("Your work is back. Save it to keep it."));
}

static void
drafts_response_cb (AdwMessageDialog *dialog,
                    const char       *response,
                    AppWindow        *self)
{
  const AppOrphan *orphan = g_object_get_data (G_OBJECT (dialog), "orphan");

  if (g_str_equal (response, "restore"))
    restore (self, orphan);
  else if (g_str_equal (response, "discard"))
    {
      app_orphan_discard (orphan);
      app_window_offer_drafts (self);
    }
}

void
app_window_offer_drafts (AppWindow *self)
{
  g_autoptr (GPtrArray) orphans = app_drafts_find ();
  AppOrphan *newest;
  g_autoptr (GDateTime) time = NULL;
  g_autofree char *name = NULL;
  g_autofree char *when = NULL;
  GtkWidget *dialog;

  if (orphans->len == 0)
    return;

  newest = g_ptr_array_steal_index (orphans, 0);
  name = newest->path != NULL ? g_path_get_basename (newest->path)
                              : g_strdup (_("Unsaved Project"));
  time = g_date_time_new_from_unix_local (newest->time);
  when = g_date_time_format (time, "%x %H:%M");
  dialog = adw_message_dialog_new (GTK_WINDOW (self), _("Restore Your Work?"), NULL);
  adw_message_dialog_format_body (ADW_MESSAGE_DIALOG (dialog),
                                  /* Translators: name of a project, then date and time. */
                                  _("Epoch ended before “%s” was saved. Its last changes are of "
                                    "%s."), name, when);
  adw_message_dialog_add_responses (ADW_MESSAGE_DIALOG (dialog),
                                    "later", _("_Later"),
                                    "discard", _("_Discard"),
                                    "restore", _("_Restore"),
                                    NULL);
  adw_message_dialog_set_response_appearance (ADW_MESSAGE_DIALOG (dialog), "discard",
                                              ADW_RESPONSE_DESTRUCTIVE);
  adw_message_dialog_set_response_appearance (ADW_MESSAGE_DIALOG (dialog), "restore",
                                              ADW_RESPONSE_SUGGESTED);
  adw_message_dialog_set_default_response (ADW_MESSAGE_DIALOG (dialog), "restore");
  adw_message_dialog_set_close_response (ADW_MESSAGE_DIALOG (dialog), "later");
  g_object_set_data_full (G_OBJECT (dialog), "orphan", newest, (GDestroyNotify) app_orphan_free);
  g_signal_connect (dialog, "response", G_CALLBACK (drafts_response_cb), self);
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
close_response_cb (AdwMessageDialog *dialog,
                   const char       *response,
                   AppWindow        *self)
{
  AppDocument *document = app_window_get_document (self);

  if (g_str_equal (response, "discard"))
    {
      app_document_set_modified (document, FALSE);
      gtk_window_close (GTK_WINDOW (self));
    }
  else if (g_str_equal (response, "save"))
    {
      g_autofree char *path = g_strdup (app_document_get_path (document));

      if (path == NULL)
        ask_where_to_save (self, TRUE);
      else if (save_to (self, path))
        gtk_window_close (GTK_WINDOW (self));
    }
}

gboolean
_app_window_ask_to_close (AppWindow *self)
{
  AppDocument *document = app_window_get_document (self);
  GtkWidget *dialog;

  if (document == NULL || !app_document_get_modified (document))
    return FALSE;

  dialog = adw_message_dialog_new (GTK_WINDOW (self), _("Save Changes?"), NULL);
  adw_message_dialog_format_body (ADW_MESSAGE_DIALOG (dialog),
                                  _("“%s” has changes that are not saved. Without saving they are "
                                    "lost."), app_document_get_title (document));
  adw_message_dialog_add_responses (ADW_MESSAGE_DIALOG (dialog),
                                    "cancel", _("_Cancel"),
                                    "discard", _("_Discard"),
                                    "save", _("_Save"),
                                    NULL);
  adw_message_dialog_set_response_appearance (ADW_MESSAGE_DIALOG (dialog), "discard",
                                              ADW_RESPONSE_DESTRUCTIVE);
  adw_message_dialog_set_response_appearance (ADW_MESSAGE_DIALOG (dialog), "save",
                                              ADW_RESPONSE_SUGGESTED);
  adw_message_dialog_set_default_response (ADW_MESSAGE_DIALOG (dialog), "save");
  adw_message_dialog_set_close_response (ADW_MESSAGE_DIALOG (dialog), "cancel");
  g_signal_connect (dialog, "response", G_CALLBACK (close_response_cb), self);
  gtk_window_present (GTK_WINDOW (dialog));
  return TRUE;
}
