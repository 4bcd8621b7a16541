/* test-bad-onnx.c: ONNX files that are damaged, hostile or beyond us are refused in words
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "engine/error.h"
#include "engine/file.h"
#include "engine/format.h"
#include "engine/formats/onnx/import.h"
#include "engine/formats/onnx/onnx.pb-c.h"

#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

/* A file that can be read: y = relu (x Wᵀ + b), three numbers in, two out.  Each
 * case spoils a part of it. */
typedef struct
{
  NnOnnx__Model       model;
  NnOnnx__OpsetId     opset, *opsets[1];
  NnOnnx__Graph       graph;
  NnOnnx__Node        node[2], *nodes[2];
  NnOnnx__Attribute   attribute, *attributes[1];
  NnOnnx__Attribute   extra, *extras[1];
  NnOnnx__Tensor      tensor[2], *tensors[2];
  NnOnnx__Entry       entry[3], *entries[3];
  NnOnnx__ValueInfo   info[3], *inputs[2], *outputs[1];
  NnOnnx__Type        type[3];
  NnOnnx__TensorType  tensor_type[3];
  NnOnnx__Shape       shape[3];
  NnOnnx__Dimension   dimension[3][2], *dimensions[3][2];
  char               *gemm_in[3], *gemm_out[1], *relu_in[2], *relu_out[1];
  gint64              weight_dims[9], bias_dims[1];
  float               weight[6], bias[2];
} File;

static void
init_info (File       *self,
           int         index,
           const char *name,
           gint64      size)
{
  nn_onnx__value_info__init (&self->info[index]);
  nn_onnx__type__init (&self->type[index]);
  nn_onnx__tensor_type__init (&self->tensor_type[index]);
  nn_onnx__shape__init (&self->shape[index]);
  self->info[index].name = (char *) name;
  self->info[index].type = &self->type[index];
  self->type[index].tensor_type = &self->tensor_type[index];
  self->tensor_type[index].has_elem_type = TRUE;
  self->tensor_type[index].elem_type = 1;
  self->tensor_type[index].shape = &self->shape[index];
  self->shape[index].n_dim = 2;
  self->shape[index].dim = self->dimensions[index];
  for (int i = 0; i < 2; i++)
    {
      nn_onnx__dimension__init (&self->dimension[index][i]);
      self->dimensions[index][i] = &self->dimension[index][i];
    }
  self->dimension[index][0].dim_param = (char *) "N";
  self->dimension[index][1].has_dim_value = TRUE;
  self->dimension[index][1].dim_value = size;
}

static void
init_tensor (File       *self,
             int         index,
             const char *name,
             gsize       n_dims,
             gint64     *dims,
             float      *data,
             gsize       count)
{
  nn_onnx__tensor__init (&self->tensor[index]);
  self->tensors[index] = &self->tensor[index];
  self->tensor[index].name = (char *) name;
  self->tensor[index].n_dims = n_dims;
  self->tensor[index].dims = dims;
  self->tensor[index].has_data_type = TRUE;
  self->tensor[index].data_type = 1;
  self->tensor[index].has_raw_data = TRUE;
  self->tensor[index].raw_data = (ProtobufCBinaryData) {
    count * sizeof (float), (guint8 *) data
  };
}

static void
init_file (File *self)
{
  memset (self, 0, sizeof *self);
  nn_onnx__model__init (&self->model);
  nn_onnx__opset_id__init (&self->opset);
  nn_onnx__graph__init (&self->graph);
  nn_onnx__attribute__init (&self->attribute);
  nn_onnx__attribute__init (&self->extra);
  for (int i = 0; i < 2; i++)
    {
      nn_onnx__node__init (&self->node[i]);
      self->nodes[i] = &self->node[i];
    }
  for (int i = 0; i < 3; i++)
    {
      nn_onnx__entry__init (&self->entry[i]);
      self->entries[i] = &self->entry[i];
    }

  self->weight_dims[0] = 2;
  self->weight_dims[1] = 3;
  self->bias_dims[0] = 2;
  init_tensor (self, 0, "w", 2, self->weight_dims, self->weight, 6);
  init_tensor (self, 1, "b", 1, self->bias_dims, self->bias, 2);
  init_info (self, 0, "x", 3);
  init_info (self, 1, "y", 2);
  init_info (self, 2, "z", 3);

  self->attribute.name = (char *) "transB";
  self->attribute.has_i = TRUE;
  self->attribute.i = 1;
  self->attributes[0] = &self->attribute;
  self->extras[0] = &self->extra;
  self->gemm_in[0] = (char *) "x";
  self->gemm_in[1] = (char *) "w";
  self->gemm_in[2] = (char *) "b";
  self->gemm_out[0] = (char *) "h";
  self->relu_in[0] = (char *) "h";
  self->relu_in[1] = (char *) "w";
  self->relu_out[0] = (char *) "y";
  self->node[0].op_type = (char *) "Gemm";
  self->node[0].name = (char *) "fc";
  self->node[0].input = self->gemm_in;
  self->node[0].n_input = 3;
  self->node[0].output = self->gemm_out;
  self->node[0].n_output = 1;
  self->node[0].attribute = self->attributes;
  self->node[0].n_attribute = 1;
  self->node[1].op_type = (char *) "Relu";
  self->node[1].name = (char *) "act";
  self->node[1].input = self->relu_in;
  self->node[1].n_input = 1;
  self->node[1].output = self->relu_out;
  self->node[1].n_output = 1;
  self->node[1].attribute = self->extras;

  self->inputs[0] = &self->info[0];
  self->inputs[1] = &self->info[2];
  self->outputs[0] = &self->info[1];
  self->graph.node = self->nodes;
  self->graph.n_node = 2;
  self->graph.initializer = self->tensors;
  self->graph.n_initializer = 2;
  self->graph.input = self->inputs;
  self->graph.n_input = 1;
  self->graph.output = self->outputs;
  self->graph.n_output = 1;
  self->opset.domain = (char *) "";
  self->opset.has_version = TRUE;
  self->opset.version = 17;
  self->opsets[0] = &self->opset;
  self->model.has_ir_version = TRUE;
  self->model.ir_version = 8;
  self->model.graph = &self->graph;
  self->model.opset_import = self->opsets;
  self->model.n_opset_import = 1;
}

static GBytes *
pack (const File *self)
{
  gsize size = nn_onnx__model__get_packed_size (&self->model);
  guint8 *bytes = g_malloc (size);

  nn_onnx__model__pack (&self->model, bytes);
  return g_bytes_new_take (bytes, size);
}

static void spoil_no_graph (File *f) { f->model.graph = NULL; }
static void spoil_no_opset (File *f) { f->model.n_opset_import = 0; }
static void spoil_old_opset (File *f) { f->opset.version = 3; }
static void spoil_new_opset (File *f) { f->opset.version = 1000; }
static void spoil_operator (File *f) { f->node[1].op_type = (char *) "Frobnicate"; }
static void spoil_no_operator (File *f) { f->node[1].op_type = NULL; }
static void spoil_domain (File *f) { f->node[1].domain = (char *) "com.example"; }
static void spoil_cycle (File *f) { f->gemm_in[0] = (char *) "y"; }
static void spoil_missing (File *f) { f->relu_in[0] = (char *) "nowhere"; }
static void spoil_twice (File *f) { f->relu_out[0] = (char *) "h"; }
static void spoil_over_weight (File *f) { f->relu_out[0] = (char *) "w"; }
static void spoil_over_input (File *f) { f->gemm_out[0] = (char *) "x"; }
static void spoil_two_weights (File *f) { f->tensor[1].name = (char *) "w"; }
static void spoil_no_name (File *f) { f->tensor[1].name = NULL; }
static void spoil_name (File *f) { f->tensor[1].name = (char *) "\xff\xfe"; }
static void spoil_negative (File *f) { f->weight_dims[0] = -2; }
static void spoil_short (File *f) { f->tensor[0].raw_data.len -= 4; }
static void spoil_long (File *f) { f->weight_dims[0] = 1; }
static void spoil_huge (File *f) { f->weight_dims[0] = G_GINT64_CONSTANT (1) << 40; }
static void spoil_type (File *f) { f->tensor[0].data_type = 8; }
static void spoil_no_type (File *f) { f->tensor[0].data_type = 0; }
static void spoil_integers (File *f) { f->tensor[0].data_type = 6; }
static void spoil_rank (File *f) { f->tensor[0].n_dims = 9; }
static void spoil_two_inputs (File *f) { f->graph.n_input = 2; f->gemm_in[2] = (char *) "z"; }
static void spoil_no_input (File *f) { f->graph.n_input = 0; }
static void spoil_no_output (File *f) { f->graph.n_output = 0; }
static void spoil_output (File *f) { f->info[1].name = (char *) "nothing"; }
static void spoil_constant (File *f) { f->info[1].name = (char *) "w"; }
static void spoil_no_shape (File *f) { f->tensor_type[0].shape = NULL; }
static void spoil_words (File *f) { f->tensor_type[0].elem_type = 8; }
static void spoil_two_open (File *f) { f->dimension[0][1].has_dim_value = FALSE; }
static void spoil_wide (File *f) { f->dimension[0][1].dim_value = 1 << 20; }
static void spoil_below (File *f) { f->dimension[0][1].dim_value = -3; }
static void spoil_fit (File *f) { f->dimension[0][1].dim_value = 4; }
static void spoil_segment (File *f) { f->tensor[0].has_segment = TRUE; }

static void
spoil_dims (File *f)
{
  f->weight_dims[0] = G_GINT64_CONSTANT (1) << 40;
  f->weight_dims[1] = G_GINT64_CONSTANT (1) << 40;
}

static void
add_extra (File       *f,
           const char *name)
{
  f->extra.name = (char *) name;
  f->node[1].n_attribute = 1;
}

static void
spoil_attribute (File *f)
{
  add_extra (f, "magic");
  f->extra.has_i = TRUE;
}

static void
spoil_no_attribute (File *f)
{
  add_extra (f, NULL);
  f->extra.has_i = TRUE;
}

static void
spoil_reference (File *f)
{
  add_extra (f, "alpha");
  f->extra.ref_attr_name = (char *) "outer";
}

/* A branch, which has a graph inside, and that graph one, and so on: to the
 * reader they are bytes. */
static void
spoil_branch (File *f)
{
  static guint8 bomb[20000];
  gsize at = sizeof bomb;

  for (gsize used = 0; at > 12; used = sizeof bomb - at)
    {
      /* Each level: node 1, attribute 5, graph 6, with their lengths. */
      static const guint8 tags[] = { 0x32, 0x2a, 0x0a };

      for (gsize i = 0; i < G_N_ELEMENTS (tags); i++)
        {
          used = sizeof bomb - at;
          bomb[--at] = (guint8) (used >> 14 & 0x7f);
          bomb[--at] = (guint8) ((used >> 7 & 0x7f) | 0x80);
          bomb[--at] = (guint8) ((used & 0x7f) | 0x80);
          bomb[--at] = tags[i];
        }
    }

  add_extra (f, "then_branch");
  f->extra.has_graph = TRUE;
  f->extra.graph = (ProtobufCBinaryData) { sizeof bomb - at, bomb + at };
}

static void
spoil_sparse (File *f)
{
  static ProtobufCBinaryData nothing;

  f->graph.n_sparse_initializer = 1;
  f->graph.sparse_initializer = &nothing;
}

/* The second node is @op with the first tensor, now these whole numbers, as its
 * second input. */
static void
use_numbers (File       *f,
             const char *op,
             gsize       count,
             gint64     *numbers)
{
  f->node[0].op_type = (char *) "Identity";
  f->node[0].n_input = 1;
  f->node[0].n_attribute = 0;
  f->node[1].op_type = (char *) op;
  f->node[1].n_input = 2;
  f->weight_dims[0] = (gint64) count;
  f->tensor[0].n_dims = 1;
  f->tensor[0].data_type = 7;
  f->tensor[0].raw_data = (ProtobufCBinaryData) { count * sizeof (gint64), (guint8 *) numbers };
}

static void
spoil_reshape (File *f)
{
  static gint64 sizes[] = { -1, 7 };

  use_numbers (f, "Reshape", 2, sizes);
}

static void
spoil_two_rests (File *f)
{
  static gint64 sizes[] = { -1, -1 };

  use_numbers (f, "Reshape", 2, sizes);
}

static void
spoil_long_shape (File *f)
{
  static gint64 sizes[] = { 1, 1, 1, 1, 1, 1, 1, 1, 3 };

  use_numbers (f, "Reshape", 9, sizes);
}

static void
spoil_gather (File *f)
{
  static gint64 place[] = { 17 };

  use_numbers (f, "Gather", 1, place);
  add_extra (f, "axis");
  f->extra.has_i = TRUE;
  f->extra.i = 1;
}

static void
spoil_squeeze (File *f)
{
  static gint64 axis[] = { 1 };

  use_numbers (f, "Squeeze", 1, axis);
}

static void
spoil_axis (File *f)
{
  static gint64 axis[] = { 9 };

  use_numbers (f, "Unsqueeze", 1, axis);
}

static void
spoil_batch (File *f)
{
  static gint64 axis[] = { 0 };

  use_numbers (f, "ReduceSum", 1, axis);
}

/* A tensor of terabytes that only repeats one number, asked for in full. */
static void
spoil_fill (File *f)
{
  static gint64 sizes[] = { 65536, 65536, 1, 3 };

  use_numbers (f, "ConstantOfShape", 4, sizes);
  f->node[0].op_type = (char *) "ConstantOfShape";
  f->gemm_in[0] = (char *) "w";
  f->node[1].op_type = (char *) "Add";
  f->relu_in[0] = (char *) "x";
  f->relu_in[1] = (char *) "h";
}

static void
spoil_conv (File *f)
{
  f->node[0].op_type = (char *) "Conv";
  f->attribute.name = (char *) "group";
}

static void
set_location (File       *f,
              const char *location)
{
  f->tensor[0].has_raw_data = FALSE;
  f->tensor[0].has_data_location = TRUE;
  f->tensor[0].data_location = 1;
  f->tensor[0].external_data = f->entries;
  f->tensor[0].n_external_data = 1;
  f->entry[0].key = (char *) "location";
  f->entry[0].value = (char *) location;
}

static void spoil_above (File *f) { set_location (f, "../numbers"); }
static void spoil_absolute (File *f) { set_location (f, "/etc/passwd"); }
static void spoil_inside (File *f) { set_location (f, "a/../../numbers"); }
static void spoil_empty (File *f) { set_location (f, ""); }
static void spoil_link (File *f) { set_location (f, "link"); }
static void spoil_absent (File *f) { set_location (f, "absent"); }
static void spoil_small (File *f) { set_location (f, "small"); }

static void
spoil_offset (File *f)
{
  set_location (f, "numbers");
  f->tensor[0].n_external_data = 2;
  f->entry[1].key = (char *) "offset";
  f->entry[1].value = (char *) "18446744073709551615";
}

static void
spoil_length (File *f)
{
  set_location (f, "numbers");
  f->tensor[0].n_external_data = 2;
  f->entry[1].key = (char *) "length";
  f->entry[1].value = (char *) "8";
}

static const struct
{
  const char *name;
  void      (*spoil) (File *f);
  const char *says;
} cases[] = {
  { "no-graph", spoil_no_graph, "has no graph" },
  { "no-opset", spoil_no_opset, "opset 0" },
  { "old-opset", spoil_old_opset, "opset 3, and Epoch reads 7" },
  { "new-opset", spoil_new_opset, "opset 1000" },
  { "operator", spoil_operator, "“act” (“Frobnicate”): Epoch has no layer" },
  { "no-operator", spoil_no_operator, "not text" },
  { "domain", spoil_domain, "“act” (“Relu”): its operator belongs to “com.example”" },
  { "cycle", spoil_cycle, "“fc” (“Gemm”): it reads “y”, which nothing before it gives" },
  { "missing", spoil_missing, "it reads “nowhere”" },
  { "made-twice", spoil_twice, "“h” is made twice" },
  { "made-over-weight", spoil_over_weight, "“w” is made twice" },
  { "made-over-input", spoil_over_input, "“x” is made twice" },
  { "two-weights", spoil_two_weights, "“w” is made twice" },
  { "no-name", spoil_no_name, "not text" },
  { "name", spoil_name, "not text" },
  { "negative-size", spoil_negative, "“w” has a negative size" },
  { "short", spoil_short, "“w” has 20 bytes or numbers where its shape takes 24" },
  { "long", spoil_long, "“w” has 24 bytes or numbers where its shape takes 12" },
  { "huge", spoil_huge, "“w” has 24 bytes" },
  { "overflow", spoil_dims, "“w” has a negative size, or more numbers" },
  { "text", spoil_type, "elements of the type 8" },
  { "no-type", spoil_no_type, "elements of the type 0" },
  { "integers", spoil_integers, "matrix of real numbers" },
  { "rank", spoil_rank, "“w” has 9 axes" },
  { "segment", spoil_segment, "only a segment" },
  { "sparse", spoil_sparse, "sparse" },
  { "two-inputs", spoil_two_inputs, "the inputs “x” and “z”" },
  { "no-input", spoil_no_input, "it has no input" },
  { "no-output", spoil_no_output, "it has no result" },
  { "output", spoil_output, "nothing gives its result “nothing”" },
  { "constant", spoil_constant, "“w” does not depend on the input" },
  { "no-shape", spoil_no_shape, "the shape of its input “x” is not known" },
  { "words", spoil_words, "“x” is not made of real numbers" },
  { "two-open", spoil_two_open, "axes 0 and 1 of its input “x” are open" },
  { "wide", spoil_wide, "has the size 1048576" },
  { "below", spoil_below, "has the size -3" },
  { "fit", spoil_fit, "takes 2×4 numbers, and the file has 2×3" },
  { "attribute", spoil_attribute, "does not know its attribute “magic”" },
  { "no-attribute", spoil_no_attribute, "has no name" },
  { "reference", spoil_reference, "“alpha” has no value" },
  { "branch", spoil_branch, "“then_branch” is a graph of its own" },
  { "reshape", spoil_reshape, "must not change" },
  { "two-rests", spoil_two_rests, "not positive" },
  { "long-shape", spoil_long_shape, "at most 8 whole numbers" },
  { "gather", spoil_gather, "no place 17" },
  { "squeeze", spoil_squeeze, "only axes of size 1" },
  { "axis", spoil_axis, "no axis 9" },
  { "batch", spoil_batch, "folds the batch" },
  { "fill", spoil_fill, "too large" },
  { "conv", spoil_conv, "3 to 5 axes" },
  { "external-above", spoil_above, "said to lie in “../numbers”. Only files beside" },
  { "external-absolute", spoil_absolute, "“/etc/passwd”. Only files beside" },
  { "external-inside", spoil_inside, "Only files beside" },
  { "external-empty", spoil_empty, "Only files beside" },
  { "external-link", spoil_link, "Only files beside" },
  { "external-absent", spoil_absent, "absent" },
  { "external-small", spoil_small, "needs 24 bytes of “small”" },
  { "external-offset", spoil_offset, "has not got them" },
  { "external-length", spoil_length, "has not got them" },
};

static char *folder;

static void
assert_refused (GBytes     *bytes,
                const char *says)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (NnImport) import = nn_onnx_import (bytes, "bad.onnx", folder, &nn_limits_usual,
                                                &error);

  g_assert_null (import);
  g_assert_nonnull (error);
  g_assert_true (error->domain == NN_ERROR);
  if (strstr (error->message, says) == NULL)
    g_error ("“%s” does not say “%s”.", error->message, says);
}

static void
test_case (const void *data)
{
  gsize index = GPOINTER_TO_SIZE (data);
  g_autoptr (GBytes) bytes = NULL;
  File file;

  init_file (&file);
  cases[index].spoil (&file);
  bytes = pack (&file);
  assert_refused (bytes, cases[index].says);
}

static void
test_good (void)
{
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (NnImport) import = NULL;
  File file;

  init_file (&file);
  bytes = pack (&file);
  import = nn_onnx_import (bytes, "good.onnx", NULL, &nn_limits_usual, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (nn_graph_get_n_nodes (import->graph), ==, 3);
  g_assert_nonnull (nn_graph_find_node (import->graph, "fc"));
  g_assert_cmpuint (import->tensors->len, ==, 2);
}

/* Every beginning of a good file, and every byte of it changed, end in a network
 * or an error. */
static void
test_damage (void)
{
  g_autoptr (GBytes) good = NULL;
  g_autofree guint8 *bytes = NULL;
  gsize size;
  File file;

  init_file (&file);
  good = pack (&file);
  bytes = g_memdup2 (g_bytes_get_data (good, &size), g_bytes_get_size (good));
  for (gsize i = 0; i < 2 * size; i++)
    {
      g_autoptr (GBytes) damaged = NULL;
      g_autoptr (GError) error = NULL;
      g_autoptr (NnImport) import = NULL;

      if (i >= size)
        bytes[i - size] ^= 0x55;
      damaged = g_bytes_new (bytes, i < size ? i : size);
      import = nn_onnx_import (damaged, "bad.onnx", NULL, &nn_limits_usual, &error);
      g_assert_true ((import == NULL) == (error != NULL));
      if (i >= size)
        bytes[i - size] ^= 0x55;
    }
}

/* Bytes that are no messages at all. */
static void
test_wire (void)
{
  static const struct
  {
    const char *bytes;
    gsize       size;
  } wires[] = {
    { "", 0 },                                  /* nothing */
    { "\x3a\x7f", 2 },                          /* a graph that does not end */
    { "\x38\x01", 2 },                          /* a number for the graph */
    { "\x3b\x3c", 2 },                          /* a group, which nobody writes */
    { "\x02\x00", 2 },                          /* field 0 */
    { "\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff", 12 },     /* an endless number */
    { "\x3a\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", 11 },         /* a length of 2⁶⁴ - 1 */
    { "\x09\x00\x00", 3 },                      /* eight bytes, of which two are there */
    { "GIF89a", 6 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (wires); i++)
    {
      g_autoptr (GBytes) bytes = g_bytes_new_static (wires[i].bytes, wires[i].size);

      assert_refused (bytes, "is damaged, or no ONNX file");
    }
}

/* Two bytes a message, of which a record of a hundred would be made. */
static void
test_many (void)
{
  static const struct
  {
    guint8      tag;
    const char *says;
  } kinds[] = {
    { 0x0a, "more than 10000 nodes" },
    { 0x2a, "more than 100000 tensors" },
    { 0x5a, "fields" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      gsize count = (gsize) nn_limits_usual.values + 8;
      guint8 *bytes = g_malloc0 (2 * count + 6);
      g_autoptr (GBytes) file = NULL;

      bytes[0] = 0x3a;
      for (int k = 0; k < 5; k++)
        bytes[1 + k] = (guint8) ((2 * count >> 7 * k & 0x7f) | (k < 4 ? 0x80 : 0));
      for (gsize k = 0; k < count; k++)
        bytes[6 + 2 * k] = kinds[i].tag;
      file = g_bytes_new_take (bytes, 2 * count + 6);
      assert_refused (file, kinds[i].says);
    }
}

static void
write_part (const char *name,
            gsize       size)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autofree char *bytes = g_malloc0 (size);
  g_autoptr (GError) error = NULL;

  nn_file_write (path, bytes, size, &error);
  g_assert_no_error (error);
}

static void
remove_part (const char *name)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);

  g_assert_cmpint (g_unlink (path), ==, 0);
}

int
main (int    argc,
      char **argv)
{
  g_autofree char *link = NULL;
  int code;

  g_test_init (&argc, &argv, NULL);
  folder = g_dir_make_tmp ("epoch-bad-onnx-XXXXXX", NULL);
  link = g_build_filename (folder, "link", NULL);
  write_part ("small", 8);
  write_part ("numbers", 64);
  g_assert_cmpint (symlink ("numbers", link), ==, 0);

  g_test_add_func ("/bad-onnx/good", test_good);
  g_test_add_func ("/bad-onnx/damage", test_damage);
  g_test_add_func ("/bad-onnx/wire", test_wire);
  g_test_add_func ("/bad-onnx/many", test_many);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strdup_printf ("/bad-onnx/%s", cases[i].name);

      g_test_add_data_func (path, GSIZE_TO_POINTER (i), test_case);
    }
  code = g_test_run ();

  remove_part ("small");
  remove_part ("numbers");
  remove_part ("link");
  g_assert_cmpint (g_rmdir (folder), ==, 0);
  g_free (folder);
  return code;
}
