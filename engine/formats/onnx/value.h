/* value.h: what nodes of our graph compute, with the axes that an ONNX file sees
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "engine/formats/onnx/reader.h"

G_BEGIN_DECLS

#define NN_ONNX_MAX_WEIGHTS 40

/* A call of one of our ops, to become a node. */
typedef struct
{
  const NnOp        *op;
  NnAttrValue        attr[NN_MAX_ATTRS];
  const NnOnnxValue *in[NN_MAX_IN];
  int                n_in;
  NnNamedTensor     *weight[NN_ONNX_MAX_WEIGHTS];       /* owned */
  int                n_weights;
  gboolean           is_helper;                 /* not what the ONNX node is about */
  const char        *name;                      /* for a helper, or NULL for the usual one */
} NnOnnxCall;

void      nn_onnx_call_init     (NnOnnxCall         *self,
                                 const char         *op);
void      nn_onnx_call_clear    (NnOnnxCall         *self);
void      nn_onnx_call_set      (NnOnnxCall         *self,
                                 const char         *attr,
                                 double              number);
void      nn_onnx_call_set_list (NnOnnxCall         *self,
                                 const char         *attr,
                                 int                 count,
                                 const gint64       *numbers);

/* The numbers of the parameter or state @name.  (transfer full) of @tensor. */
void      nn_onnx_call_weight   (NnOnnxCall         *self,
                                 const char         *name,
                                 NnTensor           *tensor);

/* Appends the node.  Operands are @in; @out[i] has the axes of our results.
 * Shapes, settings and numbers are checked. */
gboolean  nn_onnx_call_run      (NnOnnxReader       *reader,
                                 NnOnnxCall         *self,
                                 NnOnnxValue         out[NN_MAX_OUT],
                                 GError            **error);

/* Sets the first result of the node being read to a call on @x whose result has
 * an element for each of @x, whatever the axes are.  Takes what @self owns. */
gboolean  nn_onnx_value_apply   (NnOnnxReader       *reader,
                                 NnOnnxCall         *self,
                                 NnOnnxValue        *x,
                                 NnOnnxValue         out[NN_MAX_OUT],
                                 GError            **error);

/* @result is what result @out of @node is in the reader's program. */
void      nn_onnx_value_init    (NnOnnxValue        *self,
                                 guint               node,
                                 int                 out,
                                 NnValue            *result);

/* The size of an axis as the file sees it; for constants, too. */
gint64    nn_onnx_value_size    (NnOnnxReader       *reader,
                                 const NnOnnxValue  *self,
                                 int                 axis);

/* Which axis has the batch in it, or -1. */
int       nn_onnx_value_batch   (const NnOnnxValue  *self);

/* The view changes, and nothing else does.  @axes names an axis at most once; -1
 * is a new one of size 1. */
void      nn_onnx_value_permute (NnOnnxValue        *self,
                                 int                 rank,
                                 const gint64       *axes);
void      nn_onnx_value_insert  (NnOnnxValue        *self,
                                 int                 axis);
void      nn_onnx_value_remove  (NnOnnxValue        *self,
                                 int                 axis);

/* The view of @like, which has an equal number of stored axes, on @self. */
void      nn_onnx_value_see_as  (NnOnnxValue        *self,
                                 const NnOnnxValue  *like);

/* Other sizes for the same numbers. */
gboolean  nn_onnx_value_reshape (NnOnnxReader       *reader,
                                 NnOnnxValue        *self,
                                 int                 rank,
                                 const gint64       *sizes,
                                 GError            **error);

/* Gives @self a node whose result has the shape that is stored, if it has not. */
gboolean  nn_onnx_value_solid   (NnOnnxReader       *reader,
                                 NnOnnxValue        *self,
                                 GError            **error);

/* Stored with the batch first and then the file's axes in order, one for one;
 * only what is in one axis with the batch stays apart. */
gboolean  nn_onnx_value_plain   (NnOnnxReader       *reader,
                                 NnOnnxValue        *self,
                                 GError            **error);

/* The same, with the batch as the first axis: both see the same axes. */
gboolean  nn_onnx_value_rows    (NnOnnxReader       *reader,
                                 NnOnnxValue        *self,
                                 GError            **error);

/* Stored so that an op on our last axis acts on the file's last. */
gboolean  nn_onnx_value_last    (NnOnnxReader       *reader,
                                 NnOnnxValue        *self,
                                 GError            **error);

/* Puts a batch that the file does not know of into its axis @axis, which has the
 * size 1 and one stored axis. */
void      nn_onnx_value_show_batch (NnOnnxValue     *self,
                                    int              axis);

/* Both with equally many axes, and stored so that our broadcasting does what the
 * file's does, but for the last @n_free axes, which stay as they are. */
gboolean  nn_onnx_value_align   (NnOnnxReader       *reader,
                                 NnOnnxValue        *a,
                                 NnOnnxValue        *b,
                                 int                 n_free,
                                 GError            **error);

/* The constant input @input of the node being read as a node of ours that can be
 * broadcast with @self, which may change its storage for that. */
gboolean  nn_onnx_value_pair    (NnOnnxReader       *reader,
                                 NnOnnxValue        *self,
                                 guint               input,
                                 NnOnnxValue        *node,
                                 GError            **error);
/* The constant input @input as a node with as many samples as @like, which is
 * stored plainly for that; axes of size 1 get its sizes, but for the last
 * @n_free. */
gboolean  nn_onnx_value_repeat  (NnOnnxReader       *reader,
                                 guint               input,
                                 NnOnnxValue        *like,
                                 int                 n_free,
                                 NnOnnxValue        *node,
                                 GError            **error);

/* Puts zeros in front of and behind the stored axis @stored. */
gboolean  nn_onnx_value_pad     (NnOnnxReader       *reader,
                                 NnOnnxValue        *self,
                                 int                 stored,
                                 gint64              before,
                                 gint64              behind,
                                 GError            **error);

/* @tensor with its elements in a row, unless it only repeats too much.
 * (transfer full) */
NnTensor *nn_onnx_copy          (NnOnnxReader       *reader,
                                 NnTensor           *tensor,
                                 GError            **error) G_GNUC_WARN_UNUSED_RESULT;

/* That our layers treat each sample alone.  Always returns FALSE. */
gboolean  nn_onnx_refuse_mixed  (NnOnnxReader       *reader,
                                 GError            **error);

/* The product of the matrices in the last two axes of @a and @b, which may change
 * their storage, as the first result. */
gboolean  nn_onnx_read_product  (NnOnnxReader       *reader,
                                 NnOnnxValue        *a,
                                 NnOnnxValue        *b,
                                 GError            **error);

G_END_DECLS
