/* application.c: Epoch as one program on the desktop
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "app/application.h"

#include "app/core/language.h"
#include "app/window.h"
#include "engine/device.h"

#include <glib/gi18n.h>

struct _AppApplication
{
  AdwApplication  parent_instance;

  GSettings      *settings;
  AppLearner     *learner;
};

G_DEFINE_FINAL_TYPE (AppApplication, app_application, ADW_TYPE_APPLICATION)

/* While the program runs from the build folder its schema is there, too. */
static GSettings *
open_settings (void)
{
  g_autofree char *folder = app_program_folder ();
  g_autofree char *built = g_build_filename (folder, "app", "data", NULL);
  g_autoptr (GSettingsSchemaSource) source = NULL;
  g_autoptr (GSettingsSchema) schema = NULL;

  source = g_settings_schema_source_new_from_directory (
    built, g_settings_schema_source_get_default (), TRUE, NULL);
  if (source != NULL)
    schema = g_settings_schema_source_lookup (source, EPOCH_APP_ID, FALSE);

  return schema != NULL ? g_settings_new_full (schema, NULL, NULL) : g_settings_new (EPOCH_APP_ID);
}

static void
apply_colour_scheme (AppApplication *self)
{
  g_autofree char *scheme = g_settings_get_string (self->settings, "colour-scheme");

  adw_style_manager_set_color_scheme (adw_style_manager_get_default (),
                                      g_str_equal (scheme, "light") ? ADW_COLOR_SCHEME_FORCE_LIGHT
                                      : g_str_equal (scheme, "dark") ? ADW_COLOR_SCHEME_FORCE_DARK
                                      : ADW_COLOR_SCHEME_DEFAULT);
}

static void
about_cb (GSimpleAction *action,
          GVariant      *parameter,
          gpointer       user_data)
{
  GtkApplication *app = user_data;
  g_autofree char *libraries = nn_cpu_describe_libraries ();
  g_autofree char *debug = g_strdup_printf ("Epoch %s\nGTK %u.%u.%u\nlibadwaita %u.%u.%u\n%s\n",
                                            EPOCH_VERSION,
                                            gtk_get_major_version (), gtk_get_minor_version (),
                                            gtk_get_micro_version (),
                                            adw_get_major_version (), adw_get_minor_version (),
                                            adw_get_micro_version (), libraries);

  adw_show_about_window (gtk_application_get_active_window (app),
                         "application-name", "Epoch",
                         "application-icon", EPOCH_APP_ID,
                         "version", EPOCH_VERSION,
                         "developer-name", _("The Epoch developers"),
                         "comments", _("Learn deep learning by building it: draw a network, look "
                                       "at the data, and watch it learn."),
                         "license-type", GTK_LICENSE_APACHE_2_0,
                         "debug-info", debug,
                         /* Translators: your name, and that of others who translated. */
                         "translator-credits", _("translator-credits"),
                         NULL);
}

static void
new_window_cb (GSimpleAction *action,
               GVariant      *parameter,
               gpointer       user_data)
{
  AppWindow *window = app_window_new (user_data);

  app_window_open_welcome (window);
  gtk_window_present (GTK_WINDOW (window));
}

static void
quit_cb (GSimpleAction *action,
         GVariant      *parameter,
         gpointer       user_data)
{
  /* Each window asks for itself whether there is work to save. */
  for (GList *l = gtk_application_get_windows (user_data), *next; l != NULL; l = next)
    {
      next = l->next;
      gtk_window_close (l->data);
    }
}

static void
app_application_startup (GApplication *application)
{
  AppApplication *self = APP_APPLICATION (application);
  GtkApplication *app = GTK_APPLICATION (application);
  const GActionEntry actions[] = {
    { "about", about_cb },
    { "new-window", new_window_cb },
    { "quit", quit_cb },
  };
  static const struct
  {
    const char *action;
    const char *keys[4];
  } accels[] = {
    { "app.quit", { "<Control>q" } },
    { "app.new-window", { "<Shift><Control>n" } },
    { "win.new", { "<Control>n" } },
    { "win.open", { "<Control>o" } },
    { "win.save", { "<Control>s" } },
    { "win.save-as", { "<Shift><Control>s" } },
    { "win.undo", { "<Control>z" } },
    { "win.redo", { "<Shift><Control>z" } },
    { "win.page('learn')", { "<Alt>1" } },
    { "win.page('build')", { "<Alt>2" } },
    { "win.page('data')", { "<Alt>3" } },
    { "win.page('train')", { "<Alt>4" } },
    { "win.train-start", { "<Control>r" } },
    { "win.train-pause", { "<Control>period" } },
    { "win.train-step", { "<Control>bracketright" } },
    { "win.train-stop", { "<Shift><Control>r" } },
    { "win.search", { "<Control>f" } },
    { "win.preferences", { "<Control>comma" } },
    { "window.close", { "<Control>w" } },
  };

  G_APPLICATION_CLASS (app_application_parent_class)->startup (application);

  self->learner = app_learner_new (self->settings);
  g_signal_connect_swapped (self->settings, "changed::colour-scheme",
                            G_CALLBACK (apply_colour_scheme), self);
  apply_colour_scheme (self);

  g_action_map_add_action_entries (G_ACTION_MAP (self), actions, G_N_ELEMENTS (actions), self);
  for (gsize i = 0; i < G_N_ELEMENTS (accels); i++)
    gtk_application_set_accels_for_action (app, accels[i].action,
                                           (const char *const *) accels[i].keys);
}

static void
app_application_activate (GApplication *application)
{
  GtkWindow *window = gtk_application_get_active_window (GTK_APPLICATION (application));

  if (window != NULL)
    {
      gtk_window_present (window);
      return;
    }

  g_action_group_activate_action (G_ACTION_GROUP (application), "new-window", NULL);
  window = gtk_application_get_active_window (GTK_APPLICATION (application));
  app_window_offer_drafts (APP_WINDOW (window));
}

static void
app_application_open (GApplication  *application,
                      GFile        **files,
                      int            n_files,
                      const char    *hint)
{
  for (int i = 0; i < n_files; i++)
    {
      AppWindow *window = app_window_new (APP_APPLICATION (application));

      app_window_open_file (window, files[i]);
      gtk_window_present (GTK_WINDOW (window));
    }
}

static void
app_application_dispose (GObject *object)
{
  AppApplication *self = APP_APPLICATION (object);

  g_clear_object (&self->learner);
  g_clear_object (&self->settings);

  G_OBJECT_CLASS (app_application_parent_class)->dispose (object);
}

static void
app_application_class_init (AppApplicationClass *klass)
{
  GApplicationClass *application_class = G_APPLICATION_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = app_application_dispose;
  application_class->startup = app_application_startup;
  application_class->activate = app_application_activate;
  application_class->open = app_application_open;
}

static void
app_application_init (AppApplication *self)
{
  g_autofree char *language = NULL;

  /* Before the first word is translated, so not as late as startup. */
  self->settings = open_settings ();
  language = g_settings_get_string (self->settings, "language");
  app_language_choose (language);
}

AppApplication *
app_application_new (void)
{
  return g_object_new (APP_TYPE_APPLICATION,
                       "application-id", EPOCH_APP_ID,
                       "flags", G_APPLICATION_HANDLES_OPEN,
                       "resource-base-path", "/io/github/epoch_workbench/Epoch",
                       NULL);
}

GSettings *
app_application_get_settings (AppApplication *self)
{
  return self->settings;
}

AppLearner *
app_application_get_learner (AppApplication *self)
{
  return self->learner;
}
