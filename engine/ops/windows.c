/* windows.c: the parts of a tensor that a window shows, side by side
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "engine/op-scalar.h"
#include "engine/window.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>

/* "windows" copies what each window shows along one axis,
 *
 *   y[…, n, …, k, …] = x[…, n · stride + k · dilation - before, …],
 *
 * with zeros outside.  Its gradient adds up what lies over each other.  The same
 * pair makes unfold and fold out of two axes, and gives convolutions the third. */

typedef struct
{
  const float *from;
  float       *to;
  gint64       outer;           /* axes in front of the window axis, as one */
  gint64       between;         /* axes from there to the sliding one, as one */
  gint64       inner;           /* axes behind it, as one */
  NnWindow     window;
} Slide;

/* @x is the shape that the window slides over. */
static Slide
slide_of (const NnCall  *call,
          const NnShape *x)
{
  int axis = (int) nn_call_number (call, "axis");
  int to = (int) nn_call_number (call, "to");
  Slide self = {
    call->in[0].data, call->out[0].data,
    nn_shape_span (x, 0, to), nn_shape_span (x, to, axis), nn_shape_span (x, axis + 1, x->rank),
    .window = {
      .in = x->size[axis],
      .kernel = (gint64) nn_call_number (call, "kernel"),
      .stride = (gint64) nn_call_number (call, "stride"),
      .dilation = (gint64) nn_call_number (call, "dilation"),
      .before = (gint64) nn_call_number (call, "before"),
      .behind = (gint64) nn_call_number (call, "behind"),
    },
  };
  NnWindow *window = &self.window;
  gint64 room = window->in + window->before + window->behind
                - window->dilation * (window->kernel - 1) - 1;

  window->out = room < 0 ? 0 : room / window->stride + 1;
  return self;
}

/* The shape of the windows over @x: their number stands at axis "to", their places
 * where the sliding axis was. */
static NnShape
shape_of_windows (const NnCall   *call,
                  const NnShape  *x,
                  const NnWindow *window)
{
  int axis = (int) nn_call_number (call, "axis");
  int to = (int) nn_call_number (call, "to");
  NnShape y = { x->rank + 1 };

  for (int i = 0; i < x->rank; i++)
    y.size[i < to ? i : i + 1] = i == axis ? window->kernel : x->size[i];
  y.size[to] = window->out;
  return y;
}

/* A task is one of the outer axes. */
static void
copy_windows (void   *data,
              gint64  first,
              gint64  last)
{
  const Slide *self = data;
  const NnWindow *w = &self->window;
  gsize bytes = (gsize) self->inner * sizeof (float);
  float *to = self->to + first * w->out * self->between * w->kernel * self->inner;

  for (gint64 outer = first; outer < last; outer++)
    for (gint64 n = 0; n < w->out; n++)
      for (gint64 b = 0; b < self->between; b++)
        {
          const float *x = self->from + (outer * self->between + b) * w->in * self->inner;

          for (gint64 k = 0; k < w->kernel; k++, to += self->inner)
            {
              gint64 place = n * w->stride + k * w->dilation - w->before;

              if (place < 0 || place >= w->in)
                memset (to, 0, bytes);
              else if (self->inner == 1)
                *to = x[place];
              else
                memcpy (to, x + place * self->inner, bytes);
            }
        }
}

static NN_CLONES void
add_windows (void   *data,
             gint64  first,
             gint64  last)
{
  const Slide *self = data;
  const NnWindow *w = &self->window;
  gint64 inner = self->inner;
  const float *from = self->from + first * w->out * self->between * w->kernel * inner;

  memset (self->to + first * self->between * w->in * inner, 0,
          (gsize) ((last - first) * self->between * w->in * inner) * sizeof (float));
  for (gint64 outer = first; outer < last; outer++)
    for (gint64 n = 0; n < w->out; n++)
      for (gint64 b = 0; b < self->between; b++)
        {
          float *x = self->to + (outer * self->between + b) * w->in * inner;

          for (gint64 k = 0; k < w->kernel; k++, from += inner)
            {
              gint64 place = n * w->stride + k * w->dilation - w->before;

              if (place < 0 || place >= w->in)
                continue;
              NN_IVDEP
              for (gint64 i = 0; i < inner; i++)
                x[place * inner + i] += from[i];
            }
        }
}

static void
run (NnCall  *call,
     Slide   *self,
     NnRange  range)
{
  gint64 work = self->window.out * self->between * self->window.kernel * self->inner;

  nn_pool_for (call->pool, call->threads, self->outer, NN_SCALAR_GRAIN / MAX (work, 1), range,
               self);
}

static void
windows_run (NnCall *call)
{
  Slide self = slide_of (call, &call->in[0].shape);

  run (call, &self, copy_windows);
}

static void
gradient_run (NnCall *call)
{
  Slide self = slide_of (call, &call->out[0].shape);

  run (call, &self, add_windows);
}

static gboolean
windows_infer (NnCall  *call,
               GError **error)
{
  const NnShape *x = &call->in[0].shape;
  Slide self = slide_of (call, x);
  NnShape y = shape_of_windows (call, x, &self.window);

  nn_call_set_out (call, 0, NN_FLOAT32, &y);
  return TRUE;
}

static gboolean
gradient_infer (NnCall  *call,
                GError **error)
{
  const NnShape *y = &call->in[0].shape;
  int axis = (int) nn_call_number (call, "axis");
  int to = (int) nn_call_number (call, "to");
  NnShape x = { y->rank - 1 };

  for (int i = 0; i < x.rank; i++)
    x.size[i] = i == axis ? (gint64) nn_call_number (call, "length") : y->size[i < to ? i : i + 1];
  nn_call_set_out (call, 0, NN_FLOAT32, &x);
  return TRUE;
}

static void
set_attrs (NnBuild *build,
           gint64   length)
{
  static const char *const names[] = {
    "axis", "to", "kernel", "stride", "dilation", "before", "behind"
  };

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    nn_build_set_value (build, names[i], nn_call_value (nn_build_call (build), names[i]));
  nn_build_set (build, "length", length);
}

static void
windows_gradient (NnBuild *build)
{
  const NnCall *call = nn_build_call (build);

  set_attrs (build, call->in[0].shape.size[(int) nn_call_number (call, "axis")]);
  nn_build_gradient (build, "x", nn_build_op (build, "windows-gradient",
                                              nn_build_slope (build, "y"), NN_BUILD_END));
}

static void
gradient_gradient (NnBuild *build)
{
  set_attrs (build, 0);
  nn_build_gradient (build, "dy", nn_build_op (build, "windows", nn_build_slope (build, "dx"),
                                               NN_BUILD_END));
}

static gboolean
unfold_infer (NnCall  *call,
              GError **error)
{
  const NnShape *x = &call->in[0].shape;
  NnWindow windows[NN_WINDOW_AXES];
  NnShape y;

  if (!nn_call_want_rank (call, 0, 4, error) || !nn_window_read (call, x, 2, windows, error))
    return FALSE;

  y = NN_SHAPE (x->size[0], x->size[1] * windows[0].kernel * windows[1].kernel,
                windows[0].out * windows[1].out);
  nn_call_set_out (call, 0, NN_FLOAT32, &y);
  return TRUE;
}

/* The windows that fold() puts together: those over an image of the size asked for. */
static gboolean
read_fold (const NnCall  *call,
           NnWindow       windows[NN_WINDOW_AXES],
           GError       **error)
{
  NnShape size = NN_SHAPE (nn_window_number (call, "size", 0), nn_window_number (call, "size", 1));

  return nn_window_check (call, "size", 2, error)
         && nn_window_read (call, &size, 2, windows, error);
}

static gboolean
fold_infer (NnCall  *call,
            GError **error)
{
  const NnShape *x = &call->in[0].shape;
  NnWindow windows[NN_WINDOW_AXES];
  gint64 places;
  NnShape y;

  if (!nn_call_want_rank (call, 0, 3, error) || !read_fold (call, windows, error))
    return FALSE;
  places = windows[0].kernel * windows[1].kernel;
  if (x->size[1] % places != 0 || x->size[2] != windows[0].out * windows[1].out)
    {
      g_autofree char *text = nn_call_print (call, 0);

      return nn_call_refuse (call, error,
                             _("a sample has the shape %s, but must have a multiple of %" PRId64
                               " rows, the places of a window, and %" PRId64 " columns, the "
                               "number of windows."),
                             text, places, windows[0].out * windows[1].out);
    }

  y = NN_SHAPE (x->size[0], x->size[1] / places, windows[0].in, windows[1].in);
  nn_call_set_out (call, 0, NN_FLOAT32, &y);
  return TRUE;
}

static void
set_window (NnBuild        *build,
            const NnWindow *window,
            int             axis)
{
  nn_build_set (build, "axis", axis);
  nn_build_set (build, "to", axis);
  nn_build_set (build, "kernel", window->kernel);
  nn_build_set (build, "stride", window->stride);
  nn_build_set (build, "dilation", window->dilation);
  nn_build_set (build, "before", window->before);
  nn_build_set (build, "behind", window->behind);
}

/* b c h w → b c ho kh w → b c ho kh wo kw → b c kh kw ho wo */
static void
unfold_expand (NnBuild *build)
{
  const NnCall *call = nn_build_call (build);
  NnValue *x = nn_build_in (build, "x");
  NnWindow windows[NN_WINDOW_AXES];

  nn_window_read (call, &x->shape, 2, windows, NULL);
  set_window (build, &windows[0], 2);
  x = nn_build_op (build, "windows", x, NN_BUILD_END);
  set_window (build, &windows[1], 4);
  x = nn_build_op (build, "windows", x, NN_BUILD_END);
  nn_build_set_list (build, "axes", 6, (gint64[]) { 0, 1, 3, 5, 2, 4 });
  x = nn_build_op (build, "permute", x, NN_BUILD_END);
  nn_build_result (build, "y", nn_build_reshape (build, x, &call->out[0].shape));
}

static void
fold_expand (NnBuild *build)
{
  const NnCall *call = nn_build_call (build);
  const NnShape *y = &call->out[0].shape;
  NnWindow windows[NN_WINDOW_AXES];
  NnShape split;
  NnValue *x;

  read_fold (call, windows, NULL);
  split = NN_SHAPE (y->size[0], y->size[1], windows[0].kernel, windows[1].kernel, windows[0].out,
                    windows[1].out);
  x = nn_build_reshape (build, nn_build_in (build, "x"), &split);
  nn_build_set_list (build, "axes", 6, (gint64[]) { 0, 1, 4, 2, 5, 3 });
  x = nn_build_op (build, "permute", x, NN_BUILD_END);
  set_window (build, &windows[1], 4);
  nn_build_set (build, "length", windows[1].in);
  x = nn_build_op (build, "windows-gradient", x, NN_BUILD_END);
  set_window (build, &windows[0], 2);
  nn_build_set (build, "length", windows[0].in);
  nn_build_result (build, "y", nn_build_op (build, "windows-gradient", x, NN_BUILD_END));
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

static const NnAttr windows_attrs[] = {
  { "axis", N_("Axis"), NN_ATTR_INT, 1, 0, NN_MAX_RANK - 2 },
  { "to", N_("Axis of the windows"), NN_ATTR_INT, 1, 0, NN_MAX_RANK - 2 },
  { "kernel", N_("Window"), NN_ATTR_INT, 1, 1, 1e9 },
  { "stride", N_("Stride"), NN_ATTR_INT, 1, 1, 1e9 },
  { "dilation", N_("Dilation"), NN_ATTR_INT, 1, 1, 1e9 },
  { "before", N_("Zeros before"), NN_ATTR_INT, 0, 0, 1e9 },
  { "behind", N_("Zeros behind"), NN_ATTR_INT, 0, 0, 1e9 },
  { "length", NULL, NN_ATTR_INT, 0, 0, 1e9 },
  { NULL }
};

#define WINDOW_ATTRS                                                          \
  { "kernel", N_("Window"), NN_ATTR_INTS, 2, 1, 1024, .torch = "kernel_size" }, \
  { "stride", N_("Stride"), NN_ATTR_INTS, 1, 1, 1024, .torch = "stride" },    \
  { "padding", N_("Padding"), NN_ATTR_INTS, 0, 0, 1024,                       \
    .words = nn_window_paddings, .torch = "padding" },                        \
  { "dilation", N_("Dilation"), NN_ATTR_INTS, 1, 1, 1024, .torch = "dilation" }

static const NnAttr unfold_attrs[] = {
  WINDOW_ATTRS,
  { NULL }
};

static const NnAttr fold_attrs[] = {
  { "size", N_("Size of the image"), NN_ATTR_INTS, 8, 1, 65536, .torch = "output_size" },
  WINDOW_ATTRS,
  { NULL }
};

static const NnSample windows_samples[] = {
  { .in = { { 2, { 3, 9 } } }, .attrs = "axis=1 to=1 kernel=3 stride=2" },
  { .in = { { 4, { 2, 3, 5, 33 } } }, .attrs = "axis=2 to=1 kernel=2 dilation=2 before=1" },
  { .in = { { 3, { 2, 7, 3 } } }, .attrs = "axis=1 to=0 kernel=3 stride=5 before=2 behind=1" },
  { .in = { { 2, { 0, 9 } } }, .attrs = "kernel=3" },
  { .in[0].rank = 0 }
};

static const NnSample gradient_samples[] = {
  { .in = { { 3, { 3, 4, 3 } } }, .attrs = "kernel=3 stride=2 length=9" },
  { .in = { { 5, { 2, 4, 3, 2, 33 } } },
    .attrs = "axis=2 to=1 kernel=2 dilation=2 before=1 length=5" },
  { .in = { { 3, { 0, 4, 3 } } }, .attrs = "kernel=3 stride=2 length=9" },
  { .in[0].rank = 0 }
};

static const NnSample unfold_samples[] = {
  { .in = { { 4, { 2, 3, 5, 6 } } } },
  { .in = { { 4, { 1, 2, 7, 19 } } }, .attrs = "kernel=3,2 stride=2,3 padding=1 dilation=1,2" },
  { .in = { { 4, { 0, 2, 5, 5 } } } },
  { .in[0].rank = 0 }
};

static const NnSample fold_samples[] = {
  { .in = { { 3, { 2, 12, 20 } } }, .attrs = "size=5,6" },
  { .in = { { 3, { 1, 6, 28 } } },
    .attrs = "size=7,19 kernel=3,2 stride=2,3 padding=1 dilation=1,2" },
  { .in = { { 3, { 0, 4, 16 } } }, .attrs = "size=5" },
  { .in[0].rank = 0 }
};

const NnOp nn_ops_windows[] = {
  {
    .name = "unfold", .title = N_("Unfold"),
    .summary = N_("Puts what each window of an image shows into a column of its own."),
    .lesson = "09", .category = NN_CATEGORY_CONVOLUTION,
    .ports = ports, .attrs = unfold_attrs, .infer = unfold_infer, .expand = unfold_expand,
    .samples = unfold_samples, .torch = "torch.nn.Unfold",
  },
  {
    .name = "fold", .title = N_("Fold"),
    .summary = N_("Puts columns back as windows of an image, and adds up where they overlap."),
    .lesson = "09", .category = NN_CATEGORY_CONVOLUTION,
    .ports = ports, .attrs = fold_attrs, .infer = fold_infer, .expand = fold_expand,
    .samples = fold_samples, .torch = "torch.nn.Fold",
  },
  {
    .name = "windows", .title = N_("Windows"),
    .summary = N_("Copies what a window shows at each of its places along an axis."),
    .category = NN_CATEGORY_INTERNAL,
    .ports = ports, .attrs = windows_attrs, .infer = windows_infer,
    .gradient = windows_gradient, .samples = windows_samples,
    .cpu = (const NnKernel[]) { { "copy", NN_LAYOUT_ROWS, .run = windows_run }, { NULL } },
  },
  {
    .name = "windows-gradient", .title = N_("Slope of windows"),
    .summary = N_("Adds up the gradients of each number over all windows that show it."),
    .category = NN_CATEGORY_INTERNAL,
    .ports = gradient_ports, .attrs = windows_attrs, .infer = gradient_infer,
    .gradient = gradient_gradient, .samples = gradient_samples,
    .cpu = (const NnKernel[]) { { "add", NN_LAYOUT_ROWS, .run = gradient_run }, { NULL } },
  },
  { NULL }
};
