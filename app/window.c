/* window.c: one project in a window of four pages
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "app/window.h"

#include "app/build-page.h"
#include "app/data-page.h"
#include "app/draft.h"
#include "app/learn-page.h"
#include "app/train-page.h"
#include "app/window-private.h"
#include "datasets/generator.h"
#include "engine/template.h"

#include <glib/gi18n.h>

struct _AppWindow
{
  AdwApplicationWindow  parent_instance;

  AppDocument          *document;       /* owned, or NULL */
  AppDraft             *draft;          /* owned, or NULL; of @document */
  AppSession           *session;        /* owned */

  GtkWidget            *toasts;
  GtkWidget            *title;          /* AdwViewSwitcherTitle */
  GtkWidget            *name;           /* of the project, in a wide header */
  GtkWidget            *banner;         /* GtkInfoBar */
  GtkWidget            *banner_label;
  GtkWidget            *banner_button;
  GtkWidget            *stack;          /* AdwViewStack */
  GtkWidget            *pages[4];
  GtkWidget            *menu_button;
  GMenu                *recent;
};

enum { PAGE_LEARN, PAGE_BUILD, PAGE_DATA, PAGE_TRAIN };

G_DEFINE_FINAL_TYPE (AppWindow, app_window, ADW_TYPE_APPLICATION_WINDOW)

AppDocument *
app_window_get_document (AppWindow *self)
{
  return self->document;
}

AppSession *
app_window_get_session (AppWindow *self)
{
  return self->session;
}

GtkWidget *
_app_window_get_build_page (AppWindow *self)
{
  return self->pages[PAGE_BUILD];
}

GtkWidget *
_app_window_get_train_page (AppWindow *self)
{
  return self->pages[PAGE_TRAIN];
}

void
_app_window_flush_draft (AppWindow *self)
{
  app_draft_flush (self->draft);
}

GMenuModel *
_app_window_get_recent_menu (AppWindow *self)
{
  return G_MENU_MODEL (self->recent);
}

const char *
_app_window_get_page (AppWindow *self)
{
  return adw_view_stack_get_visible_child_name (ADW_VIEW_STACK (self->stack));
}

void
app_window_show_page (AppWindow  *self,
                      const char *name)
{
  adw_view_stack_set_visible_child_name (ADW_VIEW_STACK (self->stack), name);
}

void
app_window_toast (AppWindow  *self,
                  const char *text)
{
  /* Titles of toasts are markup in libadwaita 1.2. */
  g_autofree char *escaped = g_markup_escape_text (text, -1);

  adw_toast_overlay_add_toast (ADW_TOAST_OVERLAY (self->toasts), adw_toast_new (escaped));
}

void
app_window_set_banner (AppWindow  *self,
                       const char *text)
{
  gtk_label_set_text (GTK_LABEL (self->banner_label), text != NULL ? text : "");
  gtk_widget_set_visible (self->banner_button, FALSE);
  gtk_info_bar_set_revealed (GTK_INFO_BAR (self->banner), text != NULL);
}

void
app_window_set_banner_action (AppWindow  *self,
                              const char *label,
                              const char *action)
{
  gtk_button_set_label (GTK_BUTTON (self->banner_button), label);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (self->banner_button), action);
  gtk_widget_set_visible (self->banner_button, TRUE);
}

/* What a dead worker had learned up to its last checkpoint is not lost. */
static void
worker_died_cb (AppWindow  *self,
                const char *message)
{
  g_autofree char *step = NULL;
  g_autofree char *label = NULL;

  app_window_set_banner (self, message);
  if (!app_session_can_resume (self->session))
    return;

  step = g_strdup_printf ("%'" G_GUINT64_FORMAT, app_session_get_checkpoint (self->session));
  label = g_strdup_printf (_("Continue From Step %s"), step);
  app_window_set_banner_action (self, label, "win.train-resume");
}

void
app_window_show_error (AppWindow    *self,
                       const char   *heading,
                       const GError *error)
{
  GtkWidget *dialog = adw_message_dialog_new (GTK_WINDOW (self), heading, error->message);

  adw_message_dialog_add_response (ADW_MESSAGE_DIALOG (dialog), "close", _("_Close"));
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
update_title (AppWindow *self)
{
  g_autofree char *folder = NULL;
  g_autofree char *title = NULL;
  const char *path = app_document_get_path (self->document);

  /* A dot in front is how GNOME marks work that is not saved. */
  title = g_strdup_printf ("%s%s", app_document_get_modified (self->document) ? "• " : "",
                           app_document_get_title (self->document));
  folder = path != NULL ? g_path_get_dirname (path) : NULL;
  gtk_window_set_title (GTK_WINDOW (self), app_document_get_title (self->document));
  adw_view_switcher_title_set_title (ADW_VIEW_SWITCHER_TITLE (self->title), title);
  adw_view_switcher_title_set_subtitle (ADW_VIEW_SWITCHER_TITLE (self->title), folder);
  gtk_label_set_text (GTK_LABEL (self->name), title);
  gtk_widget_set_tooltip_text (self->name, path);
  _app_window_update_actions (self);
}

void
app_window_set_document (AppWindow   *self,
                         AppDocument *document)
{
  if (self->document != NULL)
    g_signal_handlers_disconnect_by_func (self->document, update_title, self);
  g_clear_object (&self->draft);
  g_clear_object (&self->document);
  self->document = document;
  self->draft = app_draft_new (document);
  g_signal_connect_object (document, "notify::modified", G_CALLBACK (update_title), self,
                           G_CONNECT_SWAPPED);

  app_build_page_set_document (APP_BUILD_PAGE (self->pages[PAGE_BUILD]), document);
  app_data_page_set_document (APP_DATA_PAGE (self->pages[PAGE_DATA]), document);
  app_train_page_set_document (APP_TRAIN_PAGE (self->pages[PAGE_TRAIN]), document);
  update_title (self);
}

void
app_window_open_welcome (AppWindow *self)
{
  AppProject *project = app_project_new ();
  const DsGenerator *digits = ds_generator_find ("digits");
  g_autoptr (GError) error = NULL;
  NnGraph *graph;

  project->data.kind = APP_DATA_DRAWN;
  project->data.name = g_strdup (digits->name);
  graph = nn_template_build (nn_template_find ("cnn"), &digits->item, digits->n_classes, &error);
  g_assert_no_error (error);
  nn_graph_unref (project->graph);
  project->graph = graph;

  app_window_set_document (self, app_document_new (project, NULL));
  app_window_show_page (self, "build");
}

static GtkWidget *
make_icon_button (const char *icon,
                  const char *label,
                  const char *action)
{
  GtkWidget *button = gtk_button_new_from_icon_name (icon);

  gtk_widget_set_tooltip_text (button, label);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), action);
  return button;
}

/* Beside the buttons, unless the narrow header shows the title in its middle. */
static GtkWidget *
make_name (AppWindow *self)
{
  self->name = gtk_label_new (NULL);
  gtk_label_set_ellipsize (GTK_LABEL (self->name), PANGO_ELLIPSIZE_END);
  gtk_label_set_max_width_chars (GTK_LABEL (self->name), 22);
  gtk_widget_add_css_class (self->name, "dim-label");
  g_object_bind_property (self->title, "title-visible", self->name, "visible",
                          G_BINDING_SYNC_CREATE | G_BINDING_INVERT_BOOLEAN);
  return self->name;
}

static GtkWidget *
make_header (AppWindow *self)
{
  GtkWidget *header = adw_header_bar_new ();
  g_autoptr (GMenu) menu = g_menu_new ();
  g_autoptr (GMenu) open_menu = g_menu_new ();
  GtkWidget *open = adw_split_button_new ();
  g_autoptr (GMenu) files = g_menu_new ();
  g_autoptr (GMenu) exchange = g_menu_new ();
  g_autoptr (GMenuModel) formats = _app_window_make_export_menu ();
  g_autoptr (GMenu) help = g_menu_new ();

  g_menu_append_section (open_menu, _("Recent Projects"), G_MENU_MODEL (self->recent));
  adw_split_button_set_label (ADW_SPLIT_BUTTON (open), _("Open"));
  adw_split_button_set_menu_model (ADW_SPLIT_BUTTON (open), G_MENU_MODEL (open_menu));
  adw_split_button_set_dropdown_tooltip (ADW_SPLIT_BUTTON (open), _("Recent Projects"));
  for (GtkWidget *child = gtk_widget_get_first_child (open); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    if (GTK_IS_MENU_BUTTON (child))
      gtk_accessible_update_property (GTK_ACCESSIBLE (child), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                      _("Recent Projects"), -1);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (open), "win.open");
  adw_header_bar_pack_start (ADW_HEADER_BAR (header), open);

  adw_header_bar_pack_start (ADW_HEADER_BAR (header),
                             make_icon_button ("edit-undo-symbolic", _("Undo"), "win.undo"));
  adw_header_bar_pack_start (ADW_HEADER_BAR (header),
                             make_icon_button ("edit-redo-symbolic", _("Redo"), "win.redo"));

  g_menu_append (files, _("_New Project…"), "win.new");
  g_menu_append (files, _("New _Window"), "app.new-window");
  g_menu_append (files, _("_Save"), "win.save");
  g_menu_append (files, _("Save _As…"), "win.save-as");
  g_menu_append_section (menu, NULL, G_MENU_MODEL (files));
  g_menu_append (exchange, _("_Import…"), "win.import");
  g_menu_append_submenu (exchange, _("_Export"), formats);
  g_menu_append_section (menu, NULL, G_MENU_MODEL (exchange));
  g_menu_append (help, _("_Preferences"), "win.preferences");
  g_menu_append (help, _("_Keyboard Shortcuts"), "win.show-help-overlay");
  g_menu_append (help, _("_About Epoch"), "app.about");
  g_menu_append_section (menu, NULL, G_MENU_MODEL (help));

  self->menu_button = gtk_menu_button_new ();
  gtk_menu_button_set_icon_name (GTK_MENU_BUTTON (self->menu_button), "open-menu-symbolic");
  gtk_menu_button_set_primary (GTK_MENU_BUTTON (self->menu_button), TRUE);
  gtk_menu_button_set_menu_model (GTK_MENU_BUTTON (self->menu_button), G_MENU_MODEL (menu));
  gtk_widget_set_tooltip_text (self->menu_button, _("Main Menu"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->menu_button),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, _("Main Menu"), -1);
  adw_header_bar_pack_end (ADW_HEADER_BAR (header), self->menu_button);

  self->title = adw_view_switcher_title_new ();
  adw_header_bar_set_title_widget (ADW_HEADER_BAR (header), self->title);
  adw_header_bar_pack_start (ADW_HEADER_BAR (header), make_name (self));
  return header;
}

static void
banner_response_cb (GtkInfoBar *banner)
{
  gtk_info_bar_set_revealed (banner, FALSE);
}

static GtkWidget *
make_banner (AppWindow *self)
{
  self->banner = gtk_info_bar_new ();
  self->banner_label = gtk_label_new (NULL);
  gtk_label_set_wrap (GTK_LABEL (self->banner_label), TRUE);
  gtk_label_set_xalign (GTK_LABEL (self->banner_label), 0);
  gtk_widget_set_hexpand (self->banner_label, TRUE);
  gtk_info_bar_add_child (GTK_INFO_BAR (self->banner), self->banner_label);
  self->banner_button = gtk_button_new ();
  gtk_widget_set_visible (self->banner_button, FALSE);
  gtk_widget_set_valign (self->banner_button, GTK_ALIGN_CENTER);
  gtk_info_bar_add_child (GTK_INFO_BAR (self->banner), self->banner_button);
  gtk_info_bar_set_show_close_button (GTK_INFO_BAR (self->banner), TRUE);
  gtk_info_bar_set_message_type (GTK_INFO_BAR (self->banner), GTK_MESSAGE_WARNING);
  gtk_info_bar_set_revealed (GTK_INFO_BAR (self->banner), FALSE);
  g_signal_connect (self->banner, "response", G_CALLBACK (banner_response_cb), NULL);
  return self->banner;
}

static void
make_pages (AppWindow *self)
{
  const struct
  {
    const char *name;
    const char *title;
    const char *icon;
    GtkWidget  *page;
  } pages[] = {
    [PAGE_LEARN] = { "learn", _("Learn"), "app-learn-symbolic", app_learn_page_new () },
    [PAGE_BUILD] = { "build", _("Build"), "app-build-symbolic", app_build_page_new () },
    [PAGE_DATA]  = { "data", _("Data"), "app-data-symbolic", app_data_page_new () },
    [PAGE_TRAIN] = { "train", _("Train"), "app-train-symbolic",
                     app_train_page_new (self->session) },
  };

  self->stack = adw_view_stack_new ();
  gtk_widget_set_vexpand (self->stack, TRUE);
  for (gsize i = 0; i < G_N_ELEMENTS (pages); i++)
    {
      AdwViewStackPage *page = adw_view_stack_add_titled (ADW_VIEW_STACK (self->stack),
                                                          pages[i].page, pages[i].name,
                                                          pages[i].title);

      adw_view_stack_page_set_icon_name (page, pages[i].icon);
      self->pages[i] = pages[i].page;
    }
  adw_view_switcher_title_set_stack (ADW_VIEW_SWITCHER_TITLE (self->title),
                                     ADW_VIEW_STACK (self->stack));
}

static void
restore_size (AppWindow *self)
{
  GtkApplication *application = gtk_window_get_application (GTK_WINDOW (self));
  GSettings *settings = app_application_get_settings (APP_APPLICATION (application));

  gtk_window_set_default_size (GTK_WINDOW (self), g_settings_get_int (settings, "window-width"),
                               g_settings_get_int (settings, "window-height"));
  if (g_settings_get_boolean (settings, "window-maximised"))
    gtk_window_maximize (GTK_WINDOW (self));
}

static void
keep_size (AppWindow *self)
{
  GtkApplication *application = gtk_window_get_application (GTK_WINDOW (self));
  GSettings *settings = app_application_get_settings (APP_APPLICATION (application));
  int width, height;

  gtk_window_get_default_size (GTK_WINDOW (self), &width, &height);
  g_settings_set_boolean (settings, "window-maximised",
                          gtk_window_is_maximized (GTK_WINDOW (self)));
  if (!gtk_window_is_maximized (GTK_WINDOW (self)) && width >= 360 && height >= 300)
    {
      g_settings_set_int (settings, "window-width", width);
      g_settings_set_int (settings, "window-height", height);
    }
}

static gboolean
app_window_close_request (GtkWindow *window)
{
  AppWindow *self = APP_WINDOW (window);

  if (_app_window_ask_to_close (self))
    return TRUE;

  keep_size (self);
  if (self->draft != NULL)
    app_draft_discard (self->draft);
  app_session_close (self->session);
  return GTK_WINDOW_CLASS (app_window_parent_class)->close_request (window);
}

static void
app_window_dispose (GObject *object)
{
  AppWindow *self = APP_WINDOW (object);

  g_clear_object (&self->draft);
  g_clear_object (&self->document);
  g_clear_object (&self->session);
  g_clear_object (&self->recent);

  G_OBJECT_CLASS (app_window_parent_class)->dispose (object);
}

static void
app_window_class_init (AppWindowClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = app_window_dispose;
  GTK_WINDOW_CLASS (klass)->close_request = app_window_close_request;
}

static void
app_window_init (AppWindow *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *bar = adw_view_switcher_bar_new ();

  self->session = app_session_new ();
  self->recent = g_menu_new ();
  self->toasts = adw_toast_overlay_new ();

  gtk_box_append (GTK_BOX (box), make_header (self));
  gtk_box_append (GTK_BOX (box), make_banner (self));
  make_pages (self);
  gtk_box_append (GTK_BOX (box), self->stack);
  adw_view_switcher_bar_set_stack (ADW_VIEW_SWITCHER_BAR (bar), ADW_VIEW_STACK (self->stack));
  g_object_bind_property (self->title, "title-visible", bar, "reveal", G_BINDING_SYNC_CREATE);
  gtk_box_append (GTK_BOX (box), bar);

  adw_toast_overlay_set_child (ADW_TOAST_OVERLAY (self->toasts), box);
  adw_application_window_set_content (ADW_APPLICATION_WINDOW (self), self->toasts);
  gtk_widget_set_size_request (GTK_WIDGET (self), 360, 300);
  _app_window_add_actions (self);
}

AppWindow *
app_window_new (AppApplication *application)
{
  AppWindow *self = g_object_new (APP_TYPE_WINDOW, "application", application, NULL);

  restore_size (self);
  app_learn_page_set_learner (APP_LEARN_PAGE (self->pages[PAGE_LEARN]),
                              app_application_get_learner (application));
  _app_window_fill_recent (self);
  g_signal_connect_object (self->session, "changed", G_CALLBACK (_app_window_update_actions), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->session, "worker-died", G_CALLBACK (worker_died_cb), self,
                           G_CONNECT_SWAPPED);
  return self;
}
