/* test-onnx.c: networks go out as ONNX files and come in from them
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "engine/error.h"
#include "engine/file.h"
#include "engine/format.h"
#include "engine/formats/onnx/export.h"
#include "engine/random.h"
#include "engine/safetensors.h"
#include "engine/template.h"

#include <glib/gstdio.h>
#include <math.h>
#include <string.h>

/* Exporting ends with reading the file again and comparing, so a network that
 * can be exported has been both ways.  What others say about the files is asked
 * by tests/oracle/onnx_export.py: with EPOCH_ONNX_FOLDER set, they stay there,
 * each with NAME.safetensors that has the "input" and "output" of a batch. */

#define BATCH     2
#define TOLERANCE 1e-4          /* of the largest number */

static NnDevice *device;
static char *folder;

static void
fill (float      *data,
      gint64      count,
      const char *name,
      float       low,
      float       high)
{
  NnRandom random;

  nn_random_init (&random, 3, nn_random_stream (name));
  for (gint64 i = 0; i < count; i++)
    data[i] = low + (high - low) * nn_random_uniform (&random);
}

/* Numbers as training leaves them: no zeros and ones, and variances above 0. */
static NnNetwork *
make_network (NnGraph *graph)
{
  g_autoptr (GError) error = NULL;
  NnNetwork *network = nn_network_new (graph, device, &error);
  NnModel *model;

  g_assert_no_error (error);
  model = nn_network_get_model (network);
  nn_model_initialise (model, 7, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < nn_model_get_n_entries (model); i++)
    {
      const NnModelEntry *entry = nn_model_get_entry (model, i);

      if (entry->is_state || entry->shape.rank == 1)
        fill (nn_model_get_data (model, entry), nn_shape_count (&entry->shape), entry->name,
              0.5f, 1.5f);
    }
  return network;
}

/* Runs @network on @input, sample after sample; what it predicts is the plan's. */
static const float *
predict (NnNetwork   *network,
         const float *input,
         gint64       batch,
         NnShape     *shape)
{
  g_autoptr (GError) error = NULL;
  const NnRunnable *run = nn_network_get (network, NN_MODE_PREDICT, batch, &error);

  g_assert_no_error (error);
  memcpy (nn_plan_get_data (run->plan, run->values.input), input,
          (gsize) nn_shape_count (&run->values.input->shape) * sizeof (float));
  nn_plan_run (run->plan, 0, 0);
  *shape = run->values.prediction->shape;
  return nn_plan_get_data (run->plan, run->values.prediction);
}

static void
assert_near (const float *found,
             const float *expected,
             gint64       count)
{
  float largest = 0;

  for (gint64 i = 0; i < count; i++)
    largest = fmaxf (largest, fabsf (expected[i]));
  for (gint64 i = 0; i < count; i++)
    g_assert_cmpfloat_with_epsilon (found[i], expected[i], TOLERANCE * largest);
}

/* Leaves what @network gives for those who ask others about the file. */
static void
keep_example (NnNetwork  *network,
              const char *name,
              float       low,
              float       high)
{
  g_autofree char *path = g_strdup_printf ("%s/%s.safetensors", folder, name);
  g_autoptr (GError) error = NULL;
  const NnRunnable *run = nn_network_get (network, NN_MODE_PREDICT, BATCH, &error);
  NnShape in = run->values.input->shape;
  g_autofree float *input = g_new (float, nn_shape_count (&in));
  NnShape out;
  const float *output;

  fill (input, nn_shape_count (&in), "input", low, high);
  output = predict (network, input, BATCH, &out);
  nn_safetensors_write (path, (NnSafetensor[]) { { "input", NN_FLOAT32, in, input },
                                                 { "output", NN_FLOAT32, out, output } },
                        2, NULL, &error);
  g_assert_no_error (error);
}

static void
export (NnGraph    *graph,
        const char *name,
        float       low,
        float       high)
{
  g_autoptr (NnNetwork) network = make_network (graph);
  const NnExport what = { network, name };
  g_autofree char *path = g_strdup_printf ("%s/%s.onnx", folder, name);
  g_autoptr (GError) error = NULL;

  nn_onnx_export (&what, path, NN_ONNX_INLINE_BYTES, &error);
  if (g_error_matches (error, NN_ERROR, NN_ERROR_UNSUPPORTED))
    {
      g_test_skip (error->message);
      return;
    }
  if (error != NULL)
    {
      g_test_message ("%s: %s", name, error->message);
      g_test_fail ();
      return;
    }
  keep_example (network, name, low, high);
}

static void
test_template (const void *data)
{
  const NnTemplate *template = data;
  NnShape item = nn_template_item (template);
  g_autoptr (GError) error = NULL;
  g_autoptr (NnGraph) graph = nn_template_build (template, &item, template->n_classes, &error);
  g_autofree char *name = g_strdup_printf ("template-%s", template->name);

  g_assert_no_error (error);
  export (graph, name, -1, 1);
}

typedef struct
{
  const NnOp     *op;
  const NnSample *sample;
  int             index;
} OpCase;

static void
set_text (NnGraph    *graph,
          guint       node,
          const char *attrs)
{
  g_auto (GStrv) words = g_strsplit (attrs != NULL ? attrs : "", " ", -1);
  const NnOp *op = nn_graph_get_node (graph, node)->op;

  for (int i = 0; words[i] != NULL && words[i][0] != '\0'; i++)
    {
      g_auto (GStrv) pair = g_strsplit (words[i], "=", 2);
      int index = nn_attrs_find (op->attrs, pair[0]);
      g_autoptr (GError) error = NULL;
      NnAttrValue value;

      g_assert_cmpint (index, >=, 0);
      nn_attr_parse (&op->attrs[index], pair[1], &value, &error);
      g_assert_no_error (error);
      nn_graph_set_attr (graph, node, pair[0], &value, &error);
      g_assert_no_error (error);
    }
}

/* A node that gives samples of @shape, without the batch. */
static guint
add_source (NnGraph       *graph,
            const char    *op,
            const NnShape *shape)
{
  guint id = nn_graph_add_node (graph, nn_op_find (op), 0, NULL);
  NnAttrValue value = { shape->rank - 1 };

  for (int i = 1; i < shape->rank; i++)
    value.number[i - 1] = shape->size[i];
  nn_graph_set_attr (graph, id, "shape", &value, NULL);
  return id;
}

/* Whether the result has one entry for each sample. */
static gboolean
treats_samples_alone (NnGraph *graph)
{
  for (gint64 batch = 2; batch < 4; batch++)
    {
      NnLowered lowered;
      gboolean is_alone;

      if (!nn_lower (graph, device, NN_MODE_PREDICT, batch, &lowered, NULL))
        return FALSE;
      is_alone = lowered.prediction->shape.rank > 0 && lowered.prediction->shape.size[0] == batch;
      nn_program_free (lowered.program);
      if (!is_alone)
        return FALSE;
    }

  return TRUE;
}

/* The op on the samples, with the network's own numbers as its other operands. */
static void
test_op (const void *data)
{
  const OpCase *self = data;
  g_autoptr (NnGraph) graph = nn_graph_new ();
  g_autofree char *name = g_strdup_printf ("op-%s-%d", self->op->name, self->index);
  guint input = add_source (graph, "input", &self->sample->in[0]);
  guint id = nn_graph_add_node (graph, self->op, 0, "it");
  gboolean is_default = self->sample->low == 0 && self->sample->high == 0;
  g_autoptr (GError) error = NULL;

  set_text (graph, id, self->sample->attrs);
  nn_graph_connect (graph, &(NnLink) { input, 0, id, 0 }, &error);
  g_assert_no_error (error);
  for (int i = 1; i < (int) G_N_ELEMENTS (self->sample->in) && self->sample->in[i].rank > 0; i++)
    {
      gboolean is_many = nn_op_get_in (self->op, 0)->kind == NN_PORT_MANY;
      guint other = add_source (graph, "parameter", &self->sample->in[i]);

      nn_graph_connect (graph, &(NnLink) { input, 0, other, 0 }, &error);
      g_assert_no_error (error);
      nn_graph_connect (graph, &(NnLink) { other, 0, id, is_many ? 0 : i }, &error);
      g_assert_no_error (error);
    }

  if (!treats_samples_alone (graph))
    {
      g_test_skip ("In this example the result has no batch.");
      return;
    }
  export (graph, name, is_default ? -2 : self->sample->low, is_default ? 2 : self->sample->high);
}

/* Samples in batches: with more than one axis, of numbers, all of one batch. */
static gboolean
is_suitable (const NnOp     *op,
             const NnSample *sample)
{
  for (int i = 0; i < (int) G_N_ELEMENTS (sample->in) && sample->in[i].rank > 0; i++)
    {
      const NnPort *port = nn_op_get_in (op, i);

      if (sample->in[i].rank < 2 || sample->in[i].size[0] == 0
          || sample->in[i].size[0] != sample->in[0].size[0] || port->dtype != NN_FLOAT32)
        return FALSE;
    }

  return TRUE;
}

/* What ONNX has no word for. */
static gboolean
has_no_form (const NnOp *op)
{
  return op->category == NN_CATEGORY_INTERNAL || op->category == NN_CATEGORY_LOSS
         || op->category == NN_CATEGORY_DATA;
}

static void
add_ops (void)
{
  const NnOp *const *ops = nn_ops_all ();

  for (int i = 0; ops[i] != NULL; i++)
    for (int k = 0; ops[i]->samples != NULL && ops[i]->samples[k].in[0].rank > 0; k++)
      if (!has_no_form (ops[i]) && is_suitable (ops[i], &ops[i]->samples[k]))
        {
          OpCase *item = g_new (OpCase, 1);
          g_autofree char *path = g_strdup_printf ("/onnx/op/%s/%d", ops[i]->name, k);

          *item = (OpCase) { ops[i], &ops[i]->samples[k], k };
          g_test_add_data_func_full (path, item, test_op, g_free);
        }
}

static void
add_templates (void)
{
  const NnTemplate *template;

  for (guint i = 0; (template = nn_template_get (i)) != NULL; i++)
    {
      g_autofree char *path = g_strdup_printf ("/onnx/template/%s", template->name);

      g_test_add_data_func (path, template, test_template);
    }
}

/* The network of @import with its numbers. */
static NnNetwork *
network_of (NnImport *import)
{
  g_autoptr (GError) error = NULL;
  NnNetwork *network = nn_network_new (import->graph, device, &error);
  NnModel *model;

  g_assert_no_error (error);
  model = nn_network_get_model (network);
  g_assert_cmpuint (import->tensors->len, ==, nn_model_get_n_entries (model));
  for (guint i = 0; i < import->tensors->len; i++)
    {
      const NnNamedTensor *named = g_ptr_array_index (import->tensors, i);
      const NnModelEntry *entry = nn_model_find (model, named->name);

      g_assert_nonnull (entry);
      memcpy (nn_model_get_data (model, entry), nn_tensor_get_data (named->tensor),
              nn_tensor_get_bytes (named->tensor));
    }
  return network;
}

/* A model that PyTorch exported, with what onnxruntime made of a batch: see
 * tests/oracle/onnx_models.py. */
static void
test_fixture (const void *data)
{
  g_autofree char *stem = g_test_build_filename (G_TEST_DIST, "data", "onnx", data, NULL);
  g_autofree char *model = g_strconcat (stem, ".onnx", NULL);
  g_autofree char *example = g_strconcat (stem, ".safetensors", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (NnImport) import = nn_import_read (model, &nn_limits_usual, &error);
  g_autoptr (NnNetwork) network = NULL;
  g_autoptr (NnSafetensors) file = NULL;
  const NnSafetensor *input, *output;
  const float *found;
  NnShape shape;

  g_assert_no_error (error);
  file = nn_safetensors_open (example, &error);
  g_assert_no_error (error);
  input = nn_safetensors_find (file, "input");
  output = nn_safetensors_find (file, "output");
  network = network_of (import);
  found = predict (network, input->data, input->shape.size[0], &shape);
  g_assert_cmpint (nn_shape_count (&shape), ==, nn_shape_count (&output->shape));
  assert_near (found, output->data, nn_shape_count (&shape));
}

static void
add_fixtures (void)
{
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "data", "onnx", NULL);
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;
  guint count = 0;

  while ((name = g_dir_read_name (dir)) != NULL)
    if (g_str_has_suffix (name, ".onnx"))
      {
        char *stem = g_strndup (name, strlen (name) - strlen (".onnx"));
        g_autofree char *test = g_strdup_printf ("/onnx/fixture/%s", stem);

        g_test_add_data_func_full (test, stem, test_fixture, g_free);
        count++;
      }
  g_assert_cmpuint (count, >=, 4);
}

/* Numbers above a limit lie beside the model, and belong to it. */
static void
test_external (void)
{
  const NnTemplate *template = nn_template_find ("lenet");
  NnShape item = nn_template_item (template);
  g_autofree char *path = g_build_filename (folder, "beside.onnx", NULL);
  g_autofree char *numbers = g_build_filename (folder, "beside.onnx.data", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (NnGraph) graph = nn_template_build (template, &item, 10, &error);
  g_autoptr (NnNetwork) network = make_network (graph);
  g_autoptr (NnNetwork) again = NULL;
  g_autoptr (NnImport) import = NULL;
  const NnExport what = { network, "beside" };
  g_autofree float *input = g_new (float, nn_shape_count (&item));
  GStatBuf model, data;
  NnShape shape;
  const float *expected;

  nn_onnx_export (&what, path, 1000, &error);
  g_assert_no_error (error);
  g_assert_cmpint (g_stat (path, &model), ==, 0);
  g_assert_cmpint (g_stat (numbers, &data), ==, 0);
  g_assert_cmpint (model.st_size, <, 10000);
  g_assert_cmpint (data.st_size, >, 200000);

  import = nn_import_read (path, &nn_limits_usual, &error);
  g_assert_no_error (error);
  again = network_of (import);
  fill (input, nn_shape_count (&item), "input", -1, 1);
  expected = predict (network, input, 1, &shape);
  assert_near (predict (again, input, 1, &shape), expected, nn_shape_count (&shape));

  g_clear_pointer (&import, nn_import_free);
  g_assert_cmpint (g_unlink (numbers), ==, 0);
  import = nn_import_read (path, &nn_limits_usual, &error);
  g_assert_null (import);
  g_assert_error (error, NN_ERROR, NN_ERROR_FILE);
  g_assert_cmpint (g_unlink (path), ==, 0);
}

static void
remove_folder (void)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);

      g_remove (path);
    }
  g_rmdir (folder);
}

int
main (int    argc,
      char **argv)
{
  const char *kept = g_getenv ("EPOCH_ONNX_FOLDER");
  int code;

  nn_device_prepare_process (argv);
  g_test_init (&argc, &argv, NULL);
  device = nn_device_open ("cpu", 1, NULL);
  folder = kept != NULL ? g_strdup (kept) : g_dir_make_tmp ("epoch-onnx-XXXXXX", NULL);

  g_test_add_func ("/onnx/external", test_external);
  add_fixtures ();
  add_templates ();
  add_ops ();
  code = g_test_run ();

  if (kept == NULL)
    remove_folder ();
  g_free (folder);
  nn_device_unref (device);
  return code;
}
