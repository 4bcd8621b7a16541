/* writer.c: a program of ours on its way to an ONNX graph
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "engine/formats/onnx/writer.h"

#include "engine/error.h"
#include "engine/formats/onnx/export.h"
#include "engine/formats/onnx/tensor.h"

#include <glib/gi18n-lib.h>
#include <string.h>

gboolean
nn_onnx_write_refuse (NnOnnxWriter  *self,
                      GError       **error,
                      const char    *format,
                      ...)
{
  g_autofree char *rule = NULL;
  va_list arguments;

  va_start (arguments, format);
  rule = g_strdup_vprintf (format, arguments);
  va_end (arguments);

  /* Translators: title of a layer, its name, then why it cannot be exported. */
  g_set_error (error, NN_ERROR, NN_ERROR_UNSUPPORTED, _("%s “%s”: %s"),
               _(self->instr->call.op->title), self->name, rule);
  nn_error_set_node (error != NULL ? *error : NULL, self->instr->node);
  return FALSE;
}

static const char *
keep_text (NnOnnxWriter *self,
           char         *text)
{
  g_ptr_array_add (self->texts, text);
  return text;
}

static void *
keep_copy (NnOnnxWriter *self,
           const void   *bytes,
           gsize         size)
{
  void *copy = g_memdup2 (bytes, size);

  g_ptr_array_add (self->texts, copy);
  return copy;
}

const char *
nn_onnx_write_in (NnOnnxWriter *self,
                  int           index)
{
  const NnValue *value = self->instr->in[index];

  return value != NULL ? g_hash_table_lookup (self->names, value) : "";
}

const char *
nn_onnx_write_out (NnOnnxWriter *self,
                   int           index)
{
  return g_hash_table_lookup (self->names, self->instr->out[index]);
}

const char *
nn_onnx_write_step (NnOnnxWriter *self)
{
  self->step++;
  return keep_text (self, g_strdup_printf ("%s.step%u", self->name, self->step));
}

NnOnnx__Node *
nn_onnx_write_node (NnOnnxWriter *self,
                    const char   *op_type,
                    const char   *output,
                    ...)
{
  NnOnnx__Node *node = g_new (NnOnnx__Node, 1);
  g_autoptr (GPtrArray) inputs = g_ptr_array_new ();
  const char *input;
  va_list arguments;

  va_start (arguments, output);
  while ((input = va_arg (arguments, const char *)) != NULL)
    g_ptr_array_add (inputs, (char *) input);
  va_end (arguments);

  nn_onnx__node__init (node);
  node->op_type = (char *) op_type;
  node->name = (char *) output;
  node->n_output = 1;
  node->output = keep_copy (self, &output, sizeof output);
  node->n_input = inputs->len;
  node->input = keep_copy (self, inputs->pdata, sizeof (char *) * MAX (inputs->len, 1));
  g_ptr_array_add (self->nodes, node);

  return node;
}

/* Types of attributes, as the format numbers them. */
enum { ATTRIBUTE_FLOAT = 1, ATTRIBUTE_INT = 2, ATTRIBUTE_STRING = 3, ATTRIBUTE_TENSOR = 4,
       ATTRIBUTE_INTS = 7 };

static NnOnnx__Attribute *
add_attribute (NnOnnxWriter *self,
               NnOnnx__Node *node,
               const char   *name,
               int           type)
{
  NnOnnx__Attribute *attribute = g_new (NnOnnx__Attribute, 1);
  gsize bytes = sizeof (NnOnnx__Attribute *) * (node->n_attribute + 1);
  NnOnnx__Attribute **list = g_malloc (bytes);

  nn_onnx__attribute__init (attribute);
  attribute->name = (char *) name;
  attribute->has_type = TRUE;
  attribute->type = type;
  g_ptr_array_add (self->texts, attribute);
  g_ptr_array_add (self->texts, list);
  if (node->n_attribute > 0)
    memcpy (list, node->attribute, bytes - sizeof *list);
  list[node->n_attribute++] = attribute;
  node->attribute = list;

  return attribute;
}

void
nn_onnx_write_int (NnOnnxWriter *self,
                   NnOnnx__Node *node,
                   const char   *name,
                   gint64        number)
{
  NnOnnx__Attribute *attribute = add_attribute (self, node, name, ATTRIBUTE_INT);

  attribute->has_i = TRUE;
  attribute->i = number;
}

void
nn_onnx_write_float (NnOnnxWriter *self,
                     NnOnnx__Node *node,
                     const char   *name,
                     double        number)
{
  NnOnnx__Attribute *attribute = add_attribute (self, node, name, ATTRIBUTE_FLOAT);

  attribute->has_f = TRUE;
  attribute->f = (float) number;
}

void
nn_onnx_write_ints (NnOnnxWriter *self,
                    NnOnnx__Node *node,
                    const char   *name,
                    int           count,
                    const gint64 *numbers)
{
  NnOnnx__Attribute *attribute = add_attribute (self, node, name, ATTRIBUTE_INTS);

  attribute->n_ints = (gsize) count;
  attribute->ints = keep_copy (self, numbers, sizeof *numbers * (gsize) MAX (count, 1));
}

void
nn_onnx_write_text (NnOnnxWriter *self,
                    NnOnnx__Node *node,
                    const char   *name,
                    const char   *text)
{
  NnOnnx__Attribute *attribute = add_attribute (self, node, name, ATTRIBUTE_STRING);

  attribute->has_s = TRUE;
  attribute->s = (ProtobufCBinaryData) { strlen (text), (guint8 *) text };
}

/* A tensor of the file whose bytes belong to somebody who outlives it. */
const char *
nn_onnx_write_tensor (NnOnnxWriter  *self,
                      const char    *name,
                      NnDtype        dtype,
                      const NnShape *shape,
                      const void    *data)
{
  NnOnnx__Tensor *tensor = g_new (NnOnnx__Tensor, 1);

  nn_onnx__tensor__init (tensor);
  tensor->name = (char *) name;
  tensor->has_data_type = TRUE;
  tensor->data_type = nn_onnx_type_of_dtype (dtype);
  tensor->n_dims = (gsize) shape->rank;
  tensor->dims = keep_copy (self, shape->size, sizeof (gint64) * NN_MAX_RANK);
  tensor->has_raw_data = TRUE;
  tensor->raw_data = (ProtobufCBinaryData) {
    (gsize) nn_shape_count (shape) * nn_dtype_size (dtype), (guint8 *) data
  };
  g_ptr_array_add (self->tensors, tensor);

  return name;
}

const char *
nn_onnx_write_list (NnOnnxWriter *self,
                    int           count,
                    const gint64 *numbers)
{
  NnShape shape = NN_SHAPE (count);
  const void *copy = keep_copy (self, numbers, sizeof *numbers * (gsize) MAX (count, 1));

  return nn_onnx_write_tensor (self, nn_onnx_write_step (self), NN_INT64, &shape, copy);
}

const char *
nn_onnx_write_number (NnOnnxWriter *self,
                      double        number)
{
  NnShape scalar = { 0 };
  float value = (float) number;

  return nn_onnx_write_tensor (self, nn_onnx_write_step (self), NN_FLOAT32, &scalar,
                               keep_copy (self, &value, sizeof value));
}

/* How many samples there are, as a list of one number; asked for once. */
static const char *
batch_size (NnOnnxWriter *self)
{
  if (self->batch == NULL)
    {
      NnOnnx__Node *node;

      self->batch = keep_text (self, g_strdup_printf ("%s.batch", self->input));
      node = nn_onnx_write_node (self, "Shape", self->batch, self->input, NULL);
      nn_onnx_write_int (self, node, "start", 0);
      nn_onnx_write_int (self, node, "end", 1);
    }

  return self->batch;
}

gint64
nn_onnx_write_batch (const NnOnnxWriter *self,
                     gint64              a,
                     gint64              b)
{
  /* Sizes are f · N, so the factor is how much more the larger batch gives. */
  return (b - a) / (NN_ONNX_WRITE_BATCH_B - NN_ONNX_WRITE_BATCH_A);
}

const char *
nn_onnx_write_sizes (NnOnnxWriter *self,
                     int           count,
                     const double *sizes,
                     const double *other)
{
  const char *parts[NN_MAX_RANK];
  gint64 numbers[NN_MAX_RANK];
  gboolean is_fixed = TRUE;
  const char *result;
  NnOnnx__Node *node;

  for (int i = 0; i < count; i++)
    {
      gint64 factor = nn_onnx_write_batch (self, (gint64) sizes[i], (gint64) other[i]);

      numbers[i] = factor == 0 ? (gint64) sizes[i] : factor;
      is_fixed = is_fixed && factor == 0;
    }
  if (is_fixed)
    return nn_onnx_write_list (self, count, numbers);

  for (int i = 0; i < count; i++)
    {
      parts[i] = sizes[i] == other[i] || numbers[i] != 1
                 ? nn_onnx_write_list (self, 1, &numbers[i]) : batch_size (self);
      if (sizes[i] != other[i] && numbers[i] != 1)
        {
          const char *product = nn_onnx_write_step (self);

          nn_onnx_write_node (self, "Mul", product, batch_size (self), parts[i], NULL);
          parts[i] = product;
        }
    }
  result = nn_onnx_write_step (self);
  node = nn_onnx_write_node (self, "Concat", result, NULL);
  node->n_input = (gsize) count;
  node->input = keep_copy (self, parts, sizeof *parts * (gsize) count);
  nn_onnx_write_int (self, node, "axis", 0);
  return result;
}

/* Operators that take as inputs what records have as settings. */
static const char *const with_inputs[] = {
  "CumSum", "Expand", "Pad", "ReduceSum", "Reshape", "Slice", "Split", "Squeeze", "Tile", "TopK",
  "Unsqueeze", NULL
};

gboolean
nn_onnx_is_plain (const NnOp *op)
{
  if (op->onnx == NULL || op->onnx_since > NN_ONNX_OPSET
      || g_strv_contains (with_inputs, op->onnx))
    return FALSE;

  /* What has no title is the plan's and has its initial value here. */
  for (int i = 0; op->attrs != NULL && op->attrs[i].name != NULL; i++)
    if (op->attrs[i].title != NULL && op->attrs[i].onnx == NULL)
      return FALSE;

  return TRUE;
}

static void
write_attribute (NnOnnxWriter      *self,
                 NnOnnx__Node      *node,
                 const NnAttr      *attr,
                 const NnAttrValue *value)
{
  gint64 numbers[NN_MAX_ATTR_NUMBERS];

  switch (attr->type)
    {
    case NN_ATTR_FLOAT:
      nn_onnx_write_float (self, node, attr->onnx, value->number[0]);
      break;

    case NN_ATTR_INTS:
      for (int i = 0; i < value->count; i++)
        numbers[i] = (gint64) value->number[i];
      nn_onnx_write_ints (self, node, attr->onnx, value->count, numbers);
      break;

    case NN_ATTR_CHOICE:
      nn_onnx_write_text (self, node, attr->onnx, nn_attr_word (attr, value));
      break;

    case NN_ATTR_FLOATS:
      /* No record gives a list of decimal numbers an ONNX name. */
      g_assert_not_reached ();

    case NN_ATTR_BOOL:
    case NN_ATTR_INT:
    default:
      nn_onnx_write_int (self, node, attr->onnx, (gint64) value->number[0]);
    }
}

gboolean
nn_onnx_write_plain (NnOnnxWriter  *self,
                     GError       **error)
{
  const NnCall *call = &self->instr->call;
  NnOnnx__Node *node = nn_onnx_write_node (self, call->op->onnx, nn_onnx_write_out (self, 0), NULL);
  const char *names[NN_MAX_IN];
  int n_in = 0;

  for (int i = 0; i < call->n_in; i++)
    {
      names[i] = nn_onnx_write_in (self, i);
      if (names[i][0] != '\0')
        n_in = i + 1;
    }
  node->n_input = (gsize) n_in;
  node->input = keep_copy (self, names, sizeof *names * (gsize) MAX (n_in, 1));

  for (int i = 0; call->op->attrs != NULL && call->op->attrs[i].name != NULL; i++)
    if (call->op->attrs[i].onnx != NULL)
      write_attribute (self, node, &call->op->attrs[i], &call->attr[i]);
  return TRUE;
}
