/* pad.c: more room around the numbers, or less
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "engine/build.h"
#include "engine/op-scalar.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>

/* Each place of the output is a place of the input or, in the constant mode and
 * outside, none.  Which one is a table for each axis, made anew at every run: it
 * is small beside the tensor.  Axes in front of the first padded one are rows that
 * do not know of each other, so they are what is shared among threads. */

enum { MODE_CONSTANT, MODE_REFLECT, MODE_REPLICATE, MODE_CIRCULAR };

#define NOWHERE (-1)

typedef struct
{
  const NnCall *call;
  NnShape       small;          /* of the padded axes and those behind, before padding */
  NnShape       large;          /* and after it */
  gint64        rows;
  gint64        small_count, large_count;       /* numbers of a row */
  gint64       *tables[NN_MAX_RANK];
} Pad;

/* The list aligned at the last axis, as shapes are for broadcasting. */
static gint64
amount (const NnCall *call,
        const char   *attr,
        int           axis,
        int           rank)
{
  const NnAttrValue *value = nn_call_value (call, attr);
  int at = axis - (rank - value->count);

  return at >= 0 ? (gint64) value->number[at] : 0;
}

/* The place of the input that is shown at place @i, which may lie outside. */
static gint64
find_place (int    mode,
            gint64 i,
            gint64 size)
{
  if (i >= 0 && i < size)
    return i;

  switch (mode)
    {
    case MODE_REFLECT:
      return i < 0 ? -i : 2 * (size - 1) - i;
    case MODE_REPLICATE:
      return i < 0 ? 0 : size - 1;
    case MODE_CIRCULAR:
      return i < 0 ? i + size : i - size;
    default:
      return NOWHERE;
    }
}

/* @small is the shape without padding: of x, or of dx. */
static void
pad_init (Pad           *self,
          const NnCall  *call,
          const NnShape *small)
{
  int rank = small->rank;
  int first = 0;
  gint64 *table = call->workspace;

  while (first < rank - 1 && amount (call, "before", first, rank) == 0
         && amount (call, "behind", first, rank) == 0)
    first++;

  *self = (Pad) { call, { rank - first }, { rank - first } };
  self->rows = nn_shape_span (small, 0, first);
  for (int axis = first; axis < rank; axis++)
    {
      gint64 before = amount (call, "before", axis, rank);
      gint64 size = small->size[axis];
      gint64 padded = size + before + amount (call, "behind", axis, rank);

      self->small.size[axis - first] = size;
      self->large.size[axis - first] = padded;
      self->tables[axis - first] = table;
      for (gint64 i = 0; i < padded; i++)
        *table++ = find_place ((int) nn_call_number (call, "mode"), i - before, size);
    }
  self->small_count = nn_shape_count (&self->small);
  self->large_count = nn_shape_count (&self->large);
}

/* Where in a row without padding the line @line of a padded one begins; NOWHERE
 * when all of it is constant. */
static gint64
find_line (const Pad *self,
           gint64     line)
{
  gint64 at = 0;
  gint64 stride = self->small.size[self->small.rank - 1];

  for (int axis = self->large.rank - 2; axis >= 0; axis--)
    {
      gint64 place = self->tables[axis][line % self->large.size[axis]];

      if (place == NOWHERE)
        return NOWHERE;
      at += place * stride;
      stride *= self->small.size[axis];
      line /= self->large.size[axis];
    }

  return at;
}

static NN_CLONES void
pad_rows (void   *data,
          gint64  first,
          gint64  last)
{
  const Pad *self = data;
  gint64 width = self->large.size[self->large.rank - 1];
  const gint64 *table = self->tables[self->large.rank - 1];
  float constant = (float) nn_call_number (self->call, "value");

  for (gint64 row = first; row < last; row++)
    {
      const float *x = (const float *) self->call->in[0].data + row * self->small_count;
      float *y = (float *) self->call->out[0].data + row * self->large_count;

      for (gint64 line = 0; line < self->large_count / width; line++, y += width)
        {
          gint64 at = find_line (self, line);

          for (gint64 i = 0; i < width; i++)
            y[i] = at == NOWHERE || table[i] == NOWHERE ? constant : x[at + table[i]];
        }
    }
}

static void
gradient_rows (void   *data,
               gint64  first,
               gint64  last)
{
  const Pad *self = data;
  gint64 width = self->large.size[self->large.rank - 1];
  const gint64 *table = self->tables[self->large.rank - 1];

  for (gint64 row = first; row < last; row++)
    {
      const float *dy = (const float *) self->call->in[0].data + row * self->large_count;
      float *dx = (float *) self->call->out[0].data + row * self->small_count;

      memset (dx, 0, (gsize) self->small_count * sizeof (float));
      for (gint64 line = 0; line < self->large_count / width; line++, dy += width)
        {
          gint64 at = find_line (self, line);

          for (gint64 i = 0; at != NOWHERE && i < width; i++)
            if (table[i] != NOWHERE)
              dx[at + table[i]] += dy[i];
        }
    }
}

static void
run (NnCall        *call,
     const NnShape *small,
     NnRange        range)
{
  Pad self;

  if (nn_shape_count (small) == 0 && nn_call_number (call, "mode") != MODE_CONSTANT)
    return;
  pad_init (&self, call, small);
  if (self.large_count > 0)
    nn_pool_for (call->pool, call->threads, self.rows, NN_SCALAR_GRAIN / self.large_count, range,
                 &self);
  else if (range == gradient_rows)
    memset (call->out[0].data, 0, (gsize) nn_shape_count (small) * sizeof (float));
}

static void
pad_run (NnCall *call)
{
  run (call, &call->in[0].shape, pad_rows);
}

static void
gradient_run (NnCall *call)
{
  run (call, &call->out[0].shape, gradient_rows);
}

/* One table entry for each place of each padded axis. */
static gboolean
prepare (NnCall        *call,
         const NnShape *large)
{
  gint64 places = 0;

  for (int i = 0; i < large->rank; i++)
    places += large->size[i];
  call->workspace_bytes = (gsize) places * sizeof (gint64);
  return TRUE;
}

static gboolean
pad_prepare (NnCall  *call,
             GError **error)
{
  return prepare (call, &call->out[0].shape);
}

static gboolean
gradient_prepare (NnCall  *call,
                  GError **error)
{
  return prepare (call, &call->in[0].shape);
}

static gboolean
check_axis (const NnCall  *call,
            int            axis,
            GError       **error)
{
  const NnShape *x = &call->in[0].shape;
  gint64 size = x->size[axis];
  gint64 before = amount (call, "before", axis, x->rank);
  gint64 behind = amount (call, "behind", axis, x->rank);
  gint64 most = MAX (before, behind);
  int mode = (int) nn_call_number (call, "mode");

  if (size + before + behind < 0)
    return nn_call_refuse (call, error,
                           _("axis %d has %" PRId64 " places, so %" PRId64 " cannot be taken "
                             "away."), axis, size, -(before + behind));
  if (mode == MODE_REFLECT && most > 0 && most >= size)
    return nn_call_refuse (call, error,
                           _("axis %d has %" PRId64 " places, so a mirror shows at most "
                             "%" PRId64 " more on each side."), axis, size, MAX (size - 1, 0));
  if (mode == MODE_CIRCULAR && most > size)
    return nn_call_refuse (call, error,
                           _("axis %d has %" PRId64 " places, so at most as many can be repeated "
                             "on each side."), axis, size);
  if (mode == MODE_REPLICATE && most > 0 && size == 0)
    return nn_call_refuse (call, error, _("axis %d has no place that could be repeated."), axis);
  return TRUE;
}

static gboolean
pad_infer (NnCall  *call,
           GError **error)
{
  NnShape y = call->in[0].shape;
  int most = MAX (nn_call_value (call, "before")->count, nn_call_value (call, "behind")->count);

  if (most > y.rank)
    {
      g_autofree char *text = nn_call_print (call, 0);

      return nn_call_refuse (call, error,
                             _("a sample has the shape %s, but %d axes are to be padded."), text,
                             most);
    }
  for (int axis = 0; axis < y.rank; axis++)
    {
      if (!check_axis (call, axis, error))
        return FALSE;
      y.size[axis] += amount (call, "before", axis, y.rank) + amount (call, "behind", axis, y.rank);
    }

  nn_call_set_out (call, 0, NN_FLOAT32, &y);
  return TRUE;
}

static gboolean
gradient_infer (NnCall  *call,
                GError **error)
{
  NnShape x = call->in[0].shape;

  for (int axis = 0; axis < x.rank; axis++)
    x.size[axis] -= amount (call, "before", axis, x.rank) + amount (call, "behind", axis, x.rank);
  nn_call_set_out (call, 0, NN_FLOAT32, &x);
  return TRUE;
}

static void
set_attrs (NnBuild *build,
           double   sign)
{
  const NnCall *call = nn_build_call (build);
  NnAttrValue before = *nn_call_value (call, "before");
  NnAttrValue behind = *nn_call_value (call, "behind");

  for (int i = 0; i < before.count; i++)
    before.number[i] *= sign;
  for (int i = 0; i < behind.count; i++)
    behind.number[i] *= sign;
  nn_build_set_value (build, "mode", nn_call_value (call, "mode"));
  nn_build_set_value (build, "before", &before);
  nn_build_set_value (build, "behind", &behind);
}

/* What was put around is cut off again; where it showed numbers of the input, they
 * get its gradient as well. */
static void
pad_gradient (NnBuild *build)
{
  gboolean constant = nn_call_number (nn_build_call (build), "mode") == MODE_CONSTANT;

  set_attrs (build, constant ? -1 : 1);
  nn_build_gradient (build, "x", nn_build_op (build, constant ? "pad" : "pad-gradient",
                                              nn_build_slope (build, "y"), NN_BUILD_END));
}

static void
gradient_gradient (NnBuild *build)
{
  set_attrs (build, 1);
  nn_build_gradient (build, "dy", nn_build_op (build, "pad", nn_build_slope (build, "dx"),
                                               NN_BUILD_END));
}

static const NnPort ports[] = {
  { "x", N_("Input") },
  { "y", N_("Output"), NN_PORT_OUTPUT },
  { NULL }
};

static const NnPort gradient_ports[] = {
  { "dy", N_("Gradient by the output") },
  { "dx", N_("Gradient by the input"), NN_PORT_OUTPUT },
  { NULL }
};

static const char *const modes[] = { "constant", "reflect", "replicate", "circular", NULL };

static const NnAttr attrs[] = {
  { "before", N_("In front of the last axes"), NN_ATTR_INTS, 0, -1e9, 1e9 },
  { "behind", N_("Behind the last axes"), NN_ATTR_INTS, 0, -1e9, 1e9 },
  { "mode", N_("What is put there"), NN_ATTR_CHOICE, 0, .words = modes, .torch = "mode" },
  { "value", N_("Constant"), NN_ATTR_FLOAT, 0, -1e30, 1e30, .torch = "value" },
  { NULL }
};

static const NnSample samples[] = {
  { .in = { { 4, { 2, 3, 4, 5 } } }, .attrs = "before=1,2 behind=2,1 value=0.5" },
  { .in = { { 3, { 2, 5, 33 } } }, .attrs = "before=1,0,0 behind=0" },
  { .in = { { 4, { 2, 3, 4, 5 } } }, .attrs = "before=-1,2 behind=1,-3" },
  { .in = { { 4, { 2, 3, 4, 5 } } }, .attrs = "before=3,4 behind=2,4 mode=reflect" },
  { .in = { { 3, { 2, 4, 17 } } }, .attrs = "before=5,1 behind=2,6 mode=replicate" },
  { .in = { { 3, { 2, 4, 17 } } }, .attrs = "before=4,1 behind=2,6 mode=circular" },
  { .in = { { 3, { 2, 4, 17 } } }, .attrs = "before=-2,1 behind=2,-6 mode=reflect" },
  { .in = { { 2, { 3, 4 } } }, .attrs = "before=-4 behind=0" },
  { .in = { { 2, { 0, 6 } } }, .attrs = "before=1 behind=1 mode=reflect" },
  { .in[0].rank = 0 }
};

static const NnSample gradient_samples[] = {
  { .in = { { 4, { 2, 3, 9, 13 } } }, .attrs = "before=3,4 behind=2,4 mode=reflect" },
  { .in = { { 2, { 0, 8 } } }, .attrs = "before=1 behind=1 mode=circular" },
  { .in[0].rank = 0 }
};

const NnOp nn_ops_pad[] = {
  {
    .name = "pad", .title = N_("Pad"),
    .summary = N_("Puts numbers around a sample, or cuts some off."),
    .lesson = "09", .category = NN_CATEGORY_SHAPE,
    .ports = ports, .attrs = attrs, .infer = pad_infer, .gradient = pad_gradient,
    .samples = samples, .torch = "torch.nn.functional.pad",
    .cpu = (const NnKernel[]) {
      { "table", NN_LAYOUT_ROWS, NULL, pad_prepare, pad_run }, { NULL }
    },
  },
  {
    .name = "pad-gradient", .title = N_("Slope of padding"),
    .summary = N_("Sends the gradient of each shown number to where it came from."),
    .category = NN_CATEGORY_INTERNAL,
    .ports = gradient_ports, .attrs = attrs, .infer = gradient_infer,
    .gradient = gradient_gradient, .samples = gradient_samples,
    .cpu = (const NnKernel[]) {
      { "table", NN_LAYOUT_ROWS, NULL, gradient_prepare, gradient_run }, { NULL }
    },
  },
  { NULL }
};
