/* pool.c: the largest number of a window of an image
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "engine/cpu/pooling.h"
#include "engine/op-scalar.h"

#include <glib/gi18n-lib.h>

/* Maximum pooling remembers for each result which place of its window won, in one
 * byte: the backward pass then needs neither input nor output. */

#define NO_PLACE 255

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

/* Images with few channels give short loops over them.  Where every window is
 * whole, the loop can go over a whole row of results instead: the table says where
 * in the image each number of the row has its first place, and then how far from there
 * each place of the window lies. */
#define FEW_LANES 16

static gboolean
is_narrow (const NnPooling *self)
{
  return nn_pooling_lanes (self) < FEW_LANES && !self->adaptive && self->top == 0 && self->left == 0
         && (self->ho - 1) * self->sh + self->dh * (self->kh - 1) < self->h
         && (self->wo - 1) * self->sw + self->dw * (self->kw - 1) < self->w;
}

static gsize
table_bytes (const NnPooling *self)
{
  gint64 count = self->wo * nn_pooling_lanes (self) + self->kh * self->kw;

  return is_narrow (self) ? (gsize) count * sizeof (gint32) : 0;
}

static void
fill_table (const NnPooling *self)
{
  gint32 *table = self->call->workspace;
  gint64 lanes = nn_pooling_lanes (self);

  for (gint64 column = 0; column < self->wo; column++)
    for (gint64 c = 0; c < lanes; c++)
      *table++ = (gint32) (column * self->sw * lanes + c);
  for (gint64 row = 0; row < self->kh; row++)
    for (gint64 column = 0; column < self->kw; column++)
      *table++ = (gint32) ((row * self->dh * self->w + column * self->dw) * lanes);
}

static inline void
max_narrow (const NnPooling *self,
            const float     *x,
            float           *y,
            guint8          *at)
{
  const gint32 *table = self->call->workspace;
  gint64 lanes = nn_pooling_lanes (self);
  gint64 width = self->wo * lanes;
  const gint32 *places = table + width;

  for (gint64 row = 0; row < self->ho; row++, y += width, at += width)
    {
      const float *from = x + row * self->sh * self->w * lanes;

      memset (at, 0, (gsize) width);
      NN_IVDEP
      for (gint64 i = 0; i < width; i++)
        y[i] = from[table[i]];
      for (gint64 k = 1; k < self->kh * self->kw; k++)
        {
          const float *place = from + places[k];

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
max_wide (const NnPooling *self,
          const float     *x,
          float           *y,
          guint8          *at)
{
  gint64 lanes = nn_pooling_lanes (self);

  for (gint64 p = 0; p < self->ho * self->wo; p++, y += lanes, at += lanes)
    {
      NnPoolingWindow window = nn_pooling_window (self, p / self->wo, p % self->wo);

      for (gint64 c = 0; c < lanes; c++)
        {
          y[c] = -HUGE_VALF;
          at[c] = NO_PLACE;
        }
      for (gint64 k = 0; k < self->kh * self->kw; k++)
        {
          gint64 pixel;

          if (nn_pooling_find (self, &window, k, &pixel))
            max_lanes (x + pixel * lanes, y, at, lanes, (guint8) k);
        }
    }
}

static NN_CLONES void
max_tasks (void   *data,
           gint64  first,
           gint64  last)
{
  const NnPooling *self = data;
  gint64 in = self->h * self->w * nn_pooling_lanes (self);
  gint64 out = self->ho * self->wo * nn_pooling_lanes (self);

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
max_gradient_narrow (const NnPooling *self,
                     const float     *dy,
                     const guint8    *at,
                     float           *dx)
{
  const gint32 *table = self->call->workspace;
  gint64 lanes = nn_pooling_lanes (self);
  gint64 width = self->wo * lanes;
  const gint32 *places = table + width;
  gboolean overlap = self->sw < self->dw * (self->kw - 1) + 1
                     || self->sh < self->dh * (self->kh - 1) + 1;

  for (gint64 row = 0; row < self->ho; row++, dy += width, at += width)
    for (gint64 k = 0; k < self->kh * self->kw; k++)
      {
        float *place = dx + row * self->sh * self->w * lanes + places[k];

        /* Places of one row are different pixels, so the order is free. */
        if (overlap)
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
max_gradient_wide (const NnPooling *self,
                   const float     *dy,
                   const guint8    *at,
                   float           *dx)
{
  gint64 lanes = nn_pooling_lanes (self);

  for (gint64 p = 0; p < self->ho * self->wo; p++, dy += lanes, at += lanes)
    {
      NnPoolingWindow window = nn_pooling_window (self, p / self->wo, p % self->wo);

      for (gint64 k = 0; k < self->kh * self->kw; k++)
        {
          gint64 pixel;

          if (!nn_pooling_find (self, &window, k, &pixel))
            continue;
          NN_IVDEP
          for (gint64 c = 0; c < lanes; c++)
            dx[pixel * lanes + c] += at[c] == k ? dy[c] : 0;
        }
    }
}

static NN_CLONES void
max_gradient_tasks (void   *data,
                    gint64  first,
                    gint64  last)
{
  const NnPooling *self = data;
  gint64 in = self->h * self->w * nn_pooling_lanes (self);
  gint64 out = self->ho * self->wo * nn_pooling_lanes (self);

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

static gboolean
max_prepare (NnCall  *call,
             GError **error)
{
  NnPooling self = nn_pooling_of (call, &call->in[0].shape, call->in[0].layout);

  call->workspace_bytes = table_bytes (&self);
  return TRUE;
}

static gboolean
max_gradient_prepare (NnCall  *call,
                      GError **error)
{
  NnPooling self = nn_pooling_of (call, &call->out[0].shape, call->in[0].layout);

  call->workspace_bytes = table_bytes (&self);
  return TRUE;
}

static void
max_run (NnCall *call)
{
  NnPooling self = nn_pooling_of (call, &call->in[0].shape, call->in[0].layout);

  if (is_narrow (&self))
    fill_table (&self);
  nn_pooling_for_each (call, &self, max_tasks);
}

static void
max_gradient_run (NnCall *call)
{
  NnPooling self = nn_pooling_of (call, &call->out[0].shape, call->in[0].layout);

  if (is_narrow (&self))
    fill_table (&self);
  nn_pooling_for_each (call, &self, max_gradient_tasks);
}

static void
max_gradient (NnBuild *build)
{
  nn_pooling_pass_attrs (build);
  nn_build_set_list (build, "size", 2, nn_build_call (build)->in[0].shape.size + 2);
  nn_build_gradient (build, "x",
                     nn_build_op (build, "max-pool-2d-gradient", nn_build_slope (build, "y"),
                                  nn_build_out (build, "at"), NN_BUILD_END));
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

static const NnAttr max_attrs[] = {
  NN_POOLING_ATTRS,
  { "dilation", N_("Dilation"), NN_ATTR_INTS, 1, 1, 1024,
    .onnx = "dilations", .torch = "dilation" },
  { NULL }
};

static const NnSample max_samples[] = {
  { .in = { { 4, { 2, 3, 6, 6 } } } },
  { .in = { { 4, { 2, 17, 7, 9 } } }, .attrs = "kernel=3 stride=2 padding=1" },
  { .in = { { 4, { 1, 2, 5, 8 } } }, .attrs = "kernel=2,3 stride=1,2" },
  { .in = { { 4, { 2, 5, 7, 9 } } }, .attrs = "kernel=2 stride=3" },
  { .in = { { 4, { 2, 3, 7, 8 } } }, .attrs = "kernel=3,2 stride=2 ceil-mode=true" },
  { .in = { { 4, { 2, 3, 9, 8 } } }, .attrs = "kernel=2,3 stride=1,2 dilation=3,2" },
  { .in = { { 4, { 2, 3, 7, 8 } } }, .attrs = "stride=2 padding=same-upper" },
  { .in = { { 4, { 2, 3, 7, 5 } } }, .attrs = "windows=3,4" },
  { .in = { { 4, { 0, 3, 6, 6 } } } },
  { .in[0].rank = 0 }
};

static const NnSample max_gradient_samples[] = {
  { .in = { { 4, { 2, 3, 3, 3 } }, { 4, { 2, 3, 3, 3 } } }, .attrs = "size=6,6", .classes = 4 },
  { .in = { { 4, { 2, 17, 4, 5 } }, { 4, { 2, 17, 4, 5 } } },
    .attrs = "kernel=3 stride=2 padding=1 size=7,9", .classes = 9 },
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
    .ports = max_ports, .attrs = max_attrs, .infer = nn_pooling_infer, .gradient = max_gradient,
    .samples = max_samples, .onnx = "MaxPool", .onnx_since = 10, .torch = "torch.nn.MaxPool2d",
    LOOP (max_prepare, max_run),
  },
  {
    .name = "max-pool-2d-gradient", .title = N_("Slope of max pooling"),
    .summary = N_("Sends each gradient to the number that won its window."),
    .category = NN_CATEGORY_INTERNAL,
    .ports = max_gradient_ports, .attrs = max_attrs, .infer = nn_pooling_gradient_infer,
    .samples = max_gradient_samples,
    LOOP (max_gradient_prepare, max_gradient_run),
  },
  { NULL }
};
