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
  [NN_CATEGORY_SIGNAL]        = { "signal", N_("Signals") },
  [NN_CATEGORY_VOLUME]        = { "volume", N_("Volumes") },
  [NN_CATEGORY_ACTIVATION]    = { "activation", N_("Activations") },
  [NN_CATEGORY_RARE_ACTIVATION] = { "rare-activation", N_("Rare Activations") },
  [NN_CATEGORY_NORMALISATION] = { "normalisation", N_("Normalisation and Dropout") },
  [NN_CATEGORY_SEQUENCE]      = { "sequence", N_("Sequences") },
  [NN_CATEGORY_ATTENTION]     = { "attention", N_("Attention") },
  [NN_CATEGORY_SHAPE]         = { "shape", N_("Shape") },
  [NN_CATEGORY_CHOICE]        = { "choice", N_("Choosing and Sorting") },
  [NN_CATEGORY_MATHS]         = { "maths", N_("Arithmetic") },
  [NN_CATEGORY_FUNCTION]      = { "function", N_("Functions") },
  [NN_CATEGORY_STATISTICS]    = { "statistics", N_("Sums and Statistics") },
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

NnShape
nn_call_get_shape (const NnCall *call,
                   const char   *attr)
{
  const NnAttrValue *value = nn_call_value (call, attr);
  NnShape shape = { value->count };

  for (int i = 0; i < value->count; i++)
    shape.size[i] = (gint64) value->number[i];
  return shape;
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

int
nn_axis_from (double number,
              int    rank)
{
  double axis = number < 0 ? number + rank : number;

  return axis >= 0 && axis < rank ? (int) axis : -1;
}

int
nn_call_get_axis (const NnCall *call,
                  const char   *attr,
                  int           rank)
{
  return nn_axis_from (nn_call_number (call, attr), rank);
}

gboolean
nn_call_want_axis (const NnCall  *call,
                   int            index,
                   const char    *attr,
                   GError       **error)
{
  const NnShape *shape = &call->in[index].shape;
  g_autofree char *text = NULL;

  if (nn_call_get_axis (call, attr, shape->rank) >= 0)
    return TRUE;

  text = nn_call_print (call, index);
  return nn_call_refuse (call, error, _("a sample has the shape %s, so there is no axis %d."),
                         text, (int) nn_call_number (call, attr));
}

/* What numbers of @dtype are, as people say it. */
static const char *
describe_dtype (NnDtype dtype)
{
  if (dtype == NN_BOOL)
    return _("yes or no (bool)");
  if (dtype == NN_INT64)
    return _("whole numbers (int64)");
  if (dtype == NN_FLOAT32)
    return _("decimal numbers (float32)");
  return nn_dtype_name (dtype);
}

gboolean
nn_call_check_dtypes (const NnCall *call,
                      GError      **error)
{
  for (int i = 0; i < call->n_in; i++)
    {
      const NnPort *port = nn_op_get_in (call->op, i);
      NnDtype dtype = call->in[i].dtype;

      if (dtype != port->dtype && !(port->also >> dtype & 1))
        return nn_call_refuse (call, error,
                               /* Translators: title of a port, then two kinds of numbers. */
                               _("“%s” gets %s, but takes %s. Put “Cast” in between."),
                               _(port->title), describe_dtype (dtype),
                               describe_dtype (port->dtype));
    }

  return TRUE;
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

  if (call->in[0].dtype != call->in[1].dtype)
    return nn_call_refuse (call, error, _("both inputs must have the same kind of numbers, but "
                                          "one has %s, the other %s. Put “Cast” in between."),
                           describe_dtype (call->in[0].dtype), describe_dtype (call->in[1].dtype));
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

guint
nn_call_get_axes (const NnCall *call)
{
  const NnAttrValue *axes = nn_call_value (call, "axes");
  int rank = call->in[0].shape.rank;
  guint mask = 0;

  if (axes->count == 0)
    return (1u << rank) - 1;
  for (int i = 0; i < axes->count; i++)
    {
      int axis = nn_axis_from (axes->number[i], rank);

      mask |= 1u << (axis >= 0 ? axis : NN_MAX_RANK);
    }

  return mask;
}

gboolean
nn_infer_folded (NnCall  *call,
                 GError **error)
{
  const NnShape *x = &call->in[0].shape;
  guint mask = nn_call_get_axes (call);
  gboolean keep = nn_call_number (call, "keep") != 0;
  NnShape shape = { 0 };

  if (mask >> NN_MAX_RANK != 0)
    {
      g_autofree char *text = nn_call_print (call, 0);

      return nn_call_refuse (call, error, _("a sample has the shape %s, which lacks one of the "
                                            "axes to fold."), text);
    }

  for (int i = 0; i < x->rank; i++)
    if (!(mask >> i & 1))
      shape.size[shape.rank++] = x->size[i];
    else if (keep)
      shape.size[shape.rank++] = 1;
  nn_call_set_out (call, 0, call->in[0].dtype, &shape);

  return TRUE;
}
