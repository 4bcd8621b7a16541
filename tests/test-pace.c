/* test-pace.c: how fast a training goes, and how long it will take
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "app/core/pace.h"

#include <math.h>

/* @steps_per_second steps of 10 samples each, told every 20 ms for @seconds. */
static void
run (AppPace *pace,
     double   from,
     double   seconds,
     double   steps_per_second,
     guint64  first_step)
{
  for (int i = 0; i <= (int) (seconds * 50); i++)
    {
      double time = from + i / 50.0;
      guint64 step = first_step + (guint64) (i / 50.0 * steps_per_second);

      app_pace_add (pace, (gint64) (time * G_USEC_PER_SEC), step, step * 10);
    }
}

static void
test_unknown (void)
{
  AppPace pace = { 0 };

  g_assert_cmpfloat (app_pace_get_per_second (&pace), ==, 0);
  g_assert_true (isnan (app_pace_get_seconds_left (&pace, 100)));

  app_pace_add (&pace, 1000, 1, 10);
  g_assert_true (isnan (app_pace_get_seconds_left (&pace, 100)));

  /* Too short to say anything. */
  app_pace_add (&pace, 2000, 2, 20);
  g_assert_true (isnan (app_pace_get_seconds_left (&pace, 100)));
}

static void
test_steady (void)
{
  AppPace pace = { 0 };

  run (&pace, 5, 3, 100, 0);
  g_assert_cmpfloat_with_epsilon (app_pace_get_per_second (&pace), 1000, 10);
  g_assert_cmpfloat_with_epsilon (app_pace_get_seconds_left (&pace, 200), 2, 0.05);
  g_assert_cmpfloat (app_pace_get_seconds_left (&pace, 0), ==, 0);
}

/* What was long ago does not count, and what comes after a pause begins anew. */
static void
test_changes (void)
{
  AppPace pace = { 0 };

  run (&pace, 0, 20, 1000, 0);
  run (&pace, 20, 10, 100, 20000);
  g_assert_cmpfloat_with_epsilon (app_pace_get_per_second (&pace), 1000, 20);

  app_pace_clear (&pace);
  g_assert_cmpfloat (app_pace_get_per_second (&pace), ==, 0);
  run (&pace, 100, 2, 50, 21000);
  g_assert_cmpfloat_with_epsilon (app_pace_get_per_second (&pace), 500, 10);
}

/* Steps that go back, as after a resumed run, are no speed. */
static void
test_backwards (void)
{
  AppPace pace = { 0 };

  run (&pace, 0, 1, 100, 5000);
  app_pace_add (&pace, 3 * G_USEC_PER_SEC, 10, 100);
  g_assert_cmpfloat (app_pace_get_per_second (&pace), ==, 0);
  g_assert_true (isnan (app_pace_get_seconds_left (&pace, 5)));
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/pace/unknown", test_unknown);
  g_test_add_func ("/pace/steady", test_steady);
  g_test_add_func ("/pace/changes", test_changes);
  g_test_add_func ("/pace/backwards", test_backwards);

  return g_test_run ();
}
