/* answer-options.c: choosing one option, or several
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "app/answer-private.h"

#include "app/markdown-view.h"

static gboolean
key_pressed_cb (GtkEventControllerKey *controller,
                guint                  key,
                guint                  code,
                GdkModifierType        state,
                AppAnswer             *self)
{
  if (key != GDK_KEY_Return && key != GDK_KEY_KP_Enter && key != GDK_KEY_ISO_Enter)
    return FALSE;

  _app_answer_submit (self);
  return TRUE;
}

/* An option is chosen by the space bar; Enter is for handing in. */
static void
submit_on_enter (AppAnswer *self)
{
  GtkEventController *keys = gtk_event_controller_key_new ();

  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect_object (keys, "key-pressed", G_CALLBACK (key_pressed_cb), self, 0);
  gtk_widget_add_controller (GTK_WIDGET (self), keys);
}

static GtkWidget *
make_button (const ExOption *option,
             gboolean        is_single)
{
  g_autofree char *words = app_markdown_dup_words (option->text);
  GtkWidget *text = app_markdown_line_new (option->text);
  GtkWidget *button = g_object_new (GTK_TYPE_CHECK_BUTTON,
                                    "accessible-role", is_single ? GTK_ACCESSIBLE_ROLE_RADIO
                                                                 : GTK_ACCESSIBLE_ROLE_CHECKBOX,
                                    NULL);

  gtk_widget_set_hexpand (text, TRUE);
  gtk_check_button_set_child (GTK_CHECK_BUTTON (button), text);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, words,
                                  -1);
  gtk_widget_add_css_class (button, "option");

  /* The mark belongs to the first line. */
  gtk_widget_set_valign (gtk_widget_get_first_child (button), GTK_ALIGN_START);
  return button;
}

static void
make_options (AppAnswer *self)
{
  const ExChoice *choice = ex_task_get_choice (self->task);
  gboolean is_single = choice->mode == EX_CHOICE_SINGLE;

  for (guint i = 0; i < choice->options->len; i++)
    {
      GtkWidget *button = make_button (g_ptr_array_index (choice->options, i), is_single);

      if (is_single && i > 0)
        gtk_check_button_set_group (GTK_CHECK_BUTTON (button),
                                    g_ptr_array_index (self->controls, 0));
      g_signal_connect_object (button, "toggled", G_CALLBACK (_app_answer_changed), self,
                               G_CONNECT_SWAPPED);
      g_ptr_array_add (self->controls, button);
      _app_answer_add (self, button);
    }
  submit_on_enter (self);
}

static char *
options_dup_text (AppAnswer *self)
{
  const ExChoice *choice = ex_task_get_choice (self->task);
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < choice->options->len; i++)
    {
      const ExOption *option = g_ptr_array_index (choice->options, i);

      if (gtk_check_button_get_active (g_ptr_array_index (self->controls, i)))
        g_string_append_printf (text, "%s%s", text->len > 0 ? " " : "", option->id);
    }

  return g_string_free (text, text->len == 0);
}

static void
options_set_text (AppAnswer  *self,
                  const char *text)
{
  const ExChoice *choice = ex_task_get_choice (self->task);
  g_auto (GStrv) words = _app_answer_split (text);

  for (guint i = 0; i < choice->options->len; i++)
    {
      const ExOption *option = g_ptr_array_index (choice->options, i);

      gtk_check_button_set_active (g_ptr_array_index (self->controls, i),
                                   g_strv_contains ((const char * const *) words, option->id));
    }
}

static char *
options_describe (const ExTask *task,
                  const char   *text)
{
  const ExChoice *choice = ex_task_get_choice (task);
  g_auto (GStrv) words = _app_answer_split (text);
  GString *markdown = g_string_new (NULL);

  for (guint i = 0; words[i] != NULL; i++)
    {
      const ExOption *option = _app_answer_find (choice->options, words[i]);

      if (option != NULL)
        _app_answer_append (markdown, "- ", option);
    }

  return g_string_free (markdown, FALSE);
}

const AppAnswerKind app_answer_single = {
  .check    = "choice",
  .mode     = EX_CHOICE_SINGLE,
  .make     = make_options,
  .dup_text = options_dup_text,
  .set_text = options_set_text,
  .describe = options_describe,
};

const AppAnswerKind app_answer_multiple = {
  .check    = "choice",
  .mode     = EX_CHOICE_MULTIPLE,
  .make     = make_options,
  .dup_text = options_dup_text,
  .set_text = options_set_text,
  .describe = options_describe,
};
