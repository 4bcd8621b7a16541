/* test-draw.c: what a drawn chart shows, measured on its pixels
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "widgets/draw.h"

#include <math.h>

/* No picture is stored: letters differ from machine to machine, while curves,
 * bars and cells must lie where the mapping says, in the colour of the theme. */

typedef struct
{
  cairo_surface_t *surface;
  UiTheme          theme;
  UiPlot           plot;
} Drawing;

static void
draw (Drawing *self,
      UiChart *chart,
      int      width,
      int      height)
{
  cairo_t *cr;

  ui_theme_init (&self->theme, FALSE);
  self->surface = cairo_image_surface_create (CAIRO_FORMAT_RGB24, width, height);
  cr = cairo_create (self->surface);
  ui_draw_chart (cr, chart, &self->theme, width, height, &self->plot);
  g_assert_cmpint (cairo_status (cr), ==, CAIRO_STATUS_SUCCESS);
  cairo_destroy (cr);
  cairo_surface_flush (self->surface);
}

static void
clear (Drawing *self)
{
  cairo_surface_destroy (self->surface);
}

static UiColour
pixel_at (Drawing *self,
          int      x,
          int      y)
{
  const guint8 *data = cairo_image_surface_get_data (self->surface);
  int stride = cairo_image_surface_get_stride (self->surface);
  guint32 pixel;

  g_assert_true (x >= 0 && x < cairo_image_surface_get_width (self->surface));
  g_assert_true (y >= 0 && y < cairo_image_surface_get_height (self->surface));
  pixel = ((const guint32 *) (data + y * stride))[x];
  return (UiColour) { (pixel >> 16 & 255) / 255.0, (pixel >> 8 & 255) / 255.0,
                      (pixel & 255) / 255.0, 1 };
}

static gboolean
is_near (UiColour a,
         UiColour b)
{
  return fabs (a.red - b.red) + fabs (a.green - b.green) + fabs (a.blue - b.blue) < 0.3;
}

static int
count_pixels (Drawing  *self,
              UiColour  colour,
              int       x0,
              int       y0,
              int       x1,
              int       y1)
{
  int n = 0;

  for (int y = y0; y < y1; y++)
    for (int x = x0; x < x1; x++)
      if (is_near (pixel_at (self, x, y), colour))
        n++;

  return n;
}

/* The middle of the pixels of palette colour @palette in column @x of the
 * plot; NAN when there is none. */
static double
find_in_column (Drawing *self,
                int      x,
                int      palette)
{
  double sum = 0;
  int n = 0;

  for (int y = (int) self->plot.y - 3; y < self->plot.y + self->plot.height + 3; y++)
    if (is_near (pixel_at (self, x, y), self->theme.palette[palette]))
      {
        sum += y + 0.5;
        n++;
      }

  return n > 0 ? sum / n : NAN;
}

static const UiLineStyle solid = { .palette = 0 };

/* A chart of one line: y = f(i) for i from 0 to n - 1, on a y axis from 0 to 1. */
static UiChart *
make_chart (gsize     n,
            double  (*f) (double part))
{
  UiChart *chart = ui_chart_new (UI_CHART_LINES, "Loss");
  g_autoptr (UiSeries) series = ui_series_new ("training loss");

  for (gsize i = 0; i < n; i++)
    ui_series_append (series, i, f ((double) i / (n - 1)));
  ui_chart_add_line (chart, series, &solid);
  ui_chart_set_range (chart, UI_AXIS_Y, 0, 1);
  return chart;
}

static double
ramp (double part)
{
  return 0.1 + 0.8 * part;
}

static double
ramp_with_gap (double part)
{
  return part > 0.4 && part < 0.6 ? NAN : ramp (part);
}

static double
flat (double part)
{
  return 0.5;
}

static double
wild (double part)
{
  return fmod (part * 1e6 * 0.7548776662466927, 1) < 0.5 ? 0.25 : 0.75;
}

static void
test_place (void)
{
  /* Few points are a polygon, many are columns. */
  static const gsize counts[] = { 2, 11, 900, 100000 };

  for (gsize i = 0; i < G_N_ELEMENTS (counts); i++)
    {
      g_autoptr (UiChart) chart = make_chart (counts[i], ramp);
      Drawing drawing;

      draw (&drawing, chart, 600, 400);
      for (int x = (int) drawing.plot.x + 5; x < drawing.plot.x + drawing.plot.width - 5; x += 9)
        {
          double value = ui_mapping_to_value (&drawing.plot.axes[UI_AXIS_X], x + 0.5);
          double y = ui_mapping_to_pixel (&drawing.plot.axes[UI_AXIS_Y],
                                          ramp (value / (counts[i] - 1)));

          g_assert_cmpfloat_with_epsilon (find_in_column (&drawing, x, 0), y, 1);
        }
      clear (&drawing);
    }
}

static void
test_gap (void)
{
  static const gsize counts[] = { 101, 100000 };

  for (gsize i = 0; i < G_N_ELEMENTS (counts); i++)
    {
      g_autoptr (UiChart) chart = make_chart (counts[i], ramp_with_gap);
      Drawing drawing;
      double left;
      double width;

      draw (&drawing, chart, 600, 400);
      left = drawing.plot.x;
      width = drawing.plot.width;
      g_assert_false (isnan (find_in_column (&drawing, left + 0.38 * width, 0)));
      g_assert_true (isnan (find_in_column (&drawing, left + 0.42 * width, 0)));
      g_assert_true (isnan (find_in_column (&drawing, left + 0.58 * width, 0)));
      g_assert_false (isnan (find_in_column (&drawing, left + 0.62 * width, 0)));
      clear (&drawing);
    }
}

/* A value between two gaps is still seen. */
static void
test_lone_point (void)
{
  g_autoptr (UiChart) chart = ui_chart_new (UI_CHART_LINES, NULL);
  g_autoptr (UiSeries) series = ui_series_new ("one");
  Drawing drawing;

  ui_chart_add_line (chart, series, &solid);
  ui_series_append (series, 0, NAN);
  ui_series_append (series, 1, 3);
  ui_series_append (series, 2, NAN);
  draw (&drawing, chart, 400, 300);
  g_assert_cmpfloat_with_epsilon (
    find_in_column (&drawing, ui_mapping_to_pixel (&drawing.plot.axes[UI_AXIS_X], 1), 0),
    ui_mapping_to_pixel (&drawing.plot.axes[UI_AXIS_Y], 3), 1);
  clear (&drawing);
}

/* Wild data reach both extremes in every column, with few points and many. */
static void
test_extremes (void)
{
  static const gsize counts[] = { 1500, 1000000 };

  for (gsize i = 0; i < G_N_ELEMENTS (counts); i++)
    {
      g_autoptr (UiChart) chart = make_chart (counts[i], wild);
      Drawing drawing;
      int high;
      int low;

      draw (&drawing, chart, 300, 200);
      high = ui_mapping_to_pixel (&drawing.plot.axes[UI_AXIS_Y], 0.75);
      low = ui_mapping_to_pixel (&drawing.plot.axes[UI_AXIS_Y], 0.25);
      for (int x = (int) drawing.plot.x + 2; x < drawing.plot.x + drawing.plot.width - 2; x++)
        {
          g_assert_true (is_near (pixel_at (&drawing, x, high + 2), drawing.theme.palette[0]));
          g_assert_true (is_near (pixel_at (&drawing, x, low - 2), drawing.theme.palette[0]));
          g_assert_false (is_near (pixel_at (&drawing, x, high - 3), drawing.theme.palette[0]));
          g_assert_false (is_near (pixel_at (&drawing, x, low + 3), drawing.theme.palette[0]));
        }
      g_assert_cmpuint (drawing.plot.n_points, <=, 2 * MAX (750, drawing.plot.width));
      clear (&drawing);
    }
}

static void
test_million (void)
{
  g_autoptr (UiChart) chart = make_chart (1000000, ramp);
  gint64 start = g_get_monotonic_time ();
  Drawing drawing;

  draw (&drawing, chart, 1200, 600);
  g_test_message ("a million points: %d us", (int) (g_get_monotonic_time () - start));
  g_assert_cmpuint (drawing.plot.n_points, <=, 2 * drawing.plot.width);
  clear (&drawing);
}

/* The runs of ink along a flat line. */
static int
count_runs (UiDash dash,
            gsize  n)
{
  g_autoptr (UiChart) chart = make_chart (n, flat);
  UiLineStyle style = { .palette = 0, .dash = dash };
  gboolean was_on = FALSE;
  int n_runs = 0;
  Drawing drawing;

  ui_chart_set_line_style (chart, 0, &style);
  draw (&drawing, chart, 500, 300);
  for (int x = (int) drawing.plot.x + 1; x < drawing.plot.x + drawing.plot.width - 1; x++)
    {
      gboolean is_on = !isnan (find_in_column (&drawing, x, 0));

      if (is_on && !was_on)
        n_runs++;
      was_on = is_on;
    }
  clear (&drawing);
  return n_runs;
}

static void
test_dashes (void)
{
  g_assert_cmpint (count_runs (UI_DASH_SOLID, 10), ==, 1);
  g_assert_cmpint (count_runs (UI_DASH_SOLID, 100000), ==, 1);
  g_assert_cmpint (count_runs (UI_DASH_LONG, 10), >, 30);
  g_assert_cmpint (count_runs (UI_DASH_LONG, 100000), >, 30);
  g_assert_cmpint (count_runs (UI_DASH_DOTS, 10), >, count_runs (UI_DASH_LONG, 10));
}

static void
test_markers (void)
{
  g_autoptr (UiChart) chart = make_chart (5, flat);
  UiLineStyle style = { .palette = 0, .marker = UI_MARKER_SQUARE };
  Drawing drawing;

  ui_chart_set_line_style (chart, 0, &style);
  draw (&drawing, chart, 500, 300);
  for (int i = 1; i < 4; i++)
    {
      int x = ui_mapping_to_pixel (&drawing.plot.axes[UI_AXIS_X], i);
      int y = ui_mapping_to_pixel (&drawing.plot.axes[UI_AXIS_Y], 0.5);

      g_assert_true (is_near (pixel_at (&drawing, x, y + 2), drawing.theme.palette[0]));
      g_assert_false (is_near (pixel_at (&drawing, x + 20, y + 2), drawing.theme.palette[0]));
    }
  clear (&drawing);
}

static void
test_legend (void)
{
  g_autoptr (UiChart) chart = make_chart (50, ramp);
  g_autoptr (UiSeries) second = ui_series_new ("validation loss");
  UiLineStyle style = { .palette = 3 };
  Drawing drawing;
  double top;

  ui_series_append (second, 0, 0.5);
  ui_series_append (second, 49, 0.5);
  ui_chart_add_line (chart, second, &style);
  draw (&drawing, chart, 500, 300);
  top = drawing.plot.y;
  g_assert_cmpint (count_pixels (&drawing, drawing.theme.palette[0], 0, 0, 500, top - 2), >, 20);
  g_assert_cmpint (count_pixels (&drawing, drawing.theme.palette[3], 0, 0, 500, top - 2), >, 20);
  clear (&drawing);

  /* What is hidden has neither a curve nor an entry. */
  ui_chart_set_line_hidden (chart, 1, TRUE);
  draw (&drawing, chart, 500, 300);
  g_assert_cmpint (count_pixels (&drawing, drawing.theme.palette[3], 0, 0, 500, 300), ==, 0);
  clear (&drawing);

  ui_chart_set_legend (chart, FALSE);
  draw (&drawing, chart, 500, 300);
  g_assert_cmpfloat (drawing.plot.y, <, top);
  clear (&drawing);
}

/* Two hundred names leave the plot most of the room. */
static void
test_long_legend (void)
{
  g_autoptr (UiChart) chart = ui_chart_new (UI_CHART_LINES, "Runs");
  Drawing drawing;

  for (int i = 0; i < 200; i++)
    {
      g_autofree char *name = g_strdup_printf ("run %d with quite a long name", i);
      g_autoptr (UiSeries) series = ui_series_new (name);

      ui_series_append (series, 0, i);
      ui_series_append (series, 1, 2 * i);
      ui_chart_add_line (chart, series, NULL);
    }

  draw (&drawing, chart, 500, 300);
  g_assert_cmpfloat (drawing.plot.height, >, 120);
  clear (&drawing);
}

static void
test_empty (void)
{
  for (int kind = UI_CHART_LINES; kind <= UI_CHART_MATRIX; kind++)
    {
      g_autoptr (UiChart) chart = ui_chart_new (kind, NULL);
      Drawing drawing;

      draw (&drawing, chart, 400, 240);
      g_assert_true (drawing.plot.is_empty);
      /* A sentence in the middle and nothing else. */
      g_assert_cmpint (count_pixels (&drawing, drawing.theme.background, 0, 0, 400, 100),
                       ==, 400 * 100);
      g_assert_cmpint (count_pixels (&drawing, drawing.theme.background, 0, 100, 400, 140),
                       <, 400 * 40 - 50);
      clear (&drawing);
    }
}

static void
test_log (void)
{
  g_autoptr (UiChart) chart = ui_chart_new (UI_CHART_LINES, NULL);
  g_autoptr (UiSeries) series = ui_series_new ("loss");
  Drawing drawing;
  int middle;

  ui_chart_add_line (chart, series, &solid);
  ui_chart_set_axis (chart, UI_AXIS_Y, NULL, UI_RULER_LOG);
  for (int i = 0; i <= 100; i++)
    ui_series_append (series, i, i == 50 ? 0 : pow (10, -i / 25.0));
  draw (&drawing, chart, 500, 300);

  /* A falling exponential is straight, and zero is a gap. */
  middle = ui_mapping_to_pixel (&drawing.plot.axes[UI_AXIS_X], 50);
  g_assert_true (isnan (find_in_column (&drawing, middle, 0)));
  g_assert_cmpfloat_with_epsilon (
    find_in_column (&drawing, ui_mapping_to_pixel (&drawing.plot.axes[UI_AXIS_X], 25), 0),
    drawing.plot.y + drawing.plot.height / 4, 2);
  g_assert_cmpfloat_with_epsilon (drawing.plot.axes[UI_AXIS_Y].low, 1e-4, 1e-9);
  clear (&drawing);

  ui_series_truncate (series, -1);
  ui_series_append (series, 0, -3);
  draw (&drawing, chart, 500, 300);
  g_assert_true (drawing.plot.is_empty);
  clear (&drawing);
}

static void
test_smoothing (void)
{
  g_autoptr (UiChart) chart = make_chart (300, wild);
  UiColour faint = { 0.68, 0.82, 0.92, 1 };
  Drawing drawing;

  draw (&drawing, chart, 500, 300);
  g_assert_cmpint (count_pixels (&drawing, faint, 60, drawing.plot.y, 490, 250), <, 400);
  clear (&drawing);

  ui_chart_set_smoothing (chart, 0.95);
  draw (&drawing, chart, 500, 300);
  g_assert_cmpint (count_pixels (&drawing, faint, 60, drawing.plot.y, 490, 250), >, 400);
  g_assert_cmpfloat_with_epsilon (find_in_column (&drawing, 400, 0),
                                  ui_mapping_to_pixel (&drawing.plot.axes[UI_AXIS_Y], 0.5), 25);
  clear (&drawing);

  /* A line that is exact keeps its own place. */
  ui_chart_set_line_exact (chart, 0, TRUE);
  g_assert_true (ui_chart_get_shown (chart, 0) == ui_chart_get_line (chart, 0)->series);
}

/* The best epoch is seen whatever the number of points. */
static void
test_mark (void)
{
  g_autoptr (UiChart) chart = make_chart (1000000, ramp);
  Drawing drawing;
  int x;
  int y;

  ui_chart_add_mark (chart, 0, 300000, "best epoch");
  draw (&drawing, chart, 500, 300);
  x = ui_mapping_to_pixel (&drawing.plot.axes[UI_AXIS_X], 300000);
  y = ui_mapping_to_pixel (&drawing.plot.axes[UI_AXIS_Y], ramp (0.3));
  g_assert_true (is_near (pixel_at (&drawing, x, y), drawing.theme.background));
  g_assert_true (is_near (pixel_at (&drawing, x, y - 5), drawing.theme.palette[0]));
  clear (&drawing);

  ui_chart_remove_line (chart, 0);
  g_assert_cmpuint (chart->lines.marks->len, ==, 0);
}

static void
test_bars (void)
{
  static const char *labels[] = { "cat", "a long label that must not push the bars away", "dog" };
  static const double values[] = { 100, 50, NAN };
  g_autoptr (UiChart) chart = ui_chart_new (UI_CHART_BARS, "Classes");
  Drawing drawing;

  ui_chart_set_bars (chart, labels, values, 3);
  draw (&drawing, chart, 500, 300);
  for (int i = 0; i < 3; i++)
    {
      const UiMapping *axes = drawing.plot.axes;
      int y = ui_mapping_to_pixel (&axes[UI_AXIS_Y], i + 0.5);
      int end = ui_mapping_to_pixel (&axes[UI_AXIS_X], i < 2 ? values[i] : 0);

      g_assert_true (is_near (pixel_at (&drawing, end - 2, y), drawing.theme.palette[0])
                     == (i < 2));
      g_assert_false (is_near (pixel_at (&drawing, end + 2, y), drawing.theme.palette[0]));
    }
  g_assert_cmpfloat (drawing.plot.width, >, 200);
  clear (&drawing);
}

static void
test_crowded_bars (void)
{
  g_autoptr (UiChart) chart = ui_chart_new (UI_CHART_BARS, NULL);
  g_autofree double *values = g_new0 (double, 100000);
  Drawing drawing;
  int y;

  values[50000] = 10;
  ui_chart_set_bars (chart, NULL, values, 100000);
  draw (&drawing, chart, 300, 200);
  y = ui_mapping_to_pixel (&drawing.plot.axes[UI_AXIS_Y], 50000);
  g_assert_true (is_near (pixel_at (&drawing, drawing.plot.x + drawing.plot.width / 2, y),
                          drawing.theme.palette[0]));
  g_assert_cmpuint (drawing.plot.n_points, <=, 400);
  clear (&drawing);
}

static void
test_matrix (void)
{
  static const char *labels[] = { "cat", "dog" };
  static const double values[] = { 90, 10, 0, -90 };
  g_autoptr (UiChart) chart = ui_chart_new (UI_CHART_MATRIX, "Confusion");
  UiColour expected[4];
  Drawing drawing;

  ui_chart_set_matrix (chart, 2, 2, values, labels, labels);
  draw (&drawing, chart, 500, 300);
  expected[0] = drawing.theme.palette[0];
  expected[1] = drawing.theme.background;
  expected[2] = drawing.theme.background;
  expected[3] = drawing.theme.palette[1];
  for (int i = 0; i < 4; i++)
    {
      int x = ui_mapping_to_pixel (&drawing.plot.axes[UI_AXIS_X], i % 2 + 0.1);
      int y = ui_mapping_to_pixel (&drawing.plot.axes[UI_AXIS_Y], i / 2 + 0.1);

      g_assert_true (is_near (pixel_at (&drawing, x, y), expected[i])
                     || (i == 1 && !is_near (pixel_at (&drawing, x, y), expected[0])));
    }
  clear (&drawing);
}

static void
test_large_matrix (void)
{
  g_autoptr (UiChart) chart = ui_chart_new (UI_CHART_MATRIX, NULL);
  g_autofree double *values = g_new0 (double, 400 * 400);
  Drawing drawing;

  for (int i = 0; i < 400 * 200; i++)
    values[i] = 1;
  ui_chart_set_matrix (chart, 400, 400, values, NULL, NULL);
  draw (&drawing, chart, 300, 300);
  g_assert_true (is_near (pixel_at (&drawing, 150, 100), drawing.theme.palette[0]));
  g_assert_true (is_near (pixel_at (&drawing, 150, 200), drawing.theme.background));
  clear (&drawing);
}

/* Sizes and values at the end of what there is; the sanitizers judge. */
static void
test_limits (void)
{
  static const int sizes[][2] = {
    { 1, 1 }, { 2000, 20 }, { 20, 2000 }, { 40, 40 }, { 100, 60 }, { 240, 140 }, { 3, 700 },
  };
  static const double ends[] = { 0, 1e-300, 1, 1e300, G_MAXDOUBLE, -G_MAXDOUBLE };
  static const char *labels[] = { "", "a label", "标签" };

  for (int kind = UI_CHART_LINES; kind <= UI_CHART_MATRIX; kind++)
    for (gsize i = 0; i < G_N_ELEMENTS (ends); i++)
      for (gsize j = 0; j < G_N_ELEMENTS (sizes); j++)
        for (int ruler = UI_RULER_LINEAR; ruler <= UI_RULER_TIME; ruler++)
          {
            g_autoptr (UiChart) chart = ui_chart_new (kind, "A title long enough to be cut");
            g_autoptr (UiSeries) series = ui_series_new ("series");
            double values[] = { 1, ends[i], -2 };
            Drawing drawing;

            for (int k = 0; k < 3; k++)
              ui_series_append (series, k == 2 ? fabs (ends[i]) : 0, values[k]);
            ui_chart_add_line (chart, series, NULL);
            ui_chart_add_mark (chart, 0, 0, "mark");
            ui_chart_set_bars (chart, labels, values, 3);
            ui_chart_set_matrix (chart, 1, 3, values, labels, labels);
            ui_chart_set_axis (chart, UI_AXIS_X, "step", ruler);
            ui_chart_set_axis (chart, UI_AXIS_Y, "loss", ruler);
            draw (&drawing, chart, sizes[j][0], sizes[j][1]);
            clear (&drawing);
          }
}

/* A zoom into a thousandth of the way between two points, where their pixels
 * are far outside of what Cairo can count. */
static void
test_deep_zoom (void)
{
  g_autoptr (UiChart) chart = make_chart (11, ramp);
  Drawing drawing;

  ui_chart_set_range (chart, UI_AXIS_X, 5.5, 5.5 + 1e-7);
  draw (&drawing, chart, 500, 300);
  g_assert_true (drawing.plot.is_empty);
  clear (&drawing);

  ui_chart_set_range (chart, UI_AXIS_X, 5, 5 + 1e-7);
  draw (&drawing, chart, 500, 300);
  g_assert_cmpfloat_with_epsilon (find_in_column (&drawing, 300, 0),
                                  ui_mapping_to_pixel (&drawing.plot.axes[UI_AXIS_Y], 0.5), 1);
  clear (&drawing);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/draw/place", test_place);
  g_test_add_func ("/draw/gap", test_gap);
  g_test_add_func ("/draw/lone-point", test_lone_point);
  g_test_add_func ("/draw/extremes", test_extremes);
  g_test_add_func ("/draw/million", test_million);
  g_test_add_func ("/draw/dashes", test_dashes);
  g_test_add_func ("/draw/markers", test_markers);
  g_test_add_func ("/draw/legend", test_legend);
  g_test_add_func ("/draw/long-legend", test_long_legend);
  g_test_add_func ("/draw/empty", test_empty);
  g_test_add_func ("/draw/log", test_log);
  g_test_add_func ("/draw/smoothing", test_smoothing);
  g_test_add_func ("/draw/mark", test_mark);
  g_test_add_func ("/draw/bars", test_bars);
  g_test_add_func ("/draw/crowded-bars", test_crowded_bars);
  g_test_add_func ("/draw/matrix", test_matrix);
  g_test_add_func ("/draw/large-matrix", test_large_matrix);
  g_test_add_func ("/draw/limits", test_limits);
  g_test_add_func ("/draw/deep-zoom", test_deep_zoom);
  return g_test_run ();
}
