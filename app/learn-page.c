/* learn-page.c: the course: its map, its pages and its tasks
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "app/learn-page.h"

#include "app/course-map.h"
#include "app/lesson-view.h"
#include "app/prose.h"
#include "app/window.h"

#include <glib/gi18n.h>
#include <string.h>

#define MAP_WIDTH 290

struct _AppLearnPage
{
  GtkWidget             parent_instance;

  AppLearner           *learner;        /* owned, or NULL */
  char                 *lesson;         /* id of the one that is open, or NULL */
  GtkFileChooserNative *chooser;        /* owned, or NULL */

  GtkWidget            *box;
  GtkWidget            *notice;         /* GtkInfoBar */
  GtkWidget            *notice_label;
  GtkWidget            *leaflet;
  GtkWidget            *map;
  GtkWidget            *content;
  GtkWidget            *title;
  GtkWidget            *languages[2];   /* GtkToggleButton: English, Chinese */
  GtkWidget            *stack;          /* "loading", "welcome" or "lesson" */
  GtkWidget            *start;
  GtkWidget            *lesson_view;
};

G_DEFINE_FINAL_TYPE (AppLearnPage, app_learn_page, GTK_TYPE_WIDGET)

static const char * const language_names[] = { "en", "zh_CN" };

static AppWindow *
get_window (AppLearnPage *self)
{
  return APP_WINDOW (gtk_widget_get_root (GTK_WIDGET (self)));
}

static void
open_chapter (AppLearnPage    *self,
              const ExChapter *chapter,
              const char      *page,
              const char      *task)
{
  g_autofree char *title = g_strdup_printf ("%s  %s", chapter->id, chapter->title);

  g_free (self->lesson);
  self->lesson = g_strdup (chapter->id);
  gtk_label_set_text (GTK_LABEL (self->title), title);
  app_prose_mark_language (GTK_LABEL (self->title));
  gtk_stack_set_visible_child_name (GTK_STACK (self->stack), "lesson");
  app_course_map_select (APP_COURSE_MAP (self->map), chapter->id);
  app_lesson_view_show (APP_LESSON_VIEW (self->lesson_view), chapter, page, task);
}

/* “lesson:12”, “page:12/01-words”, “task:12/reference” or, of the lesson that is
 * open, “task:reference”. */
static void
open_target (AppLearnPage *self,
             const char   *target)
{
  const ExCourse *course = app_learner_get_course (self->learner);
  const char *address = strchr (target, ':');
  g_auto (GStrv) parts = g_strsplit (address != NULL ? address + 1 : "", "/", 2);
  gboolean is_task = g_str_has_prefix (target, "task:");
  gboolean is_near = is_task && parts[0] != NULL && parts[1] == NULL;
  const char *lesson = is_near ? self->lesson : parts[0];
  const char *name = parts[0] == NULL ? NULL : is_near ? parts[0] : parts[1];
  const ExChapter *chapter = NULL;
  g_autofree char *refusal = NULL;

  if (course != NULL && lesson != NULL)
    chapter = ex_course_find_chapter (course, lesson);
  if (chapter == NULL || chapter->lesson == NULL)
    refusal = g_strdup_printf (_("Chapter %s cannot be opened yet."),
                               lesson != NULL ? lesson : target);
  else if (is_task && ex_lesson_find_task (chapter->lesson, name) == NULL)
    refusal = g_strdup_printf (_("There is no task “%s”."), name);
  if (refusal != NULL)
    {
      app_window_toast (get_window (self), refusal);
      return;
    }

  open_chapter (self, chapter, is_task ? NULL : name, is_task ? name : NULL);
  adw_leaflet_set_visible_child (ADW_LEAFLET (self->leaflet), self->content);
}

static void
open_action (GtkWidget  *widget,
             const char *name,
             GVariant   *target)
{
  open_target (APP_LEARN_PAGE (widget), g_variant_get_string (target, NULL));
}

static void
show_map_action (GtkWidget  *widget,
                 const char *name,
                 GVariant   *parameter)
{
  AppLearnPage *self = APP_LEARN_PAGE (widget);

  adw_leaflet_set_visible_child (ADW_LEAFLET (self->leaflet), self->map);
}

/* A folder that is a lesson stands for the folder it is in. */
static void
chooser_response_cb (AppLearnPage *self,
                     int           response)
{
  g_autoptr (GFile) chosen = NULL;
  g_autofree char *path = NULL;
  g_autofree char *name = NULL;
  g_autofree char *lesson_file = NULL;
  g_autofree char *text = NULL;

  if (response == GTK_RESPONSE_ACCEPT)
    chosen = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (self->chooser));
  path = chosen != NULL ? g_file_get_path (chosen) : NULL;
  g_clear_object (&self->chooser);
  if (path == NULL)
    return;

  lesson_file = g_build_filename (path, "lesson.ini", NULL);
  if (g_file_test (lesson_file, G_FILE_TEST_EXISTS))
    {
      char *parent = g_path_get_dirname (path);

      g_free (path);
      path = parent;
    }
  name = g_path_get_basename (path);
  app_learner_add_folder (self->learner, path);
  text = g_strdup_printf (_("Lessons in “%s” are now in the course."), name);
  app_window_toast (get_window (self), text);
}

static void
add_folder_action (GtkWidget  *widget,
                   const char *name,
                   GVariant   *parameter)
{
  AppLearnPage *self = APP_LEARN_PAGE (widget);

  if (self->chooser != NULL)
    return;

  self->chooser = gtk_file_chooser_native_new (_("Add Lessons"), GTK_WINDOW (get_window (self)),
                                               GTK_FILE_CHOOSER_ACTION_SELECT_FOLDER, _("_Add"),
                                               _("_Cancel"));
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (self->chooser), TRUE);
  g_signal_connect_object (self->chooser, "response", G_CALLBACK (chooser_response_cb), self,
                           G_CONNECT_SWAPPED);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (self->chooser));
}

static void
remove_folder_action (GtkWidget  *widget,
                      const char *name,
                      GVariant   *path)
{
  AppLearnPage *self = APP_LEARN_PAGE (widget);
  const char *folder = g_variant_get_string (path, NULL);
  g_autofree char *base = g_path_get_basename (folder);
  g_autofree char *text = g_strdup_printf (_("Lessons in “%s” are no longer in the course. "
                                             "The folder is still there."), base);

  app_learner_remove_folder (self->learner, folder);
  app_window_toast (get_window (self), text);
}

static const ExChapter *
find_first (const ExCourse *course)
{
  GPtrArray *chapters = ex_course_get_chapters (course);

  for (guint i = 0; i < chapters->len; i++)
    {
      const ExChapter *chapter = g_ptr_array_index (chapters, i);

      if (chapter->lesson != NULL)
        return chapter;
    }

  return NULL;
}

static void
show_welcome (AppLearnPage *self)
{
  const ExChapter *first = find_first (app_learner_get_course (self->learner));

  if (first != NULL)
    {
      g_autofree char *target = g_strconcat ("lesson:", first->id, NULL);
      g_autofree char *label = g_strdup_printf (_("Begin with “%s”"), first->title);

      gtk_button_set_label (GTK_BUTTON (self->start), label);
      app_prose_mark_language (GTK_LABEL (gtk_button_get_child (GTK_BUTTON (self->start))));
      gtk_actionable_set_action_target (GTK_ACTIONABLE (self->start), "s", target);
      gtk_actionable_set_action_name (GTK_ACTIONABLE (self->start), "lesson.open");
    }
  gtk_widget_set_visible (self->start, first != NULL);
  gtk_label_set_text (GTK_LABEL (self->title), "");
  gtk_stack_set_visible_child_name (GTK_STACK (self->stack), "welcome");
}

/* Goes on with the page that is open, or was when the program ended. */
static void
course_changed_cb (AppLearnPage *self)
{
  const ExCourse *course = app_learner_get_course (self->learner);
  const ExProgress *progress = app_learner_get_progress (self->learner);
  g_autofree char *page = g_strdup (app_lesson_view_get_page (APP_LESSON_VIEW (self->lesson_view)));
  const char *lesson = self->lesson != NULL ? self->lesson : ex_progress_get_lesson (progress);
  const ExChapter *chapter = lesson != NULL ? ex_course_find_chapter (course, lesson) : NULL;

  if (page == NULL)
    page = g_strdup (ex_progress_get_page (progress));
  app_lesson_view_show (APP_LESSON_VIEW (self->lesson_view), NULL, NULL, NULL);
  if (chapter != NULL && chapter->lesson != NULL)
    open_chapter (self, chapter, page, NULL);
  else
    show_welcome (self);
}

static void
notice_changed_cb (AppLearnPage *self)
{
  const char *notice = app_learner_get_notice (self->learner);

  gtk_label_set_text (GTK_LABEL (self->notice_label), notice != NULL ? notice : "");
  gtk_info_bar_set_revealed (GTK_INFO_BAR (self->notice), notice != NULL);
}

static void
language_toggled_cb (AppLearnPage    *self,
                     GtkToggleButton *button)
{
  guint i = GTK_WIDGET (button) == self->languages[0] ? 0 : 1;

  if (self->learner != NULL && gtk_toggle_button_get_active (button))
    app_learner_set_language (self->learner, language_names[i]);
}

/* Another window may have changed it. */
static void
update_language (AppLearnPage *self)
{
  for (gsize i = 0; i < G_N_ELEMENTS (language_names); i++)
    if (g_str_equal (app_learner_get_language (self->learner), language_names[i]))
      gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (self->languages[i]), TRUE);
}

static void
app_learn_page_map (GtkWidget *widget)
{
  AppLearnPage *self = APP_LEARN_PAGE (widget);

  GTK_WIDGET_CLASS (app_learn_page_parent_class)->map (widget);

  if (self->learner != NULL)
    app_learner_load (self->learner);
}

static void
app_learn_page_dispose (GObject *object)
{
  AppLearnPage *self = APP_LEARN_PAGE (object);

  g_clear_pointer (&self->box, gtk_widget_unparent);
  g_clear_object (&self->chooser);
  g_clear_object (&self->learner);

  G_OBJECT_CLASS (app_learn_page_parent_class)->dispose (object);
}

static void
app_learn_page_finalize (GObject *object)
{
  g_free (APP_LEARN_PAGE (object)->lesson);

  G_OBJECT_CLASS (app_learn_page_parent_class)->finalize (object);
}

static void
app_learn_page_class_init (AppLearnPageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = app_learn_page_dispose;
  object_class->finalize = app_learn_page_finalize;
  widget_class->map = app_learn_page_map;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_install_action (widget_class, "lesson.open", "s", open_action);
  gtk_widget_class_install_action (widget_class, "lesson.show-map", NULL, show_map_action);
  gtk_widget_class_install_action (widget_class, "lesson.add-folder", NULL, add_folder_action);
  gtk_widget_class_install_action (widget_class, "lesson.remove-folder", "s",
                                   remove_folder_action);
}

static void
notice_response_cb (GtkInfoBar *notice)
{
  gtk_info_bar_set_revealed (notice, FALSE);
}

static GtkWidget *
make_notice (AppLearnPage *self)
{
  self->notice = gtk_info_bar_new ();
  self->notice_label = gtk_label_new (NULL);
  gtk_label_set_wrap (GTK_LABEL (self->notice_label), TRUE);
  gtk_label_set_xalign (GTK_LABEL (self->notice_label), 0);
  gtk_info_bar_add_child (GTK_INFO_BAR (self->notice), self->notice_label);
  gtk_info_bar_add_button (GTK_INFO_BAR (self->notice), _("Close"), GTK_RESPONSE_CLOSE);
  gtk_info_bar_set_message_type (GTK_INFO_BAR (self->notice), GTK_MESSAGE_WARNING);
  gtk_info_bar_set_revealed (GTK_INFO_BAR (self->notice), FALSE);
  g_signal_connect (self->notice, "response", G_CALLBACK (notice_response_cb), NULL);
  return self->notice;
}

static GtkWidget *
make_language_switch (AppLearnPage *self)
{
  static const struct
  {
    const char *label;          /* a language is named in itself */
    const char *name;
  } languages[] = {
    { "EN", N_("Lessons in English") },
    { "中文", N_("Lessons in Chinese") },
  };
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);

  gtk_widget_add_css_class (box, "linked");
  for (gsize i = 0; i < G_N_ELEMENTS (languages); i++)
    {
      self->languages[i] = gtk_toggle_button_new_with_label (languages[i].label);
      gtk_widget_set_tooltip_text (self->languages[i], _(languages[i].name));
      gtk_accessible_update_property (GTK_ACCESSIBLE (self->languages[i]),
                                      GTK_ACCESSIBLE_PROPERTY_LABEL, _(languages[i].name), -1);
      g_signal_connect_object (self->languages[i], "toggled", G_CALLBACK (language_toggled_cb),
                               self, G_CONNECT_SWAPPED);
      gtk_box_append (GTK_BOX (box), self->languages[i]);
    }
  gtk_toggle_button_set_group (GTK_TOGGLE_BUTTON (self->languages[1]),
                               GTK_TOGGLE_BUTTON (self->languages[0]));
  return box;
}

static GtkWidget *
make_toolbar (AppLearnPage *self)
{
  GtkWidget *bar = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *back = gtk_button_new_from_icon_name ("go-previous-symbolic");

  gtk_actionable_set_action_name (GTK_ACTIONABLE (back), "lesson.show-map");
  gtk_widget_set_tooltip_text (back, _("Show the Course"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (back), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _("Show the Course"), -1);
  gtk_widget_add_css_class (back, "flat");
  g_object_bind_property (self->leaflet, "folded", back, "visible", G_BINDING_SYNC_CREATE);

  self->title = gtk_label_new (NULL);
  gtk_label_set_ellipsize (GTK_LABEL (self->title), PANGO_ELLIPSIZE_END);
  gtk_label_set_xalign (GTK_LABEL (self->title), 0);
  gtk_widget_set_hexpand (self->title, TRUE);
  gtk_widget_add_css_class (self->title, "heading");
  gtk_widget_add_css_class (self->title, "lesson-title");

  gtk_widget_add_css_class (bar, "page-toolbar");
  gtk_box_append (GTK_BOX (bar), back);
  gtk_box_append (GTK_BOX (bar), self->title);
  gtk_box_append (GTK_BOX (bar), make_language_switch (self));
  return bar;
}

static GtkWidget *
make_loading (void)
{
  GtkWidget *spinner = gtk_spinner_new ();

  gtk_spinner_start (GTK_SPINNER (spinner));
  gtk_widget_set_halign (spinner, GTK_ALIGN_CENTER);
  gtk_widget_set_valign (spinner, GTK_ALIGN_CENTER);
  gtk_widget_set_size_request (spinner, 32, 32);
  gtk_accessible_update_property (GTK_ACCESSIBLE (spinner), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _("Reading the course"), -1);
  return spinner;
}

static GtkWidget *
make_welcome (AppLearnPage *self)
{
  GtkWidget *page = adw_status_page_new ();

  adw_status_page_set_icon_name (ADW_STATUS_PAGE (page), "app-learn-symbolic");
  adw_status_page_set_title (ADW_STATUS_PAGE (page), _("Learn Step by Step"));
  adw_status_page_set_description (ADW_STATUS_PAGE (page),
                                   _("Read a page, answer its questions, and see at once whether "
                                     "you are right."));
  self->start = gtk_button_new ();
  gtk_widget_set_halign (self->start, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (self->start, "suggested-action");
  gtk_widget_add_css_class (self->start, "pill");
  adw_status_page_set_child (ADW_STATUS_PAGE (page), self->start);
  return page;
}

static void
make_content (AppLearnPage *self)
{
  self->content = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  gtk_widget_set_hexpand (self->content, TRUE);
  gtk_box_append (GTK_BOX (self->content), make_toolbar (self));

  self->stack = gtk_stack_new ();
  gtk_widget_set_vexpand (self->stack, TRUE);
  gtk_stack_add_named (GTK_STACK (self->stack), make_loading (), "loading");
  gtk_stack_add_named (GTK_STACK (self->stack), make_welcome (self), "welcome");
  gtk_box_append (GTK_BOX (self->content), self->stack);
}

static void
app_learn_page_init (AppLearnPage *self)
{
  self->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));
  gtk_box_append (GTK_BOX (self->box), make_notice (self));

  self->leaflet = adw_leaflet_new ();
  gtk_widget_set_vexpand (self->leaflet, TRUE);
  gtk_box_append (GTK_BOX (self->box), self->leaflet);
  make_content (self);
}

GtkWidget *
app_learn_page_new (void)
{
  return g_object_new (APP_TYPE_LEARN_PAGE, NULL);
}

void
app_learn_page_set_learner (AppLearnPage *self,
                            AppLearner   *learner)
{
  AdwLeaflet *leaflet = ADW_LEAFLET (self->leaflet);
  GtkWidget *separator = gtk_separator_new (GTK_ORIENTATION_VERTICAL);

  g_assert (self->learner == NULL);

  self->map = app_course_map_new (learner);
  gtk_widget_set_size_request (self->map, MAP_WIDTH, -1);
  gtk_widget_add_css_class (self->map, "sidebar-pane");
  adw_leaflet_append (leaflet, self->map);
  adw_leaflet_page_set_navigatable (adw_leaflet_append (leaflet, separator), FALSE);
  adw_leaflet_append (leaflet, self->content);
  adw_leaflet_set_can_navigate_back (leaflet, TRUE);

  self->lesson_view = app_lesson_view_new (learner);
  gtk_stack_add_named (GTK_STACK (self->stack), self->lesson_view, "lesson");

  g_signal_connect_object (learner, "course-changed", G_CALLBACK (course_changed_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (learner, "course-changed", G_CALLBACK (update_language), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (learner, "notice-changed", G_CALLBACK (notice_changed_cb), self,
                           G_CONNECT_SWAPPED);
  self->learner = g_object_ref (learner);
  update_language (self);
  notice_changed_cb (self);
  if (app_learner_get_course (learner) != NULL)
    course_changed_cb (self);
}
