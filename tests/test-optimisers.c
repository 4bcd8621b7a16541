/* test-optimisers.c: every record is whole, agrees with PyTorch, and may be divided at will
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "engine/error.h"
#include "engine/optimiser.h"
#include "engine/random.h"

#include <math.h>
#include <string.h>

#define N_WEIGHTS 5
#define N_STEPS   5

/* Weights after the first and the fifth step, recorded from PyTorch 2.15 on a
 * CPU with the start and the gradients that run_recorded() uses. */
static const struct
{
  const char *name;
  double      rate;
  const char *settings;         /* "name=value …" beside the initial ones */
  float       first[N_WEIGHTS];
  float       last[N_WEIGHTS];
} recorded[] = {
  { "sgd", 0.1, "",
    { 0.5, -1.14999998, 1.92499995, 0.0150000006, 0.125 },
    { 0.350000024, -1.17499995, 2.02499986, -0.0349999964, -0.075000003 } },
  { "sgd", 0.05, "weight-decay=0.1",
    { 0.497500002, -1.19375002, 1.95249999, 0.00254999986, 0.0625 },
    { 0.41368252, -1.18299043, 1.96318161, -0.0218162406, -0.0381797217 } },
  { "sgd", 0.1, "momentum=0.9",
    { 0.5, -1.14999998, 1.92499995, 0.0150000006, 0.125 },
    { -0.00212498778, -0.71271497, 1.98029256, -0.183522478, 0.120637476 } },
  { "sgd", 0.1, "momentum=0.9 dampening=0.3 weight-decay=0.01",
    { 0.499500006, -1.14874995, 1.92299998, 0.0150099993, 0.125 },
    { 0.143862486, -0.73935771, 1.87385714, -0.100562796, 0.236731201 } },
  { "sgd", 0.1, "momentum=0.8 nesterov=true",
    { 0.5, -1.07000005, 1.86500001, 0.0350000001, 0.225000009 },
    { -0.000399998768, -0.821111977, 2.026824, -0.154328033, -0.0268399827 } },
  { "sgd", 0.1, "momentum=0.8 nesterov=true weight-decay=0.05",
    { 0.495499998, -1.05875003, 1.847, 0.0350899994, 0.225000009 },
    { -0.0245092604, -0.750318527, 1.89135039, -0.149647579, -0.0381512046 } },
  { "adam", 0.001, "",
    { 0.5, -1.24899995, 1.99899995, -0.00899999961, 0.000999999931 },
    { 0.497818589, -1.24715066, 1.99915206, -0.0100933816, 0.00133783882 } },
  { "adam", 0.1, "beta1=0.8 beta2=0.95 epsilon=0.001",
    { 0.5, -1.15009987, 1.90013313, 0.0896015987, 0.0999200568 },
    { 0.283881843, -0.982744157, 1.93164551, -0.0190734677, 0.10570617 } },
  { "adam", 0.05, "weight-decay=0.1",
    { 0.450000018, -1.20000005, 1.95000005, 0.0399999917, 0.049999997 },
    { 0.333541811, -1.0892297, 1.90656555, -0.0148514584, 0.0659213588 } },
  { "adam", 0.1, "beta1=0.3 beta2=0.9",
    { 0.5, -1.14999998, 1.89999998, 0.0900000036, 0.100000001 },
    { 0.310168326, -1.10074246, 2.00016308, 0.0030281283, -0.0337141342 } },
  { "adamw", 0.001, "",
    { 0.499994993, -1.24898744, 1.99897993, -0.00899989903, 0.000999999931 },
    { 0.497793585, -1.24708807, 1.99905193, -0.0100928973, 0.00133778015 } },
  { "adamw", 0.1, "beta1=0.8 beta2=0.95 epsilon=0.001 weight-decay=0.2",
    { 0.49000001, -1.1250999, 1.86013317, 0.0898015946, 0.0999200568 },
    { 0.243377164, -0.876941323, 1.74689484, -0.021114219, 0.0950079709 } },
  { "adamw", 0.05, "weight-decay=0",
    { 0.5, -1.20000005, 1.95000005, 0.0399999917, 0.049999997 },
    { 0.390928864, -1.10753942, 1.95760715, -0.0146691427, 0.0668919384 } },
};

static void
apply_settings (const NnOptimiser *optimiser,
                const char        *settings,
                NnAttrValue       *attr)
{
  g_auto (GStrv) words = g_strsplit (settings, " ", 0);

  nn_attrs_initial (optimiser->attrs, attr);
  for (int i = 0; words[i] != NULL && words[i][0] != '\0'; i++)
    {
      g_auto (GStrv) pair = g_strsplit (words[i], "=", 2);
      int index = nn_attrs_find (optimiser->attrs, pair[0]);
      g_autoptr (GError) error = NULL;

      g_assert_cmpint (index, >=, 0);
      nn_attr_parse (&optimiser->attrs[index], pair[1], &attr[index], &error);
      g_assert_no_error (error);
    }
}

static void
assert_close (const float *found,
              const float *expected)
{
  for (int i = 0; i < N_WEIGHTS; i++)
    if (fabsf (found[i] - expected[i]) > 1e-6f * MAX (1, fabsf (expected[i])))
      g_error ("weight %d is %.9g and must be %.9g", i, (double) found[i], (double) expected[i]);
}

/* @gradient_factor undoes what the gradients are divided by. */
static void
run_recorded (gsize  row,
              double gradient_factor)
{
  const NnOptimiser *optimiser = nn_optimiser_find (recorded[row].name);
  float w[N_WEIGHTS] = { 0.5, -1.25, 2, -0.01, 0 };
  float g[N_WEIGHTS];
  float moments[NN_MAX_MOMENTS][N_WEIGHTS] = { { 0 } };
  NnUpdate update = { .w = w, .g = g, .gradient_factor = gradient_factor };

  update.rate = recorded[row].rate;
  apply_settings (optimiser, recorded[row].settings, update.attr);
  for (int i = 0; i < optimiser->n_moments; i++)
    update.moment[i] = moments[i];

  for (int k = 1; k <= N_STEPS; k++)
    {
      for (int i = 0; i < N_WEIGHTS; i++)
        g[i] = (float) ((i * 7 + k * 5) % 11 - 5) / 4 / (float) gradient_factor;
      update.step = (guint64) k;
      optimiser->update (&update, 0, N_WEIGHTS);
      if (k == 1)
        assert_close (w, recorded[row].first);
    }
  assert_close (w, recorded[row].last);
}

static void
test_recorded (void)
{
  for (gsize row = 0; row < G_N_ELEMENTS (recorded); row++)
    {
      run_recorded (row, 1);
      run_recorded (row, 0.25);
    }
}

static void
check_record (const NnOptimiser *optimiser)
{
  NnAttrValue attr[NN_MAX_ATTRS] = { { 0 } };
  g_autoptr (GError) error = NULL;
  int n_attrs = 0;

  g_assert_true (nn_optimiser_find (optimiser->name) == optimiser);
  g_assert_true (optimiser->title != NULL && optimiser->title[0] != '\0');
  g_assert_true (g_str_has_suffix (optimiser->summary, "."));
  g_assert_true (g_str_has_prefix (optimiser->torch, "torch.optim."));
  g_assert_cmpint (optimiser->n_moments, >=, 0);
  g_assert_cmpint (optimiser->n_moments, <=, NN_MAX_MOMENTS);
  g_assert_cmpfloat (optimiser->rate, >, 0);
  g_assert_nonnull (optimiser->update);

  for (const NnAttr *setting = optimiser->attrs; setting->name != NULL; setting++)
    {
      g_assert_cmpint (n_attrs++, <, NN_MAX_ATTRS);
      g_assert_nonnull (setting->title);
      g_assert_nonnull (setting->torch);
      g_assert_cmpint (nn_attrs_find (optimiser->attrs, setting->name), ==,
                       (int) (setting - optimiser->attrs));
    }

  nn_attrs_initial (optimiser->attrs, attr);
  g_assert_true (nn_optimiser_check (optimiser, attr, &error));
  g_assert_no_error (error);

  attr[0].number[0] = -1;
  g_assert_false (nn_optimiser_check (optimiser, attr, &error));
  g_assert_error (error, NN_ERROR, NN_ERROR_ATTRIBUTE);
}

/* Each record is whole and has recorded numbers. */
static void
test_records (void)
{
  const NnOptimiser *optimiser;
  guint count = 0;

  for (; (optimiser = nn_optimiser_get (count)) != NULL; count++)
    {
      gboolean is_recorded = FALSE;

      check_record (optimiser);
      for (gsize row = 0; row < G_N_ELEMENTS (recorded); row++)
        is_recorded |= g_str_equal (recorded[row].name, optimiser->name);
      g_assert_true (is_recorded);
    }

  g_assert_cmpuint (count, >=, 3);
  g_assert_null (nn_optimiser_find ("none"));
}

/* A family that meson does not list would never be tested. */
static void
test_list (void)
{
  g_autofree char *folder = g_test_build_filename (G_TEST_DIST, "..", "engine", "optimisers", NULL);
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
  g_assert_cmpint (count, >=, 2);
}

static void
test_nesterov_rule (void)
{
  const NnOptimiser *sgd = nn_optimiser_find ("sgd");
  NnAttrValue attr[NN_MAX_ATTRS] = { { 0 } };
  g_autoptr (GError) error = NULL;

  apply_settings (sgd, "nesterov=true", attr);
  g_assert_false (nn_optimiser_check (sgd, attr, &error));
  g_assert_error (error, NN_ERROR, NN_ERROR_ATTRIBUTE);
  g_clear_error (&error);

  apply_settings (sgd, "nesterov=true momentum=0.9 dampening=0.1", attr);
  g_assert_false (nn_optimiser_check (sgd, attr, NULL));
  apply_settings (sgd, "nesterov=true momentum=0.9", attr);
  g_assert_true (nn_optimiser_check (sgd, attr, NULL));
}

#define N_SPLIT 1037            /* more than a few vectors, and a rest behind them */

typedef struct
{
  float w[N_SPLIT];
  float g[N_SPLIT];
  float moment[NN_MAX_MOMENTS][N_SPLIT];
} Buffers;

static void
fill (Buffers *buffers)
{
  NnRandom random;

  memset (buffers, 0, sizeof *buffers);
  nn_random_init (&random, 3, nn_random_stream ("split"));
  for (int i = 0; i < N_SPLIT; i++)
    {
      buffers->w[i] = nn_random_normal (&random);
      buffers->g[i] = nn_random_normal (&random) * 0.1f;
    }
}

/* Three steps in ranges of @width elements, the last range first. */
static void
run_split (gsize    row,
           gint64   width,
           Buffers *buffers)
{
  const NnOptimiser *optimiser = nn_optimiser_find (recorded[row].name);
  NnUpdate update = {
    .w = buffers->w,
    .g = buffers->g,
    .moment = { buffers->moment[0], buffers->moment[1], buffers->moment[2] },
    .rate = recorded[row].rate,
    .gradient_factor = 0.7,
  };

  apply_settings (optimiser, recorded[row].settings, update.attr);
  fill (buffers);
  for (guint64 k = 1; k <= 3; k++)
    {
      update.step = k;
      for (gint64 first = (N_SPLIT - 1) / width * width; first >= 0; first -= width)
        optimiser->update (&update, first, MIN (first + width, N_SPLIT));
    }
}

static void
test_split (void)
{
  static const gint64 widths[] = { 1, 3, 8, 17, 64, 500, 1036 };
  g_autofree Buffers *whole = g_new (Buffers, 1);
  g_autofree Buffers *parts = g_new (Buffers, 1);

  for (gsize row = 0; row < G_N_ELEMENTS (recorded); row++)
    {
      run_split (row, N_SPLIT, whole);
      for (gsize i = 0; i < G_N_ELEMENTS (widths); i++)
        {
          run_split (row, widths[i], parts);
          g_assert_cmpmem (whole, sizeof *whole, parts, sizeof *parts);
        }
    }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/optimisers/records", test_records);
  g_test_add_func ("/optimisers/list", test_list);
  g_test_add_func ("/optimisers/recorded", test_recorded);
  g_test_add_func ("/optimisers/nesterov-rule", test_nesterov_rule);
  g_test_add_func ("/optimisers/split", test_split);
  return g_test_run ();
}
