/* pooling.h: the windows of a pooling, as the loops over them see them
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "engine/cpu/pool.h"
#include "engine/window.h"

G_BEGIN_DECLS

/* The same loops serve both layouts: they go over pixels outside and, where
 * channels are neighbours, over channels inside, so that the compiler can make
 * vectors.
 *
 * Adaptive pooling is given the number of windows instead: window i of n over a
 * size of s goes from ⌊i s / n⌋ to ⌈(i + 1) s / n⌉. */

typedef struct
{
  const NnCall *call;
  gint64        b, c, h, w, ho, wo;
  gint64        kh, kw, sh, sw, dh, dw;
  gint64        top, left, bottom, right;
  gboolean      last;           /* channels last */
  gboolean      adaptive;       /* the kernel is the largest window then */
} NnPooling;

/* The places of one window: its first, which may lie outside, and how many. */
typedef struct
{
  gint64 row, column;
  gint64 rows, columns;
} NnPoolingWindow;

/* @x is the shape of the input, which infer() has found to be right. */
NnPooling  nn_pooling_of              (const NnCall   *call,
                                       const NnShape  *x,
                                       NnLayout        layout);

/* Calls @range for parts of the images with channels last, of the planes of one
 * channel otherwise; either way neighbours in memory within a pixel. */
void       nn_pooling_for_each        (NnCall         *call,
                                       NnPooling      *self,
                                       NnRange         range);

/* What the records of poolings and of their slopes share. */
gboolean   nn_pooling_infer           (NnCall         *call,
                                       GError        **error);
gboolean   nn_pooling_gradient_infer  (NnCall         *call,
                                       GError        **error);
void       nn_pooling_pass_attrs      (NnBuild        *build);

#define NN_POOLING_ATTRS                                                      \
  { "kernel", N_("Window"), NN_ATTR_INTS, 2, 1, 254,                          \
    .onnx = "kernel_shape", .torch = "kernel_size" },                         \
  { "stride", N_("Stride (0: as the window)"), NN_ATTR_INTS, 0, 0, 1024,      \
    .onnx = "strides", .torch = "stride" },                                   \
  { "padding", N_("Padding"), NN_ATTR_INTS, 0, 0, 127, .words = nn_window_paddings, \
    .onnx = "pads", .torch = "padding" },                                     \
  { "ceil-mode", N_("Also windows that hang over"), NN_ATTR_BOOL, 0, 0, 1,    \
    .onnx = "ceil_mode", .torch = "ceil_mode" },                              \
  { "size", NULL, NN_ATTR_INTS, 1, 1, 1e6 },                                  \
  { "windows", NULL, NN_ATTR_INTS, 0, 0, 1e6 }

/* Numbers side by side in memory. */
static inline gint64
nn_pooling_lanes (const NnPooling *self)
{
  return self->last ? self->c : 1;
}

/* The first place of window @i of @windows over @size places, and the one behind its
 * last. */
static inline gint64
nn_pooling_start (gint64 i,
                  gint64 windows,
                  gint64 size)
{
  return i * size / windows;
}

static inline gint64
nn_pooling_end (gint64 i,
                gint64 windows,
                gint64 size)
{
  return ((i + 1) * size + windows - 1) / windows;
}

static inline NnPoolingWindow
nn_pooling_window (const NnPooling *self,
                   gint64           row,
                   gint64           column)
{
  NnPoolingWindow window = {
    row * self->sh - self->top, column * self->sw - self->left, self->kh, self->kw
  };

  if (self->adaptive)
    {
      window.row = nn_pooling_start (row, self->ho, self->h);
      window.column = nn_pooling_start (column, self->wo, self->w);
      window.rows = nn_pooling_end (row, self->ho, self->h) - window.row;
      window.columns = nn_pooling_end (column, self->wo, self->w) - window.column;
    }
  return window;
}

/* Whether place @k of @window lies inside the image, and which pixel it is. */
static inline gboolean
nn_pooling_find (const NnPooling       *self,
                 const NnPoolingWindow *window,
                 gint64                 k,
                 gint64                *pixel)
{
  gint64 row = k / self->kw;
  gint64 column = k % self->kw;
  gint64 i = window->row + row * self->dh;
  gint64 j = window->column + column * self->dw;

  *pixel = i * self->w + j;
  return row < window->rows && column < window->columns
         && i >= 0 && i < self->h && j >= 0 && j < self->w;
}

G_END_DECLS
