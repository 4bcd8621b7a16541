/* test-series.c: extents from the pyramid against a plain scan, gaps, truncation, smoothing
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "widgets/series.h"
#include "widgets/smooth.h"

#include <math.h>

static double
noise (GRand *rand)
{
  return g_rand_double_range (rand, -1, 1);
}

/* @n points with x = 0, 1, 2, …; every 97th is a gap. */
static UiSeries *
make_series (gsize n)
{
  UiSeries *series = ui_series_new ("noise");
  g_autoptr (GRand) rand = g_rand_new_with_seed (11);

  for (gsize i = 0; i < n; i++)
    g_assert_true (ui_series_append (series, i, i % 97 == 96 ? NAN : noise (rand)));

  return series;
}

static void
assert_extent (UiSeries *series,
               gsize     start,
               gsize     end)
{
  UiExtent expected;
  UiExtent extent;

  ui_extent_init (&expected);
  for (gsize i = start; i < MIN (end, ui_series_get_length (series)); i++)
    {
      double y = ui_series_get_y (series, i);

      if (!isfinite (y))
        continue;
      expected.min = MIN (expected.min, y);
      expected.max = MAX (expected.max, y);
      if (y > 0)
        expected.above_zero = MIN (expected.above_zero, y);
    }

  ui_series_measure (series, start, end, &extent);
  g_assert_cmpfloat (extent.min, ==, expected.min);
  g_assert_cmpfloat (extent.max, ==, expected.max);
  g_assert_cmpfloat (extent.above_zero, ==, expected.above_zero);
}

static void
test_measure (void)
{
  g_autoptr (UiSeries) series = make_series (10000);
  g_autoptr (GRand) rand = g_rand_new_with_seed (5);

  assert_extent (series, 0, 0);
  assert_extent (series, 0, 10000);
  assert_extent (series, 96, 97);
  assert_extent (series, 255, 257);
  assert_extent (series, 9990, 20000);
  for (int i = 0; i < 500; i++)
    {
      gsize start = g_rand_int_range (rand, 0, 10000);

      assert_extent (series, start, g_rand_int_range (rand, start, 10001));
    }
}

static void
test_truncate (void)
{
  for (gsize keep = 0; keep < 600; keep += 7)
    {
      g_autoptr (UiSeries) series = make_series (600);
      guint64 generation = ui_series_get_generation (series);

      ui_series_truncate (series, keep - 0.5);
      g_assert_cmpuint (ui_series_get_length (series), ==, keep);
      g_assert_cmpuint (ui_series_get_generation (series), >, generation);
      assert_extent (series, 0, keep);

      /* The run goes on from there. */
      for (gsize i = keep; i < keep + 40; i++)
        g_assert_true (ui_series_append (series, i, 100.0 + i));
      assert_extent (series, 0, keep + 40);
      assert_extent (series, keep, keep + 40);
    }
}

static void
test_order (void)
{
  g_autoptr (UiSeries) series = ui_series_new ("order");
  guint64 stamp;

  g_assert_true (ui_series_append (series, 1, 5));
  g_assert_true (ui_series_append (series, 1, 6));
  stamp = ui_series_get_stamp (series);
  g_assert_false (ui_series_append (series, 0.5, 7));
  g_assert_false (ui_series_append (series, NAN, 7));
  g_assert_false (ui_series_append (series, INFINITY, 7));
  g_assert_cmpuint (ui_series_get_length (series), ==, 2);
  g_assert_cmpuint (ui_series_get_stamp (series), ==, stamp);
  g_assert_true (ui_series_append (series, 2, INFINITY));
  g_assert_cmpuint (ui_series_get_stamp (series), >, stamp);
  assert_extent (series, 0, 3);
}

static void
test_nearest (void)
{
  g_autoptr (UiSeries) series = ui_series_new ("nearest");
  gsize index;

  g_assert_false (ui_series_find_nearest (series, 0, &index));
  for (int i = 0; i < 5; i++)
    ui_series_append (series, i * 10, i);

  g_assert_true (ui_series_find_nearest (series, -100, &index));
  g_assert_cmpuint (index, ==, 0);
  ui_series_find_nearest (series, 14, &index);
  g_assert_cmpuint (index, ==, 1);
  ui_series_find_nearest (series, 16, &index);
  g_assert_cmpuint (index, ==, 2);
  ui_series_find_nearest (series, 1e9, &index);
  g_assert_cmpuint (index, ==, 4);
  g_assert_cmpuint (ui_series_find (series, 10), ==, 1);
  g_assert_cmpuint (ui_series_find (series, 10.5), ==, 2);
  g_assert_cmpuint (ui_series_find (series, 41), ==, 5);
}

static void
test_columns (void)
{
  g_autoptr (UiSeries) series = make_series (10000);
  double edges[101];
  UiColumn columns[100];
  gsize next = 2000;

  for (int i = 0; i <= 100; i++)
    edges[i] = 2000 + i * 33.3;
  ui_series_measure_columns (series, edges, 100, columns);

  for (int i = 0; i < 100; i++)
    {
      UiExtent extent;

      g_assert_cmpuint (columns[i].start, ==, next);
      g_assert_cmpuint (columns[i].end, ==, (gsize) ceil (edges[i + 1]));
      next = columns[i].end;
      ui_series_measure (series, columns[i].start, columns[i].end, &extent);
      g_assert_cmpfloat (columns[i].extent.min, ==, extent.min);
      g_assert_cmpfloat (columns[i].extent.max, ==, extent.max);
      if (isfinite (columns[i].first))
        g_assert_cmpfloat (columns[i].first, ==, ui_series_get_y (series, columns[i].start));
    }
}

static void
test_million (void)
{
  g_autoptr (UiSeries) series = make_series (1000000);
  gint64 start = g_get_monotonic_time ();
  UiExtent extent;

  for (int i = 0; i < 1000; i++)
    ui_series_measure (series, i, 1000000 - i, &extent);
  g_test_message ("1000 extents of a million points: %" G_GINT64_FORMAT " µs",
                  g_get_monotonic_time () - start);
  g_assert_cmpfloat (extent.max, >, 0.999);
  g_assert_cmpfloat (extent.min, <, -0.999);
}

/* The formula written out: weights w^k, normalised. */
static double
expected_smooth (const double *y,
                 int           n,
                 double        weight)
{
  double sum = 0;
  double weights = 0;
  double factor = 1;

  for (int i = n - 1; i >= 0; i--)
    {
      if (!isfinite (y[i]))
        continue;
      sum += factor * y[i];
      weights += factor;
      factor *= weight;
    }

  return sum / weights;
}

static void
test_smooth (void)
{
  static const double y[] = { 4, 2, NAN, 8, 1, 3 };
  g_autoptr (UiSeries) series = ui_series_new ("loss");
  g_autoptr (UiSmooth) smooth = ui_smooth_new ();

  /* Point by point, as a run delivers them. */
  for (int i = 0; i < 6; i++)
    {
      UiSeries *result;

      ui_series_append (series, i, y[i]);
      result = ui_smooth_update (smooth, series, 0.6);
      g_assert_cmpuint (ui_series_get_length (result), ==, i + 1);
      if (isnan (y[i]))
        g_assert_true (isnan (ui_series_get_y (result, i)));
      else
        g_assert_cmpfloat_with_epsilon (ui_series_get_y (result, i),
                                        expected_smooth (y, i + 1, 0.6), 1e-12);
    }

  /* Another weight, and another past, start anew. */
  g_assert_cmpfloat_with_epsilon (ui_series_get_y (ui_smooth_update (smooth, series, 0.1), 5),
                                  expected_smooth (y, 6, 0.1), 1e-12);
  ui_series_truncate (series, 1);
  ui_series_append (series, 2, 10);
  g_assert_cmpfloat_with_epsilon (ui_series_get_y (ui_smooth_update (smooth, series, 0.1), 2),
                                  expected_smooth ((double[]) { 4, 2, 10 }, 3, 0.1), 1e-12);

  /* A weight of one would show nothing of the data. */
  g_assert_true (isfinite (ui_series_get_y (ui_smooth_update (smooth, series, 1), 2)));
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/series/measure", test_measure);
  g_test_add_func ("/series/truncate", test_truncate);
  g_test_add_func ("/series/order", test_order);
  g_test_add_func ("/series/nearest", test_nearest);
  g_test_add_func ("/series/columns", test_columns);
  g_test_add_func ("/series/million", test_million);
  g_test_add_func ("/series/smooth", test_smooth);
  return g_test_run ();
}
