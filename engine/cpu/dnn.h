/* dnn.h: the engine's only view of oneDNN
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "engine/op.h"

G_BEGIN_DECLS

/* A two-dimensional convolution of x (b ci h w) with weights (co ci/groups kh kw)
 * to y (b co ho wo).  Padding is on each side: top, left, bottom, right. */
typedef struct
{
  gint64   b, ci, h, w, co, ho, wo;
  gint64   kh, kw, sh, sw, dh, dw;
  gint64   top, left, bottom, right;
  gint64   groups;
  gboolean bias, relu;
} NnConv;

typedef enum
{
  NN_CONV_FORWARD,              /* x, weight, bias → y */
  NN_CONV_INPUT_GRADIENT,       /* weight, dy → dx */
  NN_CONV_WEIGHT_GRADIENT,      /* x, dy → dweight, dbias */
} NnConvPass;

gboolean     nn_dnn_is_built      (void);
const char  *nn_dnn_version       (void);       /* "2.6.3", or NULL */

/* How fast products in bfloat16 are, against float32. */
typedef enum
{
  NN_DNN_SLOW,
  NN_DNN_TWICE,                 /* AVX512-BF16 */
  NN_DNN_TILES,                 /* AMX: five times and more */
} NnDnnSpeed;

NnDnnSpeed   nn_dnn_bfloat16_speed (void);

/* Makes the primitive for the kernel's layout, @call->in[0].layout.  Operands
 * lie in memory as float32 and are rounded to @precision on the way; sums and
 * results are float32. */
gboolean     nn_dnn_conv_prepare  (NnCall        *call,
                                   const NnConv  *conv,
                                   NnConvPass     pass,
                                   NnDtype        precision,
                                   GError       **error);

/* The operands are those of @pass, in that order; NULL where there is none. */
void         nn_dnn_conv          (NnCall        *call,
                                   NnConvPass     pass,
                                   const float   *first,
                                   const float   *second,
                                   const float   *bias,
                                   float         *out,
                                   float         *out_bias);

/* Frees what one of the prepare functions made. */
void         nn_dnn_release       (NnCall        *call);

G_END_DECLS
