/* fuse.c: calls that one kernel can do together, and calls that nobody needs
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "engine/program.h"

/* Each rule is one function that looks at a call and either rewrites the
 * program and returns TRUE, or leaves it alone. */

typedef gboolean (*Rule) (NnProgram *self,
                          guint      index);

static NnInstr *
only_reader (NnProgram *self,
             NnValue   *value)
{
  NnInstr *reader = NULL;

  if (value->keep || nn_program_count_uses (self, value) != 1)
    return NULL;

  for (guint i = 0; i < self->instrs->len && reader == NULL; i++)
    {
      NnInstr *instr = g_ptr_array_index (self->instrs, i);

      for (int k = 0; k < instr->call.n_in; k++)
        if (instr->in[k] == value)
          reader = instr;
    }

  return reader;
}

/* linear or convolution, then ReLU: the library applies the ReLU while the
 * numbers are still in registers.  The slope of ReLU needs its output only. */
static gboolean
fold_relu (NnProgram *self,
           guint      index)
{
  NnInstr *instr = g_ptr_array_index (self->instrs, index);
  int activation = nn_attrs_find (instr->call.op->attrs, "activation");
  NnInstr *relu;

  if (activation < 0 || instr->call.attr[activation].number[0] != 0
      || instr->call.op->category == NN_CATEGORY_INTERNAL)
    return FALSE;

  relu = only_reader (self, instr->out[0]);
  if (relu == NULL || !g_str_equal (relu->call.op->name, "relu"))
    return FALSE;

  instr->call.attr[activation].number[0] = 1;
  instr->out[0]->maker = NULL;
  instr->out[0] = relu->out[0];
  instr->out[0]->maker = instr;
  instr->out[0]->maker_out = 0;
  g_ptr_array_remove (self->instrs, relu);

  return TRUE;
}

static const Rule rules[] = {
  fold_relu,
};

static gboolean
has_effect (NnProgram     *self,
            const NnInstr *instr)
{
  for (int k = 0; k < instr->call.n_out; k++)
    if (instr->out[k]->keep || nn_program_count_uses (self, instr->out[k]) > 0)
      return TRUE;

  /* Running averages are updated on the side. */
  for (int k = 0; k < instr->call.n_in; k++)
    if (self->training && instr->in[k] != NULL && instr->in[k]->kind == NN_VALUE_STATE)
      return TRUE;

  return FALSE;
}

void
nn_program_fuse (NnProgram *self)
{
  for (guint i = self->instrs->len; i-- > 0;)
    if (!has_effect (self, g_ptr_array_index (self->instrs, i)))
      g_ptr_array_remove_index (self->instrs, i);

  for (guint i = 0; i < self->instrs->len; i++)
    for (gsize r = 0; r < G_N_ELEMENTS (rules); r++)
      if (rules[r] (self, i))
        r = (gsize) -1;         /* the changed call may match again */
}
