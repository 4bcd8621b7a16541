/* differentiate.c: the gradients of a program, written behind it
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "engine/build.h"

/* Reverse-mode differentiation: walk the calls backwards, and let each record
 * write its gradient with ops of the same table.  A value that feeds several
 * calls gets the sum of what comes back from each. */

static void
accumulate (NnBuild *build,
            NnValue *value,
            NnValue *part)
{
  if (value->gradient == NULL)
    value->gradient = part;
  else
    value->gradient = nn_build_op (build, "add", value->gradient, part, NN_BUILD_END);
}

static gboolean
any_slope (const NnInstr *instr)
{
  for (int i = 0; i < instr->call.n_out; i++)
    if (instr->out[i]->gradient != NULL)
      return TRUE;

  return FALSE;
}

static gboolean
any_wants (const NnInstr *instr)
{
  for (int i = 0; i < instr->call.n_in; i++)
    if (instr->in[i] != NULL && instr->in[i]->wants_gradient)
      return TRUE;

  return FALSE;
}

/* The value whose memory @value shows. */
static NnValue *
root_of (NnValue *value)
{
  while (value->maker != NULL && value->maker->call.op->flags & NN_OP_VIEW)
    value = value->maker->in[0];

  return value;
}

/* Two parameters must not share the memory of one gradient, and a gradient
 * must have been computed to have memory of its own. */
static void
separate (NnBuild    *build,
          NnValue    *value,
          GHashTable *taken)
{
  NnValue *root = root_of (value->gradient);

  if (root->kind != NN_VALUE_COMPUTED || !g_hash_table_add (taken, root))
    value->gradient = nn_build_scale (build, value->gradient, 1, 0);
  value->gradient->keep = TRUE;
}

void
nn_program_differentiate (NnProgram *self,
                          NnValue   *loss)
{
  g_autoptr (GHashTable) taken = g_hash_table_new (NULL, NULL);
  guint n_forward = self->instrs->len;
  NnBuild build = { self, loss->maker, .backward = TRUE };

  if (!loss->wants_gradient)
    return;

  loss->gradient = nn_build_fill (&build, &loss->shape, 1);

  for (guint i = n_forward; i-- > 0;)
    {
      NnInstr *instr = g_ptr_array_index (self->instrs, i);
      NnBuild step = { self, instr, .backward = TRUE };

      if (instr->call.op->gradient == NULL || !any_slope (instr) || !any_wants (instr))
        continue;

      instr->call.op->gradient (&step);
      for (int k = 0; k < instr->call.n_in; k++)
        if (step.slope[k] != NULL && instr->in[k]->wants_gradient)
          accumulate (&step, instr->in[k], step.slope[k]);
    }

  for (guint i = 0; i < self->values->len; i++)
    {
      NnValue *value = g_ptr_array_index (self->values, i);

      if (value->gradient != NULL
          && (value->kind == NN_VALUE_PARAMETER || value->kind == NN_VALUE_INPUT))
        separate (&build, value, taken);
    }
}
