/* reader.h: an ONNX graph on its way to one of ours
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "engine/format.h"
#include "engine/formats/onnx/onnx.pb-c.h"

G_BEGIN_DECLS

/* What the number of samples is in sizes that follow from it.  Real sizes stay
 * below, so the multiples of this are the sizes that depend on the batch, and
 * arithmetic on shapes needs no symbols. */
#define NN_ONNX_BATCH (G_GINT64_CONSTANT (1) << 31)

/* What a name in the file stands for: numbers that are known now, or what a node
 * of our graph computes.
 *
 * Our first axis is always the batch; strangers put it anywhere and melt it into
 * other axes for a while.  Therefore a value is a view: its axes, as the file
 * sees them, each consist of axes of @stored, slowest first.  Transposing and
 * reshaping mostly change the view alone, and what undoes each other leaves no
 * trace in the graph.  An axis of size 1 consists of none; a batch that the file
 * does not know of is in none. */
typedef struct
{
  NnTensor *constant;           /* owned, or NULL */

  guint     node;
  int       out;                /* which of its results */
  NnValue  *result;             /* the same for a batch of 1 */
  NnDtype   dtype;
  NnShape   stored;             /* the numbers of @result in their order, in other words */
  int       rank;
  int       begin[NN_MAX_RANK + 1];     /* of each axis, in @axis */
  int       axis[NN_MAX_RANK];          /* of @stored */
} NnOnnxValue;

typedef struct
{
  const char           *source;
  const char           *folder;
  const NnLimits       *limits;
  const NnOnnx__Graph  *proto;
  gint64                opset;
  NnImport             *import; /* what is being made */
  NnProgram            *program;        /* what its graph computes, for a batch of 1 */
  GHashTable           *values; /* by name, owned */
  GHashTable           *weights;        /* names of the file's tensors */
  GHashTable           *makers; /* node by the name of a result */
  GHashTable           *uses;   /* number of readers by name */
  gint64                batch;  /* its size as the file sees it */
  gsize                 bytes;  /* that numbers made here may still take */
  const NnOnnx__Node   *node;   /* being read now */
  gboolean              is_rewritten;   /* it stands for several nodes of the file */
  guint64               seen;   /* its attributes that somebody asked for */
} NnOnnxReader;

/* One operator of ONNX.  Sizes that follow from constants alone have been folded
 * before @read is called. */
typedef struct
{
  const char *name;             /* "Conv" */
  int         since;            /* first opset with the meaning that is read */
  gboolean  (*read)  (NnOnnxReader  *self,
                      GError       **error);
} NnOnnxRow;

/* Lists end with a NULL name. */
extern const NnOnnxRow nn_onnx_layer_rows[];
extern const NnOnnxRow nn_onnx_maths_rows[];
extern const NnOnnxRow nn_onnx_shape_rows[];

/* About the node being read: "“conv1” (Conv): …".  Always returns FALSE. */
gboolean            nn_onnx_refuse        (NnOnnxReader       *self,
                                           GError            **error,
                                           const char         *format,
                                           ...) G_GNUC_PRINTF (3, 4);

/* An input of the node being read; NULL when it is left out. */
const NnOnnxValue  *nn_onnx_in            (NnOnnxReader       *self,
                                           guint               index);
guint               nn_onnx_count_in      (NnOnnxReader       *self);

/* An input that must be there and known now, or not known. */
NnTensor           *nn_onnx_in_constant   (NnOnnxReader       *self,
                                           guint               index,
                                           GError            **error);
const NnOnnxValue  *nn_onnx_in_value      (NnOnnxReader       *self,
                                           guint               index,
                                           GError            **error);

/* Whether an input is a tensor of the file, and not the result of folding. */
gboolean            nn_onnx_in_is_weight  (NnOnnxReader       *self,
                                           guint               index);

/* A list of whole numbers from an input: at most eight; -1 when the input is left
 * out, -2 with an error when it is something else. */
int                 nn_onnx_in_ints       (NnOnnxReader       *self,
                                           guint               index,
                                           gint64              numbers[NN_MAX_RANK],
                                           GError            **error);

/* What a result of the node being read stands for. */
void                nn_onnx_set           (NnOnnxReader       *self,
                                           guint               index,
                                           const NnOnnxValue  *value);
void                nn_onnx_set_constant  (NnOnnxReader       *self,
                                           guint               index,
                                           NnTensor           *tensor); /* (transfer full) */
gboolean            nn_onnx_wants         (NnOnnxReader       *self,
                                           guint               index);

/* Attributes of the node being read.  One that nobody asks for is refused. */
gint64              nn_onnx_attr_int      (NnOnnxReader       *self,
                                           const char         *name,
                                           gint64              initial);
double              nn_onnx_attr_float    (NnOnnxReader       *self,
                                           const char         *name,
                                           double              initial);
gboolean            nn_onnx_attr_is       (NnOnnxReader       *self,
                                           const char         *name,
                                           const char         *word,
                                           gboolean            initial);
int                 nn_onnx_attr_ints     (NnOnnxReader       *self,
                                           const char         *name,
                                           gint64              numbers[NN_MAX_RANK]);
const NnOnnx__Attribute *nn_onnx_attr_find (NnOnnxReader      *self,
                                            const char        *name);

/* @axis counted from the front, or -1 with an error. */
int                 nn_onnx_axis          (NnOnnxReader       *self,
                                           gint64              axis,
                                           int                 rank,
                                           GError            **error);

/* What the inputs or attributes of a Slice say about @x: @count elements from
 * @start, each @step behind the one before. */
typedef struct
{
  int    axis;
  gint64 start;
  gint64 step;
  gint64 count;
} NnOnnxSlice;

/* How many axes are sliced; -1 with an error. */
int                 nn_onnx_slices        (NnOnnxReader       *self,
                                           const NnOnnxValue  *x,
                                           NnOnnxSlice         slices[NN_MAX_RANK],
                                           GError            **error);

/* Reads the node with the row of its operator. */
gboolean            nn_onnx_read_node     (NnOnnxReader       *self,
                                           GError            **error);

/* Computes results that depend on known numbers only.  FALSE without an error
 * when there is more to it. */
gboolean            nn_onnx_fold          (NnOnnxReader       *self,
                                           GError            **error);

void                nn_onnx_value_free    (NnOnnxValue        *value);

G_END_DECLS
