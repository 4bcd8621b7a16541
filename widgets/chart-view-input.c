/* chart-view-input.c: pointer, scroll wheel and keys on a chart
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "widgets/chart-view-private.h"

#include <math.h>

#define ZOOM_STEP 0.8           /* what is left of the range after one step */
#define MOVE_STEP 0.1           /* of the range, for one step sideways */
#define MIN_BAND 5.0            /* pixels; a shorter drag is a click */

/* Ends closer than this part of their size could not be told apart. */
#define MIN_PART 1e-9

static gboolean
can_zoom (UiChartView *self)
{
  return self->chart != NULL && self->chart->kind == UI_CHART_LINES && !self->plot.is_empty;
}

static gboolean
is_zoomed (UiChartView *self)
{
  const UiAxis *axis = &self->chart->axes[UI_AXIS_X];

  return isfinite (axis->low) || isfinite (axis->high);
}

/* Shows the part of x between two pixels, as far as there are data.  All of it
 * is the same as no zoom, and then the axis grows with the run again. */
static void
show_pixels (UiChartView *self,
             double       left,
             double       right)
{
  const UiMapping *axis = &self->plot.axes[UI_AXIS_X];
  double low = ui_mapping_to_value (axis, left);
  double high = ui_mapping_to_value (axis, right);
  double first;
  double last;

  if (!ui_chart_get_x_span (self->chart, &first, &last))
    return;

  low = MAX (low, first);
  high = MIN (high, last);
  if (low <= first && high >= last)
    ui_chart_view_reset_zoom (self);
  else if (high - low > MIN_PART * MAX (fabs (low), fabs (high)))
    ui_chart_set_range (self->chart, UI_AXIS_X, low, high);
}

/* Scales the visible part by @factor about pixel @centre. */
static void
zoom (UiChartView *self,
      double       centre,
      double       factor)
{
  const UiPlot *plot = &self->plot;

  if (can_zoom (self))
    show_pixels (self, centre - (centre - plot->x) * factor,
                 centre + (plot->x + plot->width - centre) * factor);
}

/* Moves the visible part by @distance pixels, but not past the data. */
static void
move (UiChartView *self,
      double       distance)
{
  const UiPlot *plot = &self->plot;
  const UiMapping *axis = &plot->axes[UI_AXIS_X];
  double first;
  double last;

  if (!can_zoom (self) || !is_zoomed (self)
      || !ui_chart_get_x_span (self->chart, &first, &last))
    return;

  distance = CLAMP (distance, MIN (0, ui_mapping_to_pixel (axis, first) - plot->x),
                    MAX (0, ui_mapping_to_pixel (axis, last) - plot->x - plot->width));
  show_pixels (self, plot->x + distance, plot->x + plot->width + distance);
}

static gboolean
is_in_plot (UiChartView *self,
            double       x,
            double       y)
{
  const UiPlot *plot = &self->plot;

  return self->chart != NULL && !plot->is_empty
         && x >= plot->x && x < plot->x + plot->width
         && y >= plot->y && y < plot->y + plot->height;
}

static void
motion_cb (UiChartView *self,
           double       x,
           double       y)
{
  UiCursor cursor;

  self->pointer_x = x;
  self->pointer_y = y;
  if (!is_in_plot (self, x, y))
    {
      if (self->has_cursor)
        ui_chart_view_set_cursor (self, NULL);
      return;
    }

  cursor.x = ui_mapping_to_value (&self->plot.axes[UI_AXIS_X], x);
  cursor.y = ui_mapping_to_value (&self->plot.axes[UI_AXIS_Y], y);
  ui_chart_view_set_cursor (self, &cursor);
}

static void
leave_cb (UiChartView *self)
{
  ui_chart_view_set_cursor (self, NULL);
}

static gboolean
scroll_cb (UiChartView              *self,
           double                    dx,
           double                    dy,
           GtkEventControllerScroll *scroll)
{
  GdkModifierType state = gtk_event_controller_get_current_event_state (
    GTK_EVENT_CONTROLLER (scroll));

  if (!can_zoom (self))
    return GDK_EVENT_PROPAGATE;

  /* Without a modifier the wheel belongs to the page around the chart. */
  if (state & GDK_CONTROL_MASK)
    {
      zoom (self, CLAMP (self->pointer_x, self->plot.x, self->plot.x + self->plot.width),
            pow (ZOOM_STEP, -dy));
      return GDK_EVENT_STOP;
    }

  if (state & GDK_SHIFT_MASK && dx == 0)
    dx = dy;
  if (dx == 0 || !is_zoomed (self))
    return GDK_EVENT_PROPAGATE;

  move (self, dx * MOVE_STEP * self->plot.width);
  return GDK_EVENT_STOP;
}

/* Pinching reports the scale since its start; each change is applied alone. */
static void
pinch_cb (UiChartView *self,
          double       scale,
          GtkGesture  *gesture)
{
  double x;
  double y;

  if (scale > 0 && gtk_gesture_get_bounding_box_center (gesture, &x, &y))
    {
      zoom (self, CLAMP (x, self->plot.x, self->plot.x + self->plot.width),
            self->pinch_scale / scale);
      self->pinch_scale = scale;
    }
}

static void
pinch_begin_cb (UiChartView *self)
{
  self->pinch_scale = 1;
}

static void
drag_begin_cb (UiChartView *self,
               double       x,
               double       y,
               GtkGesture  *gesture)
{
  gtk_widget_grab_focus (GTK_WIDGET (self));
  if (!can_zoom (self) || !is_in_plot (self, x, y))
    {
      gtk_gesture_set_state (gesture, GTK_EVENT_SEQUENCE_DENIED);
      return;
    }

  self->band_start = x;
  self->band_end = x;
}

static void
drag_update_cb (UiChartView *self,
                double       dx,
                double       dy,
                GtkGesture  *gesture)
{
  const UiPlot *plot = &self->plot;

  self->band_end = CLAMP (self->band_start + dx, plot->x, plot->x + plot->width);
  if (!self->has_band && fabs (self->band_end - self->band_start) < MIN_BAND)
    return;

  self->has_band = TRUE;
  gtk_gesture_set_state (gesture, GTK_EVENT_SEQUENCE_CLAIMED);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
drag_end_cb (UiChartView *self,
             double       dx,
             double       dy)
{
  if (!self->has_band)
    return;

  self->has_band = FALSE;
  gtk_widget_queue_draw (GTK_WIDGET (self));
  if (can_zoom (self) && fabs (self->band_end - self->band_start) >= MIN_BAND)
    show_pixels (self, MIN (self->band_start, self->band_end),
                 MAX (self->band_start, self->band_end));
}

static void
drag_cancel_cb (UiChartView *self)
{
  self->has_band = FALSE;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
pressed_cb (UiChartView *self,
            int          n_press,
            double       x,
            double       y)
{
  if (n_press == 2)
    ui_chart_view_reset_zoom (self);
  motion_cb (self, x, y);
  if (n_press == 1)
    ui_chart_view_activate_cell (self);
}

static void
activate_action (GtkWidget  *widget,
                 const char *name,
                 GVariant   *parameter)
{
  ui_chart_view_activate_cell (UI_CHART_VIEW (widget));
}

/* Moves the reading of curves by @step samples, and at least by a pixel: on a
 * chart of a million points single samples would seem to stand still. */
static void
step_along_x (UiChartView *self,
              int          step)
{
  const UiMapping *axis = &self->plot.axes[UI_AXIS_X];
  double pixel = ui_mapping_to_pixel (axis, self->cursor.x);
  double best = INFINITY;
  UiCursor cursor = self->cursor;

  for (guint i = 0; i < self->chart->lines.lines->len; i++)
    {
      const UiLine *line = ui_chart_get_line (self->chart, i);
      double least = ui_mapping_to_value (axis, pixel + step);
      gsize index = ui_series_find (line->series, least);
      double x;

      if (line->is_hidden)
        continue;
      if (step < 0 && (index == ui_series_get_length (line->series)
                       || ui_series_get_x (line->series, index) > least))
        index--;
      if (index >= ui_series_get_length (line->series))
        continue;

      x = ui_series_get_x (line->series, index);
      if (fabs (x - self->cursor.x) < fabs (best - self->cursor.x))
        best = x;
    }

  if (!isfinite (best))
    return;

  cursor.x = CLAMP (best, axis->low, axis->high);
  ui_chart_view_set_cursor (self, &cursor);
}

static void
step_cursor (UiChartView *self,
             int          dx,
             int          dy)
{
  UiCursor cursor = self->cursor;

  if (self->chart->kind == UI_CHART_LINES)
    {
      if (dx != 0)
        step_along_x (self, dx);
      return;
    }

  /* Bars have one direction only. */
  if (self->chart->kind == UI_CHART_BARS && dy == 0)
    dy = dx;
  cursor.x += dx;
  cursor.y += dy;
  ui_chart_view_set_cursor (self, &cursor);
}

/* Puts the reading at the first or the last place there is. */
static void
jump_cursor (UiChartView *self,
             gboolean     to_end)
{
  const UiMapping *axes = self->plot.axes;
  UiCursor cursor = {
    to_end ? axes[UI_AXIS_X].high : axes[UI_AXIS_X].low,
    to_end ? axes[UI_AXIS_Y].high : axes[UI_AXIS_Y].low,
  };

  ui_chart_view_set_cursor (self, &cursor);
}

static void
cursor_action (GtkWidget  *widget,
               const char *name,
               GVariant   *parameter)
{
  UiChartView *self = UI_CHART_VIEW (widget);

  if (self->chart == NULL || self->plot.is_empty)
    return;

  if (g_str_equal (name, "cursor.first") || g_str_equal (name, "cursor.last"))
    jump_cursor (self, g_str_equal (name, "cursor.last"));
  else if (!self->has_cursor)
    jump_cursor (self, g_str_equal (name, "cursor.left"));
  else if (g_str_equal (name, "cursor.left"))
    step_cursor (self, -1, 0);
  else if (g_str_equal (name, "cursor.right"))
    step_cursor (self, 1, 0);
  else if (g_str_equal (name, "cursor.up"))
    step_cursor (self, 0, -1);
  else
    step_cursor (self, 0, 1);

  ui_chart_view_speak (self);
}

static void
zoom_action (GtkWidget  *widget,
             const char *name,
             GVariant   *parameter)
{
  UiChartView *self = UI_CHART_VIEW (widget);
  const UiPlot *plot = &self->plot;
  double centre = plot->x + plot->width / 2;

  if (!can_zoom (self))
    return;

  if (self->has_cursor)
    centre = CLAMP (ui_mapping_to_pixel (&plot->axes[UI_AXIS_X], self->cursor.x),
                    plot->x, plot->x + plot->width);
  zoom (self, centre, g_str_equal (name, "zoom.in") ? ZOOM_STEP : 1 / ZOOM_STEP);
}

/* Escape undoes one thing at a time, and belongs to the window when there is
 * nothing to undo. */
static gboolean
escape_cb (GtkWidget *widget,
           GVariant  *arguments,
           gpointer   data)
{
  UiChartView *self = UI_CHART_VIEW (widget);

  if (self->has_band)
    self->has_band = FALSE;
  else if (self->chart != NULL && is_zoomed (self))
    ui_chart_view_reset_zoom (self);
  else if (self->has_cursor)
    ui_chart_view_set_cursor (self, NULL);
  else
    return GDK_EVENT_PROPAGATE;

  gtk_widget_queue_draw (widget);
  ui_chart_view_speak (self);
  return GDK_EVENT_STOP;
}

static void
reset_action (GtkWidget  *widget,
              const char *name,
              GVariant   *parameter)
{
  ui_chart_view_reset_zoom (UI_CHART_VIEW (widget));
}

void
ui_chart_view_class_init_input (GtkWidgetClass *widget_class)
{
  static const struct
  {
    const char                *name;
    GtkWidgetActionActivateFunc activate;
    guint                      keys[3];
  } actions[] = {
    { "cursor.left", cursor_action, { GDK_KEY_Left, GDK_KEY_KP_Left } },
    { "cursor.right", cursor_action, { GDK_KEY_Right, GDK_KEY_KP_Right } },
    { "cursor.up", cursor_action, { GDK_KEY_Up, GDK_KEY_KP_Up } },
    { "cursor.down", cursor_action, { GDK_KEY_Down, GDK_KEY_KP_Down } },
    { "cursor.first", cursor_action, { GDK_KEY_Home, GDK_KEY_KP_Home } },
    { "cursor.last", cursor_action, { GDK_KEY_End, GDK_KEY_KP_End } },
    { "zoom.in", zoom_action, { GDK_KEY_plus, GDK_KEY_equal, GDK_KEY_KP_Add } },
    { "zoom.out", zoom_action, { GDK_KEY_minus, GDK_KEY_KP_Subtract } },
    { "zoom.reset", reset_action, { GDK_KEY_0, GDK_KEY_KP_0 } },
    { "cell.activate", activate_action, { GDK_KEY_Return, GDK_KEY_KP_Enter, GDK_KEY_space } },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (actions); i++)
    {
      gtk_widget_class_install_action (widget_class, actions[i].name, NULL, actions[i].activate);
      for (gsize j = 0; j < G_N_ELEMENTS (actions[i].keys) && actions[i].keys[j] != 0; j++)
        gtk_widget_class_add_binding_action (widget_class, actions[i].keys[j], 0,
                                             actions[i].name, NULL);
    }
  gtk_widget_class_add_binding (widget_class, GDK_KEY_Escape, 0, escape_cb, NULL);
}

void
ui_chart_view_init_input (UiChartView *self)
{
  GtkWidget *widget = GTK_WIDGET (self);
  GtkEventController *motion = gtk_event_controller_motion_new ();
  GtkEventController *scroll = gtk_event_controller_scroll_new (
    GTK_EVENT_CONTROLLER_SCROLL_BOTH_AXES);
  GtkGesture *drag = gtk_gesture_drag_new ();
  GtkGesture *click = gtk_gesture_click_new ();
  GtkGesture *pinch = gtk_gesture_zoom_new ();

  g_signal_connect_swapped (motion, "enter", G_CALLBACK (motion_cb), self);
  g_signal_connect_swapped (motion, "motion", G_CALLBACK (motion_cb), self);
  g_signal_connect_swapped (motion, "leave", G_CALLBACK (leave_cb), self);
  g_signal_connect_swapped (scroll, "scroll", G_CALLBACK (scroll_cb), self);
  g_signal_connect_swapped (drag, "drag-begin", G_CALLBACK (drag_begin_cb), self);
  g_signal_connect_swapped (drag, "drag-update", G_CALLBACK (drag_update_cb), self);
  g_signal_connect_swapped (drag, "drag-end", G_CALLBACK (drag_end_cb), self);
  g_signal_connect_swapped (drag, "cancel", G_CALLBACK (drag_cancel_cb), self);
  g_signal_connect_swapped (click, "pressed", G_CALLBACK (pressed_cb), self);
  g_signal_connect_swapped (pinch, "begin", G_CALLBACK (pinch_begin_cb), self);
  g_signal_connect_swapped (pinch, "scale-changed", G_CALLBACK (pinch_cb), self);

  gtk_widget_add_controller (widget, motion);
  gtk_widget_add_controller (widget, scroll);
  gtk_widget_add_controller (widget, GTK_EVENT_CONTROLLER (drag));
  gtk_widget_add_controller (widget, GTK_EVENT_CONTROLLER (click));
  gtk_widget_add_controller (widget, GTK_EVENT_CONTROLLER (pinch));
}
