/* chart-view.c: a chart in a window, to be read and zoomed
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "widgets/chart-view.h"

#include "widgets/chart-view-private.h"
#include "widgets/paint.h"

#include <glib/gi18n.h>
#include <math.h>

/**
 * UiChartView:
 *
 * Shows a [struct@UiChart].
 *
 * The chart is drawn into a texture when it, its size or its colours change,
 * at most once a frame; the pointer moves over that texture without drawing
 * the curves again.  Whoever appends points calls ui_chart_changed().
 *
 * Zoom, the logarithmic axis and smoothing are states of the chart, so an
 * exported file shows what the window shows.
 *
 * ## Input
 *
 * The pointer reads the nearest sample; a drag chooses a part of x; scrolling
 * with Control, or a pinch, zooms about the pointer; scrolling sideways moves
 * a zoomed chart; a double click or Escape shows all of it.  The arrow keys,
 * Home and End move the reading, plus and minus zoom.  A click on a cell of a
 * matrix, or Return where the reading is, emits "cell-activated" with its row
 * and column.
 *
 * ## CSS nodes
 *
 * `chart`, without children.  Text takes the node's `color`, grid lines the
 * named colour `borders`, fills behind text `view_bg_color`.
 *
 * ## Accessibility
 *
 * The role is `img`.  The label is the chart's title; the description is the
 * newest state, renewed at most every two seconds, or what the cursor reads.
 */

#define MIN_WIDTH 240
#define MIN_HEIGHT 140
#define NATURAL_WIDTH 480
#define NATURAL_HEIGHT 300
#define DESCRIBE_INTERVAL_MS 2000

G_DEFINE_FINAL_TYPE (UiChartView, ui_chart_view, GTK_TYPE_WIDGET)

enum {
  PROP_0,
  PROP_LOG_Y,
  PROP_SMOOTHING,
  N_PROPS,
};

static GParamSpec *properties[N_PROPS];

enum {
  CELL_ACTIVATED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static gboolean
is_drawn (UiChartView *self)
{
  GtkWidget *widget = GTK_WIDGET (self);

  return self->picture != NULL && self->drawn_stamp == self->chart->stamp
         && self->drawn_width == gtk_widget_get_width (widget)
         && self->drawn_height == gtk_widget_get_height (widget)
         && self->drawn_scale == gtk_widget_get_scale_factor (widget);
}

static void
draw_picture (UiChartView *self)
{
  GtkWidget *widget = GTK_WIDGET (self);
  g_autoptr (PangoFontDescription) font = ui_paint_dup_font (widget);
  cairo_surface_t *surface = ui_paint_surface (widget);
  cairo_t *cr = cairo_create (surface);
  UiTheme theme;

  self->drawn_stamp = self->chart->stamp;
  self->drawn_width = gtk_widget_get_width (widget);
  self->drawn_height = gtk_widget_get_height (widget);
  self->drawn_scale = gtk_widget_get_scale_factor (widget);

  ui_paint_get_theme (widget, font, &theme);
  ui_draw_chart (cr, self->chart, &theme, self->drawn_width, self->drawn_height, &self->plot);
  cairo_destroy (cr);
  g_clear_object (&self->picture);
  self->picture = ui_paint_texture (surface);
}

static void
snapshot_cursor (UiChartView *self,
                 GtkSnapshot *snapshot)
{
  g_autoptr (PangoFontDescription) font = ui_paint_dup_font (GTK_WIDGET (self));
  g_autoptr (UiReadout) readout = ui_readout_new (self->chart, &self->cursor);
  UiTheme theme;
  cairo_t *cr;

  if (readout == NULL)
    return;

  ui_paint_get_theme (GTK_WIDGET (self), font, &theme);
  cr = gtk_snapshot_append_cairo (snapshot, &GRAPHENE_RECT_INIT (0, 0, self->drawn_width,
                                                                 self->drawn_height));
  ui_readout_draw (readout, cr, &theme, self->drawn_width, self->drawn_height, &self->plot);
  cairo_destroy (cr);
}

static void
snapshot_band (UiChartView *self,
               GtkSnapshot *snapshot)
{
  double start = MIN (self->band_start, self->band_end);
  double end = MAX (self->band_start, self->band_end);
  GdkRGBA colour;

  gtk_style_context_get_color (gtk_widget_get_style_context (GTK_WIDGET (self)), &colour);
  colour.alpha = 0.14;
  gtk_snapshot_append_color (snapshot, &colour,
                             &GRAPHENE_RECT_INIT (start, self->plot.y, end - start,
                                                  self->plot.height));
}

static void
ui_chart_view_snapshot (GtkWidget   *widget,
                        GtkSnapshot *snapshot)
{
  UiChartView *self = UI_CHART_VIEW (widget);
  int width = gtk_widget_get_width (widget);
  int height = gtk_widget_get_height (widget);

  if (self->chart == NULL || width < 1 || height < 1)
    return;
  if (!is_drawn (self))
    draw_picture (self);
  if (self->picture == NULL)
    return;

  gtk_snapshot_append_texture (snapshot, self->picture, &GRAPHENE_RECT_INIT (0, 0, width, height));
  if (self->has_band)
    snapshot_band (self, snapshot);
  if (self->has_cursor && !self->plot.is_empty)
    snapshot_cursor (self, snapshot);
  ui_paint_focus (widget, snapshot);
}

static void
ui_chart_view_measure (GtkWidget      *widget,
                       GtkOrientation  orientation,
                       int             for_size,
                       int            *minimum,
                       int            *natural,
                       int            *minimum_baseline,
                       int            *natural_baseline)
{
  gboolean is_width = orientation == GTK_ORIENTATION_HORIZONTAL;

  *minimum = is_width ? MIN_WIDTH : MIN_HEIGHT;
  *natural = is_width ? NATURAL_WIDTH : NATURAL_HEIGHT;
}

static void
ui_chart_view_css_changed (GtkWidget         *widget,
                           GtkCssStyleChange *change)
{
  UiChartView *self = UI_CHART_VIEW (widget);

  GTK_WIDGET_CLASS (ui_chart_view_parent_class)->css_changed (widget, change);
  g_clear_object (&self->picture);
  gtk_widget_queue_draw (widget);
}

/* Tells assistive technology what there is to tell, at once. */
void
ui_chart_view_speak (UiChartView *self)
{
  g_autofree char *reading = ui_chart_view_dup_reading (self);
  g_autofree char *description = NULL;

  if (self->chart == NULL)
    return;

  if (reading == NULL)
    description = ui_chart_describe (self->chart);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  self->chart->title != NULL ? self->chart->title : _("Chart"),
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                  reading != NULL ? reading : description,
                                  -1);
}

static gboolean
describe_cb (gpointer data)
{
  UiChartView *self = data;

  if (!self->describe_late)
    {
      self->describe_id = 0;
      return G_SOURCE_REMOVE;
    }

  self->describe_late = FALSE;
  ui_chart_view_speak (self);
  return G_SOURCE_CONTINUE;
}

/* A screen reader that spoke every step would speak without end. */
static void
describe_soon (UiChartView *self)
{
  if (self->describe_id != 0)
    {
      self->describe_late = TRUE;
      return;
    }

  ui_chart_view_speak (self);
  self->describe_id = g_timeout_add (DESCRIBE_INTERVAL_MS, describe_cb, self);
}

static void
notify_changes (UiChartView *self)
{
  gboolean log_y = ui_chart_view_get_log_y (self);
  double smoothing = ui_chart_view_get_smoothing (self);

  if (self->log_y != log_y)
    {
      self->log_y = log_y;
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_LOG_Y]);
    }
  if (self->smoothing != smoothing)
    {
      self->smoothing = smoothing;
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SMOOTHING]);
    }
}

static void
chart_changed_cb (UiChart  *chart,
                  gpointer  data)
{
  UiChartView *self = data;

  notify_changes (self);
  describe_soon (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

void
ui_chart_view_set_cursor (UiChartView    *self,
                          const UiCursor *cursor)
{
  self->has_cursor = cursor != NULL;
  if (cursor != NULL)
    self->cursor = *cursor;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

char *
ui_chart_view_dup_reading (UiChartView *self)
{
  g_autoptr (UiReadout) readout = NULL;

  if (self->chart == NULL || !self->has_cursor)
    return NULL;

  readout = ui_readout_new (self->chart, &self->cursor);
  return readout != NULL ? ui_readout_print (readout) : NULL;
}

UiChart *
ui_chart_view_get_chart (UiChartView *self)
{
  g_return_val_if_fail (UI_IS_CHART_VIEW (self), NULL);

  return self->chart;
}

void
ui_chart_view_set_chart (UiChartView *self,
                         UiChart     *chart)
{
  g_return_if_fail (UI_IS_CHART_VIEW (self));

  if (self->chart == chart)
    return;

  if (self->chart != NULL)
    ui_chart_remove_watch (self->chart, self->watch);
  g_clear_pointer (&self->chart, ui_chart_unref);
  g_clear_object (&self->picture);
  ui_chart_view_set_cursor (self, NULL);
  self->has_band = FALSE;

  if (chart == NULL)
    return;

  self->chart = ui_chart_ref (chart);
  self->watch = ui_chart_add_watch (chart, chart_changed_cb, self);
  self->plot.is_empty = TRUE;
  notify_changes (self);
  ui_chart_view_speak (self);
}

gboolean
ui_chart_view_get_log_y (UiChartView *self)
{
  g_return_val_if_fail (UI_IS_CHART_VIEW (self), FALSE);

  return self->chart != NULL && self->chart->axes[UI_AXIS_Y].ruler == UI_RULER_LOG;
}

void
ui_chart_view_set_log_y (UiChartView *self,
                         gboolean     log_y)
{
  g_return_if_fail (UI_IS_CHART_VIEW (self));

  if (self->chart == NULL || ui_chart_view_get_log_y (self) == log_y)
    return;

  ui_chart_set_ruler (self->chart, UI_AXIS_Y, log_y ? UI_RULER_LOG : UI_RULER_LINEAR);
}

double
ui_chart_view_get_smoothing (UiChartView *self)
{
  g_return_val_if_fail (UI_IS_CHART_VIEW (self), 0);

  return self->chart != NULL ? self->chart->lines.smoothing : 0;
}

void
ui_chart_view_set_smoothing (UiChartView *self,
                             double       smoothing)
{
  g_return_if_fail (UI_IS_CHART_VIEW (self));

  if (self->chart != NULL)
    ui_chart_set_smoothing (self->chart, smoothing);
}

/* The far edges belong to the last row and column, as for the reading. */
void
ui_chart_view_activate_cell (UiChartView *self)
{
  const UiMatrix *matrix = self->chart != NULL ? &self->chart->matrix : NULL;

  if (matrix == NULL || self->chart->kind != UI_CHART_MATRIX || !self->has_cursor
      || matrix->n_rows == 0 || matrix->n_columns == 0)
    return;

  g_signal_emit (self, signals[CELL_ACTIVATED], 0,
                 (guint) CLAMP (self->cursor.y, 0, matrix->n_rows - 1),
                 (guint) CLAMP (self->cursor.x, 0, matrix->n_columns - 1));
}

void
ui_chart_view_reset_zoom (UiChartView *self)
{
  g_return_if_fail (UI_IS_CHART_VIEW (self));

  if (self->chart != NULL)
    ui_chart_set_range (self->chart, UI_AXIS_X, NAN, NAN);
}

static void
ui_chart_view_get_property (GObject    *object,
                            guint       id,
                            GValue     *value,
                            GParamSpec *pspec)
{
  UiChartView *self = UI_CHART_VIEW (object);

  switch (id)
    {
    case PROP_LOG_Y:
      g_value_set_boolean (value, ui_chart_view_get_log_y (self));
      break;
    case PROP_SMOOTHING:
      g_value_set_double (value, ui_chart_view_get_smoothing (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
ui_chart_view_set_property (GObject      *object,
                            guint         id,
                            const GValue *value,
                            GParamSpec   *pspec)
{
  UiChartView *self = UI_CHART_VIEW (object);

  switch (id)
    {
    case PROP_LOG_Y:
      ui_chart_view_set_log_y (self, g_value_get_boolean (value));
      break;
    case PROP_SMOOTHING:
      ui_chart_view_set_smoothing (self, g_value_get_double (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
ui_chart_view_dispose (GObject *object)
{
  UiChartView *self = UI_CHART_VIEW (object);

  ui_chart_view_set_chart (self, NULL);
  g_clear_handle_id (&self->describe_id, g_source_remove);
  G_OBJECT_CLASS (ui_chart_view_parent_class)->dispose (object);
}

static void
ui_chart_view_class_init (UiChartViewClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  GParamFlags flags = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->get_property = ui_chart_view_get_property;
  object_class->set_property = ui_chart_view_set_property;
  object_class->dispose = ui_chart_view_dispose;
  widget_class->snapshot = ui_chart_view_snapshot;
  widget_class->measure = ui_chart_view_measure;
  widget_class->css_changed = ui_chart_view_css_changed;

  properties[PROP_LOG_Y] = g_param_spec_boolean ("log-y", NULL, NULL, FALSE, flags);
  properties[PROP_SMOOTHING] = g_param_spec_double ("smoothing", NULL, NULL, 0, 1, 0, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
  signals[CELL_ACTIVATED] = g_signal_new ("cell-activated", G_TYPE_FROM_CLASS (klass),
                                          G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                          G_TYPE_NONE, 2, G_TYPE_UINT, G_TYPE_UINT);

  gtk_widget_class_set_css_name (widget_class, "chart");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
  ui_chart_view_class_init_input (widget_class);
}

static void
ui_chart_view_init (UiChartView *self)
{
  gtk_widget_set_focusable (GTK_WIDGET (self), TRUE);
  gtk_widget_set_overflow (GTK_WIDGET (self), GTK_OVERFLOW_HIDDEN);
  ui_chart_view_init_input (self);
}

GtkWidget *
ui_chart_view_new (UiChart *chart)
{
  GtkWidget *widget = g_object_new (UI_TYPE_CHART_VIEW, NULL);

  ui_chart_view_set_chart (UI_CHART_VIEW (widget), chart);
  return widget;
}
