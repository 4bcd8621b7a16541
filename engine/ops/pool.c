/* pool.c: one number for a window of an image
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "engine/build.h"
#include "engine/op-scalar.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>

/* The same loops serve both layouts: they go over pixels outside and, where
 * channels are neighbours, over channels inside, so that the compiler can make
 * vectors.  Maximum pooling remembers for each result which place of its window
 * won, in one byte: the backward pass then needs neither input nor output. */

#define MAX_WINDOW 255          /* places of a window that one byte can tell apart */

typedef struct
{
  const NnCall *call;
  gint64        b, c, h, w, ho, wo;
  gint64        kh, kw, sh, sw, ph, pw;
  gboolean      last;           /* channels last */
} Pool;

static gint64
pair (const NnCall *call,
      const char   *attr,
      int           axis)
{
  const NnAttrValue *value = nn_call_value (call, attr);

  return (gint64) value->number[value->count > 1 ? axis : 0];
}

static Pool
pool_of (const NnCall  *call,
         const NnShape *x,
         NnLayout       layout)
{
  Pool self = {
    call, x->size[0], x->size[1], x->size[2], x->size[3],
    .kh = pair (call, "kernel", 0), .kw = pair (call, "kernel", 1),
    .sh = pair (call, "stride", 0), .sw = pair (call, "stride", 1),
    .ph = pair (call, "padding", 0), .pw = pair (call, "padding", 1),
    .last = layout == NN_LAYOUT_CHANNELS_LAST,
  };

  /* A stride of 0 means windows side by side. */
  self.sh = self.sh > 0 ? self.sh : self.kh;
  self.sw = self.sw > 0 ? self.sw : self.kw;
  self.ho = (self.h + 2 * self.ph - self.kh) / self.sh + 1;
  self.wo = (self.w + 2 * self.pw - self.kw) / self.sw + 1;

  return self;
}

/* Tasks are images with channels last, planes of one channel otherwise; either
 * way neighbours in memory within a pixel. */
static gint64
count_tasks (const Pool *self)
{
  return self->last ? self->b : self->b * self->c;
}

static gint64
count_lanes (const Pool *self)
{
  return self->last ? self->c : 1;
}

static void
for_each_task (NnCall  *call,
               Pool    *self,
               NnRange  range)
{
  gint64 work = self->ho * self->wo * self->kh * self->kw * count_lanes (self);

  nn_pool_for (call->pool, call->threads, count_tasks (self), NN_SCALAR_GRAIN / MAX (work, 1),
               range, self);
}

/* Whether place @k of the window at @row, @column lies inside the image, and
 * which pixel it is. */
static inline gboolean
find_pixel (const Pool *self,
            gint64      row,
            gint64      column,
            gint64      k,
            gint64     *pixel)
{
  gint64 i = row * self->sh - self->ph + k / self->kw;
  gint64 j = column * self->sw - self->pw + k % self->kw;

  *pixel = i * self->w + j;
  return i >= 0 && i < self->h && j >= 0 && j < self->w;
}

static inline void
max_lanes (const float *x,
           float       *y,
           guint8      *at,
           gint64       lanes,
           guint8       place)
{
  NN_IVDEP
  for (gint64 c = 0; c < lanes; c++)
    {
      /* A number that is none wins, so that it does not get lost. */
      gboolean wins = x[c] > y[c] || x[c] != x[c];

      y[c] = wins ? x[c] : y[c];
      at[c] = wins ? place : at[c];
    }
}

/* Images with few channels give short loops over them.  Without padding every
 * window is whole, so the loop can go over a whole row of results instead: the
 * table says where in the image each number of the row has its first place. */
#define FEW_LANES 16

static gboolean
is_narrow (const Pool *self)
{
  return count_lanes (self) < FEW_LANES && self->ph == 0 && self->pw == 0;
}

static gsize
table_bytes (const Pool *self)
{
  return is_narrow (self) ? (gsize) (self->wo * count_lanes (self)) * sizeof (gint32) : 0;
}

static void
fill_table (const Pool *self)
{
  gint32 *table = self->call->workspace;
  gint64 lanes = count_lanes (self);

  for (gint64 column = 0; column < self->wo; column++)
    for (gint64 c = 0; c < lanes; c++)
      table[column * lanes + c] = (gint32) (column * self->sw * lanes + c);
}

/* Offset of place @k of the window from its first one. */
static inline gint64
place_offset (const Pool *self,
              gint64      k,
              gint64      lanes)
{
  return (k / self->kw * self->w + k % self->kw) * lanes;
}

static inline void
max_narrow (const Pool  *self,
            const float *x,
            float       *y,
            guint8      *at)
{
  const gint32 *table = self->call->workspace;
  gint64 lanes = count_lanes (self);
  gint64 width = self->wo * lanes;

  for (gint64 row = 0; row < self->ho; row++, y += width, at += width)
    {
      const float *from = x + row * self->sh * self->w * lanes;

      for (gint64 i = 0; i < width; i++)
        {
          y[i] = from[table[i]];
          at[i] = 0;
        }
      for (gint64 k = 1; k < self->kh * self->kw; k++)
        {
          const float *place = from + place_offset (self, k, lanes);

          NN_IVDEP
          for (gint64 i = 0; i < width; i++)
            {
              float number = place[table[i]];
              gboolean wins = number > y[i] || number != number;

              y[i] = wins ? number : y[i];
              at[i] = wins ? (guint8) k : at[i];
            }
        }
    }
}

static inline void
max_wide (const Pool  *self,
          const float *x,
          float       *y,
          guint8      *at)
{
  gint64 lanes = count_lanes (self);

  for (gint64 p = 0; p < self->ho * self->wo; p++, y += lanes, at += lanes)
    {
      for (gint64 c = 0; c < lanes; c++)
        {
          y[c] = -HUGE_VALF;
          at[c] = MAX_WINDOW;
        }
      for (gint64 k = 0; k < self->kh * self->kw; k++)
        {
          gint64 pixel;

          if (find_pixel (self, p / self->wo, p % self->wo, k, &pixel))
            max_lanes (x + pixel * lanes, y, at, lanes, (guint8) k);
        }
    }
}

static NN_CLONES void
max_tasks (void   *data,
           gint64  first,
           gint64  last)
{
  const Pool *self = data;
  gint64 in = self->h * self->w * count_lanes (self);
  gint64 out = self->ho * self->wo * count_lanes (self);

  for (gint64 task = first; task < last; task++)
    {
      const float *x = (const float *) self->call->in[0].data + task * in;
      float *y = (float *) self->call->out[0].data + task * out;
      guint8 *at = (guint8 *) self->call->out[1].data + task * out;

      if (is_narrow (self))
        max_narrow (self, x, y, at);
      else
        max_wide (self, x, y, at);
    }
}

static inline void
max_gradient_narrow (const Pool   *self,
                     const float  *dy,
                     const guint8 *at,
                     float        *dx)
{
  const gint32 *table = self->call->workspace;
  gint64 lanes = count_lanes (self);
  gint64 width = self->wo * lanes;
  gboolean overlap = self->sw < self->kw;

  for (gint64 row = 0; row < self->ho; row++, dy += width, at += width)
    for (gint64 k = 0; k < self->kh * self->kw; k++)
      {
        float *place = dx + row * self->sh * self->w * lanes + place_offset (self, k, lanes);

        /* Places of one row are different pixels, so the order is free. */
        if (overlap || self->sh < self->kh)
          for (gint64 i = 0; i < width; i++)
            place[table[i]] += at[i] == k ? dy[i] : 0;
        else
          {
            NN_IVDEP
            for (gint64 i = 0; i < width; i++)
              place[table[i]] = at[i] == k ? dy[i] : 0;
          }
      }
}

static inline void
max_gradient_wide (const Pool   *self,
                   const float  *dy,
                   const guint8 *at,
                   float        *dx)
{
  gint64 lanes = count_lanes (self);

  for (gint64 p = 0; p < self->ho * self->wo; p++, dy += lanes, at += lanes)
    for (gint64 k = 0; k < self->kh * self->kw; k++)
      {
        gint64 pixel;

        if (!find_pixel (self, p / self->wo, p % self->wo, k, &pixel))
          continue;
        NN_IVDEP
        for (gint64 c = 0; c < lanes; c++)
          dx[pixel * lanes + c] += at[c] == k ? dy[c] : 0;
      }
}

static NN_CLONES void
max_gradient_tasks (void   *data,
                    gint64  first,
                    gint64  last)
{
  const Pool *self = data;
  gint64 in = self->h * self->w * count_lanes (self);
  gint64 out = self->ho * self->wo * count_lanes (self);

  for (gint64 task = first; task < last; task++)
    {
      const float *dy = (const float *) self->call->in[0].data + task * out;
      const guint8 *at = (const guint8 *) self->call->in[1].data + task * out;
      float *dx = (float *) self->call->out[0].data + task * in;

      memset (dx, 0, (gsize) in * sizeof (float));
      if (is_narrow (self))
        max_gradient_narrow (self, dy, at, dx);
      else
        max_gradient_wide (self, dy, at, dx);
    }
}

/* Zeros of the padding count, as in PyTorch. */
static NN_CLONES void
average_tasks (void   *data,
               gint64  first,
               gint64  last)
{
  const Pool *self = data;
  gint64 lanes = count_lanes (self);
  float share = 1.0f / (float) (self->kh * self->kw);

  for (gint64 task = first; task < last; task++)
    {
      const float *x = (const float *) self->call->in[0].data + task * self->h * self->w * lanes;
      float *y = (float *) self->call->out[0].data + task * self->ho * self->wo * lanes;

      for (gint64 p = 0; p < self->ho * self->wo; p++, y += lanes)
        {
          for (gint64 c = 0; c < lanes; c++)
            y[c] = 0;
          for (gint64 k = 0; k < self->kh * self->kw; k++)
            {
              gint64 pixel;

              if (!find_pixel (self, p / self->wo, p % self->wo, k, &pixel))
                continue;
              NN_IVDEP
              for (gint64 c = 0; c < lanes; c++)
                y[c] += x[pixel * lanes + c];
            }
          for (gint64 c = 0; c < lanes; c++)
            y[c] *= share;
        }
    }
}

static NN_CLONES void
average_gradient_tasks (void   *data,
                        gint64  first,
                        gint64  last)
{
  const Pool *self = data;
  gint64 lanes = count_lanes (self);
  float share = 1.0f / (float) (self->kh * self->kw);

  for (gint64 task = first; task < last; task++)
    {
      const float *dy = (const float *) self->call->in[0].data
                        + task * self->ho * self->wo * lanes;
      float *dx = (float *) self->call->out[0].data + task * self->h * self->w * lanes;

      memset (dx, 0, (gsize) (self->h * self->w * lanes) * sizeof (float));
      for (gint64 p = 0; p < self->ho * self->wo; p++, dy += lanes)
        for (gint64 k = 0; k < self->kh * self->kw; k++)
          {
            gint64 pixel;

            if (!find_pixel (self, p / self->wo, p % self->wo, k, &pixel))
              continue;
            NN_IVDEP
            for (gint64 c = 0; c < lanes; c++)
              dx[pixel * lanes + c] += dy[c] * share;
          }
    }
}

static gboolean
max_prepare (NnCall  *call,
             GError **error)
{
  Pool self = pool_of (call, &call->in[0].shape, call->in[0].layout);

  call->workspace_bytes = table_bytes (&self);
  return TRUE;
}

static gboolean
max_gradient_prepare (NnCall  *call,
                      GError **error)
{
  Pool self = pool_of (call, &call->out[0].shape, call->in[0].layout);

  call->workspace_bytes = table_bytes (&self);
  return TRUE;
}

static void
max_run (NnCall *call)
{
  Pool self = pool_of (call, &call->in[0].shape, call->in[0].layout);

  if (is_narrow (&self))
    fill_table (&self);
  for_each_task (call, &self, max_tasks);
}

static void
max_gradient_run (NnCall *call)
{
  Pool self = pool_of (call, &call->out[0].shape, call->in[0].layout);

  if (is_narrow (&self))
    fill_table (&self);
  for_each_task (call, &self, max_gradient_tasks);
}

static void
average_run (NnCall *call)
{
  Pool self = pool_of (call, &call->in[0].shape, call->in[0].layout);

  for_each_task (call, &self, average_tasks);
}

static void
average_gradient_run (NnCall *call)
{
  Pool self = pool_of (call, &call->out[0].shape, call->in[0].layout);

  for_each_task (call, &self, average_gradient_tasks);
}

static gboolean
pool_infer (NnCall  *call,
            GError **error)
{
  NnShape y;
  Pool self;

  if (!nn_call_want_rank (call, 0, 4, error))
    return FALSE;

  self = pool_of (call, &call->in[0].shape, NN_LAYOUT_ROWS);
  if (nn_call_value (call, "kernel")->count > 2 || nn_call_value (call, "stride")->count > 2
      || nn_call_value (call, "padding")->count > 2)
    return nn_call_refuse (call, error, _("window, stride and padding take one number for both "
                                          "axes, or two."));
  if (self.ph > self.kh / 2 || self.pw > self.kw / 2)
    return nn_call_refuse (call, error, _("the padding may be at most half of the window."));
  if (self.kh * self.kw >= MAX_WINDOW)
    return nn_call_refuse (call, error, _("a window may have at most %d places."), MAX_WINDOW - 1);
  if (self.h + 2 * self.ph < self.kh || self.w + 2 * self.pw < self.kw)
    return nn_call_refuse (call, error,
                           _("a window of %" PRId64 "×%" PRId64 " does not fit "
                             "an input of %" PRId64 "×%" PRId64 "."),
                           self.kh, self.kw, self.h, self.w);

  y = NN_SHAPE (self.b, self.c, self.ho, self.wo);
  nn_call_set_out (call, 0, NN_FLOAT32, &y);
  if (call->n_out > 1)
    nn_call_set_out (call, 1, NN_UINT8, &y);
  return TRUE;
}

/* The gradient ops are told the size of the input. */
static gboolean
gradient_infer (NnCall  *call,
                GError **error)
{
  const NnAttrValue *size = nn_call_value (call, "size");
  NnShape x = call->in[0].shape;

  if (!nn_call_want_rank (call, 0, 4, error))
    return FALSE;

  x.size[2] = (gint64) size->number[0];
  x.size[3] = (gint64) size->number[1];
  nn_call_set_out (call, 0, NN_FLOAT32, &x);
  return TRUE;
}

static void
set_attrs (NnBuild *build)
{
  const NnCall *call = nn_build_call (build);

  nn_build_set_value (build, "kernel", nn_call_value (call, "kernel"));
  nn_build_set_value (build, "stride", nn_call_value (call, "stride"));
  nn_build_set_value (build, "padding", nn_call_value (call, "padding"));
  nn_build_set_list (build, "size", 2, call->in[0].shape.size + 2);
}

static void
max_gradient (NnBuild *build)
{
  set_attrs (build);
  nn_build_gradient (build, "x",
                     nn_build_op (build, "max-pool-2d-gradient", nn_build_slope (build, "y"),
                                  nn_build_out (build, "at"), NN_BUILD_END));
}

static void
average_gradient (NnBuild *build)
{
  set_attrs (build);
  nn_build_gradient (build, "x",
                     nn_build_op (build, "average-pool-2d-gradient", nn_build_slope (build, "y"),
                                  NN_BUILD_END));
}

static gboolean
global_infer (NnCall  *call,
              GError **error)
{
  NnShape y = call->in[0].shape;

  if (!nn_call_want_rank (call, 0, 4, error))
    return FALSE;

  y.size[2] = y.size[3] = 1;
  nn_call_set_out (call, 0, NN_FLOAT32, &y);
  return TRUE;
}

static void
global_expand (NnBuild *build)
{
  nn_build_set_list (build, "axes", 2, (gint64[]) { 2, 3 });
  nn_build_set (build, "keep", TRUE);
  nn_build_result (build, "y", nn_build_op (build, "mean", nn_build_in (build, "x"),
                                            NN_BUILD_END));
}

static const NnPort max_ports[] = {
  { "x", N_("Input") },
  { "y", N_("Output"), NN_PORT_OUTPUT },
  { "at", N_("Place of the maximum"), NN_PORT_HIDDEN, NN_UINT8 },
  { NULL }
};

static const NnPort max_gradient_ports[] = {
  { "dy", N_("Gradient by the output") },
  { "at", N_("Place of the maximum"), NN_PORT_INPUT, NN_UINT8 },
  { "dx", N_("Gradient by the input"), NN_PORT_OUTPUT },
  { NULL }
};

static const NnPort average_ports[] = {
  { "x", N_("Input") },
  { "y", N_("Output"), NN_PORT_OUTPUT },
  { NULL }
};

static const NnPort average_gradient_ports[] = {
  { "dy", N_("Gradient by the output") },
  { "dx", N_("Gradient by the input"), NN_PORT_OUTPUT },
  { NULL }
};

static const NnAttr attrs[] = {
  { "kernel", N_("Window"), NN_ATTR_INTS, 2, 1, 254,
    .onnx = "kernel_shape", .torch = "kernel_size" },
  { "stride", N_("Stride (0: as the window)"), NN_ATTR_INTS, 0, 0, 1024,
    .onnx = "strides", .torch = "stride" },
  { "padding", N_("Padding"), NN_ATTR_INTS, 0, 0, 127, .onnx = "pads", .torch = "padding" },
  { "size", NULL, NN_ATTR_INTS, 1, 1, 1e6 },
  { NULL }
};

static const NnSample samples[] = {
  { .in = { { 4, { 2, 3, 6, 6 } } } },
  { .in = { { 4, { 2, 17, 7, 9 } } }, .attrs = "kernel=3 stride=2 padding=1" },
  { .in = { { 4, { 1, 2, 5, 8 } } }, .attrs = "kernel=2,3 stride=1,2" },
  { .in = { { 4, { 2, 5, 7, 9 } } }, .attrs = "kernel=2 stride=3" },
  { .in = { { 4, { 0, 3, 6, 6 } } } },
  { .in[0].rank = 0 }
};

static const NnSample global_samples[] = {
  { .in = { { 4, { 2, 3, 6, 6 } } } },
  { .in = { { 4, { 2, 17, 7, 9 } } } },
  { .in = { { 4, { 0, 3, 6, 6 } } } },
  { .in[0].rank = 0 }
};

static const NnSample max_gradient_samples[] = {
  { .in = { { 4, { 2, 3, 3, 3 } }, { 4, { 2, 3, 3, 3 } } }, .attrs = "size=6,6", .classes = 4 },
  { .in = { { 4, { 2, 17, 4, 5 } }, { 4, { 2, 17, 4, 5 } } },
    .attrs = "kernel=3 stride=2 padding=1 size=7,9", .classes = 9 },
  { .in[0].rank = 0 }
};

static const NnSample average_gradient_samples[] = {
  { .in = { { 4, { 2, 3, 3, 3 } } }, .attrs = "size=6,6" },
  { .in = { { 4, { 2, 17, 4, 5 } } }, .attrs = "kernel=3 stride=2 padding=1 size=7,9" },
  { .in[0].rank = 0 }
};

#define LOOP(prepare, run)                                                    \
  .cpu = (const NnKernel[]) {                                                 \
    { "last", NN_LAYOUT_CHANNELS_LAST, NULL, prepare, run },                  \
    { "rows", NN_LAYOUT_ROWS, NULL, prepare, run },                           \
    { NULL }                                                                  \
  }

const NnOp nn_ops_pool[] = {
  {
    .name = "max-pool-2d", .title = N_("Max Pooling 2D"),
    .summary = N_("Keeps the largest number of each window."),
    .lesson = "09", .category = NN_CATEGORY_CONVOLUTION,
    .ports = max_ports, .attrs = attrs, .infer = pool_infer, .gradient = max_gradient,
    .samples = samples, .onnx = "MaxPool", .onnx_since = 8, .torch = "torch.nn.MaxPool2d",
    LOOP (max_prepare, max_run),
  },
  {
    .name = "average-pool-2d", .title = N_("Average Pooling 2D"),
    .summary = N_("Keeps the mean of each window."),
    .lesson = "09", .category = NN_CATEGORY_CONVOLUTION,
    .ports = average_ports, .attrs = attrs, .infer = pool_infer, .gradient = average_gradient,
    .samples = samples, .onnx = "AveragePool", .onnx_since = 7, .torch = "torch.nn.AvgPool2d",
    LOOP (NULL, average_run),
  },
  {
    .name = "global-average-pool-2d", .title = N_("Global Average Pooling 2D"),
    .summary = N_("Keeps the mean of each whole channel."),
    .lesson = "10", .category = NN_CATEGORY_CONVOLUTION,
    .ports = average_ports, .infer = global_infer, .expand = global_expand,
    .samples = global_samples,
    .onnx = "GlobalAveragePool", .onnx_since = 1, .torch = "torch.nn.AdaptiveAvgPool2d",
  },
  {
    .name = "max-pool-2d-gradient", .title = N_("Slope of max pooling"),
    .summary = N_("Sends each gradient to the number that won its window."),
    .category = NN_CATEGORY_INTERNAL,
    .ports = max_gradient_ports, .attrs = attrs, .infer = gradient_infer,
    .samples = max_gradient_samples,
    LOOP (max_gradient_prepare, max_gradient_run),
  },
  {
    .name = "average-pool-2d-gradient", .title = N_("Slope of average pooling"),
    .summary = N_("Spreads each gradient over its window."),
    .category = NN_CATEGORY_INTERNAL,
    .ports = average_gradient_ports, .attrs = attrs, .infer = gradient_infer,
    .samples = average_gradient_samples,
    LOOP (NULL, average_gradient_run),
  },
  { NULL }
};
