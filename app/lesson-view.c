/* lesson-view.c: a page of a lesson, and its tasks behind the last one
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "app/lesson-view.h"

#include "app/markdown-view.h"
#include "app/prose.h"
#include "app/reveal.h"
#include "app/task-view.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#define COLUMN_WIDTH 720

/* CSS node: “lesson”.  The column of text can have the focus, and then the keys
 * that scroll do so. */
struct _AppLessonView
{
  GtkWidget        parent_instance;

  AppLearner      *learner;     /* owned */
  const ExChapter *chapter;     /* borrowed from the course, or NULL */
  guint            page;
  GtkWidget       *scroller;
  GtkWidget       *column;      /* GtkBox */
};

G_DEFINE_FINAL_TYPE (AppLessonView, app_lesson_view, GTK_TYPE_WIDGET)

static void
append (AppLessonView *self,
        GtkWidget     *widget)
{
  gtk_box_append (GTK_BOX (self->column), widget);
}

/* What this lesson builds on: advice, not a lock. */
static void
add_advice (AppLessonView *self)
{
  const ExCourse *course = app_learner_get_course (self->learner);
  const char *missing = ex_course_find_missing (course, self->chapter,
                                                app_learner_get_progress (self->learner));
  g_autofree char *text = NULL;
  GtkWidget *advice;

  if (missing == NULL)
    return;

  text = g_strdup_printf (_("This chapter builds on [chapter %s](lesson:%s), "
                            "which you have not finished."), missing, missing);
  advice = app_markdown_view_new_from_text (text, NULL);
  gtk_widget_add_css_class (advice, "lesson-advice");
  append (self, advice);
}

static void
add_tasks (AppLessonView *self)
{
  const ExLesson *lesson = self->chapter->lesson;
  GtkWidget *heading;

  if (lesson->tasks->len == 0)
    return;

  heading = gtk_label_new (ngettext ("Task", "Tasks", lesson->tasks->len));
  gtk_label_set_xalign (GTK_LABEL (heading), 0);
  gtk_widget_add_css_class (heading, "title-3");
  gtk_widget_add_css_class (heading, "tasks-heading");
  append (self, heading);
  for (guint i = 0; i < lesson->tasks->len; i++)
    append (self, app_task_view_new (self->learner, g_ptr_array_index (lesson->tasks, i),
                                     lesson->folder));
}

/* The next chapter that can be opened, in either direction, or NULL. */
static const ExChapter *
find_neighbour (AppLessonView *self,
                int            step)
{
  GPtrArray *chapters = ex_course_get_chapters (app_learner_get_course (self->learner));
  guint at;

  if (!g_ptr_array_find (chapters, self->chapter, &at))
    return NULL;

  for (gint64 i = (gint64) at + step; i >= 0 && i < chapters->len; i += step)
    {
      const ExChapter *chapter = g_ptr_array_index (chapters, i);

      if (chapter->lesson != NULL)
        return chapter;
    }

  return NULL;
}

/* Goes to page @page of @chapter.  @direction is what a learner calls it. */
static GtkWidget *
make_turn (const ExChapter *chapter,
           guint            page,
           const char      *direction,
           gboolean         is_forward)
{
  const ExPage *target = g_ptr_array_index (chapter->lesson->pages, page);
  g_autofree char *address = g_strdup_printf ("page:%s/%s", chapter->id, target->name);
  g_autofree char *name = g_strdup_printf ("%s: %s", direction, chapter->title);
  GtkWidget *button = gtk_button_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *above = gtk_label_new (direction);
  GtkWidget *below = gtk_label_new (chapter->title);

  gtk_label_set_xalign (GTK_LABEL (above), is_forward ? 1 : 0);
  gtk_widget_add_css_class (above, "caption");
  gtk_label_set_xalign (GTK_LABEL (below), is_forward ? 1 : 0);
  gtk_label_set_ellipsize (GTK_LABEL (below), PANGO_ELLIPSIZE_END);
  app_prose_mark_language (GTK_LABEL (below));
  gtk_box_append (GTK_BOX (box), above);
  gtk_box_append (GTK_BOX (box), below);
  gtk_button_set_child (GTK_BUTTON (button), box);
  gtk_widget_add_css_class (button, "turn");
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, name,
                                  -1);
  gtk_actionable_set_action_target (GTK_ACTIONABLE (button), "s", address);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), "lesson.open");
  return button;
}

static void
add_turns (AppLessonView *self)
{
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  const ExChapter *before = find_neighbour (self, -1);
  const ExChapter *after = find_neighbour (self, 1);
  guint n_pages = self->chapter->lesson->pages->len;
  GtkWidget *previous = NULL;
  GtkWidget *next = NULL;

  if (self->page > 0)
    previous = make_turn (self->chapter, self->page - 1, _("Previous Page"), FALSE);
  else if (before != NULL)
    previous = make_turn (before, before->lesson->pages->len - 1, _("Previous Chapter"), FALSE);
  if (self->page + 1 < n_pages)
    next = make_turn (self->chapter, self->page + 1, _("Next Page"), TRUE);
  else if (after != NULL)
    next = make_turn (after, 0, _("Next Chapter"), TRUE);

  gtk_box_set_homogeneous (GTK_BOX (row), TRUE);
  gtk_widget_add_css_class (row, "turns");
  gtk_box_append (GTK_BOX (row), previous != NULL ? previous : gtk_label_new (NULL));
  gtk_box_append (GTK_BOX (row), next != NULL ? next : gtk_label_new (NULL));
  append (self, row);
}

static void
clear (AppLessonView *self)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (self->column)) != NULL)
    gtk_box_remove (GTK_BOX (self->column), child);
  self->chapter = NULL;
}

static guint
find_page (const ExLesson *lesson,
           const char     *name)
{
  for (guint i = 0; name != NULL && i < lesson->pages->len; i++)
    if (g_str_equal (((const ExPage *) g_ptr_array_index (lesson->pages, i))->name, name))
      return i;

  return 0;
}

static void
show_task (AppLessonView *self,
           const char    *name)
{
  const ExTask *task = ex_lesson_find_task (self->chapter->lesson, name);

  for (GtkWidget *child = gtk_widget_get_first_child (self->column); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    if (APP_IS_TASK_VIEW (child) && app_task_view_get_task (APP_TASK_VIEW (child)) == task)
      {
        if (gtk_widget_get_mapped (child))
          gtk_widget_child_focus (child, GTK_DIR_TAB_FORWARD);
        app_reveal (child);
      }
}

static gboolean
shows (AppLessonView   *self,
       const ExChapter *chapter,
       guint            page)
{
  return self->chapter == chapter && self->page == page;
}

void
app_lesson_view_show (AppLessonView   *self,
                      const ExChapter *chapter,
                      const char      *page,
                      const char      *task)
{
  const ExLesson *lesson = chapter != NULL ? chapter->lesson : NULL;
  const ExPage *shown;
  guint i;

  if (lesson == NULL)
    {
      clear (self);
      return;
    }

  i = task != NULL ? lesson->pages->len - 1 : find_page (lesson, page);
  shown = g_ptr_array_index (lesson->pages, i);
  if (!shows (self, chapter, i))
    {
      clear (self);
      self->chapter = chapter;
      self->page = i;
      if (i == 0)
        add_advice (self);
      append (self, app_markdown_view_new (shown->text, lesson->folder));
      if (i + 1 == lesson->pages->len)
        add_tasks (self);
      add_turns (self);
      gtk_accessible_update_property (GTK_ACCESSIBLE (self->column),
                                      GTK_ACCESSIBLE_PROPERTY_LABEL, chapter->title, -1);
    }

  app_learner_set_place (self->learner, lesson->id, shown->name);
  if (task != NULL)
    {
      show_task (self, task);
    }
  else
    {
      gtk_adjustment_set_value (
        gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (self->scroller)), 0);
      if (gtk_widget_get_mapped (self->column))
        gtk_widget_grab_focus (self->column);
    }
}

const char *
app_lesson_view_get_page (AppLessonView *self)
{
  if (self->chapter == NULL)
    return NULL;

  return ((const ExPage *) g_ptr_array_index (self->chapter->lesson->pages, self->page))->name;
}

/* What is inside needs these keys for itself. */
static gboolean
scroll_cb (GtkWidget *column,
           GVariant  *step,
           gpointer   scroller)
{
  gboolean handled = FALSE;

  if (!gtk_widget_is_focus (column))
    return FALSE;

  g_signal_emit_by_name (scroller, "scroll-child", g_variant_get_int32 (step), FALSE, &handled);
  return handled;
}

/* The other keys, Page Down and End, the scrolled window knows by itself. */
static void
add_keys (AppLessonView *self)
{
  const struct
  {
    guint         key;
    GtkScrollType step;
  } keys[] = {
    { GDK_KEY_Up, GTK_SCROLL_STEP_BACKWARD },
    { GDK_KEY_Down, GTK_SCROLL_STEP_FORWARD },
    { GDK_KEY_space, GTK_SCROLL_PAGE_FORWARD },
    { GDK_KEY_BackSpace, GTK_SCROLL_PAGE_BACKWARD },
  };
  GtkEventController *controller = gtk_shortcut_controller_new ();

  for (gsize i = 0; i < G_N_ELEMENTS (keys); i++)
    {
      GtkShortcut *shortcut = gtk_shortcut_new (gtk_keyval_trigger_new (keys[i].key, 0),
                                                gtk_callback_action_new (scroll_cb, self->scroller,
                                                                         NULL));

      gtk_shortcut_set_arguments (shortcut, g_variant_new_int32 (keys[i].step));
      gtk_shortcut_controller_add_shortcut (GTK_SHORTCUT_CONTROLLER (controller), shortcut);
    }
  gtk_widget_add_controller (self->column, controller);
}

static void
app_lesson_view_dispose (GObject *object)
{
  AppLessonView *self = APP_LESSON_VIEW (object);

  g_clear_pointer (&self->scroller, gtk_widget_unparent);
  g_clear_object (&self->learner);

  G_OBJECT_CLASS (app_lesson_view_parent_class)->dispose (object);
}

static void
app_lesson_view_class_init (AppLessonViewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = app_lesson_view_dispose;
  gtk_widget_class_set_css_name (widget_class, "lesson");
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
}

static void
app_lesson_view_init (AppLessonView *self)
{
  GtkWidget *clamp = adw_clamp_new ();

  self->column = g_object_new (GTK_TYPE_BOX,
                               "orientation", GTK_ORIENTATION_VERTICAL,
                               "accessible-role", GTK_ACCESSIBLE_ROLE_DOCUMENT,
                               "focusable", TRUE,
                               NULL);
  gtk_widget_add_css_class (self->column, "lesson-column");
  adw_clamp_set_maximum_size (ADW_CLAMP (clamp), COLUMN_WIDTH);
  adw_clamp_set_tightening_threshold (ADW_CLAMP (clamp), COLUMN_WIDTH);
  adw_clamp_set_child (ADW_CLAMP (clamp), self->column);

  self->scroller = gtk_scrolled_window_new ();
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (self->scroller), GTK_POLICY_NEVER,
                                  GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (self->scroller), clamp);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->scroller), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _("Lesson"), -1);
  gtk_widget_set_parent (self->scroller, GTK_WIDGET (self));
  add_keys (self);
}

GtkWidget *
app_lesson_view_new (AppLearner *learner)
{
  AppLessonView *self = g_object_new (APP_TYPE_LESSON_VIEW, NULL);

  self->learner = g_object_ref (learner);
  return GTK_WIDGET (self);
}
