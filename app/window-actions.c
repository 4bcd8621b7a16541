/* window-actions.c: what keys, menus and buttons of the window can do
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "app/build-page.h"
#include "app/preferences.h"
#include "app/window-private.h"

#include <glib/gi18n.h>

static void
undo_cb (GSimpleAction *action,
         GVariant      *parameter,
         gpointer       window)
{
  app_document_undo (app_window_get_document (window));
}

static void
redo_cb (GSimpleAction *action,
         GVariant      *parameter,
         gpointer       window)
{
  app_document_redo (app_window_get_document (window));
}

static void
page_cb (GSimpleAction *action,
         GVariant      *parameter,
         gpointer       window)
{
  app_window_show_page (window, g_variant_get_string (parameter, NULL));
}

static void
preferences_cb (GSimpleAction *action,
                GVariant      *parameter,
                gpointer       window)
{
  GtkApplication *application = gtk_window_get_application (window);
  GSettings *settings = app_application_get_settings (APP_APPLICATION (application));

  gtk_window_present (GTK_WINDOW (app_preferences_new (window, settings)));
}

static void
train_start_cb (GSimpleAction *action,
                GVariant      *parameter,
                gpointer       window)
{
  AppSession *session = app_window_get_session (window);

  app_window_set_banner (window, NULL);
  app_window_show_page (window, "train");
  if (app_session_get_state (session) == APP_SESSION_PAUSED)
    app_session_continue (session);
  else
    app_session_start (session, app_window_get_document (window), FALSE);
}

static void
train_resume_cb (GSimpleAction *action,
                 GVariant      *parameter,
                 gpointer       window)
{
  app_window_set_banner (window, NULL);
  app_window_show_page (window, "train");
  app_session_start (app_window_get_session (window), app_window_get_document (window), TRUE);
}

static void
train_pause_cb (GSimpleAction *action,
                GVariant      *parameter,
                gpointer       window)
{
  app_session_pause (app_window_get_session (window));
}

static void
train_step_cb (GSimpleAction *action,
               GVariant      *parameter,
               gpointer       window)
{
  app_window_show_page (window, "train");
  app_session_step (app_window_get_session (window), app_window_get_document (window));
}

static void
train_stop_cb (GSimpleAction *action,
               GVariant      *parameter,
               gpointer       window)
{
  app_session_stop (app_window_get_session (window));
}

static void
show_node_cb (GSimpleAction *action,
              GVariant      *parameter,
              gpointer       window)
{
  guint node;
  const char *message;

  g_variant_get (parameter, "(u&s)", &node, &message);
  app_window_show_page (window, "build");
  app_build_page_mark_node (APP_BUILD_PAGE (_app_window_get_build_page (window)), node, message);
}

static void
search_cb (GSimpleAction *action,
           GVariant      *parameter,
           gpointer       window)
{
  app_window_show_page (window, "build");
  app_build_page_start_search (APP_BUILD_PAGE (_app_window_get_build_page (window)));
}

static void
set_enabled (AppWindow  *self,
             const char *name,
             gboolean    enabled)
{
  GAction *action = g_action_map_lookup_action (G_ACTION_MAP (self), name);

  g_simple_action_set_enabled (G_SIMPLE_ACTION (action), enabled);
}

void
_app_window_update_actions (AppWindow *self)
{
  AppDocument *document = app_window_get_document (self);
  AppSessionState state = app_session_get_state (app_window_get_session (self));
  gboolean is_busy = state != APP_SESSION_IDLE
                     || app_session_get_evaluating (app_window_get_session (self));

  set_enabled (self, "save", document != NULL);
  set_enabled (self, "save-as", document != NULL);
  set_enabled (self, "import", document != NULL && state == APP_SESSION_IDLE);
  set_enabled (self, "export",
               document != NULL && app_document_get_project (document)->weights != NULL);
  set_enabled (self, "undo", document != NULL && app_document_get_undo_name (document) != NULL);
  set_enabled (self, "redo", document != NULL && app_document_get_redo_name (document) != NULL);
  set_enabled (self, "train-start",
               document != NULL && (!is_busy || state == APP_SESSION_PAUSED));
  set_enabled (self, "train-resume",
               document != NULL && !is_busy
               && app_session_can_resume (app_window_get_session (self)));
  set_enabled (self, "train-pause", state == APP_SESSION_RUNNING);
  set_enabled (self, "train-step",
               document != NULL && (!is_busy || state == APP_SESSION_PAUSED));
  set_enabled (self, "train-stop", state != APP_SESSION_IDLE && state != APP_SESSION_STOPPING);
}

void
_app_window_add_actions (AppWindow *self)
{
  const GActionEntry actions[] = {
    { "new", _app_window_new_cb },
    { "open", _app_window_open_cb },
    { "open-recent", _app_window_open_recent_cb, "s" },
    { "save", _app_window_save_cb },
    { "save-as", _app_window_save_as_cb },
    { "import", _app_window_import_cb },
    { "export", _app_window_export_cb, "s" },
    { "undo", undo_cb },
    { "redo", redo_cb },
    { "page", page_cb, "s" },
    { "search", search_cb },
    { "preferences", preferences_cb },
    { "show-node", show_node_cb, "(us)" },
    { "train-start", train_start_cb },
    { "train-resume", train_resume_cb },
    { "train-pause", train_pause_cb },
    { "train-step", train_step_cb },
    { "train-stop", train_stop_cb },
  };

  g_action_map_add_action_entries (G_ACTION_MAP (self), actions, G_N_ELEMENTS (actions), self);
  _app_window_update_actions (self);
}
