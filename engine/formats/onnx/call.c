/* call.c: nodes of our graph made from an ONNX file
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "engine/formats/onnx/value.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* Of one sample of any result; more is no network but an attack or a mistake. */
#define MAX_COUNT (G_GINT64_CONSTANT (1) << 31)

void
nn_onnx_call_init (NnOnnxCall *self,
                   const char *op)
{
  *self = (NnOnnxCall) { .op = nn_op_find (op) };
  g_assert (self->op != NULL);
  nn_attrs_initial (self->op->attrs, self->attr);
}

void
nn_onnx_call_clear (NnOnnxCall *self)
{
  for (int i = 0; i < self->n_weights; i++)
    nn_named_tensor_free (self->weight[i]);
  self->n_weights = 0;
}

static NnAttrValue *
find_attr (NnOnnxCall *self,
           const char *attr)
{
  int index = nn_attrs_find (self->op->attrs, attr);

  g_assert (index >= 0);
  return &self->attr[index];
}

void
nn_onnx_call_set (NnOnnxCall *self,
                  const char *attr,
                  double      number)
{
  *find_attr (self, attr) = (NnAttrValue) { 1, { number } };
}

void
nn_onnx_call_set_list (NnOnnxCall   *self,
                       const char   *attr,
                       int           count,
                       const gint64 *numbers)
{
  NnAttrValue value = { count };

  for (int i = 0; i < count; i++)
    value.number[i] = numbers[i];
  *find_attr (self, attr) = value;
}

void
nn_onnx_call_weight (NnOnnxCall *self,
                     const char *name,
                     NnTensor   *tensor)
{
  g_assert (self->n_weights < NN_ONNX_MAX_WEIGHTS);
  self->weight[self->n_weights++] = nn_named_tensor_new (name, tensor);
}

/* A name that a node may have: points and slashes divide names of tensors. */
static char *
clean_name (const char *name,
            gsize       length)
{
  g_autofree char *part = g_strndup (name, MIN (length, 48));
  char *clean = g_utf8_make_valid (part, -1);

  for (char *c = clean; *c != '\0'; c++)
    if ((guchar) *c <= ' ' || *c == 0x7f || strchr ("./\\\":", *c) != NULL)
      *c = '_';

  return clean;
}

/* What PyTorch calls the layer is in the name of its weights, "features.0.weight";
 * otherwise the node's own name, of which "/layer1/conv1/Conv" has the operator
 * at the end.  NULL when there is neither. */
static char *
find_name (NnOnnxReader     *reader,
           const NnOnnxCall *self)
{
  const NnOnnx__Node *node = reader->node;
  const char *name = node->name;
  const char *end;

  if (self->is_helper)
    return self->name != NULL ? clean_name (self->name, strlen (self->name)) : NULL;

  for (gsize i = 1; i < node->n_input; i++)
    if (g_str_has_suffix (node->input[i], ".weight")
        && strlen (node->input[i]) > strlen (".weight"))
      return clean_name (node->input[i], strlen (node->input[i]) - strlen (".weight"));

  if (name == NULL || name[0] == '\0')
    return NULL;

  name += strspn (name, "/");
  end = strrchr (name, '/');
  if (end == NULL || end == name || node->op_type == NULL
      || !g_str_has_prefix (end + 1, node->op_type))
    end = name + strlen (name);
  return end > name ? clean_name (name, (gsize) (end - name)) : NULL;
}

static guint
add_node (NnOnnxReader *reader,
          NnOnnxCall   *self)
{
  NnGraph *graph = reader->import->graph;
  guint id = nn_graph_add_node (graph, self->op, 0, NULL);
  g_autofree char *stem = find_name (reader, self);
  g_autofree char *name = g_strdup (stem);

  for (guint i = 2; name != NULL && nn_graph_find_node (graph, name) != NULL; i++)
    {
      g_free (name);
      name = g_strdup_printf ("%s_%u", stem, i);
    }
  if (name != NULL)
    nn_graph_rename_node (graph, id, name, NULL);

  return id;
}

/* The numbers of @owned, a parameter or state of the node @node. */
static gboolean
keep_weight (NnOnnxReader      *reader,
             const NnOnnxCall  *self,
             const char        *node,
             const NnValue     *owned,
             GError           **error)
{
  const char *name = owned->name + strlen (node) + 1;
  g_autofree char *need = nn_shape_print (&owned->shape);
  g_autofree char *have = NULL;

  for (int i = 0; i < self->n_weights; i++)
    {
      NnTensor *tensor = self->weight[i]->tensor;

      if (!g_str_equal (self->weight[i]->name, name))
        continue;
      if (nn_tensor_get_dtype (tensor) == NN_FLOAT32
          && nn_shape_equal (nn_tensor_get_shape (tensor), &owned->shape))
        {
          nn_import_add (reader->import, owned->name, nn_tensor_ref (tensor));
          return TRUE;
        }
      have = nn_shape_print (nn_tensor_get_shape (tensor));
      break;
    }

  /* Translators: name of a weight, then two shapes. */
  return nn_onnx_refuse (reader, error, _("“%s” takes %s numbers, and the file has %s."),
                         owned->name, need, have != NULL ? have : "–");
}

static gboolean
check_attrs (NnOnnxReader  *reader,
             NnOnnxCall    *self,
             GError       **error)
{
  g_autoptr (GError) cause = NULL;

  for (int i = 0; self->op->attrs != NULL && self->op->attrs[i].name != NULL; i++)
    if (self->op->attrs[i].title != NULL
        && !nn_attr_check (&self->op->attrs[i], &self->attr[i], &cause))
      return nn_onnx_refuse (reader, error, "%s", cause->message);

  return TRUE;
}

/* Whether the numbers of one sample fit, before anything is made. */
static gboolean
check_sizes (NnOnnxReader  *reader,
             NnOnnxCall    *self,
             GError       **error)
{
  g_autoptr (GError) cause = NULL;
  NnCall call = { .op = self->op };

  memcpy (call.attr, self->attr, sizeof call.attr);
  call.n_in = MAX (self->n_in, nn_op_count_in (self->op));
  call.n_out = nn_op_count_out (self->op);
  for (int i = 0; i < self->n_in; i++)
    if (self->in[i] != NULL)
      nn_call_set_in (&call, i, self->in[i]->dtype, &self->in[i]->result->shape);

  if (!self->op->infer (&call, &cause))
    return nn_onnx_refuse (reader, error, "%s", cause->message);

  for (int i = 0; i < call.n_in + call.n_out; i++)
    {
      const NnView *view = i < call.n_in ? &call.in[i] : &call.out[i - call.n_in];
      gint64 count;

      if (view->shape.rank > 0
          && (!nn_shape_check_count (&view->shape, sizeof (float), &count) || count > MAX_COUNT))
        return nn_onnx_refuse (reader, error, _("this would take more numbers than fit."));
    }

  return TRUE;
}

/* The links of the new node @id. */
static gboolean
connect (NnOnnxReader  *reader,
         NnOnnxCall    *self,
         guint          id,
         GError       **error)
{
  for (int i = 0; i < self->n_in; i++)
    if (self->in[i] != NULL)
      {
        gboolean is_many = nn_op_get_in (self->op, i)->kind == NN_PORT_MANY;
        NnLink link = { self->in[i]->node, self->in[i]->out, id,
                        is_many ? nn_op_count_in (self->op) - 1 : i };

        if (!nn_graph_connect (reader->import->graph, &link, error))
          return FALSE;
      }

  return TRUE;
}

gboolean
nn_onnx_call_run (NnOnnxReader  *reader,
                  NnOnnxCall    *self,
                  NnOnnxValue    out[NN_MAX_OUT],
                  GError       **error)
{
  NnGraph *graph = reader->import->graph;
  guint n_before = reader->program->values->len;
  NnValue *in[NN_MAX_IN] = { NULL };
  NnValue *results[NN_MAX_OUT] = { NULL };
  const NnNode *node;

  if (nn_graph_get_n_nodes (graph) >= reader->limits->nodes)
    return nn_onnx_refuse (reader, error, _("the network has more than %u nodes."),
                           reader->limits->nodes);
  if (!check_attrs (reader, self, error) || !check_sizes (reader, self, error))
    return FALSE;

  node = nn_graph_get_node (graph, add_node (reader, self));
  for (int i = 0; self->op->attrs != NULL && self->op->attrs[i].name != NULL; i++)
    if (self->op->attrs[i].title != NULL)
      nn_graph_set_attr (graph, node->id, self->op->attrs[i].name, &self->attr[i], NULL);
  for (int i = 0; i < self->n_in; i++)
    in[i] = self->in[i] != NULL ? self->in[i]->result : NULL;

  if (!connect (reader, self, node->id, error)
      || !nn_program_call (reader->program, self->op, self->attr, in, self->n_in, node->name,
                           node->id, results, error))
    return FALSE;

  for (guint i = n_before; i < reader->program->values->len; i++)
    {
      const NnValue *value = g_ptr_array_index (reader->program->values, i);

      if ((value->kind == NN_VALUE_PARAMETER || value->kind == NN_VALUE_STATE)
          && !keep_weight (reader, self, node->name, value, error))
        return FALSE;
    }

  for (int i = 0; i < nn_op_count_out (self->op); i++)
    if (results[i] != NULL)
      nn_onnx_value_init (&out[i], node->id, i, results[i]);
  return TRUE;
}
