/* window.h: windows that slide over images, signals and volumes
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "engine/build.h"

G_BEGIN_DECLS

#define NN_WINDOW_AXES 3        /* at most: depth, height, width */

/* How a window slides along one axis. */
typedef struct
{
  gint64 in, out;               /* places of the input; windows */
  gint64 kernel, stride, dilation;
  gint64 before, behind;        /* places added in front of the input and behind it */
} NnWindow;

/* What may stand in place of the numbers of a padding.  "same" makes as many
 * windows as there are places and wants a stride of 1; "same-upper" makes as many
 * as strides begin within the input.  An odd place goes behind. */
extern const char *const nn_window_paddings[];

/* What is added around the input: "zeros", "reflect", "replicate", "circular". */
extern const char *const nn_window_modes[];

/* Reads how windows slide along the last @n_axes axes of @x from the attributes
 * "kernel", "stride" (0: as the kernel), and those of "padding", "dilation" and
 * "ceil-mode" that the op has.  A list has one number for all axes, or one for
 * each; the padding may also have one for the begin of each axis and then one for
 * each end, as ONNX writes it.  FALSE with a shape error when a list has another
 * length, or when no window fits. */
gboolean   nn_window_read     (const NnCall   *call,
                               const NnShape  *x,
                               int             n_axes,
                               NnWindow        windows[NN_WINDOW_AXES],
                               GError        **error);

/* The number of the list @attr for @axis; lists of one number serve all axes. */
gint64     nn_window_number   (const NnCall   *call,
                               const char     *attr,
                               int             axis);

/* FALSE with a shape error unless the list @attr has 1 or @n_axes numbers. */
gboolean   nn_window_check    (const NnCall   *call,
                               const char     *attr,
                               int             n_axes,
                               GError        **error);

/* FALSE with a shape error unless channels and outputs can be divided. */
gboolean   nn_window_check_groups (const NnCall  *call,
                                   gint64         in,
                                   gint64         out,
                                   gint64         groups,
                                   GError       **error);

/* The attribute "padding-mode" of the call being written out: unless it is zeros,
 * the padded @x, and nothing is left to pad in @windows. */
NnValue   *nn_window_pad      (NnBuild        *build,
                               NnValue        *x,
                               int             n_axes,
                               NnWindow        windows[NN_WINDOW_AXES]);

G_END_DECLS
