/* test-weights.c: what PyTorch and NumPy have saved finds its place in a network
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "app/core/import.h"
#include "engine/checkpoint.h"
#include "engine/error.h"
#include "engine/template.h"

#include <math.h>
#include <string.h>

/* The files in tests/data/weights are made by tests/oracle/weights.py. */

static NnImport *
read_file (const char  *name,
           GError     **error)
{
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "data", "weights", name, NULL);

  return nn_import_read (path, &nn_limits_usual, error);
}

static NnImport *
read_good (const char *name)
{
  g_autoptr (GError) error = NULL;
  NnImport *import = read_file (name, &error);

  g_assert_no_error (error);
  g_assert_nonnull (import);
  g_assert_null (import->graph);
  return import;
}

static NnTensor *
find (NnImport   *import,
      const char *name)
{
  for (guint i = 0; i < import->tensors->len; i++)
    {
      const NnNamedTensor *named = g_ptr_array_index (import->tensors, i);

      if (g_str_equal (named->name, name))
        return named->tensor;
    }

  g_error ("There is no tensor “%s”.", name);
}

/* The numbers count upwards, as weights.py has them. */
static void
assert_counts (NnTensor      *tensor,
               NnDtype        dtype,
               const NnShape *shape)
{
  g_autoptr (NnTensor) copy = nn_tensor_to_float32 (tensor, NULL);
  const float *data = nn_tensor_get_data (copy);

  g_assert_cmpint (nn_tensor_get_dtype (tensor), ==, dtype);
  g_assert_true (nn_shape_equal (nn_tensor_get_shape (tensor), shape));
  for (gint64 i = 0; i < nn_shape_count (shape); i++)
    {
      float expected = dtype == NN_BOOL ? i % 2 : dtype == NN_UINT8 ? i : i - 2;

      g_assert_cmpfloat (data[i], ==, expected);
    }
}

static void
test_kinds (const void *file)
{
  g_autoptr (NnImport) import = read_good (file);
  const NnShape matrix = NN_SHAPE (2, 3);
  gboolean is_torch = g_str_has_suffix (file, ".pt");

  for (int dtype = 0; dtype < NN_N_DTYPES; dtype++)
    if (is_torch || dtype != NN_BFLOAT16)
      assert_counts (find (import, nn_dtype_name (dtype)), dtype, &matrix);
  g_assert_cmpuint (import->tensors->len, ==, is_torch ? NN_N_DTYPES + 6 : NN_N_DTYPES - 1);
  g_assert_null (import->notes);
}

static void
test_views (const void *file)
{
  g_autoptr (NnImport) import = read_good (file);
  const NnShape matrix = NN_SHAPE (2, 3);
  const NnShape empty = NN_SHAPE (0, 3);
  const NnShape scalar = { 0 };

  assert_counts (find (import, "transposed"), NN_FLOAT32, &matrix);
  g_assert_false (nn_tensor_is_contiguous (find (import, "transposed")));
  assert_counts (find (import, "part"), NN_FLOAT32, &matrix);
  assert_counts (find (import, "parameter"), NN_FLOAT32, &matrix);
  assert_counts (find (import, "scalar"), NN_FLOAT32, &scalar);
  assert_counts (find (import, "empty"), NN_FLOAT32, &empty);
  g_assert_true (nn_tensor_get_data (find (import, "part"))
                 == nn_tensor_get_data (find (import, "shared")));
}

static void
test_single (const void *file)
{
  g_autoptr (NnImport) import = read_good (file);
  const NnShape matrix = NN_SHAPE (2, 3);
  const NnNamedTensor *named = g_ptr_array_index (import->tensors, 0);

  g_assert_cmpuint (import->tensors->len, ==, 1);
  assert_counts (named->tensor, NN_FLOAT32, &matrix);
  if (g_str_equal (file, "fortran.npy"))
    g_assert_cmpstr (named->name, ==, "fortran");
}

static void
test_refused (void)
{
  static const struct
  {
    const char *file;
    const char *message;
  } rows[] = {
    { "whole-model.pt", "state_dict()" },
    { "torch-script.pt", "TorchScript" },
    { "objects.npy", "“|O”" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GError) error = NULL;
      NnImport *import = read_file (rows[i].file, &error);

      g_assert_null (import);
      g_assert_error (error, NN_ERROR, NN_ERROR_UNSUPPORTED);
      g_assert_true (g_str_has_prefix (error->message, rows[i].file));
      g_assert_nonnull (strstr (error->message, rows[i].message));
    }
}

/* A project with the network of weights.py. */
static AppProject *
make_project (void)
{
  static const NnTemplate template = {
    "test", "Test", "A test.",
    "conv-2d channels=4 kernel=3 padding=0\nbatch-norm\nrelu\nglobal-average-pool-2d\nflatten\n"
    "linear features=3"
  };
  AppProject *project = app_project_new ();
  NnShape item = NN_SHAPE (2, 8, 8);
  g_autoptr (GError) error = NULL;

  nn_graph_unref (project->graph);
  project->graph = nn_template_build (&template, &item, 3, &error);
  g_assert_no_error (error);
  return project;
}

static NnNetwork *
make_network (const AppProject *project,
              GBytes           *weights)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (NnDevice) device = nn_device_open ("cpu", 1, &error);
  NnNetwork *network = nn_network_new (project->graph, device, &error);

  g_assert_no_error (error);
  if (weights != NULL)
    nn_model_read_bytes (nn_network_get_model (network), weights, "weights", &error);
  g_assert_no_error (error);
  return network;
}

/* What PyTorch computes with the weights is what comes out here. */
static void
assert_runs_as_there (const AppProject *project,
                      GBytes           *weights)
{
  g_autoptr (NnImport) numbers = read_good ("network-run.npz");
  g_autoptr (NnNetwork) network = make_network (project, weights);
  g_autoptr (GError) error = NULL;
  const NnRunnable *run = nn_network_get (network, NN_MODE_PREDICT, 2, &error);
  NnTensor *input = find (numbers, "input");
  const float *expected = nn_tensor_get_data (find (numbers, "output"));
  const float *found;

  g_assert_no_error (error);
  memcpy (nn_plan_get_data (run->plan, run->values.input), nn_tensor_get_data (input),
          nn_tensor_get_bytes (input));
  nn_plan_run (run->plan, 1, 0);
  found = nn_plan_get_data (run->plan, run->values.prediction);
  for (int i = 0; i < 6; i++)
    g_assert_cmpfloat_with_epsilon (found[i], expected[i], 1e-5);
}

static void
test_state_dict (const void *file)
{
  g_autoptr (NnImport) import = read_good (file);
  g_autoptr (AppProject) project = make_project ();
  g_autoptr (NnMatch) match = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) weights = app_import_weights (project, import, NN_MATCH_NAMES, FALSE, &match,
                                                   &error);
  g_autofree char *text = NULL;

  g_assert_no_error (error);
  g_assert_cmpuint (match->n_fitting, ==, 8);
  g_assert_cmpuint (match->unexpected->len, ==, 0);
  text = app_import_describe (match);
  g_assert_null (strchr (text, '\n'));
  assert_runs_as_there (project, weights);
}

static void
test_checkpoint_notes (void)
{
  g_autoptr (NnImport) import = read_good ("checkpoint.pth");

  g_assert_nonnull (strstr (import->notes, "“epoch”"));
  g_assert_nonnull (strstr (import->notes, "“optimizer”"));
  g_assert_null (strstr (import->notes, "“state_dict”"));
}

/* Other names, in the same order. */
static void
rename_all (NnImport *import)
{
  for (guint i = 0; i < import->tensors->len; i++)
    {
      NnNamedTensor *named = g_ptr_array_index (import->tensors, i);

      if (!g_str_has_suffix (named->name, "num_batches_tracked"))
        {
          g_free (named->name);
          named->name = g_strdup_printf ("%u", i);
        }
    }
}

static void
test_order (void)
{
  g_autoptr (NnImport) import = read_good ("network.pt");
  g_autoptr (AppProject) project = make_project ();
  g_autoptr (NnMatch) by_name = NULL;
  g_autoptr (NnMatch) by_order = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) weights = NULL;

  rename_all (import);
  weights = app_import_weights (project, import, NN_MATCH_NAMES, FALSE, &by_name, &error);
  g_assert_null (weights);
  g_assert_error (error, NN_ERROR, NN_ERROR_FILE);
  g_assert_cmpuint (by_name->n_fitting, ==, 0);
  g_assert_cmpuint (by_name->missing->len, ==, 8);
  g_assert_cmpuint (by_name->unexpected->len, ==, 8);
  g_assert_true (by_name->order_fits);
  g_clear_error (&error);

  weights = app_import_weights (project, import, NN_MATCH_ORDER, FALSE, &by_order, &error);
  g_assert_no_error (error);
  assert_runs_as_there (project, weights);
}

/* One tensor is gone, one has another shape, one is too many. */
static void
damage (NnImport *import)
{
  NnShape shape = NN_SHAPE (5);

  g_ptr_array_remove_index (import->tensors, 0);
  for (guint i = 0; i < import->tensors->len; i++)
    {
      NnNamedTensor *named = g_ptr_array_index (import->tensors, i);

      if (g_str_equal (named->name, "linear1.bias"))
        {
          nn_tensor_unref (named->tensor);
          named->tensor = nn_tensor_new (NN_FLOAT32, &shape, NULL);
        }
    }
  nn_import_add (import, "extra", nn_tensor_new (NN_FLOAT32, &shape, NULL));
}

static void
test_partial (void)
{
  g_autoptr (NnImport) import = read_good ("network.pt");
  g_autoptr (AppProject) project = make_project ();
  g_autoptr (NnMatch) strict = NULL;
  g_autoptr (NnMatch) partial = NULL;
  g_autoptr (GBytes) none = NULL;
  g_autoptr (GBytes) some = NULL;
  g_autoptr (NnNetwork) started = NULL;
  g_autoptr (NnNetwork) network = NULL;
  g_autofree char *text = NULL;

  damage (import);
  none = app_import_weights (project, import, NN_MATCH_NAMES, FALSE, &strict, NULL);
  g_assert_null (none);
  g_assert_cmpuint (strict->n_fitting, ==, 6);
  text = app_import_describe (strict);
  g_assert_nonnull (strstr (text, "conv1.weight"));
  g_assert_nonnull (strstr (text, "linear1.bias (5 instead of 3)"));
  g_assert_nonnull (strstr (text, "extra"));

  some = app_import_weights (project, import, NN_MATCH_NAMES, TRUE, &partial, NULL);
  g_assert_nonnull (some);
  network = make_network (project, some);
  started = make_network (project, NULL);
  g_assert_true (nn_model_initialise (nn_network_get_model (started), project->training.seed,
                                      NULL));
  for (int i = 0; i < 2; i++)
    {
      NnModel *model = nn_network_get_model (network);
      const NnModelEntry *entry = nn_model_find (model, i == 0 ? "conv1.weight" : "conv1.bias");
      gboolean is_same =
        memcmp (nn_model_get_data (model, entry),
                nn_model_get_data (nn_network_get_model (started), entry),
                (gsize) nn_shape_count (&entry->shape) * sizeof (float)) == 0;

      g_assert_cmpint (is_same, ==, i == 0);
    }
}

/* Where nothing fits, a part of it is nothing. */
static void
test_nothing_fits (void)
{
  g_autoptr (NnImport) import = read_good ("kinds.npz");
  g_autoptr (AppProject) project = make_project ();
  g_autoptr (NnMatch) match = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) weights = app_import_weights (project, import, NN_MATCH_NAMES, TRUE, &match,
                                                   &error);

  g_assert_null (weights);
  g_assert_error (error, NN_ERROR, NN_ERROR_FILE);
  g_assert_false (match->order_fits);
}

/* A file that brings its network becomes a project of its own. */
static void
test_network (void)
{
  g_autoptr (NnImport) import = read_good ("network.pt");
  g_autoptr (AppProject) source = make_project ();
  g_autoptr (AppProject) project = NULL;
  g_autoptr (GError) error = NULL;

  import->graph = nn_graph_ref (source->graph);
  project = app_import_network (import, &error);
  g_assert_no_error (error);
  g_assert_cmpint (project->data.kind, ==, APP_DATA_NONE);
  assert_runs_as_there (project, project->weights);

  g_ptr_array_set_size (import->tensors, 1);
  g_assert_null (app_import_network (import, &error));
  g_assert_error (error, NN_ERROR, NN_ERROR_FILE);
}

static void
test_halves (void)
{
  static const guint16 halves[] = {
    0x0000, 0x8000, 0x3c00, 0xc000, 0x7bff, 0x0400, 0x0001, 0x83ff, 0x7c00, 0xfc00, 0x7e00,
  };
  static const float expected[] = {
    0, -0.0f, 1, -2, 65504, 0x1p-14f, 0x1p-24f, -1023 * 0x1p-24f, INFINITY, -INFINITY, NAN,
  };
  const NnShape shape = NN_SHAPE (G_N_ELEMENTS (halves));
  g_autoptr (NnTensor) tensor = nn_tensor_new_around (NN_FLOAT16, &shape, (void *) halves, NULL,
                                                      NULL);
  g_autoptr (NnTensor) copy = nn_tensor_to_float32 (tensor, NULL);
  const float *found = nn_tensor_get_data (copy);

  for (gsize i = 0; i < G_N_ELEMENTS (halves); i++)
    {
      gboolean is_same = found[i] == expected[i] || (isnan (found[i]) && isnan (expected[i]));

      g_assert_true (is_same);
      g_assert_cmpint (signbit (found[i]) != 0, ==, signbit (expected[i]) != 0);
    }
}

static void
add (const char *group,
     const char *file,
     void      (*test) (const void *file))
{
  g_autofree char *path = g_strdup_printf ("/weights/%s/%s", group, file);

  g_test_add_data_func (path, file, test);
}

int
main (int   argc,
      char *argv[])
{
  int status;

  g_test_init (&argc, &argv, NULL);
  add ("kinds", "kinds.pt", test_kinds);
  add ("kinds", "kinds-old.pt", test_kinds);
  add ("kinds", "kinds.npz", test_kinds);
  add ("kinds", "kinds-packed.npz", test_kinds);
  add ("kinds", "big-endian.npz", test_kinds);
  add ("views", "kinds.pt", test_views);
  add ("views", "kinds-old.pt", test_views);
  add ("single", "tensor.pt", test_single);
  add ("single", "no-checksums.pt", test_single);
  add ("single", "fortran.npy", test_single);
  add ("single", "version-2.npy", test_single);
  add ("single", "version-3.npy", test_single);
  add ("state-dict", "network.pt", test_state_dict);
  add ("state-dict", "checkpoint.pth", test_state_dict);
  g_test_add_func ("/weights/refused", test_refused);
  g_test_add_func ("/weights/checkpoint-notes", test_checkpoint_notes);
  g_test_add_func ("/weights/order", test_order);
  g_test_add_func ("/weights/partial", test_partial);
  g_test_add_func ("/weights/nothing-fits", test_nothing_fits);
  g_test_add_func ("/weights/network", test_network);
  g_test_add_func ("/weights/halves", test_halves);
  status = g_test_run ();
  g_assert_cmpint (nn_tensor_count_alive (), ==, 0);
  return status;
}
