/* sort.c: numbers put in order, and places found by their size
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "engine/build.h"
#include "engine/cpu/lines.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>

/* All orders come from one stable sort of (key, place) pairs.  The key of a
 * decimal number is its bits, turned so that they sort as whole numbers do; what
 * is no number counts as the largest, as in PyTorch. */

/* Lines are sorted in this many parts, each with room of its own: the parts do
 * not depend on the number of threads. */
#define PARTS 16

typedef struct
{
  gint64 key;
  gint64 place;
} Item;

static inline gint64
key_of (float x)
{
  union { float number; gint32 bits; } value = { x == 0 ? 0 : x };

  if (x != x)
    return G_MAXINT32;
  return value.bits >= 0 ? value.bits : value.bits ^ G_MAXINT32;
}

/* Merges sorted runs, each time twice as long; the items end in @a or in @b,
 * whichever is returned. */
static Item *
merge_sort (Item   *a,
            Item   *b,
            gint64  n)
{
  for (gint64 width = 1; width < n; width *= 2)
    {
      Item *swap = a;

      for (gint64 start = 0; start < n; start += 2 * width)
        {
          gint64 middle = MIN (start + width, n);
          gint64 end = MIN (start + 2 * width, n);
          gint64 i = start;
          gint64 k = middle;

          for (gint64 to = start; to < end; to++)
            b[to] = k == end || (i < middle && a[i].key <= a[k].key) ? a[i++] : a[k++];
        }
      a = b;
      b = swap;
    }

  return a;
}

static void
sort_line (const NnLines *self,
           gint64         at,
           gboolean       descending,
           Item          *room)
{
  const float *x = self->call->in[0].data;
  const gint64 *whole = self->call->in[0].data;
  gboolean is_whole = self->call->in[0].dtype == NN_INT64;
  gint64 s = self->inner;
  Item *sorted;

  for (gint64 i = 0; i < self->n; i++)
    {
      gint64 key = is_whole ? whole[at + i * s] : key_of (x[at + i * s]);

      room[i] = (Item) { descending ? ~key : key, i };
    }
  sorted = merge_sort (room, room + self->n, self->n);

  for (gint64 i = 0; i < self->n; i++)
    {
      gint64 from = at + sorted[i].place * s;

      if (is_whole)
        ((gint64 *) self->call->out[0].data)[at + i * s] = whole[from];
      else
        ((float *) self->call->out[0].data)[at + i * s] = x[from];
      ((gint64 *) self->call->out[1].data)[at + i * s] = sorted[i].place;
    }
}

static void
sort_parts (void   *data,
            gint64  first,
            gint64  last)
{
  const NnLines *self = data;
  gboolean descending = nn_call_number (self->call, "descending") != 0;

  for (gint64 part = first; part < last; part++)
    {
      Item *room = (Item *) self->call->workspace + part * 2 * self->n;
      gint64 end = (part + 1) * self->count / PARTS;

      for (gint64 line = part * self->count / PARTS; line < end; line++)
        sort_line (self, nn_line_start (self, line), descending, room);
    }
}

static gboolean
sort_prepare (NnCall  *call,
              GError **error)
{
  call->workspace_bytes = sizeof (Item) * 2 * PARTS * (gsize) nn_lines_of (call, 0).n;
  return TRUE;
}

static void
sort_run (NnCall *call)
{
  NnLines self = nn_lines_of (call, 0);

  if (self.n > 0)
    nn_pool_for (call->pool, call->threads, PARTS,
                 NN_SCALAR_GRAIN / 16 / (self.n * (self.count / PARTS + 1)), sort_parts, &self);
}

/* Whether @a comes before @b as the largest, or the smallest. */
static inline gboolean
beats (float    a,
       float    b,
       gboolean largest)
{
  return largest ? a > b || (a != a && b == b) : a < b || (a != a && b == b);
}

static void
arg_lines (void   *data,
           gint64  first,
           gint64  last)
{
  const NnLines *self = data;
  gboolean largest = g_str_equal (self->call->op->name, "argmax");
  gint64 s = self->inner;

  for (gint64 line = first; line < last; line++)
    {
      const float *x = (const float *) self->call->in[0].data + nn_line_start (self, line);
      gint64 best = 0;

      for (gint64 i = 1; i < self->n; i++)
        if (beats (x[i * s], x[best * s], largest))
          best = i;
      ((gint64 *) self->call->out[0].data)[line] = best;
    }
}

static void
arg_run (NnCall *call)
{
  NnLines self = nn_lines_of (call, 0);

  nn_lines_for (&self, 2, arg_lines);
}

/* How many of the sorted numbers come before each value: where it would be put
 * in, in front of or behind its equals. */
static void
searchsorted_range (void   *data,
                    gint64  first,
                    gint64  last)
{
  const NnCall *call = data;
  const NnShape *sorted = &call->in[0].shape;
  const NnShape *values = &call->in[1].shape;
  gboolean right = nn_call_number (call, "right") != 0;
  gint64 n = sorted->size[sorted->rank - 1];
  gint64 per_line = sorted->rank > 1 ? values->size[values->rank - 1] : G_MAXINT64;

  for (gint64 i = first; i < last; i++)
    {
      const float *x = (const float *) call->in[0].data + i / per_line * n;
      float value = ((const float *) call->in[1].data)[i];
      gint64 low = 0;
      gint64 high = n;

      while (low < high)
        {
          gint64 middle = (low + high) / 2;

          if (right ? !(x[middle] > value) : x[middle] < value)
            low = middle + 1;
          else
            high = middle;
        }
      ((gint64 *) call->out[0].data)[i] = low;
    }
}

static void
searchsorted_run (NnCall *call)
{
  nn_pool_for (call->pool, call->threads, nn_shape_count (&call->out[0].shape),
               NN_SCALAR_GRAIN / 16, searchsorted_range, call);
}

static void
bincount_run (NnCall *call)
{
  const gint64 *x = call->in[0].data;
  gint64 *y = call->out[0].data;
  gint64 n = call->out[0].shape.size[0];

  memset (y, 0, (gsize) n * sizeof (gint64));
  for (gint64 i = 0; i < nn_shape_count (&call->in[0].shape); i++)
    if (x[i] >= 0 && x[i] < n)
      y[x[i]]++;
}

/* The last bin has its upper end, too. */
static void
histogram_run (NnCall *call)
{
  const float *x = call->in[0].data;
  float *y = call->out[0].data;
  gint64 n = call->out[0].shape.size[0];
  double min = nn_call_number (call, "min");
  double max = nn_call_number (call, "max");

  memset (y, 0, (gsize) n * sizeof (float));
  for (gint64 i = 0; i < nn_shape_count (&call->in[0].shape); i++)
    if (x[i] >= min && x[i] <= max)
      y[MIN ((gint64) ((x[i] - min) * (double) n / (max - min)), n - 1)]++;
}

static gboolean
sort_infer (NnCall  *call,
            GError **error)
{
  if (!nn_call_want_axis (call, 0, "axis", error))
    return FALSE;
  nn_call_set_out (call, 0, call->in[0].dtype, &call->in[0].shape);
  nn_call_set_out (call, 1, NN_INT64, &call->in[0].shape);
  return TRUE;
}

static gboolean
argsort_infer (NnCall  *call,
               GError **error)
{
  if (!nn_call_want_axis (call, 0, "axis", error))
    return FALSE;
  nn_call_set_out (call, 0, NN_INT64, &call->in[0].shape);
  return TRUE;
}

static gboolean
top_k_infer (NnCall  *call,
             GError **error)
{
  NnShape shape = call->in[0].shape;
  int axis = nn_call_get_axis (call, "axis", shape.rank);
  gint64 k = (gint64) nn_call_number (call, "k");

  if (!nn_call_want_axis (call, 0, "axis", error))
    return FALSE;
  if (k > shape.size[axis])
    return nn_call_refuse (call, error, _("%" PRId64 " of %" PRId64 " numbers cannot be chosen."),
                           k, shape.size[axis]);

  shape.size[axis] = k;
  nn_call_set_out (call, 0, call->in[0].dtype, &shape);
  nn_call_set_out (call, 1, NN_INT64, &shape);
  return TRUE;
}

static gboolean
arg_infer (NnCall  *call,
           GError **error)
{
  const NnShape *x = &call->in[0].shape;
  int axis = nn_call_get_axis (call, "axis", x->rank);
  NnShape shape = { 0 };

  if (!nn_call_want_axis (call, 0, "axis", error))
    return FALSE;
  if (x->size[axis] == 0)
    return nn_call_refuse (call, error, _("among no numbers there is none to choose."));

  for (int i = 0; i < x->rank; i++)
    if (i != axis)
      shape.size[shape.rank++] = x->size[i];
    else if (nn_call_number (call, "keep") != 0)
      shape.size[shape.rank++] = 1;
  nn_call_set_out (call, 0, NN_INT64, &shape);
  return TRUE;
}

static gboolean
searchsorted_infer (NnCall  *call,
                    GError **error)
{
  const NnShape *sorted = &call->in[0].shape;
  const NnShape *values = &call->in[1].shape;
  gboolean fits = sorted->rank == 1 || (sorted->rank == values->rank && sorted->rank > 0);

  for (int i = 0; fits && i < sorted->rank - 1; i++)
    fits = sorted->size[i] == values->size[i];
  if (!fits)
    return nn_call_refuse (call, error, _("the sorted numbers must have one axis, or all axes of "
                                          "the values but for the length of the last."));
  nn_call_set_out (call, 0, NN_INT64, values);
  return TRUE;
}

static gboolean
count_infer (NnCall  *call,
             GError **error)
{
  NnShape shape = NN_SHAPE ((gint64) nn_call_number (call, "bins"));

  nn_call_set_out (call, 0, call->in[0].dtype, &shape);
  return TRUE;
}

static gboolean
histogram_infer (NnCall  *call,
                 GError **error)
{
  if (!(nn_call_number (call, "min") < nn_call_number (call, "max")))
    return nn_call_refuse (call, error, _("the lower end must lie below the upper end."));
  return count_infer (call, error);
}

/* Each number goes back to the place it came from. */
static void
sort_gradient (NnBuild *build)
{
  NnValue *zeros;

  if (nn_build_slope (build, "values") == NULL)
    return;
  zeros = nn_build_fill (build, &nn_build_in (build, "x")->shape, 0);
  nn_build_set_value (build, "axis", nn_call_value (nn_build_call (build), "axis"));
  nn_build_gradient (build, "x", nn_build_op (build, "scatter-add", zeros,
                                              nn_build_out (build, "indices"),
                                              nn_build_slope (build, "values"), NN_BUILD_END));
}

static void
argsort_expand (NnBuild *build)
{
  const NnCall *call = nn_build_call (build);
  NnValue *values;

  nn_build_set_value (build, "axis", nn_call_value (call, "axis"));
  nn_build_set_value (build, "descending", nn_call_value (call, "descending"));
  values = nn_build_one (build, "sort", nn_build_in (build, "x"));
  nn_build_result (build, "y", nn_build_sibling (values, 1));
}

static NnValue *
first_k (NnBuild *build,
         NnValue *x)
{
  const NnCall *call = nn_build_call (build);

  nn_build_set_value (build, "axis", nn_call_value (call, "axis"));
  nn_build_set_value (build, "length", nn_call_value (call, "k"));
  return nn_build_one (build, "narrow", x);
}

static void
top_k_expand (NnBuild *build)
{
  const NnCall *call = nn_build_call (build);
  NnValue *values;

  nn_build_set_value (build, "axis", nn_call_value (call, "axis"));
  nn_build_set_value (build, "descending", nn_call_value (call, "largest"));
  values = nn_build_one (build, "sort", nn_build_in (build, "x"));
  nn_build_result (build, "values", first_k (build, values));
  nn_build_result (build, "indices", first_k (build, nn_build_sibling (values, 1)));
}

static const NnPort sort_ports[] = {
  { "x", N_("Input"), .also = NN_ALSO_WHOLE },
  { "values", N_("Numbers in order"), NN_PORT_OUTPUT },
  { "indices", N_("Where they were"), NN_PORT_OUTPUT, NN_INT64 },
  { NULL }
};

static const NnPort argsort_ports[] = {
  { "x", N_("Input"), .also = NN_ALSO_WHOLE },
  { "y", N_("Where the numbers were"), NN_PORT_OUTPUT, NN_INT64 },
  { NULL }
};

static const NnPort arg_ports[] = {
  { "x", N_("Input") },
  { "y", N_("Place"), NN_PORT_OUTPUT, NN_INT64 },
  { NULL }
};

static const NnPort searchsorted_ports[] = {
  { "sorted", N_("Sorted numbers") },
  { "values", N_("Values") },
  { "y", N_("Places"), NN_PORT_OUTPUT, NN_INT64 },
  { NULL }
};

static const NnPort bincount_ports[] = {
  { "x", N_("Whole numbers"), NN_PORT_INPUT, NN_INT64 },
  { "y", N_("How often each occurs"), NN_PORT_OUTPUT, NN_INT64 },
  { NULL }
};

static const NnPort histogram_ports[] = {
  { "x", N_("Input") },
  { "y", N_("Numbers in each bin"), NN_PORT_OUTPUT },
  { NULL }
};

#define AXIS                                                                  \
  { "axis", N_("Axis"), NN_ATTR_INT, -1, -NN_MAX_RANK, NN_MAX_RANK - 1,       \
    .onnx = "axis", .torch = "dim" }

static const NnAttr sort_attrs[] = {
  AXIS,
  { "descending", N_("Largest first"), NN_ATTR_BOOL, 0, 0, 1, .torch = "descending" },
  { NULL }
};

static const NnAttr top_k_attrs[] = {
  { "k", N_("How many"), NN_ATTR_INT, 1, 0, 1e9, .torch = "k" },
  AXIS,
  { "largest", N_("The largest"), NN_ATTR_BOOL, 1, 0, 1, .onnx = "largest", .torch = "largest" },
  { NULL }
};

static const NnAttr arg_attrs[] = {
  AXIS,
  { "keep", N_("Keep folded axes"), NN_ATTR_BOOL, 0, 0, 1, .onnx = "keepdims", .torch = "keepdim" },
  { NULL }
};

static const NnAttr searchsorted_attrs[] = {
  { "right", N_("Behind equal numbers"), NN_ATTR_BOOL, 0, 0, 1, .torch = "right" },
  { NULL }
};

#define BINS { "bins", N_("Bins"), NN_ATTR_INT, 10, 1, 1e9, .torch = "bins" }

static const NnAttr bincount_attrs[] = { BINS, { NULL } };

static const NnAttr histogram_attrs[] = {
  BINS,
  { "min", N_("Lower end"), NN_ATTR_FLOAT, 0, -1e30, 1e30, .torch = "min" },
  { "max", N_("Upper end"), NN_ATTR_FLOAT, 1, -1e30, 1e30, .torch = "max" },
  { NULL }
};

#define END { .in[0].rank = 0 }

static const NnSample sort_samples[] = {
  { .in = { { 2, { 3, 5 } } } },
  { .in = { { 3, { 2, 4, 3 } } }, .attrs = "axis=1 descending=true" },
  { .in = { { 2, { 35, 2 } } }, .attrs = "axis=0" },
  { .in = { { 2, { 0, 5 } } } },
  { .in = { { 2, { 3, 67 } } }, .dtype = NN_INT64, .classes = 9 },
  END
};

static const NnSample top_k_samples[] = {
  { .in = { { 2, { 3, 5 } } }, .attrs = "k=2" },
  { .in = { { 3, { 2, 4, 3 } } }, .attrs = "axis=1 k=4 largest=false" },
  { .in = { { 2, { 0, 5 } } }, .attrs = "k=3" },
  { .in = { { 2, { 3, 67 } } }, .dtype = NN_INT64, .classes = 9, .attrs = "k=35" },
  END
};

static const NnSample arg_samples[] = {
  { .in = { { 2, { 3, 5 } } } },
  { .in = { { 3, { 2, 37, 3 } } }, .attrs = "axis=1 keep=true" },
  { .in = { { 2, { 0, 5 } } } },
  END
};

static const NnSample searchsorted_samples[] = {
  { .in = { { 1, { 1 } }, { 2, { 3, 5 } } } },
  { .in = { { 2, { 3, 1 } }, { 2, { 3, 35 } } }, .attrs = "right=true" },
  { .in = { { 1, { 5 } }, { 1, { 0 } } } },
  END
};

static const NnSample bincount_samples[] = {
  { .in = { { 2, { 3, 35 } } }, .classes = 12 },
  { .in = { { 1, { 0 } } }, .classes = 2 },
  END
};

static const NnSample histogram_samples[] = {
  { .in = { { 2, { 3, 35 } } } },
  { .in = { { 1, { 0 } } }, .attrs = "bins=4 min=-1 max=2" },
  END
};

#define LOOP(function)                                                        \
  .cpu = (const NnKernel[]) { { "loop", NN_LAYOUT_ROWS, .run = function }, { NULL } }

const NnOp nn_ops_sort[] = {
  {
    .name = "sort", .title = N_("Sort"),
    .summary = N_("Puts the numbers of each line of an axis in order; equal ones stay in theirs."),
    .lesson = "03", .category = NN_CATEGORY_CHOICE, .ports = sort_ports, .attrs = sort_attrs,
    .infer = sort_infer, .gradient = sort_gradient, .samples = sort_samples,
    .torch = "torch.sort",
    .cpu = (const NnKernel[]) {
      { "merge", NN_LAYOUT_ROWS, NULL, sort_prepare, sort_run }, { NULL }
    },
  },
  {
    .name = "argsort", .title = N_("Argsort"),
    .summary = N_("Says where the numbers of a line were before they were put in order."),
    .lesson = "03", .category = NN_CATEGORY_INTERNAL, .ports = argsort_ports, .attrs = sort_attrs,
    .infer = argsort_infer, .expand = argsort_expand, .samples = sort_samples,
    .torch = "torch.argsort",
  },
  {
    .name = "top-k", .title = N_("Top K"),
    .summary = N_("Takes the largest, or smallest, numbers of each line, in order."),
    .lesson = "03", .category = NN_CATEGORY_CHOICE, .ports = sort_ports, .attrs = top_k_attrs,
    .infer = top_k_infer, .expand = top_k_expand, .samples = top_k_samples,
    .onnx = "TopK", .onnx_since = 11, .torch = "torch.topk",
  },
  {
    .name = "argmax", .title = N_("Argmax"),
    .summary = N_("Says where the largest number of each line is; the first of equal ones."),
    .lesson = "03", .category = NN_CATEGORY_CHOICE, .ports = arg_ports, .attrs = arg_attrs,
    .infer = arg_infer, .samples = arg_samples,
    .onnx = "ArgMax", .onnx_since = 11, .torch = "torch.argmax", LOOP (arg_run),
  },
  {
    .name = "argmin", .title = N_("Argmin"),
    .summary = N_("Says where the smallest number of each line is; the first of equal ones."),
    .lesson = "03", .category = NN_CATEGORY_INTERNAL, .ports = arg_ports, .attrs = arg_attrs,
    .infer = arg_infer, .samples = arg_samples,
    .onnx = "ArgMin", .onnx_since = 11, .torch = "torch.argmin", LOOP (arg_run),
  },
  {
    .name = "searchsorted", .title = N_("Search Sorted"),
    .summary = N_("Says where values would be put into sorted numbers."),
    .category = NN_CATEGORY_INTERNAL, .ports = searchsorted_ports, .attrs = searchsorted_attrs,
    .infer = searchsorted_infer, .samples = searchsorted_samples,
    .torch = "torch.searchsorted", LOOP (searchsorted_run),
  },
  {
    .name = "bincount", .title = N_("Count Numbers"),
    .summary = N_("Counts how often each whole number occurs, up to a number given before."),
    .category = NN_CATEGORY_INTERNAL, .ports = bincount_ports, .attrs = bincount_attrs,
    .infer = count_infer, .samples = bincount_samples, LOOP (bincount_run),
  },
  {
    .name = "histogram", .title = N_("Histogram"),
    .summary = N_("Counts how many numbers fall into each of some bins of equal width."),
    .category = NN_CATEGORY_INTERNAL, .ports = histogram_ports, .attrs = histogram_attrs,
    .infer = histogram_infer, .samples = histogram_samples,
    .torch = "torch.histc", LOOP (histogram_run),
  },
  { NULL }
};
