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

/* Steps before the clock counts, fewer when they are slow. */
#define WARM_UP    50
#define WARM_UP_US 3e6

typedef struct
{
  NnNetwork         *network;
  const NnRunnable  *run;
  NnTensor          *input;
  NnTensor          *target;
  NnTensor          *moments[NN_MAX_MOMENTS];
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
  for (int i = 0; i < NN_MAX_MOMENTS; i++)
    g_clear_pointer (&self->moments[i], nn_tensor_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Work, work_clear)

/* Numbers around 0, or classes. */
static void
fill_tensor (NnTensor *tensor,
             NnRandom *random,
             gint64    n_classes)
{
  void *data = nn_tensor_get_data (tensor);

  for (gint64 i = 0; i < nn_tensor_get_count (tensor); i++)
    if (nn_tensor_get_dtype (tensor) == NN_INT64)
      ((gint64 *) data)[i] = nn_random_below (random, (guint32) n_classes);
    else
      ((float *) data)[i] = nn_random_normal (random);
}

static void
fill_samples (Work   *self,
              gint64  n_classes)
{
  NnRandom random;

  nn_random_init (&random, 1, nn_random_stream ("bench"));
  fill_tensor (self->input, &random, n_classes);
  if (self->target != NULL)
    fill_tensor (self->target, &random, n_classes);
}

/* A tensor for @value, which is bound from outside. */
static NnTensor *
make_tensor (const NnValue  *value,
             GError        **error)
{
  return nn_tensor_new (value->dtype, &value->shape, error);
}

/* @text is a name and settings: "sgd momentum=0.9". */
static gboolean
choose_optimiser (Work        *self,
                  const char  *text,
                  GError     **error)
{
  g_auto (GStrv) words = g_strsplit (text, " ", -1);
  NnModel *model = nn_network_get_model (self->network);
  NnShape flat = NN_SHAPE (nn_model_get_flat_size (model));

  self->optimiser = nn_optimiser_find (words[0]);
  self->update.rate = g_str_equal (words[0], "sgd") ? 0.01 : self->optimiser->rate;
  nn_attrs_initial (self->optimiser->attrs, self->update.attr);
  for (int i = 1; words[i] != NULL; i++)
    {
      g_auto (GStrv) pair = g_strsplit (words[i], "=", 2);
      int index = nn_attrs_find (self->optimiser->attrs, pair[0]);

      if (!nn_attr_parse (&self->optimiser->attrs[index], pair[1], &self->update.attr[index],
                          error))
        return FALSE;
    }

  for (int i = 0; i < nn_optimiser_count_moments (self->optimiser, self->update.attr); i++)
    {
      self->moments[i] = nn_tensor_new (NN_FLOAT32, &flat, error);
      if (self->moments[i] == NULL)
        return FALSE;
      self->update.moment[i] = nn_tensor_get_data (self->moments[i]);
    }

  return TRUE;
}

static gboolean
work_init (Work              *self,
           const NnTemplate  *network,
           NnDevice          *device,
           gint64             batch,
           NnPrecision        precision,
           gboolean           infer,
           GError           **error)
{
  NnShape item = nn_template_item (network);
  g_autoptr (NnGraph) graph = nn_template_build (network, &item, network->n_classes, error);
  NnModel *model;

  if (graph == NULL || (self->network = nn_network_new (graph, device, error)) == NULL)
    return FALSE;
  nn_network_set_precision (self->network, precision);
  if ((self->run = nn_network_get (self->network, infer ? NN_MODE_PREDICT : NN_MODE_TRAIN,
                                      batch, error)) == NULL
      || (self->input = make_tensor (self->run->values.input, error)) == NULL
      || (self->run->values.target != NULL
          && (self->target = make_tensor (self->run->values.target, error)) == NULL))
    return FALSE;

  fill_samples (self, network->n_classes);
  model = nn_network_get_model (self->network);
  if (!nn_model_initialise (model, 1, error))
    return FALSE;
  nn_plan_bind (self->run->plan, self->run->values.input, nn_tensor_get_data (self->input));
  if (self->target != NULL)
    nn_plan_bind (self->run->plan, self->run->values.target, nn_tensor_get_data (self->target));

  self->infer = infer;
  if (!choose_optimiser (self, network->optimiser != NULL ? network->optimiser : "sgd", error))
    return FALSE;
  self->update.w = nn_model_get_parameters (model);
  self->update.g = nn_model_get_gradients (model);
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

static double
now_us (void)
{
  struct timespec time;

  clock_gettime (CLOCK_MONOTONIC, &time);
  return (double) time.tv_sec * 1e6 + (double) time.tv_nsec / 1e3;
}

static void
warm_up (Work *self)
{
  double end = now_us () + WARM_UP_US;

  for (int i = 0; i < WARM_UP && (i < 3 || now_us () < end); i++)
    step (self);
}

static int
compare_times (gconstpointer a,
               gconstpointer b)
{
  double first = *(const double *) a;
  double second = *(const double *) b;

  return (first > second) - (first < second);
}

gboolean
app_bench (const NnTemplate  *network,
           NnDevice          *device,
           gint64             batch,
           NnPrecision        precision,
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
  if (!work_init (&work, network, device, batch, precision, infer, error))
    return FALSE;

  warm_up (&work);
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

static void
add_profile_line (GString *text,
                  NnPlan  *plan,
                  guint    step,
                  double   us)
{
  gint64 work = nn_plan_get_step_work (plan, step);
  gsize bytes = nn_plan_get_step_bytes (plan, step);
  const char *name = nn_plan_get_step_name (plan, step);

  /* A multiply-add is two operations. */
  g_string_append_printf (text, "%10.1f µs ", us);
  if (work > 0)
    g_string_append_printf (text, "%8.1f GFLOP/s ", 2 * (double) work / us / 1e3);
  else
    g_string_append_printf (text, "%8s         ", "");
  g_string_append_printf (text, "%10.1f KiB %8.1f GB/s  %-28s %-14s %s\n", (double) bytes / 1024,
                          (double) bytes / us / 1e3, nn_plan_get_step_op (plan, step),
                          nn_plan_get_step_kernel (plan, step), name != NULL ? name : "");
}

char *
app_bench_profile (const NnTemplate  *network,
                   NnDevice          *device,
                   gint64             batch,
                   NnPrecision        precision,
                   GError           **error)
{
  g_auto (Work) work = { 0 };
  g_autofree double *times = NULL;
  GString *text = NULL;
  const int rounds = 50;
  guint n_steps;

  batch = batch > 0 ? batch : network->bench_batch;
  if (!work_init (&work, network, device, batch, precision, FALSE, error))
    return NULL;

  warm_up (&work);
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
    add_profile_line (text, work.run->plan, i, times[i]);

  return g_string_free (text, FALSE);
}
