/* test-initialisers.c: every record is whole, and starts parameters as it says
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "engine/error.h"
#include "engine/initialiser.h"
#include "tests/oracle-json.h"

#include <math.h>
#include <string.h>

/* Fills @shape with settings "name=value …" from a stream that depends on the
 * name alone. */
static void
run (const char *name,
     const char *settings,
     NnShape     shape,
     float      *data)
{
  NnInit init = nn_init_initial (nn_initialiser_find (name));
  NnAttrValue values[NN_MAX_ATTRS] = { { 0 } };
  g_autoptr (GError) error = NULL;
  gint64 fan_in, fan_out;
  NnStart start;

  g_assert_nonnull (init.kind);
  test_apply_settings (init.kind->attrs, settings, values);
  nn_init_set_values (&init, values);
  g_assert_true (nn_init_check (&init, &shape, &error));
  g_assert_no_error (error);
  nn_shape_fans (&shape, &fan_in, &fan_out);
  start = (NnStart) { data, shape, fan_in, init.number };
  nn_random_init (&start.random, 5, nn_random_stream (name));
  g_assert_true (init.kind->fill (&start, &error));
  g_assert_no_error (error);
}

static gboolean
fits (const char *name,
      NnShape     shape)
{
  NnInit init = nn_init_initial (nn_initialiser_find (name));
  g_autoptr (GError) error = NULL;
  gboolean fit = nn_init_check (&init, &shape, &error);

  if (!fit)
    g_assert_error (error, NN_ERROR, NN_ERROR_SHAPE);
  return fit;
}

/* Each record is whole, and starts the same numbers every time. */
static void
test_records (void)
{
  const NnInitialiser *initialiser;
  guint count = 0;

  for (; (initialiser = nn_initialiser_get (count)) != NULL; count++)
    {
      NnShape shape = fits (initialiser->name, NN_SHAPE (4, 6)) ? NN_SHAPE (4, 6)
                                                                : NN_SHAPE (4, 2, 3);
      float data[24], again[24];
      int n_attrs = 0;

      g_assert_true (nn_initialiser_find (initialiser->name) == initialiser);
      g_assert_true (initialiser->title != NULL && initialiser->title[0] != '\0');
      g_assert_true (g_str_has_suffix (initialiser->summary, "."));
      g_assert_true (initialiser->torch == NULL
                     || g_str_has_prefix (initialiser->torch, "torch.nn.init."));
      for (const NnAttr *attr = initialiser->attrs; attr != NULL && attr->name != NULL; attr++)
        {
          g_assert_cmpint (++n_attrs, <=, NN_MAX_INIT_NUMBERS);
          g_assert_nonnull (attr->torch);
          g_assert_cmpint (attr->type, !=, NN_ATTR_INTS);
        }

      run (initialiser->name, "", shape, data);
      run (initialiser->name, "", shape, again);
      g_assert_cmpmem (data, sizeof data, again, sizeof again);
      for (gsize i = 0; i < G_N_ELEMENTS (data); i++)
        g_assert_true (isfinite (data[i]));
    }

  g_assert_cmpuint (count, >=, 15);
  g_assert_null (nn_initialiser_find ("none"));
}

static void
test_list (void)
{
  test_list_is_whole ("engine/initialisers");
}

static NnShape
read_shape (const NnJson *json)
{
  NnShape shape = { 0 };

  for (const NnJson *axis = nn_json_first (nn_json_find (json, "shape")); axis != NULL;
       axis = nn_json_next (axis))
    g_assert_true (nn_json_as_integer (axis, 1, 100, &shape.size[shape.rank++], NULL));
  return shape;
}

/* Where nothing is random, every number is PyTorch's. */
static void
test_exact (void)
{
  g_autoptr (NnJson) file = test_oracle_open ();
  int n_cases = 0;

  for (const NnJson *json = nn_json_first (nn_json_find (file, "initialisers")); json != NULL;
       json = nn_json_next (json), n_cases++)
    {
      NnShape shape = read_shape (json);
      guint count;
      g_autofree double *numbers = test_oracle_numbers (json, "numbers", &count);
      g_autofree float *data = g_new (float, count);

      g_assert_cmpint (nn_shape_count (&shape), ==, count);
      run (nn_json_get_string (json, "name", NULL), nn_json_get_string (json, "settings", NULL),
           shape, data);
      for (guint i = 0; i < count; i++)
        g_assert_cmpfloat (data[i], ==, (float) numbers[i]);
    }
  g_assert_cmpint (n_cases, >=, 8);
}

static void
test_fans (void)
{
  g_autoptr (NnJson) file = test_oracle_open ();

  for (const NnJson *json = nn_json_first (nn_json_find (file, "fans")); json != NULL;
       json = nn_json_next (json))
    {
      NnShape shape = read_shape (json);
      gint64 fan_in, fan_out;
      guint count;
      g_autofree double *fans = test_oracle_numbers (json, "fans", &count);

      nn_shape_fans (&shape, &fan_in, &fan_out);
      g_assert_cmpfloat ((double) fan_in, ==, fans[0]);
      g_assert_cmpfloat ((double) fan_out, ==, fans[1]);
    }
}

/* Mean, deviation and extremes of 48000 numbers. */
typedef struct
{
  double mean, deviation, low, high;
} Spread;

static Spread
measure (const char *name,
         const char *settings)
{
  NnShape shape = NN_SHAPE (240, 200);
  gint64 count = nn_shape_count (&shape);
  g_autofree float *data = g_new (float, count);
  Spread spread = { 0, 0, HUGE_VAL, -HUGE_VAL };

  run (name, settings, shape, data);
  for (gint64 i = 0; i < count; i++)
    {
      spread.mean += data[i] / (double) count;
      spread.low = MIN (spread.low, data[i]);
      spread.high = MAX (spread.high, data[i]);
    }
  for (gint64 i = 0; i < count; i++)
    spread.deviation += (data[i] - spread.mean) * (data[i] - spread.mean) / (double) count;
  spread.deviation = sqrt (spread.deviation);
  return spread;
}

/* @bound is that of even numbers; of normal ones it is 0. */
static void
assert_spread (const char *name,
               const char *settings,
               double      mean,
               double      deviation,
               double      bound)
{
  Spread spread = measure (name, settings);

  g_assert_cmpfloat_with_epsilon (spread.mean, mean, 0.02 * deviation);
  g_assert_cmpfloat_with_epsilon (spread.deviation, deviation, 0.01 * deviation);
  if (bound > 0)
    {
      g_assert_cmpfloat (spread.high, <=, mean + bound * (1 + 1e-6));
      g_assert_cmpfloat (spread.high, >, mean + 0.999 * bound);
      g_assert_cmpfloat (spread.low, >=, mean - bound * (1 + 1e-6));
      g_assert_cmpfloat (spread.low, <, mean - 0.999 * bound);
    }
  else
    g_assert_cmpfloat (spread.high, >, mean + 3 * deviation);
}

/* 240 outputs, 200 inputs. */
static void
test_spread (void)
{
  double xavier = sqrt (2.0 / 440);

  assert_spread ("fan-in", "", 0, 1 / sqrt (600), 1 / sqrt (200));
  assert_spread ("uniform", "", 0.5, 1 / sqrt (12), 0.5);
  assert_spread ("uniform", "low=-3 high=1", -1, 4 / sqrt (12), 2);
  assert_spread ("normal", "", 0, 1, 0);
  assert_spread ("normal", "mean=2 deviation=0.1", 2, 0.1, 0);
  assert_spread ("xavier-uniform", "", 0, xavier, sqrt (3) * xavier);
  assert_spread ("xavier-normal", "gain=2", 0, 2 * xavier, 0);
  assert_spread ("kaiming-uniform", "", 0, sqrt (2.0 / 200), sqrt (6.0 / 200));
  assert_spread ("kaiming-normal", "mode=fan-out", 0, sqrt (2.0 / 240), 0);

  /* Of a bell cut at two deviations 0.7737 of the variance is left. */
  assert_spread ("truncated-normal", "", 0, sqrt (0.7737), 2);
  assert_spread ("truncated-normal", "mean=1 deviation=0.01 low=0 high=3", 1, 0.01, 0);
}

/* Far out in the tail everything lies at the near end. */
static void
test_truncated_tail (void)
{
  Spread spread = measure ("truncated-normal", "low=4 high=100");

  g_assert_cmpfloat (spread.low, >=, 4);
  g_assert_cmpfloat_with_epsilon (spread.mean, 4.226, 0.01);
  spread = measure ("truncated-normal", "low=50 high=51");
  g_assert_cmpfloat (spread.low, ==, 50);
  g_assert_cmpfloat (spread.high, ==, 50);
}

static void
test_gains (void)
{
  g_autoptr (NnJson) file = test_oracle_open ();

  for (const NnJson *json = nn_json_first (nn_json_find (file, "gains")); json != NULL;
       json = nn_json_next (json))
    {
      g_autofree char *settings = g_strdup_printf ("nonlinearity=%s slope=0.3",
                                                   nn_json_get_key (json));
      double gain;

      g_assert_true (nn_json_as_double (json, 0, 10, &gain, NULL));
      gain /= sqrt (200);
      assert_spread ("kaiming-uniform", settings, 0, gain, sqrt (3) * gain);
    }
}

/* The shorter side's vectors are at right angles and of length @gain. */
static void
assert_orthogonal (NnShape shape,
                   double  gain)
{
  gint64 rows = shape.size[0];
  gint64 columns = nn_shape_span (&shape, 1, shape.rank);
  g_autofree float *data = g_new (float, rows * columns);
  g_autofree char *settings = g_strdup_printf ("gain=%g", gain);
  gint64 n = MIN (rows, columns);

  run ("orthogonal", settings, shape, data);
  for (gint64 a = 0; a < n; a++)
    for (gint64 b = 0; b <= a; b++)
      {
        double product = 0;

        for (gint64 i = 0; i < MAX (rows, columns); i++)
          product += rows < columns ? (double) data[a * columns + i] * data[b * columns + i]
                                    : (double) data[i * columns + a] * data[i * columns + b];
        g_assert_cmpfloat_with_epsilon (product, a == b ? gain * gain : 0, 1e-6 * gain * gain);
      }
}

static void
test_orthogonal (void)
{
  assert_orthogonal (NN_SHAPE (40, 40), 1);
  assert_orthogonal (NN_SHAPE (30, 70), 1);
  assert_orthogonal (NN_SHAPE (70, 30), 2);
  assert_orthogonal (NN_SHAPE (16, 4, 3, 3), 1);
}

static void
test_sparse (void)
{
  float data[40 * 6];

  run ("sparse", "sparsity=0.33", NN_SHAPE (40, 6), data);
  for (int c = 0; c < 6; c++)
    {
      int n_zeros = 0;

      for (int r = 0; r < 40; r++)
        n_zeros += data[r * 6 + c] == 0;
      g_assert_cmpint (n_zeros, ==, 14);
    }
}

static void
test_refusals (void)
{
  NnInit uniform = nn_init_initial (nn_initialiser_find ("uniform"));
  NnInit dirac = nn_init_initial (nn_initialiser_find ("dirac"));
  NnShape shape = NN_SHAPE (4, 3, 3);
  g_autoptr (GError) error = NULL;

  g_assert_false (fits ("eye", NN_SHAPE (4)));
  g_assert_false (fits ("eye", NN_SHAPE (4, 3, 3)));
  g_assert_false (fits ("dirac", NN_SHAPE (4, 3)));
  g_assert_false (fits ("orthogonal", NN_SHAPE (4)));
  g_assert_false (fits ("sparse", NN_SHAPE (4, 3, 3)));

  dirac.number[0] = 3;
  g_assert_false (nn_init_check (&dirac, &shape, &error));
  g_assert_error (error, NN_ERROR, NN_ERROR_SHAPE);
  g_clear_error (&error);
  uniform.number[1] = -1;
  g_assert_false (nn_init_check (&uniform, &shape, &error));
  g_assert_error (error, NN_ERROR, NN_ERROR_ATTRIBUTE);
}

/* PReLU starts so, which torch.nn.init has no name for. */
static void
test_quarter (void)
{
  float data[3];

  run ("quarter", "", NN_SHAPE (3), data);
  for (int i = 0; i < 3; i++)
    g_assert_cmpfloat (data[i], ==, 0.25f);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/initialisers/records", test_records);
  g_test_add_func ("/initialisers/list", test_list);
  g_test_add_func ("/initialisers/exact", test_exact);
  g_test_add_func ("/initialisers/fans", test_fans);
  g_test_add_func ("/initialisers/spread", test_spread);
  g_test_add_func ("/initialisers/truncated-tail", test_truncated_tail);
  g_test_add_func ("/initialisers/gains", test_gains);
  g_test_add_func ("/initialisers/quarter", test_quarter);
  g_test_add_func ("/initialisers/orthogonal", test_orthogonal);
  g_test_add_func ("/initialisers/sparse", test_sparse);
  g_test_add_func ("/initialisers/refusals", test_refusals);
  return g_test_run ();
}
