/* test-ruler.c: tick values, their labels, and numbers for reading
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "widgets/ruler.h"

#include <locale.h>
#include <math.h>

/* The labels of the major ticks, joined by spaces. */
static char *
join_labels (UiRulerKind kind,
             double      low,
             double      high,
             int         n_ticks)
{
  g_autoptr (GArray) ticks = ui_ruler_ticks (kind, low, high, n_ticks);
  GString *text = g_string_new (NULL);
  double before = -INFINITY;

  for (guint i = 0; i < ticks->len; i++)
    {
      const UiTick *tick = &g_array_index (ticks, UiTick, i);

      g_assert_cmpfloat (tick->value, >, before);
      before = tick->value;
      if (tick->label == NULL)
        continue;
      if (text->len > 0)
        g_string_append_c (text, ' ');
      g_string_append (text, tick->label);
    }

  return g_string_free (text, FALSE);
}

static void
assert_labels (UiRulerKind  kind,
               double       low,
               double       high,
               int          n_ticks,
               const char  *expected)
{
  g_autofree char *labels = join_labels (kind, low, high, n_ticks);

  g_assert_cmpstr (labels, ==, expected);
}

static void
test_linear (void)
{
  assert_labels (UI_RULER_LINEAR, 0, 1, 5, "0.0 0.2 0.4 0.6 0.8 1.0");
  assert_labels (UI_RULER_LINEAR, 0, 2.5, 5, "0.0 0.5 1.0 1.5 2.0 2.5");
  assert_labels (UI_RULER_LINEAR, -1, 1, 4, "−1.0 −0.5 0.0 0.5 1.0");
  assert_labels (UI_RULER_LINEAR, 0, 900, 5, "0 200 400 600 800");
  assert_labels (UI_RULER_LINEAR, 0, 20000, 4, "0 5k 10k 15k 20k");
  assert_labels (UI_RULER_LINEAR, 0, 1000000, 4, "0 200k 400k 600k 800k 1M");
  assert_labels (UI_RULER_LINEAR, 10000, 10200, 4, "10k 10.05k 10.1k 10.15k 10.2k");
  assert_labels (UI_RULER_LINEAR, 0, 0.0004, 4, "0 10⁻⁴ 2×10⁻⁴ 3×10⁻⁴ 4×10⁻⁴");
  assert_labels (UI_RULER_LINEAR, 0, 5e20, 5, "0 10²⁰ 2×10²⁰ 3×10²⁰ 4×10²⁰ 5×10²⁰");
  assert_labels (UI_RULER_LINEAR, 0, 900, 3, "0 200 400 600 800");
  assert_labels (UI_RULER_WHOLE, 0, 3, 12, "0 1 2 3");
}

static void
test_log (void)
{
  assert_labels (UI_RULER_LOG, 0.001, 1000, 6, "0.001 0.01 0.1 1 10 100 1000");
  assert_labels (UI_RULER_LOG, 1, 100, 8, "1 2 5 10 20 50 100");
  assert_labels (UI_RULER_LOG, 1e-6, 1e-4, 3, "10⁻⁶ 10⁻⁵ 10⁻⁴");
  assert_labels (UI_RULER_LOG, 1e4, 1e6, 3, "10k 100k 1M");
  assert_labels (UI_RULER_LOG, 2, 4, 4, "2.0 2.5 3.0 3.5 4.0");
  assert_labels (UI_RULER_LOG, 1e-12, 1, 4, "10⁻¹² 10⁻⁹ 10⁻⁶ 0.001 1");
}

static void
test_time (void)
{
  assert_labels (UI_RULER_TIME, 0, 60, 4, "0:00 0:15 0:30 0:45 1:00");
  assert_labels (UI_RULER_TIME, 0, 7200, 4, "0:00 30:00 1:00:00 1:30:00 2:00:00");
  assert_labels (UI_RULER_TIME, 0, 1, 2, "0:00 0:00.5 0:01");
  assert_labels (UI_RULER_TIME, 0, 400000, 4, "0:00 24:00:00 48:00:00 72:00:00 96:00:00");
}

static void
test_hostile (void)
{
  static const double values[] = {
    0, -1, 1, 1e-320, 1e-300, 1e300, G_MAXDOUBLE, -G_MAXDOUBLE, 1e15 + 1, 1e15 + 2, INFINITY, NAN,
  };

  for (gsize i = 0; i < G_N_ELEMENTS (values); i++)
    for (gsize j = 0; j < G_N_ELEMENTS (values); j++)
      for (int kind = UI_RULER_LINEAR; kind <= UI_RULER_TIME; kind++)
        {
          double low = values[i];
          double high = values[j];
          g_autoptr (GArray) ticks = ui_ruler_ticks (kind, low, high, 5);

          g_assert_cmpuint (ticks->len, <=, 3000);
          ui_ruler_round_out (kind, &low, &high, 5);
          if (values[i] < values[j])
            {
              g_assert_cmpfloat (low, <=, values[i]);
              g_assert_cmpfloat (high, >=, values[j]);
            }
        }
}

static void
assert_rounded (UiRulerKind kind,
                double      low,
                double      high,
                double      expected_low,
                double      expected_high)
{
  ui_ruler_round_out (kind, &low, &high, 5);
  g_assert_cmpfloat_with_epsilon (low, expected_low, 1e-9);
  g_assert_cmpfloat_with_epsilon (high, expected_high, 1e-9);
}

static void
test_round_out (void)
{
  assert_rounded (UI_RULER_LINEAR, 0.13, 2.31, 0, 2.5);
  assert_rounded (UI_RULER_LINEAR, -7, 3, -8, 4);
  assert_rounded (UI_RULER_LINEAR, 0, 1, 0, 1);
  assert_rounded (UI_RULER_LOG, 0.013, 2.31, 0.01, 10);
  assert_rounded (UI_RULER_LOG, 3, 7, 3, 7);
}

static void
assert_format (double      value,
               int         n_digits,
               const char *expected)
{
  g_autofree char *text = ui_ruler_format (value, n_digits);

  g_assert_cmpstr (text, ==, expected);
}

static void
test_format (void)
{
  assert_format (0.21344, 4, "0.2134");
  assert_format (0.5, 4, "0.5");
  assert_format (-12.5, 4, "−12.5");
  assert_format (123456, 4, "123456");
  assert_format (0, 4, "0");
  assert_format (1.25e-5, 3, "1.25×10⁻⁵");
  assert_format (1e-7, 3, "10⁻⁷");
  assert_format (-1e-7, 3, "−10⁻⁷");
  assert_format (-2e40, 3, "−2×10⁴⁰");
  assert_format (NAN, 4, "–");
  assert_format (INFINITY, 4, "∞");
  assert_format (-INFINITY, 4, "−∞");
}

/* In a German locale printf writes a comma; labels must not. */
static void
test_locale (void)
{
  g_autofree char *before = g_strdup (setlocale (LC_NUMERIC, NULL));

  if (setlocale (LC_NUMERIC, "de_DE.UTF-8") == NULL)
    {
      g_test_skip ("The locale de_DE.UTF-8 is not installed");
      return;
    }

  assert_format (0.5, 4, "0.5");
  assert_labels (UI_RULER_LINEAR, 0, 1, 2, "0.0 0.5 1.0");
  setlocale (LC_NUMERIC, before);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ruler/linear", test_linear);
  g_test_add_func ("/ruler/log", test_log);
  g_test_add_func ("/ruler/time", test_time);
  g_test_add_func ("/ruler/hostile", test_hostile);
  g_test_add_func ("/ruler/round-out", test_round_out);
  g_test_add_func ("/ruler/format", test_format);
  g_test_add_func ("/ruler/locale", test_locale);
  return g_test_run ();
}
