/* test-schedules.c: every record is whole, and the curves are PyTorch's
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "engine/schedule.h"

#include <math.h>
#include <string.h>

#define STEPS_PER_EPOCH 3
#define MOST_STEPS      13

/* Learning rates that PyTorch 2.15 shows before each step, or each epoch for
 * StepLR, when the rate starts at 0.1. */
static const struct
{
  const char *kind;
  double      number[2];        /* settings in the order of the record */
  guint64     warmup_steps;
  guint64     total_steps;
  guint64     stride;           /* steps between two numbers */
  int         count;
  double      rates[MOST_STEPS];
} recorded[] = {
  /* StepLR (step_size=2, gamma=0.5) */
  { "step", { 2, 0.5 }, 0, 24, STEPS_PER_EPOCH, 8,
    { 0.1, 0.1, 0.05, 0.05, 0.025, 0.025, 0.0125, 0.0125 } },
  /* CosineAnnealingLR (T_max=10, eta_min=0.01) */
  { "cosine", { 0.01 }, 0, 10, 1, 11,
    { 0.1, 0.09779754323328192, 0.09140576474687263, 0.08145033635316129, 0.06890576474687264,
      0.05500000000000001, 0.04109423525312737, 0.028549663646838717, 0.01859423525312737,
      0.012202456766718092, 0.01 } },
  /* LinearLR (start_factor=1, end_factor=0.05, total_iters=10) */
  { "linear", { 0.005 }, 0, 10, 1, 13,
    { 0.1, 0.0905, 0.081, 0.0715, 0.062, 0.0525, 0.043, 0.0335, 0.024, 0.0145, 0.005, 0.005,
      0.005 } },
  /* LinearLR (start_factor=1/5, total_iters=4) */
  { "constant", { 0 }, 4, 10, 1, 7,
    { 0.02, 0.04, 0.06, 0.08, 0.1, 0.1, 0.1 } },
  /* ChainedScheduler of that and CosineAnnealingLR (T_max=10) */
  { "cosine", { 0 }, 4, 10, 1, 10,
    { 0.020000000000000004, 0.03902113032590308, 0.05427050983124843, 0.06351141009169894,
      0.06545084971874739, 0.05000000000000001, 0.03454915028125264, 0.020610737385376353,
      0.009549150281252635, 0.002447174185242324 } },
};

static void
test_recorded (void)
{
  for (gsize row = 0; row < G_N_ELEMENTS (recorded); row++)
    {
      const NnScheduleKind *kind = nn_schedule_kind_find (recorded[row].kind);
      NnSchedule schedule = nn_schedule_initial (kind, 0.1);

      schedule.warmup_steps = recorded[row].warmup_steps;
      for (int i = 0; kind->attrs != NULL && kind->attrs[i].name != NULL; i++)
        schedule.attr[i].number[0] = recorded[row].number[i];

      for (int i = 0; i < recorded[row].count; i++)
        {
          guint64 step = (guint64) i * recorded[row].stride;
          double rate = nn_schedule_rate (&schedule, step, STEPS_PER_EPOCH,
                                          recorded[row].total_steps);

          g_assert_cmpfloat_with_epsilon (rate, recorded[row].rates[i], 1e-14);
        }
    }
}

static void
check_record (const NnScheduleKind *kind)
{
  NnSchedule schedule = nn_schedule_initial (kind, 0.25);

  g_assert_true (nn_schedule_kind_find (kind->name) == kind);
  g_assert_true (kind->title != NULL && kind->title[0] != '\0');
  g_assert_true (g_str_has_suffix (kind->summary, "."));
  g_assert_true (kind->torch == NULL || g_str_has_prefix (kind->torch, "torch.optim."));
  g_assert_nonnull (kind->rate);
  for (const NnAttr *setting = kind->attrs; setting != NULL && setting->name != NULL; setting++)
    {
      NnAttrValue initial = nn_attr_initial (setting);

      g_assert_nonnull (setting->title);
      g_assert_true (nn_attr_check (setting, &initial, NULL));
    }

  /* The first rate is the base, no later one is above it, and none depends on
   * what was asked before. */
  g_assert_cmpfloat (nn_schedule_rate (&schedule, 0, 10, 1000), ==, 0.25);
  for (guint64 step = 1000; step > 0; step--)
    {
      double rate = nn_schedule_rate (&schedule, step, 10, 1000);

      g_assert_true (rate >= 0 && rate <= 0.25);
      g_assert_cmpfloat (rate, ==, nn_schedule_rate (&schedule, step, 10, 1000));
    }

  /* Behind the end, and where there is nothing to do. */
  g_assert_cmpfloat (nn_schedule_rate (&schedule, 5000, 10, 1000), ==,
                     nn_schedule_rate (&schedule, 1000, 10, 1000));
  g_assert_true (isfinite (nn_schedule_rate (&schedule, 0, 0, 0)));
  g_assert_true (isfinite (nn_schedule_rate (&schedule, G_MAXUINT64, 1, G_MAXUINT64)));

  schedule.warmup_steps = 9;
  g_assert_cmpfloat (nn_schedule_rate (&schedule, 0, 10, 1000), ==, 0.025);
}

static void
test_records (void)
{
  const NnScheduleKind *kind;
  guint count = 0;

  for (; (kind = nn_schedule_kind_get (count)) != NULL; count++)
    {
      gboolean is_recorded = FALSE;

      check_record (kind);
      for (gsize row = 0; row < G_N_ELEMENTS (recorded); row++)
        is_recorded |= g_str_equal (recorded[row].kind, kind->name);
      g_assert_true (is_recorded);
    }

  g_assert_cmpuint (count, >=, 4);
  g_assert_null (nn_schedule_kind_find ("none"));
}

/* A family that meson does not list would never be tested. */
static void
test_list (void)
{
  g_autofree char *folder = g_test_build_filename (G_TEST_DIST, "..", "engine", "schedules", NULL);
  g_autofree char *list = g_build_filename (folder, "meson.build", NULL);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  g_autofree char *text = NULL;
  const char *name;
  int count = 0;

  g_assert_nonnull (dir);
  g_assert_true (g_file_get_contents (list, &text, NULL, NULL));
  while ((name = g_dir_read_name (dir)) != NULL)
    if (g_str_has_suffix (name, ".c"))
      {
        g_autofree char *family = g_strdup_printf ("'%.*s'", (int) strlen (name) - 2, name);

        g_assert_nonnull (strstr (text, family));
        count++;
      }
  g_assert_cmpint (count, >=, 3);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/schedules/records", test_records);
  g_test_add_func ("/schedules/list", test_list);
  g_test_add_func ("/schedules/recorded", test_recorded);
  return g_test_run ();
}
