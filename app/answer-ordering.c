/* answer-ordering.c: putting all options in order
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "app/answer-private.h"

#include "app/markdown-view.h"

#include <glib/gi18n.h>

/* A row is moved by its two buttons, by Alt with an arrow key, or by the mouse. */

typedef struct
{
  const ExOption *option;
  GtkWidget      *number;
  GtkWidget      *up;
  GtkWidget      *down;
} Row;

static Row *
get_row (GtkListBox *list,
         int         index)
{
  GtkListBoxRow *widget = gtk_list_box_get_row_at_index (list, index);

  return widget != NULL ? g_object_get_data (G_OBJECT (widget), "row") : NULL;
}

static GtkListBox *
get_list (AppAnswer *self)
{
  return g_ptr_array_index (self->controls, 0);
}

static void
update_rows (AppAnswer *self)
{
  Row *row;

  for (int i = 0; (row = get_row (get_list (self), i)) != NULL; i++)
    {
      g_autofree char *number = g_strdup_printf ("%d.", i + 1);

      gtk_label_set_text (GTK_LABEL (row->number), number);
      gtk_widget_set_sensitive (row->up, i > 0);
      gtk_widget_set_sensitive (row->down, get_row (get_list (self), i + 1) != NULL);
    }
}

static void
move_row (AppAnswer     *self,
          GtkListBoxRow *widget,
          int            to)
{
  GtkListBox *list = get_list (self);
  gboolean had_focus = gtk_widget_get_focus_child (GTK_WIDGET (list)) == GTK_WIDGET (widget);

  if (to < 0 || gtk_list_box_get_row_at_index (list, to) == NULL
      || to == gtk_list_box_row_get_index (widget))
    return;

  g_object_ref (widget);
  gtk_list_box_remove (list, GTK_WIDGET (widget));
  gtk_list_box_insert (list, GTK_WIDGET (widget), to);
  g_object_unref (widget);
  update_rows (self);
  if (had_focus)
    gtk_widget_grab_focus (GTK_WIDGET (widget));
  _app_answer_changed (self);
}

static GtkListBoxRow *
row_of (GtkWidget *part)
{
  return GTK_LIST_BOX_ROW (gtk_widget_get_ancestor (part, GTK_TYPE_LIST_BOX_ROW));
}

static void
up_cb (AppAnswer *self,
       GtkWidget *button)
{
  GtkListBoxRow *row = row_of (button);

  move_row (self, row, gtk_list_box_row_get_index (row) - 1);
}

static void
down_cb (AppAnswer *self,
         GtkWidget *button)
{
  GtkListBoxRow *row = row_of (button);

  move_row (self, row, gtk_list_box_row_get_index (row) + 1);
}

static gboolean
key_pressed_cb (GtkEventControllerKey *controller,
                guint                  key,
                guint                  code,
                GdkModifierType        state,
                AppAnswer             *self)
{
  GtkWidget *row = gtk_event_controller_get_widget (GTK_EVENT_CONTROLLER (controller));
  int step = key == GDK_KEY_Up ? -1 : key == GDK_KEY_Down ? 1 : 0;

  if (step == 0 || (state & gtk_accelerator_get_default_mod_mask ()) != GDK_ALT_MASK)
    return FALSE;

  move_row (self, GTK_LIST_BOX_ROW (row),
            gtk_list_box_row_get_index (GTK_LIST_BOX_ROW (row)) + step);
  return TRUE;
}

static GdkContentProvider *
drag_cb (GtkDragSource *source,
         double         x,
         double         y,
         gpointer       user_data)
{
  GtkWidget *row = gtk_event_controller_get_widget (GTK_EVENT_CONTROLLER (source));

  return gdk_content_provider_new_typed (GTK_TYPE_LIST_BOX_ROW, row);
}

static gboolean
drop_cb (GtkDropTarget *target,
         const GValue  *value,
         double         x,
         double         y,
         AppAnswer     *self)
{
  GtkWidget *onto = gtk_event_controller_get_widget (GTK_EVENT_CONTROLLER (target));
  GtkListBoxRow *row = g_value_get_object (value);

  /* It may come from another task. */
  if (gtk_widget_get_parent (GTK_WIDGET (row)) != GTK_WIDGET (get_list (self)))
    return FALSE;

  move_row (self, row, gtk_list_box_row_get_index (GTK_LIST_BOX_ROW (onto)));
  return TRUE;
}

static void
let_move (AppAnswer *self,
          GtkWidget *row)
{
  GtkEventController *keys = gtk_event_controller_key_new ();
  GtkDragSource *source = gtk_drag_source_new ();
  GtkDropTarget *target = gtk_drop_target_new (GTK_TYPE_LIST_BOX_ROW, GDK_ACTION_MOVE);

  g_signal_connect_object (keys, "key-pressed", G_CALLBACK (key_pressed_cb), self, 0);
  gtk_widget_add_controller (row, keys);
  gtk_drag_source_set_actions (source, GDK_ACTION_MOVE);
  g_signal_connect (source, "prepare", G_CALLBACK (drag_cb), NULL);
  gtk_widget_add_controller (row, GTK_EVENT_CONTROLLER (source));
  g_signal_connect_object (target, "drop", G_CALLBACK (drop_cb), self, 0);
  gtk_widget_add_controller (row, GTK_EVENT_CONTROLLER (target));
}

static GtkWidget *
make_button (AppAnswer  *self,
             const char *icon,
             const char *name,
             GCallback   callback)
{
  GtkWidget *button = gtk_button_new_from_icon_name (icon);

  gtk_widget_add_css_class (button, "flat");
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  name, -1);
  g_signal_connect_object (button, "clicked", callback, self, G_CONNECT_SWAPPED);
  return button;
}

static void
add_row (AppAnswer      *self,
         const ExOption *option)
{
  g_autofree char *words = app_markdown_dup_words (option->text);
  g_autofree char *up = g_strdup_printf (_("Move “%s” Up"), words);
  g_autofree char *down = g_strdup_printf (_("Move “%s” Down"), words);
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *text = app_markdown_line_new (option->text);
  GtkWidget *widget = gtk_list_box_row_new ();
  Row *row = g_new0 (Row, 1);

  row->option = option;
  row->number = gtk_label_new (NULL);
  row->up = make_button (self, "go-up-symbolic", up, G_CALLBACK (up_cb));
  row->down = make_button (self, "go-down-symbolic", down, G_CALLBACK (down_cb));
  g_object_set_data_full (G_OBJECT (widget), "row", row, g_free);

  gtk_widget_add_css_class (row->number, "numeric");
  gtk_widget_set_hexpand (text, TRUE);
  gtk_widget_set_valign (text, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (box), row->number);
  gtk_box_append (GTK_BOX (box), text);
  gtk_box_append (GTK_BOX (box), row->up);
  gtk_box_append (GTK_BOX (box), row->down);
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (widget), box);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (widget), FALSE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (widget), GTK_ACCESSIBLE_PROPERTY_LABEL, words,
                                  -1);
  let_move (self, widget);
  gtk_list_box_append (get_list (self), widget);
}

/* The order to begin with: mixed, the same each time, and never the right one,
 * in which authors like to write the options down. */
static char *
mix (const ExTask *task)
{
  const ExChoice *choice = ex_task_get_choice (task);
  guint n = choice->options->len;
  g_autofree const char **ids = g_new0 (const char *, n + 1);
  guint seed = g_str_hash (task->id);

  for (guint i = 0; i < n; i++)
    ids[i] = ((const ExOption *) g_ptr_array_index (choice->options, i))->id;
  for (guint i = n - 1; i > 0; i--)
    {
      guint j;
      const char *id = ids[i];

      seed = seed * 1664525u + 1013904223u;
      j = (seed >> 8) % (i + 1);
      ids[i] = ids[j];
      ids[j] = id;
    }
  if (g_strv_equal ((const char * const *) ids, (const char * const *) choice->right))
    {
      const char *id = ids[0];

      ids[0] = ids[n - 1];
      ids[n - 1] = id;
    }
  return g_strjoinv (" ", (char **) ids);
}

static void
ordering_set_text (AppAnswer  *self,
                   const char *text)
{
  g_autofree char *mixed = text == NULL ? mix (self->task) : NULL;
  g_auto (GStrv) words = _app_answer_split (text != NULL ? text : mixed);
  GtkListBox *list = get_list (self);

  for (int i = 0; words[i] != NULL; i++)
    {
      Row *row;

      for (int j = i; (row = get_row (list, j)) != NULL; j++)
        if (g_str_equal (row->option->id, words[i]))
          {
            move_row (self, gtk_list_box_get_row_at_index (list, j), i);
            break;
          }
    }
  update_rows (self);
}

static void
ordering_make (AppAnswer *self)
{
  const ExChoice *choice = ex_task_get_choice (self->task);
  GtkWidget *list = gtk_list_box_new ();

  gtk_list_box_set_selection_mode (GTK_LIST_BOX (list), GTK_SELECTION_NONE);
  gtk_widget_add_css_class (list, "boxed-list");
  gtk_accessible_update_property (GTK_ACCESSIBLE (list), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _("Items to put in order; Alt with an arrow key moves one"), -1);
  g_ptr_array_add (self->controls, list);
  for (guint i = 0; i < choice->options->len; i++)
    add_row (self, g_ptr_array_index (choice->options, i));
  _app_answer_add (self, list);
  ordering_set_text (self, NULL);
}

static char *
ordering_dup_text (AppAnswer *self)
{
  GString *text = g_string_new (NULL);
  Row *row;

  for (int i = 0; (row = get_row (get_list (self), i)) != NULL; i++)
    g_string_append_printf (text, "%s%s", i > 0 ? " " : "", row->option->id);
  return g_string_free (text, FALSE);
}

static char *
ordering_describe (const ExTask *task,
                   const char   *text)
{
  const ExChoice *choice = ex_task_get_choice (task);
  g_auto (GStrv) words = _app_answer_split (text);
  GString *markdown = g_string_new (NULL);

  for (guint i = 0; words[i] != NULL; i++)
    {
      const ExOption *option = _app_answer_find (choice->options, words[i]);
      g_autofree char *mark = g_strdup_printf ("%u. ", i + 1);

      if (option != NULL)
        _app_answer_append (markdown, mark, option);
    }

  return g_string_free (markdown, FALSE);
}

const AppAnswerKind app_answer_ordering = {
  .check    = "choice",
  .mode     = EX_CHOICE_ORDERING,
  .make     = ordering_make,
  .dup_text = ordering_dup_text,
  .set_text = ordering_set_text,
  .describe = ordering_describe,
};
