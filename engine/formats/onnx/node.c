/* node.c: inputs, attributes and results of the ONNX node being read
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "engine/error.h"
#include "engine/formats/onnx/constant.h"
#include "engine/formats/onnx/value.h"
#include "engine/json.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <string.h>

/* How the node is called in messages.  (transfer full) */
static char *
describe (const NnOnnx__Node *node)
{
  g_autofree char *operator = nn_json_quote (node->op_type != NULL ? node->op_type : "");
  const char *name = node->name != NULL ? node->name : "";

  if (name[0] == '\0' && node->n_output > 0)
    name = node->output[0];
  if (name[0] == '\0')
    return g_steal_pointer (&operator);
  else
    {
      g_autofree char *quoted = nn_json_quote (name);

      /* Translators: name of a node in a file, then its operator, both quoted. */
      return g_strdup_printf (_("%s (%s)"), quoted, operator);
    }
}

gboolean
nn_onnx_refuse (NnOnnxReader  *self,
                GError       **error,
                const char    *format,
                ...)
{
  g_autofree char *rule = NULL;
  g_autofree char *node = describe (self->node);
  va_list arguments;

  va_start (arguments, format);
  rule = g_strdup_vprintf (format, arguments);
  va_end (arguments);

  /* Translators: name of a file, of a node in it, then what is wrong. */
  g_set_error (error, NN_ERROR, NN_ERROR_UNSUPPORTED, _("“%s”, node %s: %s"), self->source, node,
               rule);
  return FALSE;
}

const NnOnnxValue *
nn_onnx_in (NnOnnxReader *self,
            guint         index)
{
  if (index >= self->node->n_input || self->node->input[index][0] == '\0')
    return NULL;

  return g_hash_table_lookup (self->values, self->node->input[index]);
}

guint
nn_onnx_count_in (NnOnnxReader *self)
{
  return (guint) self->node->n_input;
}

gboolean
nn_onnx_in_is_weight (NnOnnxReader *self,
                      guint         index)
{
  return g_hash_table_contains (self->weights, self->node->input[index]);
}

NnTensor *
nn_onnx_in_constant (NnOnnxReader  *self,
                     guint          index,
                     GError       **error)
{
  const NnOnnxValue *value = nn_onnx_in (self, index);

  if (value != NULL && value->constant != NULL)
    return value->constant;

  nn_onnx_refuse (self, error, _("input %u must be numbers that the file has, not a result."),
                  index + 1);
  return NULL;
}

const NnOnnxValue *
nn_onnx_in_value (NnOnnxReader  *self,
                  guint          index,
                  GError       **error)
{
  const NnOnnxValue *value = nn_onnx_in (self, index);

  if (value != NULL && value->constant == NULL)
    return value;

  nn_onnx_refuse (self, error, _("input %u must come from the network’s input."), index + 1);
  return NULL;
}

int
nn_onnx_in_ints (NnOnnxReader  *self,
                 guint          index,
                 gint64         numbers[NN_MAX_RANK],
                 GError       **error)
{
  NnTensor *tensor;
  int count;

  if (nn_onnx_in (self, index) == NULL)
    return -1;
  tensor = nn_onnx_in_constant (self, index, error);
  if (tensor == NULL)
    return -2;

  count = nn_onnx_constant_ints (tensor, numbers, NN_MAX_RANK);
  if (count >= 0)
    return count;

  nn_onnx_refuse (self, error, _("input %u must be at most %d whole numbers."), index + 1,
                  NN_MAX_RANK);
  return -2;
}

static void
set_value (NnOnnxReader *self,
           guint         index,
           NnOnnxValue  *value)
{
  if (index < self->node->n_output && self->node->output[index][0] != '\0')
    g_hash_table_insert (self->values, self->node->output[index], value);
  else
    nn_onnx_value_free (value);
}

void
nn_onnx_set (NnOnnxReader      *self,
             guint              index,
             const NnOnnxValue *value)
{
  NnOnnxValue *copy = g_memdup2 (value, sizeof *value);

  if (copy->constant != NULL)
    copy->constant = nn_tensor_ref (copy->constant);
  set_value (self, index, copy);
}

void
nn_onnx_set_constant (NnOnnxReader *self,
                      guint         index,
                      NnTensor     *tensor)
{
  NnOnnxValue *value = g_new0 (NnOnnxValue, 1);

  value->constant = tensor;
  value->dtype = nn_tensor_get_dtype (tensor);
  value->rank = nn_tensor_get_shape (tensor)->rank;
  set_value (self, index, value);
}

gboolean
nn_onnx_wants (NnOnnxReader *self,
               guint         index)
{
  return index < self->node->n_output && self->node->output[index][0] != '\0'
         && g_hash_table_contains (self->uses, self->node->output[index]);
}

const NnOnnx__Attribute *
nn_onnx_attr_find (NnOnnxReader *self,
                   const char   *name)
{
  for (gsize i = 0; i < self->node->n_attribute; i++)
    if (g_strcmp0 (self->node->attribute[i]->name, name) == 0)
      {
        self->seen |= G_GUINT64_CONSTANT (1) << MIN (i, 63);
        return self->node->attribute[i];
      }

  return NULL;
}

gint64
nn_onnx_attr_int (NnOnnxReader *self,
                  const char   *name,
                  gint64        initial)
{
  const NnOnnx__Attribute *attribute = nn_onnx_attr_find (self, name);

  return attribute != NULL && attribute->has_i ? attribute->i : initial;
}

double
nn_onnx_attr_float (NnOnnxReader *self,
                    const char   *name,
                    double        initial)
{
  const NnOnnx__Attribute *attribute = nn_onnx_attr_find (self, name);

  return attribute != NULL && attribute->has_f ? (double) attribute->f : initial;
}

gboolean
nn_onnx_attr_is (NnOnnxReader *self,
                 const char   *name,
                 const char   *word,
                 gboolean      initial)
{
  const NnOnnx__Attribute *attribute = nn_onnx_attr_find (self, name);

  if (attribute == NULL || !attribute->has_s)
    return initial;

  return attribute->s.len == strlen (word)
         && memcmp (attribute->s.data, word, attribute->s.len) == 0;
}

int
nn_onnx_attr_ints (NnOnnxReader *self,
                   const char   *name,
                   gint64        numbers[NN_MAX_RANK])
{
  const NnOnnx__Attribute *attribute = nn_onnx_attr_find (self, name);

  if (attribute == NULL || attribute->n_ints > NN_MAX_RANK)
    return -1;

  for (gsize i = 0; i < attribute->n_ints; i++)
    numbers[i] = attribute->ints[i];
  return (int) attribute->n_ints;
}

int
nn_onnx_axis (NnOnnxReader  *self,
              gint64         axis,
              int            rank,
              GError       **error)
{
  if (axis >= -rank && axis < rank)
    return (int) (axis < 0 ? axis + rank : axis);

  nn_onnx_refuse (self, error, _("there is no axis %" PRId64 " among %d."), axis, rank);
  return -1;
}

static const NnOnnxRow *
find_row (const char *name)
{
  const NnOnnxRow *const lists[] = { nn_onnx_layer_rows, nn_onnx_maths_rows, nn_onnx_shape_rows };

  for (gsize k = 0; k < G_N_ELEMENTS (lists); k++)
    for (const NnOnnxRow *row = lists[k]; row->name != NULL; row++)
      if (g_str_equal (row->name, name))
        return row;

  return NULL;
}

/* Ours that ONNX has under a name, with one number in and one out, needs no row:
 * its record tells everything. */
static const NnOp *
find_plain_op (const char *name)
{
  const NnOp *const *ops = nn_ops_all ();

  for (int i = 0; ops[i] != NULL; i++)
    if (ops[i]->onnx != NULL && g_str_equal (ops[i]->onnx, name)
        && ops[i]->infer == nn_infer_same && nn_op_count_in (ops[i]) == 1)
      return ops[i];

  return NULL;
}

static gboolean
read_plain_op (NnOnnxReader  *self,
               const NnOp    *op,
               GError       **error)
{
  const NnOnnxValue *x = nn_onnx_in_value (self, 0, error);
  NnOnnxValue stored;
  NnOnnxValue out[NN_MAX_OUT];
  NnOnnxCall call;

  if (x == NULL)
    return FALSE;

  stored = *x;
  nn_onnx_call_init (&call, op->name);
  for (int i = 0; op->attrs != NULL && op->attrs[i].name != NULL; i++)
    if (op->attrs[i].onnx != NULL)
      nn_onnx_call_set (&call, op->attrs[i].name,
                        nn_onnx_attr_float (self, op->attrs[i].onnx, op->attrs[i].initial));
  return nn_onnx_value_apply (self, &call, &stored, out, error);
}

static gboolean
check_attributes (NnOnnxReader  *self,
                  GError       **error)
{
  for (gsize i = 0; i < self->node->n_attribute; i++)
    {
      const NnOnnx__Attribute *attribute = self->node->attribute[i];
      g_autofree char *name = NULL;

      if (attribute->name == NULL)
        return nn_onnx_refuse (self, error, _("one of its attributes has no name."));
      name = nn_json_quote (attribute->name);
      if (attribute->has_graph || attribute->n_graphs > 0)
        return nn_onnx_refuse (self, error,
                               _("its attribute %s is a graph of its own, which Epoch has no "
                                 "layer for."), name);
      if (attribute->ref_attr_name != NULL && attribute->ref_attr_name[0] != '\0')
        return nn_onnx_refuse (self, error, _("its attribute %s has no value."), name);
      if (i >= 63)
        return nn_onnx_refuse (self, error, _("it has too many attributes."));
    }

  return TRUE;
}

static gboolean
check_seen (NnOnnxReader  *self,
            GError       **error)
{
  for (gsize i = 0; i < self->node->n_attribute; i++)
    if (!(self->seen >> i & 1))
      {
        g_autofree char *name = nn_json_quote (self->node->attribute[i]->name);

        return nn_onnx_refuse (self, error, _("Epoch does not know its attribute %s."), name);
      }

  return TRUE;
}

gboolean
nn_onnx_read_node (NnOnnxReader  *self,
                   GError       **error)
{
  const char *name = self->node->op_type != NULL ? self->node->op_type : "";
  const NnOnnxRow *row = find_row (name);
  const NnOp *op = row == NULL ? find_plain_op (name) : NULL;
  const char *domain = self->node->domain != NULL ? self->node->domain : "";
  int since = row != NULL ? row->since : op != NULL ? op->onnx_since : 0;

  if (domain[0] != '\0' && !g_str_equal (domain, "ai.onnx"))
    {
      g_autofree char *quoted = nn_json_quote (domain);

      return nn_onnx_refuse (self, error, _("its operator belongs to %s, and Epoch only knows "
                                            "those of ONNX itself."), quoted);
    }
  if (row == NULL && op == NULL)
    return nn_onnx_refuse (self, error, _("Epoch has no layer for this operator."));
  if (self->opset < since && !self->is_rewritten)
    return nn_onnx_refuse (self, error,
                           _("Epoch reads this operator as it is since opset %d, and the file "
                             "is of opset %" PRId64 "."), since, self->opset);
  if (!check_attributes (self, error))
    return FALSE;

  self->seen = 0;
  return (row != NULL ? row->read (self, error) : read_plain_op (self, op, error))
         && check_seen (self, error);
}
