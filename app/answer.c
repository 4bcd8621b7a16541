/* answer.c: where a learner answers a task
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "app/answer.h"

#include "app/answer-private.h"
#include "exercises/check.h"

#include <glib/gi18n.h>

/* A further kind of task needs a record here and nothing else in the window.
 * CSS node: “answer”. */
static const AppAnswerKind * const kinds[] = {
  &app_answer_single,
  &app_answer_multiple,
  &app_answer_matching,
  &app_answer_ordering,
  &app_answer_number,
};

G_DEFINE_FINAL_TYPE (AppAnswer, app_answer, GTK_TYPE_WIDGET)

enum { CHANGED, SUBMITTED, N_SIGNALS };

static guint signals[N_SIGNALS];

static const AppAnswerKind *
find_kind (const ExTask *task)
{
  const ExChoice *choice = ex_task_get_choice (task);
  int mode = choice != NULL ? (int) choice->mode : -1;

  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (g_str_equal (kinds[i]->check, task->check->name) && kinds[i]->mode == mode)
      return kinds[i];

  return NULL;
}

void
_app_answer_changed (AppAnswer *self)
{
  g_signal_emit (self, signals[CHANGED], 0);
}

void
_app_answer_submit (AppAnswer *self)
{
  g_signal_emit (self, signals[SUBMITTED], 0);
}

void
_app_answer_add (AppAnswer *self,
                 GtkWidget *child)
{
  gtk_widget_set_parent (child, GTK_WIDGET (self));
}

char **
_app_answer_split (const char *text)
{
  g_auto (GStrv) parts = g_strsplit_set (text != NULL ? text : "", " ,", -1);
  g_autoptr (GStrvBuilder) words = g_strv_builder_new ();

  for (guint i = 0; parts[i] != NULL; i++)
    if (*parts[i] != '\0')
      g_strv_builder_add (words, parts[i]);
  return g_strv_builder_end (words);
}

const ExOption *
_app_answer_find (GPtrArray  *options,
                  const char *id)
{
  for (guint i = 0; i < options->len; i++)
    {
      const ExOption *option = g_ptr_array_index (options, i);

      if (g_str_equal (option->id, id))
        return option;
    }

  return NULL;
}

void
_app_answer_append (GString        *markdown,
                    const char     *mark,
                    const ExOption *option)
{
  g_autoptr (GString) text = g_string_new (option->text);

  /* Lines that go on are indented. */
  g_string_replace (text, "\n", "\n  ", 0);
  g_string_append_printf (markdown, "%s%s\n", mark, text->str);
}

static void
app_answer_dispose (GObject *object)
{
  AppAnswer *self = APP_ANSWER (object);
  GtkWidget *child;

  g_ptr_array_set_size (self->controls, 0);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (object))) != NULL)
    gtk_widget_unparent (child);

  G_OBJECT_CLASS (app_answer_parent_class)->dispose (object);
}

static void
app_answer_finalize (GObject *object)
{
  g_ptr_array_unref (APP_ANSWER (object)->controls);

  G_OBJECT_CLASS (app_answer_parent_class)->finalize (object);
}

static void
app_answer_class_init (AppAnswerClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = app_answer_dispose;
  object_class->finalize = app_answer_finalize;
  gtk_widget_class_set_css_name (widget_class, "answer");
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BOX_LAYOUT);

  signals[CHANGED] = g_signal_new ("changed", APP_TYPE_ANSWER, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                   NULL, G_TYPE_NONE, 0);
  signals[SUBMITTED] = g_signal_new ("submitted", APP_TYPE_ANSWER, G_SIGNAL_RUN_LAST, 0, NULL,
                                     NULL, NULL, G_TYPE_NONE, 0);
}

static void
app_answer_init (AppAnswer *self)
{
  GtkLayoutManager *layout = gtk_widget_get_layout_manager (GTK_WIDGET (self));

  gtk_orientable_set_orientation (GTK_ORIENTABLE (layout), GTK_ORIENTATION_VERTICAL);
  self->controls = g_ptr_array_new ();
}

static GtkWidget *
make_excuse (void)
{
  GtkWidget *label = gtk_label_new (_("This version of Epoch has no way to answer this task."));

  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  return label;
}

GtkWidget *
app_answer_new (const ExTask *task)
{
  AppAnswer *self = g_object_new (APP_TYPE_ANSWER, NULL);

  self->task = task;
  self->kind = find_kind (task);
  if (self->kind != NULL)
    self->kind->make (self);
  else
    _app_answer_add (self, make_excuse ());
  return GTK_WIDGET (self);
}

char *
app_answer_dup_text (AppAnswer *self)
{
  return self->kind != NULL ? self->kind->dup_text (self) : NULL;
}

void
app_answer_set_text (AppAnswer  *self,
                     const char *text)
{
  if (self->kind != NULL)
    self->kind->set_text (self, text);
}

char *
app_answer_describe (const ExTask *task,
                     const char   *text)
{
  const AppAnswerKind *kind = find_kind (task);

  return kind != NULL ? kind->describe (task, text) : g_strdup (text);
}
