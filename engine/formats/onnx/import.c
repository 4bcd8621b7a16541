/* import.c: an ONNX file as a network of ours
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "engine/formats/onnx/import.h"

#include "engine/arrange.h"
#include "engine/error.h"
#include "engine/formats/onnx/constant.h"
#include "engine/formats/onnx/pattern.h"
#include "engine/formats/onnx/scan.h"
#include "engine/formats/onnx/tensor.h"
#include "engine/formats/onnx/value.h"
#include "engine/json.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>

/* What numbers that are made while reading may take besides those of the file. */
#define FOLDED_BYTES ((gsize) 64 << 20)

/* Between these the operators that have rows mean what the rows say, or the rows
 * know what differs. */
#define OLDEST_OPSET 7
#define NEWEST_OPSET 28

static gboolean
refuse (NnOnnxReader  *self,
        GError       **error,
        const char    *format,
        ...) G_GNUC_PRINTF (3, 4);

/* About the file as a whole.  Always returns FALSE. */
static gboolean
refuse (NnOnnxReader  *self,
        GError       **error,
        const char    *format,
        ...)
{
  g_autofree char *rule = NULL;
  va_list arguments;

  va_start (arguments, format);
  rule = g_strdup_vprintf (format, arguments);
  va_end (arguments);

  /* Translators: name of a file, then what is wrong with it. */
  g_set_error (error, NN_ERROR, NN_ERROR_UNSUPPORTED, _("“%s”: %s"), self->source, rule);
  return FALSE;
}

static gboolean
find_opset (NnOnnxReader         *self,
            const NnOnnx__Model  *model,
            GError              **error)
{
  self->opset = 0;
  for (gsize i = 0; i < model->n_opset_import; i++)
    {
      const NnOnnx__OpsetId *id = model->opset_import[i];

      if (id->domain == NULL || id->domain[0] == '\0' || g_str_equal (id->domain, "ai.onnx"))
        self->opset = id->version;
    }
  if (self->opset >= OLDEST_OPSET && self->opset <= NEWEST_OPSET)
    return TRUE;

  return refuse (self, error,
                 _("the file is of opset %" PRId64 ", and Epoch reads %d to %d."),
                 self->opset, OLDEST_OPSET, NEWEST_OPSET);
}

/* Names are keys of tables and parts of messages. */
static gboolean
check_name (NnOnnxReader  *self,
            const char    *name,
            GError       **error)
{
  if (name != NULL && g_utf8_validate (name, -1, NULL))
    return TRUE;

  return refuse (self, error, _("a name in it is not text."));
}

/* Which node makes what, and how many read it.  Each name is made once. */
static gboolean
index_nodes (NnOnnxReader  *self,
             GError       **error)
{
  for (gsize i = 0; i < self->proto->n_node; i++)
    {
      NnOnnx__Node *node = self->proto->node[i];

      if (!check_name (self, node->op_type, error)
          || (node->name != NULL && !check_name (self, node->name, error)))
        return FALSE;
      for (gsize k = 0; k < node->n_input; k++)
        {
          if (!check_name (self, node->input[k], error))
            return FALSE;
          g_hash_table_insert (self->uses, node->input[k],
                               GUINT_TO_POINTER (1 + GPOINTER_TO_UINT (g_hash_table_lookup (
                                                   self->uses, node->input[k]))));
        }
      for (gsize k = 0; k < node->n_output; k++)
        {
          g_autofree char *name = NULL;

          if (!check_name (self, node->output[k], error))
            return FALSE;
          if (node->output[k][0] == '\0'
              || (!g_hash_table_contains (self->weights, node->output[k])
                  && g_hash_table_insert (self->makers, node->output[k], node)))
            continue;
          name = nn_json_quote (node->output[k]);
          return refuse (self, error, _("%s is made twice."), name);
        }
    }

  return TRUE;
}

static gboolean
read_weights (NnOnnxReader  *self,
              GError       **error)
{
  if (self->proto->n_sparse_initializer > 0)
    return refuse (self, error, _("it has sparse tensors, which Epoch does not read."));

  for (gsize i = 0; i < self->proto->n_initializer; i++)
    {
      const NnOnnx__Tensor *proto = self->proto->initializer[i];
      g_autofree char *name = NULL;
      NnTensor *tensor;
      NnOnnxValue *value;

      if (!check_name (self, proto->name, error))
        return FALSE;
      name = nn_json_quote (proto->name);
      if (!g_hash_table_add (self->weights, proto->name))
        return refuse (self, error, _("%s is made twice."), name);

      tensor = nn_onnx_tensor_read (proto, name, self->folder, error);
      if (tensor != NULL)
        tensor = nn_onnx_constant_normalise (tensor, error);
      if (tensor == NULL)
        return FALSE;
      value = g_new0 (NnOnnxValue, 1);
      value->constant = tensor;
      value->dtype = nn_tensor_get_dtype (tensor);
      value->rank = nn_tensor_get_shape (tensor)->rank;
      g_hash_table_insert (self->values, proto->name, value);
    }

  return TRUE;
}

/* The one input that is no tensor of the file, as older files list those, too. */
static const NnOnnx__ValueInfo *
find_input (NnOnnxReader  *self,
            GError       **error)
{
  const NnOnnx__ValueInfo *found = NULL;

  for (gsize i = 0; i < self->proto->n_input; i++)
    {
      const NnOnnx__ValueInfo *input = self->proto->input[i];

      if (!check_name (self, input->name, error))
        return NULL;
      if (g_hash_table_contains (self->weights, input->name)
          || (found != NULL && !g_hash_table_contains (self->uses, input->name)))
        continue;
      if (found != NULL && g_hash_table_contains (self->uses, found->name))
        {
          g_autofree char *first = nn_json_quote (found->name);
          g_autofree char *second = nn_json_quote (input->name);

          refuse (self, error, _("it has the inputs %s and %s, and a network of ours has one."),
                  first, second);
          return NULL;
        }
      found = input;
    }
  if (found == NULL)
    refuse (self, error, _("it has no input."));

  return found;
}

/* Sizes of the input; the batch is the one that the file leaves open, or the
 * first. */
static gboolean
read_input_sizes (NnOnnxReader             *self,
                  const NnOnnx__ValueInfo  *input,
                  NnShape                  *shape,
                  int                      *batch,
                  GError                  **error)
{
  const NnOnnx__TensorType *type = input->type != NULL ? input->type->tensor_type : NULL;
  g_autofree char *name = nn_json_quote (input->name);

  if (type == NULL || type->shape == NULL)
    return refuse (self, error, _("the shape of its input %s is not known."), name);
  if (type->elem_type != NN_ONNX_FLOAT && type->elem_type != NN_ONNX_DOUBLE
      && type->elem_type != NN_ONNX_FLOAT16)
    return refuse (self, error, _("its input %s is not made of real numbers."), name);
  if (type->shape->n_dim > NN_MAX_RANK || type->shape->n_dim < 1)
    return refuse (self, error, _("its input %s has %zu axes; Epoch reads 1 to "
                                  "%d."), name, type->shape->n_dim, NN_MAX_RANK);

  shape->rank = (int) type->shape->n_dim;
  *batch = -1;
  for (int i = 0; i < shape->rank; i++)
    {
      const NnOnnx__Dimension *dimension = type->shape->dim[i];

      shape->size[i] = dimension->has_dim_value ? dimension->dim_value : 0;
      if (shape->size[i] < 0 || shape->size[i] > 65536)
        return refuse (self, error, _("axis %d of its input %s has the size %" PRId64
                                      "; Epoch reads 1 to 65536."), i, name, shape->size[i]);
      if (shape->size[i] > 0)
        continue;
      if (*batch >= 0)
        return refuse (self, error, _("axes %d and %d of its input %s are open. Export it with a "
                                      "fixed size for all but the batch."), *batch, i, name);
      *batch = i;
    }

  return TRUE;
}

/* The node that samples come from.  With @batch -1 the file does not know of a
 * batch, and all it says is about one sample. */
static void
add_input (NnOnnxReader             *self,
           const NnOnnx__ValueInfo  *input,
           const NnShape            *shape,
           int                       batch)
{
  const NnOp *op = nn_op_find ("input");
  NnAttrValue attr[NN_MAX_ATTRS];
  NnAttrValue item = { 0 };
  NnShape stored = { 1, { 1 } };
  gint64 axes[NN_MAX_RANK];
  NnValue *value;
  NnOnnxValue *result = g_new0 (NnOnnxValue, 1);
  guint id = nn_graph_add_node (self->import->graph, op, 0, NULL);

  for (int i = 0; i < shape->rank; i++)
    if (batch < 0 && i == 0 && shape->size[0] == 1 && shape->rank > 1)
      axes[i] = -1;             /* a batch of one, most likely */
    else if (i != batch)
      {
        axes[i] = stored.rank;
        item.number[item.count++] = shape->size[i];
        stored.size[stored.rank++] = shape->size[i];
      }
    else
      axes[i] = 0;
  if (item.count == 0)
    {
      item = (NnAttrValue) { 1, { 1 } };
      stored = NN_SHAPE (1, 1);
    }

  nn_attrs_initial (op->attrs, attr);
  nn_graph_set_attr (self->import->graph, id, "shape", &item, NULL);
  value = nn_program_add_value (self->program, NN_VALUE_INPUT, NN_FLOAT32, &stored, input->name);
  nn_onnx_value_init (result, id, 0, value);
  nn_onnx_value_permute (result, shape->rank, axes);
  g_hash_table_insert (self->values, input->name, result);
}

/* Folds what is known before the input is, so that patterns can look at it. */
static gboolean
fold_known (NnOnnxReader  *self,
            GError       **error)
{
  for (gsize i = 0; i < self->proto->n_node; i++)
    {
      g_autoptr (GError) cause = NULL;

      self->node = self->proto->node[i];
      if (self->node->n_input > 0
          && g_strcmp0 (self->node->op_type, "Constant") == 0)
        return nn_onnx_refuse (self, error, _("it has inputs."));
      if (!nn_onnx_fold (self, &cause) && cause != NULL)
        {
          g_propagate_error (error, g_steal_pointer (&cause));
          return FALSE;
        }
    }

  return TRUE;
}

/* Which nodes the result hangs on; patterns take the place of their last node. */
static NnOnnx__Node **
find_needed (NnOnnxReader   *self,
             const char     *output,
             NnOnnxPatterns *patterns)
{
  NnOnnx__Node **needed = g_new0 (NnOnnx__Node *, self->proto->n_node + 1);
  g_autoptr (GHashTable) wanted = g_hash_table_new (g_str_hash, g_str_equal);

  g_hash_table_add (wanted, (char *) output);
  for (gsize i = self->proto->n_node; i-- > 0;)
    {
      NnOnnx__Node *node = self->proto->node[i];
      gboolean is_wanted = FALSE;

      for (gsize k = 0; k < node->n_output; k++)
        is_wanted = is_wanted || g_hash_table_contains (wanted, node->output[k]);
      if (!is_wanted)
        continue;
      needed[i] = nn_onnx_patterns_match (patterns, self, node);
      for (gsize k = 0; k < needed[i]->n_input; k++)
        g_hash_table_add (wanted, needed[i]->input[k]);
    }

  return needed;
}

static gboolean
check_order (NnOnnxReader  *self,
             GError       **error)
{
  for (gsize k = 0; k < self->node->n_input; k++)
    if (self->node->input[k][0] != '\0'
        && !g_hash_table_contains (self->values, self->node->input[k]))
      {
        g_autofree char *name = nn_json_quote (self->node->input[k]);

        return nn_onnx_refuse (self, error, _("it reads %s, which nothing before it gives."), name);
      }

  return TRUE;
}

static gboolean
is_known (NnOnnxReader *self)
{
  return self->node->n_output > 0 && g_hash_table_contains (self->values, self->node->output[0]);
}

static gboolean
read_nodes (NnOnnxReader   *self,
            NnOnnx__Node  **needed,
            GError        **error)
{
  for (gsize i = 0; i < self->proto->n_node; i++)
    {
      g_autoptr (GError) cause = NULL;

      self->node = needed[i];
      if (self->node == NULL || is_known (self))
        continue;
      self->is_rewritten = needed[i] != self->proto->node[i];
      if (!check_order (self, error))
        return FALSE;
      if (nn_onnx_fold (self, &cause))
        continue;
      if (cause != NULL)
        {
          g_propagate_error (error, g_steal_pointer (&cause));
          return FALSE;
        }
      if (!nn_onnx_read_node (self, error))
        return FALSE;
    }

  return TRUE;
}

/* Leaves only what the node @last hangs on, numbers included. */
static void
prune (NnOnnxReader *self,
       guint         last)
{
  NnGraph *graph = self->import->graph;
  g_autoptr (GHashTable) wanted = g_hash_table_new (NULL, NULL);
  g_autofree guint *order = nn_graph_sort (graph);

  g_hash_table_add (wanted, GUINT_TO_POINTER (last));
  for (guint i = nn_graph_get_n_nodes (graph); i-- > 0;)
    if (g_hash_table_contains (wanted, GUINT_TO_POINTER (order[i])))
      for (guint k = 0; k < nn_graph_get_n_links (graph); k++)
        if (nn_graph_get_link (graph, k).to == order[i])
          g_hash_table_add (wanted, GUINT_TO_POINTER (nn_graph_get_link (graph, k).from));

  for (guint i = self->import->tensors->len; i-- > 0;)
    {
      const NnNamedTensor *tensor = g_ptr_array_index (self->import->tensors, i);
      g_autofree char *owner = g_strndup (tensor->name, strcspn (tensor->name, "."));

      if (!g_hash_table_contains (wanted,
                                  GUINT_TO_POINTER (nn_graph_find_node (graph, owner)->id)))
        g_ptr_array_remove_index (self->import->tensors, i);
    }
  for (guint i = nn_graph_get_n_nodes (graph); i-- > 0;)
    {
      const NnNode *node = nn_graph_get_nth (graph, i);

      if (!g_hash_table_contains (wanted, GUINT_TO_POINTER (node->id))
          && node->op->role != NN_ROLE_INPUT)
        nn_graph_remove_node (graph, node->id);
    }
}

/* Makes @output the last result of the graph. */
static gboolean
finish (NnOnnxReader  *self,
        const char    *output,
        GError       **error)
{
  const NnOnnxValue *found = g_hash_table_lookup (self->values, output);
  g_autofree char *name = nn_json_quote (output);
  NnOnnxValue value;
  gboolean is_hidden;

  if (found == NULL)
    return refuse (self, error, _("nothing gives its result %s."), name);
  if (found->constant != NULL)
    return refuse (self, error, _("its result %s does not depend on the input."), name);

  value = *found;
  is_hidden = nn_onnx_value_batch (&value) < 0 && value.rank > 1
              && nn_onnx_value_size (self, &value, 0) == 1;
  if (!(is_hidden ? nn_onnx_value_rows (self, &value, error)
                  : nn_onnx_value_plain (self, &value, error))
      || !nn_onnx_value_solid (self, &value, error))
    return FALSE;
  if (nn_onnx_value_batch (&value) > 0 || (nn_onnx_value_batch (&value) == 0 && value.begin[1] > 1))
    return refuse (self, error, _("the batch is not the first axis of its result %s."), name);

  /* A network computes something. */
  if (nn_graph_get_node (self->import->graph, value.node)->op->role == NN_ROLE_INPUT)
    {
      NnOnnxCall call;
      NnOnnxValue out[NN_MAX_OUT];

      nn_onnx_call_init (&call, "scale");
      if (!nn_onnx_value_apply (self, &call, &value, out, error))
        return FALSE;
      value = out[0];
    }

  prune (self, value.node);
  nn_graph_arrange (self->import->graph);
  if (self->proto->n_output > 1)
    nn_import_note (self->import, g_strdup_printf (_("Of %zu results only the "
                                                     "first, %s, is the network’s."),
                                                   self->proto->n_output, name));
  return TRUE;
}

static gboolean
read_graph (NnOnnxReader  *self,
            int            batch,
            GError       **error)
{
  const NnOnnx__ValueInfo *input;
  g_autofree NnOnnx__Node **needed = NULL;
  g_autoptr (NnOnnxPatterns) patterns = nn_onnx_patterns_new ();
  const char *output;
  NnShape shape = { 0 };
  int open = -1;

  if (!read_weights (self, error) || !index_nodes (self, error)
      || (input = find_input (self, error)) == NULL
      || !read_input_sizes (self, input, &shape, &open, error))
    return FALSE;
  if (self->proto->n_output == 0)
    return refuse (self, error, _("it has no result."));
  if (!check_name (self, self->proto->output[0]->name, error))
    return FALSE;
  if (g_hash_table_contains (self->makers, input->name))
    {
      g_autofree char *name = nn_json_quote (input->name);

      return refuse (self, error, _("%s is made twice."), name);
    }

  output = self->proto->output[0]->name;
  if (!fold_known (self, error))
    return FALSE;
  needed = find_needed (self, output, patterns);

  self->batch = open >= 0 ? NN_ONNX_BATCH : shape.size[0];
  if (open < 0)
    open = batch;
  add_input (self, input, &shape, open);
  return read_nodes (self, needed, error) && finish (self, output, error);
}

/* One reading of the file with its batch, if the sizes do not tell, in axis
 * @batch, or in none for -1. */
static NnImport *
attempt (const NnOnnx__Model  *model,
         const char           *source,
         const char           *folder,
         const NnLimits       *limits,
         int                   batch,
         GError              **error)
{
  g_autoptr (NnImport) import = nn_import_new ();
  g_autoptr (NnProgram) program = nn_program_new (NULL, FALSE);
  g_autoptr (GHashTable) values = g_hash_table_new_full (g_str_hash, g_str_equal, NULL,
                                                         (GDestroyNotify) nn_onnx_value_free);
  g_autoptr (GHashTable) weights = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GHashTable) makers = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GHashTable) uses = g_hash_table_new (g_str_hash, g_str_equal);
  NnOnnxReader self = {
    .source = source, .folder = folder, .limits = limits, .proto = model->graph,
    .import = import, .program = program, .values = values, .weights = weights,
    .makers = makers, .uses = uses, .bytes = FOLDED_BYTES,
  };

  import->graph = nn_graph_new ();
  return find_opset (&self, model, error) && read_graph (&self, batch, error)
         ? g_steal_pointer (&import) : NULL;
}

/* Whether the sizes of the input leave it open if the first one is the batch. */
static gboolean
is_first_the_batch (const NnOnnx__Graph *graph)
{
  for (gsize i = 0; i < graph->n_input; i++)
    {
      const NnOnnx__Type *type = graph->input[i]->type;

      if (type != NULL && type->tensor_type != NULL && type->tensor_type->shape != NULL
          && type->tensor_type->shape->n_dim > 0)
        return type->tensor_type->shape->dim[0]->dim_value != 1;
    }

  return TRUE;
}

NnImport *
nn_onnx_import (GBytes          *bytes,
                const char      *source,
                const char      *folder,
                const NnLimits  *limits,
                GError         **error)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (bytes, &size);
  NnOnnx__Model *model;
  NnImport *import = NULL;
  g_autoptr (GError) cause = NULL;

  if (size > 0 && !nn_onnx_scan (data, size, source, limits, error))
    return NULL;
  model = size > 0 ? nn_onnx__model__unpack (NULL, size, data) : NULL;
  if (model == NULL || model->graph == NULL)
    {
      g_set_error (error, NN_ERROR, NN_ERROR_FILE,
                   _("“%s” is damaged, or no ONNX file: it has no graph."), source);
      if (model != NULL)
        nn_onnx__model__free_unpacked (model, NULL);
      return NULL;
    }

  /* A size of 1 in front is a batch of one sample or an axis of the sample; what
   * works for one sample works for a batch of them.  Any other number there is
   * first taken for the batch that somebody exported with. */
  if (is_first_the_batch (model->graph))
    import = attempt (model, source, folder, limits, 0, &cause);
  if (import == NULL)
    import = attempt (model, source, folder, limits, -1, cause == NULL ? &cause : NULL);
  nn_onnx__model__free_unpacked (model, NULL);

  if (import == NULL)
    g_propagate_error (error, g_steal_pointer (&cause));
  return import;
}
