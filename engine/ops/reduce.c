/* reduce.c: sums, products and extremes along axes
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "engine/build.h"
#include "engine/op-scalar.h"

#include <glib/gi18n-lib.h>

/* Floating-point sums depend on their order.  The order here is fixed by the
 * shape alone: neither the number of threads nor the processor's vectors change
 * how many partial sums there are or when they meet. */

#define LANES 16                /* partial sums along a run */
#define PARTS 16                /* partial sums of a long column */
#define PART_ROWS 64            /* fewer rows than this are not worth a part */

typedef enum
{
  REDUCE_SUM,
  REDUCE_PROD,
  REDUCE_MAX,
  REDUCE_MIN,
} Kind;

/* The input's axes as they lie in memory, kept and folded ones apart. */
typedef struct
{
  NnCall *call;
  Kind    kind;
  int     n_kept, n_folded;
  gint64  kept_size[NN_MAX_RANK], kept_stride[NN_MAX_RANK];
  gint64  folded_size[NN_MAX_RANK], folded_stride[NN_MAX_RANK];
  gint64  n_out;                /* results */
  gint64  n_fold;               /* numbers that make one result */
  float   factor;               /* 1 / n_fold for a mean */
} Reduction;

static inline float
combine (Kind  kind,
         float a,
         float b)
{
  switch (kind)
    {
    case REDUCE_SUM:
      return a + b;
    case REDUCE_PROD:
      return a * b;
    case REDUCE_MAX:
      return a > b ? a : b;
    case REDUCE_MIN:
    default:
      return a < b ? a : b;
    }
}

static inline float
neutral (Kind kind)
{
  switch (kind)
    {
    case REDUCE_SUM:
      return 0;
    case REDUCE_PROD:
      return 1;
    case REDUCE_MAX:
      return -HUGE_VALF;
    case REDUCE_MIN:
    default:
      return HUGE_VALF;
    }
}

static gint64
offset_of (gint64        index,
           int           n,
           const gint64 *size,
           const gint64 *stride)
{
  gint64 at = 0;

  for (int i = n - 1; i >= 0; i--)
    {
      at += index % size[i] * stride[i];
      index /= size[i];
    }

  return at;
}

static inline float
fold_run (const float *x,
          gint64       count,
          Kind         kind)
{
  float lane[LANES];
  gint64 i;

  for (int k = 0; k < LANES; k++)
    lane[k] = neutral (kind);
  for (i = 0; i + LANES <= count; i += LANES)
    for (int k = 0; k < LANES; k++)
      lane[k] = combine (kind, lane[k], x[i + k]);
  for (int k = 0; i < count; i++, k++)
    lane[k] = combine (kind, lane[k], x[i]);

  for (int width = LANES / 2; width > 0; width /= 2)
    for (int k = 0; k < width; k++)
      lane[k] = combine (kind, lane[k], lane[k + width]);
  return lane[0];
}

/* Written out for each kind, so that each gets a loop of its own. */
static inline float
fold_run_of (const float *x,
             gint64       count,
             Kind         kind)
{
  switch (kind)
    {
    case REDUCE_SUM:
      return fold_run (x, count, REDUCE_SUM);
    case REDUCE_PROD:
      return fold_run (x, count, REDUCE_PROD);
    case REDUCE_MAX:
      return fold_run (x, count, REDUCE_MAX);
    case REDUCE_MIN:
    default:
      return fold_run (x, count, REDUCE_MIN);
    }
}

/* The last axis is folded: each result is a sum over runs of neighbours. */
static NN_CLONES void
reduce_runs (void   *data,
             gint64  first,
             gint64  last)
{
  const Reduction *self = data;
  const float *x = self->call->in[0].data;
  float *y = self->call->out[0].data;
  gint64 run = self->folded_size[self->n_folded - 1];
  gint64 n_runs = run == 0 ? 0 : self->n_fold / run;

  for (gint64 i = first; i < last; i++)
    {
      const float *from = x + offset_of (i, self->n_kept, self->kept_size, self->kept_stride);
      float result = neutral (self->kind);

      for (gint64 k = 0; k < n_runs; k++)
        {
          const float *at = from + offset_of (k, self->n_folded - 1, self->folded_size,
                                              self->folded_stride);

          result = combine (self->kind, result, fold_run_of (at, run, self->kind));
        }
      y[i] = result * self->factor;
    }
}

/* y[i] = y[i] ∘ x[i] over @rows rows of the folded axes, from row @first on. */
static inline void
fold_rows (const Reduction *self,
           const float     *from,
           gint64           first,
           gint64           rows,
           float           *y,
           gint64           count,
           Kind             kind)
{
  for (gint64 i = 0; i < count; i++)
    y[i] = neutral (kind);

  for (gint64 k = first; k < first + rows; k++)
    {
      const float *x = from + offset_of (k, self->n_folded, self->folded_size,
                                         self->folded_stride);
      NN_IVDEP
      for (gint64 i = 0; i < count; i++)
        y[i] = combine (kind, y[i], x[i]);
    }
}

static inline void
fold_rows_of (const Reduction *self,
              const float     *from,
              gint64           first,
              gint64           rows,
              float           *y,
              gint64           count)
{
  switch (self->kind)
    {
    case REDUCE_SUM:
      fold_rows (self, from, first, rows, y, count, REDUCE_SUM);
      break;
    case REDUCE_PROD:
      fold_rows (self, from, first, rows, y, count, REDUCE_PROD);
      break;
    case REDUCE_MAX:
      fold_rows (self, from, first, rows, y, count, REDUCE_MAX);
      break;
    case REDUCE_MIN:
    default:
      fold_rows (self, from, first, rows, y, count, REDUCE_MIN);
      break;
    }
}

static gint64
part_count (gint64 n_fold)
{
  return CLAMP (n_fold / PART_ROWS, 1, PARTS);
}

/* The last axis is kept.  A task is one part of the folded rows for one row of
 * results; the parts meet in order afterwards. */
static NN_CLONES void
reduce_columns (void   *data,
                gint64  first,
                gint64  last)
{
  const Reduction *self = data;
  gint64 count = self->kept_size[self->n_kept - 1];
  gint64 parts = part_count (self->n_fold);

  for (gint64 task = first; task < last; task++)
    {
      const float *from = (const float *) self->call->in[0].data
                          + offset_of (task / parts, self->n_kept - 1, self->kept_size,
                                       self->kept_stride);
      float *y = (float *) self->call->workspace + task * count;
      gint64 begin = task % parts * self->n_fold / parts;
      gint64 end = (task % parts + 1) * self->n_fold / parts;

      fold_rows_of (self, from, begin, end - begin, y, count);
    }
}

static NN_CLONES void
join_parts (void   *data,
            gint64  first,
            gint64  last)
{
  const Reduction *self = data;
  gint64 count = self->kept_size[self->n_kept - 1];
  gint64 parts = part_count (self->n_fold);

  for (gint64 row = first; row < last; row++)
    {
      const float *part = (const float *) self->call->workspace + row * parts * count;
      float *y = (float *) self->call->out[0].data + row * count;

      for (gint64 i = 0; i < count; i++)
        {
          float result = part[i];

          for (gint64 k = 1; k < parts; k++)
            result = combine (self->kind, result, part[k * count + i]);
          y[i] = result * self->factor;
        }
    }
}

/* Whole numbers: no order to keep, and no hurry. */
static void
reduce_whole (void   *data,
              gint64  first,
              gint64  last)
{
  const Reduction *self = data;
  const gint64 *x = self->call->in[0].data;
  gint64 *y = self->call->out[0].data;

  for (gint64 i = first; i < last; i++)
    {
      const gint64 *from = x + offset_of (i, self->n_kept, self->kept_size, self->kept_stride);
      guint64 sum = self->kind == REDUCE_PROD;
      gint64 top = self->kind == REDUCE_MAX ? G_MININT64 : G_MAXINT64;

      for (gint64 k = 0; k < self->n_fold; k++)
        {
          gint64 value = from[offset_of (k, self->n_folded, self->folded_size,
                                         self->folded_stride)];

          sum = self->kind == REDUCE_PROD ? sum * (guint64) value : sum + (guint64) value;
          top = self->kind == REDUCE_MAX ? MAX (top, value) : MIN (top, value);
        }
      y[i] = self->kind == REDUCE_SUM || self->kind == REDUCE_PROD ? (gint64) sum : top;
    }
}

/* Neighbouring axes of one kind count as one. */
static void
add_axis (int    *n,
          gint64 *sizes,
          gint64 *strides,
          gint64  size,
          gint64  stride)
{
  if (*n > 0 && strides[*n - 1] == size * stride)
    {
      sizes[*n - 1] *= size;
      strides[*n - 1] = stride;
      return;
    }
  sizes[*n] = size;
  strides[*n] = stride;
  (*n)++;
}

static void
reduction_init (Reduction *self,
                NnCall    *call,
                Kind       kind)
{
  static const int rows_order[] = { 0, 1, 2, 3, 4, 5, 6, 7 };
  static const int last_order[] = { 0, 2, 3, 1 };
  const NnShape *shape = &call->in[0].shape;
  const int *order = call->in[0].layout == NN_LAYOUT_CHANNELS_LAST && shape->rank == 4
                     ? last_order : rows_order;
  guint mask = nn_call_get_axes (call);
  gint64 stride = nn_shape_count (shape);

  *self = (Reduction) { call, kind, .n_out = 1, .n_fold = 1, .factor = 1 };
  for (int i = 0; i < shape->rank; i++)
    {
      gint64 size = shape->size[order[i]];

      stride = size > 0 ? stride / size : 0;
      if (mask >> order[i] & 1)
        {
          self->n_fold *= size;
          add_axis (&self->n_folded, self->folded_size, self->folded_stride, size, stride);
        }
      else
        {
          self->n_out *= size;
          add_axis (&self->n_kept, self->kept_size, self->kept_stride, size, stride);
        }
    }
}

/* Whether neighbours in memory belong to one result. */
static gboolean
folds_runs (const Reduction *self)
{
  return self->n_kept == 0
         || (self->n_folded > 0 && self->folded_stride[self->n_folded - 1]
                                   < self->kept_stride[self->n_kept - 1]);
}

static gboolean
reduce_prepare (NnCall  *call,
                GError **error)
{
  Reduction self;

  reduction_init (&self, call, REDUCE_SUM);
  if (!folds_runs (&self))
    call->workspace_bytes = (gsize) (self.n_out * part_count (self.n_fold)) * sizeof (float);
  return TRUE;
}

static void
reduce (NnCall   *call,
        Kind      kind,
        gboolean  mean)
{
  Reduction self;

  reduction_init (&self, call, kind);
  if (mean)
    self.factor = self.n_fold > 0 ? 1.0f / (float) self.n_fold : 0;

  if (self.n_out == 0)
    return;
  if (call->in[0].dtype == NN_INT64)
    {
      nn_pool_for (call->pool, call->threads, self.n_out,
                   NN_SCALAR_GRAIN / 8 / MAX (self.n_fold, 1), reduce_whole, &self);
      return;
    }
  if (self.n_folded == 0)
    {
      memcpy (call->out[0].data, call->in[0].data, (gsize) self.n_out * sizeof (float));
      return;
    }

  if (folds_runs (&self))
    nn_pool_for (call->pool, call->threads, self.n_out,
                 NN_SCALAR_GRAIN / MAX (self.n_fold, 1), reduce_runs, &self);
  else
    {
      gint64 rows = self.n_out / self.kept_size[self.n_kept - 1];
      gint64 parts = part_count (self.n_fold);

      nn_pool_for (call->pool, call->threads, rows * parts,
                   NN_SCALAR_GRAIN * parts / MAX (self.n_fold * self.n_out / rows, 1),
                   reduce_columns, &self);
      nn_pool_for (call->pool, call->threads, rows,
                   NN_SCALAR_GRAIN * rows / (self.n_out * parts), join_parts, &self);
    }
}

static void
sum_run (NnCall *call)
{
  reduce (call, REDUCE_SUM, FALSE);
}

static void
mean_run (NnCall *call)
{
  reduce (call, REDUCE_SUM, TRUE);
}

static void
prod_run (NnCall *call)
{
  reduce (call, REDUCE_PROD, FALSE);
}

static void
max_run (NnCall *call)
{
  reduce (call, REDUCE_MAX, FALSE);
}

static void
min_run (NnCall *call)
{
  reduce (call, REDUCE_MIN, FALSE);
}

/* Results come in the order of memory, which with channels last is that of the
 * result's shape only when no pixel axis is kept, or all axes are. */
static gboolean
order_is_kept (const NnCall *call)
{
  return call->in[0].shape.rank != 4 || nn_call_number (call, "keep") != 0
         || (nn_call_get_axes (call) & 0xc) == 0xc;
}

/* Among no numbers there is no largest one. */
static gboolean
extreme_infer (NnCall  *call,
               GError **error)
{
  if (!nn_infer_folded (call, error))
    return FALSE;
  if (nn_shape_count (&call->in[0].shape) == 0 && nn_shape_count (&call->out[0].shape) > 0)
    return nn_call_refuse (call, error, _("among no numbers there is none to choose."));
  return TRUE;
}

/* The result, or its gradient, stretched back over the axes that were folded. */
static NnValue *
stretch (NnBuild *build,
         NnValue *value)
{
  const NnCall *call = nn_build_call (build);
  NnShape kept = call->in[0].shape;
  guint mask = nn_call_get_axes (call);

  for (int i = 0; i < kept.rank; i++)
    if (mask >> i & 1)
      kept.size[i] = 1;
  value = nn_build_reshape (build, value, &kept);

  if (nn_shape_equal (&kept, &call->in[0].shape))
    return value;
  nn_build_set_list (build, "shape", kept.rank, call->in[0].shape.size);
  return nn_build_op (build, "expand-to", value, NN_BUILD_END);
}

static void
sum_gradient (NnBuild *build)
{
  nn_build_gradient (build, "x", stretch (build, nn_build_slope (build, "y")));
}

static void
mean_gradient (NnBuild *build)
{
  const NnCall *call = nn_build_call (build);
  gint64 fold = nn_shape_count (&call->in[0].shape) / MAX (nn_shape_count (&call->out[0].shape), 1);
  NnValue *share = nn_build_scale (build, nn_build_slope (build, "y"), 1.0 / MAX (fold, 1), 0);

  nn_build_gradient (build, "x", stretch (build, share));
}

/* dx = dy Π of the others.  Several axes are put behind the kept ones and joined,
 * so that they are one line. */
static void
prod_gradient (NnBuild *build)
{
  NnValue *x = nn_build_in (build, "x");
  guint mask = nn_call_get_axes (nn_build_call (build));
  NnShape joined = { 0 };
  NnShape moved = { 0 };
  gint64 order[NN_MAX_RANK], back[NN_MAX_RANK];
  int rank = x->shape.rank;
  NnValue *others;
  gint64 fold = 1;

  for (int pass = 0; pass < 2; pass++)
    for (int i = 0; i < rank; i++)
      if ((int) (mask >> i & 1) == pass)
        {
          back[i] = moved.rank;
          order[moved.rank] = i;
          moved.size[moved.rank++] = x->shape.size[i];
          if (pass == 0)
            joined.size[joined.rank++] = x->shape.size[i];
          else
            fold *= x->shape.size[i];
        }
  joined.size[joined.rank++] = fold;

  nn_build_set_list (build, "axes", rank, order);
  others = rank > 0 ? nn_build_one (build, "permute", x) : x;
  others = nn_build_reshape (build, others, &joined);
  nn_build_set (build, "axis", joined.rank - 1);
  others = nn_build_one (build, "product-of-others", others);
  others = nn_build_reshape (build, others, &moved);
  nn_build_set_list (build, "axes", rank, back);
  others = rank > 0 ? nn_build_one (build, "permute", others) : others;
  nn_build_gradient (build, "x", nn_build_two (build, "mul", others,
                                               stretch (build, nn_build_slope (build, "y"))));
}

/* Where several numbers are the maximum or minimum, they share its gradient. */
static void
extreme_gradient (NnBuild *build)
{
  const NnCall *call = nn_build_call (build);
  NnValue *x = nn_build_in (build, "x");
  NnValue *top = stretch (build, nn_build_out (build, "y"));
  NnValue *chosen = nn_build_one (build, "cast", nn_build_two (build, "equal", x, top));
  NnValue *count;
  NnValue *share;

  nn_build_set_value (build, "axes", nn_call_value (call, "axes"));
  nn_build_set_value (build, "keep", nn_call_value (call, "keep"));
  count = nn_build_one (build, "sum", chosen);
  share = nn_build_op (build, "div", nn_build_slope (build, "y"), count, NN_BUILD_END);
  nn_build_gradient (build, "x", nn_build_two (build, "mul", chosen, stretch (build, share)));
}

static const NnPort one_input[] = {
  { "x", N_("Input"), .also = NN_ALSO_WHOLE },
  { "y", N_("Output"), NN_PORT_OUTPUT },
  { NULL }
};

static const NnPort decimal_input[] = {
  { "x", N_("Input") },
  { "y", N_("Output"), NN_PORT_OUTPUT },
  { NULL }
};

static const char *const all_word[] = { "all", NULL };

static const NnAttr reduce_attrs[] = {
  { "axes", N_("Axes"), NN_ATTR_INTS, 1, -NN_MAX_RANK, NN_MAX_RANK - 1, .words = all_word,
    .onnx = "axes", .torch = "dim" },
  { "keep", N_("Keep folded axes"), NN_ATTR_BOOL, 0, 0, 1, .onnx = "keepdims", .torch = "keepdim" },
  { NULL }
};

static const NnSample samples[] = {
  { .in = { { 2, { 3, 5 } } } },
  { .in = { { 2, { 67, 35 } } }, .attrs = "axes=0" },
  { .in = { { 2, { 200, 3 } } }, .attrs = "axes=0 keep=true" },
  { .in = { { 4, { 2, 3, 4, 35 } } }, .attrs = "axes=0,2,3 keep=true" },
  { .in = { { 4, { 2, 3, 4, 35 } } }, .attrs = "axes=2,3" },
  { .in = { { 4, { 2, 3, 4, 5 } } }, .attrs = "axes=1" },
  { .in = { { 3, { 2, 3, 4 } } }, .attrs = "axes=all" },
  { .in = { { 3, { 2, 3, 4 } } }, .attrs = "axes=-1,0" },
  { .in = { { 2, { 0, 5 } } }, .attrs = "axes=1" },
  { .in[0].rank = 0 }
};

/* Few numbers each, so that the largest is no close call. */
static const NnSample max_samples[] = {
  { .in = { { 2, { 3, 5 } } } },
  { .in = { { 2, { 4, 35 } } }, .attrs = "axes=0" },
  { .in = { { 4, { 2, 3, 2, 3 } } }, .attrs = "axes=0,2,3 keep=true" },
  { .in = { { 4, { 2, 3, 4, 3 } } }, .attrs = "axes=1" },
  { .in = { { 3, { 2, 2, 2 } } }, .attrs = "axes=all" },
  { .in = { { 2, { 0, 5 } } }, .attrs = "axes=1" },
  { .in = { { 3, { 2, 5, 7 } } }, .attrs = "axes=0,-1", .dtype = NN_INT64, .classes = 9 },
  { .in[0].rank = 0 }
};

#define REDUCTION(op, op_ports)                                               \
  .lesson   = "02",                                                           \
  .category = NN_CATEGORY_STATISTICS,                                         \
  .ports    = op_ports,                                                       \
  .attrs    = reduce_attrs,                                                   \
  .cpu      = (const NnKernel[]) {                                            \
    { "loop", NN_LAYOUT_ANY, order_is_kept, reduce_prepare, op##_run },       \
    { "rows", NN_LAYOUT_ROWS, NULL, reduce_prepare, op##_run },               \
    { NULL }                                                                  \
  }

const NnOp nn_ops_reduce[] = {
  {
    .name = "sum", .title = N_("Sum"),
    .summary = N_("Adds up all numbers along the chosen axes."),
    .infer = nn_infer_folded, .gradient = sum_gradient, .samples = samples,
    .onnx = "ReduceSum", .onnx_since = 13, .torch = "torch.sum",
    REDUCTION (sum, one_input),
  },
  {
    .name = "mean", .title = N_("Mean"),
    .summary = N_("Averages all numbers along the chosen axes."),
    .infer = nn_infer_folded, .gradient = mean_gradient, .samples = samples,
    .onnx = "ReduceMean", .onnx_since = 18, .torch = "torch.mean",
    REDUCTION (mean, decimal_input),
  },
  {
    .name = "max", .title = N_("Maximum"),
    .summary = N_("Takes the largest number along the chosen axes."),
    .infer = extreme_infer, .gradient = extreme_gradient, .samples = max_samples,
    .onnx = "ReduceMax", .onnx_since = 18, .torch = "torch.amax",
    REDUCTION (max, one_input),
  },
  {
    .name = "min", .title = N_("Minimum"),
    .summary = N_("Takes the smallest number along the chosen axes."),
    .infer = extreme_infer, .gradient = extreme_gradient, .samples = max_samples,
    .onnx = "ReduceMin", .onnx_since = 18, .torch = "torch.amin",
    REDUCTION (min, one_input),
  },
  {
    .name = "prod", .title = N_("Product"),
    .summary = N_("Multiplies all numbers along the chosen axes."),
    .infer = nn_infer_folded, .gradient = prod_gradient, .samples = max_samples,
    .onnx = "ReduceProd", .onnx_since = 18, .torch = "torch.prod",
    REDUCTION (prod, one_input),
  },
  { NULL }
};
