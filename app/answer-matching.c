/* answer-matching.c: finding the partner of each option
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "app/answer-private.h"

#include "app/markdown-view.h"

#include <glib/gi18n.h>
#include <string.h>

#define CHOICE_MIN_CHARS 12

/* Label of a row, in the button on one line and in the list on several. */
static void
setup_cb (GtkSignalListItemFactory *factory,
          GtkListItem              *item,
          gpointer                  in_list)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  if (GPOINTER_TO_INT (in_list))
    {
      gtk_label_set_wrap (GTK_LABEL (label), TRUE);
      gtk_label_set_max_width_chars (GTK_LABEL (label), 40);
    }
  else
    {
      gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
      gtk_label_set_width_chars (GTK_LABEL (label), CHOICE_MIN_CHARS);
    }
  gtk_list_item_set_child (item, label);
}

static void
bind_cb (GtkSignalListItemFactory *factory,
         GtkListItem              *item,
         gpointer                  in_list)
{
  gtk_label_set_text (GTK_LABEL (gtk_list_item_get_child (item)),
                      gtk_string_object_get_string (gtk_list_item_get_item (item)));
}

static GtkListItemFactory *
make_factory (gboolean in_list)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();

  g_signal_connect (factory, "setup", G_CALLBACK (setup_cb), GINT_TO_POINTER (in_list));
  g_signal_connect (factory, "bind", G_CALLBACK (bind_cb), GINT_TO_POINTER (in_list));
  return factory;
}

/* The first item of the list is no partner yet. */
static GtkWidget *
make_partners (const ExChoice *choice)
{
  g_autoptr (GtkListItemFactory) in_button = make_factory (FALSE);
  g_autoptr (GtkListItemFactory) in_list = make_factory (TRUE);
  GtkStringList *names = gtk_string_list_new (NULL);
  GtkWidget *drop_down;

  gtk_string_list_append (names, _("Choose…"));
  for (guint i = 0; i < choice->partners->len; i++)
    {
      const ExOption *partner = g_ptr_array_index (choice->partners, i);

      gtk_string_list_take (names, app_markdown_dup_words (partner->text));
    }
  drop_down = gtk_drop_down_new (G_LIST_MODEL (names), NULL);
  gtk_drop_down_set_factory (GTK_DROP_DOWN (drop_down), in_button);
  gtk_drop_down_set_list_factory (GTK_DROP_DOWN (drop_down), in_list);
  return drop_down;
}

static void
matching_make (AppAnswer *self)
{
  const ExChoice *choice = ex_task_get_choice (self->task);

  for (guint i = 0; i < choice->options->len; i++)
    {
      const ExOption *option = g_ptr_array_index (choice->options, i);
      g_autofree char *words = app_markdown_dup_words (option->text);
      GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
      GtkWidget *text = app_markdown_line_new (option->text);
      GtkWidget *partners = make_partners (choice);

      gtk_widget_set_hexpand (text, TRUE);
      gtk_widget_set_valign (text, GTK_ALIGN_CENTER);
      gtk_widget_set_valign (partners, GTK_ALIGN_CENTER);
      gtk_accessible_update_property (GTK_ACCESSIBLE (partners),
                                      GTK_ACCESSIBLE_PROPERTY_LABEL, words, -1);
      g_signal_connect_object (partners, "notify::selected", G_CALLBACK (_app_answer_changed),
                               self, G_CONNECT_SWAPPED);
      gtk_box_append (GTK_BOX (row), text);
      gtk_box_append (GTK_BOX (row), partners);
      gtk_widget_add_css_class (row, "option");
      g_ptr_array_add (self->controls, partners);
      _app_answer_add (self, row);
    }
}

/* Only whole answers can be judged. */
static char *
matching_dup_text (AppAnswer *self)
{
  const ExChoice *choice = ex_task_get_choice (self->task);
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < choice->options->len; i++)
    {
      const ExOption *option = g_ptr_array_index (choice->options, i);
      guint selected = gtk_drop_down_get_selected (g_ptr_array_index (self->controls, i));
      const ExOption *partner;

      if (selected == 0 || selected == GTK_INVALID_LIST_POSITION)
        return g_string_free (text, TRUE);
      partner = g_ptr_array_index (choice->partners, selected - 1);
      g_string_append_printf (text, "%s%s:%s", i > 0 ? " " : "", option->id, partner->id);
    }

  return g_string_free (text, FALSE);
}

/* The partner that @words give to @option, by its place from 1, or 0. */
static guint
find_partner (const ExChoice  *choice,
              char           **words,
              const char      *option)
{
  g_autofree char *prefix = g_strconcat (option, ":", NULL);

  for (guint i = 0; words[i] != NULL; i++)
    for (guint j = 0; g_str_has_prefix (words[i], prefix) && j < choice->partners->len; j++)
      {
        const ExOption *partner = g_ptr_array_index (choice->partners, j);

        if (g_str_equal (words[i] + strlen (prefix), partner->id))
          return j + 1;
      }

  return 0;
}

static void
matching_set_text (AppAnswer  *self,
                   const char *text)
{
  const ExChoice *choice = ex_task_get_choice (self->task);
  g_auto (GStrv) words = _app_answer_split (text);

  for (guint i = 0; i < choice->options->len; i++)
    {
      const ExOption *option = g_ptr_array_index (choice->options, i);

      gtk_drop_down_set_selected (g_ptr_array_index (self->controls, i),
                                  find_partner (choice, words, option->id));
    }
}

static char *
matching_describe (const ExTask *task,
                   const char   *text)
{
  const ExChoice *choice = ex_task_get_choice (task);
  g_auto (GStrv) words = _app_answer_split (text);
  GString *markdown = g_string_new (NULL);

  for (guint i = 0; i < choice->options->len; i++)
    {
      const ExOption *option = g_ptr_array_index (choice->options, i);
      guint partner = find_partner (choice, words, option->id);
      g_autofree char *mark = g_strdup_printf ("- %s → ", option->text);

      if (partner > 0)
        _app_answer_append (markdown, mark, g_ptr_array_index (choice->partners, partner - 1));
    }

  return g_string_free (markdown, FALSE);
}

const AppAnswerKind app_answer_matching = {
  .check    = "choice",
  .mode     = EX_CHOICE_MATCHING,
  .make     = matching_make,
  .dup_text = matching_dup_text,
  .set_text = matching_set_text,
  .describe = matching_describe,
};
