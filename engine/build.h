/* build.h: writing an op, or its gradient, in terms of others
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "engine/program.h"

G_BEGIN_DECLS

/* What expand(), gradient() and inference() of a record are given.  They read
 * the call they stand for and append others to the program.  Mistakes here are
 * the engine's own, so nothing returns an error: a shape that does not fit
 * stops the program with the op's message. */

struct _NnBuild
{
  NnProgram      *program;
  const NnInstr  *instr;        /* the call being written out */
  NnValue        *result[NN_MAX_OUT];   /* expand: what takes the place of its results */
  NnValue        *slope[NN_MAX_IN];     /* gradient: by each operand, or NULL */
  gboolean        backward;     /* inside gradient() */
  const char     *part;         /* name of what the next op makes, or NULL */
  int             n_pending;
  struct
  {
    const char  *name;
    NnAttrValue  value;
  } pending[NN_MAX_ATTRS];      /* attributes of the next op */
};

/* The call being written out. */
const NnCall  *nn_build_call          (NnBuild       *self);

/* An operand, NULL when optional and absent; a result; and in gradient(), the
 * gradient of the loss by the result @name (NULL when nothing depends on it). */
NnValue       *nn_build_in            (NnBuild       *self,
                                       const char    *name);
NnValue       *nn_build_out           (NnBuild       *self,
                                       const char    *name);
NnValue       *nn_build_slope         (NnBuild       *self,
                                       const char    *name);

/* Whether anybody wants the gradient by the operand @name. */
gboolean       nn_build_wants         (NnBuild       *self,
                                       const char    *name);

/* Attributes for the next nn_build_op(); others keep their initial value. */
void           nn_build_set           (NnBuild       *self,
                                       const char    *attr,
                                       double         number);
void           nn_build_set_list      (NnBuild       *self,
                                       const char    *attr,
                                       int            count,
                                       const gint64  *numbers);
void           nn_build_set_value     (NnBuild       *self,
                                       const char    *attr,
                                       const NnAttrValue *value);

/* Layers made of layers: the next op is the part @part of this one, and what it
 * owns is named so: "encoder1.linear1.weight". */
void           nn_build_part           (NnBuild       *self,
                                        const char    *part);

/* A parameter or state of this layer that no port shows, because their number
 * depends on the attributes: "lstm1.weight-ih-l0". */
NnValue       *nn_build_own            (NnBuild       *self,
                                        NnValueKind    kind,
                                        const char    *name,
                                        const NnShape *shape,
                                        const char    *init,
                                        gint64         fan_in);

/* Appends an op; its operands follow, ended by NN_BUILD_END.  NULL in between
 * is an absent optional operand.  The first result; the others through
 * nn_build_sibling(). */
#define NN_BUILD_END ((NnValue *) 1)
NnValue       *nn_build_op            (NnBuild       *self,
                                       const char    *op,
                                       ...);
NnValue       *nn_build_op_array      (NnBuild       *self,
                                       const char    *op,
                                       NnValue *const *in,
                                       int            n_in);
NnValue       *nn_build_sibling       (NnValue       *result,
                                       int            index);

/* The same for one and for two operands. */
NnValue       *nn_build_one           (NnBuild       *self,
                                       const char    *op,
                                       NnValue       *x);
NnValue       *nn_build_two           (NnBuild       *self,
                                       const char    *op,
                                       NnValue       *a,
                                       NnValue       *b);

/* Often used ops. */
NnValue       *nn_build_reshape       (NnBuild       *self,
                                       NnValue       *x,
                                       const NnShape *shape);
NnValue       *nn_build_fill          (NnBuild       *self,
                                       const NnShape *shape,
                                       double         number);
NnValue       *nn_build_scale         (NnBuild       *self,
                                       NnValue       *x,
                                       double         factor,
                                       double         offset);

/* The positions from @start up to @end along @axis. */
NnValue       *nn_build_slice         (NnBuild       *self,
                                       NnValue       *x,
                                       int            axis,
                                       gint64         start,
                                       gint64         end);

/* Sums @x over the axes along which @shape was stretched to x's shape. */
NnValue       *nn_build_sum_to        (NnBuild       *self,
                                       NnValue       *x,
                                       const NnShape *shape);

/* gradient() of an op with operand x and result y: the gradient by x is that by
 * y times, or divided by, @factor. */
void           nn_build_slope_times   (NnBuild       *self,
                                       NnValue       *factor);
void           nn_build_slope_over    (NnBuild       *self,
                                       NnValue       *divisor);

/* expand(): @value takes the place of the result @name.
 * gradient(): @value is (a part of) the gradient by the operand @name. */
void           nn_build_result        (NnBuild       *self,
                                       const char    *name,
                                       NnValue       *value);
void           nn_build_gradient      (NnBuild       *self,
                                       const char    *name,
                                       NnValue       *value);

G_END_DECLS
