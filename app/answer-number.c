/* answer-number.c: writing a number
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "app/answer-private.h"

#include "exercises/checks/number.h"

#include <glib/gi18n.h>

#define ENTRY_CHARS 16

static void
number_make (AppAnswer *self)
{
  const ExNumber *number = ex_task_get_number (self->task);
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *entry = gtk_entry_new ();

  gtk_editable_set_width_chars (GTK_EDITABLE (entry), ENTRY_CHARS);
  gtk_accessible_update_property (GTK_ACCESSIBLE (entry), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _("Your answer"), -1);
  gtk_widget_add_css_class (entry, "numeric");
  g_signal_connect_object (entry, "changed", G_CALLBACK (_app_answer_changed), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (entry, "activate", G_CALLBACK (_app_answer_submit), self,
                           G_CONNECT_SWAPPED);
  gtk_box_append (GTK_BOX (box), entry);
  if (number->unit != NULL)
    gtk_box_append (GTK_BOX (box), gtk_label_new (number->unit));

  g_ptr_array_add (self->controls, entry);
  _app_answer_add (self, box);
}

static char *
number_dup_text (AppAnswer *self)
{
  char *text = g_strdup (gtk_editable_get_text (g_ptr_array_index (self->controls, 0)));

  if (*g_strstrip (text) == '\0')
    g_clear_pointer (&text, g_free);
  return text;
}

static void
number_set_text (AppAnswer  *self,
                 const char *text)
{
  gtk_editable_set_text (g_ptr_array_index (self->controls, 0), text != NULL ? text : "");
}

/* Between backquotes no mark of Markdown means anything. */
static char *
number_describe (const ExTask *task,
                 const char   *text)
{
  const ExNumber *number = ex_task_get_number (task);
  g_auto (GStrv) pieces = g_strsplit (text, "`", -1);
  g_autofree char *plain = g_strjoinv ("", pieces);

  if (number->unit != NULL && g_str_equal (text, task->reference))
    return g_strdup_printf ("`%s` %s", plain, number->unit);
  return g_strdup_printf ("`%s`", plain);
}

const AppAnswerKind app_answer_number = {
  .check    = "number",
  .mode     = -1,
  .make     = number_make,
  .dup_text = number_dup_text,
  .set_text = number_set_text,
  .describe = number_describe,
};
