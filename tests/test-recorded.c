/* test-recorded.c: the same numbers as PyTorch, recorded by data/recorded/make.py
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "engine/checkpoint.h"
#include "engine/network.h"
#include "engine/optimiser.h"
#include "engine/safetensors.h"
#include "engine/template.h"

#include <math.h>
#include <string.h>

static NnDevice *device;

typedef struct
{
  NnSafetensors *file;
  NnNetwork     *network;
  NnModel       *model;
  gint64         batch;
} Case;

static const NnSafetensor *
find (Case       *self,
      const char *prefix,
      const char *name)
{
  g_autofree char *key = g_strconcat (prefix, name, NULL);
  const NnSafetensor *tensor = nn_safetensors_find (self->file, key);

  if (tensor == NULL)
    g_error ("nothing is recorded of %s", key);
  return tensor;
}

static void
case_init (Case       *self,
           const char *name)
{
  g_autofree char *file = g_strconcat (name, ".safetensors", NULL);
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "data", "recorded", file, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (NnGraph) graph = NULL;
  const NnSafetensor *input;
  NnTemplate template = { "recorded", "Recorded", "As PyTorch has it." };
  NnShape item;

  self->file = nn_safetensors_open (path, &error);
  g_assert_no_error (error);
  input = find (self, "", "input");
  item = nn_shape_item (&input->shape);
  self->batch = input->shape.size[0];

  template.layers = nn_safetensors_get_metadata (self->file, "layers");
  template.loss = nn_safetensors_get_metadata (self->file, "loss");
  graph = nn_template_build (&template, &item,
                             g_ascii_strtoll (nn_safetensors_get_metadata (self->file, "classes"),
                                              NULL, 10), &error);
  g_assert_no_error (error);
  self->network = nn_network_new (graph, device, &error);
  g_assert_no_error (error);
  self->model = nn_network_get_model (self->network);

  for (guint i = 0; i < nn_model_get_n_entries (self->model); i++)
    {
      const NnModelEntry *entry = nn_model_get_entry (self->model, i);
      const NnSafetensor *before = find (self, "before.", entry->name);

      g_assert_true (nn_shape_equal (&before->shape, &entry->shape));
      memcpy (nn_model_get_data (self->model, entry), before->data,
              (gsize) nn_shape_count (&entry->shape) * sizeof (float));
    }
}

static void
case_clear (Case *self)
{
  nn_network_free (self->network);
  nn_safetensors_unref (self->file);
}

/* @expected need not be aligned. */
static void
compare (const char  *what,
         const float *found,
         const void  *expected,
         gint64       count,
         double       tolerance)
{
  for (gint64 i = 0; i < count; i++)
    {
      float wanted;

      memcpy (&wanted, (const char *) expected + i * (gint64) sizeof wanted, sizeof wanted);
      if (!(fabs (found[i] - wanted) <= tolerance * (1 + fabs (wanted))))
        {
          g_test_message ("%s: number %" G_GINT64_FORMAT " is %.7g, PyTorch has %.7g", what, i,
                          found[i], wanted);
          g_test_fail ();
          return;
        }
    }
}

static void
compare_gradients (Case *self)
{
  for (guint i = 0; i < nn_model_get_n_entries (self->model); i++)
    {
      const NnModelEntry *entry = nn_model_get_entry (self->model, i);

      if (!entry->is_state)
        compare (entry->name, nn_model_get_gradients (self->model) + entry->offset,
                 find (self, "gradient.", entry->name)->data, nn_shape_count (&entry->shape), 2e-5);
    }
}

/* The settings behind each name in make.py. */
static const NnOptimiser *
set_optimiser (const char *name,
               NnUpdate   *update)
{
  static const struct
  {
    const char *name;
    const char *optimiser;
    double      rate;
    const char *attrs[4];
    double      numbers[4];
  } settings[] = {
    { "sgd", "sgd", 0.1 },
    { "momentum", "sgd", 0.05, { "momentum", "weight-decay" }, { 0.9, 0.01 } },
    { "nesterov", "sgd", 0.1, { "momentum", "nesterov" }, { 0.8, 1 } },
    { "adam", "adam", 0.01 },
    { "adamw", "adamw", 0.01, { "weight-decay" }, { 0.1 } },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (settings); i++)
    if (g_str_equal (settings[i].name, name))
      {
        const NnOptimiser *optimiser = nn_optimiser_find (settings[i].optimiser);

        nn_attrs_initial (optimiser->attrs, update->attr);
        for (int k = 0; settings[i].attrs[k] != NULL; k++)
          {
            int index = nn_attrs_find (optimiser->attrs, settings[i].attrs[k]);

            g_assert_cmpint (index, >=, 0);
            update->attr[index].number[0] = settings[i].numbers[k];
          }
        update->rate = settings[i].rate;
        update->gradient_factor = 1;
        return optimiser;
      }

  g_assert_not_reached ();
}

static void
test_case (gconstpointer name)
{
  Case self;
  g_autoptr (GError) error = NULL;
  const NnRunnable *run;
  g_auto (GStrv) losses = NULL;
  NnUpdate update = { 0 };
  const NnOptimiser *optimiser;
  gint64 flat;

  case_init (&self, name);
  flat = nn_model_get_flat_size (self.model);
  losses = g_strsplit (nn_safetensors_get_metadata (self.file, "losses"), " ", -1);
  optimiser = set_optimiser (nn_safetensors_get_metadata (self.file, "optimiser"), &update);
  update.w = nn_model_get_parameters (self.model);
  update.g = nn_model_get_gradients (self.model);
  for (int i = 0; i < optimiser->n_moments; i++)
    update.moment[i] = g_new0 (float, flat);

  run = nn_network_get (self.network, NN_MODE_TRAIN, self.batch, &error);
  g_assert_no_error (error);
  memcpy (nn_plan_get_data (run->plan, run->values.input), find (&self, "", "input")->data,
          (gsize) nn_shape_count (&run->values.input->shape) * sizeof (float));
  memcpy (nn_plan_get_data (run->plan, run->values.target), find (&self, "", "target")->data,
          (gsize) nn_shape_count (&run->values.target->shape)
          * nn_dtype_size (run->values.target->dtype));

  for (guint step = 0; losses[step] != NULL; step++)
    {
      float loss;
      double expected = g_ascii_strtod (losses[step], NULL);

      nn_plan_run (run->plan, 1, step);
      loss = *(float *) nn_plan_get_data (run->plan, run->values.loss);
      g_assert_cmpfloat_with_epsilon (loss, expected, 1e-5 * (1 + expected));
      if (step == 0)
        compare_gradients (&self);
      update.step = step + 1;
      device->klass->update (device, optimiser, &update, flat);
    }

  for (guint i = 0; i < nn_model_get_n_entries (self.model); i++)
    {
      const NnModelEntry *entry = nn_model_get_entry (self.model, i);

      compare (entry->name, nn_model_get_data (self.model, entry),
               find (&self, "after.", entry->name)->data, nn_shape_count (&entry->shape), 1e-4);
    }

  /* Running averages, and nothing random, after training. */
  run = nn_network_get (self.network, NN_MODE_PREDICT, self.batch, &error);
  g_assert_no_error (error);
  memcpy (nn_plan_get_data (run->plan, run->values.input), find (&self, "", "input")->data,
          (gsize) nn_shape_count (&run->values.input->shape) * sizeof (float));
  nn_plan_run (run->plan, 1, 0);
  compare ("scores", nn_plan_get_data (run->plan, run->values.prediction),
           find (&self, "", "scores")->data, nn_shape_count (&run->values.prediction->shape), 2e-4);

  for (int i = 0; i < optimiser->n_moments; i++)
    g_free (update.moment[i]);
  case_clear (&self);
}

/* Parameters of the networks that are compared with PyTorch's. */
static void
test_counts (void)
{
  static const struct
  {
    const char *name;
    gint64      parameters;
  } counts[] = {
    { "tiny-mlp", 354 },
    { "mlp", 669706 },
    { "lenet", 61706 },
    { "mnist-cnn", 1199882 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (counts); i++)
    {
      const NnTemplate *template = nn_template_find (counts[i].name);
      NnShape item = nn_template_item (template);
      g_autoptr (GError) error = NULL;
      g_autoptr (NnGraph) graph = nn_template_build (template, &item, template->n_classes, &error);
      g_autoptr (NnNetwork) network = NULL;

      g_assert_no_error (error);
      network = nn_network_new (graph, device, &error);
      g_assert_no_error (error);
      g_assert_cmpint (nn_model_count_parameters (nn_network_get_model (network)), ==,
                       counts[i].parameters);
    }
}

int
main (int   argc,
      char *argv[])
{
  static const char *const names[] = { "dense", "convolution", "odd", "numbers", "binary" };
  int result;

  g_test_init (&argc, &argv, NULL);
  device = nn_cpu_device_new (2);
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = g_strdup_printf ("/recorded/%s", names[i]);

      g_test_add_data_func (path, names[i], test_case);
    }
  g_test_add_func ("/recorded/counts", test_counts);

  result = g_test_run ();
  nn_device_unref (device);
  return result;
}
