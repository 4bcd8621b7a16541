/* evaluation-view.c: how good the last run is, part by part
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "app/evaluation-view.h"

#include "app/cell-panel.h"
#include "app/class-table.h"
#include "app/core/evaluation-charts.h"
#include "app/run-result.h"
#include "widgets/chart-view.h"

#include <glib/gi18n.h>

#define CURVE_HEIGHT 280
#define CELL_HEIGHT  26         /* of the matrix, in which a number can be read */
#define LEAST_MATRIX 260
#define MOST_MATRIX  560

struct _AppEvaluationView
{
  GtkWidget   parent_instance;

  AppSession *session;          /* owned */
  guint       stamp;            /* of the evaluation that is shown */
  NnPart      shown;
  GtkWidget  *box;
  GtkWidget  *parts;            /* GtkDropDown */
  GtkWidget  *evaluate;
  GtkWidget  *stop;
  GtkWidget  *progress;
  GtkWidget  *hint;             /* what there is to do, while nothing is shown */
  GtkWidget  *findings;         /* made anew for each evaluation */
  GtkWidget  *cell;             /* AppCellPanel, in @findings; or NULL */
};

G_DEFINE_FINAL_TYPE (AppEvaluationView, app_evaluation_view, GTK_TYPE_WIDGET)

static NnPart
get_part (AppEvaluationView *self)
{
  /* The test data first: they are what counts. */
  static const NnPart parts[] = { NN_PART_TEST, NN_PART_VALIDATION, NN_PART_TRAIN };
  guint selected = gtk_drop_down_get_selected (GTK_DROP_DOWN (self->parts));

  return parts[MIN (selected, G_N_ELEMENTS (parts) - 1)];
}

static void
cell_cb (AppEvaluationView *self,
         guint              row,
         guint              column)
{
  app_cell_panel_ask (APP_CELL_PANEL (self->cell), self->shown, row, column);
}

static GtkWidget *
make_card (GtkWidget  *child,
           const char *css_class)
{
  GtkWidget *card = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);

  gtk_widget_add_css_class (card, "card");
  gtk_widget_add_css_class (card, css_class);
  gtk_widget_set_hexpand (child, TRUE);
  gtk_box_append (GTK_BOX (card), child);
  return card;
}

static void
add_measures (AppEvaluationView   *self,
              const AppEvaluation *evaluation)
{
  GtkWidget *numbers = gtk_flow_box_new ();
  g_autofree char *samples = g_strdup_printf ("%'" G_GINT64_FORMAT, evaluation->score.n_samples);
  g_autofree char *loss = g_strdup_printf ("%.4g", evaluation->score.loss);

  gtk_flow_box_set_selection_mode (GTK_FLOW_BOX (numbers), GTK_SELECTION_NONE);
  gtk_flow_box_set_max_children_per_line (GTK_FLOW_BOX (numbers), 6);
  gtk_flow_box_set_column_spacing (GTK_FLOW_BOX (numbers), 6);
  gtk_flow_box_set_row_spacing (GTK_FLOW_BOX (numbers), 6);
  gtk_accessible_update_property (GTK_ACCESSIBLE (numbers), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _("Evaluation"), -1);
  app_number_add (numbers, _("Samples"), samples);
  app_number_add (numbers, _("Loss"), loss);
  for (guint i = 0; i < evaluation->findings->measures->len; i++)
    {
      const NnMeasure *measure = &g_array_index (evaluation->findings->measures, NnMeasure, i);
      g_autofree char *text = app_measure_print (measure);

      app_number_add (numbers, _(measure->title), text);
    }
  gtk_box_append (GTK_BOX (self->findings), make_card (numbers, "result-card"));
}

static void
add_matrix (AppEvaluationView   *self,
            const AppEvaluation *evaluation)
{
  g_autoptr (UiChart) chart = app_evaluation_make_matrix (evaluation);
  GtkWidget *view, *card;

  if (chart == NULL)
    return;

  view = ui_chart_view_new (chart);
  gtk_widget_set_size_request (view, -1, (int) CLAMP (160 + CELL_HEIGHT * chart->matrix.n_rows,
                                                      LEAST_MATRIX, MOST_MATRIX));
  card = make_card (view, "chart-card");
  gtk_box_append (GTK_BOX (self->findings), card);

  self->cell = app_cell_panel_new (self->session);
  gtk_box_append (GTK_BOX (card), self->cell);
  g_signal_connect_object (view, "cell-activated", G_CALLBACK (cell_cb), self, G_CONNECT_SWAPPED);
}

static void
add_tables (AppEvaluationView   *self,
            const AppEvaluation *evaluation)
{
  for (guint i = 0; i < evaluation->findings->tables->len; i++)
    {
      const NnTable *table = g_ptr_array_index (evaluation->findings->tables, i);

      if (table->columns != NULL)
        gtk_box_append (GTK_BOX (self->findings),
                        make_card (app_class_table_new (evaluation, table), "chart-card"));
    }
}

static void
add_curves (AppEvaluationView   *self,
            const AppEvaluation *evaluation)
{
  static const char *const names[] = { "roc", "precision-recall" };
  GtkWidget *both = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);

  gtk_box_set_homogeneous (GTK_BOX (both), TRUE);
  gtk_box_append (GTK_BOX (self->findings), both);
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autoptr (UiChart) chart = app_evaluation_make_curves (evaluation, names[i]);
      GtkWidget *view;

      if (chart == NULL)
        continue;
      view = ui_chart_view_new (chart);
      gtk_widget_set_size_request (view, -1, CURVE_HEIGHT);
      gtk_box_append (GTK_BOX (both), make_card (view, "chart-card"));
    }
}

static void
add_notes (AppEvaluationView   *self,
           const AppEvaluation *evaluation)
{
  for (guint i = 0; i < evaluation->findings->notes->len; i++)
    {
      GtkWidget *label = gtk_label_new (g_ptr_array_index (evaluation->findings->notes, i));

      gtk_label_set_wrap (GTK_LABEL (label), TRUE);
      gtk_label_set_xalign (GTK_LABEL (label), 0);
      gtk_box_append (GTK_BOX (self->findings), label);
    }
}

static void
update_findings (AppEvaluationView *self)
{
  NnPart part = get_part (self);
  guint stamp = app_session_get_evaluation_stamp (self->session);
  const AppEvaluation *evaluation = app_session_get_evaluation (self->session, part);
  GtkWidget *child;

  if (self->stamp == stamp && self->shown == part)
    return;

  self->stamp = stamp;
  self->shown = part;
  self->cell = NULL;
  while ((child = gtk_widget_get_first_child (self->findings)) != NULL)
    gtk_box_remove (GTK_BOX (self->findings), child);
  if (evaluation == NULL)
    return;

  add_measures (self, evaluation);
  add_matrix (self, evaluation);
  add_tables (self, evaluation);
  add_curves (self, evaluation);
  add_notes (self, evaluation);
}

static void
update (AppEvaluationView *self)
{
  gboolean is_evaluating = app_session_get_evaluating (self->session);
  gboolean can_evaluate = app_session_get_state (self->session) == APP_SESSION_IDLE
                          && app_session_get_result (self->session) != NULL;

  if (!gtk_widget_get_mapped (GTK_WIDGET (self)))
    return;

  update_findings (self);
  gtk_widget_set_sensitive (self->evaluate, can_evaluate && !is_evaluating);
  gtk_widget_set_visible (self->stop, is_evaluating);
  gtk_widget_set_visible (self->progress, is_evaluating);
  gtk_progress_bar_set_fraction (GTK_PROGRESS_BAR (self->progress),
                                 app_session_get_evaluated (self->session));
  gtk_widget_set_visible (self->hint, gtk_widget_get_first_child (self->findings) == NULL);
  gtk_label_set_text (GTK_LABEL (self->hint),
                      can_evaluate ? _("Press “Evaluate” to find out how good the network is on "
                                       "these data.")
                                   : _("Train the network first, to its end or for a while; then "
                                       "it can be evaluated."));
}

static void
evaluate_cb (AppEvaluationView *self)
{
  app_session_evaluate (self->session, get_part (self));
}

static void
stop_cb (AppEvaluationView *self)
{
  app_session_stop_evaluating (self->session);
}

static void
app_evaluation_view_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (app_evaluation_view_parent_class)->map (widget);

  update (APP_EVALUATION_VIEW (widget));
}

static void
app_evaluation_view_dispose (GObject *object)
{
  AppEvaluationView *self = APP_EVALUATION_VIEW (object);

  g_clear_pointer (&self->box, gtk_widget_unparent);
  if (self->session != NULL)
    g_signal_handlers_disconnect_by_data (self->session, self);
  g_clear_object (&self->session);

  G_OBJECT_CLASS (app_evaluation_view_parent_class)->dispose (object);
}

static void
app_evaluation_view_class_init (AppEvaluationViewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = app_evaluation_view_dispose;
  widget_class->map = app_evaluation_view_map;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
}

static GtkWidget *
make_tools (AppEvaluationView *self)
{
  const char *titles[] = {
    app_part_title (NN_PART_TEST), app_part_title (NN_PART_VALIDATION),
    app_part_title (NN_PART_TRAIN), NULL
  };
  GtkWidget *tools = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);

  self->parts = gtk_drop_down_new_from_strings (titles);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->parts), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _("Part of the data"), -1);
  g_signal_connect_object (self->parts, "notify::selected", G_CALLBACK (update), self,
                           G_CONNECT_SWAPPED);
  self->evaluate = gtk_button_new_with_label (_("Evaluate"));
  g_signal_connect_object (self->evaluate, "clicked", G_CALLBACK (evaluate_cb), self,
                           G_CONNECT_SWAPPED);
  self->progress = gtk_progress_bar_new ();
  gtk_widget_set_valign (self->progress, GTK_ALIGN_CENTER);
  gtk_widget_set_hexpand (self->progress, TRUE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->progress), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _("Progress of the evaluation"), -1);
  self->stop = gtk_button_new_with_label (_("Stop Evaluating"));
  g_signal_connect_object (self->stop, "clicked", G_CALLBACK (stop_cb), self, G_CONNECT_SWAPPED);
  gtk_box_append (GTK_BOX (tools), self->parts);
  gtk_box_append (GTK_BOX (tools), self->evaluate);
  gtk_box_append (GTK_BOX (tools), self->progress);
  gtk_box_append (GTK_BOX (tools), self->stop);
  return tools;
}

static void
app_evaluation_view_init (AppEvaluationView *self)
{
  self->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));
  gtk_box_append (GTK_BOX (self->box), make_tools (self));

  self->hint = gtk_label_new (NULL);
  gtk_label_set_wrap (GTK_LABEL (self->hint), TRUE);
  gtk_widget_add_css_class (self->hint, "quiet");
  gtk_widget_set_margin_top (self->hint, 24);
  gtk_box_append (GTK_BOX (self->box), self->hint);

  self->findings = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);
  gtk_box_append (GTK_BOX (self->box), self->findings);
  self->stamp = G_MAXUINT;
}

GtkWidget *
app_evaluation_view_new (AppSession *session)
{
  AppEvaluationView *self = g_object_new (APP_TYPE_EVALUATION_VIEW, NULL);

  self->session = g_object_ref (session);
  g_signal_connect_object (session, "changed", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  return GTK_WIDGET (self);
}
