/* op.h: the record that is the whole truth about one operation
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "engine/attribute.h"
#include "engine/tensor.h"

G_BEGIN_DECLS

/* In kernels, and only there, an axis is one letter: b batch, c channels,
 * h and w height and width, t time, k kernel, m n for the rows and columns of a
 * product; dx and dy are the gradients of the loss by x and y. */

#define NN_MAX_IN  8            /* operands of one call */
#define NN_MAX_OUT 6            /* results of one call */

typedef struct _NnOp NnOp;
typedef struct _NnCall NnCall;
typedef struct _NnBuild NnBuild;
typedef struct _NnPool NnPool;

typedef enum
{
  NN_CATEGORY_DATA,
  NN_CATEGORY_LAYER,
  NN_CATEGORY_CONVOLUTION,
  NN_CATEGORY_SIGNAL,
  NN_CATEGORY_VOLUME,
  NN_CATEGORY_ACTIVATION,
  NN_CATEGORY_RARE_ACTIVATION,
  NN_CATEGORY_NORMALISATION,
  NN_CATEGORY_SEQUENCE,
  NN_CATEGORY_ATTENTION,
  NN_CATEGORY_SHAPE,
  NN_CATEGORY_CHOICE,           /* indices, order, comparisons */
  NN_CATEGORY_MATHS,
  NN_CATEGORY_FUNCTION,         /* of one number */
  NN_CATEGORY_STATISTICS,       /* numbers folded along axes */
  NN_CATEGORY_LOSS,
  NN_CATEGORY_INTERNAL,         /* the engine's own: not in the palette */
  NN_N_CATEGORIES,
} NnCategory;

typedef enum
{
  NN_PORT_INPUT,
  NN_PORT_OPTIONAL,             /* may stay unconnected: its shape then has rank -1 */
  NN_PORT_MANY,                 /* the last input: one link or more */
  NN_PORT_PARAMETER,            /* owned by the node and trained */
  NN_PORT_STATE,                /* owned by the node, changed by forward */
  NN_PORT_OUTPUT,
  NN_PORT_HIDDEN,               /* a result kept for the gradient */
} NnPortKind;

typedef enum
{
  NN_ROLE_NONE,
  NN_ROLE_INPUT,                /* the samples enter here */
  NN_ROLE_TARGET,               /* the right answers enter here */
  NN_ROLE_LOSS,                 /* the number that training makes small */
  NN_ROLE_TEACHER,              /* hands the right answers to the network itself */
} NnRole;

/* What a loss takes the predictions for; metrics read it. */
typedef enum
{
  NN_PREDICTS_NUMBERS,
  NN_PREDICTS_CLASS_SCORES,     /* the largest is the class that is meant */
  NN_PREDICTS_CLASS_LOGARITHMS, /* of probabilities */
  NN_PREDICTS_YES_SCORES,       /* yes above zero; answers are 1 and 0, or -1 */
  NN_PREDICTS_YES_PROBABILITIES,
  NN_PREDICTS_PLACES,           /* near to or far from each other: nothing to judge alone */
} NnPredicts;

typedef enum
{
  NN_OP_IN_PLACE = 1 << 0,      /* y may lie in the memory of the first input */
  NN_OP_VIEW     = 1 << 1,      /* y is the first input's bytes in another shape */
  NN_OP_RANDOM   = 1 << 2,      /* draws numbers */
} NnOpFlags;

/* For ports that take more than one kind of numbers: bits of NnDtype. */
#define NN_ALSO_WHOLE (1u << NN_INT64)
#define NN_ALSO_ANY   ((1u << NN_N_DTYPES) - 1)

/* How the elements of a rank-4 operand lie in memory.  People always see
 * channels before pixels; inside a plan each kernel says what it wants. */
typedef enum
{
  NN_LAYOUT_ROWS,               /* b c h w, last axis fastest; every other rank, too */
  NN_LAYOUT_CHANNELS_LAST,      /* b h w c */
  NN_LAYOUT_ANY,                /* kernels only: all rank-4 operands alike */
} NnLayout;

typedef struct
{
  const char *name;             /* "x", "weight"; inputs in the order ONNX has them */
  const char *title;            /* N_(): tooltip on the port */
  NnPortKind  kind;
  NnDtype     dtype;
  const char *init;             /* initialiser of a parameter or state: "zeros", "fan-in" */
  gboolean    rows;             /* weights of rank 4: always in rows */
  guint       also;             /* an input's further dtypes, NN_ALSO_… */
  const char *blank;            /* attribute that names a row to start as zeros, or NULL */
} NnPort;

/* One operand as a kernel sees it. */
typedef struct
{
  NnShape   shape;
  NnDtype   dtype;
  NnLayout  layout;
  void     *data;               /* NULL: an optional one that is absent */
} NnView;

/* What random numbers are drawn from; changed only between steps. */
typedef struct
{
  guint64 seed;
  guint64 step;
} NnClock;

/* One use of an op: operands in port order (inputs, parameters, state), then
 * results in port order. */
struct _NnCall
{
  const NnOp    *op;
  const char    *name;          /* of the graph node, for messages; borrowed */
  NnAttrValue    attr[NN_MAX_ATTRS];
  int            n_in;
  int            n_out;
  NnView         in[NN_MAX_IN];
  NnView         out[NN_MAX_OUT];

  /* Set by the plan before a kernel sees the call */
  NnPool        *pool;
  int            threads;       /* 1 when the work is too small to share */
  const NnClock *clock;
  guint64        stream;        /* of random numbers, one per call */
  void          *workspace;     /* contents undefined at every run */
  gsize          workspace_bytes;
  void          *state;         /* what prepare() made */
};

/* One way to compute an op on the CPU.  A record lists the fastest first and
 * ends with a plain one that fits every call; the tests hold all against it. */
typedef struct
{
  const char  *name;            /* "onednn": recorded in checkpoints */
  NnLayout     layout;          /* of rank-4 operands; ignored for other ranks */

  /* NULL fits everything. */
  gboolean   (*fits)    (const NnCall  *call);

  /* Makes what run() needs, says how much workspace; may be NULL. */
  gboolean   (*prepare) (NnCall        *call,
                         GError       **error);

  /* Never allocates, never fails, touches only what @call names. */
  void       (*run)     (NnCall        *call);

  void       (*release) (NnCall        *call);

  /* How many times the error of a plain sum its own may be; 0 means once. */
  int          slack;

  /* Rounds its operands to this.  Only taken where the precision of the program
   * allows, see NnPrecision. */
  NnDtype      precision;
} NnKernel;

/* An example call for the tests.  Lists end with a first shape of rank 0. */
typedef struct
{
  NnShape     in[NN_MAX_IN];    /* rank -1: an optional one that is absent */
  const char *attrs;            /* "kernel=3,5 stride=2", or NULL for initial values */
  float       low, high;        /* range of the inputs; both 0 means -2 to 2 */
  int         classes;          /* integer inputs lie below this */
  NnDtype     dtype;            /* of inputs that take several */
} NnSample;

struct _NnOp
{
  /* What it is called */
  const char     *name;         /* "relu": unique, saved, never renamed */
  const char     *title;        /* N_(): palette and node header */
  const char     *summary;      /* N_(): one sentence with a full stop */
  const char     *lesson;       /* chapter that explains it, "11", or NULL */
  NnCategory      category;     /* palette drawer */
  NnRole          role;
  NnPredicts      predicts;     /* losses */
  NnOpFlags       flags;

  /* What it connects to; both lists end with a NULL name, attrs may be NULL */
  const NnPort   *ports;
  const NnAttr   *attrs;

  /* What it means.  infer() is the only place that rejects a wiring.  It reads
   * shapes and dtypes of the inputs, and fills those of parameters, state and
   * results. */
  gboolean      (*infer)     (NnCall   *call,
                              GError  **error);
  void          (*expand)    (NnBuild  *build);
  gboolean      (*expands)   (const NnCall *call);  /* calls that kernels leave to expand() */
  void          (*gradient)  (NnBuild  *build);
  void          (*inference) (NnBuild  *build);     /* what replaces it after training */

  /* Multiply-adds of one call, for the inspector; NULL counts none. */
  gint64        (*work)      (const NnCall *call);

  /* How it runs.  Either kernels or expand must be set.  Both is best: the
   * expansion is then what the kernels are tested against. */
  const NnKernel *cpu;          /* ended by a NULL name */

  /* What others call it */
  const char     *onnx;         /* "Relu", or NULL to export the expansion */
  int             onnx_since;   /* first opset whose meaning is ours */
  const char     *torch;        /* "torch.nn.ReLU", or NULL */

  /* How it is checked */
  const NnSample *samples;
};

/* All records, in the order of the families; NULL after the last. */
const NnOp *const *nn_ops_all       (void);
const NnOp        *nn_op_find       (const char   *name);

const char        *nn_category_name  (NnCategory   category);   /* "convolution" */
const char        *nn_category_title (NnCategory   category);   /* translated */

/* The index of the port @name among its like: operands (inputs, parameters,
 * state) or results; -1 when there is none. */
int                nn_op_find_in    (const NnOp   *op,
                                     const char   *name);
int                nn_op_find_out   (const NnOp   *op,
                                     const char   *name);

gboolean           nn_port_is_in    (const NnPort *port);

/* The @index-th operand port; for calls with a MANY port, all from there on
 * are that port. */
const NnPort      *nn_op_get_in     (const NnOp   *op,
                                     int           index);
const NnPort      *nn_op_get_out    (const NnOp   *op,
                                     int           index);
int                nn_op_count_in   (const NnOp   *op);
int                nn_op_count_out  (const NnOp   *op);

/* An attribute of a call, by its name in the record. */
double             nn_call_number   (const NnCall *call,
                                     const char   *attr);
const NnAttrValue *nn_call_value    (const NnCall *call,
                                     const char   *attr);

/* The numbers of a list attribute as a shape. */
NnShape            nn_call_get_shape (const NnCall *call,
                                      const char   *attr);

/* A shape error about @call: its title and name come first, then what @format
 * says.  Always returns FALSE. */
gboolean           nn_call_refuse   (const NnCall  *call,
                                     GError       **error,
                                     const char    *format,
                                     ...) G_GNUC_PRINTF (3, 4);

/* The shape of one sample of operand @index, as people see it: without the
 * batch.  (transfer full) */
char              *nn_call_print    (const NnCall  *call,
                                     int            index) G_GNUC_WARN_UNUSED_RESULT;

/* FALSE with a message unless operand @index has @rank axes, batch included. */
gboolean           nn_call_want_rank (const NnCall  *call,
                                      int            index,
                                      int            rank,
                                      GError       **error);

/* The axis that the attribute @attr of @call stands for, counted from the front,
 * of a shape with @rank axes: negative numbers count from behind.  -1 when there
 * is none. */
int                nn_call_get_axis  (const NnCall  *call,
                                      const char    *attr,
                                      int            rank);

/* The same for one number. */
int                nn_axis_from      (double         number,
                                      int            rank);

/* FALSE with a message unless operand @index has the axis that @attr says. */
gboolean           nn_call_want_axis (const NnCall  *call,
                                      int            index,
                                      const char    *attr,
                                      GError       **error);

/* FALSE with a message unless each operand has numbers that its port takes. */
gboolean           nn_call_check_dtypes (const NnCall *call,
                                         GError      **error);

/* The y of an op that keeps shape and dtype of its first input. */
gboolean           nn_infer_same    (NnCall        *call,
                                     GError       **error);

/* The y of an op whose two inputs are broadcast. */
gboolean           nn_infer_broadcast (NnCall      *call,
                                       GError     **error);

/* The axes that the attribute "axes" of @call names, as bits; all of them for its
 * word "all".  Bit NN_MAX_RANK is set when one of them does not exist. */
guint              nn_call_get_axes (const NnCall  *call);

/* The y of an op that folds the axes of its attribute "axes" into single results,
 * and keeps them with size one if "keep" says so. */
gboolean           nn_infer_folded  (NnCall        *call,
                                     GError       **error);

void               nn_call_set_out  (NnCall        *call,
                                     int            index,
                                     NnDtype        dtype,
                                     const NnShape *shape);
void               nn_call_set_in   (NnCall        *call,
                                     int            index,
                                     NnDtype        dtype,
                                     const NnShape *shape);

G_END_DECLS
