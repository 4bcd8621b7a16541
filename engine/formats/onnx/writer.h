/* writer.h: a program of ours on its way to an ONNX graph
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "engine/formats/onnx/onnx.pb-c.h"
#include "engine/model.h"

G_BEGIN_DECLS

#define NN_ONNX_OPSET 17

/* What is written.  Sizes that follow from the batch are found by writing out the
 * network twice, for two batches: what differs is a multiple of it. */
typedef struct
{
  NnModel     *model;
  GPtrArray   *nodes;           /* NnOnnx__Node, owned */
  GPtrArray   *tensors;         /* NnOnnx__Tensor, owned */
  GHashTable  *names;           /* NnValue → what it is called in the file */
  GPtrArray   *texts;           /* owned by the whole */
  const char  *input;           /* name of the samples */
  const char  *batch;           /* name of their number, as a list of one, or NULL */

  /* Of the call that is being written */
  const NnInstr *instr;
  const NnInstr *other;         /* the same for another batch */
  const char    *name;          /* of the node the person drew */
  guint          step;          /* how many helpers it has got */
} NnOnnxWriter;

/* How a call of ours looks in ONNX, where the names in its record do not say it. */
typedef struct
{
  const char *op;               /* ours */
  gboolean  (*write) (NnOnnxWriter  *self,
                      GError       **error);
} NnOnnxWriteRow;

/* NULL for none. */
const NnOnnxWriteRow *nn_onnx_write_row_find (const char     *op);

/* The number of the batch that @a and @b, the same size for both, are multiples
 * of; 0 when it does not depend on it. */
gint64       nn_onnx_write_batch      (const NnOnnxWriter   *self,
                                       gint64                a,
                                       gint64                b);

/* Names of an operand and of a result of the call. */
const char  *nn_onnx_write_in         (NnOnnxWriter         *self,
                                       int                   index);
const char  *nn_onnx_write_out        (NnOnnxWriter         *self,
                                       int                   index);

/* A name for something on the way, "conv1.step1". */
const char  *nn_onnx_write_step       (NnOnnxWriter         *self);

/* A node; names of inputs and of one output follow, ended by NULL.  "" is an
 * input that is left out. */
NnOnnx__Node *nn_onnx_write_node      (NnOnnxWriter         *self,
                                       const char           *op_type,
                                       const char           *output,
                                       ...) G_GNUC_NULL_TERMINATED;
void         nn_onnx_write_int        (NnOnnxWriter         *self,
                                       NnOnnx__Node         *node,
                                       const char           *name,
                                       gint64                number);
void         nn_onnx_write_float      (NnOnnxWriter         *self,
                                       NnOnnx__Node         *node,
                                       const char           *name,
                                       double                number);
void         nn_onnx_write_ints       (NnOnnxWriter         *self,
                                       NnOnnx__Node         *node,
                                       const char           *name,
                                       int                   count,
                                       const gint64         *numbers);

void         nn_onnx_write_text       (NnOnnxWriter         *self,
                                       NnOnnx__Node         *node,
                                       const char           *name,
                                       const char           *text);

/* Adds a tensor to the file: @name, for which @data is kept until the end. */
const char  *nn_onnx_write_tensor     (NnOnnxWriter         *self,
                                       const char           *name,
                                       NnDtype               dtype,
                                       const NnShape        *shape,
                                       const void           *data);

/* Names of tensors with these numbers: a list, a scalar. */
const char  *nn_onnx_write_list       (NnOnnxWriter         *self,
                                       int                   count,
                                       const gint64         *numbers);
const char  *nn_onnx_write_number     (NnOnnxWriter         *self,
                                       double                number);

/* The name of a list of sizes, of which some follow from the batch. */
const char  *nn_onnx_write_sizes      (NnOnnxWriter         *self,
                                       int                   count,
                                       const double         *sizes,
                                       const double         *other);

/* The call as one node, by the names in its record. */
gboolean     nn_onnx_write_plain      (NnOnnxWriter         *self,
                                       GError              **error);

/* Whether they say all there is to know. */
gboolean     nn_onnx_is_plain         (const NnOp           *op);

/* About the node the person drew.  Always returns FALSE. */
gboolean     nn_onnx_write_refuse     (NnOnnxWriter         *self,
                                       GError              **error,
                                       const char           *format,
                                       ...) G_GNUC_PRINTF (3, 4);

G_END_DECLS
