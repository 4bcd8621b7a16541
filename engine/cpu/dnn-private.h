/* dnn-private.h: what the files that use oneDNN share
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "engine/cpu/dnn.h"

#include <oneapi/dnnl/dnnl.h>

G_BEGIN_DECLS

/* Version 3 hides descriptors behind pointers and makes primitives without the
 * operation descriptors of version 2. */
#if DNNL_VERSION_MAJOR >= 3
typedef const_dnnl_memory_desc_t NnDnnDescPtr;
typedef dnnl_memory_desc_t NnDnnDesc;
#define NN_DNN_DESC(d) (d)
#else
typedef const dnnl_memory_desc_t *NnDnnDescPtr;
typedef dnnl_memory_desc_t NnDnnDesc;
#define NN_DNN_DESC(d) (&(d))
#endif

#define NN_DNN_MAX_ARGS 8

/* An operand that the primitive wants in another order or precision. */
typedef struct
{
  dnnl_primitive_t primitive;
  dnnl_memory_t    plain;       /* as the plan has it */
  dnnl_memory_t    packed;      /* as the primitive wants it, in the workspace */
  gsize            offset;
  gboolean         is_result;   /* copied back behind the primitive */
  gboolean         own;         /* not @primitive but nn_wide_get ()->pack_bfloat16 */
  gint64           k, n, k_step, n_step;        /* for it */
} NnDnnReorder;

/* A prepared call: a primitive and the memory objects that its operands are hung
 * into.  Everything it needs while running lies in the plan's workspace. */
typedef struct
{
  dnnl_stream_t     stream;
  dnnl_primitive_t  primitive;
  int               n_args;
  dnnl_exec_arg_t   args[NN_DNN_MAX_ARGS];
  dnnl_memory_t     scratch;
  gsize             scratch_bytes;
  gsize             packed_bytes;
  int               n_reorders;
  NnDnnReorder      reorders[NN_DNN_MAX_ARGS];
} NnDnn;

dnnl_engine_t          nn_dnn_engine    (void);

gboolean               nn_dnn_check     (const NnCall  *call,
                                         dnnl_status_t  status,
                                         GError       **error);

/* @strides NULL leaves the order to the primitive. */
NnDnnDesc              nn_dnn_desc      (int              rank,
                                         const gint64    *dims,
                                         const gint64    *strides,
                                         dnnl_data_type_t type);
NnDnnDesc              nn_dnn_rows      (int              rank,
                                         const gint64    *dims,
                                         dnnl_data_type_t type);
void                   nn_dnn_free_desc (NnDnnDesc       *desc);

dnnl_primitive_attr_t  nn_dnn_attr      (gboolean         relu);

/* Adds the operand @arg, which lies in memory as @plain and is wanted by the
 * primitive as @wanted; the two may be the same. */
gboolean               nn_dnn_add       (NnCall       *call,
                                         NnDnn        *self,
                                         int           arg,
                                         NnDnnDescPtr  plain,
                                         NnDnnDescPtr  wanted,
                                         gboolean      is_result,
                                         GError      **error);

/* Takes @pd: makes the primitive, its scratch memory and its stream. */
gboolean               nn_dnn_adopt     (NnCall                 *call,
                                         NnDnn                  *self,
                                         dnnl_primitive_desc_t   pd,
                                         GError                **error);

/* Where the operand @arg lies in this run. */
void                   nn_dnn_hang      (NnDnn        *self,
                                         int           arg,
                                         const void   *data);
void                   nn_dnn_execute   (NnCall       *call);

G_END_DECLS
