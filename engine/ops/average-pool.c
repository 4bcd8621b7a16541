/* average-pool.c: the mean of a window of an image
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#include "config.h"

#include "engine/cpu/pooling.h"
#include "engine/op-scalar.h"

#include <glib/gi18n-lib.h>

/* The part of a window that lies in the image, and what each place counts. */
typedef struct
{
  gint64 top, bottom, left, right;
  float  share;
} Part;

/* A mean is over the places of the image, and over those of the padding if they count,
 * but over none where a window hangs over the padding's end. */
static inline Part
part_of (const NnPooling *self,
         gint64           row,
         gint64           column,
         gboolean         count_padding)
{
  NnPoolingWindow window = nn_pooling_window (self, row, column);
  gint64 bottom = window.row + window.rows;
  gint64 right = window.column + window.columns;
  Part part = {
    MAX (window.row, 0), MIN (bottom, self->h), MAX (window.column, 0), MIN (right, self->w)
  };
  gint64 places = count_padding ? (MIN (bottom, self->h + self->bottom) - window.row)
                                  * (MIN (right, self->w + self->right) - window.column)
                                : (part.bottom - part.top) * (part.right - part.left);

  part.share = 1.0f / (float) MAX (places, 1);
  return part;
}

static NN_CLONES void
average_tasks (void   *data,
               gint64  first,
               gint64  last)
{
  const NnPooling *self = data;
  gint64 lanes = nn_pooling_lanes (self);
  gboolean count_padding = nn_call_number (self->call, "count-include-pad") != 0;

  for (gint64 task = first; task < last; task++)
    {
      const float *x = (const float *) self->call->in[0].data + task * self->h * self->w * lanes;
      float *y = (float *) self->call->out[0].data + task * self->ho * self->wo * lanes;

      for (gint64 p = 0; p < self->ho * self->wo; p++, y += lanes)
        {
          Part part = part_of (self, p / self->wo, p % self->wo, count_padding);

          for (gint64 c = 0; c < lanes; c++)
            y[c] = 0;
          for (gint64 i = part.top; i < part.bottom; i++)
            for (gint64 j = part.left; j < part.right; j++)
              {
                const float *from = x + (i * self->w + j) * lanes;

                NN_IVDEP
                for (gint64 c = 0; c < lanes; c++)
                  y[c] += from[c];
              }
          for (gint64 c = 0; c < lanes; c++)
            y[c] *= part.share;
        }
    }
}

static NN_CLONES void
average_gradient_tasks (void   *data,
                        gint64  first,
                        gint64  last)
{
  const NnPooling *self = data;
  gint64 lanes = nn_pooling_lanes (self);
  gboolean count_padding = nn_call_number (self->call, "count-include-pad") != 0;

  for (gint64 task = first; task < last; task++)
    {
      const float *dy = (const float *) self->call->in[0].data
                        + task * self->ho * self->wo * lanes;
      float *dx = (float *) self->call->out[0].data + task * self->h * self->w * lanes;

      memset (dx, 0, (gsize) (self->h * self->w * lanes) * sizeof (float));
      for (gint64 p = 0; p < self->ho * self->wo; p++, dy += lanes)
        {
          Part part = part_of (self, p / self->wo, p % self->wo, count_padding);

          for (gint64 i = part.top; i < part.bottom; i++)
            for (gint64 j = part.left; j < part.right; j++)
              {
                float *to = dx + (i * self->w + j) * lanes;

                NN_IVDEP
                for (gint64 c = 0; c < lanes; c++)
                  to[c] += dy[c] * part.share;
              }
        }
    }
}

static void
average_run (NnCall *call)
{
  NnPooling self = nn_pooling_of (call, &call->in[0].shape, call->in[0].layout);

  nn_pooling_for_each (call, &self, average_tasks);
}

static void
average_gradient_run (NnCall *call)
{
  NnPooling self = nn_pooling_of (call, &call->out[0].shape, call->in[0].layout);

  nn_pooling_for_each (call, &self, average_gradient_tasks);
}

static void
average_gradient (NnBuild *build)
{
  nn_pooling_pass_attrs (build);
  nn_build_set_list (build, "size", 2, nn_build_call (build)->in[0].shape.size + 2);
  nn_build_gradient (build, "x",
                     nn_build_op (build, "average-pool-2d-gradient", nn_build_slope (build, "y"),
                                  NN_BUILD_END));
}

static void
average_gradient_gradient (NnBuild *build)
{
  nn_pooling_pass_attrs (build);
  nn_build_gradient (build, "dy",
                     nn_build_op (build, "average-pool-2d", nn_build_slope (build, "dx"),
                                  NN_BUILD_END));
}

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

static const NnAttr average_attrs[] = {
  NN_POOLING_ATTRS,
  { "count-include-pad", N_("Count the padding"), NN_ATTR_BOOL, 1, 0, 1,
    .onnx = "count_include_pad", .torch = "count_include_pad" },
  { NULL }
};

static const NnSample average_samples[] = {
  { .in = { { 4, { 2, 3, 6, 6 } } } },
  { .in = { { 4, { 2, 17, 7, 9 } } }, .attrs = "kernel=3 stride=2 padding=1" },
  { .in = { { 4, { 2, 3, 7, 8 } } },
    .attrs = "kernel=3 stride=2 padding=1 ceil-mode=true count-include-pad=false" },
  { .in = { { 4, { 2, 3, 6, 8 } } },
    .attrs = "kernel=3,2 stride=3 padding=1,0,0,1 ceil-mode=true" },
  { .in = { { 4, { 2, 3, 7, 5 } } }, .attrs = "windows=3,4" },
  { .in = { { 4, { 0, 3, 6, 6 } } } },
  { .in[0].rank = 0 }
};

static const NnSample average_gradient_samples[] = {
  { .in = { { 4, { 2, 3, 3, 3 } } }, .attrs = "size=6,6" },
  { .in = { { 4, { 2, 17, 4, 5 } } }, .attrs = "kernel=3 stride=2 padding=1 size=7,9" },
  { .in[0].rank = 0 }
};

#define LOOP(name)                                                            \
  .cpu = (const NnKernel[]) {                                                 \
    { "last", NN_LAYOUT_CHANNELS_LAST, .run = name },                         \
    { "rows", NN_LAYOUT_ROWS, .run = name },                                  \
    { NULL }                                                                  \
  }

const NnOp nn_ops_average_pool[] = {
  {
    .name = "average-pool-2d", .title = N_("Average Pooling 2D"),
    .summary = N_("Keeps the mean of each window."),
    .lesson = "09", .category = NN_CATEGORY_CONVOLUTION,
    .ports = average_ports, .attrs = average_attrs, .infer = nn_pooling_infer,
    .gradient = average_gradient, .samples = average_samples,
    .onnx = "AveragePool", .onnx_since = 10, .torch = "torch.nn.AvgPool2d",
    LOOP (average_run),
  },
  {
    .name = "average-pool-2d-gradient", .title = N_("Slope of average pooling"),
    .summary = N_("Spreads each gradient over its window."),
    .category = NN_CATEGORY_INTERNAL,
    .ports = average_gradient_ports, .attrs = average_attrs, .infer = nn_pooling_gradient_infer,
    .gradient = average_gradient_gradient, .samples = average_gradient_samples,
    LOOP (average_gradient_run),
  },
  { NULL }
};
