/* layout.c: a kernel for each call, and the order in memory that it wants
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "engine/program.h"

/* Multiply-adds of a call below which rounding its operands costs more than the
 * faster product saves. */
#define ROUNDING_WORK 2000000

/* A kernel that rounds pays only where there is much to multiply; its fits()
 * knows whether the processor is made for it. */
static gboolean
is_allowed (NnProgram      *self,
            const NnKernel *kernel,
            const NnCall   *call)
{
  if (kernel->precision == NN_FLOAT32)
    return TRUE;
  if (self->precision == NN_PRECISION_AUTOMATIC)
    return call->op->work != NULL && call->op->work (call) >= ROUNDING_WORK;
  return self->precision == NN_PRECISION_BFLOAT16;
}

void
nn_program_choose (NnProgram *self)
{
  for (guint i = 0; i < self->instrs->len; i++)
    {
      NnInstr *instr = g_ptr_array_index (self->instrs, i);
      const NnKernel *kernel = self->device->klass->get_kernels (instr->call.op);

      if (instr->kernel != NULL)
        continue;
      while (kernel->name != NULL
             && (!is_allowed (self, kernel, &instr->call)
                 || (kernel->fits != NULL && !kernel->fits (&instr->call))))
        kernel++;
      if (kernel->name == NULL)
        g_error ("no kernel of %s fits", instr->call.op->name);
      instr->kernel = kernel;
    }
}

/* Whether the layout of operand @port, which is @value, is up to the kernel. */
static gboolean
is_free (const NnPort  *port,
         const NnValue *value)
{
  return value != NULL && value->shape.rank == 4 && !port->rows;
}

/* Kernels without a wish go with the neighbours: channels-last as soon as one
 * operand is, because what is near a convolution mostly goes to another one. */
static NnLayout
wanted_layout (const NnInstr *instr)
{
  if (instr->kernel->layout != NN_LAYOUT_ANY)
    return instr->kernel->layout;

  for (int k = 0; k < instr->call.n_in; k++)
    if (is_free (nn_op_get_in (instr->call.op, k), instr->in[k])
        && instr->in[k]->layout == NN_LAYOUT_CHANNELS_LAST)
      return NN_LAYOUT_CHANNELS_LAST;

  return NN_LAYOUT_ROWS;
}

/* A call that copies @from into @to, in front of position @at. */
static void
insert_copy (NnProgram *self,
             NnValue   *from,
             NnValue   *to,
             guint      node,
             guint      at)
{
  NnInstr *copy = g_new0 (NnInstr, 1);

  copy->call.op = nn_op_find ("relayout");
  copy->call.n_in = copy->call.n_out = 1;
  nn_call_set_in (&copy->call, 0, from->dtype, &from->shape);
  nn_call_set_out (&copy->call, 0, to->dtype, &to->shape);
  copy->in[0] = from;
  copy->out[0] = to;
  copy->node = node;
  copy->kernel = self->device->klass->get_kernels (copy->call.op);
  to->maker = copy;
  to->maker_out = 0;
  g_ptr_array_insert (self->instrs, (int) at, copy);
}

static NnValue *
add_twin (NnProgram     *self,
          const NnValue *value,
          NnLayout       layout)
{
  NnValue *twin = nn_program_add_value (self, NN_VALUE_COMPUTED, value->dtype, &value->shape, NULL);

  twin->layout = layout;
  twin->node = value->node;
  return twin;
}

void
nn_program_lay_out (NnProgram *self)
{
  g_autoptr (GHashTable) twins = g_hash_table_new (NULL, NULL);

  for (guint i = 0; i < self->instrs->len; i++)
    {
      NnInstr *instr = g_ptr_array_index (self->instrs, i);
      NnLayout layout;

      if (g_str_equal (instr->call.op->name, "relayout"))
        continue;

      layout = wanted_layout (instr);
      for (int k = 0; k < instr->call.n_in; k++)
        {
          NnValue *value = instr->in[k];
          NnValue *twin;

          if (!is_free (nn_op_get_in (instr->call.op, k), value) || value->layout == layout)
            continue;

          /* With two layouts a value has at most one twin. */
          twin = g_hash_table_lookup (twins, value);
          if (twin == NULL)
            {
              twin = add_twin (self, value, layout);
              g_hash_table_insert (twins, value, twin);
              insert_copy (self, value, twin, instr->node, i++);
            }
          instr->in[k] = twin;
        }

      for (int k = instr->call.n_out - 1; k >= 0; k--)
        {
          NnValue *value = instr->out[k];

          if (!is_free (nn_op_get_out (instr->call.op, k), value) || layout == value->layout)
            continue;

          /* What is read from outside stays in rows. */
          if (value->keep)
            {
              instr->out[k] = add_twin (self, value, layout);
              instr->out[k]->maker = instr;
              instr->out[k]->maker_out = k;
              insert_copy (self, instr->out[k], value, instr->node, i + 1);
              g_hash_table_insert (twins, value, instr->out[k]);
            }
          else
            value->layout = layout;
        }
    }
}
