/* test-exchange.c: every file format is told whole, and what it writes comes back
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "engine/error.h"
#include "engine/file.h"
#include "engine/format.h"
#include "engine/template.h"
#include "engine/weights.h"

#include <glib/gstdio.h>
#include <string.h>

static const char layers[] =
  "conv-2d channels=4 kernel=3\nbatch-norm\nrelu\nglobal-average-pool-2d\nflatten\n"
  "linear features=3";

/* A network with every kind of name: weights, biases and running state. */
static NnNetwork *
make_network (void)
{
  NnTemplate template = { "test", "Test", "A test.", layers };
  NnShape item = NN_SHAPE (2, 8, 8);
  g_autoptr (GError) error = NULL;
  g_autoptr (NnGraph) graph = nn_template_build (&template, &item, 3, &error);
  g_autoptr (NnDevice) device = nn_device_open ("cpu", 1, &error);
  NnNetwork *network;

  g_assert_no_error (error);
  network = nn_network_new (graph, device, &error);
  g_assert_no_error (error);
  g_assert_true (nn_model_initialise (nn_network_get_model (network), 4, NULL));
  return network;
}

static void
test_record (const void *data)
{
  const NnFormat *format = data;

  g_assert_true (format->name[0] != '\0');
  for (const char *c = format->name; *c != '\0'; c++)
    g_assert_true (g_ascii_islower (*c) || g_ascii_isdigit (*c) || *c == '-');
  g_assert_true (nn_format_find (format->name) == format);
  g_assert_true (format->title[0] != '\0');
  g_assert_true (g_str_has_suffix (format->summary, "."));
  g_assert_nonnull (format->suffixes[0]);
  g_assert_true (format->read != NULL || format->write != NULL);
  g_assert_true ((format->read != NULL) == (format->fits != NULL));
}

static void
assert_same_numbers (GPtrArray *read,
                     GPtrArray *written)
{
  g_assert_cmpuint (read->len, ==, written->len);
  for (guint i = 0; i < written->len; i++)
    {
      const NnNamedTensor *expected = g_ptr_array_index (written, i);
      const NnNamedTensor *found = NULL;
      g_autoptr (NnTensor) copy = NULL;

      for (guint k = 0; k < read->len && found == NULL; k++)
        if (g_str_equal (((NnNamedTensor *) g_ptr_array_index (read, k))->name, expected->name))
          found = g_ptr_array_index (read, k);
      g_assert_nonnull (found);
      g_assert_cmpint (nn_tensor_get_dtype (found->tensor), ==, NN_FLOAT32);
      g_assert_true (nn_shape_equal (nn_tensor_get_shape (found->tensor),
                                     nn_tensor_get_shape (expected->tensor)));
      copy = nn_tensor_dup (found->tensor, NULL);
      g_assert_cmpmem (nn_tensor_get_data (copy), nn_tensor_get_bytes (copy),
                       nn_tensor_get_data (expected->tensor),
                       nn_tensor_get_bytes (expected->tensor));
    }
}

/* What is written is recognised, whatever it is called, and holds the numbers
 * under PyTorch's names. */
static void
test_round_trip (const void *data)
{
  const NnFormat *format = data;
  g_autofree char *folder = g_dir_make_tmp ("epoch-exchange-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "x", NULL);
  g_autoptr (NnNetwork) network = make_network ();
  g_autoptr (GPtrArray) weights = nn_weights_list (nn_network_get_model (network));
  const NnExport what = { network, "x" };
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (NnImport) import = NULL;
  g_autoptr (GError) error = NULL;

  if (format->write == NULL || format->read == NULL || format->content != NN_CONTENT_WEIGHTS)
    {
      g_test_skip ("This format does not carry weights both ways.");
      g_assert_cmpint (g_rmdir (folder), ==, 0);
      return;
    }

  format->write (&what, path, &error);
  g_assert_no_error (error);
  bytes = nn_file_map (path, &error);
  g_assert_true (nn_format_recognise (bytes) == format);

  import = nn_import_read (path, &nn_limits_usual, &error);
  g_assert_no_error (error);
  g_assert_null (import->graph);
  g_assert_null (import->notes);
  assert_same_numbers (import->tensors, weights);

  g_assert_cmpint (g_remove (path), ==, 0);
  g_assert_cmpint (g_rmdir (folder), ==, 0);
}

/* A folder that is not there, and no file of another name. */
static void
test_unwritable (const void *data)
{
  const NnFormat *format = data;
  g_autofree char *folder = g_dir_make_tmp ("epoch-exchange-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "no", "x", NULL);
  g_autoptr (NnNetwork) network = make_network ();
  const NnExport what = { network, "x" };
  g_autoptr (GError) error = NULL;

  if (format->write != NULL)
    {
      g_assert_false (format->write (&what, path, &error));
      g_assert_error (error, NN_ERROR, NN_ERROR_FILE);
      g_assert_nonnull (strstr (error->message, path));
    }
  g_assert_cmpint (g_rmdir (folder), ==, 0);
}

static void
test_list (void)
{
  g_autoptr (GBytes) noise = g_bytes_new_static ("What is this?", 13);
  g_autoptr (GBytes) nothing = g_bytes_new_static ("", 0);

  for (int i = 0; nn_formats[i] != NULL; i++)
    for (int k = 0; k < i; k++)
      g_assert_cmpstr (nn_formats[i]->name, !=, nn_formats[k]->name);
  g_assert_null (nn_format_find ("gif"));
  g_assert_null (nn_format_recognise (noise));
  g_assert_null (nn_format_recognise (nothing));
  g_assert_true (nn_format_for_path ("a.b/x.SafeTensors") == nn_format_find ("safetensors"));
  g_assert_null (nn_format_for_path ("safetensors"));
  g_assert_null (nn_format_for_path ("x.gif"));
}

static void
test_unknown_file (void)
{
  g_autofree char *folder = g_dir_make_tmp ("epoch-exchange-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "cat.gif", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_true (nn_file_write (path, "GIF89a", 6, &error));
  g_assert_null (nn_import_read (path, &nn_limits_usual, &error));
  g_assert_error (error, NN_ERROR, NN_ERROR_UNSUPPORTED);
  g_assert_nonnull (strstr (error->message, "“cat.gif”"));
  g_assert_nonnull (strstr (error->message, "Safetensors"));
  g_assert_cmpint (g_remove (path), ==, 0);
  g_assert_cmpint (g_rmdir (folder), ==, 0);
}

static void
test_names (void)
{
  g_autoptr (NnNetwork) network = make_network ();
  g_autoptr (GPtrArray) weights = nn_weights_list (nn_network_get_model (network));
  static const char *const expected[] = {
    "conv1.weight", "conv1.bias", "batch_norm1.weight", "batch_norm1.bias",
    "batch_norm1.running_mean", "batch_norm1.running_var", "linear1.weight", "linear1.bias",
  };

  g_assert_cmpuint (weights->len, ==, G_N_ELEMENTS (expected));
  for (guint i = 0; i < weights->len; i++)
    g_assert_cmpstr (((NnNamedTensor *) g_ptr_array_index (weights, i))->name, ==, expected[i]);
}

static void
add_tests (const char *what,
           void      (*test) (const void *format))
{
  for (int i = 0; nn_formats[i] != NULL; i++)
    {
      g_autofree char *path = g_strdup_printf ("/exchange/%s/%s", nn_formats[i]->name, what);

      g_test_add_data_func (path, nn_formats[i], test);
    }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/exchange/list", test_list);
  g_test_add_func ("/exchange/unknown-file", test_unknown_file);
  g_test_add_func ("/exchange/names", test_names);
  add_tests ("record", test_record);
  add_tests ("round-trip", test_round_trip);
  add_tests ("unwritable", test_unwritable);
  return g_test_run ();
}
