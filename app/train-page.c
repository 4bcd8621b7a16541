/* train-page.c: settings of the training, its buttons and its curves
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "app/train-page.h"

#include "app/core/ready.h"
#include "app/evaluation-view.h"
#include "app/notice.h"
#include "app/run-result.h"
#include "app/train-charts.h"
#include "app/training-settings.h"
#include "engine/error.h"

#include <adwaita.h>
#include <glib/gi18n.h>
#include <math.h>

#define SETTINGS_WIDTH 320

struct _AppTrainPage
{
  GtkWidget        parent_instance;

  AppSession      *session;     /* owned */
  AppDocument     *document;    /* owned, or NULL */
  AppSessionState  shown;       /* state that the words and cards are about */
  GError          *problem;     /* why the project cannot be trained, or NULL */
  gboolean         is_stale;    /* the project has changed since that was asked */
  gboolean         is_excused;  /* ... since the session's error came up */
  guint            inhibition;  /* of suspending, or 0 */

  GtkWidget       *flap;
  GtkWidget       *settings;
  GtkWidget       *stack;       /* a status page, or the run */
  GtkWidget       *status_page;
  GtkWidget       *status_button;
  GtkWidget       *primary;     /* starts, pauses, continues */
  GtkWidget       *resume_box;
  GtkWidget       *resume;
  GtkWidget       *stop;
  GtkWidget       *status;      /* of the role that is spoken */
  GtkWidget       *progress_box;
  GtkWidget       *progress;
  GtkWidget       *progress_text;
  GtkWidget       *notice;
  GtkWidget       *result;
  GtkWidget       *switcher;    /* between the curves and the evaluation */
  GtkWidget       *charts;
};

G_DEFINE_FINAL_TYPE (AppTrainPage, app_train_page, GTK_TYPE_WIDGET)

static void
set_button (GtkWidget  *button,
            const char *label,
            const char *icon,
            const char *action)
{
  GtkWidget *content = gtk_button_get_child (GTK_BUTTON (button));

  adw_button_content_set_label (ADW_BUTTON_CONTENT (content), label);
  adw_button_content_set_icon_name (ADW_BUTTON_CONTENT (content), icon);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), action);
}

static void
update_buttons (AppTrainPage *self)
{
  AppSessionState state = app_session_get_state (self->session);
  gboolean can_resume = app_session_can_resume (self->session);
  g_autofree char *step = g_strdup_printf ("%'" G_GUINT64_FORMAT,
                                           app_session_get_checkpoint (self->session));
  /* Translators: goes on with a training; %s is a number. */
  g_autofree char *resume = g_strdup_printf (_("Continue From Step %s"), step);

  if (state == APP_SESSION_IDLE)
    set_button (self->primary, _("Start"), "media-playback-start-symbolic", "win.train-start");
  else if (state == APP_SESSION_PAUSED)
    set_button (self->primary, _("Continue"), "media-playback-start-symbolic", "win.train-start");
  else
    set_button (self->primary, _("Pause"), "media-playback-pause-symbolic", "win.train-pause");

  if (state == APP_SESSION_READING)
    set_button (self->stop, _("Cancel"), "process-stop-symbolic", "win.train-stop");
  else
    set_button (self->stop, _("Stop"), "media-playback-stop-symbolic", "win.train-stop");

  gtk_widget_set_visible (self->resume_box, can_resume);
  if (can_resume)
    set_button (self->resume, resume, "media-seek-forward-symbolic", "win.train-resume");
}

/* "Epoch 3 of 5 · step 1,240 of 4,220 · 4,800 samples/s · 0:35 left" */
static char *
describe_progress (AppTrainPage *self)
{
  AppSession *session = self->session;
  g_autofree char *step = g_strdup_printf ("%'" G_GUINT64_FORMAT, app_session_get_step (session));
  g_autofree char *total = g_strdup_printf ("%'" G_GUINT64_FORMAT,
                                            app_session_get_total (session));
  double speed = app_session_get_per_second (session);
  double left = app_session_get_seconds_left (session);
  g_autoptr (GString) text = g_string_new (NULL);

  g_string_append_printf (text, _("Epoch %u of %u · step %s of %s"),
                          app_session_get_epoch (session), app_session_get_epochs (session),
                          step, total);
  if (speed > 0)
    {
      g_autofree char *number = g_strdup_printf ("%'.0f", speed);

      g_string_append (text, " · ");
      g_string_append_printf (text, _("%s samples/s"), number);
    }
  if (isfinite (left))
    {
      g_autofree char *duration = app_format_duration (left);

      g_string_append (text, " · ");
      g_string_append_printf (text, _("%s left"), duration);
    }

  return g_string_free (g_steal_pointer (&text), FALSE);
}

static void
update_progress (AppTrainPage *self)
{
  AppSessionState state = app_session_get_state (self->session);
  guint64 total = app_session_get_total (self->session);
  double reading = app_session_get_reading (self->session);
  g_autofree char *text = NULL;

  gtk_widget_set_visible (self->progress_box, state != APP_SESSION_IDLE);
  if (state == APP_SESSION_IDLE)
    return;

  if (total > 0 && state != APP_SESSION_READING)
    {
      text = describe_progress (self);
      gtk_progress_bar_set_fraction (GTK_PROGRESS_BAR (self->progress),
                                     MIN ((double) app_session_get_step (self->session)
                                          / (double) total, 1));
    }
  else if (reading > 0)
    {
      text = g_strdup_printf (_("Reading the data… %.0f %%"), 100 * reading);
      gtk_progress_bar_set_fraction (GTK_PROGRESS_BAR (self->progress), reading);
    }
  else
    {
      text = g_strdup (_("Preparing the training…"));
      gtk_progress_bar_set_fraction (GTK_PROGRESS_BAR (self->progress), 0);
    }
  gtk_label_set_text (GTK_LABEL (self->progress_text), text);
}

/* How the last training ended, in a sentence; "" when there was none. */
static char *
describe_end (AppTrainPage *self)
{
  const AppRunInfo *result = app_session_get_result (self->session);
  g_autofree char *steps = NULL;

  if (result == NULL && app_session_can_resume (self->session))
    return g_strdup (_("Training was interrupted"));
  if (result == NULL)
    return g_strdup (app_session_get_error (self->session) != NULL && !self->is_excused
                     ? _("The training could not start") : "");
  if (g_str_equal (result->state, "failed"))
    return g_strdup (_("Training failed"));
  if (!g_str_equal (result->state, "done"))
    {
      steps = g_strdup_printf ("%'" G_GUINT64_FORMAT, result->steps);
      return g_strdup_printf (_("Training stopped after step %s"), steps);
    }
  if (isfinite (result->test_accuracy))
    return g_strdup_printf (_("Training finished, test accuracy %.1f %%"),
                            100 * result->test_accuracy);
  return g_strdup (_("Training finished"));
}

static void
update_status (AppTrainPage *self)
{
  static const char *const words[] = {
    [APP_SESSION_IDLE]     = "",
    [APP_SESSION_READING]  = NC_("status", "Getting ready"),
    [APP_SESSION_RUNNING]  = NC_("status", "Training"),
    [APP_SESSION_PAUSED]   = NC_("status", "Paused"),
    [APP_SESSION_STOPPING] = NC_("status", "Stopping…"),
  };
  AppSessionState state = app_session_get_state (self->session);
  g_autofree char *end = describe_end (self);

  gtk_label_set_text (GTK_LABEL (self->status),
                      state == APP_SESSION_IDLE ? end
                                                : g_dpgettext2 (NULL, "status", words[state]));
}

/* The last value of a curve's first line, or NaN. */
static double
last_value (AppTrainPage *self,
            AppCurve      curve)
{
  UiChart *chart = app_curves_get_chart (app_session_get_curves (self->session), curve);
  UiSeries *series = ui_chart_get_line (chart, 0)->series;
  gsize length = ui_series_get_length (series);

  return length > 0 ? ui_series_get_y (series, length - 1) : NAN;
}

static void
add_show_node (AppTrainPage *self,
               guint         node,
               const char   *message)
{
  if (node != 0)
    app_notice_add (APP_NOTICE (self->notice), _("Show Node"), "win.show-node",
                    g_variant_new ("(us)", node, message));
}

/* What is known of a training whose numbers ran away, and what helps. */
static void
show_divergence (AppTrainPage *self,
                 const char   *error)
{
  double rate = last_value (self, APP_CURVE_RATE);
  double loss = last_value (self, APP_CURVE_LOSS);
  g_autofree char *text = NULL;

  if (isfinite (rate) && isfinite (loss))
    text = g_strdup_printf (_("%s\nThe learning rate was %g, and the last loss on the curve "
                              "%.4g."), error, rate, loss);
  app_notice_set (APP_NOTICE (self->notice), _("The Numbers Ran Away"),
                  text != NULL ? text : error);
  app_notice_add (APP_NOTICE (self->notice), _("Try a Tenth of the Rate"), "train.lower-rate",
                  NULL);
}

static void
show_error (AppTrainPage *self,
            const char   *error)
{
  const AppRunInfo *result = app_session_get_result (self->session);

  if (app_session_has_diverged (self->session))
    show_divergence (self, error);
  else if (result == NULL)
    app_notice_set (APP_NOTICE (self->notice), _("The Training Could Not Start"), error);
  else if (g_str_equal (result->state, "failed"))
    app_notice_set (APP_NOTICE (self->notice), _("The Training Failed"), error);
  else
    app_notice_set (APP_NOTICE (self->notice), _("Something Went Wrong After the Training"),
                    error);
  add_show_node (self, app_session_get_error_node (self->session), error);
}

/* What stands in the way of a training, and where that is mended. */
static void
show_problem (AppTrainPage *self)
{
  const char *message = self->problem->message;
  guint node = nn_error_get_node (self->problem);

  app_notice_set (APP_NOTICE (self->notice), _("Not Ready to Train Yet"), message);
  if (node != 0)
    add_show_node (self, node, message);
  else if (g_error_matches (self->problem, NN_ERROR, NN_ERROR_FILE))
    app_notice_add (APP_NOTICE (self->notice), _("Choose Data"), "win.page",
                    g_variant_new_string ("data"));
  else
    app_notice_add (APP_NOTICE (self->notice), _("Go to the Network"), "win.page",
                    g_variant_new_string ("build"));
}

static void
update_notice (AppTrainPage *self)
{
  const char *error = app_session_get_error (self->session);
  const char *warning = app_session_get_warning (self->session);
  gboolean has_begun = app_session_get_result (self->session) != NULL;

  if (app_session_get_state (self->session) != APP_SESSION_IDLE)
    app_notice_set (APP_NOTICE (self->notice), NULL, NULL);
  else if (error != NULL && (has_begun || !self->is_excused))
    show_error (self, error);
  else if (self->problem != NULL)
    show_problem (self);
  else
    app_notice_set (APP_NOTICE (self->notice), warning != NULL ? _("Passed Over") : NULL, warning);
}

static void
update_result (AppTrainPage *self)
{
  const AppRunInfo *result = app_session_get_result (self->session);
  gboolean is_shown = app_session_get_state (self->session) == APP_SESSION_IDLE && result != NULL
                      && !g_str_equal (result->state, "failed");

  gtk_widget_set_visible (self->result, is_shown);
  if (is_shown)
    app_run_result_set_info (APP_RUN_RESULT (self->result), result);
  app_run_result_set_evaluating (APP_RUN_RESULT (self->result),
                                 app_session_get_evaluating (self->session));
}

/* Empty projects have nothing to train; an old run is worth showing all the
 * same. */
static void
update_stack (AppTrainPage *self)
{
  const AppProject *project = self->document != NULL ? app_document_get_project (self->document)
                                                     : NULL;
  gboolean has_run = app_session_get_state (self->session) != APP_SESSION_IDLE
                     || app_session_get_result (self->session) != NULL;
  gboolean lacks_graph = project == NULL || nn_graph_get_n_nodes (project->graph) == 0;
  gboolean lacks_data = project == NULL || project->data.kind == APP_DATA_NONE;
  AdwStatusPage *page = ADW_STATUS_PAGE (self->status_page);

  if (has_run || (!lacks_graph && !lacks_data))
    {
      gtk_stack_set_visible_child_name (GTK_STACK (self->stack), "run");
      return;
    }

  adw_status_page_set_icon_name (page, lacks_graph ? "app-build-symbolic" : "app-data-symbolic");
  adw_status_page_set_title (page, lacks_graph ? _("No Network Yet") : _("No Data Yet"));
  adw_status_page_set_description (page, lacks_graph
                                         ? _("Draw a network, and it can learn here.")
                                         : _("Choose what the network shall learn from."));
  gtk_button_set_label (GTK_BUTTON (self->status_button),
                        lacks_graph ? _("Build a Network") : _("Choose Data"));
  gtk_actionable_set_detailed_action_name (GTK_ACTIONABLE (self->status_button),
                                           lacks_graph ? "win.page('build')"
                                                       : "win.page('data')");
  gtk_stack_set_visible_child_name (GTK_STACK (self->stack), "empty");
}

/* What changes only when a training begins, ends, or is another one. */
static void
update_state (AppTrainPage *self)
{
  gboolean is_idle = app_session_get_state (self->session) == APP_SESSION_IDLE;

  self->shown = app_session_get_state (self->session);
  if (is_idle && self->is_stale && self->document != NULL)
    {
      g_clear_error (&self->problem);
      app_project_check_ready (app_document_get_project (self->document), &self->problem);
      self->is_stale = FALSE;
    }
  app_training_settings_set_editable (APP_TRAINING_SETTINGS (self->settings), is_idle);
  update_buttons (self);
  update_status (self);
  update_notice (self);
  update_result (self);
  update_stack (self);
}

/* The machine must not fall asleep over a training that nobody watches. */
static void
update_inhibition (AppTrainPage *self)
{
  AppSessionState state = app_session_get_state (self->session);
  gboolean is_busy = state != APP_SESSION_IDLE && state != APP_SESSION_PAUSED;
  GtkApplication *application = GTK_APPLICATION (g_application_get_default ());
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));

  if (is_busy && self->inhibition == 0)
    self->inhibition = gtk_application_inhibit (application, GTK_IS_WINDOW (root)
                                                             ? GTK_WINDOW (root) : NULL,
                                                GTK_APPLICATION_INHIBIT_SUSPEND,
                                                _("A network is being trained"));
  else if (!is_busy && self->inhibition != 0)
    {
      gtk_application_uninhibit (application, self->inhibition);
      self->inhibition = 0;
    }
}

static void
changed_cb (AppTrainPage *self)
{
  AppSessionState state = app_session_get_state (self->session);

  app_train_charts_update (APP_TRAIN_CHARTS (self->charts));
  update_progress (self);
  if (state != self->shown || state == APP_SESSION_IDLE)
    {
      update_state (self);
      update_inhibition (self);
      app_train_charts_set_exportable (APP_TRAIN_CHARTS (self->charts),
                                       app_session_get_total (self->session) > 0);
    }
}

/* Whoever does not look at the window hears of the end all the same. */
static void
ended_cb (AppTrainPage *self)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));
  g_autoptr (GNotification) notification = NULL;
  g_autofree char *end = NULL;

  self->is_excused = FALSE;
  update_state (self);
  if (!GTK_IS_WINDOW (root) || gtk_window_is_active (GTK_WINDOW (root)))
    return;

  end = describe_end (self);
  if (*end == '\0')
    return;
  notification = g_notification_new (end);
  if (app_session_get_error (self->session) != NULL)
    g_notification_set_body (notification, app_session_get_error (self->session));
  g_application_send_notification (g_application_get_default (), "training-ended", notification);
}

static void
project_changed_cb (AppTrainPage *self)
{
  self->is_stale = TRUE;
  self->is_excused = TRUE;
  if (gtk_widget_get_mapped (GTK_WIDGET (self)))
    update_state (self);
}

static void
evaluate_cb (AppTrainPage *self)
{
  app_session_evaluate (self->session, NN_PART_TEST);
}

static void
lower_rate_cb (GtkWidget  *widget,
               const char *action,
               GVariant   *parameter)
{
  AppTrainPage *self = APP_TRAIN_PAGE (widget);

  app_training_settings_scale_rate (APP_TRAINING_SETTINGS (self->settings), 0.1);
  gtk_widget_activate_action (widget, "win.train-start", NULL);
}

static void
app_train_page_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (app_train_page_parent_class)->map (widget);

  update_state (APP_TRAIN_PAGE (widget));
}

static void
app_train_page_dispose (GObject *object)
{
  AppTrainPage *self = APP_TRAIN_PAGE (object);

  if (self->inhibition != 0)
    gtk_application_uninhibit (GTK_APPLICATION (g_application_get_default ()), self->inhibition);
  self->inhibition = 0;
  g_clear_pointer (&self->flap, gtk_widget_unparent);
  g_clear_error (&self->problem);
  if (self->document != NULL)
    g_signal_handlers_disconnect_by_data (self->document, self);
  g_clear_object (&self->document);
  if (self->session != NULL)
    g_signal_handlers_disconnect_by_data (self->session, self);
  g_clear_object (&self->session);

  G_OBJECT_CLASS (app_train_page_parent_class)->dispose (object);
}

static void
app_train_page_class_init (AppTrainPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = app_train_page_dispose;
  widget_class->map = app_train_page_map;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_install_action (widget_class, "train.lower-rate", NULL, lower_rate_cb);
}

static GtkWidget *
add_button (GtkWidget  *box,
            const char *label,
            const char *icon,
            const char *action)
{
  GtkWidget *button = gtk_button_new ();

  gtk_button_set_child (GTK_BUTTON (button), adw_button_content_new ());
  set_button (button, label, icon, action);
  gtk_box_append (GTK_BOX (box), button);
  return button;
}

/* Shown when the window is too narrow for the settings to stand beside. */
static void
add_settings_toggle (AppTrainPage *self,
                     GtkWidget    *box)
{
  GtkWidget *toggle = gtk_toggle_button_new ();

  gtk_button_set_icon_name (GTK_BUTTON (toggle), "sidebar-show-symbolic");
  gtk_widget_set_tooltip_text (toggle, _("Training Settings"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (toggle),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, _("Training Settings"), -1);
  g_object_bind_property (self->flap, "folded", toggle, "visible", G_BINDING_SYNC_CREATE);
  g_object_bind_property (self->flap, "reveal-flap", toggle, "active",
                          G_BINDING_SYNC_CREATE | G_BINDING_BIDIRECTIONAL);
  gtk_box_append (GTK_BOX (box), toggle);
}

static GtkWidget *
make_toolbar (AppTrainPage *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);

  add_settings_toggle (self, box);
  self->primary = add_button (box, _("Start"), "media-playback-start-symbolic",
                              "win.train-start");
  gtk_widget_add_css_class (self->primary, "suggested-action");
  /* Translators: a button that trains with one batch more. */
  add_button (box, C_("verb", "Step"), "media-skip-forward-symbolic", "win.train-step");
  self->stop = add_button (box, _("Stop"), "media-playback-stop-symbolic", "win.train-stop");

  self->status = g_object_new (GTK_TYPE_LABEL,
                               "accessible-role", GTK_ACCESSIBLE_ROLE_STATUS,
                               "ellipsize", PANGO_ELLIPSIZE_END,
                               "wrap", TRUE,
                               "lines", 2,
                               "xalign", 0.0,
                               "hexpand", TRUE,
                               "margin-start", 6,
                               NULL);
  gtk_widget_add_css_class (self->status, "heading");
  gtk_box_append (GTK_BOX (box), self->status);

  self->switcher = gtk_stack_switcher_new ();
  gtk_widget_set_valign (self->switcher, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (box), self->switcher);
  return box;
}

/* A line of its own, or a narrow window would have to become wider for it. */
static GtkWidget *
make_resume (AppTrainPage *self)
{
  GtkWidget *words = gtk_label_new (_("The last training can go on where it stopped."));

  self->resume_box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  gtk_label_set_wrap (GTK_LABEL (words), TRUE);
  gtk_label_set_xalign (GTK_LABEL (words), 0);
  gtk_widget_set_hexpand (words, TRUE);
  gtk_box_append (GTK_BOX (self->resume_box), words);
  self->resume = add_button (self->resume_box, _("Continue"), "media-seek-forward-symbolic",
                             "win.train-resume");
  return self->resume_box;
}

static GtkWidget *
make_progress (AppTrainPage *self)
{
  self->progress_box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  self->progress = gtk_progress_bar_new ();
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->progress),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, _("Progress"), -1);
  gtk_box_append (GTK_BOX (self->progress_box), self->progress);
  self->progress_text = gtk_label_new (NULL);
  gtk_label_set_xalign (GTK_LABEL (self->progress_text), 0);
  gtk_label_set_wrap (GTK_LABEL (self->progress_text), TRUE);
  gtk_widget_add_css_class (self->progress_text, "numeric");
  gtk_widget_add_css_class (self->progress_text, "dim-label");
  gtk_box_append (GTK_BOX (self->progress_box), self->progress_text);
  return self->progress_box;
}

/* The curves while it trains, and how good it has become. */
static GtkWidget *
make_views (AppTrainPage *self)
{
  GtkWidget *views = gtk_stack_new ();
  GtkWidget *evaluation = app_evaluation_view_new (self->session);

  self->charts = app_train_charts_new (self->session);
  gtk_stack_set_vhomogeneous (GTK_STACK (views), FALSE);
  gtk_stack_add_titled (GTK_STACK (views), self->charts, "curves", _("Curves"));
  gtk_stack_add_titled (GTK_STACK (views), evaluation, "evaluation", _("Evaluation"));
  gtk_widget_set_vexpand (views, TRUE);
  gtk_stack_switcher_set_stack (GTK_STACK_SWITCHER (self->switcher), GTK_STACK (views));
  return views;
}

static GtkWidget *
make_run (AppTrainPage *self)
{
  GtkWidget *scroller = gtk_scrolled_window_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);

  gtk_widget_set_margin_top (box, 12);
  gtk_widget_set_margin_bottom (box, 12);
  gtk_widget_set_margin_start (box, 12);
  gtk_widget_set_margin_end (box, 12);
  gtk_box_append (GTK_BOX (box), make_toolbar (self));
  gtk_box_append (GTK_BOX (box), make_progress (self));
  gtk_box_append (GTK_BOX (box), make_resume (self));
  self->notice = app_notice_new ();
  gtk_box_append (GTK_BOX (box), self->notice);
  self->result = app_run_result_new ();
  g_signal_connect_object (self->result, "evaluate", G_CALLBACK (evaluate_cb), self,
                           G_CONNECT_SWAPPED);
  gtk_box_append (GTK_BOX (box), self->result);
  gtk_box_append (GTK_BOX (box), make_views (self));

  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scroller), GTK_POLICY_NEVER,
                                  GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), box);
  return scroller;
}

static GtkWidget *
make_status_page (AppTrainPage *self)
{
  self->status_page = adw_status_page_new ();
  self->status_button = gtk_button_new ();
  gtk_widget_set_halign (self->status_button, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (self->status_button, "pill");
  gtk_widget_add_css_class (self->status_button, "suggested-action");
  adw_status_page_set_child (ADW_STATUS_PAGE (self->status_page), self->status_button);
  return self->status_page;
}

static void
app_train_page_init (AppTrainPage *self)
{
  self->is_stale = TRUE;
}

static void
make_widgets (AppTrainPage *self)
{
  self->flap = adw_flap_new ();
  gtk_widget_set_parent (self->flap, GTK_WIDGET (self));

  self->settings = app_training_settings_new ();
  gtk_widget_set_size_request (self->settings, SETTINGS_WIDTH, -1);
  gtk_widget_add_css_class (self->settings, "sidebar-pane");
  adw_flap_set_flap (ADW_FLAP (self->flap), self->settings);
  adw_flap_set_separator (ADW_FLAP (self->flap), gtk_separator_new (GTK_ORIENTATION_VERTICAL));

  /* A drag over a chart chooses a part of it. */
  adw_flap_set_swipe_to_open (ADW_FLAP (self->flap), FALSE);
  adw_flap_set_swipe_to_close (ADW_FLAP (self->flap), FALSE);

  self->stack = gtk_stack_new ();
  gtk_widget_set_hexpand (self->stack, TRUE);
  gtk_stack_add_named (GTK_STACK (self->stack), make_run (self), "run");
  gtk_stack_add_named (GTK_STACK (self->stack), make_status_page (self), "empty");
  adw_flap_set_content (ADW_FLAP (self->flap), self->stack);
}

GtkWidget *
app_train_page_new (AppSession *session)
{
  AppTrainPage *self = g_object_new (APP_TYPE_TRAIN_PAGE, NULL);

  self->session = g_object_ref (session);
  make_widgets (self);
  g_signal_connect_object (session, "changed", G_CALLBACK (changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "ended", G_CALLBACK (ended_cb), self, G_CONNECT_SWAPPED);
  changed_cb (self);
  return GTK_WIDGET (self);
}

void
app_train_page_set_document (AppTrainPage *self,
                             AppDocument  *document)
{
  static const char *const signals[] = { "graph-changed", "data-changed", "training-changed" };

  if (self->document != NULL)
    g_signal_handlers_disconnect_by_data (self->document, self);
  g_set_object (&self->document, document);
  app_training_settings_set_document (APP_TRAINING_SETTINGS (self->settings), document);
  for (gsize i = 0; document != NULL && i < G_N_ELEMENTS (signals); i++)
    g_signal_connect_object (document, signals[i], G_CALLBACK (project_changed_cb), self,
                             G_CONNECT_SWAPPED);
  app_train_charts_reset (APP_TRAIN_CHARTS (self->charts));
  if (document != NULL)
    app_session_show_last_run (self->session, document);
  project_changed_cb (self);
}
