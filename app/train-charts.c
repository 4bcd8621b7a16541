/* train-charts.c: the curves of a run, and what can be done with them
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "app/train-charts.h"

#include "widgets/chart-view.h"

#include <glib/gi18n.h>

/* From this width on the charts stand beside each other. */
#define WIDE    620
#define SPACING 12

struct _AppTrainCharts
{
  GtkWidget  parent_instance;

  GtkWidget *tools;
  GtkWidget *smoothing;         /* GtkScale */
  GtkWidget *log_y;
  GtkWidget *log_x;
  GtkWidget *menu;
  GtkWidget *cards[2];          /* of loss and accuracy */
  GtkWidget *views[2];          /* UiChartView */
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

void
app_train_charts_set_curves (AppTrainCharts *self,
                             AppCurves      *curves)
{
  static const AppCurve shown[] = { APP_CURVE_LOSS, APP_CURVE_ACCURACY };
  gboolean is_new = FALSE;

  for (int i = 0; i < 2; i++)
    {
      UiChart *chart = app_curves_get_chart (curves, shown[i]);

      is_new = is_new || ui_chart_view_get_chart (UI_CHART_VIEW (self->views[i])) != chart;
      ui_chart_view_set_chart (UI_CHART_VIEW (self->views[i]), chart);
    }
  if (is_new)
    apply (self);
}

void
app_train_charts_set_menu (AppTrainCharts *self,
                           GMenuModel     *menu)
{
  gtk_menu_button_set_menu_model (GTK_MENU_BUTTON (self->menu), menu);
}

static void
app_train_charts_dispose (GObject *object)
{
  AppTrainCharts *self = APP_TRAIN_CHARTS (object);

  g_clear_pointer (&self->tools, gtk_widget_unparent);
  for (int i = 0; i < 2; i++)
    g_clear_pointer (&self->cards[i], gtk_widget_unparent);

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

static GtkWidget *
make_tools (AppTrainCharts *self)
{
  GtkWidget *tools = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *label = gtk_label_new (_("Smoothing"));
  GtkWidget *axes = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  GtkWidget *gap = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);

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

  self->menu = gtk_menu_button_new ();
  gtk_menu_button_set_icon_name (GTK_MENU_BUTTON (self->menu), "document-save-symbolic");
  gtk_widget_set_tooltip_text (self->menu, _("Export Charts"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->menu),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, _("Export Charts"), -1);
  gtk_box_append (GTK_BOX (tools), self->menu);
  return tools;
}

static void
app_train_charts_init (AppTrainCharts *self)
{
  self->tools = make_tools (self);
  gtk_widget_set_parent (self->tools, GTK_WIDGET (self));
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
app_train_charts_new (void)
{
  return g_object_new (APP_TYPE_TRAIN_CHARTS, NULL);
}
