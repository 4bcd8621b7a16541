/* preferences.c: what a person may set once for all projects
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "app/preferences.h"

#include <glib/gi18n.h>

/* A key of the schema that takes one of a few words. */
typedef struct
{
  const char *key;
  const char *title;            /* N_() */
  const char *subtitle;         /* N_(), or NULL */
  struct
  {
    const char *value;
    const char *title;          /* N_() */
  } choices[4];
} Choice;

static const Choice choices[] = {
  { "colour-scheme", N_("Style"), NULL,
    { { "system", N_("As the system") }, { "light", N_("Light") }, { "dark", N_("Dark") } } },
  { "language", N_("Language"), N_("Takes effect when Epoch is next started."),
    { { "system", N_("As the system") }, { "en", "English" }, { "zh_CN", "简体中文" } } },
};

static void
selected_cb (AdwComboRow *row,
             GParamSpec  *pspec,
             GSettings   *settings)
{
  const Choice *choice = g_object_get_data (G_OBJECT (row), "choice");
  guint selected = adw_combo_row_get_selected (row);

  g_settings_set_string (settings, choice->key, choice->choices[selected].value);
}

static GtkWidget *
make_row (const Choice *choice,
          GSettings    *settings)
{
  GtkWidget *row = adw_combo_row_new ();
  g_autoptr (GtkStringList) titles = gtk_string_list_new (NULL);
  g_autofree char *value = g_settings_get_string (settings, choice->key);
  guint selected = 0;

  for (guint i = 0; choice->choices[i].value != NULL; i++)
    {
      gtk_string_list_append (titles, _(choice->choices[i].title));
      if (g_str_equal (choice->choices[i].value, value))
        selected = i;
    }
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), _(choice->title));
  if (choice->subtitle != NULL)
    adw_action_row_set_subtitle (ADW_ACTION_ROW (row), _(choice->subtitle));
  adw_combo_row_set_model (ADW_COMBO_ROW (row), G_LIST_MODEL (titles));
  adw_combo_row_set_selected (ADW_COMBO_ROW (row), selected);
  g_object_set_data (G_OBJECT (row), "choice", (gpointer) choice);
  g_signal_connect_object (row, "notify::selected", G_CALLBACK (selected_cb), settings, 0);
  return row;
}

GtkWidget *
app_preferences_new (GtkWindow *parent,
                     GSettings *settings)
{
  GtkWidget *window = g_object_new (ADW_TYPE_PREFERENCES_WINDOW,
                                    "transient-for", parent,
                                    "modal", TRUE,
                                    "search-enabled", FALSE,
                                    NULL);
  GtkWidget *page = adw_preferences_page_new ();
  GtkWidget *group = adw_preferences_group_new ();

  for (gsize i = 0; i < G_N_ELEMENTS (choices); i++)
    adw_preferences_group_add (ADW_PREFERENCES_GROUP (group), make_row (&choices[i], settings));
  adw_preferences_page_add (ADW_PREFERENCES_PAGE (page), ADW_PREFERENCES_GROUP (group));
  adw_preferences_window_add (ADW_PREFERENCES_WINDOW (window), ADW_PREFERENCES_PAGE (page));
  gtk_window_set_default_size (GTK_WINDOW (window), 480, 360);
  return window;
}
