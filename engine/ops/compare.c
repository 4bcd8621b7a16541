/* compare.c: questions with the answers yes and no, and choices by them
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "engine/build.h"
#include "engine/cpu/broadcast.h"

#include <float.h>
#include <glib/gi18n-lib.h>

/* Answers are of the type bool, as in PyTorch: one byte, 0 or 1.  "where" and
 * "masked-fill" take them as they are; for arithmetic there is "cast". */

#define COMPARISON(op, sign)                                                  \
  NN_RUN (op##_floats, float, guint8, a sign b)                               \
  NN_RUN (op##_whole, gint64, guint8, a sign b)                               \
  NN_RUN (op##_bytes, guint8, guint8, a sign b)                               \
                                                                              \
  static void                                                                 \
  op##_run (NnCall *call)                                                     \
  {                                                                           \
    NnDtype dtype = call->in[0].dtype;                                        \
                                                                              \
    nn_broadcast (call, dtype == NN_FLOAT32 ? op##_floats                     \
                        : dtype == NN_INT64 ? op##_whole : op##_bytes);       \
  }

COMPARISON (equal, ==)
COMPARISON (not_equal, !=)
COMPARISON (less, <)
COMPARISON (less_equal, <=)
COMPARISON (greater, >)
COMPARISON (greater_equal, >=)

#define LOGIC(op, value)                                                      \
  NN_RUN (op##_bytes, guint8, guint8, value)                                  \
                                                                              \
  static void                                                                 \
  op##_run (NnCall *call)                                                     \
  {                                                                           \
    nn_broadcast (call, op##_bytes);                                          \
  }

LOGIC (logical_and, a & b)
LOGIC (logical_or, a | b)
LOGIC (logical_xor, a ^ b)

/* y = value, an expression in x of @type. */
#define QUESTION(op, type, value)                                             \
  static NN_CLONES void                                                       \
  op##_range (void   *data,                                                   \
              gint64  first,                                                  \
              gint64  last)                                                   \
  {                                                                           \
    const NnCall *call = data;                                                \
    const type *px = call->in[0].data;                                        \
    guint8 *py = call->out[0].data;                                           \
                                                                              \
    NN_IVDEP                                                                  \
    for (gint64 i = first; i < last; i++)                                     \
      {                                                                       \
        type x = px[i];                                                       \
                                                                              \
        py[i] = (value);                                                      \
      }                                                                       \
  }                                                                           \
                                                                              \
  static void                                                                 \
  op##_run (NnCall *call)                                                     \
  {                                                                           \
    nn_pool_for (call->pool, call->threads, nn_shape_count (&call->out[0].shape), \
                 NN_SCALAR_GRAIN, op##_range, call);                          \
  }

QUESTION (logical_not, guint8, !x)
QUESTION (isnan, float, x != x)
QUESTION (isinf, float, fabsf (x) > FLT_MAX)
QUESTION (isfinite, float, fabsf (x) <= FLT_MAX)

/* Both numbers are read before one is chosen: that needs no jump. */
#define WHERE(name, type)                                                     \
  static NN_CLONES void                                                       \
  name (const NnRun *run)                                                     \
  {                                                                           \
    const guint8 *condition = run->x[0];                                      \
    const type *a = run->x[1];                                                \
    const type *b = run->x[2];                                                \
    const gint64 *stride = run->stride;                                       \
    type *y = run->y;                                                         \
                                                                              \
    if (stride[0] == 1 && stride[1] == 1 && stride[2] == 1)                   \
      {                                                                       \
        NN_IVDEP                                                              \
        for (gint64 i = 0; i < run->count; i++)                               \
          {                                                                   \
            type first = a[i];                                                \
            type second = b[i];                                               \
                                                                              \
            y[i] = condition[i] ? first : second;                             \
          }                                                                   \
        return;                                                               \
      }                                                                       \
    NN_IVDEP                                                                  \
    for (gint64 i = 0; i < run->count; i++)                                   \
      {                                                                       \
        type first = a[i * stride[1]];                                        \
        type second = b[i * stride[2]];                                       \
                                                                              \
        y[i] = condition[i * stride[0]] ? first : second;                     \
      }                                                                       \
  }

WHERE (where_words, guint32)
WHERE (where_longs, guint64)
WHERE (where_bytes, guint8)

static void
where_run (NnCall *call)
{
  gsize bytes = nn_dtype_size (call->out[0].dtype);

  nn_broadcast (call, bytes == 4 ? where_words : bytes == 8 ? where_longs : where_bytes);
}

/* In the order of the words. */
enum
{
  TO_FLOAT32,
  TO_INT64,
  TO_BOOL,
  TO_UINT8,
};

static const NnDtype cast_dtypes[] = { NN_FLOAT32, NN_INT64, NN_BOOL, NN_UINT8 };
static const char *const cast_words[] = { "float32", "int64", "bool", "uint8", NULL };

/* What no whole number can hold becomes the smallest one, as processors do. */
static inline gint64
whole_of (float x)
{
  return fabsf (x) < 0x1p63f ? (gint64) x : G_MININT64;
}

#define CAST_LOOP(type, value)                                                \
  for (gint64 i = first; i < last; i++)                                       \
    ((type *) call->out[0].data)[i] = (type) (value);                         \
  break;

#define CAST_FROM(type, whole)                                                \
  {                                                                           \
    const type *x = call->in[0].data;                                         \
                                                                              \
    switch ((int) nn_call_number (call, "dtype"))                             \
      {                                                                       \
      case TO_FLOAT32:                                                        \
        CAST_LOOP (float, x[i])                                               \
      case TO_INT64:                                                          \
        CAST_LOOP (gint64, whole)                                             \
      case TO_BOOL:                                                           \
        CAST_LOOP (guint8, x[i] != 0)                                         \
      default:                                                                \
        CAST_LOOP (guint8, whole)                                             \
      }                                                                       \
  }

static void
cast_range (void   *data,
            gint64  first,
            gint64  last)
{
  const NnCall *call = data;

  if (call->in[0].dtype == NN_FLOAT32)
    CAST_FROM (float, whole_of (x[i]))
  else if (call->in[0].dtype == NN_INT64)
    CAST_FROM (gint64, x[i])
  else
    CAST_FROM (guint8, x[i])
}

static void
cast_run (NnCall *call)
{
  nn_pool_for (call->pool, call->threads, nn_shape_count (&call->out[0].shape), NN_SCALAR_GRAIN,
               cast_range, call);
}

static gboolean
same_shapes (const NnCall *call)
{
  for (int k = 1; k < call->n_in; k++)
    if (!nn_shape_equal (&call->in[k].shape, &call->in[0].shape))
      return FALSE;

  return TRUE;
}

static gboolean
compare_infer (NnCall  *call,
               GError **error)
{
  if (!nn_infer_broadcast (call, error))
    return FALSE;
  call->out[0].dtype = NN_BOOL;
  return TRUE;
}

static gboolean
question_infer (NnCall  *call,
                GError **error)
{
  nn_call_set_out (call, 0, NN_BOOL, &call->in[0].shape);
  return TRUE;
}

/* Stretches operands @index and following to one shape. */
static gboolean
infer_stretched (NnCall  *call,
                 int      index,
                 GError **error)
{
  NnShape shape = call->in[0].shape;

  for (int k = 1; k < call->n_in; k++)
    if (!nn_shape_broadcast (&shape, &call->in[k].shape, &shape))
      {
        g_autofree char *first = nn_call_print (call, 0);
        g_autofree char *second = nn_call_print (call, k);

        return nn_call_refuse (call, error,
                               _("the shapes %s and %s do not fit together: counted from the "
                                 "last axis, sizes must be equal or 1."), first, second);
      }
  nn_call_set_out (call, 0, call->in[index].dtype, &shape);
  return TRUE;
}

static gboolean
where_infer (NnCall  *call,
             GError **error)
{
  if (call->in[1].dtype != call->in[2].dtype)
    return nn_call_refuse (call, error, _("both choices must have the same kind of numbers."));
  return infer_stretched (call, 1, error);
}

static gboolean
masked_fill_infer (NnCall  *call,
                   GError **error)
{
  return infer_stretched (call, 0, error);
}

static gboolean
cast_infer (NnCall  *call,
            GError **error)
{
  nn_call_set_out (call, 0, cast_dtypes[(int) nn_call_number (call, "dtype")], &call->in[0].shape);
  return TRUE;
}

static NnValue *
where (NnBuild *build,
       NnValue *condition,
       NnValue *a,
       NnValue *b)
{
  return nn_build_op (build, "where", condition, a, b, NN_BUILD_END);
}

/* The gradient goes to what was chosen. */
static void
where_gradient (NnBuild *build)
{
  NnValue *condition = nn_build_in (build, "condition");
  NnValue *dy = nn_build_slope (build, "y");
  NnValue *zero = nn_build_fill (build, &(NnShape) { 0 }, 0);

  if (nn_build_wants (build, "a"))
    nn_build_gradient (build, "a", nn_build_sum_to (build, where (build, condition, dy, zero),
                                                    &nn_build_in (build, "a")->shape));
  if (nn_build_wants (build, "b"))
    nn_build_gradient (build, "b", nn_build_sum_to (build, where (build, condition, zero, dy),
                                                    &nn_build_in (build, "b")->shape));
}

static NnValue *
cast (NnBuild *build,
      NnValue *x,
      NnDtype  dtype)
{
  int index = 0;

  if (x->dtype == dtype)
    return x;
  while (cast_dtypes[index] != dtype)
    index++;
  nn_build_set (build, "dtype", index);
  return nn_build_one (build, "cast", x);
}

static void
masked_fill_expand (NnBuild *build)
{
  NnValue *x = nn_build_in (build, "x");
  NnValue *value = nn_build_fill (build, &(NnShape) { 0 },
                                  nn_call_number (nn_build_call (build), "value"));

  nn_build_result (build, "y", where (build, nn_build_in (build, "mask"),
                                      cast (build, value, x->dtype), x));
}

/* Numbers whose kind does not change keep their gradient. */
static void
cast_gradient (NnBuild *build)
{
  nn_build_gradient (build, "x", nn_build_slope (build, "y"));
}

#define NUMBERS (1u << NN_INT64 | 1u << NN_BOOL | 1u << NN_UINT8)

static const NnPort comparison_ports[] = {
  { "a", N_("First input"), .also = NUMBERS },
  { "b", N_("Second input"), .also = NUMBERS },
  { "y", N_("Answer"), NN_PORT_OUTPUT, NN_BOOL },
  { NULL }
};

static const NnPort logic_ports[] = {
  { "a", N_("First input"), NN_PORT_INPUT, NN_BOOL },
  { "b", N_("Second input"), NN_PORT_INPUT, NN_BOOL },
  { "y", N_("Answer"), NN_PORT_OUTPUT, NN_BOOL },
  { NULL }
};

static const NnPort not_ports[] = {
  { "x", N_("Input"), NN_PORT_INPUT, NN_BOOL },
  { "y", N_("Answer"), NN_PORT_OUTPUT, NN_BOOL },
  { NULL }
};

static const NnPort question_ports[] = {
  { "x", N_("Input") },
  { "y", N_("Answer"), NN_PORT_OUTPUT, NN_BOOL },
  { NULL }
};

static const NnPort where_ports[] = {
  { "condition", N_("Condition"), NN_PORT_INPUT, NN_BOOL },
  { "a", N_("Where it holds"), .also = NUMBERS },
  { "b", N_("Elsewhere"), .also = NUMBERS },
  { "y", N_("Output"), NN_PORT_OUTPUT },
  { NULL }
};

static const NnPort masked_fill_ports[] = {
  { "x", N_("Input"), .also = NUMBERS },
  { "mask", N_("Mask"), NN_PORT_INPUT, NN_BOOL },
  { "y", N_("Output"), NN_PORT_OUTPUT },
  { NULL }
};

static const NnPort cast_ports[] = {
  { "x", N_("Input"), .also = NUMBERS },
  { "y", N_("Output"), NN_PORT_OUTPUT },
  { NULL }
};

static const NnAttr masked_fill_attrs[] = {
  { "value", N_("Value"), NN_ATTR_FLOAT, 0, -FLT_MAX, FLT_MAX, .torch = "value" },
  { NULL }
};

static const NnAttr cast_attrs[] = {
  { "dtype", N_("Kind of numbers"), NN_ATTR_CHOICE, 0, .words = cast_words, .onnx = "to",
    .torch = "dtype" },
  { NULL }
};

#define END { .in[0].rank = 0 }

static const NnSample pairs[] = {
  { .in = { { 1, { 1 } }, { 1, { 1 } } } },
  { .in = { { 2, { 0, 5 } }, { 1, { 5 } } } },
  { .in = { { 3, { 2, 3, 67 } }, { 3, { 2, 3, 67 } } } },
  { .in = { { 4, { 2, 3, 2, 5 } }, { 3, { 3, 1, 1 } } } },
  { .in = { { 2, { 1, 7 } }, { 2, { 4, 1 } } }, .dtype = NN_INT64, .classes = 3 },
  { .in = { { 1, { 35 } }, { 1, { 35 } } }, .dtype = NN_BOOL },
  END
};

static const NnSample single[] = {
  { .in = { { 1, { 1 } } } },
  { .in = { { 2, { 0, 5 } } } },
  { .in = { { 3, { 2, 3, 67 } } } },
  END
};

static const NnSample choices[] = {
  { .in = { { 2, { 3, 5 } }, { 2, { 3, 5 } }, { 2, { 3, 5 } } } },
  { .in = { { 2, { 3, 1 } }, { 1, { 67 } }, { 3, { 2, 1, 1 } } } },
  { .in = { { 2, { 0, 5 } }, { 2, { 0, 5 } }, { 1, { 1 } } } },
  { .in = { { 1, { 35 } }, { 1, { 35 } }, { 1, { 35 } } }, .dtype = NN_INT64, .classes = 9 },
  { .in = { { 1, { 35 } }, { 1, { 35 } }, { 1, { 35 } } }, .dtype = NN_BOOL },
  END
};

static const NnSample fillings[] = {
  { .in = { { 2, { 3, 5 } }, { 2, { 3, 5 } } }, .attrs = "value=-2" },
  { .in = { { 3, { 2, 3, 67 } }, { 2, { 3, 1 } } } },
  { .in = { { 2, { 0, 5 } }, { 1, { 5 } } } },
  { .in = { { 1, { 35 } }, { 1, { 35 } } }, .dtype = NN_INT64, .classes = 9, .attrs = "value=4" },
  END
};

static const NnSample casts[] = {
  { .in = { { 2, { 3, 5 } } } },
  { .in = { { 2, { 3, 67 } } }, .attrs = "dtype=int64" },
  { .in = { { 2, { 0, 5 } } }, .attrs = "dtype=bool" },
  { .in = { { 2, { 3, 5 } } }, .dtype = NN_INT64, .classes = 9 },
  { .in = { { 2, { 3, 5 } } }, .dtype = NN_BOOL, .attrs = "dtype=int64" },
  { .in = { { 2, { 3, 5 } } }, .dtype = NN_UINT8, .classes = 200, .attrs = "dtype=float32" },
  END
};

#define KERNELS(op)                                                           \
  .cpu = (const NnKernel[]) {                                                 \
    { "loop", NN_LAYOUT_ANY, .fits = same_shapes, .run = op##_run },          \
    { "broadcast", NN_LAYOUT_ROWS, .run = op##_run },                         \
    { NULL }                                                                  \
  }

#define COMPARE(op, drawer)                                                   \
  .lesson = "05", .category = NN_CATEGORY_##drawer, .ports = comparison_ports, \
  .infer = compare_infer, .samples = pairs, KERNELS (op)

#define COMBINE(op)                                                           \
  .category = NN_CATEGORY_INTERNAL, .ports = logic_ports, .infer = compare_infer, \
  .samples = pairs, KERNELS (op)

#define ASK(op, op_ports)                                                     \
  .category = NN_CATEGORY_INTERNAL, .ports = op_ports, .infer = question_infer, \
  .samples = single,                                                          \
  .cpu = (const NnKernel[]) { { "loop", NN_LAYOUT_ANY, .run = op##_run }, { NULL } }

const NnOp nn_ops_compare[] = {
  {
    .name = "equal", .title = N_("Equal"),
    .summary = N_("Asks, element by element, whether two inputs are equal."),
    .onnx = "Equal", .onnx_since = 11, .torch = "torch.eq", COMPARE (equal, CHOICE),
  },
  {
    .name = "not-equal", .title = N_("Not Equal"),
    .summary = N_("Asks, element by element, whether two inputs differ."),
    .torch = "torch.ne", COMPARE (not_equal, INTERNAL),
  },
  {
    .name = "less", .title = N_("Less"),
    .summary = N_("Asks, element by element, whether the first input is smaller."),
    .onnx = "Less", .onnx_since = 9, .torch = "torch.lt", COMPARE (less, CHOICE),
  },
  {
    .name = "less-equal", .title = N_("Less or Equal"),
    .summary = N_("Asks, element by element, whether the first input is not larger."),
    .onnx = "LessOrEqual", .onnx_since = 12, .torch = "torch.le", COMPARE (less_equal, INTERNAL),
  },
  {
    .name = "greater", .title = N_("Greater"),
    .summary = N_("Asks, element by element, whether the first input is larger."),
    .onnx = "Greater", .onnx_since = 9, .torch = "torch.gt", COMPARE (greater, CHOICE),
  },
  {
    .name = "greater-equal", .title = N_("Greater or Equal"),
    .summary = N_("Asks, element by element, whether the first input is not smaller."),
    .onnx = "GreaterOrEqual", .onnx_since = 12, .torch = "torch.ge",
    COMPARE (greater_equal, INTERNAL),
  },
  {
    .name = "logical-and", .title = N_("And"),
    .summary = N_("Yes where both answers are yes."),
    .onnx = "And", .onnx_since = 7, .torch = "torch.logical_and", COMBINE (logical_and),
  },
  {
    .name = "logical-or", .title = N_("Or"),
    .summary = N_("Yes where at least one answer is yes."),
    .onnx = "Or", .onnx_since = 7, .torch = "torch.logical_or", COMBINE (logical_or),
  },
  {
    .name = "logical-xor", .title = N_("Either Or"),
    .summary = N_("Yes where exactly one answer is yes."),
    .onnx = "Xor", .onnx_since = 7, .torch = "torch.logical_xor", COMBINE (logical_xor),
  },
  {
    .name = "logical-not", .title = N_("Not"),
    .summary = N_("Exchanges yes and no."),
    .onnx = "Not", .onnx_since = 1, .torch = "torch.logical_not", ASK (logical_not, not_ports),
  },
  {
    .name = "isnan", .title = N_("Is No Number"),
    .summary = N_("Asks, element by element, whether something is no number at all."),
    .onnx = "IsNaN", .onnx_since = 9, .torch = "torch.isnan", ASK (isnan, question_ports),
  },
  {
    .name = "isinf", .title = N_("Is Infinite"),
    .summary = N_("Asks, element by element, whether a number is infinite."),
    .onnx = "IsInf", .onnx_since = 10, .torch = "torch.isinf", ASK (isinf, question_ports),
  },
  {
    .name = "isfinite", .title = N_("Is Finite"),
    .summary = N_("Asks, element by element, whether something is an ordinary number."),
    .torch = "torch.isfinite", ASK (isfinite, question_ports),
  },
  {
    .name = "where", .title = N_("Where"),
    .summary = N_("Takes each number from one of two inputs, as a condition says."),
    .lesson = "05", .category = NN_CATEGORY_CHOICE, .ports = where_ports, .infer = where_infer,
    .gradient = where_gradient, .samples = choices,
    .onnx = "Where", .onnx_since = 9, .torch = "torch.where", KERNELS (where),
  },
  {
    .name = "masked-fill", .title = N_("Masked Fill"),
    .summary = N_("Writes one value wherever a mask says yes."),
    .lesson = "05", .category = NN_CATEGORY_CHOICE, .ports = masked_fill_ports,
    .attrs = masked_fill_attrs, .infer = masked_fill_infer, .expand = masked_fill_expand,
    .samples = fillings, .torch = "torch.masked_fill",
  },
  {
    .name = "cast", .title = N_("Cast"),
    .summary = N_("Turns numbers into another kind: decimal, whole, or yes and no."),
    .lesson = "04", .category = NN_CATEGORY_CHOICE, .ports = cast_ports, .attrs = cast_attrs,
    .infer = cast_infer, .gradient = cast_gradient, .samples = casts,
    .onnx = "Cast", .onnx_since = 13, .torch = "torch.Tensor.to",
    .cpu = (const NnKernel[]) { { "loop", NN_LAYOUT_ANY, .run = cast_run }, { NULL } },
  },
  { NULL }
};
