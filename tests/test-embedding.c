/* test-embedding.c: what a table of word vectors promises beyond its numbers
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "engine/build.h"
#include "engine/model.h"
#include "engine/plan.h"

#include <math.h>
#include <string.h>

#define ENTRIES  37
#define FEATURES 19
#define PADDING  5
#define N_IDS    5000

/* An embedding of N_IDS ids and the sum of the squares of its results. */
typedef struct
{
  NnDevice *device;
  NnModel  *model;
  NnPlan   *plan;
  NnValue  *ids;
  NnValue  *y;
} Table;

static void
table_init (Table *self,
            int    threads)
{
  const NnOp *op = nn_op_find ("embedding");
  NnInstr origin = { .call = { .op = op, .name = "it" } };
  NnShape shape = NN_SHAPE (N_IDS);
  NnAttrValue values[NN_MAX_ATTRS];
  NnValue *out[NN_MAX_OUT];
  NnBuild build = { .instr = &origin };
  g_autoptr (GError) error = NULL;
  NnValue *loss;

  self->device = nn_cpu_device_new (threads);
  build.program = nn_program_new (self->device, TRUE);
  nn_attrs_initial (op->attrs, values);
  values[nn_attrs_find (op->attrs, "entries")].number[0] = ENTRIES;
  values[nn_attrs_find (op->attrs, "features")].number[0] = FEATURES;
  values[nn_attrs_find (op->attrs, "padding")].number[0] = PADDING;

  self->ids = nn_program_add_value (build.program, NN_VALUE_INPUT, NN_INT64, &shape, "ids");
  nn_program_call (build.program, op, values, &self->ids, 1, "it", 7, out, &error);
  g_assert_no_error (error);
  self->y = out[0];
  self->y->keep = TRUE;

  loss = nn_build_one (&build, "square", self->y);
  nn_build_set_list (&build, "axes", 0, NULL);
  loss = nn_build_one (&build, "sum", loss);
  loss->keep = TRUE;
  nn_program_differentiate (build.program, loss);

  self->model = nn_model_new (build.program, &error);
  g_assert_no_error (error);
  g_assert_true (nn_model_initialise (self->model, 3, NULL));
  self->plan = nn_plan_new (build.program, self->model, NULL, &error);
  g_assert_no_error (error);
}

static void
table_run (Table *self)
{
  gint64 *ids = nn_plan_get_data (self->plan, self->ids);

  /* Few words get most of the places, as in sentences; the last does not exist. */
  for (gint64 i = 0; i < N_IDS; i++)
    ids[i] = i % 3 == 0 ? PADDING : i % 5 == 0 ? 1 : i * i % ENTRIES;
  ids[N_IDS - 1] = ENTRIES;
  nn_plan_run (self->plan, 1, 1);
}

static void
table_clear (Table *self)
{
  nn_plan_free (self->plan);
  nn_model_unref (self->model);
  nn_device_unref (self->device);
}

static gboolean
is_blank (const float *row)
{
  for (int i = 0; i < FEATURES; i++)
    if (row[i] != 0)
      return FALSE;

  return TRUE;
}

static void
test_padding (void)
{
  Table table;
  const float *weight, *gradient;

  table_init (&table, 2);
  weight = nn_model_get_data (table.model, nn_model_find (table.model, "it.weight"));
  gradient = nn_model_get_gradients (table.model);
  table_run (&table);
  for (int row = 0; row < ENTRIES; row++)
    g_assert_cmpint (is_blank (weight + row * FEATURES), ==, row == PADDING);
  g_assert_true (is_blank (gradient + PADDING * FEATURES));
  g_assert_false (is_blank (gradient + 1 * FEATURES));
  table_clear (&table);
}

/* A kernel cannot refuse, so that training stops at what is no number. */
static void
test_unknown_id (void)
{
  Table table;
  const float *y;

  table_init (&table, 2);
  table_run (&table);
  y = nn_plan_get_data (table.plan, table.y);
  for (int i = 0; i < FEATURES; i++)
    {
      g_assert_true (isfinite (y[(N_IDS - 2) * FEATURES + i]));
      g_assert_true (isnan (y[(N_IDS - 1) * FEATURES + i]));
    }
  table_clear (&table);
}

/* The gradient is the same sum for any number of threads. */
static void
test_threads (void)
{
  gsize bytes = ENTRIES * FEATURES * sizeof (float);
  g_autofree float *expected = NULL;

  for (int threads = 1; threads <= 5; threads++)
    {
      Table table;

      table_init (&table, threads);
      table_run (&table);
      if (expected == NULL)
        expected = g_memdup2 (nn_model_get_gradients (table.model), bytes);
      g_assert_cmpmem (nn_model_get_gradients (table.model), bytes, expected, bytes);
      table_clear (&table);
    }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/embedding/padding", test_padding);
  g_test_add_func ("/embedding/unknown-id", test_unknown_id);
  g_test_add_func ("/embedding/threads", test_threads);
  return g_test_run ();
}
