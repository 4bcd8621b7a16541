/* export.c: a network of ours as an ONNX file
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "engine/formats/onnx/export.h"

#include "engine/error.h"
#include "engine/file.h"
#include "engine/formats/onnx/tensor.h"
#include "engine/formats/onnx/writer.h"

#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>

/* The eighth version of the format came with opset 15 and knows all of 17. */
#define IR_VERSION 8

/* A device that can run what ONNX has an operator for.  Writing a network out
 * for it expands the rest. */
static const NnKernel *
onnx_kernels (const NnOp *op)
{
  static const NnKernel any[] = { { "onnx" }, { NULL } };

  return nn_onnx_write_row_find (op->name) != NULL || nn_onnx_is_plain (op) ? any : NULL;
}

static void
device_free (NnDevice *device)
{
}

static const NnDeviceClass onnx_class = {
  .name = "onnx", .get_kernels = onnx_kernels, .free = device_free
};

static gboolean
lower (NnGraph    *graph,
       gint64      batch,
       NnLowered  *lowered,
       GError    **error)
{
  NnDevice device = { .klass = &onnx_class };
  gboolean is_done;

  g_atomic_ref_count_init (&device.ref_count);
  is_done = nn_lower (graph, &device, NN_MODE_PREDICT, batch, lowered, error);
  if (is_done)
    {
      /* From here on nobody looks at it, and it ends with this function. */
      nn_device_unref (lowered->program->device);
      lowered->program->device = NULL;
    }
  return is_done;
}

static void
clear_lowered (NnLowered *lowered)
{
  g_clear_pointer (&lowered->program, nn_program_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (NnLowered, clear_lowered)

/* What each value is called: parameters have names, the result of a node is
 * called like it, and what is on the way there is numbered. */
static void
name_values (NnOnnxWriter *self,
             NnProgram    *program,
             NnGraph      *graph)
{
  g_autoptr (GHashTable) last = g_hash_table_new (NULL, NULL);     /* node → its last call */

  for (guint i = 0; i < program->values->len; i++)
    {
      const NnValue *value = g_ptr_array_index (program->values, i);

      if (value->name != NULL)
        g_hash_table_insert (self->names, (void *) value, value->name);
    }
  for (guint i = 0; i < program->instrs->len; i++)
    {
      NnInstr *instr = g_ptr_array_index (program->instrs, i);

      g_hash_table_insert (last, GUINT_TO_POINTER (instr->node), instr);
    }
  for (guint i = 0; i < program->instrs->len; i++)
    {
      NnInstr *instr = g_ptr_array_index (program->instrs, i);
      const NnNode *node = nn_graph_get_node (graph, instr->node);
      gboolean is_last = g_hash_table_lookup (last, GUINT_TO_POINTER (instr->node)) == instr;

      for (int k = 0; k < instr->call.n_out; k++)
        {
          char *name = is_last && k == 0 ? g_strdup (node->name)
                       : g_strdup_printf ("%s.%u.%d", node->name, i, k);

          g_ptr_array_add (self->texts, name);
          g_hash_table_insert (self->names, instr->out[k], name);
        }
    }
}

static gboolean
write_calls (NnOnnxWriter     *self,
             const NnLowered  *a,
             const NnLowered  *b,
             NnGraph          *graph,
             GError          **error)
{
  g_assert (a->program->instrs->len == b->program->instrs->len);
  for (guint i = 0; i < a->program->instrs->len; i++)
    {
      const NnOnnxWriteRow *row;
      const char *name;

      self->instr = g_ptr_array_index (a->program->instrs, i);
      self->other = g_ptr_array_index (b->program->instrs, i);
      name = nn_graph_get_node (graph, self->instr->node)->name;
      if (g_strcmp0 (name, self->name) != 0)
        self->step = 0;
      self->name = name;

      row = nn_onnx_write_row_find (self->instr->call.op->name);
      if (row == NULL && !nn_onnx_is_plain (self->instr->call.op))
        return nn_onnx_write_refuse (self, error, _("ONNX has nothing like it."));
      if (!(row != NULL ? row->write (self, error) : nn_onnx_write_plain (self, error)))
        return FALSE;
    }

  return TRUE;
}

/* The numbers that some call reads. */
static void
write_weights (NnOnnxWriter *self,
               NnProgram    *program)
{
  for (guint i = 0; i < program->values->len; i++)
    {
      NnValue *value = g_ptr_array_index (program->values, i);
      const NnModelEntry *entry;

      if ((value->kind != NN_VALUE_PARAMETER && value->kind != NN_VALUE_STATE)
          || nn_program_count_uses (program, value) == 0)
        continue;
      entry = nn_model_find (self->model, value->name);
      nn_onnx_write_tensor (self, value->name, value->dtype, &value->shape,
                            nn_model_get_data (self->model, entry));
    }
}

/* An input or output of the file: the batch is open. */
static NnOnnx__ValueInfo *
write_info (NnOnnxWriter  *self,
            const char    *name,
            const NnValue *value)
{
  NnOnnx__ValueInfo *info = g_new (NnOnnx__ValueInfo, 1);
  NnOnnx__Type *type = g_new (NnOnnx__Type, 1);
  NnOnnx__TensorType *tensor = g_new (NnOnnx__TensorType, 1);
  NnOnnx__Shape *shape = g_new (NnOnnx__Shape, 1);
  NnOnnx__Dimension **list = g_new (NnOnnx__Dimension *, NN_MAX_RANK);

  nn_onnx__value_info__init (info);
  nn_onnx__type__init (type);
  nn_onnx__tensor_type__init (tensor);
  nn_onnx__shape__init (shape);
  info->name = (char *) name;
  info->type = type;
  type->tensor_type = tensor;
  tensor->has_elem_type = TRUE;
  tensor->elem_type = nn_onnx_type_of_dtype (value->dtype);
  tensor->shape = shape;
  shape->n_dim = (gsize) value->shape.rank;
  shape->dim = list;
  for (int i = 0; i < value->shape.rank; i++)
    {
      list[i] = g_new (NnOnnx__Dimension, 1);
      nn_onnx__dimension__init (list[i]);
      if (i == 0)
        list[i]->dim_param = (char *) "N";
      list[i]->has_dim_value = i > 0;
      list[i]->dim_value = i > 0 ? value->shape.size[i] : 0;
      g_ptr_array_add (self->texts, list[i]);
    }
  g_ptr_array_add (self->texts, info);
  g_ptr_array_add (self->texts, type);
  g_ptr_array_add (self->texts, tensor);
  g_ptr_array_add (self->texts, shape);
  g_ptr_array_add (self->texts, list);

  return info;
}

static void
add_entry (NnOnnxWriter   *self,
           NnOnnx__Tensor *tensor,
           const char     *key,
           char           *value)
{
  NnOnnx__Entry *entry = g_new (NnOnnx__Entry, 1);

  nn_onnx__entry__init (entry);
  entry->key = (char *) key;
  entry->value = value;
  g_ptr_array_add (self->texts, entry);
  g_ptr_array_add (self->texts, value);
  tensor->external_data[tensor->n_external_data++] = entry;
}

/* Moves the numbers of all tensors into a file beside the model. */
static gboolean
write_external (NnOnnxWriter  *self,
                const char    *path,
                GError       **error)
{
  g_autoptr (NnFileWriter) writer = nn_file_writer_new (path, 0, error);
  g_autofree char *name = g_path_get_basename (path);
  guint64 offset = 0;

  if (writer == NULL)
    return FALSE;

  for (guint i = 0; i < self->tensors->len; i++)
    {
      NnOnnx__Tensor *tensor = g_ptr_array_index (self->tensors, i);
      gsize size = tensor->raw_data.len;

      if (!nn_file_writer_write (writer, tensor->raw_data.data, size, error))
        return FALSE;
      tensor->has_raw_data = FALSE;
      tensor->has_data_location = TRUE;
      tensor->data_location = 1;
      tensor->external_data = g_new (NnOnnx__Entry *, 3);
      g_ptr_array_add (self->texts, tensor->external_data);
      add_entry (self, tensor, "location", g_strdup (name));
      add_entry (self, tensor, "offset", g_strdup_printf ("%" G_GUINT64_FORMAT, offset));
      add_entry (self, tensor, "length", g_strdup_printf ("%" G_GSIZE_FORMAT, size));
      offset += size;
    }

  return nn_file_writer_commit (writer, error);
}

/* (transfer full) */
static GBytes *
pack (NnOnnxWriter       *self,
      const NnExport     *what,
      NnOnnx__ValueInfo  *input,
      NnOnnx__ValueInfo  *output,
      GError            **error)
{
  NnOnnx__Model model = NN_ONNX__MODEL__INIT;
  NnOnnx__Graph graph = NN_ONNX__GRAPH__INIT;
  NnOnnx__OpsetId opset = NN_ONNX__OPSET_ID__INIT;
  NnOnnx__OpsetId *opsets[] = { &opset };
  gsize size;
  guint8 *bytes;

  opset.domain = (char *) "";
  opset.has_version = TRUE;
  opset.version = NN_ONNX_OPSET;
  graph.name = (char *) (what->title != NULL ? what->title : "network");
  graph.n_node = self->nodes->len;
  graph.node = (NnOnnx__Node **) self->nodes->pdata;
  graph.n_initializer = self->tensors->len;
  graph.initializer = (NnOnnx__Tensor **) self->tensors->pdata;
  graph.n_input = graph.n_output = 1;
  graph.input = &input;
  graph.output = &output;
  model.has_ir_version = TRUE;
  model.ir_version = IR_VERSION;
  model.producer_name = (char *) "epoch";
  model.producer_version = (char *) EPOCH_VERSION;
  model.graph = &graph;
  model.n_opset_import = 1;
  model.opset_import = opsets;

  size = nn_onnx__model__get_packed_size (&model);
  bytes = g_try_malloc (size);
  if (bytes == NULL)
    {
      g_set_error (error, NN_ERROR, NN_ERROR_MEMORY,
                   _("There is no memory for the %zu bytes of the ONNX file."),
                   size);
      return NULL;
    }
  nn_onnx__model__pack (&model, bytes);
  return g_bytes_new_take (bytes, size);
}

static gsize
count_bytes (const NnOnnxWriter *self)
{
  gsize size = 0;

  for (guint i = 0; i < self->tensors->len; i++)
    size += ((NnOnnx__Tensor *) g_ptr_array_index (self->tensors, i))->raw_data.len;

  return size;
}

/* Packs, reads back, compares, and only then gives the file its name.  The file
 * with the numbers goes when that fails. */
static gboolean
save (NnOnnxWriter       *self,
      const NnExport     *what,
      NnOnnx__ValueInfo  *input,
      NnOnnx__ValueInfo  *output,
      const char         *path,
      gsize               inline_bytes,
      GError            **error)
{
  g_autofree char *external = count_bytes (self) > inline_bytes
                              ? g_strconcat (path, ".data", NULL) : NULL;
  g_autofree char *folder = g_path_get_dirname (path);
  g_autofree char *source = g_filename_display_basename (path);
  g_autoptr (GBytes) bytes = NULL;

  if (external != NULL && !write_external (self, external, error))
    return FALSE;

  bytes = pack (self, what, input, output, error);
  if (bytes != NULL && nn_onnx_verify (what, bytes, source, folder, error)
      && nn_file_write (path, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), error))
    return TRUE;

  if (external != NULL)
    g_remove (external);
  return FALSE;
}

gboolean
nn_onnx_export (const NnExport  *what,
                const char      *path,
                gsize            inline_bytes,
                GError         **error)
{
  NnGraph *graph = nn_network_get_graph (what->network);
  g_auto (NnLowered) a = { NULL };
  g_auto (NnLowered) b = { NULL };
  g_autoptr (GPtrArray) nodes = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) tensors = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) texts = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GHashTable) names = g_hash_table_new (NULL, NULL);
  NnOnnxWriter self = {
    .model = nn_network_get_model (what->network),
    .nodes = nodes, .tensors = tensors, .texts = texts, .names = names,
  };
  const char *output;

  if (!lower (graph, NN_ONNX_WRITE_BATCH_A, &a, error)
      || !lower (graph, NN_ONNX_WRITE_BATCH_B, &b, error))
    return FALSE;

  name_values (&self, a.program, graph);
  self.input = a.input->name;
  if (!write_calls (&self, &a, &b, graph, error))
    return FALSE;
  write_weights (&self, a.program);

  output = g_hash_table_lookup (names, a.prediction);
  if (a.prediction->maker == NULL)
    {
      nn_onnx_write_node (&self, "Identity", "output", output, NULL);
      output = "output";
    }
  return save (&self, what, write_info (&self, self.input, a.input),
               write_info (&self, output, a.prediction), path, inline_bytes, error);
}
