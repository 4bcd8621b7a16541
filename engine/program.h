/* program.h: what a graph computes, written out call by call
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "engine/device.h"

G_BEGIN_DECLS

/* A program is the form between the graph that a person drew and the plan that
 * runs: a list of calls, each value assigned once, for one batch size.  The
 * passes read and rewrite it (differentiate, fuse, layout); the plan then gives
 * the values memory. */

/* Numbers lie in memory as float32; products may round what they multiply. */
typedef enum
{
  NN_PRECISION_AUTOMATIC,       /* bfloat16 where it is faster than float32 */
  NN_PRECISION_FLOAT32,
  NN_PRECISION_BFLOAT16,        /* wherever a kernel can */
} NnPrecision;

/* "auto", "fp32" or "bf16"; FALSE when @name is none of them. */
gboolean   nn_precision_find        (const char    *name,
                                     NnPrecision   *precision);
const char *nn_precision_name       (NnPrecision    precision);

typedef enum
{
  NN_VALUE_COMPUTED,
  NN_VALUE_INPUT,               /* bound from outside for every step */
  NN_VALUE_PARAMETER,
  NN_VALUE_STATE,
} NnValueKind;

typedef struct _NnValue NnValue;
typedef struct _NnInstr NnInstr;
typedef struct _NnProgram NnProgram;

struct _NnValue
{
  NnValueKind  kind;
  NnDtype      dtype;
  NnShape      shape;
  NnLayout     layout;          /* set by the layout pass; ROWS before */
  char        *name;            /* "conv1.weight"; NULL for computed values */
  guint        node;            /* graph node it belongs to, 0 for none */
  const char  *init;            /* parameters and state: name of the initialiser */
  gint64       fan_in;          /* inputs of one output, for “fan-in” */
  gint64       blank_row;       /* starts as zeros whatever the initialiser; -1 for none */
  gboolean     wants_gradient;  /* itself, or something it is made from */
  gboolean     keep;            /* somebody reads it after the run */
  NnValue     *gradient;        /* of the loss by this; set by differentiate */
  NnInstr     *maker;           /* NULL unless computed */
  int          maker_out;       /* which result of @maker */

  /* Set by the plan */
  int          buffer;          /* index of its memory, -1 before */
};

struct _NnInstr
{
  NnCall          call;
  NnValue        *in[NN_MAX_IN];        /* NULL: an optional one that is absent */
  NnValue        *out[NN_MAX_OUT];
  guint           node;                 /* graph node it came from, 0 for none */
  const NnKernel *kernel;               /* set by the choose pass */
};

struct _NnProgram
{
  NnDevice  *device;
  GPtrArray *values;            /* NnValue, owned */
  GPtrArray *instrs;            /* NnInstr, owned, in the order of running */
  GStringChunk *names;          /* of parts of layers: see nn_build_part() */
  NnPrecision precision;
  gboolean   training;          /* ops behave as in training */
  gboolean   frozen;            /* parameters made from here on want no gradient */
  gboolean   expand_all;        /* tests: use expansions where there are any */
};

/* @device NULL makes a program to look at, not to run. */
NnProgram *nn_program_new           (NnDevice      *device,
                                     gboolean       training) G_GNUC_WARN_UNUSED_RESULT;
void       nn_program_free          (NnProgram     *self);

NnValue   *nn_program_add_value     (NnProgram     *self,
                                     NnValueKind    kind,
                                     NnDtype        dtype,
                                     const NnShape *shape,
                                     const char    *name);

/* A parameter or state named "@owner.@name" that belongs to the graph node
 * @node and starts as @init says; @fan_in inputs make one of its outputs. */
NnValue   *nn_program_add_owned     (NnProgram     *self,
                                     NnValueKind    kind,
                                     const NnShape *shape,
                                     const char    *owner,
                                     const char    *name,
                                     guint          node,
                                     const char    *init,
                                     gint64         fan_in);

/* Appends a call of @op on @in, which holds one value for each operand; those
 * of parameters and state may be NULL, and are then made here, named after
 * @name.  @values are the attributes.  An op without kernels for this program
 * is written out by its expansion.  Results are in @out.  FALSE with a shape or
 * attribute error that carries @node leaves the program as it was. */
gboolean   nn_program_call          (NnProgram         *self,
                                     const NnOp        *op,
                                     const NnAttrValue *values,
                                     NnValue *const    *in,
                                     int                n_in,
                                     const char        *name,
                                     guint              node,
                                     NnValue           *out[NN_MAX_OUT],
                                     GError           **error);

/* Appends the gradients of @loss, a scalar, by every parameter and input that
 * wants one: value->gradient. */
void       nn_program_differentiate (NnProgram     *self,
                                     NnValue       *loss);

/* Joins calls that one kernel can do together, and drops what nobody needs. */
void       nn_program_fuse          (NnProgram     *self);

/* Gives each call without a kernel the first in the record that fits, then every
 * rank-4 value its layout, with copies put in where neighbours differ. */
void       nn_program_choose        (NnProgram     *self);
void       nn_program_lay_out       (NnProgram     *self);

/* Tells the calls where their operands lie and what they look like. */
void       nn_program_update_views  (NnProgram     *self);

/* How many calls read @value. */
int        nn_program_count_uses    (NnProgram     *self,
                                     const NnValue *value);

/* Makes every reader of @from read @to instead. */
void       nn_program_replace       (NnProgram     *self,
                                     NnValue       *from,
                                     NnValue       *to);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (NnProgram, nn_program_free)

G_END_DECLS
