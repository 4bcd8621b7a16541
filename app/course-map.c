/* course-map.c: the chapters of the course and how far one has come
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "app/course-map.h"

#include "app/prose.h"

#include <glib/gi18n.h>

/* CSS node: “course-map”. */
struct _AppCourseMap
{
  GtkWidget   parent_instance;

  AppLearner *learner;          /* owned */
  GtkWidget  *box;
  GtkWidget  *summary;          /* how many tasks are done */
  GtkWidget  *menu_button;
  GtkWidget  *list;
  GtkWidget  *problems;         /* GtkExpander */
  GtkWidget  *problem_list;     /* box */
};

G_DEFINE_FINAL_TYPE (AppCourseMap, app_course_map, GTK_TYPE_WIDGET)

/* The widgets of a row that change with progress. */
typedef struct
{
  const ExChapter *chapter;     /* borrowed from the course */
  GtkWidget       *icon;
  GtkWidget       *words;
} Row;

static const struct
{
  const char *icon;
  const char *words;
  const char *css_class;
} looks[] = {
  [EX_CHAPTER_PLANNED] = { NULL, N_("Planned"), "dim-label" },
  [EX_CHAPTER_DAMAGED] = { "dialog-error-symbolic", N_("Damaged"), "error" },
  [EX_CHAPTER_NEW]     = { NULL, N_("New"), "dim-label" },
  [EX_CHAPTER_STARTED] = { "media-playback-start-symbolic", N_("Started"), "accent" },
  [EX_CHAPTER_DONE]    = { "object-select-symbolic", N_("Done"), "success" },
};

static Row *
get_row (GtkListBoxRow *widget)
{
  return g_object_get_data (G_OBJECT (widget), "row");
}

static void
count_tasks (AppCourseMap    *self,
             const ExChapter *chapter,
             guint           *n_passed,
             guint           *n_tasks)
{
  const ExProgress *progress = app_learner_get_progress (self->learner);

  for (guint i = 0; chapter->lesson != NULL && i < chapter->lesson->tasks->len; i++)
    {
      const ExTask *task = g_ptr_array_index (chapter->lesson->tasks, i);
      const ExRecord *record = ex_progress_find (progress, task->id);

      (*n_tasks)++;
      *n_passed += record != NULL && record->state == EX_TASK_PASSED;
    }
}

static void
update_row (AppCourseMap  *self,
            GtkListBoxRow *widget)
{
  Row *row = get_row (widget);
  ExChapterState state = ex_chapter_get_state (row->chapter,
                                               app_learner_get_progress (self->learner));
  guint n_passed = 0;
  guint n_tasks = 0;
  g_autofree char *words = NULL;
  g_autofree char *name = NULL;

  count_tasks (self, row->chapter, &n_passed, &n_tasks);
  /* Translators: the state of a chapter, then how many of its tasks are done. */
  words = n_passed > 0 ? g_strdup_printf (_("%s, %u of %u"), _(looks[state].words), n_passed,
                                          n_tasks)
                       : g_strdup (_(looks[state].words));
  name = g_strdup_printf ("%s %s: %s", row->chapter->id, row->chapter->title, words);

  gtk_label_set_text (GTK_LABEL (row->words), words);
  gtk_image_set_from_icon_name (GTK_IMAGE (row->icon), looks[state].icon);
  for (gsize i = 0; i < G_N_ELEMENTS (looks); i++)
    gtk_widget_remove_css_class (row->icon, looks[i].css_class);
  gtk_widget_add_css_class (row->icon, looks[state].css_class);
  gtk_accessible_update_property (GTK_ACCESSIBLE (widget), GTK_ACCESSIBLE_PROPERTY_LABEL, name,
                                  -1);
}

static void
update_summary (AppCourseMap *self)
{
  GPtrArray *chapters = ex_course_get_chapters (app_learner_get_course (self->learner));
  g_autofree char *words = NULL;
  guint n_passed = 0;
  guint n_tasks = 0;

  for (guint i = 0; i < chapters->len; i++)
    count_tasks (self, g_ptr_array_index (chapters, i), &n_passed, &n_tasks);
  words = g_strdup_printf (_("%u of %u tasks done"), n_passed, n_tasks);
  gtk_label_set_text (GTK_LABEL (self->summary), words);
}

static void
update (AppCourseMap *self)
{
  GtkListBoxRow *row;

  if (app_learner_get_course (self->learner) == NULL)
    return;

  for (int i = 0; (row = gtk_list_box_get_row_at_index (GTK_LIST_BOX (self->list), i)) != NULL; i++)
    update_row (self, row);
  update_summary (self);
}

static GtkWidget *
make_row (AppCourseMap    *self,
          const ExChapter *chapter)
{
  GtkWidget *widget = gtk_list_box_row_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 9);
  GtkWidget *number = gtk_label_new (chapter->id);
  GtkWidget *column = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *title = gtk_label_new (chapter->title);
  Row *row = g_new0 (Row, 1);
  gboolean can_open = chapter->lesson != NULL;

  row->chapter = chapter;
  row->icon = gtk_image_new ();
  row->words = gtk_label_new (NULL);
  g_object_set_data_full (G_OBJECT (widget), "row", row, g_free);

  gtk_widget_add_css_class (widget, "chapter");
  gtk_widget_add_css_class (number, "chapter-number");
  gtk_widget_add_css_class (number, "quiet");
  gtk_widget_set_valign (number, GTK_ALIGN_START);
  gtk_label_set_xalign (GTK_LABEL (title), 0);
  gtk_label_set_wrap (GTK_LABEL (title), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (title), PANGO_WRAP_WORD_CHAR);
  app_prose_mark_language (GTK_LABEL (title));
  gtk_label_set_xalign (GTK_LABEL (row->words), 0);
  gtk_widget_add_css_class (row->words, "chapter-state");
  gtk_widget_add_css_class (row->words, "quiet");
  gtk_widget_set_hexpand (column, TRUE);

  gtk_box_append (GTK_BOX (column), title);
  gtk_box_append (GTK_BOX (column), row->words);
  gtk_box_append (GTK_BOX (box), number);
  gtk_box_append (GTK_BOX (box), column);
  gtk_box_append (GTK_BOX (box), row->icon);
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (widget), box);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (widget), can_open);
  gtk_list_box_row_set_selectable (GTK_LIST_BOX_ROW (widget), can_open);
  gtk_widget_set_tooltip_text (widget, chapter->error != NULL ? chapter->error->message
                                                              : chapter->summary);
  if (!can_open)
    gtk_widget_add_css_class (widget, "chapter-closed");
  return widget;
}

/* The title of a part stands above its first chapter. */
static void
header_cb (GtkListBoxRow *widget,
           GtkListBoxRow *before,
           gpointer       user_data)
{
  const char *part = get_row (widget)->chapter->part;
  const char *part_before = before != NULL ? get_row (before)->chapter->part : NULL;
  GtkWidget *label;

  if (part == NULL)
    part = _("More Lessons");
  if (before != NULL && part_before == NULL)
    part_before = _("More Lessons");
  if (g_strcmp0 (part, part_before) == 0)
    {
      gtk_list_box_row_set_header (widget, NULL);
      return;
    }

  label = gtk_label_new (part);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  app_prose_mark_language (GTK_LABEL (label));
  gtk_widget_add_css_class (label, "part-heading");
  gtk_widget_add_css_class (label, "quiet");
  gtk_list_box_row_set_header (widget, label);
}

static void
fill_problems (AppCourseMap *self)
{
  GPtrArray *problems = app_learner_get_problems (self->learner);
  g_autofree char *title = g_strdup_printf (ngettext ("%u Problem in Lessons",
                                                      "%u Problems in Lessons", problems->len),
                                            problems->len);
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (self->problem_list)) != NULL)
    gtk_box_remove (GTK_BOX (self->problem_list), child);
  for (guint i = 0; i < problems->len; i++)
    {
      GtkWidget *label = gtk_label_new (g_ptr_array_index (problems, i));

      gtk_label_set_wrap (GTK_LABEL (label), TRUE);
      gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
      gtk_label_set_selectable (GTK_LABEL (label), TRUE);
      gtk_label_set_xalign (GTK_LABEL (label), 0);
      gtk_box_append (GTK_BOX (self->problem_list), label);
    }

  gtk_expander_set_label (GTK_EXPANDER (self->problems), title);
  gtk_widget_set_visible (self->problems, problems->len > 0);
}

/* Adding a folder of lessons, and forgetting those that were added. */
static void
fill_menu (AppCourseMap *self)
{
  g_autoptr (GMenu) menu = g_menu_new ();
  g_autoptr (GMenu) removals = g_menu_new ();
  g_auto (GStrv) folders = app_learner_dup_folders (self->learner);

  g_menu_append (menu, _("_Add Lessons…"), "lesson.add-folder");
  for (guint i = 0; folders[i] != NULL; i++)
    {
      g_autofree char *name = g_path_get_basename (folders[i]);
      g_autofree char *label = g_strdup_printf (_("Remove “%s”"), name);
      g_autoptr (GMenuItem) item = g_menu_item_new (NULL, NULL);
      g_auto (GStrv) parts = g_strsplit (label, "_", -1);
      g_autofree char *plain = g_strjoinv ("__", parts);

      g_menu_item_set_label (item, plain);
      g_menu_item_set_action_and_target (item, "lesson.remove-folder", "s", folders[i]);
      g_menu_append_item (removals, item);
    }
  if (folders[0] != NULL)
    g_menu_append_section (menu, NULL, G_MENU_MODEL (removals));
  gtk_menu_button_set_menu_model (GTK_MENU_BUTTON (self->menu_button), G_MENU_MODEL (menu));
}

static void
course_changed_cb (AppCourseMap *self)
{
  GPtrArray *chapters = ex_course_get_chapters (app_learner_get_course (self->learner));
  GtkListBoxRow *row;

  while ((row = gtk_list_box_get_row_at_index (GTK_LIST_BOX (self->list), 0)) != NULL)
    gtk_list_box_remove (GTK_LIST_BOX (self->list), GTK_WIDGET (row));
  for (guint i = 0; i < chapters->len; i++)
    gtk_list_box_append (GTK_LIST_BOX (self->list),
                         make_row (self, g_ptr_array_index (chapters, i)));

  fill_problems (self);
  fill_menu (self);
  update (self);
}

static void
row_activated_cb (AppCourseMap  *self,
                  GtkListBoxRow *row)
{
  g_autofree char *target = g_strconcat ("lesson:", get_row (row)->chapter->id, NULL);

  gtk_widget_activate_action (GTK_WIDGET (self), "lesson.open", "s", target);
}

void
app_course_map_select (AppCourseMap *self,
                       const char   *lesson)
{
  GtkListBox *list = GTK_LIST_BOX (self->list);
  GtkListBoxRow *row;

  gtk_list_box_unselect_all (list);
  for (int i = 0; (row = gtk_list_box_get_row_at_index (list, i)) != NULL; i++)
    if (g_strcmp0 (get_row (row)->chapter->id, lesson) == 0)
      gtk_list_box_select_row (list, row);
}

static void
app_course_map_dispose (GObject *object)
{
  AppCourseMap *self = APP_COURSE_MAP (object);

  g_clear_pointer (&self->box, gtk_widget_unparent);
  g_clear_object (&self->learner);

  G_OBJECT_CLASS (app_course_map_parent_class)->dispose (object);
}

static void
app_course_map_class_init (AppCourseMapClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = app_course_map_dispose;
  gtk_widget_class_set_css_name (widget_class, "course-map");
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
}

static void
add_header (AppCourseMap *self)
{
  GtkWidget *header = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *column = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *title = gtk_label_new (_("Course"));

  gtk_label_set_xalign (GTK_LABEL (title), 0);
  gtk_widget_add_css_class (title, "title-4");
  self->summary = gtk_label_new (NULL);
  gtk_label_set_xalign (GTK_LABEL (self->summary), 0);
  gtk_widget_add_css_class (self->summary, "chapter-state");
  gtk_widget_add_css_class (self->summary, "quiet");
  gtk_widget_set_hexpand (column, TRUE);
  gtk_box_append (GTK_BOX (column), title);
  gtk_box_append (GTK_BOX (column), self->summary);

  self->menu_button = gtk_menu_button_new ();
  gtk_menu_button_set_icon_name (GTK_MENU_BUTTON (self->menu_button), "view-more-symbolic");
  gtk_menu_button_set_has_frame (GTK_MENU_BUTTON (self->menu_button), FALSE);
  gtk_widget_set_valign (self->menu_button, GTK_ALIGN_CENTER);
  gtk_widget_set_tooltip_text (self->menu_button, _("Lessons Menu"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->menu_button),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, _("Lessons Menu"), -1);

  gtk_widget_add_css_class (header, "course-header");
  gtk_box_append (GTK_BOX (header), column);
  gtk_box_append (GTK_BOX (header), self->menu_button);
  gtk_box_append (GTK_BOX (self->box), header);
}

static void
add_list (AppCourseMap *self)
{
  GtkWidget *scroller = gtk_scrolled_window_new ();

  self->list = gtk_list_box_new ();
  gtk_widget_add_css_class (self->list, "navigation-sidebar");
  gtk_list_box_set_header_func (GTK_LIST_BOX (self->list), header_cb, NULL, NULL);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->list), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _("Chapters"), -1);
  g_signal_connect_object (self->list, "row-activated", G_CALLBACK (row_activated_cb), self,
                           G_CONNECT_SWAPPED);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scroller), GTK_POLICY_NEVER,
                                  GTK_POLICY_AUTOMATIC);
  gtk_accessible_update_property (GTK_ACCESSIBLE (scroller), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _("Chapters"), -1);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), self->list);
  gtk_widget_set_vexpand (scroller, TRUE);
  gtk_box_append (GTK_BOX (self->box), scroller);
}

static void
add_problems (AppCourseMap *self)
{
  GtkWidget *scroller = gtk_scrolled_window_new ();

  self->problem_list = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scroller), GTK_POLICY_NEVER,
                                  GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_propagate_natural_height (GTK_SCROLLED_WINDOW (scroller), TRUE);
  gtk_scrolled_window_set_max_content_height (GTK_SCROLLED_WINDOW (scroller), 200);
  gtk_accessible_update_property (GTK_ACCESSIBLE (scroller), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _("Problems"), -1);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), self->problem_list);

  self->problems = gtk_expander_new (NULL);
  gtk_expander_set_child (GTK_EXPANDER (self->problems), scroller);
  gtk_widget_set_visible (self->problems, FALSE);
  gtk_widget_add_css_class (self->problems, "course-problems");
  gtk_box_append (GTK_BOX (self->box), self->problems);
}

static void
app_course_map_init (AppCourseMap *self)
{
  self->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));
  add_header (self);
  add_list (self);
  add_problems (self);
}

GtkWidget *
app_course_map_new (AppLearner *learner)
{
  AppCourseMap *self = g_object_new (APP_TYPE_COURSE_MAP, NULL);

  self->learner = g_object_ref (learner);
  g_signal_connect_object (learner, "course-changed", G_CALLBACK (course_changed_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (learner, "progress-changed", G_CALLBACK (update), self,
                           G_CONNECT_SWAPPED);
  if (app_learner_get_course (learner) != NULL)
    course_changed_cb (self);
  return GTK_WIDGET (self);
}
