/* test-noise.c: layers that draw numbers keep to what they promise
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "engine/op.h"
#include "engine/plan.h"
#include "engine/random.h"

#include <math.h>
#include <string.h>

#define SEED 5

static NnDevice *device;

/* What the layer @name, set as @attr = @number, makes of @x in the step @step. */
static float *
compute (const char    *name,
         const char    *attr,
         double         number,
         const NnShape *shape,
         const float   *x,
         guint64        step)
{
  const NnOp *op = nn_op_find (name);
  NnProgram *program = nn_program_new (device, TRUE);
  gsize bytes = (gsize) nn_shape_count (shape) * sizeof (float);
  NnValue *in = nn_program_add_value (program, NN_VALUE_INPUT, NN_FLOAT32, shape, "x");
  NnAttrValue values[NN_MAX_ATTRS];
  NnValue *out[NN_MAX_OUT];
  g_autoptr (NnPlan) plan = NULL;
  g_autoptr (GError) error = NULL;

  nn_attrs_initial (op->attrs, values);
  values[nn_attrs_find (op->attrs, attr)].number[0] = number;
  nn_program_call (program, op, values, &in, 1, "it", 1, out, &error);
  g_assert_no_error (error);
  out[0]->keep = TRUE;
  plan = nn_plan_new (program, NULL, NULL, &error);
  g_assert_no_error (error);

  memcpy (nn_plan_get_data (plan, in), x, bytes);
  nn_plan_run (plan, SEED, step);
  return g_memdup2 (nn_plan_get_data (plan, out[0]), bytes);
}

static float *
draw_normal (const NnShape *shape)
{
  gint64 count = nn_shape_count (shape);
  float *x = g_new (float, count);
  NnRandom random;

  nn_random_init (&random, SEED, nn_random_stream ("x"));
  for (gint64 i = 0; i < count; i++)
    x[i] = nn_random_normal (&random);
  return x;
}

/* Every group of @size neighbours is 0 or @factor times what it was; the share of zeros. */
static double
measure_dropped (const float *x,
                 const float *y,
                 gint64       count,
                 gint64       size,
                 float        factor)
{
  gint64 n_dropped = 0;

  for (gint64 first = 0; first < count; first += size)
    {
      gboolean dropped = y[first] == 0;

      n_dropped += dropped;
      for (gint64 i = first; i < first + size; i++)
        g_assert_cmpfloat_with_epsilon (y[i], dropped ? 0 : factor * x[i], 1e-5);
    }
  return (double) n_dropped * (double) size / (double) count;
}

static void
test_channels (void)
{
  NnShape shape = NN_SHAPE (64, 32, 3, 5);
  gint64 count = nn_shape_count (&shape);
  g_autofree float *x = draw_normal (&shape);
  g_autofree float *y = compute ("dropout-channels", "rate", 0.25, &shape, x, 1);
  g_autofree float *again = compute ("dropout-channels", "rate", 0.25, &shape, x, 1);
  g_autofree float *later = compute ("dropout-channels", "rate", 0.25, &shape, x, 2);
  gsize bytes = (gsize) count * sizeof (float);

  g_assert_cmpfloat_with_epsilon (measure_dropped (x, y, count, 15, 1 / 0.75f), 0.25, 0.03);
  g_assert_cmpmem (y, bytes, again, bytes);
  g_assert_true (memcmp (y, later, bytes) != 0);
}

static void
test_depth (void)
{
  NnShape shape = NN_SHAPE (2000, 3, 2, 2);
  gint64 count = nn_shape_count (&shape);
  g_autofree float *x = draw_normal (&shape);
  g_autofree float *y = compute ("stochastic-depth", "rate", 0.4, &shape, x, 1);
  int n_dropped = 0;

  g_assert_cmpfloat_with_epsilon (measure_dropped (x, y, count, 12, 1 / 0.6f), 0.4, 0.04);

  /* In the other mode all samples share one fate, which differs from step to step. */
  for (guint64 step = 0; step < 100; step++)
    {
      g_autofree float *all = compute ("stochastic-depth", "mode", 1, &shape, x, step);

      n_dropped += measure_dropped (x, all, count, count, 1 / 0.8f) > 0;
    }
  g_assert_cmpint (n_dropped, >, 8);
  g_assert_cmpint (n_dropped, <, 36);
}

/* Mean 0 and variance 1 go in and come out, and what is dropped becomes one number. */
static void
test_alpha (void)
{
  NnShape shape = NN_SHAPE (200, 500);
  gint64 count = nn_shape_count (&shape);
  g_autofree float *x = draw_normal (&shape);
  g_autofree float *y = compute ("alpha-dropout", "rate", 0.3, &shape, x, 1);
  double sum = 0;
  double squares = 0;

  for (gint64 i = 0; i < count; i++)
    {
      sum += y[i];
      squares += (double) y[i] * y[i];
    }
  g_assert_cmpfloat_with_epsilon (sum / (double) count, 0, 0.02);
  g_assert_cmpfloat_with_epsilon (squares / (double) count, 1, 0.03);
}

static void
test_rrelu (void)
{
  NnShape shape = NN_SHAPE (100, 100);
  gint64 count = nn_shape_count (&shape);
  g_autofree float *x = draw_normal (&shape);
  g_autofree float *y = compute ("rrelu", "upper", 0.5, &shape, x, 1);
  double sum = 0;
  gint64 n_below = 0;
  float least = 1;
  float most = 0;

  for (gint64 i = 0; i < count; i++)
    if (x[i] >= 0)
      g_assert_cmpfloat (y[i], ==, x[i]);
    else if (x[i] < -0.1f)
      {
        float slope = y[i] / x[i];

        least = MIN (least, slope);
        most = MAX (most, slope);
        sum += slope;
        n_below++;
      }

  /* From 1/8 to 1/2, evenly. */
  g_assert_cmpfloat_with_epsilon (least, 0.125, 1e-3);
  g_assert_cmpfloat_with_epsilon (most, 0.5, 1e-3);
  g_assert_cmpfloat_with_epsilon (sum / (double) n_below, 0.3125, 0.01);
}

int
main (int   argc,
      char *argv[])
{
  int result;

  g_test_init (&argc, &argv, NULL);
  device = nn_cpu_device_new (2);
  g_test_add_func ("/noise/channels", test_channels);
  g_test_add_func ("/noise/depth", test_depth);
  g_test_add_func ("/noise/alpha", test_alpha);
  g_test_add_func ("/noise/rrelu", test_rrelu);

  result = g_test_run ();
  nn_device_unref (device);
  return result;
}
