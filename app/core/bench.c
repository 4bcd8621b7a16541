/* bench.c: how long a training step takes
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "app/core/bench.h"

#include "engine/network.h"
#include "engine/optimiser.h"
#include "engine/random.h"

#include <sys/resource.h>

#define WARM_UP 50

typedef struct
{
  NnNetwork         *network;
  const NnRunnable  *run;
  NnTensor          *input;
  NnTensor          *target;
  NnUpdate           update;
  const NnOptimiser *optimiser;
  gboolean           infer;
} Work;

static void
work_clear (Work *self)
{
  g_clear_pointer (&self->network, nn_network_free);
  g_clear_pointer (&self->input, nn_tensor_unref);
  g_clear_pointer (&self->target, nn_tensor_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Work, work_clear)

static void
fill_samples (Work   *self,
              gint64  n_classes)
{
  float *x = nn_tensor_get_data (self->input);
  gint64 *labels = nn_tensor_get_data (self->target);
  NnRandom random;

  nn_random_init (&random, 1, nn_random_stream ("bench"));
  for (gint64 i = 0; i < nn_tensor_get_count (self->input); i++)
    x[i] = nn_random_normal (&random);
  for (gint64 i = 0; i < nn_tensor_get_count (self->target); i++)
    labels[i] = nn_random_below (&random, (guint32) n_classes);
}

static gboolean
work_init (Work              *self,
           const NnTemplate  *network,
           NnDevice          *device,
           gint64             batch,
           gboolean           infer,
           GError           **error)
{
  NnShape item = nn_template_item (network);
  NnShape samples = nn_shape_batch (&item, batch);
  NnShape labels = NN_SHAPE (batch);
  g_autoptr (NnGraph) graph = nn_template_build (network, &item, network->n_classes, error);
  NnModel *model;

  if (graph == NULL
      || (self->network = nn_network_new (graph, device, error)) == NULL
      || (self->input = nn_tensor_new (NN_FLOAT32, &samples, error)) == NULL
      || (self->target = nn_tensor_new (NN_INT64, &labels, error)) == NULL
      || (self->run = nn_network_get (self->network, infer ? NN_MODE_PREDICT : NN_MODE_TRAIN,
                                      batch, error)) == NULL)
    return FALSE;

  fill_samples (self, network->n_classes);
  model = nn_network_get_model (self->network);
  nn_model_initialise (model, 1);
  nn_plan_bind (self->run->plan, self->run->values.input, nn_tensor_get_data (self->input));
  if (!infer)
    nn_plan_bind (self->run->plan, self->run->values.target, nn_tensor_get_data (self->target));

  self->infer = infer;
  self->optimiser = nn_optimiser_find ("sgd");
  nn_attrs_initial (self->optimiser->attrs, self->update.attr);
  self->update.w = nn_model_get_parameters (model);
  self->update.g = nn_model_get_gradients (model);
  self->update.rate = 0.01;
  self->update.gradient_factor = 1;

  return TRUE;
}

static void
step (Work *self)
{
  NnDevice *device = nn_network_get_device (self->network);

  nn_plan_run (self->run->plan, 1, self->update.step++);
  if (!self->infer)
    device->klass->update (device, self->optimiser, &self->update,
                           nn_model_get_flat_size (nn_network_get_model (self->network)));
}

static int
compare_times (gconstpointer a,
               gconstpointer b)
{
  double first = *(const double *) a;
  double second = *(const double *) b;

  return (first > second) - (first < second);
}

static double
now_us (void)
{
  struct timespec time;

  clock_gettime (CLOCK_MONOTONIC, &time);
  return (double) time.tv_sec * 1e6 + (double) time.tv_nsec / 1e3;
}

gboolean
app_bench (const NnTemplate  *network,
           NnDevice          *device,
           gint64             batch,
           gboolean           infer,
           double             seconds,
           AppBench          *result,
           GError           **error)
{
  g_autoptr (GArray) times = g_array_new (FALSE, FALSE, sizeof (double));
  g_auto (Work) work = { 0 };
  struct rusage usage;
  double end;

  batch = batch > 0 ? batch : network->bench_batch;
  if (!work_init (&work, network, device, batch, infer, error))
    return FALSE;

  for (int i = 0; i < WARM_UP; i++)
    step (&work);
  end = now_us () + seconds * 1e6;
  while (now_us () < end || times->len < 10)
    {
      double start = now_us ();
      double time;

      step (&work);
      time = now_us () - start;
      g_array_append_val (times, time);
    }

  g_array_sort (times, compare_times);
  getrusage (RUSAGE_SELF, &usage);
  result->batch = batch;
  result->parameters = nn_model_count_parameters (nn_network_get_model (work.network));
  result->steps = times->len;
  result->step_us = g_array_index (times, double, times->len / 2);
  result->p10_us = g_array_index (times, double, times->len / 10);
  result->p90_us = g_array_index (times, double, times->len * 9 / 10);
  result->loss = infer ? 0 : *(float *) nn_plan_get_data (work.run->plan, work.run->values.loss);
  result->peak_mib = (double) usage.ru_maxrss / 1024;

  return TRUE;
}

char *
app_bench_profile (const NnTemplate  *network,
                   NnDevice          *device,
                   gint64             batch,
                   GError           **error)
{
  g_auto (Work) work = { 0 };
  g_autofree double *times = NULL;
  GString *text = NULL;
  const int rounds = 50;
  guint n_steps;

  batch = batch > 0 ? batch : network->bench_batch;
  if (!work_init (&work, network, device, batch, FALSE, error))
    return NULL;

  for (int i = 0; i < WARM_UP; i++)
    step (&work);
  n_steps = nn_plan_get_n_steps (work.run->plan);
  times = g_new0 (double, n_steps);
  for (int round = 0; round < rounds; round++)
    for (guint i = 0; i < n_steps; i++)
      {
        double start = now_us ();

        nn_plan_run_step (work.run->plan, i);
        times[i] += (now_us () - start) / rounds;
      }

  text = g_string_new (NULL);
  for (guint i = 0; i < n_steps; i++)
    g_string_append_printf (text, "%10.1f µs  %-28s %s\n", times[i],
                            nn_plan_get_step_op (work.run->plan, i),
                            nn_plan_get_step_kernel (work.run->plan, i));

  return g_string_free (text, FALSE);
}
