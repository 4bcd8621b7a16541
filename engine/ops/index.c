/* index.c: numbers taken from, and put to, places that other numbers say
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "engine/build.h"
#include "engine/cpu/lines.h"
#include "engine/cpu/rows.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>

/* Indices below zero count from behind.  A kernel cannot refuse, so an index
 * outside reads as no number (which stops training with a message), or as -1,
 * and writes nothing. */

/* The lines of @index along the axis, and what it takes to find their places in
 * a tensor of shape @full, which may be longer along the others. */
typedef struct
{
  NnCall        *call;
  const NnShape *index;
  const NnShape *full;
  int            axis;
  gint64         index_stride[NN_MAX_RANK];
  gint64         full_stride[NN_MAX_RANK];
  gboolean       adds;
} Places;

static void
places_init (Places *self,
             NnCall *call)
{
  self->call = call;
  self->index = &call->in[1].shape;
  self->full = &call->in[0].shape;
  self->axis = nn_call_get_axis (call, "axis", self->full->rank);
  nn_shape_strides (self->index, self->index_stride);
  nn_shape_strides (self->full, self->full_stride);
}

static void
places_for (Places  *self,
            NnRange  range)
{
  gint64 n = self->index->size[self->axis];
  gint64 count = nn_shape_count (self->index);

  if (count > 0)
    nn_pool_for (self->call->pool, self->call->threads, count / n, NN_SCALAR_GRAIN / 4 / n, range,
                 self);
}

/* Where line @line begins, in the index and in the full tensor. */
static void
find_line (const Places *self,
           gint64        line,
           gint64       *index,
           gint64       *full)
{
  *index = 0;
  *full = 0;
  for (int i = self->index->rank - 1; i >= 0; i--)
    if (i != self->axis)
      {
        gint64 at = line % self->index->size[i];

        line /= self->index->size[i];
        *index += at * self->index_stride[i];
        *full += at * self->full_stride[i];
      }
}

#define TAKE(type, none)                                                      \
  for (gint64 i = 0; i < n; i++)                                              \
    {                                                                         \
      gint64 k = nn_index_within (index[at + i * step], size);                \
                                                                              \
      ((type *) call->out[0].data)[at + i * step]                             \
        = k >= 0 ? ((const type *) call->in[0].data)[from + k * stride] : none; \
    }                                                                         \
  break;

static void
gather_lines (void   *data,
              gint64  first,
              gint64  last)
{
  const Places *self = data;
  const NnCall *call = self->call;
  const gint64 *index = call->in[1].data;
  gint64 n = self->index->size[self->axis];
  gint64 size = self->full->size[self->axis];
  gint64 step = self->index_stride[self->axis];
  gint64 stride = self->full_stride[self->axis];

  for (gint64 line = first; line < last; line++)
    {
      gint64 at, from;

      find_line (self, line, &at, &from);
      switch (nn_dtype_size (call->out[0].dtype))
        {
        case 1:
          TAKE (guint8, 0)
        case 4:
          TAKE (float, NAN)
        default:
          TAKE (gint64, -1)
        }
    }
}

static void
gather_run (NnCall *call)
{
  Places self;

  places_init (&self, call);
  places_for (&self, gather_lines);
}

/* Lines do not meet, and each belongs to one thread: whatever writes twice to
 * one place does so in the order of the index. */
static void
scatter_lines (void   *data,
               gint64  first,
               gint64  last)
{
  const Places *self = data;
  const NnCall *call = self->call;
  const gint64 *index = call->in[1].data;
  const float *from = call->in[2].data;
  float *y = call->out[0].data;
  gint64 n = self->index->size[self->axis];
  gint64 size = self->full->size[self->axis];
  gint64 step = self->index_stride[self->axis];
  gint64 stride = self->full_stride[self->axis];

  for (gint64 line = first; line < last; line++)
    {
      gint64 at, to;

      find_line (self, line, &at, &to);
      for (gint64 i = 0; i < n; i++)
        {
          gint64 k = nn_index_within (index[at + i * step], size);

          if (k >= 0 && self->adds)
            y[to + k * stride] += from[at + i * step];
          else if (k >= 0)
            y[to + k * stride] = from[at + i * step];
        }
    }
}

static void
scatter (NnCall   *call,
         gboolean  adds)
{
  Places self = { .adds = adds };

  if (call->out[0].data != call->in[0].data)
    memcpy (call->out[0].data, call->in[0].data,
            (gsize) nn_shape_count (&call->out[0].shape) * sizeof (float));
  places_init (&self, call);
  places_for (&self, scatter_lines);
}

static void
scatter_run (NnCall *call)
{
  scatter (call, FALSE);
}

static void
scatter_add_run (NnCall *call)
{
  scatter (call, TRUE);
}

static void
index_select_run (NnCall *call)
{
  const NnShape *x = &call->in[0].shape;
  int axis = nn_call_get_axis (call, "axis", x->rank);

  nn_rows_take (call, &call->in[0], &call->in[1], axis);
}

static gboolean
index_add_prepare (NnCall  *call,
                   GError **error)
{
  call->workspace_bytes = nn_rows_add_bytes (nn_shape_count (&call->in[1].shape),
                                             (gint64) nn_call_number (call, "size"));
  return TRUE;
}

static void
index_add_run (NnCall *call)
{
  nn_rows_add (call, nn_call_get_axis (call, "axis", call->out[0].shape.rank),
               (gint64) nn_call_number (call, "skip"));
}

/* Whether the index may be as it is: as many axes as x, and no longer but along
 * the axis. */
static gboolean
check_index (NnCall  *call,
             GError **error)
{
  const NnShape *x = &call->in[0].shape;
  const NnShape *index = &call->in[1].shape;
  int axis = nn_call_get_axis (call, "axis", x->rank);
  gboolean fits = x->rank == index->rank;

  if (!nn_call_want_axis (call, 0, "axis", error))
    return FALSE;
  for (int i = 0; fits && i < x->rank; i++)
    fits = i == axis || index->size[i] <= x->size[i];
  if (!fits)
    {
      g_autofree char *first = nn_call_print (call, 0);
      g_autofree char *second = nn_call_print (call, 1);

      return nn_call_refuse (call, error,
                             _("indices of the shape %s do not fit to numbers of the shape %s: "
                               "they must have as many axes, and be no longer but along axis %d."),
                             second, first, axis);
    }
  return TRUE;
}

static gboolean
gather_infer (NnCall  *call,
              GError **error)
{
  if (!check_index (call, error))
    return FALSE;
  nn_call_set_out (call, 0, call->in[0].dtype, &call->in[1].shape);
  return TRUE;
}

static gboolean
scatter_infer (NnCall  *call,
               GError **error)
{
  if (!check_index (call, error))
    return FALSE;
  if (!nn_shape_equal (&call->in[1].shape, &call->in[2].shape))
    {
      g_autofree char *first = nn_call_print (call, 1);
      g_autofree char *second = nn_call_print (call, 2);

      return nn_call_refuse (call, error, _("each of the indices %s takes one number, but those "
                                            "have the shape %s."), first, second);
    }
  return nn_infer_same (call, error);
}

/* The axes of the index stand where the axis of x was. */
static gboolean
index_select_infer (NnCall  *call,
                    GError **error)
{
  const NnShape *x = &call->in[0].shape;
  const NnShape *index = &call->in[1].shape;
  int axis = nn_call_get_axis (call, "axis", x->rank);
  NnShape shape = { x->rank - 1 + index->rank };

  if (!nn_call_want_axis (call, 0, "axis", error))
    return FALSE;
  if (shape.rank > NN_MAX_RANK)
    return nn_call_refuse (call, error, _("a shape has at most %d axes."), NN_MAX_RANK - 1);

  for (int i = 0; i < axis; i++)
    shape.size[i] = x->size[i];
  for (int i = 0; i < index->rank; i++)
    shape.size[axis + i] = index->size[i];
  for (int i = axis + 1; i < x->rank; i++)
    shape.size[i - 1 + index->rank] = x->size[i];
  nn_call_set_out (call, 0, call->in[0].dtype, &shape);
  return TRUE;
}

static gboolean
index_add_infer (NnCall  *call,
                 GError **error)
{
  const NnShape *rows = &call->in[0].shape;
  const NnShape *index = &call->in[1].shape;
  int axis = (int) nn_call_number (call, "axis");
  NnShape shape = { rows->rank + 1 - index->rank };
  gboolean fits = axis < shape.rank;

  for (int i = 0; fits && i < index->rank; i++)
    fits = rows->size[axis + i] == index->size[i];
  if (!fits)
    return nn_call_refuse (call, error, _("there must be as many rows as indices."));

  for (int i = 0; i < shape.rank; i++)
    shape.size[i] = rows->size[i < axis ? i : i - 1 + index->rank];
  shape.size[axis] = (gint64) nn_call_number (call, "size");
  nn_call_set_out (call, 0, NN_FLOAT32, &shape);
  return TRUE;
}

static NnValue *
along (NnBuild    *build,
       const char *op,
       NnValue    *x,
       NnValue    *index,
       NnValue    *source)
{
  nn_build_set_value (build, "axis", nn_call_value (nn_build_call (build), "axis"));
  return source == NULL ? nn_build_two (build, op, x, index)
                        : nn_build_op (build, op, x, index, source, NN_BUILD_END);
}

static void
gather_gradient (NnBuild *build)
{
  NnValue *zeros = nn_build_fill (build, &nn_build_in (build, "x")->shape, 0);

  nn_build_gradient (build, "x", along (build, "scatter-add", zeros, nn_build_in (build, "index"),
                                        nn_build_slope (build, "y")));
}

/* What was written over gets no gradient. */
static void
scatter_gradient (NnBuild *build)
{
  NnValue *index = nn_build_in (build, "index");
  NnValue *dy = nn_build_slope (build, "y");

  if (nn_build_wants (build, "x"))
    nn_build_gradient (build, "x", along (build, "scatter", dy, index,
                                          nn_build_fill (build, &index->shape, 0)));
  if (nn_build_wants (build, "source"))
    nn_build_gradient (build, "source", along (build, "gather", dy, index, NULL));
}

static void
scatter_add_gradient (NnBuild *build)
{
  NnValue *dy = nn_build_slope (build, "y");

  nn_build_gradient (build, "x", dy);
  if (nn_build_wants (build, "source"))
    nn_build_gradient (build, "source", along (build, "gather", dy, nn_build_in (build, "index"),
                                               NULL));
}

static void
index_select_gradient (NnBuild *build)
{
  const NnShape *x = &nn_build_in (build, "x")->shape;
  int axis = nn_call_get_axis (nn_build_call (build), "axis", x->rank);

  nn_build_set (build, "axis", axis);
  nn_build_set (build, "size", (double) x->size[axis]);
  nn_build_gradient (build, "x", nn_build_two (build, "index-add", nn_build_slope (build, "y"),
                                               nn_build_in (build, "index")));
}

static void
index_add_gradient (NnBuild *build)
{
  nn_build_gradient (build, "rows", along (build, "index-select", nn_build_slope (build, "y"),
                                           nn_build_in (build, "index"), NULL));
}

static const NnPort take_ports[] = {
  { "x", N_("Input"), .also = NN_ALSO_WHOLE | 1u << NN_BOOL },
  { "index", N_("Indices"), NN_PORT_INPUT, NN_INT64 },
  { "y", N_("Output"), NN_PORT_OUTPUT },
  { NULL }
};

static const NnPort put_ports[] = {
  { "x", N_("Input") },
  { "index", N_("Indices"), NN_PORT_INPUT, NN_INT64 },
  { "source", N_("What is put there") },
  { "y", N_("Output"), NN_PORT_OUTPUT },
  { NULL }
};

static const NnPort index_add_ports[] = {
  { "rows", N_("Rows") },
  { "index", N_("Indices"), NN_PORT_INPUT, NN_INT64 },
  { "y", N_("Output"), NN_PORT_OUTPUT },
  { NULL }
};

static const NnAttr axis_attrs[] = {
  { "axis", N_("Axis"), NN_ATTR_INT, 1, -NN_MAX_RANK, NN_MAX_RANK - 1,
    .onnx = "axis", .torch = "dim" },
  { NULL }
};

static const NnAttr index_add_attrs[] = {
  { "axis", N_("Axis"), NN_ATTR_INT, 0, 0, NN_MAX_RANK - 1 },
  { "size", N_("Size"), NN_ATTR_INT, 1, 0, 1e9 },
  { "skip", N_("Index to leave out"), NN_ATTR_INT, -1, -1, 1e9 },
  { NULL }
};

#define END { .in[0].rank = 0 }

static const NnSample gather_samples[] = {
  { .in = { { 2, { 3, 5 } }, { 2, { 3, 4 } } }, .classes = 5 },
  { .in = { { 3, { 4, 5, 67 } }, { 3, { 3, 9, 35 } } }, .classes = 5 },
  { .in = { { 3, { 4, 5, 6 } }, { 3, { 3, 2, 9 } } }, .attrs = "axis=-1", .classes = 6 },
  { .in = { { 2, { 0, 5 } }, { 2, { 0, 4 } } }, .classes = 5 },
  { .in = { { 2, { 3, 5 } }, { 2, { 3, 4 } } }, .classes = 5, .dtype = NN_INT64 },
  { .in = { { 2, { 3, 5 } }, { 2, { 3, 4 } } }, .classes = 5, .dtype = NN_BOOL },
  END
};

static const NnSample scatter_samples[] = {
  { .in = { { 2, { 3, 9 } }, { 2, { 3, 1 } }, { 2, { 3, 1 } } }, .classes = 9 },
  { .in = { { 3, { 2, 3, 67 } }, { 3, { 2, 1, 35 } }, { 3, { 2, 1, 35 } } }, .classes = 3 },
  { .in = { { 2, { 0, 9 } }, { 2, { 0, 4 } }, { 2, { 0, 4 } } }, .classes = 9 },
  END
};

static const NnSample scatter_add_samples[] = {
  { .in = { { 2, { 3, 9 } }, { 2, { 3, 4 } }, { 2, { 3, 4 } } }, .classes = 9 },
  { .in = { { 3, { 2, 3, 67 } }, { 3, { 2, 9, 35 } }, { 3, { 2, 9, 35 } } }, .classes = 3 },
  { .in = { { 2, { 0, 9 } }, { 2, { 0, 4 } }, { 2, { 0, 4 } } }, .classes = 9 },
  END
};

static const NnSample index_select_samples[] = {
  { .in = { { 2, { 3, 5 } }, { 1, { 4 } } }, .classes = 5 },
  { .in = { { 3, { 4, 5, 67 } }, { 2, { 3, 9 } } }, .attrs = "axis=-2", .classes = 5 },
  { .in = { { 2, { 0, 5 } }, { 1, { 2 } } }, .classes = 5 },
  { .in = { { 2, { 3, 5 } }, { 1, { 4 } } }, .classes = 5, .dtype = NN_INT64 },
  END
};

static const NnSample index_add_samples[] = {
  { .in = { { 2, { 7, 5 } }, { 1, { 7 } } }, .attrs = "size=4", .classes = 4 },
  { .in = { { 3, { 3, 5, 4 } }, { 2, { 3, 5 } } }, .attrs = "size=20", .classes = 20 },
  { .in = { { 3, { 4, 35, 67 } }, { 1, { 35 } } }, .attrs = "axis=1 size=9", .classes = 9 },
  { .in = { { 2, { 0, 5 } }, { 1, { 0 } } }, .attrs = "size=3", .classes = 3 },
  END
};

#define LOOP(function)                                                        \
  .cpu = (const NnKernel[]) { { "loop", NN_LAYOUT_ROWS, .run = function }, { NULL } }

const NnOp nn_ops_index[] = {
  {
    .name = "gather", .title = N_("Gather"),
    .summary = N_("Takes, in each line of an axis, the numbers at the places given for it."),
    .lesson = "05", .category = NN_CATEGORY_CHOICE, .ports = take_ports, .attrs = axis_attrs,
    .infer = gather_infer, .gradient = gather_gradient, .samples = gather_samples,
    .onnx = "GatherElements", .onnx_since = 11, .torch = "torch.gather", LOOP (gather_run),
  },
  {
    .name = "scatter", .title = N_("Scatter"),
    .summary = N_("Writes numbers to the places given for each line of an axis."),
    .category = NN_CATEGORY_INTERNAL, .ports = put_ports, .attrs = axis_attrs,
    .infer = scatter_infer, .gradient = scatter_gradient, .samples = scatter_samples,
    .onnx = "ScatterElements", .onnx_since = 11, .torch = "torch.scatter", LOOP (scatter_run),
  },
  {
    .name = "scatter-add", .title = N_("Scatter and Add"),
    .summary = N_("Adds numbers to the places given for each line of an axis."),
    .category = NN_CATEGORY_INTERNAL, .ports = put_ports, .attrs = axis_attrs,
    .infer = scatter_infer, .gradient = scatter_add_gradient, .samples = scatter_add_samples,
    .torch = "torch.scatter_add", LOOP (scatter_add_run),
  },
  {
    .name = "index-select", .title = N_("Index Select"),
    .summary = N_("Takes the positions of an axis that the indices name, in their order."),
    .lesson = "05", .category = NN_CATEGORY_CHOICE, .ports = take_ports, .attrs = axis_attrs,
    .infer = index_select_infer, .gradient = index_select_gradient,
    .samples = index_select_samples,
    .onnx = "Gather", .onnx_since = 11, .torch = "torch.index_select", LOOP (index_select_run),
  },
  {
    .name = "index-add", .title = N_("Slope of an index"),
    .summary = N_("Adds rows to the places that the indices name, beginning from zeros."),
    .category = NN_CATEGORY_INTERNAL, .ports = index_add_ports, .attrs = index_add_attrs,
    .infer = index_add_infer, .gradient = index_add_gradient, .samples = index_add_samples,
    .cpu = (const NnKernel[]) {
      { "loop", NN_LAYOUT_ROWS, NULL, index_add_prepare, index_add_run }, { NULL }
    },
  },
  { NULL }
};
