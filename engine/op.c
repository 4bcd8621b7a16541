/* op.c: looking things up in records, and the checks that most ops share
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "engine/op.h"

#include "engine/error.h"

#include <glib/gi18n-lib.h>

static const struct
{
  const char *name;
  const char *title;
} categories[NN_N_CATEGORIES] = {
  [NN_CATEGORY_DATA]          = { "data", N_("Data") },
  [NN_CATEGORY_LAYER]         = { "layer", N_("Layers") },
  [NN_CATEGORY_CONVOLUTION]   = { "convolution", N_("Convolution and Pooling") },
  [NN_CATEGORY_ACTIVATION]    = { "activation", N_("Activations") },
  [NN_CATEGORY_NORMALISATION] = { "normalisation", N_("Normalisation and Dropout") },
  [NN_CATEGORY_SEQUENCE]      = { "sequence", N_("Sequences") },
  [NN_CATEGORY_ATTENTION]     = { "attention", N_("Attention") },
  [NN_CATEGORY_SHAPE]         = { "shape", N_("Shape") },
  [NN_CATEGORY_MATHS]         = { "maths", N_("Arithmetic") },
  [NN_CATEGORY_LOSS]          = { "loss", N_("Losses") },
  [NN_CATEGORY_INTERNAL]      = { "internal", N_("Internal") },
};

const char *
nn_category_name (NnCategory category)
{
  return categories[category].name;
}

const char *
nn_category_title (NnCategory category)
{
  return _(categories[category].title);
}

const NnOp *
nn_op_find (const char *name)
{
  for (const NnOp *const *op = nn_ops_all (); *op != NULL; op++)
    if (g_str_equal ((*op)->name, name))
      return *op;

  return NULL;
}

gboolean
nn_port_is_in (const NnPort *port)
{
  return port->kind != NN_PORT_OUTPUT && port->kind != NN_PORT_HIDDEN;
}

/* The index of port @name among those that are operands, or results. */
static int
find_port (const NnOp *op,
           const char *name,
           gboolean    in)
{
  int index = 0;

  for (const NnPort *port = op->ports; port->name != NULL; port++)
    if (nn_port_is_in (port) == in)
      {
        if (g_str_equal (port->name, name))
          return index;
        index++;
      }

  return -1;
}

static const NnPort *
get_port (const NnOp *op,
          int         index,
          gboolean    in)
{
  for (const NnPort *port = op->ports; port->name != NULL; port++)
    if (nn_port_is_in (port) == in && (index-- == 0 || port->kind == NN_PORT_MANY))
      return port;

  return NULL;
}

int
nn_op_find_in (const NnOp *op,
               const char *name)
{
  return find_port (op, name, TRUE);
}

int
nn_op_find_out (const NnOp *op,
                const char *name)
{
  return find_port (op, name, FALSE);
}

const NnPort *
nn_op_get_in (const NnOp *op,
              int         index)
{
  return get_port (op, index, TRUE);
}

const NnPort *
nn_op_get_out (const NnOp *op,
               int         index)
{
  return get_port (op, index, FALSE);
}

static int
count_ports (const NnOp *op,
             gboolean    in)
{
  int count = 0;

  for (const NnPort *port = op->ports; port->name != NULL; port++)
    if (nn_port_is_in (port) == in)
      count++;

  return count;
}

int
nn_op_count_in (const NnOp *op)
{
  return count_ports (op, TRUE);
}

int
nn_op_count_out (const NnOp *op)
{
  return count_ports (op, FALSE);
}

const NnAttrValue *
nn_call_value (const NnCall *call,
               const char   *attr)
{
  int index = nn_attrs_find (call->op->attrs, attr);

  g_assert (index >= 0);
  return &call->attr[index];
}

double
nn_call_number (const NnCall *call,
                const char   *attr)
{
  return nn_call_value (call, attr)->number[0];
}

gboolean
nn_call_refuse (const NnCall  *call,
                GError       **error,
                const char    *format,
                ...)
{
  g_autofree char *rule = NULL;
  va_list arguments;

  va_start (arguments, format);
  rule = g_strdup_vprintf (format, arguments);
  va_end (arguments);

  if (call->name != NULL)
    g_set_error (error, NN_ERROR, NN_ERROR_SHAPE,
                 /* Translators: title of a layer, its name, then what is wrong with it. */
                 _("%s “%s”: %s"), _(call->op->title), call->name, rule);
  else
    g_set_error (error, NN_ERROR, NN_ERROR_SHAPE,
                 /* Translators: title of a layer, then what is wrong with it. */
                 _("%s: %s"), _(call->op->title), rule);

  return FALSE;
}

char *
nn_call_print (const NnCall *call,
               int           index)
{
  const NnShape *shape = &call->in[index].shape;
  NnShape item;

  if (shape->rank == 0)
    return nn_shape_print (shape);
  item = nn_shape_item (shape);
  return nn_shape_print (&item);
}

gboolean
nn_call_want_rank (const NnCall  *call,
                   int            index,
                   int            rank,
                   GError       **error)
{
  g_autofree char *sample = NULL;

  if (call->in[index].shape.rank == rank)
    return TRUE;

  sample = nn_call_print (call, index);
  if (rank == 4)
    return nn_call_refuse (call, error,
                           _("a sample has the shape %s, but must be an image: "
                             "channels×height×width."), sample);
  return nn_call_refuse (call, error,
                         _("a sample has the shape %s, but must have %d axes."), sample, rank - 1);
}

void
nn_call_set_out (NnCall        *call,
                 int            index,
                 NnDtype        dtype,
                 const NnShape *shape)
{
  call->out[index].dtype = dtype;
  call->out[index].shape = *shape;
}

void
nn_call_set_in (NnCall        *call,
                int            index,
                NnDtype        dtype,
                const NnShape *shape)
{
  call->in[index].dtype = dtype;
  call->in[index].shape = *shape;
}

gboolean
nn_infer_same (NnCall  *call,
               GError **error)
{
  nn_call_set_out (call, 0, call->in[0].dtype, &call->in[0].shape);
  return TRUE;
}

gboolean
nn_infer_broadcast (NnCall  *call,
                    GError **error)
{
  g_autofree char *first = NULL;
  g_autofree char *second = NULL;
  NnShape shape;

  if (nn_shape_broadcast (&call->in[0].shape, &call->in[1].shape, &shape))
    {
      nn_call_set_out (call, 0, call->in[0].dtype, &shape);
      return TRUE;
    }

  first = nn_call_print (call, 0);
  second = nn_call_print (call, 1);
  return nn_call_refuse (call, error,
                         _("the shapes %s and %s do not fit together: counted from the last axis, "
                           "sizes must be equal or 1."), first, second);
}
