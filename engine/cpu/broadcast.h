/* broadcast.h: one expression over operands of different shapes
 *
 * SPDX-License-Identifier: Apache-2.0
 */

#pragma once

#include "engine/op-scalar.h"

G_BEGIN_DECLS

#define NN_MAX_BROADCAST 3

/* y[i] for @count neighbours: operand k has its next number @stride[k] further
 * on, which is 0 where it is read again. */
typedef struct
{
  const void *x[NN_MAX_BROADCAST];
  gint64      stride[NN_MAX_BROADCAST];
  void       *y;
  gint64      count;
} NnRun;

typedef void (*NnRunFunc) (const NnRun *run);

/* Calls @function for all runs of the result of @call, each of whose operands
 * has a shape that stretches to the result's. */
void   nn_broadcast    (const NnCall *call,
                        NnRunFunc     function);

/* Defines the function @name for nn_broadcast(): y = value, an expression in a
 * and b, which are of @type.  Three cases that the compiler can make vectors of
 * are written out. */
#define NN_RUN(name, type, type_y, value)                                     \
  static NN_CLONES void                                                       \
  name (const NnRun *run)                                                     \
  {                                                                           \
    const type *pa = run->x[0];                                               \
    const type *pb = run->x[1];                                               \
    type_y *py = run->y;                                                      \
    gint64 stride_a = run->stride[0];                                         \
    gint64 stride_b = run->stride[1];                                         \
    gint64 count = run->count;                                                \
                                                                              \
    if (stride_a == 1 && stride_b == 1)                                       \
      {                                                                       \
        NN_IVDEP                                                              \
        for (gint64 i = 0; i < count; i++)                                    \
          {                                                                   \
            type a = pa[i];                                                   \
            type b = pb[i];                                                   \
            py[i] = (value);                                                  \
          }                                                                   \
      }                                                                       \
    else if (stride_a == 1 && stride_b == 0)                                  \
      {                                                                       \
        type b = *pb;                                                         \
        NN_IVDEP                                                              \
        for (gint64 i = 0; i < count; i++)                                    \
          {                                                                   \
            type a = pa[i];                                                   \
            py[i] = (value);                                                  \
          }                                                                   \
      }                                                                       \
    else                                                                      \
      {                                                                       \
        NN_IVDEP                                                              \
        for (gint64 i = 0; i < count; i++)                                    \
          {                                                                   \
            type a = pa[i * stride_a];                                        \
            type b = pb[i * stride_b];                                        \
            py[i] = (value);                                                  \
          }                                                                   \
      }                                                                       \
  }

G_END_DECLS
