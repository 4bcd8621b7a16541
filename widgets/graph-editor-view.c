/* graph-editor-view.c: pan, zoom and words at the pointer
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "widgets/graph-editor-private.h"

#include <math.h>

#define ZOOM_MIN 0.1
#define ZOOM_MAX 4.0

/* Of the window left free around a graph that was made to fit. */
#define FIT_MARGIN 42.0

/* Pixels for one click of a wheel. */
#define WHEEL_STEP 48.0

/* Zoom for one click of a wheel. */
#define WHEEL_ZOOM 1.1

/* Far beyond any graph, and near enough for whole pixels to be exact. */
#define ORIGIN_MAX 1e6

/* How long a refusal stays readable. */
#define BUBBLE_TIME_MS 4000

UiPoint
ui_graph_editor_to_model (UiGraphEditor *self,
                          UiPoint        point)
{
  return (UiPoint) {
    (point.x - self->origin.x) / self->zoom,
    (point.y - self->origin.y) / self->zoom,
  };
}

UiPoint
ui_graph_editor_to_widget (UiGraphEditor *self,
                           UiPoint        point)
{
  return (UiPoint) {
    point.x * self->zoom + self->origin.x,
    point.y * self->zoom + self->origin.y,
  };
}

/* Numbers come from devices and files: whatever they are, the view stays one
 * that can be drawn.  Whole pixels keep text sharp. */
static void
set_view (UiGraphEditor *self,
          double         zoom,
          double         x,
          double         y)
{
  gboolean zoomed;

  if (!isfinite (zoom) || !isfinite (x) || !isfinite (y))
    return;

  zoom = CLAMP (zoom, ZOOM_MIN, ZOOM_MAX);
  zoomed = zoom != self->zoom;
  self->zoom = zoom;
  self->origin.x = round (CLAMP (x, -ORIGIN_MAX, ORIGIN_MAX));
  self->origin.y = round (CLAMP (y, -ORIGIN_MAX, ORIGIN_MAX));
  gtk_widget_queue_allocate (GTK_WIDGET (self));
  if (zoomed)
    g_object_notify (G_OBJECT (self), "zoom");
}

void
ui_graph_editor_zoom_about (UiGraphEditor *self,
                            UiPoint        point,
                            double         zoom)
{
  double ratio = CLAMP (zoom, ZOOM_MIN, ZOOM_MAX) / self->zoom;

  self->keep_fit = FALSE;
  set_view (self, zoom,
            point.x - (point.x - self->origin.x) * ratio,
            point.y - (point.y - self->origin.y) * ratio);
}

static UiPoint
middle (UiGraphEditor *self)
{
  return (UiPoint) {
    gtk_widget_get_width (GTK_WIDGET (self)) / 2.0,
    gtk_widget_get_height (GTK_WIDGET (self)) / 2.0,
  };
}

void
ui_graph_editor_set_zoom (UiGraphEditor *self,
                          double         zoom)
{
  g_return_if_fail (UI_IS_GRAPH_EDITOR (self));

  ui_graph_editor_zoom_about (self, middle (self), zoom);
}

double
ui_graph_editor_get_zoom (UiGraphEditor *self)
{
  g_return_val_if_fail (UI_IS_GRAPH_EDITOR (self), 1);

  return self->zoom;
}

void
ui_graph_editor_zoom_by (UiGraphEditor *self,
                         double         factor)
{
  ui_graph_editor_set_zoom (self, self->zoom * factor);
}

void
ui_graph_editor_pan_by (UiGraphEditor *self,
                        double         dx,
                        double         dy)
{
  g_return_if_fail (UI_IS_GRAPH_EDITOR (self));

  self->keep_fit = FALSE;
  set_view (self, self->zoom, self->origin.x + dx, self->origin.y + dy);
}

void
ui_graph_editor_fit (UiGraphEditor *self)
{
  UiPoint centre = middle (self);
  UiRect extent;
  double zoom;

  g_return_if_fail (UI_IS_GRAPH_EDITOR (self));

  /* Windows find their size in steps, and sidebars come and go: the graph is
   * fitted anew until the user has chosen a view or begun to work. */
  self->keep_fit = TRUE;
  self->fit_width = gtk_widget_get_width (GTK_WIDGET (self));
  self->fit_height = gtk_widget_get_height (GTK_WIDGET (self));
  if (self->fit_width <= 0 || self->fit_height <= 0)
    return;

  if (!ui_graph_sheet_get_extent (self->sheet, &extent))
    {
      set_view (self, 1, centre.x, centre.y);
      return;
    }

  zoom = MIN ((2 * centre.x - 2 * FIT_MARGIN) / extent.width,
              (2 * centre.y - 2 * FIT_MARGIN) / extent.height);
  zoom = CLAMP (zoom, ZOOM_MIN, 1);
  set_view (self, zoom,
            centre.x - (extent.x + extent.width / 2) * zoom,
            centre.y - (extent.y + extent.height / 2) * zoom);
}

/* How far to move so that what reaches from @start to @end shows in a window of
 * @size pixels.  What does not fit at all shows its beginning. */
static double
reveal_shift (double start,
              double end,
              double size)
{
  if (start < FIT_MARGIN)
    return FIT_MARGIN - start;

  return -CLAMP (end + FIT_MARGIN - size, 0, start - FIT_MARGIN);
}

void
ui_graph_editor_reveal (UiGraphEditor *self,
                        const UiRect  *rect)
{
  UiPoint start = ui_graph_editor_to_widget (self, (UiPoint) { rect->x, rect->y });
  double dx = reveal_shift (start.x, start.x + rect->width * self->zoom,
                            gtk_widget_get_width (GTK_WIDGET (self)));
  double dy = reveal_shift (start.y, start.y + rect->height * self->zoom,
                            gtk_widget_get_height (GTK_WIDGET (self)));

  if (dx != 0 || dy != 0)
    ui_graph_editor_pan_by (self, dx, dy);
}

static void
place_bubble (UiGraphEditor *self,
              int            width,
              int            height)
{
  GtkAllocation area = { 0 };
  int minimum, natural;

  if (!gtk_widget_get_visible (self->bubble))
    return;

  gtk_widget_measure (self->bubble, GTK_ORIENTATION_HORIZONTAL, -1, &minimum, &natural,
                      NULL, NULL);
  area.width = MAX (minimum, MIN (natural, width));
  gtk_widget_measure (self->bubble, GTK_ORIENTATION_VERTICAL, area.width, NULL, &area.height,
                      NULL, NULL);

  /* Below and right of the pointer, which would cover it otherwise. */
  area.x = CLAMP ((int) self->bubble_place.x + 16, 0, MAX (width - area.width, 0));
  area.y = CLAMP ((int) self->bubble_place.y + 20, 0, MAX (height - area.height, 0));
  gtk_widget_size_allocate (self->bubble, &area, -1);
}

void
ui_graph_editor_place_sheet (UiGraphEditor *self)
{
  int width = gtk_widget_get_width (GTK_WIDGET (self));
  int height = gtk_widget_get_height (GTK_WIDGET (self));
  graphene_point_t origin;
  GskTransform *transform;
  UiPoint start, end;
  UiRect visible;

  if (self->keep_fit && (width != self->fit_width || height != self->fit_height))
    ui_graph_editor_fit (self);

  origin = GRAPHENE_POINT_INIT (self->origin.x, self->origin.y);
  transform = gsk_transform_scale (gsk_transform_translate (NULL, &origin), self->zoom, self->zoom);
  gtk_widget_allocate (GTK_WIDGET (self->sheet), width, height, -1, transform);

  start = ui_graph_editor_to_model (self, (UiPoint) { 0, 0 });
  end = ui_graph_editor_to_model (self, (UiPoint) { width, height });
  visible = ui_rect_span (&start, &end);
  ui_graph_sheet_set_viewport (self->sheet, &visible, self->zoom);
  place_bubble (self, width, height);
}

static gboolean
bubble_timeout_cb (gpointer data)
{
  UiGraphEditor *self = data;

  self->bubble_timeout_id = 0;
  ui_graph_editor_hush (self);
  return G_SOURCE_REMOVE;
}

void
ui_graph_editor_say (UiGraphEditor *self,
                     const char    *text,
                     UiPoint        place,
                     gboolean       refusal,
                     gboolean       fleeting)
{
  g_clear_handle_id (&self->bubble_timeout_id, g_source_remove);
  if (fleeting)
    self->bubble_timeout_id = g_timeout_add (BUBBLE_TIME_MS, bubble_timeout_cb, self);

  if (refusal)
    gtk_widget_add_css_class (self->bubble, "refusal");
  else
    gtk_widget_remove_css_class (self->bubble, "refusal");
  gtk_label_set_text (GTK_LABEL (self->bubble), text);
  gtk_widget_set_visible (self->bubble, TRUE);
  self->bubble_place = place;
  gtk_widget_queue_allocate (GTK_WIDGET (self));
}

void
ui_graph_editor_hush (UiGraphEditor *self)
{
  g_clear_handle_id (&self->bubble_timeout_id, g_source_remove);
  gtk_widget_set_visible (self->bubble, FALSE);
}

static gboolean
scroll_cb (UiGraphEditor            *self,
           double                    dx,
           double                    dy,
           GtkEventControllerScroll *scroll)
{
  GdkModifierType state;
  double step = WHEEL_STEP;

  state = gtk_event_controller_get_current_event_state (GTK_EVENT_CONTROLLER (scroll));
  if (gtk_event_controller_scroll_get_unit (scroll) == GDK_SCROLL_UNIT_SURFACE)
    step = 1;

  if (state & GDK_CONTROL_MASK)
    ui_graph_editor_zoom_about (self, self->pointer,
                                self->zoom * pow (WHEEL_ZOOM, -dy * step / WHEEL_STEP));
  else if (state & GDK_SHIFT_MASK)
    ui_graph_editor_pan_by (self, -(dx + dy) * step, 0);
  else
    ui_graph_editor_pan_by (self, -dx * step, -dy * step);
  return GDK_EVENT_STOP;
}

static void
pinch_begin_cb (UiGraphEditor    *self,
                GdkEventSequence *sequence)
{
  self->pinch_zoom = self->zoom;
}

static void
pinch_cb (UiGraphEditor *self,
          double         scale,
          GtkGesture    *pinch)
{
  UiPoint point;

  if (gtk_gesture_get_bounding_box_center (pinch, &point.x, &point.y))
    ui_graph_editor_zoom_about (self, point, self->pinch_zoom * scale);
}

void
ui_graph_editor_add_view (UiGraphEditor *self)
{
  GtkEventController *scroll;
  GtkGesture *pinch = gtk_gesture_zoom_new ();

  scroll = gtk_event_controller_scroll_new (GTK_EVENT_CONTROLLER_SCROLL_BOTH_AXES);
  g_signal_connect_swapped (scroll, "scroll", G_CALLBACK (scroll_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), scroll);

  g_signal_connect_swapped (pinch, "begin", G_CALLBACK (pinch_begin_cb), self);
  g_signal_connect_swapped (pinch, "scale-changed", G_CALLBACK (pinch_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (pinch));
}
