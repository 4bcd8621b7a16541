/* data-page.c: the data set: which, what is in it, how it is divided
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "app/data-page.h"

#include "app/data-browser.h"
#include "app/data-reading.h"
#include "app/data-settings.h"
#include "app/fit-bar.h"

#include <adwaita.h>
#include <glib/gi18n.h>

/* The document names the data and the page opens it.  A choice of the user is
 * opened first and goes into the document when that went well; an undo or a
 * project that is opened changes the document first.  Whatever is wanted last
 * wins: a reading that is under way then is cancelled and its result dropped. */

#define SETTINGS_WIDTH 330

/* Data that is in the cache is there sooner, and the page does not flicker. */
#define PATIENCE_MS 200
#define PROGRESS_MS 100

struct _AppDataPage
{
  GtkWidget    parent_instance;

  AppDocument *document;        /* owned, or NULL */
  AppSamples  *samples;         /* that are shown, or NULL */
  AppDataRef   shown;           /* what they are */
  GTask       *reading;         /* under way, or NULL */
  gboolean     is_choice;       /* it is not in the document yet */
  guint        progress_id;     /* while it is under way */
  gboolean     wants_folder;    /* the last choice was one */

  GtkNativeDialog *chooser;     /* owned while it is shown */

  GtkWidget   *overlay;
  GtkWidget   *drop_hint;
  GtkWidget   *fit_bar;
  GtkWidget   *settings;
  GtkWidget   *browser;
  GtkWidget   *stack;           /* "browser", "busy", "message" */
  GtkWidget   *busy;
  GtkWidget   *progress;
  GtkWidget   *message;
  GtkWidget   *choose_button;
  GtkWidget   *back_button;     /* to what was there before */
};

G_DEFINE_FINAL_TYPE (AppDataPage, app_data_page, GTK_TYPE_WIDGET)

static const AppDataRef *
get_ref (AppDataPage *self)
{
  return &app_document_get_project (self->document)->data;
}

/* What people call the data. */
static char *
dup_name (const AppDataRef *ref)
{
  const DsGenerator *generator = ref->kind == APP_DATA_DRAWN ? ds_generator_find (ref->name)
                                                             : NULL;

  if (generator != NULL)
    return g_strdup (_(generator->title));
  return ref->kind == APP_DATA_PATH ? g_filename_display_basename (ref->name)
                                    : g_strdup (ref->name != NULL ? ref->name : "");
}

static void
show_message (AppDataPage *self,
              const char  *icon,
              const char  *title,
              const char  *text,
              const char  *choose,
              const char  *back)
{
  g_autofree char *escaped = g_markup_escape_text (text, -1);

  adw_status_page_set_icon_name (ADW_STATUS_PAGE (self->message), icon);
  adw_status_page_set_title (ADW_STATUS_PAGE (self->message), title);
  adw_status_page_set_description (ADW_STATUS_PAGE (self->message), escaped);
  gtk_button_set_label (GTK_BUTTON (self->choose_button), choose);
  gtk_widget_set_visible (self->back_button, back != NULL);
  if (back != NULL)
    gtk_button_set_label (GTK_BUTTON (self->back_button), back);
  gtk_stack_set_visible_child_name (GTK_STACK (self->stack), "message");
}

/* What the button of a message goes back to: what is shown, or what the
 * document wants. */
static char *
dup_back_label (AppDataPage *self)
{
  g_autofree char *name = dup_name (self->samples != NULL ? &self->shown : get_ref (self));

  if (self->samples != NULL)
    return g_strdup_printf (_("Keep “%s”"), name);
  return get_ref (self)->kind != APP_DATA_NONE ? g_strdup_printf (_("Open “%s” Again"), name)
                                               : NULL;
}

static void
show_error (AppDataPage *self,
            const char  *text)
{
  g_autofree char *back = dup_back_label (self);

  show_message (self, "dialog-error-symbolic", _("The Data Could Not Be Opened"), text,
                _("Choose Other Data…"), back);
}

static void
show_nothing (AppDataPage *self)
{
  show_message (self, "app-data-symbolic", _("No Data Yet"),
                _("Choose a built-in data set, or a folder, an archive or a file of your own. "
                  "Files can also be dropped here."), _("Choose Folder…"), NULL);
}

static void
show_samples (AppDataPage *self)
{
  app_data_settings_set_samples (APP_DATA_SETTINGS (self->settings), self->samples);
  app_data_browser_set_samples (APP_DATA_BROWSER (self->browser), self->samples);
  app_fit_bar_set_samples (APP_FIT_BAR (self->fit_bar), self->samples);
  if (self->samples != NULL)
    gtk_stack_set_visible_child_name (GTK_STACK (self->stack), "browser");
}

static void
forget_samples (AppDataPage *self)
{
  g_clear_pointer (&self->samples, app_samples_free);
  app_data_ref_clear (&self->shown);
  show_samples (self);
}

static void
drop_reading (AppDataPage *self)
{
  g_clear_handle_id (&self->progress_id, g_source_remove);
  if (self->reading != NULL)
    g_cancellable_cancel (g_task_get_cancellable (self->reading));
  g_clear_object (&self->reading);
}

static void
put_into_document (AppDataPage      *self,
                   const AppDataRef *ref)
{
  AppDataRef *data = &app_document_get_project (self->document)->data;
  g_autofree char *name = dup_name (ref);
  /* Translators: what undo takes back; the name of a data set. */
  g_autofree char *step = g_strdup_printf (_("Choose “%s”"), name);

  app_document_begin (self->document, step, NULL);
  app_data_ref_clear (data);
  app_data_ref_copy (data, ref);
  app_document_end (self->document);
}

static void
opened_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      data)
{
  g_autoptr (AppDataPage) self = data;
  g_autoptr (GTask) reading = NULL;
  g_autoptr (GError) error = NULL;
  AppSamples *samples = app_data_reading_finish (G_TASK (result), &error);

  /* Something else is wanted by now. */
  if (self->reading != G_TASK (result))
    {
      g_clear_pointer (&samples, app_samples_free);
      return;
    }

  reading = g_steal_pointer (&self->reading);
  g_clear_handle_id (&self->progress_id, g_source_remove);
  if (samples == NULL)
    {
      if (!self->is_choice)
        forget_samples (self);
      show_error (self, error->message);
      return;
    }

  g_clear_pointer (&self->samples, app_samples_free);
  app_data_ref_clear (&self->shown);
  self->samples = samples;
  app_data_ref_copy (&self->shown, app_data_reading_get_ref (reading));
  if (self->is_choice)
    put_into_document (self, &self->shown);
  show_samples (self);
}

static gboolean
progress_cb (gpointer data)
{
  AppDataPage *self = data;
  g_autofree char *text = NULL;
  guint done;
  guint total;

  gtk_stack_set_visible_child_name (GTK_STACK (self->stack), "busy");
  if (app_data_reading_get_progress (self->reading, &done, &total))
    {
      text = g_strdup_printf (_("%'u of %'u samples"), done, total);
      gtk_progress_bar_set_fraction (GTK_PROGRESS_BAR (self->progress), (double) done / total);
    }
  else
    gtk_progress_bar_pulse (GTK_PROGRESS_BAR (self->progress));
  gtk_progress_bar_set_text (GTK_PROGRESS_BAR (self->progress),
                             text != NULL ? text : _("Looking at the files"));
  return G_SOURCE_CONTINUE;
}

static gboolean
patience_cb (gpointer data)
{
  AppDataPage *self = data;

  progress_cb (self);
  self->progress_id = g_timeout_add (PROGRESS_MS, progress_cb, self);
  return G_SOURCE_REMOVE;
}

static void
open_data (AppDataPage      *self,
           const AppDataRef *ref,
           gboolean          is_choice)
{
  /* Who chooses the same folder again wants it read again. */
  gboolean is_known = !is_choice && self->samples != NULL
                      && app_data_ref_same_items (ref, &self->shown);
  g_autofree char *name = dup_name (ref);
  g_autofree char *title = g_strdup_printf (_("Opening “%s”"), name);
  g_autofree char *escaped = g_markup_escape_text (title, -1);

  drop_reading (self);
  adw_status_page_set_title (ADW_STATUS_PAGE (self->busy), escaped);
  gtk_progress_bar_set_fraction (GTK_PROGRESS_BAR (self->progress), 0);
  self->is_choice = is_choice;
  self->reading = app_data_reading_start (ref,
                                          is_known ? app_samples_get_dataset (self->samples)
                                                   : NULL,
                                          opened_cb, g_object_ref (self));
  self->progress_id = g_timeout_add (PATIENCE_MS, patience_cb, self);
}

/* Makes the page show what the document says. */
static void
follow_document (AppDataPage *self)
{
  const AppDataRef *ref = get_ref (self);

  if (self->reading != NULL && app_data_ref_equal (ref, app_data_reading_get_ref (self->reading)))
    return;

  drop_reading (self);
  if (ref->kind == APP_DATA_NONE)
    {
      forget_samples (self);
      show_nothing (self);
    }
  else if (self->samples != NULL && app_data_ref_equal (ref, &self->shown))
    gtk_stack_set_visible_child_name (GTK_STACK (self->stack), "browser");
  else
    open_data (self, ref, FALSE);
}

/* A page that nobody looks at opens nothing: drawing digits takes a second. */
static void
data_changed_cb (AppDataPage *self)
{
  if (gtk_widget_get_mapped (GTK_WIDGET (self)))
    follow_document (self);
}

static void
app_data_page_map (GtkWidget *widget)
{
  AppDataPage *self = APP_DATA_PAGE (widget);

  GTK_WIDGET_CLASS (app_data_page_parent_class)->map (widget);
  if (self->document != NULL && self->reading == NULL)
    follow_document (self);
}

/* Another data set, divided as the last one was. */
static void
choose (AppDataPage *self,
        AppDataKind  kind,
        const char  *name)
{
  g_auto (AppDataRef) ref = { 0 };

  app_data_ref_copy (&ref, get_ref (self));
  g_free (ref.name);
  ref.kind = kind;
  ref.name = g_strdup (name);
  ref.count = 0;

  /* Transforms were made for the old data; a list without any may stay. */
  if (ds_transform_list_get_length (ref.transforms) > 0)
    {
      ds_transform_list_unref (ref.transforms);
      ref.transforms = ds_transform_list_new ();
    }
  open_data (self, &ref, TRUE);
}

static void
choose_file (AppDataPage *self,
             GFile       *file)
{
  g_autofree char *path = g_file_get_path (file);

  if (path != NULL)
    choose (self, APP_DATA_PATH, path);
  else
    {
      drop_reading (self);
      show_error (self, _("Only files of this computer can be opened. Copy the data here first."));
    }
}

static void
generator_chosen_cb (AppDataPage *self,
                     const char  *name)
{
  choose (self, APP_DATA_DRAWN, name);
}

static void
chooser_response_cb (AppDataPage *self,
                     int          response)
{
  g_autoptr (GFile) file = NULL;

  if (response == GTK_RESPONSE_ACCEPT)
    file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (self->chooser));
  g_clear_object (&self->chooser);
  if (file != NULL)
    choose_file (self, file);
}

static void
ask_for (AppDataPage *self,
         gboolean     folder)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));
  GtkFileChooserNative *chooser = gtk_file_chooser_native_new (
    folder ? _("Choose a Folder of Data") : _("Choose an Archive or File of Data"),
    GTK_WINDOW (root),
    folder ? GTK_FILE_CHOOSER_ACTION_SELECT_FOLDER : GTK_FILE_CHOOSER_ACTION_OPEN, NULL, NULL);

  self->wants_folder = folder;
  g_clear_object (&self->chooser);
  self->chooser = GTK_NATIVE_DIALOG (chooser);
  gtk_native_dialog_set_modal (self->chooser, TRUE);
  g_signal_connect_object (chooser, "response", G_CALLBACK (chooser_response_cb), self,
                           G_CONNECT_SWAPPED);
  gtk_native_dialog_show (self->chooser);
}

static void
folder_wanted_cb (AppDataPage *self)
{
  ask_for (self, TRUE);
}

static void
file_wanted_cb (AppDataPage *self)
{
  ask_for (self, FALSE);
}

static void
choose_clicked_cb (AppDataPage *self)
{
  ask_for (self, self->wants_folder);
}

/* Cancels the reading, or leaves a message. */
static void
back_cb (AppDataPage *self)
{
  drop_reading (self);
  follow_document (self);
}

static void
cancel_cb (AppDataPage *self)
{
  gboolean was_choice = self->is_choice;
  g_autofree char *back = NULL;

  drop_reading (self);
  if (was_choice && (self->samples != NULL || get_ref (self)->kind == APP_DATA_NONE))
    {
      follow_document (self);
      return;
    }

  forget_samples (self);
  back = dup_back_label (self);
  show_message (self, "app-data-symbolic", _("Opening Was Cancelled"),
                _("What has been read so far is not kept."), _("Choose Other Data…"), back);
}

static void
show_drop_hint (AppDataPage *self,
                gboolean     is_shown)
{
  gtk_widget_set_visible (self->drop_hint, is_shown);
}

static GdkDragAction
drop_enter_cb (AppDataPage *self)
{
  show_drop_hint (self, TRUE);
  return GDK_ACTION_COPY;
}

static void
drop_leave_cb (AppDataPage *self)
{
  show_drop_hint (self, FALSE);
}

static gboolean
drop_cb (AppDataPage  *self,
         const GValue *value)
{
  g_autoptr (GSList) files = gdk_file_list_get_files (g_value_get_boxed (value));

  show_drop_hint (self, FALSE);
  if (self->document == NULL)
    return FALSE;

  if (files != NULL && files->next == NULL)
    choose_file (self, files->data);
  else
    {
      drop_reading (self);
      show_error (self, _("Several files were dropped. Drop one folder, archive or file; a data "
                          "set of several files is opened by its folder."));
    }
  return TRUE;
}

static void
app_data_page_dispose (GObject *object)
{
  AppDataPage *self = APP_DATA_PAGE (object);

  drop_reading (self);
  g_clear_object (&self->chooser);
  g_clear_pointer (&self->overlay, gtk_widget_unparent);
  g_clear_pointer (&self->samples, app_samples_free);
  app_data_ref_clear (&self->shown);
  if (self->document != NULL)
    g_signal_handlers_disconnect_by_data (self->document, self);
  g_clear_object (&self->document);

  G_OBJECT_CLASS (app_data_page_parent_class)->dispose (object);
}

static void
app_data_page_class_init (AppDataPageClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = app_data_page_dispose;
  GTK_WIDGET_CLASS (klass)->map = app_data_page_map;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_accessible_role (GTK_WIDGET_CLASS (klass), GTK_ACCESSIBLE_ROLE_GROUP);
}

static GtkWidget *
make_pill (AppDataPage *self,
           GCallback    callback)
{
  GtkWidget *button = gtk_button_new ();

  gtk_widget_set_halign (button, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (button, "pill");
  g_signal_connect_object (button, "clicked", callback, self, G_CONNECT_SWAPPED);
  return button;
}

static GtkWidget *
make_message (AppDataPage *self)
{
  GtkWidget *buttons = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);

  self->choose_button = make_pill (self, G_CALLBACK (choose_clicked_cb));
  gtk_widget_add_css_class (self->choose_button, "suggested-action");
  self->back_button = make_pill (self, G_CALLBACK (back_cb));
  gtk_box_append (GTK_BOX (buttons), self->choose_button);
  gtk_box_append (GTK_BOX (buttons), self->back_button);
  self->message = adw_status_page_new ();
  adw_status_page_set_child (ADW_STATUS_PAGE (self->message), buttons);
  return self->message;
}

static GtkWidget *
make_busy (AppDataPage *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 18);
  GtkWidget *cancel = make_pill (self, G_CALLBACK (cancel_cb));

  self->progress = gtk_progress_bar_new ();
  gtk_progress_bar_set_show_text (GTK_PROGRESS_BAR (self->progress), TRUE);
  gtk_widget_set_halign (self->progress, GTK_ALIGN_CENTER);
  gtk_widget_set_size_request (self->progress, 260, -1);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->progress),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, _("Progress"), -1);
  gtk_button_set_label (GTK_BUTTON (cancel), _("Cancel"));
  gtk_box_append (GTK_BOX (box), self->progress);
  gtk_box_append (GTK_BOX (box), cancel);
  self->busy = adw_status_page_new ();
  adw_status_page_set_icon_name (ADW_STATUS_PAGE (self->busy), "app-data-symbolic");
  adw_status_page_set_child (ADW_STATUS_PAGE (self->busy), box);
  return self->busy;
}

static GtkWidget *
make_stack (AppDataPage *self)
{
  self->stack = gtk_stack_new ();
  self->browser = app_data_browser_new ();
  gtk_stack_add_named (GTK_STACK (self->stack), self->browser, "browser");
  gtk_stack_add_named (GTK_STACK (self->stack), make_busy (self), "busy");
  gtk_stack_add_named (GTK_STACK (self->stack), make_message (self), "message");
  gtk_widget_set_hexpand (self->stack, TRUE);
  return self->stack;
}

static GtkWidget *
make_settings (AppDataPage *self)
{
  GtkWidget *scroller = gtk_scrolled_window_new ();

  self->settings = app_data_settings_new ();
  gtk_widget_set_margin_top (self->settings, 18);
  gtk_widget_set_margin_bottom (self->settings, 18);
  gtk_widget_set_margin_start (self->settings, 12);
  gtk_widget_set_margin_end (self->settings, 12);
  g_signal_connect_object (self->settings, "generator-chosen", G_CALLBACK (generator_chosen_cb),
                           self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->settings, "folder-wanted", G_CALLBACK (folder_wanted_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->settings, "file-wanted", G_CALLBACK (file_wanted_cb), self,
                           G_CONNECT_SWAPPED);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scroller), GTK_POLICY_NEVER,
                                  GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), self->settings);
  gtk_widget_set_size_request (scroller, SETTINGS_WIDTH, -1);
  return scroller;
}

static void
add_drop_target (AppDataPage *self)
{
  GtkDropTarget *target = gtk_drop_target_new (GDK_TYPE_FILE_LIST, GDK_ACTION_COPY);

  self->drop_hint = adw_status_page_new ();
  adw_status_page_set_icon_name (ADW_STATUS_PAGE (self->drop_hint), "app-data-symbolic");
  adw_status_page_set_title (ADW_STATUS_PAGE (self->drop_hint), _("Drop to Open"));
  adw_status_page_set_description (ADW_STATUS_PAGE (self->drop_hint),
                                   _("A folder, an archive or a file with data"));
  gtk_widget_add_css_class (self->drop_hint, "drop-hint");
  gtk_widget_set_can_target (self->drop_hint, FALSE);
  gtk_widget_set_visible (self->drop_hint, FALSE);
  gtk_overlay_add_overlay (GTK_OVERLAY (self->overlay), self->drop_hint);

  g_signal_connect_object (target, "enter", G_CALLBACK (drop_enter_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (target, "leave", G_CALLBACK (drop_leave_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (target, "drop", G_CALLBACK (drop_cb), self, G_CONNECT_SWAPPED);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (target));
}

static void
app_data_page_init (AppDataPage *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *columns = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);

  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Data"),
                                  -1);
  self->wants_folder = TRUE;
  self->overlay = gtk_overlay_new ();
  gtk_widget_set_parent (self->overlay, GTK_WIDGET (self));

  gtk_box_append (GTK_BOX (columns), make_settings (self));
  gtk_box_append (GTK_BOX (columns), gtk_separator_new (GTK_ORIENTATION_VERTICAL));
  gtk_box_append (GTK_BOX (columns), make_stack (self));
  gtk_widget_set_vexpand (columns, TRUE);
  self->fit_bar = app_fit_bar_new ();
  gtk_box_append (GTK_BOX (box), self->fit_bar);
  gtk_box_append (GTK_BOX (box), columns);
  gtk_overlay_set_child (GTK_OVERLAY (self->overlay), box);
  add_drop_target (self);
}

GtkWidget *
app_data_page_new (void)
{
  return g_object_new (APP_TYPE_DATA_PAGE, NULL);
}

void
app_data_page_set_document (AppDataPage *self,
                            AppDocument *document)
{
  if (self->document != NULL)
    g_signal_handlers_disconnect_by_data (self->document, self);
  drop_reading (self);
  g_set_object (&self->document, document);
  g_signal_connect_object (document, "data-changed", G_CALLBACK (data_changed_cb), self,
                           G_CONNECT_SWAPPED);
  app_fit_bar_set_document (APP_FIT_BAR (self->fit_bar), document);
  app_data_settings_set_document (APP_DATA_SETTINGS (self->settings), document);
  forget_samples (self);
  data_changed_cb (self);
}
