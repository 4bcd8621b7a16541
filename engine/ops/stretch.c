/* stretch.c: numbers repeated, or chosen by where they stand in a matrix
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "engine/build.h"
#include "engine/cpu/strided.h"
#include "engine/op-scalar.h"

#include <glib/gi18n-lib.h>

/* A repeated number is read again, so the gradient by it is a sum; that follows
 * from expand-to, which all that repeat are made of. */

/* Steps through the two axes of a diagonal; the others stay. */
typedef struct
{
  int    axis1, axis2;
  gint64 start1, start2;        /* where it begins */
  gint64 length;
} Diagonal;

static Diagonal
diagonal_of (const NnCall  *call,
             const NnShape *shape)
{
  Diagonal self = {
    nn_call_get_axis (call, "axis1", shape->rank), nn_call_get_axis (call, "axis2", shape->rank)
  };
  gint64 offset = (gint64) nn_call_number (call, "offset");

  if (self.axis1 < 0 || self.axis2 < 0)
    return self;
  self.start1 = MAX (-offset, 0);
  self.start2 = MAX (offset, 0);
  self.length = MAX (MIN (shape->size[self.axis1] - self.start1,
                          shape->size[self.axis2] - self.start2), 0);
  return self;
}

/* Where the numbers of the diagonal of @shape lie, for the axes of the result;
 * the first of them in @first. */
static void
diagonal_strides (const Diagonal *self,
                  const NnShape  *shape,
                  gint64          result[NN_MAX_RANK],
                  gint64         *first)
{
  gint64 strides[NN_MAX_RANK];
  int n = 0;

  nn_shape_strides (shape, strides);
  for (int i = 0; i < shape->rank; i++)
    if (i != self->axis1 && i != self->axis2)
      result[n++] = strides[i];
  result[n] = strides[self->axis1] + strides[self->axis2];
  *first = self->start1 * strides[self->axis1] + self->start2 * strides[self->axis2];
}

static void
diagonal_run (NnCall *call)
{
  Diagonal diagonal = diagonal_of (call, &call->in[0].shape);
  NnStrided self;
  gint64 first;

  nn_strided_init (&self, call, &call->out[0].shape);
  diagonal_strides (&diagonal, &call->in[0].shape, self.from_stride, &first);
  nn_strided_skip (&self, first);
  nn_strided_copy (&self, call);
}

static void
diagonal_gradient_run (NnCall *call)
{
  Diagonal diagonal = diagonal_of (call, &call->out[0].shape);
  NnStrided self;
  gint64 first;

  nn_strided_clear (call);
  nn_strided_init (&self, call, &call->in[0].shape);
  nn_shape_strides (&call->in[0].shape, self.from_stride);
  diagonal_strides (&diagonal, &call->out[0].shape, self.to_stride, &first);
  nn_strided_skip_to (&self, first);
  nn_strided_copy (&self, call);
}

static void
expand_run (NnCall *call)
{
  const NnShape *from = &call->in[0].shape;
  gint64 strides[NN_MAX_RANK];
  NnStrided self;
  int lead;

  nn_strided_init (&self, call, &call->out[0].shape);
  lead = self.shape.rank - from->rank;
  nn_shape_strides (from, strides);
  for (int i = lead; i < self.shape.rank; i++)
    self.from_stride[i] = from->size[i - lead] == 1 ? 0 : strides[i - lead];
  nn_strided_copy (&self, call);
}

/* Whether row @row of a triangle keeps the columns up to the diagonal, or those
 * from it on. */
typedef struct
{
  const NnCall *call;
  gboolean      lower;
} Triangle;

static void
triangle_rows (void   *data,
               gint64  first,
               gint64  last)
{
  const Triangle *self = data;
  const NnShape *shape = &self->call->in[0].shape;
  gint64 rows = shape->size[shape->rank - 2];
  gint64 columns = shape->size[shape->rank - 1];
  gint64 offset = (gint64) nn_call_number (self->call, "offset");
  gsize bytes = nn_dtype_size (self->call->in[0].dtype);

  for (gint64 row = first; row < last; row++)
    {
      const char *x = (const char *) self->call->in[0].data + row * columns * (gint64) bytes;
      char *y = (char *) self->call->out[0].data + row * columns * (gint64) bytes;
      gint64 edge = CLAMP (row % rows + offset + self->lower, 0, columns);
      gint64 from = self->lower ? 0 : edge;
      gint64 to = self->lower ? edge : columns;

      memset (y, 0, (gsize) from * bytes);
      memcpy (y + from * (gint64) bytes, x + from * (gint64) bytes, (gsize) (to - from) * bytes);
      memset (y + to * (gint64) bytes, 0, (gsize) (columns - to) * bytes);
    }
}

static void
triangle_run (NnCall *call)
{
  const NnShape *shape = &call->in[0].shape;
  Triangle self = { call, g_str_equal (call->op->name, "tril") };

  if (nn_shape_count (shape) > 0)
    nn_pool_for (call->pool, call->threads, nn_shape_span (shape, 0, shape->rank - 1),
                 NN_SCALAR_GRAIN / shape->size[shape->rank - 1], triangle_rows, &self);
}

/* The attribute "shape" says what is put together again. */
static gboolean
full_shape_infer (NnCall  *call,
                  GError **error)
{
  NnShape shape = nn_call_get_shape (call, "shape");

  nn_call_set_out (call, 0, call->in[0].dtype, &shape);
  return TRUE;
}

static gboolean
diagonal_infer (NnCall  *call,
                GError **error)
{
  const NnShape *x = &call->in[0].shape;
  Diagonal self = diagonal_of (call, x);
  NnShape shape = { 0 };

  if (!nn_call_want_axis (call, 0, "axis1", error) || !nn_call_want_axis (call, 0, "axis2", error))
    return FALSE;
  if (self.axis1 == self.axis2)
    return nn_call_refuse (call, error, _("a diagonal goes through two different axes."));

  for (int i = 0; i < x->rank; i++)
    if (i != self.axis1 && i != self.axis2)
      shape.size[shape.rank++] = x->size[i];
  shape.size[shape.rank++] = self.length;
  nn_call_set_out (call, 0, call->in[0].dtype, &shape);
  return TRUE;
}

static gboolean
triangle_infer (NnCall  *call,
                GError **error)
{
  if (call->in[0].shape.rank < 2)
    return nn_call_want_rank (call, 0, 3, error);
  return nn_infer_same (call, error);
}

static gboolean
expand_to_infer (NnCall  *call,
                 GError **error)
{
  NnShape to;
  NnShape shape;

  if (!full_shape_infer (call, error))
    return FALSE;
  to = call->out[0].shape;
  if (!nn_shape_broadcast (&call->in[0].shape, &to, &shape) || !nn_shape_equal (&shape, &to))
    return nn_call_refuse (call, error, _("only axes of size 1 can be stretched."));
  return TRUE;
}

/* The list counts from the last axis; -1 keeps what is there. */
static gboolean
expand_infer (NnCall  *call,
              GError **error)
{
  const NnAttrValue *value = nn_call_value (call, "shape");
  const NnShape *x = &call->in[0].shape;
  NnShape shape = { MAX (value->count, x->rank) };

  for (int i = 0; i < shape.rank; i++)
    {
      int own = i - (shape.rank - x->rank);
      int given = i - (shape.rank - value->count);
      gint64 wanted = given >= 0 ? (gint64) value->number[given] : -1;

      shape.size[i] = wanted >= 0 ? wanted : own >= 0 ? x->size[own] : -1;
      if (shape.size[i] < 0 || (own >= 0 && x->size[own] != 1 && shape.size[i] != x->size[own]))
        {
          g_autofree char *text = nn_call_print (call, 0);

          return nn_call_refuse (call, error,
                                 _("a sample has the shape %s: only axes of size 1 can be "
                                   "stretched, and -1 keeps an axis that is there."), text);
        }
    }
  nn_call_set_out (call, 0, call->in[0].dtype, &shape);
  return TRUE;
}

static gboolean
tile_infer (NnCall  *call,
            GError **error)
{
  const NnAttrValue *times = nn_call_value (call, "times");
  const NnShape *x = &call->in[0].shape;
  NnShape shape = { MAX (times->count, x->rank) };

  for (int i = 0; i < shape.rank; i++)
    {
      int own = i - (shape.rank - x->rank);
      int given = i - (shape.rank - times->count);

      shape.size[i] = (own >= 0 ? x->size[own] : 1)
                      * (given >= 0 ? (gint64) times->number[given] : 1);
    }
  nn_call_set_out (call, 0, call->in[0].dtype, &shape);
  return TRUE;
}

static gboolean
repeat_interleave_infer (NnCall  *call,
                         GError **error)
{
  NnShape shape = call->in[0].shape;

  if (!nn_call_want_axis (call, 0, "axis", error))
    return FALSE;
  shape.size[nn_call_get_axis (call, "axis", shape.rank)] *= (gint64) nn_call_number (call,
                                                                                      "times");
  nn_call_set_out (call, 0, call->in[0].dtype, &shape);
  return TRUE;
}

static NnValue *
stretched (NnBuild       *build,
           NnValue       *x,
           const NnShape *shape)
{
  if (nn_shape_equal (&x->shape, shape))
    return x;
  nn_build_set_list (build, "shape", shape->rank, shape->size);
  return nn_build_op (build, "expand-to", x, NN_BUILD_END);
}

static void
expand_expand (NnBuild *build)
{
  nn_build_result (build, "y", stretched (build, nn_build_in (build, "x"),
                                          &nn_build_call (build)->out[0].shape));
}

/* Writes each number, or each run of numbers, along @axis @times over. */
static NnValue *
repeat_axis (NnBuild  *build,
             NnValue  *x,
             int       axis,
             gint64    times,
             gboolean  runs)
{
  NnShape result = x->shape;
  gint64 before = nn_shape_span (&result, 0, axis);
  gint64 size = result.size[axis];
  gint64 behind = nn_shape_span (&result, axis + 1, result.rank);
  NnShape single = runs ? NN_SHAPE (before, 1, size, behind) : NN_SHAPE (before, size, 1, behind);
  NnShape several = single;

  if (times == 1)
    return x;
  several.size[runs ? 1 : 2] = times;
  result.size[axis] *= times;
  x = stretched (build, nn_build_reshape (build, x, &single), &several);
  return nn_build_reshape (build, x, &result);
}

static void
tile_expand (NnBuild *build)
{
  const NnCall *call = nn_build_call (build);
  const NnAttrValue *times = nn_call_value (call, "times");
  NnValue *y = nn_build_in (build, "x");
  NnShape shape = { call->out[0].shape.rank };
  int lead = shape.rank - y->shape.rank;

  for (int i = 0; i < shape.rank; i++)
    shape.size[i] = i < lead ? 1 : y->shape.size[i - lead];
  y = nn_build_reshape (build, y, &shape);
  for (int i = 0; i < times->count; i++)
    y = repeat_axis (build, y, shape.rank - times->count + i, (gint64) times->number[i], TRUE);
  nn_build_result (build, "y", y);
}

static void
repeat_interleave_expand (NnBuild *build)
{
  const NnCall *call = nn_build_call (build);

  nn_build_result (build, "y",
                   repeat_axis (build, nn_build_in (build, "x"),
                                nn_call_get_axis (call, "axis", call->in[0].shape.rank),
                                (gint64) nn_call_number (call, "times"), FALSE));
}

/* The op @name on @value along the same diagonal. */
static NnValue *
along_diagonal (NnBuild    *build,
                const char *name,
                NnValue    *value)
{
  const NnCall *call = nn_build_call (build);

  nn_build_set_value (build, "offset", nn_call_value (call, "offset"));
  nn_build_set_value (build, "axis1", nn_call_value (call, "axis1"));
  nn_build_set_value (build, "axis2", nn_call_value (call, "axis2"));
  return nn_build_one (build, name, value);
}

static void
diagonal_gradient (NnBuild *build)
{
  const NnShape *full = &nn_build_in (build, "x")->shape;

  nn_build_set_list (build, "shape", full->rank, full->size);
  nn_build_gradient (build, "x", along_diagonal (build, "diagonal-gradient",
                                                 nn_build_slope (build, "y")));
}

static void
diagonal_gradient_gradient (NnBuild *build)
{
  nn_build_gradient (build, "x", along_diagonal (build, "diagonal", nn_build_slope (build, "y")));
}

static void
expand_to_gradient (NnBuild *build)
{
  nn_build_gradient (build, "x", nn_build_sum_to (build, nn_build_slope (build, "y"),
                                                  &nn_build_in (build, "x")->shape));
}

static void
triangle_gradient (NnBuild *build)
{
  const NnCall *call = nn_build_call (build);

  nn_build_set_value (build, "offset", nn_call_value (call, "offset"));
  nn_build_gradient (build, "x", nn_build_one (build, call->op->name,
                                               nn_build_slope (build, "y")));
}

static const NnPort one_input[] = {
  { "x", N_("Input"), .also = NN_ALSO_ANY },
  { "y", N_("Output"), NN_PORT_OUTPUT },
  { NULL }
};

static const char *const scalar_word[] = { "scalar", NULL };

#define AXIS(name, title, initial, ...)                                       \
  { name, title, NN_ATTR_INT, initial, -NN_MAX_RANK, NN_MAX_RANK - 1, __VA_ARGS__ }
#define FULL_SHAPE                                                            \
  { "shape", N_("Shape"), NN_ATTR_INTS, 1, 0, 1e15, .words = scalar_word }
#define DIAGONAL                                                              \
  { "offset", N_("Offset"), NN_ATTR_INT, 0, -1e9, 1e9, .torch = "offset" },   \
  AXIS ("axis1", N_("First axis"), -2, .torch = "dim1"),                      \
  AXIS ("axis2", N_("Second axis"), -1, .torch = "dim2")

static const NnAttr diagonal_attrs[] = { DIAGONAL, { NULL } };
static const NnAttr diagonal_gradient_attrs[] = { DIAGONAL, FULL_SHAPE, { NULL } };
static const NnAttr full_shape_attrs[] = { FULL_SHAPE, { NULL } };

static const NnAttr triangle_attrs[] = {
  { "offset", N_("Diagonal"), NN_ATTR_INT, 0, -1e9, 1e9, .torch = "diagonal" },
  { NULL }
};

static const NnAttr expand_attrs[] = {
  { "shape", N_("Shape, from the last axis"), NN_ATTR_INTS, -1, -1, 1e9 },
  { NULL }
};

static const NnAttr tile_attrs[] = {
  { "times", N_("Times, from the last axis"), NN_ATTR_INTS, 1, 0, 1e9, .torch = "dims" },
  { NULL }
};

static const NnAttr repeat_interleave_attrs[] = {
  AXIS ("axis", N_("Axis"), 1, .torch = "dim"),
  { "times", N_("Times"), NN_ATTR_INT, 2, 0, 1e9, .torch = "repeats" },
  { NULL }
};

#define X(...) .in = { { __VA_ARGS__ } }
#define END { .in[0].rank = 0 }

static const NnSample diagonal_samples[] = {
  { X (3, { 2, 4, 4 }) },
  { X (4, { 2, 3, 5, 37 }), .attrs = "offset=-1 axis1=1 axis2=-1" },
  { X (3, { 0, 3, 3 }), .attrs = "offset=1" },
  { X (2, { 3, 3 }), .attrs = "offset=7" },
  END
};

static const NnSample diagonal_gradient_samples[] = {
  { X (2, { 2, 4 }), .attrs = "shape=2,4,4" },
  { X (3, { 2, 5, 2 }), .attrs = "offset=-1 axis1=1 axis2=-1 shape=2,3,5,37" },
  END
};

static const NnSample expand_samples[] = {
  { X (3, { 2, 1, 3 }), .attrs = "shape=4,-1" },
  { X (2, { 5, 1 }), .attrs = "shape=3,-1,37" },
  { X (2, { 0, 1 }), .attrs = "shape=4" },
  END
};

static const NnSample expand_to_samples[] = {
  { X (1, { 5 }), .attrs = "shape=3,5" },
  { X (3, { 2, 1, 3 }), .attrs = "shape=2,37,3" },
  { X (2, { 0, 1 }), .attrs = "shape=0,4" },
  END
};

static const NnSample tile_samples[] = {
  { X (2, { 2, 3 }), .attrs = "times=2" },
  { X (3, { 2, 3, 17 }), .attrs = "times=3,1,2" },
  { X (1, { 3 }), .attrs = "times=2,3" },
  { X (2, { 0, 3 }), .attrs = "times=2" },
  END
};

static const NnSample repeat_interleave_samples[] = {
  { X (2, { 2, 3 }) },
  { X (3, { 2, 3, 17 }), .attrs = "axis=-1 times=3" },
  { X (2, { 0, 3 }) },
  END
};

static const NnSample triangle_samples[] = {
  { X (3, { 2, 4, 4 }) },
  { X (2, { 5, 37 }), .attrs = "offset=3" },
  { X (3, { 2, 5, 3 }), .attrs = "offset=-2" },
  { X (3, { 0, 3, 3 }) },
  { X (2, { 5, 7 }), .dtype = NN_BOOL },
  END
};

#define COPY(function)                                                        \
  .cpu = (const NnKernel[]) { { "copy", NN_LAYOUT_ROWS, .run = function }, { NULL } }

#define MOVE(op, drawer)                                                      \
  .category = drawer, .ports = one_input, .samples = op##_samples,            \
  .attrs = op##_attrs, .infer = op##_infer

const NnOp nn_ops_stretch[] = {
  {
    .name = "diagonal", .title = N_("Diagonal"),
    .summary = N_("Takes the numbers whose places along two axes are equal."),
    .gradient = diagonal_gradient, .torch = "torch.diagonal",
    MOVE (diagonal, NN_CATEGORY_INTERNAL), COPY (diagonal_run),
  },
  {
    .name = "diagonal-gradient", .title = N_("Slope of a diagonal"),
    .summary = N_("Puts a gradient back onto a diagonal, between zeros."),
    .category = NN_CATEGORY_INTERNAL, .ports = one_input, .attrs = diagonal_gradient_attrs,
    .infer = full_shape_infer, .gradient = diagonal_gradient_gradient,
    .samples = diagonal_gradient_samples, COPY (diagonal_gradient_run),
  },
  {
    .name = "expand", .title = N_("Expand"),
    .summary = N_("Stretches axes of size one by reading them again and again."),
    .lesson = "05", .expand = expand_expand, .torch = "torch.Tensor.expand",
    MOVE (expand, NN_CATEGORY_SHAPE),
  },
  {
    .name = "expand-to", .title = N_("Expand"),
    .summary = N_("Repeats axes of size one without asking for more numbers."),
    .gradient = expand_to_gradient, .onnx = "Expand", .onnx_since = 8,
    .category = NN_CATEGORY_INTERNAL, .ports = one_input, .attrs = full_shape_attrs,
    .infer = expand_to_infer, .samples = expand_to_samples, COPY (expand_run),
  },
  {
    .name = "tile", .title = N_("Tile"),
    .summary = N_("Writes the whole tensor several times, one behind the other."),
    .expand = tile_expand, .torch = "torch.tile", MOVE (tile, NN_CATEGORY_SHAPE),
  },
  {
    .name = "repeat-interleave", .title = N_("Repeat Numbers"),
    .summary = N_("Writes each position of an axis several times in a row."),
    .expand = repeat_interleave_expand, .torch = "torch.repeat_interleave",
    MOVE (repeat_interleave, NN_CATEGORY_INTERNAL),
  },
  {
    .name = "tril", .title = N_("Lower Triangle"),
    .summary = N_("Keeps what stands on a diagonal and below it, and makes the rest zero."),
    .category = NN_CATEGORY_INTERNAL, .ports = one_input, .attrs = triangle_attrs,
    .infer = triangle_infer, .gradient = triangle_gradient, .samples = triangle_samples,
    .torch = "torch.tril", COPY (triangle_run),
  },
  {
    .name = "triu", .title = N_("Upper Triangle"),
    .summary = N_("Keeps what stands on a diagonal and above it, and makes the rest zero."),
    .category = NN_CATEGORY_INTERNAL, .ports = one_input, .attrs = triangle_attrs,
    .infer = triangle_infer, .gradient = triangle_gradient, .samples = triangle_samples,
    .torch = "torch.triu", COPY (triangle_run),
  },
  { NULL }
};
