/* task-view.c: a task of a lesson: its question, an answer, a verdict
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "app/task-view.h"

#include "app/answer.h"
#include "app/markdown-view.h"
#include "app/reveal.h"

#include <adwaita.h>
#include <glib/gi18n.h>

/* Away from the desk nobody works on a task. */
#define SECONDS_MAX 1800.0

/* CSS node: “task” with the class “card”.  Its role is GROUP and its name the
 * title of the task; the verdict’s headline has the role STATUS, so that it is
 * read aloud when it changes. */
struct _AppTaskView
{
  GtkWidget     parent_instance;

  AppLearner   *learner;        /* owned */
  const ExTask *task;           /* borrowed */
  char         *folder;
  gint64        since;          /* monotonic time of what was recorded last */

  GtkWidget    *box;
  GtkWidget    *state_icon;
  GtkWidget    *state;
  GtkWidget    *answer;
  GtkWidget    *check;
  GtkWidget    *hint;
  GtkWidget    *give_up;
  GtkWidget    *reset;
  GtkWidget    *verdict;        /* box */
  GtkWidget    *verdict_icon;
  GtkWidget    *verdict_label;
  GtkWidget    *verdict_text;   /* box: what else there is to say */
  GtkWidget    *hints;          /* box: those opened so far */
  guint         n_hints;
  GtkWidget    *solution;       /* box */
  ExTaskState   solution_state; /* that it has been filled for */
};

G_DEFINE_FINAL_TYPE (AppTaskView, app_task_view, GTK_TYPE_WIDGET)

static const ExRecord *
get_record (AppTaskView *self)
{
  return ex_progress_find (app_learner_get_progress (self->learner), self->task->id);
}

static void
clear_box (GtkWidget *box)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (box)) != NULL)
    gtk_box_remove (GTK_BOX (box), child);
}

static void
add_caption (GtkWidget  *box,
             const char *text)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_widget_add_css_class (label, "caption-heading");
  gtk_box_append (GTK_BOX (box), label);
}

static void
add_markdown (AppTaskView *self,
              GtkWidget   *box,
              const char  *text)
{
  gtk_box_append (GTK_BOX (box), app_markdown_view_new_from_text (text, self->folder));
}

/* The state as an icon and in words, with the number of attempts. */
static void
update_state (AppTaskView *self)
{
  static const char * const icons[] = {
    [EX_TASK_UNTOUCHED] = NULL,
    [EX_TASK_TRIED]     = NULL,
    [EX_TASK_GIVEN_UP]  = "view-reveal-symbolic",
    [EX_TASK_PASSED]    = "object-select-symbolic",
  };
  static const char * const names[] = {
    [EX_TASK_UNTOUCHED] = NULL,
    [EX_TASK_TRIED]     = NULL,
    [EX_TASK_GIVEN_UP]  = N_("Answer shown"),
    [EX_TASK_PASSED]    = N_("Passed"),
  };
  const ExRecord *record = get_record (self);
  ExTaskState state = record != NULL ? record->state : EX_TASK_UNTOUCHED;
  guint n = record != NULL ? record->attempts : 0;
  g_autofree char *attempts = g_strdup_printf (ngettext ("%u attempt", "%u attempts", n), n);
  g_autofree char *words = NULL;

  if (names[state] != NULL && n > 0)
    words = g_strdup_printf ("%s · %s", _(names[state]), attempts);
  else if (n > 0)
    words = g_steal_pointer (&attempts);
  else
    words = g_strdup (names[state] != NULL ? _(names[state]) : "");

  gtk_label_set_text (GTK_LABEL (self->state), words);
  gtk_image_set_from_icon_name (GTK_IMAGE (self->state_icon), icons[state]);
  gtk_widget_set_visible (self->state_icon, icons[state] != NULL);
  if (state == EX_TASK_PASSED)
    gtk_widget_add_css_class (self->state_icon, "success");
  else
    gtk_widget_remove_css_class (self->state_icon, "success");
}

static void
update_hints (AppTaskView *self)
{
  const ExRecord *record = get_record (self);
  guint n_all = g_strv_length (self->task->hints);
  guint n = MIN (record != NULL ? record->hints : 0, n_all);

  if (n < self->n_hints)
    {
      clear_box (self->hints);
      self->n_hints = 0;
    }
  for (; self->n_hints < n; self->n_hints++)
    {
      g_autofree char *caption = g_strdup_printf (_("Hint %u of %u"), self->n_hints + 1, n_all);

      add_caption (self->hints, caption);
      add_markdown (self, self->hints, self->task->hints[self->n_hints]);
    }

  gtk_widget_set_visible (self->hints, n > 0);
  gtk_widget_set_visible (self->hint, n_all > 0);
  gtk_widget_set_sensitive (self->hint, n < n_all);
}

/* The right answer beside the learner's own, with the reason why that is wrong
 * where one is known. */
static void
add_answers (AppTaskView    *self,
             const ExRecord *record)
{
  g_autofree char *right = app_answer_describe (self->task, self->task->reference);

  if (record->answer != NULL)
    {
      g_autoptr (ExVerdict) verdict = ex_task_check_text (self->task, record->answer);
      g_autofree char *own = app_answer_describe (self->task, record->answer);

      if (verdict->outcome == EX_OUTCOME_FAIL)
        {
          add_caption (self->solution, _("Your Answer"));
          add_markdown (self, self->solution, own);
          if (verdict->mistake != NULL)
            add_markdown (self, self->solution, verdict->message);
        }
    }
  add_caption (self->solution, _("Right Answer"));
  add_markdown (self, self->solution, right);
}

static void
update_solution (AppTaskView *self)
{
  const ExRecord *record = get_record (self);
  ExTaskState state = record != NULL ? record->state : EX_TASK_UNTOUCHED;

  gtk_widget_set_visible (self->give_up, state < EX_TASK_GIVEN_UP);
  gtk_widget_set_visible (self->solution, state >= EX_TASK_GIVEN_UP);
  if (state == self->solution_state)
    return;

  self->solution_state = state;
  clear_box (self->solution);
  if (state == EX_TASK_GIVEN_UP)
    add_answers (self, record);
  if (state >= EX_TASK_GIVEN_UP)
    {
      add_caption (self->solution, _("Explanation"));
      add_markdown (self, self->solution, self->task->explanation);
    }
}

static void
update (AppTaskView *self)
{
  g_autofree char *answer = app_answer_dup_text (APP_ANSWER (self->answer));

  gtk_widget_set_sensitive (self->check, answer != NULL);
  gtk_widget_set_sensitive (self->reset, get_record (self) != NULL);
  update_state (self);
  update_hints (self);
  update_solution (self);
}

static void
progress_changed_cb (AppTaskView *self,
                     const char  *task)
{
  if (g_str_equal (task, self->task->id))
    update (self);
}

/* Time since the last record of this task, or since the task was first seen. */
static double
take_seconds (AppTaskView *self)
{
  gint64 now = g_get_monotonic_time ();
  double seconds = (now - self->since) / (double) G_USEC_PER_SEC;

  self->since = now;
  return MIN (seconds, SECONDS_MAX);
}

static void
hide_verdict (AppTaskView *self)
{
  gtk_widget_set_visible (self->verdict, FALSE);
}

/* How a number was read, when it was not written like that. */
static void
add_reading (AppTaskView     *self,
             const ExVerdict *verdict,
             const char      *answer)
{
  for (guint i = 0; i < verdict->details->len; i++)
    {
      const ExDetail *detail = g_ptr_array_index (verdict->details, i);
      g_autofree char *words = NULL;
      GtkWidget *label;

      if (!g_str_equal (detail->key, "read-as") || g_str_equal (detail->value, answer))
        continue;
      words = g_strdup_printf (_("Your answer was read as %s."), detail->value);
      label = gtk_label_new (words);
      gtk_label_set_wrap (GTK_LABEL (label), TRUE);
      gtk_label_set_xalign (GTK_LABEL (label), 0);
      gtk_box_append (GTK_BOX (self->verdict_text), label);
    }
}

/* The message below the headline, unless it says the same. */
static void
show_message (AppTaskView     *self,
              const char      *headline,
              const ExVerdict *verdict,
              const char      *answer)
{
  g_autofree char *words = app_markdown_dup_words (verdict->message);
  g_autofree char *spoken = NULL;

  clear_box (self->verdict_text);
  if (!g_str_equal (headline, verdict->message))
    {
      add_markdown (self, self->verdict_text, verdict->message);
      spoken = g_strconcat (headline, " ", words, NULL);
    }
  add_reading (self, verdict, answer);
  gtk_label_set_text (GTK_LABEL (self->verdict_label), headline);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->verdict_label),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  spoken != NULL ? spoken : headline, -1);
}

static void
show_verdict (AppTaskView     *self,
              const ExVerdict *verdict,
              const char      *answer)
{
  static const struct
  {
    const char *icon;
    const char *css_class;
    const char *headline;       /* NULL: the message */
  } looks[] = {
    [EX_OUTCOME_PASS]    = { "object-select-symbolic", "success", NULL },
    [EX_OUTCOME_FAIL]    = { "dialog-error-symbolic", "error", N_("Not right yet.") },
    [EX_OUTCOME_ERROR]   = { "dialog-warning-symbolic", "warning",
                             N_("This answer is not understood.") },
    [EX_OUTCOME_STOPPED] = { "dialog-warning-symbolic", "warning",
                             N_("The check has been stopped.") },
  };
  const char *headline = looks[verdict->outcome].headline;

  for (gsize i = 0; i < G_N_ELEMENTS (looks); i++)
    gtk_widget_remove_css_class (self->verdict, looks[i].css_class);
  gtk_widget_add_css_class (self->verdict, looks[verdict->outcome].css_class);
  gtk_image_set_from_icon_name (GTK_IMAGE (self->verdict_icon), looks[verdict->outcome].icon);
  show_message (self, headline != NULL ? _(headline) : verdict->message, verdict, answer);
  gtk_widget_set_visible (self->verdict, TRUE);
}

static void
check_cb (AppTaskView *self)
{
  g_autofree char *answer = app_answer_dup_text (APP_ANSWER (self->answer));
  g_autoptr (ExVerdict) verdict = NULL;

  if (answer == NULL)
    return;

  verdict = ex_task_check_text (self->task, answer);
  show_verdict (self, verdict, answer);
  app_learner_add_verdict (self->learner, self->task->id, answer, verdict->outcome,
                           take_seconds (self));
  app_reveal (self->verdict);
}

static void
answer_changed_cb (AppTaskView *self)
{
  g_autofree char *answer = app_answer_dup_text (APP_ANSWER (self->answer));

  gtk_widget_set_sensitive (self->check, answer != NULL);
  hide_verdict (self);
}

/* A button that can no longer be pressed must not keep the focus. */
static void
focus_answer (AppTaskView *self)
{
  gtk_widget_child_focus (self->answer, GTK_DIR_TAB_FORWARD);
}

static void
hint_cb (AppTaskView *self)
{
  app_learner_add_hint (self->learner, self->task->id);
  if (!gtk_widget_get_sensitive (self->hint))
    focus_answer (self);
  app_reveal (gtk_widget_get_last_child (self->hints));
}

static void
ask (AppTaskView *self,
     const char  *heading,
     const char  *body,
     const char  *verb,
     gboolean     is_destructive,
     GCallback    response_cb)
{
  GtkWidget *dialog = adw_message_dialog_new (GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self))),
                                              heading, body);

  adw_message_dialog_add_responses (ADW_MESSAGE_DIALOG (dialog), "cancel", _("_Cancel"), "do", verb,
                                    NULL);
  adw_message_dialog_set_response_appearance (ADW_MESSAGE_DIALOG (dialog), "do",
                                              is_destructive ? ADW_RESPONSE_DESTRUCTIVE
                                                             : ADW_RESPONSE_SUGGESTED);
  g_signal_connect_object (dialog, "response::do", response_cb, self, G_CONNECT_SWAPPED);
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
give_up_response_cb (AppTaskView *self)
{
  app_learner_give_up (self->learner, self->task->id);
  hide_verdict (self);
  focus_answer (self);
  app_reveal (self->solution);
}

static void
give_up_cb (AppTaskView *self)
{
  ask (self, _("Show the Answer?"),
       _("The task will be marked as one whose answer was shown, until you answer it yourself."),
       _("_Show Answer"), FALSE, G_CALLBACK (give_up_response_cb));
}

static void
reset_response_cb (AppTaskView *self)
{
  app_learner_reset (self->learner, self->task->id);
  app_answer_set_text (APP_ANSWER (self->answer), NULL);
  hide_verdict (self);
  take_seconds (self);
  focus_answer (self);
}

static void
reset_cb (AppTaskView *self)
{
  ask (self, _("Reset This Task?"),
       _("Your answer, your attempts and the hints you have opened will be forgotten."),
       _("_Reset"), TRUE, G_CALLBACK (reset_response_cb));
}

static void
app_task_view_dispose (GObject *object)
{
  AppTaskView *self = APP_TASK_VIEW (object);

  g_clear_pointer (&self->box, gtk_widget_unparent);
  g_clear_object (&self->learner);

  G_OBJECT_CLASS (app_task_view_parent_class)->dispose (object);
}

static void
app_task_view_finalize (GObject *object)
{
  g_free (APP_TASK_VIEW (object)->folder);

  G_OBJECT_CLASS (app_task_view_parent_class)->finalize (object);
}

static void
app_task_view_class_init (AppTaskViewClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = app_task_view_dispose;
  object_class->finalize = app_task_view_finalize;
  gtk_widget_class_set_css_name (widget_class, "task");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
}

static GtkWidget *
make_column (const char *css_class)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);

  gtk_widget_add_css_class (box, css_class);
  return box;
}

static void
add_header (AppTaskView *self)
{
  GtkWidget *header = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *title = app_markdown_line_new (self->task->title);

  gtk_widget_add_css_class (title, "title-4");
  gtk_widget_set_hexpand (title, TRUE);
  self->state_icon = gtk_image_new ();
  self->state = gtk_label_new (NULL);
  gtk_widget_add_css_class (self->state, "quiet");
  gtk_box_append (GTK_BOX (header), title);
  gtk_box_append (GTK_BOX (header), self->state_icon);
  gtk_box_append (GTK_BOX (header), self->state);
  gtk_box_append (GTK_BOX (self->box), header);
}

static void
add_guide (AppTaskView *self)
{
  g_autofree char *guide = ex_task_dup_guide (self->task);
  GtkWidget *label = gtk_label_new (guide);

  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_widget_add_css_class (label, "quiet");
  gtk_box_append (GTK_BOX (self->box), label);
}

static void
add_answer (AppTaskView *self)
{
  self->answer = app_answer_new (self->task);
  g_signal_connect_object (self->answer, "changed", G_CALLBACK (answer_changed_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->answer, "submitted", G_CALLBACK (check_cb), self,
                           G_CONNECT_SWAPPED);
  gtk_box_append (GTK_BOX (self->box), self->answer);
}

static void
add_verdict (AppTaskView *self)
{
  GtkWidget *column = make_column ("verdict-text");

  self->verdict = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 9);
  self->verdict_icon = gtk_image_new ();
  self->verdict_label = g_object_new (GTK_TYPE_LABEL,
                                      "accessible-role", GTK_ACCESSIBLE_ROLE_STATUS,
                                      "wrap", TRUE,
                                      "xalign", 0.0f,
                                      NULL);
  gtk_widget_add_css_class (self->verdict, "verdict");
  gtk_widget_add_css_class (self->verdict_label, "heading");
  gtk_widget_set_valign (self->verdict_icon, GTK_ALIGN_START);
  gtk_widget_set_hexpand (column, TRUE);
  self->verdict_text = make_column ("verdict-message");
  gtk_box_append (GTK_BOX (column), self->verdict_label);
  gtk_box_append (GTK_BOX (column), self->verdict_text);
  gtk_box_append (GTK_BOX (self->verdict), self->verdict_icon);
  gtk_box_append (GTK_BOX (self->verdict), column);
  gtk_widget_set_visible (self->verdict, FALSE);
  gtk_box_append (GTK_BOX (self->box), self->verdict);
}

static GtkWidget *
add_button (AppTaskView *self,
            GtkWidget   *box,
            const char  *label,
            GCallback    callback)
{
  GtkWidget *button = gtk_button_new_with_label (label);

  g_signal_connect_object (button, "clicked", callback, self, G_CONNECT_SWAPPED);
  gtk_box_append (GTK_BOX (box), button);
  return button;
}

static void
add_buttons (AppTaskView *self)
{
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *gap = gtk_label_new (NULL);

  self->check = add_button (self, row, _("Check"), G_CALLBACK (check_cb));
  gtk_widget_add_css_class (self->check, "suggested-action");
  self->hint = add_button (self, row, _("Hint"), G_CALLBACK (hint_cb));
  gtk_widget_set_hexpand (gap, TRUE);
  gtk_box_append (GTK_BOX (row), gap);
  self->give_up = add_button (self, row, _("Show Answer"), G_CALLBACK (give_up_cb));
  gtk_widget_add_css_class (self->give_up, "flat");

  self->reset = gtk_button_new_from_icon_name ("view-refresh-symbolic");
  gtk_widget_set_tooltip_text (self->reset, _("Reset This Task"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->reset), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _("Reset This Task"), -1);
  gtk_widget_add_css_class (self->reset, "flat");
  g_signal_connect_object (self->reset, "clicked", G_CALLBACK (reset_cb), self, G_CONNECT_SWAPPED);
  gtk_box_append (GTK_BOX (row), self->reset);
  gtk_box_append (GTK_BOX (self->box), row);
}

static void
app_task_view_init (AppTaskView *self)
{
  self->box = make_column ("task-box");
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));
  gtk_widget_add_css_class (GTK_WIDGET (self), "card");
  self->since = g_get_monotonic_time ();
}

/* What was answered last; a right answer still stands there as right. */
static void
restore (AppTaskView *self)
{
  const ExRecord *record = get_record (self);

  if (record != NULL && record->answer != NULL)
    {
      g_autoptr (ExVerdict) verdict = ex_task_check_text (self->task, record->answer);

      app_answer_set_text (APP_ANSWER (self->answer), record->answer);
      if (verdict->outcome == EX_OUTCOME_PASS)
        show_verdict (self, verdict, record->answer);
    }
  update (self);
}

GtkWidget *
app_task_view_new (AppLearner   *learner,
                   const ExTask *task,
                   const char   *folder)
{
  AppTaskView *self = g_object_new (APP_TYPE_TASK_VIEW, NULL);
  g_autofree char *name = app_markdown_dup_words (task->title);

  self->learner = g_object_ref (learner);
  self->task = task;
  self->folder = g_strdup (folder);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);

  add_header (self);
  add_markdown (self, self->box, task->question);
  add_guide (self);
  add_answer (self);
  add_buttons (self);
  add_verdict (self);
  self->solution = make_column ("solution");
  gtk_box_append (GTK_BOX (self->box), self->solution);
  self->hints = make_column ("hints");
  gtk_box_append (GTK_BOX (self->box), self->hints);

  restore (self);
  g_signal_connect_object (learner, "progress-changed", G_CALLBACK (progress_changed_cb), self,
                           G_CONNECT_SWAPPED);
  return GTK_WIDGET (self);
}

const ExTask *
app_task_view_get_task (AppTaskView *self)
{
  return self->task;
}
