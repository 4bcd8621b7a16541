/* program.c: what a graph computes, written out call by call
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "engine/program.h"

#include "engine/build.h"
#include "engine/error.h"

#include <string.h>

static const char *const precisions[] = {
  [NN_PRECISION_AUTOMATIC] = "auto",
  [NN_PRECISION_FLOAT32] = "fp32",
  [NN_PRECISION_BFLOAT16] = "bf16",
};

gboolean
nn_precision_find (const char  *name,
                   NnPrecision *precision)
{
  for (gsize i = 0; i < G_N_ELEMENTS (precisions); i++)
    if (g_str_equal (precisions[i], name))
      {
        *precision = (NnPrecision) i;
        return TRUE;
      }

  return FALSE;
}

const char *
nn_precision_name (NnPrecision precision)
{
  return precisions[precision];
}

static void
value_free (NnValue *value)
{
  g_free (value->name);
  g_free (value);
}

NnProgram *
nn_program_new (NnDevice *device,
                gboolean  training)
{
  NnProgram *self = g_new0 (NnProgram, 1);

  self->device = device != NULL ? nn_device_ref (device) : NULL;
  self->values = g_ptr_array_new_with_free_func ((GDestroyNotify) value_free);
  self->instrs = g_ptr_array_new_with_free_func (g_free);
  self->names = g_string_chunk_new (256);
  self->precision = NN_PRECISION_FLOAT32;
  self->training = training;

  return self;
}

void
nn_program_free (NnProgram *self)
{
  g_ptr_array_unref (self->instrs);
  g_ptr_array_unref (self->values);
  g_string_chunk_free (self->names);
  g_clear_pointer (&self->device, nn_device_unref);
  g_free (self);
}

NnValue *
nn_program_add_value (NnProgram     *self,
                      NnValueKind    kind,
                      NnDtype        dtype,
                      const NnShape *shape,
                      const char    *name)
{
  NnValue *value = g_new0 (NnValue, 1);

  value->kind = kind;
  value->dtype = dtype;
  value->shape = *shape;
  value->name = g_strdup (name);
  value->wants_gradient = kind == NN_VALUE_PARAMETER && self->training && !self->frozen;
  value->buffer = -1;
  g_ptr_array_add (self->values, value);

  return value;
}

NnValue *
nn_program_add_owned (NnProgram     *self,
                      NnValueKind    kind,
                      const NnShape *shape,
                      const char    *owner,
                      const char    *name,
                      guint          node,
                      const char    *init,
                      gint64         fan_in)
{
  g_autofree char *full = g_strdup_printf ("%s.%s", owner, name);
  NnValue *value = nn_program_add_value (self, kind, NN_FLOAT32, shape, full);

  value->node = node;
  value->init = init;
  value->fan_in = fan_in;
  value->blank_row = -1;

  return value;
}

/* The value of parameter or state @index of @instr, made from its port. */
static NnValue *
add_owned (NnProgram    *self,
           NnInstr      *instr,
           const NnPort *port,
           int           index)
{
  NnValue *value;
  gint64 fan_in = 0;

  /* A bias starts in the range of the weight it belongs to, the first
   * parameter: both see the same number of inputs. */
  for (int i = 0; i <= index && fan_in == 0; i++)
    if (nn_op_get_in (instr->call.op, i)->kind == NN_PORT_PARAMETER)
      fan_in = nn_shape_span (&instr->call.in[i].shape, 1, instr->call.in[i].shape.rank);

  value = nn_program_add_owned (self,
                                port->kind == NN_PORT_STATE ? NN_VALUE_STATE : NN_VALUE_PARAMETER,
                                &instr->call.in[index].shape, instr->call.name, port->name,
                                instr->node, port->init, fan_in);
  if (port->blank != NULL)
    value->blank_row = (gint64) nn_call_number (&instr->call, port->blank);
  return value;
}

/* An op is written out when no kernel can run it, or when nothing can take its
 * gradient while somebody wants one.  Some records name calls that their kernels
 * leave to the expansion, and those only. */
static gboolean
must_expand (NnProgram     *self,
             const NnInstr *instr,
             gboolean       wants_gradient)
{
  const NnOp *op = instr->call.op;

  if (op->expand == NULL)
    return FALSE;
  if (op->expands != NULL)
    return op->expands (&instr->call);

  return (self->device != NULL ? self->device->klass->get_kernels (op) : op->cpu) == NULL
         || self->expand_all
         || (wants_gradient && op->gradient == NULL);
}

/* Replaces @instr, which is not in the program yet, by what @write makes. */
static void
write_out (NnProgram *self,
           NnInstr   *instr,
           void     (*write) (NnBuild *build),
           NnValue   *out[NN_MAX_OUT])
{
  NnBuild build = { self, instr };

  write (&build);
  for (int i = 0; i < instr->call.n_out; i++)
    {
      out[i] = build.result[i];

      /* Hidden results are for a gradient that the written-out calls do not
       * need; the others must be what infer() promised. */
      if (nn_op_get_out (instr->call.op, i)->kind == NN_PORT_OUTPUT)
        g_assert (out[i] != NULL && nn_shape_equal (&out[i]->shape, &instr->call.out[i].shape));
    }
  g_free (instr);
}

gboolean
nn_program_call (NnProgram         *self,
                 const NnOp        *op,
                 const NnAttrValue *values,
                 NnValue *const    *in,
                 int                n_in,
                 const char        *name,
                 guint              node,
                 NnValue           *out[NN_MAX_OUT],
                 GError           **error)
{
  NnInstr *instr = g_new0 (NnInstr, 1);
  NnCall *call = &instr->call;
  gboolean wants_gradient = FALSE;

  call->op = op;
  call->name = name;
  call->n_in = MAX (n_in, nn_op_count_in (op));
  call->n_out = nn_op_count_out (op);
  instr->node = node;
  if (values != NULL)
    memcpy (call->attr, values, sizeof call->attr);
  else
    nn_attrs_initial (op->attrs, call->attr);

  for (int i = 0; i < call->n_in; i++)
    if (i < n_in && in[i] != NULL)
      {
        instr->in[i] = in[i];
        nn_call_set_in (call, i, in[i]->dtype, &in[i]->shape);
        wants_gradient |= in[i]->wants_gradient;
      }
    else
      nn_call_set_in (call, i, nn_op_get_in (op, i)->dtype, &(NnShape) { -1 });

  if (!op->infer (call, error) || !nn_call_check_dtypes (call, error))
    {
      nn_error_set_node (error != NULL ? *error : NULL, node);
      g_free (instr);
      return FALSE;
    }

  for (int i = 0; i < call->n_in; i++)
    {
      const NnPort *port = nn_op_get_in (op, i);
      gboolean owned = port->kind == NN_PORT_PARAMETER || port->kind == NN_PORT_STATE;

      /* infer() leaves rank -1 for a parameter that is switched off. */
      if (owned && instr->in[i] == NULL && call->in[i].shape.rank >= 0)
        {
          instr->in[i] = add_owned (self, instr, port, i);
          wants_gradient |= instr->in[i]->wants_gradient;
        }
      else if (instr->in[i] != NULL)
        g_assert (nn_shape_equal (&instr->in[i]->shape, &call->in[i].shape));
    }

  if (!self->training && op->inference != NULL)
    {
      write_out (self, instr, op->inference, out);
      return TRUE;
    }
  if (must_expand (self, instr, wants_gradient))
    {
      write_out (self, instr, op->expand, out);
      return TRUE;
    }

  for (int i = 0; i < call->n_out; i++)
    {
      out[i] = nn_program_add_value (self, NN_VALUE_COMPUTED, call->out[i].dtype,
                                     &call->out[i].shape, NULL);
      out[i]->node = node;
      out[i]->maker = instr;
      out[i]->maker_out = i;
      out[i]->wants_gradient = wants_gradient && call->out[i].dtype == NN_FLOAT32;
      instr->out[i] = out[i];
    }
  call->stream = self->instrs->len;
  g_ptr_array_add (self->instrs, instr);

  return TRUE;
}

int
nn_program_count_uses (NnProgram     *self,
                       const NnValue *value)
{
  int count = 0;

  for (guint i = 0; i < self->instrs->len; i++)
    {
      NnInstr *instr = g_ptr_array_index (self->instrs, i);

      for (int k = 0; k < instr->call.n_in; k++)
        count += instr->in[k] == value;
    }

  return count;
}

void
nn_program_replace (NnProgram *self,
                    NnValue   *from,
                    NnValue   *to)
{
  for (guint i = 0; i < self->instrs->len; i++)
    {
      NnInstr *instr = g_ptr_array_index (self->instrs, i);

      for (int k = 0; k < instr->call.n_in; k++)
        if (instr->in[k] == from)
          instr->in[k] = to;
    }
}

void
nn_program_update_views (NnProgram *self)
{
  for (guint i = 0; i < self->instrs->len; i++)
    {
      NnInstr *instr = g_ptr_array_index (self->instrs, i);
      NnCall *call = &instr->call;

      for (int k = 0; k < call->n_in; k++)
        if (instr->in[k] != NULL)
          {
            call->in[k].shape = instr->in[k]->shape;
            call->in[k].dtype = instr->in[k]->dtype;
            call->in[k].layout = instr->in[k]->layout;
          }
      for (int k = 0; k < call->n_out; k++)
        call->out[k].layout = instr->out[k]->layout;
    }
}
