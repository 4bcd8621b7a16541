/* test-chart.c: the description of a chart, its mappings and its themes
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "widgets/draw.h"

#include <math.h>

/* Styles of the first lines differ in dash or marker, not only in colour. */
static void
test_styles (void)
{
  for (guint i = 0; i < 20; i++)
    for (guint j = 0; j < i; j++)
      {
        UiLineStyle a = ui_line_style_nth (i);
        UiLineStyle b = ui_line_style_nth (j);

        g_assert_true (a.dash != b.dash || a.marker != b.marker);
      }
}

static void
test_mapping (void)
{
  UiMapping linear = { -3, 12, 40, 500, FALSE };
  UiMapping logarithmic = { 1e-3, 1e4, 300, -280, TRUE };

  g_assert_cmpfloat_with_epsilon (ui_mapping_to_pixel (&linear, -3), 40, 1e-9);
  g_assert_cmpfloat_with_epsilon (ui_mapping_to_pixel (&linear, 12), 540, 1e-9);
  g_assert_cmpfloat_with_epsilon (ui_mapping_to_pixel (&logarithmic, 1e4), 20, 1e-9);
  for (int pixel = 40; pixel <= 540; pixel += 25)
    {
      double value = ui_mapping_to_value (&linear, pixel);
      double log_value = ui_mapping_to_value (&logarithmic, pixel);

      g_assert_cmpfloat_with_epsilon (ui_mapping_to_pixel (&linear, value), pixel, 1e-6);
      g_assert_cmpfloat_with_epsilon (ui_mapping_to_pixel (&logarithmic, log_value), pixel, 1e-6);
    }
  g_assert_true (isnan (ui_mapping_to_pixel (&logarithmic, 0)));
}

static double
luminance_part (double value)
{
  return value <= 0.04045 ? value / 12.92 : pow ((value + 0.055) / 1.055, 2.4);
}

static double
luminance (UiColour colour)
{
  return 0.2126 * luminance_part (colour.red) + 0.7152 * luminance_part (colour.green)
         + 0.0722 * luminance_part (colour.blue);
}

static double
contrast (UiColour a,
          UiColour b)
{
  double high = MAX (luminance (a), luminance (b));
  double low = MIN (luminance (a), luminance (b));

  return (high + 0.05) / (low + 0.05);
}

/* WCAG 2.1: 3:1 for graphics, 4.5:1 for text. */
static void
test_contrast (void)
{
  for (int is_dark = 0; is_dark < 2; is_dark++)
    {
      UiTheme theme;

      ui_theme_init (&theme, is_dark);
      g_assert_cmpfloat (contrast (theme.foreground, theme.background), >, 4.5);
      for (int i = 0; i < UI_N_COLOURS; i++)
        g_assert_cmpfloat (contrast (theme.palette[i], theme.background), >=, 3);
    }
}

static void
test_read (void)
{
  g_autoptr (UiChart) chart = ui_chart_new (UI_CHART_LINES, NULL);
  g_autoptr (UiSeries) first = ui_series_new ("training loss");
  g_autoptr (UiSeries) second = ui_series_new ("validation loss");
  g_autoptr (GArray) readings = NULL;
  g_autofree char *sentence = NULL;
  double nearest;

  for (int i = 0; i <= 10; i++)
    ui_series_append (first, i, i / 16.0);
  ui_series_append (second, 5, 0.25);
  ui_series_append (second, 10, 0.125);
  ui_chart_add_line (chart, first, NULL);
  ui_chart_add_line (chart, second, NULL);
  ui_chart_set_axis (chart, UI_AXIS_X, "step", UI_RULER_WHOLE);

  g_assert_true (ui_chart_read (chart, 6.2, &nearest, &readings));
  g_assert_cmpfloat (nearest, ==, 6);
  g_assert_cmpuint (readings->len, ==, 2);
  g_assert_cmpfloat (g_array_index (readings, UiReading, 0).y, ==, 0.375);
  g_assert_cmpfloat (g_array_index (readings, UiReading, 1).x, ==, 5);
  g_assert_cmpfloat (g_array_index (readings, UiReading, 1).y, ==, 0.25);

  sentence = ui_chart_describe (chart);
  g_assert_cmpstr (sentence, ==, "training loss 0.625, validation loss 0.125 at step 10");
}

static void
count_watch (UiChart  *chart,
             gpointer  data)
{
  int *n = data;

  ++*n;
}

static void
test_watch (void)
{
  g_autoptr (UiChart) chart = ui_chart_new (UI_CHART_LINES, "Loss");
  int n = 0;
  guint id = ui_chart_add_watch (chart, count_watch, &n);

  ui_chart_set_title (chart, "Loss");
  g_assert_cmpint (n, ==, 0);
  ui_chart_set_title (chart, "Accuracy");
  ui_chart_changed (chart);
  ui_chart_set_range (chart, UI_AXIS_X, NAN, NAN);
  g_assert_cmpint (n, ==, 2);
  ui_chart_remove_watch (chart, id);
  ui_chart_changed (chart);
  g_assert_cmpint (n, ==, 2);
}

/* What is not visible is not read, and what is not there is not described. */
static void
test_hidden (void)
{
  g_autoptr (UiChart) chart = ui_chart_new (UI_CHART_LINES, NULL);
  g_autoptr (UiSeries) series = ui_series_new ("loss");
  g_autofree char *empty = ui_chart_describe (chart);
  GArray *readings = NULL;
  double first;
  double last;

  g_assert_cmpstr (empty, ==, "The chart is empty.");
  ui_series_append (series, -1, 5);
  ui_series_append (series, 3, 4);
  ui_chart_add_line (chart, series, NULL);
  g_assert_true (ui_chart_get_x_span (chart, &first, &last));
  g_assert_cmpfloat (first, ==, -1);
  g_assert_cmpfloat (last, ==, 3);
  ui_chart_set_ruler (chart, UI_AXIS_X, UI_RULER_LOG);
  g_assert_true (ui_chart_get_x_span (chart, &first, &last));
  g_assert_cmpfloat (first, ==, 3);

  ui_chart_set_line_hidden (chart, 0, TRUE);
  g_assert_false (ui_chart_get_x_span (chart, &first, &last));
  g_assert_false (ui_chart_read (chart, 0, &first, &readings));
  g_assert_null (readings);
}

static void
test_describe (void)
{
  static const char *labels[] = { "cat", "dog", "bird" };
  static const double values[] = { 30, 10, 0.5 };
  g_autoptr (UiChart) bars = ui_chart_new (UI_CHART_BARS, NULL);
  g_autoptr (UiChart) matrix = ui_chart_new (UI_CHART_MATRIX, NULL);
  g_autofree char *bars_text = NULL;
  g_autofree char *matrix_text = NULL;

  ui_chart_set_bars (bars, labels, values, 3);
  bars_text = ui_chart_describe (bars);
  g_assert_cmpstr (bars_text, ==, "3 bars, from 0.5 (bird) to 30 (cat)");
  ui_chart_set_matrix (matrix, 1, 3, values, NULL, labels);
  matrix_text = ui_chart_describe (matrix);
  g_assert_cmpstr (matrix_text, ==, "1×3 values from 0.5 to 30");
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/chart/styles", test_styles);
  g_test_add_func ("/chart/mapping", test_mapping);
  g_test_add_func ("/chart/contrast", test_contrast);
  g_test_add_func ("/chart/read", test_read);
  g_test_add_func ("/chart/watch", test_watch);
  g_test_add_func ("/chart/hidden", test_hidden);
  g_test_add_func ("/chart/describe", test_describe);
  return g_test_run ();
}
