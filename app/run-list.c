/* run-list.c: the runs of a project, to be compared, renamed and removed
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "app/run-list.h"

#include "app/core/run-title.h"
#include "app/window.h"
#include "widgets/draw.h"

#include <glib/gi18n.h>
#include <math.h>

/* The first colours of the palette belong to the run that is shown. */
#define FIRST_COLOUR 2

/* A long list scrolls; a new title needs some room. */
#define MOST_HEIGHT 360
#define LEAST_WIDTH 300

struct _AppRunList
{
  GtkWidget   parent_instance;

  AppSession *session;          /* owned */
  GPtrArray  *overlays;         /* AppOverlay, owned */
  guint       n_chosen;         /* ever: for the next colour */
  GtkWidget  *scroller;
  GtkWidget  *list;             /* a box for each run */
};

G_DEFINE_FINAL_TYPE (AppRunList, app_run_list, GTK_TYPE_WIDGET)

enum {
  CHANGED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

/* The overlay of @folder, or NULL. */
static AppOverlay *
find_overlay (AppRunList *self,
              const char *folder)
{
  for (guint i = 0; i < self->overlays->len; i++)
    {
      AppOverlay *overlay = g_ptr_array_index (self->overlays, i);

      if (g_str_equal (overlay->folder, folder))
        return overlay;
    }

  return NULL;
}

const GPtrArray *
app_run_list_get_overlays (AppRunList *self)
{
  return self->overlays;
}

void
app_run_list_clear (AppRunList *self)
{
  g_ptr_array_set_size (self->overlays, 0);
  g_signal_emit (self, signals[CHANGED], 0);
}

/* The run that a widget's row is about. */
static const char *
folder_of (GtkWidget *widget)
{
  return g_object_get_data (G_OBJECT (gtk_widget_get_parent (widget)), "folder");
}

static AppRunList *
list_of (GtkWidget *widget)
{
  return APP_RUN_LIST (gtk_widget_get_ancestor (widget, APP_TYPE_RUN_LIST));
}

static void
show_error (AppRunList   *self,
            const char   *heading,
            const GError *error)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));

  if (APP_IS_WINDOW (root))
    app_window_show_error (APP_WINDOW (root), heading, error);
}

static void
read_thread (GTask        *task,
             gpointer      source,
             gpointer      folder,
             GCancellable *cancellable)
{
  g_autoptr (AppCurves) curves = app_curves_new ();
  GError *error = NULL;

  if (app_curves_read (curves, folder, &error))
    g_task_return_pointer (task, g_steal_pointer (&curves), (GDestroyNotify) app_curves_free);
  else
    g_task_return_error (task, error);
}

static void
read_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      data)
{
  AppRunList *self = APP_RUN_LIST (source);
  const char *folder = g_task_get_task_data (G_TASK (result));
  AppOverlay *overlay = find_overlay (self, folder);
  g_autoptr (GError) error = NULL;
  g_autoptr (AppCurves) curves = g_task_propagate_pointer (G_TASK (result), &error);

  /* It may have been given up meanwhile. */
  if (overlay == NULL)
    return;

  if (curves == NULL)
    {
      g_ptr_array_remove (self->overlays, overlay);
      show_error (self, _("The Run Could Not Be Read"), error);
      app_run_list_refresh (self);
      return;
    }

  g_clear_pointer (&overlay->curves, app_curves_free);
  overlay->curves = g_steal_pointer (&curves);
  g_signal_emit (self, signals[CHANGED], 0);
}

static UiColour
next_colour (AppRunList *self)
{
  UiTheme theme;

  ui_theme_init (&theme, FALSE);
  return theme.palette[(FIRST_COLOUR + self->n_chosen++) % UI_N_COLOURS];
}

static void
compare_cb (GtkWidget *check)
{
  AppRunList *self = list_of (check);
  const char *folder = folder_of (check);
  AppOverlay *overlay = find_overlay (self, folder);
  g_autoptr (GTask) task = NULL;

  if (!gtk_check_button_get_active (GTK_CHECK_BUTTON (check)))
    {
      g_ptr_array_remove (self->overlays, overlay);
      g_signal_emit (self, signals[CHANGED], 0);
      app_run_list_refresh (self);
      return;
    }
  if (overlay != NULL)
    return;

  overlay = g_new0 (AppOverlay, 1);
  overlay->folder = g_strdup (folder);
  overlay->title = app_run_get_title (folder);
  overlay->colour = next_colour (self);
  g_ptr_array_add (self->overlays, overlay);
  task = g_task_new (self, NULL, read_cb, NULL);
  g_task_set_source_tag (task, compare_cb);
  g_task_set_task_data (task, g_strdup (folder), g_free);
  g_task_run_in_thread (task, read_thread);
  app_run_list_refresh (self);
}

static void
colour_cb (GtkWidget *button)
{
  AppRunList *self = list_of (button);
  AppOverlay *overlay = find_overlay (self, folder_of (button));
  GdkRGBA rgba;

  gtk_color_chooser_get_rgba (GTK_COLOR_CHOOSER (button), &rgba);
  overlay->colour = (UiColour) { rgba.red, rgba.green, rgba.blue, 1 };
  g_signal_emit (self, signals[CHANGED], 0);
}

/* On Enter, and when the keyboard goes elsewhere. */
static void
title_cb (GtkWidget *entry)
{
  AppRunList *self = list_of (entry);
  const char *folder = folder_of (entry);
  g_autofree char *before = app_run_get_title (folder);
  const char *text = gtk_editable_get_text (GTK_EDITABLE (entry));
  AppOverlay *overlay;
  g_autoptr (GError) error = NULL;

  /* A row that is being removed loses the keyboard, too. */
  if (self == NULL || g_str_equal (text, before))
    return;

  overlay = find_overlay (self, folder);
  if (!app_run_set_title (folder, text, &error))
    show_error (self, _("The Run Could Not Be Renamed"), error);
  if (overlay != NULL)
    {
      g_free (overlay->title);
      overlay->title = app_run_get_title (folder);
      g_signal_emit (self, signals[CHANGED], 0);
    }
  app_run_list_refresh (self);
}

static void
trashed_cb (GObject      *file,
            GAsyncResult *result,
            gpointer      data)
{
  g_autoptr (AppRunList) self = data;
  g_autofree char *folder = g_file_get_path (G_FILE (file));
  AppOverlay *overlay = find_overlay (self, folder);
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));
  g_autoptr (GError) error = NULL;

  if (!g_file_trash_finish (G_FILE (file), result, &error))
    {
      show_error (self, _("The Run Could Not Be Removed"), error);
      return;
    }

  if (overlay != NULL)
    g_ptr_array_remove (self->overlays, overlay);
  app_session_forget_run (self->session, folder);
  g_signal_emit (self, signals[CHANGED], 0);
  app_run_list_refresh (self);
  if (APP_IS_WINDOW (root))
    app_window_toast (APP_WINDOW (root), _("The run is in the trash"));
}

static void
trash_cb (GtkWidget *button)
{
  g_autoptr (GFile) file = g_file_new_for_path (folder_of (button));

  g_file_trash_async (file, G_PRIORITY_DEFAULT, NULL, trashed_cb, g_object_ref (list_of (button)));
}

static void
set_name (GtkWidget  *widget,
          const char *name)
{
  gtk_widget_set_tooltip_text (widget, name);
  gtk_accessible_update_property (GTK_ACCESSIBLE (widget),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
}

static GtkWidget *
make_check (const char *title,
            gboolean    is_shown,
            gboolean    is_active)
{
  GtkWidget *check = gtk_check_button_new ();
  g_autofree char *name = g_strdup_printf (is_shown ? _("%s is shown") : _("Compare With %s"),
                                           title);

  set_name (check, name);
  gtk_check_button_set_active (GTK_CHECK_BUTTON (check), is_shown || is_active);
  gtk_widget_set_sensitive (check, !is_shown);
  g_signal_connect (check, "toggled", G_CALLBACK (compare_cb), NULL);
  return check;
}

static GtkWidget *
make_colour (const char       *title,
             const AppOverlay *overlay)
{
  GdkRGBA rgba = { overlay->colour.red, overlay->colour.green, overlay->colour.blue, 1 };
  GtkWidget *button = gtk_color_button_new_with_rgba (&rgba);
  g_autofree char *name = g_strdup_printf (_("Colour of %s"), title);

  set_name (button, name);
  gtk_color_button_set_title (GTK_COLOR_BUTTON (button), name);
  g_signal_connect (button, "color-set", G_CALLBACK (colour_cb), NULL);
  return button;
}

/* Not a GtkEditableLabel: in GTK 4.8 one that is removed leaves a timer behind. */
static GtkWidget *
make_title (const char *title)
{
  GtkWidget *entry = gtk_entry_new ();
  GtkEventController *focus = gtk_event_controller_focus_new ();
  g_autofree char *name = g_strdup_printf (_("Title of %s"), title);

  gtk_entry_set_has_frame (GTK_ENTRY (entry), FALSE);
  gtk_editable_set_text (GTK_EDITABLE (entry), title);
  set_name (entry, name);
  gtk_widget_set_hexpand (entry, TRUE);
  g_signal_connect (entry, "activate", G_CALLBACK (title_cb), NULL);
  g_signal_connect_object (focus, "leave", G_CALLBACK (title_cb), entry, G_CONNECT_SWAPPED);
  gtk_widget_add_controller (entry, focus);
  return entry;
}

/* How good it was, in a word; "" while that is not known. */
static char *
describe (const char *folder)
{
  AppRunInfo info;
  char *text = NULL;

  if (!app_run_read_info (folder, &info, NULL))
    return g_strdup ("");

  if (isfinite (info.test_accuracy))
    text = g_strdup_printf (_("%.1f %%"), 100 * info.test_accuracy);
  else if (isfinite (info.validation_accuracy))
    text = g_strdup_printf (_("%.1f %%"), 100 * info.validation_accuracy);
  else if (isfinite (info.train_loss))
    text = g_strdup_printf ("%.4g", info.train_loss);
  app_run_info_clear (&info);
  return text != NULL ? text : g_strdup ("");
}

static void
add_row (AppRunList *self,
         const char *folder)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  g_autofree char *title = app_run_get_title (folder);
  g_autofree char *score = describe (folder);
  g_autofree char *remove = g_strdup_printf (_("Move %s to the Trash"), title);
  gboolean is_shown = g_strcmp0 (folder, app_session_get_folder (self->session)) == 0;
  gboolean is_busy = is_shown && app_session_get_state (self->session) != APP_SESSION_IDLE;
  const AppOverlay *overlay = find_overlay (self, folder);
  GtkWidget *number = gtk_label_new (score);
  GtkWidget *trash = gtk_button_new_from_icon_name ("user-trash-symbolic");

  g_object_set_data_full (G_OBJECT (box), "folder", g_strdup (folder), g_free);
  gtk_box_append (GTK_BOX (box), make_check (title, is_shown, overlay != NULL));
  if (overlay != NULL)
    gtk_box_append (GTK_BOX (box), make_colour (title, overlay));

  gtk_box_append (GTK_BOX (box), make_title (title));
  gtk_widget_add_css_class (number, "dim-label");
  gtk_widget_add_css_class (number, "numeric");
  gtk_box_append (GTK_BOX (box), number);

  set_name (trash, remove);
  gtk_widget_add_css_class (trash, "flat");
  gtk_widget_set_sensitive (trash, !is_busy);
  g_signal_connect (trash, "clicked", G_CALLBACK (trash_cb), NULL);
  gtk_box_append (GTK_BOX (box), trash);
  gtk_box_append (GTK_BOX (self->list), box);
}

static gboolean
fill_cb (gpointer data)
{
  AppRunList *self = data;
  g_auto (GStrv) folders = NULL;
  GtkWidget *row;

  if (self->session == NULL)
    return G_SOURCE_REMOVE;

  while ((row = gtk_widget_get_first_child (self->list)) != NULL)
    gtk_box_remove (GTK_BOX (self->list), row);

  folders = app_session_dup_folders (self->session);
  for (guint i = g_strv_length (folders); i > 0; i--)
    if (app_run_is_folder (folders[i - 1]))
      add_row (self, folders[i - 1]);
  if (gtk_widget_get_first_child (self->list) == NULL)
    gtk_box_append (GTK_BOX (self->list), gtk_label_new (_("Nothing has been trained yet.")));
  return G_SOURCE_REMOVE;
}

/* Later: the widget whose signal led here goes with its row. */
void
app_run_list_refresh (AppRunList *self)
{
  g_idle_add_full (G_PRIORITY_DEFAULT, fill_cb, g_object_ref (self), g_object_unref);
}

static void
app_run_list_dispose (GObject *object)
{
  AppRunList *self = APP_RUN_LIST (object);

  g_clear_pointer (&self->scroller, gtk_widget_unparent);
  g_clear_object (&self->session);

  G_OBJECT_CLASS (app_run_list_parent_class)->dispose (object);
}

static void
app_run_list_finalize (GObject *object)
{
  g_ptr_array_unref (APP_RUN_LIST (object)->overlays);

  G_OBJECT_CLASS (app_run_list_parent_class)->finalize (object);
}

static void
app_run_list_class_init (AppRunListClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = app_run_list_dispose;
  G_OBJECT_CLASS (klass)->finalize = app_run_list_finalize;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
  signals[CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                   NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
app_run_list_init (AppRunList *self)
{
  self->overlays = g_ptr_array_new_with_free_func ((GDestroyNotify) app_overlay_free);
  self->list = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->list),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, _("Runs"), -1);
  self->scroller = gtk_scrolled_window_new ();
  gtk_widget_set_focusable (self->scroller, FALSE);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (self->scroller), GTK_POLICY_NEVER,
                                  GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_propagate_natural_height (GTK_SCROLLED_WINDOW (self->scroller), TRUE);
  gtk_scrolled_window_set_max_content_height (GTK_SCROLLED_WINDOW (self->scroller), MOST_HEIGHT);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (self->scroller), self->list);
  gtk_widget_set_size_request (self->scroller, LEAST_WIDTH, -1);
  gtk_widget_set_parent (self->scroller, GTK_WIDGET (self));
}

GtkWidget *
app_run_list_new (AppSession *session)
{
  AppRunList *self = g_object_new (APP_TYPE_RUN_LIST, NULL);

  self->session = g_object_ref (session);
  return GTK_WIDGET (self);
}
