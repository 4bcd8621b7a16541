/* pattern.c: layers that exporters write out as several operators
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "engine/formats/onnx/pattern.h"

#include "engine/formats/onnx/constant.h"

#include <math.h>
#include <string.h>

/* Each pattern is known by its last node and looks back from there.  What it
 * finds is written as one node with an operator of ONNX, where need be one that
 * came with a later opset, so the rest of the reader does not know. */

struct _NnOnnxPatterns
{
  GPtrArray *nodes;             /* NnOnnx__Node, owned */
};

static void
free_node (NnOnnx__Node *node)
{
  for (gsize i = 0; i < node->n_attribute; i++)
    g_free (node->attribute[i]);
  g_free (node->attribute);
  g_free (node->input);
  g_free (node);
}

NnOnnxPatterns *
nn_onnx_patterns_new (void)
{
  NnOnnxPatterns *self = g_new0 (NnOnnxPatterns, 1);

  self->nodes = g_ptr_array_new_with_free_func ((GDestroyNotify) free_node);
  return self;
}

void
nn_onnx_patterns_free (NnOnnxPatterns *self)
{
  g_ptr_array_unref (self->nodes);
  g_free (self);
}

/* A node in the place of @last.  Names are those of the file, which outlives it. */
static NnOnnx__Node *
make_node (NnOnnxPatterns *self,
           NnOnnx__Node   *last,
           const char     *op_type,
           guint           n_in,
           char          **in)
{
  NnOnnx__Node *node = g_new (NnOnnx__Node, 1);

  nn_onnx__node__init (node);
  node->op_type = (char *) op_type;
  node->name = last->name;
  node->output = last->output;
  node->n_output = last->n_output;
  node->input = g_memdup2 (in, sizeof *in * n_in);
  node->n_input = n_in;
  g_ptr_array_add (self->nodes, node);

  return node;
}

/* The node that makes @name for one reader only, if its operator is @op_type. */
static NnOnnx__Node *
maker (NnOnnxReader *reader,
       const char   *name,
       const char   *op_type)
{
  NnOnnx__Node *node = g_hash_table_lookup (reader->makers, name);

  if (node == NULL || node->op_type == NULL || !g_str_equal (node->op_type, op_type)
      || (node->domain != NULL && node->domain[0] != '\0')
      || GPOINTER_TO_UINT (g_hash_table_lookup (reader->uses, name)) != 1)
    return NULL;

  return node;
}

static NnTensor *
constant (NnOnnxReader *reader,
          const char   *name)
{
  const NnOnnxValue *value = g_hash_table_lookup (reader->values, name);

  return value != NULL ? value->constant : NULL;
}

static gboolean
is_near (NnOnnxReader *reader,
         const char   *name,
         double        number)
{
  NnTensor *tensor = constant (reader, name);
  double found;

  return tensor != NULL && nn_onnx_constant_number (tensor, &found)
         && fabs (found - number) <= 1e-5 * fabs (number);
}

/* The other input of @node where one is the number @number, or NULL. */
static char *
beside_number (NnOnnxReader *reader,
               NnOnnx__Node *node,
               double        number)
{
  if (node == NULL || node->n_input != 2)
    return NULL;

  return is_near (reader, node->input[1], number) ? node->input[0]
         : is_near (reader, node->input[0], number) ? node->input[1] : NULL;
}

/* x · sigmoid (x), x · hardsigmoid (x) */
static NnOnnx__Node *
match_gated (NnOnnxPatterns *self,
             NnOnnxReader   *reader,
             NnOnnx__Node   *last)
{
  for (int i = 0; last->n_input == 2 && i < 2; i++)
    {
      NnOnnx__Node *gate = maker (reader, last->input[i], "Sigmoid");

      if (gate != NULL && gate->n_input == 1 && g_str_equal (gate->input[0], last->input[1 - i]))
        return make_node (self, last, "Swish", 1, gate->input);
    }

  return NULL;
}

/* The x of erf (x / √2) + 1 */
static char *
match_erf (NnOnnxReader *reader,
           const char   *name)
{
  char *sum = beside_number (reader, maker (reader, name, "Add"), 1);
  NnOnnx__Node *erf = sum != NULL ? maker (reader, sum, "Erf") : NULL;
  NnOnnx__Node *quotient;

  if (erf == NULL || erf->n_input != 1)
    return NULL;

  quotient = maker (reader, erf->input[0], "Div");
  if (quotient != NULL && quotient->n_input == 2)
    return is_near (reader, quotient->input[1], G_SQRT2) ? quotient->input[0] : NULL;
  return beside_number (reader, maker (reader, erf->input[0], "Mul"), 1 / G_SQRT2);
}

/* ½ x (1 + erf (x / √2)), multiplied in any order */
static NnOnnx__Node *
match_gelu (NnOnnxPatterns *self,
            NnOnnxReader   *reader,
            NnOnnx__Node   *last)
{
  char *factors[3] = { NULL };
  int n_factors = 0;
  char *x = NULL;
  gboolean has_half = FALSE;
  gboolean has_x = FALSE;

  if (last->n_input != 2)
    return NULL;
  for (int i = 0; i < 2; i++)
    {
      NnOnnx__Node *inner = maker (reader, last->input[i], "Mul");

      if (inner != NULL && inner->n_input == 2 && n_factors < 2)
        {
          factors[n_factors++] = inner->input[0];
          factors[n_factors++] = inner->input[1];
        }
      else if (n_factors < 3)
        factors[n_factors++] = last->input[i];
    }
  if (n_factors != 3)
    return NULL;

  for (int i = 0; i < 3 && x == NULL; i++)
    x = match_erf (reader, factors[i]);
  for (int i = 0; i < 3 && x != NULL; i++)
    {
      has_half = has_half || is_near (reader, factors[i], 0.5);
      has_x = has_x || g_str_equal (factors[i], x);
    }

  return has_half && has_x ? make_node (self, last, "Gelu", 1, &x) : NULL;
}

/* x W + b */
static NnOnnx__Node *
match_linear (NnOnnxPatterns *self,
              NnOnnxReader   *reader,
              NnOnnx__Node   *last)
{
  for (int i = 0; last->n_input == 2 && i < 2; i++)
    {
      NnOnnx__Node *product = maker (reader, last->input[i], "MatMul");
      NnTensor *weight = product != NULL && product->n_input == 2
                         ? constant (reader, product->input[1]) : NULL;
      NnTensor *bias = constant (reader, last->input[1 - i]);

      if (weight != NULL && bias != NULL && nn_tensor_get_shape (weight)->rank == 2
          && constant (reader, product->input[0]) == NULL
          && nn_tensor_get_shape (bias)->rank == 1
          && nn_tensor_get_count (bias) == nn_tensor_get_shape (weight)->size[1])
        return make_node (self, last, "Gemm", 3,
                          (char *[]) { product->input[0], product->input[1],
                                       last->input[1 - i] });
    }

  return NULL;
}

static const struct
{
  const char    *op_type;       /* of the last node */
  NnOnnx__Node *(*match) (NnOnnxPatterns *self,
                          NnOnnxReader   *reader,
                          NnOnnx__Node   *last);
} patterns[] = {
  { "Mul", match_gated },
  { "Mul", match_gelu },
  { "Add", match_linear },
};

NnOnnx__Node *
nn_onnx_patterns_match (NnOnnxPatterns *self,
                        NnOnnxReader   *reader,
                        NnOnnx__Node   *node)
{
  for (gsize i = 0; i < G_N_ELEMENTS (patterns); i++)
    if (node->op_type != NULL && g_str_equal (patterns[i].op_type, node->op_type)
        && (node->domain == NULL || node->domain[0] == '\0') && node->n_output == 1)
      {
        NnOnnx__Node *found = patterns[i].match (self, reader, node);

        if (found != NULL)
          return found;
      }

  return node;
}
