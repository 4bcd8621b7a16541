/* test-training.c: every optimiser, schedule and option can be stopped and trusted
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "engine/error.h"
#include "tests/points.h"

#include <math.h>
#include <string.h>

/* Without anything that couples the samples of a batch, or draws. */
static const char plain_layers[] = "linear features=6\ntanh\nlinear features=2";

static NnDevice *device;

/* Two runs, and runs that stop and go on, give the same bytes and the same
 * curve. */
static void
assert_trusted (const NnTraining *training)
{
  const guint64 stops[] = { 1, 5, 6, 9, 17 };
  NnTraining part = *training;
  g_autoptr (GString) told = g_string_new (NULL);
  g_autoptr (GString) told_again = g_string_new (NULL);
  g_autofree char *whole = test_train (device, training, NULL, FALSE, told);
  g_autofree char *again = test_train (device, training, NULL, FALSE, told_again);

  g_assert_cmpstr (whole, ==, again);
  g_assert_cmpstr (told->str, ==, told_again->str);

  for (gsize i = 0; i < G_N_ELEMENTS (stops); i++)
    {
      g_autofree char *folder = test_make_folder ();
      g_autoptr (GString) both = g_string_new (NULL);
      g_autofree char *half = NULL;
      g_autofree char *digest = NULL;

      part.stop_at_step = stops[i];
      half = test_train (device, &part, folder, FALSE, both);
      part.stop_at_step = 0;
      digest = test_train (device, &part, folder, TRUE, both);
      g_assert_cmpstr (digest, ==, whole);
      g_assert_cmpstr (both->str, ==, told->str);
      test_remove_folder (folder);
    }
}

static void
set_optimiser (NnTraining *training,
               const char *name)
{
  training->optimiser = nn_optimiser_find (name);
  nn_attrs_initial (training->optimiser->attrs, training->optimiser_attr);
  training->schedule.base = training->optimiser->rate;
}

static void
set_option (NnTraining *training,
            int         option,
            double      number)
{
  training->option[option].number[0] = number;
}

static void
test_optimiser (gconstpointer name)
{
  NnTraining training = test_make_training (4);

  set_optimiser (&training, name);
  assert_trusted (&training);
}

static void
test_schedule (gconstpointer name)
{
  NnTraining training = test_make_training (4);

  training.schedule = nn_schedule_initial (nn_schedule_kind_find (name), 0.01);
  for (int i = 0; training.schedule.kind->attrs != NULL
                  && training.schedule.kind->attrs[i].name != NULL; i++)
    if (g_str_equal (training.schedule.kind->attrs[i].name, "patience"))
      training.schedule.attr[i].number[0] = 0;
    else if (g_str_equal (training.schedule.kind->attrs[i].name, "epochs"))
      training.schedule.attr[i].number[0] = 1;
  assert_trusted (&training);
}

/* Settings that bring moments of their own. */
static void
test_variants (void)
{
  static const struct
  {
    const char *optimiser;
    const char *attr;
    const char *text;
  } variants[] = {
    { "adam", "amsgrad", "true" },
    { "adamw", "amsgrad", "true" },
    { "rmsprop", "centred", "true" },
    { "rmsprop", "momentum", "0.9" },
    { "sgd", "momentum", "0.9" },
    { "lbfgs", "line-search", "strong-wolfe" },
    { "lbfgs", "history", "2" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (variants); i++)
    {
      NnTraining training = test_make_training (3);
      int index;

      set_optimiser (&training, variants[i].optimiser);
      index = nn_attrs_find (training.optimiser->attrs, variants[i].attr);
      g_assert_true (nn_attr_parse (&training.optimiser->attrs[index], variants[i].text,
                                    &training.optimiser_attr[index], NULL));
      assert_trusted (&training);
    }
}

/* One cycle moves the momentum that RMSprop was not set to have. */
static void
test_cycled_momentum (void)
{
  NnTraining training = test_make_training (3);

  set_optimiser (&training, "rmsprop");
  training.schedule = nn_schedule_initial (nn_schedule_kind_find ("one-cycle"), 0.01);
  assert_trusted (&training);
}

/* Windows of four batches, of which an epoch has six, and all else at once. */
static void
test_options (void)
{
  NnTraining training = test_make_training (4);

  set_option (&training, NN_OPTION_ACCUMULATE, 4);
  assert_trusted (&training);
  set_option (&training, NN_OPTION_AVERAGE, 0.9);
  assert_trusted (&training);
  set_option (&training, NN_OPTION_CLIP_NORM, 0.1);
  set_option (&training, NN_OPTION_CLIP_VALUE, 0.02);
  set_option (&training, NN_OPTION_SPARE, 1);
  assert_trusted (&training);
  set_option (&training, NN_OPTION_ACCUMULATE, 1000);
  assert_trusted (&training);
}

/* A training of its own network and feed, for looking at. */
typedef struct
{
  Points     points;
  NnFeed     feed;
  NnNetwork *network;
  NnModel   *model;
  NnTrainer *trainer;
} Run;

static void
run_init (Run              *self,
          NnNetwork        *network,
          const NnTraining *training)
{
  g_autoptr (GError) error = NULL;

  self->feed = test_points_init (&self->points);
  self->network = network;
  self->model = nn_network_get_model (network);
  self->trainer = nn_trainer_new (network, &self->feed, training, NULL, NULL, &error);
  g_assert_no_error (error);
}

static void
run_go (Run *self)
{
  g_autoptr (GError) error = NULL;

  nn_trainer_run (self->trainer, &error);
  g_assert_no_error (error);
}

static void
run_clear (Run *self)
{
  nn_trainer_free (self->trainer);
  nn_network_free (self->network);
}

static NnTraining
plain_training (void)
{
  NnTraining training = test_make_training (1);

  set_optimiser (&training, "sgd");
  training.schedule = nn_schedule_initial (nn_schedule_kind_find ("constant"), 0.1);
  return training;
}

/* The mean over the batches of a window is the mean over one large batch, also
 * where the last batch is smaller. */
static void
test_accumulated_mean (void)
{
  NnTraining training = plain_training ();
  Run windows, whole;
  const float *a, *b;

  set_option (&training, NN_OPTION_ACCUMULATE, 6);
  run_init (&windows, test_make_network (device, plain_layers), &training);
  run_go (&windows);
  set_option (&training, NN_OPTION_ACCUMULATE, 1);
  training.batch = TEST_TRAIN;
  run_init (&whole, test_make_network (device, plain_layers), &training);
  run_go (&whole);

  a = nn_model_get_parameters (windows.model);
  b = nn_model_get_parameters (whole.model);
  for (gint64 i = 0; i < nn_model_get_flat_size (windows.model); i++)
    g_assert_cmpfloat_with_epsilon (a[i], b[i], 1e-6);
  run_clear (&windows);
  run_clear (&whole);
}

/* The squares of what SGD moved the weights by in its first step. */
static double
first_step (const NnTraining *training,
            double           *most)
{
  NnTraining one = *training;
  Run run;
  g_autofree float *before = NULL;
  const float *after;
  double sum = 0;

  one.stop_at_step = 1;
  run_init (&run, test_make_network (device, plain_layers), &one);
  after = nn_model_get_parameters (run.model);
  before = g_memdup2 (after, (gsize) nn_model_get_flat_size (run.model) * sizeof (float));
  run_go (&run);
  *most = 0;
  for (gint64 i = 0; i < nn_model_get_flat_size (run.model); i++)
    {
      double moved = after[i] - before[i];

      sum += moved * moved;
      *most = MAX (*most, fabs (moved));
    }
  run_clear (&run);
  return sum;
}

static void
test_clipping (void)
{
  NnTraining training = plain_training ();
  double most, free_most;
  double length = sqrt (first_step (&training, &free_most)) / 0.1;

  /* What is shorter than the limit is left as it is. */
  set_option (&training, NN_OPTION_CLIP_NORM, length * 1.01);
  g_assert_cmpfloat_with_epsilon (sqrt (first_step (&training, &most)) / 0.1, length, 1e-6);
  set_option (&training, NN_OPTION_CLIP_NORM, length / 3);
  g_assert_cmpfloat_with_epsilon (sqrt (first_step (&training, &most)) / 0.1, length / 3, 1e-4);
  g_assert_cmpfloat_with_epsilon (most, free_most / 3, 1e-5);

  set_option (&training, NN_OPTION_CLIP_NORM, 0);
  set_option (&training, NN_OPTION_CLIP_VALUE, free_most / 0.1 / 2);
  first_step (&training, &most);
  g_assert_cmpfloat_with_epsilon (most, free_most / 2, 1e-6);
}

/* The running mean, written out, is what a stopped training leaves. */
static void
test_average (void)
{
  NnTraining training = plain_training ();
  Run run, averaged;
  g_autofree float *mean = NULL;
  const float *w;
  gint64 count;

  set_option (&training, NN_OPTION_AVERAGE, 0.75);
  run_init (&averaged, test_make_network (device, plain_layers), &training);
  run_go (&averaged);
  count = nn_model_get_flat_size (averaged.model);
  mean = g_new0 (float, count);

  set_option (&training, NN_OPTION_AVERAGE, 0);
  for (training.stop_at_step = 1; training.stop_at_step <= 6; training.stop_at_step++)
    {
      double keep = training.stop_at_step == 1 ? 0 : 0.75;

      run_init (&run, test_make_network (device, plain_layers), &training);
      run_go (&run);
      w = nn_model_get_parameters (run.model);
      for (gint64 i = 0; i < count; i++)
        mean[i] = (float) (keep * mean[i] + (1 - keep) * w[i]);
      run_clear (&run);
    }

  g_assert_true (nn_trainer_use_average (averaged.trainer));
  g_assert_false (nn_trainer_use_average (averaged.trainer));
  w = nn_model_get_parameters (averaged.model);
  for (gint64 i = 0; i < count; i++)
    g_assert_cmpfloat_with_epsilon (w[i], mean[i], 1e-6);
  run_clear (&averaged);
}

/* The digest is of the last step, whatever weights are in use. */
static void
test_digest_of_average (void)
{
  NnTraining training = plain_training ();
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;
  Run run;

  set_option (&training, NN_OPTION_AVERAGE, 0.5);
  run_init (&run, test_make_network (device, plain_layers), &training);
  run_go (&run);
  before = nn_trainer_get_digest (run.trainer);
  g_assert_true (nn_trainer_use_average (run.trainer));
  after = nn_trainer_get_digest (run.trainer);
  g_assert_cmpstr (before, ==, after);
  run_clear (&run);
}

/* A network whose node @name has the settings "key=value …" for training. */
static NnNetwork *
make_tuned (const char  *name,
            const char  *settings,
            GError     **error)
{
  g_autoptr (NnNetwork) plain = test_make_network (device, plain_layers);
  g_autoptr (NnGraph) graph = nn_graph_dup (nn_network_get_graph (plain));
  const NnNode *node = nn_graph_find_node (graph, name);
  g_auto (GStrv) words = g_strsplit (settings, " ", 0);
  NnTuning tuning = node->tuning;

  for (int i = 0; words[i] != NULL; i++)
    {
      g_auto (GStrv) pair = g_strsplit (words[i], "=", 2);
      g_autoptr (GError) bad = NULL;

      nn_tuning_set (&tuning, node->op, pair[0], pair[1], &bad);
      g_assert_no_error (bad);
    }
  nn_graph_set_tuning (graph, node->id, &tuning);
  return nn_network_new (graph, device, error);
}

static const float *
find_weights (Run        *run,
              const char *name)
{
  return nn_model_get_data (run->model, nn_model_find (run->model, name));
}

/* Frozen weights stay, have no gradient, and save the work for it; those of the
 * other layers move on as they would. */
static void
test_frozen (void)
{
  NnTraining training = test_make_training (2);
  NnNetwork *free_network = test_make_network (device, plain_layers);
  Run run;
  float before[12], other;
  guint n_free_steps;

  n_free_steps = nn_plan_get_n_steps (nn_network_get (free_network, NN_MODE_TRAIN, 8, NULL)->plan);
  nn_network_free (free_network);

  for (int i = 0; i < 2; i++)
    {
      set_optimiser (&training, i == 0 ? "adamw" : "lbfgs");
      run_init (&run, make_tuned ("linear1", "frozen=true", NULL), &training);
      memcpy (before, find_weights (&run, "linear1.weight"), sizeof before);
      other = *find_weights (&run, "linear2.weight");
      run_go (&run);
      g_assert_cmpmem (before, sizeof before, find_weights (&run, "linear1.weight"),
                       sizeof before);
      g_assert_cmpfloat (*find_weights (&run, "linear2.weight"), !=, other);
      g_assert_cmpfloat (nn_model_get_gradients (run.model)[0], ==, 0);
      g_assert_cmpuint (nn_plan_get_n_steps (nn_network_get (run.network, NN_MODE_TRAIN, 8,
                                                             NULL)->plan), <, n_free_steps);
      run_clear (&run);
    }
}

/* Twice the learning rate for one layer is that of the optimiser for twice the
 * learning rate, and no other layer's. */
static void
test_rate_factor (void)
{
  NnTraining training = plain_training ();
  Run twice, whole;

  training.stop_at_step = 1;
  run_init (&twice, make_tuned ("linear2", "rate-factor=2", NULL), &training);
  run_go (&twice);
  training.schedule.base *= 2;
  run_init (&whole, test_make_network (device, plain_layers), &training);
  run_go (&whole);
  g_assert_cmpmem (find_weights (&twice, "linear2.weight"), 12 * sizeof (float),
                   find_weights (&whole, "linear2.weight"), 12 * sizeof (float));
  g_assert_cmpfloat (*find_weights (&twice, "linear1.weight"), !=,
                     *find_weights (&whole, "linear1.weight"));
  run_clear (&twice);
  run_clear (&whole);
}

/* With a gradient that hardly counts, weight decay alone is what shrinks. */
static void
test_decay_factors (void)
{
  NnTraining training = plain_training ();
  Run run;
  float weight, bias, tuned;

  set_optimiser (&training, "adamw");
  training.optimiser_attr[nn_attrs_find (training.optimiser->attrs, "weight-decay")].number[0] = 1;
  training.optimiser_attr[nn_attrs_find (training.optimiser->attrs, "epsilon")].number[0] = 1;
  set_option (&training, NN_OPTION_SPARE, 1);
  set_option (&training, NN_OPTION_CLIP_VALUE, 1e-9);
  training.schedule.base = 0.1;
  training.stop_at_step = 1;
  run_init (&run, make_tuned ("linear2", "decay-factor=3", NULL), &training);
  weight = *find_weights (&run, "linear1.weight");
  bias = *find_weights (&run, "linear1.bias");
  tuned = *find_weights (&run, "linear2.weight");
  run_go (&run);
  g_assert_cmpfloat_with_epsilon (*find_weights (&run, "linear1.weight"), weight * 0.9f, 1e-6);
  g_assert_cmpfloat_with_epsilon (*find_weights (&run, "linear1.bias"), bias, 1e-6);
  g_assert_cmpfloat_with_epsilon (*find_weights (&run, "linear2.weight"), tuned * 0.7f, 1e-6);
  run_clear (&run);
}

static void
test_start (void)
{
  NnTraining training = plain_training ();
  g_autoptr (GError) error = NULL;
  const float *w;
  Run run;

  run_init (&run, make_tuned ("linear1", "start.weight=eye start.bias=constant "
                              "start.bias.value=0.5", NULL), &training);
  w = find_weights (&run, "linear1.weight");
  for (int i = 0; i < 12; i++)
    g_assert_cmpfloat (w[i], ==, i == 0 || i == 3);
  for (int i = 0; i < 6; i++)
    g_assert_cmpfloat (find_weights (&run, "linear1.bias")[i], ==, 0.5f);
  run_clear (&run);

  g_assert_null (make_tuned ("linear1", "start.bias=orthogonal", &error));
  g_assert_error (error, NN_ERROR, NN_ERROR_SHAPE);
  g_assert_nonnull (strstr (error->message, "“linear1”"));
  g_assert_cmpuint (nn_error_get_node (error), >, 0);
}

static void
assert_refused (NnNetwork        *network,
                const NnTraining *training,
                const char       *words)
{
  Points points;
  NnFeed feed = test_points_init (&points);
  g_autoptr (GError) error = NULL;

  g_assert_null (nn_trainer_new (network, &feed, training, NULL, NULL, &error));
  g_assert_error (error, NN_ERROR, NN_ERROR_ATTRIBUTE);
  g_assert_nonnull (strstr (error->message, words));
  nn_network_free (network);
}

/* What does not go together is said before anything happens. */
static void
test_refusals (void)
{
  NnTraining training = test_make_training (1);

  set_optimiser (&training, "lbfgs");
  set_option (&training, NN_OPTION_ACCUMULATE, 2);
  assert_refused (test_make_network (device, plain_layers), &training, "Batches for a step");
  set_option (&training, NN_OPTION_ACCUMULATE, 1);
  assert_refused (make_tuned ("linear1", "rate-factor=0.5", NULL), &training, "linear1.weight");

  set_optimiser (&training, "adagrad");
  training.schedule = nn_schedule_initial (nn_schedule_kind_find ("one-cycle"), 0.01);
  assert_refused (test_make_network (device, plain_layers), &training, "momentum");

  training = test_make_training (1);
  {
    g_autoptr (NnNetwork) half = make_tuned ("linear1", "frozen=true", NULL);
    g_autoptr (NnGraph) graph = nn_graph_dup (nn_network_get_graph (half));
    NnTuning tuning = nn_graph_find_node (graph, "linear1")->tuning;

    nn_graph_set_tuning (graph, nn_graph_find_node (graph, "linear2")->id, &tuning);
    assert_refused (nn_network_new (graph, device, NULL), &training, "frozen");
  }
}

/* A batch that leads nowhere ends a search, and the weights are those before. */
static void
test_bad_search (void)
{
  NnTraining training = test_make_training (2);
  g_autoptr (GError) error = NULL;
  g_autofree float *before = NULL;
  gsize bytes;
  Run run;

  set_optimiser (&training, "lbfgs");
  training.schedule.base = 1e30;
  training.schedule.warmup_steps = 0;
  run_init (&run, test_make_network (device, "linear features=6\nexp\nlinear features=2"),
            &training);
  bytes = (gsize) nn_model_get_flat_size (run.model) * sizeof (float);
  before = g_memdup2 (nn_model_get_parameters (run.model), bytes);
  g_assert_false (nn_trainer_run (run.trainer, &error));
  g_assert_error (error, NN_ERROR, NN_ERROR_NUMBER);
  g_assert_cmpmem (before, bytes, nn_model_get_parameters (run.model), bytes);
  run_clear (&run);
}

int
main (int   argc,
      char *argv[])
{
  const NnOptimiser *optimiser;
  const NnScheduleKind *kind;
  int result;

  g_test_init (&argc, &argv, NULL);
  device = nn_cpu_device_new (2);
  for (guint i = 0; (optimiser = nn_optimiser_get (i)) != NULL; i++)
    {
      g_autofree char *path = g_strconcat ("/training/optimiser/", optimiser->name, NULL);

      g_test_add_data_func (path, optimiser->name, test_optimiser);
    }
  for (guint i = 0; (kind = nn_schedule_kind_get (i)) != NULL; i++)
    {
      g_autofree char *path = g_strconcat ("/training/schedule/", kind->name, NULL);

      g_test_add_data_func (path, kind->name, test_schedule);
    }
  g_test_add_func ("/training/variants", test_variants);
  g_test_add_func ("/training/cycled-momentum", test_cycled_momentum);
  g_test_add_func ("/training/options", test_options);
  g_test_add_func ("/training/accumulated-mean", test_accumulated_mean);
  g_test_add_func ("/training/clipping", test_clipping);
  g_test_add_func ("/training/average", test_average);
  g_test_add_func ("/training/digest-of-average", test_digest_of_average);
  g_test_add_func ("/training/frozen", test_frozen);
  g_test_add_func ("/training/rate-factor", test_rate_factor);
  g_test_add_func ("/training/decay-factors", test_decay_factors);
  g_test_add_func ("/training/start", test_start);
  g_test_add_func ("/training/refusals", test_refusals);
  g_test_add_func ("/training/bad-search", test_bad_search);

  result = g_test_run ();
  nn_device_unref (device);
  g_assert_cmpint (nn_tensor_count_alive (), ==, 0);
  return result;
}
