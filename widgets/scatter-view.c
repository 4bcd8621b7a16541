/* scatter-view.c: points of several groups in a plane
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "widgets/scatter-view.h"

#include "widgets/draw-private.h"
#include "widgets/paint.h"

#include <glib/gi18n.h>
#include <math.h>

/**
 * UiScatterView:
 *
 * Shows points, each with the colour and the shape of its group.
 *
 * The points are drawn into a texture when they, the size or the colours
 * change; selecting one draws only its ring.
 *
 * ## Input
 *
 * A click selects the nearest point; the arrow keys, Home and End go through
 * the points in their order.
 *
 * ## CSS nodes
 *
 * `chart`, without children, as a chart view.
 *
 * ## Accessibility
 *
 * The role is `img`.  The description counts the points, or tells the selected
 * one.
 */

#define MIN_WIDTH 200
#define MIN_HEIGHT 160
#define REACH 20                /* pixels from a click to its point, at most */
#define RADIUS 3.5
#define CROWD 1500              /* more points than this are drawn smaller */
#define CROWD_RADIUS 2.4
#define MARGIN 0.06             /* air around the points, in parts of their range */

/* Axes of like ranges get the same scale, so that a circle is one. */
#define LIKE 4

struct _UiScatterView
{
  GtkWidget   parent_instance;

  UiPoint    *points;
  guint       n_points;
  char      **names;            /* or NULL */
  guint       selected;
  UiChart    *axes;             /* for their titles and rulers */

  GdkTexture *picture;          /* NULL when it has to be drawn */
  int         drawn_width;
  int         drawn_height;
  int         drawn_scale;
  UiPlot      plot;             /* of the picture */
};

G_DEFINE_FINAL_TYPE (UiScatterView, ui_scatter_view, GTK_TYPE_WIDGET)

enum {
  PROP_0,
  PROP_SELECTED,
  N_PROPS,
};

static GParamSpec *properties[N_PROPS];

/* The first 32 groups differ in colour or shape. */
static void
find_style (guint     group,
            int      *palette,
            UiMarker *marker)
{
  *palette = (int) (group % UI_N_COLOURS);
  *marker = (UiMarker) (UI_MARKER_CIRCLE + (group + group / UI_N_COLOURS) % (UI_N_MARKERS - 1));
}

static void
draw_marker (UiDraw *draw,
             guint   group,
             double  x,
             double  y,
             double  radius)
{
  UiMarker marker;
  int palette;

  find_style (group, &palette, &marker);
  ui_draw_set_colour (draw, &draw->theme->palette[palette], 1);
  ui_draw_marker (draw->cr, marker, x, y, radius);
}

/* Names in lines from the left, as many lines as a quarter of the height
 * allows. */
static void
draw_legend (UiScatterView *self,
             UiDraw        *draw)
{
  UiPlot *plot = draw->plot;
  double pitch = 1.3 * draw->line;
  double x = plot->x;
  double y = plot->y;
  double limit = plot->y + plot->height / 4 - pitch;

  if (self->names == NULL || self->names[0] == NULL || limit < y)
    return;

  for (guint i = 0; self->names[i] != NULL; i++)
    {
      double width;

      ui_draw_measure_text (draw, UI_TEXT_NORMAL, self->names[i], plot->width / 2, &width, NULL);
      if (x > plot->x && x + width + draw->line > plot->x + plot->width)
        {
          x = plot->x;
          y += pitch;
          if (y > limit)
            break;
        }
      draw_marker (draw, i, x + draw->line / 2, y + draw->line / 2, RADIUS + 1);
      ui_draw_text (draw, UI_TEXT_NORMAL, self->names[i], plot->width / 2, x + 1.2 * draw->line,
                    y + draw->line / 2, 0, 0.5);
      x += width + 2.5 * draw->line;
    }

  y = MIN (y, limit) + pitch - plot->y;
  plot->y += y;
  plot->height -= y;
}

/* The range of the points on one axis, with air around it. */
static void
find_range (UiScatterView *self,
            UiAxisIndex    axis,
            double        *low,
            double        *high)
{
  double air;

  *low = INFINITY;
  *high = -INFINITY;
  for (guint i = 0; i < self->n_points; i++)
    {
      double value = axis == UI_AXIS_X ? self->points[i].x : self->points[i].y;

      if (isfinite (value))
        {
          *low = MIN (*low, value);
          *high = MAX (*high, value);
        }
    }

  if (*low > *high)
    *low = *high = 0;
  air = *high > *low ? (*high - *low) * MARGIN : MAX (fabs (*low), 1) * MARGIN;
  *low -= air;
  *high += air;
}

/* Widens the axis with the finer scale until both are alike. */
static void
equalise (UiMapping *x,
          UiMapping *y)
{
  UiMapping *axes[] = { x, y };
  double unit = MAX ((x->high - x->low) / fabs (x->length), (y->high - y->low) / fabs (y->length));

  if (x->high - x->low > LIKE * (y->high - y->low) || y->high - y->low > LIKE * (x->high - x->low))
    return;

  for (int i = 0; i < 2; i++)
    {
      double middle = axes[i]->low / 2 + axes[i]->high / 2;
      double half = unit * fabs (axes[i]->length) / 2;

      axes[i]->low = middle - half;
      axes[i]->high = middle + half;
    }
}

static gboolean
lay_out (UiScatterView *self,
         UiDraw        *draw)
{
  UiPlot *plot = draw->plot;
  UiMapping *x = &plot->axes[UI_AXIS_X];
  UiMapping *y = &plot->axes[UI_AXIS_Y];
  g_autoptr (GArray) ticks = NULL;

  find_range (self, UI_AXIS_X, &x->low, &x->high);
  find_range (self, UI_AXIS_Y, &y->low, &y->high);
  ui_draw_reserve_x_axis (draw);
  ticks = ui_draw_make_ticks (draw, UI_AXIS_Y, y->low, y->high);
  ui_draw_reserve_y_axis (draw, ticks);
  ui_draw_snap (draw);
  if (plot->width < 1 || plot->height < 1)
    return FALSE;

  x->start = plot->x;
  x->length = plot->width;
  y->start = plot->y + plot->height;
  y->length = -plot->height;
  equalise (x, y);
  return TRUE;
}

static gboolean
place (UiScatterView *self,
       guint          index,
       double        *x,
       double        *y)
{
  *x = ui_mapping_to_pixel (&self->plot.axes[UI_AXIS_X], self->points[index].x);
  *y = ui_mapping_to_pixel (&self->plot.axes[UI_AXIS_Y], self->points[index].y);
  return isfinite (*x) && isfinite (*y);
}

static void
draw_all (UiScatterView *self,
          UiDraw        *draw)
{
  const UiPlot *plot = draw->plot;
  g_autoptr (GArray) x_ticks = NULL;
  g_autoptr (GArray) y_ticks = NULL;
  double radius = self->n_points > CROWD ? CROWD_RADIUS : RADIUS;

  draw_legend (self, draw);
  if (self->n_points == 0)
    {
      ui_draw_empty (draw);
      return;
    }
  if (!lay_out (self, draw))
    {
      draw->plot->is_empty = TRUE;
      return;
    }

  x_ticks = ui_draw_make_ticks (draw, UI_AXIS_X, plot->axes[UI_AXIS_X].low,
                                plot->axes[UI_AXIS_X].high);
  y_ticks = ui_draw_make_ticks (draw, UI_AXIS_Y, plot->axes[UI_AXIS_Y].low,
                                plot->axes[UI_AXIS_Y].high);
  ui_draw_x_axis (draw, x_ticks, TRUE);
  ui_draw_y_axis (draw, y_ticks);
  for (guint i = 0; i < self->n_points; i++)
    {
      double x;
      double y;

      if (place (self, i, &x, &y))
        draw_marker (draw, self->points[i].group, x, y, radius);
    }
}

static void
draw_picture (UiScatterView *self)
{
  GtkWidget *widget = GTK_WIDGET (self);
  g_autoptr (PangoFontDescription) font = ui_paint_dup_font (widget);
  cairo_surface_t *surface = ui_paint_surface (widget);
  cairo_t *cr = cairo_create (surface);
  UiTheme theme;
  UiDraw draw;

  self->drawn_width = gtk_widget_get_width (widget);
  self->drawn_height = gtk_widget_get_height (widget);
  self->drawn_scale = gtk_widget_get_scale_factor (widget);

  ui_paint_get_theme (widget, font, &theme);
  ui_draw_begin (&draw, cr, self->axes, &theme, self->drawn_width, self->drawn_height,
                 &self->plot);
  self->plot = (UiPlot) {
    .x = draw.padding,
    .y = draw.padding,
    .width = self->drawn_width - 2 * draw.padding,
    .height = self->drawn_height - 2 * draw.padding,
  };
  draw_all (self, &draw);
  ui_draw_end (&draw);
  cairo_destroy (cr);
  g_clear_object (&self->picture);
  self->picture = ui_paint_texture (surface);
}

/* A ring around the selected point, which stands out by more than colour. */
static void
snapshot_ring (UiScatterView *self,
               GtkSnapshot   *snapshot)
{
  const float widths[4] = { 2, 2, 2, 2 };
  GskRoundedRect ring;
  GdkRGBA colour;
  double x;
  double y;

  if (self->selected >= self->n_points || self->plot.is_empty
      || !place (self, self->selected, &x, &y))
    return;

  gtk_style_context_get_color (gtk_widget_get_style_context (GTK_WIDGET (self)), &colour);
  gsk_rounded_rect_init_from_rect (&ring, &GRAPHENE_RECT_INIT (x - 8, y - 8, 16, 16), 8);
  gtk_snapshot_append_border (snapshot, &ring, widths,
                              (GdkRGBA[]) { colour, colour, colour, colour });
}

static void
ui_scatter_view_snapshot (GtkWidget   *widget,
                          GtkSnapshot *snapshot)
{
  UiScatterView *self = UI_SCATTER_VIEW (widget);
  int width = gtk_widget_get_width (widget);
  int height = gtk_widget_get_height (widget);

  if (width < 1 || height < 1)
    return;
  if (self->picture == NULL || self->drawn_width != width || self->drawn_height != height
      || self->drawn_scale != gtk_widget_get_scale_factor (widget))
    draw_picture (self);
  if (self->picture == NULL)
    return;

  gtk_snapshot_append_texture (snapshot, self->picture, &GRAPHENE_RECT_INIT (0, 0, width, height));
  snapshot_ring (self, snapshot);
  ui_paint_focus (widget, snapshot);
}

static void
ui_scatter_view_measure (GtkWidget      *widget,
                         GtkOrientation  orientation,
                         int             for_size,
                         int            *minimum,
                         int            *natural,
                         int            *minimum_baseline,
                         int            *natural_baseline)
{
  *minimum = orientation == GTK_ORIENTATION_HORIZONTAL ? MIN_WIDTH : MIN_HEIGHT;
  *natural = *minimum * 2;
}

static void
redraw (UiScatterView *self)
{
  g_clear_object (&self->picture);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
ui_scatter_view_css_changed (GtkWidget         *widget,
                             GtkCssStyleChange *change)
{
  GTK_WIDGET_CLASS (ui_scatter_view_parent_class)->css_changed (widget, change);
  redraw (UI_SCATTER_VIEW (widget));
}

static guint
count_names (UiScatterView *self)
{
  return self->names != NULL ? g_strv_length (self->names) : 0;
}

/* What a screen reader tells of the picture. */
static void
describe (UiScatterView *self)
{
  g_autofree char *text = NULL;

  if (self->selected < self->n_points)
    {
      const UiPoint *point = &self->points[self->selected];
      g_autofree char *x = ui_ruler_format (point->x, 4);
      g_autofree char *y = ui_ruler_format (point->y, 4);

      text = g_strdup_printf (_("Point %u of %u at %s, %s; group “%s”"), self->selected + 1,
                              self->n_points, x, y,
                              point->group < count_names (self) ? self->names[point->group] : "");
    }
  else
    text = g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%u point", "%u points",
                                         self->n_points), self->n_points);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self),
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, text, -1);
}

static void
pressed_cb (UiScatterView *self,
            int            n_press,
            double         click_x,
            double         click_y)
{
  double nearest = REACH;
  guint found = GTK_INVALID_LIST_POSITION;

  gtk_widget_grab_focus (GTK_WIDGET (self));
  if (self->picture == NULL || self->plot.is_empty)
    return;

  for (guint i = 0; i < self->n_points; i++)
    {
      double x;
      double y;

      if (place (self, i, &x, &y) && hypot (x - click_x, y - click_y) <= nearest)
        {
          nearest = hypot (x - click_x, y - click_y);
          found = i;
        }
    }
  if (found != GTK_INVALID_LIST_POSITION)
    ui_scatter_view_set_selected (self, found);
}

static gboolean
key_cb (UiScatterView   *self,
        guint            key,
        guint            code,
        GdkModifierType  state)
{
  guint last = self->n_points - 1;
  gboolean has_any = self->selected < self->n_points;

  if (self->n_points == 0)
    return FALSE;

  switch (key)
    {
    case GDK_KEY_Right:
    case GDK_KEY_Down:
      ui_scatter_view_set_selected (self, has_any ? MIN (self->selected + 1, last) : 0);
      return TRUE;
    case GDK_KEY_Left:
    case GDK_KEY_Up:
      ui_scatter_view_set_selected (self, has_any ? MAX (self->selected, 1) - 1 : last);
      return TRUE;
    case GDK_KEY_Home:
      ui_scatter_view_set_selected (self, 0);
      return TRUE;
    case GDK_KEY_End:
      ui_scatter_view_set_selected (self, last);
      return TRUE;
    default:
      return FALSE;
    }
}

static void
ui_scatter_view_get_property (GObject    *object,
                              guint       id,
                              GValue     *value,
                              GParamSpec *pspec)
{
  switch (id)
    {
    case PROP_SELECTED:
      g_value_set_uint (value, ui_scatter_view_get_selected (UI_SCATTER_VIEW (object)));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
ui_scatter_view_set_property (GObject      *object,
                              guint         id,
                              const GValue *value,
                              GParamSpec   *pspec)
{
  switch (id)
    {
    case PROP_SELECTED:
      ui_scatter_view_set_selected (UI_SCATTER_VIEW (object), g_value_get_uint (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
ui_scatter_view_dispose (GObject *object)
{
  UiScatterView *self = UI_SCATTER_VIEW (object);

  g_clear_object (&self->picture);
  g_clear_pointer (&self->axes, ui_chart_unref);
  g_clear_pointer (&self->names, g_strfreev);
  g_clear_pointer (&self->points, g_free);
  self->n_points = 0;

  G_OBJECT_CLASS (ui_scatter_view_parent_class)->dispose (object);
}

static void
ui_scatter_view_class_init (UiScatterViewClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = ui_scatter_view_dispose;
  object_class->get_property = ui_scatter_view_get_property;
  object_class->set_property = ui_scatter_view_set_property;
  widget_class->measure = ui_scatter_view_measure;
  widget_class->snapshot = ui_scatter_view_snapshot;
  widget_class->css_changed = ui_scatter_view_css_changed;

  properties[PROP_SELECTED] = g_param_spec_uint ("selected", NULL, NULL, 0, G_MAXUINT,
                                                 GTK_INVALID_LIST_POSITION,
                                                 G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS
                                                 | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  gtk_widget_class_set_css_name (widget_class, "chart");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
}

static void
ui_scatter_view_init (UiScatterView *self)
{
  GtkEventController *keys = gtk_event_controller_key_new ();
  GtkGesture *click = gtk_gesture_click_new ();

  self->selected = GTK_INVALID_LIST_POSITION;
  self->axes = ui_chart_new (UI_CHART_LINES, NULL);
  ui_chart_set_empty_text (self->axes, _("No points"));
  gtk_widget_set_focusable (GTK_WIDGET (self), TRUE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _("Points"), -1);
  g_signal_connect_swapped (click, "pressed", G_CALLBACK (pressed_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (click));
  g_signal_connect_swapped (keys, "key-pressed", G_CALLBACK (key_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), keys);
}

GtkWidget *
ui_scatter_view_new (void)
{
  return g_object_new (UI_TYPE_SCATTER_VIEW, NULL);
}

void
ui_scatter_view_set_titles (UiScatterView *self,
                            const char    *x_title,
                            const char    *y_title)
{
  g_return_if_fail (UI_IS_SCATTER_VIEW (self));

  ui_chart_set_axis (self->axes, UI_AXIS_X, x_title, UI_RULER_LINEAR);
  ui_chart_set_axis (self->axes, UI_AXIS_Y, y_title, UI_RULER_LINEAR);
  redraw (self);
}

void
ui_scatter_view_set_points (UiScatterView     *self,
                            const UiPoint     *points,
                            guint              n_points,
                            const char *const *names)
{
  char **copy;

  g_return_if_fail (UI_IS_SCATTER_VIEW (self));

  copy = g_strdupv ((char **) names);
  g_strfreev (self->names);
  self->names = copy;
  g_free (self->points);
  self->points = g_memdup2 (points, n_points * sizeof *points);
  self->n_points = n_points;
  ui_scatter_view_set_selected (self, GTK_INVALID_LIST_POSITION);
  describe (self);
  redraw (self);
}

guint
ui_scatter_view_get_selected (UiScatterView *self)
{
  g_return_val_if_fail (UI_IS_SCATTER_VIEW (self), GTK_INVALID_LIST_POSITION);

  return self->selected;
}

void
ui_scatter_view_set_selected (UiScatterView *self,
                              guint          index)
{
  g_return_if_fail (UI_IS_SCATTER_VIEW (self));

  if (index >= self->n_points)
    index = GTK_INVALID_LIST_POSITION;
  if (self->selected == index)
    return;

  self->selected = index;
  describe (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SELECTED]);
}
