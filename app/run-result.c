/* run-result.c: how a training ended, in numbers
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "app/run-result.h"

#include <glib/gi18n.h>
#include <math.h>

/* Characters of the digest that are shown; copying takes all of it. */
#define SHOWN_DIGEST 8

struct _AppRunResult
{
  GtkWidget  parent_instance;

  GtkWidget *box;
  GtkWidget *score;             /* the big number */
  GtkWidget *score_title;
  GtkWidget *evaluate;
  GtkWidget *spinner;
  GtkWidget *numbers;           /* GtkFlowBox of number and title */
  char      *digest;            /* or NULL */
};

G_DEFINE_FINAL_TYPE (AppRunResult, app_run_result, GTK_TYPE_WIDGET)

enum {
  EVALUATE,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

char *
app_format_duration (double seconds)
{
  guint64 whole = seconds > 0 && seconds < 1e15 ? (guint64) (seconds + 0.5) : 0;

  if (whole >= 3600)
    return g_strdup_printf ("%" G_GUINT64_FORMAT ":%02u:%02u", whole / 3600,
                            (guint) (whole / 60 % 60), (guint) (whole % 60));
  return g_strdup_printf ("%u:%02u", (guint) (whole / 60), (guint) (whole % 60));
}

static void
evaluate_cb (AppRunResult *self)
{
  g_signal_emit (self, signals[EVALUATE], 0);
}

static void
copy_cb (AppRunResult *self)
{
  if (self->digest != NULL)
    gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)), self->digest);
}

GtkWidget *
app_number_add (GtkWidget  *flow_box,
                const char *title,
                const char *number)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *value = gtk_label_new (number);
  GtkWidget *caption = gtk_label_new (title);
  GtkWidget *line = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *child;

  gtk_label_set_xalign (GTK_LABEL (value), 0);
  gtk_widget_add_css_class (value, "numeric");
  gtk_label_set_xalign (GTK_LABEL (caption), 0);
  gtk_widget_add_css_class (caption, "caption");
  gtk_widget_add_css_class (caption, "dim-label");
  gtk_box_append (GTK_BOX (line), value);
  gtk_box_append (GTK_BOX (box), line);
  gtk_box_append (GTK_BOX (box), caption);
  gtk_flow_box_insert (GTK_FLOW_BOX (flow_box), box, -1);
  child = gtk_widget_get_parent (box);
  gtk_widget_set_focusable (child, FALSE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (child),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, title,
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, number, -1);
  return line;
}

static void
add_loss (AppRunResult *self,
          const char   *title,
          double        loss)
{
  g_autofree char *text = g_strdup_printf ("%.4g", loss);

  if (isfinite (loss))
    app_number_add (self->numbers, title, text);
}

static char *
format_share (double share)
{
  /* Translators: a share in percent. */
  return g_strdup_printf (_("%.1f %%"), 100 * share);
}

static void
add_accuracy (AppRunResult *self,
              const char   *title,
              double        accuracy)
{
  g_autofree char *text = format_share (accuracy);

  if (isfinite (accuracy))
    app_number_add (self->numbers, title, text);
}

/* Equal digests mean equal trainings, so it has to get out of the window. */
static void
add_digest (AppRunResult *self,
            const char   *digest)
{
  g_autofree char *shown = g_strndup (digest, SHOWN_DIGEST);
  GtkWidget *line = app_number_add (self->numbers, _("Digest"), shown);
  GtkWidget *copy = gtk_button_new_from_icon_name ("edit-copy-symbolic");

  gtk_widget_set_tooltip_text (line, digest);
  gtk_widget_add_css_class (copy, "flat");
  gtk_widget_add_css_class (copy, "small-button");
  gtk_widget_set_valign (copy, GTK_ALIGN_CENTER);
  gtk_widget_set_tooltip_text (copy, _("Copy Digest"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (copy),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, _("Copy Digest"), -1);
  g_signal_connect_object (copy, "clicked", G_CALLBACK (copy_cb), self, G_CONNECT_SWAPPED);
  gtk_box_append (GTK_BOX (line), copy);
}

/* The big number: accuracy, or the loss where there are no classes. */
static void
show_score (AppRunResult     *self,
            const AppRunInfo *info)
{
  gboolean is_known = isfinite (info->test_loss);
  gboolean has_classes = isfinite (info->test_accuracy);
  g_autofree char *text = has_classes ? format_share (info->test_accuracy)
                                      : g_strdup_printf ("%.4g", info->test_loss);

  gtk_label_set_text (GTK_LABEL (self->score), is_known ? text : "–");
  gtk_label_set_text (GTK_LABEL (self->score_title),
                      has_classes || !is_known ? _("Test accuracy") : _("Test loss"));
  gtk_widget_set_visible (self->score, is_known);
  gtk_widget_set_visible (self->evaluate, !is_known);
  if (has_classes)
    add_loss (self, _("Test loss"), info->test_loss);
}

void
app_run_result_set_info (AppRunResult     *self,
                         const AppRunInfo *info)
{
  g_autofree char *time = app_format_duration (info->seconds);
  g_autofree char *steps = g_strdup_printf ("%'" G_GUINT64_FORMAT, info->steps);
  g_autofree char *speed = g_strdup_printf ("%'.0f", info->per_second);
  const char *name = info->device == NULL ? "–"
                     : g_str_equal (info->device, "cpu") ? _("CPU") : info->device;
  /* Translators: the name of a device, then how many threads computed. */
  g_autofree char *device = g_strdup_printf (ngettext ("%s, %d thread", "%s, %d threads",
                                                       (gulong) info->threads),
                                             name, info->threads);
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (self->numbers)) != NULL)
    gtk_flow_box_remove (GTK_FLOW_BOX (self->numbers), child);
  g_free (self->digest);
  self->digest = g_strdup (info->digest);

  show_score (self, info);
  add_accuracy (self, _("Validation accuracy"), info->validation_accuracy);
  add_loss (self, _("Validation loss"), info->validation_loss);
  add_loss (self, _("Training loss"), info->train_loss);
  app_number_add (self->numbers, _("Time"), time);
  app_number_add (self->numbers, _("Steps trained"), steps);
  app_number_add (self->numbers, _("Samples/s"), speed);
  app_number_add (self->numbers, _("Device"), device);
  if (info->digest != NULL)
    add_digest (self, info->digest);
}

void
app_run_result_set_evaluating (AppRunResult *self,
                               gboolean      evaluating)
{
  gtk_widget_set_sensitive (self->evaluate, !evaluating);
  gtk_widget_set_visible (self->spinner, evaluating);
  gtk_spinner_set_spinning (GTK_SPINNER (self->spinner), evaluating);
}

static void
app_run_result_dispose (GObject *object)
{
  g_clear_pointer (&APP_RUN_RESULT (object)->box, gtk_widget_unparent);

  G_OBJECT_CLASS (app_run_result_parent_class)->dispose (object);
}

static void
app_run_result_finalize (GObject *object)
{
  g_free (APP_RUN_RESULT (object)->digest);

  G_OBJECT_CLASS (app_run_result_parent_class)->finalize (object);
}

static void
app_run_result_class_init (AppRunResultClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = app_run_result_dispose;
  G_OBJECT_CLASS (klass)->finalize = app_run_result_finalize;
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  signals[EVALUATE] = g_signal_new ("evaluate", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                    NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static GtkWidget *
make_score (AppRunResult *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 3);
  GtkWidget *line = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);

  self->score = gtk_label_new (NULL);
  gtk_widget_add_css_class (self->score, "title-1");
  gtk_widget_add_css_class (self->score, "numeric");
  self->evaluate = gtk_button_new_with_label (_("Test"));
  gtk_widget_set_tooltip_text (self->evaluate, _("Finds out the accuracy on the test data"));
  g_signal_connect_object (self->evaluate, "clicked", G_CALLBACK (evaluate_cb), self,
                           G_CONNECT_SWAPPED);
  self->spinner = gtk_spinner_new ();
  gtk_widget_set_visible (self->spinner, FALSE);
  gtk_box_append (GTK_BOX (line), self->score);
  gtk_box_append (GTK_BOX (line), self->evaluate);
  gtk_box_append (GTK_BOX (line), self->spinner);
  gtk_box_append (GTK_BOX (box), line);

  self->score_title = gtk_label_new (NULL);
  gtk_label_set_xalign (GTK_LABEL (self->score_title), 0);
  gtk_widget_add_css_class (self->score_title, "caption");
  gtk_widget_add_css_class (self->score_title, "dim-label");
  gtk_box_append (GTK_BOX (box), self->score_title);
  gtk_widget_set_valign (box, GTK_ALIGN_CENTER);
  return box;
}

static void
app_run_result_init (AppRunResult *self)
{
  self->box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 18);
  gtk_widget_add_css_class (self->box, "card");
  gtk_widget_add_css_class (self->box, "result-card");
  gtk_box_append (GTK_BOX (self->box), make_score (self));

  self->numbers = gtk_flow_box_new ();
  gtk_flow_box_set_selection_mode (GTK_FLOW_BOX (self->numbers), GTK_SELECTION_NONE);
  gtk_flow_box_set_max_children_per_line (GTK_FLOW_BOX (self->numbers), 12);
  gtk_flow_box_set_column_spacing (GTK_FLOW_BOX (self->numbers), 6);
  gtk_flow_box_set_row_spacing (GTK_FLOW_BOX (self->numbers), 6);
  gtk_widget_set_hexpand (self->numbers, TRUE);
  gtk_widget_set_valign (self->numbers, GTK_ALIGN_CENTER);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->numbers),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, _("Result"), -1);
  gtk_box_append (GTK_BOX (self->box), self->numbers);
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));
}

GtkWidget *
app_run_result_new (void)
{
  return g_object_new (APP_TYPE_RUN_RESULT, NULL);
}
