/* train-charts.c: the curves of a run, and what can be done with them
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "app/train-charts.h"

#include "app/run-export.h"
#include "app/run-list.h"
#include "widgets/chart-view.h"

#include <glib/gi18n.h>

/* From this width on the charts stand beside each other. */
#define WIDE    620
#define SPACING 12

struct _AppTrainCharts
{
  GtkWidget   parent_instance;

  AppSession *session;          /* owned */
  AppCurves  *curves;           /* that are drawn; the session's */
  GtkWidget  *tools;
  GtkWidget  *smoothing;        /* GtkScale */
  GtkWidget  *log_y;
  GtkWidget  *log_x;
  GtkWidget  *runs;             /* AppRunList, in the popover of a button */
  GtkWidget  *cards[2];         /* of loss and accuracy */
  GtkWidget  *views[2];         /* UiChartView */
};

G_DEFINE_FINAL_TYPE (AppTrainCharts, app_train_charts, GTK_TYPE_WIDGET)

static void
measure_child (GtkWidget      *child,
               GtkOrientation  orientation,
               int             for_size,
               int            *minimum,
               int            *natural)
{
  gtk_widget_measure (child, orientation, for_size, minimum, natural, NULL, NULL);
}

static void
app_train_charts_measure (GtkWidget      *widget,
                          GtkOrientation  orientation,
                          int             for_size,
                          int            *minimum,
                          int            *natural,
                          int            *minimum_baseline,
                          int            *natural_baseline)
{
  AppTrainCharts *self = APP_TRAIN_CHARTS (widget);
  gboolean is_wide = for_size < 0 || for_size >= WIDE;
  int tools_minimum, tools_natural;
  int chart_minimum[2], chart_natural[2];

  measure_child (self->tools, orientation, -1, &tools_minimum, &tools_natural);
  for (int i = 0; i < 2; i++)
    measure_child (self->cards[i], orientation, -1, &chart_minimum[i], &chart_natural[i]);

  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    {
      *minimum = MAX (tools_minimum, MAX (chart_minimum[0], chart_minimum[1]));
      *natural = MAX (tools_natural, chart_natural[0] + SPACING + chart_natural[1]);
    }
  else if (is_wide)
    {
      *minimum = tools_minimum + SPACING + MAX (chart_minimum[0], chart_minimum[1]);
      *natural = tools_natural + SPACING + MAX (chart_natural[0], chart_natural[1]);
    }
  else
    {
      *minimum = tools_minimum + chart_minimum[0] + chart_minimum[1] + 2 * SPACING;
      *natural = tools_natural + chart_natural[0] + chart_natural[1] + 2 * SPACING;
    }
}

static void
app_train_charts_size_allocate (GtkWidget *widget,
                                int        width,
                                int        height,
                                int        baseline)
{
  AppTrainCharts *self = APP_TRAIN_CHARTS (widget);
  gboolean is_wide = width >= WIDE;
  GtkAllocation place = { 0, 0, width, 0 };
  int n_rows = is_wide ? 1 : 2;
  int n_columns = 3 - n_rows;

  measure_child (self->tools, GTK_ORIENTATION_VERTICAL, -1, &place.height, NULL);
  gtk_widget_size_allocate (self->tools, &place, -1);

  place.y = place.height + SPACING;
  place.width = (width - (n_columns - 1) * SPACING) / n_columns;
  place.height = (height - place.y - (n_rows - 1) * SPACING) / n_rows;
  for (int i = 0; i < 2; i++)
    {
      gtk_widget_size_allocate (self->cards[i], &place, -1);
      place.x += is_wide ? place.width + SPACING : 0;
      place.y += is_wide ? 0 : place.height + SPACING;
    }
}

static GtkSizeRequestMode
app_train_charts_get_request_mode (GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

/* Smoothing and axes are states of the charts, for both alike. */
static void
apply (AppTrainCharts *self)
{
  gboolean log_x = gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (self->log_x));
  gboolean log_y = gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (self->log_y));

  for (int i = 0; i < 2; i++)
    {
      UiChart *chart = ui_chart_view_get_chart (UI_CHART_VIEW (self->views[i]));

      if (chart == NULL)
        continue;
      ui_chart_set_smoothing (chart, gtk_range_get_value (GTK_RANGE (self->smoothing)));
      ui_chart_set_ruler (chart, UI_AXIS_X, log_x ? UI_RULER_LOG : UI_RULER_WHOLE);
      ui_chart_set_ruler (chart, UI_AXIS_Y, log_y ? UI_RULER_LOG : UI_RULER_LINEAR);
    }
}

static void
update_overlays (AppTrainCharts *self)
{
  const GPtrArray *overlays = app_run_list_get_overlays (APP_RUN_LIST (self->runs));

  app_curves_clear_overlays (self->curves);
  for (guint i = 0; i < overlays->len; i++)
    {
      const AppOverlay *overlay = g_ptr_array_index (overlays, i);

      if (overlay->curves != NULL)
        app_curves_overlay (self->curves, overlay->curves, overlay->title, &overlay->colour);
    }
}

void
app_train_charts_update (AppTrainCharts *self)
{
  static const AppCurve shown[] = { APP_CURVE_LOSS, APP_CURVE_ACCURACY };
  AppCurves *curves = app_session_get_curves (self->session);

  if (curves == self->curves)
    return;

  self->curves = curves;
  for (int i = 0; i < 2; i++)
    ui_chart_view_set_chart (UI_CHART_VIEW (self->views[i]),
                             app_curves_get_chart (curves, shown[i]));
  apply (self);
  update_overlays (self);
}

void
app_train_charts_reset (AppTrainCharts *self)
{
  app_run_list_clear (APP_RUN_LIST (self->runs));
}

void
app_train_charts_set_exportable (AppTrainCharts *self,
                                 gboolean        exportable)
{
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "export.chart", exportable);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "export.all", exportable);
}

static void
export_cb (GtkWidget  *widget,
           const char *action,
           GVariant   *parameter)
{
  AppTrainCharts *self = APP_TRAIN_CHARTS (widget);
  const char *curve = NULL;
  const char *format = NULL;

  if (parameter != NULL)
    g_variant_get (parameter, "(&s&s)", &curve, &format);
  app_run_export_ask (widget, self->session,
                      app_run_list_get_overlays (APP_RUN_LIST (self->runs)), curve, format);
}

static void
app_train_charts_dispose (GObject *object)
{
  AppTrainCharts *self = APP_TRAIN_CHARTS (object);

  g_clear_pointer (&self->tools, gtk_widget_unparent);
  for (int i = 0; i < 2; i++)
    g_clear_pointer (&self->cards[i], gtk_widget_unparent);
  g_clear_object (&self->session);

  G_OBJECT_CLASS (app_train_charts_parent_class)->dispose (object);
}

static void
app_train_charts_class_init (AppTrainChartsClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = app_train_charts_dispose;
  widget_class->measure = app_train_charts_measure;
  widget_class->size_allocate = app_train_charts_size_allocate;
  widget_class->get_request_mode = app_train_charts_get_request_mode;
  gtk_widget_class_install_action (widget_class, "export.chart", "(ss)", export_cb);
  gtk_widget_class_install_action (widget_class, "export.all", NULL, export_cb);
}

static GtkWidget *
add_toggle (AppTrainCharts *self,
            const char     *label,
            const char     *tooltip)
{
  GtkWidget *toggle = gtk_toggle_button_new_with_label (label);

  gtk_widget_set_tooltip_text (toggle, tooltip);
  gtk_accessible_update_property (GTK_ACCESSIBLE (toggle),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, tooltip, -1);
  g_signal_connect_object (toggle, "toggled", G_CALLBACK (apply), self, G_CONNECT_SWAPPED);
  return toggle;
}

static void
refresh_runs (AppTrainCharts *self)
{
  app_run_list_refresh (APP_RUN_LIST (self->runs));
}

static GtkWidget *
make_runs (AppTrainCharts *self)
{
  GtkWidget *button = gtk_menu_button_new ();
  GtkWidget *popover = gtk_popover_new ();

  self->runs = app_run_list_new (self->session);
  g_signal_connect_object (self->runs, "changed", G_CALLBACK (update_overlays), self,
                           G_CONNECT_SWAPPED);
  gtk_popover_set_child (GTK_POPOVER (popover), self->runs);
  g_signal_connect_object (popover, "map", G_CALLBACK (refresh_runs), self, G_CONNECT_SWAPPED);
  gtk_menu_button_set_label (GTK_MENU_BUTTON (button), _("Runs"));
  gtk_menu_button_set_popover (GTK_MENU_BUTTON (button), popover);
  gtk_widget_set_tooltip_text (button, _("Compare, Rename and Remove Runs"));
  return button;
}

static GtkWidget *
make_tools (AppTrainCharts *self)
{
  GtkWidget *tools = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *label = gtk_label_new (_("Smoothing"));
  GtkWidget *axes = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  GtkWidget *gap = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  GtkWidget *export = gtk_menu_button_new ();
  g_autoptr (GMenuModel) menu = app_run_export_menu ();

  self->smoothing = gtk_scale_new_with_range (GTK_ORIENTATION_HORIZONTAL, 0, 0.99, 0.01);
  gtk_widget_set_size_request (self->smoothing, 96, -1);
  gtk_widget_set_tooltip_text (self->smoothing, _("The raw curve stays visible behind"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->smoothing),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, _("Smoothing"), -1);
  g_signal_connect_object (self->smoothing, "value-changed", G_CALLBACK (apply), self,
                           G_CONNECT_SWAPPED);
  gtk_box_append (GTK_BOX (tools), label);
  gtk_box_append (GTK_BOX (tools), self->smoothing);

  gtk_widget_set_hexpand (gap, TRUE);
  gtk_box_append (GTK_BOX (tools), gap);

  gtk_widget_add_css_class (axes, "linked");
  /* Translators: a short button; the vertical axis becomes logarithmic. */
  self->log_y = add_toggle (self, _("log y"), _("Logarithmic Vertical Axis"));
  /* Translators: a short button; the horizontal axis becomes logarithmic. */
  self->log_x = add_toggle (self, _("log x"), _("Logarithmic Horizontal Axis"));
  gtk_box_append (GTK_BOX (axes), self->log_y);
  gtk_box_append (GTK_BOX (axes), self->log_x);
  gtk_box_append (GTK_BOX (tools), axes);

  gtk_box_append (GTK_BOX (tools), make_runs (self));
  gtk_menu_button_set_icon_name (GTK_MENU_BUTTON (export), "document-save-symbolic");
  gtk_menu_button_set_menu_model (GTK_MENU_BUTTON (export), menu);
  gtk_widget_set_tooltip_text (export, _("Export Charts"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (export),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, _("Export Charts"), -1);
  gtk_box_append (GTK_BOX (tools), export);
  return tools;
}

static void
app_train_charts_init (AppTrainCharts *self)
{
  for (int i = 0; i < 2; i++)
    {
      self->views[i] = ui_chart_view_new (NULL);
      gtk_widget_set_hexpand (self->views[i], TRUE);
      gtk_widget_set_vexpand (self->views[i], TRUE);
      self->cards[i] = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
      gtk_widget_add_css_class (self->cards[i], "card");
      gtk_widget_add_css_class (self->cards[i], "chart-card");
      gtk_box_append (GTK_BOX (self->cards[i]), self->views[i]);
      gtk_widget_set_parent (self->cards[i], GTK_WIDGET (self));
    }
}

GtkWidget *
app_train_charts_new (AppSession *session)
{
  AppTrainCharts *self = g_object_new (APP_TYPE_TRAIN_CHARTS, NULL);

  self->session = g_object_ref (session);
  self->tools = make_tools (self);
  gtk_widget_insert_before (self->tools, GTK_WIDGET (self), self->cards[0]);
  app_train_charts_update (self);
  return GTK_WIDGET (self);
}
