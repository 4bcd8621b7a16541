/* build.c: writing an op, or its gradient, in terms of others
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "engine/build.h"

const NnCall *
nn_build_call (NnBuild *self)
{
  return &self->instr->call;
}

static int
in_index (NnBuild    *self,
          const char *name)
{
  int index = nn_op_find_in (self->instr->call.op, name);

  g_assert (index >= 0);
  return index;
}

static int
out_index (NnBuild    *self,
           const char *name)
{
  int index = nn_op_find_out (self->instr->call.op, name);

  g_assert (index >= 0);
  return index;
}

NnValue *
nn_build_in (NnBuild    *self,
             const char *name)
{
  return self->instr->in[in_index (self, name)];
}

NnValue *
nn_build_out (NnBuild    *self,
              const char *name)
{
  return self->instr->out[out_index (self, name)];
}

NnValue *
nn_build_slope (NnBuild    *self,
                const char *name)
{
  return nn_build_out (self, name)->gradient;
}

gboolean
nn_build_wants (NnBuild    *self,
                const char *name)
{
  NnValue *value = nn_build_in (self, name);

  return value != NULL && value->wants_gradient;
}

void
nn_build_set_value (NnBuild           *self,
                    const char        *attr,
                    const NnAttrValue *value)
{
  g_assert (self->n_pending < NN_MAX_ATTRS);
  self->pending[self->n_pending].name = attr;
  self->pending[self->n_pending].value = *value;
  self->n_pending++;
}

void
nn_build_set (NnBuild    *self,
              const char *attr,
              double      number)
{
  nn_build_set_value (self, attr, &(NnAttrValue) { 1, { number } });
}

void
nn_build_set_list (NnBuild      *self,
                   const char   *attr,
                   int           count,
                   const gint64 *numbers)
{
  NnAttrValue value = { count };

  for (int i = 0; i < count; i++)
    value.number[i] = numbers[i];
  nn_build_set_value (self, attr, &value);
}

void
nn_build_part (NnBuild    *self,
               const char *part)
{
  g_autofree char *name = g_strdup_printf ("%s.%s", self->instr->call.name, part);

  self->part = g_string_chunk_insert_const (self->program->names, name);
}

NnValue *
nn_build_own (NnBuild       *self,
              NnValueKind    kind,
              const char    *name,
              const NnShape *shape,
              const char    *init,
              gint64         fan_in)
{
  return nn_program_add_owned (self->program, kind, shape, self->instr->call.name, name,
                               self->instr->node, init, fan_in);
}

NnValue *
nn_build_op_array (NnBuild        *self,
                   const char     *name,
                   NnValue *const *in,
                   int             n_in)
{
  const NnOp *op = nn_op_find (name);
  NnAttrValue values[NN_MAX_ATTRS];
  NnValue *out[NN_MAX_OUT];
  g_autoptr (GError) error = NULL;

  if (op == NULL)
    g_error ("%s is written with %s, which does not exist", self->instr->call.op->name, name);

  nn_attrs_initial (op->attrs, values);
  for (int i = 0; i < self->n_pending; i++)
    {
      int index = nn_attrs_find (op->attrs, self->pending[i].name);

      if (index < 0)
        g_error ("%s has no attribute %s", name, self->pending[i].name);
      values[index] = self->pending[i].value;
    }
  self->n_pending = 0;

  if (!nn_program_call (self->program, op, values, in, n_in,
                        self->part != NULL ? self->part : self->instr->call.name,
                        self->instr->node, out, &error))
    g_error ("%s: %s", self->instr->call.op->name, error->message);
  self->part = NULL;

  return out[0];
}

NnValue *
nn_build_op (NnBuild    *self,
             const char *op,
             ...)
{
  NnValue *in[NN_MAX_IN];
  NnValue *value;
  va_list arguments;
  int n_in = 0;

  va_start (arguments, op);
  while ((value = va_arg (arguments, NnValue *)) != NN_BUILD_END)
    {
      g_assert (n_in < NN_MAX_IN);
      in[n_in++] = value;
    }
  va_end (arguments);

  return nn_build_op_array (self, op, in, n_in);
}

NnValue *
nn_build_one (NnBuild    *self,
              const char *op,
              NnValue    *x)
{
  return nn_build_op_array (self, op, &x, 1);
}

NnValue *
nn_build_two (NnBuild    *self,
              const char *op,
              NnValue    *a,
              NnValue    *b)
{
  return nn_build_op_array (self, op, (NnValue *[]) { a, b }, 2);
}

NnValue *
nn_build_sibling (NnValue *result,
                  int      index)
{
  return result->maker->out[index];
}

/* A scalar has no sizes to list: the attribute then holds the word for it,
 * which is what a list without numbers means. */
static void
set_shape (NnBuild       *self,
           const NnShape *shape)
{
  nn_build_set_list (self, "shape", shape->rank, shape->size);
}

NnValue *
nn_build_reshape (NnBuild       *self,
                  NnValue       *x,
                  const NnShape *shape)
{
  if (nn_shape_equal (&x->shape, shape))
    return x;

  set_shape (self, shape);
  return nn_build_op (self, "reshape-to", x, NN_BUILD_END);
}

NnValue *
nn_build_fill (NnBuild       *self,
               const NnShape *shape,
               double         number)
{
  set_shape (self, shape);
  nn_build_set (self, "value", number);
  return nn_build_op (self, "fill", NN_BUILD_END);
}

NnValue *
nn_build_scale (NnBuild *self,
                NnValue *x,
                double   factor,
                double   offset)
{
  nn_build_set (self, "factor", factor);
  nn_build_set (self, "offset", offset);
  return nn_build_op (self, "scale", x, NN_BUILD_END);
}

NnValue *
nn_build_slice (NnBuild *self,
                NnValue *x,
                int      axis,
                gint64   start,
                gint64   end)
{
  nn_build_set (self, "axes", axis);
  nn_build_set (self, "start", (double) start);
  nn_build_set (self, "end", (double) end);
  return nn_build_op (self, "slice", x, NN_BUILD_END);
}

NnValue *
nn_build_sum_to (NnBuild       *self,
                 NnValue       *x,
                 const NnShape *shape)
{
  gint64 axes[NN_MAX_RANK];
  int lead = x->shape.rank - shape->rank;
  int n_axes = 0;

  for (int i = 0; i < x->shape.rank; i++)
    if (i < lead || (shape->size[i - lead] == 1 && x->shape.size[i] != 1))
      axes[n_axes++] = i;

  if (n_axes > 0)
    {
      nn_build_set_list (self, "axes", n_axes, axes);
      nn_build_set (self, "keep", TRUE);
      x = nn_build_op (self, "sum", x, NN_BUILD_END);
    }

  return nn_build_reshape (self, x, shape);
}

void
nn_build_slope_times (NnBuild *self,
                      NnValue *factor)
{
  nn_build_gradient (self, "x", nn_build_two (self, "mul", nn_build_slope (self, "y"), factor));
}

void
nn_build_slope_over (NnBuild *self,
                     NnValue *divisor)
{
  nn_build_gradient (self, "x", nn_build_two (self, "div", nn_build_slope (self, "y"), divisor));
}

void
nn_build_result (NnBuild    *self,
                 const char *name,
                 NnValue    *value)
{
  self->result[out_index (self, name)] = value;
}

void
nn_build_gradient (NnBuild    *self,
                   const char *name,
                   NnValue    *value)
{
  self->slope[in_index (self, name)] = value;
}
