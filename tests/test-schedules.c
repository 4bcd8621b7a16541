/* test-schedules.c: every record is whole, and the curves are PyTorch's
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "engine/schedule.h"
#include "tests/oracle-json.h"

#include <math.h>

/* The rate of the step behind @step steps, where nothing watches the loss. */
static double
rate_at (const NnSchedule *schedule,
         guint64           step,
         guint64           steps_per_epoch,
         guint64           total_steps)
{
  NnScheduleTime time = { step, steps_per_epoch, total_steps };
  NnScheduleState state = nn_schedule_begin (schedule);

  return nn_schedule_rate (schedule, &time, &state);
}

/* Step by step as a training asks, with a loss at the end of each epoch. */
static void
run_recorded (const NnJson *file,
              const NnJson *json)
{
  const NnScheduleKind *kind = nn_schedule_kind_find (nn_json_get_string (json, "name", NULL));
  NnSchedule schedule = nn_schedule_initial (kind, 0.1);
  NnScheduleState state = nn_schedule_begin (&schedule);
  guint n_rates, n_momenta, n_losses;
  g_autofree double *rates = test_oracle_numbers (json, "rates", &n_rates);
  g_autofree double *momenta = test_oracle_numbers (json, "momenta", &n_momenta);
  g_autofree double *losses = test_oracle_numbers (file, "losses", &n_losses);
  g_autoptr (GError) error = NULL;
  gint64 per_epoch;

  g_assert_true (nn_json_get_integer (file, "steps-per-epoch", 1, 10, &per_epoch, NULL));
  test_apply_settings (kind->attrs, nn_json_get_string (json, "settings", NULL), schedule.attr);
  g_assert_true (nn_schedule_check (&schedule, &error));
  g_assert_no_error (error);

  for (guint i = 0; i < n_rates; i++)
    {
      NnScheduleTime time = { i, (guint64) per_epoch, n_rates };
      double momentum = nn_schedule_momentum (&schedule, &time, &state);

      g_assert_cmpfloat_with_epsilon (nn_schedule_rate (&schedule, &time, &state), rates[i], 1e-14);
      g_assert_true (isnan (momentum) == (kind->momentum == NULL));
      if (kind->momentum != NULL)
        g_assert_cmpfloat_with_epsilon (momentum, momenta[i], 1e-14);
      if ((i + 1) % (guint) per_epoch == 0)
        nn_schedule_watch (&schedule, losses[i / (guint) per_epoch], &state);
    }
}

static void
test_recorded (void)
{
  g_autoptr (NnJson) file = test_oracle_open ();

  for (const NnJson *json = nn_json_first (nn_json_find (file, "schedules")); json != NULL;
       json = nn_json_next (json))
    run_recorded (file, json);
}

/* LinearLR (start_factor=1/5, total_iters=4), alone and with CosineAnnealingLR
 * (T_max=10) in a ChainedScheduler, as PyTorch 2.15 has it. */
static void
test_warm_up (void)
{
  static const double alone[] = { 0.02, 0.04, 0.06, 0.08, 0.1, 0.1, 0.1 };
  static const double chained[] = {
    0.020000000000000004, 0.03902113032590308, 0.05427050983124843, 0.06351141009169894,
    0.06545084971874739, 0.05000000000000001, 0.03454915028125264, 0.020610737385376353,
    0.009549150281252635, 0.002447174185242324
  };
  NnSchedule constant = nn_schedule_initial (nn_schedule_kind_find ("constant"), 0.1);
  NnSchedule cosine = nn_schedule_initial (nn_schedule_kind_find ("cosine"), 0.1);

  constant.warmup_steps = cosine.warmup_steps = 4;
  for (gsize i = 0; i < G_N_ELEMENTS (alone); i++)
    g_assert_cmpfloat_with_epsilon (rate_at (&constant, i, 3, 10), alone[i], 1e-14);
  for (gsize i = 0; i < G_N_ELEMENTS (chained); i++)
    g_assert_cmpfloat_with_epsilon (rate_at (&cosine, i, 3, 10), chained[i], 1e-14);
}

static void
check_record (const NnScheduleKind *kind)
{
  NnSchedule schedule = nn_schedule_initial (kind, 0.25);
  double first;

  g_assert_true (nn_schedule_kind_find (kind->name) == kind);
  g_assert_true (kind->title != NULL && kind->title[0] != '\0');
  g_assert_true (g_str_has_suffix (kind->summary, "."));
  g_assert_true (kind->torch == NULL || g_str_has_prefix (kind->torch, "torch.optim."));
  g_assert_nonnull (kind->rate);
  g_assert_true (nn_schedule_check (&schedule, NULL));
  for (const NnAttr *setting = kind->attrs; setting != NULL && setting->name != NULL; setting++)
    g_assert_nonnull (setting->title);

  /* No rate is above the base, and none depends on what was asked before. */
  for (guint64 step = 1000; step > 0; step--)
    {
      double rate = rate_at (&schedule, step, 10, 1000);

      g_assert_true (rate >= 0 && rate <= 0.25);
      g_assert_cmpfloat (rate, ==, rate_at (&schedule, step, 10, 1000));
    }

  /* Behind the end, and where there is nothing to do. */
  g_assert_cmpfloat (rate_at (&schedule, 5000, 10, 1000), ==, rate_at (&schedule, 1000, 10, 1000));
  for (guint64 total = 0; total < 4; total++)
    for (guint64 step = 0; step <= total; step++)
      g_assert_true (isfinite (rate_at (&schedule, step, 1, total)));
  g_assert_true (isfinite (rate_at (&schedule, 0, 0, 0)));
  g_assert_true (isfinite (rate_at (&schedule, G_MAXUINT64, 1, G_MAXUINT64)));

  first = rate_at (&schedule, 0, 10, 1000);
  schedule.warmup_steps = 9;
  g_assert_cmpfloat_with_epsilon (rate_at (&schedule, 0, 10, 1000), first / 10, 1e-15);
}

/* Each record is whole and has recorded numbers. */
static void
test_records (void)
{
  g_autoptr (NnJson) file = test_oracle_open ();
  const NnScheduleKind *kind;
  guint count = 0;

  for (; (kind = nn_schedule_kind_get (count)) != NULL; count++)
    {
      gboolean is_recorded = FALSE;

      check_record (kind);
      for (const NnJson *json = nn_json_first (nn_json_find (file, "schedules")); json != NULL;
           json = nn_json_next (json))
        is_recorded |= g_str_equal (nn_json_get_string (json, "name", NULL), kind->name);
      g_assert_true (is_recorded);
    }

  g_assert_cmpuint (count, >=, 10);
  g_assert_null (nn_schedule_kind_find ("none"));
}

static void
test_list (void)
{
  test_list_is_whole ("engine/schedules");
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/schedules/records", test_records);
  g_test_add_func ("/schedules/list", test_list);
  g_test_add_func ("/schedules/recorded", test_recorded);
  g_test_add_func ("/schedules/warm-up", test_warm_up);
  return g_test_run ();
}
