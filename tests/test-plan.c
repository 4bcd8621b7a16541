/* test-plan.c: what the passes make of a program, and that it computes the same
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "engine/network.h"
#include "engine/random.h"
#include "engine/template.h"

#include <string.h>

static NnGraph *
build (const char *name)
{
  const NnTemplate *template = nn_template_find (name);
  NnShape item = nn_template_item (template);

  return nn_template_build (template, &item, template->n_classes, NULL);
}

/* A training plan of @name with fixed weights and samples, run once. */
typedef struct
{
  NnModel   *model;
  NnLowered  values;
  NnPlan    *plan;
} Ready;

static void
ready_init (Ready      *self,
            const char *name,
            NnDevice   *device,
            gboolean    keep_all)
{
  g_autoptr (NnGraph) graph = build (name);
  g_autoptr (GError) error = NULL;
  NnRandom random;
  float *x;
  gint64 *labels;

  nn_lower (graph, device, NN_MODE_TRAIN, 8, &self->values, &error);
  g_assert_no_error (error);
  self->model = nn_model_new (self->values.program, &error);
  g_assert_true (nn_model_initialise (self->model, 3, NULL));
  for (guint i = 0; keep_all && i < self->values.program->values->len; i++)
    ((NnValue *) g_ptr_array_index (self->values.program->values, i))->keep = TRUE;
  self->plan = nn_plan_new (self->values.program, self->model, NULL, &error);
  g_assert_no_error (error);

  nn_random_init (&random, 1, 2);
  x = nn_plan_get_data (self->plan, self->values.input);
  for (gint64 i = 0; i < nn_shape_count (&self->values.input->shape); i++)
    x[i] = nn_random_normal (&random);
  labels = nn_plan_get_data (self->plan, self->values.target);
  for (int i = 0; i < 8; i++)
    labels[i] = nn_random_below (&random, 2);
  nn_plan_run (self->plan, 5, 6);
}

static void
ready_clear (Ready *self)
{
  nn_plan_free (self->plan);
  nn_model_unref (self->model);
}

/* Sharing memory among values that live at different times must not show: the
 * plan that keeps every value apart computes the same bytes. */
static void
test_memory_sharing (gconstpointer name)
{
  g_autoptr (NnDevice) device = nn_cpu_device_new (2);
  Ready apart, shared;
  gsize bytes;

  ready_init (&apart, name, device, TRUE);
  ready_init (&shared, name, device, FALSE);
  bytes = (gsize) nn_model_get_flat_size (apart.model) * sizeof (float);
  g_assert_cmpfloat (*(float *) nn_plan_get_data (apart.plan, apart.values.loss), ==,
                     *(float *) nn_plan_get_data (shared.plan, shared.values.loss));
  g_assert_cmpmem (nn_model_get_gradients (apart.model), bytes,
                   nn_model_get_gradients (shared.model), bytes);
  g_assert_cmpuint (nn_plan_get_bytes (shared.plan), <, nn_plan_get_bytes (apart.plan));
  ready_clear (&apart);
  ready_clear (&shared);
}

/* The same plan twice, and one made anew: the same bytes. */
static void
test_same_bytes (gconstpointer name)
{
  g_autoptr (NnDevice) device = nn_cpu_device_new (2);
  Ready first, second;
  g_autofree float *kept = NULL;
  gsize bytes;

  ready_init (&first, name, device, FALSE);
  ready_init (&second, name, device, FALSE);
  bytes = (gsize) nn_model_get_flat_size (first.model) * sizeof (float);
  kept = g_memdup2 (nn_model_get_gradients (first.model), bytes);
  g_assert_cmpmem (kept, bytes, nn_model_get_gradients (second.model), bytes);
  for (int i = 0; i < 5; i++)
    {
      nn_plan_run (first.plan, 5, 6);
      g_assert_cmpmem (kept, bytes, nn_model_get_gradients (first.model), bytes);
    }

  /* Another step draws other numbers where numbers are drawn. */
  if (g_str_equal (name, "cnn"))
    {
      nn_plan_run (first.plan, 5, 7);
      g_assert_cmpint (memcmp (kept, nn_model_get_gradients (first.model), bytes), !=, 0);
    }
  ready_clear (&first);
  ready_clear (&second);
}

static guint
count_ops (NnPlan     *plan,
           const char *op)
{
  guint count = 0;

  for (guint i = 0; i < nn_plan_get_n_steps (plan); i++)
    count += g_str_equal (nn_plan_get_step_op (plan, i), op);
  return count;
}

/* ReLU rides along with convolutions and products, views cost no step, and the
 * first layer's input has no gradient. */
static void
test_passes (void)
{
  g_autoptr (NnDevice) device = nn_cpu_device_new (1);
  Ready ready;

  ready_init (&ready, "lenet", device, FALSE);
  g_assert_cmpuint (count_ops (ready.plan, "relu"), ==, 0);
  g_assert_cmpuint (count_ops (ready.plan, "relu-gradient"), ==, 4);
  g_assert_cmpuint (count_ops (ready.plan, "conv-2d"), ==, 2);
  g_assert_cmpuint (count_ops (ready.plan, "conv-2d-input-gradient"), ==, 1);
  g_assert_cmpuint (count_ops (ready.plan, "conv-2d-weight-gradient"), ==, 2);
  g_assert_cmpuint (count_ops (ready.plan, "reshape-to"), ==, 0);
  ready_clear (&ready);
}

/* Dropout and batch statistics are training's; the network in use has neither. */
static void
test_inference (void)
{
  g_autoptr (NnDevice) device = nn_cpu_device_new (2);
  g_autoptr (NnGraph) graph = build ("cnn");
  g_autoptr (GError) error = NULL;
  g_autoptr (NnNetwork) network = nn_network_new (graph, device, &error);
  const NnRunnable *one, *many;
  float *x;
  g_autofree float *single = NULL;

  g_assert_no_error (error);
  g_assert_true (nn_model_initialise (nn_network_get_model (network), 3, NULL));
  one = nn_network_get (network, NN_MODE_PREDICT, 1, &error);
  many = nn_network_get (network, NN_MODE_PREDICT, 7, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (count_ops (one->plan, "dropout"), ==, 0);
  g_assert_true (nn_network_get (network, NN_MODE_PREDICT, 7, NULL) == many);

  x = nn_plan_get_data (one->plan, one->values.input);
  for (int i = 0; i < 784; i++)
    x[i] = (float) (i % 13) / 13;
  nn_plan_run (one->plan, 0, 0);
  single = g_memdup2 (nn_plan_get_data (one->plan, one->values.prediction), 10 * sizeof (float));

  /* A sample gets the same scores alone and in a batch. */
  for (int k = 0; k < 7; k++)
    memcpy ((float *) nn_plan_get_data (many->plan, many->values.input) + 784 * k, x,
            784 * sizeof (float));
  nn_plan_run (many->plan, 0, 0);
  for (int i = 0; i < 70; i++)
    g_assert_cmpfloat_with_epsilon (((float *) nn_plan_get_data (many->plan,
                                                                 many->values.prediction))[i],
                                    single[i % 10], 1e-4);
}

/* One parameter in two places gets the sum of both gradients. */
static void
test_shared_value (void)
{
  g_autoptr (NnDevice) device = nn_cpu_device_new (1);
  g_autoptr (GError) error = NULL;
  g_autoptr (NnPlan) plan = NULL;
  NnProgram *program = nn_program_new (device, TRUE);
  NnShape shape = NN_SHAPE (3);
  NnValue *x = nn_program_add_value (program, NN_VALUE_INPUT, NN_FLOAT32, &shape, "x");
  NnValue *out[NN_MAX_OUT];
  NnValue *loss[NN_MAX_OUT];
  NnAttrValue all[NN_MAX_ATTRS] = { { 0, { 0 } }, { 1, { 0 } } };
  NnValue *both[] = { x, x };
  float *data;

  x->wants_gradient = TRUE;
  nn_program_call (program, nn_op_find ("mul"), NULL, both, 2, "square", 0, out, &error);
  nn_program_call (program, nn_op_find ("sum"), all, out, 1, "sum", 0, loss, &error);
  g_assert_no_error (error);
  loss[0]->keep = TRUE;
  nn_program_differentiate (program, loss[0]);
  plan = nn_plan_new (program, NULL, NULL, &error);
  g_assert_no_error (error);

  data = nn_plan_get_data (plan, x);
  for (int i = 0; i < 3; i++)
    data[i] = (float) i + 1;
  nn_plan_run (plan, 0, 0);
  g_assert_cmpfloat (*(float *) nn_plan_get_data (plan, loss[0]), ==, 14);
  for (int i = 0; i < 3; i++)
    g_assert_cmpfloat (((float *) nn_plan_get_data (plan, x->gradient))[i], ==, 2 * (i + 1));
}

int
main (int   argc,
      char *argv[])
{
  static const char *const names[] = { "tiny-mlp", "mlp", "lenet", "cnn", "mnist-cnn" };

  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *sharing = g_strdup_printf ("/plan/memory-sharing/%s", names[i]);
      g_autofree char *bytes = g_strdup_printf ("/plan/same-bytes/%s", names[i]);

      g_test_add_data_func (sharing, names[i], test_memory_sharing);
      g_test_add_data_func (bytes, names[i], test_same_bytes);
    }
  g_test_add_func ("/plan/passes", test_passes);
  g_test_add_func ("/plan/inference", test_inference);
  g_test_add_func ("/plan/shared-value", test_shared_value);
  return g_test_run ();
}
